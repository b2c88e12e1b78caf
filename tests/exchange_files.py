"""Exchange workbooks of the tests as files: a workbook as people make them, or a folder of text files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from fundingapp.domain.exchange.reading import RawSheet


def write_book(sheets: Sequence[RawSheet], out: Path) -> Path:
    """Writes *sheets* to the workbook *out*."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.append(list(sheet.headings))
        for row in sheet.rows:
            page.append(list(row.cells))
    book.save(out)
    return out


def write_folder(sheets: Sequence[RawSheet], out: Path) -> Path:
    """Writes *sheets* as .csv files to the folder *out*, which is made."""
    out.mkdir()
    for sheet in sheets:
        with (out / f"{sheet.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(sheet.headings)
            writer.writerows([_text(cell) for cell in row.cells] for row in sheet.rows)
    return out


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date) else str(cell)
