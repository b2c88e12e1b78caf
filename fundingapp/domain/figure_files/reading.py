"""What a file or a pasted block of figures is, told by its headings."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from fundingapp.domain.cells import clean_text
from fundingapp.domain.errors import InputRefusedError, listed
from fundingapp.domain.figure_files.contents import FigureFile, RowIs
from fundingapp.domain.figure_files.grids import read_grid
from fundingapp.domain.figure_files.partnerships import read_partnerships
from fundingapp.domain.figure_files.printed import read_printed
from fundingapp.domain.figure_files.street import read_street
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.findings import LISTED_ERRORS, Finding, Severity, Source
from fundingapp.domain.ledger import RawRow, SheetRows
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.personal_data import Clue, SeenCell, look_at_cells

#: What was pasted is called so.
PASTED = "what was pasted"
#: So much may be pasted at once, in letters.
MOST_PASTED = 5_000_000

_Reader: TypeAlias = Callable[[SheetRows, str, FinancialYear | None], FigureFile | None]
#: How each layout is read, those first that tell themselves most surely.
READERS: dict[FigureLayout, _Reader] = {
    FigureLayout.PARTNERSHIPS: lambda sheet, name, _year: read_partnerships(sheet, name),
    FigureLayout.STREET: lambda sheet, name, _year: read_street(sheet, name),
    FigureLayout.PERFORMANCE: lambda sheet, name, _year: read_printed(sheet, name),
    FigureLayout.GRID: read_grid,
}
#: A layout that a person has chosen is read so although nothing else shows it.
_CHOSEN: dict[FigureLayout, _Reader] = {
    FigureLayout.PERFORMANCE: lambda sheet, name, _year: read_printed(sheet, name, must=True),
}


def read_file(
    name: str,
    sheets: Sequence[SheetRows],
    layout: FigureLayout | None = None,
    sheet: str | None = None,
    year: FinancialYear | None = None,
) -> FigureFile:
    """The figures of the file *name*: of the sheet named, else of the first that holds any; read as *layout*, else as
    its headings tell. A quarter without a year is one of *year*.

    Raises InputRefusedError when it holds no figures, or not in that layout, or has no such sheet.
    """
    chosen = [each for each in sheets if sheet is None or each.name.casefold() == sheet.casefold()]
    if not chosen:
        there = listed(f"“{each.name}”" for each in sheets if each.name)
        raise InputRefusedError(
            "no_sheet", f"“{name}” has no sheet “{sheet}”.", f"Choose one of its sheets: {there}."
        )
    readers = READERS if layout is None else {layout: _CHOSEN.get(layout, READERS[layout])}
    found: list[tuple[SheetRows, FigureFile]] = []
    for each in chosen:
        for read in readers.values():
            file = read(each, name, year)
            if file is not None:
                found.append((each, file))
                break
    with_figures = [file for _, file in found if file.figures] or [file for _, file in found]
    if not with_figures:
        what = f"as {layout.value}" if layout is not None else "in a layout that is known"
        raise InputRefusedError(
            "no_figures",
            f"“{name}” holds no figures {what}.",
            "It needs a row of headings: an indicator and its periods (such as Q1 2018/19), or those of the published "
            "table as it was downloaded.",
        )
    file = with_figures[0]
    others = tuple(other.sheet for other in with_figures[1:] if other.sheet)
    clues = () if file.crimes else _clues(name, next(each for each, read in found if read is file))
    return replace(file, others=others, findings=(*file.findings, *_unreadable(file)), clues=clues)


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


def _unreadable(file: FigureFile) -> Iterable[Finding]:
    wrong = [row for row in file.rows if row.what is RowIs.UNREADABLE]
    for row in wrong[:LISTED_ERRORS]:
        yield Finding(
            Severity.ERROR,
            "figures.unreadable",
            f"Row {row.row:,}: {row.reason}.",
            Source(file.name, file.sheet, row.row),
        )
