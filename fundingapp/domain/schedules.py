"""When claims, reports and payments are due: the entries of a grant's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class DeadlineKind(Enum):
    """What is due."""

    CLAIM = "claim"
    REPORT = "report"
    PAYMENT = "payment"
    CARRY_FORWARD = "carry-forward request"
    MEETING = "board meeting"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """Something due on a day, for the periods *from_period* to *to_period* of the year where it is about some.

    *amount* is what a payment schedule promises. *done_on* ticks it off.
    """

    fund: FundId
    year: FinancialYear
    kind: DeadlineKind
    title: str
    due: date
    from_period: int | None = None
    to_period: int | None = None
    amount: Money | None = None
    contents: str = ""
    done_on: date | None = None
