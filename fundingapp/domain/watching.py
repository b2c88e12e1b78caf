"""Balances that are to stay as they are, and the alarm that names what changed one later, and by whom (L14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.signing import Figures


class Asserted(Enum):
    """What a balance was made with."""

    LOCK = "lock"
    CERTIFICATE = "certificate"
    YEAR_CLOSED = "closing of the year"
    RECONCILIATION = "reconciliation"
    HAND = "by hand"


@dataclass(frozen=True, slots=True)
class BalanceAssertion:
    """What figures were at the end of a period, and are to stay: *origin* says what it was made with (“periods 1 to 9
    locked”). *fund* None: of the whole ledger. *sequence* is the place in the history of the entry that made it.

    *late* is what has been charged into a locked period since as a prior-period adjustment (R17), by the names of the
    figures: with it the balance still holds.
    """

    fund: FundId | None
    year: FinancialYear
    to_period: int
    figures: Figures
    origin: str
    made_by: str
    made_at: datetime
    sequence: int
    because: Asserted = Asserted.HAND
    late: Figures = ()

    @property
    def expected(self) -> Figures:
        """The figures as they are to be now: those asserted, and what was charged late."""
        late = dict(self.late)
        there = {name for name, _ in self.figures}
        return (
            *((name, amount + late.get(name, Money.ZERO)) for name, amount in self.figures),
            *((name, amount) for name, amount in self.late if name not in there),
        )

    def with_late(self, posted: Figures) -> BalanceAssertion:
        """This balance after *posted*, by the names of its figures, was charged late; nought is left out."""
        sums = dict(self.late)
        for name, amount in posted:
            sums[name] = sums.get(name, Money.ZERO) + amount
        return replace(self, late=tuple((name, amount) for name, amount in sums.items() if amount))

    def up_to(self, period: int, period_of: Callable[[str], int]) -> BalanceAssertion:
        """This balance up to an earlier *period*; *period_of* tells the period of a figure by its name."""
        return replace(
            self,
            to_period=period,
            figures=tuple(each for each in self.figures if period_of(each[0]) <= period),
            late=tuple(each for each in self.late if period_of(each[0]) <= period),
        )


class Watched(Enum):
    """What an alarm is about."""

    ASSERTION = "balance"
    CERTIFICATE = "certificate"
    RECONCILIATION = "reconciliation"


class Difference(NamedTuple):
    """A figure that is no longer what it was."""

    figure: str
    was: Money
    now: Money


@dataclass(frozen=True, slots=True)
class Alarm:
    """The first entry of the history that broke something watched; kept also when a later one mends it.

    *sequence* is its place in the history, *done* what it did, in words; *cleared* the place of the entry after which
    the figures were again what they had been.
    """

    watched: Watched
    watched_id: int
    sequence: int
    at: datetime
    by: str
    done: str
    differences: tuple[Difference, ...]
    cleared: int | None = None


def differences(was: Iterable[tuple[str, Money]], now: Iterable[tuple[str, Money]]) -> tuple[Difference, ...]:
    """The figures that are no longer what they were, in order; one that is not there is nought."""
    before, after = dict(was), dict(now)
    return tuple(
        Difference(name, before.get(name, Money.ZERO), after.get(name, Money.ZERO))
        for name in {**before, **after}
        if before.get(name, Money.ZERO) != after.get(name, Money.ZERO)
    )
