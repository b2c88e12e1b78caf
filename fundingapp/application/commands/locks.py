"""Locking the periods of a year, and opening them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from fundingapp.application.commands.records import (
    Changed,
    Record,
    SwapRecords,
    plain_swap,
    swap,
    topics_of_swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.locks import PeriodLock, check_lock, check_reason
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear


@dataclass(frozen=True, slots=True)
class LockPeriods(Command[PeriodLock]):
    """Locks periods 1 to *to_period* of *year* for every grant: charges, accruals and adjustments there stay as they
    are. Taken back by SwapRecords."""

    backed_up_before: ClassVar[str] = "periods are locked"

    year: FinancialYear
    to_period: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReopenPeriods(Command[None]):
    """Opens the periods of *year* from *from_period* on again; earlier ones stay locked. Taken back by SwapRecords."""

    year: FinancialYear
    reason: str
    from_period: int = 1


def _held(work: UnitOfWork, year: FinancialYear) -> Kept[PeriodLock] | None:
    return next((kept for kept in work.locks.all() if kept.value.year == year), None)


def lock_periods(command: LockPeriods, tools: Tools) -> Effect[PeriodLock]:
    with tools.open_work() as work:
        held = _held(work, command.year)
        lock = PeriodLock(command.year, command.to_period, command.reason.strip(), tools.who, tools.clock())
        check_lock(lock, held.value if held else None)
        name = f"lock {lock.periods_in_words[0].lower()}{lock.periods_in_words[1:]}"
        if held is None:
            change = SwapRecords((), (), (Record("locks", work.locks.add(lock), lock),), name)
        else:
            change = SwapRecords((), (Changed("locks", held.id, held.value, lock),), (), name)
            swap(work, change)
        work.commit(JournalRecord("LockPeriods", name, *plain_swap(change)))
    return Effect(lock, topics_of_swap(change), name, change.inverse)


def reopen_periods(command: ReopenPeriods, tools: Tools) -> Effect[None]:
    check_reason(command.reason, "Reopening")
    year, first = command.year, command.from_period
    if not 1 <= first <= CLOSING_PERIOD:
        raise ExpectedError(
            "lock_period", f"Period {first} is not one of 1 to 13.", "Choose the first period to open."
        )
    with tools.open_work() as work:
        held = _held(work, year)
        if held is None or held.value.to_period < first:
            which = (
                f"No period of {year}" if held is None else f"Period {first} of {year} is open: no later one"
            )
            raise ExpectedError("not_locked", f"{which} is locked.", "Nothing to do.")
        lock = held.value
        some = "" if first == 1 else f" from period {first} on"
        name = f"reopen the periods of {year}{some}"
        if first == 1:
            change = SwapRecords((Record("locks", held.id, lock),), (), (), name)
        else:
            less = PeriodLock(year, first - 1, lock.reason, lock.locked_by, lock.locked_at)
            change = SwapRecords((), (Changed("locks", held.id, lock, less),), (), name)
        swap(work, change)
        before, after = plain_swap(change)
        reason = command.reason.strip()
        work.commit(JournalRecord("ReopenPeriods", f"{name}: {reason}", before, {**after, "reason": reason}))
    return Effect(None, topics_of_swap(change), name, change.inverse)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    LockPeriods: lock_periods,
    ReopenPeriods: reopen_periods,
}
