"""The console's commands for what the money bought: unit costs, sentences and reference values."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from fundingapp.application.commands.value import (
    KeepReferenceValue,
    RemoveSentence,
    RestoreReferenceValue,
    RestoreShippedValues,
    UprateReferenceValues,
    WithdrawReferenceValue,
    WriteSentence,
)
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.queries.value import (
    ReferenceRow,
    ReferenceValues,
    SentenceRow,
    UnitCostRow,
    ValueAnswer,
    ValueOf,
)
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.console.files import DONE, TO_LOOK_AT
from fundingapp.console.output import BarProgress, Output, table
from fundingapp.console.values import to_day, to_pounds, to_year
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import IndicatorId, ProjectId
from fundingapp.domain.sentences import NAMES, USUAL
from fundingapp.domain.unit_costs import name_key
from fundingapp.domain.value import ReferenceValue


def add_value_commands(
    command: Callable[[str, Callable[..., int], str], argparse.ArgumentParser],
    file: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Registers the commands of this module."""
    made = command("value", show_value, "what one of each output and outcome cost, with its parts")
    file(made)
    _year_options(made)

    made = command("sentences", change_sentences, "sentences about what the money bought, with their figures")
    file(made)
    _year_options(made)
    made.add_argument(
        "--write",
        metavar="WORDING",
        help=f"write a sentence about the project, such as “{USUAL}”; the figures are "
        + ", ".join(f"{{{name}}}" for name in NAMES)
        + ", and {avoided: …} with a reference value",
    )
    made.add_argument(
        "--output", type=_number, metavar="ID", help="the output it is about, as “value” numbers it"
    )
    made.add_argument("--outcome", type=_number, metavar="ID", help="the outcome it is about")
    made.add_argument("--remove", type=_number, metavar="ID", help="take the sentence of this number out")

    made = command("reference-values", change_values, "what a case is said to cost, with source and caveat")
    file(made)
    made.add_argument("--set", metavar="NAME", help="add or change the value of this name")
    made.add_argument("--amount", type=to_pounds, metavar="POUNDS", help="what one case is said to cost")
    made.add_argument("--prices", default="", metavar="YEAR", help="at the prices of this year")
    made.add_argument("--source", default="", metavar="TEXT", help="whose estimate it is, or which index")
    made.add_argument("--caveat", default="", metavar="TEXT", help="what it can't tell")
    made.add_argument("--edition", type=to_day, metavar="DAY", help="the day of its edition")
    made.add_argument("--withdraw", metavar="NAME", help="have it used no more")
    made.add_argument("--restore", metavar="NAME", help="put it back as it shipped; “all” does so with all")
    made.add_argument(
        "--uprate", type=_percent, metavar="PERCENT", help="put those in use at the --prices of another year"
    )


def _year_options(made: argparse.ArgumentParser) -> None:
    made.add_argument("--year", required=True, type=to_year, metavar="Y", help="the year, such as 2018/19")
    made.add_argument(
        "--quarter",
        type=int,
        choices=range(1, 5),
        metavar="N",
        help="up to this quarter; the last that is over",
    )
    made.add_argument("--project", default="", metavar="REF", help="only this project")
    made.add_argument("--fund", default="", metavar="NAME", help="only this fund's spending")


def _number(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"“{text}” is not a number as the list has it")
    return int(text)


def _percent(text: str) -> Decimal:
    try:
        percent = Decimal(text.strip().removesuffix("%"))
    except InvalidOperation:
        percent = Decimal("NaN")
    if not percent.is_finite():
        raise argparse.ArgumentTypeError(f"“{text}” is not a percentage such as 6.4")
    return percent


def _asked(given: argparse.Namespace, desk: Desk, progress: BarProgress) -> ValueAnswer:
    fund = desk.ask(FundNamed(given.fund)) if given.fund else None
    answer = desk.ask(ValueOf(given.year, given.quarter, fund), progress)
    if not given.project:
        return answer
    id = _project(given, answer)
    return replace(
        answer,
        rows=tuple(row for row in answer.rows if row.project == id),
        sentences=tuple(row for row in answer.sentences if row.sentence.project == id),
    )


def _project(given: argparse.Namespace, answer: ValueAnswer) -> ProjectId:
    """The project that is named. Raises ExpectedError without one of the year."""
    wanted = given.project.strip().casefold()
    for kept in answer.projects:
        if kept.value.ref.casefold() == wanted:
            return ProjectId(kept.id)
    refs = ", ".join(kept.value.ref for kept in answer.projects) or "none"
    if not wanted:
        raise ExpectedError("no_project", "Which project is it about?", f"Name it with --project: {refs}.")
    raise NotFoundError("project with money in the year", given.project, f"There are: {refs}.")


def show_value(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Prints unit costs; small numbers are hidden, with the costs that would give them away."""
    opened = offices.open(given.file, writing=False)
    try:
        answer = _asked(given, opened.desk, progress)
    finally:
        opened.close()
    out.result(
        {
            "year": str(answer.year),
            "quarter": answer.quarter,
            "unit_costs": [_cost_data(row) for row in answer.rows],
            "indicators": [
                {"id": each.id, "name": each.name, "level": each.level.value} for each in answer.indicators
            ],
        },
        [
            table(
                f"What the money bought, {answer.year} up to Q{answer.quarter}",
                ("No.", "Project", "Kind", "Counted", "Spend £", "Number", "Cost of one £", "Beside it"),
                [
                    (
                        str(row.indicator),
                        row.ref,
                        row.level.value,
                        row.name,
                        str(row.cost.spent),
                        row.number_text,
                        str(row.cost.cost) if row.cost.cost is not None else "–",
                        row.caveat,
                    )
                    for row in answer.rows
                ],
                money=(4, 5, 6),
            )
            if answer.rows
            else f"Nothing is counted for a project with money in {answer.year}.",
        ],
    )
    return DONE


def _cost_data(row: UnitCostRow) -> dict[str, Any]:
    number = row.cost.number
    return {
        "indicator": row.indicator,
        "name": row.name,
        "level": row.level.value,
        "project": row.ref,
        "spent_pence": row.cost.spent.pence,
        "number": str(number) if number is not None else None,
        "shown": row.number_text,
        "cost_pence": row.cost.cost.pence if row.cost.cost is not None else None,
        "why_not": row.cost.why_not,
        "caveats": list(row.cost.caveats),
        "figure": row.figure,
        "number_figure": row.number_figure,
        "spent_figure": row.spent_figure,
    }


def change_sentences(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Writes or removes a sentence, and prints those of the year."""
    writing = given.write is not None or given.remove is not None
    opened = offices.open(given.file, writing=writing)
    try:
        desk = opened.desk
        if given.remove is not None:
            desk.do(RemoveSentence(given.remove), progress)
        if given.write is not None:
            project = _project(given, desk.ask(ValueOf(given.year, given.quarter), progress))
            desk.do(
                WriteSentence(
                    project,
                    given.year,
                    given.write,
                    IndicatorId(given.output) if given.output is not None else None,
                    IndicatorId(given.outcome) if given.outcome is not None else None,
                ),
                progress,
            )
        answer = _asked(given, desk, progress)
    finally:
        opened.close()
    people: list[str] = []
    for row in answer.sentences:
        people.append(f"{row.id}  {row.ref}: {row.text}")
        people += [f"    beside it: {note}" for note in row.notes]
        people += [f"    typed, not from the records: {', '.join(row.typed)}"] if row.typed else []
    out.result(
        {
            "year": str(answer.year),
            "quarter": answer.quarter,
            "sentences": [_sentence_data(row) for row in answer.sentences],
        },
        people or [f"No sentence is written about {given.project or 'any project'} in {answer.year} yet."],
    )
    return TO_LOOK_AT if any(row.broken for row in answer.sentences) else DONE


def _sentence_data(row: SentenceRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "project": row.ref,
        "wording": row.sentence.wording,
        "text": row.text,
        "figures": [{"text": piece.text, "figure": piece.figure} for piece in row.pieces if piece.figure],
        "gaps": list(row.broken),
        "notes": list(row.notes),
        "typed": list(row.typed),
    }


def change_values(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Keeps, withdraws, restores or uprates reference values, and prints them all."""
    writing = any(each is not None for each in (given.set, given.withdraw, given.restore, given.uprate))
    opened = offices.open(given.file, writing=writing)
    try:
        desk = opened.desk
        if given.set is not None:
            _keep(given, desk, progress)
        if given.withdraw is not None:
            desk.do(WithdrawReferenceValue(given.withdraw), progress)
        if given.restore is not None and given.restore.casefold() == "all":
            desk.do(RestoreShippedValues(), progress)
        elif given.restore is not None:
            desk.do(RestoreReferenceValue(given.restore), progress)
        if given.uprate is not None:
            desk.do(UprateReferenceValues(given.uprate, given.prices, given.source), progress)
        rows = desk.ask(ReferenceValues())
    finally:
        opened.close()
    out.result(
        {"reference_values": [_value_data(row) for row in rows]},
        [
            table(
                "What a case is said to cost; estimates by others, each with its caveat",
                ("One case of", "£", "Prices of", "State", "Source"),
                [
                    (row.value.name, str(row.value.amount), row.value.prices, row.state, row.value.source)
                    for row in rows
                ],
                money=(1,),
            )
        ],
    )
    return DONE


def _keep(given: argparse.Namespace, desk: Desk, progress: BarProgress) -> None:
    """Adds the value that is named, or changes what is given of the one that there is."""
    held = next(
        (row.value for row in desk.ask(ReferenceValues()) if name_key(row.value.name) == name_key(given.set)),
        None,
    )
    before = held or ReferenceValue(given.set, given.amount, "", "", "") if given.amount is not None else held
    if before is None:
        raise ExpectedError(
            "no_amount", f"What does one case of “{given.set}” cost?", "Say it with --amount, in pounds."
        )
    value = replace(
        before,
        amount=given.amount if given.amount is not None else before.amount,
        prices=given.prices or before.prices,
        source=given.source or before.source,
        caveat=given.caveat or before.caveat,
        edition=given.edition or before.edition,
    )
    desk.do(KeepReferenceValue(value, held.name if held is not None else ""), progress)


def _value_data(row: ReferenceRow) -> dict[str, Any]:
    value = row.value
    return {
        "name": value.name,
        "amount_pence": value.amount.pence,
        "prices": value.prices,
        "source": value.source,
        "caveat": value.caveat,
        "edition": value.edition.isoformat() if value.edition is not None else None,
        "state": row.state,
    }
