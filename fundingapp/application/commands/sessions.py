"""What the history tells of how a file was opened: taken over from somebody, or after it had gone back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fundingapp.application.effect import Command, Effect, JournalRecord, Topic
from fundingapp.application.ports import Tools
from fundingapp.application.wording import plain


@dataclass(frozen=True, slots=True)
class RecordTakeOver(Command[None]):
    """Tells that the file was taken over from *person* on *machine*, who had it since *since* (bad-inputs N05).

    *last_seen* is their program's last sign of life, None when it gave none. It can't be taken back.
    """

    person: str
    machine: str
    since: datetime
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class RecordWentBack(Command[None]):
    """Tells that the file was opened after it had gone back from entry *seen* of its history to entry *found*: it had
    been restored or replaced (bad-inputs N08). It can't be taken back."""

    seen: int
    found: int


def record_take_over(command: RecordTakeOver, tools: Tools) -> Effect[None]:
    name = f"take the file over from {command.person} on {command.machine}"
    held = {
        "person": command.person,
        "machine": command.machine,
        "since": plain(command.since),
        "last seen": plain(command.last_seen),
    }
    return _told(JournalRecord("RecordTakeOver", name, held, {"person": tools.who}), tools)


def record_went_back(command: RecordWentBack, tools: Tools) -> Effect[None]:
    name = f"open the file as it was at entry {command.found:,}, after entry {command.seen:,} had been seen"
    record = JournalRecord("RecordWentBack", name, {"entry": command.seen}, {"entry": command.found})
    return _told(record, tools)


def _told(record: JournalRecord, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        work.commit(record)
    return Effect(None, Topic.NOTHING, record.sentence, None)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    RecordTakeOver: record_take_over,
    RecordWentBack: record_went_back,
}
