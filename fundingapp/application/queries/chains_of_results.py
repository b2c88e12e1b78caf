"""The results chains of all projects of a grant together, for the page that changes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools
from fundingapp.application.queries.results import (
    HeldResults,
    OutcomeRow,
    chained,
    milestone_rows,
    projects_of,
    quarter_over,
)
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.outcomes import Outcome, ResultsRules
from fundingapp.domain.periods import FinancialYear


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


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {ChainsOf: answer_chains}
