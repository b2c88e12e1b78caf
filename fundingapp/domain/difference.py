"""“The difference made”: the short paper in which a partnership's board reads, project by project, what the money was
for, what it bought and what changed, the exceptions first.

Results are in it as they may leave the house: they are the lines of a return (:mod:`fundingapp.domain.return_results`),
and nothing else is worked out of them here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.due_figures import MissingFigure
from fundingapp.domain.errors import listed
from fundingapp.domain.evidence import Agreed, Evidence, Keeping, Marking, PersonalData, keeping_of
from fundingapp.domain.funds import Kind
from fundingapp.domain.gaps import Gap, GapKind
from fundingapp.domain.ids import IndicatorId
from fundingapp.domain.indicators import Counted, Indicator, Measure, ResultLevel
from fundingapp.domain.judging import Judgement, Standing
from fundingapp.domain.money import Money, percentage
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.periods import FinancialYear, days_of, last_period_of, period_name
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.results import number_shown
from fundingapp.domain.retention import is_not_looked_at
from fundingapp.domain.return_results import CostLine, IndicatorLine, OutcomeLine, PerformanceLine, SafeFigure
from fundingapp.domain.returns import asks_reason
from fundingapp.domain.targets import Aim, Target
from fundingapp.domain.typed_figures import OF_PARTS

#: How many years a line through the years goes back, the one of the paper counted.
MOST_YEARS = 5
_HUNDRED = Decimal(100)


class Side(Enum):
    """On which side of what was agreed something is."""

    OVER = "over"
    UNDER = "under"


class OffBy(Enum):
    """What is off."""

    SPEND = "spend"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class OffLine:
    """An exception (domain paper 6, fact 100): a project whose spend, or a result that, is beyond the bands.

    *said* is a sentence with both figures, *reason* what is recorded of it, "" for nothing. *figure* answers “why?”.
    """

    ref: str
    name: str
    by: OffBy
    side: Side
    said: str
    reason: str
    figure: str = ""


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """What a grant gave a project in one kind of money, and what was spent of it to date."""

    fund: str
    kind: Kind
    awarded: Money
    budget: Money
    spent: Money

    @property
    def left(self) -> Money:
        """Below nought when more is spent than there is."""
        return self.budget - self.spent


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant as a whole, to date."""

    fund: str
    available: Money
    awarded: Money
    spent: Money

    @property
    def left(self) -> Money:
        return self.available - self.spent


@dataclass(frozen=True, slots=True)
class Tally:
    """How the indicators of a year stand: how many of each standing, how many figures are *missing*, and how many
    *gaps* there are in the evidence of results."""

    met: int = 0
    near: int = 0
    not_met: int = 0
    no_target: int = 0
    not_comparable: int = 0
    no_figure: int = 0
    small: int = 0
    missing: int = 0
    gaps: int = 0

    @property
    def indicators(self) -> int:
        return sum(self.of(standing) for standing in Standing)

    @property
    def judged(self) -> int:
        """Those that a target says something of."""
        return self.met + self.near + self.not_met

    def of(self, standing: Standing) -> int:
        """How many stand so."""
        return {
            Standing.MET: self.met,
            Standing.NEAR: self.near,
            Standing.NOT_MET: self.not_met,
            Standing.NO_TARGET: self.no_target,
            Standing.NOT_COMPARABLE: self.not_comparable,
            Standing.NO_FIGURE: self.no_figure,
            Standing.SMALL: self.small,
        }[standing]


#: What the standings are called where they are counted; “nearly” is said of what is within the bands.
STANDING_WORDS = {
    Standing.MET: "met",
    Standing.NEAR: "nearly met",
    Standing.NOT_MET: "not met",
    Standing.NO_TARGET: "without a target",
    Standing.NOT_COMPARABLE: "not comparable",
    Standing.NO_FIGURE: "without a figure",
    Standing.SMALL: "not told, small numbers",
}


def tally_of(standings: Iterable[Standing], missing: int, gaps: int) -> Tally:
    """The tally of those *standings*."""
    many = Counter(standings)
    return Tally(
        many[Standing.MET],
        many[Standing.NEAR],
        many[Standing.NOT_MET],
        many[Standing.NO_TARGET],
        many[Standing.NOT_COMPARABLE],
        many[Standing.NO_FIGURE],
        many[Standing.SMALL],
        missing,
        gaps,
    )


def tally_in_words(tally: Tally) -> str:
    """“Of 10 indicators, 3 are met, 1 is nearly met and 6 are without a target.”"""
    said = [
        f"{tally.of(standing):,} {'is' if tally.of(standing) == 1 else 'are'} {words}"
        for standing, words in STANDING_WORDS.items()
        if tally.of(standing)
    ]
    if not said:
        return "No indicator is recorded."
    many = "1 indicator" if tally.indicators == 1 else f"{tally.indicators:,} indicators"
    return f"Of {many}, {listed(said, 'and')}."


@dataclass(frozen=True, slots=True)
class YearPoint:
    """What an indicator came to in a year. *days* says of which days where they are not the whole year's; *breaks*:
    its series is broken in this year; *is_baseline*: its figure is the one that others are compared with."""

    year: FinancialYear
    to_date: SafeFigure
    target: str
    state: str
    days: str = ""
    breaks: bool = False
    is_baseline: bool = False


@dataclass(frozen=True, slots=True)
class YearsLine:
    """An indicator through the years, oldest first. *note* says why years can't be compared, "" where they can."""

    indicator: IndicatorId
    name: str
    unit: str
    baseline: SafeFigure
    points: tuple[YearPoint, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A paper of the index, by its *number* there. Where it may not be named *why_not* says why, and *title* is ""."""

    number: int
    title: str
    sort: str
    dated: date | None
    supports: tuple[str, ...]
    why_not: str = ""

    @property
    def named(self) -> str:
        """Its title, or why it has none here."""
        return self.title if not self.why_not else f"not named: {self.why_not}"


@dataclass(frozen=True, slots=True)
class PaperProject:
    """One project in the paper; with *ref* "" the partnership as a whole.

    *aims* are the outcomes that it is to bring. *papers* are the numbers of the index by indicator. *milestones* and
    *gaps* are sentences.
    """

    ref: str
    name: str
    purpose: str = ""
    serves: str = ""
    aims: tuple[str, ...] = ()
    money: tuple[MoneyLine, ...] = ()
    lines: tuple[IndicatorLine, ...] = ()
    outcomes: tuple[OutcomeLine, ...] = ()
    milestones: tuple[str, ...] = ()
    costs: tuple[CostLine, ...] = ()
    sentences: tuple[tuple[str, str], ...] = ()
    years: tuple[YearsLine, ...] = ()
    papers: tuple[tuple[IndicatorId, tuple[int, ...]], ...] = ()
    gaps: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.ref} {self.name}".strip()

    def of_level(self, level: ResultLevel) -> tuple[IndicatorLine, ...]:
        return tuple(line for line in self.lines if line.level is level)

    @property
    def tells(self) -> bool:
        """Whether anything is recorded of it but its money."""
        return bool(self.lines or self.outcomes or self.milestones or self.sentences)

    def numbers_of(self, line: IndicatorLine) -> tuple[int, ...]:
        """The papers of the index that a line rests on."""
        return dict(self.papers).get(line.indicator, ())


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A published table in the paper: its lines, and what was printed wrongly in it, in sentences."""

    name: str
    publisher: str
    lines: tuple[PerformanceLine, ...]
    wrong: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DifferenceReport:
    """Everything that the paper says, of *year* up to *quarter*. *funds* are the grants that it is of.

    *not_measured* are what could not be measured, and why: where, and what. *missing* and *gaps* count what the
    projects name. *to_see_to* is what a careful reader would look at before it goes.
    """

    partnership: str
    accountable_body: str
    year: FinancialYear
    quarter: int
    dated: date
    prepared_by: str
    history_head: str
    grants: tuple[GrantLine, ...]
    tally: Tally
    off: tuple[OffLine, ...]
    projects: tuple[PaperProject, ...]
    tables: tuple[PaperTable, ...]
    not_measured: tuple[tuple[str, str], ...]
    index: tuple[IndexEntry, ...]
    rules: ResultsRules
    #: The last period that the ledger has reached, 0 for none.
    ledger_to: int = 0
    to_see_to: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"The difference made: {listed([grant.fund for grant in self.grants], 'and')} {self.year}"

    @property
    def is_whole_year(self) -> bool:
        return self.quarter == 4

    @property
    def last_day(self) -> date:
        """The last day that its figures take in."""
        return days_of(self.year, self.quarter)[1]

    @property
    def ledger_in_words(self) -> str:
        """How far the ledger is in, where that is not to the end of the quarter; "" where it is."""
        if self.ledger_to >= min(last_period_of(self.quarter), 12):
            return ""
        if not self.ledger_to:
            return "No ledger is in yet: what is spent is not known."
        return f"The ledger is in up to {period_name(self.ledger_to)} (period {self.ledger_to}) only."


# What is off


def off_in_spend(project: ProjectPosition, figure: str) -> OffLine | None:
    """A project whose spend is off as a return asks a reason for it: over its budget, or by forecast outside the
    agreement's tolerance, over or under; None for any other."""
    if not asks_reason(project):
        return None
    budget = project.budget.current
    over = project.spent > budget or project.variance > Money.ZERO
    apart = project.variance
    if over is not (apart > Money.ZERO):
        apart = project.spent - budget  # over already, and less is expected by the end
    percent = percentage(abs(apart), budget)
    share = f" ({percent}%)" if percent is not None else ""
    spent = f"{project.spent.in_words} spent"
    if project.forecast_remaining:
        spent += f" and {project.outturn.in_words} expected by 31 March"
    kind = f" ({project.kind.value})" if project.kind.is_capital else ""
    return OffLine(
        project.ref,
        f"{project.project.name}{kind}",
        OffBy.SPEND,
        Side.OVER if over else Side.UNDER,
        f"{spent} of {budget.in_words}: {abs(apart).in_words}{share} {'over' if over else 'under'}.",
        project.reason,
        figure,
    )


def over_from(rules: ResultsRules) -> Decimal:
    """From how many per cent of a target a result is far over it: as far above as the lowest band lies below."""
    return 2 * _HUNDRED - rules.bands[-1]


def off_in_result(
    line: IndicatorLine,
    indicator: Indicator,
    target: Target,
    judgement: Judgement,
    rules: ResultsRules,
    reason: str,
    *,
    is_over: bool,
) -> OffLine | None:
    """A result that misses its target, or is as far above it as the lowest band lies below; None for any other, and
    where it is hidden.

    What still adds up while the year is not over (*is_over*) misses no target yet.
    """
    if line.to_date.number is None or line.state == Standing.SMALL.value:
        return None
    adds_up = indicator.measure is Measure.FLOW and indicator.counted not in OF_PARTS
    shown = figure_shown(line.to_date, line.unit)
    against = target.text
    if judgement.standing is Standing.NOT_MET:
        if adds_up and target.is_least and not is_over:
            return None
        side = Side.UNDER if target.is_least else Side.OVER
        if target.aim in (Aim.DIRECTION, Aim.CHANGE):
            basis = figure_shown(line.baseline, line.unit)
            against = f"“{target.text}”" + (f" from {basis}" if basis else "")
        reached = f" ({number_shown(line.of_target)}%)" if line.of_target is not None else ""
        lacking = f"; no figure for {_quarters(line.missing)}" if line.missing else ""
        said = f"{shown} to date, the target being {against}{reached}: not met{lacking}."
    elif line.of_target is not None and target.is_least and line.of_target >= over_from(rules):
        side = Side.OVER
        said = f"{shown} to date, {number_shown(line.of_target)}% of the target {target.text}."
    else:
        return None
    return OffLine(line.ref, line.name, OffBy.RESULT, side, said, reason, line.figure)


# How it is told


def figure_shown(figure: SafeFigure, unit: str) -> str:
    """A figure as it stands in a sentence or table: “1,445”, “95%”, “<5”; "" for nothing."""
    if figure.number is None:
        return figure.text
    return number_shown(figure.number, Counted.SHARE if unit == "%" else Counted.NUMBER, unit)


def missing_in_words(missing: Iterable[MissingFigure]) -> list[str]:
    """“No figure for Q3 and Q4: “Clients supported” and “Sessions held”.”, those that lack the same together."""
    lacks: dict[str, list[str]] = {}
    for each in missing:
        lacks.setdefault(f"“{each.name}”", []).append(each.period)
    by_periods: dict[tuple[str, ...], list[str]] = {}
    for name, periods in lacks.items():
        by_periods.setdefault(tuple(periods), []).append(name)
    return [f"No figure for {listed(at, 'and')}: {listed(names, 'and')}." for at, names in by_periods.items()]


def gaps_in_words(gaps: Iterable[Gap]) -> list[str]:
    """“No evidence for Q2: “Clients supported”.”, those of one kind and quarter together; never with a figure, which
    may be hidden."""
    by_kind: dict[tuple[GapKind, int], list[str]] = {}
    for gap in gaps:
        by_kind.setdefault((gap.kind, gap.quarter or 0), []).append(f"“{gap.name}”")
    said = []
    for (kind, quarter), names in by_kind.items():
        when = f" for Q{quarter}" if quarter else ""
        what = {
            GapKind.STATEMENT: f"No evidence{when} for what is said to have changed",
            GapKind.ERASED: f"Evidence{when} was erased",
        }.get(kind, f"No evidence{when}")
        said.append(f"{what}: {listed(list(dict.fromkeys(names)), 'and')}.")
    return said


def _quarters(quarters: Sequence[int]) -> str:
    return listed([f"Q{quarter}" for quarter in quarters], "and")


def why_not_named(evidence: Evidence) -> str:
    """Why a paper is not named before others; "" where it may be. Its title may tell as much as its content."""
    if keeping_of(evidence) is Keeping.ERASED:
        return "it was erased"
    if evidence.personal in (PersonalData.SOME, PersonalData.SPECIAL):
        return "it holds personal data"
    if evidence.agreed in (Agreed.MISSING, Agreed.WITHDRAWN):
        return "those whom it is about have not agreed"
    if is_not_looked_at(evidence):
        return "nobody has looked at it for personal data yet"
    return "it is marked OFFICIAL-SENSITIVE" if evidence.marking is Marking.SENSITIVE else ""
