"""Awards as they came to be recorded: putting right what one comes to, and saying that several are running already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from fundingapp.application.commands.bid_moves import (
    OF_BID,
    Found,
    check_day,
    find_bid,
    note,
    room_of,
    steps_of,
    terms_of,
)
from fundingapp.application.commands.bids_running import check_in_time, newest_offer, refuse_unreleased
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.records import Record, current
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.wording import count, short_date
from fundingapp.domain.allocations import Award, budget_of
from fundingapp.domain.bidding import check_award
from fundingapp.domain.bids import BIDS, BidState, Offer
from fundingapp.domain.carry_forwards import carried_of
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import AwardId, BidId
from fundingapp.domain.money import Money
from fundingapp.domain.states import Need

#: What is awarded and has not started yet, with the moves that lead from there to a running project.
_WAYS = {
    BidState.APPROVED: (BidState.OFFERED, BidState.ACCEPTED, BidState.LIVE),
    BidState.PART_APPROVED: (BidState.OFFERED, BidState.ACCEPTED, BidState.LIVE),
    BidState.OFFERED: (BidState.ACCEPTED, BidState.LIVE),
    BidState.ACCEPTED: (BidState.LIVE,),
}
#: The states from which a project can be said to be running already.
NOT_STARTED = frozenset(_WAYS)


@dataclass(frozen=True, slots=True)
class ChangeAward(Command[None]):
    """Puts right what an award comes to, with its bid and offer, for a *reason* that the history keeps.

    A change that the funder made within the year is a virement, no correction. An award that came with a table was
    asked for as it was given, so what was asked follows it. Taken back by SwapRecords.
    """

    award: AwardId
    before: Award
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class RecordRunning(Command[None]):
    """Records offer, acceptance and start of *bids* that were awarded and are running already, all of one day and
    with one *reference*; *by* is who accepted for the accountable body. All of them or none. Taken back by
    SwapRecords."""

    bids: tuple[BidId, ...]
    on: date
    reference: str
    by: str


def change_award(command: ChangeAward, tools: Tools) -> Effect[None]:
    amount, reason = command.amount, command.reason.strip()
    if amount < Money.ZERO:
        raise ExpectedError("no_amount", "An award is never below nought.", "Type the amount awarded.")
    with tools.open_work() as work:
        doing = Doing(work, tools)
        kept = current(work, Record("awards", command.award, command.before))
        award: Award = kept.value
        ref = work.projects.get(award.project).value.ref
        if amount == award.amount:
            raise ExpectedError(
                "same_amount", f"{ref}'s award is {amount.in_words} already.", "Type another amount."
            )
        if not reason:
            raise ExpectedError(
                "no_reason", f"Changing {ref}'s award needs its reason.", "Say what was wrong with it."
            )
        if award.bid is not None:
            _change_bid(doing, find_bid(work, award.bid), award, amount, reason)
        else:
            _refuse_less_than_moved(work, award, amount, ref)
        doing.change("awards", kept, replace(award, amount=amount))
        name = f"change the award of {ref} to {amount.in_words}"
        return doing.commit("ChangeAward", name, reason=reason)


def _refuse_less_than_moved(work: UnitOfWork, award: Award, amount: Money, ref: str) -> None:
    """R4: raises ExpectedError when the budget would be below nought, since part of the award was moved on."""
    of_grant = (award.fund, award.year)
    budget = budget_of(
        award.project,
        (kept.value for kept in work.awards.all() if (kept.value.fund, kept.value.year) == of_grant),
        (
            kept.value
            for kept in work.movements.all()
            if kept.value.counts and (kept.value.fund, kept.value.year) == of_grant
        ),
        award.kind,
        carried_of(
            (
                kept.value
                for kept in work.carry_forwards.all()
                if (kept.value.fund, kept.value.into_year) == of_grant
            ),
            award.project,
            award.kind,
        ),
    )
    left = budget.current - award.amount + amount
    if amount < award.amount and left < Money.ZERO:
        moved = budget.virement_out + budget.surrendered
        raise ExpectedError(
            "award_in_use",
            f"{ref}'s award can't be {amount.in_words}: {moved.in_words} of its {award.amount.in_words} was moved to "
            f"other lines of the grant, and its budget would be {left.in_words} (R4).",
            "Move it back first; nothing was changed.",
        )


def _change_bid(doing: Doing, found: Found, award: Award, amount: Money, reason: str) -> None:
    """The bid that the award answers, its offer, and the money that came with it, as the award becomes."""
    work, bid = doing.work, found.bid
    if bid.state.is_over:
        raise ExpectedError(
            "bid_over",
            f"{found.name} is {bid.state.value}: its award of {award.amount.in_words} can't change any more.",
            "Reopen it first."
            if BIDS.allows(bid.state, BidState.COMPLETE)
            else "It stays as it was awarded; nothing was changed.",
        )
    _refuse_less_than_moved(work, award, amount, found.ref)
    asked = bid.amount if _was_asked(work, found) else amount
    if amount > asked:
        raise ExpectedError(
            "more_than_asked",
            f"{found.name} asks for {asked.in_words}: an award of {amount.in_words} is more than that.",
            "Move budget to it by a virement, or write a bid for the rest.",
        )
    if amount > award.amount:
        room = room_of(work, bid.fund, bid.year, bid.kind, without=found.id)
        check_award(found.ref, bid, amount, replace(room, awarded=room.awarded - award.amount))
    state = bid.state
    if state in (BidState.APPROVED, BidState.PART_APPROVED):
        state = BidState.APPROVED if amount == asked else BidState.PART_APPROVED
    doing.change("bids", found.kept, replace(bid, amount=asked, awarded=amount, state=state))
    note(
        doing,
        found,
        state,
        reason=f"award corrected from {award.amount.in_words} to {amount.in_words}: {reason}",
    )
    offer = newest_offer(work, found)
    if offer is not None and offer.value.amount == award.amount:
        doing.change("offers", offer, replace(offer.value, amount=amount))
    if bid.outside_allocation:
        _change_supplement(doing, found, award.amount, amount)


def _was_asked(work: UnitOfWork, found: Found) -> bool:
    """Whether the bid came to its award by a decision, and not with a table of awards."""
    asked = (BidState.SUBMITTED.value, BidState.DEFERRED.value)
    return any(kept.value.before in asked for kept in steps_of(work, found.id))


def _change_supplement(doing: Doing, found: Found, before: Money, amount: Money) -> None:
    """The supplement that came with the award of a bid outside the allocation, if nobody has changed it since."""
    bid = found.bid
    for kept in doing.work.allocations.all():
        row = kept.value
        same = (row.fund, row.year, row.kind, row.basis, row.letter, row.amount)
        if same == (bid.fund, bid.year, bid.kind, OF_BID, bid.decision, before):
            doing.change("allocations", kept, replace(row, amount=amount))
            return


def record_running(command: RecordRunning, tools: Tools) -> Effect[None]:
    bids = tuple(dict.fromkeys(command.bids))
    reference, by = command.reference.strip(), command.by.strip()
    if not bids:
        raise ExpectedError("no_bids", "No bid is chosen.", "Choose one or more bids.")
    if not reference or not by:
        raise ExpectedError(
            "move_needs",
            "What runs already needs the reference of its offer, and who accepted it for the accountable body.",
            "Type both.",
        )
    with tools.open_work() as work:
        doing = Doing(work, tools)
        for id in bids:
            _run(doing, find_bid(work, id), command.on, reference, by)
        what = find_bid(work, bids[0]).ref if len(bids) == 1 else count(len(bids), "project")
        return doing.commit("RecordRunning", f"record {what} as running already")


def _run(doing: Doing, found: Found, on: date, reference: str, by: str) -> None:
    work, bid = doing.work, found.bid
    way = _WAYS.get(bid.state)
    if way is None:
        raise ExpectedError(
            "not_awaiting",
            f"{found.name} is {bid.state.value}: only what is awarded and has not started can be recorded as running.",
            "Leave it out; nothing was changed.",
        )
    check_day(doing, found, on)
    if bid.decided_on is not None and on < bid.decided_on:
        raise ExpectedError(
            "day_before",
            f"{found.name} was decided on {short_date(bid.decided_on)}: it can't have run on {short_date(on)}.",
            "Correct the day.",
        )
    refuse_unreleased(work, found)
    offer = newest_offer(work, found) if BidState.OFFERED not in way else None
    if offer is None:
        doing.add("offers", _offer(work, found, on, reference, by))
    elif BidState.ACCEPTED in way:
        check_in_time(found, offer.value, on)
        doing.change("offers", offer, replace(offer.value, accepted_on=on, accepted_by=by))
    before = found
    for state in way:
        given = [Need.DATE, Need.REFERENCE, Need.AMOUNT]
        BIDS.check(found.name, before.bid.state, state, given)
        note(doing, before, state, on, reference, "running already when it was recorded")
        before = replace(before, kept=Kept(found.id, found.kept.version, replace(bid, state=state)))
    doing.change("bids", found.kept, before.bid)


def _offer(work: UnitOfWork, found: Found, on: date, reference: str, by: str) -> Offer:
    bid = found.bid
    until = on + timedelta(days=terms_of(work, bid).acceptance_days)
    return Offer(
        found.id, reference, on, bid.awarded or Money.ZERO, until, None, None, accepted_on=on, accepted_by=by
    )


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    ChangeAward: change_award,
    RecordRunning: record_running,
}
