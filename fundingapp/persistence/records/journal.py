"""The audit trail, and what proves that nothing was altered past it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text

from fundingapp.persistence.bases import STRICT, Base, yes_or_no
from fundingapp.persistence.columns import Moment, Whole
from fundingapp.persistence.declaring import Mapped, mapped_column


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
        yes_or_no("in_use", "in_use_or_not"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    in_use: Mapped[int] = mapped_column(Integer)
