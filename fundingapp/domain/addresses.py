"""The addresses of cells in a workbook: rows count from 1, columns from 0."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384

ADDRESS: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,10})")
RANGE: Final = re.compile(r"([A-Z]{1,3}[0-9]{1,7})(?::([A-Z]{1,3}[0-9]{1,7}))?")


def address(row: int, column: int) -> str:
    """A1 for row 1 and column 0."""
    return f"{column_letters(column)}{row}"


def column_letters(at: int) -> str:
    """The letters of column *at*, counted from 0: 0 is A, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The column of *letters*, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def split_address(cell: str) -> tuple[int, int]:
    """Row and column of an address such as A1; row 0 and column -1 for anything else."""
    found = ADDRESS.fullmatch(cell)
    if found is None:
        return 0, -1
    return int(found.group(2)), column_number(found.group(1))


class Area(NamedTuple):
    """A rectangle of cells, its last row and column belonging to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def in_words(self) -> str:
        """As ``B7:D9``, or ``B7`` for a single cell."""
        first = address(self.first_row, self.first_column)
        last = address(self.last_row, self.last_column)
        return first if first == last else f"{first}:{last}"

    @property
    def is_one_cell(self) -> bool:
        return (self.first_row, self.first_column) == (self.last_row, self.last_column)

    def has(self, row: int, column: int) -> bool:
        """Whether the cell of *row* and *column* lies in it."""
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column


def area_of(text: str) -> Area | None:
    """The area that ``B7:D9`` or ``$B$7`` means; a whole column or row runs to the end of the grid. None for anything
    else."""
    first, _, last = text.replace("$", "").upper().partition(":")
    start, end = _corner(first, at_end=False), _corner(last or first, at_end=True)
    if start is None or end is None:
        return None
    rows, columns = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return Area(rows[0], columns[0], rows[1], columns[1])


def _corner(text: str, *, at_end: bool) -> tuple[int, int] | None:
    if text.isascii() and text.isdigit() and 0 < int(text) <= LAST_ROW:
        return int(text), LAST_COLUMN - 1 if at_end else 0
    if text.isascii() and text.isalpha() and len(text) <= 3:
        return LAST_ROW if at_end else 1, column_number(text)
    row, column = split_address(text)
    return (row, column) if 0 < row <= LAST_ROW and 0 <= column < LAST_COLUMN else None
