"""The rules of the year end by themselves: the moves of carry-forwards and settlements, and what lets a year close."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest

from fundingapp.domain.carry_forwards import CARRY_FORWARDS, CarryForwardState, decided_as
from fundingapp.domain.closing import Check, Checklist, CheckPoint, Done, check_closing
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money
from fundingapp.domain.settlements import SETTLEMENTS, SettlementState
from fundingapp.domain.states import Machine, Need
from tests.builders_core import YEAR

#: Every state, and what it can become; all other moves are refused.
CARRIED = {
    "forecast": ("anticipated", "requested", "withdrawn"),
    "anticipated": ("forecast", "requested", "withdrawn"),
    "requested": ("agreed", "part agreed", "refused", "withdrawn"),
    "agreed": ("part agreed", "refused"),
    "part agreed": ("agreed", "part agreed", "refused"),
    "refused": ("agreed", "part agreed"),
    "withdrawn": (),
}
SETTLED = {
    "repayable": ("invoiced", "repaid", "netted from next payment", "surrendered"),
    "invoiced": ("repaid", "netted from next payment", "repayable"),
    "repaid": ("repayable",),
    "netted from next payment": ("repayable",),
    "surrendered": ("repayable",),
}
MACHINES: tuple[tuple[Machine[Any], type[Enum], dict[str, tuple[str, ...]]], ...] = (
    (CARRY_FORWARDS, CarryForwardState, CARRIED),
    (SETTLEMENTS, SettlementState, SETTLED),
)


@pytest.mark.parametrize(("machine", "states", "allowed"), MACHINES, ids=("carry-forward", "settlement"))
def test_every_move_is_allowed_or_refused_by_the_table(
    machine: Machine[Any], states: type[Enum], allowed: dict[str, tuple[str, ...]]
) -> None:
    assert [state.value for state in states] == list(allowed)
    for before in states:
        for after in states:
            if after.value in allowed[before.value]:
                machine.check("It", before, after, list(Need))
                continue
            with pytest.raises(ExpectedError) as refusal:
                machine.check("The money of LF-01", before, after, list(Need))
            assert refusal.value.message == (
                f"The money of LF-01 is {before.value}: it can't become {after.value} from there."
            )
            *first, last = allowed[before.value] or ("",)
            instead = f"It can become {', '.join(first)} or {last}." if first else f"It can become {last}."
            assert refusal.value.advice == (instead if last else "That is its last state.")


@pytest.mark.parametrize(
    ("machine", "before", "after", "missing"),
    [
        (
            CARRY_FORWARDS,
            CarryForwardState.FORECAST,
            CarryForwardState.REQUESTED,
            "the date, the reason and the amount",
        ),
        (
            CARRY_FORWARDS,
            CarryForwardState.REQUESTED,
            CarryForwardState.REFUSED,
            "the date and the reference of the paper",
        ),
        (
            CARRY_FORWARDS,
            CarryForwardState.AGREED,
            CarryForwardState.PART_AGREED,
            "the date, the reference of the paper and the reason",
        ),
        (CARRY_FORWARDS, CarryForwardState.REQUESTED, CarryForwardState.WITHDRAWN, "the reason"),
        (
            SETTLEMENTS,
            SettlementState.REPAYABLE,
            SettlementState.INVOICED,
            "the date and the reference of the paper",
        ),
        (SETTLEMENTS, SettlementState.INVOICED, SettlementState.REPAID, "the date"),
        (SETTLEMENTS, SettlementState.REPAID, SettlementState.REPAYABLE, "the reason"),
        (SETTLEMENTS, SettlementState.SURRENDERED, SettlementState.REPAYABLE, "the reason"),
    ],
)
def test_a_move_says_what_it_needs(machine: Machine[Any], before: Any, after: Any, missing: str) -> None:
    with pytest.raises(ExpectedError) as refusal:
        machine.check("It", before, after)
    assert refusal.value.message == f"It can't become {after.value} without {missing}."


def test_a_decision_is_named_by_how_much_is_agreed() -> None:
    asked = Money(15_000_00)
    assert decided_as(asked, asked) is CarryForwardState.AGREED
    assert decided_as(asked, Money(1)) is CarryForwardState.PART_AGREED
    assert decided_as(asked, Money.ZERO) is CarryForwardState.REFUSED


def made(*points: tuple[Check, Done, bool], closed: bool = False) -> Checklist:
    held = tuple(
        CheckPoint(key, state, f"How {key.value} stands.", may_accept=may) for key, state, may in points
    )
    return Checklist("Locality Fund", YEAR, held, closed)


FIRM = (Check.UNDERSPEND, Done.OPEN, False)
LOOSE = (Check.LOCKED, Done.OPEN, True)
DONE = (Check.WAITING, Done.DONE, False)


def test_a_year_closes_when_all_is_done_or_accepted_with_a_reason() -> None:
    check_closing(made(DONE), {})
    check_closing(made(DONE, LOOSE), {Check.LOCKED: "the ledger closes in August"})
    assert made(DONE, LOOSE).open == 1
    assert made(DONE, LOOSE).can_close
    assert made(DONE, LOOSE, closed=True).open == 0


@pytest.mark.parametrize(
    ("checklist", "accepted", "code", "sentence"),
    [
        (
            made(FIRM),
            {Check.UNDERSPEND: "never mind"},
            "close_open",
            "How Everything left is decided stands.",
        ),
        (made(LOOSE), {}, "close_unexplained", "“Periods locked” still open"),
        (made(LOOSE), {Check.LOCKED: "  "}, "close_unexplained", "“Periods locked” still open"),
        (made(DONE, closed=True), {}, "year_closed", "Locality Fund 2018/19 is closed."),
    ],
)
def test_a_year_does_not_close_while_money_is_open(
    checklist: Checklist, accepted: dict[Check, str], code: str, sentence: str
) -> None:
    with pytest.raises(ExpectedError) as refusal:
        check_closing(checklist, accepted)
    assert refusal.value.code == code
    assert sentence in refusal.value.message
    assert refusal.value.advice
