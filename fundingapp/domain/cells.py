"""A raw cell as what it states: a text, a code, a day, a period, a year or an amount; nothing is guessed.

Dates are read in UK order only, amounts are exact, and what cannot be read raises ValueError with a few words.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from fundingapp.domain.ledger import Cell
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, Period

#: A ledger date outside these years is a lost or mistyped one (an empty cell styled as a date reads 1899 or 1900).
EARLIEST_YEAR: Final = 1990
LATEST_YEAR: Final = 2099

#: What nought and its neighbours look like once they are read as a date, in either system of serial numbers.
_YEARS_OF_NOUGHT = (1899, 1900)
_NOUGHT_OF_1904 = date(1904, 1, 1)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?"
_DAY_FIRST = re.compile(rf"(\d{{1,2}})\s*([/.\- ])\s*(\d{{1,2}})\s*\2\s*(\d{{4}}|\d{{2}}){_TIME}")
_YEAR_FIRST = re.compile(rf"(\d{{4}})([/.\-])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(
    rf"(?:[A-Za-z]{{3,9}},?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?[\s./\-]*([A-Za-z]{{3,9}})\.?,?[\s./\-]*(\d{{4}}|\d{{2}}){_TIME}",
    re.IGNORECASE,
)
_LOST = re.compile(r"0?0:00(?::00)?|0+|0?0/0?0/0{2,4}")

_YEAR_PERIOD = re.compile(r"(\d{4})\s*[/.\- ]?\s*(\d{2})")
_PERIOD_YEAR = re.compile(r"(\d{1,3})\s*[/.\-]\s*(\d{4})")
_PERIOD_ONLY = re.compile(r"(?:period|per|pd|p)?\.?\s*(\d{1,3})", re.IGNORECASE)
_YEAR_THEN_PERIOD = re.compile(
    r"(\d{4}\s*[/\-–]\s*(?:\d{4}|\d{2}))[\s/,:\-]+(?:period|per|pd|p)?\.?\s*(\d{1,2})", re.IGNORECASE
)
_MONTH_YEAR = re.compile(r"([A-Za-z]{3,9})\.?[\s\-/]*(\d{4}|\d{2})")
_YEAR_ALONE = re.compile(r"(?:FY\s*)?(\d{4})", re.IGNORECASE)
_SHORT_YEARS = re.compile(r"(?:FY\s*)?(\d{2})\s*[/\-–]\s*(\d{2})", re.IGNORECASE)

#: An amount as most systems write it; for these Money.parse need not be asked.
PLAIN_AMOUNT = re.compile(r"(-?)£?(\d{1,12})\.(\d\d)")
#: What a spreadsheet shows instead of a value. The last one is this program's own name for a formula whose result
#: was never stored.
NO_RESULT = "#NO RESULT"
_ERROR_TEXT = re.compile(r"#(?:[A-Z][A-Z0-9/_]*[!?]|N/A|GETTING_DATA|NO RESULT|UNKNOWN|DIV/0)")


def is_error_text(text: str) -> bool:
    """Whether *text* is what a spreadsheet shows instead of a value, such as #REF!."""
    return text.startswith("#") and _ERROR_TEXT.fullmatch(text.strip()) is not None


def error_in_words(text: str) -> str:
    """An error value as it is named in a finding."""
    if text == NO_RESULT:
        return (
            "a formula whose result was not stored (open the file in Excel, let it recalculate and save it)"
        )
    return text


class _UnreadableDateError(ValueError):
    """A text or number is no date; the message says why in a few words."""


def clean_text(value: Cell) -> str:
    """*value* as text with runs of blanks (non-breaking ones included) made one and its ends stripped."""
    if value is None:
        return ""
    return _evenly_spaced(value) if type(value) is str else code_text(value)


def _evenly_spaced(text: str) -> str:
    # Every blank but the plain space is unprintable, so nearly all texts pass here as they are, uncopied.
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    return " ".join(text.split())


def code_text(value: Cell) -> str:
    """*value* as a code: 3201, 3201.0 and "3201" are all "3201"; a text keeps its leading noughts."""
    if value is None:
        return ""
    if type(value) is str:
        return _evenly_spaced(value)
    if type(value) is bool:
        return "TRUE" if value else "FALSE"
    if type(value) is int:
        return str(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            return str(value)
        whole = value.to_integral_value()
        return format(whole, "f") if whole == value else format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def parse_date(value: Cell) -> date | None:
    """The day that *value* states in UK order; None for an empty cell or a lost date (00:00:00, year 1900).

    The time of day is dropped and never moves the day. A numeric year needs four digits; two will do beside a
    month's name (03-Apr-18). Raises ValueError for anything else, impossible days included.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return _in_range(value.date())
    if isinstance(value, date):
        return _in_range(value)
    if type(value) is bool:
        raise _UnreadableDateError("is not a date")
    if isinstance(value, int | Decimal):
        return _date_of_number(value)
    text = " ".join(str(value).split())
    if not text or _LOST.fullmatch(text):
        return None
    if found := _DAY_FIRST.fullmatch(text):
        if len(found.group(4)) == 2:
            _day(2000 + int(found.group(4)), int(found.group(3)), int(found.group(1)))
            raise _UnreadableDateError("has a year of two digits; write it in full")
        return _in_range(_day(int(found.group(4)), int(found.group(3)), int(found.group(1))))
    if found := _YEAR_FIRST.fullmatch(text):
        return _in_range(_day(int(found.group(1)), int(found.group(3)), int(found.group(4))))
    if found := _COMPACT.fullmatch(text):
        return _in_range(_day(int(found.group(1)), int(found.group(2)), int(found.group(3))))
    if found := _NAMED.fullmatch(text):
        month = _MONTHS.get(found.group(2).lower())
        if month is not None:
            return _in_range(_day(_full_year(found.group(3)), month, int(found.group(1))))
    raise _UnreadableDateError("is not a date")


def _date_of_number(value: int | Decimal) -> date | None:
    """A bare spreadsheet serial number or yyyymmdd; the fraction of a serial is its time of day."""
    if isinstance(value, Decimal) and not value.is_finite():
        raise _UnreadableDateError("is not a date")
    whole = int(value)
    if 19900101 <= whole <= 20991231 and whole == value:
        return _in_range(_day(whole // 10_000, whole // 100 % 100, whole % 100))
    if 0 <= whole < 367:
        return None  # serial numbers of the year 1900: an empty cell that was styled as a date
    if 32_874 <= whole <= 73_050:  # 1 January 1990 to 31 December 2099
        return date(1899, 12, 30) + timedelta(days=whole)
    raise _UnreadableDateError("is not a date")


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _UnreadableDateError("is not a day of the calendar") from None


def _in_range(day: date) -> date | None:
    if day.year in _YEARS_OF_NOUGHT or day == _NOUGHT_OF_1904:
        return None
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise _UnreadableDateError(f"lies outside the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    return day


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if year < 80 else 1900 + year


def parse_year(value: Cell) -> int | None:
    """The first calendar year of the financial year that *value* names: 2018, 2018/19, 18/19, FY2018.

    None for an empty cell. Raises ValueError for anything else.
    """
    text = code_text(value)
    if not text:
        return None
    if found := _YEAR_ALONE.fullmatch(text):
        return _plausible_year(int(found.group(1)))
    if found := _SHORT_YEARS.fullmatch(text):
        start, end = int(found.group(1)), int(found.group(2))
        if end == (start + 1) % 100:
            return _plausible_year(2000 + start)
    if len(text) == 6 and text.isdecimal() and int(text[4:]) == (int(text[:4]) + 1) % 100:
        return _plausible_year(int(text[:4]))
    return _plausible_year(FinancialYear.parse(text).start)


def _plausible_year(year: int) -> int:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(f"{year} is not a financial year")
    return year


def parse_period(value: Cell) -> tuple[int | None, int] | None:
    """The financial year (its first calendar year, None when not stated) and the number of a period.

    Reads 201801, 2018/01, 2018/19 P01, 001.2018, 10, P10, Apr-18 and a date. Number 0 is the opening balance,
    13 the closing adjustments. None for an empty cell; ValueError for anything else, 14 and above included.
    """
    if value is None:
        return None
    if isinstance(value, date):
        period = Period.of(value)
        return period.year.start, period.number
    if type(value) is bool:
        raise ValueError("not a period")
    text = code_text(value)
    if not text:
        return None
    if found := _YEAR_PERIOD.fullmatch(text):
        return _plausible_year(int(found.group(1))), _number(found.group(2))
    if found := _PERIOD_ONLY.fullmatch(text):
        return None, _number(found.group(1))
    if found := _PERIOD_YEAR.fullmatch(text):
        return _plausible_year(int(found.group(2))), _number(found.group(1))
    if found := _YEAR_THEN_PERIOD.fullmatch(text):
        return parse_year(found.group(1)), _number(found.group(2))
    if found := _MONTH_YEAR.fullmatch(text):
        month = _MONTHS.get(found.group(1).lower())
        if month is not None:
            period = Period.of(date(_full_year(found.group(2)), month, 1))
            return period.year.start, period.number
    month = _MONTHS.get(text.lower())
    if month is not None:
        return None, (month - 4) % 12 + 1
    raise ValueError("not a period")


def _number(digits: str) -> int:
    number = int(digits)
    if number > CLOSING_PERIOD:
        raise ValueError(f"period {number} is not one of 1 to {CLOSING_PERIOD}")
    return number


def parse_amount(value: Cell) -> Money | None:
    """The exact amount of a cell, in pence; None when it is empty. Raises NotMoneyError, never rounds."""
    if value is None:
        return None
    kind = type(value)
    if kind is str:
        return _amount_of_text(value)  # type: ignore[arg-type]  # told by its exact type, for speed
    if kind is Decimal or kind is int:
        return Money.of_pounds(value)  # type: ignore[arg-type]  # told by its exact type, for speed
    if kind is bool:
        raise NotMoneyError(value, "it is TRUE or FALSE")
    raise NotMoneyError(value, "it is a date")


def _amount_of_text(text: str) -> Money | None:
    plain = PLAIN_AMOUNT.fullmatch(text)
    if plain is not None:  # the usual case in half the time; a property test holds it against Money.parse
        pence = int(plain.group(2) + plain.group(3))
        return Money(-pence if plain.group(1) else pence)
    if not text or text.isspace():
        return None
    return Money.parse(text)


def is_blank(cell: Cell) -> bool:
    """Whether *cell* is a text of blanks only; an empty cell is None."""
    return type(cell) is str and not cell.strip()


_FLAGS = {
    **dict.fromkeys(("d", "dr", "debit", "debits", "s", "soll", "+", "1"), 1),
    **dict.fromkeys(("c", "cr", "credit", "credits", "h", "haben", "-", "−", "-1"), -1),
}


def flag_sign(cell: Cell) -> int:
    """1 for debit, -1 for credit, 0 for neither."""
    return _FLAGS.get(code_text(cell).casefold().rstrip("."), 0)
