"""What the application needs of the outer rooms, as Protocols: they are satisfied, never imported."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

from fundingapp.application.effect import JournalRecord
from fundingapp.application.progress import Progress
from fundingapp.domain.adjustments import Accrual, Forecast
from fundingapp.domain.allocations import Allocation, Award, BudgetMovement, Contingency
from fundingapp.domain.bids import Bid
from fundingapp.domain.findings import Finding
from fundingapp.domain.funds import Fund, Kind, Partnership, Party, Project
from fundingapp.domain.ids import BatchId, FundId, LineId, ProjectId, RunId
from fundingapp.domain.ledger import (
    Control,
    ControlKey,
    HeldBeside,
    HeldLine,
    LedgerLine,
    RawRow,
    RawTable,
    SkippedRow,
)
from fundingapp.domain.matching import Charge, CodingRule, Disposition, How, LineState
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reconciliation import ChargeSum, ControlSum, LedgerSum
from fundingapp.domain.returns import ReturnDocument, ReturnState

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Kept(Generic[Value]):
    """A value as the file keeps it: its identity, and the version that guards against lost updates (D7)."""

    id: int
    version: int
    value: Value


class Rows(Protocol[Value]):
    """The rows of one kind of thing, few enough to be read together; in the order of their ids."""

    def all(self) -> list[Kept[Value]]: ...

    def get(self, id: int) -> Kept[Value]:
        """Raises NotFoundError."""

    def add(self, value: Value, id: int | None = None) -> int:
        """Keeps *value*, under *id* when it is put back; returns its id."""

    def replace(self, kept: Kept[Value], value: Value) -> None:
        """Puts *value* in place of *kept*. Raises ChangedMeanwhileError when the version is no longer the same."""

    def remove(self, kept: Kept[Value]) -> None:
        """Takes the row out. Raises ExpectedError when others depend on it, ChangedMeanwhileError as above."""


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


class Sighting(NamedTuple):
    """Where a later download holds a line that was known already."""

    line: LineId
    sheet: str
    row: int


class Show(Enum):
    """The quick filters of the Spend page."""

    ALL = "all"
    WAITING = "waiting"
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
    """A ledger line as a list shows it."""

    id: LineId
    line: LedgerLine
    file: str
    state: LineState
    charges: tuple[Charged, ...]
    projects: tuple[str, ...]
    change: Change | None


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

    def skipped(self, batch: BatchId) -> list[SkippedRow]: ...

    def findings(self, batch: BatchId) -> list[Finding]: ...

    def changes(self, batch: BatchId) -> list[LineChange]: ...

    def set_reviewed(self, batch: BatchId, lines: Collection[LineId], reviewed: bool) -> None: ...

    def set_taken(self, batch: BatchId, line: LineId, taken: bool) -> None: ...

    def cost_centre_groups(self) -> list[frozenset[str]]:
        """The cost centres of each live import."""

    def held(self) -> dict[str, HeldLine]:
        """Every live line by its key."""

    def held_beside(self, lines: Sequence[LedgerLine], fields: frozenset[str]) -> HeldBeside:
        """Every live line, laid beside *lines* of a download with these *fields*: what says the same need not be
        read out, but may be."""

    def held_line(self, line: LineId) -> HeldLine:
        """One line, live or not. Raises NotFoundError."""

    def update_line(self, id: LineId, line: LedgerLine) -> None:
        """Gives a line the values of *line*; its key, sheet and row stay."""

    def set_live(self, lines: Collection[LineId], live: bool) -> None:
        """Makes lines and their charges count, or not."""

    def set_batch_lines_live(self, batch: BatchId, live: bool) -> int:
        """The same for every line that first came with *batch*; returns how many."""

    def waiting(self) -> list[tuple[LineId, LedgerLine]]:
        """Every live line without a charge, oldest id first."""

    def charges_of(self, lines: Collection[LineId]) -> dict[LineId, tuple[Charged, ...]]:
        """The charges of each of *lines*; an empty tuple for a waiting one."""

    def put_charges(self, placed: Iterable[LineCharges]) -> int:
        """Replaces the charges of each line given (an empty tuple clears them); returns how many lines."""

    def place_waiting(self, placed: Sequence[LineCharges]) -> int:
        """As put_charges, for lines that are known to be waiting; much faster for many."""

    def next_run(self) -> RunId: ...

    def clear_run(self, run: RunId) -> int:
        """Takes out every charge that *run* made; its lines wait again. Returns how many lines."""

    def charge_sums(self, year: FinancialYear) -> list[ChargeSum]: ...

    def ledger_sums(self, year: FinancialYear) -> list[LedgerSum]: ...

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

    def similar(self, line: LineId, limit: int = 50) -> list[LineShare]:
        """Earlier lines of the same supplier that are charged to a project, newest first; *reason* is the
        project's reference."""

    def suppliers(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class SavedReturn:
    """A return as it was written: which, by whom, its file's hash, and the quarters it stated.

    *quarters* holds, per project ref and kind, the spend of each quarter up to the return's own.
    """

    fund: FundId
    year: FinancialYear
    quarter: int
    version: int
    state: ReturnState
    made_at: datetime
    made_by: str
    file_name: str
    sha256: str
    cells: int
    spent: Money
    quarters: tuple[tuple[ProjectId, Kind, tuple[Money, ...]], ...] = ()


class JournalLine(NamedTuple):
    """One line of the audit trail."""

    sequence: int
    at: datetime
    by: str
    machine: str
    command: str
    sentence: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class JournalStore(Protocol):
    """The audit trail; it can only be read here, writing is part of committing."""

    def lines(self, limit: int | None = None) -> list[JournalLine]:
        """Newest first."""

    def head(self) -> str:
        """The hash that the chain ends with."""


class UnitOfWork(Protocol):
    """One transaction. Leaving it without :meth:`commit` rolls everything back."""

    @property
    def partnership(self) -> Rows[Partnership]: ...
    @property
    def parties(self) -> Rows[Party]: ...
    @property
    def funds(self) -> Rows[Fund]: ...
    @property
    def projects(self) -> Rows[Project]: ...
    @property
    def allocations(self) -> Rows[Allocation]: ...
    @property
    def bids(self) -> Rows[Bid]: ...
    @property
    def awards(self) -> Rows[Award]: ...
    @property
    def contingencies(self) -> Rows[Contingency]: ...
    @property
    def movements(self) -> Rows[BudgetMovement]: ...
    @property
    def accruals(self) -> Rows[Accrual]: ...
    @property
    def forecasts(self) -> Rows[Forecast]: ...
    @property
    def rules(self) -> Rows[CodingRule]: ...
    @property
    def returns(self) -> Rows[SavedReturn]: ...
    @property
    def ledger(self) -> LedgerStore: ...
    @property
    def journal(self) -> JournalStore: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self, record: JournalRecord) -> None:
        """Writes *record* to the audit trail and makes everything durable, or nothing."""


class OpenWork(Protocol):
    """Opens a unit of work: one that writes, or (*reading*) one that only looks at a single snapshot."""

    def __call__(self, *, reading: bool = False) -> UnitOfWork: ...


@dataclass(frozen=True, slots=True)
class PrivateCopy:
    """A source file copied away from others' hands before it is read (decision D8)."""

    path: Path
    name: str
    sha256: str
    size: int


class SourceStore(Protocol):
    """Keeps original files by content hash beside the funding file (decisions D9, D16)."""

    def take_copy(self, path: Path) -> PrivateCopy:
        """Raises InputRefusedError when the file is missing or cannot be read."""

    def keep(self, copy: PrivateCopy) -> None:
        """Makes the copy part of the file's store, durably, before the row that names it is committed."""

    def discard(self, copy: PrivateCopy) -> None: ...


class TableReader(Protocol):
    """Reads workbooks and text files."""

    def ledger(self, path: Path, name: str, sheet: str | None, progress: Progress) -> list[RawTable]:
        """The ledger tables of a file, the likeliest first; *name* is what to call the file in findings."""

    def plain(self, path: Path) -> tuple[list[str], list[RawRow]]:
        """Headings and rows of a small table."""


class WrittenReturn(Protocol):
    """A return that stands on disk and was read back equal."""

    @property
    def path(self) -> Path: ...
    @property
    def sha256(self) -> str: ...
    @property
    def cells_written(self) -> int: ...


class ReturnWriter(Protocol):
    """Writes a return as a workbook and proves it by reading it back."""

    def __call__(self, document: ReturnDocument, out: Path) -> WrittenReturn: ...


class Clock(Protocol):
    """The time now, in UTC."""

    def __call__(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything that a handler may reach for."""

    open_work: OpenWork
    sources: SourceStore
    reader: TableReader
    write_return: ReturnWriter
    clock: Clock
    who: str = "somebody"
    progress: Progress = field(kw_only=True)
