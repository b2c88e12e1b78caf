"""Journals and credit notes that cancel an earlier line, and those that name none (L06)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.suppliers import plain_name

_SAYS_SO = re.compile(
    r"\brevers(?:al|als|e|es|ed|ing)\b|\brev\s+(?:of|jnl|journal|inv)\b|\brev\s+\d", re.IGNORECASE
)
_JOURNAL = re.compile(r"\b(?:jnl|journal|jv|gl|gj)\b", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z]*[-/]?\d[\dA-Za-z]*(?:[-/]\d[\dA-Za-z]*)*")
_YEAR_OR_DAY = re.compile(
    r"(?:19|20)\d\d(?:[-/]\d\d(?:\d\d)?)?|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}|\d{1,2}/\d{2,4}|P\d+", re.IGNORECASE
)
_NO_WORD = re.compile(r"[^a-z]+")


class Pair(NamedTuple):
    """A *line* that reverses another. *original* is None when no line held fits; *twice* when the one that it names
    was reversed by an earlier line. *why* says how they were told, in a few words."""

    line: LineId
    original: LineId | None
    twice: bool
    why: str


def says_reversal(line: LedgerLine) -> bool:
    """Whether the description of *line* says that it reverses another."""
    return _SAYS_SO.search(line.description) is not None


def references(text: str) -> frozenset[str]:
    """The invoice and journal numbers in *text*: at least three digits, no years and days; without leading noughts."""
    found = set()
    for token in _TOKEN.findall(text):
        if sum(letter.isdigit() for letter in token) < 3 or _YEAR_OR_DAY.fullmatch(token):
            continue
        plain = token.casefold().replace("-", "").replace("/", "")
        plain = plain.removeprefix("invoice").removeprefix("inv").lstrip("0")
        if plain:
            found.add(plain)
    return frozenset(found)


def may_reverse(line: LedgerLine) -> bool:
    """Whether *line* is worth holding against others: it says so, or takes money back."""
    return line.amount.pence < 0 or says_reversal(line)


def _bare(description: str) -> str:
    """A description without its numbers and without the words that say “reversal of”."""
    text = _SAYS_SO.sub(" ", description).casefold()
    return " ".join(word for word in _NO_WORD.split(text) if word and word != "of")


def _keys(line: LedgerLine, *, as_original: bool) -> list[tuple[str, str]]:
    """By what a reversal and its original may find each other."""
    numbers = references(line.transaction) if as_original else references(line.description)
    keys = [("number", number) for number in sorted(numbers)]
    keys += [("invoice", number) for number in sorted(references(line.description))]
    if family := plain_name(line.supplier):
        keys.append(("supplier", family))
    if bare := _bare(line.description):
        keys.append(("words", f"{line.cost_centre}|{line.account}|{bare}"))
    return keys


def _rank(reversing: LedgerLine, original: LedgerLine, how: str) -> int:
    """How surely the two are a pair when they found each other by *how*; 0: they are none."""
    apart = (reversing.year.start - original.year.start) * 12 + reversing.period - original.period
    if apart < 0 or (reversing.posted_on and original.posted_on and reversing.posted_on < original.posted_on):
        return 0
    said = says_reversal(reversing)
    same_supplier = plain_name(reversing.supplier) == plain_name(original.supplier)
    if how == "number":
        return 4 if said else 0
    if how == "invoice":
        return 3 if same_supplier and apart <= 3 else 0
    if how == "supplier":
        return 2 if said and apart <= 1 and not references(reversing.description) else 0
    journals = _JOURNAL.search(reversing.type) and _JOURNAL.search(original.type)
    if apart > 1 or not same_supplier:
        return 0
    return 1 if (said and not references(reversing.description)) or (journals and not said) else 0


_WHY = {
    4: "its description names it",
    3: "same supplier and invoice number, opposite amount",
    2: "same supplier, opposite amount, one period apart at most",
    1: "same coding and wording, opposite amount, one period apart at most",
}


class Pairs:
    """Finds pairs in two goes, so that a million lines need not be held: give it first the lines that may reverse
    another, then every line that may be an original."""

    def __init__(self, reversing: Iterable[tuple[LineId, LedgerLine]]) -> None:
        self._reversing = sorted(reversing, key=lambda pair: (*_when(pair[1]), pair[0]))
        self._wanted: dict[tuple[int, str, str], list[int]] = {}
        for place, (_, line) in enumerate(self._reversing):
            for how, text in _keys(line, as_original=False):
                self._wanted.setdefault((-line.amount.pence, how, text), []).append(place)
        self._found: list[list[tuple[int, tuple[int, int, str], LineId]]] = [[] for _ in self._reversing]

    @property
    def amounts(self) -> set[int]:
        """The amounts in pence that an original may have."""
        return {-line.amount.pence for _, line in self._reversing}

    def look_at(self, id: LineId, line: LedgerLine) -> None:
        """Holds a line against all that may reverse it."""
        if says_reversal(line) and references(line.description):
            return  # it reverses another itself
        for how, text in _keys(line, as_original=True):
            for place in self._wanted.get((line.amount.pence, how, text), ()):
                by, reversing = self._reversing[place]
                rank = _rank(reversing, line, how) if by != id else 0
                if rank:
                    self._found[place].append((rank, _when(line), id))

    def result(self) -> list[Pair]:
        """The pairs: each original once, with the earliest line that reverses it; then what fits no original."""
        reversed_by: dict[LineId, LineId] = {}
        pairs = []
        order = sorted(
            range(len(self._reversing)),
            key=lambda place: (-max((found[0] for found in self._found[place]), default=0), place),
        )
        for place in order:
            id, line = self._reversing[place]
            if id in reversed_by:
                continue  # it was reversed itself
            found = sorted(self._found[place], reverse=True)
            free = next((entry for entry in found if entry[2] not in reversed_by), None)
            if free is not None:
                pairs.append(Pair(id, free[2], False, _WHY[free[0]]))
                reversed_by[free[2]] = id
                continue
            surely = next((entry for entry in found if entry[0] >= 3), None)
            if surely is not None and says_reversal(line):
                pairs.append(Pair(id, surely[2], True, _WHY[surely[0]]))
            elif says_reversal(line):
                pairs.append(Pair(id, None, False, ""))
        return sorted(pairs)


def _when(line: LedgerLine) -> tuple[int, int, str]:
    return line.year.start, line.period, line.posted_on.isoformat() if line.posted_on else ""
