"""The texts of workbooks and text tables with their cells, for a look for personal data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final

from fundingapp.application.ports import LookedInto
from fundingapp.domain import paper_files
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.domain.personal_data import SeenCell
from fundingapp.workbooks.apart import read_workbook
from fundingapp.workbooks.delimited import read_text_table
from fundingapp.workbooks.sources import Kind, kind_of, read_bytes
from fundingapp.workbooks.workbook import read_grids

#: More cells than this are not looked into: it says so.
_MOST: Final = 500_000
#: Each hidden sheet has the workbook opened once more.
_MOST_HIDDEN: Final = 20


def is_table(name: str, media_type: str) -> bool:
    """Whether what is named so is read here: a workbook by its content, a text by its suffix."""
    suffix = paper_files.suffix_of(name)
    if media_type == paper_files.TEXT:
        return suffix in (".csv", ".tsv")
    if media_type in (paper_files.EXCEL, paper_files.ODS):
        return True
    return media_type in (paper_files.OLD_OFFICE, paper_files.MACROS) and suffix in (".xls", ".xlsm", ".xlsb")


def texts_of_table(path: Path, name: str) -> LookedInto:
    """Every filled cell; a table that can't be read says so."""
    try:
        raw = read_bytes(path, name)
        kind = kind_of(raw, name)
        if kind is Kind.TEXT:
            cells = list(_of_rows(name, "", read_text_table(raw, name).rows))
            hidden: list[str] = []
        else:
            grids, findings = read_workbook(path, name, kind, None, _silently)
            hidden = [each.source.sheet for each in findings if each.kind == "sheet.hidden"]
            for sheet in hidden[:_MOST_HIDDEN]:
                grids += read_workbook(path, name, kind, sheet, _silently)[0]
            cells = [cell for grid in grids for cell in _of_rows(name, grid.sheet, grid.rows)]
    except InputRefusedError as refusal:
        why_not = refusal.message.rstrip(".")
        return LookedInto((), f"it{why_not[len(name) :]}" if why_not.startswith(f"{name} ") else why_not)
    if len(cells) > _MOST:
        return LookedInto(tuple(cells[:_MOST]), f"its first {_MOST:,} cells", partly=True)
    if len(hidden) > _MOST_HIDDEN:
        why_not = f"{len(hidden) - _MOST_HIDDEN} hidden sheets were left out"
        return LookedInto(tuple(cells), why_not, partly=True)
    return LookedInto(tuple(cells))


def texts_of_our_table(path: Path, name: str) -> Iterator[SeenCell]:
    """Every filled cell of a table that this program has just written, read in this process."""
    raw = path.read_bytes()
    kind = kind_of(raw, name)
    if kind is Kind.TEXT:
        yield from _of_rows(name, "", read_text_table(raw, name).rows)
        return
    for grid in read_grids(raw, name, kind, None, _silently)[0]:
        yield from _of_rows(name, grid.sheet, grid.rows)


def _silently(_done: int, _total: int, _label: str) -> None:
    """Nobody is told: a paper is small."""


def _of_rows(name: str, sheet: str, rows: Iterable[RawRow]) -> Iterator[SeenCell]:
    for row in rows:
        for column, cell in enumerate(row.cells, 1):
            if (text := _text(cell)) != "":
                yield SeenCell(name, sheet, row.row, column, text)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
