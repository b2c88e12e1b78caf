"""The only module that knows every room: it builds the parts and hands them over.

Nothing heavy is imported before it is needed: the window paints first, SQL and spreadsheets come after.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fundingapp import paths

if TYPE_CHECKING:
    from fundingapp.application.offices import OpenFile
    from fundingapp.application.ports import (
        BookLook,
        CalendarDocument,
        EnquiryWriter,
        ExchangeBooks,
        ExchangeSheet,
        FileWriter,
        FillTemplate,
        LookedInto,
        LooksAtLeaving,
        OpenWork,
        Papers,
        PartnerBookWriter,
        Receiving,
        ReturnLooks,
        ReturnWriter,
        SafeTable,
        SafeTableWriter,
        TableDocument,
        TableReader,
        TableWriter,
        TemplateReader,
        Tools,
        WorkingOut,
        WrittenReturn,
    )
    from fundingapp.application.progress import Progress
    from fundingapp.application.queries.downloads import Download, ReadDownload
    from fundingapp.application.queries.figure_previews import ReadFigureFile
    from fundingapp.application.queries.publications import (
        AttackTable,
        LookAtTable,
        TableAttacked,
        TableLooked,
    )
    from fundingapp.application.queries.sheets import SheetsRead
    from fundingapp.application.safety import Inside, Restored
    from fundingapp.documents.pdf_paper import PdfPaper
    from fundingapp.domain.backups import Backup
    from fundingapp.domain.bid_packs import BidPack
    from fundingapp.domain.certificate_papers import CertificatePaper
    from fundingapp.domain.difference import DifferenceReport
    from fundingapp.domain.enquiries import Enquiry
    from fundingapp.domain.errors import ExpectedError
    from fundingapp.domain.exchange.reading import RawSheet
    from fundingapp.domain.figure_files.contents import FigureFile
    from fundingapp.domain.filling import CellToFill, Filled, FillWishes
    from fundingapp.domain.findings import Finding
    from fundingapp.domain.layouts import Layout
    from fundingapp.domain.leaving import LeavingThing
    from fundingapp.domain.ledger import RawRow, RawTable, SheetRows
    from fundingapp.domain.mails import MailDraft
    from fundingapp.domain.partner_answers import PartnerBookDocument
    from fundingapp.domain.partner_books import BookCell
    from fundingapp.domain.received import Received
    from fundingapp.domain.reconciliations import ReconciliationPaper
    from fundingapp.domain.request_letters import RequestLetter
    from fundingapp.domain.return_packs import ReturnPack
    from fundingapp.domain.returns import ReturnDocument
    from fundingapp.domain.sheet_looks import WorkbookLook
    from fundingapp.domain.small_numbers import Cut, Problem, Prover, Search
    from fundingapp.domain.worked_out import Place, Put, WorkedOut
    from fundingapp.persistence.backups import Backups
    from fundingapp.persistence.database import Database
    from fundingapp.persistence.guarding import FileGuard
    from fundingapp.persistence.opening import OpenedPath


#: A log of more bytes is put aside, and a new one begun; one old log is kept.
_LARGE_LOG = 1_000_000


def now() -> datetime:
    """The clock: the time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


class _Tables:
    """Hands reading to workbooks, which are imported with the first file."""

    def ledger(
        self,
        path: Path,
        name: str,
        sheet: str | None,
        progress: Progress,
        layouts: Sequence[Layout] = (),
        encoding: str = "",
    ) -> list[RawTable]:
        from fundingapp.workbooks.ledger_reader import read_ledger

        return read_ledger(path, sheet, progress.report, name, layouts, encoding)

    def encodings(self, path: Path) -> list[tuple[str, str]]:
        from fundingapp.workbooks.ledger_reader import encodings_of

        return encodings_of(path)

    def open_elsewhere(self, path: Path) -> Finding | None:
        from fundingapp.workbooks.sources import open_elsewhere

        return open_elsewhere(path)

    def plain(self, path: Path) -> tuple[list[str], list[RawRow]]:
        from fundingapp.workbooks.tables import read_plain_table

        return read_plain_table(path)

    def sheets(
        self, path: Path, name: str, progress: Progress
    ) -> tuple[tuple[SheetRows, ...], tuple[Finding, ...]]:
        from fundingapp.workbooks.tables import read_sheets

        return read_sheets(path, name, progress.report)

    def files_in(self, path: Path, name: str, progress: Progress) -> tuple[str, ...]:
        from fundingapp.workbooks.several_files import files_in

        return files_in(path, name, progress.report)

    def write_file(self, path: Path, name: str, inner: str, out: Path, progress: Progress) -> tuple[str, int]:
        from fundingapp.workbooks.several_files import write_file

        return write_file(path, name, inner, out, progress.report)

    def layout(self, path: Path) -> Layout:
        from fundingapp.workbooks.layout_files import read_layout_file

        return read_layout_file(path)


def _write_return(document: ReturnDocument, out: Path) -> WrittenReturn:
    from fundingapp.workbooks.return_writer import write_return

    return write_return(document, out)


def _write_table(document: TableDocument, out: Path, progress: Progress) -> int:
    from fundingapp.workbooks.table_writer import write_table

    return write_table(document, out, progress)


def _write_layout(layout: Layout, out: Path) -> None:
    from fundingapp.workbooks.layout_files import write_layout_file

    write_layout_file(layout, out)


def _write_enquiry(enquiry: Enquiry, out: Path) -> int:
    from fundingapp.workbooks.enquiry_writer import write_enquiry

    return write_enquiry(enquiry, out)


def _write_partner_book(document: PartnerBookDocument, out: Path) -> tuple[BookCell, ...]:
    from fundingapp.workbooks.partner_book_writer import write_partner_book

    return write_partner_book(document, out)


def _write_calendar(document: CalendarDocument, out: Path) -> None:
    from fundingapp.workbooks.calendar_files import write_calendar

    write_calendar(document, out)


def _write_pack(pack: BidPack, out: Path) -> None:
    from fundingapp.domain.errors import ExpectedError

    match out.suffix.casefold():
        case ".docx":
            from fundingapp.documents.bid_pack import bid_pack, prove
            from fundingapp.workbooks.swap import put_in_place

            paper = bid_pack(pack)
            put_in_place(out, paper.contents(), lambda beside: prove(paper, beside, out.name))
        case ".xlsx":
            from fundingapp.workbooks.bid_pack_book import write_bid_book

            write_bid_book(pack, out)
        case _:
            raise ExpectedError(
                "pack_kind",
                f"“{out.name}” says neither document nor workbook.",
                "Give it a name that ends in .docx or .xlsx.",
            )


def _write_certificate(paper: CertificatePaper, out: Path) -> None:
    from fundingapp.documents.certificate import certificate
    from fundingapp.documents.paper import refuse_other_texts
    from fundingapp.domain.errors import ExpectedError
    from fundingapp.workbooks.swap import put_in_place

    if out.suffix.casefold() != ".docx":
        raise ExpectedError(
            "certificate_kind", f"“{out.name}” is no document.", "Give it a name that ends in .docx."
        )
    made = certificate(paper)
    put_in_place(out, made.contents(), lambda beside: refuse_other_texts(made.said, beside, out.name))


def _write_reconciliation(paper: ReconciliationPaper, out: Path) -> None:
    from fundingapp.domain.errors import ExpectedError

    if out.suffix.casefold() != ".docx":
        raise ExpectedError(
            "paper_kind", f"“{out.name}” is no document.", "Give it a name that ends in .docx."
        )
    from fundingapp.documents.bid_pack import prove
    from fundingapp.documents.reconciliation import reconciliation_paper
    from fundingapp.workbooks.swap import put_in_place

    made = reconciliation_paper(paper)
    put_in_place(out, made.contents(), lambda beside: prove(made, beside, out.name))


class _Exchange:
    """Hands the exchange workbook to workbooks, which are imported when it is first asked for."""

    def read(self, path: Path, name: str, progress: Progress) -> tuple[list[RawSheet], list[Finding]]:
        from fundingapp.workbooks.exchange_book import read_exchange_book

        return read_exchange_book(path, name, progress)

    def ledger_file(self, path: Path) -> Path | None:
        from fundingapp.workbooks.exchange_book import ledger_file

        return ledger_file(path)

    def write(self, sheets: Sequence[ExchangeSheet], out: Path, progress: Progress) -> int:
        from fundingapp.workbooks.exchange_book import write_exchange_book

        return write_exchange_book(sheets, out, progress)

    def blank(self, sheets: Sequence[ExchangeSheet], out: Path) -> None:
        from fundingapp.workbooks.exchange_book import write_blank

        write_blank(sheets, out)


class _Papers:
    """Hands looking into papers to the room that each is of: tables to one, all else to the other."""

    def media_type(self, path: Path) -> str:
        from fundingapp.documents.looking import media_type

        return media_type(path)

    def texts(self, path: Path, name: str, media_type: str) -> LookedInto:
        from fundingapp.documents.containers import is_container, texts_within

        if is_container(name, media_type):
            return texts_within(path, name, media_type, self._texts_inside)
        return self._texts(path, name, media_type)

    def _texts_inside(self, path: Path, name: str) -> LookedInto:
        return self._texts(path, name, self.media_type(path))

    def _texts(self, path: Path, name: str, media_type: str) -> LookedInto:
        from fundingapp.documents.looking import texts_beside_cells, texts_of
        from fundingapp.workbooks.looking import is_table, texts_of_table

        if is_table(name, media_type):
            looked = texts_of_table(path, name)
            return replace(looked, cells=(*looked.cells, *texts_beside_cells(path, name, media_type)))
        return texts_of(path, name, media_type)

    def hidden(self, path: Path, media_type: str) -> tuple[str, ...]:
        from fundingapp.documents.cleaning import hidden

        return hidden(path, media_type)

    def cleaned(self, path: Path, media_type: str, out: Path) -> tuple[str, ...]:
        from fundingapp.documents.cleaning import cleaned

        return cleaned(path, media_type, out)


def _write_letter(letter: RequestLetter, out: Path) -> None:
    from fundingapp.documents.letter import prove, request_letter
    from fundingapp.domain.errors import ExpectedError
    from fundingapp.workbooks.swap import put_in_place

    if out.suffix.casefold() != ".docx":
        raise ExpectedError(
            "letter_kind", f"“{out.name}” is no document.", "Give it a name that ends in .docx."
        )
    paper = request_letter(letter)
    put_in_place(out, paper.contents(), lambda beside: prove(paper, beside, out.name))


def _write_difference(report: DifferenceReport, out: Path) -> None:
    from fundingapp.documents.difference import write_story
    from fundingapp.domain.errors import ExpectedError
    from fundingapp.workbooks.swap import put_in_place

    about = f"{report.partnership}: {report.title}"
    match out.suffix.casefold():
        case ".docx":
            from fundingapp.documents.paper import Paper, refuse_other_texts

            paper = Paper(report.title, about, report.dated, report.title)
            write_story(paper, report)
            put_in_place(
                out, paper.contents(), lambda beside: refuse_other_texts(paper.said, beside, out.name)
            )
        case ".pdf":
            from fundingapp.documents.pdf import prove

            made = _difference_pdf(report)
            contents = made.contents()
            put_in_place(out, contents, lambda beside: prove(contents, beside, out.name))
        case _:
            raise ExpectedError(
                "paper_kind",
                f"“{out.name}” says neither document nor PDF.",
                "Give it a name that ends in .docx or .pdf.",
            )


def _difference_pdf(report: DifferenceReport) -> PdfPaper:
    from fundingapp.documents.difference import write_story
    from fundingapp.documents.pdf_paper import PdfPaper

    about = f"{report.partnership}: {report.title}"
    made = PdfPaper(
        report.title, about, f"{report.partnership} · {report.title}", paths.resources() / "fonts"
    )
    write_story(made, report)
    return made


def _looked_difference(
    open_work: OpenWork, write: FileWriter[DifferenceReport]
) -> FileWriter[DifferenceReport]:
    """*write*, with a document looked through for personal data as it is finished, and a PDF before it is made: its
    words are known by then, and its lines are cut anywhere."""
    looked = _looked_at(open_work, write)

    def written(report: DifferenceReport, out: Path) -> None:
        if out.suffix.casefold() != ".pdf":
            looked(report, out)
            return
        from fundingapp.application.releasing import look_before
        from fundingapp.domain.personal_data import SeenCell

        said = _difference_pdf(report).said
        cells = [SeenCell(out.name, "", number, 0, text) for number, text in enumerate(said, 1) if text]
        look_before(open_work, f"“{out.name}”", cells)
        write(report, out)

    return written


def _write_return_pack(pack: ReturnPack, out: Path) -> None:
    from fundingapp.domain.errors import ExpectedError

    if out.suffix.casefold() != ".pdf":
        raise ExpectedError("pack_kind", f"“{out.name}” is no PDF.", "Give it a name that ends in .pdf.")
    from fundingapp.documents.return_pack import prove, return_pack
    from fundingapp.workbooks.swap import put_in_place

    contents = return_pack(pack, paths.resources() / "fonts")
    put_in_place(out, contents, lambda beside: prove(contents, beside, out.name))


def _write_mail(draft: MailDraft, out: Path) -> None:
    from fundingapp.domain.errors import ExpectedError

    if out.suffix.casefold() != ".eml":
        raise ExpectedError("mail_kind", f"“{out.name}” is no letter.", "Give it a name that ends in .eml.")
    from fundingapp.documents.mail import mail, prove
    from fundingapp.workbooks.swap import put_in_place

    put_in_place(out, mail(draft), lambda beside: prove(draft, beside, out.name))


def _write_safe_table(table: SafeTable, out: Path, prove: Callable[[Path], None]) -> None:
    from fundingapp.workbooks.safe_table_writer import write_safe_table

    write_safe_table(table, out, prove)


class _Templates:
    """Hands reading templates to workbooks; the looks of the last few are kept, since a file of one hash never
    changes."""

    _MOST = 4

    def __init__(self) -> None:
        self._kept: dict[str, WorkbookLook] = {}

    def __call__(
        self, path: Path, name: str, sha256: str, report: Callable[[int, int, str], None]
    ) -> WorkbookLook:
        look = self._kept.pop(sha256, None)
        if look is None:
            from fundingapp.workbooks.template_reader import read_template

            look = read_template(path, name, report)
        while len(self._kept) >= self._MOST:
            self._kept.pop(next(iter(self._kept)))
        if look.sha256 == sha256:
            self._kept[sha256] = look
        return replace(look, file_name=name)


def _return_look(document: ReturnDocument) -> BookLook:
    from fundingapp.workbooks.return_looks import return_look

    return return_look(document)


def _work_out(template: Path, puts: Mapping[Place, Put], today: date) -> WorkedOut:
    from fundingapp.workbooks.working_out import work_out

    return work_out(template, puts, today)


def _fill_template(
    template: Path, cells: Sequence[CellToFill], out: Path, progress: Progress, wishes: FillWishes
) -> Filled:
    from fundingapp.workbooks.template_filler import fill_template

    return fill_template(template, cells, out, progress.report, wishes)


def _things_leaving(path: Path, template: Path | None, progress: Progress) -> tuple[LeavingThing, ...]:
    from fundingapp.workbooks.sanitiser import things_leaving

    return things_leaving(path, template, progress.report)


def _looked_fill(open_work: OpenWork, fill: FillTemplate) -> FillTemplate:
    """*fill*, with the texts that go into the template looked through for personal data before: what stood there came
    from its maker."""

    def filled(
        template: Path, cells: Sequence[CellToFill], out: Path, progress: Progress, wishes: FillWishes
    ) -> Filled:
        from fundingapp.application.releasing import look_before
        from fundingapp.domain.addresses import split_address
        from fundingapp.domain.personal_data import SeenCell

        seen = []
        for each in cells:
            if isinstance(each.value, str):
                row, column = split_address(each.cell)
                seen.append(SeenCell(out.name, each.sheet, row, column + 1, each.value))
        look_before(open_work, f"“{out.name}”", seen)
        return fill(template, cells, out, progress, wishes)

    return filled


def _receive(path: Path, puts: Mapping[Place, Put], today: date) -> Received:
    from fundingapp.workbooks.receiving import receive

    return receive(path, puts, today)


class _Prover:
    """Hands searching to the solver, which is imported with the first search."""

    def open(self, problem: Problem) -> Search:
        from fundingapp.solver.prover import HighsProver

        return HighsProver().open(problem)

    def cheapest(
        self, costs: Mapping[int, int], cuts: Sequence[Cut], within: int
    ) -> tuple[frozenset[int], bool] | None:
        from fundingapp.solver.prover import HighsProver

        return HighsProver().cheapest(costs, cuts, within)


def _looked_at(open_work: OpenWork, write: Callable[..., Any]) -> Callable[..., Any]:
    """*write*, with each file that it finishes looked through for personal data before it takes its place."""

    def written(*given: Any) -> Any:
        from fundingapp.application.releasing import look_before
        from fundingapp.documents.looking import media_type, texts_of
        from fundingapp.workbooks.looking import is_table, texts_of_our_table
        from fundingapp.workbooks.swap import looked_at

        def look(beside: Path, name: str) -> None:
            kind = media_type(beside)
            table = is_table(name, kind)
            look_before(
                open_work,
                f"“{name}”",
                texts_of_our_table(beside, name) if table else texts_of(beside, name, kind).cells,
            )

        with looked_at(look):
            return write(*given)

    return written


def _looked_calendar(
    open_work: OpenWork, write: FileWriter[CalendarDocument]
) -> FileWriter[CalendarDocument]:
    """*write*, with the words of the events looked through for personal data before: the lines of such a file are cut
    anywhere."""

    def written(document: CalendarDocument, out: Path) -> None:
        from fundingapp.application.releasing import look_before
        from fundingapp.domain.personal_data import SeenCell

        cells = [
            SeenCell(out.name, "", number, 0, text)
            for number, event in enumerate(document.events, 1)
            for text in (event.title, *event.description.splitlines())
        ]
        look_before(open_work, f"“{out.name}”", cells)
        write(document, out)

    return written


@dataclass(frozen=True, slots=True)
class _LookedTables:
    """Lists of many rows, which are looked through for personal data as they are written."""

    open_work: OpenWork
    write: TableWriter

    def __call__(self, document: TableDocument, out: Path, progress: Progress) -> int:
        from fundingapp.application.ports import ValueKind
        from fundingapp.application.releasing import LookThrough

        look = LookThrough(self.open_work, out.name)
        headings = [column.heading for column in document.columns]
        texts = [at for at, column in enumerate(document.columns) if column.kind is ValueKind.TEXT]

        def rows() -> Iterator[Sequence[Any]]:
            yield from look.rows(document.sheet, headings, texts, document.rows)
            look.decide()  # before the writer ends: what it made never takes its place then

        return self.write(replace(document, rows=rows()), out, progress)


@dataclass(frozen=True, slots=True)
class _LookedExchange:
    """*books*, whose sheets are looked through for personal data before they are written."""

    open_work: OpenWork
    books: ExchangeBooks

    def write(self, sheets: Sequence[ExchangeSheet], out: Path, progress: Progress) -> int:
        from fundingapp.application.releasing import LookThrough
        from fundingapp.domain.exchange.columns import Holds

        look = LookThrough(self.open_work, out.name)
        for sheet in sheets:
            headings = [column.heading for column in sheet.columns]
            texts = [at for at, column in enumerate(sheet.columns) if column.holds is Holds.TEXT]
            for _ in look.rows(sheet.name, headings, texts, sheet.rows):
                pass
        look.decide()
        return self.books.write(sheets, out, progress)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.books, name)


@dataclass(slots=True)
class Assembly:
    """Satisfies :class:`~fundingapp.application.offices.Offices` with the real parts.

    *profile*, *who* and *machine* stand for the user's own folder of the program, the name the system knows the user
    by, and this PC's; *working_copy* works on a copy wherever a file lies; *beat_every* is how often a session says
    that it is still there, in seconds.
    """

    reader: TableReader = field(default_factory=_Tables)
    writer: ReturnWriter = _write_return
    table_writer: TableWriter = _write_table
    layout_writer: FileWriter[Layout] = _write_layout
    enquiry_writer: EnquiryWriter = _write_enquiry
    calendar_writer: FileWriter[CalendarDocument] = _write_calendar
    pack_writer: FileWriter[BidPack] = _write_pack
    certificate_writer: FileWriter[CertificatePaper] = _write_certificate
    letter_writer: FileWriter[RequestLetter] = _write_letter
    difference_writer: FileWriter[DifferenceReport] = _write_difference
    reconciliation_writer: FileWriter[ReconciliationPaper] = _write_reconciliation
    return_pack_writer: FileWriter[ReturnPack] = _write_return_pack
    mail_writer: FileWriter[MailDraft] = _write_mail
    partner_book_writer: PartnerBookWriter = _write_partner_book
    safe_table_writer: SafeTableWriter = _write_safe_table
    prover: Prover = field(default_factory=_Prover)
    exchange_books: ExchangeBooks = field(default_factory=_Exchange)
    papers: Papers = field(default_factory=_Papers)
    work_out: WorkingOut = _work_out
    template_reader: TemplateReader = field(default_factory=_Templates)
    fill_template: FillTemplate = _fill_template
    things_leaving: LooksAtLeaving = _things_leaving
    receive: Receiving = _receive
    return_looks: ReturnLooks = _return_look
    profile: Path | None = None
    who: str = ""
    machine: str = ""
    working_copy: bool = False
    beat_every: float | None = None

    def open(
        self,
        target: str,
        *,
        writing: bool = True,
        take_over: bool = False,
        accept_older: bool = False,
        working_copy: bool = False,
    ) -> OpenFile:
        from fundingapp.domain.errors import ExpectedError
        from fundingapp.persistence.database import open_server, who_am_i
        from fundingapp.persistence.opening import OpenedPath, Wish, open_path

        who = self.who or who_am_i()
        if target.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            database = open_server(target, now, who, paths.user_data() / "server-files")
            opened = OpenedPath(database, database.opened.notice, closing=[database.close])
            return self._opened(opened, target.rsplit("/", 1)[-1], who)
        wish = Wish(
            self.profile or paths.user_data(),
            writing,
            take_over,
            accept_older,
            self.working_copy or working_copy,
            self.machine,
            self.beat_every,
        )
        try:
            opened = open_path(Path(target), now, who, wish)
        except ExpectedError as error:
            raise self._with_backups(error, target) from error
        try:
            if opened.taken_from is not None:
                self._guard(opened.database, who).before_take_over(opened.taken_from.said)
            made = self._opened(opened, Path(target).name, who)
            _tell_the_history(made, opened)
        except BaseException:
            opened.close()
            raise
        return made

    def _opened(self, opened: OpenedPath, name: str, who: str) -> OpenFile:
        from fundingapp.application.desk import Desk
        from fundingapp.application.offices import OpenFile, OpenWork
        from fundingapp.application.queries.checks import CheckFigures
        from fundingapp.domain.errors import ExpectedError

        database = opened.database
        guard = self._guard(database, who) if database.address is not None else None
        desk = Desk(self._tools(database, who), guard)

        def check(progress: Progress | None = None) -> list[str]:
            found = database.problems(progress)
            try:
                return found + [OpenWork(said) for said in desk.ask(CheckFigures(), progress)]
            except ExpectedError as error:
                # A damaged file may not let its figures be worked out at all; that is a finding, not a refusal.
                return [*found, str(error)]

        if gc.get_threshold()[0] > 100_000:
            _leave_out_what_stays()
        warnings = tuple(opened.notes)
        # A damaged history keeps nobody from the file, nor from its check.
        with contextlib.suppress(ExpectedError):
            warnings += tuple(database.warnings())
        return OpenFile(
            desk,
            str(database.address or database.place),
            name,
            who,
            opened.notice,
            check,
            opened.close,
            warnings,
            opened.sharing,
            opened.held_by,
            guard,
            opened.reading,
        )

    def _tools(self, database: Database, who: str) -> Tools:
        from fundingapp.application.ports import Tools
        from fundingapp.application.progress import SilentProgress

        looked = partial(_looked_at, database.open_work)
        return Tools(
            open_work=database.open_work,
            sources=database.sources,
            reader=self.reader,
            write_return=looked(self.writer),
            write_table=_LookedTables(database.open_work, self.table_writer),
            write_layout=looked(self.layout_writer),
            write_enquiry=looked(self.enquiry_writer),
            write_calendar=_looked_calendar(database.open_work, self.calendar_writer),
            write_safe_table=looked(self.safe_table_writer),
            prover=self.prover,
            write_pack=looked(self.pack_writer),
            write_certificate=looked(self.certificate_writer),
            write_letter=looked(self.letter_writer),
            write_difference=_looked_difference(database.open_work, self.difference_writer),
            write_reconciliation=looked(self.reconciliation_writer),
            # What they say is looked through before they are made: neither is a document that can be read here.
            write_return_pack=self.return_pack_writer,
            write_mail=self.mail_writer,
            write_partner_book=looked(self.partner_book_writer),
            exchange=_LookedExchange(database.open_work, self.exchange_books),
            papers=self.papers,
            work_out=self.work_out,
            read_template=self.template_reader,
            fill_template=_looked_fill(database.open_work, self.fill_template),
            things_leaving=self.things_leaving,
            receive=self.receive,
            return_looks=self.return_looks,
            clock=now,
            who=who,
            progress=SilentProgress(),
        )

    def _guard(self, database: Database, who: str) -> FileGuard:
        from fundingapp.persistence.guarding import FileGuard

        backups = self._backups(Path(str(database.address)), Path(database.place))
        return FileGuard(database, backups, now, who)

    def _backups(self, address: Path, copy: Path | None = None) -> Backups:
        """The backups of the file at *address*; *copy* is what is worked on when that is another."""
        from fundingapp.persistence.backups import Backups, folder_of

        elsewhere = (self.profile or paths.user_data()) / "backups"
        return Backups(copy or address, folder_of(address), elsewhere)

    def _with_backups(self, error: ExpectedError, target: str) -> ExpectedError:
        """The refusal to open a damaged file, with the backups there are of it (F03, F04)."""
        from fundingapp.domain.backups import NeedsBackupError

        if error.code not in ("file_empty", "file_damaged", "not_ours", "no_file"):
            return error
        good = self._backups(Path(target).resolve()).newest_good()
        return NeedsBackupError(error, good) if good else error

    def backups(self, target: str) -> list[Backup]:
        return self._backups(_file_of(target)).all()

    def look_inside(self, target: str, id: str, progress: Progress) -> Inside:
        from fundingapp.application.desk import Desk
        from fundingapp.application.queries.insides import WhatIsInside
        from fundingapp.persistence.database import open_file, who_am_i
        from fundingapp.persistence.restoring import later_entries, taken_out

        path = _file_of(target)
        backups = self._backups(path)
        backup = backups.get(id)
        who = self.who or who_am_i()
        lost, same_history = later_entries(path, backup)
        with taken_out(backups, backup) as copy:
            database = open_file(copy, now, who, read_only=True)
            try:
                desk = Desk(self._tools(database, who))
                asked = WhatIsInside(backup, None if lost is None else tuple(lost), same_history)
                return desk.ask(asked, progress)
            finally:
                database.close()

    def restore(self, target: str, id: str, progress: Progress) -> Restored:
        from fundingapp.domain.errors import ExpectedError
        from fundingapp.persistence.database import who_am_i
        from fundingapp.persistence.restoring import restore
        from fundingapp.persistence.session import SessionLock, this_session
        from fundingapp.persistence.working_copy import put_back

        path = _file_of(target)
        backups = self._backups(path)
        who = self.who or who_am_i()
        lock = SessionLock(path, this_session(who, now(), self.machine))
        other = lock.take()
        if other is not None:
            raise ExpectedError(
                "file_busy",
                f"“{path.name}” is open by {other.said}, so no backup can take its place.",
                "Close it there first; nothing was changed.",
            )
        try:
            restored = restore(path, backups, backups.get(id), now, who, progress)
            put_back(self.profile or paths.user_data(), path, now())
        finally:
            lock.release()
        return restored

    def create(self, path: Path) -> None:
        from fundingapp.persistence.database import create_file

        create_file(path)

    def read(self, question: ReadDownload, progress: Progress) -> Download:
        from fundingapp.application.queries.downloads import read_download
        from fundingapp.persistence.sources import FileSources

        sources = FileSources(question.path.parent)  # only its private copy is made; nothing is kept
        download = read_download(question, sources, self.reader, progress)
        sources.discard(download.copy)
        return download

    def sheets(self, path: Path, sheet: str | None, progress: Progress) -> SheetsRead:
        from fundingapp.application.queries.sheets import read_sheets_of
        from fundingapp.persistence.sources import FileSources

        sources = FileSources(path.parent)  # only its private copy is made; nothing is kept
        read = read_sheets_of(path, sheet, sources, self.reader, progress)
        sources.discard(read.copy)
        return read

    def read_figures(self, question: ReadFigureFile, progress: Progress) -> FigureFile:
        from fundingapp.application.queries.figure_previews import read_figures
        from fundingapp.persistence.sources import FileSources

        sources = FileSources(question.path.parent)  # only its private copy is made; nothing is kept
        read = read_figures(question, sources, self.reader, progress)
        if read.copy is not None:
            sources.discard(read.copy)
        return read.file

    def write_safe_tables(
        self, question: LookAtTable, outs: Sequence[Path], progress: Progress
    ) -> TableLooked:
        from fundingapp.application.commands.publications import refuse_same_file, write_safely
        from fundingapp.application.queries.publications import look_at
        from fundingapp.domain.small_numbers import Rule

        rule = Rule() if question.threshold is None else Rule(question.threshold)
        looked = look_at(question, rule, self.reader, self.prover, progress)
        every = (looked, *looked.others)
        refuse_same_file([each.path for each in every], outs)
        for each, out in zip(every, outs, strict=True):
            write_safely(each, each.path, out, self.reader, self.safe_table_writer, self.prover, progress)
        return looked

    def fill_workbook(
        self, template: Path, cells: Path, out: Path, wishes: FillWishes, progress: Progress
    ) -> Filled:
        from fundingapp.workbooks.cell_lists import read_cell_list

        listed = read_cell_list(cells, template)
        if wishes.today is None:
            wishes = replace(wishes, today=now().astimezone().date())
        return self.fill_template(template, listed, out, progress, wishes)

    def attack_table(self, question: AttackTable, progress: Progress) -> TableAttacked:
        from fundingapp.application.queries.publications import attack

        return attack(question, self.reader, self.prover, progress)

    def layout(self, path: Path) -> Layout:
        from fundingapp.application.queries.layouts import layout_in

        return layout_in(self.reader, path)

    def blank_exchange(self, out: Path) -> None:
        from fundingapp.application.queries.exchange import blank_sheets

        self.exchange_books.blank(blank_sheets(), out)

    def sample_files(self) -> list[Path]:
        return sorted((paths.resources() / "sample" / "charnwood").iterdir())

    def history_verifier(self) -> Path:
        return paths.resources() / "verify_history.py"

    def sample_folder(self) -> Path:
        return paths.user_data() / "sample"


def _file_of(target: str) -> Path:
    """The funding file *target*; raises ExpectedError for a database on a server."""
    from fundingapp.domain.errors import ExpectedError

    if target.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise ExpectedError(
            "server_backups",
            "A database on a server is backed up by the server, not by this program.",
            "Ask whoever looks after it how far back its backups go.",
        )
    return Path(target).resolve()


def _tell_the_history(made: OpenFile, opened: OpenedPath) -> None:
    """Enters into the history that the file was taken over, or had gone back, when it can be written."""
    from fundingapp.application.commands.sessions import RecordTakeOver, RecordWentBack
    from fundingapp.application.sharing import Stage

    if made.notice or (made.sharing is not None and made.sharing.state.stage is Stage.DIFFERS):
        return
    if opened.taken_from is not None:
        other = opened.taken_from.as_told(now())
        made.desk.do(RecordTakeOver(other.person, other.machine, other.since, other.last_seen))
    if opened.went_back is not None:
        seen, found = opened.went_back
        made.desk.do(RecordWentBack(seen.number, found.number))
    if opened.told is not None:
        opened.told()


class _Log(logging.FileHandler):
    """The program's log: made with its first entry, and silent when there is no room for it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - as logging calls it
        return


def start_log() -> Path | None:
    """Sends our own mistakes to the log file instead of the terminal; None where none can be kept."""
    logger = logging.getLogger("fundingapp")
    for handler in [*logger.handlers]:
        if isinstance(handler, _Log | logging.NullHandler):
            logger.removeHandler(handler)
            handler.close()
    try:
        place = paths.log_file()
        if place.exists() and place.stat().st_size > _LARGE_LOG:
            place.replace(place.with_suffix(".old.log"))
    except OSError:
        logger.addHandler(logging.NullHandler())
        return None
    log = _Log(place, encoding="utf-8", delay=True)
    log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(log)
    return place


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a window can be opened: Linux needs a display, unless Qt was told what to draw on."""
    if not sys.platform.startswith("linux"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def collect_seldom() -> None:
    """Has Python look for reference cycles less often: an import makes a million values that are in none, and
    looking through them again and again took a third of its time. What is in no cycle is freed at once anyway.

    While the program starts it makes little else than modules, which stay; so hardly ever until a file is open.
    """
    gc.set_threshold(500_000, 20, 20)


def _leave_out_what_stays() -> None:
    """Ends the start: the modules are never looked through again, each time a twentieth of a second in which the
    window would stand still. From then on the youngest are looked through in small lots, each of which takes a few
    thousandths of one; everything older is as seldom as before.
    """
    gc.freeze()
    gc.set_threshold(30_000, 66, 20)


def run_console(arguments: Sequence[str]) -> int:
    """Carries out a console command; returns the exit status."""
    from fundingapp.console.main import run

    return run(arguments, Assembly(), start_log())


def run_window(target: str | None, *, sample: bool = False, working_copy: bool = False) -> int:
    """Opens the window; returns the exit status, 3 where there is no display to open it on.

    *working_copy*: whatever it opens is worked on as a copy that is published back.
    """
    if not has_display(os.environ):
        sys.stderr.write(
            "There is no display here to open the window on. Type “fundingapp demo” for the whole job on the sample in "
            "the terminal, or “fundingapp --help” for every command.\n"
        )
        return 3
    start_log()
    from fundingapp.ui.shell import run

    starts = paths.user_data() / "starts.json"
    offices = Assembly(working_copy=working_copy)
    return run(offices, paths.resources(), target, sample=sample, starts=starts)
