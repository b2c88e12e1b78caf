"""The allocation's way from indicative to closed (domain paper 2.2): each notice is kept, and so is each move."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundingapp.application.commands.records import (
    Changed,
    Record,
    SwapRecords,
    add_all,
    current,
    plain_swap,
    topics_of_swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord
from fundingapp.application.ports import Kept, LineFilter, Show, Tools, UnitOfWork
from fundingapp.application.queries.chain import first_held
from fundingapp.application.queries.positions import position_of
from fundingapp.application.wording import count, short_date
from fundingapp.domain.allocations import (
    ALLOCATION_MACHINE,
    Allocation,
    AllocationStatus,
    Resource,
    standing_of,
)
from fundingapp.domain.claims import ClaimState
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import AllocationId, FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.states import Need, Step, Subject

_INDICATIVE, _CONFIRMED = AllocationStatus.INDICATIVE, AllocationStatus.CONFIRMED
_REVISED, _WITHDRAWN, _CLOSED = AllocationStatus.REVISED, AllocationStatus.WITHDRAWN, AllocationStatus.CLOSED
#: A claim in one of these states is over.
_SETTLED = {ClaimState.PAID, ClaimState.NOT_USED}


@dataclass(frozen=True, slots=True)
class NotifyAllocation(Command["Noted"]):
    """Records a notice: an allocation, supplement, reduction or sum brought forward, indicative or confirmed.

    An allocation is notified once in a year and kind, or anew while it is indicative; after that it is revised.
    """

    allocation: Allocation


@dataclass(frozen=True, slots=True)
class ConfirmAllocation(Command["Noted"]):
    """Confirms what is indicative of a fund and year, as the commissioner's letter splits it into kinds.

    An indicative kind that the letter does not name is withdrawn by it.
    """

    fund: FundId
    year: FinancialYear
    split: tuple[tuple[Kind, Money], ...]
    dated: date
    letter: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmResource(Command["Noted"]):
    """Confirms an indicative supplement, reduction or sum brought forward."""

    id: AllocationId
    before: Allocation
    amount: Money
    dated: date
    letter: str


@dataclass(frozen=True, slots=True)
class ReviseAllocation(Command["Noted"]):
    """Puts another amount in force from *dated*, for a reason; the allocation before it stays in the history."""

    id: AllocationId
    before: Allocation
    amount: Money
    dated: date
    reason: str
    letter: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawAllocation(Command["Noted"]):
    """Takes a notice back on the commissioner's word: it no longer counts, and stays in the history."""

    id: AllocationId
    before: Allocation
    dated: date
    reason: str


@dataclass(frozen=True, slots=True)
class CloseAllocation(Command[None]):
    """Closes a fund's year: nothing waits, no claim is open, and what was not awarded is decided (R2)."""

    fund: FundId
    year: FinancialYear
    dated: date


@dataclass(frozen=True, slots=True)
class CorrectAllocation(Command["Noted"]):
    """Puts right what was mistyped, on the day that it was recorded; later, a change is a revision."""

    id: AllocationId
    before: Allocation
    after: Allocation
    reason: str


@dataclass(frozen=True, slots=True)
class Noted:
    """What stands now. *shortfall* is by how much budgets and contingency exceed what is available in the notice's
    kind, with R2's figures in *sentence*; nought and "" when they do not."""

    id: AllocationId
    shortfall: Money = Money.ZERO
    sentence: str = ""


def name_of(allocation: Allocation) -> str:
    """“the revenue allocation of 2018/19”."""
    return f"the {allocation.kind.value} {allocation.resource.value} of {allocation.year}"


def _starts(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _of_year(work: UnitOfWork, fund: FundId, year: FinancialYear) -> list[Kept[Allocation]]:
    return [kept for kept in work.allocations.all() if (kept.value.fund, kept.value.year) == (fund, year)]


def _standing(held: Iterable[Kept[Allocation]], kind: Kind) -> Kept[Allocation] | None:
    """The notice of the allocation of *kind* that stands, None when there is none or it is withdrawn."""
    ours = [kept for kept in held if kept.value.kind is kind and kept.value.resource is Resource.ALLOCATION]
    found = standing_of(kept.value for kept in ours)
    if not found or found[0].status is _WITHDRAWN:
        return None
    return next(kept for kept in reversed(ours) if kept.value is found[0])


def _check(work: UnitOfWork, allocation: Allocation) -> None:
    """Refuses a notice that its fund can't have, or for a year that is closed."""
    fund = work.funds.get(allocation.fund).value
    if allocation.kind not in fund.kinds:
        raise ExpectedError(
            "other_kind",
            f"{fund.name} has no {allocation.kind.value} money: it has "
            f"{', '.join(kind.value for kind in fund.kinds)}.",
            "Choose one of these, or change what kinds of money the fund has.",
        )
    if allocation.amount.pence < 0 or (not allocation.amount and allocation.status is not _REVISED):
        raise ExpectedError(
            "no_amount",
            f"{_starts(name_of(allocation))} can't be {allocation.amount.in_words}.",
            "Type the amount above nought; what takes off is a reduction.",
        )
    _refuse_closed(_of_year(work, allocation.fund, allocation.year), fund.name)


def _refuse_typed(work: UnitOfWork, allocation: Allocation) -> None:
    """Refuses to type what comes over from a year that the file holds: its agreed carry-forward counts by itself."""
    if allocation.resource is not Resource.BROUGHT_FORWARD:
        return
    first = first_held(work, allocation.fund)
    if first is not None and first < allocation.year:
        before = allocation.year.previous
        raise ExpectedError(
            "typed_brought_forward",
            f"{allocation.amount.in_words} can't be typed as brought forward into {allocation.year}: this file holds "
            f"{before}, and what was agreed to be carried forward out of it is brought forward by itself.",
            f"Record it as a carry-forward of {before}, on Year end.",
        )


def _refuse_closed(held: Iterable[Kept[Allocation]], fund: str) -> None:
    closed = next((kept.value for kept in held if kept.value.status is _CLOSED), None)
    if closed is not None:
        raise ExpectedError(
            "year_closed",
            f"{fund} {closed.year} is closed: its allocation of {closed.amount.in_words} can't change any more.",
            "Record the notice in the year that is open, or take the closing back with Undo.",
        )


def _refuse_earlier(before: Allocation, dated: date) -> None:
    if before.notified_on is not None and dated < before.notified_on:
        raise ExpectedError(
            "dated_before",
            f"{_starts(name_of(before))} was notified on {short_date(before.notified_on)}; a notice of "
            f"{short_date(dated)} can't take its place.",
            "Give the date of the newer letter.",
        )


def _step(
    tools: Tools,
    id: int,
    before: str,
    after: Allocation,
    dated: date | None,
    reason: str,
    reference: str = "",
) -> tuple[str, Step]:
    return "steps", Step(
        Subject.ALLOCATION,
        id,
        before,
        after.status.value,
        dated,
        tools.clock(),
        tools.who,
        reference,
        reason,
    )


def first_steps(tools: Tools, made: Iterable[Record]) -> list[tuple[str, Step]]:
    """The first step of each allocation among *made*, so that its history begins with it."""
    return [
        _step(tools, record.id, "", record.value, record.value.notified_on, "", record.value.letter)
        for record in made
        if record.kind == "allocations"
    ]


def _commit(work: UnitOfWork, command: str, change: SwapRecords, sentence: str = "") -> Effect[Any]:
    before, after = plain_swap(change)
    work.commit(JournalRecord(command, sentence or change.name, before, after))
    return Effect(None, topics_of_swap(change), change.name, change.inverse)


def _noted(work: UnitOfWork, id: int, allocation: Allocation) -> Noted:
    """What stands after a notice, and by figures where more is awarded than it leaves (R2)."""
    position = position_of(work, allocation.fund, allocation.year, None)
    kind = allocation.kind
    available = position.resources_by_kind[kind].available
    awarded, spare = position.awarded_for(kind), position.contingency_by_kind[kind]
    over = awarded + spare - available
    if over <= Money.ZERO:
        return Noted(AllocationId(id))
    more = f" and {spare.in_words} contingency" if spare else ""
    return Noted(
        AllocationId(id),
        over,
        f"{awarded.in_words} of {kind.value} is awarded{more}, {over.in_words} more than the {available.in_words} that "
        "is available now (R2).",
    )


def notify_allocation(command: NotifyAllocation, tools: Tools) -> Effect[Noted]:
    allocation = replace(
        command.allocation,
        letter=command.allocation.letter.strip(),
        basis=command.allocation.basis.strip(),
        reason=command.allocation.reason.strip(),
    )
    if allocation.status not in (_INDICATIVE, _CONFIRMED):
        raise ExpectedError(
            "forbidden_move",
            f"{_starts(name_of(allocation))} begins as indicative or confirmed, not as {allocation.status.value}.",
            "Notify it first.",
        )
    what = _starts(name_of(allocation))
    if allocation.notified_on is None:
        raise ExpectedError("move_needs", f"{what} can't be notified without the date.", "Give its date.")
    if not allocation.letter:
        raise ExpectedError(
            "move_needs",
            f"{what} can't be notified without what it rests on.",
            "Type the letter's reference, or what the figure was taken from.",
        )
    with tools.open_work() as work:
        _check(work, allocation)
        _refuse_typed(work, allocation)
        before = ""
        if allocation.resource is Resource.ALLOCATION:
            held = _standing(_of_year(work, allocation.fund, allocation.year), allocation.kind)
            if held is not None:
                _refuse_earlier(held.value, allocation.notified_on)
                _refuse_second(held.value, allocation)
                before = held.value.status.value
        made = add_all(work, [("allocations", allocation)])
        step = _step(tools, made[0].id, before, allocation, allocation.notified_on, "", allocation.letter)
        made += add_all(work, [step])
        verb = "indicate" if allocation.status is _INDICATIVE else "record"
        name = f"{verb} {name_of(allocation)}, {allocation.amount.in_words}"
        result = _noted(work, made[0].id, allocation)
        effect = _commit(work, "NotifyAllocation", SwapRecords((), (), made, name))
    return replace(effect, result=result)


def _refuse_second(held: Allocation, wanted: Allocation) -> None:
    """Only an indication can be notified anew; what is confirmed is revised."""
    if held.status is _INDICATIVE and wanted.status is _INDICATIVE:
        return
    stands = f"{_starts(name_of(held))} is {held.status.value} at {held.amount.in_words} already"
    if held.status is _INDICATIVE:
        raise ExpectedError(
            "forbidden_move",
            f"{stands}: a second one can't be confirmed beside it.",
            "Confirm that one, with the letter's amount.",
        )
    raise ExpectedError(
        "forbidden_move", f"{stands}: it can't be notified again.", "Revise it, with the reason."
    )


def confirm_allocation(command: ConfirmAllocation, tools: Tools) -> Effect[Noted]:
    given = [(kind, amount) for kind, amount in command.split if amount]
    letter = command.letter.strip()
    with tools.open_work() as work:
        fund = work.funds.get(command.fund).value
        held = _of_year(work, command.fund, command.year)
        _refuse_closed(held, fund.name)
        standing = {kind: _standing(held, kind) for kind in Kind}
        waiting = {kind: kept for kind, kept in standing.items() if kept and kept.value.status is _INDICATIVE}
        needs = [Need.DATE, *([Need.REFERENCE] if letter else []), *([Need.AMOUNT] if given else [])]
        for kept in waiting.values():
            ALLOCATION_MACHINE.check(_starts(name_of(kept.value)), _INDICATIVE, _CONFIRMED, needs)
            _refuse_earlier(kept.value, command.dated)
        if not waiting:
            stands = [kept.value for kept in standing.values() if kept is not None]
            if stands:
                ALLOCATION_MACHINE.check(_starts(name_of(stands[0])), stands[0].status, _CONFIRMED, needs)
            raise ExpectedError(
                "nothing_indicative",
                f"{fund.name} {command.year} has nothing indicative to confirm.",
                "Record the allocation as confirmed.",
            )
        made: tuple[Record, ...] = ()
        changed: tuple[Changed, ...] = ()
        for kind, amount in given:
            before = standing[kind]
            if before is not None and before.value.status is not _INDICATIVE:
                ALLOCATION_MACHINE.check(
                    _starts(name_of(before.value)), before.value.status, _CONFIRMED, needs
                )
            basis = command.basis.strip() or (before.value.basis if before else "")
            after = Allocation(
                command.fund,
                command.year,
                kind,
                amount,
                status=_CONFIRMED,
                notified_on=command.dated,
                letter=letter,
                basis=basis,
            )
            _check(work, after)
            said = f"indicated at {before.value.amount.in_words}" if before else "not indicated before"
            made += add_all(work, [("allocations", after)])
            from_state = _INDICATIVE.value if before else ""
            made += add_all(work, [_step(tools, made[-1].id, from_state, after, command.dated, said, letter)])
        for kind, kept in waiting.items():
            if kind not in dict(given):
                gone = replace(kept.value, status=_WITHDRAWN)
                work.allocations.replace(kept, gone)
                changed += (Changed("allocations", kept.id, kept.value, gone),)
                said = f"not in the letter {letter}"
                made += add_all(
                    work, [_step(tools, kept.id, _INDICATIVE.value, gone, command.dated, said, letter)]
                )
        first = next(record for record in made if record.kind == "allocations")
        whole = Money.total(amount for _, amount in given)
        name = f"confirm {fund.name} {command.year} at {whole.in_words}"
        result = _noted(work, first.id, first.value)
        effect = _commit(work, "ConfirmAllocation", SwapRecords((), changed, made, name))
    return replace(effect, result=result)


def _in_place(
    work: UnitOfWork, tools: Tools, kept: Kept[Allocation], after: Allocation, reason: str, dated: date | None
) -> SwapRecords:
    """Changes a notice where it stands and keeps the step."""
    work.allocations.replace(kept, after)
    step = _step(tools, kept.id, kept.value.status.value, after, dated, reason, after.letter)
    made = add_all(work, [step])
    return SwapRecords((), (Changed("allocations", kept.id, kept.value, after),), made, "")


def confirm_resource(command: ConfirmResource, tools: Tools) -> Effect[Noted]:
    before, letter = command.before, command.letter.strip()
    what = _starts(name_of(before))
    if before.resource is Resource.ALLOCATION:
        raise ExpectedError(
            "forbidden_move",
            f"{what} is confirmed with its year, as the letter splits it.",
            "Confirm the year.",
        )
    needs = [Need.DATE, Need.AMOUNT, *([Need.REFERENCE] if letter else [])]
    ALLOCATION_MACHINE.check(what, before.status, _CONFIRMED, needs)
    _refuse_earlier(before, command.dated)
    after = replace(
        before, status=_CONFIRMED, amount=command.amount, notified_on=command.dated, letter=letter
    )
    with tools.open_work() as work:
        kept = current(work, Record("allocations", command.id, before))
        _check(work, after)
        change = _in_place(work, tools, kept, after, f"indicated at {before.amount.in_words}", command.dated)
        change = replace(change, name=f"confirm {name_of(before)} at {command.amount.in_words}")
        result = _noted(work, kept.id, after)
        effect = _commit(work, "ConfirmResource", change)
    return replace(effect, result=result)


def revise_allocation(command: ReviseAllocation, tools: Tools) -> Effect[Noted]:
    before, reason = command.before, command.reason.strip()
    what = _starts(name_of(before))
    if before.resource is not Resource.ALLOCATION:
        raise ExpectedError(
            "forbidden_move",
            f"{what} is not revised: it is a notice of its own.",
            "Record another supplement or a reduction; a typing error is corrected.",
        )
    needs = [Need.AMOUNT, Need.DATE, *([Need.REASON] if reason else [])]
    ALLOCATION_MACHINE.check(what, before.status, _REVISED, needs)
    _refuse_earlier(before, command.dated)
    if command.amount == before.amount:
        raise ExpectedError(
            "nothing_changes", f"{what} is {before.amount.in_words} already.", "Type the new amount."
        )
    after = Allocation(
        before.fund,
        before.year,
        before.kind,
        command.amount,
        status=_REVISED,
        notified_on=command.dated,
        letter=command.letter.strip(),
        reason=reason,
        basis=before.basis,
    )
    with tools.open_work() as work:
        kept = current(work, Record("allocations", command.id, before))
        standing = _standing(_of_year(work, before.fund, before.year), before.kind)
        if standing is None or standing.id != kept.id:
            raise ExpectedError(
                "not_standing",
                f"{what} of {before.amount.in_words} was revised before.",
                "Revise the one that stands now.",
            )
        _check(work, after)
        made = add_all(work, [("allocations", after)])
        said = f"from {before.amount.in_words}: {reason}"
        step = _step(tools, made[0].id, before.status.value, after, command.dated, said, after.letter)
        made += add_all(work, [step])
        name = f"revise {name_of(before)} from {before.amount.in_words} to {command.amount.in_words}"
        result = _noted(work, made[0].id, after)
        effect = _commit(work, "ReviseAllocation", SwapRecords((), (), made, name), f"{name}: {reason}")
    return replace(effect, result=result)


def withdraw_allocation(command: WithdrawAllocation, tools: Tools) -> Effect[Noted]:
    before, reason = command.before, command.reason.strip()
    needs = [Need.DATE, *([Need.REASON] if reason else [])]
    ALLOCATION_MACHINE.check(_starts(name_of(before)), before.status, _WITHDRAWN, needs)
    _refuse_earlier(before, command.dated)
    with tools.open_work() as work:
        kept = current(work, Record("allocations", command.id, before))
        if before.resource is Resource.ALLOCATION:
            standing = _standing(_of_year(work, before.fund, before.year), before.kind)
            if standing is None or standing.id != kept.id:
                raise ExpectedError(
                    "not_standing",
                    f"{_starts(name_of(before))} of {before.amount.in_words} does not stand any more.",
                    "Withdraw the one that stands now.",
                )
        after = replace(before, status=_WITHDRAWN)
        change = _in_place(work, tools, kept, after, reason, command.dated)
        change = replace(change, name=f"withdraw {name_of(before)} of {before.amount.in_words}")
        result = _noted(work, kept.id, after)
        effect = _commit(work, "WithdrawAllocation", change, f"{change.name}: {reason}")
    return replace(effect, result=result)


def close_allocation(command: CloseAllocation, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        fund = work.funds.get(command.fund).value
        held = _of_year(work, command.fund, command.year)
        what = f"{fund.name} {command.year}"
        _refuse_closed(held, fund.name)
        standing = {id(each) for each in standing_of(kept.value for kept in held)}
        counting = [kept for kept in held if id(kept.value) in standing and kept.value.counts]
        if not counting:
            raise ExpectedError(
                "nothing_to_close", f"{what} has no allocation that counts.", "Confirm it, or withdraw it."
            )
        _refuse_open(work, what, command, held, standing)
        changed: tuple[Changed, ...] = ()
        made: tuple[Record, ...] = ()
        for kept in counting:
            name = _starts(name_of(kept.value))
            ALLOCATION_MACHINE.check(name, kept.value.status, _CLOSED, [Need.DATE])
            after = replace(kept.value, status=_CLOSED)
            part = _in_place(work, tools, kept, after, "", command.dated)
            changed += part.changed
            made += part.added
        return _commit(work, "CloseAllocation", SwapRecords((), changed, made, f"close {what}"))


def _refuse_open(
    work: UnitOfWork,
    what: str,
    command: CloseAllocation,
    held: Iterable[Kept[Allocation]],
    standing: set[int],
) -> None:
    """Refuses to close while anything of the year is undecided: each by its figures."""
    for kept in held:
        if id(kept.value) in standing and kept.value.status is _INDICATIVE:
            raise ExpectedError(
                "close_indicative",
                f"{what} can't be closed: {name_of(kept.value)} of {kept.value.amount.in_words} is still indicative.",
                "Confirm it, or withdraw it.",
            )
    number, total = work.ledger.total(LineFilter(year=command.year, show=Show.WAITING))
    if number:
        raise ExpectedError(
            "close_waiting",
            f"{what} can't be closed: {count(number, 'ledger line')} of {total.in_words} in {command.year} still "
            f"{'waits' if number == 1 else 'wait'} for a project.",
            "Charge these lines on Spend, or exclude them with a reason.",
        )
    claims = [
        kept.value
        for kept in work.claims.all()
        if (kept.value.fund, kept.value.year) == (command.fund, command.year)
        and kept.value.state not in _SETTLED
    ]
    if claims:
        stands = ", ".join(f"claim {claim.number} is {claim.state.value}" for claim in claims)
        raise ExpectedError(
            "close_claims", f"{what} can't be closed: {stands}.", "Settle the claims first, on Claims."
        )
    position = position_of(work, command.fund, command.year, None)
    for kind, resources in position.resources_by_kind.items():
        awarded, spare = position.awarded_for(kind), position.contingency_by_kind[kind]
        room = resources.available - awarded - spare
        consented = Money.total(
            kept.value.amount
            for kept in work.consents.all()
            if (kept.value.fund, kept.value.year, kept.value.kind) == (command.fund, command.year, kind)
        )
        if room.pence > 0:
            raise ExpectedError(
                "close_room",
                f"{what} can't be closed: {room.in_words} of the {resources.available.in_words} {kind.value} available "
                "is neither awarded nor contingency (R2).",
                "Award it, keep it as contingency, or record the reduction by which it goes back.",
            )
        if (-room).pence > consented.pence:
            raise ExpectedError(
                "close_room",
                f"{what} can't be closed: {awarded.in_words} of {kind.value} is awarded on "
                f"{resources.available.in_words} available, {(-room).in_words} too much, with consent for "
                f"{consented.in_words} (R2).",
                "Reduce an award, or record the commissioner's consent.",
            )


def correct_allocation(command: CorrectAllocation, tools: Tools) -> Effect[Noted]:
    before, reason = command.before, command.reason.strip()
    after = replace(command.after, letter=command.after.letter.strip(), basis=command.after.basis.strip())
    what = _starts(name_of(before))
    if not reason:
        raise ExpectedError("no_reason", f"{what} is corrected with a reason.", "Say what was mistyped.")
    if (after.fund, after.year, after.resource, after.status) != (
        before.fund,
        before.year,
        before.resource,
        before.status,
    ):
        raise ExpectedError(
            "forbidden_move",
            f"A correction of {name_of(before)} can't make it another notice.",
            "Undo it and record the right one.",
        )
    if after == before:
        raise ExpectedError("nothing_changes", f"{what} stands so already.", "Type what is right.")
    with tools.open_work() as work:
        kept = current(work, Record("allocations", command.id, before))
        _check(work, after)
        if after.kind is not before.kind and after.resource is Resource.ALLOCATION:
            other = _standing(_of_year(work, after.fund, after.year), after.kind)
            if other is not None:
                _refuse_second(other.value, after)
        today = tools.clock().date()
        recorded = max(
            (
                entry.value.at
                for entry in work.steps.all()
                if (entry.value.subject, entry.value.subject_id) == (Subject.ALLOCATION, command.id)
            ),
            default=None,
        )
        if recorded is None or recorded.date() != today:
            when = f"on {short_date(recorded.date())}" if recorded else "before its history was kept"
            raise ExpectedError(
                "correct_late",
                f"{what} was recorded {when}: what stood longer than a day isn't overwritten.",
                "Revise it, with the reason, so that both amounts stay in the history.",
            )
        said = f"corrected from {before.amount.in_words}: {reason}"
        change = _in_place(work, tools, kept, after, said, after.notified_on)
        change = replace(change, name=f"correct {name_of(before)} to {after.amount.in_words}")
        result = _noted(work, kept.id, after)
        effect = _commit(work, "CorrectAllocation", change, f"{change.name}: {reason}")
    return replace(effect, result=result)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    NotifyAllocation: notify_allocation,
    ConfirmAllocation: confirm_allocation,
    ConfirmResource: confirm_resource,
    ReviseAllocation: revise_allocation,
    WithdrawAllocation: withdraw_allocation,
    CloseAllocation: close_allocation,
    CorrectAllocation: correct_allocation,
}
