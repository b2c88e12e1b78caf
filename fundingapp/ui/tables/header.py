"""The heading row of a table: sort signs, resizing, and one filter field per column when asked for."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QLineEdit, QWidget

from fundingapp.ui.icons import pixmap
from fundingapp.ui.tables.columns import Align, Column, Sorting
from fundingapp.ui.theme import TABLE_HEADING_PX, Theme

HEIGHT = 30
_FILTER_HEIGHT = 30
_PADDING = 9
_SIGN = 10


class TableHeader(QHeaderView):
    """Paints headings from the columns; owns the filter fields."""

    filters_edited = Signal(object)  # dict of filter key and words

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns: tuple[Column[Any], ...] = ()
        self._sorting: Sorting | None = None
        self._fields: dict[int, QLineEdit] = {}
        self._filters_shown = False
        self._title_height = HEIGHT
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(36)
        self.setResizeContentsPrecision(0)
        self.setMouseTracking(True)
        self.sectionResized.connect(lambda *_: self._place())
        Theme.current().changed.connect(self.viewport().update)

    def set_columns(self, columns: tuple[Column[Any], ...]) -> None:
        self._columns = columns
        lines = max((column.title.count("\n") for column in columns), default=0)
        self._title_height = HEIGHT + lines * 14
        self.set_filters_shown(False)

    def set_sorting(self, sorting: Sorting | None) -> None:
        """Which heading carries the sort sign."""
        self._sorting = sorting
        self.viewport().update()

    @property
    def sorting(self) -> Sorting | None:
        return self._sorting

    @property
    def filters_shown(self) -> bool:
        return self._filters_shown

    @property
    def filters(self) -> dict[str, str]:
        """The words of each filter that is in use."""
        return {
            self._columns[at].filter: field.text().strip()
            for at, field in self._fields.items()
            if field.text().strip()
        }

    def set_filters_shown(self, shown: bool) -> None:
        """Shows or hides the row of filter fields; hiding empties them."""
        had = bool(self.filters)
        for field in self._fields.values():
            field.hide()
            field.deleteLater()
        self._fields = {}
        self._filters_shown = shown and any(column.filter for column in self._columns)
        if self._filters_shown:
            for at, column in enumerate(self._columns):
                if column.filter:
                    self._fields[at] = self._field(column)
        elif had:
            self.filters_edited.emit({})
        self.updateGeometry()
        self.geometriesChanged.emit()
        self._place()

    def focus_filter(self, section: int) -> None:
        """Puts the cursor into the filter of *section*, or the first one."""
        field = self._fields.get(section) or next(iter(self._fields.values()), None)
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_filter(self, key: str, words: str) -> None:
        """Puts *words* into the filter of that key and says so, as if they had been typed."""
        for at, field in self._fields.items():
            if self._columns[at].filter == key:
                field.setText(words)

    def place_filters(self) -> None:
        """Puts the fields under their headings; for when the table scrolled sideways."""
        self._place()

    def _field(self, column: Column[Any]) -> QLineEdit:
        field = QLineEdit(self)
        field.setProperty("kind", "filter")
        name = column.name
        field.setPlaceholderText("Filter")
        field.setAccessibleName(f"Filter by {name}")
        field.textChanged.connect(lambda text: self._filter_typed(field, column, text))
        field.installEventFilter(self)
        field.show()
        self._judge(field, column, "")
        return field

    def _filter_typed(self, field: QLineEdit, column: Column[Any], text: str) -> None:
        self._judge(field, column, text.strip())
        self.filters_edited.emit(self.filters)

    @staticmethod
    def _judge(field: QLineEdit, column: Column[Any], text: str) -> None:
        """Says in the field's tip what can be typed, or what is wrong with what is."""
        name = column.name
        tip = column.hint or f"Show rows whose {name[:1].lower()}{name[1:]} holds these words"
        problem = column.refuses(text) if column.refuses is not None and text else ""
        field.setToolTip(problem or tip)
        field.setAccessibleDescription(problem or tip)
        if field.property("invalid") is not bool(problem):
            field.setProperty("invalid", bool(problem))
            field.style().unpolish(field)
            field.style().polish(field)

    def _place(self) -> None:
        for at, field in self._fields.items():
            left = self.sectionViewportPosition(at)
            field.setVisible(not self.isSectionHidden(at))
            field.setGeometry(left + 3, self._title_height + 1, self.sectionSize(at) - 6, _FILTER_HEIGHT - 6)

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(
            super().sizeHint().width(), self._title_height + (_FILTER_HEIGHT if self._filters_shown else 0)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and isinstance(watched, QLineEdit)
        ):
            table = self.parentWidget()
            if event.key() == Qt.Key.Key_Escape:
                if watched.text():
                    watched.clear()
                elif table is not None:
                    self.set_filters_shown(False)
                    table.setFocus()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and table is not None:
                table.setFocus()
                return True
        return super().eventFilter(watched, event)

    def sectionSizeFromContents(self, section: int) -> QSize:
        if not 0 <= section < len(self._columns):
            return super().sectionSizeFromContents(section)
        metrics = QFontMetrics(Theme.current().font(TABLE_HEADING_PX, 600))
        sign = _SIGN + 4 if self._columns[section].sort else 0
        widest = max(metrics.horizontalAdvance(line) for line in self._columns[section].title.split("\n"))
        return QSize(widest + 2 * _PADDING + sign + 2, self._title_height)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme = Theme.current()
        painter.fillRect(rect, theme.colour("surface"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
        if not 0 <= section < len(self._columns):
            return
        column = self._columns[section]
        font = theme.font(TABLE_HEADING_PX, 600)
        metrics = QFontMetrics(font)
        room = QRect(rect.left() + _PADDING, rect.top(), rect.width() - 2 * _PADDING, self._title_height)
        sorted_by = self._sorting is not None and bool(column.sort) and self._sorting.key == column.sort
        space = room.width() - (_SIGN + 4 if sorted_by else 0)
        lines = [
            metrics.elidedText(line, Qt.TextElideMode.ElideRight, space) for line in column.title.split("\n")
        ]
        width = max(metrics.horizontalAdvance(line) for line in lines)
        left = room.left()
        if column.align is Align.RIGHT:
            left = room.right() + 1 - width
        elif column.align is Align.CENTRE:
            left += (room.width() - width) // 2
        painter.setFont(font)
        painter.setPen(theme.colour("ink" if sorted_by else "third"))
        baseline = room.top() + (room.height() - metrics.height() * len(lines)) // 2 + metrics.ascent()
        for line in lines:
            own = metrics.horizontalAdvance(line)
            shift = {Align.LEFT: 0, Align.RIGHT: width - own, Align.CENTRE: (width - own) // 2}[column.align]
            painter.drawText(left + shift, baseline, line)
            baseline += metrics.height()
        if sorted_by and self._sorting is not None:
            name = "chevron-down" if self._sorting.descending else "chevron-up"
            sign = pixmap(name, theme.colour("accent").name(), _SIGN)
            at = left - _SIGN - 4 if column.align is Align.RIGHT else left + width + 4
            painter.drawPixmap(at, room.top() + (room.height() - _SIGN) // 2, sign)
