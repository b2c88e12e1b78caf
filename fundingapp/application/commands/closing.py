"""Closing a grant's year once its checklist allows it, and opening it again with a reason. Both are taken back by
SwapRecords."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.signing import resting_on, void_certificates
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.balances import assertion_of
from fundingapp.application.queries.closing import ACCEPTED, checklist_of
from fundingapp.application.queries.members import roles_of
from fundingapp.application.queries.year_end import closed_of
from fundingapp.domain.allocations import ALLOCATION_MACHINE, Allocation, AllocationStatus, standing_of
from fundingapp.domain.closing import Check, check_closing
from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.ids import FundId
from fundingapp.domain.locks import check_reason
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.domain.settlements import YearClose
from fundingapp.domain.states import Need, Subject
from fundingapp.domain.watching import Asserted

_OPEN, _CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class CloseYear(Command[int]):
    """Closes a grant's year: its budgets, charges, adjustments, carry-forwards and settlements stay as they are.

    *accepted* gives, for each point of the checklist that is still open, the reason why the year is closed without it;
    no money may hang on it. What counts of the allocation is closed with the year. Returns the closing's id.
    """

    backed_up_before: ClassVar[str] = "a year is closed"

    fund: FundId
    year: FinancialYear
    dated: date
    reason: str
    accepted: tuple[tuple[Check, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReopenYear(Command[None]):
    """Opens a closed year again, its allocation with it; the certificates that rest on the year become void."""

    fund: FundId
    year: FinancialYear
    reason: str


def close_year(command: CloseYear, tools: Tools) -> Effect[int]:
    fund, year, reason = command.fund, command.year, command.reason.strip()
    check_reason(reason, "Closing a year")
    with tools.open_work() as work:
        checklist = checklist_of(work, fund, year, tools.today)
        accepted = dict(command.accepted)
        check_closing(checklist, accepted)
        doing = Doing(work, tools)
        for kept in _counting(work, fund, year):
            before = kept.value.status
            name = f"The {kept.value.kind.value} {kept.value.resource.value} of {year}"
            ALLOCATION_MACHINE.check(name, before, AllocationStatus.CLOSED, [Need.DATE])
            _move(doing, kept, AllocationStatus.CLOSED, command.dated, reason)
        for point in checklist.points:
            if point.is_open:
                doing.step(
                    Subject.YEAR, fund, point.key.value, ACCEPTED, None, str(year), accepted[point.key]
                )
        doing.step(Subject.YEAR, fund, _OPEN, _CLOSED, command.dated, str(year), reason)
        made = assertion_of(
            work, fund, year, CLOSING_PERIOD, Asserted.YEAR_CLOSED, f"{year} closed", tools.clock()
        )
        doing.add("assertions", made)
        # Last, because from here on nothing of the year may change.
        id = doing.add("year_closes", YearClose(fund, year, reason, tools.who, tools.clock()))
        effect: Effect[int] = doing.commit(
            "CloseYear", f"close {checklist.fund_name} {year}", id, reason=reason
        )
        return effect


def _counting(work: UnitOfWork, fund: FundId, year: FinancialYear) -> list[Kept[Allocation]]:
    """The notices that count and are not closed yet."""
    held = [kept for kept in work.allocations.all() if (kept.value.fund, kept.value.year) == (fund, year)]
    standing = {id(each) for each in standing_of(kept.value for kept in held)}
    return [
        kept
        for kept in held
        if id(kept.value) in standing
        and kept.value.counts
        and kept.value.status is not AllocationStatus.CLOSED
    ]


def _move(
    doing: Doing, kept: Kept[Allocation], target: AllocationStatus, dated: date | None, reason: str
) -> None:
    before = kept.value.status
    doing.change("allocations", kept, replace(kept.value, status=target))
    doing.step(Subject.ALLOCATION, kept.id, before.value, target.value, dated, kept.value.letter, reason)


def reopen_year(command: ReopenYear, tools: Tools) -> Effect[None]:
    fund, year, reason = command.fund, command.year, command.reason.strip()
    check_reason(reason, "Reopening a year")
    with tools.open_work() as work:
        name = work.funds.get(fund).value.name
        closed = closed_of(work, fund, year)
        if closed is None:
            raise ExpectedError("not_locked", f"{name} {year} is open.", "Nothing to do.")
        roles_of(work).refuse_reopening(tools.who, f"{name} {year}")
        doing = Doing(work, tools)
        # First, because until then nothing of the year may change.
        doing.remove("year_closes", closed)
        for kept_balance in work.assertions.all():
            of = kept_balance.value
            if (of.fund, of.year, of.because) == (fund, year, Asserted.YEAR_CLOSED):
                doing.remove("assertions", kept_balance)
        void = void_certificates(doing, resting_on(work, fund, year), f"{name} {year} reopened: {reason}")
        steps = [kept.value for kept in work.steps.all()]
        for kept in work.allocations.all():
            if (kept.value.fund, kept.value.year) != (fund, year):
                continue
            last = next(
                (
                    step
                    for step in reversed(steps)
                    if (step.subject, step.subject_id, step.after)
                    == (Subject.ALLOCATION, kept.id, AllocationStatus.CLOSED.value)
                ),
                None,
            )
            if kept.value.status is AllocationStatus.CLOSED and last is not None:
                before = AllocationStatus(last.before)
                what = f"The {kept.value.kind.value} {kept.value.resource.value} of {year}"
                ALLOCATION_MACHINE.check(what, AllocationStatus.CLOSED, before, [Need.REASON])
                _move(doing, kept, before, None, reason)
        doing.step(Subject.YEAR, fund, _CLOSED, _OPEN, None, str(year), reason)
        done = f"reopen {name} {year}" + (f"; void with it: {listed(void, 'and')}" if void else "")
        effect: Effect[None] = doing.commit("ReopenYear", done, None, reason=reason)
        return effect


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    CloseYear: close_year,
    ReopenYear: reopen_year,
}
