"""Locking the periods of a year, and opening them again; opening a return that was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.signing import move_return, resting_on, void_certificates
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.balances import assertion_of, grants_in
from fundingapp.application.queries.locked_balances import locked_balances, period_in
from fundingapp.application.queries.members import roles_of
from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.ids import ReturnId
from fundingapp.domain.locks import LockedFor, PeriodLock, check_lock, check_reason
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.watching import Asserted


@dataclass(frozen=True, slots=True)
class LockPeriods(Command[PeriodLock]):
    """Locks periods 1 to *to_period* of *year* for every grant: charges, accruals and adjustments there stay as they
    are. A lock for everybody keeps the balances of its periods (R17). Taken back by SwapRecords."""

    backed_up_before: ClassVar[str] = "periods are locked"

    year: FinancialYear
    to_period: int
    reason: str
    whom: LockedFor = LockedFor.EVERYBODY


@dataclass(frozen=True, slots=True)
class ReopenPeriods(Command[list[str]]):
    """Opens the periods of *year* from *from_period* on again; earlier ones stay locked. Certificates that rest on them
    become void; their names are the result. Taken back by SwapRecords."""

    year: FinancialYear
    reason: str
    from_period: int = 1
    whom: LockedFor = LockedFor.EVERYBODY


@dataclass(frozen=True, slots=True)
class ReopenReturn(Command[list[str]]):
    """Makes a return that was sent, with every other version of its quarter, a draft again: its quarter no longer keeps
    its figures, and the certificates that rest on it become void. Taken back by SwapRecords."""

    saved: ReturnId
    reason: str


def _held(work: UnitOfWork, year: FinancialYear, whom: LockedFor) -> Kept[PeriodLock] | None:
    return next(
        (kept for kept in work.locks.all() if (kept.value.year, kept.value.whom) == (year, whom)), None
    )


def lock_periods(command: LockPeriods, tools: Tools) -> Effect[PeriodLock]:
    with tools.open_work() as work:
        held = _held(work, command.year, command.whom)
        lock = PeriodLock(
            command.year,
            command.to_period,
            command.reason.strip(),
            tools.who,
            tools.clock(),
            command.whom,
        )
        check_lock(lock, held.value if held else None)
        periods = lock.periods_in_words[0].lower() + lock.periods_in_words[1:]
        whom = "" if command.whom is LockedFor.EVERYBODY else f" for {command.whom.value}"
        doing = Doing(work, tools)
        if held is None:
            doing.add("locks", lock)
        else:
            doing.change("locks", held, lock)
        if command.whom is LockedFor.EVERYBODY:
            for fund in grants_in(work, lock.year):
                kept = assertion_of(
                    work,
                    fund,
                    lock.year,
                    lock.to_period,
                    Asserted.LOCK,
                    f"{periods} locked",
                    lock.locked_at,
                )
                doing.add("assertions", kept)
        effect: Effect[PeriodLock] = doing.commit("LockPeriods", f"lock {periods}{whom}", lock)
        return effect


def reopen_periods(command: ReopenPeriods, tools: Tools) -> Effect[list[str]]:
    check_reason(command.reason, "Reopening")
    year, first = command.year, command.from_period
    if not 1 <= first <= CLOSING_PERIOD:
        raise ExpectedError(
            "lock_period", f"Period {first} is not one of 1 to 13.", "Choose the first period to open."
        )
    with tools.open_work() as work:
        held = _held(work, year, command.whom)
        if held is None or held.value.to_period < first:
            which = (
                f"No period of {year}" if held is None else f"Period {first} of {year} is open: no later one"
            )
            raise ExpectedError("not_locked", f"{which} is locked.", "Nothing to do.")
        roles_of(work).refuse_reopening(tools.who, f"the periods of {year}")
        lock, reason = held.value, command.reason.strip()
        some = "" if first == 1 else f" from period {first} on"
        whom = "" if command.whom is LockedFor.EVERYBODY else f" for {command.whom.value}"
        name = f"reopen the periods of {year}{some}{whom}"
        doing = Doing(work, tools)
        if first == 1:
            doing.remove("locks", held)
        else:
            doing.change("locks", held, replace(lock, to_period=first - 1))
        if command.whom is LockedFor.EVERYBODY:
            _let_go(doing, year, first)
        voided = void_certificates(doing, resting_on(work, None, year, first), f"{name}: {reason}")
        effect: Effect[list[str]] = doing.commit(
            "ReopenPeriods", f"{name}: {reason}{_void(voided)}", voided, reason=reason
        )
        return replace(effect, name=name)


def _void(names: list[str]) -> str:
    return f"; void with it: {listed(names, 'and')}" if names else ""


def _let_go(doing: Doing, year: FinancialYear, first: int) -> None:
    """Balances that a lock keeps end where the lock now ends."""
    for kept in locked_balances(doing.work, None, year):
        value = kept.value
        if value.to_period < first:
            continue
        if first == 1:
            doing.remove("assertions", kept)
        else:
            doing.change("assertions", kept, value.up_to(first - 1, period_in))


def reopen_return(command: ReopenReturn, tools: Tools) -> Effect[list[str]]:
    check_reason(command.reason, "Reopening")
    with tools.open_work() as work:
        saved = work.returns.get(command.saved).value
        fund = work.funds.get(saved.fund).value.name
        what = f"the Q{saved.quarter} return of {fund} {saved.year}"
        if not saved.state.is_out:
            raise ExpectedError(
                "not_sent",
                f"{what[0].upper()}{what[1:]}, version {saved.version}, was not sent.",
                "Nothing to do.",
            )
        roles_of(work).refuse_reopening(tools.who, what)
        later = [
            kept.value.quarter
            for kept in work.returns.all()
            if (kept.value.fund, kept.value.year, kept.value.state.is_out) == (saved.fund, saved.year, True)
            and kept.value.quarter > saved.quarter
        ]
        if later:
            raise ExpectedError(
                "later_return",
                f"{what[0].upper()}{what[1:]} can't be reopened alone: the Q{max(later)} return, which states its "
                "quarter too, was sent.",
                f"Reopen the Q{max(later)} return first.",
            )
        doing = Doing(work, tools)
        for kept in work.returns.all():
            value = kept.value
            same = (value.fund, value.year, value.quarter) == (saved.fund, saved.year, saved.quarter)
            if same and value.state is not ReturnState.DRAFT:
                move_return(doing, kept, ReturnState.DRAFT, reason=command.reason)
        name, reason = f"reopen {what}", command.reason.strip()
        resting = resting_on(work, saved.fund, saved.year, saved.quarter * 3 - 2)
        voided = void_certificates(doing, resting, f"{name}: {reason}")
        effect: Effect[list[str]] = doing.commit(
            "ReopenReturn", f"{name}: {reason}{_void(voided)}", voided, reason=reason
        )
        return replace(effect, name=name)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    LockPeriods: lock_periods,
    ReopenPeriods: reopen_periods,
    ReopenReturn: reopen_return,
}
