"""What is watched: balances, certificates and reconciliations, each with what its figures were and what they are."""

from __future__ import annotations

from typing import NamedTuple

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.balances import balances_of
from fundingapp.application.queries.certified import certified_figures, fund_named_in
from fundingapp.application.queries.positions import position_of
from fundingapp.application.queries.reconciled import figures_of_reconciliation
from fundingapp.domain.ids import FundId, ReturnId
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.reconciliations import ReconciliationState
from fundingapp.domain.signing import Certificate, Certified, Figures
from fundingapp.domain.watching import BalanceAssertion, Difference, Watched, differences


class Watching(NamedTuple):
    """Something watched: *what* names it in a sentence; *was* and *now* are its figures."""

    watched: Watched
    id: int
    what: str
    fund: FundId | None
    year: FinancialYear
    was: Figures
    now: Figures


def watched_now(work: UnitOfWork) -> list[Watching]:
    """Everything that is watched; cheap when nothing is."""
    assertions = work.assertions.all()
    certificates = [kept for kept in work.certificates.all() if kept.value.is_open]
    if certificates:
        replaced = replaced_returns(work)
        certificates = [kept for kept in certificates if kept.value.saved not in replaced]
    reconciliations = [
        kept for kept in work.reconciliations.all() if kept.value.state is ReconciliationState.REVIEWED
    ]
    found: list[Watching] = []
    positions: dict[tuple[FundId, FinancialYear], GrantPosition] = {}

    def position(fund: FundId, year: FinancialYear) -> GrantPosition:
        if (fund, year) not in positions:
            positions[fund, year] = position_of(work, fund, year, CLOSING_PERIOD)
        return positions[fund, year]

    for kept in assertions:
        value = kept.value
        if value.fund is not None:
            now = balances_of(position(value.fund, value.year), value.to_period)
            found.append(
                Watching(
                    Watched.ASSERTION,
                    kept.id,
                    _balance(work, value),
                    value.fund,
                    value.year,
                    value.expected,
                    now,
                )
            )
    for each in certificates:
        found.append(_certificate(work, each.id, each.value))
    for one in reconciliations:
        what = f"the reconciliation of {one.value.year} up to period {one.value.to_period}"
        now = figures_of_reconciliation(work, one.value)
        found.append(
            Watching(Watched.RECONCILIATION, one.id, what, None, one.value.year, one.value.figures, now)
        )
    return found


def replaced_returns(work: UnitOfWork) -> frozenset[ReturnId]:
    """The saved returns that a newer version took the place of, which the commissioner has: nothing rests on them."""
    return frozenset(
        kept.value.replaces
        for kept in work.returns.all()
        if kept.value.replaces is not None and kept.value.state.is_out
    )


def _balance(work: UnitOfWork, value: BalanceAssertion) -> str:
    fund = work.funds.get(value.fund).value.name if value.fund is not None else "the ledger"
    return f"the balance of {fund} up to period {value.to_period} of {value.year} ({value.origin})"


def _certificate(work: UnitOfWork, id: int, value: Certificate) -> Watching:
    what = value.name[0].lower() + value.name[1:]
    was, now = value.to_stay(value.figures), value.to_stay(figures_now(work, value))
    return Watching(Watched.CERTIFICATE, id, what, value.fund, value.year, was, now)


def changed_under(work: UnitOfWork, certificate: Certificate) -> tuple[Difference, ...]:
    """What of the figures that an open certificate rests on is no longer what it was; nothing rests on that of a return
    that a newer version took the place of."""
    if not certificate.is_open or certificate.saved in replaced_returns(work):
        return ()
    now = certificate.to_stay(figures_now(work, certificate))
    return differences(certificate.to_stay(certificate.figures), now)


def figures_now(work: UnitOfWork, certificate: Certificate) -> Figures:
    """What the figures of *certificate* are now, under the names that it was prepared with."""
    if certificate.about is not Certified.RECONCILIATION:
        return certified_figures(
            work,
            certificate.about,
            certificate.fund,
            certificate.year,
            certificate.to_period,
            fund_named_in(certificate.figures, certificate.year, certificate.to_period),
        )
    if certificate.reconciliation is None:
        return certificate.figures
    reconciliation = work.reconciliations.get(certificate.reconciliation).value
    return figures_of_reconciliation(work, reconciliation)
