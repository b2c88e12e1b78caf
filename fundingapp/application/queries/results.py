"""What was achieved: indicators with their figures to date, how they are judged, what is missing, and the results
chain of a project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.areas import all_areas
from fundingapp.application.queries.heads import budgeted
from fundingapp.application.wording import short_date
from fundingapp.domain.area_sums import AreaSum, area_sums, standing_for_the_whole
from fundingapp.domain.areas import Area
from fundingapp.domain.changes import Days
from fundingapp.domain.due_figures import MissingFigure, Span, lacking
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.evidence import Evidence, Support
from fundingapp.domain.figure_files.days import in_words
from fundingapp.domain.figure_imports import FigureImport
from fundingapp.domain.funds import Project
from fundingapp.domain.ids import (
    AreaId,
    FigureId,
    FundId,
    IndicatorId,
    MilestoneId,
    OutcomeId,
    ProjectId,
    ThemeId,
)
from fundingapp.domain.indicators import Indicator, IndicatorFigure, IndicatorYear
from fundingapp.domain.outcomes import Milestone, Outcome, OutcomeStatement, ResultsRules
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.places import Places, several_places
from fundingapp.domain.results import (
    Baseline,
    Judgement,
    Measured,
    Result,
    Standing,
    Target,
    Trend,
    baseline_of,
    judged,
    of_area,
    quarter_result,
    result_over,
    rules_for,
    same_days_before,
    target_of,
    to_date,
    trend_between,
)
from fundingapp.domain.schedules import in_days
from fundingapp.domain.standard_sets import STANDARD_SETS, StandardSet

#: What is said of an indicator with small counts in place of a judgement.
SMALL_NUMBERS = Judgement(Standing.SMALL, Standing.SMALL.value)


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
class ResultRow:
    """An indicator as a list shows it. *baseline* and *target* are those of the year; *quarters* are Q1 to Q4;
    *evidence* counts the items behind it and its figures of the year. *is_hidden*: some of its counts are small, so
    that they are hidden unless a person asks for them."""

    kept: Kept[Indicator]
    year: FinancialYear
    quarter: int
    project: Kept[Project] | None
    outcome: Kept[Outcome] | None
    baseline: Baseline
    target: Target
    quarters: tuple[Result, ...]
    to_date: Result
    judgement: Judgement
    trend: Trend | None
    evidence: int
    note: str = ""
    #: The place that the indicator refers to, "" where it names none.
    place: str = ""
    #: Of one that is the sum of places: for each time of the year, which figure is used and what does not agree.
    of_places: tuple[str, ...] = ()

    @property
    def id(self) -> IndicatorId:
        return IndicatorId(self.kept.id)

    @property
    def indicator(self) -> Indicator:
        return self.kept.value

    @property
    def ref(self) -> str:
        """The reference of its project, "" for one of the partnership."""
        return self.project.value.ref if self.project is not None else ""

    @property
    def change(self) -> Decimal | None:
        """Against the baseline, in per cent."""
        return self.judgement.change

    @property
    def is_hidden(self) -> bool:
        return self.to_date.is_small or any(each.is_small for each in self.quarters)

    @property
    def safe_judgement(self) -> Judgement:
        """How it stands where small counts are hidden: how near it is to a target would give them away."""
        return SMALL_NUMBERS if self.is_hidden else self.judgement

    @property
    def marks(self) -> str:
        return self.to_date.marks

    def figure(self, measure: str) -> str:
        """What to ask “why?” of: q1 to q4, to-date, baseline, target, progress."""
        return figure_key(self.id, self.year, measure, self.quarter)


def figure_key(indicator: int, year: FinancialYear, measure: str, quarter: int = 4) -> str:
    """The name of a figure of an indicator; to date and progress are those at the end of *quarter*."""
    upto = f"@{quarter * 3}" if measure in {"to-date", "progress"} and quarter < 4 else ""
    return f"indicator/{indicator}/{year}/{measure}{upto}"


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
class OutcomeList(Question["tuple[Kept[Outcome], ...]"]):
    """The outcomes that something of *project* (None: of the partnership) may belong to: its own and the
    partnership's."""

    project: ProjectId | None = None


@dataclass(frozen=True, slots=True)
class ProjectNamed(Question["Kept[Project]"]):
    """The project whose reference that is, whatever its case. Raises NotFoundError that names some."""

    ref: str


def quarter_over(year: FinancialYear, today: date) -> int:
    """The last quarter of *year* that is over by *today*; 1 while none is."""
    return max(1, sum(days_of(year, quarter)[1] < today for quarter in (1, 2, 3, 4)))


class HeldResults:
    """Everything that is held of results, read once."""

    def __init__(self, work: UnitOfWork, fund: FundId | None = None) -> None:
        self.work = work
        self.indicators = {IndicatorId(kept.id): kept for kept in work.indicators.all()}
        self.projects = {ProjectId(kept.id): kept for kept in work.projects.all()}
        self.outcomes = {OutcomeId(kept.id): kept for kept in work.outcomes.all()}
        self.rules = rules_for((kept.value for kept in work.results_rules.all()), fund)
        self.years = {
            (kept.value.indicator, kept.value.year): kept.value for kept in work.indicator_years.all()
        }
        self.kept_figures = {FigureId(kept.id): kept for kept in work.indicator_figures.all()}
        self.measured: dict[IndicatorId, list[Measured]] = defaultdict(list)
        for id, kept in self.kept_figures.items():
            self.measured[kept.value.indicator].append(Measured(id, kept.value))
        self._to_date: dict[tuple[int, FinancialYear, int, AreaId | None], Result] = {}
        self._quarters: dict[tuple[int, FinancialYear, AreaId | None], tuple[Result, ...]] = {}
        self._behind: dict[str, dict[int, list[int]]] = {}
        self._supports: list[Support] | None = None
        self._evidence: dict[int, Kept[Evidence]] | None = None
        self._places: dict[int, str] | None = None
        self._areas: dict[AreaId, Area] | None = None
        self._sums: dict[int, tuple[AreaSum, ...]] = {}
        #: The figures that a sum of places is made of, by the number that stands for it: below nought.
        self._parts: dict[FigureId, tuple[FigureId, ...]] = {}
        self._whole: dict[int, list[Measured]] = {}
        self._imports: dict[int, FigureImport] | None = None

    @property
    def places(self) -> dict[int, str]:
        """The names of the places of the file."""
        if self._places is None:
            self._places = {id: area.name for id, area in self.areas.items()}
        return self._places

    @property
    def areas(self) -> dict[AreaId, Area]:
        """The places of the file."""
        if self._areas is None:
            self._areas = all_areas(self.work)
        return self._areas

    def sums(self, kept: Kept[Indicator]) -> tuple[AreaSum, ...]:
        """What the places of an indicator come to together, where it claims to be their sum (R38)."""
        if kept.value.summed_over is None:
            return ()
        if kept.id not in self._sums:
            areas = self.areas
            if kept.value.area is not None:
                inside = Places(areas).within(kept.value.area)
                areas = {id: area for id, area in areas.items() if id in inside}
            measured = self.measured.get(IndicatorId(kept.id), ())
            self._sums[kept.id] = area_sums(kept.value, measured, areas, self.rules.threshold)
        return self._sums[kept.id]

    def whole(self, kept: Kept[Indicator], area: AreaId | None = None) -> list[Measured]:
        """The figures of an indicator for one place; sums of places stand for its own where nothing is recorded."""
        if area is not None or kept.value.summed_over is None:
            return self.of(kept, area)
        if kept.id not in self._whole:
            own = self.of(kept)
            made = []
            for figure, parts in standing_for_the_whole(kept.value, own, self.sums(kept)):
                id = FigureId(-1 - len(self._parts))
                self._parts[id] = parts
                made.append(Measured(id, figure))
            self._whole[kept.id] = [*own, *made]
        return self._whole[kept.id]

    def _opened(self, result: Result) -> Result:
        """*result* with the figures of places in the stead of their sums."""
        if not any(id in self._parts for id in result.figures):
            return result
        figures = (part for id in result.figures for part in self._parts.get(id, (id,)))
        return replace(result, figures=tuple(figures))

    def as_at(self, figure: FigureId) -> date | None:
        """The day on which a figure was taken out of its source: its own, else that of the file that it came in."""
        value = self.kept_figures[figure].value
        if value.as_at is not None or value.batch is None:
            return value.as_at
        if self._imports is None:
            self._imports = {kept.id: kept.value for kept in self.work.figure_imports.all()}
        return self._imports[value.batch].as_at

    @property
    def supports(self) -> list[Support]:
        if self._supports is None:
            self._supports = [kept.value for kept in self.work.supports.all()]
        return self._supports

    def evidence_of(self, field: str, ids: Iterable[int]) -> tuple[Kept[Evidence], ...]:
        """The items that support any of *ids*, each once."""
        if self._evidence is None:
            self._evidence = {kept.id: kept for kept in self.work.evidence.all()}
        evidence = self._evidence
        return tuple(evidence[id] for id in self.behind(field, ids))

    def behind(self, field: str, ids: Iterable[int]) -> tuple[int, ...]:
        """The same by their numbers."""
        if field not in self._behind:
            found: dict[int, list[int]] = defaultdict(list)
            for each in self.supports:
                if getattr(each, field) is not None:
                    found[getattr(each, field)].append(each.evidence)
            self._behind[field] = found
        supported = self._behind[field]
        return tuple(dict.fromkeys(evidence for id in ids for evidence in supported.get(id, ())))

    def baseline(self, kept: Kept[Indicator], year: FinancialYear) -> Baseline:
        """The baseline of *year*: its own where one is set, else the indicator's."""
        said = self.years.get((IndicatorId(kept.id), year))
        own = not (said and said.baseline)
        text = kept.value.baseline if own or said is None else said.baseline
        return baseline_of(kept.value, text, is_own=own)

    def target(self, kept: Kept[Indicator], year: FinancialYear) -> Target:
        """The target of *year*: its own where one is set, else the indicator's."""
        said = self.years.get((IndicatorId(kept.id), year))
        return target_of((said.target if said else "") or kept.value.target, kept.value.direction)

    def of(self, kept: Kept[Indicator], area: AreaId | None = None) -> list[Measured]:
        """The figures of an indicator for one place."""
        return of_area(self.measured.get(IndicatorId(kept.id), ()), area)

    def to_date(
        self, kept: Kept[Indicator], year: FinancialYear, quarter: int, area: AreaId | None = None
    ) -> Result:
        """What an indicator comes to at the end of *quarter*."""
        key = (kept.id, year, quarter, area)
        if key not in self._to_date:
            measured = self.whole(kept, area)
            result = self._opened(to_date(kept.value, measured, year, quarter, self.rules.threshold))
            quarters = self.quarters(kept, year, area)[:quarter] if kept.value.is_sensitive else ()
            if any(each.is_small for each in quarters):
                result = replace(result, is_withheld=True)
            self._to_date[key] = result
        return self._to_date[key]

    def judgement(
        self, kept: Kept[Indicator], year: FinancialYear, quarter: int, area: AreaId | None = None
    ) -> Judgement:
        """How an indicator stands to its target at the end of *quarter*."""
        result = self.to_date(kept, year, quarter, area)
        before = self.before(kept, result, area)
        target, baseline = self.target(kept, year), self.baseline(kept, year)
        return judged(kept.value, target, baseline, result, year, self.rules, before)

    def before(self, kept: Kept[Indicator], result: Result, area: AreaId | None = None) -> Result | None:
        """The same days a year before."""
        return same_days_before(kept.value, self.whole(kept, area), result, self.rules.threshold)

    def quarters(
        self, kept: Kept[Indicator], year: FinancialYear, area: AreaId | None = None
    ) -> tuple[Result, ...]:
        """What an indicator was in each quarter."""
        key = (kept.id, year, area)
        if key not in self._quarters:
            measured = self.whole(kept, area)
            self._quarters[key] = tuple(
                self._opened(quarter_result(kept.value, measured, year, quarter, self.rules.threshold))
                for quarter in (1, 2, 3, 4)
            )
        return self._quarters[key]

    def trend(
        self, kept: Kept[Indicator], year: FinancialYear, quarter: int, area: AreaId | None = None
    ) -> Trend | None:
        """Against the same days a year before; where these are not held, the last quarter against the one before."""
        now = self.to_date(kept, year, quarter, area)
        before = self.before(kept, now, area)
        if before is not None:
            against = f"the same days of {year.previous}"
            return trend_between(kept.value, before, now, against, self.rules.steady)
        quarters = self.quarters(kept, year, area)[:quarter]
        for at in range(len(quarters) - 1, 0, -1):
            if quarters[at].value is not None:
                one, other = quarters[at - 1], quarters[at]
                if one.is_part or other.is_part:
                    return None
                return trend_between(kept.value, one, other, f"Q{at}", self.rules.steady)
        return None

    def row(
        self, kept: Kept[Indicator], year: FinancialYear, quarter: int, area: AreaId | None = None
    ) -> ResultRow:
        """An indicator as a list shows it."""
        indicator = kept.value
        of_year = [
            each.id
            for each in self.measured.get(IndicatorId(kept.id), ())
            if FinancialYear.of(each.figure.last) == year
        ]
        behind = {*self.behind("indicator", (kept.id,)), *self.behind("figure", of_year)}
        said = self.years.get((IndicatorId(kept.id), year))
        return ResultRow(
            kept,
            year,
            quarter,
            self.projects.get(indicator.project) if indicator.project is not None else None,
            self.outcomes.get(indicator.outcome) if indicator.outcome is not None else None,
            self.baseline(kept, year),
            self.target(kept, year),
            self.quarters(kept, year, area),
            self.to_date(kept, year, quarter, area),
            self.judgement(kept, year, quarter, area),
            self.trend(kept, year, quarter, area),
            len(behind),
            said.note if said else "",
            self.places.get(indicator.area or 0, ""),
            self.notes_of_places(kept, year, quarter) if area is None else (),
        )

    def notes_of_places(self, kept: Kept[Indicator], year: FinancialYear, quarter: int) -> tuple[str, ...]:
        """What is to be known of the sums of places to the end of *quarter*: which figure is used, and what does not
        agree (R38)."""
        kind = kept.value.summed_over
        if kind is None:
            return ()
        found = []
        for each in self.sums(kept):
            if year.first_day <= each.last <= days_of(year, quarter)[1]:
                said = each.in_words(several_places(kind))
                found.append(f"{in_words(Days(each.first, each.last))}: {said}.")
        return tuple(found)

    def is_of(self, kept: Kept[Indicator], year: FinancialYear) -> bool:
        """Whether an indicator belongs to *year*: its outcome is in force and it is open; with figures always."""
        figures = self.measured.get(IndicatorId(kept.id), ())
        first, last = year.first_day, year.last_day
        if any(first <= each.figure.last and each.figure.first <= last for each in figures):
            return True
        if kept.value.is_closed:
            return False
        outcome = self.outcomes.get(kept.value.outcome) if kept.value.outcome is not None else None
        return outcome is None or in_force(outcome.value, year)

    def missing(
        self, kept_ones: Iterable[Kept[Indicator]], year: FinancialYear, today: date
    ) -> tuple[MissingFigure, ...]:
        """The figures that times of *year* which are over by *today* lack, each as often as it is due."""
        found: list[MissingFigure] = []
        for kept in kept_ones:
            indicator = kept.value
            project = self.projects.get(indicator.project) if indicator.project is not None else None
            ref = project.value.ref if project is not None else ""
            found += (
                MissingFigure(
                    IndicatorId(kept.id),
                    indicator.name,
                    indicator.project,
                    ref,
                    span.quarter,
                    span.last,
                    span.name,
                )
                for span in self._lacking(kept, year)
                if span.last < today
            )
        return tuple(sorted(found, key=lambda each: (each.ended, each.ref, each.indicator)))

    def quarters_missing(self, kept: Kept[Indicator], year: FinancialYear, quarter: int) -> tuple[int, ...]:
        """The quarters up to *quarter* at whose end a figure is asked for that is not there."""
        asked = {span.quarter for span in self._lacking(kept, year)}
        return tuple(each for each in range(1, quarter + 1) if each in asked)

    def _lacking(self, kept: Kept[Indicator], year: FinancialYear) -> Iterable[Span]:
        """The times of *year* that lack their figure: none of what is closed, nor while its project doesn't run."""
        indicator = kept.value
        if indicator.is_closed:
            return
        project = self.projects.get(indicator.project) if indicator.project is not None else None
        for span in lacking(indicator, self.whole(kept), year):
            if project is None or _runs(project.value, span.first, span.last):
                yield span


def in_force(outcome: Outcome, year: FinancialYear) -> bool:
    """Whether an outcome counts in *year*."""
    return (outcome.from_year is None or outcome.from_year <= year) and (
        outcome.to_year is None or year <= outcome.to_year
    )


def _runs(project: Project, first: date, last: date) -> bool:
    return (project.starts_on is None or project.starts_on <= last) and (
        project.ends_on is None or first <= project.ends_on
    )


def projects_of(work: UnitOfWork, year: FinancialYear, fund: FundId | None) -> set[ProjectId]:
    """The projects with money in *year*, of one *fund* or of any."""
    return {head.project for head, of_year in budgeted(work) if of_year == year and fund in (None, head.fund)}


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
        missing = held.missing(_asked_for(kept_ones, with_money), year, today)
        return ResultsAnswer(year, quarter, rows, missing, due, held.rules, today)


def _asked_for(kept_ones: Iterable[Kept[Indicator]], with_money: set[ProjectId]) -> list[Kept[Indicator]]:
    """Those whose figures are wanted: of the partnership, and of projects that have money in the year."""
    return [kept for kept in kept_ones if kept.value.project is None or kept.value.project in with_money]


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
    return sorted(found, key=lambda kept: _order(held, kept))


def _order(held: HeldResults, kept: Kept[Indicator]) -> tuple[object, ...]:
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
        return held.missing(_asked_for(chosen, with_money), question.year, today)


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


def answer_list(question: IndicatorList, tools: Tools) -> tuple[ListedIndicator, ...]:
    with tools.open_work(reading=True) as work:
        held = HeldResults(work)
        chosen = [kept for kept in held.indicators.values() if question.project in (None, kept.value.project)]
        chosen.sort(key=lambda kept: _order(held, kept))
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


def answer_outcomes(question: OutcomeList, tools: Tools) -> tuple[Kept[Outcome], ...]:
    with tools.open_work(reading=True) as work:
        return tuple(kept for kept in work.outcomes.all() if kept.value.project in (None, question.project))


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
    ResultsOf: answer_results,
    FiguresMissing: answer_missing,
    IndicatorOf: answer_indicator,
    ResultsChain: answer_chain,
    StandardSets: answer_standard_sets,
    IndicatorList: answer_list,
    OutcomeList: answer_outcomes,
    ProjectNamed: answer_project,
}
