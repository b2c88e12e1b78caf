"""The sheets of a workbook as grids of exact cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from fundingapp.domain.cells import NO_RESULT
from fundingapp.domain.findings import Finding
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.workbooks.cells import exact_row
from fundingapp.workbooks.reading import Part, Rows, SheetBegins, SheetEnds, parts_of_workbook
from fundingapp.workbooks.sources import Kind

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: every row of its used area with its true number, cells from column A on.

    *errors* are (row, column from 0, text) of cells that hold an error or a formula without stored result; the
    same text stands in the cell.
    """

    sheet: str
    rows: Sequence[RawRow]
    errors: Sequence[tuple[int, int, str]] = ()
    #: First row, first column, last row, last column of merged areas; rows from 1, columns from 0.
    merged: Sequence[tuple[int, int, int, int]] = ()
    findings: tuple[Finding, ...] = field(default_factory=tuple)


def read_grids(
    raw: bytes, name: str, kind: Kind, sheet: str | None, report: Progress
) -> tuple[list[Grid], list[Finding]]:
    """The visible sheets of a workbook, or the one named *sheet*, and the findings about the others.

    Read in this process, which a hostile workbook can bring down: what the user chose is read by
    :func:`~fundingapp.workbooks.apart.read_workbook`.
    """
    return grids_of(parts_of_workbook(BytesIO(raw), name, kind, sheet, report))


def grids_of(parts: Iterable[Part]) -> tuple[list[Grid], list[Finding]]:
    """The sheets that *parts* tell of, each cell exact, and the findings about the whole workbook."""
    grids: list[Grid] = []
    findings: list[Finding] = []
    sheet = ""
    rows: list[RawRow] = []
    for part in parts:
        if isinstance(part, Rows):
            before: tuple[Cell, ...] = (None,) * part.left
            rows.extend(RawRow(number, ()) for number in range(len(rows) + 1, part.first))
            rows.extend(
                [
                    RawRow(number, before + exact_row(row) if row.count("") < len(row) else ())
                    for number, row in enumerate(part.rows, part.first)
                ]
            )
        elif isinstance(part, SheetBegins):
            sheet, rows = part.name, []
        elif isinstance(part, SheetEnds):
            errors = [*part.errors, *((row, column, NO_RESULT) for row, column in part.without_result)]
            errors.sort()
            _put_errors(rows, errors)
            grids.append(Grid(sheet, rows, errors, part.merged, tuple(part.findings)))
        else:
            findings.append(part)
    return grids, findings


def _put_errors(rows: list[RawRow], errors: Sequence[tuple[int, int, str]]) -> None:
    """Writes the text of each error into its cell, which calamine left empty."""
    for number, column, text in errors:
        while len(rows) < number:
            rows.append(RawRow(len(rows) + 1, ()))
        cells = list(rows[number - 1].cells)
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = text
        rows[number - 1] = RawRow(number, tuple(cells))
