"""Notices of allocations: each is kept, moves follow the table, and refusals name rule and figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.allocations import (
    CloseAllocation,
    ConfirmAllocation,
    ConfirmResource,
    CorrectAllocation,
    NotifyAllocation,
    ReviseAllocation,
    WithdrawAllocation,
)
from fundingapp.application.commands.bids import TakeDecisionBack
from fundingapp.application.commands.grants import AddGrant, AddProject
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.papers import AddPapers, NewPaper
from fundingapp.application.commands.records import AddRecords, ChangeRecord, Record
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Tools
from fundingapp.application.queries.agreements import AllocationPapers, AllocationSteps, TrendOf
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.why import Why
from fundingapp.domain.agreements import Consent
from fundingapp.domain.allocations import Allocation, AllocationStatus, Resource
from fundingapp.domain.bids import BidState
from fundingapp.domain.claims import Claim, ClaimState
from fundingapp.domain.evidence import Supported
from fundingapp.domain.funds import Fund, Kind, PaymentBasis, Project
from fundingapp.domain.ids import AllocationId, FundId, LineId, PartyId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.positions import GrantPosition
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.bid_steps import drafted, go_to
from tests.builders_core import YEAR, day, make_download, make_line, money, set_up_grant
from tests.fakes import FakeSourceStore, FakeStore, SteppingClock, make_tools

FUND = FundId(1)
INDICATIVE, CONFIRMED = AllocationStatus.INDICATIVE, AllocationStatus.CONFIRMED
DECEMBER, MARCH, JUNE = day("2017-12-12"), day("2018-03-01"), day("2018-06-01")


@pytest.fixture
def fund(desk: Desk) -> FundId:
    """A fund with nothing notified yet."""
    desk.do(
        AddRecords(
            (
                Record("parties", 1, Party("West Mercia PCC", PartyKind.COMMISSIONER)),
                Record("funds", 1, Fund("Community Safety Fund", PartyId(1))),
            ),
            "set up",
        )
    )
    return FUND


def notice(amount: str = "60,000", **fields: Any) -> NotifyAllocation:
    given = {"status": CONFIRMED, "notified_on": MARCH, "letter": "CSF/1", "kind": Kind.REVENUE, **fields}
    return NotifyAllocation(Allocation(FUND, YEAR, amount=money(amount), **given))


def held(store: FakeStore) -> list[tuple[int, Allocation]]:
    return [(kept.id, kept.value) for kept in store.open_work(reading=True).allocations.all()]


def revision(store: FakeStore, amount: str, id: int = 1, reason: str = "yearly cut") -> ReviseAllocation:
    return ReviseAllocation(AllocationId(id), dict(held(store))[id], money(amount), JUNE, reason, "CSF/2")


def position(desk: Desk) -> GrantPosition:
    return desk.ask(PositionOf(FUND, YEAR)).position


class TestTheWay:
    def test_indicative_money_is_known_and_never_available(self, desk: Desk, fund: FundId) -> None:
        """North Worcestershire knew its allocation before bids were decided; what is only indicated isn't money."""
        desk.do(notice(status=INDICATIVE, notified_on=DECEMBER, basis="formula"))
        desk.do(notice("5,000", status=INDICATIVE, resource=Resource.SUPPLEMENT, notified_on=DECEMBER))
        found = position(desk).resources
        assert (found.available, found.indicative) == (money("0"), money("65,000"))
        why = desk.ask(Why(f"Community Safety Fund/{YEAR}/indicative"))
        assert why.value == money("65,000")
        assert [term.name for term in why.terms] == [
            "Allocation, revenue, 12/12/2017 CSF/1",
            "Supplement, revenue, 12/12/2017 CSF/1",
        ]

    def test_the_letter_confirms_and_splits(self, desk: Desk, store: FakeStore, fund: FundId) -> None:
        desk.do(notice(status=INDICATIVE, notified_on=DECEMBER, basis="formula"))
        split = ((Kind.REVENUE, money("45,000")), (Kind.CAPITAL, money("14,000")))
        confirm = ConfirmAllocation(FUND, YEAR, split, MARCH, "CSF/7")
        assert_taken_back_and_done_again(desk, store, confirm)
        found = position(desk)
        assert {
            kind: found.resources_by_kind[kind].available for kind in (Kind.REVENUE, Kind.CAPITAL)
        } == dict(split)
        assert found.resources.indicative == money("0")
        assert [(entry.status.value, str(entry.amount), entry.basis) for _, entry in held(store)] == [
            ("indicative", "60,000.00", "formula"),
            ("confirmed", "45,000.00", "formula"),
            ("confirmed", "14,000.00", ""),
        ]
        steps = desk.ask(AllocationSteps(FUND, YEAR))
        [step] = steps[2]
        assert (step.before, step.after, step.dated, step.reference, step.reason) == (
            "indicative",
            "confirmed",
            MARCH,
            "CSF/7",
            "indicated at £60,000.00",
        )

    def test_a_kind_that_the_letter_does_not_name_is_withdrawn(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        desk.do(notice(status=INDICATIVE, notified_on=DECEMBER))
        desk.do(notice("10,000", status=INDICATIVE, notified_on=DECEMBER, kind=Kind.CAPITAL))
        desk.do(ConfirmAllocation(FUND, YEAR, ((Kind.REVENUE, money("60,000")),), MARCH, "CSF/7"))
        assert held(store)[1][1].status is AllocationStatus.WITHDRAWN
        assert position(desk).resources.indicative == money("0")

    def test_a_revision_keeps_what_stood_before(self, desk: Desk, store: FakeStore, fund: FundId) -> None:
        desk.do(notice())
        assert_taken_back_and_done_again(desk, store, revision(store, "54,000"))
        assert position(desk).available == money("54,000")
        [_, (id, newest)] = held(store)
        assert (newest.status, newest.reason, newest.letter) == (
            AllocationStatus.REVISED,
            "yearly cut",
            "CSF/2",
        )
        [step] = desk.ask(AllocationSteps(FUND, YEAR))[id]
        assert (step.reason, step.by) == ("from £60,000.00: yearly cut", "Ann")
        [entry] = desk.ask(TrendOf(FUND))
        assert entry.amount == money("54,000")

    def test_a_cut_below_what_is_awarded_says_so_by_figures(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        desk.do(notice())
        desk.do(AddProject(Project("P-01", "Street Pastors"), FUND, YEAR, Kind.REVENUE, money("58,000")))
        noted = desk.do(revision(store, "54,000")).result
        assert noted.shortfall == money("4,000")
        assert noted.sentence == (
            "£58,000.00 of revenue is awarded, £4,000.00 more than the £54,000.00 that is available now (R2)."
        )
        answer = desk.ask(PositionOf(FUND, YEAR))
        assert not next(each for each in answer.identities if each.id == "R2").holds

    def test_supplements_are_confirmed_where_they_stand(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        desk.do(notice())
        desk.do(notice("5,000", status=INDICATIVE, resource=Resource.SUPPLEMENT))
        [_, (id, before)] = held(store)
        confirm = ConfirmResource(AllocationId(id), before, money("4,500"), JUNE, "CSF/3")
        assert_taken_back_and_done_again(desk, store, confirm)
        assert position(desk).available == money("64,500")

    def test_a_reduction_takes_off_and_what_is_brought_forward_adds(self, desk: Desk, fund: FundId) -> None:
        desk.do(notice())
        desk.do(notice("1,000", resource=Resource.REDUCTION))
        desk.do(notice("250", resource=Resource.BROUGHT_FORWARD))
        assert position(desk).available == money("59,250")

    def test_withdrawn_money_is_gone_with_all_its_notices(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        desk.do(notice())
        desk.do(revision(store, "54,000"))
        gone = WithdrawAllocation(AllocationId(2), dict(held(store))[2], day("2018-07-01"), "fund ended")
        assert_taken_back_and_done_again(desk, store, gone)
        assert position(desk).available == money("0")
        desk.do(notice("10,000", notified_on=day("2018-08-01")))
        assert position(desk).available == money("10,000")

    def test_a_typing_error_is_corrected_on_its_day(self, desk: Desk, store: FakeStore, fund: FundId) -> None:
        desk.do(notice("6,000"))
        [(_, before)] = held(store)
        correct = CorrectAllocation(
            AllocationId(1), before, replace(before, amount=money("60,000")), "a nought was missing"
        )
        assert refusal_of(desk, store, replace(correct, reason=" ")).code == "no_reason"
        assert refusal_of(desk, store, replace(correct, after=before)).code == "nothing_changes"
        assert_taken_back_and_done_again(desk, store, correct)
        assert position(desk).available == money("60,000")
        steps = desk.ask(AllocationSteps(FUND, YEAR))[1]
        assert [step.reason for step in steps] == ["", "corrected from £6,000.00: a nought was missing"]

    def test_what_stood_longer_than_a_day_is_revised(
        self, desk: Desk, store: FakeStore, tools: Tools, fund: FundId
    ) -> None:
        desk.do(notice("6,000"))
        [(_, before)] = held(store)
        clock = tools.clock
        assert isinstance(clock, SteppingClock)
        clock.now = datetime(2019, 1, 16, 0, 0, 1, tzinfo=UTC)
        correct = CorrectAllocation(
            AllocationId(1), before, replace(before, amount=money("60,000")), "nought"
        )
        assert refusal_of(desk, store, correct).message == (
            "The revenue allocation of 2018/19 was recorded on 15/01/2019: what stood longer than a day isn't "
            "overwritten."
        )

    def test_a_grant_by_hand_begins_its_history(self, desk: Desk) -> None:
        desk.do(AddGrant("Fund", "PCC", YEAR, ((Kind.REVENUE, money("5")),), "L1", MARCH, INDICATIVE, "flat"))
        [[step]] = desk.ask(AllocationSteps(FUND, YEAR)).values()
        assert (step.before, step.after, step.reference) == ("", "indicative", "L1")
        assert position(desk).resources.indicative == money("5")


class TestRefusals:
    """Each move that is not in the table, with its sentence; nothing is left behind by any."""

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            (
                notice(letter=" "),
                "The revenue allocation of 2018/19 can't be notified without what it rests on.",
            ),
            (
                notice(notified_on=None),
                "The revenue allocation of 2018/19 can't be notified without the date.",
            ),
            (notice("0"), "The revenue allocation of 2018/19 can't be £0.00."),
            (notice("-1"), "The revenue allocation of 2018/19 can't be −£1.00."),
            (
                notice(kind=Kind.LABOUR),
                "Community Safety Fund has no labour money: it has revenue, capital.",
            ),
            (
                notice(status=AllocationStatus.REVISED),
                "The revenue allocation of 2018/19 begins as indicative or confirmed, not as revised.",
            ),
        ],
    )
    def test_a_notice_says_what_it_lacks(
        self, desk: Desk, store: FakeStore, fund: FundId, given: NotifyAllocation, sentence: str
    ) -> None:
        assert refusal_of(desk, store, given).message == sentence

    def test_what_is_confirmed_is_not_notified_again(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        desk.do(notice())
        refusal = refusal_of(desk, store, notice("70,000", notified_on=JUNE))
        assert refusal.message == (
            "The revenue allocation of 2018/19 is confirmed at £60,000.00 already: it can't be notified again."
        )
        assert refusal.advice == "Revise it, with the reason."
        assert (
            refusal_of(desk, store, notice("70,000", notified_on=JUNE, status=INDICATIVE)).code
            == "forbidden_move"
        )

    def test_what_is_indicative_is_confirmed_not_doubled(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        desk.do(notice(status=INDICATIVE))
        assert (
            "a second one can't be confirmed beside it"
            in refusal_of(desk, store, notice(notified_on=JUNE)).message
        )
        desk.do(notice("61,000", status=INDICATIVE, notified_on=JUNE))
        assert position(desk).resources.indicative == money("61,000")

    def test_nothing_is_dated_before_what_it_follows(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        desk.do(notice())
        refusal = refusal_of(desk, store, replace(revision(store, "50,000"), dated=DECEMBER))
        assert refusal.message == (
            "The revenue allocation of 2018/19 was notified on 01/03/2018; a notice of 12/12/2017 can't take its place."
        )

    def test_confirming_needs_something_indicative_and_the_letter(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        confirm = ConfirmAllocation(FUND, YEAR, ((Kind.REVENUE, money("1")),), JUNE, "L")
        assert refusal_of(desk, store, confirm).code == "nothing_indicative"
        desk.do(notice(status=INDICATIVE))
        assert refusal_of(desk, store, replace(confirm, letter=" ")).message == (
            "The revenue allocation of 2018/19 can't become confirmed without the reference of the paper."
        )
        assert refusal_of(desk, store, replace(confirm, split=())).message == (
            "The revenue allocation of 2018/19 can't become confirmed without the amount."
        )
        desk.do(confirm)
        assert refusal_of(desk, store, confirm).message == (
            "The revenue allocation of 2018/19 is confirmed: it can't become confirmed from there."
        )

    def test_revising_needs_its_reason_and_what_stands(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        desk.do(notice())
        assert refusal_of(desk, store, revision(store, "50,000", reason=" ")).message == (
            "The revenue allocation of 2018/19 can't become revised without the reason."
        )
        assert refusal_of(desk, store, revision(store, "60,000")).message == (
            "The revenue allocation of 2018/19 is £60,000.00 already."
        )
        desk.do(revision(store, "50,000"))
        assert refusal_of(desk, store, revision(store, "40,000")).message == (
            "The revenue allocation of 2018/19 of £60,000.00 was revised before."
        )
        desk.do(revision(store, "0", id=2))  # a whole allocation may be cut away
        assert position(desk).available == money("0")

    def test_a_supplement_is_not_revised(self, desk: Desk, store: FakeStore, fund: FundId) -> None:
        desk.do(notice("100", resource=Resource.SUPPLEMENT))
        assert refusal_of(desk, store, revision(store, "90")).advice == (
            "Record another supplement or a reduction; a typing error is corrected."
        )

    def test_withdrawing_needs_its_reason(self, desk: Desk, store: FakeStore, fund: FundId) -> None:
        desk.do(notice())
        gone = WithdrawAllocation(AllocationId(1), held(store)[0][1], JUNE, " ")
        assert refusal_of(desk, store, gone).message == (
            "The revenue allocation of 2018/19 can't become withdrawn without the reason."
        )
        desk.do(replace(gone, reason="ended"))
        after = replace(gone, before=held(store)[0][1], reason="again")
        assert refusal_of(desk, store, after).advice == "That is its last state."


class TestClosing:
    CLOSE = CloseAllocation(FUND, YEAR, day("2019-05-31"))

    @pytest.fixture
    def spent_out(self, desk: Desk, fund: FundId) -> None:
        desk.do(notice("100"))
        desk.do(AddProject(Project("P-01", "Street Pastors"), FUND, YEAR, Kind.REVENUE, money("100")))

    def test_a_year_with_nothing_open_is_closed(self, desk: Desk, store: FakeStore, spent_out: None) -> None:
        assert_taken_back_and_done_again(desk, store, self.CLOSE)
        assert position(desk).available == money("100")
        assert refusal_of(desk, store, revision(store, "90")).message == (
            "Community Safety Fund 2018/19 is closed: its allocation of £100.00 can't change any more."
        )
        assert refusal_of(desk, store, notice("1", resource=Resource.SUPPLEMENT)).message == (
            "Community Safety Fund 2018/19 is closed: its allocation of £100.00 can't change any more."
        )
        assert refusal_of(desk, store, self.CLOSE).code == "year_closed"

    def test_without_an_allocation_there_is_nothing_to_close(
        self, desk: Desk, store: FakeStore, fund: FundId
    ) -> None:
        assert refusal_of(desk, store, self.CLOSE).message == (
            "Community Safety Fund 2018/19 has no allocation that counts."
        )

    def test_lines_that_wait_are_in_the_way(self, desk: Desk, store: FakeStore, spent_out: None) -> None:
        desk.do(ImportLedger(make_download([make_line("T1", "10.00")])))
        assert refusal_of(desk, store, self.CLOSE).message == (
            "Community Safety Fund 2018/19 can't be closed: 1 ledger line of £10.00 in 2018/19 still waits for a "
            "project."
        )
        desk.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
        desk.do(self.CLOSE)

    def test_what_is_indicative_is_in_the_way(self, desk: Desk, store: FakeStore, spent_out: None) -> None:
        desk.do(notice("5", resource=Resource.SUPPLEMENT, status=INDICATIVE))
        assert "the revenue supplement of 2018/19 of £5.00 is still indicative" in (
            refusal_of(desk, store, self.CLOSE).message
        )

    def test_open_claims_are_in_the_way(self, desk: Desk, store: FakeStore, spent_out: None) -> None:
        claim = Claim(FUND, YEAR, 1, 1, 6, PaymentBasis.ARREARS, ClaimState.SUBMITTED, submitted_on=JUNE)
        desk.do(AddRecords((Record("claims", 1, claim),), "claim"))
        assert refusal_of(desk, store, self.CLOSE).message == (
            "Community Safety Fund 2018/19 can't be closed: claim 1 is submitted."
        )
        paid = replace(claim, state=ClaimState.PAID, approved_on=JUNE)
        desk.do(ChangeRecord("claims", 1, claim, paid, "paid"))
        desk.do(self.CLOSE)

    def test_room_in_r2_is_to_be_decided(self, desk: Desk, store: FakeStore, spent_out: None) -> None:
        desk.do(notice("30", resource=Resource.SUPPLEMENT))
        assert refusal_of(desk, store, self.CLOSE).message == (
            "Community Safety Fund 2018/19 can't be closed: £30.00 of the £130.00 revenue available is neither awarded "
            "nor contingency (R2)."
        )
        desk.do(notice("45", resource=Resource.REDUCTION))
        assert refusal_of(desk, store, self.CLOSE).message == (
            "Community Safety Fund 2018/19 can't be closed: £100.00 of revenue is awarded on £85.00 available, £15.00 "
            "too much, with consent for £0.00 (R2)."
        )
        consent = Consent(FUND, YEAR, Kind.REVENUE, money("15"), "CSF/9", JUNE)
        desk.do(AddRecords((Record("consents", 1, consent),), "consent"))
        desk.do(self.CLOSE)


def test_the_letter_is_kept_with_its_notice(store: FakeStore) -> None:
    letter = Path("letter.pdf")
    desk = Desk(make_tools(store.open_work, sources=FakeSourceStore({letter: b"a letter"})))
    fund = set_up_grant(desk)
    [(id, _)] = held(store)
    attach = AddPapers(
        (NewPaper(letter), NewPaper("e-mail of 1 March")), (Supported("allocation", AllocationId(id)),)
    )
    assert_taken_back_and_done_again(desk, store, attach)
    papers = desk.ask(AllocationPapers(fund, YEAR))
    assert {at: [kept.value.name for kept in each] for at, each in papers.items()} == {
        id: ["letter.pdf", "e-mail of 1 March"]
    }


def test_a_supplement_that_goes_with_its_award_takes_its_papers_along(store: FakeStore) -> None:
    letter = Path("letter.pdf")
    desk = Desk(make_tools(store.open_work, sources=FakeSourceStore({letter: b"a letter"})))
    bid = drafted(desk, set_up_grant(desk), outside_allocation=True)
    go_to(desk, bid, BidState.APPROVED)
    id = max(at for at, _ in held(store))
    desk.do(AddPapers((NewPaper(letter),), (Supported("allocation", AllocationId(id)),)))
    assert_taken_back_and_done_again(desk, store, TakeDecisionBack(bid, "a new letter"))
    with store.open_work(reading=True) as work:
        assert not work.supports.all()
        assert not work.evidence.all()
