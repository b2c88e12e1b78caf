"""A document of our own: plain, in Word's own styles, and knowing every text that must stand in it.

Headings are real headings, so that a table of contents and a screen reader find them; the first row of each table is
repeated on the next page, and no row is torn apart.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import cast
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from fundingapp.application.wording import readable
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money

_FONT = "Calibri"
_INK, _SECOND_INK, _ACCENT = (
    RGBColor(0x18, 0x21, 0x2F),
    RGBColor(0x4A, 0x55, 0x65),
    RGBColor(0x0F, 0x5F, 0x8C),
)
_LINE, _SOFT = "D5DAE1", "E4F0F7"
_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = Cm(21), Cm(29.7), Cm(2)
#: The room between the margins of an upright page of A4, in centimetres.
PAGE_ROOM = 17
ROOM = Cm(PAGE_ROOM)
_SIZES = {"Title": 20, "Subtitle": 11, "Heading 1": 15, "Heading 2": 12, "Heading 3": 11}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: *width* in centimetres, of which a page has 17; *figures* stand at the right."""

    heading: str
    width: float
    figures: bool = False


#: What can stand in a cell; an amount is written without its pound sign, which stands in the heading.
Cell = str | Money | date


class Paper:
    """A document in memory, filled from top to bottom. :attr:`said` is every text of its body in their order."""

    def __init__(self, title: str, subject: str, created: date, footer: str) -> None:
        self.said: list[str] = []
        self._document: Document = docx.Document()
        self._set_properties(title, subject, created)
        self._set_styles()
        self._set_page(footer)

    def title(self, text: str) -> None:
        self._paragraph(text, "Title")

    def subtitle(self, text: str) -> None:
        self._paragraph(text, "Subtitle")

    def heading(self, text: str, level: int = 1, *, on_new_page: bool = False) -> None:
        """A heading of *level* 1 to 3."""
        made = self._paragraph(text, f"Heading {level}")
        made.paragraph_format.page_break_before = on_new_page

    def text(self, text: str) -> None:
        """What somebody wrote: an empty line begins a paragraph, a line break stays one."""
        for part in readable(text).strip().split("\n\n"):
            if part.strip():
                self._paragraph(part.strip("\n"), "Normal")

    def note(self, text: str) -> None:
        """A quiet sentence of our own."""
        made = self._paragraph(text, "Normal")
        for run in made.runs:
            run.font.color.rgb = _SECOND_INK
            run.font.size = Pt(9)

    def facts(self, pairs: Sequence[tuple[str, Cell]]) -> None:
        """Names and what they say, in two columns; amounts with their pound sign."""
        table = self._table((Column("", 4.5), Column("", 12.5)))
        for name, fact in pairs:
            row = _row(table)
            self._put(row.cells[0], name, strong=True)
            self._put(row.cells[1], fact.in_words if isinstance(fact, Money) else _shown(fact))
            _keep_whole(row)

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], total: Sequence[Cell] | None = None
    ) -> None:
        """A table with its headings, which are repeated on every page; *total* in bold below a line."""
        table = self._table(columns)
        head = _row(table)
        for cell, column in zip(head.cells, columns, strict=True):
            self._put(cell, column.heading, strong=True, right=column.figures)
            _shade(cell, _SOFT)
        _repeat(head)
        _keep_whole(head)
        body = [(row, False) for row in rows] + ([(total, True)] if total is not None else [])
        for entries, strong in body:
            row = _row(table)
            for cell, column, entry in zip(row.cells, columns, entries, strict=True):
                self._put(cell, _shown(entry), strong=strong, right=column.figures)
                if strong:
                    _rule_above(cell)
            _keep_whole(row)
        self._after_table()

    def contents(self) -> bytes:
        """The finished file."""
        out = io.BytesIO()
        self._document.save(out)
        return out.getvalue()

    # How it is made

    def _set_properties(self, title: str, subject: str, created: date) -> None:
        """Says what it is and nothing of who wrote it: python-docx's own template names its author and its day."""
        about = self._document.core_properties
        made = datetime(created.year, created.month, created.day)
        about.title, about.subject = readable(title)[:255], readable(subject)[:255]
        about.author = about.last_modified_by = "Funding Tracker"
        about.comments = about.keywords = about.category = ""
        about.created = about.modified = made
        about.language = "en-GB"
        about.revision = 1

    def _set_styles(self) -> None:
        styles = self._document.styles
        normal = _style(self._document, "Normal")
        normal.font.name, normal.font.size, normal.font.color.rgb = _FONT, Pt(10.5), _INK
        normal.paragraph_format.space_after = Pt(6)
        normal.paragraph_format.line_spacing = 1.12
        # The language of spelling, which the template gives as American.
        properties = normal.element.get_or_add_rPr()
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-GB")
        properties.append(language)
        for name, size in _SIZES.items():
            style = _style(self._document, name)
            style.font.name, style.font.size = _FONT, Pt(size)
            style.font.color.rgb = (
                _SECOND_INK if name == "Subtitle" else _ACCENT if name == "Heading 2" else _INK
            )
            style.font.bold, style.font.italic = name != "Subtitle", False
            # The template's headings name a theme font, which would win over the name above.
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(theme), None)
            shape = style.paragraph_format
            shape.space_before = Pt(0 if name in {"Title", "Subtitle"} else 14 if name == "Heading 1" else 10)
            shape.space_after = Pt(10 if name == "Subtitle" else 4)
            shape.keep_with_next = True
        border = styles["Title"].element.find(f".//{qn('w:pBdr')}")
        if border is not None:
            border.getparent().remove(border)

    def _set_page(self, footer: str) -> None:
        section = self._document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = _PAGE_WIDTH, _PAGE_HEIGHT
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
        foot = section.footer.paragraphs[0]
        foot.style = (
            "Normal"  # the template's own has a stop in the middle, where the page's number would end up
        )
        foot.paragraph_format.tab_stops.add_tab_stop(ROOM, WD_TAB_ALIGNMENT.RIGHT)
        for words, is_field in (
            (f"{readable(footer)}\tPage ", False),
            ("PAGE", True),
            (" of ", False),
            ("NUMPAGES", True),
        ):
            run = foot.add_run("1" if is_field else words)
            run.font.size, run.font.color.rgb = Pt(8), _SECOND_INK
            if is_field:
                _make_field(run, words)

    def _paragraph(self, text: str, style: str) -> Paragraph:
        words = readable(text)
        self.said.append(words)
        return self._document.add_paragraph(words, style=style)

    def _table(self, columns: Sequence[Column]) -> Table:
        table: Table = self._document.add_table(rows=0, cols=len(columns))
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        table.autofit = False
        for made, column in zip(table.columns, columns, strict=True):
            made.width = Cm(column.width)
        _rule_rows(table)
        return table

    def _put(self, cell: _Cell, text: str, *, strong: bool = False, right: bool = False) -> None:
        words = readable(text)
        self.said.append(words)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(2)
        paragraph.paragraph_format.line_spacing = 1
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run(words)
        run.font.size, run.bold = Pt(9), strong

    def _after_table(self) -> None:
        """Room below a table, which has none of its own."""
        gap = self._document.add_paragraph("")
        gap.paragraph_format.space_after = Pt(0)
        gap.paragraph_format.line_spacing = Pt(7)
        self.said.append("")


def texts_of(path: Path) -> list[str]:
    """Every text of the body of the document at *path*, in their order, cell by cell.

    Raises ExpectedError ``read_back_differs`` for a file that cannot be read.
    """
    said: list[str] = []
    try:
        with path.open("rb") as file:
            for block in docx.Document(file).iter_inner_content():
                if isinstance(block, Paragraph):
                    said.append(block.text)
                else:
                    said.extend(cell.text for row in block.rows for cell in row.cells)
    except (
        PackageNotFoundError,
        BadZipFile,
        SyntaxError,
        KeyError,
    ) as error:  # lxml says that XML is a syntax error
        raise ExpectedError(
            "read_back_differs",
            f"The written document cannot be read again ({error}), so it was not put in place.",
            "Try again; if it happens twice, send us the report from Help.",
        ) from error
    return said


def refuse_other_texts(expected: Sequence[str], path: Path, name: str) -> None:
    """Raises ExpectedError ``read_back_differs`` with the first text of the file at *path* that is another."""
    found = texts_of(path)
    for at in range(max(len(expected), len(found))):
        wanted = expected[at] if at < len(expected) else "nothing"
        stands = found[at] if at < len(found) else "nothing"
        if wanted != stands:
            raise ExpectedError(
                "read_back_differs",
                f"“{name}” was read back and does not say what it should: “{stands[:60]}” instead of"
                f" “{wanted[:60]}”. It was not put in place.",
                "Try again; if it happens twice, send us the report from Help.",
            )


def _shown(cell: Cell) -> str:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)


def _style(document: Document, name: str) -> ParagraphStyle:
    style = document.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{name} is no style of paragraphs")
    return style


def _make_field(run: Run, code: str) -> None:
    """Makes *run* what Word works out itself, such as the number of the page; until then it says what it says."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    element = run._r  # noqa: SLF001 - python-docx has no words for fields
    element.addprevious(field)
    field.append(element)


def _row(table: Table) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]  # python-docx has left this one out
    return row


def _row_properties(row: _Row, name: str) -> None:
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - as above: repeated headings are not in its own words
    properties.append(OxmlElement(name))


def _repeat(row: _Row) -> None:
    _row_properties(row, "w:tblHeader")


def _keep_whole(row: _Row) -> None:
    # The order of the schema: cantSplit stands before tblHeader.
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - nor rows kept whole
    properties.insert(0, OxmlElement("w:cantSplit"))


def _shade(cell: _Cell, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - nor shaded cells


def _rule_above(cell: _Cell) -> None:
    borders = OxmlElement("w:tcBorders")
    borders.append(_border("w:top", "4A5565", 8))
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001 - nor borders of cells


def _rule_rows(table: Table) -> None:
    """Thin lines between the rows and none between the columns."""
    borders = OxmlElement("w:tblBorders")
    for side in ("w:top", "w:bottom", "w:insideH"):
        borders.append(_border(side, _LINE, 4))
    properties = table._tbl.tblPr  # noqa: SLF001 - nor borders of tables
    layout = properties.find(qn("w:tblLayout"))
    if layout is None:
        properties.append(borders)
    else:
        layout.addprevious(borders)


def _border(side: str, colour: str, eighths: int) -> BaseOxmlElement:
    border = cast("BaseOxmlElement", OxmlElement(side))
    for name, value in (("w:val", "single"), ("w:sz", str(eighths)), ("w:space", "0"), ("w:color", colour)):
        border.set(qn(name), value)
    return border
