"""What the money bought: what one of each output and outcome cost, what fewer cases are said to have saved, and the
sentences whose numbers are figures.

Small numbers of what is sensitive are hidden in everything here, with all that would give them away: what is read here
is copied into reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.heads import granted
from fundingapp.application.queries.held_results import HeldResults, figure_key, quarter_over
from fundingapp.application.queries.positions import position_of
from fundingapp.application.queries.released_results import safe_lines
from fundingapp.domain.changes import Days
from fundingapp.domain.counted_words import counted, name_in_text
from fundingapp.domain.funds import Project
from fundingapp.domain.ids import FundId, IndicatorId, ProjectId
from fundingapp.domain.indicators import Counted, FigureStatus, Indicator, ResultLevel
from fundingapp.domain.judging import Baseline, Standing
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, last_period_of
from fundingapp.domain.results import Result, number_shown
from fundingapp.domain.sentences import (
    AVOIDED,
    Filling,
    Piece,
    broken_in,
    names_in,
    notes_in,
    pieces_of,
    shown,
    typed_numbers,
)
from fundingapp.domain.typed_figures import WITHHELD
from fundingapp.domain.unit_costs import (
    SHIPPED,
    Avoided,
    Reached,
    UnitCost,
    avoided,
    in_force,
    is_uprated,
    name_key,
    still_missing,
    unit_cost,
)
from fundingapp.domain.value import ReferenceValue, Sentence

_SMALL = "small numbers are hidden"


@dataclass(frozen=True, slots=True)
class ValueOf(Question["ValueAnswer"]):
    """What the money of *year* bought up to *quarter* (1 to 4; None: the last that is over). *fund* counts its own
    spending alone; *project* leaves the others out."""

    year: FinancialYear
    quarter: int | None = None
    fund: FundId | None = None
    project: ProjectId | None = None


@dataclass(frozen=True, slots=True)
class UnitCostOf(Question["UnitCostRow | None"]):
    """What one of *indicator* cost; None for one of the partnership as a whole, on which no project's spending stands.
    Raises NotFoundError."""

    indicator: IndicatorId
    year: FinancialYear
    quarter: int | None = None
    fund: FundId | None = None


@dataclass(frozen=True, slots=True)
class SentencePreview(Question["SentenceRow"]):
    """How a sentence would read now, before it is kept."""

    sentence: Sentence
    quarter: int | None = None
    fund: FundId | None = None


@dataclass(frozen=True, slots=True)
class ReferenceValues(Question["tuple[ReferenceRow, ...]"]):
    """What a case is said to cost: what shipped, with the file's own in place, withdrawn ones among them."""


@dataclass(frozen=True, slots=True)
class UnitCostRow:
    """What one of an indicator cost, with the names that its parts are asked about by."""

    indicator: IndicatorId
    project: ProjectId
    ref: str
    project_name: str
    level: ResultLevel
    cost: UnitCost
    number_text: str
    figure: str
    spent_figure: str
    number_figure: str

    @property
    def name(self) -> str:
        return self.cost.indicator.name

    @property
    def told(self) -> tuple[str, ...]:
        """All that must be told beside the cost; where there is none, first why."""
        return (*([self.cost.why_not] if self.cost.why_not else []), *self.cost.caveats)

    @property
    def caveat(self) -> str:
        """The same in one line."""
        return "; ".join(self.told)


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """A reference value: *shipped* when it is one of those that ship, *is_changed* when the file's own lies over it."""

    value: ReferenceValue
    shipped: bool
    is_changed: bool

    @property
    def state(self) -> str:
        """In a word or two."""
        if self.value.is_withdrawn:
            return "withdrawn"
        if is_uprated(self.value):
            return "uprated"
        if not self.shipped:
            return "your own"
        return "changed" if self.is_changed else "as shipped"


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A sentence with its figures put in. *typed* are the numbers in its wording that follow no figure."""

    id: int | None
    sentence: Sentence
    ref: str
    project_name: str
    pieces: tuple[Piece, ...]
    typed: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return shown(self.pieces)

    @property
    def broken(self) -> tuple[str, ...]:
        """Why names in it stand for nothing."""
        return broken_in(self.pieces)

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be told beside it."""
        return notes_in(self.pieces)

    @property
    def as_copied(self) -> str:
        """The sentence with its notes, for a report."""
        notes = f"\n({'; '.join(self.notes)})" if self.notes else ""
        return f"{self.text}{notes}"


@dataclass(frozen=True, slots=True)
class IndicatorChoice:
    """An indicator that a sentence can be about; *project* None: of the partnership as a whole."""

    id: IndicatorId
    name: str
    level: ResultLevel
    project: ProjectId | None


@dataclass(frozen=True, slots=True)
class ValueAnswer:
    """What the money bought, with what there is to word sentences from."""

    year: FinancialYear
    quarter: int
    rows: tuple[UnitCostRow, ...]
    references: tuple[ReferenceRow, ...]
    sentences: tuple[SentenceRow, ...]
    projects: tuple[Kept[Project], ...]
    indicators: tuple[IndicatorChoice, ...]


@dataclass(slots=True)
class _Spending:
    """What projects spent and may spend up to a quarter, asked of the ledger when it is first needed."""

    work: UnitOfWork
    year: FinancialYear
    quarter: int
    fund: FundId | None
    _by_fund: dict[FundId, dict[ProjectId, tuple[Money, Money]]] = field(default_factory=dict)

    def _of(self, fund: FundId) -> Mapping[ProjectId, tuple[Money, Money]]:
        if fund not in self._by_fund:
            found: dict[ProjectId, tuple[Money, Money]] = {}
            position = position_of(self.work, fund, self.year, last_period_of(self.quarter))
            for each in position.projects:
                spent, budget = found.get(each.project_id, (Money.ZERO, Money.ZERO))
                found[each.project_id] = (spent + each.spent, budget + each.budget.current)
            self._by_fund[fund] = found
        return self._by_fund[fund]

    @property
    def _funds(self) -> list[FundId]:
        return sorted({fund for fund, year in granted(self.work) if year == self.year})

    def has(self, project: ProjectId) -> bool:
        """Whether a grant of the year pays for *project*; the chosen fund where one is."""
        funds = self._funds if self.fund is None else [self.fund]
        return any(project in self._of(fund) for fund in funds)

    def spent(self, project: ProjectId) -> Money:
        return self._sum(project, 0)

    def budget(self, project: ProjectId) -> Money:
        return self._sum(project, 1)

    def _sum(self, project: ProjectId, which: int) -> Money:
        funds = self._funds if self.fund is None else [self.fund]
        return Money.total(self._of(fund)[project][which] for fund in funds if project in self._of(fund))

    def is_of_one_fund(self, project: ProjectId) -> bool:
        """Whether other funds pay for *project* beside the chosen one."""
        if self.fund is None:
            return False
        return any(project in self._of(fund) for fund in self._funds if fund != self.fund)

    def figure(self, ref: str, measure: str) -> str:
        """What to ask why of: “LF-08/2018/19/spend@9”."""
        of = f"::{self.work.funds.get(self.fund).value.name}" if self.fund is not None else ""
        return f"{ref}/{self.year}/{measure}{of}@{last_period_of(self.quarter)}"


class Bought:
    """What was reached and spent in a year up to a quarter, gathered once for rows, sentences and explanations."""

    def __init__(
        self,
        work: UnitOfWork,
        year: FinancialYear,
        quarter: int,
        fund: FundId | None,
        tools: Tools | None = None,
        held: HeldResults | None = None,
    ) -> None:
        """With *tools*, numbers are hidden too that would give away those of other indicators. *held*: the results of
        *fund* in *work*, where they are read already."""
        self.work, self.year, self.quarter = work, year, quarter
        self.held = held or HeldResults(work, fund)
        self._protected: set[IndicatorId] = self._protecting(tools, fund) if tools is not None else set()
        self._hidden_baselines: set[IndicatorId] = set()
        self.spending = _Spending(work, year, quarter, fund)
        self.references = in_force(kept.value for kept in work.reference_values.all())

    def _protecting(self, tools: Tools, fund: FundId | None) -> set[IndicatorId]:
        """The indicators whose figure to date is hidden, for itself or for another."""
        kept_ones = [kept for kept in self.held.indicators.values() if self.held.is_of(kept, self.year)]
        rows = [self.held.row(kept, self.year, self.quarter) for kept in kept_ones]
        lines = safe_lines(self.held, rows, tools, fund)
        return {line.indicator for line in lines if line.to_date.is_hidden}

    def hide(self, figures: Iterable[IndicatorId], baselines: Iterable[IndicatorId] = ()) -> None:
        """Hides the *figures* to date of these too, and these *baselines*: what stands beside hides them."""
        self._protected.update(figures)
        self._hidden_baselines.update(baselines)

    def is_hidden(self, id: IndicatorId) -> bool:
        """Whether the figure to date is hidden: a small number of something sensitive, one that a return shows quarter
        by quarter with a small one among them, or one that gives another indicator's away."""
        if id in self._protected or self.result(id).is_small:
            return True
        quarters = self.held.quarters(self.held.indicators[id], self.year)[: self.quarter]
        return any(quarter.is_small for quarter in quarters)

    def text(self, id: IndicatorId) -> str:
        """The figure to date as it may be shown."""
        result = self.result(id)
        return "[c]" if self.is_hidden(id) and not result.is_small else result.hidden

    def indicator(self, id: IndicatorId) -> Indicator:
        return self.held.indicators[id].value

    def result(self, id: IndicatorId) -> Result:
        """What the indicator came to, to date."""
        return self.held.to_date(self.held.indicators[id], self.year, self.quarter)

    def reached(self, id: IndicatorId) -> Reached:
        kept = self.held.indicators[id]
        result = self.result(id)
        return Reached(
            result.value,
            result.numerator,
            result.denominator,
            self.is_hidden(id),
            result.status is FigureStatus.PROVISIONAL or "p" in result.marks,
            self.held.quarters_missing(kept, self.year, self.quarter) if result.value is not None else (),
        )

    def number_figure(self, id: IndicatorId, measure: str = "to-date") -> str:
        return figure_key(id, self.year, measure, self.quarter)

    def figure(self, id: IndicatorId) -> str:
        """What a unit cost is asked why by."""
        fund = self.spending.fund
        of = f":{self.work.funds.get(fund).value.name}" if fund is not None else ""
        return f"unit-cost/{id}/{self.year}/cost{of}@{last_period_of(self.quarter)}"

    def cost(self, id: IndicatorId) -> UnitCost | None:
        """What one of the indicator cost; None for one of no project."""
        indicator = self.indicator(id)
        if indicator.project is None:
            return None
        return unit_cost(
            indicator,
            self.spending.spent(indicator.project),
            self.reached(id),
            small_base=self.held.rules.small_base,
            is_of_one_fund=self.spending.is_of_one_fund(indicator.project),
        )

    def row(self, id: IndicatorId) -> UnitCostRow | None:
        cost, indicator = self.cost(id), self.indicator(id)
        if cost is None or indicator.project is None:
            return None
        project = self.held.projects[indicator.project].value
        number_text = self.text(id) if cost.is_hidden else "–"
        if cost.number is not None:
            number_text = number_shown(cost.number)
        return UnitCostRow(
            id,
            indicator.project,
            project.ref,
            project.name,
            indicator.level,
            cost,
            number_text,
            self.figure(id),
            self.spending.figure(project.ref, "spend"),
            self.number_figure(id),
        )

    def rows(self, only: ProjectId | None = None) -> tuple[UnitCostRow, ...]:
        """The costs of what was counted for projects that a grant of the year pays for, outputs first."""
        found = [
            row
            for id, kept in self.held.indicators.items()
            if kept.value.project is not None
            and only in {None, kept.value.project}
            and self.held.is_of(kept, self.year)
            and self.spending.has(kept.value.project)
            and (row := self.row(id)) is not None
        ]
        order = list(ResultLevel)
        return tuple(sorted(found, key=lambda row: (row.ref, order.index(row.level), row.indicator)))

    def avoided(self, id: IndicatorId, reference: ReferenceValue) -> Avoided:
        """What fewer cases of the indicator are said to have saved at *reference*."""
        indicator, baseline = self.indicator(id), self.held.baseline(self.held.indicators[id], self.year)
        return avoided(
            indicator,
            reference,
            baseline.value,
            self.reached(id),
            self._incomparable(baseline, self.result(id)),
        )

    def _incomparable(self, baseline: Baseline, result: Result) -> str:
        """Why *result* can't be compared with *baseline* (R37); "" when it can."""
        if result.first is None or result.last is None:
            return ""
        if result.has_gaps:
            return "figures are missing between the first and the last"
        now = Days(result.first, result.last)
        if baseline.first is not None and baseline.last is not None:
            before = Days(baseline.first, baseline.last)
            years = self.year.start - FinancialYear.of(before.first).start
            if before.years_later(years) != now:
                return f"the baseline is of {before.in_words}, the figure of {now.in_words}"
            return ""
        if now != Days(self.year.first_day, self.year.last_day):
            return (
                f"the figure is of {now.in_words}, and the days of the baseline are not recorded; "
                "it is taken for a whole year"
            )
        return ""

    # Sentences

    def sentence(self, sentence: Sentence, id: int | None = None) -> SentenceRow:
        """*sentence* with its figures put in."""
        project = self.held.projects[sentence.project].value
        fillings = self._fillings(sentence, project)
        for name in names_in(sentence.wording):
            word, colon, of = name.partition(": ")
            if colon and word == AVOIDED:
                fillings[name] = self._avoided_filling(sentence.outcome, of)
        return SentenceRow(
            id,
            sentence,
            project.ref,
            project.name,
            pieces_of(sentence.wording, fillings),
            typed_numbers(sentence.wording),
        )

    def _fillings(self, sentence: Sentence, project: Project) -> dict[str, Filling]:
        spending = self.spending
        is_paid = spending.has(sentence.project)
        unpaid = f"no grant of {self.year} pays for {project.ref}"
        found = {
            "project": Filling(project.name),
            "year": Filling(str(self.year)),
            "quarter": Filling(f"Q{self.quarter}"),
            "spent": Filling(
                spending.spent(sentence.project).in_words,
                spending.figure(project.ref, "spend"),
                note="one fund's spending only; others paid too"
                if spending.is_of_one_fund(sentence.project)
                else "",
            )
            if is_paid
            else Filling(missing=unpaid),
            "budget": Filling(
                spending.budget(sentence.project).in_words, spending.figure(project.ref, "budget")
            )
            if is_paid
            else Filling(missing=unpaid),
        }
        for word, id in (("output", sentence.output), ("outcome", sentence.outcome)):
            found |= {f"{word}{what}": filling for what, filling in self._measured_fillings(word, id)}
        return found

    def _measured_fillings(self, word: str, id: IndicatorId | None) -> Iterable[tuple[str, Filling]]:
        """What the names that begin with *word* stand for."""
        parts = ("", " number", " target", " baseline", " progress", " cost")
        if id is None or id not in self.held.indicators:
            yield from ((part, Filling(missing=f"no {word} is chosen")) for part in parts)
            return
        indicator, result = self.indicator(id), self.result(id)
        kept = self.held.indicators[id]
        baseline, target = self.held.baseline(kept, self.year), self.held.target(kept, self.year).text
        to_date_figure = self.number_figure(id)
        is_hidden = result.value is not None and self.is_hidden(id)
        note = "\n".join(self._notes(indicator, result, is_hidden, self.reached(id).missing))
        if result.value is None:
            why = result.why_not or f"“{indicator.name}” has no figure up to Q{self.quarter}"
            number = whole = Filling(missing=why, figure=to_date_figure)
        else:
            text = self.text(id)
            number = Filling(text, to_date_figure, note=note)
            whole = Filling(_said(indicator, result, text), to_date_figure, note=note)
        yield "", whole
        yield " number", number
        yield (
            " target",
            Filling(target, self.number_figure(id, "target"))
            if target
            else Filling(missing=f"“{indicator.name}” has no target"),
        )
        yield (
            " baseline",
            Filling(self.baseline_text(id), self.number_figure(id, "baseline"))
            if baseline.text
            else Filling(missing=f"“{indicator.name}” has no baseline"),
        )
        judgement = self.held.judgement(kept, self.year, self.quarter)
        progress = Filling(
            judgement.word, self.number_figure(id, "progress"), note=judgement.note.rstrip(".")
        )
        yield (
            " progress",
            Filling(Standing.SMALL.value, self.number_figure(id, "progress")) if is_hidden else progress,
        )
        cost = self.cost(id)
        if cost is None:
            yield " cost", Filling(missing=f"“{indicator.name}” is not measured for a project")
        elif cost.cost is None:
            yield " cost", Filling(missing=f"no cost {cost.per}: {cost.why_not}", figure=self.figure(id))
        else:
            yield " cost", Filling(cost.in_words, self.figure(id), note="\n".join(cost.caveats))

    def _notes(
        self, indicator: Indicator, result: Result, is_hidden: bool, missing: Sequence[int]
    ) -> Iterable[str]:
        if missing:
            yield still_missing(missing)
        if is_hidden:
            yield _SMALL
        if result.status is FigureStatus.PROVISIONAL:
            yield "[p] provisional"
        if indicator.counted is Counted.SHARE and not is_hidden:
            yield (
                f"{number_shown(result.numerator or Decimal(0))} of {number_shown(result.denominator)}"
                if result.denominator is not None
                else "of how many is not recorded"
            )
        if indicator.counted is Counted.CONTACTS:
            yield "contacts, not people"

    def baseline_text(self, id: IndicatorId) -> str:
        """The baseline of the year as it is worded; a small number of something sensitive is hidden."""
        if id in self._hidden_baselines:
            return WITHHELD
        return self._safe(self.indicator(id), self.held.baseline(self.held.indicators[id], self.year))

    def _safe(self, indicator: Indicator, baseline: Baseline) -> str:
        """The baseline, hidden where it is a small number of something sensitive."""
        threshold, number = self.held.rules.threshold, baseline.value
        is_small = indicator.is_sensitive and number is not None and 0 < number < threshold
        return f"<{threshold}" if is_small else baseline.text

    def _avoided_filling(self, id: IndicatorId | None, name: str) -> Filling:
        if id is None or id not in self.held.indicators:
            return Filling(missing="no outcome is chosen")
        reference = next((each for each in self.references if name_key(each.name) == name), None)
        if reference is None:
            return Filling(missing=f"there is no reference value “{name}”")
        saved = self.avoided(id, reference)
        figure = self.avoided_figure(id, reference)
        if saved.amount is None:
            return Filling(missing=f"no cost avoided: {saved.why_not}", figure=figure)
        return Filling(saved.in_words, figure, note=saved.caveat.rstrip("."))

    def avoided_figure(self, id: IndicatorId, reference: ReferenceValue) -> str:
        return f"avoided/{id}/{self.year}/{reference.name}@{last_period_of(self.quarter)}"


def _said(indicator: Indicator, result: Result, text: str) -> str:
    """What an indicator came to, in words: “195 clients supported”, “100% satisfied”; *text* is its figure as it may be
    shown."""
    if indicator.counted is Counted.AVERAGE:
        unit = f" {indicator.unit}" if indicator.unit else ""
        return f"{name_in_text(indicator.name)}: {text}{unit} on average"
    if indicator.counted is Counted.SHARE or result.value is None or text != result.shown:
        return f"{text} {name_in_text(indicator.name)}"
    marks = text.partition(" ")[2]
    said = counted(result.value, indicator.name)
    return f"{said} {marks}" if marks else said


def reference_rows(own: Iterable[ReferenceValue]) -> tuple[ReferenceRow, ...]:
    """The reference values of a file, with what became of those that shipped."""
    shipped = {name_key(value.name): value for value in SHIPPED}
    rows = []
    for value in in_force(own):
        as_shipped = shipped.get(name_key(value.name))
        rows.append(
            ReferenceRow(value, as_shipped is not None, as_shipped is not None and value != as_shipped)
        )
    return tuple(rows)


def answer_value(question: ValueOf, tools: Tools) -> ValueAnswer:
    year = question.year
    quarter = question.quarter or quarter_over(year, tools.today)
    with tools.open_work(reading=True) as work:
        bought = Bought(work, year, quarter, question.fund, tools)
        sentences = tuple(
            bought.sentence(kept.value, kept.id)
            for kept in work.sentences.all()
            if kept.value.year == year and question.project in {None, kept.value.project}
        )
        projects = tuple(
            sorted(
                (
                    kept
                    for kept in work.projects.all()
                    if question.project in {None, kept.id} and bought.spending.has(ProjectId(kept.id))
                ),
                key=lambda kept: kept.value.ref,
            )
        )
        indicators = tuple(
            IndicatorChoice(id, kept.value.name, kept.value.level, kept.value.project)
            for id, kept in bought.held.indicators.items()
            if bought.held.is_of(kept, year)
        )
        return ValueAnswer(
            year,
            quarter,
            bought.rows(question.project),
            reference_rows(kept.value for kept in work.reference_values.all()),
            tuple(sorted(sentences, key=lambda row: (row.ref, row.id or 0))),
            projects,
            indicators,
        )


def answer_unit_cost(question: UnitCostOf, tools: Tools) -> UnitCostRow | None:
    quarter = question.quarter or quarter_over(question.year, tools.today)
    with tools.open_work(reading=True) as work:
        work.indicators.get(question.indicator)  # raises NotFoundError
        return Bought(work, question.year, quarter, question.fund, tools).row(question.indicator)


def answer_preview(question: SentencePreview, tools: Tools) -> SentenceRow:
    year = question.sentence.year
    quarter = question.quarter or quarter_over(year, tools.today)
    with tools.open_work(reading=True) as work:
        work.projects.get(question.sentence.project)  # raises NotFoundError
        return Bought(work, year, quarter, question.fund, tools).sentence(question.sentence)


def answer_references(question: ReferenceValues, tools: Tools) -> tuple[ReferenceRow, ...]:
    with tools.open_work(reading=True) as work:
        return reference_rows(kept.value for kept in work.reference_values.all())


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ValueOf: answer_value,
    UnitCostOf: answer_unit_cost,
    SentencePreview: answer_preview,
    ReferenceValues: answer_references,
}
