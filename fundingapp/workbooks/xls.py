"""Looks through an old Excel workbook (.xls, BIFF5 and BIFF8) before a reader touches it.

The workbook is one stream of records, each with a type and a length in two bytes; [MS-XLS] 2.3 lists the types.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

from fundingapp.workbooks.biff import STATES, CellsSeen
from fundingapp.workbooks.checks import Preflight, SheetCheck, too_sparse
from fundingapp.workbooks.compound import Compound
from fundingapp.workbooks.package import Progress
from fundingapp.workbooks.refusals import damaged, password_protected

_FORMULA: Final = 0x0006
_END: Final = 0x000A
_DATE_MODE: Final = 0x0022
_FILE_PASS: Final = 0x002F
_COLUMN_INFO: Final = 0x007D
_BOUND_SHEET: Final = 0x0085
_MANY_NUMBERS: Final = 0x00BD
_MERGED: Final = 0x00E5
_BOOL_ERROR: Final = 0x0205
_ROW: Final = 0x0208
_BEGIN: Final = 0x0809
_NUMBERS: Final = frozenset({0x0203, 0x027E})
_TEXTS: Final = frozenset({0x00D6, 0x00FD, 0x0204})
_WORKSHEET: Final = 0

_CELL = struct.Struct("<HH")


def check_xls(file: BinaryIO, name: str, report: Progress) -> Preflight:
    """Looks through the .xls workbook in *file*, called *name*. Raises InputRefusedError."""
    book = Compound(file, name).stream("Workbook", "Book")
    if book is None:
        raise damaged(name, "its list of sheets is missing")
    try:
        return _Scan(book, name, report).run()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise damaged(name, "it holds a record that is too short") from error


class _Scan:
    """Goes through the records of a workbook once."""

    def __init__(self, book: bytes, name: str, report: Progress) -> None:
        self._book = book
        self._name = name
        self._report = report

    def run(self) -> Preflight:
        name = self._name
        is_1904 = False
        is_8 = True
        sheets: dict[str, SheetCheck] = {}
        places: list[tuple[SheetCheck, int]] = []
        at = depth = 0
        while True:
            kind, record, at = self._record(at)
            if kind == _BEGIN:
                depth += 1
                is_8 = struct.unpack_from("<H", record)[0] == 0x0600
            elif kind == _END:
                depth -= 1
                if depth <= 0:
                    break
            elif kind == _FILE_PASS:
                raise password_protected(name)
            elif kind == _DATE_MODE:
                is_1904 = record[:2] == b"\x01\x00"
            elif kind == _BOUND_SHEET:
                place, state, sort = struct.unpack_from("<IBB", record)
                if sort != _WORKSHEET:
                    continue
                title = _title(record, is_8=is_8)
                check = SheetCheck(title, "Workbook", state=STATES.get(state & 3, "hidden"))
                sheets[title] = check
                places.append((check, place))
        for check, place in places:
            self._scan_sheet(check, place)
            if check.is_too_sparse:
                raise too_sparse(name, check)
        return Preflight(name, sheets, is_1904)

    def _record(self, at: int) -> tuple[int, bytes, int]:
        """Type and content of the record at *at*, and where the next one begins."""
        kind, length = _CELL.unpack_from(self._book, at)
        end = at + 4 + length
        if end > len(self._book):
            raise damaged(self._name, "its end is missing")
        return kind, self._book[at + 4 : end], end

    def _scan_sheet(self, check: SheetCheck, at: int) -> None:
        cells = CellsSeen(self._name, check)
        size = len(self._book)
        depth = told = 0
        while True:
            kind, record, at = self._record(at)
            if kind == _BEGIN:
                depth += 1
            elif kind == _END:
                depth -= 1
                if depth <= 0:
                    return
            elif depth != 1:
                continue  # a chart inside the sheet, which holds numbers of its own
            elif kind in _NUMBERS:
                cells.take(*_CELL.unpack_from(record), is_sure=True)
            elif kind in _TEXTS:
                cells.take(*_CELL.unpack_from(record), is_sure=False)
            elif kind == _MANY_NUMBERS:
                row, first = _CELL.unpack_from(record)
                for column in range(first, first + (len(record) - 6) // 6):
                    cells.take(row, column, is_sure=True)
            elif kind == _BOOL_ERROR:
                row, column = _CELL.unpack_from(record)
                if record[7]:
                    cells.take_error(row, column, record[6])
                else:
                    cells.take(row, column, is_sure=True)
            elif kind == _FORMULA:
                self._take_formula(cells, record)
            elif kind == _ROW:
                check.hidden_rows += bool(record[12] & 0x20)
            elif kind == _COLUMN_INFO:
                first, last, _, _, flags = struct.unpack_from("<HHHHH", record)
                if flags & 1:
                    check.hidden_runs.append((first, last))
            elif kind == _MERGED:
                for start in range(2, len(record) - 7, 8):
                    top, bottom, left, right = struct.unpack_from("<HHHH", record, start)
                    check.merged.append((top + 1, left, bottom + 1, right))
            if at - told > 1 << 20:
                told = at
                self._report(at, size, f"Checking {self._name}")

    @staticmethod
    def _take_formula(cells: CellsSeen, record: bytes) -> None:
        """A formula's result: a number, unless its last two bytes say that it is something else."""
        row, column = _CELL.unpack_from(record)
        result = record[6:14]
        if result[6:8] != b"\xff\xff":
            cells.take(row, column, is_sure=True)
        elif result[0] == 2:
            cells.take_error(row, column, result[2])
        elif result[0] == 1:
            cells.take(row, column, is_sure=True)
        elif result[0] == 0:
            cells.take(row, column, is_sure=False)  # the text follows in a record of its own


def _title(record: bytes, *, is_8: bool) -> str:
    """The name of a sheet, as calamine reads it: in BIFF8 of one byte or two a letter, before that of one."""
    length = record[6]
    if not is_8:
        return record[7 : 7 + length].decode("cp1252", "replace")
    if record[7] & 1:
        return record[8 : 8 + 2 * length].decode("utf-16-le")
    return record[8 : 8 + length].decode("latin-1")
