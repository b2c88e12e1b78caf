"""Papers, and what each of them supports."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, text

from fundingapp.domain.evidence import Agreed, EvidenceType, Marking, PersonalData
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
    ReturnId,
    SettlementId,
)
from fundingapp.persistence.bases import STRICT, Base, Edited, exactly_one, one_of, real_day, refers_to
from fundingapp.persistence.columns import Day, Moment, OneOf, Whole
from fundingapp.persistence.declaring import Mapped, mapped_column


class EvidenceRecord(Edited, Base):
    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size_not_negative"),
        CheckConstraint("sample >= 0", name="sample_not_negative"),
        one_of("sort", EvidenceType),
        one_of("personal", PersonalData),
        one_of("agreed", Agreed),
        one_of("marking", Marking),
        real_day("dated"),
        real_day("retain_until"),
        # The same file is kept once, whatever it supports; references have no hash.
        Index(
            "uq_evidence_sha256",
            "sha256",
            unique=True,
            sqlite_where=text("sha256 <> ''"),
            postgresql_where=text("sha256 <> ''"),
        ),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Whole)
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, server_default=text("''"))
    sort: Mapped[EvidenceType] = mapped_column(OneOf(EvidenceType), server_default=text("'other'"))
    dated: Mapped[date | None] = mapped_column(Day)
    body: Mapped[str] = mapped_column("body_text", Text, server_default=text("''"))
    media_type: Mapped[str] = mapped_column(Text, server_default=text("''"))
    personal: Mapped[PersonalData] = mapped_column(
        OneOf(PersonalData), server_default=text("'not looked at'")
    )
    found: Mapped[str] = mapped_column("what_was_found", Text, server_default=text("''"))
    agreed: Mapped[Agreed] = mapped_column(OneOf(Agreed), server_default=text("'not needed'"))
    agreed_note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    marking: Mapped[Marking] = mapped_column(OneOf(Marking), server_default=text("'no marking'"))
    lawful_basis: Mapped[str] = mapped_column(Text, server_default=text("''"))
    retain_until: Mapped[date | None] = mapped_column(Day)
    sample: Mapped[int | None] = mapped_column(Whole)
    method: Mapped[str] = mapped_column(Text, server_default=text("''"))
    limits: Mapped[str] = mapped_column(Text, server_default=text("''"))
    cleaned_from: Mapped[str] = mapped_column(Text, server_default=text("''"))
    replaces: Mapped[EvidenceId | None] = refers_to("evidence", "replaces_id")
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    erased_by: Mapped[str] = mapped_column(Text, server_default=text("''"))
    erased_why: Mapped[str] = mapped_column(Text, server_default=text("''"))


class SupportRecord(Edited, Base):
    __tablename__ = "support"
    __table_args__ = (
        CheckConstraint(
            exactly_one(
                "adjustment_id",
                "accrual_id",
                "agreement_id",
                "allocation_id",
                "bid_id",
                "condition_id",
                "movement_id",
                "consent_id",
                "claim_id",
                "payment_id",
                "carry_forward_id",
                "settlement_id",
                "repayment_id",
                "reconciliation_id",
                "certificate_id",
                "project_id",
                "line_id",
                "outcome_id",
                "indicator_id",
                "figure_id",
                "milestone_id",
                "table_id",
                "saved_return_id",
            ),
            name="supports_one",
        ),
        STRICT,
    )

    evidence: Mapped[EvidenceId] = refers_to("evidence")
    adjustment: Mapped[AdjustmentId | None] = refers_to("adjustment")
    accrual: Mapped[AccrualId | None] = refers_to("accrual")
    agreement: Mapped[AgreementId | None] = refers_to("agreement")
    allocation: Mapped[AllocationId | None] = refers_to("allocation")
    bid: Mapped[BidId | None] = refers_to("bid")
    condition: Mapped[ConditionId | None] = refers_to("grant_condition", "condition_id")
    movement: Mapped[MovementId | None] = refers_to("budget_movement", "movement_id")
    consent: Mapped[ConsentId | None] = refers_to("consent")
    claim: Mapped[ClaimId | None] = refers_to("claim")
    payment: Mapped[PaymentId | None] = refers_to("payment")
    carry_forward: Mapped[CarryForwardId | None] = refers_to("carry_forward")
    settlement: Mapped[SettlementId | None] = refers_to("settlement")
    repayment: Mapped[RepaymentId | None] = refers_to("repayment")
    reconciliation: Mapped[ReconciliationId | None] = refers_to("reconciliation")
    certificate: Mapped[CertificateId | None] = refers_to("certificate")
    project: Mapped[ProjectId | None] = refers_to("project")
    line: Mapped[LineId | None] = refers_to("ledger_line", "line_id")
    outcome: Mapped[OutcomeId | None] = refers_to("outcome")
    indicator: Mapped[IndicatorId | None] = refers_to("indicator")
    figure: Mapped[FigureId | None] = refers_to("indicator_figure", "figure_id")
    milestone: Mapped[MilestoneId | None] = refers_to("milestone")
    table: Mapped[PerformanceTableId | None] = refers_to("performance_table", "table_id")
    saved_return: Mapped[ReturnId | None] = refers_to("saved_return")
