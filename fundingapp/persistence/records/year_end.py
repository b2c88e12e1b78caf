"""What ends a period or a year: accruals and adjustments, locks, reconciliations, carry-forwards, settlements."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Integer, Text, UniqueConstraint, text

from fundingapp.domain.adjustments import AdjustmentType
from fundingapp.domain.carry_forwards import CarryForwardState
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import (
    AccrualId,
    CarryForwardId,
    FundId,
    LineId,
    PaymentId,
    ProjectId,
    ReconciliationId,
    RepaymentId,
)
from fundingapp.domain.locks import LockedFor
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reconciliations import ReconciliationState
from fundingapp.domain.settlements import SettlementState
from fundingapp.domain.signing import Figures
from fundingapp.persistence.bases import (
    STRICT,
    Base,
    Edited,
    a_period,
    one_of,
    pence_range,
    real_day,
    refers_to,
)
from fundingapp.persistence.columns import Day, Moment, NamedAmounts, OneOf, Pence, Year
from fundingapp.persistence.declaring import Mapped, mapped_column


class AccrualRecord(Edited, Base):
    __tablename__ = "accrual"
    __table_args__ = (
        one_of("kind", Kind),
        a_period(),
        a_period("reverses_period"),
        pence_range("amount_pence"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    fund: Mapped[FundId] = refers_to("fund")
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
    project: Mapped[ProjectId] = refers_to("project")
    fund: Mapped[FundId] = refers_to("fund")
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    year: Mapped[FinancialYear] = mapped_column(Year)
    period: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    reason: Mapped[str] = mapped_column(Text)
    line: Mapped[LineId | None] = refers_to("ledger_line", "line_id")
    accrual: Mapped[AccrualId | None] = refers_to("accrual")
    reverses_year: Mapped[FinancialYear | None] = mapped_column(Year)
    reverses_period: Mapped[int | None] = mapped_column(Integer)


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

    reconciliation: Mapped[ReconciliationId] = refers_to("reconciliation")
    text: Mapped[str] = mapped_column("item_text", Text)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    line: Mapped[LineId | None] = refers_to("ledger_line", "line_id")


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

    fund: Mapped[FundId] = refers_to("fund")
    from_year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    project: Mapped[ProjectId | None] = refers_to("project")
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

    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    project: Mapped[ProjectId | None] = refers_to("project")
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    state: Mapped[SettlementState] = mapped_column(OneOf(SettlementState))
    reason: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date | None] = mapped_column(Day)
    carry_forward: Mapped[CarryForwardId | None] = refers_to("carry_forward")
    invoice: Mapped[str] = mapped_column(Text)
    invoiced_on: Mapped[date | None] = mapped_column(Day)
    repayment: Mapped[RepaymentId | None] = refers_to("repayment")
    payment: Mapped[PaymentId | None] = refers_to("payment")


class YearCloseRecord(Edited, Base):
    __tablename__ = "year_close"
    __table_args__ = (UniqueConstraint("fund_id", "year"), STRICT)

    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    reason: Mapped[str] = mapped_column(Text)
    closed_by: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[datetime] = mapped_column(Moment)
