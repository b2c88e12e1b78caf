"""What bids ask for held against what is available (R2), what is next for each and by when, and copies for another
year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fundingapp.domain.agreements import Consent, Terms
from fundingapp.domain.allocations import Allocation, AllocationStatus, Resource
from fundingapp.domain.bids import Bid, BidCost, BidState, Offer
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition


@dataclass(frozen=True, slots=True)
class BidRoom:
    """What a grant's bids of one kind of money ask for, and what there is for them.

    *indicative* was notified and is not confirmed yet: bids may be submitted against it, and nothing is awarded from
    it. *awarded* are the budgets as they are now (R4), *submitted* what was asked and is not decided, *preparing* what
    drafts and bids that only the board approved ask for. *outside* is asked beside the allocation and not held against
    it. *consented* is what the commissioner lets be awarded beyond what is available.
    """

    fund: FundId
    fund_name: str
    kind: Kind
    available: Money
    indicative: Money = Money.ZERO
    awarded: Money = Money.ZERO
    contingency: Money = Money.ZERO
    submitted: Money = Money.ZERO
    preparing: Money = Money.ZERO
    outside: Money = Money.ZERO
    consented: Money = Money.ZERO

    @property
    def limit(self) -> Money:
        """What awards, contingency and submitted bids may come to together."""
        return self.available + self.indicative + self.consented

    @property
    def taken(self) -> Money:
        return self.awarded + self.contingency + self.submitted

    @property
    def left(self) -> Money:
        """What may still be submitted; below nought when it is too much already."""
        return self.limit - self.taken

    @property
    def excess(self) -> Money:
        """R2: by how much awards and contingency exceed what is available; nought when they do not."""
        return max(Money.ZERO, self.awarded + self.contingency - self.available)

    @property
    def sentence(self) -> str:
        """How the kind stands, in words."""
        there = f"{self.available.in_words} available"
        if self.indicative:
            there += f" and {self.indicative.in_words} indicative"
        words = f"{there}; {self.awarded.in_words} awarded"
        if self.contingency:
            words += f", {self.contingency.in_words} contingency"
        words += f", {self.submitted.in_words} submitted: "
        if self.left < Money.ZERO:
            words += f"{abs(self.left).in_words} too much."
        else:
            words += f"{self.left.in_words} left to ask for."
        if self.excess:
            words += f" Awarded beyond what is available: {self.excess.in_words}"
            words += (
                f", with consent for {self.consented.in_words}." if self.consented else ", without consent."
            )
        elif self.consented:
            words += f" The commissioner consents to {self.consented.in_words} more than is available."
        return words


def indicative_of(allocations: Iterable[Allocation]) -> Money:
    """What *allocations* of one fund, year and kind announce without its being confirmed.

    Of several indicative allocations the newest counts, and none once one is confirmed; supplements add up. Money that
    is only hoped to be carried forward never counts.
    """
    rows = tuple(allocations)
    supplements = Money.total(
        row.amount
        for row in rows
        if row.status is AllocationStatus.INDICATIVE and row.resource is Resource.SUPPLEMENT
    )
    notices = [row for row in rows if row.resource is Resource.ALLOCATION]
    if any(row.counts for row in notices):
        return supplements
    announced = [row for row in notices if row.status is AllocationStatus.INDICATIVE]
    if not announced:
        return supplements
    # Of two of one day, the one that was recorded later.
    newest = max(enumerate(announced), key=lambda entry: (entry[1].notified_on or date.min, entry[0]))[1]
    return supplements + newest.amount


def bid_room(
    position: GrantPosition,
    kind: Kind,
    bids: Iterable[Bid],
    allocations: Iterable[Allocation],
    consents: Iterable[Consent],
) -> BidRoom:
    """The room that a grant has in *kind*; the other records may be of any fund, year and kind."""
    place = (position.fund_id, position.year, kind)
    ours = [bid for bid in bids if (bid.fund, bid.year, bid.kind) == place]
    inside = [bid for bid in ours if not bid.outside_allocation]
    return BidRoom(
        position.fund_id,
        position.fund.name,
        kind,
        position.resources_by_kind[kind].available,
        indicative_of(row for row in allocations if (row.fund, row.year, row.kind) == place),
        position.awarded_for(kind),
        position.contingency_by_kind[kind],
        Money.total(bid.amount for bid in inside if bid.state.is_asked),
        Money.total(bid.amount for bid in inside if bid.state.is_prepared),
        Money.total(bid.amount for bid in ours if bid.outside_allocation and bid.state.is_asked),
        Money.total(each.amount for each in consents if (each.fund, each.year, each.kind) == place),
    )


def check_submission(name: str, bid: Bid, room: BidRoom) -> None:
    """Raises ExpectedError when *bid*, called *name*, asks for more than is left of its kind (R2).

    *room* is what there is without it. A bid outside the allocation is not held against it.
    """
    if bid.outside_allocation or bid.amount <= room.left:
        return
    there = f"{room.available.in_words} of {bid.kind.value} available"
    if room.indicative:
        there += f" and {room.indicative.in_words} indicative"
    if room.consented:
        there += f", with consent for {room.consented.in_words} more"
    taken = [
        f"{amount.in_words} {word}"
        for amount, word in (
            (room.awarded, "awarded"),
            (room.contingency, "contingency"),
            (room.submitted, "submitted"),
        )
        if amount
    ]
    left = max(Money.ZERO, room.left)
    raise ExpectedError(
        "over_allocation",
        f"{name} asks for {bid.amount.in_words}, and {left.in_words} is left to ask for in {bid.year}: {there}"
        + (f", less {', '.join(taken)}." if taken else "."),
        "Ask for less, record the commissioner's consent to over-programming, or mark the bid as outside the "
        "allocation.",
    )


def check_award(name: str, bid: Bid, amount: Money, room: BidRoom) -> None:
    """Raises ExpectedError when awarding *amount* to *bid* takes budgets beyond what is available and consented (R2).

    *room* is what there is without the award. The award of a bid outside the allocation brings its own money.
    """
    if bid.outside_allocation:
        return
    after = replace(room, awarded=room.awarded + amount)
    if after.excess > room.consented:
        beyond = (after.excess - room.consented).in_words
        unconfirmed = (
            f" ({room.indicative.in_words} is indicative and not confirmed)" if room.indicative else ""
        )
        consented = f" and the consent for {room.consented.in_words}" if room.consented else ""
        raise ExpectedError(
            "over_programmed",
            f"Awarding {amount.in_words} to {name} takes awards and contingency to "
            f"{(after.awarded + after.contingency).in_words}: {beyond} beyond the {room.available.in_words} of "
            f"{bid.kind.value} available in {bid.year}{unconfirmed}{consented}.",
            "Confirm the allocation, or record the commissioner's consent to over-programming, then record the award.",
        )


def check_consent(consent: Consent, room: BidRoom, terms: Terms) -> None:
    """Raises ExpectedError for a consent that says too little, or goes beyond what the agreement allows (S15)."""
    if consent.amount <= Money.ZERO:
        raise ExpectedError("no_amount", "A consent is for an amount above nought.", "Type the amount.")
    if not consent.reference.strip():
        raise ExpectedError(
            "no_reference",
            "A consent to over-programming needs the reference of the commissioner's letter.",
            "Type it.",
        )
    percent = terms.over_programming_percent
    total = room.consented + consent.amount
    # Compared exactly, never by a rounded share.
    if percent is not None and total.pence * 100 > room.available.pence * percent:
        raise ExpectedError(
            "consent_limit",
            f"The agreement lets {percent.normalize():f}% of the {room.available.in_words} available be awarded beyond "
            f"it; with this consent it would be {total.in_words}.",
            "Record a smaller consent, or change the agreement's terms.",
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """What is next for a bid, in words, and the day until which it is expected; None: no day is set."""

    words: str
    by: date | None = None


_NEXT = {
    BidState.DRAFT: "goes to the board",
    BidState.BOARD_APPROVED: "to be submitted",
    BidState.APPROVED: "offer expected",
    BidState.PART_APPROVED: "offer expected",
    BidState.ACCEPTED: "to be started",
    BidState.ON_HOLD: "to be resumed",
    BidState.COMPLETE: "to be closed",
}


def expected_of(bid: Bid, offer: Offer | None, ends_on: date | None) -> Expected:
    """What is next for *bid*; *offer* is its newest, *ends_on* the last day of its project."""
    if bid.state.is_asked:
        return Expected("answer due", bid.answer_due or bid.year.first_day)
    if bid.state is BidState.OFFERED:
        return Expected("to be accepted", offer.accept_by if offer else None)
    if bid.state is BidState.LIVE:
        return Expected("ends", (offer.ends_on if offer else None) or ends_on or bid.year.last_day)
    return Expected(_NEXT.get(bid.state, ""))


def alert_of(name: str, bid: Bid, offer: Offer | None, today: date) -> str:
    """What needs doing about *bid* on *today*, in a sentence; "" when nothing does.

    A bid whose year has begun without an answer is spoken of from 1 April (domain paper 6, fact 25), an answer that is
    due from the day after, an offer from 14 days before it lapses.
    """
    if bid.state.is_asked:
        asked = f"{name} for {bid.amount.in_words}"
        if today >= bid.year.first_day:
            due = f", due {bid.answer_due:%d/%m/%Y}" if bid.answer_due else ""
            return f"{asked} is unanswered{due}, and {bid.year} has begun."
        if bid.answer_due is not None and today > bid.answer_due:
            return f"{asked} is unanswered: the answer was due {bid.answer_due:%d/%m/%Y}."
    if bid.state is BidState.OFFERED and offer is not None:
        days = (offer.accept_by - today).days
        if days < 0:
            return f"{name}'s offer of {offer.amount.in_words} lapsed on {offer.accept_by:%d/%m/%Y}, not accepted."
        if days <= 14:
            when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
            return f"{name}'s offer of {offer.amount.in_words} lapses {when}, on {offer.accept_by:%d/%m/%Y}."
    return ""


def copied_forward(bid: Bid, costs: Sequence[BidCost], percent: Decimal) -> tuple[Bid, tuple[BidCost, ...]]:
    """A draft for the year after *bid*'s, *percent* dearer (below nought: cheaper), and its costed lines.

    The amount is rounded to the penny, halves away from nought. Lines that add up to the old amount add up to the new
    one, each as near to its share as whole pence allow; the lines' bid is still the old one.
    """
    amount = bid.amount + bid.amount.percent(percent)
    if amount <= Money.ZERO:
        raise ExpectedError(
            "no_amount",
            f"{percent.normalize():f}% on {bid.amount.in_words} leaves nothing to ask for.",
            "Copy it with a smaller change.",
        )
    draft = Bid(
        bid.project,
        bid.fund,
        bid.year.next,
        bid.kind,
        amount,
        BidState.DRAFT,
        applicant=bid.applicant,
        outside_allocation=bid.outside_allocation,
    )
    total = Money.total(line.amount for line in costs)
    if not total:
        return draft, tuple(costs)
    wanted = amount if total == bid.amount else total + total.percent(percent)
    parts = wanted.share([line.amount.pence for line in costs])
    return draft, tuple(replace(line, amount=part) for line, part in zip(costs, parts, strict=True))


def funded_since(project_years: Iterable[FinancialYear], year: FinancialYear) -> FinancialYear | None:
    """The first of the years with an award that lies before *year*; None for what is new."""
    return min((each for each in project_years if each < year), default=None)
