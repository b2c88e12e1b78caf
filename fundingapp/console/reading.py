"""The commands that read ledger downloads: report on one, import one, keep layouts."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.offices import Offices
from fundingapp.application.queries.downloads import Download, ReadDownload
from fundingapp.application.queries.previews import layouts_of
from fundingapp.application.wording import count, short_date
from fundingapp.console.files import DONE, TO_LOOK_AT, say_findings, writable
from fundingapp.console.layouts import asked_layout, do_layouts
from fundingapp.console.output import (
    BarProgress,
    Output,
    Part,
    finding_data,
    matters,
)
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.money import Money

UNREADABLE_ADVICE = (
    "Correct the download and import it again, or add --skip-unreadable to import it without what can't be read; "
    "nothing was imported."
)
OPEN_QUESTIONS_ADVICE = (
    "Answer with --column “HEADING=MEANING”, or --period 2018/19-9 where only the period is open; "
    "nothing was imported."
)
_ADVICE = {"unreadable_rows": UNREADABLE_ADVICE, "open_questions": OPEN_QUESTIONS_ADVICE}
#: What people call the encodings of text files.
_ENCODINGS = {
    "cp1252": "Windows-1252",
    "cp850": "code page 850",
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
}


def _question(given: argparse.Namespace, offices: Offices) -> ReadDownload:
    """What is asked of a download, by the words of the command line."""
    layout, layouts = asked_layout(given.layout, offices)
    return ReadDownload(
        given.ledger,
        given.sheet,
        given.table,
        tuple(given.column),
        layout,
        layouts,
        given.period,
    )


def _download_data(download: Download) -> dict[str, Any]:
    lines = download.parsed.lines
    negatives = [line.amount for line in lines if line.amount < Money.ZERO]
    days = [line.posted_on for line in lines if line.posted_on is not None]
    stated = download.parsed.stated_total
    return {
        "encoding": download.encoding,
        "tables": [
            {
                "sheet": seen.sheet,
                "heading_row": seen.heading_row,
                "records": seen.records,
                "total_pence": seen.total.pence,
                "chosen": seen.chosen,
            }
            for seen in download.tables
        ],
        "layouts": list(download.layouts),
        "questions": [
            {
                "kind": doubt.kind,
                "text": doubt.text,
                "column": download.columns[doubt.columns[0]][0] if doubt.columns else "",
                "choices": [choice.text for choice in doubt.choices],
                "must_be_answered": doubt.blocks,
            }
            for doubt in download.doubts
        ],
        "columns": _columns_data(download),
        "records": len(lines),
        "total_pence": download.parsed.total.pence,
        "negatives": len(negatives),
        "negative_total_pence": Money.total(negatives).pence,
        "stated_total_pence": stated.pence if stated is not None else None,
        "date_from": min(days).isoformat() if days else None,
        "date_to": max(days).isoformat() if days else None,
        "skipped": [{"row": row.row, "reason": row.reason} for row in download.parsed.skipped],
        "findings": [finding_data(finding) for finding in download.findings],
    }


def _columns_data(download: Download) -> dict[str, str]:
    """What each heading means, those that are used first; one without heading, or of a name taken, by its number."""
    named: dict[str, str] = {}
    numbered = list(enumerate(download.columns, start=1))
    for number, (heading, meaning) in sorted(numbered, key=lambda entry: entry[1][1] is Meaning.OTHER):
        if meaning is Meaning.OTHER and not heading:
            continue
        name = heading if heading and heading not in named else f"{heading} (column {number})".strip(" ()")
        named[name] = meaning.value
    return named


def _download_words(download: Download) -> list[Part]:
    parsed = download.parsed
    days = [line.posted_on for line in parsed.lines if line.posted_on is not None]
    sheets = list(dict.fromkeys(seen.sheet for seen in download.tables if seen.chosen and seen.sheet))
    where = f", sheet “{download.sheet}”" if download.sheet else ""
    if len(sheets) > 1:
        where = f", {len(sheets)} sheets from “{sheets[0]}” to “{sheets[-1]}”"
    stated = parsed.stated_total
    agrees = "" if stated is None else f" The file states {stated.in_words}."
    encoding = f", {_ENCODINGS.get(download.encoding, download.encoding)}" if download.encoding else ""
    return [
        f"{download.name}{where}: headings in row {download.heading_row}{encoding}.",
        f"{count(parsed.rows_read, 'row')} read = {count(len(parsed.lines), 'line')} kept + "
        f"{count(len(parsed.skipped), 'row')} skipped; total {parsed.total.in_words}.{agrees}",
        f"Dated {short_date(min(days)) if days else '–'} to {short_date(max(days)) if days else '–'}.",
        *(f"Skipped row {row.row}: {row.reason}" for row in parsed.skipped[:50]),
    ]


def read_download(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Reads a ledger download and reports, storing nothing."""
    download = offices.read(_question(given, offices), progress)
    say_findings(out, download.findings)
    out.result(_download_data(download), _download_words(download))
    return TO_LOOK_AT if matters(download.findings) else DONE


def import_download(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Imports a ledger download."""
    opened = writable(offices, given.file)
    try:
        question = _question(given, offices)
        # What the columns mean was said by a person, so it is remembered; each table's own headings are needed for it.
        confirmed = bool(question.columns or question.layout)
        download = opened.desk.ask(replace(question, keep_rows=confirmed), progress)
        try:
            command = ImportLedger(
                replace(download, raw=()),
                control_total=given.control_total,
                skip_unreadable=given.skip_unreadable,
                remember=layouts_of(download) if confirmed else (),
            )
            made = opened.desk.do(command, progress).result
        except ExpectedError as error:
            advice = _ADVICE.get(error.code)
            if advice is None:
                raise
            raise ExpectedError(error.code, error.message, advice) from error
        finally:
            download.copy.path.unlink(missing_ok=True)
    finally:
        opened.close()
    data = _download_data(download)
    data["findings"] = [finding_data(finding) for finding in made.findings]
    data |= {
        "batch": made.batch,
        "new": made.new,
        "unchanged": made.unchanged,
        "reworded": list(made.reworded),
        "amount_changed": list(made.amount_changed),
        "vanished": list(made.vanished),
    }
    say_findings(out, made.findings)
    words = _download_words(download)
    words.append(f"Import {made.batch}: {made.new:,} new, {made.unchanged:,} unchanged.")
    for name, keys in (
        ("Reworded", made.reworded),
        ("Changed in amount", made.amount_changed),
        ("Vanished", made.vanished),
    ):
        if keys:
            words.append(f"{name}: {', '.join(keys)}.")
    out.result(data, words)
    changed = made.reworded or made.amount_changed or made.vanished
    return TO_LOOK_AT if matters(made.findings) or changed else DONE


def keep_layouts(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Lists the layouts of a file, adds, exports or forgets one."""
    changes = given.add is not None or given.forget is not None or given.rename is not None
    opened = writable(offices, given.file) if changes else offices.open(given.file, writing=False)
    try:
        do_layouts(given, opened.desk, offices, out)
    finally:
        opened.close()
    return DONE
