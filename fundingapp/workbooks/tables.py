"""Small tables of the user's own, such as the funding table and the coding rules: headings and rows, no meaning yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fundingapp.children.process import Progress
from fundingapp.domain.cells import clean_text, error_in_words
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import RawRow, SheetRows
from fundingapp.workbooks.apart import read_workbook
from fundingapp.workbooks.delimited import filled, read_text_table
from fundingapp.workbooks.percent_cells import percent_cells
from fundingapp.workbooks.sources import Kind, kind_of, read_bytes
from fundingapp.workbooks.workbook import Grid


def read_plain_table(path: Path) -> tuple[list[str], list[RawRow]]:
    """The headings and the filled rows below them of a text file or of the first filled sheet of a workbook.

    The headings are the first row with at least two filled cells; blank rows are left out, rows keep their
    numbers in the file and have a cell for each heading. Raises InputRefusedError.
    """
    raw = read_bytes(path, path.name)
    kind = kind_of(raw, path.name)
    if kind is Kind.TEXT:
        rows = list(read_text_table(raw, path.name).rows)
    else:
        grids, _ = read_workbook(path, path.name, kind, None, lambda _done, _total, _label: None)
        rows = next((list(grid.rows) for grid in grids if any(map(filled, grid.rows))), [])
    for at, row in enumerate(rows):
        if sum(bool(clean_text(cell)) for cell in row.cells) >= 2:
            below = [other for other in rows[at + 1 :] if filled(other)]
            width = max([len(row.cells), *(len(other.cells) for other in below)])
            headings = [clean_text(cell) for cell in row.cells]
            headings += [""] * (width - len(headings))
            padded = [
                RawRow(other.row, other.cells + (None,) * (width - len(other.cells))) for other in below
            ]
            return headings, padded
    raise InputRefusedError(
        "empty", f"{path.name} holds no table with headings.", "Give it a row of headings and rows below it."
    )


def read_sheets(path: Path, name: str, report: Progress) -> tuple[tuple[SheetRows, ...], tuple[Finding, ...]]:
    """Every filled row of a text file called *name*, or of each visible sheet of a workbook, and what is noticed of
    the whole.

    Rows keep their numbers in the file; what stands above or below a table is among them. Raises InputRefusedError.
    """
    raw = read_bytes(path, name)
    kind = kind_of(raw, name)
    if kind is Kind.TEXT:
        table = read_text_table(raw, name)
        return (SheetRows("", tuple(row for row in table.rows if filled(row))),), table.findings
    grids, findings = read_workbook(path, name, kind, None, report)
    shown = percent_cells(path, name) if kind is Kind.XLSX else {}
    sheets = tuple(
        SheetRows(grid.sheet, tuple(row for row in grid.rows if filled(row)), shown.get(grid.sheet, {}))
        for grid in grids
    )
    noticed = (each for grid in grids for each in (*grid.findings, *_without_values(grid, name)))
    return sheets, (*findings, *noticed)


def _without_values(grid: Grid, name: str) -> Iterator[Finding]:
    """The cells of a sheet that hold an error instead of a value. A division by nought is a way to print that there is
    no percentage."""
    found: dict[str, list[int]] = {}
    for row, _, text in sorted(grid.errors):
        if text not in {"#DIV/0!", "#N/A"}:
            found.setdefault(text, []).append(row)
    for text, rows in found.items():
        cells = f"{len(rows):,} cells hold" if len(rows) > 1 else "1 cell holds"
        yield Finding(
            Severity.WARNING,
            "cell.error",
            f"{cells} {error_in_words(text)}, the first in row {rows[0]:,}; nothing was read there.",
            Source(name, grid.sheet, rows[0]),
        )
