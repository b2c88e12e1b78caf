"""The allocation over the years: a bar for each, so that a run of cuts is seen at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from fundingapp.domain.allocations import TrendYear, trend_in_words
from fundingapp.ui.theme import Theme

#: Around the bars, for the words: top for the amounts, bottom for the years.
_TOP, _BOTTOM, _SIDE = 22.0, 22.0, 8.0
_WIDEST_BAR = 64.0


def change_in_words(entry: TrendYear) -> str:
    """“−£5,000.00 (−7.7%)”; a dash where there is nothing to compare with."""
    if entry.change is None:
        return "–"
    percent = "" if entry.percent is None else f" ({'+' if entry.percent > 0 else ''}{entry.percent}%)"
    sign = "+" if entry.change.pence > 0 else ""
    return f"{sign}{entry.change.in_words}{percent}".replace("-", "−")


class TrendChart(QWidget):
    """A bar for each year; one that is only indicative has a dashed outline and says so. Hovering tells the figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trend: tuple[TrendYear, ...] = ()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(96)
        self.setAccessibleName("Allocation over the years")
        Theme.current().changed.connect(self.update)

    def set_trend(self, trend: Sequence[TrendYear]) -> None:
        """Shows *trend*, oldest first."""
        self._trend = tuple(trend)
        self.setAccessibleDescription(self.in_words)
        self.update()

    @property
    def in_words(self) -> str:
        """The chart for those who do not see it."""
        said = ", ".join(f"{entry.year} {entry.amount.in_words}" for entry in self._trend)
        return " ".join(words for words in (said and f"{said}.", trend_in_words(self._trend)) if words)

    def figures_at(self, at: int) -> str:
        """What a tooltip says about the bar *at*, from 0."""
        entry = self._trend[at]
        lines = [f"{entry.year}: {entry.amount.in_words}" + (", indicative" if entry.hoped else "")]
        if entry.change is not None:
            lines.append(f"{change_in_words(entry)} against {entry.year.previous}")
        if entry.basis:
            lines.append(f"basis: {entry.basis}")
        return "\n".join(lines)

    def _step(self) -> float:
        return (self.width() - 2 * _SIDE) / max(len(self._trend), 3)

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(340, 150)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, step = Theme.current(), self._step()
        height = max(1.0, self.height() - _TOP - _BOTTOM)
        highest = max((entry.amount.pence for entry in self._trend), default=0) or 1
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.font(10))
            foot = _TOP + height
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(QLineF(_SIDE, foot, self.width() - _SIDE, foot))
            for at, entry in enumerate(self._trend):
                left = _SIDE + at * step
                width = min(_WIDEST_BAR, step * 0.6)
                tall = height * entry.amount.pence / highest
                bar = QRectF(left + (step - width) / 2, foot - tall, width, tall)
                if entry.hoped:
                    pen = QPen(theme.colour("accent"), 1.4)
                    pen.setDashPattern([3, 2])
                    painter.setPen(pen)
                    painter.setBrush(theme.colour("accent_soft"))
                else:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(theme.colour("accent"))
                painter.drawRect(bar)
                painter.setPen(theme.colour("second"))
                over = QRectF(left - 4, bar.top() - 17, step + 8, 15)
                painter.drawText(over, Qt.AlignmentFlag.AlignCenter, entry.amount.in_thousands)
                under = QRectF(left - 4, foot + 4, step + 8, 16)
                painter.drawText(under, Qt.AlignmentFlag.AlignCenter, str(entry.year))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = int((event.position().x() - _SIDE) // max(self._step(), 1))
        if 0 <= at < len(self._trend):
            QToolTip.showText(event.globalPosition().toPoint(), self.figures_at(at), self)
