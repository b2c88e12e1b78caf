"""A reconciliation's moves, its figures and their names, and what keeps it open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, ReconciliationId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reconciliations import (
    RECONCILIATIONS,
    CentreSum,
    Reconciliation,
    ReconciliationItem,
    ReconciliationState,
    changed_since,
    check_item,
    check_reviewer,
    check_start,
    figures_of,
    obstacles,
    opening_of,
    statement_of,
)
from fundingapp.domain.states import Need

YEAR = FinancialYear(2018)
NOON = datetime(2018, 10, 9, 12, tzinfo=UTC)
FUNDS = {FundId(1): "Locality Fund", FundId(2): "Home Office Fund"}
ALL_NEEDS = tuple(Need)

#: Every move: what is needed for it, None where there is none.
MOVES: dict[tuple[ReconciliationState, ReconciliationState], tuple[Need, ...]] = {
    (ReconciliationState.DRAFT, ReconciliationState.PREPARED): (Need.AMOUNT,),
    (ReconciliationState.DRAFT, ReconciliationState.WITHDRAWN): (Need.REASON,),
    (ReconciliationState.PREPARED, ReconciliationState.REVIEWED): (),
    (ReconciliationState.PREPARED, ReconciliationState.DRAFT): (Need.REASON,),
    (ReconciliationState.PREPARED, ReconciliationState.WITHDRAWN): (Need.REASON,),
    (ReconciliationState.REVIEWED, ReconciliationState.WITHDRAWN): (Need.REASON,),
}


def made(
    period: int, state: ReconciliationState = ReconciliationState.REVIEWED, pence: int = 0
) -> Reconciliation:
    return Reconciliation(
        YEAR, period, date(2018, 10, 9), Money.ZERO, Money(pence), Money(pence), state, "Ann", NOON
    )


@pytest.mark.parametrize("before", list(ReconciliationState))
@pytest.mark.parametrize("after", list(ReconciliationState))
def test_the_moves_are_those_of_the_table(before: ReconciliationState, after: ReconciliationState) -> None:
    needs = MOVES.get((before, after))
    if needs is None:
        with pytest.raises(ExpectedError, match=f"is {before.value}: it can't become {after.value}"):
            RECONCILIATIONS.check("It", before, after, ALL_NEEDS)
    else:
        RECONCILIATIONS.check("It", before, after, needs)
        for missing in needs:
            with pytest.raises(ExpectedError, match=missing.value):
                RECONCILIATIONS.check("It", before, after, [need for need in needs if need is not missing])


amounts = st.integers(-10_000_000, 10_000_000).map(Money)
#: Cost centres, grants' names and reasons as councils write them; a slash may stand in a reason.
reasons = st.sampled_from(["payroll", "not grant funded", "other / depot", "VAT @ 20", "über"])
centres = st.lists(
    st.builds(
        lambda name, waiting, one, two, income, excluded: CentreSum(
            name,
            5,
            Money.total((waiting, one, two, income, *excluded.values())),
            waiting,
            ((FundId(1), one), (FundId(2), two)),
            income,
            tuple(sorted(excluded.items())),
        ),
        st.sampled_from(["", "FAL01", "FAL02", "4410-22", "CS 4410"]),
        amounts,
        amounts,
        amounts,
        amounts,
        st.dictionaries(reasons, amounts, max_size=3),
    ),
    unique_by=lambda each: each.cost_centre,
    max_size=5,
)


@given(centres, st.integers(1, 13))
def test_a_statement_is_read_out_of_its_figures_whole(found: list[CentreSum], to_period: int) -> None:
    total = Money.total(each.total for each in found)
    statement = statement_of(figures_of(YEAR, to_period, {1: total}, found, FUNDS))
    assert statement.held == total == Money.total(row.total for row in statement.centres)
    assert statement.waiting == Money.total(row.waiting for row in statement.centres)
    for each in found:
        row = next(row for row in statement.centres if row.cost_centre == each.cost_centre)
        assert (row.total, row.waiting, row.income, dict(row.excluded)) == (
            each.total,
            each.waiting,
            each.income,
            dict(each.excluded),
        )
        assert dict(row.charged) == {FUNDS[fund]: amount for fund, amount in each.charged}
        assert row.difference == Money.ZERO
    for name in FUNDS.values():
        assert statement.total_of(name) == dict(statement.figures).get(
            f"ledger/{YEAR}/charged to {name}@{to_period}", Money.ZERO
        )


@given(centres, centres)
def test_what_changed_turns_the_one_into_the_other(before: list[CentreSum], after: list[CentreSum]) -> None:
    was, now = (
        figures_of(YEAR, 3, {1: Money.total(each.total for each in found)}, found, FUNDS)
        for found in (before, after)
    )
    changed = changed_since(was, now)
    assert (not changed) == (
        {name: amount for name, amount in was if amount} == {name: amount for name, amount in now if amount}
    )
    become = dict(was) | {name: amount for name, _, amount in changed}
    assert {name: amount for name, amount in become.items() if amount} == {
        name: amount for name, amount in now if amount
    }


def test_a_cost_centre_in_small_letters_is_the_same_one() -> None:
    pair = [
        CentreSum(name, 1, Money(100), Money.ZERO, ((FundId(1), Money(100)),), Money.ZERO, ())
        for name in ("FAL01", "fal01")
    ]
    [row] = statement_of(figures_of(YEAR, 1, {1: Money(200)}, pair, FUNDS)).centres
    assert (row.cost_centre, row.total, row.charged) == ("FAL01", Money(200), {"Locality Fund": Money(200)})


def test_exclusions_by_rules_are_put_together_by_what_they_say() -> None:
    excluded = (
        ("not grant funded (Rule 4: account is “1001”)", Money(1)),
        ("not grant funded (Rule 12: account is “22 (x)”)", Money(2)),
        ("depot (see minute 7)", Money(4)),
    )
    centre = CentreSum("A", 3, Money(7), Money.ZERO, (), Money.ZERO, excluded)
    [row] = statement_of(figures_of(YEAR, 1, {1: Money(7)}, [centre], FUNDS)).centres
    assert row.excluded == {"depot (see minute 7)": Money(4), "not grant funded": Money(3)}


def test_it_opens_with_the_last_one_kept_before_it() -> None:
    others = [
        made(3),
        made(6),
        made(9),
        made(4, ReconciliationState.WITHDRAWN),
        replace(made(7), year=YEAR.next),
    ]
    opening = opening_of(YEAR, 8, others)
    assert opening is others[1]
    assert opening_of(YEAR, 3, others) is None


@pytest.mark.parametrize("period", [0, 14])
def test_only_the_periods_of_a_year_are_reconciled(period: int) -> None:
    with pytest.raises(ExpectedError, match="is not one of 1 to 13"):
        check_start(YEAR, period, [])


def test_what_is_reconciled_is_not_reconciled_again_unless_withdrawn() -> None:
    with pytest.raises(ExpectedError, match=r"up to period 6 \(September\) is reconciled already"):
        check_start(YEAR, 6, [made(6)])
    check_start(YEAR, 6, [made(6, ReconciliationState.WITHDRAWN), made(5)])
    check_start(YEAR.next, 6, [made(6)])


def test_a_penny_keeps_it_open() -> None:
    """L01."""
    statement = statement_of(figures_of(YEAR, 1, {1: Money(500)}, [], FUNDS))
    draft = replace(made(1, ReconciliationState.DRAFT, 500), ledger_total=Money(600))
    item = ReconciliationItem(ReconciliationId(1), "late", Money(99))
    [said] = obstacles(draft, [item], statement)
    assert said == "The difference is £1.00, and £0.99 of it is explained: £0.01 is not."
    assert obstacles(draft, [item, replace(item, amount=Money(1))], statement) == ()


@pytest.mark.parametrize("who", ["Ann", "ann", " ANN "])
def test_nobody_reviews_what_they_prepared(who: str) -> None:
    with pytest.raises(ExpectedError, match="can't review it"):
        check_reviewer(made(1, ReconciliationState.PREPARED), who)
    check_reviewer(made(1, ReconciliationState.PREPARED), "Bea")


def test_an_item_is_tidied_and_says_something() -> None:
    assert check_item("  posted \n late ", Money(1)) == "posted late"
    with pytest.raises(ExpectedError, match="needs its words"):
        check_item(" \n", Money(1))
    with pytest.raises(ExpectedError, match="has no amount"):
        check_item("late", Money.ZERO)
