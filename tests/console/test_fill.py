"""The command fill: a list of cells goes into somebody else's workbook, and what came of it is printed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.console.terminal import run
from tests.workbooks.packages import MAIN, OFFICE, packed, parts_of, sheet_xml

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="4"/>'
    '<xf numFmtId="49"/></cellXfs></styleSheet>'
)
SHEET = sheet_xml(
    '<row r="1"><c r="A1" s="1"/><c r="B1" s="2"/><c r="C1" s="3"/><c r="D1" t="b"><v>0</v></c><c r="E1"/></row>'
    '<row r="2"><c r="A2"/><c r="B2"><f>SUM(B1,B3)</f><v>0</v></c><c r="C2"><v>9</v></c></row>'
)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    parts = parts_of({"Cover, one": SHEET})
    relation = f'<Relationship Id="rId90" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", relation
    )
    path = tmp_path / "theirs.xlsx"
    path.write_bytes(packed({**parts, "xl/styles.xml": STYLES}))
    return path


def cells(folder: Path, text: str) -> Path:
    path = folder / "cells.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_values_take_the_sort_that_their_cells_ask_for(template: Path, tmp_path: Path) -> None:
    listed = cells(
        tmp_path,
        "sheet,cell,value\r\n"
        '"Cover, one",A1,31/03/2019\r\n'
        '"Cover, one",B1,"£1,234.50"\r\n'
        '"Cover, one",C1,12\r\n'
        '"Cover, one",D1,TRUE\r\n'
        '"Cover, one",E1,00123\r\n'
        '"Cover, one",A2," TRUE "\r\n'
        '"Cover, one",C2,\r\n'
        '"Cover, one",B3,-4.5\r\n',
    )
    out = tmp_path / "out.xlsx"
    ran = run("fill", template, "--cells", listed, "--out", out, "--json")
    data = ran.data
    assert (ran.status, data["cells_written"], data["read_back_equal"], data["findings"]) == (0, 8, True, [])
    assert data["parts_changed"] == ["xl/worksheets/sheet1.xml"]
    assert (data["parts_untouched"], data["formulas_recomputed"], data["formulas_not_computed"]) == (5, 1, [])
    rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert [str(value) for value in rows[0]] == ["2019-03-31", "1234.5", "12", "True", "00123"]
    assert rows[1][:3] == [" TRUE ", 1230.0, ""]
    with zipfile.ZipFile(out) as package:
        assert b'<c r="C1" s="3" t="inlineStr">' in package.read("xl/worksheets/sheet1.xml")


def test_a_type_says_what_is_meant(template: Path, tmp_path: Path) -> None:
    listed = cells(
        tmp_path,
        'sheet;cell;value;type\n"Cover, one";A1;2019-03-31;text\n'
        '"Cover, one";E1;31/03/2019;date\n"Cover, one";A2;yes;yes-no\n',
    )
    ran = run("fill", template, "--cells", listed, "--out", tmp_path / "out.xlsx", "--json")
    assert ran.status == 1
    assert {each["kind"] for each in ran.data["findings"]} == {"fill.text_in_number", "fill.shows_as_number"}
    rows = CalamineWorkbook.from_path(tmp_path / "out.xlsx").get_sheet_by_index(0).to_python()
    assert (rows[0][0], rows[0][4], rows[1][0]) == ("2019-03-31", 43555.0, True)


def test_people_read_what_changed(template: Path, tmp_path: Path) -> None:
    listed = cells(tmp_path, 'sheet,cell,value\n"Cover, one",B2,7\n')
    ran = run("fill", template, "--cells", listed, "--out", tmp_path / "out.xlsx", "--over-formulas")
    assert ran.status == 0
    assert "=SUM(B1,B3)" in ran.out
    assert "1 cells read back and found equal" in ran.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('sheet,cell,value\n"Cover, one",B2,7\n', "Cover, one!B2 holds a formula"),
        ("sheet,cell,value\nCover,B1,7\n", "Did you mean “Cover, one”?"),
        ("sheet,cell\nCover,B1\n", "no columns sheet, cell and value"),
        ('sheet,cell,value\n"Cover, one",B1,7,8\n', "line 2 has 4 fields"),
        ('sheet,cell,value,type\n"Cover, one",B1,x,number\n', "“x” for Cover, one!B1 is not a number"),
        ('sheet,cell,value,type\n"Cover, one",B1,x,sum\n', "“sum” is no sort of value"),
        ("", "is empty"),
    ],
)
def test_a_refusal_leaves_nothing(template: Path, tmp_path: Path, text: str, said: str) -> None:
    out = tmp_path / "out.xlsx"
    ran = run("fill", template, "--cells", cells(tmp_path, text), "--out", out)
    assert said in ran.refusal
    assert not out.exists()
