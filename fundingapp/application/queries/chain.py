"""The chain of a fund's years: what each began with, what became of it, what it hands on, and where that breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Rows, Tools, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.heads import granted
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.application.queries.standing import Standing, repayments_of, settlements_of, standing_from
from fundingapp.domain.allocations import AllocationStatus
from fundingapp.domain.carry_forwards import CarryForward, CarryForwardState, NotAgreed, not_agreed_of
from fundingapp.domain.chain import (
    ChainBreak,
    ChainState,
    HeadMoney,
    YearMoney,
    breaks_into,
    breaks_out_of,
    head_money,
    reconcile_chain,
    year_money,
)
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.funds import Kind
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import CarryForwardId, FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition, ProjectPosition


@dataclass(frozen=True, slots=True)
class ChainOf(Question["Chain"]):
    """The chain of a fund's years, in one *kind* of money or (None) in all; as of *today*, by itself the clock's."""

    fund: FundId
    kind: Kind | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class ChainHead:
    """A project in one kind of money in a year of the chain; *project* None and *ref* "" for money that is in no
    project's budget. *opening* was brought forward, *virements* is what moved to it less what moved from it."""

    ref: str
    name: str
    opening: Money
    award: Money
    virements: Money
    money: HeadMoney
    #: Whether the grant has it in that year; else there is only what was carried or settled without it.
    is_held: bool = True

    @property
    def project(self) -> ProjectId | None:
        return self.money.project

    @property
    def kind(self) -> Kind:
        return self.money.kind

    @property
    def budget(self) -> Money:
        return self.money.budget

    @property
    def spent(self) -> Money:
        return self.money.spent

    @property
    def left(self) -> Money:
        return self.money.left

    @property
    def settled(self) -> Money:
        return self.money.settled

    @property
    def carried(self) -> Money:
        return self.money.carried

    @property
    def pending(self) -> Money:
        return self.money.pending


#: The figures of a chain's year, each with what “why?” calls it.
_MEASURES = {
    "allocation": "allocation",
    "supplements": "supplements",
    "reductions": "reductions",
    "opening": "brought forward",
    "available": "available",
    "awarded": "awarded",
    "moved": "virements/out",
    "spent": "spend",
    "claimed": "claimed",
    "received": "received",
    "repaid": "repaid",
    "underspend": "left",
    "closing": "carried forward",
    "pending": "unspent/undecided",
    "owed": "unspent/owed",
    "surrendered": "unspent/surrendered",
    "returned": "unspent/returned",
    "forecast": "not agreed/forecast",
    "anticipated": "not agreed/anticipated",
    "requested": "not agreed/requested",
}


@dataclass(frozen=True, slots=True)
class ChainYear:
    """A year of the chain.

    *standing* has the figures of the exchange workbook, *money* what became of what was available, *not_agreed* what
    may come into the year and is not agreed, *moved* how much virements moved between projects, *refused* what the
    commissioner did not agree to carry out of it.
    """

    fund_name: str
    year: FinancialYear
    kind: Kind | None
    state: ChainState
    standing: Standing
    money: YearMoney
    allocation: Money
    supplements: Money
    reductions: Money
    moved: Money
    not_agreed: NotAgreed
    refused: Money
    heads: tuple[ChainHead, ...]

    @property
    def opening(self) -> Money:
        """What the year began with: brought forward from the year before."""
        return self.standing.brought_forward

    @property
    def closing(self) -> Money:
        """What it hands on to the next year."""
        return self.money.carried

    @property
    def available(self) -> Money:
        return self.standing.available

    @property
    def spent(self) -> Money:
        return self.standing.spent

    @property
    def repaid(self) -> Money:
        return self.standing.repaid

    @property
    def pending(self) -> Money:
        """What of it nobody has decided yet (R25)."""
        return self.money.pending

    @property
    def is_closed(self) -> bool:
        return self.state is ChainState.CLOSED

    def figure(self, measure: str) -> str:
        """What to ask “why?” of *measure*, "" for a figure of one kind of money: grants are explained as a whole."""
        return f"{self.fund_name}/{self.year}/{_MEASURES[measure]}" if self.kind is None else ""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """What goes, or may go, from one year of a head into the next, with its papers. *head* is the head in the year that
    it comes from."""

    id: CarryForwardId
    of: CarryForward
    ref: str
    name: str
    head: ChainHead
    papers: tuple[Kept[Evidence], ...]
    figure: str

    @property
    def from_year(self) -> FinancialYear:
        return self.of.from_year

    @property
    def to_year(self) -> FinancialYear:
        return self.of.into_year


@dataclass(frozen=True, slots=True)
class Chain:
    """The years of a fund from the first to the last that the file holds, their links and what breaks them."""

    fund: FundId
    fund_name: str
    kind: Kind | None
    years: tuple[ChainYear, ...]
    links: tuple[ChainLink, ...]
    breaks: tuple[ChainBreak, ...]

    @property
    def holds(self) -> bool:
        return not self.breaks


def first_held(work: UnitOfWork, fund: FundId) -> FinancialYear | None:
    """The first year in which the file holds any money of *fund*; None where there is none.

    What only comes over from a year does not make it a year of the file: that is an opening.
    """
    return min(_held(work, fund), default=None)


def _held(work: UnitOfWork, fund: FundId) -> set[FinancialYear]:
    """The years in which anything of *fund* is recorded or charged."""
    rows: tuple[Rows[Any], ...] = (
        work.allocations,
        work.awards,
        work.contingencies,
        work.movements,
        work.accruals,
        work.adjustments,
        work.claims,
        work.payments,
        work.repayments,
        work.settlements,
    )
    found = {kept.value.year for held in rows for kept in held.all() if kept.value.fund == fund}
    return found | {
        year
        for year in work.ledger.years()
        if year not in found and any(entry.fund == fund for entry in work.ledger.charge_sums(year))
    }


def years_of(work: UnitOfWork, fund: FundId) -> tuple[FinancialYear, ...]:
    """Every year of a fund's chain, from the first that the file holds to the last, without a gap; and the year that
    agreed money goes into, even where nothing else is known of it."""
    years = _held(work, fund) | {year for of, year in granted(work) if of == fund}
    if not years:
        return ()
    return tuple(FinancialYear(start) for start in range(min(years).start, max(years).start + 1))


def is_closed(work: UnitOfWork, fund: FundId, year: FinancialYear) -> bool:
    """Whether a grant's year is closed: as a whole, or its allocation as files of version 3 have it."""
    closes = any((kept.value.fund, kept.value.year) == (fund, year) for kept in work.year_closes.all())
    return closes or any(
        (kept.value.fund, kept.value.year, kept.value.status) == (fund, year, AllocationStatus.CLOSED)
        for kept in work.allocations.all()
    )


def chain_of(work: UnitOfWork, fund: FundId, today: date, kind: Kind | None = None) -> Chain:
    """The chain of a fund's years in *kind* (None: in all)."""
    projects = {ProjectId(kept.id): (kept.value.ref, kept.value.name) for kept in work.projects.all()}
    years = years_of(work, fund)
    first = first_held(work, fund)
    name = work.funds.get(fund).value.name
    found: list[ChainYear] = []
    breaks: list[ChainBreak] = []
    heads: dict[tuple[FinancialYear, ProjectId | None, Kind], ChainHead] = {}
    for year in years:
        position = position_of(work, fund, year, WHOLE_YEAR)
        settlements, repayments = settlements_of(work, fund, year), repayments_of(work, fund, year)
        money = year_money(position, settlements, repayments, kind)
        resources = position.resources if kind is None else position.resources_by_kind[kind]
        ours = tuple(
            _head(position, each, projects)
            for each in head_money(position, settlements)
            if kind in (None, each.kind)
        )
        heads |= {(year, head.project, head.kind): head for head in ours}
        found.append(
            ChainYear(
                name,
                year,
                kind,
                _state(work, position, money, today),
                standing_from(position, claim_records(work, fund, year, WHOLE_YEAR), money, kind),
                money,
                resources.allocation,
                resources.supplements,
                resources.reductions,
                Money.total(
                    each.budget.virement_out for each in position.projects if kind in (None, each.kind)
                ),
                position.not_agreed if kind is None else position.not_agreed_by_kind[kind],
                Money.total(entry.refused for entry in position.onward if kind in (None, entry.kind)),
                ours,
            )
        )
        before_is_held = first is not None and first < year
        breaks += breaks_into(position, before_is_held)
        if first is not None and first <= year:
            breaks += breaks_out_of(position, settlements, repayments, projects)
    return Chain(
        fund,
        name,
        kind,
        tuple(found),
        _links(work, fund, name, kind, heads, projects),
        tuple(each for each in breaks if kind in (None, each.kind)),
    )


def _state(work: UnitOfWork, position: GrantPosition, money: YearMoney, today: date) -> ChainState:
    year = position.year
    if is_closed(work, position.fund_id, year):
        return ChainState.CLOSED
    if not_agreed_of(position.onward).requested:
        return ChainState.AWAITED
    if today < year.first_day:
        return ChainState.TO_COME
    if today <= year.last_day:
        return ChainState.OPEN
    return ChainState.UNDECIDED if money.pending else ChainState.SETTLED


def _head(position: GrantPosition, money: HeadMoney, projects: dict[ProjectId, tuple[str, str]]) -> ChainHead:
    if money.project is None:
        resources = position.resources_by_kind[money.kind]
        own = Money.total(
            each.budget.brought_forward for each in position.projects if each.kind is money.kind
        )
        given = Money.total(
            each.budget.surrendered - each.budget.released
            for each in position.projects
            if each.kind is money.kind
        )
        opening = resources.brought_forward - own
        return ChainHead("", "in no project's budget", opening, Money.ZERO, given, money)
    ref, name = projects[money.project]
    project = _project_at(position, money)
    if project is None:
        return ChainHead(ref, name, Money.ZERO, Money.ZERO, Money.ZERO, money, is_held=False)
    budget = project.budget
    moved = budget.current - budget.award - budget.brought_forward
    return ChainHead(ref, name, budget.brought_forward, budget.award, moved, money)


def _project_at(position: GrantPosition, head: HeadMoney) -> ProjectPosition | None:
    return next(
        (each for each in position.projects if (each.project_id, each.kind) == (head.project, head.kind)),
        None,
    )


def _links(
    work: UnitOfWork,
    fund: FundId,
    fund_name: str,
    kind: Kind | None,
    heads: dict[tuple[FinancialYear, ProjectId | None, Kind], ChainHead],
    projects: dict[ProjectId, tuple[str, str]],
) -> tuple[ChainLink, ...]:
    papers = papers_of(work)
    found = []
    for kept in work.carry_forwards.all():
        entry = kept.value
        withdrawn = entry.state is CarryForwardState.WITHDRAWN
        if entry.fund != fund or kind not in (None, entry.kind) or withdrawn:
            continue
        ref, name = ("", "in no project's budget") if entry.project is None else projects[entry.project]
        none = HeadMoney(entry.project, entry.kind, Money.ZERO, Money.ZERO, Money.ZERO, entry.carried)
        head = heads.get(
            (entry.from_year, entry.project, entry.kind),
            ChainHead(ref, name, Money.ZERO, Money.ZERO, Money.ZERO, none, is_held=False),
        )
        id = CarryForwardId(kept.id)
        found.append(
            ChainLink(
                id,
                entry,
                ref,
                name,
                head,
                papers.get(id, ()),
                figure_of(fund_name, ref, entry) if entry.project is None or head.is_held else "",
            )
        )
    return tuple(
        sorted(found, key=lambda each: (each.from_year, each.ref == "", each.ref, each.of.kind.value))
    )


def figure_of(fund_name: str, ref: str, entry: CarryForward) -> str:
    """What “why?” calls what *entry* carries out of its year."""
    if entry.project is None:
        return f"{fund_name}/{entry.from_year}/carried forward/unassigned:{entry.kind.value}"
    return f"{ref}/{entry.from_year}/carried forward:{entry.kind.value}:{fund_name}"


def papers_of(work: UnitOfWork) -> dict[int, tuple[Kept[Evidence], ...]]:
    """The evidence of each carry-forward, the letter of its decision among it."""
    found: dict[int, tuple[Kept[Evidence], ...]] = {}
    for kept in work.supports.all():
        id = kept.value.carry_forward
        if id is not None:
            found[id] = (*found.get(id, ()), work.evidence.get(kept.value.evidence))
    return found


def carried_identities(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """R26 of the grant at *position*."""
    first = first_held(work, position.fund_id) if position.resources.opening else None
    return reconcile_chain(position, first is not None and first < position.year)


def brought_in_use(work: UnitOfWork, entry: CarryForward, agreed: Money) -> str:
    """Why no less than before can be agreed of *entry*: what the year after already did with it, with figures; "" when
    *agreed* leaves that year's head at nought or above. Money in no project's budget is not in use by any project."""
    if entry.project is None or agreed >= entry.carried:
        return ""
    position = position_of(work, entry.fund, entry.into_year, WHOLE_YEAR)
    head = next(
        (each for each in position.projects if (each.project_id, each.kind) == (entry.project, entry.kind)),
        None,
    )
    if head is None:
        return ""
    after = head.budget.current - entry.carried + agreed
    used = max(head.spent, Money.ZERO)
    if after >= used:
        return ""
    moved = head.budget.virement_out + head.budget.surrendered
    what = (
        f"{head.spent.in_words} is spent of it"
        if used
        else f"{moved.in_words} of it was moved to other lines"
    )
    return (
        f"{head.ref}'s budget of {entry.into_year} is {head.budget.current.in_words} with the {entry.carried.in_words} "
        f"carried into it, and {what}: with {agreed.in_words} it would be {after.in_words}."
    )


def answer_chain(question: ChainOf, tools: Tools) -> Chain:
    with tools.open_work(reading=True) as work:
        return chain_of(work, question.fund, question.today or tools.today, question.kind)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {ChainOf: answer_chain}
