"""Where a grant stands in one object: the figures that the exchange workbook's question “position” answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.domain.carry_forwards import not_agreed_of
from fundingapp.domain.chain import YearMoney, only_kind, year_money
from fundingapp.domain.claiming import ClaimRecords, cash_position, figures
from fundingapp.domain.claims import Repayment
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, RepaymentId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.settlements import Settlement


@dataclass(frozen=True, slots=True)
class StandingOf(Question["Standing"]):
    """Where a grant stands at the end of its year's records; *kind* None takes all kinds of money together."""

    fund: FundId
    year: FinancialYear
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class ProjectStanding:
    """A project's award, current budget and spend."""

    award: Money
    budget: Money
    spent: Money


@dataclass(frozen=True, slots=True)
class Standing:
    """The figures of the exchange workbook's “position”.

    *allocation* is what is available without what was brought forward: what was withdrawn or cut is taken off.
    *contingency* is what is available less all budgets, *underspend* what is available less what is spent.
    *anticipated* and *forecast* may come from the year before, *asked* was asked to be carried into the next and is not
    decided: none of them counts anywhere else. Money that comes and goes has no kind: asked by a kind that is not the
    year's only one, *received* is what payments settle of the claims of that kind, credits given back taken off, and
    *repaid* what settlements of that kind were repaid. *undecided* is what of the underspend is neither carried forward
    nor given back (R25).
    """

    allocation: Money
    brought_forward: Money
    anticipated: Money
    available: Money
    awarded: Money
    spent: Money
    projects: dict[str, ProjectStanding]
    claimed: Money
    received: Money
    repaid: Money
    carried_forward: Money
    asked: Money
    undecided: Money
    forecast: Money
    owed: Money
    surrendered: Money

    @property
    def contingency(self) -> Money:
        return self.available - self.awarded

    @property
    def cash(self) -> Money:
        """R23: received less repaid less spent; above nought is a receipt in advance."""
        return self.received - self.repaid - self.spent

    @property
    def underspend(self) -> Money:
        return self.available - self.spent


def standing_from(
    position: GrantPosition, records: ClaimRecords, money: YearMoney, kind: Kind | None = None
) -> Standing:
    """Where the grant at *position* stands in *kind* (None: in all); *money* is what became of it in that kind."""
    resources = position.resources if kind is None else position.resources_by_kind[kind]
    projects: dict[str, ProjectStanding] = {}
    for each in position.projects:
        if kind in (None, each.kind):
            held = projects.get(each.ref, ProjectStanding(Money.ZERO, Money.ZERO, Money.ZERO))
            projects[each.ref] = ProjectStanding(
                held.award + each.budget.award,
                held.budget + each.budget.current,
                held.spent + each.spent,
            )
    claimed = figures(records, kind=kind)
    cash = cash_position(records, position.spent)
    whole = kind in (None, only_kind(position))
    hoped = position.not_agreed if kind is None else position.not_agreed_by_kind[kind]
    return Standing(
        resources.available - resources.brought_forward,
        resources.brought_forward,
        hoped.anticipated,
        resources.available,
        position.awarded_for(kind),
        position.spent_for(kind),
        projects,
        claimed.claimed,
        cash.paid if whole else claimed.paid,
        cash.repaid if whole else money.returned,
        money.carried,
        not_agreed_of(position.onward, kind).requested,
        money.pending,
        hoped.forecast,
        money.owed,
        money.surrendered,
    )


def settlements_of(work: UnitOfWork, fund: FundId, year: FinancialYear) -> list[Settlement]:
    """The settlements of a grant's year."""
    return [
        kept.value for kept in work.settlements.all() if (kept.value.fund, kept.value.year) == (fund, year)
    ]


def repayments_of(work: UnitOfWork, fund: FundId, year: FinancialYear) -> list[tuple[RepaymentId, Repayment]]:
    """The repayments of a grant's year, under their identities."""
    return [
        (RepaymentId(kept.id), kept.value)
        for kept in work.repayments.all()
        if (kept.value.fund, kept.value.year) == (fund, year)
    ]


def money_of(work: UnitOfWork, position: GrantPosition, kind: Kind | None = None) -> YearMoney:
    """What became of a grant's money of the year of *position*."""
    fund, year = position.fund_id, position.year
    return year_money(position, settlements_of(work, fund, year), repayments_of(work, fund, year), kind)


def answer_standing(question: StandingOf, tools: Tools) -> Standing:
    with tools.open_work(reading=True) as work:
        position = position_of(work, question.fund, question.year, WHOLE_YEAR)
        records = claim_records(work, question.fund, question.year, WHOLE_YEAR)
        return standing_from(position, records, money_of(work, position, question.kind), question.kind)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {StandingOf: answer_standing}
