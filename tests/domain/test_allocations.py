"""What is available (R1), how it is awarded and moved (R3 to R5), and the months it is spread over (R6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.allocations import (
    ALLOCATION_MACHINE,
    Allocation,
    AllocationStatus,
    Award,
    BudgetMovement,
    Contingency,
    Resource,
    Resources,
    budget_of,
    contingency_left,
    resources_of,
    trend_in_words,
    trend_of,
)
from fundingapp.domain.bids import BidState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money, percentage
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.profiles import spread
from fundingapp.domain.states import Need
from tests.builders import make_allocation, make_award, make_movement, pounds
from tests.builders_core import NEXT_YEAR

P1, P2 = ProjectId(1), ProjectId(2)
pence = st.integers(1, 10**9).map(Money)


class TestResources:
    def test_available_is_what_was_confirmed_and_never_what_is_hoped_for(self) -> None:
        """The worked check of 2018/19: £15,000 of carry-forward counts from the day it is agreed."""
        confirmed = make_allocation("229,000")
        hoped = make_allocation(
            "15,000", resource=Resource.BROUGHT_FORWARD, status=AllocationStatus.INDICATIVE
        )
        assert resources_of([confirmed, hoped]).available == pounds("229,000")
        agreed = replace(hoped, status=AllocationStatus.CONFIRMED)
        assert resources_of([confirmed, agreed]).available == pounds("244,000")
        withdrawn = replace(hoped, status=AllocationStatus.WITHDRAWN)
        assert resources_of([confirmed, withdrawn]).available == pounds("229,000")

    def test_each_resource_does_what_its_name_says(self) -> None:
        found = resources_of(
            [
                make_allocation("100"),
                make_allocation("10", resource=Resource.BROUGHT_FORWARD),
                make_allocation("5", resource=Resource.SUPPLEMENT),
                make_allocation("6", resource=Resource.SUPPLEMENT),
                make_allocation("1", resource=Resource.REDUCTION),
            ]
        )
        typed = pounds("10")
        assert found == Resources(pounds("100"), typed, pounds("11"), pounds("1"), opening=typed)
        assert found.available == pounds("120")

    def test_what_was_agreed_the_year_before_is_brought_forward_and_what_is_hoped_for_stands_apart(
        self,
    ) -> None:
        hoped = make_allocation("3", resource=Resource.BROUGHT_FORWARD, status=AllocationStatus.INDICATIVE)
        announced = make_allocation("5", resource=Resource.SUPPLEMENT, status=AllocationStatus.INDICATIVE)
        found = resources_of([make_allocation("100"), hoped, announced], pounds("15"))
        assert (found.available, found.brought_forward) == (pounds("115"), pounds("15"))
        assert (found.opening, found.anticipated, found.indicative) == (Money.ZERO, pounds("3"), pounds("5"))

    def test_the_newest_allocation_takes_the_place_of_the_others(self) -> None:
        old = make_allocation("100", notified_on=date(2018, 3, 1))
        new = make_allocation("90", notified_on=date(2018, 5, 1), status=AllocationStatus.REVISED)
        undated = make_allocation("80")
        assert resources_of([new, old]).allocation == pounds("90")
        assert resources_of([old, undated, new]).allocation == pounds("90")
        assert resources_of([undated, make_allocation("70")]).allocation == pounds("70")
        same_day = replace(new, amount=pounds("95"))
        assert resources_of([new, same_day]).allocation == pounds("95")

    def test_funds_years_and_kinds_do_not_take_each_other_s_place(self) -> None:
        revenue = make_allocation("100")
        others = [
            replace(revenue, kind=Kind.CAPITAL),
            replace(revenue, fund=FundId(2)),
            replace(revenue, year=NEXT_YEAR),
        ]
        assert resources_of([revenue, *others]).allocation == pounds("400")

    def test_nothing_is_available_of_nothing(self) -> None:
        assert resources_of([]) == Resources()
        assert Resources().available == Money.ZERO

    @given(
        st.lists(
            st.builds(
                Allocation,
                st.just(FundId(1)),
                st.just(NEXT_YEAR),
                st.sampled_from(Kind),
                pence,
                st.sampled_from([each for each in Resource if each is not Resource.ALLOCATION]),
                st.sampled_from(AllocationStatus),
            )
        )
    )
    def test_the_kinds_add_up_to_the_whole(self, allocations: list[Allocation]) -> None:
        kinds = [resources_of(entry for entry in allocations if entry.kind is kind) for kind in Kind]
        assert Money.total(part.available for part in kinds) == resources_of(allocations).available


class TestBudgets:
    def test_a_budget_is_its_award_and_what_moved_since(self) -> None:
        """R4, with a move of each sort and one that is another project's."""
        awards = [make_award(1, "100"), make_award(1, "20"), make_award(2, "50")]
        movements = [
            make_movement(2, 1, "7"),
            make_movement(1, 2, "3"),
            make_movement(None, 1, "5"),
            make_movement(1, None, "2"),
            make_movement(2, None, "1"),
        ]
        budget = budget_of(P1, awards, movements)
        assert budget.award == pounds("120")
        assert (budget.virement_in, budget.virement_out) == (pounds("7"), pounds("3"))
        assert (budget.released, budget.surrendered) == (pounds("5"), pounds("2"))
        assert budget.current == pounds("127")

    def test_brought_forward_money_is_part_of_a_budget(self) -> None:
        budget = replace(budget_of(P1, [make_award(1, "100")], []), brought_forward=pounds("9"))
        assert budget.current == pounds("109")

    @given(st.lists(st.tuples(st.sampled_from([None, 1, 2]), st.sampled_from([None, 1, 2]), pence)))
    def test_moving_money_makes_none(self, moves: list[tuple[int | None, int | None, Money]]) -> None:
        """R3 and R5: budgets and contingency together stay the same, whatever is moved between them."""
        awards: list[Award] = [make_award(1, "100"), make_award(2, "50")]
        lines = [Contingency(FundId(1), NEXT_YEAR, Kind.REVENUE, "C", "kept back", pounds("25"))]
        movements: list[BudgetMovement] = [
            replace(make_movement(source, target, "1"), amount=amount)
            for source, target, amount in moves
            if source != target
        ]
        budgets = [budget_of(project, awards, movements) for project in (P1, P2)]
        left = contingency_left(lines, movements)
        assert Money.total(budget.current for budget in budgets) + left == pounds("175")
        assert Money.total(budget.virement_in for budget in budgets) == Money.total(
            budget.virement_out for budget in budgets
        )


@given(st.integers(-(10**9), 10**9).map(Money))
def test_a_profile_sums_to_its_budget_and_is_even(budget: Money) -> None:
    profile = spread(budget, None)
    assert len(profile) == 12
    assert Money.total(profile) == budget
    assert max(profile) - min(profile) <= Money(1)


def test_only_a_bid_that_was_decided_for_is_awarded() -> None:
    undecided = {state for state in BidState if not state.is_awarded}
    assert undecided == {
        BidState.DRAFT,
        BidState.BOARD_APPROVED,
        BidState.SUBMITTED,
        BidState.DEFERRED,
        BidState.REJECTED,
        BidState.WITHDRAWN,
    }


class TestNotices:
    """Of several notices one stands; what is indicative is shown apart and never available."""

    def test_an_indication_never_takes_the_place_of_what_was_confirmed(self) -> None:
        confirmed = make_allocation("100", notified_on=date(2018, 3, 1))
        later = make_allocation("120", notified_on=date(2018, 5, 1), status=AllocationStatus.INDICATIVE)
        assert resources_of([confirmed, later]) == Resources(pounds("100"))

    def test_what_is_indicative_is_shown_apart(self) -> None:
        first = make_allocation("90", notified_on=date(2017, 12, 1), status=AllocationStatus.INDICATIVE)
        second = replace(first, amount=pounds("95"), notified_on=date(2018, 1, 15))
        cut = make_allocation("5", resource=Resource.REDUCTION, status=AllocationStatus.INDICATIVE)
        found = resources_of([first, second, cut])
        assert (found.available, found.indicative) == (Money.ZERO, pounds("90"))

    def test_what_is_withdrawn_leaves_nothing_of_the_notices_before_it(self) -> None:
        old = make_allocation("100", notified_on=date(2018, 3, 1))
        gone = make_allocation("90", notified_on=date(2018, 5, 1), status=AllocationStatus.WITHDRAWN)
        assert resources_of([old, gone]) == Resources()

    def test_a_closed_year_keeps_its_figures(self) -> None:
        assert resources_of([make_allocation("100", status=AllocationStatus.CLOSED)]).available == pounds(
            "100"
        )

    def test_every_move_is_allowed_or_refused_by_the_table(self) -> None:
        """Domain paper 2.2: all twenty-five pairs, and the sentence of each refusal."""
        names = ["indicative", "confirmed", "revised", "withdrawn", "closed"]
        allowed = {
            ("indicative", "indicative"),
            ("indicative", "confirmed"),
            ("indicative", "withdrawn"),
            ("confirmed", "revised"),
            ("confirmed", "withdrawn"),
            ("confirmed", "closed"),
            ("revised", "revised"),
            ("revised", "withdrawn"),
            ("revised", "closed"),
            ("closed", "confirmed"),
            ("closed", "revised"),
        }
        instead = {
            "indicative": "It can become indicative, confirmed or withdrawn.",
            "confirmed": "It can become revised, withdrawn or closed.",
            "revised": "It can become revised, withdrawn or closed.",
            "withdrawn": "That is its last state.",
            "closed": "It can become confirmed or revised.",
        }
        for before in names:
            for after in names:
                given = (AllocationStatus(before), AllocationStatus(after))
                if (before, after) in allowed:
                    ALLOCATION_MACHINE.check("It", *given, list(Need))
                    continue
                with pytest.raises(ExpectedError) as refusal:
                    ALLOCATION_MACHINE.check("The revenue allocation", *given, list(Need))
                assert refusal.value.message == (
                    f"The revenue allocation is {before}: it can't become {after} from there."
                )
                assert refusal.value.advice == instead[before]

    @pytest.mark.parametrize(
        ("before", "after", "missing"),
        [
            ("indicative", "confirmed", "the amount, the date and the reference of the paper"),
            ("indicative", "withdrawn", "the date and the reason"),
            ("confirmed", "revised", "the amount, the date and the reason"),
            ("revised", "closed", "the date"),
            ("closed", "revised", "the reason"),
        ],
    )
    def test_a_move_says_what_it_needs(self, before: str, after: str, missing: str) -> None:
        with pytest.raises(ExpectedError) as refusal:
            ALLOCATION_MACHINE.check("It", AllocationStatus(before), AllocationStatus(after))
        assert refusal.value.message == f"It can't become {after} without {missing}."


class TestTrend:
    """The allocation over years, the change worked out from the figures."""

    def given(self, *amounts: str | None) -> list[Allocation]:
        """Allocations from 2018/19 on; None leaves a year out."""
        return [
            replace(make_allocation(amount), year=FinancialYear(2018 + at))
            for at, amount in enumerate(amounts)
            if amount is not None
        ]

    def test_changes_are_in_pounds_and_per_cent_half_away_from_nought(self) -> None:
        trend = trend_of(self.given("200", "199.50", "199.70", "0", "50"))
        assert [(entry.change, entry.percent) for entry in trend] == [
            (None, None),
            (pounds("-0.50"), Decimal("-0.3")),
            (pounds("0.20"), Decimal("0.1")),
            (pounds("-199.70"), Decimal("-100.0")),
            (pounds("50"), None),
        ]

    def test_a_year_left_out_breaks_the_comparison(self) -> None:
        trend = trend_of(self.given("100", None, "90"))
        assert [entry.change for entry in trend] == [None, None]
        assert trend_in_words(trend) == ""

    def test_funds_and_kinds_add_up_and_bases_are_named(self) -> None:
        one = make_allocation("100", basis="formula")
        two = replace(one, fund=FundId(2), amount=pounds("50"), basis="bid")
        capital = replace(one, kind=Kind.CAPITAL, amount=pounds("5"))
        (entry,) = trend_of([one, two, capital])
        assert (entry.amount, entry.basis, entry.hoped) == (pounds("155"), "bid, formula", False)

    def test_what_is_only_indicative_says_so(self) -> None:
        sure, hoped = self.given("100", "110")
        trend = trend_of([sure, replace(hoped, status=AllocationStatus.INDICATIVE)])
        assert [entry.hoped for entry in trend] == [False, True]
        assert (
            trend_in_words(trend) == "Raised in 2019/20: £100.00 in 2018/19, £110.00 in 2019/20 (indicative)."
        )

    @pytest.mark.parametrize(
        ("amounts", "words"),
        [
            (
                ("100", "90", "80", "70"),
                "Cut for the third year running: £100.00 in 2018/19, £70.00 in 2021/22.",
            ),
            (("100", "110", "105"), "Cut in 2020/21: £110.00 in 2019/20, £105.00 in 2020/21."),
            (
                ("100", "110", "115"),
                "Raised for the second year running: £100.00 in 2018/19, £115.00 in 2020/21.",
            ),
            (("100", "100"), "The same in 2019/20: £100.00 in 2018/19, £100.00 in 2019/20."),
            (("100",), ""),
        ],
    )
    def test_it_is_said_in_words(self, amounts: tuple[str, ...], words: str) -> None:
        assert trend_in_words(trend_of(self.given(*amounts))) == words


def test_coventry_s_year_is_shared_as_percentages_of_it() -> None:
    """Coventry received £546k for 2014/15; what the board funds is told as a part of it."""
    year = pounds("546,000")
    assert year.in_thousands == "£546k"
    assert percentage(pounds("136,500"), year) == Decimal("25.0")
    assert percentage(pounds("91,000"), year) == Decimal("16.7")
    assert percentage(year, year) == Decimal("100.0")
