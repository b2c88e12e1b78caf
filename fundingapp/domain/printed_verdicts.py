"""Whether a figure of a printed table is what others of it give, and how it should have been printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations

from fundingapp.domain.changes import rounded
from fundingapp.domain.errors import listed
from fundingapp.domain.printed_fields import Field, Made, Relation, ends_in_nought, has_decimals
from fundingapp.domain.printed_figures import MOST_DECIMALS, Kind, Printed
from fundingapp.domain.printed_ranges import Range, fits, quotient, range_of

#: What the figure of a field in a record should be where it is a total that differs from its parts; else None.
Mended = Callable[[int, int], Range | None]


def _as_printed(_place: int, _record: int) -> None:
    """Every total as it stands."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a printed figure is right, what it lies between, and whether that says anything (a nought may not).

    *expected* is None where there is nothing to print, because the base is nought. *other_way*: the exact figure lies
    half way between two, and the one that R36 does not give is printed."""

    right: bool
    expected: Range | None
    telling: bool
    other_way: bool = False


class Judge:
    """Judges the figures of *fields* by what relations give; *total_at* is the record of the total that shares are of,
    *ordinary* are the records that make it, *unit* is what counts are rounded to."""

    def __init__(
        self, fields: Sequence[Field], total_at: int | None, ordinary: Sequence[int], unit: int
    ) -> None:
        self._by_place = {field.place: field for field in fields}
        self._total_at = total_at
        self._ordinary = ordinary
        self._ranges = {field.place: [range_of(each, unit) for each in field.cells] for field in fields}
        self._records = len(fields[0].cells) if fields else 0

    @property
    def records(self) -> int:
        """How many figures each field has."""
        return self._records

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
        elif in_full and has_decimals(relation):
            decimals = max(decimals, self._by_place[relation.made].most_decimals)
        if not bases:  # the base is nought
            return Verdict(False, None, True)
        if relation.sign == 0:
            value = abs(value)
        right = any(fits(each, value, decimals) for each in bases)
        if not right and printed.kind is Kind.NUMBER and self._by_place[relation.made].is_percent:
            # A fraction in a workbook that only this cell does not show as a percentage.
            value, decimals = value * 100, decimals - 2
            right = decimals >= 0 and any(fits(each, value, decimals) for each in bases)
        exact = bases[0][0] if len(bases) == 1 and bases[0][0] == bases[0][1] else None
        other_way = (
            right and decimals <= MOST_DECIMALS and exact is not None and rounded(exact, decimals) != value
        )
        return Verdict(right, bases[0], value != 0, other_way)

    def in_full(self, relations: Sequence[Relation]) -> Callable[[Relation, int], bool]:
        """Which figures are printed to all decimals of their column, though they show fewer: all of a table that writes
        7% for 7.0%, shown by figures that are right to all decimals although what they stand for is not exact; else one
        alone that is too far off to be that, for nobody rounds a single figure of a column further than the others.
        """
        full = further = 0
        far: list[tuple[Relation, int]] = []
        for relation in filter(has_decimals, relations):
            field = self._by_place[relation.made]
            most = field.most_decimals
            if any(
                each.value is not None and 0 < each.decimals == most and ends_in_nought(each)
                for each in field.cells
            ):
                return lambda _relation, _record: False
            for record, printed in enumerate(field.cells):
                bases = self._expected(relation, record)
                if not bases or printed.value is None or printed.decimals >= most:
                    continue
                value = Fraction(printed.value)
                told = [abs(low) if relation.sign == 0 else low for low, high in bases if low == high]
                if value in told or not any(fits((each, each), value, printed.decimals) for each in told):
                    continue
                is_full = any(fits((each, each), value, most) for each in told)
                full += is_full
                further += not is_full
                near = Fraction(1, 10**most)
                if (
                    min(abs(Fraction(rounded(each, most)) - value) for each in told) > near
                    and _in_decimals(field) >= 3
                ):
                    far.append((relation, record))
        if full >= 2 and 2 * further <= full:
            return lambda _relation, _record: True
        alone = far if len(far) == further == 1 else []
        return lambda relation, record: (relation, record) in alone

    def judged(
        self, relation: Relation, record: int, mended: Mended, *, in_full: bool = False
    ) -> tuple[Verdict, Mended] | None:
        """The verdict on a figure, and the totals it was judged by: as printed, or *mended* where they differ from
        their parts and it is right, or nearer to what it should be, with these. None where either side says nothing."""
        verdict = self.verdict(relation, record, in_full=in_full)
        if verdict is None or verdict.right:
            return None if verdict is None else (verdict, _as_printed)
        other = self._mended_verdict(relation, record, mended, in_full=in_full)
        if other is None or not (
            other.right or self._off(relation, record, other) < self._off(relation, record, verdict)
        ):
            return verdict, _as_printed
        return other, mended

    def _off(self, relation: Relation, record: int, verdict: Verdict) -> Fraction:
        """How far the printed figure is from what it should be, whatever the signs."""
        printed = abs(self._by_place[relation.made].cells[record].exact or Fraction()) * relation.scale
        if verdict.expected is None:
            return printed + 1
        return min(abs(printed - abs(end)) for end in verdict.expected)

    def _mended_verdict(
        self, relation: Relation, record: int, mended: Mended, *, in_full: bool
    ) -> Verdict | None:
        """The verdict once the totals that the figure is made of are *mended*; None where none of them is."""
        made_of = {(relation.previous, record + relation.step)}
        made_of |= {(at, record) for at in (relation.current, *relation.parts)}
        changed = {cell: own for cell in sorted(made_of) if (own := mended(*cell)) is not None}
        was = {(at, one): self._ranges[at][one] for at, one in changed}
        verdict = None
        # Where both years are totals that differ, either may be what the figure was made of.
        for cells in chain.from_iterable(combinations(changed, count + 1) for count in range(len(changed))):
            try:
                for at, one in cells:
                    self._ranges[at][one] = changed[at, one]
                verdict = self.verdict(relation, record, in_full=in_full)
                if verdict is not None and verdict.right:
                    return verdict
            finally:
                for (at, one), own in was.items():
                    self._ranges[at][one] = own
        return verdict

    def told(
        self, relation: Relation, record: int, verdict: Verdict, label: str, mended: Mended
    ) -> tuple[str, str, str]:
        """A wrong figure as printed, as it should be in the same manner, and the sentence about it; with the totals
        that differ as they should be."""

        def shown(place: int, one: int) -> str:
            cell, own = self._by_place[place].cells[one], mended(place, one)
            if own is None or own[0] != own[1]:
                return cell.own_text
            return cell.like(Decimal(own[0].numerator) / own[0].denominator)

        field = self._by_place[relation.made]
        printed = field.cells[record]
        should_be = (
            "n/a" if verdict.expected is None else _in_manner(printed, field, verdict.expected, relation)
        )
        before = record + relation.step if 0 <= record + relation.step < self._records else record
        previous = shown(relation.previous, before)
        current = shown(relation.current, record)
        match relation.how:
            case Made.RATE:
                said = f"{current} of {previous} is {should_be} per {relation.per:,}"
            case Made.AVERAGE:
                figures = listed((shown(at, record) for at in relation.parts), "and")
                said = f"the average of {figures} is {should_be}"
            case Made.RUNNING:
                said = f"what has run up to here is {should_be}"
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
            f"{label}: {said}; printed is {printed.own_text}."
            if label
            else f"{said}; printed is {printed.own_text}."
        )
        return printed.own_text, should_be, text

    def _expected(self, relation: Relation, record: int) -> list[Range] | None:
        """What may be printed, as ranges; an empty list where nothing may, None where it can't be told."""
        current = self._ranges[relation.current][record]
        if current is None:
            return None
        match relation.how:
            case Made.SHARE:
                return self._shares(relation.current, current)
            case Made.AVERAGE:
                return self._mean([self._ranges[at][record] for at in relation.parts])
            case Made.RUNNING:
                first, last = (0, record + 1) if relation.step < 0 else (record, self._records)
                return self._mean(self._ranges[relation.current][first:last], 1)
        before = record + relation.step
        previous = self._ranges[relation.previous][before] if 0 <= before < self._records else None
        if previous is None:
            return None
        match relation.how:
            case Made.DIFFERENCE | Made.POINTS:
                made: Range | None = (current[0] - previous[1], current[1] - previous[0])
            case Made.RATIO:
                made = quotient(current, previous)
            case Made.RATE:
                share = quotient(current, previous)
                made = (
                    None if share is None else (share[0] * relation.per / 100, share[1] * relation.per / 100)
                )
            case _:
                ratio = quotient(current, previous)
                made = None if ratio is None else (ratio[0] - 100, ratio[1] - 100)
        if made is None:
            is_nought = previous[0] == previous[1] == 0 and relation.how is Made.CHANGE
            return [] if is_nought and current[1] > 0 else None
        if relation.sign == -1:
            made = (-made[1], -made[0])
        elif relation.sign == 0:
            low, high = made
            made = (low, high) if low >= 0 else (-high, -low) if high <= 0 else (Fraction(0), max(-low, high))
        return [made]

    def _mean(self, parts: Sequence[Range | None], of: int = 0) -> list[Range] | None:
        """The sum of *parts*, divided by *of* or by how many they are."""
        known = [part for part in parts if part is not None]
        if len(known) < len(parts) or not known:
            return None
        count = of or len(known)
        return [
            (
                sum((low for low, _ in known), Fraction()) / count,
                sum((high for _, high in known), Fraction()) / count,
            )
        ]

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

    def falls(self, relation: Relation) -> int:
        """How many of the figures compared have fallen."""
        ranges = self._ranges[relation.previous], self._ranges[relation.current]
        pairs = [
            (ranges[0][record + relation.step], ranges[1][record])
            for record in range(self._records)
            if 0 <= record + relation.step < self._records
        ]
        return sum(one is not None and other is not None and other[1] < one[0] for one, other in pairs)

    def explained(self, field: Field, relation: Relation) -> int:
        """How many figures would be right if they had been divided by the current figure, or cut off instead of
        rounded: mistakes that show what was meant."""
        if relation.how is not Made.CHANGE or relation.step:
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


def _in_decimals(field: Field) -> int:
    return sum(each.decimals == field.most_decimals for each in field.cells if each.value is not None)


def _in_manner(printed: Printed, field: Field, expected: Range, relation: Relation) -> str:
    scale = relation.scale
    plus = any(each.own_text.strip().startswith("+") for each in field.cells)
    brackets = any(each.own_text.strip().startswith("(") for each in field.cells)
    brackets = brackets and printed.own_text.strip()[:1] not in tuple("-−–")
    decimals = min(field.most_decimals if scale == 100 else printed.decimals, MOST_DECIMALS)
    if (
        scale == 1
        and decimals < field.most_decimals
        and relation.how is not Made.DIFFERENCE
        and relation.how is not Made.RUNNING
    ):
        # Its column writes 7% for 7.0%, and would write 7.3% in full.
        decimals = min(field.most_decimals, MOST_DECIMALS)
        if all(rounded(end, decimals) == rounded(end, printed.decimals) for end in expected):
            decimals = printed.decimals
    ends = [
        printed.like(rounded(end / scale, decimals), plus=plus, brackets=brackets, decimals=decimals)
        for end in expected
    ]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)
