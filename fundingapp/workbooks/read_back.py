"""A written workbook read again by another reader and compared, cell by cell, with what it should say.

The writer is XlsxWriter and the reader calamine: two programs, in two languages, by different people, so that a
mistake of one is not repeated by the other. Only values are read, as a viewer without formulas shows them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import python_calamine

from fundingapp.domain.errors import ExpectedError

#: What a cell is to say: text, an amount in pounds or a percentage, a count, a day, or nothing.
CellValue = str | Decimal | int | date | None

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that does not say what it should; *found* is None when the cell or its sheet is not there."""

    sheet: str
    cell: str
    expected: CellValue
    found: CellValue

    def __str__(self) -> str:
        return (
            f"sheet “{self.sheet}”, cell {self.cell}: {_shown(self.found)} instead of {_shown(self.expected)}"
        )


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The outcome of a comparison: how many cells were compared, and which of them differ."""

    compared: int
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        return not self.differences


def read_back(path: Path, cells: Mapping[tuple[str, str], CellValue]) -> ReadBack:
    """Compares *cells*, by sheet and address such as ``B7``, with the workbook at *path*.

    Text must be the same letter by letter, an amount the same to the last of a spreadsheet's 15 digits, a day the
    same day; a cell expected to be empty must be. Raises ExpectedError ``read_back_differs`` for a file that
    cannot be read at all.
    """
    wanted: dict[str, list[tuple[str, CellValue]]] = {}
    for (sheet, cell), expected in cells.items():
        wanted.setdefault(sheet, []).append((cell, expected))
    differences: list[Difference] = []
    try:
        # Opened here, because calamine would tell the format from the file's name, and a file that has not taken
        # its place yet has a name of its own.
        with path.open("rb") as file, python_calamine.load_workbook(file) as workbook:
            for sheet, entries in wanted.items():
                found = _values_of(workbook, sheet)
                for cell, expected in entries:
                    value = found.get(_position(cell))
                    if not _same(expected, value):
                        differences.append(Difference(sheet, cell, expected, value))
    except python_calamine.CalamineError as error:
        raise ExpectedError(
            "read_back_differs",
            f"The written workbook cannot be read again ({error}), so it was not put in place.",
            "Try again; if it happens twice, send us the report from Help.",
        ) from error
    return ReadBack(len(cells), tuple(differences))


def refuse_differences(result: ReadBack, name: str) -> None:
    """Raises ExpectedError ``read_back_differs`` with the first difference's place, unless all is equal."""
    if result.equal:
        return
    others = len(result.differences) - 1
    more = f", and {others:,} more" if others else ""
    raise ExpectedError(
        "read_back_differs",
        f"“{name}” was read back and does not say what it should: {result.differences[0]}{more}. "
        "It was not put in place.",
        "Try again; if it happens twice, send us the report from Help.",
    )


def _values_of(
    workbook: python_calamine.CalamineWorkbook, sheet: str
) -> dict[tuple[int, int], str | Decimal | date | None]:
    """All that *sheet* says, by row and column counted from nought; an unknown sheet says nothing."""
    if sheet not in workbook.sheet_names:
        return {}
    used = workbook.get_sheet_by_name(sheet)
    if used.start is None:
        return {}
    top, left = used.start  # calamine's rows begin with the first used cell, not with A1
    return {
        (top + down, left + along): _exact(value)
        for down, row in enumerate(used.to_python(skip_empty_area=True))
        for along, value in enumerate(row)
    }


def _exact(value: object) -> str | Decimal | date | None:
    """What calamine gives, exactly: a number as a decimal of 15 digits, the spreadsheet's own precision."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"  # so that a truth value never passes for the number 1
        case int():
            return Decimal(value)
        case float():
            return Decimal(f"{value:.15g}")
        case datetime():
            midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
            return value.date() if midnight else value.isoformat(sep=" ")
        case date():
            return value
        case "" | None:
            return None  # calamine says "" for an empty cell
        case _:
            return str(value)


def _same(expected: CellValue, found: str | Decimal | date | None) -> bool:
    match expected:
        case "" | None:
            return found is None
        case int() | Decimal():
            return isinstance(found, Decimal) and found == expected
        case str():
            return isinstance(found, str) and found == expected
        case _:
            return isinstance(found, date) and found == expected


def _position(cell: str) -> tuple[int, int]:
    """Row and column, counted from nought, of an address such as ``AB12``."""
    found = _ADDRESS.fullmatch(cell)
    if found is None:
        raise ValueError(f"{cell!r} is not a cell such as B7")
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found.group(2)) - 1, column - 1


def _shown(value: CellValue) -> str:
    match value:
        case None | "":
            return "nothing"
        case str():
            return f"“{value}”"
        case date():
            return f"{value:%d/%m/%Y}"
        case _:
            return f"{value:,}"
