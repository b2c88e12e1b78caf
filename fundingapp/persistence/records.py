"""The tables, as typed declarations. Attribute names are the field names of the values they keep."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, MetaData, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from fundingapp.application.ports import BatchState, Change
from fundingapp.domain.adjustments import AdjustmentType
from fundingapp.domain.allocations import AllocationStatus, Resource
from fundingapp.domain.bids import BidState
from fundingapp.domain.conditions import Condition
from fundingapp.domain.findings import Severity
from fundingapp.domain.funds import Kind, PartyKind, PaymentBasis
from fundingapp.domain.ids import (
    AccrualId,
    AdjustmentId,
    EvidenceId,
    FundId,
    LineId,
    PartyId,
    ProjectId,
)
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.matching import Disposition, How, LineState, Target
from fundingapp.domain.money import LARGEST_PENCE, Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.returns import ReturnState
from fundingapp.persistence.columns import (
    ColumnsRead,
    Conditions,
    Day,
    HeadedColumns,
    Meanings,
    Moment,
    OneOf,
    Pence,
    Percent,
    Quarters,
    QuarterSpend,
    TargetText,
    Texts,
    Whole,
    Year,
    YesNo,
)

#: Every constraint has a name: Alembic needs them to change a table on SQLite.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
STRICT = {"sqlite_strict": True}


def pence_range(column: str) -> CheckConstraint:
    """Amounts stay in a range whose sums fit 64 bits."""
    return CheckConstraint(
        f"{column} BETWEEN -{LARGEST_PENCE} AND {LARGEST_PENCE}", name=f"{column}_in_range"
    )


def real_day(column: str) -> Any:
    """Only days that exist: '+0 days' makes SQLite turn 31 April into 1 May, so that it differs (D6)."""
    return CheckConstraint(f"{column} IS date({column}, '+0 days')", name=f"{column}_is_a_day").ddl_if(
        dialect="sqlite"
    )


def one_of(column: str, choices: Any) -> CheckConstraint:
    """Only the words of an enum."""
    # Not with IN: SQLite makes a table of its list for every single row that is inserted.
    words = " OR ".join(f"{column} = '{choice.value}'" for choice in choices)
    return CheckConstraint(words, name=f"{column}_known")


def a_period(column: str = "period") -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN 1 AND 13", name=f"{column}_in_year")


class Base(DeclarativeBase):
    """All tables of a funding file."""

    metadata = MetaData(naming_convention=NAMES)


class Edited:
    """What every editable row has: an identity of our own giving, and a version against lost updates (D7)."""

    @declared_attr
    def id(cls) -> Mapped[int]:  # noqa: N805 - declared_attr is a class method
        return mapped_column(Whole, primary_key=True, autoincrement=False)

    @declared_attr
    def version(cls) -> Mapped[int]:  # noqa: N805 - as above
        return mapped_column(Integer, nullable=False, default=1)


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
        real_day("valid_from"),
        real_day("valid_to"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[PartyKind] = mapped_column(OneOf(PartyKind))
    valid_from: Mapped[date | None] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)


class FundRecord(Edited, Base):
    __tablename__ = "fund"
    __table_args__ = (UniqueConstraint("name"), one_of("payment_basis", PaymentBasis), STRICT)

    name: Mapped[str] = mapped_column(Text)
    funder: Mapped[PartyId] = mapped_column("funder_id", Whole, ForeignKey("party.id"))
    ring_fence: Mapped[str] = mapped_column(Text)
    payment_basis: Mapped[PaymentBasis] = mapped_column(OneOf(PaymentBasis))
    tolerance_percent: Mapped[Decimal] = mapped_column(Percent)


class ProjectRecord(Edited, Base):
    __tablename__ = "project"
    __table_args__ = (UniqueConstraint("ref"), real_day("starts_on"), real_day("ends_on"), STRICT)

    ref: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    theme: Mapped[str] = mapped_column(Text)
    lead: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date | None] = mapped_column(Day)
    ends_on: Mapped[date | None] = mapped_column(Day)


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


class BidRecord(Edited, Base):
    __tablename__ = "bid"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("state", BidState),
        pence_range("amount_pence"),
        real_day("decided_on"),
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


class ContingencyRecord(Edited, Base):
    __tablename__ = "contingency"
    __table_args__ = (one_of("kind", Kind), pence_range("amount_pence"), STRICT)

    fund: Mapped[FundId] = mapped_column("fund_id", Whole, ForeignKey("fund.id"))
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    ref: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)


class BudgetMovementRecord(Edited, Base):
    __tablename__ = "budget_movement"
    __table_args__ = (
        one_of("kind", Kind),
        pence_range("amount_pence"),
        CheckConstraint("amount_pence > 0", name="amount_above_nought"),
        CheckConstraint(
            "source_id IS NOT NULL AND target_id IS NULL OR target_id IS NOT NULL AND source_id IS NULL "
            "OR source_id <> target_id",
            name="two_lines",
        ),
        real_day("dated"),
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


class SupportRecord(Edited, Base):
    __tablename__ = "support"
    __table_args__ = (
        CheckConstraint("(adjustment_id IS NULL) <> (accrual_id IS NULL)", name="supports_one"),
        STRICT,
    )

    evidence: Mapped[EvidenceId] = mapped_column("evidence_id", Whole, ForeignKey("evidence.id"))
    adjustment: Mapped[AdjustmentId | None] = mapped_column(
        "adjustment_id", Whole, ForeignKey("adjustment.id")
    )
    accrual: Mapped[AccrualId | None] = mapped_column("accrual_id", Whole, ForeignKey("accrual.id"))


class PeriodLockRecord(Edited, Base):
    __tablename__ = "period_lock"
    __table_args__ = (UniqueConstraint("year"), a_period("to_period"), STRICT)

    year: Mapped[FinancialYear] = mapped_column(Year)
    to_period: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    locked_by: Mapped[str] = mapped_column(Text)
    locked_at: Mapped[datetime] = mapped_column(Moment)


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
            sqlite_where=text("live = 1"),
            postgresql_where=text("live = 1"),
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
