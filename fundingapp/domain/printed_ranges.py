"""What a printed figure may exactly stand for: a rounded or suppressed one is a range of values."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from fundingapp.domain.printed_figures import MOST_DECIMALS, Kind, Printed
from fundingapp.domain.printed_tables import PrintedTable

#: The exact values that a printed figure may stand for, both ends included.
Range = tuple[Fraction, Fraction]
#: More than any count: what a cell without a figure may stand for at most.
NOBODY_KNOWS: Final = Fraction(10**12)


def rounding_of(table: PrintedTable) -> int:
    """To which unit the notes say that counts are rounded; 1 when they say nothing."""
    for text in (table.title, *table.notes):
        found = re.search(
            r"rounded\b.{0,30}?\b(?:nearest|to)\s+(?:the nearest\s+)?(\d[\d,]*)", text, re.IGNORECASE
        )
        if found is not None and (unit := int(found[1].replace(",", ""))) in {2, 3, 5, 10, 20, 50, 100, 1000}:
            return unit
        if re.search(r"\bin thousands\b|\(000s?\)|£000", text, re.IGNORECASE):
            return 1
    return 1


def range_of(printed: Printed, unit: int = 1) -> Range | None:
    """The exact values that a printed figure may stand for; None where it says nothing. *unit* is what whole numbers
    are rounded to."""
    if printed.kind is Kind.HIDDEN:
        if printed.most is None:
            return None
        # Whether “<5” may also be nought differs from one publisher to the next.
        return (
            Fraction(0) if printed.least is not None and printed.least <= 1 else Fraction(printed.least or 0),
            Fraction(printed.most),
        )
    if printed.value is None:
        return None
    value = Fraction(printed.value)
    if printed.decimals > MOST_DECIMALS:
        return value, value
    if printed.kind is Kind.PERCENT or printed.decimals:
        half = Fraction(1, 2 * 10**printed.decimals)
        return value - half, value + half
    half = Fraction(unit - 1, 2)
    return value - half, value + half


def quotient(part: Range, whole: Range) -> Range | None:
    """*part* in per cent of *whole*, as a range; None where the whole may be nought."""
    if whole[0] <= 0:
        return None
    ends = [100 * p / w for p in part for w in whole]
    return min(ends), max(ends)


def fits(expected: Range, value: Fraction, decimals: int) -> bool:
    """Whether *value*, printed with so many *decimals*, may stand for an exact one in *expected*.

    Half way between two figures either is right: R36 rounds away from nought, many a program to the even one.
    """
    low, high = expected
    if decimals > MOST_DECIMALS:
        return low - Fraction(1, 10**MOST_DECIMALS) <= value <= high + Fraction(1, 10**MOST_DECIMALS)
    half = Fraction(10) ** -decimals / 2
    return low - half <= value <= high + half
