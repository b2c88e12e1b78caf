"""Puts values, formulas and worse into a workbook's own XML, as a careless hand or a broken program would."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from lxml import etree

from fundingapp.domain.addresses import split_address

_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_FIRST_DAY = date(1899, 12, 30)


class Planted:
    """A workbook in memory, changed cell by cell; sheets are known by their names."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self._parts = {info.filename: archive.read(info) for info in archive.infolist()}
        self._trees: dict[str, etree._Element] = {}
        book = self._parts["xl/workbook.xml"].decode()
        rels = self._parts["xl/_rels/workbook.xml.rels"].decode()
        targets = {}
        for rel in re.findall(r"<Relationship [^>]*>", rels):
            found = dict(re.findall(r'(\w+)="([^"]*)"', rel))
            targets[found["Id"]] = "xl/" + found["Target"].removeprefix("/xl/")
        self._part_of = {
            name: targets[rid]
            for name, rid in re.findall(r'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"', book)
        }

    def copy(self) -> Planted:
        """The same workbook, to be changed by itself."""
        made = object.__new__(Planted)
        made._parts = {**self._parts, **{name: etree.tostring(tree) for name, tree in self._trees.items()}}
        made._trees, made._part_of = {}, self._part_of
        return made

    def sheet(self, name: str) -> etree._Element:
        part = self._part_of[name]
        if part not in self._trees:
            self._trees[part] = etree.fromstring(self._parts[part])
        return self._trees[part]

    def put(self, sheet: str, cell: str, value: str | Decimal | date | int | None) -> None:
        """*value* in the place of what stands there, also of a formula; its style stays."""
        found = self._cell(sheet, cell)
        for child in list(found):
            found.remove(child)
        if "t" in found.attrib:
            del found.attrib["t"]
        match value:
            case None:
                return
            case str():
                found.set("t", "inlineStr")
                text = etree.SubElement(etree.SubElement(found, f"{{{_NS}}}is"), f"{{{_NS}}}t")
                text.text = value
                text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            case date():
                etree.SubElement(found, f"{{{_NS}}}v").text = str((value - _FIRST_DAY).days)
            case _:
                etree.SubElement(found, f"{{{_NS}}}v").text = str(value)

    def formula(self, sheet: str, cell: str, text: str) -> None:
        """Another formula, without a result."""
        self.put(sheet, cell, None)
        etree.SubElement(self._cell(sheet, cell), f"{{{_NS}}}f").text = text

    def result(self, sheet: str, cell: str, kind: str, text: str) -> None:
        """The stored result of a formula cell."""
        found = self._cell(sheet, cell)
        for child in found.findall(f"{{{_NS}}}v"):
            found.remove(child)
        if "t" in found.attrib:
            del found.attrib["t"]
        if kind != "n":
            found.set("t", kind)
        etree.SubElement(found, f"{{{_NS}}}v").text = text

    def hide_row(self, sheet: str, row: int) -> None:
        self._row(sheet, row).set("hidden", "1")

    def narrow(self, sheet: str, column: int, width: str) -> None:
        """The column numbered from 1 as narrow as *width* digits, whatever it shares its width with."""
        cols = self.sheet(sheet).find(f"{{{_NS}}}cols")
        assert cols is not None
        for at, col in enumerate(cols):
            first, last = int(col.get("min", "0")), int(col.get("max", "0"))
            if first <= column <= last:
                for start, end in ((first, column - 1), (column, column), (column + 1, last)):
                    if start <= end:
                        made = deepcopy(col)
                        made.set("min", str(start))
                        made.set("max", str(end))
                        if start == column:
                            made.set("width", width)
                        cols.insert(at, made)
                        at += 1
                cols.remove(col)
                return
        raise AssertionError(f"column {column} of {sheet} has no width of its own")

    def unprotect(self, sheet: str) -> None:
        tree = self.sheet(sheet)
        for found in tree.findall(f"{{{_NS}}}sheetProtection"):
            tree.remove(found)

    def change_part(self, name: str, change: Callable[[str], str]) -> None:
        """Another text in place of a part's."""
        before = self._parts[name].decode()
        after = change(before)
        assert after != before
        self._parts[name] = after.encode()

    def bytes(self) -> bytes:
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for name, contents in self._parts.items():
                tree = self._trees.get(name)
                archive.writestr(name, contents if tree is None else etree.tostring(tree))
        return made.getvalue()

    def _row(self, sheet: str, number: int) -> etree._Element:
        data = self.sheet(sheet).find(f"{{{_NS}}}sheetData")
        assert data is not None
        for at, row in enumerate(data):
            here = int(row.get("r", "0"))
            if here == number:
                return row
            if here > number:
                made = etree.Element(f"{{{_NS}}}row", r=str(number))
                data.insert(at, made)
                return made
        return etree.SubElement(data, f"{{{_NS}}}row", r=str(number))

    def _cell(self, sheet: str, cell: str) -> etree._Element:
        row, column = split_address(cell)
        line = self._row(sheet, row)
        for at, each in enumerate(line):
            here = split_address(each.get("r", "A1"))[1]
            if here == column:
                return each
            if here > column:
                made = etree.Element(f"{{{_NS}}}c", r=cell)
                line.insert(at, made)
                return made
        return etree.SubElement(line, f"{{{_NS}}}c", r=cell)
