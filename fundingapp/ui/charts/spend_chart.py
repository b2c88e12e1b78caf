"""Spend against profile: what was planned, what was spent, and where it is going, month by month."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name
from fundingapp.ui.theme import Theme

_MONTHS = "AMJJASONDJFM"
#: Around the drawing, for the words: left, top, right, bottom.
_LEFT, _TOP, _RIGHT, _BOTTOM = 44.0, 14.0, 14.0, 26.0
#: Room beside the first and the last month, in months.
_BESIDE = 0.4


class SpendChart(QWidget):
    """Cumulative amounts by period. It cannot be dragged or zoomed; hovering tells the exact figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profile: tuple[Money, ...] = ()
        self._actual: tuple[Money, ...] = ()
        self._forecast: tuple[Money, ...] = ()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(120)
        Theme.current().changed.connect(self.update)

    def set_figures(
        self, profile: Sequence[Money], actual: Sequence[Money], forecast: Sequence[Money] = ()
    ) -> None:
        """Cumulative amounts from April on; *forecast* follows on the last of *actual*."""
        self._profile = tuple(profile[:12])
        self._actual = tuple(actual[:12])
        self._forecast = tuple(forecast[: 12 - len(self._actual)])
        self.setAccessibleName("Spend against profile")
        self.setAccessibleDescription(self.in_words)
        self.update()

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

    @property
    def _ticks(self) -> range:
        """The amounts at the lines across, in pence."""
        amounts = [amount.pence for amount in (*self._profile, *self._actual, *self._forecast)]
        highest, lowest = max(amounts, default=0), min(0, *amounts, 0)
        step = _step(highest - lowest)
        top = -(-max(highest, 1) // step) * step
        bottom = -(-lowest // -step) * -step if lowest < 0 else 0
        return range(bottom, top + 1, step)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)

    def _x(self, period: float) -> float:
        area = self._area()
        return area.left() + area.width() * (period - 1 + _BESIDE) / (11 + 2 * _BESIDE)

    def _period_at(self, x: float) -> int:
        area = self._area()
        return round((x - area.left()) / max(area.width(), 1) * (11 + 2 * _BESIDE) + 1 - _BESIDE)

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(340, 190)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, area, ticks = Theme.current(), self._area(), self._ticks
        span = ticks[-1] - ticks[0]

        def y(pence: int) -> float:
            return area.bottom() - area.height() * ((pence - ticks[0]) / span)

        def line(amounts: Sequence[Money], first: int, pen: QPen) -> None:
            if len(amounts) > 1:
                painter.setPen(pen)
                places = [QPointF(self._x(at), y(amount.pence)) for at, amount in enumerate(amounts, first)]
                painter.drawPolyline(QPolygonF(places))

        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.font(10))
            for tick in ticks:
                painter.setPen(QPen(theme.colour("line_soft"), 1))
                painter.drawLine(QLineF(area.left(), y(tick), area.right(), y(tick)))
                if tick != ticks[0]:
                    painter.setPen(theme.colour("third"))
                    words = _thousands(tick, tick == ticks[-1])
                    painter.drawText(QRectF(0, y(tick) - 8, _LEFT - 6, 16), _RIGHT_MIDDLE, words)
            painter.setPen(theme.colour("third"))
            for at, letter in enumerate(_MONTHS, start=1):
                place = QRectF(self._x(at) - 10, area.bottom() + 5, 20, 16)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, letter)
            line(self._profile, 1, _pen("third", 1.5, [4, 3]))
            if self._forecast:
                from_actual = self._actual[-1:] or (Money(0),)
                line(from_actual + self._forecast, max(1, len(self._actual)), _pen("accent", 2, [1, 2.2]))
            line(self._actual, 1, _pen("accent", 2.2))
            if self._actual:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent"))
                painter.drawEllipse(QPointF(self._x(len(self._actual)), y(self._actual[-1].pence)), 3.5, 3.5)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        period = self._period_at(event.position().x())
        if 1 <= period <= 12 and self._profile:
            QToolTip.showText(event.globalPosition().toPoint(), self.figures_at(period), self)


_RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _pen(token: str, width: float, dashes: Sequence[float] = ()) -> QPen:
    pen = QPen(Theme.current().colour(token), width)
    if dashes:
        pen.setDashPattern(list(dashes))
    return pen


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
