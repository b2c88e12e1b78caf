"""What contradicts, or is worth a look, among ledger lines, their charges, and accruals."""

from __future__ import annotations

from collections import defaultdict

from fundingapp.domain.exchange.book import Book
from fundingapp.domain.exchange.columns import folded
from fundingapp.domain.exchange.entries import (
    AccrualEntry,
    AwardEntry,
    ChargeEntry,
    HeadKey,
    LedgerEntry,
)
from fundingapp.domain.exchange.notes import Notes, Place
from fundingapp.domain.exchange.sums import Sums
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, Period

#: A posting period so many months from the line's day is worth a look; less is how invoices come.
_FAR = 2


def check_ledger(book: Book, sums: Sums, notes: Notes) -> None:
    """Names what contradicts between the ledger, its charges and what stands beside it."""
    for line in book.added(LedgerEntry):
        _check_line(line, notes)
    _check_charges(book, sums, notes)
    _check_accruals(book, sums, notes)


def _check_line(line: LedgerEntry, notes: Notes) -> None:
    if line.date is None:
        return
    of_day = Period.of(line.date)
    if of_day.year != line.year:
        # Closing adjustments are posted after the year's last day.
        if line.period == CLOSING_PERIOD and of_day.year == line.year.next and of_day.number <= 3:
            return
        notes.finding(
            "ledger.outside_year",
            line.place,
            f"{line.transaction} is dated {line.date:%d/%m/%Y}, outside {line.year}; it counts in {line.year}",
            "date",
        )
    elif line.period not in (CLOSING_PERIOD, of_day.number):
        far = abs(line.period - of_day.number) >= _FAR
        say = notes.finding if far else notes.note
        say(
            "ledger.period",
            line.place,
            f"{line.transaction} is dated {line.date:%d/%m/%Y} and posted in {Period(line.year, line.period)}",
            "period",
        )


def _check_charges(book: Book, sums: Sums, notes: Notes) -> None:
    by_ref: dict[str, Place] = {award.head.ref: award.place for award in book.all(AwardEntry)}
    of_line: dict[str, list[ChargeEntry]] = defaultdict(list)
    for charge in book.all(ChargeEntry):
        of_line[folded(charge.transaction)].append(charge)
    new = set(map(id, book.added(ChargeEntry)))
    for charge in book.added(ChargeEntry):
        if charge.is_of_project:
            line = sums.lines.get(folded(charge.transaction))
            _check_head(charge, line, sums, by_ref, notes)
        elif charge.is_excluded and not charge.reason:
            notes.note(
                "charge.no_reason",
                charge.place,
                f"{charge.transaction} is excluded without a reason",
                "reason",
            )
    for name, charges in of_line.items():
        line = sums.lines.get(name)
        if line is not None and any(id(charge) in new for charge in charges):
            _check_sum(line, charges, new, notes)
    waiting = [
        line
        for line in book.added(LedgerEntry)
        if folded(line.transaction) not in of_line and line.amount and book.knows("charges")
    ]
    for line in waiting:
        notes.note(
            "ledger.waiting",
            line.place,
            f"{line.transaction} ({line.amount.in_words}) is charged to nothing yet",
        )


def _check_head(
    charge: ChargeEntry, line: LedgerEntry | None, sums: Sums, by_ref: dict[str, Place], notes: Notes
) -> None:
    for column, value in (("fund", charge.fund), ("kind", charge.kind)):
        if not value:
            notes.contradiction(
                "cell.missing", charge.place, f"a charge to {charge.ref} needs its {column}", column
            )
    if line is None or not charge.fund or charge.kind is None:
        return
    head = HeadKey(folded(charge.ref), folded(charge.fund), line.year, charge.kind)
    if not sums.has_budget(head):
        elsewhere = by_ref.get(head.ref)
        notes.finding(
            "charge.no_budget",
            charge.place,
            f"{charge.transaction} of {line.year} is charged to {charge.ref}, which has no {charge.kind.value} budget "
            f"from {charge.fund} in {line.year}" + (f"; it has one in {elsewhere}" if elsewhere else ""),
            "ref",
            line.place,
        )


def _check_sum(line: LedgerEntry, charges: list[ChargeEntry], new: set[int], notes: Notes) -> None:
    """The charges of a line against the line: never more, never the other way, and if less then it is said."""
    last = [charge for charge in charges if id(charge) in new][-1]
    wrong = False
    for charge in charges:
        if charge.amount.pence * line.amount.pence < 0:
            wrong = True
            notes.contradiction(
                "charge.sign",
                charge.place if id(charge) in new else last.place,
                f"{charge.amount.in_words} goes against the {line.amount.in_words} of {line.transaction}",
                "amount",
                line.place,
            )
    total = Money.total(charge.amount for charge in charges)
    if wrong:
        return
    if abs(total) > abs(line.amount):
        text = (
            f"the charges of {line.transaction} add up to {total.in_words}, "
            f"{abs(total - line.amount).in_words} more than the line's {line.amount.in_words}"
        )
        notes.contradiction("charge.above_line", last.place, text, "amount", line.place)
    elif total != line.amount:
        left = line.amount - total
        notes.finding(
            "charge.below_line",
            last.place,
            f"the charges of {line.transaction} leave {left.in_words} of {line.amount.in_words}, which is kept as "
            "excluded",
            "amount",
            line.place,
        )


def _check_accruals(book: Book, sums: Sums, notes: Notes) -> None:
    places = {award.head.ref: award.place for award in book.all(AwardEntry)}
    for accrual in book.added(AccrualEntry):
        if not sums.has_budget(accrual.head):
            notes.finding(
                "accrual.no_budget",
                accrual.place,
                f"{accrual.ref} has no {accrual.kind.value} budget from {accrual.fund} in {accrual.year}",
                "ref",
                places.get(accrual.head.ref),
            )
        if not accrual.amount:
            notes.finding("amount.nought", accrual.place, "the accrual is of £0.00", "amount")
        year, period = accrual.reverses_in_year, accrual.reverses_in_period
        if year is None:
            if period is not None:
                notes.contradiction(
                    "accrual.reversal",
                    accrual.place,
                    "it reverses in a period, and no year is there",
                    "reverses in year",
                )
            continue
        made = (accrual.year, accrual.period or 12)
        if (year, period or 1) <= made:
            notes.contradiction(
                "accrual.reversal",
                accrual.place,
                f"it reverses in {_period(year, period or 1)}, before or when it is made in {_period(*made)}",
                "reverses in year",
            )
        elif year > accrual.year.next:
            notes.finding(
                "accrual.reversal",
                accrual.place,
                f"it reverses in {year}, later than the year after {accrual.year}",
                "reverses in year",
            )


def _period(year: FinancialYear, period: int) -> str:
    return f"period {period} of {year}"
