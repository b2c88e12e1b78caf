"""Everything that a handler may reach for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from fundingapp.application.latest import Latest
from fundingapp.application.ports.files import Papers, SourceStore, TableReader
from fundingapp.application.ports.returning import (
    FillTemplate,
    LooksAtLeaving,
    PartnerBookWriter,
    Receiving,
    ReturnLooks,
    ReturnWriter,
    TemplateReader,
    WorkingOut,
)
from fundingapp.application.ports.store import OpenWork
from fundingapp.application.ports.written import (
    CalendarDocument,
    EnquiryWriter,
    ExchangeBooks,
    FileWriter,
    SafeTableWriter,
    TableWriter,
)
from fundingapp.application.progress import Progress
from fundingapp.domain.bid_packs import BidPack
from fundingapp.domain.certificate_papers import CertificatePaper
from fundingapp.domain.difference import DifferenceReport, Tally
from fundingapp.domain.ids import IndicatorId
from fundingapp.domain.judging import Standing
from fundingapp.domain.layouts import Layout
from fundingapp.domain.mails import MailDraft
from fundingapp.domain.reconciliations import ReconciliationPaper
from fundingapp.domain.request_letters import RequestLetter
from fundingapp.domain.return_packs import ReturnPack
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.small_numbers import Prover


class Clock(Protocol):
    """The time now, in UTC."""

    def __call__(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything that a handler may reach for."""

    open_work: OpenWork
    sources: SourceStore
    reader: TableReader
    write_return: ReturnWriter
    write_table: TableWriter
    write_layout: FileWriter[Layout]
    write_enquiry: EnquiryWriter
    write_calendar: FileWriter[CalendarDocument]  # iCalendar (RFC 5545)
    write_pack: FileWriter[BidPack]  # .docx or .xlsx, by the suffix
    write_certificate: FileWriter[CertificatePaper]  # .docx
    write_letter: FileWriter[RequestLetter]  # .docx
    write_difference: FileWriter[DifferenceReport]  # .docx or .pdf, by the suffix
    write_reconciliation: FileWriter[ReconciliationPaper]  # .docx
    write_return_pack: FileWriter[ReturnPack]  # .pdf
    write_mail: FileWriter[MailDraft]  # .eml, for a mail program
    write_partner_book: PartnerBookWriter
    write_safe_table: SafeTableWriter
    prover: Prover
    exchange: ExchangeBooks
    papers: Papers
    work_out: WorkingOut
    read_template: TemplateReader
    fill_template: FillTemplate
    things_leaving: LooksAtLeaving
    receive: Receiving
    return_looks: ReturnLooks
    clock: Clock
    who: str = "somebody"
    progress: Progress = field(kw_only=True)
    #: The return that was drafted last out of this file; one for all questions of an open file.
    drafts: Latest[ReturnDocument] = field(default_factory=Latest, kw_only=True)
    #: How the indicators stood when it was asked last, counted and one by one; one for all questions of an open file.
    tallies: Latest[tuple[Tally, Mapping[IndicatorId, Standing]]] = field(
        default_factory=Latest, kw_only=True
    )

    @property
    def today(self) -> date:
        """The day that it is where the user is: deadlines are counted from it."""
        return self.clock().astimezone().date()
