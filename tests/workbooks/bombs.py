"""Files made to do harm, and how a process of its own fares that reads one (Z5).

``python -m tests.workbooks.bombs FILE`` prints the refusal's code, the seconds it took and the peak of memory.
"""

from __future__ import annotations

import json
import re
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from fundingapp.domain.errors import InputRefusedError
from fundingapp.workbooks.reading import parts_of_workbook
from fundingapp.workbooks.sources import kind_of, read_bytes
from tests.workbooks.packages import HEAD, MAIN, packed, parts_of, row_xml, sheet_xml, workbook

_MB = 1 << 20


def _with(part: str, piece: bytes, times: int, head: bytes = b"", tail: bytes = b"") -> bytes:
    """A workbook with a *part* of *piece* many times, written in pieces."""
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in parts_of({"Claim": sheet_xml(row_xml(1, (5,)))}).items():
            if name != part:
                package.writestr(name, content)
        with package.open(part, "w") as out:
            out.write(head)
            for _ in range(times):
                out.write(piece)
            out.write(tail)
    return raw.getvalue()


def _cells() -> bytes:
    cells = b'<c r="A1"><v>1</v></c>' * 50_000
    head = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'.encode()
    return _with("xl/worksheets/sheet1.xml", cells, 200, head, b"</sheetData></worksheet>")


def _entities() -> bytes:
    named = "".join(f'<!ENTITY x{at} "{f"&x{at - 1};" * 10}">' for at in range(1, 20))
    declared = f'<!DOCTYPE worksheet [<!ENTITY x0 "ha">{named}]>'
    return workbook(sheet_xml(row_xml(1, ("t",)), head=HEAD + declared))


def _far_cells(*addresses: tuple[int, str]) -> bytes:
    rows = "".join(f'<row r="{row}"><c r="{letters}{row}"><v>1</v></c></row>' for row, letters in addresses)
    return workbook(sheet_xml(rows))


def _many_parts() -> bytes:
    return packed({**parts_of({"Claim": sheet_xml("")}), **{f"p/{at}": b"" for at in range(60_005)}})


def _many_sheets() -> bytes:
    """Four parts, each just small enough to be let through on its own."""
    cells = b"<row/>" * (8 * _MB)
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for at in range(4):
            package.writestr(f"xl/worksheets/sheet{at}.xml", cells)
        for name, content in parts_of({"Claim": sheet_xml("")}).items():
            package.writestr(f"{name}" if "sheet1" not in name else "xl/worksheets/other.xml", content)
    return raw.getvalue()


def _manifest() -> bytes:
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("content.xml", "<a/>")
        package.writestr("META-INF/manifest.xml", bytes(300 * _MB))
    return raw.getvalue()


#: Each bomb's name, and what makes it.
BOMBS: Mapping[str, Callable[[], bytes]] = {
    "X01 texts.xlsx": lambda: _with("xl/sharedStrings.xml", b"<si><t>" + b"a" * _MB + b"</t></si>", 300),
    "X01 cells.xlsx": _cells,
    "X01 sheets.xlsx": _many_sheets,
    "X01 manifest.ods": _manifest,
    "X01 picture.xlsx": lambda: _with("xl/media/image1.png", bytes(_MB), 300),
    "X02 parts.xlsx": _many_parts,
    "X03 entities.xlsx": _entities,
    "X09 corners.xlsx": lambda: _far_cells((1, "A"), (1_048_576, "XFD")),
    "X09 last cell.xlsx": lambda: _far_cells((1_048_576, "XFD")),
    "X09 last column.xlsx": lambda: _far_cells(*((row, "XFD") for row in range(1, 20_001))),
}


def main(path: Path) -> None:
    start = time.process_time()  # not by the clock: other tests run beside this one
    code = "read"
    try:
        kind = kind_of(read_bytes(path, path.name), path.name)
        with path.open("rb") as file:
            for _ in parts_of_workbook(file, path.name, kind, None, lambda _done, _total, _label: None):
                pass
    except InputRefusedError as error:
        code = error.code
    seconds = time.process_time() - start
    # Not getrusage: that remembers the peak of the process that started this one.
    status = Path("/proc/self/status")
    peak = int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) * 1024 if status.exists() else 0
    sys.stdout.write(json.dumps([code, seconds, peak]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
