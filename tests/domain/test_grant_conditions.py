"""Conditions: every move that is allowed, every one that is refused with its sentence, and what holds money back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.grant_conditions import (
    CONDITION_MACHINE,
    ConditionKind,
    ConditionState,
    Gauge,
    GrantCondition,
    check_condition,
    open_before_release,
)
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.states import Need
from tests.builders import FUND, YEAR

OPEN, MET, WAIVED, BREACHED = ConditionState

#: From, to, and what a person has to say for it.
ALLOWED = {
    (OPEN, MET): {Need.DATE, Need.EVIDENCE},
    (OPEN, WAIVED): {Need.DATE, Need.REFERENCE, Need.REASON},
    (OPEN, BREACHED): {Need.DATE, Need.REASON},
    (BREACHED, MET): {Need.DATE, Need.EVIDENCE},
    (BREACHED, WAIVED): {Need.DATE, Need.REFERENCE, Need.REASON},
    (MET, OPEN): {Need.REASON},
    (WAIVED, OPEN): {Need.REASON},
    (BREACHED, OPEN): {Need.REASON},
}
REFUSED = {
    (
        OPEN,
        OPEN,
    ): "Clause 4.2 is open: it can't become open from there. It can become met, waived or breached.",
    (MET, MET): "Clause 4.2 is met: it can't become met from there. It can become open.",
    (MET, WAIVED): "Clause 4.2 is met: it can't become waived from there. It can become open.",
    (MET, BREACHED): "Clause 4.2 is met: it can't become breached from there. It can become open.",
    (WAIVED, MET): "Clause 4.2 is waived: it can't become met from there. It can become open.",
    (WAIVED, WAIVED): "Clause 4.2 is waived: it can't become waived from there. It can become open.",
    (WAIVED, BREACHED): "Clause 4.2 is waived: it can't become breached from there. It can become open.",
    (BREACHED, BREACHED): "Clause 4.2 is breached: it can't become breached from there. "
    "It can become met, waived or open.",
}
NEEDED = {
    (OPEN, MET): "Clause 4.2 can't become met without the date and the document. Give it, then try again.",
    (
        OPEN,
        WAIVED,
    ): "Clause 4.2 can't become waived without the date, the reference of the paper and the reason. "
    "Give it, then try again.",
    (
        OPEN,
        BREACHED,
    ): "Clause 4.2 can't become breached without the date and the reason. Give it, then try again.",
    (
        BREACHED,
        MET,
    ): "Clause 4.2 can't become met without the date and the document. Give it, then try again.",
    (
        BREACHED,
        WAIVED,
    ): "Clause 4.2 can't become waived without the date, the reference of the paper and the reason. "
    "Give it, then try again.",
    (MET, OPEN): "Clause 4.2 can't become open without the reason. Give it, then try again.",
    (WAIVED, OPEN): "Clause 4.2 can't become open without the reason. Give it, then try again.",
    (BREACHED, OPEN): "Clause 4.2 can't become open without the reason. Give it, then try again.",
}
BOARD = GrantCondition(FUND, "4.2", "DBS evidence before release", ConditionKind.SAFEGUARDING, YEAR)


def test_every_pair_of_states_is_in_one_of_the_tables() -> None:
    every = {(source, target) for source in ConditionState for target in ConditionState}
    assert set(ALLOWED) | set(REFUSED) == every
    assert not set(ALLOWED) & set(REFUSED)
    assert set(NEEDED) == set(ALLOWED)


@pytest.mark.parametrize(("move", "needs"), ALLOWED.items())
def test_allowed_moves_need_what_the_table_says(
    move: tuple[ConditionState, ConditionState], needs: set[Need]
) -> None:
    assert CONDITION_MACHINE.check("Clause 4.2", *move, needs).target is move[1]
    with pytest.raises(ExpectedError) as refusal:
        CONDITION_MACHINE.check("Clause 4.2", *move)
    assert str(refusal.value) == NEEDED[move]
    for left_out in needs:
        with pytest.raises(ExpectedError, match=left_out.value):
            CONDITION_MACHINE.check("Clause 4.2", *move, needs - {left_out})


@pytest.mark.parametrize(("move", "sentence"), REFUSED.items())
def test_other_moves_are_refused_in_a_sentence(
    move: tuple[ConditionState, ConditionState], sentence: str
) -> None:
    with pytest.raises(ExpectedError) as refusal:
        CONDITION_MACHINE.check("Clause 4.2", *move, set(Need))
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": " "}, "A condition needs its text."),
        ({"limit": Money(1)}, "The limit of clause 4.2 says nothing of what is measured."),
        (
            {"gauge": Gauge.UNALLOCATED, "limit": Money(1)},
            "Only a tolerance is measured, and clause 4.2 is of the kind “safeguarding”.",
        ),
        (
            {"gauge": Gauge.UNALLOCATED, "kind": ConditionKind.TOLERANCE},
            "“unallocated” is measured in pounds, and clause 4.2 states no limit in pounds.",
        ),
        (
            {"gauge": Gauge.MATCH_PERCENT, "kind": ConditionKind.TOLERANCE, "limit": Money(1)},
            "“match, % of cost” is measured in per cent, and clause 4.2 states no limit in per cent.",
        ),
        (
            {
                "gauge": Gauge.MATCH_PERCENT,
                "kind": ConditionKind.TOLERANCE,
                "limit_percent": Decimal("100.1"),
            },
            "The limit of clause 4.2 has to be between 0 and 100.",
        ),
        (
            {"gauge": Gauge.CASH_HELD, "kind": ConditionKind.TOLERANCE, "limit": Money(-1)},
            "The limit of clause 4.2 has to be nought or above.",
        ),
        (
            {
                "gauge": Gauge.CASH_HELD,
                "kind": ConditionKind.TOLERANCE,
                "limit": Money(1),
                "before_release": True,
            },
            "A limit is measured over the whole grant, so clause 4.2 can't be about one project or hold money back.",
        ),
    ],
)
def test_a_condition_that_can_not_be_kept_is_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ExpectedError) as refusal:
        check_condition(replace(BOARD, **fields))
    assert refusal.value.message == sentence
    assert refusal.value.advice


def test_a_condition_is_overdue_the_day_after() -> None:
    due = replace(BOARD, due=date(2019, 1, 31))
    assert not due.is_overdue(date(2019, 1, 31))
    assert due.is_overdue(date(2019, 2, 1))
    assert not replace(due, state=MET).is_overdue(date(2019, 2, 1))
    assert not BOARD.is_overdue(date(2019, 2, 1))


def test_money_is_held_back_until_the_condition_is_met_or_waived() -> None:
    one, other = ProjectId(1), ProjectId(2)
    held = replace(BOARD, before_release=True, project=one)
    assert open_before_release([held], one, FUND, YEAR) == (held,)
    assert open_before_release([replace(held, state=BREACHED)], one, FUND, YEAR)
    assert not open_before_release([replace(held, state=MET)], one, FUND, YEAR)
    assert not open_before_release([replace(held, state=WAIVED)], one, FUND, YEAR)
    assert not open_before_release([held], other, FUND, YEAR)
    assert not open_before_release([held], one, FundId(99), YEAR)
    assert not open_before_release([held], one, FUND, YEAR.next)
    assert not open_before_release([BOARD], one, FUND, YEAR)


def test_one_of_the_whole_fund_holds_every_project_back_in_every_year() -> None:
    signed = replace(BOARD, before_release=True, project=None, year=None)
    assert open_before_release([signed], ProjectId(7), FUND, YEAR.next) == (signed,)


def test_a_condition_without_clause_is_named_by_its_text() -> None:
    assert replace(BOARD, clause="").in_short == "“DBS evidence before release”"
    assert replace(BOARD, clause="Schedule 2").in_short == "Schedule 2"
