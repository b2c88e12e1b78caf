"""The partnership's plan as it is in force, how projects serve it, and what is budgeted and spent by it (R7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.funding import positions_of_year
from fundingapp.application.queries.heads import budgeted
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import AreaId, FundId, PriorityId, ProjectId, ThemeId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.plan_tables import ParsedPlanTable, parse_plan_table, table_from_text
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.priorities import (
    HeadSums,
    Plan,
    PlanInForce,
    PlanLine,
    PlanRecords,
    PlanWords,
    Priority,
    Served,
    Split,
    Theme,
    named,
    plan_in_force,
    plan_lines,
    reconcile_plan,
)

#: The scope of figures over all grants of a year.
ALL_GRANTS = "all grants"


@dataclass(frozen=True, slots=True)
class SpendByPlan(Question["SpendByPlanAnswer"]):
    """Budget, spend and forecast of *year* by theme, priority and area: of one grant, or (fund None) of all."""

    year: FinancialYear
    fund: FundId | None = None
    to_period: int | None = None


@dataclass(frozen=True, slots=True)
class ProjectServes:
    """A project with a budget in the year: what it serves, in words, and whether shares were given of it."""

    project: ProjectId
    ref: str
    name: str
    budget: Money
    spent: Money
    themes: str
    priorities: str
    areas: str
    given: frozenset[Split]
    #: What of its budget serves each; every budget of the project is divided by itself.
    parts: Mapping[Served, Money]

    def words(self, split: Split) -> str:
        return {Split.THEME: self.themes, Split.PRIORITY: self.priorities, Split.AREA: self.areas}[split]


@dataclass(frozen=True, slots=True)
class SpendByPlanAnswer:
    """The lines by theme, by priority and by area, each set adding up to *total*, and the projects that make them.

    *scope* is what the figures are asked of: the fund's name, or “all grants”.
    """

    year: FinancialYear
    scope: str
    lines: Mapping[Split, tuple[PlanLine, ...]]
    budget: Money
    spent: Money
    outturn: Money
    projects: tuple[ProjectServes, ...]
    plan: Plan

    @property
    def cross_cutting(self) -> tuple[PlanLine, ...]:
        """The lines of cross-cutting priorities, which stand apart."""
        return tuple(line for line in self.lines[Split.PRIORITY] if line.served.is_cross_cutting)


@dataclass(frozen=True, slots=True)
class PlanSetup(Question["PlanSetupAnswer"]):
    """All themes and priorities, and what of them is in force in *year*."""

    year: FinancialYear


@dataclass(frozen=True, slots=True)
class Adoptable:
    """A theme that projects name in words and the plan does not have, with their references."""

    title: str
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanSetupAnswer:
    """The plan of all years. *used* counts the shares of each theme and priority, in all years."""

    year: FinancialYear
    themes: tuple[Kept[Theme], ...]
    priorities: tuple[Kept[Priority], ...]
    in_force: PlanInForce
    used: Mapping[tuple[Split, int], int]
    adoptable: tuple[Adoptable, ...]

    def theme_name(self, theme: ThemeId | None) -> str:
        found = next((kept.value for kept in self.themes if kept.id == theme), None)
        return named(found.code, found.title) if found is not None else ""

    def successor(self, priority: Priority) -> str:
        found = next((kept.value for kept in self.priorities if kept.id == priority.succeeded_by), None)
        return named(found.code, found.title) if found is not None else ""


@dataclass(frozen=True, slots=True)
class ReadPlanTable(Question[ParsedPlanTable]):
    """What a table of themes and priorities holds: of a file, or as it was pasted."""

    path: Path | None = None
    text: str = ""


def plan_records(work: UnitOfWork, year: FinancialYear) -> PlanRecords:
    """The plan and the shares of *year*."""
    return PlanRecords(
        year,
        {ThemeId(kept.id): kept.value for kept in work.themes.all()},
        {PriorityId(kept.id): kept.value for kept in work.priorities.all()},
        {AreaId(kept.id): kept.value for kept in work.areas.all()},
        {ProjectId(kept.id): kept.value for kept in work.projects.all()},
        [kept.value for kept in work.shares.all() if kept.value.year == year],
    )


def heads_of_position(position: GrantPosition) -> list[HeadSums]:
    """The budget heads of a grant with their sums."""
    return [
        HeadSums(
            head.project_id,
            position.fund_id,
            head.kind,
            head.budget.current,
            head.spent,
            head.outturn,
        )
        for head in position.projects
    ]


def state_plan(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """R7 of the grant at *position*."""
    plan = Plan(plan_records(work, position.year))
    return reconcile_plan(plan, heads_of_position(position), position.fund.name)


def plan_words(work: UnitOfWork, year: FinancialYear) -> dict[ProjectId, PlanWords]:
    """What each project of the file serves in *year*, in words: “Safer 60%, Stronger 40%”."""
    plan = Plan(plan_records(work, year))
    return {
        project: PlanWords(*(plan.in_words(project, split) for split in Split))
        for project in plan.records.projects
    }


def project_budget(work: UnitOfWork, project: ProjectId, year: FinancialYear) -> Money:
    """The current budgets of *project* from all funds in *year*."""
    funds = {head.fund for head, of_year in budgeted(work) if (head.project, of_year) == (project, year)}
    return Money.total(
        head.budget.current
        for fund in funds
        for head in position_of(work, fund, year, None).projects
        if head.project_id == project
    )


def adoptable_themes(work: UnitOfWork) -> tuple[Adoptable, ...]:
    """The themes that projects name and no theme of any year answers to, by their texts."""
    known = set()
    for kept in work.themes.all():
        theme = kept.value
        known |= {_folded(text) for text in (theme.code, theme.title, named(theme.code, theme.title)) if text}
    found: dict[str, tuple[str, list[str]]] = {}
    for project in work.projects.all():
        text = " ".join(project.value.theme.split())
        if text and _folded(text) not in known:
            found.setdefault(_folded(text), (text, []))[1].append(project.value.ref)
    return tuple(Adoptable(title, tuple(refs)) for title, refs in found.values())


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _parts(plan: Plan, project: ProjectId, heads: Sequence[HeadSums]) -> dict[Served, Money]:
    parts: dict[Served, Money] = {}
    for split in Split:
        for head in heads:
            for served, amount in plan.divide(project, split, head.budget):
                parts[served] = parts.get(served, Money.ZERO) + amount
    return parts


def answer_spend(question: SpendByPlan, tools: Tools) -> SpendByPlanAnswer:
    year = question.year
    with tools.open_work(reading=True) as work:
        if question.fund is None:
            positions = list(positions_of_year(work, year, question.to_period).values())
        else:
            positions = [position_of(work, question.fund, year, question.to_period)]
        plan = Plan(plan_records(work, year))
    heads = [head for position in positions for head in heads_of_position(position)]
    projects = []
    for id in sorted({head.project for head in heads}, key=lambda each: plan.records.projects[each].ref):
        own = [head for head in heads if head.project == id]
        projects.append(
            ProjectServes(
                id,
                plan.records.projects[id].ref,
                plan.records.projects[id].name,
                Money.total(head.budget for head in own),
                Money.total(head.spent for head in own),
                plan.in_words(id, Split.THEME),
                plan.in_words(id, Split.PRIORITY),
                plan.in_words(id, Split.AREA),
                frozenset(split for split in Split if plan.shares(id, split)),
                _parts(plan, id, own),
            )
        )
    return SpendByPlanAnswer(
        year,
        ALL_GRANTS if question.fund is None else positions[0].fund.name,
        {split: plan_lines(plan, heads, split) for split in Split},
        Money.total(position.awarded for position in positions),
        Money.total(position.spent for position in positions),
        Money.total(position.outturn for position in positions),
        tuple(projects),
        plan,
    )


def answer_setup(question: PlanSetup, tools: Tools) -> PlanSetupAnswer:
    with tools.open_work(reading=True) as work:
        used: dict[tuple[Split, int], int] = {}
        for kept in work.shares.all():
            key = (kept.value.split, kept.value.target)
            used[key] = used.get(key, 0) + 1
        return PlanSetupAnswer(
            question.year,
            tuple(work.themes.all()),
            tuple(work.priorities.all()),
            plan_in_force(plan_records(work, question.year)),
            used,
            adoptable_themes(work),
        )


def answer_table(question: ReadPlanTable, tools: Tools) -> ParsedPlanTable:
    if question.path is None:
        headings, rows = table_from_text(question.text)
        return parse_plan_table(headings, rows, "what was pasted")
    headings, rows = tools.reader.plain(question.path)
    return parse_plan_table(headings, rows, question.path.name)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    SpendByPlan: answer_spend,
    PlanSetup: answer_setup,
    ReadPlanTable: answer_table,
}
