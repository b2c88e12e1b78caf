"""Scans one sheet of an Excel package for what readers hide; the sheet is never held in memory.

A sheet as Excel and the usual libraries write it is scanned with regular expressions over bytes, while expat
watches that the XML is well-formed. Anything out of the ordinary (other prefixes, comments, cells out of order)
is scanned again element by element, which is slower and knows every case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import unescape

from fundingapp.domain.errors import InputRefusedError
from fundingapp.workbooks.addresses import ADDRESS, LAST_COLUMN, LAST_ROW, address, column_number
from fundingapp.workbooks.checks import SheetCheck

_LONGEST_HEAD: Final = 4 << 20
_LONGEST_ROW: Final = 64 << 20

_DIMENSION = re.compile(rb'<dimension\s+ref="([^"]*)"\s*/>')
_COLUMN = re.compile(rb"<col\s[^>]*>")
_COLUMN_ENDS = re.compile(rb'\s(min|max)="(\d{1,5})"')
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})"')
_CELL = re.compile(rb"<c ([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_SMALL_NUMBER = re.compile(r"[0-9]{1,10}")
_CELL_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
#: A formula that calls a program (DDE: cmd|'/c calc'!A0), the internet, or another workbook by its path.
_CALLS = re.compile(
    r"\w\|(?:'[^']*'|[\w.:\\/]+)!|\b(?:WEBSERVICE|CALL|REGISTER(?:\.ID)?|RTD|DDE)\s*\(|\[[^\[\]]+\.xl\w+\]",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"]*"')
_FORMULA = re.compile(rb"<f\b[^>]*>(.*?)</f>", re.DOTALL)
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>(.*?)</v>|<v\s*/>", re.DOTALL)


class Odd(Exception):  # noqa: N818 - no error: the sheet is well-formed, only not as the quick scan expects it
    """The quick scan does not understand a sheet; the thorough one will."""


class QuickScan:
    """Scans a sheet as Excel writes it: rows and cells in order, each with its address. Raises Odd otherwise.

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
                    raise Odd
                self._rest = data
                return
            self._head(data[:at])
            self._is_before = False
            if data.startswith((b"<sheetData/>", b"<sheetData />"), at):
                self._is_after, self._rest = True, b""
                return
            if not data.startswith(b"<sheetData>", at):
                raise Odd
            data = data[at + len(b"<sheetData>") :]
        end = data.find(b"</sheetData>")
        if end >= 0:
            self._rows(data[:end])
            self._is_after, self._rest = True, b""
            return
        cut = data.rfind(b"</row>") + len(b"</row>")
        if cut < len(b"</row>"):
            if len(data) > _LONGEST_ROW:
                raise Odd
            self._rest = data
            return
        self._rest = data[cut:]
        self._rows(data[:cut])

    def close(self) -> None:
        if not self._is_after:
            raise Odd

    def _head(self, head: bytes) -> None:
        if b"<!" in head:
            raise Odd
        found = _DIMENSION.search(head)
        if found is not None:
            self._check.dimension = found.group(1).decode("ascii", "replace")
        elif b"dimension" in head:
            raise Odd
        for column in _COLUMN.findall(head):
            if _is_hidden(column):
                ends = dict(_COLUMN_ENDS.findall(column))
                if len(ends) != 2:
                    raise Odd
                self._check.hidden_runs.append((int(ends[b"min"]) - 1, int(ends[b"max"]) - 1))

    def _rows(self, block: bytes) -> None:
        if b"<!" in block or b"<?" in block or b"<c>" in block or b"<row>" in block or b"<row/" in block:
            raise Odd
        check, shapes, references = self._check, self._shapes, _REFERENCE.findall
        has_special = b'"e"' in block or b"<f" in block or b"'e'" in block
        has_hidden = b"hidden=" in block
        parts = block.split(b"<row ")
        if parts[0].strip():
            raise Odd
        last_row = self._last_row
        for part in parts[1:]:
            if part[:3] != b'r="':
                raise Odd
            number = part[3 : part.find(b'"', 3)]
            if not number.isdigit() or len(number) > 7:
                raise Odd
            row = int(number)
            if row <= last_row or row > LAST_ROW:
                raise Odd
            last_row = row
            shape = tuple(references(part.replace(number + b'"', b'"')))
            cells = part.count(b"<c ")
            if cells != len(shape):
                raise Odd
            if shape:
                extent = shapes.get(shape)
                if extent is None:
                    extent = shapes[shape] = _extent(shape)
                    check.take(row, *extent, 0)
                check.cells += cells
                check.last_row = row
            if has_hidden:
                check.hidden_rows += _is_hidden(part[: part.find(b">")])
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
                    raise Odd
                continue
            place = _CELL_ADDRESS.search(attributes)
            if place is None:
                raise Odd
            row, column = int(place.group(2)), column_number(place.group(1).decode("ascii"))
            if is_formula and (formula := _FORMULA.search(content)):
                self._check.calls += calls_elsewhere(formula.group(1).decode("utf-8", "replace"))
            value = _VALUE.search(content)
            if is_error:
                text = (value.group(1) or b"").decode("utf-8", "replace") if value else ""
                self._check.errors.append((row, column, text.strip() or "#N/A"))
            elif value is None or (not value.group(1) and b't="str"' not in attributes):
                self._check.without_result.append((row, column))


def calls_elsewhere(formula: str) -> bool:
    """Whether *formula*, as it is stored, would call another program or fetch something from another place.

    It never does here, where no formula is worked out.
    """
    plain = unescape(formula, {"&quot;": '"', "&apos;": "'"})
    return _CALLS.search(_QUOTED.sub('""', plain)) is not None


def _is_hidden(tag: bytes) -> bool:
    return b' hidden="' in tag and b' hidden="0"' not in tag and b' hidden="false"' not in tag


def _extent(shape: tuple[bytes, ...]) -> tuple[int, int]:
    """The first and last column of a row's cells. Raises Odd when they are not in order or beyond the grid."""
    columns = [column_number(letters.decode("ascii")) for letters in shape]
    if any(left >= right for left, right in pairwise(columns)):
        raise Odd
    if columns[-1] >= LAST_COLUMN:
        raise Odd
    return columns[0], columns[-1]


class ThoroughScan:
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
        self._is_in_formula = False
        self._formula: list[str] = []
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
        elif name == "col":
            ends = attributes.get("min", ""), attributes.get("max", "")
            if attributes.get("hidden", "0") in {"1", "true"} and all(map(_SMALL_NUMBER.fullmatch, ends)):
                self._check.hidden_runs.append((int(ends[0]) - 1, int(ends[1]) - 1))
        elif not self._is_in_data:
            return
        elif name == "row":
            self._start_row(attributes)
        elif name == "c":
            self._start_cell(attributes)
        elif self._is_in_cell:
            if name == "f":
                self._is_formula = self._is_in_formula = True
            elif name == "v":
                self._has_value = self._is_in_value = True
            elif name == "t":
                self._is_in_value = True  # the text of an inline string

    def _start_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r")
        if given is None:
            self._row += 1
        elif _SMALL_NUMBER.fullmatch(given) and 1 <= int(given) <= LAST_ROW:
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
            found = ADDRESS.fullmatch(given)
            if found is None:
                raise self._beyond_grid(given[:20])
            self._row, self._column = int(found.group(2)), column_number(found.group(1))
        if not 1 <= self._row <= LAST_ROW or not 0 <= self._column < LAST_COLUMN:
            raise self._beyond_grid(given or address(self._row, self._column))

    def _text(self, text: str) -> None:
        if self._is_in_value:
            self._value.append(text)
        elif self._is_in_formula:
            self._formula.append(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in {"v", "t"}:
            self._is_in_value = False
        elif name == "f" and self._is_in_formula:
            self._is_in_formula = False
            self._check.calls += calls_elsewhere("".join(self._formula))
            self._formula.clear()
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
