"""Ledger lines, imports and charges: the part of the file that may hold a million rows."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple, Protocol

from fundingapp.application.ports.rows import Kept
from fundingapp.domain.findings import Finding
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import BatchId, FundId, LineId, ProjectId, RuleId, RunId
from fundingapp.domain.ledger import (
    Control,
    ControlKey,
    HeldBeside,
    HeldLine,
    LedgerLine,
    Meaning,
    SkippedRow,
)
from fundingapp.domain.matching import Charge, Disposition, How, LineState
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import ChargeSum, ControlSum, DaySum, LedgerSum
from fundingapp.domain.reconciliations import CentreSum
from fundingapp.domain.suggestions import Proposal


class BatchState(Enum):
    """Whether an import counts, or was taken back as a whole."""

    LIVE = "live"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Batch:
    """One import of a ledger download, with what was counted when it came in."""

    file_name: str
    sha256: str
    size: int
    sheet: str
    encoding: str
    imported_at: datetime
    imported_by: str
    rows_read: int
    rows_kept: int
    rows_skipped: int
    total: Money
    stated_total: Money | None
    control_total: Money | None
    new: int
    unchanged: int
    reworded: int
    amount_changed: int
    vanished: int
    state: BatchState = BatchState.LIVE
    #: How the columns were told, in words (“as Ann confirmed on 3 May 2026”); "" where that was not kept yet.
    layout: str = ""
    #: How its lines are recognised in another download, in words.
    keyed_by: str = ""
    #: Each heading of the (first) table, and what it was taken for.
    columns: tuple[tuple[str, Meaning], ...] = ()


class Change(Enum):
    """How a later download states a line differently."""

    REWORDED = "reworded"
    AMOUNT = "amount changed"
    VANISHED = "vanished"


class Charged(NamedTuple):
    """A charge as kept: who made it, when, and in which run of the rules."""

    charge: Charge
    how: How
    run: RunId | None
    by: str
    at: datetime


class LineCharges(NamedTuple):
    """All charges of a line, in order."""

    line: LineId
    charges: tuple[Charged, ...]


class LineChange(NamedTuple):
    """A difference between two downloads, what was decided, and the charges on both sides of it.

    *taken* is False when the line was kept as the earlier download had it. *reviewed* says that a person has
    looked at it. *after* is None for a vanished line.
    """

    line: LineId
    change: Change
    taken: bool
    reviewed: bool
    before: LedgerLine
    after: LedgerLine | None
    charges_before: tuple[Charged, ...]
    charges_after: tuple[Charged, ...]
    #: The charges when the import was taken back, so that it can be put back as it was; None while it counts.
    charges_left: tuple[Charged, ...] | None = None


class Brought(NamedTuple):
    """The lines that an import brought: how many, what they sum to, and how many of them are charged."""

    lines: int
    total: Money
    charged: int


class Sighting(NamedTuple):
    """Where a later download holds a line that was known already."""

    line: LineId
    sheet: str
    row: int


class Show(Enum):
    """The quick filters of the Spend page."""

    ALL = "all"
    WAITING = "waiting"
    SUGGESTED = "suggested"
    CHARGED = "charged"
    SPLIT = "split"
    INCOME = "income"
    EXCLUDED = "excluded"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which live ledger lines are meant. All conditions together; *text* searches every text column, the
    amount and the transaction; *columns* holds a text per column name (see LINE_COLUMNS)."""

    year: FinancialYear | None = None
    from_period: int = 1
    to_period: int = 13
    show: Show = Show.ALL
    text: str = ""
    project: ProjectId | None = None
    fund: FundId | None = None
    kind: Kind | None = None
    batch: BatchId | None = None
    disposition: Disposition | None = None
    columns: tuple[tuple[str, str], ...] = ()


#: Columns by which lines can be sorted and filtered; “coding” is cost centre and account together.
LINE_COLUMNS = (
    "posted_on",
    "period",
    "coding",
    "cost_centre",
    "account",
    "supplier",
    "description",
    "type",
    "transaction",
    "amount",
    "project",
    "state",
)


@dataclass(frozen=True, slots=True)
class LineOrder:
    """Sorting by one of LINE_COLUMNS; ties are broken by id, so that the order is always the same."""

    column: str = "posted_on"
    descending: bool = False


class LineRow(NamedTuple):
    """A ledger line as a list shows it. *suggestion* is the first one of a line that waits."""

    id: LineId
    line: LedgerLine
    file: str
    state: LineState
    charges: tuple[Charged, ...]
    projects: tuple[str, ...]
    change: Change | None
    suggestion: Proposal | None = None


class LineShare(NamedTuple):
    """A line's part in a figure: *share* of *amount* counts towards it."""

    id: LineId
    transaction: str
    posted_on: date | None
    supplier: str
    description: str
    file: str
    sheet: str
    row: int
    amount: Money
    share: Money
    reason: str


class RuleUse(NamedTuple):
    """What a rule has placed that counts: how many lines, and the sum of the parts that it charged."""

    rule: RuleId
    lines: int
    total: Money


class ShowCounts(NamedTuple):
    """How many lines each quick filter would show, and what waits in pounds."""

    all: int
    waiting: int
    charged: int
    split: int
    income: int
    excluded: int
    changed: int
    total: Money
    waiting_total: Money
    suggested: int = 0


class LedgerStore(Protocol):
    """Ledger lines, imports and charges: the part of the file that may hold a million rows."""

    def batches(self) -> list[Kept[Batch]]:
        """Every import, removed ones included, oldest first."""

    def add_batch(
        self,
        batch: Batch,
        lines: Sequence[LedgerLine],
        sightings: Iterable[Sighting],
        skipped: Iterable[SkippedRow],
        controls: Mapping[ControlKey, Control],
        changes: Iterable[LineChange],
        findings: Iterable[Finding],
        charges: Iterable[tuple[Charged, ...]] | None = None,
    ) -> BatchId:
        """Keeps an import: *lines* are new to the file. The changes are recorded here, not carried out.

        *charges* are those of each of *lines*, in their order, taken one by one while the lines are kept; without
        them all the lines wait.
        """

    def set_batch_state(self, batch: BatchId, state: BatchState) -> None: ...

    def brought(self, batch: BatchId) -> Brought:
        """What first came with *batch*, whether or not it counts."""

    def skipped(self, batch: BatchId) -> list[SkippedRow]: ...

    def findings(self, batch: BatchId) -> list[Finding]: ...

    def changes(self, batch: BatchId) -> list[LineChange]: ...

    def set_reviewed(self, batch: BatchId, lines: Collection[LineId], reviewed: bool) -> None: ...

    def set_taken(self, batch: BatchId, line: LineId, taken: bool) -> None: ...

    def set_left(self, batch: BatchId, left: Mapping[LineId, tuple[Charged, ...] | None]) -> None:
        """Keeps with each change the charges that its line had when the import was taken back; None forgets them."""

    def cost_centre_groups(self) -> list[frozenset[str]]:
        """The cost centres of each live import."""

    def held(self) -> dict[str, HeldLine]:
        """Every live line by its key."""

    def held_beside(self, lines: Sequence[LedgerLine], fields: frozenset[str]) -> HeldBeside:
        """Every live line, laid beside *lines* of a download with these *fields*: what says the same need not be
        read out, but may be."""

    def held_line(self, line: LineId) -> HeldLine:
        """One line, live or not. Raises NotFoundError."""

    def update_lines(self, lines: Mapping[LineId, LedgerLine]) -> None:
        """Gives each line the values beside it; its key, sheet and row stay."""

    def set_live(self, lines: Collection[LineId], live: bool) -> None:
        """Makes lines and their charges count, or not."""

    def set_batch_lines_live(self, batch: BatchId, live: bool) -> int:
        """The same for every line that first came with *batch*; returns how many."""

    def waiting(self) -> Iterator[tuple[LineId, LedgerLine]]:
        """Every live line without a charge, oldest id first. Those that were given may be placed before the others
        are asked for."""

    def charges_of(self, lines: Collection[LineId]) -> dict[LineId, tuple[Charged, ...]]:
        """The charges of each of *lines*; an empty tuple for a waiting one."""

    def put_charges(self, placed: Iterable[LineCharges]) -> int:
        """Replaces the charges of each line given (an empty tuple clears them); returns how many lines."""

    def place_waiting(self, placed: Iterable[LineCharges]) -> int:
        """As put_charges, for lines that are known to be waiting, each given once; much faster for many."""

    def next_run(self) -> RunId: ...

    def charged_periods(
        self, *, batch: BatchId | None = None, run: RunId | None = None
    ) -> set[tuple[FinancialYear, int]]:
        """The years and periods of the charged lines that first came with *batch*, live or not, or that *run*
        charged."""

    def clear_run(self, run: RunId) -> int:
        """Takes out every charge that *run* made; its lines wait again. Returns how many lines."""

    def charge_sums(self, year: FinancialYear) -> list[ChargeSum]: ...

    def day_sums(self, year: FinancialYear, fund: FundId) -> list[DaySum]:
        """What the live lines of *year* charge to *fund*, added up out of the charges themselves, by kind, period and
        posting day, in that order; lines without a day first."""

    def ledger_sums(self, year: FinancialYear) -> list[LedgerSum]: ...

    def centre_sums(self, year: FinancialYear, to_period: int) -> list[CentreSum]:
        """The live lines of *year* up to and including *to_period* by their cost centre as it is written, in its order,
        added up out of the lines and charges themselves."""

    def control_sums(self, year: FinancialYear) -> list[ControlSum]:
        """Per period: what the newest live import that covers it states, over all cost centres (R9)."""

    def years(self) -> list[FinancialYear]: ...

    def last_period(self, year: FinancialYear) -> int:
        """The last period that has a live line; 0 when there is none."""

    def counts(self, where: LineFilter) -> ShowCounts:
        """Counts for each quick filter under the other conditions of *where*."""

    def line_ids(self, where: LineFilter, order: LineOrder) -> array[int]: ...

    def line_rows(self, ids: Sequence[int]) -> list[LineRow]:
        """In the order of *ids*; ids that are gone are left out."""

    def sum_of(self, ids: Sequence[int]) -> Money:
        """What the lines of *ids* sum to; ids that are gone add nothing."""

    def shares(self, where: LineFilter, limit: int | None = None) -> list[LineShare]:
        """Lines under *where* with the part that counts: the charges that fit project, fund, kind and
        disposition, or the whole line when none of these is given."""

    def total(self, where: LineFilter) -> tuple[int, Money]:
        """How many lines :meth:`shares` would give, and the sum of their shares."""

    def suppliers(self) -> list[str]: ...

    def exclusion_reasons(self, limit: int = 50) -> list[str]:
        """The reasons that people gave for excluding live lines: the most used first, then by their letters."""

    def texts_of(self, column: str) -> list[str]:
        """The different texts that lines, live or not, have in a text column (“supplier”, “cost_centre”, “account” or
        “type”), in no order."""

    def lines_among(self, texts: Mapping[str, Collection[str]]) -> Iterator[tuple[LineId, LedgerLine]]:
        """Every live line that has one of the texts in each of these columns; all of them without any column. To be
        read to its end, or dropped, before anything is written."""

    def rule_uses(self) -> list[RuleUse]:
        """What each rule has placed, in the order of their ids; rules that placed nothing are left out."""

    def lines_placed_by(self, rules: Collection[RuleId]) -> list[tuple[LineId, LedgerLine]]:
        """The live lines that one of *rules* charged, oldest id first."""
