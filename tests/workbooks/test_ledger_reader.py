"""Whole downloads: Charnwood's three files to the penny, sheets chosen, refusals in plain words."""

from __future__ import annotations

import json
import pickle
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from fundingapp.domain.downloads import parse_lines, parse_tables
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Severity
from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import (
    HeldLine,
    Meaning,
    ParsedLedger,
    compare_downloads,
    controls_of,
    scope_of,
)
from fundingapp.domain.money import Money
from fundingapp.domain.plans import parse_plan
from fundingapp.workbooks.ledger_reader import read_ledger
from fundingapp.workbooks.sources import open_elsewhere
from fundingapp.workbooks.tables import read_plain_table
from tests.workbooks.packages import ledger_rows, packed, parts_of, row_xml, saved, sheet_xml, workbook

ROOT = Path(__file__).resolve().parents[2]
CHARNWOOD = ROOT / "resources" / "sample" / "charnwood"
EXPECTED: dict[str, Any] = json.loads(
    (ROOT / "tests" / "data" / "charnwood" / "expected.json").read_text("utf-8")
)


def parsed(name: str) -> ParsedLedger:
    return parse_lines(read_ledger(CHARNWOOD / name)[0])


def refusal(path: Path, sheet: str | None = None) -> InputRefusedError:
    with pytest.raises(InputRefusedError) as caught:
        read_ledger(path, sheet)
    assert path.name in caught.value.message
    assert caught.value.advice
    return caught.value


# Charnwood


@pytest.mark.parametrize(
    ("name", "key"), [("GL_extract_P10.xlsx", "extract_P10"), ("GL_extract_P12.xlsx", "extract_P12")]
)
def test_charnwoods_downloads_are_read_to_the_penny(name: str, key: str) -> None:
    table = read_ledger(CHARNWOOD / name)[0]
    result = parse_lines(table)
    assert len(result.lines) == EXPECTED[key]["rows"]
    assert result.total.pence == EXPECTED[key]["total_pence"]
    assert result.stated_total == result.total
    assert result.rows_read == len(result.lines) + len(result.skipped) == EXPECTED[key]["rows"] + 4
    assert [skip.reason for skip in result.skipped] == [
        "blank row",
        "total row",
        "blank row",
        "end of the report",
    ]
    assert (table.sheet, table.heading_row, result.lines[0].row) == ("Transactions", 4, 5)
    assert [(finding.severity, finding.kind, finding.source.sheet) for finding in table.findings] == [
        (Severity.NOTE, "sheet.passed_over", "Parameters")
    ]
    assert [finding.kind for finding in result.findings] == ["amount.text"]


def test_the_csv_holds_the_same_records_as_the_workbook() -> None:
    workbook_lines = {line.key: line for line in parsed("GL_extract_P10.xlsx").lines}
    result = parsed("GL_extract_P10_drcr.csv")
    assert len(result.lines) == EXPECTED["extract_P10"]["rows"]
    assert result.total.pence == EXPECTED["extract_P10"]["total_pence"]
    assert result.stated_total is None
    assert result.findings == ()
    assert "type" not in result.fields
    assert {line.key: line._replace(row=0) for line in result.lines} == {
        key: line._replace(type="", sheet="", row=0) for key, line in workbook_lines.items()
    }


def test_charnwoods_csv_is_known_by_its_evidence() -> None:
    table = read_ledger(CHARNWOOD / "GL_extract_P10_drcr.csv")[0]
    assert (table.encoding, table.heading_row, table.findings) == ("cp1252", 1, ())
    assert table.meanings == (
        Meaning.TRANSACTION,
        Meaning.PERIOD,
        Meaning.DATE,
        Meaning.COST_CENTRE,
        Meaning.ACCOUNT,
        Meaning.NARRATIVE,
        Meaning.DEBIT,
        Meaning.CREDIT,
    )


def test_the_later_download_differs_from_the_earlier_as_the_case_says() -> None:
    earlier, later = parsed("GL_extract_P10.xlsx"), parsed("GL_extract_P12.xlsx")
    held = {line.key: HeldLine(LineId(at), line) for at, line in enumerate(earlier.lines)}
    result = compare_downloads(held, later.lines, later.fields, scope_of(controls_of(later.lines)))
    expected = EXPECTED["P12_against_P10"]
    assert [change.after.key for change in result.reworded] == expected["reworded"]
    assert {
        change.after.key: [change.before.amount.pence, change.after.amount.pence]
        for change in result.amount_changed
    } == expected["amount_changed"]
    assert [gone.line.key for gone in result.vanished] == expected["vanished"]
    assert (len(result.new), len(result.unchanged)) == (expected["new"], expected["unchanged"])


def test_charnwoods_plan_is_read() -> None:
    headings, rows = read_plain_table(CHARNWOOD / "funding_2018_19.csv")
    plan = parse_plan(headings, rows, "funding_2018_19.csv")
    assert plan.received == plan.stated_total == plan.total == Money(EXPECTED["grant_pence"])
    awards = {award.ref: award.amount.pence for award in plan.awards if award.kind != "contingency"}
    assert awards == EXPECTED["awards_pence"]
    contingency = [award for award in plan.awards if award.kind == "contingency"]
    assert [award.amount.pence for award in contingency] == [EXPECTED["contingency_pence"]]
    assert {award.ref for award in plan.awards if award.kind == "capital"} == {"LF-09", "LF-18"}
    assert {(finding.severity, finding.kind) for finding in plan.findings} == {
        (Severity.NOTE, "name.similar")
    }
    assert any("“Detached Work Youth Work” and “Detached Work”" in finding.text for finding in plan.findings)


def test_charnwoods_coding_rules_are_read() -> None:
    headings, rows = read_plain_table(CHARNWOOD / "coding_rules.csv")
    assert headings == [
        "order",
        "cost centre",
        "account",
        "supplier contains",
        "description contains",
        "type",
        "charge to",
    ]
    assert len(rows) == 28
    assert rows[25].cells == (
        "26",
        None,
        None,
        "PRINTROOM RECHARGE",
        "Jnl 88213",
        None,
        "split LF-06 60%, LF-11 40%",
    )


# Workbooks


def test_cells_are_exact_and_rows_are_the_files_own(tmp_path: Path) -> None:
    """The used area starts in C3, so that every reader that counts from there would be wrong."""
    path = tmp_path / "shifted.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Ledger")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(2, 2, ["Trans No", "Trans Date", "Account", "Amount"])
    sheet.write_row(3, 2, ["A"])
    sheet.write_datetime(3, 3, datetime(2018, 4, 3, 1, 0), day)
    sheet.write_row(3, 4, ["00123", 0.1 + 0.2])
    sheet.write_row(5, 2, ["B", "04/04/2018", 3201, 4999.999999999999])
    sheet.write_row(6, 2, ["C", "04/04/2018", 3201, 1.005])
    book.close()
    table = read_ledger(path)[0]
    assert table.heading_row == 3
    assert table.headings == ("", "", "Trans No", "Trans Date", "Account", "Amount")
    assert [row.row for row in table.rows] == [4, 5, 6, 7]
    result = parse_lines(table)
    assert [(line.row, line.account, line.posted_on, line.amount.pence) for line in result.lines] == [
        (4, "00123", date(2018, 4, 3), 30),
        (6, "3201", date(2018, 4, 4), 500_000),
    ]
    assert [finding.text for finding in result.findings] == [
        "Row 7, column “Amount”: “1.005” is not an amount: it is not a whole number of pence."
    ]


def test_several_sheets_come_biggest_first(tmp_path: Path) -> None:
    parts = parts_of(
        {
            "Apr": sheet_xml(ledger_rows(1, 2)),
            "May": sheet_xml(ledger_rows(1, 2, 3)),
            "Notes": sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'),
            "Blank": sheet_xml(""),
        }
    )
    tables = read_ledger(saved(tmp_path, packed(parts)))
    assert [table.sheet for table in tables] == ["May", "Apr"]
    assert [finding.source.sheet for finding in tables[0].findings] == ["Notes", "Blank"]
    assert parse_tables(tables).total == Money(900)


def test_a_sheet_can_be_chosen(tmp_path: Path) -> None:
    path = saved(
        tmp_path, packed(parts_of({"Apr": sheet_xml(ledger_rows(1)), "May": sheet_xml(ledger_rows(2, 3))}))
    )
    assert [table.sheet for table in read_ledger(path, "Apr")] == ["Apr"]
    error = refusal(path, "June")
    assert error.code == "no_sheet"
    assert "“Apr”, “May”" in error.message


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_x25_a_hidden_sheet_is_listed_and_read_only_when_chosen(tmp_path: Path, state: str) -> None:
    sheets = {"Shown": sheet_xml(ledger_rows(1)), "Old": sheet_xml(ledger_rows(2, 3))}
    path = saved(tmp_path, packed(parts_of(sheets, states={"Old": state})))
    tables = read_ledger(path)
    assert [table.sheet for table in tables] == ["Shown"]
    assert [(finding.kind, finding.source.sheet) for finding in tables[0].findings] == [
        ("sheet.hidden", "Old")
    ]
    assert [table.sheet for table in read_ledger(path, "Old")] == ["Old"]


def test_x24_a_merged_cell_belongs_to_its_first_row(tmp_path: Path) -> None:
    tail = '<mergeCells count="1"><mergeCell ref="D2:D3"/></mergeCells>'
    table = read_ledger(saved(tmp_path, workbook(sheet_xml(ledger_rows(5, 6, 7), tail=tail))))[0]
    result = parse_lines(table)
    assert [line.transaction for line in result.lines] == ["T1", "T3"]
    assert [finding.text for finding in table.findings] == [
        "Claim!D3 is merged with D2, so it is not known whether the value counts for this row."
    ]


def test_x20_dates_of_1904_are_right_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "mac.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    sheet = book.add_worksheet("Ledger")
    sheet.write_row(0, 0, ["Ref", "Date", "Amount"])
    sheet.write_row(1, 0, ["A"])
    sheet.write_datetime(1, 1, datetime(2018, 4, 3), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write(1, 2, 5)
    book.close()
    table = read_ledger(path)[0]
    assert [finding.kind for finding in table.findings] == ["dates.1904"]
    assert parse_lines(table).lines[0].posted_on == date(2018, 4, 3)


@pytest.mark.parametrize("serial", ["60", "-1", "0", "2958466"])
def test_x21_impossible_serial_numbers_are_no_dates(tmp_path: Path, serial: str) -> None:
    path = tmp_path / "serial.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Ledger")
    sheet.write_row(0, 0, ["Ref", "Date", "Period", "Amount"])
    sheet.write_row(1, 0, ["A"])
    sheet.write_number(1, 1, int(serial), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_row(1, 2, [201801, 5])
    book.close()
    result = parse_lines(read_ledger(path)[0])
    assert all(line.posted_on is None for line in result.lines)
    assert [finding.source.column for finding in result.findings] == ["Date"]


def test_x23_a_moment_before_midnight_stays_on_its_day(tmp_path: Path) -> None:
    path = tmp_path / "midnight.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Ledger")
    sheet.write_row(0, 0, ["Ref", "Date", "Amount"])
    sheet.write_row(1, 0, ["A"])
    sheet.write_number(1, 1, 43193.9999884, book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"}))
    sheet.write(1, 2, 5)
    book.close()
    assert parse_lines(read_ledger(path)[0]).lines[0].posted_on == date(2018, 4, 3)


def test_the_result_can_be_sent_between_processes() -> None:
    tables = read_ledger(CHARNWOOD / "GL_extract_P10.xlsx")
    assert pickle.loads(pickle.dumps(tables)) == tables  # noqa: S301 - our own bytes
    assert pickle.loads(pickle.dumps(read_ledger)) is read_ledger  # noqa: S301


def test_progress_is_told_and_may_stop_the_reading(tmp_path: Path) -> None:
    path = saved(tmp_path, workbook(sheet_xml(ledger_rows(*range(12_000)))))
    told: list[tuple[int, int, str]] = []
    read_ledger(path, progress=lambda done, total, label: told.append((done, total, label)))
    assert told[0][2] == "Opening ledger.xlsx"
    assert told[-1] == (12_001, 12_001, "Reading sheet “Claim”")

    class StopError(Exception):
        pass

    def stop(done: int, total: int, label: str) -> None:
        if done:
            raise StopError

    with pytest.raises(StopError):
        read_ledger(path, progress=stop)


def test_a_private_copy_is_called_by_its_own_name(tmp_path: Path) -> None:
    path = saved(tmp_path, workbook(sheet_xml(ledger_rows("x"))), "copy-17.bin")
    table = read_ledger(path, name="GL extract.xlsx")[0]
    assert table.file == "GL extract.xlsx"


# Refusals


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.xlsx").code == "cannot_read"


def test_a_folder_is_no_download(tmp_path: Path) -> None:
    assert refusal(tmp_path).code == "cannot_read"


@pytest.mark.parametrize(
    ("failure", "words"),
    [(PermissionError(13, "denied"), "another program"), (OSError(5, "I/O error"), "I/O error")],
)
def test_a_file_that_may_not_be_read_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: OSError, words: str
) -> None:
    path = saved(tmp_path, b"x", "locked.xlsx")

    def fail(_: Path) -> bytes:
        raise failure

    monkeypatch.setattr(Path, "read_bytes", fail)
    error = refusal(path)
    assert error.code == "cannot_read"
    assert words in error.message


def test_x07_text_named_like_a_workbook_is_told_by_its_content(tmp_path: Path) -> None:
    text = b"Trans No,Trans Date,Net Amount\nA,03/04/2018,1\n"
    for name in ("ledger.xlsx", "ledger.xls"):
        table = read_ledger(saved(tmp_path, text, name))[0]
        assert parse_lines(table).total == Money(100)
        note = table.findings[0]
        assert (note.severity, note.kind) == (Severity.NOTE, "file.misnamed")
        assert note.text == f"{name} is named like a workbook but holds plain text, and was read as such."
    plain = read_ledger(saved(tmp_path, text, "ledger.csv"))[0]
    assert "file.misnamed" not in [finding.kind for finding in plain.findings]


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("<html><body><table><tr><td>Trans No</td></tr></table></body></html>", "web_page"),
        ("\ufeff <!DOCTYPE HTML PUBLIC><table>", "web_page"),
        ("<!-- made by the ledger -->\n<table border=1>", "web_page"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related\n", "web_page"),
        (
            '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "xml_spreadsheet",
        ),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_x07_other_formats_named_xls_are_told_by_name(
    tmp_path: Path, start: str, code: str, codec: str
) -> None:
    error = refusal(saved(tmp_path, start.encode(codec), "ledger.xls"))
    assert error.code == code
    assert "Open it in Excel and save a copy" in error.advice


def test_x07_a_workbook_named_like_text_is_read_all_the_same(tmp_path: Path) -> None:
    for name in ("ledger.csv", "ledger.xls"):
        table = read_ledger(saved(tmp_path, workbook(sheet_xml(ledger_rows(5))), name))[0]
        assert parse_lines(table).total == Money(500)
        assert table.findings[0].text == f"{name} holds a workbook of the kind .xlsx and was read as such."


def test_bytes_that_are_nothing_are_refused(tmp_path: Path) -> None:
    junk = bytes(range(256)) * 8
    assert refusal(saved(tmp_path, junk, "junk.xlsx")).code == "not_a_workbook"
    assert refusal(saved(tmp_path, junk, "junk.dat")).code == "not_a_table"


def test_x05_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    raw = (CHARNWOOD / "GL_extract_P10.xlsx").read_bytes()
    for length in (10, 1000, len(raw) // 2, len(raw) - 10):
        assert refusal(saved(tmp_path, raw[:length])).code == "damaged"


def test_a_word_document_is_no_workbook(tmp_path: Path) -> None:
    parts = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"}
    assert refusal(saved(tmp_path, packed(parts), "letter.docx")).code == "not_a_workbook"
    assert refusal(saved(tmp_path, packed({"a.txt": "a"}), "letter.zip")).code == "not_a_workbook"


def test_an_ole_container_of_something_else_is_no_workbook(tmp_path: Path) -> None:
    raw = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + bytes(600)
    assert refusal(saved(tmp_path, raw, "letter.xls")).code == "not_a_workbook"
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + bytes(600)
    assert refusal(saved(tmp_path, old, "old.xls")).code == "damaged"


def test_an_empty_workbook_and_headings_alone_are_refused(tmp_path: Path) -> None:
    assert refusal(saved(tmp_path, workbook(sheet_xml("")))).code == "empty"
    error = refusal(saved(tmp_path, workbook(sheet_xml(ledger_rows()))))
    assert error.code == "empty"
    assert "sheet “Claim”" in error.message


def test_a_workbook_without_amounts_names_its_headings(tmp_path: Path) -> None:
    error = refusal(saved(tmp_path, workbook(sheet_xml(row_xml(1, ("Code", "Title"))))))
    assert error.code == "no_amount_column"
    assert "“Code”, “Title”" in error.message


@pytest.mark.parametrize("lock", ["~$ledger.xlsx", ".~lock.ledger.xlsx#"])
def test_x36_a_workbook_open_elsewhere_is_warned_of(tmp_path: Path, lock: str) -> None:
    path = saved(tmp_path, workbook(sheet_xml(ledger_rows(5))))
    assert open_elsewhere(path) is None
    (tmp_path / lock).write_bytes(b"")
    finding = open_elsewhere(path)
    assert finding is not None
    assert (finding.severity, finding.kind) == (Severity.WARNING, "file.open")
    assert "not saved" in finding.text


def test_x08_a_workbook_with_macros_is_read(tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = {
        **parts_of({"Claim": sheet_xml(ledger_rows(5))}),
        "xl/vbaProject.bin": b"\x01\x02",
    }
    assert parse_lines(read_ledger(saved(tmp_path, packed(parts), "ledger.xlsm"))[0]).total == Money(500)


def ods(extra: str = "") -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    table, words = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("table", "text"))

    def cell(value: object) -> str:
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    rows = [("Trans No", "Trans Date", "Amount"), ("A", "03/04/2018", 11.39)]
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="{table}" xmlns:text="{words}"><office:body>'
        f'<office:spreadsheet><table:table table:name="Ledger">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f"<manifest>{extra}</manifest>",
            "content.xml": content,
        }
    )


def test_x08_an_open_document_sheet_is_read(tmp_path: Path) -> None:
    assert parse_lines(read_ledger(saved(tmp_path, ods(), "ledger.ods"))[0]).total == Money(1139)


def test_x06_an_open_document_with_a_password_is_refused(tmp_path: Path) -> None:
    assert refusal(saved(tmp_path, ods("<encryption-data/>"), "ledger.ods")).code == "password_protected"


# Small tables


def test_a_small_table_may_be_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "rules.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Our coding rules"])
    sheet.write_row(2, 0, ["order", "account", "charge to"])
    sheet.write_row(4, 0, [1, "01001", "LF-01"])
    sheet.write_row(5, 0, [2.5])
    book.close()
    headings, rows = read_plain_table(path)
    assert headings == ["order", "account", "charge to"]
    assert [row.row for row in rows] == [5, 6]
    assert rows[0].cells == (1, "01001", "LF-01")
    assert len(rows[1].cells) == 3


def test_a_small_table_without_headings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as caught:
        read_plain_table(saved(tmp_path, b"just a word\n", "rules.csv"))
    assert caught.value.code == "empty"


def test_zipped_parts_with_a_password_are_refused(tmp_path: Path) -> None:
    raw = bytearray(workbook(sheet_xml(ledger_rows(5))))
    with zipfile.ZipFile(saved(tmp_path, bytes(raw))) as package:
        offset = package.getinfo("xl/workbook.xml").header_offset
    raw[offset + 6] |= 1
    at = raw.index(b"PK\x01\x02")
    while at >= 0:
        if raw[at + 46 : at + 46 + 15] == b"xl/workbook.xml" and raw[at + 46 + 15 : at + 46 + 16] != b".":
            raw[at + 8] |= 1
        at = raw.find(b"PK\x01\x02", at + 4)
    assert refusal(saved(tmp_path, bytes(raw))).code == "password_protected"
