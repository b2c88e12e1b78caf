"""Where the meanings stand in a row, and cells that repeat down a column, each understood once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fundingapp.domain.cells import (
    LONGEST_TEXT,
    code_text,
    error_in_words,
    flag_sign,
    is_error_text,
    posting_key_sign,
    type_sign,
    unseen_signs,
    with_signs_seen,
)
from fundingapp.domain.downloads.notes import HeldBackError
from fundingapp.domain.ledger import Cell, Meaning

#: A column with more different cells than this hardly repeats any, so remembering them all would only fill memory.
_REMEMBERED = 5_000
#: Python calls TRUE and 1 the same key; kept apart by not remembering them.
_LIKE_TRUTH_VALUES = (0, 1)


class Unseen(NamedTuple):
    """The control and direction characters in one text of the column with that heading."""

    heading: str
    signs: tuple[str, ...]


class Texts(dict[Cell, str]):
    """The clean text of every cell of a column that was seen, so that a repeated one is cleaned once.

    A text with control or direction characters has them in words, and is added to *unseen* for the caller to tell
    (X30); one that no spreadsheet can hold raises HeldBackError, as an error value does. Texts that hold one of
    *notices* are kept in *noticed*, to be looked at when all rows are read.
    """

    def __init__(self, heading: str, unseen: list[Unseen]) -> None:
        super().__init__()
        self._heading = heading
        self.notices: tuple[str, ...] = ()
        self.noticed: list[str] = []
        self._unseen = unseen

    def __missing__(self, cell: Cell) -> str:
        if type(cell) is str:
            # Nearly all texts pass here as they are; every blank but the plain space is unprintable.
            if cell.isprintable():
                text = cell
                if "  " in text or text[:1] == " " or text[-1:] == " ":
                    text = code_text(text)
            elif signs := unseen_signs(cell):
                self._unseen.append(Unseen(self._heading, signs))
                text = code_text(with_signs_seen(cell))
            else:
                text = code_text(cell)
            if len(text) > LONGEST_TEXT:
                what = (
                    f", column “{self._heading}” holds a text of {len(text):,} characters, and no spreadsheet cell"
                    f" holds more than {LONGEST_TEXT:,}: look whether a quotation mark is missing there."
                )
                raise HeldBackError("cell.too_long", what, self._heading)
        else:
            text = code_text(cell)
        if text[:1] == "#" and is_error_text(text):
            what = f", column “{self._heading}” holds {error_in_words(text)}."
            raise HeldBackError("cell.error", what, self._heading)
        for word in self.notices:
            if word in text:
                self.noticed.append(text)
                break
        if len(self) < _REMEMBERED and cell not in _LIKE_TRUTH_VALUES:
            self[cell] = text
        return text


class Signs(dict[Cell, int]):
    """What each cell of a column says: 1 for debit, -1 for credit, 0 for neither."""

    def __missing__(self, cell: Cell) -> int:
        sign = flag_sign(cell) or posting_key_sign(cell) or type_sign(cell)
        if cell not in _LIKE_TRUTH_VALUES:
            self[cell] = sign
        return sign


class Columns(NamedTuple):
    """Where each meaning stands in a row, -1 for nowhere."""

    transaction: int
    year: int
    period: int
    date: int
    cost_centre: int
    account: int
    supplier: int
    description: int
    narrative: int
    type: int
    amount: int
    debit: int
    credit: int
    flag: int
    balance_class: int

    @classmethod
    def of(cls, meanings: Sequence[Meaning]) -> Columns:
        """The first column of each of *meanings*."""
        where: dict[Meaning, int] = {}
        for at, meaning in enumerate(meanings):
            where.setdefault(Meaning.DATE if meaning is Meaning.DATE_MONTH_FIRST else meaning, at)
        return cls(
            *(
                where.get(meaning, -1)
                for meaning in (
                    Meaning.TRANSACTION,
                    Meaning.YEAR,
                    Meaning.PERIOD,
                    Meaning.DATE,
                    Meaning.COST_CENTRE,
                    Meaning.ACCOUNT,
                    Meaning.SUPPLIER,
                    Meaning.DESCRIPTION,
                    Meaning.NARRATIVE,
                    Meaning.TYPE,
                    Meaning.AMOUNT,
                    Meaning.DEBIT,
                    Meaning.CREDIT,
                    Meaning.DEBIT_CREDIT_FLAG,
                    Meaning.CLASS,
                )
            )
        )

    @property
    def of_money(self) -> list[int]:
        """The amount column, or those of debit and credit."""
        if self.amount >= 0:
            return [self.amount]
        return [at for at in (self.debit, self.credit) if at >= 0]
