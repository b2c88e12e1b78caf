"""Asking the budget holder: the findings workbook out, and their answers back in as proposals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import (
    BatchState,
    LineFilter,
    LineOrder,
    LineRow,
    Show,
    Tools,
    UnitOfWork,
)
from fundingapp.application.queries.heads import fund_names, head_names, open_heads
from fundingapp.application.queries.rules import reasons_of
from fundingapp.application.queries.suggestions import lines_to_look_at
from fundingapp.domain.enquiries import Answers, AskedLine, Enquiry, Place, understand
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.funds import BudgetHead, Partnership
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.domain.ledger import HeldLine
from fundingapp.domain.matching import NamedHeads, written
from fundingapp.domain.periods import FinancialYear

_AT_ONCE = 2_000
#: Of one import so many findings are told; the Spend page lists them all.
_OF_ONE_IMPORT = 200


@dataclass(frozen=True, slots=True)
class AskedOut:
    """The findings workbook that stands at *path*: how many lines it asks about, and how many odd things it names."""

    path: Path
    lines: int
    findings: int


@dataclass(frozen=True, slots=True)
class WriteEnquiry(Question[AskedOut]):
    """Writes what is unplaced or odd in *year* to the workbook *out*.

    *lines* are the waiting lines to ask about; None asks about all of them. Raises ExpectedError as
    :class:`~fundingapp.application.ports.EnquiryWriter` does; *out* is then what it was before.
    """

    year: FinancialYear
    out: Path
    lines: tuple[LineId, ...] | None = None


@dataclass(frozen=True, slots=True)
class ReadAnswers(Question[Answers]):
    """What a findings workbook that came back proposes; nothing is charged.

    Raises InputRefusedError for a file that is none.
    """

    path: Path


def answer_write(question: WriteEnquiry, tools: Tools) -> AskedOut:
    with tools.open_work(reading=True) as work:
        enquiry = _enquiry(work, question, tools)
    written = tools.write_enquiry(enquiry, question.out)
    return AskedOut(question.out, written, len(enquiry.findings))


def _enquiry(work: UnitOfWork, question: WriteEnquiry, tools: Tools) -> Enquiry:
    partnership = next((kept.value for kept in work.partnership.all()), Partnership("The partnership"))
    ids: Sequence[int] = work.ledger.line_ids(
        LineFilter(year=question.year, show=Show.WAITING), LineOrder("supplier")
    )
    if question.lines is not None:
        wanted = set(question.lines)
        ids = [line for line in ids if line in wanted]
    return Enquiry(
        partnership.name,
        question.year,
        tools.who,
        tools.clock().date(),
        tuple(_asked(work, ids, tools)),
        tuple(_findings(work, question.year)),
        tuple(_places(work, question.year)),
    )


def _places(work: UnitOfWork, year: FinancialYear) -> Iterator[Place]:
    """What an answer can name: each project that takes charges in *year*, once for each of its grants and kinds."""
    heads, names = open_heads(work), head_names(work)
    for kept in work.projects.all():
        for head in heads.get((kept.value.ref.casefold(), year.start), ()):
            yield Place(written(names[head, year.start]), kept.value.name)


def _asked(work: UnitOfWork, ids: Sequence[int], tools: Tools) -> Iterator[AskedLine]:
    reasons = reasons_of(work)
    names = head_names(work)
    for start in range(0, len(ids), _AT_ONCE):
        tools.progress.report(start, len(ids), "Gathering the lines to ask about")
        rows = work.ledger.line_rows(ids[start : start + _AT_ONCE])
        why = reasons([(row.id, row.line) for row in rows])
        for row in rows:
            question = f"Which project is this for? {why[row.id]}"
            yield AskedLine(row.id, row.line, row.file, question, _thought(row, names))


def _thought(row: LineRow, names: Mapping[tuple[BudgetHead, int], str]) -> str:
    proposal = row.suggestion
    if proposal is None:
        return ""
    head = proposal.head
    goal = names.get((head, row.line.year.start), "") if head is not None else proposal.disposition.value
    return f"{goal} ({proposal.score} of 100): {proposal.reason}"


def _findings(work: UnitOfWork, year: FinancialYear) -> Iterator[Finding]:
    """Invoices charged twice and reversals without their original, what the imports that count noticed, and their
    changed lines that nobody has looked at."""
    yield from lines_to_look_at(work, year)
    for batch in work.ledger.batches():
        if batch.value.state is not BatchState.LIVE:
            continue
        told = 0
        for finding in work.ledger.findings(BatchId(batch.id)):
            if finding.severity is Severity.NOTE:
                continue
            told += 1
            if told <= _OF_ONE_IMPORT:
                yield finding
        if told > _OF_ONE_IMPORT:
            yield Finding(
                Severity.WARNING,
                "findings.more",
                f"{told - _OF_ONE_IMPORT:,} more findings of this download are listed on the Spend page.",
                Source(batch.value.file_name),
            )
        for change in work.ledger.changes(BatchId(batch.id)):
            if change.reviewed or change.before.year != year:
                continue
            became = "is not in it any more" if change.after is None else f"is {change.after.amount.in_words}"
            yield Finding(
                Severity.WARNING,
                "line.changed",
                f"{change.before.transaction} of {change.before.supplier or 'no supplier'} was"
                f" {change.before.amount.in_words}; in the newer download it {became}.",
                Source(batch.value.file_name, change.before.sheet, 0),
            )


def answer_read(question: ReadAnswers, tools: Tools) -> Answers:
    headings, rows = tools.reader.plain(question.path)
    with tools.open_work(reading=True) as work:
        waiting = {line.key: HeldLine(id, line) for id, line in work.ledger.waiting()}
        ids = {held.id for held in waiting.values()}
        heads = NamedHeads(open_heads(work), fund_names(work))
        answers = understand(question.path.name, headings, rows, waiting, ids, heads)
        if not answers.not_understood:
            return answers
        # Why a row can't be taken may rest on a line that waits no more; all lines are only read for that.
        return understand(question.path.name, headings, rows, work.ledger.held(), ids, heads)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {WriteEnquiry: answer_write, ReadAnswers: answer_read}
