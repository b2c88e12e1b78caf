"""The proof of a filled workbook finds whatever a writer may get wrong, and the file does not take its place."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.filling import CellToFill
from fundingapp.workbooks import filled_proof
from fundingapp.workbooks.template_filler import fill_template
from fundingapp.workbooks.template_package import TemplatePackage
from tests.workbooks.packages import packed, parts_of, sheet_xml

SHEET = sheet_xml(
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f><v>2</v></c><c r="C1"><v>7</v></c></row>'
    '<row r="2" ht="20"><c r="A2" s="0"><v>8</v></c></row>',
    "A1:C2",
    tail='<mergeCells count="1"><mergeCell ref="E1:F1"/></mergeCells>',
)


def spoiled(part: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Changes a part of a package that was just made, as a mistake of the writer would."""

    def spoil(raw: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        before = parts[part]
        parts[part] = change(before)
        assert parts[part] != before
        return packed(parts)

    return spoil


def in_sheet(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return spoiled("xl/worksheets/sheet1.xml", lambda content: content.replace(old, new, 1))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (in_sheet(b"<v>5</v>", b"<v>5.01</v>"), "sheet “S”, cell A1: 5.01 instead of 5"),
        (in_sheet(b"<v>10</v>", b"<v>11</v>"), "sheet “S”, cell B1: 11.0 instead of 10"),
        (in_sheet(b"<v>10</v>", b""), "sheet “S”, cell B1: nothing instead of 10"),
        (in_sheet(b"<f>A1*2</f>", b"<f>A1*3</f>"), "sheet “S”, cell B1 has another formula"),
        (in_sheet(b"<v>7</v>", b"<v>8</v>"), "sheet “S”, cell C1, which was not to be filled, has changed"),
        (in_sheet(b'<c r="C1">', b'<c r="C1" s="1">'), "cell C1, which was not to be filled, has changed"),
        (in_sheet(b'<c r="C1"><v>7</v></c>', b""), "cell C1, which was not to be filled, has changed"),
        (in_sheet(b'<c r="C1">', b'<c r="D1">'), "which was not to be filled, has changed"),
        (in_sheet(b"</c></row>", b'</c><c r="D1"><v>1</v></c></row>'), "cell D1, which was not to be filled"),
        (in_sheet(b'<c r="A1"><v>5', b'<c r="A1" s="1"><v>5'), "cell A1 has lost its look"),
        (in_sheet(b"<v>8</v>", b""), "sheet “S”, row 2 has changed"),
        (in_sheet(b'<c r="A2" s="0">', b'<c r="B2" s="0">'), "sheet “S”, row 2 has changed"),
        (in_sheet(b'ht="20"', b'ht="21"'), "row 2 has changed"),
        (in_sheet(b'<row r="2" ht="20"><c r="A2" s="0"><v>8</v></c></row>', b""), "has lost its row 2"),
        (in_sheet(b"E1:F1", b"E1:G1"), "sheet “S” has changed outside its cells"),
        (in_sheet(b'<mergeCell ref="E1:F1"/>', b""), "sheet “S” has changed outside its cells"),
        (spoiled("xl/workbook.xml", lambda content: content + b" "), "its part xl/workbook.xml has changed"),
        (lambda raw: raw[: len(raw) // 2], "the package cannot be opened"),
    ],
)
@pytest.mark.parametrize("quick", [True, False], ids=["by bytes", "by elements"])
def test_a_difference_stops_the_export_and_is_named(
    spoil: Callable[[bytes], bytes], said: str, quick: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not quick:
        monkeypatch.setattr(filled_proof, "_rows_cut", lambda _: {})
    template = tmp_path / "theirs.xlsx"
    template.write_bytes(packed(parts_of({"S": SHEET})))
    out = tmp_path / "ours.xlsx"
    out.write_bytes(b"the last one")
    honest = TemplatePackage.with_parts
    monkeypatch.setattr(TemplatePackage, "with_parts", lambda *given: spoil(honest(*given)))
    with pytest.raises(ExpectedError) as caught:
        fill_template(template, [CellToFill("S", "A1", 5)], out, lambda *_: None)
    assert (caught.value.code, said in caught.value.message) == ("fill_differs", True), caught.value.message
    assert out.read_bytes() == b"the last one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ours.xlsx", "theirs.xlsx"]


def test_a_lost_part_and_another_order_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = tmp_path / "theirs.xlsx"
    template.write_bytes(packed({**parts_of({"S": SHEET}), "xl/media/image1.png": b"x"}))

    def without(*_given: object) -> bytes:
        with zipfile.ZipFile(template) as package:
            return packed({name: package.read(name) for name in package.namelist() if "media" not in name})

    monkeypatch.setattr(TemplatePackage, "with_parts", without)
    with pytest.raises(ExpectedError, match=r"its part xl/media/image1\.png is lost"):
        fill_template(template, [CellToFill("S", "A1", 5)], tmp_path / "out.xlsx", lambda *_: None)


def test_the_proof_names_every_part_and_counts_what_a_reader_could_lose(tmp_path: Path) -> None:
    template = tmp_path / "theirs.xlsx"
    template.write_bytes(packed(parts_of({"S": SHEET})))
    made = fill_template(template, [CellToFill("S", "A1", 5)], tmp_path / "out.xlsx", lambda *_: None)
    assert [(part.name, part.is_same) for part in made.parts.parts] == [
        ("[Content_Types].xml", True),
        ("_rels/.rels", True),
        ("xl/workbook.xml", True),
        ("xl/_rels/workbook.xml.rels", True),
        ("xl/worksheets/sheet1.xml", False),
    ]
    counted = {each.what: (each.before, each.after) for each in made.parts.features}
    assert (counted["formulas"], counted["merged areas"], counted["parts"]) == ((1, 1), (1, 1), (5, 5))
    assert (made.read_back.reader, made.read_back.compared) == ("calamine", 2)


def test_a_user_may_stop_and_nothing_is_there(tmp_path: Path) -> None:
    template = tmp_path / "theirs.xlsx"
    template.write_bytes(packed(parts_of({"S": SHEET})))

    class Stop(Exception):  # noqa: N818 - a wish
        pass

    def report(done: int, _total: int, _label: str) -> None:
        if done == 3:
            raise Stop

    with pytest.raises(Stop):
        fill_template(template, [CellToFill("S", "A1", 5)], tmp_path / "out.xlsx", report)
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.xlsx"]
