"""What a template allows in its cells: its own validations, said in words and held against a value.

The rules are Excel's. Values and limits come exact: a number as a decimal, a day as its number in the workbook's
own count of days; what a limit's formula comes to is worked out elsewhere (``workbooks/validations.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

#: A value of a cell; None is a blank one.
CellContent = Decimal | str | bool | None

#: So many entries of a list are said; the others are counted.
_MOST_SAID: Final = 12


class RuleKind(Enum):
    """What a validation asks for, as the file names it."""

    ANY = "none"
    LIST = "list"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    TEXT_LENGTH = "textLength"
    CUSTOM = "custom"


class RuleStyle(Enum):
    """What Excel does about a wrong entry: refuse it, ask, or only tell."""

    STOP = "stop"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """One validation of a template and the ranges it holds for; formulas without the equals sign."""

    sheet: str
    ranges: tuple[str, ...]
    kind: RuleKind
    operator: str
    first: str
    second: str
    allows_blank: bool
    shows_error: bool
    style: RuleStyle
    title: str
    message: str
    prompt_title: str
    prompt: str
    extended: bool


@dataclass(frozen=True, slots=True)
class Violation:
    """A cell that does not hold what its rule asks for."""

    sheet: str
    cell: str
    rule: ValidationRule
    #: What stands in the cell, in words; "" for a blank one.
    value: str
    #: The rule in words: "a whole number of at least 0".
    said: str
    #: What the cell should hold: "a whole number of at least 0", "one of: Yes, No".
    should: str
    is_blank: bool


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A cell whose rule could not be worked out, and why."""

    sheet: str
    cell: str
    rule: ValidationRule
    why: str


@dataclass(frozen=True, slots=True)
class Validated:
    """What running a template's validations found."""

    violations: tuple[Violation, ...]
    unchecked: tuple[Unchecked, ...]
    #: How many cells were held against a rule.
    checked: int


def holds(operator: str, value: Decimal, first: Decimal, second: Decimal | None) -> bool:
    """Whether *value* keeps the limits; between includes both ends."""
    low, high = (first, first) if second is None else (min(first, second), max(first, second))
    match operator:
        case "notBetween":
            return not low <= value <= high
        case "equal":
            return value == first
        case "notEqual":
            return value != first
        case "lessThan":
            return value < first
        case "lessThanOrEqual":
            return value <= first
        case "greaterThan":
            return value > first
        case "greaterThanOrEqual":
            return value >= first
        case _:
            return low <= value <= high


def keeps_limits(
    rule: ValidationRule, value: CellContent, shown: str, first: Decimal, second: Decimal | None
) -> bool:
    """Whether *value*, which reads *shown* as a text, is what *rule* asks for between its limits."""
    if rule.kind is RuleKind.TEXT_LENGTH:
        return holds(rule.operator, Decimal(len(shown)), first, second)
    if not isinstance(value, Decimal):
        return False
    if rule.kind is RuleKind.WHOLE and value != value.to_integral_value():
        return False
    return holds(rule.operator, value, first, second)


def is_listed(value: CellContent, shown: str, entries: Sequence[CellContent], *, literal: bool) -> bool:
    """Whether a list offers *value*: one typed into the rule minds capitals, one in cells does not."""
    if literal:
        return any(isinstance(entry, str) and entry == shown for entry in entries)
    for entry in entries:
        if isinstance(entry, str) and isinstance(value, str):
            if entry == value or entry.lower() == value.lower():
                return True
        elif type(entry) is type(value) and entry == value:
            return True
    return False


_THING: Final = {
    RuleKind.WHOLE: "a whole number",
    RuleKind.DECIMAL: "a number",
    RuleKind.DATE: "a date",
    RuleKind.TIME: "a time",
}
_OF_NUMBERS: Final = {
    "between": "between {} and {}",
    "notBetween": "outside {} to {}",
    "equal": "equal to {}",
    "notEqual": "other than {}",
    "lessThan": "below {}",
    "lessThanOrEqual": "of at most {}",
    "greaterThan": "above {}",
    "greaterThanOrEqual": "of at least {}",
}
_OF_DAYS: Final = {
    **_OF_NUMBERS,
    "lessThan": "before {}",
    "lessThanOrEqual": "on or before {}",
    "greaterThan": "after {}",
    "greaterThanOrEqual": "on or after {}",
}
_OF_LENGTHS: Final = {
    "between": "a text of {} to {} characters",
    "notBetween": "a text whose length is outside {} to {} characters",
    "equal": "a text of exactly {} characters",
    "notEqual": "a text of any length but {} characters",
    "lessThan": "a text of fewer than {} characters",
    "lessThanOrEqual": "a text of at most {} characters",
    "greaterThan": "a text of more than {} characters",
    "greaterThanOrEqual": "a text of at least {} characters",
}


def in_words(rule: ValidationRule, first: str, second: str) -> str:
    """The rule in words, with its limits as they are worked out for the cell."""
    match rule.kind:
        case RuleKind.LIST:
            return "one of the entries of its drop-down list"
        case RuleKind.CUSTOM:
            return f"what the template's formula ={rule.first} allows"
        case RuleKind.ANY:
            return "anything"
        case RuleKind.TEXT_LENGTH:
            return _OF_LENGTHS.get(rule.operator, _OF_LENGTHS["between"]).format(first, second)
        case _:
            words = _OF_DAYS if rule.kind in {RuleKind.DATE, RuleKind.TIME} else _OF_NUMBERS
            limits = words.get(rule.operator, words["between"]).format(first, second)
            return f"{_THING[rule.kind]} {limits}"


def choices_in_words(entries: Sequence[str]) -> str:
    """What a list offers: "one of: Yes, No", long ones cut."""
    if not entries:
        return "one of the entries of its drop-down list, which is empty"
    said = ", ".join(entries[:_MOST_SAID])
    more = len(entries) - _MOST_SAID
    return f"one of: {said} and {more:,} more" if more > 0 else f"one of: {said}"
