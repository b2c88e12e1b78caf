"""Imports as things of their own: what taking one back would undo, and the original file that was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import (
    Batch,
    BatchState,
    Kept,
    LineChange,
    Tools,
    UnitOfWork,
)
from fundingapp.application.wording import count
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.findings import Finding
from fundingapp.domain.ids import BatchId
from fundingapp.domain.ledger import SkippedRow


@dataclass(frozen=True, slots=True)
class BatchDetail(Question["BatchAnswer"]):
    """Everything about one import."""

    batch: BatchId


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """An import with what it skipped, noticed and changed; *projects* names projects by their number.

    *undoes* says in words what taking it back would undo, "" when it can't be taken back; *why_not* then says why.
    *can_return* says whether it was taken back and can be put back as it was.
    """

    batch: Kept[Batch]
    skipped: tuple[SkippedRow, ...]
    findings: tuple[Finding, ...]
    changes: tuple[LineChange, ...]
    projects: dict[int, str]
    undoes: str
    why_not: str
    can_return: bool

    @property
    def can_decide(self) -> bool:
        """Whether its changes can still be decided: only those of the newest import that counts."""
        return bool(self.undoes)


@dataclass(frozen=True, slots=True)
class OpenOriginal(Question[Path]):
    """A copy of the file that an import was read from, for another program to open."""

    batch: BatchId


@dataclass(frozen=True, slots=True)
class SaveOriginal(Question[None]):
    """Writes a copy of the file that an import was read from to *out*; the funding file stays as it is."""

    batch: BatchId
    out: Path


def answer_batch(question: BatchDetail, tools: Tools) -> BatchAnswer:
    with tools.open_work(reading=True) as work:
        batches = work.ledger.batches()
        kept = next((entry for entry in batches if entry.id == question.batch), None)
        if kept is None:
            raise NotFoundError("import", f"number {question.batch}")
        changes = tuple(work.ledger.changes(question.batch))
        live = [entry for entry in batches if entry.value.state is BatchState.LIVE]
        newest = bool(live) and live[-1].id == kept.id
        is_live = kept.value.state is BatchState.LIVE
        why_not = ""
        if not is_live:
            why_not = "This import was taken back already."
        elif not newest:
            why_not = f"“{live[-1].value.file_name}” was imported later and compared with this one: take it back first."
        return BatchAnswer(
            kept,
            tuple(work.ledger.skipped(question.batch)),
            tuple(work.ledger.findings(question.batch)),
            changes,
            {entry.id: entry.value.ref for entry in work.projects.all()},
            _undoes(work, kept, changes) if newest else "",
            why_not,
            not is_live and all(entry.id < kept.id for entry in live),
        )


def _undoes(work: UnitOfWork, kept: Kept[Batch], changes: tuple[LineChange, ...]) -> str:
    """What taking the import back undoes, as a sentence."""
    brought = work.ledger.brought(BatchId(kept.id))
    words = [f"{count(brought.lines, 'new line')} of {brought.total.in_words} would go"]
    if brought.charged:
        words[0] += f", {brought.charged:,} of them charged"
    taken = sum(change.taken for change in changes)
    if taken:
        words.append(f"{count(taken, 'changed line')} would be as before")
    return f"{'; '.join(words)}. It can be put back with everything that was decided."


def _original(question: OpenOriginal | SaveOriginal, tools: Tools) -> Batch:
    with tools.open_work(reading=True) as work:
        found = next((entry for entry in work.ledger.batches() if entry.id == question.batch), None)
    if found is None:
        raise NotFoundError("import", f"number {question.batch}")
    return found.value


def answer_open(question: OpenOriginal, tools: Tools) -> Path:
    batch = _original(question, tools)
    return tools.sources.lend(batch.sha256, batch.file_name)


def answer_save(question: SaveOriginal, tools: Tools) -> None:
    batch = _original(question, tools)
    tools.sources.save_to(batch.sha256, batch.file_name, question.out)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    BatchDetail: answer_batch,
    OpenOriginal: answer_open,
    SaveOriginal: answer_save,
}
