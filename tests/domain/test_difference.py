"""What the board's paper takes for an exception, how it counts, and which papers it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.allocations import Budget
from fundingapp.domain.difference import (
    Side,
    Tally,
    gaps_in_words,
    missing_in_words,
    off_in_result,
    off_in_spend,
    over_from,
    tally_in_words,
    tally_of,
    why_not_named,
)
from fundingapp.domain.due_figures import MissingFigure
from fundingapp.domain.evidence import Agreed, Evidence, Marking, PersonalData
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.gaps import Gap, GapKind
from fundingapp.domain.ids import IndicatorId, ProjectId
from fundingapp.domain.indicators import Counted, GoodDirection, Indicator, Measure, ResultLevel
from fundingapp.domain.judging import Standing, baseline_of, judged
from fundingapp.domain.money import Money
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.results import Result
from fundingapp.domain.return_results import NOTHING, IndicatorLine, SafeFigure
from fundingapp.domain.returns import asks_reason
from fundingapp.domain.targets import target_of
from tests.builders_core import YEAR, money

UP, DOWN = GoodDirection.UP, GoodDirection.DOWN
RULES = ResultsRules()
WHOLE = (YEAR.first_day, YEAR.last_day)


def spending(budget: str, spent: str) -> ProjectPosition:
    """A project at the end of a year, nothing of it expected any more."""
    nothing = (Money.ZERO,) * 12
    return ProjectPosition(
        ProjectId(1), Project("LF-01", "A project"), Kind.REVENUE, Budget(money(budget)), 13,
        (money(spent), *nothing), (Money.ZERO, *nothing), nothing, nothing, (), Decimal(10),
    )  # fmt: skip


def result_line(indicator: Indicator, value: str, state: str = "") -> IndicatorLine:
    target = target_of(indicator.target, indicator.direction)
    reached = Decimal(value)
    of_target = None
    if target.number is not None and target.is_least and target.number > 0:
        of_target = (reached * 100 / target.number).quantize(Decimal("0.1"))
    figure, nothing = SafeFigure(reached), NOTHING
    return IndicatorLine(
        IndicatorId(1), "LF-01", "A project", ResultLevel.OUTPUT, indicator.name, indicator.unit,
        SafeFigure(Decimal(indicator.baseline)) if indicator.baseline else nothing,
        nothing, (nothing,) * 4, figure, state, of_target=of_target, figure="indicator/1",
    )  # fmt: skip


def off(
    indicator: Indicator, value: str, *, is_over: bool = True, state: str = ""
) -> tuple[Side, str] | None:
    """On which side, and the sentence."""
    target = target_of(indicator.target, indicator.direction)
    result = Result(Decimal(value), first=WHOLE[0], last=WHOLE[1], counted=indicator.counted)
    judgement = judged(indicator, target, baseline_of(indicator, indicator.baseline), result, YEAR, RULES)
    line = result_line(indicator, value, state)
    found = off_in_result(line, indicator, target, judgement, RULES, "why", is_over=is_over)
    return (found.side, found.said) if found is not None else None


CLIENTS = Indicator("Clients", None, "clients", UP, target="180", counted=Counted.PEOPLE)
CRIME = Indicator("Crime", None, "", DOWN, baseline="800", target="reduction")


@pytest.mark.parametrize(
    ("value", "side"),
    [("143", Side.UNDER), ("144", None), ("180", None), ("215", None), ("216", Side.OVER)],
)
def test_a_result_is_off_below_the_lowest_band_and_as_far_above(value: str, side: Side | None) -> None:
    assert over_from(RULES) == Decimal(120)
    found = off(CLIENTS, value)
    assert (found and found[0]) == side


def test_what_adds_up_misses_nothing_before_the_year_is_over() -> None:
    assert off(CLIENTS, "20", is_over=False) is None
    caseload = replace(CLIENTS, measure=Measure.STOCK)
    assert off(caseload, "20", is_over=False) == (
        Side.UNDER,
        "20 to date, the target being 180 (11.1%): not met.",
    )


def test_a_direction_that_was_missed_is_told_with_both_figures() -> None:
    assert off(CRIME, "954") == (
        Side.OVER,
        "954 to date, the target being “reduction” from 800: not met.",
    )
    assert off(CRIME, "700") is None


def test_of_what_is_hidden_no_exception_is_told() -> None:
    assert off(CLIENTS, "20", state=Standing.SMALL.value) is None


def test_a_project_is_off_where_a_return_asks_why() -> None:
    over = spending("100.00", spent="100.01")
    found = off_in_spend(over, "figure")
    assert found is not None
    assert (found.side, found.said) == (Side.OVER, "£100.01 spent of £100.00: £0.01 (0.0%) over.")
    under = replace(spending("100.00", spent="60.00"), reason="The bus broke down.")
    found = off_in_spend(under, "figure")
    assert found is not None
    assert (found.side, found.reason) == (Side.UNDER, "The bus broke down.")
    assert found.said == "£60.00 spent of £100.00: £40.00 (40.0%) under."
    assert off_in_spend(spending("100.00", spent="95.00"), "figure") is None


@given(st.integers(0, 200_00), st.integers(1, 100_00))
def test_the_paper_and_the_return_ask_of_the_same_projects(spent: int, budget: int) -> None:
    project = spending(str(Money(budget)), str(Money(spent)))
    found = off_in_spend(project, "")
    assert (found is not None) is asks_reason(project)
    if found is not None:
        assert (found.side is Side.OVER) is (spent > budget)


@given(st.lists(st.sampled_from(list(Standing))), st.integers(0, 9), st.integers(0, 9))
def test_every_indicator_is_counted_once(standings: list[Standing], missing: int, gaps: int) -> None:
    tally = tally_of(standings, missing, gaps)
    assert tally.indicators == len(standings)
    assert {standing: tally.of(standing) for standing in Standing} == {
        standing: standings.count(standing) for standing in Standing
    }
    assert (tally.missing, tally.gaps) == (missing, gaps)


def test_the_tally_in_words() -> None:
    assert tally_in_words(Tally()) == "No indicator is recorded."
    assert tally_in_words(Tally(met=1)) == "Of 1 indicator, 1 is met."
    assert (
        tally_in_words(Tally(met=3, near=1, no_target=2))
        == "Of 6 indicators, 3 are met, 1 is nearly met and 2 are without a target."
    )


def test_gaps_of_one_quarter_stand_together_and_without_their_figures() -> None:
    missing = [
        MissingFigure(IndicatorId(1), name, None, "", 3, date(2018, 12, 31), period)
        for name, periods in (("A", ("Q3", "Q4")), ("B", ("Q3", "Q4")), ("C", ("October 2018",)))
        for period in periods
    ]
    assert missing_in_words(missing) == [
        "No figure for Q3 and Q4: “A” and “B”.",
        "No figure for October 2018: “C”.",
    ]
    kinds = (GapKind.FIGURE, GapKind.FIGURE, GapKind.STATEMENT)
    gaps = [
        Gap(kind, name, FinancialYear(2018), quarter, figure="3")
        for kind, name, quarter in zip(kinds, ("A", "B", "Safer"), (2, 2, None), strict=True)
    ]
    assert gaps_in_words(gaps) == [
        "No evidence for Q2: “A” and “B”.",
        "No evidence for what is said to have changed: “Safer”.",
    ]


def test_a_paper_that_may_tell_of_people_is_not_named() -> None:
    at = datetime(2019, 4, 1, tzinfo=UTC)
    paper = Evidence(
        "A. Client.docx", "hash", 1, at, "Ann", personal=PersonalData.NONE, dated=date(2019, 3, 1)
    )
    assert why_not_named(paper) == ""
    for changed in (
        replace(paper, personal=PersonalData.SOME),
        replace(paper, personal=PersonalData.SPECIAL, agreed=Agreed.HELD),
        replace(paper, personal=PersonalData.UNKNOWN),
        replace(paper, agreed=Agreed.WITHDRAWN),
        replace(paper, agreed=Agreed.MISSING),
        replace(paper, erased_at=at),
        replace(paper, marking=Marking.SENSITIVE),
    ):
        assert why_not_named(changed)
