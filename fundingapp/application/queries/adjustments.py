"""Accruals and adjustments as lists show them, with what they rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.locks import locks_of
from fundingapp.domain.adjustments import Accrual, Adjustment, effects, open_of
from fundingapp.domain.evidence import Evidence, Support
from fundingapp.domain.ids import FundId
from fundingapp.domain.locks import Locks, PeriodLock
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: What an accrual is called beside the types of adjustments.
ACCRUAL = "accrual"


@dataclass(frozen=True, slots=True)
class AdjustmentsOf(Question["AdjustmentsAnswer"]):
    """Every accrual and adjustment that counts in *year*, those of the year before that reverse in it included."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """An accrual or an adjustment as a list shows it.

    *of* is the value itself under *id*. *in_year* is what it adds to the year that was asked for; *still_open* what is
    neither reversed nor written off of an accrual; *line* names its ledger line, "" for none.
    """

    id: int
    of: Accrual | Adjustment
    ref: str
    project: str
    line: str
    evidence: tuple[Kept[Evidence], ...]
    in_year: Money
    still_open: Money
    lock: PeriodLock | None

    @property
    def key(self) -> tuple[bool, int]:
        return self.is_accrual, self.id

    @property
    def is_accrual(self) -> bool:
        return isinstance(self.of, Accrual)

    @property
    def type(self) -> str:
        return ACCRUAL if isinstance(self.of, Accrual) else self.of.type.value

    @property
    def reason(self) -> str:
        if isinstance(self.of, Adjustment):
            return self.of.reason
        return f"{self.of.supplier}: {self.of.description}" if self.of.supplier else self.of.description


@dataclass(frozen=True, slots=True)
class AdjustmentsAnswer:
    """The rows, newest period last, and the lock of the year."""

    rows: tuple[AdjustmentRow, ...]
    lock: PeriodLock | None


def adjustment_rows(work: UnitOfWork, fund: FundId, year: FinancialYear) -> list[AdjustmentRow]:
    """The accruals and adjustments of a grant's *year*, in the order of their periods."""
    projects = {kept.id: kept.value for kept in work.projects.all()}
    evidence = {kept.id: kept for kept in work.evidence.all()}
    supports = [kept.value for kept in work.supports.all()]
    locks = locks_of(work)
    adjustments = [kept for kept in work.adjustments.all() if kept.value.fund == fund]
    written_off: dict[int, Money] = {}
    for kept in adjustments:
        if kept.value.accrual is not None:
            before = written_off.get(kept.value.accrual, Money.ZERO)
            written_off[kept.value.accrual] = before - kept.value.amount

    def row(id: int, of: Accrual | Adjustment, wanted: Callable[[Support], int | None]) -> AdjustmentRow:
        line = of.line if isinstance(of, Adjustment) else None
        return AdjustmentRow(
            id=id,
            of=of,
            ref=projects[of.project].ref,
            project=projects[of.project].name,
            line=work.ledger.held_line(line).line.transaction if line is not None else "",
            evidence=tuple(evidence[entry.evidence] for entry in supports if wanted(entry) == id),
            in_year=Money.total(amount for at, _, amount in effects(of) if at == year),
            still_open=open_of(of, written_off.get(id, Money.ZERO))
            if isinstance(of, Accrual)
            else Money.ZERO,
            lock=_lock_on(locks, of, year),
        )

    found = [
        row(kept.id, kept.value, lambda support: support.accrual)
        for kept in work.accruals.all()
        if kept.value.fund == fund
        and (year in (kept.value.year, kept.value.reverses_year) or _left_over(kept.value, year))
    ]
    found += [
        row(kept.id, kept.value, lambda support: support.adjustment)
        for kept in adjustments
        if year in (kept.value.year, kept.value.reverses_year)
    ]
    return sorted(found, key=lambda entry: (entry.of.year, entry.of.period, entry.type, entry.id))


def _left_over(accrual: Accrual, year: FinancialYear) -> bool:
    """Whether an accrual of the year before waits for its reversal."""
    return accrual.year.next == year and accrual.reverses_year is None


def _lock_on(locks: Locks, of: Accrual | Adjustment, year: FinancialYear) -> PeriodLock | None:
    """The lock on the first period that it reaches into, in the year that is shown or in its own."""
    for at, period, _ in effects(of):
        if at in (year, of.year) and (lock := locks.on(at, period)) is not None:
            return lock
    return None


def answer_adjustments(question: AdjustmentsOf, tools: Tools) -> AdjustmentsAnswer:
    with tools.open_work(reading=True) as work:
        rows = adjustment_rows(work, question.fund, question.year)
        lock = next((kept.value for kept in work.locks.all() if kept.value.year == question.year), None)
        return AdjustmentsAnswer(tuple(rows), lock)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    AdjustmentsOf: answer_adjustments,
}
