"""The console's commands for tables that somebody published: what in them their own counts do not give, and keeping
them in a file."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from fundingapp.application.commands.performance import (
    AcceptFinding,
    ImportPerformanceTable,
    RemovePerformanceTable,
    TableChoices,
)
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.queries.areas import AllPlaces
from fundingapp.application.queries.performance import (
    CrimesListed,
    ExportPerformanceTable,
    PerformanceTableOf,
    PerformanceTables,
    ReadPerformanceFile,
    TableShown,
    apart_from_crimes,
    count_shown,
    crimes_in_words,
)
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, TO_LOOK_AT, say_findings, writable
from fundingapp.console.output import BarProgress, Output, Part, finding_data, table
from fundingapp.domain.changes import Days
from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ids import AreaId, PerformanceTableId
from fundingapp.domain.printed_checks import TableCheck, Wrong, check_table
from fundingapp.domain.printed_tables import PrintedTable, read_tables, refuse_lists
from fundingapp.domain.printed_totals import TotalDiffers


def add_check_table_options(made: argparse.ArgumentParser) -> None:
    """The table and its sheet."""
    made.add_argument("table", type=Path, metavar="TABLE", help="the published table, .csv, .xlsx or .ods")
    made.add_argument("--sheet", metavar="S", help="only this sheet of a workbook")


def check_published_table(
    given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress
) -> int:
    """Reads a published table and says what its counts do not give."""
    read = offices.sheets(given.table, given.sheet, progress)
    sheets, crimes = apart_from_crimes(read.sheets)
    refuse_lists(sheets)
    tables = read_tables(sheets)
    if not tables and not crimes:
        raise InputRefusedError(
            "no_table",
            f"“{read.name}” holds no table of figures.",
            "Choose the file with the published table, or its sheet with --sheet.",
        )
    checks = [check_table(each) for each in tables]
    progress.stop()
    noted = [
        Finding(Severity.NOTE, "table.not_judged", note.text, Source(read.name, each.sheet, 0, note.column))
        for each, check in zip(tables, checks, strict=True)
        for note in check.notes
    ]
    say_findings(out, (*read.findings, *noted))
    wrong = [each for check in checks for each in check.wrong]
    totals = [each for check in checks for each in check.totals]
    out.result(
        {
            "rows": sum(len(each.rows) for each in tables) + sum(each.crimes for each in crimes),
            "wrong": [_difference_data(each) for each in wrong],
            "totals_that_differ": [_difference_data(each) for each in totals],
            "verified": sum(check.verified for check in checks),
            "tables": [
                {
                    "sheet": each.sheet,
                    "title": each.title,
                    "heading_row": each.heading_row,
                    "rows": len(each.rows),
                    "columns": [column.heading for column in each.columns],
                    "verified": check.verified,
                }
                for each, check in zip(tables, checks, strict=True)
            ],
            "lists_of_crimes": [{"sheet": each.sheet, "crimes": each.crimes} for each in crimes],
            "findings": [finding_data(finding) for finding in (*read.findings, *noted)],
        },
        [*_in_words(read.name, tables, checks), *_crimes_in_words(read.name, crimes)],
    )
    return TO_LOOK_AT if wrong or totals else DONE


def add_tables_options(made: argparse.ArgumentParser, to_day: Callable[[str], date]) -> None:
    """What is to be kept, accepted or taken out; without any of these the tables are listed."""
    made.add_argument("--keep", type=Path, metavar="TABLE", help="take this published table in")
    made.add_argument("--number", type=int, default=1, metavar="N", help="which table of the file, from 1")
    made.add_argument("--sheet", metavar="S", help="only this sheet of a workbook")
    made.add_argument("--name", default="", metavar="TEXT", help="what the table is to be called")
    made.add_argument("--publisher", default="", metavar="TEXT", help="who published it")
    made.add_argument("--area", default="", metavar="NAME", help="the place that the whole table is of")
    made.add_argument(
        "--period",
        action="append",
        default=[],
        type=_period(to_day),
        metavar="HEADING=FROM..TO",
        help="the days that a heading means, such as “2018=01/04/2017..31/01/2018”",
    )
    made.add_argument(
        "--family", default="", metavar="NAMES", help="its family group, separated by semicolons"
    )
    made.add_argument("--as-at", type=to_day, metavar="DAY", help="the day it was taken out of its source")
    made.add_argument("--again", action="store_true", help="take the very file in once more")
    made.add_argument("--show", type=int, metavar="ID", help="one table, with everything worked out")
    made.add_argument("--accept", type=int, metavar="ID", help="leave a figure that was printed wrongly")
    made.add_argument(
        "--reason", default="", metavar="TEXT", help="why it is left; without it, no longer accepted"
    )
    made.add_argument("--remove", type=int, metavar="ID", help="take a table out")
    made.add_argument(
        "--export", type=Path, metavar="OUT", help="write the table of --show, small numbers hidden"
    )


def _period(to_day: Callable[[str], date]) -> Callable[[str], tuple[str, Days]]:
    def read(text: str) -> tuple[str, Days]:
        heading, _, days = text.rpartition("=")
        first, _, last = days.partition("..")
        try:
            return heading.strip(), Days(to_day(first.strip()), to_day(last.strip()))
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"“{text}” does not say HEADING=FROM..TO ({error})") from error

    return read


def keep_tables(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Lists the published tables of a file, keeps, shows, accepts or takes one out."""
    changes = given.keep is not None or given.accept is not None or given.remove is not None
    opened = writable(offices, given.file) if changes else offices.open(given.file, writing=False)
    try:
        desk = opened.desk
        if given.keep is not None:
            return _keep(given, desk, out, progress)
        if given.accept is not None:
            desk.do(AcceptFinding(given.accept, given.reason))
        if given.remove is not None:
            desk.do(RemovePerformanceTable(PerformanceTableId(given.remove)))
        if given.show is not None:
            return _show(
                desk.ask(PerformanceTableOf(PerformanceTableId(given.show))), given, desk, out, progress
            )
        rows = desk.ask(PerformanceTables())
    finally:
        opened.close()
    waiting = sum(row.waiting for row in rows)
    out.result(
        {
            "tables": [
                {
                    "id": row.kept.id,
                    "name": row.kept.value.name,
                    "file": row.file,
                    "periods": [[days.first.isoformat(), days.last.isoformat()] for days in row.periods],
                    "rows": row.rows,
                    "wrong": row.waiting,
                    "accepted": row.accepted,
                    "as_at": row.as_at or None,
                }
                for row in rows
            ]
        },
        [
            table(
                "Published tables",
                ("Id", "Name", "File", "Rows", "Wrong", "Accepted"),
                [
                    (
                        str(row.kept.id),
                        row.kept.value.name,
                        row.file,
                        str(row.rows),
                        str(row.waiting),
                        str(row.accepted),
                    )
                    for row in rows
                ],
                money=(0, 3, 4, 5),
            )
            if rows
            else "No published table is kept."
        ],
    )
    return TO_LOOK_AT if waiting else DONE


def _keep(given: argparse.Namespace, desk: Desk, out: Output, progress: BarProgress) -> int:
    read = desk.ask(ReadPerformanceFile(given.keep, given.sheet), progress)
    try:
        if not 1 <= given.number <= len(read.tables):
            raise ExpectedError(
                "no_table",
                f"“{read.name}” has {count(len(read.tables), 'table')}, and no table {given.number}.",
                "Choose another with --number.",
            )
        area = None
        if given.area:
            wanted = given.area.casefold()
            places = desk.ask(AllPlaces())
            area = next((each.kept.id for each in places if each.kept.value.name.casefold() == wanted), None)
            if area is None:
                raise ExpectedError(
                    "no_place", f"There is no place “{given.area}”.", "Add it, or name another."
                )
        choices = TableChoices(
            given.name,
            dict(given.period),
            given.publisher,
            AreaId(area) if area is not None else None,
            family=given.family,
            as_at=given.as_at,
            again=given.again,
        )
        made = desk.do(ImportPerformanceTable(read, choices, given.number - 1), progress).result
    finally:
        read.read.copy.path.unlink(missing_ok=True)
    chosen = read.tables[given.number - 1].check
    out.result(
        {
            "table": made.table,
            "rows_read": made.read,
            "rows_kept": made.kept,
            "rows_skipped": made.skipped,
            "counts": made.figures,
            "wrong": [_difference_data(each) for each in chosen.wrong],
            "totals_that_differ": [_difference_data(each) for each in chosen.totals],
        },
        [
            f"Table {made.table}: {count(made.read, 'row')} read = {made.kept:,} kept + {made.skipped:,} left out; "
            f"{count(made.figures, 'count')}, {count(made.findings, 'printed figure')} not what they give."
        ],
    )
    return TO_LOOK_AT if made.findings else DONE


def _show(
    shown: TableShown, given: argparse.Namespace, desk: Desk, out: Output, progress: BarProgress
) -> int:
    written = None
    if given.export is not None:
        question = ExportPerformanceTable(PerformanceTableId(shown.kept.id), given.export)
        written = desk.ask(question, progress)
    waiting = [each for each in shown.findings if not each.value.accepted]
    differing = [each for each in shown.others if each.differs]
    words: list[Part] = [
        table(
            shown.kept.value.name,
            ("Category", "Place", "Before", "Latest", "Difference", "Change", "Trend"),
            [
                (
                    each.line.category,
                    each.area or each.line.place,
                    count_shown(each.line.previous),
                    count_shown(each.line.current),
                    f"{each.line.difference:+,}" if each.line.difference is not None else "–",
                    f"{each.line.percent:+}%" if each.line.percent is not None else "–",
                    each.line.trend.word,
                )
                for each in shown.lines
            ],
            money=(2, 3, 4, 5),
        )
    ]
    words += [f"Printed wrongly ({each.id}): {each.value.text}" for each in waiting]
    words += [each.in_words for each in differing]
    if written is not None:
        words.append(f"Written to {given.export}; {count(written.hidden, 'cell')} hidden for small numbers.")
    out.result(
        {
            "table": shown.kept.id,
            "lines": [
                {
                    "row": each.row,
                    "category": each.line.category,
                    "place": each.line.place,
                    "previous": count_shown(each.line.previous),
                    "current": count_shown(each.line.current),
                    "difference": str(each.line.difference) if each.line.difference is not None else None,
                    "percent": str(each.line.percent) if each.line.percent is not None else None,
                    "trend": each.line.trend.word,
                    "rank": each.printed_rank,
                    "rank_worked_out": each.rank.in_words if each.rank is not None else None,
                    "note": each.line.note,
                }
                for each in shown.lines
            ],
            "wrong": [
                {
                    "id": each.id,
                    "row": each.value.row,
                    "column": each.value.column,
                    "printed": each.value.printed,
                    "should_be": each.value.should_be,
                    "accepted": each.value.accepted,
                }
                for each in shown.findings
            ],
            "differs_from_others": [each.in_words for each in differing],
            "out": str(given.export) if given.export is not None else None,
            "hidden": written.hidden if written is not None else 0,
        },
        words,
    )
    return TO_LOOK_AT if waiting or differing else DONE


def _difference_data(each: Wrong | TotalDiffers) -> dict[str, Any]:
    return {
        "row": each.row,
        "column": each.column,
        "printed": each.printed,
        "should_be": each.should_be,
        "label": each.label,
        "text": each.text,
    }


def _crimes_in_words(name: str, crimes: Sequence[CrimesListed]) -> list[Part]:
    return [
        f"{crimes_in_words(f'{name}, sheet “{each.sheet}”' if each.sheet else name, [each])} It prints nothing that is "
        "worked out, so there is nothing to check; `import-figures` counts its crimes by month, place and kind."
        for each in crimes
    ]


def _in_words(name: str, tables: tuple[PrintedTable, ...], checks: list[TableCheck]) -> list[Part]:
    words: list[Part] = []
    for each, check in zip(tables, checks, strict=True):
        where = f", sheet “{each.sheet}”" if each.sheet else ""
        title = f" “{each.title}”" if each.title and len(tables) > 1 else ""
        words.append(
            f"{name}{where}{title}: {count(len(each.rows), 'row')}; "
            f"{count(check.verified, 'printed figure')} held against the counts."
        )
        for heading, found in (
            ("Not what the counts give", check.wrong),
            ("Totals that differ from their parts", check.totals),
        ):
            if found:
                words.append(
                    table(
                        heading,
                        ("Row", "Of", "Column", "Printed", "Should be"),
                        [(str(one.row), one.label, one.column, one.printed, one.should_be) for one in found],
                        money=(0, 3, 4),
                    )
                )
        if not check.wrong and not check.totals:
            words.append(
                "All of them are what the counts give."
                if check.verified
                else "It prints nothing that is worked out of other figures."
            )
    return words
