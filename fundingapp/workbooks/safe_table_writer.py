"""A table with its small numbers hidden, written as it stood: rows, notes and order stay, only marks take their places.

Nothing of the original file is carried over but the cells of its one table, for charts, hidden sheets and the caches of
a workbook hold the counts as well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from fundingapp.application.ports import SafeTable
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ledger import Cell
from fundingapp.domain.printed_figures import read_printed
from fundingapp.workbooks.delimited import decode, find_separator
from fundingapp.workbooks.sources import Kind, kind_of, read_bytes
from fundingapp.workbooks.swap import put_in_place

#: What wakes a formula. A heading such as “% change” does not, and has to keep its name.
_WAKES = "=+-@\t\r＝＋－＠"


def write_safe_table(table: SafeTable, out: Path, prove: Callable[[Path], None]) -> None:
    """Writes *table* to *out*, .csv or .xlsx by its name, when *prove* is satisfied with what stands on the disk.

    Raises ExpectedError, also ``safe_table_kind`` for another name; a file that stood there is then as it was.
    """
    suffix = out.suffix.casefold()
    if suffix not in (".csv", ".xlsx"):
        raise ExpectedError(
            "safe_table_kind",
            f"“{out.name}” is neither a text table nor a workbook.",
            "Give it a name that ends in .csv or .xlsx.",
        )
    make = _csv if suffix == ".csv" else _xlsx
    put_in_place(out, make(table), prove)


def _cells(table: SafeTable) -> list[tuple[int, list[Cell]]]:
    rows = []
    for row in table.rows.rows:
        cells = list(row.cells)
        for at in range(len(cells)):
            mark = table.marks.get((row.row, at))
            if mark is not None:
                cells[at] = mark
        rows.append((row.row, cells))
    return rows


def _csv(table: SafeTable) -> bytes:
    separator, encoding = _manner_of(table.like)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    line = 1
    for number, cells in _cells(table):
        while line < number:
            writer.writerow([])
            line += 1
        writer.writerow([_text(cell) for cell in cells])
        line += 1 + sum(str(cell).count("\n") for cell in cells if isinstance(cell, str))
    return text.getvalue().encode(encoding)


def _manner_of(like: Path) -> tuple[str, str]:
    """The separator of the table as it was given, and an encoding that every spreadsheet program will tell."""
    try:
        raw = read_bytes(like, like.name)
        if kind_of(raw, like.name) is not Kind.TEXT:
            return ",", "utf-8-sig"
        text, encoding, _ = decode(raw, like.name)
    except ExpectedError:
        return ",", "utf-8-sig"
    plain = text.isascii() or (encoding == "utf-8" and not raw.startswith(b"\xef\xbb\xbf"))
    return find_separator(text), "utf-8" if plain else "utf-8-sig"


def _text(cell: Cell) -> str:
    """A cell as text, which no spreadsheet program takes for a formula; numbers such as −3.2% stay as they are."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    text = str(cell)
    if text[:1] in _WAKES and text.strip("-–") and not read_printed(text).is_figure:
        return f"'{text}"
    return text


def _xlsx(table: SafeTable) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    ) as book:
        page = book.add_worksheet((table.rows.name or "Table")[:31])
        plain: Any = book.add_format({"font_size": 10})
        day: Any = book.add_format({"font_size": 10, "num_format": "dd/mm/yyyy"})
        mark: Any = book.add_format({"font_size": 10, "align": "right", "italic": True})
        widths: dict[int, int] = {}
        last = 0
        for number, cells in _cells(table):
            last = number
            for at, cell in enumerate(cells):
                if cell is None:
                    continue
                widths[at] = min(max(widths.get(at, 9), len(str(cell)) + 1), 48)
                if (number, at) in table.marks:
                    page.write_string(number - 1, at, str(cell), mark)
                elif isinstance(cell, bool):
                    page.write_boolean(number - 1, at, cell, plain)
                elif isinstance(cell, int | Decimal):
                    page.write_number(number - 1, at, cell, plain)
                elif isinstance(cell, date):
                    page.write_datetime(number - 1, at, cell, day)
                else:
                    page.write_string(number - 1, at, cell, plain)
        for at, width in widths.items():
            page.set_column(at, at, width)
        if table.key:
            page.write_string(last + 1, 0, table.key, plain)
    return file.getvalue()
