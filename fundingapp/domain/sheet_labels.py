"""What a sheet says of its cells: the words to their left and above them, and which are there to be filled."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final, NamedTuple

from fundingapp.domain.addresses import Area, split_address
from fundingapp.domain.sheet_looks import CellLook, Holds, SheetLook, WorkbookLook

#: A label stands at most so many empty columns to the left, and its heading so many rows above.
_TO_THE_LEFT: Final = 6
_ABOVE: Final = 80
_LONGEST: Final = 200
_SPACES = re.compile(r"\s+")


class Fence(NamedTuple):
    """What stands between two markers of a sheet, such as ``PF-USER_CONTACT-NAME-START`` and ``…-END``; *name* is what
    both have in common, *area* has the markers in it."""

    name: str
    sheet: str
    area: Area


def fences_of(book: WorkbookLook) -> tuple[Fence, ...]:
    """The fences of *book*, in its order; a marker without its other half fences nothing."""
    begun: dict[tuple[str, str], tuple[int, int]] = {}
    found: list[Fence] = []
    for sheet, cell, text in book.markers:
        row, column = split_address(cell)
        name, _, end = text.rpartition("-" if "-" in text[-7:] else "_")
        if end in {"START", "BEGIN"}:
            begun[sheet, name] = row, column
        elif (at := begun.pop((sheet, name), None)) is not None and at[0] <= row:
            columns = sorted((at[1], column))
            found.append(Fence(name, sheet, Area(at[0], columns[0], row, columns[1])))
    return tuple(found)


def with_labels(book: WorkbookLook) -> WorkbookLook:
    """*book* with each cell that is there to be filled marked, and with what is said of it."""
    fences = fences_of(book)
    markers = {(sheet, cell) for sheet, cell, _ in book.markers}
    sheets = []
    for sheet in book.sheets:
        own = [fence.area for fence in fences if fence.sheet == sheet.name]
        finder = _Inputs(sheet, own, bool(fences), {cell for name, cell in markers if name == sheet.name})
        sheets.append(_labelled(sheet, finder))
    return replace(book, sheets=tuple(sheets))


def _labelled(sheet: SheetLook, finder: _Inputs) -> SheetLook:
    covered = _covered(sheet)
    inputs = frozenset(
        at
        for at, cell in sheet.cells.items()
        if finder.is_input(cell)
        and (at not in covered or at == (covered[at].first_row, covered[at].first_column))
    )
    reading = _Labels(sheet, inputs, covered, finder.markers)
    cells = {
        at: replace(cell, is_input=at in inputs, label=reading.label(*at) if at in inputs else "")
        for at, cell in sheet.cells.items()
        if at in inputs or cell.is_input or cell.label
    }
    return replace(sheet, cells={**sheet.cells, **cells})


class _Inputs:
    """Tells which cells of a sheet are there to be filled.

    On a protected sheet those that are not locked. Elsewhere nothing is locked: then the colour of input tells, light
    yellow by custom; in a workbook with markers, the white boxes between them; else empty boxes.
    """

    def __init__(self, sheet: SheetLook, fences: list[Area], has_fences: bool, markers: set[str]) -> None:
        self._sheet, self._fences, self._has_fences, self.markers = sheet, fences, has_fences, markers
        self._has_colour = any(
            is_input_colour(cell.style.fill) and cell.holds is not Holds.TEXT for cell in sheet.cells.values()
        )

    def is_input(self, cell: CellLook) -> bool:
        if cell.formula or cell.holds is Holds.ERROR or cell.cell in self.markers:
            return False
        if self._sheet.is_protected or not cell.style.locked:
            return not cell.style.locked
        if self._has_fences:
            return (
                cell.style.fill in {"", "FFFFFF"}
                and _is_box(cell)
                and any(area.has(cell.row, cell.column) for area in self._fences)
            )
        if self._has_colour:
            return cell.holds is not Holds.TEXT and is_input_colour(cell.style.fill)
        return cell.value is None and cell.style.fill in {"", "FFFFFF"} and _is_box(cell)


def _is_box(cell: CellLook) -> bool:
    """Whether lines are drawn around a cell; a neighbour may draw one or two of them."""
    style = cell.style
    drawn = sum(bool(edge.style) for edge in (style.left, style.right, style.top, style.bottom))
    return drawn >= 2 + (style.left.style == style.right.style == "")


def is_input_colour(colour: str) -> bool:
    """Whether *colour* is a light yellow, as input cells have it by custom."""
    if len(colour) != 6:
        return False
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return red >= 240 and green >= 225 and blue < green and red - blue >= 8


class Beside:
    """Tells the words that stand beside the cells of one sheet: labels of a form, headings of a table."""

    def __init__(self, sheet: SheetLook) -> None:
        inputs = frozenset(at for at, cell in sheet.cells.items() if cell.is_input)
        self._labels = _Labels(sheet, inputs, _covered(sheet), frozenset())

    def words(self, row: int, column: int) -> tuple[str, str]:
        """What stands to the left of a cell and above it, "" where nothing does."""
        return self._labels.left(row, column), self._labels.above(row, column)


def _covered(sheet: SheetLook) -> dict[tuple[int, int], Area]:
    """The cells of merged areas, each with its area; those of whole columns are left out."""
    return {
        (row, column): area
        for area in sheet.merges
        if (area.last_row - area.first_row + 1) * (area.last_column - area.first_column + 1) <= 20_000
        for row in range(area.first_row, area.last_row + 1)
        for column in range(area.first_column, area.last_column + 1)
    }


class _Labels:
    """Looks for the words that belong to the cells of one sheet."""

    def __init__(
        self,
        sheet: SheetLook,
        inputs: frozenset[tuple[int, int]],
        covered: dict[tuple[int, int], Area],
        markers: AbstractSet[str],
    ) -> None:
        self._sheet, self._inputs, self._covered, self._markers = sheet, inputs, covered, markers

    def label(self, row: int, column: int) -> str:
        """What is said of the cell, the row first: “Award · LF-01”."""
        left, above = self.left(row, column), self.above(row, column)
        return " · ".join(word for word in (left, above) if word)

    def left(self, row: int, column: int) -> str:
        """The text nearest to the left; nothing where another cell to be filled stands between."""
        empty = 0
        at = column - 1
        while at >= 0 and empty < _TO_THE_LEFT:
            area = self._covered.get((row, at))
            place = (area.first_row, area.first_column) if area is not None else (row, at)
            if place in self._inputs:
                return ""
            if words := self._text(*place):
                return words
            empty += 1
            at = area.first_column - 1 if area is not None else at - 1
        return ""

    def above(self, row: int, column: int) -> str:
        """The text nearest above, past cells to be filled and what is worked out; nothing beyond an empty stretch."""
        empty = 0
        at = row - 1
        while at >= max(1, row - _ABOVE):
            area = self._covered.get((at, column))
            place = (area.first_row, area.first_column) if area is not None else (at, column)
            cell = self._sheet.cells.get(place)
            if place in self._inputs or (cell is not None and cell.formula):
                empty = 0
            elif words := self._text(*place):
                return words
            else:
                empty += 1
                if empty > 1:
                    return ""
            at = area.first_row - 1 if area is not None else at - 1
        return ""

    def _text(self, row: int, column: int) -> str:
        cell = self._sheet.cells.get((row, column))
        if cell is None or cell.formula or (row, column) in self._inputs or not isinstance(cell.value, str):
            return ""
        if cell.cell in self._markers:
            return ""
        return _SPACES.sub(" ", cell.value).strip()[:_LONGEST]
