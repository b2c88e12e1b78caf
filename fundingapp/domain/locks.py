"""Locked periods: what sits in them stays as it is until somebody reopens them with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, period_name


class LockedFor(Enum):
    """Whom a lock keeps out: a month is closed for all but the finance lead first, and for everybody later."""

    EVERYBODY = "everybody"
    ALL_BUT_FINANCE_LEAD = "all but the finance lead"


@dataclass(frozen=True, slots=True)
class PeriodLock:
    """The periods 1 to *to_period* of *year* are locked, for every grant; one lock for each year and *whom* it holds.

    *locked_at* is in UTC.
    """

    year: FinancialYear
    to_period: int
    reason: str
    locked_by: str
    locked_at: datetime
    whom: LockedFor = LockedFor.EVERYBODY

    @property
    def periods_in_words(self) -> str:
        """“Period 1 (April) of 2018/19”, “Periods 1 to 9 (December) of 2018/19”."""
        which = "Period 1" if self.to_period == 1 else f"Periods 1 to {self.to_period}"
        return f"{which} ({period_name(self.to_period)}) of {self.year}"

    @property
    def in_words(self) -> str:
        """Which periods are locked, who locked them, when and why: one sentence without its full stop."""
        verb = "is" if self.to_period == 1 else "are"
        day = self.locked_at.astimezone().strftime("%d/%m/%Y")
        reason = self.reason.strip().rstrip(".")
        return f"{self.periods_in_words} {verb} locked (by {self.locked_by} on {day}: {reason})"


class PeriodLockedError(ExpectedError):
    """A change that would reach into a locked period (bad-inputs L02)."""

    def __init__(self, lock: PeriodLock, what: str, period: int) -> None:
        super().__init__(
            "period_locked",
            f"{lock.in_words}, so {what} in period {period} ({period_name(period)}) is refused.",
            "Put it in a later period, or reopen the periods on Reconcile with a reason; nothing was changed.",
        )
        self.lock = lock


class Locks:
    """The locks of a file, asked by year and period."""

    def __init__(self, locks: Iterable[PeriodLock]) -> None:
        self._locks = {lock.year: lock for lock in locks}

    def __bool__(self) -> bool:
        return bool(self._locks)

    def on(self, year: FinancialYear, period: int) -> PeriodLock | None:
        """The lock that holds *period* of *year*; None when it is open."""
        lock = self._locks.get(year)
        return lock if lock is not None and period <= lock.to_period else None

    def refuse(self, year: FinancialYear, period: int, what: str) -> None:
        """Raises PeriodLockedError when the period is locked; *what* says what was to be done, as “charging T1”."""
        lock = self.on(year, period)
        if lock is not None:
            raise PeriodLockedError(lock, what, period)


def check_lock(lock: PeriodLock, before: PeriodLock | None) -> None:
    """Refuses a lock without its reason, outside the year, or that would open what *before* holds."""
    if not 1 <= lock.to_period <= CLOSING_PERIOD:
        raise ExpectedError(
            "lock_period",
            f"Period {lock.to_period} is not one of 1 to 13.",
            "Choose the last period to lock.",
        )
    check_reason(lock.reason, "A lock")
    if before is not None and lock.to_period == before.to_period:
        raise ExpectedError("locked_already", f"{before.in_words}.", "Nothing to do.")
    if before is not None and lock.to_period < before.to_period:
        raise ExpectedError(
            "locked_further",
            f"{before.in_words}.",
            "Reopen the later periods instead, with a reason.",
        )


def check_reason(reason: str, what: str) -> None:
    """Refuses *what*, such as “A lock”, without a reason."""
    if not reason.strip():
        raise ExpectedError("no_reason", f"{what} needs its reason.", "Say why; it is kept in the history.")
