"""Accruals kept as memorandum entries: cost recognised in its period that the ledger does not hold yet."""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class Accrual:
    """Goods or services received but not yet in the ledger (R12: never both here and there).

    It counts in *period* of *year*, and is taken off again in *reverses_period* of *reverses_year* (None: not
    yet known).
    """

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    period: int
    amount: Money
    supplier: str
    description: str
    reverses_year: FinancialYear | None = None
    reverses_period: int | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected to be spent by a project in one month still to come; typed by a person."""

    project: ProjectId
    fund: FundId
    kind: Kind
    year: FinancialYear
    period: int
    amount: Money
