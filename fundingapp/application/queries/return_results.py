"""The results that go out with a return, gathered from the records and made safe before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.held_results import HeldResults, in_force, projects_of
from fundingapp.application.queries.released_results import (
    names_of_papers,
    rows_of_return,
    safe_lines,
    safely,
)
from fundingapp.application.queries.value import Bought
from fundingapp.application.small_numbers import ShownRow, ShownTable, rule_of
from fundingapp.application.wording import short_date
from fundingapp.domain.checked_tables import TableLine, days_of_figure, lines_of
from fundingapp.domain.evidence import EvidenceType, name_for_funder
from fundingapp.domain.figure_imports import FigureImport
from fundingapp.domain.ids import FundId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.outcomes import Outcome, OutcomeStatement
from fundingapp.domain.performance import PerformanceFigure, PerformanceTable
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.results import rules_for
from fundingapp.domain.return_results import (
    NOTHING,
    CostLine,
    OutcomeLine,
    PerformanceLine,
    ReturnResults,
    SafeFigure,
)
from fundingapp.domain.unit_costs import HIDDEN


def results_of_return(
    work: UnitOfWork,
    tools: Tools,
    fund: FundId | None,
    year: FinancialYear,
    quarter: int,
    *,
    whole_year: bool,
    held: HeldResults | None = None,
) -> ReturnResults | None:
    """The results of a grant (*fund* None: of all of the year) up to *quarter* as they may leave the house;
    *whole_year*: with what they rest on and what they cost. None where nothing is measured. *held*: the results of
    *fund* in *work*, where they are read already."""
    held = held or HeldResults(work, fund)
    paid = projects_of(work, year, fund)
    lines = safe_lines(held, rows_of_return(held, fund, year, quarter), tools, fund)
    hidden = {line.indicator for line in lines if line.to_date.is_hidden or line.base.is_hidden}
    outcomes = tuple(_statements(held, year, paid, hidden)) if whole_year else ()
    costs = tuple(_costs(held, year, quarter, fund, hidden)) if whole_year else ()
    performance = tuple(_performance(work, tools, fund, year)) if whole_year else ()
    if not lines and not outcomes and not performance:
        return None
    return ReturnResults(tuple(lines), outcomes, costs, performance)


def _statements(
    held: HeldResults, year: FinancialYear, paid: set[ProjectId], hidden: set[IndicatorId]
) -> Iterable[OutcomeLine]:
    """What is said of each outcome of the grant's projects and of the partnership for the whole year."""
    said = {
        kept.value.outcome: kept.value
        for kept in held.work.outcome_statements.all()
        if kept.value.year == year and kept.value.quarter is None
    }
    found: list[tuple[OutcomeId, Outcome]] = [
        (id, kept.value)
        for id, kept in held.outcomes.items()
        if (kept.value.project is None or kept.value.project in paid)
        and (in_force(kept.value, year) or id in said)
    ]
    measuring: dict[OutcomeId | None, list[IndicatorId]] = defaultdict(list)
    for indicator, kept in held.indicators.items():
        measuring[kept.value.outcome].append(indicator)
    for id, outcome in sorted(found, key=lambda each: (_ref(held, each[1]) or "~", each[1].code, each[0])):
        project = held.projects.get(outcome.project) if outcome.project is not None else None
        statement = said.get(id, OutcomeStatement(id, year))
        ids = measuring[id]
        figures = [
            measured.id
            for each in ids
            for measured in held.measured.get(each, ())
            if FinancialYear.of(measured.figure.last) == year
        ]
        evidence = (
            *held.evidence_of("outcome", (id,)),
            *held.evidence_of("indicator", ids),
            *held.evidence_of("figure", figures),
        )
        consented = [
            name
            for kept in evidence
            if kept.value.sort is EvidenceType.CASE_STUDY and (name := name_for_funder(kept.value))
        ]
        yield OutcomeLine(
            project.value.ref if project is not None else "",
            project.value.name if project is not None else "the partnership",
            outcome.name,
            statement.changed,
            tuple(names_of_papers(evidence)),
            statement.method,
            statement.limits,
            tuple(dict.fromkeys(consented)),
            any(held.indicators[each].value.is_sensitive for each in ids) or bool(hidden.intersection(ids)),
        )


def _ref(held: HeldResults, outcome: Outcome) -> str:
    return held.projects[outcome.project].value.ref if outcome.project is not None else ""


def _costs(
    held: HeldResults, year: FinancialYear, quarter: int, fund: FundId | None, hidden: set[IndicatorId]
) -> Iterable[CostLine]:
    """What one of each result cost this grant; where its number is hidden, so is the cost, which gives it away."""
    for row in Bought(held.work, year, quarter, fund, held=held).rows():
        cost = row.cost
        is_hidden = row.indicator in hidden or cost.is_hidden
        yield CostLine(
            row.ref,
            row.project_name,
            row.level,
            row.name,
            cost.spent,
            None if is_hidden else cost.number,
            None if is_hidden else cost.cost,
            HIDDEN if is_hidden else row.caveat,
        )


def _performance(
    work: UnitOfWork, tools: Tools, fund: FundId | None, year: FinancialYear
) -> Iterable[PerformanceLine]:
    for table in released_tables(work, tools, fund, year):
        yield from table.lines


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """A kept table as it may leave the house: a line for each of *rows*, the numbers of its rows in the file.
    *hides*: a small number is hidden in it."""

    kept: Kept[PerformanceTable]
    rows: tuple[int, ...]
    lines: tuple[PerformanceLine, ...]
    hides: bool


def released_tables(
    work: UnitOfWork, tools: Tools, fund: FundId | None, year: FinancialYear
) -> list[ReleasedTable]:
    """The tables whose latest figures are of the year, with percentages worked out and small numbers hidden."""
    areas = {area.id: area.value.name for area in work.areas.all()}
    batches = {kept.id: kept.value for kept in work.figure_imports.all()}
    rules = rules_for((kept.value for kept in work.results_rules.all()), fund)
    figures: dict[int, list[PerformanceFigure]] = {}
    for kept in work.performance_figures.all():
        figures.setdefault(kept.value.table, []).append(kept.value)
    chosen: list[tuple[Kept[PerformanceTable], tuple[TableLine, ...]]] = []
    for table in work.performance_tables.all():
        lines = tuple(
            line
            for line in lines_of(figures.get(table.id, ()), rules, is_comparable=table.value.is_comparable)
            if line.current is not None and year.first_day <= line.current.last <= year.last_day
        )
        # Of a table of the whole country only our places go out; one without a place of ours is small, or stays.
        ours = tuple(line for line in lines if line.area is not None or not line.place)
        wanted = ours or (lines if len(lines) <= _MOST_ROWS else ())
        if wanted:
            chosen.append((table, wanted))
    shown = tuple(
        ShownTable(_PERFORMANCE, tuple(ShownRow(_label(line), _compared(line)) for line in lines))
        for _, lines in chosen
    )
    safe = safely(shown, rule_of(work, fund), tools)
    found = []
    for (table, lines), marks_of in zip(chosen, safe, strict=True):
        batch = batches.get(table.value.batch) if table.value.batch is not None else None
        place = areas.get(table.value.area, "") if table.value.area is not None else ""
        found.append(
            ReleasedTable(
                table,
                tuple(line.current.row if line.current is not None else 0 for line in lines),
                tuple(
                    _performance_line(line, marks, table.value, batch, areas, place)
                    for line, marks in zip(lines, marks_of.rows, strict=True)
                ),
                any(any(marks) for marks in marks_of.rows),
            )
        )
    return found


#: Longer tables go out with the lines of our own places alone.
_MOST_ROWS = 200
#: The columns of a performance table that are looked at; what is made of the two goes with either of them.
_PERFORMANCE = ("Previous", "Current")


def _label(line: TableLine) -> str:
    return " · ".join(part for part in (line.category, line.place) if part)


def _compared(line: TableLine) -> tuple[Decimal | str | None, ...]:
    """The counts of a line as they would be printed; what was hidden where it was published stays so."""
    return (_printed(line.previous), _printed(line.current))


def _printed(figure: PerformanceFigure | None) -> Decimal | str | None:
    if figure is None:
        return None
    return figure.count if figure.count is not None else figure.hidden or None


def _performance_line(
    line: TableLine,
    marks: Sequence[str | None],
    table: PerformanceTable,
    batch: FigureImport | None,
    areas: Mapping[int, str],
    place: str,
) -> PerformanceLine:
    previous, current = (
        SafeFigure(text=mark) if mark is not None else _safe_figure(value)
        for mark, value in zip(marks, _compared(line), strict=True)
    )
    # A difference or a percentage beside one of the two counts gives the other away.
    difference, percent = (
        SafeFigure(text="[c]") if any(marks) and value is not None else _safe_figure(value)
        for value in (line.difference, line.percent)
    )
    figure = line.current
    rank = ""
    if figure is not None and figure.rank is not None:
        rank = f"{figure.rank}/{figure.rank_of}" if figure.rank_of is not None else str(figure.rank)
        if table.rank_as_at is not None:
            rank += f" at {short_date(table.rank_as_at)}"
    return PerformanceLine(
        areas.get(line.area, line.place) if line.area is not None else line.place or place,
        line.category,
        days_of_figure(figure).in_words if figure is not None else "",
        previous,
        current,
        difference,
        percent,
        line.target,
        "" if any(marks) else line.trend.word,
        rank,
        batch.as_at if batch is not None else None,
        f"{table.name} [p]" if table.is_provisional else table.name,
    )


def _safe_figure(value: Decimal | str | None) -> SafeFigure:
    if value is None:
        return NOTHING
    return SafeFigure(text=value) if isinstance(value, str) else SafeFigure(value)
