"""The console's command for the board's paper on what the money changed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fundingapp.application.offices import Offices
from fundingapp.application.queries.difference import WriteDifference
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import count
from fundingapp.console.files import DONE, TO_LOOK_AT
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.console.values import to_year
from fundingapp.domain.difference import STANDING_WORDS, DifferenceReport, OffLine, Tally, tally_in_words


def add_difference_command(
    command: Callable[[str, Callable[..., int], str], argparse.ArgumentParser],
    file: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Registers the command of this module."""
    made = command(
        "difference", write_difference, "writes the board's paper: what the money was for, bought and changed"
    )
    file(made)
    made.add_argument(
        "--year", required=True, type=to_year, metavar="Y", help="the financial year, such as 2018/19"
    )
    made.add_argument("--fund", default="", metavar="NAME", help="only of this fund; by itself of all")
    made.add_argument(
        "--quarter",
        type=int,
        choices=range(1, 5),
        metavar="N",
        help="to its end; by itself the last that is over",
    )
    made.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="P.docx",
        help="the document (.docx) or PDF (.pdf) to write",
    )


def write_difference(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Writes the paper; something is to be looked at while a figure or its evidence is missing."""
    opened = offices.open(given.file, writing=False)
    try:
        fund = opened.desk.ask(FundNamed(given.fund)) if given.fund else None
        written = opened.desk.ask(WriteDifference(given.year, given.out, fund, given.quarter), progress)
    finally:
        opened.close()
    report = written.report
    words: list[Part] = [
        f"{written.path}: {report.title}, to the end of Q{report.quarter}.",
        tally_in_words(report.tally),
    ]
    if report.off:
        words.append(
            table("Exceptions", ("Project", "What", "Side", "How"), [_off_row(line) for line in report.off])
        )
    tally = report.tally
    if tally.missing or tally.gaps:
        gaps = count(tally.gaps, "gap")
        words.append(f"{count(tally.missing, 'figure')} missing, {gaps} in the evidence.")
    words += [f"To see to: {text}" for text in report.to_see_to]
    out.result({"out": str(written.path), **_data(report)}, words)
    return TO_LOOK_AT if tally.missing or tally.gaps or report.to_see_to else DONE


def _off_row(line: OffLine) -> tuple[str, ...]:
    return f"{line.ref} {line.name}".strip(), line.by.value, line.side.value, line.said


def _data(report: DifferenceReport) -> dict[str, Any]:
    return {
        "year": str(report.year),
        "quarter": report.quarter,
        "funds": [
            {
                "fund": grant.fund,
                "available_pence": grant.available.pence,
                "awarded_pence": grant.awarded.pence,
                "spent_pence": grant.spent.pence,
            }
            for grant in report.grants
        ],
        "indicators": _tally_data(report.tally),
        "exceptions": [
            {
                "ref": line.ref,
                "name": line.name,
                "by": line.by.value,
                "side": line.side.value,
                "text": line.said,
                "reason": line.reason,
                "figure": line.figure,
            }
            for line in report.off
        ],
        "projects": [
            {
                "ref": project.ref,
                "awarded_pence": sum(each.awarded.pence for each in project.money),
                "spent_pence": sum(each.spent.pence for each in project.money),
                "measures": len(project.lines),
                "gaps": list(project.gaps),
            }
            for project in report.projects
        ],
        "evidence": len(report.index),
        "not_measured": [{"of": of, "text": text} for of, text in report.not_measured],
        "to_see_to": list(report.to_see_to),
    }


def _tally_data(tally: Tally) -> dict[str, int]:
    said = {standing.name.casefold(): tally.of(standing) for standing in STANDING_WORDS}
    return {**said, "missing": tally.missing, "gaps": tally.gaps}
