"""The console's part about bodies: the list of them, one taking another's place, and a body's extract."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from fundingapp.application.commands.parties import SucceedParty
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.queries.handovers import (
    BodyExtract,
    FundHandover,
    SuccessionPreview,
    what_happens,
)
from fundingapp.application.queries.parties import Bodies, BodyAnswer
from fundingapp.application.wording import count, short_date
from fundingapp.console.files import DONE, writable
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.console.values import to_day
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import PartyId
from fundingapp.domain.parties import Party, PartyForm
from fundingapp.domain.succession import is_called, likely_form


def add_bodies_options(made: argparse.ArgumentParser) -> None:
    """The options of “bodies”: at most one of what is to be done."""
    doing = made.add_mutually_exclusive_group()
    doing.add_argument(
        "--succeed",
        nargs=2,
        metavar=("OLD", "NEW"),
        help="let NEW take the place of OLD from the day given with --on; NEW is added when it is not there",
    )
    doing.add_argument(
        "--extract", metavar="NAME", help="write what this body took on, had, and hands over to --out"
    )
    made.add_argument("--on", type=to_day, metavar="DATE", help="the first day of the new body, 2028-05-07")
    made.add_argument("--paper", default="", metavar="TEXT", help="by what paper, for --succeed")
    made.add_argument(
        "--form",
        choices=[form.value for form in PartyForm],
        metavar="FORM",
        help="what a new body is: " + ", ".join(f"“{form.value}”" for form in PartyForm),
    )
    made.add_argument("--out", metavar="X.xlsx", type=Path, help="where --extract writes to")


def keep_bodies(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out “bodies”."""
    if given.out is not None and given.extract is None:
        raise ExpectedError("no_extract", "--out is only for --extract.", "Say whose with --extract NAME.")
    opened = writable(offices, given.file) if given.succeed is not None else offices.open(given.file)
    try:
        if given.succeed is not None:
            _succeed(given, opened.desk, out)
        elif given.extract is not None:
            _extract(given, opened.desk, out)
        else:
            _list(opened.desk, out)
    finally:
        opened.close()
    return DONE


def _body(desk: Desk, name: str) -> BodyAnswer:
    bodies = desk.ask(Bodies())
    found = next((each for each in bodies if is_called(each.kept.value, name)), None)
    if found is None:
        there = ", ".join(f"“{each.kept.value.name}”" for each in bodies) or "none yet"
        raise NotFoundError("body", name, f"The bodies are: {there}.")
    return found


def _succeed(given: argparse.Namespace, desk: Desk, out: Output) -> None:
    old, new = given.succeed
    if given.on is None:
        raise ExpectedError("no_day", "--succeed needs the first day of the new body.", "Give it with --on.")
    body = _body(desk, old)
    known = next((each for each in desk.ask(Bodies()) if is_called(each.kept.value, new)), None)
    form = PartyForm(given.form) if given.form else likely_form(new)
    successor: PartyId | Party = (
        PartyId(known.kept.id)
        if known is not None
        else Party(" ".join(new.split()), body.kept.value.kind, given.on, form=form)
    )
    command = SucceedParty(PartyId(body.kept.id), successor, given.on, given.paper)
    preview = desk.ask(SuccessionPreview(command.old, successor, given.on))
    made = desk.do(command).result
    out.result(
        {
            "old": preview.old.name,
            "successor": preview.successor.name,
            "on": given.on.isoformat(),
            "locked": made.locked,
            "handovers": [_data(each) for each in preview.handovers],
        },
        [what_happens(preview), *_table(preview.handovers)],
    )


def _extract(given: argparse.Namespace, desk: Desk, out: Output) -> None:
    if given.out is None:
        raise ExpectedError("no_out", "--extract needs the file to write.", "Give it with --out.")
    body = _body(desk, given.extract)
    answer = desk.ask(BodyExtract(PartyId(body.kept.id), given.out))
    out.result(
        {
            "body": answer.body.name,
            "file": str(given.out),
            "rows": len(answer.rows),
            "opening": [_data(each) for each in answer.opening],
            "closing": [_data(each) for each in answer.closing],
        },
        [
            f"The extract of {answer.body.name} is in {given.out}: {count(len(answer.rows), 'row')}.",
            *_table(answer.closing),
        ],
    )


def _list(desk: Desk, out: Output) -> None:
    bodies = desk.ask(Bodies())
    out.result(
        {
            "bodies": [
                {
                    "id": each.kept.id,
                    "name": each.kept.value.name,
                    "kind": each.kept.value.kind.value,
                    "form": each.kept.value.form.value,
                    "from": _iso(each.kept.value.valid_from),
                    "to": _iso(each.kept.value.valid_to),
                    "succeeded_by": each.followed_by,
                    "funds": list(each.funds),
                }
                for each in bodies
            ]
        },
        [
            table(
                "",
                ("Name", "What it is", "From", "To", "Succeeded by"),
                [
                    (
                        each.kept.value.name,
                        each.kept.value.kind.value,
                        short_date(each.kept.value.valid_from),
                        short_date(each.kept.value.valid_to),
                        each.followed_by,
                    )
                    for each in bodies
                ],
            )
            if bodies
            else "There are no bodies yet."
        ],
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _data(handover: FundHandover) -> dict[str, Any]:
    amounts = {f"{measure.value}_pence": amount.pence for measure, amount in handover.amounts}
    return {"fund": handover.fund, **amounts, "owed_pence": handover.owed.pence}


def _table(handovers: tuple[FundHandover, ...]) -> list[Part]:
    if not handovers:
        return []
    headings = (
        "Passes over",
        *(measure.value.capitalize() for measure, _ in handovers[0].amounts),
        "Owed to us",
    )
    return [
        table(
            "",
            headings,
            [(each.fund, *(str(amount) for _, amount in each.amounts), str(each.owed)) for each in handovers],
            range(1, len(headings)),
        )
    ]
