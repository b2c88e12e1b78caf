"""Changes and shares of counts: the one place where percentages are worked out (R36, R37).

Everything is exact until the one rounding at the end, half away from zero, which is how R36 shows a percentage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

#: What a count may be given as.
Number = int | Decimal | Fraction
#: The decimals that R36 shows.
DECIMALS: Final = 1


def rounded(exact: Number, decimals: int = DECIMALS) -> Decimal:
    """*exact* to so many *decimals* (−1: to tens), half away from zero; a nought has no sign."""
    scaled = Fraction(exact) * Fraction(10) ** decimals
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    whole += 2 * rest >= scaled.denominator
    return (
        Decimal(-whole if scaled < 0 else whole).scaleb(-decimals) if whole else Decimal(0).scaleb(-decimals)
    )


def difference(previous: Number, current: Number) -> Decimal:
    """Current − previous (R36). Raises ValueError when that has no finite decimal form."""
    exact = Fraction(current) - Fraction(previous)
    return exact_decimal(exact)


def exact_decimal(exact: Number) -> Decimal:
    """*exact* as a decimal number, nothing rounded. Raises ValueError when it never ends."""
    exact = Fraction(exact)
    rest, twos, fives = exact.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise ValueError(f"{exact} has no finite decimal form")
    places = max(twos, fives)
    return Decimal(int(exact * 10**places)).scaleb(-places)


def exact_change(previous: Number, current: Number) -> Fraction | None:
    """The change in per cent of *previous*, not rounded; None where *previous* is nought or below (R36)."""
    base = Fraction(previous)
    return None if base <= 0 else (Fraction(current) - base) * 100 / base


def percent_change(previous: Number, current: Number, decimals: int = DECIMALS) -> Decimal | None:
    """(current − previous) ÷ **previous** in per cent, half away from zero (R36); None where *previous* is nought."""
    exact = exact_change(previous, current)
    return None if exact is None else rounded(exact, decimals)


def exact_share(numerator: Number, denominator: Number) -> Fraction | None:
    """*numerator* in per cent of *denominator*, not rounded; None where that is nought or below."""
    base = Fraction(denominator)
    return None if base <= 0 else Fraction(numerator) * 100 / base


def share(numerator: Number, denominator: Number, decimals: int = DECIMALS) -> Decimal | None:
    """*numerator* in per cent of *denominator*, half away from zero; None where that is nought or below."""
    exact = exact_share(numerator, denominator)
    return None if exact is None else rounded(exact, decimals)


def points(
    previous: tuple[Number, Number], current: tuple[Number, Number], decimals: int = DECIMALS
) -> Decimal | None:
    """The change of a share in percentage points, each given as its numerator and denominator and rounded once.

    None where a denominator is nought or below.
    """
    before, now = exact_share(*previous), exact_share(*current)
    return None if before is None or now is None else rounded(now - before, decimals)


def is_small_base(previous: Number, least: int) -> bool:
    """Whether a percentage of *previous* is to be warned of: 2 to 14 is +600%, and says little."""
    return 0 < Fraction(previous) < least


class Trend(Enum):
    """Where a series goes; *word* and *sign* are how it is shown."""

    UP = "up"
    STEADY = "steady"
    DOWN = "down"
    NONE = "not known"

    @property
    def word(self) -> str:
        return self.value

    @property
    def sign(self) -> str:
        return {"up": "↑", "steady": "≈", "down": "↓"}.get(self.value, "–")


def trend(change: Decimal | None, steady: Decimal) -> Trend:
    """The trend of a *change*, in per cent or points: up to *steady* either way counts as steady."""
    if change is None:
        return Trend.NONE
    if abs(change) <= steady:
        return Trend.STEADY
    return Trend.UP if change > 0 else Trend.DOWN


@dataclass(frozen=True, slots=True)
class Days:
    """The days from *first* to *last*, both inclusive. Raises ValueError when they are reversed."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} lies before {self.first}")

    @property
    def length(self) -> int:
        """How many days they are."""
        return (self.last - self.first).days + 1

    @property
    def in_words(self) -> str:
        """“1 April 2018 to 31 January 2019”."""
        first, last = (f"{day.day} {day:%B %Y}" for day in (self.first, self.last))
        return first if self.first == self.last else f"{first} to {last}"

    def years_later(self, years: int) -> Days:
        """The same days of the calendar so many years later; 29 February is 28 February where there is none, and the
        end of a February stays its end."""
        return Days(_moved(self.first, years, ends=False), _moved(self.last, years, ends=True))

    def overlaps(self, other: Days) -> bool:
        return self.first <= other.last and other.first <= self.last


def _moved(day: date, years: int, *, ends: bool) -> date:
    if ends and (day + timedelta(days=1)).day == 1 and day.month == 2:
        return date(day.year + years, 3, 1) - timedelta(days=1)
    if (day.month, day.day) == (2, 29):
        return date(day.year + years, 3, 1) - timedelta(days=1)
    return day.replace(year=day.year + years)


@dataclass(frozen=True, slots=True)
class PeriodsBeside:
    """How two periods compare (R37): *same* days of the calendar, years apart; *leap_day* when one of them has a
    29 February that the other has not; *text* says it, "" when there is nothing to say."""

    same: bool
    leap_day: bool
    text: str


def periods_beside(previous: Days, current: Days) -> PeriodsBeside:
    """Whether *previous* has the same days of the calendar as *current*, in an earlier year (R37)."""
    years = current.first.year - previous.first.year
    if years <= 0 or previous.years_later(years) != current:
        how = (
            f"{previous.length:,} days beside {current.length:,}"
            if previous.length != current.length
            else "as many days, but others of the year"
            if years > 0
            else "which is no earlier year"
        )
        return PeriodsBeside(
            False,
            False,
            f"{current.in_words} can't be compared with {previous.in_words}: {how}.",
        )
    if previous.length == current.length:
        return PeriodsBeside(True, False, "")
    longer = current if current.length > previous.length else previous
    return PeriodsBeside(
        True,
        True,
        f"{longer.in_words} has a 29 February, so it is one day longer than the other period."
        if abs(current.length - previous.length) == 1
        else f"{longer.in_words} has more leap days than the other period.",
    )
