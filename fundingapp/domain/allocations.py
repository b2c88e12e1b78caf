"""What is available (R1), how it is awarded (R2, R4), what waits as contingency (R3), and its profile (R6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import BidId, FundId, ProjectId
from fundingapp.domain.money import Money, percentage
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.states import Machine, Move, Need


class AllocationStatus(Enum):
    """What is confirmed or revised counts as available, also once its year is closed; what is indicative never."""

    INDICATIVE = "indicative"
    CONFIRMED = "confirmed"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Resource(Enum):
    """What a sum does to the money available (R1)."""

    ALLOCATION = "allocation"
    BROUGHT_FORWARD = "brought forward"
    SUPPLEMENT = "supplement"
    REDUCTION = "reduction"


@dataclass(frozen=True, slots=True)
class Allocation:
    """A sum notified for a fund, year and kind; *amount* is never negative, also for a reduction.

    Each notice is a row of its own, so that the history stays. *reason* says why a revision was made, *basis* how the
    sum was found (historic, formula, flat, bid).
    """

    fund: FundId
    year: FinancialYear
    kind: Kind
    amount: Money
    resource: Resource = Resource.ALLOCATION
    status: AllocationStatus = AllocationStatus.CONFIRMED
    notified_on: date | None = None
    letter: str = ""
    reason: str = ""
    basis: str = ""

    @property
    def counts(self) -> bool:
        return self.status in (AllocationStatus.CONFIRMED, AllocationStatus.REVISED, AllocationStatus.CLOSED)


_INDICATIVE, _CONFIRMED = AllocationStatus.INDICATIVE, AllocationStatus.CONFIRMED
_REVISED, _WITHDRAWN, _CLOSED = AllocationStatus.REVISED, AllocationStatus.WITHDRAWN, AllocationStatus.CLOSED
_MANAGER = "community safety manager"
#: The moves of an allocation (domain paper 2.2). A notice in the same state again is a notice anew, kept beside.
ALLOCATION_MACHINE = Machine(
    "allocation",
    (
        Move(_INDICATIVE, _INDICATIVE, "indicate anew", _MANAGER, (Need.DATE,)),
        Move(_INDICATIVE, _CONFIRMED, "confirm", _MANAGER, (Need.AMOUNT, Need.DATE, Need.REFERENCE)),
        Move(_INDICATIVE, _WITHDRAWN, "withdraw", "commissioner", (Need.DATE, Need.REASON)),
        Move(_CONFIRMED, _REVISED, "revise", _MANAGER, (Need.AMOUNT, Need.DATE, Need.REASON)),
        Move(_CONFIRMED, _WITHDRAWN, "withdraw", "commissioner", (Need.DATE, Need.REASON)),
        Move(_CONFIRMED, _CLOSED, "close", "finance officer", (Need.DATE,)),
        Move(_REVISED, _REVISED, "revise", _MANAGER, (Need.AMOUNT, Need.DATE, Need.REASON)),
        Move(_REVISED, _WITHDRAWN, "withdraw", "commissioner", (Need.DATE, Need.REASON)),
        Move(_REVISED, _CLOSED, "close", "finance officer", (Need.DATE,)),
        # A year that is reopened has its allocation as it was before.
        Move(_CLOSED, _CONFIRMED, "open again", "finance officer", (Need.REASON,)),
        Move(_CLOSED, _REVISED, "open again", "finance officer", (Need.REASON,)),
    ),
)


@dataclass(frozen=True, slots=True)
class Award:
    """What the commissioner awarded a project from a fund for a year.

    *bid* is the bid that it answers, *intervention_percent* the part of the project's cost that the fund agreed to
    pay (R16); None where none was agreed.
    """

    project: ProjectId
    fund: FundId
    year: FinancialYear
    kind: Kind
    amount: Money
    dated: date | None = None
    bid: BidId | None = None
    intervention_percent: Decimal | None = None


class ContingencyEntry(Enum):
    """What an entry of the contingency is: set aside at the start, added since, or given up to the commissioner."""

    SET_ASIDE = "set aside"
    TOP_UP = "top-up"
    SURRENDERED = "surrendered"


@dataclass(frozen=True, slots=True)
class Contingency:
    """The line that stays unassigned so that the table foots, under its own reference; or what was added to it or
    given up from it since, with *name* as its reason. *amount* is never negative."""

    fund: FundId
    year: FinancialYear
    kind: Kind
    ref: str
    name: str
    amount: Money
    entry: ContingencyEntry = ContingencyEntry.SET_ASIDE

    @property
    def change(self) -> Money:
        """What it does to the contingency: below nought where it was given up."""
        return -self.amount if self.entry is ContingencyEntry.SURRENDERED else self.amount


class ChangeState(Enum):
    """Where a change to budgets stands (domain paper 2.2); only what is applied moves money."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    QUERIED = "queried"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    AWAITING_LETTER = "awaiting amendment letter"
    APPLIED = "applied"


class Authority(Enum):
    """Who may decide a virement, by the limits of the agreement."""

    OWN = "own authority"
    BOARD = "board"
    COMMISSIONER = "commissioner's letter"


@dataclass(frozen=True, slots=True)
class BudgetMovement:
    """A virement: *amount* (above nought) from one line of a grant to another of the same year and kind (R5).

    None stands for the contingency line: from it is a release, to it a surrender. *authority* is the paper that allows
    it, in words; *decided_by* whose authority that is. The movements of one change share its *number*, which counts
    the changes of a fund and year from 1 (0: made before changes were numbered). With *to_kind* the money reaches its
    target in another kind than it left, which only the commissioner's letter allows (R5).
    """

    fund: FundId
    year: FinancialYear
    kind: Kind
    source: ProjectId | None
    target: ProjectId | None
    amount: Money
    dated: date
    reason: str
    authority: str = ""
    number: int = 0
    state: ChangeState = ChangeState.APPLIED
    decided_by: Authority = Authority.OWN
    to_kind: Kind | None = None

    @property
    def counts(self) -> bool:
        return self.state is ChangeState.APPLIED

    @property
    def target_kind(self) -> Kind:
        return self.to_kind or self.kind


@dataclass(frozen=True, slots=True)
class Budget:
    """The current budget of a project with everything that made it (R4)."""

    award: Money = Money.ZERO
    brought_forward: Money = Money.ZERO
    virement_in: Money = Money.ZERO
    virement_out: Money = Money.ZERO
    released: Money = Money.ZERO
    surrendered: Money = Money.ZERO

    @property
    def current(self) -> Money:
        """R4: award + brought forward + virement in − virement out + contingency released − surrendered."""
        return (
            self.award
            + self.brought_forward
            + self.virement_in
            - self.virement_out
            + self.released
            - self.surrendered
        )


@dataclass(frozen=True, slots=True)
class Resources:
    """What makes the money available for a fund, year and kind, or several of them together (R1).

    *brought_forward* is what was agreed to be carried forward from the year before, and what was typed as brought
    forward from a year that the file does not hold: *opening* is that typed part alone.
    *indicative* is what is only hoped for so far (a reduction that is announced takes off); it is shown apart, and so
    is *anticipated*: what is typed as brought forward and not agreed.
    """

    allocation: Money = Money.ZERO
    brought_forward: Money = Money.ZERO
    supplements: Money = Money.ZERO
    reductions: Money = Money.ZERO
    indicative: Money = Money.ZERO
    opening: Money = Money.ZERO
    anticipated: Money = Money.ZERO

    @property
    def available(self) -> Money:
        """R1: allocation + brought forward + supplements − reductions; anticipated money never counts."""
        return self.allocation + self.brought_forward + self.supplements - self.reductions


def standing_of(allocations: Iterable[Allocation]) -> tuple[Allocation, ...]:
    """Of several notices of one allocation (fund, year and kind) the one that stands, of everything else each.

    The newest stands, by the day it was notified, then by the order given; an indication never takes the place of what
    was confirmed before it.
    """
    standing: dict[tuple[FundId, FinancialYear, Kind], tuple[tuple[bool, date], Allocation]] = {}
    others: list[Allocation] = []
    for allocation in allocations:
        if allocation.resource is not Resource.ALLOCATION:
            others.append(allocation)
            continue
        key = (allocation.fund, allocation.year, allocation.kind)
        rank = (allocation.status is not AllocationStatus.INDICATIVE, allocation.notified_on or date.min)
        if key not in standing or rank >= standing[key][0]:
            standing[key] = (rank, allocation)
    return (*(allocation for _, allocation in standing.values()), *others)


def resources_of(allocations: Iterable[Allocation], carried: Money = Money.ZERO) -> Resources:
    """The resources that *allocations* state, with what was agreed to be *carried* forward from the year before.

    Of several allocations of one fund, year and kind the one that stands counts (:func:`standing_of`), and none when
    that is withdrawn; supplements, brought-forward sums and reductions add up.
    """
    sums = dict.fromkeys(Resource, Money.ZERO)
    hoped = dict.fromkeys(Resource, Money.ZERO)
    for allocation in standing_of(allocations):
        if allocation.counts:
            sums[allocation.resource] += allocation.amount
        elif allocation.status is AllocationStatus.INDICATIVE:
            hoped[allocation.resource] += allocation.amount
    return Resources(
        sums[Resource.ALLOCATION],
        sums[Resource.BROUGHT_FORWARD] + carried,
        sums[Resource.SUPPLEMENT],
        sums[Resource.REDUCTION],
        hoped[Resource.ALLOCATION] + hoped[Resource.SUPPLEMENT] - hoped[Resource.REDUCTION],
        sums[Resource.BROUGHT_FORWARD],
        hoped[Resource.BROUGHT_FORWARD],
    )


@dataclass(frozen=True, slots=True)
class TrendYear:
    """A year's allocation beside the year before: *change* and *percent* (one decimal, half away from nought) are
    None where there is nothing to compare with, and *percent* also from nought. *hoped*: it is indicative only."""

    year: FinancialYear
    amount: Money
    change: Money | None = None
    percent: Decimal | None = None
    basis: str = ""
    hoped: bool = False


def trend_of(allocations: Iterable[Allocation]) -> tuple[TrendYear, ...]:
    """The allocation of each year, oldest first, all kinds and funds of *allocations* together; supplements,
    reductions and brought-forward sums are not in it. A year that has no allocation is left out, and the year after
    it has nothing to compare with. What is indicative counts only where nothing of the year is confirmed."""
    by_year: dict[FinancialYear, list[Allocation]] = {}
    for allocation in standing_of(each for each in allocations if each.resource is Resource.ALLOCATION):
        if allocation.status is not AllocationStatus.WITHDRAWN:
            by_year.setdefault(allocation.year, []).append(allocation)
    found: list[TrendYear] = []
    for year in sorted(by_year):
        sure = [each for each in by_year[year] if each.counts]
        counted = sure or by_year[year]
        amount = Money.total(each.amount for each in counted)
        bases = sorted({each.basis for each in counted if each.basis})
        before = found[-1].amount if found and found[-1].year == year.previous else None
        found.append(
            TrendYear(
                year,
                amount,
                None if before is None else amount - before,
                None if before is None else percentage(amount - before, before),
                ", ".join(bases),
                not sure,
            )
        )
    return tuple(found)


def trend_in_words(trend: Sequence[TrendYear]) -> str:
    """What the last years did in a row: “Cut for the third year running: …”; "" when there is nothing to compare."""
    if not trend or trend[-1].change is None:
        return ""
    last = trend[-1]
    run: list[TrendYear] = []
    for entry in reversed(trend):
        if entry.change is None or _sign(entry.change) != _sign(trend[-1].change):
            break
        run.append(entry)
    word = {-1: "Cut", 0: "The same", 1: "Raised"}[_sign(trend[-1].change)]
    first = run[-1].amount - (run[-1].change or Money.ZERO)
    hoped = " (indicative)" if last.hoped else ""
    since = f"{first.in_words} in {run[-1].year.previous}, {last.amount.in_words} in {last.year}{hoped}"
    if len(run) == 1:
        return f"{word} in {last.year}: {since}."
    return f"{word} for the {_ordinal(len(run))} year running: {since}."


def _sign(amount: Money) -> int:
    return (amount.pence > 0) - (amount.pence < 0)


def _ordinal(number: int) -> str:
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    return words[number - 1] if number <= len(words) else f"{number}th"


def budget_of(
    project: ProjectId,
    awards: Iterable[Award],
    movements: Iterable[BudgetMovement],
    kind: Kind | None = None,
    brought_forward: Money = Money.ZERO,
) -> Budget:
    """The budget of *project* out of *awards* and *movements* of one fund and year (R4), in *kind* (None: in all), with
    what was agreed to be carried into it from the year before."""
    award = Money.total(
        award.amount for award in awards if award.project == project and kind in (None, award.kind)
    )
    moved = {"virement_in": 0, "virement_out": 0, "released": 0, "surrendered": 0}
    for movement in movements:
        if movement.target == project and kind in (None, movement.target_kind):
            moved["released" if movement.source is None else "virement_in"] += movement.amount.pence
        if movement.source == project and kind in (None, movement.kind):
            moved["surrendered" if movement.target is None else "virement_out"] += movement.amount.pence
    moves = {name: Money(pence) for name, pence in moved.items()}
    return Budget(award=award, brought_forward=brought_forward, **moves)


def contingency_left(
    lines: Iterable[Contingency], movements: Iterable[BudgetMovement], kind: Kind | None = None
) -> Money:
    """R3: what was set aside or added, less what was given up, plus what projects gave back, less what was released
    to them; in *kind* (None: in all)."""
    left = Money.total(line.change for line in lines if kind in (None, line.kind))
    for movement in movements:
        if movement.source is None and kind in (None, movement.kind):
            left -= movement.amount
        if movement.target is None and kind in (None, movement.target_kind):
            left += movement.amount
    return left
