"""What importing a download would do, and what a person should look at before it is imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Batch, BatchState, Kept, Tools, UnitOfWork
from fundingapp.application.queries.downloads import Download, compare
from fundingapp.application.queries.layouts import confirmed_in_words
from fundingapp.application.wording import short_date
from fundingapp.domain.cells import clean_text
from fundingapp.domain.layout_files import fingerprint
from fundingapp.domain.layouts import Layout, shape_of
from fundingapp.domain.ledger import Comparison, HeldBeside, Meaning, RawTable
from fundingapp.domain.look_alikes import LookAlike, look_alikes
from fundingapp.domain.odd_rows import OddRow, odd_rows

#: So many values of a column are shown, looked for in so many rows.
SAMPLES, SEARCHED = 3, 2_000


@dataclass(frozen=True, slots=True)
class PreviewImport(Question["ImportPreview"]):
    """What importing a download would do."""

    download: Download


@dataclass(frozen=True, slots=True)
class ColumnSample:
    """A column of the first table: its place from 0, its heading, its meaning and its first different values."""

    at: int
    heading: str
    meaning: Meaning
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do.

    *same_as* names the live import of the very same file. *alike* are lines that may be the same as others, *odd* the
    rows to look at. *layouts* are what would be remembered of the columns; *read_as* says by which confirmed or named
    layout they were told, "" when by their own evidence. *was_taken_back* says when this file was imported and taken
    back, "" when it was not.
    """

    download: Download
    comparison: Comparison
    same_as: str | None
    alike: tuple[LookAlike, ...] = ()
    columns: tuple[ColumnSample, ...] = ()
    odd: tuple[OddRow, ...] = ()
    layouts: tuple[Layout, ...] = ()
    read_as: str = ""
    was_taken_back: str = ""
    #: Where the encoding of a text file is only assumed: those it can be read in, each with a line that differs.
    encodings: tuple[tuple[str, str], ...] = ()
    #: The hidden sheets of the workbook, which were not read.
    hidden: tuple[str, ...] = ()


def answer_preview(question: PreviewImport, tools: Tools) -> ImportPreview:
    download = question.download
    tools.progress.report(0, 0, "Comparing with what is held")
    with tools.open_work(reading=True) as work:
        batches = work.ledger.batches()
        live = [kept.value for kept in batches if kept.value.state is BatchState.LIVE]
        parsed = download.parsed
        held = work.ledger.held_beside(parsed.lines, parsed.fields) if live else HeldBeside()
        comparison = compare(held, download, work.ledger.cost_centre_groups() if live else [])
        read_as = told_by(work, download)
    same = live[-1] if live and live[-1].sha256 == download.copy.sha256 else None
    gone = taken_back(batches, download)
    kinds = {finding.kind for finding in download.findings}
    return ImportPreview(
        download,
        comparison,
        same.file_name if same else None,
        look_alikes(comparison, download.parsed.lines, held),
        _samples(download),
        tuple(odd_rows(download.parsed, download.findings)),
        layouts_of(download),
        read_as,
        f"imported on {short_date(gone.value.imported_at.date())} and taken back" if gone else "",
        tuple(tools.reader.encodings(download.copy.path)) if "encoding.assumed" in kinds else (),
        tuple(finding.source.sheet for finding in download.findings if finding.kind == "sheet.hidden"),
    )


def told_by(work: UnitOfWork, download: Download) -> str:
    """By which confirmed or named layout the columns of *download* were told; "" when by their own evidence."""
    if not download.layouts:
        return ""
    shapes = {fingerprint(shape_of(heading for heading, _ in download.columns))}
    shapes |= {fingerprint(shape_of(table.headings)) for table in download.raw}
    for kept in work.layouts.all():
        if kept.value.shape in shapes:
            return confirmed_in_words(kept.value)
    return f"by the layout {' and '.join(f'“{name}”' for name in download.layouts)}"


def layouts_of(download: Download) -> tuple[Layout, ...]:
    """The layouts of the download's tables, one for each shape; none for a table without headings."""
    if not download.raw:
        headings, meanings = zip(*download.columns, strict=True) if download.columns else ((), ())
        found = [Layout("", tuple(headings), tuple(meanings))]
    else:
        found = [Layout("", table.headings, table.meanings) for table in download.raw if table.heading_row]
    return tuple({layout.shape: layout for layout in reversed(found) if layout.shape}.values())


def _samples(download: Download) -> tuple[ColumnSample, ...]:
    if not download.raw:
        return tuple(
            ColumnSample(at, heading, meaning, ()) for at, (heading, meaning) in enumerate(download.columns)
        )
    table = download.raw[0]
    return tuple(
        ColumnSample(at, table.headings[at] if at < len(table.headings) else "", meaning, _values(table, at))
        for at, meaning in enumerate(table.meanings)
    )


def _values(table: RawTable, at: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for _, cells in table.rows[:SEARCHED]:
        text = clean_text(cells[at]) if at < len(cells) else ""
        if text:
            found[text] = None
            if len(found) == SAMPLES:
                break
    return tuple(found)


def taken_back(batches: Sequence[Kept[Batch]], download: Download) -> Kept[Batch] | None:
    """The import of this very file, read the same way, that was taken back and that no import has followed."""
    live = [kept.id for kept in batches if kept.value.state is BatchState.LIVE]
    for kept in reversed(batches):
        if kept.id < max(live, default=0):
            return None
        same = (kept.value.sha256, kept.value.columns, kept.value.sheet)
        if kept.value.state is not BatchState.LIVE and same == (
            download.copy.sha256,
            download.columns,
            download.sheet,
        ):
            return kept
    return None


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {PreviewImport: answer_preview}
