"""Sheets written as nearly every program writes them are read by their bytes; that must come to what is found when each
element is looked at, and whatever is written in another way must be noticed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fundingapp.workbooks import filled_proof
from fundingapp.workbooks.formulas import book
from fundingapp.workbooks.formulas.book import FormulaBook
from fundingapp.workbooks.sheet_patch import SheetPatch
from fundingapp.workbooks.template_package import TemplatePackage
from fundingapp.workbooks.xml_places import XmlPart
from tests.workbooks.awkward_books import BOOKS
from tests.workbooks.packages import packed, parts_of, sheet_xml

#: Rows as nearly every program writes them, and whether they are read by their bytes for formulas and cells.
ROWS = {
    "plain": (
        '<row r="2" spans="1:2" hidden="1"><c r="A2" s="3"/><c r="B2" t="b"><v>1</v></c></row><row r="4"/>',
        True,
    ),
    "shared": (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1&amp;"x"</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2.5</v></c></row>',
        True,
    ),
    "array": (
        '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:B2">C1:D2</f><v>1</v></c><c r="B1"><v>2</v></c></row>',
        True,
    ),
    "no result": (
        '<row r="1"><c r="A1"><f>B1</f></c><c r="C1" t="str"><f>""</f><v/></c><c r="D1"><v/></c></row>',
        True,
    ),
    "shows nothing": (
        '<row r="1"><c r="A1" t="str"><f>B1</f><v></v></c><c r="B1" t="e"><v>#N/A</v></c></row>',
        True,
    ),
    "entities": (
        '<row r="1"><c r="A1" t="str"><f>"&amp;&#10;&lt;"</f><v xml:space="preserve"> &lt;ŵ_x000D_\r\n</v></c></row>',
        True,
    ),
    "no numbers of rows": ('<row><c r="A1"><v>1</v></c></row><row><c r="A2"><v>2</v></c></row>', True),
    "no addresses": (
        '<row r="1"><c><v>1</v></c><c t="b"><v>0</v></c><c r="F1"><v>2</v></c><c><v>3</v></c></row>',
        False,
    ),
    "other quotes": ("<row r='1'><c r='A1' t='b'><v>1</v></c><c r='B1'><v>1</v></c></row>", False),
    "lines": ('<row r="1">\n <c r="A1">\n<v>1</v></c>\n</row>\n', False),
    "section": ('<row r="1"><c r="A1"><f><![CDATA[B1<2]]></f><v>1</v></c></row>', False),
    "comment": ('<row r="1"><c r="A1"><v>1</v></c><!-- <c r="B1"><v>9</v></c> --></row>', False),
    "text inside": (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="B1"><v>1</v></c></row>',
        False,
    ),
    "a cell in an extension": (
        '<row r="1"><c r="A1"><v>1</v><extLst><ext><c r="B1"><v>9</v></c></ext></extLst></c></row>',
        False,
    ),
    "another element": ('<row r="1"><c r="A1"><v>1</v></c><d r="B1"/><c r="C1"><v>1</v></c></row>', False),
    "a sign in an attribute": ('<row r="1"><c r="A1" q="a>b"><v>1</v></c><c r="B1" q=\'"/>\'/></row>', False),
}


def told(raw: bytes) -> list[dict[str, Any]]:
    read = FormulaBook.read(raw)
    return [{each: repr(getattr(sheet, each)) for each in sheet.__slots__} for sheet in read.sheets]


def cells(raw: bytes) -> list[tuple[Any, ...]]:
    """Every cell of every sheet: where it stands, its attributes and all that is in it."""
    package = TemplatePackage(raw, "theirs.xlsx", lambda *_: None)
    found: list[tuple[Any, ...]] = []
    for sheet in package.sheets.values():
        parser = partial(package.parser, sheet.part)
        part = XmlPart(package.part(sheet.part), parser, "theirs.xlsx", sheet.part)
        patch = SheetPatch(part, sheet.name, "theirs.xlsx")
        for row in patch.rows:
            for at, cell in patch.cells_in(row).items():
                inside = [
                    (each.tag, each.attributes, each.begin, each.tag_end, each.close, each.end)
                    for each in cell.inside()
                ]
                place = cell.begin, cell.tag_end, cell.close, cell.end
                found.append((sheet.name, at, cell.tag, cell.attributes, *place, inside, patch.stored(at)))
    return found


BOTH = {**{name: packed(parts_of({"S": sheet_xml(rows)})) for name, (rows, _) in ROWS.items()}, **BOOKS}


@pytest.mark.parametrize("name", list(BOTH))
def test_both_ways_come_to_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = told(BOTH[name]), cells(BOTH[name])
    monkeypatch.setattr(book._Reader, "_plain_cells", lambda *_, **__: None)
    monkeypatch.setattr(XmlPart, "_plain_cells", lambda *_: [])
    assert (told(BOTH[name]), cells(BOTH[name])) == quick


@pytest.mark.parametrize("name", list(ROWS))
def test_what_is_written_in_another_way_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ways: list[bool] = []
    honest = book._Reader._plain_cells

    def watched(*given: Any, **named: Any) -> bytes | None:
        rest = honest(*given, **named)
        ways.append(rest is not None)
        return rest

    monkeypatch.setattr(book._Reader, "_plain_cells", watched)
    FormulaBook.read(BOTH[name])
    assert ways == [ROWS[name][1]]


def test_the_published_templates_are_read_in_the_quick_way(
    real_fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = (real_fixtures / "mhclg-pathfinders-return-r1.xlsx").read_bytes()
    quick = told(raw)
    monkeypatch.setattr(book._Reader, "_read_cells", None)  # nobody calls it
    assert told(raw) == quick


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ('r="1"><c r="A1"/><c r="B1"/></row>', 'r="1"><c r="A1"><v>2</v></c><c r="B1"/></row>', [(0, "A1")]),
        ('r="1"><c r="A1"/></row>', 'r="1" ht="3"><c r="A1"/></row>', []),  # the row itself is compared elsewhere
        ('r="1"><c r="A1"/></row>', 'r="1"><c r="B1"/></row>', None),
        ('r="1"><c r="A1"/></row>', 'r="1"><c r="A1"/><c r="B1"/></row>', None),
        ('r="1"><c r="A1"/></row>', 'r="1"><c r="A1"/><q/></row>', None),
        ('r="1"><c r="A1"/></row>', 'r="1"><c r="A1"><v>1</v></c><c\nr="B1"/></row>', None),
        ('r="1"><c r="A1"/></row>', 'r="1"><c r="A1"><v>1</v></c><c\nr="B1"></c></row>', None),
        ('r="1"><c\nr="A1"/><c r="B1"/></row>', 'r="1"><c\nr="A1" s="1"/><c r="B1"/></row>', None),
    ],
)  # fmt: skip
def test_rows_are_compared_by_their_bytes_only_where_these_leave_no_doubt(
    old: str, new: str, changed: list[tuple[int, str]] | None
) -> None:
    assert filled_proof._cells_changed(old.encode(), new.encode()) == changed
