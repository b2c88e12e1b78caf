"""A budget over the months: every shape sums to it (R6), also as it changes; kept forecasts against what came."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.profiles import (
    SEASONS,
    Profile,
    ProfiledBudget,
    Shape,
    accuracy_of,
    check_foots,
    evenly,
    in_shape,
    months_of,
    moved_profile,
    pasted_months,
    reconcile_profiles,
    spread,
    with_difference_on,
)
from tests.builders import YEAR, make_project, pounds

budgets = st.integers(0, 10**9).map(Money)
months = st.lists(st.integers(0, 10**7).map(Money), min_size=12, max_size=12).map(tuple)
typed = st.lists(st.integers(-(10**6), 10**7).map(Money), min_size=12, max_size=12).map(tuple)


def profile(amounts: tuple[Money, ...]) -> Profile:
    return Profile(ProjectId(1), FundId(1), Kind.REVENUE, YEAR, Shape.TYPED, amounts)


class TestShapes:
    @given(budgets, months)
    def test_a_budget_in_any_shape_sums_to_it(self, budget: Money, shape: tuple[Money, ...]) -> None:
        assert Money.total(in_shape(budget, shape)) == budget
        assert Money.total(spread(budget, profile(shape))) == budget

    @given(typed)
    def test_what_was_typed_stays_as_it_was_while_it_sums_to_the_budget(
        self, amounts: tuple[Money, ...]
    ) -> None:
        """Months below nought too: a refund that is expected was typed as such."""
        assert spread(Money.total(amounts), profile(amounts)) == amounts

    @given(budgets, st.integers(1, 12), st.integers(1, 12))
    def test_even_fills_only_the_months_in_which_the_project_runs(
        self, budget: Money, one: int, other: int
    ) -> None:
        first, last = sorted((one, other))
        found = evenly(budget, first, last)
        assert Money.total(found) == budget
        outside = [amount for number, amount in enumerate(found, start=1) if not first <= number <= last]
        assert not any(outside)
        inside = found[first - 1 : last]
        assert max(inside) - min(inside) <= Money(1)

    @pytest.mark.parametrize("name", SEASONS)
    def test_every_season_is_a_shape_of_twelve_months(self, name: str) -> None:
        assert Money.total(pounds("9,999.99").share(SEASONS[name])) == pounds("9,999.99")
        assert len(SEASONS[name]) == 12

    @pytest.mark.parametrize(
        ("starts", "ends", "runs"),
        [
            (None, None, (1, 12)),
            (date(2018, 6, 1), date(2018, 12, 31), (3, 9)),
            (date(2017, 6, 1), date(2019, 12, 31), (1, 12)),
            (date(2019, 3, 31), None, (12, 12)),
            (date(2019, 4, 1), None, (1, 12)),
            (None, date(2018, 3, 31), (1, 12)),
            (date(2018, 9, 1), date(2018, 5, 1), (1, 12)),
        ],
    )
    def test_a_part_year_project_runs_in_its_months(
        self, starts: date | None, ends: date | None, runs: tuple[int, int]
    ) -> None:
        assert months_of(make_project(starts_on=starts, ends_on=ends), YEAR) == runs


class TestChangedBudgets:
    @given(months, st.lists(st.tuples(budgets, st.integers(0, 12)), max_size=6))
    def test_the_profile_sums_to_the_budget_at_every_step(
        self, start: tuple[Money, ...], steps: list[tuple[Money, int]]
    ) -> None:
        """R6, in whole pence, and no month falls below nought, whatever the budget becomes and when."""
        now = start
        for budget, past in sorted(steps, key=lambda step: step[1]):
            before, now = now, moved_profile(now, budget, past)
            assert Money.total(now) == budget
            assert min(now) >= Money.ZERO
            if past < 12 and budget >= Money.total(before[:past]):
                assert now[:past] == before[:past]

    def test_months_that_are_over_keep_their_profile(self) -> None:
        even = pounds("1,200.00").share([1] * 12)
        assert moved_profile(even, pounds("1,320.00"), 6) == (pounds("100.00"),) * 6 + (pounds("120.00"),) * 6
        assert moved_profile(even, pounds("660.00"), 6) == (pounds("100.00"),) * 6 + (pounds("10.00"),) * 6

    def test_less_than_was_profiled_already_takes_the_months_to_come_first(self) -> None:
        even = pounds("1,200.00").share([1] * 12)
        assert moved_profile(even, pounds("300.00"), 6) == (pounds("50.00"),) * 6 + (Money.ZERO,) * 6

    def test_after_march_all_months_give_way(self) -> None:
        even = pounds("1,200.00").share([1] * 12)
        assert moved_profile(even, pounds("600.00"), 12) == (pounds("50.00"),) * 12

    def test_a_typed_month_below_nought_that_is_over_stays(self) -> None:
        given_ = (pounds("-10.00"), pounds("110.00"), *[Money.ZERO] * 10)
        assert moved_profile(given_, pounds("200.00"), 2) == (
            pounds("-10.00"),
            pounds("110.00"),
            *[pounds("10.00")] * 10,
        )


class TestTyped:
    def test_what_does_not_foot_is_refused_with_the_pence(self) -> None:
        short = (pounds("10.00"),) * 11 + (pounds("9.97"),)
        with pytest.raises(ExpectedError) as refusal:
            check_foots(short, pounds("120.00"), "LF-03")
        assert refusal.value.message == (
            "The months add up to £119.97, the budget of LF-03 is £120.00: 3 pence (£0.03) are missing."
        )
        with pytest.raises(ExpectedError) as refusal:
            check_foots(short, pounds("119.00"), "LF-03")
        assert refusal.value.message.endswith("97 pence (£0.97) are too many.")
        with pytest.raises(ExpectedError) as refusal:
            check_foots(short[1:], pounds("119.00"), "LF-03")
        assert refusal.value.code == "profile_months"

    @given(typed, budgets, st.integers(1, 12))
    def test_the_difference_goes_on_one_month(
        self, amounts: tuple[Money, ...], budget: Money, month: int
    ) -> None:
        found = with_difference_on(amounts, month, budget)
        check_foots(found, budget, "LF-03")
        assert [at for at in range(12) if found[at] != amounts[at]] in ([], [month - 1])

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("\t".join(["1,000.00"] * 12), ["1,000.00"] * 12),
            ("\r\n".join(["£10"] * 12) + "\r\n", ["10.00"] * 12),
            (
                "100.00\t200.00\t\t0.02",
                ["33.34", "33.33", "33.33", "66.67", "66.67", "66.66", *["0.00"] * 3]
                + ["0.01", "0.01", "0.00"],
            ),
            ("-\t" + "\t".join(["(5.00)"] * 11), ["0.00"] + ["-5.00"] * 11),
        ],
    )
    def test_cells_of_a_spreadsheet_are_read_as_they_look(self, text: str, wanted: list[str]) -> None:
        assert pasted_months(text) == tuple(pounds(amount) for amount in wanted)

    @pytest.mark.parametrize(
        ("text", "code", "words"),
        [
            ("", "profile_months", "1 cell was pasted"),
            ("1\t2\t3", "profile_months", "3 cells were pasted"),
            ("1\t2\t3\tfour", "profile_cell", "Cell 4 of 4: “four” is not an amount"),
            (
                "1.234\t2\t3\t4",
                "profile_cell",
                "Cell 1 of 4: “1.234” is not an amount; it has more than two decimals.",
            ),
        ],
    )
    def test_what_can_t_be_read_is_refused_by_its_cell(self, text: str, code: str, words: str) -> None:
        with pytest.raises(ExpectedError) as refusal:
            pasted_months(text)
        assert (refusal.value.code, words in refusal.value.message) == (code, True)


class TestR6:
    @given(st.lists(st.tuples(budgets, months), max_size=5))
    def test_it_holds_for_every_profile_that_is_made_here(
        self, rows: list[tuple[Money, tuple[Money, ...]]]
    ) -> None:
        profiled = [ProfiledBudget(budget, spread(budget, profile(shape))) for budget, shape in rows]
        [identity] = reconcile_profiles("Locality Fund/2018/19", profiled)
        assert identity.holds
        assert identity.left == Money.total(budget for budget, _ in rows)

    def test_two_wrong_profiles_that_make_up_for_each_other_break_it(self) -> None:
        rows = [
            ProfiledBudget(pounds("12.00"), (pounds("1.01"),) * 12),
            ProfiledBudget(pounds("12.00"), (pounds("0.99"),) * 12),
        ]
        [identity] = reconcile_profiles("Locality Fund/2018/19", rows)
        assert (identity.difference, identity.broken, identity.holds) == (Money.ZERO, 2, False)


class TestAccuracy:
    KEPT = tuple(pounds("100.00") for _ in range(12))

    def test_only_months_that_were_to_come_and_are_over_are_compared(self) -> None:
        actual = tuple(pounds("100.00") if month < 3 else pounds("90.00") for month in range(12))
        found = accuracy_of(3, self.KEPT, actual, 6)
        assert (found.first, found.last, found.expected, found.came) == (
            4,
            6,
            pounds("300.00"),
            pounds("270.00"),
        )
        assert (found.difference, found.percent, found.missed) == (
            pounds("-30.00"),
            Decimal("-10.0"),
            pounds("30.00"),
        )
        assert found.bias == "forecast £30.00 (10.0%) too high"

    def test_months_over_and_under_do_not_make_a_good_forecast(self) -> None:
        actual = (*self.KEPT[:3], pounds("150.00"), pounds("50.00"), *self.KEPT[5:])
        found = accuracy_of(3, self.KEPT, actual, 5)
        assert (found.bias, found.missed) == ("as forecast", pounds("100.00"))

    def test_too_low_and_without_a_percentage(self) -> None:
        found = accuracy_of(0, (Money.ZERO,) * 12, self.KEPT, 1)
        assert (found.percent, found.bias) == (None, "forecast £100.00 too low")

    def test_before_a_month_is_over_there_is_nothing_to_compare(self) -> None:
        found = accuracy_of(6, self.KEPT, self.KEPT, 6)
        assert (found.forecast, found.bias) == ((), "no month is over yet")

    def test_closing_adjustments_are_no_month(self) -> None:
        assert accuracy_of(10, self.KEPT, self.KEPT, 13).last == 12
