"""A table of coding rules is read as a finance officer keeps it; what is unclear is a finding with its row."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.conditions import Condition, Field, Operator, fits
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.domain.matching import CodingRule, Exclude, ToIncome, parse_target
from fundingapp.domain.rule_tables import (
    ParsedRules,
    parse_condition,
    parse_rules,
    write_condition,
    write_rules,
)
from tests.builders_core import make_rule
from tests.domain.rule_strategies import rules

HEADINGS = ["Order", "CostC", "Subj", "Supplier contains", "Narrative", "Type", "Charge to"]


def read(*rows: tuple[Cell, ...], headings: list[str] | None = None) -> ParsedRules:
    raw = [RawRow(number, row) for number, row in enumerate(rows, start=2)]
    return parse_rules(headings or HEADINGS, raw, "rules.csv")


def kinds(parsed: ParsedRules) -> list[tuple[str, int]]:
    return [(finding.kind, finding.source.row) for finding in parsed.findings]


def test_a_rule_is_read_from_its_columns() -> None:
    parsed = read((7, "CS100", 4000, " Youth  Trust ", "work", "PI", "P-01"))
    assert parsed.findings == ()
    [rule] = parsed.rules
    assert (rule.order, rule.target) == (7, parse_target("P-01"))
    assert rule.conditions == fits(
        cost_centre="CS100", account="4000", supplier="Youth Trust", description="work", type="PI"
    )


def test_rules_without_an_order_are_tried_as_they_stand() -> None:
    parsed = read(
        ("Council", "income"), ("", ""), ("Trust", "excluded: not ours"), headings=["Supplier", "Charge  TO"]
    )
    assert [(rule.order, rule.target) for rule in parsed.rules] == [(1, ToIncome()), (2, Exclude("not ours"))]


@pytest.mark.parametrize("order", ["first", "1.5", "-1", "²"])
def test_an_order_that_is_no_number_is_a_finding(order: str) -> None:
    parsed = read((order, "", "", "x", "", "", "P-01"), (2, "", "", "y", "", "", "P-02"))
    assert kinds(parsed) == [("rules.order", 2)]
    assert len(parsed.rules) == 1


def test_a_target_that_can_t_be_meant_is_a_finding() -> None:
    parsed = read((1, "", "", "x", "", "", "split P-01 60%"), (2, "", "", "y"))
    assert kinds(parsed) == [("rules.target", 2), ("rules.target", 3)]
    assert parsed.rules == ()


def test_a_rule_for_every_line_is_kept_with_a_warning() -> None:
    parsed = read((1, "", "", "", "", "", "P-01"))
    assert kinds(parsed) == [("rules.everything", 2)]
    assert len(parsed.rules) == 1


@pytest.mark.parametrize("headings", [["Supplier"], []])
def test_a_table_that_names_no_target_can_t_be_used(headings: list[str]) -> None:
    parsed = parse_rules(headings, [RawRow(2, ("x",))], "rules.csv")
    assert kinds(parsed) == [("rules.no_target", 0)]
    assert parsed.rules == ()


@pytest.mark.parametrize(
    ("heading", "cell", "condition"),
    [
        ("Supplier", "starts with: Youth", Condition(Field.SUPPLIER, Operator.STARTS, ("Youth",))),
        ("supplier is", "Youth Trust", Condition(Field.SUPPLIER, Operator.IS, ("Youth Trust",))),
        ("Account", "between: 3000 to 3999", Condition(Field.ACCOUNT, Operator.BETWEEN, ("3000", "3999"))),
        ("Account between", "3000–3999", Condition(Field.ACCOUNT, Operator.BETWEEN, ("3000", "3999"))),
        ("Account", "One of: 3000; 3100", Condition(Field.ACCOUNT, Operator.ONE_OF, ("3000", "3100"))),
        ("Account is not", 4000, Condition(Field.ACCOUNT, Operator.IS_NOT, ("4000",))),
        ("Account", "not: 4000", Condition(Field.ACCOUNT, Operator.IS_NOT, ("4000",))),
        ("Amount", "at least: 500", Condition(Field.AMOUNT, Operator.BETWEEN, ("500", ""))),
        ("Amount at most", "-1", Condition(Field.AMOUNT, Operator.BETWEEN, ("", "-1"))),
        ("Date", date(2018, 4, 3), Condition(Field.DATE, Operator.IS, ("03/04/2018",))),
        (
            "Date",
            "between: 1 Apr 2018 and 30/06/2018",
            Condition(Field.DATE, Operator.BETWEEN, ("01/04/2018", "30/06/2018")),
        ),
        ("Narrative", "(empty)", Condition(Field.DESCRIPTION, Operator.EMPTY)),
        ("Narrative", "contains: not: this", Condition(Field.DESCRIPTION, Operator.CONTAINS, ("not: this",))),
        ("Narrative", "Re: room", Condition(Field.DESCRIPTION, Operator.CONTAINS, ("Re: room",))),
        ("Supplier (2)", "'=HYPER", Condition(Field.SUPPLIER, Operator.CONTAINS, ("=HYPER",))),
        ("Period", "1", Condition(Field.PERIOD, Operator.IS, ("1",))),
        ("Year", "2018/19", Condition(Field.YEAR, Operator.IS, ("2018/19",))),
        ("Sheet", "Apr", Condition(Field.SHEET, Operator.IS, ("Apr",))),
    ],
)
def test_a_cell_says_how_it_is_meant(heading: str, cell: Cell, condition: Condition) -> None:
    parsed = read((cell, "P-01"), headings=[heading, "Charge to"])
    assert parsed.findings == ()
    assert parsed.rules[0].conditions == (condition,)


def test_a_field_may_have_several_columns() -> None:
    parsed = read(("trust", "does not contain: youth", "P-01"), headings=["Supplier", "Supplier", "Project"])
    assert parsed.rules[0].when == "supplier contains “trust” and supplier does not contain “youth”"


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("between: 3000", "is not a first and a last value"),
        ("between: 4000 to 3000", "4000 comes after 3000"),
        ("one of: ;", "is missing"),
        ("is:", "is missing"),
    ],
)
def test_a_condition_that_can_t_be_meant_is_a_finding(cell: str, says: str) -> None:
    parsed = read((cell, "P-01"), headings=["Account", "Charge to"])
    [finding] = parsed.findings
    assert (finding.kind, parsed.rules) == ("rules.condition", ())
    assert finding.text.startswith("Row 2, column “Account”: ")
    assert says in finding.text


def test_a_rule_may_have_a_name_and_be_off() -> None:
    parsed = read(("Rents", "no", "x", "P-01"), headings=["Name", "On", "Supplier", "Charge to"])
    assert (parsed.rules[0].name, parsed.rules[0].on) == ("Rents", False)
    assert kinds(read(("maybe", "P-01"), headings=["On", "Charge to"])) == [("rules.on", 2)]


def test_a_column_that_no_rule_knows_is_said_and_remarks_are_not() -> None:
    parsed = read(("x", "y", "P-01"), headings=["District", "Notes", "Charge to"])
    assert kinds(parsed)[0] == ("rules.column", 0)
    assert "“District”" in parsed.findings[0].text
    assert all("Notes" not in finding.text for finding in parsed.findings)


@given(st.lists(rules, max_size=6))
def test_a_written_table_is_read_as_the_same_rules(made: list[CodingRule]) -> None:
    headings, rows = write_rules(made)
    raw = [RawRow(number, tuple(row)) for number, row in enumerate(rows, start=2)]
    parsed = parse_rules(headings, raw, "rules.csv")
    assert parsed.rules == tuple(made)
    assert {finding.kind for finding in parsed.findings} <= {"rules.everything"}


@pytest.mark.parametrize(
    "value", ["not: x", "(empty)", "a; b", 'say "hi"', "at least: 5", "one to two", "is", ":"]
)
@pytest.mark.parametrize("operator", [Operator.CONTAINS, Operator.IS, Operator.ONE_OF])
def test_odd_values_are_written_so_that_they_are_read_again(value: str, operator: Operator) -> None:
    condition = Condition(Field.SUPPLIER, operator, (value,))
    assert parse_condition(Field.SUPPLIER, write_condition(condition)) == condition


def test_a_table_has_no_column_that_no_rule_needs() -> None:
    headings, rows = write_rules([make_rule(1, "P-01", supplier="x")])
    assert headings == [
        "order",
        "cost centre",
        "account",
        "supplier contains",
        "description contains",
        "type",
        "charge to",
    ]
    assert rows == [["1", "", "", "x", "", "", "P-01"]]
