"""What a comment beside the figures says of them in words, held against its own numbers and against those of its row.

Only sentences that can mean one thing are read: “70, 21% up from 55”, “fell from 90 to 75”, “90 → 75, 14 fewer”, and a
comment that says nothing but “14 fewer”. Whatever else is said is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from fundingapp.domain.changes import exact_change, rounded

_COUNT = r"\d{1,3}(?:,\d{3})+(?![\d.,]*\d)|\d+(?![\d.,/]*[\d/%])"
_SHARE = r"\d+(?:\.\d+)?"
_UP = r"up|higher|more|increased?|rise|rose|risen|rising|grew|grown|growth|climbed|above"
_DOWN = r"down|lower|fewer|less|decreased?|fall|fell|fallen|falling|reduced|reduction|dropped|drop|below"
_WAY = rf"(?P<way>{_UP}|{_DOWN})"
_BEFORE = r"(?:from|on|than|compared (?:with|to)|against|over)"

#: “70, 21% up from 55”: the figure, the percentage, which way, and what it was before.
_NOW_SHARE_BEFORE = re.compile(
    rf"(?<![\d.,/])(?P<now>{_COUNT})(?:\s+[a-z]+){{0,3}}\s*[,;:(–-]?\s*(?:which is\s+|is\s+|are\s+|an?\s+)?"
    rf"(?P<share>{_SHARE})\s?(?:%|per cent)\s+{_WAY}\s+{_BEFORE}\s+(?P<before>{_COUNT})",
    re.IGNORECASE,
)
#: “up 21% from 55 to 70”, “fell from 90 to 75, 14 fewer”, “191 → 221 (16.5%)”.
_BEFORE_NOW = re.compile(
    rf"(?:(?P<way>{_UP}|{_DOWN})\s+)?(?:by\s+)?(?:(?P<share>{_SHARE})\s?(?:%|per cent)\s+)?(?:\(?from\s+)?"
    rf"(?<![\d.,/])(?P<before>{_COUNT})\s*(?P<arrow>to|→|->|⇒)\s*(?P<now>{_COUNT})"
    rf"(?:\s+[a-z]+){{0,2}}(?:\s*[,;:(–-]?\s*(?:or\s+|by\s+|an?\s+)?(?:\w+\s+of\s+)?"
    rf"(?:(?P<after>[+−–-]?{_SHARE})\s?(?:%|per cent)(?:\s+(?P<way_after>{_UP}|{_DOWN}))?"
    rf"|(?P<by>{_COUNT})\s+(?P<way_by>{_UP}|{_DOWN})))?",
    re.IGNORECASE,
)
#: A comment that is nothing but the change of its row.
_CHANGE_ALONE = re.compile(
    rf"\W*(?:there (?:were|was|have been|has been)\s+)?(?:(?P<way_first>{_UP}|{_DOWN})\s+(?:by\s+)?)?"
    rf"(?P<number>{_SHARE}|{_COUNT})\s?(?P<percent>%|per cent)?(?:\s+(?P<way_last>{_UP}|{_DOWN}))?"
    r"(?:\s+(?:offences|crimes|incidents|reports|cases|victims))?"
    r"(?:\s+(?:than|on|from|compared (?:with|to))\s+(?:the\s+)?(?:last year|previous year|year before|same period last"
    r" year))?[\s.!]*",
    re.IGNORECASE,
)
_IS_DOWN = re.compile(_DOWN, re.IGNORECASE)
#: “nearly 20% up” is not to be held to the percentage.
_ROUGHLY = re.compile(
    r"(?:about|around|approx\w*\.?|roughly|nearly|almost|over|under|just|circa|some|at least|up to|more than|less than"
    r"|c\.|~|≈)\s*$",
    re.IGNORECASE,
)
_YEARS = range(1990, 2100)


@dataclass(frozen=True, slots=True)
class Said:
    """Something that a comment says of two counts: as *printed*, as it *should_be*, and whether that is the same."""

    printed: str
    should_be: str
    before: int
    now: int

    @property
    def is_right(self) -> bool:
        return self.printed == self.should_be

    @property
    def text(self) -> str:
        """“55 to 70 is 27% up, and not 21% up.”"""
        return f"{self.before:,} to {self.now:,} is {self.should_be}; printed is {self.printed}."


def said_in(comment: str, counts: tuple[int, int] | None = None) -> tuple[Said, ...]:
    """What *comment* says that can be checked; *counts* are those of its row, before and now, where it compares two."""
    if counts is not None and (found := _CHANGE_ALONE.fullmatch(comment)) is not None:
        return tuple(_alone(found, counts))
    first = [found for found in _NOW_SHARE_BEFORE.finditer(comment) if _is_plain(found)]
    taken = [each.span() for each in first]
    said = [each for found in first for each in _share(found["share"], found["way"], _pair(found))]
    for found in _BEFORE_NOW.finditer(comment):
        if any(begin < found.end() and found.start() < end for begin, end in taken):
            continue
        if _is_plain(found) and _is_told(found):
            said += _before_now(found)
    return tuple(said)


def _is_plain(found: re.Match[str]) -> bool:
    """Whether the numbers are counts, and none of them is only roughly so."""
    spans = [
        found.start(name) for name, text in found.groupdict().items() if text and not name.startswith("way")
    ]
    roughly = any(_ROUGHLY.search(found.string[:start]) for start in spans)
    return not roughly and not all(number in _YEARS for number in _pair(found))


def _is_told(found: re.Match[str]) -> bool:
    """Whether “10 to 12” is said as a change, and is no span, such as of ages."""
    before = found.string[: found.start("before")].rstrip().casefold()
    return bool(found["way"]) or found["arrow"].casefold() != "to" or not before or before.endswith("from")


def _pair(found: re.Match[str]) -> tuple[int, int]:
    return _number(found["before"]), _number(found["now"])


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _before_now(found: re.Match[str]) -> Iterator[Said]:
    counts = _pair(found)
    ways = [found["way"], found["way_after"], found["way_by"]]
    said = [way for way in ways if way]
    # “from 10 to 12 sessions” is a span, unless something says that it is a change.
    if not said and found["after"] is None:
        return
    if found["share"]:
        yield from _share(found["share"], found["way"], counts)
    elif found["after"]:
        yield from _share(found["after"], found["way_after"] or found["way"], counts)
    if found["by"]:
        yield _by(_number(found["by"]), found["way_by"], counts)
    if not (found["share"] or found["after"] or found["by"]):
        yield _which_way(found["way"], counts)


def _alone(found: re.Match[str], counts: tuple[int, int]) -> Iterator[Said]:
    way = found["way_first"] or found["way_last"]
    if way is None or (found["way_first"] and found["way_last"]):
        return
    if found["percent"]:
        yield from _share(found["number"], way, counts)
    elif "." not in found["number"]:
        yield _by(_number(found["number"]), way, counts)


def _share(text: str, way: str | None, counts: tuple[int, int]) -> Iterator[Said]:
    exact = exact_change(*counts)
    if exact is None:
        return
    number = Fraction(text.lstrip("+−–-"))
    decimals = len(text.partition(".")[2])
    signed = -number if text[:1] in tuple("−–-") or (way and _IS_DOWN.fullmatch(way)) else number
    if not way and text[:1] not in tuple("+−–-"):
        exact, signed = abs(exact), number
    right = abs(exact - signed) <= Fraction(1, 2 * 10**decimals)
    printed = _worded(signed, text.lstrip("+−–-"), way)
    yield Said(
        printed,
        printed if right else _worded(exact, f"{abs(rounded(exact, decimals))}", way),
        *counts,
    )


def _worded(signed: Fraction, number: str, way: str | None) -> str:
    if not way:
        return f"{'-' if signed < 0 else ''}{number}%"
    return f"{number}% {'down' if signed < 0 else 'up'}"


def _by(number: int, way: str, counts: tuple[int, int]) -> Said:
    signed = -number if _IS_DOWN.fullmatch(way) else number
    change = counts[1] - counts[0]
    return Said(_more(signed), _more(change), *counts)


def _more(change: int) -> str:
    return f"{abs(change):,} {'fewer' if change < 0 else 'more'}"


def _which_way(way: str, counts: tuple[int, int]) -> Said:
    change = counts[1] - counts[0]
    printed = "down" if _IS_DOWN.fullmatch(way) else "up"
    return Said(printed, "up" if change > 0 else "down" if change < 0 else "no change", *counts)
