"""Ledger lines for lists: which ids in which order, these rows, counts for the quick filters, imports."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import (
    Batch,
    BatchState,
    Kept,
    LineChange,
    LineFilter,
    LineOrder,
    LineRow,
    LineShare,
    ShowCounts,
    Tools,
)
from fundingapp.application.queries.heads import head_names, open_heads
from fundingapp.application.queries.locks import Late, locks_of
from fundingapp.application.queries.rules import reasons_of
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.findings import Finding
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.domain.ledger import SkippedRow
from fundingapp.domain.money import Money
from fundingapp.domain.suggestions import Proposal


@dataclass(frozen=True, slots=True)
class LineIds(Question["array[int]"]):
    """The ids of the lines under *where*, in *order*."""

    where: LineFilter
    order: LineOrder


@dataclass(frozen=True, slots=True)
class LineRows(Question["list[LineRow]"]):
    """These lines, in this order; ids that are gone are left out."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LineCounts(Question[ShowCounts]):
    """How many lines each quick filter would show under the other conditions of *where*."""

    where: LineFilter


@dataclass(frozen=True, slots=True)
class LineShares(Question["list[LineShare]"]):
    """Lines under *where* with the part that counts."""

    where: LineFilter
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class LineTotal(Question["tuple[int, Money]"]):
    """How many lines under *where* there are, and the sum of the part of each that counts."""

    where: LineFilter


@dataclass(frozen=True, slots=True)
class LineSum(Question[Money]):
    """What the lines of these ids sum to."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LineDetail(Question["LineAnswer"]):
    """Everything about one line."""

    line: LineId


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """A line with what a person needs to place it: heads by reference, a suggestion, or why no rule placed it.

    *called* is what a target calls each of the heads.
    """

    row: LineRow
    heads: tuple[tuple[str, str, BudgetHead], ...]
    suggestion: Proposal | None
    waiting_because: str
    change: LineChange | None
    change_batch: BatchId | None
    called: Mapping[BudgetHead, str]
    #: It came after its period was locked, so that it is charged as a prior-period adjustment (R17).
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class LateAmong(Question["frozenset[LineId]"]):
    """Which of *lines* came after their period was locked and are charged as prior-period adjustments (R17)."""

    lines: tuple[LineId, ...]


@dataclass(frozen=True, slots=True)
class Imports(Question["list[Kept[Batch]]"]):
    """Every import, newest first."""


@dataclass(frozen=True, slots=True)
class ImportDetail(Question["ImportAnswer"]):
    """What one import brought."""

    batch: BatchId


@dataclass(frozen=True, slots=True)
class ImportAnswer:
    """The skipped rows, findings and changes of an import."""

    batch: Kept[Batch]
    skipped: tuple[SkippedRow, ...]
    findings: tuple[Finding, ...]
    changes: tuple[LineChange, ...]


@dataclass(frozen=True, slots=True)
class SuggestedFor(Question["dict[int, str]"]):
    """What a target calls the budget heads that those of these lines which wait probably belong to; for a few lines."""

    lines: tuple[LineId, ...]


def answer_ids(question: LineIds, tools: Tools) -> array[int]:
    with tools.open_work(reading=True) as work:
        return work.ledger.line_ids(question.where, question.order)


def answer_rows(question: LineRows, tools: Tools) -> list[LineRow]:
    with tools.open_work(reading=True) as work:
        return work.ledger.line_rows(question.ids)


def answer_counts(question: LineCounts, tools: Tools) -> ShowCounts:
    with tools.open_work(reading=True) as work:
        return work.ledger.counts(question.where)


def answer_shares(question: LineShares, tools: Tools) -> list[LineShare]:
    with tools.open_work(reading=True) as work:
        return work.ledger.shares(question.where, question.limit)


def answer_total(question: LineTotal, tools: Tools) -> tuple[int, Money]:
    with tools.open_work(reading=True) as work:
        return work.ledger.total(question.where)


def answer_sum(question: LineSum, tools: Tools) -> Money:
    with tools.open_work(reading=True) as work:
        return work.ledger.sum_of(question.ids)


def answer_detail(question: LineDetail, tools: Tools) -> LineAnswer:
    with tools.open_work(reading=True) as work:
        held = work.ledger.held_line(question.line)
        rows = work.ledger.line_rows([question.line])
        row = rows[0]
        heads = open_heads(work)
        projects = {kept.id: kept.value for kept in work.projects.all()}
        here = tuple(
            (projects[head.project].ref, projects[head.project].name, head)
            for (_, year), places in sorted(heads.items())
            if year == held.line.year.start
            for head in places
        )
        called = {
            head: name for (head, year), name in head_names(work).items() if year == held.line.year.start
        }
        because = ""
        suggestion: Proposal | None = None
        if not row.charges:
            because = reasons_of(work)([(question.line, held.line)])[question.line]
            suggestion = row.suggestion
        found: LineChange | None = None
        found_in: BatchId | None = None
        for batch in reversed(work.ledger.batches()):
            if batch.value.state is BatchState.LIVE:
                changes = work.ledger.changes(BatchId(batch.id))
                found = next((change for change in changes if change.line == question.line), None)
                found_in = BatchId(batch.id) if found else None
                break
        late = not Late(work).why_not(question.line)
    return LineAnswer(row, here, suggestion, because, found, found_in, called, late)


def answer_late(question: LateAmong, tools: Tools) -> frozenset[LineId]:
    with tools.open_work(reading=True) as work:
        if not locks_of(work):
            return frozenset()
        late = Late(work)
        return frozenset(line for line in question.lines if not late.why_not(line))


def answer_imports(question: Imports, tools: Tools) -> list[Kept[Batch]]:
    with tools.open_work(reading=True) as work:
        return list(reversed(work.ledger.batches()))


def answer_import(question: ImportDetail, tools: Tools) -> ImportAnswer:
    with tools.open_work(reading=True) as work:
        batch = next((kept for kept in work.ledger.batches() if kept.id == question.batch), None)
        if batch is None:
            raise NotFoundError("import", f"number {question.batch}")
        return ImportAnswer(
            batch,
            tuple(work.ledger.skipped(question.batch)),
            tuple(work.ledger.findings(question.batch)),
            tuple(work.ledger.changes(question.batch)),
        )


def answer_suggested_for(question: SuggestedFor, tools: Tools) -> dict[int, str]:
    with tools.open_work(reading=True) as work:
        rows = work.ledger.line_rows(question.lines)
        names = head_names(work)
        found = {}
        for row in rows:
            head = row.suggestion.head if row.suggestion is not None else None
            if head is not None and (head, row.line.year.start) in names:
                found[int(row.id)] = names[head, row.line.year.start]
        return found


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    LineIds: answer_ids,
    LineRows: answer_rows,
    LineCounts: answer_counts,
    LineShares: answer_shares,
    LineTotal: answer_total,
    LineSum: answer_sum,
    LineDetail: answer_detail,
    LateAmong: answer_late,
    Imports: answer_imports,
    ImportDetail: answer_import,
    SuggestedFor: answer_suggested_for,
}
