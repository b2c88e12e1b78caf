"""One sheet of a package as it looks: its cells, sizes, merges and rules, read from its own XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from fundingapp.domain.addresses import Area, address, area_of, split_address
from fundingapp.domain.number_formats import is_of_days, shown_as
from fundingapp.domain.sheet_looks import CellLook, Holds, SheetLook, SheetState, Stored, ValidationLook
from fundingapp.workbooks.look_styles import Styles
from fundingapp.workbooks.package import Package

#: More cells than any template has: a workbook of data is no template.
MOST_CELLS: Final = 400_000
#: A character of the usual font is so many pixels wide.
_CHARACTER: Final = 7
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PREFIXES: Final = {"hidden": SheetState.HIDDEN, "veryHidden": SheetState.VERY_HIDDEN}


class TooLargeError(Exception):
    """There are more cells than a template has."""


def as_said(text: str) -> str:
    """*text* with the characters that a workbook writes as ``_x000D_``."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def state_of(word: str) -> SheetState:
    return _PREFIXES.get(word, SheetState.VISIBLE)


@dataclass(slots=True)
class ReadSheet:
    """What a sheet's own part says; tables, pictures and comments are named by its relations."""

    look: SheetLook
    rules: list[ValidationLook] = field(default_factory=list)


@dataclass(slots=True)
class _Cell:
    row: int
    column: int
    style: str
    kind: str
    value: str = ""
    formula: str = ""
    has_formula: bool = False
    shared: str = ""
    ref: str = ""


def texts_of(package: Package, info: zipfile.ZipInfo) -> list[str]:
    """The shared texts of a package, those of phonetic guides left out."""
    texts: list[str] = []
    parts: list[str] = []
    is_text = False
    guides = 0
    parser = package.parser(info)

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal is_text, guides
        name = tag.rpartition(":")[2]
        if name == "si":
            parts.clear()
        elif name == "rPh":
            guides += 1
        is_text = name == "t" and not guides

    def end(tag: str) -> None:
        nonlocal is_text, guides
        name = tag.rpartition(":")[2]
        is_text = False
        if name == "si":
            texts.append(as_said("".join(parts)))
        elif name == "rPh":
            guides -= 1

    def data(text: str) -> None:
        if is_text:
            parts.append(text)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.buffer_text = True
    package.parse(parser, info)
    return texts


class SheetReading:
    """Reads the sheet called *name*; *texts* are the shared ones, *shift* is 1462 days where days count from 1904."""

    def __init__(
        self, name: str, state: SheetState, texts: Sequence[str], styles: Styles, is_1904: bool
    ) -> None:
        self._name, self._state, self._texts, self._styles = name, state, texts, styles
        self._epoch = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)
        self._cells: list[_Cell] = []
        self._cell: _Cell | None = None
        self._row = self._column = 0
        self._data: list[str] = []
        self._merges: list[Area] = []
        self._widths: dict[int, int] = {}
        self._heights: dict[int, int] = {}
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._frozen = (0, 0)
        self._has_grid = True
        self._is_protected = False
        self._tab = ""
        self._width, self._height = 64, 20
        self._rules: list[ValidationLook] = []
        self._rule: dict[str, str] | None = None
        self._formulas: list[str] = []
        self._places = ""
        self._in_guide = 0

    def read(self, package: Package, info: zipfile.ZipInfo) -> ReadSheet:
        parser = package.parser(info)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data.append
        parser.buffer_text = True
        package.parse(parser, info)
        return self._made()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._data.clear()
        match name:
            case "c":
                at = split_address(attributes.get("r", ""))
                self._row, self._column = at if at[0] else (self._row, self._column + 1)
                self._cell = _Cell(
                    self._row, self._column, attributes.get("s", "0"), attributes.get("t", "n")
                )
                if len(self._cells) >= MOST_CELLS:
                    raise TooLargeError
            case "f" if self._cell is not None:
                self._cell.has_formula = True
                if attributes.get("t") == "shared":
                    self._cell.shared = attributes.get("si", "")
            case "rPh":
                self._in_guide += 1
            case "row":
                self._begin_row(attributes)
            case "col":
                self._column_sizes(attributes)
            case "mergeCell":
                if (area := area_of(attributes.get("ref", ""))) is not None:
                    self._merges.append(area)
            case "dataValidation":
                self._rule, self._formulas, self._places = attributes, [], attributes.get("sqref", "")
            case _:
                self._of_sheet(name, attributes)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes["r"]) if attributes.get("r", "").isdecimal() else self._row + 1
        self._column = -1
        if attributes.get("hidden") in {"1", "true"}:
            self._hidden_rows.add(self._row)
        if "ht" in attributes:
            self._heights[self._row] = _points(attributes["ht"])

    def _column_sizes(self, attributes: dict[str, str]) -> None:
        first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
        for at in range(first - 1, min(last, first + 1_023)):
            if attributes.get("hidden") in {"1", "true"}:
                self._hidden_columns.add(at)
            if "width" in attributes:
                self._widths[at] = _characters(attributes["width"])

    def _of_sheet(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "sheetProtection":
                self._is_protected = attributes.get("sheet") in {"1", "true"}
            case "sheetView":
                self._has_grid = attributes.get("showGridLines", "1") not in {"0", "false"}
            case "pane" if attributes.get("state", "") in {"frozen", "frozenSplit"}:
                self._frozen = tuple(  # type: ignore[assignment]  # two of them
                    int(float(attributes.get(split, "0"))) for split in ("ySplit", "xSplit")
                )
            case "tabColor":
                self._tab = self._styles.colour(attributes)
            case "sheetFormatPr":
                if "defaultColWidth" in attributes:
                    self._width = _characters(attributes["defaultColWidth"])
                self._height = _points(attributes.get("defaultRowHeight", "15"))

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        text = "".join(self._data)
        cell = self._cell
        match name:
            case "v" if cell is not None:
                cell.value = text
            case "t" if cell is not None and not self._in_guide:
                cell.value += text
            case "f" if cell is not None:
                cell.formula = text
            case "f" | "formula1" | "formula2" if self._rule is not None:
                if text.strip():
                    self._formulas.append(text.strip())
            case "sqref" if self._rule is not None:
                self._places = text.strip()
            case "rPh":
                self._in_guide -= 1
            case "c" if cell is not None:
                self._cells.append(cell)
                self._cell = None
            case "dataValidation" if self._rule is not None:
                self._end_rule()
        self._data.clear()

    def _end_rule(self) -> None:
        given = self._rule or {}
        areas = tuple(area for each in self._places.split() if (area := area_of(each)) is not None)
        self._rule = None
        if areas:
            self._rules.append(
                ValidationLook(
                    self._name,
                    areas,
                    given.get("type", "none"),
                    given.get("operator", "between"),
                    tuple(self._formulas),
                    (),
                    given.get("allowBlank", "0") in {"1", "true"},
                    as_said(given.get("prompt", "")),
                    as_said(given.get("error", "")),
                )
            )

    def _made(self) -> ReadSheet:
        cells: dict[tuple[int, int], CellLook] = {}
        masters = {cell.shared: cell for cell in self._cells if cell.shared and cell.formula}
        moved = _translator()
        for cell in self._cells:
            formula = cell.formula
            if cell.has_formula and not formula and cell.shared in masters:
                master = masters[cell.shared]
                formula = moved(
                    master.formula, address(master.row, master.column), address(cell.row, cell.column)
                )
            style = self._styles.of(cell.style)
            value, holds = self._value(cell, style.number_format)
            if value is None and not cell.has_formula and cell.style == "0":
                continue
            shown = str(value) if holds is Holds.ERROR else shown_as(value, style.number_format)
            cells[cell.row, cell.column] = CellLook(
                cell.row,
                cell.column,
                shown,
                value,
                holds,
                style,
                formula or ("?" if cell.has_formula else ""),
            )
        rows = max((row for row, _ in cells), default=0)
        columns = max((column for _, column in cells), default=-1) + 1
        look = SheetLook(
            self._name,
            self._state,
            self._is_protected,
            max([rows, *(area.last_row for area in self._merges)]),
            max([columns, *(area.last_column + 1 for area in self._merges)]),
            cells,
            tuple(self._merges),
            self._widths,
            self._heights,
            self._width,
            self._height,
            frozenset(self._hidden_rows),
            frozenset(self._hidden_columns),
            self._frozen,
            self._has_grid,
            self._tab,
        )
        return ReadSheet(look, self._rules)

    def _value(self, cell: _Cell, code: str) -> tuple[Stored, Holds]:
        text = cell.value
        match cell.kind:
            case "s":
                at = int(text) if text.strip().isdecimal() else -1
                return (self._texts[at], Holds.TEXT) if 0 <= at < len(self._texts) else (None, Holds.NOTHING)
            case "str" | "inlineStr":
                # A formula that shows nothing holds a text without letters.
                return (as_said(text), Holds.TEXT) if text else (None, Holds.NOTHING)
            case "b":
                return text.strip() in {"1", "true"}, Holds.YES_NO
            case "e":
                return text, Holds.ERROR
            case "d":
                try:
                    return datetime.fromisoformat(text), Holds.DAY
                except ValueError:
                    return text, Holds.TEXT
        if not text.strip():
            return None, Holds.NOTHING
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            return text, Holds.TEXT
        if not number.is_finite():
            return text, Holds.TEXT
        if is_of_days(code) and (day := self._day(number)) is not None:
            return day, Holds.DAY
        return number, Holds.NUMBER

    def _day(self, number: Decimal) -> date | datetime | time | None:
        """The day or time that *number* counts; None beyond the days that there are."""
        if not 0 <= number < 2_958_466:
            return None
        whole = int(number)
        seconds = round((number - whole) * 86_400)
        if whole == 0 and self._epoch.year != 1904:
            return (self._epoch + timedelta(seconds=min(seconds, 86_399))).time()
        if self._epoch.year != 1904 and whole < 61:
            whole += 1  # Excel counts a 29 February 1900
        day = self._epoch + timedelta(days=whole, seconds=seconds)
        return day if seconds else day.date()


def _translator() -> Callable[[str, str, str], str]:
    """What moves a shared formula from its first cell to another; imported when there is one."""

    def moved(formula: str, origin: str, to: str) -> str:
        from openpyxl.formula.translate import Translator, TranslatorError

        try:
            return str(Translator(f"={formula}", origin).translate_formula(to))[1:]
        except TranslatorError:
            return formula

    return moved


def _points(text: str) -> int:
    """A height in points as pixels."""
    try:
        return round(float(text) * 96 / 72)
    except ValueError:
        return 20


def _characters(text: str) -> int:
    """A width in characters of the usual font as pixels."""
    try:
        return int((256 * float(text) + 128 // _CHARACTER) / 256 * _CHARACTER)
    except ValueError:
        return 64


__all__ = ["MOST_CELLS", "ReadSheet", "SheetReading", "TooLargeError", "as_said", "state_of", "texts_of"]
