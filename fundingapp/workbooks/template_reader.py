"""A workbook as it looks and what is in it: sheets, cells, names, tables, lists, markers, notes and pictures.

Read in the child process after the pre-flight (decision D8): :func:`read_template` is asked by the program,
:func:`look_of_package` works in the child. What comes over the pipe are plain values alone.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, Final

from fundingapp.children.frames import BrokenFrameError
from fundingapp.domain import sheet_looks
from fundingapp.domain.addresses import Area, area_of
from fundingapp.domain.sheet_labels import with_labels
from fundingapp.domain.sheet_looks import (
    CellLook,
    CellStyle,
    Holds,
    NameLook,
    PictureLook,
    SheetLook,
    TableLook,
    ValidationLook,
    WorkbookLook,
)
from fundingapp.workbooks.apart import read_apart
from fundingapp.workbooks.checks import refused
from fundingapp.workbooks.frames import LOOK
from fundingapp.workbooks.look_sheets import (
    ReadSheet,
    SheetReading,
    TooLargeError,
    as_said,
    state_of,
    texts_of,
)
from fundingapp.workbooks.look_styles import read_styles
from fundingapp.workbooks.package import Package, Progress
from fundingapp.workbooks.refusals import damaged
from fundingapp.workbooks.sources import Kind, kind_of, read_bytes

#: A text that a program looks for: capitals and signs, with where something begins or ends.
_MARKER = re.compile(r"[A-Z]{2,}[-_][A-Za-z0-9_&/ -]*?[-_](?:START|END|BEGIN|FINISH)")
_PLACE = re.compile(r"=?(?:'((?:[^']|'')+)'|([^'!:\[\]]+))!(\$?[A-Z]*\$?\d*(?::\$?[A-Z]*\$?\d*)?)")
_BARE = re.compile(r"=?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?")
#: So many entries of a list are told at most.
_MOST_CHOICES: Final = 2_000


def read_template(path: Path, name: str, report: Progress) -> WorkbookLook:
    """The workbook at *path*, called *name*, as it looks, each cell with its label.

    Raises InputRefusedError for what can't be a template: another sort of file, a damaged or hostile one.
    """
    raw = read_bytes(path, name)
    kind = kind_of(raw, name)
    if kind is not Kind.XLSX:
        raise refused(
            name,
            "template_kind",
            f"a template is a workbook of the kinds .xlsx or .xlsm, and it is one of the kind .{kind.value}",
        )
    look = read_apart(path, name, LOOK, decoded, report)
    return with_labels(replace(look, file_name=name, sha256=hashlib.sha256(raw).hexdigest()))


def look_of_package(file: BinaryIO, name: str, report: Progress) -> WorkbookLook:
    """The look of the package in *file*. Raises InputRefusedError."""
    package = Package(file, name, report)
    package.check_prologs()
    try:
        return _Looking(package).look()
    except TooLargeError:
        raise refused(name, "template_large", "it has more cells than any template") from None
    finally:
        package.close()


class _Looking:
    """Reads the parts of one package."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._names: list[NameLook] = []
        self._tables: list[TableLook] = []
        self._rules: list[ValidationLook] = []

    def look(self) -> WorkbookLook:
        package = self._package
        workbook = package.main_part("xl/workbook.xml")
        targets = package.relations(workbook)
        by_kind = {kind.rpartition("/")[2]: target for kind, target in targets.values()}
        styles = read_styles(package, by_kind.get("styles", ""), by_kind.get("theme", ""))
        texts: list[str] = []
        if (info := package.part(by_kind.get("sharedStrings", ""))) is not None:
            texts = texts_of(package, info)
        is_1904, listed, names = self._workbook(workbook)
        sheets: list[SheetLook] = []
        for name, relation, state in listed:
            kind, target = targets.get(relation, ("", ""))
            info = package.part(target)
            if not kind.endswith("/worksheet"):
                sheets.append(
                    SheetLook(name, state_of(state), unread="It has no cells: it is a chart or a macro.")
                )
                continue
            if info is None:
                raise damaged(package.name, f"sheet “{name}” has lost its part {target}")
            read = SheetReading(name, state_of(state), texts, styles, is_1904).read(package, info)
            sheets.append(self._with_beside(read, target))
            self._rules += read.rules
        order = [sheet.name for sheet in sheets]
        self._names = [_name(text, attributes, order) for text, attributes in names]
        looks = tuple(sheets)
        lists = _Lists(looks, self._names, self._tables)
        rules = tuple(
            replace(rule, choices=lists.choices(rule)) if rule.kind == "list" else rule
            for rule in self._rules
        )
        markers = tuple(
            (sheet.name, cell.cell, cell.shown.strip())
            for sheet in looks
            for cell in sheet.cells.values()
            if isinstance(cell.value, str) and not cell.formula and _MARKER.fullmatch(cell.shown.strip())
        )
        return WorkbookLook("", "", looks, tuple(self._names), tuple(self._tables), rules, markers)

    def _workbook(
        self, part: str
    ) -> tuple[bool, list[tuple[str, str, str]], list[tuple[str, dict[str, str]]]]:
        """Whether days count from 1904, the sheets in their order, and the names with what they refer to."""
        package = self._package
        info = package.parts[part.lower()]
        is_1904 = False
        sheets: list[tuple[str, str, str]] = []
        names: list[tuple[str, dict[str, str]]] = []
        data: list[str] = []
        given: list[dict[str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal is_1904
            match tag.rpartition(":")[2]:
                case "workbookPr":
                    is_1904 = attributes.get("date1904", "0") in {"1", "true", "on"}
                case "sheet":
                    relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                    sheets.append((attributes.get("name", ""), relation, attributes.get("state", "visible")))
                case "definedName":
                    given.append(attributes)
                    data.clear()

        def end(tag: str) -> None:
            if tag.rpartition(":")[2] == "definedName" and given:
                names.append(("".join(data).strip(), given.pop()))

        parser = package.parser(info)
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = data.append
        package.parse(parser, info)
        return is_1904, sheets, names

    def _with_beside(self, read: ReadSheet, part: str) -> SheetLook:
        """The sheet with what its relations name: tables, notes, pictures."""
        look = read.look
        cells = dict(look.cells)
        pictures: list[PictureLook] = []
        for kind, target in self._package.relations(part).values():
            info = self._package.part(target)
            if info is None:
                continue
            match kind.rpartition("/")[2]:
                case "table":
                    self._table(look, info)
                case "comments":
                    for place, note in self._notes(info).items():
                        held = cells.get(place) or CellLook(*place)
                        cells[place] = replace(held, note=note)
                case "drawing":
                    pictures += self._pictures(info)
        return replace(look, cells=cells, pictures=tuple(pictures))

    def _table(self, sheet: SheetLook, info: zipfile.ZipInfo) -> None:
        name, area, heads, totals, headings = "", None, 1, 0, []
        for element, attributes in self._package.elements(info):
            if element == "table":
                name = attributes.get("displayName") or attributes.get("name", "")
                area = area_of(attributes.get("ref", ""))
                heads = int(attributes.get("headerRowCount", "1") or 1)
                totals = int(attributes.get("totalsRowCount", "0") or 0)
            elif element == "tableColumn":
                headings.append(as_said(attributes.get("name", "")))
        if area is not None and heads:
            self._tables.append(TableLook(name, sheet.name, area, tuple(headings), totals))

    def _notes(self, info: zipfile.ZipInfo) -> dict[tuple[int, int], str]:
        found: dict[tuple[int, int], str] = {}
        at: Area | None = None
        parts: list[str] = []
        is_text = False

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal at, is_text
            name = tag.rpartition(":")[2]
            if name == "comment":
                at = area_of(attributes.get("ref", ""))
                parts.clear()
            is_text = name == "t"

        def end(tag: str) -> None:
            nonlocal at, is_text
            is_text = False
            if tag.rpartition(":")[2] == "comment" and at is not None:
                found[at.first_row, at.first_column] = as_said("".join(parts)).strip()
                at = None

        parser = self._package.parser(info)
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = lambda text: parts.append(text) if is_text else None
        self._package.parse(parser, info)
        return found

    def _pictures(self, info: zipfile.ZipInfo) -> list[PictureLook]:
        found: list[PictureLook] = []
        corners: list[int] = []
        data: list[str] = []
        what = ""

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal what
            name = tag.rpartition(":")[2]
            data.clear()
            if name.endswith("Anchor"):
                corners.clear()
                what = ""
            elif name == "cNvPr" and not what:
                what = attributes.get("descr") or attributes.get("name", "")

        def end(tag: str) -> None:
            name = tag.rpartition(":")[2]
            if name in {"col", "row"}:
                corners.append(int("".join(data).strip() or 0))
            elif name.endswith("Anchor") and len(corners) >= 2:
                column, row, last_column, last_row = (*corners, *corners)[:4]
                found.append(PictureLook(Area(row + 1, column, last_row + 1, last_column), what))

        parser = self._package.parser(info)
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = data.append
        self._package.parse(parser, info)
        return found


def _name(refers: str, attributes: Mapping[str, str], sheets: list[str]) -> NameLook:
    sheet, area = _place_of(refers)
    scope = attributes.get("localSheetId", "")
    at = int(scope) if scope.isdecimal() else -1
    return NameLook(
        attributes.get("name", ""),
        refers,
        sheet if area is not None else "",
        area,
        sheets[at] if 0 <= at < len(sheets) else "",
        attributes.get("hidden", "0") in {"1", "true"} or attributes.get("name", "").startswith("_xlnm."),
    )


def _place_of(text: str, sheet: str = "") -> tuple[str, Area | None]:
    """Sheet and area of a plain reference, on *sheet* where it names none; no area for anything else."""
    found = _PLACE.fullmatch(text.strip())
    if found is not None:
        return (found[1] or "").replace("''", "'") or found[2], area_of(found[3])
    return (sheet, area_of(text.strip("= "))) if _BARE.fullmatch(text.strip()) else ("", None)


class _Lists:
    """Finds the entries of drop-downs that stand in cells, under names, or in the rule itself."""

    def __init__(self, sheets: tuple[SheetLook, ...], names: list[NameLook], tables: list[TableLook]) -> None:
        self._sheets = {sheet.name.casefold(): sheet for sheet in sheets}
        self._names = {(name.scope.casefold(), name.name.casefold()): name for name in names}
        self._tables = {table.name.casefold(): table for table in tables}

    def choices(self, rule: ValidationLook) -> tuple[str, ...]:
        """The entries, none where they follow from other cells by a formula."""
        text = rule.formulas[0] if rule.formulas else ""
        if len(text) > 1 and text.startswith('"') and text.endswith('"'):
            return tuple(each.strip() for each in text[1:-1].replace('""', '"').split(",") if each.strip())
        sheet, area = _place_of(text, rule.sheet)
        if area is None:
            key = text.strip("= ").casefold()
            name = self._names.get((rule.sheet.casefold(), key)) or self._names.get(("", key))
            if name is not None:
                sheet, area = name.sheet, name.area
                if area is None:
                    sheet, area = self._column(name.refers)
        if area is None:
            sheet, area = self._column(text)
        held = self._sheets.get(sheet.casefold())
        if held is None or area is None:
            return ()
        found = [
            cell.shown
            for (row, column), cell in sorted(held.cells.items())
            if area.has(row, column) and cell.shown
        ]
        return tuple(found[:_MOST_CHOICES])

    def _column(self, text: str) -> tuple[str, Area | None]:
        """The body of a table's column that ``tbl[Heading]``, bare or within INDIRECT, names."""
        found = re.fullmatch(r'=?(?:INDIRECT\(")?([\w.]+)\[([^\[\]]+)\](?:"\))?', text.strip(), re.IGNORECASE)
        table = self._tables.get(found[1].casefold()) if found is not None else None
        if found is None or table is None or found[2] not in table.headings:
            return "", None
        column = table.area.first_column + table.headings.index(found[2])
        return table.sheet, Area(table.area.first_row + 1, column, table.area.last_row - table.totals, column)


# Over the pipe: plain values alone

_KINDS: Final[Mapping[str, type]] = {
    name: kind
    for name, kind in vars(sheet_looks).items()
    if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, Enum))
} | {"Area": Area}


def encoded(look: WorkbookLook) -> tuple[Any, ...]:
    """*look* as plain values; looks that many cells share are told once."""
    shared: list[Any] = []
    known: dict[int, int] = {}

    def of_style(style: CellStyle) -> int:
        # By identity: a style is read once, and comparing them takes longer than all the rest.
        if id(style) not in known:
            known[id(style)] = len(shared)
            shared.append(_plain_fields(style, plain))
        return known[id(style)]

    def plain(value: Any) -> Any:
        if isinstance(value, CellLook):
            stored = ("Decimal", str(value.value)) if isinstance(value.value, Decimal) else value.value
            told = (value.row, value.column, value.shown, stored, value.holds.value, of_style(value.style))
            return ("c", *told, value.formula, value.note)
        if isinstance(value, Area):
            return ("Area", *value)
        if isinstance(value, Enum):
            return (type(value).__name__, value.value)
        if isinstance(value, Mapping):
            return ("{", *((plain(key), plain(each)) for key, each in value.items()))
        if isinstance(value, frozenset):
            return ("(set", *sorted(value))
        if isinstance(value, tuple):
            return ("(", *(plain(each) for each in value))
        return _plain_fields(value, plain) if is_dataclass(value) else value

    body = plain(look)
    return (LOOK, shared, body)


def _plain_fields(value: Any, plain: Callable[[Any], Any]) -> tuple[Any, ...]:
    return (type(value).__name__, *(plain(getattr(value, each.name)) for each in fields(value)))


def decoded(frame: tuple[Any, ...]) -> WorkbookLook:
    """The look that a frame tells of. Raises BrokenFrameError for anything else."""
    _, told, body = frame
    shared: list[Any] = []
    holds = {each.value: each for each in Holds}

    def value_of(plain: Any) -> Any:
        if not isinstance(plain, tuple):
            return plain
        word, *rest = plain
        match word:
            case "c":
                row, column, shown, stored, sort, style, formula, note = rest
                value = Decimal(stored[1]) if isinstance(stored, tuple) else stored
                return CellLook(row, column, shown, value, holds[sort], shared[style], formula, note=note)
            case "{":
                return {value_of(key): value_of(each) for key, each in rest}
            case "(set":
                return frozenset(rest)
            case "(":
                return tuple(value_of(each) for each in rest)
            case _:
                return _KINDS[word](*(value_of(each) for each in rest))

    try:
        for each in told:
            shared.append(value_of(each))
        found = value_of(body)
    except (KeyError, IndexError, TypeError, ValueError, ArithmeticError) as error:
        raise BrokenFrameError(str(error)) from error
    if not isinstance(found, WorkbookLook):
        raise BrokenFrameError("no look")
    return found
