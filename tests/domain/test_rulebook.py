"""The quick way of finding the rule for a line finds the same as trying one rule after another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from fundingapp.domain import rulebook
from fundingapp.domain.conditions import Condition, Field, Operator, fits
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import FundId, LineId, ProjectId, RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import (
    CodingRule,
    KnownRule,
    Placed,
    Waiting,
    check_charges,
    parse_target,
)
from fundingapp.domain.money import Money
from fundingapp.domain.rulebook import Rulebook, in_order, match_lines, placed_among
from tests.builders_core import make_head, make_line, make_rule, money
from tests.domain.rule_strategies import known, lines, rules

H1, H2 = (make_head(ProjectId(number), FundId(1)) for number in (1, 2))
HEADS: dict[tuple[str, int], list[BudgetHead]] = {
    (ref, year): [head] for ref, head in (("p-01", H1), ("p-02", H2)) for year in (2018, 2019)
}


def naive(line: LedgerLine, rules: list[KnownRule]) -> KnownRule | None:
    """The first rule, in order, of which every condition holds."""
    for each in in_order(rules):
        if each.rule.on and all(condition.holds(line) for condition in each.rule.conditions):
            return each
    return None


@settings(max_examples=400)
@given(st.lists(rules, max_size=25), st.lists(lines, min_size=1, max_size=12))
def test_the_first_rule_that_holds_is_found(found: list[CodingRule], tried: list[LedgerLine]) -> None:
    book = Rulebook(known(found))
    for line in tried:
        assert book.winner_of(line) == naive(line, known(found))


@given(st.lists(rules, max_size=25), st.lists(lines, min_size=1, max_size=12))
def test_the_same_is_found_when_everything_is_forgotten_and_every_text_searched(
    found: list[CodingRule], tried: list[LedgerLine]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rulebook, "_REMEMBERED", 1)
        patch.setattr(rulebook, "_MANY_TEXTS", 0)
        patch.setattr(rulebook, "_LONG_TEXT", 2)
        book = Rulebook(known(found))
        for line in tried:
            assert book.winner_of(line) == naive(line, known(found))


@given(st.lists(rules, max_size=8), st.lists(lines, min_size=1, max_size=8))
def test_a_line_is_placed_to_the_penny_or_waits_with_a_reason(
    found: list[CodingRule], tried: list[LedgerLine]
) -> None:
    numbered = [(LineId(number), line) for number, line in enumerate(tried)]
    outcomes = list(match_lines(numbered, known(found), HEADS))
    assert [outcome.line for outcome in outcomes] == [number for number, _ in numbered]
    for line, outcome in zip(tried, outcomes, strict=True):
        if isinstance(outcome, Placed):
            check_charges(line.amount, outcome.charges)
        else:
            assert outcome.reason.endswith(".")


def test_many_texts_are_looked_for_at_once() -> None:
    made = [make_rule(number, "P-01", description=f"job {number:03}") for number in range(1, 60)]
    made += [make_rule(number + 100, "P-02", supplier=f"firm {number:03}") for number in range(1, 60)]
    book = Rulebook(known(made))
    for description, supplier, order in (
        ("a job 017 done", "", 17),
        ("job 0599", "", 59),
        ("job 060", "the firm 009", 109),
        ("job 002", "firm 001", 2),
        ("job", "firm", None),
    ):
        winner = book.winner_of(make_line(description=description, supplier=supplier))
        assert (winner and winner.rule.order) == order


def test_a_rule_that_is_off_is_passed_over() -> None:
    off = CodingRule(1, parse_target("P-01"), on=False)
    [outcome] = match_lines([(LineId(1), make_line())], known([off]), HEADS)
    assert outcome == Waiting(LineId(1), "No rule fits this line.")


class TestFixedSums:
    @pytest.mark.parametrize(
        ("amount", "target", "parts"),
        [
            ("10.00", "split P-01 £4.00, P-02 the rest", [(H1, "4.00"), (H2, "6.00")]),
            ("-10.00", "split P-01 £4.00, P-02 the rest", [(H1, "-4.00"), (H2, "-6.00")]),
            ("4.00", "split P-01 £4.00, P-02 the rest", [(H1, "4.00")]),
            ("10.00", "split P-01 4, P-02 6", [(H1, "4.00"), (H2, "6.00")]),
        ],
    )
    def test_a_line_is_split_by_sums_with_its_own_sign(
        self, amount: str, target: str, parts: list[tuple[BudgetHead, str]]
    ) -> None:
        [outcome] = match_lines([(LineId(1), make_line(amount=amount))], known([make_rule(1, target)]), HEADS)
        assert isinstance(outcome, Placed)
        assert [(charge.head, charge.amount) for charge in outcome.charges] == [
            (head, money(part)) for head, part in parts
        ]

    @pytest.mark.parametrize(
        ("amount", "target", "because"),
        [
            ("3.99", "split P-01 £4.00, P-02 the rest", "the sums of £4.00 exceed the line's £3.99"),
            ("-3.99", "split P-01 £4.00, P-02 the rest", "the sums of £4.00 exceed the line's −£3.99"),
            ("0.00", "split P-01 £4.00, P-02 the rest", "exceed the line's £0.00"),
            ("10.01", "split P-01 £4.00, P-02 £6.00", "leave £0.01 of the line without a project"),
            ("10.00", "split P-01 £4.00, P-09 the rest", "P-09 has no award in 2018/19"),
        ],
    )
    def test_a_line_waits_when_the_sums_do_not_suit_it(self, amount: str, target: str, because: str) -> None:
        [outcome] = match_lines([(LineId(1), make_line(amount=amount))], known([make_rule(1, target)]), HEADS)
        assert isinstance(outcome, Waiting)
        assert outcome.reason.startswith("Rule 1: every line, but ")
        assert because in outcome.reason

    def test_each_part_says_what_it_is(self) -> None:
        rule = make_rule(2, "split P-01 £4.00, P-02 the rest", supplier="safer")
        [outcome] = match_lines([(LineId(1), make_line())], known([rule]), HEADS)
        assert isinstance(outcome, Placed)
        assert [charge.reason for charge in outcome.charges] == [
            "Rule 2: supplier contains “safer”; £4.00 of the line",
            "Rule 2: supplier contains “safer”; the rest of the line",
        ]


def numbers(rules: list[KnownRule]) -> list[tuple[int, int]]:
    return [(each.id, each.rule.order) for each in rules]


class TestPlaces:
    @pytest.mark.parametrize(
        ("orders", "id", "order", "expected"),
        [
            ([1, 2, 3], 9, 4, [(1, 1), (2, 2), (3, 3), (9, 4)]),
            ([1, 2, 3], 9, 2, [(1, 1), (9, 2), (2, 3), (3, 4)]),
            ([1, 2, 5], 9, 2, [(1, 1), (9, 2), (2, 3), (3, 5)]),
            ([10, 20], 9, 15, [(1, 10), (9, 15), (2, 20)]),
            ([1, 2, 3, 4], 1, 3, [(2, 1), (3, 2), (1, 3), (4, 4)]),
            ([1, 2, 3, 4], 4, 2, [(1, 1), (4, 2), (2, 3), (3, 4)]),
            ([1, 2, 3], 2, 2, [(1, 1), (2, 2), (3, 3)]),
            ([10, 20, 30], 3, 10, [(3, 10), (1, 20), (2, 30)]),
            ([10, 20, 30], 1, 25, [(2, 20), (1, 25), (3, 30)]),
            ([1, 1, 2], 2, 1, [(1, 1), (2, 2), (3, 3)]),
        ],
    )
    def test_a_rule_takes_the_place_of_its_number(
        self, orders: list[int], id: int, order: int, expected: list[tuple[int, int]]
    ) -> None:
        held = known([make_rule(each, "P-01") for each in orders])
        placed = placed_among(held, KnownRule(RuleId(id), make_rule(order, "P-01")))
        assert numbers(placed) == expected

    @given(st.lists(st.integers(1, 9), max_size=8), st.integers(1, 12), st.integers(1, 12))
    def test_the_others_keep_their_order_and_no_number_stands_twice(
        self, orders: list[int], id: int, order: int
    ) -> None:
        held = known([make_rule(each, "P-01") for each in orders])
        placed = placed_among(held, KnownRule(RuleId(id), make_rule(order, "P-01")))
        others = [each.id for each in placed if each.id != id]
        assert others == [each.id for each in in_order(held) if each.id != id]
        found = [each.rule.order for each in placed]
        assert found == sorted(set(found))
        assert numbers(in_order(placed)) == numbers(placed)


def test_a_line_of_a_million_pounds_is_shared_exactly() -> None:
    rule = CodingRule(1, parse_target("split P-01 £999,999.99, P-02 the rest"), fits(supplier="safer"))
    [outcome] = match_lines([(LineId(1), make_line(amount="1000000.00"))], known([rule]), HEADS)
    assert isinstance(outcome, Placed)
    assert [charge.amount for charge in outcome.charges] == [Money(99_999_999), Money(1)]


def test_amounts_that_touch_are_told_apart() -> None:
    made = [
        CodingRule(1, parse_target("P-01"), (Condition(Field.AMOUNT, Operator.BETWEEN, ("1.00", "1.01")),)),
        CodingRule(2, parse_target("P-02"), (Condition(Field.AMOUNT, Operator.BETWEEN, ("1.02", "")),)),
    ]
    book = Rulebook(known(made))
    found = [book.winner_of(make_line(amount=amount)) for amount in ("0.99", "1.00", "1.01", "1.02", "9.00")]
    assert [each and each.rule.order for each in found] == [None, 1, 1, 2, 2]
