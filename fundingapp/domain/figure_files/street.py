"""Street-level crimes as data.police.uk publishes them, a row for each crime: only counts are taken (R01).

Its numbers of crimes, places on the map and outcomes stay outside: what is kept of a row is its month, its kind of
crime and the census area (LSOA) that it lies in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TypeAlias

from fundingapp.domain.cells import clean_text
from fundingapp.domain.changes import Days
from fundingapp.domain.errors import listed
from fundingapp.domain.figure_files.contents import (
    FigureFile,
    FileFigure,
    FileRow,
    RowIs,
    cell_of,
    plain_heading,
)
from fundingapp.domain.figure_files.days import in_words, month_of
from fundingapp.domain.figure_files.numbers import Number
from fundingapp.domain.figure_imports import FigureLayout, FilePart, row_in_words
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import RawRow, SheetRows

_NEEDED = ("month", "lsoa code", "lsoa name", "crime type")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
#: “Camden 024A” is a census area of Camden.
_LSOA = re.compile(r"(.+?)\s+\d{3}[A-Z]")
#: After so many rows it is told how far the reading is.
_TOLD = 5_000

#: Hears how many rows of how many were read; it may raise to stop.
Tell: TypeAlias = Callable[[int, int], object]
#: What a crime without a place stands under.
NO_PLACE = "No location"
#: Headings are looked for in so many rows.
_SEARCHED = 20


def read_street(sheet: SheetRows, name: str, tell: Tell | None = None) -> FigureFile | None:
    """The crimes of *sheet* in the file *name*; None when it is no such table. *tell* hears how far it is."""
    crimes = StreetCrimes()
    return crimes.made(name, sheet.name) if crimes.add(sheet, name, tell=tell) else None


class StreetCrimes:
    """The crimes of one file, or of several months read as one: their rows are numbered on, and a crime's number is
    looked for in all of them."""

    def __init__(self) -> None:
        self._rows: list[FileRow] = []
        self._numbered: dict[str, int] = {}
        #: For each force and month the files that have crimes of it.
        self._months: dict[str, dict[Days, list[str]]] = {}
        self._files: list[FilePart] = []
        self._without = 0
        self._before = 0

    def has(self, sha256: str) -> FilePart | None:
        """The file that was added with that very content, if any."""
        return next((each for each in self._files if sha256 and each.sha256 == sha256), None)

    def add(self, sheet: SheetRows, name: str, sha256: str = "", tell: Tell | None = None) -> bool:
        """Adds the crimes of *sheet* in the file *name*; False when it is no such table."""
        found_at = next(
            (at for at, row in enumerate(sheet.rows[:_SEARCHED]) if _columns(row) is not None), None
        )
        if found_at is None:
            return False
        heading = sheet.rows[found_at]
        columns = _columns(heading) or {}
        before = self._before
        self._rows += [
            FileRow(before + row.row, RowIs.NOTE, clean_text(row.cells[0])[:100], "a note above the table")
            for row in sheet.rows[:found_at]
        ]
        self._rows.append(FileRow(before + heading.row, RowIs.HEADING, "the headings", "the headings"))
        force_at = columns.get("falls within", columns.get("reported by", -1))
        for at, row in enumerate(sheet.rows[found_at + 1 :], start=found_at + 1):
            if tell is not None and at % _TOLD == 0:
                tell(at, len(sheet.rows))
            number = before + row.row
            if _is_heading(row, heading) and _columns(row) is not None:
                # Months that were put one below the other bring their headings along.
                self._rows.append(FileRow(number, RowIs.HEADING, "the headings", "the headings again"))
                continue
            crime = clean_text(cell_of(row, columns.get("crime id", -1)))
            understood = _row(row, number, columns, self._numbered.get(crime, 0) if crime else 0)
            self._rows.append(understood)
            if understood.has_figures and understood.days is not None:
                self._without += not crime
                if crime:
                    self._numbered.setdefault(crime, number)
                files = self._months.setdefault(clean_text(cell_of(row, force_at)), {}).setdefault(
                    understood.days, []
                )
                if not files or files[-1] != name:
                    files.append(name)
        last = max(row.row for row in sheet.rows)
        self._files.append(FilePart(name, sha256, last))
        self._before += last
        return True

    def made(self, name: str, sheet: str = "", left: Sequence[Finding] = ()) -> FigureFile:
        """What was added, as one file called *name*; *left* is noticed of files that were not."""
        kept = [row for row in self._rows if row.has_figures]
        months = sorted({row.days for row in kept if row.days is not None}, key=lambda days: days.first)
        several = tuple(self._files) if len(self._files) > 1 else ()
        return FigureFile(
            name,
            FigureLayout.STREET,
            sheet,
            f"Street-level crimes, {' and '.join(sorted(filter(None, self._months)))}".rstrip(", "),
            "data.police.uk",
            Days(months[0].first, months[-1].last) if months else None,
            tuple(self._rows),
            count_crimes(kept),
            tuple(category for category, _ in Counter(row.category for row in kept).most_common()),
            (
                *_findings(name, sheet, kept, self._without, several),
                *self._of_months(name, sheet, months),
                *left,
            ),
            "Places are approximate and counts are as at the day of the download; anti-social behaviour has no number.",
            crimes=True,
            files=several,
        )

    def _of_months(self, name: str, sheet: str, months: Sequence[Days]) -> Iterable[Finding]:
        """Months between the first and the last that a force lacks, and those that stand in two files."""
        for force, held in self._months.items():
            of = f" of {force}" if force else ""
            lacking = [in_words(month) for month in _between(months) if month not in held]
            if lacking:
                yield Finding(
                    Severity.WARNING,
                    "figures.months_missing",
                    f"There is no crime{of} for {listed(lacking, 'and')}: the file of that month may be missing.",
                    Source(name, sheet),
                )
            for month, files in held.items():
                if len(set(files)) > 1:
                    named = listed((f"“{each}”" for each in dict.fromkeys(files)), "and")
                    yield Finding(
                        Severity.WARNING,
                        "figures.month_twice",
                        f"{in_words(month)}{of} stands in {named}: crimes without a number would count twice. Leave "
                        "one of the files out.",
                        Source(name, sheet),
                    )


def _between(months: Sequence[Days]) -> Iterable[Days]:
    """Every month from the first to the last."""
    if months:
        month = months[0]
        while month.first <= months[-1].first:
            yield month
            after = month.last + timedelta(days=1)
            month = month_of(after.year, after.month)


def _is_heading(row: RawRow, heading: RawRow) -> bool:
    """A quick look: a heading that comes again begins as the first one does."""
    return row.cells[:1] == heading.cells[:1]


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


def _row(row: RawRow, number: int, columns: dict[str, int], repeats: int) -> FileRow:
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
        return FileRow(number, RowIs.UNREADABLE, text, reason)
    if not category:
        return FileRow(number, RowIs.UNREADABLE, text, "it does not say what kind of crime it was")
    lsoa = _LSOA.fullmatch(name)
    group = lsoa[1] if lsoa else name
    days = month_of(int(found[1]), int(found[2]))
    return FileRow(
        number, RowIs.FIGURES, text, "", name or NO_PLACE, code, group or NO_PLACE, category, days, repeats
    )


def _findings(
    name: str, sheet: str, rows: Sequence[FileRow], without: int, files: Sequence[FilePart]
) -> Iterable[Finding]:
    repeated = [row for row in rows if row.repeats]
    if repeated:
        first = repeated[0]
        yield Finding(
            Severity.WARNING,
            "figures.repeated",
            f"{len(repeated):,} {'row repeats' if len(repeated) == 1 else 'rows repeat'} the number of an earlier "
            f"crime, the first in {row_in_words(files, first.row)} (as {row_in_words(files, first.repeats)}). "
            "The publisher counts them; they can be "
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
