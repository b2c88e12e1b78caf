"""How cells are painted: straight from the row and its column, without asking the model role by role."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from fundingapp.domain.money import Money
from fundingapp.ui.tables.columns import Align, Column, Edit
from fundingapp.ui.tables.models import TableModel
from fundingapp.ui.theme import Theme, Tone
from fundingapp.ui.widgets.bar import paint_share
from fundingapp.ui.widgets.money_edit import MoneyField
from fundingapp.ui.widgets.painting import paint_pill, paint_why, pill_size

#: From the edge of a cell to its text.
PADDING = 9
_BAR_WIDTH = 64
_BAR_HEIGHT = 6
_MOST_WIDTHS_KEPT = 20_000
_Index = QModelIndex | QPersistentModelIndex


class CellDelegate(QStyledItemDelegate):
    """Paints every kind of cell, and edits in place. The view's model must be a :class:`TableModel`."""

    edited = Signal(object, object, object)  # row, column, value

    def __init__(self, model: TableModel[Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._widths: dict[tuple[bool, str], int] = {}
        self._lines: dict[tuple[bool, str, int], tuple[str, str]] = {}
        self._take_theme()
        Theme.current().changed.connect(self._take_theme)

    def _take_theme(self) -> None:
        theme = Theme.current()
        self._font = theme.font()
        self._bold = theme.font(weight=600)
        self._metrics = QFontMetrics(self._font)
        self._bold_metrics = QFontMetrics(self._bold)
        self._ascent = self._metrics.ascent()
        self._line_height = self._metrics.height()
        self._ink = theme.colour("ink")
        self._second = theme.colour("second")
        self._surface = theme.colour("surface")
        self._selected = theme.colour("accent_soft")
        self._hairline = QPen(theme.colour("line_soft"), 1)
        self._total_line = QPen(theme.colour("third"), 1.5)
        self._ring = QPen(theme.colour("accent"), 2)
        self._tints = {tone: QColor(theme.colours.soft_of(tone)) for tone in Tone}
        self._widths.clear()
        self._lines.clear()

    def text_width(self, text: str, bold: bool = False) -> int:
        """How many pixels *text* takes in a cell; remembered, because the same words come again and again."""
        width = self._widths.get((bold, text))
        if width is None:
            width = (self._bold_metrics if bold else self._metrics).horizontalAdvance(text)
            if len(self._widths) >= _MOST_WIDTHS_KEPT:
                self._widths.clear()
            self._widths[bold, text] = width
        return width

    def cell_width(self, at: int, column: Column[Any]) -> int:
        """How many pixels the cell of *column* in the row at *at* needs to be read in full."""
        row = self._model.row_at(at)
        if row is None:
            return 0
        if column.bar is not None and column.bar(row) is not None:
            return _BAR_WIDTH + 2 * PADDING
        text = column.text(row)
        if column.pill is not None and column.pill(row) is not None:
            return pill_size(text).width() + 2 * PADDING
        width = self.text_width(text, column.strong or self._model.is_total(at))
        if column.second is not None:
            below = self.text_width(column.second(row))
            # A column of pills is never narrower than this says: a long remark under one of them is shortened.
            width = max(width, below if column.pill is None else min(below, column.width))
        return width + 2 * PADDING + 2

    def figure_rect(self, cell: QRect, index: _Index) -> QRect | None:
        """Where the underlined figure of the cell stands; None when there is nothing to explain."""
        column: Column[Any] = self._model.columns[index.column()]
        row = self._model.row_at(index.row())
        if row is None or not column.can_ask_why(row):
            return None
        width = min(
            self.text_width(column.text(row), self._model.is_total(index.row())), cell.width() - 2 * PADDING
        )
        left = cell.left() + PADDING if column.align is Align.LEFT else cell.right() - PADDING - width
        return QRect(left - 2, cell.top() + 4, width + 4, cell.height() - 8)

    def _paint_text(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        column: Column[Any],
        bold: bool,
        quiet: bool,
        why: bool,
        baseline: int,
        is_second: bool = False,
    ) -> None:
        left = room.left() + PADDING
        space = room.width() - 2 * PADDING
        width = self.text_width(text, bold)
        if width > space:
            metrics = self._bold_metrics if bold else self._metrics
            # The end of a second line is where a source has its row: its middle gives way.
            mode = Qt.TextElideMode.ElideMiddle if is_second else Qt.TextElideMode.ElideRight
            text = metrics.elidedText(text, mode, space)
            width = metrics.horizontalAdvance(text)
        if column.align is Align.RIGHT:
            left += space - width
        elif column.align is Align.CENTRE:
            left += (space - width) // 2
        painter.setFont(self._bold if bold else self._font)
        painter.setPen(self._second if quiet else self._ink)
        painter.drawText(left, baseline, text)
        if why and text:
            paint_why(painter, left, left + width, baseline)

    def lines_of(self, text: str, width: int, bold: bool = False) -> tuple[str, str]:
        """*text* in two lines of *width* pixels, broken between words; what is indented stays so in both.

        Names that begin alike differ at their ends: what two lines can't hold is left out of the middle of the second.
        """
        lines = self._lines.get((bold, text, width))
        if lines is not None:
            return lines
        metrics = self._bold_metrics if bold else self._metrics
        words = text.lstrip(" ")
        indent = text[: len(text) - len(words)]
        width = max(width - metrics.horizontalAdvance(indent), 1)
        end = 0
        while (after := words.find(" ", end + 1)) > 0 and metrics.horizontalAdvance(words[:after]) <= width:
            end = after
        if not end:  # one long word: it is broken where the room ends
            end = next(
                (at - 1 for at in range(2, len(words)) if metrics.horizontalAdvance(words[:at]) > width), 1
            )
        rest = metrics.elidedText(words[end:].lstrip(" "), Qt.TextElideMode.ElideMiddle, width)
        lines = f"{indent}{words[:end]}", f"{indent}{rest}"
        if len(self._lines) >= _MOST_WIDTHS_KEPT:
            self._lines.clear()
        self._lines[bold, text, width] = lines
        return lines

    def _paint_wrapped(self, painter: QPainter, room: QRect, text: str, bold: bool) -> None:
        painter.setFont(self._bold if bold else self._font)
        painter.setPen(self._ink)
        left = room.left() + PADDING
        baseline = room.top() + (room.height() - 2 * self._line_height) // 2 + self._ascent
        first, second = self.lines_of(text, room.width() - 2 * PADDING, bold)
        painter.drawText(left, baseline, first)
        painter.drawText(left, baseline + self._line_height, second)

    # Qt overrides

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        room: QRect = option.rect
        state = option.state
        at = index.row()
        model = self._model
        column: Column[Any] = model.columns[index.column()]
        row = model.row_at(at)
        total = model.is_total(at)
        selected = not total and bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(room, self._selected)
        elif column.tint is not None and row is not None and (tone := column.tint(row)) is not None:
            painter.fillRect(room, self._tints[tone])
        painter.setPen(self._hairline)
        painter.drawLine(room.left(), room.bottom(), room.right(), room.bottom())
        if total:
            painter.setPen(self._total_line)
            painter.drawLine(room.left(), room.top(), room.right(), room.top())
        if row is not None:
            bold = total or column.strong
            share = column.bar(row) if column.bar is not None else None
            text = column.text(row)
            tone = column.pill(row) if column.pill is not None else None
            if share is not None:
                width = min(_BAR_WIDTH, room.width() - 2 * PADDING)
                top = room.top() + (room.height() - _BAR_HEIGHT) / 2
                paint_share(painter, QRectF(room.left() + PADDING, top, width, _BAR_HEIGHT), share)
            elif tone is not None and text:
                space = room.adjusted(PADDING - 1, 0, -PADDING + 1, -1)
                if column.align is Align.RIGHT:
                    space.setLeft(max(space.left(), space.right() + 1 - pill_size(text).width()))
                paint_pill(painter, space, text, tone)
            elif text or column.second is not None:
                second = column.second(row) if column.second is not None else ""
                why = column.can_ask_why(row)
                if column.wrap and self.text_width(text, bold) > room.width() - 2 * PADDING:
                    self._paint_wrapped(painter, room, text, bold)
                elif second:
                    top = room.top() + (room.height() - 2 * self._line_height - 3) // 2
                    self._paint_text(painter, room, text, column, bold, column.quiet, why, top + self._ascent)
                    below = top + self._line_height + 3 + self._ascent
                    self._paint_text(painter, room, second, column, False, True, False, below, is_second=True)
                else:
                    top = room.top() + (room.height() - self._line_height) // 2
                    self._paint_text(painter, room, text, column, bold, column.quiet, why, top + self._ascent)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._ring)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(room).adjusted(1, 1, -1, -2), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(self.cell_width(index.row(), self._model.columns[index.column()]), 0)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        if not index.isValid():
            return super().helpEvent(event, view, option, index)
        column: Column[Any] = self._model.columns[index.column()]
        row = self._model.row_at(index.row())
        words = ""
        if row is not None:
            words = column.tip(row) if column.tip is not None else ""
            if not words:
                share = column.bar(row) if column.bar is not None else None
                if share is not None:
                    words = share.in_words
                elif self.sizeHint(option, index).width() > view.visualRect(_plain(index)).width():
                    second = column.second(row) if column.second is not None else ""
                    words = f"{column.text(row)}\n{second}".strip()
        QToolTip.showText(event.globalPos(), words, view)
        return True

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        column: Column[Any] = self._model.columns[index.column()]
        editor: QLineEdit = (
            MoneyField(column.title, parent) if column.edit is Edit.MONEY else QLineEdit(parent)
        )
        editor.setProperty("kind", "cell")
        editor.setAccessibleName(column.title)
        return editor

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        column: Column[Any] = self._model.columns[index.column()]
        row = self._model.row_at(index.row())
        if row is None:
            return
        if isinstance(editor, MoneyField):
            editor.set_amount(column.amount(row) if column.amount is not None else None)
        elif isinstance(editor, QLineEdit):
            editor.setText(column.begins_with(row))
        if isinstance(editor, QLineEdit):
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        column: Column[Any] = self._model.columns[index.column()]
        row = self._model.row_at(index.row())
        if row is None:
            return
        if isinstance(editor, MoneyField):
            if not editor.is_valid:
                return
            text = editor.text()
            amount = Money.parse(text) if text.strip() else None
            if column.amount is None or amount != column.amount(row):
                self.edited.emit(row, column, amount)
        elif isinstance(editor, QLineEdit) and editor.text() != column.begins_with(row):
            self.edited.emit(row, column, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        editor.setGeometry(option.rect)


def _plain(index: _Index) -> QModelIndex:
    return index if isinstance(index, QModelIndex) else index.model().index(index.row(), index.column())
