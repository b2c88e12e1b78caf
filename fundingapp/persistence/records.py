"""The tables, as typed declarations. Attribute names are the field names of the values they keep."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text

from fundingapp.application.ports import BatchState, Change
from fundingapp.domain.adjustments import AdjustmentType
from fundingapp.domain.agreements import Terms
from fundingapp.domain.allocations import (
    AllocationStatus,
    Authority,
    ChangeState,
    ContingencyEntry,
    Resource,
)
from fundingapp.domain.areas import AreaKind
from fundingapp.domain.bids import BidState, CostCategory, Section
from fundingapp.domain.carry_forwards import CarryForwardState
from fundingapp.domain.claims import ClaimState
from fundingapp.domain.conditions import Condition
from fundingapp.domain.evidence import Agreed, EvidenceType, Marking, PersonalData
from fundingapp.domain.figure_imports import FigureLayout, FilePart
from fundingapp.domain.findings import Severity
from fundingapp.domain.funds import Kind, PaymentBasis, Purpose
from fundingapp.domain.grant_conditions import ConditionKind, ConditionState, Gauge
from fundingapp.domain.ids import (
    AccrualId,
    AdjustmentId,
    AgreementId,
    AllocationId,
    AreaId,
    BidId,
    CarryForwardId,
    CertificateId,
    ClaimId,
    ConditionId,
    ConsentId,
    EvidenceId,
    FigureId,
    FigureImportId,
    FundId,
    IndicatorId,
    LineId,
    MilestoneId,
    MovementId,
    OutcomeId,
    PartyId,
    PaymentId,
    PerformanceTableId,
    PostId,
    PriorityId,
    ProjectId,
    ReconciliationId,
    RepaymentId,
    ReturnId,
    SettlementId,
    TemplateId,
    ThemeId,
)
from fundingapp.domain.indicators import Counted, Due, FigureStatus, GoodDirection, Measure, ResultLevel
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.locks import LockedFor
from fundingapp.domain.match_funding import SourceType
from fundingapp.domain.matching import Disposition, How, LineState, Target
from fundingapp.domain.members import MemberRole
from fundingapp.domain.money import Money
from fundingapp.domain.parties import ContactRole, PartyForm, PartyKind
from fundingapp.domain.performance import RowSort
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.priorities import Split
from fundingapp.domain.profiles import Shape
from fundingapp.domain.reconciliations import ReconciliationState
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.schedules import DeadlineKind
from fundingapp.domain.settlements import PublishedPart, SettlementState
from fundingapp.domain.signing import CertificateState, Certified, Figures
from fundingapp.domain.states import Subject
from fundingapp.domain.watching import Asserted, Difference, Watched
from fundingapp.persistence.bases import (
    STRICT,
    Base,
    Edited,
    a_period,
    exactly_one,
    one_of,
    pence_range,
    real_day,
)
from fundingapp.persistence.columns import (
    AgreedTerms,
    Amounts,
    ColumnsRead,
    Conditions,
    Day,
    Differences,
    HeadedColumns,
    Meanings,
    Moment,
    NamedAmounts,
    OneOf,
    Pence,
    Percent,
    Percents,
    Quarters,
    QuarterSpend,
    TargetText,
    Texts,
    Whole,
    Year,
    YesNo,
)
from fundingapp.persistence.declaring import Mapped, mapped_column
from fundingapp.persistence.entries import Entries


class PartnershipRecord(Edited, Base):
    __tablename__ = "partnership"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"), STRICT)

    name: Mapped[str] = mapped_column(Text)
    accountable_body: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)


class PartyRecord(Edited, Base):
    __tablename__ = "party"
    __table_args__ = (
        one_of("kind", PartyKind),
        one_of("form", PartyForm),
        real_day("valid_from"),
        real_day("valid_to"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[PartyKind] = mapped_column(OneOf(PartyKind))
    valid_from: Mapped[date | None] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)
    form: Mapped[PartyForm] = mapped_column(OneOf(PartyForm), server_default=text("'other'"))
    succeeded_by: Mapped[PartyId | None] = mapped_column("succeeded_by_id", Whole, ForeignKey("party.id"))
    identifier: Mapped[str] = mapped_column(Text, server_default=text("''"))
    address: Mapped[str] = mapped_column(Text, server_default=text("''"))
    aliases: Mapped[tuple[str, ...]] = mapped_column("aliases_json", Texts, server_default=text("'[]'"))


class FundRecord(Edited, Base):
    __tablename__ = "fund"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("divides_labour = 0 OR divides_labour = 1", name="divides_or_not"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    funder: Mapped[PartyId] = mapped_column("funder_id", Whole, ForeignKey("party.id"))
    ring_fence: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text, server_default=text("''"))
    divides_labour: Mapped[bool] = mapped_column(YesNo, server_default=text("0"))


class ProjectRecord(Edited, Base):
    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("ref"),
        real_day("starts_on"),
        real_day("ends_on"),
        one_of("purpose", Purpose),
        STRICT,
    )

    ref: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    theme: Mapped[str] = mapped_column(Text)
    lead: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date | None] = mapped_column(Day)
    ends_on: Mapped[date | None] = mapped_column(Day)
    partner: Mapped[PartyId | None] = mapped_column("partner_id", Whole, ForeignKey("party.id"))
    purpose: Mapped[Purpose] = mapped_column(OneOf(Purpose), server_default=text("'priority'"))
    description: Mapped[str] = mapped_column(Text, server_default=text("''"))


class AllocationRecord(Edited, Base):
    __tablename__ = "allocation"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("resource", Resource),
        one_of("status", AllocationStatus),
        pence_range("amount_pence"),
        CheckConstraint("amount_pence >= 0", name="amount_not_negative"),
        real_day("notified_on"),
        Index(None, "fund_id", "year"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    resource: Mapped[Resource] = mapped_column(OneOf(Resource))
    status: Mapped[AllocationStatus] = mapped_column(OneOf(AllocationStatus))
    notified_on: Mapped[date | None] = mapped_column(Day)
    letter: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
    basis: Mapped[str] = mapped_column(Text, server_default=text("''"))


class BidRecord(Edited, Base):
    __tablename__ = "bid"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("state", BidState),
        pence_range("amount_pence"),
        pence_range("awarded_pence"),
        real_day("decided_on"),
        real_day("submitted_on"),
        real_day("answer_due"),
        CheckConstraint("outside_allocation = 0 OR outside_allocation = 1", name="outside_or_not"),
        STRICT,
    )

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    state: Mapped[BidState] = mapped_column(OneOf(BidState))
    decided_on: Mapped[date | None] = mapped_column(Day)
    decision: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text, server_default=text("''"))
    applicant: Mapped[PartyId | None] = mapped_column("applicant_id", Whole, ForeignKey("party.id"))
    outside_allocation: Mapped[bool] = mapped_column(YesNo, server_default=text("0"))
    submitted_on: Mapped[date | None] = mapped_column(Day)
    answer_due: Mapped[date | None] = mapped_column(Day)
    awarded: Mapped[Money | None] = mapped_column("awarded_pence", Pence)


class AwardRecord(Edited, Base):
    __tablename__ = "award"
    __table_args__ = (
        one_of("kind", Kind),
        pence_range("amount_pence"),
        real_day("dated"),
        Index(None, "fund_id", "year"),
        STRICT,
    )

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    dated: Mapped[date | None] = mapped_column(Day)
    bid: Mapped[BidId | None] = mapped_column("bid_id", Whole, ForeignKey("bid.id"))
    intervention_percent: Mapped[Decimal | None] = mapped_column(Percent)


class ContingencyRecord(Edited, Base):
    __tablename__ = "contingency"
    __table_args__ = (
        one_of("kind", Kind),
        pence_range("amount_pence"),
        one_of("entry", ContingencyEntry),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    ref: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    entry: Mapped[ContingencyEntry] = mapped_column(
        OneOf(ContingencyEntry), server_default=text("'set aside'")
    )


class BudgetMovementRecord(Edited, Base):
    __tablename__ = "budget_movement"
    __table_args__ = (
        one_of("kind", Kind),
        pence_range("amount_pence"),
        CheckConstraint("amount_pence > 0", name="amount_above_nought"),
        CheckConstraint(
            "source_id IS NOT NULL AND target_id IS NULL OR target_id IS NOT NULL AND source_id IS NULL "
            "OR source_id <> target_id OR to_kind IS NOT NULL",
            name="two_lines",
        ),
        one_of("to_kind", Kind),
        real_day("dated"),
        one_of("state", ChangeState),
        one_of("decided_by", Authority),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    source: Mapped[ProjectId | None] = mapped_column("source_id", Whole, ForeignKey("project.id"))
    target: Mapped[ProjectId | None] = mapped_column("target_id", Whole, ForeignKey("project.id"))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    dated: Mapped[date] = mapped_column(Day)
    reason: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    state: Mapped[ChangeState] = mapped_column(OneOf(ChangeState), server_default=text("'applied'"))
    decided_by: Mapped[Authority] = mapped_column(OneOf(Authority), server_default=text("'own authority'"))
    to_kind: Mapped[Kind | None] = mapped_column(OneOf(Kind))


class AccrualRecord(Edited, Base):
    __tablename__ = "accrual"
    __table_args__ = (
        one_of("kind", Kind),
        a_period(),
        a_period("reverses_period"),
        pence_range("amount_pence"),
        STRICT,
    )

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    year: Mapped[FinancialYear] = mapped_column(Year)
    period: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    supplier: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    reverses_year: Mapped[FinancialYear | None] = mapped_column(Year)
    reverses_period: Mapped[int | None] = mapped_column(Integer)


class AdjustmentRecord(Edited, Base):
    __tablename__ = "adjustment"
    __table_args__ = (
        one_of("type", AdjustmentType),
        one_of("kind", Kind),
        a_period(),
        a_period("reverses_period"),
        pence_range("amount_pence"),
        CheckConstraint("amount_pence <> 0", name="amount_not_nought"),
        CheckConstraint("(reverses_year IS NULL) = (reverses_period IS NULL)", name="reversal_whole"),
        CheckConstraint("(type = 'accrual written off') = (accrual_id IS NOT NULL)", name="writes_off_one"),
        STRICT,
    )

    type: Mapped[AdjustmentType] = mapped_column(OneOf(AdjustmentType))
    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    year: Mapped[FinancialYear] = mapped_column(Year)
    period: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    reason: Mapped[str] = mapped_column(Text)
    line: Mapped[LineId | None] = mapped_column("line_id", Whole, ForeignKey("ledger_line.id"))
    accrual: Mapped[AccrualId | None] = mapped_column("accrual_id", Whole, ForeignKey("accrual.id"))
    reverses_year: Mapped[FinancialYear | None] = mapped_column(Year)
    reverses_period: Mapped[int | None] = mapped_column(Integer)


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
    replaces: Mapped[EvidenceId | None] = mapped_column("replaces_id", Whole, ForeignKey("evidence.id"))
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

    evidence: Mapped[EvidenceId] = mapped_column("evidence_id", Whole, ForeignKey("evidence.id"))
    adjustment: Mapped[AdjustmentId | None] = mapped_column(
        "adjustment_id", Whole, ForeignKey("adjustment.id")
    )
    accrual: Mapped[AccrualId | None] = mapped_column("accrual_id", Whole, ForeignKey("accrual.id"))
    agreement: Mapped[AgreementId | None] = mapped_column("agreement_id", Whole, ForeignKey("agreement.id"))
    allocation: Mapped[AllocationId | None] = mapped_column(
        "allocation_id", Whole, ForeignKey("allocation.id")
    )
    bid: Mapped[BidId | None] = mapped_column("bid_id", Whole, ForeignKey("bid.id"))
    condition: Mapped[ConditionId | None] = mapped_column(
        "condition_id", Whole, ForeignKey("grant_condition.id")
    )
    movement: Mapped[MovementId | None] = mapped_column(
        "movement_id", Whole, ForeignKey("budget_movement.id")
    )
    consent: Mapped[ConsentId | None] = mapped_column("consent_id", Whole, ForeignKey("consent.id"))
    claim: Mapped[ClaimId | None] = mapped_column("claim_id", Whole, ForeignKey("claim.id"))
    payment: Mapped[PaymentId | None] = mapped_column("payment_id", Whole, ForeignKey("payment.id"))
    carry_forward: Mapped[CarryForwardId | None] = mapped_column(
        "carry_forward_id", Whole, ForeignKey("carry_forward.id")
    )
    settlement: Mapped[SettlementId | None] = mapped_column(
        "settlement_id", Whole, ForeignKey("settlement.id")
    )
    repayment: Mapped[RepaymentId | None] = mapped_column("repayment_id", Whole, ForeignKey("repayment.id"))
    reconciliation: Mapped[ReconciliationId | None] = mapped_column(
        "reconciliation_id", Whole, ForeignKey("reconciliation.id")
    )
    certificate: Mapped[CertificateId | None] = mapped_column(
        "certificate_id", Whole, ForeignKey("certificate.id")
    )
    project: Mapped[ProjectId | None] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    line: Mapped[LineId | None] = mapped_column("line_id", Whole, ForeignKey("ledger_line.id"))
    outcome: Mapped[OutcomeId | None] = mapped_column("outcome_id", Whole, ForeignKey("outcome.id"))
    indicator: Mapped[IndicatorId | None] = mapped_column("indicator_id", Whole, ForeignKey("indicator.id"))
    figure: Mapped[FigureId | None] = mapped_column("figure_id", Whole, ForeignKey("indicator_figure.id"))
    milestone: Mapped[MilestoneId | None] = mapped_column("milestone_id", Whole, ForeignKey("milestone.id"))
    table: Mapped[PerformanceTableId | None] = mapped_column(
        "table_id", Whole, ForeignKey("performance_table.id")
    )
    saved_return: Mapped[ReturnId | None] = mapped_column(
        "saved_return_id", Whole, ForeignKey("saved_return.id")
    )


class ContactRecord(Edited, Base):
    __tablename__ = "contact"
    __table_args__ = (
        one_of("role", ContactRole),
        CheckConstraint("is_deputy = 0 OR is_deputy = 1", name="deputy_or_not"),
        real_day("valid_from"),
        real_day("valid_to"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    role: Mapped[ContactRole] = mapped_column(OneOf(ContactRole))
    party: Mapped[PartyId | None] = mapped_column("party_id", Whole, ForeignKey("party.id"))
    project: Mapped[ProjectId | None] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    email: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    is_deputy: Mapped[bool] = mapped_column(YesNo)
    valid_from: Mapped[date | None] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)
    note: Mapped[str] = mapped_column(Text)


class AreaRecord(Edited, Base):
    __tablename__ = "area"
    __table_args__ = (one_of("kind", AreaKind), real_day("valid_from"), real_day("valid_to"), STRICT)

    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[AreaKind] = mapped_column(OneOf(AreaKind))
    code: Mapped[str] = mapped_column(Text)
    parent: Mapped[AreaId | None] = mapped_column("parent_id", Whole, ForeignKey("area.id"))
    aliases: Mapped[tuple[str, ...]] = mapped_column("aliases_json", Texts)
    valid_from: Mapped[date | None] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)


class ThemeRecord(Edited, Base):
    __tablename__ = "theme"
    __table_args__ = (STRICT,)

    code: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    plan: Mapped[str] = mapped_column(Text)
    from_year: Mapped[FinancialYear | None] = mapped_column(Year)
    to_year: Mapped[FinancialYear | None] = mapped_column(Year)


class PriorityRecord(Edited, Base):
    __tablename__ = "priority"
    __table_args__ = (
        CheckConstraint("is_cross_cutting = 0 OR is_cross_cutting = 1", name="cross_cutting_or_not"),
        STRICT,
    )

    code: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    theme: Mapped[ThemeId | None] = mapped_column("theme_id", Whole, ForeignKey("theme.id"))
    from_year: Mapped[FinancialYear | None] = mapped_column(Year)
    to_year: Mapped[FinancialYear | None] = mapped_column(Year)
    owner_group: Mapped[str] = mapped_column(Text)
    is_cross_cutting: Mapped[bool] = mapped_column(YesNo)
    commissioner_priority: Mapped[str] = mapped_column(Text)
    succeeded_by: Mapped[PriorityId | None] = mapped_column(
        "succeeded_by_id", Whole, ForeignKey("priority.id")
    )


class ShareRecord(Edited, Base):
    __tablename__ = "share"
    __table_args__ = (
        one_of("split", Split),
        CheckConstraint(exactly_one("theme_id", "priority_id", "area_id"), name="shares_one"),
        STRICT,
    )

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    split: Mapped[Split] = mapped_column(OneOf(Split))
    percent: Mapped[Decimal] = mapped_column(Percent)
    theme: Mapped[ThemeId | None] = mapped_column("theme_id", Whole, ForeignKey("theme.id"))
    priority: Mapped[PriorityId | None] = mapped_column("priority_id", Whole, ForeignKey("priority.id"))
    area: Mapped[AreaId | None] = mapped_column("area_id", Whole, ForeignKey("area.id"))


class AgreementRecord(Edited, Base):
    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("from_year <= to_year", name="years_in_order"),
        real_day("signed_on"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    title: Mapped[str] = mapped_column(Text)
    from_year: Mapped[FinancialYear] = mapped_column(Year)
    to_year: Mapped[FinancialYear] = mapped_column(Year)
    reference: Mapped[str] = mapped_column(Text)
    signed_on: Mapped[date | None] = mapped_column(Day)
    terms: Mapped[Terms] = mapped_column("terms_json", AgreedTerms)


class AgreementSumRecord(Edited, Base):
    __tablename__ = "agreement_sum"
    __table_args__ = (
        one_of("kind", Kind),
        pence_range("amount_pence"),
        CheckConstraint("amount_pence >= 0", name="amount_not_negative"),
        UniqueConstraint("agreement_id", "kind", "year"),
        STRICT,
    )

    agreement: Mapped[AgreementId] = mapped_column("agreement_id", Whole, ForeignKey("agreement.id"))
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    year: Mapped[FinancialYear | None] = mapped_column(Year)


class ConsentRecord(Edited, Base):
    __tablename__ = "consent"
    __table_args__ = (
        one_of("kind", Kind),
        pence_range("amount_pence"),
        CheckConstraint("amount_pence > 0", name="amount_above_nought"),
        real_day("dated"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    reference: Mapped[str] = mapped_column(Text)
    dated: Mapped[date] = mapped_column(Day)
    given_by: Mapped[str] = mapped_column(Text)


class GrantConditionRecord(Edited, Base):
    __tablename__ = "grant_condition"
    __table_args__ = (
        one_of("kind", ConditionKind),
        one_of("state", ConditionState),
        one_of("gauge", Gauge),
        pence_range("limit_pence"),
        CheckConstraint("before_release = 0 OR before_release = 1", name="before_release_or_not"),
        CheckConstraint("at_most = 0 OR at_most = 1", name="at_most_or_least"),
        CheckConstraint(
            "(gauge IS NULL) = (limit_pence IS NULL AND limit_percent IS NULL)", name="limit_when_measured"
        ),
        real_day("due"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    clause: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column("condition_text", Text)
    kind: Mapped[ConditionKind] = mapped_column(OneOf(ConditionKind))
    year: Mapped[FinancialYear | None] = mapped_column(Year)
    project: Mapped[ProjectId | None] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    bid: Mapped[BidId | None] = mapped_column("bid_id", Whole, ForeignKey("bid.id"))
    owner: Mapped[str] = mapped_column("owned_by", Text)
    due: Mapped[date | None] = mapped_column(Day)
    state: Mapped[ConditionState] = mapped_column(OneOf(ConditionState))
    proof: Mapped[str] = mapped_column(Text)
    before_release: Mapped[bool] = mapped_column(YesNo)
    gauge: Mapped[Gauge | None] = mapped_column(OneOf(Gauge))
    at_most: Mapped[bool] = mapped_column(YesNo)
    limit: Mapped[Money | None] = mapped_column("limit_pence", Pence)
    limit_percent: Mapped[Decimal | None] = mapped_column(Percent)


class ScheduleEntryRecord(Edited, Base):
    __tablename__ = "schedule_entry"
    __table_args__ = (
        one_of("kind", DeadlineKind),
        a_period("from_period"),
        a_period("to_period"),
        pence_range("amount_pence"),
        real_day("due"),
        real_day("done_on"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[DeadlineKind] = mapped_column(OneOf(DeadlineKind))
    title: Mapped[str] = mapped_column(Text)
    due: Mapped[date] = mapped_column(Day)
    from_period: Mapped[int | None] = mapped_column(Integer)
    to_period: Mapped[int | None] = mapped_column(Integer)
    amount: Mapped[Money | None] = mapped_column("amount_pence", Pence)
    contents: Mapped[str] = mapped_column(Text)
    done_on: Mapped[date | None] = mapped_column(Day)


class BidCostRecord(Edited, Base):
    __tablename__ = "bid_cost"
    __table_args__ = (
        one_of("category", CostCategory),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter_in_year"),
        pence_range("amount_pence"),
        STRICT,
    )

    bid: Mapped[BidId] = mapped_column("bid_id", Whole, ForeignKey("bid.id"))
    category: Mapped[CostCategory] = mapped_column(OneOf(CostCategory))
    description: Mapped[str] = mapped_column(Text)
    quarter: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)


class BidTextRecord(Edited, Base):
    __tablename__ = "bid_text"
    __table_args__ = (one_of("section", Section), UniqueConstraint("bid_id", "section"), STRICT)

    bid: Mapped[BidId] = mapped_column("bid_id", Whole, ForeignKey("bid.id"))
    section: Mapped[Section] = mapped_column(OneOf(Section))
    text: Mapped[str] = mapped_column("section_text", Text)


class BoardDecisionRecord(Edited, Base):
    __tablename__ = "board_decision"
    __table_args__ = (
        CheckConstraint("is_delegated = 0 OR is_delegated = 1", name="delegated_or_not"),
        real_day("met_on"),
        STRICT,
    )

    bid: Mapped[BidId] = mapped_column("bid_id", Whole, ForeignKey("bid.id"))
    body: Mapped[str] = mapped_column(Text)
    met_on: Mapped[date] = mapped_column(Day)
    minute: Mapped[str] = mapped_column("minute_ref", Text)
    interests: Mapped[str] = mapped_column(Text)
    score: Mapped[str] = mapped_column(Text)
    is_delegated: Mapped[bool] = mapped_column(YesNo)
    note: Mapped[str] = mapped_column(Text)


class OfferRecord(Edited, Base):
    __tablename__ = "offer"
    __table_args__ = (
        pence_range("amount_pence"),
        real_day("dated"),
        real_day("accept_by"),
        real_day("starts_on"),
        real_day("ends_on"),
        real_day("accepted_on"),
        STRICT,
    )

    bid: Mapped[BidId] = mapped_column("bid_id", Whole, ForeignKey("bid.id"))
    reference: Mapped[str] = mapped_column(Text)
    dated: Mapped[date] = mapped_column(Day)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    accept_by: Mapped[date] = mapped_column(Day)
    starts_on: Mapped[date | None] = mapped_column(Day)
    ends_on: Mapped[date | None] = mapped_column(Day)
    accepted_on: Mapped[date | None] = mapped_column(Day)
    accepted_by: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)


class StepRecord(Edited, Base):
    """A move that was made. It names its subject without a foreign key: it is history, and goes with its subject."""

    __tablename__ = "step"
    __table_args__ = (
        one_of("subject", Subject),
        real_day("dated"),
        Index(None, "subject", "subject_id"),
        STRICT,
    )

    subject: Mapped[Subject] = mapped_column(OneOf(Subject))
    subject_id: Mapped[int] = mapped_column(Whole)
    before: Mapped[str] = mapped_column("state_before", Text)
    after: Mapped[str] = mapped_column("state_after", Text)
    dated: Mapped[date | None] = mapped_column(Day)
    at: Mapped[datetime] = mapped_column("made_at", Moment)
    by: Mapped[str] = mapped_column("made_by", Text)
    reference: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)


class MatchFundingRecord(Edited, Base):
    __tablename__ = "match_funding"
    __table_args__ = (
        one_of("type", SourceType),
        pence_range("planned_pence"),
        pence_range("received_pence"),
        pence_range("spent_pence"),
        CheckConstraint("is_in_kind = 0 OR is_in_kind = 1", name="in_kind_or_cash"),
        CheckConstraint("is_secured = 0 OR is_secured = 1", name="secured_or_not"),
        STRICT,
    )

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    source: Mapped[str] = mapped_column(Text)
    planned: Mapped[Money] = mapped_column("planned_pence", Pence)
    party: Mapped[PartyId | None] = mapped_column("party_id", Whole, ForeignKey("party.id"))
    type: Mapped[SourceType] = mapped_column(OneOf(SourceType))
    is_in_kind: Mapped[bool] = mapped_column(YesNo)
    is_secured: Mapped[bool] = mapped_column(YesNo)
    received: Mapped[Money] = mapped_column("received_pence", Pence)
    spent: Mapped[Money] = mapped_column("spent_pence", Pence)
    note: Mapped[str] = mapped_column(Text)


class PostRecord(Edited, Base):
    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("months BETWEEN 1 AND 12", name="months_in_year"),
        pence_range("cost_pence"),
        STRICT,
    )

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    title: Mapped[str] = mapped_column(Text)
    fte: Mapped[Decimal] = mapped_column(Percent)
    months: Mapped[int] = mapped_column(Integer)
    cost: Mapped[Money] = mapped_column("cost_pence", Pence)


class PostShareRecord(Edited, Base):
    __tablename__ = "post_share"
    __table_args__ = (STRICT,)

    post: Mapped[PostId] = mapped_column("post_id", Whole, ForeignKey("post.id"))
    percent: Mapped[Decimal] = mapped_column(Percent)
    fund: Mapped[FundId | None] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    source: Mapped[str] = mapped_column(Text)


class ProfileRecord(Edited, Base):
    __tablename__ = "profile"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("shape", Shape),
        UniqueConstraint("project_id", "fund_id", "kind", "year"),
        STRICT,
    )

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    year: Mapped[FinancialYear] = mapped_column(Year)
    shape: Mapped[Shape] = mapped_column(OneOf(Shape))
    months: Mapped[tuple[Money, ...]] = mapped_column("months_json", Amounts)


class ForecastKeptRecord(Edited, Base):
    __tablename__ = "forecast_kept"
    __table_args__ = (
        one_of("kind", Kind),
        CheckConstraint("cut_off BETWEEN 0 AND 13", name="cut_off_in_year"),
        STRICT,
    )

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    year: Mapped[FinancialYear] = mapped_column(Year)
    cut_off: Mapped[int] = mapped_column(Integer)
    months: Mapped[tuple[Money, ...]] = mapped_column("months_json", Amounts)
    taken_at: Mapped[datetime] = mapped_column(Moment)
    taken_by: Mapped[str] = mapped_column(Text)
    occasion: Mapped[str] = mapped_column(Text)


class VarianceReasonRecord(Edited, Base):
    __tablename__ = "variance_reason"
    __table_args__ = (
        one_of("kind", Kind),
        a_period(),
        UniqueConstraint("project_id", "fund_id", "kind", "year", "period"),
        STRICT,
    )

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    year: Mapped[FinancialYear] = mapped_column(Year)
    period: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    given_by: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(Moment)


class ClaimRecord(Edited, Base):
    __tablename__ = "claim"
    __table_args__ = (
        one_of("basis", PaymentBasis),
        one_of("state", ClaimState),
        a_period("from_period"),
        a_period("to_period"),
        CheckConstraint("from_period <= to_period", name="periods_in_order"),
        CheckConstraint("is_final = 0 OR is_final = 1", name="final_or_not"),
        UniqueConstraint("fund_id", "year", "number"),
        real_day("submitted_on"),
        real_day("approved_on"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    number: Mapped[int] = mapped_column(Integer)
    from_period: Mapped[int] = mapped_column(Integer)
    to_period: Mapped[int] = mapped_column(Integer)
    basis: Mapped[PaymentBasis] = mapped_column(OneOf(PaymentBasis))
    state: Mapped[ClaimState] = mapped_column(OneOf(ClaimState))
    is_final: Mapped[bool] = mapped_column(YesNo)
    submitted_on: Mapped[date | None] = mapped_column(Day)
    approved_on: Mapped[date | None] = mapped_column(Day)
    reference: Mapped[str] = mapped_column(Text)
    comment: Mapped[str] = mapped_column("comment_text", Text)


class ClaimLineRecord(Edited, Base):
    __tablename__ = "claim_line"
    __table_args__ = (
        one_of("kind", Kind),
        pence_range("eligible_pence"),
        pence_range("cap_pence"),
        pence_range("before_pence"),
        pence_range("claimed_pence"),
        pence_range("disallowed_pence"),
        pence_range("queried_pence"),
        pence_range("retained_pence"),
        UniqueConstraint("claim_id", "project_id", "kind"),
        STRICT,
    )

    claim: Mapped[ClaimId] = mapped_column("claim_id", Whole, ForeignKey("claim.id"))
    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    eligible: Mapped[Money] = mapped_column("eligible_pence", Pence)
    cap: Mapped[Money] = mapped_column("cap_pence", Pence)
    before: Mapped[Money] = mapped_column("before_pence", Pence)
    claimed: Mapped[Money] = mapped_column("claimed_pence", Pence)
    disallowed: Mapped[Money] = mapped_column("disallowed_pence", Pence)
    queried: Mapped[Money] = mapped_column("queried_pence", Pence)
    retained: Mapped[Money] = mapped_column("retained_pence", Pence)
    reason: Mapped[str] = mapped_column(Text)


class RetentionReleaseRecord(Edited, Base):
    __tablename__ = "retention_release"
    __table_args__ = (
        pence_range("amount_pence"),
        CheckConstraint("amount_pence <> 0", name="amount_not_nought"),
        real_day("dated"),
        STRICT,
    )

    claim: Mapped[ClaimId] = mapped_column("claim_id", Whole, ForeignKey("claim.id"))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    dated: Mapped[date] = mapped_column(Day)
    reference: Mapped[str] = mapped_column(Text)


class PaymentRecord(Edited, Base):
    __tablename__ = "payment"
    __table_args__ = (
        pence_range("amount_pence"),
        CheckConstraint("amount_pence > 0", name="amount_above_nought"),
        real_day("dated"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    dated: Mapped[date] = mapped_column(Day)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    remittance: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)


class PaymentMatchRecord(Edited, Base):
    __tablename__ = "payment_match"
    __table_args__ = (
        pence_range("amount_pence"),
        CheckConstraint("amount_pence <> 0", name="amount_not_nought"),
        STRICT,
    )

    payment: Mapped[PaymentId] = mapped_column("payment_id", Whole, ForeignKey("payment.id"))
    claim: Mapped[ClaimId] = mapped_column("claim_id", Whole, ForeignKey("claim.id"))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)


class PaymentLineRecord(Edited, Base):
    __tablename__ = "payment_line"
    __table_args__ = (
        pence_range("amount_pence"),
        CheckConstraint("amount_pence <> 0", name="amount_not_nought"),
        STRICT,
    )

    payment: Mapped[PaymentId] = mapped_column("payment_id", Whole, ForeignKey("payment.id"))
    line: Mapped[LineId] = mapped_column("line_id", Whole, ForeignKey("ledger_line.id"))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)


class RepaymentRecord(Edited, Base):
    __tablename__ = "repayment"
    __table_args__ = (
        pence_range("amount_pence"),
        CheckConstraint("amount_pence > 0", name="amount_above_nought"),
        real_day("dated"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    dated: Mapped[date] = mapped_column(Day)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    invoice: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    claim: Mapped[ClaimId | None] = mapped_column("claim_id", Whole, ForeignKey("claim.id"))


class PeriodLockRecord(Edited, Base):
    __tablename__ = "period_lock"
    __table_args__ = (
        UniqueConstraint("year", "whom"),
        a_period("to_period"),
        one_of("whom", LockedFor),
        STRICT,
    )

    year: Mapped[FinancialYear] = mapped_column(Year)
    to_period: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    locked_by: Mapped[str] = mapped_column(Text)
    locked_at: Mapped[datetime] = mapped_column(Moment)
    whom: Mapped[LockedFor] = mapped_column(OneOf(LockedFor), server_default=text("'everybody'"))


class ForecastRecord(Edited, Base):
    __tablename__ = "forecast"
    __table_args__ = (
        one_of("kind", Kind),
        a_period(),
        pence_range("amount_pence"),
        UniqueConstraint("project_id", "fund_id", "kind", "year", "period"),
        STRICT,
    )

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    year: Mapped[FinancialYear] = mapped_column(Year)
    period: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)


class CodingRuleRecord(Edited, Base):
    __tablename__ = "coding_rule"
    __table_args__ = (CheckConstraint("is_on = 0 OR is_on = 1", name="on_or_off"), STRICT)

    order: Mapped[int] = mapped_column("place", Integer)
    target: Mapped[Target] = mapped_column(TargetText)
    conditions: Mapped[tuple[Condition, ...]] = mapped_column(Conditions)
    name: Mapped[str] = mapped_column(Text)
    on: Mapped[bool] = mapped_column("is_on", YesNo)


class SupplierAliasRecord(Edited, Base):
    __tablename__ = "supplier_alias"
    __table_args__ = (UniqueConstraint("name"), STRICT)

    name: Mapped[str] = mapped_column(Text)
    same_as: Mapped[str] = mapped_column(Text)


class RejectionRecord(Edited, Base):
    """A suggestion that a person rejected. Like a charge it names its line by key and its project without a foreign
    key, so that it holds nothing back."""

    __tablename__ = "rejected_suggestion"
    __table_args__ = (one_of("disposition", Disposition), one_of("kind", Kind), STRICT)

    key: Mapped[str] = mapped_column(Text)
    disposition: Mapped[Disposition] = mapped_column(OneOf(Disposition))
    project: Mapped[ProjectId | None] = mapped_column("project_id", Whole)
    fund: Mapped[FundId | None] = mapped_column("fund_id", Whole)
    kind: Mapped[Kind | None] = mapped_column(OneOf(Kind))


class DismissalRecord(Edited, Base):
    __tablename__ = "dismissed_double"
    __table_args__ = (UniqueConstraint("first_key", "second_key"), STRICT)

    first: Mapped[str] = mapped_column("first_key", Text)
    second: Mapped[str] = mapped_column("second_key", Text)
    reason: Mapped[str] = mapped_column(Text)


class LayoutRecord(Edited, Base):
    __tablename__ = "ledger_layout"
    __table_args__ = (UniqueConstraint("shape"), STRICT)

    name: Mapped[str] = mapped_column(Text)
    system: Mapped[str] = mapped_column(Text)
    headings: Mapped[tuple[str, ...]] = mapped_column("headings_json", Texts)
    meanings: Mapped[tuple[Meaning, ...]] = mapped_column("meanings_json", Meanings)
    shape: Mapped[str] = mapped_column(Text)
    confirmed_by: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime] = mapped_column(Moment)


class CarryForwardRecord(Edited, Base):
    __tablename__ = "carry_forward"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("state", CarryForwardState),
        pence_range("asked_pence"),
        pence_range("agreed_pence"),
        CheckConstraint("asked_pence >= 0", name="asked_not_negative"),
        CheckConstraint("agreed_pence >= 0", name="agreed_not_negative"),
        real_day("spend_by"),
        real_day("asked_on"),
        real_day("decided_on"),
        Index(None, "fund_id", "from_year"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    from_year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    project: Mapped[ProjectId | None] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    state: Mapped[CarryForwardState] = mapped_column(OneOf(CarryForwardState))
    asked: Mapped[Money] = mapped_column("asked_pence", Pence)
    agreed: Mapped[Money] = mapped_column("agreed_pence", Pence)
    reason: Mapped[str] = mapped_column(Text)
    plan: Mapped[str] = mapped_column("plan_for_use", Text)
    spend_by: Mapped[date | None] = mapped_column(Day)
    asked_on: Mapped[date | None] = mapped_column(Day)
    decided_on: Mapped[date | None] = mapped_column(Day)
    letter: Mapped[str] = mapped_column(Text)


class SettlementRecord(Edited, Base):
    __tablename__ = "settlement"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("state", SettlementState),
        pence_range("amount_pence"),
        CheckConstraint("amount_pence > 0", name="amount_above_nought"),
        real_day("decided_on"),
        real_day("invoiced_on"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    project: Mapped[ProjectId | None] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    state: Mapped[SettlementState] = mapped_column(OneOf(SettlementState))
    reason: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date | None] = mapped_column(Day)
    carry_forward: Mapped[CarryForwardId | None] = mapped_column(
        "carry_forward_id", Whole, ForeignKey("carry_forward.id")
    )
    invoice: Mapped[str] = mapped_column(Text)
    invoiced_on: Mapped[date | None] = mapped_column(Day)
    repayment: Mapped[RepaymentId | None] = mapped_column("repayment_id", Whole, ForeignKey("repayment.id"))
    payment: Mapped[PaymentId | None] = mapped_column("payment_id", Whole, ForeignKey("payment.id"))


class YearCloseRecord(Edited, Base):
    __tablename__ = "year_close"
    __table_args__ = (UniqueConstraint("fund_id", "year"), STRICT)

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    reason: Mapped[str] = mapped_column(Text)
    closed_by: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[datetime] = mapped_column(Moment)


class PublishedAllocationRecord(Edited, Base):
    __tablename__ = "published_allocation"
    __table_args__ = (
        one_of("part", PublishedPart),
        pence_range("amount_pence"),
        CheckConstraint("is_ours = 0 OR is_ours = 1", name="ours_or_not"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    part: Mapped[PublishedPart] = mapped_column(OneOf(PublishedPart))
    body: Mapped[str] = mapped_column(Text)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    is_ours: Mapped[bool] = mapped_column(YesNo)
    source: Mapped[str] = mapped_column("source_text", Text)


class MemberRecord(Edited, Base):
    __tablename__ = "member"
    __table_args__ = (
        one_of("role", MemberRole),
        UniqueConstraint("login", "role"),
        real_day("valid_from"),
        real_day("valid_to"),
        STRICT,
    )

    login: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[MemberRole] = mapped_column(OneOf(MemberRole))
    valid_from: Mapped[date | None] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)


class ReconciliationRecord(Edited, Base):
    __tablename__ = "reconciliation"
    __table_args__ = (
        one_of("state", ReconciliationState),
        a_period("to_period"),
        pence_range("opening_pence"),
        pence_range("movements_pence"),
        pence_range("ledger_total_pence"),
        real_day("dated"),
        STRICT,
    )

    year: Mapped[FinancialYear] = mapped_column(Year)
    to_period: Mapped[int] = mapped_column(Integer)
    dated: Mapped[date] = mapped_column(Day)
    opening: Mapped[Money] = mapped_column("opening_pence", Pence)
    movements: Mapped[Money] = mapped_column("movements_pence", Pence)
    ledger_total: Mapped[Money | None] = mapped_column("ledger_total_pence", Pence)
    state: Mapped[ReconciliationState] = mapped_column(OneOf(ReconciliationState))
    prepared_by: Mapped[str] = mapped_column(Text)
    prepared_at: Mapped[datetime] = mapped_column(Moment)
    figures: Mapped[Figures] = mapped_column("figures_json", NamedAmounts)
    note: Mapped[str] = mapped_column(Text)
    reviewed_by: Mapped[str] = mapped_column(Text)
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)


class ReconciliationItemRecord(Edited, Base):
    __tablename__ = "reconciliation_item"
    __table_args__ = (pence_range("amount_pence"), STRICT)

    reconciliation: Mapped[ReconciliationId] = mapped_column(
        "reconciliation_id", Whole, ForeignKey("reconciliation.id")
    )
    text: Mapped[str] = mapped_column("item_text", Text)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    line: Mapped[LineId | None] = mapped_column("line_id", Whole, ForeignKey("ledger_line.id"))


class CertificateRecord(Edited, Base):
    __tablename__ = "certificate"
    __table_args__ = (
        one_of("about", Certified),
        one_of("state", CertificateState),
        a_period("to_period"),
        CheckConstraint(
            "decided_by = '' OR state = 'declined' OR decided_by <> prepared_by", name="two_people"
        ),
        STRICT,
    )

    about: Mapped[Certified] = mapped_column(OneOf(Certified))
    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    to_period: Mapped[int] = mapped_column(Integer)
    statement: Mapped[str] = mapped_column(Text)
    figures: Mapped[Figures] = mapped_column("figures_json", NamedAmounts)
    checksum: Mapped[str] = mapped_column(Text)
    journal_head: Mapped[str] = mapped_column(Text)
    prepared_by: Mapped[str] = mapped_column(Text)
    prepared_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[CertificateState] = mapped_column(OneOf(CertificateState))
    saved: Mapped[ReturnId | None] = mapped_column("saved_return_id", Whole, ForeignKey("saved_return.id"))
    reconciliation: Mapped[ReconciliationId | None] = mapped_column(
        "reconciliation_id", Whole, ForeignKey("reconciliation.id")
    )
    signed_by: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column("signed_as", Text)
    decided_by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)
    voided_by: Mapped[str] = mapped_column(Text)
    voided_at: Mapped[datetime | None] = mapped_column(Moment)
    voided_why: Mapped[str] = mapped_column(Text)


class BalanceAssertionRecord(Edited, Base):
    __tablename__ = "balance_assertion"
    __table_args__ = (a_period("to_period"), one_of("because", Asserted), STRICT)

    fund: Mapped[FundId | None] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    to_period: Mapped[int] = mapped_column(Integer)
    figures: Mapped[Figures] = mapped_column("figures_json", NamedAmounts)
    origin: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    sequence: Mapped[int] = mapped_column(Whole)
    because: Mapped[Asserted] = mapped_column(OneOf(Asserted))
    late: Mapped[Figures] = mapped_column("late_json", NamedAmounts)


class AlarmRecord(Edited, Base):
    """An alarm names what it is about without a foreign key: it is history, and stays when that is taken out."""

    __tablename__ = "alarm"
    __table_args__ = (one_of("watched", Watched), STRICT)

    watched: Mapped[Watched] = mapped_column(OneOf(Watched))
    watched_id: Mapped[int] = mapped_column(Whole)
    sequence: Mapped[int] = mapped_column(Whole)
    at: Mapped[datetime] = mapped_column("made_at", Moment)
    by: Mapped[str] = mapped_column("made_by", Text)
    done: Mapped[str] = mapped_column("what_was_done", Text)
    differences: Mapped[tuple[Difference, ...]] = mapped_column("differences_json", Differences)
    cleared: Mapped[int | None] = mapped_column(Whole)


class OutcomeRecord(Edited, Base):
    __tablename__ = "outcome"
    __table_args__ = (
        CheckConstraint("from_year <= to_year", name="years_in_order"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    project: Mapped[ProjectId | None] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    theme: Mapped[ThemeId | None] = mapped_column("theme_id", Whole, ForeignKey("theme.id"))
    priority: Mapped[PriorityId | None] = mapped_column("priority_id", Whole, ForeignKey("priority.id"))
    description: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    from_year: Mapped[FinancialYear | None] = mapped_column(Year)
    to_year: Mapped[FinancialYear | None] = mapped_column(Year)


class OutcomeStatementRecord(Edited, Base):
    __tablename__ = "outcome_statement"
    __table_args__ = (
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter_in_year"),
        UniqueConstraint("outcome_id", "year", "quarter"),
        STRICT,
    )

    outcome: Mapped[OutcomeId] = mapped_column("outcome_id", Whole, ForeignKey("outcome.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    quarter: Mapped[int | None] = mapped_column(Integer)
    changed: Mapped[str] = mapped_column("what_changed", Text)
    method: Mapped[str] = mapped_column(Text)
    limits: Mapped[str] = mapped_column(Text)
    working_well: Mapped[str] = mapped_column(Text)
    to_improve: Mapped[str] = mapped_column(Text)


class MilestoneRecord(Edited, Base):
    __tablename__ = "milestone"
    __table_args__ = (
        CheckConstraint("is_cancelled = 0 OR is_cancelled = 1", name="cancelled_or_not"),
        real_day("due"),
        real_day("expected"),
        real_day("done_on"),
        STRICT,
    )

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    name: Mapped[str] = mapped_column(Text)
    due: Mapped[date] = mapped_column(Day)
    outcome: Mapped[OutcomeId | None] = mapped_column("outcome_id", Whole, ForeignKey("outcome.id"))
    expected: Mapped[date | None] = mapped_column(Day)
    done_on: Mapped[date | None] = mapped_column(Day)
    is_cancelled: Mapped[bool] = mapped_column(YesNo)
    note: Mapped[str] = mapped_column(Text)


class ResultsRulesRecord(Edited, Base):
    __tablename__ = "results_rules"
    __table_args__ = (
        UniqueConstraint("fund_id"),
        CheckConstraint("threshold >= 0", name="threshold_not_negative"),
        CheckConstraint("small_base >= 0", name="small_base_not_negative"),
        STRICT,
    )

    fund: Mapped[FundId | None] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    bands: Mapped[tuple[Decimal, ...]] = mapped_column("bands_json", Percents)
    steady: Mapped[Decimal] = mapped_column(Percent)
    threshold: Mapped[int] = mapped_column(Integer)
    small_base: Mapped[int] = mapped_column(Integer)


class IndicatorRecord(Edited, Base):
    __tablename__ = "indicator"
    __table_args__ = (
        one_of("direction", GoodDirection),
        one_of("measure", Measure),
        one_of("level", ResultLevel),
        one_of("counted", Counted),
        one_of("due", Due),
        one_of("summed_over", AreaKind),
        CheckConstraint("is_comparable = 0 OR is_comparable = 1", name="comparable_or_not"),
        CheckConstraint("is_sensitive = 0 OR is_sensitive = 1", name="sensitive_or_not"),
        CheckConstraint("is_closed = 0 OR is_closed = 1", name="closed_or_not"),
        real_day("baseline_first"),
        real_day("baseline_last"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    project: Mapped[ProjectId | None] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    unit: Mapped[str] = mapped_column(Text)
    direction: Mapped[GoodDirection] = mapped_column(OneOf(GoodDirection))
    measure: Mapped[Measure] = mapped_column(OneOf(Measure))
    baseline: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column("source_text", Text)
    owner: Mapped[str] = mapped_column("owned_by", Text)
    outcome: Mapped[OutcomeId | None] = mapped_column("outcome_id", Whole, ForeignKey("outcome.id"))
    level: Mapped[ResultLevel] = mapped_column(OneOf(ResultLevel), server_default=text("'output'"))
    counted: Mapped[Counted] = mapped_column(OneOf(Counted), server_default=text("'number'"))
    area: Mapped[AreaId | None] = mapped_column("area_id", Whole, ForeignKey("area.id"))
    code: Mapped[str] = mapped_column(Text, server_default=text("''"))
    code_list: Mapped[str] = mapped_column(Text, server_default=text("''"))
    method: Mapped[str] = mapped_column(Text, server_default=text("''"))
    baseline_first: Mapped[date | None] = mapped_column(Day)
    baseline_last: Mapped[date | None] = mapped_column(Day)
    is_comparable: Mapped[bool] = mapped_column(YesNo, server_default=text("1"))
    comparability: Mapped[str] = mapped_column(Text, server_default=text("''"))
    is_sensitive: Mapped[bool] = mapped_column(YesNo, server_default=text("0"))
    is_closed: Mapped[bool] = mapped_column(YesNo, server_default=text("0"))
    due: Mapped[Due] = mapped_column(OneOf(Due), server_default=text("'each quarter'"))
    summed_over: Mapped[AreaKind | None] = mapped_column(OneOf(AreaKind))


class IndicatorYearRecord(Edited, Base):
    __tablename__ = "indicator_year"
    __table_args__ = (UniqueConstraint("indicator_id", "year"), STRICT)

    indicator: Mapped[IndicatorId] = mapped_column("indicator_id", Whole, ForeignKey("indicator.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    baseline: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)


class FigureImportRecord(Edited, Base):
    __tablename__ = "figure_import"
    __table_args__ = (
        one_of("layout", FigureLayout),
        CheckConstraint("rows_read = rows_kept + rows_skipped", name="every_row_accounted_for"),
        real_day("as_at"),
        STRICT,
    )

    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    layout: Mapped[FigureLayout] = mapped_column(OneOf(FigureLayout))
    read: Mapped[int] = mapped_column("rows_read", Integer)
    kept: Mapped[int] = mapped_column("rows_kept", Integer)
    skipped: Mapped[int] = mapped_column("rows_skipped", Integer)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[str] = mapped_column(Text)
    sheet: Mapped[str] = mapped_column(Text)
    as_at: Mapped[date | None] = mapped_column(Day)
    source: Mapped[str] = mapped_column("source_text", Text)
    part: Mapped[str] = mapped_column("part_text", Text, server_default=text("''"))
    files: Mapped[tuple[FilePart, ...]] = mapped_column(
        "files_json", Entries(FilePart), server_default=text("'[]'")
    )


class SkippedFigureRecord(Edited, Base):
    __tablename__ = "skipped_figure"
    __table_args__ = (Index(None, "figure_import_id"), STRICT)

    batch: Mapped[FigureImportId] = mapped_column("figure_import_id", Whole, ForeignKey("figure_import.id"))
    row: Mapped[int] = mapped_column("row_number", Integer)
    reason: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column("row_text", Text)


class IndicatorFigureRecord(Edited, Base):
    __tablename__ = "indicator_figure"
    __table_args__ = (
        one_of("status", FigureStatus),
        real_day("first_day"),
        real_day("last_day"),
        real_day("as_at"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        Index(None, "indicator_id"),
        STRICT,
    )

    indicator: Mapped[IndicatorId] = mapped_column("indicator_id", Whole, ForeignKey("indicator.id"))
    first: Mapped[date] = mapped_column("first_day", Day)
    last: Mapped[date] = mapped_column("last_day", Day)
    value: Mapped[Decimal | None] = mapped_column("measured", Percent)
    numerator: Mapped[Decimal | None] = mapped_column(Percent)
    denominator: Mapped[Decimal | None] = mapped_column(Percent)
    status: Mapped[FigureStatus] = mapped_column(OneOf(FigureStatus))
    note: Mapped[str] = mapped_column(Text)
    area: Mapped[AreaId | None] = mapped_column("area_id", Whole, ForeignKey("area.id"))
    as_at: Mapped[date | None] = mapped_column(Day)
    source: Mapped[str] = mapped_column("source_text", Text, server_default=text("''"))
    marks: Mapped[str] = mapped_column(Text, server_default=text("''"))
    batch: Mapped[FigureImportId | None] = mapped_column(
        "figure_import_id", Whole, ForeignKey("figure_import.id")
    )
    cell: Mapped[str] = mapped_column(Text, server_default=text("''"))


class PerformanceTableRecord(Edited, Base):
    __tablename__ = "performance_table"
    __table_args__ = (
        CheckConstraint("is_provisional = 0 OR is_provisional = 1", name="provisional_or_not"),
        CheckConstraint("is_comparable = 0 OR is_comparable = 1", name="comparable_or_not"),
        real_day("rank_as_at"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    batch: Mapped[FigureImportId | None] = mapped_column(
        "figure_import_id", Whole, ForeignKey("figure_import.id")
    )
    publisher: Mapped[str] = mapped_column(Text)
    area: Mapped[AreaId | None] = mapped_column("area_id", Whole, ForeignKey("area.id"))
    footnotes: Mapped[str] = mapped_column(Text)
    is_provisional: Mapped[bool] = mapped_column(YesNo)
    is_comparable: Mapped[bool] = mapped_column(YesNo)
    comparability: Mapped[str] = mapped_column(Text)
    family: Mapped[str] = mapped_column("family_group", Text)
    rank_as_at: Mapped[date | None] = mapped_column(Day)


class PerformanceFigureRecord(Edited, Base):
    __tablename__ = "performance_figure"
    __table_args__ = (
        one_of("sort", RowSort),
        real_day("first_day"),
        real_day("last_day"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("family_rank BETWEEN 1 AND rank_of", name="rank_in_family"),
        Index(None, "performance_table_id"),
        STRICT,
    )

    table: Mapped[PerformanceTableId] = mapped_column(
        "performance_table_id", Whole, ForeignKey("performance_table.id")
    )
    category: Mapped[str] = mapped_column(Text)
    area_name: Mapped[str] = mapped_column(Text)
    first: Mapped[date] = mapped_column("first_day", Day)
    last: Mapped[date] = mapped_column("last_day", Day)
    count: Mapped[Decimal | None] = mapped_column("counted", Percent)
    area: Mapped[AreaId | None] = mapped_column("area_id", Whole, ForeignKey("area.id"))
    sort: Mapped[RowSort] = mapped_column(OneOf(RowSort))
    hidden: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    rank: Mapped[int | None] = mapped_column("family_rank", Integer)
    rank_of: Mapped[int | None] = mapped_column(Integer)
    footnote: Mapped[str] = mapped_column(Text)
    row: Mapped[int] = mapped_column("row_number", Integer)
    column: Mapped[int] = mapped_column("column_number", Integer)


class PerformanceFindingRecord(Edited, Base):
    __tablename__ = "performance_finding"
    __table_args__ = (Index(None, "performance_table_id"), STRICT)

    table: Mapped[PerformanceTableId] = mapped_column(
        "performance_table_id", Whole, ForeignKey("performance_table.id")
    )
    row: Mapped[int] = mapped_column("row_number", Integer)
    column: Mapped[str] = mapped_column("column_name", Text)
    printed: Mapped[str] = mapped_column(Text)
    should_be: Mapped[str] = mapped_column(Text)
    # Before the column of that name takes the place of the function.
    history: Mapped[str] = mapped_column("history_text", Text, server_default=text("''"))
    text: Mapped[str] = mapped_column("finding_text", Text)
    accepted: Mapped[str] = mapped_column(Text)


class PublicationRecord(Edited, Base):
    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("threshold >= 0", name="threshold_not_negative"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    series: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Whole)
    threshold: Mapped[int] = mapped_column(Integer)
    primary: Mapped[int] = mapped_column("primary_cells", Integer)
    secondary: Mapped[int] = mapped_column("secondary_cells", Integer)
    finding: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(Text)


class ReferenceValueRecord(Edited, Base):
    __tablename__ = "reference_value"
    __table_args__ = (
        pence_range("amount_pence"),
        CheckConstraint("amount_pence >= 0", name="amount_not_negative"),
        CheckConstraint("is_withdrawn = 0 OR is_withdrawn = 1", name="withdrawn_or_not"),
        real_day("edition"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    prices: Mapped[str] = mapped_column("prices_of", Text)
    source: Mapped[str] = mapped_column("source_text", Text)
    caveat: Mapped[str] = mapped_column(Text)
    edition: Mapped[date | None] = mapped_column(Day)
    category: Mapped[str] = mapped_column(Text)
    is_withdrawn: Mapped[bool] = mapped_column(YesNo)


class SentenceRecord(Edited, Base):
    __tablename__ = "sentence"
    __table_args__ = (STRICT,)

    project: Mapped[ProjectId] = mapped_column("project_id", Whole, ForeignKey("project.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    wording: Mapped[str] = mapped_column(Text)
    output: Mapped[IndicatorId | None] = mapped_column("output_id", Whole, ForeignKey("indicator.id"))
    outcome: Mapped[IndicatorId | None] = mapped_column("outcome_id", Whole, ForeignKey("indicator.id"))


class SavedReturnRecord(Edited, Base):
    __tablename__ = "saved_return"
    __table_args__ = (
        one_of("state", ReturnState),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter_in_year"),
        pence_range("spent_pence"),
        STRICT,
    )

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    quarter: Mapped[int] = mapped_column(Integer)
    # A return has a version of its own, told apart from the row's.
    return_version: Mapped[int] = mapped_column(Integer)
    state: Mapped[ReturnState] = mapped_column(OneOf(ReturnState))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    cells: Mapped[int] = mapped_column(Integer)
    spent: Mapped[Money] = mapped_column("spent_pence", Pence)
    quarters: Mapped[QuarterSpend] = mapped_column(Quarters)
    template: Mapped[TemplateId | None] = mapped_column(
        "template_id", Whole, ForeignKey("return_template.id")
    )
    replaces: Mapped[ReturnId | None] = mapped_column("replaces_id", Whole, ForeignKey("saved_return.id"))
    checksum: Mapped[str] = mapped_column(Text, server_default=text("''"))
    sequence: Mapped[int] = mapped_column(Whole, server_default=text("0"))
    size: Mapped[int] = mapped_column(Whole, server_default=text("0"))
    sent_to: Mapped[str] = mapped_column(Text, server_default=text("''"))


class BatchRecord(Edited, Base):
    __tablename__ = "import_batch"
    __table_args__ = (one_of("state", BatchState), STRICT)

    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Whole)
    sheet: Mapped[str] = mapped_column(Text)
    encoding: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[str] = mapped_column(Text)
    rows_read: Mapped[int] = mapped_column(Integer)
    rows_kept: Mapped[int] = mapped_column(Integer)
    rows_skipped: Mapped[int] = mapped_column(Integer)
    total: Mapped[Money] = mapped_column("total_pence", Pence)
    stated_total: Mapped[Money | None] = mapped_column("stated_total_pence", Pence)
    control_total: Mapped[Money | None] = mapped_column("control_total_pence", Pence)
    new: Mapped[int] = mapped_column("new_lines", Integer)
    unchanged: Mapped[int] = mapped_column("unchanged_lines", Integer)
    reworded: Mapped[int] = mapped_column("reworded_lines", Integer)
    amount_changed: Mapped[int] = mapped_column("amount_changed_lines", Integer)
    vanished: Mapped[int] = mapped_column("vanished_lines", Integer)
    state: Mapped[BatchState] = mapped_column(OneOf(BatchState))
    layout: Mapped[str] = mapped_column(Text, server_default=text("''"))
    keyed_by: Mapped[str] = mapped_column(Text, server_default=text("''"))
    columns: Mapped[ColumnsRead] = mapped_column("columns_json", HeadedColumns, server_default=text("'[]'"))


class SkippedRowRecord(Base):
    __tablename__ = "skipped_row"
    __table_args__ = (STRICT,)

    batch: Mapped[int] = mapped_column("batch_id", Whole, ForeignKey("import_batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sheet: Mapped[str] = mapped_column(Text)
    row: Mapped[int] = mapped_column("row_number", Integer)
    reason: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column("row_text", Text)


class FindingRecord(Base):
    __tablename__ = "finding"
    __table_args__ = (one_of("severity", Severity), STRICT)

    batch: Mapped[int] = mapped_column("batch_id", Whole, ForeignKey("import_batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    severity: Mapped[Severity] = mapped_column(OneOf(Severity))
    kind: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column("sentence", Text)
    file: Mapped[str] = mapped_column(Text)
    sheet: Mapped[str] = mapped_column(Text)
    row: Mapped[int] = mapped_column("row_number", Integer)
    column: Mapped[str] = mapped_column("column_name", Text)


class ControlRecord(Base):
    __tablename__ = "batch_control"
    __table_args__ = (a_period(), pence_range("total_pence"), STRICT)

    batch: Mapped[int] = mapped_column("batch_id", Whole, ForeignKey("import_batch.id"), primary_key=True)
    cost_centre: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[FinancialYear] = mapped_column(Year, primary_key=True)
    period: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    lines: Mapped[int] = mapped_column(Integer)
    total: Mapped[Money] = mapped_column("total_pence", Pence)


class LedgerLineRecord(Base):
    __tablename__ = "ledger_line"
    __table_args__ = (
        CheckConstraint("live = 0 OR live = 1", name="live_or_not"),
        one_of("state", LineState),
        a_period(),
        pence_range("amount_pence"),
        real_day("posted_on"),
        Index(
            "uq_ledger_line_live_key",
            "key",
            unique=True,
            # On a server as well; to say so here would import that dialect with every start.
            sqlite_where=text("live = 1"),
        ),
        # Covers every total of the lines: opening a file never reads the lines themselves.
        Index(
            "ix_ledger_line_totals",
            "live",
            "year",
            "period",
            "state",
            "amount_pence",
            "charged_pence",
            "parts",
        ),
        Index("ix_ledger_line_batch", "first_batch_id"),
        Index("ix_ledger_line_supplier", "supplier"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    live: Mapped[int] = mapped_column(Integer)
    first_batch: Mapped[int] = mapped_column("first_batch_id", Whole, ForeignKey("import_batch.id"))
    key: Mapped[str] = mapped_column(Text)
    transaction: Mapped[str] = mapped_column("transaction_ref", Text)
    year: Mapped[FinancialYear] = mapped_column(Year)
    period: Mapped[int] = mapped_column(Integer)
    posted_on: Mapped[date | None] = mapped_column(Day)
    cost_centre: Mapped[str] = mapped_column(Text)
    account: Mapped[str] = mapped_column(Text)
    supplier: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    sheet: Mapped[str] = mapped_column(Text)
    row: Mapped[int] = mapped_column("row_number", Integer)
    # These three follow from the line's charges and are written with them, so that lists and totals need no join;
    # “Check my file” proves them.
    state: Mapped[LineState] = mapped_column(OneOf(LineState))
    charged: Mapped[Money] = mapped_column("charged_pence", Pence)
    parts: Mapped[int] = mapped_column(Integer)
    # Of the columns above these three and below “live”: see digests.
    digest: Mapped[int | None] = mapped_column(Whole)


class SightingRecord(Base):
    __tablename__ = "line_sighting"
    __table_args__ = (STRICT,)

    line: Mapped[int] = mapped_column("line_id", Whole, ForeignKey("ledger_line.id"), primary_key=True)
    batch: Mapped[int] = mapped_column("batch_id", Whole, ForeignKey("import_batch.id"), primary_key=True)
    sheet: Mapped[str] = mapped_column(Text)
    row: Mapped[int] = mapped_column("row_number", Integer)


class LineChangeRecord(Base):
    __tablename__ = "line_change"
    __table_args__ = (
        one_of("change", Change),
        CheckConstraint("taken = 0 OR taken = 1", name="taken_or_not"),
        CheckConstraint("reviewed = 0 OR reviewed = 1", name="reviewed_or_not"),
        STRICT,
    )

    batch: Mapped[int] = mapped_column("batch_id", Whole, ForeignKey("import_batch.id"), primary_key=True)
    line: Mapped[int] = mapped_column("line_id", Whole, ForeignKey("ledger_line.id"), primary_key=True)
    change: Mapped[Change] = mapped_column(OneOf(Change))
    taken: Mapped[int] = mapped_column(Integer)
    reviewed: Mapped[int] = mapped_column(Integer)
    #: The line and its charges on both sides, as JSON with whole pence.
    before: Mapped[str] = mapped_column("before_json", Text)
    after: Mapped[str | None] = mapped_column("after_json", Text)
    charges_before: Mapped[str] = mapped_column("charges_before_json", Text)
    charges_after: Mapped[str] = mapped_column("charges_after_json", Text)
    charges_left: Mapped[str | None] = mapped_column("charges_left_json", Text)


class ChargeRecord(Base):
    __tablename__ = "charge"
    __table_args__ = (
        CheckConstraint("live = 0 OR live = 1", name="live_or_not"),
        one_of("disposition", Disposition),
        one_of("kind", Kind),
        one_of("how", How),
        a_period(),
        pence_range("amount_pence"),
        CheckConstraint(
            "(disposition = 'project') = (project_id IS NOT NULL AND fund_id IS NOT NULL AND kind IS NOT NULL)",
            name="head_when_project",
        ),
        # Covers every sum of charges.
        Index(
            "ix_charge_totals",
            "live",
            "year",
            "disposition",
            "fund_id",
            "project_id",
            "kind",
            "period",
            "amount_pence",
        ),
        Index("ix_charge_run", "run_id"),
        STRICT,
    )

    line: Mapped[int] = mapped_column("line_id", Whole, ForeignKey("ledger_line.id"), primary_key=True)
    part: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    live: Mapped[int] = mapped_column(Integer)
    year: Mapped[FinancialYear] = mapped_column(Year)
    period: Mapped[int] = mapped_column(Integer)
    disposition: Mapped[Disposition] = mapped_column(OneOf(Disposition))
    # No foreign keys to project, fund, rule and run: a charge that does not count must hold none of them back, so
    # that a grant can be taken back after its import was. The ledger store refuses charges to what is not there.
    project: Mapped[ProjectId | None] = mapped_column("project_id", Whole)
    fund: Mapped[FundId | None] = mapped_column("fund_id", Whole)
    kind: Mapped[Kind | None] = mapped_column(OneOf(Kind))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    reason: Mapped[str] = mapped_column(Text)
    rule: Mapped[int | None] = mapped_column("rule_id", Whole)
    run: Mapped[int | None] = mapped_column("run_id", Whole)
    how: Mapped[How] = mapped_column(OneOf(How))
    by: Mapped[str] = mapped_column("made_by", Text)
    at: Mapped[datetime] = mapped_column("made_at", Moment)
    digest: Mapped[int | None] = mapped_column(Whole)


class LineTotalRecord(Base):
    """What live lines sum to, by period and state; follows from them and is written with them (ledger.totals)."""

    __tablename__ = "line_total"
    __table_args__ = (
        one_of("state", LineState),
        a_period(),
        {**STRICT, "sqlite_with_rowid": False},
    )

    year: Mapped[FinancialYear] = mapped_column(Year, primary_key=True, autoincrement=False)
    period: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    state: Mapped[LineState] = mapped_column(OneOf(LineState), primary_key=True)
    lines: Mapped[int] = mapped_column(Integer)
    #: Those with several charges.
    split: Mapped[int] = mapped_column(Integer)
    #: Those whose charges do not add up to them.
    unequal: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)


class ChargeTotalRecord(Base):
    """What live charges sum to, by period and where they go; follows from them and is written with them."""

    __tablename__ = "charge_total"
    __table_args__ = (
        one_of("disposition", Disposition),
        a_period(),
        CheckConstraint(
            "(disposition = 'project') = (project_id <> 0 AND fund_id <> 0 AND kind <> '')",
            name="head_when_project",
        ),
        {**STRICT, "sqlite_with_rowid": False},
    )

    # In the order in which a grant's position asks for them. What goes to no project has 0, 0 and "".
    year: Mapped[FinancialYear] = mapped_column(Year, primary_key=True, autoincrement=False)
    disposition: Mapped[Disposition] = mapped_column(OneOf(Disposition), primary_key=True)
    fund: Mapped[int] = mapped_column("fund_id", Whole, primary_key=True, autoincrement=False)
    project: Mapped[int] = mapped_column("project_id", Whole, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    period: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    charges: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)


class SuggestionRecord(Base):
    """Where a waiting line probably belongs, best first. Worked out of the rest of the file: it may be thrown away."""

    __tablename__ = "suggestion"
    __table_args__ = (
        one_of("disposition", Disposition),
        one_of("kind", Kind),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_in_range"),
        STRICT,
    )

    line: Mapped[int] = mapped_column("line_id", Whole, ForeignKey("ledger_line.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    disposition: Mapped[Disposition] = mapped_column(OneOf(Disposition))
    project: Mapped[ProjectId | None] = mapped_column("project_id", Whole)
    fund: Mapped[FundId | None] = mapped_column("fund_id", Whole)
    kind: Mapped[Kind | None] = mapped_column(OneOf(Kind))
    score: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[str] = mapped_column("reasons_json", Text)


class SuggestionDueRecord(Base):
    """A supplier whose suggestions have to be worked out again; * for everything."""

    __tablename__ = "suggestion_due"
    __table_args__ = (STRICT,)

    supplier: Mapped[str] = mapped_column(Text, primary_key=True)


class SuggestionBasisRecord(Base):
    """What the suggestions rest on besides lines and charges, when they were worked out."""

    __tablename__ = "suggestion_basis"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), STRICT)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    basis: Mapped[str] = mapped_column(Text)


class ReversalPairRecord(Base):
    """A line that reverses another; no original: none that is held fits. Worked out of the lines."""

    __tablename__ = "reversal_pair"
    __table_args__ = (
        CheckConstraint("twice = 0 OR twice = 1", name="twice_or_not"),
        Index("ix_reversal_pair_original", "original_id"),
        STRICT,
    )

    line: Mapped[int] = mapped_column("line_id", Whole, ForeignKey("ledger_line.id"), primary_key=True)
    original: Mapped[int | None] = mapped_column("original_id", Whole, ForeignKey("ledger_line.id"))
    twice: Mapped[int] = mapped_column(Integer)
    why: Mapped[str] = mapped_column(Text)


class JournalEntryRecord(Base):
    """The audit trail: append only, each row's hash takes in the one before (D13)."""

    __tablename__ = "journal"
    __table_args__ = (STRICT,)

    sequence: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    by: Mapped[str] = mapped_column("done_by", Text)
    machine: Mapped[str] = mapped_column(Text)
    command: Mapped[str] = mapped_column(Text)
    sentence: Mapped[str] = mapped_column(Text)
    detail_digest: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)


class JournalDetailRecord(Base):
    """What stood before and after; apart, so that it can be erased one day while the chain stays whole (D13)."""

    __tablename__ = "journal_detail"
    __table_args__ = (STRICT,)

    sequence: Mapped[int] = mapped_column(Whole, ForeignKey("journal.sequence"), primary_key=True)
    salt: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column("detail_json", Text)


class RowDigestRecord(Base):
    """The digest of each row that carries none itself (decision D12)."""

    __tablename__ = "row_digest"
    __table_args__ = ({**STRICT, "sqlite_with_rowid": False},)

    table: Mapped[str] = mapped_column("table_name", Text, primary_key=True)
    row: Mapped[int] = mapped_column("row_id", Whole, primary_key=True, autoincrement=False)
    digest: Mapped[int] = mapped_column(Whole)


class FileMarkRecord(Base):
    """Whether the file was closed since it was last written; one row."""

    __tablename__ = "file_mark"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("in_use = 0 OR in_use = 1", name="in_use_or_not"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    in_use: Mapped[int] = mapped_column(Integer)
