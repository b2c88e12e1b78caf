"""The console's command for tables that somebody published: what in them their own counts do not give."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from fundingapp.application.offices import Offices
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, TO_LOOK_AT, say_findings
from fundingapp.console.output import BarProgress, Output, Part, finding_data, table
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.printed_checks import TableCheck, Wrong, check_table
from fundingapp.domain.printed_tables import PrintedTable, read_tables
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
    tables = read_tables(read.sheets)
    if not tables:
        raise InputRefusedError(
            "no_table",
            f"“{read.name}” holds no table of figures.",
            "Choose the file with the published table, or its sheet with --sheet.",
        )
    checks = [check_table(each) for each in tables]
    progress.stop()
    say_findings(out, read.findings)
    wrong = [each for check in checks for each in check.wrong]
    totals = [each for check in checks for each in check.totals]
    out.result(
        {
            "rows": sum(len(each.rows) for each in tables),
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
            "findings": [finding_data(finding) for finding in read.findings],
        },
        _in_words(read.name, tables, checks),
    )
    return TO_LOOK_AT if wrong or totals else DONE


def _difference_data(each: Wrong | TotalDiffers) -> dict[str, Any]:
    return {
        "row": each.row,
        "column": each.column,
        "printed": each.printed,
        "should_be": each.should_be,
        "label": each.label,
        "text": each.text,
    }


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
