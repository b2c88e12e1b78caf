"""Awards put right after they were recorded, and projects that were running before the file knew of them."""

from __future__ import annotations

from typing import Any

import pytest

from fundingapp.application.commands.awards import ChangeAward, RecordRunning
from fundingapp.application.commands.bids import CloseBid, MakeOffer, SubmitBid
from fundingapp.application.commands.conditions import AddCondition
from fundingapp.application.commands.grants import MoveBudget
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Kept
from fundingapp.application.queries.bids import BidDetail, BidsOf, BidView
from fundingapp.application.queries.positions import PositionOf
from fundingapp.domain.allocations import Award, BudgetMovement
from fundingapp.domain.bids import BidState as S
from fundingapp.domain.funds import Kind
from fundingapp.domain.grant_conditions import ConditionKind, GrantCondition
from fundingapp.domain.ids import AwardId, BidId, FundId
from fundingapp.domain.money import Money
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.bid_steps import decided, drafted, go_to
from tests.builders_core import YEAR, day, money, set_up_grant
from tests.fakes import FakeStore


@pytest.fixture
def fund(desk: Desk) -> FundId:
    """350.00 available; P-01 has 100.00, P-02 200.00, 20.00 contingency, 30.00 to ask for."""
    return set_up_grant(desk)


def award_of(store: FakeStore, ref: str) -> Kept[Award]:
    with store.open_work() as work:
        refs = {kept.id: kept.value.ref for kept in work.projects.all()}
        return next(kept for kept in work.awards.all() if refs[kept.value.project] == ref)


def change(store: FakeStore, ref: str, amount: str, reason: str = "mistyped") -> ChangeAward:
    kept = award_of(store, ref)
    return ChangeAward(AwardId(kept.id), kept.value, Money.parse(amount), reason)


def bid_of(desk: Desk, fund: FundId, ref: str) -> BidView:
    row = next(row for row in desk.ask(BidsOf(YEAR, fund)).rows if row.ref == ref)
    return desk.ask(BidDetail(row.id))


def bids_of(desk: Desk, fund: FundId) -> tuple[BidId, ...]:
    return tuple(row.id for row in desk.ask(BidsOf(YEAR, fund)).rows)


def running(bids: tuple[BidId, ...], on: str = "2018-04-02", **fields: Any) -> RecordRunning:
    values: dict[str, Any] = {"reference": "PCC/7", "by": "the S151 officer"}
    return RecordRunning(bids, day(on), **(values | fields))


# What an award comes to


def test_an_award_of_a_table_changes_with_its_bid_and_says_why(
    desk: Desk, store: FakeStore, fund: FundId
) -> None:
    assert_taken_back_and_done_again(desk, store, change(store, "P-01", "90.00", "two digits swapped"))
    view = bid_of(desk, fund, "P-01")
    assert award_of(store, "P-01").value.amount == money("90.00")
    assert (view.row.bid.amount, view.row.awarded) == (money("90.00"), money("90.00"))
    assert view.row.bid.state is S.APPROVED
    assert view.history[-1].reason == "award corrected from £100.00 to £90.00: two digits swapped"
    with store.open_work() as work:
        assert work.journal.lines(1, ["ChangeAward"])[0].after["reason"] == "two digits swapped"
    assert desk.ask(PositionOf(fund, YEAR)).position.awarded == money("290.00")


def test_what_was_asked_stays_when_a_decided_award_is_put_right(
    desk: Desk, store: FakeStore, fund: FundId
) -> None:
    go_to(desk, drafted(desk, fund), S.OFFERED)
    desk.do(change(store, "P-09", "25.00"))
    view = bid_of(desk, fund, "P-09")
    assert (view.row.bid.amount, view.row.awarded) == (money("30.00"), money("25.00"))
    assert view.row.bid.state is S.OFFERED
    assert view.offers[-1].value.amount == money("25.00")
    refusal = refusal_of(desk, store, change(store, "P-09", "31.00"))
    assert refusal.message == "P-09's bid asks for £30.00: an award of £31.00 is more than that."


@pytest.mark.parametrize(("amount", "state"), [("25.00", S.PART_APPROVED), ("30.00", S.APPROVED)])
def test_less_than_asked_is_approved_in_part(
    desk: Desk, store: FakeStore, fund: FundId, amount: str, state: S
) -> None:
    bid = drafted(desk, fund)
    go_to(desk, bid, S.SUBMITTED)
    desk.do(decided(bid, S.PART_APPROVED, amount=money("20.00")))
    desk.do(change(store, "P-09", amount))
    assert bid_of(desk, fund, "P-09").row.bid.state is state


def test_an_award_beyond_what_is_available_needs_the_consent(
    desk: Desk, store: FakeStore, fund: FundId
) -> None:
    desk.do(change(store, "P-01", "130.00"))
    refusal = refusal_of(desk, store, change(store, "P-01", "130.01"))
    assert (refusal.code, "£0.01 beyond the £350.00" in refusal.message) == ("over_programmed", True)


def test_an_award_of_a_bid_outside_brings_its_money_along(desk: Desk, store: FakeStore, fund: FundId) -> None:
    go_to(desk, drafted(desk, fund, outside_allocation=True), S.APPROVED)
    assert desk.ask(PositionOf(fund, YEAR)).position.available == money("380.00")
    assert_taken_back_and_done_again(desk, store, change(store, "P-09", "28.00"))
    assert desk.ask(PositionOf(fund, YEAR)).position.available == money("378.00")


@pytest.mark.parametrize(
    ("amount", "reason", "code", "words"),
    [
        ("-0.01", "typed", "no_amount", "An award is never below nought."),
        ("100.00", "typed", "same_amount", "P-01's award is £100.00 already."),
        ("90.00", " ", "no_reason", "Changing P-01's award needs its reason."),
    ],
)
def test_a_change_of_an_award_is_refused_in_a_sentence(
    desk: Desk, store: FakeStore, fund: FundId, amount: str, reason: str, code: str, words: str
) -> None:
    refusal = refusal_of(desk, store, change(store, "P-01", amount, reason))
    assert (refusal.code, refusal.message) == (code, words)


def test_what_was_moved_on_keeps_the_award(desk: Desk, store: FakeStore, fund: FundId) -> None:
    one, two = award_of(store, "P-01").value.project, award_of(store, "P-02").value.project
    desk.do(
        MoveBudget(
            BudgetMovement(
                fund, YEAR, Kind.REVENUE, one, two, money("60.00"), day("2018-06-01"), "needed there"
            )
        )
    )
    refusal = refusal_of(desk, store, change(store, "P-01", "59.99"))
    assert refusal.message == (
        "P-01's award can't be £59.99: £60.00 of its £100.00 was moved to other lines of the grant, and its budget "
        "would be −£0.01 (R4)."
    )
    desk.do(change(store, "P-01", "60.00"))


def test_a_closed_project_keeps_its_award(desk: Desk, store: FakeStore, fund: FundId) -> None:
    bid = drafted(desk, fund)
    go_to(desk, bid, S.COMPLETE)
    desk.do(CloseBid(bid, day("2019-01-10"), surrender=True))
    refusal = refusal_of(desk, store, change(store, "P-09", "29.00"))
    assert refusal.message == "P-09's bid is financially closed: its award of £30.00 can't change any more."
    assert refusal.advice == "Reopen it first."


# Running already


def test_a_table_of_awards_is_running_in_one_step(desk: Desk, store: FakeStore, fund: FundId) -> None:
    bids = bids_of(desk, fund)
    assert len(bids) == 2
    assert_taken_back_and_done_again(desk, store, running(bids))
    assert desk.undo_name == "record 2 projects as running already"
    for bid in bids:
        view = desk.ask(BidDetail(bid))
        assert view.row.bid.state is S.LIVE
        assert [(step.before, step.after, step.dated, step.reference) for step in view.history] == [
            ("approved", "offered", day("2018-04-02"), "PCC/7"),
            ("offered", "accepted", day("2018-04-02"), "PCC/7"),
            ("accepted", "live", day("2018-04-02"), "PCC/7"),
        ]
        [offer] = view.offers
        assert offer.value.amount == view.row.awarded
        assert (offer.value.accepted_on, offer.value.accepted_by) == (day("2018-04-02"), "the S151 officer")


@pytest.mark.parametrize(("state", "steps"), [(S.APPROVED, 3), (S.OFFERED, 2), (S.ACCEPTED, 1)])
def test_what_is_on_its_way_goes_the_rest_of_it(
    desk: Desk, store: FakeStore, fund: FundId, state: S, steps: int
) -> None:
    bid = drafted(desk, fund)
    go_to(desk, bid, state)
    before = len(desk.ask(BidDetail(bid)).history)
    assert_taken_back_and_done_again(desk, store, running((bid,), "2018-04-10"))
    view = desk.ask(BidDetail(bid))
    assert (view.row.bid.state, len(view.history) - before, len(view.offers)) == (S.LIVE, steps, 1)
    assert view.offers[0].value.accepted_on == day("2018-04-10")


def test_one_that_can_t_run_keeps_all_of_them(desk: Desk, store: FakeStore, fund: FundId) -> None:
    bid = drafted(desk, fund)
    go_to(desk, bid, S.BOARD_APPROVED)
    desk.do(SubmitBid(bid, day("2018-02-10")))
    refusal = refusal_of(desk, store, running(bids_of(desk, fund)))
    assert refusal.message == (
        "P-09's bid is submitted: only what is awarded and has not started can be recorded as running."
    )
    assert {row.bid.state for row in desk.ask(BidsOf(YEAR, fund)).rows} == {S.APPROVED, S.SUBMITTED}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"reference": " "}, "move_needs"),
        ({"by": ""}, "move_needs"),
        ({"on": "2018-03-09"}, "day_before"),
        ({"on": "2099-04-01"}, "day_to_come"),
    ],
)
def test_running_needs_its_paper_and_a_day_that_fits(
    desk: Desk, store: FakeStore, fund: FundId, fields: dict[str, Any], code: str
) -> None:
    bid = drafted(desk, fund)
    go_to(desk, bid, S.APPROVED)
    assert refusal_of(desk, store, running((bid,), **fields)).code == code


def test_no_bids_run_not(desk: Desk, store: FakeStore, fund: FundId) -> None:
    assert refusal_of(desk, store, running(())).code == "no_bids"


def test_an_offer_that_had_lapsed_is_not_running(desk: Desk, store: FakeStore, fund: FundId) -> None:
    bid = drafted(desk, fund)
    go_to(desk, bid, S.APPROVED)
    desk.do(MakeOffer(bid, "Offer 1", day("2018-03-20"), day("2018-03-31")))
    refusal = refusal_of(desk, store, running((bid,), "2018-04-02"))
    assert "could be accepted until 31/03/2018; 02/04/2018 is 2 days later." in refusal.message


def test_a_condition_before_release_keeps_it_from_running(desk: Desk, store: FakeStore, fund: FundId) -> None:
    desk.do(
        AddCondition(
            GrantCondition(fund, "4.2", "DBS evidence", ConditionKind.SPECIAL, YEAR, before_release=True)
        )
    )
    assert refusal_of(desk, store, running(bids_of(desk, fund))).code == "not_released"
