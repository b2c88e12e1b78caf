"""The grid of a sheet: rows and columns with their numbers and letters, heads that stay while the rest is scrolled."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from fundingapp.domain.addresses import Area
from fundingapp.domain.sheet_looks import SheetLook
from fundingapp.ui.sheets.cells import CellPainter
from fundingapp.ui.sheets.marks import Marks
from fundingapp.ui.sheets.model import SheetModel
from fundingapp.ui.theme import Theme

LEAST_ZOOM, MOST_ZOOM = 50, 250
_HEAD_HEIGHT = 24
_LEAST_SIZE = 4
#: Heads stay while they take no more than this share of the room; otherwise nothing would be left to scroll.
_MOST_FROZEN = 0.6
_Index = QModelIndex | QPersistentModelIndex


class _Heading(QHeaderView):
    """Letters or numbers; that of the current cell is bold on a soft ground."""

    def __init__(self, orientation: Qt.Orientation, parent: QTableView) -> None:
        super().__init__(orientation, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(0)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    # Qt overrides

    def sizeHint(self) -> QSize:
        if self.orientation() == Qt.Orientation.Horizontal:
            return QSize(0, _HEAD_HEIGHT)
        metrics = QFontMetrics(Theme.current().font(12, 650))
        return QSize(metrics.horizontalAdvance("9" * max(3, len(str(self.count())))) + 14, 0)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme = Theme.current()
        view = self.parent()
        assert isinstance(view, QTableView)
        current = view.currentIndex()
        across = self.orientation() == Qt.Orientation.Horizontal
        is_current = current.isValid() and section == (current.column() if across else current.row())
        painter.save()
        painter.fillRect(rect, theme.colour("accent_soft" if is_current else "background"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setFont(theme.font(12, 650 if is_current else 400))
        painter.setPen(theme.colour("ink" if is_current else "third"))
        words = str(self.model().headerData(section, self.orientation()))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), words)
        painter.restore()


class _Pane(QTableView):
    """A part of the grid. All parts share model, selection and painter."""

    figure_clicked = Signal(QModelIndex)
    dropped = Signal(QModelIndex, str)
    menu_wanted = Signal(QPoint)

    def __init__(self, model: SheetModel, accepts: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = model
        self._accepts = accepts
        self.frames: Sequence[Area] = ()
        self.setProperty("kind", "grid")
        self.setModel(model)
        self.setHorizontalHeader(_Heading(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Heading(Qt.Orientation.Vertical, self))
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAcceptDrops(bool(accepts))
        self.painter_of_cells = CellPainter(model, self, self)
        self.setItemDelegate(self.painter_of_cells)
        self._pressed = QModelIndex()

    def first_index(self, index: _Index) -> QModelIndex:
        """The index itself, or of the first cell of its merged area."""
        row, column = self._sheet.first_of(index.row() + 1, index.column())
        return self._sheet.index(row - 1, column)

    def area_rect(self, area: Area) -> QRect:
        """Where a rectangle of cells stands in the viewport."""
        last_row = min(area.last_row, self._sheet.rowCount()) - 1
        last_column = min(area.last_column, self._sheet.columnCount() - 1)
        left = self.columnViewportPosition(area.first_column)
        top = self.rowViewportPosition(area.first_row - 1)
        right = self.columnViewportPosition(last_column) + self.columnWidth(last_column)
        bottom = self.rowViewportPosition(last_row) + self.rowHeight(last_row)
        return QRect(left, top, right - left, bottom - top)

    def _over(self, painter: QPainter) -> None:
        """What stands over the cells: pictures, frames, the ring of the current one."""
        theme = Theme.current()
        rows, columns = self._sheet.rowCount(), self._sheet.columnCount()
        for picture in self._sheet.look.pictures:
            if picture.area.first_row <= rows and picture.area.first_column < columns:
                self._picture(painter, self.area_rect(picture.area), picture.what)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for area in self.frames:
            if area.first_row <= rows and area.first_column < columns:
                painter.setPen(QPen(theme.colour("accent"), 1.5, Qt.PenStyle.DashLine))
                painter.drawRect(self.area_rect(area).adjusted(0, 0, -1, -1))
        current = self.currentIndex()
        if current.isValid():
            room = self.visualRect(current)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRect(room.adjusted(0, 0, -1, -1))

    @staticmethod
    def _picture(painter: QPainter, room: QRect, what: str) -> None:
        theme = Theme.current()
        ground = QColor(theme.colour("line_soft"))
        ground.setAlpha(200)
        painter.fillRect(room, ground)
        painter.setPen(theme.colour("control_line"))
        painter.drawRect(room.adjusted(0, 0, -1, -1))
        painter.setFont(theme.font(12))
        painter.setPen(theme.colour("second"))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), what)

    def _index_under(self, point: QPoint) -> QModelIndex:
        index = self.indexAt(point)
        return self.first_index(index) if index.isValid() else index

    def _on_figure(self, point: QPoint) -> QModelIndex:
        index = self._index_under(point)
        if index.isValid():
            figure = self.painter_of_cells.figure_rect(self.visualRect(index), index)
            if figure is not None and figure.contains(point):
                return index
        return QModelIndex()

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        self._over(painter)
        painter.end()

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        # The ring reaches a pixel into the cells beside, and letters and numbers are bold where it is.
        self.viewport().update()
        self.horizontalHeader().viewport().update()
        self.verticalHeader().viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._on_figure(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self._on_figure(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index == self._pressed:
            self.figure_clicked.emit(index)
        self._pressed = QModelIndex()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = self._on_figure(event.position().toPoint()).isValid()
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self._index_under(event.pos())
            if index.isValid():
                self.setCurrentIndex(index)
            self.menu_wanted.emit(event.globalPos())
        else:
            below = self.visualRect(self.currentIndex()).bottomLeft()
            self.menu_wanted.emit(self.viewport().mapToGlobal(below))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(self._accepts):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        index = self._index_under(event.position().toPoint())
        if not event.mimeData().hasFormat(self._accepts) or not index.isValid():
            event.ignore()
            return
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        index = self._index_under(event.position().toPoint())
        if index.isValid() and event.mimeData().hasFormat(self._accepts):
            event.acceptProposedAction()
            self.dropped.emit(index, bytes(event.mimeData().data(self._accepts).data()).decode("utf-8"))


class _HeadPane(_Pane):
    """Rows or columns that stay: scrolled by the grid, never by itself, and never with the keyboard in it."""

    def __init__(self, grid: SheetGrid, model: SheetModel, accepts: str) -> None:
        super().__init__(model, accepts, grid)
        self._grid = grid
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAutoScroll(False)
        self.hide()

    # Qt overrides

    def scrollTo(
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Stays where the grid has put it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._grid.wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grid.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)


class SheetGrid(_Pane):
    """The sheet itself. Arrows go from cell to cell, with Ctrl to the end of what is filled, as in a spreadsheet."""

    cell_chosen = Signal(QModelIndex)
    why_wanted = Signal(QModelIndex)
    delete_wanted = Signal(QModelIndex)
    zoom_wanted = Signal(object)  # steps, 0 for the usual size
    turn_wanted = Signal(object)  # to the sheet so many after this one

    # Qt asks for these while the grid is still being made.
    _frozen = (0, 0)
    _panes: tuple[_HeadPane, ...] = ()

    def __init__(self, name: str, accepts: str = "", parent: QWidget | None = None) -> None:
        super().__init__(SheetModel(), accepts, parent)
        self._sheet.setParent(self)
        self.setAccessibleName(name)
        self._zoom = 100
        self._top = _HeadPane(self, self._sheet, accepts)
        self._side = _HeadPane(self, self._sheet, accepts)
        self._corner = _HeadPane(self, self._sheet, accepts)
        self._top.horizontalHeader().hide()
        self._side.verticalHeader().hide()
        self._corner.horizontalHeader().hide()
        self._corner.verticalHeader().hide()
        self._panes = (self._top, self._side, self._corner)
        self.horizontalScrollBar().valueChanged.connect(self._top.horizontalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(self._side.verticalScrollBar().setValue)
        for pane in self._panes:
            pane.setSelectionModel(self.selectionModel())
            pane.figure_clicked.connect(self.figure_clicked)
            pane.dropped.connect(self.dropped)
            pane.menu_wanted.connect(self.menu_wanted)
            pane.doubleClicked.connect(self._double_clicked)
        self.doubleClicked.connect(self._double_clicked)
        self.figure_clicked.connect(self.why_wanted)

    @property
    def model_of_sheet(self) -> SheetModel:
        return self._sheet

    @property
    def zoom(self) -> int:
        """Per cent."""
        return self._zoom

    def show_sheet(self, look: SheetLook, marks: Marks) -> None:
        """Shows *look* with its sizes, merged areas and heads that stay."""
        self._sheet.show(look, marks)
        self._lay_out()

    def set_zoom(self, zoom: int) -> None:
        self._zoom = max(LEAST_ZOOM, min(MOST_ZOOM, zoom))
        self._sheet.set_zoom(self._zoom)
        self._lay_out()

    def set_frames(self, areas: Sequence[Area]) -> None:
        """Dashed frames round areas of this sheet."""
        for pane in (self, *self._panes):
            pane.frames = tuple(areas)
            pane.viewport().update()

    def _lay_out(self) -> None:
        look = self._sheet.look
        heights = self._row_heights(look)
        merges = [area for area in look.merges if not area.is_one_cell]
        for pane in (self, *self._panes):
            pane.setUpdatesEnabled(False)
            pane.clearSpans()
            across, down = pane.horizontalHeader(), pane.verticalHeader()
            across.setDefaultSectionSize(self._scaled(look.usual_width))
            down.setDefaultSectionSize(self._scaled(look.usual_height))
            columns, rows = self._sheet.columnCount(), self._sheet.rowCount()
            for column in range(columns):
                hidden = column in look.hidden_columns
                if across.isSectionHidden(column) != hidden:
                    pane.setColumnHidden(column, hidden)
                width = look.widths.get(column)
                if width is not None and not hidden:
                    across.resizeSection(column, self._scaled(width))
            for row, height in heights.items():
                if row <= rows:
                    down.resizeSection(row - 1, self._scaled(height))
            for row in look.hidden_rows:
                if row <= rows:
                    pane.setRowHidden(row - 1, True)
            for area in merges:
                if area.first_row <= rows and area.first_column < columns:
                    pane.setSpan(
                        area.first_row - 1,
                        area.first_column,
                        min(area.last_row, rows) - area.first_row + 1,
                        min(area.last_column, columns - 1) - area.first_column + 1,
                    )
            pane.setUpdatesEnabled(True)
        self._place_heads()

    def _row_heights(self, look: SheetLook) -> dict[int, int]:
        """The heights as the workbook has them; rows of wrapped words without one are as high as their words, which a
        spreadsheet works out when it opens the file."""
        heights = dict(look.heights)
        for (row, column), cell in look.cells.items():
            text = self._sheet.text_at(row, column)
            if not text or row in look.heights or look.merge_at(row, column) is not None:
                continue
            metrics = self._sheet.metrics(cell)
            needed = metrics.height() + 3
            if cell.style.wraps or "\n" in text:
                width = self._scaled(look.widths.get(column, look.usual_width)) - 8
                room = QRect(0, 0, max(20, width), 10_000)
                needed = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text).height() + 6
            needed = needed * 100 // self._zoom
            if needed > heights.get(row, look.usual_height):
                heights[row] = min(needed, 546)  # 409.5 points, the highest row there is
        return heights

    def _scaled(self, pixels: int) -> int:
        return max(_LEAST_SIZE, round(pixels * self._zoom / 100))

    def _place_heads(self) -> None:
        """Puts the panes that stay where they belong, and shows those there are."""
        rows, columns = self._sheet.look.frozen
        rows, columns = min(rows, self._sheet.rowCount()), min(columns, self._sheet.columnCount())
        height = sum(self.rowHeight(at) for at in range(rows))
        width = sum(self.columnWidth(at) for at in range(columns))
        room = self.viewport().size()
        if height > room.height() * _MOST_FROZEN:
            rows = height = 0
        if width > room.width() * _MOST_FROZEN:
            columns = width = 0
        self._frozen = (rows, columns)
        left, top = self.viewport().x(), self.viewport().y()
        for pane in (self._top, self._corner):
            pane.verticalHeader().setFixedWidth(self.verticalHeader().width())
        self._top.setGeometry(0, top, left + room.width(), height)
        self._side.setGeometry(left, 0, width, top + room.height())
        self._corner.setGeometry(left, top, width, height)
        self._side.horizontalHeader().setFixedHeight(self.horizontalHeader().height())
        self._top.setVisible(bool(rows))
        self._side.setVisible(bool(columns))
        self._corner.setVisible(bool(rows and columns))
        for pane in self._panes:
            pane.raise_()
            pane.horizontalScrollBar().setValue(0)
            pane.verticalScrollBar().setValue(0)
        self._corner.raise_()
        self._top.horizontalScrollBar().setValue(self.horizontalScrollBar().value())
        self._side.verticalScrollBar().setValue(self.verticalScrollBar().value())

    def copy(self) -> None:
        """Puts the chosen cells on the clipboard, tab between columns, as spreadsheets take them."""
        chosen = [index for index in self.selectionModel().selectedIndexes() if index.isValid()]
        chosen = chosen or [self.currentIndex()]
        rows = range(min(at.row() for at in chosen), max(at.row() for at in chosen) + 1)
        columns = range(min(at.column() for at in chosen), max(at.column() for at in chosen) + 1)
        lines = [
            "\t".join(
                self._sheet.text_at(row + 1, column).replace("\t", " ").replace("\n", " ")
                if self._sheet.first_of(row + 1, column) == (row + 1, column)
                else ""
                for column in columns
                if not self.isColumnHidden(column)
            )
            for row in rows
            if not self.isRowHidden(row)
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _double_clicked(self, index: QModelIndex) -> None:
        self.cell_chosen.emit(self.first_index(index))

    def _leap(self, down: int, across: int) -> None:
        """To the end of what is filled in that direction, or to the next that is filled."""
        at = self.currentIndex()
        row, column = at.row() + 1, at.column()
        rows, columns = self._sheet.rowCount(), self._sheet.columnCount()

        def filled(row: int, column: int) -> bool:
            return 1 <= row <= rows and 0 <= column < columns and bool(self._sheet.text_at(row, column))

        inside = filled(row, column) and filled(row + down, column + across)
        while 1 <= row + down <= rows and 0 <= column + across < columns:
            row, column = row + down, column + across
            ahead = filled(row + down, column + across)
            if (inside and not ahead) or (not inside and filled(row, column)):
                break
        self.setCurrentIndex(self.first_index(self._sheet.index(row - 1, column)))

    # Qt overrides

    def scrollTo(
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """As Qt does, but never beneath the heads that stay."""
        rows, columns = self._frozen
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        before = across.value(), down.value()
        super().scrollTo(index, hint)
        room = self.visualRect(index)
        if index.column() < columns:
            across.setValue(before[0])
        elif columns and room.left() < self._side.width():
            across.setValue(across.value() - (self._side.width() - room.left()))
        if index.row() < rows:
            down.setValue(before[1])
        elif rows and room.top() < self._top.height():
            down.setValue(down.value() - (self._top.height() - room.top()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._panes:
            self._place_heads()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        if self._panes:
            self._place_heads()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Before it was shown, nobody knew how much room there would be.
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._sheet.rowCount():
            self.setCurrentIndex(self._sheet.index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        leaps = {
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Left: (0, -1),
        }
        key = event.key()
        current = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif ctrl and not shift and key in leaps and current.isValid():
            self._leap(*leaps[Qt.Key(key)])
        elif ctrl and key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.turn_wanted.emit(1 if key == Qt.Key.Key_PageDown else -1)
        elif ctrl and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0):
            step = {Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}.get(Qt.Key(key), 1)
            self.zoom_wanted.emit(step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not ctrl and current.isValid():
            self.cell_chosen.emit(self.first_index(current))
        elif key == Qt.Key.Key_F2 and current.isValid():
            first = self.first_index(current)
            if self._sheet.painted(first.row() + 1, first.column()).mark.derived:
                self.why_wanted.emit(first)
            else:
                event.ignore()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and current.isValid():
            self.delete_wanted.emit(self.first_index(current))
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters find nothing here: they are for the field that they are typed into."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_wanted.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)
