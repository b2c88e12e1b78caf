"""Which figures are asked for: how often an indicator is due, and which of its times that are over lack one."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from fundingapp.domain.changes import Days
from fundingapp.domain.ids import IndicatorId, ProjectId
from fundingapp.domain.indicators import Due, Indicator, IndicatorFigure, Measure
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.results import Measured, counting
from fundingapp.domain.typed_figures import OF_PARTS


class Span(NamedTuple):
    """The days of which one figure is asked, both inclusive; *name* calls them “October 2018”, “Q2” or “2018/19”."""

    first: date
    last: date
    name: str

    @property
    def quarter(self) -> int:
        """The quarter at whose end it is asked for at the latest."""
        return (self.last.month - 4) % 12 // 3 + 1


def spans_of(due: Due, year: FinancialYear) -> tuple[Span, ...]:
    """The times of *year* of which what is *due* so often is asked, in their order; what is due once, of its year."""
    quarters = [days_of(year, quarter) for quarter in (1, 2, 3, 4)]
    match due:
        case Due.MONTH:
            return tuple(_months(year))
        case Due.QUARTER:
            return tuple(Span(*days, f"Q{number}") for number, days in enumerate(quarters, start=1))
        case Due.HALF_YEAR:
            return (
                Span(quarters[0][0], quarters[1][1], "Q1 to Q2"),
                Span(quarters[2][0], quarters[3][1], "Q3 to Q4"),
            )
        case _:
            return (Span(year.first_day, year.last_day, str(year)),)


def _months(year: FinancialYear) -> Iterable[Span]:
    first = year.first_day
    while first <= year.last_day:
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        yield Span(first, last, f"{calendar.month_name[first.month]} {first.year}")
        first = last + timedelta(days=1)


def is_covered(measured: Iterable[Measured], first: date, last: date) -> bool:
    """Whether every day from *first* to *last* lies in a figure that was measured, whatever else that takes in."""
    next_day = first
    for each in counting(measured):
        if next_day > last:
            return True
        if each.figure.last >= next_day:
            if each.figure.first > next_day:
                return False
            next_day = each.figure.last + timedelta(days=1)
    return next_day > last


def is_given(indicator: Indicator, measured: Sequence[Measured], span: Span) -> bool:
    """Whether the figure of *span* is there: its days are covered, or, of what does not add up, one was taken in it.

    What comes once a year may be of a part of it, such as the complaints of October: then of the same days as in the
    year before. What is due once is there as soon as there is any.
    """
    counted = counting(measured)
    if indicator.due is Due.ONCE and counted:
        return True
    if is_covered(counted, span.first, span.last):
        return True
    inside = [
        each.figure for each in counted if span.first <= each.figure.last and each.figure.first <= span.last
    ]
    if indicator.measure is Measure.STOCK or indicator.counted in OF_PARTS:
        return bool(inside)
    return indicator.due is Due.YEAR and bool(inside) and _days(inside) == _a_year_later(counted, span)


def _days(figures: Iterable[IndicatorFigure]) -> set[tuple[date, date]]:
    return {(figure.first, figure.last) for figure in figures}


def _a_year_later(counted: Iterable[Measured], span: Span) -> set[tuple[date, date]]:
    """The days of the figures of the year before, moved to this one."""
    before = Days(span.first, span.last).years_later(-1)
    moved = [
        Days(each.figure.first, each.figure.last).years_later(1)
        for each in counted
        if before.first <= each.figure.first and each.figure.last <= before.last
    ]
    return {(days.first, days.last) for days in moved}


def lacking(indicator: Indicator, measured: Sequence[Measured], year: FinancialYear) -> tuple[Span, ...]:
    """The times of *year* whose figure is asked for and not there, over or not; none before the year of the first."""
    counted = counting(measured)
    if counted and FinancialYear.of(counted[0].figure.first) > year:
        return ()
    return tuple(span for span in spans_of(indicator.due, year) if not is_given(indicator, counted, span))


@dataclass(frozen=True, slots=True)
class MissingFigure:
    """A time that was over on *ended* and lacks its figure: *period* calls it “Q2”, “October 2018” or “2018/19”, and
    *quarter* is the one in which it ended. *ref* is "" for an indicator of the partnership."""

    indicator: IndicatorId
    name: str
    project: ProjectId | None
    ref: str
    quarter: int
    ended: date
    period: str
