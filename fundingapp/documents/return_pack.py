"""The pack of a return as a PDF: our own font inside, so that £ and ŵ are there on every machine; title, language and
page numbers; tables that repeat their headings. The same return gives the same bytes."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Context, Decimal, InvalidOperation
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
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from fundingapp.application.wording import readable
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money
from fundingapp.domain.return_packs import ReturnPack
from fundingapp.domain.return_proofs import CellSort, ReturnCell

_FONT, _BOLD = "DejaVuSans", "DejaVuSans-Bold"
_INK, _QUIET = colors.HexColor("#18212f"), colors.HexColor("#4a5565")
_LINE, _SOFT = colors.HexColor("#d5dae1"), colors.HexColor("#e4f0f7")
_MARGIN = 18 * mm
_ROOM = A4[0] - 2 * _MARGIN
_SIZE, _PAD = 8, 4
_SHOWN = Context(prec=15)
#: A heading stays with so much of what follows it.
_KEEP = 30 * mm


def _style(name: str, font: str, size: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.35, textColor=_INK, **more)


_TITLE = _style("Title", _BOLD, 17, spaceAfter=4)
_HEADING = _style("Heading", _BOLD, 12, spaceBefore=12, spaceAfter=5)
_TEXT = _style("Text", _FONT, 9, spaceAfter=5)
_NOTE = ParagraphStyle("Note", parent=_TEXT, fontSize=8, leading=11, textColor=_QUIET)
_CELL = _style("Cell", _FONT, _SIZE)
_STRONG = _style("Strong", _BOLD, _SIZE)
_RIGHT = ParagraphStyle("Right", parent=_CELL, alignment=2)
_STRONG_RIGHT = ParagraphStyle("StrongRight", parent=_STRONG, alignment=2)


class _Column:
    """A column of a table: *share* of the room between the margins."""

    def __init__(self, heading: str, share: float, *, figures: bool = False) -> None:
        self.heading, self.share, self.figures = heading, share, figures


def return_pack(pack: ReturnPack, fonts: Path) -> bytes:
    """*pack* as a PDF; *fonts* is the folder with our own fonts. Raises ExpectedError when they are not there."""
    _register(fonts)
    pages = _built(pack, 0)[1]
    return _built(pack, pages)[0]


def _built(pack: ReturnPack, pages: int) -> tuple[bytes, int]:
    """The document, and how many pages it has; *pages* is what each page says of that."""
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=readable(pack.title),
        author="Funding Tracker",
        subject=readable(f"{pack.partnership} to {pack.commissioner}"),
        creator="Funding Tracker",
        lang="en-GB",
        invariant=1,
    )

    def foot(canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(_FONT, 7.5)
        canvas.setFillColor(_QUIET)
        canvas.drawString(_MARGIN, 10 * mm, readable(f"{pack.partnership} · {pack.title}"))
        canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"Page {canvas.getPageNumber()} of {pages}")
        canvas.restoreState()

    document.build(list(_story(pack)), onFirstPage=foot, onLaterPages=foot)
    return out.getvalue(), document.page


def prove(contents: bytes, path: Path, name: str) -> None:
    """Raises ExpectedError ``read_back_differs`` unless the file at *path* is what was made, to the end."""
    if path.read_bytes() != contents or not contents.rstrip().endswith(b"%%EOF"):
        raise ExpectedError(
            "read_back_differs",
            f"“{name}” was read back and is not what was written. It was not put in place.",
            "Try again; if it happens twice, send us the report from Help.",
        )


def _register(fonts: Path) -> None:
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


def _text(text: str, style: ParagraphStyle = _TEXT) -> Paragraph:
    return Paragraph(escape(readable(text)).replace("\n", "<br/>"), style)


def _heading(text: str) -> Iterable[Flowable]:
    yield CondPageBreak(_KEEP)
    yield _text(text, _HEADING)


def _table(
    columns: Sequence[_Column], rows: Sequence[Sequence[str | Money]], *, total: bool = False
) -> LongTable:
    """A table whose headings are repeated on each page; with *total* the last row stands out."""
    widths = [column.share * _ROOM for column in columns]
    body: list[list[Any]] = [
        [_text(column.heading, _STRONG_RIGHT if column.figures else _STRONG) for column in columns]
    ]
    for at, row in enumerate(rows):
        strong = total and at == len(rows) - 1
        body.append(
            [
                _cell(entry, column, width, strong=strong)
                for entry, column, width in zip(row, columns, widths, strict=True)
            ]
        )
    style: list[Any] = [
        ("FONT", (0, 1), (-1, -1), _FONT, _SIZE),
        ("TEXTCOLOR", (0, 0), (-1, -1), _INK),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, 0), _SOFT),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), _PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PAD),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        *(("ALIGN", (at, 0), (at, -1), "RIGHT") for at, column in enumerate(columns) if column.figures),
    ]
    if total and rows:
        style.append(("LINEABOVE", (0, -1), (-1, -1), 0.8, _QUIET))
    return LongTable(body, colWidths=widths, repeatRows=1, style=TableStyle(style), hAlign="LEFT")


def _cell(entry: str | Money, column: _Column, width: float, *, strong: bool) -> Any:
    """What fits into one line stays plain, which is much faster; else it is wrapped."""
    words = readable(str(entry))
    if not strong and "\n" not in words and pdfmetrics.stringWidth(words, _FONT, _SIZE) <= width - 2 * _PAD:
        return words
    if column.figures:
        return _text(words, _STRONG_RIGHT if strong else _RIGHT)
    # A hash has no place where it could be broken.
    style = ParagraphStyle("Wrapped", parent=_STRONG if strong else _CELL, splitLongWords=1)
    return _text(words, style)


def _story(pack: ReturnPack) -> Iterable[Flowable]:
    yield _text(pack.title, _TITLE)
    yield _text(f"{pack.partnership} to {pack.commissioner}. This return is {pack.state}.")
    yield _table(
        (_Column("The workbook", 0.3), _Column("", 0.7)),
        [
            ("File", pack.file_name),
            ("SHA-256 of the file", pack.sha256),
            *((("Filled into", pack.template),) if pack.template else ()),
            ("Written", f"{pack.written_at.astimezone():%d/%m/%Y at %H:%M} by {pack.written_by}"),
            ("Proof", f"{pack.compared:,} cells read back by {pack.reader}, and equal"),
            ("Checksum of the figures (SHA-256)", pack.checksum or "not kept"),
            ("Spent to date", pack.spent.in_words),
        ],
    )
    yield from _certificate(pack)
    yield from _heading("Reconciliation")
    if pack.agrees:
        yield _table(
            (_Column("Both sides of each equation, as they stood when the return was written", 1),),
            [(each,) for each in pack.agrees],
        )
    else:
        yield _text("The equations of this return were not kept with it.")
    yield from _heading("Variances and their reasons")
    if pack.reasons:
        yield _table((_Column("Project", 1),), [(each,) for each in pack.reasons])
    else:
        yield _text("No project is off its budget by more than the agreement allows.")
    yield from _checks(pack)
    yield from _changes(pack)
    yield from _heading("Evidence")
    if pack.papers:
        yield _table(
            (_Column("Supports", 0.3), _Column("Paper", 0.34), _Column("SHA-256", 0.36)),
            [(paper.supports, paper.name, paper.sha256 or "reference") for paper in pack.papers],
        )
    else:
        yield _text("No paper is attached to what this return states.")
    yield from _heading("Steps")
    yield _table(
        (_Column("When", 0.17), _Column("Who", 0.16), _Column("Became", 0.13), _Column("Why", 0.54)),
        [
            (
                f"{step.at.astimezone():%d/%m/%Y %H:%M}",
                step.by,
                step.became,
                ", ".join(
                    part
                    for part in (
                        step.reason,
                        step.reference,
                        f"dated {step.dated:%d/%m/%Y}" if step.dated else "",
                    )
                    if part
                ),
            )
            for step in pack.steps
        ],
    )
    yield from _cells(pack)


def _certificate(pack: ReturnPack) -> Iterable[Flowable]:
    yield from _heading("What is certified")
    certificate = pack.certificate
    if certificate is not None:
        yield _text(certificate.statement)
    yield KeepTogether([_text(pack.certified_in_words)])
    if pack.figures:
        yield _table(
            (_Column("Figure", 0.45), _Column("Name in the file", 0.38), _Column("£", 0.17, figures=True)),
            [(figure.words, figure.name, figure.amount) for figure in pack.figures],
        )
    if certificate is not None:
        yield Spacer(1, 4)
        yield _text(f"Checksum of the certified figures (SHA-256): {certificate.checksum}", _NOTE)
        yield _text(f"The history of changes ended with {certificate.journal_head}", _NOTE)


def _checks(pack: ReturnPack) -> Iterable[Flowable]:
    yield from _heading("Accepted exceptions")
    if pack.accepted:
        yield _table(
            (_Column("Where", 0.18), _Column("What", 0.46), _Column("Why it may stay", 0.36)),
            [(check.place, check.text, check.accepted) for check in pack.accepted],
        )
    else:
        yield _text("None was needed.")
    if pack.to_look_at:
        yield from _heading("Looked at")
        yield _table(
            (_Column("Where", 0.25), _Column("What", 0.75)),
            [(check.place, check.text) for check in pack.to_look_at],
        )


def _changes(pack: ReturnPack) -> Iterable[Flowable]:
    if not pack.before:
        return
    yield from _heading(f"What changed since version {pack.before}")
    if not pack.changes:
        yield _text("No figure changed.")
        return
    rows: list[tuple[str | Money, ...]] = []
    for change in pack.changes:
        rows.append((change.words, change.was, change.now, change.now - change.was))
        rows += [
            (
                "   " + "\n   ".join(part for part in (part_.what, part_.where, part_.why) if part),
                "",
                "",
                part_.difference,
            )
            for part_ in change.parts
        ]
    yield _table(
        (
            _Column("Figure, and the lines and decisions behind it", 0.52),
            _Column("Was £", 0.16, figures=True),
            _Column("Is £", 0.16, figures=True),
            _Column("Difference £", 0.16, figures=True),
        ),
        rows,
    )


def _value(cell: ReturnCell) -> str:
    """What a cell held, as a reader writes it; the result of a formula in the fifteen digits that spreadsheets show."""
    if not cell.value:
        return "blank"
    match cell.sort:
        case CellSort.DAY:
            with contextlib.suppress(ValueError):
                return f"{date.fromisoformat(cell.value):%d/%m/%Y}"
        case CellSort.POUNDS:
            with contextlib.suppress(InvalidOperation):
                return f"{Decimal(cell.value):,f}"
        case CellSort.RESULT:
            with contextlib.suppress(InvalidOperation):
                return f"{_SHOWN.create_decimal(cell.value).normalize():,f}"
        case _:
            pass
    return cell.value


def _cells(pack: ReturnPack) -> Iterable[Flowable]:
    yield from _heading("Every cell that was filled")
    if not pack.cells:
        yield _text("The cells of this return were not kept with it.")
        return
    yield _table(
        (_Column("Cell", 0.24), _Column("What it is", 0.4), _Column("Value", 0.36)),
        [
            (f"{cell.sheet}!{cell.cell}", cell.label or cell.source or cell.sort.value, _value(cell))
            for cell in pack.cells
        ],
    )
    if pack.not_computed:
        yield from _heading("Left to the receiver's program to work out")
        yield _table((_Column("Cell", 0.3), _Column("Why", 0.7)), list(pack.not_computed))
