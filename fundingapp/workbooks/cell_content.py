"""A value as the XML inside a cell of somebody else's workbook, exactly: no float, no guess, no formula."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.filling import MOST_DIGITS, digits_of
from fundingapp.domain.worked_out import Put
from fundingapp.workbooks.sheet_patch import BLANK, NewContent

#: The longest text of a cell, in units of UTF-16 as Excel counts.
LONGEST_TEXT: Final = 32_767
#: What XML cannot hold, not even as a reference.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: What Excel would take for one letter, as _x000D_ is for a carriage return.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
#: Beyond these powers of ten no spreadsheet has a number.
_MOST_POWER: Final = 307
#: Up to here a number is written out in full.
_WRITTEN_OUT: Final = 20

#: 1900 is taken for a leap year by spreadsheets, so the days before are not the same everywhere.
_FIRST_DAY: Final = date(1900, 3, 1)
_DAY_NOUGHT_1900: Final = date(1899, 12, 30)
_DAY_NOUGHT_1904: Final = date(1904, 1, 1)


def content_of(value: Put, place: str, *, is_1904: bool) -> NewContent:
    """What stands in the cell at *place* (“Cover!C7”) for *value*.

    Raises ExpectedError with the place: ``fill_too_long``, ``fill_character``, ``fill_digits``, ``fill_date``. Raises
    TypeError for a float: amounts come as whole pence or decimals.
    """
    match value:
        case None | "":
            return BLANK
        case bool():
            return NewContent("b", f"<~v>{int(value)}</~v>")
        case str():
            return NewContent("inlineStr", f"<~is><~t{_kept(value)}>{text_inside(value, place)}</~t></~is>")
        case int() | Decimal():
            return NewContent(None, f"<~v>{number_text(Decimal(value), place)}</~v>")
        case date():
            return NewContent(None, f"<~v>{serial_of(value, place, is_1904=is_1904)}</~v>")
        case _:
            raise TypeError(f"{place}: a {type(value).__name__} is no value for a cell")


def text_inside(text: str, place: str) -> str:
    """*text* as it stands in XML, so that every reader has it back letter by letter."""
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if length > LONGEST_TEXT:
        raise ExpectedError(
            "fill_too_long",
            f"The text for {place} has {length:,} characters; a cell holds up to {LONGEST_TEXT:,}.",
            "Shorten it.",
        )
    if found := _FORBIDDEN.search(text):
        raise ExpectedError(
            "fill_character",
            f"The text for {place} has a character that no workbook can hold (U+{ord(found[0]):04X}, at"
            f" {found.start() + 1:,}).",
            "Take it out; it shows as nothing, or as a box.",
        )
    return escaped(text)


def escaped(text: str) -> str:
    """*text* with what XML, and Excel's own way of writing letters, would take for something else."""
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        text = text.replace(sign, name)
    return text


def _kept(text: str) -> str:
    """What keeps the spaces at the ends of a text."""
    return ' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else ""


def number_text(number: Decimal, place: str) -> str:
    """*number* exactly, as a spreadsheet writes it: 1234.5, -3, 1E+25."""
    if not number.is_finite() or abs(number.adjusted() if number else 0) > _MOST_POWER:
        raise ExpectedError(
            "fill_digits", f"{number} for {place} is no number that a cell can hold.", "Correct it."
        )
    if digits_of(number) > MOST_DIGITS:
        raise ExpectedError(
            "fill_digits",
            f"{number} for {place} has {digits_of(number)} digits; a cell holds {MOST_DIGITS} exactly.",
            "Give it as text if it is a reference, or round it.",
        )
    if not number:
        return "0"
    if -_WRITTEN_OUT < number.adjusted() <= _WRITTEN_OUT:
        whole = f"{number:f}"
        return whole.rstrip("0").rstrip(".") if "." in whole else whole
    power = number.adjusted()
    return f"{number_text(number.scaleb(-power), place)}E{power:+d}"


def serial_of(day: date, place: str, *, is_1904: bool) -> str:
    """The number of a *day*, or of a moment, in the workbook's own date system."""
    if isinstance(day, datetime) and day.tzinfo is not None:
        raise TypeError(f"{place}: a moment with a time zone is no value for a cell")
    first, nought = (_DAY_NOUGHT_1904,) * 2 if is_1904 else (_FIRST_DAY, _DAY_NOUGHT_1900)
    whole = day.date() if isinstance(day, datetime) else day
    if whole < first:
        raise ExpectedError(
            "fill_date",
            f"{whole:%d/%m}/{whole.year} for {place} is before {first:%d/%m/%Y}, where the calendar of this workbook"
            " begins.",
            "Correct the day, or give it as text.",
        )
    days = (whole - nought).days
    if not isinstance(day, datetime):
        return str(days)
    passed = day - datetime(whole.year, whole.month, whole.day)
    if not passed:
        return str(days)
    return repr(days + passed / timedelta(days=1))
