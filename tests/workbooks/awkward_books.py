"""Workbooks with every awkward feature, and their cells filled wherever that may be."""

from __future__ import annotations

import random
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from fundingapp.domain.addresses import address
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.filling import CellToFill, Filled, FillWishes
from fundingapp.workbooks.template_filler import fill_template
from tests.workbooks.packages import MAIN, packed, parts_of

TODAY = date(2026, 1, 5)
#: As SOURCES.md has them: protected sheets, validations, extended ones, formulas, merges, names, tables,
#: links, comments (where SOURCES.md counts those in threads too), threaded comments, drawings, parts.
COUNTED = {
    "mhclg-pathfinders-return-r1.xlsx": (1, 15, 14, 687, 326, 21, 3, 0, 1, 1, 1, 67),
    "innovateuk-reallocate-project-costs.xlsx": (1, 30, 0, 678, 66, 10, 0, 1, 2, 0, 0, 33),
    "innovateuk-overheads.xlsx": (1, 1, 0, 30, 29, 0, 0, 0, 0, 0, 0, 13),
}


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
