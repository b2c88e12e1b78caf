"""The plan over the years, and how budgets are divided by it (R7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given, strategies as st

from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import AreaId, FundId, PriorityId, ProjectId, ThemeId
from fundingapp.domain.money import Money, percent_in_words, percents_of
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.priorities import (
    HeadSums,
    Plan,
    PlanRecords,
    Priority,
    Share,
    ShareGiven,
    Split,
    Theme,
    check_in_force,
    make_share,
    plan_in_force,
    plan_lines,
    reconcile_plan,
    shares_from,
    years_in_words,
)
from tests.builders_core import NEXT_YEAR, YEAR, day, money

P1, P2, P3 = ProjectId(1), ProjectId(2), ProjectId(3)
FUND = FundId(1)
amounts = st.integers(-(10**13), 10**13).map(Money)


def percents(*given: str) -> list[Decimal]:
    return [Decimal(each) for each in given]


def share(percent: str, target: int = 1, split: Split = Split.THEME, project: ProjectId = P1) -> Share:
    return make_share(project, YEAR, split, target, Decimal(percent))


@st.composite
def hundreds(draw: st.DrawFn) -> list[Decimal]:
    """Percentages with two decimals that add up to 100."""
    cuts = sorted(set(draw(st.lists(st.integers(1, 9_999), max_size=8))))
    ends = [0, *cuts, 10_000]
    return [Decimal(after - before).scaleb(-2) for before, after in pairwise(ends)]


class TestSplittingABudget:
    @pytest.mark.parametrize(
        ("budget", "shares", "parts"),
        [
            ("100.00", ("33.33", "33.33", "33.34"), ("33.33", "33.33", "33.34")),
            ("100.01", ("50", "50"), ("50.01", "50.00")),
            ("99.99", ("33.33", "66.67"), ("33.32", "66.67")),
            ("0.02", ("25", "25", "25", "25"), ("0.02", "0.00", "0.00", "0.00")),
            ("-100.01", ("40", "60"), ("-40.00", "-60.01")),
            ("0.00", ("40", "60"), ("0.00", "0.00")),
        ],
    )
    def test_the_remaining_pence_are_the_largest_shares_the_first_of_equal_ones(
        self, budget: str, shares: tuple[str, ...], parts: tuple[str, ...]
    ) -> None:
        assert money(budget).divide([Decimal(each) for each in shares]) == tuple(map(money, parts))

    @given(amounts, hundreds())
    def test_the_parts_add_up_and_only_the_largest_is_rounded_up(
        self, budget: Money, shares: list[Decimal]
    ) -> None:
        parts = budget.divide(shares)
        assert Money.total(parts) == budget
        largest = shares.index(max(shares))
        for at, (part, percent) in enumerate(zip(parts, shares, strict=True)):
            exact = abs(budget).pence * percent / 100
            if at != largest:
                assert abs(part).pence == int(exact)
            else:
                assert exact - 1 < abs(part).pence < exact + len(shares)
        assert (-budget).divide(shares) == tuple(-part for part in parts)

    @pytest.mark.parametrize("shares", [(), ("50",), ("60", "60"), ("110", "-10")])
    def test_what_does_not_add_up_to_100_is_no_division(self, shares: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match="100"):
            money("1.00").divide(percents(*shares))

    @given(st.lists(st.integers(0, 10**11).map(Money), min_size=1, max_size=12))
    def test_pounds_turned_into_shares_come_back_to_the_penny(self, pounds: list[Money]) -> None:
        assume(any(pounds))
        made = percents_of(pounds)
        assert sum(made) == 100
        assert Money.total(pounds).divide(made) == tuple(pounds)

    @pytest.mark.parametrize("pounds", [("0.00",), ("5.00", "-1.00")])
    def test_no_shares_are_made_of_nothing_or_less(self, pounds: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match="nought"):
            percents_of([money(each) for each in pounds])


class TestSharesAsGiven:
    def given(self, *percent: str) -> list[ShareGiven]:
        return [ShareGiven(at, percent=Decimal(each)) for at, each in enumerate(percent)]

    def pounds(self, *pounds: str) -> list[ShareGiven]:
        return [ShareGiven(at, pounds=money(each)) for at, each in enumerate(pounds)]

    def refusal(self, given: list[ShareGiven], budget: str = "1,000.00") -> ExpectedError:
        with pytest.raises(ExpectedError) as refused:
            shares_from(given, money(budget), "LF-01 by theme in 2018/19")
        assert refused.value.advice
        return refused.value

    def test_per_cent_are_taken_as_typed(self) -> None:
        assert shares_from(self.given("60", "39.75", "0.25"), money("1.00"), "it") == tuple(
            percents("60", "39.75", "0.25")
        )

    def test_no_shares_are_none(self) -> None:
        assert shares_from([], money("1.00"), "it") == ()

    def test_pounds_become_the_shares_that_give_them_again(self) -> None:
        made = shares_from(self.pounds("333.33", "333.33", "333.34"), money("1,000.00"), "it")
        assert sum(made) == 100
        assert money("1,000.00").divide(made) == (money("333.33"), money("333.33"), money("333.34"))

    @pytest.mark.parametrize(
        ("percent", "says"),
        [(("60", "30"), "add up to 90%, not 100%"), (("60", "40.01"), "add up to 100.01%, not 100%")],
    )
    def test_another_sum_than_100_is_refused_with_the_sum(self, percent: tuple[str, ...], says: str) -> None:
        refused = self.refusal(self.given(*percent))
        assert (refused.code, refused.message) == (
            "shares_sum",
            f"The shares of LF-01 by theme in 2018/19 {says}.",
        )

    def test_pounds_that_are_not_the_budget_are_refused_with_both_sums(self) -> None:
        refused = self.refusal(self.pounds("600.00", "300.00"))
        assert refused.message == (
            "The shares of LF-01 by theme in 2018/19 add up to £900.00; its budget is £1,000.00, "
            "a difference of £100.00."
        )

    def test_a_share_of_nothing_two_of_one_thing_three_decimals_and_a_mixture_are_refused(self) -> None:
        assert self.refusal(self.given("100", "0")).code == "share_nothing"
        assert self.refusal(self.pounds("1,010.00", "-10.00")).code == "share_nothing"
        assert self.refusal(self.given("33.333", "66.667")).code == "share_decimals"
        twice = [ShareGiven(1, percent=Decimal(50)), ShareGiven(1, percent=Decimal(50))]
        assert self.refusal(twice).code == "shares_repeated"
        assert self.refusal([*self.given("50"), ShareGiven(7, pounds=money("500.00"))]).code == "shares_mixed"

    @pytest.mark.parametrize(
        ("percent", "said"), [("40", "40%"), ("33.33", "33.33%"), ("33.335", "33.34%"), ("0.50", "0.5%")]
    )
    def test_per_cent_are_said_without_noughts_at_the_end(self, percent: str, said: str) -> None:
        assert percent_in_words(Decimal(percent)) == said


def charnwood(year: FinancialYear) -> PlanRecords:
    """A plan of eleven priorities, of eight under three themes, then of five (domain paper, fact 56)."""
    y17, y18, y19 = FinancialYear(2017), FinancialYear(2018), FinancialYear(2019)
    themes = {
        ThemeId(at): Theme(str(at), title, "Community Safety Plan", y18, y18)
        for at, title in enumerate(("Making communities safer", "Protecting", "Improving lives"), start=1)
    }
    numerals = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi")
    old = [Priority(numeral, f"Aim {numeral}", None, None, y17) for numeral in numerals]
    middle = [Priority(str(at), f"Priority {at}", ThemeId(1 + at % 3), y18, y18) for at in range(1, 9)]
    new = [
        Priority(f"P{at}", f"New priority {at}", None, y19, is_cross_cutting=at == 5) for at in range(1, 6)
    ]
    return PlanRecords(
        year, themes, {PriorityId(at): each for at, each in enumerate([*old, *middle, *new], start=1)}
    )


class TestPlanInForce:
    @pytest.mark.parametrize(
        ("year", "priorities", "themes"),
        [(2016, 11, 0), (2017, 11, 0), (2018, 8, 3), (2019, 5, 0), (2025, 5, 0)],
    )
    def test_eleven_priorities_become_eight_and_then_five(
        self, year: int, priorities: int, themes: int
    ) -> None:
        plan = plan_in_force(charnwood(FinancialYear(year)))
        assert (plan.priorities, len(plan.themes)) == (priorities, themes)

    def test_the_priorities_stand_under_their_themes_and_cross_cutting_ones_apart(self) -> None:
        plan = plan_in_force(charnwood(FinancialYear(2018)))
        assert [len(theme.priorities) for theme in plan.themes] == [2, 3, 3]
        assert plan.loose == plan.cross_cutting == ()
        after = plan_in_force(charnwood(FinancialYear(2019)))
        assert [priority.code for _, priority in after.loose] == ["P1", "P2", "P3", "P4"]
        assert [priority.code for _, priority in after.cross_cutting] == ["P5"]

    def test_a_priority_of_another_plan_can_take_no_share_of_the_year(self) -> None:
        records = charnwood(YEAR)
        check_in_force(records, Split.PRIORITY, [12, 13])
        with pytest.raises(ExpectedError) as refused:
            check_in_force(records, Split.PRIORITY, [12, 1])
        assert refused.value.message == (
            "The priority “i Aim i” is not in force in 2018/19: it is in force to 2017/18."
        )

    def test_an_area_is_there_in_a_year_of_which_it_has_a_day(self) -> None:
        old = Area("Old ward", AreaKind.WARD, valid_to=day("2018-04-01"))
        new = Area("New ward", AreaKind.WARD, valid_from=day("2019-04-01"))
        records = PlanRecords(YEAR, areas={AreaId(1): old, AreaId(2): new})
        check_in_force(records, Split.AREA, [1])
        with pytest.raises(ExpectedError, match="“New ward” is not in force in 2018/19"):
            check_in_force(records, Split.AREA, [2])

    @pytest.mark.parametrize(
        ("start", "end", "said"),
        [
            (None, None, "in every year"),
            (2018, None, "from 2018/19"),
            (None, 2018, "to 2018/19"),
            (2018, 2018, "2018/19"),
            (2017, 2019, "2017/18 to 2019/20"),
        ],
    )
    def test_years_are_said_in_words(self, start: int | None, end: int | None, said: str) -> None:
        first = FinancialYear(start) if start else None
        assert years_in_words(first, FinancialYear(end) if end else None) == said


def head(project: ProjectId, budget: str, spent: str = "0.00", kind: Kind = Kind.REVENUE) -> HeadSums:
    return HeadSums(project, FUND, kind, money(budget), money(spent), money(spent))


RECORDS = PlanRecords(
    YEAR,
    {
        ThemeId(1): Theme("1", "Safer streets"),
        ThemeId(2): Theme("2", "Stronger communities"),
        ThemeId(3): Theme("3", "Ended", to_year=YEAR.previous),
    },
    {
        PriorityId(1): Priority("1.1", "Burglary", ThemeId(1)),
        PriorityId(2): Priority("2.1", "Cohesion", ThemeId(2)),
        PriorityId(3): Priority("X", "Vulnerability", is_cross_cutting=True),
    },
    {AreaId(1): Area("Loughborough East", AreaKind.BEAT, "N65", aliases=("NL65", "Beat 65"))},
    {
        P1: Project("P-01", "One", "safer STREETS", area="NL65"),
        P2: Project("P-02", "Two", "Something of its own", area="Nowhere"),
        P3: Project("P-03", "Three"),
    },
)


class TestServing:
    def words(self, records: PlanRecords, project: ProjectId, split: Split) -> str:
        return Plan(records).in_words(project, split)

    def test_without_shares_a_project_serves_what_it_names(self) -> None:
        assert self.words(RECORDS, P1, Split.THEME) == "1 Safer streets"
        assert self.words(RECORDS, P1, Split.AREA) == "Loughborough East"
        assert self.words(RECORDS, P2, Split.THEME) == "Something of its own"
        assert self.words(RECORDS, P2, Split.AREA) == "Nowhere"
        assert self.words(RECORDS, P3, Split.THEME) == self.words(RECORDS, P1, Split.PRIORITY) == ""

    def test_shares_count_before_what_it_names(self) -> None:
        shared = replace(RECORDS, shares=[share("60", 2), share("40", 1)])
        assert self.words(shared, P1, Split.THEME) == "2 Stronger communities 60%, 1 Safer streets 40%"

    def test_shares_of_another_year_do_not_count(self) -> None:
        other = replace(share("100", 2), year=NEXT_YEAR)
        assert self.words(replace(RECORDS, shares=[other]), P1, Split.THEME) == "1 Safer streets"

    def test_themes_follow_from_the_priorities_that_are_shared(self) -> None:
        by_priority = [share("30", 1, Split.PRIORITY), share("70", 2, Split.PRIORITY)]
        shared = replace(RECORDS, shares=by_priority)
        assert self.words(shared, P1, Split.THEME) == "1 Safer streets 30%, 2 Stronger communities 70%"
        themes = replace(RECORDS, shares=[*by_priority, share("100", 2)])
        assert self.words(themes, P1, Split.THEME) == "2 Stronger communities"
        cross = replace(RECORDS, shares=[share("30", 1, Split.PRIORITY), share("70", 3, Split.PRIORITY)])
        assert self.words(cross, P1, Split.THEME) == "1 Safer streets"

    def test_lines_stand_in_the_order_of_the_plan_what_was_not_said_last(self) -> None:
        heads = [head(P3, "10.00"), head(P2, "20.00"), head(P1, "30.00", "12.00")]
        lines = plan_lines(Plan(RECORDS), heads, Split.THEME)
        assert [(line.served.label, line.budget, line.spent, line.left, line.projects) for line in lines] == [
            ("1 Safer streets", money("30.00"), money("12.00"), money("18.00"), 1),
            ("2 Stronger communities", money("0.00"), money("0.00"), money("0.00"), 0),
            ("Something of its own", money("20.00"), money("0.00"), money("20.00"), 1),
            ("No theme", money("10.00"), money("0.00"), money("10.00"), 1),
        ]

    def test_cross_cutting_priorities_are_known_as_such(self) -> None:
        shared = replace(RECORDS, shares=[share("50", 1, Split.PRIORITY), share("50", 3, Split.PRIORITY)])
        lines = plan_lines(Plan(shared), [head(P1, "30.01")], Split.PRIORITY)
        assert [(line.served.label, line.budget) for line in lines if line.served.is_cross_cutting] == [
            ("X Vulnerability", money("15.00"))
        ]


@st.composite
def histories(draw: st.DrawFn) -> tuple[PlanRecords, list[HeadSums]]:
    """Random budgets of three projects in both kinds, with random shares by theme, priority and area, or none."""
    records = replace(RECORDS, areas={AreaId(at): Area(f"Ward {at}", AreaKind.WARD) for at in (1, 2, 3)})
    shares: list[Share] = []
    heads = []
    for project in (P1, P2, P3):
        for kind in (Kind.REVENUE, Kind.CAPITAL):
            sums = [Money(draw(st.integers(-(10**8), 10**9))) for _ in range(3)]
            heads.append(HeadSums(project, FUND, kind, *sums))
        for split, targets in ((Split.THEME, 2), (Split.PRIORITY, 3), (Split.AREA, 3)):
            if draw(st.booleans()):
                parts = draw(hundreds())[:targets]
                parts[-1] += 100 - sum(parts)
                shares += [
                    make_share(project, YEAR, split, at, percent) for at, percent in enumerate(parts, start=1)
                ]
    return replace(records, shares=shares), heads


class TestR7:
    @given(histories())
    def test_every_division_adds_up_to_the_budgets(self, history: tuple[PlanRecords, list[HeadSums]]) -> None:
        records, heads = history
        plan = Plan(records)
        [identity] = reconcile_plan(plan, heads, "Locality Fund")
        assert (identity.id, identity.holds) == ("R7", True)
        for split in Split:
            lines = plan_lines(plan, heads, split)
            for measure in ("budget", "spent", "outturn"):
                assert Money.total(getattr(line, measure) for line in lines) == Money.total(
                    getattr(each, measure) for each in heads
                )

    def test_shares_that_no_command_makes_break_it(self) -> None:
        """A file put together by other hands: the sums would still agree, and it is said all the same."""
        records = replace(RECORDS, shares=[share("60", 1), share("30", 2)])
        [identity] = reconcile_plan(Plan(records), [head(P1, "100.00")], "Locality Fund")
        assert (identity.broken, identity.difference, identity.holds) == (1, Money.ZERO, False)

    def test_each_part_can_be_asked_about(self) -> None:
        [identity] = reconcile_plan(Plan(RECORDS), [head(P1, "100.00"), head(P3, "1.00")], "Locality Fund")
        assert [(part.name, part.figure) for part in identity.right] == [
            ("1 Safer streets", "Locality Fund/2018/19/theme/1 Safer streets/budget"),
            ("No theme", "Locality Fund/2018/19/theme/No theme/budget"),
        ]
