"""Templates with cells put in as plainly as can be, to be judged by others; not the program's own filling."""

from __future__ import annotations

import random
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from lxml import etree

from fundingapp.workbooks.addresses import address, split_address
from fundingapp.workbooks.formulas.values import serial_of
from fundingapp.workbooks.recalculation import Place, Put, RecalculableBook

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def put_in(source: Path, out: Path, book: RecalculableBook, puts: Mapping[Place, Put]) -> Path:
    """A copy of *source* with *puts* in its cells and every other cell as it was."""
    by_part: dict[str, dict[tuple[int, int], Put]] = defaultdict(dict)
    parts = {sheet.name: sheet.part for sheet in book.book.sheets}
    for (sheet, cell), value in puts.items():
        by_part[parts[sheet]][split_address(cell)] = value
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in package.namelist():
            content = package.read(name)
            if name in by_part:
                root = etree.fromstring(content)
                _put(root, by_part[name])
                content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            copy.writestr(name, content)
    return out


def _put(root: etree._Element, cells: Mapping[tuple[int, int], Put]) -> None:
    data = root.find(f"{_MAIN}sheetData")
    assert data is not None
    rows = {int(row.get("r", "0")): row for row in data}
    for (number, column), value in sorted(cells.items()):
        row = rows.get(number)
        if row is None:
            row = etree.Element(f"{_MAIN}row", r=str(number))
            data.insert(sum(other < number for other in rows), row)
            rows[number] = row
        place = address(number, column)
        cell = next((each for each in row if each.get("r") == place), None)
        if cell is None:
            cell = etree.Element(f"{_MAIN}c", r=place)
            row.insert(sum(split_address(each.get("r", ""))[1] < column for each in row), cell)
        for child in list(cell):
            cell.remove(child)
        if "t" in cell.attrib:
            del cell.attrib["t"]
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            etree.SubElement(etree.SubElement(cell, f"{_MAIN}is"), f"{_MAIN}t").text = value
        elif isinstance(value, bool):
            cell.set("t", "b")
            etree.SubElement(cell, f"{_MAIN}v").text = str(int(value))
        elif isinstance(value, date):
            etree.SubElement(cell, f"{_MAIN}v").text = f"{serial_of(value, is_1904=False):.0f}"
        elif value is not None:
            etree.SubElement(cell, f"{_MAIN}v").text = str(value)


def random_puts(book: RecalculableBook, chance: random.Random, share: float) -> dict[Place, Put]:
    """Something for that *share* of the cells that formulas read, of any kind."""
    sheets = book.book.sheets
    cells: set[tuple[int, int, int]] = set()
    for reads in book.reach.reads.values():
        for area in reads.areas:
            if area.height * area.width > 5_000:
                continue
            sheet = sheets[area.sheet]
            inside = {
                (row, column)
                for row in range(area.top, area.bottom + 1)
                for column in range(area.left, area.right + 1)
            }
            merged = {
                (row, column)
                for top, left, bottom, right in sheet.merges
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
                if (row, column) != (top, left)
            }
            free = inside - set(sheet.formulas) - set(sheet.owners) - merged
            cells.update((area.sheet, *place) for place in free)
    puts: dict[Place, Put] = {}
    for number, row, column in sorted(cells):
        if chance.random() < share:
            kinds: list[Put] = [
                Decimal(chance.randint(-(10**6), 10**7)) / 100,
                Decimal(chance.randint(0, 500)) / 10,
                chance.randint(-5, 5000),
                chance.choice(["abc", "Yes", "5 - High", "3", "n/a"]),
                date(2018, 4, 1),
                chance.choice([True, None, None, 0]),
            ]
            puts[sheets[number].name, address(row, column - 1)] = chance.choice(kinds)
    return puts
