"""The balances that locks of periods keep, by the names of their figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fundingapp.application.ports import Kept, UnitOfWork
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, period_name
from fundingapp.domain.signing import Figures
from fundingapp.domain.watching import Asserted, BalanceAssertion

_NAME = re.compile(r"(?P<ref>.+)/(?P<year>\d{4}/\d{2,4})/spend/P(?P<period>\d{1,2}):(?P<kind>.+)")


def balance_name(ref: str, year: FinancialYear, kind: Kind, period: int) -> str:
    """The figure of a budget head's eligible spend in one period, as “why?” knows it."""
    return f"{ref}/{year}/spend/P{period}:{kind.value}"


def balance_in_words(name: str) -> str:
    """“LF-01, revenue, period 3 (June) of 2018/19” for the name of a balance; any other name as it is."""
    found = _NAME.fullmatch(name)
    if found is None:
        return name
    period = int(found["period"])
    return f"{found['ref']}, {found['kind']}, period {period} ({period_name(period)}) of {found['year']}"


def period_in(name: str) -> int:
    """The period of a balance, by its name."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"“{name}” is no balance of a period")
    return int(found["period"])


def locked_balances(
    work: UnitOfWork, fund: FundId | None, year: FinancialYear
) -> list[Kept[BalanceAssertion]]:
    """What locks of periods keep of a grant's year (None: of all grants), the oldest first."""
    return [
        kept
        for kept in work.assertions.all()
        if kept.value.because is Asserted.LOCK and kept.value.year == year and fund in (None, kept.value.fund)
    ]


def stated_by_locks(
    work: UnitOfWork, fund: FundId, year: FinancialYear
) -> tuple[int, dict[tuple[ProjectId, Kind], tuple[Money, ...]]]:
    """The last period whose balances a lock keeps (0: none), and the spend of each period up to it by budget head, as
    it was when the period was locked (R17)."""
    kept = locked_balances(work, fund, year)
    if not kept:
        return 0, {}
    last = max(each.value.to_period for each in kept)
    ids = {each.value.ref: ProjectId(each.id) for each in work.projects.all()}
    sums: dict[tuple[ProjectId, Kind], list[Money]] = {}
    done = 0
    # A period keeps what the first lock that held it found there: a lock that goes further changes nothing before it.
    for each in sorted(kept, key=lambda each: (each.value.to_period, each.id)):
        for ref, kind, period, amount in _parsed(each.value.figures):
            if period > done and ref in ids:
                sums.setdefault((ids[ref], kind), [Money.ZERO] * last)[period - 1] = amount
        done = each.value.to_period
    return last, {head: tuple(amounts) for head, amounts in sums.items()}


def _parsed(figures: Figures) -> Iterator[tuple[str, Kind, int, Money]]:
    for name, amount in figures:
        found = _NAME.fullmatch(name)
        if found is not None:
            yield found["ref"], Kind(found["kind"]), int(found["period"]), amount
