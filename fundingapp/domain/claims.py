"""Claims on a grant, the money that came for them, and what is held or owed (R19 to R23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.ids import ClaimId, FundId, LineId, PaymentId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


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
    """Money given back to the funder; *amount* is above nought."""

    fund: FundId
    year: FinancialYear
    dated: date
    amount: Money
    invoice: str = ""
    reason: str = ""
