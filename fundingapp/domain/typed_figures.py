"""Figures of indicators as they are typed: numbers, parts of two, and the marks of public statistics.

Counts and measures are exact decimals.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from fundingapp.domain.indicators import Counted
from fundingapp.domain.money import MINUS

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
WITHOUT_VALUE = frozenset("xzc")


#: What stands in place of a number that is not shown because of small counts in or beside it.
WITHHELD = "[c]"


#: Figures that count people or things one by one.
WHOLE = (Counted.PEOPLE, Counted.CONTACTS)


#: Figures that are made of two.
OF_PARTS = (Counted.SHARE, Counted.AVERAGE)


#: The last number that a figure may be: more digits are a slip, or a code.
_LARGEST = Decimal(10) ** 15


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
    bare = said.translate(MINUS)
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
        if marks and not set(marks) & WITHOUT_VALUE:
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
