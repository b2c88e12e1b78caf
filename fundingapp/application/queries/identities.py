"""Every identity of a grant, each stated once in the domain, fed with what it needs of the file."""

from __future__ import annotations

from collections.abc import Callable

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.agreed import state_agreement
from fundingapp.domain.identities import Identity, in_order
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.reconciliation import reconcile

#: What states identities from more than the position: one function for each part of the year.
STATED: tuple[Callable[[UnitOfWork, GrantPosition], tuple[Identity, ...]], ...] = (state_agreement,)


def identities_of(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """All identities of the grant at *position*, in the order of their numbers."""
    found = list(reconcile(position))
    for stated in STATED:
        found += stated(work, position)
    return in_order(found)
