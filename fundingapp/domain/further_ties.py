"""Ties that no single line of a table shows: parts of a figure named below it, a line beside the total that sums some
of its parts, tables that add up to another, and a total that two tables share.

Whoever knows the subject sees them although few figures bear them out: that burglary is a part of theft, or that two
half years make the year. So they are kept from telling wherever the figures do not speak against them.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fundingapp.domain.printed_counts import Grid, What
from fundingapp.domain.printed_words import is_part_of_another, may_be_total
from fundingapp.domain.tied_lines import Tie
from fundingapp.domain.tied_sums import Entry, Place, Range, find_sums, left_open, owner_of, plain

#: So many lines, and so many tables, are searched through for sums of any of them; above that only neighbours.
_ANY_OF, _TABLES = 10, 6
#: Where several sums would do, no more are kept for one line.
_KEPT = 4
#: So many lines at most may stand beside a total of all the others.
_BESIDE = 3
#: A table with more lines than this has its own totals; one line beside them is looked for no further.
_LINES = 40
#: So many ways in which a table may be made are tried for each of its sides, where what is hidden shows no more.
_WAYS = 10


class _Axis(NamedTuple):
    """The rows, or the columns, of a table: the places of each and what is printed there, with its label."""

    places: list[list[Place]]
    entries: list[list[Entry]]
    labels: list[str]


def further_ties(grids: Sequence[Grid]) -> list[Tie]:
    """What ties the counts of *grids*, laid side by side, besides what each table shows by itself."""
    found: list[Tie] = []
    for table, grid in enumerate(grids):
        for axis in _axes(table, grid):
            found += _parts_named(axis)
            found += _beside_the_total(axis)
    found += _tables_that_add_up(grids)
    found += _shared_totals(grids)
    return found


def _entry(grid: Grid, row: int, column: int) -> Entry:
    cell = grid.rows[row][column]
    match grid.kinds[row][column]:
        case What.HIDDEN:
            return Range(math.ceil(cell.least or 0), None if cell.most is None else math.floor(cell.most))
        case What.COUNT if cell.count is not None:
            return Range(cell.count, cell.count)
    return None


def _axes(table: int, grid: Grid) -> Iterator[_Axis]:
    columns = [at for at in range(len(grid.headings)) if at not in grid.labels]
    entries = {
        (row, column): _entry(grid, row, column) for row in range(len(grid.rows)) for column in columns
    }
    columns = [at for at in columns if any(entries[row, at] is not None for row in range(len(grid.rows)))]
    rows = [at for at in range(len(grid.rows)) if any(entries[at, column] is not None for column in columns)]
    yield _Axis(
        [[Place(table, row, column) for column in columns] for row in rows],
        [[entries[row, column] for column in columns] for row in rows],
        [grid.label(row) for row in rows],
    )
    yield _Axis(
        [[Place(table, row, column) for row in rows] for column in columns],
        [[entries[row, column] for row in rows] for column in columns],
        [grid.heading(column) for column in columns],
    )


class _Sight(NamedTuple):
    """How a sum stands to what is printed: places that agree and say something, those that could, those that don't."""

    agreeing: int
    open: int
    wrong: int


def _seen(whole: Sequence[Entry], parts: Sequence[Sequence[Entry]]) -> _Sight:
    agreeing = still_open = wrong = 0
    for at, total in enumerate(whole):
        if total is None:
            continue
        here = [line[at] or Range(0, 0) for line in parts]
        least = sum(each.least for each in here)
        most = None if any(each.most is None for each in here) else sum(each.most or 0 for each in here)
        if (total.most is not None and least > total.most) or (most is not None and most < total.least):
            wrong += 1
        elif total.is_exact and least == most:
            agreeing += sum(each.most != 0 for each in here) >= 2
        else:
            still_open += 1
    return _Sight(agreeing, still_open, wrong)


def _total_tie(whole: Place, parts: Sequence[Place], *, is_sure: bool) -> Tie:
    return Tie((*((part, 1) for part in parts), (whole, -1)), 0, 0, None, "total", whole, is_sure)


def _ties_of(axis: _Axis, whole: int, parts: Sequence[int], *, is_sure: bool) -> list[Tie]:
    """The total in each of its places."""
    return [
        _total_tie(
            axis.places[whole][at],
            [axis.places[part][at] for part in parts if axis.entries[part][at] is not None],
            is_sure=is_sure,
        )
        for at, total in enumerate(axis.entries[whole])
        if total is not None and any(axis.entries[part][at] is not None for part in parts)
    ]


# Parts named below their whole


def _parts_named(axis: _Axis) -> list[Tie]:
    """What “of which” says: each part is no more than its whole, nor are all of them; and the totals without them."""
    named = [at for at, label in enumerate(axis.labels) if at and is_part_of_another(label)]
    if not named:
        return []
    found: list[Tie] = []
    for whole, group in itertools.groupby(named, lambda at: owner_of(axis.labels, at)):
        parts = list(group)
        for some in ([part] for part in parts):
            found += _no_more(axis, whole, some)
        if len(parts) > 1:
            sight = _seen(axis.entries[whole], [axis.entries[part] for part in parts])
            if not sight.wrong and (sight.agreeing or sight.open):
                found += _ties_of(axis, whole, parts, is_sure=sight.agreeing > 0)
            else:
                found += _no_more(axis, whole, parts)
    others = [at for at in range(len(axis.labels)) if at not in named]
    sums = find_sums([axis.entries[at] for at in others], [axis.labels[at] for at in others])
    either = left_open(sums, [axis.entries[at] for at in others])
    for each in (each for each in sums if each not in either):
        parts = [others[part] for part in each.parts]
        if not _seen(axis.entries[others[each.whole]], [axis.entries[part] for part in parts]).wrong:
            found += _ties_of(axis, others[each.whole], parts, is_sure=each.is_sure)
    return found


def _no_more(axis: _Axis, whole: int, parts: Sequence[int]) -> list[Tie]:
    """The sum of *parts* is no more than *whole*, unless what is printed says otherwise somewhere."""
    found = []
    for at, total in enumerate(axis.entries[whole]):
        here = [axis.entries[part][at] for part in parts]
        if total is None or any(entry is None for entry in here):
            continue
        if total.most is not None and sum(entry.least for entry in here if entry is not None) > total.most:
            return []
        terms = (*((axis.places[part][at], 1) for part in parts), (axis.places[whole][at], -1))
        found.append(Tie(terms, None, 0, None, "part", axis.places[whole][at], is_sure=True))
    return found


# A line beside the total


def _beside_the_total(axis: _Axis) -> list[Tie]:
    """A line that belongs to no total although there is one: it sums some of the parts, wherever it can."""
    if not 4 <= len(axis.labels) <= _LINES:
        return []
    whole_lines = [at for at, label in enumerate(axis.labels) if not (at and is_part_of_another(label))]
    entries = [axis.entries[at] for at in whole_lines]
    known = find_sums(entries, [axis.labels[at] for at in whole_lines])
    sums = [(whole_lines[each.whole], tuple(whole_lines[part] for part in each.parts)) for each in known]
    further = _all_but_few(axis, whole_lines)
    found: list[Tie] = []
    for whole, some in further:
        found += _ties_of(axis, whole, some, is_sure=_is_no_accident(axis, whole, some))
    # With what stands beside those as well, unless that is an accident of a total that its sub-totals make up.
    for totals in (further, []) if further else ([],):
        wholes = {whole for whole, _ in (*sums, *totals)}
        beside = {at for whole, parts in totals for at in whole_lines if at != whole and at not in parts}
        taken = {at for whole, parts in sums for at in (whole, *parts)}
        left = [at for at in whole_lines if at in beside or (wholes and at not in taken)]
        if len(left) > _BESIDE:
            continue
        among = [at for at in whole_lines if at not in left and at not in wholes]
        for line in left:
            possible = _sums_for(axis, line, among)
            # Where something is hidden only one of several can be so; the others are ways in which it may be made.
            for chosen in possible[:1] if _hides(axis, [line, *among]) else possible:
                found += _ties_of(axis, line, chosen, is_sure=_is_no_accident(axis, line, chosen))
    return found


def possible_ties(grids: Sequence[Grid]) -> list[list[Tie]]:
    """Ways in which tables may be made, each what it ties: where so much is hidden that no figure bears a sum out, a
    line beside the total may sum some of its parts all the same. They don't hold together, so each is tried alone."""
    found: list[list[Tie]] = []
    for table, grid in enumerate(grids):
        if any(kind is What.HIDDEN for kinds in grid.kinds for kind in kinds):
            for axis in _axes(table, grid):
                found += itertools.islice(_ways_made(axis), _WAYS)
    return found + [ties for is_borne_out, ties in _adding_up(grids) if not is_borne_out][:_WAYS]


def _ways_made(axis: _Axis) -> Iterator[list[Tie]]:
    """The ways in which one side of a table may be made, with a total and lines beside it, the likeliest first."""
    whole_lines = [at for at, label in enumerate(axis.labels) if not (at and is_part_of_another(label))]
    if not 4 <= len(whole_lines) <= _LINES:
        return
    entries = [axis.entries[at] for at in whole_lines]
    sums = find_sums(entries, [axis.labels[at] for at in whole_lines])
    for each in left_open(sums, entries):
        yield _ties_of(
            axis, whole_lines[each.whole], [whole_lines[part] for part in each.parts], is_sure=True
        )
    sure = {each.whole for each in sums if each.is_sure}
    sums = [each for each in sums if each.is_sure or each.whole not in sure]
    totals = {whole_lines[each.whole] for each in sums}
    taken = totals | {whole_lines[part] for each in sums for part in each.parts}
    beside = {at for at in whole_lines if _may_sum_others(axis.labels[at])}
    left = [at for at in whole_lines if at not in taken]
    if beside.issuperset(left) and totals and 1 <= len(left) <= _BESIDE:
        yield from _ways_beside(axis, [at for at in whole_lines if at in taken and at not in totals], left)
    # Beside a total that is surely the sum of all the others stands nothing.
    of_all = {
        whole_lines[each.whole] for each in sums if each.is_sure and len(each.parts) == len(whole_lines) - 1
    }
    wholes = [at for at in whole_lines if may_be_total(axis.labels[at]) and at not in of_all]
    # A total of everything stands at an end.
    for whole in sorted(wholes, key=lambda at: (at not in (whole_lines[0], whole_lines[-1]), at)):
        others = [at for at in whole_lines if at != whole]
        if _is_proved(axis, whole, others):
            continue
        among = [at for at in others if at in beside]
        # What stands nearest to the total is the likeliest to stand beside it.
        among.sort(key=lambda at: abs(at - whole))
        for few in range(1, min(_BESIDE, len(others) - 2) + 1):
            for some in itertools.combinations(among[:_ANY_OF], few):
                parts = [at for at in whole_lines if at != whole and at not in some]
                if not _seen(axis.entries[whole], [axis.entries[part] for part in parts]).wrong:
                    total = _ties_of(axis, whole, parts, is_sure=True)
                    yield from ([*total, *beside] for beside in _ways_beside(axis, parts, some))


#: What names kinds of things together, so that a line of that name may sum others.
_SAYS_TOGETHER = re.compile(
    r"\b(?:hate|crimes?|offences?|incidents?|groups?|categor(?:y|ies)|victims?|people|persons?|cases)\b",
    re.IGNORECASE,
)


def _may_sum_others(label: str) -> bool:
    return may_be_total(label) or _SAYS_TOGETHER.search(label) is not None


def _is_proved(axis: _Axis, whole: int, parts: Sequence[int]) -> bool:
    sight = _seen(axis.entries[whole], [axis.entries[part] for part in parts])
    return sight.agreeing > 0 and not sight.wrong


def _ways_beside(axis: _Axis, parts: Sequence[int], left: Sequence[int]) -> Iterator[list[Tie]]:
    """Each way in which all the lines that are *left* may sum some of *parts*."""
    choices = [_possible_sums(axis, line, parts) for line in left]
    for chosen in itertools.islice(itertools.product(*choices), _KEPT):
        made: list[Tie] = []
        for line, some in zip(left, chosen, strict=True):
            made += _ties_of(axis, line, some, is_sure=True)
        yield made


def _possible_sums(axis: _Axis, whole: int, among: Sequence[int]) -> list[tuple[int, ...]]:
    """Neighbours that may sum to a line, the nearest before it first."""
    count = len(among)
    runs = [tuple(among[first:last]) for first in range(count) for last in range(first + 2, count + 1)]
    runs = [run for run in runs if len(run) < count]
    fitting = [run for run in runs if not _seen(axis.entries[whole], [axis.entries[at] for at in run]).wrong]
    return fitting[:_KEPT]


def _is_no_accident(axis: _Axis, whole: int, parts: Sequence[int]) -> bool:
    """Whether a sum that nobody calls one is sure: it agrees in several places where some are hidden."""
    return (
        not _hides(axis, [whole, *parts])
        or _seen(axis.entries[whole], [axis.entries[part] for part in parts]).agreeing > 1
    )


def _hides(axis: _Axis, lines: Sequence[int]) -> bool:
    return any(entry is not None and not entry.is_exact for at in lines for entry in axis.entries[at])


def _all_but_few(axis: _Axis, whole_lines: Sequence[int]) -> list[tuple[int, tuple[int, ...]]]:
    """Totals, by their words, of all the other lines but a few that stand beside them."""
    found = []
    for whole in whole_lines:
        if not may_be_total(axis.labels[whole]):
            continue
        others = [at for at in whole_lines if at != whole]
        every = _seen(axis.entries[whole], [axis.entries[part] for part in others])
        if every.agreeing and not every.wrong:
            continue  # nothing stands beside it, and what is nought there may be left out without showing anything
        for few in range(1, min(_BESIDE, len(others) - 2) + 1):
            if few > 1 and len(others) > 2 * _ANY_OF:
                break
            for left in itertools.combinations(others, few):
                parts = tuple(at for at in others if at not in left)
                sight = _seen(axis.entries[whole], [axis.entries[part] for part in parts])
                if not sight.wrong and sight.agreeing:
                    found.append((whole, parts))
            if found and found[-1][0] == whole:
                break
    return found


def _sums_for(axis: _Axis, whole: int, among: Sequence[int]) -> list[tuple[int, ...]]:
    """Neighbours that sum to a line; where there are none, any of few lines that do."""

    def fits(parts: Sequence[int]) -> bool:
        sight = _seen(axis.entries[whole], [axis.entries[part] for part in parts])
        return not sight.wrong and sight.agreeing > 0

    count = len(among)
    runs = (tuple(among[first:last]) for first in range(count) for last in range(first + 2, count + 1))
    found = [parts for parts in runs if fits(parts)]
    if not found and count <= _ANY_OF:
        some = (parts for size in range(2, count) for parts in itertools.combinations(among, size))
        found = list(itertools.islice((parts for parts in some if fits(parts)), _KEPT))
    return found[:_KEPT]


# Several tables


def _shape(grid: Grid) -> frozenset[tuple[str, str]]:
    return frozenset(
        (plain(grid.label(row)), plain(grid.heading(column)))
        for row, kinds in enumerate(grid.kinds)
        for column, kind in enumerate(kinds)
        if kind in (What.COUNT, What.HIDDEN)
    )


def _tables_that_add_up(grids: Sequence[Grid]) -> list[Tie]:
    """Tables of the same lines of which one is the sum of others, such as two half years and the year."""
    return [tie for is_borne_out, ties in _adding_up(grids) if is_borne_out for tie in ties]


def _adding_up(grids: Sequence[Grid]) -> Iterator[tuple[bool, list[Tie]]]:
    """The tables that may be the sum of others, and whether the figures bear it out."""
    alike: dict[frozenset[tuple[str, str]], list[int]] = {}
    for table, grid in enumerate(grids):
        shape = _shape(grid)
        if len(shape) > 1:
            alike.setdefault(shape, []).append(table)
    for shape, tables in alike.items():
        if len(tables) < 3:
            continue
        names = sorted(shape)
        places = [_named_places(table, grids[table]) for table in tables]
        entries = [
            [_entry(grids[table], of[name].row, of[name].column) for name in names]
            for table, of in zip(tables, places, strict=True)
        ]
        for whole in range(len(tables)):
            others = [at for at in range(len(tables)) if at != whole]
            for parts in _some_tables(others):
                sight = _seen(entries[whole], [entries[part] for part in parts])
                if not sight.wrong:
                    ties = [
                        _total_tie(places[whole][name], [places[part][name] for part in parts], is_sure=True)
                        for name in names
                    ]
                    yield sight.agreeing > 1 or (sight.agreeing > 0 and len(names) > 2), ties


def _some_tables(others: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if len(others) < _TABLES:
        for size in range(2, len(others) + 1):
            yield from itertools.combinations(others, size)
        return
    for first in range(len(others)):
        for last in range(first + 2, len(others) + 1):
            yield tuple(others[first:last])


def _named_places(table: int, grid: Grid) -> dict[tuple[str, str], Place]:
    return {
        (plain(grid.label(row)), plain(grid.heading(column))): Place(table, row, column)
        for row, kinds in enumerate(grid.kinds)
        for column, kind in enumerate(kinds)
        if kind in (What.COUNT, What.HIDDEN)
    }


def _shared_totals(grids: Sequence[Grid]) -> list[Tie]:
    """The total of the same column in two tables, where it is the same: one of them shown tells the other."""
    found: list[Tie] = []
    totals: dict[tuple[str, str], list[Place]] = {}
    for table, grid in enumerate(grids):
        for (label, heading), place in _named_places(table, grid).items():
            if may_be_total(grid.label(place.row)) or may_be_total(grid.heading(place.column)):
                totals.setdefault((label, heading), []).append(place)
    for places in totals.values():
        for one, other in itertools.combinations(places, 2):
            if one.table == other.table:
                continue
            first, second = (_entry(grids[each.table], each.row, each.column) for each in (one, other))
            if first is None or second is None or not _may_be_one(first, second):
                continue
            found.append(
                Tie(
                    ((one, 1), (other, -1)),
                    0,
                    0,
                    None,
                    "same",
                    one,
                    is_sure=first.is_exact and first == second,
                )
            )
    return found


def _may_be_one(one: Range, other: Range) -> bool:
    most = min((end for end in (one.most, other.most) if end is not None), default=None)
    return most is None or max(one.least, other.least) <= most
