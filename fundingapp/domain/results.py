"""What figures of several periods come to (R39), which way a figure goes, and what can't stand beside each other.

Counts and measures are exact decimals. Percentages are those of :mod:`fundingapp.domain.changes`; what is compared is
never rounded first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from fundingapp.domain.changes import Days, Trend as Way, exact_share, percent_change, rounded, share, trend
from fundingapp.domain.ids import AreaId, FigureId, FundId
from fundingapp.domain.indicators import (
    Counted,
    FigureStatus,
    GoodDirection,
    Indicator,
    IndicatorFigure,
    Measure,
)
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.typed_figures import MARKS, OF_PARTS, WITHHELD, marks_in


class Measured(NamedTuple):
    """A figure under its identity."""

    id: FigureId
    figure: IndicatorFigure


@dataclass(frozen=True, slots=True)
class Result:
    """What an indicator comes to over some days.

    *value* is per cent for a share (to 1 dp) and a mean for an average (to 2 dp), both out of *numerator* and
    *denominator* where these are known. *first* and *last* are the days that its *figures* really take in, None without
    any; *is_part*: days that were asked for are left out, *has_gaps*: some between *first* and *last*. *status* is
    the weakest of them, *marks* those of all. *is_small*: a count that may tell who somebody is;
    *is_withheld*: a sum out of which one could be worked out. *why_not* says why there is no value although there are
    figures.
    """

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    first: date | None = None
    last: date | None = None
    figures: tuple[FigureId, ...] = ()
    is_part: bool = False
    has_gaps: bool = False
    status: FigureStatus | None = None
    marks: str = ""
    is_small: bool = False
    is_withheld: bool = False
    why_not: str = ""
    counted: Counted = Counted.NUMBER
    unit: str = ""
    threshold: int = 5

    @property
    def exact(self) -> Fraction | None:
        """The value before any rounding."""
        if self.value is None:
            return None
        if self.numerator is not None and self.denominator:
            if self.counted is Counted.SHARE:
                return exact_share(self.numerator, self.denominator)
            return Fraction(self.numerator) / Fraction(self.denominator)
        return Fraction(self.value)

    @property
    def shown(self) -> str:
        """As a table shows it: “195”, “100%”, “1,445 [p]”, “[c]”; a dash for nothing."""
        if self.value is None:
            return self._marked("") or "–"
        return self._marked(number_shown(self.value, self.counted, self.unit))

    @property
    def hidden(self) -> str:
        """The same with what is small hidden: “<5”, or “[c]” for a percentage that is made of small counts."""
        if self.is_small and self.counted not in OF_PARTS:
            return self._marked(f"<{self.threshold}")
        return WITHHELD if self.is_small or (self.is_withheld and self.value) else self.shown

    def _marked(self, text: str) -> str:
        marks = self.marks
        if self.status is FigureStatus.PROVISIONAL and "p" not in marks:
            marks = marks_in(f"p{marks}")
        return " ".join(part for part in (text, *(f"[{mark}]" for mark in marks)) if part)


def number_shown(value: Decimal, counted: Counted = Counted.NUMBER, unit: str = "") -> str:
    """*value* as it is shown: thousands parted, no noughts at the end, % for a share and £ where that is the unit."""
    text = f"{abs(value):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    minus = "−" if value < 0 and text.strip("0,.") else ""
    return f"{minus}{'£' if unit.startswith('£') else ''}{text}{'%' if counted is Counted.SHARE else ''}"


def rules_for(rules: Iterable[ResultsRules], fund: FundId | None) -> ResultsRules:
    """The rules by which results of *fund* are judged: its own, else those of the file, else the usual ones.

    Where several funds are looked at together (None), the strictest threshold of them all hides small counts.
    """
    by_fund = {each.fund: each for each in rules}
    found = by_fund.get(fund) or by_fund.get(None) or ResultsRules()
    if fund is None:
        return replace(
            found, threshold=max([found.threshold, *(each.threshold for each in by_fund.values())])
        )
    return found


#: Which figure counts where several are held for the same days, the first that there is.
_BEATS = (FigureStatus.ACTUAL, FigureStatus.PROVISIONAL, FigureStatus.FORECAST)


def of_area(measured: Iterable[Measured], area: AreaId | None) -> list[Measured]:
    """Those of *measured* for *area*; None is the indicator's own place."""
    return [each for each in measured if each.figure.area == area]


def counting(measured: Iterable[Measured], *, with_forecast: bool = False) -> list[Measured]:
    """Those that count, in the order of their days: actual before provisional before forecast for the same days."""
    best: dict[tuple[date, date], Measured] = {}
    for each in measured:
        figure = each.figure
        if figure.status is FigureStatus.FORECAST and not with_forecast:
            continue
        days = (figure.first, figure.last)
        there = best.get(days)
        if there is None or _BEATS.index(figure.status) < _BEATS.index(there.figure.status):
            best[days] = each
    if with_forecast:
        # What is only expected gives way to what was measured on any of its days.
        known = [each.figure for each in best.values() if each.figure.status is not FigureStatus.FORECAST]
        best = {
            days: each
            for days, each in best.items()
            if each.figure.status is not FigureStatus.FORECAST
            or not any(days[0] <= figure.last and figure.first <= days[1] for figure in known)
        }
    return sorted(best.values(), key=lambda each: (each.figure.first, each.figure.last, each.id))


def result_over(
    indicator: Indicator,
    measured: Iterable[Measured],
    first: date,
    last: date,
    threshold: int = 5,
    *,
    with_forecast: bool = False,
) -> Result:
    """What *indicator* comes to from *first* to *last*, both inclusive, out of the figures that lie within (R39).

    Flows add up; of a stock the latest counts; shares and averages are made anew of their parts. *measured* are of one
    place.
    """
    touching = [each for each in measured if each.figure.first <= last and first <= each.figure.last]
    within = [
        each
        for each in counting(touching, with_forecast=with_forecast)
        if first <= each.figure.first and each.figure.last <= last
    ]
    bare = Result(counted=indicator.counted, unit=indicator.unit, threshold=threshold)
    if not within:
        return bare
    if indicator.measure is Measure.STOCK:
        return _stock(indicator, within, threshold)
    ids = tuple(each.id for each in within)
    figures = [each.figure for each in within]
    marks = marks_in("".join(_known_marks(figure.marks) for figure in figures))
    status = max((figure.status for figure in figures), key=_BEATS.index)
    lacks = any(not _is_there(indicator, figure) for figure in figures)
    made = Result(
        first=figures[0].first,
        last=max(figure.last for figure in figures),
        figures=ids,
        is_part=lacks or not _tiles(figures, first, last),
        has_gaps=lacks or not _tiles(figures, figures[0].first, max(figure.last for figure in figures)),
        status=status,
        marks=marks,
        counted=indicator.counted,
        unit=indicator.unit,
        threshold=threshold,
    )
    for one, other in pairwise(figures):
        if other.first <= one.last:
            return replace(
                made, why_not=f"the figures for {_days(one)} and {_days(other)} are partly of the same days"
            )
    there = [figure for figure in figures if _is_there(indicator, figure)]
    if not there:
        return made
    if indicator.counted in OF_PARTS:
        return _of_parts(indicator, made, there, threshold)
    value = sum((figure.value for figure in there if figure.value is not None), Decimal(0))
    return _with(made, value, None, None, _is_small(indicator, value, None, None, threshold))


def _is_there(indicator: Indicator, figure: IndicatorFigure) -> bool:
    """Whether *figure* has a number of the kind that is counted; parts make no plain number."""
    return figure.value is not None or (indicator.counted in OF_PARTS and figure.numerator is not None)


def _known_marks(marks: str) -> str:
    return "".join(mark for mark in marks.casefold() if mark in MARKS)


def _days(figure: IndicatorFigure) -> str:
    return f"{figure.first:%d/%m/%Y} to {figure.last:%d/%m/%Y}"


def _tiles(figures: Sequence[IndicatorFigure], first: date, last: date) -> bool:
    """Whether the days of *figures*, in their order, take in every day from *first* to *last*."""
    next_day = first
    for figure in figures:
        if figure.first > next_day:
            return False
        next_day = max(next_day, figure.last + timedelta(days=1))
    return next_day > last


def _stock(indicator: Indicator, within: Sequence[Measured], threshold: int) -> Result:
    """The latest of several figures of a stock that has a number, else the latest."""
    with_number = [each for each in within if _is_there(indicator, each.figure)]
    id, figure = max(with_number or within, key=lambda each: (each.figure.last, each.figure.first, each.id))
    made = Result(
        first=figure.first,
        last=figure.last,
        figures=(id,),
        status=figure.status,
        marks=marks_in(_known_marks(figure.marks)),
        counted=indicator.counted,
        unit=indicator.unit,
        threshold=threshold,
    )
    if not _is_there(indicator, figure):
        return made
    if indicator.counted in OF_PARTS:
        return _of_parts(indicator, made, [figure], threshold)
    return _with(made, figure.value, None, None, _is_small(indicator, figure.value, None, None, threshold))


def _of_parts(
    indicator: Indicator, made: Result, figures: Sequence[IndicatorFigure], threshold: int
) -> Result:
    """A share or an average over several periods: of the sums of the parts, never of the results."""
    what = "share" if indicator.counted is Counted.SHARE else "average"
    if any(figure.numerator is None or figure.denominator is None for figure in figures):
        printed = {figure.value for figure in figures if figure.value is not None}
        whole = all(figure.numerator is None for figure in figures)
        if whole and len(printed) == 1:
            # What is the same in every part is the same in the whole, however large the parts are.
            return _with(made, printed.pop(), None, None, False)
        lacking = next(figure for figure in figures if figure.numerator is None)
        return replace(
            made,
            why_not=f"the {what} for {_days(lacking)} is known without the numbers that it is made of, so it "
            "can't be put together with others",
        )
    over = sum((figure.numerator for figure in figures if figure.numerator is not None), Decimal(0))
    under = sum((figure.denominator for figure in figures if figure.denominator is not None), Decimal(0))
    if not under:
        return replace(made, why_not=f"a {what} out of nought is none")
    value = (
        share(over, under)
        if indicator.counted is Counted.SHARE
        else rounded(Fraction(over) / Fraction(under), 2)
    )
    return _with(made, value, over, under, _is_small(indicator, None, over, under, threshold))


def _is_small(
    indicator: Indicator,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    threshold: int,
) -> bool:
    """Whether a count, or one that a share is made of (those in it, and those left), may tell who somebody is."""
    if not indicator.is_sensitive:
        return False
    counts = [value] if indicator.counted not in OF_PARTS else [denominator]
    if indicator.counted is Counted.SHARE and numerator is not None and denominator is not None:
        counts += [numerator, denominator - numerator]
    return any(count is not None and 0 < count < threshold for count in counts)


def _with(
    made: Result,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    is_small: bool,
) -> Result:
    return replace(made, value=value, numerator=numerator, denominator=denominator, is_small=is_small)


def quarter_result(
    indicator: Indicator,
    measured: Iterable[Measured],
    year: FinancialYear,
    quarter: int,
    threshold: int = 5,
) -> Result:
    """What *indicator* was in one quarter; what is only expected counts where nothing was measured."""
    first, last = days_of(year, quarter)
    return result_over(indicator, measured, first, last, threshold, with_forecast=True)


def to_date(
    indicator: Indicator,
    measured: Iterable[Measured],
    year: FinancialYear,
    quarter: int,
    threshold: int = 5,
) -> Result:
    """What *indicator* comes to from 1 April of *year* to the end of *quarter*, measured only. A figure that reaches
    beyond the year, such as that of a school year, can't be counted in it; where there is no other, it says so."""
    held = list(measured)
    found = result_over(indicator, held, year.first_day, days_of(year, quarter)[1], threshold)
    beyond = beyond_year(held, year)
    if found.figures or not beyond:
        return found
    return replace(
        found,
        why_not=f"the figure for {_days(beyond[-1].figure)} reaches beyond {year}, so it is not counted in it",
    )


def beyond_year(measured: Iterable[Measured], year: FinancialYear) -> list[Measured]:
    """Those of *measured* that are partly of *year* and partly of another, in the order of their days."""
    return [
        each
        for each in counting(measured)
        if each.figure.first <= year.last_day
        and year.first_day <= each.figure.last
        and not (year.first_day <= each.figure.first and each.figure.last <= year.last_day)
    ]


def same_days_before(
    indicator: Indicator, measured: Iterable[Measured], result: Result, threshold: int = 5
) -> Result | None:
    """What *indicator* was on the same days a year before those that *result* takes in; None unless figures tile just
    them (R37)."""
    if result.first is None or result.last is None:
        return None
    days = Days(result.first, result.last).years_later(-1)
    first, last = days.first, days.last
    before = result_over(indicator, measured, first, last, threshold)
    if before.value is None or before.is_part or result.has_gaps:
        return None
    return before if (before.first, before.last) == (first, last) else None


# Which way it goes


@dataclass(frozen=True, slots=True)
class Trend:
    """Which way a figure goes against an earlier one: *change* in per cent of it, or in percentage *is_points* for a
    share; None where the earlier one was nought. *against* names the earlier one."""

    sign: str
    change: Decimal | None
    against: str
    is_points: bool = False
    is_good: bool | None = None

    @property
    def in_words(self) -> str:
        """“↑ 15.9% against the same days of 2017/18”."""
        if self.change is None:
            return f"{self.sign} from nought {self.against}".strip()
        unit = " percentage points" if self.is_points else "%"
        return f"{self.sign} {number_shown(abs(self.change))}{unit} against {self.against}"


def trend_between(
    indicator: Indicator, earlier: Result, now: Result, against: str, steady: Decimal
) -> Trend | None:
    """Which way *indicator* goes from *earlier* to *now*; up to *steady* per cent (or points) is no change. None where
    one of them is not there, is small, or can't be compared."""
    if earlier.exact is None or now.exact is None or not indicator.is_comparable:
        return None
    if earlier.is_small or now.is_small or "b" in now.marks:
        return None
    is_points = indicator.counted is Counted.SHARE
    apart = now.exact - earlier.exact
    change = rounded(apart) if is_points else percent_change(earlier.exact, now.exact)
    way = trend(
        change if change is not None else rounded(apart), steady if change is not None else Decimal(0)
    )
    if way is Way.STEADY:
        return Trend(way.sign, change, against, is_points)
    good = {GoodDirection.UP: apart > 0, GoodDirection.DOWN: apart < 0}.get(indicator.direction)
    return Trend(way.sign, change, against, is_points, good)


# What can't stand beside each other


def clashes(name: str, measure: Measure, measured: Iterable[tuple[str, IndicatorFigure]]) -> tuple[str, ...]:
    """Which figures of one indicator called *name* can't stand beside each other, both named, as sentences.

    Each figure comes with what to call its place, "" for the indicator's own. For the same days there is one of each
    status. A quarter and a month of it would be counted twice, unless one of them is a forecast or it is a stock.
    """
    found: list[str] = []
    by_place: dict[str, list[IndicatorFigure]] = defaultdict(list)
    for place, figure in measured:
        by_place[place].append(figure)
    for place, figures in by_place.items():
        where = f" in {place}" if place else ""
        ordered = sorted(figures, key=lambda each: (each.first, each.last, _BEATS.index(each.status)))
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                if other.first > one.last:
                    break
                if (one.first, one.last) == (other.first, other.last):
                    if one.status is other.status:
                        found.append(f"“{name}”{where} has two {one.status.value} figures for {_days(one)}")
                    continue
                if measure is Measure.STOCK or (
                    (FigureStatus.FORECAST in (one.status, other.status)) and (one.status is not other.status)
                ):
                    continue
                found.append(
                    f"“{name}”{where}: the figure for {_days(other)} is partly of the same days as that for "
                    f"{_days(one)}"
                )
    return tuple(found)
