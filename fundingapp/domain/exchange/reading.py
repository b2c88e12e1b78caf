"""From the raw sheets of an exchange workbook to entries; every row is kept, skipped or refused, with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fundingapp.domain.cells import clean_text, error_in_words, is_error_text
from fundingapp.domain.errors import listed
from fundingapp.domain.exchange.columns import TEXTS, Column, Holds, UnreadableCellError, fold_word, read_cell
from fundingapp.domain.exchange.entries import Entry
from fundingapp.domain.exchange.further import FurtherRow, FurtherSpec
from fundingapp.domain.exchange.notes import Notes, Place
from fundingapp.domain.exchange.sheets import SHEETS, SheetSpec
from fundingapp.domain.ledger import Cell, RawRow

#: Sheets with words for a reader, which hold no rows of ours.
NOTES_SHEETS = frozenset({"notes", "lists"})
#: So often the reading of rows says how far it is.
_STEP = 5_000


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet as found: its name, its first filled row as headings, and every row below; rows counted from 1."""

    name: str
    headings: tuple[str, ...]
    rows: Sequence[RawRow]
    heading_row: int = 1


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was passed over, and why."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class SheetRead:
    """A sheet understood: *read* = entries + skipped + refused. *given* are the fields that it has columns for."""

    name: str
    entries: tuple[Entry, ...]
    given: frozenset[str]
    read: int
    skipped: tuple[Skipped, ...]
    refused: int

    @property
    def kept(self) -> int:
        return len(self.entries)


def read_sheets(
    sheets: Sequence[RawSheet],
    further: Sequence[FurtherSpec],
    notes: Notes,
    progress: Callable[[int, int, str], None],
) -> list[SheetRead]:
    """The sheets that are known, in the order in which their rows build on each other; *notes* gets everything else.

    *further* are those that only our own workbooks have.
    """
    wanted: dict[str, SheetSpec | FurtherSpec] = {fold_word(spec.name): spec for spec in SHEETS}
    wanted |= {fold_word(spec.name): spec for spec in further}
    found: dict[str, RawSheet] = {}
    for sheet in sheets:
        name = fold_word(sheet.name)
        if name in NOTES_SHEETS:
            continue
        if name not in wanted:
            known = listed((f"“{spec.name}”" for spec in SHEETS), "and")
            notes.finding(
                "sheet.unknown",
                Place(sheet.name),
                f"no sheet of that name is known, so nothing of it was taken; the sheets are {known}",
            )
        elif name in found:
            notes.contradiction(
                "sheet.repeated",
                Place(sheet.name),
                "the same sheet is there twice, so it is not known which counts",
                other=Place(found[name].name),
            )
        else:
            found[name] = sheet
    if not found:
        notes.contradiction(
            "no_sheet", Place("partnership"), "it has none of the sheets of the exchange workbook"
        )
    return [
        _read(wanted[name], found[name], notes, progress)
        for name in (*(fold_word(spec.name) for spec in SHEETS), *(fold_word(spec.name) for spec in further))
        if name in found
    ]


def _read(
    spec: SheetSpec | FurtherSpec,
    sheet: RawSheet,
    notes: Notes,
    progress: Callable[[int, int, str], None],
) -> SheetRead:
    columns = _columns(spec, sheet, notes)
    missing = [
        column.heading
        for column in spec.columns
        if column.needed and column.field not in {c.field for _, c in columns}
    ]
    filled = [row for row in sheet.rows if _is_filled(row)]
    if missing and filled:
        notes.contradiction(
            "column.missing",
            Place(sheet.name, sheet.heading_row),
            f"the sheet lacks {listed((f'“{heading}”' for heading in missing), 'and')}, without which its rows can't "
            "be understood",
        )
        return SheetRead(spec.name, (), frozenset(), len(sheet.rows), (), len(sheet.rows))
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    refused = 0
    for at, row in enumerate(sheet.rows):
        if at % _STEP == 0:
            progress(at, len(sheet.rows), f"Reading “{spec.name}”")
        place = Place(spec.name, row.row)
        if not _is_filled(row):
            skipped.append(Skipped(place, "blank"))
            continue
        values = _values(columns, row, place, notes)
        if values is None:
            refused += 1
            continue
        if isinstance(spec, FurtherSpec):
            entries.append(FurtherRow(place, values))
        else:
            entries.append(spec.entry(place, **values))
    given = frozenset(column.field for _, column in columns)
    return SheetRead(spec.name, tuple(entries), given, len(sheet.rows), tuple(skipped), refused)


def _is_filled(row: RawRow) -> bool:
    return any(cell is not None and clean_text(cell) for cell in row.cells)


def _columns(spec: SheetSpec | FurtherSpec, sheet: RawSheet, notes: Notes) -> list[tuple[int, Column]]:
    by_heading = {fold_word(column.heading): column for column in spec.columns}
    found: dict[str, tuple[int, Column]] = {}
    for at, heading in enumerate(sheet.headings):
        name = fold_word(clean_text(heading))
        if not name:
            if any(at < len(row.cells) and clean_text(row.cells[at]) for row in sheet.rows):
                notes.finding(
                    "column.nameless",
                    Place(spec.name, sheet.heading_row),
                    f"column {at + 1} has values and no heading, so they were not taken",
                )
            continue
        column = by_heading.get(name)
        if column is None:
            known = listed((column.heading for column in spec.columns if not column.is_ours), "and")
            notes.finding(
                "column.unknown",
                Place(spec.name, sheet.heading_row),
                f"no column of that name is known, so nothing of it was taken; the columns are {known}",
                clean_text(heading),
            )
        elif name in found:
            notes.contradiction(
                "column.repeated",
                Place(spec.name, sheet.heading_row),
                "the column is there twice, so it is not known which counts",
                column.heading,
            )
        else:
            found[name] = (at, column)
    return list(found.values())


def _values(
    columns: Sequence[tuple[int, Column]], row: RawRow, place: Place, notes: Notes
) -> dict[str, Any] | None:
    """The values of a row by field; None, with a contradiction each, when it can't be read."""
    values: dict[str, Any] = {}
    is_fine = True
    for at, column in columns:
        cell: Cell = row.cells[at] if at < len(row.cells) else None
        if isinstance(cell, str) and is_error_text(cell.strip()):
            what = f"the cell holds {error_in_words(cell.strip())}"
            if column.holds is Holds.TEXT and not column.needed:
                notes.finding("cell.error", place, f"{what}, so it is kept as empty", column.heading)
            else:
                notes.contradiction("cell.unreadable", place, what, column.heading)
                is_fine = False
            continue
        try:
            value = read_cell(column, cell)
        except UnreadableCellError as error:
            notes.contradiction("cell.unreadable", place, str(error), column.heading)
            is_fine = False
            continue
        is_blank = value is None or value == ""
        if is_blank and column.needed:
            what = "nothing is there" if column.holds is not Holds.DAY or cell is None else "it is not a date"
            notes.contradiction("cell.missing", place, what, column.heading)
            is_fine = False
        if is_blank and column.holds not in TEXTS:
            continue
        values[column.field] = value
    return values if is_fine else None
