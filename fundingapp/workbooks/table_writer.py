"""A list as it is shown, written as .xlsx or .csv: rows go straight into the file as they come, at any length.

A cell is written as the text of its XML, which takes a third of the time of a general writer (``speed.md``). Amounts
and days are typed; text is typed as text, with the mark that keeps a formula asleep (decision D10).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fundingapp.application.ports import TableColumn, TableDocument, ValueKind
from fundingapp.application.progress import Progress
from fundingapp.application.wording import readable
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money
from fundingapp.workbooks.book import pounds_of
from fundingapp.workbooks.swap import fill_in_place

#: A sheet holds no more rows; what is longer goes on in the next sheet, under the same headings.
ROWS_A_SHEET = 1_048_575
_AT_ONCE = 2_000
_LONGEST_TEXT = 32_767
_WAKES = "=+-@|%\t\r＝＋－＠"
_WAKES_IN_SHEETS = _WAKES + "'"
#: Characters that XML needs written otherwise or cannot hold, and what spreadsheets take for an escaped one.
_ODD = re.compile(r"[&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\s|\s$")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_DAY_NOUGHT = date(1899, 12, 30).toordinal()
_MADE = (1980, 1, 1, 0, 0, 0)  # the same list gives the same bytes
# Numbers of the formats in _STYLES.
_TEXT, _ASLEEP, _DAY, _MONEY, _HEADING, _WHOLE, _RIGHT_HEADING = 1, 2, 3, 4, 5, 6, 7


def write_table(document: TableDocument, out: Path, progress: Progress) -> int:
    """Writes *document* to *out* in the place of what is there, by its suffix: .csv, else .xlsx. Returns how many rows.

    Raises ExpectedError ``cannot_write``, ``kept_beside``, ``disk_full``, ``amount_too_large`` or ``text_too_long``,
    or Cancelled; *out* is then what it was before.
    """
    write = _write_csv if out.suffix.casefold() == ".csv" else _write_xlsx
    written = 0

    def fill(file: BinaryIO) -> None:
        nonlocal written
        written = write(document, file, progress)

    fill_in_place(out, fill, keep=True)
    return written


def _told(document: TableDocument, progress: Progress) -> Iterator[Sequence[Any]]:
    """The rows, with a word about progress now and then."""
    for done, row in enumerate(document.rows):
        if done % _AT_ONCE == 0:
            progress.report(done, document.count, "Writing the list")
        yield row


# CSV


def _write_csv(document: TableDocument, file: BinaryIO, progress: Progress) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow([_csv_text(column.heading) for column in document.columns])
    cells = [_CSV_CELLS[column.kind] for column in document.columns]
    written = 0
    for row in _told(document, progress):
        writer.writerow([cell(value) for cell, value in zip(cells, row, strict=True)])
        written += 1
    text.flush()
    text.detach()
    return written


def _csv_text(value: object) -> str:
    text = str(value) if value is not None else ""
    return f"'{text}" if text[:1] in _WAKES and text else text


_CSV_CELLS: dict[ValueKind, Callable[[Any], str]] = {
    ValueKind.TEXT: _csv_text,
    ValueKind.MONEY: lambda value: "" if value is None else str(value.pounds),
    ValueKind.DAY: lambda value: "" if value is None else f"{value:%d/%m/%Y}",
    ValueKind.WHOLE: lambda value: "" if value is None else str(value),
}


# Workbook


def _write_xlsx(document: TableDocument, file: BinaryIO, progress: Progress) -> int:
    sheets = max(1, -(-document.count // ROWS_A_SHEET))
    names = [
        document.sheet,
        *(f"{document.sheet} {number}" for number in range(2, sheets + 1)),
        "About this list",
    ]
    rows = _told(document, progress)
    written = 0
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(1, sheets + 1):
            with archive.open(_part(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True) as part:
                written += _write_sheet(document.columns, islice(rows, ROWS_A_SHEET), part.write)
        about = "".join(_about_row(at, *note) for at, note in enumerate(document.notes, start=1))
        _add(archive, f"xl/worksheets/sheet{sheets + 1}.xml", _ABOUT_SHEET.format(rows=about))
        for name, contents in _frame(names).items():
            _add(archive, name, contents)
    return written


def _part(name: str) -> ZipInfo:
    part = ZipInfo(name, _MADE)
    part.compress_type = ZIP_DEFLATED
    return part


def _add(archive: ZipFile, name: str, contents: str) -> None:
    archive.writestr(_part(name), contents.encode())


def _write_sheet(
    columns: Sequence[TableColumn], rows: Iterator[Sequence[Any]], write: Callable[[bytes], object]
) -> int:
    letters = [_letters(at) for at in range(len(columns))]
    last = letters[-1]
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{column.width}" customWidth="1"/>'
        for at, column in enumerate(columns, start=1)
    )
    headings = "".join(
        f'<c r="{letter}1" s="{_RIGHT_HEADING if column.kind is ValueKind.MONEY else _HEADING}" t="inlineStr"><is><t>'
        f"{_escape(column.heading)}</t></is></c>"
        for letter, column in zip(letters, columns, strict=True)
    )
    write(
        (
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
            f'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{widths}</cols>'
            f'<sheetData><row r="1">{headings}</row>'
        ).encode()
    )
    makers = [(letter, _CELLS[column.kind]) for letter, column in zip(letters, columns, strict=True)]
    at = 1
    while some := list(islice(rows, _AT_ONCE)):
        lines = []
        for at, row in enumerate(some, start=at + 1):  # noqa: B020 - counts on from the last piece
            cells = [
                make(letter, at, value)
                for (letter, make), value in zip(makers, row, strict=True)
                if value is not None and value != ""
            ]
            lines.append(f'<row r="{at}">{"".join(cells)}</row>')
        write("".join(lines).encode())
    write(f'</sheetData><autoFilter ref="A1:{last}{at}"/></worksheet>'.encode())
    return at - 1


def _text_cell(letter: str, at: int, text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise ExpectedError(
            "text_too_long",
            f"Row {at:,} holds a text of {len(text):,} characters; a cell of a workbook holds {_LONGEST_TEXT:,}.",
            "Export the list as .csv instead.",
        )
    return f'<c r="{letter}{at}"{_text_rest(text)}'


@lru_cache(maxsize=1 << 15)  # suppliers, codes and projects come again and again
def _text_rest(text: str) -> str:
    """The rest of the cell of a text, after its address."""
    style = _ASLEEP if text[0] in _WAKES_IN_SHEETS else _TEXT
    if _ODD.search(text):
        return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{_escape(text)}</t></is></c>'
    return f' s="{style}" t="inlineStr"><is><t>{text}</t></is></c>'


def _escape(text: str) -> str:
    text = readable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ESCAPED.sub("_x005F_", text)


def _money_cell(letter: str, at: int, amount: Money) -> str:
    return f'<c r="{letter}{at}" s="{_MONEY}"><v>{pounds_of(amount)}</v></c>'


def _day_cell(letter: str, at: int, day: date) -> str:
    number = day.toordinal() - _DAY_NOUGHT
    if number < 61:  # a spreadsheet has a 29 February 1900, so days before are off by one
        return _text_cell(letter, at, f"{day:%d/%m/%Y}")
    return f'<c r="{letter}{at}" s="{_DAY}"><v>{number}</v></c>'


def _whole_cell(letter: str, at: int, number: int) -> str:
    return f'<c r="{letter}{at}" s="{_WHOLE}"><v>{number}</v></c>'


_CELLS: dict[ValueKind, Callable[[str, int, Any], str]] = {
    ValueKind.TEXT: _text_cell,
    ValueKind.MONEY: _money_cell,
    ValueKind.DAY: _day_cell,
    ValueKind.WHOLE: _whole_cell,
}


def _letters(at: int) -> str:
    return chr(ord("A") + at) if at < 26 else chr(ord("A") + at // 26 - 1) + chr(ord("A") + at % 26)


def _about_row(at: int, name: str, value: object) -> str:
    made = f'<c r="A{at}" s="{_HEADING}" t="inlineStr"><is><t>{_escape(name)}</t></is></c>'
    if isinstance(value, Money):
        made += _money_cell("B", at, value)
    elif isinstance(value, int):
        made += _whole_cell("B", at, value)
    elif isinstance(value, datetime):
        made += _text_cell("B", at, f"{value:%d/%m/%Y %H:%M}")
    elif value:
        made += _text_cell("B", at, str(value))
    return f'<row r="{at}">{made}</row>'


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ABOUT_SHEET = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="1" width="24" customWidth="1"/><col min="2" max="2" '
    'width="90" customWidth="1"/></cols><sheetData>{rows}</sheetData></worksheet>'
)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="#,##0.00;[Red]-#,##0.00"/></numFmts>'
    '<fonts count="2"><font><sz val="10"/><name val="Calibri"/></font>'
    '<font><b/><sz val="10"/><color rgb="FF18212F"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE4F0F7"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="8"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">'
    '<alignment horizontal="right"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _frame(names: Sequence[str]) -> dict[str, str]:
    """The parts of the package that say what is in it."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
        for number in numbers
    )
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        f'"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}<Relationship '
        f'Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }
