"""What the application needs of the outer rooms, as Protocols: they are satisfied, never imported."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

from fundingapp.application.effect import JournalRecord
from fundingapp.application.progress import Progress
from fundingapp.domain.adjustments import Accrual, Adjustment, Forecast
from fundingapp.domain.agreements import Agreement, AgreementSum, Consent
from fundingapp.domain.allocations import Allocation, Award, BudgetMovement, Contingency
from fundingapp.domain.areas import Area
from fundingapp.domain.assets import Asset
from fundingapp.domain.bid_packs import BidPack
from fundingapp.domain.bids import Bid, BidCost, BidText, BoardDecision, Offer
from fundingapp.domain.carry_forwards import CarryForward
from fundingapp.domain.certificate_papers import CertificatePaper
from fundingapp.domain.claims import (
    Claim,
    ClaimLine,
    Payment,
    PaymentLine,
    PaymentMatch,
    Repayment,
    RetentionRelease,
)
from fundingapp.domain.difference import DifferenceReport
from fundingapp.domain.doubles import ChargedTo, Dismissal
from fundingapp.domain.enquiries import Enquiry
from fundingapp.domain.evidence import Evidence, FileState, Support
from fundingapp.domain.exchange.columns import Column
from fundingapp.domain.exchange.reading import RawSheet
from fundingapp.domain.figure_imports import FigureImport, SkippedFigure
from fundingapp.domain.filling import CellToFill, Filled, FillWishes
from fundingapp.domain.findings import Finding
from fundingapp.domain.funds import Fund, Kind, Partnership, Project
from fundingapp.domain.grant_conditions import GrantCondition
from fundingapp.domain.ids import BatchId, FundId, LineId, ProjectId, ReturnId, RuleId, RunId, TemplateId
from fundingapp.domain.indicators import Indicator, IndicatorFigure, IndicatorYear
from fundingapp.domain.layouts import Layout
from fundingapp.domain.leaving import LeavingThing
from fundingapp.domain.ledger import (
    Control,
    ControlKey,
    HeldBeside,
    HeldLine,
    LedgerLine,
    Meaning,
    RawRow,
    RawTable,
    SheetRows,
    SkippedRow,
)
from fundingapp.domain.locks import PeriodLock
from fundingapp.domain.mails import MailDraft
from fundingapp.domain.match_funding import MatchFunding, Post, PostShare
from fundingapp.domain.matching import Charge, CodingRule, Disposition, How, LineState
from fundingapp.domain.members import Member
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import ProjectProgress, ReturnText
from fundingapp.domain.outcomes import Milestone, Outcome, OutcomeStatement, ResultsRules
from fundingapp.domain.parties import Contact, Party
from fundingapp.domain.partner_answers import PartnerBookDocument
from fundingapp.domain.partner_books import BookCell, CellProposal, PartnerBook, PartnerStatement
from fundingapp.domain.performance import PerformanceFigure, PerformanceFinding, PerformanceTable
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.personal_data import Clue, SeenCell
from fundingapp.domain.positions import ChargeSum, ControlSum, DaySum, LedgerSum
from fundingapp.domain.priorities import Priority, Share, Theme
from fundingapp.domain.profiles import ForecastKept, Profile, VarianceReason
from fundingapp.domain.publications import Publication
from fundingapp.domain.received import Received
from fundingapp.domain.reconciliations import (
    CentreSum,
    Reconciliation,
    ReconciliationItem,
    ReconciliationPaper,
)
from fundingapp.domain.request_letters import RequestLetter
from fundingapp.domain.return_packs import ReturnPack
from fundingapp.domain.return_proofs import ReturnCell, ReturnProof
from fundingapp.domain.returns import ReturnDocument, ReturnState
from fundingapp.domain.reversals import Pair
from fundingapp.domain.risks import Risk
from fundingapp.domain.schedules import ScheduleEntry
from fundingapp.domain.sending import AcceptedException
from fundingapp.domain.settlements import PublishedAllocation, Settlement, YearClose
from fundingapp.domain.sheet_looks import SheetLook, WorkbookLook
from fundingapp.domain.signing import Certificate
from fundingapp.domain.small_numbers import Prover
from fundingapp.domain.states import Step
from fundingapp.domain.suggestions import Goal, Partner, Proposal, Rejection
from fundingapp.domain.suppliers import SupplierAlias
from fundingapp.domain.templates import ReturnTemplate, TemplateMapping
from fundingapp.domain.value import ReferenceValue, Sentence
from fundingapp.domain.watching import Alarm, BalanceAssertion
from fundingapp.domain.worked_out import Place, Put, WorkedOut

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

    def add_all(self, values: Sequence[Value], ids: Sequence[int] | None = None) -> list[int]:
        """As :meth:`add`, of many rows in one go; returns their ids in the same order."""

    def remove_all(self, kept: Sequence[Kept[Value]]) -> None:
        """As :meth:`remove`, of many rows in one go: all or none."""

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


class Due(NamedTuple):
    """What has to be worked out again: everything, or what concerns these suppliers."""

    everything: bool
    suppliers: frozenset[str]


class SuggestionStore(Protocol):
    """Suggestions as they were worked out last, and which have to be worked out again.

    The ledger store notes by itself what its writes make due: the suppliers of lines that are charged, or everything
    when lines come, go or change.
    """

    def due(self) -> Due: ...

    def mark_due(self, lines: Collection[LineId]) -> None:
        """Notes the suppliers of *lines*, and of the other lines of their pairs."""

    def basis(self) -> str:
        """What the suggestions rest on besides lines and charges, as :meth:`settle` was told; "" before that."""

    def settle(self, basis: str) -> None:
        """Nothing is due any more."""

    def names(self) -> list[str]:
        """The different suppliers of all lines, "" among them."""

    def numbers(self, names: Collection[str] | None) -> dict[str, tuple[int, int]]:
        """How many live lines of each of *names* (None: of all) wait and do not; names without any are left out."""

    def waiting(self, names: Collection[str]) -> Iterator[tuple[LineId, LedgerLine]]:
        """The live waiting lines of these suppliers, by id."""

    def charged(self, names: Collection[str], most: int) -> Iterator[tuple[LineId, LedgerLine, Goal | None]]:
        """The newest live charged lines of these suppliers and where each went, None for a split; at most *most*."""

    def replace(self, names: Collection[str] | None, proposals: Iterable[Proposal]) -> int:
        """Puts *proposals* in place of those for lines of *names* (None: of all); returns for how many lines."""

    def remove(self, lines: Collection[LineId]) -> None:
        """Takes out the suggestions of *lines*."""

    def of(self, lines: Collection[LineId]) -> dict[LineId, tuple[Proposal, ...]]:
        """The suggestions of those of *lines* that have any, best first."""

    def first(
        self, year: FinancialYear | None, names: Collection[str] | None = None
    ) -> Iterator[tuple[str, Money, Proposal]]:
        """Supplier, amount and first suggestion of every live waiting line of *year*, of these suppliers only."""

    def concerned(self, goals: Collection[Goal]) -> frozenset[str]:
        """The suppliers of lines with a suggestion for one of *goals*."""

    def reversing(self) -> Iterator[tuple[LineId, LedgerLine]]:
        """The live lines that may reverse another: below nought, or with “rev” in their description."""

    def of_amounts(self, pence: Collection[int]) -> Iterator[tuple[LineId, LedgerLine]]:
        """The live lines of these amounts."""

    def replace_pairs(self, pairs: Iterable[Pair]) -> None: ...

    def partners(self, lines: Collection[LineId]) -> dict[LineId, Partner]:
        """The other line of the pair of those of *lines* that stand in one; both are live."""

    def lone_reversals(self, year: FinancialYear) -> list[Pair]:
        """The live lines of *year* that reverse a line that is not held, or one that was reversed already (L06)."""

    def cancelled(self, year: FinancialYear) -> frozenset[LineId]:
        """The lines of *year* that stand in a pair."""

    def repeated(self, year: FinancialYear) -> Iterator[ChargedTo]:
        """The live lines of *year* charged to projects whose supplier and amount stand on another one too."""


@dataclass(frozen=True, slots=True)
class SavedLayout:
    """A layout that a person confirmed; there is one for each *shape* of headings.

    *name* is "" for one that is merely remembered. *shape* is the fingerprint of the headings.
    """

    name: str
    system: str
    headings: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    shape: str
    confirmed_by: str
    confirmed_at: datetime

    @property
    def layout(self) -> Layout:
        """What a reader needs of it."""
        return Layout(self.name, self.headings, self.meanings, self.system)


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
    #: The commissioner's workbook that was filled; None for a workbook of ours.
    template: TemplateId | None = None
    #: The return before it that this one takes the place of: a resubmission.
    replaces: ReturnId | None = None
    #: SHA-256 of its figures, see :func:`~fundingapp.domain.returns.figures_checksum`.
    checksum: str = ""
    #: The history's sequence number when it was written.
    sequence: int = 0
    #: The file's size in bytes where a copy is kept under its hash; 0 where none is.
    size: int = 0
    #: Whom it was sent to.
    sent_to: str = ""


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


class Among(NamedTuple):
    """One at least of *words* stands in an entry's sentence or details, or its command is one of *commands*."""

    words: tuple[str, ...]
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Which entries of the audit trail are meant. All conditions together.

    Each of *words* stands in the sentence, the person's name or the details (in any case of its letters); *by* is the
    person; *since* and *before* are moments in UTC, the second exclusive; each of *among* holds.
    """

    words: tuple[str, ...] = ()
    by: str = ""
    since: datetime | None = None
    before: datetime | None = None
    among: tuple[Among, ...] = ()


#: The command that erases, and where its entry keeps the digests of the details that it changed.
ERASING = "ErasePaper"
ERASED_DETAILS = "erased_details"


class JournalStore(Protocol):
    """The audit trail; it can only be read here, writing is part of committing.

    What its details say of something that is erased can be put out; the entries and their hashes stay.
    """

    def erase(self, kind: str, id: int, words: Collection[str]) -> dict[int, str]:
        """Puts “(erased)” in place of what the details say of the row *id* of *kind*, and of every text in them that
        holds one of *words*; returns the digest of each detail that changed, which the entry that tells of the erasing
        keeps under :data:`ERASED_DETAILS`. Its command is :data:`ERASING`."""

    def ids(self, where: JournalFilter) -> array[int]:
        """The places in the history of the entries under *where*, newest first."""

    def entries(self, ids: Sequence[int]) -> list[JournalLine]:
        """In the order of *ids*; what is not there is left out."""

    def people(self) -> list[str]:
        """Everybody who made an entry, by name."""

    def count(self) -> int:
        """How many entries there are."""

    def problems(self, progress: Progress | None = None) -> Iterable[str]:
        """What is wrong with the chain, entry by entry, in sentences; nothing when it is whole."""

    def lines(self, limit: int | None = None, commands: Collection[str] = ()) -> list[JournalLine]:
        """Newest first; only those of *commands* when any is given."""

    def head(self) -> str:
        """The hash that the chain ends with."""


class UnitOfWork(Protocol):
    """One transaction. Leaving it without :meth:`commit` rolls everything back.

    *who* is the login that the audit trail will name, *today* the day that it is where that person is.
    """

    @property
    def who(self) -> str: ...
    @property
    def today(self) -> date: ...
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
    def adjustments(self) -> Rows[Adjustment]: ...
    @property
    def evidence(self) -> Rows[Evidence]: ...
    @property
    def supports(self) -> Rows[Support]: ...
    @property
    def locks(self) -> Rows[PeriodLock]: ...
    @property
    def forecasts(self) -> Rows[Forecast]: ...
    @property
    def rules(self) -> Rows[CodingRule]: ...
    @property
    def aliases(self) -> Rows[SupplierAlias]: ...
    @property
    def rejections(self) -> Rows[Rejection]: ...
    @property
    def dismissals(self) -> Rows[Dismissal]: ...
    @property
    def layouts(self) -> Rows[SavedLayout]: ...
    @property
    def returns(self) -> Rows[SavedReturn]: ...
    @property
    def contacts(self) -> Rows[Contact]: ...
    @property
    def areas(self) -> Rows[Area]: ...
    @property
    def themes(self) -> Rows[Theme]: ...
    @property
    def priorities(self) -> Rows[Priority]: ...
    @property
    def shares(self) -> Rows[Share]: ...
    @property
    def agreements(self) -> Rows[Agreement]: ...
    @property
    def agreement_sums(self) -> Rows[AgreementSum]: ...
    @property
    def consents(self) -> Rows[Consent]: ...
    @property
    def conditions(self) -> Rows[GrantCondition]: ...
    @property
    def schedule(self) -> Rows[ScheduleEntry]: ...
    @property
    def bid_costs(self) -> Rows[BidCost]: ...
    @property
    def bid_texts(self) -> Rows[BidText]: ...
    @property
    def board_decisions(self) -> Rows[BoardDecision]: ...
    @property
    def offers(self) -> Rows[Offer]: ...
    @property
    def steps(self) -> Rows[Step]: ...
    @property
    def match_funding(self) -> Rows[MatchFunding]: ...
    @property
    def posts(self) -> Rows[Post]: ...
    @property
    def post_shares(self) -> Rows[PostShare]: ...
    @property
    def profiles(self) -> Rows[Profile]: ...
    @property
    def forecasts_kept(self) -> Rows[ForecastKept]: ...
    @property
    def variance_reasons(self) -> Rows[VarianceReason]: ...
    @property
    def claims(self) -> Rows[Claim]: ...
    @property
    def claim_lines(self) -> Rows[ClaimLine]: ...
    @property
    def retention_releases(self) -> Rows[RetentionRelease]: ...
    @property
    def payments(self) -> Rows[Payment]: ...
    @property
    def payment_matches(self) -> Rows[PaymentMatch]: ...
    @property
    def payment_lines(self) -> Rows[PaymentLine]: ...
    @property
    def repayments(self) -> Rows[Repayment]: ...
    @property
    def carry_forwards(self) -> Rows[CarryForward]: ...
    @property
    def settlements(self) -> Rows[Settlement]: ...
    @property
    def year_closes(self) -> Rows[YearClose]: ...
    @property
    def published(self) -> Rows[PublishedAllocation]: ...
    @property
    def members(self) -> Rows[Member]: ...
    @property
    def reconciliations(self) -> Rows[Reconciliation]: ...
    @property
    def reconciliation_items(self) -> Rows[ReconciliationItem]: ...
    @property
    def certificates(self) -> Rows[Certificate]: ...
    @property
    def assertions(self) -> Rows[BalanceAssertion]: ...
    @property
    def alarms(self) -> Rows[Alarm]: ...
    @property
    def outcomes(self) -> Rows[Outcome]: ...
    @property
    def outcome_statements(self) -> Rows[OutcomeStatement]: ...
    @property
    def milestones(self) -> Rows[Milestone]: ...
    @property
    def results_rules(self) -> Rows[ResultsRules]: ...
    @property
    def indicators(self) -> Rows[Indicator]: ...
    @property
    def indicator_years(self) -> Rows[IndicatorYear]: ...
    @property
    def figure_imports(self) -> Rows[FigureImport]: ...
    @property
    def skipped_figures(self) -> Rows[SkippedFigure]: ...
    @property
    def indicator_figures(self) -> Rows[IndicatorFigure]: ...
    @property
    def performance_tables(self) -> Rows[PerformanceTable]: ...
    @property
    def performance_figures(self) -> Rows[PerformanceFigure]: ...
    @property
    def performance_findings(self) -> Rows[PerformanceFinding]: ...
    @property
    def publications(self) -> Rows[Publication]: ...
    @property
    def reference_values(self) -> Rows[ReferenceValue]: ...
    @property
    def sentences(self) -> Rows[Sentence]: ...
    @property
    def return_texts(self) -> Rows[ReturnText]: ...
    @property
    def project_progress(self) -> Rows[ProjectProgress]: ...
    @property
    def risks(self) -> Rows[Risk]: ...
    @property
    def assets(self) -> Rows[Asset]: ...
    @property
    def partner_statements(self) -> Rows[PartnerStatement]: ...
    @property
    def templates(self) -> Rows[ReturnTemplate]: ...
    @property
    def mappings(self) -> Rows[TemplateMapping]: ...
    @property
    def return_proofs(self) -> Rows[ReturnProof]: ...
    @property
    def accepted_exceptions(self) -> Rows[AcceptedException]: ...
    @property
    def partner_books(self) -> Rows[PartnerBook]: ...
    @property
    def cell_proposals(self) -> Rows[CellProposal]: ...
    @property
    def ledger(self) -> LedgerStore: ...
    @property
    def suggestions(self) -> SuggestionStore: ...
    @property
    def journal(self) -> JournalStore: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self, record: JournalRecord | None) -> None:
        """Writes *record* to the audit trail and makes everything durable, or nothing.

        None is for what only follows from the rest of the file and decides nothing: suggestions.
        """


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
    #: What its content is, and what a look for personal data found, where somebody looked.
    media_type: str = ""
    found: str = ""
    clues: tuple[Clue, ...] = ()


class SourceStore(Protocol):
    """Keeps original files by content hash beside the funding file (decisions D9, D16)."""

    def take_copy(self, path: Path, most: int | None = None) -> PrivateCopy:
        """Raises InputRefusedError when the file is missing, cannot be read, or has more than *most* bytes."""

    def keep(self, *copies: PrivateCopy) -> None:
        """Makes copies part of the file's store, durably, before the rows that name them are committed."""

    def discard(self, copy: PrivateCopy) -> None: ...

    def lend(self, sha256: str, name: str) -> Path:
        """A copy of the kept file for another program to open, called *name*; the kept file stays out of reach.

        Raises ExpectedError when the file is missing or was changed.
        """

    def original(self, sha256: str, name: str) -> Path:
        """Where the kept file of that hash is, imported as *name*. Raises ExpectedError when it is gone or changed."""

    def save_to(self, sha256: str, name: str, out: Path) -> None:
        """Writes a copy of the kept file, known as *name*, to *out*. Raises ExpectedError as :meth:`lend` does, and
        when it can't be written; a file that stood there is then as it was."""

    def state(self, sha256: str, size: int, *, thoroughly: bool = False) -> FileState:
        """Whether the kept file is there: by its size, or *thoroughly* by its content."""

    def erase(self, sha256: str) -> None:
        """Takes the kept file out for good, wherever this file keeps it; nothing when it is gone already.

        Raises ExpectedError when it can't be taken out.
        """

    def scratch(self, suffix: str) -> Path:
        """A new empty file of our own, to be discarded as a private copy is. Raises ExpectedError."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a file found: it need not be looked at again while its content has the same hash."""

    sha256: str
    media_type: str
    found: str
    clues: tuple[Clue, ...] = ()


@dataclass(frozen=True, slots=True)
class LookedInto:
    """The texts of a file with their places; *why_not* says why nothing, or not everything, was looked into."""

    cells: tuple[SeenCell, ...] = ()
    why_not: str = ""


class Papers(Protocol):
    """Looks into files that come as papers: what they really are, what they say, and what they tell beside that."""

    def media_type(self, path: Path) -> str:
        """What the content is, whatever the file is called (A03)."""

    def texts(self, path: Path, name: str, media_type: str) -> LookedInto:
        """The texts in the file, for a look for personal data. A file that can't be read says so in *why_not*."""

    def hidden(self, path: Path, media_type: str) -> tuple[str, ...]:
        """What it tells beside its picture or text, in words: “the place where it was taken”, “its author” (A08)."""

    def cleaned(self, path: Path, media_type: str, out: Path) -> tuple[str, ...]:
        """Writes *path* to *out* without that; returns what was taken out. Raises ExpectedError when it can't."""


class TableReader(Protocol):
    """Reads workbooks and text files."""

    def ledger(
        self,
        path: Path,
        name: str,
        sheet: str | None,
        progress: Progress,
        layouts: Sequence[Layout] = (),
        encoding: str = "",
    ) -> list[RawTable]:
        """The ledger tables of a file, the likeliest first; *name* is what to call the file in findings.

        *layouts* are known ones: a table that has the shape of one is read by it, whatever its values suggest.
        *encoding* is the one that a person has chosen for a text file, "" to tell it from the bytes.
        """

    def encodings(self, path: Path) -> list[tuple[str, str]]:
        """The encodings that a text file can be read in, each with a line that shows the difference."""

    def open_elsewhere(self, path: Path) -> Finding | None:
        """A warning when another program has the user's own file *path* open, so that it may hold more (X36)."""

    def plain(self, path: Path) -> tuple[list[str], list[RawRow]]:
        """Headings and rows of a small table."""

    def sheets(
        self, path: Path, name: str, progress: Progress
    ) -> tuple[tuple[SheetRows, ...], tuple[Finding, ...]]:
        """Every filled row of each visible sheet of a workbook, or of a text file, and what is noticed of the whole;
        *name* is what to call the file in findings. Raises InputRefusedError."""

    def layout(self, path: Path) -> Layout:
        """The layout in a layout file. Raises InputRefusedError."""


class WrittenReturn(Protocol):
    """A return that stands on disk and was read back equal."""

    @property
    def path(self) -> Path: ...
    @property
    def sha256(self) -> str: ...
    @property
    def cells_written(self) -> int: ...
    @property
    def kept(self) -> tuple[ReturnCell, ...]:
        """Every cell that is not empty, as it was read back."""


class ReturnWriter(Protocol):
    """Writes a return as a workbook and proves it by reading it back."""

    def __call__(self, document: ReturnDocument, out: Path) -> WrittenReturn: ...


class BookLook(NamedTuple):
    """A return of ours as it would look: its sheets, and what the cells of its tables say and are."""

    sheets: tuple[SheetLook, ...]
    cells: tuple[ReturnCell, ...]


class ReturnLooks(Protocol):
    """Makes our own workbook of a return to be looked at; writes nothing."""

    def __call__(self, document: ReturnDocument) -> BookLook: ...


class WorkingOut(Protocol):
    """Works the formulas of a workbook out again, with other values in its cells; writes nothing."""

    def __call__(self, template: Path, puts: Mapping[Place, Put], today: date) -> WorkedOut:
        """The results of every formula that depends on *puts*; *today* is what TODAY() is. Raises InputRefusedError
        for a file that is no workbook."""
        ...


class FillTemplate(Protocol):
    """Fills cells of somebody else's workbook, proves that nothing else changed, and puts the file in place."""

    def __call__(
        self, template: Path, cells: Sequence[CellToFill], out: Path, progress: Progress, wishes: FillWishes
    ) -> Filled:
        """Raises ExpectedError when a cell can't be filled or the proof fails; a file that is there is then as it
        was."""


class Receiving(Protocol):
    """Takes a workbook as its receiver's program would; writes nothing."""

    def __call__(self, path: Path, puts: Mapping[Place, Put], today: date) -> Received:
        """The rules that the workbook's cells break with *puts* in them, and what its formulas add up. Raises
        InputRefusedError for a file that is no workbook."""
        ...


class LooksAtLeaving(Protocol):
    """Says what leaves with a workbook beside what its sheets show."""

    def __call__(self, path: Path, template: Path | None, progress: Progress) -> tuple[LeavingThing, ...]:
        """Told apart by what the *template* came with. Raises ExpectedError for what is no such workbook."""
        ...


class ValueKind(Enum):
    """What stands in a column of an exported list: str, Money, date or int; None is an empty cell of any kind."""

    TEXT = "text"
    MONEY = "money"
    DAY = "day"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of an exported list. *width* in characters."""

    heading: str
    kind: ValueKind = ValueKind.TEXT
    width: int = 16


@dataclass(frozen=True, slots=True)
class TableDocument:
    """A list to be written: about *count* rows, each with a value per column, and what it is, in pairs of a name and
    a value (text, whole number, Money or datetime). *sheet* names the sheet of a workbook."""

    columns: tuple[TableColumn, ...]
    rows: Iterable[Sequence[Any]]
    count: int
    notes: tuple[tuple[str, object], ...] = ()
    sheet: str = "Lines"


class TableWriter(Protocol):
    """Writes a list as .xlsx or .csv, by the suffix of *out*; returns how many rows."""

    def __call__(self, document: TableDocument, out: Path, progress: Progress) -> int: ...


class LayoutWriter(Protocol):
    """Writes a layout to a file of its own."""

    def __call__(self, layout: Layout, out: Path) -> None:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""


class EnquiryWriter(Protocol):
    """Writes the findings workbook and proves it by reading it back; returns how many lines it asks about."""

    def __call__(self, enquiry: Enquiry, out: Path) -> int: ...


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event of a whole day. *uid* names it for good: what is imported again under it updates what was there."""

    uid: str
    day: date
    title: str
    description: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class CalendarDocument:
    """A calendar to be written, called *name*, as it stood at *made_at* (UTC)."""

    name: str
    events: tuple[CalendarEvent, ...]
    made_at: datetime


class PartnerBookWriter(Protocol):
    """Writes the workbook of a project's lead and proves it by reading it back; returns its cells."""

    def __call__(self, document: PartnerBookDocument, out: Path) -> tuple[BookCell, ...]:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""
        ...


class CalendarWriter(Protocol):
    """Writes a calendar as an iCalendar file (RFC 5545)."""

    def __call__(self, document: CalendarDocument, out: Path) -> None:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""


class PackWriter(Protocol):
    """Writes a bid pack as a document (.docx) or a workbook (.xlsx), by the suffix of *out*, and proves it by
    reading it back."""

    def __call__(self, pack: BidPack, out: Path) -> None:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""


class CertificateWriter(Protocol):
    """Writes a certificate as a document (.docx), and proves it by reading it back."""

    def __call__(self, paper: CertificatePaper, out: Path) -> None:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""


class ReturnPackWriter(Protocol):
    """Writes the pack of a return as a PDF."""

    def __call__(self, pack: ReturnPack, out: Path) -> None:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""


class MailWriter(Protocol):
    """Writes a letter as a draft for a mail program (.eml)."""

    def __call__(self, draft: MailDraft, out: Path) -> None:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""


class ReconciliationWriter(Protocol):
    """Writes a reconciliation as a document (.docx), and proves it by reading it back."""

    def __call__(self, paper: ReconciliationPaper, out: Path) -> None:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""


@dataclass(frozen=True, slots=True)
class ExchangeSheet:
    """A sheet of an exchange workbook to be written: a row of values for each of *rows*, one for each of *columns*.

    *about* is what it says about itself among the notes.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]
    about: str = ""


class ExchangeBooks(Protocol):
    """Reads and writes the exchange workbook: an .xlsx, or a folder with a .csv file for each sheet."""

    def read(self, path: Path, name: str, progress: Progress) -> tuple[list[RawSheet], list[Finding]]:
        """Every sheet of the workbook or folder at *path*, called *name*, and what is noticed about the whole.

        Raises InputRefusedError.
        """

    def ledger_file(self, path: Path) -> Path | None:
        """The file that holds the ledger's lines: the workbook itself, or the folder's file of them, if any."""

    def write(self, sheets: Sequence[ExchangeSheet], out: Path, progress: Progress) -> int:
        """Writes the sheets to *out*, a workbook or (without a suffix) a folder; returns how many rows.

        Raises ExpectedError when it can't be written; a workbook that stood there is then as it was.
        """

    def blank(self, sheets: Sequence[ExchangeSheet], out: Path) -> None:
        """Writes a workbook to be filled in, with lists to choose from and notes. Raises ExpectedError."""


@dataclass(frozen=True, slots=True)
class SafeTable:
    """A table to be written as it stood, but for *marks*: what stands instead of the cell of a row of the file (from 1)
    and a column (from 0). *key* says what the marks mean, "" for none; *like* is the file that it was read from."""

    rows: SheetRows
    marks: Mapping[tuple[int, int], str]
    key: str
    like: Path


class SafeTableWriter(Protocol):
    """Writes a table whose small numbers are hidden as .csv or .xlsx, when *prove* is satisfied with the file."""

    def __call__(self, table: SafeTable, out: Path, prove: Callable[[Path], None]) -> None:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""


class TemplateReader(Protocol):
    """Reads a commissioner's workbook as it looks."""

    def __call__(
        self, path: Path, name: str, sha256: str, report: Callable[[int, int, str], None]
    ) -> WorkbookLook:
        """The look of the workbook at *path*, called *name*, whose content has that hash.

        Raises InputRefusedError for what can't be a template.
        """


class LetterWriter(Protocol):
    """Writes a request letter as a document (.docx), and proves it by reading it back."""

    def __call__(self, letter: RequestLetter, out: Path) -> None:
        """Raises ExpectedError when it can't be written; a file that is there is then as it was."""


class DifferenceWriter(Protocol):
    """Writes the board's paper as a document (.docx) or a PDF, by the suffix of *out*, and proves it by reading it
    back."""

    def __call__(self, report: DifferenceReport, out: Path) -> None:
        """Raises ExpectedError when it can't be written, or looks like holding personal data; a file that is there is
        then as it was."""


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
    write_table: TableWriter
    write_layout: LayoutWriter
    write_enquiry: EnquiryWriter
    write_calendar: CalendarWriter
    write_pack: PackWriter
    write_certificate: CertificateWriter
    write_letter: LetterWriter
    write_difference: DifferenceWriter
    write_reconciliation: ReconciliationWriter
    write_return_pack: ReturnPackWriter
    write_mail: MailWriter
    write_partner_book: PartnerBookWriter
    write_safe_table: SafeTableWriter
    prover: Prover
    exchange: ExchangeBooks
    papers: Papers
    work_out: WorkingOut
    read_template: TemplateReader
    fill_template: FillTemplate
    things_leaving: LooksAtLeaving
    receive: Receiving
    return_looks: ReturnLooks
    clock: Clock
    who: str = "somebody"
    progress: Progress = field(kw_only=True)

    @property
    def today(self) -> date:
        """The day that it is where the user is: deadlines are counted from it."""
        return self.clock().astimezone().date()
