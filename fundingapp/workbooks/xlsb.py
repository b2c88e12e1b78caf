"""Looks through a binary Excel package (.xlsb) before a reader touches it.

The sheets are streams of records: a type and a length, in one to four bytes each, and the content. The numbers of
the types are those of the published format description [MS-XLSB] 2.3.2.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, Final

from fundingapp.workbooks.biff import STATES, CellsSeen
from fundingapp.workbooks.checks import Preflight, SheetCheck, too_sparse
from fundingapp.workbooks.package import Package, Progress
from fundingapp.workbooks.refusals import damaged

_ROW: Final = 0
_CELL_ERROR: Final = 3
_FORMULA_ERROR: Final = 11
#: RK and real numbers and true or false, plain and as results of formulas: the reader must give them all.
_SURE_CELLS: Final = frozenset({2, 4, 5, 9, 10})
#: Texts, which may be empty: inline, shared, and as results of formulas.
_TEXT_CELLS: Final = frozenset({6, 7, 8})
_COLUMN_INFO: Final = 60
_BEGIN_SHEET_DATA: Final = 145
_END_SHEET_DATA: Final = 146
_WORKBOOK_PROPERTIES: Final = 153
_BUNDLE_SHEET: Final = 156
_MERGE_CELL: Final = 176
#: No record of a workbook is longer: a text has at most 32,767 characters.
_LONGEST: Final = 16 * 1024 * 1024

_TWO = struct.Struct("<II")
_FOUR = struct.Struct("<IIII")


def check_xlsb(file: BinaryIO, name: str, report: Progress) -> Preflight:
    """Looks through the .xlsb package in *file*, called *name*. Raises InputRefusedError."""
    package = Package(file, name, report)
    package.check_prologs()
    workbook = package.main_part("xl/workbook.bin")
    targets = package.relations(workbook)
    is_1904 = False
    sheets: dict[str, SheetCheck] = {}
    for kind, record in _records(package, package.parts[workbook.lower()]):
        if kind == _WORKBOOK_PROPERTIES:
            is_1904 = bool(record[0] & 1) if record else False
        elif kind == _BUNDLE_SHEET:
            try:
                state = struct.unpack_from("<I", record)[0]
                relation, at = _text(record, 8)
                title, _ = _text(record, at)
            except (struct.error, UnicodeDecodeError) as error:
                raise damaged(name, "its list of sheets cannot be read") from error
            relation_kind, target = targets.get(relation, ("", ""))
            if not relation_kind.endswith("/worksheet"):
                continue
            info = package.part(target)
            if info is None:
                raise damaged(name, f"sheet “{title}” has lost its part {target}")
            check = SheetCheck(title, info.filename, state=STATES.get(state, "hidden"))
            try:
                _scan(package, info, check)
            except struct.error as error:
                raise damaged(name, f"its part {info.filename} holds a record that is too short") from error
            if check.is_too_sparse:
                raise too_sparse(name, check)
            sheets[title] = check
    for kind_of_part, target in targets.values():
        info = package.part(target)
        if info is None and kind_of_part.endswith(("/sharedStrings", "/styles")):
            raise damaged(name, f"it has lost its part {target}")
        if info is not None and info.filename not in {check.part for check in sheets.values()}:
            for _piece in package.pieces(info):
                pass  # its checksum is proven
    links = sum(key.startswith("xl/externallinks/") and key.count("/") == 2 for key in package.parts)
    return Preflight(name, sheets, is_1904, links)


def _text(record: bytes, at: int) -> tuple[str, int]:
    """The text at *at*, with its length before it, and where it ends. Raises struct.error."""
    (length,) = struct.unpack_from("<I", record, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(record):
        raise struct.error
    return record[at + 4 : end].decode("utf-16-le"), end


def _records(package: Package, info: zipfile.ZipInfo) -> Iterator[tuple[int, bytes]]:
    """The records of a part: type and content."""
    data = b""
    at = 0
    for piece in package.pieces(info):
        data = data[at:] + piece
        at = 0
        size = len(data)
        while size - at > 6:
            start = at
            kind = data[at]
            at += 1
            if kind & 0x80:
                kind = kind & 0x7F | (data[at] & 0x7F) << 7
                at += 1
            length = shift = 0
            while True:
                byte = data[at]
                at += 1
                length |= (byte & 0x7F) << shift
                shift += 7
                if not byte & 0x80 or shift == 28:
                    break
            if length > _LONGEST:
                raise damaged(package.name, f"its part {info.filename} holds a record of {length:,} bytes")
            if at + length > size:
                at = start
                break
            yield kind, data[at : at + length]
            at += length
    # The last records are short: an end of something, without content.
    rest = data[at:]
    at = 0
    while at < len(rest):
        kind = rest[at]
        at += 1
        if kind & 0x80 and at < len(rest):
            kind = kind & 0x7F | (rest[at] & 0x7F) << 7
            at += 1
        length = rest[at] if at < len(rest) else -1
        at += 1
        if not 0 <= length <= len(rest) - at:
            raise damaged(package.name, f"its part {info.filename} is cut off")
        yield kind, rest[at : at + length]
        at += length


def _scan(package: Package, info: zipfile.ZipInfo, check: SheetCheck) -> None:
    cells = CellsSeen(package.name, check)
    is_in_data = has_ended = False
    row = -1
    for kind, record in _records(package, info):
        if is_in_data:
            if kind == _ROW:
                row = int.from_bytes(record[:4], "little")
                check.hidden_rows += len(record) > 11 and bool(record[11] & 0x10)
            elif kind in _SURE_CELLS or kind in _TEXT_CELLS:
                cells.take(row, int.from_bytes(record[:4], "little"), is_sure=kind in _SURE_CELLS)
            elif kind in {_CELL_ERROR, _FORMULA_ERROR}:
                if len(record) < 9:
                    raise struct.error
                cells.take_error(row, int.from_bytes(record[:4], "little"), record[8])
            elif kind == _END_SHEET_DATA:
                is_in_data, has_ended = False, True
        elif kind == _BEGIN_SHEET_DATA:
            is_in_data = True
        elif kind == _COLUMN_INFO:
            first, last = _TWO.unpack_from(record)
            (flags,) = struct.unpack_from("<H", record, 16)
            if flags & 1:
                check.hidden_runs.append((first, last))
        elif kind == _MERGE_CELL:
            top, bottom, left, right = _FOUR.unpack_from(record)
            check.merged.append((top + 1, left, bottom + 1, right))
    if not has_ended:
        raise damaged(package.name, f"its part {info.filename} is cut off")
