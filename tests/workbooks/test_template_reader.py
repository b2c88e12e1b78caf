"""A template as it looks: what is in it is read as Excel shows it, in the child, and hostile files are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from fundingapp.domain.addresses import Area
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.ids import TemplateId
from fundingapp.domain.mapping_suggestions import mapping_of, suggest_mapping
from fundingapp.domain.mappings import unmapped_inputs
from fundingapp.domain.sheet_looks import Edge, Holds, SheetState, WorkbookLook
from fundingapp.domain.templates import MappedCell, MappedTable
from fundingapp.workbooks.template_reader import decoded, encoded, read_template
from tests.conftest import WorkedCase
from tests.template_looks import book_of, form


def quietly(done: int, total: int, label: str) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> WorkbookLook:
    """A workbook with a little of everything that a look tells, read back."""
    path = tmp_path_factory.mktemp("template") / "made.xlsx"
    book = xlsxwriter.Workbook(str(path))
    money = book.add_format({"num_format": "£#,##0.00", "bg_color": "#FFF9E5", "locked": False, "border": 1})
    bold = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3864", "text_wrap": True})
    day = book.add_format({"num_format": "dd/mm/yyyy", "locked": False})
    cover = book.add_worksheet("Cover")
    cover.protect()
    cover.write("B2", "Grant  for\nthe year", bold)
    cover.write_number("C2", 1234.5, money)
    cover.write("B3", "Date of return")
    cover.write_datetime("C3", date(2019, 4, 20), day)
    cover.write_formula("C4", "=C2*2", None, 2469)
    cover.merge_range("B6:D8", "", money)
    cover.write_comment("B2", "Look here")
    cover.set_column("B:B", 20)
    cover.set_row(9, None, None, {"hidden": True})
    cover.freeze_panes(1, 2)
    cover.data_validation("C5", {"validate": "list", "source": "=Kinds"})
    cover.data_validation("C9", {"validate": "list", "source": ["Yes", "No"]})
    lists = book.add_worksheet("Lists")
    lists.write_column("A1", ["Green", "Amber", "Red"])
    lists.very_hidden()
    book.define_name("Kinds", "=Lists!$A$1:$A$3")
    table = book.add_worksheet("Results")
    table.add_table("B2:C5", {"name": "tblResults", "columns": [{"header": "Ref"}, {"header": "Q1"}]})
    table.write("B8", "PF-USER_NAME-START")
    book.close()
    return read_template(path, "made.xlsx", quietly)


class TestReading:
    def test_cells_are_told_as_they_are_shown(self, made: WorkbookLook) -> None:
        cover = made.sheets[0]
        assert (cover.is_protected, cover.frozen, cover.hidden_rows) == (True, (1, 2), frozenset({10}))
        amount = cover.at(2, 2)
        assert (amount.shown, amount.value, amount.holds) == ("£1,234.50", Decimal("1234.5"), Holds.NUMBER)
        assert (amount.style.fill, amount.style.locked, amount.style.left) == (
            "FFF9E5",
            False,
            Edge("thin", amount.style.left.colour),
        )
        assert (amount.is_input, amount.label) == (True, "Grant for the year")
        heading = cover.at(2, 1)
        assert (heading.style.bold, heading.style.ink, heading.style.wraps, heading.note) == (
            True,
            "FFFFFF",
            True,
            "Look here",
        )
        assert (cover.at(3, 2).shown, cover.at(3, 2).value) == ("20/04/2019", date(2019, 4, 20))
        assert (cover.at(4, 2).formula, cover.at(4, 2).shown, cover.at(4, 2).is_input) == (
            "C2*2",
            "2469",
            False,
        )
        assert cover.merge_at(7, 3) == Area(6, 1, 8, 3)
        assert cover.widths[1] == 145

    def test_lists_names_tables_and_markers_are_found(self, made: WorkbookLook) -> None:
        assert made.choices("Cover", 5, 2) == ("Green", "Amber", "Red")
        assert made.choices("Cover", 9, 2) == ("Yes", "No")
        assert made.choices("Cover", 2, 2) == ()
        assert [sheet.state for sheet in made.sheets] == [
            SheetState.VISIBLE,
            SheetState.VERY_HIDDEN,
            SheetState.VISIBLE,
        ]
        [name] = [name for name in made.names if not name.is_hidden]
        assert (name.name, name.sheet, name.area) == ("Kinds", "Lists", Area(1, 0, 3, 0))
        [table] = made.tables
        assert (table.name, table.area.in_words, table.headings) == ("tblResults", "B2:C5", ("Ref", "Q1"))
        assert made.markers == (("Results", "B8", "PF-USER_NAME-START"),)

    def test_what_goes_over_the_pipe_comes_back_as_it_was(self, made: WorkbookLook) -> None:
        plain = book_of(form(("Fund", "Date of return")), names={"Fund": ("Cover", 2, 2)})
        again = decoded(encoded(plain))
        assert again.names == plain.names
        assert [dict(sheet.cells).keys() for sheet in again.sheets] == [
            dict(sheet.cells).keys() for sheet in plain.sheets
        ]
        assert decoded(encoded(made)).sheets[1] == made.sheets[1]

    @pytest.mark.parametrize("content", [b"Ref,Amount\n1,2\n", b"", b"PK\x03\x04 broken"])
    def test_what_is_no_workbook_is_refused(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "T.xlsx"
        path.write_bytes(content)
        with pytest.raises(InputRefusedError):
            read_template(path, "T.xlsx", quietly)

    def test_a_document_type_is_refused(self, tmp_path: Path) -> None:
        import zipfile

        whole = BytesIO()
        book = xlsxwriter.Workbook(whole)
        book.add_worksheet("Cover")
        book.close()
        path = tmp_path / "T.xlsx"
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as out:
            for name in source.namelist():
                content = source.read(name)
                if name == "xl/workbook.xml":
                    content = content.replace(b"<workbook", b"<!DOCTYPE x [<!ENTITY a 'b'>]><workbook", 1)
                out.writestr(name, content)
        with pytest.raises(InputRefusedError) as refused:
            read_template(path, "T.xlsx", quietly)
        assert refused.value.code == "document_type"


@pytest.fixture(scope="module")
def look(charnwood: WorkedCase) -> WorkbookLook:
    """The commissioner's workbook of the sample."""
    return read_template(charnwood.folder / "OPCC_monitoring_template.xlsx", "OPCC.xlsx", quietly)


class TestTheSampleTemplate:
    def test_every_cell_that_is_to_be_filled_is_found_and_mapped_by_suggestion_alone(
        self, look: WorkbookLook
    ) -> None:
        suggested = suggest_mapping(look)
        assert sum(cell.is_input for sheet in look.sheets for cell in sheet.cells.values()) == 266
        assert unmapped_inputs(look, mapping_of(suggested, TemplateId(1))) == ()
        cells = {each.key: each.mapped.source for each in suggested if isinstance(each.mapped, MappedCell)}
        assert cells == {
            "Cover!C4": "partnership/name",
            "Cover!C5": "body/name",
            "Cover!C6": "fund/name",
            "Cover!C7": "return/year",
            "Cover!C8": "return/quarter",
            "Cover!C9": "contact/name",
            "Cover!C10": "contact/email",
            "Cover!C11": "return/date",
            "Cover!C13": "grant/available",
            "Cover!C14": "grant/brought-forward",
            "Narrative!B5": "narrative/progress",
            "Narrative!B11": "narrative/issues",
            "Narrative!B17": "narrative/milestones",
            "Declaration!C6": "certifier/name",
            "Declaration!C7": "certifier/position",
            "Declaration!C8": "certifier/date",
        }

    def test_its_tables_are_filled_column_by_column(self, look: WorkbookLook) -> None:
        tables = {
            each.mapped.name: each.mapped
            for each in suggest_mapping(look)
            if isinstance(each.mapped, MappedTable)
        }
        spent = tables["Expenditure"]
        assert (spent.first_row, spent.last_row, spent.key_column) == (8, 32, "B")
        assert {column.column: column.source for column in spent.columns} == {
            "B": "project/ref",
            "C": "project/name",
            "D": "project/award",
            "E": "project/spent/q1",
            "F": "project/spent/q2",
            "G": "project/spent/q3",
            "H": "project/spent/q4",
            "J": "project/outturn",
            "L": "project/rag",
            "M": "project/reason",
        }
        results = tables["tblOutcomes"]
        assert (results.first_row, results.last_row, len(results.columns)) == (7, 46, 12)
        # “Counts under 5 must be shown as <5.” stands on its first sheet.
        assert {column.small for column in results.columns if column.source.endswith("/q1")} == {"<5"}


class TestTheTemplateOfADepartment:
    def test_its_markers_tell_what_its_boxes_are_for(self, real_fixtures: Path) -> None:
        path = real_fixtures / "mhclg-pathfinders-return-r1.xlsx"
        look = read_template(path, path.name, quietly)
        assert (len(look.sheets), len(look.tables), len(look.markers)) == (15, 3, 92)
        found = {each.key: each.mapped for each in suggest_mapping(look)}
        sources = {key: mapped.source for key, mapped in found.items() if isinstance(mapped, MappedCell)}
        assert sources == {
            "Admin!B15": "body/name",
            "Admin!B20": "contact/name",
            "Admin!B24": "contact/email",
            "Admin!B29": "contact/phone",
            "Progress!B6": "narrative/progress",
            "Progress!B55": "narrative/issues",
            "Progress!B61": "narrative/milestones",
            "Finances!B18": "grant/underspend",
            "Finances!B31": "narrative/plan-for-underspend",
            "Sign off!B8": "certifier/name",
            "Sign off!B12": "certifier/position",
            "Sign off!B22": "certifier/date",
        }
        name = found["Admin!B20"]
        assert isinstance(name, MappedCell)
        assert name.place.marker == "PF-USER_CONTACT-NAME"
