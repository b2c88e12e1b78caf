"""What is taken back, and what is done again, is named as such in the history."""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Any, Self, cast

from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import OpenWork, UnitOfWork

#: What the sentence of an entry begins with when it was made by undo or by redo.
UNDONE, REDONE = "undo: ", "redo: "


class _TurnedWork:
    """A unit of work whose entry in the history says that it takes something back, or does it again."""

    def __init__(self, work: UnitOfWork, word: str) -> None:
        self._work, self._word = work, word

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)

    def __enter__(self) -> Self:
        self._work.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._work.__exit__(kind, error, trace)

    def commit(self, record: JournalRecord | None) -> None:
        # What a command calls “take back …” by itself says so already.
        if record is not None and not record.sentence.startswith("take back "):
            record = replace(record, sentence=f"{self._word}: {record.sentence}")
        self._work.commit(record)


def turned(open_work: OpenWork, word: str) -> OpenWork:
    """Opens units of work for a command that is carried out as *word*, “undo” or “redo”."""

    def opener(*, reading: bool = False) -> UnitOfWork:
        work = open_work(reading=reading)
        return work if reading else cast(UnitOfWork, _TurnedWork(work, word))

    return opener
