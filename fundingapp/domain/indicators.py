"""What is measured of the difference that the money makes, and the figures that were measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.ids import IndicatorId, ProjectId


class GoodDirection(Enum):
    """Which way a figure has to go to be good."""

    UP = "up is good"
    DOWN = "down is good"
    NONE = "none"


class Measure(Enum):
    """Whether figures of several periods add up (R39)."""

    FLOW = "flow"
    STOCK = "stock"


class FigureStatus(Enum):
    """Whether a figure was measured, is expected, or may still change."""

    ACTUAL = "actual"
    FORECAST = "forecast"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True)
class Indicator:
    """Something measured for a project (None: for the partnership). *baseline* and *target* are kept as they are
    worded, for a target may be a word such as “reduction”."""

    name: str
    project: ProjectId | None
    unit: str = ""
    direction: GoodDirection = GoodDirection.NONE
    measure: Measure = Measure.FLOW
    baseline: str = ""
    target: str = ""
    source: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorFigure:
    """What an indicator was from *first* to *last*, both inclusive; a percentage also has what it is made of."""

    indicator: IndicatorId
    first: date
    last: date
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: FigureStatus = FigureStatus.ACTUAL
    note: str = ""
