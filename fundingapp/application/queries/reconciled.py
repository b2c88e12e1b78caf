"""What stands behind a reconciliation of the ledger, as the file is now: to be shown, to be kept, and to be watched."""

from __future__ import annotations

from fundingapp.application.ports import UnitOfWork
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reconciliations import Reconciliation, figures_of, measure_of, statement_of
from fundingapp.domain.signing import Figures


def reconciled_figures(work: UnitOfWork, year: FinancialYear, to_period: int) -> Figures:
    """What stands behind a reconciliation of *year* up to *to_period* as the file is now."""
    periods = {
        entry.period: entry.total for entry in work.ledger.ledger_sums(year) if entry.period <= to_period
    }
    funds = {FundId(kept.id): kept.value.name for kept in work.funds.all()}
    return figures_of(year, to_period, periods, work.ledger.centre_sums(year, to_period), funds)


def figures_of_reconciliation(work: UnitOfWork, reconciliation: Reconciliation) -> Figures:
    """The same for *reconciliation*, under the names that it was kept with: a grant that was only renamed since is the
    same grant."""
    now = reconciled_figures(work, reconciliation.year, reconciliation.to_period)
    was = set(statement_of(reconciliation.figures).grants)
    become = set(statement_of(now).grants)
    gone, come = was - become, become - was
    known = {kept.value.name for kept in work.funds.all()}
    if len(gone) == len(come) == 1 and not gone & known:
        [old], [new] = gone, come
        now = tuple((_renamed(name, new, old), amount) for name, amount in now)
    return now


def _renamed(figure: str, new: str, old: str) -> str:
    measure = measure_of(figure)
    if measure.endswith(f"charged to {new}"):
        return figure.replace(f"charged to {new}@", f"charged to {old}@")
    return figure
