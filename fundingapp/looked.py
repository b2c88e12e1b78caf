"""What leaves a file, looked through for personal data before it takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fundingapp import handing

if TYPE_CHECKING:
    from fundingapp.application.ports import (
        CalendarDocument,
        ExchangeBooks,
        ExchangeSheet,
        FileWriter,
        FillTemplate,
        OpenWork,
        TableDocument,
        TableWriter,
    )
    from fundingapp.application.progress import Progress
    from fundingapp.domain.difference import DifferenceReport
    from fundingapp.domain.filling import CellToFill, Filled, FillWishes


def difference(open_work: OpenWork, write: FileWriter[DifferenceReport]) -> FileWriter[DifferenceReport]:
    """*write*, with a document looked through for personal data as it is finished, and a PDF before it is made: its
    words are known by then, and its lines are cut anywhere."""
    looked = files(open_work, write)

    def written(report: DifferenceReport, out: Path) -> None:
        if out.suffix.casefold() != ".pdf":
            looked(report, out)
            return
        from fundingapp.application.releasing import look_before
        from fundingapp.domain.personal_data import SeenCell

        said = handing.difference_pdf(report).said
        cells = [SeenCell(out.name, "", number, 0, text) for number, text in enumerate(said, 1) if text]
        look_before(open_work, f"“{out.name}”", cells)
        write(report, out)

    return written


def filling(open_work: OpenWork, fill: FillTemplate) -> FillTemplate:
    """*fill*, with the texts that go into the template looked through for personal data before: what stood there came
    from its maker."""

    def filled(
        template: Path, cells: Sequence[CellToFill], out: Path, progress: Progress, wishes: FillWishes
    ) -> Filled:
        from fundingapp.application.releasing import look_before
        from fundingapp.domain.addresses import split_address
        from fundingapp.domain.personal_data import SeenCell

        seen = []
        for each in cells:
            if isinstance(each.value, str):
                row, column = split_address(each.cell)
                seen.append(SeenCell(out.name, each.sheet, row, column + 1, each.value))
        look_before(open_work, f"“{out.name}”", seen)
        return fill(template, cells, out, progress, wishes)

    return filled


def files(open_work: OpenWork, write: Callable[..., Any]) -> Callable[..., Any]:
    """*write*, with each file that it finishes looked through for personal data before it takes its place."""

    def written(*given: Any) -> Any:
        from fundingapp.application.releasing import look_before
        from fundingapp.documents.looking import media_type, texts_of
        from fundingapp.workbooks.looking import is_table, texts_of_our_table
        from fundingapp.workbooks.swap import looked_at

        def look(beside: Path, name: str) -> None:
            kind = media_type(beside)
            table = is_table(name, kind)
            look_before(
                open_work,
                f"“{name}”",
                texts_of_our_table(beside, name) if table else texts_of(beside, name, kind).cells,
            )

        with looked_at(look):
            return write(*given)

    return written


def calendar(open_work: OpenWork, write: FileWriter[CalendarDocument]) -> FileWriter[CalendarDocument]:
    """*write*, with the words of the events looked through for personal data before: the lines of such a file are cut
    anywhere."""

    def written(document: CalendarDocument, out: Path) -> None:
        from fundingapp.application.releasing import look_before
        from fundingapp.domain.personal_data import SeenCell

        cells = [
            SeenCell(out.name, "", number, 0, text)
            for number, event in enumerate(document.events, 1)
            for text in (event.title, *event.description.splitlines())
        ]
        look_before(open_work, f"“{out.name}”", cells)
        write(document, out)

    return written


@dataclass(frozen=True, slots=True)
class Tables:
    """Lists of many rows, which are looked through for personal data as they are written."""

    open_work: OpenWork
    write: TableWriter

    def __call__(self, document: TableDocument, out: Path, progress: Progress) -> int:
        from fundingapp.application.ports import ValueKind
        from fundingapp.application.releasing import LookThrough

        look = LookThrough(self.open_work, out.name)
        headings = [column.heading for column in document.columns]
        texts = [at for at, column in enumerate(document.columns) if column.kind is ValueKind.TEXT]

        def rows() -> Iterator[Sequence[Any]]:
            yield from look.rows(document.sheet, headings, texts, document.rows)
            look.decide()  # before the writer ends: what it made never takes its place then

        return self.write(replace(document, rows=rows()), out, progress)


@dataclass(frozen=True, slots=True)
class Exchange:
    """*books*, whose sheets are looked through for personal data before they are written."""

    open_work: OpenWork
    books: ExchangeBooks

    def write(self, sheets: Sequence[ExchangeSheet], out: Path, progress: Progress) -> int:
        from fundingapp.application.releasing import LookThrough
        from fundingapp.domain.exchange.columns import Holds

        look = LookThrough(self.open_work, out.name)
        for sheet in sheets:
            headings = [column.heading for column in sheet.columns]
            texts = [at for at, column in enumerate(sheet.columns) if column.holds is Holds.TEXT]
            for _ in look.rows(sheet.name, headings, texts, sheet.rows):
                pass
        look.decide()
        return self.books.write(sheets, out, progress)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.books, name)
