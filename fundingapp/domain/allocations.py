"""What is available (R1), how it is awarded (R2, R4), what waits as contingency (R3), and its profile (R6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import BidId, FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class AllocationStatus(Enum):
    """Only what is confirmed or revised counts as available."""

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
        return self.status in (AllocationStatus.CONFIRMED, AllocationStatus.REVISED)


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
    """What makes the money available for a fund, year and kind, or several of them together (R1)."""

    allocation: Money = Money.ZERO
    brought_forward: Money = Money.ZERO
    supplements: Money = Money.ZERO
    reductions: Money = Money.ZERO

    @property
    def available(self) -> Money:
        """R1: allocation + brought forward + supplements − reductions; anticipated money never counts."""
        return self.allocation + self.brought_forward + self.supplements - self.reductions


def resources_of(allocations: Iterable[Allocation]) -> Resources:
    """The resources that *allocations* state.

    Of several allocations of one fund, year and kind the newest confirmed or revised one counts (by the day it
    was notified, then by the order given); supplements, brought-forward sums and reductions add up.
    """
    newest: dict[tuple[FundId, FinancialYear, Kind], tuple[date, Money]] = {}
    sums = dict.fromkeys(Resource, Money.ZERO)
    for allocation in allocations:
        if not allocation.counts:
            continue
        if allocation.resource is Resource.ALLOCATION:
            key = (allocation.fund, allocation.year, allocation.kind)
            notified = allocation.notified_on or date.min
            if key not in newest or notified >= newest[key][0]:
                newest[key] = (notified, allocation.amount)
        else:
            sums[allocation.resource] += allocation.amount
    return Resources(
        Money.total(amount for _, amount in newest.values()),
        sums[Resource.BROUGHT_FORWARD],
        sums[Resource.SUPPLEMENT],
        sums[Resource.REDUCTION],
    )


def budget_of(
    project: ProjectId, awards: Iterable[Award], movements: Iterable[BudgetMovement], kind: Kind | None = None
) -> Budget:
    """The budget of *project* out of *awards* and *movements* of one fund and year (R4), in *kind* (None: in all)."""
    award = Money.total(
        award.amount for award in awards if award.project == project and kind in (None, award.kind)
    )
    moved = {"virement_in": 0, "virement_out": 0, "released": 0, "surrendered": 0}
    for movement in movements:
        if movement.target == project and kind in (None, movement.target_kind):
            moved["released" if movement.source is None else "virement_in"] += movement.amount.pence
        if movement.source == project and kind in (None, movement.kind):
            moved["surrendered" if movement.target is None else "virement_out"] += movement.amount.pence
    return Budget(award=award, **{name: Money(pence) for name, pence in moved.items()})


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
