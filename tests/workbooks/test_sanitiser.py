"""What leaves with a workbook beside what is seen: each thing once with its place, ours apart from theirs."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from fundingapp.domain.leaving import LeavingThing, Origin
from fundingapp.workbooks.sanitiser import things_leaving
from tests.workbooks.packages import OFFICE


@pytest.fixture
def telling(tmp_path: Path) -> Path:
    """A workbook that tells more than it shows."""
    path = tmp_path / "telling.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"author": "A. Writer", "company": "The Council", "manager": "B. Head"})
        book.set_custom_property("Case", "123")
        seen, hidden, deep = (book.add_worksheet(name) for name in ("Seen", "Hidden", "Deep"))
        hidden.hide()
        deep.very_hidden()
        seen.write_comment("A1", "is this right?", {"author": "C. Clerk"})
        seen.write_string("B3", "Ring Ann on 07700 900123")
        seen.set_row(4, None, None, {"hidden": True})
        seen.set_column("F:G", None, None, {"hidden": True})
        seen.write_formula("C1", "='[other.xlsx]Sheet1'!A1")
        unlocked = book.add_format({"locked": False})
        seen.write_number("D1", 250, unlocked)
        seen.protect()
        book.define_name("Gone", "=Seen!#REF!")
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("customXml/item1.xml", "<x/>")
        package.writestr("xl/printerSettings/printerSettings1.bin", b"\\\\SERVER\\Printer")
        package.writestr("xl/embeddings/book.xlsx", b"PK")
    return path


def test_each_thing_is_told_once_with_its_place(telling: Path) -> None:
    told = {(each.kind, each.place): each.what for each in things_leaving(telling)}
    assert told[("sheet.hidden", "Hidden")] == "a hidden sheet"
    assert told[("sheet.very_hidden", "Deep")].startswith("a sheet that Excel's menu")
    assert told[("comments", "Seen")] == "1 comment by C. Clerk"
    assert told[("rows.hidden", "Seen")] == "1 hidden row"
    assert told[("columns.hidden", "Seen")] == "2 hidden columns"
    assert told[("author", "document properties")] == "the author is A. Writer"
    assert told[("company", "document properties")] == "the author's organisation is The Council"
    assert told[("manager", "document properties")] == "the author's manager is B. Head"
    assert told[("custom_properties", "document properties")] == "further properties: Case"
    assert told[("names.broken", "Gone")] == "a name for cells that are no longer there"
    assert told[("personal", "Seen!B3")] == "it looks like this: phone number"
    kinds = {kind for kind, _ in told}
    assert {"custom_xml", "printer_settings", "embedded"} <= kinds
    assert "earlier_year" not in kinds  # our own workbook has no earlier year in it


def test_what_came_with_the_template_is_justified_but_personal_data_and_old_figures(telling: Path) -> None:
    things = things_leaving(telling, telling)
    assert {each.origin for each in things} == {Origin.THEIRS}
    still_open = {(each.kind, each.place) for each in things if each.is_open}
    assert ("earlier_year", "Seen!D1") in still_open
    assert {kind for kind, _ in still_open} == {"earlier_year", "personal"}


def test_what_we_added_is_ours(telling: Path, tmp_path: Path) -> None:
    template = tmp_path / "plain.xlsx"
    with xlsxwriter.Workbook(template) as book:
        book.add_worksheet("Seen")
    ours = [each for each in things_leaving(telling, template) if each.kind == "author"]
    assert ours == [LeavingThing("author", "document properties", "the author is A. Writer")]


def test_links_and_caches_are_told(telling: Path) -> None:
    link = f'<Relationship Id="rId80" Type="{OFFICE}/externalLink" Target="externalLinks/externalLink1.xml"/>'
    pivot = f'<Relationship Id="rId81" Type="{OFFICE}/pivotCacheDefinition" Target="pivot.xml"/>'
    with zipfile.ZipFile(telling) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    relations = parts["xl/_rels/workbook.xml.rels"].decode()
    parts["xl/_rels/workbook.xml.rels"] = relations.replace(
        "</Relationships>", f"{link}{pivot}</Relationships>"
    ).encode()
    parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink><ddeLink/></externalLink>"
    parts["xl/pivot.xml"] = b'<pivotCacheDefinition recordCount="1200"/>'
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("'[other.xlsx]Sheet1'!A1", "[1]Sheet1!A1").encode()
    path = telling.with_name("linked.xlsx")
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    told = {(each.kind, each.place): each.what for each in things_leaving(path)}
    assert told[("dde", "xl/externalLinks/externalLink1.xml")] == "a link that starts another program"
    assert told[("pivot_cache", "xl/pivot.xml")] == "a pivot table's own copy of 1,200 rows"
    assert told[("external_links", "Seen")] == "1 formula that reads another workbook"
