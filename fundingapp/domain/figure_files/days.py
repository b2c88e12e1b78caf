"""The days that a heading, a title or a cell names: a month, a quarter, a year, the twelve months to a day."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta

from fundingapp.domain.cells import clean_text, parse_date, parse_year
from fundingapp.domain.changes import Days
from fundingapp.domain.ledger import Cell
from fundingapp.domain.periods import FinancialYear, days_of

_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NUMBERS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_YEARS = r"(\d{4}\s*[/\-–]\s*(?:\d{4}|\d{2})|\d{2}\s*/\s*\d{2})"
_TO = r"\s*(?:-|–|—|to|until)\s*"
_QUARTER = re.compile(rf"(?:q|qtr|quarter)\.?\s*([1-4])(?:[\s,:(\-–]+(?:fy\s*)?{_YEARS}\)?)?", re.IGNORECASE)
_YEAR_QUARTER = re.compile(rf"(?:fy\s*)?{_YEARS}[\s,:(\-–]+(?:q|qtr|quarter)\.?\s*([1-4])\)?", re.IGNORECASE)
_ONE_MONTH = re.compile(rf"({_MONTH})\.?[\s\-/,'’]*(\d{{4}}|\d{{2}})", re.IGNORECASE)
_MONTHS = re.compile(
    rf"({_MONTH})\.?[\s\-/,'’]*(\d{{4}}|\d{{2}})?{_TO}({_MONTH})\.?[\s\-/,'’]*(\d{{4}}|\d{{2}})",
    re.IGNORECASE,
)
_YEAR_MONTH = re.compile(r"(\d{4})[-/](\d{2})")
_TWELVE = re.compile(
    r"(?:total\s+)?(?:for\s+)?(?:the\s+)?(?:rolling\s+)?(?:12|twelve)[\s\-]*months?\s+(?:to|ending|up to)\s+(?P<end>.+)"
    r"|(?:the\s+)?year\s+(?:to|ending|ended)\s+(?P<year_end>.+)|ye\s+(?P<ye>.+)",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(?:from\s+)?(.+?)(?:\s+(?:to|until)\s+|\s*[–—]\s*|\s+-\s+)(.+)", re.IGNORECASE)
_IN_TITLE = re.compile(
    rf"(?:year\s+(?:to|ending|ended)|12[\s\-]*months\s+(?:to|ending))\s+(?:the\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{_MONTH}"
    rf"\s+\d{{4}}|(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{_MONTH}\s+\d{{4}}{_TO}(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{_MONTH}\s+\d{{4}}"
    rf"|(?:q|quarter)\s*[1-4]\s+{_YEARS}|\b\d{{4}}/\d{{2}}\b|\b{_MONTH}\s+\d{{4}}",
    re.IGNORECASE,
)


def month_of(year: int, month: int) -> Days:
    """The days of a calendar month."""
    return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def twelve_months_to(last: date) -> Days:
    """The twelve months that end with *last*: after a month's end they begin with the first of a month."""
    is_month_end = last.day == calendar.monthrange(last.year, last.month)[1]
    if is_month_end:
        return Days(date(last.year - (last.month < 12), last.month % 12 + 1, 1), last)
    return Days(date(last.year - 1, last.month, last.day) + timedelta(days=1), last)


def read_days(cell: Cell, year: FinancialYear | None = None) -> Days | None:
    """The days that *cell* names, such as “Q1 2018/19”, “Apr-18”, “2018/19” or “year ending June 2025”; None when it
    names none.

    The first of a month that a spreadsheet keeps as a date is that month; any other date is that day alone. A quarter
    without a year is one of *year*. A lone “2018” may be two kinds of year and is none.
    """
    if isinstance(cell, date):
        day = cell.date() if isinstance(cell, datetime) else cell
        return month_of(day.year, day.month) if day.day == 1 else Days(day, day)
    if not isinstance(cell, str):
        return None
    text = clean_text(cell)
    if not text:
        return None
    if found := _QUARTER.fullmatch(text):
        return _quarter(found[2], found[1], year)
    if found := _YEAR_QUARTER.fullmatch(text):
        return _quarter(found[1], found[2], year)
    if found := _TWELVE.fullmatch(text):
        return _twelve(found["end"] or found["year_end"] or found["ye"])
    if found := _ONE_MONTH.fullmatch(text):
        return month_of(_full(found[2]), _number(found[1]))
    if found := _MONTHS.fullmatch(text):
        return _months(found)
    named = _year_of(text)
    if named is not None:
        return Days(named.first_day, named.last_day)
    if (found := _YEAR_MONTH.fullmatch(text)) and 1 <= int(found[2]) <= 12:
        return month_of(int(found[1]), int(found[2]))
    only = _day(text)
    if only is not None:
        return Days(only, only)
    if found := _SPAN.fullmatch(text):
        first, last = _day(found[1]), _day(found[2])
        if first is not None and last is not None and first <= last:
            return Days(first, last)
    return None


def days_in(title: str) -> Days | None:
    """The one period that a *title* speaks of, in whatever sentence; None when it names none or several."""
    named = {
        days
        for found in _IN_TITLE.finditer(clean_text(title))
        if (days := read_days(found.group())) is not None
    }
    return named.pop() if len(named) == 1 else None


def in_words(days: Days) -> str:
    """*days* as a person calls them: “Q1 2018/19”, “July 2022”, “2018/19”, “year ending June 2025” or both days."""
    first, last = days.first, days.last
    year = FinancialYear.of(first)
    for quarter in range(1, 5):
        if days_of(year, quarter) == (first, last):
            return f"Q{quarter} {year}"
    if (first, last) == (year.first_day, year.last_day):
        return str(year)
    if days == month_of(first.year, first.month):
        return f"{calendar.month_name[first.month]} {first.year}"
    if days == twelve_months_to(last) and last == month_of(last.year, last.month).last:
        return f"year ending {calendar.month_name[last.month]} {last.year}"
    if first == last:
        return f"{first:%d/%m/%Y}"
    return f"{first:%d/%m/%Y} to {last:%d/%m/%Y}"


def _quarter(years: str | None, number: str, year: FinancialYear | None) -> Days | None:
    named = _year_of(years) if years else year
    return Days(*days_of(named, int(number))) if named is not None else None


def _year_of(text: str) -> FinancialYear | None:
    if re.fullmatch(r"(?:fy\s*)?\d{4}", text, re.IGNORECASE):
        return None
    try:
        start = parse_year(text)
    except ValueError:
        return None
    return FinancialYear(start) if start is not None else None


def _twelve(end: str) -> Days | None:
    text = clean_text(end)
    month = _ONE_MONTH.fullmatch(text)
    last = month_of(_full(month[2]), _number(month[1])).last if month else _day(text)
    return twelve_months_to(last) if last is not None else None


def _months(found: re.Match[str]) -> Days | None:
    last = month_of(_full(found[4]), _number(found[3]))
    first_month = _number(found[1])
    start = _full(found[2]) if found[2] else last.first.year - (first_month > last.first.month)
    first = month_of(start, first_month)
    return Days(first.first, last.last) if first.first <= last.last else None


def _day(text: str) -> date | None:
    if text.isdecimal():
        return None
    try:
        return parse_date(text)
    except ValueError:
        return None


def _number(month: str) -> int:
    return _NUMBERS[month[:3].casefold()]


def _full(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)
