"""Two people at one funding file: what the other did meanwhile is never written over, and each is told so in words."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from fundingapp.application.commands.bids import ChangeBid, SetBidCosts, SetBidTexts, SubmitBid
from fundingapp.application.commands.claims import OpenClaim, PrepareClaim, SubmitClaim
from fundingapp.application.commands.grants import MoveBudget
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.desk import Desk
from fundingapp.application.queries.bids import BidDetail
from fundingapp.application.queries.claims import ClaimsOf
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.returns import ReturnDraft
from fundingapp.domain.allocations import BudgetMovement
from fundingapp.domain.bids import BidText, Section
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.matching import parse_target
from tests.bid_steps import by_board, cost, decided, drafted
from tests.builders_core import YEAR, day, make_download, make_line, money, set_up_grant
from tests.fakes import FakeSourceStore
from tests.persistence.support import Place, desk_of

FUND, P1, P2 = FundId(1), ProjectId(1), ProjectId(2)


@pytest.fixture
def two(place: Place) -> tuple[Desk, Desk]:
    """Two programs on one file with a grant and a draft bid."""
    first = desk_of(place.open(), sources=FakeSourceStore())
    set_up_grant(first)
    return first, desk_of(place.open("A. Colleague"), who="A. Colleague", sources=FakeSourceStore())


def refused(desk: Desk, command: object) -> ExpectedError:
    with pytest.raises(ExpectedError) as caught:
        desk.do(command)  # type: ignore[arg-type]
    assert caught.value.advice
    return caught.value


def test_a_bid_is_moved_once_and_the_other_is_told_where_it_stands(two: tuple[Desk, Desk]) -> None:
    ours, theirs = two
    bid = drafted(ours, FUND)
    theirs.do(by_board(bid))
    assert "is csp approved" in refused(ours, by_board(bid)).message.casefold()
    ours.do(SubmitBid(bid, day("2018-02-10")))
    assert refused(theirs, SubmitBid(bid, day("2018-02-11"))).code == "forbidden_move"
    # Nor does taking one's own step back take back what followed it.
    with pytest.raises(ExpectedError):
        theirs.undo()
    theirs.do(decided(bid))
    assert ours.ask(BidDetail(bid)).row.bid.awarded == money("30.00")


def test_an_editor_that_was_open_meanwhile_writes_over_nothing(two: tuple[Desk, Desk]) -> None:
    ours, theirs = two
    bid = drafted(ours, FUND)
    seen = ours.ask(BidDetail(bid))
    was = seen.row.bid
    costs = tuple(kept.value for kept in seen.costs)
    theirs.do(SetBidCosts(bid, (cost(bid, "25.00"), cost(bid, "5.00", quarter=2)), costs))
    theirs.do(SetBidTexts(bid, (BidText(bid, Section.NEED, "Theft rose by 12%."),), ()))
    theirs.do(ChangeBid(bid, replace(was, reference="PCC/7"), was=was))
    for command, what in (
        (SetBidCosts(bid, (cost(bid, "30.00"),), costs), "The costs of P-09's bid"),
        (SetBidTexts(bid, (BidText(bid, Section.NEED, "Ours."),), ()), "of P-09's bid"),
        (ChangeBid(bid, replace(was, answer_due=day("2018-03-01")), was=was), "P-09's bid"),
    ):
        refusal = refused(ours, command)
        assert refusal.code == "changed_meanwhile"
        assert what in refusal.message
    now = ours.ask(BidDetail(bid))
    assert now.row.bid.reference == "PCC/7"
    assert [kept.value.text for kept in now.texts] == ["Theft rose by 12%."]
    # Another section than the one that was changed is nobody's business.
    ours.do(SetBidTexts(bid, (BidText(bid, Section.RISK, "Ours."),), ()))


def spent(desk: Desk) -> None:
    desk.do(ImportLedger(make_download([make_line("T1", "60.00", period=2)])))
    desk.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))


def test_claims_are_made_one_after_the_other(two: tuple[Desk, Desk]) -> None:
    ours, theirs = two
    spent(ours)
    claim = ours.do(OpenClaim(FUND, YEAR)).result
    assert refused(theirs, OpenClaim(FUND, YEAR)).code == "claim_open"
    theirs.do(PrepareClaim(claim))
    theirs.do(SubmitClaim(claim, day("2018-07-30")))
    assert refused(ours, SubmitClaim(claim, day("2018-07-30"))).code == "forbidden_move"
    with pytest.raises(ExpectedError):
        ours.undo()
    (row,) = ours.ask(ClaimsOf(FUND, YEAR)).claims
    assert (row.of.state.value, row.figures.claimed) == ("submitted", money("60.00"))


def test_a_draft_that_is_held_is_given_up_for_what_the_other_did(two: tuple[Desk, Desk]) -> None:
    """Also when it is undone: the figures are then as before, and the history that the return ends with is not."""
    ours, theirs = two
    spent(ours)
    theirs.ask(ReturnDraft(FUND, YEAR, 1))

    def drafts() -> list[tuple[str, str]]:
        both = [desk.ask(ReturnDraft(FUND, YEAR, 1)).document for desk in two]
        return [(str(each.position.spent.pence), each.journal_head) for each in both]

    seen = [drafts()]
    ours.do(ImportLedger(make_download([make_line("T1", "75.00", period=2)], "later.csv")))
    seen.append(drafts())
    ours.undo()
    seen.append(drafts())
    assert [[spent for spent, _ in each] for each in seen] == [["6000"] * 2, ["7500"] * 2, ["6000"] * 2]
    assert len({head for each in seen for _, head in each}) == 3


def at_once(*doing: Callable[[], object]) -> list[str]:
    """Does all of it in the same moment; gives the code of each refusal, "" for what was done."""
    start = Barrier(len(doing))

    def one(what: Callable[[], object]) -> str:
        start.wait()
        try:
            what()
        except ExpectedError as error:
            return error.code
        return ""

    with ThreadPoolExecutor(len(doing)) as pool:
        return list(pool.map(one, doing))


def test_the_last_pound_of_a_line_is_moved_once_when_both_move_it_in_the_same_moment(
    two: tuple[Desk, Desk],
) -> None:
    def move(target: ProjectId | None) -> MoveBudget:
        on = day("2018-10-01")
        return MoveBudget(BudgetMovement(FUND, YEAR, Kind.REVENUE, P1, target, money("60.00"), on, "moved"))

    ours, theirs = two
    codes = at_once(lambda: ours.do(move(P2)), lambda: theirs.do(move(None)))
    assert sorted(bool(code) for code in codes) == [False, True]
    position = ours.ask(PositionOf(FUND, YEAR))
    assert {each.ref: each.budget.current for each in position.position.projects}["P-01"] == money("40.00")
    assert position.reconciled


def test_only_one_claim_is_begun_when_both_begin_one_in_the_same_moment(two: tuple[Desk, Desk]) -> None:
    ours, theirs = two
    spent(ours)
    codes = at_once(lambda: ours.do(OpenClaim(FUND, YEAR)), lambda: theirs.do(OpenClaim(FUND, YEAR)))
    assert sorted(codes) == ["", "claim_open"]
    assert len(ours.ask(ClaimsOf(FUND, YEAR)).claims) == 1
