"""Reads a plan as a table states it: themes and priorities with codes, years, owners and commissioner's priorities."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from fundingapp.domain.cells import clean_text
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.periods import FinancialYear

_HEADINGS = {
    "theme_code": ("theme code", "theme no", "theme number", "theme ref"),
    "theme": ("theme", "theme title", "aim", "objective", "outcome"),
    "code": ("priority code", "priority no", "priority number", "code", "no", "number", "ref"),
    "title": ("title", "priority", "priority title", "name", "description"),
    "from": ("from", "from year", "first year", "start", "start year", "years", "year", "period"),
    "to": ("to", "to year", "last year", "end", "end year", "until"),
    "owner": ("owner", "owner group", "sub group", "subgroup", "group", "lead group", "lead", "responsible"),
    "commissioner": (
        "commissioner priority",
        "commissioner s priority",
        "pcc priority",
        "pcc plan priority",
        "police and crime plan",
        "police and crime plan priority",
    ),
    "cross": ("cross cutting", "cross cutting theme", "crosscutting"),
    "plan": ("plan", "plan title"),
}
_YES = {"yes", "y", "true", "x", "1", "✓", "cross-cutting", "cross cutting"}
_NO = {"no", "n", "false", "0", "", "-", "–"}
#: “iv) Reduce harm”, “2. Reduce harm”, “P3 – Reduce harm”.
_CODE = re.compile(r"((?:[A-Z]{1,2}\s?)?\d{1,3}[a-z]?|[ivxlIVXL]{1,6}|[A-Za-z])\s*(?:[.):]|\s[-–—])\s+(\S.*)")
_OPEN = {"", "ongoing", "on-going", "open", "present", "current", "-", "–"}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One priority of the table, or (without *title*) one theme; *row* is its row in the file."""

    theme_code: str
    theme: str
    code: str
    title: str
    from_year: FinancialYear | None
    to_year: FinancialYear | None
    owner_group: str
    commissioner_priority: str
    is_cross_cutting: bool
    plan: str
    row: int


@dataclass(frozen=True, slots=True)
class ParsedPlanTable:
    """A plan table understood. *rows* and *left_out* together are all its rows: *left_out* counts those that are empty;
    one that can't be read is an ERROR finding, and then nothing of the table is taken."""

    file: str
    rows: tuple[PlanRow, ...]
    left_out: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


def table_from_text(text: str) -> tuple[list[str], list[RawRow]]:
    """Headings and rows of a table as it is pasted from a spreadsheet (tabs) or typed with commas or semicolons."""
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    mark = next((mark for mark in ("\t", ";", ",") if mark in first), "\t")
    rows = [(at, row) for at, row in enumerate(csv.reader(lines, delimiter=mark), start=1) if row]
    begins = next((at for at, (_, row) in enumerate(rows) if any(cell.strip() for cell in row)), None)
    if begins is None:
        return [], []
    return rows[begins][1], [RawRow(at, tuple(row)) for at, row in rows[begins + 1 :]]


def parse_plan_table(headings: Sequence[str], rows: Sequence[RawRow], file: str) -> ParsedPlanTable:
    """The themes and priorities of a table with columns such as Theme, Priority code, Title, From, To, Owner and
    Commissioner priority, of which only the title (or the theme) is needed.

    A row without theme belongs to the theme above it; a code before a title (“iv) Reduce harm”) is taken as its code
    where the table has no column of codes; “2017/18 to 2019/20” and “2017-2020” in one cell are both years.
    """
    return _Parser(headings, file).parse(rows)


class _Parser:
    def __init__(self, headings: Sequence[str], file: str) -> None:
        self._file = file
        self._headings = [clean_text(heading) for heading in headings]
        self._at = _columns(self._headings)
        self._findings: list[Finding] = []

    def parse(self, rows: Sequence[RawRow]) -> ParsedPlanTable:
        if "title" not in self._at and "theme" not in self._at:
            shown = ", ".join(f"“{heading}”" for heading in self._headings if heading) or "none"
            text = f"{self._file} has neither a column “Priority” nor “Theme”; its headings are {shown}."
            self._add("plan.no_column", text)
            return ParsedPlanTable(self._file, (), 0, tuple(self._findings))
        found: list[PlanRow] = []
        left_out = 0
        above = ("", "")
        for row in rows:
            if not any(clean_text(cell) for cell in row.cells):
                left_out += 1
                continue
            read = self._read(row, above)
            if read is not None:
                above = (read.theme_code, read.theme)
                found.append(read)
        self._check_repeated(found)
        return ParsedPlanTable(self._file, tuple(found), left_out, tuple(self._findings))

    def _add(self, kind: str, text: str, row: int = 0, column: str = "", note: bool = False) -> None:
        severity = Severity.NOTE if note else Severity.ERROR
        self._findings.append(Finding(severity, kind, text, Source(self._file, "", row, column)))

    def _text(self, row: RawRow, what: str) -> str:
        at = self._at.get(what)
        return clean_text(row.cells[at]) if at is not None and at < len(row.cells) else ""

    def _read(self, row: RawRow, above: tuple[str, str]) -> PlanRow | None:
        theme_code, theme = self._text(row, "theme_code"), self._text(row, "theme")
        code, title = self._text(row, "code"), self._text(row, "title")
        if theme and "theme_code" not in self._at:
            theme_code, theme = _split_code(theme)
        if title and "code" not in self._at:
            code, title = _split_code(title)
        if not theme:
            theme_code, theme = above
        if not title and (code or not theme):
            what = f"“{code}” has no title" if code else "there is neither a theme nor a priority"
            self._add("plan.no_title", f"Row {row.row:,}: {what}.", row.row)
            return None
        years = self._years(row)
        if years is None:
            return None
        cross = self._text(row, "cross").casefold()
        if cross not in _YES | _NO:
            column = self._headings[self._at["cross"]]
            self._add(
                "plan.cross_unknown",
                f"Row {row.row:,}, column “{column}”: “{cross}” is neither yes nor no.",
                row.row,
                column,
            )
            return None
        return PlanRow(
            theme_code,
            theme,
            code,
            title,
            *years,
            self._text(row, "owner"),
            self._text(row, "commissioner"),
            cross in _YES,
            self._text(row, "plan"),
            row.row,
        )

    def _years(self, row: RawRow) -> tuple[FinancialYear | None, FinancialYear | None] | None:
        """The first and the last year of *row*; None, with a finding, when they can't be read."""
        both = self._text(row, "from"), self._text(row, "to")
        found = []
        for what, text in zip(("from", "to"), both, strict=True):
            try:
                found.append(_span(text))
            except ValueError:
                column = self._headings[self._at[what]]
                self._add(
                    "plan.year",
                    f"Row {row.row:,}, column “{column}”: “{text}” is not a financial year such as 2018/19.",
                    row.row,
                    column,
                )
                return None
        first = found[0][0]
        last = found[1][1] if both[1].casefold() not in _OPEN else None
        if last is None and found[0][1] is not None and found[0][1] != first:
            last = found[0][1]
        if first is not None and last is not None and last < first:
            self._add(
                "plan.years_order",
                f"Row {row.row:,}: it ends in {last}, before it begins in {first}.",
                row.row,
            )
            return None
        return first, last

    def _check_repeated(self, rows: Sequence[PlanRow]) -> None:
        first: dict[tuple[object, ...], PlanRow] = {}
        for row in rows:
            if not row.title:
                continue
            key = (
                row.theme.casefold(),
                row.code.casefold(),
                row.title.casefold(),
                row.from_year,
                row.to_year,
            )
            earlier = first.setdefault(key, row)
            if earlier is not row:
                self._add(
                    "plan.repeated",
                    f"Row {row.row:,}: “{row.title}” stands in row {earlier.row:,} already.",
                    row.row,
                )


def _split_code(text: str) -> tuple[str, str]:
    found = _CODE.fullmatch(text)
    return (found[1], found[2]) if found is not None else ("", text)


def _span(text: str) -> tuple[FinancialYear | None, FinancialYear | None]:
    """The first and last financial year that *text* names, the same for one year; None for nothing.

    Raises ValueError. Of years alone, “2017-2020” and “2017/20” are plans of three years, from 2017/18 to 2019/20.
    """
    if text.casefold() in _OPEN:
        return None, None
    year = _year(text)
    if year is not None:
        return year, year
    found = re.fullmatch(r"(\d{4})\s*(?:[/\-–−]|to)\s*(\d{4}|\d{2})", text)
    if found is not None:
        start, end = int(found[1]), int(found[2])
        end = end if end > 100 else start // 100 * 100 + end
        if start < end <= start + 20:
            return FinancialYear(start), FinancialYear(end - 1)
    parts = re.split(r"\s+(?:to|until)\s+|\s+[-–—]\s+", text)
    if len(parts) == 2:
        return FinancialYear.parse(parts[0]), FinancialYear.parse(parts[1])
    if re.fullmatch(r"\d{4}", text):
        return FinancialYear(int(text)), FinancialYear(int(text))
    raise ValueError(f"{text!r} names no financial year")


def _year(text: str) -> FinancialYear | None:
    """The one financial year that *text* is."""
    try:
        return FinancialYear.parse(text)
    except ValueError:
        return None


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """Which column holds what, by its heading."""
    plain = [" ".join(re.findall(r"[a-z]+", heading.casefold())) for heading in headings]
    found: dict[str, int] = {}
    for what, words in _HEADINGS.items():
        at = next(
            (
                plain.index(word)
                for word in words
                if word in plain and plain.index(word) not in found.values()
            ),
            None,
        )
        if at is not None:
            found[what] = at
    return found
