"""Figures of indicators: a row for each indicator and a column for each period, or a row for each figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fundingapp.domain.cells import clean_text, parse_date, total_label
from fundingapp.domain.changes import Days
from fundingapp.domain.errors import listed
from fundingapp.domain.figure_files.contents import (
    FigureFile,
    FileFigure,
    FileRow,
    RowIs,
    above,
    cell_of,
    plain_heading,
    text_of,
)
from fundingapp.domain.figure_files.days import days_in, read_days
from fundingapp.domain.figure_files.numbers import Number, read_number
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.indicators import FigureStatus
from fundingapp.domain.ledger import Cell, RawRow, SheetRows
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.raw_tables import address

#: What the columns are called that say which figure it is.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "name": (
        "indicator",
        "indicator name",
        "measure",
        "name",
        "output",
        "outcome",
        "output or outcome",
        "description",
        "outcome indicator",
        "performance indicator",
        "what is measured",
        "crime type",
        "category",
    ),
    "code": ("code", "indicator code", "indicator ref", "indicator reference", "ref no", "id"),
    "project": ("project", "project ref", "project reference", "ref", "reference", "scheme"),
    "place": ("area", "place", "district", "ward", "beat", "lsoa", "geography", "location", "area name"),
}
_LONG: Mapping[str, tuple[str, ...]] = {
    "first": ("from", "first", "start", "start date", "period start", "first day", "date from"),
    "last": ("to", "last", "end", "end date", "period end", "last day", "date to"),
    "period": ("period", "quarter", "month", "year", "financial year", "reporting period", "date"),
    "value": ("value", "actual", "figure", "count", "number", "result", "total"),
    "numerator": ("numerator", "n of", "met", "out of which"),
    "denominator": ("denominator", "out of", "of", "base", "respondents"),
    "status": ("status", "actual or forecast", "actual forecast"),
    "note": ("note", "notes", "comment", "comments", "footnote"),
    "marks": ("marks", "mark", "flag"),
}
_STATUSES = {
    "": None,
    "actual": FigureStatus.ACTUAL,
    "a": FigureStatus.ACTUAL,
    "final": FigureStatus.ACTUAL,
    "forecast": FigureStatus.FORECAST,
    "f": FigureStatus.FORECAST,
    "expected": FigureStatus.FORECAST,
    "provisional": FigureStatus.PROVISIONAL,
    "p": FigureStatus.PROVISIONAL,
}
#: What may stand behind the period of a heading: “Q1 2018/19 forecast”, “2018/19 out of”.
_BEHIND = re.compile(
    r"(?P<period>.+?)[\s:,\-–(]+(?P<what>actual|forecast|provisional|numerator|denominator|out of|base|figure|value"
    r"|number|total|result)\)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?P<what>actual|forecast|provisional|total|figure|number)[\s:,\-–]+(?P<period>.+)", re.IGNORECASE
)
_RATIO = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)\s*(?:/|of|out of)\s*(\d[\d,]*(?:\.\d+)?)(?:\s*\(?\s*\d+(?:\.\d+)?\s*%\s*\)?)?"
)
_SEARCHED = 60


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of figures: of which days, and whether it holds a part of a share."""

    days: Days | None
    part: str = "value"
    status: FigureStatus | None = None


class _UnreadableError(ValueError):
    """A row can't be taken: the message names the cell."""


def read_grid(sheet: SheetRows, name: str, year: FinancialYear | None = None) -> FigureFile | None:
    """The figures of *sheet* in the file *name*; None when it is no such table.

    A quarter without a year is of the year that the notes above speak of, else of *year*.
    """
    for at, row in enumerate(sheet.rows[:_SEARCHED]):
        columns = _named(row, {**_NAMES, **_LONG})
        if _is_long(columns):
            return _long(sheet, name, at, columns, year)
        headed = _periods(sheet.rows, at, year)
        if headed:
            labels = _named(row, _NAMES)
            first = min(headed)
            if not any(column < first for column in labels.values()):
                labels = _assumed(sheet.rows, at, first)
            if labels:
                return _wide(sheet, name, at, labels, headed)
    return None


def _named(row: RawRow, known: Mapping[str, Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(row.cells):
        heading = plain_heading(cell)
        for what, names in known.items():
            if heading in names:
                found.setdefault(what, at)
    return found


def _is_long(columns: Mapping[str, int]) -> bool:
    """Whether a row of headings is that of a table with a row for each figure."""
    says_which = "name" in columns or "code" in columns
    says_when = "period" in columns or ("first" in columns and "last" in columns)
    return says_which and says_when and ("value" in columns or {"numerator", "denominator"} <= columns.keys())


def _periods(rows: Sequence[RawRow], at: int, year: FinancialYear | None) -> dict[int, _Column]:
    """The columns of figures, where row *at* is one of headings that name periods; none where it is not."""
    row = rows[at]
    over = rows[at - 1] if at else None
    titled = days_in(" ".join(above(rows, at)))
    of_title = FinancialYear.of(titled.first) if titled is not None else year
    found: dict[int, _Column] = {}
    current = of_title
    for column in range(len(row.cells)):
        if over is not None and (named := read_days(cell_of(over, column))) is not None:
            current = FinancialYear.of(named.first)
        made = _column(row.cells[column], current)
        if made is not None:
            found[column] = made
    first_text = next((at for at, cell in enumerate(row.cells) if cell is not None), None)
    # A row of figures whose cells happen to be dates is no row of headings: headings begin with what they head.
    return found if found and (first_text is None or first_text not in found or len(found) > 1) else {}


def _column(cell: Cell, year: FinancialYear | None) -> _Column | None:
    days = read_days(cell, year)
    if days is not None:
        return _Column(days)
    if not isinstance(cell, str):
        return None
    found = _BEHIND.fullmatch(clean_text(cell)) or _BEFORE.fullmatch(clean_text(cell))
    if found is None or (days := read_days(found["period"], year)) is None:
        return None
    what = found["what"].casefold()
    if what == "numerator":
        return _Column(days, "numerator")
    if what in ("denominator", "out of", "base"):
        return _Column(days, "denominator")
    return _Column(days, "value", _STATUSES.get(what))


def _assumed(rows: Sequence[RawRow], at: int, first: int) -> dict[str, int]:
    """Where no heading says it: the first column before the figures that holds texts is the indicators' name."""
    for column in range(first):
        texts = [cell for row in rows[at + 1 :] if isinstance(cell := cell_of(row, column), str)]
        if texts:
            return {"name": column}
    return {}


def _start(rows: Sequence[RawRow], at: int) -> list[FileRow]:
    found = [FileRow(row.row, RowIs.NOTE, text_of(row), "a note above the table") for row in rows[:at]]
    found.append(FileRow(rows[at].row, RowIs.HEADING, text_of(rows[at]), "the headings"))
    return found


def _said(row: RawRow, labels: Mapping[str, int]) -> dict[str, str]:
    return {what: clean_text(cell_of(row, column)) for what, column in labels.items()}


def _label(said: Mapping[str, str]) -> str:
    """An indicator as the file names it: its project, its code, its name."""
    return " · ".join(filter(None, (said.get("project", ""), said.get("code", ""), said.get("name", ""))))


def _wide(
    sheet: SheetRows, name: str, at: int, labels: Mapping[str, int], columns: Mapping[int, _Column]
) -> FigureFile:
    rows = _start(sheet.rows, at)
    figures: list[FileFigure] = []
    for row in sheet.rows[at + 1 :]:
        said = _said(row, labels)
        try:
            made = _of_row(row, said, columns)
        except _UnreadableError as error:
            rows.append(_file_row(row, RowIs.UNREADABLE, said, str(error)))
            continue
        rows.append(_sorted(row, said, made))
        if rows[-1].has_figures:
            figures += made
    heading = sheet.rows[at]
    unused = [
        clean_text(cell)
        for column, cell in enumerate(heading.cells)
        if clean_text(cell) and column not in columns and column not in labels.values()
    ]
    return _file(sheet, name, at, rows, figures, unused)


def _of_row(row: RawRow, said: Mapping[str, str], columns: Mapping[int, _Column]) -> list[FileFigure]:
    """The figures of a row, the parts of a share put together."""
    found: dict[tuple[Days | None, FigureStatus | None], FileFigure] = {}
    for column, what in columns.items():
        cell = cell_of(row, column)
        made = _figure(row, column, said, what, cell)
        if made is None:
            continue
        key = (what.days, what.status)
        held = found.get(key)
        if held is None:
            found[key] = made
        elif what.part == "value" and held.number.is_empty:
            found[key] = replace(held, number=made.number, cell=made.cell, column=made.column)
        elif what.part == "numerator" and held.numerator is None:
            found[key] = replace(held, numerator=made.numerator)
        elif what.part == "denominator" and held.denominator is None:
            found[key] = replace(held, denominator=made.denominator)
        else:
            raise _UnreadableError(f"{held.cell} and {made.cell} both state it for the same days")
    for made in found.values():
        if (made.numerator is None) is not (made.denominator is None):
            raise _UnreadableError(f"{made.cell} has one part of a share, and not the other")
    return list(found.values())


def _figure(
    row: RawRow, column: int, said: Mapping[str, str], what: _Column, cell: Cell
) -> FileFigure | None:
    at = address(row.row, column)
    numerator = denominator = None
    try:
        if isinstance(cell, str) and (ratio := _RATIO.fullmatch(clean_text(cell))):
            numerator, denominator = (Decimal(part.replace(",", "")) for part in ratio.groups())
            number = Number(None)
        else:
            number = read_number(cell)
            if number.is_empty:
                return None
    except ValueError as error:
        raise _UnreadableError(f"{at} holds “{clean_text(cell)}”, which {error}") from error
    if what.part == "numerator":
        numerator, number = number.value, Number(None)
    elif what.part == "denominator":
        denominator, number = number.value, Number(None)
    return FileFigure(
        row.row,
        column + 1,
        said.get("name", "") or said.get("code", ""),
        said.get("place", ""),
        what.days,
        number,
        said.get("code", ""),
        said.get("project", ""),
        numerator=numerator,
        denominator=denominator,
        status=what.status,
        note=number.note,
        cell=at,
        label=_label(said),
    )


def _file_row(row: RawRow, what: RowIs, said: Mapping[str, str], reason: str = "") -> FileRow:
    return FileRow(
        row.row,
        what,
        text_of(row),
        reason,
        said.get("place", ""),
        said.get("code", ""),
        category=_label(said),
    )


def _sorted(row: RawRow, said: Mapping[str, str], made: Sequence[FileFigure]) -> FileRow:
    label = _label(said)
    if not made:
        reason = f"“{label}” has no figure" if label else "a note beside or below the table"
        return _file_row(row, RowIs.EMPTY if label else RowIs.NOTE, said, reason)
    if not label:
        return _file_row(row, RowIs.UNREADABLE, said, "it has figures, but names no indicator")
    if total_label(said.get("name", "") or label):
        return _file_row(row, RowIs.TOTAL, said, "a row that sums others")
    return _file_row(row, RowIs.FIGURES, said)


def _long(
    sheet: SheetRows, name: str, at: int, columns: Mapping[str, int], year: FinancialYear | None
) -> FigureFile:
    rows = _start(sheet.rows, at)
    figures: list[FileFigure] = []
    labels = {what: column for what, column in columns.items() if what in _NAMES}
    for row in sheet.rows[at + 1 :]:
        said = _said(row, labels)
        try:
            made = _one(row, said, columns, year)
        except _UnreadableError as error:
            rows.append(_file_row(row, RowIs.UNREADABLE, said, str(error)))
            continue
        rows.append(_sorted(row, said, [made] if made is not None else []))
        if rows[-1].has_figures and made is not None:
            figures.append(made)
    unused = [
        clean_text(cell)
        for column, cell in enumerate(sheet.rows[at].cells)
        if clean_text(cell) and column not in columns.values()
    ]
    return _file(sheet, name, at, rows, figures, unused)


def _one(
    row: RawRow, said: Mapping[str, str], columns: Mapping[str, int], year: FinancialYear | None
) -> FileFigure | None:
    """The figure of a row; None for a row without one."""
    numbers: dict[str, Number] = {}
    made: FileFigure | None = None
    for part in ("value", "numerator", "denominator"):
        if part not in columns:
            continue
        read = _figure(row, columns[part], said, _Column(None), cell_of(row, columns[part]))
        if read is None:
            continue
        numbers[part] = read.number
        if made is None or part == "value":
            made = read
    if made is None:
        return None
    numerator, denominator = made.numerator, made.denominator
    if numerator is None and denominator is None:
        parts = (numbers.get("numerator"), numbers.get("denominator"))
        numerator, denominator = (part.value if part is not None else None for part in parts)
    if (numerator is None) is not (denominator is None):
        raise _UnreadableError(f"{made.cell} has one part of a share, and not the other")
    value = numbers.get("value", Number(None))
    marks = clean_text(cell_of(row, columns["marks"])).strip("[] ").lower() if "marks" in columns else ""
    if marks:
        try:
            value = replace(value, marks=read_number("".join(f"[{mark}]" for mark in marks)).marks)
        except ValueError as error:
            raise _UnreadableError(f"{address(row.row, columns['marks'])} {error}") from error
    status = clean_text(cell_of(row, columns["status"])) if "status" in columns else ""
    if status.casefold() not in _STATUSES:
        raise _UnreadableError(
            f"{address(row.row, columns['status'])} holds “{status}”, which is none of "
            f"{listed(each.value for each in FigureStatus)}"
        )
    note = clean_text(cell_of(row, columns["note"])) if "note" in columns else ""
    return replace(
        made,
        number=value,
        days=_when(row, columns, year),
        numerator=numerator,
        denominator=denominator,
        status=_STATUSES[status.casefold()],
        note=note or made.note,
    )


def _when(row: RawRow, columns: Mapping[str, int], year: FinancialYear | None) -> Days:
    """The days that a row of one figure names. Raises _UnreadableError."""
    if "first" in columns and "last" in columns:
        first, last = (_day(row, columns[end]) for end in ("first", "last"))
        if last < first:
            raise _UnreadableError(f"{address(row.row, columns['last'])} lies before its first day")
        return Days(first, last)
    cell = cell_of(row, columns["period"])
    days = read_days(cell, year)
    if days is None:
        raise _UnreadableError(
            f"{address(row.row, columns['period'])} holds “{clean_text(cell)}”, which names no period such as "
            "Q1 2018/19, Apr-18 or 2018/19"
        )
    return days


def _day(row: RawRow, column: int) -> date:
    cell = cell_of(row, column)
    try:
        day = parse_date(cell)
    except ValueError as error:
        raise _UnreadableError(
            f"{address(row.row, column)} holds “{clean_text(cell)}”, which {error}"
        ) from error
    if day is None:
        raise _UnreadableError(f"{address(row.row, column)} holds no day")
    return day


def _file(
    sheet: SheetRows,
    name: str,
    at: int,
    rows: Sequence[FileRow],
    figures: Sequence[FileFigure],
    unused: Iterable[str],
) -> FigureFile:
    titles = above(sheet.rows, at)
    all_days = {figure.days for figure in figures if figure.days is not None}
    span = (
        Days(min(each.first for each in all_days), max(each.last for each in all_days)) if all_days else None
    )
    findings = []
    if left := list(unused):
        findings.append(
            Finding(
                Severity.NOTE,
                "figures.columns_unused",
                f"{listed((f'“{heading}”' for heading in left), 'and')} "
                f"{'is' if len(left) == 1 else 'are'} not taken: only figures of periods are.",
                Source(name, sheet.name, sheet.rows[at].row),
            )
        )
    return FigureFile(
        name,
        FigureLayout.GRID,
        sheet.name,
        titles[0] if titles else "",
        "",
        span,
        tuple(rows),
        tuple(figures),
        tuple(dict.fromkeys(figure.label for figure in figures)),
        tuple(findings),
        "\n".join(titles[1:]),
    )
