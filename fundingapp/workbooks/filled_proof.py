"""The proof of a filled workbook: a second reader's values, and a comparison part by part with the template.

What was written is read again from the disk by other programs than those that wrote it: the package by ``zipfile``, the
sheets by lxml, the values by calamine in a process of its own, as the receiver's program would. A difference keeps the
file from its place.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from fundingapp.domain.addresses import address, split_address
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.filling import CellDifference, FeatureCount, PartsProof, ReadBackProof
from fundingapp.domain.return_proofs import ProvedPart
from fundingapp.domain.worked_out import Put
from fundingapp.workbooks.apart import CellReader
from fundingapp.workbooks.cell_content import number_text, serial_of
from fundingapp.workbooks.package import Progress
from fundingapp.workbooks.refusals import ZIP_FAILURES
from fundingapp.workbooks.template_package import TemplatePackage

READER: Final = "calamine"
At = tuple[int, int]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FEATURE = re.compile(
    # Ends of elements and plain cells are most of what there is, and are passed over at once.
    rb"<(?!/|c |v>|row )([\w.-]+:)?"
    rb"(dataValidation|conditionalFormatting|sparkline|mergeCell|sheetProtection|protectedRange|hyperlink"
    rb"|f|control|definedName|tableColumn|oleObject)(?=[\s/>])"
)
_DIMENSION = re.compile(rb"(<(?:[\w.-]+:)?dimension\s+ref=)(?:\"[^\"]*\"|'[^']*')")
_DATA: Final = b"<sheetData>"
_ROW_NUMBER = re.compile(rb'r="([0-9]{1,7})"')
_CELL_NAME = re.compile(rb'r="([A-Z]{1,3}[0-9]{1,7})"')
#: Everything that is counted, in the words of the proof, by element; those with a prefix stand in extensions.
_WORDS: Final = {
    "sheetProtection": "protected sheets",
    "dataValidation": "data validations",
    "conditionalFormatting": "conditional formats",
    "sparkline": "sparklines",
    "mergeCell": "merged areas",
    "protectedRange": "ranges open in protected sheets",
    "hyperlink": "links",
    "control": "form controls",
    "oleObject": "embedded objects",
    "definedName": "defined names",
    "tableColumn": "columns of tables",
    "f": "formulas",
}
_EXTENDED: Final = {
    "dataValidation": "extended data validations",
    "conditionalFormatting": "extended conditional formats",
}
_PARTS: Final = (
    ("tables", re.compile(r"(?i)^xl/tables/[^/]+\.xml$")),
    ("links to other workbooks", re.compile(r"(?i)^xl/externallinks/[^/]+\.xml$")),
    ("comments", re.compile(r"(?i)^xl/(?:comments/)?comments?\d*\.xml$")),
    ("threaded comments", re.compile(r"(?i)^xl/threadedcomments/[^/]+\.xml$")),
    ("settings of controls", re.compile(r"(?i)^xl/ctrlprops/[^/]+\.xml$")),
    ("drawings", re.compile(r"(?i)^xl/drawings/[^/]+\.xml$")),
    ("old drawings", re.compile(r"(?i)\.vml$")),
    ("pictures", re.compile(r"(?i)^xl/media/")),
    ("macro projects", re.compile(r"(?i)vbaproject\.bin$")),
    ("parts", re.compile(r"")),
)
#: A moment read back may be this much off, in days: readers give it in whole microseconds.
_CLOSE: Final = 1e-8
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a cell is to hold: *kind* is “n” a number, “s” text, “b” a truth, “e” an error or "" for nothing."""

    kind: str
    text: str

    @classmethod
    def of_put(cls, value: Put, place: str, *, is_1904: bool) -> Expected:
        """What a value that was asked for is to be."""
        match value:
            case None | "":
                return cls("", "")
            case bool():
                return cls("b", str(int(value)))
            case str():
                return cls("s", value)
            case date():
                return cls("n", serial_of(value, place, is_1904=is_1904))
            case _:
                return cls("n", number_text(Decimal(value), place))

    @classmethod
    def of_result(cls, kind: str, text: str) -> Expected:
        """What a formula's result is to be."""
        if kind == "str":
            return cls("s" if text else "", text)
        return cls(kind, text)

    @classmethod
    def nothing(cls) -> Expected:
        return cls("", "")

    def __str__(self) -> str:
        return {"": "", "s": f"“{self.text}”", "b": "TRUE" if self.text == "1" else "FALSE"}.get(
            self.kind, self.text
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What was meant to happen: what cells are to hold, which cells of each sheet may differ, whose formula may be in
    other words (*heirs*), which tables may be longer, whether a calculation is asked for, whose formula is gone."""

    expected: Mapping[tuple[str, At], Expected]
    touched: Mapping[str, set[At]]
    heirs: set[tuple[str, At]]
    tables: frozenset[str]
    on_load: bool
    formulas_gone: set[tuple[str, At]]


def prove(
    package: TemplatePackage, beside: Path, name: str, plan: Plan, read: CellReader, report: Progress
) -> tuple[ReadBackProof, PartsProof]:
    """Compares the file *beside*, which is to be called *name*, with the template and with the *plan*.

    Raises ExpectedError ``fill_differs`` naming the first cell or part that is not as it should be.
    """
    places: dict[str, list[At]] = {}
    for sheet, (row, column) in plan.expected:
        places.setdefault(sheet, []).append((row - 1, column))
    heard = read(beside, places)  # it reads while the parts are compared here
    parts = _Parts(package, beside, name, plan)
    proof = parts.proof()
    values = heard(report)
    differences = []
    for (sheet, at), expected in plan.expected.items():
        found = values.get(sheet, {}).get((at[0] - 1, at[1]))
        stored = parts.stored(sheet, at)
        if not _says(expected, found, is_1904=package.is_1904):
            differences.append(_difference(sheet, at, expected, _shown(found)))
        elif not _holds(expected, stored):
            differences.append(_difference(sheet, at, expected, stored[1]))
    read_back = ReadBackProof(READER, len(plan.expected), tuple(differences))
    if not read_back.equal:
        others = len(differences) - 1
        raise _differs(name, f"{differences[0]}{f', and {others:,} more' if others else ''}")
    return read_back, proof


def _differs(name: str, what: str) -> ExpectedError:
    return ExpectedError(
        "fill_differs",
        f"“{name}” was read back and is not what it should be: {what}. It was not put in place.",
        "Try again; if it happens twice, send us the report from Help.",
    )


def _difference(sheet: str, at: At, expected: Expected, found: str) -> CellDifference:
    return CellDifference(sheet, address(*at), str(expected), found)


class _Parts:
    """The written package beside the template's."""

    def __init__(self, package: TemplatePackage, beside: Path, name: str, plan: Plan) -> None:
        self._package = package
        self._name = name
        self._plan = plan
        self._sheets = {sheet.part: sheet.name for sheet in package.sheets.values()}
        self._trees: dict[str, Any] = {}
        self._rows: dict[str, dict[int, Any]] = {}
        self._cells: dict[str, dict[int, dict[str, Any]]] = {}
        try:
            with zipfile.ZipFile(BytesIO(beside.read_bytes())) as written:
                self._written = {info.filename: written.read(info) for info in written.infolist()}
        except ZIP_FAILURES as error:
            raise _differs(name, "the package cannot be opened") from error

    def proof(self) -> PartsProof:
        before, after = self._package.names, tuple(self._written)
        dropped = tuple(part for part in before if part not in self._written)
        if after != tuple(part for part in before if part in self._written):
            raise _differs(self._name, "its parts are not those of the template, in their order")
        for part in dropped:
            if not self._is_chain(part):
                raise _differs(self._name, f"its part {part} is lost")
        proved = []
        counted_before: Counter[str] = Counter()
        counted_after: Counter[str] = Counter()
        for part in before:
            old = self._package.part(part) if not part.endswith("/") else b""
            counts = _features(part, old)
            counted_before += counts
            if part in dropped:
                continue
            new = self._written[part]
            is_same = new == old
            if not is_same:
                self._compare(part, old, new)
                counts = _features(part, new)
            counted_after += counts
            proved.append(ProvedPart(part, is_same, hashlib.sha256(new).hexdigest()))
        return PartsProof(tuple(proved), dropped, self._counts(before, after, counted_before, counted_after))

    def _counts(
        self, before: tuple[str, ...], after: tuple[str, ...], old: Counter[str], new: Counter[str]
    ) -> tuple[FeatureCount, ...]:
        counts = [
            FeatureCount("sheets", len(self._package.sheets), len(self._package.sheets)),
            *(FeatureCount(what, old[what], new[what]) for what in (*_WORDS.values(), *_EXTENDED.values())),
            *(
                FeatureCount(
                    what, sum(map(bool, map(which.search, before))), sum(map(bool, map(which.search, after)))
                )
                for what, which in _PARTS
            ),
        ]
        for each in counts:
            if each.what == "parts":
                continue  # one that is lost was named above
            lost = len(self._plan.formulas_gone) if each.what == "formulas" else 0
            if each.before - each.after != lost:
                raise _differs(
                    self._name, f"it has {each.after:,} {each.what} where there were {each.before:,}"
                )
        return tuple(counts)

    def _is_chain(self, part: str) -> bool:
        return part in self._package.related(self._package.workbook_part, "calcChain")

    def _compare(self, part: str, old: bytes, new: bytes) -> None:
        """Raises ExpectedError where a changed part differs in more than it may."""
        plan = self._plan
        if part in self._sheets and plan.touched.get(self._sheets[part]):
            self._compare_sheet(self._sheets[part], part, old, new)
        elif part == self._package.workbook_part and plan.on_load:
            self._compare_but(part, old, new, "calcPr", "fullCalcOnLoad")
        elif part in plan.tables:
            self._compare_but(part, old, new, "", "ref")
        elif not (
            plan.formulas_gone and (self._is_chain(part) or part.endswith((".rels", "[Content_Types].xml")))
        ):
            raise _differs(self._name, f"its part {part} has changed")

    def _compare_but(self, part: str, old: bytes, new: bytes, element: str, attribute: str) -> None:
        """Compares two small parts but for one attribute, of one element where it is named."""
        both = []
        for content in (old, new):
            tree = _tree(content)
            for each in list(tree.iter("{*}" + element if element else "{*}*")):
                each.attrib.pop(attribute, None)
                if element and not each.attrib:
                    each.getparent().remove(each)
            both.append(_as_bytes(tree))
        if both[0] != both[1]:
            raise _differs(self._name, f"its part {part} has changed in more than it should")

    # sheets

    def stored(self, sheet: str, at: At) -> tuple[str, str]:
        """The kind and the text of what the written sheet holds in a cell, as its XML has it."""
        cell = self._written_row(sheet, at[0]).get(address(*at))
        if cell is None:
            return "", ""
        kind = cell.get("t", "n")
        value = cell.find("{*}v")
        if kind == "inlineStr":
            return "s", _unescaped("".join(cell.find("{*}is").itertext()))
        if value is None:
            return "", ""
        text = value.text or ""
        if kind == "str":
            return ("s", _unescaped(text)) if text else ("", "")
        return kind, text

    def _written_row(self, sheet: str, number: int) -> dict[str, Any]:
        if sheet not in self._rows:
            self._rows[sheet] = dict(_rows_of(self._tree_of(self._package.sheets[sheet].part)))
            self._cells[sheet] = {}
        rows = self._cells[sheet]
        if number not in rows:
            row = self._rows[sheet].get(number)
            rows[number] = _cells_in(row, number) if row is not None else {}
        return rows[number]

    def _tree_of(self, part: str) -> Any:
        if part not in self._trees:
            self._trees[part] = _tree(self._written[part])
        return self._trees[part]

    def _compare_sheet(self, sheet: str, part: str, old: bytes, new: bytes) -> None:
        if _around(old) != _around(new):
            raise _differs(self._name, f"sheet “{sheet}” has changed outside its cells")
        before, after = _tree(old), self._tree_of(part)
        for one, other in _pairs(before, after, sheet, self._name):
            if one.tag.endswith("}sheetData"):
                continue
            if one.tag.endswith("}dimension"):
                one.set("ref", other.get("ref", ""))
            if _as_bytes(one) != _as_bytes(other):
                kind = one.tag.rpartition("}")[2]
                raise _differs(self._name, f"sheet “{sheet}” has changed in its {kind}")
        self._compare_cells(sheet, part, before, after)

    def _compare_cells(self, sheet: str, part: str, before: Any, after: Any) -> None:
        touched = self._plan.touched[sheet]
        rows = {row for row, _ in touched}
        names = {address(*at) for at in touched}
        old_rows, new_rows = dict(_rows_of(before)), dict(_rows_of(after))
        if lost := old_rows.keys() - new_rows.keys():
            raise _differs(self._name, f"sheet “{sheet}” has lost its row {min(lost)}")
        old_cut, new_cut = _rows_cut(self._package.part(part)), _rows_cut(self._written[part])
        for number, new in new_rows.items():
            old = old_rows.get(number)
            as_it_was, as_it_is = old_cut.get(number), new_cut.get(number)
            if number not in rows:
                if as_it_was is not None and as_it_was == as_it_is:
                    continue  # byte for byte, and all around the rows is so too
                if old is None or _row_bytes(old, number) != _row_bytes(new, number):
                    raise _differs(self._name, f"sheet “{sheet}”, row {number} has changed")
                continue
            if old is not None and _row_look(old) != _row_look(new):
                raise _differs(self._name, f"sheet “{sheet}”, row {number} looks different")
            changed = _cells_changed(as_it_was, as_it_is) if as_it_was and as_it_is else None
            self._compare_row(sheet, number, old, new, changed, names)

    def _compare_row(
        self,
        sheet: str,
        number: int,
        old: Any,
        new: Any,
        changed: list[tuple[int, str]] | None,
        touched: set[str],
    ) -> None:
        """*changed* are the only cells whose bytes differ, each with its place among the cells; None: not known."""
        before: dict[str, Any] | None = None
        after: dict[str, Any] | None = None
        gone = {address(*at) for name, at in self._plan.formulas_gone if name == sheet and at[0] == number}
        if changed is not None and gone <= {cell for _, cell in changed}:
            before, after = _cells_at(old, changed), _cells_at(new, changed)
        if before is None or after is None:
            before = _cells_in(old, number) if old is not None else {}
            after = self._written_row(sheet, number)
            if old is not None and _rest_of(before, touched) == _rest_of(after, touched):
                # All cells that were not to be filled are the same, so only the others are looked at one by one.
                before = {cell: each for cell, each in before.items() if cell in touched}
                after = {cell: each for cell, each in after.items() if cell in touched}
        for cell in {**before, **after}:
            one, other = before.get(cell), after.get(cell)
            place = f"sheet “{sheet}”, cell {cell}"
            if cell not in touched:
                if one is None or other is None or _cell_bytes(one, cell) != _cell_bytes(other, cell):
                    raise _differs(self._name, f"{place}, which was not to be filled, has changed")
            elif one is not None:
                if other is None or one.get("s") != other.get("s"):
                    raise _differs(self._name, f"{place} has lost its look")
                formulas = _formula_bytes(one), _formula_bytes(other)
                at = sheet, split_address(cell)
                if at in self._plan.formulas_gone:
                    formulas = b"", formulas[1]
                if formulas[0] != formulas[1] and at not in self._plan.heirs:
                    raise _differs(self._name, f"{place} has another formula")


def _features(part: str, content: bytes) -> Counter[str]:
    counted: Counter[str] = Counter()
    if not part.lower().endswith(".xml") or not part.lower().startswith("xl/"):
        return counted
    for prefix, element in _FEATURE.findall(content):
        name = element.decode()
        if name == "f" and (prefix.endswith(b"xm:") or "/worksheets/" not in part.lower()):
            continue  # the range of a sparkline or of an extended format
        extended = prefix.startswith(b"x14") and name in _EXTENDED
        counted[_EXTENDED[name] if extended else _WORDS[name]] += 1
    return counted


def _around(content: bytes) -> tuple[bytes, bytes]:
    """What stands before and after the cells of a sheet, byte for byte but for the note of its size."""
    first, last = content.find(b"sheetData"), content.rfind(b"sheetData")
    end = content.find(b">", last)
    head = content[:first]
    return _DIMENSION.sub(rb"\1", head), content[end + 1 :]


def _tree(content: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=False)
    return etree.fromstring(content, parser)


def _as_bytes(element: Any) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(element))


def _pairs(before: Any, after: Any, sheet: str, name: str) -> Iterator[tuple[Any, Any]]:
    ones = [each for each in before if isinstance(each.tag, str)]
    others = [each for each in after if isinstance(each.tag, str)]
    if (
        [each.tag for each in ones] != [each.tag for each in others]
        or dict(before.attrib) != dict(after.attrib)
        or before.nsmap != after.nsmap
    ):
        raise _differs(name, f"sheet “{sheet}” has other parts than before")
    return zip(ones, others, strict=True)


def _rows_of(tree: Any) -> Iterator[tuple[int, Any]]:
    number = 0
    for row in tree.iterfind("{*}sheetData/{*}row"):
        written = row.get("r", "")
        number = int(written) if written.isdecimal() else number + 1
        yield number, row


def _rows_cut(content: bytes) -> dict[int, bytes]:
    """The bytes of a sheet's rows by their numbers; none for a sheet whose rows cannot be cut apart with certainty."""
    begin, end = content.find(_DATA), content.rfind(b"</sheetData>")
    if begin < 0 or content.find(b"<!", begin, end) >= 0 or content.find(b"<?", begin, end) >= 0:
        return {}
    head, *pieces = content[begin + len(_DATA) : end].split(b"<row ")
    if head.strip():
        return {}
    rows: dict[int, bytes] = {}
    for piece in pieces:
        found = _ROW_NUMBER.match(piece)
        if found is None or int(found[1]) in rows or not _is_whole(piece, b"</row>"):
            return {}
        rows[int(found[1])] = piece
    return rows


def _cells_changed(old: bytes, new: bytes) -> list[tuple[int, str]] | None:
    """The cells whose bytes differ between two rows, each with its place among the cells. None where the rows do not
    have the same cells in the same order, or cannot be cut apart with certainty."""
    olds, news = (row.removesuffix(b"</row>").split(b"<c ") for row in (old, new))
    if len(olds) != len(news) or any(row[0].find(b">") != len(row[0]) - 1 for row in (olds, news)):
        return None
    changed: list[tuple[int, str]] = []
    for number, (one, other) in enumerate(zip(olds, news, strict=True)):
        if number and one != other:
            found = _CELL_NAME.match(one)
            if found is None or not other.startswith(found[0]):
                return None
            if not (_is_whole(one, b"</c>") and _is_whole(other, b"</c>")):
                return None
            changed.append((number - 1, found[1].decode("ascii")))
    return changed


def _is_whole(piece: bytes, ends: bytes) -> bool:
    """Whether *piece* is one element but for its beginning: one tag, or all up to the only end of that kind."""
    tag = piece.find(b">")
    if tag == len(piece) - 1:
        return piece.endswith(b"/>")
    return piece[tag - 1 : tag] != b"/" and piece.find(ends) == len(piece) - len(ends)


def _cells_at(row: Any, places: list[tuple[int, str]]) -> dict[str, Any] | None:
    """The cells at those places of a row; None when one of them is not there."""
    cells = {name: row[place] for place, name in places if place < len(row)}
    right = len(cells) == len(places) and all(cell.get("r") == name for name, cell in cells.items())
    return cells if right else None


def _cells_in(row: Any, number: int) -> dict[str, Any]:
    """The cells of a row by their addresses."""
    found: dict[str, Any] = {}
    name = ""
    for cell in row.iterchildren("{*}c"):
        # A cell that does not say where it is comes after the one before it.
        name = cell.get("r") or address(number, split_address(name)[1] + 1)
        found[name] = cell
    return found


def _row_bytes(row: Any, number: int) -> bytes:
    if row.get("r") is None:
        row.set("r", str(number))
    row.tail = None
    return _as_bytes(row)


def _row_look(row: Any) -> dict[str, str]:
    return {name: value for name, value in row.attrib.items() if name not in ("r", "spans")}


def _rest_of(cells: dict[str, Any], touched: set[str]) -> list[str]:
    """What stands in a row beside the cells that were to be filled: each with its address, look, formula and value."""
    said: list[str] = []
    for name, cell in cells.items():
        if name not in touched:
            said.append(name)
            said += [f"{key} {value}" for key, value in cell.attrib.items() if key != "r"]
            for each in cell:
                if len(each) or each.attrib:
                    said.append(_as_bytes(each).decode())
                else:
                    said += (str(each.tag), each.text or "")
    return said


def _cell_bytes(cell: Any, name: str) -> bytes:
    if cell.get("r") is None:
        cell.set("r", name)
    cell.tail = None
    return _as_bytes(cell)


def _formula_bytes(cell: Any) -> bytes:
    formula = cell.find("{*}f")
    if formula is None:
        return b""
    formula.tail = None
    return _as_bytes(formula)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _holds(expected: Expected, stored: tuple[str, str]) -> bool:
    """Whether the XML of a cell has exactly the expected value."""
    if expected.kind == "n" and stored[0] == "n":
        try:
            return float(expected.text) == float(stored[1])
        except ValueError:
            return False
    return stored == (expected.kind, expected.text)


def _says(expected: Expected, found: object, *, is_1904: bool) -> bool:
    """Whether the second reader's value is the expected one. An error it gives as nothing."""
    match expected.kind:
        case "" | "e":
            return found is None
        case "b":
            return found is (expected.text == "1")
        case "s":
            return isinstance(found, str) and found == expected.text
        case _:
            return _is_number(float(expected.text), found, is_1904=is_1904)


def _is_number(wanted: float, found: object, *, is_1904: bool) -> bool:
    match found:
        case bool() | None | str():
            return False
        case int() | float():
            return float(found) == wanted
        case timedelta():
            serial = found / _DAY
        case time():
            serial = timedelta(
                hours=found.hour, minutes=found.minute, seconds=found.second, microseconds=found.microsecond
            ) / _DAY + int(wanted)
        case date():
            moment = found if isinstance(found, datetime) else datetime(found.year, found.month, found.day)
            serial = (moment - (datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30))) / _DAY
        case _:
            return False
    # 1900 is a leap year for spreadsheets, so a reader may be a day off before its March.
    return any(abs(serial - each) < _CLOSE for each in (wanted, wanted + 1 if wanted < 61 else wanted))


def _shown(found: object) -> str:
    match found:
        case None:
            return ""
        case bool():
            return "TRUE" if found else "FALSE"
        case str():
            return f"“{found}”"
        case datetime():
            return f"{found:%d/%m/%Y %H:%M}" if found.time() != time() else f"{found:%d/%m/%Y}"
        case date():
            return f"{found:%d/%m/%Y}"
        case _:
            return str(found)
