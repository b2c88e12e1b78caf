"""One sheet of somebody else's workbook, and the cells that are exchanged in its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from fundingapp.domain.addresses import LAST_COLUMN, Area, address, area_of, split_address
from fundingapp.workbooks.checks import refused
from fundingapp.workbooks.xml_places import Element, XmlPart, tag_with

#: Row and column of a cell: rows count from 1, columns from 0.
At = tuple[int, int]


def areas_of(references: str) -> list[Area]:
    """The ranges of a list such as “B2:C3 E5”."""
    return [area for each in references.split() if (area := area_of(each)) is not None]


@dataclass(frozen=True, slots=True)
class NewContent:
    """What is to stand inside a cell: *kind* is its “t” (None for a number), *inner* the XML within, with “~” where the
    prefix of the sheet's elements belongs. *keeps_formula* leaves its formula before it."""

    kind: str | None
    inner: str
    keeps_formula: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.inner and not self.keeps_formula


BLANK: Final = NewContent(None, "")
_SPANS = re.compile(r"(\d+):(\d+)")


class SheetPatch:
    """The sheet *name* as XML in *part*, with an index of its cells, and what is to be changed in it."""

    def __init__(self, part: XmlPart, name: str, file: str) -> None:
        self.part = part
        self.name = name
        self._file = file
        data = part.root.child("sheetData")
        if data is None:
            raise refused(file, "no_cells", f"sheet “{name}” has no place for cells")
        self._data = data
        self.rows: dict[int, Element] = {}
        self._repeated: set[At] = set()
        #: The elements of each row; a row that is stored in pieces has several.
        self._pieces: dict[int, list[Element]] = {}
        self._in_row: dict[int, dict[At, Element]] = {}
        self._odd = False
        #: The columns by their letters, as far as they were met.
        self._letters: dict[str, int] = {}
        self._index()
        self._new: dict[At, tuple[NewContent, int | None]] = {}
        self._masters: dict[At, tuple[str, str]] = {}
        self._spills: dict[At, str] = {}
        #: Runs of columns, counted from 1, once somebody has asked for one.
        self._columns: list[tuple[int, int, Element]] | None = None
        #: The kinds of its validations and their ranges, once somebody has asked for them.
        self.validations: list[tuple[str, list[Area]]] | None = None

    def _index(self) -> None:
        row = 0
        for element in self._data.children:
            if element.tag != "row" and element.local != "row":
                self._odd = True  # a choice of markup around rows: which of them counts is not known
                continue
            written = element.attributes.get("r", "")
            row = int(written) if written.isdecimal() else row + 1
            self.rows.setdefault(row, element)
            self._pieces.setdefault(row, []).append(element)

    def cells_in(self, row: int) -> dict[At, Element]:
        """The cells of a row by their places, in their order."""
        held = self._in_row.get(row)
        if held is not None:
            return held
        held = self._in_row[row] = {}
        columns, number = self._letters, str(row)
        for element in self._pieces.get(row, ()):
            column = -1
            for cell in element.inside():
                if cell.tag != "c" and cell.local != "c":
                    self._odd = self._odd or cell.local == "AlternateContent"
                    continue
                name = cell.attributes.get("r", "")
                letters = name.removesuffix(number)
                known = columns.get(letters)
                if known is None:
                    found = split_address(name)
                    known = found[1] if found[0] else column + 1
                    if found[0] == row and letters.isalpha():
                        columns[letters] = known
                column = known
                if (row, column) in held:
                    self._repeated.add((row, column))
                held[row, column] = cell
        return held

    def cell(self, at: At) -> Element | None:
        return self.cells_in(at[0]).get(at)

    # what stands there

    def formulas(self, *kinds: str) -> Iterator[tuple[At, Element]]:
        """Each cell with a formula of one of the *kinds*, such as “shared”, and the formula's element."""
        pattern = re.compile(rb"<(?:[\w.-]+:)?f\s[^>]*\bt\s*=\s*[\"'](?:%s)" % "|".join(kinds).encode())
        for row, pieces in self._pieces.items():
            if not any(pattern.search(self.part.content, each.tag_end, each.end) for each in pieces):
                continue
            for at, cell in self.cells_in(row).items():
                formula = cell.child("f")
                if formula is not None and formula.attributes.get("t") in kinds:
                    yield at, formula

    def formula(self, at: At) -> Element | None:
        cell = self.cell(at)
        return cell.child("f") if cell is not None else None

    def stored(self, at: At) -> tuple[str, str] | None:
        """The “t” and the text of the value that a cell holds in itself; None where it holds none."""
        cell = self.cell(at)
        value = cell.child("v") if cell is not None else None
        if cell is None or value is None:
            return None
        return cell.attributes.get("t", "n"), self.part.text(value)

    def holds_something(self, at: At) -> bool:
        cell = self.cell(at)
        return cell is not None and bool(cell.inside())

    def kind(self, at: At) -> str:
        """The “t” of what a cell holds; "" for a blank one."""
        cell = self.cell(at)
        return cell.attributes.get("t", "n") if cell is not None and cell.inside() else ""

    def style(self, at: At) -> int:
        """The number of a cell's style: its own, or else its row's, or else its column's."""
        cell = self.cell(at)
        if cell is not None:
            return _whole(cell.attributes.get("s", "0"))
        row = self.rows.get(at[0])
        if row is not None and row.attributes.get("customFormat") in ("1", "true") and "s" in row.attributes:
            return _whole(row.attributes["s"])
        column = self._column(at[1])
        return _whole(column.attributes.get("style", "0")) if column is not None else 0

    def _column(self, column: int) -> Element | None:
        if self._columns is None:
            held = self.part.root.child("cols")
            self._columns = [
                (_whole(each.attributes.get("min", "0")), _whole(each.attributes.get("max", "0")), each)
                for each in (held.children if held is not None else ())
            ]
        return next((each for first, last, each in self._columns if first <= column + 1 <= last), None)

    def is_hidden(self, at: At) -> str:
        """“row” or “column” where a cell cannot be seen; "" where it can."""
        row = self.rows.get(at[0])
        if row is not None and row.attributes.get("hidden") in ("1", "true"):
            return "row"
        column = self._column(at[1])
        return "column" if column is not None and column.attributes.get("hidden") in ("1", "true") else ""

    def hidden_columns(self) -> int:
        """How many columns are hidden; those out to the end of the grid count as one."""
        columns = self.part.root.child("cols")
        number = 0
        for each in columns.children if columns is not None else ():
            if each.attributes.get("hidden") in ("1", "true"):
                first, last = _whole(each.attributes.get("min", "0")), _whole(each.attributes.get("max", "0"))
                number += 1 if last == LAST_COLUMN else last - first + 1
        return number

    @cached_property
    def is_protected(self) -> bool:
        protection = self.part.root.child("sheetProtection")
        return protection is not None and protection.attributes.get("sheet") in ("1", "true")

    def open_areas(self) -> list[Area]:
        """The ranges of a protected sheet that everybody may write in, without a password."""
        ranges = self.part.root.child("protectedRanges")
        found: list[Area] = []
        for each in ranges.children if ranges is not None else ():
            if (
                not {"password", "hashValue", "securityDescriptor"} & each.attributes.keys()
                and not each.children
            ):
                found += areas_of(each.attributes.get("sqref", ""))
        return found

    def merged(self) -> list[Area]:
        merges = self.part.root.child("mergeCells")
        found = (
            area_of(each.attributes.get("ref", ""))
            for each in (merges.children if merges is not None else ())
        )
        return [area for area in found if area is not None]

    # changing it

    def put(self, at: At, content: NewContent) -> None:
        """Has the cell hold *content*; a cell that is not there is made, with the style of its row or column."""
        self.cells_in(at[0])
        if at in self._repeated or self._odd:
            raise refused(
                self._file,
                "cell_repeated",
                f"{self.name}!{address(*at)} is stored twice, so it is not known which one counts"
                if at in self._repeated
                else f"sheet “{self.name}” holds its rows in a choice of two forms, so it is not known which counts",
            )
        style = self.style(at) if self.cell(at) is None else None
        self._new[at] = content, style

    def set_formula_range(self, at: At, reference: str) -> None:
        """Has the formula of a cell whose result spills cover another range."""
        self._spills[at] = reference

    def make_master(self, at: At, formula: str, reference: str) -> None:
        """Has the cell's shared formula be written out in it, for all cells of *reference* that share it."""
        self._masters[at] = formula, reference

    @property
    def touched(self) -> frozenset[At]:
        """All cells whose bytes may change."""
        return frozenset(self._new) | self.rewritten

    @property
    def rewritten(self) -> frozenset[At]:
        """The cells whose formula is written in other words and means the same."""
        return frozenset(self._masters) | frozenset(self._spills)

    def changed(self) -> bytes:
        """The bytes of the sheet with all changes made."""
        fresh: dict[int, list[At]] = {}
        for at, (content, _) in self._new.items():
            if self.cell(at) is not None:
                self._exchange(at, content)
            elif not content.is_blank:
                fresh.setdefault(at[0], []).append(at)
        for at in (self._masters.keys() | self._spills.keys()) - self._new.keys():
            self._rewrite_formula(at)
        self._add({row: sorted(cells) for row, cells in sorted(fresh.items())})
        if fresh:
            self._widen([at for each in fresh.values() for at in each])
        return self.part.changed()

    def _exchange(self, at: At, content: NewContent) -> None:
        cell = self.cells_in(at[0])[at]
        new = self._cell(cell, at, content)
        if new != self.part.raw(cell.begin, cell.end):
            self.part.replace(cell.begin, cell.end, new)

    def _cell(self, cell: Element, at: At, content: NewContent) -> bytes:
        tag = self.part.raw(cell.begin, cell.tag_end)
        # “cm” and “vm” say more about the value that was there: a spill, a picture, a rich value.
        gone: dict[str, str | None] = {} if content.keeps_formula else {"cm": None}
        if "r" not in cell.attributes:
            gone["r"] = address(*at)
        tag = tag_with(tag, t=content.kind, vm=None, **gone)
        inner = b""
        formula = cell.child("f")
        if content.keeps_formula and formula is not None:
            inner += self._formula(at, formula)
        inner += str.encode(content.inner.replace("~", cell.prefix))
        for each in cell.inside():
            if each.local == "extLst":
                inner += self.part.raw(each.begin, each.end)
        if not inner:
            return tag[:-1] + b"/>"
        return tag + inner + f"</{cell.tag}>".encode()

    def _formula(self, at: At, formula: Element) -> bytes:
        if at in self._masters:
            text, reference = self._masters[at]
            tag = tag_with(self.part.raw(formula.begin, formula.tag_end), ref=reference)
            return tag + str.encode(_escaped(text)) + f"</{formula.tag}>".encode()
        if at in self._spills:
            tag = self.part.raw(formula.begin, formula.tag_end)
            closed = tag.endswith(b"/>")
            tag = tag_with(tag, ref=self._spills[at])
            return (tag[:-1] + b"/>") if closed else tag + self.part.raw(formula.tag_end, formula.end)
        return self.part.raw(formula.begin, formula.end)

    def _rewrite_formula(self, at: At) -> None:
        formula = self.formula(at)
        if formula is not None:
            self.part.replace(formula.begin, formula.end, self._formula(at, formula))

    def _fresh(self, at: At) -> bytes:
        content, style = self._new[at]
        prefix = self._data.prefix
        tag = f'<{prefix}c r="{address(*at)}"'
        if style:
            tag += f' s="{style}"'
        if content.kind is not None:
            tag += f' t="{content.kind}"'
        return str.encode(f"{tag}>{content.inner.replace('~', prefix)}</{prefix}c>")

    def _add(self, fresh: dict[int, list[At]]) -> None:
        """Puts cells that are not there yet into their rows, and rows that are not there yet into the sheet."""
        tags: dict[int, dict[str, str]] = {}
        for row in fresh:
            after = (
                None if row in self.rows else min((other for other in self.rows if other > row), default=None)
            )
            if after is not None and "r" not in self.rows[after].attributes:
                # A row that is where it is because of the one before it must say so once another comes between them.
                tags[after] = {"r": str(after)}
        made = b""
        for row, cells in fresh.items():
            element = self.rows.get(row)
            if element is not None:
                spans = _SPANS.fullmatch(element.attributes.get("spans", ""))
                first, last = cells[0][1] + 1, cells[-1][1] + 1
                if spans is not None and (first < int(spans[1]) or last > int(spans[2])):
                    wide = f"{min(first, int(spans[1]))}:{max(last, int(spans[2]))}"
                    tags.setdefault(row, {})["spans"] = wide
                if not element.is_closed:
                    self._add_to_row(element, row, cells)
            elif self._data.is_closed:
                made += self._row(row, cells)
            else:
                after = min((other for other in self.rows if other > row), default=None)
                place = self._data.close if after is None else self.rows[after].begin
                self.part.replace(place, place, self._row(row, cells))
        for row in tags.keys() | {row for row in fresh if row in self.rows and self.rows[row].is_closed}:
            element = self.rows[row]
            tag = self.part.raw(element.begin, element.tag_end)
            if element.is_closed and row not in fresh:
                self.part.replace(element.begin, element.end, tag_with(tag, **tags[row])[:-1] + b"/>")
                continue
            tag = tag_with(tag, **tags.get(row, {}))
            if element.is_closed:
                tag += b"".join(map(self._fresh, fresh[row])) + f"</{element.tag}>".encode()
            self.part.replace(element.begin, element.tag_end, tag)
        if made:
            data = self._data
            tag = tag_with(self.part.raw(data.begin, data.tag_end))
            self.part.replace(data.begin, data.end, tag + made + f"</{data.tag}>".encode())

    def _add_to_row(self, element: Element, row: int, cells: list[At]) -> None:
        there = [
            (at, cell) for at, cell in self.cells_in(row).items() if element.begin < cell.begin < element.end
        ]
        said = set()
        for at in cells:
            after = next(((other, cell) for other, cell in there if other[1] > at[1]), None)
            place = element.close if after is None else after[1].begin
            self.part.replace(place, place, self._fresh(at))
            if after is None or after[0] in said or "r" in after[1].attributes:
                continue
            said.add(after[0])  # as with rows; a cell that is exchanged says its address in any case
            if after[0] not in self._new:
                self.part.set_attribute(after[1], "r", address(*after[0]))

    def _row(self, row: int, cells: list[At]) -> bytes:
        prefix = self._data.prefix
        spans = ""
        if any("spans" in each.attributes for each in self.rows.values()):
            spans = f' spans="{cells[0][1] + 1}:{cells[-1][1] + 1}"'
        inner = b"".join(map(self._fresh, cells))
        return f'<{prefix}row r="{row}"{spans}>'.encode() + inner + f"</{prefix}row>".encode()

    def _widen(self, cells: Iterable[At]) -> None:
        dimension = self.part.root.child("dimension")
        area = area_of(dimension.attributes.get("ref", "")) if dimension is not None else None
        if dimension is None or area is None:
            return
        rows, columns = [at[0] for at in cells], [at[1] for at in cells]
        wide = Area(min(area[0], *rows), min(area[1], *columns), max(area[2], *rows), max(area[3], *columns))
        if wide != area:
            self.part.set_attribute(dimension, "ref", wide.in_words)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
