"""A list of cells as a text table: sheet, cell, value and, where it is given, the sort of the value."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Final

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.filling import CellToFill, put_as
from fundingapp.workbooks.delimited import decode, find_separator
from fundingapp.workbooks.sources import read_bytes
from fundingapp.workbooks.template_filler import asked_for

_COLUMNS: Final = ("sheet", "cell", "value")
_SORT: Final = "type"


def read_cell_list(path: Path, template: Path) -> list[CellToFill]:
    """The cells that the table at *path* lists; a value without a type is what its cell in *template* asks for.

    A value is the text of its field exactly, with its spaces. Raises InputRefusedError with the row for what is no
    such table, and ExpectedError for a value that is not of its type.
    """
    name = path.name
    text, _, _ = decode(read_bytes(path, name), name)
    separator = find_separator(text)
    reader = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise _refused(name, reader.line_num, f"cannot be read ({error})") from error
    headings = [heading.strip().casefold() for heading in rows[0][1]] if rows else []
    if not set(_COLUMNS) <= set(headings):
        raise InputRefusedError(
            "no_cell_list",
            f"{name} has no columns sheet, cell and value in its first row.",
            "Write a table with the columns sheet, cell, value and, where a value's sort is not plain, type.",
        )
    at = {heading: headings.index(heading) for heading in (*_COLUMNS, _SORT) if heading in headings}
    listed: list[tuple[str, str, str, str]] = []
    for line, row in rows[1:]:
        if len(row) != len(headings):
            raise _refused(name, line, f"has {len(row)} fields where the first row has {len(headings)}")
        field = {heading: row[where] for heading, where in at.items()}
        if not field["sheet"] and not field["cell"].strip():
            if any(each.strip() for each in row):
                raise _refused(name, line, "names no cell")
            continue
        listed.append((field["sheet"], field["cell"].strip(), field["value"], field.get(_SORT, "")))
    asks = asked_for(template, {(sheet, cell) for sheet, cell, _, sort in listed if not sort.strip()})
    return [
        CellToFill(
            sheet,
            cell,
            put_as(value, sort, f"{sheet}!{cell}", asks[sheet, cell])
            if (sheet, cell) in asks
            else put_as(value, sort, f"{sheet}!{cell}"),
        )
        for sheet, cell, value, sort in listed
    ]


def _refused(name: str, line: int, what: str) -> InputRefusedError:
    return InputRefusedError(
        "no_cell_list",
        f"{name}, line {line:,} {what}.",
        "Correct the line; fields with commas stand in quotes.",
    )
