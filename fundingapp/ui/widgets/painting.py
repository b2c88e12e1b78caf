"""Strokes that widgets and table cells share: pills, bars, the dotted underline, the focus ring."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen

from fundingapp.ui.theme import Theme, Tone

PILL_PX = 11.5
PILL_HEIGHT = 20
PILL_PADDING = 8


def pill_size(text: str) -> QSize:
    """The room that a pill with *text* takes."""
    metrics = QFontMetrics(Theme.current().font(PILL_PX, 600))
    return QSize(metrics.horizontalAdvance(text) + 2 * PILL_PADDING, max(PILL_HEIGHT, metrics.height() + 4))


def paint_pill(painter: QPainter, room: QRect, text: str, tone: Tone, ring: str = "") -> None:
    """A pill at the left of *room*, in its middle; long words end in “…”. *ring* is a colour token."""
    theme = Theme.current()
    size = pill_size(text)
    width = min(size.width(), room.width())
    box = QRectF(room.left(), room.top() + (room.height() - size.height()) / 2, width, size.height())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if ring:
        painter.setPen(QPen(theme.colour(ring), 1.5))
        box.adjust(0.75, 0.75, -0.75, -0.75)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.colours.soft_of(tone)))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    font = theme.font(PILL_PX, 600)
    painter.setFont(font)
    painter.setPen(QColor(theme.colours.ink_of(tone)))
    if width < size.width():
        text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width - 2 * PILL_PADDING)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


def paint_segments(
    painter: QPainter, room: QRectF, segments: Sequence[tuple[float, QColor]], ground: QColor
) -> None:
    """A rounded bar in *room*; each segment is (its width in pixels, colour), from the left."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = room.height() / 2
    outline = QPainterPath()
    outline.addRoundedRect(room, radius, radius)
    painter.save()
    painter.setClipPath(outline)
    painter.fillRect(room, ground)
    left = room.left()
    for width, colour in segments:
        if width > 0:
            painter.fillRect(QRectF(left, room.top(), width, room.height()), colour)
            left += width
    painter.restore()


def paint_why(painter: QPainter, left: int, right: int, baseline: int) -> None:
    """The dotted underline of a figure that can be explained."""
    pen = QPen(Theme.current().colour("accent"), 1)
    pen.setDashPattern([1, 2])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.drawLine(left, baseline + 3, right, baseline + 3)


def paint_focus(painter: QPainter, room: QRect, radius: float = 4) -> None:
    """The focus ring just inside *room*."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(Theme.current().colour("accent"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(room).adjusted(1, 1, -1, -1), radius, radius)
