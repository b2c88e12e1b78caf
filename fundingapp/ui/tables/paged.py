"""The model of long lists: first the ids in their order, then pages of rows as they come into view."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex

from fundingapp.domain.money import Money
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import TableModel

Row = TypeVar("Row")

#: A window shows some thirty rows, and a jump waits for all of its page, or of its two pages.
PAGE = 50
_PAGES_KEPT = 32
#: Rows that are asked for but not shown, as of a large selection, are fetched in larger parts.
_FETCHED_AT_ONCE = 500
#: With more keys than this, one walk over the ids is cheaper than a search for each key.
_FEW = 8


class PagedTableModel(TableModel[Row]):
    """Shows as many rows as there are ids; rows are fetched fifty at a time, and a few pages are kept.

    *fetch* takes ids and returns their rows in that order, None for one that is gone; it is called while
    the view paints, so it must answer in a few milliseconds. *total_of* sums a column (by its title) over
    ids, for selections too large to fetch; it may be slow and is asked off the GUI thread.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        fetch: Callable[[Sequence[int]], Sequence[Row | None]],
        total_of: Callable[[Sequence[int], str], Money] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._fetch = fetch
        self.total_of = total_of
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, Sequence[Row | None]] = OrderedDict()

    @property
    def ids(self) -> array[int]:
        """All ids in the order shown."""
        return self._ids

    def set_ids(self, ids: array[int]) -> None:
        """Shows the rows of *ids*.

        The same ids again only fetch the rows anew, so that the view does not jump.
        """
        if ids == self._ids:
            self.refresh()
            return
        self.beginResetModel()
        self._ids = ids
        self._pages.clear()
        self.endResetModel()

    def refresh(self) -> None:
        """Fetches the rows anew: something about them changed, but not which they are."""
        self._pages.clear()
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    def row_at(self, row: int) -> Row | None:
        number, place = divmod(row, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._fetch(self._ids[number * PAGE : (number + 1) * PAGE])
            self._pages[number] = page
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        return page[place] if place < len(page) else None

    def rows_at(self, rows: Sequence[int]) -> list[Row]:
        found: list[Row] = []
        for start in range(0, len(rows), _FETCHED_AT_ONCE):
            part = rows[start : start + _FETCHED_AT_ONCE]
            fetched = self._fetch(array("q", [self._ids[at] for at in part]))
            found.extend(row for row in fetched if row is not None)
        return found

    def key_at(self, row: int) -> object:
        return self._ids[row]

    def rows_of(self, keys: Iterable[object]) -> list[int]:
        wanted = [key for key in keys if isinstance(key, int)]
        if len(wanted) <= _FEW:
            found = []
            for key in wanted:
                try:
                    found.append(self._ids.index(key))
                except ValueError:
                    continue
            return sorted(found)
        among = set(wanted)
        return [at for at, key in enumerate(self._ids) if key in among]

    # Qt overrides

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own
        return 0 if parent.isValid() else len(self._ids)
