"""The tables of the import's review as data: rows to look at, lines that look the same, and the file's tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fundingapp.application.queries.downloads import TableSeen
from fundingapp.application.wording import short_date
from fundingapp.domain.look_alikes import LookAlike
from fundingapp.domain.odd_rows import OddRow
from fundingapp.ui.spend.columns import NOTHING, coding_of
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.theme import Tone

ODD_COLUMNS = (
    Column[OddRow]("Row", lambda row: f"{row.row:,}", RIGHT, width=64, sort="row", order=lambda row: row.row),
    Column[OddRow](
        "Why it is shown",
        lambda row: row.why,
        width=230,
        stretch=2,
        least=150,
        sort="why",
        tip=lambda row: row.why,
    ),
    Column[OddRow](
        "Date",
        lambda row: short_date(row.line.posted_on) if row.line else NOTHING,
        width=88,
        sort="date",
    ),
    Column[OddRow](
        "Transaction",
        lambda row: (row.line.transaction if row.line else "") or NOTHING,
        width=108,
        sort="transaction",
        may_hide=True,
    ),
    Column[OddRow](
        "Cost centre / account",
        lambda row: coding_of(row.line) if row.line else NOTHING,
        width=126,
        least=90,
        may_hide=True,
    ),
    Column[OddRow](
        "Supplier and description",
        lambda row: (
            " · ".join(filter(None, (row.line.supplier, row.line.description))) if row.line else row.text
        ),
        width=190,
        stretch=2,
        least=110,
        quiet=True,
        tip=lambda row: row.text,
    ),
    Column[OddRow](
        "£",
        lambda row: str(row.line.amount) if row.line else NOTHING,
        RIGHT,
        width=92,
        sort="amount",
        amount=lambda row: row.line.amount if row.line else None,
    ),
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """A line that looks like another, and whether the two are taken for one."""

    pair: LookAlike
    one: bool

    @property
    def key(self) -> str:
        return self.pair.line.key

    def decided(self, one: bool) -> Likeness:
        return replace(self, one=one)

    @property
    def in_words(self) -> str:
        if self.pair.held is not None:
            return "the same line" if self.one else "another line"
        return "left out" if self.one else "counts too"

    @property
    def other_in_words(self) -> str:
        other = self.pair.other
        if self.pair.held is None:
            return f"row {other.row:,} of this file, word for word"
        number = other.transaction or "a line without a number"
        return f"{number}, held already: {other.description or other.supplier}"


ALIKE_COLUMNS = (
    Column[Likeness](
        "Row", lambda row: f"{row.pair.line.row:,}", RIGHT, width=64, order=lambda row: row.pair.line.row
    ),
    Column[Likeness]("Date", lambda row: short_date(row.pair.line.posted_on), width=88),
    Column[Likeness](
        "Supplier", lambda row: row.pair.line.supplier or NOTHING, width=150, stretch=1, least=90
    ),
    Column[Likeness].of_amounts("£", lambda row: row.pair.line.amount, width=92),
    Column[Likeness](
        "Looks like",
        lambda row: row.other_in_words,
        width=250,
        stretch=2,
        least=150,
        tip=lambda row: row.other_in_words,
    ),
    Column[Likeness](
        "Is taken for",
        lambda row: row.in_words,
        width=118,
        pill=lambda row: Tone.ATTENTION if row.one else Tone.ACCENT,
    ),
)


@dataclass(frozen=True, slots=True)
class HiddenSheet:
    """A hidden sheet: it is read only when it is chosen (bad input X25)."""

    sheet: str


def _of_table(text: Callable[[TableSeen], str]) -> Callable[[TableSeen | HiddenSheet], str]:
    return lambda row: text(row) if isinstance(row, TableSeen) else NOTHING


def _read(row: TableSeen | HiddenSheet) -> str:
    if isinstance(row, HiddenSheet):
        return "hidden"
    return "✓ read" if row.chosen else "left out"


TABLE_COLUMNS = (
    Column[TableSeen | HiddenSheet](
        "Read",
        _read,
        width=90,
        pill=lambda row: Tone.GOOD if isinstance(row, TableSeen) and row.chosen else Tone.NEUTRAL,
    ),
    Column[TableSeen | HiddenSheet]("Table", _of_table(lambda row: f"{row.number:,}"), RIGHT, width=60),
    Column[TableSeen | HiddenSheet](
        "Sheet", lambda row: row.sheet or NOTHING, width=180, stretch=1, least=100
    ),
    Column[TableSeen | HiddenSheet](
        "Headings in row",
        _of_table(lambda row: f"{row.heading_row:,}" if row.heading_row else "none"),
        RIGHT,
        width=120,
    ),
    Column[TableSeen | HiddenSheet]("Lines", _of_table(lambda row: f"{row.records:,}"), RIGHT, width=80),
    Column[TableSeen | HiddenSheet](
        "Total £",
        _of_table(lambda row: str(row.total)),
        RIGHT,
        width=120,
        amount=lambda row: row.total if isinstance(row, TableSeen) else None,
    ),
)
