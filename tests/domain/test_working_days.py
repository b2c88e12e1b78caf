"""Working days: against the bank holidays of England and Wales as the government published them."""

from __future__ import annotations

from datetime import date

import pytest

from fundingapp.domain.working_days import after_working_days, bank_holidays, is_working_day

#: gov.uk/bank-holidays, month and day.
PUBLISHED = {
    2012: "1-2 4-6 4-9 5-7 6-4 6-5 8-27 12-25 12-26",
    2016: "1-1 3-25 3-28 5-2 5-30 8-29 12-26 12-27",
    2018: "1-1 3-30 4-2 5-7 5-28 8-27 12-25 12-26",
    2019: "1-1 4-19 4-22 5-6 5-27 8-26 12-25 12-26",
    2020: "1-1 4-10 4-13 5-8 5-25 8-31 12-25 12-28",
    2021: "1-1 4-2 4-5 5-3 5-31 8-30 12-27 12-28",
    2022: "1-3 4-15 4-18 5-2 6-2 6-3 8-29 9-19 12-26 12-27",
    2023: "1-2 4-7 4-10 5-1 5-8 5-29 8-28 12-25 12-26",
    2024: "1-1 3-29 4-1 5-6 5-27 8-26 12-25 12-26",
    2025: "1-1 4-18 4-21 5-5 5-26 8-25 12-25 12-26",
    2026: "1-1 4-3 4-6 5-4 5-25 8-31 12-25 12-28",
    2027: "1-1 3-26 3-29 5-3 5-31 8-30 12-27 12-28",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_bank_holidays_are_those_that_were_published(year: int) -> None:
    days = [tuple(map(int, day.split("-"))) for day in PUBLISHED[year].split()]
    assert sorted(bank_holidays(year)) == [date(year, month, day) for month, day in days]


def test_working_days_step_over_easter() -> None:
    thursday = date(2019, 4, 18)
    assert after_working_days(thursday, 1) == date(2019, 4, 23)
    assert after_working_days(thursday, 0) == thursday


def test_nought_working_days_from_a_saturday_is_the_next_one() -> None:
    assert after_working_days(date(2019, 4, 20), 0) == date(2019, 4, 23)


def test_a_grant_claimed_on_31_october_is_paid_21_working_days_later() -> None:
    assert after_working_days(date(2017, 10, 31), 21) == date(2017, 11, 29)
    assert not is_working_day(date(2018, 12, 26))
