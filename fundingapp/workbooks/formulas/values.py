"""What a spreadsheet means by a value: numbers, texts, truths, errors, blanks, arrays and areas of a sheet.

Numbers are binary floating point here, as in every spreadsheet: a formula's result must be the one that Excel and
LibreOffice come to, noise included. They leave this room as the texts that a workbook stores. Where the two programs
go different ways nothing is guessed: NotComputed says why.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final


class NotComputed(Exception):  # noqa: N818 - an answer, not an error: this result cannot be vouched for
    """A result that cannot be vouched for; the text says why in plain words, to follow on "not worked out: "."""


@dataclass(frozen=True, slots=True)
class Error:
    """An error that is a value, such as #DIV/0!."""

    code: str


class Faulty(Exception):  # noqa: N818 - carries an error value out of a function
    """Ends a function with an error as its result."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.error = Error(code)


@dataclass(slots=True)
class Array:
    """Values in rows of equal length; at least one."""

    rows: list[list[Scalar]]

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0])

    def flat(self) -> Iterator[Scalar]:
        for row in self.rows:
            yield from row


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of one sheet; rows and columns count from 1."""

    sheet: int
    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        return self.right - self.left + 1

    @property
    def is_cell(self) -> bool:
        return self.top == self.bottom and self.left == self.right


@dataclass(frozen=True, slots=True)
class Areas:
    """Several areas, of one sheet or through several (A1:A3,C1 or Q1:Q4!B2)."""

    areas: tuple[Area, ...]


class Ghost(str):
    """A text without a letter that is no formula's: text to Excel, a blank cell to LibreOffice."""

    __slots__ = ()


#: None is a blank cell.
Scalar = float | str | bool | Error | None
Value = Scalar | Array | Area | Areas

DIV0: Final = "#DIV/0!"
NA: Final = "#N/A"
NAME: Final = "#NAME?"
NULL: Final = "#NULL!"
NUM: Final = "#NUM!"
REF: Final = "#REF!"
VALUE: Final = "#VALUE!"

_PLAIN_NUMBER: Final = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
#: Words that a day or a time of day may be written with: 3 May, 5 pm.
_DATE_WORDS: Final = re.compile(
    "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?"
    "|dec(ember)?|mon(day)?|tues?(day)?|wed(nesday)?|thurs?(day)?|fri(day)?|sat(urday)?|sun(day)?|true|false",
    re.IGNORECASE,
)
_TIME_OF_DAY: Final = re.compile(r".*[0-9]\s+[ap]m?", re.IGNORECASE)
_EXPONENT: Final = re.compile(r".*[0-9]\s*e\s*[-+]?\s*[0-9].*", re.IGNORECASE)
#: A financial year, which no calendar takes for a month: 2018/19.
_YEAR: Final = re.compile(r"[0-9]{4}[/-](?:1[3-9]|[2-9][0-9])")
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def is_number(value: object) -> bool:
    """Whether *value* is a number; a truth value is none."""
    return value.__class__ is float


def number_in_text(text: str) -> float | None:
    """The number that *text* stands for in a calculation; None when it stands for none.

    Raises NotComputed for a text that might: what 1/4 or £5 mean depends on the settings of the reader's PC.
    """
    if _PLAIN_NUMBER.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else None
    if not any(letter.isdigit() for letter in text):
        return None
    if found := _ISO_DATE.fullmatch(text.strip()):
        try:
            return serial_of(date(*map(int, found.groups())), is_1904=False)
        except (ValueError, Faulty):
            return None
    if _YEAR.fullmatch(text.strip()) or not text.replace(" ", "").strip("0123456789"):
        return None  # 12 34 is no number either
    for word in re.findall(r"[^\W\d_]+", text):
        if word.lower() in {"a", "p", "am", "pm"} and _TIME_OF_DAY.fullmatch(text.strip()):
            continue
        if word.lower() == "e" and _EXPONENT.fullmatch(text):
            continue
        if not _DATE_WORDS.fullmatch(word):
            return None
    raise NotComputed(
        f"whether the text “{text[:40]}” is a number depends on the settings of the reader's PC"
    )


def to_number(value: Scalar) -> float:
    """*value* as a number in a calculation. Raises Faulty and NotComputed."""
    match value:
        case bool():
            return 1.0 if value else 0.0
        case float():
            return value
        case None:
            return 0.0
        case Error():
            raise Faulty(value.code)
        case _:
            refuse_ghost(value)
            number = number_in_text(value)
            if number is None:
                raise Faulty(VALUE)
            return number


def refuse_ghost(value: Scalar) -> None:
    """Raises NotComputed for a cell with an empty text."""
    if isinstance(value, Ghost):
        raise NotComputed("it reads a cell with an empty text, which is a blank cell to some programs")


def to_truth(value: Scalar) -> bool:
    """*value* as a condition. Raises Faulty and NotComputed."""
    match value:
        case bool():
            return value
        case float():
            return value != 0
        case None:
            return False
        case Error():
            raise Faulty(value.code)
        case _:
            if value.upper() in {"TRUE", "FALSE"}:
                return value.upper() == "TRUE"
            if any(letter.isdigit() for letter in value):
                raise NotComputed(f"programs differ about the text “{value[:40]}” as a condition")
            raise Faulty(VALUE)


def to_text(value: Scalar) -> str:
    """*value* as it stands in a text, a number with the 15 digits that Excel shows. Raises Faulty and NotComputed."""
    match value:
        case bool():
            raise NotComputed("programs write TRUE and FALSE into a text differently")
        case str():
            return value
        case None:
            return ""
        case Error():
            raise Faulty(value.code)
        case _:
            return number_text(value)


def number_text(number: float) -> str:
    """*number* as Excel writes it into a text. Raises NotComputed where programs write it differently."""
    if number == 0:
        return "0"
    if not 1e-4 <= abs(number) < 1e15:
        raise NotComputed("programs write such a large or small number into a text differently")
    short = f"{number:.15g}"
    if "e" in short:  # below a ten-thousandth only
        raise NotComputed("programs write such a large or small number into a text differently")
    if len(short.partition(".")[2]) > 9 and Decimal(short) != Decimal(repr(number)):
        # General as Excel and as LibreOffice print it part company in the last digits.
        raise NotComputed("programs write a number of so many digits into a text differently")
    return short


def stored_number(number: float) -> str:
    """The shortest text that reads back as exactly *number*, as a workbook stores it."""
    if number == 0:
        return "0"
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number).replace("e", "E")


# ---- sums and differences ---------------------------------------------------------------------------------------

_E44: Final = 2.0**-44
_E48: Final = 2.0**-48


def nearly_equal(left: float, right: float) -> bool:
    """Whether two numbers are one to a spreadsheet: they differ beyond the 15th digit only."""
    if left == right:
        return True
    if left == 0 or right == 0 or (left < 0) != (right < 0):
        return False
    gap = abs(left - right)
    left, right = abs(left), abs(right)
    if gap > left * _E44 or gap > right * _E44:
        return False
    if left.is_integer() and right.is_integer() and left < 2.0**53 and right < 2.0**53:
        return False
    return gap < left * _E48 and gap < right * _E48


def finite(number: float) -> float:
    """*number*, unless it is beyond all numbers. Raises Faulty."""
    if not math.isfinite(number):
        raise Faulty(NUM)
    return number


# ---- comparing --------------------------------------------------------------------------------------------------


def compare(left: Scalar, right: Scalar) -> int:
    """-1, 0 or 1: numbers before texts before truths, texts without regard to case. Raises Faulty and NotComputed."""
    if isinstance(left, Error):
        raise Faulty(left.code)
    if isinstance(right, Error):
        raise Faulty(right.code)
    if isinstance(left, bool) != isinstance(right, bool) and left is not None and right is not None:
        raise NotComputed("programs differ about comparing TRUE or FALSE with anything else")
    if isinstance(left, Ghost) != isinstance(right, Ghost) and left != right:
        refuse_ghost(left)
        refuse_ghost(right)
    if left is None:
        left = _blank_like(right)
    if right is None:
        right = _blank_like(left)
    ranks = _rank(left), _rank(right)
    if ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    if isinstance(left, str) and isinstance(right, str):
        return compare_texts(left, right)
    if isinstance(left, bool) or isinstance(right, bool):
        return int(bool(left)) - int(bool(right))
    return compare_numbers(float(left), float(right))  # type: ignore[arg-type]


def compare_numbers(left: float, right: float) -> int:
    """-1, 0 or 1. Raises NotComputed where the digits beyond the 15th would decide."""
    if left == right:
        return 0
    equal_to_one = nearly_equal(left, right)
    equal_to_other = f"{left:.15g}" == f"{right:.15g}"
    if equal_to_one != equal_to_other:
        raise NotComputed("digits beyond the 15th would decide whether two numbers in it are equal")
    if equal_to_one:
        return 0
    return -1 if left < right else 1


def same_text(left: str, right: str) -> bool:
    """Whether two texts are one to a spreadsheet, which does not mind capitals."""
    return left == right or left.lower() == right.lower()


def compare_texts(left: str, right: str) -> int:
    """-1, 0 or 1 by the order of a dictionary. Raises NotComputed where dictionaries differ."""
    if same_text(left, right):
        return 0
    for one, other in zip(left.lower(), right.lower(), strict=False):
        if not (_in_dictionary(one) and _in_dictionary(other)):
            raise NotComputed("programs put texts with such signs into different orders")
        if one != other:
            if " " in {one, other}:
                return -1 if one == " " else 1
            return -1 if one < other else 1
    longer = left if len(left) > len(right) else right
    if not all(map(_in_dictionary, longer.lower())):
        raise NotComputed("programs put texts with such signs into different orders")
    return -1 if len(left) < len(right) else 1


def _in_dictionary(letter: str) -> bool:
    return letter == " " or (letter.isascii() and letter.isalnum())


def _blank_like(other: Scalar) -> Scalar:
    if isinstance(other, str):
        return ""
    if isinstance(other, bool):
        return False
    return 0.0


def _rank(value: Scalar) -> int:
    if isinstance(value, bool):
        return 2
    return 1 if isinstance(value, str) else 0


# ---- days -------------------------------------------------------------------------------------------------------

_FIRST_1900: Final = date(1899, 12, 30)
_FIRST_1904: Final = date(1904, 1, 1)
#: The last day, 31 December 9999, as a number.
LAST_SERIAL: Final = 2_958_465
#: 1 March 1900. Excel believes that the day before was 29 February; others do not.
_FIRST_AGREED: Final = 61


def day_of(serial: float, *, is_1904: bool) -> date:
    """The day that a number stands for. Raises Faulty, and NotComputed for the days on which programs differ."""
    whole = math.floor(serial)
    if whole < 0:
        raise NotComputed("programs differ about days before those that a workbook counts")
    if whole > LAST_SERIAL - (1462 if is_1904 else 0):
        raise Faulty(NUM)
    if is_1904:
        return _FIRST_1904 + timedelta(days=whole)
    if whole < _FIRST_AGREED:
        raise NotComputed("programs count days before 1 March 1900, a blank cell's among them, differently")
    return _FIRST_1900 + timedelta(days=whole)


def serial_of(day: date, *, is_1904: bool) -> float:
    """The number of a day. Raises Faulty, and NotComputed for the days on which programs differ."""
    if is_1904:
        if day < _FIRST_1904:
            raise Faulty(NUM)
        return float((day - _FIRST_1904).days)
    days = (day - _FIRST_1900).days
    if days < _FIRST_AGREED:
        raise NotComputed("programs count days before 1 March 1900, a blank cell's among them, differently")
    return float(days)


def put_value(value: str | Decimal | int | bool | date | datetime | None, *, is_1904: bool) -> Scalar:
    """What a cell holds once *value* has been put in."""
    match value:
        case None | "":
            return None if value is None else ""
        case bool() | str():
            return value
        case datetime():
            seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
            return serial_of(value.date(), is_1904=is_1904) + seconds / 86400
        case date():
            return serial_of(value, is_1904=is_1904)
        case _:
            return float(value)
