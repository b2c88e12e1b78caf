"""A bid's way in tests: a draft with its costs, and one command for each state that follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundingapp.application.commands.bids import (
    AcceptOffer,
    BoardDecides,
    CompleteBid,
    CreateBid,
    DecideBid,
    MakeOffer,
    SetBidCosts,
    StartBid,
    SubmitBid,
)
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.domain.bids import BidCost, BidState as S, CostCategory
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import BidId, FundId, LineId
from fundingapp.domain.matching import parse_target
from tests.builders_core import YEAR, day, make_download, make_line, money
from tests.fakes import FakeStore

ASKED = "30.00"
P9 = Project("P-09", "Street Pastors")


def drafted(desk: Desk, fund: FundId, amount: str = ASKED, project: Project = P9, **fields: Any) -> BidId:
    id = desk.do(
        CreateBid(project, fund, YEAR, fields.pop("kind", Kind.REVENUE), money(amount), **fields)
    ).result
    desk.do(SetBidCosts(id, (cost(id, amount),)))
    return id


def cost(bid: BidId, amount: str, category: CostCategory = CostCategory.STAFF, quarter: int = 1) -> BidCost:
    return BidCost(bid, category, "worker", quarter, money(amount))


def by_board(bid: BidId, **fields: Any) -> BoardDecides:
    values: dict[str, Any] = {
        "body": "the board",
        "met_on": day("2018-02-07"),
        "minute": "min 4",
        "interests": "none",
    }
    return BoardDecides(bid, **(values | fields))


def decided(bid: BidId, decision: S = S.APPROVED, on: str = "2018-03-10", **fields: Any) -> DecideBid:
    return DecideBid(bid, decision, day(on), "PCC/12", **fields)


#: The way of a bid, one command for each state that follows.
WAY: dict[S, Callable[[BidId], Command[Any]]] = {
    S.BOARD_APPROVED: by_board,
    S.SUBMITTED: lambda bid: SubmitBid(bid, day("2018-02-10")),
    S.APPROVED: decided,
    S.OFFERED: lambda bid: MakeOffer(bid, "Offer 1", day("2018-03-20")),
    S.ACCEPTED: lambda bid: AcceptOffer(bid, day("2018-04-10"), "the S151 officer"),
    S.LIVE: lambda bid: StartBid(bid, day("2018-04-12")),
    S.COMPLETE: lambda bid: CompleteBid(bid, day("2018-12-31")),
}


def go_to(desk: Desk, bid: BidId, state: S) -> None:
    """Takes a draft along its way to *state*."""
    for target, command in WAY.items():
        desk.do(command(bid))
        if target is state:
            return


def keep(store: FakeStore, kind: str, value: Any) -> int:
    """Puts a record in place that another part of the program makes."""
    with store.open_work() as work:
        id: int = getattr(work, kind).add(value)
        work.commit(None)
    return id


def import_lines(desk: Desk, *amounts: str) -> None:
    desk.do(
        ImportLedger(make_download([make_line(f"T{at}", amount) for at, amount in enumerate(amounts, 1)]))
    )


def charge(desk: Desk, *lines: int, to: str = "P-09") -> None:
    desk.do(ChargeLines(tuple(map(LineId, lines)), parse_target(to), "theirs"))
