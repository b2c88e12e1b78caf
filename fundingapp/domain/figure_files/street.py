"""Street-level crimes as data.police.uk publishes them, a row for each crime: only counts are taken (R01).

Its numbers of crimes, places on the map and outcomes stay outside: what is kept of a row is its month, its kind of
crime and the census area (LSOA) that it lies in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from fundingapp.domain.cells import clean_text
from fundingapp.domain.changes import Days
from fundingapp.domain.figure_files.contents import (
    FigureFile,
    FileFigure,
    FileRow,
    RowIs,
    cell_of,
    plain_heading,
)
from fundingapp.domain.figure_files.days import month_of
from fundingapp.domain.figure_files.numbers import Number
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import RawRow, SheetRows

_NEEDED = ("month", "lsoa code", "lsoa name", "crime type")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
#: “Camden 024A” is a census area of Camden.
_LSOA = re.compile(r"(.+?)\s+\d{3}[A-Z]")
#: What a crime without a place stands under.
NO_PLACE = "No location"
#: Headings are looked for in so many rows.
_SEARCHED = 20


def read_street(sheet: SheetRows, name: str) -> FigureFile | None:
    """The crimes of *sheet* in the file *name*; None when it is no such table."""
    found_at = next((at for at, row in enumerate(sheet.rows[:_SEARCHED]) if _columns(row) is not None), None)
    if found_at is None:
        return None
    heading = sheet.rows[found_at]
    columns = _columns(heading) or {}
    rows = [
        FileRow(row.row, RowIs.NOTE, clean_text(row.cells[0])[:100], "a note above the table")
        for row in sheet.rows[:found_at]
    ]
    rows.append(FileRow(heading.row, RowIs.HEADING, "the headings", "the headings"))
    numbered: dict[str, int] = {}
    forces: Counter[str] = Counter()
    without = 0
    for row in sheet.rows[found_at + 1 :]:
        if _columns(row) is not None:
            # Months that were put one below the other bring their headings along.
            rows.append(FileRow(row.row, RowIs.HEADING, "the headings", "the headings again"))
            continue
        crime = clean_text(cell_of(row, columns.get("crime id", -1)))
        understood = _row(row, columns, numbered.get(crime, 0) if crime else 0)
        rows.append(understood)
        if understood.has_figures:
            without += not crime
            if crime:
                numbered.setdefault(crime, row.row)
            forces[clean_text(cell_of(row, columns.get("falls within", columns.get("reported by", -1))))] += 1
    kept = [row for row in rows if row.has_figures]
    figures = count_crimes(kept)
    months = sorted({row.days for row in kept if row.days is not None}, key=lambda days: days.first)
    days = Days(months[0].first, months[-1].last) if months else None
    return FigureFile(
        name,
        FigureLayout.STREET,
        sheet.name,
        f"Street-level crimes, {' and '.join(sorted(filter(None, forces)))}".rstrip(", "),
        "data.police.uk",
        days,
        tuple(rows),
        figures,
        tuple(category for category, _ in Counter(row.category for row in kept).most_common()),
        tuple(_findings(name, sheet.name, kept, without)),
        "Places are approximate and counts are as at the day of the download; anti-social behaviour has no number.",
        crimes=True,
    )


def crimes_listed(sheet: SheetRows) -> int | None:
    """How many crimes *sheet* lists, a row for each; None when it is no such list."""
    headings = [at for at, row in enumerate(sheet.rows[:_SEARCHED]) if _columns(row) is not None]
    if not headings:
        return None
    return sum(_columns(row) is None for row in sheet.rows[headings[0] + 1 :])


def count_crimes(rows: Iterable[FileRow]) -> tuple[FileFigure, ...]:
    """The crimes *rows* counted by month, by the place and by kind; the most frequent kind first."""
    counts: Counter[tuple[Days | None, str, str, str]] = Counter()
    codes: dict[str, set[str]] = {}
    for row in rows:
        counts[row.days, row.place, row.group, row.category] += 1
        codes.setdefault(row.place, set()).add(row.code)
    # A place made of several census areas has no one code.
    return tuple(
        FileFigure(0, 0, category, place, days, Number(Decimal(number)), _only(codes[place]), group)
        for (days, place, group, category), number in sorted(
            counts.items(), key=lambda each: (str(each[0][0]), each[0][1], -each[1], each[0][3])
        )
    )


def _only(codes: set[str]) -> str:
    return next(iter(codes)) if len(codes) == 1 else ""


def _columns(row: RawRow) -> dict[str, int] | None:
    found = {plain_heading(cell): at for at, cell in reversed(list(enumerate(row.cells))) if cell is not None}
    return found if all(heading in found for heading in _NEEDED) else None


def _row(row: RawRow, columns: dict[str, int], repeats: int) -> FileRow:
    month, category = (
        clean_text(cell_of(row, columns["month"])),
        clean_text(cell_of(row, columns["crime type"])),
    )
    code, name = (
        clean_text(cell_of(row, columns["lsoa code"])),
        clean_text(cell_of(row, columns["lsoa name"])),
    )
    # The row is shown by what is counted of it, never by its number or its place on the map.
    text = " | ".join(filter(None, (month, category, name)))
    found = _MONTH.fullmatch(month)
    if found is None or not 1 <= int(found[2]) <= 12:
        reason = f"its month “{month}” is not one such as 2022-07" if month else "it has no month"
        return FileRow(row.row, RowIs.UNREADABLE, text, reason)
    if not category:
        return FileRow(row.row, RowIs.UNREADABLE, text, "it does not say what kind of crime it was")
    lsoa = _LSOA.fullmatch(name)
    group = lsoa[1] if lsoa else name
    days = month_of(int(found[1]), int(found[2]))
    return FileRow(
        row.row, RowIs.FIGURES, text, "", name or NO_PLACE, code, group or NO_PLACE, category, days, repeats
    )


def _findings(name: str, sheet: str, rows: Sequence[FileRow], without: int) -> Iterable[Finding]:
    repeated = [row for row in rows if row.repeats]
    if repeated:
        first = repeated[0]
        yield Finding(
            Severity.WARNING,
            "figures.repeated",
            f"{len(repeated):,} {'row repeats' if len(repeated) == 1 else 'rows repeat'} the number of an earlier "
            f"crime, the first in row {first.row:,} (as row {first.repeats:,}). The publisher counts them; they can be "
            "left out.",
            Source(name, sheet, first.row),
        )
    if without:
        yield Finding(
            Severity.NOTE,
            "figures.without_number",
            f"{without:,} {'row has' if without == 1 else 'rows have'} no number of a crime, as anti-social behaviour "
            "never has; they count.",
            Source(name, sheet),
        )
    if not rows:
        yield Finding(Severity.ERROR, "figures.none", f"“{name}” holds no crime.", Source(name, sheet))
