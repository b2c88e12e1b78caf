"""Reference values for what a case is said to cost, and the sentences about what the money bought.

What ships is not put into a file: a row of the same name takes the place of one that shipped, and taking that row out
restores it. All are taken back by SwapRecords.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.wording import count
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import IndicatorId, ProjectId
from fundingapp.domain.indicators import ResultLevel
from fundingapp.domain.money import percent_in_words
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.sentences import check_wording
from fundingapp.domain.unit_costs import (
    SHIPPED,
    check_reference_value,
    in_force,
    is_uprated,
    name_key,
    uprated,
)
from fundingapp.domain.value import ReferenceValue, Sentence


@dataclass(frozen=True, slots=True)
class KeepReferenceValue(Command[int]):
    """Keeps *value* as the reference value of its name, in place of what shipped or was kept under *before* (its name
    until now; "" for a new one). Returns its id.

    Raises ExpectedError without a source, prices or a caveat, for an amount of nought or less, or when another has its
    name.
    """

    value: ReferenceValue
    before: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawReferenceValue(Command[None]):
    """Has the reference value *name* used no more; sentences that use it say so."""

    name: str


@dataclass(frozen=True, slots=True)
class RestoreReferenceValue(Command[None]):
    """Puts the reference value *name* back as it shipped; one of the file's own that is withdrawn counts again."""

    name: str


@dataclass(frozen=True, slots=True)
class RestoreShippedValues(Command[int]):
    """Puts every reference value that shipped back as it was; the file's own others stay. Returns how many."""


@dataclass(frozen=True, slots=True)
class UprateReferenceValues(Command[int]):
    """Puts reference values (*names*; empty: all in use that were not uprated yet) at the *prices* of another year,
    *percent* higher, by an index that *source* names. Each says so itself. Returns how many."""

    percent: Decimal
    prices: str
    source: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteSentence(Command[int]):
    """Keeps a sentence about a project's year, in place of *id* where it is given. Returns its id.

    *wording* names its figures in braces; *output* and *outcome* are the indicators that they are of. Raises
    ExpectedError for a wording without figures or with an unknown one, and for an indicator of another project.
    """

    project: ProjectId
    year: FinancialYear
    wording: str
    output: IndicatorId | None = None
    outcome: IndicatorId | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveSentence(Command[None]):
    """Takes a sentence out."""

    id: int


def _own(work: UnitOfWork) -> dict[str, Kept[ReferenceValue]]:
    """The file's own reference values by their names."""
    return {name_key(kept.value.name): kept for kept in work.reference_values.all()}


def _shipped(name: str) -> ReferenceValue | None:
    return next((value for value in SHIPPED if name_key(value.name) == name_key(name)), None)


def _not_there(name: str) -> NotFoundError:
    return NotFoundError(
        "reference value", name, "Look at the list of them on the page Outcomes, under Value."
    )


def keep_reference_value(command: KeepReferenceValue, tools: Tools) -> Effect[int]:
    value = check_reference_value(command.value)
    with tools.open_work() as work:
        own = _own(work)
        wanted, before = name_key(value.name), name_key(command.before)
        if before and before not in own and _shipped(before) is None:
            raise _not_there(command.before)
        if wanted != before and (wanted in own or _shipped(wanted) is not None):
            raise ExpectedError(
                "same_name",
                f"There is a reference value “{value.name}” already.",
                "Change that one, or choose another name.",
            )
        doing = Doing(work, tools)
        held = own.get(before) if before else None
        if held is None:
            id = doing.add("reference_values", value)
            if before and wanted != before and (shipped := _shipped(before)) is not None:
                # Under its new name it is another value; the one that shipped must not count beside it unseen.
                doing.add("reference_values", replace(shipped, is_withdrawn=True))
        else:
            id = held.id
            doing.change("reference_values", held, value)
        verb = "change" if before else "add"
        effect: Effect[int] = doing.commit(
            "KeepReferenceValue", f"{verb} the reference value “{value.name}”", id
        )
        return effect


def withdraw_reference_value(command: WithdrawReferenceValue, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        held, shipped = _own(work).get(name_key(command.name)), _shipped(command.name)
        value = held.value if held is not None else shipped
        if value is None:
            raise _not_there(command.name)
        if value.is_withdrawn:
            raise ExpectedError(
                "withdrawn_already", f"“{value.name}” is withdrawn already.", "Nothing to do."
            )
        if held is None:
            doing.add("reference_values", replace(value, is_withdrawn=True))
        else:
            doing.change("reference_values", held, replace(value, is_withdrawn=True))
        return doing.commit("WithdrawReferenceValue", f"withdraw the reference value “{value.name}”")


def restore_reference_value(command: RestoreReferenceValue, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        held, shipped = _own(work).get(name_key(command.name)), _shipped(command.name)
        if held is None and shipped is None:
            raise _not_there(command.name)
        if held is None or (shipped is None and not held.value.is_withdrawn):
            name = (shipped or held.value).name if held is not None else command.name
            raise ExpectedError("as_shipped", f"“{name}” is as it was already.", "Nothing to do.")
        if shipped is None:
            doing.change("reference_values", held, replace(held.value, is_withdrawn=False))
        else:
            doing.remove("reference_values", held)
        return doing.commit("RestoreReferenceValue", f"restore the reference value “{held.value.name}”")


def restore_shipped_values(command: RestoreShippedValues, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        held = [kept for name, kept in _own(work).items() if _shipped(name) is not None]
        if not held:
            raise ExpectedError("as_shipped", "The reference values are as they shipped.", "Nothing to do.")
        for kept in held:
            doing.remove("reference_values", kept)
        name = f"restore {count(len(held), 'reference value')} as shipped"
        effect: Effect[int] = doing.commit("RestoreShippedValues", name, len(held))
        return effect


def uprate_reference_values(command: UprateReferenceValues, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        own = _own(work)
        there = {name_key(value.name): value for value in in_force(kept.value for kept in own.values())}
        for name in command.names:
            if name_key(name) not in there:
                raise _not_there(name)
        chosen = (
            [there[name_key(name)] for name in dict.fromkeys(command.names)]
            if command.names
            else [value for value in there.values() if not value.is_withdrawn and not is_uprated(value)]
        )
        if not chosen:
            raise ExpectedError(
                "uprated_already",
                "Every reference value in use was uprated already.",
                "Restore those that are to be uprated anew.",
            )
        doing = Doing(work, tools)
        for value in chosen:
            newer = uprated(value, command.percent, command.prices, command.source)
            held = own.get(name_key(value.name))
            if held is None:
                doing.add("reference_values", newer)
            else:
                doing.change("reference_values", held, newer)
        name = (
            f"put {count(len(chosen), 'reference value')} at {command.prices.strip()} prices, "
            f"by {percent_in_words(command.percent)}"
        )
        effect: Effect[int] = doing.commit("UprateReferenceValues", name, len(chosen))
        return effect


def write_sentence(command: WriteSentence, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        project = work.projects.get(command.project).value
        references = [value.name for value in in_force(kept.value for kept in work.reference_values.all())]
        sentence = Sentence(
            command.project,
            command.year,
            check_wording(command.wording, references),
            _of_project(work, command.project, command.output, ResultLevel.OUTPUT),
            _of_project(work, command.project, command.outcome, ResultLevel.OUTCOME),
        )
        doing = Doing(work, tools)
        same = [kept for kept in work.sentences.all() if kept.value == sentence and kept.id != command.id]
        if same:
            raise ExpectedError(
                "same_sentence",
                f"{project.ref} has this sentence for {command.year} already.",
                "Word it otherwise, or choose other figures.",
            )
        if command.id is None:
            id, verb = doing.add("sentences", sentence), "write"
        else:
            kept = work.sentences.get(command.id)
            if (kept.value.project, kept.value.year) != (command.project, command.year):
                raise ExpectedError(
                    "other_project",
                    f"The sentence is not of {project.ref} {command.year}.",
                    "Choose it again from the list.",
                )
            doing.change("sentences", kept, sentence)
            id, verb = kept.id, "change"
        effect: Effect[int] = doing.commit(
            "WriteSentence", f"{verb} a sentence about {project.ref} {command.year}", id
        )
        return effect


def _of_project(
    work: UnitOfWork, project: ProjectId, id: IndicatorId | None, level: ResultLevel
) -> IndicatorId | None:
    """*id*, if it is an indicator of *project* or of the partnership as a whole. Raises ExpectedError."""
    if id is None:
        return None
    indicator = work.indicators.get(id).value
    if indicator.project not in {None, project}:
        ref = work.projects.get(project).value.ref
        other = work.projects.get(indicator.project).value.ref
        raise ExpectedError(
            "other_project",
            f"“{indicator.name}” is measured for {other}, not for {ref}.",
            f"Choose an {level.value} of {ref}.",
        )
    return id


def remove_sentence(command: RemoveSentence, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.sentences.get(command.id)
        ref = work.projects.get(kept.value.project).value.ref
        doing = Doing(work, tools)
        doing.remove("sentences", kept)
        return doing.commit("RemoveSentence", f"take out a sentence about {ref} {kept.value.year}")


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    KeepReferenceValue: keep_reference_value,
    WithdrawReferenceValue: withdraw_reference_value,
    RestoreReferenceValue: restore_reference_value,
    RestoreShippedValues: restore_shipped_values,
    UprateReferenceValues: uprate_reference_values,
    WriteSentence: write_sentence,
    RemoveSentence: remove_sentence,
}
