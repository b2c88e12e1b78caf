"""Choosing a period of the finance system: “period 10 (January)”."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from fundingapp.domain.periods import CLOSING_PERIOD, period_name
from fundingapp.ui.widgets.choice import ChoiceButton, Option


class PeriodPicker(ChoiceButton):
    """Periods 1 to 13 with their months; Left and Right step. *locked* periods say so."""

    period_changed = Signal(object)  # int

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Period", _options(()), parent)
        self.chosen.connect(self.period_changed)

    @property
    def period(self) -> int:
        return self.key if isinstance(self.key, int) else 1

    def set_period(self, period: int, locked: Collection[int] = ()) -> None:
        """Shows *period*, 1 to 13, without saying that it changed."""
        self.set_options(_options(locked), period)

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Left:
            self.choose(self.period - 1)
        elif event.key() == Qt.Key.Key_Right:
            self.choose(self.period + 1)
        else:
            super().keyPressEvent(event)


def _options(locked: Collection[int]) -> tuple[Option, ...]:
    return tuple(
        Option(number, f"period {number} ({period_name(number)})" + (" · locked" if number in locked else ""))
        for number in range(1, CLOSING_PERIOD + 1)
    )
