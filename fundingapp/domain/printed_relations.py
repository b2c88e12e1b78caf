"""Which columns of a published table are worked out of which others, and whether each figure is what they give.

A relation is told by headings **and** proven by the figures: it counts only where most rows, or a heading with at
least one row, bear it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import permutations

from fundingapp.domain.changes import rounded
from fundingapp.domain.printed_figures import MOST_DECIMALS, Kind, Printed
from fundingapp.domain.printed_ranges import Range, fits, quotient, range_of
from fundingapp.domain.printed_words import (
    SAYS_CHANGE,
    SAYS_CURRENT,
    SAYS_FALL,
    SAYS_LAST_YEAR,
    SAYS_OTHER,
    SAYS_OTHER_BASE,
    SAYS_PERCENT,
    SAYS_POINTS,
    SAYS_PREVIOUS,
    SAYS_SHARE,
    SAYS_TARGET,
    subject_without_change,
    when,
)


class Made(Enum):
    """How a figure of a table is made of others."""

    CHANGE = "change in per cent"
    DIFFERENCE = "difference"
    SHARE = "share of the total"
    RATIO = "share of another column"
    POINTS = "difference in points"


@dataclass(frozen=True, slots=True)
class Relation:
    """That the column (or, *is_of_rows*, the row) *made* is worked out of *previous* and *current*, each by its place.

    A SHARE has its count in *current*, a RATIO its denominator in *previous*. *sign* is −1 where falls are printed as
    positive, 0 where signs are left out; *scale* is 100 where 0.047 is printed for 4.7%.
    """

    how: Made
    made: int
    previous: int
    current: int
    sign: int = 1
    scale: int = 1
    is_of_rows: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A column, or a row read across, with one figure for each record."""

    place: int
    heading: str
    group: str
    cells: tuple[Printed, ...]

    @property
    def percents(self) -> int:
        return sum(
            each.kind is Kind.PERCENT or (each.kind is Kind.HIDDEN and each.is_percent) for each in self.cells
        )

    @property
    def numbers(self) -> int:
        return sum(
            each.kind is Kind.NUMBER or (each.kind is Kind.HIDDEN and not each.is_percent)
            for each in self.cells
        )

    @property
    def most_decimals(self) -> int:
        """The decimals of a column of fractions, whose last noughts are left out."""
        return max((each.decimals for each in self.cells if each.decimals <= MOST_DECIMALS), default=0)

    @property
    def is_percent(self) -> bool:
        return self.percents > self.numbers


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a printed figure is right, what it lies between, and whether that says anything (a nought may not).

    *expected* is None where there is nothing to print, because the base is nought."""

    right: bool
    expected: Range | None
    telling: bool


class Finder:
    """Finds which fields are worked out of which, and judges each figure."""

    def __init__(
        self,
        fields: Sequence[Field],
        total_at: int | None,
        ordinary: Sequence[int],
        unit: int,
        only: frozenset[int] | None = None,
    ) -> None:
        self._fields = fields
        self._by_place = {field.place: field for field in fields}
        self._total_at = total_at
        self._ordinary = ordinary
        self._ranges = {field.place: [range_of(each, unit) for each in field.cells] for field in fields}
        self._only = only
        # A difference of whole numbers has no decimals.
        self._count_decimals = max(
            (each.most_decimals for each in fields if not says_change(each)), default=0
        )
        self._records = len(fields[0].cells) if fields else 0

    def relations(self) -> list[Relation]:
        """The relations that the figures bear out, one for each made field at most."""
        found: list[Relation] = []
        made: set[int] = set()
        wanted = [
            field
            for field in self._fields
            if (self._only is None or field.place in self._only)
            and (field.percents or field.numbers)
            and not SAYS_TARGET.search(field.heading)
        ]
        # What the figures bear out comes before what only headings say, and differences before percentages: a column of
        # them must not pass for counts.
        for by_headings in (False, True):
            for hows in (_DIFFERENCES, _PERCENTAGES):
                for field in wanted:
                    if field.place in made or not self._may_be(field, hows):
                        continue
                    relation = self._best(field, hows, made, by_headings=by_headings)
                    if relation is not None:
                        found.append(relation)
                        made.add(field.place)
        return sorted(found, key=lambda each: each.made)

    def _may_be(self, field: Field, hows: Sequence[Made]) -> bool:
        """Whether it is worth while to look whether *field* is one of *hows*."""
        says_percent = SAYS_PERCENT.search(field.heading) is not None
        if hows == _DIFFERENCES:
            if field.is_percent or field.most_decimals > self._count_decimals:
                return False
            if says_percent and not re.search(r"\bno\b|number", field.heading, re.IGNORECASE):
                return False
            return says_change(field) or not field.heading or field.heading.startswith("column ")
        # What only the figures tell is looked for where percentages may stand, not among coordinates.
        decimals = sum(0 < each.decimals <= 3 for each in field.cells)
        return field.is_percent or says_percent or says_change(field) or 2 * decimals > self._records

    def verdict(self, relation: Relation, record: int, *, in_full: bool = False) -> Verdict | None:
        """Whether the figure of *record* is what *relation* gives, *in_full* to all decimals of its column; None where
        either side says nothing."""
        printed = self._by_place[relation.made].cells[record]
        if printed.kind not in {Kind.NUMBER, Kind.PERCENT} or printed.value is None:
            return None
        bases = self._expected(relation, record)
        if bases is None:
            return None
        value, decimals = Fraction(printed.value) * relation.scale, printed.decimals
        if relation.scale == 100 and decimals <= MOST_DECIMALS:
            decimals = self._by_place[relation.made].most_decimals - 2
        elif in_full and _has_decimals(relation):
            decimals = max(decimals, self._by_place[relation.made].most_decimals)
        if not bases:  # the base is nought
            return Verdict(False, None, True)
        if relation.sign == 0:
            value = abs(value)
        right = any(fits(each, value, decimals) for each in bases)
        return Verdict(right, bases[0], value != 0)

    def leaves_out_noughts(self, relations: Sequence[Relation]) -> bool:
        """Whether the table writes 7% for 7.0%, so that a figure with fewer decimals than its column was not merely
        rounded further: shown by figures that are right to all decimals although what they stand for is not exact."""
        in_full = further = 0
        for relation in filter(_has_decimals, relations):
            field = self._by_place[relation.made]
            most = field.most_decimals
            if any(
                each.value is not None and 0 < each.decimals == most and _ends_in_nought(each)
                for each in field.cells
            ):
                return False
            for record, printed in enumerate(field.cells):
                bases = self._expected(relation, record)
                if not bases or printed.value is None or printed.decimals >= most:
                    continue
                value = Fraction(printed.value)
                told = [abs(low) if relation.sign == 0 else low for low, high in bases if low == high]
                if value in told or not any(fits((each, each), value, printed.decimals) for each in told):
                    continue
                is_full = any(fits((each, each), value, most) for each in told)
                in_full += is_full
                further += not is_full
        return in_full >= 2 and 2 * further <= in_full

    def is_right_with(
        self,
        relation: Relation,
        record: int,
        previous: Range | None,
        current: Range | None,
        *,
        in_full: bool = False,
    ) -> bool:
        """Whether the figure is right once a total that it is made of, and that differs from its parts, is mended."""
        if previous is None and current is None:
            return False
        kept = [(relation.previous, previous), (relation.current, current)]
        before = {at: self._ranges[at][record] for at, _ in kept}
        try:
            for at, mended in kept:
                self._ranges[at][record] = mended or before[at]
            verdict = self.verdict(relation, record, in_full=in_full)
            return verdict is not None and verdict.right
        finally:
            for at, was in before.items():
                self._ranges[at][record] = was

    def told(self, relation: Relation, record: int, verdict: Verdict, label: str) -> tuple[str, str, str]:
        """A wrong figure as printed, as it should be in the same manner, and the sentence about it."""
        field = self._by_place[relation.made]
        printed = field.cells[record]
        should_be = (
            "n/a" if verdict.expected is None else _in_manner(printed, field, verdict.expected, relation)
        )
        previous, current = (
            self._by_place[at].cells[record].text for at in (relation.previous, relation.current)
        )
        match relation.how:
            case Made.CHANGE if verdict.expected is None:
                said = f"from {previous} to {current} there is no percentage"
            case Made.CHANGE:
                said = f"{previous} to {current} is {should_be}"
            case Made.DIFFERENCE | Made.POINTS:
                said = f"{current} less {previous} is {should_be}"
            case Made.SHARE:
                said = f"{current} of the total is {should_be}"
            case _:
                said = f"{current} of {previous} is {should_be}"
        text = (
            f"{label}: {said}; printed is {printed.text}." if label else f"{said}; printed is {printed.text}."
        )
        return printed.text, should_be, text

    def _expected(self, relation: Relation, record: int) -> list[Range] | None:
        """What may be printed, as ranges; an empty list where nothing may, None where it can't be told."""
        current = self._ranges[relation.current][record]
        if current is None:
            return None
        if relation.how is Made.SHARE:
            return self._shares(relation.current, current)
        previous = self._ranges[relation.previous][record]
        if previous is None:
            return None
        match relation.how:
            case Made.DIFFERENCE | Made.POINTS:
                made: Range | None = (current[0] - previous[1], current[1] - previous[0])
            case Made.RATIO:
                made = quotient(current, previous)
            case _:
                ratio = quotient(current, previous)
                made = None if ratio is None else (ratio[0] - 100, ratio[1] - 100)
        if made is None:
            is_nought = previous[0] == previous[1] == 0 and relation.how is not Made.RATIO
            return [] if is_nought and current[1] > 0 else None
        if relation.sign == -1:
            made = (-made[1], -made[0])
        elif relation.sign == 0:
            low, high = made
            made = (low, high) if low >= 0 else (-high, -low) if high <= 0 else (Fraction(0), max(-low, high))
        return [made]

    def _shares(self, counts: int, count: Range) -> list[Range] | None:
        wholes: list[Range] = []
        ranges = self._ranges[counts]
        if self._total_at is not None and (total := ranges[self._total_at]) is not None:
            wholes.append(total)
        parts = [ranges[at] for at in self._ordinary]
        if all(part is not None for part in parts) and parts:
            known = [part for part in parts if part is not None]
            wholes.append(
                (sum((low for low, _ in known), Fraction()), sum((high for _, high in known), Fraction()))
            )
        made = [
            share
            for whole in wholes
            if (share := quotient(count, (max(whole[0], count[0]), max(whole[1], count[0])))) is not None
        ]
        return made or None

    def _best(
        self, field: Field, hows: Sequence[Made], made: set[int], *, by_headings: bool
    ) -> Relation | None:
        best: tuple[tuple[int, int, int], Relation] | None = None
        for rank, relation in enumerate(self._candidates(field, hows, made)):
            right, wrong, values = 0, 0, set()
            undefined = 0
            for record in range(self._records):
                verdict = self.verdict(relation, record)
                if verdict is None:
                    continue
                if verdict.expected is None:
                    undefined += 1
                    continue
                right += verdict.right
                wrong += not verdict.right
                if verdict.right and verdict.telling:
                    values.add(field.cells[record].value)
            if not self._is_borne_out(field, relation, right, wrong, len(values), by_headings=by_headings):
                continue
            if relation.sign == 0 and self._falls(relation) < 2:
                continue  # one fall without a minus is a mistake, and no manner of printing
            score = (len(values), right, -rank)
            if best is None or score > best[0]:
                best = score, relation
            if not wrong and len(values) >= 3 and rank < 4:
                break
        return None if best is None else best[1]

    def _is_borne_out(
        self, field: Field, relation: Relation, right: int, wrong: int, values: int, *, by_headings: bool
    ) -> bool:
        judged = right + wrong
        if not judged:
            return False
        if values >= 3 and 5 * right >= 3 * judged:
            return True
        stated = self._is_stated(field, relation)
        if field.is_percent and values >= 2 and 2 * right >= judged and self._is_near(field, relation):
            return True
        if not stated:
            return (
                judged <= 2
                and values == judged
                and self._is_near(field, relation)
                and (field.is_percent or bool(SAYS_PERCENT.search(field.heading)))
            )
        if values and 4 * right >= judged:
            return True
        if relation.how not in {Made.CHANGE, Made.DIFFERENCE} or not by_headings:
            return False
        return (
            judged <= 2
            or 5 * self._explained(field, relation) >= 3 * judged
            or self._is_plain(field, relation)
        )

    def _is_plain(self, field: Field, relation: Relation) -> bool:
        """Whether the headings alone leave no doubt, so that even a column with nothing right in it is wrong: two
        columns of one thing whose order is told, and beside them the change of it, on nothing else."""
        if self._order(relation.previous, relation.current) is not True or SAYS_OTHER_BASE.search(
            field.heading
        ):
            return False
        if relation.how is Made.CHANGE and not (field.is_percent or SAYS_PERCENT.search(field.heading)):
            return False
        return says_change(field)

    def _falls(self, relation: Relation) -> int:
        pairs = zip(self._ranges[relation.previous], self._ranges[relation.current], strict=True)
        return sum(one is not None and other is not None and other[1] < one[0] for one, other in pairs)

    def _explained(self, field: Field, relation: Relation) -> int:
        """How many figures would be right if they had been divided by the current figure, or cut off instead of
        rounded: mistakes that show what was meant."""
        if relation.how is not Made.CHANGE:
            return 0
        told = 0
        for record in range(self._records):
            printed = field.cells[record]
            previous, current = (
                self._ranges[relation.previous][record],
                self._ranges[relation.current][record],
            )
            if (
                printed.value is None
                or previous is None
                or current is None
                or previous[0] != previous[1]
                or current[0] != current[1]
            ):
                continue
            change, value = (current[0] - previous[0]) * 100, Fraction(printed.value) * relation.scale
            if not change:
                continue
            of_current = current[0] > 0 and rounded(change / current[0], printed.decimals) == value
            short = abs(change / previous[0] - value) if previous[0] > 0 else Fraction()
            told += of_current or 0 < short < Fraction(1, 10**printed.decimals)
        return told

    def _is_stated(self, field: Field, relation: Relation) -> bool:
        """Whether the headings leave no other pair than this one for a column that says that it is a change."""
        if relation.sign not in {1, -1 if SAYS_FALL.search(field.heading) else 1}:
            return False
        if relation.scale != 1 and any(
            each.value is not None and abs(each.value) > 5 for each in field.cells
        ):
            return False
        if relation.how in {Made.SHARE, Made.RATIO}:
            return relation.how is Made.SHARE and self._says_share(field, self._by_place[relation.current])
        bare = relation.how is Made.CHANGE and SAYS_PERCENT.search(field.heading) and not _stem(field)
        if not (says_change(field) or bare) or SAYS_SHARE.search(field.heading):
            return False
        if self._natural_pair(field) != (relation.previous, relation.current):
            return False
        stems = {_stem(self._by_place[at]) for at in (relation.previous, relation.current)}
        return len(stems) == 1 and _stem(field) in {"", *stems}

    def _says_share(self, field: Field, counts: Field) -> bool:
        """Whether the headings say that *field* is the share of *counts* beside it: “2013 %” beside “2013 total”."""
        if SAYS_SHARE.search(field.heading):
            return True
        if says_change(field) or not SAYS_PERCENT.search(field.heading) or field.place - counts.place != 1:
            return False
        same_time = when(field.heading) is not None and when(field.heading) == when(counts.heading)
        return same_time or _stem(field) == _stem(counts) != ""

    def _is_near(self, field: Field, relation: Relation) -> bool:
        if relation.how is Made.SHARE:
            return abs(relation.current - field.place) <= 2
        return {relation.previous, relation.current} <= set(self._nearest(field))

    def _counts(self, made: set[int]) -> list[Field]:
        return [
            each
            for each in self._fields
            if each.numbers
            and not each.is_percent
            and each.place not in made
            and (self._only is None or each.place not in self._only)
        ]

    def _comparable(self, field: Field) -> list[Field]:
        """The columns that *field* may compare: counts, no rates or rows of people, and where headings name times only
        the columns that do."""
        counts = [
            each
            for each in self._counts(set())
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

    def _nearest(self, field: Field) -> list[int]:
        """The two columns of counts that stand nearest: of its group, else to its left, else to its right."""
        counts = self._comparable(field)
        same = [each.place for each in counts if _is_of_group(field, each)]
        if len(same) >= 2:
            return sorted(sorted(same, key=lambda at: (abs(at - field.place), at))[:2])
        left = [each.place for each in counts if each.place < field.place][-2:]
        if len(left) == 2:
            return left
        right = [each.place for each in counts if each.place > field.place][:2]
        return right if len(right) == 2 else [each.place for each in counts] if len(counts) == 2 else []

    def _natural_pair(self, field: Field) -> tuple[int, int] | None:
        """Which of the two nearest columns is the previous one, where the headings tell: by years, or by words."""
        counts = self._comparable(field)
        same = [each for each in counts if _is_of_group(field, each)]
        near = same if len(same) == 2 else [self._by_place[at] for at in self._nearest(field)]
        if len(counts) > 2 and len(same) != 2 and SAYS_LAST_YEAR.search(field.heading):
            dated = sorted(
                (moment, each.place) for each in counts if (moment := when(each.heading)) is not None
            )
            if len(dated) == len(counts) and len({moment for moment, _ in dated}) == len(dated):
                return dated[-2][1], dated[-1][1]
        if len(near) != 2 or (len(counts) > 2 and len(same) != 2 and abs(near[0].place - near[1].place) > 1):
            return None
        first, second = near
        in_order = self._order(first.place, second.place)
        return (first.place, second.place) if in_order is not False else (second.place, first.place)

    def _order(self, first: int, second: int) -> bool | None:
        """Whether *first* is the earlier of two columns by their headings; None where they do not tell."""
        here, there = self._by_place[first].heading, self._by_place[second].heading
        one, other = when(here), when(there)
        if one is not None and other is not None and one != other:
            return one < other
        if SAYS_PREVIOUS.search(there) or SAYS_CURRENT.search(here):
            return False
        return True if SAYS_PREVIOUS.search(here) or SAYS_CURRENT.search(there) else None

    def _candidates(self, field: Field, hows: Sequence[Made], made: set[int]) -> Iterator[Relation]:
        """What *field* may be made of, the likeliest first."""
        counts = [each.place for each in self._counts(made) if each.place != field.place]
        natural = self._natural_pair(field)
        near = self._nearest(field)
        pairs: list[tuple[int, int]] = []
        if natural is not None:
            pairs += [natural, (natural[1], natural[0])]
        if len(near) == 2:
            pairs += [(near[0], near[1]), (near[1], near[0])]
        group = [at for at in counts if _is_of_group(field, self._by_place[at])]
        pairs += permutations(group, 2)
        if len(counts) <= 14:
            pairs += permutations(counts, 2)
        else:
            closest = sorted(counts, key=lambda at: abs(at - field.place))[:8]
            pairs += permutations(closest, 2)
        pairs = list(dict.fromkeys(pairs))
        # Divided by the later figure is divided by the wrong one (R36), so such a pair is none.
        forward = [pair for pair in pairs if self._order(*pair) is not False]
        scales = (1,) if field.is_percent else (1, 100)
        # A column with a minus or a plus in it prints its signs.
        signed = any(
            each.value is not None and (each.value < 0 or each.text.strip().startswith("+"))
            for each in field.cells
        )
        signs = (1, -1) if signed else (1, -1, 0)
        shares = sorted(counts, key=lambda at: (abs(at - field.place), at))[:6]
        for how in hows:
            if how is Made.DIFFERENCE:
                yield from (
                    Relation(how, field.place, *pair, sign=sign) for sign in (1, -1, 0) for pair in pairs
                )
            elif how is Made.CHANGE:
                yield from (
                    Relation(how, field.place, *pair, sign=sign, scale=scale)
                    for sign in signs
                    for scale in scales
                    for pair in forward
                )
            elif how is Made.SHARE:
                yield from (
                    Relation(how, field.place, at, at, scale=scale) for scale in scales for at in shares
                )
            elif how is Made.RATIO:
                yield from (
                    Relation(how, field.place, *pair, scale=scale)
                    for scale in scales
                    for pair in pairs
                    if abs(pair[0] - field.place) <= 3 and abs(pair[1] - field.place) <= 3
                )
            elif (
                SAYS_POINTS.search(field.heading)
                or any(each.is_points for each in field.cells)
                or says_change(field)
            ):
                percents = [
                    each.place for each in self._fields if each.is_percent and each.place != field.place
                ][:8]
                yield from (Relation(how, field.place, *pair) for pair in permutations(percents, 2))


_DIFFERENCES = (Made.DIFFERENCE,)
_PERCENTAGES = (Made.CHANGE, Made.SHARE, Made.RATIO, Made.POINTS)


def says_change(field: Field) -> bool:
    return SAYS_CHANGE.search(field.heading) is not None


def _stem(field: Field) -> str:
    return subject_without_change(field.heading)


def _is_of_group(field: Field, other: Field) -> bool:
    if field.group or other.group:
        return field.group == other.group
    stem = _stem(field)
    return bool(stem) and _stem(other) == stem


def _has_decimals(relation: Relation) -> bool:
    """Whether what *relation* makes is printed in per cent or points, with as many decimals as somebody chose."""
    return relation.scale == 1 and relation.how is not Made.DIFFERENCE


def _ends_in_nought(printed: Printed) -> bool:
    return printed.value is not None and printed.value * 10**printed.decimals % 10 == 0


def _in_manner(printed: Printed, field: Field, expected: Range, relation: Relation) -> str:
    scale = relation.scale
    plus = any(each.text.strip().startswith("+") for each in field.cells)
    brackets = any(each.text.strip().startswith("(") for each in field.cells)
    decimals = min(field.most_decimals if scale == 100 else printed.decimals, MOST_DECIMALS)
    if scale == 1 and decimals < field.most_decimals and relation.how is not Made.DIFFERENCE:
        # Its column writes 7% for 7.0%, and would write 7.3% in full.
        decimals = min(field.most_decimals, MOST_DECIMALS)
        if all(rounded(end, decimals) == rounded(end, printed.decimals) for end in expected):
            decimals = printed.decimals
    ends = [
        printed.like(rounded(end / scale, decimals), plus=plus, brackets=brackets, decimals=decimals)
        for end in expected
    ]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)
