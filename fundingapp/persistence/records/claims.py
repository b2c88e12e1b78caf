"""What is claimed and what was paid."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Integer, Text, UniqueConstraint

from fundingapp.domain.claims import ClaimState
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.ids import ClaimId, FundId, LineId, PaymentId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
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
from fundingapp.persistence.columns import Day, OneOf, Pence, Year, YesNo
from fundingapp.persistence.declaring import Mapped, mapped_column


class ClaimRecord(Edited, Base):
    __tablename__ = "claim"
    __table_args__ = (
        one_of("basis", PaymentBasis),
        one_of("state", ClaimState),
        a_period("from_period"),
        a_period("to_period"),
        CheckConstraint("from_period <= to_period", name="periods_in_order"),
        yes_or_no("is_final", "final_or_not"),
        UniqueConstraint("fund_id", "year", "number"),
        real_day("submitted_on"),
        real_day("approved_on"),
        STRICT,
    )

    fund: Mapped[FundId] = refers_to("fund")
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

    claim: Mapped[ClaimId] = refers_to("claim")
    project: Mapped[ProjectId] = refers_to("project")
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

    claim: Mapped[ClaimId] = refers_to("claim")
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

    fund: Mapped[FundId] = refers_to("fund")
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

    payment: Mapped[PaymentId] = refers_to("payment")
    claim: Mapped[ClaimId] = refers_to("claim")
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)


class PaymentLineRecord(Edited, Base):
    __tablename__ = "payment_line"
    __table_args__ = (
        pence_range("amount_pence"),
        CheckConstraint("amount_pence <> 0", name="amount_not_nought"),
        STRICT,
    )

    payment: Mapped[PaymentId] = refers_to("payment")
    line: Mapped[LineId] = refers_to("ledger_line", "line_id")
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)


class RepaymentRecord(Edited, Base):
    __tablename__ = "repayment"
    __table_args__ = (
        pence_range("amount_pence"),
        CheckConstraint("amount_pence > 0", name="amount_above_nought"),
        real_day("dated"),
        STRICT,
    )

    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    dated: Mapped[date] = mapped_column(Day)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    invoice: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    claim: Mapped[ClaimId | None] = refers_to("claim")
