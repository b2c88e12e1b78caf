"""In what style a whole column is written: what one cell leaves open, the others prove.

A column is judged as a whole before any of its cells is read: 03/04/2018 beside 13/04/2018 is the third of April,
beside 04/13/2018 it may be the fourth of March.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from fundingapp.domain.cells import parse_amount
from fundingapp.domain.ledger import Cell
from fundingapp.domain.money import NotMoneyError

_NUMERIC = re.compile(
    r"\s*(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})\s*([/.\- ])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?:[T ].*)?"
)
_DECIMAL_COMMA = re.compile(r"\d,\d{1,2}\s*\D*$|\d\.\d{3},\d")
#: So many different texts prove a decimal comma, or that the month stands first; a single one may be a slip.
_PROOFS = 2
#: So many real dates and so many texts make it plausible that a spreadsheet turned some days and months round.
_TURNED = 3


class DateStyle(NamedTuple):
    """How the numeric dates of a column are written.

    *month_first* is a text that can only be read month first, "" when there is none; with *is_american* several can and
    none can only be read day first. *turned* is a text that suggests that a spreadsheet took the days of the real
    dates for months. With *short_years* the whole column has years of two digits and proves that the year stands
    last, and in which order day and month stand before it.
    """

    month_first: str = ""
    turned: str = ""
    short_years: bool = False
    sample: str = ""
    is_american: bool = False


def date_style(cells: Iterable[Cell]) -> DateStyle:
    """The style of the dates in *cells*, all of one column."""
    texts: set[str] = set()
    real_days: set[date] = set()
    for cell in set(cells):
        if type(cell) is str:
            texts.add(cell)
        elif isinstance(cell, date):
            real_days.add(cell.date() if isinstance(cell, datetime) else cell)
    month_first = ""
    firsts: set[int] = set()
    seconds: set[int] = set()
    proofs = 0
    lasts: set[str] = set()
    british = ""
    long_years = ambiguous = 0
    for text in sorted(texts):
        found = _NUMERIC.fullmatch(text)
        if found is None:
            continue
        first, second, year = int(found[1]), int(found[3]), found[4]
        long_years += len(year) == 4
        firsts.add(first)
        seconds.add(second)
        lasts.add(year)
        if second > 12 >= first >= 1 and second <= 31:
            month_first = month_first or text
            proofs += 1
        elif 12 < first <= 31 and 1 <= second <= 12:
            british = british or text
        else:
            ambiguous += 1
    turned = ""
    if (
        british
        and not month_first
        and not ambiguous
        and len(texts) >= _TURNED
        and len(real_days) >= _TURNED
        and all(day.day <= 12 for day in real_days)
        and len({day.day for day in real_days}) >= _TURNED
    ):
        turned = british
    is_american = proofs >= _PROOFS and not british
    days = seconds if is_american else firsts
    short_years = bool(
        (is_american or (british and not month_first)) and not long_years and len(lasts) <= 2 < len(days)
    )
    sample = (british or month_first) if short_years else ""
    return DateStyle(month_first, turned, short_years, sample, is_american)


def has_decimal_commas(cells: Iterable[Cell]) -> bool:
    """Whether a column of amounts proves that it is written as 1.234,56.

    Every amount of it is a text that can be read so, and several cannot be read in any other way.
    """
    distinct = set(cells)
    if not any(type(cell) is str and "," in cell and _DECIMAL_COMMA.search(cell) for cell in distinct):
        return False
    distinct.discard(None)
    texts = [cell for cell in distinct if type(cell) is str]
    if len(texts) < len(distinct):
        return False  # real numbers among them
    proofs = 0
    for text in texts:
        if not any(char.isdigit() for char in text):
            continue  # a note or a heading that stands in the column
        try:
            parse_amount(text, decimal_comma=True)
        except NotMoneyError:
            return False
        if proofs < _PROOFS:
            try:
                parse_amount(text)
            except NotMoneyError:
                proofs += 1
    return proofs >= _PROOFS
