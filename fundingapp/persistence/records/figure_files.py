"""Figures out of files: what was imported, printed tables and their findings, tables that were published."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Integer, Text, text

from fundingapp.domain.figure_imports import FigureLayout, FilePart
from fundingapp.domain.ids import AreaId, FigureImportId, PerformanceTableId
from fundingapp.domain.performance import RowSort
from fundingapp.persistence.bases import STRICT, Base, Edited, one_of, real_day, refers_to, yes_or_no
from fundingapp.persistence.columns import Day, Moment, OneOf, Percent, Whole, YesNo
from fundingapp.persistence.declaring import Mapped, mapped_column
from fundingapp.persistence.entries import Entries


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

    batch: Mapped[FigureImportId] = refers_to("figure_import")
    row: Mapped[int] = mapped_column("row_number", Integer)
    reason: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column("row_text", Text)


class PerformanceTableRecord(Edited, Base):
    __tablename__ = "performance_table"
    __table_args__ = (
        yes_or_no("is_provisional", "provisional_or_not"),
        yes_or_no("is_comparable", "comparable_or_not"),
        real_day("rank_as_at"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    batch: Mapped[FigureImportId | None] = refers_to("figure_import")
    publisher: Mapped[str] = mapped_column(Text)
    area: Mapped[AreaId | None] = refers_to("area")
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

    table: Mapped[PerformanceTableId] = refers_to("performance_table")
    category: Mapped[str] = mapped_column(Text)
    area_name: Mapped[str] = mapped_column(Text)
    first: Mapped[date] = mapped_column("first_day", Day)
    last: Mapped[date] = mapped_column("last_day", Day)
    count: Mapped[Decimal | None] = mapped_column("counted", Percent)
    area: Mapped[AreaId | None] = refers_to("area")
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

    table: Mapped[PerformanceTableId] = refers_to("performance_table")
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
