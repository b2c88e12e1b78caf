"""In-memory parts that satisfy application/ports, so that the application can be tested without a database.

The fake store behaves as the real one must: tests/contracts.py says how, and both are held to it.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import (
    Batch,
    BatchState,
    BookLook,
    Brought,
    CalendarDocument,
    Change,
    Charged,
    Clock,
    Due,
    ExchangeSheet,
    JournalFilter,
    JournalLine,
    JournalStore,
    Kept,
    LedgerStore,
    LineChange,
    LineCharges,
    LineFilter,
    LineOrder,
    LineRow,
    LineShare,
    LookedInto,
    OpenWork,
    PrivateCopy,
    Rows,
    RuleUse,
    SafeTable,
    SavedLayout,
    SavedReturn,
    Show,
    ShowCounts,
    Sighting,
    SuggestionStore,
    TableDocument,
    Tools,
)
from fundingapp.application.progress import Cancelled, Progress, SilentProgress
from fundingapp.application.wording import HOW_WORDS, without
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
from fundingapp.domain.column_filters import (
    NotAFilterError,
    TextTests,
    parse_amounts,
    parse_days,
    parse_periods,
    parse_texts,
)
from fundingapp.domain.difference import DifferenceReport
from fundingapp.domain.doubles import ChargedTo, Dismissal
from fundingapp.domain.enquiries import Enquiry
from fundingapp.domain.errors import (
    ChangedMeanwhileError,
    ExpectedError,
    InputRefusedError,
    NotFoundError,
)
from fundingapp.domain.evidence import Evidence, FileState, Support
from fundingapp.domain.exchange.reading import RawSheet
from fundingapp.domain.figure_imports import FigureImport, SkippedFigure
from fundingapp.domain.filling import CellToFill, Filled, FillWishes, PartsProof, ReadBackProof
from fundingapp.domain.findings import Finding
from fundingapp.domain.funds import Fund, Kind, Partnership, Project
from fundingapp.domain.grant_conditions import GrantCondition
from fundingapp.domain.ids import BatchId, FundId, LineId, ProjectId, RuleId, RunId
from fundingapp.domain.indicators import Indicator, IndicatorFigure, IndicatorYear
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import (
    Control,
    ControlKey,
    HeldBeside,
    HeldLine,
    LedgerLine,
    RawRow,
    RawTable,
    SheetRows,
    SkippedRow,
    scope_of,
)
from fundingapp.domain.locks import PeriodLock
from fundingapp.domain.mails import MailDraft
from fundingapp.domain.match_funding import MatchFunding, Post, PostShare
from fundingapp.domain.matching import CodingRule, Disposition, How, LineState, state_of
from fundingapp.domain.members import Member
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.narratives import ProjectProgress, ReturnText
from fundingapp.domain.outcomes import Milestone, Outcome, OutcomeStatement, ResultsRules
from fundingapp.domain.parties import Contact, Party
from fundingapp.domain.partner_answers import PartnerBookDocument, said_of
from fundingapp.domain.partner_books import BookCell, CellProposal, PartnerBook, PartnerStatement
from fundingapp.domain.performance import PerformanceFigure, PerformanceFinding, PerformanceTable
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.personal_data import SeenCell
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
from fundingapp.domain.return_proofs import CellSort, ReturnCell, ReturnProof
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.reversals import Pair
from fundingapp.domain.risks import Risk
from fundingapp.domain.schedules import ScheduleEntry
from fundingapp.domain.sending import AcceptedException
from fundingapp.domain.settlements import PublishedAllocation, Settlement, YearClose
from fundingapp.domain.sheet_looks import CellLook, CellStyle, Holds, SheetLook, WorkbookLook
from fundingapp.domain.signing import Certificate
from fundingapp.domain.states import Step
from fundingapp.domain.suggestions import Goal, Partner, Proposal, Rejection
from fundingapp.domain.suppliers import SupplierAlias
from fundingapp.domain.templates import ReturnTemplate, TemplateMapping
from fundingapp.domain.value import ReferenceValue, Sentence
from fundingapp.domain.watching import Alarm, BalanceAssertion
from fundingapp.domain.worked_out import Place, Put, WorkedOut
from fundingapp.solver.prover import HighsProver

Value = TypeVar("Value")

#: The rows of a unit of work, each with the fields of its values that name other rows.
REFERENCES: dict[str, dict[str, str]] = {
    "partnership": {},
    "parties": {"succeeded_by": "parties"},
    "funds": {"funder": "parties"},
    "projects": {"partner": "parties"},
    "allocations": {"fund": "funds"},
    "bids": {"project": "projects", "fund": "funds", "applicant": "parties"},
    "awards": {"project": "projects", "fund": "funds", "bid": "bids"},
    "contingencies": {"fund": "funds"},
    "movements": {"fund": "funds", "source": "projects", "target": "projects"},
    "accruals": {"project": "projects", "fund": "funds"},
    "adjustments": {"project": "projects", "fund": "funds", "accrual": "accruals"},
    "evidence": {"replaces": "evidence"},
    "supports": {
        "evidence": "evidence",
        "adjustment": "adjustments",
        "accrual": "accruals",
        "agreement": "agreements",
        "allocation": "allocations",
        "bid": "bids",
        "condition": "conditions",
        "movement": "movements",
        "consent": "consents",
        "claim": "claims",
        "payment": "payments",
        "carry_forward": "carry_forwards",
        "settlement": "settlements",
        "repayment": "repayments",
        "reconciliation": "reconciliations",
        "certificate": "certificates",
        "project": "projects",
        "outcome": "outcomes",
        "indicator": "indicators",
        "figure": "indicator_figures",
        "milestone": "milestones",
        "table": "performance_tables",
        "saved_return": "returns",
    },
    "locks": {},
    "forecasts": {"project": "projects", "fund": "funds"},
    "rules": {},
    "aliases": {},
    "rejections": {},
    "dismissals": {},
    "layouts": {},
    "contacts": {"party": "parties", "project": "projects"},
    "areas": {"parent": "areas"},
    "themes": {},
    "priorities": {"theme": "themes", "succeeded_by": "priorities"},
    "shares": {"project": "projects", "theme": "themes", "priority": "priorities", "area": "areas"},
    "agreements": {"fund": "funds"},
    "agreement_sums": {"agreement": "agreements"},
    "consents": {"fund": "funds"},
    "conditions": {"fund": "funds", "project": "projects", "bid": "bids"},
    "schedule": {"fund": "funds"},
    "bid_costs": {"bid": "bids"},
    "bid_texts": {"bid": "bids"},
    "board_decisions": {"bid": "bids"},
    "offers": {"bid": "bids"},
    "steps": {},
    "match_funding": {"project": "projects", "party": "parties"},
    "posts": {"project": "projects"},
    "post_shares": {"post": "posts", "fund": "funds"},
    "profiles": {"project": "projects", "fund": "funds"},
    "forecasts_kept": {"project": "projects", "fund": "funds"},
    "variance_reasons": {"project": "projects", "fund": "funds"},
    "claims": {"fund": "funds"},
    "claim_lines": {"claim": "claims", "project": "projects"},
    "retention_releases": {"claim": "claims"},
    "payments": {"fund": "funds"},
    "payment_matches": {"payment": "payments", "claim": "claims"},
    "payment_lines": {"payment": "payments"},
    "repayments": {"fund": "funds", "claim": "claims"},
    "carry_forwards": {"fund": "funds", "project": "projects"},
    "settlements": {
        "fund": "funds",
        "project": "projects",
        "carry_forward": "carry_forwards",
        "repayment": "repayments",
        "payment": "payments",
    },
    "year_closes": {"fund": "funds"},
    "published": {"fund": "funds"},
    "members": {},
    "reconciliations": {},
    "reconciliation_items": {"reconciliation": "reconciliations"},
    "certificates": {"fund": "funds", "saved": "returns", "reconciliation": "reconciliations"},
    "assertions": {"fund": "funds"},
    "alarms": {},
    "outcomes": {"project": "projects", "theme": "themes", "priority": "priorities"},
    "outcome_statements": {"outcome": "outcomes"},
    "milestones": {"project": "projects", "outcome": "outcomes"},
    "results_rules": {"fund": "funds"},
    "indicators": {"project": "projects", "outcome": "outcomes", "area": "areas"},
    "indicator_years": {"indicator": "indicators"},
    "figure_imports": {},
    "skipped_figures": {"batch": "figure_imports"},
    "indicator_figures": {"indicator": "indicators", "area": "areas", "batch": "figure_imports"},
    "performance_tables": {"batch": "figure_imports", "area": "areas"},
    "performance_figures": {"table": "performance_tables", "area": "areas"},
    "performance_findings": {"table": "performance_tables"},
    "publications": {},
    "reference_values": {},
    "sentences": {"project": "projects", "output": "indicators", "outcome": "indicators"},
    "templates": {"fund": "funds", "party": "parties", "replaces": "templates"},
    "returns": {"fund": "funds", "template": "templates", "replaces": "returns"},
    "return_texts": {"fund": "funds"},
    "project_progress": {"project": "projects"},
    "risks": {"fund": "funds", "project": "projects"},
    "assets": {"project": "projects", "fund": "funds"},
    "partner_statements": {"project": "projects", "fund": "funds"},
    "mappings": {"template": "templates"},
    "return_proofs": {"saved": "returns"},
    "accepted_exceptions": {"fund": "funds"},
    "partner_books": {"fund": "funds", "project": "projects", "saved": "returns"},
    "cell_proposals": {"book": "partner_books"},
}

#: What only one row of a kind may hold.
_ONLY_ONE: dict[str, Callable[[Any], object]] = {
    "partnership": lambda _: "the partnership",
    "funds": lambda value: value.name,
    "projects": lambda value: value.ref,
    "locks": lambda value: (value.year, value.whom),
    "year_closes": lambda value: (value.fund, value.year),
    "members": lambda value: (value.login, value.role),
    "evidence": lambda value: value.sha256 or object(),  # references are never the same
    "aliases": lambda value: value.name,
    "dismissals": lambda value: (value.first, value.second),
    "layouts": lambda value: value.shape,
    "forecasts": lambda value: (value.project, value.fund, value.kind, value.year, value.period),
    # Sums for all years together are told apart by nobody: their year is empty.
    "agreement_sums": lambda value: (value.agreement, value.kind, value.year) if value.year else object(),
    "bid_texts": lambda value: (value.bid, value.section),
    "profiles": lambda value: (value.project, value.fund, value.kind, value.year),
    "variance_reasons": lambda value: (value.project, value.fund, value.kind, value.year, value.period),
    "claims": lambda value: (value.fund, value.year, value.number),
    "results_rules": lambda value: value.fund or object(),
    "return_texts": lambda value: (value.fund, value.year, value.quarter, value.section),
    "project_progress": lambda value: (value.project, value.year, value.quarter),
    "mappings": lambda value: value.template,
    "return_proofs": lambda value: value.saved,
    "accepted_exceptions": lambda value: (value.fund, value.year, value.quarter, value.key),
    "partner_books": lambda value: value.mark,
    "indicator_years": lambda value: (value.indicator, value.year),
    "outcome_statements": lambda value: (
        (value.outcome, value.year, value.quarter) if value.quarter else object()
    ),
    "claim_lines": lambda value: (value.claim, value.project, value.kind),
}


@dataclass(frozen=True)
class StoredBatch:
    """An import with everything that came with it."""

    kept: Kept[Batch]
    lines: tuple[LineId, ...]
    sightings: tuple[Sighting, ...]
    skipped: tuple[SkippedRow, ...]
    controls: Mapping[ControlKey, Control]
    changes: tuple[LineChange, ...]
    findings: tuple[Finding, ...]

    @property
    def live(self) -> bool:
        return self.kept.value.state is BatchState.LIVE


@dataclass(frozen=True)
class StoredLine:
    """A line, the import it first came with, and whether it counts."""

    line: LedgerLine
    batch: BatchId
    live: bool


@dataclass
class State:
    """Everything that a file holds. Its values never change, so a copy of the dictionaries is a snapshot."""

    rows: dict[str, dict[int, Kept[Any]]] = field(default_factory=lambda: {kind: {} for kind in REFERENCES})
    batches: dict[BatchId, StoredBatch] = field(default_factory=dict)
    lines: dict[LineId, StoredLine] = field(default_factory=dict)
    charges: dict[LineId, tuple[Charged, ...]] = field(default_factory=dict)
    journal: tuple[tuple[JournalLine, str], ...] = ()
    suggestions: dict[LineId, tuple[Proposal, ...]] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()
    due: Due = field(default_factory=lambda: Due(False, frozenset()))
    basis: str = ""

    def snapshot(self) -> State:
        taken = copy(self)
        taken.rows = {kind: dict(rows) for kind, rows in self.rows.items()}
        taken.batches, taken.lines = dict(self.batches), dict(self.lines)
        taken.charges = dict(self.charges)
        taken.suggestions = dict(self.suggestions)
        return taken

    def everything_is_due(self) -> None:
        self.due = self.due._replace(everything=True)

    def lines_are_due(self, lines: Collection[LineId]) -> None:
        others = {
            there
            for pair in self.pairs
            for here, there in ((pair.line, pair.original), (pair.original, pair.line))
            if here in lines and there is not None
        }
        names = frozenset(self.lines[line].line.supplier for line in {*lines, *others})
        self.due = self.due._replace(suppliers=self.due.suppliers | names)

    def live_charges(self) -> Iterable[tuple[LineId, LedgerLine, Charged]]:
        for id, charges in self.charges.items():
            stored = self.lines[id]
            if stored.live:
                for charged in charges:
                    yield id, stored.line, charged


class FakeRows(Generic[Value]):
    """Rows of one kind in a snapshot."""

    def __init__(self, state: State, kind: str) -> None:
        self._state = state
        self._kind = kind
        self._rows: dict[int, Kept[Value]] = state.rows[kind]

    def all(self) -> list[Kept[Value]]:
        return [self._rows[id] for id in sorted(self._rows)]

    def get(self, id: int) -> Kept[Value]:
        if id not in self._rows:
            raise NotFoundError(self._kind, f"number {id}")
        return self._rows[id]

    def add(self, value: Value, id: int | None = None) -> int:
        number = max([*self._rows, *self._spoken_of()], default=0) + 1 if id is None else id
        if number in self._rows:
            raise ExpectedError("already_there", f"Number {number} of {self._kind} is taken.")
        self._refuse_unfit(value, number)
        self._rows[number] = Kept(number, 1, value)
        return number

    def add_all(self, values: Sequence[Value], ids: Sequence[int] | None = None) -> list[int]:
        if ids is None:
            return [self.add(value) for value in values]
        if self._rows.keys() & set(ids):
            raise ExpectedError("already_there", f"A number of {self._kind} is taken.")
        return [self.add(value, id) for value, id in zip(values, ids, strict=True)]

    def remove_all(self, kept: Sequence[Kept[Value]]) -> None:
        for each in kept:
            self._refuse_stale(each)
        for each in kept:
            self.remove(each)

    def replace(self, kept: Kept[Value], value: Value) -> None:
        self._refuse_stale(kept)
        self._refuse_unfit(value, kept.id)
        self._rows[kept.id] = Kept(kept.id, kept.version + 1, value)

    def remove(self, kept: Kept[Value]) -> None:
        self._refuse_stale(kept)
        if (self._kind, kept.id) in set(self._references()):
            raise ExpectedError("in_use", f"Number {kept.id} of {self._kind} is in use.")
        del self._rows[kept.id]

    def _spoken_of(self) -> Iterable[int]:
        """Rules that are gone and still named by a charge: another must not take their identity."""
        if self._kind == "rules":
            for charges in self._state.charges.values():
                yield from (charged.charge.rule for charged in charges if charged.charge.rule is not None)

    def _refuse_stale(self, kept: Kept[Value]) -> None:
        if kept.id not in self._rows or self._rows[kept.id].version != kept.version:
            raise ChangedMeanwhileError(f"Number {kept.id} of {self._kind}")

    def _refuse_unfit(self, value: Value, id: int) -> None:
        """As a database would: names that are taken, and references to what is not there."""
        if self._kind in _ONLY_ONE:
            known = _ONLY_ONE[self._kind]
            if any(known(kept.value) == known(value) for kept in self._rows.values() if kept.id != id):
                raise ExpectedError("already_there", f"{known(value)} of {self._kind} is there already.")
        for name, kind in REFERENCES[self._kind].items():
            wanted = getattr(value, name)
            if wanted is not None and wanted not in self._state.rows[kind]:
                raise ExpectedError("already_there", f"Number {wanted} of {kind} is not there.")

    def _references(self) -> Iterable[tuple[str, int]]:
        """Every row that another row or a charge of a line that counts rests on."""
        for kind, named in REFERENCES.items():
            for kept in self._state.rows[kind].values():
                for name, target in named.items():
                    yield target, getattr(kept.value, name)
        for _, _, charged in self._state.live_charges():
            if charged.charge.head is not None:
                yield "projects", charged.charge.head.project
                yield "funds", charged.charge.head.fund


class FakeLedger:
    """Ledger lines, imports and charges in a snapshot."""

    def __init__(self, state: State) -> None:
        self._state = state

    # imports and their changes

    def batches(self) -> list[Kept[Batch]]:
        return [self._state.batches[id].kept for id in sorted(self._state.batches)]

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
        batch_id = BatchId(len(self._state.batches) + 1)
        held = self.held()
        first = len(self._state.lines) + 1
        ids = []
        for number, line in enumerate(lines, start=first):
            assert line.key not in held, f"{line.key} is held already"
            self._state.lines[LineId(number)] = StoredLine(line, batch_id, live=True)
            ids.append(LineId(number))
        self._state.batches[batch_id] = StoredBatch(
            Kept(batch_id, 1, batch),
            tuple(ids),
            tuple(sightings),
            tuple(skipped),
            dict(controls),
            tuple(changes),
            tuple(findings),
        )
        self.put_charges(
            [LineCharges(*entry) for entry in zip(ids, charges, strict=True)] if charges is not None else []
        )
        self._state.everything_is_due()
        return batch_id

    def set_batch_state(self, batch: BatchId, state: BatchState) -> None:
        stored = self._state.batches[batch]
        kept = Kept(batch, stored.kept.version + 1, replace(stored.kept.value, state=state))
        self._state.batches[batch] = replace(stored, kept=kept)

    def brought(self, batch: BatchId) -> Brought:
        lines = self._state.batches[batch].lines
        return Brought(
            len(lines),
            Money.total(self._state.lines[line].line.amount for line in lines),
            sum(bool(self._state.charges.get(line)) for line in lines),
        )

    def skipped(self, batch: BatchId) -> list[SkippedRow]:
        return list(self._state.batches[batch].skipped)

    def findings(self, batch: BatchId) -> list[Finding]:
        return list(self._state.batches[batch].findings)

    def changes(self, batch: BatchId) -> list[LineChange]:
        return list(self._state.batches[batch].changes)

    def set_reviewed(self, batch: BatchId, lines: Collection[LineId], reviewed: bool) -> None:
        self._change(batch, lambda change: change.line in lines, reviewed=reviewed)

    def set_taken(self, batch: BatchId, line: LineId, taken: bool) -> None:
        self._change(batch, lambda change: change.line == line, taken=taken)

    def set_left(self, batch: BatchId, left: Mapping[LineId, tuple[Charged, ...] | None]) -> None:
        for line, charges in left.items():
            self._change(batch, lambda change, line=line: change.line == line, charges_left=charges)  # type: ignore[misc]

    def _change(self, batch: BatchId, chosen: Callable[[LineChange], bool], **values: Any) -> None:
        stored = self._state.batches[batch]
        changes = tuple(change._replace(**values) if chosen(change) else change for change in stored.changes)
        self._state.batches[batch] = replace(stored, changes=changes)

    def cost_centre_groups(self) -> list[frozenset[str]]:
        return [
            frozenset(key.cost_centre for key in stored.controls)
            for _, stored in sorted(self._state.batches.items())
            if stored.live
        ]

    # lines

    def held(self) -> dict[str, HeldLine]:
        return {
            stored.line.key: HeldLine(id, stored.line)
            for id, stored in self._state.lines.items()
            if stored.live
        }

    def held_beside(self, lines: Sequence[LedgerLine], fields: frozenset[str]) -> HeldBeside:
        return HeldBeside(self.held())

    def held_line(self, line: LineId) -> HeldLine:
        if line not in self._state.lines:
            raise NotFoundError("ledger line", f"number {line}")
        return HeldLine(line, self._state.lines[line].line, self._state.lines[line].live)

    def update_lines(self, lines: Mapping[LineId, LedgerLine]) -> None:
        for id, line in lines.items():
            self._state.everything_is_due()
            stored = self._state.lines[id]
            kept = stored.line
            self._state.lines[id] = replace(
                stored, line=line._replace(key=kept.key, sheet=kept.sheet, row=kept.row)
            )

    def set_live(self, lines: Collection[LineId], live: bool) -> None:
        self._state.everything_is_due()
        for id in lines:
            self._state.lines[id] = replace(self._state.lines[id], live=live)

    def set_batch_lines_live(self, batch: BatchId, live: bool) -> int:
        lines = self._state.batches[batch].lines
        self.set_live(lines, live)
        return len(lines)

    def waiting(self) -> Iterator[tuple[LineId, LedgerLine]]:
        return (
            (id, stored.line)
            for id, stored in sorted(self._state.lines.items())
            if stored.live and not self._state.charges.get(id)
        )

    # charges

    def charges_of(self, lines: Collection[LineId]) -> dict[LineId, tuple[Charged, ...]]:
        return {line: self._state.charges.get(line, ()) for line in lines}

    def put_charges(self, placed: Iterable[LineCharges]) -> int:
        lines = set()
        for line, charges in placed:
            assert line not in lines, "a line is placed once at a time"
            lines.add(line)
            for charged in charges:
                head = charged.charge.head
                if head is not None:
                    assert head.project in self._state.rows["projects"], (
                        "a charge to a project that is not there"
                    )
                    assert head.fund in self._state.rows["funds"], "a charge to a fund that is not there"
            if charges:
                self._state.charges[line] = charges
            else:
                self._state.charges.pop(line, None)
        self._state.lines_are_due(lines)
        return len(lines)

    def place_waiting(self, placed: Iterable[LineCharges]) -> int:
        placed = list(placed)
        assert not any(self._state.charges.get(entry.line) for entry in placed), "the line is not waiting"
        return self.put_charges(placed)

    def next_run(self) -> RunId:
        runs = (charged.run for charges in self._state.charges.values() for charged in charges)
        return RunId(max((run for run in runs if run is not None), default=0) + 1)

    def charged_periods(
        self, *, batch: BatchId | None = None, run: RunId | None = None
    ) -> set[tuple[FinancialYear, int]]:
        return {
            (stored.line.year, stored.line.period)
            for id, stored in self._state.lines.items()
            if (charges := self._state.charges.get(id))
            and (stored.batch == batch or any(run is not None and entry.run == run for entry in charges))
        }

    def clear_run(self, run: RunId) -> int:
        cleared = 0
        for line, charges in list(self._state.charges.items()):
            left = tuple(charged for charged in charges if charged.run != run)
            if left != charges:
                cleared += 1
                self.put_charges([LineCharges(line, left)])
        return cleared

    # sums

    def charge_sums(self, year: FinancialYear) -> list[ChargeSum]:
        sums: dict[tuple[ProjectId, FundId, Kind, int], Money] = {}
        for _, line, charged in self._state.live_charges():
            head = charged.charge.head
            if head is not None and line.year == year:
                key = (head.project, head.fund, head.kind, line.period)
                sums[key] = sums.get(key, Money.ZERO) + charged.charge.amount
        return [ChargeSum(*key, amount) for key, amount in sums.items()]

    def day_sums(self, year: FinancialYear, fund: FundId) -> list[DaySum]:
        sums: dict[tuple[Kind, int, date | None], Money] = {}
        for _, line, charged in self._state.live_charges():
            head = charged.charge.head
            if head is not None and (head.fund, line.year) == (fund, year):
                key = (head.kind, line.period, line.posted_on)
                sums[key] = sums.get(key, Money.ZERO) + charged.charge.amount
        found = [DaySum(*key, amount) for key, amount in sums.items()]
        return sorted(found, key=lambda each: (each.kind.value, each.period, each.posted_on or date.min))

    def ledger_sums(self, year: FinancialYear) -> list[LedgerSum]:
        found = []
        live = [
            (stored.line, self._state.charges.get(id, ()))
            for id, stored in self._state.lines.items()
            if stored.live and stored.line.year == year
        ]
        for period in sorted({line.period for line, _ in live}):
            lines = [entry for entry in live if entry[0].period == period]
            charges = [charged.charge for _, placed in lines for charged in placed]

            def of(disposition: Disposition, charges: Sequence[Any] = tuple(charges)) -> Money:
                return Money.total(charge.amount for charge in charges if charge.disposition is disposition)

            found.append(
                LedgerSum(
                    period,
                    len(lines),
                    Money.total(line.amount for line, _ in lines),
                    Money.total(line.amount for line, placed in lines if placed),
                    of(Disposition.PROJECT),
                    of(Disposition.INCOME),
                    of(Disposition.EXCLUDED),
                    sum(not placed for _, placed in lines),
                    sum(
                        bool(placed) and Money.total(entry.charge.amount for entry in placed) != line.amount
                        for line, placed in lines
                    ),
                )
            )
        return found

    def centre_sums(self, year: FinancialYear, to_period: int) -> list[CentreSum]:
        live = [
            (stored.line, [charged.charge for charged in self._state.charges.get(id, ())])
            for id, stored in self._state.lines.items()
            if stored.live and stored.line.year == year and stored.line.period <= to_period
        ]
        found = []
        for centre in sorted({line.cost_centre for line, _ in live}):
            ours = [(line, charges) for line, charges in live if line.cost_centre == centre]
            charges = [charge for _, placed in ours for charge in placed]
            funds = sorted({charge.head.fund for charge in charges if charge.head is not None})
            excluded = [charge for charge in charges if charge.disposition is Disposition.EXCLUDED]
            found.append(
                CentreSum(
                    centre,
                    len(ours),
                    Money.total(line.amount for line, _ in ours),
                    Money.total(line.amount for line, placed in ours if not placed),
                    tuple(
                        (
                            fund,
                            Money.total(
                                each.amount for each in charges if each.head and each.head.fund == fund
                            ),
                        )
                        for fund in funds
                    ),
                    Money.total(each.amount for each in charges if each.disposition is Disposition.INCOME),
                    tuple(
                        (reason, Money.total(each.amount for each in excluded if each.reason == reason))
                        for reason in sorted({each.reason for each in excluded})
                    ),
                )
            )
        return found

    def control_sums(self, year: FinancialYear) -> list[ControlSum]:
        live = [stored.controls for _, stored in sorted(self._state.batches.items()) if stored.live]
        groups = [frozenset(key.cost_centre for key in controls) for controls in live]
        scopes = [scope_of(controls, groups[:at]) for at, controls in enumerate(live)]
        sums: dict[int, ControlSum] = {}
        for key in sorted({key for controls in live for key in controls if key.year == year}):
            speaks = max(at for at, scope in enumerate(scopes) if scope is not None and scope.covers(*key))
            control = live[speaks].get(key, Control(0, Money.ZERO))
            before = sums.get(key.period, ControlSum(key.period, 0, Money.ZERO))
            sums[key.period] = ControlSum(
                key.period, before.lines + control.lines, before.total + control.total
            )
        return [sums[period] for period in sorted(sums)]

    def years(self) -> list[FinancialYear]:
        return sorted({stored.line.year for stored in self._state.lines.values() if stored.live})

    def last_period(self, year: FinancialYear) -> int:
        return max(
            (
                stored.line.period
                for stored in self._state.lines.values()
                if stored.live and stored.line.year == year
            ),
            default=0,
        )

    # lists

    def counts(self, where: LineFilter) -> ShowCounts:
        shown = {show: list(self._rows(replace(where, show=show))) for show in Show}
        return ShowCounts(
            all=len(shown[Show.ALL]),
            waiting=len(shown[Show.WAITING]),
            charged=len(shown[Show.CHARGED]),
            split=len(shown[Show.SPLIT]),
            income=len(shown[Show.INCOME]),
            excluded=len(shown[Show.EXCLUDED]),
            changed=len(shown[Show.CHANGED]),
            total=Money.total(row.line.amount for row in shown[Show.ALL]),
            waiting_total=Money.total(row.line.amount for row in shown[Show.WAITING]),
            suggested=len(shown[Show.SUGGESTED]),
        )

    def line_ids(self, where: LineFilter, order: LineOrder) -> array[int]:
        def key(row: LineRow) -> Any:
            match order.column:
                case "posted_on":
                    return row.line.posted_on or date.min
                case "amount":
                    return row.line.amount
                case "project":
                    return row.projects
                case "state":
                    return row.state.value
                case "coding":
                    return row.line.cost_centre, row.line.account
                case _:
                    return getattr(row.line, order.column)

        rows = sorted(self._rows(where), key=lambda row: (key(row), row.id), reverse=order.descending)
        return array("q", (row.id for row in rows))

    def line_rows(self, ids: Sequence[int]) -> list[LineRow]:
        changed = self._changed()
        known = [LineId(id) for id in ids if LineId(id) in self._state.lines]
        return [self._row(id, self._state.lines[id], changed) for id in known]

    def sum_of(self, ids: Sequence[int]) -> Money:
        return Money.total(row.line.amount for row in self.line_rows(ids))

    def shares(self, where: LineFilter, limit: int | None = None) -> list[LineShare]:
        whole = (where.project, where.fund, where.kind, where.disposition) == (None,) * 4
        found = []
        for row in self._rows(where):
            fitting = [charged.charge for charged in row.charges if _fits(charged, where)]
            found.append(
                _share(
                    row,
                    row.line.amount if whole else Money.total(charge.amount for charge in fitting),
                    "; ".join(dict.fromkeys(charge.reason for charge in fitting)),
                )
            )
        return found[:limit]

    def total(self, where: LineFilter) -> tuple[int, Money]:
        shares = self.shares(where)
        return len(shares), Money.total(share.share for share in shares)

    def suppliers(self) -> list[str]:
        found = {stored.line.supplier for stored in self._state.lines.values() if stored.live}
        return sorted(found - {""})

    def exclusion_reasons(self, limit: int = 50) -> list[str]:
        uses = Counter(
            charged.charge.reason
            for id, charges in self._state.charges.items()
            if self._state.lines[id].live
            for charged in charges
            if charged.charge.disposition is Disposition.EXCLUDED and charged.how is How.HAND
        )
        return sorted((reason for reason in uses if reason), key=lambda reason: (-uses[reason], reason))[
            :limit
        ]

    # rules

    def texts_of(self, column: str) -> list[str]:
        return list({getattr(stored.line, column) for stored in self._state.lines.values()})

    def lines_among(self, texts: Mapping[str, Collection[str]]) -> Iterator[tuple[LineId, LedgerLine]]:
        for id, stored in self._state.lines.items():
            if stored.live and all(getattr(stored.line, name) in among for name, among in texts.items()):
                yield id, stored.line

    def rule_uses(self) -> list[RuleUse]:
        lines: dict[RuleId, set[LineId]] = {}
        totals: dict[RuleId, Money] = {}
        for id, _, charged in self._state.live_charges():
            rule = charged.charge.rule
            if charged.how is How.RULE and rule is not None:
                lines.setdefault(rule, set()).add(id)
                totals[rule] = totals.get(rule, Money.ZERO) + charged.charge.amount
        return [RuleUse(rule, len(found), totals[rule]) for rule, found in sorted(lines.items())]

    def lines_placed_by(self, rules: Collection[RuleId]) -> list[tuple[LineId, LedgerLine]]:
        found = {
            id: line
            for id, line, charged in self._state.live_charges()
            if charged.how is How.RULE and charged.charge.rule in rules
        }
        return sorted(found.items())

    def _ref(self, project: ProjectId) -> str:
        found: Project = self._state.rows["projects"][project].value
        return found.ref

    def _changed(self) -> dict[LineId, Change]:
        """What the newest live import states differently and nobody has looked at."""
        newest = max((id for id, stored in self._state.batches.items() if stored.live), default=None)
        if newest is None:
            return {}
        changes = self._state.batches[newest].changes
        return {change.line: change.change for change in changes if not change.reviewed}

    def _rows(self, where: LineFilter) -> Iterable[LineRow]:
        """The rows that are meant; a vanished line is listed only among the changed ones."""
        changed = self._changed()
        for id, stored in sorted(self._state.lines.items()):
            counts = id in changed if where.show is Show.CHANGED else stored.live
            if counts and self._batch_fits(id, stored, where):
                row = self._row(id, stored, changed)
                if _meant(row, where):
                    yield row

    def _row(self, id: LineId, stored: StoredLine, changed: Mapping[LineId, Change]) -> LineRow:
        """A line as a list shows it, at the place where the newest live import holds it."""
        charges = self._state.charges.get(id, ())
        file, line = self._state.batches[stored.batch].kept.value.file_name, stored.line
        for _, batch in sorted(self._state.batches.items()):
            for sighting in batch.sightings if batch.live else ():
                if sighting.line == id:
                    file = batch.kept.value.file_name
                    line = line._replace(sheet=sighting.sheet, row=sighting.row)
        return LineRow(
            id,
            line,
            file,
            state_of([charged.charge for charged in charges]),
            charges,
            tuple(
                self._ref(charged.charge.head.project)
                for charged in charges
                if charged.charge.head is not None
            ),
            changed.get(id),
            None if charges else next(iter(self._state.suggestions.get(id, ())), None),
        )

    def _batch_fits(self, id: LineId, stored: StoredLine, where: LineFilter) -> bool:
        """Whether the line came with the import that is asked for, or was seen in it again."""
        if where.batch is None or where.batch == stored.batch:
            return True
        batch = self._state.batches.get(where.batch)
        return batch is not None and any(sighting.line == id for sighting in batch.sightings)


def _fits(charged: Charged, where: LineFilter) -> bool:
    """Whether a charge meets what *where* asks of charges."""
    charge = charged.charge
    wanted = (where.project, where.fund, where.kind)
    there = (charge.head.project, charge.head.fund, charge.head.kind) if charge.head else (None, None, None)
    return where.disposition in (None, charge.disposition) and all(
        ask in (None, has) for ask, has in zip(wanted, there, strict=True)
    )


def _meant(row: LineRow, where: LineFilter) -> bool:
    line = row.line
    shown = {
        Show.ALL: True,
        Show.WAITING: row.state is LineState.WAITING,
        Show.SUGGESTED: row.suggestion is not None,
        Show.CHARGED: row.state is LineState.CHARGED,
        Show.SPLIT: len(row.charges) > 1,
        Show.INCOME: row.state is LineState.INCOME,
        Show.EXCLUDED: row.state is LineState.EXCLUDED,
        Show.CHANGED: row.change is not None,
    }
    of_charges = (where.project, where.fund, where.kind, where.disposition)
    searched = ("transaction", "cost_centre", "account", "supplier", "description", "type", "amount")
    return (
        where.year in (None, line.year)
        and where.from_period <= line.period <= where.to_period
        and shown[where.show]
        and (of_charges == (None,) * 4 or any(_fits(charged, where) for charged in row.charges))
        and all(any(_says(row, name, word) for name in searched) for word in where.text.split())
        and all(_holds(row, name, text.strip()) for name, text in where.columns)
    )


def _says(row: LineRow, name: str, word: str) -> bool:
    """Whether a searched column holds *word* as it is typed, or is that amount of either sign."""
    if name != "amount":
        return word.casefold() in str(getattr(row.line, name)).casefold()
    try:
        return abs(Money.parse(word)) == abs(row.line.amount)
    except NotMoneyError:
        return False


def _holds(row: LineRow, name: str, text: str) -> bool:
    """Whether the column *name* fits what is typed into its filter."""
    line = row.line
    try:
        match name:
            case "project":
                refs = row.projects
                return _tests_fit(text, lambda one: any(map(one.fits, refs or ("",))))
            case "state":
                return _tests_fit(text, lambda one: _how_fits(row, one))
            case "posted_on":
                days = parse_days(text)
                if line.posted_on is None:
                    return False
                if days is None:
                    return text in line.posted_on.strftime("%d/%m/%Y")
                return any(span.holds(line.posted_on) for span in days)
            case "coding":
                return parse_texts(text).fits(f"{line.cost_centre} / {line.account}")
            case "period":
                return any(first <= line.period <= last for first, last in parse_periods(text))
            case "amount":
                return any(span.holds(line.amount) for span in parse_amounts(text))
            case _:
                return parse_texts(text).fits(str(getattr(line, name)))
    except NotAFilterError:
        return False


def _tests_fit(text: str, fits: Callable[[TextTests], bool]) -> bool:
    """Whether one of the wanted tests of *text* fits and none of the refused ones does, each asked by itself."""
    tests = parse_texts(text)
    wanted = [TextTests(holds=(one,)) for one in tests.holds]
    wanted += [TextTests(equals=(one,)) for one in tests.equals]
    refused = [TextTests(holds=(one,)) for one in tests.lacks]
    refused += [TextTests(equals=(one,)) for one in tests.differs]
    return (not wanted or any(map(fits, wanted))) and not any(map(fits, refused))


def _how_fits(row: LineRow, test: TextTests) -> bool:
    [word] = [*test.holds, *test.equals]
    meant = HOW_WORDS.get(word.casefold())
    if isinstance(meant, LineState):
        return row.state is meant
    if isinstance(meant, How):
        return any(charged.how is meant for charged in row.charges)
    if meant == "split":
        return len(row.charges) > 1
    if meant == "suggested":
        return row.suggestion is not None
    return any(test.fits(charged.charge.reason) for charged in row.charges)


def _share(row: LineRow, share: Money, reason: str) -> LineShare:
    line = row.line
    return LineShare(
        row.id,
        line.transaction,
        line.posted_on,
        line.supplier,
        line.description,
        row.file,
        line.sheet,
        line.row,
        line.amount,
        share,
        reason,
    )


class FakeSuggestions:
    """Suggestions and pairs in a snapshot."""

    def __init__(self, state: State) -> None:
        self._state = state

    def due(self) -> Due:
        return self._state.due

    def mark_due(self, lines: Collection[LineId]) -> None:
        self._state.lines_are_due(lines)

    def basis(self) -> str:
        return self._state.basis

    def settle(self, basis: str) -> None:
        self._state.due, self._state.basis = Due(False, frozenset()), basis

    def names(self) -> list[str]:
        return sorted({stored.line.supplier for stored in self._state.lines.values()})

    def _lines(self, names: Collection[str] | None, year: FinancialYear | None = None) -> Iterator[LineRow]:
        ledger = FakeLedger(self._state)
        for row in ledger._rows(LineFilter(year=year)):
            if names is None or row.line.supplier in names:
                yield row._replace(line=self._state.lines[row.id].line)

    def numbers(self, names: Collection[str] | None) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for row in self._lines(names):
            waiting, placed = found.get(row.line.supplier, (0, 0))
            found[row.line.supplier] = (waiting + (not row.charges), placed + bool(row.charges))
        return found

    def waiting(self, names: Collection[str]) -> Iterator[tuple[LineId, LedgerLine]]:
        return ((row.id, row.line) for row in list(self._lines(names)) if not row.charges)

    def charged(self, names: Collection[str], most: int) -> Iterator[tuple[LineId, LedgerLine, Goal | None]]:
        rows = [row for row in self._lines(names) if row.charges]
        rows.sort(key=lambda row: (row.line.year, row.line.period, row.id), reverse=True)
        for row in rows[:most]:
            yield row.id, row.line, self._goal(row.id)

    def _goal(self, line: LineId) -> Goal | None:
        charges = self._state.charges.get(line, ())
        return Goal(charges[0].charge.disposition, charges[0].charge.head) if len(charges) == 1 else None

    def replace(self, names: Collection[str] | None, proposals: Iterable[Proposal]) -> int:
        found: dict[LineId, tuple[Proposal, ...]] = {}
        for proposal in proposals:
            found[proposal.line] = (*found.get(proposal.line, ()), proposal)
        kept = {
            line: stored
            for line, stored in self._state.suggestions.items()
            if names is not None and self._state.lines[line].line.supplier not in names
        }
        self._state.suggestions = {**kept, **found}
        return len(found)

    def remove(self, lines: Collection[LineId]) -> None:
        for line in lines:
            self._state.suggestions.pop(line, None)

    def of(self, lines: Collection[LineId]) -> dict[LineId, tuple[Proposal, ...]]:
        return {line: self._state.suggestions[line] for line in lines if line in self._state.suggestions}

    def first(
        self, year: FinancialYear | None, names: Collection[str] | None = None
    ) -> Iterator[tuple[str, Money, Proposal]]:
        for row in list(self._lines(names, year)):
            if row.suggestion is not None:
                yield row.line.supplier, row.line.amount, row.suggestion

    def concerned(self, goals: Collection[Goal]) -> frozenset[str]:
        return frozenset(
            self._state.lines[line].line.supplier
            for line, proposals in self._state.suggestions.items()
            if any(proposal.goal in goals for proposal in proposals)
        )

    def reversing(self) -> Iterator[tuple[LineId, LedgerLine]]:
        for row in list(self._lines(None)):
            if row.line.amount < Money.ZERO or "rev" in row.line.description.casefold():
                yield row.id, row.line

    def of_amounts(self, pence: Collection[int]) -> Iterator[tuple[LineId, LedgerLine]]:
        return ((row.id, row.line) for row in list(self._lines(None)) if row.line.amount.pence in pence)

    def replace_pairs(self, pairs: Iterable[Pair]) -> None:
        self._state.pairs = tuple(pairs)

    def partners(self, lines: Collection[LineId]) -> dict[LineId, Partner]:
        found: dict[LineId, Partner] = {}
        for pair in self._state.pairs:
            if pair.original is None or pair.twice:
                continue
            for here, there in ((pair.line, pair.original), (pair.original, pair.line)):
                this, other = self._state.lines[here], self._state.lines[there]
                if here in lines and this.live and other.live:
                    found[here] = Partner(
                        there,
                        other.line.transaction,
                        self._goal(there),
                        not self._state.charges.get(there),
                        here == pair.line,
                        this.line.year == other.line.year,
                        pair.why,
                    )
        return found

    def lone_reversals(self, year: FinancialYear) -> list[Pair]:
        return [
            pair
            for pair in sorted(self._state.pairs)
            if (pair.original is None or pair.twice)
            and self._state.lines[pair.line].live
            and self._state.lines[pair.line].line.year == year
        ]

    def cancelled(self, year: FinancialYear) -> frozenset[LineId]:
        return frozenset(
            line
            for pair in self._state.pairs
            if pair.original is not None and not pair.twice
            for line in (pair.line, pair.original)
            if self._state.lines[line].line.year == year
        )

    def repeated(self, year: FinancialYear) -> Iterator[ChargedTo]:
        for row in list(self._lines(None, year)):
            heads = frozenset(entry.charge.head for entry in row.charges if entry.charge.head is not None)
            if heads and row.line.supplier and row.line.amount:
                yield ChargedTo(row.id, row.line, heads)


class FakeJournal:
    """The audit trail of a snapshot; each hash takes in the one before."""

    def __init__(self, state: State) -> None:
        self._state = state

    def lines(self, limit: int | None = None, commands: Collection[str] = ()) -> list[JournalLine]:
        found = [line for line, _ in reversed(self._state.journal)]
        return [line for line in found if not commands or line.command in commands][:limit]

    def head(self) -> str:
        return self._state.journal[-1][1] if self._state.journal else ""

    def ids(self, where: JournalFilter, fits: Callable[[JournalLine], bool] | None = None) -> array[int]:
        found = [line for line in self.lines() if self._fits(line, where)]
        return array("q", [line.sequence for line in found if fits is None or fits(line)])

    @staticmethod
    def _fits(line: JournalLine, where: JournalFilter) -> bool:
        detail = json.dumps({"before": line.before, "after": line.after}, ensure_ascii=False, sort_keys=True)
        said = [text.casefold() for text in (line.sentence, detail)]
        everywhere = [*said, line.by.casefold()]
        return (
            where.by in {"", line.by}
            and (where.since is None or line.at >= where.since)
            and (where.before is None or line.at < where.before)
            and all(any(word.casefold() in text for text in everywhere) for word in where.words)
            and all(
                line.command in each.commands
                or any(word.casefold() in text for word in each.words for text in said)
                for each in where.among
            )
        )

    def entries(self, ids: Sequence[int]) -> list[JournalLine]:
        held = {line.sequence: line for line in self.lines()}
        return [held[id] for id in ids if id in held]

    def people(self) -> list[str]:
        return sorted({line.by for line in self.lines()})

    def count(self) -> int:
        return len(self._state.journal)

    def problems(self, progress: Progress | None = None) -> Iterable[str]:
        return ()

    def erase(self, kind: str, id: int, words: Collection[str]) -> dict[int, str]:
        changed: dict[int, str] = {}
        kept = list(self._state.journal)
        for place, (line, head) in enumerate(kept):
            before = without(line.before, kind, id, words)
            after = without(line.after, kind, id, words)
            if (before, after) != (line.before, line.after):
                kept[place] = (line._replace(before=before, after=after), head)
                changed[line.sequence] = hashlib.sha256(repr((before, after)).encode()).hexdigest()
        self._state.journal = tuple(kept)
        return changed


class FakeUnitOfWork:
    """One transaction on a :class:`FakeStore`."""

    partnership: Rows[Partnership]
    parties: Rows[Party]
    funds: Rows[Fund]
    projects: Rows[Project]
    allocations: Rows[Allocation]
    bids: Rows[Bid]
    awards: Rows[Award]
    contingencies: Rows[Contingency]
    movements: Rows[BudgetMovement]
    accruals: Rows[Accrual]
    adjustments: Rows[Adjustment]
    evidence: Rows[Evidence]
    supports: Rows[Support]
    locks: Rows[PeriodLock]
    forecasts: Rows[Forecast]
    rules: Rows[CodingRule]
    aliases: Rows[SupplierAlias]
    rejections: Rows[Rejection]
    dismissals: Rows[Dismissal]
    layouts: Rows[SavedLayout]
    returns: Rows[SavedReturn]
    contacts: Rows[Contact]
    areas: Rows[Area]
    themes: Rows[Theme]
    priorities: Rows[Priority]
    shares: Rows[Share]
    agreements: Rows[Agreement]
    agreement_sums: Rows[AgreementSum]
    consents: Rows[Consent]
    conditions: Rows[GrantCondition]
    schedule: Rows[ScheduleEntry]
    bid_costs: Rows[BidCost]
    bid_texts: Rows[BidText]
    board_decisions: Rows[BoardDecision]
    offers: Rows[Offer]
    steps: Rows[Step]
    match_funding: Rows[MatchFunding]
    posts: Rows[Post]
    post_shares: Rows[PostShare]
    profiles: Rows[Profile]
    forecasts_kept: Rows[ForecastKept]
    variance_reasons: Rows[VarianceReason]
    claims: Rows[Claim]
    claim_lines: Rows[ClaimLine]
    retention_releases: Rows[RetentionRelease]
    payments: Rows[Payment]
    payment_matches: Rows[PaymentMatch]
    payment_lines: Rows[PaymentLine]
    repayments: Rows[Repayment]
    carry_forwards: Rows[CarryForward]
    settlements: Rows[Settlement]
    year_closes: Rows[YearClose]
    published: Rows[PublishedAllocation]
    members: Rows[Member]
    reconciliations: Rows[Reconciliation]
    reconciliation_items: Rows[ReconciliationItem]
    certificates: Rows[Certificate]
    assertions: Rows[BalanceAssertion]
    alarms: Rows[Alarm]
    outcomes: Rows[Outcome]
    outcome_statements: Rows[OutcomeStatement]
    milestones: Rows[Milestone]
    results_rules: Rows[ResultsRules]
    indicators: Rows[Indicator]
    indicator_years: Rows[IndicatorYear]
    figure_imports: Rows[FigureImport]
    skipped_figures: Rows[SkippedFigure]
    indicator_figures: Rows[IndicatorFigure]
    performance_tables: Rows[PerformanceTable]
    performance_figures: Rows[PerformanceFigure]
    performance_findings: Rows[PerformanceFinding]
    publications: Rows[Publication]
    reference_values: Rows[ReferenceValue]
    sentences: Rows[Sentence]
    return_texts: Rows[ReturnText]
    project_progress: Rows[ProjectProgress]
    risks: Rows[Risk]
    assets: Rows[Asset]
    partner_statements: Rows[PartnerStatement]
    templates: Rows[ReturnTemplate]
    mappings: Rows[TemplateMapping]
    return_proofs: Rows[ReturnProof]
    accepted_exceptions: Rows[AcceptedException]
    partner_books: Rows[PartnerBook]
    cell_proposals: Rows[CellProposal]
    ledger: LedgerStore
    suggestions: SuggestionStore
    journal: JournalStore

    def __init__(self, store: FakeStore, *, reading: bool) -> None:
        self._store = store
        self._reading = reading
        self._state = store.state.snapshot()
        for kind in REFERENCES:
            setattr(self, kind, FakeRows[Any](self._state, kind))
        self.ledger = FakeLedger(self._state)
        self.suggestions = FakeSuggestions(self._state)
        self.journal = FakeJournal(self._state)

    @property
    def who(self) -> str:
        return self._store.who

    @property
    def today(self) -> date:
        return self._store.clock().astimezone().date()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was not committed is forgotten with the snapshot."""

    def commit(self, record: JournalRecord | None) -> None:
        assert not self._reading, "a unit of work that only reads can't commit"
        store = self._store
        if store.failing_commits:
            store.failing_commits -= 1
            raise ExpectedError("disk_full", "The disk is full.", "Make room, then try again.")
        if record is None:
            store.state = self._state.snapshot()
            return
        before = self.journal.head()
        detail = json.dumps([record.before, record.after], sort_keys=True)  # plain values only
        line = JournalLine(
            len(self._state.journal) + 1,
            store.clock(),
            store.who,
            "this computer",
            record.command,
            record.sentence,
            record.before,
            record.after,
        )
        said = f"{before} {line.sequence} {line.at} {line.by} {line.command} {line.sentence} {detail}"
        self._state.journal += ((line, hashlib.sha256(said.encode()).hexdigest()),)
        store.state = self._state.snapshot()


class SteppingClock:
    """A clock that is a second later each time it is read, so that two doings never share a moment."""

    def __init__(self, start: datetime = datetime(2019, 1, 15, 9, 0, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class FakeStore:
    """A file in memory. ``open_work`` satisfies the port; *failing_commits* makes the next ones fail."""

    state: State = field(default_factory=State)
    clock: Clock = field(default_factory=SteppingClock)
    who: str = "Ann"
    failing_commits: int = 0

    def open_work(self, *, reading: bool = False) -> FakeUnitOfWork:
        return FakeUnitOfWork(self, reading=reading)


class FakePapers:
    """Looks into files by their names alone: “photo” has a place to be cleaned of, *texts* holds what is in which."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self.said = dict(texts or {})

    def media_type(self, path: Path) -> str:
        suffix = path.suffix.casefold()
        return {".jpg": "image/jpeg", ".pdf": "application/pdf", ".exe": "application/x-program"}.get(
            suffix, "text/plain"
        )

    def texts(self, path: Path, name: str, media_type: str) -> LookedInto:
        lines = self.said.get(name, "").splitlines()
        return LookedInto(tuple(SeenCell(name, "", number, 0, line) for number, line in enumerate(lines, 1)))

    def hidden(self, path: Path, media_type: str) -> tuple[str, ...]:
        return ("where it was taken",) if media_type == "image/jpeg" and "clean" not in path.name else ()

    def cleaned(self, path: Path, media_type: str, out: Path) -> tuple[str, ...]:
        return ("where it was taken",)


class FakeSourceStore:
    """Files in memory by path; remembers which copies were kept and which were thrown away."""

    def __init__(self, files: Mapping[Path, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self.kept: list[PrivateCopy] = []
        self.discarded: list[PrivateCopy] = []

    def take_copy(self, path: Path, most: int | None = None) -> PrivateCopy:
        if path not in self.files:
            raise InputRefusedError("no_file", f"There is no file “{path.name}”.", "Choose another file.")
        content = self.files[path]
        return PrivateCopy(path, path.name, hashlib.sha256(content).hexdigest(), len(content))

    def keep(self, *copies: PrivateCopy) -> None:
        self.kept += copies

    def discard(self, copy: PrivateCopy) -> None:
        self.discarded.append(copy)

    def lend(self, sha256: str, name: str) -> Path:
        if all(copy.sha256 != sha256 for copy in self.kept):
            raise ExpectedError("evidence_missing", f"“{name}” is missing.", "Fetch it from a backup.")
        return Path("lent") / name

    def original(self, sha256: str, name: str) -> Path:
        for kept in self.kept:
            if kept.sha256 == sha256:
                return kept.path
        raise ExpectedError(
            "original_lost", f"The original of “{name}” is missing.", "Open the newest backup."
        )

    def save_to(self, sha256: str, name: str, out: Path) -> None:
        self.files[out] = str(self.lend(sha256, name)).encode()

    def state(self, sha256: str, size: int, *, thoroughly: bool = False) -> FileState:
        there = any(kept.sha256 == sha256 for kept in self.kept)
        return FileState.WHOLE if there else FileState.MISSING

    def erase(self, sha256: str) -> None:
        self.kept = [kept for kept in self.kept if kept.sha256 != sha256]

    def scratch(self, suffix: str) -> Path:
        path = Path(f"clean-{len(self.files)}{suffix}")
        self.files[path] = b"clean"
        return path


@dataclass
class FakeReader:
    """Gives the tables it was made with, by the name of the file."""

    tables: dict[str, list[RawTable]] = field(default_factory=dict)
    small: dict[str, tuple[list[str], list[RawRow]]] = field(default_factory=dict)
    whole: dict[str, tuple[SheetRows, ...]] = field(default_factory=dict)
    warnings: dict[Path, Finding] = field(default_factory=dict)
    layouts: dict[str, Layout] = field(default_factory=dict)
    several: dict[Path, tuple[str, ...]] = field(default_factory=dict)

    def ledger(
        self,
        path: Path,
        name: str,
        sheet: str | None,
        progress: Progress,
        layouts: Sequence[Layout] = (),
        encoding: str = "",
    ) -> list[RawTable]:
        found = self.tables.get(name, [])
        return [table for table in found if table.sheet == sheet] if sheet is not None else found

    def open_elsewhere(self, path: Path) -> Finding | None:
        return self.warnings.get(path)

    def encodings(self, path: Path) -> list[tuple[str, str]]:
        return [("cp1252", "Café"), ("cp850", "CafÚ")]

    def plain(self, path: Path) -> tuple[list[str], list[RawRow]]:
        return self.small[path.name]

    def sheets(
        self, path: Path, name: str, progress: Progress
    ) -> tuple[tuple[SheetRows, ...], tuple[Finding, ...]]:
        return self.whole[name], ()

    def files_in(self, path: Path, name: str, progress: Progress) -> tuple[str, ...]:
        return self.several.get(path, ())

    def write_file(self, path: Path, name: str, inner: str, out: Path, progress: Progress) -> tuple[str, int]:
        return hashlib.sha256(inner.encode()).hexdigest(), len(inner)

    def layout(self, path: Path) -> Layout:
        return self.layouts[path.name]


@dataclass(frozen=True)
class FakeWritten:
    """A return that was “written”."""

    path: Path
    sha256: str
    cells_written: int
    kept: tuple[ReturnCell, ...] = ()


class FakeEnquiryWriter:
    """Keeps the enquiries that it is given instead of writing them."""

    def __init__(self) -> None:
        self.enquiries: list[Enquiry] = []

    def __call__(self, enquiry: Enquiry, out: Path) -> int:
        self.enquiries.append(enquiry)
        return len(enquiry.lines)


@dataclass
class FakePackWriter:
    """Keeps the bid packs that it is given, by where they were to go."""

    packs: dict[Path, BidPack] = field(default_factory=dict)

    def __call__(self, pack: BidPack, out: Path) -> None:
        self.packs[out] = pack


@dataclass
class FakeReconciliationWriter:
    """Keeps the reconciliations that it is given, by where they were to go."""

    papers: dict[Path, ReconciliationPaper] = field(default_factory=dict)

    def __call__(self, paper: ReconciliationPaper, out: Path) -> None:
        self.papers[out] = paper


@dataclass
class FakeReturnPackWriter:
    """Keeps the packs that it is given, by where they were to go."""

    packs: dict[Path, ReturnPack] = field(default_factory=dict)

    def __call__(self, pack: ReturnPack, out: Path) -> None:
        self.packs[out] = pack


@dataclass
class FakeMailWriter:
    """Keeps the letters that it is given, by where they were to go."""

    drafts: dict[Path, MailDraft] = field(default_factory=dict)

    def __call__(self, draft: MailDraft, out: Path) -> None:
        self.drafts[out] = draft


@dataclass
class FakePartnerBookWriter:
    """Keeps the workbooks for leads that it is given, by where they were to go; a cell for each that is asked for."""

    documents: dict[Path, PartnerBookDocument] = field(default_factory=dict)

    def __call__(self, document: PartnerBookDocument, out: Path) -> tuple[BookCell, ...]:
        self.documents[out] = document
        return tuple(
            BookCell("Answers", f"A{row}", asked.subject, said_of(asked))
            for row, asked in enumerate(document.asked(), start=1)
        )


@dataclass
class FakeLetterWriter:
    """Keeps the request letters that it is given, by where they were to go."""

    letters: dict[Path, RequestLetter] = field(default_factory=dict)

    def __call__(self, letter: RequestLetter, out: Path) -> None:
        self.letters[out] = letter


@dataclass
class FakeDifferenceWriter:
    """Keeps the board's papers that it is given, by where they were to go."""

    reports: dict[Path, DifferenceReport] = field(default_factory=dict)

    def __call__(self, report: DifferenceReport, out: Path) -> None:
        self.reports[out] = report


@dataclass
class FakeReturnWriter:
    """Remembers the documents it was given instead of writing them."""

    documents: list[ReturnDocument] = field(default_factory=list)
    #: Where its files come to stand; None where nobody looks for them.
    sources: FakeSourceStore | None = None

    def __call__(self, document: ReturnDocument, out: Path) -> FakeWritten:
        self.documents.append(document)
        said = f"{document.title} {document.version} {document.position.spent}".encode()
        if self.sources is not None:
            self.sources.files[out] = said
        position = document.position
        total = f"{position.fund.name}/{position.year}/spend@{position.to_period}"
        kept = (
            ReturnCell("Summary", "A1", CellSort.TEXT, document.title),
            ReturnCell("Summary", "B2", CellSort.POUNDS, str(position.spent), total, "grant/spent", "Spent"),
        )
        return FakeWritten(out, hashlib.sha256(said).hexdigest(), len(fields(document)), kept)


@dataclass
class FakeTableWriter:
    """Remembers the lists that were to be written, and writes none."""

    documents: list[tuple[TableDocument, list[tuple[Any, ...]]]] = field(default_factory=list)

    def __call__(self, document: TableDocument, out: Path, progress: Progress) -> int:
        rows = [tuple(row) for row in document.rows]
        self.documents.append((document, rows))
        return len(rows)


@dataclass
class FakeLayoutWriter:
    """Remembers the layouts it was given, by where they were to go."""

    written: dict[Path, Layout] = field(default_factory=dict)

    def __call__(self, layout: Layout, out: Path) -> None:
        self.written[out] = layout


class FakeExchangeBooks:
    """Exchange workbooks that are kept as they would be read, by where they are."""

    def __init__(self) -> None:
        self.books: dict[Path, list[RawSheet]] = {}

    def read(self, path: Path, name: str, progress: Progress) -> tuple[list[RawSheet], list[Finding]]:
        return self.books[Path(name)], []

    def ledger_file(self, path: Path) -> Path | None:
        return path

    def write(self, sheets: Sequence[ExchangeSheet], out: Path, progress: Progress) -> int:
        self.books[Path(out.name)] = [
            RawSheet(
                sheet.name,
                tuple(column.heading for column in sheet.columns),
                [RawRow(at, tuple(map(_as_cell, row))) for at, row in enumerate(sheet.rows, start=2)],
            )
            for sheet in sheets
        ]
        return sum(len(sheet.rows) for sheet in sheets)

    def blank(self, sheets: Sequence[ExchangeSheet], out: Path) -> None:
        self.write(sheets, out, SilentProgress())


def _as_cell(value: Any) -> Any:
    """A value as a spreadsheet would give it back."""
    if isinstance(value, Money):
        return value.pounds
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, FinancialYear) else value


class FakeSafeTableWriter:
    """Writes the real file, for what is read back is what is attacked."""

    def __call__(self, table: SafeTable, out: Path, prove: Callable[[Path], None]) -> None:
        from fundingapp.workbooks.safe_table_writer import write_safe_table

        write_safe_table(table, out, prove)


@dataclass
class FakeTemplateFiller:
    """Remembers what it was asked to fill, writes it as a list, and says that all of it was proven."""

    asked: list[tuple[Path, tuple[CellToFill, ...], Path, FillWishes]] = field(default_factory=list)

    def __call__(
        self, template: Path, cells: Sequence[CellToFill], out: Path, progress: Progress, wishes: FillWishes
    ) -> Filled:
        self.asked.append((template, tuple(cells), out, wishes))
        out.write_text("".join(f"{each.place}\t{each.value}\n" for each in cells), encoding="utf-8")
        content = out.read_bytes()
        return Filled(
            hashlib.sha256(template.read_bytes()).hexdigest(),
            hashlib.sha256(content).hexdigest(),
            len(content),
            len(cells),
            ReadBackProof("nobody", len(cells)),
            PartsProof((), (), ()),
            (),
            (),
            (),
            (),
        )


class FakeCalendarWriter:
    """Remembers what it was asked to write."""

    def __init__(self) -> None:
        self.written: dict[Path, CalendarDocument] = {}

    def __call__(self, document: CalendarDocument, out: Path) -> None:
        self.written[out] = document


@dataclass
class FakeCertificateWriter:
    """Keeps the certificates that it is given, by where they were to go."""

    papers: dict[Path, CertificatePaper] = field(default_factory=dict)

    def __call__(self, paper: CertificatePaper, out: Path) -> None:
        self.papers[out] = paper


@dataclass
class FakeWorkingOut:
    """Answers the results that a test gives it, whatever is put in; keeps what was."""

    results: WorkedOut = field(default_factory=WorkedOut)
    asked: list[dict[Place, Put]] = field(default_factory=list)

    def __call__(self, template: Path, puts: Mapping[Place, Put], today: date) -> WorkedOut:
        self.asked.append(dict(puts))
        return self.results


def fake_return_look(document: ReturnDocument) -> BookLook:
    """One sheet without a cell that is drawn, and one cell that says which return it is."""
    cell = ReturnCell("Cover", "B10", CellSort.TEXT, document.title, label="Quarter")
    return BookLook((cell,), ("Cover",), lambda: (SheetLook("Cover"),))


@dataclass
class FakeReceiving:
    """Answers what a test says a receiver's program found, whatever is put in."""

    received: Received = field(default_factory=Received)

    def __call__(self, path: Path, puts: Mapping[Place, Put], today: date) -> Received:
        return self.received


@dataclass
class FakeTemplateReader:
    """Answers the look that a test gives a file of that name, and else a form with one cell, A1 called “Fund”."""

    looks: dict[str, WorkbookLook] = field(default_factory=dict)

    def __call__(
        self, path: Path, name: str, sha256: str, report: Callable[[int, int, str], None]
    ) -> WorkbookLook:
        report(0, 1, f"Opening {name}")
        look = self.looks.get(name)
        if look is None:
            fund = CellLook(1, 0, "Fund", "Fund", Holds.TEXT)
            open_cell = CellLook(
                1, 1, style=CellStyle(fill="FFF9E5", locked=False), label="Fund", is_input=True
            )
            form = SheetLook(
                "Cover", is_protected=True, rows=1, columns=2, cells={(1, 0): fund, (1, 1): open_cell}
            )
            look = WorkbookLook(name, sha256, (form,))
        return replace(look, file_name=name, sha256=sha256)


@dataclass
class StoppingProgress:
    """Stops the work at its report number *after*, as a user would."""

    after: int = 1
    labels: list[str] = field(default_factory=list)

    def report(self, done: int, total: int, label: str) -> None:
        self.labels.append(label)
        if len(self.labels) >= self.after:
            raise Cancelled


def make_tools(open_work: OpenWork, **parts: Any) -> Tools:
    """Tools on *open_work* with fakes for everything else, unless *parts* names others."""
    given: dict[str, Any] = {
        "sources": FakeSourceStore(),
        "reader": FakeReader(),
        "write_return": FakeReturnWriter(),
        "write_table": FakeTableWriter(),
        "write_layout": FakeLayoutWriter(),
        "write_enquiry": FakeEnquiryWriter(),
        "write_calendar": FakeCalendarWriter(),
        "write_pack": FakePackWriter(),
        "write_certificate": FakeCertificateWriter(),
        "write_letter": FakeLetterWriter(),
        "write_difference": FakeDifferenceWriter(),
        "write_reconciliation": FakeReconciliationWriter(),
        "write_return_pack": FakeReturnPackWriter(),
        "write_mail": FakeMailWriter(),
        "write_partner_book": FakePartnerBookWriter(),
        "write_safe_table": FakeSafeTableWriter(),
        "prover": HighsProver(),
        "exchange": FakeExchangeBooks(),
        "papers": FakePapers(),
        "work_out": FakeWorkingOut(),
        "read_template": FakeTemplateReader(),
        "fill_template": FakeTemplateFiller(),
        "things_leaving": lambda *_: (),
        "receive": FakeReceiving(),
        "return_looks": fake_return_look,
        "clock": SteppingClock(),
        "who": "Ann",
        "progress": SilentProgress(),
        **parts,
    }
    writer, sources = given["write_return"], given["sources"]
    if isinstance(writer, FakeReturnWriter) and isinstance(sources, FakeSourceStore):
        writer.sources = sources
    return Tools(open_work, **given)
