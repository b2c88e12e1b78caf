"""Performance tables: counts of this period and of earlier ones, by area and category, as they were published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.ids import AreaId, FigureImportId, PerformanceTableId


class RowSort(Enum):
    """What a row of a performance table is: totals must equal the sum of the rest (R38)."""

    ORDINARY = "ordinary"
    TOTAL = "total"
    SUBTOTAL = "sub-total"
    UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class PerformanceTable:
    """A table of counts as somebody published it. *rank_as_at* is the day of the family group's ranks, which may be
    older than the counts; *comparability* says why periods can't be compared."""

    name: str
    batch: FigureImportId | None = None
    publisher: str = ""
    area: AreaId | None = None
    footnotes: str = ""
    is_provisional: bool = False
    is_comparable: bool = True
    comparability: str = ""
    family: str = ""
    rank_as_at: date | None = None


@dataclass(frozen=True, slots=True)
class PerformanceFigure:
    """One count of a performance table: *category* in the place *area_name* from *first* to *last*, both inclusive.

    *area* is the place of ours that it means, if any. *count* is None where nothing was printed; *hidden* holds what
    was printed in its stead, such as “<5”. *row* and *column* say where it stood in the file, both from 1.
    """

    table: PerformanceTableId
    category: str
    area_name: str
    first: date
    last: date
    count: Decimal | None
    area: AreaId | None = None
    sort: RowSort = RowSort.ORDINARY
    hidden: str = ""
    target: str = ""
    rank: int | None = None
    rank_of: int | None = None
    footnote: str = ""
    row: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class PerformanceFinding:
    """A figure that was printed in a table and is not what its counts give: both figures, and where. *accepted* says
    why it is left so, "" while it waits; *history* what became of it in an earlier table of the same thing: that it was
    carried on from there, or why it was not."""

    table: PerformanceTableId
    row: int
    column: str
    printed: str
    should_be: str
    text: str = ""
    accepted: str = ""
    history: str = ""
