"""Whether a result meets its target, or which way it went from its baseline (R28 for the steps of returns)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from fundingapp.domain.changes import Days, exact_share, percent_change, rounded
from fundingapp.domain.errors import listed
from fundingapp.domain.indicators import Counted, Indicator, Measure
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.rag import Rag
from fundingapp.domain.results import Result
from fundingapp.domain.targets import Aim, Target
from fundingapp.domain.typed_figures import MARKS, OF_PARTS, WITHOUT_VALUE, NotANumberError, number_in


class Standing(Enum):
    """How a result stands to its target."""

    MET = "met"
    NEAR = "near"
    NOT_MET = "not met"
    NO_FIGURE = "no figure yet"
    SMALL = "small numbers"
    NOT_COMPARABLE = "not comparable"
    NO_TARGET = "no target"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a result stands: *word* is what to show, *percent* how much of the target is reached (to 1 dp), *change* what
    it is against the baseline in per cent, where these can be told. *note* says the rest in a sentence.

    *rag* is the step for returns, of three or five as the bands are.
    """

    standing: Standing
    word: str
    percent: Decimal | None = None
    change: Decimal | None = None
    rag: Rag | None = None
    note: str = ""


def _plainly(standing: Standing, note: str = "", word: str = "") -> Judgement:
    return Judgement(standing, word or standing.value, note=note)


class Baseline(NamedTuple):
    """What a result is compared with: a number, and the days that it is of (both inclusive), None where not known."""

    exact: Fraction | None = None
    text: str = ""
    first: date | None = None
    last: date | None = None
    value: Decimal | None = None


def baseline_of(indicator: Indicator, text: str, *, is_own: bool = True) -> Baseline:
    """The baseline worded *text*; without a number when it is none. The days are those of the indicator's own one, so
    one that was set for a year has none."""
    try:
        number = number_in(text)
    except NotANumberError:
        number = None
    days = (indicator.baseline_first, indicator.baseline_last) if is_own else (None, None)
    return Baseline(Fraction(number) if number is not None else None, text, *days, number)


def judged(
    indicator: Indicator,
    target: Target,
    baseline: Baseline,
    result: Result,
    year: FinancialYear,
    rules: ResultsRules,
    before: Result | None = None,
) -> Judgement:
    """How *result*, to date in *year*, stands to *target*.

    A number is judged against the whole year's target, never against a part of it for a part of the year; so what may
    be at most is only met so far while the year goes on. A direction or a change is judged against the baseline, and
    where none is stated against *before*, the same days a year before.
    """
    exact = result.exact
    if exact is None:
        if result.why_not:
            return _plainly(Standing.NOT_COMPARABLE, f"{result.why_not[:1].upper()}{result.why_not[1:]}.")
        return _plainly(Standing.NO_FIGURE, _not_there(result))
    if result.is_small:
        return _plainly(Standing.SMALL, f"A count under {result.threshold} may tell who somebody is.")
    if target.aim is Aim.NONE:
        return _plainly(Standing.NO_TARGET)
    if target.aim is Aim.WORDS:
        note = f"The target “{target.text}” is neither a number nor a direction, so a person has to judge it."
        return _plainly(Standing.NO_TARGET, note, "not judged")
    if target.aim is Aim.NUMBER and target.number is not None:
        if target.is_percent and indicator.counted is not Counted.SHARE:
            note = f"The target {target.text} is a percentage, and what is measured is a number."
            return _plainly(Standing.NOT_COMPARABLE, note)
        is_open = _is_open(indicator, result, year.first_day, year.last_day)
        return _against(exact, Fraction(target.number), target.is_least, is_open, rules)
    return _compared(indicator, target, _basis(baseline, before), result, exact, year, rules)


def _not_there(result: Result) -> str:
    said = [MARKS[mark] for mark in result.marks if mark in WITHOUT_VALUE]
    return f"The figure is {listed(said, 'and')}." if said else ""


def _basis(baseline: Baseline, before: Result | None) -> Baseline:
    """What to compare with: the stated baseline, or the same days a year before where none is stated."""
    if baseline.exact is None and before is not None and before.exact is not None:
        return Baseline(before.exact, before.shown, before.first, before.last, before.value)
    return baseline


def _is_open(indicator: Indicator, result: Result, first: date, last: date) -> bool:
    """Whether more is still to be added to *result* until it is of all the days from *first* to *last*."""
    if indicator.measure is Measure.STOCK or indicator.counted in OF_PARTS:
        return False
    return result.has_gaps or result.first != first or result.last != last


def _compared(
    indicator: Indicator,
    target: Target,
    baseline: Baseline,
    result: Result,
    exact: Fraction,
    year: FinancialYear,
    rules: ResultsRules,
) -> Judgement:
    """A direction or a change against the baseline."""
    if not indicator.is_comparable:
        note = indicator.comparability or "The figures of before and of now are not made in the same way."
        return _plainly(Standing.NOT_COMPARABLE, note)
    if baseline.exact is None:
        note = (
            f"The baseline “{baseline.text}” is not a number."
            if baseline.text
            else "There is no baseline to compare with."
        )
        return _plainly(Standing.NOT_COMPARABLE, note)
    first, last = _in_year(baseline, year)
    is_open = _is_open(indicator, result, first, last)
    beyond = is_open and ((result.first or first) < first or (result.last or last) > last)
    limit = baseline.exact
    if target.number is not None:
        limit = limit * (100 + Fraction(target.number)) / 100
    change = None if is_open else percent_change(baseline.exact, exact)
    reached = exact >= limit if target.is_least else exact <= limit
    if target.aim is Aim.DIRECTION and exact == limit:
        reached = False
    if beyond:
        # Figures of more days than the baseline has: what they make more of can't be told.
        if reached is target.is_least:
            note = f"The figures are of {_span(result)}, the baseline of {first:%d/%m/%Y} to {last:%d/%m/%Y}."
            return _plainly(Standing.NOT_COMPARABLE, note)
        is_open = False
    if target.aim is Aim.DIRECTION and not is_open:
        standing, rag = (Standing.MET, Rag.GREEN) if reached else (Standing.NOT_MET, Rag.RED)
        return Judgement(standing, standing.value, None, change, rag)
    found = _against(exact, limit, target.is_least, is_open, rules)
    is_coming = target.is_least and found.standing is Standing.NEAR
    if target.aim is Aim.DIRECTION and not reached and not is_coming:
        # As much as before is no rise and no fall.
        return Judgement(Standing.NOT_MET, Standing.NOT_MET.value, found.percent, change, Rag.RED)
    return replace(found, change=change)


def _in_year(baseline: Baseline, year: FinancialYear) -> tuple[date, date]:
    """The days of *year* that are those of the baseline in its own year; the whole of it where they aren't known."""
    if baseline.first is None or baseline.last is None:
        return year.first_day, year.last_day
    days = Days(baseline.first, baseline.last)
    moved = days.years_later(year.start - FinancialYear.of(baseline.first).start)
    return moved.first, moved.last


def _span(result: Result) -> str:
    return f"{result.first:%d/%m/%Y} to {result.last:%d/%m/%Y}"


def _against(
    exact: Fraction, limit: Fraction, is_least: bool, is_open: bool, rules: ResultsRules
) -> Judgement:
    """How what was reached stands to *limit* by the bands; nothing is rounded before it is compared."""
    part, whole = (exact, limit) if is_least else (limit, exact)
    percent = exact_share(part, whole)
    if percent is None or percent < 0:
        # Out of nought or less there is no percentage: it is reached or not.
        percent = Fraction(100) if part >= whole else Fraction(0)
    rag = _step(percent, rules.bands)
    shown = rounded(percent) if is_least or percent < 100 else None
    if percent >= Fraction(rules.bands[0]):
        word = "met so far" if is_open and not is_least else Standing.MET.value
        return Judgement(Standing.MET, word, shown, None, rag)
    if percent >= Fraction(rules.bands[-1]):
        # Rounded down, so that nobody reads a hundred where it is less.
        return Judgement(Standing.NEAR, f"{int(percent)}%", shown, None, rag)
    return Judgement(Standing.NOT_MET, Standing.NOT_MET.value, shown, None, rag)


def _step(percent: Fraction, bands: Sequence[Decimal]) -> Rag:
    """The step of returns: of three for two bands, of five for four."""
    steps = tuple(Rag) if len(bands) == 4 else (Rag.GREEN, Rag.AMBER, Rag.RED)
    for step, band in zip(steps, bands, strict=False):
        if percent >= Fraction(band):
            return step
    return steps[-1]


def check_bands(bands: Sequence[Decimal]) -> str:
    """Why *bands* can't be those of results; "" when they can: two or four, falling, above nought."""
    if len(bands) not in (2, 4):
        return "Bands are two numbers for three steps, or four for five"
    if any(one <= other for one, other in pairwise(bands)) or bands[-1] <= 0:
        return "The bands have to fall, and the last be above nought"
    return ""
