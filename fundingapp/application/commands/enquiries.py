"""Taking the answers of a budget holder: each line is charged as its answer says, all in one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.commands.matching import ChargeLines, aim_of, charge_by_hand, counting
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Tools
from fundingapp.application.queries.heads import heads_of
from fundingapp.application.wording import count
from fundingapp.domain.enquiries import Answer
from fundingapp.domain.errors import CannotChargeError
from fundingapp.domain.matching import Exclude


@dataclass(frozen=True, slots=True)
class AcceptAnswers(Command[int]):
    """Charges the lines of *answers*, which came back in *file*; returns how many. Taken back by RestoreCharges.

    Refused as a whole when one of the lines was placed or changed since the answers were read.
    """

    answers: tuple[Answer, ...]
    file: str


def accept_answers(command: AcceptAnswers, tools: Tools) -> Effect[int]:
    if not command.answers:
        raise CannotChargeError("No answer is chosen.", "Choose one or more answers.")
    with tools.open_work() as work:
        heads = heads_of(work)
        charged = work.ledger.charges_of([answer.id for answer in command.answers])
        placed = []
        for answer in command.answers:
            line = counting(work, answer.id).line
            if line.amount != answer.line.amount or charged[answer.id]:
                raise CannotChargeError(
                    f"The line of row {answer.row:,} ({line.supplier or line.transaction}, {line.amount.in_words}) was"
                    " placed or changed after the answers were read.",
                    "Read the answers again.",
                )
            said = f"{answer.reason} (“{command.file}”, row {answer.row:,})"
            if isinstance(answer.target, Exclude):
                who = answer.who or "the budget holder"
                said = f"answer of {who} (“{command.file}”, row {answer.row:,})"
            aim = ChargeLines((answer.id,), answer.target, said)
            placed.append((answer.id, aim_of(line.amount, line.year.start, aim, heads)))
        name = f"take {count(len(placed), 'answer')} from “{command.file}”"
        return charge_by_hand(work, tools, placed, name, len(placed))


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {AcceptAnswers: accept_answers}
