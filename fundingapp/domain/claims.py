"""Claims on a grant, the moves that they can make, the money that came for them, and what was given back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.ids import ClaimId, FundId, LineId, PaymentId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, period_name
from fundingapp.domain.states import Machine, Move, Need


class ClaimState(Enum):
    """Where a claim stands (domain paper 2.2)."""

    NEW = "new"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    QUERIED = "queried"
    AWAITING_CERTIFICATE = "awaiting certificate"
    APPROVED = "approved"
    PAYMENT_REQUESTED = "payment requested"
    PAID = "paid"
    NOT_USED = "not used"


#: Sent, and not decided yet.
PENDING = frozenset({ClaimState.SUBMITTED, ClaimState.QUERIED, ClaimState.AWAITING_CERTIFICATE})
#: The commissioner has said what it pays.
DECIDED = frozenset({ClaimState.APPROVED, ClaimState.PAYMENT_REQUESTED, ClaimState.PAID})

_OFFICER, _COMMISSIONER, _AUDITOR = "finance officer", "commissioner", "accountant"
#: Domain paper 2.2. Two moves are added to it: a commissioner may pay without being asked, and a payment that turns out
#: to be another claim's, or a retention that is released, leaves a paid claim with something to be paid again.
CLAIM_MACHINE: Machine[ClaimState] = Machine(
    "claim",
    (
        Move(ClaimState.NEW, ClaimState.DRAFT, "prepare", _OFFICER),
        Move(ClaimState.NEW, ClaimState.NOT_USED, "mark as not used", _OFFICER, (Need.REASON,)),
        Move(ClaimState.DRAFT, ClaimState.SUBMITTED, "submit", _OFFICER, (Need.DATE,)),
        Move(ClaimState.DRAFT, ClaimState.NOT_USED, "mark as not used", _OFFICER, (Need.REASON,)),
        Move(
            ClaimState.SUBMITTED,
            ClaimState.QUERIED,
            "query",
            _COMMISSIONER,
            (Need.DATE, Need.REASON, Need.AMOUNT),
        ),
        Move(
            ClaimState.SUBMITTED,
            ClaimState.AWAITING_CERTIFICATE,
            "ask for the certificate",
            _COMMISSIONER,
            (Need.DATE,),
        ),
        Move(
            ClaimState.SUBMITTED, ClaimState.APPROVED, "approve", _COMMISSIONER, (Need.DATE, Need.REFERENCE)
        ),
        Move(
            ClaimState.QUERIED, ClaimState.SUBMITTED, "answer the query", _OFFICER, (Need.DATE, Need.REASON)
        ),
        Move(
            ClaimState.AWAITING_CERTIFICATE,
            ClaimState.APPROVED,
            "approve",
            _AUDITOR,
            (Need.DATE, Need.REFERENCE, Need.EVIDENCE),
        ),
        Move(ClaimState.APPROVED, ClaimState.PAYMENT_REQUESTED, "request payment", _OFFICER, (Need.DATE,)),
        Move(ClaimState.APPROVED, ClaimState.PAID, "pay", _COMMISSIONER, (Need.DATE,)),
        Move(ClaimState.PAYMENT_REQUESTED, ClaimState.PAID, "pay", _COMMISSIONER, (Need.DATE,)),
        Move(ClaimState.PAID, ClaimState.PAYMENT_REQUESTED, "open again", _OFFICER, (Need.REASON,)),
    ),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim on a grant for the periods *from_period* to *to_period* of its year, both inclusive.

    *number* counts the claims of a fund and year from 1. In advance it asks for what the profile needs up to
    *to_period*, in arrears for what was spent. *is_final*: nothing is claimed after it.
    """

    fund: FundId
    year: FinancialYear
    number: int
    from_period: int
    to_period: int
    basis: PaymentBasis
    state: ClaimState = ClaimState.NEW
    is_final: bool = False
    submitted_on: date | None = None
    approved_on: date | None = None
    reference: str = ""
    comment: str = ""

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def is_decided(self) -> bool:
        return self.state in DECIDED

    @property
    def counts(self) -> bool:
        """Whether it was sent: what it asks for is asked, and nothing of it may change."""
        return self.is_pending or self.is_decided

    @property
    def is_being_made(self) -> bool:
        return self.state in (ClaimState.NEW, ClaimState.DRAFT)

    @property
    def name(self) -> str:
        """“Claim 2”."""
        return f"Claim {self.number}"

    @property
    def periods_in_words(self) -> str:
        """“April to June”, “October”, “January to March and closing adjustments”."""
        first, last = period_name(self.from_period), period_name(self.to_period)
        if self.from_period == self.to_period:
            return first
        if self.to_period < CLOSING_PERIOD:
            return f"{first} to {last}"
        months = first if self.from_period == 12 else f"{first} to {period_name(12)}"
        return f"{months} and {last}"


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """What a claim asks for a project and kind, frozen when it is submitted.

    *eligible*, *cap* and *before* are R19's figures up to the claim's last period: eligible spend (in advance the
    profile), what may be claimed at most, and what earlier claims asked. *claimed* may be below nought: a credit.
    R20: claimed = approved + *disallowed* + *queried*. R21: of what is approved, *retained* is withheld.
    """

    claim: ClaimId
    project: ProjectId
    kind: Kind
    eligible: Money
    cap: Money
    before: Money
    claimed: Money
    disallowed: Money = Money.ZERO
    queried: Money = Money.ZERO
    retained: Money = Money.ZERO
    reason: str = ""

    @property
    def approved(self) -> Money:
        """R20, once the claim is decided."""
        return self.claimed - self.disallowed - self.queried


@dataclass(frozen=True, slots=True)
class RetentionRelease:
    """A retained part of a claim that the commissioner released (R21)."""

    claim: ClaimId
    amount: Money
    dated: date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received for a grant, as its remittance states it; *amount* is above nought."""

    fund: FundId
    year: FinancialYear
    dated: date
    amount: Money
    remittance: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaymentMatch:
    """The part of a payment that settles a claim; what is matched to none is an advance (R22)."""

    payment: PaymentId
    claim: ClaimId
    amount: Money


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """The part of a ledger income line that is this payment, above nought (R22)."""

    payment: PaymentId
    line: LineId
    amount: Money


@dataclass(frozen=True, slots=True)
class Repayment:
    """Money given back to the funder; *amount* is above nought. *claim* is the credit claim that it settles."""

    fund: FundId
    year: FinancialYear
    dated: date
    amount: Money
    invoice: str = ""
    reason: str = ""
    claim: ClaimId | None = None
