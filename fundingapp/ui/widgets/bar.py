"""Bars of money: the grant's bar under its sentence, and the small used-bar of a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fundingapp.domain.money import Money
from fundingapp.ui.theme import Theme, Tone
from fundingapp.ui.widgets.painting import paint_segments


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar.

    *token* is a colour of the theme: accent, accent_middle, accent_pale, attention, bad. What *is_hoped* for is not
    there yet: it is hatched, so that nobody takes it for money.
    """

    name: str
    amount: Money
    token: str
    is_hoped: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """How much of something is used, in thousandths; more than 1,000 is over. *tone* colours the bar."""

    permille: int
    tone: Tone = Tone.ACCENT

    @classmethod
    def of(cls, part: Money, whole: Money, tone: Tone | None = None) -> Share:
        """*part* of *whole*, rounded down; BAD when it is over unless *tone* says otherwise."""
        over = part.pence > max(0, whole.pence)
        permille = max(0, part.pence * 1000 // whole.pence) if whole.pence > 0 else 1001 * over
        return cls(permille, tone or (Tone.BAD if over else Tone.ACCENT))

    @property
    def in_words(self) -> str:
        """As read aloud and shown in a tooltip: “92% used”."""
        return f"{self.permille // 10}% used" if self.permille <= 1000 else "over 100% used"


class SegmentBar(QWidget):
    """The grant's bar: what is spent, claimed, awarded and left, side by side. Hover names each part."""

    def __init__(self, height: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height = height
        self._segments: tuple[Segment, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        Theme.current().changed.connect(self.update)

    @property
    def segments(self) -> tuple[Segment, ...]:
        return self._segments

    def set_segments(self, segments: Sequence[Segment]) -> None:
        """Parts of nothing or less take no room; each other part at least two pixels."""
        self._segments = tuple(segments)
        self.setAccessibleName(", ".join(f"{part.name} {part.amount.in_words}" for part in segments))
        self.update()

    def _widths(self) -> list[int]:
        weights = [max(0, part.amount.pence) for part in self._segments]
        whole = sum(weights)
        if not whole:
            return [0] * len(weights)
        width = self.width()
        return [max(2, weight * width // whole) if weight else 0 for weight in weights]

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(120, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self._height)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            left = 0
            for part, width in zip(self._segments, self._widths(), strict=True):
                left += width
                if event.pos().x() <= left:
                    QToolTip.showText(event.globalPos(), f"{part.name} {part.amount.in_words}", self)
                    return True
            QToolTip.showText(event.globalPos(), self.accessibleName(), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        widths = self._widths()
        drawn = [
            (width, theme.colour(f"{part.token}_soft" if part.is_hoped else part.token))
            for part, width in zip(self._segments, widths, strict=True)
        ]
        paint_segments(painter, QRectF(self.rect()), drawn, theme.colour("line_soft"))
        left = 0
        for part, width in zip(self._segments, widths, strict=True):
            if part.is_hoped and width:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QBrush(theme.colour(part.token), Qt.BrushStyle.BDiagPattern))
                painter.drawRect(QRectF(left, 0, width, self.height()))
            left += width
        painter.end()


class UsedBar(QWidget):
    """A small bar of one share."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = Share(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        Theme.current().changed.connect(self.update)

    def set_share(self, share: Share) -> None:
        self._share = share
        self.setAccessibleName(share.in_words)
        self.setToolTip(share.in_words)
        self.update()

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(64, 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(32, 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_share(painter, QRectF(self.rect()), self._share)
        painter.end()


def paint_share(painter: QPainter, room: QRectF, share: Share) -> None:
    """*share* as a bar that fills *room* when it is all used."""
    theme = Theme.current()
    filled = min(1000, share.permille) * room.width() / 1000
    colour = QColor(theme.colours.ink_of(share.tone))
    paint_segments(painter, room, [(filled, colour)], theme.colour("line_soft"))
