"""What becomes of a finding that was accepted, when the same table comes again: it stays accepted while the same figure
is printed in the same place, and waits again when it is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from fundingapp.domain.performance import PerformanceFigure, PerformanceFinding

#: What a row of a table is of: its categories and places, which stay while rows move.
_Row = frozenset[tuple[str, str]] | int


def carried_on(
    found: Sequence[PerformanceFinding],
    counts: Iterable[PerformanceFigure],
    before: Iterable[PerformanceFinding],
    earlier: Iterable[PerformanceFigure],
    called: str,
) -> list[PerformanceFinding]:
    """The findings *found* in a table with its *counts*, with what was accepted *before* in an *earlier* extract of it;
    *called* names that one, such as “Beats”, imported on 03/05/2026.

    A finding is the same by its row (what that is of, wherever it stands) and its column. With the same figure printed
    and the same figure due it stays accepted; else it waits, and its history says what had been accepted.
    """
    mine, theirs = _rows(counts), _rows(earlier)
    accepted = {(_of(theirs, each.row), each.column.casefold()): each for each in before if each.accepted}
    made = []
    for each in found:
        old = accepted.get((_of(mine, each.row), each.column.casefold()))
        if old is None:
            made.append(each)
        elif (old.printed, old.should_be) == (each.printed, each.should_be):
            history = f"Accepted in {called}, and printed here as it was there."
            made.append(replace(each, accepted=old.accepted, history=history))
        else:
            made.append(replace(each, history=_lapsed(old, each, called)))
    return made


def _lapsed(old: PerformanceFinding, new: PerformanceFinding, called: str) -> str:
    was = f"In {called} {old.printed} was accepted here (“{old.accepted}”)"
    if old.printed != new.printed:
        return f"{was}; now {new.printed} is printed, so it is to be decided again."
    return f"{was}; its counts gave {old.should_be} then and give {new.should_be} now, so it is to be decided again."


def _rows(counts: Iterable[PerformanceFigure]) -> dict[int, frozenset[tuple[str, str]]]:
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for each in counts:
        found[each.row].add((each.category.casefold(), each.area_name.casefold()))
    return {row: frozenset(what) for row, what in found.items()}


def _of(rows: dict[int, frozenset[tuple[str, str]]], row: int) -> _Row:
    """What a row is of; its number where it has no count."""
    return rows.get(row) or row
