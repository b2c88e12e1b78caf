"""Locks: what sits in a locked period, a stated return or a closed year stays as it is until somebody reopens it with a
reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, period_name


class LockedFor(Enum):
    """Whom a lock keeps out: a month is closed for all but the finance lead first, and for everybody later."""

    EVERYBODY = "everybody"
    ALL_BUT_FINANCE_LEAD = "all but the finance lead"


#: What a lock of periods keeps as it is, and what goes on.
PERIODS_BLOCK = (
    "Charges, accruals and adjustments in these periods stay as they are; a line that comes later for them is charged "
    "as a prior-period adjustment"
)
RETURN_BLOCKS = (
    "Its quarters keep the figures that were sent; what changes in them is stated as a prior-period "
    "adjustment"
)
CERTIFICATE_BLOCKS = (
    "Accruals and adjustments in its periods stay as they are; whatever else changes a figure that is certified is "
    "named, with the entry that did it"
)
YEAR_BLOCKS = (
    "Budgets, charges, accruals, adjustments, carry-forward and settlements of the year stay as they are"
)


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
        """Which periods are locked, for whom, by whom, when and why: one sentence without its full stop."""
        verb = "is" if self.to_period == 1 else "are"
        day = self.locked_at.astimezone().strftime("%d/%m/%Y")
        reason = self.reason.strip().rstrip(".")
        whom = "" if self.whom is LockedFor.EVERYBODY else f" for {self.whom.value}"
        return f"{self.periods_in_words} {verb} locked{whom} (by {self.locked_by} on {day}: {reason})"


class PeriodLockedError(ExpectedError):
    """A change that would reach into a locked period (bad-inputs L02). *who* says who may reopen it."""

    def __init__(self, lock: PeriodLock, what: str, period: int, who: str = "") -> None:
        super().__init__(
            "period_locked",
            f"{lock.in_words}, so {what} in period {period} ({period_name(period)}) is refused.",
            "Put it in a later period, charge a line that came late as a prior-period adjustment, or reopen the "
            f"periods on Reconcile with a reason{f' ({who})' if who else ''}; nothing was changed.",
        )
        self.lock = lock


class YearClosedError(ExpectedError):
    """A change of a grant's year that is closed; *closed* says of which grant, by whom, when and why."""

    def __init__(self, closed: str, what: str, who: str) -> None:
        super().__init__(
            "year_closed",
            f"{closed}, so {what} is refused.",
            f"Reopen the year on Year end with a reason, if it must be changed ({who}); nothing was changed.",
        )


class ReturnLockedError(ExpectedError):
    """A change of what is stated by hand, once it waits for its signature or is certified (L03)."""

    def __init__(self, stated: str, what: str, period: int, who: str) -> None:
        super().__init__(
            "return_locked",
            f"{stated}, so {what} in period {period} ({period_name(period)}) is refused.",
            "Reverse it and make a new entry in a later period, or make the certificate void with a reason "
            f"({who}); nothing was changed.",
        )


class Locks:
    """The locks of a file as they hold one person, asked by year and period.

    *is_lead*: a finance lead, whom only the locks for everybody hold. *who* gives the words who may reopen them.
    """

    def __init__(
        self, locks: Iterable[PeriodLock], *, is_lead: bool = False, who: Callable[[], str] | None = None
    ) -> None:
        self._locks: dict[FinancialYear, list[PeriodLock]] = {}
        for lock in locks:
            if lock.whom is LockedFor.EVERYBODY or not is_lead:
                self._locks.setdefault(lock.year, []).append(lock)
        self._who = who

    def __bool__(self) -> bool:
        return bool(self._locks)

    def on(self, year: FinancialYear, period: int) -> PeriodLock | None:
        """The lock that holds *period* of *year*, the one for everybody first; None when it is open."""
        holding = (lock for lock in self._locks.get(year, ()) if period <= lock.to_period)
        return min(holding, key=lambda lock: lock.whom is not LockedFor.EVERYBODY, default=None)

    def refuse(self, year: FinancialYear, period: int, what: str) -> None:
        """Raises PeriodLockedError when the period is locked; *what* says what was to be done, as “charging T1”."""
        lock = self.on(year, period)
        if lock is not None:
            raise PeriodLockedError(lock, what, period, self._who() if self._who else "")


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
