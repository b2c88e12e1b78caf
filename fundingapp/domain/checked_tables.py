"""A published table as the program shows it: counts as published, everything else worked out of them (R36 to R38)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from fundingapp.domain.changes import (
    Days,
    PeriodsBeside,
    Trend,
    difference,
    exact_change,
    is_small_base,
    percent_change,
    periods_beside,
    trend,
)
from fundingapp.domain.ids import AreaId
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.performance import PerformanceFigure, RowSort
from fundingapp.domain.places import plain_place
from fundingapp.domain.printed_words import is_all_crime


@dataclass(frozen=True, slots=True)
class TableLine:
    """One row of a table: a category in a place. *counts* has the figure of each of the table's periods, None where
    none was printed; *previous* and *current* are the two that are compared, the latter the latest.

    *percent* is None where the one before is nought, hidden or not comparable; *beside* says how the two periods
    compare (R37), None where there is only one.
    """

    category: str
    place: str
    area: AreaId | None
    sort: RowSort
    counts: tuple[PerformanceFigure | None, ...]
    previous: PerformanceFigure | None
    current: PerformanceFigure | None
    difference: Decimal | None
    percent: Decimal | None
    beside: PeriodsBeside | None
    is_small_base: bool
    trend: Trend

    @property
    def target(self) -> str:
        return self.current.target if self.current is not None else ""

    @property
    def note(self) -> str:
        """What is to be said of the change: why there is none, that its base is small, a leap day."""
        notes = []
        if self.beside is not None and self.beside.text:
            notes.append(self.beside.text)
        if self.previous is not None and self.previous.count == 0 and self.current is not None:
            notes.append("There is no percentage, for the figure before is nought.")
        if self.is_small_base and self.previous is not None:
            notes.append(f"A percentage of {self.previous.count} says little.")
        return " ".join(notes)


def days_of_figure(figure: PerformanceFigure) -> Days:
    """The days that a count is of."""
    return Days(figure.first, figure.last)


def periods_of(figures: Iterable[PerformanceFigure]) -> tuple[Days, ...]:
    """The periods of a table, in their order."""
    return tuple(sorted({days_of_figure(each) for each in figures}, key=lambda days: (days.last, days.first)))


def lines_of(
    figures: Sequence[PerformanceFigure], rules: ResultsRules, *, is_comparable: bool = True
) -> tuple[TableLine, ...]:
    """The rows of the table that *figures* make, in the order of the file. Without *is_comparable*, which the table
    says of itself, nothing is compared."""
    periods = periods_of(figures)
    rows: dict[tuple[str, str], dict[Days, PerformanceFigure]] = {}
    for figure in sorted(figures, key=lambda each: (each.row, each.column)):
        rows.setdefault((figure.category, figure.area_name), {})[days_of_figure(figure)] = figure
    return tuple(_line(by_period, periods, rules, is_comparable=is_comparable) for by_period in rows.values())


def _line(
    by_period: Mapping[Days, PerformanceFigure],
    periods: Sequence[Days],
    rules: ResultsRules,
    *,
    is_comparable: bool,
) -> TableLine:
    own = [days for days in periods if days in by_period]
    current = by_period[own[-1]]
    earlier = [days for days in own[:-1] if periods_beside(days, own[-1]).same] or own[-2:-1]
    previous = by_period[earlier[-1]] if earlier else None
    beside = periods_beside(earlier[-1], own[-1]) if earlier else None
    changed = percent = None
    compares = beside is not None and beside.same and is_comparable
    if previous is not None and previous.count is not None and current.count is not None and compares:
        changed = difference(previous.count, current.count)
        percent = percent_change(previous.count, current.count)
    return TableLine(
        current.category,
        current.area_name,
        current.area,
        current.sort,
        tuple(by_period.get(days) for days in periods),
        previous,
        current,
        changed,
        percent,
        beside,
        percent is not None
        and previous is not None
        and previous.count is not None
        and is_small_base(previous.count, rules.small_base),
        trend(percent, rules.steady),
    )


@dataclass(frozen=True, slots=True)
class SumBeside:
    """A printed total beside the sum of its parts (R38). *is_bound*: categories of all crime are only part of it, so
    that it holds while they are no more."""

    name: str
    days: Days
    printed: Decimal
    summed: Decimal
    parts: int
    is_bound: bool = False

    @property
    def holds(self) -> bool:
        return self.summed <= self.printed if self.is_bound else self.summed == self.printed


def sums_of(figures: Sequence[PerformanceFigure]) -> tuple[SumBeside, ...]:
    """Each total of a table beside its parts: places and what is unassigned sum to the whole, categories listed are no
    more than all crime (R38). Totals with a hidden part are left out, for nobody can tell."""
    found: list[SumBeside] = []
    for days in periods_of(figures):
        own = [each for each in figures if days_of_figure(each) == days]
        for total in own:
            if total.count is None or total.sort is RowSort.SUBTOTAL:
                continue
            if total.sort is RowSort.TOTAL:
                by_place = bool(total.area_name)
                parts = [
                    each
                    for each in own
                    if each.sort in {RowSort.ORDINARY, RowSort.UNASSIGNED}
                    and (
                        each.category == total.category
                        if by_place
                        else each.area_name == total.area_name and not is_all_crime(each.category)
                    )
                ]
            elif is_all_crime(total.category):
                parts = [
                    each
                    for each in own
                    if each is not total
                    and each.area_name == total.area_name
                    and each.sort is RowSort.ORDINARY
                    and not is_all_crime(each.category)
                ]
            else:
                continue
            counts = [each.count for each in parts if each.count is not None]
            if len(parts) < 2 or len(counts) < len(parts):
                continue
            name = " · ".join(each for each in (total.category, total.area_name) if each)
            bound = total.sort is not RowSort.TOTAL
            found.append(SumBeside(name, days, total.count, sum(counts, Decimal()), len(parts), bound))
    return tuple(found)


_OF_NO_MATTER = frozenset({"motor", "the", "a", "offence", "crime", "recorded", "and"})


@lru_cache(maxsize=4_096)
def subject_key(category: str) -> str:
    """*category* as it is compared between tables: all crime goes by several names, and “Theft of Vehicles” is “Theft
    of motor vehicle”; theft *of* and theft *from* stay two."""
    if is_all_crime(category) or re.search(r"\b(?:recorded|all|total) crime\b", category, re.IGNORECASE):
        return "allcrime"
    words = re.findall(r"[^\W_]+", category.casefold().replace("&", " and "))
    plain = [word.rstrip("s") if len(word) > 3 else word for word in words]
    told = "".join(word for word in plain if word not in _OF_NO_MATTER)
    return told or plain_place(category)


@dataclass(frozen=True, slots=True)
class Rank:
    """A place in an order, the least increase first: *at* of *of*; *ties* others stand there as well."""

    at: int
    of: int
    ties: int = 0

    @property
    def in_words(self) -> str:
        """“9/15”, or “=9/15” where others stand there as well."""
        return f"{'=' if self.ties else ''}{self.at}/{self.of}"


def family_rank(changes: Mapping[str, tuple[Decimal, Decimal]], ours: str) -> Rank | None:
    """Where *ours* stands among the members of a family by the change from the first to the second count of each, the
    least increase first; None where ours, or any change, is undefined."""
    exact = {name: exact_change(*counts) for name, counts in changes.items()}
    own = exact.get(ours)
    if own is None or any(each is None for each in exact.values()) or len(exact) < 2:
        return None
    others = [each for name, each in exact.items() if name != ours and each is not None]
    return Rank(1 + sum(each < own for each in others), len(exact), sum(each == own for each in others))
