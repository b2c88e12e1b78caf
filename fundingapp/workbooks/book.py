"""A workbook of our own: built in memory, sheet by sheet, and knowing what every cell of it must say.

One table per sheet, its title in A1, its headings in row 4; no merged cells, no links out, no macros. Text is
always typed as text (E90), and each table is fenced by a defined name so that a program can find it again.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from fundingapp.application.wording import readable
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money
from fundingapp.domain.return_proofs import CellSort, ReturnCell
from fundingapp.workbooks.measure import heading_width, widest_line, wrapped
from fundingapp.workbooks.read_back import CellValue

#: Rows, counted from nought: title, what the return is about, a free row, headings, then the table.
TITLE_ROW, ABOUT_ROW, HEADING_ROW, FIRST_ROW = 0, 1, 3, 4

_LONGEST_TEXT = 32_767
_LONGEST_FOOTER_PART, _LONGEST_FOOTER = 60, 90
#: Text that a spreadsheet would take for something else as soon as somebody edits the cell (decision D10).
_WAKES_WHEN_EDITED = "=+-@'|%＝＋－＠"

_INK, _SECOND_INK, _ACCENT, _LINE, _SOFT, _FILL_IN = (
    "#18212F",
    "#4A5565",
    "#0F5F8C",
    "#D5DAE1",
    "#E4F0F7",
    "#FCF1DA",
)
#: Widths in pixels and heights in points. A row can be 409 points high and no more; what is longer shows its
#: beginning and can be read in the line above the sheet.
_CHARACTER, _PADDING, _INDENT, _NARROWEST_FIGURES, _WIDEST_FIGURE = 7, 12, 9, 52, 400
_LINE_HEIGHT, _ROW_PADDING, _TALL, _HIGHEST_ROW = 13, 5, 42, 409
_AMOUNT = "#,##0.00;[Red]-#,##0.00"


class Paper(Enum):
    """The paper a sheet is printed on, in the numbers of the file format; wide tables need the larger one."""

    A4 = 9
    A3 = 8


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet's table. *widest* is where text begins to wrap, in characters; *narrowest* is room for what
    a person is to fill in. *source* is what its cells are in the catalogue of what can be sent."""

    heading: str
    figures: bool = False
    widest: int = 40
    narrowest: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula with the figure that it must give, worked out elsewhere and not by the formula."""

    text: str
    value: Money | Decimal | int | str


def rounded(terms: str) -> str:
    """The formula of an amount, rounded to pence.

    A spreadsheet adds binary doubles; without the rounding a difference of nought may come out as
    -0.00000000000001 and be shown as a red -0.00.
    """
    return f"=ROUND({terms},2)"


def sum_of(span: str) -> str:
    """The formula of the sum of the amounts in *span*."""
    return rounded(f"SUM({span})")


@dataclass(frozen=True, slots=True)
class Link:
    """A jump to another sheet of the same workbook; the cell says the sheet's name."""

    sheet: str


@dataclass(frozen=True, slots=True)
class FillIn:
    """An empty cell that a person is to fill, shown as such.

    *day*: in the format of a day. *tall*: with room for a signature.
    """

    day: bool = False
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """An entry that knows what it is: *figure* answers “why?”, *source* is its name in the catalogue of what can be
    sent (its column's, where it is "")."""

    entry: str | Money | Decimal | int | date | Formula | None
    figure: str = ""
    source: str = ""


_UNKNOWN = Known(None)
#: For a cell that is not what its column is in the catalogue, such as a total.
NO_SOURCE = "-"

#: What can be put in a cell. An int is a count, a Decimal a percentage with one decimal, None an empty cell.
Entry = str | Money | Decimal | int | date | Formula | Known | Link | FillIn | None


class _Look(NamedTuple):
    """How a cell looks; one format of the workbook for each that is used."""

    number_format: str = ""
    figures: bool = False
    strong: bool = False
    heading: bool = False
    typed: bool = False
    link: bool = False
    fill_in: bool = False
    plain: str = ""


def pounds_of(amount: Money) -> Decimal:
    """*amount* in pounds for a cell.

    A spreadsheet holds it as a binary double, whose 53 bits bring back every decimal of up to 15 digits
    unchanged; with two decimals that is anything below ten million million pounds. What is larger is refused
    here, so that no penny can be lost without a word.
    """
    if abs(amount.pence) >= 10**15:
        raise ExpectedError(
            "amount_too_large",
            f"{amount.in_words} has more digits than a spreadsheet can hold exactly.",
            "Correct the amount: it is far beyond any grant.",
        )
    return amount.pounds


class Sheet:
    """One sheet with its one table; rows are added from top to bottom."""

    def __init__(
        self, book: Book, name: str, table: str, columns: Sequence[Column], paper: Paper, frozen_columns: int
    ) -> None:
        self.name = name
        self._book = book
        self._columns = columns
        self._table = table
        self._page = book.workbook.add_worksheet(name)
        self._letters = tuple(xl_col_to_name(at) for at in range(len(columns)))
        self._next = FIRST_ROW
        self._shown: dict[tuple[int, int], str] = {}
        self._tall: set[int] = set()
        self._page.hide_gridlines(2)
        self._page.freeze_panes(FIRST_ROW, frozen_columns)
        self._page.set_landscape()
        self._page.set_paper(paper.value)
        self._page.fit_to_pages(1, 0)
        self._page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self._page.repeat_rows(HEADING_ROW)
        self._page.set_footer(book.footer)

    def begin(self, title: str, about: str) -> None:
        """Writes what stands above the table, and the headings."""
        self._text(TITLE_ROW, 0, title, _Look(plain="title"))
        self._text(ABOUT_ROW, 0, about, _Look(plain="about"))
        for at, column in enumerate(self._columns):
            self._text(HEADING_ROW, at, column.heading, _Look(heading=True, figures=column.figures))

    @property
    def next_row(self) -> int:
        """The row, counted from nought, that :meth:`add` fills next."""
        return self._next

    def add(self, entries: Sequence[Entry], *, strong: bool = False, called: str = "") -> int:
        """Adds a row, one entry for each column, and gives its number, counted from nought. *called* is what the row
        is about; without it, what stands in its first column."""
        if len(entries) != len(self._columns):
            raise ValueError(f"{len(entries)} entries for {len(self._columns)} columns of {self.name}")
        row = self._next
        put = [entry.entry if isinstance(entry, Known) else entry for entry in entries]
        for at, entry in enumerate(put):
            self._put(row, at, entry, strong)
        self._next += 1
        about = called or str(self._book.cells[self.name, self.at(row, 0)] or "")
        for at, (entry, given) in enumerate(zip(put, entries, strict=True)):
            self._say(row, at, entry, given if isinstance(given, Known) else _UNKNOWN, about if at else "")
        return row

    def _say(self, row: int, column: int, entry: Entry, known: Known, about: str) -> None:
        """Keeps what a cell that is not empty says, what it is, and what its row is *about*."""
        held = entry.value if isinstance(entry, Formula) else entry
        cell = (self.name, self.at(row, column))
        match held:
            case Money():
                sort, value = CellSort.POUNDS, f"{pounds_of(held):f}"
            case Decimal() | int():
                sort, value = CellSort.NUMBER, f"{held:f}" if isinstance(held, Decimal) else str(held)
            case date():
                sort, value = CellSort.DAY, held.isoformat()
            case str() if held:
                sort, value = CellSort.TEXT, str(self._book.cells[cell])
            case _:
                return
        of = self._columns[column]
        source = (known.source or of.source).removeprefix(NO_SOURCE)
        label = " · ".join(filter(None, (about, of.heading)))
        self._book.said[cell] = ReturnCell(self.name, cell[1], sort, value, known.figure, source, label)

    def finish(self, last_body_row: int) -> None:
        """Fences the table (headings to *last_body_row*) with its name and sets the widths."""
        last = len(self._columns) - 1
        self._book.workbook.define_name(self._table, f"={self.far_span(HEADING_ROW, 0, last_body_row, last)}")
        # Excel would mark refs such as 00123 and sums beside other figures with green corners; both are meant.
        everywhere = f"A1:{self.at(self._next, last)}"
        self._page.ignore_errors({"number_stored_as_text": everywhere, "formula_range": everywhere})
        self._fit()

    def warn_where(self, column: int, says: str) -> None:
        """Shows cells of *column* that begin with *says* as a warning; the word stays, colour comes on top."""
        if self._next > FIRST_ROW:
            looks = {"font_color": "#B3261E", "bg_color": "#FBE6E4", "bold": True}
            self._page.conditional_format(
                FIRST_ROW,
                column,
                self._next - 1,
                column,
                {
                    "type": "text",
                    "criteria": "begins with",
                    "value": says,
                    "format": self._book.workbook.add_format(looks),
                },
            )

    def offer(self, column: int, choices: str, hint: str) -> None:
        """Offers the cells at *choices* as a drop-down in *column*; something else may be typed too."""
        if self._next > FIRST_ROW:
            self._page.data_validation(
                FIRST_ROW,
                column,
                self._next - 1,
                column,
                {
                    "validate": "list",
                    "source": f"={choices}",
                    "input_title": self._columns[column].heading,
                    "input_message": hint,
                    "show_error": False,
                },
            )

    def at(self, row: int, column: int) -> str:
        """The address of a cell for a formula in this sheet."""
        return f"{self._letters[column]}{row + 1}"

    def span(self, top: int, left: int, bottom: int, right: int) -> str:
        """The address of a block for a formula in this sheet."""
        return f"{self.at(top, left)}:{self.at(bottom, right)}"

    def far(self, row: int, column: int) -> str:
        """The address of a cell for a formula in another sheet."""
        return f"'{self.name}'!{xl_rowcol_to_cell(row, column, True, True)}"

    def far_span(self, top: int, left: int, bottom: int, right: int) -> str:
        """The address of a block for a formula in another sheet."""
        return f"{self.far(top, left)}:{xl_rowcol_to_cell(bottom, right, True, True)}"

    def amount(self, row: int, column: int) -> Money:
        """The amount that a cell of this sheet says; nothing in it is nought."""
        value = self._book.cells.get((self.name, self.at(row, column)))
        return Money.of_pounds(value) if isinstance(value, Decimal) else Money.ZERO

    def known(self, row: int, column: int) -> tuple[str, str]:
        """The figure and the source of a cell that is filled."""
        said = self._book.said[self.name, self.at(row, column)]
        return said.figure, said.source

    def _fit(self) -> None:
        """Sets widths and heights so that nothing is cut off; figures and days never wrap, text does."""
        widths = [
            max(_NARROWEST_FIGURES if column.figures else 0, column.narrowest * _CHARACTER)
            for column in self._columns
        ]
        for (row, at), text in self._shown.items():
            if row >= FIRST_ROW:
                widest = self._columns[at].widest * _CHARACTER if self._wraps(row, at) else _WIDEST_FIGURE
                widths[at] = max(widths[at], min(widest_line(text), widest))
        widths = [
            heading_width(column.heading, width) for column, width in zip(self._columns, widths, strict=True)
        ]
        lines: dict[int, int] = {}
        for (row, at), text in self._shown.items():
            if row >= HEADING_ROW and self._wraps(row, at):
                lines[row] = max(lines.get(row, 1), len(wrapped(text, widths[at])))
        for at, (column, width) in enumerate(zip(self._columns, widths, strict=True)):
            self._page.set_column_pixels(at, at, width + (_PADDING if column.figures else _PADDING + _INDENT))
        for row in range(HEADING_ROW, self._next):
            height = _LINE_HEIGHT * lines.get(row, 1) + _ROW_PADDING
            self._page.set_row(row, min(_TALL if row in self._tall else height, _HIGHEST_ROW))

    def _wraps(self, row: int, column: int) -> bool:
        return isinstance(self._book.cells[self.name, self.at(row, column)], str)

    def _put(self, row: int, column: int, entry: Entry, strong: bool) -> None:
        figures = self._columns[column].figures
        match entry:
            case Formula():
                value = pounds_of(entry.value) if isinstance(entry.value, Money) else entry.value
                look = _Look(_format_of(entry.value), figures, strong)
                self._page.write_formula(row, column, entry.text, self._book.format(look), value)
                self._remember(row, column, value)
            case Link():
                look = _Look(link=True)
                self._page.write_url(
                    row, column, f"internal:'{entry.sheet}'!A1", self._book.format(look), entry.sheet
                )
                self._remember(row, column, entry.sheet)
            case FillIn():
                look = _Look(_format_of(date.min) if entry.day else "", figures, fill_in=True)
                self._page.write_blank(row, column, None, self._book.format(look))
                self._remember(row, column, None)
                if entry.tall:
                    self._tall.add(row)
            case None | "":
                self._page.write_blank(row, column, None, self._book.format(_Look("", figures, strong)))
                self._remember(row, column, None)
            case str():
                self._text(row, column, entry, _Look("", figures, strong))
            case Money() | Decimal() | int():
                # A Decimal goes into the file with its own digits: XlsxWriter formats what it is given and never
                # turns it into a float.
                value = pounds_of(entry) if isinstance(entry, Money) else entry
                look = _Look(_format_of(entry), figures, strong)
                self._page.write_number(row, column, value, self._book.format(look))
                self._remember(row, column, value)
            case date():
                look = _Look(_format_of(entry), figures, strong)
                self._page.write_datetime(row, column, entry, self._book.format(look))
                self._remember(row, column, entry)

    def _text(self, row: int, column: int, text: str, look: _Look) -> None:
        text = readable(text)
        if len(text.encode("utf-16-le")) // 2 > _LONGEST_TEXT:
            raise ExpectedError(
                "text_too_long",
                f"A text for sheet “{self.name}”, cell {self.at(row, column)} has {len(text):,} characters; a "
                f"spreadsheet holds {_LONGEST_TEXT:,}: “{text[:40]}…”",
                "Shorten it.",
            )
        if text[:1] and text[0] in _WAKES_WHEN_EDITED:
            look = _Look(look.number_format, look.figures, look.strong, look.heading, True, plain=look.plain)
        form = self._book.format(look)
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter takes such a text for its own finished rich text and would put it into the file as markup;
            # in pieces, three at least, it is escaped like any other.
            self._page.write_rich_string(row, column, text[:1], text[1:2], text[2:], form)
        else:
            self._page.write_string(row, column, text, form)
        self._remember(row, column, text)

    def _remember(self, row: int, column: int, value: CellValue) -> None:
        self._book.cells[self.name, self.at(row, column)] = value
        self._shown[row, column] = _shown(value)


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled sheet and the row of its totals, for the formulas of other sheets."""

    sheet: Sheet
    total_row: int


class Book:
    """A workbook in memory. :attr:`cells` says what each cell that was written must read as."""

    def __init__(self, title: str, subject: str, created: date, footer: Iterable[str]) -> None:
        self.cells: dict[tuple[str, str], CellValue] = {}
        #: What the cells of the tables say and what they are, by sheet and address; those that are empty are not in it.
        self.said: dict[tuple[str, str], ReturnCell] = {}
        self.footer = _footer(footer)
        self._contents = io.BytesIO()
        self._formats: dict[_Look, Any] = {}
        self.workbook = xlsxwriter.Workbook(
            self._contents,
            # In memory XlsxWriter dates the parts of the package alike, so that equal returns are equal files.
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.workbook.set_properties(
            {
                "title": readable(title),
                "subject": readable(subject),
                "author": "Funding Tracker",
                "created": datetime(created.year, created.month, created.day),
            }
        )

    def sheet(
        self,
        name: str,
        table: str,
        columns: Sequence[Column],
        *,
        paper: Paper = Paper.A4,
        frozen_columns: int = 1,
    ) -> Sheet:
        """A new last sheet called *name*; *table* is the defined name that fences its table."""
        return Sheet(self, name, table, columns, paper, frozen_columns)

    def contents(self) -> bytes:
        """The finished file; nothing can be added afterwards."""
        self.workbook.close()
        return self._contents.getvalue()

    def format(self, look: _Look) -> Any:
        """The cell format for *look*, made once."""
        if look not in self._formats:
            self._formats[look] = self.workbook.add_format(_properties(look))
        return self._formats[look]


def _properties(look: _Look) -> dict[str, object]:
    properties: dict[str, object] = {
        "font_name": "Calibri",
        "font_size": 10,
        "font_color": _INK,
        "valign": "vcenter",
    }
    if look.plain:
        title = look.plain == "title"
        properties |= {
            "font_size": 14 if title else 10,
            "bold": title,
            "font_color": _INK if title else _SECOND_INK,
        }
    else:
        properties |= {"text_wrap": True, "align": "right" if look.figures else "left"}
        # Text is kept off the figures to its left; LibreOffice places figures unevenly when they are indented too.
        properties |= {"indent": 0 if look.figures else 1}
        properties |= {"bottom": 1, "bottom_color": _LINE}
    if look.heading:
        properties |= {"bold": True, "bg_color": _SOFT, "valign": "bottom", "bottom_color": _ACCENT}
    if look.strong:
        properties |= {"bold": True, "top": 1, "top_color": _SECOND_INK, "bottom_color": _SECOND_INK}
    if look.link:
        properties |= {"font_color": _ACCENT, "underline": 1}
    if look.fill_in:
        properties |= {"bg_color": _FILL_IN}
    if look.typed:
        properties["quote_prefix"] = True
    if look.number_format:
        # A figure never wraps: a cell that is too narrow would show half of it.
        properties |= {"num_format": look.number_format, "text_wrap": False}
    return properties


def _format_of(value: Money | Decimal | int | str | date) -> str:
    match value:
        case Money():
            return _AMOUNT
        case Decimal():
            return "0.0;[Red]-0.0"
        case int():
            return "#,##0"
        case date():
            return "dd/mm/yyyy"
        case _:
            return ""


def _shown(value: CellValue) -> str:
    """What a cell shows, for its measure."""
    match value:
        case None:
            return ""
        case str():
            return value
        case int() | Decimal():
            return f"{value:,}"
        case _:
            return f"{value:%d/%m/%Y}"


def _footer(parts: Iterable[str]) -> str:
    """A footer with *parts* at the left and the page at the right.

    An ampersand is a control sign in footers and is doubled; the space keeps a leading digit from being taken for
    a font size; a long fund name is shortened, because a footer holds 255 characters in all.
    """
    lines = (" ".join(readable(part).split()) for part in parts)
    left = _shortened(" · ".join(_shortened(line, _LONGEST_FOOTER_PART) for line in lines), _LONGEST_FOOTER)
    return f'&L&"Calibri,Regular"&8 {left.replace("&", "&&")}&R&"Calibri,Regular"&8 Page &P of &N'


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
