"""What can be typed into the filter of a column."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.column_filters import (
    AmountSpan,
    DaySpan,
    Months,
    NotAFilterError,
    parse_amounts,
    parse_days,
    parse_periods,
    parse_texts,
    problem_of,
)
from fundingapp.domain.money import Money


def pounds(text: str) -> Money:
    return Money.parse(text)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("500", [("500", "500"), ("-500", "-500")]),
        (">500", [("500.01", None)]),
        (">= £1,200.50", [("1200.50", None)]),
        ("<0", [(None, "-0.01")]),
        ("≤ 100", [(None, "100")]),
        ("=-18,875.00", [("-18875", "-18875")]),
        ("100..200", [("100", "200")]),
        ("200 to 100", [("100", "200")]),
        ("100 – 200", [("100", "200")]),
        ("−200..−100", [("-200", "-100")]),
        ("100..", [("100", None)]),
        ("..100", [(None, "100")]),
        ("=1; >5000", [("1", "1"), ("5000.01", None)]),
    ],
)
def test_amounts_are_one_sum_or_a_range(text: str, spans: list[tuple[str | None, str | None]]) -> None:
    expected = tuple(
        AmountSpan(pounds(least) if least else None, pounds(most) if most else None) for least, most in spans
    )
    assert parse_amounts(text) == expected
    assert problem_of("amount", text) == ""


@pytest.mark.parametrize("text", ["much", ">", "1..x", "12.345", ">>5", "1 2 3x"])
def test_what_is_no_amount_is_refused_with_what_to_type(text: str) -> None:
    with pytest.raises(NotAFilterError, match="is not an amount or a range"):
        parse_amounts(text)
    assert "100..200" in problem_of("amount", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21/01/2019", DaySpan(date(2019, 1, 21), date(2019, 1, 21))),
        ("2/2020", DaySpan(date(2020, 2, 1), date(2020, 2, 29))),
        ("21/01", None),
        ("Feb 2020", DaySpan(date(2020, 2, 1), date(2020, 2, 29))),
        ("2018/19", DaySpan(date(2018, 4, 1), date(2019, 3, 31))),
        ("Q4 2018/19", DaySpan(date(2019, 1, 1), date(2019, 3, 31))),
        ("Q1", Months(frozenset({4, 5, 6}))),
        ("Q4", Months(frozenset({1, 2, 3}))),
        ("april", Months(frozenset({4}))),
        ("Apr–Jun", Months(frozenset({4, 5, 6}))),
        ("Nov-Feb", Months(frozenset({11, 12, 1, 2}))),
        ("Apr - Jun 2018", DaySpan(date(2018, 4, 1), date(2018, 6, 30))),
        ("Apr 2018 – Mar 2019", DaySpan(date(2018, 4, 1), date(2019, 3, 31))),
        ("01/04/2018..30/06/2018", DaySpan(date(2018, 4, 1), date(2018, 6, 30))),
        ("04/2018 to 06/2018", DaySpan(date(2018, 4, 1), date(2018, 6, 30))),
        (">31/12/2018", DaySpan(date(2019, 1, 1), None)),
        ("<= 06/2018", DaySpan(None, date(2018, 6, 30))),
        ("..05/2018", DaySpan(None, date(2018, 5, 31))),
    ],
)
def test_days_are_dates_months_quarters_years_or_ranges(text: str, expected: object) -> None:
    assert parse_days(text) == (None if expected is None else (expected,))
    assert problem_of("posted_on", text) == ""


@pytest.mark.parametrize(
    "text", ["soon", "31/02/2019..03/2019", ">", "May–", "Mayday", "Jun-Apr 2018", "2019-01", ">9999"]
)
def test_what_is_no_day_is_refused_with_what_to_type(text: str) -> None:
    with pytest.raises(NotAFilterError, match="is not a date or a range"):
        parse_days(text)


def test_periods_are_numbers_or_ranges() -> None:
    assert parse_periods("10; 12..13; 1-3") == ((10, 10), (12, 13), (1, 3))
    assert "is not a period" in problem_of("period", "late")


@pytest.mark.parametrize(
    ("text", "fits", "refuses"),
    [
        ("falcon", ["FALCON CENTRE"], ["VIKING", ""]),
        ("falcon; viking", ["Falcon", "VIKING CCTV"], ["PAYROLL"]),
        ("=payroll", ["PAYROLL"], ["PAYROLL 2"]),
        ("!recharge", ["FALCON", ""], ["ICT RECHARGE"]),
        ("centre; !falcon", ["YOUTH CENTRE"], ["FALCON CENTRE", "PAYROLL"]),
        ("!=payroll", ["PAYROLL 2"], ["payroll"]),
        ("=", [""], ["x"]),
        ("!", ["x"], [""]),
        ("überführung", ["ÜBERFÜHRUNG"], ["uberfuhrung"]),
    ],
)
def test_texts_are_sought_in_part_whole_or_not_at_all(text: str, fits: list[str], refuses: list[str]) -> None:
    tests = parse_texts(text)
    assert [tests.fits(each) for each in fits] == [True] * len(fits)
    assert [tests.fits(each) for each in refuses] == [False] * len(refuses)


@given(st.text(max_size=40))
def test_anything_typed_is_understood_or_refused_in_a_sentence(text: str) -> None:
    for column in ("amount", "posted_on", "period", "supplier"):
        assert problem_of(column, text) == "" or problem_of(column, text).endswith(".")
