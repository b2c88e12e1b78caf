"""Bids through the desk: what is asked, decided, offered and closed; what refuses a step, and taking each back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fundingapp.application.commands.adjustments import AddAccrual
from fundingapp.application.commands.bids import (
    AcceptOffer,
    ChangeBid,
    CloseBid,
    CompleteBid,
    CopyForward,
    CreateBid,
    ExtendOffer,
    HoldBid,
    MakeOffer,
    OfferCondition,
    RecordConsent,
    RemoveBid,
    ReopenBid,
    ResumeBid,
    SendBack,
    SetBidCosts,
    SetBidTexts,
    StartBid,
    SubmitBid,
    TakeDecisionBack,
    TerminateBid,
    WithdrawBid,
)
from fundingapp.application.commands.grants import AddGrant, MoveBudget, SetForecast
from fundingapp.application.commands.records import ChangeRecord
from fundingapp.application.desk import Desk
from fundingapp.application.queries.bids import BidDetail, BidRow, BidsOf, BidView, FundingRequests
from fundingapp.application.queries.positions import PositionOf
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.agreements import Agreement, Consent, Terms
from fundingapp.domain.allocations import AllocationStatus, Award, BudgetMovement, Resource
from fundingapp.domain.bids import BidState as S, BidText, CostCategory, Section
from fundingapp.domain.claims import Claim, ClaimLine, ClaimState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Fund, Kind, PaymentBasis, Project
from fundingapp.domain.grant_conditions import ConditionState
from fundingapp.domain.ids import BidId, ClaimId, FundId, PartyId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.states import Subject
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.bid_steps import (
    P9,
    WAY,
    by_board,
    charge,
    cost,
    decided,
    drafted,
    go_to,
    import_lines,
    keep,
)
from tests.builders_core import NEXT_YEAR, YEAR, day, money, set_up_grant
from tests.fakes import FakeStore


@pytest.fixture
def fund(desk: Desk) -> FundId:
    """350.00 available; 300.00 awarded, 20.00 contingency, 30.00 to ask for."""
    return set_up_grant(desk)


@pytest.fixture
def bid(desk: Desk, fund: FundId) -> BidId:
    """A draft of P-09 for 30.00, costed."""
    return drafted(desk, fund)


def row(desk: Desk, bid: BidId) -> BidRow:
    return detail(desk, bid).row


def detail(desk: Desk, bid: BidId) -> BidView:
    return desk.ask(BidDetail(bid))


def state(desk: Desk, bid: BidId) -> S:
    return row(desk, bid).bid.state


def budget(desk: Desk, fund: FundId, ref: str = "P-09") -> Money:
    projects = desk.ask(PositionOf(fund, YEAR, 13)).position.projects
    return Money.total(each.budget.current for each in projects if each.ref == ref)


class TestDrafts:
    def test_a_draft_makes_its_project_and_asks_for_money(self, desk: Desk, fund: FundId) -> None:
        bid = desk.do(
            CreateBid(P9, fund, YEAR, Kind.REVENUE, money("30.00"), " B-1 ", answer_due=day("2018-03-31"))
        ).result
        found = row(desk, bid)
        assert (found.ref, found.project_name, found.fund_name) == ("P-09", "Street Pastors", "Locality Fund")
        assert (found.bid.state, found.bid.amount, found.bid.reference) == (S.DRAFT, money("30.00"), "B-1")
        assert (found.next, found.by, found.alert) == ("goes to the board", None, "")
        assert (found.has_costs, found.costs, found.funded_since) == (False, Money.ZERO, None)

    def test_several_bids_for_one_project_fund_year_and_kind_stand_side_by_side(
        self, desk: Desk, fund: FundId, bid: BidId
    ) -> None:
        desk.do(CreateBid(P9, fund, YEAR, Kind.REVENUE, money("1.00")))
        desk.do(CreateBid(ProjectId(1), fund, YEAR, Kind.REVENUE, money("1.00")))
        assert [found.ref for found in desk.ask(BidsOf(YEAR)).rows] == [
            "P-01",
            "P-01",
            "P-02",
            "P-09",
            "P-09",
        ]
        with_refs = desk.ask(BidsOf(YEAR, fund)).rows
        assert len({found.bid.project for found in with_refs if found.ref == "P-09"}) == 1

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"amount": Money.ZERO}, "A bid asks for an amount above nought."),
            ({"kind": Kind.LABOUR}, "“Locality Fund” has revenue and capital, and no labour."),
            ({"project": Project("P-01", "Other")}, "P-01 is “Project P-01” in this file."),
            ({"project": Project(" ", "Other")}, "A project needs a reference and a name."),
        ],
    )
    def test_what_asks_for_nothing_that_there_is_is_refused(
        self, desk: Desk, store: FakeStore, fund: FundId, fields: dict[str, Any], said: str
    ) -> None:
        values: dict[str, Any] = {"project": P9, "kind": Kind.REVENUE, "amount": money("30.00")} | fields
        command = CreateBid(values["project"], fund, YEAR, values["kind"], values["amount"])
        assert refusal_of(desk, store, command).message == said

    def test_a_draft_changes_and_a_submitted_bid_does_not_without_being_taken_back(
        self, desk: Desk, store: FakeStore, bid: BidId
    ) -> None:
        more = replace(row(desk, bid).bid, amount=money("29.00"), kind=Kind.CAPITAL)
        desk.do(ChangeBid(bid, more))
        assert row(desk, bid).bid == more
        desk.undo()
        go_to(desk, bid, S.SUBMITTED)
        held = row(desk, bid).bid
        refusal = refusal_of(desk, store, ChangeBid(bid, replace(held, amount=money("29.00"))))
        assert refusal.message == "P-09's bid is submitted for £30.00: what it asks for can't change now."
        assert refusal.advice == "Take it back to draft first, with the reason."
        desk.do(ChangeBid(bid, replace(held, reference="B-9", answer_due=day("2018-04-30"))))
        desk.do(SendBack(bid, "asked for too much"))
        assert state(desk, bid) is S.DRAFT
        desk.do(ChangeBid(bid, replace(row(desk, bid).bid, amount=money("29.00"))))

    def test_a_state_is_not_typed_over(self, desk: Desk, store: FakeStore, bid: BidId) -> None:
        after = replace(row(desk, bid).bid, state=S.APPROVED, awarded=money("30.00"))
        assert "not by typing over it" in refusal_of(desk, store, ChangeBid(bid, after)).message

    def test_costs_and_texts_are_fixed_once_the_board_approved_them(
        self, desk: Desk, store: FakeStore, bid: BidId
    ) -> None:
        desk.do(by_board(bid))
        for command in (SetBidCosts(bid, ()), SetBidTexts(bid, ())):
            refusal = refusal_of(desk, store, command)
            assert refusal.message.startswith("P-09's bid is CSP approved: ")
            assert refusal.advice == "Take it back to draft first, with the reason."

    def test_texts_are_written_section_by_section_and_an_empty_one_goes(self, desk: Desk, bid: BidId) -> None:
        desk.do(
            SetBidTexts(
                bid, (BidText(bid, Section.NEED, " 61% feel safe by day "), BidText(bid, Section.AIMS, "A"))
            )
        )
        desk.do(SetBidTexts(bid, (BidText(bid, Section.AIMS, "  "), BidText(bid, Section.SUMMARY, "=1+1"))))
        texts = [(kept.value.section, kept.value.text) for kept in detail(desk, bid).texts]
        assert texts == [(Section.SUMMARY, "=1+1"), (Section.NEED, "61% feel safe by day")]

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ({"quarter": 5}, "Quarter 5 is not one of 1 to 4."),
            ({"amount": money("-1.00")}, "−£1.00 is below nought: a cost never is."),
            ({"bid": BidId(1)}, "A costed line belongs to another bid than P-09's bid."),
        ],
    )
    def test_a_costed_line_that_can_not_be_is_refused(
        self, desk: Desk, store: FakeStore, bid: BidId, line: dict[str, Any], said: str
    ) -> None:
        command = SetBidCosts(bid, (replace(cost(bid, "1.00"), **line),))
        assert refusal_of(desk, store, command).message == said

    def test_a_fund_that_divides_labour_costs_staff_as_labour_and_nothing_else(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        divided = FundId(keep(store, "funds", Fund("Serious Violence", PartyId(1), divides_labour=True)))
        labour = desk.do(CreateBid(P9, divided, YEAR, Kind.LABOUR, money("5.00"))).result
        other = desk.do(CreateBid(P9, divided, YEAR, Kind.NON_LABOUR, money("5.00"))).result
        desk.do(SetBidCosts(labour, (cost(labour, "5.00"),)))
        desk.do(SetBidCosts(other, (cost(other, "5.00", CostCategory.TRAVEL),)))
        wrong = refusal_of(desk, store, SetBidCosts(labour, (cost(labour, "5.00", CostCategory.TRAVEL),)))
        assert wrong.message == "P-09's bid asks for labour, and “travel and subsistence” is none."
        wrong = refusal_of(desk, store, SetBidCosts(other, (cost(other, "5.00"),)))
        assert wrong.message == "P-09's bid asks for non-labour, and staff is labour."

    def test_only_a_draft_is_removed_with_everything_about_it(
        self, desk: Desk, store: FakeStore, bid: BidId
    ) -> None:
        desk.do(SetBidTexts(bid, (BidText(bid, Section.NEED, "needed"),)))
        desk.do(ChangeBid(bid, row(desk, bid).bid, ("survey 12",)))
        go_to(desk, bid, S.SUBMITTED)
        assert (
            refusal_of(desk, store, RemoveBid(bid)).message == "P-09's bid is submitted, so it isn't removed."
        )
        desk.do(SendBack(bid, "not this year"))
        assert_taken_back_and_done_again(desk, store, RemoveBid(bid))
        with store.open_work() as work:
            left = [
                *work.bid_costs.all(),
                *work.bid_texts.all(),
                *work.board_decisions.all(),
                *work.supports.all(),
            ]
            assert left == []
            assert work.evidence.all() == []
            assert not [kept for kept in work.steps.all() if kept.value.subject_id == bid]


class TestDecisions:
    def test_the_board_needs_costs_that_foot_interests_and_a_minute(
        self, desk: Desk, store: FakeStore, bid: BidId
    ) -> None:
        desk.do(SetBidCosts(bid, (cost(bid, "29.99"),)))
        assert "£0.01 too little" in refusal_of(desk, store, by_board(bid)).message
        desk.do(SetBidCosts(bid, (cost(bid, "29.99"), cost(bid, "0.01", CostCategory.TRAVEL, 4))))
        assert (
            "where none was declared, type “none”"
            in refusal_of(desk, store, by_board(bid, interests=" ")).advice
        )
        assert (
            "without the reference of the paper" in refusal_of(desk, store, by_board(bid, minute="")).message
        )
        desk.do(by_board(bid, interests="Cllr Day: trustee", score="68 of 100", is_delegated=True))
        [kept] = detail(desk, bid).decisions
        assert (kept.value.interests, kept.value.score, kept.value.is_delegated) == (
            "Cllr Day: trustee",
            "68 of 100",
            True,
        )

    def test_a_bid_that_the_board_turns_down_is_withdrawn_with_the_reason(
        self, desk: Desk, store: FakeStore, bid: BidId
    ) -> None:
        assert "the reason" in refusal_of(desk, store, by_board(bid, approves=False)).message
        desk.do(by_board(bid, approves=False, note="below the pass mark"))
        assert state(desk, bid) is S.WITHDRAWN
        assert detail(desk, bid).history[-1].reason == "below the pass mark"

    def test_submitting_counts_what_is_awarded_and_submitted_against_what_is_available(
        self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId
    ) -> None:
        penny = drafted(desk, fund, "0.01", Project("P-10", "Penny"))
        go_to(desk, bid, S.SUBMITTED)
        desk.do(by_board(penny))
        refusal = refusal_of(desk, store, SubmitBid(penny, day("2018-02-11")))
        assert refusal.message == (
            "P-10's bid asks for £0.01, and £0.00 is left to ask for in 2018/19: £350.00 of revenue available, less "
            "£300.00 awarded, £20.00 contingency, £30.00 submitted."
        )
        desk.do(RecordConsent(Consent(fund, YEAR, Kind.REVENUE, money("0.01"), "PCC/9", day("2018-02-11"))))
        desk.do(SubmitBid(penny, day("2018-02-11")))
        [room] = desk.ask(BidsOf(YEAR)).rooms
        assert (room.left, room.submitted, room.consented, room.excess) == (
            Money.ZERO,
            money("30.01"),
            money("0.01"),
            Money.ZERO,
        )
        desk.do(decided(bid))
        desk.do(decided(penny))
        [room] = desk.ask(BidsOf(YEAR)).rooms
        assert room.excess == money("0.01")
        assert room.sentence.endswith("Awarded beyond what is available: £0.01, with consent for £0.01.")

    def test_kinds_are_held_apart(self, desk: Desk, store: FakeStore, fund: FundId) -> None:
        capital = drafted(desk, fund, "1.00", kind=Kind.CAPITAL)
        desk.do(by_board(capital))
        refusal = refusal_of(desk, store, SubmitBid(capital, day("2018-02-11")))
        assert "£0.00 of capital available." in refusal.message

    def test_bids_are_submitted_against_an_indicative_allocation_and_awarded_from_a_confirmed_one(
        self, desk: Desk, store: FakeStore
    ) -> None:
        fund = desk.do(
            AddGrant("Locality Fund", "The Commissioner", NEXT_YEAR, ((Kind.REVENUE, money("50.00")),))
        ).result
        with store.open_work() as work:
            [kept] = work.allocations.all()
        announced = replace(kept.value, status=AllocationStatus.INDICATIVE)
        desk.do(ChangeRecord("allocations", kept.id, kept.value, announced, "announce"))
        bid = desk.do(CreateBid(P9, fund, NEXT_YEAR, Kind.REVENUE, money("50.00"))).result
        desk.do(SetBidCosts(bid, (cost(bid, "50.00"),)))
        desk.do(by_board(bid, met_on=day("2019-01-07")))
        desk.do(SubmitBid(bid, day("2019-01-08")))
        [room] = desk.ask(BidsOf(NEXT_YEAR)).rooms
        assert (room.available, room.indicative, room.left) == (Money.ZERO, money("50.00"), Money.ZERO)
        refusal = refusal_of(desk, store, decided(bid, on="2019-01-10"))
        assert refusal.message == (
            "Awarding £50.00 to P-09 takes awards and contingency to £50.00: £50.00 beyond the £0.00 of revenue "
            "available in 2019/20 (£50.00 is indicative and not confirmed)."
        )
        desk.do(ChangeRecord("allocations", kept.id, announced, kept.value, "confirm"))
        desk.do(decided(bid, on="2019-01-10"))
        assert state(desk, bid) is S.APPROVED

    def test_a_bid_outside_the_allocation_brings_its_own_money_and_takes_it_away_again(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        bid = drafted(desk, fund, "900.00", kind=Kind.CAPITAL, outside_allocation=True)
        go_to(desk, bid, S.SUBMITTED)
        rooms = {room.kind: room for room in desk.ask(BidsOf(YEAR)).rooms}
        assert (rooms[Kind.CAPITAL].outside, rooms[Kind.CAPITAL].submitted) == (money("900.00"), Money.ZERO)
        before = desk.ask(PositionOf(fund, YEAR, 13)).position.unallocated
        desk.do(decided(bid))
        position = desk.ask(PositionOf(fund, YEAR, 13)).position
        assert (position.available, position.unallocated, position.over_programmed) == (
            money("1250.00"),
            before,
            Money.ZERO,
        )
        with store.open_work() as work:
            supplement = work.allocations.all()[-1].value
        assert (supplement.resource, supplement.kind, supplement.letter) == (
            Resource.SUPPLEMENT,
            Kind.CAPITAL,
            "PCC/12",
        )
        desk.do(TakeDecisionBack(bid, "the letter was another's"))
        assert desk.ask(PositionOf(fund, YEAR, 13)).position.available == money("350.00")

    def test_a_decision_in_full_makes_the_award_that_answers_the_bid(
        self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId
    ) -> None:
        go_to(desk, bid, S.SUBMITTED)
        assert_taken_back_and_done_again(desk, store, decided(bid))
        with store.open_work() as work:
            award = work.awards.all()[-1].value
        assert award == Award(ProjectId(3), fund, YEAR, Kind.REVENUE, money("30.00"), day("2018-03-10"), bid)
        assert (row(desk, bid).awarded, budget(desk, fund)) == (money("30.00"), money("30.00"))

    @pytest.mark.parametrize("amount", ["0.00", "30.00", "30.01", "-1.00"])
    def test_a_part_is_above_nought_and_below_what_was_asked(
        self, desk: Desk, store: FakeStore, bid: BidId, amount: str
    ) -> None:
        go_to(desk, bid, S.SUBMITTED)
        refusal = refusal_of(desk, store, decided(bid, S.PART_APPROVED, amount=money(amount)))
        assert "is not a part of the £30.00" in refusal.message
        desk.do(decided(bid, S.PART_APPROVED, amount=money("29.99")))
        assert row(desk, bid).awarded == money("29.99")

    def test_a_decision_in_full_is_for_all_of_it(self, desk: Desk, store: FakeStore, bid: BidId) -> None:
        go_to(desk, bid, S.SUBMITTED)
        refusal = refusal_of(desk, store, decided(bid, amount=money("29.99")))
        assert refusal.message == "P-09's bid asks for £30.00; £29.99 is not all of it."

    def test_a_deferred_bid_is_decided_later_and_still_counts_as_asked(self, desk: Desk, bid: BidId) -> None:
        go_to(desk, bid, S.SUBMITTED)
        desk.do(decided(bid, S.DEFERRED, until=day("2018-05-31")))
        found = row(desk, bid)
        assert (found.bid.decided_on, found.bid.answer_due, found.awarded) == (None, day("2018-05-31"), None)
        assert desk.ask(BidsOf(YEAR)).rooms[0].submitted == money("30.00")
        desk.do(SubmitBid(bid, day("2018-04-01"), answer_due=day("2018-06-30")))
        desk.do(decided(bid, on="2018-06-01"))
        assert [step.after for step in detail(desk, bid).history] == [
            "CSP approved",
            "submitted",
            "deferred",
            "submitted",
            "approved",
        ]

    def test_a_rejected_bid_has_its_paper_and_no_award(
        self, desk: Desk, store: FakeStore, bid: BidId
    ) -> None:
        go_to(desk, bid, S.SUBMITTED)
        desk.do(decided(bid, S.REJECTED, reason="below the pass mark of 65%"))
        found = detail(desk, bid)
        assert (found.row.bid.decision, found.row.awarded) == ("PCC/12", None)
        assert found.history[-1].reason == "below the pass mark of 65%"
        assert refusal_of(desk, store, decided(bid)).code == "forbidden_move"

    def test_only_the_commissioners_decisions_are_decisions(
        self, desk: Desk, store: FakeStore, bid: BidId
    ) -> None:
        go_to(desk, bid, S.SUBMITTED)
        assert refusal_of(desk, store, decided(bid, S.LIVE)).code == "not_a_decision"

    @pytest.mark.parametrize(
        ("on", "said"),
        [
            (
                "2018-02-09",
                "P-09's bid became submitted on 10/02/2018: what follows can't be dated before it, on 09/02/2018.",
            ),
            ("2019-01-17", "17/01/2019 is still to come."),
        ],
    )
    def test_days_follow_one_another_and_are_past(
        self, desk: Desk, store: FakeStore, bid: BidId, on: str, said: str
    ) -> None:
        go_to(desk, bid, S.SUBMITTED)
        assert refusal_of(desk, store, decided(bid, on=on)).message == said
        desk.do(decided(bid, on="2018-02-10"))

    def test_too_many_words_are_kept_in_a_draft_and_not_submitted(
        self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId
    ) -> None:
        keep(
            store,
            "agreements",
            Agreement(fund, "Terms", YEAR, YEAR, terms=Terms(section_words=(("risks", 2),))),
        )
        desk.do(SetBidTexts(bid, (BidText(bid, Section.RISK, "one two three"),)))
        assert detail(desk, bid).word_limits == {Section.RISK: 2}
        desk.do(by_board(bid))
        refusal = refusal_of(desk, store, SubmitBid(bid, day("2018-02-10")))
        assert refusal.message == "P-09's bid has more words than the agreement allows: “risks” has 3 of 2."


class TestConsent:
    def consent(self, fund: FundId, amount: str, **fields: Any) -> RecordConsent:
        values: dict[str, Any] = {"reference": "PCC/9", "dated": day("2018-03-01")} | fields
        return RecordConsent(Consent(fund, YEAR, Kind.REVENUE, money(amount), **values))

    def test_a_consent_names_its_letter_and_an_amount(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        assert refusal_of(desk, store, self.consent(fund, "0.00")).code == "no_amount"
        assert refusal_of(desk, store, self.consent(fund, "1.00", reference=" ")).code == "no_reference"
        assert_taken_back_and_done_again(desk, store, self.consent(fund, "1.00"))

    def test_the_agreements_percentage_is_the_limit_to_the_penny(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        terms = Terms(over_programming_percent=Decimal(10))
        keep(store, "agreements", Agreement(fund, "Terms", YEAR, YEAR, terms=terms))
        desk.do(self.consent(fund, "34.00"))
        refusal = refusal_of(desk, store, self.consent(fund, "1.01"))
        assert refusal.message == (
            "The agreement lets 10% of the £350.00 available be awarded beyond it; with this consent it would be "
            "£35.01."
        )
        desk.do(self.consent(fund, "1.00"))

    def test_a_decision_beyond_the_consent_is_refused_by_its_figures(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        """Over-programming as a commissioner allowed it: £525,179 awarded on £510,000 (domain paper 2.4, rule 31)."""
        bid = drafted(desk, fund, "45.00")
        desk.do(self.consent(fund, "15.00"))
        go_to(desk, bid, S.APPROVED)
        position = desk.ask(PositionOf(fund, YEAR, 13))
        assert position.position.over_programmed == money("15.00")
        desk.undo()
        desk.do(
            MoveBudget(
                BudgetMovement(
                    fund, YEAR, Kind.REVENUE, ProjectId(1), None, money("1.00"), day("2018-04-02"), "less"
                )
            )
        )
        # What is only moved takes nothing more of what is available.
        desk.do(decided(bid))


class TestAwardsGo:
    def test_a_decision_is_taken_back_with_its_award_and_what_was_planned_on_it(
        self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId
    ) -> None:
        go_to(desk, bid, S.APPROVED)
        desk.do(SetForecast(ProjectId(3), fund, Kind.REVENUE, YEAR, 10, money("9.00")))
        assert_taken_back_and_done_again(desk, store, TakeDecisionBack(bid, "the letter was another's"))
        found = row(desk, bid)
        assert (found.bid.state, found.bid.decided_on, found.bid.decision, found.awarded) == (
            S.SUBMITTED,
            None,
            "",
            None,
        )
        with store.open_work() as work:
            assert not [kept for kept in work.awards.all() if kept.value.bid == bid]
            assert work.forecasts.all() == []

    def test_spent_money_keeps_its_award_and_the_lines_are_named(
        self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId
    ) -> None:
        import_lines(desk, "20.00", "8.50")
        go_to(desk, bid, S.APPROVED)
        charge(desk, 1, 2)
        refusal = refusal_of(desk, store, TakeDecisionBack(bid, "why"))
        assert refusal.message == (
            "The award of £30.00 can't be taken from P-09: £28.50 of its £30.00 is already spent (T1 £20.00, T2 £8.50)."
        )
        assert refusal_of(desk, store, WithdrawBid(bid, day("2018-05-01"), "why")).code == "award_in_use"

    def test_lines_that_cancel_out_keep_it_too(self, desk: Desk, store: FakeStore, bid: BidId) -> None:
        import_lines(desk, "20.00", "-20.00")
        go_to(desk, bid, S.APPROVED)
        charge(desk, 1, 2)
        refusal = refusal_of(desk, store, TakeDecisionBack(bid, "why"))
        assert refusal.message == "P-09's award can't go: it has 2 ledger lines (T1 £20.00, T2 −£20.00)."

    def test_moved_money_keeps_it_too(self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId) -> None:
        go_to(desk, bid, S.APPROVED)
        moved = BudgetMovement(
            fund, YEAR, Kind.REVENUE, ProjectId(3), ProjectId(1), money("4.00"), day("2018-05-01"), "x"
        )
        desk.do(MoveBudget(moved))
        refusal = refusal_of(desk, store, TakeDecisionBack(bid, "why"))
        assert refusal.message == (
            "The award of £30.00 can't be taken from P-09: £4.00 of it was moved to other lines of the grant."
        )

    def test_an_addition_may_go_as_long_as_the_rest_covers_what_is_spent(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        import_lines(desk, "20.00", "5.00")
        first = drafted(desk, fund, "20.00")
        second = drafted(desk, fund, "10.00")
        go_to(desk, first, S.APPROVED)
        go_to(desk, second, S.APPROVED)
        charge(desk, 1)
        desk.do(TakeDecisionBack(second, "too soon"))
        desk.undo()
        charge(desk, 2)
        refusal = refusal_of(desk, store, TakeDecisionBack(second, "too soon"))
        assert "£25.00 of its £30.00 is already spent" in refusal.message

    def test_undoing_a_decision_after_somebody_charged_it_is_refused(
        self, desk: Desk, store: FakeStore, tools: Any, bid: BidId
    ) -> None:
        import_lines(desk, "20.00")
        go_to(desk, bid, S.APPROVED)
        charge(Desk(tools), 1)
        with pytest.raises(ExpectedError) as refusal:
            desk.undo()
        assert (
            refusal.value.message
            == "P-09's award can't be removed: 1 line of £20.00 is charged to it: T1 (£20.00)."
        )

    def test_a_withdrawn_bid_gives_its_award_back_and_its_conditions_are_waived(
        self, desk: Desk, fund: FundId, bid: BidId
    ) -> None:
        go_to(desk, bid, S.APPROVED)
        desk.do(MakeOffer(bid, "Offer 1", day("2018-03-20"), conditions=(OfferCondition("4.2", "DBS"),)))
        desk.do(WithdrawBid(bid, day("2018-04-20"), "the offer lapsed"))
        found = detail(desk, bid)
        assert (found.row.bid.state, found.row.awarded, budget(desk, fund)) == (S.WITHDRAWN, None, Money.ZERO)
        assert [kept.value.state for kept in found.conditions] == [ConditionState.WAIVED]


class TestOffers:
    def test_an_offer_is_for_what_was_awarded_and_lasts_as_long_as_the_agreement_says(
        self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId
    ) -> None:
        keep(store, "agreements", Agreement(fund, "Terms", YEAR, YEAR, terms=Terms(acceptance_days=21)))
        go_to(desk, bid, S.SUBMITTED)
        desk.do(decided(bid, S.PART_APPROVED, amount=money("25.00")))
        offer = MakeOffer(
            bid,
            "Offer 1",
            day("2018-03-20"),
            purpose="street pastors at weekends",
            starts_on=YEAR.first_day,
            ends_on=YEAR.last_day,
            conditions=(OfferCondition("4.2", "DBS evidence", before_release=True),),
        )
        assert_taken_back_and_done_again(desk, store, offer)
        found = detail(desk, bid)
        assert found.row.offer is not None
        assert (found.row.offer.amount, found.row.offer.accept_by) == (money("25.00"), day("2018-04-10"))
        assert (found.row.next, found.row.by) == ("to be accepted", day("2018-04-10"))
        [condition] = [kept.value for kept in found.conditions]
        assert (condition.project, condition.bid, condition.year, condition.before_release) == (
            ProjectId(3),
            bid,
            YEAR,
            True,
        )

    @pytest.mark.parametrize(
        "fields",
        [
            {"accept_by": day("2018-03-19")},
            {"starts_on": day("2018-04-01"), "ends_on": day("2018-03-31")},
        ],
    )
    def test_days_that_can_not_be_are_refused(
        self, desk: Desk, store: FakeStore, bid: BidId, fields: dict[str, Any]
    ) -> None:
        go_to(desk, bid, S.APPROVED)
        command = MakeOffer(bid, "Offer 1", day("2018-03-20"), **fields)
        assert refusal_of(desk, store, command).code == "offer_days"

    def test_the_last_day_is_well_and_the_day_after_is_refused_with_both(
        self, desk: Desk, store: FakeStore, bid: BidId
    ) -> None:
        go_to(desk, bid, S.OFFERED)  # to be accepted by 17 April: 28 days
        refusal = refusal_of(desk, store, AcceptOffer(bid, day("2018-04-18"), "S151"))
        assert refusal.message == "P-09's bid could be accepted until 17/04/2018; 18/04/2018 is 1 day later."
        assert refusal_of(desk, store, AcceptOffer(bid, day("2018-04-17"), " ")).code == "no_signatory"
        desk.do(AcceptOffer(bid, day("2018-04-17"), "S151"))
        offer = row(desk, bid).offer
        assert offer is not None
        assert (offer.accepted_on, offer.accepted_by) == (day("2018-04-17"), "S151")

    def test_an_extension_has_its_reason_and_stands_in_the_history(
        self, desk: Desk, store: FakeStore, bid: BidId
    ) -> None:
        go_to(desk, bid, S.OFFERED)
        assert refusal_of(desk, store, ExtendOffer(bid, day("2018-04-30"), " ")).code == "no_reason"
        assert refusal_of(desk, store, ExtendOffer(bid, day("2018-04-17"), "why")).code == "not_longer"
        assert_taken_back_and_done_again(desk, store, ExtendOffer(bid, day("2018-04-30"), "S151 was away"))
        assert detail(desk, bid).history[-1].reason == (
            "S151 was away (to be accepted by 30/04/2018 instead of 17/04/2018)"
        )
        desk.do(AcceptOffer(bid, day("2018-04-30"), "S151"))
        assert refusal_of(desk, store, ExtendOffer(bid, day("2018-05-30"), "why")).code == "not_offered"

    def test_a_start_waits_for_the_conditions_before_release(
        self, desk: Desk, store: FakeStore, bid: BidId
    ) -> None:
        go_to(desk, bid, S.APPROVED)
        conditions = (
            OfferCondition("4.2", "DBS evidence", before_release=True),
            OfferCondition("7", "a report"),
        )
        desk.do(MakeOffer(bid, "Offer 1", day("2018-03-20"), conditions=conditions))
        desk.do(WAY[S.ACCEPTED](bid))
        refusal = refusal_of(desk, store, StartBid(bid, day("2018-04-12")))
        assert refusal.message == (
            "P-09's bid can't start: 1 condition before release is neither met nor waived: clause 4.2."
        )
        kept = detail(desk, bid).conditions[0]
        met = replace(kept.value, state=ConditionState.MET)
        desk.do(ChangeRecord("conditions", kept.id, kept.value, met, "met"))
        desk.do(StartBid(bid, day("2018-04-12")))


class TestRunning:
    def test_a_hold_and_its_end(self, desk: Desk, store: FakeStore, bid: BidId) -> None:
        go_to(desk, bid, S.LIVE)
        assert refusal_of(desk, store, ResumeBid(bid, day("2018-06-01"))).code == "not_on_hold"
        assert refusal_of(desk, store, HoldBid(bid, day("2018-06-01"), "")).code == "move_needs"
        assert_taken_back_and_done_again(desk, store, HoldBid(bid, day("2018-06-01"), "no worker"))
        desk.do(ResumeBid(bid, day("2018-07-01")))
        assert state(desk, bid) is S.LIVE

    def test_a_termination_gives_what_is_unspent_to_contingency_and_no_penny_more(
        self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId
    ) -> None:
        import_lines(desk, "28.50")
        go_to(desk, bid, S.LIVE)
        charge(desk, 1)
        before = desk.ask(PositionOf(fund, YEAR, 13)).position
        assert_taken_back_and_done_again(
            desk, store, TerminateBid(bid, day("2018-06-01"), "the charity closed")
        )
        position = desk.ask(PositionOf(fund, YEAR, 13)).position
        assert (budget(desk, fund), position.contingency) == (
            money("28.50"),
            before.contingency + money("1.50"),
        )
        [ended] = [each for each in position.projects if each.ref == "P-09"]
        assert (ended.left, ended.forecast_remaining, ended.outturn) == (
            Money.ZERO,
            Money.ZERO,
            money("28.50"),
        )
        with store.open_work() as work:
            [movement] = [kept.value for kept in work.movements.all()]
        assert (movement.number, movement.target, movement.reason) == (
            1,
            None,
            "P-09's bid was terminated: the charity closed",
        )

    def test_what_is_claimed_is_not_given_back(
        self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId
    ) -> None:
        go_to(desk, bid, S.LIVE)
        self.claim(store, fund, "12.00", ClaimState.SUBMITTED)
        assert desk.do(TerminateBid(bid, day("2018-06-01"), "why")).result == money("18.00")

    def claim(self, store: FakeStore, fund: FundId, amount: str, state: ClaimState) -> None:
        claim = ClaimId(keep(store, "claims", Claim(fund, YEAR, 1, 1, 3, PaymentBasis.ADVANCE, state)))
        line = ClaimLine(
            claim, ProjectId(3), Kind.REVENUE, money(amount), money("30.00"), Money.ZERO, money(amount)
        )
        keep(store, "claim_lines", line)

    def test_one_of_two_awards_gives_back_no_more_than_its_own(self, desk: Desk, fund: FundId) -> None:
        first, second = drafted(desk, fund, "20.00"), drafted(desk, fund, "10.00")
        go_to(desk, first, S.LIVE)
        go_to(desk, second, S.LIVE)
        assert desk.do(TerminateBid(second, day("2018-06-01"), "not needed")).result == money("10.00")
        assert budget(desk, fund) == money("20.00")

    def test_l07_a_bid_is_not_closed_while_money_is_open_and_every_figure_is_named(
        self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId
    ) -> None:
        import_lines(desk, "20.00")
        go_to(desk, bid, S.APPROVED)
        desk.do(MakeOffer(bid, "Offer 1", day("2018-03-20"), conditions=(OfferCondition("7", "a report"),)))
        for target in (S.ACCEPTED, S.LIVE):
            desk.do(WAY[target](bid))
        charge(desk, 1)
        accrual = Accrual(ProjectId(3), fund, Kind.REVENUE, YEAR, 12, money("4.00"), "Youth Trust", "due")
        desk.do(AddAccrual(accrual, ("PO 1",)))
        self.claim(store, fund, "12.00", ClaimState.QUERIED)
        desk.do(CompleteBid(bid, day("2018-12-31")))
        refusal = refusal_of(desk, store, CloseBid(bid, day("2019-01-10")))
        assert refusal.message == (
            "P-09's bid can't be closed: £6.00 of its £30.00 is neither spent nor given back to contingency; "
            "1 accrual not reversed yet (Youth Trust £4.00); claim 1 for £12.00 is queried; clause 7 is open."
        )

    def test_an_overspend_is_not_closed_over(self, desk: Desk, store: FakeStore, bid: BidId) -> None:
        import_lines(desk, "30.01")
        go_to(desk, bid, S.LIVE)
        charge(desk, 1)
        desk.do(WAY[S.COMPLETE](bid))
        refusal = refusal_of(desk, store, CloseBid(bid, day("2019-01-10"), surrender=True))
        assert "£30.01 is spent of a budget of £30.00: £0.01 too much" in refusal.message

    def test_a_bid_that_is_settled_is_closed_and_may_be_reopened_with_a_reason(
        self, desk: Desk, store: FakeStore, fund: FundId, bid: BidId
    ) -> None:
        import_lines(desk, "20.00")
        go_to(desk, bid, S.LIVE)
        charge(desk, 1)
        desk.do(WAY[S.COMPLETE](bid))
        assert_taken_back_and_done_again(desk, store, CloseBid(bid, day("2019-01-10"), surrender=True))
        assert (state(desk, bid), budget(desk, fund)) == (S.CLOSED, money("20.00"))
        assert refusal_of(desk, store, ReopenBid(bid, "")).code == "move_needs"
        desk.do(ReopenBid(bid, "a late invoice"))
        desk.do(ReopenBid(bid, "work goes on"))
        assert state(desk, bid) is S.LIVE
        assert refusal_of(desk, store, ReopenBid(bid, "again")).code == "not_closed"


class TestAnotherYear:
    def test_drafts_for_next_year_have_costs_and_texts_and_say_since_when_the_project_is_funded(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        bid = drafted(desk, fund, "10.00")
        desk.do(
            SetBidCosts(bid, (cost(bid, "3.33"), cost(bid, "3.33", quarter=2), cost(bid, "3.34", quarter=3)))
        )
        desk.do(SetBidTexts(bid, (BidText(bid, Section.NEED, "needed"),)))
        go_to(desk, bid, S.APPROVED)
        assert_taken_back_and_done_again(desk, store, CopyForward((bid,), Decimal("2.6")))
        [copy] = desk.ask(BidsOf(NEXT_YEAR)).rows
        assert (copy.bid.amount, copy.bid.state, copy.bid.awarded) == (money("10.26"), S.DRAFT, None)
        assert (copy.funded_since, copy.is_continuing, copy.costs) == (YEAR, True, money("10.26"))
        found = detail(desk, copy.id)
        assert [kept.value.amount for kept in found.costs] == [money("3.42"), money("3.41"), money("3.43")]
        assert [kept.value.text for kept in found.texts] == ["needed"]
        [earlier] = found.earlier
        assert (earlier.year, earlier.asked, earlier.awarded) == (YEAR, money("10.00"), money("10.00"))
        assert found.history[0].reason == "copied from 2018/19"

    def test_a_bid_is_not_copied_twice(self, desk: Desk, store: FakeStore, bid: BidId) -> None:
        desk.do(CopyForward((bid,)))
        refusal = refusal_of(desk, store, CopyForward((bid,)))
        assert refusal.message == "P-09 has a bid of £30.00 for 2019/20 already; it is draft."
        assert refusal_of(desk, store, CopyForward(())).code == "no_bids"
        assert refusal_of(desk, store, CopyForward((BidId(2),), Decimal(-100))).code == "no_amount"


class TestQuestions:
    def test_requests_leave_drafts_out_and_add_up(self, desk: Desk, fund: FundId, bid: BidId) -> None:
        drafted(desk, fund, "1.00", Project("P-10", "A draft"))
        go_to(desk, bid, S.SUBMITTED)
        found = desk.ask(FundingRequests(YEAR))
        assert [each.ref for each in found.rows] == ["P-01", "P-02", "P-09"]
        assert (found.asked, found.awarded, found.undecided) == tuple(
            map(money, ("330.00", "300.00", "30.00"))
        )

    @pytest.mark.parametrize(
        ("due", "said"),
        [
            ("2019-01-15", ""),
            ("2019-01-14", "P-09's bid for £30.00 is unanswered: the answer was due 14/01/2019."),
        ],
    )
    def test_an_answer_is_late_from_the_day_after(
        self, desk: Desk, fund: FundId, due: str, said: str
    ) -> None:
        desk.do(AddGrant("Locality Fund", "The Commissioner", NEXT_YEAR, ((Kind.REVENUE, money("50.00")),)))
        bid = desk.do(CreateBid(P9, fund, NEXT_YEAR, Kind.REVENUE, money("30.00"))).result
        desk.do(SetBidCosts(bid, (cost(bid, "30.00"),)))
        desk.do(by_board(bid, met_on=day("2018-12-01")))
        desk.do(SubmitBid(bid, day("2018-12-02"), answer_due=date.fromisoformat(due)))
        assert row(desk, bid).alert == said

    def test_papers_and_steps_are_shown_with_who_and_when(self, desk: Desk, bid: BidId) -> None:
        desk.do(by_board(bid, evidence=("minutes of 7 February",)))
        found = detail(desk, bid)
        assert [kept.value.name for kept in found.papers] == ["minutes of 7 February"]
        [step] = found.history
        assert (step.subject, step.before, step.after, step.reference, step.by) == (
            Subject.BID,
            "draft",
            "CSP approved",
            "min 4",
            "Ann",
        )
        assert [move.target for move in found.row.moves] == [S.SUBMITTED, S.DRAFT, S.WITHDRAWN]
