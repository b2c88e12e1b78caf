"""All checks of an exchange workbook, in the order of its sheets."""

from __future__ import annotations

from fundingapp.domain.exchange.book import Book
from fundingapp.domain.exchange.budget_checks import check_budgets
from fundingapp.domain.exchange.grant_checks import check_grants
from fundingapp.domain.exchange.ledger_checks import check_ledger
from fundingapp.domain.exchange.money_checks import check_money
from fundingapp.domain.exchange.notes import Notes
from fundingapp.domain.exchange.references import check_references, known_in
from fundingapp.domain.exchange.result_checks import check_results
from fundingapp.domain.exchange.sums import sums_of


def check_book(book: Book, notes: Notes) -> None:
    """Everything that contradicts or is worth a look in *book*, all of it, into *notes*."""
    check_references(book, known_in(book), notes)
    check_grants(book, notes)
    sums = sums_of(book)
    check_budgets(book, sums, notes)
    check_ledger(book, sums, notes)
    check_money(book, sums, notes)
    check_results(book, notes)
