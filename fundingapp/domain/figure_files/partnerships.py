"""Recorded crime by Community Safety Partnership, as the Office for National Statistics publishes it (Table C2)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fundingapp.domain.cells import clean_text, total_label
from fundingapp.domain.changes import Days
from fundingapp.domain.figure_files.contents import (
    SORTS,
    FigureFile,
    FileFigure,
    FileRow,
    RowIs,
    above,
    add_up,
    cell_of,
    plain_heading,
    text_of,
)
from fundingapp.domain.figure_files.days import days_in, read_days
from fundingapp.domain.figure_files.numbers import Number, read_number
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import RawRow, SheetRows
from fundingapp.domain.printed_tables import without_notes
from fundingapp.domain.raw_tables import address

#: Codes of Community Safety Partnerships: England's and Wales's.
_PARTNERSHIP = re.compile(r"(?:E22|W14)\d{6}")
_FORCE = re.compile(r"(?:E23|W15)\d{6}")
#: Codes of countries and regions: rows of these sum what other rows hold.
_COUNTRY = re.compile(r"(?:K0[1-4]|E92|W92|E12|N92|S92)\d{6}")
#: What the columns before the counts are called.
_COLUMNS = {
    "force_code": ("police force area code", "force code", "pfa code"),
    "force": (
        "police force area name",
        "police force area",
        "force name",
        "police force",
        "pfa name",
        "force",
    ),
    "code": (
        "community safety partnership code",
        "csp code",
        "partnership code",
        "area code",
        "ons area code",
        "ons code",
        "gss code",
        "geography code",
    ),
    "name": (
        "community safety partnership name",
        "community safety partnership",
        "csp name",
        "csp",
        "partnership name",
    ),
    "authority_code": ("local authority code", "la code", "lad code"),
    "authority": ("local authority name", "local authority", "la name", "lad name"),
}
#: What is counted where no title says it.
_RECORDED = "Recorded crime"
#: Headings are looked for in so many rows.
_SEARCHED = 60


def find_heading(rows: Sequence[RawRow]) -> int | None:
    """The place of the row of headings of such a table among *rows*; None when there is none."""
    for at, row in enumerate(rows[:_SEARCHED]):
        columns = _columns(row)
        if "name" in columns and ("code" in columns or "force" in columns):
            return at
    return None


def read_partnerships(sheet: SheetRows, name: str) -> FigureFile | None:
    """The table of *sheet* in the file *name*; None when it is no such table."""
    at = find_heading(sheet.rows)
    if at is None:
        return None
    heading = sheet.rows[at]
    columns = _columns(heading)
    counted = {
        place: without_notes(clean_text(cell))
        for place, cell in enumerate(heading.cells)
        if place > max(columns.values()) and clean_text(cell)
    }
    titles = above(sheet.rows, at)
    # The first that names a period counts: notes below it may speak of other years.
    titled = next((text for text in titles if days_in(text) is not None), titles[0] if titles else "")
    days = days_in(titled)
    periods = {place: read_days(text) for place, text in counted.items()}
    if any(periods.values()):
        if not all(periods.values()):
            return None  # years with their changes beside them: a performance table
        # A column for each year: what was counted stands above the table.
        counted = dict.fromkeys(counted, without_notes(titled) or _RECORDED)
    found: list[FileRow] = [
        FileRow(row.row, RowIs.NOTE, text_of(row), "a note above the table") for row in sheet.rows[:at]
    ]
    found.append(FileRow(heading.row, RowIs.HEADING, text_of(heading), "the headings"))
    figures: list[FileFigure] = []
    for row in sheet.rows[at + 1 :]:
        understood, numbers = _row(row, columns, counted)
        found.append(understood)
        figures += _figures(understood, numbers, counted, periods, days)
    findings = list(add_up(name, sheet.name, figures))
    if any(periods.values()):
        spans = [each for each in periods.values() if each is not None]
        days = Days(min(each.first for each in spans), max(each.last for each in spans))
    if any(figure.days is None for figure in figures) or (not figures and days is None):
        findings.append(
            Finding(
                Severity.WARNING,
                "figures.no_period",
                f"“{name}” does not say of which period its counts are.",
                Source(name, sheet.name, heading.row),
            )
        )
    source = next((text for text in titles if text.casefold().startswith("source")), "")
    return FigureFile(
        name,
        FigureLayout.PARTNERSHIPS,
        sheet.name,
        without_notes(titled),
        source.partition(":")[2].strip() or source,
        days,
        tuple(found),
        tuple(figures),
        tuple(dict.fromkeys(counted.values())),
        tuple(findings),
        "\n".join(
            text for text in titles if text != titled and not text.casefold().startswith(("link", "source"))
        ),
        any("provisional" in text.casefold() for text in titles),
    )


def _columns(row: RawRow) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(row.cells):
        heading = plain_heading(cell)
        for what, names in _COLUMNS.items():
            if heading in names:
                found.setdefault(what, at)
    return found


def _row(row: RawRow, columns: dict[str, int], counted: dict[int, str]) -> tuple[FileRow, dict[int, Number]]:
    """What the *row* is, and its numbers by their columns."""
    said = {what: without_notes(clean_text(cell_of(row, at))) for what, at in columns.items()}
    text = text_of(row)
    numbers: dict[int, Number] = {}
    wrong = ""
    for at in counted:
        cell = cell_of(row, at)
        try:
            numbers[at] = read_number(cell)
        except ValueError as error:
            wrong = wrong or f"{address(row.row, at)} holds “{clean_text(cell)}”, which {error}"
    what, place, code = _sort(said)
    group = said.get("force", "")
    if not any(not number.is_empty for number in numbers.values()) and not wrong:
        if place and what is not RowIs.NOTE:
            return FileRow(row.row, RowIs.EMPTY, text, "it has no figure", place, code, group), {}
        return FileRow(row.row, RowIs.NOTE, text, "a note below the table"), {}
    if wrong:
        return FileRow(row.row, RowIs.UNREADABLE, text, wrong, place, code, group), {}
    if not place:
        reason = "it has figures, but names no place"
        return FileRow(row.row, RowIs.UNREADABLE, text, reason), {}
    # An authority's code says which district it is, where a partnership covers no more than one.
    also = tuple(filter(None, (said.get("authority_code"), said.get("authority")))) if code else ()
    return FileRow(row.row, what, text, "", place, code, group, also=also), numbers


def _sort(said: dict[str, str]) -> tuple[RowIs, str, str]:
    """What a row with these words is, its place and the place's code."""
    name, code = said.get("name", ""), said.get("code", "")
    force, force_code = said.get("force", ""), said.get("force_code", "")
    if _PARTNERSHIP.fullmatch(code):
        return RowIs.FIGURES, name or code, code
    if name.casefold().startswith("unassigned"):
        return RowIs.UNASSIGNED, name, ""
    if total_label(name):
        return (RowIs.FORCE, force, force_code) if force else (RowIs.TOTAL, name, code)
    if "airport" in name.casefold():
        return RowIs.AIRPORT, name, code
    if name:
        return RowIs.FIGURES, name, code
    if _COUNTRY.fullmatch(force_code) or _COUNTRY.fullmatch(code):
        return RowIs.TOTAL, force, force_code or code
    if force and (_FORCE.fullmatch(force_code) or not force_code):
        is_whole = (
            force.casefold() in {"england", "wales", "england and wales"} or "total" in force.casefold()
        )
        return (RowIs.TOTAL if is_whole else RowIs.FORCE), force, force_code
    return (RowIs.FORCE, force, force_code) if force else (RowIs.NOTE, "", "")


def _figures(
    row: FileRow,
    numbers: dict[int, Number],
    counted: dict[int, str],
    periods: dict[int, Days | None],
    days: Days | None,
) -> list[FileFigure]:
    if not row.has_figures:
        return []
    return [
        FileFigure(
            row.row,
            at + 1,
            counted[at],
            row.place,
            periods[at] or days,
            number,
            row.code,
            row.group,
            SORTS[row.what],
            note=number.note,
            cell=address(row.row, at),
        )
        for at, number in numbers.items()
        if not number.is_empty
    ]
