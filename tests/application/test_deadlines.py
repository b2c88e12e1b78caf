"""The calendar of a grant and everything else that is due, as one list; and the early warnings of the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fundingapp.application.commands.conditions import AddCondition
from fundingapp.application.commands.deadlines import AddEntries, ChangeEntry, RemoveEntry, TickOff
from fundingapp.application.commands.grants import RecordPlan
from fundingapp.application.commands.records import ChangeRecord
from fundingapp.application.desk import Desk
from fundingapp.application.ports import CalendarDocument, Tools
from fundingapp.application.queries.deadlines import Deadlines, ExportCalendar, ProposeSchedule
from fundingapp.application.queries.warnings import EarlyWarnings
from fundingapp.domain.agreements import Agreement, ClaimsDue, Frequency, Terms
from fundingapp.domain.bids import Bid, BidState, Offer
from fundingapp.domain.carry_forwards import CarryForward, CarryForwardState
from fundingapp.domain.claims import Claim, ClaimState
from fundingapp.domain.early_warnings import WarningKind
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.grant_conditions import ConditionKind, GrantCondition
from fundingapp.domain.ids import BidId, FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.schedules import DeadlineKind, ScheduleEntry
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import YEAR, make_plan, make_plan_line
from tests.fakes import FakeCalendarWriter, FakeStore, make_tools

FUND = FundId(1)
#: The day of the tests' clock.
TODAY = date(2019, 1, 15)
MEETING = ScheduleEntry(FUND, YEAR, DeadlineKind.MEETING, "Board meets", date(2019, 1, 24))


@pytest.fixture
def calendar() -> FakeCalendarWriter:
    return FakeCalendarWriter()


@pytest.fixture
def tools(store: FakeStore, calendar: FakeCalendarWriter) -> Tools:
    return make_tools(store.open_work, write_calendar=calendar)


@pytest.fixture
def desk(tools: Tools) -> Desk:
    desk = Desk(tools)
    plan = make_plan(make_plan_line("P-01", "600.00"), make_plan_line("P-02", "300.00"), received="1,000.00")
    desk.do(RecordPlan(plan, "Locality Fund", "The PCC", YEAR, "plan.csv"))
    return desk


def keep(store: FakeStore, kind: str, *values: object) -> list[int]:
    with store.open_work() as work:
        ids = [getattr(work, kind).add(value) for value in values]
        work.commit(None)
    return ids


def seen(desk: Desk, **question: object) -> list[tuple[str, str]]:
    answer = desk.ask(Deadlines(**{"year": YEAR, **question}))  # type: ignore[arg-type]
    return [(row.title, answer.reminder(row)) for row in answer.rows]


ASK = ("Last day to ask for carry-forward of 2018/19", "in 16 days")


def test_every_command_is_taken_back_and_done_again(desk: Desk, store: FakeStore) -> None:
    for command in (
        AddEntries((MEETING, replace(MEETING, title="Board meets again"))),
        ChangeEntry(1, replace(MEETING, due=date(2019, 1, 25))),
        TickOff(1, TODAY),
        TickOff(1, None),
        RemoveEntry(2),
    ):
        assert_taken_back_and_done_again(desk, store, command)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (replace(MEETING, title=" "), "An entry of the calendar needs a title."),
        (replace(MEETING, from_period=4), "“Board meets” is about periods 4 to –."),
        (replace(MEETING, from_period=4, to_period=3), "“Board meets” is about periods 4 to 3."),
        (replace(MEETING, amount=Money(0)), "What a payment promises is above nought."),
    ],
)
def test_what_can_not_be_an_entry_is_refused(
    desk: Desk, store: FakeStore, entry: ScheduleEntry, said: str
) -> None:
    assert refusal_of(desk, store, AddEntries((entry,))).message == said


def test_nothing_is_ticked_off_before_its_day(desk: Desk, store: FakeStore) -> None:
    desk.do(AddEntries((MEETING,)))
    refused = refusal_of(desk, store, TickOff(1, date(2019, 1, 16)))
    assert refused.message == "16/01/2019 has not come yet, so nothing was done on it."


def test_the_terms_in_force_propose_what_the_calendar_lacks(desk: Desk, store: FakeStore) -> None:
    terms = Terms(claim_frequency=Frequency.HALF_YEARLY, claims_due=ClaimsDue.MONTH_END)
    keep(store, "agreements", Agreement(FUND, "2017–20", YEAR.previous, YEAR.next, terms=terms))
    proposed = desk.ask(ProposeSchedule(FUND, YEAR))
    assert [
        (entry.title, f"{entry.due:%d/%m/%Y}") for entry in proposed if entry.kind is DeadlineKind.CLAIM
    ] == [
        ("Claim for the first half-year", "31/10/2018"),
        ("Claim for the second half-year", "30/04/2019"),
    ]
    desk.do(AddEntries(proposed[:1]))
    desk.do(ChangeEntry(1, replace(proposed[0], due=date(2018, 10, 30))))
    assert desk.ask(ProposeSchedule(FUND, YEAR)) == proposed[1:]


def test_all_that_is_due_is_one_list_overdue_first(desk: Desk, store: FakeStore) -> None:
    desk.do(
        AddEntries(
            (
                MEETING,
                ScheduleEntry(
                    FUND, YEAR, DeadlineKind.CLAIM, "Claim for quarter 2", date(2018, 10, 30), 4, 6
                ),
                ScheduleEntry(FUND, YEAR, DeadlineKind.CLAIM, "Claim for quarter 3", date(2019, 1, 30), 7, 9),
                ScheduleEntry(
                    FUND, YEAR, DeadlineKind.REPORT, "Report for quarter 2", date(2018, 10, 30), 4, 6
                ),
            )
        )
    )
    desk.do(TickOff(4, date(2018, 10, 29)))
    desk.do(
        AddCondition(
            GrantCondition(
                FUND, "7.1", "Half-year report", ConditionKind.REPORTING, YEAR, due=date(2019, 1, 12)
            )
        )
    )
    (submitted, offered) = keep(
        store,
        "bids",
        Bid(
            ProjectId(1),
            FUND,
            YEAR,
            Kind.CAPITAL,
            Money(5_00),
            BidState.SUBMITTED,
            answer_due=date(2019, 3, 1),
        ),
        Bid(ProjectId(2), FUND, YEAR, Kind.CAPITAL, Money(7_00), BidState.OFFERED),
    )
    assert (submitted, offered) == (3, 4)
    keep(store, "offers", Offer(BidId(offered), "OL/3", date(2019, 1, 2), Money(7_00), date(2019, 1, 16)))
    assert seen(desk) == [
        ("Claim for quarter 2", "77 days overdue"),
        ("Clause 7.1: Half-year report", "3 days overdue"),
        ("Accept P-02's offer of £7.00", "tomorrow"),
        ("Board meets", "in 9 days"),
        ("Claim for quarter 3", "in 15 days"),
        ASK,
        ("Answer to P-01's bid for £5.00", "in 45 days"),
        ("Report for quarter 2", "done"),
    ]
    answer = desk.ask(Deadlines(YEAR))
    assert answer.overdue == 2
    assert answer.next is not None
    assert answer.next.title == "Accept P-02's offer of £7.00"
    assert seen(desk, year=YEAR.next) == []
    assert seen(desk, fund=FundId(2)) == []


def test_a_claim_that_was_submitted_is_done_and_a_draft_is_due(desk: Desk, store: FakeStore) -> None:
    entry = ScheduleEntry(FUND, YEAR, DeadlineKind.CLAIM, "Claim for quarter 2", date(2018, 10, 30), 4, 6)
    desk.do(AddEntries((entry,)))
    keep(
        store,
        "claims",
        Claim(FUND, YEAR, 1, 1, 6, PaymentBasis.ARREARS, ClaimState.SUBMITTED),
        Claim(FUND, YEAR, 2, 7, 9, PaymentBasis.ARREARS, ClaimState.DRAFT),
    )
    assert seen(desk) == [
        ("Claim 2", "in 15 days"),
        ASK,
        ("Claim for quarter 2", "done"),
    ]


def test_ends_go_by_and_are_no_debt(desk: Desk, store: FakeStore) -> None:
    with store.open_work(reading=True) as work:
        project = work.projects.get(2).value
    ended = replace(project, ends_on=date(2019, 1, 14))
    desk.do(ChangeRecord("projects", 2, project, ended, "change"))
    keep(store, "agreements", Agreement(FUND, "2016–19", YEAR, YEAR))
    assert seen(desk) == [
        ASK,
        ("The agreement “2016–19” ends", "in 75 days"),
        (f"P-02 {project.name} ends", "past"),
    ]
    assert seen(desk, today=date(2019, 2, 1))[-1] == (ASK[0], "past")


def test_the_day_to_ask_is_done_once_the_commissioner_was_asked(desk: Desk, store: FakeStore) -> None:
    planned = CarryForward(FUND, YEAR, Kind.REVENUE, None, CarryForwardState.FORECAST, Money(1_00))
    keep(store, "carry_forwards", planned)
    assert ASK in seen(desk)
    asked = replace(planned, state=CarryForwardState.REQUESTED, asked_on=date(2019, 1, 10))
    keep(store, "carry_forwards", asked)
    assert (ASK[0], "done") in seen(desk)
    [row] = [row for row in desk.ask(Deadlines(None)).rows if row.title == ASK[0]]
    assert row.done_on == date(2019, 1, 10)


def test_records_are_kept_for_the_years_that_the_agreement_says(desk: Desk, store: FakeStore) -> None:
    keep(store, "agreements", Agreement(FUND, "2016–19", YEAR, YEAR, terms=Terms(records_years=10)))
    until = [row for row in desk.ask(Deadlines(None)).rows if row.kind == "records kept until"]
    assert [(row.due, row.title) for row in until] == [
        (date(2029, 3, 31), "The records of “2016–19” are kept until this day")
    ]


def test_a_day_of_one_s_own_to_ask_takes_the_place_of_the_terms_(desk: Desk) -> None:
    own = ScheduleEntry(FUND, YEAR, DeadlineKind.CARRY_FORWARD, "Ask for carry-forward", date(2019, 2, 8))
    desk.do(AddEntries((own,)))
    assert seen(desk) == [("Ask for carry-forward", "in 24 days")]


def events(calendar: FakeCalendarWriter) -> CalendarDocument:
    return calendar.written[Path("deadlines.ics")]


def test_the_calendar_keeps_its_names_when_it_is_written_again(
    desk: Desk, calendar: FakeCalendarWriter
) -> None:
    desk.do(AddEntries((MEETING,)))
    assert desk.ask(ExportCalendar(Path("deadlines.ics"), YEAR)) == 2
    first = events(calendar)
    assert [(event.title, event.day) for event in first.events] == [
        ("Board meets · Locality Fund", date(2019, 1, 24)),
        ("Last day to ask for carry-forward of 2018/19 · Locality Fund", date(2019, 1, 31)),
    ]
    desk.do(ChangeEntry(1, replace(MEETING, due=date(2019, 2, 25), title="The board meets")))
    desk.do(TickOff(1, TODAY))
    desk.ask(ExportCalendar(Path("deadlines.ics"), YEAR))
    again = {event.uid: event for event in events(calendar).events}
    assert set(again) == {event.uid for event in first.events}
    moved = again[first.events[0].uid]
    assert (moved.title, moved.day, moved.is_done) == (
        "Done: The board meets · Locality Fund",
        date(2019, 2, 25),
        True,
    )


def test_a_calendar_holds_no_names_of_people(desk: Desk, calendar: FakeCalendarWriter) -> None:
    condition = GrantCondition(
        FUND, "9", "DBS evidence", ConditionKind.SAFEGUARDING, YEAR, owner="J. Doe", due=date(2019, 2, 1)
    )
    desk.do(AddCondition(condition))
    desk.ask(ExportCalendar(Path("deadlines.ics"), None))
    assert "Doe" not in str(events(calendar))


def test_early_warnings_are_those_of_the_grant_its_project_or_all_funds(desk: Desk, store: FakeStore) -> None:
    other = make_plan(make_plan_line("Q-01", "50.00"), received="60.00")
    desk.do(RecordPlan(other, "Hate Crime Grant", "The PCC", YEAR, "plan.csv"))
    overdue = GrantCondition(
        FUND,
        "7.1",
        "Half-year report",
        ConditionKind.REPORTING,
        YEAR,
        ProjectId(1),
        due=date(2019, 1, 14),
    )
    desk.do(AddCondition(overdue))
    kinds = [(each.kind, each.about) for each in desk.ask(EarlyWarnings(YEAR))]
    assert kinds == [
        (WarningKind.CONDITION, "Condition · Locality Fund"),
        (WarningKind.UNALLOCATED, "Not awarded · Hate Crime Grant"),
        (WarningKind.UNALLOCATED, "Not awarded · Locality Fund"),
        (WarningKind.FUNDING_ENDS, "End of funding · Locality Fund"),
        (WarningKind.FUNDING_ENDS, "Q-01 Project Q-01"),
    ]
    assert all("Locality Fund" in each.about for each in desk.ask(EarlyWarnings(YEAR, FUND)))
    of_project = desk.ask(EarlyWarnings(YEAR, FUND, project=ProjectId(1)))
    assert [each.kind for each in of_project] == [WarningKind.CONDITION, WarningKind.FUNDING_ENDS]
    assert not desk.ask(EarlyWarnings(YEAR, FUND, date(2018, 6, 1)))


def test_a_bid_for_the_next_year_ends_the_warning_of_the_end(desk: Desk, store: FakeStore) -> None:
    for number in (1, 2):
        keep(
            store,
            "bids",
            Bid(ProjectId(number), FUND, YEAR.next, Kind.REVENUE, Money(5_00), BidState.DRAFT),
        )
    kinds = [each.kind for each in desk.ask(EarlyWarnings(YEAR, FUND))]
    assert WarningKind.FUNDING_ENDS not in kinds
