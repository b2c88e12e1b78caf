"""What can be done with a saved return, state by state: the forms of its moves, and the strip that offers the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.locks import ReopenReturn
from fundingapp.application.commands.returns import (
    AcceptReturn,
    AnswerQuery,
    CheckReturn,
    OpenAgain,
    QueryReturn,
    SubmitReturn,
)
from fundingapp.application.effect import Command
from fundingapp.application.queries.return_packs import SaveKeptReturn, WriteReturnMail, WriteReturnPack
from fundingapp.application.queries.sent_returns import MoveShown, VersionShown
from fundingapp.domain.ids import ReturnId
from fundingapp.domain.returns import ReturnState
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import InspectorPage, WidgetBlock
from fundingapp.ui.move_form import MoveForm, words_in
from fundingapp.ui.signing.lock_forms import reason_form
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.buttons import Button, button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.labels import ElidedLabel, label
from fundingapp.ui.widgets.message_bar import Message

TONES = {
    ReturnState.DRAFT: Tone.ATTENTION,
    ReturnState.CHECKED: Tone.ACCENT,
    ReturnState.CERTIFIED: Tone.GOOD,
    ReturnState.SUBMITTED: Tone.GOOD,
    ReturnState.QUERIED: Tone.ATTENTION,
    ReturnState.ACCEPTED: Tone.GOOD,
}
#: What the button of a move says, by its name in the table of moves; the certificate has a card of its own.
WORDS = {
    "check": "Mark as checked",
    "send": "Record as sent…",
    "record a query": "Record a query…",
    "answer": "Record the answer…",
    "record the acceptance": "Record the acceptance…",
    "open again": "Open again…",
    "reopen": "Reopen…",
}
#: So many characters find room beside the buttons.
_ONE_LINE = 34
#: It can be put into an e-mail now.
_TO_SEND = (ReturnState.CHECKED, ReturnState.CERTIFIED)
#: Back to a draft: offered in the inspector, where what follows of it is said.
BACK = ("open again", "reopen")


def needs_signing(version: VersionShown) -> bool:
    """Whether its sign-off has something to say: it waits for a certificate, or has one."""
    waits = version.value.state in (ReturnState.CHECKED, ReturnState.CERTIFIED)
    return waits or version.certificate is not None


def named(version: VersionShown) -> str:
    """As “Locality Fund 2018/19 Q4, version 2”."""
    of = version.value
    return f"{version.fund_name} {of.year} Q{of.quarter}, version {of.version}"


def short_name(version: VersionShown) -> str:
    """As “Q4 2018/19, version 2”, for a head that has no room for the grant's name."""
    return f"Q{version.value.quarter} {version.value.year}, version {version.value.version}"


class ReturnMoves:
    """Carries out, for *view*, what is done with saved returns; its forms are shown in the inspector."""

    def __init__(self, view: GrantView) -> None:
        self._view = view

    # What a form of a move needs of its host

    def carry_out(self, command: Command[object], name: str) -> None:
        self._view.office.do(command, name.removesuffix("…"), lambda _effect: self.close_form())

    def choose_paper(self) -> Path | None:
        return self._view.office.files.to_open(self._view, "The letter or mail", "Papers (*)")

    def close_form(self) -> None:
        self._view.close_panel()

    # Moves

    def make(self, version: VersionShown, move: MoveShown) -> None:
        """Makes the move, or shows the form of what it wants to know."""
        id = ReturnId(version.id)
        if move.name == "check":
            self._view.office.do(CheckReturn(id), f"Check the Q{version.value.quarter} return")
            return
        forms: dict[str, Callable[[], QWidget]] = {
            "send": partial(self._send_form, version),
            "record a query": partial(self._query_form, id),
            "answer": partial(self._answer_form, id),
            "record the acceptance": partial(self._acceptance_form, id),
            "open again": partial(
                reason_form,
                self._view.office,
                "Open it again",
                lambda why: OpenAgain(id, why),
                "Open the return again",
                self.close_form,
                "for example: a figure has to change",
                "The return becomes a draft again, and a certificate that rests on it becomes void.",
            ),
            "reopen": partial(
                reason_form,
                self._view.office,
                "Reopen it",
                lambda why: ReopenReturn(id, why),
                "Reopen the return",
                self.close_form,
                "for example: the commissioner asks for changes",
                "The return becomes a draft again, and certificates that rest on it become void.",
            ),
        }
        title = WORDS[move.name].removesuffix("…")
        page = InspectorPage(
            f"{title} · Q{version.value.quarter}", [WidgetBlock(forms[move.name])], (move.name, id)
        )
        self._view.inspect(page)

    def _send_form(self, version: VersionShown) -> Form:
        def build(day: date) -> Command[object]:
            return SubmitReturn(ReturnId(version.id), words_in(to), day, words_in(how), form.given)

        form = MoveForm(self, "Record as sent", build)
        to = form.text("Sent to", hint="for example: grants@pcc.example")
        form.dated_on("Sent on")
        how = form.text("How", "by e-mail")
        form.papers("The message, or what shows that it went")
        form.note(
            f"{named(version)}, {version.value.file_name}: from now on its quarters keep their figures. What is "
            "posted later is stated as a prior-period adjustment."
        )
        return form

    def _query_form(self, id: ReturnId) -> Form:
        def build(day: date) -> Command[object] | str:
            asked = words.toPlainText().strip()
            return (
                QueryReturn(id, asked, day, "", form.given) if asked else "Say what they ask, in their words."
            )

        form = MoveForm(self, "Record a query", build)
        words = form.long_text("What they ask")
        form.dated_on("Dated")
        form.papers()
        return form

    def _answer_form(self, id: ReturnId) -> Form:
        def build(day: date) -> Command[object] | str:
            said = words.toPlainText().strip()
            return AnswerQuery(id, said, day, "", form.given) if said else "Say what was answered."

        form = MoveForm(self, "Record the answer", build)
        words = form.long_text("What was answered")
        form.dated_on("Dated")
        form.papers()
        form.note(
            "Where a figure has to change, write a new version instead: it takes the place of this one."
        )
        return form

    def _acceptance_form(self, id: ReturnId) -> Form:
        def build(day: date) -> Command[object]:
            return AcceptReturn(id, day, words_in(reference), form.given)

        form = MoveForm(self, "Record the acceptance", build)
        form.dated_on("Dated")
        reference = form.text("Their reference")
        form.papers()
        return form

    # Papers that leave

    def write_pack(self, version: VersionShown) -> None:
        """Writes the pack: statement, reconciliation, reasons, accepted exceptions, evidence, hash."""
        path = self._place(f"Write the pack of {named(version)}", version, "pack", ".pdf", "PDF documents")
        if path is not None:
            question, desk = WriteReturnPack(ReturnId(version.id), path), self._view.office.desk
            self._view.office.work(
                "Write the pack",
                lambda progress: desk.ask(question, progress),
                lambda _made: self._written(path),
            )

    def write_mail(self, version: VersionShown) -> None:
        """Writes the e-mail as a draft that the mail program opens."""
        path = self._place(
            f"Write the e-mail of {named(version)}", version, "e-mail", ".eml", "E-mail drafts"
        )
        if path is not None:
            question, desk = WriteReturnMail(ReturnId(version.id), path), self._view.office.desk
            self._view.office.work(
                "Write the e-mail",
                lambda progress: desk.ask(question, progress),
                lambda _made: self._written(path),
            )

    def save_copy(self, version: VersionShown) -> None:
        """Writes the very file again that was saved then."""
        suffix = Path(version.value.file_name).suffix
        path = self._view.office.files.to_save(
            self._view,
            f"Save a copy of {named(version)}",
            version.value.file_name,
            f"Excel workbooks (*{suffix})",
        )
        if path is not None:
            question, desk = SaveKeptReturn(ReturnId(version.id), path), self._view.office.desk
            self._view.office.work(
                "Save a copy of the return",
                lambda progress: desk.ask(question, progress),
                lambda _made: self._written(path),
            )

    def _place(self, caption: str, version: VersionShown, what: str, suffix: str, kinds: str) -> Path | None:
        name = f"{Path(version.value.file_name).stem} {what}{suffix}"
        path = self._view.office.files.to_save(self._view, caption, name, f"{kinds} (*{suffix})")
        if path is None or path.suffix.casefold() == suffix:
            return path
        return Path(f"{path}{suffix}")

    def _written(self, path: Path) -> None:
        self._view.say(
            Message(
                f"{path.name} is written.",
                f"It is in {path.parent}.",
                Tone.GOOD,
                "Open the folder",
                lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
            )
        )


class NextStep(Card):
    """Where a saved return stands, what comes next, and what is in its way, beside the buttons that do it."""

    def __init__(self, view: GrantView) -> None:
        super().__init__("Not saved yet")
        self._view = view
        self.moves = ReturnMoves(view)
        self._version: VersionShown | None = None
        self._words = ElidedLabel("", "second")
        self.add_head(self._words, 30)
        # What a buttons' row has no room for, such as the commissioner's words, stands in full below.
        self._in_full = label("", wrap=True)
        self._in_full.setContentsMargins(14, 0, 12, 10)
        self.add(self._in_full)
        self._buttons: dict[str, Button] = {
            name: button(words, partial(self._go, name)) for name, words in WORDS.items() if name not in BACK
        }
        self._buttons["mail"] = button("E-mail draft…", lambda: self._with(self.moves.write_mail))
        self._buttons["pack"] = button("Pack (PDF)…", lambda: self._with(self.moves.write_pack))
        for each in self._buttons.values():
            self.add_head(each)
        self.show_version(None)

    def show_version(self, version: VersionShown | None) -> None:
        """Shows where *version* stands; None: nothing is saved of the quarter."""
        self._version = version
        if version is None:
            self.set_title("Not saved yet", "draft", Tone.ATTENTION)
            self._say("Saved first, then checked, certified by another person, and sent.")
        else:
            state = version.value.state
            self.set_title(f"Version {version.value.version}", version.state_in_words, TONES[state])
            self._say(_next(version))
        free = version is not None and not self._view.office.is_read_only
        moves = {move.name: move for move in version.moves} if version is not None else {}
        for name, each in self._buttons.items():
            move = moves.get(name)
            # Once it is sent there is no room for them beside what may be done; the inspector has them in every state.
            leaves = version is not None and version.is_kept and version.value.state in _TO_SEND
            offered = leaves if name in ("mail", "pack") else free and move is not None
            each.setVisible(offered and not (move is not None and move.why_not and name == "send"))
            each.setEnabled(move is None or not move.why_not)
            each.setToolTip(move.why_not if move is not None else "")

    def _say(self, words: str) -> None:
        is_long = len(words) > _ONE_LINE
        self._words.set_text("" if is_long else words)
        self._words.set_tip(words)
        self._in_full.setText(words if is_long else "")
        self._in_full.setVisible(is_long)

    def _go(self, name: str) -> None:
        if self._version is not None:
            move = next(each for each in self._version.moves if each.name == name)
            self.moves.make(self._version, move)

    def _with(self, do: Callable[[VersionShown], None]) -> None:
        if self._version is not None:
            do(self._version)


def _next(version: VersionShown) -> str:
    """What comes next, or what is in the way of it."""
    in_the_way = next((move.why_not for move in version.moves if move.why_not and move.name == "check"), "")
    if in_the_way:
        return in_the_way
    if version.replaced_by is not None:
        return "A later version takes its place."
    last = version.steps[-1] if version.steps else None
    match version.value.state:
        case ReturnState.DRAFT:
            return f"{last.reason}" if last is not None and last.reason else "Next: mark it as checked."
        case ReturnState.CHECKED:
            ready = any(move.name == "send" and not move.why_not for move in version.moves)
            return "Next: send it." if ready else "Next: prepare it for signature; another person signs."
        case ReturnState.CERTIFIED:
            return "Next: send it, with the e-mail draft and the pack."
        case ReturnState.SUBMITTED:
            to = f" to {version.value.sent_to}" if version.value.sent_to else ""
            return f"Sent{to}: its quarters keep their figures."
        case ReturnState.QUERIED:
            return f"They ask: “{last.reason}”" if last is not None and last.reason else "It was queried."
        case ReturnState.ACCEPTED:
            return "The commissioner accepted it."
