"""What the money made of: outcomes, milestones, indicators with their figures, and what they are worth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Integer, Text, UniqueConstraint, text

from fundingapp.domain.areas import AreaKind
from fundingapp.domain.ids import (
    AreaId,
    FigureImportId,
    FundId,
    IndicatorId,
    OutcomeId,
    PriorityId,
    ProjectId,
    ThemeId,
)
from fundingapp.domain.indicators import Counted, Due, FigureStatus, GoodDirection, Measure, ResultLevel
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.bases import (
    STRICT,
    Base,
    Edited,
    a_quarter,
    one_of,
    pence_range,
    real_day,
    refers_to,
    yes_or_no,
)
from fundingapp.persistence.columns import Day, OneOf, Pence, Percent, Percents, Year, YesNo
from fundingapp.persistence.declaring import Mapped, mapped_column


class OutcomeRecord(Edited, Base):
    __tablename__ = "outcome"
    __table_args__ = (
        CheckConstraint("from_year <= to_year", name="years_in_order"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    project: Mapped[ProjectId | None] = refers_to("project")
    theme: Mapped[ThemeId | None] = refers_to("theme")
    priority: Mapped[PriorityId | None] = refers_to("priority")
    description: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    from_year: Mapped[FinancialYear | None] = mapped_column(Year)
    to_year: Mapped[FinancialYear | None] = mapped_column(Year)


class OutcomeStatementRecord(Edited, Base):
    __tablename__ = "outcome_statement"
    __table_args__ = (
        a_quarter(),
        UniqueConstraint("outcome_id", "year", "quarter"),
        STRICT,
    )

    outcome: Mapped[OutcomeId] = refers_to("outcome")
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
        yes_or_no("is_cancelled", "cancelled_or_not"),
        real_day("due"),
        real_day("expected"),
        real_day("done_on"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    name: Mapped[str] = mapped_column(Text)
    due: Mapped[date] = mapped_column(Day)
    outcome: Mapped[OutcomeId | None] = refers_to("outcome")
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

    fund: Mapped[FundId | None] = refers_to("fund")
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
        yes_or_no("is_comparable", "comparable_or_not"),
        yes_or_no("is_sensitive", "sensitive_or_not"),
        yes_or_no("is_closed", "closed_or_not"),
        real_day("baseline_first"),
        real_day("baseline_last"),
        STRICT,
    )

    name: Mapped[str] = mapped_column(Text)
    project: Mapped[ProjectId | None] = refers_to("project")
    unit: Mapped[str] = mapped_column(Text)
    direction: Mapped[GoodDirection] = mapped_column(OneOf(GoodDirection))
    measure: Mapped[Measure] = mapped_column(OneOf(Measure))
    baseline: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column("source_text", Text)
    owner: Mapped[str] = mapped_column("owned_by", Text)
    outcome: Mapped[OutcomeId | None] = refers_to("outcome")
    level: Mapped[ResultLevel] = mapped_column(OneOf(ResultLevel), server_default=text("'output'"))
    counted: Mapped[Counted] = mapped_column(OneOf(Counted), server_default=text("'number'"))
    area: Mapped[AreaId | None] = refers_to("area")
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

    indicator: Mapped[IndicatorId] = refers_to("indicator")
    year: Mapped[FinancialYear] = mapped_column(Year)
    baseline: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)


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

    indicator: Mapped[IndicatorId] = refers_to("indicator")
    first: Mapped[date] = mapped_column("first_day", Day)
    last: Mapped[date] = mapped_column("last_day", Day)
    value: Mapped[Decimal | None] = mapped_column("measured", Percent)
    numerator: Mapped[Decimal | None] = mapped_column(Percent)
    denominator: Mapped[Decimal | None] = mapped_column(Percent)
    status: Mapped[FigureStatus] = mapped_column(OneOf(FigureStatus))
    note: Mapped[str] = mapped_column(Text)
    area: Mapped[AreaId | None] = refers_to("area")
    as_at: Mapped[date | None] = mapped_column(Day)
    source: Mapped[str] = mapped_column("source_text", Text, server_default=text("''"))
    marks: Mapped[str] = mapped_column(Text, server_default=text("''"))
    batch: Mapped[FigureImportId | None] = refers_to("figure_import")
    cell: Mapped[str] = mapped_column(Text, server_default=text("''"))


class ReferenceValueRecord(Edited, Base):
    __tablename__ = "reference_value"
    __table_args__ = (
        pence_range("amount_pence"),
        CheckConstraint("amount_pence >= 0", name="amount_not_negative"),
        yes_or_no("is_withdrawn", "withdrawn_or_not"),
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

    project: Mapped[ProjectId] = refers_to("project")
    year: Mapped[FinancialYear] = mapped_column(Year)
    wording: Mapped[str] = mapped_column(Text)
    output: Mapped[IndicatorId | None] = refers_to("indicator", "output_id")
    outcome: Mapped[IndicatorId | None] = refers_to("indicator", "outcome_id")
