"""What the entries of an exchange workbook add up to: allocations, budgets and spend, head by head."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fundingapp.domain.adjustments import AdjustmentType
from fundingapp.domain.allocations import AllocationStatus, ContingencyEntry, Resource
from fundingapp.domain.exchange.book import Book
from fundingapp.domain.exchange.columns import folded
from fundingapp.domain.exchange.entries import (
    AccrualEntry,
    AllocationEntry,
    AwardEntry,
    CarryForwardEntry,
    ChargeEntry,
    GrantKey,
    HeadKey,
    LedgerEntry,
    PaymentEntry,
    RepaymentEntry,
    VirementEntry,
)
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


def _sums() -> dict[Any, Money]:
    return defaultdict(lambda: Money.ZERO)


@dataclass(slots=True)
class Sums:
    """Everything added up; heads and grants by what they are compared by.

    *carried_in* has under a head of a year what was agreed from the year before; under “” the grant's own money.
    """

    allocated: dict[GrantKey, Money] = field(default_factory=_sums)
    awarded: dict[HeadKey, Money] = field(default_factory=_sums)
    carried_in: dict[HeadKey, Money] = field(default_factory=_sums)
    moved: dict[HeadKey, Money] = field(default_factory=_sums)
    set_aside: dict[GrantKey, Money] = field(default_factory=_sums)
    spent: dict[HeadKey, Money] = field(default_factory=_sums)
    received: dict[tuple[str, FinancialYear], Money] = field(default_factory=_sums)
    repaid: dict[tuple[str, FinancialYear], Money] = field(default_factory=_sums)
    lines: dict[str, LedgerEntry] = field(default_factory=dict)

    def budget(self, head: HeadKey) -> Money:
        """Awards, agreed carry-forward of the year before, virements in less out."""
        return (
            self.awarded.get(head, Money.ZERO)
            + self.carried_in.get(head, Money.ZERO)
            + self.moved.get(head, Money.ZERO)
        )

    def available(self, grant: GrantKey) -> Money:
        """Allocation and what was carried into the year."""
        carried = Money.total(amount for head, amount in self.carried_in.items() if head.grant == grant)
        return self.allocated.get(grant, Money.ZERO) + carried

    def has_budget(self, head: HeadKey) -> bool:
        """Whether there is a line of budget at all, be it nought by now."""
        return head in self.awarded or head in self.carried_in or head in self.moved

    def heads(self) -> set[HeadKey]:
        return {*self.awarded, *self.carried_in, *self.moved, *self.spent}

    def spent_of(self, fund: str, year: FinancialYear) -> Money:
        return Money.total(
            amount for head, amount in self.spent.items() if (head.fund, head.year) == (fund, year)
        )


def allocated_of(entries: Iterable[AllocationEntry]) -> Money:
    """The allocation that the lines of one grant make: the newest confirmed or revised one, less what was withdrawn."""
    counted = [
        each
        for each in entries
        if each.status not in (AllocationStatus.INDICATIVE, AllocationStatus.WITHDRAWN)
    ]
    if not counted:
        return Money.ZERO
    newest = counted[0]
    for each in counted[1:]:
        if (each.notified or date.min) >= (newest.notified or date.min):
            newest = each
    off = [each for each in entries if each.status is AllocationStatus.WITHDRAWN]
    if any(each.withdraws and (each.notified or date.min) >= (newest.notified or date.min) for each in off):
        return Money.ZERO
    return newest.amount - Money.total(each.amount for each in off if not each.withdraws)


def sums_of(book: Book) -> Sums:
    """The sums of *book*, with what the further sheets add."""
    sums = Sums()
    lines_of: dict[GrantKey, list[AllocationEntry]] = defaultdict(list)
    for allocation in book.all(AllocationEntry):
        lines_of[allocation.grant].append(allocation)
    for grant, allocations in lines_of.items():
        sums.allocated[grant] = allocated_of(allocations)
    for award in book.all(AwardEntry):
        sums.awarded[award.head] += award.amount
    for carried in book.all(CarryForwardEntry):
        if carried.carried:
            sums.carried_in[carried.key._replace(year=carried.from_year.next)] += carried.carried
    for virement in book.all(VirementEntry):
        if virement.source is not None:
            sums.moved[virement.source] -= virement.amount
        if virement.target is not None:
            sums.moved[virement.target] += virement.amount
    sums.lines = {folded(line.transaction): line for line in book.all(LedgerEntry)}
    for charge in book.all(ChargeEntry):
        line = sums.lines.get(folded(charge.transaction))
        if line is not None and charge.is_of_project and charge.kind is not None:
            sums.spent[HeadKey(folded(charge.ref), folded(charge.fund), line.year, charge.kind)] += (
                charge.amount
            )
    for accrual in book.all(AccrualEntry):
        sums.spent[accrual.head] += accrual.amount
        if accrual.reverses_in_year is not None:
            sums.spent[accrual.head._replace(year=accrual.reverses_in_year)] -= accrual.amount
    for payment in book.all(PaymentEntry):
        sums.received[folded(payment.fund), payment.year] += payment.amount
    for repayment in book.all(RepaymentEntry):
        sums.repaid[folded(repayment.fund), repayment.year] += repayment.amount
    _add_further(book, sums)
    return sums


def _add_further(book: Book, sums: Sums) -> None:
    for row in book.further("other allocations"):
        if row.get("status") in (
            AllocationStatus.CONFIRMED,
            AllocationStatus.REVISED,
            AllocationStatus.CLOSED,
        ):
            sign = -1 if row.get("resource") is Resource.REDUCTION else 1
            grant = GrantKey(folded(row["fund"]), row["year"], row["kind"])
            sums.allocated[grant] += Money(sign * row["amount"].pence)
    for row in book.further("contingency"):
        given_up = row.get("entry") is ContingencyEntry.SURRENDERED
        grant = GrantKey(folded(row["fund"]), row["year"], row["kind"])
        sums.set_aside[grant] += -row["amount"] if given_up else row["amount"]
    for row in book.further("adjustments"):
        head = HeadKey(folded(row["project"]), folded(row["fund"]), row["year"], row["kind"])
        _adjust(sums, head, row)


def _adjust(sums: Sums, head: HeadKey, row: Mapping[str, Any]) -> None:
    if isinstance(row.get("type"), AdjustmentType):
        sums.spent[head] += row["amount"]
        if row.get("reverses_year") is not None:
            sums.spent[head._replace(year=row["reverses_year"])] -= row["amount"]
