"""Checks before sending are asked for in one list; one may be accepted with a reason, until it says something else."""

from __future__ import annotations

import pytest

from fundingapp.application.commands.budgets import GiveReason
from fundingapp.application.commands.exceptions import AcceptException, WithdrawException
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Topic
from fundingapp.application.queries.sending_checks import ChecksAnswer, ChecksBeforeSending
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.sending import Grade
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import YEAR, make_download, make_line, set_up_grant
from tests.fakes import FakeStore

FUND = FundId(1)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A grant of which little is spent, and nobody has said why."""
    set_up_grant(desk)
    desk.do(ImportLedger(make_download((make_line("T1", "10.00", period=2),))))
    desk.do(ChargeLines((LineId(1),), parse_target("P-02"), "theirs"))
    return desk


def asked(desk: Desk) -> ChecksAnswer:
    return desk.ask(ChecksBeforeSending(FUND, YEAR, 1))


def accept(desk: Desk, reason: str = "agreed by letter") -> AcceptException:
    check = next(check for check in asked(desk).errors if check.code == "variance.no_reason.P-02")
    return AcceptException(FUND, YEAR, 1, check.key, check.text, reason)


def test_a_variance_without_its_reason_stands_in_the_list(desk: Desk) -> None:
    answer = asked(desk)
    check = answer.errors[0]
    assert check.code.startswith("variance.no_reason")
    assert "nobody has said why" in check.text
    assert not answer.may_go
    assert [kept.accepted for kept in answer.kept()] == [""] * len(answer.open)


def test_a_reason_settles_it(desk: Desk) -> None:
    before = {check.code for check in asked(desk).errors}
    desk.do(GiveReason(ProjectId(2), FUND, Kind.REVENUE, YEAR, 3, "it began late"))
    assert before - {check.code for check in asked(desk).errors} == {"variance.no_reason.P-02"}


def test_an_accepted_check_stands_apart_with_its_reason(desk: Desk, store: FakeStore) -> None:
    command = accept(desk)
    before = asked(desk)
    assert_taken_back_and_done_again(desk, store, command)
    answer = asked(desk)
    assert len(answer.open) == len(before.open) - 1
    [(check, kept)] = answer.accepted
    assert (check.key, kept.value.reason, kept.value.by) == (command.key, "agreed by letter", "Ann")
    assert "agreed by letter" in [kept.accepted for kept in answer.kept()]
    assert all(check.grade is Grade.LOOK for check in answer.looks)


def test_it_is_open_again_when_it_says_something_else(desk: Desk) -> None:
    desk.do(accept(desk))
    desk.do(ImportLedger(make_download((make_line("T1", "12.00", period=2),), "restated.csv")))
    answer = asked(desk)
    assert answer.accepted == ()
    [lapsed] = answer.lapsed
    assert lapsed.value.reason == "agreed by letter"
    assert not answer.may_go


def test_it_is_accepted_anew_in_the_place_of_the_old_words(desk: Desk) -> None:
    desk.do(accept(desk))
    desk.do(ImportLedger(make_download((make_line("T1", "12.00", period=2),), "restated.csv")))
    desk.do(accept(desk, "agreed again"))
    answer = asked(desk)
    assert [kept.value.reason for _, kept in answer.accepted] == ["agreed again"]
    assert answer.lapsed == ()


def test_it_is_opened_again(desk: Desk, store: FakeStore) -> None:
    command = accept(desk)
    desk.do(command)
    assert_taken_back_and_done_again(desk, store, WithdrawException(FUND, YEAR, 1, command.key))
    assert asked(desk).accepted == ()
    assert refusal_of(desk, store, WithdrawException(FUND, YEAR, 1, command.key)).code == "exception_unknown"


def test_what_is_accepted_for_one_quarter_is_open_in_another(desk: Desk) -> None:
    desk.do(accept(desk))
    assert desk.ask(ChecksBeforeSending(FUND, YEAR, 2)).accepted == ()


def test_a_check_is_accepted_with_a_reason_only(desk: Desk, store: FakeStore) -> None:
    assert refusal_of(desk, store, accept(desk, " ")).code == "no_reason"
    nothing = AcceptException(FUND, YEAR, 1, "", "", "because")
    assert refusal_of(desk, store, nothing).code == "nothing_said"


def test_accepting_makes_the_returns_ask_again(desk: Desk) -> None:
    assert desk.do(accept(desk)).changed == Topic.RETURNS
