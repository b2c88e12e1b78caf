"""Cells put into somebody else's workbook: what is written, what is refused, and that nothing else changes."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.filling import CellToFill, Filled, FillWishes, Over
from fundingapp.workbooks.template_filler import fill_template
from tests.workbooks.packages import KIND, MAIN, OFFICE, PACKAGE, packed, parts_of, sheet_xml

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\/mm\\/yyyy"/></numFmts>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="164"/>'
    '<xf numFmtId="4" applyProtection="1"><protection locked="0"/></xf><xf numFmtId="49"/></cellXfs></styleSheet>'
)


def book(
    folder: Path,
    sheet: str,
    *,
    more: dict[str, str] | None = None,
    date1904: bool = False,
    name: str = "theirs.xlsx",
    relations: str = "",
) -> Path:
    """A workbook of one sheet called S, with styles: 1 a day, 2 an unlocked amount, 3 text."""
    parts = parts_of({"S": sheet}, date1904=date1904)
    parts["xl/styles.xml"] = STYLES
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="rId90" Type="{OFFICE}/styles" Target="styles.xml"/>{relations}</Relationships>',
    )
    parts |= more or {}
    path = folder / name
    path.write_bytes(packed(parts))
    return path


def filled(template: Path, *cells: CellToFill, **wishes: Any) -> tuple[Filled, Path]:
    out = template.with_name(f"filled{template.suffix}")
    return fill_template(template, cells, out, lambda *_: None, FillWishes(**wishes)), out


def put(cell: str, value: object, **how: bool) -> CellToFill:
    return CellToFill("S", cell, value, **how)  # type: ignore[arg-type]


def sheet_of(path: Path) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read("xl/worksheets/sheet1.xml").decode()


def values(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)


def opened(path: Path) -> Worksheet:
    """The sheet as another reader has it, which misses a default style that these small workbooks lack."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)["S"]


def refusal(template: Path, *cells: CellToFill, **wishes: Any) -> ExpectedError:
    out = template.with_name("filled.xlsx")
    out.write_bytes(b"as it was")
    with pytest.raises(ExpectedError) as caught:
        fill_template(template, cells, out, lambda *_: None, FillWishes(**wishes))
    assert out.read_bytes() == b"as it was"
    return caught.value


class TestWhatIsWritten:
    def test_a_cell_keeps_its_look_and_all_around_it_every_byte(self, tmp_path: Path) -> None:
        before = (
            "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n"
            f'<worksheet  xmlns="{MAIN}" >\n <!-- a > b -->'
            '<dimension ref="A1:C2"/><sheetData>\n<row r=\'1\'   spans="1:3" ht="20"><c  s="2" r="A1"><v>1.10</v></c>\t'
            "<c r=\"B1\"\tt='str'  s='3'><v>0</v></c></row></sheetData ><!--end--></worksheet>\n"
        )
        template = book(tmp_path, before)
        made, out = filled(template, put("A1", Decimal("1234.50")))
        assert sheet_of(out) == before.replace("<v>1.10</v>", "<v>1234.5</v>")
        assert (made.parts_changed, made.cells_written, made.read_back.equal) == (
            ("xl/worksheets/sheet1.xml",),
            1,
            True,
        )

    def test_every_kind_of_value_is_read_as_it_was_given(self, tmp_path: Path) -> None:
        template = book(tmp_path, sheet_xml('<row r="1"><c r="C1" s="1"/><c r="H1" s="2"><v>7</v></c></row>'))
        made, out = filled(
            template,
            put("A1", "  two spaces \n and _x0041_ & <b>"),
            put("B1", Decimal("-0.10")),
            put("C1", date(2019, 3, 31)),
            put("D1", True),
            put("E1", "=1+1"),
            put("F1", 999_999_999_999_999),
            put("G1", Decimal("1E-7")),
            put("H1", None),
            put("I1", "😀 ŵ"),
        )
        assert values(out) == [
            [
                "  two spaces \n and _x0041_ & <b>",
                -0.1,
                date(2019, 3, 31),
                True,
                "=1+1",
                999999999999999.0,
                1e-7,
                "",
                "😀 ŵ",
            ]
        ]
        assert made.read_back.compared == 9
        assert 's="2"' in sheet_of(out)
        assert "<v>7</v>" not in sheet_of(out)
        cells = opened(out)
        assert (cells["E1"].data_type, cells["A1"].value) == ("s", "  two spaces \n and _x005F_x0041_ & <b>")

    @pytest.mark.parametrize("prefix", ["", "x:"])
    def test_a_tilde_in_a_text_is_a_tilde(self, tmp_path: Path, prefix: str) -> None:
        about = f'xmlns{":x" if prefix else ""}="{MAIN}"'
        inside = f'<{prefix}row r="1"><{prefix}c r="A1"/></{prefix}row>'
        template = book(
            tmp_path,
            f"<{prefix}worksheet {about}><{prefix}sheetData>{inside}</{prefix}sheetData></{prefix}worksheet>",
        )
        _, out = filled(template, put("A1", "~£5k, </~v>"), put("B1", "~"))
        assert values(out) == [["~£5k, </~v>", "~"]]

    def test_days_are_counted_as_the_workbook_counts_them(self, tmp_path: Path) -> None:
        template = book(
            tmp_path, sheet_xml('<row r="1"><c r="A1" s="1"/><c r="B1" s="1"/></row>'), date1904=True
        )
        _, out = filled(template, put("A1", date(2021, 1, 1)), put("B1", datetime(2021, 1, 1, 12)))
        assert "<v>42735</v>" in sheet_of(out)
        assert values(out) == [[date(2021, 1, 1), datetime(2021, 1, 1, 12)]]

    def test_new_rows_and_cells_stand_in_order_with_the_look_of_their_row_or_column(
        self, tmp_path: Path
    ) -> None:
        rows = '<row r="2" spans="2:3" s="3" customFormat="1"><c r="B2"><v>1</v></c></row><row r="5"/>'
        sheet = sheet_xml(rows, "B2:B2").replace(
            "<sheetData>", '<cols><col min="4" max="4" style="2"/></cols><sheetData>'
        )
        _, out = filled(
            book(tmp_path, sheet), put("D1", 4), put("A2", 1), put("D2", 2), put("D5", 3), put("A9", "x")
        )
        written = sheet_of(out)
        assert re.findall(r'<c r="(\w+)"', written) == ["D1", "A2", "B2", "D2", "D5", "A9"]
        assert '<c r="D1" s="2">' in written
        assert '<c r="A2" s="3">' in written
        assert 'spans="1:4"' in written
        assert '<dimension ref="A1:D9"/>' in written

    def test_cells_without_an_address_stay_where_they_are(self, tmp_path: Path) -> None:
        sheet = sheet_xml("<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c/><c><v>9</v></c></row>")
        _, out = filled(book(tmp_path, sheet), put("B1", 5), put("D2", 6))
        assert values(out) == [[1.0, 5.0, "", ""], ["", "", 9.0, 6.0]]

    def test_prefixes_and_an_empty_sheet(self, tmp_path: Path) -> None:
        row = '<x:row r="1"><x:c r="B1"/></x:row>'
        prefixed = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{row}</x:sheetData></x:worksheet>'
        _, out = filled(book(tmp_path, prefixed), put("A1", "a"), put("B1", 2))
        assert values(out) == [["a", 2.0]]
        assert "<c " not in sheet_of(out)
        _, out = filled(book(tmp_path, f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'), put("B2", "b"))
        assert values(out) == [["", ""], ["", "b"]]

    def test_letters_that_many_readers_do_not_know_are_refused(self, tmp_path: Path) -> None:
        wide = '<?xml version="1.0" encoding="UTF-16"?>' + sheet_xml('<row r="1"><c r="A1"/></row>', head="")
        template = tmp_path / "wide.xlsx"
        content = b"\xff\xfe" + wide.encode("utf-16-le")
        template.write_bytes(packed({**parts_of({"S": ""}), "xl/worksheets/sheet1.xml": content}))
        assert refusal(template, put("A1", "€ £")).code == "fill_kind"

    def test_the_bytes_of_other_parts_are_not_packed_again(self, tmp_path: Path) -> None:
        template = book(tmp_path, sheet_xml('<row r="1"><c r="A1"/></row>'))
        with zipfile.ZipFile(template, "a") as package:
            note = zipfile.ZipInfo("xl/media/picture.png", (1999, 12, 31, 23, 58, 0))
            note.compress_type, note.external_attr, note.comment = zipfile.ZIP_STORED, 0o600 << 16, b"kept"
            package.writestr(note, b"\x89PNG" * 50)
            package.writestr("folder/", b"")
        _, out = filled(template, put("A1", 1))
        with zipfile.ZipFile(template) as before, zipfile.ZipFile(out) as after:
            assert before.namelist() == after.namelist()
            for one, other in zip(before.infolist(), after.infolist(), strict=True):
                assert (one.date_time, one.compress_type, one.external_attr, one.extra, one.comment) == (
                    other.date_time,
                    other.compress_type,
                    other.external_attr,
                    other.extra,
                    other.comment,
                )


class TestFormulas:
    SHEET = sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f><v>2</v></c><c r="C1"><f>1+1</f><v>2</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><f t="shared" ref="B2:B4" si="0">A2*10</f><v>20</v></c></row>'
        '<row r="3"><c r="A3"><v>3</v></c><c r="B3"><f t="shared" si="0"/><v>30</v></c></row>'
        '<row r="4"><c r="A4"><v>4</v></c><c r="B4"><f t="shared" si="0"/><v>40</v></c></row>'
    )

    def test_what_depends_on_the_cell_is_brought_up_to_date_and_nothing_else(self, tmp_path: Path) -> None:
        made, out = filled(book(tmp_path, self.SHEET), put("A1", Decimal("2.5")), put("A3", 7))
        assert sheet_of(out) == self.SHEET.replace("<v>1</v>", "<v>2.5</v>", 1).replace(
            "<f>A1*2</f><v>2</v>", "<f>A1*2</f><v>5</v>"
        ).replace("<v>3</v>", "<v>7</v>").replace("<v>30</v>", "<v>70</v>")
        assert {(each.cell, each.value) for each in made.recomputed} == {("B1", "5"), ("B3", "70")}
        assert made.not_computed == ()
        assert made.parts_changed == ("xl/worksheets/sheet1.xml",)

    def test_what_cannot_be_worked_out_holds_no_old_result(self, tmp_path: Path) -> None:
        sheet = self.SHEET.replace("<f>A1*2</f>", "<f>A1*RAND()</f>")
        made, out = filled(book(tmp_path, sheet), put("A1", 3))
        assert "<f>A1*RAND()</f></c>" in sheet_of(out)
        assert [(each.cell, bool(each.why)) for each in made.not_computed] == [("B1", True)]
        assert made.parts_changed == ("xl/workbook.xml", "xl/worksheets/sheet1.xml")
        assert made.needs_a_look
        with zipfile.ZipFile(out) as package:
            assert b'</sheets><calcPr fullCalcOnLoad="1"/>' in package.read("xl/workbook.xml")

    def test_a_formula_is_written_over_only_when_asked_and_leaves_the_chain(self, tmp_path: Path) -> None:
        chain = f'<calcChain xmlns="{MAIN}"><c r="B1" i="1"/><c r="C1"/><c r="B2" i="1"/></calcChain>'
        relation = f'<Relationship Id="rId91" Type="{OFFICE}/calcChain" Target="calcChain.xml"/>'
        template = book(tmp_path, self.SHEET, more={"xl/calcChain.xml": chain}, relations=relation)
        told = refusal(template, put("B1", 5))
        assert told.code == "fill_formula"
        assert "S!B1 holds a formula (=A1*2)" in told.message
        made, out = filled(template, put("B1", 5, over_formula=True))
        assert [(each.cell, each.over, each.text) for each in made.overwritten] == [
            ("B1", Over.FORMULA, "=A1*2")
        ]
        with zipfile.ZipFile(out) as package:
            assert package.read("xl/calcChain.xml").decode() == chain.replace(
                '<c r="B1" i="1"/><c r="C1"/>', '<c r="C1" i="1"/>'
            )

    def test_a_chain_that_is_empty_goes_with_its_relation_and_type(self, tmp_path: Path) -> None:
        chain = f'<calcChain xmlns="{MAIN}"><c r="B1" i="1"/></calcChain>'
        relation = f'<Relationship Id="rId91" Type="{OFFICE}/calcChain" Target="calcChain.xml"/>'
        template = book(tmp_path, self.SHEET, more={"xl/calcChain.xml": chain}, relations=relation)
        made, out = filled(template, put("B1", 5), over_formulas=True)
        assert made.parts.dropped == ("xl/calcChain.xml",)
        assert "xl/calcChain.xml" in made.parts_changed
        with zipfile.ZipFile(out) as package:
            assert b"calcChain" not in package.read("xl/_rels/workbook.xml.rels")
            assert "xl/calcChain.xml" not in package.namelist()

    def test_a_shared_formula_lives_on_in_the_next_cell(self, tmp_path: Path) -> None:
        _, out = filled(book(tmp_path, self.SHEET), put("B2", 1), put("A4", 5), over_formulas=True)
        assert '<c r="B3"><f t="shared" si="0" ref="B3:B4">A3*10</f>' in sheet_of(out)
        assert [row[1] for row in values(out)] == [2.0, 1.0, 30.0, 50.0]
        assert opened(out)["B4"].value == "=A4*10"

    def test_results_of_one_formula_are_not_cut_apart(self, tmp_path: Path) -> None:
        sheet = sheet_xml(
            '<row r="1"><c r="A1"><f t="array" ref="A1:B1">C1:D1*2</f><v>2</v></c><c r="B1"><v>4</v></c></row>'
        )
        assert refusal(book(tmp_path, sheet), put("B1", 1), over_formulas=True).code == "fill_array"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("cells", "code", "said"),
        [
            ([CellToFill("s ", "A1", 1)], "fill_sheet_unknown", "“s ”"),
            ([CellToFill("Nowhere", "A1", 1)], "fill_sheet_unknown", "“Nowhere”"),
            ([put("A1:B2", 1)], "fill_cell_unknown", "A1:B2"),
            ([put("XFE1", 1)], "fill_cell_unknown", "XFE1"),
            ([put("A1048577", 1)], "fill_cell_unknown", "A1048577"),
            ([put("A1", 1), put("$a$1", 2)], "fill_twice", "S!A1: 1 and 2"),
            ([put("A1", 1), put("A1", True)], "fill_twice", "S!A1"),
            ([put("A1", "x" * 32768)], "fill_too_long", "32,768"),
            ([put("A1", "a\x01b")], "fill_character", "U+0001, at 2"),
            ([put("A1", "a\ud800")], "fill_character", "U+D800"),
            ([put("A1", Decimal("1234567890.1234567"))], "fill_digits", "17 digits"),
            ([put("A1", Decimal("NaN"))], "fill_digits", "NaN"),
            ([put("A1", date(1900, 2, 28))], "fill_date", "28/02/1900"),
            ([put("B1", Decimal("1E+20"))], "fill_date", "no day"),
            ([put("C2", 1)], "fill_merged", "C1:D2"),
        ],
    )
    def test_with_the_cell_named(
        self, tmp_path: Path, cells: Sequence[CellToFill], code: str, said: str
    ) -> None:
        sheet = sheet_xml(
            '<row r="1"><c r="A1"/><c r="B1" s="1"/></row>',
            tail='<mergeCells count="1"><mergeCell ref="C1:D2"/></mergeCells>',
        )
        told = refusal(book(tmp_path, sheet), *cells)
        assert (told.code, said in told.message) == (code, True), told.message

    def test_a_float_is_a_mistake_of_the_program(self, tmp_path: Path) -> None:
        with pytest.raises(TypeError, match="S!A1"):
            filled(book(tmp_path, sheet_xml("")), put("A1", 1.5))

    def test_equal_values_for_a_cell_are_written_once(self, tmp_path: Path) -> None:
        made, _ = filled(book(tmp_path, sheet_xml("")), put("A1", 1), put("a1", Decimal("1.0")))
        assert made.cells_written == 1

    def test_a_locked_cell_but_not_an_input_cell_or_an_open_range(self, tmp_path: Path) -> None:
        sheet = sheet_xml(
            '<row r="1"><c r="A1"/><c r="B1" s="2"/></row>',
            tail='<sheetProtection sheet="1"/><protectedRanges><protectedRange sqref="D1:D9" name="x"/>'
            '<protectedRange password="CC1A" sqref="E1" name="y"/></protectedRanges>',
        )
        template = book(tmp_path, sheet)
        assert refusal(template, put("A1", 1)).code == "fill_locked"
        assert refusal(template, put("E1", 1)).code == "fill_locked"
        made, _ = filled(template, put("B1", 1), put("D3", 2), put("A1", 3, over_lock=True))
        assert [(each.cell, each.over) for each in made.overwritten] == [("A1", Over.LOCKED)]

    def test_other_kinds_of_files_and_names(self, tmp_path: Path) -> None:
        template = book(tmp_path, sheet_xml(""))
        with pytest.raises(ExpectedError, match="would not open") as caught:
            fill_template(template, [], tmp_path / "out.xlsm", lambda *_: None)
        assert caught.value.code == "fill_extension"
        with pytest.raises(ExpectedError) as caught:
            fill_template(template, [], template, lambda *_: None)
        assert caught.value.code == "fill_over_template"
        text = tmp_path / "cells.csv"
        text.write_text("a,b\n1,2\n")
        assert refusal(text, put("A1", 1)).code == "fill_kind"

    def test_a_signed_workbook_unless_its_signature_may_break(self, tmp_path: Path) -> None:
        template = book(tmp_path, sheet_xml(""), more={"_xmlsignatures/sig1.xml": "<Signature/>"})
        assert refusal(template, put("A1", 1)).code == "fill_signed"
        made, _ = filled(template, put("A1", 1), break_signature=True)
        assert [each.kind for each in made.findings] == ["fill.signature"]

    def test_a_cell_or_row_that_is_stored_twice(self, tmp_path: Path) -> None:
        sheet = sheet_xml('<row r="1"><c r="A1"/><c r="A1"><v>1</v></c></row>')
        assert refusal(book(tmp_path, sheet), put("A1", 1)).code == "cell_repeated"


class TestTables:
    TABLE = (
        f'<table xmlns="{MAIN}" id="1" name="Spend" displayName="Spend" ref="A1:B3"><autoFilter ref="A1:B3"/>'
        '<tableColumns count="2"><tableColumn id="1" name="Ref"/><tableColumn id="2" name="Sum"/></tableColumns>'
        "</table>"
    )

    def template(self, folder: Path, table: str = TABLE) -> Path:
        rows = (
            '<row r="1"><c r="A1" t="inlineStr"><is><t>Ref</t></is></c>'
            '<c r="B1" t="inlineStr"><is><t>Sum</t></is></c></row><row r="2"><c r="B2"><v>1</v></c></row>'
            '<row r="3"><c r="B3"><v>2</v></c><c r="D3"><f>SUM(Spend[Sum])</f><v>3</v></c></row>'
        )
        more = {
            "xl/tables/table1.xml": table,
            "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1"'
            f' Type="{OFFICE}/table" Target="../tables/table1.xml"/></Relationships>',
        }
        tail = f'<tableParts count="1"><tablePart xmlns:r="{OFFICE}" r:id="rId1"/></tableParts>'
        return book(folder, sheet_xml(rows, tail=tail), more=more)

    def test_a_heading_keeps_the_name_of_its_column(self, tmp_path: Path) -> None:
        template = self.template(tmp_path)
        assert refusal(template, put("B1", "Amount")).code == "fill_table_heading"
        assert filled(template, put("B1", "Sum"))[0].read_back.equal

    def test_a_row_just_below_is_told_or_counted_in(self, tmp_path: Path) -> None:
        template = self.template(tmp_path)
        made, _ = filled(template, put("B4", 10))
        assert [each.kind for each in made.findings] == ["fill.under_table"]
        assert made.needs_a_look
        made, out = filled(template, put("B4", 10), put("B5", 20), extend_tables=True)
        assert [(each.kind, each.text) for each in made.findings] == [
            ("fill.table_extended", "Table Spend of sheet “S” now ends at row 5 instead of 3.")
        ]
        with zipfile.ZipFile(out) as package:
            assert package.read("xl/tables/table1.xml").decode() == self.TABLE.replace("A1:B3", "A1:B5")
        assert [(each.cell, each.value) for each in made.recomputed] == [("D3", "33")]

    def test_a_table_with_a_total_row_is_not_made_longer(self, tmp_path: Path) -> None:
        template = self.template(
            tmp_path, self.TABLE.replace('ref="A1:B3">', 'ref="A1:B3" totalsRowCount="1">', 1)
        )
        made, _ = filled(template, put("B4", 10), extend_tables=True)
        assert "it has a total row" in made.findings[0].text
        assert refusal(template, put("B3", 10)).code == "fill_table_heading"


class TestWhatIsTold:
    @pytest.mark.parametrize(
        ("cell", "value", "kind", "said"),
        [
            ("A1", date(2019, 3, 31), "fill.shows_as_number", "will show as 43555"),
            ("B1", 5, "fill.shows_as_date", "will show as a day"),
            ("C1", "£1,200", "fill.text_in_number", "will not be counted"),
            ("A1", "-3 staff", "fill.begins_like_formula", "stays text"),
            ("A2", 1, "fill.hidden", "hidden row"),
            ("E1", 1, "fill.hidden", "hidden column"),
        ],
    )
    def test_with_its_place(self, tmp_path: Path, cell: str, value: object, kind: str, said: str) -> None:
        sheet = sheet_xml(
            '<row r="1"><c r="A1"/><c r="B1" s="1"/><c r="C1" s="2"/></row><row r="2" hidden="1"/>'
        ).replace("<sheetData>", '<cols><col min="5" max="5" hidden="1"/></cols><sheetData>')
        made, _ = filled(book(tmp_path, sheet), put(cell, value))
        (finding,) = made.findings
        assert (finding.kind, said in finding.text, finding.source.column) == (kind, True, cell[0])


def test_macros_stay_and_so_does_the_suffix(tmp_path: Path) -> None:
    parts = parts_of({"S": sheet_xml("")})
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        f"{KIND}.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    )
    template = tmp_path / "theirs.xlsm"
    template.write_bytes(packed({**parts, "xl/vbaProject.bin": b"\xd0\xcf"}))
    assert refusal(template, put("A1", 1)).code == "fill_extension"
    made, out = filled(template, put("A1", 1))
    assert out.suffix == ".xlsm"
    assert "xl/vbaProject.bin" in made.parts_untouched
