"""Words that stand beside or below a table and tell a count that it hides: “three of these were …”."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from fundingapp.domain.ledger import SheetRows

_SAID_NUMBERS: Final = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_WORDS: Final = {word: number for number, word in enumerate(_SAID_NUMBERS.split(), start=1)} | {
    "once": 1,
    "a single": 1,
    "twice": 2,
    "both": 2,
    "a couple": 2,
    "a pair": 2,
}
#: A number that stands for itself: no part of a date, a year “2018/19”, a percentage, a time, a code or a mark “<5”.
_DIGITS = re.compile(
    r"(?<![\w.,/£<≤+\-–:(])(\d{1,3}(?:,\d{3})+|\d{1,6})(?![\w%/:]|[.,]\d|\s*(?:%|per ?cent))"
)
_SAID = re.compile(rf"(?<![\w-])({'|'.join(sorted(_WORDS, key=len, reverse=True))})(?![\w-])", re.IGNORECASE)
#: “No one”, “one of the aims”: a word that counts nobody.
_NO_COUNT = re.compile(
    r"\b(?:no|any|every|some|each|this|that|the|which)[ -]?one\b|\bone another\b", re.IGNORECASE
)
#: What a number is the number of, or of when: “quarter 3”, “note 2”, “3 April”, “in 2014”.
_NAMES = re.compile(
    r"\b(?:quarter|note|table|figure|page|section|appendix|beat|ward|area|year|phase|stage|version|class|category|no\.?"
    r"|number|days?|months?|weeks?)\s+\d+\b|\b\d+(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"[a-z]*\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+\d+\b|\b(?:19|20)\d\d\b"
    r"|\b(?:below|under|than|least|most)\s+\d+\b|\b\d+\s*(?:-|–|to)\s*\d+\b"
    r"|^\W*\d{1,2}(?:[.)]|\s+(?=(?-i:[A-Z])))",
    re.IGNORECASE,
)


def numbers_told(text: str) -> set[int]:
    """The counts that a text tells, in digits or in words; none that name a date, a year, a note or a share."""
    plain = _NO_COUNT.sub(" ", _NAMES.sub(" ", text))
    told = {int(found.replace(",", "")) for found in _DIGITS.findall(plain)}
    return told | {_WORDS[found.casefold()] for found in _SAID.findall(plain)}


def lines_that_tell(
    sheet: SheetRows, hidden: Collection[int], figures: Collection[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The cells of words, by the row in the file from 1 and the column from 0, that hold a count of *hidden*.

    *figures* are the cells of the tables themselves, with the labels and headings that name them.
    """
    for row in sheet.rows:
        for column, cell in enumerate(row.cells):
            if not isinstance(cell, str) or (row.row, column) in figures:
                continue
            if any(sign.isalpha() for sign in cell) and numbers_told(cell) & set(hidden):
                yield row.row, column
