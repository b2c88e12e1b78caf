"""Whether a workbook reaches into a grant's year that is closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fundingapp.domain.exchange.book import Book
from fundingapp.domain.exchange.columns import folded
from fundingapp.domain.exchange.entries import (
    AccrualEntry,
    AllocationEntry,
    AwardEntry,
    CarryForwardEntry,
    ChargeEntry,
    Entry,
    LedgerEntry,
    VirementEntry,
)
from fundingapp.domain.exchange.notes import Notes
from fundingapp.domain.periods import FinancialYear


def check_closed(book: Book, closed: Mapping[tuple[str, FinancialYear], str], notes: Notes) -> None:
    """Names every new row that changes a year of *closed*: fund (as names are compared) and year, with the sentence
    that says how it was closed."""
    if not closed:
        return
    for entry, fund, year in _touched(book):
        how = closed.get((folded(fund), year))
        if how is not None:
            text = f"{how}, so nothing is added to it; reopen the year on Year end first, if it must be changed"
            notes.contradiction("year.closed", entry.place, text)


def _touched(book: Book) -> Iterator[tuple[Entry, str, FinancialYear]]:
    """Each new row that changes a grant's year, with that fund and year."""
    own: tuple[AllocationEntry | AwardEntry | VirementEntry, ...] = (
        *book.added(AllocationEntry),
        *book.added(AwardEntry),
        *book.added(VirementEntry),
    )
    for each in own:
        yield each, each.fund, each.year
    for carried in book.added(CarryForwardEntry):
        yield carried, carried.fund, carried.from_year
        if carried.counts:
            yield carried, carried.fund, carried.from_year.next
    years = {folded(line.transaction): line.year for line in book.all(LedgerEntry)}
    for charge in book.added(ChargeEntry):
        year = years.get(folded(charge.transaction))
        if charge.is_of_project and charge.fund and year is not None:
            yield charge, charge.fund, year
    for accrual in book.added(AccrualEntry):
        yield accrual, accrual.fund, accrual.year
        if accrual.reverses_in_year is not None:
            yield accrual, accrual.fund, accrual.reverses_in_year
