"""Ledger downloads: how they are laid out, what was read of each, what was left out or found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, Text, UniqueConstraint, text

from fundingapp.application.ports import BatchState
from fundingapp.domain.findings import Severity
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.bases import STRICT, Base, Edited, a_period, one_of, pence_range, refers_to
from fundingapp.persistence.columns import (
    ColumnsRead,
    HeadedColumns,
    Meanings,
    Moment,
    OneOf,
    Pence,
    Texts,
    Whole,
    Year,
)
from fundingapp.persistence.declaring import Mapped, mapped_column


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

    batch: Mapped[int] = refers_to("import_batch", "batch_id", primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sheet: Mapped[str] = mapped_column(Text)
    row: Mapped[int] = mapped_column("row_number", Integer)
    reason: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column("row_text", Text)


class FindingRecord(Base):
    __tablename__ = "finding"
    __table_args__ = (one_of("severity", Severity), STRICT)

    batch: Mapped[int] = refers_to("import_batch", "batch_id", primary_key=True)
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

    batch: Mapped[int] = refers_to("import_batch", "batch_id", primary_key=True)
    cost_centre: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[FinancialYear] = mapped_column(Year, primary_key=True)
    period: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    lines: Mapped[int] = mapped_column(Integer)
    total: Mapped[Money] = mapped_column("total_pence", Pence)
