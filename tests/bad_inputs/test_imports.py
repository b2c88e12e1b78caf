"""Excel and text files as they should not be (catalogue X): each case through the whole import, with its message."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.desk import Desk
from fundingapp.application.ports import LineFilter, LineOrder
from fundingapp.application.progress import Cancelled
from fundingapp.application.queries.batches import BatchDetail
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.lines import LineDetail, LineIds
from fundingapp.application.queries.previews import PreviewImport
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Severity
from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.workbooks import apart
from tests.bad_inputs.given import HEADINGS, Given, cells
from tests.console.terminal import state_of
from tests.workbooks.binary import binary_workbook, sheet_bin
from tests.workbooks.packages import (
    HEAD,
    MAIN,
    ledger_rows,
    packed,
    parts_of,
    row_xml,
    sheet_xml,
    workbook,
)

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "data" / "workbooks"
MB = 1 << 20


def parts(*amounts: str | int) -> dict[str, str | bytes]:
    """The parts of an honest workbook, for one of them to be spoilt."""
    return dict(parts_of({"Claim": sheet_xml(ledger_rows(*(amounts or (5,))))}))


# The container


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/media/image1.png"])
def test_x01_a_zip_bomb_is_refused_with_its_ratio(given: Given, part: str) -> None:
    """Time and memory are measured in workbooks/test_bombs.py, in a process of its own."""
    error = given.refused(given.raw(packed({**parts(), part: bytes(100 * MB)})))
    assert error.code == "bomb"
    assert f"its part {part} would grow to 1,0" in error.message
    assert "times its size (100 MB)" in error.message


def test_x02_more_parts_than_5000_are_refused(given: Given) -> None:
    error = given.refused(given.raw(packed({**parts(), **{f"p/{at}": b"" for at in range(5_001)}})))
    assert "it is made of 5,00" in error.message
    assert "no workbook needs so many" in error.message


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_x03_a_document_type_is_refused_and_nothing_is_fetched(given: Given, declared: str) -> None:
    part = "xl/worksheets/sheet1.xml"
    spoilt = str(parts()[part]).replace(HEAD, HEAD + declared)
    error = given.refused(given.raw(packed({**parts(), part: spoilt})))
    assert f"its part {part} declares a document type, as no workbook does" in error.message


def test_x04_two_parts_of_one_name_and_names_that_lead_outside_are_refused(given: Given) -> None:
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w") as package:
        for name, content in parts().items():
            package.writestr(name, content)
        package.writestr("xl/Worksheets/sheet1.xml", sheet_xml(ledger_rows(6)))
    twice = given.refused(given.raw(raw.getvalue()))
    assert "is there twice, so it is not known which counts" in twice.message
    outside = given.refused(given.raw(packed({**parts(), "xl/../../evil.xml": b"x"})))
    assert "evil.xml' has a name that leads outside the workbook" in outside.message
    assert not (given.folder.parent / "evil.xml").exists()


def test_x05_a_damaged_package_names_part_and_line(given: Given) -> None:
    whole = workbook(sheet_xml(ledger_rows(*range(500))))
    cut = given.refused(given.raw(whole[: len(whole) * 2 // 3]))
    assert "is damaged or was not copied completely" in cut.message
    with zipfile.ZipFile(BytesIO(whole)) as package:
        info = package.getinfo("xl/worksheets/sheet1.xml")
    flipped = bytearray(whole)
    flipped[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 0xFF
    crc = given.refused(given.raw(bytes(flipped)))
    assert "xl/worksheets/sheet1.xml" in crc.message
    xml = given.refused(given.sheet("<row><c></row>"))
    assert "xl/worksheets/sheet1.xml" in xml.message
    assert "line 2" in xml.message
    assert "Make the download again" in xml.advice


def test_x06_a_password_is_named_with_what_to_do(given: Given, real_fixtures: Path) -> None:
    protected = (real_fixtures / "pass_protected.xlsx").read_bytes()
    error = given.refused(given.raw(protected, "protected.xlsx"))
    assert str(error) == (
        "protected.xlsx is protected by a password. Open it in Excel, remove the password, save a copy and import that."
    )


def test_x06_a_password_is_told_by_the_container_itself(given: Given) -> None:
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00"
    entries = b"".join(
        name.encode("utf-16-le").ljust(128, b"\0")
        for name in ("Root Entry", "EncryptionInfo", "EncryptedPackage")
    )
    error = given.refused(given.raw(header.ljust(512, b"\0") + entries.ljust(1024, b"\0") + bytes(4096)))
    assert error.code == "password_protected"


def test_x07_a_file_is_told_by_its_content_and_not_by_its_name(given: Given) -> None:
    assert given.brought(given.text(cells(1), name="text.xls")).told("file.misnamed") == (
        "text.xls is named like a workbook but holds plain text, and was read as such."
    )


def test_x07_an_old_workbook_named_xlsx_is_read_as_what_it_is(given: Given) -> None:
    old = given.brought(given.raw((SAMPLES / "ledger.xls").read_bytes(), "old.xlsx"))
    assert "old.xlsx holds a workbook of the kind .xls and was read as such." in old.told("file.misnamed")


def test_x07_a_web_page_named_xls_is_refused_by_name(given: Given) -> None:
    error = given.refused(
        given.raw(b"<html><body><table><tr><td>Trans No</td></tr></table></body></html>", "l.xls")
    )
    assert "web page" in error.message
    assert "Open it in Excel and save a copy as .xlsx" in error.advice


def in_xlsb() -> bytes:
    headings = ("Trans No", "Trans Date", "Cost Centre", "Net Amount")
    return binary_workbook({"Ledger": sheet_bin([headings, ("A", "03/04/2018", "CS1", 5.25)])})


def in_strict() -> bytes:
    strict = {
        MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }
    made = {}
    for name, content in parts("><v>5.25</v>").items():
        text = str(content)
        for usual, other in strict.items():
            text = text.replace(usual, other)
        made[name] = text
    return packed(made)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ledger.xlsb", in_xlsb()),
        ("ledger.xlsm", packed({**parts("><v>5.25</v>"), "xl/vbaProject.bin": b"\x01\x02"})),
        ("strict.xlsx", in_strict()),
    ],
)
def test_x08_other_formats_of_excel_are_read(given: Given, name: str, content: bytes) -> None:
    assert given.brought(given.raw(content, name)).amounts == [525]


@pytest.mark.parametrize("name", ["ledger.ods", "ledger.xls"])
def test_x08_open_document_and_old_excel_are_read(given: Given, name: str) -> None:
    brought = given.brought(given.raw((SAMPLES / name).read_bytes(), name))
    assert len(brought.lines) == len(given.read(SAMPLES / "ledger.xlsx").parsed.lines) > 0


# The used area


def test_x09_two_cells_at_opposite_corners_are_refused(given: Given) -> None:
    error = given.refused(
        given.sheet(row_xml(1, (5,)) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    )
    assert "“Claim” reaches XFD1048576, far beyond its 2 filled cells" in error.message
    assert error.advice == "Delete the cells around XFD1048576 in Excel, save a copy and import that."


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ('<row r="4294967296"><c r="A4294967296"><v>1</v></c></row>', "4294967296"),
        ('<row r="2"><c r="A1048577"><v>1</v></c></row>', "A1048577"),
        ('<row r="2"><c r="XFE2"><v>1</v></c></row>', "XFE2"),
    ],
)
def test_x10_a_cell_beyond_the_grid_is_refused_with_its_address(given: Given, row: str, place: str) -> None:
    error = given.refused(given.sheet(row_xml(1, (5,)) + row))
    assert "sheet “Claim”" in error.message
    assert place in error.message


@pytest.mark.parametrize("note", ["A1:D2", "A1:XFD1048576", "??", "B2:C3"])
def test_x11_a_wrong_size_note_loses_no_row(given: Given, note: str) -> None:
    brought = given.brought(given.sheet(ledger_rows(1, 2, 3), dimension=note))
    assert brought.amounts == [100, 200, 300]
    if note != "A1:XFD1048576":
        assert f"says that it fills {note}, but its last cell is D4" in brought.told("sheet.size_note")


def test_x12_rows_out_of_order_are_read_and_a_repeated_cell_is_held_back(given: Given) -> None:
    rows = row_xml(1, ("Trans No", "Trans Date", "Cost Centre", "Net Amount"))
    rows += row_xml(4, ("C", "03/04/2018", "CS1", 3)) + row_xml(2, ("A", "03/04/2018", "CS1", 1))
    brought = given.brought(given.sheet(rows))
    assert [(line.row, line.transaction) for line in brought.lines] == [(2, "A"), (4, "C")]
    assert "row 2 is stored below a row with a higher number" in brought.told("sheet.row_order")
    twice = '<row r="3"><c r="A3" t="inlineStr"><is><t>B</t></is></c><c r="D3"><v>1</v></c><c r="D3"><v>2</v></c></row>'
    held = given.brought(given.sheet(ledger_rows(5) + twice, "twice.xlsx"))
    assert held.amounts == [500]
    assert held.held == {3: "Claim!D3 is stored twice, so it is not known which one counts."}


# Errors and formulas


@pytest.mark.parametrize("text", ["#REF!", "#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"])
def test_x13_an_error_value_holds_the_row_back(given: Given, text: str) -> None:
    brought = given.brought(given.sheet(ledger_rows(5, f't="e"><v>{text}</v>', 6)))
    assert brought.amounts == [500, 600]
    assert brought.held == {3: f"Claim!D3 holds {text}."}


@pytest.mark.parametrize("text", ["#SPILL!", "#CALC!", "#FIELD!", "#BUSY!", "#PYTHON!", "#NEW!"])
def test_x14_an_unknown_error_costs_one_row_and_not_the_sheet(given: Given, text: str) -> None:
    brought = given.brought(given.sheet(ledger_rows(5, f't="e"><f>A1#</f><v>{text}</v>', 6)))
    assert brought.amounts == [500, 600]
    assert brought.held == {3: f"Claim!D3 holds {text}."}


def test_x15_a_formula_without_stored_result_holds_the_row_back(given: Given) -> None:
    brought = given.brought(given.sheet(ledger_rows(5, "><f>SUM(A1)</f>", "><f>2+4</f><v>6</v>")))
    assert brought.amounts == [500, 600]
    assert brought.held == {
        3: "Claim!D3 holds a formula whose result was not stored (open the file in Excel, let it recalculate and save"
        " it)."
    }


@pytest.mark.parametrize(
    "formula",
    [
        "cmd|&apos;/c calc&apos;!A0",
        "[Other.xlsx]Sheet1!A1",
        "'C:\\data\\[Other.xlsx]Sheet1'!A1",
        'WEBSERVICE("http://127.0.0.1/")',
    ],
)
def test_x16_a_formula_that_calls_elsewhere_is_told_and_never_carried_out(given: Given, formula: str) -> None:
    brought = given.brought(given.sheet(ledger_rows(4, f"><f>{formula}</f><v>5</v>")))
    assert brought.amounts == [400, 500]  # what Excel had stored
    told = brought.told("formula.calls")
    assert "“Claim” has 1 formula that would call another program or workbook; none was carried out" in told


@pytest.mark.parametrize("formula", ['"a|b!"&amp;A1', "SUM(A1:A2)", "Sheet1!A1", "Table1[Amount]"])
def test_x16_an_honest_formula_is_not_accused(given: Given, formula: str) -> None:
    assert given.brought(given.sheet(ledger_rows(f"><f>{formula}</f><v>5</v>"))).download.findings == ()


def test_x16_links_to_other_workbooks_are_told_and_never_followed(given: Given) -> None:
    linked = {
        **parts("><f>[1]Sheet1!A1</f><v>5</v>"),
        "xl/externalLinks/externalLink1.xml": f"{HEAD}<externalLink/>",
    }
    told = given.brought(given.raw(packed(linked))).told("links.external")
    assert told == (
        "ledger.xlsx refers to 1 other workbook; nothing was fetched from there, the stored values were taken."
    )


# Values


def test_x17_numbers_stored_as_text_are_read_by_one_rule_and_the_rest_held_back(given: Given) -> None:
    amounts = ["1,234.50", "£99.99", "(45.00)", "45-", "\u00a05.00\u00a0", "1.234,50", "five", "12 34"]
    brought = given.brought(given.sheet(ledger_rows(*amounts)))
    assert brought.amounts == [123450, 9999, -4500, -4500, 500]
    assert list(brought.held) == [7, 8, 9]
    assert "“1.234,50” is not an amount" in brought.held[7]
    assert brought.all_told("amount.text")  # and listed


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("NaN", "nan"),
        ("1E400", "inf"),
        ("12345678901234567", "12345678901234568"),
        ("1234567890123.451", "1234567890123.451"),
        ("100.12345678901234567", "100.123456789012"),
    ],
)
def test_x18_what_is_no_number_or_has_too_many_digits_is_held_back(
    given: Given, stored: str, shown: str
) -> None:
    brought = given.brought(given.sheet(ledger_rows(5, f"><v>{stored}</v>", 6)))
    assert brought.amounts == [500, 600]
    assert brought.held[3].startswith(f"Row 3, column “Net Amount”: “{shown}” is not an amount")


@pytest.mark.parametrize("stored", ["0", "1"])
def test_x19_true_and_false_are_no_amounts(given: Given, stored: str) -> None:
    brought = given.brought(given.sheet(ledger_rows(5, f't="b"><v>{stored}</v>')))
    assert brought.amounts == [500]
    assert "it is TRUE or FALSE" in brought.held[3]


def dated(given: Given, serials: Sequence[float], **options: object) -> Path:
    """A workbook whose dates are stored as these numbers."""
    path = given.folder / "dates.xlsx"
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("Ledger")
        style = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        sheet.write_row(0, 0, ["Ref", "Date", "Period", "Amount"])
        for at, serial in enumerate(serials, start=1):
            sheet.write_string(at, 0, f"A{at}")
            sheet.write_number(at, 1, serial, style)
            sheet.write_row(at, 2, [201801, 5])
    return path


def test_x20_a_workbook_that_counts_from_1904_has_the_right_dates(given: Given) -> None:
    days = (date(2018, 4, 3) - date(1904, 1, 1)).days
    brought = given.brought(dated(given, [days], date_1904=True))
    assert brought.lines[0].posted_on == date(2018, 4, 3)
    assert "counts its days from 1904" in brought.told("dates.1904")


@pytest.mark.parametrize("serial", [60, -1, 0, 2958466])
def test_x21_an_impossible_serial_number_is_no_date(given: Given, serial: int) -> None:
    """Nought and its neighbours are a lost date, which is told; the others are held back with what stands there."""
    brought = given.brought(dated(given, [43193, serial]))
    assert [line.posted_on for line in brought.lines if line.posted_on] == [date(2018, 4, 3)]
    noticed = [finding for finding in brought.download.findings if finding.source.column == "Date"]
    assert [finding.source.row for finding in noticed] == [3]
    if 3 in brought.held:
        assert str(serial) in brought.held[3]


def test_x22_text_dates_are_british_or_held_back(given: Given) -> None:
    days = ("03/04/2018", "13/04/2018", "31/04/2018")
    brought = given.brought(given.text(*(cells(at, day=day) for at, day in enumerate(days, start=1))))
    assert [line.posted_on for line in brought.lines] == [date(2018, 4, 3), date(2018, 4, 13)]
    assert "“31/04/2018” is not a day of the calendar" in brought.held[4]


@pytest.mark.parametrize("american", ["4/13/25", "04/13/2018"])
def test_x22_an_american_date_is_asked_about_and_never_read_the_other_way(
    given: Given, american: str
) -> None:
    path = given.text(cells(1, day="03/04/2018"), cells(2, day=american))
    download = given.read(path)
    assert [line.posted_on for line in download.parsed.lines] == [date(2018, 4, 3)]
    assert american in download.parsed.held_back[0].reason
    before = state_of(given.file.parent)
    with pytest.raises(ExpectedError):
        given.desk.do(ImportLedger(download, skip_unreadable=True))
    assert state_of(given.file.parent) == before


def test_x23_a_moment_before_midnight_stays_on_its_day(given: Given) -> None:
    """The rule: the time of day is dropped, never rounded, so a date moves to no other day."""
    brought = given.brought(dated(given, [43193.99999999, 43193.9999884, 43193.5, 43193]))
    assert {line.posted_on for line in brought.lines} == {date(2018, 4, 3)}


# Sheets


def test_x24_a_merged_cell_belongs_to_its_first_row(given: Given) -> None:
    tail = '<mergeCells count="1"><mergeCell ref="D2:D3"/></mergeCells>'
    brought = given.brought(given.sheet(ledger_rows(5, 6, 7), tail=tail))
    assert brought.amounts == [500, 700]
    assert brought.held == {
        3: "Claim!D3 is merged with D2, so it is not known whether the value counts for this row."
    }


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_x25_a_hidden_sheet_is_listed_and_read_only_when_chosen(given: Given, state: str) -> None:
    sheets = {"Shown": sheet_xml(ledger_rows(1)), "Old": sheet_xml(ledger_rows(2, 3))}
    path = given.raw(packed(parts_of(sheets, states={"Old": state})))
    shown = given.brought(path)
    assert shown.amounts == [100]
    assert "Sheet “Old” is hidden" in shown.told("sheet.hidden")
    assert [line.amount.pence for line in given.read(path, sheet="Old").parsed.lines] == [200, 300]


def test_x26_hidden_rows_and_columns_are_read_and_counted(given: Given) -> None:
    rows = ledger_rows(5, 6).replace('<row r="3">', '<row r="3" hidden="1">')
    sheet = sheet_xml(rows).replace(
        "<sheetData>", '<cols><col min="3" max="3" hidden="1"/></cols><sheetData>'
    )
    brought = given.brought(given.raw(workbook(sheet)))
    assert brought.amounts == [500, 600]
    assert brought.told("sheet.hidden_rows") == (
        "Sheet “Claim” has 1 hidden or filtered row; they were read like the others."
    )
    assert "1 hidden column; it was read like the others" in brought.told("sheet.hidden_columns")


def test_x27_totals_and_repeated_headings_are_skipped_with_their_rows(given: Given) -> None:
    def total_of(words: str, amount: str) -> list[object]:
        return ["", "", "", "", "", "", f"{words} total", amount]

    rows: list[list[object]] = [
        cells(1),
        cells(2),
        total_of("Sub", "20.00"),
        list(HEADINGS),
        cells(3),
        total_of("Grand", "30.00"),
    ]
    brought = given.brought(given.text(*rows))
    assert brought.amounts == [1000, 1000, 1000]
    assert brought.skipped == {4: "subtotal row", 5: "the headings again", 7: "total row"}
    assert brought.download.parsed.stated_total == Money(3000)


def test_x28_columns_are_known_by_their_headings_and_never_by_their_place(given: Given) -> None:
    turned = given.text(cells(1)[::-1], headings=HEADINGS[::-1])
    (line,) = given.brought(turned).lines
    assert (line.transaction, line.supplier, line.amount) == ("T1", "ACME LTD", Money(1000))


def test_x28_a_missing_amount_column_is_refused_with_the_headings_that_are_there(given: Given) -> None:
    error = given.refused(given.text(cells(1)[:-1], headings=HEADINGS[:-1]))
    assert "no column of amounts" in error.message
    assert "“Trans No”" in error.message


def test_x28_a_doubled_heading_is_asked_about(given: Given) -> None:
    rows = [[*cells(at, "10.00"), f"{at}.50"] for at in range(1, 5)]
    download = given.read(given.text(*rows, headings=(*HEADINGS, "Net Amount")))
    noticed = [doubt.text for doubt in download.doubts]
    noticed += [finding.text for finding in download.findings if finding.kind == "column.choice"]
    assert any("Net Amount" in text for text in noticed)


def test_x28_a_renamed_heading_is_mapped_by_a_person(given: Given) -> None:
    path = given.text(cells(1), cells(2, "7.50"), headings=(*HEADINGS[:-1], "Wert"))
    brought = given.brought(path, columns=(("Wert", Meaning.AMOUNT),))
    assert brought.amounts == [1000, 750]


def test_x29_extra_columns_blank_rows_and_notes_are_reported(given: Given) -> None:
    rows: list[list[object]] = [
        [*cells(1), "north", "x"],
        [""] * 10,
        [*cells(2), "south", "y"],
        ["Printed by the ledger on 1 May 2018", *[""] * 9],
    ]
    brought = given.brought(given.text(*rows, headings=(*HEADINGS, "District", "Flag")))
    assert brought.skipped == {3: "blank row", 5: "a note, not a ledger line"}
    unused = [name for name, meaning in brought.download.columns if meaning is Meaning.OTHER]
    assert unused == ["District", "Flag"]


def test_x30_characters_that_nobody_sees_are_named_and_kept_in_words(given: Given) -> None:
    names = ("ACME\u202eDTL", "BELL\x07 LTD", "ZERO\u200bWIDTH", "CAFÉ – ÑANDÚ")
    brought = given.brought(given.text(*(cells(at, supplier=name) for at, name in enumerate(names, start=1))))
    assert [line.supplier for line in brought.lines] == [
        "ACME⟨U+202E⟩DTL",
        "BELL⟨U+0007⟩ LTD",
        "ZERO⟨U+200B⟩WIDTH",
        "CAFÉ – ÑANDÚ",
    ]
    told = brought.all_told("cell.unseen")
    assert [(finding.severity, finding.source.row, finding.source.column) for finding in told] == [
        (Severity.WARNING, row, "Supplier") for row in (2, 3, 4)
    ]
    assert told[0].text == (
        "Row 2, column “Supplier”: the text holds characters that can't be seen (U+202E right-to-left override). It is"
        " kept with them in words, such as ⟨U+202E⟩."
    )


def test_x30_a_text_longer_than_any_cell_is_held_back(given: Given) -> None:
    brought = given.brought(
        given.text(cells(1, description="x" * 32_768), cells(2, description="y" * 32_767), cells(3))
    )
    assert [line.transaction for line in brought.lines] == ["T2", "T3"]
    assert "column “Description” holds a text of 32,768 characters" in brought.held[2]


@pytest.mark.parametrize("start", "=+-@")
def test_x31_text_that_looks_like_a_formula_stays_text(given: Given, start: str) -> None:
    words = f"{start}SUM(A1)"
    (line,) = given.brought(
        given.text(cells(1, description=words, supplier=f"{start}cmd|' /C calc'!A0"))
    ).lines
    assert (line.description, line.supplier) == (words, f"{start}cmd|' /C calc'!A0")


_MEASURED = """
import sys, re
from pathlib import Path
from fundingapp.workbooks.ledger_reader import read_ledger
from fundingapp.domain.downloads import parse_lines
told = 0
def report(done, total, label):
    global told
    told += 1
(table,) = read_ledger(Path(sys.argv[1]), progress=report)
parsed = parse_lines(table)
peak = int(re.findall(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[0]) // 1024
print(len(parsed.lines), parsed.total.pence, parsed.rows_read, told, peak)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it asks Linux how much memory was used")
def test_x32_a_long_sheet_is_streamed_with_progress_in_little_memory(given: Given) -> None:
    """A tenth of the longest sheet here, for its time; tests/bench reads the whole of 1,048,576 rows."""
    many = 104_857
    rows = row_xml(1, ("Trans No", "Trans Date", "Cost Centre", "Net Amount")) + "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>43193</v></c>'
        f'<c r="C{row}"><v>4402</v></c><c r="D{row}"><v>1.25</v></c></row>'
        for row in range(2, many + 2)
    )
    path = given.sheet(rows)
    ran = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    lines, pence, read, told, peak = map(int, ran.stdout.split())
    assert (lines, pence, read) == (many, 125 * many, many)
    assert told > 10
    assert peak < 300


# The same again


def test_x33_the_same_file_is_known_by_its_hash_whatever_it_is_called(given: Given) -> None:
    path = given.text(cells(1), cells(2))
    first = given.brought(path)
    again = given.folder / "another name.csv"
    again.write_bytes(path.read_bytes())
    second = given.desk.do(ImportLedger(given.read(again))).result
    assert (second.repeated, second.batch, second.new) == (True, first.imported.batch, 0)
    assert len(given.desk.ask(LineIds(LineFilter(), LineOrder()))) == 2


def test_x33_an_overlapping_extract_adds_only_what_is_new(given: Given) -> None:
    given.brought(given.text(cells(1), cells(2)))
    later = given.brought(given.text(cells(2), cells(3), name="later.csv")).imported
    assert (later.new, later.unchanged) == (1, 1)


def test_x33_rows_that_repeat_each_other_are_shown_for_a_choice(given: Given) -> None:
    rent = {"transaction": "", "description": "Rent"}
    download = given.read(given.text(cells(1, **rent), cells(2, **rent)))
    (alike,) = given.desk.ask(PreviewImport(download)).alike
    assert alike.line.row == 3
    assert (
        download.parsed.rows_read == len(download.parsed.lines) == 2
    )  # none is left out before somebody chooses


def test_x34_an_amended_amount_is_shown_with_both_sides_and_both_places(given: Given) -> None:
    given.brought(given.text(cells(1), cells(2)))
    given.desk.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
    later = given.brought(given.text(cells(2), cells(1, "12.50"), name="later.csv")).imported
    assert later.amount_changed == ("T1",)
    (change,) = given.desk.ask(BatchDetail(later.batch)).changes
    assert change.before is not None
    assert change.after is not None
    assert (change.before.amount, change.after.amount) == (Money(1000), Money(1250))
    assert (change.before.row, change.after.row) == (2, 3)
    (charged,) = given.desk.ask(LineDetail(LineId(1))).row.charges
    assert charged.charge.amount == Money(1250)


# The reader itself


def test_x35_a_reader_that_crashes_harms_nothing_and_the_file_is_not_tried_again(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_quarantine", {})
    path = given.sheet(ledger_rows(5))
    with monkeypatch.context() as patched:
        patched.setattr(apart, "child_command", lambda: [sys.executable, "-P", "-c", "import os; os.abort()"])
        error = given.refused(path)
    assert error.code == "reader_stopped"
    assert "Nothing else was harmed" in error.message
    assert "it was not tried again" in given.refused(path).message
    assert given.brought(given.sheet(ledger_rows(6), "other.xlsx")).amounts == [600]


@pytest.mark.parametrize("lock", ["~$ledger.csv", ".~lock.ledger.csv#"])
def test_x36_a_file_that_is_open_elsewhere_is_warned_of(given: Given, lock: str) -> None:
    path = given.text(cells(1))
    (given.folder / lock).write_bytes(b"")
    told = given.brought(path).told("file.open")
    assert told == (
        "ledger.csv is open in another program; changes that are not saved there are not in this import."
    )


def test_x37_rich_text_phonetic_signs_and_escapes_are_plain_text(given: Given) -> None:
    rich = 't="inlineStr"><is><r><t>rich </t></r><r><t>text</t></r><rPh sb="0" eb="1"><t>PHON</t></rPh></is>'
    rows = row_xml(1, ("Trans No", "Trans Date", "Description", "Net Amount"))
    rows += row_xml(2, ("A", "03/04/2018", rich, 5)) + row_xml(3, ("B", "03/04/2018", "two_x000D_lines", 6))
    rows += row_xml(4, ("C", "03/04/2018", "_x005F_x000D_", 7))
    described = [line.description.replace(" ", "") for line in given.brought(given.sheet(rows)).lines]
    assert described == ["richtext", "twolines", "_x000D_"]


# Text files


def test_x38_an_unclosed_quote_is_refused_with_its_line(given: Given) -> None:
    rows = [cells(at) for at in range(1, 60)]
    rows[20] = cells(21, supplier='"ACME')
    error = given.refused(given.text(*rows))
    assert "line 22" in error.message


def test_x38_a_nul_is_refused_with_its_line(given: Given) -> None:
    rows = [cells(at) for at in range(1, 900)] + [cells(900, supplier="A\0B")]
    assert "line 901" in given.refused(given.text(*rows)).message


def test_x38_ragged_and_cut_off_rows_are_held_back(given: Given) -> None:
    brought = given.brought(given.text(cells(1), [*cells(2, "1"), "234.56"], cells(3), cells(4)[:5]))
    assert [line.transaction for line in brought.lines] == ["T1", "T3"]
    assert "Line 3 has more cells" in brought.held[3]
    assert "there is no amount" in brought.held[5]


def test_x38_a_web_page_is_refused(given: Given) -> None:
    error = given.refused(
        given.raw(b"<!DOCTYPE html><html><body><p>Please log in</p></body></html>", "l.csv")
    )
    assert error.code == "web_page"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_x39_encodings_and_separators_are_told_by_evidence(given: Given, codec: str, separator: str) -> None:
    rows = [HEADINGS, cells(1, "£11.39", supplier="CAFÉ – LEICESTER")]
    text = "\r\n".join(separator.join(map(str, row)) for row in rows)
    (line,) = given.brought(given.raw(text.encode(codec), "ledger.csv")).lines
    assert (line.supplier, line.amount) == ("CAFÉ – LEICESTER", Money(1139))


def test_x39_an_encoding_without_proof_is_said_and_can_be_chosen(given: Given) -> None:
    path = given.raw(
        ",".join(HEADINGS).encode() + b"\nT1,04/05/2018,2,CS1,4,\xd1ANDU LTD,x,5.00\n", "ledger.csv"
    )
    brought = given.brought(path)
    assert brought.all_told("encoding.assumed")
    chosen = given.read(path, encoding="cp850").parsed.lines[0].supplier
    assert (brought.lines[0].supplier, chosen) == ("ÑANDU LTD", b"\xd1ANDU LTD".decode("cp850"))


# Half way


class _StopAt:
    """A progress that is cancelled at the *step*-th word."""

    def __init__(self, step: int) -> None:
        self.left = step

    def report(self, done: int, total: int, label: str) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


@pytest.mark.parametrize("step", range(0, 12, 2))
def test_x40_an_import_that_is_cancelled_has_not_happened(given: Given, step: int) -> None:
    path = given.sheet(ledger_rows(*range(1, 6_000)))
    before, handed = state_of(given.file.parent), state_of(given.folder)
    stopping = Desk(replace(given.desk._tools, progress=_StopAt(step)))
    done = False
    try:
        download = stopping.ask(ReadDownload(path))
        given.own(download)
        stopping.do(ImportLedger(download))
        done = True
    except Cancelled:
        assert state_of(given.file.parent) == before
    assert state_of(given.folder) == handed
    assert given.opened.check() == []
    assert done is (len(given.desk.ask(LineIds(LineFilter(), LineOrder()))) == 5_999)
