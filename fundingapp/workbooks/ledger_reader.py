"""From a ledger download, workbook or text file, to raw tables: every cell exact, every row with its number.

A workbook is read in a child process (:mod:`~fundingapp.workbooks.apart`), a text file in this one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from fundingapp.domain.cells import error_in_words
from fundingapp.domain.downloads import LISTED, LISTED_ERRORS
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import Meaning, RawRow, RawTable
from fundingapp.workbooks.addresses import address
from fundingapp.workbooks.apart import read_workbook
from fundingapp.workbooks.delimited import filled, read_text_table
from fundingapp.workbooks.layouts import FoundTable, NoTable, find_table, guess_meaning
from fundingapp.workbooks.sources import Kind, kind_of, misnamed, read_bytes
from fundingapp.workbooks.workbook import Grid

Progress = Callable[[int, int, str], None]


def read_ledger(
    path: Path, sheet: str | None = None, progress: Progress | None = None, name: str | None = None
) -> list[RawTable]:
    """The ledger tables of the file *path*, the one with most rows first; at least one.

    *sheet* restricts a workbook to one sheet, hidden ones included. *progress* is called with rows done, rows in
    all and what is being done; it may raise to stop. *name* is what to call the file where *path* is a private
    copy of it. Findings that concern the whole file stand in the first
    table. Raises InputRefusedError, never an exception of a library.
    """
    report = progress or _no_progress
    name = name or path.name
    report(0, 1, f"Opening {name}")
    raw = read_bytes(path, name)
    kind = kind_of(raw, name)
    if kind is Kind.TEXT:
        tables, findings = _tables_of_text(raw, name)
    else:
        del raw  # the child reads the file itself
        tables, findings = _tables_of_workbook(path, name, kind, sheet, report)
    if (note := misnamed(kind, name)) is not None:
        findings.insert(0, note)
    tables.sort(key=lambda table: -len(table.rows))
    first = tables[0]
    tables[0] = RawTable(
        first.file,
        first.sheet,
        first.encoding,
        first.heading_row,
        first.headings,
        first.meanings,
        first.rows,
        (*findings, *first.findings),
    )
    return tables


def _no_progress(done: int, total: int, label: str) -> None:
    """Nobody is watching."""


def _tables_of_text(raw: bytes, name: str) -> tuple[list[RawTable], list[Finding]]:
    text = read_text_table(raw, name)
    findings: list[Finding] = []
    if not text.is_sure:
        findings.append(
            Finding(
                Severity.NOTE,
                "encoding.assumed",
                f"{name} does not say how its letters are encoded; {text.encoding} was assumed. Look at names with"
                " accents or dashes.",
                Source(name),
            )
        )
    found = find_table([row.cells for row in text.rows])
    if isinstance(found, NoTable):
        raise _no_amount_column(name, found.headings)
    rows = text.rows[found.heading_at + 1 :]
    if not any(map(filled, rows)):
        raise _no_rows(name, "")
    heading_row = text.rows[found.heading_at].row
    usual = _last_heading(found.headings)
    choice = tuple(_choice_findings(name, "", found, heading_row))
    ragged = tuple(
        Finding(
            Severity.ERROR,
            "row.ragged",
            f"Line {row.row:,} has more cells than there are headings; a comma inside an amount or a name may have"
            " split a cell in two.",
            Source(name, "", row.row),
        )
        for row in rows
        if len(row.cells) > usual and any(cell is not None for cell in row.cells[usual:])
    )
    return [_table(name, "", text.encoding, heading_row, found, rows, choice + ragged)], findings


def _last_heading(headings: Sequence[str]) -> int:
    """How many columns there are up to the last that has a heading."""
    return max((at + 1 for at, heading in enumerate(headings) if heading), default=0)


def _table(
    name: str,
    sheet: str,
    encoding: str,
    heading_row: int,
    found: FoundTable,
    rows: Sequence[RawRow],
    findings: tuple[Finding, ...],
) -> RawTable:
    return RawTable(name, sheet, encoding, heading_row, found.headings, found.meanings, rows, findings)


def _tables_of_workbook(
    path: Path, name: str, kind: Kind, sheet: str | None, report: Progress
) -> tuple[list[RawTable], list[Finding]]:
    grids, findings = read_workbook(path, name, kind, sheet, report)
    tables: list[RawTable] = []
    passed_over: list[tuple[str, NoTable]] = []
    headings_only: list[str] = []
    for grid in grids:
        found = find_table([row.cells for row in grid.rows])
        if isinstance(found, NoTable):
            passed_over.append((grid.sheet, found))
        elif not any(map(filled, grid.rows[found.heading_at + 1 :])):
            headings_only.append(grid.sheet)
        else:
            tables.append(_table_of_grid(name, grid, found))
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
        findings.append(
            Finding(
                Severity.NOTE,
                "sheet.passed_over",
                f"Sheet “{sheet_name}” was passed over: it holds no ledger table.",
                Source(name, sheet_name),
            )
        )
    return tables, findings


def _table_of_grid(name: str, grid: Grid, found: FoundTable) -> RawTable:
    heading_row = grid.rows[found.heading_at].row
    rows = grid.rows[found.heading_at + 1 :]
    findings = (
        *grid.findings,
        *_choice_findings(name, grid.sheet, found, heading_row),
        *_error_findings(name, grid, found, heading_row),
        *_merged_findings(name, grid, found, heading_row),
    )
    return _table(name, grid.sheet, "", heading_row, found, rows, findings)


def _choice_findings(name: str, sheet: str, found: FoundTable, heading_row: int) -> list[Finding]:
    """Says which column of amounts was taken where there are several."""
    if Meaning.AMOUNT not in found.meanings:
        return []
    taken = found.headings[found.meanings.index(Meaning.AMOUNT)]
    others = [
        heading
        for heading, meaning in zip(found.headings, found.meanings, strict=True)
        if meaning is Meaning.OTHER
        and (guess := guess_meaning(heading)) is not None
        and guess[0] is Meaning.AMOUNT
    ]
    if not others:
        return []
    listed = ", ".join(f"“{heading}”" for heading in others)
    severity = Severity.WARNING if taken in others else Severity.NOTE
    text = f"The amounts are those of column “{taken}”; {listed} {'was' if len(others) == 1 else 'were'} not used."
    return [Finding(severity, "column.choice", text, Source(name, sheet, heading_row, taken))]


def _merged_findings(name: str, grid: Grid, found: FoundTable, heading_row: int) -> list[Finding]:
    """A merged cell belongs to its first row: the others lack a value that they seem to have, so they are held."""
    findings: list[Finding] = []
    for top, left, bottom, right in grid.merged:
        used = [
            at
            for at in range(left, min(right + 1, len(found.meanings)))
            if found.meanings[at] is not Meaning.OTHER
        ]
        if bottom == top or top <= heading_row or not used:
            continue
        heading = found.headings[used[0]]
        for row in range(top + 1, min(bottom, len(grid.rows)) + 1):
            if len(findings) == LISTED_ERRORS:
                return findings
            text = (
                f"{grid.sheet}!{address(row, used[0])} is merged with {address(top, left)}, so it is not known whether"
                " the value counts for this row."
            )
            findings.append(
                Finding(Severity.ERROR, "cell.merged", text, Source(name, grid.sheet, row, heading))
            )
    return findings


def _error_findings(name: str, grid: Grid, found: FoundTable, heading_row: int) -> list[Finding]:
    """Error cells with their address: in a column that is used they hold the row back, elsewhere they are noted.

    Of each sort only the first ones are listed; the text in the cell holds back the others just the same.
    """
    findings: list[Finding] = []
    noted = 0
    for row, at, text in grid.errors:
        if row <= heading_row:
            continue
        source = Source(name, grid.sheet, row, found.headings[at] if at < len(found.headings) else "")
        place = f"{grid.sheet}!{address(row, at)}"
        if at < len(found.meanings) and found.meanings[at] not in (
            Meaning.OTHER,
            Meaning.VAT,
            Meaning.BALANCE,
        ):
            if len(findings) < LISTED_ERRORS:
                text = f"{place} holds {error_in_words(text)}."
                findings.append(Finding(Severity.ERROR, "cell.error", text, source))
        else:
            noted += 1
            if noted <= LISTED:
                text = f"{place} holds {error_in_words(text)}; the column is not used."
                findings.append(Finding(Severity.NOTE, "cell.error_unused", text, source))
    return findings


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
