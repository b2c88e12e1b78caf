"""What stands behind a reconciliation of the ledger, as the file is now: to be shown, to be kept, and to be watched."""

from __future__ import annotations

from fundingapp.application.ports import UnitOfWork
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reconciliations import CentreSum, Reconciliation, figures_of, measure_of, of_centre
from fundingapp.domain.signing import Figures


def reconciled_figures(work: UnitOfWork, year: FinancialYear, to_period: int) -> Figures:
    """What stands behind a reconciliation of *year* up to *to_period* as the file is now."""
    periods = {
        entry.period: entry.total for entry in work.ledger.ledger_sums(year) if entry.period <= to_period
    }
    funds = {FundId(kept.id): kept.value.name for kept in work.funds.all()}
    return figures_of(year, to_period, periods, work.ledger.centre_sums(year, to_period), funds)


def whole_figures_of(work: UnitOfWork, reconciliation: Reconciliation) -> Figures:
    """The same for *reconciliation*, under the names that it was kept with: a grant that was only renamed since is the
    same grant."""
    now = reconciled_figures(work, reconciliation.year, reconciliation.to_period)
    return _as_kept(work, reconciliation, now)


def figures_of_reconciliation(work: UnitOfWork, reconciliation: Reconciliation) -> Figures:
    """What is watched of *reconciliation*, after every change of the file: quick while nothing happens.

    As long as the ledger comes to the same by period, by grant, and as income, excluded and waiting, these are the
    figures that it was kept with; else all of them as they are now, to say what differs in which cost centre.
    """
    overall = _as_kept(work, reconciliation, _overall(work, reconciliation.year, reconciliation.to_period))
    kept = {name: amount for name, amount in reconciliation.figures if of_centre(measure_of(name)) is None}
    names = {*kept, *dict(overall)}
    now = dict(overall)
    if all(kept.get(name, Money.ZERO) == now.get(name, Money.ZERO) for name in names):
        return reconciliation.figures
    return whole_figures_of(work, reconciliation)


def _overall(work: UnitOfWork, year: FinancialYear, to_period: int) -> Figures:
    """The figures of the whole ledger out of the stored totals, by the names of :func:`figures_of`."""
    sums = [entry for entry in work.ledger.ledger_sums(year) if entry.period <= to_period]
    funds = {FundId(kept.id): kept.value.name for kept in work.funds.all()}
    charged: dict[FundId, Money] = {}
    for entry in work.ledger.charge_sums(year):
        if entry.period <= to_period:
            charged[entry.fund] = charged.get(entry.fund, Money.ZERO) + entry.amount
    whole = CentreSum(
        "",
        sum(entry.lines for entry in sums),
        Money.total(entry.total for entry in sums),
        Money.total(entry.total - entry.placed for entry in sums),
        tuple(sorted(charged.items())),
        Money.total(entry.income for entry in sums),
        (("", Money.total(entry.excluded for entry in sums)),),
    )
    found = figures_of(year, to_period, {entry.period: entry.total for entry in sums}, [whole], funds)
    return tuple((name, amount) for name, amount in found if of_centre(measure_of(name)) is None)


def _as_kept(work: UnitOfWork, reconciliation: Reconciliation, now: Figures) -> Figures:
    """*now* with the name that a renamed grant had when the reconciliation was kept."""
    was, become = _grants(reconciliation.figures), _grants(now)
    gone, come = was - become, become - was
    known = {kept.value.name for kept in work.funds.all()}
    if len(gone) == len(come) == 1 and not gone & known:
        [old], [new] = gone, come
        return tuple((_renamed(name, new, old), amount) for name, amount in now)
    return now


def _grants(figures: Figures) -> set[str]:
    """The grants that the ledger is charged to."""
    measures = (measure_of(name) for name, _ in figures)
    return {each.removeprefix(_CHARGED) for each in measures if each.startswith(_CHARGED)}


def _renamed(figure: str, new: str, old: str) -> str:
    if measure_of(figure).endswith(f"{_CHARGED}{new}"):
        return figure.replace(f"{_CHARGED}{new}@", f"{_CHARGED}{old}@")
    return figure


_CHARGED = "charged to "
