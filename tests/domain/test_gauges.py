"""Gauges flip exactly at the boundary: the limit itself is well, a penny beyond is not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.funds import Kind
from fundingapp.domain.gauges import Beside, GaugeState, Measured, Reading, measure, readings
from fundingapp.domain.grant_conditions import ConditionKind, Gauge, GrantCondition
from fundingapp.domain.ids import ConditionId
from fundingapp.domain.money import Money
from tests.builders import (
    FUND,
    YEAR,
    make_allocation,
    make_award,
    make_charge,
    make_position,
    make_project,
    make_records,
)

pence = st.integers(0, 10**12)
percents = st.decimals(0, 100, places=2)


def reading(
    gauge: Gauge,
    part: int,
    limit: int | None = None,
    *,
    whole: int | None = None,
    percent: int | Decimal | None = None,
    at_most: bool = True,
) -> Reading:
    condition = GrantCondition(
        FUND,
        "4.2",
        "Not more than this",
        ConditionKind.TOLERANCE,
        YEAR,
        gauge=gauge,
        at_most=at_most,
        limit=Money(limit) if limit is not None else None,
        limit_percent=Decimal(percent) if percent is not None else None,
    )
    measured = Measured(Money(part), "Part", whole=Money(whole) if whole is not None else None)
    return Reading(ConditionId(1), condition, gauge, measured)


@given(limit=pence, beyond=st.integers(1, 10**6))
def test_pounds_at_most_flip_at_the_penny(limit: int, beyond: int) -> None:
    assert reading(Gauge.UNALLOCATED, limit, limit).state is GaugeState.AT_LIMIT
    over = reading(Gauge.UNALLOCATED, limit + beyond, limit)
    assert over.state is GaugeState.BEYOND
    assert over.room == Money(-beyond)
    assert reading(Gauge.UNALLOCATED, limit - beyond, limit).room == Money(beyond)


@given(limit=pence, short=st.integers(1, 10**6))
def test_pounds_at_least_flip_at_the_penny(limit: int, short: int) -> None:
    assert reading(Gauge.CASH_HELD, limit, limit, at_most=False).is_well
    assert not reading(Gauge.CASH_HELD, limit - short, limit, at_most=False).is_well


@given(part=pence, whole=st.integers(1, 10**12), percent=percents, at_most=st.booleans())
def test_percentages_are_compared_in_pence_multiplied_across(
    part: int, whole: int, percent: Decimal, at_most: bool
) -> None:
    hundredths = int(percent * 100)
    is_well = part * 10_000 <= whole * hundredths if at_most else part * 10_000 >= whole * hundredths
    made = reading(Gauge.MATCH_PERCENT, part, whole=whole, percent=percent, at_most=at_most)
    assert made.is_well is is_well
    assert (made.room >= Money.ZERO) is is_well


@given(part=pence, whole=st.integers(1, 10**12), percent=percents, at_most=st.booleans())
def test_all_the_room_may_be_used_and_not_a_penny_more(
    part: int, whole: int, percent: Decimal, at_most: bool
) -> None:
    made = reading(Gauge.MATCH_PERCENT, part, whole=whole, percent=percent, at_most=at_most)
    step = 1 if at_most else -1
    last = part + step * made.room.pence
    assert reading(Gauge.MATCH_PERCENT, last, whole=whole, percent=percent, at_most=at_most).is_well
    assert not reading(
        Gauge.MATCH_PERCENT, last + step, whole=whole, percent=percent, at_most=at_most
    ).is_well


@given(part=pence, whole=st.integers(1, 10**12), percent=percents)
def test_a_percentage_is_never_shown_as_its_limit_unless_it_is(
    part: int, whole: int, percent: Decimal
) -> None:
    made = reading(Gauge.MATCH_PERCENT, part, whole=whole, percent=percent)
    shown = Decimal(made.value_in_words.replace("−", "-").rstrip("%"))
    assert (shown == percent) is (part * 100 == whole * percent)


def test_a_penny_short_of_half_is_shown_as_short() -> None:
    made = reading(Gauge.MATCH_PERCENT, 49_999_99, whole=100_000_00, percent=50, at_most=False)
    assert made.state is GaugeState.BEYOND
    assert made.value_in_words == "49.99%"
    assert made.room_in_words == "£0.01 short"
    exact = reading(Gauge.MATCH_PERCENT, 50_000_00, whole=100_000_00, percent=50, at_most=False)
    assert (exact.state, exact.value_in_words) == (GaugeState.AT_LIMIT, "50.0%")


@pytest.mark.parametrize("whole", [None, 0, -5_00])
def test_nothing_is_well_or_ill_of_nothing(whole: int | None) -> None:
    made = reading(Gauge.CAPITAL_PERCENT, 0, whole=whole, percent=10)
    assert made.state is GaugeState.NOTHING_YET
    assert made.is_well
    assert (made.value_in_words, made.room_in_words) == ("–", "nothing to measure yet")


def test_the_sentence_states_value_clause_limit_and_room() -> None:
    assert reading(Gauge.UNALLOCATED, 12_400_00, 15_000_00).sentence == (
        "Unallocated is £12,400.00; clause 4.2 says at most £15,000.00: £2,600.00 of room."
    )
    assert reading(Gauge.UNALLOCATED, 15_000_01, 15_000_00).sentence == (
        "Unallocated is £15,000.01; clause 4.2 says at most £15,000.00: £0.01 beyond."
    )


def test_each_gauge_measures_its_own_figure_of_the_grant() -> None:
    position = make_position(
        make_records(
            allocations=[make_allocation("1,000.00"), make_allocation("500.00", Kind.CAPITAL)],
            projects={1: make_project(), 2: make_project("LF-02")},
            awards=[make_award(1, "800.00"), make_award(2, "400.00", Kind.CAPITAL)],
            charges=[make_charge(1, 2, "300.00"), make_charge(2, 3, "100.00", kind=Kind.CAPITAL)],
        )
    )
    beside = Beside(match=Money(5_00), cost=Money(10_00), cash=Money(7_00))

    def of(gauge: Gauge) -> tuple[str, str]:
        measured = measure(gauge, position, beside)
        return str(measured.part), str(measured.whole)

    assert of(Gauge.UNALLOCATED) == ("300.00", "None")
    assert of(Gauge.UNDERSPEND) == (str(position.underspend), "None")
    assert of(Gauge.CASH_HELD) == ("7.00", "None")
    assert of(Gauge.MATCH_PERCENT) == ("5.00", "10.00")
    assert of(Gauge.CAPITAL_PERCENT) == ("100.00", "400.00")
    assert of(Gauge.CONTINGENCY_PERCENT) == ("0.00", "1,500.00")


def test_only_the_tolerances_of_this_fund_and_year_are_read() -> None:
    limit = reading(Gauge.UNALLOCATED, 0, 15_000_00).condition
    conditions = [
        (ConditionId(1), limit),
        (ConditionId(2), replace(limit, year=YEAR.next)),
        (ConditionId(3), replace(limit, year=None)),
        (ConditionId(4), replace(limit, gauge=None, limit=None)),
    ]
    assert [each.id for each in readings(conditions, make_position(), Beside())] == [1, 3]
