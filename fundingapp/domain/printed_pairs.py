"""Which columns of a printed table may be worked out of which others: what headings name, then what stands near."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from fundingapp.domain.printed_fields import Field, Made, Relation, is_of_group, says_change, says_percent
from fundingapp.domain.printed_layout import is_period
from fundingapp.domain.printed_words import (
    PART_OF_YEAR,
    SAYS_AVERAGE,
    SAYS_CURRENT,
    SAYS_LAST_YEAR,
    SAYS_OTHER,
    SAYS_PERCENT,
    SAYS_POINTS,
    SAYS_POPULATION,
    SAYS_PREVIOUS,
    SAYS_RUNNING,
    how_many_averaged,
    per_how_many,
    when,
    years_named,
)


class Pairs:
    """The fields of a table, and the pairs of counts that one of them may compare. *in_time* says that its records are
    times in their order (1), the latest first (−1), or no times (0); *only* which fields may be made of the others."""

    def __init__(self, fields: Sequence[Field], in_time: int = 0, only: frozenset[int] | None = None) -> None:
        self.fields = fields
        self.by_place = {field.place: field for field in fields}
        self.in_time = in_time
        self.only = only
        self._counts = [
            each
            for each in fields
            if each.numbers and not each.is_percent and (only is None or each.place not in only)
        ]
        # What was looked up once: it is asked for each pair that may be meant.
        self._natural: dict[int, tuple[int, int] | None] = {}
        self._named: dict[int, tuple[int, int] | None] = {}
        self._near: dict[int, list[int]] = {}

    def counts(self, made: set[int]) -> list[Field]:
        """The columns of counts, without those that are *made* of others."""
        return [each for each in self._counts if each.place not in made]

    def comparable(self, field: Field) -> list[Field]:
        """The columns that *field* may compare: counts, no rates or rows of people, and where headings name times only
        the columns that do."""
        counts = [
            each
            for each in self.counts(set())
            if each.place != field.place
            and not says_change(each)
            and not SAYS_OTHER.search(each.heading)
            and not SAYS_PERCENT.search(each.heading)
        ]
        timed = [
            each
            for each in counts
            if when(each.heading) is not None
            or SAYS_PREVIOUS.search(each.heading)
            or SAYS_CURRENT.search(each.heading)
        ]
        return timed if len(timed) >= 2 else counts

    def nearest(self, field: Field) -> list[int]:
        """The two columns of counts that stand nearest: of its group, else to its left, else to its right."""
        if field.place not in self._near:
            self._near[field.place] = self._find_nearest(field)
        return self._near[field.place]

    def _find_nearest(self, field: Field) -> list[int]:
        counts = self.comparable(field)
        if (namesakes := self._namesakes(field, counts)) is not None:
            return sorted(namesakes)
        same = [each.place for each in counts if is_of_group(field, each)]
        if len(same) >= 2 and not is_period(field.group):
            return sorted(sorted(same, key=lambda at: (abs(at - field.place), at))[:2])
        left = [each for each in counts if each.place < field.place]
        if len(left) >= 2:
            # A year is not compared with the quarter beside it, but with what is headed alike under the year before.
            last = left.pop()
            alike = [each for each in left if each.group != last.group and each.own == last.own]
            alike = alike or [each for each in left if _is_of_quarter(each) is _is_of_quarter(last)]
            return [(alike or left)[-1].place, last.place]
        right = [each.place for each in counts if each.place > field.place][:2]
        return right if len(right) == 2 else [each.place for each in counts] if len(counts) == 2 else []

    def natural_pair(self, field: Field) -> tuple[int, int] | None:
        """Which of the two nearest columns is the previous one, where the headings tell: by years, or by words."""
        if field.place not in self._natural:
            self._natural[field.place] = self._find_natural(field)
        return self._natural[field.place]

    def _find_natural(self, field: Field) -> tuple[int, int] | None:
        counts = self.comparable(field)
        if (namesakes := self._namesakes(field, counts)) is not None:
            return namesakes
        same = [each for each in counts if is_of_group(field, each)]
        near = same if len(same) == 2 else [self.by_place[at] for at in self.nearest(field)]
        if len(counts) > 2 and len(same) != 2 and SAYS_LAST_YEAR.search(field.heading):
            dated = sorted(
                (moment, each.place) for each in counts if (moment := when(each.heading)) is not None
            )
            if len(dated) == len(counts) and len({moment for moment, _ in dated}) == len(dated):
                return dated[-2][1], dated[-1][1]
        if len(near) != 2 or (len(counts) > 2 and len(same) != 2 and self._is_apart(*near)):
            return None
        first, second = near
        in_order = self.order(first.place, second.place)
        return (first.place, second.place) if in_order is not False else (second.place, first.place)

    def _namesakes(self, field: Field, counts: Sequence[Field]) -> tuple[int, int] | None:
        """The latest two of the columns that are headed as *field* is under other groups, which are times: “Burglary”
        under 2018, 2019 and “% change”."""
        alike = [
            (moment, each.place)
            for each in counts
            if field.group
            and each.group not in {"", field.group}
            and each.own == field.own
            and (moment := when(each.group)) is not None
        ]
        if len(alike) < 2 or len({moment for moment, _ in alike}) < len(alike):
            return None
        (_, previous), (_, current) = sorted(alike)[-2:]
        return previous, current

    def _is_apart(self, one: Field, other: Field) -> bool:
        """Whether columns stand between two; the quarters between two years do not count."""
        between = self.fields[one.place + 1 : other.place]
        return any(_is_of_quarter(one) or not _is_of_quarter(each) for each in between)

    def named_pair(self, field: Field) -> tuple[int, int] | None:
        """The two columns whose years the heading itself names: “% change 2018/19 to 2021/22”, “% change since 2019”.

        None where it names none, or not one column for each."""
        if field.place not in self._named:
            self._named[field.place] = self._find_named(field)
        return self._named[field.place]

    def _find_named(self, field: Field) -> tuple[int, int] | None:
        years, is_base = years_named(field.heading)
        if not years or len(years) > 2 or not says_change(field):
            return None
        counts = self.comparable(field)
        same = [each for each in counts if is_of_group(field, each)]
        dated = [
            (moment, each.place) for each in same or counts if (moment := when(each.heading)) is not None
        ]
        if len({moment for moment, _ in dated}) < len(dated) or len(dated) < 2:
            return None
        dated.sort()
        of_year = {year: [place for moment, place in dated if moment[0] == year] for year in years}
        if any(len(places) != 1 for places in of_year.values()):
            return None
        if len(years) == 2:
            return of_year[years[0]][0], of_year[years[1]][0]
        first, last = of_year[years[0]][0], dated[-1][1]
        return (first, last) if is_base and first != last else None

    def order(self, first: int, second: int) -> bool | None:
        """Whether *first* is the earlier of two columns by their headings; None where they do not tell."""
        here, there = self.by_place[first].heading, self.by_place[second].heading
        one, other = when(here), when(there)
        if one is not None and other is not None and one != other:
            return one < other
        if SAYS_PREVIOUS.search(there) or SAYS_CURRENT.search(here):
            return False
        return True if SAYS_PREVIOUS.search(here) or SAYS_CURRENT.search(there) else None

    def candidates(self, field: Field, hows: Sequence[Made], made: set[int]) -> Iterator[Relation]:
        """What *field* may be made of, the likeliest first."""
        counts = [each.place for each in self.counts(made) if each.place != field.place]
        pairs = self._pairs(field, counts)
        # Divided by the later figure is divided by the wrong one (R36), so such a pair is none.
        forward = [pair for pair in pairs if self.order(*pair) is not False]
        named = self.named_pair(field)
        if named is not None:
            pairs = forward = [named]
        scales = (1,) if field.is_percent else (1, 100)
        # A column with a minus or a plus in it prints its signs.
        signed = any(each.value is not None and (each.value < 0 or each.has_sign) for each in field.cells)
        signs = (1, -1) if signed else (1, -1, 0)
        names_total = SAYS_RUNNING.search(field.heading) is not None and not says_change(field)
        for how in hows:
            match how:
                case Made.DIFFERENCE if names_total:
                    continue
                case Made.DIFFERENCE:
                    yield from (
                        Relation(how, field.place, *pair, sign=sign)
                        for sign in signs
                        for pair in (pairs if sign else forward)
                    )
                case Made.CHANGE:
                    yield from (
                        Relation(how, field.place, *pair, sign=sign, scale=scale)
                        for sign in signs
                        for scale in scales
                        for pair in forward
                    )
                case Made.SHARE:
                    near = sorted(counts, key=lambda at: (abs(at - field.place), at))[:6]
                    yield from (
                        Relation(how, field.place, at, at, scale=scale) for scale in scales for at in near
                    )
                case Made.RATIO:
                    yield from (
                        Relation(how, field.place, *pair, scale=scale)
                        for scale in scales
                        for pair in pairs
                        if abs(pair[0] - field.place) <= 3 and abs(pair[1] - field.place) <= 3
                    )
                case Made.POINTS:
                    yield from self._points(field)
                case _:
                    yield from self._by_words(how, field, counts)
        if self.in_time and (Made.CHANGE in hows or Made.DIFFERENCE in hows):
            yield from self._on_the_row_before(field, hows, counts, signs)

    def _pairs(self, field: Field, counts: Sequence[int]) -> list[tuple[int, int]]:
        natural = self.natural_pair(field)
        near = self.nearest(field)
        pairs: list[tuple[int, int]] = []
        if natural is not None:
            pairs += [natural, (natural[1], natural[0])]
        if len(near) == 2:
            pairs += [(near[0], near[1]), (near[1], near[0])]
        pairs += permutations([at for at in counts if is_of_group(field, self.by_place[at])], 2)
        if len(counts) <= 14:
            pairs += permutations(counts, 2)
        else:
            pairs += permutations(sorted(counts, key=lambda at: abs(at - field.place))[:8], 2)
        return list(dict.fromkeys(pairs))

    def _points(self, field: Field) -> Iterator[Relation]:
        says = SAYS_POINTS.search(field.heading) or any(each.is_points for each in field.cells)
        if says or says_change(field):
            percents = [each.place for each in self.fields if each.is_percent and each.place != field.place]
            yield from (Relation(Made.POINTS, field.place, *pair) for pair in permutations(percents[:8], 2))

    def _by_words(self, how: Made, field: Field, counts: Sequence[int]) -> Iterator[Relation]:
        """Rates and averages, which only a heading tells."""
        moment = when(field.heading)
        others = [
            at
            for at in counts
            if not SAYS_POPULATION.search(self.by_place[at].heading)
            and not SAYS_OTHER.search(self.by_place[at].heading)
            and not says_change(self.by_place[at])
        ]
        if how is Made.RATE and (per := per_how_many(field.heading)) is not None:
            people = [at for at in counts if SAYS_POPULATION.search(self.by_place[at].heading)]
            same = [at for at in others if when(self.by_place[at].heading) == moment] or others
            for whole in sorted(people, key=lambda at: abs(at - field.place)):
                yield from (Relation(how, field.place, whole, at, per=per) for at in same)
        if how is Made.AVERAGE and SAYS_AVERAGE.search(field.heading):
            left = [at for at in others if at < field.place]
            count = how_many_averaged(field.heading)
            for parts in (left, left[-count:], left[:count], others) if count else (left, others):
                if len(parts) >= 2 and (not count or len(parts) == count):
                    yield Relation(how, field.place, parts[0], parts[-1], parts=tuple(parts))

    def _on_the_row_before(
        self, field: Field, hows: Sequence[Made], counts: Sequence[int], signs: Sequence[int]
    ) -> Iterator[Relation]:
        """In a list of years: the change on the year before, and what has run up so far."""
        for at in counts:
            if says_change(self.by_place[at]) or SAYS_OTHER.search(self.by_place[at].heading):
                continue
            if Made.CHANGE in hows and (field.is_percent or says_percent(field)):
                yield from (
                    Relation(Made.CHANGE, field.place, at, at, sign=sign, step=-self.in_time)
                    for sign in signs
                )
            if Made.DIFFERENCE in hows and says_change(field):
                yield Relation(Made.DIFFERENCE, field.place, at, at, step=-self.in_time)
            if Made.DIFFERENCE in hows and SAYS_RUNNING.search(field.heading):
                yield Relation(Made.RUNNING, field.place, at, at, step=-self.in_time)


def _is_of_quarter(field: Field) -> bool:
    return PART_OF_YEAR.match(field.own or field.heading) is not None
