"""“The difference made”, the board's paper, as a Word document or a PDF: one story for both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from fundingapp.application.wording import short_date
from fundingapp.documents.paper import PAGE_ROOM, Cell, Column
from fundingapp.domain.difference import (
    DifferenceReport,
    GrantLine,
    OffBy,
    OffLine,
    PaperProject,
    PaperTable,
    YearPoint,
    YearsLine,
    figure_shown,
    over_from,
    tally_in_words,
)
from fundingapp.domain.errors import listed
from fundingapp.domain.indicators import ResultLevel
from fundingapp.domain.money import Money
from fundingapp.domain.places import short_place
from fundingapp.domain.results import number_shown
from fundingapp.domain.return_results import CostLine, IndicatorLine, PerformanceLine, SafeFigure, key_of

_DASH = "–"
_GRANTS = (
    Column("Grant", 6.6),
    Column("Available £", 2.6, figures=True),
    Column("Awarded £", 2.6, figures=True),
    Column("Spent £", 2.6, figures=True),
    Column("Left £", 2.6, figures=True),
)
_OFF = (
    Column("Project or measure", 4.2),
    Column("Side", 1.4),
    Column("What", 6),
    Column("Reason recorded", 5.4),
)
_MONEY = (
    Column("Project", 5.4),
    Column("Kind", 2),
    Column("Awarded £", 2.4, figures=True),
    Column("Budget £", 2.4, figures=True),
    Column("Spent £", 2.4, figures=True),
    Column("Left £", 2.4, figures=True),
)
_LINES = (
    Column("Measure", 4.8),
    Column("Baseline", 1.8, figures=True),
    Column("To date", 2.1, figures=True),
    Column("Target", 3.3),
    Column("State", 2.1),
    Column("Good is", 1.5),
    Column("Papers", 1.4),
)
_COSTS = (
    Column("One of", 4.8),
    Column("Spent £", 2.2, figures=True),
    Column("Number", 1.6, figures=True),
    Column("Cost £", 1.9, figures=True),
    Column("To be read with it", 6.5),
)
#: How wide the columns of a line through the years are: what is measured, its baseline, and its target.
_MEASURE, _BASELINE, _TARGET = 5.0, 1.8, 2.4
_TABLE = (
    Column("What", 5.1),
    Column("Period", 3.7),
    Column("Before", 1.7, figures=True),
    Column("Now", 1.7, figures=True),
    Column("Change", 1.7, figures=True),
    Column("%", 1.4, figures=True),
    Column("Family", 1.7),
)
#: The same of lines that are all of one period, which is said once.
_TABLE_OF_ONE = (Column("What", 8.8), *_TABLE[2:])
_LIMITS = (Column("Of", 5.6), Column("What could not be measured, and why", 11.4))
_INDEX = (
    Column("No.", 1.1),
    Column("Paper", 5.4),
    Column("Date", 2),
    Column("Sort", 1.9),
    Column("Behind", 6.6),
)


class Writes(Protocol):
    """What the paper is written on: :class:`~fundingapp.documents.paper.Paper`, or the same as a PDF."""

    said: list[str]

    def title(self, text: str) -> None: ...
    def subtitle(self, text: str) -> None: ...
    def heading(self, text: str, level: int = 1) -> None: ...
    def text(self, text: str) -> None: ...
    def note(self, text: str) -> None: ...
    def facts(self, pairs: Sequence[tuple[str, Cell]]) -> None: ...
    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], total: Sequence[Cell] | None = None
    ) -> None: ...


def write_story(paper: Writes, report: DifferenceReport) -> None:
    """Tells *report* on *paper*, the exceptions first."""
    paper.title(report.title)
    paper.subtitle(f"{report.partnership} · to {short_date(report.last_day)} (Q{report.quarter})")
    paper.text(tally_in_words(report.tally))
    paper.text(_open_points(report))
    _exceptions(paper, report)
    _money(paper, report)
    if report.ledger_in_words:
        paper.note(report.ledger_in_words)
    if not report.is_whole_year:
        paper.note(
            f"To the end of Q{report.quarter}: the year goes on, and targets are those of the whole year."
        )
    for project in report.projects:
        if project.tells:
            _project(paper, project)
    silent = [project.title for project in report.projects if not project.tells]
    if silent:
        paper.heading("Projects of which no result is recorded")
        paper.text(
            "For these no output and no outcome is recorded, so nothing can be said of their difference:"
        )
        for title in silent:
            paper.text(title)
    _tables(paper, report)
    _limits(paper, report)
    _index(paper, report)
    _method(paper, report)


def _open_points(report: DifferenceReport) -> str:
    missing, gaps = report.tally.missing, report.tally.gaps
    if not missing and not gaps:
        return "No figure is missing up to now, and each has its evidence."
    figures = (
        "1 figure is missing"
        if missing == 1
        else f"{missing or 'No':,} figures are missing"
        if missing
        else ""
    )
    papers = "1 gap in the evidence" if gaps == 1 else f"{gaps:,} gaps in the evidence" if gaps else ""
    both = " and there ".join(
        part for part in (figures, f"{'is' if gaps == 1 else 'are'} {papers}" if papers else "") if part
    )
    said = both if figures else f"There {both}"
    return f"{said}: each project says which."


# Exceptions


def _exceptions(paper: Writes, report: DifferenceReport) -> None:
    paper.heading("Exceptions")
    for by, heading in ((OffBy.SPEND, "In spending"), (OffBy.RESULT, "In results")):
        found = [line for line in report.off if line.by is by]
        paper.heading(heading, 2)
        if found:
            paper.table(_OFF, [_off_row(line) for line in found])
        elif by is OffBy.SPEND:
            paper.text("No project is off its budget by more than its agreement allows.")
        else:
            paper.text("No result that can be judged is off its target.")
    bands = report.rules.bands
    paper.note(
        "Spending is listed that is over its budget, or by forecast further from it than the agreement's tolerance. A "
        f"result is listed that reaches less than {number_shown(bands[-1])}% of its target or misses the direction "
        f"that was agreed, and one that reaches {number_shown(over_from(report.rules))}% or more. What adds up over "
        "the year misses no target before the year is over."
    )


def _off_row(line: OffLine) -> list[Cell]:
    who = f"{line.ref} {line.name}".strip()
    return [who, line.side.value, line.said, line.reason or "No reason is recorded."]


# Money


def _grant_row(grant: GrantLine) -> list[Cell]:
    return [grant.fund, grant.available, grant.awarded, grant.spent, grant.left]


def _grant_total(grants: Sequence[GrantLine]) -> list[Cell]:
    return [
        "Together",
        Money.total(grant.available for grant in grants),
        Money.total(grant.awarded for grant in grants),
        Money.total(grant.spent for grant in grants),
        Money.total(grant.left for grant in grants),
    ]


def _money(paper: Writes, report: DifferenceReport) -> None:
    """The grants, and the money of each project: the sums of the records, to the penny."""
    paper.heading("The money")
    several = len(report.grants) > 1
    paper.table(
        _GRANTS,
        [_grant_row(grant) for grant in report.grants],
        _grant_total(report.grants) if several else None,
    )
    rows: list[list[Cell]] = []
    lines = [(project, each) for project in report.projects for each in project.money]
    for project, each in lines:
        title = f"{project.title}, {each.fund}" if several else project.title
        rows.append([title, each.kind.value, each.awarded, each.budget, each.spent, each.left])
    total: list[Cell] = [
        "Together",
        "",
        Money.total(each.awarded for _, each in lines),
        Money.total(each.budget for _, each in lines),
        Money.total(each.spent for _, each in lines),
        Money.total(each.left for _, each in lines),
    ]
    paper.table(_MONEY, rows, total)


# One project


def _project(paper: Writes, project: PaperProject) -> None:
    paper.heading(project.title)
    if project.purpose:
        paper.text(project.purpose)
    if project.aims and project.ref:
        paper.text(f"To bring: {'; '.join(project.aims)}")
    if project.serves:
        paper.note(f"Serves: {project.serves}")
    for each in project.money:
        kind = f" ({each.kind.value})" if each.kind.is_capital else ""
        paper.text(
            f"{each.fund}{kind}: {each.awarded.in_words} awarded, {each.spent.in_words} spent of a budget of "
            f"{each.budget.in_words}."
        )
    _lines(paper, project, ResultLevel.OUTPUT, "What was delivered")
    for milestone in project.milestones:
        paper.text(f"Milestone: {milestone}")
    _changed(paper, project)
    _value(paper, project)
    _years(paper, project.years)
    if project.gaps:
        paper.heading("Gaps", 2)
        for gap in project.gaps:
            paper.text(gap)


def _lines(paper: Writes, project: PaperProject, level: ResultLevel, heading: str) -> None:
    lines = project.of_level(level)
    if not lines:
        return
    paper.heading(heading, 2)
    paper.table(_LINES, [_line_row(line, project.numbers_of(line)) for line in lines])
    told: dict[str, list[str]] = {}
    for line in lines:
        if line.comparability:
            told.setdefault(line.comparability, []).append(line.name)
    for words, names in told.items():
        paper.note(f"{listed(names, 'and')}: {words}")
    marks = [*(mark for line in lines for mark in line.marks)]
    shown = [cell.text for line in lines for cell in (line.baseline, line.to_date, line.base)]
    key = key_of([*marks, *shown])
    small = any(text.startswith("<") for text in shown)
    said = [f"{', '.join(marks)}." if marks else "", f"Key: {key}." if key else ""]
    said.append(
        "A small number that may tell who somebody is stands as “<” and the least that is shown."
        if small
        else ""
    )
    if any(said):
        paper.note(" ".join(part for part in said if part))


def _line_row(line: IndicatorLine, papers: Sequence[int]) -> list[Cell]:
    unit = f" ({line.unit})" if line.unit not in {"", "%", "number", "average"} else ""
    base = figure_shown(line.base, "")
    of = f" of {base}" if base else ""
    direction = {"up is good": "more", "down is good": "fewer"}.get(line.direction, _DASH)
    return [
        f"{line.name}{unit}",
        _figure(line.baseline, line),
        f"{_figure(line.to_date, line)}{of}",
        _target(line),
        line.state,
        direction,
        ", ".join(map(str, papers)) or _DASH,
    ]


def _figure(figure: SafeFigure, line: IndicatorLine) -> str:
    return figure_shown(figure, line.unit) or _DASH


def _target(line: IndicatorLine) -> str:
    said = figure_shown(line.target, line.unit) or _DASH
    return f"{said} ({number_shown(line.of_target)}% of it)" if line.of_target is not None else said


def _changed(paper: Writes, project: PaperProject) -> None:
    _lines(paper, project, ResultLevel.OUTCOME, "What changed")
    if project.outcomes and not project.of_level(ResultLevel.OUTCOME):
        paper.heading("What changed", 2)
    for outcome in project.outcomes:
        paper.heading(outcome.outcome, 3)
        paper.text(outcome.changed)
        if outcome.method:
            paper.note(f"How it is known: {outcome.method}")
        if outcome.limits:
            paper.note(f"What that can't show: {outcome.limits}")


def _value(paper: Writes, project: PaperProject) -> None:
    if not project.costs and not project.sentences:
        return
    paper.heading("What it cost", 2)
    for sentence, notes in project.sentences:
        paper.text(f"{sentence} ({notes})" if notes else sentence)
    if project.costs:
        paper.table(_COSTS, [_cost_row(cost) for cost in project.costs])


def _cost_row(cost: CostLine) -> list[Cell]:
    number = number_shown(cost.number) if cost.number is not None else _DASH
    return [
        cost.name,
        cost.spent,
        number,
        cost.cost if cost.cost is not None else _DASH,
        cost.caveat or _DASH,
    ]


def _years(paper: Writes, lines: Sequence[YearsLine]) -> None:
    """A row for each measure, a column for each year."""
    if not lines:
        return
    years = sorted({point.year for line in lines for point in line.points})
    each = round((PAGE_ROOM - _MEASURE - _BASELINE - _TARGET) / len(years), 2)
    columns = (
        Column("Measure", _MEASURE),
        Column("Baseline", _BASELINE, figures=True),
        *(Column(str(year), each, figures=True) for year in years),
        Column(f"Target {years[-1]}", _TARGET),
    )
    paper.heading("Through the years", 2)
    rows: list[list[Cell]] = []
    days: dict[str, list[str]] = {}
    for line in lines:
        points = {point.year: point for point in line.points}
        target = points[years[-1]].target if years[-1] in points else ""
        cells = [_of_year(points.get(year), line, target) for year in years]
        rows.append([line.name, figure_shown(line.baseline, line.unit) or _DASH, *cells, target or _DASH])
        spans = [point.days for point in line.points if point.days]
        if spans:
            days.setdefault(listed(spans, "and"), []).append(line.name)
    paper.table(columns, rows)
    for spans_said, names in days.items():
        paper.note(f"Not of whole years: {listed(names, 'and')}, of {spans_said}.")
    if any(point.breaks for line in lines for point in line.points):
        paper.note("Key: [b] break in the series, not comparable with the years before.")


def _of_year(point: YearPoint | None, line: YearsLine, target: str) -> str:
    """A year's figure, with its target where that was another than the last year's."""
    if point is None:
        return _DASH
    said = figure_shown(point.to_date, line.unit)
    if point.breaks:
        said = f"{said} [b]"
    return f"{said} (target {point.target})" if point.target and point.target != target else said


# Tables, limits, papers


def _tables(paper: Writes, report: DifferenceReport) -> None:
    if not report.tables:
        return
    paper.heading("Published figures, this period against the same a year before")
    for table in report.tables:
        paper.heading(table.name, 2)
        if table.publisher:
            paper.note(f"Published by {table.publisher}.")
        periods = {line.period for line in table.lines}
        if len(periods) == 1:
            paper.note(f"Now: {periods.pop()}.")
            rows = [_table_row(line) for line in table.lines]
            paper.table(_TABLE_OF_ONE, [[row[0], *row[2:]] for row in rows])
        else:
            paper.table(_TABLE, [_table_row(line) for line in table.lines])
        _told_of_table(paper, table)


def _told_of_table(paper: Writes, table: PaperTable) -> None:
    if table.wrong:
        paper.heading("Printed otherwise than the counts give", 3)
        for each in table.wrong:
            paper.text(each)
    shown = [figure.text for line in table.lines for figure in (line.previous, line.current, line.difference)]
    key = key_of(shown)
    for note in (*table.notes, f"Key: {key}." if key else ""):
        if note:
            paper.note(note)
    paper.note("Differences and percentages are worked out of the counts.")


def _table_row(line: PerformanceLine) -> list[Cell]:
    what = " · ".join(part for part in (line.category, short_place(line.area)) if part)
    return [
        what,
        line.period,
        figure_shown(line.previous, "") or _DASH,
        figure_shown(line.current, "") or _DASH,
        _signed(line.difference),
        _percent(line.percent),
        line.family or _DASH,
    ]


def _signed(figure: SafeFigure) -> str:
    shown = figure_shown(figure, "")
    return f"+{shown}" if figure.number is not None and figure.number > 0 else shown or _DASH


def _percent(figure: SafeFigure) -> str:
    """With one decimal always, as the tables on the screen have it."""
    return _signed(figure) if not figure.number else f"{figure.number:+.1f}".replace("-", "−")


def _limits(paper: Writes, report: DifferenceReport) -> None:
    paper.heading("What could not be measured")
    if report.not_measured:
        paper.table(_LIMITS, [[of, what] for of, what in report.not_measured])
    else:
        paper.text("Nothing is recorded that could not be measured.")


def _index(paper: Writes, report: DifferenceReport) -> None:
    paper.heading("Evidence")
    if not report.index:
        paper.text("No evidence is kept for these results.")
        return
    paper.table(
        _INDEX,
        [
            [
                str(entry.number),
                entry.named,
                short_date(entry.dated),
                entry.sort,
                "; ".join(entry.supports),
            ]
            for entry in report.index
        ],
    )
    if any(entry.why_not for entry in report.index):
        paper.note("A paper that may tell of people is counted here and not named.")


def _method(paper: Writes, report: DifferenceReport) -> None:
    paper.heading("How this paper was made")
    paper.text(
        "Every figure comes from the records: money from the ledger as it is charged to projects, results as they were "
        f"recorded and as a return states them. Counts below {report.rules.threshold} of what may tell who somebody "
        "is are hidden, with whatever would give them away."
    )
    paper.note(
        f"Prepared by {report.prepared_by} on {short_date(report.dated)} with Funding Tracker from the records at "
        f"history {report.history_head[:16]}."
    )
