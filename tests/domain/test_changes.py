"""Percentages come from counts alone, are exact until one rounding, and are undefined on nought."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.changes import (
    Days,
    Trend,
    difference,
    exact_decimal,
    is_small_base,
    percent_change,
    periods_beside,
    points,
    rounded,
    share,
    trend,
)

COUNTS = st.integers(0, 10**7)


@pytest.mark.parametrize(
    ("previous", "current", "change"),
    [
        (717, 751, "4.7"),  # printed +47.4% by its publisher
        (127, 123, "-3.1"),
        (667, 827, "24.0"),
        (191, 221, "15.7"),
        (55, 70, "27.3"),
        (2, 14, "600.0"),
        (96, 96, "0.0"),
        (9993, 11258, "12.7"),
        (10_000, 10_005, "0.1"),  # a tie goes away from nought
        (10_000, 9_995, "-0.1"),
        (10_000, 9_996, "0.0"),  # and nought has no sign
    ],
)
def test_a_change_is_of_the_previous_figure_to_one_place(previous: int, current: int, change: str) -> None:
    assert str(percent_change(previous, current)) == change


def test_a_change_from_nought_is_undefined() -> None:
    assert percent_change(0, 5) is None
    assert percent_change(0, 0) is None
    assert share(1, 0) is None
    assert points((1, 0), (1, 2)) is None


@given(st.integers(1, 10**7), COUNTS, st.integers(0, 4))
def test_a_change_is_what_exact_fractions_give(previous: int, current: int, decimals: int) -> None:
    exact = Fraction(100 * (current - previous), previous)
    shown = percent_change(previous, current, decimals)
    assert shown is not None
    assert abs(Fraction(shown) - exact) * 2 <= Fraction(1, 10**decimals)
    if abs(Fraction(shown) - exact) * 2 == Fraction(1, 10**decimals):
        assert abs(Fraction(shown)) > abs(exact)
    assert -shown.as_tuple().exponent == decimals  # type: ignore[operator]  # it is finite


@given(st.decimals(-(10**9), 10**9, places=6), st.integers(0, 5))
def test_rounding_is_half_away_from_nought(exact: Decimal, decimals: int) -> None:
    assert rounded(exact, decimals) == exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@given(COUNTS, st.integers(1, 10**7))
def test_shares_of_the_parts_of_a_whole_stay_between_nought_and_a_hundred(part: int, rest: int) -> None:
    shown = share(part, part + rest)
    assert shown is not None
    assert 0 <= shown <= 100


@given(st.decimals(-(10**6), 10**6, places=3), st.decimals(-(10**6), 10**6, places=3))
def test_previous_and_difference_give_current(previous: Decimal, current: Decimal) -> None:
    assert previous + difference(previous, current) == current


def test_a_third_has_no_decimal_form() -> None:
    assert exact_decimal(Fraction(1, 8)) == Decimal("0.125")
    with pytest.raises(ValueError, match="no finite decimal form"):
        exact_decimal(Fraction(1, 3))


def test_points_are_rounded_once() -> None:
    # 36.0% and 37.0% rounded differ by 1.0; from the counts it is 241/651 − 234/651 = 1.075.
    assert points((234, 651), (241, 651)) == Decimal("1.1")


def test_a_small_base_is_told() -> None:
    assert is_small_base(2, 20)
    assert not is_small_base(20, 20)
    assert not is_small_base(0, 20)  # there is no percentage to warn of


@pytest.mark.parametrize(
    ("change", "expected"),
    [("3.65", Trend.STEADY), ("-3.65", Trend.STEADY), ("3.91", Trend.UP), ("-6.33", Trend.DOWN)],
)
def test_a_trend_is_steady_within_the_band(change: str, expected: Trend) -> None:
    found = trend(Decimal(change), Decimal("3.65"))
    assert found is expected
    assert found.sign in "↑↓≈"
    assert trend(None, Decimal(1)) is Trend.NONE


JANUARY = Days(date(2018, 4, 1), date(2019, 1, 31))


def test_the_same_days_a_year_before_compare() -> None:
    beside = periods_beside(Days(date(2017, 4, 1), date(2018, 1, 31)), JANUARY)
    assert beside.same
    assert not beside.leap_day
    assert not beside.text


def test_a_leap_day_is_told_and_still_compares() -> None:
    beside = periods_beside(
        Days(date(2018, 4, 1), date(2019, 3, 31)), Days(date(2019, 4, 1), date(2020, 3, 31))
    )
    assert beside.same
    assert beside.leap_day
    assert "29 February" in beside.text
    february = periods_beside(
        Days(date(2019, 2, 1), date(2019, 2, 28)), Days(date(2020, 2, 1), date(2020, 2, 29))
    )
    assert february.same
    assert february.leap_day


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2017, 4, 1), date(2018, 2, 28)),  # 11 months beside 10
        (date(2018, 4, 1), date(2019, 1, 31)),  # itself
        (date(2019, 4, 1), date(2020, 1, 31)),  # a later year
        (date(2017, 3, 31), date(2018, 1, 30)),  # as long, but not the same days
    ],
)
def test_other_days_do_not_compare(first: date, last: date) -> None:
    beside = periods_beside(Days(first, last), JANUARY)
    assert not beside.same
    assert "can't be compared" in beside.text


def test_days_reversed_are_refused() -> None:
    with pytest.raises(ValueError, match="lies before"):
        Days(date(2015, 2, 28), date(2014, 4, 1))


@given(st.dates(date(2001, 1, 1), date(2080, 1, 1)), st.integers(0, 400), st.integers(1, 9))
def test_the_same_days_years_later_always_compare(first: date, length: int, years: int) -> None:
    days = Days(first, date.fromordinal(first.toordinal() + length))
    assert periods_beside(days, days.years_later(years)).same or (
        # a period that begins or ends on a 29 February may lose it on the way
        (2, 29) in {(day.month, day.day) for day in (days.first, days.last)}
    )
