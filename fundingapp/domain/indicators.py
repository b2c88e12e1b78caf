"""What is measured of the difference that the money makes, and the figures that were measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.areas import AreaKind
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import AreaId, FigureImportId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.periods import FinancialYear


class GoodDirection(Enum):
    """Which way a figure has to go to be good."""

    UP = "up is good"
    DOWN = "down is good"
    NONE = "none"


class Measure(Enum):
    """Whether figures of several periods add up (R39)."""

    FLOW = "flow"
    STOCK = "stock"


class ResultLevel(Enum):
    """Where in the results chain something is measured: what was delivered, or what changed (domain paper 1.3)."""

    OUTPUT = "output"
    OUTCOME = "outcome"


class Counted(Enum):
    """How a figure is made, and what it counts: repeat contacts are not people (R39)."""

    NUMBER = "number"
    PEOPLE = "people"
    CONTACTS = "contacts"
    SHARE = "share of a number"
    AVERAGE = "average"


class Due(Enum):
    """How often a figure is to be given (a funder's “frequency of reporting”)."""

    MONTH = "each month"
    QUARTER = "each quarter"
    HALF_YEAR = "each half-year"
    YEAR = "at year end"
    ONCE = "once"


class FigureStatus(Enum):
    """Whether a figure was measured, is expected, or may still change."""

    ACTUAL = "actual"
    FORECAST = "forecast"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True)
class Indicator:
    """Something measured for a project (None: for the partnership). *baseline* and *target* are kept as they are
    worded, for a target may be a word such as “reduction”.

    A SHARE is kept as its numerator and denominator and shown in per cent; an AVERAGE as a sum and the number it is
    of. *code* is the funder's, "" for a bespoke one; *is_sensitive*: small counts of it may tell who somebody is.
    *baseline_first* and *baseline_last* are inclusive. *due* is how often a figure is asked for. *summed_over*: its
    figures are recorded for all places of that kind, which make up the whole (R38); None: no sum is claimed.
    """

    name: str
    project: ProjectId | None
    unit: str = ""
    direction: GoodDirection = GoodDirection.NONE
    measure: Measure = Measure.FLOW
    baseline: str = ""
    target: str = ""
    source: str = ""
    owner: str = ""
    outcome: OutcomeId | None = None
    level: ResultLevel = ResultLevel.OUTPUT
    counted: Counted = Counted.NUMBER
    area: AreaId | None = None
    code: str = ""
    code_list: str = ""
    method: str = ""
    baseline_first: date | None = None
    baseline_last: date | None = None
    is_comparable: bool = True
    comparability: str = ""
    is_sensitive: bool = False
    is_closed: bool = False
    due: Due = Due.QUARTER
    summed_over: AreaKind | None = None


@dataclass(frozen=True, slots=True)
class IndicatorYear:
    """The baseline and target of an indicator for one *year*, where they differ from its own."""

    indicator: IndicatorId
    year: FinancialYear
    baseline: str = ""
    target: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorFigure:
    """What an indicator was from *first* to *last*, both inclusive; a percentage also has what it is made of.

    *as_at* is the day on which it was taken out of its source; *cell* where it stood in the imported file. *marks*
    are letters of the shorthand of public statistics: e estimated, r revised, b break in series, u low reliability.
    """

    indicator: IndicatorId
    first: date
    last: date
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: FigureStatus = FigureStatus.ACTUAL
    note: str = ""
    area: AreaId | None = None
    as_at: date | None = None
    source: str = ""
    marks: str = ""
    batch: FigureImportId | None = None
    cell: str = ""


def comparability_of(indicator: Indicator) -> str:
    """What is to be known where figures of *indicator* are compared with those of before; "" for nothing."""
    if indicator.is_comparable:
        return indicator.comparability
    return f"Not comparable with before. {indicator.comparability}".strip()


def check_indicator(indicator: Indicator) -> None:
    """Raises ExpectedError when *indicator* has no name, or only one end of its baseline's days or both reversed."""
    if not indicator.name:
        raise ExpectedError("no_name", "The indicator has no name.", "Say what is measured, in a few words.")
    first, last = indicator.baseline_first, indicator.baseline_last
    if (first is None) is not (last is None):
        raise ExpectedError(
            "baseline_days",
            f"The baseline of “{indicator.name}” has only one of its two days.",
            "Type the first and the last day that it is of, or neither.",
        )
    if first is not None and last is not None and last < first:
        raise ExpectedError(
            "baseline_days",
            f"The baseline of “{indicator.name}” ends on {last:%d/%m/%Y}, before it begins on {first:%d/%m/%Y}.",
            "Put the days the other way round.",
        )
