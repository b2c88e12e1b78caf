"""A cell becomes an exact value at the door: no binary float goes further than this module."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal
from math import isfinite

from fundingapp.domain.ledger import Cell

#: The precision of a spreadsheet: what lies beyond is noise of the binary representation (``architecture.md`` 4).
SIGNIFICANT_DIGITS = 15
_WHOLE_BELOW = 10.0**SIGNIFICANT_DIGITS
#: From here on the sixteenth digit may be more than a millionth, which is the most that counts as noise in an amount
#: (``domain.cells.without_noise``).
_MORE_THAN_NOISE_CUT = 1e8
_NOISE = Decimal("1E-6")


def exact_number(number: float) -> int | Decimal | str:
    """*number* to 15 significant digits: whole ones as int, others as Decimal.

    0.1 + 0.2 is 0.3 and 4999.999999999999 is 5000, while 1.005 stays 1.005. Of a number so large that 15 digits would
    cut off more than noise, every digit is kept: 1234567890123.451 is no amount in pence and must not become one (X18).
    Infinity and not-a-number come back as text, so that they are held back as unreadable instead of being summed.
    """
    if number.is_integer() and -_WHOLE_BELOW < number < _WHOLE_BELOW:
        return int(number)
    if not isfinite(number):
        return str(number)
    exact = Decimal(f"{number:.15g}")
    if not -_MORE_THAN_NOISE_CUT < number < _MORE_THAN_NOISE_CUT:
        whole_text = Decimal(repr(number))
        if abs(whole_text - exact) > _NOISE:
            exact = whole_text
    whole = int(exact)
    return whole if whole == exact else exact


def exact_cell(value: object) -> Cell:
    """Any value that a spreadsheet reader returns, as an exact cell; an empty text is an empty cell.

    A time without a day and a length of time are no ledger values; they stay visible as text (00:00:00).
    """
    kind = type(value)
    if kind is str:
        return value or None  # type: ignore[return-value]
    if kind is float:
        return exact_number(value)  # type: ignore[arg-type]
    if value is None or kind is bool or kind is int or isinstance(value, date):
        return value  # type: ignore[return-value]
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def exact_row(values: Iterable[object]) -> tuple[Cell, ...]:
    """A whole row of :func:`exact_cell`, with texts passed by quickly: they are most of a ledger."""
    return tuple([(value or None) if value.__class__ is str else exact_cell(value) for value in values])
