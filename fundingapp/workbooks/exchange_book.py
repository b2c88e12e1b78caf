"""The exchange workbook as a file: read from and written to an .xlsx, or a folder with a .csv file for each sheet.

Every cell that is written is read back and compared before the file takes its place.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from fundingapp.application.ports import ExchangeSheet
from fundingapp.application.progress import Progress
from fundingapp.application.queries.exchange_sheets import FURTHER
from fundingapp.application.wording import readable
from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.domain.exchange.columns import Column, Holds, UnreadableCellError, folded, read_cell
from fundingapp.domain.exchange.reading import RawSheet
from fundingapp.domain.findings import Finding
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.workbooks.apart import read_workbook
from fundingapp.workbooks.book import pounds_of
from fundingapp.workbooks.delimited import filled, read_text_table
from fundingapp.workbooks.sources import Kind, kind_of, read_bytes
from fundingapp.workbooks.swap import fill_in_place, put_in_place
from fundingapp.workbooks.workbook import read_grids

#: The sheet, or file, that holds the ledger's lines.
LEDGER: Final = "ledger"
_CSV: Final = ".csv"
_NOTES: Final = "notes"
_LISTS: Final = "lists"
#: What stands for a line break in a .csv file, whose readers do not agree about real ones.
_LINE_BREAK: Final = "⏎"
#: Text that a spreadsheet would take for a formula; in a .csv file it gets an apostrophe in front (decision D10).
_WAKES: Final = tuple("=+-@|%\t\r＝＋－＠'")
_LONGEST_TEXT: Final = 32_767
_MOST_ROWS: Final = 1_048_576
#: A list of choices longer than this has to stand in a sheet of its own.
_LONGEST_LIST: Final = 255
#: A blank workbook is made ready for so many rows a sheet.
_BLANK_ROWS: Final = 2_000
_MADE: Final = datetime(1980, 1, 1)
#: Digits that a spreadsheet's numbers bring back exactly.
_EXACT_DIGITS: Final = 15
_STEP: Final = 5_000

_ABOUT = (
    "One table a sheet, its headings in the first row, in any order. Sheets and columns that are not needed may be "
    "left out. Amounts in pounds with pence, dates as dates or dd/mm/yyyy, years as 2018/19, periods 1 to 12 (April "
    "is 1) and 13 for closing adjustments. Loading the same workbook twice changes nothing; a row that contradicts "
    "another is named with both places, and then nothing is loaded; what is only odd is named too, and kept. "
    "How figures follow: the newest confirmed or "
    "revised line of a fund, year and kind is its allocation, withdrawn amounts are taken off; a project's budget is "
    "its awards plus agreed carry-forward of the year before plus virements in less out; spend is the charges of the "
    "year's ledger lines plus accruals less those that reverse in it. In .csv files "
    + _LINE_BREAK
    + " stands for a line break. The history, certificates and the files of papers stay with the funding file and "
    "are not in this workbook."
)
#: What an export does not hold.
_STAYS: Final = (
    "The files of papers, downloads, returns and templates stay in the funding file's own store, and so do its "
    "history, certificates and balances, proofs of returns, and workbooks that went out to partners: they vouch for "
    "that file."
)


# Reading


def ledger_file(path: Path) -> Path | None:
    """The file with the ledger's lines: the workbook itself, or the folder's “ledger.csv”; None where there is none."""
    if not path.is_dir():
        return path
    return next((file for file in _files_of(path) if _sheet_name(file).casefold() == LEDGER), None)


def read_exchange_book(path: Path, name: str, progress: Progress) -> tuple[list[RawSheet], list[Finding]]:
    """The sheets of the workbook or folder at *path*, called *name*, and what is noticed about the whole.

    Raises InputRefusedError.
    """
    if path.is_dir():
        files = _files_of(path)
        if not files:
            raise InputRefusedError(
                "empty",
                f"The folder “{name}” has no .csv file.",
                "Choose the folder with a .csv file for each sheet, or a workbook.",
            )
        sheets = []
        for at, file in enumerate(files):
            progress.report(at, len(files), f"Reading {file.name}")
            sheets += _text_sheet(file)
        return sheets, []
    raw = read_bytes(path, name)
    kind = kind_of(raw, name)
    if kind is Kind.TEXT:
        return _text_sheet(path, name), []
    del raw  # the child reads the file itself
    grids, findings = read_workbook(path, name, kind, None, progress.report)
    return [sheet for grid in grids for sheet in _sheet(grid.sheet, grid.rows)], findings


def _files_of(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix.casefold() == _CSV and file.is_file())


def _sheet_name(file: Path) -> str:
    return file.stem.replace("_", " ").strip()


def _text_sheet(path: Path, name: str = "") -> list[RawSheet]:
    raw = read_bytes(path, name or path.name)
    table = read_text_table(raw, name or path.name)
    rows = [RawRow(row.row, tuple(_awake(cell) for cell in row.cells)) for row in table.rows]
    return _sheet(_sheet_name(Path(name) if name else path), rows)


def _awake(cell: Cell) -> Cell:
    """*cell* of a text file without the apostrophe that keeps it asleep, and with its line breaks."""
    if not isinstance(cell, str):
        return cell
    if cell[:1] == "'" and cell[1:2] in _WAKES:
        cell = cell[1:]
    return cell.replace(_LINE_BREAK, "\n")


def _sheet(name: str, rows: Sequence[RawRow]) -> list[RawSheet]:
    """The sheet whose first filled row has its headings; none for an empty one."""
    at = next((at for at, row in enumerate(rows) if filled(row)), None)
    if at is None:
        return []
    below = list(rows[at + 1 :])
    while below and not filled(below[-1]):
        below.pop()  # rows that only carry a style
    headings = tuple("" if cell is None else str(cell) for cell in rows[at].cells)
    return [RawSheet(name, headings, below, rows[at].row)]


# Writing


def write_exchange_book(sheets: Sequence[ExchangeSheet], out: Path, progress: Progress) -> int:
    """Writes *sheets* to the workbook *out*, or to .csv files in the folder *out*; returns how many rows.

    Raises ExpectedError ``cannot_write``, ``disk_full``, ``exchange_kind``, ``text_too_long`` or
    ``amount_too_large``.
    """
    if out.suffix.casefold() == ".xlsx" and not out.is_dir():
        put_in_place(out, _workbook(sheets, progress), partial(_prove, sheets))
    elif out.is_dir() or not out.suffix:
        _write_folder(sheets, out, progress)
    else:
        raise ExpectedError(
            "exchange_kind",
            f"“{out.name}” is neither a workbook nor a folder.",
            "Give it a name that ends in .xlsx, or the name of a folder for .csv files.",
        )
    return sum(len(sheet.rows) for sheet in sheets)


def _plain(value: Any) -> Any:
    """*value* as a cell holds it: text, number (Decimal or int), date, or None."""
    if value is None or value == "":
        return None
    if isinstance(value, Money):
        return pounds_of(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, FinancialYear):
        return str(value)
    if isinstance(value, Decimal):
        digits = len(value.as_tuple().digits)
        return value if digits <= _EXACT_DIGITS else format(value, "f")
    if isinstance(value, date | int):
        return value
    return readable(str(value))


def _csv_cell(value: Any) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, date):
        return plain.strftime("%d/%m/%Y")
    if isinstance(plain, Decimal):
        return format(plain, "f")
    text = str(plain).replace("\n", _LINE_BREAK)
    return f"'{text}" if isinstance(plain, str) and text.startswith(_WAKES) else text


def _write_folder(sheets: Sequence[ExchangeSheet], out: Path, progress: Progress) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExpectedError(
            "cannot_write",
            f"The folder “{out}” can't be made: {error.strerror or error}.",
            "Choose another place.",
        ) from error
    for at, sheet in enumerate(sheets):
        progress.report(at, len(sheets), f"Writing {sheet.name}{_CSV}")
        fill_in_place(out / f"{sheet.name}{_CSV}", partial(_fill_csv, sheet))
    fill_in_place(out / f"{_NOTES}{_CSV}", lambda file: file.write(_notes_csv(sheets)))
    written = {f"{name}{_CSV}" for name in (*(sheet.name for sheet in sheets), _NOTES)}
    for file in _files_of(out):
        if file.name not in written and _is_ours(file):
            file.unlink()  # a sheet of an earlier export that has no rows any more


def _is_ours(file: Path) -> bool:
    return _sheet_name(file) in {spec.name for spec in FURTHER}


def _fill_csv(sheet: ExchangeSheet, file: Any) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow([column.heading for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow(map(_csv_cell, row))
    text.flush()
    text.detach()


def _notes_csv(sheets: Sequence[ExchangeSheet]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["sheet", "column", "holds", "note"])
    writer.writerows(_notes(sheets))
    return text.getvalue().encode("utf-8-sig")


def _notes(sheets: Sequence[ExchangeSheet]) -> Iterator[tuple[str, str, str, str]]:
    """What stands in the notes: the rules, every sheet and every column."""
    yield "", "", "", _ABOUT
    if any(column.is_ours for sheet in sheets for column in sheet.columns):
        yield "", "", "", _STAYS
    for sheet in sheets:
        yield sheet.name, "", "", sheet.about
        for column in sheet.columns:
            holds = column.holds.value
            if column.choices is not None:
                holds = ", ".join(column.words)
            elif column.refers:
                holds = f"as in sheet “{column.refers}”"
            need = "must be filled" if column.needed else ""
            ours = "of this program's own" if column.is_ours else ""
            yield sheet.name, column.heading, holds, "; ".join(filter(None, (need, column.note, ours)))


class _Looks:
    """The formats of a workbook."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": "Calibri", "font_size": 10}
        self.text = book.add_format({**base, "num_format": "@"})
        self.asleep = book.add_format({**base, "num_format": "@", "quote_prefix": True})
        self.day = book.add_format({**base, "num_format": "dd/mm/yyyy"})
        self.money = book.add_format({**base, "num_format": "#,##0.00;[Red]-#,##0.00"})
        self.number = book.add_format({**base, "num_format": "General"})
        self.whole = book.add_format({**base, "num_format": "0"})
        heading = {**base, "bold": True, "font_color": "#18212F", "num_format": "@"}
        self.heading = book.add_format({**heading, "bg_color": "#E4F0F7"})
        self.needed = book.add_format({**heading, "bg_color": "#FCF1DA"})
        self.wrapped = book.add_format({**base, "text_wrap": True, "valign": "top"})

    def of(self, column: Column) -> Any:
        return {
            Holds.MONEY: self.money,
            Holds.MONEY_OR_DAY: self.money,
            Holds.DAY: self.day,
            Holds.NUMBER: self.number,
            Holds.PERIOD: self.whole,
            Holds.WHOLE: self.whole,
        }.get(column.holds, self.text)


def _opened(file: io.BytesIO) -> Any:
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": "Exchange workbook", "author": "Funding Tracker", "created": _MADE})
    return book


def _headings(page: Any, sheet: ExchangeSheet, looks: _Looks) -> None:
    for at, column in enumerate(sheet.columns):
        page.write_string(0, at, column.heading, looks.needed if column.needed else looks.heading)
        page.set_column(at, at, _width(column), looks.of(column))
    page.freeze_panes(1, 0)


def _width(column: Column) -> int:
    wide = {Holds.TEXT: 28, Holds.CODE: 16, Holds.MONEY: 14, Holds.CHOICE: 18}
    return max(wide.get(column.holds, 12), len(column.heading) + 2)


def _workbook(sheets: Sequence[ExchangeSheet], progress: Progress) -> bytes:
    file = io.BytesIO()
    book = _opened(file)
    looks = _Looks(book)
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        _headings(page, sheet, looks)
        if len(sheet.rows) >= _MOST_ROWS:
            raise ExpectedError(
                "too_many_rows",
                f"“{sheet.name}” has {len(sheet.rows):,} rows, more than a sheet can hold.",
                "Export to a folder of .csv files instead.",
            )
        formats = [looks.of(column) for column in sheet.columns]
        for at, row in enumerate(sheet.rows, start=1):
            if at % _STEP == 1:
                progress.report(at, len(sheet.rows), f"Writing “{sheet.name}”")
            for place, value in enumerate(row):
                _write(page, at, place, _plain(value), formats[place], looks, sheet.name)
        page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)
    _write_notes(book, sheets, looks)
    book.close()
    return file.getvalue()


def _write(page: Any, row: int, at: int, plain: Any, look: Any, looks: _Looks, sheet: str) -> None:
    if plain is None:
        return
    if isinstance(plain, str):
        if len(plain) > _LONGEST_TEXT:
            raise ExpectedError(
                "text_too_long",
                f"A text in “{sheet}”, row {row + 1:,}, has more letters than a cell can hold.",
                "Export to a folder of .csv files instead.",
            )
        page.write_string(row, at, plain, looks.asleep if plain.startswith(_WAKES) else looks.text)
    elif isinstance(plain, date):
        page.write_datetime(row, at, datetime(plain.year, plain.month, plain.day), looks.day)
    else:
        page.write_number(row, at, plain, look)


def _write_notes(book: Any, sheets: Sequence[ExchangeSheet], looks: _Looks) -> None:
    page = book.add_worksheet(_NOTES)
    for at, (heading, width) in enumerate((("sheet", 22), ("column", 22), ("holds", 44), ("note", 80))):
        page.write_string(0, at, heading, looks.heading)
        page.set_column(at, at, width, looks.wrapped)
    for row, notes in enumerate(_notes(sheets), start=1):
        for at, text in enumerate(notes):
            page.write_string(row, at, text, looks.wrapped)
    page.freeze_panes(1, 0)


def _prove(sheets: Sequence[ExchangeSheet], beside: Path) -> None:
    """Reads back what was written; every cell must say what it was given."""
    grids, _ = read_grids(
        beside.read_bytes(), beside.name, Kind.XLSX, None, lambda _done, _total, _what: None
    )
    rows_of = {grid.sheet: grid.rows for grid in grids}
    for sheet in sheets:
        read = list(rows_of.get(sheet.name, ()))[1:]
        for at, row in enumerate(sheet.rows):
            cells = read[at].cells if at < len(read) else ()
            for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                cell = cells[place] if place < len(cells) else None
                _compare(sheet.name, at + 2, column, value, cell)


def _compare(sheet: str, row: int, column: Column, value: Any, cell: Cell) -> None:
    wanted = readable(value) if isinstance(value, str) else value
    try:
        found = read_cell(column, cell)
    except UnreadableCellError as error:
        found = error
    if isinstance(found, str) and isinstance(wanted, str):
        found, wanted = folded(found), folded(wanted)  # runs of blanks are one
    if found != wanted and (found or wanted):
        raise ExpectedError(
            "read_back",
            f"“{sheet}”, row {row:,}, column “{column.heading}” reads back as “{found}”, not as “{value}”.",
            "Nothing was written. Please tell support.",
        )


# The workbook to be filled in


def write_blank(sheets: Sequence[ExchangeSheet], out: Path) -> None:
    """Writes a workbook with the headings of *sheets*, lists to choose from, and notes. Raises ExpectedError."""
    if out.suffix.casefold() != ".xlsx":
        raise ExpectedError(
            "exchange_kind", f"“{out.name}” is no workbook.", "Give it a name that ends in .xlsx."
        )
    file = io.BytesIO()
    book = _opened(file)
    looks = _Looks(book)
    lists: list[tuple[str, Sequence[str]]] = []
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        _headings(page, sheet, looks)
        for at, column in enumerate(sheet.columns):
            rule = _rule(column, lists)
            if rule is not None:
                page.data_validation(1, at, _BLANK_ROWS, at, rule)
            about = "; ".join(filter(None, ("must be filled" if column.needed else "", column.note)))
            if about:
                page.write_comment(0, at, about, {"visible": False})
    _write_notes(book, sheets, looks)
    if lists:
        page = book.add_worksheet(_LISTS)
        for at, (name, words) in enumerate(lists):
            page.write_string(0, at, name, looks.heading)
            page.set_column(at, at, 28, looks.text)
            for row, word in enumerate(words, start=1):
                page.write_string(row, at, word, looks.text)
    book.close()
    put_in_place(out, file.getvalue(), _proved_blank(sheets))


def _proved_blank(sheets: Sequence[ExchangeSheet]) -> Callable[[Path], None]:
    return lambda beside: _prove(sheets, beside)


def _rule(column: Column, lists: list[tuple[str, Sequence[str]]]) -> dict[str, Any] | None:
    """What a spreadsheet offers and checks in a column; what is typed otherwise is warned of, not refused."""
    warn = {"error_type": "warning", "ignore_blank": True}
    if column.refers:
        return {
            **warn,
            "validate": "list",
            "source": f"='{column.refers}'!$A$2:$A${_BLANK_ROWS + 1}",
            "error_title": "Not there yet",
            "error_message": f"It is not in the first column of sheet “{column.refers}”.",
        }
    words = _offered(column)
    if words:
        return {**warn, "validate": "list", "source": _source_of(column.heading, words, lists)}
    if column.holds is Holds.PERIOD:
        return {**warn, "validate": "integer", "criteria": "between", "minimum": 1, "maximum": 13}
    if column.holds is Holds.DAY:
        first = date(1990, 1, 1)
        return {**warn, "validate": "date", "criteria": ">=", "value": first}
    if column.holds is Holds.MONEY:
        return {**warn, "validate": "decimal", "criteria": "between", "minimum": -(10**12), "maximum": 10**12}
    return None


def _offered(column: Column) -> list[str]:
    """The words that a list offers: of kinds of money the two that every fund has, and years of these times."""
    if column.holds is Holds.KIND:
        return ["revenue", "capital"]
    if column.holds is Holds.YEAR:
        return [str(FinancialYear(start)) for start in range(2010, 2035)]
    return column.words


def _source_of(heading: str, words: Sequence[str], lists: list[tuple[str, Sequence[str]]]) -> Any:
    if len(",".join(words)) <= _LONGEST_LIST and not any("," in word for word in words):
        return list(words)
    at = next((at for at, (_, known) in enumerate(lists) if list(known) == list(words)), None)
    if at is None:
        lists.append((heading, words))
        at = len(lists) - 1
    column = xl_col_to_name(at)
    return f"='{_LISTS}'!${column}$2:${column}${len(words) + 1}"
