"""The console's commands for bids: a year's list, and one bid that is shown, drafted or moved to another state."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from fundingapp.application.commands.bids import (
    AcceptOffer,
    BoardDecides,
    CloseBid,
    CompleteBid,
    CreateBid,
    DecideBid,
    HoldBid,
    MakeOffer,
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
from fundingapp.application.commands.merging import MergeProjects
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.offices import Offices
from fundingapp.application.queries.bid_packs import BidsNamed
from fundingapp.application.queries.bids import BidDetail, BidRow, BidsOf
from fundingapp.application.queries.suggestions import ProjectRefs
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import count, short_date
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.given_papers import add_evidence_option, papers_given
from fundingapp.console.output import BarProgress, Output, table
from fundingapp.console.values import to_day
from fundingapp.domain.bidding import BidRoom
from fundingapp.domain.bids import BIDS, BidCost, BidState, CostCategory
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import BidId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.states import Need

#: What the states are called on the command line.
STATES: dict[str, BidState] = {state.value.casefold().replace(" ", "-"): state for state in BidState}

#: A costed line of a draft: what it is for, its quarter and its amount.
Cost = tuple[CostCategory, int, Money]


def to_state(text: str) -> BidState:
    """A state of a bid."""
    found = STATES.get(text.casefold().replace(" ", "-"))
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}” is none of: {', '.join(STATES)}")
    return found


def to_cost(text: str) -> Cost:
    """A costed line: CATEGORY:QUARTER:POUNDS."""
    parts = text.split(":")
    wanted = parts[0].strip().casefold()
    category = next((each for each in CostCategory if each.value.casefold() == wanted), None)
    if len(parts) != 3 or category is None or parts[1].strip() not in {"1", "2", "3", "4"}:
        known = ", ".join(each.value for each in CostCategory)
        raise argparse.ArgumentTypeError(
            f"“{text}” is not CATEGORY:QUARTER:POUNDS; the categories are {known}"
        )
    try:
        return category, int(parts[1]), Money.parse(parts[2])
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def list_bids(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """A year's bids with what is asked against what is available."""
    opened = offices.open(given.file, writing=False)
    try:
        fund = opened.desk.ask(FundNamed(given.fund)) if given.fund else None
        answer = opened.desk.ask(BidsOf(given.year, fund))
    finally:
        opened.close()
    alerts = [row.alert for row in answer.rows if row.alert]
    out.result(
        {
            "year": str(given.year),
            "bids": [_data(row) for row in answer.rows],
            "rooms": [_room_data(room) for room in answer.rooms],
            "alerts": alerts,
        },
        [
            table(
                f"Bids of {given.year}",
                ("Ref", "Project", "Fund", "Money", "State", "Asked", "Awarded", "Next", "By"),
                [_cells(row) for row in answer.rows],
                money=(5, 6),
            ),
            *(f"{room.fund_name}, {room.kind.value}: {room.sentence}" for room in answer.rooms),
            *alerts,
        ],
    )
    return TO_LOOK_AT if alerts else DONE


def one_bid(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Shows a bid, drafts one, or moves one to another state."""
    if given.draft is None and given.move is None:
        opened = offices.open(given.file, writing=False)
        try:
            row = _find(opened.desk, given)
            _show(opened.desk, row.id, out)
        finally:
            opened.close()
        return DONE
    opened = writable(offices, given.file)
    try:
        if given.draft is not None:
            id = _draft(opened.desk, given)
        else:
            row = _find(opened.desk, given)
            id = row.id
            opened.desk.do(_command(row, given))
        _show(opened.desk, id, out)
    finally:
        opened.close()
    return DONE


def merge_projects(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Makes one project of two."""
    opened = writable(offices, given.file)
    try:
        ids = [_project(opened.desk, ref) for ref in (given.ref, given.into)]
        opened.desk.do(MergeProjects(*ids))
    finally:
        opened.close()
    out.result(
        {"gone": given.ref, "stays": given.into},
        [f"{given.ref} is part of {given.into} now, with its bids and awards."],
    )
    return DONE


def _project(desk: Desk, ref: str) -> ProjectId:
    wanted = ref.strip().casefold()
    found = [id for id, known in desk.ask(ProjectRefs()).items() if known.casefold() == wanted]
    if not found:
        raise NotFoundError("project", ref, "“fundingapp spend” lists the projects of a grant.")
    return ProjectId(found[0])


def _find(desk: Desk, given: argparse.Namespace) -> BidRow:
    """The one bid that is meant. Raises ExpectedError that lists them where there are several."""
    fund = desk.ask(FundNamed(given.fund)) if given.fund else None
    rows = [
        row
        for row in (desk.ask(BidDetail(id)).row for id in desk.ask(BidsNamed((given.ref,), given.year, fund)))
        if given.id in {None, row.id} and given.money in {None, row.bid.kind.value}
    ]
    if not rows:
        raise NotFoundError("bid", given.ref, "“fundingapp bids FILE --year Y” lists a year's bids.")
    if len(rows) > 1:
        listed = "; ".join(
            f"--id {row.id}: {row.bid.year} {row.fund_name}, {row.bid.kind.value}, {row.bid.amount.in_words}, "
            f"{row.bid.state.value}"
            for row in rows
        )
        raise ExpectedError(
            "several_bids", f"“{given.ref}” has {count(len(rows), 'bid')}.", f"Say which: {listed}."
        )
    return rows[0]


def _draft(desk: Desk, given: argparse.Namespace) -> BidId:
    if given.year is None or not given.fund or given.amount is None:
        raise ExpectedError(
            "draft_needs",
            "A draft needs its fund, its year and the amount.",
            "Give --fund, --year and --amount.",
        )
    id = desk.do(
        CreateBid(
            Project(given.ref, given.draft),
            desk.ask(FundNamed(given.fund)),
            given.year,
            Kind(given.money or Kind.REVENUE.value),
            given.amount,
            given.reference,
            outside_allocation=given.outside,
            answer_due=given.until,
            evidence=papers_given(given),
        )
    ).result
    if given.cost:
        lines = [BidCost(id, category, category.value, quarter, sum) for category, quarter, sum in given.cost]
        desk.do(SetBidCosts(id, tuple(lines)))
    return id


def _command(row: BidRow, given: argparse.Namespace) -> Command[Any]:
    """The command that takes the bid to the state that is wanted. Raises ExpectedError in the machine's words."""
    state, target, papers = row.bid.state, given.move, papers_given(given)
    # What only the command itself can tell, such as an amount that follows from the decision, is left to it.
    said = {Need.DATE: given.date, Need.REFERENCE: given.reference, Need.REASON: given.reason}
    said |= {Need.AMOUNT: given.amount or target is BidState.OFFERED}
    BIDS.check(row.name, state, target, [need for need, value in said.items() if value])
    on, reference, reason = given.date, given.reference, given.reason
    id = row.id
    decision = DecideBid(id, target, on, reference, given.amount, given.until, reason, papers)
    again = state in {BidState.APPROVED, BidState.PART_APPROVED, BidState.REJECTED}
    starts: dict[BidState, Callable[[], Command[Any]]] = {
        BidState.ON_HOLD: lambda: ResumeBid(id, on),
        BidState.COMPLETE: lambda: ReopenBid(id, reason),
    }
    ways: dict[BidState, Callable[[], Command[Any]]] = {
        BidState.DRAFT: lambda: SendBack(id, reason),
        BidState.BOARD_APPROVED: lambda: BoardDecides(
            id,
            given.by,
            on,
            reference,
            given.interests,
            given.score,
            given.delegated,
            reason,
            evidence=papers,
        ),
        BidState.SUBMITTED: lambda: (
            TakeDecisionBack(id, reason) if again else SubmitBid(id, on, given.until, reference, papers)
        ),
        BidState.OFFERED: lambda: MakeOffer(id, reference, on, given.until, reason, evidence=papers),
        BidState.ACCEPTED: lambda: AcceptOffer(id, on, given.by, papers),
        BidState.LIVE: starts.get(state, lambda: StartBid(id, on)),
        BidState.ON_HOLD: lambda: HoldBid(id, on, reason),
        BidState.COMPLETE: lambda: (
            ReopenBid(id, reason) if state is BidState.CLOSED else CompleteBid(id, on, reason)
        ),
        BidState.CLOSED: lambda: CloseBid(id, on, given.surrender),
        BidState.TERMINATED: lambda: TerminateBid(id, on, reason, papers),
        BidState.WITHDRAWN: lambda: WithdrawBid(id, on, reason, papers),
    }
    return ways.get(target, lambda: decision)()


def _show(desk: Desk, id: BidId, out: Output) -> None:
    view = desk.ask(BidDetail(id))
    row = view.row
    steps = [
        (
            step.after,
            short_date(step.dated),
            step.reference,
            step.reason,
            f"{step.by}, {step.at.astimezone():%d/%m/%Y %H:%M}",
        )
        for step in view.history
    ]
    out.result(
        _data(row)
        | {
            "costs": [
                {
                    "category": kept.value.category.value,
                    "description": kept.value.description,
                    "quarter": kept.value.quarter,
                    "amount_pence": kept.value.amount.pence,
                }
                for kept in view.costs
            ],
            "texts": {kept.value.section.value: kept.value.text for kept in view.texts},
            "conditions": [
                {"clause": kept.value.clause, "text": kept.value.text, "state": kept.value.state.value}
                for kept in view.conditions
            ],
            "history": [
                {
                    "state": step.after,
                    "dated": step.dated.isoformat() if step.dated else None,
                    "reference": step.reference,
                    "reason": step.reason,
                    "by": step.by,
                }
                for step in view.history
            ],
            "room": _room_data(view.room),
        },
        [
            table(
                "",
                ("Ref", "Project", "Fund", "Money", "State", "Asked", "Awarded", "Next", "By"),
                [_cells(row)],
                money=(5, 6),
            ),
            table("History", ("State", "Dated", "Reference", "Reason", "Recorded by"), steps),
            f"{row.fund_name}, {row.bid.kind.value}: {view.room.sentence}",
            *([row.alert] if row.alert else []),
            "It can become: " + (", ".join(move.target.value for move in row.moves) or "nothing else") + ".",
        ],
    )


def _cells(row: BidRow) -> tuple[str, ...]:
    bid = row.bid
    return (
        row.ref,
        row.project_name,
        row.fund_name,
        bid.kind.value + (", outside the allocation" if bid.outside_allocation else ""),
        bid.state.value,
        str(bid.amount),
        str(bid.awarded) if bid.awarded is not None else "",
        row.next,
        short_date(row.by) if row.by else "",
    )


def _data(row: BidRow) -> dict[str, Any]:
    bid = row.bid
    return {
        "id": row.id,
        "ref": row.ref,
        "project": row.project_name,
        "fund": row.fund_name,
        "year": str(bid.year),
        "money": bid.kind.value,
        "reference": bid.reference,
        "state": bid.state.value,
        "amount_pence": bid.amount.pence,
        "costs_pence": row.costs.pence,
        "awarded_pence": bid.awarded.pence if bid.awarded is not None else None,
        "outside_allocation": bid.outside_allocation,
        "decision": bid.decision,
        "funded_since": str(row.funded_since) if row.funded_since else None,
        "next": row.next,
        "by": row.by.isoformat() if row.by else None,
        "days": row.days,
        "alert": row.alert,
        "moves": [
            {"to": move.target.value, "name": move.name, "needs": [need.value for need in move.needs]}
            for move in row.moves
        ],
    }


def _room_data(room: BidRoom) -> dict[str, Any]:
    return {
        "fund": room.fund_name,
        "money": room.kind.value,
        "available_pence": room.available.pence,
        "indicative_pence": room.indicative.pence,
        "awarded_pence": room.awarded.pence,
        "contingency_pence": room.contingency.pence,
        "submitted_pence": room.submitted.pence,
        "preparing_pence": room.preparing.pence,
        "outside_pence": room.outside.pence,
        "consented_pence": room.consented.pence,
        "left_pence": room.left.pence,
        "excess_pence": room.excess.pence,
    }


def add_bid_options(
    made: argparse.ArgumentParser, year: Callable[[str], Any], pounds: Callable[[str], Any]
) -> None:
    """The options of the command “bid”; *year* and *pounds* read a financial year and an amount."""
    made.add_argument("ref", metavar="REF", help="the project's reference, or the bid's own")
    made.add_argument("--year", type=year, metavar="Y", help="its financial year, such as 2018/19")
    made.add_argument("--fund", default="", metavar="NAME", help="its fund")
    made.add_argument("--money", choices=[kind.value for kind in Kind], help="its kind of money")
    made.add_argument(
        "--id", type=int, metavar="N", help="which of several bids, as “bids --json” numbers them"
    )
    what = made.add_mutually_exclusive_group()
    what.add_argument("--draft", metavar="PROJECT", help="draft a bid for the project of this name")
    what.add_argument(
        "--move", type=to_state, metavar="STATE", help=f"the state it comes to: {', '.join(STATES)}"
    )
    made.add_argument(
        "--amount", type=pounds, metavar="POUNDS", help="what is asked; the part that is awarded"
    )
    made.add_argument(
        "--cost",
        action="append",
        default=[],
        type=to_cost,
        metavar="CATEGORY:QUARTER:POUNDS",
        help="a costed line of a draft, such as staff:1:2500.00; may be given several times",
    )
    made.add_argument(
        "--outside", action="store_true", help="the draft asks for money outside the allocation"
    )
    made.add_argument("--date", type=to_day, metavar="DAY", help="the day on the paper, such as 2018-03-31")
    made.add_argument("--reference", default="", metavar="REF", help="the minute, letter or decision")
    made.add_argument("--reason", default="", metavar="TEXT", help="why; for an offer its purpose")
    made.add_argument("--by", default="", metavar="WHO", help="the board or group; who accepts an offer")
    made.add_argument(
        "--interests", default="", metavar="TEXT", help="what was declared at the board, or “none”"
    )
    made.add_argument("--score", default="", metavar="TEXT", help="the score, where bids are scored")
    made.add_argument("--delegated", action="store_true", help="the board delegated the decision")
    made.add_argument(
        "--until", type=to_day, metavar="DAY", help="when the answer is due; the last day to accept an offer"
    )
    made.add_argument("--surrender", action="store_true", help="closing gives what is unspent to contingency")
    add_evidence_option(made)
