"""Binary Excel packages (.xlsb), made record by record: no program here writes them."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.workbooks.packages import HEAD, OFFICE, PACKAGE, TYPES, packed

ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#N/A": 0x2A, "#ODD!": 0x55}

Value = str | int | float | bool | None


def record(kind: int, content: bytes = b"") -> bytes:
    """A record: its type in one or two bytes, its length in up to four, seven bits each."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(content)
    size = b""
    while True:
        more = length >> 7
        size += bytes([length & 0x7F | (0x80 if more else 0)])
        length = more
        if not length:
            return head + size + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cell_record(column: int, value: Value) -> bytes:
    head = struct.pack("<II", column, 0)
    if isinstance(value, str) and value in ERRORS:
        return record(3, head + bytes([ERRORS[value]]))
    if isinstance(value, bool):
        return record(4, head + bytes([value]))
    if isinstance(value, str):
        return record(6, head + wide(value))
    if value is None:
        return record(1, head)
    return record(5, head + struct.pack("<d", value))


def sheet_bin(
    rows: Sequence[Sequence[Value]],
    hidden_row: int | None = None,
    hidden_column: int | None = None,
    merged: tuple[int, int, int, int] | None = None,
) -> bytes:
    """A sheet of *rows* from the first on; hidden and merged ones counted from 0 (top, bottom, left, right)."""
    width = max(map(len, rows))
    content = record(129) + record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    if hidden_column is not None:
        column = struct.pack("<IIIIH", hidden_column, hidden_column, 2560, 0, 1)
        content += record(390) + record(60, column) + record(391)
    content += record(145)
    for at, row in enumerate(rows):
        flags = 0x10 if at == hidden_row else 0
        content += record(0, struct.pack("<IIHBBBI", at, 0, 300, 0, flags, 0, 0))
        content += b"".join(cell_record(column, value) for column, value in enumerate(row))
    content += record(146)
    if merged is not None:
        content += (
            record(177, struct.pack("<I", 1)) + record(176, struct.pack("<IIII", *merged)) + record(178)
        )
    return content + record(130)


def binary_workbook(sheets: dict[str, bytes], hidden: str = "", *, is_1904: bool = False) -> bytes:
    """A package of *sheets* from name to content."""
    listed = b"".join(
        record(156, struct.pack("<II", name == hidden, at) + wide(f"rId{at}") + wide(name))
        for at, name in enumerate(sheets, start=1)
    )
    properties = record(153, struct.pack("<III", is_1904, 0, 0))
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.bin"/>'
        for at in range(1, len(sheets) + 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{TYPES}"><Default Extension="bin"'
        ' ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1"'
        f' Type="{OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": record(131) + properties + record(143) + listed + record(144) + record(132),
        "xl/_rels/workbook.bin.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
    }
    for at, content in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{at}.bin"] = content
    return packed(parts)
