"""What becomes of unspent money that is not carried forward: given back, or left undrawn; and the end of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import CarryForwardId, FundId, PaymentId, ProjectId, RepaymentId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.states import Machine, Move, Need


class SettlementState(Enum):
    """Where unspent money stands that goes back (domain paper 2.2). Money that was never drawn is surrendered (R28)."""

    REPAYABLE = "repayable"
    INVOICED = "invoiced"
    REPAID = "repaid"
    NETTED = "netted from next payment"
    SURRENDERED = "surrendered"


_REPAYABLE, _INVOICED = SettlementState.REPAYABLE, SettlementState.INVOICED
_REPAID, _NETTED, _SURRENDERED = (
    SettlementState.REPAID,
    SettlementState.NETTED,
    SettlementState.SURRENDERED,
)
_OFFICER, _COMMISSIONER = "finance officer", "commissioner"
#: Domain paper 2.2, and the ways back, each with its reason: a settlement that goes back is repayable again.
SETTLEMENTS: Machine[SettlementState] = Machine(
    "settlement",
    (
        Move(_REPAYABLE, _INVOICED, "invoice", _COMMISSIONER, (Need.DATE, Need.REFERENCE)),
        Move(_REPAYABLE, _REPAID, "repay", _OFFICER, (Need.DATE,)),
        Move(_REPAYABLE, _NETTED, "net", _COMMISSIONER, (Need.DATE,)),
        Move(_REPAYABLE, _SURRENDERED, "surrender", _OFFICER, (Need.REASON,)),
        Move(_INVOICED, _REPAID, "repay", _OFFICER, (Need.DATE,)),
        Move(_INVOICED, _NETTED, "net", _COMMISSIONER, (Need.DATE,)),
        Move(_INVOICED, _REPAYABLE, "take the invoice back", _COMMISSIONER, (Need.REASON,)),
        Move(_REPAID, _REPAYABLE, "take the repayment back", _OFFICER, (Need.REASON,)),
        Move(_NETTED, _REPAYABLE, "take the netting back", _OFFICER, (Need.REASON,)),
        Move(_SURRENDERED, _REPAYABLE, "make repayable", _OFFICER, (Need.REASON,)),
    ),
)


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

    @property
    def is_given_back(self) -> bool:
        """Whether the money went: paid, or taken off a payment."""
        return self.state in (SettlementState.REPAID, SettlementState.NETTED)

    @property
    def is_surrendered(self) -> bool:
        return self.state is SettlementState.SURRENDERED


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
    #: What is known of the amount by which the table does not foot.
    DIFFERENCE = "difference"


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
