"""Why a budget head can't be charged: its bid is not decided, or not running, or its money is not released yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fundingapp.domain.allocations import Award
from fundingapp.domain.bids import Bid, BidState
from fundingapp.domain.carry_forwards import CarryForward
from fundingapp.domain.errors import CannotChargeError
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.grant_conditions import GrantCondition, open_before_release
from fundingapp.domain.ids import BidId, FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: What to do about a bid in a state that takes no charges.
_ADVICE = {
    BidState.DRAFT: "Record the commissioner's decision first.",
    BidState.BOARD_APPROVED: "Record the commissioner's decision first.",
    BidState.SUBMITTED: "Record the commissioner's decision first.",
    BidState.DEFERRED: "Record the commissioner's decision first.",
    BidState.REJECTED: "Charge it to another project, or to the host.",
    BidState.WITHDRAWN: "Charge it to another project, or to the host.",
    BidState.ON_HOLD: "Resume the bid first, or let it wait.",
    BidState.TERMINATED: "Charge it to another project, or to the host.",
    BidState.CLOSED: "Reopen the bid first, with the reason.",
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a head takes no charges: *words* name it (“LF-09's bid is submitted, not decided”), *advice* what to do.

    *is_over*: its bid is closed, terminated, rejected or withdrawn, or there is none decided yet, so that no budget or
    forecast belongs there either. *has_award*: what is charged already may stay there; *is_closed*: and can't change.
    """

    words: str
    advice: str
    is_over: bool = True
    has_award: bool = True
    is_closed: bool = False

    def about(self, amount: Money) -> str:
        """The whole sentence: “LF-09's bid is submitted, not decided: £120.00 can't be charged to it.”"""
        return f"{self.words}: {amount.in_words} can't be charged to it."

    def fixed(self, amount: Money) -> CannotChargeError:
        """The refusal of taking *amount* off a head whose bid is closed."""
        return CannotChargeError(f"{self.words}: {amount.in_words} can't be taken off it.", self.advice)

    def refusal(self, amount: Money) -> CannotChargeError:
        return CannotChargeError(self.about(amount), self.advice)


@dataclass(frozen=True, slots=True)
class Standing:
    """The heads that take no charges, each with its year's start and why; any other head with an award does.

    *undecided* are heads with a bid and no award, of projects that have no award at all in that year.
    """

    obstacles: Mapping[tuple[BudgetHead, int], Obstacle] = field(default_factory=dict)
    undecided: frozenset[tuple[BudgetHead, int]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.obstacles)

    def of(self, head: BudgetHead, year: FinancialYear) -> Obstacle | None:
        """Why *head* can't be charged in *year*; None when nothing that is known of its bids stands in the way."""
        return self.obstacles.get((head, year.start))

    def with_closed(
        self, closed: Mapping[tuple[FundId, int], str], awarded: Iterable[tuple[BudgetHead, int]]
    ) -> Standing:
        """These heads, and those *awarded* of grants whose year is closed: *closed* says so of a fund and the start of
        a year, in words."""
        obstacles = dict(self.obstacles)
        for head, start in awarded:
            words = closed.get((head.fund, start))
            if words is not None:
                advice = "Reopen the year on Year end with a reason, or charge the cost to the year after."
                obstacles[head, start] = Obstacle(words, advice, is_closed=True)
        return Standing(obstacles, self.undecided)


def standing_of(
    refs: Mapping[ProjectId, str],
    awards: Iterable[Award],
    bids: Mapping[BidId, Bid],
    conditions: Iterable[GrantCondition],
    carried: Iterable[CarryForward] = (),
) -> Standing:
    """How every head stands that has an award or a bid, or money that was agreed to be *carried* into its year.

    A head takes charges when one of its awards does. An award without a bid always may, and so may agreed money of the
    year before; one with a bid may while that bid's state allows it, and once the conditions of its offer before
    release are met or waived. Such a condition on the fund, the year or the project, but on no single bid, holds the
    whole head back.
    """
    awards = tuple(awards)
    holding = [condition for condition in conditions if condition.before_release]
    by_head: dict[tuple[BudgetHead, int], list[Award | CarryForward]] = {}
    for award in awards:
        by_head.setdefault((BudgetHead(award.project, award.fund, award.kind), award.year.start), []).append(
            award
        )
    for entry in carried:
        if entry.project is not None and entry.carried:
            head = BudgetHead(entry.project, entry.fund, entry.kind)
            by_head.setdefault((head, entry.into_year.start), []).append(entry)
    obstacles: dict[tuple[BudgetHead, int], Obstacle] = {}
    for key, held in by_head.items():
        head, start = key
        ref = refs.get(head.project, "")
        open_ones = (
            open_before_release(holding, head.project, head.fund, FinancialYear(start)) if holding else ()
        )
        general = next((condition for condition in open_ones if condition.bid is None), None)
        if general is not None:
            obstacles[key] = _held_back(ref, general)
            continue
        found = [_of_award(ref, award, bids, open_ones) for award in held]
        if all(found):
            # What can still be put right is worth more than what is over.
            obstacles[key] = min((each for each in found if each), key=lambda each: each.is_over)
    awarded = {(key[0].project, key[1]) for key in by_head}
    undecided: set[tuple[BudgetHead, int]] = set()
    for bid in bids.values():
        head = BudgetHead(bid.project, bid.fund, bid.kind)
        key = (head, bid.year.start)
        if key in by_head or not bid.state.no_charges:
            continue
        known = obstacles.get(key)
        if known is None or bid.state not in (BidState.REJECTED, BidState.WITHDRAWN):
            obstacles[key] = _of_bid(refs.get(bid.project, ""), bid, has_award=False)
        if (bid.project, bid.year.start) not in awarded:
            undecided.add(key)
    return Standing(obstacles, frozenset(undecided))


def _of_bid(ref: str, bid: Bid, *, has_award: bool) -> Obstacle:
    return Obstacle(
        f"{ref}'s bid {bid.state.no_charges}",
        _ADVICE[bid.state],
        is_over=bid.state is not BidState.ON_HOLD,
        has_award=has_award,
        is_closed=bid.state is BidState.CLOSED,
    )


def _of_award(
    ref: str, award: Award | CarryForward, bids: Mapping[BidId, Bid], conditions: Iterable[GrantCondition]
) -> Obstacle | None:
    if isinstance(award, CarryForward):
        return None
    bid = bids.get(award.bid) if award.bid is not None else None
    if bid is None:
        return None
    if bid.state.no_charges:
        return _of_bid(ref, bid, has_award=True)
    condition = next((each for each in conditions if each.bid == award.bid), None)
    return _held_back(ref, condition) if condition is not None else None


def _held_back(ref: str, condition: GrantCondition) -> Obstacle:
    return Obstacle(
        f"{ref}'s money is not released before {condition.in_short} is met or waived",
        "Record that the condition is met, with its proof, or waived.",
        is_over=False,
    )
