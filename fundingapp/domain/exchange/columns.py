"""The columns of the exchange workbook: what each holds, and how a cell of it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from fundingapp.domain.cells import clean_text, code_text, parse_amount, parse_date, parse_period, parse_year
from fundingapp.domain.errors import listed
from fundingapp.domain.funds import Kind
from fundingapp.domain.ledger import Cell
from fundingapp.domain.money import NotMoneyError
from fundingapp.domain.periods import FinancialYear


class Holds(Enum):
    """What stands in a column."""

    TEXT = "text"
    CODE = "a reference"
    MONEY = "pounds and pence"
    DAY = "a date"
    MONEY_OR_DAY = "pounds and pence, or a date"
    YEAR = "a financial year"
    KIND = "revenue or capital"
    PERIOD = "a period, 1 to 13 (April is 1)"
    CHOICE = "one of a list"
    NUMBER = "a number"
    WHOLE = "a whole number"
    YES = "yes or no"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. *choices* are the words of a list; *refers* names the sheet whose first column a cell must
    name; *is_ours* is one beyond the documented ones, which only figures or a way back need."""

    heading: str
    holds: Holds = Holds.TEXT
    needed: bool = False
    choices: type[Enum] | None = None
    refers: str = ""
    is_ours: bool = False
    note: str = ""

    @property
    def field(self) -> str:
        """The name that its value has in an entry."""
        name = self.heading.replace(" ", "_").replace("-", "_")
        return f"{name}_" if name in ("from", "class") else name

    @property
    def words(self) -> list[str]:
        """What a cell of a list may say."""
        if self.holds is Holds.KIND:
            return [kind.value for kind in Kind]
        if self.holds is Holds.YES:
            return ["yes", "no"]
        return [entry.value for entry in self.choices] if self.choices is not None else []


class UnreadableCellError(ValueError):
    """A cell does not hold what its column is for; the text says why, without the place."""


def folded(text: str) -> str:
    """*text* as two of them are compared: without case, with single blanks."""
    return " ".join(text.casefold().split())


def fold_word(text: str) -> str:
    """A word of a list as two are compared: hyphens and underscores are blanks."""
    return folded(text.replace("-", " ").replace("_", " "))


def read_cell(column: Column, cell: Cell) -> Any:
    """The value of *cell*; None for an empty one, "" in columns of texts. Raises UnreadableCellError."""
    try:
        if column.holds is Holds.CHOICE:
            return _choice(column, cell)
        return _READERS[column.holds](cell)
    except UnreadableCellError:
        raise
    except NotMoneyError as error:
        raise UnreadableCellError(f"“{clean_text(cell)}” is not an amount: {error.reason}") from None
    except (ValueError, InvalidOperation):
        raise UnreadableCellError(f"“{clean_text(cell)}” is not {column.holds.value}") from None


def plain_text(text: str) -> str:
    """*text* as a workbook brings it back: its line ends of one kind, and no blanks around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _text(cell: Cell) -> str:
    # Lines within a text stay: a bid says what it is about in paragraphs.
    return plain_text(cell) if isinstance(cell, str) else clean_text(cell)


def _code(cell: Cell) -> str:
    return code_text(cell)


def _money(cell: Cell) -> Any:
    return parse_amount(cell)


def _day(cell: Cell) -> Any:
    return parse_date(cell)


def _money_or_day(cell: Cell) -> Any:
    """Workbooks of others say under one heading either how much or when."""
    if isinstance(cell, date):
        return parse_date(cell)
    try:
        return parse_amount(cell)
    except NotMoneyError:
        return parse_date(cell)


def _year(cell: Cell) -> FinancialYear | None:
    start = parse_year(cell)
    return None if start is None else FinancialYear(start)


def _period(cell: Cell) -> int | None:
    found = parse_period(cell)
    if found is None:
        return None
    if found[1] == 0:
        raise UnreadableCellError("period 0 is an opening balance, which is no period of the year")
    return found[1]


#: Other words for kinds of money that spreadsheets use.
_KIND_WORDS = {
    "rev": Kind.REVENUE,
    "r": Kind.REVENUE,
    "rdel": Kind.REVENUE,
    "cap": Kind.CAPITAL,
    "c": Kind.CAPITAL,
    "cdel": Kind.CAPITAL,
    "nonlabour": Kind.NON_LABOUR,
}


def _kind(cell: Cell) -> Kind | None:
    word = fold_word(clean_text(cell))
    if not word:
        return None
    for kind in Kind:
        if fold_word(kind.value) == word:
            return kind
    if word in _KIND_WORDS:
        return _KIND_WORDS[word]
    raise UnreadableCellError(
        f"“{clean_text(cell)}” is not a kind of money; it is {listed(kind.value for kind in Kind)}"
    )


def _choice(column: Column, cell: Cell) -> Any:
    word = fold_word(clean_text(cell))
    if not word:
        return None
    for entry in column.choices or ():
        if fold_word(str(entry.value)) == word:
            return entry
    raise UnreadableCellError(f"“{clean_text(cell)}” is not one of {listed(column.words)}")


def _number(cell: Cell) -> Decimal | None:
    text = code_text(cell).replace(",", "").replace("£", "").strip()
    if not text:
        return None
    number = Decimal(text.rstrip("% "))
    if not number.is_finite():
        raise UnreadableCellError(f"“{text}” is not a number")
    return number


def _whole(cell: Cell) -> int | None:
    text = code_text(cell)
    return int(text) if text else None


def _yes(cell: Cell) -> bool | None:
    word = folded(clean_text(cell))
    if not word:
        return None
    if word in ("yes", "y", "true", "x", "1"):
        return True
    if word in ("no", "n", "false", "0"):
        return False
    raise UnreadableCellError(f"“{clean_text(cell)}” is neither yes nor no")


_READERS: dict[Holds, Callable[[Cell], Any]] = {
    Holds.TEXT: _text,
    Holds.CODE: _code,
    Holds.MONEY: _money,
    Holds.DAY: _day,
    Holds.MONEY_OR_DAY: _money_or_day,
    Holds.YEAR: _year,
    Holds.KIND: _kind,
    Holds.PERIOD: _period,
    Holds.NUMBER: _number,
    Holds.WHOLE: _whole,
    Holds.YES: _yes,
}

#: Columns in which nothing is "", not None.
TEXTS = (Holds.TEXT, Holds.CODE)


def headings(columns: Sequence[Column]) -> list[str]:
    """Their headings, in their order."""
    return [column.heading for column in columns]
