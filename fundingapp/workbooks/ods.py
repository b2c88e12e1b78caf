"""Looks through an OpenDocument spreadsheet before a reader touches it.

calamine gives an error cell as an empty one and knows neither hidden rows and columns nor merged areas.
"""

from __future__ import annotations

import zipfile
from typing import BinaryIO, Final

from fundingapp.workbooks.addresses import LAST_COLUMN, LAST_ROW
from fundingapp.workbooks.checks import Preflight, SheetCheck, beyond_grid, too_sparse
from fundingapp.workbooks.package import Package, Progress
from fundingapp.workbooks.refusals import damaged, password_protected

_CELLS: Final = frozenset({"table:table-cell", "table:covered-table-cell"})
_HIDDEN: Final = frozenset({"collapse", "filter"})
#: How the usual programs write an error as a cell's text, where they do not mark it as one.
_ERROR_TEXTS: Final = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"}
)
_MOST_ERRORS: Final = 1_000_000


def check_ods(file: BinaryIO, name: str, report: Progress) -> Preflight:
    """Looks through the .ods package in *file*, called *name*. Raises InputRefusedError."""
    package = Package(file, name, report)
    package.check_prologs()
    manifest = package.part("META-INF/manifest.xml")
    said = package.elements(manifest) if manifest is not None else []
    if any(element == "encryption-data" for element, _ in said):
        raise password_protected(name)
    content = package.part("content.xml")
    if content is None:
        raise damaged(name, "its content is missing")
    scan = _Scan(package, content)
    for check in scan.sheets:
        if check.is_too_sparse:
            raise too_sparse(name, check)
    return Preflight(name, {check.name: check for check in scan.sheets})


class _Scan:
    """Goes through the content once, element by element. Repeated rows and cells are counted, never laid out."""

    def __init__(self, package: Package, info: zipfile.ZipInfo) -> None:
        self._package = package
        self.sheets: list[SheetCheck] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._check: SheetCheck | None = None
        #: Tables inside a cell of another one are no sheets; calamine does not know them either.
        self._depth = 0
        self._row = self._column = self._table_column = 0
        self._rows = 1
        #: First column, how many, whether it surely holds a value, and an error's text.
        self._cells: list[tuple[int, int, bool, str]] = []
        self._missing: list[tuple[int, int]] = []
        self._spans: list[tuple[int, int, int]] = []
        self._cell: dict[str, str] | None = None
        self._in_note = 0
        self._is_in_text = 0
        self._text: list[str] = []
        parser = package.parser(info)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        package.parse(parser, info)

    def _number(self, attributes: dict[str, str], key: str, most: int) -> int:
        given = attributes.get(key, "1")
        if not (given.isascii() and given.isdigit() and len(given) <= 10):
            raise damaged(self._package.name, f"its part content.xml says {key}={given[:20]!r}")
        return min(max(int(given), 1), most + 1)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self._depth += 1
            if self._depth == 1:
                check = SheetCheck(attributes.get("table:name", ""), "content.xml")
                if attributes.get("table:style-name") in self._hidden_styles:
                    check.state = "hidden"
                self._check = check
                self._row = self._table_column = 0
        elif tag == "style:style":
            self._style = attributes.get("style:name", "")
        elif tag == "style:table-properties":
            if attributes.get("table:display") == "false":
                self._hidden_styles.add(self._style)
        elif self._check is None or self._depth != 1:
            return
        elif tag == "table:table-row":
            self._rows = self._number(attributes, "table:number-rows-repeated", LAST_ROW)
            self._column = 0
            if attributes.get("table:visibility") in _HIDDEN:
                # Counted in the end, when it is known how far the used area reaches.
                self._check.hidden_row_runs.append((self._row + 1, self._row + self._rows))
        elif tag == "table:table-column":
            columns = self._number(attributes, "table:number-columns-repeated", LAST_COLUMN)
            if attributes.get("table:visibility") in _HIDDEN:
                self._check.hidden_runs.append((self._table_column, self._table_column + columns - 1))
            self._table_column += columns
        elif tag in _CELLS:
            self._cell = attributes
            self._text.clear()
        elif tag == "office:annotation":
            self._in_note += 1
        elif tag == "text:p" and not self._in_note:
            self._is_in_text += 1

    def _characters(self, text: str) -> None:
        if self._is_in_text and self._cell is not None and not self._in_note:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        if tag == "table:table":
            self._depth -= 1
            if self._depth == 0 and self._check is not None:
                self.sheets.append(self._check)
                self._check = None
        elif self._check is None or self._depth != 1:
            return
        elif tag == "office:annotation":
            self._in_note -= 1
        elif tag == "text:p" and not self._in_note:
            self._is_in_text -= 1
        elif tag in _CELLS and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif tag == "table:table-row":
            self._end_row(self._check)

    def _end_cell(self, attributes: dict[str, str]) -> None:
        many = self._number(attributes, "table:number-columns-repeated", LAST_COLUMN)
        kind = attributes.get("office:value-type", "")
        text = "".join(self._text).strip()
        error = ""
        if attributes.get("calcext:value-type") == "error" or (
            "table:formula" in attributes and text in _ERROR_TEXTS
        ):
            error = text or "#N/A"
        if "table:formula" in attributes and not kind:
            self._missing.append((self._column, many))
        down = self._number(attributes, "table:number-rows-spanned", LAST_ROW)
        right = self._number(attributes, "table:number-columns-spanned", LAST_COLUMN)
        if down > 1 or right > 1:
            self._spans.append((self._column, down, right))
        if kind or text:
            is_sure = not error and kind not in {"", "string"}
            self._cells.append((self._column, many, is_sure, error))
        self._column += many

    def _end_row(self, check: SheetCheck) -> None:
        first, last = self._row + 1, self._row + self._rows
        if self._cells or self._missing:
            columns = [(at, at + many - 1) for at, many, *_ in self._cells]
            columns += [(at, at + many - 1) for at, many in self._missing]
            left, right = min(at for at, _ in columns), max(at for _, at in columns)
            if last > LAST_ROW or right >= LAST_COLUMN:
                raise beyond_grid(self._package.name, check.name, f"in row {last:,}, column {right + 1:,}")
            # A repeated row is one filled row for this: else a few bytes would fill a whole sheet in silence.
            check.take(first, left, right, len(columns))
            check.take(last, left, right, 0)
            check.sure_cells += self._rows * sum(many for _, many, is_sure, _ in self._cells if is_sure)
            errors = [(at + more, text) for at, many, _, text in self._cells if text for more in range(many)]
            missing = [at + more for at, many in self._missing for more in range(many)]
            if (len(errors) + len(missing)) * self._rows > _MOST_ERRORS:
                raise too_sparse(self._package.name, check)
            for row in range(first, last + 1):
                check.errors.extend((row, at, text) for at, text in errors)
                check.without_result.extend((row, at) for at in missing)
        for at, down, right in self._spans:
            check.merged.append((first, at, min(first + down - 1, LAST_ROW), at + right - 1))
        self._cells.clear()
        self._missing.clear()
        self._spans.clear()
        self._row = last
