"""Answers of a budget holder: understood or refused with the reason, and every row accounted for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fundingapp.domain.enquiries import AMOUNT, ANSWERED_BY, CHARGE_TO, COMMENT, KEY, Answers, understand
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.ledger import Cell, HeldLine, RawRow
from fundingapp.domain.matching import Exclude, ToIncome, parse_target
from tests.builders_core import YEAR, make_head, make_line

HEADINGS = ("No.", AMOUNT, CHARGE_TO, COMMENT, ANSWERED_BY, KEY)
LINES = {
    "T1": HeldLine(LineId(1), make_line("T1", "10.00")),
    "T2": HeldLine(LineId(2), make_line("T2", "-20.00")),
    "T3": HeldLine(LineId(3), make_line("T3", "30.00")),
}
ONE, TWO = make_head(ProjectId(1), FundId(1)), make_head(ProjectId(2), FundId(1))
HEADS = {
    ("lf-01", YEAR.start): [ONE],
    ("lf-02", YEAR.start): [TWO],
    ("lf-03", YEAR.start): [ONE, make_head(ProjectId(1), FundId(2))],
}
WAITING = {LineId(1), LineId(2)}


def answers(*rows: tuple[Cell, ...]) -> Answers:
    return understand(
        "back.xlsx",
        HEADINGS,
        [RawRow(number, row) for number, row in enumerate(rows, start=5)],
        LINES,
        WAITING,
        HEADS,
    )


def test_a_place_chosen_from_the_list_is_understood_by_its_reference() -> None:
    found = answers((1, Decimal(10), "LF-01 · Shop watch", "our guards", "B. Holder", "T1"))
    [answer] = found.answered
    assert (answer.id, answer.target, answer.row) == (LineId(1), parse_target("LF-01"), 5)
    assert answer.reason == "B. Holder answered “LF-01”: our guards"
    assert (found.read, found.left_open, found.not_understood) == (1, (), ())


@pytest.mark.parametrize(
    ("given", "comment", "target"),
    [
        ("split LF-01 60%, LF-02 40%", "", parse_target("split LF-01 60%, LF-02 40%")),
        ("Income", "", ToIncome()),
        ("income", "grant", ToIncome()),
        ("Not ours", "leisure centre", Exclude("leisure centre")),
        ("lf-02", "", parse_target("lf-02")),
    ],
)
def test_the_other_answers_that_can_be_given(given: str, comment: str, target: object) -> None:
    [answer] = answers((1, "-20.00", given, comment, None, "T2")).answered
    assert answer.target == target
    assert answer.reason.startswith("The budget holder answered")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ((1, Decimal(10), None, "ask Finance", None, "T1"), "says nothing in “Charge to”"),
        ((1, Decimal("10.01"), "LF-01", None, None, "T1"), "The row says £10.01, but the line is £10.00"),
        ((1, None, "LF-01", None, None, "T1"), "The row says no amount"),
        ((1, "ten", "LF-01", None, None, "T1"), "The row says no amount"),
        ((1, Decimal(30), "LF-01", None, None, "T3"), "placed meanwhile"),
        ((1, Decimal(10), "LF-01", None, None, "T9"), "No line with the key “T9”"),
        ((1, Decimal(10), "LF-09", None, None, "T1"), "LF-09 has no award in 2018/19"),
        ((1, Decimal(10), "LF-03", None, None, "T1"), "paid from more than one grant"),
        ((1, Decimal(10), "Not ours", None, None, "T1"), "“Not ours” needs its reason"),
        ((1, Decimal(10), "that shop thing", None, None, "T1"), "not a project's reference"),
        ((1, Decimal(10), "split LF-01 60%, LF-02 30%", None, None, "T1"), "add up to 90%"),
    ],
)
def test_what_cannot_be_taken_is_said_with_its_reason(row: tuple[Cell, ...], why: str) -> None:
    found = answers(row)
    assert (found.read, found.answered, found.left_open) == (1, (), ())
    assert why in found.not_understood[0].why


def test_a_line_that_is_answered_twice_is_taken_once_and_said() -> None:
    found = answers(
        (1, Decimal(10), "LF-01", None, None, "T1"),
        (2, Decimal(10), "LF-02", None, None, "T1"),
    )
    assert [answer.row for answer in found.answered] == [5]
    assert "row 5 already" in found.not_understood[0].why


def test_every_row_is_accounted_for() -> None:
    found = answers(
        (1, Decimal(10), "LF-01", None, None, "T1"),
        (2, Decimal(-20), None, None, None, "T2"),
        (3, Decimal(30), "LF-01", None, None, "T3"),
    )
    assert found.read == len(found.answered) + len(found.left_open) + len(found.not_understood) == 3
    assert found.left_open == (6,)


def test_another_table_is_refused_by_its_missing_column() -> None:
    with pytest.raises(InputRefusedError) as refused:
        understand("ledger.csv", ("Date", "Amount £"), [], LINES, WAITING, HEADS)
    assert refused.value.code == "not_answers"
    assert "no column “Line key”" in refused.value.message
