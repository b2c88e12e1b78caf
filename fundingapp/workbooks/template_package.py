"""A workbook's package as somebody else made it: its parts, and how it is written again with a few of them changed.

The compressed bytes of every other part are copied as they are, with their dates, attributes and order; nothing is
packed again. ``zipfile`` reads packages, but cannot copy an entry without unpacking it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Final
from xml.parsers import expat

from fundingapp.domain.errors import ExpectedError
from fundingapp.workbooks.package import Package, Progress
from fundingapp.workbooks.refusals import damaged
from fundingapp.workbooks.sources import Kind, kind_of

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_IN_64: Final = 0xFFFFFFFF
#: The tag of the field that holds what is longer than 32 bits.
_LONG_FIELD: Final = 1
#: The flags: sizes follow the content; the name is in UTF-8.
_SIZES_FOLLOW: Final = 8
_STORED, _DEFLATED = 0, 8

#: How a workbook is named, by what its package says that it is.
_SUFFIXES: Final = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ".xlsx",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": ".xlsm",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": ".xltx",
    "application/vnd.ms-excel.template.macroEnabled.main+xml": ".xltm",
}
_OTHER_KINDS: Final = {
    Kind.XLS: "an old workbook (.xls)",
    Kind.XLSB: "a binary workbook (.xlsb)",
    Kind.ODS: "an OpenDocument workbook (.ods)",
    Kind.TEXT: "a text file",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A part as the package's list tells of it, and where it lies."""

    name: str
    head: tuple[int, ...]
    raw_name: bytes
    extra: bytes
    comment: bytes
    crc: int
    packed: int
    size: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of the workbook: its name, its part, what it is (“worksheet”, “chartsheet” …), its state (“visible”,
    “hidden”, “veryHidden”), and the number by which the order of calculation knows it."""

    name: str
    part: str
    kind: str
    state: str
    number: str


class TemplatePackage:
    """The package of a workbook whose bytes are *raw*, called *name*.

    Raises InputRefusedError for what is no such workbook, or must not be read, and ExpectedError ``fill_kind`` for a
    workbook of another kind.
    """

    def __init__(self, raw: bytes, name: str, report: Progress) -> None:
        self.name = name
        self.raw = raw
        _refuse_other_kinds(raw, name)
        self._package = Package(BytesIO(raw), name, report)
        self._package.check_prologs()
        self._parts: dict[str, bytes] = {}
        self._entries = self._listed()
        self.workbook_part = self._package.main_part("xl/workbook.xml")
        self.relations = self._package.relations(self.workbook_part)
        self.is_1904 = False
        self.sheets: dict[str, SheetPart] = {}
        self._read_workbook()

    def _listed(self) -> list[_Entry]:
        """The entries as their list has them. Raises InputRefusedError for a list that can't be followed."""
        raw = self.raw
        try:
            end = raw.rindex(b"PK\x05\x06")
            *_, count, length, start, commented = _END.unpack_from(raw, end)
            self._archive_comment = raw[end + _END.size : end + _END.size + commented]
            if raw[end - 20 : end - 16] == b"PK\x06\x07":  # the long form of the end comes before it
                end = raw.rindex(b"PK\x06\x06", 0, end)
                count, length, start = struct.unpack_from("<QQQ", raw, end + 32)
            central = at = end - length
            shift = central - start  # what stands before the first part, as in a package that unpacks itself
            found = []
            for _ in range(count):
                _, *head = _CENTRAL.unpack_from(raw, at)
                lengths = head[9:12]
                at += _CENTRAL.size
                cut = at + lengths[0], at + lengths[0] + lengths[1], at + sum(lengths)
                found.append((head, raw[at : cut[0]], raw[cut[0] : cut[1]], raw[cut[1] : cut[2]]))
                at = cut[2]
            placed = [(each, *_sizes(each[0], each[2])) for each in found]
            starts = sorted({where + shift for *_, where in placed}) + [central]
            self._lead = raw[: starts[0]]
            after = dict(pairwise(starts))
            infos = {info.filename: info for info in self._package.parts.values()}
            by_offset = {info.header_offset: name for name, info in infos.items()}
            return [
                _Entry(
                    by_offset[where + shift],
                    tuple(head),
                    name,
                    extra,
                    comment,
                    head[6],
                    packed,
                    size,
                    where + shift,
                    after[where + shift],
                )
                for (head, name, extra, comment), packed, size, where in placed
            ]
        except (ValueError, struct.error, KeyError, IndexError) as error:
            raise damaged(self.name, "the list of its parts cannot be followed") from error

    def _read_workbook(self) -> None:
        part = self._package.parts[self.workbook_part.lower()]
        self.workbook_part = part.filename
        for element, attributes in self._package.elements(part):
            if element == "workbookPr":
                self.is_1904 = attributes.get("date1904", "0") in {"1", "true", "on"}
            elif element == "sheet":
                relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                kind, target = self.relations.get(relation, ("", ""))
                info = self._package.part(target)
                name = attributes.get("name", "")
                if info is None:
                    raise damaged(self.name, f"sheet “{name}” has lost its part {target}")
                if name in self.sheets:
                    raise damaged(self.name, f"two of its sheets are called “{name}”")
                self.sheets[name] = SheetPart(
                    name,
                    info.filename,
                    kind.rpartition("/")[2],
                    attributes.get("state", "visible"),
                    attributes.get("sheetId", ""),
                )

    # what is in it

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, in their order."""
        return tuple(entry.name for entry in self._entries)

    def part(self, name: str) -> bytes:
        """The content of a part, whose checksum has been proven. Raises InputRefusedError."""
        if name not in self._parts:
            info = self._package.part(name)
            if info is None:
                raise damaged(self.name, f"it has lost its part {name}")
            self._parts[name] = b"".join(self._package.pieces(info))
        return self._parts[name]

    def related(self, part: str, kind: str) -> tuple[str, ...]:
        """The parts that *part* names in a relation of *kind*, such as “table”."""
        relations = self.relations if part == self.workbook_part else self._package.relations(part)
        found = (
            self._package.part(target) for sort, target in relations.values() if sort.endswith(f"/{kind}")
        )
        return tuple(info.filename for info in found if info is not None)

    def elements(self, part: str) -> list[tuple[str, dict[str, str]]]:
        """Every element of a part without its prefix, and its attributes."""
        info = self._package.part(part)
        if info is None:
            raise damaged(self.name, f"it has lost its part {part}")
        return self._package.elements(info)

    def parser(self, part: str) -> expat.XMLParserType:
        """A parser that refuses a document type in the *part*."""
        return self._package.parser(self._package.parts[part.lower()])

    def exact(self, name: str) -> str:
        """The name of a part as the package has it, whatever the case of *name*."""
        info = self._package.part(name)
        return name if info is None else info.filename

    @property
    def suffix(self) -> str:
        """How a file of this kind is named: .xlsx, .xlsm, .xltx or .xltm; "" for a package that is no workbook."""
        wanted = f"/{self.workbook_part}".casefold()
        default = ""
        for element, attributes in self.elements("[Content_Types].xml"):
            kind = attributes.get("ContentType", "")
            if element == "Override" and attributes.get("PartName", "").casefold() == wanted:
                return _SUFFIXES.get(kind, "")
            if element == "Default" and wanted.endswith("." + attributes.get("Extension", "?").casefold()):
                default = _SUFFIXES.get(kind, "")
        return default

    @property
    def is_signed(self) -> bool:
        return any(name.lower().startswith("_xmlsignatures/") for name in self.names)

    # writing it again

    def with_parts(self, changed: Mapping[str, bytes], dropped: Iterable[str] = ()) -> bytes:
        """The package again, with the new content of *changed* parts and without *dropped* ones."""
        gone = set(dropped)
        order = sorted(self._entries, key=lambda entry: entry.begins)
        out = bytearray(self._lead)
        heads: dict[str, bytes] = {}
        for entry in order:
            if entry.name in gone:
                continue
            at = len(out)
            if entry.name in changed:
                head, local = _packed(entry, changed[entry.name], self.raw)
                out += local
            else:
                head = entry.head
                out += self.raw[entry.begins : entry.ends]
            heads[entry.name] = _central(entry, head, at)
        central = len(out)
        count = 0
        for entry in self._entries:
            if entry.name in heads:
                out += heads[entry.name]
                count += 1
        length = len(out) - central
        out += _END.pack(b"PK\x05\x06", 0, 0, count, count, length, central, len(self._archive_comment))
        out += self._archive_comment
        return bytes(out)


def _refuse_other_kinds(raw: bytes, name: str) -> None:
    kind = kind_of(raw, name)
    if kind is not Kind.XLSX:
        raise ExpectedError(
            "fill_kind",
            f"{name} is {_OTHER_KINDS[kind]}, which cannot be filled without changing the rest of it.",
            "Ask for the template as an Excel workbook (.xlsx), or open it in Excel and save a copy as one.",
        )


def _sizes(head: list[int], extra: bytes) -> tuple[int, int, int]:
    """The packed size, the size and the place of an entry, from its long field where 32 bits are not enough."""
    packed, size, where = head[7], head[8], head[15]
    field = b"".join(content for tag, content in _fields(extra) if tag == _LONG_FIELD)
    at = 0
    if size == _IN_64:
        (size,) = struct.unpack_from("<Q", field, at)
        at += 8
    if packed == _IN_64:
        (packed,) = struct.unpack_from("<Q", field, at)
        at += 8
    if where == _IN_64:
        (where,) = struct.unpack_from("<Q", field, at)
    return packed, size, where


def _fields(extra: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        found.append((tag, extra[at + 4 : at + 4 + length]))
        at += 4 + length
    return found


def _without_long_field(extra: bytes) -> bytes:
    """*extra* as it is, unless it has the field of long sizes: they are written in short here."""
    fields = _fields(extra)
    if all(tag != _LONG_FIELD for tag, _ in fields):
        return extra
    return b"".join(
        struct.pack("<HH", tag, len(content)) + content for tag, content in fields if tag != _LONG_FIELD
    )


def _packed(entry: _Entry, content: bytes, raw: bytes) -> tuple[tuple[int, ...], bytes]:
    """The head of an entry whose *content* is new, and the entry itself: packed as before, with its old date."""
    _, version, flags, method, clock, day, *_, named, extended = _LOCAL.unpack_from(raw, entry.begins)
    at = entry.begins + _LOCAL.size
    name = raw[at : at + named]
    extra = _without_long_field(raw[at + named : at + named + extended])
    flags &= ~_SIZES_FOLLOW
    if method == _STORED:
        packed = content
    else:
        method = _DEFLATED
        packing = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packing.compress(content) + packing.flush()
    crc = zlib.crc32(content)
    local = _LOCAL.pack(
        b"PK\x03\x04",
        version,
        flags,
        method,
        clock,
        day,
        crc,
        len(packed),
        len(content),
        len(name),
        len(extra),
    )
    head = list(entry.head)
    head[2:4] = flags, method
    head[6:9] = crc, len(packed), len(content)
    return tuple(head), local + name + extra + packed


def _central(entry: _Entry, head: tuple[int, ...], at: int) -> bytes:
    """The line about an entry in the package's list, which now begins at *at*."""
    extra = _without_long_field(entry.extra)
    fields = list(head)
    if fields[7] == _IN_64:
        fields[7] = entry.packed
    if fields[8] == _IN_64:
        fields[8] = entry.size
    fields[10] = len(extra)
    fields[15] = at
    return _CENTRAL.pack(b"PK\x01\x02", *fields) + entry.raw_name + extra + entry.comment
