"""Rounding as spreadsheets round, and numbers and days as texts (the function TEXT)."""

from __future__ import annotations

import math
import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from typing import Final

from fundingapp.workbooks.formulas.values import (
    VALUE,
    Faulty,
    NotComputed,
    Scalar,
    day_of,
    number_in_text,
)

_CONTEXT: Final = Context(prec=400)
_UNSURE: Final = "digits beyond the 15th would decide how a number in it is rounded"


def rounded(number: float, digits: int, mode: str = ROUND_HALF_UP) -> float:
    """*number* to so many decimals, a half away from nought; the noise beyond the 15th digit must not matter.

    Raises NotComputed where it does.
    """
    if number == 0 or digits > 300:
        return number
    if digits < -300:
        return 0.0
    step = Decimal(1).scaleb(-digits)
    as_shown = Decimal(f"{number:.15g}").quantize(step, mode, _CONTEXT)
    as_stored = Decimal(repr(number)).quantize(step, mode, _CONTEXT)
    if as_shown != as_stored:
        raise NotComputed(_UNSURE)
    return float(as_shown) + 0.0


def floored(number: float) -> float:
    """The whole number below. Raises NotComputed where noise decides."""
    as_shown = math.floor(Decimal(f"{number:.15g}"))
    if as_shown != math.floor(number):
        raise NotComputed(_UNSURE)
    return float(as_shown)


def to_multiple(number: float, step: float, way: str) -> float:
    """The multiple of *step* that is nearest to *number*, or the next one above or below. Raises NotComputed."""
    if step == 0:
        return 0.0
    exact = Decimal(f"{number:.15g}"), Decimal(f"{step:.15g}")
    times = exact[0] / exact[1]
    if way == "nearest":
        whole = times.quantize(Decimal(1), ROUND_HALF_UP, _CONTEXT)
    elif way == "up":
        whole = Decimal(math.ceil(times))
    else:
        whole = Decimal(math.floor(times))
    if Decimal(repr(number)) != exact[0]:
        again = Decimal(repr(number)) / exact[1]
        other = {
            "nearest": lambda: again.quantize(Decimal(1), ROUND_HALF_UP, _CONTEXT),
            "up": lambda: Decimal(math.ceil(again)),
            "down": lambda: Decimal(math.floor(again)),
        }[way]()
        if other != whole:
            raise NotComputed(_UNSURE)
    return float(whole * exact[1])


# ---- TEXT -------------------------------------------------------------------------------------------------------

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DATE_PART: Final = re.compile(r"d{1,4}|m{1,5}|y{1,4}|h{1,2}|s{1,2}|\"[^\"]*\"|\\.|AM/PM|.", re.IGNORECASE)
_NUMBER_FORMAT: Final = re.compile(
    r"((?:\"[^\"]*\"|\\.|[£$€ +\-()])*)([#0,]+)(?:\.([0#]+))?(%?)((?:\"[^\"]*\"|\\.|[ )])*)"
)
_UNKNOWN: Final = "the format that it writes a number in is not one that is worked out here"


def text_of(value: Scalar, form: str, *, is_1904: bool) -> str:
    """The function TEXT for the formats that mean the same everywhere. Raises Faulty and NotComputed."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        number = number_in_text(value)
        if number is None:
            if form in {"@", "General"} or not re.search(r"[;@]", form):
                return value
            raise NotComputed(_UNKNOWN)
        value = number
    if value is None:
        value = 0.0
    if not isinstance(value, float):
        raise Faulty(VALUE)
    if form in {"", "@"} or form.lower() == "general":
        if form == "":
            return ""
        from fundingapp.workbooks.formulas.values import number_text

        return number_text(value)
    sections = re.split(r";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", form)
    if len(sections) > 3:
        raise NotComputed(_UNKNOWN)
    section = sections[0]
    if len(sections) > 1 and value < 0:
        section, value = sections[1], -value
    elif len(sections) > 2 and value == 0:
        section = sections[2]
    bare = re.sub(r"\"[^\"]*\"|\\.", "", section)
    if re.search(r"[dmyhs]", bare, re.IGNORECASE):
        return _date_text(value, section, is_1904=is_1904)
    return _number_text(value, section)


def _number_text(number: float, form: str) -> str:
    found = _NUMBER_FORMAT.fullmatch(form)
    if found is None:
        if not re.search(r"[0#?.,@E%/*_\[]", re.sub(r"\"[^\"]*\"|\\.", "", form)):
            return _literal(form)
        raise NotComputed(_UNKNOWN)
    before, whole_form, decimals_form, percent, after = found.groups()
    decimals_form = decimals_form or ""
    if whole_form.endswith(",") or re.search(r"0[0,]*#", whole_form) or re.search(r"#0", decimals_form):
        raise NotComputed(_UNKNOWN)
    if percent:
        number *= 100
    shown = Decimal(repr(rounded(abs(number), len(decimals_form))))
    whole, _, decimals = f"{shown:.{len(decimals_form)}f}".partition(".")
    least = whole_form.count("0")
    whole = whole.lstrip("0").rjust(least, "0")
    if "," in whole_form:
        if least > 1:
            raise NotComputed(_UNKNOWN)
        whole = f"{int(whole):,}" if whole else ""
    while decimals and decimals_form[len(decimals) - 1] == "#" and decimals.endswith("0"):
        decimals = decimals[:-1]
    point = "." if decimals_form else ""
    sign = "-" if number < 0 and shown != 0 else ""
    return f"{sign}{_literal(before)}{whole}{point}{decimals}{percent}{_literal(after)}"


def _literal(form: str) -> str:
    return re.sub(r"\"([^\"]*)\"|\\(.)", lambda m: m.group(1) if m.group(2) is None else m.group(2), form)


def _date_text(serial: float, form: str, *, is_1904: bool) -> str:
    if re.search(r"\[|AM/PM|A/P|0|#|\.|s|h", re.sub(r"\"[^\"]*\"", "", form), re.IGNORECASE):
        raise NotComputed(_UNKNOWN)  # times of day: a half second may go either way
    day = day_of(serial, is_1904=is_1904)
    out: list[str] = []
    for part in _DATE_PART.findall(form):
        match part.lower():
            case "d":
                out.append(str(day.day))
            case "dd":
                out.append(f"{day.day:02}")
            case "ddd":
                out.append(_DAYS[day.weekday()][:3])
            case "dddd":
                out.append(_DAYS[day.weekday()])
            case "m":
                out.append(str(day.month))
            case "mm":
                out.append(f"{day.month:02}")
            case "mmm":
                out.append(_MONTHS[day.month - 1][:3])
            case "mmmm":
                out.append(_MONTHS[day.month - 1])
            case "mmmmm":
                out.append(_MONTHS[day.month - 1][0])
            case "y" | "yy":
                out.append(f"{day.year % 100:02}")
            case "yyy" | "yyyy":
                out.append(f"{day.year:04}")
            case other if other[0] in '"\\':
                out.append(_literal(part))
            case other if other in {" ", "/", "-", ",", "'"}:
                out.append(part)
            case _:
                raise NotComputed(_UNKNOWN)
    return "".join(out)


__all__ = ["ROUND_DOWN", "ROUND_HALF_UP", "ROUND_UP", "floored", "rounded", "text_of", "to_multiple"]
