"""What was achieved: indicators with their figures to date, how they are judged, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools
from fundingapp.application.queries.held_results import (
    HeldResults,
    ResultRow,
    asked_for,
    projects_of,
    quarter_over,
)
from fundingapp.application.wording import short_date
from fundingapp.domain.due_figures import MissingFigure
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.ids import AreaId, FundId, MilestoneId, ProjectId, ThemeId
from fundingapp.domain.indicators import Indicator
from fundingapp.domain.outcomes import Milestone, ResultsRules
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.schedules import in_days


@dataclass(frozen=True, slots=True)
class ResultsOf(Question["ResultsAnswer"]):
    """The indicators of *year* as they stood at the end of *quarter* (None: the last one that is over by *today*, the
    clock's by itself).

    *fund*: of the projects that it pays for in the year, and of the partnership; *project* and *theme* narrow further;
    *area* shows the figures of one place; *text* is looked for in names, codes and references.
    """

    year: FinancialYear
    quarter: int | None = None
    fund: FundId | None = None
    project: ProjectId | None = None
    theme: ThemeId | None = None
    area: AreaId | None = None
    text: str = ""
    today: date | None = None


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone with its *state* in words."""

    kept: Kept[Milestone]
    ref: str
    state: str
    is_overdue: bool
    evidence: tuple[Kept[Evidence], ...] = ()

    @property
    def id(self) -> MilestoneId:
        return MilestoneId(self.kept.id)

    @property
    def milestone(self) -> Milestone:
        return self.kept.value


@dataclass(frozen=True, slots=True)
class ResultsAnswer:
    """The indicators of a year, by project; *missing* figures of quarters that are over, milestones that are overdue,
    and the *rules* they are judged by."""

    year: FinancialYear
    quarter: int
    rows: tuple[ResultRow, ...]
    missing: tuple[MissingFigure, ...]
    milestones_due: tuple[MilestoneRow, ...]
    rules: ResultsRules
    today: date


@dataclass(frozen=True, slots=True)
class FiguresMissing(Question["tuple[MissingFigure, ...]"]):
    """The figures that times of *year* which are over by *today* (the clock's by itself) lack: quarters, or months,
    half-years, the year, as each indicator is due."""

    year: FinancialYear
    fund: FundId | None = None
    today: date | None = None


def answer_results(question: ResultsOf, tools: Tools) -> ResultsAnswer:
    today = question.today or tools.today
    year = question.year
    quarter = question.quarter or quarter_over(year, today)
    with tools.open_work(reading=True) as work:
        held = HeldResults(work, question.fund)
        kept_ones = _chosen(held, question)
        rows = tuple(held.row(kept, year, quarter, question.area) for kept in kept_ones)
        with_money = projects_of(work, year, question.fund)
        of_projects = {row.indicator.project for row in rows} | with_money
        due = tuple(
            row
            for row in milestone_rows(held, today)
            if row.is_overdue
            and row.milestone.project in of_projects
            and question.project in (None, row.milestone.project)
            and FinancialYear.of(row.milestone.due) <= year
        )
        missing = held.missing(asked_for(kept_ones, with_money), year, today)
        return ResultsAnswer(year, quarter, rows, missing, due, held.rules, today)


def _chosen(held: HeldResults, question: ResultsOf) -> list[Kept[Indicator]]:
    """The indicators that are asked for, by project and outcome."""
    funded = projects_of(held.work, question.year, question.fund) if question.fund is not None else None
    theme = held.work.themes.get(question.theme).value.title if question.theme is not None else ""
    words = question.text.casefold().split()
    found = []
    for kept in held.indicators.values():
        indicator = kept.value
        project = held.projects.get(indicator.project) if indicator.project is not None else None
        outcome = held.outcomes.get(indicator.outcome) if indicator.outcome is not None else None
        if not held.is_of(kept, question.year):
            continue
        if funded is not None and project is not None and project.id not in funded:
            continue
        if question.project not in (None, indicator.project):
            continue
        if question.theme is not None:
            of_outcome = outcome is not None and outcome.value.theme == question.theme
            of_project = project is not None and project.value.theme.casefold() == theme.casefold()
            if not of_outcome and not of_project:
                continue
        texts = [indicator.name, indicator.code, indicator.unit, outcome.value.name if outcome else ""]
        texts += [project.value.ref, project.value.name] if project else []
        if words and not all(word in " ".join(texts).casefold() for word in words):
            continue
        found.append(kept)
    return sorted(found, key=lambda kept: order_of(held, kept))


def order_of(held: HeldResults, kept: Kept[Indicator]) -> tuple[object, ...]:
    indicator = kept.value
    project = held.projects.get(indicator.project) if indicator.project is not None else None
    outcome = held.outcomes.get(indicator.outcome) if indicator.outcome is not None else None
    return (
        project is None,
        project.value.ref.casefold() if project is not None else "",
        outcome is None,
        outcome.id if outcome is not None else 0,
        kept.id,
    )


def milestone_rows(held: HeldResults, today: date) -> list[MilestoneRow]:
    """Every milestone by the day that it is due, with its state on *today*."""
    rows = []
    for kept in held.work.milestones.all():
        milestone = kept.value
        expected = milestone.expected or milestone.due
        is_open = milestone.done_on is None and not milestone.is_cancelled
        rows.append(
            MilestoneRow(
                kept,
                held.projects[milestone.project].value.ref,
                _state(milestone, today),
                is_open and expected < today,
                held.evidence_of("milestone", (kept.id,)),
            )
        )
    return sorted(rows, key=lambda row: (row.milestone.due, row.id))


def _state(milestone: Milestone, today: date) -> str:
    if milestone.is_cancelled:
        return "cancelled"
    if milestone.done_on is not None:
        late = (milestone.done_on - milestone.due).days
        after = f", {late:,} day{'' if late == 1 else 's'} late" if late > 0 else ""
        return f"done {short_date(milestone.done_on)}{after}"
    if milestone.expected is not None and milestone.expected != milestone.due:
        return f"expected {short_date(milestone.expected)}, {in_days(milestone.expected, today)}"
    return in_days(milestone.due, today)


def missing_of_fund(
    held: HeldResults, fund: FundId, year: FinancialYear, today: date
) -> tuple[MissingFigure, ...]:
    """The figures that the projects of a grant lack; those of the partnership are no matter of one grant."""
    with_money = projects_of(held.work, year, fund)
    of_grant = [
        kept
        for kept in held.indicators.values()
        if kept.value.project in with_money and held.is_of(kept, year)
    ]
    return held.missing(of_grant, year, today)


def answer_missing(question: FiguresMissing, tools: Tools) -> tuple[MissingFigure, ...]:
    today = question.today or tools.today
    with tools.open_work(reading=True) as work:
        held = HeldResults(work, question.fund)
        chosen = _chosen(held, ResultsOf(question.year, fund=question.fund))
        with_money = projects_of(work, question.year, question.fund)
        return held.missing(asked_for(chosen, with_money), question.year, today)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ResultsOf: answer_results,
    FiguresMissing: answer_missing,
}
