"""Accruals kept as memorandum entries: cost recognised in its period that the ledger does not hold yet."""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear


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


def check_accrual(accrual: Accrual) -> None:
    """Refuses an accrual outside the year's periods, or one that is taken off before it is put in."""
    if not 1 <= accrual.period <= CLOSING_PERIOD:
        raise ExpectedError(
            "accrual_period",
            f"Period {accrual.period} is not one of 1 to 13.",
            "Choose the period of the cost.",
        )
    if accrual.reverses_year is None and accrual.reverses_period is None:
        return
    if accrual.reverses_year is None or accrual.reverses_period is None:
        raise ExpectedError(
            "accrual_reversal", "A reversal needs its year and its period.", "Choose both, or neither."
        )
    reverses = (accrual.reverses_year, accrual.reverses_period)
    if not 1 <= accrual.reverses_period <= CLOSING_PERIOD or reverses <= (accrual.year, accrual.period):
        raise ExpectedError(
            "accrual_reversal",
            "An accrual is reversed after it is made.",
            "Choose a later period for the reversal.",
        )
