"""What a funding file holds, as entries of the exchange workbook: what is written out, and what a workbook that comes
in is laid beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fundingapp.application.ports import Kept, LineFilter, LineOrder, UnitOfWork
from fundingapp.application.progress import Progress
from fundingapp.application.queries.exchange_sheets import BEFORE_RESULTS, FURTHER, KIND_OF_SUBJECT
from fundingapp.application.row_names import KIND_OF_ID
from fundingapp.domain.agreements import Agreement
from fundingapp.domain.allocations import Allocation, AllocationStatus, Resource
from fundingapp.domain.bids import BidState
from fundingapp.domain.carry_forwards import DECIDED, CarryForward, CarryForwardState
from fundingapp.domain.exchange.columns import folded, plain_text
from fundingapp.domain.exchange.entries import (
    CONTINGENCY,
    EXCLUDED,
    INCOME,
    AccrualEntry,
    AllocationEntry,
    AwardEntry,
    BidEntry,
    CarryForwardEntry,
    ChargeEntry,
    ClaimEntry,
    Entry,
    FigureEntry,
    FundEntry,
    IndicatorEntry,
    LedgerEntry,
    PartnershipEntry,
    PartyEntry,
    PaymentEntry,
    ProfileEntry,
    ProjectEntry,
    RepaymentEntry,
    ThemeEntry,
    VirementEntry,
)
from fundingapp.domain.exchange.further import FurtherRow, FurtherSpec, Names, row_of
from fundingapp.domain.exchange.notes import HELD, Place
from fundingapp.domain.exchange.sheets import SHEETS
from fundingapp.domain.funds import Fund
from fundingapp.domain.grant_conditions import Gauge, GrantCondition
from fundingapp.domain.ids import BidId, LineId, ProjectId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Charge, Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.priorities import Priority, Split, named
from fundingapp.domain.states import Step, Subject

#: So many lines are read together.
_AT_ONCE = 5_000
#: The first row below the headings.
FIRST_ROW = 2
#: How a reduction is marked that a workbook's line “withdrawn” became.
WITHDRAWN = "withdrawn"


@dataclass(slots=True)
class Contents:
    """Entries by sheet, each with its row there as place; *ids* has the record behind a sheet's row, by its kind.

    *names* has what each record of a kind is called in other sheets.
    """

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    ids: dict[tuple[str, int], int] = field(default_factory=dict)
    names: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, sheet: str, make: Callable[[Place], Entry], id: int | None = None) -> int:
        """Adds an entry at the end of its sheet; returns its row."""
        rows = self.entries.setdefault(sheet, [])
        row = FIRST_ROW + len(rows)
        rows.append(make(Place(HELD, row)))
        if id is not None:
            self.ids[sheet, row] = id
        return row

    def name(self, kind: str, id: int, name: str) -> None:
        """Says what a record is called from now on."""
        self.names.setdefault(kind, {})[id] = name

    def called(self, kind: str, id: int | None) -> str:
        """What a record is called; "" for None. Raises KeyError for one that is not written."""
        return "" if id is None else self.names.get(kind, {})[id]


def contents_of(work: UnitOfWork, progress: Progress | None = None) -> Contents:
    """Everything that *work* holds, sheet by sheet, in an order that is the same each time."""
    made = Contents({spec.name: [] for spec in SHEETS})
    _Reader(work, made, progress).read()
    return made


def _unique(names: Iterable[tuple[int, str]]) -> dict[int, str]:
    """What each record is called: its own name where it has one of its own, else its number behind “#”."""
    given = list(names)
    times = Counter(folded(name) for _, name in given)
    return {
        id: name if name and times[folded(name)] == 1 and not name.startswith("#") else f"#{at}"
        for at, (id, name) in enumerate(given, start=1)
    }


def _successors_first(rows: Sequence[Kept[Any]]) -> list[Kept[Any]]:
    """*rows* in their order, save that each comes after the one that it names as its successor."""
    placed: list[Kept[Any]] = []
    waiting = list(rows)
    while waiting:
        there = {kept.id for kept in placed}
        ready = [
            kept for kept in waiting if kept.value.succeeded_by is None or kept.value.succeeded_by in there
        ]
        placed += ready or waiting
        waiting = [kept for kept in waiting if kept not in ready] if ready else []
    return placed


class _Reader:
    def __init__(self, work: UnitOfWork, made: Contents, progress: Progress | None) -> None:
        self.work, self.made, self._progress = work, made, progress
        self._steps = [kept.value for kept in work.steps.all()]
        self._papers = self._paper_references()

    def read(self) -> None:
        self._partnership()
        self._parties()
        self._plan()
        self._funds()
        self._projects()
        self._allocations()
        self._bids()
        self._awards()
        self._virements()
        self._carry_forwards()
        self._profiles()
        self._ledger()
        self._accruals()
        self._claims()
        self._money()
        for spec in BEFORE_RESULTS:
            self._further(spec)
        self._results()
        for spec in FURTHER:
            if spec not in BEFORE_RESULTS:
                self._further(spec)

    def _paper_references(self) -> dict[tuple[str, int], str]:
        """The first paper that is a reference, of each thing that papers support."""
        evidence = {kept.id: kept.value for kept in self.work.evidence.all()}
        found: dict[tuple[str, int], str] = {}
        for kept in self.work.supports.all():
            paper = evidence[kept.value.evidence]
            if paper.is_file:
                continue
            for of in ("accrual", "movement"):
                id = getattr(kept.value, of)
                if id is not None:
                    found.setdefault((of, id), paper.name)
        return found

    # Who

    def _partnership(self) -> None:
        for kept in self.work.partnership.all():
            value = kept.value
            entry = PartnershipEntry(
                Place(HELD), value.name, value.accountable_body, value.area, value.contact
            )
            self._put("partnership", entry, kept.id)

    def _parties(self) -> None:
        # Whoever succeeds comes first, as such rows are taken in.
        parties = _successors_first(self.work.parties.all())
        self.made.names["parties"] = _unique((kept.id, kept.value.name) for kept in parties)
        for kept in parties:
            party = kept.value
            entry = PartyEntry(
                Place(HELD),
                self.made.called("parties", kept.id),
                party.kind,
                party.valid_from,
                party.valid_to,
                self.made.called("parties", party.succeeded_by),
                party.form,
                party.identifier,
                plain_text(party.address),
                "; ".join(party.aliases),
            )
            self._put("parties", entry, kept.id)

    def _put(self, sheet: str, entry: Entry, id: int | None = None) -> int:
        values = {name: getattr(entry, name) for name in type(entry).__dataclass_fields__ if name != "place"}
        return self.made.add(sheet, lambda place: type(entry)(place, **values), id)

    def _plan(self) -> None:
        titles = {kept.id: kept.value.title for kept in self.work.themes.all()}
        for kept_theme in self.work.themes.all():
            theme = kept_theme.value
            row = self._put(
                "themes",
                ThemeEntry(
                    Place(HELD),
                    theme.title,
                    "",
                    theme.from_year,
                    theme.to_year,
                    theme.code,
                    plan=theme.plan,
                ),
                kept_theme.id,
            )
            self.made.name("themes", kept_theme.id, f"themes {row}")
        for kept in _successors_first(self.work.priorities.all()):
            self._priority(kept, titles[kept.value.theme] if kept.value.theme is not None else "")

    def _priority(self, kept: Kept[Priority], theme: str) -> None:
        value = kept.value
        row = self._put(
            "themes",
            ThemeEntry(
                Place(HELD),
                theme,
                value.title,
                value.from_year,
                value.to_year,
                "",
                value.code,
                "",
                value.owner_group,
                value.is_cross_cutting or None,
                value.commissioner_priority,
                self.made.called("priorities", value.succeeded_by),
            ),
            kept.id,
        )
        self.made.name("priorities", kept.id, f"themes {row}")

    # What is given

    def _funds(self) -> None:
        newest: dict[int, Agreement] = {}
        for kept in self.work.agreements.all():
            before = newest.get(kept.value.fund)
            if before is None or before.from_year <= kept.value.from_year:
                newest[kept.value.fund] = kept.value
        limits: dict[int, GrantCondition] = {}
        for condition in self.work.conditions.all():
            value = condition.value
            if value.gauge is Gauge.UNALLOCATED and value.limit is not None and value.at_most:
                limits.setdefault(value.fund, value)
        for fund in self.work.funds.all():
            self._fund(fund, newest.get(fund.id), limits.get(fund.id))

    def _fund(self, kept: Kept[Fund], agreement: Agreement | None, limit: GrantCondition | None) -> None:
        fund = kept.value
        self.made.name("funds", kept.id, fund.name)
        terms = agreement.terms if agreement is not None else None
        entry = FundEntry(
            Place(HELD),
            fund.name,
            self.made.called("parties", fund.funder),
            plain_text(fund.ring_fence),
            terms.payment_basis if terms is not None else None,
            terms.carry_forward if terms is not None else None,
            limit.limit if limit is not None else None,
            fund.origin,
            fund.divides_labour or None,
        )
        self._put("funds", entry, kept.id)

    def _allocations(self) -> None:
        for kept in self.work.allocations.all():
            entry = self._allocation(kept.value)
            if entry is not None:
                row = self._put("allocations", entry, kept.id)
                self.made.name("allocations", kept.id, f"allocations {row}")

    def _allocation(self, value: Allocation) -> AllocationEntry | None:
        """The line of sheet “allocations” that says it; None where none can."""
        status, withdraws = value.status, ""
        is_withdrawn_sum = value.resource is Resource.REDUCTION and value.reason == WITHDRAWN
        if is_withdrawn_sum and value.status is AllocationStatus.CONFIRMED and not value.basis:
            status = AllocationStatus.WITHDRAWN
        elif value.resource is not Resource.ALLOCATION:
            return None
        elif status is AllocationStatus.WITHDRAWN:
            withdraws = "all"
        elif status is AllocationStatus.CLOSED:
            status = AllocationStatus.CONFIRMED
        return AllocationEntry(
            Place(HELD),
            self.made.called("funds", value.fund),
            value.year,
            value.kind,
            status,
            value.amount,
            value.notified_on,
            value.letter,
            "" if is_withdrawn_sum else plain_text(value.reason),
            value.basis,
            True if value.status is AllocationStatus.CLOSED else None,
            withdraws,
        )

    def _projects(self) -> None:
        whole = {
            (kept.value.project, kept.value.priority)
            for kept in self.work.shares.all()
            if kept.value.split is Split.PRIORITY and kept.value.percent == 100
        }
        several = Counter(project for project, _ in whole)
        titles = {kept.id: kept.value.title for kept in self.work.priorities.all()}
        serves = {
            project: titles[priority] for project, priority in whole if several[project] == 1 and priority
        }
        themes = {
            folded(name)
            for kept_theme in self.work.themes.all()
            for name in (
                kept_theme.value.title,
                named(kept_theme.value.code, kept_theme.value.title),
            )
        }
        for kept in self.work.projects.all():
            project = kept.value
            is_planned = not themes or folded(project.theme) in themes
            self.made.name("projects", kept.id, project.ref)
            entry = ProjectEntry(
                Place(HELD),
                project.ref,
                project.name,
                project.theme if is_planned else "",
                serves.get(ProjectId(kept.id), ""),
                project.area,
                project.lead,
                self.made.called("parties", project.partner),
                project.starts_on,
                project.ends_on,
                project.purpose,
                plain_text(project.description),
                "" if is_planned else project.theme,
            )
            self._put("projects", entry, kept.id)

    def _bids(self) -> None:
        bids = self.work.bids.all()
        self.made.names["bids"] = _unique((kept.id, kept.value.reference) for kept in bids)
        minutes: dict[int, str] = {}
        for kept_decision in self.work.board_decisions.all():
            minutes[kept_decision.value.bid] = kept_decision.value.minute
        for step in self._steps:
            if step.subject is Subject.BID and step.after == BidState.BOARD_APPROVED.value and step.reference:
                minutes.setdefault(BidId(step.subject_id), step.reference)
        for kept in bids:
            bid = kept.value
            entry = BidEntry(
                Place(HELD),
                self.made.called("bids", kept.id),
                self.made.called("projects", bid.project),
                self.made.called("funds", bid.fund),
                bid.year,
                bid.kind,
                bid.amount,
                bid.state,
                minutes.get(kept.id, ""),
                bid.submitted_on,
                bid.decided_on,
                bid.decision,
                bid.awarded,
                bid.reference,
                self.made.called("parties", bid.applicant),
                bid.outside_allocation or None,
                bid.answer_due,
            )
            self._put("bids", entry, kept.id)

    def _awards(self) -> None:
        for kept in self.work.awards.all():
            award = kept.value
            entry = AwardEntry(
                Place(HELD),
                self.made.called("projects", award.project),
                self.made.called("funds", award.fund),
                award.year,
                award.kind,
                award.amount,
                award.dated,
                self.made.called("bids", award.bid),
                award.intervention_percent,
            )
            row = self._put("awards", entry, kept.id)
            self.made.name("awards", kept.id, f"awards {row}")

    def _virements(self) -> None:
        for kept in self.work.movements.all():
            movement = kept.value
            if not movement.counts:
                continue
            entry = VirementEntry(
                Place(HELD),
                self.made.called("funds", movement.fund),
                movement.year,
                movement.kind,
                self._ref(movement.source),
                self._ref(movement.target),
                movement.amount,
                str(movement.number) if movement.number else "",
                movement.dated,
                movement.authority,
                self._papers.get(("movement", kept.id), ""),
                plain_text(movement.reason),
                movement.decided_by,
                movement.to_kind,
            )
            row = self._put("virements", entry, kept.id)
            self.made.name("movements", kept.id, f"virements {row}")

    def _ref(self, project: ProjectId | None) -> str:
        return CONTINGENCY if project is None else self.made.called("projects", project)

    def _carry_forwards(self) -> None:
        def rank(kept: Kept[CarryForward]) -> tuple[bool, date, int]:
            value = kept.value
            return value.counts, value.asked_on or date.min, kept.id

        newest: dict[tuple[object, ...], Kept[CarryForward]] = {}
        for kept in self.work.carry_forwards.all():
            value = kept.value
            if value.state is CarryForwardState.WITHDRAWN:
                continue
            key = (value.fund, value.from_year, value.kind, value.project)
            if key not in newest or rank(newest[key]) < rank(kept):
                newest[key] = kept
        for kept in sorted(newest.values(), key=lambda each: each.id):
            value = kept.value
            entry = CarryForwardEntry(
                Place(HELD),
                self.made.called("funds", value.fund),
                value.from_year,
                value.kind,
                value.state,
                self.made.called("projects", value.project),
                value.asked,
                value.agreed if value.agreed or value.state in DECIDED else None,
                value.decided_on,
                value.letter,
                plain_text(value.reason),
                plain_text(value.plan),
                value.spend_by,
                value.asked_on,
            )
            row = self._put("carry forwards", entry, kept.id)
            self.made.name("carry_forwards", kept.id, f"carry forwards {row}")

    def _profiles(self) -> None:
        for kept in self.work.profiles.all():
            profile = kept.value
            for period, amount in enumerate(profile.months, start=1):
                entry = ProfileEntry(
                    Place(HELD),
                    self.made.called("projects", profile.project),
                    self.made.called("funds", profile.fund),
                    profile.year,
                    profile.kind,
                    period,
                    amount,
                    profile.shape.value,
                )
                self._put("profile", entry, kept.id)

    # What was spent

    def _ledger(self) -> None:
        ids = self.work.ledger.line_ids(LineFilter(), LineOrder())
        keys = {held.id: key for key, held in self.work.ledger.held().items()}
        ordered = sorted(ids)
        self.made.names["lines"] = {id: keys[LineId(id)] for id in ordered}
        for start in range(0, len(ordered), _AT_ONCE):
            if self._progress is not None:
                self._progress.report(start, len(ordered), "Reading the ledger")
            part = ordered[start : start + _AT_ONCE]
            charges = self.work.ledger.charges_of([LineId(id) for id in part])
            lines = {row.id: row.line for row in self.work.ledger.line_rows(part)}
            for id in part:
                line = lines[LineId(id)]
                self._put("ledger", _line_entry(line), id)
                for charged in charges[LineId(id)]:
                    self._put("charges", self._charge(line.key, charged.charge))

    def _charge(self, key: str, charge: Charge) -> ChargeEntry:
        reason = plain_text(charge.reason)
        if charge.head is None:
            ref = INCOME if charge.disposition is Disposition.INCOME else EXCLUDED
            return ChargeEntry(Place(HELD), key, ref, charge.amount, reason=reason)
        return ChargeEntry(
            Place(HELD),
            key,
            self.made.called("projects", charge.head.project),
            charge.amount,
            self.made.called("funds", charge.head.fund),
            charge.head.kind,
            reason,
        )

    def _accruals(self) -> None:
        accruals = self.work.accruals.all()
        self.made.names["accruals"] = _unique(
            (kept.id, self._papers.get(("accrual", kept.id), "")) for kept in accruals
        )
        for kept in accruals:
            accrual = kept.value
            entry = AccrualEntry(
                Place(HELD),
                self.made.called("accruals", kept.id),
                self.made.called("projects", accrual.project),
                self.made.called("funds", accrual.fund),
                accrual.kind,
                accrual.year,
                accrual.amount,
                accrual.supplier,
                plain_text(accrual.description),
                accrual.reverses_year,
                accrual.reverses_period,
                accrual.period,
            )
            self._put("accruals", entry, kept.id)

    # Money

    def _claims(self) -> None:
        funds = {kept.id: folded(kept.value.name) for kept in self.work.funds.all()}
        claims = sorted(
            self.work.claims.all(),
            key=lambda each: (funds[each.value.fund], each.value.year, each.value.number, each.id),
        )
        self.made.names["claims"] = _unique((kept.id, kept.value.reference) for kept in claims)
        lines: dict[int, list[Any]] = {}
        for kept_line in self.work.claim_lines.all():
            lines.setdefault(kept_line.value.claim, []).append(kept_line.value)
        for kept in claims:
            claim = kept.value
            of_claim = lines.get(kept.id, [])
            entry = ClaimEntry(
                Place(HELD),
                self.made.called("claims", kept.id),
                self.made.called("funds", claim.fund),
                claim.year,
                claim.from_period,
                claim.to_period,
                Money.total(each.claimed for each in of_claim),
                claim.state,
                Money.total(each.approved for each in of_claim) if claim.is_decided else None,
                claim.number,
                claim.reference,
                claim.is_final or None,
                claim.submitted_on,
                claim.approved_on,
                plain_text(claim.comment),
                claim.basis,
            )
            self._put("claims", entry, kept.id)

    def _money(self) -> None:
        matches: dict[int, list[int]] = {}
        for kept_match in self.work.payment_matches.all():
            matches.setdefault(kept_match.value.payment, []).append(kept_match.value.claim)
        found: dict[int, list[int]] = {}
        for kept_line in self.work.payment_lines.all():
            if kept_line.value.line in self.made.names["lines"]:
                found.setdefault(kept_line.value.payment, []).append(kept_line.value.line)
        payments = self.work.payments.all()
        self.made.names["payments"] = _unique((kept.id, kept.value.remittance) for kept in payments)
        for kept in payments:
            payment = kept.value
            claims, lines = matches.get(kept.id, []), found.get(kept.id, [])
            entry = PaymentEntry(
                Place(HELD),
                self.made.called("payments", kept.id),
                self.made.called("funds", payment.fund),
                payment.year,
                payment.amount,
                payment.dated,
                self.made.called("claims", claims[0]) if len(claims) == 1 else "",
                self.made.called("lines", lines[0]) if len(lines) == 1 else "",
                payment.remittance,
                plain_text(payment.note),
            )
            self._put("payments", entry, kept.id)
        for kept_repayment in self.work.repayments.all():
            repayment = kept_repayment.value
            made = RepaymentEntry(
                Place(HELD),
                self.made.called("funds", repayment.fund),
                repayment.year,
                repayment.amount,
                repayment.dated,
                repayment.invoice,
                plain_text(repayment.reason),
                self.made.called("claims", repayment.claim),
            )
            row = self._put("repayments", made, kept_repayment.id)
            self.made.name("repayments", kept_repayment.id, f"repayments {row}")

    def _results(self) -> None:
        indicators = self.work.indicators.all()
        self.made.names["indicators"] = _unique((kept.id, kept.value.name) for kept in indicators)
        for kept in indicators:
            value = kept.value
            entry = IndicatorEntry(
                Place(HELD),
                self.made.called("indicators", kept.id),
                self.made.called("projects", value.project),
                value.unit,
                value.direction,
                value.measure,
                value.baseline,
                value.target,
                value.source,
                value.owner,
                None if self.made.called("indicators", kept.id) == value.name else value.name,
                value.level,
                value.counted,
                self.made.called("outcomes", value.outcome),
                self.made.called("areas", value.area),
                value.code,
                value.code_list,
                plain_text(value.method),
                value.baseline_first,
                value.baseline_last,
                not value.is_comparable or None,
                plain_text(value.comparability),
                value.is_sensitive or None,
                value.is_closed or None,
                value.due,
                value.summed_over,
            )
            self._put("indicators", entry, kept.id)
        for kept_figure in self.work.indicator_figures.all():
            figure = kept_figure.value
            made = FigureEntry(
                Place(HELD),
                self.made.called("indicators", figure.indicator),
                figure.first,
                figure.last,
                figure.value,
                figure.numerator,
                figure.denominator,
                figure.status,
                plain_text(figure.note),
                self.made.called("areas", figure.area),
                figure.as_at,
                plain_text(figure.source),
                figure.marks,
                self.made.called("figure_imports", figure.batch),
                figure.cell,
            )
            row = self._put("figures", made, kept_figure.id)
            self.made.name("indicator_figures", kept_figure.id, f"figures {row}")

    # Everything else

    def _further(self, spec: FurtherSpec) -> None:
        names = Names(lambda kind, at: self.made.called(KIND_OF_ID[kind], at), _no_reading)
        has = self.made.names.get(spec.kind, {})  # those that a documented sheet has
        waiting = [kept for kept in getattr(self.work, spec.kind).all() if kept.id not in has]
        while waiting:
            left = [kept for kept in waiting if not self._put_further(spec, kept, names)]
            if len(left) == len(waiting):
                return  # they are about something that is gone, or that stays with its file
            waiting = left  # they may name a record of their own kind that is written by now

    def _put_further(self, spec: FurtherSpec, kept: Kept[Any], names: Names) -> bool:
        """Writes a record, unless it names one that is not written."""
        row = FIRST_ROW + len(self.made.entries.get(spec.name, ()))
        try:
            values = row_of(spec, str(row), kept.value, names)
            if isinstance(kept.value, Step):
                kind = KIND_OF_SUBJECT[kept.value.subject]
                values["of"] = self.made.called(kind, kept.value.subject_id)
        except KeyError:
            return False
        self._put_row(spec.name, values, kept.id)
        self.made.name(spec.kind, kept.id, f"{spec.name} {row}")
        return True

    def _put_row(self, sheet: str, values: Mapping[str, Any], id: int) -> None:
        self.made.add(sheet, lambda place: FurtherRow(place, dict(values)), id)


def _no_reading(kind: str, name: str) -> int:
    raise KeyError(name)


def _line_entry(line: LedgerLine) -> LedgerEntry:
    return LedgerEntry(
        Place(HELD),
        line.key,
        line.year,
        line.period,
        line.amount,
        line.posted_on,
        line.cost_centre,
        line.account,
        line.supplier,
        line.description,
        line.type,
        line.transaction,
    )
