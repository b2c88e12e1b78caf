"""The findings workbook as it goes to the budget holder: the lines with room for answers, and what else is odd."""

from __future__ import annotations

from pathlib import Path

from fundingapp.application.wording import count
from fundingapp.domain.enquiries import (
    AMOUNT,
    ANSWERED_BY,
    CHARGE_TO,
    COMMENT,
    GRANT_RECEIVED,
    KEY,
    NOT_OURS,
    AskedLine,
    Enquiry,
)
from fundingapp.workbooks.book import FIRST_ROW, Book, Column, FillIn, Paper, Sheet
from fundingapp.workbooks.read_back import read_back, refuse_differences
from fundingapp.workbooks.swap import put_in_place

LINES, PLACES, TO_LOOK_AT = "Lines to place", "Projects", "To look at"

_LINE_COLUMNS = (
    Column("No.", figures=True),
    Column("Date", figures=True),
    Column("Supplier", widest=28),
    Column("Description", widest=34),
    Column(AMOUNT, figures=True),
    Column("What we ask", widest=34),
    Column("What we think", widest=34),
    Column(CHARGE_TO, widest=30, narrowest=30),
    Column(COMMENT, widest=34, narrowest=34),
    Column(ANSWERED_BY, widest=18, narrowest=16),
    Column("Cost centre", widest=14),
    Column("Account", widest=14),
    Column("Transaction", widest=18),
    Column("Where it stands", widest=34),
    Column(KEY, widest=24),
)
_ANSWER = [column.heading for column in _LINE_COLUMNS].index(CHARGE_TO)
_PLACE_COLUMNS = (Column("To be chosen in “Charge to”", widest=60), Column("What it is", widest=60))
_ODD_COLUMNS = (
    Column("How much it matters", widest=14),
    Column("What", widest=90),
    Column("Where", widest=50),
)


def write_enquiry(enquiry: Enquiry, out: Path) -> int:
    """Writes *enquiry* to *out*, in the place of what is there, proved by reading it back; returns the lines asked.

    Raises ExpectedError ``cannot_write``, ``disk_full``, ``read_back_differs`` or ``text_too_long``; *out* is then
    what it was before.
    """
    book = Book(
        f"Lines to place, {enquiry.year}",
        f"{enquiry.partnership}: what is unplaced or odd",
        enquiry.asked_on,
        (enquiry.partnership, str(enquiry.year), "findings"),
    )
    lines = book.sheet(LINES, "findings_lines", _LINE_COLUMNS, paper=Paper.A3, frozen_columns=3)
    places = book.sheet(PLACES, "findings_places", _PLACE_COLUMNS)
    odd = book.sheet(TO_LOOK_AT, "findings_to_look_at", _ODD_COLUMNS)
    choices = _fill_places(places, enquiry)
    _fill_lines(lines, enquiry, choices)
    _fill_odd(odd, enquiry)
    put_in_place(
        out, book.contents(), lambda beside: refuse_differences(read_back(beside, book.cells), out.name)
    )
    return len(enquiry.lines)


def _fill_places(sheet: Sheet, enquiry: Enquiry) -> str:
    """Fills the sheet that the drop-down draws from; gives the address of its choices."""
    sheet.begin("Where a line can go", f"{enquiry.partnership}, {enquiry.year}")
    for place in enquiry.places:
        sheet.add([f"{place.ref} · {place.name}", "a project of this year"])
    sheet.add([GRANT_RECEIVED, "grant received, not spending"])
    sheet.add([NOT_OURS, "nothing to do with these grants; please say why in “Reason or comment”"])
    sheet.finish(sheet.next_row - 1)
    return sheet.far_span(FIRST_ROW, 0, sheet.next_row - 1, 0)


def _fill_lines(sheet: Sheet, enquiry: Enquiry, choices: str) -> None:
    sheet.begin(
        f"Lines to place, {enquiry.year}",
        f"{enquiry.asked_by} asks on {enquiry.asked_on:%d/%m/%Y} about {count(len(enquiry.lines), 'line')} of "
        f"{enquiry.total.in_words}. Please fill in the yellow cells, save, and send the workbook back. Sorting and "
        "filtering do no harm; please leave the other columns as they are.",
    )
    for number, asked in enumerate(enquiry.lines, start=1):
        line = asked.line
        sheet.add(
            [
                number,
                line.posted_on,
                line.supplier,
                line.description,
                line.amount,
                asked.question,
                asked.thought,
                FillIn(),
                FillIn(),
                FillIn(),
                line.cost_centre,
                line.account,
                line.transaction,
                _where(asked),
                line.key,
            ]
        )
    if enquiry.lines:
        sheet.offer(
            _ANSWER, choices, "Choose a project, or write a split such as: split LF-06 60%, LF-11 40%"
        )
    sheet.finish(max(sheet.next_row - 1, FIRST_ROW))


def _where(asked: AskedLine) -> str:
    sheet = f", sheet “{asked.line.sheet}”" if asked.line.sheet else ""
    return f"{asked.file}{sheet}, row {asked.line.row:,}"


def _fill_odd(sheet: Sheet, enquiry: Enquiry) -> None:
    sheet.begin(
        "To look at", "What was noticed in the ledger downloads and the charges; there is nothing to fill in"
    )
    for finding in enquiry.findings:
        sheet.add([finding.severity.value, finding.text, str(finding.source)])
    if not enquiry.findings:
        sheet.add(["nothing", "Nothing odd was noticed.", ""])
    sheet.finish(sheet.next_row - 1)
