"""Limits of an agreement as rows: how each stands, what is measured, how much room is left, and the clause beside."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from fundingapp.domain.gauges import GaugeState, Reading
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.page import Figure
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.figure import FigureLabel
from fundingapp.ui.widgets.labels import ElidedLabel
from fundingapp.ui.widgets.pill import Pill

_TONES = {
    GaugeState.WITHIN: (Tone.GOOD, "✓"),
    GaugeState.AT_LIMIT: (Tone.ATTENTION, "="),
    GaugeState.BEYOND: (Tone.BAD, "≠"),
    GaugeState.NOTHING_YET: (Tone.NEUTRAL, ""),
}


class GaugeRows(QWidget):
    """One row for each gauge; its value answers why: the room to the limit, and what is measured."""

    why_requested = Signal(object)  # Figure

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Limits")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(3 * STEP)
        self._grid.setVerticalSpacing(STEP)
        self._grid.setColumnStretch(3, 1)

    def show_gauges(self, fund: str, year: FinancialYear, gauges: Sequence[Reading]) -> None:
        """Shows *gauges* of that grant."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, reading in enumerate(gauges):
            self._add(at, reading, Figure(f"{fund}/{year}/gauge:{reading.id}"))

    def _add(self, at: int, reading: Reading, room: Figure) -> None:
        condition = reading.condition
        tone, sign = _TONES[reading.state]
        word = reading.state.value
        if condition.is_settled:
            word, tone, sign = condition.state.value, Tone.NEUTRAL, ""
        value = FigureLabel()
        value.set_figure(reading.value_in_words, room, reading.gauge.value)
        value.why_requested.connect(self.why_requested)
        name = ElidedLabel()
        name.set_text(reading.gauge.value.capitalize())
        words = ElidedLabel(kind="second")
        words.set_text(
            f"{reading.limit_in_words}, {reading.room_in_words} · {condition.in_short}: {condition.text}"
        )
        middle = Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(Pill(word, tone, sign), at, 0, middle | Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(name, at, 1, middle)
        self._grid.addWidget(value, at, 2, middle | Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(words, at, 3, middle)
