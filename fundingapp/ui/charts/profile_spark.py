"""A project's year at a glance: what was profiled, what was spent, and what is still expected, month by month."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name, short_period_name
from fundingapp.domain.profiles import MONTHS
from fundingapp.ui.theme import Theme

_HEIGHT, _LETTERS, _GAP = 74, 16, 3


class ProfileSpark(QWidget):
    """Twelve bars: filled what was spent, outlined what is expected; a line each for the profile."""

    def __init__(
        self,
        profile: Sequence[Money],
        months: Sequence[Money],
        cut_off: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._profile, self._months, self._cut_off = tuple(profile), tuple(months), cut_off
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(
            "By month: " + ", ".join(self._in_words(month) for month in range(1, MONTHS + 1))
        )
        Theme.current().changed.connect(self.update)

    def _in_words(self, month: int) -> str:
        what = "spent" if month <= self._cut_off else "expected"
        return (
            f"{period_name(month)} {what} {self._months[month - 1].in_words} of profile "
            f"{self._profile[month - 1].in_words}"
        )

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(240, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            month = min(MONTHS, max(1, event.pos().x() * MONTHS // max(1, self.width()) + 1))
            QToolTip.showText(event.globalPos(), self._in_words(month).capitalize(), self)
            return True
        return super().event(event)  # type: ignore[arg-type]  # Qt hands an event

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        room = _HEIGHT - _LETTERS - 4
        most = max((abs(amount.pence) for amount in (*self._profile, *self._months)), default=0) or 1
        wide = self.width() / MONTHS
        painter.setFont(theme.font(10))
        for at in range(MONTHS):
            left = at * wide
            high = max(0, self._months[at].pence) * room / most
            bar = QRectF(left + _GAP, 2 + room - high, wide - 2 * _GAP, high)
            if at < self._cut_off:
                painter.fillRect(bar, theme.colour("accent"))
            else:
                painter.setPen(QPen(theme.colour("accent"), 1, Qt.PenStyle.DotLine))
                painter.drawRect(bar)
            level = 2 + room - max(0, self._profile[at].pence) * room / most
            painter.setPen(QPen(theme.colour("attention"), 2))
            painter.drawLine(int(left + 1), int(level), int(left + wide - 1), int(level))
            painter.setPen(theme.colour("second"))
            letters = QRectF(left, _HEIGHT - _LETTERS, wide, _LETTERS)
            painter.drawText(letters, int(Qt.AlignmentFlag.AlignCenter), short_period_name(at + 1)[0])
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(0, room + 2, self.width(), room + 2)
        painter.end()
