"""What was signed and is watched since; the moves that were made."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Integer, Text

from fundingapp.domain.ids import FundId, ReconciliationId, ReturnId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.signing import CertificateState, Certified, Figures
from fundingapp.domain.states import Subject
from fundingapp.domain.watching import Asserted, Difference, Watched
from fundingapp.persistence.bases import STRICT, Base, Edited, a_period, one_of, real_day, refers_to
from fundingapp.persistence.columns import Day, Differences, Moment, NamedAmounts, OneOf, Whole, Year
from fundingapp.persistence.declaring import Mapped, mapped_column


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
    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    to_period: Mapped[int] = mapped_column(Integer)
    statement: Mapped[str] = mapped_column(Text)
    figures: Mapped[Figures] = mapped_column("figures_json", NamedAmounts)
    checksum: Mapped[str] = mapped_column(Text)
    journal_head: Mapped[str] = mapped_column(Text)
    prepared_by: Mapped[str] = mapped_column(Text)
    prepared_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[CertificateState] = mapped_column(OneOf(CertificateState))
    saved: Mapped[ReturnId | None] = refers_to("saved_return")
    reconciliation: Mapped[ReconciliationId | None] = refers_to("reconciliation")
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

    fund: Mapped[FundId | None] = refers_to("fund")
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
