"""Every format of workbook tells the same: values, errors with their addresses, hidden and merged cells (X08)."""

from __future__ import annotations

import struct
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding
from fundingapp.workbooks.compound import Compound
from fundingapp.workbooks.sources import Kind, kind_of
from fundingapp.workbooks.workbook import Grid, read_grids
from tests.workbooks.binary import ERRORS, binary_workbook, record, sheet_bin
from tests.workbooks.packages import packed, parts_of

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "workbooks"


def read(raw: bytes, name: str, sheet: str | None = None) -> tuple[list[Grid], list[Finding]]:
    return read_grids(raw, name, kind_of(raw, name), sheet, lambda _done, _total, _label: None)


def refusal(raw: bytes, name: str) -> InputRefusedError:
    with pytest.raises(InputRefusedError) as caught:
        read(raw, name)
    assert name in caught.value.message
    return caught.value


@pytest.mark.parametrize("name", ["ledger.ods", "ledger.xls", "ledger.xlsx"])
def test_x08_a_ledger_reads_alike_in_every_format(name: str) -> None:
    grids, findings = read((SAMPLES / name).read_bytes(), name)
    ledger, notes = grids
    assert [row.row for row in ledger.rows] == list(range(1, 10))
    assert ledger.rows[0].cells == ("Trans No", "Trans Date", "Supplier", "Net Amount", "Check")
    assert ledger.rows[1].cells == (
        "T1",
        date(2018, 4, 1),
        "Example Ltd",
        Decimal("100.25"),
        Decimal("50.125"),
    )
    assert list(ledger.errors) == [(4, 4, "#DIV/0!"), (6, 4, "#N/A"), (8, 3, "#DIV/0!"), (8, 4, "#DIV/0!")]
    assert [ledger.rows[row - 1].cells[at] for row, at, _ in ledger.errors] == [
        text for *_, text in ledger.errors
    ]
    assert list(ledger.merged) == [(6, 2, 7, 2)]
    assert ledger.rows[6].cells[2] is None
    assert [finding.kind for finding in ledger.findings] == ["sheet.hidden_rows", "sheet.hidden_columns"]
    assert "1 hidden or filtered row;" in ledger.findings[0].text
    assert "1 hidden column;" in ledger.findings[1].text
    assert (notes.sheet, notes.rows[3].cells[2], notes.findings) == ("Notes", "a note", ())
    assert [finding.text for finding in findings] == ["Sheet “Secret” is hidden and was not read."]


@pytest.mark.parametrize("name", ["ledger.ods", "ledger.xls", "ledger.xlsx"])
def test_x25_a_hidden_sheet_is_read_when_it_is_chosen(name: str) -> None:
    grids, findings = read((SAMPLES / name).read_bytes(), name, "Secret")
    assert [grid.rows[1].cells for grid in grids] == [("S1", date(2018, 4, 1), 5)]
    assert findings == []


def test_x25_a_very_hidden_sheet_is_named_as_such() -> None:
    sheets = {"Seen": "<worksheet><sheetData/></worksheet>", "Gone": "<worksheet><sheetData/></worksheet>"}
    _, findings = read(packed(parts_of(sheets, states={"Gone": "veryHidden"})), "ledger.xlsx")
    assert [finding.text for finding in findings] == [
        "Sheet “Gone” is hidden so that Excel does not list it and was not read."
    ]


LEDGER = (
    ("Trans No", "Trans Date", "Net Amount", "Paid"),
    ("A", "03/04/2018", 5.25, True),
    ("B", "03/04/2018", "#REF!", None),
    ("C", "03/04/2018", -7, "#N/A"),
)


def test_x08_a_binary_workbook_tells_what_is_hidden_merged_and_wrong() -> None:
    ledger = sheet_bin(LEDGER, hidden_row=1, hidden_column=1, merged=(1, 2, 0, 0))
    raw = binary_workbook({"Ledger": ledger, "Gone": sheet_bin([["a"]])}, hidden="Gone")
    (grid,), findings = read(raw, "ledger.xlsb")
    assert [row.cells for row in grid.rows[1:]] == [
        ("A", "03/04/2018", Decimal("5.25"), True),
        ("B", "03/04/2018", "#REF!", None),
        ("C", "03/04/2018", -7, "#N/A"),
    ]
    assert list(grid.errors) == [(3, 2, "#REF!"), (4, 3, "#N/A")]
    assert list(grid.merged) == [(2, 0, 3, 0)]
    assert [finding.kind for finding in grid.findings] == ["sheet.hidden_rows", "sheet.hidden_columns"]
    assert [finding.kind for finding in findings] == ["sheet.hidden"]


@pytest.mark.parametrize("text", [text for text in ERRORS if text != "#ODD!"])
def test_x13_every_error_of_a_binary_workbook_has_its_address(text: str) -> None:
    (grid,), _ = read(binary_workbook({"Ledger": sheet_bin([["Amount"], [text], [5]])}), "ledger.xlsb")
    assert list(grid.errors) == [(2, 0, text)]
    assert grid.rows[1].cells == (text,)


def test_x14_an_unknown_error_in_a_binary_workbook_is_refused_with_its_address() -> None:
    error = refusal(binary_workbook({"Ledger": sheet_bin([["Amount"], ["#ODD!"]])}), "ledger.xlsb")
    assert error.code == "unknown_error"
    assert "Ledger!A2" in error.message


def test_x20_a_workbook_of_1904_is_noted_in_the_binary_formats() -> None:
    raw = binary_workbook({"Ledger": sheet_bin([["Amount"], [5]])}, is_1904=True)
    assert [finding.kind for finding in read(raw, "ledger.xlsb")[1]] == ["dates.1904"]
    old = (SAMPLES / "ledger.xls").read_bytes()
    at = old.index(b"\x22\x00\x02\x00\x00\x00")  # the record that says which system
    grids, findings = read(old[: at + 4] + b"\x01\x00" + old[at + 6 :], "ledger.xls")
    assert "dates.1904" in [finding.kind for finding in findings]
    assert grids[0].rows[1].cells[1] == date(2022, 4, 2)  # four years and a day later


def test_x12_a_cell_stored_twice_in_a_binary_workbook_is_found() -> None:
    sheet = sheet_bin([["Amount"], [5]])
    cell = record(5, struct.pack("<IId", 0, 0, 5))
    raw = binary_workbook({"Ledger": sheet.replace(cell, cell + cell)})
    assert [finding.kind for finding in read(raw, "ledger.xlsb")[0][0].findings] == ["cell.repeated"]


def test_x09_two_cells_at_opposite_corners_are_refused_in_every_format() -> None:
    far = struct.pack("<IIHBBBI", 1_048_575, 0, 300, 0, 0, 0, 0)
    sheet = sheet_bin([["Amount"]])
    end = record(146)
    last = record(0, far) + record(5, struct.pack("<IId", 16_383, 0, 5))
    raw = binary_workbook({"Ledger": sheet.replace(end, last + end)})
    assert "reaches XFD1048576, far beyond its 2 filled cells" in refusal(raw, "ledger.xlsb").message
    assert refusal(
        ods_of('<table:table-row table:number-rows-repeated="1048575"/>' + ods_row(16_383)), "l.ods"
    ).code == ("too_sparse")


def test_x10_a_cell_beyond_the_grid_is_refused_in_every_format() -> None:
    wide = sheet_bin([["Amount"]]).replace(
        record(6, struct.pack("<II", 0, 0) + struct.pack("<I", 6) + "Amount".encode("utf-16-le")),
        record(5, struct.pack("<IId", 16_384, 0, 5)),
    )
    assert refusal(binary_workbook({"Ledger": wide}), "ledger.xlsb").code == "beyond_grid"
    assert refusal(ods_of(ods_row(16_384)), "ledger.ods").code == "beyond_grid"


def ods_row(skipped: int, cell: str = "") -> str:
    """A row with a value right of *skipped* empty cells."""
    value = (
        cell
        or '<table:table-cell office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell>'
    )
    before = f'<table:table-cell table:number-columns-repeated="{skipped}"/>' if skipped else ""
    return f"<table:table-row>{before}{value}</table:table-row>"


def ods_of(rows: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="Ledger">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest,
        }
    )


def test_x15_a_formula_without_result_in_an_ods_has_its_address() -> None:
    raw = ods_of(ods_row(0) + ods_row(2, '<table:table-cell table:formula="of:=A1"/>'))
    (grid,), _ = read(raw, "ledger.ods")
    assert [(row, at) for row, at, _ in grid.errors] == [(2, 2)]


def test_x13_an_error_that_an_ods_repeats_is_found_in_each_cell() -> None:
    error = (
        '<table:table-cell table:number-columns-repeated="2" table:formula="of:=1/0" office:value-type="string"'
        ' calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    row = ods_row(1, error).replace("<table:table-row>", '<table:table-row table:number-rows-repeated="2">')
    (grid,), _ = read(ods_of(ods_row(0) + row), "ledger.ods")
    assert list(grid.errors) == [(2, 1, "#DIV/0!"), (2, 2, "#DIV/0!"), (3, 1, "#DIV/0!"), (3, 2, "#DIV/0!")]


def test_a_comment_on_a_cell_of_an_ods_is_not_its_text() -> None:
    noted = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>#REF!</text:p></office:annotation>'
        "<text:p>Amount</text:p></table:table-cell>"
    )
    (grid,), _ = read(ods_of(ods_row(0, noted)), "ledger.ods")
    assert (grid.rows[0].cells, grid.errors) == (("Amount",), [])


@pytest.mark.parametrize("at", range(1, 12))
def test_x05_an_old_workbook_that_is_cut_off_is_refused(at: int) -> None:
    raw = (SAMPLES / "ledger.xls").read_bytes()
    assert refusal(raw[: len(raw) * at // 12], "ledger.xls").code in {"damaged", "not_a_workbook"}


def test_a_chain_of_sectors_that_runs_in_circles_is_refused() -> None:
    raw = bytearray((SAMPLES / "ledger.xls").read_bytes())
    (table,) = struct.unpack_from("<I", raw, 76)
    start = (table + 1) * 512
    for at in range(start, start + 512, 4):
        raw[at : at + 4] = struct.pack("<I", 1)
    with pytest.raises(InputRefusedError) as caught:
        Compound(BytesIO(raw), "ledger.xls")
    assert "its sectors cannot be followed" in caught.value.message


def test_a_part_that_dates_or_texts_depend_on_must_be_there() -> None:
    import zipfile

    source = zipfile.ZipFile(SAMPLES / "ledger.xlsx")
    for lost in ("xl/styles.xml", "xl/sharedStrings.xml"):
        parts = {name: source.read(name) for name in source.namelist() if name != lost}
        error = refusal(packed(parts), "ledger.xlsx")
        assert (error.code, lost in error.message) == ("damaged", True)
    assert kind_of((SAMPLES / "ledger.xlsx").read_bytes(), "x") is Kind.XLSX
