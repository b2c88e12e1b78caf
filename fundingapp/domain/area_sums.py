"""What the figures of places come to together (R38): counts add up, shares and averages are made anew of their parts
(R39), and nothing is summed while a place of the set lacks its figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fundingapp.domain.areas import Area
from fundingapp.domain.errors import listed
from fundingapp.domain.ids import AreaId, FigureId
from fundingapp.domain.indicators import FigureStatus, Indicator, IndicatorFigure, Measure
from fundingapp.domain.results import Measured, Result, counting, number_shown, result_over
from fundingapp.domain.typed_figures import MARKS, OF_PARTS, marks_in

#: So many places are named in a sentence.
_NAMED = 4
_WEAKEST = (FigureStatus.ACTUAL, FigureStatus.PROVISIONAL)


@dataclass(frozen=True, slots=True)
class AreaSum:
    """The figures of all places of a kind for the same days, *first* to *last* inclusive.

    *lacking* are the names of places without a figure, out of *of* in the set. *figure* is what they come to, with its
    *total* as a result; None while some lack, or *why_not* says why they can't be put together. *held* is what is
    recorded for the whole, which counts where there is something. *is_sensitive*: small counts of it may tell who
    somebody is.
    """

    first: date
    last: date
    of: int
    figures: tuple[FigureId, ...]
    lacking: tuple[str, ...] = ()
    figure: IndicatorFigure | None = None
    total: Result | None = None
    held: Result | None = None
    why_not: str = ""
    is_sensitive: bool = False

    @property
    def differs(self) -> bool:
        """Whether the whole is recorded otherwise than its places come to."""
        if self.total is None or self.held is None or self.held.value is None:
            return False
        if self.held.numerator is not None and self.total.numerator is not None:
            parts = (self.held.numerator, self.held.denominator)
            return parts != (self.total.numerator, self.total.denominator)
        return self.held.value != self.total.value

    def in_words(self, places: str) -> str:
        """What is to be known of it, as the end of a sentence; *places* is what they are called, such as “beats”. Of
        a sensitive one no figure is told, for one beside another gives small counts away."""
        if self.lacking:
            named = [*self.lacking[:_NAMED]]
            if len(self.lacking) > _NAMED:
                named.append(f"{len(self.lacking) - _NAMED:,} more")
            lack = "lacks its figure" if len(self.lacking) == 1 else "lack their figures"
            return f"{listed(named, 'and')} {lack}, so the {self.of:,} {places} are not added up"
        if self.why_not:
            return f"the {self.of:,} {places} can’t be put together: {self.why_not}"
        if self.held is None:
            return f"the sum of {self.of:,} {places}, as the whole is not recorded"
        if not self.differs or self.total is None:
            return f"recorded as a whole, and the {self.of:,} {places} come to the same"
        if self.is_sensitive:
            return f"recorded as a whole, which is used; the {self.of:,} {places} come to another figure"
        return f"recorded as {_shown(self.held)}, which is used; the {self.of:,} {places} come to {_shown(self.total)}"


def _shown(result: Result) -> str:
    """A figure with what it is made of: two percentages may be alike and their parts not."""
    if result.numerator is None or result.denominator is None:
        return result.shown
    return f"{result.shown} ({number_shown(result.numerator)} of {number_shown(result.denominator)})"


def area_sums(
    indicator: Indicator, measured: Iterable[Measured], areas: Mapping[AreaId, Area], threshold: int = 5
) -> tuple[AreaSum, ...]:
    """What the places that *indicator* adds up from come to, for each time that any of them has a figure of; none for
    one that claims no sum. *areas* are the places that lie in the indicator's own; *measured* are all its figures.

    A place belongs to the set of a time when it is one on its last day. Forecasts are left out.
    """
    kind = indicator.summed_over
    if kind is None:
        return ()
    of_kind = {id: area for id, area in areas.items() if area.kind is kind}
    by_area: dict[AreaId | None, list[Measured]] = defaultdict(list)
    for each in measured:
        by_area[each.figure.area].append(each)
    own = {(each.figure.first, each.figure.last): each for each in counting(by_area[None])}
    by_days: dict[tuple[date, date], dict[AreaId, Measured]] = defaultdict(dict)
    for id, figures in by_area.items():
        if id is not None and id in of_kind:
            for each in counting(figures):
                by_days[each.figure.first, each.figure.last][id] = each
    found = []
    for days, parts in sorted(by_days.items()):
        wanted = [id for id, area in of_kind.items() if _is_place(area, days[1]) or id in parts]
        found.append(_sum(indicator, days, parts, wanted, of_kind, own.get(days), threshold))
    return tuple(found)


def _is_place(area: Area, day: date) -> bool:
    return (area.valid_from or day) <= day <= (area.valid_to or day)


def _sum(
    indicator: Indicator,
    days: tuple[date, date],
    parts: Mapping[AreaId, Measured],
    wanted: Sequence[AreaId],
    areas: Mapping[AreaId, Area],
    recorded: Measured | None,
    threshold: int,
) -> AreaSum:
    there = {id: each for id, each in parts.items() if _is_there(indicator, each.figure)}
    lacking = tuple(sorted((areas[id].name for id in wanted if id not in there), key=str.casefold))
    held = result_over(indicator, [recorded], *days, threshold) if recorded is not None else None
    made = AreaSum(
        *days,
        len(wanted),
        tuple(each.id for each in there.values()),
        lacking,
        held=held if held is not None and held.value is not None else None,
        is_sensitive=indicator.is_sensitive,
    )
    if lacking:
        return made
    figure = _together(indicator, [each.figure for each in there.values()])
    if figure is None:
        return replace(
            made,
            why_not=f"the figure of {areas[_first_without(there)].name} is known without the two numbers that it is "
            "made of",
        )
    total = result_over(indicator, [Measured(FigureId(0), figure)], *days, threshold)
    if total.value is None:
        return replace(made, why_not=total.why_not or "they have no number")
    return replace(made, figure=figure, total=total)


def _first_without(parts: Mapping[AreaId, Measured]) -> AreaId:
    return next(id for id, each in parts.items() if each.figure.numerator is None)


def _is_there(indicator: Indicator, figure: IndicatorFigure) -> bool:
    return figure.value is not None or (indicator.counted in OF_PARTS and figure.numerator is not None)


def _together(indicator: Indicator, parts: Sequence[IndicatorFigure]) -> IndicatorFigure | None:
    """The figure of the whole out of those of its places, all of the same days; None where one of them is a bare
    percentage or average."""
    value = numerator = denominator = None
    if indicator.counted in OF_PARTS:
        if any(each.numerator is None or each.denominator is None for each in parts):
            return None
        numerator = sum((each.numerator for each in parts if each.numerator is not None), Decimal(0))
        denominator = sum((each.denominator for each in parts if each.denominator is not None), Decimal(0))
    else:
        value = sum((each.value for each in parts if each.value is not None), Decimal(0))
    marks = "".join(mark for each in parts for mark in each.marks.casefold() if mark in MARKS)
    return IndicatorFigure(
        parts[0].indicator,
        parts[0].first,
        parts[0].last,
        value,
        numerator,
        denominator,
        max((each.status for each in parts), key=_WEAKEST.index),
        marks=marks_in(marks),
    )


def standing_for_the_whole(
    indicator: Indicator, own: Iterable[Measured], sums: Iterable[AreaSum]
) -> list[tuple[IndicatorFigure, tuple[FigureId, ...]]]:
    """The sums that stand for the whole, each with the figures that it is made of: those for days of which the whole is
    not recorded. Of a flow, no day counts twice."""
    taken = [each.figure for each in counting(own)]
    found = []
    for each in sums:
        if each.figure is None or each.held is not None:
            continue
        if indicator.measure is Measure.FLOW and any(
            each.first <= other.last and other.first <= each.last for other in taken
        ):
            continue
        found.append((each.figure, each.figures))
        taken.append(each.figure)
    return found
