"""What is typed into the filter of one column: words, one of several, ranges of amounts and of days.

``;`` separates alternatives in every column: ``falcon; viking``. In texts ``=`` asks for the whole text and ``!`` for
what is not there. Amounts take ``>500``, ``<=100`` and ``100..200``; days the same and month names: ``Apr–Jun``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import FinancialYear

_COMPARED = re.compile(r"(<=|>=|<|>|=|≤|≥)\s*(.+)")
_RANGE = re.compile(r"(.*?)\s*(?:\.\.+|…|\bto\b|–|—)\s*(.*)", re.IGNORECASE)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DAY = re.compile(r"(?:(\d{1,2})/)?(\d{1,2})/(\d{4})")
_MONTH = re.compile(r"([a-z]+)\.?(?:\s+(\d{4}))?", re.IGNORECASE)
_MONTHS = re.compile(r"([a-z]+)\.?\s*[-–—]\s*([a-z]+)\.?(?:\s+(\d{4}))?", re.IGNORECASE)
_QUARTER = re.compile(r"q([1-4])(?:\s+(\d{4}\s*[/–-]\s*\d{2,4}))?", re.IGNORECASE)
_PERIODS = re.compile(r"(\d{1,2})(?:\s*(?:\.\.+|…|\bto\b|-|–|—)\s*(\d{1,2}))?", re.IGNORECASE)


class NotAFilterError(ValueError):
    """What is typed cannot be understood; the message says what could be typed instead."""


class AmountSpan(NamedTuple):
    """Amounts from *least* to *most*, both inclusive; None is without end."""

    least: Money | None
    most: Money | None

    def holds(self, amount: Money) -> bool:
        return (self.least is None or amount >= self.least) and (self.most is None or amount <= self.most)


class DaySpan(NamedTuple):
    """Days from *first* to *last*, both inclusive; None is without end."""

    first: date | None
    last: date | None

    def holds(self, day: date) -> bool:
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


class Months(NamedTuple):
    """Days in any of these months (1 is January), whatever the year."""

    numbers: frozenset[int]

    def holds(self, day: date) -> bool:
        return day.month in self.numbers


@dataclass(frozen=True, slots=True)
class TextTests:
    """*holds* and *equals*: one of them at least must fit; *lacks* and *differs*: none may. Case never matters.

    An empty text in *equals* asks for an empty column.
    """

    holds: tuple[str, ...] = ()
    equals: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()

    def fits(self, text: str) -> bool:
        """Whether *text* passes."""
        found = text.casefold()
        wanted = [part.casefold() in found for part in self.holds]
        wanted += [part.casefold() == found for part in self.equals]
        refused = [part.casefold() in found for part in self.lacks]
        refused += [part.casefold() == found for part in self.differs]
        return (not wanted or any(wanted)) and not any(refused)


def _alternatives(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def parse_texts(text: str) -> TextTests:
    """``falcon; viking`` (either), ``=PAYROLL`` (the whole text), ``!recharge`` (not), ``=`` (empty), ``!`` (not)."""
    holds: list[str] = []
    equals: list[str] = []
    lacks: list[str] = []
    differs: list[str] = []
    for part in _alternatives(text):
        if part in ("!", "!="):
            differs.append("")
        elif part.startswith("!="):
            differs.append(part[2:].strip())
        elif part.startswith("!"):
            lacks.append(part[1:].strip())
        elif part.startswith("="):
            equals.append(part[1:].strip())
        else:
            holds.append(part)
    return TextTests(tuple(holds), tuple(equals), tuple(lacks), tuple(differs))


def parse_amounts(text: str) -> tuple[AmountSpan, ...]:
    """The spans that *text* asks for, one of which must hold the amount.

    A plain amount is meant with either sign; a comparison or range goes by the sign it has. Raises NotAFilterError.
    """
    found: list[AmountSpan] = []
    for part in _alternatives(text):
        compared, spanned = _COMPARED.fullmatch(part), _RANGE.fullmatch(part)
        if compared is not None:
            amount = _amount(compared[2], text)
            found.append(
                {
                    ">": AmountSpan(amount + Money(1), None),
                    ">=": AmountSpan(amount, None),
                    "≥": AmountSpan(amount, None),
                    "<": AmountSpan(None, amount - Money(1)),
                    "<=": AmountSpan(None, amount),
                    "≤": AmountSpan(None, amount),
                    "=": AmountSpan(amount, amount),
                }[compared[1]]
            )
        elif spanned is not None and spanned[1]:  # a leading dash is a minus
            least = _amount(spanned[1], text)
            most = _amount(spanned[2], text) if spanned[2] else None
            if most is not None and most < least:
                least, most = most, least
            found.append(AmountSpan(least, most))
        elif part.startswith("..") and part.strip("."):
            found.append(AmountSpan(None, _amount(part.lstrip(". "), text)))
        else:
            amount = _amount(part, text)
            found += [AmountSpan(amount, amount), AmountSpan(-amount, -amount)]
    return tuple(found)


def _amount(part: str, whole: str) -> Money:
    try:
        return Money.parse(part)
    except NotMoneyError:
        raise NotAFilterError(
            f"“{whole.strip()}” is not an amount or a range: type 412.75, >500, <=100 or 100..200."
        ) from None


def parse_days(text: str) -> tuple[DaySpan | Months, ...] | None:
    """The days that *text* asks for, one of which must fit; None when it is (as yet) a part of a date such as 21/01.

    Raises NotAFilterError for what can become neither.
    """
    found: list[DaySpan | Months] = []
    parts = _alternatives(text)
    for part in parts:
        try:
            one = _days(part)
        except OverflowError:  # the day before the first, or after the last, that there is
            one = None
        if one is None and parts == [part] and re.fullmatch(r"[0-9/]+", part):
            return None
        if one is None:
            raise NotAFilterError(
                f"“{text.strip()}” is not a date or a range: type 21/01/2019, 01/2019, Apr–Jun, Q1, 2018/19 or "
                ">31/12/2018."
            )
        found.append(one)
    return tuple(found)


def _days(part: str) -> DaySpan | Months | None:
    compared = _COMPARED.fullmatch(part)
    if compared is not None:
        span = _span(compared[2])
        if span is None or span.first is None or span.last is None:
            return None
        day = timedelta(days=1)
        return {
            ">": DaySpan(span.last + day, None),
            ">=": DaySpan(span.first, None),
            "≥": DaySpan(span.first, None),
            "<": DaySpan(None, span.first - day),
            "<=": DaySpan(None, span.last),
            "≤": DaySpan(None, span.last),
            "=": span,
        }[compared[1]]
    if (span := _span(part)) is not None:
        return span
    if (quarter := _QUARTER.fullmatch(part)) is not None:
        first = 3 * int(quarter[1]) + 1
        return Months(frozenset((first - 1 + step) % 12 + 1 for step in range(3)))
    if (month := _MONTH.fullmatch(part)) is not None and _month_number(month[1]):
        return Months(frozenset({_month_number(month[1])}))
    if (months := _MONTHS.fullmatch(part)) is not None:
        first, last = _month_number(months[1]), _month_number(months[2])
        if not first or not last:
            return None
        if months[3] and first <= last:
            year = int(months[3])
            return DaySpan(date(year, first, 1), date(year, last, monthrange(year, last)[1]))
        if months[3]:
            return None
        return Months(frozenset((first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1)))
    spanned = _RANGE.fullmatch(part)
    if spanned is None or not (spanned[1] or spanned[2]):
        return None
    start = _span(spanned[1]) if spanned[1] else None
    end = _span(spanned[2]) if spanned[2] else None
    if (spanned[1] and start is None) or (spanned[2] and end is None):
        return None
    return DaySpan(start.first if start else None, end.last if end else None)


def _span(part: str) -> DaySpan | None:
    """The days of a date, a month of a year, a quarter of a financial year, a calendar or a financial year."""
    part = part.strip()
    year = _year_of(part)
    if year is not None:
        return DaySpan(year.first_day, year.last_day)
    quarter = _QUARTER.fullmatch(part)
    if quarter is not None and quarter[2] and (year := _year_of(quarter[2])) is not None:
        first = 3 * int(quarter[1]) + 1
        calendar = year.start if first <= 12 else year.start + 1
        first = (first - 1) % 12 + 1
        last = first + 2
        return DaySpan(date(calendar, first, 1), date(calendar, last, monthrange(calendar, last)[1]))
    month = _MONTH.fullmatch(part)
    number = 0
    calendar = 0
    if month is not None and month[2]:
        number, calendar = _month_number(month[1]), int(month[2])
    elif (day := _DAY.fullmatch(part)) is not None:
        number, calendar = int(day[2]), int(day[3])
        if day[1]:
            try:
                one = date(calendar, number, int(day[1]))
            except ValueError:
                return None
            return DaySpan(one, one)
    elif re.fullmatch(r"\d{4}", part) and int(part):
        return DaySpan(date(int(part), 1, 1), date(int(part), 12, 31))
    if not 1 <= number <= 12 or not calendar:
        return None
    return DaySpan(date(calendar, number, 1), date(calendar, number, monthrange(calendar, number)[1]))


def _year_of(text: str) -> FinancialYear | None:
    try:
        return FinancialYear.parse(text) if re.match(r"\s*\d{4}\s*[/–-]\s*\d", text) else None
    except ValueError:
        return None


def _month_number(name: str) -> int:
    """1 for January; 0 for what is no month. At least three letters are needed."""
    lowered = name.casefold()
    if lowered == "sept":
        return 9
    for number, full in enumerate(_FULL_NAMES, start=1):
        if lowered in (full, _MONTH_NAMES[number - 1]):
            return number
    return 0


def parse_periods(text: str) -> tuple[tuple[int, int], ...]:
    """Accounting periods, ``1..3; 13``, as pairs of first and last, both inclusive. Raises NotAFilterError."""
    found = []
    for part in _alternatives(text):
        match = _PERIODS.fullmatch(part)
        if match is None:
            raise NotAFilterError(f"“{text.strip()}” is not a period: type 10, 1..3 or 12; 13.")
        first = int(match[1])
        found.append((first, int(match[2]) if match[2] else first))
    return tuple(found)


def problem_of(column: str, text: str) -> str:
    """Why *text* cannot be a filter of *column* (of LINE_COLUMNS), in a sentence; empty when it can."""
    try:
        if column == "amount":
            parse_amounts(text)
        elif column == "posted_on":
            parse_days(text)
        elif column == "period":
            parse_periods(text)
    except NotAFilterError as error:
        return str(error)
    return ""
