"""A template as it will look once it is filled: our values in its cells, and its formulas with their new results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from fundingapp.domain.addresses import split_address
from fundingapp.domain.number_formats import shown_as
from fundingapp.domain.sheet_looks import CellLook, Holds, SheetLook, Stored, WorkbookLook
from fundingapp.domain.worked_out import Place, Put, WorkedOut


def filled_sheets(look: WorkbookLook, puts: Mapping[Place, Put], results: WorkedOut) -> tuple[SheetLook, ...]:
    """The sheets of *look* with *puts* in them. What could not be worked out shows nothing: an old result must not
    stand beside new figures. Sheets' names are taken in any case of letters."""
    wanted: dict[str, dict[tuple[int, int], tuple[Stored, Holds, bool]]] = {}
    for (sheet, cell), worked in results.values.items():
        value = worked.value
        _at(wanted, sheet, cell, (value, Holds.ERROR if worked.kind == "e" else _holds(value), True))
    for sheet, cell in results.not_computed:
        _at(wanted, sheet, cell, (None, Holds.NOTHING, True))
    for (sheet, cell), put in puts.items():
        stored: Stored = Decimal(put) if isinstance(put, int) and not isinstance(put, bool) else put
        _at(wanted, sheet, cell, (stored, _holds(stored), False))
    return tuple(_with(sheet, wanted.get(sheet.name.casefold(), {})) for sheet in look.sheets)


def _at(
    wanted: dict[str, dict[tuple[int, int], tuple[Stored, Holds, bool]]],
    sheet: str,
    cell: str,
    becomes: tuple[Stored, Holds, bool],
) -> None:
    wanted.setdefault(sheet.casefold(), {})[split_address(cell)] = becomes


def _with(sheet: SheetLook, wanted: Mapping[tuple[int, int], tuple[Stored, Holds, bool]]) -> SheetLook:
    if not wanted:
        return sheet
    cells = dict(sheet.cells)
    for (row, column), (value, holds, is_result) in wanted.items():
        before = cells.get((row, column)) or CellLook(row, column)
        shown = "" if value is None else str(value) if holds is Holds.ERROR else _shown(value, before)
        cells[row, column] = replace(
            before, value=value, holds=holds, shown=shown, formula=before.formula if is_result else ""
        )
    return replace(
        sheet,
        cells=cells,
        rows=max(sheet.rows, *(row for row, _ in wanted)),
        columns=max(sheet.columns, *(column + 1 for _, column in wanted)),
    )


def _shown(value: Stored, cell: CellLook) -> str:
    return shown_as(value, cell.style.number_format)


def _holds(value: Stored) -> Holds:
    match value:
        case None:
            return Holds.NOTHING
        case bool():
            return Holds.YES_NO
        case Decimal():
            return Holds.NUMBER
        case date():
            return Holds.DAY
        case _:
            return Holds.TEXT
