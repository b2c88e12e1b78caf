"""Our own return workbook: the figures of one return as values and live formulas, proved by reading it back.

Every derived figure is a formula and carries, as its stored result, the figure of the position: a spreadsheet
recalculates it, a viewer that calculates nothing shows it, and both are the same to the penny (R31).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from weakref import ReferenceType, ref

from fundingapp.domain.periods import days_of
from fundingapp.domain.return_proofs import CellSort, ReturnCell
from fundingapp.domain.returns import ReturnDocument, ReturnState, figures_checksum, kinds_in
from fundingapp.workbooks.book import Book, Column, Entry, FillIn, Formula, Known, Link, Paper, Sheet
from fundingapp.workbooks.read_back import CellValue, read_back, refuse_differences
from fundingapp.workbooks.return_checks import (
    CHECK_COLUMNS,
    TO_LOOK_AT_COLUMNS,
    Figures,
    fill_checks,
    fill_to_look_at,
)
from fundingapp.workbooks.return_ledger import LEDGER_COLUMNS, fill_ledger
from fundingapp.workbooks.return_projects import PERIOD_COLUMNS, PROJECT_COLUMNS, fill_periods, fill_projects
from fundingapp.workbooks.return_sheets import sheets_of
from fundingapp.workbooks.return_summary import FilledSummary, fill_summary, summary_columns
from fundingapp.workbooks.swap import put_in_place

#: Counts up whenever sheets, columns or names of the workbook change, so that a program that reads returns back
#: knows what to look for.
TEMPLATE_VERSION = 6

COVER, CERTIFICATE, SUMMARY, PROJECTS = "Cover", "Certificate", "Summary", "Projects"
PERIODS, LEDGER, CHECKS, TO_LOOK_AT = (
    "Cost by project and period",
    "Reconciliation to ledger",
    "Checks",
    "To look at",
)

#: The sheets that every return has, in their order, with what each holds.
_CONTENTS = {
    COVER: "what this return is, and what is in it",
    CERTIFICATE: "the figures to certify, for the section 151 officer to sign",
    SUMMARY: "the grant in one table, revenue and capital apart",
    PROJECTS: "each project's budget, spend by quarter, forecast and variance",
    PERIODS: "each project's spend by accounting period",
    LEDGER: "from the ledger downloads to the spend of this grant, period by period",
    CHECKS: "the equations that hold to the penny, with both sides",
    TO_LOOK_AT: "what to settle or explain before this return is certified",
}


@dataclass(frozen=True, slots=True)
class WrittenReturn:
    """A return that stands at *path* and was read back equal.

    *cells* says, by sheet and address, what each cell reads as; *cells_written* counts those that are not empty.
    *said* says what those of the tables are: their figure for “why?” and their source in the catalogue.
    """

    path: Path
    cells: Mapping[tuple[str, str], CellValue]
    sha256: str
    cells_written: int
    said: Mapping[tuple[str, str], ReturnCell]

    @property
    def kept(self) -> tuple[ReturnCell, ...]:
        """Every cell that is not empty, as the return keeps it: with its figure where it is one."""
        return tuple(
            self.said.get((sheet, cell)) or ReturnCell(sheet, cell, *_as_kept(value))
            for (sheet, cell), value in self.cells.items()
            if value is not None
        )


def _as_kept(value: str | Decimal | int | date) -> tuple[CellSort, str]:
    if isinstance(value, bool):
        return CellSort.YES_NO, "yes" if value else "no"
    if isinstance(value, Decimal):
        return CellSort.POUNDS, f"{value:f}"
    if isinstance(value, int):
        return CellSort.NUMBER, str(value)
    if isinstance(value, date):
        return CellSort.DAY, value.isoformat()
    return CellSort.TEXT, value


def write_return(document: ReturnDocument, out: Path) -> WrittenReturn:
    """Writes *document* as a workbook to *out*, in the place of what is there.

    The same document gives the same bytes. Raises ExpectedError ``cannot_write``, ``disk_full``,
    ``read_back_differs``, ``amount_too_large`` or ``text_too_long``; *out* is then what it was before.
    """
    made = made_return(document)

    def prove(beside: Path) -> None:
        refuse_differences(read_back(beside, made.cells), out.name)

    put_in_place(out, made.contents, prove)
    return WrittenReturn(
        out,
        made.cells,
        hashlib.sha256(made.contents).hexdigest(),
        sum(value is not None for value in made.cells.values()),
        made.said,
    )


@dataclass(frozen=True, slots=True)
class MadeReturn:
    """The finished workbook of a return, not yet a file on disk; *cells* and *said* as :class:`WrittenReturn` has
    them, *sheets* its tabs in their order."""

    contents: bytes
    cells: Mapping[tuple[str, str], CellValue]
    said: Mapping[tuple[str, str], ReturnCell]
    sheets: tuple[str, ...]


class _LastMade:
    """Keeps the workbook of the newest document as long as somebody has that document: a return is looked at, checked
    and written one after the other, and nothing that goes into its workbook can change in between."""

    def __init__(self) -> None:
        self._lock = Lock()  # who asks for the same one meanwhile waits for it instead of making it as well
        self._of: ReferenceType[ReturnDocument] | None = None
        self._made: MadeReturn | None = None

    def made(self, document: ReturnDocument) -> MadeReturn:
        with self._lock:
            if self._of is not None and self._of() is document and self._made is not None:
                return self._made
            made = _make(document)
            self._of, self._made = ref(document, self._forget), made
            return made

    def _forget(self, gone: ReferenceType[ReturnDocument]) -> None:
        # Without the lock: this may be called while it is held. A newer one is not touched.
        if self._of is gone:
            self._made = None


_last_made = _LastMade()


def made_return(document: ReturnDocument) -> MadeReturn:
    """The workbook of *document*, made once for all who ask for it one after the other. Raises as
    :func:`write_return` does for what a workbook can't hold."""
    return _last_made.made(document)


def _make(document: ReturnDocument) -> MadeReturn:
    book = book_of(document)
    contents = book.contents()
    sheets = tuple(each.get_name() for each in book.workbook.worksheets())
    return MadeReturn(contents, MappingProxyType(book.cells), MappingProxyType(book.said), sheets)


def book_of(document: ReturnDocument) -> Book:
    """All sheets of the return of *document*, not yet a file.

    They are made in the order of the tabs and filled in the order of the figures.
    """
    kinds = list(kinds_in(document.position)) or [document.position.fund.kinds[0]]
    book = Book(
        f"{document.title} · version {document.version}",
        f"{document.partnership.name} to {document.commissioner}",
        document.prepared_on,
        (document.fund, str(document.year), f"Q{document.quarter}", f"version {document.version}"),
    )
    cover = book.sheet(COVER, "return_cover", _COVER_COLUMNS)
    certificate = book.sheet(CERTIFICATE, "return_certificate", _CERTIFICATE_COLUMNS)
    summary = book.sheet(SUMMARY, "return_summary", summary_columns(kinds))
    # Twenty-four columns on A4 would be print of five points.
    projects = book.sheet(PROJECTS, "return_projects", PROJECT_COLUMNS, paper=Paper.A3, frozen_columns=2)
    periods = book.sheet(PERIODS, "return_periods", PERIOD_COLUMNS, frozen_columns=2)
    ledger = book.sheet(LEDGER, "return_ledger", LEDGER_COLUMNS, frozen_columns=2)
    beside = [(each, each.made(book)) for each in sheets_of(document)]
    checks = book.sheet(CHECKS, "return_checks", CHECK_COLUMNS)
    to_look_at = book.sheet(TO_LOOK_AT, "return_to_look_at", TO_LOOK_AT_COLUMNS)

    about = f"{document.title} · {_state(document)}"
    filled_projects = fill_projects(projects, about, document)
    filled_periods = fill_periods(periods, about, document.position)
    filled_ledger = fill_ledger(ledger, about, document.position)
    filled_summary = fill_summary(summary, about, document, kinds, filled_projects, filled_ledger)
    for each, sheet in beside:
        each.fill(sheet, about, document)
    fill_checks(
        checks, about, document, Figures(filled_summary, filled_projects, filled_periods, filled_ledger)
    )
    fill_to_look_at(to_look_at, about, document)
    _fill_certificate(certificate, about, document, filled_summary)
    _fill_cover(cover, about, document)
    return book


def _state(document: ReturnDocument) -> str:
    """A workbook is written before it is sent, so what it says of itself is always that it is a draft."""
    return f"{ReturnState.DRAFT.value}, version {document.version}"


_CERTIFICATE_COLUMNS = (
    Column("Item", widest=40),
    Column("Figure £", figures=True),
    Column("Text", widest=90),
)


def _fill_certificate(sheet: Sheet, about: str, document: ReturnDocument, summary: FilledSummary) -> None:
    sheet.begin("Certificate", about)
    body = document.partnership.accountable_body or "the accountable body"
    last_day = days_of(document.year, document.quarter)[1]
    sheet.add(
        [
            "State",
            "",
            "Not yet signed. It becomes a certificate when the section 151 officer has signed below.",
        ]
    )
    statement = (
        f"I certify that the figures below agree with the accounting records of {body} up to {last_day:%d/%m/%Y}, "
        f"that the money was spent for the purposes of {document.fund} and is claimed from nobody else, and that "
        "every significant issue is disclosed in this return."
    )
    sheet.add(["Statement", "", statement])
    has_claims = document.claims is not None and not document.claims.is_empty
    money = (
        (
            ("Claimed", "claimed", "of this grant, what was sent to the commissioner"),
            ("Received", "received", "of this grant, as the payments recorded"),
        )
        if has_claims
        else (("Income received", "income", "as the ledger holds it, all grants together"),)
    )
    for name, key, how in (
        ("Available", "available", f"for {document.year}"),
        (f"Spend in the quarter (Q{document.quarter})", "spend", ""),
        ("Spend year to date", "to_date", f"up to {last_day:%d/%m/%Y}"),
        ("Forecast outturn", "outturn", f"to {document.year.last_day:%d/%m/%Y}"),
        *money,
    ):
        certified = Formula(f"={summary.place_of(key)}", summary.amount_of(key))
        figure, source = summary.known_of(key)
        sheet.add([name, Known(certified, figure, source), how])
        if key == "spend":
            for part in document.commissioners:
                sheet.add([f"of which under {part.name}", part.spent, part.days])
    sheet.add(["Checksum of the figures (SHA-256)", "", figures_checksum(document)])
    sheet.add(["Name of the section 151 officer", "", FillIn()])
    sheet.add(["Role", "", FillIn()])
    sheet.add(["Date", "", FillIn(day=True)])
    sheet.add(["Signature", "", FillIn(tall=True)])
    sheet.finish(sheet.next_row - 1)


def _contents(document: ReturnDocument) -> dict[str, str]:
    """The sheets of this return in the order of the tabs, with what each holds."""
    found: dict[str, str] = {}
    for name, holds in _CONTENTS.items():
        if name == CHECKS:
            found |= {each.name: each.holds for each in sheets_of(document)}
        found[name] = holds
    return found


_COVER_COLUMNS = (
    Column("Item", widest=34),
    Column("Value", widest=68),
    Column("Note", widest=70),
)


def _fill_cover(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    sheet.begin("Monitoring return", about)
    partnership = document.partnership
    first_day, last_day = days_of(document.year, document.quarter)
    lines: tuple[tuple[str, Entry, str], ...] = (
        ("Commissioner", Known(document.commissioner, source="commissioner/name"), ""),
        ("Partnership", Known(partnership.name, source="partnership/name"), ""),
        ("Accountable body", Known(partnership.accountable_body, source="body/name"), ""),
        ("Fund", Known(document.fund, source="fund/name"), ""),
        ("Financial year", Known(str(document.year), source="return/year"), "1 April to 31 March"),
        ("Quarter", Known(f"Q{document.quarter}", source="return/quarter"), "Q1 is April to June"),
        ("First day of the quarter", first_day, ""),
        ("Last day of the quarter", last_day, _last_day_note(document.quarter)),
        ("Template version", TEMPLATE_VERSION, "of this workbook's layout"),
        ("State", ReturnState.DRAFT.value, "until it is certified and sent"),
        ("Version", Known(document.version, source="return/version"), "of this quarter's return"),
        ("Prepared by", Known(document.prepared_by, source="return/prepared-by"), ""),
        ("Prepared on", Known(document.prepared_on, source="return/date"), ""),
        ("Contact", Known(partnership.contact, source="contact/name"), ""),
        (
            "Amounts",
            "pounds and pence, unrounded",
            "positive is spending, negative is income or credit; a variance above nought is an overspend; percentages"
            " have one decimal, with halves rounded away from nought",
        ),
        (
            "End of the audit trail",
            document.journal_head or "[none yet]",
            "detects later changes to the records: the trail must still run through this hash",
        ),
    )
    for line in lines:
        sheet.add(line)
    for number, (name, holds) in enumerate(_contents(document).items(), start=1):
        sheet.add([f"Sheet {number}", Link(name), holds])
    sheet.finish(sheet.next_row - 1)


def _last_day_note(quarter: int) -> str:
    return "with the closing adjustments of period 13" if quarter == 4 else ""
