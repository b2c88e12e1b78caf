"""Checks before sending that may stay: accepted with a reason, and open again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.sending import AcceptedException


@dataclass(frozen=True, slots=True)
class AcceptException(Command[None]):
    """Accepts one check of a quarter's return (1 to 4): *key* and *said* are the check's key and text as they were
    shown, and *reason* why it may stay. It takes the place of an earlier one of the key. Taken back by SwapRecords.

    Raises ExpectedError ``no_reason`` and ``nothing_said``.
    """

    fund: FundId
    year: FinancialYear
    quarter: int
    key: str
    said: str
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawException(Command[None]):
    """Opens a check that was accepted again. Taken back by SwapRecords.

    Raises ExpectedError ``exception_unknown``.
    """

    fund: FundId
    year: FinancialYear
    quarter: int
    key: str


def exceptions_of(
    work: UnitOfWork, fund: FundId, year: FinancialYear, quarter: int
) -> list[Kept[AcceptedException]]:
    """What was accepted for the return of a quarter."""
    return [
        kept
        for kept in work.accepted_exceptions.all()
        if (kept.value.fund, kept.value.year, kept.value.quarter) == (fund, year, quarter)
    ]


def accept_exception(command: AcceptException, tools: Tools) -> Effect[None]:
    reason = command.reason.strip()
    if not reason:
        raise ExpectedError(
            "no_reason",
            "A check is accepted only with a reason, which is kept with the return.",
            "Say why it may stay as it is.",
        )
    if not command.key.strip() or not command.said.strip():
        raise ExpectedError(
            "nothing_said", "It is not said which check is accepted.", "Choose it in the list."
        )
    with tools.open_work() as work:
        name = work.funds.get(command.fund).value.name
        doing = Doing(work, tools)
        accepted = AcceptedException(
            command.fund,
            command.year,
            command.quarter,
            command.key,
            command.said,
            reason,
            tools.who,
            tools.clock(),
        )
        held = _of_key(work, command.fund, command.year, command.quarter, command.key)
        if held is None:
            doing.add("accepted_exceptions", accepted)
        else:
            doing.change("accepted_exceptions", held, accepted)
        return doing.commit(
            "AcceptException",
            f"accept a check of the Q{command.quarter} return of {name} {command.year}: {_short(command.said)}",
            reason=reason,
        )


def withdraw_exception(command: WithdrawException, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        name = work.funds.get(command.fund).value.name
        held = _of_key(work, command.fund, command.year, command.quarter, command.key)
        if held is None:
            raise ExpectedError(
                "exception_unknown",
                f"No check “{command.key}” of the Q{command.quarter} return of {name} {command.year} was accepted.",
                "Look at the list again; somebody else may have opened it already.",
            )
        doing = Doing(work, tools)
        doing.remove("accepted_exceptions", held)
        return doing.commit(
            "WithdrawException",
            f"open a check of the Q{command.quarter} return of {name} {command.year} again: "
            f"{_short(held.value.said)}",
        )


def _of_key(
    work: UnitOfWork, fund: FundId, year: FinancialYear, quarter: int, key: str
) -> Kept[AcceptedException] | None:
    return next((kept for kept in exceptions_of(work, fund, year, quarter) if kept.value.key == key), None)


def _short(text: str) -> str:
    """The beginning of a sentence, for the history."""
    words = " ".join(text.split())
    return words if len(words) <= 80 else words[:79].rstrip() + "…"


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AcceptException: accept_exception,
    WithdrawException: withdraw_exception,
}
