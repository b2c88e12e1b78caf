"""Any walk of bids through their states: the money holds in whole pence at every step, every award answers a decided
bid, and all of it is taken back and done again."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fundingapp.application.commands.bids import (
    AcceptOffer,
    BoardDecides,
    ChangeBid,
    CloseBid,
    CompleteBid,
    CopyForward,
    CreateBid,
    DecideBid,
    HoldBid,
    MakeOffer,
    RecordConsent,
    RemoveBid,
    ReopenBid,
    ResumeBid,
    SendBack,
    SetBidCosts,
    StartBid,
    SubmitBid,
    TakeDecisionBack,
    TerminateBid,
    WithdrawBid,
)
from fundingapp.application.commands.grants import AddGrant
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLine, ChargePart, ClearCharges
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.bids import BidRow, BidsOf
from fundingapp.application.queries.positions import PositionOf
from fundingapp.domain.agreements import Consent
from fundingapp.domain.bids import BidCost, BidState as S, CostCategory
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import BudgetHead, Kind, Project
from fundingapp.domain.ids import BidId, FundId, LineId
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from tests.builders_core import NEXT_YEAR, YEAR, day, make_download, make_line, money
from tests.fakes import FakeStore, make_tools
from tests.machines import assert_same, figures_of

FUND = FundId(1)
REFS = ("P-01", "P-02", "P-03")
KINDS = (Kind.REVENUE, Kind.CAPITAL)
LINES = [make_line(f"T{number}", Money(number * 777), period=number) for number in range(1, 7)]

amounts = st.integers(1, 60_00).map(Money)
#: What a person may try on a bid; whether it is allowed is for the rules to say.
MOVES: dict[str, Callable[[BidId, date, Money], Command[Any]]] = {
    "board": lambda bid, on, _: BoardDecides(bid, "the board", on, "min 4", "none"),
    "turn down": lambda bid, on, _: BoardDecides(
        bid, "the board", on, "m", "none", note="no", approves=False
    ),
    "send back": lambda bid, *_: SendBack(bid, "too much"),
    "submit": lambda bid, on, _: SubmitBid(bid, on),
    "approve": lambda bid, on, _: DecideBid(bid, S.APPROVED, on, "PCC/1"),
    "part": lambda bid, on, part: DecideBid(bid, S.PART_APPROVED, on, "PCC/2", part),
    "defer": lambda bid, on, _: DecideBid(bid, S.DEFERRED, on, "PCC/3"),
    "reject": lambda bid, on, _: DecideBid(bid, S.REJECTED, on, "PCC/4"),
    "take back": lambda bid, *_: TakeDecisionBack(bid, "another's letter"),
    "offer": lambda bid, on, _: MakeOffer(bid, "Offer", on),
    "accept": lambda bid, on, _: AcceptOffer(bid, on, "S151"),
    "start": lambda bid, on, _: StartBid(bid, on),
    "hold": lambda bid, on, _: HoldBid(bid, on, "no worker"),
    "resume": lambda bid, on, _: ResumeBid(bid, on),
    "terminate": lambda bid, on, _: TerminateBid(bid, on, "the charity closed"),
    "complete": lambda bid, on, _: CompleteBid(bid, on),
    "close": lambda bid, on, _: CloseBid(bid, on),
    "close and give back": lambda bid, on, _: CloseBid(bid, on, surrender=True),
    "reopen": lambda bid, *_: ReopenBid(bid, "a late invoice"),
    "withdraw": lambda bid, on, _: WithdrawBid(bid, on, "not needed"),
    "remove": lambda bid, *_: RemoveBid(bid),
    "copy": lambda bid, *_: CopyForward((bid,), Decimal("2.6")),
}
#: Which of these are tried in each state: what is allowed there, the straight way first.
ALLOWED = {
    S.DRAFT: ("board", "turn down", "remove"),
    S.BOARD_APPROVED: ("submit", "send back", "withdraw"),
    S.SUBMITTED: ("approve", "part", "defer", "reject", "send back", "withdraw"),
    S.DEFERRED: ("part", "submit", "reject"),
    S.APPROVED: ("offer", "take back", "withdraw"),
    S.PART_APPROVED: ("offer", "take back", "withdraw"),
    S.REJECTED: ("take back", "copy"),
    S.OFFERED: ("accept", "withdraw"),
    S.ACCEPTED: ("start", "withdraw"),
    S.LIVE: ("hold", "complete", "terminate"),
    S.ON_HOLD: ("resume", "terminate"),
    S.COMPLETE: ("close and give back", "close", "reopen"),
    S.CLOSED: ("reopen", "copy"),
    S.WITHDRAWN: ("copy",),
    S.TERMINATED: ("copy",),
}


class BidWalk(RuleBasedStateMachine):
    """A grant of 100.00 revenue and 50.00 capital, three projects, six ledger lines, and bids in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.store = FakeStore()
        self.desk = Desk(make_tools(self.store.open_work))
        self.today = day("2018-02-01")

    @initialize()
    def a_grant(self) -> None:
        given = ((Kind.REVENUE, money("100.00")), (Kind.CAPITAL, money("50.00")))
        self.desk.do(AddGrant("Locality Fund", "The Commissioner", YEAR, given))
        self.desk.do(ImportLedger(make_download(LINES)))
        self.start = figures_of(self.store.open_work)
        self.draft("P-01", Kind.REVENUE, money("60.00"), False, True)
        self.draft("P-02", Kind.REVENUE, money("40.01"), False, True)
        self.draft("P-01", Kind.REVENUE, money("10.00"), False, True)
        self.draft("P-03", Kind.CAPITAL, money("80.00"), True, True)

    def attempt(self, command: Command[Any]) -> None:
        """Does *command* where it is allowed; a refusal says what to do."""
        refusal: ExpectedError | None = None
        try:
            self.desk.do(command)
        except ExpectedError as error:
            refusal = error
        assert refusal is None or (refusal.message.endswith(".") and refusal.advice)

    def bids(self) -> list[BidRow]:
        return [*self.desk.ask(BidsOf(YEAR)).rows, *self.desk.ask(BidsOf(NEXT_YEAR)).rows]

    def later(self) -> date:
        self.today += timedelta(days=1)
        return self.today

    @rule(
        ref=st.sampled_from(REFS),
        kind=st.sampled_from(KINDS),
        amount=amounts,
        outside=st.booleans(),
        exact=st.sampled_from((True, True, True, False)),
    )
    def draft(self, ref: str, kind: Kind, amount: Money, outside: bool, exact: bool) -> None:
        project = Project(ref, f"Project {ref}")
        bid = self.desk.do(CreateBid(project, FUND, YEAR, kind, amount, outside_allocation=outside)).result
        costed = amount if exact else amount + Money(1)
        parts = costed.share([1, 1, 1, 2])
        lines = [BidCost(bid, CostCategory.STAFF, "worker", at, part) for at, part in enumerate(parts, 1)]
        self.desk.do(SetBidCosts(bid, tuple(lines)))

    @rule(at=st.integers(0, 50), move=st.sampled_from(sorted(MOVES)), part=amounts)
    def any_move(self, at: int, move: str, part: Money) -> None:
        bids = self.bids()
        if bids:
            self.attempt(MOVES[move](bids[at % len(bids)].id, self.later(), part))

    @rule(at=st.integers(0, 50), ways=st.lists(st.integers(0, 9), min_size=1, max_size=6), part=amounts)
    def onward(self, at: int, ways: list[int], part: Money) -> None:
        """A bid goes several steps; three in ten leave the straight way."""
        for way in ways:
            bids = self.bids()
            if not bids:
                return
            row = bids[at % len(bids)]
            moves = ALLOWED[row.bid.state]
            move = moves[0] if way < 7 else moves[way % len(moves)]
            self.attempt(MOVES[move](row.id, self.later(), part))

    @rule(at=st.integers(0, 50), amount=amounts)
    def another_amount(self, at: int, amount: Money) -> None:
        bids = self.bids()
        if bids:
            row = bids[at % len(bids)]
            self.attempt(ChangeBid(row.id, replace(row.bid, amount=amount)))

    @rule(kind=st.sampled_from(KINDS), amount=amounts)
    def consent(self, kind: Kind, amount: Money) -> None:
        self.attempt(RecordConsent(Consent(FUND, YEAR, kind, amount, "PCC/9", self.today)))

    @rule(line=st.integers(1, len(LINES)), at=st.integers(0, 50), wait=st.sampled_from((False, False, True)))
    def charge(self, line: int, at: int, wait: bool) -> None:
        bids = self.bids()
        bids = [row for row in bids if not row.bid.state.no_charges] or bids
        bid = bids[at % len(bids)].bid if bids and not wait else None
        if bid is None:
            self.attempt(ClearCharges((LineId(line),)))
            return
        head = BudgetHead(bid.project, bid.fund, bid.kind)
        part = ChargePart(LINES[line - 1].amount, Disposition.PROJECT, head)
        self.attempt(ChargeLine(LineId(line), (part,), "theirs"))

    @rule(times=st.integers(1, 4))
    def undo_some_and_redo(self, times: int) -> None:
        before = figures_of(self.store.open_work)
        undone = 0
        while undone < times and self.desk.undo_name not in (None, "import ledger.csv"):
            self.desk.undo()
            undone += 1
        for _ in range(undone):
            self.desk.redo()
        assert_same(figures_of(self.store.open_work), before)

    @invariant()
    def the_money_holds(self) -> None:
        """R2 with the consents that are recorded, and R4, in whole pence."""
        if not self.store.open_work(reading=True).funds.all():
            return
        answer = self.desk.ask(PositionOf(FUND, YEAR, 13))
        by_id = {each.id: each for each in answer.identities}
        assert by_id["R2"].holds, by_id["R2"]
        assert by_id["R4"].holds, by_id["R4"]
        assert answer.position.over_programmed == answer.position.over_programmed_with_consent
        for project in answer.position.projects:
            assert project.budget.current >= Money.ZERO, project

    @invariant()
    def every_award_answers_a_decided_bid(self) -> None:
        with self.store.open_work(reading=True) as work:
            bids = {kept.id: kept.value for kept in work.bids.all()}
            awards = [kept.value for kept in work.awards.all()]
        answered = [award.bid for award in awards]
        assert sorted(id for id, bid in bids.items() if bid.state.is_awarded) == sorted(answered)  # type: ignore[type-var]
        for award in awards:
            assert award.bid is not None
            bid = bids[award.bid]
            assert (bid.project, bid.fund, bid.year, bid.kind) == (
                award.project,
                award.fund,
                award.year,
                award.kind,
            )
            assert bid.awarded == award.amount <= bid.amount
        assert all(bid.awarded is None for bid in bids.values() if not bid.state.is_awarded)

    @invariant()
    def money_is_charged_to_awards_only(self) -> None:
        with self.store.open_work(reading=True) as work:
            awarded = {
                (kept.value.project, kept.value.fund, kept.value.kind)
                for kept in work.awards.all()
                if kept.value.year == YEAR
            }
            charged = {(each.project, each.fund, each.kind) for each in work.ledger.charge_sums(YEAR)}
        assert charged <= awarded

    @invariant()
    def the_room_adds_up(self) -> None:
        for room in self.desk.ask(BidsOf(YEAR)).rooms:
            assert room.left == room.limit - room.taken
            assert room.excess <= room.consented
            assert room.sentence.endswith(".")

    def teardown(self) -> None:
        """Everything is taken back to the grant, and done again."""
        if not hasattr(self, "start"):
            return
        end = figures_of(self.store.open_work)
        taken = 0
        while self.desk.undo_name not in (None, "import ledger.csv"):
            self.desk.undo()
            taken += 1
        assert_same(figures_of(self.store.open_work), self.start)
        for _ in range(taken):
            self.desk.redo()
        assert_same(figures_of(self.store.open_work), end)
        with suppress(AttributeError):
            super().teardown()


TestAnyWalkOfBids = BidWalk.TestCase
TestAnyWalkOfBids.settings = settings(max_examples=min(20, settings().max_examples), stateful_step_count=30)


@pytest.mark.parametrize("seed", range(12))
def test_a_long_walk_holds_too(seed: int) -> None:
    """More steps than the machine takes, all of them as likely."""
    chance = random.Random(seed)
    walk = BidWalk()
    walk.a_grant()

    def amount() -> Money:
        return Money(chance.randint(1, 60_00))

    for _ in range(60):
        at = chance.randint(0, 50)
        match chance.randint(0, 9):
            case 0:
                outside = chance.random() < 0.3
                walk.draft(
                    chance.choice(REFS), chance.choice(KINDS), amount(), outside, chance.random() < 0.8
                )
            case 1:
                walk.any_move(at, chance.choice(sorted(MOVES)), amount())
            case 2:
                walk.consent(chance.choice(KINDS), Money(chance.randint(1, 10_00)))
            case 3 | 4:
                walk.charge(chance.randint(1, len(LINES)), at, chance.random() < 0.3)
            case 5:
                walk.another_amount(at, amount())
            case _:
                walk.onward(at, [chance.randint(0, 9) for _ in range(chance.randint(1, 6))], amount())
        walk.the_money_holds()
        walk.every_award_answers_a_decided_bid()
        walk.money_is_charged_to_awards_only()
        walk.the_room_adds_up()
    walk.teardown()
