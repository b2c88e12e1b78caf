"""The standard sets are whole: every indicator says what it counts, how, and which way is good."""

from __future__ import annotations

from collections import Counter

import pytest

from fundingapp.domain.ids import OutcomeId, ProjectId
from fundingapp.domain.indicators import Counted, GoodDirection, Measure, ResultLevel, check_indicator
from fundingapp.domain.standard_sets import (
    NEEDS,
    STANDARD_SETS,
    StandardIndicator,
    indicator_of,
    standard_indicators,
)
from fundingapp.domain.targets import Aim, target_of

EVERY = [pytest.param(each, id=each.code) for held in STANDARD_SETS for each in held.indicators]


def test_codes_and_names_are_told_apart() -> None:
    codes = [each.code for held in STANDARD_SETS for each in held.indicators]
    assert len(standard_indicators()) == len(codes)
    for held in STANDARD_SETS:
        names = Counter(each.name for each in held.indicators)
        assert max(names.values()) == 1
        assert all(each.code.startswith(f"{held.code}-") for each in held.indicators)


def test_victims_services_have_the_eight_needs_and_whether_each_was_met() -> None:
    codes = standard_indicators()
    assert len(NEEDS) == 8
    for need, _ in NEEDS:
        assert codes[f"VS-NEED-{need}"].counted is Counted.PEOPLE
        assert codes[f"VS-MET-{need}"].counted is Counted.SHARE


@pytest.mark.parametrize("standard", EVERY)
def test_each_says_how_it_is_made(standard: StandardIndicator) -> None:
    assert standard.method.endswith(".")
    assert standard.unit
    assert standard.source
    assert (standard.counted is Counted.SHARE) is standard.unit.startswith("%")
    if standard.level is ResultLevel.OUTCOME:
        assert standard.direction is not GoodDirection.NONE
    if standard.measure is Measure.STOCK and standard.counted is not Counted.SHARE:
        assert "does not add up" in standard.method
    assert target_of(standard.target, standard.direction).aim in (Aim.NONE, Aim.DIRECTION)


@pytest.mark.parametrize("standard", EVERY)
def test_each_makes_an_indicator_with_its_code_list(standard: StandardIndicator) -> None:
    made = indicator_of(standard, ProjectId(1), OutcomeId(2))
    check_indicator(made)
    assert (made.code, made.project, made.outcome) == (standard.code, ProjectId(1), OutcomeId(2))
    assert made.code_list.endswith(" v1")
    assert made.is_sensitive is standard.is_sensitive


def test_more_reports_are_good_where_people_are_to_dare_to_report() -> None:
    codes = standard_indicators()
    assert codes["HATE-REP"].direction is codes["VIO-DA"].direction is GoodDirection.UP
    assert codes["BUR-RES"].direction is codes["ASB-INC"].direction is GoodDirection.DOWN
