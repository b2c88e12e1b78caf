"""A workbook as its formulas see it: values and formulas of every sheet, names, tables and validations as stored.

Read once, in the package's own XML: workbook libraries hide shared formulas, spills and what Excel 2010 and later
write into extension lists. Every number is the double that the workbook stores.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from xml.parsers import expat

from fundingapp.workbooks.addresses import LAST_COLUMN, LAST_ROW, column_number
from fundingapp.workbooks.formulas.values import Area, Error, Ghost, NotComputed, Scalar, serial_of
from fundingapp.workbooks.package import Package
from fundingapp.workbooks.refusals import damaged
from fundingapp.workbooks.xml_places import plain_text

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Row and column, counted from 1, of a cell of the sheet with that number, counted from 0.
Key = tuple[int, int, int]

_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_WHOLE_COLUMNS: Final = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})")
_WHOLE_ROWS: Final = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")
_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")

#: The cells of a sheet as nearly every program writes them: first those that only have a look, which are passed over,
#: then one with a formula, a value or both, or the beginning or the end of a row.
_ATTRIBUTES: Final = rb"(?:\s[\w:.-]+=\"[^\"<>&]*\")*"
_STEP: Final = re.compile(
    rb"(?:<c r=\"[A-Z]{1,3}[0-9]{1,7}\"%(a)s/>)*"
    rb"(?:<c r=\"([A-Z]{1,3})([0-9]{1,7})\"(%(a)s)>"
    rb"(?:<f(%(a)s)(?:/>|>([^<]*)</f>))?(?:<v(?: xml:space=\"preserve\")?>([^<]*)</v>|(<v/>))?</c>"
    rb"|<row(%(a)s)/?>|</row>)" % {b"a": _ATTRIBUTES}
)
_ATTRIBUTE: Final = re.compile(rb"\s([\w:.-]+)=\"([^\"]*)\"")
_UTF_8: Final = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml version=\"1.0\"(?: encoding=\"(?i:utf-8)\")?[^>]*\?>")
_ROW_NUMBER: Final = re.compile(rb"\sr=\"([0-9]+)\"")
_DATA: Final = b"<sheetData>"
_DATA_ENDS: Final = b"</sheetData>"


@dataclass(slots=True)
class CellFormula:
    """A formula and the cell that it was written for: a shared one stands in others too and moves along."""

    text: str
    base: tuple[int, int]
    #: "", "array" (fixed cells), "dynamic" (spills), "table" (what-if), or "lost" (its shared formula is not there).
    kind: str = ""
    #: For "array" and "dynamic": the cells that it fills.
    ref: tuple[int, int, int, int] | None = None
    has_result: bool = True


@dataclass(slots=True)
class RawValidation:
    """A data validation as stored; *formulas* without the equals sign."""

    attributes: dict[str, str]
    ranges: tuple[str, ...]
    formulas: tuple[str, str]
    extended: bool


@dataclass(slots=True)
class SheetCells:
    """The cells of one sheet; keys are (row, column)."""

    name: str
    part: str
    values: dict[tuple[int, int], Scalar] = field(default_factory=dict)
    formulas: dict[tuple[int, int], CellFormula] = field(default_factory=dict)
    #: For every cell that an array formula elsewhere fills, that formula's cell.
    owners: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    validations: list[RawValidation] = field(default_factory=list)
    last_row: int = 0
    last_column: int = 0


@dataclass(frozen=True, slots=True)
class TableRange:
    """A table of a sheet, with its heading and total rows."""

    name: str
    sheet: int
    top: int
    left: int
    bottom: int
    right: int
    columns: tuple[str, ...]
    headings: int
    totals: int


@dataclass(slots=True)
class FormulaBook:
    """Everything that formulas of a workbook can refer to."""

    name: str
    sheets: list[SheetCells]
    numbers: dict[str, int]
    #: By sheet number or None for the whole workbook, and the name in small letters.
    names: dict[tuple[int | None, str], str]
    tables: dict[str, TableRange]
    is_1904: bool = False
    #: The workbook says that its stored results are to be worked out anew when it is opened.
    asks_for_calculation: bool = False
    is_manual: bool = False
    #: Why no result of the whole workbook can be vouched for; "" when there is no such reason.
    obstacle: str = ""

    @classmethod
    def read(cls, source: Path | bytes | BinaryIO, name: str = "") -> FormulaBook:
        """The workbook in *source*, called *name* in refusals. Raises InputRefusedError."""
        if isinstance(source, Path):
            with source.open("rb") as file:
                return _read(file, name or source.name)
        if isinstance(source, bytes):
            return _read(BytesIO(source), name or "the workbook")
        return _read(source, name or "the workbook")

    def sheet_number(self, name: str) -> int | None:
        """The number of the sheet of that name, without regard to case; None when there is none."""
        return self.numbers.get(name.lower())

    def formulas(self) -> Iterator[tuple[Key, CellFormula]]:
        """Every formula with its cell."""
        for number, sheet in enumerate(self.sheets):
            for (row, column), formula in sheet.formulas.items():
                yield (number, row, column), formula

    def key(self, sheet: str, cell: str) -> Key:
        """The key of a cell such as B7 of the sheet of that name. Raises NotComputed when there is no such cell."""
        number = self.sheet_number(sheet)
        found = _CELL.fullmatch(cell.replace("$", "").upper())
        if number is None or found is None:
            raise NotComputed(f"there is no cell {cell} on a sheet “{sheet}”")
        return number, int(found.group(2)), column_number(found.group(1)) + 1


def rectangle(text: str) -> tuple[int, int, int, int] | None:
    """Top, left, bottom and right of a range such as B2:C9, B:C or 2:9; None when it is none."""
    text = text.strip().upper()
    if found := _RANGE.fullmatch(text):
        left, top = column_number(found.group(1)) + 1, int(found.group(2))
        right = column_number(found.group(3)) + 1 if found.group(3) else left
        bottom = int(found.group(4)) if found.group(4) else top
    elif found := _WHOLE_COLUMNS.fullmatch(text):
        left, right = (column_number(letters) + 1 for letters in found.groups())
        top, bottom = 1, LAST_ROW
    elif found := _WHOLE_ROWS.fullmatch(text):
        top, bottom = map(int, found.groups())
        left, right = 1, LAST_COLUMN
    else:
        return None
    if not (1 <= top <= bottom <= LAST_ROW and 1 <= left <= right <= LAST_COLUMN):
        return None
    return top, left, bottom, right


def unescaped(text: str) -> str:
    """A stored text as it is: _x000D_ stands for a carriage return."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)


def _silent(done: int, total: int, label: str) -> None:
    """Nothing is reported: a template is small."""


def _read(file: BinaryIO, name: str) -> FormulaBook:
    package = Package(file, name, _silent)
    try:
        package.check_prologs()
        return _Reader(package).book()
    finally:
        package.close()


def _local(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _is_set(value: str | None) -> bool:
    return value in {"1", "true", "on"}


class _Taking:
    """Takes the cells of one sheet, one after the other."""

    def __init__(self, sheet: SheetCells) -> None:
        self._sheet = sheet
        self._masters: dict[str, tuple[str, tuple[int, int]]] = {}
        self._waiting: list[tuple[tuple[int, int], str, bool]] = []

    def take(
        self,
        place: tuple[int, int],
        cell: Mapping[str, str],
        formula: tuple[Mapping[str, str], str] | None,
        value: Scalar,
        *,
        has_result: bool,
    ) -> None:
        """A cell with its attributes, the attributes and the text of its formula, and what it holds."""
        sheet = self._sheet
        if value is not None:
            sheet.values[place] = Ghost() if value == "" and formula is None else value
        if formula is not None:
            held, text = formula
            kind = held.get("t", "")
            if kind == "shared":
                shared = held.get("si", "")
                if text:
                    self._masters.setdefault(shared, (text, place))
                    sheet.formulas[place] = CellFormula(text, place, has_result=has_result)
                else:
                    self._waiting.append((place, shared, has_result))
            elif kind == "array":
                ref = rectangle(held.get("ref", "")) or (*place, *place)
                name = "dynamic" if cell.get("cm") not in {None, "0"} else "array"
                sheet.formulas[place] = CellFormula(text, place, name, ref, has_result)
            elif kind == "dataTable":
                ref = rectangle(held.get("ref", "")) or (*place, *place)
                sheet.formulas[place] = CellFormula(text, place, "table", ref, has_result)
            elif text:
                sheet.formulas[place] = CellFormula(text, place, has_result=has_result)
        if value is not None or formula is not None:
            sheet.last_row = max(sheet.last_row, place[0])
            sheet.last_column = max(sheet.last_column, place[1])

    def share(self) -> None:
        """Gives the cells that share a formula the one that is written out, once all cells are taken."""
        for place, shared, has_result in self._waiting:
            text, base = self._masters.get(shared, ("", place))
            self._sheet.formulas[place] = CellFormula(
                text, base, "" if text else "lost", has_result=has_result
            )


def _strings(element: _Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def _attributes(tag: bytes, known: dict[bytes, dict[str, str]]) -> dict[str, str]:
    """The attributes in *tag*; *known* are those of tags read before, of which there are few different ones."""
    held = known.get(tag)
    if held is None:
        found = ((name.decode(), value.decode()) for name, value in _ATTRIBUTE.findall(tag))
        held = known[tag] = dict(found)
    return held


class _Reader:
    def __init__(self, package: Package) -> None:
        from lxml import etree

        self._package = package
        self._parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        self._etree = etree
        self._texts: list[str] = []

    def _content(self, part: str) -> bytes:
        info = self._package.part(part)
        if info is None:
            raise damaged(self._package.name, f"its part {part} is missing")
        return b"".join(self._package.pieces(info))

    def _root(self, part: str, content: bytes | None = None) -> _Element:
        try:
            return self._etree.fromstring(self._content(part) if content is None else content, self._parser)
        except (self._etree.XMLSyntaxError, ValueError) as error:
            raise damaged(self._package.name, f"its part {part} is not well-formed") from error

    def book(self) -> FormulaBook:
        package = self._package
        main = package.main_part("xl/workbook.xml")
        relations = package.relations(main)
        for kind, target in relations.values():
            if kind.endswith("/sharedStrings") and package.part(target) is not None:
                self._texts = [_text_of(item) for item in self._root(target) if _local(item) == "si"]
        book = FormulaBook(package.name, [], {}, {}, {})
        root = self._root(main)
        names: list[tuple[str | None, str, str]] = []
        for element in root.iter():
            match _local(element):
                case "workbookPr":
                    book.is_1904 = _is_set(element.get("date1904"))
                case "calcPr":
                    _read_settings(book, element)
                case "sheet":
                    identity = next((v for k, v in element.attrib.items() if str(k).endswith("}id")), "")
                    kind, target = relations.get(str(identity), ("", ""))
                    sheet = SheetCells(str(element.get("name", "")), target)
                    if kind.endswith("/worksheet"):
                        self._read_sheet(book, sheet, len(book.sheets))
                    book.numbers.setdefault(sheet.name.lower(), len(book.sheets))
                    book.sheets.append(sheet)
                case "definedName":
                    names.append((element.get("localSheetId"), element.get("name", ""), element.text or ""))
        for local, defined, text in names:
            scope = int(local) if local is not None and local.isdigit() else None
            book.names.setdefault((scope, defined.lower()), text.removeprefix("="))
        return book

    def _read_sheet(self, book: FormulaBook, sheet: SheetCells, number: int) -> None:
        content = self._content(sheet.part)
        without = self._plain_cells(sheet, content, is_1904=book.is_1904)
        root = self._root(sheet.part, content if without is None else without)
        for element in root:
            match _local(element):
                case "sheetData":
                    if without is None:
                        self._read_cells(sheet, element, is_1904=book.is_1904)
                case "mergeCells":
                    refs = (rectangle(str(merge.get("ref", ""))) for merge in element)
                    sheet.merges.extend(ref for ref in refs if ref is not None)
                case "dataValidations":
                    sheet.validations.extend(_validation(each, extended=False) for each in element)
                case "extLst":
                    for each in element.iter():
                        if _local(each) == "dataValidation":
                            sheet.validations.append(_validation(each, extended=True))
        for (row, column), formula in sheet.formulas.items():
            if formula.ref is not None:
                top, left, bottom, right = formula.ref
                if (bottom - top + 1) * (right - left + 1) > 1_000_000:
                    continue
                for down in range(top, bottom + 1):
                    for along in range(left, right + 1):
                        if (down, along) != (row, column):
                            sheet.owners[down, along] = (row, column)
        for kind, target in self._package.relations(sheet.part).values():
            if kind.endswith("/table"):
                table = _table(self._root(target), number)
                if table is not None:
                    book.tables[table.name.lower()] = table

    def _plain_cells(self, sheet: SheetCells, content: bytes, *, is_1904: bool) -> bytes | None:
        """Takes the cells of a sheet that is written as nearly every program writes it, and returns the rest of it;
        None, with nothing taken, for any other. It takes half the time of looking at each element."""
        begin, end = content.find(_DATA), content.rfind(_DATA_ENDS)
        if begin < 0 or not _UTF_8.match(content) or b"<!" in content:
            return None
        begin += len(_DATA)
        steps: list[tuple[bytes | None, ...]] = []
        at = begin
        for found in _STEP.finditer(content, begin, end):
            if found.start() != at:
                return None
            at = found.end()
            steps.append(found.groups())
        if at != end:
            return None
        parser = expat.ParserCreate()
        self._package.feed(parser, content, self._package.parts[sheet.part.lower()], last=True)
        taking = _Taking(sheet)
        known: dict[bytes, dict[str, str]] = {}
        row = 0
        for letters, number, cell, formula, text, value, blank, of_row in steps:
            if of_row is not None:
                given = _ROW_NUMBER.search(of_row)
                row = int(given[1]) if given is not None else row + 1
                if b"hidden" in of_row and _is_set(_attributes(of_row, known).get("hidden")):
                    sheet.hidden_rows.add(row)
            elif letters is not None and number is not None and cell is not None:
                row = int(number)
                held = _attributes(cell, known)
                if blank is not None:
                    value = b""
                stored: Scalar = None
                kind = held.get("t", "n")
                has_result = value is not None and (value != b"" or kind == "str")
                if has_result and value is not None:
                    stored = self._value(kind, plain_text(value), is_1904=is_1904)
                said = None
                if formula is not None:
                    said = _attributes(formula, known), "" if text is None else plain_text(text)
                taking.take(
                    (row, column_number(letters.decode("ascii")) + 1),
                    held,
                    said,
                    stored,
                    has_result=has_result,
                )
        taking.share()
        return content[:begin] + content[end:]

    def _read_cells(self, sheet: SheetCells, data: _Element, *, is_1904: bool) -> None:
        taking = _Taking(sheet)
        row = 0
        for row_element in data:
            if _local(row_element) != "row":
                continue
            given = row_element.get("r")
            row = int(given) if given and given.isdigit() else row + 1
            if _is_set(row_element.get("hidden")):
                sheet.hidden_rows.add(row)
            column = 0
            for cell in row_element:
                if _local(cell) != "c":
                    continue
                address = cell.get("r")
                if address is None:
                    column += 1
                else:
                    found = _CELL.fullmatch(address)
                    if found is None:
                        raise damaged(self._package.name, f"sheet “{sheet.name}” has a cell {address[:20]}")
                    column = column_number(found.group(1)) + 1
                    row = int(found.group(2))
                if not len(cell):
                    continue
                formula, has_result, value = self._cell(cell, is_1904=is_1904)
                said = None
                if formula is not None:
                    said = _strings(formula), formula.text or ""
                taking.take((row, column), _strings(cell), said, value, has_result=has_result)
        taking.share()

    def _cell(self, cell: _Element, *, is_1904: bool) -> tuple[_Element | None, bool, Scalar]:
        kind = cell.get("t", "n")
        formula: _Element | None = None
        text: str | None = None
        for part in cell:
            match _local(part):
                case "f":
                    formula = part
                case "v":
                    text = part.text or ""
                case "is":
                    return None, True, _text_of(part)
        if text is None:
            return formula, False, None
        if text == "" and kind != "str":
            return formula, False, None
        return formula, True, self._value(kind, text, is_1904=is_1904)

    def _value(self, kind: str, text: str, *, is_1904: bool) -> Scalar:
        try:
            match kind:
                case "s":
                    return self._texts[int(text)]
                case "str":
                    return unescaped(text)
                case "inlineStr":
                    return unescaped(text)
                case "b":
                    return _is_set(text)
                case "e":
                    return Error(text.strip())
                case "d":
                    moment = datetime.fromisoformat(text.rstrip("Z"))
                    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
                    return serial_of(moment.date(), is_1904=is_1904) + seconds / 86400
                case _:
                    number = float(text)
                    if not math.isfinite(number):
                        raise ValueError(text)
                    return number
        except (ValueError, IndexError, NotComputed) as error:
            raise damaged(self._package.name, f"a cell holds “{text[:40]}”, which it cannot") from error


def _read_settings(book: FormulaBook, element: _Element) -> None:
    book.asks_for_calculation = _is_set(element.get("fullCalcOnLoad"))
    book.is_manual = element.get("calcMode") == "manual"
    if element.get("fullPrecision") in {"0", "false", "off"}:
        book.obstacle = (
            "the workbook calculates with the figures as they are displayed (precision as displayed)"
        )


def _text_of(element: _Element) -> str:
    """The whole text of a rich or plain text, without the reading aids of Japanese."""
    parts: list[str] = []
    for each in element:
        match _local(each):
            case "t":
                parts.append(each.text or "")
            case "r":
                parts.extend(part.text or "" for part in each if _local(part) == "t")
    return unescaped("".join(parts))


def _validation(element: _Element, *, extended: bool) -> RawValidation:
    formulas = ["", ""]
    ranges = str(element.get("sqref", ""))
    for each in element:
        match _local(each):
            case "formula1" | "formula2":
                inner = "".join(str(text) for text in each.itertext())
                formulas[_local(each) == "formula2"] = inner
            case "sqref":
                ranges = each.text or ""
    attributes = {str(key): str(value) for key, value in element.attrib.items()}
    return RawValidation(attributes, tuple(ranges.split()), (formulas[0], formulas[1]), extended)


def _table(root: _Element, sheet: int) -> TableRange | None:
    ref = rectangle(str(root.get("ref", "")))
    if ref is None:
        return None
    columns = tuple(
        unescaped(str(each.get("name", ""))) for each in root.iter() if _local(each) == "tableColumn"
    )
    headings = int(root.get("headerRowCount", "1"))
    totals = int(root.get("totalsRowCount", "0"))
    name = str(root.get("displayName") or root.get("name") or "")
    return TableRange(name, sheet, *ref, columns, headings, totals)


def table_area(
    table: TableRange, areas: tuple[str, ...], first: str | None, last: str | None, row: int
) -> Area | None:
    """The cells of a structured reference from a formula in *row*; None when there is no such column or row."""
    left, right = table.left, table.right
    if first is not None:
        names = [name.lower() for name in table.columns]
        try:
            ends = sorted((names.index(first.lower()), names.index((last or first).lower())))
        except ValueError:
            return None
        left, right = table.left + ends[0], table.left + ends[1]
    top, bottom = table.top + table.headings, table.bottom - table.totals
    wanted = set(areas)
    if "#this row" in wanted:
        return Area(table.sheet, row, left, row, right) if top <= row <= bottom else None
    if "#all" in wanted:
        return Area(table.sheet, table.top, left, table.bottom, right)
    if wanted and "#data" not in wanted and wanted != {"#headers", "#totals"}:
        if "#headers" in wanted:
            return Area(table.sheet, table.top, left, table.top, right) if table.headings else None
        return Area(table.sheet, table.bottom, left, table.bottom, right) if table.totals else None
    if "#headers" in wanted:
        top = table.top
    if "#totals" in wanted:
        bottom = table.bottom
    return Area(table.sheet, top, left, bottom, right) if top <= bottom else None
