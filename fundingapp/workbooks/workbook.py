"""The sheets of a workbook as grids of exact cells, read by calamine behind the pre-flight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from fundingapp.domain.cells import NO_RESULT
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.workbooks.cells import exact_row
from fundingapp.workbooks.preflight import check_package, mended_copy
from fundingapp.workbooks.sources import Kind, damaged, password_protected

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Progress = Callable[[int, int, str], None]
#: Progress is reported every so many rows.
_STEP = 5_000


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
    """The visible sheets of a workbook, or the one named *sheet*, and the findings about the others."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    check = None
    findings: list[Finding] = []
    if kind is Kind.XLSX:
        report(0, 1, f"Checking {name}")
        check = check_package(raw, name)
        findings += check.findings()
        if check.needs_mending:
            raw = mended_copy(raw, check)
    with _translated(name):
        workbook = CalamineWorkbook.from_filelike(BytesIO(raw))
    grids: list[Grid] = []
    known = [meta.name for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    if sheet is not None and sheet not in known:
        raise InputRefusedError(
            "no_sheet",
            f"{name} has no sheet “{sheet}”; it has {', '.join(f'“{other}”' for other in known[:20])}.",
            "Choose one of these.",
        )
    for meta in workbook.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet or (sheet is not None and meta.name != sheet):
            continue
        if meta.visible != SheetVisibleEnum.Visible and sheet is None:
            findings.append(
                Finding(
                    Severity.NOTE,
                    "sheet.hidden",
                    f"Sheet “{meta.name}” is hidden and was not read.",
                    Source(name, meta.name),
                )
            )
            continue
        with _translated(name, f"sheet “{meta.name}”"):
            opened = workbook.get_sheet_by_name(meta.name)
            rows = _rows(opened, meta.name, report)
            merged = [
                (top + 1, left, bottom + 1, right)
                for (top, left), (bottom, right) in opened.merged_cell_ranges or ()
            ]
        seen = check.sheets.get(meta.name) if check is not None else None
        if check is None or seen is None:
            grids.append(Grid(meta.name, rows, (), merged))
            continue
        errors = [*seen.errors, *((row, column, NO_RESULT) for row, column in seen.without_result)]
        _put_errors(rows, errors)
        grids.append(Grid(meta.name, rows, sorted(errors), merged, tuple(check.sheet_findings(seen))))
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


@contextmanager
def _translated(name: str, where: str = "") -> Iterator[None]:
    """Turns whatever calamine raises into a refusal; refusals and wishes to stop pass through."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError as error:
        raise password_protected(name) from error
    except (CalamineError, OSError, ValueError, OverflowError, IndexError, KeyError, TypeError) as error:
        detail = f"{where}: {error}" if where else str(error)
        raise damaged(name, detail[:200]) from error
    except BaseException as error:
        # A panic inside the Rust library arrives as an exception that is no Exception and has no public name.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(name, where) from error


def _rows(sheet: CalamineSheet, label: str, report: Progress) -> list[RawRow]:
    if sheet.start is None or sheet.end is None:
        return []
    last, height = sheet.end[0] + 1, sheet.height
    before: tuple[Cell, ...] = (None,) * sheet.start[1]
    values: Iterable[list[object]] = sheet.iter_rows()  # type: ignore[assignment]
    read: list[tuple[Cell, ...]] = []
    for row in values:
        read.append(before + exact_row(row))
        if len(read) % _STEP == 0:
            report(len(read), height, f"Reading sheet “{label}”")
    # Releases of calamine differ in whether blank rows above the first used one are given, so the last one counts.
    first = last - len(read) + 1
    return [RawRow(number, ()) for number in range(1, first)] + list(
        map(RawRow, range(first, last + 1), read)
    )
