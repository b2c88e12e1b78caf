"""What a file or a pasted block of figures is, told by its headings."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from fundingapp.domain.cells import clean_text
from fundingapp.domain.errors import InputRefusedError, listed
from fundingapp.domain.figure_files.contents import FigureFile, RowIs, TableSeen
from fundingapp.domain.figure_files.grids import read_grid
from fundingapp.domain.figure_files.partnerships import read_partnerships
from fundingapp.domain.figure_files.printed import read_printed
from fundingapp.domain.figure_files.street import Tell, read_street
from fundingapp.domain.figure_imports import FigureLayout, row_in_words
from fundingapp.domain.findings import LISTED_ERRORS, Finding, Severity, Source
from fundingapp.domain.ledger import RawRow, SheetRows
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.personal_data import Clue, SeenCell, look_at_cells

#: What was pasted is called so.
PASTED = "what was pasted"
#: So much may be pasted at once, in letters.
MOST_PASTED = 5_000_000

_Reader: TypeAlias = Callable[[SheetRows, str, FinancialYear | None, Tell | None], tuple[FigureFile, ...]]


def _one(file: FigureFile | None) -> tuple[FigureFile, ...]:
    return (file,) if file is not None else ()


#: How each layout is read, those first that tell themselves most surely. A sheet may hold several published tables.
READERS: dict[FigureLayout, _Reader] = {
    FigureLayout.PARTNERSHIPS: lambda sheet, name, _year, _tell: _one(read_partnerships(sheet, name)),
    FigureLayout.STREET: lambda sheet, name, _year, tell: _one(read_street(sheet, name, tell)),
    FigureLayout.PERFORMANCE: lambda sheet, name, _year, _tell: read_printed(sheet, name),
    FigureLayout.GRID: lambda sheet, name, year, _tell: _one(read_grid(sheet, name, year)),
}
#: A layout that a person has chosen is read so although nothing else shows it.
_CHOSEN: dict[FigureLayout, _Reader] = {
    FigureLayout.PERFORMANCE: lambda sheet, name, _year, _tell: read_printed(sheet, name, must=True),
}


def read_file(
    name: str,
    sheets: Sequence[SheetRows],
    layout: FigureLayout | None = None,
    sheet: str | None = None,
    year: FinancialYear | None = None,
    part: str | None = None,
    tell: Tell | None = None,
) -> FigureFile:
    """The figures of the file *name*: of the *sheet* and the *part* of it that are named, else of the first table with
    any; read as *layout*, else as its headings tell. A quarter without a year is one of *year*. *tell* hears how far a
    long list of crimes is.

    Raises InputRefusedError when it holds no figures, or not in that layout, or has no such sheet or table.
    """
    if sheet is not None and not any(each.name.casefold() == sheet.casefold() for each in sheets):
        there = listed(f"“{each.name}”" for each in sheets if each.name)
        raise InputRefusedError(
            "no_sheet", f"“{name}” has no sheet “{sheet}”.", f"Choose one of its sheets: {there}."
        )
    readers = READERS if layout is None else {layout: _CHOSEN.get(layout, READERS[layout])}
    found: list[tuple[SheetRows, FigureFile]] = []
    for each in sheets:
        for read in readers.values():
            files = read(each, name, year, tell)
            if files:
                found += [(each, file) for file in files]
                break
    found = [(each, file) for each, file in found if file.figures] or found
    chosen = [
        (each, file) for each, file in found if sheet is None or each.name.casefold() == sheet.casefold()
    ]
    if not chosen:
        what = f"as {layout.value}" if layout is not None else "in a layout that is known"
        raise InputRefusedError(
            "no_figures",
            f"“{name}” holds no figures {what}.",
            "It needs a row of headings: an indicator and its periods (such as Q1 2018/19), or those of the published "
            "table as it was downloaded.",
        )
    tables = _seen([file for _, file in found])
    if part is not None:
        chosen = [(each, file) for each, file in chosen if file.part.casefold() == part.casefold()]
        if not chosen:
            there = listed(f"“{each.part or each.title}”" for each in tables)
            raise InputRefusedError(
                "no_table", f"“{name}” has no table “{part}”.", f"Choose one of its tables: {there}."
            )
    of_sheet, file = chosen[0]
    clues = () if file.crimes else _clues(name, of_sheet)
    return replace(file, tables=tables, findings=(*file.findings, *unreadable_rows(file)), clues=clues)


def _seen(files: Sequence[FigureFile]) -> tuple[TableSeen, ...]:
    sheets: set[str] = set()
    found = []
    for file in files:
        rows = sum(row.has_figures for row in file.rows)
        is_first = file.sheet not in sheets
        found.append(
            TableSeen(file.sheet, file.part, file.title, file.layout, rows, len(file.figures), is_first)
        )
        sheets.add(file.sheet)
    return tuple(found)


def _clues(name: str, sheet: SheetRows) -> tuple[Clue, ...]:
    """What looks like personal data in the texts of *sheet*, which would be kept with the file."""
    return look_at_cells(
        SeenCell(name, sheet.name, row.row, column, cell)
        for row in sheet.rows
        for column, cell in enumerate(row.cells, start=1)
        if isinstance(cell, str)
    )


def pasted_rows(text: str) -> SheetRows:
    """The rows of a pasted block: cells separated by tabs as spreadsheets give them, with quotes around line breaks.

    Raises InputRefusedError when nothing was pasted, or too much.
    """
    if len(text) > MOST_PASTED:
        raise InputRefusedError(
            "too_much", "That is too much to paste at once.", "Keep it as a file and import the file."
        )
    separator = "\t" if "\t" in text else ","
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise InputRefusedError(
            "bad_quotes",
            "What was pasted has a quotation mark that is not closed, so rows may be swallowed.",
            "Copy the cells again, from the first to the last.",
        ) from error
    rows = tuple(
        RawRow(number, tuple(cell or None for cell in cells))
        for number, cells in enumerate(records, start=1)
        if any(clean_text(cell) for cell in cells)
    )
    if not rows:
        raise InputRefusedError(
            "empty", "There is nothing to paste.", "Copy the cells with their headings first."
        )
    return SheetRows("", rows)


def unreadable_rows(file: FigureFile) -> Iterable[Finding]:
    """The rows that can't be read, as findings: the first of them."""
    wrong = [row for row in file.rows if row.what is RowIs.UNREADABLE]
    for row in wrong[:LISTED_ERRORS]:
        where = row_in_words(file.files, row.row)
        yield Finding(
            Severity.ERROR,
            "figures.unreadable",
            f"{where[:1].upper()}{where[1:]}: {row.reason}.",
            Source(file.name, file.sheet, row.row),
        )
