"""A table of coding rules is read as a finance officer keeps it; what is unclear is a finding with its row."""

from __future__ import annotations

import pytest

from fundingapp.domain.conditions import fits
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.domain.matching import Exclude, ToIncome, parse_target
from fundingapp.domain.rule_tables import ParsedRules, parse_rules

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
