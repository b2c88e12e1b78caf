"""Early warnings: each kind on both sides of its boundary, with its arithmetic, and nothing said twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.adjustments import Forecast
from fundingapp.domain.agreements import Agreement, CarryForwardStance, Terms
from fundingapp.domain.bids import Bid, BidState, Offer
from fundingapp.domain.due_figures import MissingFigure
from fundingapp.domain.early_warnings import EarlyWarning, Severity, WarningKind, WarningRecords
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.gauges import Beside, readings
from fundingapp.domain.grant_conditions import ConditionKind, ConditionState, Gauge, GrantCondition
from fundingapp.domain.ids import BidId, ConditionId, IndicatorId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.outcomes import Milestone
from fundingapp.domain.positions import grant_position
from fundingapp.domain.schedules import DeadlineKind, ScheduleEntry
from fundingapp.domain.warnings import warnings_of
from tests.builders import (
    FUND,
    YEAR,
    make_allocation,
    make_award,
    make_charge,
    make_project,
    make_records,
    pounds,
)

#: The middle of December: the ledger is in to November.
TODAY = date(2018, 12, 15)
ONE = ProjectId(1)


def watched(  # the records of one project of £1,200.00 that is exactly on its profile, unless told otherwise
    spent: str = "800.00",
    *,
    reached: int = 8,
    budget: str = "1,200.00",
    available: str | None = None,
    today: date = TODAY,
    forecasts: Sequence[tuple[int, str]] = (),
    terms: Terms | None = None,
    project: Project | None = None,
    **fields: Any,
) -> WarningRecords:
    forecast = [Forecast(ONE, FUND, Kind.REVENUE, YEAR, period, pounds(each)) for period, each in forecasts]
    records = make_records(
        allocations=[make_allocation(available or budget)],
        projects={1: project or make_project()},
        awards=[make_award(1, budget)],
        charges=[make_charge(1, max(reached, 1), spent)],
        forecasts=forecast,
    )
    records = replace(records, reached=reached, terms=terms or Terms())
    return WarningRecords(
        **{
            "position": grant_position(records, max(reached, 1)),
            "today": today,
            "reached": reached,
            "typed": {(ONE, Kind.REVENUE, period) for period, _ in forecasts},
            "bid_for_next": {ONE},
            "projects": records.projects,
            **fields,
        }
    )


def all_of(records: WarningRecords, project: ProjectId | None = None) -> tuple[EarlyWarning, ...]:
    return warnings_of(records, project)


def of(records: WarningRecords, kind: WarningKind, project: ProjectId | None = None) -> list[EarlyWarning]:
    return [each for each in warnings_of(records, project) if each.kind is kind]


def arithmetic(warning: EarlyWarning) -> list[tuple[str, str]]:
    return [(term.name, str(term.amount)) for term in warning.terms]


def test_a_project_on_its_profile_with_a_forecast_is_warned_of_nothing() -> None:
    assert not all_of(watched(forecasts=[(9, "100.00")]))


# What is spent


def test_an_overspend_is_warned_of_from_the_first_penny() -> None:
    assert not of(watched("1,200.00"), WarningKind.OVERSPEND)
    (over,) = of(watched("1,200.01"), WarningKind.OVERSPEND)
    assert over.severity is Severity.NOW
    assert over.sentence == (
        "£0.01 more is spent than the budget of £1,200.00: move budget to it, or the host pays."
    )
    assert arithmetic(over) == [("Spent", "1,200.01"), ("Budget", "−1,200.00"), ("Over the budget", "0.01")]


def test_what_is_over_is_not_announced_as_coming_as_well() -> None:
    kinds = {each.kind for each in all_of(watched("1,300.00"))}
    assert kinds == {WarningKind.OVERSPEND}


def test_a_typed_forecast_over_budget_is_warned_of_from_the_first_penny() -> None:
    exact = [(9, "100.00"), (10, "100.00"), (11, "100.00"), (12, "100.00")]
    assert not of(watched(forecasts=exact), WarningKind.FORECAST_OVERSPEND)
    (over,) = of(watched(forecasts=[*exact[:3], (12, "100.01")]), WarningKind.FORECAST_OVERSPEND)
    assert over.sentence == "By its forecast £0.01 over its budget at 31 March."
    assert arithmetic(over) == [
        ("Spent so far", "800.00"),
        ("Forecast for the months to come", "400.01"),
        ("Expected at 31 March", "1,200.01"),
        ("Budget", "1,200.00"),
        ("Over the budget", "0.01"),
    ]


def test_a_rate_over_budget_is_warned_of_beyond_tolerance_only() -> None:
    # 880.00 ÷ 8 × 12 = 1,320.00, exactly ten per cent over 1,200.00
    assert not of(watched("880.00"), WarningKind.FORECAST_OVERSPEND)
    (over,) = of(watched("880.01"), WarningKind.FORECAST_OVERSPEND)
    assert over.sentence == "At this rate £120.02 over its budget at 31 March."


def test_an_underspend_at_this_rate_is_warned_of_beyond_tolerance_with_its_arithmetic() -> None:
    # 720.00 ÷ 8 × 12 = 1,080.00, exactly ten per cent under 1,200.00
    assert not of(watched("720.00"), WarningKind.UNDERSPEND)
    (under,) = of(watched("719.99"), WarningKind.UNDERSPEND)
    assert under.sentence == (
        "At this rate £120.01 unspent at 31 March; last day to ask for carry-forward is 31 January."
    )
    assert under.about == "Underspend · Locality Fund"
    assert arithmetic(under) == [
        ("P-01 Project P-01: 719.99 ÷ 8 × 12", "1,079.99"),
        ("Expected at 31 March (spent to November ÷ 8 × 12)", "1,079.99"),
        ("Available", "1,200.00"),
        ("Unspent", "120.01"),
    ]


def test_a_project_s_own_underspend_is_said_of_it_and_not_beside_the_grant_s() -> None:
    records = watched("600.00")
    assert len(of(records, WarningKind.UNDERSPEND)) == 1
    (own,) = of(records, WarningKind.UNDERSPEND, ONE)
    assert own.project == ONE
    assert arithmetic(own) == [
        ("Spent so far", "600.00"),
        ("÷ 8 months × 12", ""),
        ("Expected at 31 March", "900.00"),
        ("Budget", "1,200.00"),
        ("Unspent", "300.00"),
    ]


def test_the_typed_forecast_stands_in_the_rate_s_place() -> None:
    (under,) = of(watched("600.00", forecasts=[(9, "0.00"), (10, "0.00")]), WarningKind.UNDERSPEND)
    assert under.sentence.startswith("By the forecasts £400.00 unspent at 31 March")


def test_before_a_quarter_is_in_there_is_no_rate() -> None:
    assert not of(watched("0.00", reached=2), WarningKind.UNDERSPEND)
    assert of(watched("0.00", reached=3), WarningKind.UNDERSPEND)


@pytest.mark.parametrize(
    ("terms", "today", "said"),
    [
        (Terms(), date(2019, 1, 31), "last day to ask for carry-forward is 31 January."),
        (Terms(), date(2019, 2, 1), "last day to ask for carry-forward was 31 January."),
        (Terms(ask_by_month=2, ask_by_day=28), TODAY, "is 28 February."),
        (Terms(carry_forward=CarryForwardStance.NO), TODAY, "the agreement allows no carry-forward."),
        (Terms(carry_forward=CarryForwardStance.YES), TODAY, "the agreement lets it be carried forward."),
    ],
)
def test_what_can_be_done_with_what_is_left_is_the_agreement_s(terms: Terms, today: date, said: str) -> None:
    (under,) = of(watched("600.00", terms=terms, today=today), WarningKind.UNDERSPEND)
    assert under.sentence.endswith(said)


def test_tolerance_is_the_agreement_s() -> None:
    assert of(watched("719.99"), WarningKind.UNDERSPEND)
    assert not of(watched("719.99", terms=Terms(tolerance_percent=Decimal(20))), WarningKind.UNDERSPEND)


def test_off_profile_without_reason_is_warned_of_beyond_tolerance() -> None:
    assert not of(watched("680.00"), WarningKind.OFF_PROFILE)
    (behind,) = of(watched("679.99"), WarningKind.OFF_PROFILE)
    assert behind.sentence == "£120.01 behind its profile to the end of November, and no reason is given."
    (ahead,) = of(watched("920.01"), WarningKind.OFF_PROFILE)
    assert ahead.sentence == "£120.01 ahead of its profile to the end of November, and no reason is given."


def test_a_reason_counts_until_the_next_quarter_has_ended() -> None:
    assert of(watched("600.00", reasons={(ONE, Kind.REVENUE, 5)}), WarningKind.OFF_PROFILE)
    assert not of(watched("600.00", reasons={(ONE, Kind.REVENUE, 6)}), WarningKind.OFF_PROFILE)
    assert not of(watched("600.00", reasons={(ONE, Kind.REVENUE, 8)}), WarningKind.OFF_PROFILE)


def test_of_a_project_only_one_of_underspend_and_behind_profile_is_said() -> None:
    kinds = [each.kind for each in all_of(watched("600.00", forecasts=[(9, "1.00")]), ONE)]
    assert kinds == [WarningKind.UNDERSPEND]


def test_no_forecast_is_warned_of_from_the_half_year_on() -> None:
    assert not of(watched("500.00", reached=5), WarningKind.NO_FORECAST)
    (without,) = of(watched("600.00", reached=6), WarningKind.NO_FORECAST)
    assert without.sentence == (
        "No forecast is typed for the months after September: £600.00 is still to be spent."
    )
    assert not of(watched("600.00", reached=6, forecasts=[(12, "600.00")]), WarningKind.NO_FORECAST)
    assert of(
        watched("600.00", reached=6, typed={(ONE, Kind.REVENUE, 6)}), WarningKind.NO_FORECAST
    )  # for a past month
    assert not of(watched("1,200.00", reached=6), WarningKind.NO_FORECAST)  # there is nothing left to spend


def test_money_that_is_not_awarded_is_late_from_january() -> None:
    left: dict[str, Any] = {"available": "1,300.00"}
    assert not of(watched(**left, today=date(2018, 12, 31)), WarningKind.UNALLOCATED)
    (late,) = of(watched(**left, today=date(2019, 1, 1)), WarningKind.UNALLOCATED)
    assert late.sentence == "£100.00 is not awarded to any project, and the year ends in 89 days."
    assert not of(watched(today=date(2019, 1, 1)), WarningKind.UNALLOCATED)


# What was agreed


def limit(amount: str, **fields: Any) -> GrantCondition:
    return GrantCondition(
        FUND,
        "4.2",
        "Not more than this may be unallocated.",
        ConditionKind.TOLERANCE,
        **{"gauge": Gauge.UNALLOCATED, "limit": pounds(amount), **fields},
    )


def gauged(condition: GrantCondition, **fields: Any) -> WarningRecords:
    records = watched(available="1,300.00", **fields)
    made = readings([(ConditionId(1), condition)], records.position, Beside())
    return replace(records, gauges=made)


def test_a_limit_is_warned_of_a_penny_beyond_it() -> None:
    assert not of(gauged(limit("100.00")), WarningKind.GAUGE)
    (beyond,) = of(gauged(limit("99.99")), WarningKind.GAUGE)
    assert beyond.sentence == "Unallocated is £100.00; clause 4.2 says at most £99.99: £0.01 beyond."
    assert arithmetic(beyond) == [
        ("Not yet awarded", "100.00"),
        ("Limit: at most £99.99", "99.99"),
        ("Beyond the limit", "0.01"),
    ]
    assert not of(gauged(limit("99.99", state=ConditionState.WAIVED)), WarningKind.GAUGE)


def test_unawarded_money_beyond_a_limit_is_said_once() -> None:
    january = date(2019, 1, 2)
    kinds = [each.kind for each in all_of(gauged(limit("99.99"), today=january))]
    assert WarningKind.GAUGE in kinds
    assert WarningKind.UNALLOCATED not in kinds
    within = [each.kind for each in all_of(gauged(limit("100.00"), today=january))]
    assert WarningKind.UNALLOCATED in within


def report(**fields: Any) -> list[tuple[ConditionId, GrantCondition]]:
    given = {"due": TODAY - timedelta(days=1), "owner": "Community safety manager", **fields}
    return [
        (ConditionId(7), GrantCondition(FUND, "7.1", "Half-year report", ConditionKind.REPORTING, **given))
    ]


def test_a_condition_is_overdue_the_day_after() -> None:
    assert not of(watched(conditions=report(due=TODAY)), WarningKind.CONDITION)
    (overdue,) = of(watched(conditions=report()), WarningKind.CONDITION)
    assert overdue.sentence == "Clause 7.1 was due on 14 December 2018, 1 day overdue: “Half-year report”."
    assert (overdue.page, overdue.subject) == ("grants", ("conditions", 7))
    assert not of(watched(conditions=report(state=ConditionState.MET)), WarningKind.CONDITION)
    assert not of(watched(conditions=report(year=YEAR.next)), WarningKind.CONDITION)


def test_a_breach_is_warned_of_whenever_it_was_due() -> None:
    later = TODAY + timedelta(days=30)
    (breached,) = of(
        watched(conditions=report(state=ConditionState.BREACHED, due=later)), WarningKind.CONDITION
    )
    assert breached.sentence == "Clause 7.1 is breached: “Half-year report”."


def claim(due: date, **fields: Any) -> ScheduleEntry:
    return ScheduleEntry(FUND, YEAR, DeadlineKind.CLAIM, "Claim for quarter 2", due, 4, 6, **fields)


def test_a_claim_is_overdue_the_day_after_unless_submitted_or_ticked_off() -> None:
    late = claim(TODAY - timedelta(days=1))
    assert not of(watched(schedule=[claim(TODAY)]), WarningKind.CLAIM)
    (overdue,) = of(watched(schedule=[late], claimed_to=5), WarningKind.CLAIM)
    assert overdue.sentence == (
        "Claim for quarter 2 was due on 14 December 2018, 1 day overdue, and is not submitted."
    )
    assert not of(watched(schedule=[late], claimed_to=6), WarningKind.CLAIM)
    assert not of(watched(schedule=[replace(late, done_on=TODAY)]), WarningKind.CLAIM)


# Bids


def bid(state: BidState = BidState.OFFERED, **fields: Any) -> dict[BidId, Bid]:
    given = {"year": YEAR, "kind": Kind.REVENUE, "amount": Money(4_000_00), **fields}
    return {BidId(3): Bid(ONE, FUND, state=state, **given)}


def offer(accept_by: date, **fields: Any) -> list[Offer]:
    return [Offer(BidId(3), "OL/17", date(2018, 11, 1), Money(4_000_00), accept_by, **fields)]


def test_an_offer_is_about_to_lapse_fourteen_days_before() -> None:
    assert not of(watched(bids=bid(), offers=offer(TODAY + timedelta(days=15))), WarningKind.OFFER)
    (soon,) = of(watched(bids=bid(), offers=offer(TODAY + timedelta(days=14))), WarningKind.OFFER)
    assert soon.sentence == (
        "The offer of £4,000.00 lapses unless it is accepted by 29 December 2018, in 14 days."
    )
    (today,) = of(watched(bids=bid(), offers=offer(TODAY)), WarningKind.OFFER)
    assert today.sentence.endswith("15 December 2018, today.")
    assert not of(watched(bids=bid(), offers=offer(TODAY)), WarningKind.OFFER_LAPSED)
    (lapsed,) = of(watched(bids=bid(), offers=offer(TODAY - timedelta(days=1))), WarningKind.OFFER_LAPSED)
    assert lapsed.sentence == (
        "The offer of £4,000.00 lapsed on 14 December 2018, unaccepted: ask for it to be extended."
    )
    accepted = bid(BidState.ACCEPTED)
    assert not of(watched(bids=accepted, offers=offer(TODAY)), WarningKind.OFFER)


def test_no_answer_is_warned_of_when_it_is_overdue_or_the_year_has_begun() -> None:
    eve, first = date(2018, 3, 31), date(2018, 4, 1)
    assert not of(watched(bids=bid(BidState.SUBMITTED), today=eve, reached=0), WarningKind.NO_ANSWER)
    (begun,) = of(watched(bids=bid(BidState.SUBMITTED), today=first, reached=0), WarningKind.NO_ANSWER)
    assert begun.sentence == (
        "The answer to the bid for £4,000.00 is still to come, and 2018/19 has begun: nothing may be charged to it."
    )
    march = bid(BidState.SUBMITTED, answer_due=date(2018, 3, 20))
    assert not of(watched(bids=march, today=date(2018, 3, 20), reached=0), WarningKind.NO_ANSWER)
    (late,) = of(watched(bids=march, today=date(2018, 3, 21), reached=0), WarningKind.NO_ANSWER)
    assert "was due on 20 March 2018, 1 day overdue" in late.sentence
    assert late.severity is Severity.SOON
    assert not of(watched(bids=bid(BidState.APPROVED), today=first, reached=0), WarningKind.NO_ANSWER)


def test_a_bid_for_the_next_year_is_named_with_it() -> None:
    march = bid(BidState.SUBMITTED, year=YEAR.next, answer_due=TODAY - timedelta(days=1))
    (late,) = of(watched(bids=march), WarningKind.NO_ANSWER)
    assert late.about == "P-01 Project P-01 · 2019/20"


# The end of funding


def test_the_end_of_funding_is_near_ninety_days_before() -> None:
    assert not of(watched(today=date(2018, 12, 30), bid_for_next=set()), WarningKind.FUNDING_ENDS)
    (near,) = of(watched(today=date(2018, 12, 31), bid_for_next=set()), WarningKind.FUNDING_ENDS)
    assert near.sentence == "Funding ends on 31 March 2019, in 90 days. It has no bid for 2019/20."
    assert not of(watched(today=date(2018, 12, 31)), WarningKind.FUNDING_ENDS)


def test_a_project_that_ends_before_its_year_does_ends_then() -> None:
    ends = replace(make_project(), ends_on=date(2018, 12, 20))
    (near,) = of(watched(project=ends, bid_for_next=set()), WarningKind.FUNDING_ENDS)
    assert near.sentence.startswith("Funding ends on 20 December 2018, in 5 days.")
    assert not of(
        watched(project=ends, bid_for_next=set(), today=date(2018, 12, 21)), WarningKind.FUNDING_ENDS
    )


def test_a_project_that_goes_on_under_its_agreement_does_not_end() -> None:
    goes_on = replace(make_project(), ends_on=date(2020, 3, 31))
    agreement = Agreement(FUND, "2017–20", YEAR.previous, YEAR.next)
    given: dict[str, Any] = {"project": goes_on, "bid_for_next": set(), "today": date(2019, 3, 1)}
    assert not of(watched(**given, agreements=[agreement]), WarningKind.FUNDING_ENDS)
    last = replace(agreement, to_year=YEAR)
    (near,) = of(watched(**given, agreements=[last]), WarningKind.FUNDING_ENDS)
    assert near.sentence.endswith("The agreement ends with this year.")


# The year over, and not yet begun


def test_of_a_year_that_is_over_only_what_is_still_open_is_said() -> None:
    after = date(2019, 4, 1)
    kinds = {
        each.kind
        for each in all_of(
            watched(
                "600.00",
                available="1,300.00",
                today=after,
                bid_for_next=set(),
                conditions=report(),
                schedule=[claim(TODAY)],
            )
        )
    }
    assert kinds == {WarningKind.OFF_PROFILE, WarningKind.CONDITION, WarningKind.CLAIM}


def test_before_the_year_begins_nothing_is_said_of_its_spending() -> None:
    assert not all_of(watched("0.00", reached=0, today=date(2018, 3, 31), bid_for_next=set()))


# All together


def test_the_most_pressing_comes_first_and_nothing_comes_twice() -> None:
    records = watched("600.00", conditions=[*report(), *report()], bids=bid(), offers=offer(TODAY))
    found = all_of(records)
    assert [each.kind for each in found] == [
        WarningKind.CONDITION,
        WarningKind.OFFER,
        WarningKind.UNDERSPEND,
        WarningKind.OFF_PROFILE,
        WarningKind.NO_FORECAST,
    ]
    assert len({each.key for each in found}) == len(found)


@given(
    spent=st.integers(-50_00, 2_000_00),
    reached=st.integers(0, 12),
    days=st.integers(-60, 420),
    typed=st.lists(st.tuples(st.integers(1, 12), st.integers(0, 500_00)), max_size=4),
)
def test_every_warning_says_a_sentence_and_its_arithmetic_foots(
    spent: int, reached: int, days: int, typed: list[tuple[int, int]]
) -> None:
    today = YEAR.first_day + timedelta(days=days)
    forecasts = [(period, str(Money(amount))) for period, amount in dict(typed).items()]
    records = watched(
        str(Money(spent)), reached=reached, today=today, forecasts=forecasts, available="1,500.00"
    )
    for project in (None, ONE):
        found = warnings_of(records, project)
        assert len({each.key for each in found}) == len(found)
        for each in found:
            assert each.sentence.endswith(".")
            assert each.terms
            if each.kind is WarningKind.UNDERSPEND:
                by_name = {term.name: term.amount for term in each.terms}
                budget = by_name.get("Available") or by_name["Budget"]
                expected = next(
                    amount for name, amount in by_name.items() if name.startswith("Expected at 31 March")
                )
                assert isinstance(budget, Money)
                assert isinstance(expected, Money)
                assert by_name["Unspent"] == budget - expected


# What was achieved


def lacking(*quarters: int, indicator: int = 1, project: ProjectId = ONE) -> list[MissingFigure]:
    return [
        MissingFigure(
            IndicatorId(indicator),
            f"Clients {indicator}",
            project,
            "P-01",
            quarter,
            date(2018, 12, 31),
            f"Q{quarter}",
        )
        for quarter in quarters
    ]


def test_figures_that_quarters_lack_are_one_warning_that_names_each() -> None:
    records = watched(forecasts=[(9, "100.00")], missing=lacking(1, 2))
    (found,) = of(records, WarningKind.NO_FIGURES)
    assert (found.about, found.severity, found.project) == ("P-01 Project P-01", Severity.LOOK, ONE)
    assert found.sentence == "1 indicator lacks its figures for Q1 and Q2."
    assert [(term.name, term.amount, term.figure) for term in found.terms] == [
        ("P-01 Clients 1", "Q1", f"indicator/1/{YEAR}/q1"),
        ("P-01 Clients 1", "Q2", f"indicator/1/{YEAR}/q2"),
    ]
    assert of(records, WarningKind.NO_FIGURES, ONE) == [found]
    assert not of(records, WarningKind.NO_FIGURES, ProjectId(2))


@pytest.mark.parametrize(
    ("due", "severity", "words"),
    [
        (date(2018, 12, 31), Severity.SOON, "; the report is due on 31/12/2018, in "),
        (date(2018, 12, 1), Severity.NOW, "; the report was due on 01/12/2018."),
    ],
)
def test_the_report_s_day_makes_missing_figures_pressing(due: date, severity: Severity, words: str) -> None:
    report = ScheduleEntry(FUND, YEAR, DeadlineKind.REPORT, "Report", due, 4, 6)
    records = watched(schedule=(report,), missing=lacking(2), today=date(2018, 12, 12))
    (found,) = of(records, WarningKind.NO_FIGURES)
    assert found.severity is severity
    assert words in found.sentence


def test_milestones_that_are_overdue_are_one_warning_for_each_project() -> None:
    late = [Milestone(ONE, "Worker in post", date(2018, 6, 30)), Milestone(ONE, "Report", date(2018, 5, 31))]
    records = watched(milestones=late, today=date(2018, 7, 1))
    (found,) = of(records, WarningKind.MILESTONE)
    assert found.about == "P-01 Project P-01"
    assert found.sentence.startswith("“Report” is 31 days overdue, and 1 more: record when it was done")
