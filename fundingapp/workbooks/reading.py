"""What a workbook holds, sheet by sheet, as plain values: the work that runs in the child process.

Nothing here knows Qt, SQL or the meaning of a ledger, so that a child starts quickly. Values are as the reader
gives them; :mod:`~fundingapp.workbooks.workbook` makes them exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.workbooks.checks import Preflight, SheetCheck, refused
from fundingapp.workbooks.ods import check_ods
from fundingapp.workbooks.preflight import check_package, mended_copy
from fundingapp.workbooks.refusals import damaged, translated
from fundingapp.workbooks.sources import Kind
from fundingapp.workbooks.streaming import LargeWorkbook
from fundingapp.workbooks.xls import check_xls
from fundingapp.workbooks.xlsb import check_xlsb

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, SheetMetadata

Progress = Callable[[int, int, str], None]

#: So many rows travel together.
STEP: Final = 4_000


class SheetBegins(NamedTuple):
    """The rows that follow are those of this sheet."""

    name: str


class Rows(NamedTuple):
    """Rows from number *first* on, cells from column *left* on, none left out between them."""

    first: int
    left: int
    rows: list[list[Any]]


class SheetEnds(NamedTuple):
    """All rows of a sheet were given. Errors and missing results are (row, column, text), column from 0."""

    errors: list[tuple[int, int, str]]
    without_result: list[tuple[int, int]]
    merged: list[tuple[int, int, int, int]]
    findings: list[Finding]


Part = SheetBegins | Rows | SheetEnds | Finding

_CHECKS: Final[Mapping[Kind, Callable[[BinaryIO, str, Progress], Preflight]]] = {
    Kind.XLSX: check_package,
    Kind.XLSB: check_xlsb,
    Kind.ODS: check_ods,
    Kind.XLS: check_xls,
}


def parts_of_workbook(
    file: BinaryIO, name: str, kind: Kind, sheet: str | None, report: Progress
) -> Iterator[Part]:
    """The visible sheets of a workbook, or the one named *sheet*, and the findings about the whole.

    Raises InputRefusedError.
    """
    report(0, 1, f"Checking {name}")
    with translated(name):
        check = _CHECKS[kind](file, name, report)
    yield from check.findings()
    if kind is Kind.XLSX and check.is_large and all(seen.is_plain for seen in check.sheets.values()):
        yield from _streamed(file, check, sheet, report)
    else:
        if kind is Kind.XLSX and check.needs_mending:
            file = mended_copy(file, check)
        yield from _laid_out(file, check, sheet, report)


def _chosen(
    known: Sequence[tuple[str, str]], name: str, sheet: str | None
) -> Iterator[tuple[str, Finding | None]]:
    """The sheets to read, and those to pass over with the reason; *known* are names and states."""
    names = [title for title, _ in known]
    if twice := next((title for title in names if names.count(title) > 1), None):
        what = f"it has two sheets “{twice}”, so it is not known which of them counts"
        raise refused(name, "sheet_repeated", what)
    if sheet is not None and sheet not in names:
        raise InputRefusedError(
            "no_sheet",
            f"{name} has no sheet “{sheet}”; it has {', '.join(f'“{title}”' for title in names[:20])}.",
            "Choose one of these.",
        )
    for title, state in known:
        if sheet is not None:
            if title == sheet:
                yield title, None
        elif state == "visible":
            yield title, None
        else:
            how = "hidden so that Excel does not list it" if state == "veryHidden" else "hidden"
            text = f"Sheet “{title}” is {how} and was not read."
            yield title, Finding(Severity.NOTE, "sheet.hidden", text, Source(name, title))


def _streamed(file: BinaryIO, check: Preflight, sheet: str | None, report: Progress) -> Iterator[Part]:
    """A large workbook, row by row."""
    known = [(seen.name, seen.state) for seen in check.sheets.values()]
    chosen = list(_chosen(known, check.name, sheet))
    with LargeWorkbook(file, check, report) as large:
        for title, passed_over in chosen:
            if passed_over is not None:
                yield passed_over
                continue
            seen = check.sheets[title]
            yield SheetBegins(title)
            for first, left, rows in large.rows(seen, STEP):
                yield Rows(first, left, rows)
            yield SheetEnds(seen.errors, seen.without_result, large.merged, check.sheet_findings(seen))


def _laid_out(file: BinaryIO, check: Preflight, sheet: str | None, report: Progress) -> Iterator[Part]:
    """A workbook of usual size, read by calamine."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    name = check.name
    file.seek(0)
    with translated(name):
        workbook = CalamineWorkbook.from_filelike(file)
        known = [
            (meta.name, _state(meta))
            for meta in workbook.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
    for title, passed_over in _chosen(known, name, sheet):
        if passed_over is not None:
            yield passed_over
            continue
        report(0, 1, f"Reading sheet “{title}”")
        yield SheetBegins(title)
        with translated(name, f"sheet “{title}”"):
            opened = workbook.get_sheet_by_name(title)
            merged = [
                (top + 1, left, bottom + 1, right)
                for (top, left), (bottom, right) in opened.merged_cell_ranges or ()
            ]
        seen = check.sheets.get(title)
        if seen is None:
            raise damaged(name, f"sheet “{title}” could not be checked")
        yield from _rows(opened, seen, name, report)
        yield SheetEnds(seen.errors, seen.without_result, merged or seen.merged, check.sheet_findings(seen))


def _state(meta: SheetMetadata) -> str:
    from python_calamine import SheetVisibleEnum

    if meta.visible == SheetVisibleEnum.Visible:
        return "visible"
    return "veryHidden" if meta.visible == SheetVisibleEnum.VeryHidden else "hidden"


def _rows(sheet: CalamineSheet, seen: SheetCheck, name: str, report: Progress) -> Iterator[Rows]:
    """All rows from the first of the sheet on. A reader that gives others than it told is not believed."""
    where = f"sheet “{seen.name}”"
    held = 0
    if sheet.start is None or sheet.end is None:
        given = 0
    else:
        given, left, height = 0, sheet.start[1], sheet.end[0] + 1
        values = sheet.iter_rows()
        while True:
            with translated(name, where):
                rows: list[list[Any]] = list(islice(values, STEP))
            if not rows:
                break
            yield Rows(given + 1, left, rows)
            given += len(rows)
            if seen.sure_cells:
                held += sum(len(row) - row.count("") for row in rows)
            report(given, height, f"Reading {where}")
        if given != height:
            raise damaged(name, f"{where}: {given:,} of {height:,} rows could be read")
    if held < seen.sure_cells:
        raise damaged(name, f"{where}: {held:,} of {seen.sure_cells:,} filled cells could be read")
