"""What a move of a bid does to the grant's sums, for the form that asks for it: shown, never decided here."""

from __future__ import annotations

from fundingapp.application.queries.bids import BidView
from fundingapp.domain.bids import BidState
from fundingapp.domain.money import Money
from fundingapp.domain.positions import ProjectPosition
from fundingapp.ui.widgets.before_after import Shift


def shifts_of(
    view: BidView, target: BidState, amount: Money | None, project: ProjectPosition | None
) -> list[Shift]:
    """The sums that moving the bid to *target* changes, with *amount* as what is awarded.

    *project* is the position of its project in its grant, None where that is not known here.
    """
    bid, room = view.row.bid, view.room
    awarded = view.row.awarded or Money.ZERO
    was_awarded = bid.state.is_awarded
    shifts: list[Shift] = []
    match target:
        case BidState.SUBMITTED if not was_awarded:
            if not bid.outside_allocation and not bid.state.is_asked:
                shifts.append(Shift("Submitted", room.submitted, room.submitted + bid.amount))
                shifts.append(Shift("Left to ask for", room.left, room.left - bid.amount))
        case BidState.APPROVED | BidState.PART_APPROVED:
            given = amount or Money.ZERO
            shifts += _awarding(view, given, project)
        case BidState.SUBMITTED | BidState.WITHDRAWN if was_awarded:
            shifts += _awarding(view, -awarded, project)
        case BidState.TERMINATED | BidState.CLOSED if project is not None:
            freed = max(Money.ZERO, project.left)
            shifts.append(
                Shift(f"Budget of {view.row.ref}", project.budget.current, project.budget.current - freed)
            )
            shifts.append(Shift("Contingency", room.contingency, room.contingency + freed))
    return shifts


def _awarding(view: BidView, more: Money, project: ProjectPosition | None) -> list[Shift]:
    bid, room = view.row.bid, view.room
    budget = project.budget.current if project is not None else None
    shifts = []
    if budget is not None:
        shifts.append(Shift(f"Budget of {view.row.ref}", budget, budget + more))
    elif more > Money.ZERO:
        shifts.append(Shift(f"Budget of {view.row.ref}", Money.ZERO, more))
    shifts.append(Shift("Awarded", room.awarded, room.awarded + more))
    if bid.outside_allocation:  # its award brings its own money
        shifts.append(Shift("Available", room.available, room.available + more))
    else:
        left = room.available - room.awarded - room.contingency
        shifts.append(Shift("Not yet awarded", left, left - more))
    return shifts
