"""What one of something cost, with the parts that it is made of, and what a change is said to have saved.

A unit cost is spending ÷ what was counted, to the penny; it is never shown without both. A cost avoided rests on
somebody else's estimate and is never shown without its source, its prices and its caveat (domain paper 8.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fundingapp.domain.counted_words import name_in_text, singular_in
from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.indicators import Counted, GoodDirection, Indicator, Measure
from fundingapp.domain.money import Money, percent_in_words
from fundingapp.domain.results import number_shown
from fundingapp.domain.value import ReferenceValue

#: What is said in place of a cost or of a number that may not be shown.
HIDDEN = "small numbers are hidden, and the cost would give them away"


@dataclass(frozen=True, slots=True)
class Reached:
    """What an indicator came to up to a quarter: its figure, and for a share or an average what that is made of.

    *is_hidden* when it is a small number of something sensitive; *is_provisional* when part of it may still change;
    *missing* are the quarters (1 to 4) up to then without a figure.
    """

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_hidden: bool = False
    is_provisional: bool = False
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one of *indicator* cost. *cost* is None where there is none, or where it can't be shown; *why_not* then says
    why in words. *number* is what *spent* is divided by."""

    indicator: Indicator
    spent: Money
    number: Decimal | None
    cost: Money | None
    why_not: str = ""
    caveats: tuple[str, ...] = ()
    is_hidden: bool = False

    @property
    def per(self) -> str:
        """“per client supported”; of a share, “for each: satisfied”."""
        return per_one(self.indicator)

    @property
    def in_words(self) -> str:
        """“£51.28 per client supported · £10,000.00 ÷ 195”, or why there is none."""
        if self.cost is None or self.number is None:
            return f"no cost {self.per}: {self.why_not}"
        return f"{self.cost.in_words} {self.per} · {self.spent.in_words} ÷ {number_shown(self.number)}"


def per_one(indicator: Indicator) -> str:
    """What one of *indicator* is, after a cost."""
    words = singular_in(name_in_text(indicator.name))
    return f"for each one {words}" if indicator.counted is Counted.SHARE else f"per {words}"


def number_counted(indicator: Indicator, reached: Reached) -> Decimal | None:
    """What spending is divided by: the figure itself; of a share those who are meant, never the percentage; of an
    average nothing."""
    match indicator.counted:
        case Counted.SHARE:
            return reached.numerator
        case Counted.AVERAGE:
            return None
        case _:
            return reached.value


def unit_cost(
    indicator: Indicator,
    spent: Money,
    reached: Reached,
    *,
    small_base: int = 20,
    is_of_one_fund: bool = False,
) -> UnitCost:
    """What one of *indicator* cost when *spent* was spent on what it counts.

    There is no cost of nought, of no figure, of an average, of what is to become fewer, or of a credit.
    """
    number = None if reached.is_hidden else number_counted(indicator, reached)
    why_not = _why_not(indicator, spent, number, reached)
    found = () if why_not else _caveats(indicator, spent, number, reached, small_base, is_of_one_fund)
    caveats = tuple(found)
    cost = None if why_not or number is None else spent.each(number)
    return UnitCost(indicator, spent, number, cost, why_not, caveats, reached.is_hidden)


def _why_not(indicator: Indicator, spent: Money, number: Decimal | None, reached: Reached) -> str:
    if indicator.counted is Counted.AVERAGE:
        return "an average counts nobody"
    if indicator.direction is GoodDirection.DOWN:
        return "fewer of it is good, so the money did not buy it"
    if reached.is_hidden:
        return HIDDEN
    if number is None and indicator.counted is Counted.SHARE and reached.value is not None:
        return "only the percentage is known, not how many it is of"
    if number is None:
        return "there is no figure yet"
    if number == 0:
        return "the figure is 0"
    if number < 0:
        return "the figure is below nought"
    return "the spending is a credit" if spent < Money.ZERO else ""


def _caveats(
    indicator: Indicator,
    spent: Money,
    number: Decimal | None,
    reached: Reached,
    small_base: int,
    is_of_one_fund: bool,
) -> Iterable[str]:
    if indicator.counted is Counted.CONTACTS:
        yield "per contact, not per person: the same people may come again"
    elif indicator.counted is Counted.PEOPLE and indicator.measure is Measure.FLOW:
        yield "people may be counted in more than one period"
    if indicator.measure is Measure.STOCK:
        yield "of those there at the end, not of all who came"
    if indicator.counted is Counted.SHARE and number is not None:
        yield "of those who answered or were asked; others are not known"
    if number is not None and 0 < number < small_base:
        yield f"out of {number_shown(number)} only: one more or fewer changes it much"
    if reached.missing:
        yield still_missing(reached.missing)
    if reached.is_provisional:
        yield "the figure is provisional"
    if is_of_one_fund:
        yield "one fund's spending only; others paid too"
    if not spent and number:
        yield "nothing is charged yet"


def still_missing(quarters: Iterable[int]) -> str:
    """“no figure for Q3 and Q4 yet, though the spending counts”."""
    names = listed([f"Q{number}" for number in quarters], "and")
    return f"no figure for {names} yet, though the spending counts"


@dataclass(frozen=True, slots=True)
class Avoided:
    """What a change is said to have saved: *reference* × (*baseline* − *now*). *amount* is None where that can't be
    said; *why_not* then says why."""

    reference: ReferenceValue
    baseline: Decimal | None
    now: Decimal | None
    amount: Money | None
    why_not: str = ""

    @property
    def fewer(self) -> Decimal | None:
        """How many fewer than the baseline; below nought, how many more."""
        return None if self.baseline is None or self.now is None else self.baseline - self.now

    @property
    def in_words(self) -> str:
        """“£45,280.00 at 4 fewer × £11,320.00 (robbery, 2015/16 prices)”, or why there is none."""
        if self.amount is None or self.fewer is None:
            return f"no cost avoided: {self.why_not}"
        return (
            f"{self.amount.in_words} · {number_shown(self.fewer)} fewer × {self.reference.amount.in_words} "
            f"({name_in_text(self.reference.name)}, {self.reference.prices} prices)"
        )

    @property
    def caveat(self) -> str:
        """What must be said beside it."""
        return (
            f"An estimate, not money saved by anybody: {self.reference.caveat}. "
            f"Prices of {self.reference.prices}; source: {self.reference.source}"
        ).rstrip(".") + "."


def avoided(
    indicator: Indicator,
    reference: ReferenceValue,
    baseline: Decimal | None,
    reached: Reached,
    incomparable: str = "",
) -> Avoided:
    """What fewer cases than the *baseline* are said to have saved, at *reference* each.

    *incomparable* says why the figure can't be compared with its baseline, such as that it is of fewer months (R37).
    More cases than before save nothing: there is no amount then, not one below nought.
    """
    now = None if reached.is_hidden else number_counted(indicator, reached)
    why_not = ""
    if reference.is_withdrawn:
        why_not = f"the reference value “{reference.name}” is withdrawn"
    elif not (reference.source.strip() and reference.caveat.strip() and reference.prices.strip()):
        why_not = f"the reference value “{reference.name}” has no source, prices or caveat"
    elif indicator.direction is not GoodDirection.DOWN:
        why_not = "fewer of it is not what is wanted"
    elif indicator.counted in {Counted.SHARE, Counted.AVERAGE}:
        why_not = "a percentage or an average counts no cases"
    elif reached.is_hidden:
        why_not = HIDDEN
    elif baseline is None:
        why_not = "the baseline is not a number"
    elif now is None:
        why_not = "there is no figure yet"
    elif not indicator.is_comparable:
        why_not = (
            f"it can't be compared: {indicator.comparability}"
            if indicator.comparability
            else "not comparable"
        )
    elif incomparable:
        why_not = incomparable
    elif now > baseline:
        why_not = f"there were {number_shown(now - baseline)} more than in the baseline"
    elif now == baseline:
        why_not = "there were as many as in the baseline"
    amount = None
    if not why_not and baseline is not None and now is not None:
        amount = reference.amount.times(baseline - now)
    return Avoided(reference, baseline, now, amount, why_not)


def check_reference_value(value: ReferenceValue) -> ReferenceValue:
    """*value* as it is kept. Raises ExpectedError for one without name, prices, source or caveat, or not above
    nought: nobody could tell what it is worth. So it does for an amount that its source doesn't have."""
    said = replace(
        value,
        name=" ".join(value.name.split()),
        prices=" ".join(value.prices.split()),
        source=" ".join(value.source.split()),
        caveat=" ".join(value.caveat.split()),
        category=" ".join(value.category.split()),
    )
    for what, text in (
        ("a name", said.name),
        ("the year of its prices", said.prices),
        ("a source", said.source),
        ("a caveat", said.caveat),
    ):
        if not text:
            raise ExpectedError(
                "no_source",
                f"The reference value “{said.name or said.amount.in_words}” has not got {what}.",
                "Say what it is, whose estimate it is, at which year's prices, and what it can't tell.",
            )
    if said.amount <= Money.ZERO:
        raise ExpectedError(
            "no_amount",
            f"The reference value “{said.name}” is {said.amount.in_words}.",
            "Type what one case is said to cost, above £0.00.",
        )
    shipped = next((each for each in SHIPPED if name_key(each.name) == name_key(said.name)), said)
    is_its = (shipped.source, shipped.prices) == (said.source, said.prices)
    if is_its and shipped.amount != said.amount:
        raise ExpectedError(
            "other_source",
            f"The reference value “{said.name}” is {said.amount.in_words}, and its source has "
            f"{shipped.amount.in_words} at {said.prices} prices.",
            "Say whose estimate the new amount is, and at which year's prices.",
        )
    return said


def is_uprated(value: ReferenceValue) -> bool:
    """Whether *value* is at the prices of another year than it was published at."""
    return _UPRATED in value.prices


def uprated(value: ReferenceValue, percent: Decimal, prices: str, source: str) -> ReferenceValue:
    """*value* at the *prices* of another year, *percent* higher; it says so itself, with the *source* of the factor.

    Raises ExpectedError without prices or source, for a factor that takes everything away, or for a value that was
    uprated before: one factor must not be put on another unseen.
    """
    if is_uprated(value):
        raise ExpectedError(
            "uprated_already",
            f"“{value.name}” is at {value.prices} already.",
            "Restore the value as it was published first, then uprate that.",
        )
    if not prices.strip() or not source.strip():
        raise ExpectedError(
            "no_source",
            "The uprating has not got the year of its prices or its source.",
            "Name the year and the index, such as the GDP deflator of a date.",
        )
    if percent <= -100:
        raise ExpectedError(
            "no_amount", f"{percent_in_words(percent)} leaves nothing.", "Check the percentage."
        )
    amount = value.amount + value.amount.percent(percent)
    sign = "" if percent < 0 else "+"
    return replace(
        value,
        amount=amount,
        prices=f"{prices.strip()} ({value.prices} {_UPRATED} {sign}{percent_in_words(percent)})",
        caveat=f"{value.caveat}; from {value.amount.in_words} at {value.prices} prices by {source.strip()}",
    )


_UPRATED = "uprated by"
_PRESS = "South Wales Echo, 2 August 2019, on Home Office Research Report 99 (secondary source)"
_EDITION = date(2019, 8, 2)
_ESTIMATE = (
    "an average of costs to society, most of which no public body pays; read the study before quoting it"
)


def _shipped(name: str, pounds: int, about: str = "") -> ReferenceValue:
    caveat = f"{_ESTIMATE}{f'; {about}' if about else ''}"
    return ReferenceValue(name, Money.of_pounds(pounds), "2015/16", _PRESS, caveat, _EDITION)


#: What ships, of domain paper 8.1. A file's own row of the same name takes its place.
SHIPPED = (
    _shipped("Homicide", 3_200_000, "given as about £3.2m"),
    _shipped("Rape", 39_360),
    _shipped("Violence with injury", 14_050),
    _shipped("Robbery", 11_320),
    _shipped("Theft of vehicle", 10_290),
    _shipped("Arson", 8_420),
    _shipped("Other sexual offences", 6_520),
    _shipped("Criminal damage (other)", 1_350),
    _shipped("Theft from vehicle", 870),
    _shipped("Cyber crime", 550),
)


def name_key(name: str) -> str:
    """What tells reference values apart: their names, whatever the case and the blanks."""
    return " ".join(name.casefold().split())


def in_force(own: Iterable[ReferenceValue]) -> tuple[ReferenceValue, ...]:
    """The values that shipped, each with the file's *own* of its name in its place, then the rest of the file's, by
    name. Withdrawn ones are among them."""
    by_name = {name_key(value.name): value for value in own}
    found = [by_name.pop(name_key(value.name), value) for value in SHIPPED]
    return (*found, *(by_name[name] for name in sorted(by_name)))
