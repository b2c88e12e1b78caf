"""Names of suppliers: which are written differently and mean the same, and which only look alike.

The one module of this room that uses a library: rapidfuzz, which is arithmetic on texts and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

#: How like two names must be, of 100, before the lines of one say anything about the other.
ALIKE = 88

#: What is less like than this as a whole is not compared word by word.
_PERHAPS = 75
#: Words that say what kind of body it is and not which.
_FORMS = frozenset(("co", "company", "cic", "inc", "limited", "llp", "ltd", "plc", "the", "uk"))
#: What councils' ledgers shorten, in full.
_IN_FULL = {
    "and": "",
    "assoc": "association",
    "bc": "borough council",
    "cc": "county council",
    "ctr": "centre",
    "dc": "district council",
    "mgmt": "management",
    "serv": "services",
    "service": "services",
    "srv": "services",
    "svc": "services",
    "svcs": "services",
}
#: Words that so many names share that they tell none from another.
_COMMON = frozenset(
    ("association", "borough", "centre", "community", "council", "county", "district", "group", "services")
    + ("solutions", "trust")
)
_TRADING = re.compile(r"\bt\s*/\s*a\b|\btrading\s+as\b|\bt\s*/\s*as\b")
_NO_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class SupplierAlias:
    """Two names that a person says are one supplier: *name* as the ledger writes it is *same_as*."""

    name: str
    same_as: str


@lru_cache(maxsize=65_536)
def plain_name(name: str) -> str:
    """*name* as it is compared: lower case, no accents and signs, nothing about the form of the body.

    Of “Ann Lee T/A Oak Fencing Ltd” it is the trading name: “oak fencing”. "" for a name without a letter or digit.
    """
    text = unicodedata.normalize("NFKD", name.casefold())
    text = "".join(letter for letter in text if not unicodedata.combining(letter) and letter not in "'’")
    parts = _TRADING.split(text)
    words = _words(parts[-1]) or _words(parts[0])
    # A number at the end or the start is the finance system's own, unless nothing else is there.
    while len(words) > 1 and words[-1].isdigit() and len(words[-1]) > 3:
        words.pop()
    while len(words) > 1 and words[0].isdigit() and len(words[0]) > 3:
        words.pop(0)
    return " ".join(words)


def _words(text: str) -> list[str]:
    found: list[str] = []
    for word in _NO_WORD.sub(" ", text).split():
        found += _IN_FULL.get(word, word).split()
    kept = [word for word in found if word not in _FORMS]
    return kept or found


def likeness(one: str, other: str) -> int:
    """How like two plain names are, 0 to 100, word by word: typing errors, cut-off and missing words.

    0 where they differ in a number or an initial: “Unit 1” is not “Unit 2”, J Smith is not K Smith.
    """
    if one == other:
        return 100
    from rapidfuzz import fuzz

    few, many = sorted((one.split(), other.split()), key=len)
    if len(few) + 1 < len(many) or not few:
        return 0
    left, marks = list(many), []
    for word in few:
        rated = [(_word_likeness(word, there, fuzz), there) for there in left]
        best, there = max(rated)
        if best < 75:
            return 0
        left.remove(there)
        marks.append(best)
    if any(len(word) == 1 or word.isdigit() for word in left):
        return 0  # an initial or a number that only one of them has
    if len(few) == 1 and left:
        return 0  # one word out of two says too little
    if left and not all(word in _COMMON for word in left):
        marks.append(70)
    weights = [1 if word in _COMMON else 2 for word in few] + [2] * (len(marks) - len(few))
    return sum(mark * weight for mark, weight in zip(marks, weights, strict=True)) // sum(weights)


def _word_likeness(one: str, other: str, fuzz: object) -> int:
    if one == other:
        return 100
    if len(one) < 3 or len(other) < 3 or not one.isalpha() or not other.isalpha():
        return 0  # a number is the same or another
    short, long = sorted((one, other), key=len)
    if long.startswith(short):
        return 94  # cut off
    ratio: int = int(fuzz.ratio(one, other))  # type: ignore[attr-defined]  # the module, imported by the caller
    return ratio


class Names:
    """The names of a ledger by what they mean: names that are the same, and those that look alike.

    Whatever two names are compared, the answer does not hang on which others there are, so that what is worked out
    for a few suppliers is what is worked out for all.
    """

    def __init__(self, names: Iterable[str], aliases: Mapping[str, str]) -> None:
        self._aliases = {plain_name(name): plain_name(same) for name, same in aliases.items()}
        self._names_of: dict[str, list[str]] = {}
        self._with_start: dict[str, set[str]] = {}
        self._alike: dict[str, tuple[tuple[str, int], ...]] = {}
        for name in names:
            family = self.family(name)
            known = self._names_of.get(family)
            if known is None:
                known = self._names_of[family] = []
                for start in _starts(family):
                    self._with_start.setdefault(start, set()).add(family)
            known.append(name)

    def family(self, name: str) -> str:
        """What *name* comes down to: the same for two names of one supplier."""
        plain = plain_name(name)
        seen = {plain}
        while (after := self._aliases.get(plain)) is not None and after not in seen:
            plain = after
            seen.add(plain)
        return plain

    def names_of(self, family: str) -> list[str]:
        """The names as the ledger has them."""
        return self._names_of.get(family, [])

    def alike(self, family: str) -> tuple[tuple[str, int], ...]:
        """The other families that look like *family*, most alike first, each with its likeness of ALIKE or more."""
        found = self._alike.get(family)
        if found is None:
            from rapidfuzz import fuzz, process

            near = set().union(*(self._with_start.get(start, ()) for start in _starts(family))) - {family}
            # A quick look at all of them at once; few are left to be compared word by word.
            perhaps = process.extract_iter(family, near, scorer=fuzz.token_set_ratio, score_cutoff=_PERHAPS)
            rated = ((other, likeness(family, other)) for other, _, _ in perhaps)
            found = tuple(
                sorted((pair for pair in rated if pair[1] >= ALIKE), key=lambda pair: (-pair[1], pair[0]))
            )
            self._alike[family] = found
        return found


def _starts(family: str) -> set[str]:
    """The first letters of the words that tell a name from others; of all its words when none does."""
    words = family.split()
    telling = [word for word in words if word not in _COMMON and len(word) > 2] or words
    return {word[:3] for word in telling}
