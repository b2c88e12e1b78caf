"""Targets of indicators as they are worded: numbers, bounds, and directions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from fundingapp.domain.indicators import GoodDirection
from fundingapp.domain.money import MINUS
from fundingapp.domain.typed_figures import NotANumberError, number_in


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
    said = " ".join(text.translate(MINUS).split()).rstrip(".")
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
