"""The form in which a person says why what looks like personal data may go on; the history keeps the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fundingapp.application.releasing import AcceptPersonalData, found_in
from fundingapp.domain.personal_data import Clue, PersonalDataError
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import InspectorPage, TextBlock, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.message_bar import Message

#: So many places are listed.
_MOST: Final = 40


def decision_page(office: Office, refusal: PersonalDataError) -> InspectorPage:
    """What was found and where, and the field for the reason."""
    subject = ("personal data", refusal.key)
    return InspectorPage(
        "Personal data?",
        [
            TextBlock(_places(refusal.clues), "What looks like it"),
            WidgetBlock(lambda: DecisionForm(office, refusal, subject)),
        ],
        subject=subject,
    )


def _places(clues: Sequence[Clue]) -> str:
    lines = [clue.in_words for clue in clues[:_MOST]]
    if len(clues) > _MOST:
        lines.append(f"and {len(clues) - _MOST} more")
    return "\n".join(lines)


class DecisionForm(Form):
    """Asks for the reason, and records it; what was held up is then to be done once more."""

    def __init__(self, office: Office, refusal: PersonalDataError, subject: object) -> None:
        super().__init__("It may go on", self._accepted, lambda: office.inspect_over.emit(subject))
        self._office, self._refusal, self._subject = office, refusal, subject
        self.reason = self.text("Why it may go on", hint="such as: the client agreed in writing")
        self.note(
            "The history keeps the reason, who gave it and when. Nothing of what was found is repeated there."
        )

    def _accepted(self) -> str:
        reason = self.reason.text().strip()
        if not reason:
            return "Type why it may go on; the history keeps it."
        command = AcceptPersonalData(self._refusal.key, reason, found_in(self._refusal))
        self._office.do(command, "Record the decision", lambda _effect: self._recorded())
        return ""

    def _recorded(self) -> None:
        self._office.inspect_over.emit(self._subject)
        self._office.told_over.emit(self._refusal.message)
        self._office.told.emit(
            Message("The decision is recorded.", "Do it again: it goes on now.", Tone.GOOD)
        )
