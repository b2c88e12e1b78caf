"""The workbook that goes to a project's lead: protected but for the cells that are asked for, which are yellow.

Its mark stands in a property of the file and in a very small cell that a name points to, so that it is known again also
when another program has written it anew.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from fundingapp.application.wording import readable
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money
from fundingapp.domain.partner_answers import (
    MARK_NAME,
    Asked,
    AskedSort,
    BookTable,
    Entry,
    PartnerBookDocument,
    RowTotal,
    said_of,
)
from fundingapp.domain.partner_books import FOLLOWS, LOCKED, BookCell
from fundingapp.workbooks.book import pounds_of, sum_of
from fundingapp.workbooks.read_back import CellValue, read_back, refuse_differences
from fundingapp.workbooks.swap import put_in_place

START = "Start here"
_TITLE_ROW, _ABOUT_ROW, _HEADING_ROW, _FIRST_ROW = 0, 1, 3, 4
_LONGEST_TEXT = 32_767
_INK, _SECOND_INK, _ACCENT, _LINE, _SOFT, _FILL_IN = (
    "#18212F",
    "#4A5565",
    "#0F5F8C",
    "#D5DAE1",
    "#E4F0F7",
    "#FCF1DA",
)
_AMOUNT, _DAY = "#,##0.00;[Red]-#,##0.00", "dd/mm/yyyy"
_BASE = {"font_name": "Calibri", "font_size": 10, "font_color": _INK, "valign": "vcenter"}
_BODY = {"text_wrap": True, "bottom": 1, "bottom_color": _LINE, "valign": "top"}


def write_partner_book(document: PartnerBookDocument, out: Path) -> tuple[BookCell, ...]:
    """Writes *document* to *out*, in the place of what is there, proved by reading it back; returns its cells.

    Raises ExpectedError ``cannot_write``, ``disk_full``, ``read_back_differs`` or ``text_too_long``; *out* is then what
    it was before.
    """
    book = _Book(document)
    put_in_place(
        out, book.contents(), lambda beside: refuse_differences(read_back(beside, book.values), out.name)
    )
    return tuple(book.cells)


class _Book:
    """The workbook in memory: *values* is what each cell must read as, *cells* what is kept of them."""

    def __init__(self, document: PartnerBookDocument) -> None:
        self.values: dict[tuple[str, str], CellValue] = {}
        self.cells: list[BookCell] = []
        self._contents = io.BytesIO()
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._book = xlsxwriter.Workbook(
            self._contents,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        made = document.made_on
        self._book.set_properties(
            {
                "title": readable(document.title),
                "author": "Funding Tracker",
                "created": datetime(made.year, made.month, made.day),
            }
        )
        self._book.set_custom_property("Funding Tracker workbook", document.mark, "text")
        self._start(document)
        for table in document.tables:
            self._table(table)

    def contents(self) -> bytes:
        self._book.close()
        return self._contents.getvalue()

    def _format(self, **looks: Any) -> Any:
        key = tuple(sorted(looks.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(_BASE | looks)
        return self._formats[key]

    def _page(self, name: str) -> Any:
        page = self._book.add_worksheet(name)
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        # No password: it keeps from slips, and whoever has to may lift it; what is changed then is listed.
        page.protect("", {"format_columns": True, "format_rows": True})
        return page

    def _start(self, document: PartnerBookDocument) -> None:
        page = self._page(START)
        page.set_column_pixels(0, 0, 150)
        page.set_column_pixels(1, 1, 560)
        self._text(page, START, 0, 0, document.title, self._format(font_size=14, bold=True))
        self._text(page, START, 1, 0, document.partnership, self._format(font_color=_SECOND_INK))
        row = 3
        for label, said in document.facts:
            self._text(page, START, row, 0, label, self._format(bold=True, **_BODY))
            self._text(page, START, row, 1, said, self._format(**_BODY))
            row += 1
        row += 1
        for number, line in enumerate(document.instructions, start=1):
            self._text(page, START, row, 0, f"Step {number}", self._format(bold=True, **_BODY))
            self._text(page, START, row, 1, line, self._format(**_BODY))
            page.set_row(row, 30)
            row += 1
        row += 1
        tiny = self._format(font_size=1, font_color="#FFFFFF")
        self._text(page, START, row, 0, document.mark, tiny)
        page.set_row(row, 4)
        self._book.define_name(MARK_NAME, f"='{START}'!{xl_rowcol_to_cell(row, 0, True, True)}")

    def _table(self, table: BookTable) -> None:
        page = self._page(table.name)
        page.freeze_panes(_FIRST_ROW, 1)
        for at, width in enumerate(table.widths):
            page.set_column(at, at, width)
        self._text(page, table.name, _TITLE_ROW, 0, table.name, self._format(font_size=14, bold=True))
        self._text(page, table.name, _ABOUT_ROW, 0, table.about, self._format(font_color=_SECOND_INK))
        head = self._format(
            bold=True, bg_color=_SOFT, text_wrap=True, valign="bottom", bottom=1, bottom_color=_ACCENT
        )
        for at, heading in enumerate(table.headings):
            self._text(page, table.name, _HEADING_ROW, at, heading, head)
        for down, entries in enumerate(table.rows):
            row = _FIRST_ROW + down
            height = 18
            for at, entry in enumerate(entries):
                self._put(page, table.name, row, at, entry)
                long = len(said_of(entry)) // max(table.widths[at], 1) + 1
                is_long_text = isinstance(entry, Asked) and entry.sort is AskedSort.TEXT
                height = max(height, min(14 * long + 4, 300), 46 if is_long_text else 0)
            page.set_row(row, height)
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def _put(self, page: Any, sheet: str, row: int, column: int, entry: Entry) -> None:
        looks: dict[str, Any] = dict(_BODY)
        value: Entry = entry
        if isinstance(entry, Asked):
            looks |= {"locked": False, "bg_color": _FILL_IN}
            looks |= {
                AskedSort.POUNDS: {"num_format": _AMOUNT},
                AskedSort.WHOLE: {"num_format": "#,##0"},
                AskedSort.DAY: {"num_format": _DAY, "align": "left"},
            }.get(entry.sort, {})
            value = entry.said
            self._rule(page, row, column, entry)
        match value:
            case RowTotal():
                span = f"{xl_rowcol_to_cell(row, value.first)}:{xl_rowcol_to_cell(row, value.last)}"
                form = self._format(bold=True, num_format=_AMOUNT, **looks)
                page.write_formula(row, column, sum_of(span), form, pounds_of(value.value))
                self._keep(sheet, row, column, pounds_of(value.value), entry)
            case None | "":
                page.write_blank(row, column, None, self._format(**looks))
                self._keep(sheet, row, column, None, entry)
            case Money():
                page.write_number(
                    row, column, pounds_of(value), self._format(**(looks | {"num_format": _AMOUNT}))
                )
                self._keep(sheet, row, column, pounds_of(value), entry)
            case int() | Decimal():
                page.write_number(row, column, value, self._format(**looks))
                self._keep(sheet, row, column, value, entry)
            case date():
                looks |= {"num_format": _DAY, "align": "left"}
                page.write_datetime(row, column, value, self._format(**looks))
                self._keep(sheet, row, column, value, entry)
            case _:
                self._text(
                    page, sheet, row, column, str(value), self._format(quote_prefix=True, **looks), entry
                )

    def _rule(self, page: Any, row: int, column: int, asked: Asked) -> None:
        """What may be typed into the cell."""
        match asked.sort:
            case AskedSort.POUNDS:
                rule: dict[str, Any] = {"validate": "decimal", "criteria": ">=", "value": 0}
            case AskedSort.WHOLE:
                rule = {"validate": "integer", "criteria": ">=", "value": 0}
            case AskedSort.DAY:
                rule = {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1)}
            case AskedSort.CHOICE:
                rule = {"validate": "list", "source": list(asked.choices)}
            case _:
                return
        page.data_validation(
            row,
            column,
            row,
            column,
            rule | {"error_title": "Please check", "error_message": f"Type {asked.sort.value}."},
        )

    def _text(
        self, page: Any, sheet: str, row: int, column: int, text: str, form: Any, entry: Entry = None
    ) -> None:
        text = readable(text)
        if len(text.encode("utf-16-le")) // 2 > _LONGEST_TEXT:
            raise ExpectedError(
                "text_too_long",
                f"A text for sheet “{sheet}” has {len(text):,} characters; a cell holds {_LONGEST_TEXT:,}.",
                "Shorten it.",
            )
        if not text:
            page.write_blank(row, column, None, form)
        elif text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter would take it for its own finished rich text; in pieces it is escaped like any other.
            page.write_rich_string(row, column, text[:1], text[1:2], text[2:], form)
        else:
            page.write_string(row, column, text, form)
        self._keep(sheet, row, column, text or None, entry)

    def _keep(self, sheet: str, row: int, column: int, value: CellValue, entry: Entry) -> None:
        cell = xl_rowcol_to_cell(row, column)
        self.values[sheet, cell] = value
        match entry:
            case Asked():
                self.cells.append(BookCell(sheet, cell, entry.subject, said_of(entry)))
            case RowTotal():
                self.cells.append(BookCell(sheet, cell, FOLLOWS, said_of(entry)))
            case _:
                self.cells.append(BookCell(sheet, cell, LOCKED, said_of(value)))
