"""Money can't be charged to an undecided bid, nor to one that is on hold or over, nor before it is released; whichever
way it comes (the issue's sentence; bad-inputs L05's way of holding a line back)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fundingapp.application.commands.adjustments import AddAccrual, AddAdjustment, ChangeAdjustment
from fundingapp.application.commands.bids import (
    CloseBid,
    CompleteBid,
    HoldBid,
    ResumeBid,
    TakeDecisionBack,
    TerminateBid,
    WithdrawBid,
)
from fundingapp.application.commands.grants import AddProject, MoveBudget, SetForecast
from fundingapp.application.commands.matching import (
    AddRules,
    ApplyRules,
    ChargeLine,
    ChargeLines,
    ChargePart,
    ClearCharges,
)
from fundingapp.application.commands.records import ChangeRecord
from fundingapp.application.commands.rules import PlaceAnew
from fundingapp.application.commands.suggestions import AcceptSuggestions, Suggest
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.lines import LineDetail
from fundingapp.application.queries.suggestions import SuggestionsOf
from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType
from fundingapp.domain.allocations import BudgetMovement
from fundingapp.domain.bids import BidState as S
from fundingapp.domain.errors import CannotChargeError
from fundingapp.domain.funds import BudgetHead, Kind, Project
from fundingapp.domain.grant_conditions import ConditionKind, ConditionState, GrantCondition
from fundingapp.domain.ids import BidId, FundId, LineId, ProjectId, RuleId
from fundingapp.domain.matching import Disposition, parse_target
from tests.application.proofs import refusal_of
from tests.bid_steps import drafted, go_to, import_lines, keep
from tests.builders_core import NEXT_YEAR, YEAR, day, make_rule, money, set_up_grant
from tests.fakes import FakeStore

ONE, TWO = LineId(1), LineId(2)
P9 = ProjectId(3)

Way = Callable[[FundId], Command[Any]]


@pytest.fixture
def fund(desk: Desk) -> FundId:
    return set_up_grant(desk)


@pytest.fixture
def bid(desk: Desk, fund: FundId) -> BidId:
    return drafted(desk, fund)


def accrual(fund: FundId) -> AddAccrual:
    entry = Accrual(P9, fund, Kind.REVENUE, YEAR, 9, money("12.00"), "Youth Trust", "sessions", YEAR, 10)
    return AddAccrual(entry, ("PO 7",))


def adjustment(fund: FundId) -> AddAdjustment:
    entry = Adjustment(AdjustmentType.RECHARGE, P9, fund, Kind.REVENUE, YEAR, 9, money("12.00"), "rent")
    return AddAdjustment(entry, ("J 7",))


def part(fund: FundId) -> ChargeLine:
    head = BudgetHead(P9, fund, Kind.REVENUE)
    return ChargeLine(ONE, (ChargePart(money("12.00"), Disposition.PROJECT, head),), "theirs")


def whole(fund: FundId) -> ChargeLines:
    return ChargeLines((ONE,), parse_target("P-09"), "theirs")


#: Every way by which a person puts 12.00 on P-09.
WAYS: dict[str, Way] = {
    "a line by parts": part,
    "lines by the project": whole,
    "an accrual": accrual,
    "an adjustment": adjustment,
}
SENTENCES = {
    S.DRAFT: "P-09's bid is a draft, not decided: £12.00 can't be charged to it.",
    S.BOARD_APPROVED: "P-09's bid is CSP approved, not decided: £12.00 can't be charged to it.",
    S.SUBMITTED: "P-09's bid is submitted, not decided: £12.00 can't be charged to it.",
    S.DEFERRED: "P-09's bid is deferred, not decided: £12.00 can't be charged to it.",
    S.REJECTED: "P-09's bid was rejected: £12.00 can't be charged to it.",
    S.WITHDRAWN: "P-09's bid was withdrawn: £12.00 can't be charged to it.",
    S.ON_HOLD: "P-09's bid is on hold: £12.00 can't be charged to it.",
    S.TERMINATED: "P-09's bid was terminated: £12.00 can't be charged to it.",
    S.CLOSED: "P-09's bid is financially closed: £12.00 can't be charged to it.",
}


def stand(desk: Desk, store: FakeStore, bid: BidId, state: S) -> None:
    """Puts a draft in *state*, with an award where that state has one."""
    if state.is_awarded:
        go_to(desk, bid, S.APPROVED)
    with store.open_work() as work:
        kept = work.bids.get(bid)
    desk.do(ChangeRecord("bids", bid, kept.value, replace(kept.value, state=state), "stand"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("state", S, ids=lambda state: state.value)
def test_each_way_of_charging_is_refused_by_the_bids_state_or_done(
    desk: Desk, store: FakeStore, fund: FundId, bid: BidId, state: S, way: str
) -> None:
    import_lines(desk, "12.00")
    stand(desk, store, bid, state)
    command = WAYS[way](fund)
    if state in SENTENCES:
        refusal = refusal_of(desk, store, command)
        assert isinstance(refusal, CannotChargeError)
        assert refusal.message == SENTENCES[state]
    else:
        desk.do(command)


@pytest.mark.parametrize("state", [S.SUBMITTED, S.REJECTED, S.ON_HOLD, S.TERMINATED])
def test_a_rule_leaves_the_line_waiting_with_the_reason(
    desk: Desk, store: FakeStore, fund: FundId, bid: BidId, state: S
) -> None:
    import_lines(desk, "12.00", "-12.00")
    stand(desk, store, bid, state)
    desk.do(AddRules((make_rule(1, "P-09", supplier="Safer"),)))
    assert desk.do(ApplyRules()).result.waiting == 2
    because = desk.ask(LineDetail(ONE)).waiting_because
    assert because.startswith(SENTENCES[state])
    assert because != SENTENCES[state], "what to do stands beside it"
    assert desk.ask(LineDetail(TWO)).waiting_because.startswith(SENTENCES[state].replace("£12.00", "−£12.00"))
    # Once the state allows it the same rule charges them.
    with store.open_work() as work:
        kept = work.bids.get(bid)
        undecided = not any(each.value.bid == bid for each in work.awards.all())
    if undecided:
        return
    desk.do(ChangeRecord("bids", bid, kept.value, replace(kept.value, state=S.LIVE), "stand"))
    assert desk.do(ApplyRules()).result.charged == 2


def test_placing_anew_makes_lines_of_a_project_on_hold_wait_no_charge_is_made(desk: Desk, bid: BidId) -> None:
    import_lines(desk, "12.00")
    go_to(desk, bid, S.LIVE)
    desk.do(AddRules((make_rule(1, "P-09", supplier="Safer"),)))
    assert desk.do(ApplyRules()).result.charged == 1
    desk.do(HoldBid(bid, day("2018-06-01"), "no worker"))
    assert desk.do(PlaceAnew((RuleId(1),))).result.waiting == 1


def test_suggestions_name_only_what_can_be_charged(desk: Desk, bid: BidId) -> None:
    import_lines(desk, "12.00", "13.00")
    go_to(desk, bid, S.LIVE)
    desk.do(ChargeLines((ONE,), parse_target("P-09"), "theirs"))
    desk.do(Suggest())
    assert [found.head.project for found in desk.ask(SuggestionsOf(TWO)) if found.head] == [P9]
    desk.do(HoldBid(bid, day("2018-06-01"), "no worker"))
    with pytest.raises(CannotChargeError, match="P-09's bid is on hold"):
        desk.do(AcceptSuggestions((TWO,), BudgetHead(P9, FundId(1), Kind.REVENUE)))
    desk.do(Suggest())
    assert desk.ask(SuggestionsOf(TWO)) == ()
    desk.do(ResumeBid(bid, day("2018-07-01")))
    desk.do(Suggest())
    assert len(desk.ask(SuggestionsOf(TWO))) == 1


def test_what_a_line_is_charged_with_already_may_stay_or_become_less(
    desk: Desk, store: FakeStore, bid: BidId
) -> None:
    import_lines(desk, "12.00")
    go_to(desk, bid, S.LIVE)
    desk.do(ChargeLines((ONE,), parse_target("split P-01 50%, P-09 50%"), "half"))
    desk.do(HoldBid(bid, day("2018-06-01"), "no worker"))
    desk.do(ChargeLines((ONE,), parse_target("split P-01 60%, P-09 40%"), "less of it"))
    refusal = refusal_of(desk, store, ChargeLines((ONE,), parse_target("split P-01 50%, P-09 50%"), "more"))
    assert refusal.message == "P-09's bid is on hold: £6.00 can't be charged to it."
    desk.do(ClearCharges((ONE,)))


def test_what_was_taken_off_can_be_put_back_as_long_as_the_award_stands(desk: Desk, bid: BidId) -> None:
    import_lines(desk, "12.00")
    go_to(desk, bid, S.LIVE)
    desk.do(ChargeLines((ONE,), parse_target("P-09"), "theirs"))
    desk.do(HoldBid(bid, day("2018-06-01"), "no worker"))
    desk.do(ClearCharges((ONE,)))
    desk.undo()
    assert len(desk.ask(LineDetail(ONE)).row.charges) == 1


def test_it_can_t_be_put_back_where_the_award_went_meanwhile(desk: Desk, tools: Any, bid: BidId) -> None:
    import_lines(desk, "12.00")
    go_to(desk, bid, S.APPROVED)
    desk.do(ChargeLines((ONE,), parse_target("P-09"), "theirs"))
    desk.do(ClearCharges((ONE,)))
    Desk(tools).do(TakeDecisionBack(bid, "another's letter"))
    with pytest.raises(CannotChargeError, match="is submitted, not decided"):
        desk.undo()


def test_a_closed_bids_charges_are_neither_taken_off_nor_placed_anew(
    desk: Desk, store: FakeStore, bid: BidId
) -> None:
    import_lines(desk, "12.00")
    go_to(desk, bid, S.LIVE)
    desk.do(AddRules((make_rule(1, "P-09", supplier="Safer"),)))
    desk.do(ApplyRules())
    desk.do(CompleteBid(bid, day("2018-12-31")))
    desk.do(CloseBid(bid, day("2018-12-31"), surrender=True))
    for command in (ClearCharges((ONE,)), ChargeLines((ONE,), parse_target("P-01"), "ours")):
        refusal = refusal_of(desk, store, command)
        assert refusal.message == "P-09's bid is financially closed: £12.00 can't be taken off it."
        assert refusal.advice == "Reopen the bid first, with the reason."
    assert desk.do(PlaceAnew((RuleId(1),))).result.lines == 0


def test_the_list_of_projects_for_a_line_has_those_that_can_be_charged(
    desk: Desk, fund: FundId, bid: BidId
) -> None:
    import_lines(desk, "12.00")
    assert [ref for ref, _, _ in desk.ask(LineDetail(ONE)).heads] == ["P-01", "P-02"]
    go_to(desk, bid, S.APPROVED)
    assert [ref for ref, _, _ in desk.ask(LineDetail(ONE)).heads] == ["P-01", "P-02", "P-09"]


def test_an_undecided_addition_does_not_hold_the_awarded_project_back(
    desk: Desk, fund: FundId, bid: BidId
) -> None:
    import_lines(desk, "12.00")
    go_to(desk, bid, S.APPROVED)
    drafted(desk, fund, "10.00")
    drafted(desk, fund, "10.00", kind=Kind.CAPITAL, outside_allocation=True)
    desk.do(ChargeLines((ONE,), parse_target("P-09"), "theirs"))
    assert desk.ask(LineDetail(ONE)).row.projects == ("P-09",)


def test_a_capital_bid_that_is_undecided_takes_nothing_although_revenue_is_awarded(
    desk: Desk, store: FakeStore, fund: FundId, bid: BidId
) -> None:
    import_lines(desk, "12.00")
    go_to(desk, bid, S.APPROVED)
    drafted(desk, fund, "10.00", kind=Kind.CAPITAL, outside_allocation=True)
    head = BudgetHead(P9, fund, Kind.CAPITAL)
    command = ChargeLine(ONE, (ChargePart(money("12.00"), Disposition.PROJECT, head),), "theirs")
    assert refusal_of(desk, store, command).message == SENTENCES[S.DRAFT]


def test_a_withdrawn_addition_leaves_the_first_award_chargeable(desk: Desk, fund: FundId, bid: BidId) -> None:
    import_lines(desk, "12.00")
    first = drafted(desk, fund, "10.00", Project("P-10", "Bike marking"), outside_allocation=True)
    second = drafted(desk, fund, "5.00", Project("P-10", "Bike marking"), outside_allocation=True)
    go_to(desk, first, S.LIVE)
    go_to(desk, second, S.APPROVED)
    desk.do(WithdrawBid(second, day("2018-04-20"), "not needed"))
    desk.do(ChargeLines((ONE,), parse_target("P-10"), "theirs"))
    desk.do(TerminateBid(first, day("2018-05-20"), "over"))
    with pytest.raises(CannotChargeError, match="P-10's bid was terminated"):
        desk.do(accrual_of(ProjectId(4), fund))


def accrual_of(project: ProjectId, fund: FundId) -> AddAccrual:
    entry = Accrual(project, fund, Kind.REVENUE, YEAR, 9, money("1.00"), "Youth Trust", "sessions", YEAR, 10)
    return AddAccrual(entry, ("PO 7",))


def test_projects_from_before_bids_were_kept_are_charged_by_their_award(
    desk: Desk, store: FakeStore, fund: FundId
) -> None:
    import_lines(desk, "12.00")
    with store.open_work() as work:
        for kept in work.awards.all():
            work.awards.replace(kept, replace(kept.value, bid=None))
        for held in work.bids.all():
            work.bids.remove(held)
        work.commit(None)
    desk.do(ChargeLines((ONE,), parse_target("P-01"), "theirs"))
    assert desk.ask(LineDetail(ONE)).row.projects == ("P-01",)


def test_an_adjustment_that_stands_may_be_corrected_downwards_while_the_bid_is_on_hold(
    desk: Desk, store: FakeStore, fund: FundId, bid: BidId
) -> None:
    go_to(desk, bid, S.LIVE)
    id = desk.do(adjustment(fund)).result
    desk.do(HoldBid(bid, day("2018-06-01"), "no worker"))
    held = adjustment(fund).adjustment
    desk.do(ChangeAdjustment(id, replace(held, amount=money("11.00"), reason="rent of the hall")))
    refusal = refusal_of(desk, store, ChangeAdjustment(id, replace(held, amount=money("11.01"))))
    assert refusal.message == "P-09's bid is on hold: £11.01 can't be charged to it."


class TestBeforeRelease:
    def condition(self, fund: FundId, **fields: Any) -> GrantCondition:
        values: dict[str, Any] = {"year": YEAR, "project": P9} | fields
        return GrantCondition(
            fund, "4.2", "DBS evidence", ConditionKind.PRE_PAYMENT, before_release=True, **values
        )

    @pytest.mark.parametrize(
        ("fields", "held"),
        [
            ({}, True),
            ({"project": None}, True),
            ({"project": None, "year": None}, True),
            ({"year": NEXT_YEAR}, False),
            ({"project": ProjectId(1)}, False),
            ({"state": ConditionState.BREACHED}, True),
            ({"state": ConditionState.MET}, False),
            ({"state": ConditionState.WAIVED}, False),
        ],
    )
    def test_money_waits_for_the_condition(
        self,
        desk: Desk,
        store: FakeStore,
        fund: FundId,
        bid: BidId,
        fields: dict[str, Any],
        held: bool,
    ) -> None:
        import_lines(desk, "12.00")
        go_to(desk, bid, S.LIVE)
        keep(store, "conditions", self.condition(fund, **fields))
        command = ChargeLines((ONE,), parse_target("P-09"), "theirs")
        if not held:
            desk.do(command)
            return
        assert refusal_of(desk, store, command).message == (
            "P-09's money is not released before clause 4.2 is met or waived: £12.00 can't be charged to it."
        )

    def test_a_condition_of_an_addition_does_not_hold_the_first_award_back(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        import_lines(desk, "12.00")
        first, second = drafted(desk, fund, "10.00"), drafted(desk, fund, "5.00")
        go_to(desk, first, S.APPROVED)
        go_to(desk, second, S.APPROVED)
        keep(store, "conditions", self.condition(fund, bid=second))
        desk.do(ChargeLines((ONE,), parse_target("P-09"), "theirs"))
        keep(store, "conditions", self.condition(fund, bid=first))
        assert refusal_of(desk, store, accrual(fund)).code == "cannot_charge"


class TestPlans:
    @pytest.mark.parametrize("state", S, ids=lambda state: state.value)
    def test_nothing_is_planned_for_a_bid_that_is_undecided_or_over(
        self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId, state: S
    ) -> None:
        """A forecast and a virement are plans: they wait for the award, and a hold does not stop them."""
        stand(desk, store, bid, state)
        moved = BudgetMovement(
            fund, YEAR, Kind.REVENUE, ProjectId(1), P9, money("1.00"), day("2018-05-01"), "x"
        )
        for command in (SetForecast(P9, fund, Kind.REVENUE, YEAR, 10, money("9.00")), MoveBudget(moved)):
            if state in SENTENCES and state is not S.ON_HOLD:
                words = SENTENCES[state].partition(":")[0]
                assert refusal_of(desk, store, command).message == f"{words}, so nothing is planned for it."
            else:
                desk.do(command)

    def test_a_project_without_any_bid_is_refused_as_before(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        command = SetForecast(ProjectId(1), fund, Kind.CAPITAL, YEAR, 10, money("9.00"))
        assert refusal_of(desk, store, command).code == "not_found"


def test_a_project_added_with_its_award_has_a_bid_that_answers_it(
    desk: Desk, store: FakeStore, fund: FundId
) -> None:
    desk.do(AddProject(Project("P-11", "Sport"), fund, YEAR, Kind.REVENUE, money("9.00"), day("2018-04-01")))
    with store.open_work() as work:
        award, held = work.awards.all()[-1].value, work.bids.all()[-1]
    assert (award.bid, held.value.awarded, held.value.decided_on) == (
        held.id,
        money("9.00"),
        day("2018-04-01"),
    )
