"""A table as it is printed: which of its cells are counts, differences or percentages, and what was hidden in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from fundingapp.domain.cells import clean_text, total_label
from fundingapp.domain.ledger import Cell as RawCell, RawRow, SheetRows


class What(Enum):
    """What stands in a cell."""

    NOTHING = "nothing"
    TEXT = "text"
    COUNT = "count"
    #: A count of which only a mark is shown; *least* and *most* are what the mark says.
    HIDDEN = "hidden"
    DIFFERENCE = "difference"
    #: A percentage, an average, a rate: worked out of counts and rounded.
    RATIO = "ratio"
    #: A number that counts nobody and is never hidden: a target, a population, an amount of money, a rank.
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Printed:
    """A cell as it is printed.

    *exact* is its number; *step* the last decimal that is shown, by which a ratio was rounded. *least* and *most* are
    for a hidden one: what its mark says it is, *most* None without an end.
    """

    text: str
    what: What
    exact: Fraction | None = None
    step: Fraction = Fraction(1)
    least: int = 0
    most: int | None = None
    is_per_cent: bool = False

    @property
    def count(self) -> int | None:
        """The number as a whole one; None when it is none."""
        if self.exact is None or self.exact.denominator != 1:
            return None
        return self.exact.numerator


_NOTHING = Printed("", What.NOTHING)
_YEAR = range(1990, 2061)
_MARKS = r"(?P<marks>(?:\s*(?:\[[a-z0-9 ,]{1,8}\]|[*†‡]+|\((?:r|p|e)\)))*)"
_NUMBER = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[+\-−–])?\s*(?P<pounds>£)?\s*"
    r"(?P<digits>\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+)?(?P<rest>\.\d+)?\s*(?P<cent>%|pp|pts)?\s*(?P<close>\))?"
    + _MARKS,
    re.IGNORECASE,
)
_BELOW = re.compile(r"(?:<|&lt;|less than|fewer than|under|below)\s*(?P<below>\d+)" + _MARKS, re.IGNORECASE)
_UP_TO = re.compile(
    r"(?:<=|≤|up to|at most|no more than|(?P<from>\d+)\s*(?:-|–|to)\s*)(?P<to>\d+)" + _MARKS, re.IGNORECASE
)
_WITHHELD = re.compile(
    r"\[?c\d?\]?|\[x\]|\*{1,3}|s|sup(?:p|pressed)?\.?|hidden|withheld|redacted|confidential|\.{2,3}|#",
    re.IGNORECASE,
)


def printed(cell: RawCell) -> Printed:
    """What a cell says; a mark such as “<5”, “1–4” or “[c]” is a hidden count."""
    if isinstance(cell, bool) or cell is None:
        return _NOTHING if cell is None else Printed(str(cell), What.TEXT)
    if isinstance(cell, int):
        return Printed(str(cell), What.COUNT, Fraction(cell))
    if isinstance(cell, Decimal):
        exact = Fraction(cell)
        if exact.denominator == 1:
            return Printed(str(exact.numerator), What.COUNT, exact)
        return Printed(str(cell), What.RATIO, exact, _step(-int(cell.as_tuple().exponent)))
    text = clean_text(cell).lstrip("'")
    if not text:
        return _NOTHING
    if (match := _BELOW.fullmatch(text)) is not None:
        return Printed(text, What.HIDDEN, least=1, most=int(match["below"]) - 1)
    if (match := _UP_TO.fullmatch(text)) is not None:
        least = int(match["from"]) if match["from"] else 1
        if least <= int(match["to"]) <= 20 and not (match["from"] and len(match["from"]) > 2):
            return Printed(text, What.HIDDEN, least=least, most=int(match["to"]))
        return Printed(text, What.TEXT)
    if _WITHHELD.fullmatch(text) is not None:
        return Printed(text, What.HIDDEN)
    match = _NUMBER.fullmatch(text)
    if match is None or (match["digits"] is None and match["rest"] is None):
        return Printed(text, What.TEXT)
    return _number(text, match)


def _number(text: str, match: re.Match[str]) -> Printed:
    digits = re.sub(r"\D", "", match["digits"] or "0")
    decimals = len(match["rest"] or ".") - 1
    exact = Fraction(Decimal(digits + (match["rest"] or "")))
    if match["open"] or (match["sign"] or "+") != "+":
        exact = -exact
    if match["cent"] and exact in _YEAR and not match["sign"]:
        return Printed(text, What.TEXT)  # a heading such as “2013 %”
    if match["pounds"]:
        return Printed(text, What.GIVEN, exact, _step(decimals))
    if match["cent"]:
        return Printed(text, What.RATIO, exact, _step(decimals), is_per_cent=True)
    if exact.denominator != 1 or decimals:
        return Printed(text, What.RATIO, exact, _step(decimals))
    if exact < 0 or match["sign"]:
        return Printed(text, What.DIFFERENCE, exact)
    return Printed(text, What.COUNT, exact)


def _step(decimals: int) -> Fraction:
    return Fraction(1, 10**decimals)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it stands in a file: *headings* over the columns, *rows* of cells with their numbers in the file.

    *labels* are the columns that name a row. *block* counts the tables of one sheet.
    """

    name: str
    headings: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: tuple[tuple[Printed, ...], ...]
    labels: tuple[int, ...] = (0,)
    block: int = 0
    heading_row: int = 0
    #: The kind of each cell, by what stands in it and by the words over and beside it.
    kinds: tuple[tuple[What, ...], ...] = field(default=())

    def label(self, row: int) -> str:
        """What names a row."""
        return ", ".join(filter(None, (self.rows[row][at].text for at in self.labels)))

    def heading(self, column: int) -> str:
        """What names a column; by its number where nothing does."""
        return self.headings[column] or f"column {column + 1}"


_RATIO_WORDS = re.compile(
    r"%|\bper ?cent\b|\bpercentage|\bproportion|\bshare\b|\brate\b|\bper\s+(?:1|10|100|1,000|1000|10,000|100,000)\b"
    r"|\baverage\b|\bmean\b|\bmedian\b|\bindex\b|\bratio\b",
    re.IGNORECASE,
)
_DIFFERENCE_WORDS = re.compile(
    r"\bdiff(?:erence)?\b|\bchange\b|\bvariance\b|\bincrease\b|\bdecrease\b|\breduction\b|\bmovement\b|\+/-|±|\+/−",
    re.IGNORECASE,
)
_GIVEN_WORDS = re.compile(
    r"\brank(?:ing)?\b|\bposition\b|\btarget\b|\bpop(?:ulation|\.)?\b|\bhouseholds\b|\bcosts?\b|£|\bspend\b|\bbudget\b"
    r"|\bthreshold\b|\bbaseline year\b",
    re.IGNORECASE,
)
_NAMING_WORDS = re.compile(
    r"(?:financial |calendar )?year|quarter|period|month|week|date|beat|beat no\.?|code|.* code|ref(?:erence)?|id|no\.?"
    r"|#|ward|area|lsoa|csp|district|row",
    re.IGNORECASE,
)
_TOTAL_WORDS = re.compile(
    r"\b(?:totals?|sub-?totals?|all|overall|grand|sum|whole|combined|altogether|aggregate|borough|county|force|"
    r"england|wales|partnership|city|region|any|both|year to date|ytd|to date|full year|annual|year)\b|^\d{4}/\d{2,4}$",
    re.IGNORECASE,
)


def is_total_word(label: str) -> bool:
    """Whether a label sounds like a total; only the numbers say whether it is one."""
    return total_label(label) is not None or _TOTAL_WORDS.search(label) is not None


def is_difference_word(label: str) -> bool:
    """Whether a label sounds like a difference or a change."""
    return _DIFFERENCE_WORDS.search(label) is not None


def read_grids(sheet: SheetRows, *, has_headings: bool = False) -> list[Grid]:
    """The tables of a sheet, one below the other: each begins with the row of headings above its first figures.

    Headings in several rows are joined; one that stands over several columns counts for each of them. With
    *has_headings* the first row is known to be the headings and all below it one table.
    """
    width = max((len(row.cells) for row in sheet.rows), default=0)
    read = [
        tuple(printed(cell) for cell in row.cells) + (_NOTHING,) * (width - len(row.cells))
        for row in sheet.rows
    ]
    grids: list[Grid] = []
    above: list[int] = []
    body: list[int] = []

    def close() -> None:
        if above and body:
            grids.append(_grid(sheet, read, above, body, len(grids)))

    if has_headings:
        return [_grid(sheet, read, [0], range(1, len(read)), 0)]
    for at, row in enumerate(read):
        if _is_heading(row, has_figures=bool(body), has_headings=bool(above)):
            if body:
                close()
                above, body = [], []
            if above and (sheet.rows[at].row != sheet.rows[above[-1]].row + 1):
                above = []
            above.append(at)
        elif above and any(cell.what not in (What.NOTHING, What.TEXT) for cell in row[1:]):
            body.append(at)
    close()
    return grids


def _is_heading(row: Sequence[Printed], *, has_figures: bool, has_headings: bool) -> bool:
    filled = [cell for cell in row if cell.what is not What.NOTHING]
    if len(filled) < 2 and not (filled and has_headings and not has_figures and row[0].what is What.NOTHING):
        return False
    numbers = [cell for cell in filled if cell.what is not What.TEXT]
    if not numbers:
        return True
    if has_figures:
        return False
    years = all(cell.what is What.COUNT and cell.count in _YEAR for cell in numbers)
    return years and (not has_headings or row[0].what is What.NOTHING)


def _grid(
    sheet: SheetRows,
    read: Sequence[tuple[Printed, ...]],
    above: Sequence[int],
    body: Sequence[int],
    block: int,
) -> Grid:
    width = len(read[0])
    parts: list[list[str]] = [[] for _ in range(width)]
    for order, at in enumerate(above):
        held = ""
        for column in range(width):
            text = read[at][column].text
            held = text or (held if order < len(above) - 1 and column else "")
            if held and held not in parts[column]:
                parts[column].append(held)
    headings = tuple(" ".join(each) for each in parts)
    rows = tuple(read[at] for at in body)
    labels = _label_columns(headings, rows)
    made = Grid(
        sheet.name,
        headings,
        tuple(sheet.rows[at].row for at in body),
        rows,
        labels,
        block,
        sheet.rows[above[-1]].row,
    )
    kinds = tuple(tuple(_kind(made, row, column) for column in range(width)) for row in range(len(rows)))
    return Grid(made.name, headings, made.numbers, rows, labels, block, made.heading_row, kinds)


def _label_columns(headings: Sequence[str], rows: Sequence[Sequence[Printed]]) -> tuple[int, ...]:
    """The first column, and whatever else stands before the figures and is text or a number that names."""
    labels = [0]
    for column in range(1, len(headings)):
        cells = [row[column] for row in rows if row[column].what is not What.NOTHING]
        texts = sum(cell.what is What.TEXT for cell in cells)
        years = all(cell.count in _YEAR for cell in cells) and len({cell.count for cell in cells}) < len(
            cells
        )
        names = _NAMING_WORDS.fullmatch(headings[column]) is not None or years
        if cells and (texts * 2 > len(cells) or (names and column < len(headings) - 1)):
            labels.append(column)
        elif cells:
            break
    return tuple(labels)


def _kind(grid: Grid, row: int, column: int) -> What:
    """What a cell is, with the words over and beside it."""
    cell = grid.rows[row][column]
    if column in grid.labels or cell.what in (What.NOTHING, What.TEXT):
        return What.NOTHING if cell.what is What.NOTHING else What.TEXT
    if cell.what is What.GIVEN:
        return What.GIVEN
    words = (grid.headings[column], grid.label(row))
    if cell.what is What.HIDDEN:
        if any(map(_RATIO_WORDS.search, words)):
            return What.TEXT  # a withheld percentage tells nothing
        if any(map(_DIFFERENCE_WORDS.search, words)):
            return What.TEXT
        return What.HIDDEN
    if any(map(_GIVEN_WORDS.search, words)) and not cell.is_per_cent and "%" not in words[0]:
        return What.GIVEN
    if cell.what is What.RATIO or any(map(_RATIO_WORDS.search, words)):
        return What.RATIO
    if cell.what is What.DIFFERENCE or any(map(_DIFFERENCE_WORDS.search, words)):
        # A column without a word for it, such as “Net”, that falls below nought somewhere.
        return What.DIFFERENCE
    below = any(
        other[column].what is What.DIFFERENCE and (other[column].exact or 0) < 0 for other in grid.rows
    )
    return What.DIFFERENCE if below else What.COUNT


def rows_of(texts: Sequence[Sequence[RawCell]], name: str = "") -> SheetRows:
    """Rows that stand in no file, numbered from 1; the first has the headings."""
    return SheetRows(name, tuple(RawRow(at, tuple(row)) for at, row in enumerate(texts, start=1)))
