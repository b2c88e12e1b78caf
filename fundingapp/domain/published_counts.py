"""The counts of a published table, one by one: of which category, in which place, over which time, where printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fundingapp.domain.performance import RowSort
from fundingapp.domain.printed_checks import TableCheck
from fundingapp.domain.printed_figures import Kind
from fundingapp.domain.printed_layout import is_period
from fundingapp.domain.printed_tables import PrintedColumn, PrintedTable, is_made_row
from fundingapp.domain.printed_words import SAYS_RATIO, says_difference


@dataclass(frozen=True, slots=True)
class PrintedCount:
    """One count as printed: *row* and *column* of the file, both from 1.

    *place* is "" where the table does not break down by place, *period* what the heading says of the time, as worded.
    *count* is None where nothing or something *hidden* was printed.
    """

    row: int
    column: int
    category: str
    place: str
    period: str
    count: Decimal | None
    hidden: str = ""
    sort: RowSort = RowSort.ORDINARY
    target: str = ""
    rank: int | None = None
    rank_of: int | None = None
    footnote: str = ""


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR = r"(?:(?:19|20)\d\d(?:\s*[/\-–]\s*(?:(?:19|20)\d\d|\d\d))?)"
_PERIOD = re.compile(
    rf"(?:(?:previous|prior|last|rolling|current)\s+)?(?:12|twelve)[\s-]*months?(?:\s+(?:to|ending)\s+(?:\d{{1,2}}\S*\s+)?{_MONTH}\s+\d{{4}})?"
    rf"|(?:year|ye)\s+(?:to|ending|ended)\s+(?:\d{{1,2}}\S*\s+)?{_MONTH}\s+\d{{4}}"
    rf"|\d{{1,2}}(?:\s?(?:st|nd|rd|th))?\s+{_MONTH}\s+\d{{4}}(?:\s*(?:to|-|–)\s*\d{{1,2}}(?:\s?(?:st|nd|rd|th))?\s+{_MONTH}\s+\d{{4}})?"
    rf"|\d{{1,2}}/\d{{1,2}}/\d{{4}}(?:\s*(?:to|-|–)\s*\d{{1,2}}/\d{{1,2}}/\d{{4}})?"
    rf"|{_MONTH}[\s\-/']*(?:\d{{4}}|\d\d)?\s*(?:-|–|to)\s*{_MONTH}[\s\-/']*(?:\d{{4}}|\d\d)\b"
    rf"|q(?:uarter|tr)?\s?[1-4](?:\s*{_YEAR})?|{_YEAR}\s*q[1-4]"
    rf"|{_MONTH}[\s\-/']*(?:\d{{4}}|\d\d)\b|(?:fy\s*)?{_YEAR}|\b\d\d/\d\d\b"
    r"|(?:previous|prior|last|current|this)\s+(?:year|period|quarter|month)",
    re.IGNORECASE,
)
_FILLING = re.compile(
    r"\b(?:total|crimes?|offences|number|no|count|counts|figures?|performance)?\s*\b(?:as\s+at|at|to|for|in|of|up to"
    r"|ytd|year to date)\s*$|^\s*to date\s*$|^\s*(?:total|crimes?|number|count|recorded|ytd|year to date)\s*$|\bytd\b",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"\b(?:area|beat|ward|district|csp|partnership|force|neighbourhood|sector|lsoa|place|town|borough|county|region|nl)s?\b",
    re.IGNORECASE,
)
_CATEGORIES = re.compile(
    r"\b(?:type|category|measure|offence|indicator|crime|group|strand|age|name of)s?\b", re.IGNORECASE
)
_PLACE_LABEL = re.compile(r"^(?:beat|ward|district|n[lnhbcdefw]?\d{2,3})\b", re.IGNORECASE)
_RANK = re.compile(r"\s*(\d{1,3})\s*(?:/|of|out of)\s*(\d{1,3})\s*", re.IGNORECASE)


def period_of(heading: str) -> str:
    """What a heading says of the time, as worded; "" when nothing: the longest that it names."""
    found = [match.group().strip(" -–/") for match in _PERIOD.finditer(heading)]
    return max(found, key=len, default="")


def subject_of(heading: str) -> str:
    """What a heading says besides the time: “Burglary” of “Burglary 2018”, nothing of “Total at 31 January 2018”."""
    if not period_of(heading):
        return heading
    rest = heading
    for match in _PERIOD.finditer(heading):
        rest = rest.replace(match.group(), "|", 1)
    parts = []
    for part in rest.split("|"):
        part = part.strip(" -–,:()/")
        while part != (shorter := _FILLING.sub("", part).strip(" -–,:()/")):
            part = shorter
        parts.append(part)
    return " ".join(part for part in parts if part)


def rows_are_places(table: PrintedTable) -> bool:
    """Whether the rows of *table* are places, and not categories or times: by the heading of its labels, then by the
    labels, then because its columns are of several subjects."""
    heading = table.label_heading
    if rows_are_periods(table):
        return False
    if _PLACES.search(heading) and not _CATEGORIES.search(heading):
        return True
    if _CATEGORIES.search(heading):
        return False
    labels = [row.label for row in table.rows]
    if sum(_PLACE_LABEL.match(each) is not None for each in labels) * 2 > len(labels):
        return True
    return len({subject_of(each.heading) for each in table.columns}) > 2


def rows_are_periods(table: PrintedTable) -> bool:
    """Whether the rows of *table* are years or other times, below each other."""
    named = [row for row in table.rows if not is_made_row(row.label, row.cells)]
    return bool(named) and 2 * sum(is_period(row.label) for row in named) > len(named)


def counts_of(
    table: PrintedTable, check: TableCheck, places_down: bool | None = None
) -> tuple[PrintedCount, ...]:
    """The counts of *table* in the order of the file; what *check* found to be worked out of them is left out.

    *places_down* is whether its rows are places, None to be told by the words. What is not among a row's or a column's
    words stands in the table's title.
    """
    down = rows_are_places(table) if places_down is None else places_down
    times = rows_are_periods(table)
    made = {relation.made for relation in check.relations if not relation.is_of_rows}
    columns = [
        (place, column)
        for place, column in enumerate(table.columns)
        if place not in made and _holds_counts(table, place)
    ]
    subjects = {place: subject_of(column.heading) for place, column in columns}
    several = len({each.casefold() for each in subjects.values()}) > 1
    targets = _texts(table, r"target")
    notes = _texts(table, r"comment|note|remark")
    found: list[PrintedCount] = []
    for row in table.rows:
        if is_made_row(row.label, row.cells):
            continue
        rank = next((match for text in row.texts if (match := _RANK.fullmatch(text)) is not None), None)
        for place, column in columns:
            printed = row.cells[place]
            if printed.kind not in {Kind.NUMBER, Kind.HIDDEN, Kind.NOTHING}:
                continue
            subject = subjects[place]
            across = subject if several or ((down or times) and subject) else ""
            category = (across or table.title) if down or times else row.label
            found.append(
                PrintedCount(
                    row.row,
                    column.at + 1,
                    category,
                    row.label if down else "" if times else across,
                    row.label if times else period_of(column.heading),
                    printed.value,
                    printed.text if printed.value is None else "",
                    row.sort,
                    " ".join(row.texts[at] for at in targets if row.texts[at]),
                    int(rank[1]) if rank is not None else None,
                    int(rank[2]) if rank is not None else None,
                    " ".join(
                        [row.texts[at] for at in notes if row.texts[at]]
                        + ([f"[{printed.marks}]"] if printed.marks else [])
                    ),
                )
            )
    return tuple(found)


def _holds_counts(table: PrintedTable, place: int) -> bool:
    """Whether a column that is worked out of no others in the table holds counts: no percentages, no rates, and no
    changes on something that the table does not show."""
    heading = table.columns[place].heading
    cells = [row.cells[place] for row in table.rows]
    if SAYS_RATIO.search(heading) and any(each.decimals for each in cells):
        return False
    if says_difference(heading) and any(each.has_sign for each in cells):
        return False
    percents = sum(each.kind is Kind.PERCENT or each.is_percent for each in cells)
    return 2 * percents < sum(each.is_figure for each in cells)


def _texts(table: PrintedTable, words: str) -> Sequence[int]:
    return [at for at, heading in enumerate(table.text_headings) if re.search(words, heading, re.IGNORECASE)]


def columns_of_counts(table: PrintedTable, check: TableCheck) -> tuple[PrintedColumn, ...]:
    """The columns that hold counts, in their order."""
    made = {relation.made for relation in check.relations if not relation.is_of_rows}
    return tuple(
        column
        for place, column in enumerate(table.columns)
        if place not in made and _holds_counts(table, place)
    )
