"""Ledgers spoilt at random, each one the same for the same number.

Bytes are flipped, cut out, doubled or lost at the end; inside packages the XML is changed and packed again with a
right checksum; in text files separators, quotes and line ends are changed.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

import xlsxwriter

from tests.workbooks.binary import Value, binary_workbook, sheet_bin
from tests.workbooks.packages import ledger_rows, packed, sheet_xml, workbook

SAMPLES: Final = Path(__file__).resolve().parents[1] / "data" / "workbooks"
ROWS: Final = 24
HEADINGS: Final = ("Trans No", "Trans Date", "Supplier", "Net Amount")


class Spoilt(NamedTuple):
    """One mutated file: what it is called, what was done to it, and what it was made from."""

    name: str
    how: str
    raw: bytes
    original: bytes


def _text_ledger() -> str:
    rows = [",".join(HEADINGS)]
    for at in range(1, ROWS + 1):
        supplier = ('"Smith, Jones & Co"', "Caf\u00e9 £5 Ltd", "Example Ltd")[at % 3]
        rows.append(f"T{at},{at % 28 + 1:02}/04/2018,{supplier},{at * 10}.50")
    return "\r\n".join(rows) + "\r\n"


def _written() -> bytes:
    """As Excel writes it: shared texts and real dates."""
    raw = BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Ledger")
    sheet.write_row(0, 0, HEADINGS)
    for at in range(1, ROWS + 1):
        sheet.write_string(at, 0, f"T{at}")
        sheet.write_number(at, 1, 43_190 + at, day)
        sheet.write_string(at, 2, ("Example Ltd", "Other Ltd")[at % 2])
        sheet.write_number(at, 3, at * 10.5)
    book.close()
    return raw.getvalue()


def _strict(raw: bytes) -> bytes:
    """The same as Strict Open XML, which has names of its own for everything."""
    with zipfile.ZipFile(BytesIO(raw)) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    for name, content in parts.items():
        assert isinstance(content, bytes)
        for old, new in (
            (
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
            (
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            ),
        ):
            content = content.replace(old, new)
        parts[name] = content
    return packed(parts)


@cache
def originals() -> dict[str, bytes]:
    """The files that are spoilt, by name."""
    written = _written()
    text = _text_ledger()
    rows: list[Sequence[Value]] = [HEADINGS]
    for at in range(1, ROWS + 1):
        rows.append((f"T{at}", f"{at % 28 + 1:02}/04/2018", "Example Ltd", at * 10.5))
    return {
        "plain.xlsx": workbook(sheet_xml(ledger_rows(*range(1, ROWS + 1)))),
        "written.xlsx": written,
        "strict.xlsx": _strict(written),
        "macros.xlsm": written,
        "ledger.ods": (SAMPLES / "ledger.ods").read_bytes(),
        "ledger.xls": (SAMPLES / "ledger.xls").read_bytes(),
        "ledger.xlsb": binary_workbook({"Ledger": sheet_bin(rows)}),
        "utf-8.csv": text.encode(),
        "utf-8-sig.csv": text.encode("utf-8-sig"),
        "utf-16.csv": text.encode("utf-16"),
        "cp1252.csv": text.encode("cp1252"),
        "cp850.csv": text.encode("cp850"),
        "tabs.txt": text.replace(",", "\t").encode(),
    }


def _flip(raw: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def _overwrite(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    some = bytes(chance.choice((0, 255, chance.randrange(256))) for _ in range(chance.randrange(1, 9)))
    return raw[:at] + some + raw[at + len(some) :]


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def _lose(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + raw[at + chance.randrange(1, 64) :]


def _double(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    end = at + chance.randrange(1, 64)
    return raw[:end] + raw[at:]


_TOKEN = re.compile(rb'<[^>]*>|\d+|"[^"]*"')
_PIECES: Final = (
    b"", b"-1", b"99999999", b"1e999", b"NaN", b'"e"', b'"XFD1048576"', b'"1048576"', b"<v>", b"<row/>", b"<c/>",
    b"</row><row>", b"</sheetData>", b"<!-- -->", b"<![CDATA[", b"&lt;", b"&#0;", b"\xff", b"'", b'"16384"',
    b"</table:table-row>", b'table:number-rows-repeated="1048577"', b'table:number-columns-repeated="99999999999"',
)  # fmt: skip


def _change_xml(raw: bytes, chance: random.Random) -> bytes:
    """Changes, doubles or takes out some pieces of one part of a package, and packs it again."""
    with zipfile.ZipFile(BytesIO(raw)) as package:
        parts: dict[str, str | bytes] = {
            name: package.read(name) for name in package.namelist() if name[-1] != "/"
        }
    likely = [name for name in parts if "sheet" in name.lower() or name == "content.xml"]
    name = chance.choice(likely if chance.random() < 0.7 else list(parts))
    content = parts[name]
    assert isinstance(content, bytes)
    for _ in range(chance.choice((1, 1, 1, 3))):
        tokens = [found.span() for found in _TOKEN.finditer(content)] or [(0, len(content))]
        start, end = chance.choice(tokens)
        kind = chance.randrange(4)
        if kind == 0:
            content = content[:start] + content[end:]
        elif kind == 1:
            content = content[:end] + content[start:end] + content[end:]
        elif kind == 2:
            content = content[:start] + chance.choice(_PIECES) + content[end:]
        else:
            other_start, other_end = chance.choice(tokens)
            content = content[:start] + content[other_start:other_end] + content[end:]
    parts[name] = content
    if chance.random() < 0.05:
        del parts[chance.choice(list(parts))]
    return packed(parts)


_MARKS: Final = (
    '"',
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\r\n",
    '""',
    '","',
    "\x00",
    "£",
    "\ufffd",
    "'",
    "  ",
    "\x1a",
    "-",
)


def _change_text(raw: bytes, chance: random.Random, codec: str) -> bytes:
    text = raw.decode(codec)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(_MARKS) + text[at + chance.choice((0, 1)) :]
    return text.encode(codec, "replace")


def spoilt(number: int) -> Spoilt:
    """Mutated file *number*."""
    chance = random.Random(number)
    name = chance.choice(list(originals()))
    raw = originals()[name]
    stem, _, suffix = name.rpartition(".")
    ways: list[tuple[str, Callable[[], bytes]]] = [
        ("bits flipped", lambda: _flip(raw, chance)),
        ("bytes overwritten", lambda: _overwrite(raw, chance)),
        ("cut off", lambda: _cut(raw, chance)),
        ("bytes lost", lambda: _lose(raw, chance)),
        ("bytes doubled", lambda: _double(raw, chance)),
    ]
    if raw.startswith(b"PK"):
        ways += [("parts changed", lambda: _change_xml(raw, chance))] * 7
    elif suffix in {"csv", "txt"}:
        ways += [
            ("text changed", lambda: _change_text(raw, chance, stem if suffix == "csv" else "utf-8"))
        ] * 5
    how, make = chance.choice(ways)
    return Spoilt(name, how, make(), raw)
