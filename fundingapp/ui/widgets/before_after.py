"""What a step changes, before it is taken: each sum as it is and as it will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from fundingapp.domain.money import Money
from fundingapp.ui.widgets.labels import label


@dataclass(frozen=True, slots=True)
class Shift:
    """A sum that a step changes."""

    name: str
    before: Money
    after: Money


class BeforeAfter(QWidget):
    """A small table of three columns; a sum that falls below nought is marked in words too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Before and after")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._holder = QWidget()
        outer.addWidget(self._holder)
        self._shifts: tuple[Shift, ...] = ()

    @property
    def shifts(self) -> tuple[Shift, ...]:
        return self._shifts

    def set_shifts(self, shifts: Sequence[Shift]) -> None:
        """Shows *shifts*; nothing at all when there are none."""
        self._shifts = tuple(shifts)
        old, self._holder = self._holder, QWidget()
        grid = QGridLayout(self._holder)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for column, words in ((1, "Before £"), (2, "After £")):
            grid.addWidget(_right(words, "caption"), 0, column)
        for row, shift in enumerate(self._shifts, start=1):
            grid.addWidget(label(shift.name, wrap=True), row, 0)
            grid.addWidget(_right(str(shift.before)), row, 1)
            after = _right(str(shift.after), "strong")
            if shift.after < Money.ZERO:
                after.setProperty("tone", "bad")
            grid.addWidget(after, row, 2)
        outer = self.layout()
        if outer is not None:
            outer.replaceWidget(old, self._holder)
        old.hide()
        old.deleteLater()
        self.setVisible(bool(self._shifts))


def _right(text: str, kind: str = "") -> QLabel:
    made = label(text, kind)
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made
