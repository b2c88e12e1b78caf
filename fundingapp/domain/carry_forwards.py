"""What of a year's unspent money is to be used in the next: forecast, asked for, and decided by the commissioner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class CarryForwardState(Enum):
    """Where a carry-forward stands (domain paper 2.2; the words are those of the exchange workbook).

    Only what is agreed, whole or in part, is money available next year; everything before is shown apart.
    """

    FORECAST = "forecast"
    ANTICIPATED = "anticipated"
    REQUESTED = "requested"
    AGREED = "agreed"
    PART_AGREED = "part agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


#: The commissioner has said what it agrees to.
DECIDED = frozenset({CarryForwardState.AGREED, CarryForwardState.PART_AGREED, CarryForwardState.REFUSED})


@dataclass(frozen=True, slots=True)
class CarryForward:
    """What of a project's unspent money of *from_year* is to be used in the year after, in one kind of money.

    *project* None stands for money that was in no project's budget. *asked* is the amount forecast, anticipated or
    asked for, as its state says; *agreed* what the commissioner agreed to of it, nought until it has decided. *plan*
    says what it will be used for, *letter* is the reference of the decision.
    """

    fund: FundId
    from_year: FinancialYear
    kind: Kind
    project: ProjectId | None
    state: CarryForwardState
    asked: Money
    agreed: Money = Money.ZERO
    reason: str = ""
    plan: str = ""
    spend_by: date | None = None
    asked_on: date | None = None
    decided_on: date | None = None
    letter: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is money available in the year after (R1, R26)."""
        return self.state in (CarryForwardState.AGREED, CarryForwardState.PART_AGREED)

    @property
    def carried(self) -> Money:
        """What goes from the one year into the other; nought until it is agreed."""
        return self.agreed if self.counts else Money.ZERO

    @property
    def refused(self) -> Money:
        """R27: what was asked for and not agreed to; nought until it is decided."""
        return self.asked - self.agreed if self.state in DECIDED else Money.ZERO

    @property
    def pending(self) -> Money:
        """R27: what was asked for and is not decided."""
        return self.asked if self.state is CarryForwardState.REQUESTED else Money.ZERO

    @property
    def into_year(self) -> FinancialYear:
        return self.from_year.next
