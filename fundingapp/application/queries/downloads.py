"""Reading a ledger download without keeping it: what it holds, and what it would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import PrivateCopy, SourceStore, TableReader, Tools
from fundingapp.application.progress import Progress
from fundingapp.domain.builtin_layouts import BUILT_IN
from fundingapp.domain.downloads import joined, parse_each
from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.domain.findings import Finding
from fundingapp.domain.layouts import Layout, layout_named, shape_of
from fundingapp.domain.ledger import (
    Comparison,
    Control,
    ControlKey,
    Doubt,
    HeldLine,
    Meaning,
    ParsedLedger,
    RawTable,
    compare_downloads,
    controls_of,
    scope_of,
)
from fundingapp.domain.money import Money
from fundingapp.domain.people_in_lines import people_in_lines
from fundingapp.domain.periods import Period
from fundingapp.domain.raw_tables import (
    NOT_PLACED,
    columns_named,
    doubt_findings,
    with_layout,
    with_meanings,
    with_period,
)
from fundingapp.domain.table_choice import choose_tables


@dataclass(frozen=True, slots=True)
class TableSeen:
    """One ledger table of a file; *chosen* says whether its lines are among those of the download.

    *number* is what the console and the preview choose it by: its place among the tables of the file, from 1.
    """

    sheet: str
    heading_row: int
    records: int
    total: Money
    chosen: bool = True
    number: int = 1


@dataclass(frozen=True, slots=True)
class Download:
    """A ledger download, read from a private copy: the chosen tables' lines, and what else the file holds.

    *sheet* is "" where lines of several sheets were taken. *columns* are those of the chosen tables, in their
    order. *doubts* are open questions; while one that blocks is open, nothing is imported. *raw* are the chosen
    tables as found, kept only when asked for; *layouts* name the layouts that were used. *of_file* are the findings
    about the file and the choice of its tables, which are among *findings* too.
    """

    name: str
    copy: PrivateCopy
    sheet: str
    encoding: str
    heading_row: int
    columns: tuple[tuple[str, Meaning], ...]
    parsed: ParsedLedger
    findings: tuple[Finding, ...]
    tables: tuple[TableSeen, ...]
    doubts: tuple[Doubt, ...] = ()
    raw: tuple[RawTable, ...] = ()
    layouts: tuple[str, ...] = ()
    of_file: tuple[Finding, ...] = ()

    @property
    def open_questions(self) -> tuple[Doubt, ...]:
        """The doubts without whose answer nothing may be imported."""
        return tuple(doubt for doubt in self.doubts if doubt.blocks)


@dataclass(frozen=True, slots=True)
class ReadDownload(Question[Download]):
    """What the ledger file at *path* holds.

    *sheet* restricts a workbook to one sheet and *table* takes the table of that number, *tables* several; without
    them the likeliest are taken. *columns* give columns their meaning, each by its heading. *layout* is the name of a
    layout to use, one of *layouts*, of those that the file remembers or a built-in one; a table that has the shape of
    one of *layouts* or of a remembered one is read by it unasked.
    *period* places lines that state none. A text file is read in *encoding* when one
    was chosen. With *keep_rows* the raw tables come along, for :func:`read_again`.
    """

    path: Path
    sheet: str | None = None
    table: int | None = None
    columns: tuple[tuple[str, Meaning], ...] = ()
    layout: str = ""
    layouts: tuple[Layout, ...] = ()
    period: Period | None = None
    keep_rows: bool = False
    encoding: str = ""
    tables: tuple[int, ...] = ()


def answer_read(question: ReadDownload, tools: Tools) -> Download:
    with tools.open_work(reading=True) as work:
        remembered = tuple(kept.value.layout for kept in work.layouts.all())
    question = replace(question, layouts=(*question.layouts, *remembered))
    return read_download(question, tools.sources, tools.reader, tools.progress)


def read_download(
    question: ReadDownload, sources: SourceStore, reader: TableReader, progress: Progress
) -> Download:
    """The ledger file of *question* through a private copy, which stays until the caller unlinks it.

    Raises InputRefusedError when it holds no ledger table or can't be read, ExpectedError when it has no such
    table, column or layout.
    """
    # Asked of the user's own file: nobody has the private copy open.
    open_elsewhere = reader.open_elsewhere(question.path)
    copy = sources.take_copy(question.path)
    try:
        tables = reader.ledger(
            copy.path, copy.name, question.sheet, progress, question.layouts, question.encoding
        )
        if not tables:
            raise InputRefusedError(
                "no_table", f"“{copy.name}” holds no ledger table.", "Choose the ledger's own download."
            )
        return _download_of(question, copy, tables, progress, open_elsewhere)
    except BaseException:
        sources.discard(copy)
        raise


def _download_of(
    question: ReadDownload,
    copy: PrivateCopy,
    tables: Sequence[RawTable],
    progress: Progress,
    open_elsewhere: Finding | None,
) -> Download:
    tables = [_as_asked(table, question) for table in tables]
    choice = choose_tables(
        tables,
        question.table,
        question.period,
        lambda rows: progress.report(0, rows, "Understanding the rows"),
        question.tables,
    )
    of_file = [*([open_elsewhere] if open_elsewhere else []), *choice.findings]
    if tables[0].number not in choice.numbers:
        of_file += [finding for finding in tables[0].findings if not finding.source.row]
    seen = tuple(
        TableSeen(
            table.sheet,
            table.heading_row,
            len(result.lines),
            result.total,
            table.number in choice.numbers,
            table.number,
        )
        for table, result in sorted(
            zip(tables, choice.results, strict=True), key=lambda entry: entry[0].number
        )
    )
    chosen = sorted(
        (table for table in tables if table.number in choice.numbers), key=lambda table: table.number
    )
    return _made(copy, chosen, choice.parsed, seen, tuple(of_file), question.keep_rows)


def _as_asked(table: RawTable, question: ReadDownload) -> RawTable:
    """*table* with the layout and the meanings of columns that the question gives."""
    if question.layout:
        layout = layout_named(question.layout, (*question.layouts, *BUILT_IN))
        if layout is None:
            known = ", ".join(f"“{known.name}”" for known in (*question.layouts, *BUILT_IN) if known.name)
            raise ExpectedError(
                "no_layout", f"There is no layout “{question.layout}”.", f"Choose one of {known}."
            )
        table = with_layout(table, layout)
    if question.columns:
        table = with_meanings(table, columns_named(table, dict(question.columns)))
    if question.period is not None:
        return with_period(table, question.period)
    if any(doubt.kind == "period.unknown" for doubt in table.doubts):
        return replace(table, period=NOT_PLACED)
    return table


def _made(
    copy: PrivateCopy,
    chosen: Sequence[RawTable],
    parsed: ParsedLedger,
    seen: tuple[TableSeen, ...],
    of_file: tuple[Finding, ...],
    keep_rows: bool,
) -> Download:
    first = chosen[0]
    columns = dict(zip(first.headings, first.meanings, strict=True)) if len(chosen) > 1 else {}
    pairs = list(zip(first.headings, first.meanings, strict=True))
    for table in chosen[1:]:
        for heading, meaning in zip(table.headings, table.meanings, strict=True):
            if heading not in columns:
                columns[heading] = meaning
                pairs.append((heading, meaning))
    doubts = _once(doubt for table in chosen for doubt in table.doubts)
    findings = [*of_file, *(finding for table in chosen for finding in table.findings)]
    findings += parsed.findings
    said = {finding.kind for finding in findings}
    findings += [
        finding
        for doubt in doubts
        if doubt.kind not in said
        for finding in doubt_findings(next(table for table in chosen if doubt in table.doubts), [doubt])
    ]
    findings += people_in_lines(parsed.lines, copy.name)
    sheets = {table.sheet for table in chosen}
    return Download(
        name=copy.name,
        copy=copy,
        sheet=first.sheet if len(sheets) == 1 else "",
        encoding=first.encoding,
        heading_row=first.heading_row,
        columns=tuple(pairs),
        parsed=parsed,
        findings=tuple(findings),
        tables=seen,
        doubts=doubts,
        raw=tuple(chosen) if keep_rows else (),
        layouts=tuple(dict.fromkeys(table.layout for table in chosen if table.layout)),
        of_file=of_file,
    )


def _once(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    return tuple({(doubt.kind, doubt.text): doubt for doubt in doubts}.values())


def read_again(download: Download, meanings: Mapping[int, Meaning], period: Period | None = None) -> Download:
    """*download* with other meanings for columns, each by its place from 0, without reading the file again.

    They hold for every chosen table that has the headings of the first. The download must have been read with
    ``keep_rows``. Raises ExpectedError when no column of amounts would be left.
    """
    if not download.raw:
        raise ValueError("the download was read without its rows")
    shape = shape_of(download.raw[0].headings)
    tables = [
        with_meanings(table, meanings) if shape_of(table.headings) == shape else table
        for table in download.raw
    ]
    if period is not None:
        tables = [with_period(table, period) for table in tables]
    results = parse_each(tables, period)
    by_number = {table.number: result for table, result in zip(tables, results, strict=True)}
    seen = tuple(
        replace(entry, records=len(by_number[entry.number].lines), total=by_number[entry.number].total)
        if entry.number in by_number
        else entry
        for entry in download.tables
    )
    return _made(download.copy, tables, joined(results), seen, download.of_file, True)


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


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ReadDownload: answer_read,
}
