"""Printed tables as one problem: their counts, and what ties them together.

Words only say where to look; what counts is what holds numerically, for that is what a reader can see and use. A tie
that is seen where there is none hides a figure too many; one that is overlooked may give a person away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fundingapp.domain.printed_counts import Grid, What
from fundingapp.domain.small_numbers import Cell, Line, Problem, Rule, Sort
from fundingapp.domain.tied_figures import WorkedOut
from fundingapp.domain.tied_lines import Lines, Tie
from fundingapp.domain.tied_sums import Place, find_sums, fit_of, left_open
from fundingapp.domain.tied_tables import adding_up, same_figures


@dataclass(slots=True)
class Tied:
    """The tables as one problem, and the *ties* that it was made of.

    *places* has the cells of the problem where they stand, *at* the way back; *levels* how many totals a cell is,
    *tops* the totals that are part of no other. *loose* are the figures that are worked out of others in a way that
    nobody could check, *weak* those of which too few are shown to be sure, *wrong* the totals that are not the sum of
    their parts, with both.
    """

    problem: Problem
    places: list[list[Place]]
    at: dict[Place, int]
    levels: dict[int, int]
    tops: frozenset[int]
    loose: tuple[int, ...]
    weak: tuple[int, ...] = ()
    wrong: list[tuple[Place, int, int]] = field(default_factory=list)
    ties: tuple[Tie, ...] = ()


#: What hiding loses: as few figures as can be, then small counts rather than large ones. What is worked out of others
#: tells least, a total more, and a total of everything goes only when nothing else helps.
_WORKED_OUT, _COUNT, _TOTAL, _TOP = 95_000, 100_000, 160_000, 2_000_000


#: So many shown figures prove a sum.
_PROVE = 2


class _Builder:
    """Makes the problem of several tables."""

    def __init__(
        self,
        grids: Sequence[Grid],
        rule: Rule,
        kept: Sequence[bool],
        withheld: frozenset[Place],
        sensitive: Sequence[Sequence[bool]],
        already: frozenset[Place],
        as_printed: bool,
    ) -> None:
        self.grids = grids
        self.rule = rule
        self.kept = kept  # tables that are published as they stand
        self.withheld = withheld
        self.sensitive = sensitive
        self.already = already
        self.lines = Lines(grids, as_printed=as_printed)
        self.joined: dict[Place, Place] = {}

    def root(self, place: Place) -> Place:
        while place in self.joined:
            place = self.joined[place]
        return place

    def join(self, first: Place, second: Place) -> None:
        one, other = self.root(first), self.root(second)
        if one != other:
            # What is known stands for what is hidden.
            if self.lines.kind(one) is What.HIDDEN and self.lines.kind(other) is not What.HIDDEN:
                one, other = other, one
            self.joined[other] = one

    def axes(self, table: int) -> Iterator[tuple[list[list[Place]], list[str]]]:
        """The columns, then the rows, of a table as lines of places with what names them."""
        grid = self.grids[table]
        columns = [
            column
            for column in range(len(grid.headings))
            if any(grid.kinds[row][column] in (What.COUNT, What.HIDDEN) for row in range(len(grid.rows)))
        ]
        rows = [
            row
            for row in range(len(grid.rows))
            if any(grid.kinds[row][column] in (What.COUNT, What.HIDDEN) for column in columns)
        ]
        yield (
            [[Place(table, row, column) for row in rows] for column in columns],
            [grid.heading(column) for column in columns],
        )
        if len(grid.labels) == 1:
            yield (
                [[Place(table, row, column) for column in columns] for row in rows],
                [grid.label(row) for row in rows],
            )
            return
        # A long table: several columns name a row. Rows that differ in one of them only belong together.
        for label in grid.labels:
            groups: dict[tuple[str, ...], list[int]] = {}
            for row in rows:
                others = tuple(grid.rows[row][at].text.casefold() for at in grid.labels if at != label)
                groups.setdefault(others, []).append(row)
            for group in groups.values():
                if len(group) > 1:
                    yield (
                        [[Place(table, row, column) for column in columns] for row in group],
                        [grid.rows[row][label].text for row in group],
                    )
        yield (
            [[Place(table, row, column) for column in columns] for row in rows],
            [grid.label(row) for row in rows],
        )

    def totals(self) -> None:
        for table in range(len(self.grids)):
            looked: set[tuple[Place, bool]] = set()
            for places, labels in self.axes(table):
                vectors = [
                    [self.lines.entry(place) if self.lines.is_count(place) else None for place in line]
                    for line in places
                ]
                sums = find_sums(vectors, labels)
                either = left_open(sums, vectors)
                looked |= {
                    (place, places[found.parts[0]][0].row != places[found.whole][0].row)
                    for found in sums
                    for place in places[found.whole]
                }
                for found in (each for each in sums if each not in either):
                    for at in sorted(found.places):
                        self.lines.add_total(
                            places[found.whole][at],
                            [places[part][at] for part in found.parts if vectors[part][at] is not None],
                            is_sure=found.is_sure,
                        )
            self.told_sums(table, looked)

    def told_sums(self, table: int, looked: set[tuple[Place, bool]]) -> None:
        """What the check of the table found to be sums, where shown figures prove it and nothing was found of them by
        now: *looked* has the wholes that were, and whether of rows."""
        grid = self.grids[table]
        for each in grid.sums:
            count = len(grid.headings) if each.is_of_rows else len(grid.rows)
            lines = [
                [Place(table, line, at) if each.is_of_rows else Place(table, at, line) for at in range(count)]
                for line in (each.whole, *each.parts)
            ]
            vectors = [
                [self.lines.entry(place) if self.lines.is_count(place) else None for place in line]
                for line in lines
            ]
            fit = fit_of(vectors, 0, range(1, len(vectors)))
            if fit.exact >= _PROVE:
                for at in sorted(fit.agreeing | fit.possible):
                    if (lines[0][at], each.is_of_rows) in looked:
                        continue
                    parts = [line[at] for line, of in zip(lines, vectors, strict=True) if of[at] is not None]
                    self.lines.add_total(parts[0], parts[1:])

    def make(self, besides: Sequence[Tie]) -> Tied:
        self.totals()
        adding_up(self.lines)
        for each in besides:
            if each.kind == "total" and each.whole is not None:
                known = self.lines.wholes.setdefault(each.whole, [])
                known += [place for place, factor in each.terms if factor > 0 and place not in known]
        worked_out = WorkedOut(self.lines)
        explained = worked_out.tie_all()
        for one, other in same_figures(self.lines):
            self.join(one, other)
        pending = [*self.lines.pending, *besides]
        index: dict[Place, int] = {}
        places: list[list[Place]] = []
        for place in [*self.lines.counts, *explained]:
            root = self.root(place)
            if root not in index:
                index[root] = len(places)
                places.append([])
            index[place] = index[root]
            places[index[root]].append(place)
        levels: dict[int, int] = {}
        parts: set[int] = set()
        for whole, of in self.lines.wholes.items():
            if len(of) > 1:
                levels[index[whole]] = levels.get(index[whole], 0) + 1
                parts |= {index[part] for part in of}
        tops = frozenset(at for at in levels if at not in parts)
        largest = max(
            (
                entry.most
                for place in self.lines.counts
                if (entry := self.lines.entry(place)) is not None and entry.most
            ),
            default=0,
        )
        cells = tuple(
            self.cell(group, levels.get(at, 0), at in tops, largest) for at, group in enumerate(places)
        )
        lines: dict[tuple[tuple[tuple[int, int], ...], int | None, int | None, int | None], Line] = {}
        for each in pending:
            factors: dict[int, int] = {}
            for place, factor in each.terms:
                factors[index[place]] = factors.get(index[place], 0) + factor
            entries = tuple((cell, factor) for cell, factor in sorted(factors.items()) if factor)
            needed = None if each.needs is None else index[each.needs]
            key = entries, each.least, each.most, needed
            # The same may be seen twice, and be sure only once.
            if entries and (key not in lines or (each.is_sure and not lines[key].is_sure)):
                at = index[each.whole] if each.whole is not None and each.whole in index else -1
                lines[key] = Line(
                    entries, each.least, each.most, needed, each.kind, at, each.is_sure, each.way
                )
        loose = tuple(index[place] for place, explained in explained.items() if not explained)
        return Tied(
            Problem(cells, tuple(lines.values())),
            places,
            index,
            levels,
            tops,
            loose,
            tuple(index[place] for place in explained if place in worked_out.weak),
            self.lines.wrong,
            tuple(pending),
        )

    def cell(self, group: Sequence[Place], level: int, is_top: bool, largest: int) -> Cell:
        kinds = {self.lines.kind(place) for place in group}
        can_hide = not any(
            self.kept[place.table] and self.lines.kind(place) is not What.HIDDEN for place in group
        )
        far = 8 * largest + 40 * self.rule.threshold + 100
        is_hidden = can_hide and any(place in self.already for place in group)
        if kinds <= {What.RATIO, What.DIFFERENCE}:
            return Cell(Sort.WORKED_OUT, None, 0, 0, is_hidden=is_hidden, can_hide=can_hide, cost=_WORKED_OUT)
        entries = [entry for place in group if (entry := self.lines.entry(place)) is not None]
        least = max(entry.least for entry in entries)
        most = min((entry.most for entry in entries if entry.most is not None), default=None)
        if any(entry.is_exact for entry in entries):
            value = next(entry.least for entry in entries if entry.is_exact)
            small = self.rule.is_small(value) and (
                not self.sensitive or any(self.sensitive[place.table][place.row] for place in group)
            )
            if self.lines.as_printed:
                return Cell(Sort.COUNT, value, 0, far, can_hide=False)
            cost = _TOP if is_top else _TOTAL if level else _COUNT + 1_000 * value.bit_length()
            cost += (500 * value) >> value.bit_length()  # of two like ones the smaller
            low, high = (self.rule.least, self.rule.most) if small else (self.rule.threshold, far)
            if any(place in self.withheld for place in group):
                low, high = 0, far
            elif value == 0 and not small:
                low = 0
            return Cell(
                Sort.COUNT,
                value,
                low,
                high,
                is_hidden=is_hidden or (small and can_hide),
                can_hide=can_hide and (value > 0 or small),
                cost=cost * len(group),
                is_small=small,
            )
        marked = most is not None and most < max(self.rule.threshold, 10)
        return Cell(
            Sort.COUNT,
            None,
            least,
            far if most is None else most,
            is_hidden=True,
            can_hide=False,
            is_small=marked,
        )


def tie(
    grids: Sequence[Grid],
    rule: Rule,
    kept: Sequence[bool] = (),
    withheld: frozenset[Place] = frozenset(),
    besides: Sequence[Tie] = (),
    *,
    sensitive: Sequence[Sequence[bool]] = (),
    already: frozenset[Place] = frozenset(),
    as_printed: bool = False,
) -> Tied:
    """The tables as one problem.

    *kept* says which of them are published as they stand, so that nothing more can be hidden in them; *withheld* are
    small counts that are shown without a range; *besides* is what a reader ties together as well. Only *sensitive* rows
    hold small counts, without it all do. *already* is hidden whatever else is. *as_printed* lays the tables before a
    reader: what is shown is shown.
    """
    kept = kept or [False] * len(grids)
    return _Builder(grids, rule, kept, withheld, sensitive, already, as_printed).make(besides)
