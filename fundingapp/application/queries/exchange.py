"""Looking into an exchange workbook before anything is taken in, and writing out everything that a file holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import ExchangeSheet, PrivateCopy, SourceStore, Tools, UnitOfWork
from fundingapp.application.progress import Progress
from fundingapp.application.queries.closed_years import closed_in_words
from fundingapp.application.queries.exchange_contents import Contents, contents_of
from fundingapp.application.queries.exchange_sheets import FURTHER
from fundingapp.application.wording import count
from fundingapp.domain.exchange.book import Book, made_book
from fundingapp.domain.exchange.checking import check_book
from fundingapp.domain.exchange.closed_checks import check_closed
from fundingapp.domain.exchange.columns import Column, folded
from fundingapp.domain.exchange.further import FurtherRow
from fundingapp.domain.exchange.notes import Notes, Noticed, Place, shortened
from fundingapp.domain.exchange.reading import SheetRead, Skipped, read_sheets
from fundingapp.domain.exchange.sheets import SHEETS
from fundingapp.domain.findings import Severity
from fundingapp.domain.results import rules_for


@dataclass(frozen=True, slots=True)
class SheetCount:
    """What became of a sheet's rows: *read* = new + unchanged + skipped + refused."""

    sheet: str
    read: int
    new: int
    unchanged: int
    skipped: int
    refused: int


@dataclass(frozen=True, slots=True)
class ExchangeRead:
    """An exchange workbook read and held against the file. With a contradiction among *noticed* nothing is loaded.

    *copy* is the private copy of the file with the ledger's lines, None where it has none.
    """

    name: str
    path: Path
    copy: PrivateCopy | None
    sheets: tuple[SheetRead, ...]
    counts: tuple[SheetCount, ...]
    skipped: tuple[Skipped, ...]
    noticed: tuple[Noticed, ...]
    #: What the reading of the sheets alone has noticed: what is held may be another when it is loaded.
    of_reading: tuple[Noticed, ...] = ()

    @property
    def contradictions(self) -> tuple[Noticed, ...]:
        return tuple(each for each in self.noticed if each.contradicts)

    @property
    def rows(self) -> int:
        """How many rows would come in."""
        return sum(each.new for each in self.counts)


@dataclass(frozen=True, slots=True)
class ReadExchange(Question[ExchangeRead]):
    """What the exchange workbook (or folder of .csv files) at *path* holds, and what of it is held already."""

    path: Path


@dataclass(frozen=True, slots=True)
class ExportExchange(Question["Exported"]):
    """Writes everything that the file holds to *out*: an .xlsx, or a folder of .csv files."""

    out: Path


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows by sheet, and how many of its figures are *small_counts* of indicators that hide them:
    it is for moving what is held, not for publishing."""

    out: Path
    rows: dict[str, int]
    small_counts: int = 0

    @property
    def caution(self) -> str:
        """What is to be known before it is given away; "" for nothing."""
        return _caution(self.small_counts)


@dataclass(frozen=True, slots=True)
class WriteBlankExchange(Question[None]):
    """Writes an exchange workbook to be filled in to *out*."""

    out: Path


def laid_beside(
    work: UnitOfWork, sheets: Sequence[SheetRead], notes: Notes, progress: Progress
) -> tuple[Book, Contents]:
    """The sheets beside what *work* holds, checked; *notes* gets what contradicts."""
    contents = contents_of(work, progress)
    progress.report(0, 0, "Comparing with what is held")
    book = made_book(sheets, contents.entries, notes, FURTHER)
    progress.report(0, 0, "Checking the rows against each other")
    check_book(book, notes)
    names = {kept.id: folded(kept.value.name) for kept in work.funds.all()}
    closed = {(names[fund], year): how for (fund, year), how in closed_in_words(work).items()}
    check_closed(book, closed, notes)
    return book, contents


def counts_of(sheets: Sequence[SheetRead], book: Book) -> tuple[SheetCount, ...]:
    """What became of the rows of each sheet; rows that were joined count as read and kept."""
    made = []
    for sheet in sheets:
        unchanged = book.same.get(sheet.name, 0)
        new = sheet.kept - unchanged
        made.append(SheetCount(sheet.name, sheet.read, new, unchanged, len(sheet.skipped), sheet.refused))
    return tuple(made)


def read_exchange(question: ReadExchange, sources: SourceStore, tools: Tools) -> ExchangeRead:
    """The workbook of *question*, through a private copy (decision D8)."""
    path = question.path
    ledger = tools.exchange.ledger_file(path)
    copy = sources.take_copy(ledger) if ledger is not None else None
    try:
        where = copy.path if copy is not None and ledger == path else path
        raw, findings = tools.exchange.read(where, path.name, tools.progress)
        notes = Notes()
        for found in findings:
            place = Place(found.source.sheet or path.name, found.source.row)
            (notes.note if found.severity is Severity.NOTE else notes.finding)(
                found.kind, place, found.text.rstrip(".")
            )
        sheets = read_sheets(raw, FURTHER, notes, tools.progress.report)
        of_reading = tuple(notes.all)
        with tools.open_work(reading=True) as work:
            book, _ = laid_beside(work, sheets, notes, tools.progress)
    except BaseException:
        if copy is not None:
            sources.discard(copy)
        raise
    skipped = tuple(row for sheet in sheets for row in sheet.skipped)
    return ExchangeRead(
        path.name,
        path,
        copy,
        tuple(sheets),
        counts_of(sheets, book),
        skipped,
        shortened(notes.all),
        of_reading,
    )


def answer_read(question: ReadExchange, tools: Tools) -> ExchangeRead:
    return read_exchange(question, tools.sources, tools)


def sheets_of(contents: Contents) -> tuple[ExchangeSheet, ...]:
    """The sheets that *contents* are written as: every documented one, and those of the further ones that have rows."""
    made = []
    for spec in SHEETS:
        entries = contents.entries.get(spec.name, [])
        columns = _worth_writing(spec.columns, entries)
        rows = [tuple(getattr(entry, column.field) for column in columns) for entry in entries]
        made.append(ExchangeSheet(spec.name, columns, rows, spec.about))
    for further in FURTHER:
        held = [entry for entry in contents.entries.get(further.name, []) if isinstance(entry, FurtherRow)]
        if held:
            rows = [tuple(entry.values.get(column.field) for column in further.columns) for entry in held]
            made.append(ExchangeSheet(further.name, further.columns, rows, further.about))
    return tuple(made)


def _worth_writing(columns: tuple[Column, ...], entries: Sequence[Any]) -> tuple[Column, ...]:
    """The documented columns, and those of ours in which anything is said.

    A column of texts that stands for the key is written as soon as one row has another text than its key.
    """
    return tuple(
        column
        for column in columns
        if not column.is_ours
        or any(getattr(entry, column.field) not in (None, "") for entry in entries)
        or (column.field in ("reference", "remittance") and entries)
    )


def answer_export(question: ExportExchange, tools: Tools) -> Exported:
    with tools.open_work(reading=True) as work:
        sheets = sheets_of(contents_of(work, tools.progress))
        small = _small_counts(work)
    if small:
        sheets = tuple(
            replace(sheet, about=f"{sheet.about} {_caution(small)}".strip())
            if sheet.name == "figures"
            else sheet
            for sheet in sheets
        )
    tools.exchange.write(sheets, question.out, tools.progress)
    return Exported(question.out, {sheet.name: len(sheet.rows) for sheet in sheets}, small)


def _small_counts(work: UnitOfWork) -> int:
    """How many figures are small counts, or made of some, of indicators that hide these."""
    threshold = rules_for((kept.value for kept in work.results_rules.all()), None).threshold
    hiding = {kept.id for kept in work.indicators.all() if kept.value.is_sensitive}
    return sum(
        any(
            number is not None and 0 < number < threshold
            for number in (kept.value.value, kept.value.numerator, kept.value.denominator)
        )
        for kept in work.indicator_figures.all()
        if kept.value.indicator in hiding
    )


def _caution(small: int) -> str:
    if not small:
        return ""
    return (
        f"It holds {count(small, 'small count')} that returns hide, just as held: it is not for publishing."
    )


def blank_sheets() -> tuple[ExchangeSheet, ...]:
    """The documented sheets, to be filled in."""
    return tuple(ExchangeSheet(spec.name, spec.documented, (), spec.about) for spec in SHEETS)


def answer_blank(question: WriteBlankExchange, tools: Tools) -> None:
    tools.exchange.blank(blank_sheets(), question.out)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ReadExchange: answer_read,
    ExportExchange: answer_export,
    WriteBlankExchange: answer_blank,
}
