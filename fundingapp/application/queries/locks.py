"""What is locked, for whom and why, and what would reach into it: locks are asked about here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Batch, BatchState, Kept, LineFilter, LineOrder, Tools, UnitOfWork
from fundingapp.application.queries.closed_years import in_words, refuse_closed_year
from fundingapp.application.queries.heads import standing_in
from fundingapp.application.queries.members import roles_of
from fundingapp.application.wording import short_date
from fundingapp.domain.adjustments import Accrual, Adjustment, effects
from fundingapp.domain.holds import Holds
from fundingapp.domain.ids import BatchId, FundId, LineId, ProjectId
from fundingapp.domain.locks import (
    CERTIFICATE_BLOCKS,
    PERIODS_BLOCK,
    RETURN_BLOCKS,
    YEAR_BLOCKS,
    LockedFor,
    Locks,
    PeriodLock,
    ReturnLockedError,
)
from fundingapp.domain.members import MemberRole
from fundingapp.domain.periods import FinancialYear, last_period_of, period_name
from fundingapp.domain.signing import Certificate, CertificateState, Certified

__all__ = [
    "ANSWERS",
    "AllLocks",
    "Late",
    "LockKind",
    "LockShown",
    "LockedPeriods",
    "StatedLock",
    "holds_of",
    "locks_of",
    "refuse_closed_year",
    "refuse_locked_entry",
    "refuse_locked_lines",
    "refuse_stated",
    "stated_locks",
]


@dataclass(frozen=True, slots=True)
class LockedPeriods(Question["list[Kept[PeriodLock]]"]):
    """The locks of periods that stand, oldest year first."""


class LockKind(Enum):
    """What is locked."""

    PERIODS = "periods"
    RETURN = "return"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class AllLocks(Question["list[LockShown]"]):
    """Every lock that stands in *year* (None: in all years): of periods, of returns and of closed years."""

    year: FinancialYear | None = None


@dataclass(frozen=True, slots=True)
class LockShown:
    """A lock as it speaks: what is locked, by whom, when and why, what it blocks, and who may reopen it.

    *id* is the lock's, the return's, the certificate's or the closing's own, as *kind* and *certificate* say.
    """

    kind: LockKind
    id: int
    fund: FundId | None
    year: FinancialYear
    to_period: int
    what: str
    whom: LockedFor
    by: str
    at: datetime
    reason: str
    blocks: str
    may_reopen: str
    #: The lock of a return that comes from its certificate, not from having been sent.
    certificate: bool = False


@dataclass(frozen=True, slots=True)
class StatedLock:
    """What a return states by hand stays as it is: *words* say so, without a full stop.

    *id* is that of the certificate, or of the return that was sent.
    """

    id: int
    fund: FundId
    year: FinancialYear
    to_period: int
    words: str
    by: str
    at: datetime
    reason: str
    certificate: bool


def locks_of(work: UnitOfWork) -> Locks:
    """The locks of periods, as they hold the person who works."""
    locks = [kept.value for kept in work.locks.all()]
    is_lead = any(lock.whom is not LockedFor.EVERYBODY for lock in locks) and roles_of(work).has(
        work.who, MemberRole.FINANCE_LEAD
    )
    return Locks(locks, is_lead=is_lead, who=lambda: roles_of(work).reopeners_in_words)


def holds_of(work: UnitOfWork) -> Holds:
    """What keeps a rule from charging a line: locked periods, bids without an award, and projects with dates."""
    projects = {ProjectId(kept.id): kept.value for kept in work.projects.all()}
    return Holds(locks_of(work), projects, standing_in(work))


def refuse_locked_lines(work: UnitOfWork, lines: Iterable[LineId], verb: str) -> None:
    """Raises PeriodLockedError when one of *lines* sits in a locked period; *verb* as in “charging”."""
    locks = locks_of(work)
    if locks:
        for row in work.ledger.line_rows(tuple(lines)):
            locks.refuse(row.line.year, row.line.period, f"{verb} {row.line.transaction}")


class Late:
    """Tells the lines that can be charged as a prior-period adjustment (R17): they sit in a period that is locked for
    everybody, and came with a download after that. Every import is looked into once, also for many lines."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work, self._locks = work, locks_of(work)
        self._batches: list[Kept[Batch]] | None = None
        self._held: dict[tuple[PeriodLock, int], frozenset[int]] = {}

    def why_not(self, line: LineId) -> str:
        """Why *line* can't be charged so, in a sentence; "" when it can."""
        held = self._work.ledger.held_line(line).line
        lock = self._locks.on(held.year, held.period)
        if lock is None:
            return (
                f"Period {held.period} of {held.year} is open: {held.transaction} is charged there as usual."
            )
        if lock.whom is not LockedFor.EVERYBODY:
            return (
                f"{lock.in_words}: {held.transaction} waits until the finance lead charges it, or the period is "
                "locked for everybody."
            )
        if line in self._held_at(lock, held.period):
            return f"{lock.in_words}, and {held.transaction} was held already then."
        return ""

    def _held_at(self, lock: PeriodLock, period: int) -> frozenset[int]:
        """The lines of *period* that the file held when it was locked."""
        if (lock, period) not in self._held:
            if self._batches is None:
                self._batches = [
                    batch for batch in self._work.ledger.batches() if batch.value.state is BatchState.LIVE
                ]
            where = LineFilter(year=lock.year, from_period=period, to_period=period)
            self._held[lock, period] = frozenset(
                line
                for batch in self._batches
                if not self._came_after(batch, lock)
                for line in self._work.ledger.line_ids(replace(where, batch=BatchId(batch.id)), LineOrder())
            )
        return self._held[lock, period]

    def _came_after(self, batch: Kept[Batch], lock: PeriodLock) -> bool:
        if batch.value.imported_at != lock.locked_at:
            return batch.value.imported_at > lock.locked_at
        # The clock goes by the second; within one, the history knows what came first.
        for entry in self._work.journal.lines(commands=("LockPeriods", "ImportLedger")):
            if entry.command == "LockPeriods" and f" of {lock.year}" in entry.sentence:
                return False
            if entry.command == "ImportLedger" and entry.after.get("batch") == batch.id:
                return True
        return False


def refuse_locked_entry(
    locks: Locks, before: Accrual | Adjustment | None, after: Accrual | Adjustment | None
) -> None:
    """Raises PeriodLockedError when putting *after* in place of *before* would change anything in a locked period.

    None stands for nothing, before it is added and after it is removed. When a reversal is all that differs, only the
    periods of the reversals must be open.
    """
    for year, period in moved_by(before, after):
        locks.refuse(year, period, what_of(before or after))


def what_of(entry: Accrual | Adjustment | None) -> str:
    return "an accrual" if isinstance(entry, Accrual) else "an adjustment"


def moved_by(
    before: Accrual | Adjustment | None, after: Accrual | Adjustment | None
) -> list[tuple[FinancialYear, int]]:
    """The years and periods in which putting *after* in place of *before* changes anything, in order."""
    moved = set(effects(before) if before else ()) ^ set(effects(after) if after else ())
    if before is not None and after is not None and _without_reversal(before) != _without_reversal(after):
        moved |= {next(iter(effects(before))), next(iter(effects(after)))}
    return sorted({(year, period) for year, period, _ in moved})


def _without_reversal(entry: Accrual | Adjustment) -> Accrual | Adjustment:
    return replace(entry, reverses_year=None, reverses_period=None)


def stated_locks(work: UnitOfWork) -> list[StatedLock]:
    """Every return that was sent, every period of a return and every year end that is signed or to be signed; the last
    that was made comes last."""
    found = []
    funds = {kept.id: kept.value.name for kept in work.funds.all()}
    for kept in work.returns.all():
        saved = kept.value
        if saved.state.is_out:
            found.append(
                StatedLock(
                    kept.id,
                    saved.fund,
                    saved.year,
                    last_period_of(saved.quarter),
                    f"The Q{saved.quarter} return of {funds[saved.fund]} {saved.year}, version {saved.version}, "
                    f"was sent (made by {saved.made_by} on {short_date(saved.made_at.astimezone().date())})",
                    saved.made_by,
                    saved.made_at,
                    f"version {saved.version} was sent",
                    False,
                )
            )
    for each in work.certificates.all():
        certificate = each.value
        # That of a saved return blocks nothing: it is void by itself with the first change of a figure inside.
        if (
            certificate.is_open
            and certificate.about is not Certified.RECONCILIATION
            and certificate.saved is None
        ):
            found.append(_of_certificate(each.id, certificate, funds[certificate.fund]))
    return found


def _of_certificate(id: int, certificate: Certificate, fund: str) -> StatedLock:
    signed = certificate.state is CertificateState.CERTIFIED
    by = certificate.decided_by if signed else certificate.prepared_by
    at = certificate.decided_at or certificate.prepared_at
    what = (
        f"the year end of {fund} {certificate.year}"
        if certificate.about is Certified.YEAR_END
        else f"the return of {fund} up to period {certificate.to_period} "
        f"({period_name(certificate.to_period)}) of {certificate.year}"
    )
    day = short_date(at.astimezone().date())
    words = (
        f"{what[0].upper()}{what[1:]} is certified (by {certificate.signed_by or by} on {day})"
        if signed
        else f"{what[0].upper()}{what[1:]} waits for its signature (prepared by {by} on {day})"
    )
    reason = "certified" if signed else "waits for its signature"
    return StatedLock(
        id, certificate.fund, certificate.year, certificate.to_period, words, by, at, reason, True
    )


def refuse_stated(
    work: UnitOfWork,
    fund: FundId,
    before: Accrual | Adjustment | None,
    after: Accrual | Adjustment | None,
) -> None:
    """Raises ReturnLockedError when putting *after* in place of *before* changes what a return of *fund* states by
    hand (L03)."""
    moved = moved_by(before, after)
    if not moved:
        return
    for lock in reversed(stated_locks(work)):
        for year, period in moved:
            # What was sent keeps its figures by itself, and an entry that comes later is stated as a change (R17, L12).
            if lock.certificate and (lock.fund, lock.year) == (fund, year) and period <= lock.to_period:
                what = {
                    (True, True): f"changing {what_of(before)}",
                    (True, False): f"taking out {what_of(before)}",
                    (False, True): f"{what_of(after)}",
                }[before is not None, after is not None]
                raise ReturnLockedError(lock.words, what, period, roles_of(work).reopeners_in_words)


def answer_locks(question: LockedPeriods, tools: Tools) -> list[Kept[PeriodLock]]:
    with tools.open_work(reading=True) as work:
        return sorted(work.locks.all(), key=lambda kept: (kept.value.year, kept.value.whom.value))


def answer_all_locks(question: AllLocks, tools: Tools) -> list[LockShown]:
    found: list[LockShown] = []
    with tools.open_work(reading=True) as work:
        roles = roles_of(work)
        who = f"{roles.reopeners_in_words}."
        no_lead = "" if roles.leads else " No finance lead is named under People, so nobody is let through."
        for kept in work.locks.all():
            lock = kept.value
            spared = (
                ""
                if lock.whom is LockedFor.EVERYBODY
                else no_lead or f" It does not hold {', '.join(each.name for each in roles.leads)}."
            )
            found.append(
                LockShown(
                    LockKind.PERIODS,
                    kept.id,
                    None,
                    lock.year,
                    lock.to_period,
                    lock.periods_in_words,
                    lock.whom,
                    lock.locked_by,
                    lock.locked_at,
                    lock.reason,
                    f"{PERIODS_BLOCK}.{spared}",
                    who,
                )
            )
        for stated in stated_locks(work):
            found.append(
                LockShown(
                    LockKind.RETURN,
                    stated.id,
                    stated.fund,
                    stated.year,
                    stated.to_period,
                    stated.words.partition(" (")[0] if stated.certificate else stated.words.partition(",")[0],
                    LockedFor.EVERYBODY,
                    stated.by,
                    stated.at,
                    stated.reason,
                    f"{CERTIFICATE_BLOCKS if stated.certificate else RETURN_BLOCKS}.",
                    who,
                    stated.certificate,
                )
            )
        for closed in work.year_closes.all():
            value = closed.value
            found.append(
                LockShown(
                    LockKind.YEAR,
                    closed.id,
                    value.fund,
                    value.year,
                    13,
                    in_words(work, value).partition(" is closed")[0],
                    LockedFor.EVERYBODY,
                    value.closed_by,
                    value.closed_at,
                    value.reason,
                    f"{YEAR_BLOCKS}.",
                    who,
                )
            )
    wanted = [each for each in found if question.year in (None, each.year)]
    return sorted(wanted, key=lambda each: (each.year, list(LockKind).index(each.kind), each.to_period))


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    LockedPeriods: answer_locks,
    AllLocks: answer_all_locks,
}
