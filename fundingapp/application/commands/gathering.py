"""What a command does to the records in one unit of work, gathered for the audit trail and for its inverse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from fundingapp.application.commands.evidence import keep_evidence, with_evidence
from fundingapp.application.commands.records import (
    Changed,
    Record,
    SwapRecords,
    plain_swap,
    rows_of,
    topics_of_swap,
)
from fundingapp.application.effect import Effect, JournalRecord
from fundingapp.application.ports import Kept, PrivateCopy, Tools, UnitOfWork
from fundingapp.domain.states import Need, Step, Subject


def said(
    *, dated: date | None = None, reference: str = "", reason: str = "", amount: Any = None
) -> set[Need]:
    """The needs of a move that something was given for."""
    given = {
        Need.DATE: dated,
        Need.REFERENCE: reference.strip(),
        Need.REASON: reason.strip(),
        Need.AMOUNT: amount,
    }
    return {need for need, value in given.items() if value}


class Doing:
    """Carries changes out as they are told, and commits them as one command that SwapRecords takes back.

    A row that others name is added before them and removed after them.
    """

    def __init__(self, work: UnitOfWork, tools: Tools) -> None:
        self.work, self.tools = work, tools
        self._removed: list[Record] = []
        self._changed: dict[tuple[str, int], Changed] = {}
        self._added: list[Record] = []
        self._loosened: list[Changed] = []
        self._tied: list[Changed] = []

    def add(self, kind: str, value: Any) -> int:
        """Adds *value* to the rows named *kind*; returns its identity."""
        id = rows_of(self.work, kind).add(value)
        self._added.append(Record(kind, id, value))
        return id

    def add_all(self, kind: str, values: Sequence[Any]) -> list[int]:
        """As :meth:`add`, of many rows of one kind in one go."""
        ids = rows_of(self.work, kind).add_all(values)
        self._added += [Record(kind, id, value) for id, value in zip(ids, values, strict=True)]
        return ids

    def remove_all(self, kind: str, kept: Sequence[Kept[Any]]) -> None:
        """Takes many rows of one kind out in one go."""
        rows_of(self.work, kind).remove_all(kept)
        self._removed = [*(Record(kind, each.id, each.value) for each in kept), *self._removed]

    def change(self, kind: str, kept: Kept[Any], after: Any) -> None:
        """Puts *after* in place of what is *kept*."""
        if kept.value == after:
            return
        rows_of(self.work, kind).replace(kept, after)
        earlier = self._changed.get((kind, kept.id))
        before = kept.value if earlier is None else earlier.before
        self._changed[kind, kept.id] = Changed(kind, kept.id, before, after)

    def tie(self, kind: str, kept: Kept[Any], after: Any) -> None:
        """Changes a row so that it names one that was added."""
        rows_of(self.work, kind).replace(kept, after)
        self._tied.append(Changed(kind, kept.id, kept.value, after))

    def loosen(self, kind: str, kept: Kept[Any], after: Any) -> None:
        """Changes a row so that it lets go of one that will be removed."""
        rows_of(self.work, kind).replace(kept, after)
        self._loosened.append(Changed(kind, kept.id, kept.value, after))

    def remove(self, kind: str, kept: Kept[Any]) -> None:
        """Takes the row out."""
        rows_of(self.work, kind).remove(kept)
        # The last that went is put back first.
        self._removed.insert(0, Record(kind, kept.id, kept.value))

    def remove_with_evidence(self, kind: str, kept: Kept[Any], field: str) -> None:
        """Takes out the row, which supports name as *field*, its links, and the evidence that nothing else rests on."""
        for record in reversed(with_evidence(self.work, Record(kind, kept.id, kept.value), field)):
            self.remove(record.kind, rows_of(self.work, record.kind).get(record.id))

    def step(
        self,
        subject: Subject,
        id: int,
        before: str,
        after: str,
        dated: date | None = None,
        reference: str = "",
        reason: str = "",
    ) -> None:
        """Adds to the history of the *subject* with that id that it went from one state to another."""
        at, who = self.tools.clock(), self.tools.who
        self.add("steps", Step(subject, id, before, after, dated, at, who, reference.strip(), reason.strip()))

    def keep(self, papers: Sequence[PrivateCopy | str], **of: Any) -> None:
        """Keeps *papers* as evidence for what *of* names as Support does."""
        self._added += keep_evidence(self.work, self.tools, papers, **of)

    @property
    def has_done(self) -> bool:
        """Whether anything was done so far."""
        return bool(self._removed or self._changed or self._added)

    def gathered(self, name: str) -> SwapRecords:
        """What was done so far, as one change called *name*."""
        return SwapRecords(
            tuple(self._removed),
            tuple(self._changed.values()),
            tuple(self._added),
            name,
            tuple(self._loosened),
            tuple(self._tied),
        )

    def commit(self, command: str, name: str, result: Any = None, **said: str) -> Effect[Any]:
        """Journals what was done as *command*, called *name*, with what else was *said* of it; makes it durable."""
        change = self.gathered(name)
        before, after = plain_swap(change)
        self.work.commit(JournalRecord(command, name, before, after | said))
        return Effect(result, topics_of_swap(change), name, change.inverse)
