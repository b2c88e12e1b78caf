"""The console's commands for what the money is for and who else pays: priorities, match-funding."""

from __future__ import annotations

import argparse
from typing import Any

from fundingapp.application.commands.plan import PlanTableRecorded, RecordPlanTable
from fundingapp.application.offices import Offices
from fundingapp.application.queries.funding import FundingAnswer, FundingOf
from fundingapp.application.queries.plan import PlanSetup, ReadPlanTable, SpendByPlan, SpendByPlanAnswer
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, writable
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.domain.match_funding import ProjectFunding
from fundingapp.domain.money import Money
from fundingapp.domain.priorities import PlanLine, Split, named, years_in_words


def show_priorities(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """The plan in force, with budget, spend and forecast by theme, priority and area; first takes a table in."""
    recorded = None
    if given.table is not None:
        opened = writable(offices, given.file)
        try:
            read = opened.desk.ask(ReadPlanTable(given.table))
            recorded = opened.desk.do(RecordPlanTable(read), progress).result
        finally:
            opened.close()
    opened = offices.open(given.file, writing=False)
    try:
        answer = opened.desk.ask(SpendByPlan(given.year))
        setup = opened.desk.ask(PlanSetup(given.year))
    finally:
        opened.close()
    plan = setup.in_force
    in_force = [(theme.id, theme.theme, theme.priorities) for theme in plan.themes]
    listed: list[dict[str, Any]] = []
    for theme_id, theme, priorities in in_force:
        listed += [_priority(setup.theme_name(theme_id), each) for _, each in priorities]
        if not priorities:
            listed.append({"theme": named(theme.code, theme.title), "code": None, "title": None})
    for _, each in (*plan.loose, *plan.cross_cutting):
        listed.append(_priority(setup.theme_name(each.theme), each))
    people: list[Part] = []
    if recorded is not None:
        people.append(_recorded_words(recorded))
    people.append(
        f"In force in {given.year}: {count(len(plan.themes), 'theme')}, "
        f"{count(plan.priorities, 'priority', 'priorities')}."
    )
    people += [_lines_table(answer, split) for split in Split]
    data: dict[str, Any] = {
        "year": str(given.year),
        "plan": listed,
        "themes": [_line(line) for line in answer.lines[Split.THEME]],
        "priorities": [_line(line) for line in answer.lines[Split.PRIORITY]],
        "areas": [_line(line) for line in answer.lines[Split.AREA]],
        "budget_pence": answer.budget.pence,
        "spent_pence": answer.spent.pence,
        "outturn_pence": answer.outturn.pence,
        "projects": {
            project.ref: {
                "budget_pence": project.budget.pence,
                "themes": project.themes,
                "priorities": project.priorities,
                "areas": project.areas,
            }
            for project in answer.projects
        },
    }
    if recorded is not None:
        data["recorded"] = {
            "added": recorded.added,
            "changed": recorded.changed,
            "unchanged": recorded.unchanged,
            "left_out": recorded.left_out,
            "themes": recorded.themes,
        }
    out.result(data, people)
    return DONE


def _priority(theme: str, priority: Any) -> dict[str, Any]:
    return {
        "theme": theme or None,
        "code": priority.code or None,
        "title": priority.title,
        "years": years_in_words(priority.from_year, priority.to_year),
        "owner_group": priority.owner_group or None,
        "commissioner_priority": priority.commissioner_priority or None,
        "cross_cutting": priority.is_cross_cutting,
    }


def _recorded_words(made: PlanTableRecorded) -> str:
    return (
        f"{count(made.added, 'row')} added, {made.changed:,} changed, {made.unchanged:,} there already, "
        f"{made.left_out:,} empty; {count(made.themes, 'new theme')}."
    )


def _line(line: PlanLine) -> dict[str, Any]:
    return {
        "name": line.served.label,
        "said": line.served.is_said,
        "cross_cutting": line.served.is_cross_cutting,
        "projects": line.projects,
        "budget_pence": line.budget.pence,
        "spent_pence": line.spent.pence,
        "outturn_pence": line.outturn.pence,
    }


def _lines_table(answer: SpendByPlanAnswer, split: Split) -> Part:
    rows = [
        (line.served.label, str(line.budget), str(line.spent), str(line.outturn))
        for line in answer.lines[split]
    ]
    rows.append(("Total", str(answer.budget), str(answer.spent), str(answer.outturn)))
    return table(
        f"By {split.value}",
        (split.value.capitalize(), "Budget £", "Spent £", "Forecast £"),
        rows,
        (1, 2, 3),
        total=True,
    )


def show_match_funding(
    given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress
) -> int:
    """Who pays for each project of a year, its match in cash and in kind, and its posts."""
    opened = offices.open(given.file, writing=False)
    try:
        answer = opened.desk.ask(FundingOf(given.year))
    finally:
        opened.close()
    projects = answer.projects

    def together(amounts: list[Money]) -> int:
        return Money.total(amounts).pence

    people: list[Part] = [_projects_table(projects)]
    if answer.match:
        people.append(_match_table(answer))
    people += [
        f"{project.ref} {part.name}: {rate.in_words}."
        for project in projects
        for part in project.funds
        if (rate := project.rate(part.fund)) is not None and rate.agreed_percent is not None
    ]
    out.result(
        {
            "year": str(given.year),
            "projects": {project.ref: _project(project) for project in projects},
            "match": [
                {
                    "project": next(each.ref for each in projects if each.project == kept.value.project),
                    "source": answer.source_of(kept.value),
                    "type": kept.value.type.value,
                    "secured": kept.value.is_secured,
                    "in_kind": kept.value.is_in_kind,
                    "planned_pence": kept.value.planned.pence,
                    "received_pence": kept.value.received.pence,
                    "spent_pence": kept.value.spent.pence,
                    "note": kept.value.note,
                }
                for kept in answer.match
            ],
            "funded_pence": together([project.funded for project in projects]),
            "host_pence": together([project.host for project in projects]),
            "match_cash_pence": together([project.match_cash for project in projects]),
            "in_kind_pence": together([project.in_kind for project in projects]),
            "spend_pence": together([project.spend for project in projects]),
        },
        people,
    )
    return DONE


def _project(project: ProjectFunding) -> dict[str, Any]:
    funds = []
    for part in project.funds:
        rate = project.rate(part.fund)
        funds.append(
            {
                "fund": part.name,
                "budget_pence": part.budget.pence,
                "funded_pence": part.funded.pence,
                "host_pence": part.host.pence,
                "rate": rate.in_words if rate is not None else None,
                "agreed_percent": str(part.agreed_percent) if part.agreed_percent is not None else None,
                "above_agreed": rate is not None and rate.is_above,
            }
        )
    return {
        "spend_pence": project.spend.pence,
        "host_pence": project.host.pence,
        "match_cash_pence": project.match_cash.pence,
        "in_kind_pence": project.in_kind.pence,
        "funds": funds,
        "posts": [
            {
                "title": post.post.title,
                "fte": str(post.post.fte),
                "months": post.post.months,
                "cost_pence": post.post.cost.pence,
                "parts": [
                    {"payer": name, "percent": str(percent), "amount_pence": amount.pence}
                    for (name, _, percent), amount in zip(post.shares, post.parts, strict=False)
                ],
                "paid_by_nobody_pence": post.parts[-1].pence,
            }
            for post in project.posts
        ],
    }


def _projects_table(projects: tuple[ProjectFunding, ...]) -> Part:
    def row(ref: str, name: str, parts: tuple[ProjectFunding, ...]) -> tuple[str, ...]:
        sums = (
            Money.total(each.funded for each in parts),
            Money.total(each.host for each in parts),
            Money.total(each.match_cash for each in parts),
            Money.total(each.spend for each in parts),
            Money.total(each.in_kind for each in parts),
        )
        return (ref, name, *map(str, sums))

    rows = [row(project.ref, project.name, (project,)) for project in projects]
    rows.append(row("", "Total", projects))
    return table(
        "Who pays",
        ("Ref", "Project", "Grants £", "Host £", "Match cash £", "All spend £", "In kind £"),
        rows,
        (2, 3, 4, 5, 6),
        total=True,
    )


def _match_table(answer: FundingAnswer) -> Part:
    refs = {project.project: project.ref for project in answer.projects}
    rows = []
    for kept in answer.match:
        match = kept.value
        how = "in kind" if match.is_in_kind else "cash"
        secured = "secured" if match.is_secured else "not secured"
        rows.append(
            (
                refs[match.project],
                answer.source_of(match),
                f"{how}, {secured}",
                str(match.planned),
                str(match.received),
                str(match.spent),
            )
        )
    return table("Match", ("Ref", "Source", "How", "Planned £", "Received £", "Spent £"), rows, (3, 4, 5))
