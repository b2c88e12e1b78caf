"""Lines that may be the same although nothing but their content says so (bad input X33).

Two finance systems, or two reports of one, give the same posting different numbers or none; a report may also print a
posting twice. Which of them are one line is a person's decision: here they are only found.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import ChangedLine, Comparison, HeldLine, LedgerLine

#: How the key of a line begins that has no transaction number: it is made of the line's content.
_OF_CONTENT = "~"


class LookAlike(NamedTuple):
    """A line of a download, and the one that it looks like: a line that is held, or (*held* None) one further up.

    *likely* says that they are taken for one line unless a person says otherwise.
    """

    line: LedgerLine
    other: LedgerLine
    held: LineId | None
    likely: bool


def is_of_content(key: str) -> bool:
    """Whether a line is recognised by its content, for want of a transaction number."""
    return key.startswith(_OF_CONTENT)


def recognised_by(lines: Iterable[LedgerLine]) -> str:
    """How the lines of a download are recognised in another one, in words."""
    of_content = several = all_of_them = 0
    for line in lines:
        all_of_them += 1
        if is_of_content(line.key):
            of_content += 1
        elif line.key != line.transaction:
            several += 1
    content = "date, cost centre, account, supplier, description and amount together"
    if not all_of_them:
        return ""
    if of_content == all_of_them:
        return content
    number = "transaction number" + (" and its place among the rows of that number" if several else "")
    if of_content:
        return f"{number}; {of_content:,} of {all_of_them:,} lines without a number by {content}"
    return number


def look_alikes(
    comparison: Comparison, lines: Sequence[LedgerLine], held: Mapping[str, HeldLine]
) -> tuple[LookAlike, ...]:
    """The new lines of a download that look like held ones which it does not state, or like its own earlier ones.

    Compared are amount, date (else year and period) and supplier, else description. A held line that the download
    numbers differently, one with a number and one without, is likely the same.
    """
    if not comparison.new:
        return ()
    found = _like_held(comparison, lines, held)
    known = {pair.line.key for pair in found}
    return (*found, *(pair for pair in _like_earlier(comparison.new) if pair.line.key not in known))


def _like_held(
    comparison: Comparison, lines: Sequence[LedgerLine], held: Mapping[str, HeldLine]
) -> list[LookAlike]:
    if not held:
        return []
    stated = {line.key for line in lines}
    gone = {known.line.key for known in comparison.vanished}
    waiting: dict[Hashable, list[HeldLine]] = {}
    for key, known in held.items():
        if key not in stated:
            waiting.setdefault(_content(known.line), []).append(known)
    if not waiting:
        return []
    found = []
    for line in comparison.new:
        known_ones = waiting.get(_content(line)) if line.amount else None
        if not known_ones:
            continue
        otherwise = is_of_content(line.key)
        best = next((entry for entry in known_ones if is_of_content(entry.line.key) is not otherwise), None)
        # Of two that are numbered alike and differ in their numbers, one that vanishes is not counted twice anyway.
        plain = next((entry for entry in known_ones if entry.line.key not in gone), None)
        chosen = best or plain
        if chosen is None:
            continue
        known_ones.remove(chosen)
        found.append(LookAlike(line, chosen.line, chosen.id, best is not None))
    return found


def _like_earlier(new: Sequence[LedgerLine]) -> list[LookAlike]:
    stems = {stem for line in new if (stem := line.key.rpartition("#")[0])}
    if not stems:
        return []
    by_key = {line.key: line for line in new if line.key in stems}
    found = []
    for line in new:
        stem, mark, _ = line.key.rpartition("#")
        first = by_key.get(stem) if mark else None
        if first is not None and _whole(first) == _whole(line):
            found.append(LookAlike(line, first, None, False))
    return found


def _content(line: LedgerLine) -> Hashable:
    when: Hashable = line.posted_on or (line.year.start, line.period)
    who = line.supplier or line.description
    return when, line.amount.pence, " ".join(who.casefold().split())


def _whole(line: LedgerLine) -> LedgerLine:
    return line._replace(key="", sheet="", row=0)


def as_one(comparison: Comparison, pairs: Mapping[str, HeldLine]) -> Comparison:
    """*comparison* with new lines, by key, taken for lines that are held: these neither vanish nor change."""
    if not pairs:
        return comparison
    same = {known.id for known in pairs.values()}
    unchanged = [
        ChangedLine(pairs[line.key].id, pairs[line.key].line, line)
        for line in comparison.new
        if line.key in pairs
    ]
    return replace(
        comparison,
        new=tuple(line for line in comparison.new if line.key not in pairs),
        unchanged=(*comparison.unchanged, *unchanged),
        vanished=tuple(known for known in comparison.vanished if known.id not in same),
    )
