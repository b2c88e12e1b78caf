"""Balances that are to stay as they are, and the alarm that names what changed one later, and by whom (L14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.signing import Figures


@dataclass(frozen=True, slots=True)
class BalanceAssertion:
    """What figures were at the end of a period, and are to stay: *origin* says what it was made with (“periods 1 to 9
    locked”). *fund* None: of the whole ledger. *sequence* is the place in the history of the entry that made it."""

    fund: FundId | None
    year: FinancialYear
    to_period: int
    figures: Figures
    origin: str
    made_by: str
    made_at: datetime
    sequence: int


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
