"""What the percentage cells of an .xlsx show: their number is 0.0474, and a reader of the table sees 4.7%."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final
from xml.parsers import expat

from fundingapp.domain.changes import rounded
from fundingapp.workbooks.addresses import ADDRESS, column_number
from fundingapp.workbooks.package import Package

#: Formats that Excel knows by number alone.
_BUILT_IN: Final = {9: "0%", 10: "0.00%"}
#: A sheet of more bytes is no table that anybody publishes.
_LARGEST_SHEET: Final = 32 << 20
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_PERCENT = re.compile(r"[0#?](?:\.([0#?]+))?\s*%")


def percent_cells(path: Path, name: str) -> dict[str, dict[tuple[int, int], str]]:
    """What each percent-formatted number of the workbook at *path* shows, by sheet, row from 1 and column from 0.

    For a workbook that was read before, and so is known to be whole. Raises InputRefusedError.
    """
    with path.open("rb") as file:
        package = Package(file, name, lambda _done, _total, _label: None)
        try:
            return _of_package(package)
        finally:
            package.close()


def _of_package(package: Package) -> dict[str, dict[tuple[int, int], str]]:
    workbook = package.main_part("xl/workbook.xml")
    targets = package.relations(workbook)
    styles = next((package.part(part) for kind, part in targets.values() if kind.endswith("/styles")), None)
    formats = _percent_styles(package.elements(styles)) if styles is not None else {}
    found: dict[str, dict[tuple[int, int], str]] = {}
    if not formats:
        return found
    for element, attributes in package.elements(package.parts[workbook.lower()]):
        if element != "sheet":
            continue
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        kind, target = targets.get(relation, ("", ""))
        info = package.part(target)
        if not kind.endswith("/worksheet") or info is None or info.file_size > _LARGEST_SHEET:
            continue
        parser = package.parser(info)
        cells = _Cells(parser, formats)
        package.parse(parser, info)
        found[attributes.get("name", "")] = cells.shown
    return found


def _percent_styles(elements: list[tuple[str, dict[str, str]]]) -> dict[int, str]:
    """The format of each style of cells that shows a percentage."""
    codes = dict(_BUILT_IN)
    styles: dict[int, str] = {}
    in_cells, number = False, 0
    for element, attributes in elements:
        if element == "numFmt" and attributes.get("numFmtId", "").isdigit():
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif element in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            in_cells, number = element == "cellXfs", 0
        elif element == "xf" and in_cells:
            id = attributes.get("numFmtId", "0")
            code = codes.get(int(id), "") if id.isdigit() else ""
            if _PERCENT.search(_QUOTED.sub("", code)):
                styles[number] = code
            number += 1
    return styles


class _Cells:
    """Gathers the percent-formatted numbers of one sheet while its part is parsed."""

    def __init__(self, parser: expat.XMLParserType, formats: dict[int, str]) -> None:
        self.shown: dict[tuple[int, int], str] = {}
        self._formats = formats
        self._row = 0
        self._column = -1
        self._format = ""
        self._value: list[str] = []
        self._is_in_value = False
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        element = tag.rpartition(":")[2]
        if element == "row":
            self._row = int(attributes["r"]) if attributes.get("r", "").isdigit() else self._row + 1
            self._column = -1
        elif element == "c":
            place = ADDRESS.fullmatch(attributes.get("r", ""))
            self._column = column_number(place.group(1)) if place is not None else self._column + 1
            style = attributes.get("s", "")
            is_number = attributes.get("t", "n") == "n" and style.isdigit()
            self._format = self._formats.get(int(style), "") if is_number else ""
            self._value.clear()
        elif element == "v":
            self._is_in_value = bool(self._format)

    def _text(self, text: str) -> None:
        if self._is_in_value:
            self._value.append(text)

    def _end(self, tag: str) -> None:
        element = tag.rpartition(":")[2]
        if element == "v":
            self._is_in_value = False
        elif element == "c" and self._format and self._value:
            try:
                number = Decimal("".join(self._value).strip())
            except InvalidOperation:
                return
            if number.is_finite():
                self.shown[self._row, self._column] = as_shown(number, self._format)


def as_shown(number: Decimal, code: str) -> str:
    """How the format *code* of a spreadsheet shows the fraction *number* as a percentage."""
    # The noise of a binary number: 0.125 is stored as it is, 0.2075 as 0.20749999999999999.
    exact = Decimal(f"{number:.15g}")
    sections = _QUOTED.sub("", code).split(";")
    section = sections[0]
    if exact < 0 and len(sections) > 1 and _PERCENT.search(sections[1]):
        section = sections[1]
    elif not exact and len(sections) > 2 and _PERCENT.search(sections[2]):
        section = sections[2]
    found = _PERCENT.search(section)
    shown = rounded(exact * 100, len(found[1] or "") if found is not None else 0)
    body = f"{abs(shown)}%"
    if shown < 0:
        return f"({body})" if "(" in section else f"-{body}"
    return f"+{body}" if section.strip().startswith("+") and shown else body
