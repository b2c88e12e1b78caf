"""Looks through an Excel package before any reader touches it, and supplies what readers hide.

Bombs, document types and damaged parts are refused; error cells, formulas without a stored result, repeated cells,
rows out of order and wrong size notes are found with their addresses (``trust.md`` D8, E1 to E41). The sheets are
never held in memory: each is decompressed once, in pieces.

A sheet as Excel and the usual libraries write it is scanned with regular expressions over bytes, while expat
watches that the XML is well-formed. Anything out of the ordinary (other prefixes, comments, cells out of order)
is scanned again element by element, which is slower and knows every case.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from posixpath import dirname, join, normpath
from typing import Final
from xml.parsers import expat

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.workbooks.sources import ZIP_FAILURES, damaged, password_protected

MOST_PARTS: Final = 5_000
#: A part larger than this may not be more than so many times its compressed size: honest sheets stay below 40.
_LARGE_PART: Final = 50 * 1024 * 1024
_MOST_RATIO: Final = 100
_LARGEST_TOTAL: Final = 4 * 1024 * 1024 * 1024
#: calamine lays the used area out in full, so that two cells at opposite corners would use up all memory.
_LARGE_AREA: Final = 2_000_000
_SPARSE: Final = 50
_LARGEST_AREA: Final = 25_000_000
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_PIECE: Final = 1 << 20
_HEAD: Final = 1 << 12
_LONGEST_HEAD: Final = 4 << 20

#: The error values that calamine knows; one other refuses it the whole sheet (E22).
_KNOWN_ERRORS: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})

_DIMENSION = re.compile(rb'<dimension\s+ref="([^"]*)"\s*/>')
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})"')
_CELL = re.compile(rb"<c ([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_CELL_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>(.*?)</v>|<v\s*/>", re.DOTALL)
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,10})")
_RANGE = re.compile(r"([A-Z]{1,3}[0-9]{1,7})(?::([A-Z]{1,3}[0-9]{1,7}))?")
_ERROR_CELL = re.compile(rb"""(<(?:[A-Za-z0-9_]+:)?c\b[^>]*?\st=)(["'])e\2""")
_ANY_DIMENSION = re.compile(
    rb"<(?:[A-Za-z0-9_]+:)?dimension\b[^>]*?(?:/>|>\s*</(?:[A-Za-z0-9_]+:)?dimension>)"
)


class _Odd(Exception):  # noqa: N818 - no error: the sheet is well-formed, only not as the quick scan expects it
    """The quick scan does not understand a sheet; the thorough one will."""


@dataclass(slots=True)
class SheetCheck:
    """What was seen in one sheet. Rows count from 1, columns from 0; -1 and 0 where there is nothing."""

    name: str
    part: str
    cells: int = 0
    first_row: int = 0
    last_row: int = 0
    first_column: int = -1
    last_column: int = -1
    hidden_rows: int = 0
    dimension: str = ""
    #: Row, column and text of the cells that hold an error value.
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    without_result: list[tuple[int, int]] = field(default_factory=list)
    repeated: list[tuple[int, int]] = field(default_factory=list)
    #: The first row that stands below one with a higher number; 0 when they are in order.
    row_out_of_order: int = 0

    def take(self, row: int, first_column: int, last_column: int, cells: int) -> None:
        """Widens the used area by cells of one row."""
        self.cells += cells
        if not self.first_row or row < self.first_row:
            self.first_row = row
        self.last_row = max(self.last_row, row)
        if self.first_column < 0 or first_column < self.first_column:
            self.first_column = first_column
        self.last_column = max(self.last_column, last_column)

    @property
    def area(self) -> int:
        if not self.cells:
            return 0
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)

    @property
    def is_too_sparse(self) -> bool:
        return self.area > _LARGEST_AREA or (self.area > _LARGE_AREA and self.area > _SPARSE * self.cells)

    @property
    def has_broken_dimension(self) -> bool:
        """Whether the size note is no range at all: calamine refuses such a sheet (E8)."""
        return bool(self.dimension) and _RANGE.fullmatch(self.dimension) is None

    @property
    def has_wrong_dimension(self) -> bool:
        """Whether the size note leaves out cells that the sheet has, or is no range."""
        if not self.dimension or not self.cells:
            return False
        found = _RANGE.fullmatch(self.dimension)
        if found is None:
            return True
        top, left = _split(found.group(1))
        bottom, right = _split(found.group(2) or found.group(1))
        return (
            self.first_row < top
            or self.first_column < left
            or self.last_row > bottom
            or self.last_column > right
        )


@dataclass(slots=True)
class Preflight:
    """A package that may be read: its sheets by name, and what to tell about it."""

    name: str
    sheets: dict[str, SheetCheck]
    is_1904: bool
    external_links: int

    @property
    def needs_mending(self) -> bool:
        """Whether calamine would refuse a sheet for something that can be mended in a copy."""
        return any(
            sheet.has_broken_dimension or any(text not in _KNOWN_ERRORS for _, _, text in sheet.errors)
            for sheet in self.sheets.values()
        )

    def findings(self) -> list[Finding]:
        """What concerns the workbook as a whole."""
        findings = []
        if self.is_1904:
            findings.append(
                Finding(
                    Severity.NOTE,
                    "dates.1904",
                    f"{self.name} counts its days from 1904, as Excel for Mac once did; its dates were read so.",
                    Source(self.name),
                )
            )
        if self.external_links:
            findings.append(
                Finding(
                    Severity.NOTE,
                    "links.external",
                    f"{self.name} refers to {self.external_links:,} other workbook"
                    f"{'' if self.external_links == 1 else 's'}; nothing was fetched from there, the stored values"
                    " were taken.",
                    Source(self.name),
                )
            )
        return findings

    def sheet_findings(self, sheet: SheetCheck) -> list[Finding]:
        """What concerns one sheet. A repeated cell is an ERROR of its row, which is held back by it."""
        findings = []
        source = Source(self.name, sheet.name)
        if sheet.has_wrong_dimension:
            text = (
                f"Sheet “{sheet.name}” says that it fills {sheet.dimension}, but its last cell is"
                f" {address(sheet.last_row, sheet.last_column)}; all of it was read."
            )
            findings.append(Finding(Severity.NOTE, "sheet.size_note", text, source))
        if sheet.row_out_of_order:
            text = (
                f"Sheet “{sheet.name}”: row {sheet.row_out_of_order:,} is stored below a row with a higher number;"
                " all rows were read."
            )
            findings.append(Finding(Severity.NOTE, "sheet.row_order", text, source))
        if sheet.hidden_rows:
            text = (
                f"Sheet “{sheet.name}” has {sheet.hidden_rows:,} hidden or filtered"
                f" row{'' if sheet.hidden_rows == 1 else 's'}; they were read like the others."
            )
            findings.append(Finding(Severity.NOTE, "sheet.hidden_rows", text, source))
        for row, column in sheet.repeated:
            text = (
                f"{sheet.name}!{address(row, column)} is stored twice, so it is not known which one counts."
            )
            findings.append(
                Finding(Severity.ERROR, "cell.repeated", text, Source(self.name, sheet.name, row))
            )
        return findings


def address(row: int, column: int) -> str:
    """A1 for row 1 and column 0."""
    return f"{column_letters(column)}{row}"


def column_letters(at: int) -> str:
    """The letters of column *at*, counted from 0: 0 is A, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The column of *letters*, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _split(cell: str) -> tuple[int, int]:
    found = _ADDRESS.fullmatch(cell)
    if found is None:
        return 0, -1
    return int(found.group(2)), column_number(found.group(1))


def check_package(raw: bytes, name: str) -> Preflight:
    """Looks through the .xlsx or .xlsm package *raw*, called *name*. Raises InputRefusedError."""
    return _Check(raw, name).run()


def mended_copy(raw: bytes, check: Preflight) -> bytes:
    """The package again, not compressed, with unknown errors as texts and without broken size notes.

    Made only for a reader that would refuse the whole sheet; the user's file is not touched.
    """
    sheets = {sheet.part for sheet in check.sheets.values()}
    copy = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(raw)) as package, zipfile.ZipFile(copy, "w") as mended:
            for part in package.namelist():
                if not part.lower().endswith((".xml", ".rels")):
                    continue
                content = package.read(part)
                if part in sheets:
                    content = _ANY_DIMENSION.sub(b"", _ERROR_CELL.sub(rb'\1"str"', content), count=1)
                mended.writestr(part, content)
    except ZIP_FAILURES as error:
        raise damaged(check.name) from error
    return copy.getvalue()


class _Check:
    """One look through one package."""

    def __init__(self, raw: bytes, name: str) -> None:
        self._raw = raw
        self._name = name

    def run(self) -> Preflight:
        try:
            package = zipfile.ZipFile(BytesIO(self._raw))
        except ZIP_FAILURES as error:
            raise damaged(self._name) from error
        with package:
            self._package = package
            return self._check_parts(self._check_container())

    def _refuse(self, code: str, what: str, advice: str = "") -> InputRefusedError:
        return InputRefusedError(
            code,
            f"{self._name} was refused: {what}.",
            advice or "Make the download again, or save a copy from Excel.",
        )

    def _check_container(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._package.infolist()
        if len(infos) > MOST_PARTS:
            raise self._refuse(
                "too_many_parts", f"it is made of {len(infos):,} parts; no workbook needs so many"
            )
        parts: dict[str, zipfile.ZipInfo] = {}
        total = compressed = 0
        for info in infos:
            part = info.filename
            if part.lower() in parts:
                raise self._refuse(
                    "part_repeated", f"its part {part} is there twice, so it is not known which counts"
                )
            if part.startswith("/") or "\\" in part or ".." in part.split("/"):
                raise self._refuse(
                    "unsafe_part", f"its part {part!r} has a name that leads outside the workbook"
                )
            parts[part.lower()] = info
            if info.flag_bits & 1:
                raise password_protected(self._name)
            total += info.file_size
            compressed += info.compress_size
            ratio = info.file_size // max(info.compress_size, 1)
            if info.file_size > _LARGE_PART and ratio > _MOST_RATIO:
                raise self._refuse(
                    "bomb",
                    f"its part {part} would grow to {ratio:,} times its size"
                    f" ({info.file_size // (1024 * 1024):,} MB), as files made to do harm do",
                )
        if total > _LARGEST_TOTAL:
            raise self._refuse("bomb", f"it would grow to {total // (1024 * 1024):,} MB")
        if compressed > len(self._raw):
            raise self._refuse("bomb", "its parts overlap, as in files made to do harm")
        return parts

    def _check_parts(self, parts: dict[str, zipfile.ZipInfo]) -> Preflight:
        for key, part in parts.items():
            if key.endswith((".xml", ".rels", ".vml")):
                self._check_prolog(part)
        workbook = self._workbook_part(parts)
        targets = self._relations(parts, workbook)
        sheets: dict[str, SheetCheck] = {}
        is_1904 = False
        names: list[tuple[str, str]] = []
        for element, attributes in self._elements(parts[workbook.lower()]):
            if element == "workbookPr":
                is_1904 = attributes.get("date1904", "0") in {"1", "true", "on"}
            elif element == "sheet":
                relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                names.append((attributes.get("name", ""), relation))
        for sheet, relation in names:
            kind, target = targets.get(relation, ("", ""))
            if not kind.endswith("/worksheet"):
                continue  # a chart or macro sheet has no cells
            if target.lower() not in parts:
                raise damaged(self._name, f"sheet “{sheet}” has lost its part {target}")
            sheets[sheet] = self._check_sheet(sheet, parts[target.lower()])
        for kind, target in targets.values():
            if (
                kind.endswith(("/sharedStrings", "/styles"))
                and (info := parts.get(target.lower())) is not None
            ):
                self._check_well_formed(info)
        links = sum(key.startswith("xl/externallinks/") and key.count("/") == 2 for key in parts)
        return Preflight(self._name, sheets, is_1904, links)

    def _workbook_part(self, parts: dict[str, zipfile.ZipInfo]) -> str:
        if "_rels/.rels" in parts:
            for element, attributes in self._elements(parts["_rels/.rels"]):
                if element == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
                    target = attributes.get("Target", "").lstrip("/")
                    if target.lower() in parts:
                        return target
        if "xl/workbook.xml" in parts:
            return "xl/workbook.xml"
        raise damaged(self._name, "its list of sheets is missing")

    def _relations(self, parts: dict[str, zipfile.ZipInfo], workbook: str) -> dict[str, tuple[str, str]]:
        """From a relation's id to its kind and the part that it names."""
        folder, _, file = workbook.rpartition("/")
        key = join(folder, "_rels", f"{file}.rels").lower()
        if key not in parts:
            return {}
        relations: dict[str, tuple[str, str]] = {}
        for element, attributes in self._elements(parts[key]):
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                part = (
                    target.lstrip("/")
                    if target.startswith("/")
                    else normpath(join(dirname(workbook), target))
                )
                relations[attributes.get("Id", "")] = (attributes.get("Type", ""), part)
        return relations

    # Parts

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The content of a part in pieces; its checksum has been proven when the last one is through."""
        try:
            with self._package.open(info) as stream:
                while piece := stream.read(_PIECE):
                    yield piece
        except ZIP_FAILURES as error:
            raise self._cannot_unpack(info) from error

    def _cannot_unpack(self, info: zipfile.ZipInfo) -> InputRefusedError:
        return damaged(self._name, f"its part {info.filename} cannot be unpacked")

    def _parser(self, info: zipfile.ZipInfo) -> expat.XMLParserType:
        parser = expat.ParserCreate()

        def refuse(*_: object) -> None:
            raise self._refuse(
                "document_type", f"its part {info.filename} declares a document type, as no workbook does"
            )

        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        return parser

    def _feed(
        self, parser: expat.XMLParserType, piece: bytes, info: zipfile.ZipInfo, *, last: bool = False
    ) -> None:
        try:
            parser.Parse(piece, last)
        except (expat.ExpatError, ValueError, LookupError) as error:
            line = getattr(error, "lineno", 0)
            where = f", line {line:,}" if line else ""
            raise damaged(self._name, f"its part {info.filename}{where} is not well-formed") from error

    def _check_prolog(self, info: zipfile.ZipInfo) -> None:
        """Refuses a document type, which can only stand before the first element."""
        try:
            with self._package.open(info) as stream:
                head = stream.read(_HEAD)
        except ZIP_FAILURES as error:
            raise self._cannot_unpack(info) from error
        self._feed(self._parser(info), head, info)

    def _check_well_formed(self, info: zipfile.ZipInfo) -> None:
        parser = self._parser(info)
        for piece in self._pieces(info):
            self._feed(parser, piece, info)
        self._feed(parser, b"", info, last=True)

    def _elements(self, info: zipfile.ZipInfo) -> list[tuple[str, dict[str, str]]]:
        """Every element of a small part, without its prefix, and its attributes."""
        found: list[tuple[str, dict[str, str]]] = []
        parser = self._parser(info)
        parser.StartElementHandler = lambda tag, attributes: found.append(
            (tag.rpartition(":")[2], attributes)
        )
        for piece in self._pieces(info):
            self._feed(parser, piece, info)
        self._feed(parser, b"", info, last=True)
        return found

    # Sheets

    def _check_sheet(self, sheet: str, info: zipfile.ZipInfo) -> SheetCheck:
        try:
            check = self._scan_quickly(SheetCheck(sheet, info.filename), info)
            if check.is_too_sparse:
                raise _Odd  # the thorough scan leaves out cells that only carry a style
        except _Odd:
            check = self._scan_thoroughly(SheetCheck(sheet, info.filename), info)
        if check.is_too_sparse:
            last = address(check.last_row, check.last_column)
            raise self._refuse(
                "too_sparse",
                f"the used area of sheet “{sheet}” reaches {last}, far beyond its {check.cells:,} filled cells",
                f"Delete the cells around {last} in Excel, save a copy and import that.",
            )
        return check

    def _beyond_grid(self, sheet: str, place: str) -> InputRefusedError:
        return self._refuse(
            "beyond_grid", f"sheet “{sheet}” has a cell {place}, which no spreadsheet can have"
        )

    def _scan_quickly(self, check: SheetCheck, info: zipfile.ZipInfo) -> SheetCheck:
        parser = self._parser(info)
        scan = _QuickScan(check)
        for piece in self._pieces(info):
            self._feed(parser, piece, info)
            scan.feed(piece)
        self._feed(parser, b"", info, last=True)
        scan.close()
        return check

    def _scan_thoroughly(self, check: SheetCheck, info: zipfile.ZipInfo) -> SheetCheck:
        parser = self._parser(info)
        _ThoroughScan(check, parser, lambda place: self._beyond_grid(check.name, place))
        for piece in self._pieces(info):
            self._feed(parser, piece, info)
        self._feed(parser, b"", info, last=True)
        return check


class _QuickScan:
    """Scans a sheet as Excel writes it: rows and cells in order, each with its address. Raises _Odd otherwise.

    The rows of a ledger have few different shapes, so each shape is understood once and then only recognised.
    """

    def __init__(self, check: SheetCheck) -> None:
        self._check = check
        self._rest = b""
        self._is_before = True
        self._is_after = False
        self._last_row = 0
        self._shapes: dict[tuple[bytes, ...], tuple[int, int]] = {}

    def feed(self, piece: bytes) -> None:
        if self._is_after:
            return
        data = self._rest + piece if self._rest else piece
        if self._is_before:
            at = data.find(b"<sheetData")
            if at < 0 or len(data) < at + 12:
                if len(data) > _LONGEST_HEAD:
                    raise _Odd
                self._rest = data
                return
            self._head(data[:at])
            self._is_before = False
            if data.startswith((b"<sheetData/>", b"<sheetData />"), at):
                self._is_after, self._rest = True, b""
                return
            if not data.startswith(b"<sheetData>", at):
                raise _Odd
            data = data[at + len(b"<sheetData>") :]
        end = data.find(b"</sheetData>")
        if end >= 0:
            self._rows(data[:end])
            self._is_after, self._rest = True, b""
            return
        cut = data.rfind(b"</row>") + len(b"</row>")
        if cut < len(b"</row>"):
            if len(data) > 64 * _PIECE:
                raise _Odd
            self._rest = data
            return
        self._rest = data[cut:]
        self._rows(data[:cut])

    def close(self) -> None:
        if not self._is_after:
            raise _Odd

    def _head(self, head: bytes) -> None:
        if b"<!" in head:
            raise _Odd
        found = _DIMENSION.search(head)
        if found is not None:
            self._check.dimension = found.group(1).decode("ascii", "replace")
        elif b"dimension" in head:
            raise _Odd

    def _rows(self, block: bytes) -> None:
        if b"<!" in block or b"<?" in block or b"<c>" in block or b"<row>" in block or b"<row/" in block:
            raise _Odd
        check, shapes, references = self._check, self._shapes, _REFERENCE.findall
        has_special = b'"e"' in block or b"<f" in block or b"'e'" in block
        has_hidden = b"hidden=" in block
        parts = block.split(b"<row ")
        if parts[0].strip():
            raise _Odd
        last_row = self._last_row
        for part in parts[1:]:
            if part[:3] != b'r="':
                raise _Odd
            number = part[3 : part.find(b'"', 3)]
            if not number.isdigit() or len(number) > 7:
                raise _Odd
            row = int(number)
            if row <= last_row or row > LAST_ROW:
                raise _Odd
            last_row = row
            shape = tuple(references(part.replace(number + b'"', b'"')))
            cells = part.count(b"<c ")
            if cells != len(shape):
                raise _Odd
            if shape:
                extent = shapes.get(shape)
                if extent is None:
                    extent = shapes[shape] = _extent(shape)
                    check.take(row, *extent, 0)
                check.cells += cells
                check.last_row = row
            if has_hidden and b"hidden=" in part[: part.find(b">")]:
                check.hidden_rows += b'hidden="0"' not in part[: part.find(b">")]
            if has_special and (b'"e"' in part or b"<f" in part or b"'e'" in part):
                self._special_cells(part)
        self._last_row = last_row

    def _special_cells(self, part: bytes) -> None:
        """The errors and the formulas without stored result of one row."""
        for attributes, content in _CELL.findall(part):
            is_error = b't="e"' in attributes
            is_formula = b"<f" in content
            if not is_error and not is_formula:
                if b"'" in attributes:
                    raise _Odd
                continue
            place = _CELL_ADDRESS.search(attributes)
            if place is None:
                raise _Odd
            row, column = int(place.group(2)), column_number(place.group(1).decode("ascii"))
            value = _VALUE.search(content)
            if is_error:
                text = (value.group(1) or b"").decode("utf-8", "replace") if value else ""
                self._check.errors.append((row, column, text.strip() or "#N/A"))
            elif value is None or (not value.group(1) and b't="str"' not in attributes):
                self._check.without_result.append((row, column))


def _extent(shape: tuple[bytes, ...]) -> tuple[int, int]:
    """The first and last column of a row's cells. Raises _Odd when they are not in order or beyond the grid."""
    columns = [column_number(letters.decode("ascii")) for letters in shape]
    if any(left >= right for left, right in pairwise(columns)):
        raise _Odd
    if columns[-1] >= LAST_COLUMN:
        raise _Odd
    return columns[0], columns[-1]


class _ThoroughScan:
    """Scans a sheet element by element: any prefix, addresses left out, cells in any order.

    A cell that only carries a style does not widen the used area, as in calamine.
    """

    def __init__(
        self, check: SheetCheck, parser: expat.XMLParserType, beyond_grid: Callable[[str], InputRefusedError]
    ) -> None:
        self._check = check
        self._beyond_grid = beyond_grid
        self._row = 0
        self._column = -1
        self._highest = 0
        self._is_in_data = False
        self._is_in_cell = False
        self._kind = ""
        self._is_formula = False
        self._has_value = False
        self._value: list[str] = []
        self._is_in_value = False
        #: For each row the columns seen, as bits of one number.
        self._seen: dict[int, int] = {}
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "sheetData":
            self._is_in_data = True
        elif name == "dimension":
            self._check.dimension = attributes.get("ref", "")
        elif not self._is_in_data:
            return
        elif name == "row":
            self._start_row(attributes)
        elif name == "c":
            self._start_cell(attributes)
        elif self._is_in_cell:
            if name == "f":
                self._is_formula = True
            elif name == "v":
                self._has_value = self._is_in_value = True
            elif name == "t":
                self._is_in_value = True  # the text of an inline string

    def _start_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r")
        if given is None:
            self._row += 1
        elif given.isdecimal() and 1 <= int(given) <= LAST_ROW:
            self._row = int(given)
        else:
            raise self._beyond_grid(f"in row {given[:20]}")
        if self._row < self._highest and not self._check.row_out_of_order:
            self._check.row_out_of_order = self._row
        self._highest = max(self._highest, self._row)
        self._column = -1
        self._check.hidden_rows += attributes.get("hidden", "0") in {"1", "true"}

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._is_in_cell = True
        self._kind = attributes.get("t", "n")
        self._is_formula = self._has_value = False
        self._value.clear()
        given = attributes.get("r")
        if given is None:
            self._column += 1
        else:
            found = _ADDRESS.fullmatch(given)
            if found is None:
                raise self._beyond_grid(given[:20])
            self._row, self._column = int(found.group(2)), column_number(found.group(1))
        if not 1 <= self._row <= LAST_ROW or not 0 <= self._column < LAST_COLUMN:
            raise self._beyond_grid(given or address(self._row, self._column))

    def _text(self, text: str) -> None:
        if self._is_in_value:
            self._value.append(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in {"v", "t"}:
            self._is_in_value = False
        elif name == "c" and self._is_in_cell:
            self._end_cell()
        elif name == "sheetData":
            self._is_in_data = False

    def _end_cell(self) -> None:
        self._is_in_cell = False
        check, row, column = self._check, self._row, self._column
        value = "".join(self._value)
        if not value and not self._is_formula and self._kind != "e":
            return
        seen = self._seen.get(row, 0)
        bit = 1 << column
        if seen & bit:
            check.repeated.append((row, column))
        self._seen[row] = seen | bit
        check.take(row, column, column, 1)
        if self._kind == "e":
            check.errors.append((row, column, value.strip() or "#N/A"))
        elif self._is_formula and not value and not (self._has_value and self._kind == "str"):
            check.without_result.append((row, column))
