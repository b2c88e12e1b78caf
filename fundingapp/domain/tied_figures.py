"""Differences, percentages, averages and rates: which counts each is worked out of, and how it ties them together.

What the check of a table finds to be worked out of its counts is tied. A reader may guess more than a check is sure of,
so every way is looked for besides that in which most figures of a column come out as printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from fundingapp.domain.printed_counts import What
from fundingapp.domain.printed_fields import Made, Relation
from fundingapp.domain.printed_words import says_difference
from fundingapp.domain.tied_lines import Lines
from fundingapp.domain.tied_sums import Place, exact_of, plain

#: So many shown figures prove of what a column is worked out.
_PROVE = 3
#: So many make it more than an accident.
_SURE = 2
_SCALES = (100, 1, 1000, 10_000, 100_000)


class Way(NamedTuple):
    """How a figure may be worked out of the lines *first* and *second*; -1 for none."""

    kind: str
    first: int
    second: int
    by_row: bool
    scale: int = 1
    #: The words say so, where no figure can.
    is_said: bool = False


class Terms(NamedTuple):
    terms: tuple[tuple[Place, int], ...]
    given: Fraction

    def less(self, other: Terms) -> Terms:
        return Terms(
            self.terms + tuple((place, -factor) for place, factor in other.terms), self.given - other.given
        )


class Quotient(NamedTuple):
    """What a printed figure is: *scale* times *above* divided by *below*. *is_sure*: the figures bear it out."""

    above: Terms
    below: Terms
    scale: int
    kind: str
    is_sure: bool


class WorkedOut:
    """Ties what is worked out of counts to them. *explained* has each such figure, and whether it could be tied; *weak*
    are those that too few figures bear out in a table that hides some, so that they may be made in another way."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.explained: dict[Place, bool] = {}
        self.weak: set[Place] = set()
        self.chosen: list[tuple[Place, Quotient]] = []
        self.figures: dict[Place, Terms | None] = {}
        self.roundings: dict[Place, tuple[int, int, int] | None] = {}
        self.totals_of: dict[tuple[Place, bool], Terms | None] = {}

    def tie_all(self) -> dict[Place, bool]:
        """Ties everything that is worked out; the answer is *explained*."""
        proved: set[Place] = set()
        for table, grid in enumerate(self.lines.grids):
            told = {(each.is_of_rows, each.made): self._told(table, each) for each in grid.relations}
            is_hiding = any(kind is What.HIDDEN for kinds in grid.kinds for kind in kinds)
            for by_row in (False, True):
                count = len(grid.rows) if by_row else len(grid.headings)
                for line in range(count):
                    places = [
                        Place(table, line, at) if by_row else Place(table, at, line)
                        for at in range(len(grid.headings) if by_row else len(grid.rows))
                    ]
                    places = [place for place in places if self.is_made(place)]
                    found, fits = told.get((by_row, line), ([], 0))
                    guessed: list[tuple[Place, Quotient]] = []
                    others = 0
                    if fits < _PROVE and places:
                        guessed, others = self.explain(places, by_row=by_row)
                    if is_hiding:
                        (proved if max(fits, others) >= _PROVE else self.weak).update(places)
                    # What more of the shown figures bear out goes before what hidden ones leave possible.
                    self.chosen += guessed if others >= fits or not found else []
                    self.chosen += found if fits >= others or not guessed else []
        self.weak -= proved
        other_way = {place.table for place, made in self.chosen if self._is_other_way(place, made)}
        for way, (place, made) in enumerate(self.chosen, start=1):
            self._tie_quotient(place, made, way, either_way=place.table in other_way)
        for table, grid in enumerate(self.lines.grids):
            for row in range(len(grid.rows)):
                for column in range(len(grid.headings)):
                    if self.is_made(place := Place(table, row, column)):
                        self.explained.setdefault(place, False)
        return self.explained

    def is_made(self, place: Place) -> bool:
        """Whether what stands at a place is worked out of others."""
        return self.lines.kind(place) in (What.RATIO, What.DIFFERENCE)

    def enough(self, place: Place, first: int, second: int, *, by_row: bool) -> int:
        """How many shown figures make it sure that those on the line of *place* are the change from the line *first* to
        *second*: one where the words say so and there are no other counts that it could be of."""
        grid = self.lines.grids[place.table]
        own = grid.label(place.row) if by_row else grid.heading(place.column)
        cells = zip(*grid.kinds, strict=True) if not by_row else grid.kinds
        counts = [at for at, kinds in enumerate(cells) if {What.COUNT, What.HIDDEN} & set(kinds)]
        return 1 if says_difference(own) and counts == [first, second] else _SURE

    def _told(self, table: int, relation: Relation) -> tuple[list[tuple[Place, Quotient]], int]:
        """The figures that a relation gives which the check of the table found, and how many of them are shown with all
        that they are made of; nothing where one of these is not what it gives."""
        grid = self.lines.grids[table]
        found: list[tuple[Place, Quotient]] = []
        fits = 0
        for record in range(len(grid.headings) if relation.is_of_rows else len(grid.rows)):
            place = _at(table, relation, relation.made, record)
            if not self.is_made(place) or self.rounding(place) is None:
                continue
            made = self._of_relation(table, relation, record)
            if made is None:
                continue
            if not self._may_be(place, made):
                return [], 0
            found.append((place, made))
            fits += self._known(made) not in (None, 0)
        if not found:
            return [], 0
        first, second = relation.previous, relation.current
        is_sure = fits >= self.enough(found[0][0], first, second, by_row=relation.is_of_rows)
        return [(place, made._replace(is_sure=is_sure)) for place, made in found], fits

    def _of_relation(self, table: int, relation: Relation, record: int) -> Quotient | None:
        """What *relation* makes the figure of *record* of; None where that is no sum of counts."""
        grid = self.lines.grids[table]
        records = len(grid.headings) if relation.is_of_rows else len(grid.rows)
        before = record + relation.step
        if relation.how is Made.RUNNING:
            before = record
        if relation.sign == 0 or not 0 <= before < records:
            return None
        current = self.figure(_at(table, relation, relation.current, record))
        previous = self.figure(_at(table, relation, relation.previous, before))
        if current is None or previous is None:
            return None
        of_percent = 100 if relation.scale == 1 else 1
        one = Terms((), Fraction(1))
        change = current.less(previous) if relation.sign == 1 else previous.less(current)
        match relation.how:
            case Made.CHANGE:
                return Quotient(change, previous, of_percent, "change", True)
            case Made.DIFFERENCE:
                return Quotient(change, one, 1, "difference", True)
            case Made.RATIO:
                return Quotient(current, previous, of_percent, "share", True)
            case Made.RATE:
                return Quotient(current, previous, relation.per, "share", True)
            case Made.SHARE:
                place = _at(table, relation, relation.current, record)
                whole = self.total_of(place, by_row=relation.is_of_rows)
                return (
                    None
                    if whole is None
                    else Quotient(current, whole, of_percent, "share of the total", True)
                )
            case Made.AVERAGE | Made.RUNNING:
                places = [_at(table, relation, at, record) for at in relation.parts]
                if relation.how is Made.RUNNING:
                    first, last = (0, record + 1) if relation.step < 0 else (record, records)
                    places = [_at(table, relation, relation.current, at) for at in range(first, last)]
                parts = [part for place in places if (part := self.figure(place)) is not None]
                summed = Terms(
                    tuple(term for part in parts for term in part.terms),
                    sum((part.given for part in parts), Fraction()),
                )
                if len(parts) < len(places):
                    return None
                if relation.how is Made.RUNNING:
                    return Quotient(summed, one, 1, "difference", True)
                return Quotient(summed, Terms((), Fraction(len(parts))), 1, "average", True)
        return None

    def across(self, place: Place, line: int, *, by_row: bool) -> Place:
        """The place on another *line* beside this one."""
        return Place(place.table, line, place.column) if by_row else Place(place.table, place.row, line)

    def explain(self, places: Sequence[Place], *, by_row: bool) -> tuple[list[tuple[Place, Quotient]], int]:
        """What a reader may see the figures at *places*, of one line, to be worked out of, and how many of them are
        shown with all that bears it out."""
        found: list[tuple[Place, Quotient]] = []
        most = 0
        grid = self.lines.grids[places[0].table]
        lines = [
            at
            for at in range(len(grid.rows) if by_row else len(grid.headings))
            if any(
                self.lines.kind(self.across(place, at, by_row=by_row))
                in (What.COUNT, What.HIDDEN, What.GIVEN, What.DIFFERENCE)
                for place in places
            )
        ]
        for kind in (What.DIFFERENCE, What.RATIO):
            chosen = [place for place in places if self.lines.kind(place) is kind]
            if not chosen:
                continue
            ways = self.ratio_ways(places, lines, by_row)
            if kind is What.DIFFERENCE:
                ways = self.difference_ways(lines, by_row)
            best: list[tuple[int, Way]] = []
            told: dict[Way, int] = {}
            for way in ways:
                fits, misses, open_ = self.judge(chosen, way)
                if (fits and misses * 2 <= fits) or (not fits and not misses and open_ and way.is_said):
                    best.append((2 * fits - 6 * misses + way.is_said, way))
                    told[way] = fits
            if not best:
                continue
            top = max(score for score, _ in best)
            for score, way in best:
                if score == top or score * 4 >= top * 3:
                    found += self.choose(
                        chosen,
                        way,
                        is_sure=told[way] >= self.enough(chosen[0], way.first, way.second, by_row=by_row),
                    )
                    most = max(most, told[way])
        return found, most

    def difference_ways(self, lines: Sequence[int], by_row: bool) -> Iterator[Way]:
        for first in lines:
            for second in lines:
                if first != second:
                    yield Way("difference", first, second, by_row)

    def ratio_ways(self, places: Sequence[Place], lines: Sequence[int], by_row: bool) -> Iterator[Way]:
        grid = self.lines.grids[places[0].table]
        own = grid.label(places[0].row) if by_row else grid.heading(places[0].column)
        is_percent = any(grid.rows[place.row][place.column].is_percent for place in places)
        scales = _SCALES[:1] if is_percent else _SCALES
        for first in lines:
            other = grid.label(first) if by_row else grid.heading(first)
            changes = says_difference(own)
            said = not changes and _same_period(own, other)
            for scale in scales:
                yield Way("share of the total", first, -1, by_row, scale, said and scale == 100)
                for second in lines:
                    if first != second:
                        yield Way("share", first, second, by_row, scale)
            for second in lines:
                if first != second:
                    yield Way("change", first, second, by_row, 100, changes and first < second)
                    if not is_percent:
                        yield Way("change", first, second, by_row, 1)
        others = range(len(grid.headings) if by_row else len(grid.rows))
        if others:
            yield Way("average", -1, -1, by_row)

    def quotient(self, place: Place, way: Way) -> tuple[Terms, Terms] | None:
        """Numerator and denominator of what stands at *place*, seen so; None where there is none."""
        grid = self.lines.grids[place.table]
        if way.kind == "average":
            column = [
                Place(place.table, at, place.column) if not way.by_row else Place(place.table, place.row, at)
                for at in range(len(grid.rows) if not way.by_row else len(grid.headings))
            ]
            parts = [
                at
                for at in column
                if self.lines.kind(at) in (What.COUNT, What.HIDDEN) and at not in self.lines.wholes
            ]
            return (
                (Terms(tuple((at, 1) for at in parts), Fraction(0)), Terms((), Fraction(len(parts))))
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
            return other.less(one), Terms((), Fraction(1))
        return one, other

    def figure(self, at: Place) -> Terms | None:
        """What stands at a place as something to reckon with; None for a text and for what is a ratio itself."""
        if at not in self.figures:
            kind = self.lines.kind(at)
            exact = self.lines.grids[at.table].rows[at.row][at.column].exact
            made = None
            if kind in (What.COUNT, What.HIDDEN):
                made = Terms(((at, 1),), Fraction(0))
            elif kind in (What.GIVEN, What.DIFFERENCE) and exact is not None:
                made = Terms((), exact)
            self.figures[at] = made
        return self.figures[at]

    def total_of(self, place: Place, *, by_row: bool) -> Terms | None:
        """The total that a count is a share of: of its column, for a column of shares; of its row otherwise."""
        if (place, by_row) not in self.totals_of:
            self.totals_of[place, by_row] = self.widest_total(place, by_row=by_row)
        return self.totals_of[place, by_row]

    def widest_total(self, place: Place, *, by_row: bool) -> Terms | None:
        beside = [
            whole
            for whole in self.lines.wholes
            if whole.table == place.table
            and (whole.row == place.row if by_row else whole.column == place.column)
        ]
        own = set(self.lines.wholes.get(place, ()))
        direction = [
            whole
            for whole in beside
            if place == whole
            or place in self.lines.wholes[whole]
            or (own and own.issubset(self.lines.wholes[whole]))
        ]
        # What is in no total itself, such as a part that is named below its whole, is a share of the others' total.
        direction = direction or beside
        if direction:
            # The widest total: that of all.
            seen = max(direction, key=lambda whole: len(self.lines.wholes[whole]))
            while True:
                above = [
                    whole
                    for whole, parts in self.lines.wholes.items()
                    if seen in parts and (whole.row == seen.row if by_row else whole.column == seen.column)
                ]
                if not above:
                    return Terms(((seen, 1),), Fraction(0))
                seen = above[0]
        grid = self.lines.grids[place.table]
        line = [
            Place(place.table, place.row, at) if by_row else Place(place.table, at, place.column)
            for at in range(len(grid.headings) if by_row else len(grid.rows))
        ]
        parts = [at for at in line if self.lines.kind(at) in (What.COUNT, What.HIDDEN)]
        return Terms(tuple((at, 1) for at in parts), Fraction(0)) if len(parts) > 1 else None

    def judge(self, places: Sequence[Place], way: Way) -> tuple[int, int, int]:
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
                # Nor does a difference of noughts tell anything.
                is_nought = not above and not any(exact_of(self.lines.entry(at)) for at, _ in found[0].terms)
                fits += not is_nought if way.kind == "difference" else above not in (0, below)
            else:
                misses += 1
                if misses * 2 > fits + left:
                    break
        return fits, misses, open_

    def rounding(self, place: Place) -> tuple[int, int, int] | None:
        """What is shown at a place, the number that makes it whole, and half of its last decimal, both times that: in
        whole numbers, for they are compared many thousand times."""
        if place not in self.roundings:
            cell = self.lines.grids[place.table].rows[place.row][place.column]
            made = None
            if cell.exact is not None:
                half = _half(cell.step)
                common = math.lcm(cell.exact.denominator, half.denominator)
                made = int(cell.exact * common), common, int(half * common)
            self.roundings[place] = made
        return self.roundings[place]

    def value(self, of: Terms) -> Fraction | int | None:
        """A sum where every count of it is shown; a whole number where it is one."""
        total = of.given.numerator if of.given.denominator == 1 else of.given
        for place, factor in of.terms:
            value = exact_of(self.lines.entry(place))
            if value is None:
                return None
            total += factor * value
        return total

    def choose(self, places: Sequence[Place], way: Way, *, is_sure: bool) -> Iterator[tuple[Place, Quotient]]:
        """What *way* makes the figures at *places* of, where it may be so."""
        for place in places:
            found = self.quotient(place, way)
            if found is not None and self.rounding(place) is not None:
                quotient = Quotient(*found, way.scale, way.kind, is_sure)
                if self._may_be(place, quotient):
                    yield place, quotient

    def _known(self, made: Quotient) -> Fraction | None:
        """What a quotient is where all counts of it are shown; None where one is not, or it divides by nought."""
        above, below = self.value(made.above), self.value(made.below)
        return None if above is None or not below else Fraction(made.scale * above) / below

    def _may_be(self, place: Place, made: Quotient) -> bool:
        """Whether what is printed at *place* is *made*; so where not all of that is known. One that was printed wrongly
        stays unexplained, and goes with what is hidden beside it."""
        above, below = self.value(made.above), self.value(made.below)
        if above is None or below is None:
            return True
        shown = self.rounding(place)
        if below == 0 or shown is None:
            return False
        off = Fraction(made.scale * above * shown[1] - shown[0] * below)
        return abs(off) <= abs(Fraction(shown[2] * below))

    def _is_other_way(self, place: Place, made: Quotient) -> bool:
        """Whether what is printed lies half way between two and is not rounded away from nought: then nobody can tell
        which way another figure of the table was rounded."""
        exact, true = self._exact(place), self._known(made)
        if exact is None or true is None or made.kind == "difference":
            return False
        half = _half(self._step(place))
        return true == (exact + half if exact >= 0 else exact - half)

    def _exact(self, place: Place) -> Fraction | None:
        return self.lines.grids[place.table].rows[place.row][place.column].exact

    def _step(self, place: Place) -> Fraction:
        return self.lines.grids[place.table].rows[place.row][place.column].step

    def _tie_quotient(self, place: Place, made: Quotient, way: int, *, either_way: bool) -> None:
        """Ties the counts that *made* is of by what is printed at *place*.

        Who knows that R36 rounds half away from nought knows more of a figure than who does not, so the counts are
        protected from the former; where the table itself shows another rule (*either_way*) nobody knows.
        """
        exact = self._exact(place)
        if exact is None:
            return
        above, below, _, kind, is_sure = made
        if kind == "difference":
            if exact.denominator != 1 or above.given.denominator != 1 or not above.terms:
                return
            self.explained[place] = True
            number = exact.numerator - above.given.numerator
            self.lines.tie(above.terms, number, number, place, "difference", place, is_sure, way)
            return
        if not above.terms and not below.terms:
            return
        half = _half(self._step(place))
        low, high = exact - half, exact + half
        low_strict, high_strict = not either_way and exact < 0, not either_way and exact >= 0
        true = self._known(made)
        if true is not None:
            low_strict, high_strict = true != low, true != high
        self.explained[place] = True
        self.tie_end(made, low, low_strict, 1, place, way)
        self.tie_end(made, high, high_strict, -1, place, way)

    def tie_end(self, made: Quotient, end: Fraction, strict: bool, sign: int, place: Place, way: int) -> None:
        """scale · above ≥ end · below, or ≤ with *sign* −1, in whole numbers."""
        above, below, scale, kind, is_sure = made
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
        self.lines.tie(terms, least, None, place, kind, whole, is_sure, way)


def _at(table: int, relation: Relation, line: int, record: int) -> Place:
    """The place of *record* on a *line* of a relation."""
    return Place(table, line, record) if relation.is_of_rows else Place(table, record, line)


def _half(step: Fraction) -> Fraction:
    """Half of the last decimal, but a millionth at least: a number with many decimals is no rounding."""
    return max(step / 2, Fraction(1, 1_000_000))


def _same_period(one: str, other: str) -> bool:
    """Whether two headings name the same years, or none."""
    years = [set(filter(str.isdigit, plain(each).split())) for each in (one, other)]
    return years[0] == years[1]
