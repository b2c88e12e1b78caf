"""Bid packs for the tests of their writers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from fundingapp.domain.bid_packs import (
    BidPack,
    BidPaper,
    PlannedMilestone,
    PlannedResult,
    cost_lines,
    texts_in_order,
)
from fundingapp.domain.bids import (
    Bid,
    BidCost,
    BidState,
    BidText,
    BoardDecision,
    CostCategory,
    Offer,
    Section,
)
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.grant_conditions import ConditionKind, GrantCondition
from fundingapp.domain.ids import BidId, FundId, ProjectId
from fundingapp.domain.indicators import ResultLevel
from fundingapp.domain.match_funding import MatchFunding
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.states import Step, Subject

YEAR = FinancialYear.parse("2018/19")
ID = BidId(1)
#: Text that a spreadsheet would take for a formula, with a character that no file of either form can hold.
WILD = "=HYPERLINK(1)\x07 & <b>"

BID = Bid(
    ProjectId(1),
    FundId(1),
    YEAR,
    Kind.REVENUE,
    Money(10_000_00),
    BidState.PART_APPROVED,
    decided_on=date(2018, 3, 26),
    decision="PCC/2018/14",
    submitted_on=date(2018, 2, 9),
    awarded=Money(9_000_00),
)
PAPER = BidPaper(
    "LF-01",
    BID,
    Project("LF-01", "Street Pastors", lead="Community safety team"),
    "Locality Fund",
    "Leicestershire PCC",
    texts=texts_in_order(
        (
            BidText(ID, Section.EXIT, "+44 the church takes over.\nFrom 2020."),
            BidText(ID, Section.AIMS, WILD),
            BidText(ID, Section.RISK, "  "),
        )
    ),
    costs=cost_lines(
        (
            BidCost(ID, CostCategory.TRAVEL, "Fares", 4, Money(10)),
            BidCost(ID, CostCategory.STAFF, "Coordinator", 1, Money(2_000_05)),
            BidCost(ID, CostCategory.STAFF, "Coordinator", 3, Money(2_000_06)),
        )
    ),
    match=(
        MatchFunding(ProjectId(1), YEAR, "Church", Money(500_00), is_secured=True),
        MatchFunding(ProjectId(1), YEAR, "Volunteers", Money(700_00), is_in_kind=True),
    ),
    conditions=(
        GrantCondition(
            FundId(1), "4.2", "DBS evidence is sent", ConditionKind.PRE_PAYMENT, before_release=True
        ),
    ),
    decisions=(BoardDecision(ID, "CSP board", date(2018, 2, 7), "14/2", "none"),),
    offers=(Offer(ID, "OL/7", date(2018, 3, 30), Money(9_000_00), date(2018, 4, 27)),),
    history=(
        Step(
            Subject.BID,
            1,
            "draft",
            "CSP approved",
            date(2018, 2, 7),
            datetime(2018, 2, 8, tzinfo=UTC),
            "Ann",
            "14/2",
        ),
    ),
    papers=("minutes.pdf",),
)


def make_pack(number: int = 1) -> BidPack:
    """A pack of *number* bids, of which only the first has costs."""
    others = [
        replace(PAPER, name=f"LF-{at:02}", costs=(), match=(), bid=replace(BID, awarded=None))
        for at in range(2, number + 1)
    ]
    return BidPack("Charnwood CSP", "Charnwood Borough Council", date(2018, 4, 1), (PAPER, *others))


def with_results(pack: BidPack) -> BidPack:
    """*pack* with what its first bid is to reach, and what was reached the year before; a small number is hidden."""
    first, *others = pack.papers
    results = (
        PlannedResult(
            "Victims cope", ResultLevel.OUTPUT, "Clients supported", "clients", "171", "180", "provider",
            "160", "171", "met",
        ),
        PlannedResult(
            "", ResultLevel.OUTCOME, "Hate incidents, LGBT+", "", "<5", "rise",
            last_reached="[c]", last_state="small numbers",
        ),
    )  # fmt: skip
    milestones = (PlannedMilestone(date(2018, 9, 30), "Worker in post", "Victims cope"),)
    return replace(pack, papers=(replace(first, results=results, milestones=milestones), *others))
