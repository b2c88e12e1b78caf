"""Whether what a published table prints of its counts is what they give: percentages, differences, shares and totals.

A suppressed or rounded figure is a range, and nothing is called wrong that some value in the range makes right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fundingapp.domain.performance import RowSort
from fundingapp.domain.printed_fields import Field, Made, Relation, says_percent
from fundingapp.domain.printed_figures import Kind
from fundingapp.domain.printed_layout import is_period
from fundingapp.domain.printed_pairs import Pairs
from fundingapp.domain.printed_ranges import Range, rounding_of
from fundingapp.domain.printed_relations import Finder
from fundingapp.domain.printed_sentences import said_in
from fundingapp.domain.printed_tables import PrintedTable, is_made_row
from fundingapp.domain.printed_totals import TableNote, TotalDiffers, Totals
from fundingapp.domain.printed_verdicts import Judge, Verdict
from fundingapp.domain.printed_wholes import Sum, whole_told_by_figures
from fundingapp.domain.printed_words import SAYS_RATIO, is_all_crime, says_difference, when, without_percent


@dataclass(frozen=True, slots=True)
class Wrong:
    """A printed figure that its counts do not give: where it stands, as printed, and as it should be."""

    row: int
    column: str
    label: str
    printed: str
    should_be: str
    text: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class TableCheck:
    """What was found in a table. *relations* are those that its figures bear out, *verified* how many printed figures
    were compared with what their counts give; *notes* say what could not be judged, and what was let pass. *sums* are
    the rows and columns that are sums of others."""

    wrong: tuple[Wrong, ...]
    totals: tuple[TotalDiffers, ...]
    relations: tuple[Relation, ...]
    verified: int
    notes: tuple[TableNote, ...] = ()
    sums: tuple[Sum, ...] = ()


def check_table(table: PrintedTable) -> TableCheck:
    """Every printed percentage, difference, share, rate, average and total of *table* against its counts."""
    rows = [at for at, row in enumerate(table.rows) if not is_made_row(row.label, row.cells)]
    counted = set(rows)
    made_rows = [at for at in range(len(table.rows)) if at not in counted]
    fields = _fields(table, rows)
    unit = rounding_of(table)
    whole = whole_told_by_figures(table, rows, fields)
    judge = Judge(fields, _total_at(table, rows, whole), _ordinary(table, rows, whole), unit)
    relations = Finder(Pairs(fields, _in_time(table, rows)), judge).relations()
    totals = Totals(table, rows, fields, {relation.made for relation in relations}, unit, whole)
    differing = totals.differing()
    checked = _Checked()
    in_full = judge.in_full(relations)

    def mended(field: int, record: int) -> Range | None:
        return totals.mended((rows[record], field)) if 0 <= record < len(rows) else None

    for relation in relations:
        for record, at in enumerate(rows):
            full = in_full(relation, record)
            judged = judge.judged(relation, record, mended, in_full=full)
            if judged is None:
                continue
            verdict, by = judged
            column = table.columns[relation.made]
            checked.count(verdict, column.heading)
            if verdict.right:
                continue
            row = table.rows[at]
            told = judge.told(relation, record, verdict, row.label, by)
            checked.wrong.append(Wrong(row.row, column.heading, row.label, *told, column.at))
    _check_comments(table, rows, relations, checked)
    across = _check_rows(table, made_rows, unit, totals, checked) if made_rows and len(rows) >= 2 else []
    made = {relation.made for relation in relations}
    notes = (
        *checked.notes(),
        *_not_judged([field for field in fields if field.place not in made]),
        *totals.notes,
    )
    return TableCheck(
        tuple(sorted(checked.wrong, key=lambda each: (each.row, each.at))),
        tuple(differing),
        (*relations, *across),
        checked.verified + totals.verified,
        notes,
        totals.sums,
    )


_CHANGES = frozenset({Made.CHANGE, Made.DIFFERENCE})
_SAYS_COMMENT = re.compile(r"comment|note|remark|narrative|explanation|context", re.IGNORECASE)


class _Checked:
    """What has been held against the counts so far."""

    def __init__(self) -> None:
        self.wrong: list[Wrong] = []
        self.verified = 0
        self._other_way: Counter[str] = Counter()

    def count(self, verdict: Verdict, heading: str) -> None:
        self.verified += 1
        self._other_way[heading] += verdict.other_way

    def notes(self) -> Iterator[TableNote]:
        """Which figures lie half way and were not rounded as R36 does: right by another rule."""
        for heading, count in self._other_way.items():
            if count:
                figures, were = ("1 figure lies", "was") if count == 1 else (f"{count:,} figures lie", "were")
                yield TableNote(
                    heading,
                    f"“{heading}”: {figures} half way between two and {were} not rounded away from nought, as programs "
                    "do that round to the even one; that is not counted as wrong.",
                )


def _fields(table: PrintedTable, rows: Sequence[int]) -> list[Field]:
    seen: dict[int, int] = {}
    fields = []
    doubled = {at for at, count in Counter(each.at for each in table.columns).items() if count > 1}
    for place, column in enumerate(table.columns):
        cells = tuple(table.rows[at].cells[place] for at in rows)
        heading = column.heading
        if column.at in doubled and column.at not in seen and sum(each.is_percent for each in cells) == 0:
            # What a heading says of per cent is said of the figure in brackets.
            heading = without_percent(heading)
        fields.append(Field(place, heading, column.group, cells, seen.get(column.at, -1)))
        seen.setdefault(column.at, place)
    return fields


def _total_at(table: PrintedTable, rows: Sequence[int], whole: int | None) -> int | None:
    totals = (
        place
        for place, at in enumerate(rows)
        if at == whole or table.rows[at].sort is RowSort.TOTAL or is_all_crime(table.rows[at].label)
    )
    return next(totals, None)


def _ordinary(table: PrintedTable, rows: Sequence[int], whole: int | None) -> list[int]:
    return [
        place
        for place, at in enumerate(rows)
        if at != whole
        and table.rows[at].sort in {RowSort.ORDINARY, RowSort.UNASSIGNED}
        and not table.rows[at].is_part
    ]


def _in_time(table: PrintedTable, rows: Sequence[int]) -> int:
    """1 where the rows are times one after the other, −1 where the latest is first, 0 where they are none."""
    moments = [when(table.rows[at].label) or _month_of(table.rows[at].label) for at in rows]
    told = [moment for moment in moments if moment is not None]
    if len(told) < max(3, len(rows)) or any(not is_period(table.rows[at].label) for at in rows):
        return 0
    pairs = list(pairwise(told))
    months = [moment[1] for moment in told if not moment[0]]
    if len(months) == len(told):
        # April is the first month of a financial year.
        pairs = list(pairwise([(0, (month - 3) % 12) for month in months]))
    return 1 if all(one < two for one, two in pairs) else -1 if all(one > two for one, two in pairs) else 0


def _month_of(label: str) -> tuple[int, ...] | None:
    found = re.match(r"q(?:uarter )?\s*([1-4])\b", label, re.IGNORECASE)
    return None if found is None else (0, int(found[1]) * 3 % 12)


def _check_rows(
    table: PrintedTable, made_rows: Sequence[int], unit: int, totals: Totals, checked: _Checked
) -> list[Relation]:
    """Rows that are worked out of other rows, such as “% change” below two years."""
    lines = [Field(at, row.label, "", row.cells) for at, row in enumerate(table.rows)]
    judge = Judge(lines, None, list(range(len(table.columns))), unit)
    found = []

    def mended(row: int, column: int) -> Range | None:
        return totals.mended((row, column))

    for relation in Finder(Pairs(lines, 0, frozenset(made_rows)), judge).relations():
        found.append(replace(relation, is_of_rows=True))
        row = table.rows[relation.made]
        for record, column in enumerate(table.columns):
            judged = judge.judged(relation, record, mended)
            if judged is None:
                continue
            verdict, by = judged
            checked.count(verdict, row.label)
            if not verdict.right:
                told = judge.told(relation, record, verdict, column.heading, by)
                checked.wrong.append(Wrong(row.row, column.heading, row.label, *told, column.at))
    return found


def _check_comments(
    table: PrintedTable, rows: Sequence[int], relations: Sequence[Relation], checked: _Checked
) -> None:
    """What comments say of the figures in words."""
    pairs = {(each.previous, each.current) for each in relations if each.how in _CHANGES and not each.step}
    for place, heading in enumerate(table.text_headings):
        if not _SAYS_COMMENT.search(heading):
            continue
        for at in rows:
            row = table.rows[at]
            counts = None
            if len(pairs) == 1:
                ((previous, current),) = pairs
                before, now = row.cells[previous], row.cells[current]
                if (
                    before.kind is now.kind is Kind.NUMBER
                    and before.count is not None
                    and now.count is not None
                ):
                    counts = before.count, now.count
            for said in said_in(row.texts[place], counts):
                checked.verified += 1
                if not said.is_right:
                    text = f"{row.label}: {said.text}" if row.label else said.text
                    checked.wrong.append(
                        Wrong(
                            row.row,
                            heading,
                            row.label,
                            said.printed,
                            said.should_be,
                            text,
                            table.texts_at[place],
                        )
                    )


def _not_judged(fields: Sequence[Field]) -> Iterator[TableNote]:
    """The columns that look worked out, and of which nobody can tell from the table what they are worked out of."""
    for field in fields:
        figures = sum(each.kind in {Kind.NUMBER, Kind.PERCENT} for each in field.cells)
        looks = (
            field.is_percent
            or says_percent(field)
            or says_difference(field.heading)
            or SAYS_RATIO.search(field.heading) is not None
        )
        if figures and looks:
            yield TableNote(
                field.heading,
                f"“{field.heading}”: {figures:,} figure{'s' if figures > 1 else ''} could not be judged, because "
                "no other figures of the table give them.",
            )
