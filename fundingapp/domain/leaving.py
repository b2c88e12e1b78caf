"""What leaves with a workbook beside what its sheets show: listed before it goes, and justified or seen to (D17)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final


class Origin(Enum):
    """Who put it there."""

    OURS = "ours"
    THEIRS = "theirs"


_LEFT: Final = "earlier_year"
#: Why something that came with the Commissioner's workbook goes back with it.
_THEIRS: Final = "It is in the Commissioner's own workbook as it came, and may be read by machine."


@dataclass(frozen=True, slots=True)
class LeavingThing:
    """One thing that leaves with a workbook: *kind* is a stable code such as ``comments``, *place* a sheet, a cell or a
    part, *what* says it in words, *count* how many. *justification* is why it may stay, "" while that is open."""

    kind: str
    place: str
    what: str
    count: int = 1
    origin: Origin = Origin.OURS
    justification: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to decide."""
        return not self.justification


def told_apart(
    leaving: tuple[LeavingThing, ...], came: tuple[LeavingThing, ...] | None
) -> tuple[LeavingThing, ...]:
    """*leaving* with the origin of each, by what the template *came* with; None where there was no template.

    Personal data stays open whoever put it there, and so do figures in input cells, of which only those are told that
    stood there before: they may be another quarter's.
    """
    if came is None:
        return tuple(each for each in leaving if each.kind != _LEFT)
    there = {(each.kind, each.place, each.what) for each in came}
    told = []
    for each in leaving:
        if (each.kind, each.place, each.what) in there:
            reason = "" if each.kind in ("personal", _LEFT) else _THEIRS
            told.append(replace(each, origin=Origin.THEIRS, justification=reason))
        elif each.kind != _LEFT:
            told.append(each)
    return tuple(told)
