"""The reconciliations of the ledger: each as it was made, what changed of it since, and what is still in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, LineFilter, LineRow, Show, Tools, UnitOfWork
from fundingapp.application.queries.reconciled import reconciled_figures, whole_figures_of
from fundingapp.application.wording import short_date
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.ids import LineId, ReconciliationId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reconciliations import (
    PaperItem,
    Reconciliation,
    ReconciliationItem,
    ReconciliationPaper,
    ReconciliationState,
    Statement,
    changed_since,
    obstacles,
    opening_of,
    statement_of,
)
from fundingapp.domain.states import Step, Subject
from fundingapp.domain.watching import Alarm, Difference, Watched


@dataclass(frozen=True, slots=True)
class ReconciliationsOf(Question["ReconciliationsAnswer"]):
    """The reconciliations of *year*, or of all years; the newest first, withdrawn ones included."""

    year: FinancialYear | None = None


@dataclass(frozen=True, slots=True)
class ReconciliationRow:
    """A reconciliation as lists show it. A draft has the figures of now; *unexplained* is what of the difference no
    item explains, *alarms* how many changes inside it are not mended."""

    id: ReconciliationId
    reconciliation: Reconciliation
    unexplained: Money
    alarms: int


@dataclass(frozen=True, slots=True)
class ReconciliationsAnswer:
    """*last_period* is the last period that the ledger of the year has reached, 0 for none."""

    rows: tuple[ReconciliationRow, ...]
    last_period: int


@dataclass(frozen=True, slots=True)
class ReconciliationStatement(Question["StatementAnswer"]):
    """One reconciliation with everything behind it. Raises NotFoundError."""

    id: ReconciliationId


@dataclass(frozen=True, slots=True)
class WriteReconciliation(Question[Path]):
    """Writes the reconciliation as a document to *out*, a .docx, and returns where it stands.

    Raises ExpectedError as :class:`~fundingapp.application.ports.FileWriter` does.
    """

    id: ReconciliationId
    out: Path


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An explained item, with the ledger line that it is about."""

    id: int
    item: ReconciliationItem
    line: LineRow | None


@dataclass(frozen=True, slots=True)
class StatementAnswer:
    """A reconciliation as it is shown and printed.

    A draft's *reconciliation* has the opening, movements and figures of now; of any other it is what was kept, and
    *changed* says what differs today. *inside_before* is what of the movements lies in periods that the reconciliation
    before had reconciled already. *control* is what the downloads themselves state as their total, None without one.
    """

    id: ReconciliationId
    reconciliation: Reconciliation
    statement: Statement
    before: Kept[Reconciliation] | None
    items: tuple[ItemRow, ...]
    evidence: tuple[Kept[Evidence], ...]
    history: tuple[Step, ...]
    changed: tuple[Difference, ...]
    alarms: tuple[Alarm, ...]
    obstacles: tuple[str, ...]
    waiting_lines: int
    control: Money | None
    inside_before: Money

    @property
    def explained(self) -> Money:
        """What the items come to."""
        return Money.total(row.item.amount for row in self.items)

    @property
    def unexplained(self) -> Money:
        """What of the difference no item explains."""
        return self.reconciliation.difference - self.explained


def as_it_is(work: UnitOfWork, value: Reconciliation, *, whole: bool = True) -> Reconciliation:
    """A draft with the opening, movements and (*whole*) figures of now; any other as it was kept."""
    if value.state is not ReconciliationState.DRAFT:
        return value
    sums = work.ledger.ledger_sums(value.year)
    held = Money.total(entry.total for entry in sums if entry.period <= value.to_period)
    figures = reconciled_figures(work, value.year, value.to_period) if whole else ()
    before = opening_of(value.year, value.to_period, (kept.value for kept in work.reconciliations.all()))
    opening = before.held if before is not None else Money.ZERO
    return replace(value, opening=opening, movements=held - opening, figures=figures)


def items_of(work: UnitOfWork, id: ReconciliationId) -> list[Kept[ReconciliationItem]]:
    """The explained items of a reconciliation, in the order in which they were made."""
    return [kept for kept in work.reconciliation_items.all() if kept.value.reconciliation == id]


def alarms_of(work: UnitOfWork, id: ReconciliationId) -> list[Alarm]:
    """What was told of changes inside a reconciliation, oldest first."""
    return [
        kept.value
        for kept in work.alarms.all()
        if kept.value.watched is Watched.RECONCILIATION and kept.value.watched_id == id
    ]


def answer_reconciliations(question: ReconciliationsOf, tools: Tools) -> ReconciliationsAnswer:
    with tools.open_work(reading=True) as work:
        rows = []
        for kept in work.reconciliations.all():
            if question.year not in {None, kept.value.year}:
                continue
            id = ReconciliationId(kept.id)
            value = as_it_is(work, kept.value, whole=False)
            explained = Money.total(item.value.amount for item in items_of(work, id))
            alarms = sum(alarm.cleared is None for alarm in alarms_of(work, id))
            rows.append(ReconciliationRow(id, value, value.difference - explained, alarms))
        rows.sort(
            key=lambda row: (row.reconciliation.year, row.reconciliation.to_period, row.id), reverse=True
        )
        years = work.ledger.years() if question.year is None else [question.year]
        last = work.ledger.last_period(years[-1]) if years else 0
        return ReconciliationsAnswer(tuple(rows), last)


def answer_statement(question: ReconciliationStatement, tools: Tools) -> StatementAnswer:
    with tools.open_work(reading=True) as work:
        return statement_answer(work, question.id)


def statement_answer(work: UnitOfWork, id: ReconciliationId) -> StatementAnswer:
    """One reconciliation with everything behind it. Raises NotFoundError."""
    value = as_it_is(work, work.reconciliations.get(id).value)
    statement = statement_of(value.figures)
    items = items_of(work, id)
    lines = {
        row.id: row
        for row in work.ledger.line_rows([kept.value.line for kept in items if kept.value.line is not None])
    }
    papers = {kept.id: kept for kept in work.evidence.all()}
    controls = [entry for entry in work.ledger.control_sums(value.year) if entry.period <= value.to_period]
    waiting, _ = work.ledger.total(LineFilter(year=value.year, to_period=value.to_period, show=Show.WAITING))
    is_draft = value.state is ReconciliationState.DRAFT
    changed = changed_since(value.figures, whole_figures_of(work, value)) if value.is_kept else ()
    before = _before(work, value)
    inside = Money.ZERO
    if before is not None:
        covered = sum(
            (amount.pence for period, amount in statement.periods if period <= before.value.to_period), 0
        )
        inside = Money(covered) - value.opening
    return StatementAnswer(
        id,
        value,
        statement,
        before,
        tuple(
            ItemRow(kept.id, kept.value, lines.get(kept.value.line) if kept.value.line is not None else None)
            for kept in items
        ),
        tuple(papers[kept.value.evidence] for kept in work.supports.all() if kept.value.reconciliation == id),
        tuple(
            kept.value
            for kept in work.steps.all()
            if kept.value.subject is Subject.RECONCILIATION and kept.value.subject_id == id
        ),
        changed,
        tuple(alarms_of(work, id)),
        obstacles(value, [kept.value for kept in items], statement) if is_draft else (),
        waiting,
        Money.total(entry.total for entry in controls) if controls else None,
        inside,
    )


def answer_write(question: WriteReconciliation, tools: Tools) -> Path:
    with tools.open_work(reading=True) as work:
        shown = statement_answer(work, question.id)
        partnership = next((kept.value.name for kept in work.partnership.all()), "")
        head = work.journal.head()
    before = shown.before.value if shown.before is not None else None
    paper = ReconciliationPaper(
        partnership,
        shown.reconciliation,
        shown.statement,
        f"reconciled up to period {before.to_period} on {short_date(before.dated)}" if before else "",
        shown.inside_before,
        tuple(PaperItem(row.item.text, row.item.amount, _line_in_words(row)) for row in shown.items),
        tuple(kept.value.name for kept in shown.evidence),
        shown.changed,
        tools.today,
        head,
        before.to_period if before else 0,
    )
    tools.write_reconciliation(paper, question.out)
    return question.out


def _line_in_words(row: ItemRow) -> str:
    if row.line is None:
        return ""
    line = row.line.line
    return ", ".join(filter(None, (line.transaction, line.supplier, short_date(line.posted_on))))


def _before(work: UnitOfWork, value: Reconciliation) -> Kept[Reconciliation] | None:
    """The kept reconciliation that *value* opens with."""
    held = [
        kept
        for kept in work.reconciliations.all()
        if kept.value.is_kept and kept.value.year == value.year and kept.value.to_period < value.to_period
    ]
    return max(held, key=lambda kept: kept.value.to_period, default=None)


def find_line(work: UnitOfWork, id: LineId) -> LineRow | None:
    """The ledger line of that number as lists show it; None when it is gone."""
    rows = work.ledger.line_rows([id])
    return rows[0] if rows else None


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ReconciliationsOf: answer_reconciliations,
    ReconciliationStatement: answer_statement,
    WriteReconciliation: answer_write,
}
