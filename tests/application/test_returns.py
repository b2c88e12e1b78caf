"""A return is drafted from the position, saved with its hash, recorded as sent, and then keeps its quarters."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.grants import SetUpPartnership
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.returns import ReturnSaved, SaveReturn, SubmitReturn
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Topic
from fundingapp.application.ports import Tools
from fundingapp.application.queries import returns
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.return_looks import ReturnLook
from fundingapp.application.queries.returns import ReturnDraft
from fundingapp.application.queries.sending_checks import ChecksBeforeSending
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, Partnership
from fundingapp.domain.ids import FundId, LineId, ProjectId, ReturnId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.returns import ReturnDocument, ReturnState
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import YEAR, certified, make_download, make_line, money, sent_return, set_up_grant
from tests.fakes import FakeReturnWriter, FakeStore

FUND = FundId(1)
LINES = (make_line("T1", "10.00", period=2), make_line("T2", "20.00", period=5))


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A grant with 10.00 spent in the first quarter and 20.00 in the second."""
    set_up_grant(desk)
    desk.do(ImportLedger(make_download(LINES)))
    desk.do(ChargeLines((LineId(1), LineId(2)), parse_target("P-01"), "theirs"))
    return desk


def save(desk: Desk, quarter: int = 1) -> ReturnSaved:
    return desk.do(SaveReturn(FUND, YEAR, quarter, Path(f"Q{quarter}.xlsx"))).result


def restate(desk: Desk, amount: str) -> None:
    """The finance system changes the first line after the fact."""
    lines = [LINES[0]._replace(amount=money(amount)), LINES[1]]
    desk.do(ImportLedger(make_download(lines, f"{amount}.csv")))


def test_a_draft_is_the_position_at_the_quarter_s_end(desk: Desk, tools: Tools, store: FakeStore) -> None:
    answer = desk.ask(ReturnDraft(FUND, YEAR, 2))
    document = answer.document
    assert (document.quarter, document.version, document.prepared_by) == (2, 1, "Ann")
    assert (document.fund, document.commissioner) == ("Locality Fund", "The Commissioner")
    assert document.partnership == Partnership("Partnership")
    assert document.journal_head == store.open_work(reading=True).journal.head() != ""
    assert document.position.spent == money("30.00")
    assert (answer.saved, document.agrees) == ((), True)


def test_a_return_is_written_and_recorded(desk: Desk, tools: Tools, store: FakeStore) -> None:
    assert_taken_back_and_done_again(desk, store, SaveReturn(FUND, YEAR, 2, Path("Q2.xlsx")))
    assert desk.undo_name == "save the Q2 return"
    assert isinstance(tools.write_return, FakeReturnWriter)
    [document] = tools.write_return.documents
    [kept] = desk.ask(ReturnDraft(FUND, YEAR, 2)).saved
    saved = kept.value
    assert (saved.state, saved.version, saved.made_by) == (ReturnState.DRAFT, 1, "Ann")
    assert (saved.file_name, saved.spent) == ("Q2.xlsx", document.position.spent)
    assert (ProjectId(1), Kind.REVENUE, (money("10.00"), money("20.00"))) in saved.quarters


def test_a_return_that_can_t_be_written_is_not_recorded(desk: Desk, tools: Tools, store: FakeStore) -> None:
    def full(document: object, out: Path) -> FakeReturnWriter:
        raise ExpectedError("disk_full", "The disk is full.", "Make room.")

    other = Desk(replace(tools, write_return=full))  # type: ignore[arg-type]  # it never returns
    assert refusal_of(other, store, SaveReturn(FUND, YEAR, 2, Path("Q2.xlsx"))).code == "disk_full"


def test_versions_count_on_also_after_one_was_taken_out(desk: Desk, store: FakeStore) -> None:
    assert [save(desk).document.version for _ in range(3)] == [1, 2, 3]
    with store.open_work() as work:
        work.return_proofs.remove(work.return_proofs.get(1))
        work.returns.remove(work.returns.get(1))
        store.state = work._state
    assert save(desk).document.version == 4
    assert save(desk, 2).document.version == 1


def test_a_return_is_recorded_as_sent_once(desk: Desk, store: FakeStore) -> None:
    saved = save(desk)
    certified(desk, saved.id)
    assert_taken_back_and_done_again(desk, store, SubmitReturn(saved.id))
    assert desk.undo_name == "record the Q1 return as sent"
    assert refusal_of(desk, store, SubmitReturn(saved.id)).code == "submitted_already"
    assert refusal_of(desk, store, SubmitReturn(ReturnId(9))).code == "not_found"


def test_recording_it_as_sent_makes_every_page_of_the_grant_ask_again(desk: Desk) -> None:
    assert save(desk).id == 1
    certified(desk, ReturnId(1))
    changed = desk.do(SubmitReturn(ReturnId(1))).changed
    assert changed == Topic.RETURNS | Topic.GRANTS | Topic.PROJECTS


def test_a_quarter_that_was_sent_never_changes(desk: Desk) -> None:
    """R17: what the ledger changed since appears as an adjustment, and the sums still agree."""
    sent_return(desk, save(desk).id)
    restate(desk, "13.00")
    document = desk.ask(ReturnDraft(FUND, YEAR, 2)).document
    project = document.position.projects[0]
    assert project.quarters[:2] == (money("10.00"), money("20.00"))
    assert project.prior_period_adjustment == money("3.00")
    assert document.position.spent == money("33.00")
    assert document.agrees


def test_a_draft_changes_with_the_ledger_until_it_is_sent(desk: Desk) -> None:
    save(desk)
    restate(desk, "13.00")
    position = desk.ask(ReturnDraft(FUND, YEAR, 2)).document.position
    assert position.projects[0].quarters[0] == money("13.00")


def test_the_newest_return_sent_is_the_one_that_counts(desk: Desk) -> None:
    sent_return(desk, save(desk, 1).id)
    restate(desk, "13.00")
    sent_return(desk, save(desk, 2).id)
    restate(desk, "14.00")
    position = desk.ask(PositionOf(FUND, YEAR, 9)).position
    assert position.submitted_quarter == 2
    assert position.projects[0].quarters[:2] == (money("10.00"), money("20.00"))
    assert position.projects[0].prior_period_adjustment == money("4.00")


def test_a_return_made_again_is_not_bound_by_itself_or_a_later_one(desk: Desk) -> None:
    sent_return(desk, save(desk, 1).id)
    sent_return(desk, save(desk, 2).id)
    restate(desk, "13.00")
    again = save(desk, 1).document
    assert again.version == 2
    assert again.position.projects[0].quarters == (money("13.00"), Money.ZERO, Money.ZERO, Money.ZERO)


def test_the_partnership_is_named_once_it_is_set_up(desk: Desk) -> None:
    desk.do(SetUpPartnership(Partnership("Safer Charnwood")))
    assert desk.ask(ReturnDraft(FUND, YEAR, 1)).document.partnership.name == "Safer Charnwood"


# One draft for all who ask


@pytest.fixture
def drafted(monkeypatch: pytest.MonkeyPatch) -> list[ReturnDocument]:
    """Every draft that is made from now on."""
    made: list[ReturnDocument] = []
    draft = returns.draft_return

    def counted(*given: Any) -> ReturnDocument:
        made.append(draft(*given))
        return made[-1]

    monkeypatch.setattr(returns, "draft_return", counted)
    return made


def test_the_page_and_the_saving_share_one_draft(desk: Desk, drafted: list[ReturnDocument]) -> None:
    document = desk.ask(ReturnDraft(FUND, YEAR, 2)).document
    desk.ask(ReturnLook(FUND, YEAR, 2))
    desk.ask(ChecksBeforeSending(FUND, YEAR, 2))
    assert save(desk, 2).document is document
    assert drafted == [document]
    assert desk.ask(ReturnDraft(FUND, YEAR, 1)).document.quarter == 1


def test_each_change_is_seen_by_the_next_who_asks(desk: Desk, drafted: list[ReturnDocument]) -> None:
    def asked() -> tuple[int, Money]:
        document = desk.ask(ReturnDraft(FUND, YEAR, 2)).document
        return document.version, document.position.spent

    assert asked() == (1, money("30.00"))
    restate(desk, "13.00")
    assert asked() == (1, money("33.00"))
    desk.undo()
    assert asked() == (1, money("30.00"))
    desk.redo()
    assert asked() == (1, money("33.00"))
    save(desk, 2)
    assert asked() == (2, money("33.00"))
    assert len(drafted) == 5


def test_a_draft_is_of_the_day_and_the_person_who_asks(desk: Desk, tools: Tools) -> None:
    today = tools.clock()
    assert desk.ask(ReturnDraft(FUND, YEAR, 2)).document.prepared_on == today.date()
    for others, told in (
        (replace(tools, who="Bob"), ("Bob", today.date())),
        (replace(tools, clock=lambda: today + timedelta(days=1)), ("Ann", today.date() + timedelta(days=1))),
    ):
        document = Desk(others).ask(ReturnDraft(FUND, YEAR, 2)).document
        assert (document.prepared_by, document.prepared_on) == told


def test_a_draft_that_fails_is_made_again_by_the_next_who_asks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> ReturnDocument:
        raise ExpectedError("gone", "The share is gone.", "Try again.")

    with monkeypatch.context() as patch:
        patch.setattr(returns, "draft_return", fails)
        with pytest.raises(ExpectedError):
            desk.ask(ReturnDraft(FUND, YEAR, 2))
    assert desk.ask(ReturnDraft(FUND, YEAR, 2)).document.position.spent == money("30.00")
