"""One cell of a published table: a count, a percentage, what stands in the place of a number, and its marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fundingapp.domain.cells import clean_text, error_in_words, is_error_text, unseen_signs
from fundingapp.domain.ledger import Cell

#: The shorthand of public statistics, in square brackets behind a figure or in its stead.
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
#: A number of more digits than this is none that anybody counted (bad input X18).
MOST_DIGITS = 15

_MARK = re.compile(r"\[\s*([a-z])\s*\]", re.IGNORECASE)
_NOTE = re.compile(r"\[\s*(note[^\]]*)\]", re.IGNORECASE)
_NUMBER = re.compile(
    r"([+\-−]?)\s*(\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3})+|\d+)(\.\d+)?\s*(%|per\s?cent)?", re.IGNORECASE
)
_HIDDEN = re.compile(r"(?:<|less than|fewer than|under)\s*(\d{1,3})", re.IGNORECASE)
_NOTHING = frozenset(
    {"n/a", "na", "-", "–", "—", "..", ":", "…", "not available", "not applicable", "no data", "*"}
)


@dataclass(frozen=True, slots=True)
class Number:
    """What a cell states. *value* is None where there is no number: then *hidden* holds what stands in its stead,
    such as “<5” or “n/a”, "" for an empty cell. *marks* are letters of MARKS, *note* a reference to a footnote."""

    value: Decimal | None
    hidden: str = ""
    marks: str = ""
    is_percent: bool = False
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return self.value is None and not self.hidden and not self.marks


def read_number(cell: Cell) -> Number:
    """The number that *cell* states, exactly as it is written: nothing is rounded, and “-” is not nought.

    Raises ValueError with a few words for anything else.
    """
    if cell is None:
        return Number(None)
    if type(cell) is bool or isinstance(cell, date):
        raise ValueError("is TRUE or FALSE, no number" if type(cell) is bool else "is a date, no number")
    if isinstance(cell, int | Decimal):
        return Number(_checked(Decimal(cell)))
    if unseen_signs(cell):
        raise ValueError(f"holds a hidden sign ({unseen_signs(cell)[0]})")
    if is_error_text(cell.strip()):
        raise ValueError(f"holds {error_in_words(cell.strip())}")
    marks = "".join(dict.fromkeys(mark.lower() for mark in _MARK.findall(cell)))
    if unknown := [mark for mark in marks if mark not in MARKS]:
        raise ValueError(
            f"has the mark [{unknown[0]}], which is not one of {', '.join(f'[{each}]' for each in MARKS)}"
        )
    note = "; ".join(clean_text(each) for each in _NOTE.findall(cell))
    text = clean_text(_NOTE.sub("", _MARK.sub("", cell)))
    if not text:
        return Number(None, f"[{marks}]" if marks else "", marks, note=note)
    if hidden := _HIDDEN.fullmatch(text):
        return Number(None, f"<{hidden[1]}", marks, note=note)
    if text.casefold() in _NOTHING:
        return Number(None, text, marks, note=note)
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError("is not a number")
    sign, whole, rest, percent = found.groups()
    digits = re.sub(r"\D", "", whole)
    value = _checked(Decimal(f"{'-' if sign in ('-', '−') else ''}{digits}{rest or ''}"))
    return Number(value, "", marks, bool(percent), note)


def _checked(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("is not a number")
    if len(value.as_tuple().digits) > MOST_DIGITS or value.adjusted() >= MOST_DIGITS:
        raise ValueError(f"has more than {MOST_DIGITS} digits")
    # 12.0 of a spreadsheet is the count 12; a nought has no sign.
    whole = value.to_integral_value()
    return (
        abs(whole)
        if not whole and whole == value
        else whole.quantize(Decimal(1))
        if whole == value
        else value
    )
