"""What our PDFs are made of: our own font inside, so that £ and ŵ are there on every machine; title, language and page
numbers; tables that repeat their headings. The same content gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    TableStyle,
)

from fundingapp.application.wording import readable
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money

_FONT, _BOLD = "DejaVuSans", "DejaVuSans-Bold"
_INK, _QUIET = colors.HexColor("#18212f"), colors.HexColor("#4a5565")
_LINE, _SOFT = colors.HexColor("#d5dae1"), colors.HexColor("#e4f0f7")
_MARGIN = 18 * mm
_ROOM = A4[0] - 2 * _MARGIN
_SIZE, _PAD = 8, 4
#: A heading stays with so much of what follows it.
_KEEP = 30 * mm


def _style(name: str, font: str, size: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.35, textColor=_INK, **more)


TITLE = _style("Title", _BOLD, 17, spaceAfter=4)
HEADING = _style("Heading", _BOLD, 12, spaceBefore=12, spaceAfter=5)
TEXT = _style("Text", _FONT, 9, spaceAfter=5)
NOTE = ParagraphStyle("Note", parent=TEXT, fontSize=8, leading=11, textColor=_QUIET)
HEADING_2 = _style("Heading2", _BOLD, 10.5, spaceBefore=9, spaceAfter=4)
HEADING_3 = _style("Heading3", _BOLD, 9, spaceBefore=6, spaceAfter=3)
_CELL = _style("Cell", _FONT, _SIZE)
_STRONG = _style("Strong", _BOLD, _SIZE)
_RIGHT = ParagraphStyle("Right", parent=_CELL, alignment=2)
_STRONG_RIGHT = ParagraphStyle("StrongRight", parent=_STRONG, alignment=2)


class PdfColumn:
    """A column of a table: *share* of the room between the margins."""

    def __init__(self, heading: str, share: float, *, figures: bool = False) -> None:
        self.heading, self.share, self.figures = heading, share, figures


def register(fonts: Path) -> None:
    """Makes our own fonts out of the folder *fonts* known. Raises ExpectedError when they are not there."""
    for name in (_FONT, _BOLD):
        if name in pdfmetrics.getRegisteredFontNames():
            continue
        file = fonts / f"{name}.ttf"
        if not file.is_file():
            raise ExpectedError(
                "font_missing",
                f"The font “{file.name}” that the program carries is not there.",
                "Set the program up anew; your file is unharmed.",
            )
        pdfmetrics.registerFont(TTFont(name, str(file)))
    pdfmetrics.registerFontFamily(_FONT, normal=_FONT, bold=_BOLD, italic=_FONT, boldItalic=_BOLD)


def words(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    """*text* as it is; a line break stays one."""
    return Paragraph(escape(readable(text)).replace("\n", "<br/>"), style)


def heading(text: str, style: ParagraphStyle = HEADING) -> Iterable[Flowable]:
    """A heading, which stays with what follows it."""
    yield CondPageBreak(_KEEP)
    yield words(text, style)


def table(
    columns: Sequence[PdfColumn],
    rows: Sequence[Sequence[str | Money]],
    *,
    total: bool = False,
    bare: bool = False,
) -> LongTable:
    """A table whose headings are repeated on each page, or (*bare*) one without; with *total* the last row stands
    out."""
    widths = [column.share * _ROOM for column in columns]
    heads = [words(column.heading, _STRONG_RIGHT if column.figures else _STRONG) for column in columns]
    body: list[list[Any]] = [] if bare else [heads]
    for at, row in enumerate(rows):
        strong = total and at == len(rows) - 1
        body.append(
            [
                _cell(entry, column, width, strong=strong)
                for entry, column, width in zip(row, columns, widths, strict=True)
            ]
        )
    style: list[Any] = [
        ("FONT", (0, 0), (-1, -1), _FONT, _SIZE),
        ("TEXTCOLOR", (0, 0), (-1, -1), _INK),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        *(() if bare else (("BACKGROUND", (0, 0), (-1, 0), _SOFT),)),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), _PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PAD),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        *(("ALIGN", (at, 0), (at, -1), "RIGHT") for at, column in enumerate(columns) if column.figures),
    ]
    if total and rows:
        style.append(("LINEABOVE", (0, -1), (-1, -1), 0.8, _QUIET))
    return LongTable(
        body, colWidths=widths, repeatRows=0 if bare else 1, style=TableStyle(style), hAlign="LEFT"
    )


def _cell(entry: str | Money, column: PdfColumn, width: float, *, strong: bool) -> Any:
    """What fits into one line stays plain, which is much faster; else it is wrapped."""
    said = readable(str(entry))
    if not strong and "\n" not in said and pdfmetrics.stringWidth(said, _FONT, _SIZE) <= width - 2 * _PAD:
        return said
    if column.figures:
        return words(said, _STRONG_RIGHT if strong else _RIGHT)
    # A hash has no place where it could be broken.
    style = ParagraphStyle("Wrapped", parent=_STRONG if strong else _CELL, splitLongWords=1)
    return words(said, style)


def built(story: Callable[[], Iterable[Flowable]], fonts: Path, title: str, subject: str, foot: str) -> bytes:
    """The document that *story* tells, with *foot* and the page's number under each page; it is told twice, for only
    then is it known how many pages there are. *fonts* is the folder with our own fonts."""
    register(fonts)
    pages = _built(story, title, subject, foot, 0)[1]
    return _built(story, title, subject, foot, pages)[0]


def _built(
    story: Callable[[], Iterable[Flowable]], title: str, subject: str, foot: str, pages: int
) -> tuple[bytes, int]:
    """The document, and how many pages it has; *pages* is what each page says of that."""
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=readable(title),
        author="Funding Tracker",
        subject=readable(subject),
        creator="Funding Tracker",
        lang="en-GB",
        invariant=1,
    )

    def under(canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(_FONT, 7.5)
        canvas.setFillColor(_QUIET)
        canvas.drawString(_MARGIN, 10 * mm, readable(foot))
        canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"Page {canvas.getPageNumber()} of {pages}")
        canvas.restoreState()

    document.build(list(story()), onFirstPage=under, onLaterPages=under)
    return out.getvalue(), document.page


def prove(contents: bytes, path: Path, name: str) -> None:
    """Raises ExpectedError ``read_back_differs`` unless the file at *path* is what was made, to the end."""
    if path.read_bytes() != contents or not contents.rstrip().endswith(b"%%EOF"):
        raise ExpectedError(
            "read_back_differs",
            f"“{name}” was read back and is not what was written. It was not put in place.",
            "Try again; if it happens twice, send us the report from Help.",
        )
