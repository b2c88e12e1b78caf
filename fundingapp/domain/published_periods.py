"""Which days the heading of a published table may mean: told where it says so, proposed where a person must say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fundingapp.domain.changes import Days
from fundingapp.domain.figure_files.days import read_days
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class PeriodRead:
    """What the *text* of a heading says of the time. *days* are sure where it *is_sure*, else a proposal or None; *why*
    says what is open, in words."""

    text: str
    days: Days | None
    is_sure: bool
    why: str = ""


_YEAR = re.compile(r"(?:ytd\s*)?((?:19|20)\d\d)", re.IGNORECASE)
_PREVIOUS = re.compile(r"(?:previous|prior|last)\b|.*\bbefore\b", re.IGNORECASE)


def periods_read(texts: Sequence[str]) -> tuple[PeriodRead, ...]:
    """What the headings *texts* of one table mean, each once, in their order.

    A day alone may end a financial year to date, and a year alone may be of the calendar or a financial one: both are
    proposed and never taken for granted. “Previous 12 months” are those before the others'.
    """
    found = [_read(text) for text in dict.fromkeys(texts)]
    known = [each.days for each in found if each.days is not None]
    if len(known) == 1:
        found = [
            PeriodRead(each.text, known[0].years_later(-1), False, "It may mean the same days a year before.")
            if each.days is None and _PREVIOUS.match(each.text)
            else each
            for each in found
        ]
    return tuple(found)


def _read(text: str) -> PeriodRead:
    if not text:
        return PeriodRead(text, None, False, "The headings do not say which time these counts are of.")
    days = read_days(text)
    if days is not None and days.first != days.last:
        return PeriodRead(text, days, True)
    if days is not None:
        to_date = Days(FinancialYear.of(days.last).first_day, days.last)
        return PeriodRead(
            text,
            to_date,
            False,
            f"“{text}” is one day. Are its counts those from {to_date.in_words}, the financial year to that day?",
        )
    if (year := _YEAR.fullmatch(text)) is not None:
        of_calendar = Days(date(int(year[1]), 1, 1), date(int(year[1]), 12, 31))
        return PeriodRead(
            text, of_calendar, False, f"“{text}” may be a calendar year, or a part of a financial one."
        )
    return PeriodRead(text, None, False, f"“{text}” does not say which days it means.")
