"""Which figures are asked for: each as often as it is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.due_figures import Span, is_covered, is_given, lacking, spans_of
from fundingapp.domain.ids import FigureId, IndicatorId
from fundingapp.domain.indicators import Counted, Due, FigureStatus, Indicator, IndicatorFigure, Measure
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.results import Measured

YEAR = FinancialYear(2018)
CLIENTS = Indicator("Clients supported", None)
SURVEY = Indicator("Feel safe", None, measure=Measure.STOCK, counted=Counted.SHARE)


def held(*days: tuple[date, date], status: FigureStatus = FigureStatus.ACTUAL) -> list[Measured]:
    return [
        Measured(FigureId(number), IndicatorFigure(IndicatorId(1), *span, Decimal(5), status=status))
        for number, span in enumerate(days, start=1)
    ]


def missing(indicator: Indicator, measured: list[Measured], year: FinancialYear = YEAR) -> list[int]:
    return sorted({span.quarter for span in lacking(indicator, measured, year)})


def q(number: int, year: FinancialYear = YEAR) -> tuple[date, date]:
    return days_of(year, number)


@pytest.mark.parametrize(
    ("due", "names", "quarters"),
    [
        (Due.QUARTER, ["Q1", "Q2", "Q3", "Q4"], {1, 2, 3, 4}),
        (Due.HALF_YEAR, ["Q1 to Q2", "Q3 to Q4"], {2, 4}),
        (Due.YEAR, ["2018/19"], {4}),
        (Due.ONCE, ["2018/19"], {4}),
    ],
)
def test_each_is_asked_for_at_its_own_times(due: Due, names: list[str], quarters: set[int]) -> None:
    assert [span.name for span in spans_of(due, YEAR)] == names
    assert missing(replace(CLIENTS, due=due), []) == sorted(quarters)


@pytest.mark.parametrize("due", list(Due))
@pytest.mark.parametrize("start", [2018, 2019])  # 2019/20 has a leap day
def test_the_times_of_a_year_follow_each_other_from_its_first_day_to_its_last(due: Due, start: int) -> None:
    year = FinancialYear(start)
    spans = spans_of(due, year)
    assert (spans[0].first, spans[-1].last) == (year.first_day, year.last_day)
    assert all(after.first == before.last + timedelta(days=1) for before, after in pairwise(spans))


def test_months_are_asked_for_one_by_one() -> None:
    monthly = replace(CLIENTS, due=Due.MONTH)
    given_ones = held((date(2018, 4, 1), date(2018, 4, 30)), (date(2018, 6, 1), date(2018, 12, 31)))
    assert [span.name for span in lacking(monthly, given_ones, YEAR)] == [
        "May 2018",
        "January 2019",
        "February 2019",
        "March 2019",
    ]
    assert missing(monthly, given_ones) == [1, 4]


def test_a_quarter_lacks_its_figure_until_its_days_are_covered() -> None:
    to_date = held((date(2018, 4, 1), date(2018, 12, 31)))
    assert missing(CLIENTS, to_date) == [4]
    assert missing(CLIENTS, held(q(1), status=FigureStatus.FORECAST)) == [1, 2, 3, 4]
    # Nothing is asked of the years before the first figure.
    assert missing(CLIENTS, to_date, YEAR.previous) == []


def test_a_flow_of_a_half_year_needs_all_of_its_days() -> None:
    twice = replace(CLIENTS, due=Due.HALF_YEAR)
    assert missing(twice, held(q(1))) == [2, 4]
    assert missing(twice, held(q(1), q(2))) == [4]
    assert missing(twice, held((date(2018, 4, 1), date(2018, 12, 31)))) == [4]


def test_a_survey_of_some_days_stands_for_the_time_that_it_was_taken_in() -> None:
    september = (date(2018, 9, 1), date(2018, 9, 30))
    assert missing(replace(SURVEY, due=Due.YEAR), []) == [4]
    assert missing(replace(SURVEY, due=Due.YEAR), held(september)) == []
    assert missing(replace(SURVEY, due=Due.HALF_YEAR), held(september)) == [4]
    assert missing(SURVEY, held(september)) == [1, 3, 4]
    assert missing(replace(SURVEY, due=Due.YEAR), held(september), YEAR.next) == [4]


def test_what_is_counted_in_one_month_of_each_year_is_asked_for_at_its_end() -> None:
    freshers = replace(CLIENTS, due=Due.YEAR)
    before = [(date(year, 10, 1), date(year, 10, 31)) for year in (2016, 2017)]
    assert missing(freshers, held(*before)) == [4]
    assert missing(freshers, held(*before, (date(2018, 10, 1), date(2018, 10, 31)))) == []
    # A month more than the year before is a year that goes on.
    assert missing(freshers, held(*before, (date(2018, 10, 1), date(2018, 11, 30)))) == [4]
    assert missing(freshers, held((date(2018, 10, 1), date(2018, 10, 31)))) == [4]


def test_what_is_due_once_is_asked_for_until_it_is_there() -> None:
    study = replace(CLIENTS, due=Due.ONCE)
    assert missing(study, []) == [4]
    there = held((date(2018, 5, 1), date(2018, 5, 1)))
    assert missing(study, there) == missing(study, there, YEAR.next) == []


@given(st.lists(st.tuples(st.integers(0, 360), st.integers(0, 200)), max_size=6), st.sampled_from(Due))
def test_whole_years_that_are_covered_lack_nothing_and_more_figures_never_ask_for_more(
    spans: list[tuple[int, int]], due: Due
) -> None:
    """Against the plainest count there is: a day is covered when a figure has it."""
    days = [(YEAR.first_day + timedelta(a), YEAR.first_day + timedelta(a + b)) for a, b in spans]
    measured = held(*dict.fromkeys(days))
    every = [YEAR.first_day + timedelta(n) for n in range((YEAR.last_day - YEAR.first_day).days + 1)]
    have = {day for day in every if any(first <= day <= last for first, last in days)}
    indicator = replace(CLIENTS, due=due)
    for span in spans_of(due, YEAR):
        expected = all(day in have for day in every if span.first <= day <= span.last)
        assert is_covered(measured, span.first, span.last) is expected
        assert is_given(indicator, measured, span) or not expected
    fuller = [*measured, *held((YEAR.first_day, YEAR.last_day))[:1]]
    assert lacking(indicator, fuller, YEAR) == ()
    assert not is_given(CLIENTS, [], Span(*q(1), "Q1"))
