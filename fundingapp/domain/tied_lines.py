"""Printed tables laid side by side: what stands where, and the lines that tie the counts together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fundingapp.domain.printed_counts import Grid, What
from fundingapp.domain.tied_sums import Entry, Place, Range, exact_of


class Tie(NamedTuple):
    """A line of the problem in places; see :class:`~fundingapp.domain.small_numbers.Line`. *way* is shared by what one
    way of making a figure ties; 0 for none."""

    terms: tuple[tuple[Place, int], ...]
    least: int | None
    most: int | None
    needs: Place | None
    kind: str
    whole: Place | None
    is_sure: bool
    way: int = 0


class Lines:
    """The tables, and what ties their counts so far.

    *wholes* has the parts of each total, *wrong* the totals that are not the sum of their parts, with both.
    *as_printed* lays the tables before a reader: what is shown is shown.
    """

    def __init__(self, grids: Sequence[Grid], *, as_printed: bool) -> None:
        self.grids = grids
        self.as_printed = as_printed
        self.wrong: list[tuple[Place, int, int]] = []
        self.wholes: dict[Place, list[Place]] = {}
        self.pending: list[Tie] = []
        # What was looked up once: a table is asked for each of its figures many thousand times.
        self._entries: dict[Place, Entry] = {}
        self.counts = [
            Place(table, row, column)
            for table, grid in enumerate(grids)
            for row in range(len(grid.rows))
            for column in range(len(grid.headings))
            if grid.kinds[row][column] in (What.COUNT, What.HIDDEN)
        ]

    def kind(self, place: Place) -> What:
        """What stands at a place."""
        return self.grids[place.table].kinds[place.row][place.column]

    def entry(self, place: Place) -> Entry:
        """What is printed of a count."""
        if place not in self._entries:
            self._entries[place] = self._entry_of(place)
        return self._entries[place]

    def _entry_of(self, place: Place) -> Entry:
        kind = self.kind(place)
        cell = self.grids[place.table].rows[place.row][place.column]
        if kind is What.HIDDEN:
            return Range(math.ceil(cell.least or 0), None if cell.most is None else math.floor(cell.most))
        if kind in (What.COUNT, What.DIFFERENCE) and cell.count is not None:
            return Range(cell.count, cell.count)
        return None

    def is_count(self, place: Place) -> bool:
        """Whether a count stands at a place, shown or hidden."""
        return self.kind(place) in (What.COUNT, What.HIDDEN)

    def add_total(self, whole: Place, parts: Sequence[Place], *, is_sure: bool = True) -> None:
        """Keeps that *whole* is the sum of *parts*; one that is not is protected as what it is off."""
        if not parts:
            return
        entries = [self.entry(place) for place in (whole, *parts)]
        values = [exact_of(entry) for entry in entries]
        off = 0
        if all(value is not None for value in values):
            off = sum(value or 0 for value in values[1:]) - (values[0] or 0)
            if off and self.as_printed:
                return  # all of it is shown, so nothing follows from a total that is wrong
            if off:
                self.wrong.append((whole, values[0] or 0, (values[0] or 0) + off))
        known = self.wholes.setdefault(whole, [])
        known += [part for part in parts if part not in known]
        self.tie([(place, 1) for place in parts] + [(whole, -1)], off, off, None, "total", whole, is_sure)

    def tie(
        self,
        terms: Iterable[tuple[Place, int]],
        least: int | None,
        most: int | None,
        needs: Place | None = None,
        kind: str = "total",
        whole: Place | None = None,
        is_sure: bool = True,
        way: int = 0,
    ) -> None:
        """Keeps a line; places become cells when the problem is made."""
        self.pending.append(Tie(tuple(terms), least, most, needs, kind, whole, is_sure, way))
