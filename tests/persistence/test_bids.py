"""Bids on the real databases: the whole way, with its papers, kept, taken back and done again."""

from __future__ import annotations

from pathlib import Path

from fundingapp.application.commands.bids import (
    CloseBid,
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
    TakeDecisionBack,
    TerminateBid,
    WithdrawBid,
)
from fundingapp.application.commands.conditions import MoveCondition
from fundingapp.application.commands.merging import MergeProjects
from fundingapp.application.effect import Command
from fundingapp.application.queries.bids import BidDetail, BidsOf
from fundingapp.application.queries.positions import PositionOf
from fundingapp.domain.agreements import Consent
from fundingapp.domain.bids import BidState as S, BidText, Section
from fundingapp.domain.funds import Kind
from fundingapp.domain.grant_conditions import ConditionState
from fundingapp.domain.ids import BidId, ConditionId, FundId, ProjectId
from fundingapp.persistence.database import Database
from tests.bid_steps import P9, WAY, by_board, cost, decided
from tests.builders_core import NEXT_YEAR, YEAR, day, money, set_up_grant
from tests.machines import assert_same, figures_of
from tests.persistence.support import desk_of

FUND, P1 = FundId(1), ProjectId(1)
#: Two bids came with the grant.
BID, SECOND, THIRD = BidId(3), BidId(4), BidId(5)


def test_the_whole_way_is_kept_taken_back_and_done_again(database: Database, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("We consent.", encoding="utf-8")
    desk = desk_of(database)
    set_up_grant(desk)
    condition = OfferCondition("4.2", "DBS evidence", before_release=True)
    steps: list[Command[object]] = [
        CreateBid(P9, FUND, YEAR, Kind.REVENUE, money("30.00"), "B-1", evidence=("survey 12",)),
        SetBidCosts(BID, (cost(BID, "10.00"), cost(BID, "20.00", quarter=4))),
        SetBidTexts(BID, (BidText(BID, Section.NEED, "=needed “here”"), BidText(BID, Section.AIMS, "A"))),
        SetBidTexts(BID, (BidText(BID, Section.AIMS, ""),)),
        by_board(BID, interests="Cllr Day: trustee", score="68%"),
        SendBack(BID, "a word missing"),
        by_board(BID),
        WAY[S.SUBMITTED](BID),
        decided(BID, S.DEFERRED, until=day("2018-05-31")),
        decided(BID, S.PART_APPROVED, amount=money("25.00")),
        TakeDecisionBack(BID, "another's letter"),
        decided(BID),
        MakeOffer(BID, "Offer 1", day("2018-03-20"), purpose="weekends", conditions=(condition,)),
        ExtendOffer(BID, day("2018-04-30"), "away"),
        WAY[S.ACCEPTED](BID),
        MoveCondition(ConditionId(1), ConditionState.MET, day("2018-04-11"), evidence=("DBS 7",)),
        WAY[S.LIVE](BID),
        HoldBid(BID, day("2018-06-01"), "no worker"),
        ResumeBid(BID, day("2018-07-01")),
        WAY[S.COMPLETE](BID),
        CloseBid(BID, day("2019-01-10"), surrender=True),
        ReopenBid(BID, "a late invoice"),
        ReopenBid(BID, "work goes on"),
        TerminateBid(BID, day("2019-01-14"), "over after all"),
        RecordConsent(
            Consent(FUND, YEAR, Kind.REVENUE, money("5.00"), "PCC/9", day("2018-03-01")), (letter,)
        ),
        CreateBid(P1, FUND, YEAR, Kind.CAPITAL, money("7.00"), outside_allocation=True),
        SetBidCosts(SECOND, (cost(SECOND, "7.00"),)),
        by_board(SECOND),
        WAY[S.SUBMITTED](SECOND),
        decided(SECOND),
        WithdrawBid(SECOND, day("2018-04-01"), "not needed"),
        CopyForward((BID,)),
        RemoveBid(THIRD),
        MergeProjects(ProjectId(2), P1),
    ]
    start = figures_of(database.open_work)
    for step in steps:
        desk.do(step)
    end = figures_of(database.open_work)
    for _ in steps:
        desk.undo()
    assert_same(figures_of(database.open_work), start)
    for _ in steps:
        desk.redo()
    assert_same(figures_of(database.open_work), end)
    view = desk.ask(BidDetail(BID))
    assert (view.row.bid.state, view.row.offer and view.row.offer.purpose) == (S.TERMINATED, "weekends")
    assert [kept.value.name for kept in view.papers] == ["survey 12"]
    assert [kept.value.text for kept in view.texts] == ["=needed “here”"]
    assert desk.ask(BidsOf(NEXT_YEAR)).rows == ()
    identities = desk.ask(PositionOf(FUND, YEAR, 13)).identities
    assert all(identity.holds for identity in identities)
    # Both files of the test are evidence that is kept by its content; nothing is missing.
    assert database.problems() == []
