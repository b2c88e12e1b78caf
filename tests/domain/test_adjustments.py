"""An accrual lies within a year's periods and is taken off after it is put in."""

from __future__ import annotations

from typing import Any

import pytest

from fundingapp.domain.adjustments import check_accrual
from fundingapp.domain.errors import ExpectedError
from tests.builders import make_accrual
from tests.builders_core import NEXT_YEAR, YEAR


@pytest.mark.parametrize(
    ("period", "reverses"),
    [
        (1, {}),
        (13, {}),
        (12, {"reverses_year": YEAR, "reverses_period": 13}),
        (13, {"reverses_year": NEXT_YEAR, "reverses_period": 1}),
    ],
)
def test_an_accrual_within_the_year_is_taken(period: int, reverses: dict[str, Any]) -> None:
    check_accrual(make_accrual(1, period, "5", **reverses))


@pytest.mark.parametrize(
    ("period", "reverses", "code"),
    [
        (0, {}, "accrual_period"),
        (14, {}, "accrual_period"),
        (5, {"reverses_year": NEXT_YEAR}, "accrual_reversal"),
        (5, {"reverses_period": 1}, "accrual_reversal"),
        (5, {"reverses_year": YEAR, "reverses_period": 5}, "accrual_reversal"),
        (5, {"reverses_year": YEAR.previous, "reverses_period": 13}, "accrual_reversal"),
        (5, {"reverses_year": NEXT_YEAR, "reverses_period": 0}, "accrual_reversal"),
        (5, {"reverses_year": NEXT_YEAR, "reverses_period": 14}, "accrual_reversal"),
    ],
)
def test_an_accrual_outside_it_is_refused(period: int, reverses: dict[str, Any], code: str) -> None:
    with pytest.raises(ExpectedError) as refusal:
        check_accrual(make_accrual(1, period, "5", **reverses))
    assert refusal.value.code == code
