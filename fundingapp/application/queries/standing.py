"""Where a grant stands in one object: the figures that the exchange workbook's question “position” answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.domain.allocations import AllocationStatus, Resource
from fundingapp.domain.claiming import cash_position, figures
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


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

    *contingency* is what is available less all budgets, *underspend* what is available less what is spent. Money that
    comes and goes has no kind: asked by kind, *received* is what payments settle of the claims of that kind, credits
    given back taken off, and *repaid* is nought. *undecided* is what of the underspend is neither carried forward nor
    given back (R25).
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
    carried_forward: Money = Money.ZERO
    asked: Money = Money.ZERO

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

    @property
    def undecided(self) -> Money:
        return self.underspend - self.carried_forward - self.repaid


def answer_standing(question: StandingOf, tools: Tools) -> Standing:
    kind = question.kind
    with tools.open_work(reading=True) as work:
        position = position_of(work, question.fund, question.year, WHOLE_YEAR)
        records = claim_records(work, question.fund, question.year, WHOLE_YEAR)
        resources = position.resources if kind is None else position.resources_by_kind[kind]
        anticipated = Money.total(
            kept.value.amount
            for kept in work.allocations.all()
            if (kept.value.fund, kept.value.year) == (question.fund, question.year)
            and kept.value.resource is Resource.BROUGHT_FORWARD
            and kept.value.status is AllocationStatus.INDICATIVE
            and kind in (None, kept.value.kind)
        )
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
    return Standing(
        resources.allocation,
        resources.brought_forward,
        anticipated,
        resources.available,
        position.awarded_for(kind),
        position.spent_for(kind),
        projects,
        claimed.claimed,
        cash.paid if kind is None else claimed.paid,
        cash.repaid if kind is None else Money.ZERO,
    )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {StandingOf: answer_standing}
