"""Several selected lines in the inspector: charge all to one project, exclude all, make them wait again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fundingapp.application.wording import count
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import Disposition, Exclude, Split, Target, ToIncome, ToProjects
from fundingapp.ui.spend.line_panel import BY_HAND, INCOME_BY_HAND
from fundingapp.ui.spend.parts import Head, PlaceChoice
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label


@dataclass(frozen=True, slots=True)
class PlacingAll:
    """What the user wants done with several lines."""

    lines: tuple[LineId, ...]
    target: Target
    reason: str


class SeveralPanel(QWidget):
    """One place and one reason for all of *lines*."""

    place_requested = Signal(object)  # PlacingAll
    clear_requested = Signal(object)  # tuple of LineId

    def __init__(
        self,
        lines: Sequence[LineId],
        heads: Sequence[Head],
        can_write: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.lines = tuple(lines)
        self._can_write = can_write
        self._reason_typed = False
        words = count(len(self.lines), "line")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        group = QVBoxLayout()
        group.setSpacing(4)
        group.addWidget(label(f"Charge all {words} to", "caption"))
        options = [Option(None, "Choose a project…")]
        options += [
            Option(ref, f"{ref} {name}") for ref, name in {ref: name for ref, name, _ in heads}.items()
        ]
        options.append(Option(Disposition.EXCLUDED, "Not grant money"))
        options.append(Option(Disposition.INCOME, "Income: grant received"))
        self.place = PlaceChoice("Charge all to", options)
        group.addWidget(self.place)
        column.addLayout(group)
        group = QVBoxLayout()
        group.setSpacing(4)
        group.addWidget(label("Reason", "caption"))
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Reason of the charges")
        group.addWidget(self.reason)
        column.addLayout(group)
        column.addWidget(
            label("What is charged already is charged anew. Undo takes it back.", "note", wrap=True)
        )
        row = FlowLayout(spacing=8)
        self._accept = primary_button(f"Charge {words}", self.accept)
        self._exclude = button("Exclude all…", self.start_excluding, tip="They are not grant money; say why")
        self._clear = button("Make them wait again", lambda: self.clear_requested.emit(self.lines))
        for made in (self._accept, self._exclude, self._clear):
            row.addWidget(made)
        column.addLayout(row)
        for part in (self.place, self.reason, self._exclude, self._clear):
            part.setEnabled(can_write)
        self.place.currentIndexChanged.connect(lambda _at: self._place_changed())
        self.reason.textEdited.connect(self._reason_edited)
        self.reason.textChanged.connect(lambda _text: self._show_state())
        self._show_state()

    def _reason_edited(self) -> None:
        self._reason_typed = True

    def _place_changed(self) -> None:
        if not self._reason_typed:
            place = self.place.key
            if isinstance(place, str):
                self.reason.setText(BY_HAND)
            else:
                self.reason.setText(INCOME_BY_HAND if place is Disposition.INCOME else "")
        self._show_state()

    def _show_state(self) -> None:
        excluding = self.place.key is Disposition.EXCLUDED
        self.reason.setPlaceholderText("Why are they not grant money?" if excluding else "Why they go there")
        ready = self.place.key is not None and bool(self.reason.text().strip())
        self._accept.setEnabled(self._can_write and ready)
        verb = "Exclude" if excluding else "Charge"
        self._accept.set_text(f"{verb} {count(len(self.lines), 'line')}")

    def start_excluding(self) -> None:
        """Only the reason is still to be said."""
        self._reason_typed = False
        self.place.choose(Disposition.EXCLUDED)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        """Asks for the charges as they stand, when they are ready."""
        if not self._accept.isEnabled():
            return
        place, reason = self.place.key, self.reason.text().strip()
        if place is Disposition.EXCLUDED:
            self.place_requested.emit(PlacingAll(self.lines, Exclude(reason), ""))
        elif place is Disposition.INCOME:
            self.place_requested.emit(PlacingAll(self.lines, ToIncome(), reason))
        elif isinstance(place, str):
            target = ToProjects((Split(place, Decimal(100)),))
            self.place_requested.emit(PlacingAll(self.lines, target, reason))

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        else:
            super().keyPressEvent(event)
