"""How results are read and judged: numbers as they are typed, targets as they are worded, what figures of several
periods come to (R39), whether a target is met, and which way a figure goes.

Counts and measures are exact decimals. Percentages are those of :mod:`fundingapp.domain.changes`; what is compared is
never rounded first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from fundingapp.domain.changes import Days, Trend as Way, exact_share, percent_change, rounded, share, trend
from fundingapp.domain.errors import listed
from fundingapp.domain.ids import AreaId, FigureId, FundId
from fundingapp.domain.indicators import (
    Counted,
    FigureStatus,
    GoodDirection,
    Indicator,
    IndicatorFigure,
    Measure,
)
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.rag import Rag

#: The letters of the shorthand of public statistics, with what each says of a figure.
MARKS = {
    "p": "provisional",
    "r": "revised",
    "e": "estimated",
    "b": "break in series",
    "u": "low reliability",
    "x": "not available",
    "z": "not applicable",
    "c": "confidential",
}
#: Those of a figure that is not there.
_WITHOUT_VALUE = frozenset("xzc")
#: What stands in place of a number that is not shown because of small counts in or beside it.
WITHHELD = "[c]"
#: Figures that count people or things one by one.
WHOLE = (Counted.PEOPLE, Counted.CONTACTS)
#: Figures that are made of two.
OF_PARTS = (Counted.SHARE, Counted.AVERAGE)
#: The last number that a figure may be: more digits are a slip, or a code.
_LARGEST = Decimal(10) ** 15
_MINUS = str.maketrans({"−": "-", "–": "-", "‑": "-", "﹣": "-"})


class NotANumberError(ValueError):
    """A text is no number; the message quotes it and says why, as the end of a sentence."""


_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]+)?")
_SHORTENED = re.compile(r"[+-]?£?[\d.,]+\s*(?:k|m|bn|thousand|million|billion)", re.IGNORECASE)
_HIDDEN = re.compile(r"[<>≤≥]\s*\d+")
_NOTHING = frozenset({"-", "--", "..", "...", "n/a", "na", "nil return", "*", "not available"})
_MARKED = re.compile(r"\[\s*([a-zA-Z, ]+?)\s*\]")
#: Units of figures that are money themselves.
_MONEY = re.compile(r"£|pound|pence|gbp|\bcost|\bvalue|\bsav|\bspen[dt]", re.IGNORECASE)
_PARTED = re.compile(r"(.+?)(?:\s*/\s*|\s+(?:out\s+)?of\s+)(.+)", re.IGNORECASE)


def number_in(text: str) -> Decimal | None:
    """The number that *text* states: “1,445”, “95%” (95), “£12.50”, “−3”; None for an empty one.

    Raises NotANumberError for anything else: shortened (“1.2m”), hidden (“<5”) and approximate numbers are none.
    """
    said = " ".join(text.split())
    if not said:
        return None
    bare = said.translate(_MINUS)
    if bare.casefold() in _NOTHING:
        raise NotANumberError(f"“{said}” is no number: leave the cell empty, or write [x] for not available")
    if _HIDDEN.fullmatch(bare):
        raise NotANumberError(f"“{said}” hides a count: type the count itself, or [c] for confidential")
    if _SHORTENED.fullmatch(bare):
        raise NotANumberError(f"“{said}” is shortened: write the number in full")
    sign = "-" if bare.startswith("-") else ""
    core = bare.removeprefix("-").strip().removeprefix("£").removesuffix("%").strip()
    if not core or _NUMBER.fullmatch(core) is None or not core[-1].isdigit() or (core[0] in "+-" and sign):
        raise NotANumberError(f"“{said}” is not a number")
    number = Decimal(sign + core.replace(",", ""))
    if abs(number) >= _LARGEST:
        raise NotANumberError(f"“{said}” has too many digits for a figure")
    return number


class Typed(NamedTuple):
    """What one cell of a grid of figures states; all None and "" where it is empty."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    marks: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Typed()


def typed_figure(text: str, counted: Counted, unit: str = "") -> Typed:
    """What *text* in a cell states: “1,445 [p]”, “45/50” or “45 of 50” for what is made of two, “[c]” for a figure
    that is not there. *unit* says what is counted; "" where that is not told.

    Raises NotANumberError, also where the number can't be one of these: half a person, 60 out of 50, £1,200 packs.
    """
    marks = marks_in("".join(_MARKED.findall(text)))
    said = " ".join(_MARKED.sub(" ", text).split())
    if not said:
        if marks and not set(marks) & _WITHOUT_VALUE:
            raise NotANumberError(f"“{text.strip()}” has a mark and no number")
        return Typed(marks=marks)
    parted = _PARTED.fullmatch(said) if said.casefold() not in _NOTHING else None
    if "£" in said and (counted in (*WHOLE, Counted.SHARE) or (unit and not _MONEY.search(unit))):
        raise NotANumberError(f"“{said}” is money, and this indicator counts {unit or 'something else'}")
    if parted is not None:
        if counted not in OF_PARTS:
            raise NotANumberError(f"“{said}” is made of two numbers, and this indicator is one")
        over, under = number_in(parted[1]), number_in(parted[2])
        typed = Typed(None, over, under, marks)
    else:
        typed = Typed(number_in(said), None, None, marks)
        if "%" in said and counted is not Counted.SHARE:
            raise NotANumberError(f"“{said}” is a percentage, and this indicator is a number")
    if problem := problem_of(counted, typed.value, typed.numerator, typed.denominator):
        raise NotANumberError(f"“{said}” {problem}")
    return typed


def marks_in(text: str) -> str:
    """The marks in *text*, each once in the order of MARKS. Raises NotANumberError for a letter that is none."""
    letters = {letter for letter in text.casefold() if letter not in ", "}
    unknown = sorted(letters - set(MARKS))
    if unknown:
        known = ", ".join(f"{letter} {said}" for letter, said in MARKS.items())
        raise NotANumberError(f"“{unknown[0]}” is not a mark; the marks are {known}")
    return "".join(letter for letter in MARKS if letter in letters)


def problem_of(
    counted: Counted, value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None
) -> str:
    """Why these can't be a figure so *counted*, as the end of a sentence; "" when they can."""
    if counted in OF_PARTS:
        if (numerator is None) is not (denominator is None):
            return "lacks one of the two numbers that it is made of"
        if denominator is not None and numerator is not None:
            if denominator < 0 or (counted is Counted.SHARE and numerator < 0):
                return "has a number below nought"
            if counted is Counted.SHARE and numerator > denominator:
                return "is more than the whole"
            if denominator == 0 and numerator != 0:
                return "is out of nought"
        if counted is Counted.SHARE and value is not None and not 0 <= value <= 100:
            return "is not a percentage from 0 to 100"
        return ""
    if numerator is not None or denominator is not None:
        return "is made of two numbers, and this indicator is one"
    if value is not None and counted in WHOLE:
        if value < 0:
            return f"can't be a number of {counted.value}: it is below nought"
        if value != value.to_integral_value():
            return f"can't be a number of {counted.value}: it is not whole"
    return ""


class Aim(Enum):
    """What a target asks for."""

    NUMBER = "a number"
    DIRECTION = "a direction"
    CHANGE = "a change in per cent"
    WORDS = "in words"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Target:
    """A target as it is worded in *text*, and what it asks for.

    *number* is what is to be reached, or the change against the baseline in per cent (below nought: a fall);
    *is_least*: at least so much, or upwards; otherwise at most, or downwards. Nothing is judged by WORDS.
    """

    aim: Aim
    text: str = ""
    number: Decimal | None = None
    is_least: bool = True
    is_percent: bool = False


_FALLS = r"reduc(?:e|es|ed|ing|tion|tions)|decreas\w*|fall\w*|fewer|lower\w*|less|down|drop\w*|cut"
_RISES = r"increas\w*|ris(?:e|es|ing)|raise\w*|more|grow\w*|higher|up|improv\w*|better"
_STEADY = r"maintain\w*|steady|stable|no change|unchanged|sustain\w*|keep|hold"
_DIRECTION = re.compile(
    rf"(?:an?\s+|to\s+)?(?:(?P<no>no|not to|no further)\s+)?(?:(?P<down>{_FALLS})|(?P<up>{_RISES}))"
    r"(?:\s+(?!by\b|than\b|to\b|until\b)[^\d%]{1,60})?",
    re.IGNORECASE,
)
_STEADILY = re.compile(rf"(?:to\s+)?(?:{_STEADY})(?:\s+(?:at\s+)?(?:the\s+)?baseline)?", re.IGNORECASE)
_AMOUNT = r"(?P<number>£?[\d.,]+)\s*(?P<percent>%|per\s?cent)?"
_CHANGE_FIRST = re.compile(
    rf"(?:an?\s+)?{_AMOUNT}\s*(?:(?P<down>{_FALLS})|(?P<up>{_RISES}))\b.*", re.IGNORECASE
)
_CHANGE_LAST = re.compile(
    rf"(?:an?\s+)?(?:(?P<down>{_FALLS})|(?P<up>{_RISES}))\s*(?:of|by)?\s*(?:at least\s+)?{_AMOUNT}.*",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"(?P<sign>[+-])\s*(?P<number>[\d.,]+)\s*(?:%|per\s?cent)", re.IGNORECASE)
_BOUND = re.compile(
    rf"(?:(?P<least>at least|no fewer than|not less than|no less than|minimum(?: of)?|min\.?|>=|≥|more than|over|>)"
    rf"|(?P<most>at most|no more than|not more than|up to|maximum(?: of)?|max\.?|<=|≤|fewer than|less than|under|<))"
    rf"\s*{_AMOUNT}",
    re.IGNORECASE,
)
_PLAIN = re.compile(rf"{_AMOUNT}(?P<plus>\s*(?:\+|or more))?", re.IGNORECASE)
#: A number with what it is of: “12 sessions”, “95% of clients”; never with how often, by when, or against what.
_OF_THINGS = re.compile(
    rf"(?P<bound>.*?{_AMOUNT})(?:\s+(?!(?:per|an?|each|every|by|in|to|until|from|on|or|and|week|month|quarter|"
    rf"weekly|monthly|quarterly|daily|yearly|annually|than|points?|{_FALLS}|{_RISES})\b)[a-z’'\-]+){{1,4}}",
    re.IGNORECASE,
)
#: Bounds that the number itself does not reach.
_BEYOND = {"more than", "over", ">", "fewer than", "less than", "under", "<"}


def target_of(text: str, direction: GoodDirection = GoodDirection.NONE) -> Target:
    """What the target worded *text* asks for: “180”, “95%”, “at least 12”, “no more than 40”, “reduction”, “fall”,
    “10% reduction”, “maintain”.

    A number alone is the least where up is good, or nothing is said, and the most where down is. Whole numbers that a
    bound leaves out (“fewer than 5”) are taken to the next one.
    """
    said = " ".join(text.translate(_MINUS).split()).rstrip(".")
    if not said:
        return Target(Aim.NONE, "")
    up = direction is not GoodDirection.DOWN
    if found := _PLAIN.fullmatch(said):
        least = True if found["plus"] else up
        return _numbered(Aim.NUMBER, text, found, least)
    if found := _BOUND.fullmatch(said):
        least = found["least"] is not None
        target = _numbered(Aim.NUMBER, text, found, least)
        beyond = (found["least"] or found["most"]).casefold() in _BEYOND
        number = target.number
        if beyond and number is not None and not target.is_percent and number == number.to_integral_value():
            return Target(Aim.NUMBER, text, number + (1 if least else -1), least)
        return target
    if found := _SIGNED.fullmatch(said):
        return _numbered(Aim.CHANGE, text, found, found["sign"] == "+", signed=True)
    if found := _CHANGE_FIRST.fullmatch(said) or _CHANGE_LAST.fullmatch(said):
        if found["percent"]:
            return _numbered(Aim.CHANGE, text, found, found["up"] is not None, signed=True)
        return Target(Aim.WORDS, text)
    if found := _DIRECTION.fullmatch(said):
        rises = found["up"] is not None
        if found["no"]:  # no increase: the baseline is the most
            return Target(Aim.CHANGE, text, Decimal(0), not rises, is_percent=True)
        return Target(Aim.DIRECTION, text, None, rises)
    if found := _OF_THINGS.fullmatch(said):
        bare = target_of(found["bound"], direction)
        if bare.aim is Aim.NUMBER:
            return replace(bare, text=text)
    if _STEADILY.fullmatch(said) and direction is not GoodDirection.NONE:
        return Target(Aim.CHANGE, text, Decimal(0), up, is_percent=True)
    return Target(Aim.WORDS, text)


def _numbered(aim: Aim, text: str, found: re.Match[str], is_least: bool, *, signed: bool = False) -> Target:
    """The target with the number that was *found*; *signed*, a fall is below nought."""
    try:
        number = number_in(found["number"])
    except NotANumberError:
        return Target(Aim.WORDS, text)
    if number is None:
        return Target(Aim.WORDS, text)
    is_percent = signed or bool(found.groupdict().get("percent"))
    return Target(aim, text, -number if signed and not is_least else number, is_least, is_percent)


class Measured(NamedTuple):
    """A figure under its identity."""

    id: FigureId
    figure: IndicatorFigure


@dataclass(frozen=True, slots=True)
class Result:
    """What an indicator comes to over some days.

    *value* is per cent for a share (to 1 dp) and a mean for an average (to 2 dp), both out of *numerator* and
    *denominator* where these are known. *first* and *last* are the days that its *figures* really take in, None without
    any; *is_part*: days that were asked for are left out, *has_gaps*: some between *first* and *last*. *status* is
    the weakest of them, *marks* those of all. *is_small*: a count that may tell who somebody is;
    *is_withheld*: a sum out of which one could be worked out. *why_not* says why there is no value although there are
    figures.
    """

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    first: date | None = None
    last: date | None = None
    figures: tuple[FigureId, ...] = ()
    is_part: bool = False
    has_gaps: bool = False
    status: FigureStatus | None = None
    marks: str = ""
    is_small: bool = False
    is_withheld: bool = False
    why_not: str = ""
    counted: Counted = Counted.NUMBER
    unit: str = ""
    threshold: int = 5

    @property
    def exact(self) -> Fraction | None:
        """The value before any rounding."""
        if self.value is None:
            return None
        if self.numerator is not None and self.denominator:
            if self.counted is Counted.SHARE:
                return exact_share(self.numerator, self.denominator)
            return Fraction(self.numerator) / Fraction(self.denominator)
        return Fraction(self.value)

    @property
    def shown(self) -> str:
        """As a table shows it: “195”, “100%”, “1,445 [p]”, “[c]”; a dash for nothing."""
        if self.value is None:
            return self._marked("") or "–"
        return self._marked(number_shown(self.value, self.counted, self.unit))

    @property
    def hidden(self) -> str:
        """The same with what is small hidden: “<5”, or “[c]” for a percentage that is made of small counts."""
        if self.is_small and self.counted not in OF_PARTS:
            return self._marked(f"<{self.threshold}")
        return WITHHELD if self.is_small or (self.is_withheld and self.value) else self.shown

    def _marked(self, text: str) -> str:
        marks = self.marks
        if self.status is FigureStatus.PROVISIONAL and "p" not in marks:
            marks = marks_in(f"p{marks}")
        return " ".join(part for part in (text, *(f"[{mark}]" for mark in marks)) if part)


def number_shown(value: Decimal, counted: Counted = Counted.NUMBER, unit: str = "") -> str:
    """*value* as it is shown: thousands parted, no noughts at the end, % for a share and £ where that is the unit."""
    text = f"{abs(value):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    minus = "−" if value < 0 and text.strip("0,.") else ""
    return f"{minus}{'£' if unit.startswith('£') else ''}{text}{'%' if counted is Counted.SHARE else ''}"


def rules_for(rules: Iterable[ResultsRules], fund: FundId | None) -> ResultsRules:
    """The rules by which results of *fund* are judged: its own, else those of the file, else the usual ones.

    Where several funds are looked at together (None), the strictest threshold of them all hides small counts.
    """
    by_fund = {each.fund: each for each in rules}
    found = by_fund.get(fund) or by_fund.get(None) or ResultsRules()
    if fund is None:
        return replace(
            found, threshold=max([found.threshold, *(each.threshold for each in by_fund.values())])
        )
    return found


# What figures come to


#: Which figure counts where several are held for the same days, the first that there is.
_BEATS = (FigureStatus.ACTUAL, FigureStatus.PROVISIONAL, FigureStatus.FORECAST)


def of_area(measured: Iterable[Measured], area: AreaId | None) -> list[Measured]:
    """Those of *measured* for *area*; None is the indicator's own place."""
    return [each for each in measured if each.figure.area == area]


def counting(measured: Iterable[Measured], *, with_forecast: bool = False) -> list[Measured]:
    """Those that count, in the order of their days: actual before provisional before forecast for the same days."""
    best: dict[tuple[date, date], Measured] = {}
    for each in measured:
        figure = each.figure
        if figure.status is FigureStatus.FORECAST and not with_forecast:
            continue
        days = (figure.first, figure.last)
        there = best.get(days)
        if there is None or _BEATS.index(figure.status) < _BEATS.index(there.figure.status):
            best[days] = each
    if with_forecast:
        # What is only expected gives way to what was measured on any of its days.
        known = [each.figure for each in best.values() if each.figure.status is not FigureStatus.FORECAST]
        best = {
            days: each
            for days, each in best.items()
            if each.figure.status is not FigureStatus.FORECAST
            or not any(days[0] <= figure.last and figure.first <= days[1] for figure in known)
        }
    return sorted(best.values(), key=lambda each: (each.figure.first, each.figure.last, each.id))


def result_over(
    indicator: Indicator,
    measured: Iterable[Measured],
    first: date,
    last: date,
    threshold: int = 5,
    *,
    with_forecast: bool = False,
) -> Result:
    """What *indicator* comes to from *first* to *last*, both inclusive, out of the figures that lie within (R39).

    Flows add up; of a stock the latest counts; shares and averages are made anew of their parts. *measured* are of one
    place.
    """
    touching = [each for each in measured if each.figure.first <= last and first <= each.figure.last]
    within = [
        each
        for each in counting(touching, with_forecast=with_forecast)
        if first <= each.figure.first and each.figure.last <= last
    ]
    bare = Result(counted=indicator.counted, unit=indicator.unit, threshold=threshold)
    if not within:
        return bare
    if indicator.measure is Measure.STOCK:
        return _stock(indicator, within, threshold)
    ids = tuple(each.id for each in within)
    figures = [each.figure for each in within]
    marks = marks_in("".join(_known_marks(figure.marks) for figure in figures))
    status = max((figure.status for figure in figures), key=_BEATS.index)
    lacks = any(not _is_there(indicator, figure) for figure in figures)
    made = Result(
        first=figures[0].first,
        last=max(figure.last for figure in figures),
        figures=ids,
        is_part=lacks or not _tiles(figures, first, last),
        has_gaps=lacks or not _tiles(figures, figures[0].first, max(figure.last for figure in figures)),
        status=status,
        marks=marks,
        counted=indicator.counted,
        unit=indicator.unit,
        threshold=threshold,
    )
    for one, other in pairwise(figures):
        if other.first <= one.last:
            return replace(
                made, why_not=f"the figures for {_days(one)} and {_days(other)} are partly of the same days"
            )
    there = [figure for figure in figures if _is_there(indicator, figure)]
    if not there:
        return made
    if indicator.counted in OF_PARTS:
        return _of_parts(indicator, made, there, threshold)
    value = sum((figure.value for figure in there if figure.value is not None), Decimal(0))
    return _with(made, value, None, None, _is_small(indicator, value, None, None, threshold))


def _is_there(indicator: Indicator, figure: IndicatorFigure) -> bool:
    """Whether *figure* has a number of the kind that is counted; parts make no plain number."""
    return figure.value is not None or (indicator.counted in OF_PARTS and figure.numerator is not None)


def _known_marks(marks: str) -> str:
    return "".join(mark for mark in marks.casefold() if mark in MARKS)


def _days(figure: IndicatorFigure) -> str:
    return f"{figure.first:%d/%m/%Y} to {figure.last:%d/%m/%Y}"


def _tiles(figures: Sequence[IndicatorFigure], first: date, last: date) -> bool:
    """Whether the days of *figures*, in their order, take in every day from *first* to *last*."""
    next_day = first
    for figure in figures:
        if figure.first > next_day:
            return False
        next_day = max(next_day, figure.last + timedelta(days=1))
    return next_day > last


def _stock(indicator: Indicator, within: Sequence[Measured], threshold: int) -> Result:
    """The latest of several figures of a stock that has a number, else the latest."""
    with_number = [each for each in within if _is_there(indicator, each.figure)]
    id, figure = max(with_number or within, key=lambda each: (each.figure.last, each.figure.first, each.id))
    made = Result(
        first=figure.first,
        last=figure.last,
        figures=(id,),
        status=figure.status,
        marks=marks_in(_known_marks(figure.marks)),
        counted=indicator.counted,
        unit=indicator.unit,
        threshold=threshold,
    )
    if not _is_there(indicator, figure):
        return made
    if indicator.counted in OF_PARTS:
        return _of_parts(indicator, made, [figure], threshold)
    return _with(made, figure.value, None, None, _is_small(indicator, figure.value, None, None, threshold))


def _of_parts(
    indicator: Indicator, made: Result, figures: Sequence[IndicatorFigure], threshold: int
) -> Result:
    """A share or an average over several periods: of the sums of the parts, never of the results."""
    what = "share" if indicator.counted is Counted.SHARE else "average"
    if any(figure.numerator is None or figure.denominator is None for figure in figures):
        printed = {figure.value for figure in figures if figure.value is not None}
        whole = all(figure.numerator is None for figure in figures)
        if whole and len(printed) == 1:
            # What is the same in every part is the same in the whole, however large the parts are.
            return _with(made, printed.pop(), None, None, False)
        lacking = next(figure for figure in figures if figure.numerator is None)
        return replace(
            made,
            why_not=f"the {what} for {_days(lacking)} is known without the numbers that it is made of, so it "
            "can't be put together with others",
        )
    over = sum((figure.numerator for figure in figures if figure.numerator is not None), Decimal(0))
    under = sum((figure.denominator for figure in figures if figure.denominator is not None), Decimal(0))
    if not under:
        return replace(made, why_not=f"a {what} out of nought is none")
    value = (
        share(over, under)
        if indicator.counted is Counted.SHARE
        else rounded(Fraction(over) / Fraction(under), 2)
    )
    return _with(made, value, over, under, _is_small(indicator, None, over, under, threshold))


def _is_small(
    indicator: Indicator,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    threshold: int,
) -> bool:
    """Whether a count, or one that a share is made of (those in it, and those left), may tell who somebody is."""
    if not indicator.is_sensitive:
        return False
    counts = [value] if indicator.counted not in OF_PARTS else [denominator]
    if indicator.counted is Counted.SHARE and numerator is not None and denominator is not None:
        counts += [numerator, denominator - numerator]
    return any(count is not None and 0 < count < threshold for count in counts)


def _with(
    made: Result,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    is_small: bool,
) -> Result:
    return replace(made, value=value, numerator=numerator, denominator=denominator, is_small=is_small)


def quarter_result(
    indicator: Indicator,
    measured: Iterable[Measured],
    year: FinancialYear,
    quarter: int,
    threshold: int = 5,
) -> Result:
    """What *indicator* was in one quarter; what is only expected counts where nothing was measured."""
    first, last = days_of(year, quarter)
    return result_over(indicator, measured, first, last, threshold, with_forecast=True)


def to_date(
    indicator: Indicator,
    measured: Iterable[Measured],
    year: FinancialYear,
    quarter: int,
    threshold: int = 5,
) -> Result:
    """What *indicator* comes to from 1 April of *year* to the end of *quarter*, measured only."""
    return result_over(indicator, measured, year.first_day, days_of(year, quarter)[1], threshold)


def same_days_before(
    indicator: Indicator, measured: Iterable[Measured], result: Result, threshold: int = 5
) -> Result | None:
    """What *indicator* was on the same days a year before those that *result* takes in; None unless figures tile just
    them (R37)."""
    if result.first is None or result.last is None:
        return None
    days = Days(result.first, result.last).years_later(-1)
    first, last = days.first, days.last
    before = result_over(indicator, measured, first, last, threshold)
    if before.value is None or before.is_part or result.has_gaps:
        return None
    return before if (before.first, before.last) == (first, last) else None


# Whether a target is met


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
    said = [MARKS[mark] for mark in result.marks if mark in _WITHOUT_VALUE]
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


# Which way it goes


@dataclass(frozen=True, slots=True)
class Trend:
    """Which way a figure goes against an earlier one: *change* in per cent of it, or in percentage *is_points* for a
    share; None where the earlier one was nought. *against* names the earlier one."""

    sign: str
    change: Decimal | None
    against: str
    is_points: bool = False
    is_good: bool | None = None

    @property
    def in_words(self) -> str:
        """“↑ 15.9% against the same days of 2017/18”."""
        if self.change is None:
            return f"{self.sign} from nought {self.against}".strip()
        unit = " percentage points" if self.is_points else "%"
        return f"{self.sign} {number_shown(abs(self.change))}{unit} against {self.against}"


def trend_between(
    indicator: Indicator, earlier: Result, now: Result, against: str, steady: Decimal
) -> Trend | None:
    """Which way *indicator* goes from *earlier* to *now*; up to *steady* per cent (or points) is no change. None where
    one of them is not there, is small, or can't be compared."""
    if earlier.exact is None or now.exact is None or not indicator.is_comparable:
        return None
    if earlier.is_small or now.is_small or "b" in now.marks:
        return None
    is_points = indicator.counted is Counted.SHARE
    apart = now.exact - earlier.exact
    change = rounded(apart) if is_points else percent_change(earlier.exact, now.exact)
    way = trend(
        change if change is not None else rounded(apart), steady if change is not None else Decimal(0)
    )
    if way is Way.STEADY:
        return Trend(way.sign, change, against, is_points)
    good = {GoodDirection.UP: apart > 0, GoodDirection.DOWN: apart < 0}.get(indicator.direction)
    return Trend(way.sign, change, against, is_points, good)


# What can't stand beside each other


def clashes(name: str, measure: Measure, measured: Iterable[tuple[str, IndicatorFigure]]) -> tuple[str, ...]:
    """Which figures of one indicator called *name* can't stand beside each other, both named, as sentences.

    Each figure comes with what to call its place, "" for the indicator's own. For the same days there is one of each
    status. A quarter and a month of it would be counted twice, unless one of them is a forecast or it is a stock.
    """
    found: list[str] = []
    by_place: dict[str, list[IndicatorFigure]] = defaultdict(list)
    for place, figure in measured:
        by_place[place].append(figure)
    for place, figures in by_place.items():
        where = f" in {place}" if place else ""
        ordered = sorted(figures, key=lambda each: (each.first, each.last, _BEATS.index(each.status)))
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                if other.first > one.last:
                    break
                if (one.first, one.last) == (other.first, other.last):
                    if one.status is other.status:
                        found.append(f"“{name}”{where} has two {one.status.value} figures for {_days(one)}")
                    continue
                if measure is Measure.STOCK or (
                    (FigureStatus.FORECAST in (one.status, other.status)) and (one.status is not other.status)
                ):
                    continue
                found.append(
                    f"“{name}”{where}: the figure for {_days(other)} is partly of the same days as that for "
                    f"{_days(one)}"
                )
    return tuple(found)
