"""The forms that lock the periods of a year, and open what is locked again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fundingapp.application.commands.locks import LockPeriods, ReopenPeriods
from fundingapp.application.effect import Command
from fundingapp.domain.locks import LockedFor, PeriodLock
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, period_name
from fundingapp.ui.forms import Form
from fundingapp.ui.office import Office
from fundingapp.ui.widgets.choice import Option

NO_REASON = "Say why: whoever meets the lock is told."


def _periods(first: int, last: int) -> list[Option]:
    return [Option(number, f"period {number} ({period_name(number)})") for number in range(first, last + 1)]


def lock_form(
    office: Office, year: FinancialYear, locks: Sequence[PeriodLock], period: int, close: Callable[[], object]
) -> Form:
    """Locks periods of *year* up to one, *period* by itself; *locks* are those that stand."""
    held = {lock.whom: lock.to_period for lock in locks if lock.year == year}

    def accept() -> str:
        if not reason.text().strip():
            return NO_REASON
        if not isinstance(last.key, int) or not isinstance(whom.key, LockedFor):
            return "Choose the last period to lock."
        if last.key <= held.get(whom.key, 0):
            return f"Periods up to {held[whom.key]} are locked for {whom.key.value} already."
        office.do(
            LockPeriods(year, last.key, reason.text(), whom.key), "Lock periods", lambda _effect: close()
        )
        return ""

    form = Form("Lock them", accept, close)
    first = held.get(LockedFor.EVERYBODY, 0) + 1
    last = form.choice(
        "Up to and including", _periods(first, CLOSING_PERIOD), min(max(period, first), CLOSING_PERIOD)
    )
    whom = form.choice("For", [Option(each, each.value) for each in LockedFor], LockedFor.EVERYBODY)
    reason = form.text("Reason", hint="for example: the Q2 return is agreed")
    return form


def reopen_form(office: Office, lock: PeriodLock, close: Callable[[], object]) -> Form:
    """Opens the periods of *lock* again, from one on."""

    def accept() -> str:
        if not reason.text().strip():
            return "Say why: it is kept in the history."
        first_open = first.key if isinstance(first.key, int) else 1
        command = ReopenPeriods(lock.year, reason.text(), first_open, lock.whom)
        office.do(command, "Reopen periods", lambda _effect: close())
        return ""

    form = Form("Reopen them", accept, close)
    first = form.choice("From", _periods(1, lock.to_period), lock.to_period)
    reason = form.text("Reason for reopening", hint="for example: an invoice came late")
    form.note("Certificates that rest on these periods become void.")
    return form


def reason_form(
    office: Office,
    button: str,
    make: Callable[[str], Command[object]],
    name: str,
    close: Callable[[], object],
    hint: str = "",
    note: str = "",
) -> Form:
    """One reason, then the command that *make* makes of it, under *name*."""

    def accept() -> str:
        if not reason.text().strip():
            return "Say why: it is kept in the history."
        office.do(make(reason.text()), name, lambda _effect: close())
        return ""

    form = Form(button, accept, close)
    reason = form.text("Reason", hint=hint)
    if note:
        form.note(note)
    return form
