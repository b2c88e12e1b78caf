"""A line is charged by the first rule that holds or by a person, to the penny and with a reason; else it waits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.errors import CannotChargeError
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import FundId, LineId, ProjectId, RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import (
    Charge,
    CodingRule,
    Disposition,
    Exclude,
    FixedSum,
    KnownRule,
    LineState,
    NamedHeads,
    Placed,
    Split,
    Target,
    ToIncome,
    ToProjects,
    ToSums,
    Waiting,
    check_charges,
    may_charge,
    names_of,
    parse_target,
    percent_weights,
    rescale,
    state_of,
)
from fundingapp.domain.money import Money
from fundingapp.domain.rulebook import match_lines
from tests.builders_core import NEXT_YEAR, YEAR, make_head, make_line, make_rule, money

H1, H2, H3 = (make_head(ProjectId(number), FundId(1)) for number in (1, 2, 3))
CAPITAL = make_head(ProjectId(3), FundId(1), Kind.CAPITAL)
HEADS = {
    ("p-01", 2018): [H1],
    ("p-02", 2018): [H2],
    ("p-03", 2018): [H3, CAPITAL],
    ("p-01", 2019): [H1],
}


def known(*rules: CodingRule) -> list[KnownRule]:
    return [KnownRule(RuleId(number), rule) for number, rule in enumerate(rules, start=1)]


def place(line: LedgerLine, *rules: CodingRule) -> Placed | Waiting:
    [outcome] = match_lines([(LineId(1), line)], known(*rules), HEADS)
    return outcome


def charge(amount: str, head: BudgetHead | None = H1, reason: str = "because") -> Charge:
    disposition = Disposition.PROJECT if head else Disposition.EXCLUDED
    return Charge(disposition, head, money(amount), reason)


class TestTargets:
    @pytest.mark.parametrize(
        ("text", "target"),
        [
            ("P-01", ToProjects((Split("P-01", Decimal(100)),))),
            (" P-01 ", ToProjects((Split("P-01", Decimal(100)),))),
            ("income", ToIncome()),
            ("INCOME", ToIncome()),
            ("excluded: not ours", Exclude("not ours")),
            ("Exclude: why: this", Exclude("why: this")),
            (
                "split P-01 60%, P-02 40%",
                ToProjects((Split("P-01", Decimal(60)), Split("P-02", Decimal(40)))),
            ),
            (
                "SPLIT P-01 33.3 %,P-02 66.7%",
                ToProjects((Split("P-01", Decimal("33.3")), Split("P-02", Decimal("66.7")))),
            ),
        ],
    )
    def test_a_target_is_read_as_a_person_writes_it(self, text: str, target: object) -> None:
        assert parse_target(text) == target

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "is empty"),
            ("  ", "is empty"),
            ("excluded", "needs its reason"),
            ("excluded: ", "needs its reason"),
            ("P-01 P-02", "is not a project's reference"),
            ("split P-01", "is not a share"),
            ("split P-01 60%, P-02", "“P-02” is not a share"),
            ("split P-01 -60%, P-02 160%", "is not a share"),
            ("split P-01 60%, P-02 £10", "by percentages or by sums"),
            ("split P-01 £1, P-02 rest, P-03 rest", "only one project"),
            ("split P-01 £1, p-01 rest", "stands twice"),
            ("split P-01 £0.00, P-02 rest", "is £0.00"),
            ("split P-01 £1.234, P-02 rest", "is not a share"),
            ("split P-01 100%, P-02 rest", "nothing is left"),
            ("split P-02 rest", "one project only"),
            ("split P-01 60%, P-02 30%", "add up to 90%"),
            ("split P-01 60%, P-02 40.5%", "add up to 100.5%"),
            ("split P-01 60%, p-01 40%", "stands twice"),
            ("P 01:revenue", "is not a project's reference"),
            (":revenue", "is not a project's reference"),
            ("split P-01::Home Office, Fund 60%, P-02 40%", "“P-01::Home Office” is not a share"),
        ],
    )
    def test_a_target_that_can_t_be_meant_is_refused_in_words(self, text: str, says: str) -> None:
        with pytest.raises(ValueError, match=says):
            parse_target(text)

    @pytest.mark.parametrize(
        "text",
        [
            "P-01",
            "income",
            "excluded: not ours",
            "split P-01 33.3%, P-02 66.7%",
            "split A 50%, B 50%",
            "split A £1,234.50, B £10.00, C the rest",
            "split A £100.00",
            "P-01:capital",
            "P-01::Home Office Fund",
            "P-01:revenue:Home Office Fund 2018/19",
            '"P-01::Police, Fire and Crime"',
            "split P-01::Home Office Fund 60%, P-01::Police 40%",
            'split "P-01::Police, Fire 5%" £10.00, P-01:revenue:The 60% Fund the rest',
        ],
    )
    def test_a_target_is_shown_as_it_can_be_read_again(self, text: str) -> None:
        assert str(parse_target(text)) == text

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(("P-01", "lf/2", "P 01", "income", "Excluded-1", "A,B")),
                st.sampled_from(("", ":", ":capital:", "::", ":non-labour:")),
                st.text(st.sampled_from('Fund 5%,"£60.10therst:-'), max_size=14).map(str.strip),
            ).map("".join),
            min_size=1,
            max_size=3,
            unique_by=str.casefold,
        ),
        st.sampled_from(("percent", "sums", "rest")),
    )
    def test_whatever_funds_are_called_a_kept_target_is_read_again(self, names: list[str], how: str) -> None:
        target: Target
        if how == "percent" or len(names) == 1:
            shares = [Decimal(100 - len(names) + 1)] + [Decimal(1)] * (len(names) - 1)
            target = ToProjects(tuple(map(Split, names, shares)))
        else:
            rest = names[-1] if how == "rest" else ""
            given = names[:-1] if rest else names
            target = ToSums(tuple(FixedSum(name, Money(1234)) for name in given), rest)
        assert parse_target(str(target)) == target

    def test_heads_are_called_by_no_more_than_tells_them_apart(self) -> None:
        one, two = FundId(1), FundId(2)
        funds = {one: "Locality Fund", two: "Home Office Fund"}
        project = ProjectId(1)
        first, capital, second = (
            BudgetHead(project, one, Kind.REVENUE),
            BudgetHead(project, one, Kind.CAPITAL),
            BudgetHead(project, two, Kind.REVENUE),
        )
        assert names_of("P-01", [first], funds) == {first: "P-01"}
        assert names_of("P-01", [first, capital], funds) == {first: "P-01:revenue", capital: "P-01:capital"}
        several = names_of("P-01", [first, capital, second], funds)
        assert several == {
            first: "P-01:revenue:Locality Fund",
            capital: "P-01:capital",
            second: "P-01:revenue:Home Office Fund",
        }
        heads = NamedHeads({("p-01", 2018): [first, capital, second]}, funds)
        for head, name in several.items():
            assert heads[name.casefold(), 2018] == [head]
        assert heads["p-01::home office fund", 2018] == [second]
        assert heads["p-01::locality fund", 2018] == [first, capital]

    @pytest.mark.parametrize(
        ("target", "charges"),
        [
            ("P-01:capital", True),
            ("split p-01::Fund 50%, P-02 50%", True),
            ("P-011", False),
            ("income", False),
        ],
    )
    def test_a_target_with_kind_or_fund_still_charges_its_project(self, target: str, charges: bool) -> None:
        assert may_charge(parse_target(target), "P-01") is charges


class TestRules:
    @pytest.mark.parametrize(
        ("conditions", "holds"),
        [
            ({}, True),
            ({"supplier": "SAFER"}, True),
            ({"supplier": "safer   streets"}, True),
            ({"supplier": "youth"}, False),
            ({"description": "work"}, True),
            ({"description": "play"}, False),
            ({"cost_centre": "cs100"}, True),
            ({"cost_centre": "cs10"}, False),
            ({"account": "4000"}, True),
            ({"account": "400"}, False),
            ({"type": "pi"}, True),
            ({"type": "p"}, False),
            ({"supplier": "safer", "account": "9999"}, False),
        ],
    )
    def test_a_rule_holds_when_every_condition_is_met(self, conditions: dict[str, str], holds: bool) -> None:
        outcome = place(make_line(), make_rule(1, "P-01", **conditions))
        assert isinstance(outcome, Placed) is holds

    def test_a_rule_says_what_it_looks_at(self) -> None:
        rule = make_rule(3, "P-01", supplier="Safer", account="4000")
        assert rule.when == "account is “4000” and supplier contains “Safer”"
        assert rule.short_name == "supplier"
        assert make_rule(1, "P-01").when == "every line"
        assert make_rule(1, "P-01").short_name == "all lines"
        assert make_rule(1, "P-01", cost_centre="CS100").short_name == "cost centre"

    def test_the_first_rule_that_holds_wins_whatever_the_order_given(self) -> None:
        outcome = place(make_line(), make_rule(2, "P-02"), make_rule(1, "P-01", supplier="safer"))
        assert isinstance(outcome, Placed)
        assert [entry.head for entry in outcome.charges] == [H1]
        assert outcome.charges[0].rule == 2

    def test_of_two_rules_with_one_number_the_older_wins(self) -> None:
        outcome = place(make_line(), make_rule(1, "P-02"), make_rule(1, "P-01"))
        assert isinstance(outcome, Placed)
        assert outcome.charges[0].head == H2

    def test_lines_that_look_alike_are_all_placed(self) -> None:
        lines = [(LineId(number), make_line(f"T{number}", f"{number}.00")) for number in range(1, 5)]
        outcomes = list(match_lines(lines, known(make_rule(1, "P-01")), HEADS))
        assert [outcome.line for outcome in outcomes] == [1, 2, 3, 4]
        amounts = [outcome.charges[0].amount for outcome in outcomes if isinstance(outcome, Placed)]
        assert amounts == [money(f"{number}.00") for number in range(1, 5)]


class TestPlacing:
    def test_a_charge_to_one_project_takes_the_whole_line_and_names_the_rule(self) -> None:
        assert place(make_line(), make_rule(7, "p-01", supplier="Safer")) == Placed(
            LineId(1),
            (
                Charge(
                    Disposition.PROJECT,
                    H1,
                    money("10.00"),
                    "Rule 7: supplier contains “Safer”",
                    RuleId(1),
                ),
            ),
        )

    def test_income_and_exclusions_have_no_project(self) -> None:
        income = place(make_line(amount="-500.00"), make_rule(1, "income"))
        assert income == Placed(
            LineId(1),
            (Charge(Disposition.INCOME, None, money("-500.00"), "Rule 1: every line", RuleId(1)),),
        )
        excluded = place(make_line(), make_rule(1, "excluded: not ours"))
        assert isinstance(excluded, Placed)
        assert excluded.charges[0].disposition is Disposition.EXCLUDED
        assert excluded.charges[0].reason == "not ours (Rule 1: every line)"

    @given(st.integers(-(10**9), 10**9).map(Money), st.integers(1, 999))
    def test_a_split_is_exact_to_the_penny_and_can_be_kept(self, amount: Money, tenths: int) -> None:
        first = Decimal(tenths) / 10
        rule = CodingRule(1, ToProjects((Split("P-01", first), Split("P-02", 100 - first))))
        outcome = place(make_line(amount=amount), rule)
        assert isinstance(outcome, Placed)
        check_charges(amount, outcome.charges)
        assert abs(outcome.charges[0].amount.pence * 1000 - amount.pence * tenths) < 1000

    def test_a_split_tells_each_share(self) -> None:
        outcome = place(make_line(amount="0.99"), make_rule(1, "split P-01 50%, P-02 50%"))
        assert isinstance(outcome, Placed)
        assert [(entry.head, entry.amount, entry.reason) for entry in outcome.charges] == [
            (H1, money("0.50"), "Rule 1: every line; 50% of the line"),
            (H2, money("0.49"), "Rule 1: every line; 50% of the line"),
        ]

    @pytest.mark.parametrize(
        ("target", "year", "because"),
        [
            ("P-09", YEAR, "Rule 1: every line, but P-09 has no award in 2018/19."),
            ("P-02", NEXT_YEAR, "Rule 1: every line, but P-02 has no award in 2019/20."),
            (
                "P-03",
                YEAR,
                "Rule 1: every line, but P-03 has revenue and capital money in 2018/19: name the kind, as in "
                "P-03:revenue.",
            ),
            (
                "split P-01 50%, P-02 50%",
                NEXT_YEAR,
                "Rule 1: every line, but P-02 has no award in 2019/20.",
            ),
        ],
    )
    def test_a_line_waits_when_its_project_can_t_be_charged(
        self, target: str, year: object, because: str
    ) -> None:
        assert place(make_line(year=year), make_rule(1, target)) == Waiting(LineId(1), because)

    def test_a_later_rule_does_not_step_in_for_the_first_that_holds(self) -> None:
        assert isinstance(place(make_line(), make_rule(1, "P-09"), make_rule(2, "P-01")), Waiting)

    def test_a_line_that_no_rule_fits_waits(self) -> None:
        assert place(make_line(), make_rule(1, "P-01", supplier="youth")) == Waiting(
            LineId(1), "No rule fits this line."
        )
        assert place(make_line()) == Waiting(LineId(1), "No rule fits this line.")


@pytest.mark.parametrize(
    ("percents", "expected"),
    [
        (["60", "40"], [60, 40]),
        (["33.3", "66.7"], [333, 667]),
        (["0.05", "99.95"], [5, 9995]),
        (["1E2"], [100]),
    ],
)
def test_percentages_become_exact_weights(percents: list[str], expected: list[int]) -> None:
    assert percent_weights([Decimal(percent) for percent in percents]) == expected


class TestChecks:
    def test_parts_that_make_up_the_line_may_be_kept(self) -> None:
        check_charges(money("10.00"), [charge("4.00"), charge("6.00", H2)])
        check_charges(money("10.00"), [charge("4.00"), charge("6.00", None), charge("0.00", H2)])
        check_charges(money("-10.00"), [charge("-10.00")])
        check_charges(money("0.00"), [charge("0.00")])

    @pytest.mark.parametrize(
        ("amount", "charges", "says"),
        [
            ("10.00", [], "charged to nothing"),
            ("10.00", [charge("9.99")], "leave £0.01 of £10.00"),
            ("10.00", [charge("9.00"), charge("1.01", H2)], "leave −£0.01"),
            ("10.00", [charge("12.00"), charge("-2.00", H2)], "goes against"),
            ("-10.00", [charge("2.00"), charge("-12.00", H2)], "goes against"),
            ("0.00", [charge("5.00"), charge("-5.00", H2)], "exceeds a line of £0.00"),
            ("10.00", [charge("10.00", reason=" ")], "needs its reason"),
            ("10.00", [charge("5.00"), charge("5.00")], "stands twice"),
            (
                "10.00",
                [Charge(Disposition.PROJECT, None, money("10.00"), "because")],
                "needs the project",
            ),
            (
                "10.00",
                [Charge(Disposition.INCOME, H1, money("10.00"), "because")],
                "needs the project",
            ),
        ],
    )
    def test_parts_that_do_not_are_refused(self, amount: str, charges: list[Charge], says: str) -> None:
        with pytest.raises(CannotChargeError, match=says) as refusal:
            check_charges(money(amount), charges)
        assert refusal.value.code == "cannot_charge"
        assert refusal.value.advice


@pytest.mark.parametrize(
    ("dispositions", "state"),
    [
        ([], LineState.WAITING),
        ([Disposition.PROJECT], LineState.CHARGED),
        ([Disposition.EXCLUDED, Disposition.PROJECT], LineState.CHARGED),
        ([Disposition.INCOME], LineState.INCOME),
        ([Disposition.EXCLUDED, Disposition.INCOME], LineState.INCOME),
        ([Disposition.EXCLUDED], LineState.EXCLUDED),
    ],
)
def test_the_state_of_a_line_follows_from_its_charges(
    dispositions: list[Disposition], state: LineState
) -> None:
    charges = [Charge(each, None, Money(1), "because") for each in dispositions]
    assert state_of(charges) is state


class TestRescaling:
    @given(
        st.lists(st.integers(1, 10**7), min_size=2, max_size=5),
        st.integers(0, 10**8),
        st.booleans(),
    )
    def test_a_split_keeps_its_proportions_to_the_penny(
        self, pence: list[int], after: int, negative: bool
    ) -> None:
        sign = -1 if negative else 1
        charges = [
            Charge(Disposition.PROJECT, make_head(ProjectId(at), FundId(1)), Money(sign * part), "because")
            for at, part in enumerate(pence)
        ]
        before, amount = Money(sign * sum(pence)), Money(sign * after)
        moved = rescale(charges, before, amount)
        assert moved is not None
        check_charges(amount, moved)
        assert [entry.head for entry in moved] == [entry.head for entry in charges]
        for old, new in zip(charges, moved, strict=True):
            assert abs(new.amount.pence * before.pence - amount.pence * old.amount.pence) < abs(before.pence)
        assert rescale(charges, before, before) == tuple(charges)

    def test_a_single_charge_follows_anywhere(self) -> None:
        for before, after in (("0.00", "5.00"), ("10.00", "-5.00"), ("10.00", "0.00")):
            assert rescale([charge(before)], money(before), money(after)) == (charge(after),)

    def test_a_split_that_can_t_follow_needs_a_person(self) -> None:
        split = [charge("4.00"), charge("6.00", H2)]
        assert rescale(split, money("10.00"), money("-10.00")) is None
        assert rescale([charge("0.00"), charge("0.00", H2)], Money.ZERO, money("1.00")) is None
