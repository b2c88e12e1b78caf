"""Several selected lines in the inspector: charge all to one project, exclude all, make them wait again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from fundingapp.application.wording import count
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import Disposition, Exclude, Split, Target, ToIncome, ToProjects
from fundingapp.domain.money import Money
from fundingapp.domain.suggestions import ACCEPT_LINE
from fundingapp.ui.spend.columns import head_words
from fundingapp.ui.spend.line_panel import BY_HAND, INCOME_BY_HAND, SPLIT_BY_HAND, Panel, ReasonField
from fundingapp.ui.spend.parts import Head, PlaceChoice
from fundingapp.ui.widgets.buttons import button, link_button, primary_button
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label


@dataclass(frozen=True, slots=True)
class PlacingAll:
    """What the user wants done with several lines."""

    lines: tuple[LineId, ...]
    target: Target
    reason: str
    late: bool = False


class SeveralPanel(Panel):
    """One place, or several by percentage, and one reason for all of *lines*.

    *hidden* lines are not shown by the filters that are on; they stay as they are.
    """

    place_requested = Signal(object)  # PlacingAll
    clear_requested = Signal(object)  # tuple of LineId
    accept_requested = Signal(object)  # tuple of LineId: as each is suggested

    def __init__(
        self,
        lines: Sequence[LineId],
        heads: Sequence[Head],
        called: Mapping[BudgetHead, str],
        can_write: bool,
        total: Money | None = None,
        hidden: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.lines = tuple(lines)
        self._can_write = can_write
        self._reason_typed = False
        self._remembered: tuple[str, ...] = ()
        words = count(len(self.lines), "line")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._add_sum(words, total, hidden)
        self._suggested: tuple[LineId, ...] = ()
        self._late: frozenset[LineId] = frozenset()
        self._accept_all = primary_button("Accept", self.accept_suggestions)
        self._accept_all.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._accept_note = label("", "note", wrap=True)
        for made in (self._accept_all, self._accept_note):
            made.hide()
            self._column.addWidget(made)
        group = QVBoxLayout()
        group.setSpacing(4)
        group.addWidget(label(f"Charge all {words} to", "caption"))
        projects = [Option(called[head], head_words(ref, name, called[head])) for ref, name, head in heads]
        options = [Option(None, "Choose a project…"), *projects]
        options.append(Option(Disposition.EXCLUDED, "Not grant money"))
        options.append(Option(Disposition.INCOME, "Income: grant received"))
        self.place = PlaceChoice("Charge all to", options)
        self._sought = label("", "note", wrap=True)
        self._sought.hide()
        self.second = PlaceChoice("Charge a part of each to", [options[0], *projects])
        self.percent = QLineEdit()
        self.percent.setPlaceholderText("%")
        self.percent.setAccessibleName("Percentage of each line that goes there")
        self.percent.setFixedWidth(64)
        self._second_row = QWidget()
        row = QHBoxLayout(self._second_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.second, 1)
        row.addWidget(self.percent)
        self._second_row.hide()
        self._split = link_button("+ split", self.start_splitting, "A part of each line goes elsewhere (S)")
        self._split.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for part in (self.place, self._second_row, self._split, self._sought):
            group.addWidget(part)
        self._column.addLayout(group)
        group = QVBoxLayout()
        group.setSpacing(4)
        group.addWidget(label("Reason", "caption"))
        self.reason = ReasonField("Reason of the charges")
        group.addWidget(self.reason)
        self._column.addLayout(group)
        self._late_note = label("", "note", wrap=True)
        self._late_note.hide()
        self._column.addWidget(self._late_note)
        self._column.addWidget(
            label(
                "What is charged already is charged anew. One Undo takes all of it back.", "note", wrap=True
            )
        )
        buttons = FlowLayout(spacing=8)
        self._accept = primary_button(f"Charge {words}", self.accept)
        self._exclude = button(
            "Exclude all…", self.start_excluding, tip="They are not grant money; say why (E)"
        )
        self._clear = button(
            "Make them wait again", self.clear, tip="Takes them back from where they are (W)"
        )
        for made in (self._accept, self._exclude, self._clear):
            buttons.addWidget(made)
        self._column.addLayout(buttons)
        for control in (self.place, self.second, self.percent, self.reason, self._split):
            control.setEnabled(can_write)
        for control in (self._exclude, self._clear):
            control.setEnabled(can_write)
        self.place.currentIndexChanged.connect(lambda _at: self._place_changed())
        self.second.currentIndexChanged.connect(lambda _at: self._place_changed())
        for choice in (self.place, self.second):
            choice.sought.connect(self._show_sought)
        self.percent.textChanged.connect(lambda _text: self._show_state())
        self.reason.textEdited.connect(self._reason_edited)
        self.reason.textChanged.connect(lambda _text: self._show_state())
        self._show_state()

    def _add_sum(self, words: str, total: Money | None, hidden: int) -> None:
        group = QVBoxLayout()
        group.setSpacing(2)
        group.addWidget(label("Selected", "caption"))
        sum_of = f" · {total.in_words}" if total is not None else ""
        group.addWidget(label(f"{words}{sum_of}", "strong", wrap=True))
        if hidden > 0:
            stays = "it stays as it is" if hidden == 1 else "they stay as they are"
            note = f"{count(hidden, 'more line')} hidden by the filters; {stays}."
            group.addWidget(label(note, "note", wrap=True))
        self._column.addLayout(group)

    def set_suggested(self, certain: Sequence[LineId], others: int) -> None:
        """Which of the lines have a certain suggestion, and how many one that a person must look at by itself."""
        self._suggested = tuple(line for line in certain if line not in self._late)
        self._accept_all.set_text(f"Accept {count(len(self._suggested), 'suggestion')}")
        self._accept_all.setToolTip("Charges each as it is suggested; one Undo takes all of it back (A)")
        self._accept_all.setVisible(bool(self._suggested) and self._can_write)
        low = "1 suggestion is" if others == 1 else f"{others:,} suggestions are"
        self._accept_note.setText(f"{low} below {ACCEPT_LINE} of 100: look at each line.")
        self._accept_note.setVisible(others > 0)

    def set_late(self, late: frozenset[LineId]) -> None:
        """Which of the lines came after their period was locked: they are charged as prior-period adjustments."""
        self._late = late
        of_them = "All" if len(late) == len(self.lines) else f"{len(late):,}"
        self._late_note.setText(
            f"{of_them} of these came after their period was locked: the locked figures stay, and what is charged is "
            "stated beside them as a prior-period adjustment."
        )
        self._late_note.setVisible(bool(late))
        self._show_state()

    def accept_suggestions(self) -> None:
        """Asks for each of the lines with a certain suggestion to be charged so."""
        if self._suggested and self._can_write:
            self.accept_requested.emit(self._suggested)

    def set_remembered(self, reasons: Sequence[str]) -> None:
        """The reasons that exclusions were given before."""
        self._remembered = tuple(reasons)
        self._show_state()

    def _show_sought(self, words: str) -> None:
        self._sought.setText(words)
        self._sought.setVisible(bool(words))

    def _reason_edited(self) -> None:
        self._reason_typed = True

    def _place_changed(self) -> None:
        if not self._reason_typed:
            place = self.place.key
            if isinstance(place, str):
                self.reason.setText(SPLIT_BY_HAND if self._is_split else BY_HAND)
            else:
                self.reason.setText(INCOME_BY_HAND if place is Disposition.INCOME else "")
        self._show_state()

    @property
    def _is_split(self) -> bool:
        return self._second_row.isVisibleTo(self) and isinstance(self.place.key, str)

    def _second_percent(self) -> Decimal | None:
        """The percentage typed, above 0 and below 100; None for anything else."""
        text = self.percent.text().strip().removesuffix("%").strip()
        try:
            found = Decimal(text)
        except InvalidOperation:
            return None
        return found if found.is_finite() and 0 < found < 100 else None

    def target(self) -> Target | None:
        """Where all of them go; None while something is missing."""
        place, reason = self.place.key, self.reason.text().strip()
        if not reason:
            return None
        if place is Disposition.EXCLUDED:
            return Exclude(reason)
        if place is Disposition.INCOME:
            return ToIncome()
        if not isinstance(place, str):
            return None
        if not self._is_split:
            return ToProjects((Split(place, Decimal(100)),))
        second, percent = self.second.key, self._second_percent()
        if not isinstance(second, str) or second == place or percent is None:
            return None
        return ToProjects((Split(place, Decimal(100) - percent), Split(second, percent)))

    def _show_state(self) -> None:
        excluding = self.place.key is Disposition.EXCLUDED
        self.reason.setPlaceholderText("Why are they not grant money?" if excluding else "Why they go there")
        self.reason.set_remembered(self._remembered if excluding else ())
        self._split.setVisible(isinstance(self.place.key, str) and not self._is_split)
        self._accept.setEnabled(self._can_write and self.target() is not None)
        verb = "Exclude" if excluding else ("Split" if self._is_split else "Charge")
        late = f", {len(self._late):,} of them late" if self._late else ""
        self._accept.set_text(f"{verb} {count(len(self.lines), 'line')}{late}")

    def first_focus(self) -> QWidget:
        """Where the keyboard comes to."""
        return self.place

    def start_choosing(self) -> None:
        """The keyboard goes to where the project is chosen."""
        self.place.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_splitting(self) -> None:
        """A part of each line goes to a second project; the keyboard goes there, or first to the first."""
        if not self._can_write:
            return
        self._second_row.show()
        self._place_changed()
        choice = self.second if isinstance(self.place.key, str) else self.place
        choice.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_excluding(self) -> None:
        """Only the reason is still to be said."""
        if not self._can_write:
            return
        self._reason_typed = False
        self.place.choose(Disposition.EXCLUDED)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Asks for all of them to wait again."""
        if self._can_write:
            self.clear_requested.emit(self.lines)

    def accept(self) -> None:
        """Asks for the charges as they stand, when they are ready."""
        target = self.target()
        if target is not None and self._accept.isEnabled():
            reason = "" if isinstance(target, Exclude) else self.reason.text().strip()
            self.place_requested.emit(PlacingAll(self.lines, target, reason, bool(self._late)))
