"""What the pre-flight refuses before a reader sees it, and what it tells that readers hide."""

from __future__ import annotations

import re
import time
import tracemalloc
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from fundingapp.domain.downloads import parse_lines
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Severity
from fundingapp.domain.ledger import ParsedLedger, RawTable
from fundingapp.domain.money import Money
from fundingapp.workbooks import preflight
from fundingapp.workbooks.ledger_reader import read_ledger
from fundingapp.workbooks.preflight import (
    Preflight,
    SheetCheck,
    address,
    check_package,
    column_letters,
    column_number,
)
from fundingapp.workbooks.sources import Kind, kind_of
from fundingapp.workbooks.workbook import read_grids
from tests.workbooks.packages import (
    HEAD,
    MAIN,
    ledger_rows,
    packed,
    parts_of,
    row_xml,
    saved,
    sheet_xml,
    workbook,
)


def refusal(raw: bytes) -> InputRefusedError:
    with pytest.raises(InputRefusedError) as caught:
        check_package(raw, "claim.xlsx")
    assert "claim.xlsx" in caught.value.message
    assert caught.value.advice
    return caught.value


def checked(rows: str, **options: str) -> SheetCheck:
    return check_package(workbook(sheet_xml(rows, **options)), "claim.xlsx").sheets["Claim"]


def read(folder: Path, raw: bytes) -> tuple[RawTable, ParsedLedger]:
    table = read_ledger(saved(folder, raw, "claim.xlsx"))[0]
    result = parse_lines(table)
    assert result.rows_read == len(result.lines) + len(result.skipped) == len(table.rows)
    return table, result


# The container


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/media/image1.png"])
def test_x01_a_bomb_is_refused_at_once_and_its_ratio_named(part: str) -> None:
    parts: dict[str, str | bytes] = {**parts_of({"Claim": sheet_xml("")}), part: bytes(100 << 20)}
    raw = packed(parts)
    del parts
    tracemalloc.start()
    start = time.perf_counter()
    error = refusal(raw)
    assert time.perf_counter() - start < 1
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()
    assert error.code == "bomb"
    assert part in error.message
    assert "1,0" in error.message


def test_x01_parts_that_overlap_are_refused() -> None:
    raw = bytearray(packed({**parts_of({"Claim": sheet_xml("")}), "a.bin": b"a" * 10, "b.bin": b"b" * 10}))
    at = raw.index(b"PK\x01\x02")
    while at >= 0:  # every entry of the directory claims to be as large as the file
        raw[at + 20 : at + 24] = len(raw).to_bytes(4, "little")
        at = raw.find(b"PK\x01\x02", at + 4)
    assert refusal(bytes(raw)).code in {"bomb", "damaged"}


def test_x02_too_many_parts_are_refused() -> None:
    parts: dict[str, str | bytes] = {**parts_of({"Claim": sheet_xml("")})}
    parts.update({f"p/{at}": b"" for at in range(5001)})
    error = refusal(packed(parts))
    assert error.code == "too_many_parts"


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "docProps/core.xml", "_rels/.rels"]
)
@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_x03_a_document_type_is_refused_in_any_part(part: str, declared: str, codec: str) -> None:
    parts: dict[str, str | bytes] = {
        "docProps/core.xml": f"{HEAD}<core/>",
        **parts_of({"Claim": sheet_xml("")}),
    }
    content = str(parts[part]).replace(HEAD, HEAD.replace("UTF-8", codec.upper()) + declared)
    error = refusal(packed({**parts, part: content.encode(codec)}))
    assert error.code == "document_type"
    assert part in error.message


def test_x04_two_parts_of_one_name_are_refused() -> None:
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w") as package:
        for name, content in parts_of({"Claim": sheet_xml(ledger_rows(5))}).items():
            package.writestr(name, content)
        package.writestr("xl/Worksheets/sheet1.xml", sheet_xml(ledger_rows(6)))
    assert refusal(raw.getvalue()).code == "part_repeated"


@pytest.mark.parametrize("part", ["../evil.xml", "xl/../../evil.xml", "/etc/evil.xml"])
def test_x04_a_part_that_leads_outside_is_refused(part: str) -> None:
    assert refusal(packed({**parts_of({"Claim": sheet_xml("")}), part: b""})).code == "unsafe_part"


def test_x05_a_damaged_part_is_named() -> None:
    raw = bytearray(workbook(sheet_xml(ledger_rows(*range(500)))))
    with zipfile.ZipFile(BytesIO(raw)) as package:
        info = package.getinfo("xl/worksheets/sheet1.xml")
    raw[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 0xFF
    error = refusal(bytes(raw))
    assert error.code == "damaged"
    assert "xl/worksheets/sheet1.xml" in error.message


@pytest.mark.parametrize(
    ("sheet", "line"),
    [
        (sheet_xml("<row><c></row>"), "line 2"),
        (sheet_xml("").replace("UTF-8", "klingon"), ""),
        (sheet_xml("\x01"), "line 2"),
        (sheet_xml("")[:-5], "line 2"),
        ("", ""),
    ],
)
def test_x05_broken_xml_is_refused_with_part_and_line(sheet: str, line: str) -> None:
    error = refusal(workbook(sheet))
    assert error.code == "damaged"
    assert "xl/worksheets/sheet1.xml" in error.message
    assert line in error.message


def test_x05_a_sheet_that_lost_its_part_is_named() -> None:
    parts = parts_of({"Claim": sheet_xml("")})
    del parts["xl/worksheets/sheet1.xml"]
    error = refusal(packed(parts))
    assert error.code == "damaged"
    assert "sheet “Claim” has lost its part" in error.message


def test_x05_a_package_without_workbook_is_refused() -> None:
    assert refusal(packed({"[Content_Types].xml": f"{HEAD}<Types/>"})).code == "damaged"


# The used area


def test_x09_two_cells_at_opposite_corners_are_refused() -> None:
    rows = row_xml(1, (5,)) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    error = refusal(workbook(sheet_xml(rows)))
    assert error.code == "too_sparse"
    assert "reaches XFD1048576, far beyond its 2 filled cells" in error.message


def test_x09_a_style_alone_in_the_far_corner_does_no_harm(tmp_path: Path) -> None:
    rows = ledger_rows(5, 6) + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert read(tmp_path, workbook(sheet_xml(rows)))[1].total == Money(1100)


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ('<row r="4294967296"><c r="A4294967296"><v>1</v></c></row>', "4294967296"),
        ('<row r="2"><c r="A1048577"><v>1</v></c></row>', "A1048577"),
        ('<row r="2"><c r="XFE2"><v>1</v></c></row>', "XFE2"),
        ('<row r="0"><c r="A0"><v>1</v></c></row>', "row 0"),
        ('<row r="2"><c r="?2"><v>1</v></c></row>', "?2"),
    ],
)
def test_x10_a_cell_beyond_the_grid_is_refused_with_its_address(row: str, place: str) -> None:
    error = refusal(workbook(sheet_xml(row_xml(1, (5,)) + row)))
    assert error.code == "beyond_grid"
    assert place in error.message


@pytest.mark.parametrize("note", ["A1", "A1:XFD1048576", "??", "B2:C3", "A1:D4"])
def test_x11_a_wrong_size_note_loses_no_row_and_is_noted(tmp_path: Path, note: str) -> None:
    table, result = read(tmp_path, workbook(sheet_xml(ledger_rows(1, 2, 3), dimension=note)))
    assert result.total == Money(600)
    expected = [] if note.startswith("A1:") else ["sheet.size_note"]
    assert [finding.kind for finding in table.findings] == expected


def test_x12_rows_out_of_order_are_all_read_and_noted(tmp_path: Path) -> None:
    rows = row_xml(1, ("Trans No", "Trans Date", "Cost Centre", "Net Amount"))
    rows += row_xml(4, ("C", "03/04/2018", "CS1", 3)) + row_xml(2, ("A", "03/04/2018", "CS1", 1))
    table, result = read(tmp_path, workbook(sheet_xml(rows)))
    assert [(line.row, line.transaction) for line in result.lines] == [(2, "A"), (4, "C")]
    assert [(finding.severity, finding.kind) for finding in table.findings] == [
        (Severity.NOTE, "sheet.row_order")
    ]


def test_x12_a_cell_stored_twice_holds_its_row_back(tmp_path: Path) -> None:
    twice = '<row r="3"><c r="A3" t="inlineStr"><is><t>B</t></is></c><c r="D3"><v>1</v></c><c r="D3"><v>2</v></c></row>'
    table, result = read(tmp_path, workbook(sheet_xml(ledger_rows(5) + twice)))
    assert [line.transaction for line in result.lines] == ["T1"]
    (finding,) = table.findings
    assert (finding.severity, finding.kind, finding.source.row) == (Severity.ERROR, "cell.repeated", 3)
    assert "Claim!D3 is stored twice" in finding.text


def test_x12_a_row_stored_twice_holds_itself_back(tmp_path: Path) -> None:
    rows = ledger_rows(5, 6) + row_xml(3, ("Z", "03/04/2018", "CS1", 7))
    table, result = read(tmp_path, workbook(sheet_xml(rows)))
    assert [line.transaction for line in result.lines] == ["T1"]
    assert "Claim!A3 is stored twice" in table.findings[0].text


# Errors and formulas


@pytest.mark.parametrize("text", ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"])
def test_x13_an_error_holds_its_row_back_with_its_address(tmp_path: Path, text: str) -> None:
    table, result = read(tmp_path, workbook(sheet_xml(ledger_rows(5, f't="e"><v>{text}</v>', 6))))
    assert result.total == Money(1100)
    (finding,) = table.findings
    assert (finding.severity, finding.source.row, finding.source.column) == (Severity.ERROR, 3, "Net Amount")
    assert finding.text == f"Claim!D3 holds {text}."
    assert result.skipped[0].reason == f"held back: Claim!D3 holds {text}."
    assert text in result.skipped[0].text
    assert result.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#BUSY!",
        "#GETTING_DATA",
        "#PYTHON!",
        "#NEW!",
    ],
)
def test_x14_an_error_that_calamine_does_not_know_costs_one_row_not_the_sheet(
    tmp_path: Path, text: str
) -> None:
    cell = f't="e"><f>A1#</f><v>{text}</v>'
    table, result = read(tmp_path, workbook(sheet_xml(ledger_rows(5, cell, 6))))
    assert result.total == Money(1100)
    assert [finding.text for finding in table.findings] == [f"Claim!D3 holds {text}."]


def test_x13_an_error_in_a_column_that_is_not_used_is_only_noted(tmp_path: Path) -> None:
    rows = row_xml(1, ("Trans No", "Trans Date", "Net Amount", "VAT"))
    rows += row_xml(2, ("A", "03/04/2018", 5, 't="e"><v>#REF!</v>'))
    table, result = read(tmp_path, workbook(sheet_xml(rows)))
    assert result.total == Money(500)
    assert [(finding.severity, finding.text) for finding in table.findings] == [
        (Severity.NOTE, "Claim!D2 holds #REF!; the column is not used.")
    ]


def test_x13_an_error_right_of_and_below_all_values_is_found(tmp_path: Path) -> None:
    last = '<row r="9"><c r="F9" t="e"><v>#REF!</v></c></row>'
    table, result = read(tmp_path, workbook(sheet_xml(ledger_rows(5) + last)))
    assert [row.row for row in table.rows] == list(range(2, 10))
    assert table.rows[-1].cells[5] == "#REF!"
    assert result.total == Money(500)


@pytest.mark.parametrize(
    "inner", ["><f>SUM(A1)</f>", "><f>SUM(A1)</f><v></v>", "><f>SUM(A1)</f><v/>", "><f/>"]
)
def test_x15_a_formula_without_stored_result_holds_its_row_back(tmp_path: Path, inner: str) -> None:
    table, result = read(tmp_path, workbook(sheet_xml(ledger_rows(5, inner))))
    assert result.total == Money(500)
    (finding,) = table.findings
    assert finding.text.startswith(
        "Claim!D3 holds a formula whose result was not stored (open the file in Excel"
    )


def test_x15_a_formula_with_a_result_is_a_value_and_an_empty_text_is_one(tmp_path: Path) -> None:
    rows = row_xml(1, ("Trans No", "Trans Date", "Description", "Net Amount"))
    rows += row_xml(2, ("A", "03/04/2018", 't="str"><f>""</f><v></v>', "><f>2+3</f><v>5</v>"))
    table, result = read(tmp_path, workbook(sheet_xml(rows)))
    assert [(line.description, line.amount) for line in result.lines] == [("", Money(500))]
    assert table.findings == ()


def test_x16_links_to_other_workbooks_are_reported_and_never_followed(tmp_path: Path) -> None:
    parts = parts_of({"Claim": sheet_xml(ledger_rows("><f>[1]Sheet1!A1</f><v>5</v>"))})
    parts["xl/externalLinks/externalLink1.xml"] = f"{HEAD}<externalLink/>"
    table, result = read(tmp_path, packed(parts))
    assert result.total == Money(500)
    assert [finding.kind for finding in table.findings] == ["links.external"]


def test_x17_numbers_stored_as_text_are_read_by_one_rule(tmp_path: Path) -> None:
    amounts = ["1,234.50", "£99.99", "(45.00)", "45-", "\u00a05.00\u00a0", "1.234,50", "five"]
    _, result = read(tmp_path, workbook(sheet_xml(ledger_rows(*amounts))))
    assert [line.amount.pence for line in result.lines] == [123450, 9999, -4500, -4500, 500]
    assert [finding.kind for finding in result.findings] == ["amount.unreadable"] * 2 + ["amount.text"]


@pytest.mark.parametrize("stored", ["NaN", "1E400", "-1E400", "12,345.67", "12345678901234567", "INF"])
def test_x18_what_is_no_number_holds_its_row_back(tmp_path: Path, stored: str) -> None:
    table, result = read(tmp_path, workbook(sheet_xml(ledger_rows(5, f"><v>{stored}</v>"))))
    if stored == "12,345.67":  # calamine keeps it as text, and as text it is a plain amount
        assert result.total == Money(1235067)
    else:
        assert [line.row for line in result.lines] == [2]
        assert [finding.source.row for finding in (*table.findings, *result.findings)] == [3]


@pytest.mark.parametrize("stored", ["0", "1"])
def test_x19_true_and_false_are_no_amounts(tmp_path: Path, stored: str) -> None:
    _, result = read(tmp_path, workbook(sheet_xml(ledger_rows(5, f't="b"><v>{stored}</v>'))))
    assert result.total == Money(500)
    assert [finding.kind for finding in result.findings] == ["amount.unreadable"]


def test_x22_text_dates_are_british_and_whole(tmp_path: Path) -> None:
    rows = row_xml(1, ("Trans No", "Trans Date", "Net Amount"))
    for at, day in enumerate(("03/04/2025", "4/13/25", "04/13/25", "31/04/2025", "03/04/25"), start=2):
        rows += row_xml(at, (f"T{at}", day, 5))
    _, result = read(tmp_path, workbook(sheet_xml(rows)))
    assert [line.posted_on for line in result.lines] == [date(2025, 4, 3)]
    assert [finding.source.row for finding in result.findings] == [0, 3, 4, 5, 6]
    assert result.findings[0].kind == "date.order"


def test_x26_hidden_rows_are_read_and_counted(tmp_path: Path) -> None:
    rows = ledger_rows(5, 6).replace('<row r="3">', '<row r="3" hidden="1">')
    table, result = read(tmp_path, workbook(sheet_xml(rows)))
    assert result.total == Money(1100)
    assert [finding.kind for finding in table.findings] == ["sheet.hidden_rows"]
    assert "1 hidden or filtered row;" in table.findings[0].text


# Both ways of scanning


def test_addresses() -> None:
    assert [column_letters(at) for at in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(column_number(column_letters(at)) == at for at in range(0, 16384, 7))
    assert address(17, 3) == "D17"


def test_cells_without_address_prefixes_and_comments_are_understood(tmp_path: Path) -> None:
    def bare(*cells: str) -> str:
        return "<x:row>" + "".join(f"<x:c{cell}</x:c>" for cell in cells) + "</x:row>"

    words = [
        f' t="inlineStr"><x:is><x:t>{word}</x:t></x:is>' for word in ("Trans No", "Trans Date", "Net Amount")
    ]
    first = [' t="inlineStr"><x:is><x:t>A</x:t></x:is>', ' t="inlineStr"><x:is><x:t>03/04/2018</x:t></x:is>']
    rows = (
        bare(*words)
        + "<!-- by hand -->"
        + bare(*first, "><x:v>5</x:v>")
        + bare(*first, ' t="e"><x:v>#REF!</x:v>')
    )
    sheet = f'{HEAD}<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    check = check_package(workbook(sheet), "claim.xlsx").sheets["Claim"]
    assert (check.cells, check.last_row, check.last_column) == (9, 3, 2)
    assert check.errors == [(3, 2, "#REF!")]
    assert read(tmp_path, workbook(sheet))[1].total == Money(500)


@pytest.mark.parametrize(
    "rows", ["", "<row r='1'><c r='A1'><v>1</v></c></row>", "<row r='2'/>", '<row r="2" ht="3"/>']
)
def test_sheets_written_otherwise_are_understood(rows: str) -> None:
    assert checked(rows).cells == rows.count("<v>")


def thoroughly(raw: bytes) -> Preflight:
    """The same look without the quick scan."""
    quick = preflight._QuickScan.feed

    def odd(self: preflight._QuickScan, piece: bytes) -> None:
        raise preflight._Odd

    preflight._QuickScan.feed = odd  # type: ignore[method-assign]
    try:
        return check_package(raw, "claim.xlsx")
    finally:
        preflight._QuickScan.feed = quick  # type: ignore[method-assign]


contents = st.sampled_from(
    [
        "><v>5</v>",
        't="e"><v>#REF!</v>',
        "><f>A1</f>",
        "><f>A1</f><v>3</v>",
        't="str"><f>""</f><v></v>',
        "word",
    ]
)


@settings(max_examples=200)
@given(
    st.dictionaries(st.integers(1, 40), st.dictionaries(st.integers(0, 30), contents, min_size=1), max_size=8)
)
def test_the_quick_scan_sees_what_the_thorough_one_sees(rows: dict[int, dict[int, str]]) -> None:
    xml = ""
    for row in sorted(rows):
        cells = rows[row]
        inner = "".join(
            f'<c r="{address(row, at)}" s="{row}" '
            + ('t="str"><v>w</v>' if cells[at] == "word" else cells[at])
            + "</c>"
            for at in sorted(cells)
        )
        xml += f'<row r="{row}" spans="1:9">{inner}</row>'
    raw = workbook(sheet_xml(xml, dimension="A1:Z9"))
    quick, thorough = check_package(raw, "claim.xlsx").sheets["Claim"], thoroughly(raw).sheets["Claim"]
    for name in ("errors", "without_result", "repeated", "dimension", "row_out_of_order"):
        assert getattr(quick, name) == getattr(thorough, name)
    # A formula that gives an empty text counts as a cell in the quick scan only: it has an address, but no value.
    assert (quick.last_row, quick.last_column) >= (thorough.last_row, thorough.last_column)


def test_a_large_sheet_is_scanned_in_pieces() -> None:
    raw = workbook(sheet_xml(ledger_rows(*range(20_000), 't="e"><v>#REF!</v>')))
    quick, thorough = check_package(raw, "claim.xlsx").sheets["Claim"], thoroughly(raw).sheets["Claim"]
    assert quick == thorough
    assert quick.cells == 4 * 20_002
    assert quick.errors == [(20_002, 3, "#REF!")]


SMALL = workbook(sheet_xml(ledger_rows(1, 2, 't="e"><v>#REF!</v>', 't="e"><v>#NEW!</v>', "><f>A1</f>")))


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(1, 255)), min_size=1, max_size=4))
def test_a_package_with_flipped_bytes_is_read_or_refused(flips: list[tuple[int, int]]) -> None:
    """Z4: nothing but a refusal may come out of a damaged workbook."""
    raw = bytearray(SMALL)
    for at, bits in flips:
        raw[at] ^= bits
    said = "claim.xlsx was read"
    try:
        kind = kind_of(bytes(raw), "claim.xlsx")
        read_grids(bytes(raw), "claim.xlsx", kind, None, lambda _done, _total, _label: None)
    except InputRefusedError as refusal:
        said = refusal.message
    assert "claim.xlsx" in said  # a refusal names the file


SHEET = sheet_xml(ledger_rows(1, 2, 't="e"><v>#REF!</v>', 't="b"><v>1</v>', "><f>A1</f>"), dimension="A1:D6")
TOKENS = [found.span() for found in re.finditer(r'<[^>]*>|\d+|"[^"]*"', SHEET)]


@settings(max_examples=300)
@given(
    st.sampled_from(TOKENS),
    st.sampled_from(
        ["", "-1", "99999999", "1e999", '"e"', '"XFD1048576"', "<v>", "<row/>", "<c/>", "</row><row>"]
    ),
    st.booleans(),
)
def test_a_sheet_with_changed_xml_loses_no_row_in_silence(
    token: tuple[int, int], change: str, keep: bool
) -> None:
    """Z4: one piece of the XML is replaced or doubled; rows are read, held back with a finding, or all refused."""
    start, end = token
    spoilt = SHEET[:start] + (SHEET[start:end] if keep else "") + change + SHEET[end:]
    try:
        grids, _ = read_grids(
            workbook(spoilt), "claim.xlsx", Kind.XLSX, None, lambda _done, _total, _label: None
        )
    except InputRefusedError:
        return
    (grid,) = grids
    assert [row.row for row in grid.rows] == list(range(1, len(grid.rows) + 1))
    written = sum(any(cell is not None for cell in row.cells) for row in grid.rows)
    assert written == 6 or grid.findings or spoilt.count("<row") != 6 or "<row/>" in spoilt
