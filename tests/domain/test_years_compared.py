"""Counts through the years: like with like, or why not (R37)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, strategies as st

from fundingapp.domain.changes import Days, Trend
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.years_compared import Stated, beside, newest_of, years_beside

RULES = ResultsRules(steady=Decimal(2))


def year(start: int, count: int, table: int = 1, **more: object) -> Stated:
    days = Days(date(start, 4, 1), date(start + 1, 3, 31))
    return Stated(days, Decimal(count), table, f"Table {table}", **more)  # type: ignore[arg-type]


def test_each_year_is_compared_with_the_one_before_and_a_leap_day_is_told() -> None:
    first, second = years_beside([year(2018, 110), year(2017, 100), year(2019, 112)], RULES)
    assert (first.difference, first.percent, first.trend, first.note) == (10, Decimal("10.0"), Trend.UP, "")
    # 2019/20 has a 29 February; a change of 1.8% is steady within a band of 2.
    assert (second.percent, second.trend) == (Decimal("1.8"), Trend.STEADY)
    assert "29 February" in second.note


def test_a_quarter_is_never_compared_with_a_year_nor_with_another_quarter() -> None:
    quarter = Stated(Days(date(2018, 7, 1), date(2018, 9, 30)), Decimal(30), 1, "Q2")
    other = Stated(Days(date(2017, 4, 1), date(2017, 6, 30)), Decimal(25), 1, "Q1")
    found = years_beside([other, quarter, year(2018, 110)], RULES)
    assert [each.is_comparable for each in found] == [False, False]
    assert found[0].percent is None
    assert "91 days beside 92" in found[0].note
    same = Stated(Days(date(2017, 7, 1), date(2017, 9, 30)), Decimal(20), 1, "Q2")
    (only,) = [each for each in years_beside([other, same, quarter], RULES) if each.is_comparable]
    assert (only.previous, only.current, only.percent) == (same, quarter, Decimal("50.0"))


def test_sums_of_other_places_and_what_a_table_says_of_itself_are_not_comparable() -> None:
    old, new = (
        year(2017, 100, places=frozenset({"A", "B", "C"})),
        year(2018, 90, 2, places=frozenset({"A", "B", "D", "E"})),
    )
    found = beside(old, new, RULES)
    assert not found.is_comparable
    assert found.note == (
        "They are not sums of the same places: C is only in “Table 1” and D and E are only in “Table 2”."
    )
    recoded = beside(old, year(2018, 90, 2, why_not="new recording rules."), RULES)
    assert recoded.note == "“Table 2” can't be compared: new recording rules."


def test_from_nought_there_is_a_difference_and_no_percentage() -> None:
    found = beside(year(2017, 0), year(2018, 4), RULES)
    assert found.is_comparable
    assert found.difference == 4
    assert found.percent is None
    assert found.note == "There is no percentage, for the figure before is nought."


@given(st.lists(st.tuples(st.integers(2000, 2006), st.integers(0, 999), st.integers(1, 4)), max_size=8))
def test_of_several_tables_the_newest_counts_whatever_their_order(
    given_ones: list[tuple[int, int, int]],
) -> None:
    unlike = {(start, table): count for start, count, table in given_ones}
    stated = [year(start, count, table) for (start, table), count in unlike.items()]
    newest = {start: unlike[start, max(t for s, t in unlike if s == start)] for start, _ in unlike}
    assert [(each.days.first.year, int(each.count)) for each in newest_of(stated)] == sorted(newest.items())
    found = years_beside(reversed(stated), RULES)
    assert len(found) == max(len(newest) - 1, 0)
    assert all(each.is_comparable and each.current.days.first > each.previous.days.first for each in found)
