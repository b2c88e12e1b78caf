"""The conditions register: adding, changing and removing conditions, and saying how each of them was settled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundingapp.application.commands.evidence import Given, copied, keep_evidence, with_evidence
from fundingapp.application.commands.records import (
    Changed,
    Record,
    SwapRecords,
    plain_swap,
    swap,
    topics_of_swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord, nothing_done
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.wording import count, short_date
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.grant_conditions import (
    CONDITION_MACHINE,
    ConditionState,
    GrantCondition,
    check_condition,
)
from fundingapp.domain.ids import ConditionId
from fundingapp.domain.states import Need, Step, Subject


@dataclass(frozen=True, slots=True)
class AddCondition(Command[ConditionId]):
    """Adds an open condition; one of a bid is about the bid's fund, project and year. Taken back by SwapRecords."""

    condition: GrantCondition
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class AddConditions(Command["ConditionsAdded"]):
    """Adds the conditions of a table called *source*, but those that are there already, word for word.

    Taken back by SwapRecords.
    """

    conditions: tuple[GrantCondition, ...]
    source: str


@dataclass(frozen=True, slots=True)
class ConditionsAdded:
    """How many came in, and how many were there."""

    added: int
    known: int


@dataclass(frozen=True, slots=True)
class ChangeCondition(Command[None]):
    """Puts *after* in place of an open condition; its state stays. Taken back by SwapRecords."""

    condition: ConditionId
    after: GrantCondition


@dataclass(frozen=True, slots=True)
class RemoveCondition(Command[None]):
    """Takes a condition out, with its history and the evidence that nothing else rests on. Taken back by
    SwapRecords."""

    condition: ConditionId


@dataclass(frozen=True, slots=True)
class MoveCondition(Command[None]):
    """Says that a condition was met, waived or breached, or opens it again (see CONDITION_MACHINE for what each needs).

    *dated* is the day on the paper. Taken back by SwapRecords.
    """

    condition: ConditionId
    to: ConditionState
    dated: date | None = None
    reference: str = ""
    reason: str = ""
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class AttachToCondition(Command[None]):
    """Adds evidence to a condition without moving it. Taken back by SwapRecords."""

    condition: ConditionId
    evidence: tuple[Given, ...]


def add_condition(command: AddCondition, tools: Tools) -> Effect[ConditionId]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        condition = _fitted(work, replace(command.condition, state=ConditionState.OPEN))
        id = ConditionId(work.conditions.add(condition))
        made = (Record("conditions", id, condition), *keep_evidence(work, tools, copies, condition=id))
        name = f"add the condition {condition.in_short}"
        return _commit(work, "AddCondition", SwapRecords((), (), made, name), id)


def add_conditions(command: AddConditions, tools: Tools) -> Effect[ConditionsAdded]:
    with tools.open_work() as work:
        there = {_same(kept.value) for kept in work.conditions.all()}
        made: list[Record] = []
        for given in command.conditions:
            condition = _fitted(work, replace(given, state=ConditionState.OPEN))
            if _same(condition) not in there:
                there.add(_same(condition))
                made.append(Record("conditions", work.conditions.add(condition), condition))
        result = ConditionsAdded(len(made), len(command.conditions) - len(made))
        name = f"add {count(len(made), 'condition')} from {command.source}"
        if not made:
            return nothing_done(name, result)
        return _commit(work, "AddConditions", SwapRecords((), (), tuple(made), name), result)


def change_condition(command: ChangeCondition, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.conditions.get(command.condition)
        if kept.value.state is not ConditionState.OPEN:
            raise ExpectedError(
                "condition_settled",
                f"{_begun(kept.value)} is {kept.value.state.value}, so what it asks for doesn't change.",
                "Open it again first, with the reason.",
            )
        after = _fitted(work, replace(command.after, state=kept.value.state))
        name = f"change the condition {after.in_short}"
        if after == kept.value:
            return nothing_done(name)
        change = SwapRecords((), (Changed("conditions", kept.id, kept.value, after),), (), name)
        swap(work, change)
        return _commit(work, "ChangeCondition", change, None)


def remove_condition(command: RemoveCondition, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.conditions.get(command.condition)
        steps = tuple(
            Record("steps", step.id, step.value)
            for step in work.steps.all()
            if (step.value.subject, step.value.subject_id) == (Subject.CONDITION, kept.id)
        )
        gone = (*with_evidence(work, Record("conditions", kept.id, kept.value), "condition"), *steps)
        change = SwapRecords(gone, (), (), f"remove the condition {kept.value.in_short}")
        swap(work, change)
        return _commit(work, "RemoveCondition", change, None)


def move_condition(command: MoveCondition, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        kept = work.conditions.get(command.condition)
        before = kept.value
        reference, reason = command.reference.strip(), command.reason.strip()
        supported = bool(copies) or any(each.value.condition == kept.id for each in work.supports.all())
        said = (
            (Need.DATE, command.dated is not None),
            (Need.REFERENCE, bool(reference)),
            (Need.REASON, bool(reason)),
            (Need.EVIDENCE, supported),
        )
        given = {need for need, is_there in said if is_there}
        CONDITION_MACHINE.check(_begun(before), before.state, command.to, given)
        now = tools.today
        if command.dated is not None and command.dated > now:
            raise ExpectedError(
                "not_yet",
                f"{short_date(command.dated)} has not come yet: {before.in_short} can't be {command.to.value} on it.",
                "Type the day on the paper.",
            )
        after = replace(before, state=command.to)
        work.conditions.replace(kept, after)
        step = Step(
            Subject.CONDITION,
            kept.id,
            before.state.value,
            command.to.value,
            command.dated,
            tools.clock(),
            tools.who,
            reference,
            reason,
        )
        made = (
            *keep_evidence(work, tools, copies, condition=kept.id),
            Record("steps", work.steps.add(step), step),
        )
        doing = "open again" if command.to is ConditionState.OPEN else f"record as {command.to.value}:"
        name = f"{doing} {before.in_short}"
        changed = (Changed("conditions", kept.id, before, after),)
        return _commit(work, "MoveCondition", SwapRecords((), changed, made, name), None)


def attach_to_condition(command: AttachToCondition, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        kept = work.conditions.get(command.condition)
        made = keep_evidence(work, tools, copies, condition=kept.id)
        if not made:
            raise ExpectedError("attached_already", "This evidence is attached already.", "Nothing to do.")
        name = f"attach evidence to {kept.value.in_short}"
        return _commit(work, "AttachToCondition", SwapRecords((), (), made, name), None)


def _fitted(work: UnitOfWork, condition: GrantCondition) -> GrantCondition:
    """*condition* as it is kept: its texts trimmed, a bid's with the bid's fund, project and year. Raises
    ExpectedError."""
    condition = replace(
        condition,
        clause=" ".join(condition.clause.split()),
        text=condition.text.strip(),
        owner=" ".join(condition.owner.split()),
        proof=condition.proof.strip(),
    )
    if condition.bid is not None:
        bid = work.bids.get(condition.bid).value
        condition = replace(condition, fund=bid.fund, project=bid.project, year=bid.year)
    check_condition(condition)
    return condition


def _same(condition: GrantCondition) -> tuple[object, ...]:
    """What tells conditions of one register apart."""
    texts = (" ".join(text.casefold().split()) for text in (condition.clause, condition.text))
    return (condition.fund, condition.year, condition.project, condition.bid, *texts)


def _begun(condition: GrantCondition) -> str:
    """Its name at the beginning of a sentence."""
    return condition.in_short[:1].upper() + condition.in_short[1:]


def _commit(work: UnitOfWork, command: str, change: SwapRecords, result: Any) -> Effect[Any]:
    work.commit(JournalRecord(command, change.name, *plain_swap(change)))
    return Effect(result, topics_of_swap(change), change.name, change.inverse)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddCondition: add_condition,
    AddConditions: add_conditions,
    ChangeCondition: change_condition,
    RemoveCondition: remove_condition,
    MoveCondition: move_condition,
    AttachToCondition: attach_to_condition,
}
