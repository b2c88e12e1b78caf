"""Red, amber, green: each band takes in its own bound, to the penny."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.agreements import USUAL_TERMS, Terms
from fundingapp.domain.money import Money
from fundingapp.domain.rag import Rag, rag_of
from tests.builders import make_award, make_charge, make_position, make_records

BANDS = USUAL_TERMS.rag_percents
BUDGET = Money(1_000_00)


@pytest.mark.parametrize(
    ("variance", "step"),
    [
        (0, Rag.GREEN),
        (50_00, Rag.GREEN),
        (50_01, Rag.AMBER_GREEN),
        (-150_00, Rag.AMBER_GREEN),
        (-150_01, Rag.AMBER),
        (300_00, Rag.AMBER),
        (300_01, Rag.AMBER_RED),
        (500_00, Rag.AMBER_RED),
        (500_01, Rag.RED),
        (-1_000_00, Rag.RED),
    ],
)
def test_a_band_takes_in_its_bound_and_not_a_penny_more(variance: int, step: Rag) -> None:
    assert rag_of(Money(variance), BUDGET, BANDS) is step


def test_without_a_budget_any_variance_is_red() -> None:
    assert rag_of(Money(1), Money.ZERO, BANDS) is Rag.RED
    assert rag_of(Money.ZERO, Money.ZERO, BANDS) is Rag.GREEN


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9))
def test_over_and_under_are_judged_alike(variance: int, budget: int) -> None:
    assert rag_of(Money(variance), Money(budget), BANDS) is rag_of(Money(-variance), Money(budget), BANDS)


def test_a_project_is_judged_by_the_bands_of_its_agreement() -> None:
    records = make_records(awards=[make_award(1, "1,000")], charges=[make_charge(1, 12, "930")])
    [usual] = make_position(records).projects
    assert usual.spend_rag is Rag.AMBER_GREEN
    strict = Terms(rag_percents=(Decimal(1), Decimal(2), Decimal(3), Decimal(4)))
    [judged] = make_position(replace(records, terms=strict)).projects
    assert judged.spend_rag is Rag.RED
