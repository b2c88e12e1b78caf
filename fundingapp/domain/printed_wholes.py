"""Which lines of a published table are sums of others: told by words and by the figures.

A table that is checked and one whose small numbers are hidden look for the parts of a total in the same places
(:func:`~fundingapp.domain.tied_sums.likely_parts`). What is found here leaves little doubt, for no right figure is to
be called wrong; what hides small numbers takes it all over, and besides every sum that a reader might see
(:func:`~fundingapp.domain.tied_sums.find_sums`), for one that is overlooked may give a person away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Final

from fundingapp.domain.performance import RowSort
from fundingapp.domain.printed_fields import Field, says_change
from fundingapp.domain.printed_figures import Kind
from fundingapp.domain.printed_ranges import NOBODY_KNOWS, Range, range_of
from fundingapp.domain.printed_tables import PrintedTable
from fundingapp.domain.printed_words import (
    NAMES_YEAR,
    PART_OF_YEAR,
    SAYS_PERCENT,
    SAYS_UNSUMMED,
    YEARS,
    is_all_crime,
    is_crime,
    is_kind_of,
    is_of_same_time,
    is_total,
    may_be_total,
    when,
)
from fundingapp.domain.tied_sums import (
    MOST_SEARCHED,
    Entry,
    Range as Among,
    likely_parts,
    subsets,
)

#: A cell by its row and its column among those of the table.
Cell = tuple[int, int]
#: Smaller sums may be an accident.
_TELLING: Final = 50
#: Above so many rows only the likely places are tried.
_MOST_TRIED: Final = 40
#: Above so many a total is found by its name only.
_MOST_ALONE: Final = 2_000
#: Where the first so many columns all differ, the others are not asked.
_MOST_UNLIKE: Final = 4


@dataclass(frozen=True, slots=True)
class Sum:
    """That the row (or, unless *is_of_rows*, the column) *whole* is the sum of *parts*, each by its place in the
    table."""

    whole: int
    parts: tuple[int, ...]
    is_of_rows: bool

    def cells(self, record: int) -> tuple[Cell, tuple[Cell, ...]]:
        """The whole and its parts in the column (or the row) *record*."""
        if self.is_of_rows:
            return (self.whole, record), tuple((part, record) for part in self.parts)
        return (record, self.whole), tuple((record, part) for part in self.parts)


class Counts:
    """The counts of a table that may be summed, each as what it may exactly stand for: its *rows* without those that
    are worked out of others, its *columns* without those in *made*. *unit* is what counts are rounded to."""

    def __init__(
        self, table: PrintedTable, rows: Sequence[int], fields: Sequence[Field], made: set[int], unit: int
    ) -> None:
        self.table = table
        self.rows = rows
        self._unit = unit
        self.columns = [
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
        self._printed = {
            (at, column): self._read((at, column)) for at in range(len(table.rows)) for column in self.columns
        }

    def _read(self, cell: Cell) -> Range | None:
        printed = self.table.rows[cell[0]].cells[cell[1]]
        return None if printed.kind is Kind.PERCENT else range_of(printed, self._unit)

    def printed(self, cell: Cell) -> Range | None:
        """What a cell may stand for; None where it says nothing."""
        return self._printed[cell]

    def sum(self, cells: Iterable[Cell]) -> Range:
        """What *cells* may sum to; a dash may mean nought or that nobody knows."""
        low = high = Fraction()
        for cell in cells:
            part = self._printed[cell] or (Fraction(), NOBODY_KNOWS)
            low, high = low + part[0], high + part[1]
        return low, high

    def agrees(self, cell: Cell, summed: Range) -> bool:
        """Whether a cell may be *summed*."""
        own = self._printed[cell]
        return own is not None and own[0] <= summed[1] and summed[0] <= own[1]

    def telling(self, sum: Sum) -> list[int]:
        """The columns (or the rows) in which the whole of *sum* says something."""
        records = self.columns if sum.is_of_rows else self.rows
        return [record for record in records if self._printed[sum.cells(record)[0]] is not None]

    def agreeing(self, sum: Sum) -> int:
        """In how many of them it may be the sum of its parts."""
        cells = (sum.cells(record) for record in self.telling(sum))
        return len([whole for whole, parts in cells if self.agrees(whole, self.sum(parts))])

    def entry(self, cell: Cell) -> Entry:
        """The cell in whole numbers; None where it is none."""
        known = self._printed[cell]
        if known is None or known[0].denominator != 1 or known[1].denominator != 1:
            return None
        return Among(known[0].numerator, known[1].numerator)


class Wholes:
    """Looks for the sums among *counts*; *whole* is the row that :func:`whole_told_by_figures` found."""

    def __init__(self, counts: Counts, whole: int | None = None) -> None:
        self._counts = counts
        self._table = counts.table
        self._rows = counts.rows
        self._whole = whole
        self._places = {at: place for place, at in enumerate(counts.rows)}
        #: The labels of totals that the rows listed do not make.
        self.unlike: list[str] = []
        self._sums: dict[int, list[Range]] = {}

    @cached_property
    def _totals(self) -> list[int]:
        sorts = {RowSort.TOTAL, RowSort.SUBTOTAL}
        return [at for at in self._rows if self._table.rows[at].sort in sorts or at == self._whole]

    @cached_property
    def _ordinary(self) -> list[int]:
        return [
            at
            for at in self._rows
            if at not in self._totals
            and not is_all_crime(self._table.rows[at].label)
            and not self._table.rows[at].is_part
        ]

    def of_rows(self) -> Iterator[Sum]:
        """The rows that are sums of others: those that are called totals, all crime where most figures bear it out, and
        what the figures alone tell."""
        counts = self._counts
        for at in self._totals:
            best, matched = self._best(at)
            if best is None:
                continue
            telling = counts.telling(best)
            if matched == 0 and (self._is_selection(best, telling) or self._has_other_parts(at, telling)):
                self.unlike.append(self._table.rows[at].label)
                continue
            yield best
        for at in self._rows:
            if at not in self._totals and is_all_crime(self._table.rows[at].label):
                best, matched = self._best(at)
                is_told = best is not None and matched > 0 and len(best.parts) >= 2
                if best is not None and is_told and 2 * matched >= len(counts.telling(best)):
                    yield best
        for at in self._ordinary:
            if parts := self._told_by_figures(at):
                yield Sum(at, tuple(parts), is_of_rows=True)

    def _best(self, at: int) -> tuple[Sum | None, int]:
        """What most figures of the total row *at* bear out, and how many."""
        best: Sum | None = None
        matched = -1
        for parts, in_all in self._structures(at):
            made = Sum(at, parts, is_of_rows=True)
            told = self._counts.agreeing(made)
            if told > matched and (not in_all or told == len(self._counts.telling(made))):
                best, matched = made, told
        return best, max(matched, 0)

    def _structures(self, at: int) -> Iterator[tuple[tuple[int, ...], bool]]:
        """What the total row *at* may be the sum of, the likeliest first; and whether all its figures must bear it
        out, because any rows might be chosen in such a way."""
        rows = self._table.rows
        lines = sorted({*self._ordinary, *self._totals, at})
        is_whole = [each in self._totals or each == at for each in lines]
        likely = [[lines[place] for place in parts] for parts in likely_parts(lines.index(at), is_whole)]
        above, below, every = likely[0], likely[2], self._ordinary
        subs = [each for each in self._totals if each != at and rows[each].sort is RowSort.SUBTOTAL]
        own = [row for row in every if rows[row].part == rows[at].part] if rows[at].part else []
        # What is led in by a dash may be part of the row above it.
        plain = [[part for part in parts if not rows[part].is_led_in] for parts in (above, below, every)]
        first = [own] if len(own) < len(every) else []
        # Incidents may be listed beside crimes, and categories beside what they are made of.
        crimes = [part for part in every if is_crime(rows[part].label)]
        apart = [
            part for part in every if not any(is_kind_of(rows[part].label, rows[of].label) for of in every)
        ]
        chosen = [crimes, apart, [part for part in apart if part in crimes]]
        # A total may be of the rows just above it only, where nothing says where its part of the table begins.
        runs = [above[first:] for first in range(1, len(above) - 1)] if len(above) <= _MOST_TRIED else []
        yield from ((tuple(each), False) for each in (*first, *likely, subs, subs + above, *plain) if each)
        yield from ((tuple(each), True) for each in (*chosen, *runs) if len(each) > 1)

    def _is_selection(self, sum: Sum, telling: Sequence[int]) -> bool:
        """Whether the rows listed are not what a total is of: it is more, or less, in every column, of three at least,
        or by half as much again; what may be a slip of the fingers is none of this."""
        cells = [sum.cells(record) for record in telling]
        both = [
            (own, self._counts.sum(parts))
            for whole, parts in cells
            if (own := self._counts.printed(whole)) is not None
        ]
        above = all(own[0] > summed[1] for own, summed in both)
        if not both or not (above or all(own[1] < summed[0] for own, summed in both)):
            return False
        if any(_is_slip(own, summed) for own, summed in both):
            return False
        return len(both) >= 3 or all(
            2 * own[0] > 3 * summed[1] if above else 3 * own[1] < 2 * summed[0] for own, summed in both
        )

    def _has_other_parts(self, at: int, telling: Sequence[int]) -> bool:
        """Whether some of the rows, wherever they stand, sum to the total *at* in every column, of two at least: where
        categories and their parts are listed alike, nobody marks which is which."""
        if len(telling) < 2 or len(self._ordinary) > MOST_SEARCHED:
            return False
        lines = [[self._counts.entry((row, column)) for column in telling] for row in (at, *self._ordinary)]
        return bool(subsets(lines, 0))

    def _told_by_figures(self, at: int) -> list[int]:
        """The rows that the row *at*, which is not called a total, is the sum of in most of its columns.

        They stand next to it; elsewhere three columns must agree. Small figures prove nothing.
        """
        counts = self._counts
        columns = [
            column
            for column in counts.columns
            if (own := counts.printed((at, column))) is not None and own[0] >= _TELLING and own[0] == own[1]
        ]
        if len(columns) < 2 or not 4 <= len(self._rows) <= _MOST_ALONE:
            return []
        place = self._places[at]
        runs = [self._run(place, step, columns) for step in (1, -1)]
        best = max(runs, key=lambda run: run[0])
        needed = max(2, (len(columns) + 1) // 2)
        if best[0] >= needed and len(best[1]) >= 3:
            return best[1]
        if len(self._rows) <= _MOST_TRIED and len(columns) >= 3:
            return self._elsewhere(place, columns, max(3, needed))
        return []

    def _elsewhere(self, place: int, columns: Sequence[int], needed: int) -> list[int]:
        """The first rows in a row, three of them or more, whose sum is that at *place* in so many *columns*."""
        at = self._rows[place]
        agreeing: dict[tuple[int, int], list[int]] = defaultdict(list)
        for left, column in enumerate(columns):
            own, _ = self._counts.sum([(at, column)])
            sums = self._running(column)
            begins: dict[Fraction, list[int]] = defaultdict(list)
            for end in range(3, len(sums)):
                begins[sums[end - 3][0]].append(end - 3)
                for first in begins.get(sums[end][0] - own, ()):
                    high = sums[end][1] - sums[first][1]
                    if not first <= place < end and (high == own or high >= NOBODY_KNOWS):
                        agreeing[first, end].append(left)
        found = [run for run, told in agreeing.items() if len(told) >= needed and told[0] < _MOST_UNLIKE]
        return list(self._rows[slice(*min(found))]) if found else []

    def _running(self, column: int) -> list[Range]:
        """What the first rows of a column sum to, from none of them to all: a run of rows is the difference of two."""
        if column not in self._sums:
            self._sums[column] = [
                (Fraction(), Fraction()),
                *accumulate(
                    (self._counts.sum([(row, column)]) for row in self._rows),
                    lambda before, own: (before[0] + own[0], before[1] + own[1]),
                ),
            ]
        return self._sums[column]

    def _run(self, place: int, step: int, columns: Sequence[int]) -> tuple[int, list[int]]:
        """The rows next to *place* whose sum is its row in most columns: how many columns, and the rows."""
        at = self._rows[place]
        owns = [self._counts.printed((at, column)) for column in columns]
        limit = max((own[1] for own in owns if own is not None), default=Fraction())
        best: tuple[int, list[int]] = (0, [])
        parts: list[int] = []
        total = Fraction()
        other = place + step
        while 0 <= other < len(self._rows):
            part = self._rows[other]
            parts.append(part)
            total += (self._counts.printed((part, columns[0])) or (Fraction(), NOBODY_KNOWS))[0]
            if total > 2 * limit:
                break
            if len(parts) >= 3 and (told := self._told(at, parts, columns)) > best[0]:
                best = told, list(parts)
            other += step
        return best

    def _told(self, at: int, parts: Sequence[int], columns: Sequence[int]) -> int:
        told = 0
        for left, column in enumerate(columns):
            own = self._counts.printed((at, column))
            low, high = self._counts.sum((part, column) for part in parts)
            # An empty cell among the parts counts as nought here, where it is only asked whether it could be a total.
            told += own is not None and low == own[0] and (high == low or high >= NOBODY_KNOWS)
            if left + 1 >= _MOST_UNLIKE and not told:
                return 0
        return told

    def of_columns(self) -> Iterator[Sum]:
        """The columns that are called totals, or the year of the quarters before them, where the figures agree."""
        for column in self._counts.columns:
            heading = self._table.columns[column]
            own = heading.own or heading.heading
            year = self._periods_before(column)
            is_said = is_total(own) or is_total(heading.heading)
            if not (is_said or is_all_crime(own) or is_all_crime(heading.heading) or year):
                continue
            names_year = YEARS.search(own.replace(heading.group, ""))
            if names_year and not year and not re.search(r"total", own, re.IGNORECASE):
                continue
            best, matched = self._best_columns(column, year)
            if best is not None and self._is_sum(best, matched, is_plain=is_said or bool(year)):
                yield best

    def _periods_before(self, column: int) -> list[int]:
        """The quarters, halves or months that stand before a column of the year that they make; [] where it is none."""
        parts: list[int] = []
        for each in range(column - 1, -1, -1):
            if each not in self._counts.columns or not PART_OF_YEAR.match(self._own(each)):
                break
            parts.insert(0, each)
        # A year of so many parts; the column itself is none of them.
        is_year = len(parts) in {2, 4, 12} and not PART_OF_YEAR.match(self._own(column))
        names = {found[0].casefold() for each in parts if (found := PART_OF_YEAR.match(self._own(each)))}
        said = NAMES_YEAR.search(self._own(column)) or is_total(self._own(column))
        return parts if is_year and said and len(names) == len(parts) else []

    def _own(self, column: int) -> str:
        heading = self._table.columns[column]
        return heading.own or heading.heading

    def _best_columns(self, column: int, year: Sequence[int]) -> tuple[Sum | None, int]:
        columns = self._table.columns
        # “2013 total” is no part of “2015 total”.
        alike = _without_numbers(columns[column].heading)
        others = [
            each
            for each in self._counts.columns
            if each != column and _without_numbers(columns[each].heading) != alike
        ]
        group, heading = columns[column].group, columns[column].heading
        is_timed = when(heading) is not None
        left = [each for each in others if each < column]
        candidates = [
            list(year),
            [each for each in others if columns[each].group == group] if group else [],
            [each for each in others if is_timed and is_of_same_time(columns[each].heading, heading)],
            others,
            left,
            [each for each in others if each > column],
            *(left[start:] for start in range(1, max(len(left) - 1, 1))),
        ]
        best: Sum | None = None
        matched = 0
        for parts in candidates:
            if len(parts) >= 2:
                made = Sum(column, tuple(parts), is_of_rows=False)
                told = self._counts.agreeing(made)
                if told > matched:
                    best, matched = made, told
        return best, matched

    def _is_sum(self, sum: Sum, matched: int, *, is_plain: bool) -> bool:
        """Whether a column is a sum by what the figures say; one that is called so needs few of them."""
        telling = self._counts.telling(sum)
        judged = len(telling)
        if 5 * matched >= 3 * judged and matched >= min(judged, 2):
            return judged <= 1 or matched >= 2
        if not is_plain or not matched or 4 * matched < judged:
            return False
        if 2 * matched >= judged:
            return True
        # More than its parts wherever it differs: they may be some of them only.
        for whole, parts in map(sum.cells, telling):
            own, summed = self._counts.printed(whole), self._counts.sum(parts)
            if own is not None and own[1] < summed[0]:
                return True
        return False


def whole_told_by_figures(table: PrintedTable, rows: Sequence[int], fields: Sequence[Field]) -> int | None:
    """The first or last of *rows* where it is the sum of all others by what its figures say, such as “County” below
    its districts; None where a row is called a total, for that is believed."""
    ordinary = [at for at in rows if not table.rows[at].is_part]
    if any(table.rows[at].sort in {RowSort.TOTAL, RowSort.SUBTOTAL} for at in rows) or len(ordinary) < 3:
        return None
    summed = [field for field in fields if not SAYS_UNSUMMED.search(field.heading)]
    for at in (ordinary[-1], ordinary[0]):
        label = table.rows[at].label
        told = [_is_whole(field, rows, at, ordinary) for field in summed]
        agreeing, judged = told.count(True), len(told) - told.count(None)
        sounds = may_be_total(label) and not is_all_crime(label)
        if agreeing >= (1 if sounds else 2) and 3 * agreeing >= judged:
            return at
    return None


def _is_whole(field: Field, rows: Sequence[int], at: int, ordinary: Sequence[int]) -> bool | None:
    """Whether a column of counts has at *at* the sum of its other rows; None where that says nothing."""
    cells = dict(zip(rows, field.cells, strict=True))
    own = cells[at]
    if own.kind is not Kind.NUMBER or own.count is None or abs(own.count) < _TELLING:
        return None
    parts = [cells[part] for part in ordinary if part != at]
    if any(part.kind not in {Kind.NUMBER, Kind.NOTHING} for part in parts):
        return None
    return sum((part.value for part in parts if part.value is not None), Decimal()) == own.value


def _without_numbers(heading: str) -> str:
    return re.sub(r"[\d\W]+", " ", heading).strip().casefold()


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
