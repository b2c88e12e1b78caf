"""Reads many spoilt files in one disposable process: ``python -m tests.workbooks.fuzzing FIRST LAST``.

Before each file its number is printed, and after it how it went, so that whoever started this knows which file a
crash belongs to. The process limits its own memory, and gives itself five seconds for a file.
"""

from __future__ import annotations

import json
import re
import signal
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Final

import pytest

from fundingapp.children import limits
from fundingapp.domain.downloads import parse_lines
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.ledger import RawTable
from fundingapp.workbooks import ledger_reader
from fundingapp.workbooks.delimited import read_text_table
from fundingapp.workbooks.sources import Kind, kind_of
from fundingapp.workbooks.workbook import Grid
from tests.workbooks.conftest import read_here
from tests.workbooks.mutations import Spoilt, originals, spoilt

SECONDS: Final = 5
READ, REFUSED = "read", "refused"


class HangError(BaseException):
    """A file took too long."""


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise HangError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


class _Reader:
    """Reads as the program does, in this process, and keeps the grids that it saw."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.grids: list[Grid] = []
        # No child: this process is one. It ends with its files, so nothing is put back.
        pytest.MonkeyPatch().setattr(ledger_reader, "read_workbook", self._read_workbook)

    def _read_workbook(self, *given: object) -> object:
        found = read_here(*given)  # type: ignore[arg-type]
        self.grids = found[0]
        return found

    def tables(self, name: str, raw: bytes) -> list[RawTable]:
        """The tables of the file, every row of each accounted for."""
        self.grids = []
        path = self._folder / name
        path.write_bytes(raw)
        tables = ledger_reader.read_ledger(path)
        for table in tables:
            parsed = parse_lines(table)
            assert parsed.rows_read == len(table.rows) == len(parsed.lines) + len(parsed.skipped)
            numbers = [row.row for row in table.rows]
            assert numbers == sorted(set(numbers)), "rows are numbered in order, each once"
            accounted = sorted([line.row for line in parsed.lines] + [row.row for row in parsed.skipped])
            assert accounted == numbers, "every row is kept or skipped with a reason"
            assert all(row.reason for row in parsed.skipped)
        return tables


def filled_rows(raw: bytes, part: str) -> set[int]:
    """The rows of an Excel sheet in which something stands, found by another parser than the program's."""
    with zipfile.ZipFile(BytesIO(raw)) as package:
        root = ET.fromstring(package.read(part))  # noqa: S314 - made here
    rows: set[int] = set()
    at = 0
    data = next((child for child in root if child.tag.rpartition("}")[2] == "sheetData"), None)
    for row in () if data is None else data:
        if row.tag.rpartition("}")[2] != "row":
            continue
        at = int(row.get("r", at + 1))
        for cell in row:
            if cell.tag.rpartition("}")[2] != "c":
                continue
            given = re.fullmatch(r"[A-Z]+(\d+)", cell.get("r", ""))
            values = [inner for inner in cell if inner.tag.rpartition("}")[2] == "v"]
            texts = [inner for inner in cell.iter() if inner.tag.rpartition("}")[2] == "t"]
            told = values if cell.get("t", "n") != "inlineStr" else texts
            if any((inner.text or "").strip() for inner in told):
                rows.add(int(given.group(1)) if given else at)
    return rows


def _check_rows_of_sheet(case: Spoilt, grids: Sequence[Grid]) -> None:
    for grid in grids:
        wanted = filled_rows(case.raw, "xl/worksheets/sheet1.xml")
        seen = {row.row for row in grid.rows if any(cell is not None for cell in row.cells)}
        lost = wanted - seen
        assert not lost, f"rows {sorted(lost)[:5]} have gone in silence"


def _check_lines_of_text(case: Spoilt) -> None:
    """Every line of the file belongs to exactly one record: none was swallowed."""
    rows = read_text_table(case.raw, case.name).rows
    assert rows[0].row == 1
    for row, following in pairwise(rows):
        breaks = sum(len(re.findall(r"\r\n|\r|\n", cell)) for cell in row.cells if isinstance(cell, str))
        assert following.row - row.row == 1 + breaks, f"line {row.row} is followed by {following.row}"


def _content(tables: Sequence[RawTable]) -> list[object]:
    return [(table.sheet, table.headings, [tuple(row) for row in table.rows]) for table in tables]


def read_one(case: Spoilt, reader: _Reader, before: dict[str, list[object]]) -> str:
    """How it went: read or refused. Raises AssertionError when something went in silence."""
    try:
        with _at_most(SECONDS):
            tables = reader.tables(case.name, case.raw)
    except InputRefusedError as refusal:
        is_whole = refusal.advice and case.name in refusal.message
        return REFUSED if is_whole else f"a refusal that does not name the file: {refusal}"
    kind = kind_of(case.raw, case.name)
    if kind is Kind.TEXT:
        _check_lines_of_text(case)
    elif kind is Kind.XLSX and case.name in {"plain.xlsx", "written.xlsx", "macros.xlsm", "strict.xlsx"}:
        _check_rows_of_sheet(case, reader.grids)
    if case.raw.startswith(b"PK") and case.how != "parts changed":
        # Every part has a checksum: what is read from a package that was damaged is what stood there before.
        assert _content(tables) == before[case.name], "the content changed although the checksums are right"
    return READ


def main(first: int, last: int) -> None:
    limits.limit_this_process(0)
    with tempfile.TemporaryDirectory() as folder:
        reader = _Reader(Path(folder))
        before = {
            name: _content(reader.tables(name, raw))
            for name, raw in originals().items()
            if raw.startswith(b"PK")
        }
        for number in range(first, last):
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
            case = spoilt(number)
            start = time.process_time()
            try:
                how = read_one(case, reader, before)
            except HangError:
                how = "hung"
            except Exception as error:  # noqa: BLE001 - that there is none is what is tried here
                how = f"{type(error).__name__}: {error}"[:300]
            told = [number, case.name, case.how, how, round(time.process_time() - start, 3)]
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
