"""How a budget is spread over the months (R6), what was forecast when, and why a project is off its profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class Shape(Enum):
    """How a profile came to be."""

    EVEN = "even"
    SEASONAL = "seasonal"
    LAST_YEAR = "last year's shape"
    TYPED = "typed"
    PASTED = "pasted"


@dataclass(frozen=True, slots=True)
class Profile:
    """Twelve amounts, April first, as they were agreed. When the budget has changed since, they are the shape over
    which the new one is spread, so that the profile always sums to it (R6)."""

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    shape: Shape
    months: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class ForecastKept:
    """The forecast as it stood when a return or claim was made: twelve amounts, actual up to *cut_off* (a period)."""

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    cut_off: int
    months: tuple[Money, ...]
    taken_at: datetime
    taken_by: str
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class VarianceReason:
    """Why a project is off its budget or profile at the end of *period*, outside the agreement's tolerance."""

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    period: int
    reason: str
    given_by: str
    given_at: datetime


def spread(budget: Money, profile: Profile | None) -> tuple[Money, ...]:
    """*budget* over the twelve months in the shape of *profile*, evenly without one; it sums to the budget (R6).

    A profile that sums to the budget comes back as it was agreed.
    """
    weights = [month.pence for month in profile.months] if profile is not None else []
    if not weights or min(weights) < 0 or not any(weights):
        weights = [1] * 12
    return budget.share(weights)
