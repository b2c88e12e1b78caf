"""The findings workbook: what goes out is read by another reader, filled in as a person would, and read back."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from fundingapp.domain.enquiries import AskedLine, Enquiry, Place, understand
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.ledger import HeldLine
from fundingapp.domain.matching import parse_target
from fundingapp.workbooks.enquiry_writer import LINES, PLACES, TO_LOOK_AT, write_enquiry
from fundingapp.workbooks.tables import read_plain_table
from tests.builders_core import YEAR, make_head, make_line

WILD = make_line("~00ab", "-1,234.56", supplier="=HYPERLINK(1)", description="+44 <b>&", account="0099")
ASKED = (
    AskedLine(
        LineId(1), make_line("00123", "10.00"), "P10.csv", "Which project?", "LF-01 (80 of 100): seen."
    ),
    AskedLine(LineId(2), WILD, "P10.csv", "Which project?", ""),
)
ENQUIRY = Enquiry(
    "Charnwood CSP",
    YEAR,
    "S. Officer",
    date(2019, 4, 2),
    ASKED,
    (Finding(Severity.WARNING, "total.differs", "The total differs by £1.00.", Source("P10.csv", "", 12)),),
    (Place("LF-01", "Shop watch"), Place("LF-02", "Outreach")),
)
HEADS = {
    ("lf-01", 2018): [make_head(ProjectId(1), FundId(1))],
    ("lf-02", 2018): [make_head(ProjectId(2), FundId(1))],
}


def fill_in(path: Path, answers: dict[str, tuple[str, str, str]]) -> None:
    """What a budget holder does: answers beside the lines, by their key, and saves."""
    book = openpyxl.load_workbook(path)
    sheet = book[LINES]
    headings = {str(cell.value): at for at, cell in enumerate(sheet[4], start=1)}
    for row in range(5, sheet.max_row + 1):
        given = answers.get(str(sheet.cell(row, headings["Line key"]).value))
        if given:
            for heading, text in zip(("Charge to", "Reason or comment", "Answered by"), given, strict=True):
                sheet.cell(row, headings[heading]).value = text
    book.save(path)


def test_the_workbook_says_what_was_asked_and_what_is_odd(tmp_path: Path) -> None:
    out = tmp_path / "findings.xlsx"
    assert write_enquiry(ENQUIRY, out) == 2
    book = CalamineWorkbook.from_path(out)
    assert book.sheet_names == [LINES, PLACES, TO_LOOK_AT]
    lines = book.get_sheet_by_name(LINES).to_python()
    assert "about 2 lines of −£1,224.56" in str(lines[1][0])
    assert lines[5][2:5] == ["=HYPERLINK(1)", "+44 <b>&", -1234.56]
    assert lines[4][-1] == "00123"
    assert [row[0] for row in book.get_sheet_by_name(PLACES).to_python()[4:]] == [
        "LF-01 · Shop watch",
        "LF-02 · Outreach",
        "Income",
        "Not ours",
    ]
    assert book.get_sheet_by_name(TO_LOOK_AT).to_python()[4][1] == "The total differs by £1.00."


def test_the_drop_down_offers_the_places_and_lets_a_split_be_typed(tmp_path: Path) -> None:
    out = tmp_path / "findings.xlsx"
    write_enquiry(ENQUIRY, out)
    [offer] = openpyxl.load_workbook(out)[LINES].data_validations.dataValidation
    assert (offer.type, offer.formula1, str(offer.sqref)) == ("list", "'Projects'!$A$5:$A$8", "H5:H6")
    assert not offer.showErrorMessage


def test_what_a_person_fills_in_comes_back_as_proposals(tmp_path: Path) -> None:
    out = tmp_path / "findings.xlsx"
    write_enquiry(ENQUIRY, out)
    fill_in(out, {"~00ab": ("LF-02 · Outreach", "our street work", "B. Holder")})
    headings, rows = read_plain_table(out)
    held = {asked.line.key: HeldLine(asked.id, asked.line) for asked in ASKED}
    answers = understand(out.name, headings, rows, held, {LineId(1), LineId(2)}, HEADS)
    [answer] = answers.answered
    assert (answer.id, answer.target, answer.comment, answer.who) == (
        LineId(2),
        parse_target("LF-02"),
        "our street work",
        "B. Holder",
    )
    assert answers.left_open == (5,)
    assert answers.not_understood == ()


def test_nothing_to_ask_is_still_a_workbook_that_can_be_read_back(tmp_path: Path) -> None:
    out = tmp_path / "findings.xlsx"
    nothing = dataclasses.replace(ENQUIRY, lines=(), findings=(), places=())
    assert write_enquiry(nothing, out) == 0
    headings, rows = read_plain_table(out)
    assert understand(out.name, headings, rows, {}, (), {}).read == 0


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError) as refused:
        write_enquiry(ENQUIRY, tmp_path / "nowhere" / "findings.xlsx")
    assert refused.value.code == "cannot_write"
