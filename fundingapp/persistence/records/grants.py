"""Money that comes in and where it is to go: funds with their agreements and conditions, projects, allocations, awards
and what is moved between them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Integer, Text, UniqueConstraint, text

from fundingapp.domain.agreements import Terms
from fundingapp.domain.allocations import AllocationStatus, Authority, ChangeState, ContingencyEntry, Resource
from fundingapp.domain.funds import Kind, Purpose
from fundingapp.domain.grant_conditions import ConditionKind, ConditionState, Gauge
from fundingapp.domain.ids import AgreementId, BidId, FundId, PartyId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.schedules import DeadlineKind
from fundingapp.domain.settlements import PublishedPart
from fundingapp.persistence.bases import (
    STRICT,
    Base,
    Edited,
    a_period,
    one_of,
    pence_range,
    real_day,
    refers_to,
    yes_or_no,
)
from fundingapp.persistence.columns import AgreedTerms, Day, OneOf, Pence, Percent, Year, YesNo
from fundingapp.persistence.declaring import Mapped, mapped_column


class FundRecord(Edited, Base):
    __tablename__ = "fund"
    __table_args__ = (
        UniqueConstraint("name"),
        yes_or_no("divides_labour", "divides_or_not"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    funder: Mapped[PartyId] = refers_to("party", "funder_id")
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
    partner: Mapped[PartyId | None] = refers_to("party", "partner_id")
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

    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    resource: Mapped[Resource] = mapped_column(OneOf(Resource))
    status: Mapped[AllocationStatus] = mapped_column(OneOf(AllocationStatus))
    notified_on: Mapped[date | None] = mapped_column(Day)
    letter: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
    basis: Mapped[str] = mapped_column(Text, server_default=text("''"))


class AwardRecord(Edited, Base):
    __tablename__ = "award"
    __table_args__ = (
        one_of("kind", Kind),
        pence_range("amount_pence"),
        real_day("dated"),
        Index(None, "fund_id", "year"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    dated: Mapped[date | None] = mapped_column(Day)
    bid: Mapped[BidId | None] = refers_to("bid")
    intervention_percent: Mapped[Decimal | None] = mapped_column(Percent)


class ContingencyRecord(Edited, Base):
    __tablename__ = "contingency"
    __table_args__ = (
        one_of("kind", Kind),
        pence_range("amount_pence"),
        one_of("entry", ContingencyEntry),
        STRICT,
    )

    fund: Mapped[FundId] = refers_to("fund")
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

    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    source: Mapped[ProjectId | None] = refers_to("project", "source_id")
    target: Mapped[ProjectId | None] = refers_to("project", "target_id")
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    dated: Mapped[date] = mapped_column(Day)
    reason: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    state: Mapped[ChangeState] = mapped_column(OneOf(ChangeState), server_default=text("'applied'"))
    decided_by: Mapped[Authority] = mapped_column(OneOf(Authority), server_default=text("'own authority'"))
    to_kind: Mapped[Kind | None] = mapped_column(OneOf(Kind))


class AgreementRecord(Edited, Base):
    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("from_year <= to_year", name="years_in_order"),
        real_day("signed_on"),
        STRICT,
    )

    fund: Mapped[FundId] = refers_to("fund")
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

    agreement: Mapped[AgreementId] = refers_to("agreement")
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

    fund: Mapped[FundId] = refers_to("fund")
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
        yes_or_no("before_release", "before_release_or_not"),
        yes_or_no("at_most", "at_most_or_least"),
        CheckConstraint(
            "(gauge IS NULL) = (limit_pence IS NULL AND limit_percent IS NULL)", name="limit_when_measured"
        ),
        real_day("due"),
        STRICT,
    )

    fund: Mapped[FundId] = refers_to("fund")
    clause: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column("condition_text", Text)
    kind: Mapped[ConditionKind] = mapped_column(OneOf(ConditionKind))
    year: Mapped[FinancialYear | None] = mapped_column(Year)
    project: Mapped[ProjectId | None] = refers_to("project")
    bid: Mapped[BidId | None] = refers_to("bid")
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

    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[DeadlineKind] = mapped_column(OneOf(DeadlineKind))
    title: Mapped[str] = mapped_column(Text)
    due: Mapped[date] = mapped_column(Day)
    from_period: Mapped[int | None] = mapped_column(Integer)
    to_period: Mapped[int | None] = mapped_column(Integer)
    amount: Mapped[Money | None] = mapped_column("amount_pence", Pence)
    contents: Mapped[str] = mapped_column(Text)
    done_on: Mapped[date | None] = mapped_column(Day)


class PublishedAllocationRecord(Edited, Base):
    __tablename__ = "published_allocation"
    __table_args__ = (
        one_of("part", PublishedPart),
        pence_range("amount_pence"),
        yes_or_no("is_ours", "ours_or_not"),
        STRICT,
    )

    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    part: Mapped[PublishedPart] = mapped_column(OneOf(PublishedPart))
    body: Mapped[str] = mapped_column(Text)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    is_ours: Mapped[bool] = mapped_column(YesNo)
    source: Mapped[str] = mapped_column("source_text", Text)
