"""Cells that are put into somebody else's workbook: what is asked for, how words become values, what came of it.

``trust.md`` T.1 to T.6: only the cells asked for are written, every other part stays byte for byte, and a second reader
proves it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Final

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding, Severity
from fundingapp.domain.return_proofs import ProvedPart
from fundingapp.domain.worked_out import Put


@dataclass(frozen=True, slots=True)
class CellToFill:
    """A value for a cell, such as B7, of a sheet as the workbook names it.

    A formula, or a locked cell of a protected sheet, is written over only where that is asked for, and then reported.
    """

    sheet: str
    cell: str
    value: Put
    over_formula: bool = False
    over_lock: bool = False

    @property
    def place(self) -> str:
        """“Cover!C7”."""
        return f"{self.sheet}!{self.cell}"


@dataclass(frozen=True, slots=True)
class FillWishes:
    """What is allowed for the workbook as a whole. *today* is the day for TODAY() in its formulas; None leaves those
    to the receiver's program."""

    over_formulas: bool = False
    over_locked: bool = False
    extend_tables: bool = False
    break_signature: bool = False
    today: date | None = None


class Over(Enum):
    """What was in the way of a cell that was written all the same."""

    FORMULA = "formula"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A cell written over because that was asked for; *text* is the formula that was there, "" for a lock."""

    sheet: str
    cell: str
    over: Over
    text: str = ""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A formula's new result, as text: “292.47”, “TRUE”, “#DIV/0!”, "" for one that shows nothing."""

    sheet: str
    cell: str
    value: str


@dataclass(frozen=True, slots=True)
class NotComputed:
    """A formula whose result is left to the receiver's program, and why; it holds none meanwhile."""

    sheet: str
    cell: str
    why: str


@dataclass(frozen=True, slots=True)
class CellDifference:
    """A cell that does not say what was put there."""

    sheet: str
    cell: str
    expected: str
    found: str

    def __str__(self) -> str:
        found, expected = self.found or "nothing", self.expected or "nothing"
        return f"sheet “{self.sheet}”, cell {self.cell}: {found} instead of {expected}"


@dataclass(frozen=True, slots=True)
class ReadBackProof:
    """What the second reader, *reader*, found in all the cells that were written or recomputed."""

    reader: str
    compared: int
    differences: tuple[CellDifference, ...] = ()

    @property
    def equal(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class FeatureCount:
    """How many of something, such as “data validations”, the template has and the filled workbook."""

    what: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class PartsProof:
    """The parts of the filled package against the template's, in their order; *dropped* ones are there no more."""

    parts: tuple[ProvedPart, ...]
    dropped: tuple[str, ...]
    features: tuple[FeatureCount, ...]

    @property
    def changed(self) -> tuple[str, ...]:
        return (*(part.name for part in self.parts if not part.is_same), *self.dropped)

    @property
    def untouched(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts if part.is_same)


@dataclass(frozen=True, slots=True)
class Filled:
    """A workbook that was filled, proved and put in its place; *size* is in bytes."""

    template_sha256: str
    sha256: str
    size: int
    cells_written: int
    read_back: ReadBackProof
    parts: PartsProof
    recomputed: tuple[Recomputed, ...]
    not_computed: tuple[NotComputed, ...]
    overwritten: tuple[Overwritten, ...]
    findings: tuple[Finding, ...]

    @property
    def parts_changed(self) -> tuple[str, ...]:
        return self.parts.changed

    @property
    def parts_untouched(self) -> tuple[str, ...]:
        return self.parts.untouched

    @property
    def needs_a_look(self) -> bool:
        """Whether there is more to look at than notes."""
        return bool(self.not_computed) or any(each.severity is not Severity.NOTE for each in self.findings)


class Asks(Enum):
    """What a cell of a template asks for, by its number format, its validation and what stands in it."""

    ANYTHING = "anything"
    NUMBER = "number"
    DAY = "date"
    TEXT = "text"
    YES_NO = "yes-no"


#: The words for the sort of a value in a list of cells, and what each asks for.
SORTS: Final = {
    "text": Asks.TEXT,
    "number": Asks.NUMBER,
    "date": Asks.DAY,
    "yes-no": Asks.YES_NO,
    "blank": None,
    "": Asks.ANYTHING,
}

#: 12.50, -3, 1,234.50, £1,234.50, (12.50); a leading nought is a code, not a number.
_NUMBER: Final = re.compile(
    r"(?P<open>\()?(?P<sign>[-+−]?)£?(?P<whole>0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?P<rest>\.\d+)?(?P<close>\))?",
    re.ASCII,
)
#: What is a number also where nothing asks for one: no signs but a minus, nothing around it.
_PLAIN_NUMBER: Final = re.compile(r"-?£?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d+)?", re.ASCII)
#: The precision of a spreadsheet, in significant digits: what is longer is a reference, not a sum.
MOST_DIGITS: Final = 15
_UK_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ISO_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)")
_PERCENT: Final = re.compile(r"([-+−]?\d+(?:\.\d+)?)\s?%")
_TRUE: Final = frozenset({"true", "yes"})
_FALSE: Final = frozenset({"false", "no"})


def to_number(text: str) -> Decimal | None:
    """“1,234.50”, “£3”, “-3”, “(12.50)” or “12.5%” as a number; None for anything else, codes as 00123 among it."""
    text = text.strip()
    if percent := _PERCENT.fullmatch(text):
        return Decimal(percent[1].replace("−", "-")).scaleb(-2)
    found = _NUMBER.fullmatch(text)
    if found is None or bool(found["open"]) != bool(found["close"]) or (found["open"] and found["sign"]):
        return None
    try:
        number = Decimal(found["whole"].replace(",", "") + (found["rest"] or ""))
    except InvalidOperation:  # more digits than a number can have
        return None
    return -number if found["open"] or found["sign"] in ("-", "−") else number


def to_day(text: str) -> date | None:
    """31/03/2019 or 2019-03-31, with a time of day in the latter, as a day; None for anything else."""
    text = text.strip()
    try:
        if found := _ISO_DAY.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _UK_DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if _ISO_TIME.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        return None
    return None


def to_truth(text: str) -> bool | None:
    """TRUE, yes, FALSE or no as what it says; None for anything else."""
    word = text.strip().casefold()
    return True if word in _TRUE else False if word in _FALSE else None


def put_of(text: str, asks: Asks) -> Put:
    """*text* as the value that its cell *asks* for; where it can't be one, it stays the text that it is.

    Nothing is guessed away: codes with leading noughts and texts with their spaces stay as they are.
    """
    if not text:
        return None
    if asks is Asks.TEXT:
        return text
    if asks is Asks.YES_NO and (truth := to_truth(text)) is not None:
        return truth
    if asks in (Asks.DAY, Asks.ANYTHING) and (day := to_day(text)) is not None:
        return day
    if asks is Asks.ANYTHING and not _PLAIN_NUMBER.fullmatch(text):
        return text
    number = to_number(text)
    if number is None or (asks is Asks.ANYTHING and digits_of(number) > MOST_DIGITS):
        return text
    return number


def digits_of(number: Decimal) -> int:
    """How many digits *number* has from its first that is not 0 to its last: 2 for 1,200 and for 0.012."""
    return len("".join(map(str, number.as_tuple().digits)).strip("0")) or 1


def put_as(text: str, sort: str, place: str, asks: Asks = Asks.ANYTHING) -> Put:
    """*text* as the *sort* that a list of cells names: text, number, date, yes-no, blank, or "" for what the cell
    *asks* for.

    Raises ExpectedError ``fill_sort`` or ``fill_not_a_value``, naming *place*.
    """
    sort = sort.strip().casefold()
    if sort not in SORTS:
        raise ExpectedError(
            "fill_sort",
            f"“{sort}” is no sort of value for {place}.",
            "Write text, number, date, yes-no or blank, or leave it out.",
        )
    if sort == "":
        return put_of(text, asks)
    if sort == "blank":
        if text.strip():
            raise ExpectedError(
                "fill_not_a_value", f"{place} is to be left blank, and there is “{text}” for it.", ""
            )
        return None
    if sort == "text":
        return text or None
    read = {"number": to_number, "date": to_day, "yes-no": to_truth}[sort](text)
    if read is None and text.strip():
        what = {
            "number": "a number such as 1,234.50",
            "date": "a day such as 31/03/2019",
            "yes-no": "yes or no",
        }[sort]
        raise ExpectedError(
            "fill_not_a_value", f"“{text}” for {place} is not {what}.", "Correct it in the list of cells."
        )
    return read


def in_words(value: Put) -> str:
    """A value as a message shows it: “text”, 1,234.5, 31/03/2019, TRUE; "" for blank."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return f"“{value}”" if len(value) <= 60 else f"“{value[:60]}…”"
        case datetime():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case _:
            return f"{value:,}"


def each_once(cells: Sequence[CellToFill]) -> tuple[CellToFill, ...]:
    """*cells*, each place once. Raises ExpectedError ``fill_twice`` where two values are given for one place."""
    held: dict[tuple[str, str], CellToFill] = {}
    for each in cells:
        before = held.setdefault((each.sheet, each.cell), each)
        if before is each:
            continue
        if _kind(before.value) is not _kind(each.value) or before.value != each.value:
            raise ExpectedError(
                "fill_twice",
                f"There are two values for {each.place}: {in_words(before.value) or 'blank'} and"
                f" {in_words(each.value) or 'blank'}.",
                "Keep the one that is right.",
            )
    return tuple(held.values())


def _kind(value: Put) -> type:
    """What sort of value it is, so that TRUE is not 1, while 1 is 1.00."""
    return Decimal if isinstance(value, int) and not isinstance(value, bool) else type(value)
