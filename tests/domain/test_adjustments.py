"""Accruals and adjustments lie within a year's periods, keep the sign of their type, and are taken off once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.adjustments import (
    Accrual,
    Adjustment,
    AdjustmentType,
    adjusted_by_period,
    carried_into,
    check_accrual,
    check_adjustment,
    signed,
)
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import AccrualId
from fundingapp.domain.money import Money
from tests.builders import make_accrual, make_adjustment, pounds
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


def test_a_reversal_two_years_later_is_refused() -> None:
    """R13: an accrual is taken off by the end of the next year."""
    with pytest.raises(ExpectedError) as refusal:
        check_accrual(make_accrual(1, 13, "5", reverses_year=NEXT_YEAR.next, reverses_period=1))
    assert refusal.value.code == "accrual_reversal"


@pytest.mark.parametrize("type", AdjustmentType)
def test_the_sign_rule_of_every_type_is_in_words_and_kept(type: AdjustmentType) -> None:
    more: dict[str, Any] = {}
    if type is AdjustmentType.PREPAYMENT:
        more = {"reverses_year": NEXT_YEAR, "reverses_period": 1}
    if type is AdjustmentType.WRITE_OFF:
        more = {"accrual": AccrualId(1)}
    allowed = set()
    for amount in ("5", "-5"):
        entry = make_adjustment(1, 3, amount, type, **more)
        if (type.only_adds and amount == "-5") or (type.only_takes_off and amount == "5"):
            with pytest.raises(ExpectedError, match=type.rule) as refusal:
                check_adjustment(entry)
            assert refusal.value.code == "adjustment_sign"
        else:
            check_adjustment(entry)
            allowed.add(amount)
    assert allowed >= {str(signed(type, pounds("5"))).replace("−", "-").removesuffix(".00")}


@pytest.mark.parametrize("of_credit", [False, True])
def test_what_only_takes_off_is_kept_so_whichever_way_it_was_typed(of_credit: bool) -> None:
    kept = {signed(AdjustmentType.INELIGIBLE, pounds(typed), of_credit) for typed in ("7", "-7")}
    assert kept == {pounds("7") if of_credit else pounds("-7")}


amounts = st.integers(-(10**6), 10**6).filter(bool).map(Money)
accruals = st.lists(
    st.builds(
        lambda year, period, amount, reverses: make_accrual(
            1,
            period,
            str(amount),
            year=year,
            reverses_year=reverses[0] if reverses else None,
            reverses_period=reverses[1] if reverses else None,
        ),
        st.sampled_from([YEAR.previous, YEAR]),
        st.integers(1, 12),
        amounts,
        st.none() | st.tuples(st.sampled_from([YEAR, NEXT_YEAR]), st.just(13)),
    ).filter(lambda entry: entry.reverses_year in {None, entry.year, entry.year.next}),
    max_size=5,
)


@given(accruals, st.lists(st.tuples(st.integers(1, 5), amounts), max_size=4))
def test_R13_what_is_carried_over_is_reversed_written_off_or_open(
    made: list[Accrual], offs: list[tuple[int, Money]]
) -> None:
    """Over any year: carried = reversed + written off + open, and each accrual is carried once (L09)."""
    known = {AccrualId(number): accrual for number, accrual in enumerate(made, start=1)}
    adjustments = [
        make_adjustment(1, 2, str(amount), AdjustmentType.WRITE_OFF, year=YEAR, accrual=AccrualId(number))
        for number, amount in offs
        if number in known and known[AccrualId(number)].reverses_year is None
    ]
    carried = carried_into(YEAR, known, adjustments)
    last_year = {id: entry for id, entry in known.items() if entry.year == YEAR.previous}
    assert Money.total(entry.amount for entry in carried) == Money.total(
        entry.amount for entry in last_year.values()
    )
    for entry in carried:
        assert entry.amount == entry.reversed + entry.written_off + entry.open
    written_off = -Money.total(entry.amount for entry in adjustments if entry.accrual in last_year)
    reversed_here = Money.total(entry.amount for entry in last_year.values() if entry.reverses_year == YEAR)
    assert Money.total(entry.written_off for entry in carried) == written_off
    assert Money.total(entry.reversed for entry in carried) == reversed_here


@given(
    st.lists(
        st.builds(
            lambda of, period, amount, reverses: make_adjustment(
                1,
                period,
                str(amount),
                of,
                reverses_year=YEAR if reverses else None,
                reverses_period=13 if reverses else None,
            ),
            st.sampled_from(AdjustmentType),
            st.integers(1, 12),
            amounts,
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_what_is_undone_in_its_own_year_adds_nothing_to_it(made: list[Adjustment]) -> None:
    sums = adjusted_by_period(made, YEAR)
    for type in AdjustmentType:
        staying = [entry for entry in made if entry.type is type and entry.reverses_year is None]
        found = Money.total(sums.get(type, ()))
        assert found == Money.total(entry.amount for entry in staying)
