"""What a figure rests on: a file kept by its content hash, or a reference that leads to a paper elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

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
    FigureId,
    IndicatorId,
    LineId,
    MilestoneId,
    MovementId,
    OutcomeId,
    PaymentId,
    PerformanceTableId,
    ProjectId,
    ReconciliationId,
    RepaymentId,
    SettlementId,
)


class EvidenceType(Enum):
    """What sort of paper it is (domain paper 3)."""

    OTHER = "other"
    CASE_STUDY = "case study"
    SURVEY = "survey"
    DATASET = "dataset"
    EVALUATION = "evaluation"
    MINUTES = "minutes"
    PHOTO = "photo"
    REPORT = "report"
    INVOICE = "invoice"
    LETTER = "letter"


class PersonalData(Enum):
    """Whether it tells of people who can be recognised; *not looked at* until somebody says."""

    UNKNOWN = "not looked at"
    NONE = "none"
    SOME = "personal data"
    SPECIAL = "special category data"


class Agreed(Enum):
    """Whether those whom it is about have agreed to its use."""

    NOT_NEEDED = "not needed"
    HELD = "consent held"
    MISSING = "consent missing"
    WITHDRAWN = "consent withdrawn"


class Marking(Enum):
    """The protective marking of the government's scheme."""

    NONE = "no marking"
    OFFICIAL = "OFFICIAL"
    SENSITIVE = "OFFICIAL-SENSITIVE"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item of evidence: an attached file, or (without a hash) a reference, a link or a text.

    *name* is the file's name, the link or the reference; *sha256* the hash that the file is kept by, "" for a
    reference; *size* its bytes; *added_at* when it came in, in UTC. *body* is the text itself where it is one.
    *retain_until* is the last day on which it is to be kept. *found* says what a look for personal data found.
    *cleaned_from* is the hash of the original, where what a photo or document tells beside its picture or text was
    taken out. *replaces* is the version before. *erased_at* is set when its content was taken out for good: then only
    its hash, who did it and why remain.
    """

    name: str
    sha256: str
    size: int
    added_at: datetime
    added_by: str
    title: str = ""
    sort: EvidenceType = EvidenceType.OTHER
    dated: date | None = None
    body: str = ""
    media_type: str = ""
    personal: PersonalData = PersonalData.UNKNOWN
    found: str = ""
    agreed: Agreed = Agreed.NOT_NEEDED
    agreed_note: str = ""
    marking: Marking = Marking.NONE
    lawful_basis: str = ""
    retain_until: date | None = None
    sample: int | None = None
    method: str = ""
    limits: str = ""
    cleaned_from: str = ""
    replaces: EvidenceId | None = None
    erased_at: datetime | None = None
    erased_by: str = ""
    erased_why: str = ""

    @property
    def is_file(self) -> bool:
        return bool(self.sha256) and self.erased_at is None


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
    project: ProjectId | None = None
    line: LineId | None = None
    outcome: OutcomeId | None = None
    indicator: IndicatorId | None = None
    figure: FigureId | None = None
    milestone: MilestoneId | None = None
    table: PerformanceTableId | None = None


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
