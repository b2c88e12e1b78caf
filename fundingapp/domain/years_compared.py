"""One count through the years, over all tables that state it: each period beside the same days of an earlier year
(R37), or why it can't be compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from fundingapp.domain.changes import (
    Days,
    Trend,
    difference,
    is_small_base,
    percent_change,
    periods_beside,
    trend,
)
from fundingapp.domain.errors import listed
from fundingapp.domain.outcomes import ResultsRules

#: So many places are named in a sentence.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Stated:
    """What a *table* (its number, the higher the newer) called *name* states for *days*. *places* are what a total is
    the sum of; *why_not* says why the table itself can't be compared, "" when it can."""

    days: Days
    count: Decimal
    table: int
    name: str
    places: frozenset[str] = frozenset()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class YearBeside:
    """A period beside an earlier one. *note* says why they are not comparable (then there is no change), or what is to
    be known of the change: a leap day, a small base."""

    previous: Stated
    current: Stated
    is_comparable: bool
    difference: Decimal | None
    percent: Decimal | None
    trend: Trend
    note: str = ""


def newest_of(stated: Iterable[Stated]) -> tuple[Stated, ...]:
    """What counts for each period, oldest first: of several tables the newest."""
    found: dict[Days, Stated] = {}
    for each in sorted(stated, key=lambda each: each.table):
        found[each.days] = each
    return tuple(sorted(found.values(), key=lambda each: (each.days.last, each.days.first)))


def years_beside(stated: Iterable[Stated], rules: ResultsRules) -> tuple[YearBeside, ...]:
    """Each period that has an earlier one, oldest first: beside the latest with the same days of the calendar, else
    beside the one before it, which is then not comparable."""
    periods = newest_of(stated)
    found = []
    for at, current in enumerate(periods):
        same = [each for each in periods[:at] if periods_beside(each.days, current.days).same]
        if at:
            found.append(beside(same[-1] if same else periods[at - 1], current, rules))
    return tuple(found)


def beside(previous: Stated, current: Stated, rules: ResultsRules) -> YearBeside:
    """*current* against *previous*: like with like, or why not (R37)."""
    days = periods_beside(previous.days, current.days)
    why = _why_not(previous, current) if days.same else days.text
    if why:
        return YearBeside(previous, current, False, None, None, trend(None, rules.steady), why)
    percent = percent_change(previous.count, current.count)
    notes = [days.text]
    if percent is None:
        notes.append("There is no percentage, for the figure before is nought.")
    elif is_small_base(previous.count, rules.small_base):
        notes.append(f"A percentage of {previous.count:,} says little.")
    return YearBeside(
        previous,
        current,
        True,
        difference(previous.count, current.count),
        percent,
        trend(percent, rules.steady),
        " ".join(note for note in notes if note),
    )


def _why_not(previous: Stated, current: Stated) -> str:
    """Why two periods of the same days can't be compared all the same; "" when they can."""
    for each in (current, previous):
        if each.why_not:
            return f"“{each.name}” can't be compared: {each.why_not}"
    if previous.places != current.places and previous.places and current.places:
        gone, new = previous.places - current.places, current.places - previous.places
        said = [
            f"{_some(places)} {'is' if len(places) == 1 else 'are'} only in “{each.name}”"
            for places, each in ((gone, previous), (new, current))
            if places
        ]
        return f"They are not sums of the same places: {' and '.join(said)}."
    return ""


def _some(places: Iterable[str]) -> str:
    names = sorted(places, key=str.casefold)
    more = [f"{len(names) - _NAMED:,} more"] if len(names) > _NAMED else []
    return listed([*names[:_NAMED], *more], "and")
