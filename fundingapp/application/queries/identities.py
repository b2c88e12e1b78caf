"""Every identity of a grant, each stated once in the domain, fed with what it needs of the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.funding import state_funding
from fundingapp.application.queries.handovers import identities_of_handovers
from fundingapp.application.queries.plan import state_plan
from fundingapp.application.queries.positions import PositionAnswer, PositionOf, position_of
from fundingapp.domain.identities import Identity, in_order
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.reconciliation import reconcile

#: What states identities from more than the position: one function for each part of the year.
STATED: tuple[Callable[[UnitOfWork, GrantPosition], tuple[Identity, ...]], ...] = (
    state_plan,
    identities_of_handovers,
    state_funding,
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
        return PositionAnswer(position, identities_of(work, position), work.ledger.last_period(question.year))


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {PositionOf: answer_position}
