"""The commands priorities and match-funding: lists with their sums, in JSON and for people."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from fundingapp.application.commands.match_funding import AddMatch, KeepPost, Payer
from fundingapp.assembly import Assembly
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.match_funding import MatchFunding, Post
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from tests.console.terminal import run

At = Callable[[str], Path]
PLAN = """Theme,Code,Priority,From,To,Owner,Cross-cutting
Safer,i,Violence,2018/19,,VAP group,
Safer,ii,Burglary,2017/18,2017/18,,
,X,Vulnerability,2018/19,,,yes
"""


def test_a_table_of_the_plan_is_taken_in_and_the_sums_foot(at: At, tmp_path: Path) -> None:
    file, table = at("P10"), tmp_path / "plan.csv"
    table.write_text(PLAN, encoding="utf-8")
    data = run("priorities", file, table, "--year", "2018/19", "--json").data
    assert data["recorded"] == {"added": 3, "changed": 0, "unchanged": 0, "left_out": 0, "themes": 1}
    assert [(each["code"], each["cross_cutting"]) for each in data["plan"]] == [("i", False), ("X", True)]
    assert (data["budget_pence"], data["spent_pence"]) == (7_548_400, 5_431_871)
    for split in ("themes", "priorities", "areas"):
        for key in ("budget_pence", "spent_pence", "outturn_pence"):
            assert sum(line[key] for line in data[split]) == data[key], (split, key)
    again = run("priorities", file, table, "--year", "2018/19", "--json").data
    assert again["recorded"]["unchanged"] == 3
    people = run("priorities", file, "--year", "2018/19").out
    for words in ("In force in 2018/19: 1 theme, 2 priorities.", "By theme", "No priority", "75,484.00"):
        assert words in people


def test_a_table_that_can_not_be_read_changes_nothing(at: At, tmp_path: Path) -> None:
    file, table = at("P10"), tmp_path / "plan.csv"
    table.write_text(PLAN.replace("2018/19", "soon"), encoding="utf-8")
    ran = run("priorities", file, table, "--year", "2018/19", "--json")
    assert "“soon” is not a financial year such as 2018/19" in ran.refusal
    assert run("priorities", file, "--year", "2018/19", "--json").data["plan"] == []


def test_who_pays_is_listed_with_its_sums(at: At) -> None:
    file = at("P10")
    before = run("match-funding", file, "--year", "2018/19", "--json").data
    assert (before["spend_pence"], before["funded_pence"], before["match"]) == (5_431_871, 5_431_871, [])
    opened = Assembly().open(str(file))
    year, project = FinancialYear(2018), ProjectId(3)
    opened.desk.do(AddMatch(MatchFunding(project, year, "Comic Relief", Money(50_000), spent=Money(20_000))))
    opened.desk.do(
        AddMatch(MatchFunding(project, year, "Rooms", Money(5_000), is_in_kind=True, spent=Money(5_000)))
    )
    post = Post(project, year, "Co-ordinator", Decimal("0.5"), 6, Money(300_000))
    opened.desk.do(KeepPost(post, (Payer(Decimal(40), FundId(1)),)))
    opened.close()
    data = run("match-funding", file, "--year", "2018/19", "--json").data
    assert data["spend_pence"] == data["funded_pence"] + data["host_pence"] + data["match_cash_pence"]
    assert (data["match_cash_pence"], data["in_kind_pence"]) == (20_000, 5_000)
    [post_data] = data["projects"]["LF-03"]["posts"]
    assert (post_data["parts"][0]["amount_pence"], post_data["paid_by_nobody_pence"]) == (120_000, 180_000)
    assert [each["source"] for each in data["match"]] == ["Comic Relief", "Rooms"]
    people = run("match-funding", file, "--year", "2018/19").out
    for words in ("Comic Relief", "in kind, not secured", "200.00", "Who pays"):
        assert words in people
