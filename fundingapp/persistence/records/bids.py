"""What is asked for: bids with their costs, texts, decisions and offers, and money from elsewhere beside them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Integer, Text, UniqueConstraint, text

from fundingapp.domain.bids import BidState, CostCategory, Section
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import BidId, FundId, PartyId, ProjectId
from fundingapp.domain.match_funding import SourceType
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
from fundingapp.persistence.columns import Day, OneOf, Pence, Year, YesNo
from fundingapp.persistence.declaring import Mapped, mapped_column


class BidRecord(Edited, Base):
    __tablename__ = "bid"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("state", BidState),
        pence_range("amount_pence"),
        pence_range("awarded_pence"),
        real_day("decided_on"),
        real_day("submitted_on"),
        real_day("answer_due"),
        yes_or_no("outside_allocation", "outside_or_not"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind))
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    state: Mapped[BidState] = mapped_column(OneOf(BidState))
    decided_on: Mapped[date | None] = mapped_column(Day)
    decision: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text, server_default=text("''"))
    applicant: Mapped[PartyId | None] = refers_to("party", "applicant_id")
    outside_allocation: Mapped[bool] = mapped_column(YesNo, server_default=text("0"))
    submitted_on: Mapped[date | None] = mapped_column(Day)
    answer_due: Mapped[date | None] = mapped_column(Day)
    awarded: Mapped[Money | None] = mapped_column("awarded_pence", Pence)


class BidCostRecord(Edited, Base):
    __tablename__ = "bid_cost"
    __table_args__ = (
        one_of("category", CostCategory),
        a_quarter(),
        pence_range("amount_pence"),
        STRICT,
    )

    bid: Mapped[BidId] = refers_to("bid")
    category: Mapped[CostCategory] = mapped_column(OneOf(CostCategory))
    description: Mapped[str] = mapped_column(Text)
    quarter: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)


class BidTextRecord(Edited, Base):
    __tablename__ = "bid_text"
    __table_args__ = (one_of("section", Section), UniqueConstraint("bid_id", "section"), STRICT)

    bid: Mapped[BidId] = refers_to("bid")
    section: Mapped[Section] = mapped_column(OneOf(Section))
    text: Mapped[str] = mapped_column("section_text", Text)


class BoardDecisionRecord(Edited, Base):
    __tablename__ = "board_decision"
    __table_args__ = (
        yes_or_no("is_delegated", "delegated_or_not"),
        real_day("met_on"),
        STRICT,
    )

    bid: Mapped[BidId] = refers_to("bid")
    body: Mapped[str] = mapped_column(Text)
    met_on: Mapped[date] = mapped_column(Day)
    minute: Mapped[str] = mapped_column("minute_ref", Text)
    interests: Mapped[str] = mapped_column(Text)
    score: Mapped[str] = mapped_column(Text)
    is_delegated: Mapped[bool] = mapped_column(YesNo)
    note: Mapped[str] = mapped_column(Text)


class OfferRecord(Edited, Base):
    __tablename__ = "offer"
    __table_args__ = (
        pence_range("amount_pence"),
        real_day("dated"),
        real_day("accept_by"),
        real_day("starts_on"),
        real_day("ends_on"),
        real_day("accepted_on"),
        STRICT,
    )

    bid: Mapped[BidId] = refers_to("bid")
    reference: Mapped[str] = mapped_column(Text)
    dated: Mapped[date] = mapped_column(Day)
    amount: Mapped[Money] = mapped_column("amount_pence", Pence)
    accept_by: Mapped[date] = mapped_column(Day)
    starts_on: Mapped[date | None] = mapped_column(Day)
    ends_on: Mapped[date | None] = mapped_column(Day)
    accepted_on: Mapped[date | None] = mapped_column(Day)
    accepted_by: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)


class MatchFundingRecord(Edited, Base):
    __tablename__ = "match_funding"
    __table_args__ = (
        one_of("type", SourceType),
        pence_range("planned_pence"),
        pence_range("received_pence"),
        pence_range("spent_pence"),
        yes_or_no("is_in_kind", "in_kind_or_cash"),
        yes_or_no("is_secured", "secured_or_not"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    year: Mapped[FinancialYear] = mapped_column(Year)
    source: Mapped[str] = mapped_column(Text)
    planned: Mapped[Money] = mapped_column("planned_pence", Pence)
    party: Mapped[PartyId | None] = refers_to("party")
    type: Mapped[SourceType] = mapped_column(OneOf(SourceType))
    is_in_kind: Mapped[bool] = mapped_column(YesNo)
    is_secured: Mapped[bool] = mapped_column(YesNo)
    received: Mapped[Money] = mapped_column("received_pence", Pence)
    spent: Mapped[Money] = mapped_column("spent_pence", Pence)
    note: Mapped[str] = mapped_column(Text)
