"""Putting right what the ledger does not show: accruals and adjustments, each with its reason and its evidence (R12 to
R14); changing them, reversing them and taking them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.commands.evidence import Given, copied, keep_evidence, taken_off, with_evidence
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.records import (
    Changed,
    Record,
    SwapRecords,
    plain_swap,
    swap,
    topics_of_swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.heads import refuse_unless_awarded
from fundingapp.application.queries.locks import locks_of, refuse_closed_year, refuse_locked_entry
from fundingapp.application.wording import count
from fundingapp.domain.adjustments import (
    Accrual,
    Adjustment,
    check_accrual,
    check_adjustment,
    check_against_line,
    check_write_off,
    open_of,
)
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import AccrualId, AdjustmentId, EvidenceId, FundId, LineId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class AddAccrual(Command[AccrualId]):
    """An accrual kept as a memorandum entry until the ledger holds the cost (R12). Taken back by SwapRecords."""

    accrual: Accrual
    evidence: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class ReverseAccrual(Command[None]):
    """Says in which period an accrual is taken off again, or says it anew (R13). Taken back by SwapRecords."""

    accrual: AccrualId
    year: FinancialYear
    period: int


@dataclass(frozen=True, slots=True)
class ReverseAccruals(Command[int]):
    """Lets every accrual of a grant's year that says no reversal reverse in *period* of the next year (R13). Returns
    how many. Taken back by SwapRecords."""

    fund: FundId
    year: FinancialYear
    period: int = 1


@dataclass(frozen=True, slots=True)
class RemoveAccrual(Command[None]):
    """Takes an accrual out, with its evidence where nothing else rests on it. Taken back by SwapRecords."""

    accrual: AccrualId


@dataclass(frozen=True, slots=True)
class AddAdjustment(Command[AdjustmentId]):
    """Puts an amount right beside the ledger (R12, R14), on some evidence. Taken back by SwapRecords."""

    adjustment: Adjustment
    evidence: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class ChangeAdjustment(Command[None]):
    """Puts *after* in place of an adjustment, adds *evidence* and takes the items of *without* off it.

    Taken back by SwapRecords.
    """

    adjustment: AdjustmentId
    after: Adjustment
    evidence: tuple[Given, ...] = ()
    without: tuple[EvidenceId, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveAdjustment(Command[None]):
    """Takes an adjustment out, with its evidence where nothing else rests on it. Taken back by SwapRecords."""

    adjustment: AdjustmentId


@dataclass(frozen=True, slots=True)
class AttachEvidence(Command[None]):
    """Adds evidence to an adjustment or an accrual that is there. Taken back by SwapRecords."""

    to: AdjustmentId | AccrualId
    evidence: tuple[Given, ...]
    is_accrual: bool = False


def add_accrual(command: AddAccrual, tools: Tools) -> Effect[AccrualId]:
    accrual = command.accrual
    if not accrual.amount:
        raise ExpectedError("no_amount", "An accrual needs an amount.", "Type the amount.")
    if not accrual.description.strip():
        raise ExpectedError("no_reason", "An accrual needs to say what was received.", "Describe it.")
    check_accrual(accrual)
    _refuse_without_evidence(command.evidence)
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        refuse_unless_awarded(work, accrual.project, accrual.fund, accrual.year, accrual.kind, accrual.amount)
        refuse_locked_entry(locks_of(work), None, accrual)
        ref = work.projects.get(accrual.project).value.ref
        id = AccrualId(work.accruals.add(accrual))
        name = f"accrue {accrual.amount.in_words} for {ref}"
        made = (Record("accruals", id, accrual), *keep_evidence(work, tools, copies, accrual=id))
        return _commit(work, "AddAccrual", SwapRecords((), (), made, name), id)


def reverse_accrual(command: ReverseAccrual, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.accruals.get(command.accrual)
        before = kept.value
        _refuse_written_off(work, AccrualId(kept.id), "reversed as well")
        after = replace(before, reverses_year=command.year, reverses_period=command.period)
        check_accrual(after)
        ref = work.projects.get(before.project).value.ref
        name = f"reverse the accrual of {before.amount.in_words} for {ref} in period {command.period}"
        change = SwapRecords((), (Changed("accruals", kept.id, before, after),), (), name)
        swap(work, change)
        return _commit(work, "ReverseAccrual", change, None)


def reverse_accruals(command: ReverseAccruals, tools: Tools) -> Effect[int]:
    fund, year = command.fund, command.year
    with tools.open_work() as work:
        written_off = {kept.value.accrual for kept in work.adjustments.all()}
        held = [
            kept
            for kept in work.accruals.all()
            if (kept.value.fund, kept.value.year, kept.value.reverses_year) == (fund, year, None)
            and kept.id not in written_off
        ]
        if not held:
            raise NotFoundError(
                "accrual without a reversal in", str(year), "Every accrual says when it reverses."
            )
        refuse_closed_year(work, fund, year.next, "reversing accruals in it")
        doing = Doing(work, tools)
        locks = locks_of(work)
        for kept in held:
            after = replace(kept.value, reverses_year=year.next, reverses_period=command.period)
            check_accrual(after)
            refuse_locked_entry(locks, kept.value, after)
            doing.change("accruals", kept, after)
        name = f"reverse {count(len(held), 'accrual')} of {year} in period {command.period} of {year.next}"
        effect: Effect[int] = doing.commit("ReverseAccruals", name, len(held))
        return effect


def remove_accrual(command: RemoveAccrual, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.accruals.get(command.accrual)
        _refuse_written_off(work, AccrualId(kept.id), "removed")
        ref = work.projects.get(kept.value.project).value.ref
        gone = with_evidence(work, Record("accruals", kept.id, kept.value), "accrual")
        name = f"remove the accrual of {kept.value.amount.in_words} for {ref}"
        change = SwapRecords(gone, (), (), name)
        swap(work, change)
        return _commit(work, "RemoveAccrual", change, None)


def _refuse_written_off(work: UnitOfWork, accrual: AccrualId, done: str) -> None:
    if any(entry.value.accrual == accrual for entry in work.adjustments.all()):
        raise ExpectedError(
            "accrual_written_off",
            f"This accrual is written off, in whole or in part, so it isn't {done}.",
            "Take the write-off out first.",
        )


def add_adjustment(command: AddAdjustment, tools: Tools) -> Effect[AdjustmentId]:
    adjustment = replace(command.adjustment, reason=command.adjustment.reason.strip())
    check_adjustment(adjustment)
    _refuse_without_evidence(command.evidence)
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        _check_in_file(work, adjustment, None)
        refuse_locked_entry(locks_of(work), None, adjustment)
        id = AdjustmentId(work.adjustments.add(adjustment))
        made = (Record("adjustments", id, adjustment), *keep_evidence(work, tools, copies, adjustment=id))
        name = f"add {_in_words(work, adjustment)}"
        return _commit(work, "AddAdjustment", SwapRecords((), (), made, name), id)


def change_adjustment(command: ChangeAdjustment, tools: Tools) -> Effect[None]:
    after = replace(command.after, reason=command.after.reason.strip())
    check_adjustment(after)
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        kept = work.adjustments.get(command.adjustment)
        _check_in_file(work, after, AdjustmentId(kept.id))
        if command.without:
            # What a locked figure rests on is locked with it.
            locks_of(work).refuse(kept.value.year, kept.value.period, "taking evidence off an adjustment")
        refuse_locked_entry(locks_of(work), kept.value, after)
        if kept.value != after:
            work.adjustments.replace(kept, after)
        made = keep_evidence(work, tools, copies, adjustment=AdjustmentId(kept.id))
        gone = taken_off(work, "adjustment", kept.id, command.without)
        for record in reversed(gone):
            getattr(work, record.kind).remove(getattr(work, record.kind).get(record.id))
        if not any(entry.value.adjustment == kept.id for entry in work.supports.all()):
            raise _no_evidence()
        changed = (Changed("adjustments", kept.id, kept.value, after),) if kept.value != after else ()
        name = f"change {_in_words(work, after)}"
        return _commit(work, "ChangeAdjustment", SwapRecords(gone, changed, made, name), None)


def remove_adjustment(command: RemoveAdjustment, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.adjustments.get(command.adjustment)
        gone = with_evidence(work, Record("adjustments", kept.id, kept.value), "adjustment")
        change = SwapRecords(gone, (), (), f"remove {_in_words(work, kept.value)}")
        swap(work, change)
        return _commit(work, "RemoveAdjustment", change, None)


def attach_evidence(command: AttachEvidence, tools: Tools) -> Effect[None]:
    _refuse_without_evidence(command.evidence)
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        if command.is_accrual:
            accrual = work.accruals.get(command.to).value
            ref = work.projects.get(accrual.project).value.ref
            words = f"the accrual of {accrual.amount.in_words} for {ref}"
            made = keep_evidence(work, tools, copies, accrual=AccrualId(command.to))
        else:
            words = _in_words(work, work.adjustments.get(command.to).value)
            made = keep_evidence(work, tools, copies, adjustment=AdjustmentId(command.to))
        if not made:
            raise ExpectedError("attached_already", "This evidence is attached already.", "Nothing to do.")
        return _commit(work, "AttachEvidence", SwapRecords((), (), made, f"attach evidence to {words}"), None)


def _commit(work: UnitOfWork, command: str, change: SwapRecords, result: Any) -> Effect[Any]:
    """Journals what was done in *work* and makes it durable."""
    work.commit(JournalRecord(command, change.name, *plain_swap(change)))
    return Effect(result, topics_of_swap(change), change.name, change.inverse)


def _in_words(work: UnitOfWork, adjustment: Adjustment) -> str:
    """“recharge of £12.00 for LF-08”."""
    ref = work.projects.get(adjustment.project).value.ref
    return f"“{adjustment.type.value}” of {adjustment.amount.in_words} for {ref}"


def _check_in_file(work: UnitOfWork, adjustment: Adjustment, id: AdjustmentId | None) -> None:
    """Refuses what does not fit the awards, the ledger line or the accrual of the file; *id* is its own, if it has
    one."""
    was = work.adjustments.get(id).value if id is not None else None
    if was is None or not _adds_nothing(was, adjustment):
        refuse_unless_awarded(
            work, adjustment.project, adjustment.fund, adjustment.year, adjustment.kind, adjustment.amount
        )
    others = [kept.value for kept in work.adjustments.all() if kept.id != id]
    if adjustment.line is not None:
        _check_line(work, adjustment, adjustment.line, others)
    if adjustment.accrual is not None:
        accrual = work.accruals.get(adjustment.accrual).value
        written_off = -Money.total(entry.amount for entry in others if entry.accrual == adjustment.accrual)
        check_write_off(adjustment, accrual, open_of(accrual, written_off))


def _adds_nothing(was: Adjustment, after: Adjustment) -> bool:
    """Whether *after* charges no more than *was* did, to the same head in the same year: what stands may be put in
    other words, or become less, whatever became of its bid."""
    same = (was.project, was.fund, was.year, was.kind) == (after.project, after.fund, after.year, after.kind)
    low, high = sorted((Money.ZERO, was.amount))
    return same and low <= after.amount <= high


def _check_line(work: UnitOfWork, adjustment: Adjustment, line: LineId, others: Sequence[Adjustment]) -> None:
    held = work.ledger.held_line(line)
    if not held.live or held.line.year != adjustment.year:
        raise ExpectedError(
            "adjustment_line",
            f"{held.line.transaction} is not among the ledger lines of {adjustment.year} any more."
            if not held.live
            else f"{held.line.transaction} belongs to {held.line.year}, not to {adjustment.year}.",
            "Choose a line of that year.",
        )
    head = BudgetHead(adjustment.project, adjustment.fund, adjustment.kind)
    share = Money.total(
        charged.charge.amount
        for charged in work.ledger.charges_of([line])[line]
        if charged.charge.head == head
    )
    already = -Money.total(
        entry.amount
        for entry in others
        if entry.line == line
        and entry.type.only_takes_off
        and BudgetHead(entry.project, entry.fund, entry.kind) == head
    )
    check_against_line(adjustment, share, already)


# Evidence


def _no_evidence() -> ExpectedError:
    return ExpectedError(
        "no_evidence",
        "Nothing supports it: each accrual and adjustment rests on evidence.",
        "Attach a file, or type what leads to the paper, such as the invoice's number.",
    )


def _refuse_without_evidence(given: Sequence[Given]) -> None:
    if not given:
        raise _no_evidence()


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddAccrual: add_accrual,
    ReverseAccrual: reverse_accrual,
    ReverseAccruals: reverse_accruals,
    RemoveAccrual: remove_accrual,
    AddAdjustment: add_adjustment,
    ChangeAdjustment: change_adjustment,
    RemoveAdjustment: remove_adjustment,
    AttachEvidence: attach_evidence,
}
