"""A raw cell as what it states: a text, a code, a day, a period, a year or an amount; nothing is guessed.

Dates are read in UK order unless the caller says otherwise, amounts are exact, and what cannot be read raises
ValueError with a few words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from fundingapp.domain.ledger import Cell
from fundingapp.domain.money import LARGEST_PENCE, Money, NotMoneyError
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
_DAY_FIRST = re.compile(
    rf"(?:[A-Za-z]{{3,9}},?\s+)?(\d{{1,2}})\s*([/.\- ])\s*(\d{{1,2}})\s*\2\s*(\d{{4}}|\d{{2}}){_TIME}"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([/.\-])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(
    rf"(?:[A-Za-z]{{3,9}},?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?[\s./\-]*([A-Za-z]{{3,9}})\.?,?[\s./\-]*(\d{{4}}|\d{{2}}){_TIME}",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?:[A-Za-z]{{3,9}},?\s+)?([A-Za-z]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_TIME}",
    re.IGNORECASE,
)
_YEAR_NAMED = re.compile(rf"(\d{{4}})[\s./\-]+([A-Za-z]{{3,9}})\.?[\s./\-]+(\d{{1,2}}){_TIME}")
_SERIAL_TEXT = re.compile(r"\d{5}(?:\.\d+)?")
_LOST = re.compile(r"0?0:00(?::00)?|0+|0?0/0?0/0{2,4}")

_YEAR_PERIOD = re.compile(r"(\d{4})\s*[/.\- ]?\s*(\d{2})")
_PERIOD_YEAR = re.compile(r"(\d{1,3})\s*[/.\-]\s*(\d{4})")
_PERIOD_ONLY = re.compile(r"(?:period|per|pd|p)?\.?\s*(\d{1,3})", re.IGNORECASE)
_PERIOD_THEN_YEAR = re.compile(
    r"(?:period|per|pd|p|month|m)\.?\s*(\d{1,2})[\s/,:\-]+\(?(\d{4}\s*[/\-–]\s*(?:\d{4}|\d{2})|\d{4})\)?",
    re.IGNORECASE,
)
_TWO_YEARS_PERIOD = re.compile(r"(\d{2})\s*[/\-]?\s*(\d{2})\s*[/\- ]?\s*(\d{2})")
_YEAR_LONG_PERIOD = re.compile(r"(\d{4})\s*[/.\- ]?\s*(0\d{2})")
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


_TOTAL = re.compile(
    r"(?P<grand>(?:grand|report|overall|final|ledger)\s+)?"
    r"(?P<sub>sub[\s\-]*|page\s+|section\s+)?totals?"
    r"(?P<of>\s*(?:[:;,\-–=]|for\b|of\b|per\b|by\b|net\b|spend\b|expenditure\b|amount\b|£).*)?",
    re.IGNORECASE,
)
_TOTAL_LAST = re.compile(r".{1,60}\s(?P<grand>grand\s+)?(?:sub[\s\-]?)?total\s*:?", re.IGNORECASE)


def total_label(text: str) -> re.Match[str] | None:
    """The match of a text that labels a total row, such as “Sub-total:” or “Total for report”; None for any other.

    Its groups ``grand`` and ``sub`` are filled where it says that it is one, ``of`` is what it is the total of.
    """
    return _TOTAL.fullmatch(text) or _TOTAL_LAST.fullmatch(text)


#: What a cell of any spreadsheet program holds at most; a longer text was never in one (X30).
LONGEST_TEXT: Final = 32_767
#: Signs that are not seen and still say something: control characters, marks that turn the direction of writing round
#: (a text then reads otherwise than it is stored) and blanks without width. Blanks and line ends are none of them, nor
#: are the hyphen of a line's end and the joiners of other scripts.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)


def unseen_signs(text: str) -> tuple[str, ...]:
    """The control and direction characters in *text*, each once, as “U+202E right-to-left override”."""
    # Nearly all texts are printable, which is told without looking at each sign.
    found = () if text.isprintable() else dict.fromkeys(_UNSEEN.findall(text))
    return tuple(f"U+{ord(sign):04X} {unicodedata.name(sign, 'control character').lower()}" for sign in found)


def with_signs_seen(text: str) -> str:
    """*text* with each control or direction character in words, such as ⟨U+202E⟩, so that it can be seen."""
    return text if text.isprintable() else _UNSEEN.sub(lambda sign: f"⟨U+{ord(sign[0]):04X}⟩", text)


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


def parse_date(value: Cell, short_years: bool = False, month_first: bool = False) -> date | None:
    """The day that *value* states in UK order; None for an empty cell or a lost date (00:00:00, year 1900).

    With *month_first*, which a person or the whole column has said, a numeric date is read in American order.

    The time of day is dropped and never moves the day. A numeric year needs four digits unless the caller has proof
    that *short_years* are meant; two will do beside a month's name (03-Apr-18). Raises ValueError for anything
    else, impossible days included.
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
        first, second = int(found.group(1)), int(found.group(3))
        of_month, in_year = (second, first) if month_first else (first, second)
        day = _day(_full_year(found.group(4)), in_year, of_month)
        if len(found.group(4)) == 2 and not short_years:
            raise _UnreadableDateError("has a year of two digits; write it in full")
        return _in_range(day)
    if found := _YEAR_FIRST.fullmatch(text):
        return _in_range(_day(int(found.group(1)), int(found.group(3)), int(found.group(4))))
    if found := _COMPACT.fullmatch(text):
        return _in_range(_day(int(found.group(1)), int(found.group(2)), int(found.group(3))))
    if found := _NAMED.fullmatch(text):
        month = _MONTHS.get(found.group(2).lower())
        if month is not None:
            return _in_range(_day(_full_year(found.group(3)), month, int(found.group(1))))
    if found := _MONTH_FIRST.fullmatch(text):
        month = _MONTHS.get(found.group(1).lower())
        if month is not None:
            return _in_range(_day(int(found.group(3)), month, int(found.group(2))))
    if found := _YEAR_NAMED.fullmatch(text):
        month = _MONTHS.get(found.group(2).lower())
        if month is not None:
            return _in_range(_day(int(found.group(1)), month, int(found.group(3))))
    if _SERIAL_TEXT.fullmatch(text):
        return _date_of_number(Decimal(text))
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

    Reads 201801, 2018001, 2018/01, 2018/19 P01, Period 1 2018/19, 001.2018, 10, P10, Apr-18 and a date. Number 0 is
    the opening balance, 13 the closing adjustments. None for an empty cell; ValueError for anything else, 14 and above
    included.
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
    if (found := _YEAR_PERIOD.fullmatch(text)) and EARLIEST_YEAR <= int(found.group(1)) <= LATEST_YEAR:
        return _plausible_year(int(found.group(1))), _number(found.group(2))
    if found := _PERIOD_ONLY.fullmatch(text):
        return None, _number(found.group(1))
    if found := _PERIOD_YEAR.fullmatch(text):
        return _plausible_year(int(found.group(2))), _number(found.group(1))
    if (found := _TWO_YEARS_PERIOD.fullmatch(text)) and int(found.group(2)) == (
        int(found.group(1)) + 1
    ) % 100:
        return _plausible_year(2000 + int(found.group(1))), _number(found.group(3))
    if found := _YEAR_LONG_PERIOD.fullmatch(text):
        return _plausible_year(int(found.group(1))), _number(found.group(2))
    if found := _PERIOD_THEN_YEAR.fullmatch(text):
        return parse_year(found.group(2)), _number(found.group(1))
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


_TITLE_MONTH = re.compile(
    r"(?P<day>\d{1,2}(?:st|nd|rd|th)?[\s\-/.]+)?\b(?P<month>[A-Za-z]{3,9})\.?,?[\s\-/]*(?:\(?of\s+)?(?P<year>\d{4})\b"
)
_TITLE_PERIOD = re.compile(
    r"\bperiod\s*:?\s*(?P<number>\d{1,2})\b.{0,30}?\b(?P<year>\d{4}\s*[/\-–]\s*(?:\d{4}|\d{2}))\b"
    r"|\b(?P<year_first>\d{4}\s*[/\-–]\s*(?:\d{4}|\d{2}))\b.{0,30}?\bperiod\s*:?\s*(?P<number_last>\d{1,2})\b",
    re.IGNORECASE,
)
_OF_PRINTING = re.compile(
    r"\b(?:run|printed|produced|created|extracted|generated|as\s+at|date\s+of)\b", re.IGNORECASE
)


def period_named(titles: Iterable[str]) -> Period | None:
    """The one period that *titles* speak of, such as “Payments in Period 09 (December 2009)” or “Apr 18”.

    None when they name none or several. The day of a printout is no period.
    """
    named: set[Period] = set()
    for title in titles:
        text = clean_text(title)
        if not text or _OF_PRINTING.search(text):
            continue
        if found := _MONTH_YEAR.fullmatch(text):
            month = _MONTHS.get(found.group(1).lower())
            if month is not None:
                named.add(Period.of(date(_full_year(found.group(2)), month, 1)))
                continue
        for match in _TITLE_MONTH.finditer(text):
            month = _MONTHS.get(match["month"].lower())
            if month is not None and not match["day"] and EARLIEST_YEAR <= int(match["year"]) <= LATEST_YEAR:
                named.add(Period.of(date(int(match["year"]), month, 1)))
        for match in _TITLE_PERIOD.finditer(text):
            number = int(match["number"] or match["number_last"])
            try:
                named.add(
                    Period(FinancialYear(parse_year(match["year"] or match["year_first"]) or 0), number)
                )
            except ValueError:
                continue
    return named.pop() if len(named) == 1 else None


def _number(digits: str) -> int:
    number = int(digits)
    if number > CLOSING_PERIOD:
        raise ValueError(f"period {number} is not one of 1 to {CLOSING_PERIOD}")
    return number


#: Noise of binary numbers: nearer to a whole penny than this share of the amount (a few thousand times the spacing
#: of binary numbers of its size), and never further than the limit in pounds. 4999.999999999999 is £5,000.00, while
#: 1.005 and 1,000,000.001 stay what they are and are no amounts in pence.
_NOISE = Decimal("1E-12")
_NOISE_LIMIT = Decimal("1E-6")
_PENNY = Decimal("0.01")
_LONG_DECIMALS = re.compile(r"-?\d{1,13}\.\d{9,}")


def without_noise(pounds: Decimal) -> Decimal:
    """*pounds* as the whole pennies that it misses by no more than the noise of a binary number; else as it is."""
    if not pounds.is_finite() or abs(pounds) > LARGEST_PENCE:
        return pounds
    pence = pounds.quantize(_PENNY)
    if abs(pounds - pence) <= min(_NOISE * max(abs(pounds), Decimal(1)), _NOISE_LIMIT):
        return pence
    return pounds


def parse_amount(value: Cell, decimal_comma: bool = False) -> Money | None:
    """The exact amount of a cell, in pence; None when it is empty. Raises NotMoneyError, never rounds.

    The noise of binary numbers is taken off, see :func:`without_noise`. With *decimal_comma*, which the caller has
    proved for the whole column, texts are read as 1.234,56.
    """
    if value is None:
        return None
    kind = type(value)
    if kind is str:
        return _amount_of_text(value, decimal_comma)  # type: ignore[arg-type]  # told by its exact type, for speed
    if kind is int:
        return Money.of_pounds(value)  # type: ignore[arg-type]  # told by its exact type, for speed
    if kind is Decimal:
        return Money.of_pounds(without_noise(value))  # type: ignore[arg-type]  # told by its exact type, for speed
    if kind is bool:
        raise NotMoneyError(value, "it is TRUE or FALSE")
    raise NotMoneyError(value, "it is a date")


def _amount_of_text(text: str, decimal_comma: bool) -> Money | None:
    if decimal_comma:
        return _amount_with_decimal_comma(text)
    plain = PLAIN_AMOUNT.fullmatch(text)
    if plain is not None:  # the usual case in half the time; a property test holds it against Money.parse
        pence = int(plain.group(2) + plain.group(3))
        return Money(-pence if plain.group(1) else pence)
    if not text or text.isspace():
        return None
    try:
        return Money.parse(text)
    except NotMoneyError as error:
        bare = "".join(text.split())
        if _LONG_DECIMALS.fullmatch(bare):  # a binary number that was written to a text file
            return Money.of_pounds(without_noise(Decimal(bare)))
        if found := _OTHER_MONEY.search(text):
            raise NotMoneyError(text, f"it is not in pounds ({found.group()})") from None
        if (in_pounds := _POUNDS_WRITTEN.sub("£", text)) != text:
            return _amount_of_text(_bracketed(in_pounds), decimal_comma=False)
        if (bracketed := _bracketed(text)) != text:
            return Money.parse(bracketed)
        raise error from None


#: The signs and names of other currencies; beside an amount they mean that it is not in pounds.
_OTHER_MONEY = re.compile(r"[€$¥₹₩₽¢฿₺₪]|\b(?:EUR|USD|CHF|JPY|SEK|NOK|DKK|AUD|CAD)\b", re.IGNORECASE)
_POUNDS_WRITTEN = re.compile(r"\bGBP\b|(?<![A-Za-z])GBP(?=\s*[\d(\-−])|(?<=\d)GBP\b|£\s*$")
_POUND_THEN_BRACKET = re.compile(r"\s*£\s*\(([^()]*)\)\s*")
_POUND_LAST = re.compile(r"\s*([^£]*?)\s*£\s*")


def _bracketed(text: str) -> str:
    """£(45.00) as (£45.00), and a pound sign at the end put in front."""
    if found := _POUND_THEN_BRACKET.fullmatch(text):
        return f"(£{found.group(1)})"
    if found := _POUND_LAST.fullmatch(text):
        return found.group(1)
    return text


_COMMA_DIGITS = re.compile(r"(?:\d+|\d{1,3}(?:[.\u00a0 ]\d{3})+)(?:,\d{1,2})?")
_COMMA_BODY = re.compile(r"\d[\d.,\u00a0 ]*")


def _amount_with_decimal_comma(text: str) -> Money | None:
    """An amount such as 1.234,56 with whatever sign Money knows. Raises NotMoneyError."""
    if not text or text.isspace():
        return None
    body = _COMMA_BODY.search(text)
    if body is None:
        raise NotMoneyError(text, "it is not written as one")
    digits = body.group().rstrip("\u00a0 ")
    if _COMMA_DIGITS.fullmatch(digits) is None:
        raise NotMoneyError(
            text, "it is not written as one with a decimal comma, as the others of its column are"
        )
    plain = re.sub(r"[.\u00a0 ]", "", digits).replace(",", ".")
    return Money.parse(text[: body.start()] + plain + text[body.start() + len(digits) :])


def is_blank(cell: Cell) -> bool:
    """Whether *cell* is a text of blanks only; an empty cell is None."""
    return type(cell) is str and not cell.strip()


_FLAGS = {
    **dict.fromkeys(("d", "dr", "db", "deb", "debit", "debits", "s", "soll", "+", "1"), 1),
    **dict.fromkeys(("c", "cr", "cred", "credit", "credits", "h", "haben", "-", "−", "-1"), -1),
}


def flag_sign(cell: Cell) -> int:
    """1 for debit, -1 for credit, 0 for neither."""
    return _FLAGS.get(code_text(cell).casefold().rstrip("."), 0)


#: SAP's posting keys that credit an account: customers, suppliers, the general ledger, assets and stock.
_CREDIT_KEYS = frozenset({*range(11, 20), *range(31, 40), 50, 75, *range(90, 100)})
_DEBIT_KEYS = frozenset({*range(1, 10), *range(21, 30), 40, 70, *range(80, 90)})


def posting_key_sign(cell: Cell) -> int:
    """The same for one of SAP's posting keys, such as 40 and 50."""
    text = code_text(cell)
    if not text.isdecimal() or len(text) > 2:
        return 0
    return 1 if int(text) in _DEBIT_KEYS else -1 if int(text) in _CREDIT_KEYS else 0


#: Types of documents that say which way they go, in words and as Sage writes them; amounts beside them may lack a sign.
_TYPES = {
    **dict.fromkeys(
        (
            *(
                "invoice",
                "invoices",
                "inv",
                "purchase invoice",
                "supplier invoice",
                "standard",
                "standard invoice",
            ),
            *(
                "bill",
                "payment",
                "bank payment",
                "journal debit",
                "sales credit",
                "pi",
                "bp",
                "cp",
                "vp",
                "jd",
                "sc",
            ),
        ),
        1,
    ),
    **dict.fromkeys(
        (
            *(
                "credit note",
                "credit notes",
                "creditnote",
                "credit memo",
                "credit memos",
                "cn",
                "crn",
                "credit invoice",
            ),
            *(
                "purchase credit",
                "purchase credit note",
                "supplier credit",
                "supplier credit note",
                "vendor credit",
            ),
            *(
                "bill credit",
                "receipt",
                "bank receipt",
                "journal credit",
                "sales invoice",
                "pc",
                "br",
                "jc",
                "si",
            ),
        ),
        -1,
    ),
}


def type_sign(cell: Cell) -> int:
    """1 for a type of document that debits, such as an invoice, -1 for one that credits, 0 where it says neither."""
    return _TYPES.get(code_text(cell).casefold().rstrip("."), 0)
