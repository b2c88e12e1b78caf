"""Every identity of a grant, each stated once in the domain, fed with what it needs of the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.agreed import state_agreement
from fundingapp.application.queries.chain import carried_identities
from fundingapp.application.queries.claims import claims_identities
from fundingapp.application.queries.funding import state_funding
from fundingapp.application.queries.handovers import identities_of_handovers
from fundingapp.application.queries.plan import state_plan
from fundingapp.application.queries.positions import PositionAnswer, PositionOf, position_of
from fundingapp.application.queries.published import state_published
from fundingapp.application.queries.year_end import year_end_identities
from fundingapp.domain.identities import Identity, in_order
from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.profiles import ProfiledBudget, reconcile_profiles
from fundingapp.domain.reconciliation import reconcile
from fundingapp.domain.virements import reconcile_virements


def budgets_stated(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """R3, R5 and R6: contingency, virements and profiles."""
    rows = [ProfiledBudget(project.budget.current, project.profile) for project in position.projects]
    grant = f"{position.fund.name}/{position.year}"
    return (*reconcile_virements(position), *reconcile_profiles(grant, rows))


#: What states identities from more than the position: one function for each part of the year.
STATED: tuple[Callable[[UnitOfWork, GrantPosition], tuple[Identity, ...]], ...] = (
    state_agreement,
    claims_identities,
    identities_of_handovers,
    state_plan,
    state_funding,
    budgets_stated,
    carried_identities,
    year_end_identities,
    state_published,
)


def identities_of(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """All identities of the grant at *position*, in the order of their numbers."""
    found = list(reconcile(position))
    for stated in STATED:
        found += stated(work, position)
    return in_order(found)


def answer_position(question: PositionOf, tools: Tools) -> PositionAnswer:
    # Here and not beside the question: what states an identity may itself ask for positions.
    with tools.open_work(reading=True) as work:
        position = position_of(work, question.fund, question.year, question.to_period)
        return PositionAnswer(
            position,
            identities_of(work, position),
            work.ledger.last_period(question.year),
            _claimed(work, question),
        )


def _claimed(work: UnitOfWork, grant: PositionOf) -> Money:
    """What the grant's claims ask for that were sent (the figure “claimed”)."""
    sent = {
        kept.id
        for kept in work.claims.all()
        if (kept.value.fund, kept.value.year) == (grant.fund, grant.year) and kept.value.counts
    }
    return Money.total(kept.value.claimed for kept in work.claim_lines.all() if kept.value.claim in sent)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {PositionOf: answer_position}
