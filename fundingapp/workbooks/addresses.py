"""The addresses of cells: rows count from 1, columns from 0."""

from __future__ import annotations

import re
from typing import Final

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
