"""One figure as it was printed in a table: what it says, how exactly, and in which manner it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from fundingapp.domain.cells import clean_text, code_text, is_error_text
from fundingapp.domain.changes import rounded
from fundingapp.domain.ledger import Cell


class Kind(Enum):
    """What a cell of a printed table is."""

    NUMBER = "number"
    PERCENT = "per cent"
    HIDDEN = "hidden"
    NOTHING = "nothing"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Printed:
    """A cell as printed. *value* is in per cent for a PERCENT, with so many *decimals*; a HIDDEN figure lies between
    *least* and *most*, both None where the table does not say. *is_points* are percentage points, *is_money* pounds;
    *has_sign* says that a plus, a minus, an arrow or brackets stand with it. *beside* is a second figure in the same
    cell, as in “96 (5%)”. *marks* are letters in square brackets or alone, such as “r” for revised, and asterisks
    behind it."""

    text: str
    kind: Kind
    value: Decimal | None = None
    decimals: int = 0
    is_percent: bool = False
    is_points: bool = False
    least: Decimal | None = None
    most: Decimal | None = None
    marks: str = ""
    beside: Printed | None = None
    is_money: bool = False
    has_sign: bool = False

    @property
    def exact(self) -> Fraction | None:
        """The number as a fraction; None where there is none."""
        return None if self.value is None else Fraction(self.value)

    @property
    def count(self) -> int | None:
        """The number as a whole one; None where it is none."""
        return None if self.value is None or self.value != int(self.value) else int(self.value)

    @property
    def step(self) -> Fraction:
        """The last decimal that is shown, by which it was rounded."""
        return Fraction(1, 10**self.decimals)

    @property
    def is_figure(self) -> bool:
        """Whether it states a number, exactly or within bounds."""
        return self.kind in {Kind.NUMBER, Kind.PERCENT, Kind.HIDDEN}

    @property
    def own_text(self) -> str:
        """As printed, without the second figure: “+12” of “+12 (4.5%)”."""
        return self.text if self.beside is None else self.text.removesuffix(")").rpartition("(")[0].rstrip()

    def like(
        self, value: Decimal, *, plus: bool = False, brackets: bool = False, decimals: int | None = None
    ) -> str:
        """*value*, rounded to the decimals printed (or so many), in the manner of this cell; *plus* and *brackets* say
        that its column writes a plus, and negative figures in brackets."""
        text = self.own_text.strip()
        shown = rounded(value, self.decimals if decimals is None else decimals)
        body = f"{abs(shown):,}" if "," in text or (abs(shown) >= 10_000 and not text) else f"{abs(shown)}"
        sign = "%" if "%" in text else ""
        if text[:1] in tuple(_UP + _DOWN):
            arrow = text[0] if (text[0] in _UP) is (shown > 0) else _OPPOSITE[text[0]]
            return f"{arrow}{' ' if text[1:2] == ' ' else ''}{body}{sign}"
        if sign and re.search(r"\d\s+%", text):
            sign = f" {sign}"
        if shown < 0 and (brackets or text.startswith("(")):
            return f"({body}{sign})"
        if shown < 0:
            minus = next((each for each in "−–" if text.startswith(each)), "-")
            return f"{minus}{body}{sign}"
        return f"{'+' if shown > 0 and (plus or text.startswith('+')) else ''}{body}{sign}"


#: What stands where there is no figure.
_NOTHING: Final = frozenset(
    {
        *(
            "-",
            "–",
            "—",
            "−",
            "--",
            "n/a",
            "na",
            "n.a.",
            "n.a",
            ".",
            "[z]",
            "z",
            "[w]",
            "[low]",
            ":",
            "n/k",
            "nk",
            "n/c",
            "nc",
            "x",
            "tbc",
        ),
        *("-%", "–%", "∞", "%", "not available", "not applicable", "not calculated", "not known"),
        *(
            "no data",
            "nil return",
            "unknown",
            "nil",
            "none",
            "new",
            "undefined",
            "infinite",
            "not comparable",
        ),
    }
)
_MARKS = re.compile(
    r"\s*(?:\[((?:note\s*)?[a-z0-9 ,]{1,8})\]|\(([prefu])\)|([*†‡§#^¹²³⁴⁵⁶⁷⁸⁹⁰]+)|(?<=[\d%)])\s?([pre]))\s*$",
    re.IGNORECASE,
)
#: A figure that there is and that is not shown.
_UNSHOWN: Final = re.compile(
    r"\*{1,3}|\[c\d?\]|\[x\]|c|s|#|\.{2,3}|…|sup(?:p|pressed)?\.?|hidden|withheld|redacted|confidential",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?:(?P<strict><|under|less than|fewer than|below)|(?P<up_to>≤|<=|up to|at most))"
    r"\s*(?P<most>\d[\d,]*(?:\.\d+)?)\s*(?P<percent>%?)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"(?P<least>\d[\d,]*)\s*(?:-|–|to)\s*(?P<most>\d[\d,]*)")
_DIGITS = r"(?:\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_UP, _DOWN = "▲↑⬆⇧", "▼↓⬇⇩"
_OPPOSITE: Final = dict(zip(_UP + _DOWN, _DOWN + _UP, strict=True))
_FIGURE = re.compile(
    rf"(?P<open>\()?\s*(?P<word>up|down|[{_UP}{_DOWN}])?\s*(?:by\s+)?(?P<sign>[+\-−–])?\s*£?\s*(?P<inner>\()?"
    rf"(?P<digits>{_DIGITS})"
    r"\s*(?P<unit>%+\s*(?:pts?|points?)?|per\s?cent|percent|pp|ppts?|(?:percentage\s+)?points?|pct)?"
    rf"\s*(?P<close>\))?\s*(?P<trail>[{_UP}{_DOWN}]|increase|decrease|reduction|rise|fall)?"
    r"(?P<last_minus>-)?",
    re.IGNORECASE,
)
_TWO = re.compile(r"(?P<first>[^()]*\d[^()]*?)\s*\((?P<second>[^()]*\d[^()]*)\)")
#: “2013 %” is a heading.
_YEAR_PERCENT = re.compile(r"(?:19|20)\d\d\s+%")
_YEARS: Final = range(1990, 2100)
#: A binary number that a spreadsheet worked out has more decimals than anybody prints.
MOST_DECIMALS: Final = 6


def read_printed(cell: Cell, shown: str = "") -> Printed:
    """What *cell* says; *shown* is what a percent-formatted cell of a workbook shows, "" for others. Never raises."""
    if shown:
        return read_printed(shown)
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        number = Decimal(cell)
        text = code_text(cell)
        if not number.is_finite():
            return Printed(text, Kind.TEXT)
        exponent = number.normalize().as_tuple().exponent
        decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
        return Printed(text, Kind.NUMBER, number, decimals, has_sign=number < 0)
    if cell is None or isinstance(cell, bool | date):
        return Printed(clean_text(cell), Kind.TEXT if cell is not None else Kind.NOTHING)
    # Our own text tables put an apostrophe before what would wake a formula.
    return _printed_text(clean_text(cell).lstrip("'"))


def _printed_text(text: str) -> Printed:
    if text.casefold() in _NOTHING or not text or is_error_text(text):
        return Printed(text, Kind.NOTHING)
    if _UNSHOWN.fullmatch(text):
        return Printed(text, Kind.HIDDEN)
    if (below := _BELOW.fullmatch(text)) is not None:
        most = Decimal(below["most"].replace(",", ""))
        if below["percent"]:
            return Printed(text, Kind.HIDDEN, is_percent=True, least=Decimal(0), most=most)
        return Printed(text, Kind.HIDDEN, least=Decimal(1), most=most - 1 if below["strict"] else most)
    if (between := _BETWEEN.fullmatch(text)) is not None:
        least, most = (Decimal(between[end].replace(",", "")) for end in ("least", "most"))
        if least < most and least not in _YEARS:
            return Printed(text, Kind.HIDDEN, least=least, most=most)
    found = _figure(text)
    if found is not None:
        return found
    if (mark := _MARKS.search(text)) is not None and mark.start() > 0:
        plain = _printed_text(text[: mark.start()].strip())
        if plain.is_figure or plain.kind is Kind.NOTHING:
            return replace(plain, text=text, marks=plain.marks + next(filter(None, mark.groups())))
    if (two := _TWO.fullmatch(text)) is not None:
        first, second = _figure(two["first"].strip()), _figure(two["second"].strip())
        if first is not None and second is not None:
            return replace(first, text=text, beside=second)
    return Printed(text, Kind.TEXT)


def without_marks(text: str) -> str:
    """*text* without what stands behind it to say that it is revised, provisional or has a note: “2018/19 [p]”."""
    while (mark := _MARKS.search(text)) is not None and mark.start() > 0:
        text = text[: mark.start()].rstrip()
    return text


def _figure(text: str) -> Printed | None:
    found = None if _YEAR_PERCENT.fullmatch(text) else _FIGURE.fullmatch(text)
    if found is None or bool(found["open"]) + bool(found["inner"]) != bool(found["close"]):
        return None
    digits = re.sub(r"[,\s]", "", found["digits"])
    unit = (found["unit"] or "").casefold()
    down = (found["word"] or "").casefold() == "down" or (found["word"] or "").strip() in tuple(_DOWN)
    trail = (found["trail"] or "").casefold()
    down = down or trail in {"decrease", "reduction", "fall"} or (bool(trail) and trail in _DOWN)
    negative = (found["sign"] or "") in tuple("-−–") or bool(found["close"]) or bool(found["last_minus"])
    if (found["word"] or trail) and not unit and not found["word"]:
        return None  # “5 increase” is a sentence, not a figure
    value = Decimal(digits)
    if negative or down:
        value = -value
    decimals = len(digits.partition(".")[2])
    is_points = "pt" in unit or "point" in unit or unit == "pp"
    return Printed(
        text,
        Kind.PERCENT if unit else Kind.NUMBER,
        value,
        decimals,
        bool(unit),
        is_points,
        is_money="£" in text,
        has_sign=negative or down or bool(found["sign"] or found["word"] or trail),
    )
