"""Results chains: outcomes, what is said of them, their indicators and milestones; of one project, and of all those of
a grant together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.held_results import (
    HeldResults,
    ResultRow,
    in_force,
    projects_of,
    quarter_over,
)
from fundingapp.application.queries.results import MilestoneRow, milestone_rows
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.funds import Project
from fundingapp.domain.ids import FundId, OutcomeId, ProjectId
from fundingapp.domain.outcomes import Outcome, OutcomeStatement, ResultsRules
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class ResultsChain(Question["ChainOfResults"]):
    """The results chain of a *project* (None: of the partnership) in *year*."""

    project: ProjectId | None
    year: FinancialYear
    quarter: int | None = None
    fund: FundId | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """An outcome with what hangs on it; without *kept*, what hangs on none. *theme* and *priority* are the titles of
    what it serves. *statements*: for the year first, then by quarter."""

    kept: Kept[Outcome] | None
    rows: tuple[ResultRow, ...]
    milestones: tuple[MilestoneRow, ...]
    statements: tuple[Kept[OutcomeStatement], ...] = ()
    evidence: tuple[Kept[Evidence], ...] = ()
    theme: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class ChainOfResults:
    """The outcomes of a project in a year, in the order of their codes and names; what belongs to none stands last."""

    project: Kept[Project] | None
    year: FinancialYear
    quarter: int
    outcomes: tuple[OutcomeRow, ...]


@dataclass(frozen=True, slots=True)
class OutcomeList(Question["tuple[Kept[Outcome], ...]"]):
    """The outcomes that something of *project* (None: of the partnership) may belong to: its own and the
    partnership's."""

    project: ProjectId | None = None


def answer_chain(question: ResultsChain, tools: Tools) -> ChainOfResults:
    today = question.today or tools.today
    year = question.year
    quarter = question.quarter or quarter_over(year, today)
    with tools.open_work(reading=True) as work:
        held = HeldResults(work, question.fund)
        project = work.projects.get(question.project) if question.project is not None else None
        own = [kept for kept in held.indicators.values() if kept.value.project == question.project]
        rows = [held.row(kept, year, quarter) for kept in own if held.is_of(kept, year)]
        milestones = [row for row in milestone_rows(held, today) if row.milestone.project == question.project]
        outcomes = chained(held, year, rows, milestones, {question.project})
        return ChainOfResults(project, year, quarter, outcomes)


def chained(
    held: HeldResults,
    year: FinancialYear,
    rows: Sequence[ResultRow],
    milestones: Sequence[MilestoneRow],
    projects: Collection[ProjectId | None],
) -> tuple[OutcomeRow, ...]:
    """*rows* and *milestones* under their outcomes, and the outcomes of *projects* in *year* that have none; what
    belongs to no outcome last."""
    work = held.work
    named = {row.indicator.outcome for row in rows} | {row.milestone.outcome for row in milestones}
    outcomes = [
        kept
        for id, kept in held.outcomes.items()
        if (kept.value.project in projects and in_force(kept.value, year)) or id in named
    ]
    outcomes.sort(key=lambda kept: (not kept.value.code, kept.value.code.casefold(), kept.id))
    themes = {kept.id: kept.value.title for kept in work.themes.all()}
    priorities = {kept.id: kept.value.title for kept in work.priorities.all()}
    found = [
        OutcomeRow(
            kept,
            tuple(row for row in rows if row.indicator.outcome == kept.id),
            tuple(row for row in milestones if row.milestone.outcome == kept.id),
            _statements(work, OutcomeId(kept.id), year),
            held.evidence_of("outcome", (kept.id,)),
            themes.get(kept.value.theme or 0, ""),
            priorities.get(kept.value.priority or 0, ""),
        )
        for kept in outcomes
    ]
    loose = OutcomeRow(
        None,
        tuple(row for row in rows if row.indicator.outcome is None),
        tuple(row for row in milestones if row.milestone.outcome is None),
    )
    if loose.rows or loose.milestones:
        found.append(loose)
    return tuple(found)


def _statements(
    work: UnitOfWork, outcome: OutcomeId, year: FinancialYear
) -> tuple[Kept[OutcomeStatement], ...]:
    held = [
        kept
        for kept in work.outcome_statements.all()
        if (kept.value.outcome, kept.value.year) == (outcome, year)
    ]
    return tuple(sorted(held, key=lambda kept: kept.value.quarter or 0))


def answer_outcomes(question: OutcomeList, tools: Tools) -> tuple[Kept[Outcome], ...]:
    with tools.open_work(reading=True) as work:
        return tuple(kept for kept in work.outcomes.all() if kept.value.project in (None, question.project))


@dataclass(frozen=True, slots=True)
class ChainsOf(Question["ChainsAnswer"]):
    """The results chains in *year* of the projects that *fund* pays for (None: of all) and of the partnership, or of
    one *project* alone; *quarter* and *today* as in :class:`~fundingapp.application.queries.results.ResultsOf`."""

    year: FinancialYear
    fund: FundId | None = None
    project: ProjectId | None = None
    quarter: int | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class ChainsAnswer:
    """The outcomes with what hangs on them, project by project, those of the partnership last; within a project what
    belongs to no outcome comes last. *outcomes* are all that there are to choose from, *rules* those of the fund."""

    year: FinancialYear
    quarter: int
    chains: tuple[tuple[ProjectId | None, tuple[OutcomeRow, ...]], ...]
    outcomes: tuple[Kept[Outcome], ...]
    rules: ResultsRules

    @property
    def rows(self) -> tuple[OutcomeRow, ...]:
        """All outcomes, in the order of their projects."""
        return tuple(row for _project, rows in self.chains for row in rows)


def answer_chains(question: ChainsOf, tools: Tools) -> ChainsAnswer:
    today = question.today or tools.today
    year = question.year
    quarter = question.quarter or quarter_over(year, today)
    with tools.open_work(reading=True) as work:
        held = HeldResults(work, question.fund)
        wanted: set[ProjectId | None] = {question.project}
        if question.project is None:
            wanted |= (
                projects_of(work, year, question.fund) if question.fund is not None else set(held.projects)
            )
        of_project: dict[ProjectId | None, list[Any]] = {}
        for kept in held.indicators.values():
            if kept.value.project in wanted and held.is_of(kept, year):
                of_project.setdefault(kept.value.project, []).append(kept)
        milestones = [row for row in milestone_rows(held, today) if row.milestone.project in wanted]
        chains: list[tuple[ProjectId | None, tuple[OutcomeRow, ...]]] = []
        for project in sorted(wanted, key=partial(_order, held)):
            rows = [held.row(kept, year, quarter) for kept in of_project.get(project, ())]
            of_it = [row for row in milestones if row.milestone.project == project]
            found = chained(held, year, rows, of_it, {project})
            # An outcome of the partnership stands under each project that serves it, and alone only where none does.
            seen = {row.kept.id for _project, before in chains for row in before if row.kept is not None}
            chains.append(
                (
                    project,
                    tuple(
                        row
                        for row in found
                        if row.rows or row.milestones or row.kept is None or row.kept.id not in seen
                    ),
                )
            )
        return ChainsAnswer(
            year,
            quarter,
            tuple(each for each in chains if each[1]),
            tuple(held.outcomes.values()),
            held.rules,
        )


def _order(held: HeldResults, project: ProjectId | None) -> tuple[bool, str, int]:
    if project is None:
        return (True, "", 0)
    return (False, held.projects[project].value.ref.casefold(), project)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ResultsChain: answer_chain,
    OutcomeList: answer_outcomes,
    ChainsOf: answer_chains,
}
