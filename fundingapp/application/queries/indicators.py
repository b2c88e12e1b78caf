"""One indicator whole, with its years and where each figure comes from; and the lists to choose indicators from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.held_results import HeldResults, ResultRow, quarter_over
from fundingapp.application.queries.results import order_of
from fundingapp.application.wording import short_date
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.figure_imports import FigureImport
from fundingapp.domain.funds import Project
from fundingapp.domain.ids import FigureId, FundId, IndicatorId, ProjectId
from fundingapp.domain.indicators import Indicator, IndicatorFigure, IndicatorYear
from fundingapp.domain.judging import Baseline, Judgement
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.results import Measured, Result, result_over
from fundingapp.domain.standard_sets import STANDARD_SETS, StandardSet
from fundingapp.domain.targets import Target


@dataclass(frozen=True, slots=True)
class IndicatorOf(Question["IndicatorAnswer"]):
    """One indicator with everything that is held of it. Raises NotFoundError."""

    indicator: IndicatorId
    year: FinancialYear
    quarter: int | None = None
    fund: FundId | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure: *shown* as a table shows it, *where* it came from (file, sheet and cell, or who typed it and when) and
    the day on which its source was read, *area* the place that it is of, "" for the indicator's own."""

    kept: Kept[IndicatorFigure]
    shown: str
    hidden: str
    where: str
    area: str
    evidence: tuple[Kept[Evidence], ...]

    @property
    def id(self) -> FigureId:
        return FigureId(self.kept.id)

    @property
    def figure(self) -> IndicatorFigure:
        return self.kept.value


@dataclass(frozen=True, slots=True)
class YearOfIndicator:
    """What an indicator was in one year, to its end or (the year asked for) to the end of the quarter asked for."""

    year: FinancialYear
    baseline: Baseline
    target: Target
    quarters: tuple[Result, ...]
    to_date: Result
    judgement: Judgement
    said: IndicatorYear | None


@dataclass(frozen=True, slots=True)
class IndicatorAnswer:
    """An indicator: its *row* in the year asked for, its *years*, oldest first, every figure, newest first, and the
    evidence that supports it as a whole."""

    row: ResultRow
    years: tuple[YearOfIndicator, ...]
    figures: tuple[FigureRow, ...]
    evidence: tuple[Kept[Evidence], ...]
    rules: ResultsRules


@dataclass(frozen=True, slots=True)
class StandardSets(Question["tuple[StandardSet, ...]"]):
    """The standard sets of indicators that ship."""


@dataclass(frozen=True, slots=True)
class IndicatorList(Question["tuple[ListedIndicator, ...]"]):
    """Every indicator that is held, closed ones too, whatever the year; those of one *project* or (None) of all."""

    project: ProjectId | None = None


@dataclass(frozen=True, slots=True)
class ListedIndicator:
    """An indicator with the reference of its project, the name of its outcome and the *place* that it refers to, ""
    for none, and how many *figures* are held of it."""

    kept: Kept[Indicator]
    ref: str
    outcome: str
    figures: int
    place: str = ""

    @property
    def indicator(self) -> Indicator:
        return self.kept.value


@dataclass(frozen=True, slots=True)
class ProjectNamed(Question["Kept[Project]"]):
    """The project whose reference that is, whatever its case. Raises NotFoundError that names some."""

    ref: str


def answer_indicator(question: IndicatorOf, tools: Tools) -> IndicatorAnswer:
    quarter = question.quarter or quarter_over(question.year, question.today or tools.today)
    with tools.open_work(reading=True) as work:
        held = HeldResults(work, question.fund)
        kept = work.indicators.get(question.indicator)
        measured = held.measured.get(question.indicator, [])
        in_years = {FinancialYear.of(each.figure.last) for each in measured} | {question.year}
        in_years |= {year for id, year in held.years if id == question.indicator}
        years = []
        for year in sorted(in_years):
            upto = quarter if year == question.year else 4
            years.append(
                YearOfIndicator(
                    year,
                    held.baseline(kept, year),
                    held.target(kept, year),
                    held.quarters(kept, year),
                    held.to_date(kept, year, upto),
                    held.judgement(kept, year, upto),
                    held.years.get((question.indicator, year)),
                )
            )
        rows = figure_rows(held, kept, [each.id for each in measured])
        rows.sort(key=lambda row: (row.figure.last, row.figure.first, row.id), reverse=True)
        evidence = held.evidence_of("indicator", (kept.id,))
        return IndicatorAnswer(
            held.row(kept, question.year, quarter), tuple(years), tuple(rows), evidence, held.rules
        )


def figure_rows(held: HeldResults, kept: Kept[Indicator], figures: Sequence[FigureId]) -> list[FigureRow]:
    """Figures of one indicator with where each came from and what it rests on."""
    wheres = sources_of(held.work, [held.kept_figures[id] for id in figures])
    rows = []
    for id in figures:
        figure = held.kept_figures[id]
        one = Measured(id, figure.value)
        shown = result_over(
            kept.value,
            [one],
            figure.value.first,
            figure.value.last,
            held.rules.threshold,
            with_forecast=True,
        )
        rows.append(
            FigureRow(
                figure,
                shown.shown,
                shown.hidden,
                wheres[id],
                held.places.get(figure.value.area or 0, ""),
                held.evidence_of("figure", (id,)),
            )
        )
    return rows


#: The commands whose entries in the history say who typed a figure.
_TYPING = ("RecordFigures", "ChangeFigure")


def sources_of(work: UnitOfWork, figures: Sequence[Kept[IndicatorFigure]]) -> dict[FigureId, str]:
    """Where each figure came from: file, sheet and cell, or who typed it and when; and the day on which it was taken
    out of its source."""
    imports = {kept.id: kept.value for kept in work.figure_imports.all()}
    found: dict[FigureId, str] = {}
    typed: set[int] = set()
    for kept in figures:
        taken = imports.get(kept.value.batch) if kept.value.batch is not None else None
        if taken is None:
            typed.add(kept.id)
        else:
            found[FigureId(kept.id)] = _dated(
                _of_file(taken, kept.value.cell), kept.value.as_at or taken.as_at
            )
    said = _typed(work, typed) if typed else {}
    for kept in figures:
        if kept.id in typed:
            by = said.get(kept.id, "")
            source = f"from {kept.value.source}" if kept.value.source else ""
            where = " · ".join(part for part in (by, source) if part) or "taken in with past years"
            found[FigureId(kept.id)] = _dated(where, kept.value.as_at)
    return found


def _dated(where: str, as_at: date | None) -> str:
    """*where* with the day on which the figure was taken out of its source: two figures for the same days may differ
    because they were read on different ones."""
    return where if as_at is None else f"{where} · as at {short_date(as_at)}"


def _of_file(taken: FigureImport, cell: str) -> str:
    sheet = f" of sheet “{taken.sheet}”" if taken.sheet else ""
    where = f"{cell}{sheet} in " if cell else f"sheet “{taken.sheet}” in " if taken.sheet else ""
    day = short_date(taken.imported_at.astimezone().date())
    return f"{where}{taken.file_name}, taken in by {taken.imported_by} on {day}"


def _typed(work: UnitOfWork, figures: set[int]) -> dict[int, str]:
    """Who typed each of *figures* last, and when, as the history tells."""
    found: dict[int, str] = {}
    for line in work.journal.lines(commands=_TYPING):
        for entry in (*line.after.get("added", ()), *line.after.get("changed", ())):
            if entry.get("kind") == "indicator_figures" and entry["id"] in figures:
                day = short_date(line.at.astimezone().date())
                found.setdefault(entry["id"], f"typed by {line.by} on {day}")
        if len(found) == len(figures):
            break
    return found


def answer_list(question: IndicatorList, tools: Tools) -> tuple[ListedIndicator, ...]:
    with tools.open_work(reading=True) as work:
        held = HeldResults(work)
        chosen = [kept for kept in held.indicators.values() if question.project in (None, kept.value.project)]
        chosen.sort(key=lambda kept: order_of(held, kept))
        found = []
        for kept in chosen:
            of = kept.value
            found.append(
                ListedIndicator(
                    kept,
                    held.projects[of.project].value.ref if of.project is not None else "",
                    held.outcomes[of.outcome].value.name if of.outcome is not None else "",
                    len(held.measured.get(IndicatorId(kept.id), ())),
                    held.places.get(of.area or 0, ""),
                )
            )
        return tuple(found)


def answer_project(question: ProjectNamed, tools: Tools) -> Kept[Project]:
    wanted = question.ref.strip().casefold()
    with tools.open_work(reading=True) as work:
        projects = work.projects.all()
    for kept in projects:
        if kept.value.ref.casefold() == wanted:
            return kept
    there = ", ".join(kept.value.ref for kept in projects[:8]) or "none yet"
    raise NotFoundError(
        "project", question.ref, f"The projects are: {there}{' …' if len(projects) > 8 else ''}."
    )


def answer_standard_sets(question: StandardSets, tools: Tools) -> tuple[StandardSet, ...]:
    return STANDARD_SETS


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    IndicatorOf: answer_indicator,
    StandardSets: answer_standard_sets,
    IndicatorList: answer_list,
    ProjectNamed: answer_project,
}
