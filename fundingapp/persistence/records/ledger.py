"""Ledger lines, where they are charged, and what follows from both. May hold a million rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Integer, Text, text

from fundingapp.application.ports import Change
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.matching import Disposition, How, LineState
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.bases import (
    STRICT,
    Base,
    a_period,
    one_of,
    pence_range,
    real_day,
    refers_to,
    yes_or_no,
)
from fundingapp.persistence.columns import Day, Moment, OneOf, Pence, Whole, Year
from fundingapp.persistence.declaring import Mapped, mapped_column


class LedgerLineRecord(Base):
    __tablename__ = "ledger_line"
    __table_args__ = (
        yes_or_no("live", "live_or_not"),
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
    first_batch: Mapped[int] = refers_to("import_batch", "first_batch_id")
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

    line: Mapped[int] = refers_to("ledger_line", "line_id", primary_key=True)
    batch: Mapped[int] = refers_to("import_batch", "batch_id", primary_key=True)
    sheet: Mapped[str] = mapped_column(Text)
    row: Mapped[int] = mapped_column("row_number", Integer)


class LineChangeRecord(Base):
    __tablename__ = "line_change"
    __table_args__ = (
        one_of("change", Change),
        yes_or_no("taken", "taken_or_not"),
        yes_or_no("reviewed", "reviewed_or_not"),
        STRICT,
    )

    batch: Mapped[int] = refers_to("import_batch", "batch_id", primary_key=True)
    line: Mapped[int] = refers_to("ledger_line", "line_id", primary_key=True)
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
        yes_or_no("live", "live_or_not"),
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

    line: Mapped[int] = refers_to("ledger_line", "line_id", primary_key=True)
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


class ReversalPairRecord(Base):
    """A line that reverses another; no original: none that is held fits. Worked out of the lines."""

    __tablename__ = "reversal_pair"
    __table_args__ = (
        yes_or_no("twice", "twice_or_not"),
        Index("ix_reversal_pair_original", "original_id"),
        STRICT,
    )

    line: Mapped[int] = refers_to("ledger_line", "line_id", primary_key=True)
    original: Mapped[int | None] = refers_to("ledger_line", "original_id")
    twice: Mapped[int] = mapped_column(Integer)
    why: Mapped[str] = mapped_column(Text)
