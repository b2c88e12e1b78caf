"""Hands what the application asks for to the rooms that do it, each of which is imported when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fundingapp import paths

if TYPE_CHECKING:
    from fundingapp.application.ports import (
        BookLook,
        CalendarDocument,
        ExchangeSheet,
        LookedInto,
        SafeTable,
        TableDocument,
        WrittenReturn,
    )
    from fundingapp.application.progress import Progress
    from fundingapp.documents.pdf_paper import PdfPaper
    from fundingapp.domain.bid_packs import BidPack
    from fundingapp.domain.certificate_papers import CertificatePaper
    from fundingapp.domain.difference import DifferenceReport
    from fundingapp.domain.enquiries import Enquiry
    from fundingapp.domain.exchange.reading import RawSheet
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
    from fundingapp.domain.small_numbers import Cut, Problem, Search
    from fundingapp.domain.worked_out import Place, Put, WorkedOut


class Tables:
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


def write_return(document: ReturnDocument, out: Path) -> WrittenReturn:
    """Writes our own workbook of a return."""
    from fundingapp.workbooks.return_writer import write_return

    return write_return(document, out)


def write_table(document: TableDocument, out: Path, progress: Progress) -> int:
    """Writes a list of rows as a workbook or text."""
    from fundingapp.workbooks.table_writer import write_table

    return write_table(document, out, progress)


def write_layout(layout: Layout, out: Path) -> None:
    """Writes a layout as a small file for others."""
    from fundingapp.workbooks.layout_files import write_layout_file

    write_layout_file(layout, out)


def write_enquiry(enquiry: Enquiry, out: Path) -> int:
    """Writes the findings workbook; returns its rows."""
    from fundingapp.workbooks.enquiry_writer import write_enquiry

    return write_enquiry(enquiry, out)


def write_partner_book(document: PartnerBookDocument, out: Path) -> tuple[BookCell, ...]:
    """Writes a workbook for a project's lead or a return with queries; returns its cells."""
    from fundingapp.workbooks.partner_book_writer import write_partner_book

    return write_partner_book(document, out)


def write_calendar(document: CalendarDocument, out: Path) -> None:
    """Writes what is due as a calendar file."""
    from fundingapp.workbooks.calendar_files import write_calendar

    write_calendar(document, out)


def write_pack(pack: BidPack, out: Path) -> None:
    """Writes a bid pack as a document or a workbook. Raises ExpectedError for another ending."""
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


def write_certificate(paper: CertificatePaper, out: Path) -> None:
    """Writes a certificate as a document. Raises ExpectedError for another ending."""
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


def write_reconciliation(paper: ReconciliationPaper, out: Path) -> None:
    """Writes a reconciliation as a document. Raises ExpectedError for another ending."""
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


class Exchange:
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


class PaperFiles:
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


def write_letter(letter: RequestLetter, out: Path) -> None:
    """Writes a letter of request as a document. Raises ExpectedError for another ending."""
    from fundingapp.documents.letter import prove, request_letter
    from fundingapp.domain.errors import ExpectedError
    from fundingapp.workbooks.swap import put_in_place

    if out.suffix.casefold() != ".docx":
        raise ExpectedError(
            "letter_kind", f"“{out.name}” is no document.", "Give it a name that ends in .docx."
        )
    paper = request_letter(letter)
    put_in_place(out, paper.contents(), lambda beside: prove(paper, beside, out.name))


def write_difference(report: DifferenceReport, out: Path) -> None:
    """Writes the board's paper as a document or a PDF. Raises ExpectedError for another ending."""
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

            made = difference_pdf(report)
            contents = made.contents()
            put_in_place(out, contents, lambda beside: prove(contents, beside, out.name))
        case _:
            raise ExpectedError(
                "paper_kind",
                f"“{out.name}” says neither document nor PDF.",
                "Give it a name that ends in .docx or .pdf.",
            )


def difference_pdf(report: DifferenceReport) -> PdfPaper:
    """The board's paper as a PDF that is not written yet."""
    from fundingapp.documents.difference import write_story
    from fundingapp.documents.pdf_paper import PdfPaper

    about = f"{report.partnership}: {report.title}"
    made = PdfPaper(
        report.title, about, f"{report.partnership} · {report.title}", paths.resources() / "fonts"
    )
    write_story(made, report)
    return made


def write_return_pack(pack: ReturnPack, out: Path) -> None:
    """Writes a return's pack as a PDF. Raises ExpectedError for another ending."""
    from fundingapp.domain.errors import ExpectedError

    if out.suffix.casefold() != ".pdf":
        raise ExpectedError("pack_kind", f"“{out.name}” is no PDF.", "Give it a name that ends in .pdf.")
    from fundingapp.documents.return_pack import prove, return_pack
    from fundingapp.workbooks.swap import put_in_place

    contents = return_pack(pack, paths.resources() / "fonts")
    put_in_place(out, contents, lambda beside: prove(contents, beside, out.name))


def write_mail(draft: MailDraft, out: Path) -> None:
    """Writes a mail that was drafted. Raises ExpectedError for another ending."""
    from fundingapp.domain.errors import ExpectedError

    if out.suffix.casefold() != ".eml":
        raise ExpectedError("mail_kind", f"“{out.name}” is no letter.", "Give it a name that ends in .eml.")
    from fundingapp.documents.mail import mail, prove
    from fundingapp.workbooks.swap import put_in_place

    put_in_place(out, mail(draft), lambda beside: prove(draft, beside, out.name))


def write_safe_table(table: SafeTable, out: Path, prove: Callable[[Path], None]) -> None:
    """Writes a table with its small numbers hidden, after *prove* found nothing in it."""
    from fundingapp.workbooks.safe_table_writer import write_safe_table

    write_safe_table(table, out, prove)


class Templates:
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


def return_look(document: ReturnDocument) -> BookLook:
    """How a return's own workbook looks, cell by cell."""
    from fundingapp.workbooks.return_looks import return_look

    return return_look(document)


def work_out(template: Path, puts: Mapping[Place, Put], today: date) -> WorkedOut:
    """What a template's formulas come to with *puts* in it, on the day *today*."""
    from fundingapp.workbooks.working_out import work_out

    return work_out(template, puts, today)


def fill_template(
    template: Path, cells: Sequence[CellToFill], out: Path, progress: Progress, wishes: FillWishes
) -> Filled:
    """Fills cells of a template and leaves all else as it is."""
    from fundingapp.workbooks.template_filler import fill_template

    return fill_template(template, cells, out, progress.report, wishes)


def things_leaving(path: Path, template: Path | None, progress: Progress) -> tuple[LeavingThing, ...]:
    """What a workbook takes along that nobody sees."""
    from fundingapp.workbooks.sanitiser import things_leaving

    return things_leaving(path, template, progress.report)


def receive(path: Path, puts: Mapping[Place, Put], today: date) -> Received:
    """What a receiver's program would make of the workbook at *path*."""
    from fundingapp.workbooks.receiving import receive

    return receive(path, puts, today)


class LateProver:
    """Hands searching to the solver, which is imported with the first search."""

    def open(self, problem: Problem) -> Search:
        from fundingapp.solver.prover import HighsProver

        return HighsProver().open(problem)

    def cheapest(
        self, costs: Mapping[int, int], cuts: Sequence[Cut], within: int
    ) -> tuple[frozenset[int], bool] | None:
        from fundingapp.solver.prover import HighsProver

        return HighsProver().cheapest(costs, cuts, within)
