"""Financial years, quarters and the finance system's periods."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

#: Period 13 takes closing adjustments; it belongs to the fourth quarter.
CLOSING_PERIOD = 13
_MONTHS = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")
_MONTHS_IN_FULL = (
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "January",
    "February",
    "March",
)
#: No grant was or will be of a year outside these; a day of the year after must still be a date.
_EARLIEST, _LATEST = 1900, 2199
_YEAR = re.compile(r"\s*(?:FY\s*)?(\d{4})\s*(?:[/\-–−]|to|&)\s*(\d{4}|\d{2})\s*", re.IGNORECASE)


@dataclass(frozen=True, order=True, slots=True)
class FinancialYear:
    """The year from 1 April of *start* to 31 March of the year after, both days inclusive."""

    start: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads 2018/19, 2018-19, 2018/2019 and 2018–2019. Raises ValueError for anything else."""
        found = _YEAR.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a financial year such as 2018/19")
        start, end = int(found.group(1)), int(found.group(2))
        if end not in (start + 1, (start + 1) % 100):
            raise ValueError(f"{text!r} is not one financial year such as 2018/19")
        if not _EARLIEST <= start <= _LATEST:
            raise ValueError(f"{text!r} is not a financial year of these times, such as 2018/19")
        return cls(start)

    @classmethod
    def of(cls, day: date) -> Self:
        """The financial year that holds *day*."""
        return cls(day.year if day.month >= 4 else day.year - 1)

    @property
    def first_day(self) -> date:
        return date(self.start, 4, 1)

    @property
    def last_day(self) -> date:
        return date(self.start + 1, 3, 31)

    @property
    def next(self) -> FinancialYear:
        return FinancialYear(self.start + 1)

    @property
    def previous(self) -> FinancialYear:
        return FinancialYear(self.start - 1)

    def __str__(self) -> str:
        return f"{self.start}/{(self.start + 1) % 100:02}"


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A period of the finance system: 1 is April, 12 March, 13 closing adjustments."""

    year: FinancialYear
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= CLOSING_PERIOD:
            raise ValueError(f"period {self.number} is not one of 1 to {CLOSING_PERIOD}")

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that holds *day*; never period 13, which has no days of its own."""
        return cls(FinancialYear.of(day), (day.month - 4) % 12 + 1)

    @property
    def quarter(self) -> int:
        """1 to 4; April to June is 1, and period 13 belongs to 4."""
        return quarter_of(self.number)

    @property
    def last_day(self) -> date:
        """The last day of its month, inclusive; 31 March for period 13."""
        if self.number >= 12:
            return self.year.last_day
        month = (self.number + 3) % 12 + 1  # the month after this one
        year = self.year.start if month > 4 else self.year.start + 1
        return date(year, month, 1) - timedelta(days=1)

    def __str__(self) -> str:
        return f"period {self.number} ({period_name(self.number)})"


def quarter_of(number: int) -> int:
    """The quarter, 1 to 4, of period *number*, 1 to 13."""
    return min((number - 1) // 3 + 1, 4)


def last_period_of(quarter: int) -> int:
    """The last period that *quarter* takes in: 3, 6, 9, and 13 for the fourth with its closing adjustments."""
    return CLOSING_PERIOD if quarter == 4 else quarter * 3


def days_of(year: FinancialYear, quarter: int) -> tuple[date, date]:
    """The first and the last day of *quarter*, 1 to 4, both inclusive."""
    return Period(year, 3 * quarter - 2).last_day.replace(day=1), Period(year, 3 * quarter).last_day


def quarter_due(reached: int) -> int:
    """The quarter whose return comes next when the ledger has *reached* that period: the last one that is complete,
    the first while none is."""
    return min(max(reached // 3, 1), 4)


def period_name(number: int) -> str:
    """April to March, or “closing adjustments” for period 13."""
    return "closing adjustments" if number == CLOSING_PERIOD else _MONTHS_IN_FULL[number - 1]


def short_period_name(number: int) -> str:
    """Apr to Mar, or P13."""
    return "P13" if number == CLOSING_PERIOD else _MONTHS[number - 1]
