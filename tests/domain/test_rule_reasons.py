"""A line is explained by the rule that fits it and by the one condition in which others failed."""

from __future__ import annotations

from fundingapp.domain.conditions import Condition, Field, Operator
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.matching import CodingRule, parse_target
from fundingapp.domain.rule_reasons import Explanation, explain_line
from tests.builders_core import make_head, make_line, make_rule
from tests.domain.rule_strategies import known

HEADS: dict[tuple[str, int], list[BudgetHead]] = {("p-01", 2018): [make_head(ProjectId(1), FundId(1))]}
LINE = make_line(supplier="Falcon Centre", account="3210", cost_centre="CC1", description="")


def explain(*rules: CodingRule) -> Explanation:
    return explain_line(LINE, known(list(rules)), HEADS)


def test_the_first_rule_that_holds_is_named_with_every_condition() -> None:
    found = explain(make_rule(2, "P-01", supplier="falcon", account="3210"), make_rule(3, "income"))
    assert found.fits is not None
    assert (found.fits.known.rule.order, found.problem) == (2, "")
    assert [str(check) for check in found.fits.checks] == [
        "account is “3210”: yes",
        "supplier contains “falcon”: yes",
    ]
    assert [check.known.rule.order for check in found.later] == [3]


def test_a_rule_that_nearly_fits_says_what_the_line_has_instead() -> None:
    found = explain(make_rule(1, "P-01", supplier="falcon", account="3201"))
    assert found.fits is None
    [near] = found.nearly
    assert [str(check) for check in near.failed] == ["account is “3201”: no, it is “3210”"]


def test_an_empty_field_is_said_to_be_empty() -> None:
    found = explain(make_rule(1, "P-01", supplier="falcon", description="rent"))
    assert str(found.nearly[0].failed[0]) == "description contains “rent”: no, it is empty"


def test_the_nearest_rules_come_first_and_far_ones_not_at_all() -> None:
    found = explain(
        make_rule(1, "P-01", supplier="falcon trust"),
        make_rule(2, "P-01", supplier="safer streets"),
        make_rule(3, "P-01", account="9999"),
        make_rule(4, "P-01", account="9999", cost_centre="CC9", supplier="falcon"),
        make_rule(5, "P-01", account="3210", cost_centre="CC9", supplier="falcon"),
        CodingRule(6, parse_target("P-01"), (Condition(Field.AMOUNT, Operator.BETWEEN, ("500", "")),)),
    )
    assert [check.known.rule.order for check in found.nearly] == [5, 1]


def test_a_rule_that_is_off_is_named_apart() -> None:
    off = CodingRule(1, parse_target("P-01"), on=False)
    found = explain(off, make_rule(2, "P-01", supplier="falcon"))
    assert found.fits is not None
    assert found.fits.known.rule.order == 2
    assert [check.known.rule for check in found.off] == [off]
    assert found.nearly == ()


def test_a_rule_that_can_t_be_carried_out_says_why() -> None:
    found = explain(make_rule(1, "P-09", supplier="falcon"))
    assert found.problem == "Rule 1: supplier contains “falcon”, but P-09 has no award in 2018/19."
