"""A published table of counts by category, place and period, as a file of figures; the reading itself is that of
:mod:`~fundingapp.domain.printed_tables`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from fundingapp.domain.cells import clean_text
from fundingapp.domain.changes import Days
from fundingapp.domain.figure_files.contents import (
    FigureFile,
    FileFigure,
    FileRow,
    PrintedFault,
    RowIs,
    plain_heading,
    text_of,
)
from fundingapp.domain.figure_files.days import read_days
from fundingapp.domain.figure_files.numbers import Number
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import SheetRows
from fundingapp.domain.performance import RowSort
from fundingapp.domain.printed_checks import TableCheck, Wrong, check_table
from fundingapp.domain.printed_tables import PrintedTable, read_tables
from fundingapp.domain.printed_totals import TotalDiffers
from fundingapp.domain.published_counts import PrintedCount, counts_of, rows_are_places
from fundingapp.domain.raw_tables import address

_WHATS = {
    RowSort.ORDINARY: RowIs.FIGURES,
    RowSort.TOTAL: RowIs.TOTAL,
    RowSort.SUBTOTAL: RowIs.TOTAL,
    RowSort.UNASSIGNED: RowIs.UNASSIGNED,
}
#: What the labels of a grid of indicators stand under; such a grid is no published table.
_OF_INDICATORS = frozenset(
    {
        *("indicator", "indicator name", "indicator code", "indicator ref", "performance indicator"),
        *("output", "outcome", "output or outcome", "outcome indicator", "what is measured"),
        *("project", "project ref", "project reference", "ref", "reference"),
    }
)


def read_printed(sheet: SheetRows, name: str, *, must: bool = False) -> tuple[FigureFile, ...]:
    """The published tables of *sheet* in the file *name*, in their order; where there are several, each has a *part*
    that names it.

    Without *must* each has to show that it is one: by what it works out of its counts, or by rows that are places.
    """
    found = []
    for table in read_tables([sheet]):
        check = check_table(table)
        counts = counts_of(table, check)
        if counts and (must or _is_published(table, check)):
            found.append(_file(sheet, name, table, check, counts))
    if len(found) < 2:
        return tuple(found)
    titles = Counter(plain_heading(each.title) for each in found)
    return tuple(
        replace(
            each,
            part=each.title if titles[plain_heading(each.title)] == 1 else f"{each.title}, row {_top(each)}",
        )
        for each in found
    )


def _top(file: FigureFile) -> int:
    """The first row of the table in its sheet."""
    return next(row.row for row in file.rows if row.has_figures or row.what is RowIs.HEADING)


def _is_published(table: PrintedTable, check: TableCheck) -> bool:
    words = {plain_heading(table.label_heading), *(plain_heading(each) for each in table.text_headings)}
    if words & _OF_INDICATORS:
        return False
    return any(not relation.is_of_rows for relation in check.relations) or rows_are_places(table)


def _file(
    sheet: SheetRows, name: str, table: PrintedTable, check: TableCheck, counts: tuple[PrintedCount, ...]
) -> FigureFile:
    down = rows_are_places(table)
    sorts = {row.row: row for row in table.rows}
    with_counts = {count.row for count in counts}
    headings = range(table.heading_row, min(sorts)) if table.heading_row else range(0)
    rows = []
    for row in sheet.rows:
        text = text_of(row)
        printed = sorts.get(row.row)
        if printed is not None and row.row in with_counts:
            place = printed.label if down else ""
            rows.append(FileRow(row.row, _WHATS[printed.sort], text, "", place, category=printed.label))
        elif printed is not None:
            rows.append(FileRow(row.row, RowIs.EMPTY, text, "worked out of other rows"))
        elif row.row in headings:
            rows.append(FileRow(row.row, RowIs.HEADING, text, "the headings"))
        elif min(sorts) < row.row < max(sorts):
            rows.append(FileRow(row.row, RowIs.NOTE, text, "a note between the rows"))
        else:
            rows.append(FileRow(row.row, RowIs.NOTE, text, "above or below the table"))
    # A table without a title of its own is called as its file.
    title = table.title or name.rpartition(".")[0] or name
    figures = tuple(_figure(count, title) for count in counts)
    all_days = [figure.days for figure in figures if figure.days is not None]
    span = (
        Days(min(each.first for each in all_days), max(each.last for each in all_days)) if all_days else None
    )
    told: tuple[Wrong | TotalDiffers, ...] = (*check.wrong, *check.totals)
    findings = tuple(
        Finding(
            Severity.WARNING,
            "figures.printed_wrong",
            each.text,
            Source(name, sheet.name, each.row, each.column),
        )
        for each in told
    ) + tuple(
        Finding(Severity.NOTE, "figures.not_judged", each.text, Source(name, sheet.name, 0, each.column))
        for each in check.notes
    )
    return FigureFile(
        name,
        FigureLayout.AREAS if down else FigureLayout.PERFORMANCE,
        sheet.name,
        title,
        "",
        span,
        tuple(rows),
        figures,
        tuple(dict.fromkeys(figure.category for figure in figures)),
        findings,
        "\n".join(table.notes),
        any("provisional" in clean_text(each).casefold() for each in table.notes),
        wrong=tuple(
            PrintedFault(each.row, each.column, each.printed, each.should_be, each.text) for each in told
        ),
    )


def _figure(count: PrintedCount, title: str) -> FileFigure:
    days = read_days(count.period)
    return FileFigure(
        count.row,
        count.column,
        count.category or title,
        count.place,
        # A day alone may end a financial year to date: a person says what it means.
        days if days is not None and days.first != days.last else None,
        Number(count.count, count.hidden),
        sort=count.sort,
        note=count.footnote,
        cell=address(count.row, count.column - 1),
        period=count.period,
        target=count.target,
        rank=count.rank,
        rank_of=count.rank_of,
    )
