"""A value as Excel shows it in a cell's number format.

What is commonly used in returns is shown exactly: digits, thousands, percentages, signs, literals, days and times,
sections for below nought and nothing. What is rarer (fractions, exponents) is shown as in the General format: a look at
a sheet is no place for a wrong number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

#: The formats that a file names by number alone (ECMA-376 part 1, 18.8.30), as an English (UK) Excel shows them.
BUILTIN: Final = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: "£#,##0;-£#,##0",
    6: "£#,##0;[Red]-£#,##0",
    7: "£#,##0.00;-£#,##0.00",
    8: "£#,##0.00;[Red]-£#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "dd/mm/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "dd/mm/yyyy h:mm",
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: "#,##0;-#,##0;-",
    42: "£#,##0;-£#,##0;£-",
    43: "#,##0.00;-#,##0.00;-",
    44: "£#,##0.00;-£#,##0.00;£-",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "0.0E+0",
    49: "@",
}

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<half>AM/PM|A/P)|(?P<days>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?)"
    r"|(?P<general>General)|(?P<exponent>[eE][+-])|(?P<digits>[0#?.,]+)|(?P<percent>%)|(?P<text>@)|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_MONTHS: Final = [
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
]
_WEEKDAYS: Final = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

Token = tuple[str, str]


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[tuple[Token, ...], ...]:
    """The sections of a format, each as what it is made of."""
    sections: list[tuple[Token, ...]] = []
    tokens: list[Token] = []
    for found in _TOKEN.finditer(code):
        kind = found.lastgroup or "other"
        if kind == "other" and found[0] == ";":
            sections.append(tuple(tokens))
            tokens = []
        else:
            tokens.append((kind, found[kind]))
    return (*sections, tuple(tokens))


@lru_cache(maxsize=512)
def is_of_days(code: str) -> bool:
    """Whether numbers are shown as days or times in this format."""
    return any(
        kind in {"days", "half"} or (kind == "bracket" and _ELAPSED.fullmatch(text))
        for kind, text in _sections(code)[0]
    )


def shown_as(value: str | Decimal | int | bool | date | datetime | time | None, code: str = "General") -> str:
    """*value* as Excel shows it in a cell with the format *code*; "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    sections = _sections(code or "General")
    if isinstance(value, str):
        last = sections[3] if len(sections) > 3 else sections[-1]
        if not any(kind == "text" for kind, _ in last):
            return value
        return "".join(
            value if kind == "text" else text if kind in {"quoted", "escaped", "other"} else ""
            for kind, text in last
        )
    if isinstance(value, (date, time)):
        tokens = sections[0]
        if not is_of_days(code):
            tokens = _sections("dd/mm/yyyy" if isinstance(value, date) else "hh:mm")[0]
        return _day(value, tokens)
    return _number(Decimal(value), sections)


def _number(value: Decimal, sections: tuple[tuple[Token, ...], ...]) -> str:
    tokens, signed = sections[0], True
    if value < 0 and len(sections) > 1:
        tokens, signed = sections[1], False
    elif value == 0 and len(sections) > 2:
        tokens = sections[2]
    kinds = [kind for kind, _ in tokens]
    if not tokens:
        return ""
    if any(kind == "exponent" for kind in kinds) or ("other", "/") in tokens:
        return ("-" if value < 0 else "") + _general(abs(value))
    if not {"digits", "general", "text"} & set(kinds):
        minus = "-" if value < 0 and signed else ""
        return minus + _around(tokens, "")
    shown = abs(value) * (Decimal(100) ** kinds.count("percent"))
    pattern = "".join(text for kind, text in tokens if kind == "digits")
    body = _digits(shown, pattern) if "digits" in kinds else _general(shown)
    minus = "-" if value < 0 and signed and any(digit in "123456789" for digit in body) else ""
    return minus + _around(tokens, body)


def _around(tokens: tuple[Token, ...], body: str) -> str:
    """*body* at the place of the first digits, and the literals of *tokens* around it."""
    parts: list[str] = []
    is_put = False
    for kind, text in tokens:
        match kind:
            case "digits" | "general" | "text":
                if not is_put:
                    parts.append(body)
                    is_put = True
            case "quoted" | "escaped" | "other":
                parts.append(text)
            case "percent":
                parts.append("%")
            case "space":
                parts.append(" ")
            case "bracket" if text.startswith("$"):
                parts.append(text[1:].partition("-")[0])
            case _:
                pass
    return "".join(parts).strip()


def _digits(value: Decimal, pattern: str) -> str:
    """*value*, nought or above, in digits as *pattern* (``#,##0.00``) asks; halves are rounded away from nought."""
    whole, _, part = pattern.partition(".")
    scaled = len(whole) - len(whole.rstrip(","))
    value = value / (Decimal(1000) ** scaled)
    places = sum(part.count(mark) for mark in "0#?")
    least = part.count("0")
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    number = format(rounded, "f")
    units, _, decimals = number.partition(".")
    while len(decimals) > least and decimals.endswith("0"):
        decimals = decimals[:-1]
    units = units.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole.rstrip(","):
        units = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", units)
    return f"{units}.{decimals}" if decimals or (part and least) else units


def _general(value: Decimal) -> str:
    """*value*, nought or above, as General shows it: eleven digits at most."""
    if value == value.to_integral_value():
        return format(value.quantize(Decimal(1)), "f") if value < Decimal(10) ** 11 else f"{value:.5E}"
    places = max(0, 10 - max(0, value.adjusted()))
    grain = Decimal(1).scaleb(-min(places, 9))
    return format(value.quantize(grain, ROUND_HALF_UP).normalize(), "f")


def _day(value: date | time, tokens: tuple[Token, ...]) -> str:
    day = value if isinstance(value, date) else None
    clock = value if isinstance(value, (datetime, time)) else None
    is_halved = any(kind == "half" for kind, _ in tokens)
    marks = [text for kind, text in tokens if kind == "days"]
    parts: list[str] = []
    at = -1
    for kind, text in tokens:
        match kind:
            case "days":
                at += 1
                parts.append(_part_of_day(text.lower(), day, clock, is_halved, _is_minutes(marks, at)))
            case "half":
                parts.append("PM" if clock is not None and clock.hour >= 12 else "AM")
            case "bracket" if _ELAPSED.fullmatch(text):
                parts.append(str(clock.hour if clock is not None else 0))
            case "quoted" | "escaped" | "other":
                parts.append(text)
            case "digits":
                parts.append(text if set(text) <= {".", ","} else "")
            case "space":
                parts.append(" ")
            case _:
                pass
    return "".join(parts).strip()


def _is_minutes(marks: list[str], at: int) -> bool:
    """Whether the m at *at* means minutes: after hours, or before seconds."""
    before = marks[at - 1].lower() if at else ""
    after = marks[at + 1].lower() if at + 1 < len(marks) else ""
    return before.startswith("h") or after.startswith("s")


def _part_of_day(
    mark: str, day: date | None, clock: datetime | time | None, is_halved: bool, is_minutes: bool
) -> str:
    hour = clock.hour if clock is not None else 0
    match mark[0]:
        case "y":
            year = day.year if day is not None else 1900
            return f"{year % 100:02}" if len(mark) <= 2 else f"{year:04}"
        case "m" if not is_minutes:
            month = day.month if day is not None else 1
            forms = (
                str(month),
                f"{month:02}",
                _MONTHS[month - 1][:3],
                _MONTHS[month - 1],
                _MONTHS[month - 1][0],
            )
            return forms[min(len(mark), 5) - 1]
        case "m":
            minute = clock.minute if clock is not None else 0
            return str(minute) if len(mark) == 1 else f"{minute:02}"
        case "d":
            number = day.day if day is not None else 0
            weekday = _WEEKDAYS[day.weekday()] if day is not None else ""
            return (str(number), f"{number:02}", weekday[:3], weekday)[min(len(mark), 4) - 1]
        case "h":
            hour = (hour % 12 or 12) if is_halved else hour
            return str(hour) if len(mark) == 1 else f"{hour:02}"
        case _:
            second = clock.second if clock is not None else 0
            return str(second) if mark == "s" else f"{second:02}"


def literals(code: str) -> Iterator[str]:
    """The words and signs that a format puts around numbers, such as “£” and “%”."""
    for kind, text in _sections(code)[0]:
        if kind in {"quoted", "escaped", "other"}:
            yield text
        elif kind == "percent":
            yield "%"
        elif kind == "bracket" and text.startswith("$"):
            yield text[1:].partition("-")[0]
