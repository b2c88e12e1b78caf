"""What follows the commissioner's decision on a bid: offer, acceptance, start, hold, end and financial closing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from fundingapp.application.commands.bid_moves import (
    Found,
    check_day,
    claimed_of,
    find_bid,
    head_of,
    move,
    note,
    surrender,
    terms_of,
)
from fundingapp.application.commands.bids import (
    AcceptOffer,
    CloseBid,
    CompleteBid,
    ExtendOffer,
    HoldBid,
    MakeOffer,
    OfferCondition,
    ReopenBid,
    ResumeBid,
    StartBid,
    TerminateBid,
)
from fundingapp.application.commands.evidence import copied
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import Effect
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.application.wording import count, short_date
from fundingapp.domain.adjustments import open_of
from fundingapp.domain.bids import BIDS, Bid, BidState, Offer
from fundingapp.domain.claims import ClaimState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.grant_conditions import GrantCondition, check_condition, open_before_release
from fundingapp.domain.ids import ClaimId, FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.states import Need

#: So many things that stand in the way are named.
_NAMED = 5


def newest_offer(work: UnitOfWork, found: Found) -> Kept[Offer] | None:
    """The offer that stands, or None."""
    return max(
        (kept for kept in work.offers.all() if kept.value.bid == found.id),
        key=lambda kept: (kept.value.dated, kept.id),
        default=None,
    )


def make_offer(command: MakeOffer, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        bid = found.bid
        accept_by = command.accept_by or command.dated + timedelta(days=terms_of(work, bid).acceptance_days)
        if accept_by < command.dated:
            raise ExpectedError(
                "offer_days",
                f"An offer of {short_date(command.dated)} can't be accepted by {short_date(accept_by)}.",
                "Correct one of the two days.",
            )
        if command.starts_on and command.ends_on and command.ends_on < command.starts_on:
            raise ExpectedError(
                "offer_days",
                f"The funding period ends on {short_date(command.ends_on)}, before it starts on "
                f"{short_date(command.starts_on)}.",
                "Correct one of the two days.",
            )
        move(
            doing, found, BidState.OFFERED, on=command.dated, reference=command.reference, amount=bid.awarded
        )
        doing.add(
            "offers",
            Offer(
                found.id,
                command.reference.strip(),
                command.dated,
                bid.awarded or Money.ZERO,
                accept_by,
                command.starts_on,
                command.ends_on,
                purpose=command.purpose.strip(),
            ),
        )
        for given in command.conditions:
            condition = _condition(found, given)
            check_condition(condition)
            doing.add("conditions", condition)
        doing.keep(papers, bid=found.id)
        return doing.commit("MakeOffer", f"record the offer for {found.name}")


def _condition(found: Found, given: OfferCondition) -> GrantCondition:
    return GrantCondition(
        found.bid.fund,
        given.clause.strip(),
        given.text.strip(),
        given.kind,
        found.bid.year,
        found.bid.project,
        found.id,
        given.owner.strip(),
        given.due,
        before_release=given.before_release,
    )


def _standing_offer(work: UnitOfWork, found: Found) -> Kept[Offer]:
    kept = newest_offer(work, found)
    if kept is None:
        raise ExpectedError("no_offer", f"{found.name} has no offer.", "Record the commissioner's offer.")
    return kept


def extend_offer(command: ExtendOffer, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        if found.bid.state is not BidState.OFFERED:
            raise ExpectedError(
                "not_offered",
                f"{found.name} is {found.bid.state.value}: only an offer that waits can be extended.",
                "Record the commissioner's new offer, if there is one.",
            )
        if not command.reason.strip():
            raise ExpectedError(
                "no_reason", "An extension needs its reason.", "Say who agreed to it and why."
            )
        kept = _standing_offer(work, found)
        offer = kept.value
        if command.accept_by <= offer.accept_by:
            raise ExpectedError(
                "not_longer",
                f"The offer can be accepted until {short_date(offer.accept_by)} already; "
                f"{short_date(command.accept_by)} is not later.",
                "Type a later day.",
            )
        doing.change("offers", kept, replace(offer, accept_by=command.accept_by))
        until = f"to be accepted by {short_date(command.accept_by)} instead of {short_date(offer.accept_by)}"
        note(doing, found, BidState.OFFERED, reason=f"{command.reason.strip()} ({until})")
        doing.keep(papers, bid=found.id)
        return doing.commit("ExtendOffer", f"extend the offer for {found.name}")


def accept_offer(command: AcceptOffer, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        BIDS.check(found.name, found.bid.state, BidState.ACCEPTED, [Need.DATE])
        kept = _standing_offer(work, found)
        offer = kept.value
        if not command.by.strip():
            raise ExpectedError(
                "no_signatory",
                f"Accepting {found.name} needs who signed for the accountable body.",
                "Type the name or the post.",
            )
        check_in_time(found, offer, command.on)
        move(doing, found, BidState.ACCEPTED, on=command.on)
        doing.change("offers", kept, replace(offer, accepted_on=command.on, accepted_by=command.by.strip()))
        doing.keep(papers, bid=found.id)
        return doing.commit("AcceptOffer", f"accept the offer for {found.name}")


def check_in_time(found: Found, offer: Offer, on: date) -> None:
    """Raises ExpectedError when the *offer* had lapsed on the day *on*."""
    late = (on - offer.accept_by).days
    if late > 0:
        raise ExpectedError(
            "offer_lapsed",
            f"{found.name} could be accepted until {short_date(offer.accept_by)}; {short_date(on)} is "
            f"{count(late, 'day')} later.",
            "Extend the offer with the commissioner's reason, or record that it lapsed.",
        )


def start_bid(command: StartBid, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        if found.bid.state is BidState.ACCEPTED:
            refuse_unreleased(work, found)
        move(doing, found, BidState.LIVE, on=command.on)
        return doing.commit("StartBid", f"start {found.name}")


def refuse_unreleased(work: UnitOfWork, found: Found) -> None:
    """Raises ExpectedError while a condition before release is neither met nor waived."""
    bid = found.bid
    waiting = [
        condition
        for condition in open_before_release(
            (kept.value for kept in work.conditions.all()), bid.project, bid.fund, bid.year
        )
        if condition.bid in (None, found.id)
    ]
    if waiting:
        named = ", ".join(condition.in_short for condition in waiting[:_NAMED])
        more = f" and {len(waiting) - _NAMED} more" if len(waiting) > _NAMED else ""
        raise ExpectedError(
            "not_released",
            f"{found.name} can't start: {count(len(waiting), 'condition')} before release "
            f"{'is' if len(waiting) == 1 else 'are'} neither met nor waived: {named}{more}.",
            "Record that it is met, with its proof, or waived.",
        )


def hold_bid(command: HoldBid, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        move(doing, found, BidState.ON_HOLD, on=command.on, reason=command.reason)
        return doing.commit("HoldBid", f"put {found.name} on hold")


def resume_bid(command: ResumeBid, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        if found.bid.state is not BidState.ON_HOLD:
            raise ExpectedError(
                "not_on_hold",
                f"{found.name} is {found.bid.state.value}, not on hold.",
                "There is nothing to resume.",
            )
        move(doing, found, BidState.LIVE, on=command.on)
        return doing.commit("ResumeBid", f"resume {found.name}")


def terminate_bid(command: TerminateBid, tools: Tools) -> Effect[Money]:
    with copied(tools, command.evidence) as papers, tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        move(doing, found, BidState.TERMINATED, on=command.on, reason=command.reason)
        given = surrender(doing, found, command.on, f"{found.name} was terminated: {command.reason.strip()}")
        doing.keep(papers, bid=found.id)
        return doing.commit("TerminateBid", f"terminate {found.name}", given)


def complete_bid(command: CompleteBid, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        move(doing, found, BidState.COMPLETE, on=command.on, reason=command.reason)
        return doing.commit("CompleteBid", f"complete {found.name}")


def close_bid(command: CloseBid, tools: Tools) -> Effect[Money]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        BIDS.check(found.name, found.bid.state, BidState.CLOSED, [Need.DATE])
        check_day(doing, found, command.on)
        problems = still_open(work, found, gives_back=command.surrender)
        if problems:
            raise ExpectedError(
                "still_open",
                f"{found.name} can't be closed: {'; '.join(problems)}.",
                "Settle these first; nothing was changed.",
            )
        move(doing, found, BidState.CLOSED, on=command.on)
        given = Money.ZERO
        if command.surrender:
            given = surrender(doing, found, command.on, f"{found.name} was closed")
        return doing.commit("CloseBid", f"close {found.name}", given)


def still_open(work: UnitOfWork, found: Found, *, gives_back: bool) -> list[str]:
    """Everything that keeps a bid from being closed, each in words with its figures (bad-inputs L07).

    *gives_back*: what is unspent goes to contingency with the closing.
    """
    bid = found.bid
    return [
        *_waiting(work, bid),
        *_money_left(work, found, gives_back),
        *_accruals(work, bid),
        *_claims(work, bid),
        *_conditions(work, found),
    ]


def _waiting(work: UnitOfWork, bid: Bid) -> list[str]:
    waiting = [
        (supplier, amount)
        for supplier, amount, proposal in work.suggestions.first(bid.year)
        if proposal.head is not None
        and (proposal.head.project, proposal.head.fund, proposal.head.kind)
        == (bid.project, bid.fund, bid.kind)
    ]
    if not waiting:
        return []
    named = ", ".join(
        f"{supplier or 'no supplier'} {amount.in_words}" for supplier, amount in waiting[:_NAMED]
    )
    more = f" and {len(waiting) - _NAMED:,} more" if len(waiting) > _NAMED else ""
    total = Money.total(amount for _, amount in waiting)
    word = "waits" if len(waiting) == 1 else "wait"
    return [f"{count(len(waiting), 'line')} of {total.in_words} {word} that may be its own ({named}{more})"]


def _money_left(work: UnitOfWork, found: Found, gives_back: bool) -> list[str]:
    head = head_of(position_of(work, found.bid.fund, found.bid.year, WHOLE_YEAR), found.bid)
    if head is None:
        return []
    budget, spent = head.budget.current, head.spent
    if spent > budget:
        return [
            f"{spent.in_words} is spent of a budget of {budget.in_words}: {(spent - budget).in_words} too much"
        ]
    claimed = claimed_of(work, found.bid)
    if claimed > spent:
        return [
            f"{claimed.in_words} is claimed and {spent.in_words} spent: {(claimed - spent).in_words} goes back"
        ]
    if spent < budget and not gives_back:
        return [
            f"{(budget - spent).in_words} of its {budget.in_words} is neither spent nor given back to contingency"
        ]
    return []


def _accruals(work: UnitOfWork, bid: Bid) -> list[str]:
    written_off: dict[int, Money] = {}
    for entry in (kept.value for kept in work.adjustments.all()):
        if entry.accrual is not None:
            written_off[entry.accrual] = written_off.get(entry.accrual, Money.ZERO) - entry.amount
    found = []
    for kept in work.accruals.all():
        accrual = kept.value
        if (accrual.project, accrual.fund, accrual.kind) != (bid.project, bid.fund, bid.kind):
            continue
        left = (
            open_of(accrual, written_off.get(kept.id, Money.ZERO)) if accrual.year == bid.year else Money.ZERO
        )
        if left:
            found.append(f"{accrual.supplier or accrual.description} {left.in_words}")
    if not found:
        return []
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return [f"{count(len(found), 'accrual')} not reversed yet ({', '.join(found[:_NAMED])}{more})"]


def _claims(work: UnitOfWork, bid: Bid) -> list[str]:
    unsettled = {
        ClaimId(kept.id): kept.value
        for kept in work.claims.all()
        if (kept.value.fund, kept.value.year) == (bid.fund, bid.year)
        and kept.value.state not in (ClaimState.PAID, ClaimState.NOT_USED)
    }
    sums: dict[ClaimId, Money] = {}
    for line in (kept.value for kept in work.claim_lines.all()):
        if line.claim in unsettled and (line.project, line.kind) == (bid.project, bid.kind):
            sums[line.claim] = sums.get(line.claim, Money.ZERO) + line.claimed
    return [
        f"claim {unsettled[id].number} for {amount.in_words} is {unsettled[id].state.value}"
        for id, amount in sums.items()
    ]


def _conditions(work: UnitOfWork, found: Found) -> list[str]:
    bid = found.bid
    place: tuple[FundId, ProjectId] = (bid.fund, bid.project)
    unsettled = [
        kept.value
        for kept in work.conditions.all()
        if not kept.value.is_settled
        and (
            kept.value.bid == found.id
            or (
                kept.value.bid is None
                and (kept.value.fund, kept.value.project) == place
                and kept.value.year in (None, bid.year)
            )
        )
    ]
    return [f"{condition.in_short} is {condition.state.value}" for condition in unsettled]


def reopen_bid(command: ReopenBid, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        found = find_bid(work, command.bid)
        target = BidState.COMPLETE if found.bid.state is BidState.CLOSED else BidState.LIVE
        if found.bid.state not in (BidState.CLOSED, BidState.COMPLETE):
            raise ExpectedError(
                "not_closed",
                f"{found.name} is {found.bid.state.value}, neither complete nor closed.",
                "There is nothing to reopen.",
            )
        move(doing, found, target, reason=command.reason)
        return doing.commit("ReopenBid", f"reopen {found.name}")


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    MakeOffer: make_offer,
    ExtendOffer: extend_offer,
    AcceptOffer: accept_offer,
    StartBid: start_bid,
    HoldBid: hold_bid,
    ResumeBid: resume_bid,
    TerminateBid: terminate_bid,
    CompleteBid: complete_bid,
    CloseBid: close_bid,
    ReopenBid: reopen_bid,
}
