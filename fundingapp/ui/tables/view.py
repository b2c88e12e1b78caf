"""The table of every list page: sort, filter, copy, sum of the selection, “why?”, all by keyboard too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from fundingapp.domain.money import Money
from fundingapp.ui.jobs.asking import Asker
from fundingapp.ui.tables.columns import Align, Column, Edit, SelectionSummary, Sorting
from fundingapp.ui.tables.delegates import CellDelegate
from fundingapp.ui.tables.header import TableHeader
from fundingapp.ui.tables.models import ListTableModel, TableModel
from fundingapp.ui.tables.paged import PagedTableModel
from fundingapp.ui.tables.widths import Wish, fit
from fundingapp.ui.theme import ROW_HEIGHT, Theme

#: Up to this many rows are summed and copied at once; larger selections are asked off the GUI thread.
AT_ONCE = 2_000
#: Selections of up to this many rows survive a change of the rows shown.
_REMEMBERED = 10_000
_FILTER_PAUSE_MS = 200
#: So many rows are looked at to find out how wide the columns should be.
_MEASURED = 100
_REFERENCE = "The quick brown fox, 1,234,567.89"
_REFERENCE_PX = 208


class ColumnWidths(Protocol):
    """Where widths and the choice of columns are remembered, by the table's id and the column's title."""

    def column_widths(self, table: str) -> Mapping[str, int]: ...

    def set_column_widths(self, table: str, widths: Mapping[str, int]) -> None: ...

    def columns_shown(self, table: str) -> Mapping[str, bool]: ...

    def set_columns_shown(self, table: str, shown: Mapping[str, bool]) -> None: ...


class TableView(QTableView):
    """Shows a :class:`TableModel`. *table_id* names it in the settings; *name* is its spoken name."""

    sort_requested = Signal(object)  # Sorting; a ListTableModel has sorted itself already
    filters_changed = Signal(
        object
    )  # dict of filter key and words; a ListTableModel has filtered itself already
    why_requested = Signal(object, object)  # row, Column
    row_activated = Signal(object)  # row: Enter or double click
    current_row_changed = Signal(object)  # row or None
    selection_summarised = Signal(object)  # SelectionSummary
    edited = Signal(object, object, object)  # row, Column, new value (text, Money or None)
    pasted = Signal(object)  # list of lists of text, when accepts_paste

    def __init__(
        self,
        name: str,
        table_id: str = "",
        widths: ColumnWidths | None = None,
        asker: Asker | None = None,
        row_height: int = ROW_HEIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("kind", "sheet")
        self._table_id = table_id
        self._remembered = widths
        self._asker = asker
        self._model: TableModel[Any] | None = None
        self._own_widths: dict[str, int] = {}
        self._own_choice: dict[str, bool] = {}
        #: Tried before a key means what it does in every table; True when it was taken.
        self.takes_key: Callable[[QKeyEvent], bool] | None = None
        self._laying_out = False
        self._measured: dict[int, int] = {}
        self._scale = 100
        self._pressed = QModelIndex()
        self._kept: tuple[list[object], object, int, object] = ([], None, 0, None)
        self.accepts_paste = False
        self._context_menu = QMenu(self)
        self._header = TableHeader(self)
        self.setHorizontalHeader(self._header)
        self._header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._header.sectionClicked.connect(self._heading_clicked)
        self._header.sectionResized.connect(self._heading_resized)
        self._header.filters_edited.connect(self._filters_edited)
        self._header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._header.customContextMenuRequested.connect(self._heading_menu)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(20)
        rows.setDefaultSectionSize(row_height)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.horizontalScrollBar().valueChanged.connect(lambda _value: self._header.place_filters())
        self.doubleClicked.connect(self._double_clicked)
        self._summing = QTimer(self)
        self._summing.setSingleShot(True)
        self._summing.setInterval(40)
        self._summing.timeout.connect(self._summarise)
        self._filtering = QTimer(self)
        self._filtering.setSingleShot(True)
        self._filtering.setInterval(_FILTER_PAUSE_MS)
        self._filtering.timeout.connect(self._filter)
        Theme.current().changed.connect(self._lay_out)

    # What pages use

    def set_model(self, model: TableModel[Any]) -> None:
        """Shows *model*, with its columns at their remembered or first widths."""
        self._model = model
        self._header.set_columns(model.columns)
        if self._remembered is not None and self._table_id:
            self._own_widths = dict(self._remembered.column_widths(self._table_id))
            self._own_choice = dict(self._remembered.columns_shown(self._table_id))
        self.setModel(model)
        delegate = CellDelegate(model, self)
        delegate.edited.connect(self.edited)
        self.setItemDelegate(delegate)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._back_to_place)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self._measured = {}
        self._span()
        self._measure()
        self._lay_out()

    @property
    def current_row(self) -> Any:
        """The row object under the cursor; None when there is none."""
        index = self.currentIndex()
        if self._model is None or not index.isValid() or self._model.is_total(index.row()):
            return None
        return self._model.row_at(index.row())

    def selected_places(self) -> list[int]:
        """Where the selected rows are, from the top."""
        return [at for top, bottom in self._ranges() for at in range(top, bottom + 1)]

    def selected_rows(self) -> list[Any]:
        """The selected row objects, from the top; fetches them, so ask only when they are needed."""
        return self._model.rows_at(self.selected_places()) if self._model is not None else []

    def selected_keys(self) -> list[Any]:
        """What identifies the selected rows, from the top; for a paged model their ids."""
        if self._model is None:
            return []
        return [self._model.key_at(at) for at in self.selected_places()]

    def select_key(self, key: object) -> bool:
        """Goes to the row that *key* identifies; False when it is not shown."""
        if self._model is None:
            return False
        for at in self._model.rows_of([key]):
            self.setCurrentIndex(self._model.index(at, max(0, self.currentIndex().column())))
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.EnsureVisible)
            return True
        return False

    def select_keys(self, keys: Sequence[object]) -> None:
        """Selects the rows of *keys* that are shown, and goes to the first of them."""
        if self._model is None:
            return
        chosen, last = QItemSelection(), max(0, len(self._model.columns) - 1)
        for top, bottom in _runs(self._model.rows_of(keys)):
            chosen.select(self._model.index(top, 0), self._model.index(bottom, last))
        if chosen.isEmpty():
            return
        first = chosen.at(0).topLeft()
        self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(first)

    def set_sorting(self, sorting: Sorting | None) -> None:
        """Shows *sorting* in the headings without asking for it."""
        self._header.set_sorting(sorting)

    @property
    def sorting(self) -> Sorting | None:
        return self._header.sorting

    def set_filters_shown(self, shown: bool) -> None:
        """Shows or hides the filter fields under the headings."""
        self._header.set_filters_shown(shown)
        self.updateGeometries()
        if shown:
            self._header.focus_filter(self.currentIndex().column())

    @property
    def filters_shown(self) -> bool:
        return self._header.filters_shown

    def set_filter(self, key: str, words: str) -> None:
        """Puts *words* into the filter of that key, as if they had been typed; nothing while the fields are hidden."""
        self._header.set_filter(key, words)

    # Which columns

    def is_chosen(self, column: Column[Any]) -> bool:
        """Whether the user wants *column* shown; one that only gives way for want of room is chosen all the same."""
        return self._own_choice.get(column.title, not column.extra)

    @property
    def chosen_columns(self) -> tuple[Column[Any], ...]:
        """The columns that the user wants shown, in their order."""
        columns = self._model.columns if self._model is not None else ()
        return tuple(column for column in columns if self.is_chosen(column))

    def choose_column(self, column: Column[Any], shown: bool) -> None:
        """Shows or leaves out *column*, and remembers it; the last one stays."""
        if not shown and self.chosen_columns == (column,):
            return
        self._own_choice[column.title] = shown
        if self._remembered is not None and self._table_id:
            self._remembered.set_columns_shown(self._table_id, self._own_choice)
        if not shown and column.filter:
            self.set_filter(column.filter, "")  # what cannot be seen must not filter
        self._lay_out()
        self._header.place_filters()

    def fill_columns_menu(self, menu: QMenu) -> None:
        """One mark for each column, to show it or leave it out."""
        for column in self._model.columns if self._model is not None else ():
            action = menu.addAction(column.name if column.title != "£" else "Amount £")
            action.setCheckable(True)
            action.setChecked(self.is_chosen(column))
            action.toggled.connect(lambda shown, column=column: self.choose_column(column, shown))

    def copy(self) -> None:
        """Puts the selected rows on the clipboard, tab-separated under their headings."""
        if self._model is None:
            return
        model, places = self._model, self.selected_places()
        columns = self.chosen_columns
        if not places:
            return
        if len(places) <= AT_ONCE or self._asker is None:
            QGuiApplication.clipboard().setText(_as_text(columns, model.rows_at(places)))
            return
        self._asker.ask(
            f"copy {id(self)}",
            lambda: _as_text(columns, model.rows_at(places)),
            lambda text: QGuiApplication.clipboard().setText(text),
            owner=self,
        )

    # Order and filters

    def _heading_clicked(self, section: int) -> None:
        if self._model is None or not self._model.columns[section].sort:
            return
        key = self._model.columns[section].sort
        now = self._header.sorting
        self._sort(Sorting(key, now is not None and now.key == key and not now.descending))

    def _sort(self, sorting: Sorting) -> None:
        self._header.set_sorting(sorting)
        if isinstance(self._model, ListTableModel):
            self._model.sort_by(sorting)
        self.sort_requested.emit(sorting)

    def _filters_edited(self) -> None:
        self._filtering.start()

    def _filter(self) -> None:
        filters = self._header.filters
        if isinstance(self._model, ListTableModel):
            self._model.filter_by(filters)
        self.filters_changed.emit(filters)

    def _heading_menu(self, where: QPoint) -> None:
        self._menu(self._header.logicalIndexAt(where), self._header.mapToGlobal(where), on_cell=False)

    # Widths

    def _measure(self) -> None:
        """Looks at the first rows for what their cells need; a column only grows by it, so that nothing jumps."""
        model, delegate = self._model, self.itemDelegate()
        if model is None or not isinstance(delegate, CellDelegate):
            return
        rows = min(model.rowCount(), _MEASURED)
        places = [*range(rows), *range(max(rows, model.rowCount() - 1), model.rowCount())]
        for at, column in enumerate(model.columns):
            own = [place for place in places if not _goes_on(model.row_at(place), column)]
            needs = (delegate.cell_width(place, column) for place in own)
            self._measured[at] = max(self._measured.get(at, 0), max(needs, default=0))

    def _span(self) -> None:
        """Lets the cells that go over several columns do so; only a short list has such."""
        model = self._model
        columns = model.columns if isinstance(model, ListTableModel) else ()
        spanning = [(at, column.spans) for at, column in enumerate(columns) if column.spans is not None]
        if model is None or not spanning:
            return
        self.clearSpans()
        for place in range(model.rowCount()):
            row = model.row_at(place)
            for at, spans in spanning:
                if row is not None and (over := spans(row)) > 1:
                    self.setSpan(place, at, 1, min(over, len(columns) - at))

    def _wish(self, at: int, column: Column[Any]) -> Wish:
        heading = self._header.sectionSizeFromContents(at).width()
        own = self._own_widths.get(column.title)
        if own is not None:
            return Wish(own, min(own, 120) if column.stretch else own, column.stretch)
        measured = self._measured.get(at, 0)
        expected = column.width * self._scale // 100
        if column.edit is Edit.TEXT:
            measured = max(measured, expected)  # room for what is going to be typed
        if column.align is Align.RIGHT or column.pill is not None or column.bar is not None:
            wanted = max(heading, measured or expected)
            return Wish(wanted, wanted, column.stretch)
        wanted = max(heading, min(measured, expected * 8 // 5) if measured else expected)
        if column.least:
            least = min(wanted, max(heading, column.least * self._scale // 100))
        else:
            least = max(heading, wanted * 6 // 10) if column.stretch else wanted
        return Wish(wanted, least, column.stretch)

    def _lay_out(self) -> None:
        """Gives every column its width: the user's, or what its content needs, fitted to the room there is."""
        if self._model is None or self._laying_out:
            return
        advance = QFontMetrics(Theme.current().font()).horizontalAdvance(_REFERENCE)
        self._scale = max(100, advance * 100 // _REFERENCE_PX)
        columns = self._model.columns
        wishes = [
            self._wish(at, column) if self.is_chosen(column) else Wish(0, 0)
            for at, column in enumerate(columns)
        ]
        self._laying_out = True
        room = self.viewport().width()
        floor = self._header.minimumSectionSize()
        given_up = {at for at, column in enumerate(columns) if not self.is_chosen(column)}
        for turn in sorted({column.turn for column in columns if column.may_hide}):
            if sum(wish.least for at, wish in enumerate(wishes) if at not in given_up) > room:
                given_up |= {
                    at for at, column in enumerate(columns) if column.may_hide and column.turn == turn
                }
        for at in range(len(columns)):
            hidden = at in given_up
            self._header.setSectionHidden(at, hidden)
            wish = wishes[at]
            # No column is narrower than the heading lets it be: what it takes is not there for others.
            wishes[at] = (
                Wish(0, 0) if hidden else Wish(max(wish.wanted, floor), max(wish.least, floor), wish.stretch)
            )
        for at, width in enumerate(fit(wishes, room)):
            if not self._header.isSectionHidden(at):
                self._header.resizeSection(at, width)
        self._laying_out = False
        self._header.place_filters()

    def _heading_resized(self, section: int, _old: int, new: int) -> None:
        if self._laying_out or self._model is None or not 0 <= section < len(self._model.columns):
            return
        self._own_widths[self._model.columns[section].title] = new
        if self._remembered is not None and self._table_id:
            self._remembered.set_column_widths(self._table_id, self._own_widths)

    # Selection

    def _ranges(self) -> list[tuple[int, int]]:
        """The selected rows as stretches from–to, without the totals row, which Qt takes in with “all”."""
        if self.selectionModel() is None or self._model is None:
            return []
        chosen = self.selectionModel().selection()
        parts = [chosen.at(number) for number in range(chosen.count())]
        last = self._model.rowCount() - 1
        if last >= 0 and self._model.is_total(last):
            last -= 1
        return sorted((part.top(), min(part.bottom(), last)) for part in parts if part.top() <= last)

    def _current_changed(self, now: QModelIndex, before: QModelIndex) -> None:
        if now.row() != before.row() or not before.isValid():
            self.current_row_changed.emit(self.current_row)

    def _summed_column(self) -> Column[Any] | None:
        if self._model is None:
            return None
        at = self.currentIndex().column()
        if 0 <= at < len(self._model.columns) and self._model.columns[at].amount is not None:
            return self._model.columns[at]
        return next((column for column in self._model.columns if column.amount is not None), None)

    def _summarise(self) -> None:
        if self._model is None:
            return
        model = self._model
        count = sum(bottom - top + 1 for top, bottom in self._ranges())
        column = self._summed_column()
        if count < 2 or column is None or column.amount is None:
            self.selection_summarised.emit(SelectionSummary(count))
            return
        if count <= AT_ONCE:
            amounts = (column.amount(row) for row in self.selected_rows())
            total = Money.total(amount for amount in amounts if amount is not None)
            self.selection_summarised.emit(SelectionSummary(count, column.name, total))
            return
        self.selection_summarised.emit(SelectionSummary(count))
        if self._asker is not None and isinstance(model, PagedTableModel) and model.total_of is not None:
            total_of, ids, title, name = model.total_of, self.selected_keys(), column.title, column.name
            self._asker.ask(
                f"selection {id(self)}",
                lambda: total_of(ids, title),
                lambda total: self.selection_summarised.emit(SelectionSummary(count, name, total)),
                owner=self,
            )

    def _keep_place(self) -> None:
        if self._model is None:
            return
        model = self._model
        count = sum(bottom - top + 1 for top, bottom in self._ranges())
        keys = self.selected_keys() if count <= _REMEMBERED else []
        index = self.currentIndex()
        current = model.key_at(index.row()) if index.isValid() and not model.is_total(index.row()) else None
        top = self.rowAt(0)
        first = model.key_at(top) if top >= 0 and not model.is_total(top) else None
        self._kept = (keys, current, max(0, index.column()), (first, self.verticalScrollBar().value(), top))

    def _back_to_place(self) -> None:
        if self._model is None:
            return
        model = self._model
        keys, current, column, first = self._kept
        self._kept = ([], None, 0, None)
        self._span()
        if keys:
            chosen = QItemSelection()
            last = max(0, len(model.columns) - 1)
            for top, bottom in _runs(model.rows_of(keys)):
                chosen.select(model.index(top, 0), model.index(bottom, last))
            self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if current is not None:
            for at in model.rows_of([current]):
                self.selectionModel().setCurrentIndex(
                    model.index(at, column), QItemSelectionModel.SelectionFlag.NoUpdate
                )
        if isinstance(first, tuple):
            key, value, top = first
            bar = self.verticalScrollBar()
            self.updateGeometries()
            for at in model.rows_of([key]) if key is not None else []:
                value += (at - top) * self.verticalHeader().defaultSectionSize()
            bar.setValue(min(value, bar.maximum()))
        self._measure()
        self._lay_out()
        self._summing.start()
        if self.current_row is None and current is not None:
            self.current_row_changed.emit(None)

    # Why, activation, menu

    def _ask_why(self, index: QModelIndex) -> bool:
        if self._model is None or not index.isValid():
            return False
        row = self._model.row_at(index.row())
        column = self._model.columns[index.column()]
        if row is None or not column.can_ask_why(row):
            return False
        self.why_requested.emit(row, column)
        return True

    def _activate(self) -> None:
        row = self.current_row
        if row is not None:
            self.row_activated.emit(row)

    def _double_clicked(self, index: QModelIndex) -> None:
        if self._model is None or self._figure_at(index, self.viewport().mapFromGlobal(self.cursor().pos())):
            return
        if not self._model.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self._activate()

    def _figure_at(self, index: QModelIndex, where: QPoint) -> bool:
        delegate = self.itemDelegate()
        if not index.isValid() or not isinstance(delegate, CellDelegate):
            return False
        figure = delegate.figure_rect(self.visualRect(index), index)
        return figure is not None and figure.contains(where)

    def _menu(self, section: int, where: QPoint, on_cell: bool) -> None:
        if self._model is None or not 0 <= section < len(self._model.columns):
            return
        column = self._model.columns[section]
        menu = self._context_menu
        menu.clear()
        if on_cell:
            index = self.currentIndex()
            row = self._model.row_at(index.row())
            if row is not None and column.can_ask_why(row):
                menu.addAction("Why this figure?\tF2", lambda: self._ask_why(index))
            menu.addAction("Copy with headings\tCtrl+C", self.copy)
            menu.addSeparator()
        if column.sort:
            name = column.name
            menu.addAction(f"Sort by {name}, smallest first", lambda: self._sort(Sorting(column.sort)))
            menu.addAction(f"Sort by {name}, largest first", lambda: self._sort(Sorting(column.sort, True)))
        if any(each.filter for each in self._model.columns):
            words = "Hide the column filters" if self.filters_shown else "Filter by column…\tCtrl+Shift+F"
            menu.addAction(words, lambda: self.set_filters_shown(not self.filters_shown))
        if any(each.extra for each in self._model.columns):
            menu.addSeparator()
            self.fill_columns_menu(menu.addMenu("Columns"))
        if self._own_widths:
            menu.addAction("Reset the column widths", self._reset_widths)
        if not menu.isEmpty():
            menu.popup(where)

    def _reset_widths(self) -> None:
        self._own_widths = {}
        if self._remembered is not None and self._table_id:
            self._remembered.set_column_widths(self._table_id, {})
        self._lay_out()

    # Qt overrides

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self._summing.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # A panel that opens, or a message above, takes room away: the row of the cursor stays in sight.
        at = self.visualRect(self.currentIndex())
        was_seen = at.isValid() and at.top() >= 0 and at.bottom() < event.oldSize().height()
        super().resizeEvent(event)
        self._lay_out()
        if was_seen and at.bottom() >= event.size().height():
            self.scrollTo(self.currentIndex())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._model is not None and not self.currentIndex().isValid() and self._model.rowCount():
            self.selectionModel().setCurrentIndex(
                self._model.index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.takes_key is not None and self.takes_key(event):
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste) and self.accepts_paste:
            self.pasted.emit(_cells(QGuiApplication.clipboard().text()))
        elif event.key() == Qt.Key.Key_F2 and self._ask_why(index):
            return
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # A cell's editor has taken this Enter for itself, and lets it through to us all the same.
            if self.state() is not QAbstractItemView.State.EditingState and not self._ask_why(index):
                self._activate()
        elif event.key() == Qt.Key.Key_F and event.modifiers() == (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        ):
            self.set_filters_shown(True)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Does nothing: Qt would read every row to find a match."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        where = event.position().toPoint()
        index = self.indexAt(where)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        clicked = event.button() == Qt.MouseButton.LeftButton and plain and index == self._pressed
        if clicked and self._figure_at(index, where):
            self._ask_why(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        where = event.position().toPoint()
        over = self._figure_at(self.indexAt(where), where)
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            where = event.globalPos()
        else:
            index = self.currentIndex()
            where = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self._menu(index.column(), where, on_cell=True)


def _goes_on(row: Any, column: Column[Any]) -> bool:
    """Whether the cell of *column* goes on over the columns beside it."""
    return row is not None and column.spans is not None and column.spans(row) > 1


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """*places*, ascending, as stretches from–to."""
    runs: list[tuple[int, int]] = []
    for at in places:
        if runs and runs[-1][1] == at - 1:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


def _as_text(columns: Sequence[Column[Any]], rows: Sequence[Any]) -> str:
    lines = ["\t".join(" ".join(column.title.split()) for column in columns)]
    lines.extend("\t".join(column.copied(row) for column in columns) for row in rows)
    return "\n".join(lines) + "\n"


def _cells(text: str) -> list[list[str]]:
    """Clipboard text as rows of cells; the last line break of a spreadsheet makes no row."""
    return [line.split("\t") for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n")]
