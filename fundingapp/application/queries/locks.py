"""Which periods are locked, and what would reach into them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.heads import standing_in
from fundingapp.domain.adjustments import Accrual, Adjustment, effects
from fundingapp.domain.holds import Holds
from fundingapp.domain.ids import LineId, ProjectId
from fundingapp.domain.locks import Locks, PeriodLock


@dataclass(frozen=True, slots=True)
class LockedPeriods(Question["list[Kept[PeriodLock]]"]):
    """The locks that stand, oldest year first."""


def locks_of(work: UnitOfWork) -> Locks:
    """The locks of the file."""
    return Locks(kept.value for kept in work.locks.all())


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


def refuse_locked_entry(
    locks: Locks, before: Accrual | Adjustment | None, after: Accrual | Adjustment | None
) -> None:
    """Raises PeriodLockedError when putting *after* in place of *before* would change anything in a locked period.

    None stands for nothing, before it is added and after it is removed. When a reversal is all that differs, only the
    periods of the reversals must be open.
    """
    what = "an accrual" if isinstance(before or after, Accrual) else "an adjustment"
    moved = set(effects(before) if before else ()) ^ set(effects(after) if after else ())
    if before is not None and after is not None and _without_reversal(before) != _without_reversal(after):
        moved |= {next(iter(effects(before))), next(iter(effects(after)))}
    for year, period, _ in sorted(moved, key=lambda effect: effect[:2]):
        locks.refuse(year, period, what)


def _without_reversal(entry: Accrual | Adjustment) -> Accrual | Adjustment:
    return replace(entry, reverses_year=None, reverses_period=None)


def answer_locks(question: LockedPeriods, tools: Tools) -> list[Kept[PeriodLock]]:
    with tools.open_work(reading=True) as work:
        return sorted(work.locks.all(), key=lambda kept: kept.value.year)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {LockedPeriods: answer_locks}
