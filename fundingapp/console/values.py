"""What the words of the command line stand for: years, periods, pounds, layouts; refused in argparse's own way."""

from __future__ import annotations

import argparse
from datetime import date

from fundingapp.application.commands.layouts import AUTOMATIC
from fundingapp.console.layouts import is_layout_file
from fundingapp.domain.builtin_layouts import BUILT_IN
from fundingapp.domain.cells import parse_date
from fundingapp.domain.layouts import layout_named
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import FinancialYear, Period


def to_year(text: str) -> FinancialYear:
    """A financial year."""
    try:
        return FinancialYear.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def to_day(text: str) -> date:
    """A day, as 2019-01-31 or 31/01/2019."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise argparse.ArgumentTypeError(f"“{text}” is not a day such as 31/01/2019")
    return day


def to_period(text: str) -> int:
    """A period, 1 to 13."""
    if not text.isdigit() or not 1 <= int(text) <= 13:
        raise argparse.ArgumentTypeError(f"“{text}” is not a period from 1 to 13")
    return int(text)


def to_layout(text: str) -> str:
    """A layout by its name, or the path of a layout file."""
    known = text.casefold() == AUTOMATIC or is_layout_file(text) or layout_named(text, BUILT_IN) is not None
    if not known:
        raise argparse.ArgumentTypeError(f"there is no layout “{text}”")
    return text


def to_table(text: str) -> int:
    """The number of a table, from 1."""
    if not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"“{text}” is not the number of a table")
    return int(text)


def to_column(text: str) -> tuple[str, Meaning]:
    """A heading and what its column means."""
    heading, _, value = text.rpartition("=")
    wanted = value.strip().casefold()
    meaning = next((meaning for meaning in Meaning if meaning.value.casefold() == wanted), None)
    if not heading.strip() or meaning is None:
        known = ", ".join(meaning.value for meaning in Meaning)
        raise argparse.ArgumentTypeError(f"“{text}” is not HEADING=MEANING; the meanings are {known}")
    return heading.strip(), meaning


def to_whole_period(text: str) -> Period:
    """A period with its year."""
    year, _, number = text.rpartition("-")
    try:
        return Period(to_year(year), to_period(number))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a year and a period such as 2018/19-9") from error


def to_whole(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number") from error


def to_pounds(text: str) -> Money:
    """An amount in pounds and pence."""
    try:
        return Money.parse(text)
    except NotMoneyError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def day_of(given: date | None) -> date:
    """The day that was *given*, or today where the user is, as a paper would be dated."""
    return given or date.today()  # noqa: DTZ011 - a paper has the day of the place, not that of UTC
