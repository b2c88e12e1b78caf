"""Lines of a ledger download in whose words people seem to stand: told before they come in, never held up for it
(bad-inputs R01). A ledger is full of names of firms and of numbers, so only what hardly means anything else counts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from typing import Final

from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.personal_data import ClueSort, is_person, sorts_in, without_days

#: What is told of a ledger, with its article; numbers of telephones and crimes stand in many for good reasons.
_TOLD: Final = {
    ClueSort.EMAIL: "an e-mail address",
    ClueSort.BIRTH: "a date of birth",
    ClueSort.INSURANCE: "a National Insurance number",
    ClueSort.NHS: "an NHS number",
}
#: What a line has to hold somewhere to be looked at more closely. Each begins with a set of letters, so that a whole
#: lot of lines is searched at once in the time that a few take one by one.
_SIGNS: Final = (
    re.compile("@"),
    re.compile(r"\d ?[A-D](?![A-Za-z0-9])"),
    re.compile(r"[ -]\d{3}[ -]\d{4}(?!\d)"),
    re.compile(r"[bBdDnN](?i:orn|\.?o\.?b|ates? of birth|irth ?date|hs)(?![^\W_])"),
)
#: Years of days.
_YEARS: Final = (
    re.compile(r"[/.-]((?:19|20)\d\d)(?!\d)"),
    re.compile(r"([12][09]\d\d)-\d\d-\d\d"),
    re.compile(r"[ADFJMNOS][a-z]{2,8},? ((?:19|20)\d\d)(?!\d)"),
)
#: A day so many years before the line's own, beside the name of a person, is no day of a delivery or invoice.
_BEFORE: Final = 14
_LOT: Final = 2_000


def people_in_lines(lines: Iterable[LedgerLine], file: str) -> list[Finding]:
    """A warning for each sort of what looks like personal data in the suppliers and descriptions of *lines*, with how
    many there are and where the first stands; never the thing itself (R09)."""
    found: dict[ClueSort, list[LedgerLine]] = {}
    for line, sorts in _telling(lines):
        for sort in sorts:
            found.setdefault(sort, []).append(line)
    return [_finding(what, found[sort], file) for sort, what in _TOLD.items() if sort in found]


def _finding(what: str, lines: list[LedgerLine], file: str) -> Finding:
    first = lines[0]
    hold = "line holds" if len(lines) == 1 else "lines hold"
    where = f"in row {first.row:,}" if len(lines) == 1 else f"the first in row {first.row:,}"
    return Finding(
        Severity.WARNING,
        "line.personal",
        f"{len(lines):,} {hold} what looks like {what}, {where}: take it out in the ledger if nobody needs it here.",
        Source(file, first.sheet, first.row),
    )


def _telling(lines: Iterable[LedgerLine]) -> Iterator[tuple[LedgerLine, set[ClueSort]]]:
    """The lines that tell of people, each with what it tells."""
    each = iter(lines)
    while lot := list(islice(each, _LOT)):
        for line in _to_look_at(lot):
            sorts = (sorts_in(line.supplier) | sorts_in(line.description)) & _TOLD.keys()
            if _has_birth(line):
                sorts.add(ClueSort.BIRTH)
            if sorts:
                yield line, sorts


def _to_look_at(lot: Sequence[LedgerLine]) -> list[LedgerLine]:
    """Those of *lot* with a sign of something, in their order."""
    texts = [f"{line.supplier}\n{line.description}" for line in lot]
    whole = "\n".join(texts)
    oldest = max(line.year.start for line in lot) - _BEFORE
    places = [sign.start() for signs in _SIGNS for sign in signs.finditer(whole)]
    places += [year.start() for years in _YEARS for year in years.finditer(whole) if int(year[1]) <= oldest]
    if not places:
        return []
    ends = list(accumulate(len(text) + 1 for text in texts))
    return [lot[at] for at in sorted({bisect_right(ends, place) for place in places})]


def _has_birth(line: LedgerLine) -> bool:
    """Whether a day long before the year of *line* stands beside the name of a person: in the words themselves, or
    that of the supplier."""
    rest, years = without_days(line.description)
    return any(1900 <= year <= line.year.start - _BEFORE for year in years) and (
        is_person(line.supplier) or is_person(rest)
    )
