"""Floats become exact at the door."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.cells import parse_amount
from fundingapp.domain.money import Money
from fundingapp.workbooks.cells import exact_cell, exact_number, exact_row


@pytest.mark.parametrize(
    ("stored", "exact"),
    [
        (0.1 + 0.2, Decimal("0.3")),
        (4999.999999999999, 5000),
        (1.005, Decimal("1.005")),
        (11.39, Decimal("11.39")),
        (-0.0, 0),
        (201801.0, 201801),
        (1e300, Decimal("1E+300")),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
    ],
)
def test_a_stored_number_has_fifteen_digits(stored: float, exact: object) -> None:
    assert exact_number(stored) == exact


@given(st.integers(-(10**14), 10**14))
def test_every_amount_in_pence_survives_the_spreadsheets_binary_number(pence: int) -> None:
    """M03: what Excel stores for an amount is read back to the penny."""
    assert parse_amount(exact_cell(pence / 100)) == Money(pence)


@given(st.lists(st.integers(1, 10**8), min_size=2, max_size=5))
def test_the_noise_of_a_sum_in_excel_is_gone(pence: list[int]) -> None:
    stored = 0.0
    for part in pence:
        stored += part / 100
    assert parse_amount(exact_cell(stored)) == Money(sum(pence))


def test_other_values_keep_their_kind() -> None:
    row = [
        "",
        "text",
        True,
        date(2018, 4, 3),
        datetime(2018, 4, 3, 1),
        time(0, 0),
        timedelta(days=1),
        None,
        5,
    ]
    assert exact_row(row) == (
        None,
        "text",
        True,
        date(2018, 4, 3),
        datetime(2018, 4, 3, 1),
        "00:00:00",
        "1 day, 0:00:00",
        None,
        5,
    )
