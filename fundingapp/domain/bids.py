"""A bid: the request to draw down allocation for a named project, and the commissioner's decision on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class BidState(Enum):
    """Stages of a bid that decide whether money may be charged (domain paper 2.2)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PART_APPROVED = "part approved"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def is_awarded(self) -> bool:
        return self in (BidState.APPROVED, BidState.PART_APPROVED)


@dataclass(frozen=True, slots=True)
class Bid:
    """What was asked of a fund for a project in a year."""

    project: ProjectId
    fund: FundId
    year: FinancialYear
    kind: Kind
    amount: Money
    state: BidState
    decided_on: date | None = None
    decision: str = ""
