"""Returns: templates and what is put where, proofs, what is said in words, workbooks that went out and came back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Integer, Text, UniqueConstraint, text

from fundingapp.domain.assets import AssetState
from fundingapp.domain.ids import FundId, LineId, PartnerBookId, PartyId, ProjectId, ReturnId, TemplateId
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import NarrativeSection, ProjectStatus
from fundingapp.domain.partner_books import BookCell, BookKind, BookState, ProposalState
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.rag import Rag
from fundingapp.domain.return_proofs import Basis, KeptCheck, ProvedPart, ReturnCell
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.templates import MappedCell, MappedTable, TemplateState
from fundingapp.persistence.bases import (
    STRICT,
    Base,
    Edited,
    a_quarter,
    one_of,
    pence_range,
    real_day,
    refers_to,
)
from fundingapp.persistence.columns import Day, Moment, OneOf, Pence, Quarters, QuarterSpend, Whole, Year
from fundingapp.persistence.declaring import Mapped, mapped_column
from fundingapp.persistence.entries import Entries


def _scored(*columns: str) -> tuple[CheckConstraint, ...]:
    return tuple(
        CheckConstraint(f"{column} BETWEEN 1 AND 5", name=f"{column}_in_scale") for column in columns
    )


class SavedReturnRecord(Edited, Base):
    __tablename__ = "saved_return"
    __table_args__ = (
        one_of("state", ReturnState),
        a_quarter(),
        pence_range("spent_pence"),
        STRICT,
    )

    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    quarter: Mapped[int] = mapped_column(Integer)
    # A return has a version of its own, told apart from the row's.
    return_version: Mapped[int] = mapped_column(Integer)
    state: Mapped[ReturnState] = mapped_column(OneOf(ReturnState))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    cells: Mapped[int] = mapped_column(Integer)
    spent: Mapped[Money] = mapped_column("spent_pence", Pence)
    quarters: Mapped[QuarterSpend] = mapped_column(Quarters)
    template: Mapped[TemplateId | None] = refers_to("return_template", "template_id")
    replaces: Mapped[ReturnId | None] = refers_to("saved_return", "replaces_id")
    checksum: Mapped[str] = mapped_column(Text, server_default=text("''"))
    sequence: Mapped[int] = mapped_column(Whole, server_default=text("0"))
    size: Mapped[int] = mapped_column(Whole, server_default=text("0"))
    sent_to: Mapped[str] = mapped_column(Text, server_default=text("''"))


class ReturnTemplateRecord(Edited, Base):
    __tablename__ = "return_template"
    __table_args__ = (one_of("state", TemplateState), STRICT)

    name: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Whole)
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)
    fund: Mapped[FundId | None] = refers_to("fund")
    party: Mapped[PartyId | None] = refers_to("party")
    issue: Mapped[str] = mapped_column(Text)
    quarters: Mapped[tuple[int, ...]] = mapped_column("quarters_json", Entries(int))
    state: Mapped[TemplateState] = mapped_column(OneOf(TemplateState))
    replaces: Mapped[TemplateId | None] = refers_to("return_template", "replaces_id")
    note: Mapped[str] = mapped_column(Text)


class TemplateMappingRecord(Edited, Base):
    __tablename__ = "template_mapping"
    __table_args__ = (UniqueConstraint("template_id"), STRICT)

    template: Mapped[TemplateId] = refers_to("return_template", "template_id")
    cells: Mapped[tuple[MappedCell, ...]] = mapped_column("cells_json", Entries(MappedCell))
    tables: Mapped[tuple[MappedTable, ...]] = mapped_column("tables_json", Entries(MappedTable))
    to_review: Mapped[tuple[tuple[str, str], ...]] = mapped_column("to_review_json", Entries(tuple[str, str]))
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime | None] = mapped_column(Moment)


class ReturnProofRecord(Edited, Base):
    __tablename__ = "return_proof"
    __table_args__ = (UniqueConstraint("saved_return_id"), STRICT)

    saved: Mapped[ReturnId] = refers_to("saved_return")
    cells: Mapped[tuple[ReturnCell, ...]] = mapped_column("cells_json", Entries(ReturnCell))
    basis: Mapped[tuple[Basis, ...]] = mapped_column("basis_json", Entries(Basis))
    parts: Mapped[tuple[ProvedPart, ...]] = mapped_column("parts_json", Entries(ProvedPart))
    checks: Mapped[tuple[KeptCheck, ...]] = mapped_column("checks_json", Entries(KeptCheck))
    not_computed: Mapped[tuple[tuple[str, str], ...]] = mapped_column(
        "not_computed_json", Entries(tuple[str, str])
    )
    reader: Mapped[str] = mapped_column("read_by", Text)
    compared: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(Moment)


class AcceptedExceptionRecord(Edited, Base):
    __tablename__ = "accepted_exception"
    __table_args__ = (a_quarter(), UniqueConstraint("fund_id", "year", "quarter", "check_key"), STRICT)

    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    quarter: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column("check_key", Text)
    said: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column("accepted_by", Text)
    at: Mapped[datetime] = mapped_column("accepted_at", Moment)


class ReturnTextRecord(Edited, Base):
    __tablename__ = "return_text"
    __table_args__ = (
        one_of("section", NarrativeSection),
        a_quarter(),
        UniqueConstraint("fund_id", "year", "quarter", "section"),
        STRICT,
    )

    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    quarter: Mapped[int] = mapped_column(Integer)
    section: Mapped[NarrativeSection] = mapped_column(OneOf(NarrativeSection))
    text: Mapped[str] = mapped_column("wording", Text)
    by: Mapped[str] = mapped_column("written_by", Text)
    at: Mapped[datetime] = mapped_column("written_at", Moment)


class ProjectProgressRecord(Edited, Base):
    __tablename__ = "project_progress"
    __table_args__ = (
        one_of("status", ProjectStatus),
        one_of("spend_rag", Rag),
        one_of("delivery_rag", Rag),
        a_quarter(),
        UniqueConstraint("project_id", "year", "quarter"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    year: Mapped[FinancialYear] = mapped_column(Year)
    quarter: Mapped[int] = mapped_column(Integer)
    status: Mapped[ProjectStatus] = mapped_column(OneOf(ProjectStatus))
    spend_rag: Mapped[Rag | None] = mapped_column(OneOf(Rag))
    delivery_rag: Mapped[Rag | None] = mapped_column(OneOf(Rag))
    explanation: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column("judged_by", Text)
    at: Mapped[datetime | None] = mapped_column("judged_at", Moment)


class RiskRecord(Edited, Base):
    __tablename__ = "risk"
    __table_args__ = (
        *_scored("likelihood", "impact", "likelihood_after", "impact_after"),
        real_day("raised_on"),
        real_day("closed_on"),
        STRICT,
    )

    fund: Mapped[FundId] = refers_to("fund")
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    likelihood: Mapped[int] = mapped_column(Integer)
    impact: Mapped[int] = mapped_column(Integer)
    mitigation: Mapped[str] = mapped_column(Text)
    likelihood_after: Mapped[int | None] = mapped_column(Integer)
    impact_after: Mapped[int | None] = mapped_column(Integer)
    category: Mapped[str] = mapped_column(Text)
    consequence: Mapped[str] = mapped_column(Text)
    proximity: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column("owned_by", Text)
    project: Mapped[ProjectId | None] = refers_to("project")
    raised: Mapped[date | None] = mapped_column("raised_on", Day)
    closed: Mapped[date | None] = mapped_column("closed_on", Day)


class AssetRecord(Edited, Base):
    __tablename__ = "asset"
    __table_args__ = (
        one_of("state", AssetState),
        pence_range("cost_pence"),
        pence_range("share_pence"),
        pence_range("proceeds_pence"),
        real_day("bought_on"),
        real_day("disposed_on"),
        STRICT,
    )

    project: Mapped[ProjectId] = refers_to("project")
    fund: Mapped[FundId] = refers_to("fund")
    description: Mapped[str] = mapped_column(Text)
    cost: Mapped[Money] = mapped_column("cost_pence", Pence)
    share: Mapped[Money] = mapped_column("share_pence", Pence)
    bought_on: Mapped[date] = mapped_column(Day)
    custodian: Mapped[str] = mapped_column(Text)
    location: Mapped[str] = mapped_column(Text)
    life_years: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[AssetState] = mapped_column(OneOf(AssetState))
    disposed_on: Mapped[date | None] = mapped_column(Day)
    proceeds: Mapped[Money] = mapped_column("proceeds_pence", Pence)
    consent: Mapped[str] = mapped_column("consent_ref", Text)
    line: Mapped[LineId | None] = refers_to("ledger_line", "line_id")


class PartnerStatementRecord(Edited, Base):
    __tablename__ = "partner_statement"
    __table_args__ = (pence_range("passed_on_pence"), real_day("received_on"), real_day("signed_on"), STRICT)

    project: Mapped[ProjectId] = refers_to("project")
    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    partner: Mapped[str] = mapped_column(Text)
    passed_on: Mapped[Money] = mapped_column("passed_on_pence", Pence)
    received_on: Mapped[date | None] = mapped_column(Day)
    signed_by: Mapped[str] = mapped_column(Text)
    signed_on: Mapped[date | None] = mapped_column(Day)
    note: Mapped[str] = mapped_column(Text)


class PartnerBookRecord(Edited, Base):
    __tablename__ = "partner_book"
    __table_args__ = (
        one_of("kind", BookKind),
        one_of("state", BookState),
        a_quarter(),
        real_day("due_on"),
        UniqueConstraint("mark"),
        STRICT,
    )

    kind: Mapped[BookKind] = mapped_column(OneOf(BookKind))
    fund: Mapped[FundId] = refers_to("fund")
    year: Mapped[FinancialYear] = mapped_column(Year)
    quarter: Mapped[int] = mapped_column(Integer)
    mark: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    cells: Mapped[tuple[BookCell, ...]] = mapped_column("cells_json", Entries(BookCell))
    state: Mapped[BookState] = mapped_column(OneOf(BookState))
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    project: Mapped[ProjectId | None] = refers_to("project")
    saved: Mapped[ReturnId | None] = refers_to("saved_return")
    sent_to: Mapped[str] = mapped_column(Text)
    due: Mapped[date | None] = mapped_column("due_on", Day)
    back_sha256: Mapped[str] = mapped_column(Text)
    back_at: Mapped[datetime | None] = mapped_column(Moment)


class CellProposalRecord(Edited, Base):
    __tablename__ = "cell_proposal"
    __table_args__ = (one_of("state", ProposalState), Index(None, "partner_book_id"), STRICT)

    book: Mapped[PartnerBookId] = refers_to("partner_book")
    sheet: Mapped[str] = mapped_column(Text)
    cell: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    was: Mapped[str] = mapped_column(Text)
    proposed: Mapped[str] = mapped_column(Text)
    state: Mapped[ProposalState] = mapped_column(OneOf(ProposalState))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
