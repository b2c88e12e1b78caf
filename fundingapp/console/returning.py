"""The console's commands for saved returns: their versions and states, what is recorded of them, what changed, the pack
and the letter."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fundingapp.application.commands.locks import ReopenReturn
from fundingapp.application.commands.returns import (
    AcceptReturn,
    AnswerQuery,
    CheckReturn,
    OpenAgain,
    QueryReturn,
    SubmitReturn,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.offices import Offices
from fundingapp.application.queries.return_packs import SaveKeptReturn, WriteReturnMail, WriteReturnPack
from fundingapp.application.queries.sent_returns import (
    ReturnCompared,
    ReturnDifferences,
    ReturnVersions,
    VersionShown,
    WhyOfCell,
    WhyOfFigure,
)
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import count, short_date
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.console.values import to_day
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.ids import ReturnId

_Register = Callable[[str, Callable[..., int], str], argparse.ArgumentParser]
#: What begins the name of a cell of a saved return, as “return:3!Expenditure!F9”.
OF_RETURN = "return:"


def add_returning_commands(command: _Register, grant: Callable[[argparse.ArgumentParser], None]) -> None:
    """Registers the commands of this module."""
    made = command("returns", show_returns, "the saved returns of a grant: versions, states, hashes, steps")
    grant(made)
    _quarter(made)

    made = command(
        "send", record_step, "records how far a return is: checked, open, sent, queried, answered, accepted"
    )
    made.add_argument(
        "what",
        choices=("checked", "open", "sent", "queried", "answered", "accepted", "reopened"),
        help="what has become of it; it is certified by “certify”",
    )
    grant(made)
    _version(made)
    made.add_argument("--to", default="", metavar="NAME", help="for sent: who got it")
    made.add_argument("--on", type=to_day, metavar="D", help="the day; by itself today")
    made.add_argument("--how", default="", metavar="TEXT", help="for sent: such as e-mail")
    made.add_argument(
        "--reason", default="", metavar="TEXT", help="the commissioner's words, the answer, or why"
    )
    made.add_argument("--reference", default="", metavar="TEXT", help="of the commissioner's letter")
    made.add_argument(
        "--paper", action="append", default=[], type=Path, metavar="FILE", help="a paper to be kept with it"
    )

    made = command("return-changes", show_changes, "what differs between two versions of a return, and why")
    grant(made)
    _version(made)
    made.add_argument(
        "--since", type=int, metavar="V", help="the older version; by itself the one it takes the place of"
    )
    made.add_argument("--now", action="store_true", help="against the file as it is now")

    for name, handler, words, kind in (
        (
            "return-pack",
            write_pack,
            "writes the pack of a saved return: statement, proof, reasons, evidence",
            "X.pdf",
        ),
        ("return-mail", write_mail, "writes a letter with the return and its pack, as a draft", "X.eml"),
        ("return-file", write_file, "writes the very file that was saved as a return again", "X.xlsx"),
    ):
        made = command(name, handler, words)
        grant(made)
        _version(made)
        made.add_argument("--out", required=True, type=Path, metavar=kind, help="where it is written")


def _quarter(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--quarter", type=int, choices=range(1, 5), metavar="N", help="1 to 4, April to June being 1"
    )


def _version(made: argparse.ArgumentParser) -> None:
    _quarter(made)
    made.add_argument("--version", type=int, metavar="V", help="the version; by itself the newest")


def show_returns(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “returns”."""
    opened = offices.open(given.file, writing=False)
    try:
        desk = opened.desk
        found = desk.ask(ReturnVersions(desk.ask(FundNamed(given.fund)), given.year, given.quarter))
    finally:
        opened.close()
    _say(out, found)
    return TO_LOOK_AT if any(each.changed or not each.is_current for each in found) else DONE


def _say(out: Output, found: tuple[VersionShown, ...]) -> None:
    rows = [
        (
            str(each.id),
            f"Q{each.value.quarter}",
            str(each.value.version),
            each.state_in_words + ("" if each.is_current else ", other figures now"),
            each.value.file_name,
            str(each.value.spent),
        )
        for each in found
    ]
    words: list[Part] = [
        table("Saved returns", ("Id", "Quarter", "Version", "State", "File", "Spent £"), rows, (5,))
        if rows
        else "No return is saved yet."
    ]
    for each in found:
        for step in each.steps[-1:]:
            said = ", ".join(part for part in (step.reason, step.reference) if part)
            words.append(
                f"{each.name}: {each.state_in_words} by {step.by} on "
                f"{short_date(step.at.astimezone().date())}{f' ({said})' if said else ''}."
            )
    out.result({"returns": [_data(each) for each in found]}, words)


def _data(shown: VersionShown) -> dict[str, Any]:
    value = shown.value
    return {
        "id": shown.id,
        "quarter": value.quarter,
        "version": value.version,
        "state": shown.state_in_words,
        "file": value.file_name,
        "sha256": value.sha256,
        "checksum": value.checksum or None,
        "spent_pence": value.spent.pence,
        "template": shown.template_name or None,
        "replaces": value.replaces,
        "replaced_by": shown.replaced_by,
        "sent_to": value.sent_to or None,
        "is_current": shown.is_current,
        "is_kept": shown.is_kept,
        "certificate": shown.certificate.state_in_words if shown.certificate is not None else None,
        "changed": [
            {
                "ref": change.ref,
                "kind": change.kind.value,
                "quarter": change.quarter,
                "stated_pence": change.stated.pence,
                "now_pence": change.now.pence,
            }
            for change in shown.changed
        ],
        "steps": [
            {
                "at": step.at.isoformat(),
                "by": step.by,
                "before": step.before,
                "after": step.after,
                "dated": step.dated.isoformat() if step.dated else None,
                "reference": step.reference,
                "reason": step.reason,
            }
            for step in shown.steps
        ],
    }


def _one(given: argparse.Namespace, desk: Desk) -> VersionShown:
    """The version that the command is about. Raises NotFoundError."""
    found = desk.ask(ReturnVersions(desk.ask(FundNamed(given.fund)), given.year, given.quarter))
    wanted = [each for each in found if given.version in (None, each.value.version)]
    if not wanted:
        name = f"Q{given.quarter} {given.year}" if given.quarter else str(given.year)
        raise NotFoundError("saved return", name, "Write it first: return FILE … --out R.xlsx.")
    return wanted[0]


def record_step(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “send”."""
    opened = writable(offices, given.file)
    try:
        desk = opened.desk
        one = _one(given, desk)
        desk.do(_command(given, one.id), progress)
        found = desk.ask(ReturnVersions(one.value.fund, given.year, one.value.quarter))
    finally:
        opened.close()
    _say(out, found)
    return DONE


def _command(given: argparse.Namespace, id: ReturnId) -> Command[Any]:
    papers = tuple(given.paper)
    match given.what:
        case "checked":
            return CheckReturn(id)
        case "open":
            return OpenAgain(id, given.reason)
        case "reopened":
            return ReopenReturn(id, given.reason)
        case "sent":
            return SubmitReturn(id, given.to, given.on, given.how, papers)
        case "queried":
            return QueryReturn(id, given.reason, given.on, given.reference, papers)
        case "answered":
            return AnswerQuery(id, given.reason, given.on, given.reference, papers)
        case _:
            return AcceptReturn(id, given.on, given.reference, papers)


def show_changes(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “return-changes”."""
    opened = offices.open(given.file, writing=False)
    try:
        desk = opened.desk
        new = _one(given, desk)
        if given.now:
            found = desk.ask(ReturnDifferences(new.id))
        else:
            found = desk.ask(ReturnDifferences(_older(given, desk, new), new.id))
    finally:
        opened.close()
    words: list[Part] = [
        f"Spent to date: was {found.was.in_words}, is {found.now.in_words}, {found.difference.in_words} apart."
    ]
    for each in found.figures:
        words.append(f"{each.label}: was {each.was.in_words}, is {each.now.in_words}.")
        for part in each.parts:
            said = " · ".join(text for text in (part.what, part.where, part.why) if text)
            words.append(f"  {part.difference.in_words}: {said}")
    if not found.figures:
        words.append("No figure differs.")
    out.result(_compared(found), words)
    return DONE if found.is_explained else TO_LOOK_AT


def _older(given: argparse.Namespace, desk: Desk, new: VersionShown) -> ReturnId:
    shown = desk.ask(ReturnVersions(new.value.fund, given.year, new.value.quarter))
    for each in shown:
        if given.since == each.value.version or (given.since is None and each.id == new.value.replaces):
            return each.id
    raise NotFoundError(
        "earlier version",
        f"of the {new.name}",
        "Name it with --since, or ask with --now for what differs now.",
    )


def _compared(found: ReturnCompared) -> dict[str, Any]:
    return {
        "was_pence": found.was.pence,
        "now_pence": found.now.pence,
        "difference_pence": found.difference.pence,
        "explained": found.is_explained,
        "figures": [
            {
                "figure": each.figure,
                "name": each.label,
                "was_pence": each.was.pence,
                "now_pence": each.now.pence,
                "parts": [
                    {
                        "kind": part.kind,
                        "id": part.id,
                        "what": part.what,
                        "where": part.where,
                        "was_pence": part.was.pence,
                        "now_pence": part.now.pence,
                        "why": part.why,
                    }
                    for part in each.parts
                ],
            }
            for each in found.figures
        ],
        "cells": [
            {"sheet": each.sheet, "cell": each.cell, "name": each.label, "was": each.was, "now": each.now}
            for each in found.cells
        ],
        "decisions": [
            {"sequence": each.sequence, "at": each.at.isoformat(), "by": each.by, "what": each.sentence}
            for each in found.decisions
        ],
    }


def why_of_return(figure: str, desk: Desk, out: Output) -> int:
    """Says why a cell or figure of a saved return was as it was: “return:3!Expenditure!F9”."""
    number, _, rest = figure.removeprefix(OF_RETURN).partition("!")
    if not number.isdecimal() or not rest:
        raise NotFoundError("cell", figure, "Name it as return:ID!Sheet!Cell; “returns” lists the ids.")
    sheet, cut, cell = rest.rpartition("!")
    question = WhyOfCell(ReturnId(int(number)), sheet, cell, None) if cut else None
    found = desk.ask(question or WhyOfFigure(ReturnId(int(number)), rest, None))
    then = found.then
    words: list[Part] = [f"{then.title}: {then.in_words}"]
    if then.terms:
        words.append(
            table("", ("Made of", "£"), [(term.name, str(term.amount)) for term in then.terms], (1,))
        )
    if then.lines:
        rows = [
            (line.transaction, line.supplier, f"{line.file} · {line.sheet} · row {line.row}", str(line.share))
            for line in then.lines
        ]
        words.append(
            table(
                count(then.line_count, "ledger line"), ("Transaction", "Supplier", "Where", "£"), rows, (3,)
            )
        )
    if then.note:
        words.append(then.note)
    if found.now is not None:
        words.append(
            f"Now it is {found.now.in_words}, {found.difference.in_words} apart."
            if found.difference
            else "It is the same now."
        )
    words += [
        f"  {part.difference.in_words}: {' · '.join(text for text in (part.what, part.where, part.why) if text)}"
        for part in found.changes
    ]
    out.result(
        {
            "figure": figure,
            "title": then.title,
            "value_pence": None if then.shown else then.value.pence,
            "value": then.shown or None,
            "now_pence": found.now.pence if found.now is not None else None,
            "terms": [{"name": term.name, "amount_pence": term.amount.pence} for term in then.terms],
            "lines": [
                {
                    "transaction": line.transaction,
                    "file": line.file,
                    "sheet": line.sheet,
                    "row": line.row,
                    "amount_pence": line.amount.pence,
                    "share_pence": line.share.pence,
                }
                for line in then.lines
            ],
            "changes": [
                {
                    "what": part.what,
                    "where": part.where,
                    "difference_pence": part.difference.pence,
                    "why": part.why,
                }
                for part in found.changes
            ],
        },
        words,
    )
    return DONE


def write_pack(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “return-pack”."""
    opened = offices.open(given.file, writing=False)
    try:
        one = _one(given, opened.desk)
        made = opened.desk.ask(WriteReturnPack(one.id, given.out), progress)
    finally:
        opened.close()
    pack = made.pack
    out.result(
        {
            "out": str(made.path),
            "version": pack.version,
            "sha256": pack.sha256,
            "cells": len(pack.cells),
            "papers": len(pack.papers),
            "accepted": len(pack.accepted),
            "changes": len(pack.changes),
        },
        [f"{pack.title}: {made.path}", pack.certified_in_words],
    )
    return DONE


def write_mail(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “return-mail”."""
    opened = offices.open(given.file, writing=False)
    try:
        one = _one(given, opened.desk)
        made = opened.desk.ask(WriteReturnMail(one.id, given.out), progress)
    finally:
        opened.close()
    draft = made.draft
    out.result(
        {
            "out": str(made.path),
            "to": [person.email for person in draft.to],
            "cc": [person.email for person in draft.cc],
            "subject": draft.subject,
            "attachments": [name for _, name in draft.attachments],
            "missing": list(made.missing),
        },
        [f"{draft.subject}: {made.path}", *made.missing],
    )
    return TO_LOOK_AT if made.missing else DONE


def write_file(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “return-file”."""
    opened = offices.open(given.file, writing=False)
    try:
        one = _one(given, opened.desk)
        path = opened.desk.ask(SaveKeptReturn(one.id, given.out), progress)
    finally:
        opened.close()
    out.result(
        {"out": str(path), "sha256": one.value.sha256, "version": one.value.version}, [f"{one.name}: {path}"]
    )
    return DONE
