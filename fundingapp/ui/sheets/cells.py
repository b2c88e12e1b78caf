"""How a cell of a sheet is painted: fill, words, borders, and what is said of it."""

from __future__ import annotations

from PySide6.QtCore import QLine, QModelIndex, QObject, QPersistentModelIndex, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from fundingapp.ui.sheets.model import Painted, SheetModel
from fundingapp.ui.theme import Theme
from fundingapp.ui.widgets.painting import paint_why

_PADDING = 4
_INDENT = 9
#: A number that is a little too wide for our letters is written smaller, down to this share of its size.
_SMALLEST = 0.72
_CORNER = 6
_Index = QModelIndex | QPersistentModelIndex


class CellPainter(QStyledItemDelegate):
    """Paints the cells of a :class:`SheetModel` for every pane of the grid."""

    def __init__(self, model: SheetModel, view: QTableView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._view = view

    def figure_rect(self, room: QRect, index: _Index) -> QRect | None:
        """Where the underlined figure of the cell stands; None when there is nothing to explain."""
        ready = self._model.painted(index.row() + 1, index.column())
        if not ready.mark.derived or not ready.text:
            return None
        inside = self._inside(room, ready)
        width = min(QFontMetrics(ready.font).horizontalAdvance(ready.text), inside.width())
        left = inside.left()
        if ready.across == Qt.AlignmentFlag.AlignRight:
            left = inside.right() - width
        elif ready.across == Qt.AlignmentFlag.AlignHCenter:
            left = inside.center().x() - width // 2
        return QRect(left - 3, room.top(), width + 6, room.height())

    @staticmethod
    def _inside(room: QRect, ready: Painted) -> QRect:
        left = right = _PADDING
        if ready.across == Qt.AlignmentFlag.AlignRight:
            right += ready.indent * _INDENT
        else:
            left += ready.indent * _INDENT
        if ready.sign:
            left += 10
        return room.adjusted(left, 1, -right, -1)

    def _words(self, painter: QPainter, room: QRect, ready: Painted) -> None:
        inside = self._inside(room, ready)
        text, font = ready.text, ready.font
        painter.setPen(ready.ink)
        if not text:
            text = ready.ghost
            font = QFont(font)
            font.setItalic(True)
            painter.setPen(Theme.current().colour("third"))
        metrics = QFontMetrics(font)
        if ready.turned and ready.text:
            self._turned(painter, room, ready)
            return
        if ready.wraps and ready.text:
            painter.setFont(font)
            flags = int(ready.across | ready.down | Qt.TextFlag.TextWordWrap)
            painter.drawText(inside, flags, text)
            return
        width = metrics.horizontalAdvance(text)
        if width > inside.width() and ready.is_number and ready.text:
            font, text = _fitted(font, text, inside.width())
            metrics = QFontMetrics(font)
            width = metrics.horizontalAdvance(text)
        elif width > inside.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
            width = metrics.horizontalAdvance(text)
        painter.setFont(font)
        left = inside.left()
        if ready.across == Qt.AlignmentFlag.AlignRight:
            left = inside.right() + 1 - width
        elif ready.across == Qt.AlignmentFlag.AlignHCenter:
            left = inside.left() + (inside.width() - width) // 2
        baseline = self._baseline(inside, metrics, ready)
        painter.drawText(left, baseline, text)
        if ready.mark.derived and ready.text:
            paint_why(painter, left, left + width, min(baseline, room.bottom() - 4))

    @staticmethod
    def _baseline(inside: QRect, metrics: QFontMetrics, ready: Painted) -> int:
        spare = inside.height() - metrics.height()
        if ready.down == Qt.AlignmentFlag.AlignTop:
            spare = 0
        elif ready.down == Qt.AlignmentFlag.AlignVCenter:
            spare //= 2
        return inside.top() + max(spare, -2) + metrics.ascent()

    def _spill_room(self, room: QRect, row: int, column: int, start: int) -> tuple[QRect, Painted]:
        """The room of the cell of *start*, whose words run over that of *column*, which stands in *room*."""
        ready = self._model.painted(row, start)
        left = room.left() - sum(self._view.columnWidth(at) for at in range(start, column))
        return self._inside(
            QRect(left, room.top(), self._view.columnWidth(start), room.height()), ready
        ), ready

    def _spill_end(self, room: QRect, row: int, column: int, start: int) -> int:
        """Where the words of *start* end."""
        inside, ready = self._spill_room(room, row, column, start)
        return inside.left() + QFontMetrics(ready.font).horizontalAdvance(ready.text)

    def _spill(self, painter: QPainter, room: QRect, row: int, start: int, column: int) -> None:
        """Paints the part of the words of *start*, at the left or the cell itself, that stands in *room*."""
        inside, ready = self._spill_room(room, row, column, start)
        painter.setFont(ready.font)
        painter.setPen(ready.ink)
        metrics = QFontMetrics(ready.font)
        baseline = self._baseline(inside, metrics, ready)
        painter.drawText(inside.left(), baseline, ready.text)
        if start == column and ready.mark.derived:
            paint_why(painter, inside.left(), room.right(), min(baseline, room.bottom() - 4))

    def _runs_over(self, row: int, column: int, room: QRect, ready: Painted) -> bool:
        if ready.is_number or ready.wraps or ready.across != Qt.AlignmentFlag.AlignLeft or not ready.text:
            return False
        if ready.turned or not self._model.is_empty(row, column + 1):
            return False
        if self._model.first_of(row, column) != (row, column) or self._model.first_of(row, column + 1) != (
            row,
            column + 1,
        ):
            return False
        inside = self._inside(room, ready)
        return QFontMetrics(ready.font).horizontalAdvance(ready.text) > inside.width()

    @staticmethod
    def _turned(painter: QPainter, room: QRect, ready: Painted) -> None:
        # Degrees anticlockwise; over 90 they go the other way (ECMA-376, 18.8.1), and 255 is letter under letter.
        painter.setFont(ready.font)
        if ready.turned == 255:
            painter.drawText(
                room, int(ready.across | ready.down | Qt.TextFlag.TextWordWrap), "\n".join(ready.text)
            )
            return
        degrees = -ready.turned if ready.turned <= 90 else ready.turned - 90
        metrics = QFontMetrics(ready.font)
        width = metrics.horizontalAdvance(ready.text)
        painter.translate(QPointF(room.center()))
        painter.rotate(degrees)
        painter.drawText(QPoint(-width // 2, metrics.ascent() // 2 - 1), ready.text)

    # Qt overrides

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        room: QRect = option.rect
        row, column = index.row() + 1, index.column()
        model = self._model
        ready = model.painted(row, column)
        theme = Theme.current()
        painter.save()
        painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
        # Also where there is no fill: Qt has painted its own colour of what is chosen there.
        painter.fillRect(room, ready.ground or theme.colour("surface"))
        # The current cell has its ring and keeps its own colour, so that it is seen as it is.
        if option.state & QStyle.StateFlag.State_Selected and index != self._view.currentIndex():
            painter.setOpacity(0.55)
            painter.fillRect(room, theme.colour("accent_soft"))
            painter.setOpacity(1)
        runs_over = self._runs_over(row, column, room, ready)
        start = None
        if not ready.text and not ready.ghost and ready.mark.tone is None:
            start = model.spill_from(row, column)
        comes_from = start if start is not None else column
        ends = self._spill_end(room, row, column, comes_from) if runs_over or start is not None else None
        _edges(painter, room, ready, open_right=ends is not None and ends > room.right())
        if ready.is_unseen:
            pass  # words in the colour of their ground are for programs, not for people
        elif start is not None or runs_over:
            self._spill(painter, room, row, comes_from, column)
        elif ready.text or ready.ghost:
            painter.save()
            self._words(painter, room, ready)
            painter.restore()
        _signs(painter, room, ready)
        painter.restore()


def _fitted(font: QFont, text: str, width: int) -> tuple[QFont, str]:
    """A number in *width* pixels: smaller when our letters are a little wider than theirs, else ### as Excel has it."""
    smaller = QFont(font)
    px = font.pixelSize()
    for size in range(px - 1, int(px * _SMALLEST) - 1, -1):
        smaller.setPixelSize(max(6, size))
        if QFontMetrics(smaller).horizontalAdvance(text) <= width:
            return smaller, text
    sign = QFontMetrics(font).horizontalAdvance("#")
    return font, "#" * max(1, width // max(1, sign))


def _edges(painter: QPainter, room: QRect, ready: Painted, open_right: bool) -> None:
    """The borders; the grid's own line gives way to words that run over it (*open_right*)."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    right, bottom = room.right(), room.bottom()
    for pen, line in (
        (ready.right, QLine(right, room.top(), right, bottom)),
        (ready.bottom, QLine(room.left(), bottom, right, bottom)),
        (ready.left, QLine(room.left(), room.top(), room.left(), bottom)),
        (ready.top, QLine(room.left(), room.top(), right, room.top())),
    ):
        if pen is not None and not (open_right and pen is ready.right and ready.is_grid):
            painter.setPen(pen)
            painter.drawLine(line)


def _signs(painter: QPainter, room: QRect, ready: Painted) -> None:
    theme = Theme.current()
    mark = ready.mark
    if ready.sign and mark.tone is not None:
        painter.setFont(theme.font(11, 700))
        painter.setPen(QColor(theme.colours.ink_of(mark.tone)))
        painter.drawText(
            room.adjusted(4, 0, 0, -1),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            ready.sign,
        )
    for shown, token, at_left in ((mark.changed, "accent", True), (ready.is_note, "bad", False)):
        if shown:
            x = room.left() if at_left else room.right() + 1
            inwards = _CORNER if at_left else -_CORNER
            top = room.top()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(token))
            painter.drawPolygon(
                QPolygonF([QPointF(x, top), QPointF(x + inwards, top), QPointF(x, top + _CORNER)])
            )
