"""A year of bids in every lane, on the sample's fund, for tests and pictures of the Bids page."""

from __future__ import annotations

from datetime import date, timedelta

from fundingapp.application.commands.bids import (
    AcceptOffer,
    BoardDecides,
    CreateBid,
    DecideBid,
    HoldBid,
    MakeOffer,
    OfferCondition,
    SetBidCosts,
    SetBidTexts,
    StartBid,
    SubmitBid,
    WithdrawBid,
)
from fundingapp.application.commands.grants import AddGrant
from fundingapp.application.desk import Desk
from fundingapp.domain.bids import BidCost, BidState, BidText, CostCategory, Section
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import BidId, FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

YEAR = FinancialYear.parse("2019/20")
#: Refs, names, pounds and how far each bid has come.
BIDS = (
    ("YD-01", "Youth diversion", 10_000, BidState.DRAFT),
    ("SP-02", "Street Pastors", 3_000, BidState.BOARD_APPROVED),
    ("NM-03", "Night marshals", 6_500, BidState.SUBMITTED),
    ("DA-04", "Domestic abuse outreach", 12_000, BidState.PART_APPROVED),
    ("HC-05", "Hate crime awareness", 2_500, BidState.REJECTED),
    ("BC-06", "Bicycle marking", 1_200, BidState.OFFERED),
    ("AS-07", "Anti-social behaviour casework", 9_000, BidState.ACCEPTED),
    ("SW-08", "Shop watch radios", 4_250, BidState.LIVE),
    ("PZ-09", "People Zones", 5_000, BidState.ON_HOLD),
    ("LT-10", "Lighting of the underpass", 800, BidState.WITHDRAWN),
)
_ORDER = (
    BidState.BOARD_APPROVED,
    BidState.SUBMITTED,
    BidState.APPROVED,
    BidState.OFFERED,
    BidState.ACCEPTED,
    BidState.LIVE,
    BidState.ON_HOLD,
)


def add_year(desk: Desk, year: FinancialYear = YEAR, pounds: int = 60_000) -> FundId:
    """The sample's fund in another year, with an allocation and no bids."""
    amounts = ((Kind.REVENUE, Money(pounds * 100)), (Kind.CAPITAL, Money.ZERO))
    return desk.do(
        AddGrant("Locality Fund", "Leicestershire Police and Crime Commissioner", year, amounts, "PCC/2019/1")
    ).result


def fill_year(desk: Desk, year: FinancialYear = YEAR, before: date | None = None) -> dict[str, BidId]:
    """That year with a bid in every lane, each by its reference; papers are dated up to *before*."""
    fund = add_year(desk, year)
    last = before or year.first_day
    made: dict[str, BidId] = {}
    for ref, name, pounds, state in BIDS:
        amount = Money(pounds * 100)
        bid = desk.do(
            CreateBid(
                Project(ref, name), fund, year, Kind.REVENUE, amount, answer_due=last + timedelta(days=20)
            )
        ).result
        made[ref] = bid
        quarters = amount.share([1, 1, 1, 1])
        desk.do(
            SetBidCosts(
                bid,
                tuple(
                    BidCost(bid, CostCategory.STAFF, "Coordinator", number, part)
                    for number, part in enumerate(quarters, start=1)
                ),
            )
        )
        desk.do(
            SetBidTexts(
                bid,
                (
                    BidText(bid, Section.SUMMARY, f"{name}: what we shall do, with whom, and where."),
                    BidText(bid, Section.NEED, "The strategic assessment puts this among the first five."),
                ),
            )
        )
        bring(desk, bid, state, amount, last)
    return made


def bring(desk: Desk, bid: BidId, state: BidState, amount: Money, last: date) -> None:
    """Brings a draft to *state*, with papers dated up to *last*."""
    if state is BidState.DRAFT:
        return
    board = BoardDecides(bid, "CSP board", last - timedelta(days=60), "2019/14", "none")
    if state is BidState.WITHDRAWN:
        desk.do(WithdrawBid(bid, last - timedelta(days=50), "the lamp was mended"))
        return
    desk.do(board)
    if state is BidState.BOARD_APPROVED:
        return
    desk.do(SubmitBid(bid, last - timedelta(days=45), last + timedelta(days=20)))
    if state is BidState.SUBMITTED:
        return
    decided = last - timedelta(days=20)
    if state in {BidState.PART_APPROVED, BidState.REJECTED}:
        part = Money(amount.pence * 3 // 4) if state is BidState.PART_APPROVED else None
        desk.do(DecideBid(bid, state, decided, "PCC/2019/21", part, reason="other bids come first"))
        return
    desk.do(DecideBid(bid, BidState.APPROVED, decided, "PCC/2019/21"))
    if state is BidState.APPROVED:
        return
    conditions = (OfferCondition("7.1", "A report each quarter"),)
    desk.do(
        MakeOffer(bid, "OL/19/7", last - timedelta(days=15), last + timedelta(days=9), conditions=conditions)
    )
    if state is BidState.OFFERED:
        return
    desk.do(AcceptOffer(bid, last - timedelta(days=10), "the section 151 officer"))
    if state is BidState.ACCEPTED:
        return
    desk.do(StartBid(bid, last))
    if state is BidState.ON_HOLD:
        desk.do(HoldBid(bid, last, "the coordinator has left"))
