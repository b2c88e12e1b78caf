"""Spend against profile: what was planned, what was spent, and where it is going, month by month."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name
from fundingapp.ui.theme import Theme

_MONTHS = "AMJJASONDJFM"


class SpendChart(QWidget):
    """Cumulative amounts by period. It cannot be dragged or zoomed; hovering tells the exact figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profile: tuple[Money, ...] = ()
        self._actual: tuple[Money, ...] = ()
        self._forecast: tuple[Money, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 12, 6)
        self._plot = pg.PlotWidget(enableMenu=False, antialias=True)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.viewport().installEventFilter(self)
        self._plot.viewport().setMouseTracking(True)
        column.addWidget(self._plot)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(120)
        Theme.current().changed.connect(self._draw)

    def set_figures(
        self, profile: Sequence[Money], actual: Sequence[Money], forecast: Sequence[Money] = ()
    ) -> None:
        """Cumulative amounts from April on; *forecast* follows on the last of *actual*."""
        self._profile = tuple(profile[:12])
        self._actual = tuple(actual[:12])
        self._forecast = tuple(forecast[: 12 - len(self._actual)])
        self.setAccessibleName("Spend against profile")
        self.setAccessibleDescription(self.in_words)
        self._draw()

    @property
    def in_words(self) -> str:
        """The chart for those who do not see it, and as its tooltip's first line."""
        if not self._actual:
            return "Nothing spent yet."
        last = len(self._actual)
        words = f"Spent by the end of {period_name(last)}: {self._actual[-1].in_words}"
        if last <= len(self._profile):
            words += f", profile {self._profile[last - 1].in_words}"
        if self._forecast:
            words += f". Forecast at year end {self._forecast[-1].in_words}"
        return words + "."

    def figures_at(self, period: int) -> str:
        """What a tooltip says about *period*, 1 to 12."""
        lines = [f"{period_name(period)} (period {period})"]
        if period <= len(self._actual):
            lines.append(f"spent {self._actual[period - 1].in_words}")
        elif period <= len(self._actual) + len(self._forecast):
            lines.append(f"forecast {self._forecast[period - 1 - len(self._actual)].in_words}")
        if period <= len(self._profile):
            lines.append(f"profile {self._profile[period - 1].in_words}")
        return "\n".join(lines)

    def _draw(self) -> None:
        theme = Theme.current()
        plot = self._plot
        plot.clear()
        plot.setBackground(theme.colour("surface"))
        amounts = [*self._profile, *self._actual, *self._forecast]
        highest = max((amount.pence for amount in amounts), default=0)
        lowest = min(0, min((amount.pence for amount in amounts), default=0))
        step = _step(highest - lowest)
        top = -(-max(highest, 1) // step) * step
        bottom = -(-lowest // -step) * -step if lowest < 0 else 0
        ticks = list(range(bottom, top + 1, step))
        for tick in ticks:
            plot.addItem(pg.InfiniteLine(_y(tick), 0, pen=pg.mkPen(theme.colour("line_soft"), width=1)))
        self._axis("left", [(_y(tick), _thousands(tick, tick == ticks[-1])) for tick in ticks[1:]])
        self._axis("bottom", [(float(at), letter) for at, letter in enumerate(_MONTHS, start=1)])
        dashed = pg.mkPen(theme.colour("third"), width=1.5, style=Qt.PenStyle.CustomDashLine)
        dashed.setDashPattern([4, 3])
        dotted = pg.mkPen(theme.colour("accent"), width=2)
        dotted.setDashPattern([1, 2.2])
        self._line(self._profile, 1, dashed)
        if self._forecast:
            self._line((self._actual[-1:] or (Money(0),)) + self._forecast, max(1, len(self._actual)), dotted)
        self._line(self._actual, 1, pg.mkPen(theme.colour("accent"), width=2.2))
        if self._actual:
            place = [float(len(self._actual))], [_y(self._actual[-1].pence)]
            plot.plot(
                *place, pen=None, symbol="o", symbolSize=7, symbolPen=None, symbolBrush=theme.colour("accent")
            )
        plot.setXRange(0.6, 12.4, padding=0)
        plot.setYRange(_y(bottom), _y(top) + _y(step) * 0.12, padding=0)

    def _axis(self, side: str, ticks: Sequence[tuple[float, str]]) -> None:
        theme = Theme.current()
        axis = self._plot.getAxis(side)
        axis.setTicks([list(ticks)])
        axis.setPen(pg.mkPen(None))
        axis.setTickPen(theme.colour("surface"))
        axis.setTextPen(theme.colour("third"))
        axis.setStyle(tickFont=theme.font(10), tickLength=0, tickTextOffset=5)

    def _line(self, amounts: Sequence[Money], first: int, pen: object) -> None:
        if len(amounts) > 1:
            places = [float(at) for at in range(first, first + len(amounts))]
            self._plot.plot(places, [_y(amount.pence) for amount in amounts], pen=pen, antialias=True)

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(340, 190)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            return True
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            scene = self._plot.mapToScene(event.position().toPoint())
            period = round(self._plot.getViewBox().mapSceneToView(QPointF(scene)).x())
            if 1 <= period <= 12 and self._profile:
                QToolTip.showText(event.globalPosition().toPoint(), self.figures_at(period), self)
        return super().eventFilter(watched, event)


def _y(pence: int) -> float:
    return pence / 100


def _step(span: int) -> int:
    """A round distance of the lines, in pence, so that there are three to five of them."""
    size = 100
    while True:
        for factor in (1, 2, 5):
            if span <= factor * size * 4:
                return factor * size
        size *= 10


def _thousands(pence: int, with_sign: bool) -> str:
    pounds = pence // 100
    words = f"{abs(pounds) // 1000}k" if pounds % 1000 == 0 else f"{abs(pounds):,}"
    return f"{'−' if pounds < 0 else ''}{'£' if with_sign else ''}{words}"
