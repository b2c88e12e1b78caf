"""Small templates made in memory: forms and tables to be filled, as a commissioner's workbook has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fundingapp.domain.addresses import Area
from fundingapp.domain.sheet_labels import with_labels
from fundingapp.domain.sheet_looks import (
    CellLook,
    CellStyle,
    Holds,
    NameLook,
    SheetLook,
    ValidationLook,
    WorkbookLook,
)

OPEN = CellStyle(fill="FFF9E5", locked=False)


def text(row: int, column: int, words: str) -> CellLook:
    return CellLook(row, column, words, words, Holds.TEXT)


def to_fill(row: int, column: int, code: str = "General") -> CellLook:
    return CellLook(row, column, style=replace(OPEN, number_format=code))


def sheet_of(name: str, cells: Sequence[CellLook], *, protected: bool = True) -> SheetLook:
    held = {(cell.row, cell.column): cell for cell in cells}
    rows = max((row for row, _ in held), default=0)
    columns = max((column for _, column in held), default=-1) + 1
    return SheetLook(name, is_protected=protected, rows=rows, columns=columns, cells=held)


def form(labels: Sequence[str], name: str = "Cover", row: int = 2, column: int = 1) -> SheetLook:
    """A form: each label with a cell to be filled to its right, one under the other."""
    cells: list[CellLook] = []
    for at, label in enumerate(labels):
        cells += [text(row + at, column, label), to_fill(row + at, column + 1)]
    return sheet_of(name, cells)


def grid(
    headings: Sequence[str], rows: int, name: str = "Expenditure", row: int = 4, column: int = 1
) -> SheetLook:
    """A table: a row of headings, and so many rows to be filled below."""
    cells = [text(row, column + at, heading) for at, heading in enumerate(headings)]
    cells += [to_fill(row + 1 + down, column + at) for down in range(rows) for at in range(len(headings))]
    return sheet_of(name, cells)


def book_of(
    *sheets: SheetLook,
    names: Mapping[str, tuple[str, int, int]] | None = None,
    validations: Sequence[ValidationLook] = (),
    markers: Sequence[tuple[str, str, str]] = (),
) -> WorkbookLook:
    """A workbook of *sheets* with its labels; *names* lead to sheet, row and column."""
    looks = tuple(
        NameLook(name, "", sheet, Area(row, column, row, column))
        for name, (sheet, row, column) in (names or {}).items()
    )
    return with_labels(
        WorkbookLook("T.xlsx", "0" * 64, sheets, looks, (), tuple(validations), tuple(markers))
    )


def moved_by(book: WorkbookLook, sheet: str, *, row: int = 0, column: int = -1, by: int = 1) -> WorkbookLook:
    """*book* with *by* rows put in before *row* of *sheet*, or columns before *column*, as Excel would: names, rules
    and merged areas go along."""

    def at(r: int, c: int) -> tuple[int, int]:
        return (r + by if row and r >= row else r), (c + by if column >= 0 and c >= column else c)

    def area_at(area: Area) -> Area:
        return Area(*at(area.first_row, area.first_column), *at(area.last_row, area.last_column))

    sheets = []
    for each in book.sheets:
        if each.name == sheet:
            cells = {
                at(*place): replace(cell, row=at(*place)[0], column=at(*place)[1], label="", is_input=False)
                for place, cell in each.cells.items()
            }
            each = replace(each, cells=cells, merges=tuple(map(area_at, each.merges)))
        sheets.append(each)
    return with_labels(
        replace(
            book,
            sheets=tuple(sheets),
            names=tuple(
                replace(name, area=area_at(name.area))
                if name.area is not None and name.sheet == sheet
                else name
                for name in book.names
            ),
            validations=tuple(
                replace(rule, areas=tuple(map(area_at, rule.areas))) if rule.sheet == sheet else rule
                for rule in book.validations
            ),
        )
    )
