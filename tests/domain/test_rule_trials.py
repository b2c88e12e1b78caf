"""A rule is tried before it is kept, honestly about its place; and proposed from a line so that it fits that line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.conditions import Condition, Field, Operator, fits
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import FundId, LineId, ProjectId, RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import CodingRule, parse_target
from fundingapp.domain.rule_trials import Meets, Trial, TriedLine, in_words, propose_rule, stem_of, try_rule
from fundingapp.domain.rulebook import Rulebook
from tests.builders_core import make_head, make_line, make_rule, money
from tests.domain.rule_strategies import known, lines, rules

HEADS: dict[tuple[str, int], list[BudgetHead]] = {("p-01", 2018): [make_head(ProjectId(1), FundId(1))]}
LINES = [
    (LineId(1), make_line("T1", "10.00", supplier="Youth Trust")),
    (LineId(2), make_line("T2", "20.00", supplier="Youth Trust", account="9999")),
    (LineId(3), make_line("T3", "40.00", supplier="Safer Streets")),
]


def tried(
    rule: CodingRule, *held: CodingRule, replacing: int | None = None
) -> list[tuple[int, Meets, int | None]]:
    found = try_rule(rule, RuleId(replacing) if replacing else None, known(list(held)), HEADS, LINES)
    return [(line.id, line.meets, line.rule) for line in found]


class TestTrying:
    def test_a_rule_charges_what_it_fits(self) -> None:
        assert tried(make_rule(1, "P-01", supplier="youth")) == [
            (1, Meets.CHARGES, None),
            (2, Meets.CHARGES, None),
        ]

    def test_an_earlier_rule_takes_its_lines_first(self) -> None:
        rule = make_rule(2, "P-01", supplier="youth")
        assert tried(rule, make_rule(1, "income", account="9999")) == [
            (1, Meets.CHARGES, None),
            (2, Meets.EARLIER, 1),
        ]

    def test_a_new_rule_goes_before_the_one_that_has_its_number(self) -> None:
        rule = make_rule(1, "P-01", supplier="youth")
        assert [meets for _, meets, _ in tried(rule, make_rule(1, "income"))] == [Meets.CHARGES] * 2

    def test_a_changed_rule_is_tried_in_its_own_place(self) -> None:
        held = (make_rule(1, "income", supplier="youth"), make_rule(2, "excluded: x", supplier="youth"))
        assert tried(make_rule(1, "P-01", supplier="youth trust"), *held, replacing=1) == [
            (1, Meets.CHARGES, None),
            (2, Meets.CHARGES, None),
        ]
        assert {rule for _, _, rule in tried(make_rule(2, "P-01", supplier="youth"), *held, replacing=2)} == {
            1
        }

    def test_a_rule_that_is_off_is_tried_as_if_it_were_on_and_others_that_are_off_take_nothing(self) -> None:
        off = replace(make_rule(1, "income"), on=False)
        assert len(tried(replace(make_rule(2, "P-01", supplier="youth"), on=False), off)) == 2

    def test_lines_that_can_t_be_charged_say_why(self) -> None:
        found = list(try_rule(make_rule(1, "P-09", supplier="safer"), None, [], HEADS, LINES))
        assert [(line.meets, line.reason) for line in found] == [
            (Meets.STUCK, "Rule 1: supplier contains “safer”, but P-09 has no award in 2018/19.")
        ]

    @given(rules, st.lists(rules, max_size=6), st.lists(lines, max_size=6), st.integers(0, 6))
    def test_what_is_taken_is_what_the_rule_would_win(
        self, rule: CodingRule, held: list[CodingRule], some: list[LedgerLine], at: int
    ) -> None:
        own = RuleId(at) if 1 <= at <= len(held) else None
        numbered = [(LineId(number), line) for number, line in enumerate(some)]
        found = {line.id: line.meets for line in try_rule(rule, own, known(held), HEADS, numbered)}
        for number, line in numbered:
            if all(condition.holds(line) for condition in rule.conditions):
                assert number in found
            else:
                assert number not in found


class TestInWords:
    def trial(self, *lines: tuple[str, Meets, int | None], lost: int = 0) -> str:
        found = tuple(
            TriedLine(LineId(number), money(amount), meets, RuleId(rule) if rule else None, "Rule 1 can’t.")
            for number, (amount, meets, rule) in enumerate(lines)
        )
        return in_words(
            Trial(found, tuple(LineId(number) for number in range(lost))), {RuleId(1): 7, RuleId(2): 9}
        )

    def test_what_is_charged_elsewhere_is_counted_with_by_whom(self) -> None:
        words = self.trial(
            *[("300.10", Meets.CHARGES, None)] * 39,
            ("600.00", Meets.ELSEWHERE, None),
            ("6.50", Meets.ELSEWHERE, 1),
        )
        assert words == (
            "Would charge 41 lines, £12,310.40. "
            "2 of them are charged elsewhere (1 by hand, 1 by rule 7) and stay there."
        )

    def test_what_earlier_rules_take_is_not_counted(self) -> None:
        words = self.trial(
            ("1.00", Meets.CHARGES, None), ("9.00", Meets.EARLIER, 1), ("9.00", Meets.EARLIER, 2)
        )
        assert words == (
            "Would charge 1 line, £1.00. 2 lines more fit, but earlier rules take them first "
            "(1 by rule 7, 1 by rule 9)."
        )
        words = self.trial(("1.00", Meets.CHARGES, None), ("9.00", Meets.EARLIER, 1))
        assert words.endswith("1 line more fits, but rule 7 takes it first.")

    def test_many_rules_are_counted_together(self) -> None:
        words = self.trial(*[("1.00", Meets.EARLIER, number) for number in (1, 1, 2, 2, 3, 4, 5)])
        assert "(2 by rule 7, 2 by rule 9, 1 by a rule that was removed, 2 by others)" in words

    def test_nothing_and_everything_have_their_own_words(self) -> None:
        assert self.trial() == "It fits none of the lines that are held."
        assert self.trial(("1.00", Meets.EARLIER, 1)).startswith("It fits 1 line and would charge none.")
        assert self.trial(("1.00", Meets.KEEPS, 1)).endswith("It is charged by it already.")
        assert "All of them are charged elsewhere (2 by a rule that was removed)" in self.trial(
            *[("1.00", Meets.ELSEWHERE, 5)] * 2
        )

    def test_what_is_lost_or_stuck_is_said(self) -> None:
        words = self.trial(("1.00", Meets.STUCK, None), ("1.00", Meets.STUCK, None), lost=3)
        assert "2 lines would wait: Rule 1 can’t." in words
        assert "3 lines that it charged so far would no longer fit." in words


class TestFromALine:
    @pytest.mark.parametrize(
        ("text", "stem"),
        [
            ("Falcon Centre Ltd", "Falcon Centre"),
            ("FALCON CENTRE INV 10023", "FALCON CENTRE"),
            ("Street Pastors Loughborough 04/2018", "Street Pastors Loughborough"),
            ("12/04/2018 Youth Trust 3 Apr", "Youth Trust"),
            ("Payroll April 2018", "Payroll"),
            ("Jnl 88213 reversal of rent", "reversal of rent"),
            ("10023", ""),
            ("Co 7", ""),
            ("", ""),
        ],
    )
    def test_what_stays_the_same_from_line_to_line_is_kept(self, text: str, stem: str) -> None:
        assert stem_of(text) == stem

    def test_a_line_with_a_supplier_is_known_by_it(self) -> None:
        line = make_line(supplier="Falcon Centre Ltd", account="4000")
        held = known([make_rule(1, "income", type="GR"), make_rule(4, "P-02", supplier="x")])
        rule = propose_rule(line, parse_target("P-01"), held)
        assert rule == CodingRule(5, parse_target("P-01"), fits(supplier="Falcon Centre"))

    def test_a_supplier_that_is_a_number_is_asked_for_whole(self) -> None:
        rule = propose_rule(make_line(supplier="3M 2020"), parse_target("P-01"), [])
        assert rule.conditions == (Condition(Field.SUPPLIER, Operator.IS, ("3M 2020",)),)

    def test_a_line_without_a_supplier_is_known_by_its_codes_and_words(self) -> None:
        line = make_line(supplier="", cost_centre="CS1", account="4000", description="Rent Apr 2018")
        rule = propose_rule(line, parse_target("P-01"), [])
        assert rule.conditions == fits(cost_centre="CS1", account="4000", description="Rent")

    def test_the_rule_goes_before_the_one_that_takes_the_line_elsewhere(self) -> None:
        held = known([make_rule(1, "income", type="GR"), make_rule(2, "P-02")])
        assert propose_rule(make_line(), parse_target("P-01"), held).order == 2
        assert propose_rule(make_line(), parse_target("P-02"), held).order == 3

    @given(lines, st.lists(rules, max_size=5))
    def test_a_proposed_rule_fits_its_line_and_wins_it(
        self, line: LedgerLine, held: list[CodingRule]
    ) -> None:
        target = parse_target("P-77")
        rule = propose_rule(line, target, known(held))
        [outcome] = try_rule(rule, None, known(held), HEADS, [(LineId(1), line)])
        assert outcome.meets is Meets.STUCK  # P-77 has no award: the rule took the line
        assert Rulebook(known([rule])).winner_of(line) is not None
