"""The return's sheets beside its core ones: each stands in a module of its own, and is written when it has something to
say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fundingapp.domain.returns import ReturnDocument
from fundingapp.workbooks.book import Book, Column, Sheet
from fundingapp.workbooks.return_claims import CLAIM_COLUMNS, fill_claims
from fundingapp.workbooks.return_conditions import CONDITION_COLUMNS, fill_conditions
from fundingapp.workbooks.return_match import MATCH_COLUMNS, fill_match
from fundingapp.workbooks.return_virements import VIREMENT_COLUMNS, fill_virements


@dataclass(frozen=True, slots=True)
class SheetBeside:
    """A sheet: its name and its table's, its columns, what it holds in words, whether a return has it, and what fills
    it."""

    name: str
    table: str
    columns: tuple[Column, ...]
    holds: str
    is_in: Callable[[ReturnDocument], bool]
    fill: Callable[[Sheet, str, ReturnDocument], None]

    def made(self, book: Book) -> Sheet:
        """The empty sheet at the end of *book*."""
        return book.sheet(self.name, self.table, self.columns, frozen_columns=1)


SHEETS = (
    SheetBeside(
        "Match",
        "return_match",
        MATCH_COLUMNS,
        "what others put into the projects, in cash and in kind",
        lambda document: bool(document.match),
        fill_match,
    ),
    SheetBeside(
        "Virements",
        "return_virements",
        VIREMENT_COLUMNS,
        "each change of budget, with who allowed it",
        lambda document: bool(document.position.movements),
        fill_virements,
    ),
    SheetBeside(
        "Claims and payments",
        "return_claims",
        CLAIM_COLUMNS,
        "each claim, what became of it, and what came for it",
        lambda document: document.claims is not None and not document.claims.is_empty,
        fill_claims,
    ),
    SheetBeside(
        "Conditions",
        "return_conditions",
        CONDITION_COLUMNS,
        "each condition of the grant, and whether it is met",
        lambda document: bool(document.conditions),
        fill_conditions,
    ),
)


def sheets_of(document: ReturnDocument) -> tuple[SheetBeside, ...]:
    """The sheets that *document* has, in the order of the tabs."""
    return tuple(each for each in SHEETS if each.is_in(document))
