"""A grant over its years: what there was beside what was spent, and what each year carries into the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.theme import Theme

#: Around the bars, for the words: legend above, years below.
_TOP, _BOTTOM, _SIDE = 42.0, 22.0, 10.0
_WIDEST_BAR, _GAP = 40.0, 4.0
_KEY = 9.0
#: The colour of what does not count yet.
_HOPED = "attention"


@dataclass(frozen=True, slots=True)
class YearBars:
    """A year's sums as they are drawn; *awaited* is carried into it only if the commissioner agrees."""

    year: FinancialYear
    allocation: Money
    brought: Money
    awaited: Money
    spend: Money
    carried: Money


#: Name, colour of the theme, and amount of each part: the first three stand on the left bar, the others on the right.
_PARTS: tuple[tuple[str, str, Callable[[YearBars], Money]], ...] = (
    ("allocation", "accent_pale", lambda bars: bars.allocation),
    ("brought forward", "accent_middle", lambda bars: bars.brought),
    ("not yet agreed", _HOPED, lambda bars: bars.awaited),
    ("spend", "accent", lambda bars: bars.spend),
    ("carried forward", "accent_middle", lambda bars: bars.carried),
)
_LEFT_PARTS = 3
#: Parts that stand in the legend: brought and carried forward are the two ends of one thing, in one colour.
_LEGEND = (
    ("allocation", "accent_pale"),
    ("spend", "accent"),
    ("brought and carried forward", "accent_middle"),
    ("not yet agreed", _HOPED),
)


class YearsChart(QWidget):
    """Two bars for each year. What is not agreed has a dashed outline; a line leads from what a year carried to where
    the next one has it. Hovering tells the figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._years: tuple[YearBars, ...] = ()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(130)
        self.setAccessibleName("The grant over its years")
        Theme.current().changed.connect(self.update)

    def set_years(self, years: Sequence[YearBars]) -> None:
        """Shows *years*, oldest first."""
        self._years = tuple(years)
        self.setAccessibleDescription(self.in_words)
        self.update()

    @property
    def in_words(self) -> str:
        """The chart for those who do not see it."""
        return " ".join(self.figures_at(at).replace("\n", ", ") + "." for at in range(len(self._years)))

    def figures_at(self, at: int) -> str:
        """What a tooltip says about the year *at*, from 0; parts of nought are left out."""
        bars = self._years[at]
        told = [f"{name} {amount(bars).in_words}" for name, _, amount in _PARTS if amount(bars)]
        return "\n".join([str(bars.year), *(told or ["nothing yet"])])

    def _step(self) -> float:
        return (self.width() - 2 * _SIDE) / max(len(self._years), 3)

    def _highest(self) -> int:
        sums = [
            Money.total(amount(bars) for _, _, amount in parts if amount(bars) > Money.ZERO).pence
            for bars in self._years
            for parts in (_PARTS[:_LEFT_PARTS], _PARTS[_LEFT_PARTS:])
        ]
        return max(sums, default=0) or 1

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(420, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(Theme.current().font(10))
            self._paint_legend(painter)
            self._paint_years(painter)

    def _paint_legend(self, painter: QPainter) -> None:
        theme = Theme.current()
        metrics = QFontMetrics(theme.font(10))
        left = _SIDE
        shown = [each for each in _LEGEND if each[1] != _HOPED or any(year.awaited for year in self._years)]
        for name, colour in shown:
            if left + _KEY + 5 + metrics.horizontalAdvance(name) > self.width() - _SIDE:
                break
            key = QRectF(left, 6, _KEY, _KEY)
            _fill(painter, key, colour)
            painter.setPen(theme.colour("second"))
            painter.drawText(QPointF(left + _KEY + 5, 6 + _KEY - 0.5), name)
            left += _KEY + 5 + metrics.horizontalAdvance(name) + 16

    def _paint_years(self, painter: QPainter) -> None:
        theme, step = Theme.current(), self._step()
        height, highest = max(1.0, self.height() - _TOP - _BOTTOM), self._highest()
        foot = _TOP + height
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QLineF(_SIDE, foot, self.width() - _SIDE, foot))
        width = min(_WIDEST_BAR, (step - 3 * _GAP) * 0.36)
        leads: list[tuple[QPointF, QPointF]] = []
        came_from: QPointF | None = None
        for at, bars in enumerate(self._years):
            middle = _SIDE + (at + 0.5) * step
            tops, ends = [foot, foot], [foot, foot]
            for number, (name, colour, amount) in enumerate(_PARTS):
                right = number >= _LEFT_PARTS
                tall = height * max(0, amount(bars).pence) / highest
                if not tall:
                    continue
                left = middle + _GAP / 2 if right else middle - _GAP / 2 - width
                tops[right] -= tall
                _fill(painter, QRectF(left, tops[right], width, tall), colour)
                if name in ("brought forward", "carried forward"):
                    ends[right] = tops[right] + tall / 2
            if came_from is not None and bars.brought:
                leads.append((came_from, QPointF(middle - _GAP / 2 - width, ends[0])))
            came_from = QPointF(middle + _GAP / 2 + width, ends[1]) if bars.carried else None
            painter.setPen(theme.colour("second"))
            over = QRectF(middle - step / 2, min(tops) - 17, step, 15)
            whole = bars.allocation + bars.brought
            painter.drawText(over, Qt.AlignmentFlag.AlignCenter, whole.in_thousands)
            under = QRectF(middle - step / 2, foot + 4, step, 16)
            painter.drawText(under, Qt.AlignmentFlag.AlignCenter, str(bars.year))
        pen = QPen(theme.colour("accent"), 1.3)
        pen.setDashPattern([2, 2])
        painter.setPen(pen)
        for start, end in leads:
            painter.drawLine(QLineF(start, end))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = int((event.position().x() - _SIDE) // max(self._step(), 1))
        if 0 <= at < len(self._years):
            QToolTip.showText(event.globalPosition().toPoint(), self.figures_at(at), self)


def _fill(painter: QPainter, room: QRectF, colour: str) -> None:
    """A part of a bar; what is not agreed has an outline too, so that it is not told by its colour alone."""
    theme = Theme.current()
    if colour != _HOPED:
        painter.fillRect(room, theme.colour(colour))
        return
    painter.fillRect(room, theme.colour(f"{_HOPED}_soft"))
    pen = QPen(theme.colour(_HOPED), 1.2)
    pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(room.adjusted(0.6, 0.6, -0.6, -0.6))
