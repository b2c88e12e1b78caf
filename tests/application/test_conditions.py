"""The conditions register: adding, settling, opening again, with evidence and history; taken back and done again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fundingapp.application.commands.conditions import (
    AddCondition,
    AddConditions,
    AttachToCondition,
    ChangeCondition,
    MoveCondition,
    RemoveCondition,
)
from fundingapp.application.commands.grants import RecordPlan
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Tools
from fundingapp.application.queries.conditions import ConditionsOf, ReadConditions
from fundingapp.application.queries.why import Why
from fundingapp.domain.bids import Bid, BidState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.grant_conditions import ConditionKind, ConditionState, Gauge, GrantCondition
from fundingapp.domain.ids import BidId, ConditionId, EvidenceId, FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.states import Subject
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import YEAR, make_plan, make_plan_line
from tests.fakes import FakeSourceStore, FakeStore, make_tools

FUND = FundId(1)
LETTER = Path("letter.pdf")
REPORT = GrantCondition(FUND, "7.1", "Half-year report", ConditionKind.REPORTING, YEAR, due=date(2019, 1, 10))


@pytest.fixture
def tools(store: FakeStore) -> Tools:
    return make_tools(store.open_work, sources=FakeSourceStore({LETTER: b"a letter"}))


@pytest.fixture
def desk(tools: Tools) -> Desk:
    desk = Desk(tools)
    plan = make_plan(make_plan_line("P-01", "600.00"), make_plan_line("P-02", "300.00"), received="1,000.00")
    desk.do(RecordPlan(plan, "Locality Fund", "The PCC", YEAR, "plan.csv"))
    return desk


def only(desk: Desk, id: ConditionId) -> GrantCondition:
    return next(row.condition for row in desk.ask(ConditionsOf(FUND, YEAR)).rows if row.id == id)


def test_a_condition_is_added_open_with_its_texts_trimmed(desk: Desk) -> None:
    given = replace(REPORT, clause=" 7.1 ", text=" Half-year report\n", state=ConditionState.MET)
    id = desk.do(AddCondition(given)).result
    assert only(desk, id) == REPORT
    assert desk.undo_name == "add the condition clause 7.1"


def test_every_command_is_taken_back_and_done_again(desk: Desk, store: FakeStore) -> None:
    assert_taken_back_and_done_again(desk, store, AddCondition(REPORT, (LETTER, "minute 14/2")))
    id = ConditionId(1)
    met = MoveCondition(id, ConditionState.MET, date(2019, 1, 9), evidence=("sent by e-mail",))
    for command in (
        ChangeCondition(id, replace(REPORT, owner="Finance officer")),
        AttachToCondition(id, ("annex B",)),
        met,
        MoveCondition(id, ConditionState.OPEN, reason="the wrong report was sent"),
        MoveCondition(id, ConditionState.WAIVED, date(2019, 1, 12), "PCC/19/3", "no longer asked for"),
        AddConditions((REPORT, replace(REPORT, clause="7.2")), "terms.csv"),
        RemoveCondition(id),
    ):
        assert_taken_back_and_done_again(desk, store, command)


def test_settling_needs_what_the_move_needs_and_leaves_its_step(desk: Desk, store: FakeStore) -> None:
    id = desk.do(AddCondition(REPORT)).result
    refused = refusal_of(desk, store, MoveCondition(id, ConditionState.MET, date(2019, 1, 9)))
    assert refused.message == "Clause 7.1 can't become met without the document."
    desk.do(MoveCondition(id, ConditionState.MET, date(2019, 1, 9), evidence=(LETTER,)))
    (row,) = desk.ask(ConditionsOf(FUND, YEAR)).rows
    (step,) = row.history
    assert (step.before, step.after, step.dated, step.by) == ("open", "met", date(2019, 1, 9), "Ann")
    assert [kept.value.name for kept in row.evidence] == ["letter.pdf"]
    assert [move.target for move in row.moves] == [ConditionState.OPEN]


def test_evidence_that_is_there_already_is_enough_to_be_met(desk: Desk) -> None:
    id = desk.do(AddCondition(REPORT, (LETTER,))).result
    desk.do(MoveCondition(id, ConditionState.MET, date(2019, 1, 9)))
    assert only(desk, id).state is ConditionState.MET


def test_a_day_that_has_not_come_is_refused(desk: Desk, store: FakeStore) -> None:
    id = desk.do(AddCondition(REPORT)).result
    refused = refusal_of(
        desk, store, MoveCondition(id, ConditionState.BREACHED, date(2019, 1, 16), reason="late")
    )
    assert refused.message == "16/01/2019 has not come yet: clause 7.1 can't be breached on it."
    desk.do(MoveCondition(id, ConditionState.BREACHED, date(2019, 1, 15), reason="late"))


def test_a_settled_condition_does_not_change_until_it_is_opened_again(desk: Desk, store: FakeStore) -> None:
    id = desk.do(AddCondition(REPORT, (LETTER,))).result
    desk.do(MoveCondition(id, ConditionState.MET, date(2019, 1, 9)))
    after = replace(REPORT, text="Quarterly report")
    refused = refusal_of(desk, store, ChangeCondition(id, after))
    assert refused.message == "Clause 7.1 is met, so what it asks for doesn't change."
    desk.do(MoveCondition(id, ConditionState.OPEN, reason="the funder asks for more"))
    desk.do(ChangeCondition(id, after))
    assert only(desk, id).text == "Quarterly report"


def test_one_that_is_removed_takes_its_history_and_its_own_evidence_along(
    desk: Desk, store: FakeStore
) -> None:
    id = desk.do(AddCondition(REPORT, (LETTER,))).result
    other = desk.do(AddCondition(replace(REPORT, clause="8"), (LETTER,))).result
    desk.do(MoveCondition(id, ConditionState.MET, date(2019, 1, 9)))
    desk.do(RemoveCondition(id))
    with store.open_work(reading=True) as work:
        assert not [kept for kept in work.steps.all() if kept.value.subject is Subject.CONDITION]
        assert [kept.value.condition for kept in work.supports.all()] == [other]
        assert [kept.id for kept in work.evidence.all()] == [EvidenceId(1)]
    desk.do(RemoveCondition(other))
    with store.open_work(reading=True) as work:
        assert not work.evidence.all()


def test_a_condition_of_a_bid_is_about_its_project_and_year(desk: Desk, store: FakeStore) -> None:
    with store.open_work() as work:
        bid = BidId(
            work.bids.add(Bid(ProjectId(2), FUND, YEAR.next, Kind.REVENUE, Money(5), BidState.OFFERED))
        )
        work.commit(None)
    id = desk.do(AddCondition(GrantCondition(FUND, "1", "DBS", ConditionKind.SAFEGUARDING, bid=bid))).result
    with store.open_work(reading=True) as work:
        kept = work.conditions.get(id).value
    assert (kept.project, kept.year) == (ProjectId(2), YEAR.next)


def test_the_register_shows_what_is_overdue_first_and_what_is_settled_last(desk: Desk) -> None:
    met = desk.do(AddCondition(replace(REPORT, clause="1", due=date(2019, 1, 1)), (LETTER,))).result
    desk.do(MoveCondition(met, ConditionState.MET, date(2019, 1, 1)))
    desk.do(AddCondition(replace(REPORT, clause="2", due=None)))
    desk.do(AddCondition(replace(REPORT, clause="3", due=date(2019, 1, 24))))
    desk.do(AddCondition(replace(REPORT, clause="4", due=date(2019, 1, 14))))
    desk.do(AddCondition(replace(REPORT, clause="5", year=YEAR.next)))
    desk.do(AddCondition(replace(REPORT, clause="6", year=None, due=date(2019, 1, 15))))
    answer = desk.ask(ConditionsOf(FUND, YEAR))
    assert [(row.condition.clause, row.due) for row in answer.rows] == [
        ("4", "1 day overdue"),
        ("6", "today"),
        ("3", "in 9 days"),
        ("2", ""),
        ("1", ""),
    ]
    assert (answer.open, answer.overdue) == (4, 1)


def test_a_table_is_added_but_what_is_there_already(desk: Desk) -> None:
    desk.do(AddCondition(REPORT))
    read = desk.ask(
        ReadConditions(
            FUND,
            YEAR,
            "Clause\tCondition\tProject\n7.1\thalf-year  REPORT\t\n9\tDBS evidence\tP-02\n10\tLogo\tP-99\n",
        )
    )
    assert [finding.text for finding in read.findings] == [
        "Row 4: there is no project “P-99”; the condition was left out."
    ]
    added = desk.do(AddConditions(read.conditions, read.name)).result
    assert (added.added, added.known) == (1, 1)
    assert desk.undo_name == "add 1 condition from the clipboard"
    assert desk.do(AddConditions(read.conditions, read.name)).result.added == 0
    assert desk.undo_name == "add 1 condition from the clipboard"


LIMIT = GrantCondition(
    FUND,
    "4.2",
    "Unallocated not above this",
    ConditionKind.TOLERANCE,
    YEAR,
    gauge=Gauge.UNALLOCATED,
    limit=Money(150_00),
)


def test_a_gauge_is_measured_and_answers_why(desk: Desk) -> None:
    id = desk.do(AddCondition(LIMIT)).result
    (reading,) = desk.ask(ConditionsOf(FUND, YEAR)).gauges
    assert reading.sentence == "Unallocated is £100.00; clause 4.2 says at most £150.00: £50.00 of room."
    why = desk.ask(Why(f"Locality Fund/{YEAR}/gauge:{id}"))
    assert why.title == "Unallocated £100.00: room to the limit of clause 4.2"
    assert why.value == Money(50_00)
    assert [(term.name, str(term.amount), term.figure) for term in why.terms] == [
        ("Limit: at most £150.00", "150.00", ""),
        ("Not yet awarded", "−100.00", f"Locality Fund/{YEAR}/unallocated"),
    ]
    assert "Unallocated not above this" in why.note


def test_every_figure_that_a_gauge_measures_answers_why(desk: Desk) -> None:
    for gauge in Gauge:
        fields = {"limit": None, "limit_percent": 10} if gauge.is_percent else {"limit": Money(1)}
        desk.do(AddCondition(replace(LIMIT, clause=gauge.name, gauge=gauge, **fields)))
    for reading in desk.ask(ConditionsOf(FUND, YEAR)).gauges:
        room = desk.ask(Why(f"Locality Fund/{YEAR}/gauge:{reading.id}"))
        assert room.value == reading.room
        assert Money.total(term.amount for term in room.terms) == reading.room
        for figure, amount in (
            (reading.measured.part_figure, reading.measured.part),
            (reading.measured.whole_figure, reading.measured.whole),
        ):
            if figure:
                why = desk.ask(Why(figure))
                assert why.value == amount
                if why.terms:
                    assert Money.total(term.amount for term in why.terms) == amount


def test_a_gauge_that_is_gone_has_no_figure(desk: Desk) -> None:
    with pytest.raises(ExpectedError, match="no figure"):
        desk.ask(Why(f"Locality Fund/{YEAR}/gauge:99"))
