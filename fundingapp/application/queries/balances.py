"""Balances: what the budget heads of a grant had spent by each period, kept so that a later change is noticed."""

from __future__ import annotations

from datetime import datetime

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.locked_balances import balance_name
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.signing import Figures
from fundingapp.domain.watching import Asserted, BalanceAssertion


def balances_of(position: GrantPosition, to_period: int) -> Figures:
    """The eligible spend of each head in each period up to *to_period*, where there is any."""
    return tuple(
        (balance_name(project.ref, position.year, project.kind, period), project.in_period(period))
        for project in position.projects
        for period in range(1, to_period + 1)
        if project.in_period(period)
    )


def balances(work: UnitOfWork, fund: FundId, year: FinancialYear, to_period: int) -> Figures:
    """The same out of what the file holds now."""
    return balances_of(position_of(work, fund, year, CLOSING_PERIOD), to_period)


def assertion_of(
    work: UnitOfWork,
    fund: FundId,
    year: FinancialYear,
    to_period: int,
    because: Asserted,
    origin: str,
    at: datetime,
) -> BalanceAssertion:
    """The balances as they are now, to be kept by the command that is under way: *origin* says what it does (“periods
    1 to 9 locked”)."""
    figures = balances(work, fund, year, to_period)
    return BalanceAssertion(fund, year, to_period, figures, origin, work.who, at, next_entry(work), because)


def next_entry(work: UnitOfWork) -> int:
    """The place in the history of the entry that will be made next."""
    newest = work.journal.lines(limit=1)
    return newest[0].sequence + 1 if newest else 1


def grants_in(work: UnitOfWork, year: FinancialYear) -> list[FundId]:
    """The funds that have anything in *year*, in the order of their identities."""
    kinds = (work.allocations, work.awards, work.accruals, work.adjustments)
    found = {kept.value.fund for rows in kinds for kept in rows.all() if kept.value.year == year}
    found |= {entry.fund for entry in work.ledger.charge_sums(year)}
    return sorted(found)
