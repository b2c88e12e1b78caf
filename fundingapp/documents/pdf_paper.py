"""A document of our own as a PDF, filled with the same words as one for Word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Spacer

from fundingapp.application.wording import readable
from fundingapp.documents.paper import PAGE_ROOM, Cell, Column
from fundingapp.documents.pdf import (
    HEADING,
    HEADING_2,
    HEADING_3,
    NOTE,
    TEXT,
    TITLE,
    PdfColumn,
    built,
    heading,
    register,
    table,
    words,
)
from fundingapp.domain.money import Money

#: The room below a table, in points.
_AFTER = 5


class PdfPaper:
    """A document that is filled as :class:`~fundingapp.documents.paper.Paper` is, with the same words, and becomes a
    PDF. :attr:`said` is every text of its body in their order."""

    def __init__(self, title: str, subject: str, footer: str, fonts: Path) -> None:
        self.said: list[str] = []
        self._told: list[Callable[[], Iterable[Flowable]]] = []
        self._title, self._subject, self._footer, self._fonts = title, subject, footer, fonts
        register(fonts)

    def title(self, text: str) -> None:
        self._paragraph(text, TITLE)

    def subtitle(self, text: str) -> None:
        self._paragraph(text, NOTE)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading of *level* 1 to 3."""
        style = (HEADING, HEADING_2, HEADING_3)[level - 1]
        self.said.append(text)
        self._told.append(lambda: heading(text, style))

    def text(self, text: str) -> None:
        """What somebody wrote: an empty line begins a paragraph, a line break stays one."""
        for part in readable(text).strip().split("\n\n"):
            if part.strip():
                self._paragraph(part.strip("\n"), TEXT)

    def note(self, text: str) -> None:
        """A quiet sentence of our own."""
        self._paragraph(text, NOTE)

    def facts(self, pairs: Sequence[tuple[str, Cell]]) -> None:
        """Names and what they say, in two columns; amounts with their pound sign."""
        rows = [(name, fact.in_words if isinstance(fact, Money) else _shown(fact)) for name, fact in pairs]
        self._table((PdfColumn("", 4.5 / PAGE_ROOM), PdfColumn("", 12.5 / PAGE_ROOM)), rows, bare=True)

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], total: Sequence[Cell] | None = None
    ) -> None:
        """A table with its headings, which are repeated on every page; *total* in bold below a line."""
        ours = [PdfColumn(each.heading, each.width / PAGE_ROOM, figures=each.figures) for each in columns]
        body = [[_shown(cell) for cell in row] for row in (*rows, *([total] if total is not None else []))]
        self.said += [column.heading for column in columns]
        self._table(ours, body, total=total is not None)

    def contents(self) -> bytes:
        """The finished file."""

        def story() -> Iterable[Flowable]:
            for told in self._told:
                yield from told()

        return built(story, self._fonts, self._title, self._subject, self._footer)

    def _paragraph(self, text: str, style: ParagraphStyle) -> None:
        self.said.append(text)
        self._told.append(lambda: [words(text, style)])

    def _table(
        self,
        columns: Sequence[PdfColumn],
        rows: Sequence[Sequence[str]],
        *,
        total: bool = False,
        bare: bool = False,
    ) -> None:
        self.said += [cell for row in rows for cell in row]
        self._told.append(lambda: [table(columns, rows, total=total, bare=bare), Spacer(1, _AFTER)])


def _shown(cell: Cell) -> str:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)
