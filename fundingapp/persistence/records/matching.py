"""How lines find their projects: rules, other names of suppliers, suggestions and what a person said to them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer, Text, UniqueConstraint

from fundingapp.domain.conditions import Condition
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.matching import Disposition, Target
from fundingapp.persistence.bases import STRICT, Base, Edited, one_of, refers_to, yes_or_no
from fundingapp.persistence.columns import Conditions, OneOf, TargetText, Whole, YesNo
from fundingapp.persistence.declaring import Mapped, mapped_column


class CodingRuleRecord(Edited, Base):
    __tablename__ = "coding_rule"
    __table_args__ = (yes_or_no("is_on", "on_or_off"), STRICT)

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


class SuggestionRecord(Base):
    """Where a waiting line probably belongs, best first. Worked out of the rest of the file: it may be thrown away."""

    __tablename__ = "suggestion"
    __table_args__ = (
        one_of("disposition", Disposition),
        one_of("kind", Kind),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_in_range"),
        STRICT,
    )

    line: Mapped[int] = refers_to("ledger_line", "line_id", primary_key=True)
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
