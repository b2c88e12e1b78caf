"""What is noticed of an exchange workbook: a place, a sentence, and the other place where two rows contradict each
other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from fundingapp.domain.findings import LISTED, Severity

#: The sheet of a place that is not in the workbook: what the funding file holds already.
HELD = ""


class Place(NamedTuple):
    """A row of a sheet, counted from 1; without a sheet it is what the funding file holds."""

    sheet: str
    row: int = 0

    def __str__(self) -> str:
        if self.sheet == HELD:
            return "what the funding file holds"
        return f"sheet “{self.sheet}”, row {self.row:,}" if self.row else f"sheet “{self.sheet}”"


@dataclass(frozen=True, slots=True)
class Noticed:
    """One thing noticed. ERROR is a contradiction, which refuses the whole workbook; WARNING and NOTE are kept and
    said. *kind* is a stable code, *text* the whole sentence with its places in it, *said* what it says beside its own
    place."""

    severity: Severity
    kind: str
    text: str
    place: Place
    column: str = ""
    other: Place | None = None
    said: str = ""

    @property
    def contradicts(self) -> bool:
        return self.severity is Severity.ERROR


class Notes:
    """Gathers what is noticed."""

    def __init__(self) -> None:
        self.all: list[Noticed] = []

    def _add(
        self, severity: Severity, kind: str, place: Place, text: str, column: str, other: Place | None
    ) -> None:
        where = str(place)
        where = where[:1].upper() + where[1:] + (f", column “{column}”" if column else "")
        beside = f" (against {other})" if other is not None else ""
        said = f"{text[:1].upper()}{text[1:]}{beside}."
        self.all.append(Noticed(severity, kind, f"{where}: {text}{beside}.", place, column, other, said))

    def contradiction(
        self, kind: str, place: Place, text: str, column: str = "", other: Place | None = None
    ) -> None:
        """What can't be: *text* says it, without its full stop."""
        self._add(Severity.ERROR, kind, place, text, column, other)

    def finding(
        self, kind: str, place: Place, text: str, column: str = "", other: Place | None = None
    ) -> None:
        """What is kept and ought to be looked at."""
        self._add(Severity.WARNING, kind, place, text, column, other)

    def note(self, kind: str, place: Place, text: str, column: str = "", other: Place | None = None) -> None:
        """What is kept and said for information."""
        self._add(Severity.NOTE, kind, place, text, column, other)


def shortened(noticed: Iterable[Noticed]) -> tuple[Noticed, ...]:
    """Every contradiction; of findings and notes of one kind in one sheet the first ones, and how many more there are.

    The worst come first, each in the order of the workbook.
    """
    listed: list[Noticed] = []
    first: dict[tuple[str, str], Noticed] = {}
    counts: dict[tuple[str, str], int] = {}
    for each in noticed:
        key = (each.kind, each.place.sheet)
        counts[key] = counts.get(key, 0) + 1
        first.setdefault(key, each)
        if each.contradicts or counts[key] <= LISTED:
            listed.append(each)
    for key, number in counts.items():
        if number > LISTED and not first[key].contradicts:
            more = number - LISTED
            text = f"Sheet “{key[1]}”: {more:,} more {'row' if more == 1 else 'rows'} of the same sort."
            listed.append(
                replace(first[key], text=text, said=text, place=Place(key[1]), column="", other=None)
            )
    worst = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
    return tuple(sorted(listed, key=lambda each: worst.index(each.severity)))
