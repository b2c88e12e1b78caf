"""What becomes of unspent money that is not carried forward: given back, or left undrawn; and the end of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import CarryForwardId, FundId, PaymentId, ProjectId, RepaymentId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class SettlementState(Enum):
    """Where unspent money stands that goes back (domain paper 2.2). Money that was never drawn is surrendered (R28)."""

    REPAYABLE = "repayable"
    INVOICED = "invoiced"
    REPAID = "repaid"
    NETTED = "netted from next payment"
    SURRENDERED = "surrendered"


@dataclass(frozen=True, slots=True)
class Settlement:
    """Unspent money of a grant that goes back to the funder; *amount* is above nought.

    *project* None stands for money that was in no project's budget. *carry_forward* is the request whose refused part
    it is. *repayment* is the money that went, once it is repaid or netted; *payment* the one that it was netted from.
    """

    fund: FundId
    year: FinancialYear
    kind: Kind
    project: ProjectId | None
    amount: Money
    state: SettlementState
    reason: str = ""
    decided_on: date | None = None
    carry_forward: CarryForwardId | None = None
    invoice: str = ""
    invoiced_on: date | None = None
    repayment: RepaymentId | None = None
    payment: PaymentId | None = None

    @property
    def is_owed(self) -> bool:
        """Whether it was decided, and the money has not gone yet."""
        return self.state in (SettlementState.REPAYABLE, SettlementState.INVOICED)


@dataclass(frozen=True, slots=True)
class YearClose:
    """A grant's year is closed: its budgets, its charges and its settlement stay as they are until it is reopened with
    a reason. *closed_at* is in UTC."""

    fund: FundId
    year: FinancialYear
    reason: str
    closed_by: str
    closed_at: datetime


class PublishedPart(Enum):
    """What a row of a commissioner's published table of allocations is (R30)."""

    PARTNERSHIP = "partnership"
    RETAINED = "retained by the commissioner"
    TOTAL = "budget line"


@dataclass(frozen=True, slots=True)
class PublishedAllocation:
    """A row of the table in which a commissioner publishes what each partnership gets of a budget line (R30).

    *is_ours*: the row of this partnership, which must be what the file holds. *source* leads to the paper.
    """

    fund: FundId
    year: FinancialYear
    part: PublishedPart
    body: str
    amount: Money
    is_ours: bool = False
    source: str = ""
