"""What is planned: themes and priorities with their shares, posts, profiles and forecasts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Integer, Text, UniqueConstraint

from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import AreaId, FundId, PostId, PriorityId, ProjectId, ThemeId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.priorities import Split
from fundingapp.domain.profiles import Shape
from fundingapp.persistence.bases import (
    STRICT,
    Base,
    Edited,
    a_period,
    exactly_one,
    one_of,
    pence_range,
    refers_to,
    yes_or_no,
)
from fundingapp.persistence.columns import Amounts, Moment, OneOf, Pence, Percent, Year, YesNo
from fundingapp.persistence.declaring import Mapped, mapped_column


class ThemeRecord(Edited, Base):
    __tablename__ = "theme"
    __table_args__ = (STRICT,)

    code: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    plan: Mapped[str] = mapped_column(Text)
    from_year: Mapped[FinancialYear | None] = mapped_column(Year)
    to_year: Mapped[FinancialYear | None] = mapped_column(Year)


class PriorityRecord(Edited, Base):
    __tablename__ = "priority"
    __table_args__ = (
        yes_or_no("is_cross_cutting", "cross_cutting_or_not"),
        STRICT,
    )

    code: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    theme: Mapped[ThemeId | None] = refers_to("theme")
    from_year: Mapped[FinancialYear | None] = mapped_column(Year)
    to_year: Mapped[FinancialYear | None] = mapped_column(Year)
    owner_group: Mapped[str] = mapped_column(Text)
    is_cross_cutting: Mapped[bool] = mapped_column(YesNo)
    commissioner_priority: Mapped[str] = mapped_column(Text)
    succeeded_by: Mapped[PriorityId | None] = refers_to("priority", "succeeded_by_id")


class ShareRecord(Edited, Base):
    __tablename__ = "share"
    __table_args__ = (
        one_of("split", Split),
        CheckConstraint(exactly_one("theme_id", "priority_id", "area_id"), name="shares_one"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    year: Mapped[FinancialYear] = mapped_column(Year)
    split: Mapped[Split] = mapped_column(OneOf(Split))
    percent: Mapped[Decimal] = mapped_column(Percent)
    theme: Mapped[ThemeId | None] = refers_to("theme")
    priority: Mapped[PriorityId | None] = refers_to("priority")
    area: Mapped[AreaId | None] = refers_to("area")


class PostRecord(Edited, Base):
    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("months BETWEEN 1 AND 12", name="months_in_year"),
        pence_range("cost_pence"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    year: Mapped[FinancialYear] = mapped_column(Year)
    title: Mapped[str] = mapped_column(Text)
    fte: Mapped[Decimal] = mapped_column(Percent)
    months: Mapped[int] = mapped_column(Integer)
    cost: Mapped[Money] = mapped_column("cost_pence", Pence)


class PostShareRecord(Edited, Base):
    __tablename__ = "post_share"
    __table_args__ = (STRICT,)

    post: Mapped[PostId] = refers_to("post")
    percent: Mapped[Decimal] = mapped_column(Percent)
    fund: Mapped[FundId | None] = refers_to("fund")
    source: Mapped[str] = mapped_column(Text)


class ProfileRecord(Edited, Base):
    __tablename__ = "profile"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("shape", Shape),
        UniqueConstraint("project_id", "fund_id", "kind", "year"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    fund: Mapped[FundId] = refers_to("fund")
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    year: Mapped[FinancialYear] = mapped_column(Year)
    shape: Mapped[Shape] = mapped_column(OneOf(Shape))
    months: Mapped[tuple[Money, ...]] = mapped_column("months_json", Amounts)


class ForecastRecord(Edited, Base):
    __tablename__ = "forecast"
    __table_args__ = (
        one_of("kind", Kind),
        a_period(),
        pence_range("amount_pence"),
        UniqueConstraint("project_id", "fund_id", "kind", "year", "period"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    fund: Mapped[FundId] = refers_to("fund")
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    year: Mapped[FinancialYear] = mapped_column(Year)
    period: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)


class ForecastKeptRecord(Edited, Base):
    __tablename__ = "forecast_kept"
    __table_args__ = (
        one_of("kind", Kind),
        CheckConstraint("cut_off BETWEEN 0 AND 13", name="cut_off_in_year"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    fund: Mapped[FundId] = refers_to("fund")
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    year: Mapped[FinancialYear] = mapped_column(Year)
    cut_off: Mapped[int] = mapped_column(Integer)
    months: Mapped[tuple[Money, ...]] = mapped_column("months_json", Amounts)
    taken_at: Mapped[datetime] = mapped_column(Moment)
    taken_by: Mapped[str] = mapped_column(Text)
    occasion: Mapped[str] = mapped_column(Text)


class VarianceReasonRecord(Edited, Base):
    __tablename__ = "variance_reason"
    __table_args__ = (
        one_of("kind", Kind),
        a_period(),
        UniqueConstraint("project_id", "fund_id", "kind", "year", "period"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    fund: Mapped[FundId] = refers_to("fund")
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    year: Mapped[FinancialYear] = mapped_column(Year)
    period: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    given_by: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(Moment)
