"""The plan, its shares, match funding and posts on the real databases: what is kept, taken back and done again."""

from __future__ import annotations

from decimal import Decimal

from fundingapp.application.commands.match_funding import (
    AddMatch,
    ChangeMatch,
    KeepPost,
    Payer,
    RemoveMatch,
    RemovePost,
)
from fundingapp.application.commands.plan import (
    AddPriority,
    AddTheme,
    AdoptThemes,
    CopyShares,
    EndPriorities,
    EndTheme,
    RecordPlanTable,
    RemovePriority,
    SetShares,
)
from fundingapp.application.effect import Command
from fundingapp.application.queries.funding import FundingOf
from fundingapp.application.queries.plan import PlanSetup, ReadPlanTable, SpendByPlan
from fundingapp.application.queries.positions import PositionOf
from fundingapp.domain.ids import FundId, PostId, PriorityId, ProjectId, ThemeId
from fundingapp.domain.match_funding import MatchFunding, Post
from fundingapp.domain.money import Money
from fundingapp.domain.priorities import Priority, ShareGiven, Split, Theme
from fundingapp.persistence.database import Database
from tests.builders_core import NEXT_YEAR, YEAR, money, set_up_grant
from tests.machines import assert_same, figures_of
from tests.persistence.support import desk_of

P1, P2, FUND = ProjectId(1), ProjectId(2), FundId(1)
TABLE = "Theme\tTitle\tFrom\nSafer\tiv) Burglary\t2019/20\nStronger\tCohesion\t2019/20"


def test_all_of_it_is_kept_taken_back_and_done_again(database: Database) -> None:
    desk = desk_of(database)
    set_up_grant(desk)
    set_up_grant(desk, year=NEXT_YEAR)
    pounds = tuple(
        ShareGiven(at, pounds=money(each)) for at, each in ((1, "33.33"), (2, "33.33"), (3, "33.34"))
    )
    match = MatchFunding(P1, YEAR, "The council", money("10.00"))
    post = Post(P1, YEAR, "Worker", Decimal("0.5"), 6, money("30.00"))
    steps: list[Command[object]] = [
        AdoptThemes(),
        AddTheme(Theme("2", "Stronger communities", "Plan", YEAR)),
        AddTheme(Theme("3", "Fairer")),
        AddPriority(Priority("i", "Burglary", ThemeId(1), owner_group="ASB group")),
        AddPriority(Priority("X", "Vulnerability", is_cross_cutting=True)),
        AddPriority(Priority("9", "Never used")),
        SetShares(P1, YEAR, Split.THEME, pounds),
        SetShares(P1, YEAR, Split.PRIORITY, (ShareGiven(1, percent=Decimal(100)),)),
        SetShares(
            P1,
            YEAR,
            Split.PRIORITY,
            (ShareGiven(2, percent=Decimal("99.99")), ShareGiven(1, percent=Decimal("0.01"))),
        ),
        CopyShares(NEXT_YEAR, (P1,)),
        SetShares(P1, NEXT_YEAR, Split.PRIORITY, ()),
        EndPriorities((PriorityId(1),), YEAR, PriorityId(2)),
        EndTheme(ThemeId(3), NEXT_YEAR),
        RemovePriority(PriorityId(3)),
        RecordPlanTable(desk.ask(ReadPlanTable(text=TABLE))),
        AddMatch(match),
        ChangeMatch(1, MatchFunding(P1, YEAR, "The council", money("10.00"), spent=money("4.00"))),
        KeepPost(post, (Payer(Decimal("33.33"), FUND), Payer(Decimal("66.67"), source="Police"))),
        KeepPost(post, (Payer(Decimal(100), source="Police"),), PostId(1)),
    ]
    before = figures_of(database.open_work)
    seen = [before]
    for step in steps:
        desk.do(step)
        seen.append(figures_of(database.open_work))
    answer = desk.ask(SpendByPlan(YEAR))
    budgets = [(line.served.label, line.budget) for line in answer.lines[Split.THEME]]
    assert budgets == [
        ("Safer", money("233.33")),
        ("2 Stronger communities", money("33.33")),
        ("3 Fairer", money("33.34")),
    ]
    assert {
        each.id: each.holds
        for each in desk.ask(PositionOf(FUND, YEAR)).identities
        if each.id in {"R7", "R15", "R16"}
    } == {
        "R7": True,
        "R15": True,
        "R16": True,
    }
    assert desk.ask(PlanSetup(NEXT_YEAR)).in_force.priorities == 3
    [project, _] = desk.ask(FundingOf(YEAR)).projects
    assert (project.match_cash, project.posts[0].parts) == (money("4.00"), (money("30.00"), Money.ZERO))
    for expected in reversed(seen[:-1]):
        desk.undo()
        assert_same(figures_of(database.open_work), expected)
    for expected in seen[1:]:
        desk.redo()
        assert_same(figures_of(database.open_work), expected)
    desk.do(RemoveMatch(1))
    desk.do(RemovePost(PostId(1)))
    assert not any(project.match or project.posts for project in desk.ask(FundingOf(YEAR)).projects)
    assert [problem for problem in database.problems() if "missing" not in problem] == []
