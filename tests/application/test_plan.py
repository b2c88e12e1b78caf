"""The plan as it is kept: themes and priorities over years, shares of budgets, and what is spent by them (R7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from fundingapp.application.commands.grants import AddGrant, AddProject
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLine, ChargeLines, ChargePart
from fundingapp.application.commands.plan import (
    AddPriority,
    AddTheme,
    AdoptThemes,
    ChangePriority,
    ChangeProjectDetails,
    ChangeTheme,
    CopyShares,
    EndPriorities,
    EndTheme,
    RecordPlanTable,
    RemovePriority,
    RemoveTheme,
    SetShares,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command, Topic
from fundingapp.application.queries.explanations import Explanation
from fundingapp.application.queries.plan import (
    PlanSetup,
    PlanSetupAnswer,
    ReadPlanTable,
    SpendByPlan,
    SpendByPlanAnswer,
    plan_words,
)
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.returns import ReturnDraft
from fundingapp.application.queries.why import Why
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, Purpose
from fundingapp.domain.ids import FundId, LineId, PartyId, PriorityId, ProjectId, ThemeId
from fundingapp.domain.matching import Disposition, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.priorities import Priority, ShareGiven, Split, Theme
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import NEXT_YEAR, YEAR, day, make_download, make_head, make_line, money, set_up_grant
from tests.fakes import FakeStore

FUND, P1, P2 = FundId(1), ProjectId(1), ProjectId(2)
T1, T2 = ThemeId(1), ThemeId(2)


def values(store: FakeStore, kind: str) -> list[Any]:
    return [kept.value for kept in getattr(store.open_work(reading=True), kind).all()]


def theme(desk: Desk, title: str, **fields: Any) -> ThemeId:
    return desk.do(AddTheme(Theme(fields.pop("code", ""), title, **fields))).result


def priority(desk: Desk, title: str, code: str = "", **fields: Any) -> PriorityId:
    return desk.do(AddPriority(Priority(code, title, **fields))).result


def in_percent(*given: tuple[int, str]) -> tuple[ShareGiven, ...]:
    return tuple(ShareGiven(target, percent=Decimal(percent)) for target, percent in given)


def by_theme(*given: tuple[int, str], project: ProjectId = P1, year: FinancialYear = YEAR) -> SetShares:
    return SetShares(project, year, Split.THEME, in_percent(*given))


@pytest.fixture
def grant(desk: Desk) -> Desk:
    """P-01 with £100.00 and P-02 with £200.00; two themes in force in every year."""
    set_up_grant(desk)
    set_up_grant(desk, year=NEXT_YEAR)
    theme(desk, "Safer streets")
    theme(desk, "Stronger communities")
    return desk


class TestThemes:
    def test_a_theme_is_added_and_taken_back(self, desk: Desk, store: FakeStore) -> None:
        command = AddTheme(Theme(" 1 ", " Safer   streets ", " Plan 2018 "))
        assert_taken_back_and_done_again(desk, store, command)
        assert values(store, "themes") == [Theme("1", "Safer streets", "Plan 2018")]

    def test_it_is_changed_and_taken_back(self, grant: Desk, store: FakeStore) -> None:
        after = Theme("A", "Safer towns", from_year=YEAR)
        assert_taken_back_and_done_again(grant, store, ChangeTheme(T1, after))
        assert values(store, "themes")[0] == after

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            (Theme("", " "), "no_name"),
            (Theme("", "A", from_year=NEXT_YEAR, to_year=YEAR), "years_order"),
            (Theme("", "safer  STREETS", to_year=YEAR), "plan_exists"),
        ],
    )
    def test_one_that_can_not_be_is_refused(
        self, grant: Desk, store: FakeStore, given: Theme, code: str
    ) -> None:
        assert refusal_of(grant, store, AddTheme(given)).code == code
        assert refusal_of(grant, store, ChangeTheme(T2, given)).code == code

    def test_the_same_title_may_return_in_other_years(self, desk: Desk, store: FakeStore) -> None:
        theme(desk, "Safer", to_year=YEAR)
        theme(desk, "Safer", from_year=NEXT_YEAR)
        assert [each.title for each in values(store, "themes")] == ["Safer", "Safer"]

    def test_one_in_use_is_ended_and_never_removed(self, grant: Desk, store: FakeStore) -> None:
        grant.do(by_theme((T1, "100")))
        refused = refusal_of(grant, store, RemoveTheme(T1))
        assert refused.message == "“Safer streets” can't be removed: 1 project served it in 2018/19."
        assert refused.advice.startswith("End it after 2018/19 instead")
        grant.do(EndTheme(T1, YEAR))
        assert values(store, "themes")[0].to_year == YEAR
        assert_taken_back_and_done_again(grant, store, RemoveTheme(T2))
        assert [each.title for each in values(store, "themes")] == ["Safer streets"]

    def test_one_with_priorities_is_not_removed(self, grant: Desk, store: FakeStore) -> None:
        priority(grant, "Burglary", "1", theme=T1)
        assert "“1 Burglary” stands under it" in refusal_of(grant, store, RemoveTheme(T1)).message

    def test_ending_it_ends_its_priorities_that_run_on(self, grant: Desk, store: FakeStore) -> None:
        for code, to_year in (("1", None), ("2", NEXT_YEAR), ("3", YEAR.previous)):
            priority(grant, "Aim", code, theme=T1, to_year=to_year)
        priority(grant, "Other", theme=T2)
        assert_taken_back_and_done_again(grant, store, EndTheme(T1, YEAR))
        assert [each.to_year for each in values(store, "priorities")] == [YEAR, YEAR, YEAR.previous, None]

    def test_it_can_not_end_before_a_year_in_which_projects_serve_it(
        self, grant: Desk, store: FakeStore
    ) -> None:
        grant.do(by_theme((T1, "100"), year=NEXT_YEAR))
        for command in (EndTheme(T1, YEAR), ChangeTheme(T1, Theme("", "Safer", to_year=YEAR))):
            refused = refusal_of(grant, store, command)
            assert "can't be in force to 2018/19 only: P-01 in 2019/20 has a share of it" in refused.message

    def test_it_can_not_end_before_it_begins(self, grant: Desk, store: FakeStore) -> None:
        later = theme(grant, "Later", from_year=NEXT_YEAR)
        assert refusal_of(grant, store, EndTheme(later, YEAR)).code == "years_order"


class TestPriorities:
    def test_eight_priorities_are_taken_up_by_five(self, desk: Desk, store: FakeStore) -> None:
        """Domain paper, fact 56: three themes with eight priorities, then five."""
        old = tuple(priority(desk, f"Old {at}", str(at)) for at in range(1, 9))
        new = [priority(desk, f"New {at}", f"P{at}", from_year=NEXT_YEAR) for at in range(1, 6)]
        assert_taken_back_and_done_again(desk, store, EndPriorities(old[:2], YEAR, new[0]))
        desk.do(EndPriorities(old[2:], YEAR, new[1]))
        answer = desk.ask(PlanSetup(YEAR))
        assert answer.in_force.priorities == 8
        assert answer.successor(answer.priorities[0].value) == "P1 New 1"
        assert desk.ask(PlanSetup(NEXT_YEAR)).in_force.priorities == 5
        assert desk.undo_name == "end 6 priorities after 2018/19, taken up by “P2 New 2”"

    def test_none_succeeds_itself(self, desk: Desk, store: FakeStore) -> None:
        one, two, three = (priority(desk, f"Aim {at}") for at in range(3))
        desk.do(EndPriorities((one,), YEAR, two))
        desk.do(ChangePriority(two, Priority("", "Aim 1", succeeded_by=three)))
        for refused in (
            refusal_of(desk, store, EndPriorities((three,), NEXT_YEAR, one)),
            refusal_of(desk, store, ChangePriority(three, Priority("", "Aim 2", succeeded_by=three))),
        ):
            assert refused.code == "succession_circle"

    def test_what_ends_itself_takes_up_nothing_later(self, desk: Desk, store: FakeStore) -> None:
        one, two = priority(desk, "One"), priority(desk, "Two", to_year=YEAR)
        assert refusal_of(desk, store, EndPriorities((one,), YEAR, two)).code == "successor_years"
        assert refusal_of(desk, store, EndPriorities((), YEAR)).code == "nothing_chosen"

    def test_it_stands_under_a_theme_of_its_years(self, desk: Desk, store: FakeStore) -> None:
        old = theme(desk, "Old", to_year=YEAR)
        new = Priority("1", "New", old, from_year=NEXT_YEAR)
        assert refusal_of(desk, store, AddPriority(new)).code == "theme_years"
        assert_taken_back_and_done_again(desk, store, AddPriority(replace(new, theme=None)))
        assert refusal_of(desk, store, ChangePriority(PriorityId(1), new)).code == "theme_years"

    def test_one_in_use_or_that_takes_up_another_is_not_removed(self, grant: Desk, store: FakeStore) -> None:
        one, two = priority(grant, "One"), priority(grant, "Two")
        grant.do(EndPriorities((one,), NEXT_YEAR, two))
        grant.do(SetShares(P1, YEAR, Split.PRIORITY, in_percent((one, "100"))))
        assert "1 project served it in 2018/19" in refusal_of(grant, store, RemovePriority(one)).message
        assert "it takes up “One”" in refusal_of(grant, store, RemovePriority(two)).message
        three = priority(grant, "Three")
        assert_taken_back_and_done_again(grant, store, RemovePriority(three))

    def test_all_that_papers_say_of_it_is_kept(self, desk: Desk, store: FakeStore) -> None:
        given = Priority("iv", "Reduce harm", None, YEAR, None, "ASB group", True, "Prevention")
        desk.do(AddPriority(given))
        assert values(store, "priorities") == [given]


class TestAdopting:
    def test_the_themes_that_projects_name_become_the_plans(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        [found] = desk.ask(PlanSetup(YEAR)).adoptable
        assert (found.title, found.refs) == ("Safer", ("P-01", "P-02"))
        assert_taken_back_and_done_again(desk, store, AdoptThemes())
        assert values(store, "themes") == [Theme("", "Safer")]
        assert desk.ask(PlanSetup(YEAR)).adoptable == ()
        assert refusal_of(desk, store, AdoptThemes()).code == "nothing_to_adopt"
        [line] = desk.ask(SpendByPlan(YEAR)).lines[Split.THEME]
        assert (line.served.id, line.budget) == (1, money("300.00"))

    def test_only_those_chosen_are_adopted(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        assert refusal_of(desk, store, AdoptThemes(("Other",))).code == "nothing_to_adopt"
        assert desk.do(AdoptThemes((" safer ",))).result == 1


class TestPlanTable:
    TABLE = (
        "Theme\tPriority code\tTitle\tFrom\tTo\tOwner\n"
        "Safer\ti\tBurglary\t2017/18\t2018/19\tASB group\n"
        "\tii\tRobbery\t2017/18\t\t\n"
        "Stronger\tiii\tCohesion\t2018/19\t\t\n"
        "\t\t\t\t\t\n"
    )

    def read(self, desk: Desk, text: str = TABLE) -> RecordPlanTable:
        return RecordPlanTable(desk.ask(ReadPlanTable(text=text)))

    def test_every_row_of_a_table_is_accounted_for(self, desk: Desk, store: FakeStore) -> None:
        command = self.read(desk)
        assert_taken_back_and_done_again(desk, store, command)
        desk.undo()
        made = desk.do(command).result
        assert (made.added, made.changed, made.unchanged, made.left_out, made.themes) == (3, 0, 0, 1, 2)
        y17 = FinancialYear(2017)
        assert values(store, "themes") == [
            Theme("", "Safer", "", y17, None),
            Theme("", "Stronger", "", YEAR, None),
        ]
        assert [(each.code, each.theme) for each in values(store, "priorities")] == [
            ("i", 1),
            ("ii", 1),
            ("iii", 2),
        ]

    def test_read_again_nothing_changes_and_what_differs_is_changed(
        self, desk: Desk, store: FakeStore
    ) -> None:
        desk.do(self.read(desk))
        again = desk.do(self.read(desk)).result
        assert (again.added, again.changed, again.unchanged, again.themes) == (0, 0, 3, 0)
        later = self.read(desk, self.TABLE.replace("ASB group", "Burglary group"))
        assert_taken_back_and_done_again(desk, store, later)
        assert values(store, "priorities")[0].owner_group == "Burglary group"
        desk.undo()
        third = desk.do(later).result
        assert (third.added, third.changed, third.unchanged) == (0, 1, 2)

    def test_a_table_with_an_error_is_refused_whole(self, desk: Desk, store: FakeStore) -> None:
        command = self.read(desk, self.TABLE.replace("2018/19\tASB", "soon\tASB"))
        refused = refusal_of(desk, store, command)
        assert refused.code == "plan_findings"
        assert "Row 2, column “To”: “soon” is not a financial year" in refused.message
        assert refusal_of(desk, store, self.read(desk, "Theme\tTitle")).code == "plan_empty"


class TestShares:
    def test_they_are_given_changed_taken_off_and_taken_back(self, grant: Desk, store: FakeStore) -> None:
        for command in (by_theme((T1, "60"), (T2, "40")), by_theme((T2, "100")), by_theme()):
            assert_taken_back_and_done_again(grant, store, command)
        assert values(store, "shares") == []
        assert refusal_of(grant, store, by_theme()).code == "no_shares"

    @pytest.mark.parametrize(
        ("command", "code", "says"),
        [
            (
                by_theme((1, "60"), (2, "30")),
                "shares_sum",
                "The shares of P-01 by theme in 2018/19 add up to 90%, not 100%.",
            ),
            (
                SetShares(P1, YEAR, Split.THEME, (ShareGiven(1, pounds=money("90.00")),)),
                "shares_sum",
                "The shares of P-01 by theme in 2018/19 add up to £90.00; its budget is £100.00, "
                "a difference of £10.00.",
            ),
            (
                SetShares(P1, FinancialYear(2025), Split.THEME, (ShareGiven(1, pounds=money("90.00")),)),
                "no_budget",
                "P-01 has no budget in 2025/26 to give shares of in pounds.",
            ),
            (by_theme((9, "100")), "not_found", "There is no"),
        ],
    )
    def test_what_does_not_add_up_is_refused_with_the_sum(
        self, grant: Desk, store: FakeStore, command: Command[Any], code: str, says: str
    ) -> None:
        refused = refusal_of(grant, store, command)
        assert refused.code == code
        assert refused.message.startswith(says)

    def test_a_theme_that_is_not_in_force_takes_no_share(self, grant: Desk, store: FakeStore) -> None:
        grant.do(EndTheme(T2, YEAR))
        grant.do(by_theme((T2, "100")))
        refused = refusal_of(grant, store, by_theme((T2, "100"), year=NEXT_YEAR))
        assert refused.message == (
            "The theme “Stronger communities” is not in force in 2019/20: it is in force to 2018/19."
        )

    def test_pounds_of_all_grants_come_back_to_the_penny(self, grant: Desk) -> None:
        pounds = (ShareGiven(T1, pounds=money("33.33")), ShareGiven(T2, pounds=money("66.67")))
        grant.do(SetShares(P1, YEAR, Split.THEME, pounds))
        lines = {line.served.label: line.budget for line in grant.ask(SpendByPlan(YEAR)).lines[Split.THEME]}
        assert lines == {
            "Safer streets": money("33.33"),
            "Stronger communities": money("66.67"),
            "Safer": money("200.00"),
        }

    def test_last_years_are_copied_where_there_are_none_yet(self, grant: Desk, store: FakeStore) -> None:
        ended = theme(grant, "Ended", to_year=YEAR)
        grant.do(by_theme((T1, "60"), (T2, "40")))
        grant.do(by_theme((ended, "100"), project=P2))
        assert_taken_back_and_done_again(grant, store, CopyShares(NEXT_YEAR))
        grant.undo()
        copied = grant.do(CopyShares(NEXT_YEAR)).result
        assert copied.sets == 1
        assert copied.left_out == ("P-02 by theme: “Ended” is not in force in 2019/20",)
        assert [
            (share.project, share.percent) for share in values(store, "shares") if share.year == NEXT_YEAR
        ] == [
            (P1, 60),
            (P1, 40),
        ]
        refused = refusal_of(grant, store, CopyShares(NEXT_YEAR, (P1,)))
        assert "P-01 by theme: it has shares in 2019/20 already" in refused.message
        assert "2019/20 has none" not in refused.message
        assert "2030/31 has none" in refusal_of(grant, store, CopyShares(FinancialYear(2031))).message

    def test_a_share_is_told_in_words_for_a_return(self, grant: Desk, store: FakeStore) -> None:
        grant.do(by_theme((T1, "60"), (T2, "40")))
        with store.open_work(reading=True) as work:
            words = plan_words(work, YEAR)
        assert words[P1].theme == "Safer streets 60%, Stronger communities 40%"
        assert words[P2] == ("Safer", "", "")


def spent(grant: Desk) -> None:
    """£60.01 of P-01 and £10.00 of P-02, on the first grant."""
    lines = (make_line("T1", "60.01", period=2), make_line("T2", "10.00", period=3))
    grant.do(ImportLedger(make_download(lines)))
    head = make_head(P1, FUND)
    part = ChargePart(money("60.01"), Disposition.PROJECT, head)
    grant.do(
        ChargeLine(LineId(1), (part,), "theirs")
    )  # P-01 has two grants: a reference alone doesn't say which
    grant.do(ChargeLines((LineId(2),), parse_target("P-02"), "theirs"))


class TestSpendByPlan:
    @pytest.fixture
    def year(self, grant: Desk) -> Desk:
        """A second fund pays for P-01 too; P-01 serves both themes and a cross-cutting priority."""
        other = grant.do(
            AddGrant("Home Office Fund", "Home Office", YEAR, ((Kind.CAPITAL, money("50.01")),))
        ).result
        project = grant.ask(PositionOf(FUND, YEAR)).position.projects[0].project
        grant.do(AddProject(project, other, YEAR, Kind.CAPITAL, money("50.01")))
        spent(grant)
        grant.do(by_theme((T1, "50"), (T2, "50")))
        burglary = priority(grant, "Burglary", "1", theme=T1)
        all_of_us = priority(grant, "Vulnerability", "X", is_cross_cutting=True)
        grant.do(SetShares(P1, YEAR, Split.PRIORITY, in_percent((burglary, "75"), (all_of_us, "25"))))
        return grant

    def sums(self, answer: SpendByPlanAnswer, split: Split) -> dict[str, tuple[str, str]]:
        return {line.served.label: (str(line.budget), str(line.spent)) for line in answer.lines[split]}

    def test_the_lines_of_each_split_foot_to_the_grants(self, year: Desk) -> None:
        answer = year.ask(SpendByPlan(YEAR))
        assert (answer.budget, answer.spent) == (money("350.01"), money("70.01"))
        for split in Split:
            for measure in ("budget", "spent", "outturn"):
                assert Money.total(getattr(line, measure) for line in answer.lines[split]) == getattr(
                    answer, measure
                )
        assert self.sums(answer, Split.THEME) == {
            "Safer streets": ("75.01", "30.01"),
            "Stronger communities": ("75.00", "30.00"),
            "Safer": ("200.00", "10.00"),
        }
        assert [line.served.label for line in answer.cross_cutting] == ["X Vulnerability"]
        assert [(each.ref, each.themes, each.given) for each in answer.projects] == [
            ("P-01", "Safer streets 50%, Stronger communities 50%", {Split.THEME, Split.PRIORITY}),
            ("P-02", "Safer", frozenset()),
        ]

    def test_one_grant_foots_to_itself(self, year: Desk) -> None:
        answer = year.ask(SpendByPlan(YEAR, FUND))
        assert (answer.scope, answer.budget) == ("Locality Fund", money("300.00"))
        assert self.sums(answer, Split.THEME)["Safer streets"] == ("50.00", "30.01")

    def why(self, desk: Desk, figure: str) -> Explanation:
        """The explanation, which adds up, and whose parts do, all the way down."""
        found = desk.ask(Why(figure))
        if found.terms:
            assert Money.total(term.amount for term in found.terms) == found.value
        for term in found.terms:
            if term.figure:
                assert abs(self.why(desk, term.figure).value) == abs(term.amount), term
        return found

    def test_every_figure_answers_why_down_to_the_ledger(self, year: Desk) -> None:
        for fund, scope in ((None, "all grants"), (FUND, "Locality Fund")):
            answer = year.ask(SpendByPlan(YEAR, fund))
            assert answer.scope == scope
            for split in Split:
                for line in answer.lines[split]:
                    for measure, value in (
                        ("budget", line.budget),
                        ("spend", line.spent),
                        ("outturn", line.outturn),
                    ):
                        figure = f"{scope}/{YEAR}/{split.value}/{line.served.label}/{measure}"
                        assert self.why(year, figure).value == value, figure
        assert self.why(year, f"all grants/{YEAR}/budget").value == money("350.01")

    def test_a_part_is_the_whole_less_what_serves_others(self, year: Desk) -> None:
        found = self.why(year, f"P-01/{YEAR}/theme/Safer streets/spend:revenue:Locality Fund")
        assert [(term.name, str(term.amount)) for term in found.terms] == [
            ("P-01 spend", "60.01"),
            ("Less 50% for Stronger communities", "−30.00"),
        ]
        assert self.why(year, f"p-01/{YEAR}/theme/safer streets/budget").value == money("75.01")

    def test_what_nothing_serves_is_nought_and_what_is_not_there_is_said(self, year: Desk) -> None:
        theme(year, "Nobody's")
        found = self.why(year, f"Locality Fund/{YEAR}/theme/Nobody's/budget")
        assert (found.value, found.note) == (Money.ZERO, "No project serves it in 2018/19.")
        for scope in ("Locality Fund", "all grants", "P-01"):
            with pytest.raises(ExpectedError, match="There is no theme “Elsewhere”"):
                year.ask(Why(f"{scope}/{YEAR}/theme/Elsewhere/budget"))

    def test_no_identity_is_stated_twice(self, year: Desk) -> None:
        ids = [each.id for each in year.ask(PositionOf(FUND, YEAR)).identities]
        assert len(set(ids)) == len(ids)

    def test_a_return_says_what_each_project_serves(self, year: Desk) -> None:
        document = year.ask(ReturnDraft(FUND, YEAR, 4)).document
        served = {each.ref: document.served_by(each) for each in document.position.projects}
        assert served["P-01"] == (
            "Safer streets 50%, Stronger communities 50%",
            "1 Burglary 75%, X Vulnerability 25%",
            "",
        )
        assert served["P-02"] == ("Safer", "", "")

    def test_r7_stands_among_the_identities_and_its_parts_answer(self, year: Desk) -> None:
        [r7] = [each for each in year.ask(PositionOf(FUND, YEAR)).identities if each.id == "R7"]
        assert r7.holds
        assert (r7.left, r7.note) == (money("300.00"), "by priority £300.00, by area £300.00")
        for part in r7.right:
            assert self.why(year, part.figure).value == part.amount


class TestProjectDetails:
    def test_purpose_partner_and_description_are_changed_and_taken_back(
        self, grant: Desk, store: FakeStore
    ) -> None:
        before = values(store, "projects")[0]
        after = replace(
            before, purpose=Purpose.BOTH, partner=PartyId(1), description="Outreach", lead="ASB group"
        )
        assert_taken_back_and_done_again(grant, store, ChangeProjectDetails(P1, after))
        assert values(store, "projects")[0] == after

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"name": " "}, "no_name"),
            ({"ref": "P-09"}, "ref_stays"),
            ({"starts_on": day("2018-05-01"), "ends_on": day("2018-04-30")}, "days_order"),
            ({"partner": PartyId(99)}, "not_found"),
        ],
    )
    def test_what_can_not_be_is_refused(
        self, grant: Desk, store: FakeStore, changes: dict[str, Any], code: str
    ) -> None:
        after = replace(values(store, "projects")[0], **changes)
        assert refusal_of(grant, store, ChangeProjectDetails(P1, after)).code == code


def test_setup_says_what_is_used(grant: Desk) -> None:
    grant.do(by_theme((T1, "60"), (T2, "40")))
    answer: PlanSetupAnswer = grant.ask(PlanSetup(YEAR))
    assert answer.used == {(Split.THEME, 1): 1, (Split.THEME, 2): 1}
    assert answer.theme_name(T1) == "Safer streets"
    assert answer.theme_name(None) == ""


def test_shares_are_a_matter_of_projects_and_the_plan_of_the_setup(grant: Desk) -> None:
    assert grant.do(by_theme((T1, "100"))).changed is Topic.PROJECTS
    assert grant.do(AddTheme(Theme("", "New"))).changed is Topic.SETUP


def test_an_award_and_a_project_of_another_year_are_no_part_of_it(grant: Desk) -> None:
    answer = grant.ask(SpendByPlan(FinancialYear(2031)))
    assert (answer.budget, answer.projects) == (Money.ZERO, ())
