"""The conditions that a grant or an award comes with, and the limits among them that are measured as gauges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.ids import BidId, FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class ConditionKind(Enum):
    """What a condition is about (domain paper 3, “Condition”)."""

    PRE_PAYMENT = "before payment"
    REPORTING = "reporting"
    PUBLICITY = "publicity"
    DATA_PROTECTION = "data protection"
    SAFEGUARDING = "safeguarding"
    AUDIT = "audit"
    ASSET = "asset"
    TOLERANCE = "tolerance"
    SPECIAL = "special"


class ConditionState(Enum):
    """Where a condition stands (domain paper 2.2)."""

    OPEN = "open"
    MET = "met"
    WAIVED = "waived"
    BREACHED = "breached"


class Gauge(Enum):
    """What a condition of kind tolerance measures of a grant; in pounds, or in per cent."""

    UNALLOCATED = "unallocated"
    UNDERSPEND = "forecast underspend"
    CASH_HELD = "cash held"
    MATCH_PERCENT = "match, % of cost"
    CAPITAL_PERCENT = "capital, % of spend"
    CONTINGENCY_PERCENT = "contingency, % of available"

    @property
    def is_percent(self) -> bool:
        return self.value.rpartition(", ")[2].startswith("%")


@dataclass(frozen=True, slots=True)
class GrantCondition:
    """A condition of a fund (in every year, or in one), of a project, or of a bid's offer.

    *before_release*: no money may be charged to the project before it is met or waived. *gauge* with *limit* (or
    *limit_percent*) is measured all the time; *at_most* says on which side of the limit is well; the limit itself is
    well on both.
    """

    fund: FundId
    clause: str
    text: str
    kind: ConditionKind
    year: FinancialYear | None = None
    project: ProjectId | None = None
    bid: BidId | None = None
    owner: str = ""
    due: date | None = None
    state: ConditionState = ConditionState.OPEN
    proof: str = ""
    before_release: bool = False
    gauge: Gauge | None = None
    at_most: bool = True
    limit: Money | None = None
    limit_percent: Decimal | None = None
