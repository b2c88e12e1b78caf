"""The indicators, figures and outcomes of a file, read once, and the rows that are made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fundingapp.application.ports import Kept, UnitOfWork
from fundingapp.application.queries.areas import all_areas
from fundingapp.application.queries.heads import budgeted
from fundingapp.domain.area_sums import AreaSum, area_sums, standing_for_the_whole
from fundingapp.domain.areas import Area
from fundingapp.domain.changes import Days
from fundingapp.domain.due_figures import MissingFigure, Span, lacking
from fundingapp.domain.evidence import Evidence, Support
from fundingapp.domain.figure_files.days import in_words
from fundingapp.domain.figure_imports import FigureImport
from fundingapp.domain.funds import Project
from fundingapp.domain.ids import AreaId, FigureId, FundId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.indicators import Indicator
from fundingapp.domain.judging import Baseline, Judgement, Standing, baseline_of, judged
from fundingapp.domain.outcomes import Outcome
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.places import Places, several_places
from fundingapp.domain.results import (
    Measured,
    Result,
    Trend,
    of_area,
    quarter_result,
    rules_for,
    same_days_before,
    to_date,
    trend_between,
)
from fundingapp.domain.targets import Target, target_of

#: What is said of an indicator with small counts in place of a judgement.
SMALL_NUMBERS = Judgement(Standing.SMALL, Standing.SMALL.value)


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
        self._spans: dict[tuple[int, FinancialYear], tuple[Span, ...]] = {}
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
        #: Whose figure to date the own return of a year hides, by its fund and year, as far as it was worked out.
        self.hidden_to_date: dict[tuple[FundId | None, FinancialYear], frozenset[IndicatorId]] = {}

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

    def _lacking(self, kept: Kept[Indicator], year: FinancialYear) -> tuple[Span, ...]:
        """The times of *year* that lack their figure: none of what is closed, nor while its project doesn't run."""
        key = (kept.id, year)
        if key not in self._spans:
            indicator = kept.value
            project = self.projects.get(indicator.project) if indicator.project is not None else None
            spans = () if indicator.is_closed else lacking(indicator, self.whole(kept), year)
            self._spans[key] = tuple(
                span for span in spans if project is None or _runs(project.value, span.first, span.last)
            )
        return self._spans[key]


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


def asked_for(kept_ones: Iterable[Kept[Indicator]], with_money: set[ProjectId]) -> list[Kept[Indicator]]:
    """Those whose figures are wanted: of the partnership, and of projects that have money in the year."""
    return [kept for kept in kept_ones if kept.value.project is None or kept.value.project in with_money]
