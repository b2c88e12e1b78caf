"""What is available (R1), how it is awarded and moved (R3 to R5), and the months it is spread over (R6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, strategies as st

from fundingapp.domain.allocations import (
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
)
from fundingapp.domain.bids import BidState
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.profiles import spread
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
        assert found == Resources(pounds("100"), pounds("10"), pounds("11"), pounds("1"))
        assert found.available == pounds("120")

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
