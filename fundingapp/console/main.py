"""The console's commands, each as thin as it can be: words in, a command or question, words or JSON out."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fundingapp import __version__
from fundingapp.application.commands.grants import RecordPlan, SetUpPartnership
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.layouts import AUTOMATIC
from fundingapp.application.commands.matching import AddRules, ApplyRules
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.commands.suggestions import Suggest
from fundingapp.application.offices import Offices, OpenFile
from fundingapp.application.ports import LineShare
from fundingapp.application.progress import Cancelled
from fundingapp.application.queries.downloads import Download, ReadDownload
from fundingapp.application.queries.positions import PositionAnswer, PositionOf
from fundingapp.application.queries.previews import layouts_of
from fundingapp.application.queries.suggestions import LinesToLookAt, SuggestionCount
from fundingapp.application.queries.tables import ReadPlan
from fundingapp.application.queries.why import Why
from fundingapp.application.queries.workspace import FundNamed, WorkspaceOf
from fundingapp.application.sample import make_sample
from fundingapp.application.wording import count, short_date
from fundingapp.console.adjusting import KINDS, adjust, lock, unlock
from fundingapp.console.demo import demonstrate, identity_table
from fundingapp.console.enquiries import ask_holder, take_answers
from fundingapp.console.layouts import add_layouts_options, asked_layout, do_layouts, is_layout_file
from fundingapp.console.output import (
    BarProgress,
    EitherWay,
    Output,
    Part,
    finding_data,
    matters,
    show_what_is_possible,
    table,
)
from fundingapp.console.rules import look_at_rules, usable_rules
from fundingapp.console.suggestions import suggest_lines
from fundingapp.domain.builtin_layouts import BUILT_IN
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.funds import Kind, Partnership
from fundingapp.domain.layouts import layout_named
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import FinancialYear, Period, quarter_due
from fundingapp.domain.returns import checks_of

DONE, TO_LOOK_AT, WRONG_COMMAND, REFUSED = 0, 1, 2, 3

UP_TO = "up to this period, 1 to 13 (April is 1, 13 the closing adjustments)"
LINES = "charge these lines as suggested: their transactions, or “certain” for all above the accept line"
UNREADABLE_ADVICE = (
    "Correct the download and import it again, or add --skip-unreadable to import it without what can't be read; "
    "nothing was imported."
)

RULE_TABLES = """\
The table has a column “charge to” and any of: order, name, cost centre, account, supplier contains, description
contains, type, transaction, date, period, year, amount, sheet, on. A cell holds the value alone, or begins with what
is meant:
  is: X                 is not: X             contains: X           does not contain: X
  starts with: X        ends with: X          one of: A; B; C       between: 3000 to 3999
  at least: 500.00      at most: 0.00         (empty)               (not empty)
A field may have several columns. All conditions of a rule hold together; text ignores case and spacing; amounts are
signed; dates are written 31/03/2019. “Charge to” is a project's reference; “income”; “excluded: reason”;
“split LF-06 60%, LF-11 40%”; or fixed sums, “split LF-06 £100.00, LF-11 the rest”, which take the sign of the line
and leave a line that is too small for them waiting. The first rule that holds, by order, wins.
"""
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

_log = logging.getLogger("fundingapp")


def run(arguments: Sequence[str], offices: Offices, log: Path | None = None) -> int:
    """Carries out one command line; returns the exit status. *log* is where the program's own mistakes are kept."""
    show_what_is_possible()
    parser = _parser()
    try:
        given = parser.parse_args(list(arguments))
    except SystemExit as stop:
        return int(stop.code or 0)
    out = Output(as_json=getattr(given, "json", False))
    progress = BarProgress()
    try:
        carry_out: Callable[[argparse.Namespace, Offices, Output, BarProgress], int] = given.carry_out
        return carry_out(given, offices, out, progress)
    except ExpectedError as error:
        progress.stop()
        out.say(str(error))
        return REFUSED
    except (KeyboardInterrupt, Cancelled):
        progress.stop()
        out.say("Stopped: whatever had not been finished was not kept.")
        return REFUSED
    except Exception:  # noqa: BLE001 - the console's crash hook: the trace goes to the log, a sentence to the person
        progress.stop()
        _log.exception("console command failed")
        place = f" The details for support are in “{log}”." if log else ""
        out.say(f"The program made a mistake and stopped; what it had not finished was not kept.{place}")
        return REFUSED
    finally:
        progress.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fundingapp",
        allow_abbrev=False,
        description="A partnership's grant money, reconciled to the penny. Without a command the window opens.",
        epilog="fundingapp [FILE] opens the window; fundingapp --sample opens it on the sample partnership.",
    )
    parser.add_argument("--version", action="version", version=f"Funding Tracker {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, carry_out: Callable[..., int], text: str) -> argparse.ArgumentParser:
        sentence = f"{text[0].upper()}{text[1:]}."
        made = commands.add_parser(name, help=text, description=sentence, allow_abbrev=False)
        made.add_argument(
            "--json", action="store_true", help="print one JSON object and nothing else on standard output"
        )
        made.set_defaults(carry_out=carry_out)
        return made

    def file(made: argparse.ArgumentParser) -> None:
        made.add_argument("file", metavar="FILE", help="the funding file")

    def grant(made: argparse.ArgumentParser) -> None:
        file(made)
        made.add_argument(
            "--fund", required=True, metavar="NAME", help="the fund's name, such as “Locality Fund”"
        )
        made.add_argument(
            "--year", required=True, type=_year, metavar="Y", help="the financial year, such as 2018/19"
        )

    def ledger(made: argparse.ArgumentParser, layout: Callable[[str], str]) -> None:
        made.add_argument(
            "ledger", metavar="LEDGER", type=Path, help="the download from the council's ledger (.xlsx, .csv)"
        )
        made.add_argument(
            "--layout",
            default=AUTOMATIC,
            type=layout,
            metavar="NAME",
            help="how the columns are told: “automatic”, by their headings and values, or the name of a layout: "
            + ", ".join(f"“{layout.name}”" for layout in BUILT_IN)
            + "; one that the funding file remembers; or a layout file",
        )
        made.add_argument("--sheet", metavar="S", help="the sheet to take, where there are several")
        made.add_argument(
            "--table",
            type=_table_number,
            metavar="N",
            help="the table to take, counted as “read” lists them, where there are several",
        )
        made.add_argument(
            "--column",
            action="append",
            default=[],
            type=_column_meaning,
            metavar="HEADING=MEANING",
            help="what a column means, may be given several times; the meanings are "
            + ", ".join(meaning.value for meaning in Meaning),
        )
        made.add_argument(
            "--period",
            type=_whole_period,
            metavar="Y-N",
            help="the period of lines that state none, such as 2018/19-9 for December 2018",
        )

    made = command("sample", _sample, "writes the sample partnership and its input files")
    made.add_argument("folder", metavar="DIR", type=Path, help="the folder to write to; made when missing")
    made.add_argument("--filled", action="store_true", help="with its grant, rules and ledger already in")

    made = command("demo", _demo, "does the whole job on the sample and shows the result")
    made.add_argument("folder", metavar="DIR", type=Path, nargs="?", help="where to; a new folder by itself")

    made = command("new", _new, "makes an empty funding file")
    made.add_argument("file", metavar="FILE", type=Path, help="its name; there must be no such file yet")
    made.add_argument("--partnership", required=True, metavar="NAME", help="the partnership's name")
    made.add_argument("--body", default="", metavar="NAME", help="the accountable body")

    made = command("plan", _plan, "records a grant from a table of its awards")
    file(made)
    made.add_argument("table", metavar="TABLE", type=Path, help="the allocation and its awards (.csv, .xlsx)")
    made.add_argument("--fund", required=True, metavar="NAME", help="what the fund is called from now on")
    made.add_argument("--commissioner", required=True, metavar="NAME", help="who gives the grant")
    made.add_argument(
        "--year", required=True, type=_year, metavar="Y", help="the financial year, such as 2018/19"
    )

    made = command("read", _read, "reads a ledger download and reports, storing nothing")
    ledger(made, _built_in_layout)

    made = command("import", _import, "imports a ledger download")
    file(made)
    ledger(made, str)
    made.add_argument(
        "--control-total",
        type=_pounds,
        metavar="POUNDS",
        help="refuse the download unless its lines add up to this",
    )
    made.add_argument(
        "--skip-unreadable",
        action="store_true",
        help="leave rows out whose amount, date or period can't be read, instead of refusing the download",
    )

    made = command(
        "layouts", _layouts, "lists the layouts that the file remembers, adds, exports or forgets one"
    )
    file(made)
    add_layouts_options(made)

    made = command("rules", _rules, "adds coding rules from a table, or lists those that there are")
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.epilog = RULE_TABLES
    file(made)
    made.add_argument(
        "rules", metavar="RULES.csv", type=Path, nargs="?", help="the table of rules (.csv, .xlsx) to add"
    )
    made.add_argument("--try", dest="trial", action="store_true", help="say what each would do; add none")
    made.add_argument("--save", type=Path, metavar="OUT", help="write the rules as a table (.csv, .xlsx)")
    made.add_argument(
        "--explain", metavar="T", help="say why the lines of transaction T are placed as they are"
    )

    made = command("match", _match, "applies the rules to the lines that wait")
    file(made)

    made = command("adjust", _adjust, "puts an amount right beside the ledger, on evidence")
    file(made)
    made.add_argument(
        "--kind", required=True, choices=KINDS, metavar="KIND", help=f"one of: {', '.join(KINDS)}"
    )
    made.add_argument("--project", required=True, metavar="REF", help="the project's reference")
    made.add_argument(
        "--fund", default="", metavar="NAME", help="the fund, where several pay for the project"
    )
    made.add_argument("--year", type=_year, metavar="Y", help="the year, where the project has several")
    made.add_argument(
        "--money", choices=[kind.value for kind in Kind], help="where the project has both kinds of money"
    )
    made.add_argument("--period", required=True, type=_period, metavar="N", help="the period, 1 to 13")
    made.add_argument(
        "--amount",
        required=True,
        type=_pounds,
        metavar="POUNDS",
        help="what it adds to the spend, below nought takes off; what can only take off is kept so either way",
    )
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; for an accrual what was received")
    made.add_argument(
        "--evidence",
        required=True,
        action="append",
        metavar="PATH|TEXT",
        help="a file to be kept, or a reference such as an invoice's number; may be given several times",
    )
    made.add_argument("--line", default="", metavar="T", help="the transaction of the ledger line put right")
    made.add_argument("--supplier", default="", metavar="NAME", help="for an accrual")
    made.add_argument("--accrual", type=int, metavar="ID", help="the accrual that is written off")
    made.add_argument("--reverses-period", type=_period, metavar="N", help="the period in which it is undone")
    made.add_argument(
        "--reverses-year", type=_year, metavar="Y", help="its year; by itself the next time the period comes"
    )

    made = command("lock", _lock, "locks the periods of a year up to one")
    file(made)
    made.add_argument(
        "--year", required=True, type=_year, metavar="Y", help="the financial year, such as 2018/19"
    )
    made.add_argument("--to-period", required=True, type=_period, metavar="N", help="the last period locked")
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; it is told to whoever meets it")

    made = command("unlock", _unlock, "opens locked periods again")
    file(made)
    made.add_argument(
        "--year", required=True, type=_year, metavar="Y", help="the financial year, such as 2018/19"
    )
    made.add_argument(
        "--from-period", type=_period, default=1, metavar="N", help="the first period to open; by itself 1"
    )
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; it is kept in the history")
    made = command("suggest", suggest_lines, "lists, accepts or rejects what is suggested for waiting lines")
    file(made)
    made.add_argument(
        "--year", type=_year, metavar="Y", help="only lines of this financial year, such as 2018/19"
    )
    what = made.add_mutually_exclusive_group()
    what.add_argument("--accept", nargs="+", metavar="LINE", help=LINES)
    what.add_argument("--reject", nargs="+", metavar="LINE", help="say of these lines that they go elsewhere")
    made.add_argument("--to", metavar="REF", help="the project that is meant, where several are suggested")

    made = command(
        "ask", ask_holder, "writes the findings workbook: what is unplaced or odd, for the budget holder"
    )
    file(made)
    made.add_argument(
        "--year", required=True, type=_year, metavar="Y", help="the financial year, such as 2018/19"
    )
    made.add_argument("--out", required=True, type=Path, metavar="F.xlsx", help="the workbook to write")

    made = command("answers", take_answers, "reads a findings workbook that came back")
    file(made)
    made.add_argument("workbook", metavar="F.xlsx", type=Path, help="the findings workbook with its answers")
    made.add_argument(
        "--accept", action="store_true", help="charge the answered lines so; otherwise they are only shown"
    )

    made = command("spend", _spend, "spend by project")
    grant(made)
    made.add_argument("--to-period", type=_period, metavar="N", help=UP_TO)

    made = command("reconcile", _reconcile, "states every identity with both sides")
    grant(made)
    made.add_argument("--to-period", type=_period, metavar="N", help=UP_TO)

    made = command("why", _why, "the lines behind a figure, such as LF-08/2018/19/spend")
    file(made)
    made.add_argument(
        "figure",
        metavar="FIGURE",
        help="scope/year/measure, the scope being a project's reference, a fund or “ledger”; @N asks up to period N",
    )

    made = command("return", _return, "writes the return as a workbook")
    grant(made)
    made.add_argument(
        "--quarter",
        type=int,
        choices=range(1, 5),
        metavar="N",
        help="1 to 4, April to June being 1; by itself the last that the ledger has reached",
    )
    made.add_argument("--out", required=True, type=Path, metavar="R.xlsx", help="the workbook to write")

    made = command("verify", _verify, "checks the file and its figures")
    file(made)
    return parser


def _year(text: str) -> FinancialYear:
    try:
        return FinancialYear.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _period(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 13:
        raise argparse.ArgumentTypeError(f"“{text}” is not a period from 1 to 13")
    return int(text)


def _built_in_layout(text: str) -> str:
    known = text.casefold() == AUTOMATIC or is_layout_file(text) or layout_named(text, BUILT_IN) is not None
    if not known:
        raise argparse.ArgumentTypeError(f"there is no layout “{text}”")
    return text


def _table_number(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"“{text}” is not the number of a table")
    return int(text)


def _column_meaning(text: str) -> tuple[str, Meaning]:
    heading, _, value = text.rpartition("=")
    wanted = value.strip().casefold()
    meaning = next((meaning for meaning in Meaning if meaning.value.casefold() == wanted), None)
    if not heading.strip() or meaning is None:
        known = ", ".join(meaning.value for meaning in Meaning)
        raise argparse.ArgumentTypeError(f"“{text}” is not HEADING=MEANING; the meanings are {known}")
    return heading.strip(), meaning


def _whole_period(text: str) -> Period:
    year, _, number = text.rpartition("-")
    try:
        return Period(_year(year), _period(number))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a year and a period such as 2018/19-9") from error


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


def _pounds(text: str) -> Money:
    try:
        return Money.parse(text)
    except NotMoneyError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _writable(offices: Offices, target: str) -> OpenFile:
    opened = offices.open(target)
    if opened.notice:
        opened.close()
        raise ExpectedError("read_only", opened.notice, "Nothing was changed.")
    return opened


def _findings(out: Output, findings: Sequence[Finding]) -> None:
    """Says what was noticed, on standard error."""
    if out.as_json:
        return
    for finding in findings:
        out.say(f"{finding.severity.value}: {finding.text}")


def _sample(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    file = make_sample(offices, given.folder, filled=given.filled)
    out.result({"file": str(file)}, [f"The sample is in {file}, with its input files beside it."])
    return DONE


def _demo(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    demonstrate(offices, given.folder, out, progress)
    return DONE


def _new(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    partnership = Partnership(given.partnership.strip(), given.body.strip())
    if not partnership.name:
        raise ExpectedError("no_name", "A partnership needs a name.", "Give it with --partnership.")
    offices.create(given.file)
    opened = offices.open(str(given.file))
    try:
        opened.desk.do(SetUpPartnership(partnership))
    finally:
        opened.close()
    out.result({"file": str(given.file)}, [f"{given.file} is ready for {partnership.name}."])
    return DONE


def _plan(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    opened = _writable(offices, given.file)
    try:
        plan = opened.desk.ask(ReadPlan(given.table))
        made = opened.desk.do(
            RecordPlan(plan, given.fund, given.commissioner, given.year, given.table.name)
        ).result
    finally:
        opened.close()
    _findings(out, made.findings)
    out.result(
        {
            "available_pence": made.available.pence,
            "awarded_pence": made.awarded.pence,
            "contingency_pence": made.contingency.pence,
            "projects": made.projects,
            "findings": [finding_data(finding) for finding in made.findings],
        },
        [
            f"{given.fund} {given.year}: {made.available.in_words} available = {made.awarded.in_words} awarded to "
            f"{count(made.projects, 'project')} + {made.contingency.in_words} contingency."
        ],
    )
    return TO_LOOK_AT if matters(made.findings) else DONE


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


def _read(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    download = offices.read(_question(given, offices), progress)
    _findings(out, download.findings)
    out.result(_download_data(download), _download_words(download))
    return TO_LOOK_AT if matters(download.findings) else DONE


def _import(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    opened = _writable(offices, given.file)
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
    _findings(out, made.findings)
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


def _layouts(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    changes = given.add is not None or given.forget is not None or given.rename is not None
    opened = _writable(offices, given.file) if changes else offices.open(given.file, writing=False)
    try:
        do_layouts(given, opened.desk, offices, out)
    finally:
        opened.close()
    return DONE


def _rules(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    if given.rules is None or given.trial:
        return look_at_rules(given, offices, out, progress)
    opened = _writable(offices, given.file)
    try:
        parsed = usable_rules(opened, given.rules)
        number = opened.desk.do(AddRules(parsed.rules, f"add rules from {given.rules.name}")).result
    finally:
        opened.close()
    _findings(out, parsed.findings)
    out.result({"rules": number}, [f"{count(number, 'rule')} added."])
    return TO_LOOK_AT if matters(parsed.findings) else DONE


def _match(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    opened = _writable(offices, given.file)
    try:
        made = opened.desk.do(ApplyRules(), progress).result
        opened.desk.do(Suggest(), progress)
        suggested = opened.desk.ask(SuggestionCount(), progress)
    finally:
        opened.close()
    out.result(
        {
            "matched": made.charged + made.income,
            "suggested": suggested,
            "excluded": made.excluded,
            "unmatched": made.waiting,
        },
        [
            f"{count(made.charged, 'line')} charged to projects, {made.income:,} taken as income, "
            f"{made.excluded:,} excluded; {made.waiting:,} wait for a project, {suggested:,} of them with a suggestion."
        ],
    )
    return TO_LOOK_AT if made.waiting else DONE


def _adjust(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    return _write(given, offices, out, adjust)


def _lock(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    return _write(given, offices, out, lock)


def _unlock(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    return _write(given, offices, out, unlock)


def _write(
    given: argparse.Namespace,
    offices: Offices,
    out: Output,
    carry_out: Callable[[argparse.Namespace, OpenFile, Output], None],
) -> int:
    opened = _writable(offices, given.file)
    try:
        carry_out(given, opened, out)
    finally:
        opened.close()
    return DONE


def _position(given: argparse.Namespace, offices: Offices) -> tuple[PositionAnswer, list[Finding]]:
    """The grant's position, and what wants a look although no identity sees it."""
    opened = offices.open(given.file, writing=False)
    try:
        fund = opened.desk.ask(FundNamed(given.fund))
        findings = opened.desk.ask(LinesToLookAt(given.year))
        return opened.desk.ask(PositionOf(fund, given.year, given.to_period)), findings
    finally:
        opened.close()


def _spend(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    position = _position(given, offices)[0].position
    projects: dict[str, dict[str, Any]] = {}
    for project in position.projects:
        entry = projects.setdefault(
            project.ref, {"award_pence": 0, "spent_pence": 0, "quarters_pence": [0, 0, 0, 0]}
        )
        entry["award_pence"] += project.budget.award.pence
        entry["spent_pence"] += project.spent.pence
        entry["quarters_pence"] = [
            held + amount.pence
            for held, amount in zip(entry["quarters_pence"], project.by_quarter, strict=True)
        ]
    rows = [
        (
            project.ref,
            project.project.name,
            str(project.budget.award),
            *(str(amount) for amount in project.by_quarter),
            str(project.spent),
            str(project.left),
            project.state.value,
        )
        for project in position.projects
    ]
    rows.append(
        (
            "",
            "Total",
            str(Money.total(project.budget.award for project in position.projects)),
            *(str(Money.total(project.by_quarter[at] for project in position.projects)) for at in range(4)),
            str(position.spent),
            str(position.awarded - position.spent),
            "",
        )
    )
    title = f"{position.fund.name} {position.year}, up to period {position.to_period}, £"
    out.result(
        {
            "projects": projects,
            "income_pence": position.income.pence,
            "excluded_pence": position.excluded.pence,
            "unmatched_pence": position.waiting.pence,
        },
        [
            EitherWay(
                table(
                    title,
                    ("Ref", "Project", "Award", "Q1", "Q2", "Q3", "Q4", "Spent", "Left", "State"),
                    rows,
                    range(2, 9),
                    total=True,
                ),
                [
                    table(
                        title,
                        ("Ref", "Project", "Award", "Spent", "Left", "State"),
                        [(*row[:3], *row[7:]) for row in rows],
                        (2, 3, 4),
                        total=True,
                    ),
                    table(
                        "Spent by quarter, £",
                        ("Ref", "Q1", "Q2", "Q3", "Q4", "Spent"),
                        [(row[0] or row[1], *row[3:8]) for row in rows],
                        range(1, 6),
                        total=True,
                    ),
                ],
            ),
            f"Income {position.income.in_words} · excluded {position.excluded.in_words} · "
            f"waiting {position.waiting.in_words}.",
        ],
    )
    return TO_LOOK_AT if position.waiting_lines else DONE


def _reconcile(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    answer, findings = _position(given, offices)
    words: list[Part] = [identity_table(answer)]
    words += [
        f"{identity.id}: {identity.note}. {identity.advice}"
        for identity in answer.identities
        if not identity.holds
    ]
    if answer.reconciled:
        words.append("Reconciled to the penny.")
    out.result(
        {
            "identities": [
                {
                    "id": identity.id,
                    "name": identity.name,
                    "left_pence": identity.left.pence,
                    "right_pence": identity.right_total.pence,
                    "difference_pence": identity.difference.pence,
                    "ok": identity.holds,
                }
                for identity in answer.identities
            ],
            "agrees": answer.reconciled,
            "findings": [finding_data(finding) for finding in findings],
        },
        words,
    )
    _findings(out, findings)
    return DONE if answer.reconciled else TO_LOOK_AT


def _lines_table(title: str, lines: Sequence[LineShare]) -> EitherWay:
    rows = [
        (
            line.transaction,
            short_date(line.posted_on),
            line.supplier,
            line.description,
            str(line.amount),
            str(line.share),
            f"{line.file} · {line.sheet + ' · ' if line.sheet else ''}row {line.row}",
            line.reason or "waits for a project",
        )
        for line in lines
    ]
    return EitherWay(
        table(
            title,
            ("Transaction", "Date", "Supplier", "Description", "Amount £", "Share £", "Where", "Why"),
            rows,
            (4, 5),
        ),
        [
            table(
                title,
                ("Line", "Amount £", "Share £", "Where and why"),
                [
                    (
                        f"{transaction} · {day}\n{supplier}\n{description}",
                        amount,
                        share,
                        f"{where}\n{why}",
                    )
                    for transaction, day, supplier, description, amount, share, where, why in rows
                ],
                (1, 2),
            )
        ],
    )


def _why(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    opened = offices.open(given.file, writing=False)
    try:
        answer = opened.desk.ask(Why(given.figure, limit=None))
    finally:
        opened.close()
    words: list[Part] = [f"{answer.title}: {answer.value.in_words}"]
    if answer.terms:
        words.append(
            table(
                "", ("Made of", "£", "Ask"), [(t.name, str(t.amount), t.figure) for t in answer.terms], (1,)
            )
        )
    if answer.where is not None:
        words.append(_lines_table(count(answer.line_count, "ledger line"), answer.lines))
    words += [f"Evidence: {entry.evidence.value.name}, for {entry.supports}." for entry in answer.evidence]
    if answer.note:
        words.append(answer.note)
    out.result(
        {
            "figure": answer.figure,
            "value_pence": answer.value.pence,
            "title": answer.title,
            "terms": [
                {"name": term.name, "amount_pence": term.amount.pence, "figure": term.figure}
                for term in answer.terms
            ],
            "lines": [
                {
                    "transaction": line.transaction,
                    "file": line.file,
                    "sheet": line.sheet,
                    "row": line.row,
                    "amount_pence": line.amount.pence,
                    "share_pence": line.share.pence,
                    "reason": line.reason,
                }
                for line in answer.lines
            ],
            "evidence": [
                {
                    "name": entry.evidence.value.name,
                    "sha256": entry.evidence.value.sha256 or None,
                    "supports": entry.supports,
                }
                for entry in answer.evidence
            ],
        },
        words,
    )
    return DONE


def _return(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    opened = _writable(offices, given.file)
    try:
        fund = opened.desk.ask(FundNamed(given.fund))
        quarter = given.quarter
        if quarter is None:
            quarter = quarter_due(opened.desk.ask(PositionOf(fund, given.year)).last_period)
        made = opened.desk.do(SaveReturn(fund, given.year, quarter, given.out), progress).result
    finally:
        opened.close()
    document = made.document
    checks = checks_of(document)
    out.result(
        {
            "out": str(made.path),
            "cells_written": made.cells_written,
            # write_return puts no file in place that does not read back equal.
            "read_back_equal": True,
            "parts_changed": [],
            "checks": [
                {
                    "id": identity.id,
                    "name": identity.name,
                    "left_pence": identity.left.pence,
                    "right_pence": identity.right_total.pence,
                    "difference_pence": identity.difference.pence,
                    "ok": identity.holds,
                }
                for identity in document.identities
            ],
        },
        [
            f"{document.title}, version {document.version}: {made.path}",
            f"{made.cells_written:,} cells written and read back equal.",
            *(f"{'To settle' if check.stops else 'To look at'}: {check.text}" for check in checks),
        ],
    )
    return DONE if document.agrees else TO_LOOK_AT


def _verify(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    opened = offices.open(given.file, writing=False)
    try:
        problems = opened.check()
        years = opened.desk.ask(WorkspaceOf()).ledger_years
        findings = [
            Finding(Severity.WARNING, "file.surroundings", f"{text} {advice}", Source(opened.name))
            for text, advice in opened.warnings
        ]
        findings += [finding for year in years for finding in opened.desk.ask(LinesToLookAt(year))]
    finally:
        opened.close()
    out.result(
        {
            "ok": not problems,
            "problems": problems,
            "findings": [finding_data(finding) for finding in findings],
        },
        problems or [f"{opened.name} is sound."],
    )
    _findings(out, findings)
    return TO_LOOK_AT if problems else DONE
