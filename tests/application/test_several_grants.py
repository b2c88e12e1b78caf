"""Several grants pay for one project: people, rules and answers name the one that is meant, and no total is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundingapp.application.commands.enquiries import AcceptAnswers
from fundingapp.application.commands.grants import AddGrant, AddProject
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import AddRules, ApplyRules, ChargeLines
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Tools
from fundingapp.application.queries.enquiries import ReadAnswers, WriteEnquiry
from fundingapp.application.queries.lines import LineDetail, SuggestedFor
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.rules import RulesInUse
from fundingapp.application.queries.suggestions import HeadNames
from fundingapp.application.queries.why import Why
from fundingapp.domain.enquiries import AMOUNT, ANSWERED_BY, CHARGE_TO, COMMENT, KEY
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.matching import parse_target
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import YEAR, make_download, make_head, make_line, make_rule, money, set_up_grant
from tests.fakes import FakeEnquiryWriter, FakeReader, FakeStore, make_tools

T1, T2, T3 = (LineId(number) for number in range(1, 4))
LOCAL, HOME = FundId(1), FundId(2)
P1 = ProjectId(1)
OF_HOME = "P-01:revenue:Home Office Fund"
OF_LOCAL = "P-01:revenue:Locality Fund"


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader()


@pytest.fixture
def tools(store: FakeStore, reader: FakeReader) -> Tools:
    return make_tools(store.open_work, reader=reader)


@pytest.fixture
def desk(tools: Tools) -> Desk:
    """P-01 is paid by the Locality Fund and by the Home Office Fund, both revenue; three lines wait."""
    desk = Desk(tools)
    set_up_grant(desk)
    desk.do(AddGrant("Home Office Fund", "Home Office", YEAR, ((Kind.REVENUE, money("50")),)))
    project = desk.ask(PositionOf(LOCAL, YEAR)).position.projects[0].project
    desk.do(AddProject(project, HOME, YEAR, Kind.REVENUE, money("50")))
    lines = [
        make_line("T1", "10.00", supplier="Unknown"),
        make_line("T2", "20.01", supplier="Youth Trust"),
        make_line("T3", "30.00", supplier="Marshals Ltd"),
    ]
    desk.do(ImportLedger(make_download(lines)))
    return desk


def spent(desk: Desk) -> dict[FundId, str]:
    found = {}
    for fund in (LOCAL, HOME):
        answer = desk.ask(PositionOf(fund, YEAR))
        # A line waits in every test; everything else holds.
        assert [each.id for each in answer.identities if not each.holds] == ["R10"]
        found[fund] = str(answer.position.spent_for(Kind.REVENUE))
    return found


def test_the_reference_alone_is_refused_and_says_how_to_name_the_grant(desk: Desk, store: FakeStore) -> None:
    refused = refusal_of(desk, store, ChargeLines((T1,), parse_target("P-01"), "theirs"))
    assert refused.message == (
        f"P-01 is paid from more than one grant in 2018/19: name the one that pays, as in {OF_LOCAL}."
    )


def test_a_fund_or_kind_that_does_not_pay_is_refused_with_those_that_do(desk: Desk, store: FakeStore) -> None:
    for wrong in ("P-01:revenue:Home Ofice Fund", "P-01::The Lottery", "P-01:capital"):
        refused = refusal_of(desk, store, ChargeLines((T1,), parse_target(wrong), "theirs"))
        assert refused.message == (
            f"{wrong} has no award in 2018/19; P-01 is charged as {OF_LOCAL} or {OF_HOME}."
        )


@pytest.mark.parametrize("name", [OF_HOME, "p-01::home office fund"])
def test_lines_are_charged_to_the_grant_that_is_named(desk: Desk, store: FakeStore, name: str) -> None:
    assert_taken_back_and_done_again(desk, store, ChargeLines((T1, T3), parse_target(name), "theirs"))
    assert spent(desk) == {LOCAL: "0.00", HOME: "40.00"}
    assert desk.ask(Why(f"P-01/{YEAR}/spend:revenue:Home Office Fund")).value == money("40")


def test_a_line_is_split_between_two_grants_of_one_project(desk: Desk, store: FakeStore) -> None:
    split = parse_target(f"split {OF_HOME} 50%, {OF_LOCAL} 50%")
    assert_taken_back_and_done_again(desk, store, ChargeLines((T2,), split, "both pay"))
    assert sorted(spent(desk).values()) == ["10.00", "10.01"]
    twice = parse_target(f"split {OF_HOME} 50%, P-01::Home Office Fund 50%")
    assert "stands twice" in refusal_of(desk, store, ChargeLines((T2,), twice, "twice")).message


def test_rules_charge_by_grant_and_a_rule_that_names_one_award_twice_leaves_its_lines_waiting(
    desk: Desk,
) -> None:
    split = parse_target(f"split {OF_HOME} £5.00, P-01::Locality Fund the rest")
    twice = parse_target(f"split {OF_HOME} 50%, P-01::Home Office Fund 50%")
    desk.do(
        AddRules(
            (
                make_rule(1, str(split), supplier="Youth"),
                make_rule(2, str(twice), supplier="Marshals"),
                make_rule(3, "P-01", supplier="Unknown"),
            )
        )
    )
    desk.do(ApplyRules())
    assert spent(desk) == {LOCAL: "15.01", HOME: "5.00"}
    assert desk.ask(LineDetail(T3)).waiting_because == (
        "Rule 2: supplier contains “Marshals”, but P-01::Home Office Fund stands twice in its split."
    )
    assert desk.ask(LineDetail(T1)).waiting_because.endswith(f"name the one that pays, as in {OF_LOCAL}.")


def test_what_can_be_charged_is_listed_by_grant(desk: Desk) -> None:
    assert [ref for ref, _ in desk.ask(RulesInUse()).projects] == ["P-01", OF_HOME, OF_LOCAL, "P-02"]
    called = desk.ask(LineDetail(T1)).called
    assert called[make_head(P1, HOME)] == OF_HOME
    assert called[make_head(ProjectId(2), LOCAL)] == "P-02"
    assert desk.ask(HeadNames())[make_head(P1, LOCAL), YEAR.start] == OF_LOCAL
    assert desk.ask(SuggestedFor((T1,))) == {}


def test_the_budget_holder_can_name_the_grant(desk: Desk, tools: Tools, reader: FakeReader) -> None:
    desk.ask(WriteEnquiry(YEAR, Path("out.xlsx")))
    assert isinstance(tools.write_enquiry, FakeEnquiryWriter)
    places = tools.write_enquiry.enquiries[-1].places
    assert [place.ref for place in places] == [OF_LOCAL, OF_HOME, "P-02"]
    rows = [
        RawRow(5, ("10.00", f"{places[1].ref} · {places[1].name}", None, None, "T1")),
        RawRow(6, ("20.01", "P-01", None, None, "T2")),
    ]
    reader.small["back.xlsx"] = ([AMOUNT, CHARGE_TO, COMMENT, ANSWERED_BY, KEY], rows)
    answers = desk.ask(ReadAnswers(Path("back.xlsx")))
    assert [row.why for row in answers.not_understood] == [
        f"P-01 is paid from more than one grant in 2018/19: name the one that pays, as in {OF_LOCAL}; "
        "or charge this line by hand."
    ]
    desk.do(AcceptAnswers(answers.answered, answers.file))
    assert spent(desk) == {LOCAL: "0.00", HOME: "10.00"}
