"""A raw cell as a day, a period, a year, an amount or a code."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.cells import (
    clean_text,
    code_text,
    flag_sign,
    is_error_text,
    parse_amount,
    parse_date,
    parse_period,
    parse_year,
    without_noise,
)
from fundingapp.domain.ledger import Cell
from fundingapp.domain.money import Money, NotMoneyError


@pytest.mark.parametrize(
    "written",
    [
        "03/04/2018",
        "3/4/2018",
        "03.04.2018",
        "03-04-2018",
        "3 4 2018",
        "03-Apr-18",
        "3 Apr 2018",
        "3 April 2018",
        "3rd April, 2018",
        "03APR2018",
        "Tue 3 Apr 2018",
        "Tue 03/04/2018",
        "3 Apr  2018",
        "2018-04-03",
        "2018/04/03",
        "20180403",
        " 03/04/2018 ",
        "03/04/2018 00:00",
        "03/04/2018 23:59:59",
        "2018-04-03T23:59:59.999",
        "2018-04-03 01:00:00",
        date(2018, 4, 3),
        datetime(2018, 4, 3, 1, 0),
        43193,
        Decimal("43193.99"),
        20180403,
    ],
)
def test_a_day_is_read_in_every_british_style(written: Cell) -> None:
    assert parse_date(written) == date(2018, 4, 3)


@pytest.mark.parametrize("written", ["13/04/2018", "04/13/2018"])
def test_days_are_never_read_in_american_order(written: str) -> None:
    if written.startswith("13"):
        assert parse_date(written) == date(2018, 4, 13)
    else:
        with pytest.raises(ValueError, match="not a day"):
            parse_date(written)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("31/02/2019", "not a day"),
        ("31/04/2025", "not a day"),
        ("04/13/25", "not a day"),
        ("4/13/25", "not a day"),
        ("03/04/25", "two digits"),
        ("yesterday", "not a date"),
        ("03/04-2018", "not a date"),
        ("12", "not a date"),
        ("3 Smarch 2018", "not a date"),
        ("01/01/1066", "outside"),
        (5000, "not a date"),
        (-1, "not a date"),
        (2_958_466, "not a date"),
        (True, "not a date"),
        (Decimal("NaN"), "not a date"),
    ],
)
def test_what_is_no_day_is_refused(written: Cell, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_date(written)


@pytest.mark.parametrize(
    "written",
    [None, "", "  ", "00:00:00", "00/00/0000", "0", 0, 60, date(1899, 12, 30), datetime(1900, 1, 1)],
)
def test_an_empty_or_lost_date_is_no_date(written: Cell) -> None:
    assert parse_date(written) is None


@pytest.mark.parametrize(
    ("written", "period"),
    [
        (201801, (2018, 1)),
        ("201801", (2018, 1)),
        (Decimal(201810), (2018, 10)),
        ("2018/01", (2018, 1)),
        ("2018-12", (2018, 12)),
        ("2018/19 P04", (2018, 4)),
        ("2018-19/10", (2018, 10)),
        ("M04 2018/19", (2018, 4)),
        ("Period 12 (2018/19)", (2018, 12)),
        ("Period 4 2018", (2018, 4)),
        (2018004, (2018, 4)),
        ("2018/013", (2018, 13)),
        ("181904", (2018, 4)),
        ("18/19 04", (2018, 4)),
        ("001.2018", (2018, 1)),
        ("12/2018", (2018, 12)),
        (201813, (2018, 13)),
        (201800, (2018, 0)),
        ("P10", (None, 10)),
        ("Period 3", (None, 3)),
        (7, (None, 7)),
        ("07", (None, 7)),
        ("00", (None, 0)),
        ("Apr-18", (2018, 1)),
        ("Mar 2019", (2018, 12)),
        ("April", (None, 1)),
        (date(2019, 1, 1), (2018, 10)),
        (None, None),
        ("", None),
    ],
)
def test_a_period_is_read_in_every_style_of_the_systems(
    written: Cell, period: tuple[int | None, int] | None
) -> None:
    assert parse_period(written) == period


@pytest.mark.parametrize(
    "written", [201814, "2018/15", "Foo 2018", 14, "P99", "soon", 2018, "201899", True, "1.5", -1]
)
def test_what_is_no_period_is_refused(written: Cell) -> None:
    with pytest.raises(ValueError, match="period"):
        parse_period(written)


@pytest.mark.parametrize(
    "written", [2018, "2018", "2018/19", "2018-2019", "18/19", "FY2018", "FY 18/19", 201819]
)
def test_a_financial_year_is_read_in_every_style(written: Cell) -> None:
    assert parse_year(written) == 2018


@pytest.mark.parametrize("written", ["2018/20", "soon", 18, 1066, "18/20"])
def test_what_is_no_financial_year_is_refused(written: Cell) -> None:
    with pytest.raises(ValueError, match="year"):
        parse_year(written)


@pytest.mark.parametrize(
    ("written", "pence"),
    [
        ("11.39", 1139),
        ("£1,302.50", 130250),
        ("(45.00)", -4500),
        ("45-", -4500),
        ("−45.00", -4500),
        ("45.00 CR", -4500),
        ("\u00a0-£45.00\u00a0", -4500),
        ("-12.30", -1230),
        (0, 0),
        (-5, -500),
        (Decimal("2590.54"), 259054),
        (Decimal("0.3"), 30),
        (Decimal("1E+3"), 100_000),
        (Decimal("1.500"), 150),
    ],
)
def test_an_amount_is_exact(written: Cell, pence: int) -> None:
    assert parse_amount(written) == Money(pence)


@pytest.mark.parametrize(
    "written",
    [
        "12.3.4",
        "1.005",
        "€5.00",
        "1.234,56",
        "NaN",
        "1E400",
        Decimal("1.005"),
        Decimal("NaN"),
        Decimal("Infinity"),
        True,
        False,
        date(2018, 4, 3),
        10**15,
        Decimal(10) ** 15,
        "#REF!",
    ],
)
def test_what_is_no_amount_is_refused_and_never_rounded(written: Cell) -> None:
    with pytest.raises(NotMoneyError):
        parse_amount(written)


@pytest.mark.parametrize("written", [None, "", "   "])
def test_an_empty_cell_is_no_amount_rather_than_nought(written: Cell) -> None:
    assert parse_amount(written) is None


@given(st.integers(-(10**15), 10**15))
def test_every_amount_in_pence_is_read_back_from_a_number_and_from_a_text(pence: int) -> None:
    pounds = Decimal(pence).scaleb(-2)
    assert parse_amount(pounds) == Money(pence)
    assert parse_amount(f"{pounds:.2f}") == Money(pence)
    assert parse_amount(f"{pounds:,.2f}") == Money(pence)
    assert parse_amount(str(Money(pence))) == Money(pence)


@given(st.text(alphabet="0123456789.,-() CRD", max_size=12))
def test_the_short_way_for_plain_amounts_agrees_with_money(text: str) -> None:
    try:
        expected: Money | None = Money.parse(text)
    except NotMoneyError:
        expected = None
    if (
        "".join(text.split()).removeprefix("-").replace(".", "").isdecimal()
        and len(text.partition(".")[2]) > 8
    ):
        return  # the noise of a binary number is taken off
    try:
        found = parse_amount(text)
    except NotMoneyError:
        found = None
    assert found == expected


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_the_short_way_for_decimals_agrees_with_money(pounds: Decimal) -> None:
    try:
        expected: Money | None = Money.of_pounds(without_noise(pounds))
    except NotMoneyError:
        expected = None
    try:
        found = parse_amount(pounds)
    except NotMoneyError:
        found = None
    assert found == expected


def test_a_code_is_the_same_as_a_number_and_as_a_text() -> None:
    assert {code_text(3201), code_text("3201"), code_text(Decimal("3201.0")), code_text(" 3201 ")} == {"3201"}


def test_a_code_keeps_its_leading_noughts_and_its_blanks_become_one() -> None:
    assert code_text("00123") == "00123"
    assert code_text("46296351\u00a0 -  1") == "46296351 - 1"
    assert code_text(Decimal("1.50")) == "1.5"
    assert code_text(True) == "TRUE"
    assert code_text(date(2018, 4, 3)) == "2018-04-03"
    assert code_text(datetime(2018, 4, 3, 1, 0)) == "2018-04-03 01:00:00"


def test_blanks_of_every_kind_become_one_space() -> None:
    assert clean_text("  LEICS\u00a0COUNTY \t COUNCIL\nYOUTH  ") == "LEICS COUNTY COUNCIL YOUTH"


@pytest.mark.parametrize(
    "text", ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#SPILL!", "#GETTING_DATA", "#NO RESULT", "#PYTHON!"]
)
def test_an_error_of_a_spreadsheet_is_known(text: str) -> None:
    assert is_error_text(text)


@pytest.mark.parametrize("text", ["# 5 High Street", "#1", "#CommunitySafety", "REF!", ""])
def test_a_hash_alone_makes_no_error(text: str) -> None:
    assert not is_error_text(text)


@pytest.mark.parametrize(
    ("flag", "sign"), [("D", 1), ("Dr", 1), ("debit", 1), (1, 1), ("C", -1), ("CR.", -1), (-1, -1)]
)
def test_a_debit_or_credit_flag_is_a_sign(flag: Cell, sign: int) -> None:
    assert flag_sign(flag) == sign


def test_an_unknown_flag_has_no_sign() -> None:
    assert flag_sign("X") == 0
    assert flag_sign(None) == 0
