"""Text files: told by evidence, read strictly, never a row swallowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.downloads import parse_lines
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.ledger import RawTable
from fundingapp.domain.money import Money
from fundingapp.workbooks.delimited import possible_encodings, read_text_table
from fundingapp.workbooks.ledger_reader import read_ledger

HEADING = "Trans No,Trans Date,Supplier,Net Amount"
LINES = [HEADING, "A,03/04/2018,CAFÉ – LEICESTER,£11.39", "B,04/04/2018,B LTD,£5.00"]


def table_of(folder: Path, raw: bytes, name: str = "ledger.csv") -> RawTable:
    path = folder / name
    path.write_bytes(raw)
    return read_ledger(path)[0]


def refusal(folder: Path, raw: bytes, name: str = "ledger.csv") -> InputRefusedError:
    with pytest.raises(InputRefusedError) as caught:
        table_of(folder, raw, name)
    assert name in caught.value.message
    assert caught.value.advice
    return caught.value


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_x39_encoding_separator_and_line_ends_are_found(
    tmp_path: Path, codec: str, encoding: str, line_end: str, separator: str
) -> None:
    raw = line_end.join(line.replace(",", separator) for line in LINES).encode(codec)
    table = table_of(tmp_path, raw, "ledger.txt")
    assert table.encoding == encoding
    parsed = parse_lines(table)
    assert [(line.supplier, line.amount) for line in parsed.lines] == [
        ("CAFÉ – LEICESTER", Money(1139)),
        ("B LTD", Money(500)),
    ]
    assert table.findings == ()


def test_x39_the_pound_sign_tells_code_page_850(tmp_path: Path) -> None:
    table = table_of(tmp_path, "\r\n".join(LINES).replace("–", "-").encode("cp850"))
    assert table.encoding == "cp850"
    assert parse_lines(table).lines[0].supplier == "CAFÉ - LEICESTER"


def test_x39_an_encoding_without_proof_is_said_to_be_assumed(tmp_path: Path) -> None:
    raw = "\n".join(LINES).replace("£", "").replace("CAFÉ – LEICESTER", "ÑANDU LTD").encode("cp1252")
    assert [finding.kind for finding in table_of(tmp_path, raw).findings] == ["encoding.assumed"]


def test_rows_are_named_by_their_line(tmp_path: Path) -> None:
    raw = f'{HEADING}\n\nA,03/04/2018,"TWO\nLINES",1\nB,03/04/2018,X,2\n'.encode()
    table = table_of(tmp_path, raw)
    assert table.heading_row == 1
    assert [row.row for row in table.rows] == [2, 3, 5]
    parsed = parse_lines(table)
    assert [(line.row, line.supplier) for line in parsed.lines] == [(3, "TWO LINES"), (5, "X")]
    assert parsed.rows_read == 3


def hundred_rows() -> list[str]:
    return [HEADING, *(f"T{at},03/04/2018,X,1" for at in range(2, 102))]


def test_x38_an_unclosed_quote_is_refused_with_its_line(tmp_path: Path) -> None:
    rows = hundred_rows()
    rows[21] = 'T22,03/04/2018,"X,1'
    error = refusal(tmp_path, "\n".join(rows).encode())
    assert error.code == "bad_quotes"
    assert "line 22" in error.message


@pytest.mark.parametrize("second", ['T62,03/04/2018,X",1', 'T62,03/04/2018,"X",1', 'T62,"03/04/2018",X,1'])
def test_x38_stray_quotes_do_not_swallow_the_rows_between_them(tmp_path: Path, second: str) -> None:
    rows = hundred_rows()
    rows[21] = 'T22,03/04/2018,"X,1'
    rows[61] = second
    error = refusal(tmp_path, "\n".join(rows).encode())
    assert error.code == "bad_quotes"
    assert "line 22" in error.message


def test_x38_a_cell_too_many_holds_its_row_back(tmp_path: Path) -> None:
    raw = f"{HEADING}\nA,03/04/2018,X,1,234.56\nB,03/04/2018,X,2".encode()
    table = table_of(tmp_path, raw)
    parsed = parse_lines(table)
    assert [line.transaction for line in parsed.lines] == ["B"]
    assert [(finding.kind, finding.source.row) for finding in table.findings] == [("row.ragged", 2)]
    assert parsed.skipped[0].reason.startswith("held back: Line 2 has more cells")


def test_x38_a_row_cut_off_is_held_back(tmp_path: Path) -> None:
    parsed = parse_lines(table_of(tmp_path, "\n".join([HEADING, LINES[2], "C,04/04/2018,C LT"]).encode()))
    assert len(parsed.lines) == 1
    assert [finding.kind for finding in parsed.findings] == ["amount.missing"]


def test_x38_a_nul_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, "\n".join(LINES * 400).encode("cp1252") + b"\nX,\x00,Y,1")
    assert error.code == "not_text"
    assert "line 1,201" in error.message


@pytest.mark.parametrize("page", ["<!DOCTYPE html><html>", "<html><body><table>", '  <TABLE border="1"><tr>'])
def test_x38_a_web_page_is_refused(tmp_path: Path, page: str) -> None:
    assert refusal(tmp_path, f"{page}<td>Amount</td>".encode()).code == "web_page"


def test_half_an_utf16_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "\n".join(LINES).encode("utf-16")[:-1]).code == "damaged"


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\xef\xbb\xbf", b"\x00\x00", b"  \t "])
def test_an_empty_file_is_refused(tmp_path: Path, raw: bytes) -> None:
    assert refusal(tmp_path, raw).code == "empty"


def test_headings_without_rows_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, HEADING.encode() + b"\n,,,\n").code == "empty"


def test_a_table_without_amounts_names_its_headings(tmp_path: Path) -> None:
    error = refusal(tmp_path, b"Code,Title\nA,B\n")
    assert error.code == "no_amount_column"
    assert "“Code”, “Title”" in error.message


def test_a_cell_of_a_megabyte_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, f"{HEADING}\nA,03/04/2018,{'x' * 1_100_000},1\n".encode())
    assert "line 2" in error.message


def test_which_of_several_amounts_was_taken_is_noted(tmp_path: Path) -> None:
    raw = b"Trans No,Trans Date,Amount inc VAT,Amount ex VAT\nA,03/04/2018,12,10\n"
    table = table_of(tmp_path, raw)
    assert parse_lines(table).total == Money(1000)
    assert [finding.kind for finding in table.findings] == ["column.choice"]
    assert "“Amount inc VAT” was not used" in table.findings[0].text


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        table = read_text_table(raw, "junk.csv")
    except InputRefusedError:
        return
    assert [row.row for row in table.rows] == sorted({row.row for row in table.rows})


cell = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n\x1a"), max_size=8)


@given(st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_what_was_written_quoted_is_read_back(rows: list[list[str]], separator: str) -> None:
    quoted = [separator.join('"' + value.replace('"', '""') + '"' for value in row) for row in rows]
    raw = "\n".join([separator.join(["Ref", "Date", "Amount"])] * 3 + quoted).encode("utf-8-sig")
    table = read_text_table(raw, "x.csv")
    assert [tuple(value or None for value in row) for row in rows] == [row.cells for row in table.rows[3:]]


def test_X39_the_encodings_a_file_can_be_read_in_come_with_a_line_that_differs() -> None:
    raw = b"Date,Who\n01/04/2018,Plain\n02/04/2018,Caf\x82\n"
    assert possible_encodings(raw) == [("cp1252", "02/04/2018,Caf‚"), ("cp850", "02/04/2018,Café")]
    assert possible_encodings(b"Date,Who\n01/04/2018,Plain\n") == []
    assert [name for name, _ in possible_encodings("é".encode())] == ["utf-8", "cp1252", "cp850"]
    assert [name for name, _ in possible_encodings(b"\x81")] == ["cp850"], "Windows-1252 has no such letter"


def test_X39_an_encoding_that_a_person_chose_is_taken_without_asking() -> None:
    raw = b"Date,Who\n02/04/2018,Caf\x82\n"
    table = read_text_table(raw, "x.csv", "cp850")
    assert (table.encoding, table.is_sure, table.rows[1].cells[1]) == ("cp850", True, "Café")
    with pytest.raises(InputRefusedError, match="not valid"):
        read_text_table(b"a,b\n\x81,c\n", "x.csv", "cp1252")
