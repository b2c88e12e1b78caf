"""What ties the figures of printed tables together: totals, differences, percentages, and the same figure twice.

Words only say where to look; what counts is what holds numerically, for that is what a reader can see and use. A tie
that is seen where there is none hides a figure too many; one that is overlooked may give a person away.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from fundingapp.domain.printed_counts import Grid, What
from fundingapp.domain.printed_words import may_be_total, says_difference
from fundingapp.domain.small_numbers import Cell, Line, Problem, Rule, Sort


class Place(NamedTuple):
    """A cell of one of several tables; *row* and *column* from 0 within its table."""

    table: int
    row: int
    column: int


class Range(NamedTuple):
    """What is known of a count: from *least* to *most*, None without an end."""

    least: int
    most: int | None

    @property
    def is_exact(self) -> bool:
        return self.least == self.most


Entry = Range | None
Vector = Sequence[Entry]


class Sum(NamedTuple):
    """One line of a table is the sum of others, at *places* of the line."""

    whole: int
    parts: tuple[int, ...]
    places: frozenset[int]
    #: Whether the figures bear it out, and not the words alone.
    is_sure: bool = True


#: So many lines are searched through for sums of any of them; above that only runs beside each other are tried.
_SEARCHED = 18
_NODES = 20_000
#: Where several sums would do, no more are kept for one line.
_KEPT = 8


class _Fit(NamedTuple):
    exact: int  # places that agree and say something
    agreeing: frozenset[int]  # those places
    wrong: frozenset[int]
    possible: frozenset[int]  # places with something hidden that could agree


def _fit(lines: Sequence[Vector], whole: int, parts: Sequence[int]) -> _Fit:
    agreeing: set[int] = set()
    wrong: set[int] = set()
    possible: set[int] = set()
    for place, total in enumerate(lines[whole]):
        if total is None:
            continue
        least, most, filled = 0, 0, 0
        open_ended = False
        for part in parts:
            entry = lines[part][place]
            if entry is None:
                continue
            filled += entry.most != 0
            least += entry.least
            if entry.most is None:
                open_ended = True
            else:
                most += entry.most
        if total.is_exact and not open_ended and least == most:
            if total.least != least:
                wrong.add(place)
            elif total.least and filled >= 2:
                agreeing.add(place)
        elif (total.most is not None and least > total.most) or (not open_ended and most < total.least):
            wrong.add(place)
        else:
            possible.add(place)
    return _Fit(len(agreeing), frozenset(agreeing), frozenset(wrong), frozenset(possible))


def find_sums(lines: Sequence[Vector], labels: Sequence[str]) -> list[Sum]:
    """Which of *lines* are sums of others. A line whose label is a word for a total is believed when no place speaks
    against it, or most speak for it; any other when several places agree and none disagrees."""
    total = _said_to_be_totals(labels)
    found: dict[int, list[Sum]] = {}
    everywhere = [frozenset(at for at, entry in enumerate(line) if entry is not None) for line in lines]

    def keep(whole: int, parts: Sequence[int], fit: _Fit, places: frozenset[int] | None = None) -> None:
        kept = found.setdefault(whole, [])
        where = everywhere[whole] if places is None else places
        made = Sum(whole, tuple(sorted(parts)), where, fit.exact > 0)
        if len(kept) < _KEPT and all(each.parts != made.parts for each in kept):
            kept.append(made)

    for whole in range(len(lines)):
        if not total[whole]:
            continue
        for order, parts in enumerate(_likely(whole, total)):
            if not parts:
                continue
            fit = _fit(lines, whole, parts)
            if len(parts) == 1:
                # A section of one line; its total says the same once more.
                if order == 0 and not fit.wrong and whole not in found:
                    keep(whole, parts, fit)
            elif (fit.exact and len(fit.wrong) * 2 < fit.exact + len(fit.possible)) or (
                not fit.exact and fit.possible and not fit.wrong and whole not in found
            ):
                keep(whole, parts, fit)
    partly = {whole: _agreeing_somewhere(lines, whole, total) for whole in range(len(lines)) if total[whole]}
    for whole, parts, fit in _runs(lines, total, found):
        keep(whole, parts, fit)
    if len(lines) <= _SEARCHED:
        for whole in range(len(lines)):
            if whole not in found:
                for parts in _subsets(lines, whole):
                    fit = _fit(lines, whole, parts)
                    if _convinces(lines, whole, parts, fit, said=total[whole]):
                        keep(whole, parts, fit)
    # A total of some rows only, such as a year to date beside a caseload that does not add up.
    for whole, sums in partly.items():
        for parts, fit in sums:
            keep(whole, parts, fit, fit.agreeing)
    return [each for whole in sorted(found) for each in found[whole]]


def _said_to_be_totals(labels: Sequence[str]) -> list[bool]:
    """Which labels say that their line is a total; where all of them would, those that differ by their numbers only,
    such as “2013 total” and “2014 total”, are like each other and no totals of each other."""
    total = [may_be_total(label) for label in labels]
    if len(labels) < 2 or not all(total):
        return total
    plain = [" ".join(re.sub(r"\d+", " ", label.casefold()).split()) for label in labels]
    return [plain.count(each) == 1 for each in plain]


def _agreeing_somewhere(
    lines: Sequence[Vector], whole: int, total: Sequence[bool]
) -> list[tuple[list[int], _Fit]]:
    """Parts beside a total that sum to it in some places at least."""
    runs = [list(range(first, whole)) for first in range(whole - 1)]
    runs += [list(range(whole + 1, last + 1)) for last in range(whole + 2, len(lines))]
    if len(lines) > 3 * _SEARCHED:
        runs = []
    found = []
    for parts in [*_likely(whole, total), *runs]:
        if len(parts) > 1 and (fit := _fit(lines, whole, parts)).exact:
            found.append((parts, fit))
    return found


def _likely(whole: int, total: Sequence[bool]) -> Iterator[list[int]]:
    """Where the parts of a total usually stand, the likeliest first."""
    before, after = range(whole), range(whole + 1, len(total))
    last = max((at for at in before if total[at]), default=-1)
    following = min((at for at in after if total[at]), default=len(total))
    yield list(range(last + 1, whole))
    yield [at for at in before if not total[at]]
    yield list(range(whole + 1, following))
    yield [at for at in after if not total[at]]
    yield [at for at in before if total[at]]
    yield [at for at in after if total[at]]
    yield [at for at in range(len(total)) if at != whole and not total[at]]
    yield [at for at in range(len(total)) if at != whole and total[at]]
    yield [at for at in range(len(total)) if at != whole]


def _runs(
    lines: Sequence[Vector], total: Sequence[bool], found: dict[int, list[Sum]]
) -> Iterator[tuple[int, list[int], _Fit]]:
    """Sums of the lines just before or just after, without those that a sum found before has taken in."""
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        stack: list[int] = []
        for whole in order:
            taken = 0
            if whole not in found:
                for count in range(2, len(stack) + 1):
                    parts = stack[-count:]
                    fit = _fit(lines, whole, parts)
                    if fit.wrong and all(_too_much(lines, whole, parts, place) for place in fit.wrong):
                        break
                    if not fit.wrong and _convinces(lines, whole, parts, fit, said=total[whole]):
                        yield whole, parts, fit
                        taken = count
            if taken:
                del stack[-taken:]
            elif whole in found:
                for each in found[whole][0].parts:
                    if each in stack:
                        stack.remove(each)
            stack.append(whole)


def _too_much(lines: Sequence[Vector], whole: int, parts: Sequence[int], place: int) -> bool:
    total = lines[whole][place]
    least = sum(entry.least for part in parts if (entry := lines[part][place]) is not None)
    return total is not None and total.most is not None and least > total.most


def _convinces(lines: Sequence[Vector], whole: int, parts: Sequence[int], fit: _Fit, *, said: bool) -> bool:
    """Whether a sum that nobody calls one is no accident."""
    if fit.wrong or not fit.exact:
        return False
    values = {
        entry.least for entry in lines[whole] if entry is not None and entry.is_exact and entry.least > 0
    }
    weight = sum(value.bit_length() for value in values)
    if said:
        return fit.exact >= 2 or weight >= 4 or len(parts) == len(lines) - 1
    if len(parts) == len(lines) - 1 and len(parts) >= 3:
        return fit.exact >= 1 and weight >= 4
    return (fit.exact >= 3 and weight >= 10) or (fit.exact >= 2 and weight >= 16)


def _subsets(lines: Sequence[Vector], whole: int) -> list[list[int]]:
    """The smallest sets of other lines that sum to this one wherever nothing is hidden."""
    places = [
        place
        for place, total in enumerate(lines[whole])
        if total is not None
        and total.is_exact
        and all(line[place] is None or _exact(line[place]) for line in lines)
    ]
    if sum(1 for place in places if (_exact(lines[whole][place]) or 0) > 0) < 2:
        return []
    target = [_exact(lines[whole][place]) or 0 for place in places]
    vectors = {
        at: [_exact(line[place]) or 0 for place in places] for at, line in enumerate(lines) if at != whole
    }
    usable = [
        at
        for at, vector in vectors.items()
        if any(vector) and all(0 <= part <= goal for part, goal in zip(vector, target, strict=True))
    ]
    usable.sort(key=lambda at: -sum(vectors[at]))
    results: list[list[int]] = []
    nodes = 0

    def descend(start: int, left: list[int], chosen: list[int]) -> None:
        nonlocal nodes
        nodes += 1
        if nodes > _NODES or len(results) >= _KEPT:
            return
        if not any(left):
            if len(chosen) >= 2:
                results.append(chosen[:])
            return
        for at in range(start, len(usable)):
            vector = vectors[usable[at]]
            if all(part <= rest for part, rest in zip(vector, left, strict=True)):
                chosen.append(usable[at])
                descend(at + 1, [rest - part for part, rest in zip(vector, left, strict=True)], chosen)
                chosen.pop()

    descend(0, target, [])
    return results


def _exact(entry: Entry) -> int | None:
    return entry.least if entry is not None and entry.is_exact else None


@dataclass(slots=True)
class Tied:
    """The tables as one problem, and the *ties* that it was made of.

    *places* has the cells of the problem where they stand, *at* the way back; *levels* how many totals a cell is,
    *tops* the totals that are part of no other. *loose* are the figures that are worked out of others in a way that
    nobody could check, *wrong* the totals that are not the sum of their parts, with both.
    """

    problem: Problem
    places: list[list[Place]]
    at: dict[Place, int]
    levels: dict[int, int]
    tops: frozenset[int]
    loose: tuple[int, ...]
    wrong: list[tuple[Place, int, int]] = field(default_factory=list)
    ties: tuple[Tie, ...] = ()


class Tie(NamedTuple):
    """A line of the problem in places; see :class:`~fundingapp.domain.small_numbers.Line`."""

    terms: tuple[tuple[Place, int], ...]
    least: int | None
    most: int | None
    needs: Place | None
    kind: str
    whole: Place | None
    is_sure: bool


class _Builder:
    """Makes the problem of several tables; the first *open_tables* of them may still be changed."""

    def __init__(
        self,
        grids: Sequence[Grid],
        rule: Rule,
        kept: Sequence[bool],
        withheld: frozenset[Place],
        sensitive: Sequence[Sequence[bool]],
        as_printed: bool,
    ) -> None:
        self.grids = grids
        self.rule = rule
        self.kept = kept  # tables that are published as they stand
        self.withheld = withheld
        self.sensitive = sensitive
        self.as_printed = as_printed
        self.joined: dict[Place, Place] = {}
        self.lines: list[Line] = []
        self.seen: set[tuple[tuple[tuple[int, int], ...], int | None, int | None, int | None]] = set()
        self.ratios: dict[Place, bool] = {}
        self.wrong: list[tuple[Place, int, int]] = []
        self.wholes: dict[Place, list[Place]] = {}
        self.pending: list[Tie] = []
        # What was looked up once: a table is asked for each of its figures many thousand times.
        self.entries: dict[Place, Entry] = {}
        self.figures: dict[Place, _Sum | None] = {}
        self.roundings: dict[Place, tuple[int, int, int] | None] = {}
        self.totals_of: dict[tuple[Place, bool], _Sum | None] = {}
        self.counts: list[Place] = [
            Place(table, row, column)
            for table, grid in enumerate(grids)
            for row in range(len(grid.rows))
            for column in range(len(grid.headings))
            if grid.kinds[row][column] in (What.COUNT, What.HIDDEN)
        ]

    # What stands where

    def kind(self, place: Place) -> What:
        return self.grids[place.table].kinds[place.row][place.column]

    def entry(self, place: Place) -> Entry:
        """What is printed of a count."""
        if place not in self.entries:
            self.entries[place] = self.entry_of(place)
        return self.entries[place]

    def entry_of(self, place: Place) -> Entry:
        kind = self.kind(place)
        cell = self.grids[place.table].rows[place.row][place.column]
        if kind is What.HIDDEN:
            return Range(math.ceil(cell.least or 0), None if cell.most is None else math.floor(cell.most))
        if kind in (What.COUNT, What.DIFFERENCE) and cell.count is not None:
            return Range(cell.count, cell.count)
        return None

    def root(self, place: Place) -> Place:
        while place in self.joined:
            place = self.joined[place]
        return place

    def join(self, first: Place, second: Place) -> None:
        one, other = self.root(first), self.root(second)
        if one != other:
            # What is known stands for what is hidden.
            if self.kind(one) is What.HIDDEN and self.kind(other) is not What.HIDDEN:
                one, other = other, one
            self.joined[other] = one

    # Totals

    def axes(self, table: int) -> Iterator[tuple[list[list[Place]], list[str]]]:
        """The columns, then the rows, of a table as lines of places with what names them."""
        grid = self.grids[table]
        columns = [
            column
            for column in range(len(grid.headings))
            if any(grid.kinds[row][column] in (What.COUNT, What.HIDDEN) for row in range(len(grid.rows)))
        ]
        rows = [
            row
            for row in range(len(grid.rows))
            if any(grid.kinds[row][column] in (What.COUNT, What.HIDDEN) for column in columns)
        ]
        yield (
            [[Place(table, row, column) for row in rows] for column in columns],
            [grid.heading(column) for column in columns],
        )
        if len(grid.labels) == 1:
            yield (
                [[Place(table, row, column) for column in columns] for row in rows],
                [grid.label(row) for row in rows],
            )
            return
        # A long table: several columns name a row. Rows that differ in one of them only belong together.
        for label in grid.labels:
            groups: dict[tuple[str, ...], list[int]] = {}
            for row in rows:
                others = tuple(grid.rows[row][at].text.casefold() for at in grid.labels if at != label)
                groups.setdefault(others, []).append(row)
            for group in groups.values():
                if len(group) > 1:
                    yield (
                        [[Place(table, row, column) for column in columns] for row in group],
                        [grid.rows[row][label].text for row in group],
                    )
        yield (
            [[Place(table, row, column) for column in columns] for row in rows],
            [grid.label(row) for row in rows],
        )

    def totals(self) -> None:
        for table in range(len(self.grids)):
            for places, labels in self.axes(table):
                vectors = [
                    [
                        self.entry(place) if self.kind(place) in (What.COUNT, What.HIDDEN) else None
                        for place in line
                    ]
                    for line in places
                ]
                for found in find_sums(vectors, labels):
                    for at in sorted(found.places):
                        self.add_total(
                            places[found.whole][at],
                            [places[part][at] for part in found.parts if vectors[part][at] is not None],
                            is_sure=found.is_sure,
                        )

    def add_total(self, whole: Place, parts: Sequence[Place], *, is_sure: bool = True) -> None:
        if not parts:
            return
        entries = [self.entry(place) for place in (whole, *parts)]
        values = [_exact(entry) for entry in entries]
        off = 0
        if all(value is not None for value in values):
            off = sum(value or 0 for value in values[1:]) - (values[0] or 0)
            if off and self.as_printed:
                return  # all of it is shown, so nothing follows from a total that is wrong
            if off:
                self.wrong.append((whole, values[0] or 0, (values[0] or 0) + off))
        known = self.wholes.setdefault(whole, [])
        known += [part for part in parts if part not in known]
        self.tie([(place, 1) for place in parts] + [(whole, -1)], off, off, None, "total", whole, is_sure)

    def tie(
        self,
        terms: Iterable[tuple[Place, int]],
        least: int | None,
        most: int | None,
        needs: Place | None = None,
        kind: str = "total",
        whole: Place | None = None,
        is_sure: bool = True,
    ) -> None:
        """Keeps a line; places become cells when the problem is made."""
        self.pending.append(Tie(tuple(terms), least, most, needs, kind, whole, is_sure))

    # Differences and percentages

    def worked_out(self) -> None:
        """Differences, percentages and averages: what each is of, told by its column or its row as a whole."""
        for table, grid in enumerate(self.grids):
            for by_row in (False, True):
                count = len(grid.rows) if by_row else len(grid.headings)
                for line in range(count):
                    places = [
                        Place(table, line, at) if by_row else Place(table, at, line)
                        for at in range(len(grid.headings) if by_row else len(grid.rows))
                    ]
                    places = [place for place in places if self.kind(place) in (What.RATIO, What.DIFFERENCE)]
                    if places:
                        self.explain(places, by_row=by_row)
        for table, grid in enumerate(self.grids):
            for row in range(len(grid.rows)):
                for column in range(len(grid.headings)):
                    place = Place(table, row, column)
                    if self.kind(place) in (What.RATIO, What.DIFFERENCE):
                        self.ratios.setdefault(place, False)

    def across(self, place: Place, line: int, *, by_row: bool) -> Place:
        """The place on another *line* beside this one."""
        return Place(place.table, line, place.column) if by_row else Place(place.table, place.row, line)

    def explain(self, places: Sequence[Place], *, by_row: bool) -> None:
        grid = self.grids[places[0].table]
        lines = [
            at
            for at in range(len(grid.rows) if by_row else len(grid.headings))
            if any(
                self.kind(self.across(place, at, by_row=by_row))
                in (What.COUNT, What.HIDDEN, What.GIVEN, What.DIFFERENCE)
                for place in places
            )
        ]
        for kind in (What.DIFFERENCE, What.RATIO):
            chosen = [place for place in places if self.kind(place) is kind]
            if not chosen:
                continue
            ways = self.ratio_ways(places, lines, by_row)
            if kind is What.DIFFERENCE:
                ways = self.difference_ways(lines, by_row)
            best: list[tuple[int, _Way]] = []
            for way in ways:
                fits, misses, open_ = self.judge(chosen, way)
                if (fits and misses * 2 <= fits) or (not fits and not misses and open_ and way.is_said):
                    best.append((2 * fits - 6 * misses + way.is_said, way))
            if not best:
                continue
            top = max(score for score, _ in best)
            for score, way in best:
                if score == top or score * 4 >= top * 3:
                    for place in chosen:
                        self.tie_ratio(place, way, is_sure=top > 1)

    def difference_ways(self, lines: Sequence[int], by_row: bool) -> Iterator[_Way]:
        for first in lines:
            for second in lines:
                if first != second:
                    yield _Way("difference", first, second, by_row)

    def ratio_ways(self, places: Sequence[Place], lines: Sequence[int], by_row: bool) -> Iterator[_Way]:
        grid = self.grids[places[0].table]
        own = grid.label(places[0].row) if by_row else grid.heading(places[0].column)
        for first in lines:
            other = grid.label(first) if by_row else grid.heading(first)
            changes = says_difference(own)
            said = not changes and _same_period(own, other)
            for scale in _SCALES:
                yield _Way("share of the total", first, -1, by_row, scale, said and scale == 100)
                for second in lines:
                    if first != second:
                        yield _Way("share", first, second, by_row, scale)
            for second in lines:
                if first != second:
                    yield _Way("change", first, second, by_row, 100, changes and first < second)
                    yield _Way("change", first, second, by_row, 1)
        others = range(len(grid.headings) if by_row else len(grid.rows))
        if others:
            yield _Way("average", -1, -1, by_row)

    def quotient(self, place: Place, way: _Way) -> tuple[_Sum, _Sum] | None:
        """Numerator and denominator of what stands at *place*, seen so; None where there is none."""
        grid = self.grids[place.table]
        if way.kind == "average":
            column = [
                Place(place.table, at, place.column) if not way.by_row else Place(place.table, place.row, at)
                for at in range(len(grid.rows) if not way.by_row else len(grid.headings))
            ]
            parts = [
                at for at in column if self.kind(at) in (What.COUNT, What.HIDDEN) and at not in self.wholes
            ]
            return (
                (_Sum(tuple((at, 1) for at in parts), Fraction(0)), _Sum((), Fraction(len(parts))))
                if parts
                else None
            )
        first = self.across(place, way.first, by_row=way.by_row)
        one = self.figure(first)
        if one is None:
            return None
        if way.kind == "share of the total":
            whole = self.total_of(first, by_row=way.by_row)
            return (one, whole) if whole is not None else None
        other = self.figure(self.across(place, way.second, by_row=way.by_row))
        if other is None:
            return None
        if way.kind == "change":
            return other.less(one), one
        if way.kind == "difference":
            return other.less(one), _Sum((), Fraction(1))
        return one, other

    def figure(self, at: Place) -> _Sum | None:
        """What stands at a place as something to reckon with; None for a text and for what is a ratio itself."""
        if at not in self.figures:
            kind = self.kind(at)
            exact = self.grids[at.table].rows[at.row][at.column].exact
            made = None
            if kind in (What.COUNT, What.HIDDEN):
                made = _Sum(((at, 1),), Fraction(0))
            elif kind in (What.GIVEN, What.DIFFERENCE) and exact is not None:
                made = _Sum((), exact)
            self.figures[at] = made
        return self.figures[at]

    def total_of(self, place: Place, *, by_row: bool) -> _Sum | None:
        """The total that a count is a share of: of its column, for a column of shares; of its row otherwise."""
        if (place, by_row) not in self.totals_of:
            self.totals_of[place, by_row] = self.widest_total(place, by_row=by_row)
        return self.totals_of[place, by_row]

    def widest_total(self, place: Place, *, by_row: bool) -> _Sum | None:
        direction = [
            whole
            for whole, parts in self.wholes.items()
            if (place in parts or place == whole)
            and whole.table == place.table
            and (whole.row == place.row if by_row else whole.column == place.column)
        ]
        if direction:
            # The widest total: that of all.
            seen = max(direction, key=lambda whole: len(self.wholes[whole]))
            while True:
                above = [
                    whole
                    for whole, parts in self.wholes.items()
                    if seen in parts and (whole.row == seen.row if by_row else whole.column == seen.column)
                ]
                if not above:
                    return _Sum(((seen, 1),), Fraction(0))
                seen = above[0]
        grid = self.grids[place.table]
        line = [
            Place(place.table, place.row, at) if by_row else Place(place.table, at, place.column)
            for at in range(len(grid.headings) if by_row else len(grid.rows))
        ]
        parts = [at for at in line if self.kind(at) in (What.COUNT, What.HIDDEN)]
        return _Sum(tuple((at, 1) for at in parts), Fraction(0)) if len(parts) > 1 else None

    def judge(self, places: Sequence[Place], way: _Way) -> tuple[int, int, int]:
        """How many of the printed figures are what this way gives, how many are not, how many can't be told.

        It stops when so many are not that the others can't make up for it."""
        fits = misses = open_ = 0
        for left, place in zip(range(len(places) - 1, -1, -1), places, strict=True):
            found = self.quotient(place, way)
            shown = self.rounding(place)
            if found is None or shown is None:
                continue
            above, below = self.value(found[0]), self.value(found[1])
            if above is None or below is None:
                open_ += 1
            elif below == 0:
                continue
            elif (way.scale * above * shown[1] - shown[0] * below) ** 2 <= (shown[2] * below) ** 2:
                # Nought, or all of it, would be so of any other total as well.
                fits += way.kind == "difference" or above not in (0, below)
            else:
                misses += 1
                if misses * 2 > fits + left:
                    break
        return fits, misses, open_

    def rounding(self, place: Place) -> tuple[int, int, int] | None:
        """What is shown at a place, the number that makes it whole, and half of its last decimal, both times that: in
        whole numbers, for they are compared many thousand times."""
        if place not in self.roundings:
            cell = self.grids[place.table].rows[place.row][place.column]
            made = None
            if cell.exact is not None:
                half = _half(cell.step)
                common = math.lcm(cell.exact.denominator, half.denominator)
                made = int(cell.exact * common), common, int(half * common)
            self.roundings[place] = made
        return self.roundings[place]

    def value(self, of: _Sum) -> Fraction | int | None:
        """A sum where every count of it is shown; a whole number where it is one."""
        total = of.given.numerator if of.given.denominator == 1 else of.given
        for place, factor in of.terms:
            value = _exact(self.entry(place))
            if value is None:
                return None
            total += factor * value
        return total

    def tie_ratio(self, place: Place, way: _Way, *, is_sure: bool) -> None:
        found = self.quotient(place, way)
        cell = self.grids[place.table].rows[place.row][place.column]
        if found is None or cell.exact is None:
            return
        above, below = found
        values = self.value(above), self.value(below)
        if way.kind == "difference":
            number = cell.exact + (below.given - 1)
            if number.denominator != 1 or above.given.denominator != 1:
                return
            if not above.terms or (values[0] is not None and values[0] != number):
                return
            self.ratios[place] = True
            exact = number.numerator - above.given.numerator
            self.tie(above.terms, exact, exact, place, "difference", place, is_sure)
            return
        half = _half(cell.step)
        low, high = cell.exact - half, cell.exact + half
        low_strict, high_strict = (cell.exact < 0), (cell.exact >= 0)  # half away from nought, as R36 rounds
        if values[0] is not None and values[1] is not None:
            if values[1] == 0:
                return
            true = Fraction(way.scale * values[0]) / values[1]
            if not low <= true <= high:
                return  # printed wrong: it stays unexplained, and goes with what is hidden beside it
            low_strict, high_strict = true != low, true != high
        if not above.terms and not below.terms:
            return
        self.ratios[place] = True
        self.tie_end(above, below, way.scale, low, low_strict, 1, place, way, is_sure)
        self.tie_end(above, below, way.scale, high, high_strict, -1, place, way, is_sure)

    def tie_end(
        self,
        above: _Sum,
        below: _Sum,
        scale: int,
        end: Fraction,
        strict: bool,
        sign: int,
        place: Place,
        way: _Way,
        is_sure: bool,
    ) -> None:
        """scale · above ≥ end · below, or ≤ with *sign* −1, in whole numbers."""
        factors: dict[Place, Fraction] = {}
        for each, factor in above.terms:
            factors[each] = factors.get(each, Fraction(0)) + sign * scale * factor
        for each, factor in below.terms:
            factors[each] = factors.get(each, Fraction(0)) - sign * end * factor
        given = sign * (scale * above.given - end * below.given)
        common = math.lcm(*(factor.denominator for factor in factors.values()), 1)
        terms = [(each, int(factor * common)) for each, factor in factors.items() if factor]
        bound = -given * common
        least = math.floor(bound) + 1 if strict else math.ceil(bound)
        whole = below.terms[0][0] if len(below.terms) == 1 else place
        self.tie(terms, least, None, place, way.kind, whole, is_sure)

    # One problem

    def same_figures(self) -> None:
        """Joins what two tables print of the same thing: lines whose labels and figures agree."""
        named: list[tuple[int, dict[str, Place]]] = []
        for table in range(len(self.grids)):
            grid = self.grids[table]
            columns = [at for at in range(len(grid.headings)) if at not in grid.labels]
            for column in columns:
                line = {
                    _plain(grid.label(row)): Place(table, row, column)
                    for row in range(len(grid.rows))
                    if self.kind(Place(table, row, column)) in (What.COUNT, What.HIDDEN)
                }
                named.append((table, line))
            for row in range(len(grid.rows)):
                line = {
                    _plain(grid.heading(column)): Place(table, row, column)
                    for column in columns
                    if self.kind(Place(table, row, column)) in (What.COUNT, What.HIDDEN)
                }
                named.append((table, line))
        for at, (table, line) in enumerate(named):
            for other_table, other in named[at + 1 :]:
                if table != other_table:
                    self.join_lines(line, other)
        headed: dict[tuple[str, str], Place] = {}
        for place in self.counts:
            grid = self.grids[place.table]
            names = _plain(grid.label(place.row)), _plain(grid.heading(place.column))
            first = headed.setdefault(names, place)
            value = _exact(self.entry(place))
            # A large count that is the same in two tables under the same names is the same count.
            if first.table != place.table and (value or 0) >= _TELLING and value == _exact(self.entry(first)):
                self.join(first, place)

    def join_lines(self, line: dict[str, Place], other: dict[str, Place]) -> None:
        common = [name for name in line if name in other]
        if len(common) < 2:
            return
        entries = [(self.entry(line[name]), self.entry(other[name])) for name in common]
        if not all(_agree(one, two) for one, two in entries):
            return
        exact = {_exact(one) for one, two in entries if _exact(one) is not None and _exact(two) is not None}
        telling = {value for value in exact if value}
        if len(telling) >= 2 or any(value >= _TELLING for value in telling):
            for name in common:
                self.join(line[name], other[name])

    def adding_up(self) -> None:
        """Tables of periods that add up to another: lines of several tables that have the same labels."""
        if len(self.grids) < 3:
            return
        families: dict[frozenset[str], list[tuple[str, dict[str, Place]]]] = {}
        for table, grid in enumerate(self.grids):
            for column in range(len(grid.headings)):
                line = {
                    _plain(grid.label(row)): Place(table, row, column)
                    for row in range(len(grid.rows))
                    if self.kind(Place(table, row, column)) in (What.COUNT, What.HIDDEN)
                }
                if len(line) > 1:
                    families.setdefault(frozenset(line), []).append(
                        (f"{grid.name} {grid.heading(column)}", line)
                    )
        for labels, lines in families.items():
            if len(lines) < 3 or len({place.table for _, line in lines for place in line.values()}) < 2:
                continue
            order = sorted(labels)
            vectors = [[self.entry(line[label]) for label in order] for _, line in lines]
            for found in find_sums(vectors, ["" for _ in lines]):
                for at in sorted(found.places):
                    self.add_total(
                        lines[found.whole][1][order[at]], [lines[part][1][order[at]] for part in found.parts]
                    )

    def make(self, besides: Sequence[Tie]) -> Tied:
        self.totals()
        self.adding_up()
        for each in besides:
            if each.kind == "total" and each.whole is not None:
                known = self.wholes.setdefault(each.whole, [])
                known += [place for place, factor in each.terms if factor > 0 and place not in known]
        self.worked_out()
        self.same_figures()
        self.pending += besides
        index: dict[Place, int] = {}
        places: list[list[Place]] = []
        for place in [*self.counts, *self.ratios]:
            root = self.root(place)
            if root not in index:
                index[root] = len(places)
                places.append([])
            index[place] = index[root]
            places[index[root]].append(place)
        levels: dict[int, int] = {}
        parts: set[int] = set()
        for whole, of in self.wholes.items():
            if len(of) > 1:
                levels[index[whole]] = levels.get(index[whole], 0) + 1
                parts |= {index[part] for part in of}
        tops = frozenset(at for at in levels if at not in parts)
        largest = max(
            (entry.most for place in self.counts if (entry := self.entry(place)) is not None and entry.most),
            default=0,
        )
        cells = tuple(
            self.cell(group, levels.get(at, 0), at in tops, largest) for at, group in enumerate(places)
        )
        self.seen = set()
        for each in self.pending:
            factors: dict[int, int] = {}
            for place, factor in each.terms:
                factors[index[place]] = factors.get(index[place], 0) + factor
            entries = tuple((cell, factor) for cell, factor in sorted(factors.items()) if factor)
            needed = None if each.needs is None else index[each.needs]
            key = entries, each.least, each.most, needed
            if entries and key not in self.seen:
                self.seen.add(key)
                at = index[each.whole] if each.whole is not None and each.whole in index else -1
                self.lines.append(Line(entries, each.least, each.most, needed, each.kind, at, each.is_sure))
        loose = tuple(index[place] for place, explained in self.ratios.items() if not explained)
        return Tied(
            Problem(cells, tuple(self.lines)),
            places,
            index,
            levels,
            tops,
            loose,
            self.wrong,
            tuple(self.pending),
        )

    def cell(self, group: Sequence[Place], level: int, is_top: bool, largest: int) -> Cell:
        kinds = {self.kind(place) for place in group}
        can_hide = not any(self.kept[place.table] and self.kind(place) is not What.HIDDEN for place in group)
        far = 8 * largest + 40 * self.rule.threshold + 100
        if kinds <= {What.RATIO, What.DIFFERENCE}:
            return Cell(Sort.WORKED_OUT, None, 0, 0, can_hide=can_hide, cost=_WORKED_OUT)
        entries = [entry for place in group if (entry := self.entry(place)) is not None]
        least = max(entry.least for entry in entries)
        most = min((entry.most for entry in entries if entry.most is not None), default=None)
        if any(entry.is_exact for entry in entries):
            value = next(entry.least for entry in entries if entry.is_exact)
            small = self.rule.is_small(value) and (
                not self.sensitive or any(self.sensitive[place.table][place.row] for place in group)
            )
            if self.as_printed:
                return Cell(Sort.COUNT, value, 0, far, can_hide=False)
            cost = _TOP if is_top else _TOTAL if level else _COUNT + 1_000 * value.bit_length()
            cost += (500 * value) >> value.bit_length()  # of two like ones the smaller
            low, high = (self.rule.least, self.rule.most) if small else (self.rule.threshold, far)
            if any(place in self.withheld for place in group):
                low, high = 0, far
            elif value == 0 and not small:
                low = 0
            return Cell(
                Sort.COUNT,
                value,
                low,
                high,
                is_hidden=small and can_hide,
                can_hide=can_hide and (value > 0 or small),
                cost=cost * len(group),
                is_small=small,
            )
        marked = most is not None and most < max(self.rule.threshold, 10)
        return Cell(
            Sort.COUNT,
            None,
            least,
            far if most is None else most,
            is_hidden=True,
            can_hide=False,
            is_small=marked,
        )


class _Way(NamedTuple):
    """How a figure may be worked out of the lines *first* and *second*; -1 for none."""

    kind: str
    first: int
    second: int
    by_row: bool
    scale: int = 1
    #: The words say so, where no figure can.
    is_said: bool = False


class _Sum(NamedTuple):
    terms: tuple[tuple[Place, int], ...]
    given: Fraction

    def less(self, other: _Sum) -> _Sum:
        return _Sum(
            self.terms + tuple((place, -factor) for place, factor in other.terms), self.given - other.given
        )


#: What hiding loses: as few figures as can be, then small counts rather than large ones. What is worked out of others
#: tells least, a total more, and a total of everything goes only when nothing else helps.
_WORKED_OUT, _COUNT, _TOTAL, _TOP = 95_000, 100_000, 160_000, 2_000_000
#: A count that is found twice under the same names is no accident when it is as large as this.
_TELLING = 20
_SCALES = (100, 1, 1000, 10_000, 100_000)


def _half(step: Fraction) -> Fraction:
    """Half of the last decimal, but a millionth at least: a number with many decimals is no rounding."""
    return max(step / 2, Fraction(1, 1_000_000))


def _plain(label: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in label.casefold()).split())


def _same_period(one: str, other: str) -> bool:
    """Whether two headings name the same years, or none."""
    years = [set(filter(str.isdigit, _plain(each).split())) for each in (one, other)]
    return years[0] == years[1]


def _agree(one: Entry, two: Entry) -> bool:
    if one is None or two is None:
        return False
    most = min((end for end in (one.most, two.most) if end is not None), default=None)
    return most is None or max(one.least, two.least) <= most


def tie(
    grids: Sequence[Grid],
    rule: Rule,
    kept: Sequence[bool] = (),
    withheld: frozenset[Place] = frozenset(),
    besides: Sequence[Tie] = (),
    *,
    sensitive: Sequence[Sequence[bool]] = (),
    as_printed: bool = False,
) -> Tied:
    """The tables as one problem.

    *kept* says which of them are published as they stand, so that nothing more can be hidden in them; *withheld* are
    small counts that are shown without a range; *besides* is what a reader ties together as well. Only *sensitive* rows
    hold small counts, without it all do. *as_printed* lays the tables before a reader: what is shown is shown.
    """
    return _Builder(grids, rule, kept or [False] * len(grids), withheld, sensitive, as_printed).make(besides)
