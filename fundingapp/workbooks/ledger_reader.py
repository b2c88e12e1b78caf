"""From a ledger download, workbook or text file, to raw tables: every cell exact, every row with its number.

A workbook is read in a child process (:mod:`~fundingapp.workbooks.apart`), a text file in this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from fundingapp.domain.cells import clean_text, parse_amount, period_named, total_label
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.layouts import Layout, shape_of
from fundingapp.domain.ledger import CellError, Meaning, MergedArea, RawRow, RawTable
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.raw_tables import understood
from fundingapp.workbooks.apart import read_workbook
from fundingapp.workbooks.columns import MONEY, SEARCHED_ROWS, is_amount, unit_doubt
from fundingapp.workbooks.delimited import filled, possible_encodings, read_text_table
from fundingapp.workbooks.layouts import FoundTable, NoTable, find_tables, is_line
from fundingapp.workbooks.sources import Kind, kind_of, misnamed, read_bytes
from fundingapp.workbooks.text_rows import CellsOf
from fundingapp.workbooks.vocabulary import guess_meaning, is_in_thousands
from fundingapp.workbooks.workbook import Grid

Progress = Callable[[int, int, str], None]
#: So many rows above the first headings of a sheet are its titles, and so many above those of a table further down.
_TITLES, _TITLES_BETWEEN = 30, 4


def read_ledger(
    path: Path,
    sheet: str | None = None,
    progress: Progress | None = None,
    name: str | None = None,
    layouts: Sequence[Layout] = (),
    encoding: str = "",
) -> list[RawTable]:
    """The ledger tables of the file *path*, the one with most rows first; at least one.

    *sheet* restricts a workbook to one sheet, hidden ones included. *progress* is called with rows done, rows in
    all and what is being done; it may raise to stop. *name* is what to call the file where *path* is a private
    copy of it. A table with the headings of one of *layouts* means what that says. A text file is read in *encoding*
    when a person has chosen one. Findings that concern the whole
    file stand in the first table. Raises InputRefusedError, never an exception of a library.
    """
    report = progress or _no_progress
    name = name or path.name
    report(0, 1, f"Opening {name}")
    raw = read_bytes(path, name)
    kind = kind_of(raw, name)
    if kind is Kind.TEXT:
        tables, findings = _tables_of_text(raw, name, layouts, encoding)
    else:
        del raw  # the child reads the file itself
        tables, findings = _tables_of_workbook(path, name, kind, sheet, report, layouts)
    if (note := misnamed(kind, name)) is not None:
        findings.insert(0, note)
    tables = [replace(table, number=number) for number, table in enumerate(tables, start=1)]
    tables.sort(key=lambda table: -len(table.rows))
    tables[0] = replace(tables[0], findings=(*findings, *tables[0].findings))
    return tables


def encodings_of(path: Path) -> list[tuple[str, str]]:
    """The encodings that the text file at *path* can be read in, each with a line that differs; none of a workbook."""
    raw = read_bytes(path, path.name)
    return possible_encodings(raw) if kind_of(raw, path.name) is Kind.TEXT else []


def _no_progress(done: int, total: int, label: str) -> None:
    """Nobody is watching."""


def _tables_of_text(
    raw: bytes, name: str, layouts: Sequence[Layout], encoding: str
) -> tuple[list[RawTable], list[Finding]]:
    text = read_text_table(raw, name, encoding)
    found = find_tables(CellsOf(text.rows), layouts)
    if isinstance(found, NoTable):
        raise _no_amount_column(name, found.headings)
    tables = [
        _table(name, "", text.encoding, text.rows, table, at, found)
        for at, table in enumerate(found)
        if any(map(filled, text.rows[table.begin : table.end]))
    ]
    if not tables:
        raise _no_rows(name, "")
    return [_with_ragged_rows(table) for table in tables], list(text.findings)


def _with_ragged_rows(table: RawTable) -> RawTable:
    """Holds back the rows that have more cells than there are headings."""
    usual = max((at + 1 for at, heading in enumerate(table.headings) if heading), default=len(table.headings))
    used = max(
        (at + 1 for at, meaning in enumerate(table.meanings) if meaning is not Meaning.OTHER), default=0
    )
    usual = max(usual, used)
    ragged = tuple(
        Finding(
            Severity.ERROR,
            "row.ragged",
            f"Line {row.row:,} has more cells than there are headings; a comma inside an amount or a name may have"
            " split a cell in two.",
            Source(table.file, "", row.row),
        )
        for row in table.rows
        if len(row.cells) > usual and any(cell is not None for cell in row.cells[usual:])
    )
    if not ragged:
        return table
    rows = sum(filled(row) for row in table.rows)
    if 100 * len(ragged) >= 95 * rows and not _splits_amounts(table, usual):
        return table  # where all rows have them, they are columns without headings and not cells split in two
    return replace(table, findings=table.findings + ragged)


_BEFORE_COMMA = re.compile(r"[(\-−£\s]*\d{1,3}")
_AFTER_COMMA = re.compile(r"\d{3}(?:\.\d{1,2})?[)\-−\s]*(?:CR|DR)?", re.IGNORECASE)


def _splits_amounts(table: RawTable, usual: int) -> bool:
    """Whether the cells around the end of the headings are amounts that a comma split in two, such as 1 and 234.50."""
    split = 0
    for row in table.rows:
        cells = [cell if type(cell) is str else "" for cell in row.cells]
        split += any(
            _BEFORE_COMMA.fullmatch(cell) and _AFTER_COMMA.fullmatch(following)
            for cell, following in pairwise(cells[max(0, usual - 3) : usual + 2])
        )
    return 2 * split >= len(table.rows)


def _table(
    name: str,
    sheet: str,
    encoding: str,
    rows: Sequence[RawRow],
    found: FoundTable,
    place: int,
    tables: Sequence[FoundTable],
) -> RawTable:
    """The table at *place*, from 0, among the *tables* of one sheet, without what depends on single cells."""
    heading_row = rows[found.heading_at].row if found.heading_at >= 0 else 0
    own = rows[found.begin : found.end]
    if found.left or any(other.left for other in tables if other.begin == found.begin):
        own = [
            RawRow(row.row, (None,) * found.left + tuple(row.cells[found.left : found.right])) for row in own
        ]
    above = max(found.heading_at, 0)
    titles = [
        text
        for row in (_titles_between(rows, above) if place else rows[max(0, above - _TITLES) : above])
        for cell in row.cells
        if (text := clean_text(cell))
    ]
    meanings = found.meanings
    placed = {Meaning.DATE, Meaning.DATE_MONTH_FIRST, Meaning.PERIOD} & set(meanings)
    doubts = found.doubts
    if not any(doubt.kind == "amount.unit" for doubt in doubts) and not found.layout:
        spoken = next((text for text in titles if _speaks_of_thousands(text)), "")
        if spoken:
            at = next(at for at, meaning in enumerate(meanings) if meaning in MONEY)
            doubts = (*doubts, unit_doubt(at, spoken))
    return understood(
        RawTable(
            name,
            sheet,
            encoding,
            heading_row,
            found.headings,
            meanings,
            own,
            tuple(_choice_findings(name, sheet, found, heading_row)),
            doubts=doubts,
            settled=frozenset(range(len(meanings))) if found.layout else frozenset(),
            layout=(found.layout.name or "as confirmed before") if found.layout else "",
            period=None if placed else period_named([*titles, sheet]),
            total_above=_total_above(rows[:above]) if not place else None,
            title=" ".join([sheet, *(titles if place else ())]),
            follows_an_end=bool(place) and _follows_an_end(rows, above),
        )
    )


def _titles_between(rows: Sequence[RawRow], above: int) -> list[RawRow]:
    """The rows with one text each that stand above the headings at *above*, below the last line of another table."""
    titles: list[RawRow] = []
    for row in reversed(rows[max(0, above - _TITLES_BETWEEN) : above]):
        cells = [cell for cell in row.cells if clean_text(cell)]
        if len(cells) > 1 or (cells and (type(cells[0]) is not str or is_amount(cells[0]))):
            break
        titles.append(row)
    return titles[::-1]


def _follows_an_end(rows: Sequence[RawRow], above: int) -> bool:
    """Whether a total closes the table above the headings at *above*, or a title, other than a month, opens theirs."""
    titles = _titles_between(rows, above)
    texts = [text for row in titles for cell in row.cells if (text := clean_text(cell))]
    if any(period_named([text]) is None for text in texts):
        return True
    for row in reversed(rows[max(0, above - len(titles) - 2) : above - len(titles)]):
        cells = [cell for cell in row.cells if clean_text(cell)]
        if any(type(cell) is str and total_label(clean_text(cell)) for cell in cells):
            return True
        if cells:
            return len(cells) == 1
    return False


def _total_above(rows: Sequence[RawRow]) -> Money | None:
    """The total that stands above the headings, with its label in the same row; None unless there is just one."""
    totals: set[Money] = set()
    for row in rows[-_TITLES:]:
        if any(type(cell) is str and total_label(clean_text(cell)) for cell in row.cells):
            for cell in row.cells:
                if cell is None or isinstance(cell, date | bool):
                    continue
                try:
                    amount = parse_amount(cell)
                except NotMoneyError:
                    continue
                if amount is not None:
                    totals.add(amount)
    return totals.pop() if len(totals) == 1 else None


def _speaks_of_thousands(title: str) -> bool:
    """Whether a title, not a sentence about payments over a sum, says that amounts are in thousands."""
    return len(title) < 80 and is_in_thousands(title) and "over" not in title.casefold()


def _tables_of_workbook(
    path: Path, name: str, kind: Kind, sheet: str | None, report: Progress, layouts: Sequence[Layout]
) -> tuple[list[RawTable], list[Finding]]:
    grids, findings = read_workbook(path, name, kind, sheet, report)
    tables: list[RawTable] = []
    passed_over: list[tuple[str, NoTable]] = []
    headings_only: list[str] = []
    for grid, found in zip(grids, _found_alike(grids, layouts), strict=True):
        if isinstance(found, NoTable):
            passed_over.append((grid.sheet, found))
            continue
        made = [
            _table_of_grid(name, grid, table, at, found)
            for at, table in enumerate(found)
            if any(map(filled, grid.rows[table.begin : table.end]))
        ]
        if not made:
            headings_only.append(grid.sheet)
            continue
        made[0] = replace(made[0], findings=(*grid.findings, *made[0].findings))
        tables += made
    if not tables:
        if headings_only:
            raise _no_rows(name, headings_only[0])
        if all(not grid.rows for grid in grids):
            raise InputRefusedError(
                "empty", f"{name} is empty: no sheet of it holds a value.", "Make the download again."
            )
        best = max(passed_over, key=lambda entry: len(entry[1].headings))
        raise _no_amount_column(name, best[1].headings, best[0])
    for sheet_name in (*(entry[0] for entry in passed_over), *headings_only):
        [grid] = [grid for grid in grids if grid.sheet == sheet_name]
        unclear = sum(map(is_line, (row.cells for row in grid.rows[:SEARCHED_ROWS]))) > 1
        what = (
            "although it holds dates and amounts: no column of amounts was found"
            if unclear
            else "it holds no ledger table"
        )
        findings.append(
            Finding(
                Severity.WARNING if unclear else Severity.NOTE,
                "sheet.passed_over",
                f"Sheet “{sheet_name}” was passed over{' ' if unclear else ': '}{what}.",
                Source(name, sheet_name),
            )
        )
    return tables, findings


def _found_alike(grids: Sequence[Grid], layouts: Sequence[Layout]) -> list[list[FoundTable] | NoTable]:
    """The tables of each sheet; what a large sheet shows holds for a small one with the same headings."""
    found = [find_tables([row.cells for row in grid.rows], layouts) for grid in grids]
    if len(grids) < 2:
        return found
    largest: dict[tuple[str, ...], FoundTable] = {}
    for table in sorted(
        (table for tables in found if not isinstance(tables, NoTable) for table in tables),
        key=lambda table: table.begin - table.end,
    ):
        if table.heading_at >= 0:
            largest.setdefault(shape_of(table.headings), table)
    shown = [*layouts, *(Layout("", table.headings, table.meanings) for table in largest.values())]
    for at, grid in enumerate(grids):
        tables = found[at]
        if isinstance(tables, NoTable):
            tables = find_tables([row.cells for row in grid.rows], shown)
        if not isinstance(tables, NoTable):
            found[at] = [_like(table, largest.get(shape_of(table.headings))) for table in tables]
    return found


def _like(table: FoundTable, largest: FoundTable | None) -> FoundTable:
    """*table* understood as the *largest* one with its headings is."""
    if largest is None or table.heading_at < 0:
        return table
    width = len(table.headings)
    meanings = (*largest.meanings, *(Meaning.OTHER,) * width)[:width]
    doubts = tuple(doubt for doubt in largest.doubts if all(at < width for at in doubt.columns))
    return table._replace(meanings=meanings, doubts=doubts, reason=largest.reason, layout=largest.layout)


def _table_of_grid(
    name: str, grid: Grid, found: FoundTable, place: int, tables: Sequence[FoundTable]
) -> RawTable:
    table = _table(name, grid.sheet, "", grid.rows, found, place, tables)
    if not grid.errors and not grid.merged:
        return table
    return understood(
        replace(
            table,
            errors=[CellError(*error) for error in grid.errors],
            merged=[MergedArea(*area) for area in grid.merged],
        )
    )


def _choice_findings(name: str, sheet: str, found: FoundTable, heading_row: int) -> list[Finding]:
    """Says which column of amounts was taken where there are several."""
    if Meaning.AMOUNT not in found.meanings:
        return []
    at = found.meanings.index(Meaning.AMOUNT)
    taken = found.headings[at] or f"column {at + 1}"
    others = [
        heading
        for heading, meaning in zip(found.headings, found.meanings, strict=True)
        if meaning is Meaning.OTHER
        and (guess := guess_meaning(heading)) is not None
        and guess[0] is Meaning.AMOUNT
    ]
    if not others and not found.reason:
        return []
    text = f"The amounts are those of column “{taken}”"
    if found.reason:
        text += f": {found.reason}"
    if others:
        listed = ", ".join(f"“{heading}”" for heading in others)
        text += f"; {listed} {'was' if len(others) == 1 else 'were'} not used"
    severity = Severity.WARNING if taken in others and not found.reason else Severity.NOTE
    return [Finding(severity, "column.choice", text + ".", Source(name, sheet, heading_row, taken))]


def _no_amount_column(name: str, headings: Sequence[str], sheet: str = "") -> InputRefusedError:
    where = f"{name}, sheet “{sheet}”," if sheet else name
    if headings:
        shown = ", ".join(f"“{heading[:40]}”" for heading in headings[:15])
        what = f"{where} has no column of amounts; its headings are {shown}."
    else:
        what = f"{where} has no table with headings, so no column of amounts."
    return InputRefusedError(
        "no_amount_column",
        what,
        "Choose the download of transactions, with a column such as “Amount”, or “Debit” and “Credit”.",
    )


def _no_rows(name: str, sheet: str) -> InputRefusedError:
    where = f"{name}, sheet “{sheet}”," if sheet else name
    return InputRefusedError(
        "empty", f"{where} has headings but no rows below them.", "Make the download again."
    )
