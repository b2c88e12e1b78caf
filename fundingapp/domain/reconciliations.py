"""The reconciliation of the ledger as a dated document, kept as it was when it was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from fundingapp.domain.ids import LineId, ReconciliationId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.signing import Figures


class ReconciliationState(Enum):
    """A draft can be left and taken up again; what is prepared waits for another person's review."""

    DRAFT = "draft"
    PREPARED = "prepared"
    REVIEWED = "reviewed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The ledger of *year* up to *to_period* against what the file holds, on the day *dated*.

    *opening* is where the reconciliation before ended, *movements* what came since, *ledger_total* what the finance
    system states (None: not typed yet). The difference is what is to be explained by its items. *figures* are what
    stood behind it, kept as they were: by cost centre and by where the pounds went. Moments are in UTC.
    """

    year: FinancialYear
    to_period: int
    dated: date
    opening: Money
    movements: Money
    ledger_total: Money | None
    state: ReconciliationState
    prepared_by: str
    prepared_at: datetime
    figures: Figures = ()
    note: str = ""
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    reason: str = ""

    @property
    def held(self) -> Money:
        """What the file holds of the ledger."""
        return self.opening + self.movements

    @property
    def difference(self) -> Money:
        """The ledger's total less what is held; nought until it is typed."""
        return Money.ZERO if self.ledger_total is None else self.ledger_total - self.held


@dataclass(frozen=True, slots=True)
class ReconciliationItem:
    """A part of a reconciliation's difference that is explained; *line* names the ledger line that it is about."""

    reconciliation: ReconciliationId
    text: str
    amount: Money
    line: LineId | None = None
