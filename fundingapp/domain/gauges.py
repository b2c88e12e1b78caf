"""Tolerances of an agreement as gauges: what is measured, the limit, and how much room there is left.

A limit is well up to and including itself, and not a penny beyond. Percentages are compared as whole pence multiplied
across, never as the rounded figure that is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from fundingapp.domain.funds import Kind
from fundingapp.domain.grant_conditions import Gauge, GrantCondition
from fundingapp.domain.ids import ConditionId
from fundingapp.domain.money import Money, percentage
from fundingapp.domain.positions import GrantPosition


class GaugeState(Enum):
    """How what is measured stands to its limit."""

    WITHIN = "within"
    AT_LIMIT = "at the limit"
    BEYOND = "beyond the limit"
    NOTHING_YET = "nothing to measure yet"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a gauge measures: *part*, of *whole* for percentages; the figures to ask “why?” of, and their names."""

    part: Money
    part_name: str
    part_figure: str = ""
    whole: Money | None = None
    whole_name: str = ""
    whole_figure: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A condition's gauge as it stands."""

    id: ConditionId
    condition: GrantCondition
    gauge: Gauge
    measured: Measured

    @property
    def is_measurable(self) -> bool:
        """Whether there is something that a percentage could be of."""
        whole = self.measured.whole
        return not self.gauge.is_percent or (whole is not None and whole > Money.ZERO)

    @property
    def needed(self) -> Money:
        """The limit in pounds: as it is stated, or so many per cent of the whole as it stands, in whole pence on the
        side of the limit that is well."""
        if not self.gauge.is_percent:
            return self.condition.limit or Money.ZERO
        if self.measured.whole is None:
            return Money.ZERO
        exact = Fraction(self.condition.limit_percent or 0) * self.measured.whole.pence / 100
        return Money(math.floor(exact) if self.condition.at_most else math.ceil(exact))

    @property
    def room(self) -> Money:
        """How much further what is measured may go, in pounds, all else as it stands; below nought when beyond."""
        return (
            self.needed - self.measured.part if self.condition.at_most else self.measured.part - self.needed
        )

    @property
    def state(self) -> GaugeState:
        if not self.is_measurable:
            return GaugeState.NOTHING_YET
        if self.room < Money.ZERO:
            return GaugeState.BEYOND
        return GaugeState.WITHIN if self.room else GaugeState.AT_LIMIT

    @property
    def is_well(self) -> bool:
        return self.state is not GaugeState.BEYOND

    @property
    def value_in_words(self) -> str:
        """What is measured as it is shown: “£12,400.00”, “52.1%”, or a dash.

        A percentage that is rounded to the limit although it is beyond it is shown with as many decimals as tell it
        apart.
        """
        if not self.gauge.is_percent:
            return self.measured.part.in_words
        whole = self.measured.whole
        if whole is None or not self.is_measurable:
            return "–"
        exact = Fraction(self.measured.part.pence) * 100 / whole.pence
        limit = Fraction(self.condition.limit_percent or 0)
        shown = percentage(self.measured.part, whole) or Decimal("0.0")
        if exact == limit and Fraction(shown) != limit:
            return f"{self.condition.limit_percent}%"
        decimals = 1
        while Fraction(shown) == limit != exact:
            decimals += 1
            # Away from the limit: what is short of it is never shown as having reached it.
            steps = exact * 10**decimals
            shown = Decimal(math.ceil(steps) if exact > limit else math.floor(steps)).scaleb(-decimals)
        return f"{'−' if shown < 0 else ''}{abs(shown)}%"

    @property
    def limit_in_words(self) -> str:
        """“at most £15,000.00”, “at least 50%”."""
        stated = (
            f"{self.condition.limit_percent}%"
            if self.gauge.is_percent
            else (self.condition.limit or Money.ZERO).in_words
        )
        return f"{'at most' if self.condition.at_most else 'at least'} {stated}"

    @property
    def room_in_words(self) -> str:
        """“£2,600.00 of room”, “£0.01 beyond”."""
        match self.state:
            case GaugeState.NOTHING_YET:
                return "nothing to measure yet"
            case GaugeState.AT_LIMIT:
                return "no room left"
            case GaugeState.BEYOND:
                return f"{(-self.room).in_words} {'beyond' if self.condition.at_most else 'short'}"
        return f"{self.room.in_words} of room"

    @property
    def sentence(self) -> str:
        """“Unallocated is £12,400.00; clause 4.2 says at most £15,000.00: £2,600.00 of room.”"""
        name = self.gauge.value.partition(",")[0]
        return (
            f"{name.capitalize()} is {self.value_in_words}; {self.condition.in_short} says {self.limit_in_words}: "
            f"{self.room_in_words}."
        )


@dataclass(frozen=True, slots=True)
class Beside:
    """What gauges measure that is not in a grant's position.

    *match* is what others put in in cash, of *cost* (all that the projects cost, R15); *cash* is money received, less
    what was paid back and what was spent (R23).
    """

    match: Money = Money.ZERO
    cost: Money = Money.ZERO
    cash: Money = Money.ZERO


def measure(gauge: Gauge, position: GrantPosition, beside: Beside) -> Measured:
    """What *gauge* measures of a grant."""

    def figure(name: str) -> str:
        return f"{position.fund.name}/{position.year}/{name}"

    match gauge:
        case Gauge.UNALLOCATED:
            return Measured(position.unallocated, "Not yet awarded", figure("unallocated"))
        case Gauge.UNDERSPEND:
            return Measured(position.underspend, "Forecast underspend", figure("underspend"))
        case Gauge.CASH_HELD:
            return Measured(beside.cash, "Received, less repaid and spent", figure("cash"))
        case Gauge.MATCH_PERCENT:
            return Measured(
                beside.match,
                "Match in cash",
                figure("match"),
                beside.cost,
                "Cost of the projects",
                figure("cost"),
            )
        case Gauge.CAPITAL_PERCENT:
            return Measured(
                position.spent_for(Kind.CAPITAL),
                "Spend on capital",
                figure("capital"),
                position.spent,
                "All spend",
                figure("spend"),
            )
        case Gauge.CONTINGENCY_PERCENT:
            return Measured(
                position.contingency,
                "Contingency",
                figure("contingency"),
                position.available,
                "Available",
                figure("available"),
            )


def readings(
    conditions: Iterable[tuple[ConditionId, GrantCondition]], position: GrantPosition, beside: Beside
) -> tuple[Reading, ...]:
    """The gauges among *conditions* that apply to the grant of *position*, in their order."""
    return tuple(
        Reading(id, condition, condition.gauge, measure(condition.gauge, position, beside))
        for id, condition in conditions
        if condition.gauge is not None and condition.applies_to(position.fund_id, position.year)
    )
