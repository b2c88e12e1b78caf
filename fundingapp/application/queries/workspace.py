"""What the frame of the window shows: the partnership, years, funds, what waits, and the history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import BatchState, JournalLine, Kept, LineFilter, Show, Tools, UnitOfWork
from fundingapp.application.queries.areas import districts_of
from fundingapp.application.queries.heads import granted
from fundingapp.application.queries.parties import all_parties
from fundingapp.application.queries.positions import find_fund
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.allocations import Allocation, Award, BudgetMovement, Contingency
from fundingapp.domain.bidding import alert_of
from fundingapp.domain.bids import Bid, Offer
from fundingapp.domain.funds import Fund, Partnership, Project
from fundingapp.domain.ids import AreaId, FundId
from fundingapp.domain.parties import Contact, Party
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.succession import Spell, bodies_in, named


@dataclass(frozen=True, slots=True)
class WorkspaceOf(Question["Workspace"]):
    """What the frame needs to know."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A fund in a year, as lists offer it; *commissioner* names whoever has that office in the year, each with its days
    where there are several."""

    fund_id: FundId
    fund: str
    commissioner: str
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class Workspace:
    """The file at a glance. *waiting* and *changed* count ledger lines for the badges; *imports* those that count;
    *bid_alerts* how many bids of a fund and year need looking at today."""

    partnership: Partnership | None
    grants: tuple[Grant, ...]
    ledger_years: tuple[FinancialYear, ...]
    waiting: int
    changed: int
    rules: int
    imports: int
    #: The districts to choose from, by their names.
    districts: tuple[tuple[AreaId, str], ...] = ()
    bid_alerts: Mapping[tuple[FundId, FinancialYear], int] = field(default_factory=dict)

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        """Every year that has a grant or a ledger line, oldest first."""
        return tuple(sorted({grant.year for grant in self.grants} | set(self.ledger_years)))

    @property
    def is_empty(self) -> bool:
        return not self.grants and not self.imports


@dataclass(frozen=True, slots=True)
class FundNamed(Question[FundId]):
    """The fund of that name, whatever its case. Raises NotFoundError that lists the funds there are."""

    name: str


@dataclass(frozen=True, slots=True)
class GrantDetail(Question["GrantAnswer"]):
    """The records of a grant, for the Grants page."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class GrantAnswer:
    """A grant's own records with their identities, so that they can be changed.

    *commissioner* is the body that the fund began with, *commissioners* who has its office in the year, each with its
    days; *contacts* are their people.
    """

    fund: Kept[Fund]
    commissioner: Kept[Party]
    allocations: tuple[Kept[Allocation], ...]
    awards: tuple[Kept[Award], ...]
    bids: tuple[Kept[Bid], ...]
    contingencies: tuple[Kept[Contingency], ...]
    movements: tuple[Kept[BudgetMovement], ...]
    accruals: tuple[Kept[Accrual], ...]
    projects: tuple[Kept[Project], ...]
    commissioners: tuple[Spell, ...] = ()
    contacts: tuple[Kept[Contact], ...] = ()

    @property
    def commissioner_in_words(self) -> str:
        """The commissioner of the year as papers name it; where there are several, each with its days."""
        return named(self.commissioners) or self.commissioner.value.name


@dataclass(frozen=True, slots=True)
class History(Question["list[JournalLine]"]):
    """The audit trail, newest first."""

    limit: int | None = 200


def answer_workspace(question: WorkspaceOf, tools: Tools) -> Workspace:
    with tools.open_work(reading=True) as work:
        held = work.partnership.all()
        parties = all_parties(work)
        funds = {kept.id: kept.value for kept in work.funds.all()}
        known = granted(work) | {(kept.value.fund, kept.value.year) for kept in work.bids.all()}
        # Not counts(), which sums over every line for the quick filters of a list.
        waiting, _ = work.ledger.total(LineFilter(show=Show.WAITING))
        changed, _ = work.ledger.total(LineFilter(show=Show.CHANGED))
        return Workspace(
            partnership=held[0].value if held else None,
            grants=tuple(
                Grant(fund, funds[fund].name, named(bodies_in(parties, funds[fund].funder, year)), year)
                for fund, year in sorted(known, key=lambda key: (key[1], funds[key[0]].name))
            ),
            ledger_years=tuple(work.ledger.years()),
            waiting=waiting,
            changed=changed,
            rules=len(work.rules.all()),
            imports=sum(kept.value.state is BatchState.LIVE for kept in work.ledger.batches()),
            districts=districts_of(work),
            bid_alerts=_bid_alerts(work, tools.clock().date()),
        )


def _bid_alerts(work: UnitOfWork, today: date) -> dict[tuple[FundId, FinancialYear], int]:
    offers: dict[int, Offer] = {}
    for held in sorted(work.offers.all(), key=lambda kept: (kept.value.dated, kept.id)):
        offers[held.value.bid] = held.value
    found: Counter[tuple[FundId, FinancialYear]] = Counter()
    for kept in work.bids.all():
        bid = kept.value
        if alert_of("", bid, offers.get(kept.id), today):
            found[bid.fund, bid.year] += 1
    return dict(found)


def answer_fund(question: FundNamed, tools: Tools) -> FundId:
    with tools.open_work(reading=True) as work:
        return find_fund(work, question.name)


def answer_grant(question: GrantDetail, tools: Tools) -> GrantAnswer:
    grant = (question.fund, question.year)
    with tools.open_work(reading=True) as work:
        fund = work.funds.get(question.fund)
        commissioners = bodies_in(all_parties(work), fund.value.funder, question.year)
        bodies = {spell.party for spell in commissioners}
        return GrantAnswer(
            fund=fund,
            commissioner=work.parties.get(fund.value.funder),
            allocations=tuple(
                kept for kept in work.allocations.all() if (kept.value.fund, kept.value.year) == grant
            ),
            awards=tuple(kept for kept in work.awards.all() if (kept.value.fund, kept.value.year) == grant),
            bids=tuple(kept for kept in work.bids.all() if (kept.value.fund, kept.value.year) == grant),
            contingencies=tuple(
                kept for kept in work.contingencies.all() if (kept.value.fund, kept.value.year) == grant
            ),
            movements=tuple(
                kept for kept in work.movements.all() if (kept.value.fund, kept.value.year) == grant
            ),
            accruals=tuple(
                kept for kept in work.accruals.all() if (kept.value.fund, kept.value.year) == grant
            ),
            projects=tuple(work.projects.all()),
            commissioners=commissioners,
            contacts=tuple(kept for kept in work.contacts.all() if kept.value.party in bodies),
        )


def answer_history(question: History, tools: Tools) -> list[JournalLine]:
    with tools.open_work(reading=True) as work:
        return work.journal.lines(question.limit)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    WorkspaceOf: answer_workspace,
    FundNamed: answer_fund,
    GrantDetail: answer_grant,
    History: answer_history,
}
