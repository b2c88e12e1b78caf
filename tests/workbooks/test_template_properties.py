"""Random cells, values and types in workbooks with every awkward feature: two readers read back what was put, and
everything else is what it was."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import warnings
import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings, strategies as st
from python_calamine import CalamineWorkbook

from fundingapp.domain.addresses import address, split_address
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.filling import CellToFill, Filled, FillWishes
from fundingapp.workbooks.template_filler import fill_template

TODAY = date(2026, 1, 5)
#: As SOURCES.md has them: protected sheets, validations, extended ones, formulas, merges, names, tables,
#: links, comments (where SOURCES.md counts those in threads too), threaded comments, drawings, parts.
COUNTED = {
    "mhclg-pathfinders-return-r1.xlsx": (1, 15, 14, 687, 326, 21, 3, 0, 1, 1, 1, 67),
    "innovateuk-reallocate-project-costs.xlsx": (1, 30, 0, 678, 66, 10, 0, 1, 2, 0, 0, 33),
    "innovateuk-overheads.xlsx": (1, 1, 0, 30, 29, 0, 0, 0, 0, 0, 0, 13),
}
NAMES = (
    "protected sheets",
    "data validations",
    "extended data validations",
    "formulas",
    "merged areas",
    "defined names",
    "tables",
    "links to other workbooks",
    "comments",
    "threaded comments",
    "drawings",
    "parts",
)


def awkward(date_1904: bool) -> bytes:
    """A workbook with as many features as a library can make."""
    raw = BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True, "date_1904": date_1904}) as book:
        one, two, three = (
            book.add_worksheet("One"),
            book.add_worksheet("Two's & <two>"),
            book.add_worksheet("Lists"),
        )
        three.very_hidden()
        day = book.add_format({"num_format": "dd/mm/yyyy", "locked": False})
        money = book.add_format({"num_format": "£#,##0.00", "bold": True})
        for row in range(12):
            one.write_number(row, 0, row * 1.25, money)
            one.write_formula(row, 1, f"=A{row + 1}*2", None, row * 2.5)
            one.write_string(row, 2, f"  text {row} & <tag>")
            three.write_string(row, 0, f"choice {row}")
        one.write_rich_string("D1", book.add_format({"bold": True}), "bold", " plain")
        one.write_blank("D2", None, day)
        one.merge_range("F2:H4", "merged", money)
        one.data_validation("E1:E9", {"validate": "list", "source": "=Lists!$A$1:$A$12"})
        one.conditional_format("A1:A12", {"type": "data_bar", "data_bar_2010": True})
        one.conditional_format("A1:A12", {"type": "cell", "criteria": ">", "value": 5, "format": money})
        one.add_sparkline("I1", {"range": "One!A1:A12"})
        one.write_comment("A1", "a note", {"author": "Somebody"})
        one.set_row(10, None, None, {"hidden": True})
        one.freeze_panes(1, 1)
        two.add_table(
            "B2:D6", {"name": "Spend", "columns": [{"header": "Ref"}, {"header": "Sum"}, {"header": "When"}]}
        )
        two.write_formula("F1", "=SUM(One!A1:A12)+SUM(Spend[Sum])", None, 0)
        two.write_array_formula("F3:F4", "{=One!A1:A2*2}", None, 0)
        two.protect()
        two.insert_textbox("H8", "a box")
        book.define_name("Total", "='Two''s & <two>'!$F$1")
    return raw.getvalue()


def by_hand() -> bytes:
    """The same kind of thing in the manner of other programs: prefixes, no addresses, shared formulas, extensions."""
    from tests.workbooks.packages import MAIN, packed, parts_of

    head = f'<?xml version="1.0" encoding="utf-8"?>\n<x:worksheet xmlns:x="{MAIN}" xmlns:q="urn:q" q:odd="a &gt; b">'
    rows = "".join(
        f"<x:row><x:c><x:v>{row}</x:v></x:c>"
        + (f'<x:c r="B1"><x:f t="shared" ref="B1:B9" si="3">A{row}+1</x:f><x:v>2</x:v></x:c>' if row == 1 else
           f'<x:c r="B{row}"><x:f t="shared" si="3"/><x:v>{row + 1}</x:v></x:c>')
        + f'<x:c r="D{row}" t="inlineStr"><x:is><x:r><x:t xml:space="preserve"> rich </x:t></x:r></x:is></x:c></x:row>'
        for row in range(1, 10)
    )  # fmt: skip
    tail = '<x:extLst><x:ext uri="{u}"><q:keep> <![CDATA[<c r="A1">]]> </q:keep></x:ext></x:extLst></x:worksheet>'
    sheet = f"{head}<x:sheetData>{rows}</x:sheetData><!-- the end -->{tail}"
    return packed(parts_of({"One": sheet}))


BOOKS = {"1900": awkward(False), "1904": awkward(True), "by hand": by_hand()}

texts = st.text(
    st.characters(
        exclude_categories=["Cs"],
        exclude_characters=[chr(at) for at in range(32) if at not in (9, 10)] + ["\ufffe", "\uffff"],
    ),
    min_size=1,
    max_size=40,
).filter(lambda text: "_x" not in text)
amounts = st.decimals(Decimal("-9999999.99"), Decimal("9999999.99"), places=2)
values = st.one_of(
    texts,
    amounts,
    st.integers(-999_999_999, 999_999_999),
    st.booleans(),
    st.dates(date(1904, 1, 2), date(2100, 1, 1)),
    st.none(),
    st.sampled_from(["=1+1", "+44", "-x", "@SUM(A1)", "00123", " ", "a\n\nb", "]]>", "&amp;"]),
)
puts = st.dictionaries(st.tuples(st.integers(1, 40), st.integers(0, 15)), values, min_size=1, max_size=25)


def fill_what_may_be(
    template: Path, sheet: str, cells: dict[tuple[int, int], Any], out: Path
) -> tuple[Filled, dict[tuple[int, int], Any]]:
    """Fills the cells that are not refused for good reasons (merged, arrays, headings of tables)."""
    left = dict(cells)
    while True:
        given_cells = [CellToFill(sheet, address(*at), value) for at, value in left.items()]
        wishes = FillWishes(over_formulas=True, over_locked=True, today=TODAY)
        try:
            return fill_template(template, given_cells, out, lambda *_: None, wishes), left
        except ExpectedError as error:
            if error.code not in ("fill_merged", "fill_array", "fill_table_heading"):
                raise
            gone = next(at for at in left if error.message.startswith(f"{sheet}!{address(*at)} "))
            del left[gone]


def said(value: Any) -> Any:
    """A value as both readers may give it."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, datetime):
        return value.date()
    return float(value) if isinstance(value, int | float | Decimal) else value


def is_same(put: Any, found: Any, day_nought: date) -> bool:
    if isinstance(put, date):
        serial = float((put - day_nought).days)
        return said(found) in (put, serial)
    return bool(said(put) == said(found if found != "" else None))


@pytest.mark.parametrize("which", sorted(BOOKS))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=puts, second=st.booleans())
def test_two_readers_read_what_was_put_and_the_rest_is_as_it_was(
    which: str, cells: dict[tuple[int, int], Any], second: bool, tmp_path: Path
) -> None:
    template, out = tmp_path / "theirs.xlsx", tmp_path / "ours.xlsx"
    template.write_bytes(BOOKS[which])
    sheet = "Two's & <two>" if second and which != "by hand" else "One"
    made, cells = fill_what_may_be(template, sheet, cells, out)
    day_nought = date(1904, 1, 1) if which == "1904" else date(1899, 12, 30)
    rows = CalamineWorkbook.from_path(out).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page = openpyxl.load_workbook(out)[sheet]
    for (row, column), value in cells.items():
        found = rows[row - 1][column] if row <= len(rows) and column < len(rows[row - 1]) else ""
        assert is_same(value, found, day_nought)
        cell = page.cell(row, column + 1)
        assert is_same(value, cell.value, day_nought)
        assert cell.data_type != "f"
    with zipfile.ZipFile(template) as before, zipfile.ZipFile(out) as after:
        changed = {
            name
            for name in before.namelist()
            if name not in after.namelist() or before.read(name) != after.read(name)
        }
    assert changed == set(made.parts_changed)
    assert all(name.startswith("xl/worksheets/sheet") or name == "xl/workbook.xml" for name in changed)
    again = fill_template(
        template,
        [CellToFill(sheet, address(*at), value) for at, value in cells.items()],
        tmp_path / "again.xlsx",
        lambda *_: None,
        FillWishes(True, True, today=TODAY),
    )
    assert again.sha256 == made.sha256


def fill_anywhere(template: Path, out: Path, seed: int) -> tuple[Filled, int]:
    """Fills some cells of every sheet, wherever that may be."""
    luck = random.Random(seed)
    with zipfile.ZipFile(template) as package:
        names = re.findall(rb'<(?:\w+:)?sheet [^>]*?name="([^"]*)"', package.read("xl/workbook.xml"))
    cells = {}
    for name in names:
        for _ in range(luck.choice([0, 4, 12])):
            at = luck.randint(1, 60), luck.randint(0, 14)
            value = luck.choice([Decimal("12.55"), 7, "words  ", date(2024, 2, 29), None, "=1+1", "ŵ😀"])
            cells[name.decode(), at] = value
    while True:
        given_cells = [
            CellToFill(sheet, address(*at), value, True, True) for (sheet, at), value in cells.items()
        ]
        try:
            return fill_template(template, given_cells, out, lambda *_: None, FillWishes(today=TODAY)), len(
                cells
            )
        except ExpectedError as error:
            if error.code not in ("fill_merged", "fill_array", "fill_table_heading"):
                raise
            del cells[
                next(
                    place for place in cells if error.message.startswith(f"{place[0]}!{address(*place[1])} ")
                )
            ]


@pytest.mark.parametrize("name", sorted(COUNTED))
def test_real_templates_keep_every_part_and_every_count(
    real_fixtures: Path, name: str, tmp_path: Path
) -> None:
    for seed in range(1):
        out = tmp_path / f"{seed}-{name}"
        made, number = fill_anywhere(real_fixtures / name, out, seed)
        assert made.cells_written == number
        counts = {each.what: (each.before, each.after) for each in made.parts.features}
        assert tuple(counts[what][0] for what in NAMES) == COUNTED[name]
        gone = sum(each.over.value == "formula" for each in made.overwritten)
        assert all(
            before - after == (gone if what == "formulas" else 0)
            for what, (before, after) in counts.items()
            if what != "parts"
        )
        with zipfile.ZipFile(real_fixtures / name) as before, zipfile.ZipFile(out) as after:
            changed = [
                part
                for part in before.namelist()
                if part not in after.namelist() or before.read(part) != after.read(part)
            ]
        assert set(changed) == set(made.parts_changed)
        assert all(
            re.match(r"xl/(worksheets/sheet|calcChain|workbook\.xml)|\[Content|xl/_rels", part)
            for part in changed
        )
        no_blank_that_was_not_there(real_fixtures / name, out, made)


def no_blank_that_was_not_there(template: Path, out: Path, made: Filled) -> None:
    """A values-only reader sees every value that it saw before, but where cells were filled or can't be worked out."""
    left = {(each.sheet, each.cell) for each in made.not_computed}
    before, after = CalamineWorkbook.from_path(template), CalamineWorkbook.from_path(out)
    now_blank = []
    for sheet in before.sheet_names:
        old = before.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        new = after.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        for row, cells in enumerate(old):
            for column, value in enumerate(cells):
                place = sheet, address(row + 1, column)
                if value != "" and (row >= len(new) or column >= len(new[row]) or new[row][column] == ""):
                    now_blank.append(place)
    computed = {(each.sheet, each.cell): each.value for each in made.recomputed}
    unexplained = [
        place
        for place in now_blank
        if place not in left and not (place in computed and computed[place][:1] in ("", "#"))
    ]
    assert len(unexplained) <= made.cells_written  # those that were to be blank


def test_libreoffice_opens_them_and_finds_the_same(real_fixtures: Path, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice, the outside judge, is not installed")
    made: dict[Path, tuple[str, dict[str, Any]]] = {}
    for at in range(3):
        luck = random.Random(at)
        which = sorted(BOOKS)[at % 3]
        template, out = tmp_path / f"theirs-{at}.xlsx", tmp_path / f"ours-{at}.xlsx"
        template.write_bytes(BOOKS[which])
        cells: dict[tuple[int, int], Any] = {
            (luck.randint(1, 30), luck.randint(9, 15)): luck.choice(
                [Decimal("1.1"), "words", "=1+1", True, 5]
            )
            for _ in range(15)
        }
        _, done = fill_what_may_be(template, "One", cells, out)
        made[out] = "One", {address(*place): value for place, value in done.items()}
    for name in sorted(COUNTED):
        out = tmp_path / f"ours-{name}"
        fill_anywhere(real_fixtures / name, out, 7)
        made[out] = "", {}
    subprocess.run(
        [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "opened", *made],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    for out, (sheet, done_cells) in made.items():
        opened = CalamineWorkbook.from_path(tmp_path / "opened" / out.name)
        assert opened.sheet_names == CalamineWorkbook.from_path(out).sheet_names
        rows = opened.get_sheet_by_name(sheet).to_python(skip_empty_area=False) if sheet else []
        for cell, value in done_cells.items():
            row, column = split_address(cell)
            assert said(rows[row - 1][column]) == said(value)
