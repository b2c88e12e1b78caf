"""Reading a ledger download without keeping it: what it holds, and what it would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import BatchState, PrivateCopy, SourceStore, TableReader, Tools
from fundingapp.application.progress import Progress
from fundingapp.domain.downloads import parse_lines
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding
from fundingapp.domain.ledger import (
    Comparison,
    Control,
    ControlKey,
    HeldLine,
    Meaning,
    ParsedLedger,
    RawTable,
    compare_downloads,
    controls_of,
    scope_of,
)
from fundingapp.domain.money import Money


@dataclass(frozen=True, slots=True)
class TableSeen:
    """One ledger table of a file."""

    sheet: str
    heading_row: int
    records: int
    total: Money


@dataclass(frozen=True, slots=True)
class Download:
    """A ledger download, read from a private copy: the chosen table's lines, and what else the file holds."""

    name: str
    copy: PrivateCopy
    sheet: str
    encoding: str
    heading_row: int
    columns: tuple[tuple[str, Meaning], ...]
    parsed: ParsedLedger
    findings: tuple[Finding, ...]
    tables: tuple[TableSeen, ...]


@dataclass(frozen=True, slots=True)
class ReadDownload(Question[Download]):
    """What the ledger file at *path* holds. *sheet* names the table to take when there are several."""

    path: Path
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewImport(Question["ImportPreview"]):
    """What importing a download would do."""

    download: Download


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do; *same_as* names the live import of the very same file."""

    download: Download
    comparison: Comparison
    same_as: str | None


def answer_read(question: ReadDownload, tools: Tools) -> Download:
    return read_download(question.path, question.sheet, tools.sources, tools.reader, tools.progress)


def read_download(
    path: Path, sheet: str | None, sources: SourceStore, reader: TableReader, progress: Progress
) -> Download:
    """The ledger file at *path* through a private copy, which stays until the caller unlinks it.

    Raises InputRefusedError when it holds no ledger table or can't be read.
    """
    copy = sources.take_copy(path)
    try:
        tables = reader.ledger(copy.path, copy.name, sheet, progress)
        if not tables:
            raise InputRefusedError(
                "no_table", f"“{copy.name}” holds no ledger table.", "Choose the ledger's own download."
            )
        parsed = [_parse(table, progress) for table in tables]
    except BaseException:
        sources.discard(copy)
        raise
    chosen = tables[0]
    return Download(
        name=copy.name,
        copy=copy,
        sheet=chosen.sheet,
        encoding=chosen.encoding,
        heading_row=chosen.heading_row,
        columns=tuple(zip(chosen.headings, chosen.meanings, strict=True)),
        parsed=parsed[0],
        findings=chosen.findings + parsed[0].findings,
        tables=tuple(
            TableSeen(table.sheet, table.heading_row, len(lines.lines), lines.total)
            for table, lines in zip(tables, parsed, strict=True)
        ),
    )


def _parse(table: RawTable, progress: Progress) -> ParsedLedger:
    progress.report(0, len(table.rows), "Understanding the rows")
    return parse_lines(table)


def compare(
    held: Mapping[str, HeldLine],
    download: Download,
    groups: Sequence[frozenset[str]],
    controls: Mapping[ControlKey, Control] | None = None,
) -> Comparison:
    """The download against the lines *held*; *groups* are the cost centres of earlier imports, *controls* the
    download's own where they are known already."""
    parsed = download.parsed
    scope = scope_of(controls_of(parsed.lines) if controls is None else controls, groups)
    return compare_downloads(held, parsed.lines, parsed.fields, scope)


def answer_preview(question: PreviewImport, tools: Tools) -> ImportPreview:
    download = question.download
    with tools.open_work(reading=True) as work:
        live = [kept.value for kept in work.ledger.batches() if kept.value.state is BatchState.LIVE]
        parsed = download.parsed
        held = work.ledger.held_beside(parsed.lines, parsed.fields) if live else {}
        comparison = compare(held, download, work.ledger.cost_centre_groups() if live else [])
    same = live[-1] if live and live[-1].sha256 == download.copy.sha256 else None
    return ImportPreview(download, comparison, same.file_name if same else None)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ReadDownload: answer_read,
    PreviewImport: answer_preview,
}
