"""What every command on a bid shares: finding it, moving it to another state, and its award."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.records import rows_of
from fundingapp.application.ports import Kept, LineFilter, UnitOfWork
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.application.wording import count, short_date
from fundingapp.domain.adjustments import Forecast
from fundingapp.domain.agreements import Terms, terms_in_force
from fundingapp.domain.allocations import (
    Allocation,
    AllocationStatus,
    Award,
    BudgetMovement,
    Resource,
)
from fundingapp.domain.bidding import BidRoom, bid_room
from fundingapp.domain.bids import BIDS, Bid, BidState
from fundingapp.domain.claims import ClaimState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import BidId, FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.states import Need, Step, Subject

#: What marks the supplement that came with the award of a bid outside the allocation.
OF_BID = "bid"
#: So many ledger lines are named in a refusal.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A bid as it is kept, and how sentences call it and its project."""

    kept: Kept[Bid]
    ref: str

    @property
    def id(self) -> BidId:
        return BidId(self.kept.id)

    @property
    def bid(self) -> Bid:
        return self.kept.value

    @property
    def name(self) -> str:
        """“LF-09's bid”."""
        return f"{self.ref}'s bid"


def find_bid(work: UnitOfWork, id: BidId) -> Found:
    """The bid of that identity. Raises NotFoundError."""
    kept = work.bids.get(id)
    return Found(kept, work.projects.get(kept.value.project).value.ref)


def terms_of(work: UnitOfWork, bid: Bid) -> Terms:
    """What the agreement lays down for the bid's fund and year."""
    return terms_in_force((kept.value for kept in work.agreements.all()), bid.fund, bid.year)


def room_of(
    work: UnitOfWork, fund: FundId, year: FinancialYear, kind: Kind, without: BidId | None = None
) -> BidRoom:
    """What the grant has for bids of *kind*, leaving the bid *without* out."""
    return bid_room(
        position_of(work, fund, year, WHOLE_YEAR),
        kind,
        (kept.value for kept in work.bids.all() if kept.id != without),
        (kept.value for kept in work.allocations.all()),
        (kept.value for kept in work.consents.all()),
    )


def move(
    doing: Doing,
    found: Found,
    target: BidState,
    *,
    on: date | None = None,
    reference: str = "",
    reason: str = "",
    amount: Money | None = None,
    **changes: Any,
) -> Bid:
    """Moves a bid to *target*, with its step in the history and *changes* to its fields; returns it as it is then.

    Raises ExpectedError when the machine does not allow it, when something that it needs is not said, or when the day
    *on* is before the last step or still to come.
    """
    bid, reference, reason = found.bid, reference.strip(), reason.strip()
    said = {Need.DATE: on, Need.REFERENCE: reference, Need.REASON: reason, Need.AMOUNT: amount}
    BIDS.check(found.name, bid.state, target, [need for need, given in said.items() if given])
    if on is not None:
        check_day(doing, found, on)
    after = replace(bid, state=target, **changes)
    doing.change("bids", found.kept, after)
    note(doing, found, target, on, reference, reason)
    return after


def note(
    doing: Doing,
    found: Found,
    target: BidState,
    on: date | None = None,
    reference: str = "",
    reason: str = "",
) -> None:
    """Adds a step to the bid's history."""
    doing.step(Subject.BID, found.id, found.bid.state.value, target.value, on, reference, reason)


def steps_of(work: UnitOfWork, bid: BidId) -> list[Kept[Step]]:
    """The history of a bid, oldest step first."""
    return [
        kept
        for kept in work.steps.all()
        if kept.value.subject is Subject.BID and kept.value.subject_id == bid
    ]


def check_day(doing: Doing, found: Found, on: date) -> None:
    """Raises ExpectedError for a day that lies before the bid's last step, or that is still to come."""
    # The clock tells UTC: at midnight in summer a person's day is one ahead of it.
    if on > doing.tools.clock().date() + timedelta(days=1):
        raise ExpectedError(
            "day_to_come", f"{short_date(on)} is still to come.", "Type the day on which it happened."
        )
    dated = [kept.value for kept in steps_of(doing.work, found.id)][-1:]
    for step in dated:
        if step.dated is not None and on < step.dated:
            raise ExpectedError(
                "day_before",
                f"{found.name} became {step.after} on {short_date(step.dated)}: what follows can't be dated before it,"
                f" on {short_date(on)}.",
                "Correct the day.",
            )


# Awards


def add_award(doing: Doing, found: Found, amount: Money, on: date, reference: str) -> None:
    """Adds the award that answers the bid; outside the allocation it brings its own money as a supplement (R2)."""
    bid = found.bid
    if bid.outside_allocation:
        doing.add(
            "allocations",
            Allocation(
                bid.fund,
                bid.year,
                bid.kind,
                amount,
                Resource.SUPPLEMENT,
                AllocationStatus.CONFIRMED,
                on,
                reference.strip(),
                f"awarded to {found.ref} outside the allocation",
                OF_BID,
            ),
        )
    percent = terms_of(doing.work, bid).intervention_percent
    doing.add("awards", Award(bid.project, bid.fund, bid.year, bid.kind, amount, on, found.id, percent))


def remove_award(doing: Doing, found: Found) -> None:
    """Takes the bid's award out, with what was planned on it.

    Raises ExpectedError when money was spent, claimed or moved that then had no budget.
    """
    work, bid = doing.work, found.bid
    awards = [kept for kept in work.awards.all() if kept.value.bid == found.id]
    if not awards:
        return
    at_stake = Money.total(kept.value.amount for kept in awards)
    others = any(_is_of(kept.value, bid) and kept.value.bid != found.id for kept in work.awards.all())
    head = head_of(position_of(work, bid.fund, bid.year, WHOLE_YEAR), bid)
    floor = max(head.spent if head else Money.ZERO, claimed_of(work, bid))
    left = (head.budget.current if head else Money.ZERO) - at_stake
    if left < floor and not floor:
        raise ExpectedError(
            "award_in_use",
            f"The award of {at_stake.in_words} can't be taken from {found.ref}: {abs(left).in_words} of it was moved "
            "to other lines of the grant.",
            "Move it back first; nothing was changed.",
        )
    if left < floor:
        word = "spent" if head and head.spent == floor else "claimed"
        raise ExpectedError(
            "award_in_use",
            f"The award of {at_stake.in_words} can't be taken from {found.ref}: {floor.in_words} of its "
            f"{(left + at_stake).in_words} is already {word}" + lines_in_words(work, bid) + ".",
            "Charge the lines elsewhere or let them wait first; nothing was changed.",
        )
    if not others:
        _refuse_if_used(work, found)
        for kind in ("forecasts", "profiles"):
            for kept in rows_of(work, kind).all():
                if _is_of(kept.value, bid):
                    doing.remove(kind, kept)
    for kept in awards:
        doing.remove("awards", kept)
    if bid.outside_allocation:
        _remove_supplement(doing, bid, at_stake)


def _refuse_if_used(work: UnitOfWork, found: Found) -> None:
    """Raises ExpectedError when the bid's head holds charges, accruals, adjustments or movements that cancel out."""
    bid = found.bid
    entries = [
        (count(len(rows), word), rows)
        for word, rows in (
            ("accrual", [kept for kept in work.accruals.all() if _is_of(kept.value, bid)]),
            ("adjustment", [kept for kept in work.adjustments.all() if _is_of(kept.value, bid)]),
            (
                "virement",
                [
                    kept
                    for kept in work.movements.all()
                    if (kept.value.fund, kept.value.year, kept.value.kind) == (bid.fund, bid.year, bid.kind)
                    and bid.project in (kept.value.source, kept.value.target)
                ],
            ),
        )
        if rows
    ]
    number, _ = work.ledger.total(_lines_of(bid))
    words = [text for text, _ in entries]
    if number:
        words.insert(0, f"{count(number, 'ledger line')}{lines_in_words(work, bid)}")
    if words:
        raise ExpectedError(
            "award_in_use",
            f"{found.ref}'s award can't go: it has {' and '.join(words)}.",
            "Take these out first; nothing was changed.",
        )


def _remove_supplement(doing: Doing, bid: Bid, amount: Money) -> None:
    """Takes out the supplement that came with the award, with its papers, if nobody has changed it since."""
    for kept in doing.work.allocations.all():
        row = kept.value
        same = (row.fund, row.year, row.kind, row.basis, row.letter, row.amount)
        if same == (bid.fund, bid.year, bid.kind, OF_BID, bid.decision, amount):
            doing.remove_with_evidence("allocations", kept, "allocation")
            return


def _is_of(value: Any, bid: Bid) -> bool:
    """Whether a record names the bid's project, fund, year and kind."""
    return (value.project, value.fund, value.year, value.kind) == (bid.project, bid.fund, bid.year, bid.kind)


def head_of(position: GrantPosition, bid: Bid) -> ProjectPosition | None:
    """The bid's project in its kind of money; None when the position does not hold it."""
    return next(
        (each for each in position.projects if (each.project_id, each.kind) == (bid.project, bid.kind)), None
    )


def claimed_of(work: UnitOfWork, bid: Bid) -> Money:
    """What the year's claims ask for the bid's project and kind and was not disallowed."""
    claims = {
        kept.id
        for kept in work.claims.all()
        if (kept.value.fund, kept.value.year) == (bid.fund, bid.year)
        and kept.value.state not in (ClaimState.NEW, ClaimState.DRAFT, ClaimState.NOT_USED)
    }
    return Money.total(
        kept.value.claimed - kept.value.disallowed
        for kept in work.claim_lines.all()
        if kept.value.claim in claims and (kept.value.project, kept.value.kind) == (bid.project, bid.kind)
    )


def _lines_of(bid: Bid) -> LineFilter:
    return LineFilter(year=bid.year, project=ProjectId(bid.project), fund=bid.fund, kind=bid.kind)


def lines_in_words(work: UnitOfWork, bid: Bid) -> str:
    """“ (T1 £10.00, T2 £20.00 and 3 more)”: the ledger lines charged to the bid's head; "" when there are none."""
    number, _ = work.ledger.total(_lines_of(bid))
    if not number:
        return ""
    named = [
        f"{share.transaction or share.description} {share.share.in_words}"
        for share in work.ledger.shares(_lines_of(bid), _NAMED)
    ]
    more = f" and {number - len(named):,} more" if number > len(named) else ""
    return f" ({', '.join(named)}{more})"


def surrender(doing: Doing, found: Found, on: date, reason: str) -> Money:
    """Gives the bid's unspent budget to contingency by a movement with its number, and ends what is forecast.

    Never below what is spent or claimed, and never more than the bid's own award where the project has others. Returns
    how much.
    """
    work, bid = doing.work, found.bid
    position = position_of(work, bid.fund, bid.year, WHOLE_YEAR)
    head = head_of(position, bid)
    if head is None:
        return Money.ZERO
    left = head.budget.current - max(head.spent, claimed_of(work, bid))
    others = [
        kept.value for kept in work.awards.all() if _is_of(kept.value, bid) and kept.value.bid != found.id
    ]
    if others:
        own = [kept.value.amount for kept in work.awards.all() if kept.value.bid == found.id]
        left = min(left, Money.total(own))
    if left > Money.ZERO:
        numbers = [
            kept.value.number
            for kept in work.movements.all()
            if (kept.value.fund, kept.value.year) == (bid.fund, bid.year)
        ]
        doing.add(
            "movements",
            BudgetMovement(
                bid.fund,
                bid.year,
                bid.kind,
                bid.project,
                None,
                left,
                on,
                reason,
                number=max(numbers, default=0) + 1,
            ),
        )
    if not others:
        _end_forecast(doing, bid, position)
    return max(left, Money.ZERO)


def _end_forecast(doing: Doing, bid: Bid, position: GrantPosition) -> None:
    """Nothing more is expected of the bid's head in the months to come."""
    for kept in doing.work.forecasts.all():
        if _is_of(kept.value, bid) and kept.value.period >= position.forecast_from:
            doing.remove("forecasts", kept)
    for month in range(position.forecast_from, 13):
        doing.add(
            "forecasts", Forecast(bid.project, bid.fund, bid.kind, bid.year, period=month, amount=Money.ZERO)
        )
