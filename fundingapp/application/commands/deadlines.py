"""The calendar of a grant: taking over what its terms lay down, adding and changing entries, ticking them off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

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
from fundingapp.domain.schedules import ScheduleEntry, check_entry


@dataclass(frozen=True, slots=True)
class AddEntries(Command[int]):
    """Adds entries to the calendar, in one step; returns how many. Taken back by SwapRecords."""

    entries: tuple[ScheduleEntry, ...]


@dataclass(frozen=True, slots=True)
class ChangeEntry(Command[None]):
    """Puts *after* in place of an entry of the calendar. Taken back by SwapRecords."""

    entry: int
    after: ScheduleEntry


@dataclass(frozen=True, slots=True)
class RemoveEntry(Command[None]):
    """Takes an entry out of the calendar. Taken back by SwapRecords."""

    entry: int


@dataclass(frozen=True, slots=True)
class TickOff(Command[None]):
    """Says that what an entry asks for was done on *done_on*, or (None) that it was not. Taken back by SwapRecords."""

    entry: int
    done_on: date | None


def add_entries(command: AddEntries, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        made = []
        for given in command.entries:
            entry = _fitted(given)
            made.append(Record("schedule", work.schedule.add(entry), entry))
        name = (
            f"add “{made[0].value.title}” to the calendar"
            if len(made) == 1
            else f"add {count(len(made), 'entry', 'entries')} to the calendar"
        )
        if not made:
            return nothing_done(name, 0)
        return _commit(work, "AddEntries", SwapRecords((), (), tuple(made), name), len(made))


def change_entry(command: ChangeEntry, tools: Tools) -> Effect[None]:
    return _replaced("ChangeEntry", command.entry, _fitted(command.after), "change", tools)


def tick_off(command: TickOff, tools: Tools) -> Effect[None]:
    if command.done_on is not None and command.done_on > tools.today:
        raise ExpectedError(
            "not_yet",
            f"{short_date(command.done_on)} has not come yet, so nothing was done on it.",
            "Type the day on which it was done.",
        )
    with tools.open_work(reading=True) as work:
        before = work.schedule.get(command.entry).value
    after = replace(before, done_on=command.done_on)
    return _replaced(
        "TickOff", command.entry, after, "tick off" if command.done_on else "take the tick off", tools
    )


def remove_entry(command: RemoveEntry, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.schedule.get(command.entry)
        gone = (Record("schedule", kept.id, kept.value),)
        change = SwapRecords(gone, (), (), f"take “{kept.value.title}” out of the calendar")
        swap(work, change)
        return _commit(work, "RemoveEntry", change, None)


def _replaced(command: str, id: int, after: ScheduleEntry, doing: str, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.schedule.get(id)
        name = f"{doing} “{after.title}”"
        if after == kept.value:
            return nothing_done(name)
        change = SwapRecords((), (Changed("schedule", id, kept.value, after),), (), name)
        swap(work, change)
        return _commit(work, command, change, None)


def _fitted(entry: ScheduleEntry) -> ScheduleEntry:
    """*entry* as it is kept: its texts trimmed. Raises ExpectedError."""
    entry = replace(entry, title=" ".join(entry.title.split()), contents=entry.contents.strip())
    check_entry(entry)
    return entry


def _commit(work: UnitOfWork, command: str, change: SwapRecords, result: Any) -> Effect[Any]:
    work.commit(JournalRecord(command, change.name, *plain_swap(change)))
    return Effect(result, topics_of_swap(change), change.name, change.inverse)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddEntries: add_entries,
    ChangeEntry: change_entry,
    RemoveEntry: remove_entry,
    TickOff: tick_off,
}
