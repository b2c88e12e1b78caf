"""What to see to before a return is sent, and what was accepted with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear


class Grade(Enum):
    """An error is to be settled, or accepted with a reason; the other is only to be looked at."""

    ERROR = "error"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class SendingCheck:
    """One thing to see to. *sheet* and *cell* are where ("" for the whole return), *text* says what is and what should
    be, *advice* what to do, *figure* what answers “why?”."""

    code: str
    grade: Grade
    text: str
    sheet: str = ""
    cell: str = ""
    advice: str = ""
    figure: str = ""

    @property
    def key(self) -> str:
        """What the check is known by from one look to the next."""
        return f"{self.code}|{self.sheet}|{self.cell}"


@dataclass(frozen=True, slots=True)
class AcceptedException:
    """A check that may stay, of a quarter's return (1 to 4): *said* is its text when it was accepted; where the text is
    another later (other figures), it is open again."""

    fund: FundId
    year: FinancialYear
    quarter: int
    key: str
    said: str
    reason: str
    by: str
    at: datetime
