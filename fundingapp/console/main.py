"""The console's commands, each as thin as it can be: words in, a command or question, words or JSON out."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from fundingapp import __version__
from fundingapp.application.commands.layouts import AUTOMATIC
from fundingapp.application.commands.matching import AddRules, ApplyRules
from fundingapp.application.commands.suggestions import Suggest
from fundingapp.application.offices import Offices, OpenFile
from fundingapp.application.progress import Cancelled
from fundingapp.application.queries.suggestions import SuggestionCount
from fundingapp.application.wording import count
from fundingapp.console.adjusting import KINDS, adjust, lock, unlock
from fundingapp.console.agreements import (
    add_agreements_options,
    add_allocations_options,
    agreements,
    allocations,
)
from fundingapp.console.backups import (
    add_backup_options,
    add_backups_options,
    add_restore_options,
    list_backups,
    make_backup,
    restore_backup,
)
from fundingapp.console.bid_packs import write_bid_pack
from fundingapp.console.bids import add_bid_options, list_bids, merge_projects, one_bid
from fundingapp.console.bodies import add_bodies_options, keep_bodies
from fundingapp.console.budgets import add_budget_commands
from fundingapp.console.chain import show_chain, show_position, write_request_letter
from fundingapp.console.claims import (
    add_claim_options,
    add_payment_options,
    change_claim,
    record_money,
    show_claims,
)
from fundingapp.console.deadlines import show_calendar, show_conditions, show_warnings
from fundingapp.console.difference import add_difference_command
from fundingapp.console.enquiries import ask_holder, take_answers
from fundingapp.console.evidence import add_evidence_command
from fundingapp.console.exchange import add_exchange_commands
from fundingapp.console.figure_files import add_figure_commands
from fundingapp.console.figures import show_reconciliation, show_spend, show_why, verify_file, write_return
from fundingapp.console.files import DONE, REFUSED, TO_LOOK_AT, say_findings, writable
from fundingapp.console.filling import add_fill_command
from fundingapp.console.given_papers import add_evidence_option
from fundingapp.console.history import add_history_options, show_history
from fundingapp.console.layouts import add_layouts_options
from fundingapp.console.opening import add_share_options, opening
from fundingapp.console.output import (
    BarProgress,
    Output,
    matters,
    show_what_is_possible,
)
from fundingapp.console.partner_books import (
    add_partner_options,
    add_take_back_options,
    make_partner_books,
    take_back,
)
from fundingapp.console.planning import show_match_funding, show_priorities
from fundingapp.console.published import add_published_options, keep_published
from fundingapp.console.reading import import_download, keep_layouts, read_download
from fundingapp.console.reconciliations import add_reconciliation_options, reconcile_ledger
from fundingapp.console.results import add_results_commands
from fundingapp.console.returning import add_returning_commands
from fundingapp.console.rules import look_at_rules, usable_rules
from fundingapp.console.sending import add_checks_options, check_return
from fundingapp.console.setting_up import new_file, record_plan, show_demo, write_sample
from fundingapp.console.signing import add_signing_commands
from fundingapp.console.small_numbers import add_small_number_commands
from fundingapp.console.story import (
    add_narrative_options,
    add_table_option,
    assets,
    narrative,
    progress_of_projects,
    risks,
    statements,
)
from fundingapp.console.suggestions import suggest_lines
from fundingapp.console.tables import (
    add_check_table_options,
    add_tables_options,
    check_published_table,
    keep_tables,
)
from fundingapp.console.templates import (
    add_map_options,
    add_templates_options,
    keep_templates,
    map_template,
)
from fundingapp.console.value import add_value_commands
from fundingapp.console.values import (
    to_column,
    to_day,
    to_layout,
    to_period,
    to_pounds,
    to_table,
    to_whole_period,
    to_year,
)
from fundingapp.console.year_end import add_year_end_commands
from fundingapp.domain.builtin_layouts import BUILT_IN
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.personal_data import PersonalDataError

UP_TO = "up to this period, 1 to 13 (April is 1, 13 the closing adjustments)"

LINES = "charge these lines as suggested: their transactions, or “certain” for all above the accept line"

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
        asked, opening_of = opening(offices, given, out)
        status = carry_out(given, asked, out, progress)
        return status if opening_of.all_published else max(status, TO_LOOK_AT)
    except PersonalDataError as error:
        progress.stop()
        out.say(f"{error} For the latter give --accept-personal-data REASON.")
        return REFUSED
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
        add_share_options(made)

    def grant(made: argparse.ArgumentParser) -> None:
        file(made)
        made.add_argument(
            "--fund", required=True, metavar="NAME", help="the fund's name, such as “Locality Fund”"
        )
        made.add_argument(
            "--year", required=True, type=to_year, metavar="Y", help="the financial year, such as 2018/19"
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
            type=to_table,
            metavar="N",
            help="the table to take, counted as “read” lists them, where there are several",
        )
        made.add_argument(
            "--column",
            action="append",
            default=[],
            type=to_column,
            metavar="HEADING=MEANING",
            help="what a column means, may be given several times; the meanings are "
            + ", ".join(meaning.value for meaning in Meaning),
        )
        made.add_argument(
            "--period",
            type=to_whole_period,
            metavar="Y-N",
            help="the period of lines that state none, such as 2018/19-9 for December 2018",
        )

    made = command("sample", write_sample, "writes the sample partnership and its input files")
    made.add_argument("folder", metavar="DIR", type=Path, help="the folder to write to; made when missing")
    made.add_argument("--filled", action="store_true", help="with its grant, rules and ledger already in")

    made = command("demo", show_demo, "does the whole job on the sample and shows the result")
    made.add_argument("folder", metavar="DIR", type=Path, nargs="?", help="where to; a new folder by itself")

    made = command("new", new_file, "makes an empty funding file")
    made.add_argument("file", metavar="FILE", type=Path, help="its name; there must be no such file yet")
    made.add_argument("--partnership", required=True, metavar="NAME", help="the partnership's name")
    made.add_argument("--body", default="", metavar="NAME", help="the accountable body")

    made = command("plan", record_plan, "records a grant from a table of its awards")
    file(made)
    made.add_argument("table", metavar="TABLE", type=Path, help="the allocation and its awards (.csv, .xlsx)")
    made.add_argument("--fund", required=True, metavar="NAME", help="what the fund is called from now on")
    made.add_argument("--commissioner", required=True, metavar="NAME", help="who gives the grant")
    made.add_argument(
        "--year", required=True, type=to_year, metavar="Y", help="the financial year, such as 2018/19"
    )

    made = command("read", read_download, "reads a ledger download and reports, storing nothing")
    ledger(made, to_layout)

    made = command(
        "check-table",
        check_published_table,
        "holds every percentage, difference and total of a published table against its counts, storing nothing",
    )
    add_check_table_options(made)

    made = command(
        "tables", keep_tables, "the published tables of a file: lists them, keeps, shows or takes one out"
    )
    file(made)
    add_tables_options(made, to_day)

    made = command("import", import_download, "imports a ledger download")
    file(made)
    ledger(made, str)
    made.add_argument(
        "--control-total",
        type=to_pounds,
        metavar="POUNDS",
        help="refuse the download unless its lines add up to this",
    )
    made.add_argument(
        "--skip-unreadable",
        action="store_true",
        help="leave rows out whose amount, date or period can't be read, instead of refusing the download",
    )

    made = command(
        "layouts", keep_layouts, "lists the layouts that the file remembers, adds, exports or forgets one"
    )
    file(made)
    add_layouts_options(made)

    for name, carry_out, text, options in (
        (
            "narrative",
            narrative,
            "writes and shows the words of a quarter's return, counted against their limits",
            add_narrative_options,
        ),
        (
            "progress",
            progress_of_projects,
            "says how the projects stand, with their colours",
            add_table_option,
        ),
        ("risks", risks, "keeps the register of risks", add_table_option),
        ("assets", assets, "keeps the register of what was bought", add_table_option),
        ("statements", statements, "holds partners' statements against the ledger", add_table_option),
    ):
        made = command(name, carry_out, text)
        grant(made)
        made.add_argument(
            "--quarter", type=int, choices=range(1, 5), required=True, help="the quarter, 1 to 4"
        )
        options(made)

    made = command(
        "bodies",
        keep_bodies,
        "lists the bodies of the file, lets one take another's place, writes an extract",
    )
    file(made)
    add_bodies_options(made)

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
    made.add_argument("--year", type=to_year, metavar="Y", help="the year, where the project has several")
    made.add_argument(
        "--money", choices=[kind.value for kind in Kind], help="where the project has several kinds of money"
    )
    made.add_argument("--period", required=True, type=to_period, metavar="N", help="the period, 1 to 13")
    made.add_argument(
        "--amount",
        required=True,
        type=to_pounds,
        metavar="POUNDS",
        help="what it adds to the spend, below nought takes off; what can only take off is kept so either way",
    )
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; for an accrual what was received")
    add_evidence_option(
        made,
        "a file to be kept, or a reference such as an invoice's number; may be given several times",
        required=True,
    )
    made.add_argument("--line", default="", metavar="T", help="the transaction of the ledger line put right")
    made.add_argument("--supplier", default="", metavar="NAME", help="for an accrual")
    made.add_argument("--accrual", type=int, metavar="ID", help="the accrual that is written off")
    made.add_argument(
        "--reverses-period", type=to_period, metavar="N", help="the period in which it is undone"
    )
    made.add_argument(
        "--reverses-year",
        type=to_year,
        metavar="Y",
        help="its year; by itself the next time the period comes",
    )

    add_budget_commands(command, file, grant)
    add_exchange_commands(command)
    add_small_number_commands(command)
    add_fill_command(command)
    add_year_end_commands(command, grant)
    add_figure_commands(command, file)
    add_value_commands(command, file)

    add_signing_commands(command, file, grant)
    add_returning_commands(command, grant)

    made = command("lock", _lock, "locks the periods of a year up to one")
    file(made)
    made.add_argument(
        "--year", required=True, type=to_year, metavar="Y", help="the financial year, such as 2018/19"
    )
    made.add_argument(
        "--to-period", required=True, type=to_period, metavar="N", help="the last period locked"
    )
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; it is told to whoever meets it")
    made.add_argument("--but-lead", action="store_true", help="for all but the finance lead")

    made = command("unlock", _unlock, "opens locked periods again")
    file(made)
    made.add_argument(
        "--year", required=True, type=to_year, metavar="Y", help="the financial year, such as 2018/19"
    )
    made.add_argument(
        "--from-period", type=to_period, default=1, metavar="N", help="the first period to open; by itself 1"
    )
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; it is kept in the history")
    made.add_argument("--but-lead", action="store_true", help="the lock for all but the finance lead")

    made = command("suggest", suggest_lines, "lists, accepts or rejects what is suggested for waiting lines")
    file(made)
    made.add_argument(
        "--year", type=to_year, metavar="Y", help="only lines of this financial year, such as 2018/19"
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
        "--year", required=True, type=to_year, metavar="Y", help="the financial year, such as 2018/19"
    )
    made.add_argument("--out", required=True, type=Path, metavar="F.xlsx", help="the workbook to write")

    made = command("answers", take_answers, "reads a findings workbook that came back")
    file(made)
    made.add_argument("workbook", metavar="F.xlsx", type=Path, help="the findings workbook with its answers")
    made.add_argument(
        "--accept", action="store_true", help="charge the answered lines so; otherwise they are only shown"
    )

    made = command("spend", show_spend, "spend by project")
    grant(made)
    made.add_argument("--to-period", type=to_period, metavar="N", help=UP_TO)

    made = command("reconcile", show_reconciliation, "states every identity with both sides")
    grant(made)
    made.add_argument("--to-period", type=to_period, metavar="N", help=UP_TO)

    made = command(
        "reconciliation", reconcile_ledger, "reconciles the ledger as a dated document that two people sign"
    )
    file(made)
    made.add_argument(
        "--year", required=True, type=to_year, metavar="Y", help="the financial year, such as 2018/19"
    )
    add_reconciliation_options(made)

    made = command("agreements", agreements, "lists the agreements with terms and sums, or records one")
    file(made)
    add_agreements_options(made)

    made = command(
        "allocations", allocations, "lists a grant's allocations with their history, or moves one on"
    )
    grant(made)
    add_allocations_options(made)

    made = command("warnings", show_warnings, "what will go wrong with a year's grants unless somebody acts")
    file(made)
    made.add_argument(
        "--year", required=True, type=to_year, metavar="Y", help="the financial year, such as 2018/19"
    )
    made.add_argument("--fund", default="", metavar="NAME", help="only of this fund")
    made.add_argument("--today", type=to_day, metavar="D", help="as of this day, such as 31/01/2019")

    made = command("conditions", show_conditions, "the conditions of a grant, and how its limits stand")
    grant(made)
    made.add_argument("--today", type=to_day, metavar="D", help="as of this day, such as 31/01/2019")

    made = command("calendar", show_calendar, "what is due: claims, reports, conditions, offers and ends")
    file(made)
    made.add_argument("--year", type=to_year, metavar="Y", help="only of this year, such as 2018/19")
    made.add_argument("--fund", default="", metavar="NAME", help="only of this fund")
    made.add_argument("--today", type=to_day, metavar="D", help="as of this day, such as 31/01/2019")
    made.add_argument(
        "--ics",
        type=Path,
        metavar="OUT.ics",
        help="write it as a calendar file for a mail program; taking it in again updates what was there",
    )

    made = command("why", show_why, "the lines behind a figure, such as LF-08/2018/19/spend")
    file(made)
    made.add_argument(
        "figure",
        metavar="FIGURE",
        help="scope/year/measure, the scope being a project's reference, a fund or “ledger”; @N asks up to period N",
    )

    made = command("return", write_return, "writes the return as a workbook")
    grant(made)
    made.add_argument(
        "--quarter",
        type=int,
        choices=range(1, 5),
        metavar="N",
        help="1 to 4, April to June being 1; by itself the last that the ledger has reached",
    )
    made.add_argument("--out", required=True, type=Path, metavar="R.xlsx", help="the workbook to write")
    made.add_argument(
        "--template",
        default="",
        metavar="T",
        help="the commissioner's workbook to fill: a template's name or number, or a file (.xlsx, .xlsm), which is "
        "then kept with what is suggested for its cells",
    )

    made = command(
        "templates", keep_templates, "lists the commissioner's workbooks that are kept, adds or replaces one"
    )
    file(made)
    add_templates_options(made)

    made = command("map", map_template, "shows what is put where in a template, or changes it")
    file(made)
    add_map_options(made)

    made = command("checks", check_return, "what is to be seen to before a return is sent, in one list")
    grant(made)
    made.add_argument(
        "--quarter",
        type=int,
        choices=range(1, 5),
        metavar="N",
        help="1 to 4, April to June being 1; by itself the last that the ledger has reached",
    )
    add_checks_options(made)

    made = command(
        "priorities",
        show_priorities,
        "shows what a year's money serves by theme, priority and area, or takes in a table of the plan first",
    )
    file(made)
    made.add_argument(
        "table",
        metavar="TABLE",
        type=Path,
        nargs="?",
        help="themes and priorities to record (.csv, .xlsx): theme, code, title, from, to, owner",
    )
    made.add_argument(
        "--year", required=True, type=to_year, metavar="Y", help="the financial year, such as 2018/19"
    )

    made = command(
        "match-funding",
        show_match_funding,
        "shows who pays for each project of a year, in cash and in kind, and the posts that several pay for",
    )
    file(made)
    made.add_argument(
        "--year", required=True, type=to_year, metavar="Y", help="the financial year, such as 2018/19"
    )

    made = command("merge", merge_projects, "makes one project of two that are the same")
    file(made)
    made.add_argument("ref", metavar="REF", help="the project that goes")
    made.add_argument("into", metavar="INTO", help="the project that stays, with the bids and awards of both")

    made = command("bids", list_bids, "a year's bids, and what is asked against what is available")
    file(made)
    made.add_argument(
        "--year", required=True, type=to_year, metavar="Y", help="the financial year, such as 2018/19"
    )
    made.add_argument("--fund", default="", metavar="NAME", help="only bids to this fund")

    made = command("bid", one_bid, "shows a bid, drafts one, or moves one to another state")
    file(made)
    add_bid_options(made, to_year, to_pounds)

    made = command("position", show_position, "where a grant stands: allocation to cash, and each project")
    grant(made)
    made.add_argument(
        "--kind",
        choices=[kind.value for kind in Kind],
        help="only this kind of money; by itself all together",
    )

    made = command(
        "chain", show_chain, "a fund's years, what each hands on to the next, and where that breaks"
    )
    file(made)
    made.add_argument("--fund", required=True, metavar="NAME", help="the fund")
    made.add_argument(
        "--kind",
        choices=[kind.value for kind in Kind],
        help="only this kind of money; by itself all together",
    )

    made = command(
        "carry-forward-letter",
        write_request_letter,
        "writes the letter that asks to carry money of a year forward",
    )
    grant(made)
    made.add_argument("--dated", type=to_day, metavar="DAY", help="the day of the letter; today by itself")
    made.add_argument("--out", required=True, type=Path, metavar="LETTER.docx", help="the document to write")

    made = command(
        "published", keep_published, "what the commissioner publishes of a grant, and whether it adds up"
    )
    grant(made)
    add_published_options(made, to_pounds)

    made = command(
        "partner-book", make_partner_books, "writes a workbook for the lead of each project to fill in"
    )
    grant(made)
    made.add_argument("--quarter", type=int, choices=range(1, 5), required=True, help="the quarter, 1 to 4")
    add_partner_options(made, to_day)

    made = command("take-back", take_back, "takes a lead's workbook, or the commissioner's queries, back")
    file(made)
    add_take_back_options(made)

    made = command("claims", show_claims, "the claims of a grant, what became of them, and what came")
    grant(made)

    made = command("claim", change_claim, "begins a claim, or records what became of one")
    grant(made)
    add_claim_options(made)

    made = command("payment", record_money, "records money that came for a grant, or went back")
    grant(made)
    add_payment_options(made)

    made = command("bid-pack", write_bid_pack, "writes the pack of one bid, of several, or of a year's")
    file(made)
    made.add_argument(
        "refs",
        metavar="REF",
        nargs="*",
        help="the bid's or its project's reference; without any, all of them",
    )
    made.add_argument("--year", type=to_year, metavar="Y", help="only bids of this year, such as 2018/19")
    made.add_argument("--fund", default="", metavar="NAME", help="only bids to this fund")
    made.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="P.docx",
        help="the document (.docx) or workbook (.xlsx) to write",
    )

    add_results_commands(command, file)
    add_difference_command(command, file)

    add_evidence_command(command, file)
    made = command("history", show_history, "every change with who, when, what, before, after and why")
    add_history_options(made)
    made = command("backup", make_backup, "makes a backup of the file and proves it")
    file(made)
    add_backup_options(made)

    made = command("backups", list_backups, "lists the backups of the file, or says what one holds")
    file(made)
    add_backups_options(made)

    made = command("restore", restore_backup, "puts a backup in the place of the file")
    file(made)
    add_restore_options(made)

    made = command("verify", verify_file, "checks the file and its figures")
    file(made)
    return parser


def _rules(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    if given.rules is None or given.trial:
        return look_at_rules(given, offices, out, progress)
    opened = writable(offices, given.file)
    try:
        parsed = usable_rules(opened, given.rules)
        number = opened.desk.do(AddRules(parsed.rules, f"add rules from {given.rules.name}")).result
    finally:
        opened.close()
    say_findings(out, parsed.findings)
    out.result({"rules": number}, [f"{count(number, 'rule')} added."])
    return TO_LOOK_AT if matters(parsed.findings) else DONE


def _match(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    opened = writable(offices, given.file)
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
    opened = writable(offices, given.file)
    try:
        carry_out(given, opened, out)
    finally:
        opened.close()
    return DONE
