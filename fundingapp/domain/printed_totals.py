"""Totals of a published table, told by words and by the figures, and those that are not the sum of their parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from fundingapp.domain.performance import RowSort
from fundingapp.domain.printed_fields import Field, says_change
from fundingapp.domain.printed_figures import Kind
from fundingapp.domain.printed_ranges import NOBODY_KNOWS, Range, range_of
from fundingapp.domain.printed_tables import PrintedTable
from fundingapp.domain.printed_wholes import likely_parts
from fundingapp.domain.printed_words import (
    NAMES_YEAR,
    PART_OF_YEAR,
    SAYS_GIVEN,
    SAYS_OTHER,
    SAYS_PERCENT,
    SAYS_UNSUMMED,
    YEARS,
    is_all_crime,
    is_of_same_time,
    is_part_of_another,
    is_total,
    when,
)
from fundingapp.domain.tied_sums import MOST_SEARCHED, Entry, Range as Among, subsets


@dataclass(frozen=True, slots=True)
class TotalDiffers:
    """A printed total that is not the sum of its parts: both figures, and how they stand to each other (R38)."""

    row: int
    column: str
    label: str
    printed: str
    should_be: str
    text: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class TableNote:
    """Something to know of a check: of which *column* or row, and the sentence."""

    column: str
    text: str


class Totals:
    """Looks for totals, by their words and by the figures, and for those that are not the sum of their parts."""

    def __init__(
        self,
        table: PrintedTable,
        rows: Sequence[int],
        fields: Sequence[Field],
        made: set[int],
        unit: int,
        whole: int | None = None,
    ) -> None:
        self._table = table
        self._rows = rows
        self._unit = unit
        self._whole = whole
        self.verified = 0
        self.notes: list[TableNote] = []
        #: The parts of each total that was found to differ, and their sum.
        self._accused: dict[tuple[int, int], tuple[tuple[tuple[int, int], ...], Range]] = {}
        #: The categories that are more than all crime, by the figure that they exceed.
        self._exceeded_by: dict[tuple[int, int], Sequence[tuple[int, int]]] = {}
        self._columns = [
            field.place
            for field in fields
            if field.place not in made
            and field.numbers
            and not field.is_percent
            and 2 * sum(each.decimals > 3 for each in field.cells) <= field.numbers
            and not SAYS_UNSUMMED.search(field.heading)
            and not says_change(field)
            and not SAYS_PERCENT.search(field.heading)
        ]
        self._ranges = {(at, column): self._range(at, column) for at in rows for column in self._columns}

    def differing(self) -> list[TotalDiffers]:
        """The totals that are not the sum of their parts, in the order of the file."""
        found = [*self._of_columns(), *self._of_rows(), *self._above_all_crime()]
        unique: dict[tuple[int, int], TotalDiffers] = {}
        for cell, each in found:
            if not self._is_another_to_blame(cell):
                unique.setdefault(cell, each)
        self._accused = {cell: told for cell, told in self._accused.items() if cell in unique}
        return sorted(unique.values(), key=lambda each: (each.row, each.at))

    def _is_another_to_blame(self, cell: tuple[int, int]) -> bool:
        """Whether a total differs only because one of its parts is a total that differs itself; so where a category
        that differs is more than all crime."""
        if cell not in self._accused:
            return any(part in self._accused for part in self._exceeded_by.get(cell, ()))
        parts, _ = self._accused[cell]
        if not any(part in self._accused for part in parts):
            return False
        sums = [self._accused[part][1] if part in self._accused else self._sum([part]) for part in parts]
        summed = (sum((low for low, _ in sums), Fraction()), sum((high for _, high in sums), Fraction()))
        return self._agrees(cell, summed)

    def mended(self, cell: tuple[int, int]) -> Range | None:
        """What a total that differs should be, by its row and column among those of the table."""
        told = self._accused.get(cell)
        return None if told is None else told[1]

    def _range(self, at: int, column: int) -> Range | None:
        printed = self._table.rows[at].cells[column]
        if printed.kind in {Kind.NOTHING, Kind.PERCENT}:
            # A dash may mean nought or that nobody knows; a percentage among counts is none.
            return Fraction(0), NOBODY_KNOWS
        return range_of(printed, self._unit) or (Fraction(0), NOBODY_KNOWS)

    def _sum(self, cells: Sequence[tuple[int, int]]) -> Range:
        low = high = Fraction()
        for cell in cells:
            part = self._ranges[cell] or (Fraction(0), NOBODY_KNOWS)
            low, high = low + part[0], high + part[1]
        return low, high

    def _printed(self, cell: tuple[int, int]) -> Range | None:
        printed = self._table.rows[cell[0]].cells[cell[1]]
        return None if printed.kind is Kind.PERCENT else range_of(printed, self._unit)

    def _of_rows(self) -> Iterator[tuple[tuple[int, int], TotalDiffers]]:
        rows, table = self._rows, self._table
        sorts = {at: table.rows[at].sort for at in rows}
        totals = [at for at in rows if sorts[at] in {RowSort.TOTAL, RowSort.SUBTOTAL} or at == self._whole]
        all_crime = [at for at in rows if is_all_crime(table.rows[at].label)]
        ordinary = [
            at for at in rows if at not in totals and at not in all_crime and not table.rows[at].is_part
        ]
        for at in (*totals, *all_crime):
            structures = self._structures(at, ordinary, totals)
            best, matched = self._best_structure(at, structures)
            if best is None:
                continue
            telling = [column for column in self._columns if self._printed((at, column)) is not None]
            if at in all_crime and (2 * matched < max(len(telling), 1) or matched == 0 or len(best) < 2):
                continue
            if matched == 0 and (
                self._is_selection(at, best, telling) or self._has_other_parts(at, ordinary, telling)
            ):
                self.notes.append(
                    TableNote(
                        table.rows[at].label,
                        f"“{table.rows[at].label}” is nowhere the sum of the rows listed; it was taken for a total "
                        "of others than these, and not judged.",
                    )
                )
                continue
            yield from self._judge_row(at, best)
        known = {*totals, *all_crime}
        for at in ordinary:
            if at not in known:
                parts = self._told_by_figures(at)
                if parts:
                    yield from self._judge_row(at, parts)

    def _is_selection(self, at: int, parts: Sequence[int], telling: Sequence[int]) -> bool:
        """Whether the rows listed are not what the total *at* is of: it is more, or less, in every column, of three at
        least, or by half as much again; what may be a slip of the fingers is none of this."""
        sums = {column: self._sum([(part, column) for part in parts]) for column in telling}
        owns = {column: own for column in telling if (own := self._printed((at, column))) is not None}
        above = all(own[0] > sums[column][1] for column, own in owns.items())
        if not owns or not (above or all(own[1] < sums[column][0] for column, own in owns.items())):
            return False
        if any(_is_slip(own, sums[column]) for column, own in owns.items()):
            return False
        return len(owns) >= 3 or all(
            2 * own[0] > 3 * sums[column][1] if above else 3 * own[1] < 2 * sums[column][0]
            for column, own in owns.items()
        )

    def _has_other_parts(self, at: int, ordinary: Sequence[int], telling: Sequence[int]) -> bool:
        """Whether some of the rows, wherever they stand, sum to the total *at* in every column, of two at least: where
        categories and their parts are listed alike, nobody marks which is which."""
        if len(telling) < 2 or len(ordinary) > MOST_SEARCHED:
            return False
        lines = [[self._entry((row, column)) for column in telling] for row in (at, *ordinary)]
        return bool(subsets(lines, 0))

    def _entry(self, cell: tuple[int, int]) -> Entry:
        known = self._printed(cell)
        if known is None or known[0].denominator != 1 or known[1].denominator != 1:
            return None
        return Among(known[0].numerator, known[1].numerator)

    def _structures(self, at: int, ordinary: Sequence[int], totals: Sequence[int]) -> list[list[int]]:
        """What the total row *at* may be the sum of, the likeliest first."""
        lines = sorted({*ordinary, *totals, at})
        likely = [
            [lines[place] for place in parts]
            for parts in likely_parts(lines.index(at), [each in totals or each == at for each in lines])
        ]
        above, below, every = likely[0], likely[2], list(ordinary)
        subs = [other for other in totals if other != at and self._table.rows[other].sort is RowSort.SUBTOTAL]
        # What is led in by a dash may be part of the row above it.
        plain = [
            [part for part in parts if not self._table.rows[part].is_led_in]
            for parts in (above, below, every)
        ]
        # Incidents may be listed below the total of crimes.
        crimes = [part for part in every if _is_crime(self._table.rows[part].label)]
        # A total may be of the rows just above it only, where nothing says where its part of the table begins.
        runs = [above[first:] for first in range(1, len(above) - 1)]
        part = self._table.rows[at].part
        own = [row for row in ordinary if self._table.rows[row].part == part] if part else []
        own = own if len(own) < len(every) else []
        return [
            each
            for each in (
                own,
                *likely,
                subs,
                subs + above,
                *plain,
                *([crimes] if len(crimes) > 1 else []),
                *runs,
            )
            if each
        ]

    def _best_structure(self, at: int, structures: Sequence[list[int]]) -> tuple[list[int] | None, int]:
        best: list[int] | None = None
        matched = -1
        for parts in structures:
            told = sum(
                self._agrees((at, column), self._sum([(part, column) for part in parts]))
                for column in self._columns
                if self._printed((at, column)) is not None
            )
            if told > matched:
                best, matched = parts, told
        return best, max(matched, 0)

    def _told_by_figures(self, at: int) -> list[int]:
        """The rows that the row *at*, which is not called a total, is the sum of in most of its columns.

        They stand next to it; elsewhere three columns must agree. Small figures prove nothing.
        """
        columns = [
            column
            for column in self._columns
            if (own := self._printed((at, column))) is not None and own[0] >= 50 and own[0] == own[1]
        ]
        if len(columns) < 2 or len(self._rows) < 4:
            return []
        place = self._rows.index(at)
        runs = [self._run(place, step, columns) for step in (1, -1)]
        best = max(runs, key=lambda run: run[0])
        needed = max(2, (len(columns) + 1) // 2)
        if best[0] >= needed and len(best[1]) >= 3:
            return best[1]
        if len(self._rows) <= 40 and len(columns) >= 3:
            for first in range(len(self._rows)):
                for last in range(first + 2, len(self._rows)):
                    parts = list(self._rows[first : last + 1])
                    if at in parts:
                        continue
                    told = self._agreeing(at, parts, columns)
                    if told >= max(3, needed):
                        return parts
        return []

    def _run(self, place: int, step: int, columns: Sequence[int]) -> tuple[int, list[int]]:
        """The rows next to *place* whose sum is its row in most columns: how many columns, and the rows."""
        at = self._rows[place]
        most = self._printed((at, columns[0]))
        best: tuple[int, list[int]] = (0, [])
        parts: list[int] = []
        limit = max(
            (own[1] for column in columns if (own := self._printed((at, column))) is not None),
            default=Fraction(0),
        )
        total = Fraction()
        other = place + step
        while 0 <= other < len(self._rows) and most is not None:
            part = self._rows[other]
            parts.append(part)
            total += (self._ranges[part, columns[0]] or (Fraction(0), Fraction(0)))[0]
            if total > 2 * limit:
                break
            if len(parts) >= 3:
                told = self._agreeing(at, parts, columns)
                if told > best[0]:
                    best = told, list(parts)
            other += step
        return best

    def _agreeing(self, at: int, parts: Sequence[int], columns: Sequence[int]) -> int:
        told = 0
        for left, column in enumerate(columns):
            own = self._printed((at, column))
            low, high = self._sum([(part, column) for part in parts])
            # An empty cell among the parts counts as nought here, where it is only asked whether it could be a total.
            told += own is not None and low == own[0] and (high == low or high >= NOBODY_KNOWS)
            if left >= 3 and not told:
                return 0
        return told

    def _judge_row(self, at: int, parts: Sequence[int]) -> Iterator[tuple[tuple[int, int], TotalDiffers]]:
        row = self._table.rows[at]
        for column in self._columns:
            own = self._printed((at, column))
            if own is None:
                continue
            self.verified += 1
            summed = self._sum([(part, column) for part in parts])
            if not self._agrees((at, column), summed):
                how = f"the {len(parts):,} rows that make it sum to {{sum}}"
                yield self._differs(at, column, summed, how, row.label, [(part, column) for part in parts])

    def _of_columns(self) -> Iterator[tuple[tuple[int, int], TotalDiffers]]:
        table = self._table
        for column in self._columns:
            heading = table.columns[column]
            own = heading.own or heading.heading
            year = self._periods_before(column)
            is_said = is_total(own) or is_total(heading.heading)
            words = is_said or is_all_crime(own) or is_all_crime(heading.heading) or bool(year)
            if not words or (
                not year
                and YEARS.search(own.replace(heading.group, ""))
                and not re.search(r"total", own, re.IGNORECASE)
            ):
                continue
            best, matched, judged = self._best_columns(column, year)
            if not best or not self._is_sum_of_columns(
                column, best, matched, judged, is_plain=is_said or bool(year)
            ):
                continue
            for at in self._rows:
                printed = self._printed((at, column))
                if printed is None:
                    continue
                self.verified += 1
                summed = self._sum([(at, part) for part in best])
                if not self._agrees((at, column), summed):
                    how = f"the {len(best):,} columns that make it sum to {{sum}}"
                    label = table.rows[at].label
                    yield self._differs(at, column, summed, how, label, [(at, part) for part in best])

    def _periods_before(self, column: int) -> list[int]:
        """The quarters, halves or months that stand before a column of the year that they make; [] where it is none."""
        parts: list[int] = []
        for each in range(column - 1, -1, -1):
            if each not in self._columns or not PART_OF_YEAR.match(self._own(each)):
                break
            parts.insert(0, each)
        # A year of so many parts; the column itself is none of them.
        is_year = len(parts) in {2, 4, 12} and not PART_OF_YEAR.match(self._own(column))
        names = {(found[0].casefold()) for each in parts if (found := PART_OF_YEAR.match(self._own(each)))}
        said = NAMES_YEAR.search(self._own(column)) or is_total(self._own(column))
        return parts if is_year and said and len(names) == len(parts) else []

    def _own(self, column: int) -> str:
        heading = self._table.columns[column]
        return heading.own or heading.heading

    def _is_sum_of_columns(
        self, column: int, parts: Sequence[int], matched: int, judged: int, *, is_plain: bool
    ) -> bool:
        """Whether a column is the sum of *parts* by what the figures say; one that is called so needs few of them."""
        if 5 * matched >= 3 * judged and matched >= min(judged, 2):
            return judged <= 1 or matched >= 2
        if not is_plain or not matched or 4 * matched < judged:
            return False
        # More than its parts wherever it differs: they may be some of them only.
        return (
            not all(
                self._agrees((at, column), summed) or self._is_above((at, column), summed)
                for at in self._rows
                if self._printed((at, column)) is not None
                for summed in [self._sum([(at, part) for part in parts])]
            )
            or 2 * matched >= judged
        )

    def _best_columns(self, column: int, year: Sequence[int]) -> tuple[list[int], int, int]:
        others = [each for each in self._columns if each != column]
        group = self._table.columns[column].group
        period = when(self._table.columns[column].heading)
        left = [each for each in others if each < column]
        candidates = [
            list(year),
            [each for each in others if self._table.columns[each].group == group] if group else [],
            [
                each
                for each in others
                if period is not None
                and is_of_same_time(self._table.columns[each].heading, self._table.columns[column].heading)
            ],
            others,
            left,
            [each for each in others if each > column],
        ]
        candidates += [left[start:] for start in range(1, max(len(left) - 1, 1))]
        best: tuple[list[int], int, int] = ([], 0, 0)
        for parts in candidates:
            if len(parts) < 2:
                continue
            judged = matched = 0
            for at in self._rows:
                if self._printed((at, column)) is None:
                    continue
                judged += 1
                matched += self._agrees((at, column), self._sum([(at, part) for part in parts]))
            if matched > best[1]:
                best = (parts, matched, judged)
        return best

    def _above_all_crime(self) -> Iterator[tuple[tuple[int, int], TotalDiffers]]:
        """Categories that exceed all crime, which they are part of (R38)."""
        table = self._table
        for at in self._rows:
            if not is_all_crime(table.rows[at].label):
                continue
            others = [
                other
                for other in self._rows
                if other != at
                and table.rows[other].sort is RowSort.ORDINARY
                and not (table.rows[other].is_led_in or table.rows[other].is_part)
                and _is_crime(table.rows[other].label)
            ]
            yield from self._exceeding(
                [(at, column, [(other, column) for other in others]) for column in self._columns],
                lambda cell: table.rows[cell[0]].label,
            )
        for column in self._columns:
            heading = table.columns[column]
            stem = heading.group or re.sub(r"\s*(?:19|20)\d\d.*$", "", heading.heading)
            if not is_all_crime(stem):
                continue
            others = [
                other
                for other in self._columns
                if other != column
                and is_of_same_time(table.columns[other].heading, heading.heading)
                and _is_crime(table.columns[other].heading)
                and not is_total(table.columns[other].own)
            ]
            yield from self._exceeding(
                [(at, column, [(at, other) for other in others]) for at in self._rows],
                lambda cell: table.columns[cell[1]].heading,
            )

    def _exceeding(
        self,
        wholes: Sequence[tuple[int, int, list[tuple[int, int]]]],
        name: Callable[[tuple[int, int]], str],
    ) -> Iterator[tuple[tuple[int, int], TotalDiffers]]:
        for at, column, parts in wholes:
            whole = self._printed((at, column))
            if whole is None:
                continue
            single = next(
                (part for part in parts if (own := self._printed(part)) is not None and own[0] > whole[1]),
                None,
            )
            label = self._table.rows[at].label
            self._exceeded_by[at, column] = parts
            if single is not None:
                alone = self._printed(single) or whole
                yield self._differs(at, column, alone, f"{name(single)} alone is {{sum}}", label)
                continue
            if not _overlap([name(part) for part in parts]) and len(parts) > 1:
                low = sum((own[0] for part in parts if (own := self._printed(part)) is not None), Fraction())
                if low > whole[1]:
                    yield self._differs(at, column, (low, low), "the categories listed sum to {sum}", label)

    def _agrees(self, cell: tuple[int, int], summed: Range) -> bool:
        own = self._printed(cell)
        return own is not None and own[0] <= summed[1] and summed[0] <= own[1]

    def _is_above(self, cell: tuple[int, int], summed: Range) -> bool:
        own = self._printed(cell)
        return own is not None and own[0] > summed[1]

    def _differs(
        self,
        at: int,
        column: int,
        summed: Range,
        how: str,
        label: str,
        parts: Sequence[tuple[int, int]] = (),
    ) -> tuple[tuple[int, int], TotalDiffers]:
        printed = self._table.rows[at].cells[column]
        ends = [printed.like(Decimal(end.numerator) / end.denominator) for end in summed]
        if summed[1] >= NOBODY_KNOWS:
            ends = [f"at least {ends[0]}"] * 2
        should_be = ends[0] if ends[0] == ends[1] else " to ".join(ends)
        heading = self._table.columns[column].heading
        text = f"{label or heading}: {printed.text} is printed, {how.format(sum=should_be)}."
        if parts:
            self._accused[at, column] = tuple(parts), summed
        place = self._table.columns[column].at
        return (at, column), TotalDiffers(
            self._table.rows[at].row, heading, label, printed.text, should_be, text, place
        )


def _is_slip(own: Range, summed: Range) -> bool:
    """Whether a total is its sum but for two digits that changed places, or one that is another, is missing or is
    there once too often."""
    if own[0] != own[1] or summed[0] != summed[1] or own[0].denominator != 1 or summed[0].denominator != 1:
        return False
    one, other = sorted((str(own[0].numerator), str(summed[0].numerator)), key=len)
    if len(other) < 3:
        return False
    if len(one) == len(other):
        differing = [at for at in range(len(one)) if one[at] != other[at]]
        return len(differing) == 1 or (
            len(differing) == 2 and [one[at] for at in differing] == [other[at] for at in reversed(differing)]
        )
    return len(other) - len(one) == 1 and any(other[:at] + other[at + 1 :] == one for at in range(len(other)))


_NOT_CRIME = re.compile(
    r"\basb\b|anti[- ]?social|non[- ]?crime|incident|domestic|\bdv\b|\bda\b|hate|knife|alcohol|drug[- ]related"
    r"|population|repeat|calls?\b|reports?\b|of which|detect|outcome",
    re.IGNORECASE,
)


def _is_crime(name: str) -> bool:
    """Whether a category is a part of all crime that is counted once: no incidents, no flags across categories."""
    return not (
        _NOT_CRIME.search(name)
        or SAYS_OTHER.search(name)
        or SAYS_GIVEN.search(name)
        or is_all_crime(name)
        or is_part_of_another(name)
    )


#: Broad categories, and what may be listed beside them that is part of them.
_BROAD = (
    (r"against the person|\bvap\b", "homicide|murder|injur|stalk|harass|assault|death"),
    ("theft offences|acquisitive", "shoplift|theft|vehicle|burglar|robber"),
    ("victim[- ]based|against society|neighbourhood|serious", r"\w"),
)
_COMMON = frozenset(
    ("of", "the", "and", "or", "a", "from", "with", "to", "against", "other", "all", "person")
    + ("crime", "crimes", "offence", "offences")
)


def _overlap(names: Sequence[str]) -> bool:
    """Whether one category may contain another: “Violence” and “Violence with injury”, or too many to be told."""
    words = [set(re.findall(r"[a-z]+", name.casefold())) - _COMMON for name in names]
    if any(one & other for one, other in combinations(words, 2)) or len(names) > 12:
        return True
    return any(
        re.search(broad, name, re.IGNORECASE)
        and any(re.search(part, other, re.IGNORECASE) for other in names if other != name)
        for broad, part in _BROAD
        for name in names
    )
