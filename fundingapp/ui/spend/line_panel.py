"""One ledger line in the inspector: where it came from, where it goes, and why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from fundingapp.application.commands.matching import ChargePart
from fundingapp.application.ports import Change, Charged, LineChange
from fundingapp.application.queries.line_story import difference
from fundingapp.application.queries.lines import LineAnswer
from fundingapp.application.wording import short_date
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import Disposition, Exclude, How, Split, Target, ToIncome, ToProjects
from fundingapp.ui.spend.columns import coding_of
from fundingapp.ui.spend.parts import PartsEditor
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.pill import Pill

BY_HAND = "Charged by hand"
SPLIT_BY_HAND = "Split by hand"
INCOME_BY_HAND = "Grant income, placed by hand"


@dataclass(frozen=True, slots=True)
class Placing:
    """What the user wants done with a line. *always* is the target of a rule for the line's supplier, if wanted."""

    line: LineId
    parts: tuple[ChargePart, ...]
    reason: str
    supplier: str = ""
    always: Target | None = None


class LinePanel(QWidget):
    """Shows a :class:`LineAnswer`, and edits where the line is charged. Enter accepts."""

    place_requested = Signal(object)  # Placing
    clear_requested = Signal(object)  # LineId
    decide_requested = Signal(object)  # (LineChange, take)
    reviewed_requested = Signal(object)  # LineChange

    def __init__(
        self, answer: LineAnswer, imported: str, can_write: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.answer = answer
        self._line = answer.row.line
        self._can_write = can_write
        self._reason_typed = False
        self._first: tuple[tuple[ChargePart, ...], str] = ((), "")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._add_source(imported)
        if answer.change is not None:
            self._add_change(answer.change)
        self.editor = PartsEditor(self._line.amount, answer.heads, self)
        self.reason = QLineEdit(self)
        self.reason.setAccessibleName("Reason of the charge")
        self._always = QCheckBox("Always do this for this supplier", self)
        self._accept_button = primary_button("Accept (Enter)", self.accept)
        self._problem = label("", "note", wrap=True)
        gone = answer.change is not None and answer.change.change is Change.VANISHED and answer.change.taken
        if gone:
            for part in (self.editor, self.reason, self._always):
                part.hide()
        else:
            self._add_editor()
            self._show_charges(answer.row.charges)

    # Parts of the panel

    def _add(self, caption: str, words: str) -> None:
        group = QVBoxLayout()
        group.setSpacing(2)
        group.addWidget(label(caption, "caption"))
        text = label(words, wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        group.addWidget(text)
        self._column.addLayout(group)

    def _add_source(self, imported: str) -> None:
        line = self._line
        sheet = f" · sheet “{line.sheet}”" if line.sheet else ""
        journal = f"journal {line.transaction} · " if line.transaction else ""
        when = f"imported {imported}" if imported else "imported"
        self._add(
            "Came from",
            f"{self.answer.row.file}{sheet} · row\u00a0{line.row:,}\n{journal}{when}".strip(" ·\n"),
        )
        posted = short_date(line.posted_on)
        coding = " · ".join(part for part in (coding_of(line), line.type) if part)
        period = f"{posted} · period {line.period} of {line.year}"
        words = [line.supplier, line.description, period, coding]
        self._add("Ledger", "\n".join(word for word in words if word))

    def _add_change(self, change: LineChange) -> None:
        group = QVBoxLayout()
        group.setSpacing(6)
        looked = "looked at" if change.reviewed else "since last import"
        group.addWidget(
            Pill(f"{change.change.value} {looked}", Tone.NEUTRAL if change.reviewed else Tone.BAD)
        )
        group.addWidget(label(difference(change.before, change.after), wrap=True))
        taken = "The new download’s word is taken." if change.taken else "The line is kept as it was before."
        group.addWidget(label(taken, "note", wrap=True))
        if change.change is Change.VANISHED and change.taken and change.charges_before:
            group.addWidget(label("What it was charged to counts no longer.", "note", wrap=True))
        if change.change is Change.AMOUNT and change.taken and change.charges_before:
            followed = (
                "Its charges followed in proportion."
                if change.charges_after
                else "Its charges could not follow, so it waits again."
            )
            group.addWidget(label(followed, "note", wrap=True))
        row = FlowLayout(spacing=8)
        words = "Keep the old" if change.taken else "Take the new"
        decide = button(words, lambda: self.decide_requested.emit((change, not change.taken)))
        reviewed = button("Looked at", lambda: self.reviewed_requested.emit(change))
        decide.setEnabled(self._can_write)
        reviewed.setEnabled(self._can_write and not change.reviewed)
        row.addWidget(reviewed)
        row.addWidget(decide)
        group.addLayout(row)
        self._column.addLayout(group)

    def _add_editor(self) -> None:
        answer = self.answer
        charge = QVBoxLayout()
        charge.setSpacing(4)
        charge.addWidget(label("Charge to", "caption"))
        charge.addWidget(self.editor)
        self._column.addLayout(charge)
        charges = answer.row.charges
        if charges:
            self._add("Why it is so", _said(charges))
        elif answer.suggestion is not None:
            self._add("Why suggested", answer.suggestion.reason)
        else:
            self._add("Why it waits", answer.waiting_because)
        reason = QVBoxLayout()
        reason.setSpacing(4)
        self._reason_caption = label("Reason", "caption")
        reason.addWidget(self._reason_caption)
        reason.addWidget(self.reason)
        self._column.addLayout(reason)
        self._always.setToolTip(f"Adds a rule: supplier contains “{self._line.supplier}”")
        self._column.addWidget(self._always)
        row = FlowLayout(spacing=8)
        row.addWidget(self._accept_button)
        self._buttons: list[Button] = [self._accept_button]
        self._buttons.append(button("Exclude…", self.start_excluding, tip="It is not grant money; say why"))
        self._buttons.append(button("Income", self.place_as_income, tip="It is grant received, not spending"))
        if charges:
            self._buttons.append(
                button("Make it wait again", lambda: self.clear_requested.emit(answer.row.id))
            )
        for made in self._buttons[1:]:
            row.addWidget(made)
        self._column.addLayout(row)
        self._column.addWidget(self._problem)
        self.editor.changed.connect(self._parts_changed)
        self.reason.textEdited.connect(self._reason_edited)
        self.reason.textChanged.connect(lambda _text: self._show_state())
        self.editor.setEnabled(self._can_write)
        self.reason.setEnabled(self._can_write)
        self._always.setEnabled(self._can_write)
        for made in self._buttons:
            made.setEnabled(self._can_write)

    def _show_charges(self, charges: tuple[Charged, ...]) -> None:
        if charges:
            self.editor.set_parts(
                [
                    (charge.head if charge.head is not None else charge.disposition, charge.amount)
                    for charge in (entry.charge for entry in charges)
                ]
            )
            # A rule's reason goes with the rule: what a person changes gets a person's reason.
            by_rule = charges[0].how is How.RULE
            self.reason.setText("" if by_rule else charges[0].charge.reason)
        else:
            suggestion = self.answer.suggestion
            self.editor.set_place(suggestion.head if suggestion is not None else None)
        self._first = (self.editor.parts(), self.reason.text())
        self.reason.setCursorPosition(0)
        self._show_state()

    # What is in the panel now

    @property
    def is_ready(self) -> bool:
        """Whether Accept would do something."""
        return self._accept_button.isEnabled() and bool(self.editor.parts())

    @property
    def has_edits(self) -> bool:
        """Whether the user has begun to change something."""
        return (self.editor.parts(), self.reason.text()) != self._first

    def _reason_edited(self) -> None:
        self._reason_typed = True

    def _parts_changed(self) -> None:
        if not self._reason_typed:
            self.reason.setText(self._default_reason())
        self._show_state()

    def _default_reason(self) -> str:
        places = self.editor.places
        suggestion = self.answer.suggestion
        if len(places) > 1:
            return SPLIT_BY_HAND
        if places in ([Disposition.EXCLUDED], [None]):
            return ""
        if places == [Disposition.INCOME]:
            return INCOME_BY_HAND
        if suggestion is not None and places == [suggestion.head]:
            return suggestion.reason
        return BY_HAND

    def _show_state(self) -> None:
        places = self.editor.places
        excluding = places == [Disposition.EXCLUDED]
        self.reason.setPlaceholderText("Why is it not grant money?" if excluding else "Why it goes there")
        self._always.setVisible(len(places) == 1 and bool(self._line.supplier))
        problem = self.editor.problem()
        changed = not self.answer.row.charges or self.has_edits
        if changed and not problem and not self.reason.text().strip():
            problem = "Say why it is not grant money." if excluding else "Say why it goes there."
        verb = "Accept" if not self.answer.row.charges else "Save the change"
        if excluding and changed:
            verb = "Exclude"
        self._accept_button.set_text(f"{verb} (Enter)")
        self._accept_button.setEnabled(self._can_write and not problem and changed)
        self._problem.setText(problem if self._can_write else "The file can only be read.")
        self._problem.setVisible(bool(self._problem.text()))

    # What the user does

    def accept(self) -> None:
        """Asks for the charge as it stands, when it is ready."""
        parts = self.editor.parts()
        if not parts or not self._accept_button.isEnabled():
            return
        always = (
            self._always_target() if self._always.isChecked() and self._always.isVisibleTo(self) else None
        )
        self.place_requested.emit(
            Placing(self.answer.row.id, parts, self.reason.text().strip(), self._line.supplier, always)
        )

    def start_excluding(self) -> None:
        """Makes it one part that is not grant money; only its reason is still to be said."""
        self._reason_typed = False
        self.editor.set_place(Disposition.EXCLUDED)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def place_as_income(self) -> None:
        """Asks for the whole line to be income."""
        part = ChargePart(self._line.amount, Disposition.INCOME)
        self.place_requested.emit(Placing(self.answer.row.id, (part,), INCOME_BY_HAND))

    def _always_target(self) -> Target | None:
        place = self.editor.places[0]
        if place is Disposition.EXCLUDED:
            return Exclude(self.reason.text().strip())
        if place is Disposition.INCOME:
            return ToIncome()
        if isinstance(place, BudgetHead):
            ref = next(ref for ref, _, head in self.answer.heads if head == place)
            return ToProjects((Split(ref, Decimal(100)),))
        return None

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        else:
            super().keyPressEvent(event)


def _said(charges: tuple[Charged, ...]) -> str:
    first = charges[0]
    how = "a rule" if first.how is How.RULE else "hand"
    reasons = "\n".join(dict.fromkeys(entry.charge.reason for entry in charges))
    return f"{reasons}\nPlaced by {how} · {first.by} · {first.at.astimezone():%d/%m/%Y %H:%M}"
