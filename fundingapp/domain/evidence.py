"""What a figure rests on: a file kept by its content hash, or a reference that leads to a paper elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import (
    AccrualId,
    AdjustmentId,
    AgreementId,
    AllocationId,
    BidId,
    CarryForwardId,
    CertificateId,
    ClaimId,
    ConditionId,
    ConsentId,
    EvidenceId,
    MovementId,
    PaymentId,
    ReconciliationId,
    RepaymentId,
    SettlementId,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item of evidence: an attached file, or (without a hash) a reference such as an invoice's number.

    *name* is the file's name or the reference; *sha256* the hash that the file is kept by, "" for a reference;
    *size* its bytes; *added_at* when it came in, in UTC.
    """

    name: str
    sha256: str
    size: int
    added_at: datetime
    added_by: str

    @property
    def is_file(self) -> bool:
        return bool(self.sha256)


@dataclass(frozen=True, slots=True)
class Support:
    """That an item of evidence supports one thing of the file; exactly one is named."""

    evidence: EvidenceId
    adjustment: AdjustmentId | None = None
    accrual: AccrualId | None = None
    agreement: AgreementId | None = None
    allocation: AllocationId | None = None
    bid: BidId | None = None
    condition: ConditionId | None = None
    movement: MovementId | None = None
    consent: ConsentId | None = None
    claim: ClaimId | None = None
    payment: PaymentId | None = None
    carry_forward: CarryForwardId | None = None
    settlement: SettlementId | None = None
    repayment: RepaymentId | None = None
    reconciliation: ReconciliationId | None = None
    certificate: CertificateId | None = None


def check_reference(text: str) -> str:
    """The reference *text* as it is kept. Raises ExpectedError when it says nothing."""
    said = " ".join(text.split())
    if not said:
        raise ExpectedError(
            "no_evidence",
            "The evidence has neither a file nor a reference.",
            "Attach a file, or type what leads to the paper, such as the invoice's number.",
        )
    return said
