"""The end of a grant's year: its outturn, what was asked and decided about what is left, what is still to be settled,
and what goes over into the next year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.application.wording import short_date
from fundingapp.domain.adjustments import Accrual, Adjustment, effects
from fundingapp.domain.agreements import CarryForwardStance, Terms
from fundingapp.domain.carry_forwards import CARRY_FORWARDS, PLANNED, CarryForward, CarryForwardState
from fundingapp.domain.claims import Payment, Repayment
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.funds import Project
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import CarryForwardId, FundId, ProjectId, RepaymentId, SettlementId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.schedules import ask_by
from fundingapp.domain.settlements import SETTLEMENTS, Settlement, SettlementState, YearClose
from fundingapp.domain.states import Move, Step, Subject
from fundingapp.domain.year_end import (
    NO_PROJECT,
    Outturn,
    SettlementProposal,
    YearEndRecords,
    outturn_of,
    proposals_of,
    reconcile_year_end,
)


@dataclass(frozen=True, slots=True)
class OutturnOf(Question["Outturn"]):
    """A grant's year as it ended, or as it stands while it has not."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class YearEndOf(Question["YearEndAnswer"]):
    """The outturn of a grant's year, and everything that was asked and decided about what is left of it."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class RollOver(Question["RollOverAnswer"]):
    """What goes over from a grant's year into the next."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class CarryForwardRow:
    """A carry-forward with its project, what is left there now, its history and its papers."""

    id: CarryForwardId
    of: CarryForward
    ref: str
    name: str
    left: Money
    steps: tuple[Step, ...]
    evidence: tuple[Kept[Evidence], ...]

    @property
    def moves(self) -> tuple[Move[CarryForwardState], ...]:
        """What can be done with it."""
        return CARRY_FORWARDS.from_state(self.of.state)


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """Money that goes back, with its project, its history, its papers and the money that went."""

    id: SettlementId
    of: Settlement
    ref: str
    name: str
    steps: tuple[Step, ...]
    evidence: tuple[Kept[Evidence], ...]
    repayment: Repayment | None
    payment: Payment | None

    @property
    def moves(self) -> tuple[Move[SettlementState], ...]:
        """What can be done with it."""
        return SETTLEMENTS.from_state(self.of.state)


@dataclass(frozen=True, slots=True)
class YearEndAnswer:
    """*asking* says whether money may be carried forward and until when it is asked for; *steps* are the closings and
    reopenings of the year, and with what reason an open point was accepted."""

    outturn: Outturn
    terms: Terms
    ask_by: date | None
    asking: str
    carry_forwards: tuple[CarryForwardRow, ...]
    settlements: tuple[SettlementRow, ...]
    proposals: tuple[SettlementProposal, ...]
    identities: tuple[Identity, ...]
    closed: Kept[YearClose] | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class RollOverAnswer:
    """*agreed* is money of the next year already, *not_agreed* is planned or asked for; *reversing* are this year's
    accruals that the next takes off, *not_reversing* those that say no period yet; *continuing* are projects that go on
    after the year's end. *pending* is what nothing was decided about."""

    agreed: tuple[CarryForwardRow, ...]
    not_agreed: tuple[CarryForwardRow, ...]
    reversing: tuple[Kept[Accrual], ...]
    not_reversing: tuple[Kept[Accrual], ...]
    continuing: tuple[Kept[Project], ...]
    pending: Money
    next_has_allocation: bool


def closed_of(work: UnitOfWork, fund: FundId, year: FinancialYear) -> Kept[YearClose] | None:
    """The closing of a grant's year; None while it is open."""
    return next(
        (kept for kept in work.year_closes.all() if (kept.value.fund, kept.value.year) == (fund, year)), None
    )


def year_end_records(work: UnitOfWork, position: GrantPosition) -> YearEndRecords:
    """Everything that the end of the year of *position* is made of."""
    fund, year = position.fund_id, position.year
    return YearEndRecords(
        position=position,
        claims=claim_records(work, fund, year, position.to_period),
        projects={ProjectId(kept.id): kept.value for kept in work.projects.all()},
        carry_forwards={
            CarryForwardId(kept.id): kept.value
            for kept in work.carry_forwards.all()
            if (kept.value.fund, kept.value.from_year) == (fund, year)
        },
        settlements={
            SettlementId(kept.id): kept.value
            for kept in work.settlements.all()
            if (kept.value.fund, kept.value.year) == (fund, year)
        },
        repayments={
            RepaymentId(kept.id): kept.value
            for kept in work.repayments.all()
            if (kept.value.fund, kept.value.year) == (fund, year)
        },
        accruals=[
            kept.value
            for kept in work.accruals.all()
            if kept.value.fund == fund and year in (kept.value.year, kept.value.reverses_year)
        ],
        is_closed=closed_of(work, fund, year) is not None,
    )


def whole_year(work: UnitOfWork, fund: FundId, year: FinancialYear) -> YearEndRecords:
    """The records of a grant's whole year."""
    return year_end_records(work, position_of(work, fund, year, WHOLE_YEAR))


def year_end_identities(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """R24, R25, R27, R28 and R29 of the grant of *position*; none of a period that later ones followed, for they are
    about the whole year."""
    fund, year = position.fund_id, position.year
    entries: list[Accrual | Adjustment] = [
        *(kept.value for kept in work.accruals.all() if kept.value.fund == fund),
        *(kept.value for kept in work.adjustments.all() if kept.value.fund == fund),
    ]
    reached = max(
        (period for entry in entries for at, period, _ in effects(entry) if at == year),
        default=0,
    )
    if position.to_period < max(reached, work.ledger.last_period(year)):
        return ()
    return reconcile_year_end(year_end_records(work, position))


def answer_outturn(question: OutturnOf, tools: Tools) -> Outturn:
    with tools.open_work(reading=True) as work:
        return outturn_of(whole_year(work, question.fund, question.year))


def answer_year_end(question: YearEndOf, tools: Tools) -> YearEndAnswer:
    fund, year = question.fund, question.year
    with tools.open_work(reading=True) as work:
        records = whole_year(work, fund, year)
        outturn = outturn_of(records)
        terms = records.position.terms
        last = ask_by(terms, year)
        return YearEndAnswer(
            outturn,
            terms,
            last,
            asking_in_words(terms, last, year, tools.today),
            carry_forward_rows(work, records, outturn),
            _settlement_rows(work, records),
            proposals_of(records, outturn),
            reconcile_year_end(records),
            closed_of(work, fund, year),
            steps_of_year(work, fund, year),
        )


def asking_in_words(terms: Terms, last: date | None, year: FinancialYear, today: date) -> str:
    """Whether unspent money of *year* may be carried forward, and until when it is asked for."""
    if terms.carry_forward is CarryForwardStance.NO:
        return "The agreement lets nothing be carried forward: what is left goes back, or is surrendered."
    if last is None:
        return "The agreement lets unspent money be carried forward; record what the commissioner confirms."
    if today > last:
        return f"Money of {year} had to be asked for by {short_date(last)}; a later request may be refused."
    return f"Money of {year} is asked for by {short_date(last)}."


def steps_of_year(work: UnitOfWork, fund: FundId, year: FinancialYear) -> tuple[Step, ...]:
    """When the year of a grant was closed and reopened, oldest first, and what was accepted with what reason."""
    return tuple(
        kept.value
        for kept in work.steps.all()
        if (kept.value.subject, kept.value.subject_id, kept.value.reference)
        == (Subject.YEAR, fund, str(year))
    )


def _papers(work: UnitOfWork, field: str) -> dict[int, tuple[Kept[Evidence], ...]]:
    found: dict[int, tuple[Kept[Evidence], ...]] = {}
    for kept in work.supports.all():
        id = getattr(kept.value, field)
        if id is not None:
            found[id] = (*found.get(id, ()), work.evidence.get(kept.value.evidence))
    return found


def _steps(work: UnitOfWork, subject: Subject) -> dict[int, tuple[Step, ...]]:
    found: dict[int, tuple[Step, ...]] = {}
    for kept in work.steps.all():
        if kept.value.subject is subject:
            found[kept.value.subject_id] = (*found.get(kept.value.subject_id, ()), kept.value)
    return found


def _named(records: YearEndRecords, project: ProjectId | None) -> tuple[str, str]:
    if project is None:
        return "", NO_PROJECT
    held = records.projects[project]
    return held.ref, held.name


def carry_forward_rows(
    work: UnitOfWork, records: YearEndRecords, outturn: Outturn
) -> tuple[CarryForwardRow, ...]:
    """The carry-forwards out of the year, by project and kind; what is in no project's budget last."""
    papers, steps = _papers(work, "carry_forward"), _steps(work, Subject.CARRY_FORWARD)
    rows = []
    for id, each in records.carry_forwards.items():
        head = outturn.head(each.project, each.kind)
        ref, name = _named(records, each.project)
        left = head.left if head is not None else Money.ZERO
        rows.append(
            CarryForwardRow(id, each, ref, name, left, steps.get(id, ()), papers.get(id, ())),
        )
    return tuple(sorted(rows, key=lambda row: (not row.ref, row.ref, row.of.kind.value, row.id)))


def _settlement_rows(work: UnitOfWork, records: YearEndRecords) -> tuple[SettlementRow, ...]:
    papers, steps = _papers(work, "settlement"), _steps(work, Subject.SETTLEMENT)
    rows = []
    for id, each in records.settlements.items():
        ref, name = _named(records, each.project)
        rows.append(
            SettlementRow(
                id,
                each,
                ref,
                name,
                steps.get(id, ()),
                papers.get(id, ()),
                records.repayments.get(each.repayment) if each.repayment is not None else None,
                work.payments.get(each.payment).value if each.payment is not None else None,
            )
        )
    return tuple(sorted(rows, key=lambda row: (not row.ref, row.ref, row.of.kind.value, row.id)))


def answer_roll_over(question: RollOver, tools: Tools) -> RollOverAnswer:
    fund, year = question.fund, question.year
    with tools.open_work(reading=True) as work:
        records = whole_year(work, fund, year)
        outturn = outturn_of(records)
        rows = carry_forward_rows(work, records, outturn)
        accruals = [
            kept for kept in work.accruals.all() if (kept.value.fund, kept.value.year) == (fund, year)
        ]
        heads = {head.project for head in outturn.heads}
        return RollOverAnswer(
            tuple(row for row in rows if row.of.counts),
            tuple(row for row in rows if row.of.state in PLANNED or row.of.pending),
            tuple(kept for kept in accruals if kept.value.reverses_year == year.next),
            tuple(kept for kept in accruals if kept.value.reverses_year is None),
            tuple(
                kept
                for kept in work.projects.all()
                if kept.id in heads and kept.value.ends_on is not None and kept.value.ends_on > year.last_day
            ),
            outturn.pending,
            any((kept.value.fund, kept.value.year) == (fund, year.next) for kept in work.allocations.all()),
        )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    OutturnOf: answer_outturn,
    YearEndOf: answer_year_end,
    RollOver: answer_roll_over,
}
