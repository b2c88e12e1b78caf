"""The console's command for reconciliations of the ledger as dated documents."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fundingapp.application.commands.reconciliations import (
    ExplainDifference,
    NoteReconciliation,
    PrepareReconciliation,
    RemoveExplanation,
    ReviewReconciliation,
    SendBackReconciliation,
    StartReconciliation,
    StateLedgerTotal,
    WithdrawReconciliation,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.offices import Offices
from fundingapp.application.ports import LineFilter, LineOrder
from fundingapp.application.queries.lines import LineIds
from fundingapp.application.queries.reconciliations import (
    ReconciliationRow,
    ReconciliationsOf,
    ReconciliationStatement,
    StatementAnswer,
    WriteReconciliation,
)
from fundingapp.application.wording import count, short_date
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.given_papers import add_evidence_option, papers_given
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.console.values import to_day, to_period, to_pounds
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import LineId, ReconciliationId
from fundingapp.domain.reconciliations import ReconciliationState

#: What can be done, with its help.
ACTIONS = {
    "list": "the reconciliations of the year, the newest first",
    "show": "one of them with its statement",
    "start": "begins one, up to --to-period",
    "total": "states the finance system's total, --amount, on its --evidence",
    "explain": "explains --amount of the difference in --text",
    "unexplain": "takes out the explained item --item",
    "note": "puts --dated and --text on it",
    "prepare": "signs it as its preparer; its figures are then kept",
    "review": "signs what another person prepared",
    "send-back": "makes it a draft again, for --reason",
    "withdraw": "withdraws it, for --reason",
    "print": "writes it as a document, --out",
}


def add_reconciliation_options(made: argparse.ArgumentParser) -> None:
    """The options of the command “reconciliation”."""
    made.add_argument(
        "action",
        choices=ACTIONS,
        metavar="ACTION",
        help="; ".join(f"{name}: {text}" for name, text in ACTIONS.items()),
    )
    made.add_argument(
        "--to-period", type=to_period, metavar="N", help="which: its last period; by itself the newest"
    )
    made.add_argument("--amount", type=to_pounds, metavar="POUNDS", help="the total, or what is explained")
    made.add_argument("--text", default="", metavar="TEXT", help="what makes the difference, or the note")
    made.add_argument("--line", default="", metavar="T", help="the transaction that an item is about")
    made.add_argument("--item", type=int, metavar="N", help="an explained item, as “show” numbers them")
    made.add_argument("--dated", type=to_day, metavar="D", help="the day that it is of; by itself today")
    made.add_argument("--reason", default="", metavar="TEXT", help="why; it is kept with it")
    add_evidence_option(made)
    made.add_argument("--out", type=Path, metavar="R.docx", help="the document to write")


def reconcile_ledger(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out one action; prints the reconciliation that it was about, or the list."""
    if given.action in {"list", "show", "print"}:
        opened = offices.open(given.file, writing=False)
    else:
        opened = writable(offices, given.file)
    try:
        desk = opened.desk
        if given.action == "list":
            return _print_list(desk.ask(ReconciliationsOf(given.year)).rows, out)
        if given.action == "start":
            if given.to_period is None:
                raise _missing("--to-period", "the last period to reconcile")
            id = desk.do(StartReconciliation(given.year, given.to_period, given.dated)).result
        else:
            id = _wanted(desk, given)
            if given.action == "print":
                if given.out is None:
                    raise _missing("--out", "the document to write")
                desk.ask(WriteReconciliation(id, given.out), progress)
            elif given.action != "show":
                desk.do(_command(given, id, desk))
        answer = desk.ask(ReconciliationStatement(id))
    finally:
        opened.close()
    return _print(answer, out)


def _wanted(desk: Desk, given: argparse.Namespace) -> ReconciliationId:
    """The newest of the year, or the one up to --to-period; those that were withdrawn only when there is no other."""
    rows = desk.ask(ReconciliationsOf(given.year)).rows
    fitting = [row for row in rows if given.to_period in {None, row.reconciliation.to_period}]
    standing = [row for row in fitting if row.reconciliation.state is not ReconciliationState.WITHDRAWN]
    found = standing or fitting
    if not found:
        which = f"{given.year}" if given.to_period is None else f"{given.year} up to period {given.to_period}"
        raise NotFoundError("reconciliation of", which, "Begin it with “start”.")
    return found[0].id


def _missing(option: str, what: str) -> ExpectedError:
    return ExpectedError("option_missing", f"{option} is missing: {what}.", "Give it, then try again.")


def _command(given: argparse.Namespace, id: ReconciliationId, desk: Desk) -> Command[Any]:
    make: dict[str, Callable[[], Command[Any]]] = {
        "total": lambda: StateLedgerTotal(id, _amount(given), papers_given(given)),
        "explain": lambda: ExplainDifference(id, given.text, _amount(given), _line(desk, given)),
        "unexplain": lambda: RemoveExplanation(_item(desk, given, id)),
        "note": lambda: NoteReconciliation(
            id, given.dated or desk.ask(ReconciliationStatement(id)).reconciliation.dated, given.text
        ),
        "prepare": lambda: PrepareReconciliation(id),
        "review": lambda: ReviewReconciliation(id),
        "send-back": lambda: SendBackReconciliation(id, given.reason),
        "withdraw": lambda: WithdrawReconciliation(id, given.reason),
    }
    return make[given.action]()


def _amount(given: argparse.Namespace) -> Any:
    if given.amount is None:
        raise _missing("--amount", "an amount in pounds")
    return given.amount


def _item(desk: Desk, given: argparse.Namespace, id: ReconciliationId) -> int:
    items = desk.ask(ReconciliationStatement(id)).items
    number: int | None = given.item
    if number is None:
        raise _missing("--item", "the number of an explained item")
    if not 1 <= number <= len(items):
        raise NotFoundError("explained item", str(number), f"There are {len(items)}.")
    return items[number - 1].id


def _line(desk: Desk, given: argparse.Namespace) -> LineId | None:
    if not given.line:
        return None
    where = LineFilter(year=given.year, columns=(("transaction", f"={given.line}"),))
    ids = desk.ask(LineIds(where, LineOrder()))
    if not ids:
        raise NotFoundError(f"ledger line of {given.year} with the transaction", given.line)
    if len(ids) > 1:
        raise ExpectedError(
            "several_lines",
            f"{count(len(ids), 'ledger line')} of {given.year} have the transaction {given.line}.",
            "Explain it without --line, and name the line in --text.",
        )
    return LineId(ids[0])


def _print_list(rows: tuple[ReconciliationRow, ...], out: Output) -> int:
    data = [
        {
            "to_period": row.reconciliation.to_period,
            "dated": row.reconciliation.dated.isoformat(),
            "state": row.reconciliation.state.value,
            "prepared_by": row.reconciliation.prepared_by,
            "reviewed_by": row.reconciliation.reviewed_by or None,
            "held_pence": row.reconciliation.held.pence,
            "difference_pence": row.reconciliation.difference.pence,
            "unexplained_pence": row.unexplained.pence,
            "alarms": row.alarms,
        }
        for row in rows
    ]
    words: list[Part] = [
        f"{row.reconciliation.in_words}, dated {short_date(row.reconciliation.dated)}: "
        f"{row.reconciliation.state.value}, {row.unexplained.in_words} to explain"
        + (f", {count(row.alarms, 'alarm')}" if row.alarms else "")
        + "."
        for row in rows
    ]
    out.result({"reconciliations": data}, words or ["The ledger has not been reconciled for a date yet."])
    return TO_LOOK_AT if any(row.alarms for row in rows) else DONE


def _print(answer: StatementAnswer, out: Output) -> int:
    value = answer.reconciliation
    typed = value.ledger_total
    data: dict[str, Any] = {
        "year": str(value.year),
        "to_period": value.to_period,
        "dated": value.dated.isoformat(),
        "state": value.state.value,
        "prepared_by": value.prepared_by,
        "reviewed_by": value.reviewed_by or None,
        "opening_pence": value.opening.pence,
        "movements_pence": value.movements.pence,
        "held_pence": value.held.pence,
        "ledger_total_pence": typed.pence if typed is not None else None,
        "difference_pence": value.difference.pence if typed is not None else None,
        "explained_pence": answer.explained.pence,
        "unexplained_pence": answer.unexplained.pence if typed is not None else None,
        "items": [
            {
                "item": at,
                "text": row.item.text,
                "amount_pence": row.item.amount.pence,
                "transaction": row.line.line.transaction if row.line is not None else None,
            }
            for at, row in enumerate(answer.items, start=1)
        ],
        "centres": [
            {
                "cost_centre": row.cost_centre,
                "ledger_pence": row.total.pence,
                "charged_pence": {name: amount.pence for name, amount in row.charged.items()},
                "income_pence": row.income.pence,
                "excluded_pence": {name: amount.pence for name, amount in row.excluded.items()},
                "waiting_pence": row.waiting.pence,
                "difference_pence": row.difference.pence,
            }
            for row in answer.statement.centres
        ],
        "obstacles": list(answer.obstacles),
        "changed": [
            {"figure": each.figure, "was_pence": each.was.pence, "now_pence": each.now.pence}
            for each in answer.changed
        ],
        "evidence": [kept.value.name for kept in answer.evidence],
    }
    lines = [
        ("Opening", str(value.opening)),
        ("Movements", str(value.movements)),
        ("Held in this file", str(value.held)),
        ("Finance system's total", str(typed) if typed is not None else "not typed yet"),
        ("Difference", str(value.difference) if typed is not None else "–"),
        *((f"{at}. {row.item.text}", str(row.item.amount)) for at, row in enumerate(answer.items, start=1)),
        ("Still to explain", str(answer.unexplained) if typed is not None else "–"),
    ]
    title = f"Ledger of {value.in_words}, dated {short_date(value.dated)}: {value.state.value}"
    words: list[Part] = [table(title, ("", "£"), lines, (1,), total=True)]
    words += list(answer.obstacles)
    words += [
        f"Changed since: {each.figure} was {each.was.in_words} and is {each.now.in_words}."
        for each in answer.changed
    ]
    out.result(data, words)
    return TO_LOOK_AT if answer.obstacles or answer.changed else DONE
