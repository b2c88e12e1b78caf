"""What all tables' models share, and the model of short lists with their totals row."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fundingapp.ui.tables.columns import Align, Column, Sorting

Row = TypeVar("Row")

# Qt asks for each role of each cell: plain ints compare in a fraction of the time of enum members.
DISPLAY_ROLE = 0
EDIT_ROLE = 2
TOOL_TIP_ROLE = 3
ALIGNMENT_ROLE = 7
ACCESSIBLE_TEXT_ROLE = 11
_TEXT_ROLES = frozenset((DISPLAY_ROLE, EDIT_ROLE, ACCESSIBLE_TEXT_ROLE))
HORIZONTAL = Qt.Orientation.Horizontal

_ALIGNMENTS = {
    Align.LEFT: int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
    Align.RIGHT: int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
    Align.CENTRE: int(Qt.AlignmentFlag.AlignCenter),
}
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_TOTAL_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_Index = QModelIndex | QPersistentModelIndex


class TableModel(QAbstractTableModel, Generic[Row]):
    """Columns as data over rows that have a key. Cells are text; values are read from :meth:`row_at`."""

    def __init__(self, columns: Sequence[Column[Row]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[Column[Row], ...] = tuple(columns)

    def row_at(self, row: int) -> Row | None:
        """The row object at *row*; None while it is being fetched or when it is gone."""
        raise AssertionError("each kind of model answers this itself")

    def key_at(self, row: int) -> object:
        """What identifies the row at *row* across refreshes."""
        raise AssertionError("each kind of model answers this itself")

    def rows_of(self, keys: Iterable[object]) -> list[int]:
        """Where the rows of *keys* are now; those that are gone are left out."""
        raise AssertionError("each kind of model answers this itself")

    def is_total(self, row: int) -> bool:
        """Whether *row* is the totals row."""
        return False

    def rows_at(self, rows: Sequence[int]) -> list[Row]:
        """The row objects at *rows*, without those that are gone."""
        return [found for found in map(self.row_at, rows) if found is not None]

    # Qt overrides

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        at = index.row()
        if self.is_total(at):
            return _TOTAL_FLAGS
        column = self.columns[index.column()]
        if column.edit is not None:
            row = self.row_at(at)
            if row is not None and column.is_editable(row):
                return _FLAGS | Qt.ItemFlag.ItemIsEditable
        return _FLAGS

    def data(self, index: _Index, role: int = DISPLAY_ROLE) -> object:
        if role in _TEXT_ROLES:
            if not index.isValid():
                return None
            row = self.row_at(index.row())
            if row is None:
                return ""
            column = self.columns[index.column()]
            text = column.text(row)
            if role == ACCESSIBLE_TEXT_ROLE and column.second is not None:
                text = f"{text}, {column.second(row)}"
            return text
        if role == ALIGNMENT_ROLE and index.isValid():
            return _ALIGNMENTS[self.columns[index.column()].align]
        if role == TOOL_TIP_ROLE and index.isValid():
            row = self.row_at(index.row())
            tip = self.columns[index.column()].tip
            return tip(row) if row is not None and tip is not None else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY_ROLE) -> object:
        if orientation == HORIZONTAL and 0 <= section < len(self.columns):
            if role == DISPLAY_ROLE:
                return self.columns[section].title
            if role == ALIGNMENT_ROLE:
                return _ALIGNMENTS[self.columns[section].align]
        return None


class ListTableModel(TableModel[Row]):
    """All rows in memory, a few thousand at most; sorts and filters itself; a bold totals row may close it."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """*key* identifies a row across refreshes; without it the row itself does."""
        super().__init__(columns, parent)
        self._key = key
        self._all: list[Row] = []
        self._rows: list[Row] = []
        self._total: Row | None = None
        self._sorting: Sorting | None = None
        self._filters: dict[str, str] = {}

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows in the order shown, without the totals row."""
        return tuple(self._rows)

    def set_rows(self, rows: Iterable[Row], total: Row | None = None) -> None:
        """Shows *rows*, in their order unless the user chose one, and *total* in bold below."""
        self._all = list(rows)
        self._total = total
        self._show()

    def sort_by(self, sorting: Sorting | None) -> None:
        """Puts the rows in that order; None: in the one that they were given in."""
        self._sorting = sorting
        self._show()

    def filter_by(self, filters: Mapping[str, str]) -> None:
        """Keeps the rows whose text holds, for each column's filter key, the words given."""
        self._filters = {key: words.casefold() for key, words in filters.items() if words.strip()}
        self._show()

    def _show(self) -> None:
        rows = [row for row in self._all if self._passes(row)] if self._filters else list(self._all)
        if self._sorting is not None:
            wanted = self._sorting
            for column in self.columns:
                if column.sort == wanted.key:
                    order: Callable[[Row], Any] = column.order or _by_text(column)
                    rows.sort(key=order, reverse=wanted.descending)
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _passes(self, row: Row) -> bool:
        return all(
            self._filters[column.filter] in column.text(row).casefold()
            for column in self.columns
            if column.filter in self._filters
        )

    def row_at(self, row: int) -> Row | None:
        if 0 <= row < len(self._rows):
            return self._rows[row]
        return self._total if row == len(self._rows) else None

    def key_of(self, row: Row) -> object:
        """What identifies *row* across refreshes."""
        return row if self._key is None else self._key(row)

    def key_at(self, row: int) -> object:
        return self.key_of(self._rows[row])

    def rows_of(self, keys: Iterable[object]) -> list[int]:
        wanted: Collection[object] = list(keys)
        with contextlib.suppress(TypeError):  # keys that can't be hashed are compared one by one
            wanted = set(wanted)
        return [at for at in range(len(self._rows)) if self.key_at(at) in wanted]

    def is_total(self, row: int) -> bool:
        return row == len(self._rows)

    # Qt overrides

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        if parent.isValid():
            return 0
        return len(self._rows) + (self._total is not None)


def _by_text(column: Column[Row]) -> Callable[[Row], Any]:
    amount = column.amount
    if amount is not None:

        def by_amount(row: Row) -> tuple[bool, int]:
            value = amount(row)
            return (value is not None, value.pence if value is not None else 0)

        return by_amount
    return lambda row: column.text(row).casefold()
