"""Which grants' years are closed, and what that keeps as it is."""

from __future__ import annotations

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.members import roles_of
from fundingapp.domain.ids import FundId
from fundingapp.domain.locks import YearClosedError
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.settlements import YearClose


def closed_in_words(work: UnitOfWork) -> dict[tuple[FundId, FinancialYear], str]:
    """For each grant whose year is closed, the sentence that says so, without its full stop."""
    return {(kept.value.fund, kept.value.year): in_words(work, kept.value) for kept in work.year_closes.all()}


def in_words(work: UnitOfWork, closed: YearClose) -> str:
    """“Locality Fund 2018/19 is closed (by Ann on 30/04/2019: the accounts are signed)”."""
    fund = work.funds.get(closed.fund).value.name
    day = closed.closed_at.astimezone().strftime("%d/%m/%Y")
    reason = closed.reason.strip().rstrip(".")
    return f"{fund} {closed.year} is closed (by {closed.closed_by} on {day}: {reason})"


def refuse_closed_year(work: UnitOfWork, fund: FundId, year: FinancialYear, what: str) -> None:
    """Raises YearClosedError when that grant's year is closed; *what* as in “recording a carry-forward”."""
    for kept in work.year_closes.all():
        if (kept.value.fund, kept.value.year) == (fund, year):
            raise YearClosedError(in_words(work, kept.value), what, roles_of(work).reopeners_in_words)
