"""Financial years run from April to March, quarters take three periods, and period 13 belongs to the fourth."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.periods import (
    FinancialYear,
    Period,
    last_period_of,
    period_name,
    quarter_due,
    quarter_of,
    short_period_name,
)

days = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    "text",
    ["2018/19", "2018-19", "2018–19", "2018−19", "2018/2019", "2018 to 2019", " FY 2018/19 ", "fy2018&19"],
)
def test_a_year_is_read_in_its_usual_forms(text: str) -> None:
    assert FinancialYear.parse(text) == FinancialYear(2018)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2018",
        "18/19",
        "2018/20",
        "2018/2020",
        "2018/18",
        "2019/18",
        "20181/19",
        "x",
        "0001/02",
        "9999/00",
    ],
)
def test_anything_else_is_no_year(text: str) -> None:
    with pytest.raises(ValueError, match="2018/19"):
        FinancialYear.parse(text)


def test_a_century_ends_like_any_other_year() -> None:
    assert FinancialYear.parse("1999/00") == FinancialYear(1999)
    assert str(FinancialYear(1999)) == "1999/00"


@given(days)
def test_every_day_is_in_one_year_and_one_month(day: date) -> None:
    year, period = FinancialYear.of(day), Period.of(day)
    assert year.first_day <= day <= year.last_day
    assert period.year == year
    assert 1 <= period.number <= 12
    assert day <= period.last_day
    assert (period.last_day.year, period.last_day.month) == (day.year, day.month)
    assert Period.of(period.last_day + timedelta(days=1)) != period
    assert FinancialYear.parse(str(year)) == year


@given(st.integers(1950, 2150))
def test_years_follow_each_other_without_a_gap(start: int) -> None:
    year = FinancialYear(start)
    assert year.last_day + timedelta(days=1) == year.next.first_day
    assert year.next.previous == year
    assert year < year.next


@pytest.mark.parametrize(
    ("number", "quarter", "name", "short", "last_day"),
    [
        (1, 1, "April", "Apr", date(2019, 4, 30)),
        (3, 1, "June", "Jun", date(2019, 6, 30)),
        (4, 2, "July", "Jul", date(2019, 7, 31)),
        (9, 3, "December", "Dec", date(2019, 12, 31)),
        (10, 4, "January", "Jan", date(2020, 1, 31)),
        (11, 4, "February", "Feb", date(2020, 2, 29)),
        (12, 4, "March", "Mar", date(2020, 3, 31)),
        (13, 4, "closing adjustments", "P13", date(2020, 3, 31)),
    ],
)
def test_a_period_has_its_quarter_name_and_last_day(
    number: int, quarter: int, name: str, short: str, last_day: date
) -> None:
    period = Period(FinancialYear(2019), number)
    assert (period.quarter, quarter_of(number)) == (quarter, quarter)
    assert (period_name(number), short_period_name(number)) == (name, short)
    assert period.last_day == last_day
    assert str(period) == f"period {number} ({name})"


@pytest.mark.parametrize("number", [0, 14, -1])
def test_there_are_thirteen_periods(number: int) -> None:
    with pytest.raises(ValueError, match="1 to 13"):
        Period(FinancialYear(2019), number)


def test_a_quarter_ends_with_its_last_period() -> None:
    assert [last_period_of(quarter) for quarter in range(1, 5)] == [3, 6, 9, 13]
    assert [quarter_of(last_period_of(quarter)) for quarter in range(1, 5)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("reached", "quarter"), [(0, 1), (2, 1), (3, 1), (5, 1), (6, 2), (9, 3), (11, 3), (12, 4), (13, 4)]
)
def test_the_return_that_is_due_is_of_the_last_quarter_that_is_complete(reached: int, quarter: int) -> None:
    assert quarter_due(reached) == quarter
