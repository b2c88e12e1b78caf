"""What several tables say of the same thing: the same counts under the same names, and tables that add up."""

from __future__ import annotations

from collections.abc import Callable

from fundingapp.domain.printed_counts import What
from fundingapp.domain.tied_lines import Lines
from fundingapp.domain.tied_sums import Entry, Place, exact_of, find_sums, plain

#: A count that is found twice under the same names is no accident when it is as large as this.
_TELLING = 20


def same_figures(lines: Lines) -> list[tuple[Place, Place]]:
    """What two tables print of the same thing: lines whose labels and figures agree.

    The pairs whose figures are both shown are the answer; where one is hidden, whoever reads both takes them for the
    same, which is kept as a line, for it is a guess.
    """
    joined: list[tuple[Place, Place]] = []

    def same(one: Place, other: Place) -> None:
        first, second = exact_of(lines.entry(one)), exact_of(lines.entry(other))
        if first is not None and first == second:
            joined.append((one, other))
        else:
            lines.tie([(one, 1), (other, -1)], 0, 0, None, "same", one, is_sure=False)

    named: list[tuple[int, dict[str, Place]]] = []
    for table in range(len(lines.grids)):
        grid = lines.grids[table]
        columns = [at for at in range(len(grid.headings)) if at not in grid.labels]
        for column in columns:
            line = {
                plain(grid.label(row)): Place(table, row, column)
                for row in range(len(grid.rows))
                if lines.kind(Place(table, row, column)) in (What.COUNT, What.HIDDEN)
            }
            named.append((table, line))
        for row in range(len(grid.rows)):
            line = {
                plain(grid.heading(column)): Place(table, row, column)
                for column in columns
                if lines.kind(Place(table, row, column)) in (What.COUNT, What.HIDDEN)
            }
            named.append((table, line))
    for at, (table, line) in enumerate(named):
        for other_table, other in named[at + 1 :]:
            if table != other_table:
                _join_lines(lines, line, other, same)
    headed: dict[tuple[str, str], Place] = {}
    for place in lines.counts:
        grid = lines.grids[place.table]
        names = plain(grid.label(place.row)), plain(grid.heading(place.column))
        first = headed.setdefault(names, place)
        value = exact_of(lines.entry(place))
        # A large count that is the same in two tables under the same names is the same count.
        if first.table != place.table and (value or 0) >= _TELLING and value == exact_of(lines.entry(first)):
            same(first, place)
    return joined


def _join_lines(
    lines: Lines, line: dict[str, Place], other: dict[str, Place], same: Callable[[Place, Place], None]
) -> None:
    common = [name for name in line if name in other]
    if len(common) < 2:
        return
    entries = [(lines.entry(line[name]), lines.entry(other[name])) for name in common]
    if not all(_agree(one, two) for one, two in entries):
        return
    exact = {exact_of(one) for one, two in entries if exact_of(one) is not None and exact_of(two) is not None}
    telling = {value for value in exact if value}
    if len(telling) >= 2 or any(value >= _TELLING for value in telling):
        for name in common:
            same(line[name], other[name])


def adding_up(lines: Lines) -> None:
    """Tables of periods that add up to another: lines of several tables that have the same labels."""
    if len(lines.grids) < 3:
        return
    families: dict[frozenset[str], list[tuple[str, dict[str, Place]]]] = {}
    for table, grid in enumerate(lines.grids):
        for column in range(len(grid.headings)):
            line = {
                plain(grid.label(row)): Place(table, row, column)
                for row in range(len(grid.rows))
                if lines.kind(Place(table, row, column)) in (What.COUNT, What.HIDDEN)
            }
            if len(line) > 1:
                families.setdefault(frozenset(line), []).append((f"{grid.name} {grid.heading(column)}", line))
    for labels, of_labels in families.items():
        if len(of_labels) < 3 or len({place.table for _, line in of_labels for place in line.values()}) < 2:
            continue
        order = sorted(labels)
        vectors = [[lines.entry(line[label]) for label in order] for _, line in of_labels]
        for found in find_sums(vectors, ["" for _ in of_labels]):
            for at in sorted(found.places):
                lines.add_total(
                    of_labels[found.whole][1][order[at]],
                    [of_labels[part][1][order[at]] for part in found.parts],
                )


def _agree(one: Entry, two: Entry) -> bool:
    if one is None or two is None:
        return False
    most = min((end for end in (one.most, two.most) if end is not None), default=None)
    return most is None or max(one.least, two.least) <= most
