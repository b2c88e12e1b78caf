"""A table on which files can be dropped: on one of its rows, or anywhere."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView

from fundingapp.ui.dropped import can_take
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Theme


class DropTable(TableView):
    """Says in :attr:`dropped` what was dropped, and on which row (None: beside them all)."""

    dropped = Signal(object, object)  # row or None, QMimeData

    def take_drops(self, *, on_rows: bool) -> None:
        """Lets files be dropped from now on; *on_rows* shows the row that would get them."""
        self._on_rows = on_rows
        self._hovered: int | None = None
        self._is_over = False
        #: Whether what hovers over it can become papers; a thousand files are not asked for at each move.
        self._can_take = False
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)

    def _row_at(self, where: QPoint) -> int | None:
        index = self.indexAt(where)
        return index.row() if index.isValid() else None

    def _hover(self, is_over: bool, row: int | None) -> None:
        if (is_over, row) != (self._is_over, self._hovered):
            self._is_over, self._hovered = is_over, row
            self.viewport().update()

    # Qt overrides

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._can_take = can_take(event.mimeData())
        self._drag(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drag(event)

    def _drag(self, event: QDragMoveEvent) -> None:
        row = self._row_at(event.position().toPoint())
        if self._can_take and (row is not None or not self._on_rows):
            event.acceptProposedAction()
            self._hover(True, row)
        else:
            event.ignore()
            self._hover(False, None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hover(False, None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hover(False, None)
        at = self._row_at(event.position().toPoint())
        if not can_take(event.mimeData()) or (at is None and self._on_rows):
            event.ignore()
            return
        event.acceptProposedAction()
        rows = self._model.rows_at([at]) if self._model is not None and at is not None else []
        self.dropped.emit(rows[0] if rows else None, event.mimeData())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not getattr(self, "_is_over", False):
            return
        painter = QPainter(self.viewport())
        painter.setPen(QPen(Theme.current().colour("accent"), 2, Qt.PenStyle.DashLine))
        room = self.viewport().rect()
        if self._on_rows and self._hovered is not None and self._model is not None:
            first = self.visualRect(self._model.index(self._hovered, 0))
            room.setTop(first.top())
            room.setHeight(first.height())
        painter.drawRect(room.adjusted(1, 1, -2, -2))
        painter.end()
