"""Ledger downloads: from a table of raw cells to lines, and from one download to the next.

Every row of a download is accounted for: read = kept + skipped, each skip with its reason (R9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from fundingapp.domain.findings import Finding
from fundingapp.domain.ids import LineId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, Period

#: An exact value at the door: numbers are int or Decimal, never float; None is an empty cell. An error such as
#: #REF! arrives as the finding of the reader and as its text.
Cell = str | int | Decimal | date | datetime | bool | None


class Meaning(Enum):
    """What a column of a ledger download holds."""

    TRANSACTION = "transaction"
    YEAR = "year"
    PERIOD = "period"
    DATE = "date"
    DATE_MONTH_FIRST = "date, month first"
    COST_CENTRE = "cost centre"
    ACCOUNT = "account"
    SUPPLIER = "supplier"
    DESCRIPTION = "description"
    NARRATIVE = "narrative"
    TYPE = "type"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    DEBIT_CREDIT_FLAG = "debit or credit"
    VAT = "VAT"
    BALANCE = "balance"
    CLASS = "actual or commitment"
    OTHER = "not used"


class RawRow(NamedTuple):
    """One row below the headings; *row* is its number in the file, counted from 1."""

    row: int
    cells: tuple[Cell, ...]


class SheetRows(NamedTuple):
    """Every filled row of a sheet, notes above its table included; *name* is "" for a text file.

    *shown* is what cells show that a workbook formats as percentages, by row from 1 and column from 0: their number is
    0.0474, and “4.7%” is what was published.
    """

    name: str
    rows: tuple[RawRow, ...]
    shown: Mapping[tuple[int, int], str] = {}


class CellError(NamedTuple):
    """An error such as #REF! in a cell: its row counted from 1, its column from 0, and its text."""

    row: int
    column: int
    text: str


class MergedArea(NamedTuple):
    """Cells that are merged into one; rows are counted from 1, columns from 0, and the last ones belong to it."""

    top: int
    left: int
    bottom: int
    right: int


class Choice(NamedTuple):
    """One answer to a doubt: in words, and the meanings that it gives to columns, each by its place from 0."""

    text: str
    meanings: tuple[tuple[int, Meaning], ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a table does not prove by itself, asked of a person. It is gone once one of its *columns* is settled.

    *kind* is a stable code such as ``amount.column``. One that *blocks* concerns amounts, signs or the order of dates:
    without an answer nothing is imported. The table is read with the likeliest answer meanwhile.
    """

    kind: str
    text: str
    columns: tuple[int, ...]
    choices: tuple[Choice, ...] = ()
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class RawTable:
    """A ledger table as found in a file: headings, what they mean, and every row below them.

    *heading_row* is 0 where a table has no headings. *settled* are the columns, from 0, whose meaning a person or a
    *layout* decided; *layout* is its name, “as confirmed before” for one without, "" where the meanings were found.
    *number* is its place among the tables of the file, from 1; *period* is the one that its title names, and
    *title* the name of its sheet with what stands above it where it is not the first one there. *total_above* is the
    total that the file states above the headings. *follows_an_end* says that a total or a title of its own stands
    between it and the table above it on its sheet.
    """

    file: str
    sheet: str
    encoding: str
    heading_row: int
    headings: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    rows: Sequence[RawRow]
    findings: tuple[Finding, ...] = ()
    errors: Sequence[CellError] = ()
    merged: Sequence[MergedArea] = ()
    doubts: tuple[Doubt, ...] = ()
    settled: frozenset[int] = frozenset()
    layout: str = ""
    number: int = 1
    period: Period | None = None
    title: str = ""
    total_above: Money | None = None
    follows_an_end: bool = False


class LedgerLine(NamedTuple):
    """One line of the ledger as a download states it.

    *key* is unique in a download: the transaction id, or the id and a count where several rows share one.
    """

    key: str
    transaction: str
    year: FinancialYear
    period: int
    posted_on: date | None
    cost_centre: str
    account: str
    supplier: str
    description: str
    type: str
    amount: Money
    sheet: str
    row: int


#: How the reason begins for a row that was meant as a ledger line but can't be read.
HELD_BACK = "held back: "


class SkippedRow(NamedTuple):
    """A row that is no ledger line, and why; *text* is what stands in it, for the reader to judge."""

    sheet: str
    row: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class ParsedLedger:
    """A download understood: *rows_read* = len(lines) + len(skipped).

    A skipped row is none of the ledger's (blank, a total, a note), or it is held back because it can't be read.
    """

    lines: Sequence[LedgerLine]
    skipped: Sequence[SkippedRow]
    findings: tuple[Finding, ...]
    stated_total: Money | None
    rows_read: int
    #: The fields that the download has columns for: only these are compared with an earlier download.
    fields: frozenset[str] = field(default_factory=frozenset)

    @property
    def total(self) -> Money:
        return Money(sum(line.amount.pence for line in self.lines))

    @property
    def held_back(self) -> list[SkippedRow]:
        """The rows that were meant as ledger lines but can't be read, in the order of the file."""
        return [row for row in self.skipped if row.reason.startswith(HELD_BACK)]


class ControlKey(NamedTuple):
    """What a control total is kept for: one cost centre in one period."""

    cost_centre: str
    year: FinancialYear
    period: int


class Control(NamedTuple):
    """How many lines a download holds for a cost centre and period, and what they sum to."""

    lines: int
    total: Money


def controls_of(lines: Iterable[LedgerLine]) -> dict[ControlKey, Control]:
    """The control totals of *lines* by cost centre and period (R9)."""
    # By the start of the year: a hundred thousand years are hashed faster as whole numbers.
    sums: dict[tuple[str, int, int], list[int]] = {}
    years: dict[int, FinancialYear] = {}
    for line in lines:
        key = (line.cost_centre, line.year.start, line.period)
        entry = sums.get(key)
        if entry is None:
            entry = sums[key] = [0, 0]
            years[line.year.start] = line.year
        entry[0] += 1
        entry[1] += line.amount.pence
    return {
        ControlKey(centre, years[start], period): Control(number, Money(pence))
        for (centre, start, period), (number, pence) in sums.items()
    }


@dataclass(frozen=True, slots=True)
class Scope:
    """What a download speaks about: these cost centres, from the first to the last of its periods."""

    cost_centres: frozenset[str]
    first: tuple[int, int]
    last: tuple[int, int]

    def covers(self, cost_centre: str, year: FinancialYear, period: int) -> bool:
        return self.first <= (year.start, period) <= self.last and cost_centre in self.cost_centres

    def within(self, year: FinancialYear) -> Scope | None:
        """The part of it that lies in *year*; None when none does."""
        first = max(self.first, (year.start, 1))
        last = min(self.last, (year.start, CLOSING_PERIOD))
        return Scope(self.cost_centres, first, last) if first <= last else None

    def takes_in(self, other: Scope) -> bool:
        """Whether it covers all that *other* covers."""
        return (
            self.first <= other.first and other.last <= self.last and self.cost_centres >= other.cost_centres
        )

    def meets(self, other: Scope) -> bool:
        """Whether it covers anything that *other* covers."""
        return (
            self.first <= other.last
            and other.first <= self.last
            and not self.cost_centres.isdisjoint(other.cost_centres)
        )


def scope_of(controls: Iterable[ControlKey], earlier: Iterable[frozenset[str]] = ()) -> Scope | None:
    """The scope of a download with these control keys; None when it has no lines.

    A cost centre of an *earlier* download that shares at least one with this one belongs to the same group, so
    it is in scope although no line of it is left: otherwise a centre whose last line vanished would linger.
    """
    keys = list(controls)
    if not keys:
        return None
    centres = {key.cost_centre for key in keys}
    for group in earlier:
        if group & centres:
            centres |= group
    days = [(key.year.start, key.period) for key in keys]
    return Scope(frozenset(centres), min(days), max(days))


class HeldLine(NamedTuple):
    """A line that the file already holds, with its identity there.

    *live* is False for a line that no longer counts: it vanished from a newer download, or its import was taken back.
    """

    id: LineId
    line: LedgerLine
    live: bool = True


class ChangedLine(NamedTuple):
    """A line that two downloads state differently."""

    id: LineId
    before: LedgerLine
    after: LedgerLine


class HeldBeside(dict[str, HeldLine]):
    """What is held, by line key, laid beside a download: *alike* has the identity of each line that the download
    states again, the same in every field that is compared; the lines themselves are the others."""

    def __init__(self, others: Mapping[str, HeldLine] = {}, alike: Mapping[str, LineId] = {}) -> None:
        super().__init__(others)
        self.alike = alike


@dataclass(frozen=True, slots=True)
class Comparison:
    """A new download against what is held, by line key. An unchanged line stands on both sides as the download has it
    where nobody needed the held one."""

    new: Sequence[LedgerLine]
    unchanged: tuple[ChangedLine, ...]
    reworded: tuple[ChangedLine, ...]
    amount_changed: tuple[ChangedLine, ...]
    vanished: tuple[HeldLine, ...]


#: Fields whose change leaves the figures alone. A change of period moves money between periods, so it is
#: treated as a change in amount.
WORDING = ("posted_on", "cost_centre", "account", "supplier", "description", "type")


def compare_downloads(
    held: Mapping[str, HeldLine], lines: Sequence[LedgerLine], fields: frozenset[str], scope: Scope | None
) -> Comparison:
    """What *lines* of a new download do to the lines *held*, by key.

    Only *fields* that the download has columns for are compared; fields it lacks keep the held value in the
    ``after`` of a change. A held line counts as vanished only when the download's *scope* covers it.
    """
    alike = held.alike if isinstance(held, HeldBeside) else {}
    if not held and not alike:
        return Comparison(lines, (), (), (), ())
    new: list[LedgerLine] = []
    unchanged: list[ChangedLine] = []
    reworded: list[ChangedLine] = []
    amount_changed: list[ChangedLine] = []
    compared = tuple(name for name in WORDING if name in fields)
    missing = tuple(name for name in WORDING if name not in fields)
    seen: set[str] = set()
    for line in lines:
        key = line.key
        same = alike.get(key)
        if same is not None:
            unchanged.append(ChangedLine(same, line, line))
            continue
        seen.add(key)
        known = held.get(key)
        if known is None:
            new.append(line)
            continue
        before = known.line
        if missing:
            line = line._replace(**{name: getattr(before, name) for name in missing})
        change = ChangedLine(known.id, before, line)
        if (before.amount, before.year, before.period) != (line.amount, line.year, line.period):
            amount_changed.append(change)
        elif any(getattr(before, name) != getattr(line, name) for name in compared):
            reworded.append(change)
        else:
            unchanged.append(change)
    vanished = [
        known
        for key, known in held.items()
        if key not in seen
        and scope is not None
        and scope.covers(known.line.cost_centre, known.line.year, known.line.period)
    ]
    return Comparison(tuple(new), tuple(unchanged), tuple(reworded), tuple(amount_changed), tuple(vanished))


def standing_controls(
    downloads: Iterable[Mapping[ControlKey, Control]],
) -> dict[ControlKey, Control]:
    """The control totals that stand after several *downloads*, oldest first: the newest that covers a cost centre
    and period speaks for it, also when it holds no line there (R9)."""
    standing: dict[ControlKey, Control] = {}
    groups: list[frozenset[str]] = []
    for controls in downloads:
        scope = scope_of(controls, groups)
        if scope is not None:
            standing = {key: control for key, control in standing.items() if not scope.covers(*key)}
        standing.update(controls)
        groups.append(frozenset(key.cost_centre for key in controls))
    return standing
