"""The pack of bids as it is gathered: whatever is recorded of them, and nothing of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundingapp.application.commands.bids import CreateBid, MakeOffer, OfferCondition, SetBidTexts
from fundingapp.application.desk import Desk
from fundingapp.application.ports import TableColumn, Tools, ValueKind
from fundingapp.application.queries.bid_choices import BidChoices
from fundingapp.application.queries.bid_packs import BidsNamed, DraftPack, WritePack
from fundingapp.application.queries.exports import ExportRows
from fundingapp.application.queries.workspace import WorkspaceOf
from fundingapp.domain.bid_packs import cost_lines
from fundingapp.domain.bids import BidCost, BidState, BidText, CostCategory, Section
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.grant_conditions import ConditionKind, GrantCondition
from fundingapp.domain.ids import BidId, FundId
from fundingapp.domain.match_funding import MatchFunding
from fundingapp.domain.money import Money
from tests.bid_steps import drafted, go_to, keep
from tests.builders_core import NEXT_YEAR, YEAR, day, money, set_up_grant
from tests.fakes import FakePackWriter, FakeStore, FakeTableWriter


@pytest.fixture
def fund(desk: Desk) -> FundId:
    return set_up_grant(desk)


@pytest.fixture
def bid(desk: Desk, fund: FundId) -> BidId:
    return drafted(desk, fund)


def test_a_pack_holds_everything_that_is_recorded_of_its_bid(
    desk: Desk, store: FakeStore, fund: FundId, bid: BidId
) -> None:
    other = drafted(desk, fund, "1.00", Project("P-10", "Another"))
    desk.do(
        SetBidTexts(
            bid, (BidText(bid, Section.RISK, "Few come."), BidText(bid, Section.AIMS, "Fewer are hurt."))
        )
    )
    desk.do(SetBidTexts(other, (BidText(other, Section.AIMS, "not ours"),)))
    go_to(desk, bid, BidState.APPROVED)
    desk.do(MakeOffer(bid, "Offer 1", day("2018-03-20"), conditions=(OfferCondition("7.1", "A report"),)))
    project = desk.ask(DraftPack((bid,))).papers[0].bid.project
    keep(store, "match_funding", MatchFunding(project, YEAR, "Church", money("5.00")))
    keep(store, "match_funding", MatchFunding(project, NEXT_YEAR, "Church", money("9.00")))
    keep(store, "conditions", GrantCondition(fund, "2", "Of every award", ConditionKind.AUDIT))
    keep(
        store, "conditions", GrantCondition(fund, "3", "Of another year", ConditionKind.AUDIT, year=NEXT_YEAR)
    )
    (paper,) = desk.ask(DraftPack((bid,))).papers
    assert (paper.name, paper.fund, paper.commissioner) == ("P-09", "Locality Fund", "The Commissioner")
    assert [text.text for text in paper.texts] == ["Fewer are hurt.", "Few come."], (
        "in the order of the sections"
    )
    assert (paper.costed, paper.difference) == (money("30.00"), Money.ZERO)
    assert [each.planned for each in paper.match] == [money("5.00")]
    assert sorted(each.clause for each in paper.conditions) == ["2", "7.1"]
    assert [made.minute for made in paper.decisions] == ["min 4"]
    assert [offer.reference for offer in paper.offers] == ["Offer 1"]
    assert [step.after for step in paper.history][-2:] == ["approved", "offered"]


def test_bids_stand_in_the_order_asked_for_each_once_and_are_told_apart(
    desk: Desk, fund: FundId, bid: BidId
) -> None:
    again = drafted(desk, fund, "1.00")
    pack = desk.ask(DraftPack((again, bid, again)))
    assert [paper.name for paper in pack.papers] == ["P-09", "P-09 (2)"]
    assert [paper.bid.amount for paper in pack.papers] == [money("1.00"), money("30.00")]
    assert pack.asked == money("31.00")
    assert pack.title == "2 bids of 2018/19"


def test_a_pack_of_nothing_or_of_what_is_gone_is_refused(desk: Desk, bid: BidId) -> None:
    with pytest.raises(ExpectedError, match="No bid is chosen"):
        desk.ask(DraftPack(()))
    with pytest.raises(NotFoundError):
        desk.ask(DraftPack((BidId(99),)))


def test_what_is_written_is_the_pack_as_it_stands(desk: Desk, tools: Tools, bid: BidId) -> None:
    out = Path("pack.docx")
    written = desk.ask(WritePack((bid,), out))
    assert isinstance(tools.write_pack, FakePackWriter)
    assert tools.write_pack.packs == {out: written.pack}
    assert written.pack == desk.ask(DraftPack((bid,)))


def test_bids_are_named_by_their_own_reference_or_their_projects(
    desk: Desk, fund: FundId, bid: BidId
) -> None:
    again = desk.do(
        CreateBid(Project("P-10", "Another"), fund, NEXT_YEAR, Kind.REVENUE, money("1.00"), "B-7")
    ).result
    assert desk.ask(BidsNamed(("p-09",))) == (bid,)
    assert desk.ask(BidsNamed(("b-7", "P-09"))) == (again, bid)
    assert again in desk.ask(BidsNamed(()))
    assert again not in desk.ask(BidsNamed((), YEAR))
    with pytest.raises(ExpectedError, match="There is no bid “P-99” of 2018/19") as refusal:
        desk.ask(BidsNamed(("P-99",), YEAR))
    assert "P-09" in refusal.value.advice
    with pytest.raises(ExpectedError, match="There are no bids"):
        desk.ask(BidsNamed((), NEXT_YEAR.next))


def test_a_year_that_has_bids_alone_is_among_the_years(desk: Desk, fund: FundId) -> None:
    assert NEXT_YEAR not in desk.ask(WorkspaceOf()).years
    desk.do(CreateBid(Project("P-10", "Another"), fund, NEXT_YEAR, Kind.REVENUE, money("1.00")))
    assert NEXT_YEAR in desk.ask(WorkspaceOf()).years


def test_what_a_bid_can_name_is_offered_in_order(desk: Desk, fund: FundId, bid: BidId) -> None:
    choices = desk.ask(BidChoices())
    assert [kept.value.ref for kept in choices.projects] == ["P-01", "P-02", "P-09"]
    assert [kept.id for kept in choices.funds] == [fund]
    assert "The Commissioner" in [kept.value.name for kept in choices.parties]


def test_costs_of_one_thing_are_one_line_in_the_order_of_the_categories() -> None:
    id = BidId(1)
    lines = cost_lines(
        (
            BidCost(id, CostCategory.OTHER, "Sundries", 2, Money(5)),
            BidCost(id, CostCategory.STAFF, "Ann", 4, Money(1)),
            BidCost(id, CostCategory.STAFF, "Ann", 4, Money(2)),
            BidCost(id, CostCategory.STAFF, "Bob", 1, Money(-3)),
        )
    )
    assert [(line.category, line.description, line.total) for line in lines] == [
        (CostCategory.STAFF, "Ann", Money(3)),
        (CostCategory.STAFF, "Bob", Money(-3)),
        (CostCategory.OTHER, "Sundries", Money(5)),
    ]
    assert lines[0].quarters == (Money.ZERO, Money.ZERO, Money.ZERO, Money(3))


def test_a_short_list_is_exported_with_what_it_is(desk: Desk, tools: Tools) -> None:
    columns = (TableColumn("Ref"), TableColumn("Asked £", ValueKind.MONEY))
    about = (("Financial year", "2018/19"),)
    rows = (("P-09", Money(100)), ("P-10", None))
    assert desk.ask(ExportRows(columns, rows, Path("bids.xlsx"), "Bids", about)) == 2
    assert isinstance(tools.write_table, FakeTableWriter)
    ((document, written),) = tools.write_table.documents
    assert written == list(rows)
    assert document.notes[:3] == (("What this is", "Bids as shown by Funding Tracker"), *about, ("Rows", 2))
    assert document.sheet == "Bids"
