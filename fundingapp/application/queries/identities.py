"""Every identity of a grant, each stated once in the domain, fed with what it needs of the file."""

from __future__ import annotations

from collections.abc import Callable

from fundingapp.application.ports import UnitOfWork
from fundingapp.domain.identities import Identity, in_order
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
STATED: tuple[Callable[[UnitOfWork, GrantPosition], tuple[Identity, ...]], ...] = (budgets_stated,)


def identities_of(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """All identities of the grant at *position*, in the order of their numbers."""
    found = list(reconcile(position))
    for stated in STATED:
        found += stated(work, position)
    return in_order(found)
