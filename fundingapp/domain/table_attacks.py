"""What can be worked out of printed tables whose small numbers are hidden, and the reasoning in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fundingapp.domain.errors import listed
from fundingapp.domain.further_ties import further_ties
from fundingapp.domain.printed_counts import Grid, What
from fundingapp.domain.small_numbers import (
    Line,
    Problem,
    Prover,
    Reach,
    Report,
    Rule,
    exposed_of,
    without_contradiction,
)
from fundingapp.domain.tied_counts import Tied, tie
from fundingapp.domain.tied_lines import Tie
from fundingapp.domain.tied_sums import Place


@dataclass(frozen=True, slots=True)
class Undone:
    """A hidden cell of a printed table that can be worked out, or narrowed further than its mark says.

    *value* when only one is left; else *least* and *most*, None where it could not be decided. *how* says it in words.
    *is_supposed*: it follows only if something is made as its words say, which nothing that is shown bears out.
    """

    row: int
    column: str
    label: str
    value: int | None
    least: int | None
    most: int | None
    how: str
    place: Place
    is_supposed: bool = False

    @property
    def in_words(self) -> str:
        """“is 1”, “is 2 or 3”, “is from 2 to 4”."""
        if self.value is not None:
            return f"is {self.value:,}"
        if self.least is None or self.most is None:
            return "may be worked out: it was not decided in time"
        if self.most == self.least + 1:
            return f"is {self.least:,} or {self.most:,}"
        return f"is from {self.least:,} to {self.most:,}"


def undo(
    grids: Sequence[Grid],
    rule: Rule,
    prover: Prover,
    report: Report,
    kept: Sequence[bool] = (),
    truth: Sequence[Grid] = (),
    way: Sequence[Tie] = (),
) -> tuple[Undone, ...]:
    """What can be worked out of *grids* as they are printed, side by side: each hidden count that has one possible
    value, or a range narrower than its mark says or the rule asks for.

    Tables of which *kept* is true are only laid beside the others; nothing is said of them. *truth* are the same tables
    with nothing hidden, for whoever has them: what a reader would guess wrongly is then left out. *way* is
    how else they may be made.
    """
    tied = made_so(tie(grids, rule, kept, besides=[*further_ties(grids), *way], as_printed=True), way)
    if truth:
        tied.problem = _without_wrong_guesses(tied, truth, prover)
    hidden = frozenset(at for at, cell in enumerate(tied.problem.cells) if cell.is_hidden)
    tied.problem = without_contradiction(tied.problem, hidden, prover)
    found: list[Undone] = []
    for reach in exposed_of(tied.problem, hidden, rule, prover, report):
        found += [
            each for each in undone_of(grids, tied, hidden, reach) if not (kept and kept[each.place.table])
        ]
    return tuple(sorted(found, key=lambda each: each.place))


def attack_of(
    grids: Sequence[Grid], rule: Rule, prover: Prover, report: Report, kept: Sequence[bool] = ()
) -> tuple[Undone, ...]:
    """As :func:`undo`, for whoever is told: of what a percentage may be, and nothing shown tells, only the likeliest is
    taken; and what rests on words alone is said to be supposed."""
    tied = tie(grids, rule, kept, besides=further_ties(grids), as_printed=True)
    hidden = frozenset(at for at, cell in enumerate(tied.problem.cells) if cell.is_hidden)
    tied.problem = without_contradiction(_each_made_once(tied.problem), hidden, prover)
    every = exposed_of(tied.problem, hidden, rule, prover, report)
    sure = tuple(line for line in tied.problem.lines if line.is_sure)
    certain = {reach.cell: reach for reach in every}
    if every and len(sure) < len(tied.problem.lines):
        known = exposed_of(Problem(tied.problem.cells, sure), hidden, rule, prover, report)
        certain = {reach.cell: reach for reach in known}
    found: list[Undone] = []
    for reach in every:
        proved = certain.get(reach.cell)
        is_proved = proved is not None and (proved.least, proved.most) == (reach.least, reach.most)
        supposed = "" if is_proved else _supposed(grids, tied, reach)
        found += [
            replace(each, how=f"{supposed}{each.how}", is_supposed=not is_proved)
            for each in undone_of(grids, tied, hidden, reach)
            if not (kept and kept[each.place.table])
        ]
    return tuple(sorted(found, key=lambda each: each.place))


#: What a figure is of, where nothing shown tells: the likelier first.
_LIKELY = ("difference", "share of the total", "change", "average", "share")


def _each_made_once(problem: Problem) -> Problem:
    """The problem with one way for each figure that is worked out, the likeliest; where there were several, it is no
    longer sure."""
    ways: dict[int, dict[int, Line]] = {}
    for line in problem.lines:
        if line.needs is not None:
            ways.setdefault(line.needs, {}).setdefault(line.way, line)

    def unlikelihood(line: Line) -> tuple[bool, int, int]:
        return (
            not line.is_sure,
            _LIKELY.index(line.kind) if line.kind in _LIKELY else len(_LIKELY),
            line.way,
        )

    chosen = {needs: min(of.values(), key=unlikelihood).way for needs, of in ways.items()}
    lines = tuple(
        line if line.needs is None or len(ways[line.needs]) == 1 else replace(line, is_sure=False)
        for line in problem.lines
        if line.needs is None or chosen[line.needs] == line.way
    )
    return Problem(problem.cells, lines)


def _supposed(grids: Sequence[Grid], tied: Tied, reach: Reach) -> str:
    """“Supposing that Total, 2014 is the sum of A and B, which nothing that is shown bears out: ”."""
    lines = [tied.problem.lines[at] for at in reach.lines if not tied.problem.lines[at].is_sure]
    lines = lines or [line for line in tied.problem.lines if not line.is_sure]
    said = []
    for line in lines:
        names = [
            f"{grid.label(place.row)}, {grid.heading(place.column)}"
            for cell, _ in line.terms
            if cell != line.whole or line.kind != "total"
            for place in tied.places[cell][:1]
            for grid in [grids[place.table]]
        ]
        parts = listed(names[:6], "and") + ("" if len(names) <= 6 else " and others")
        if line.kind == "same":
            said.append(f"{listed(names, 'and')} are the same figure")
            continue
        place = tied.places[line.whole if line.needs is None else line.needs][0]
        grid = grids[place.table]
        whole = f"{grid.label(place.row)}, {grid.heading(place.column)}"
        said.append(
            f"{whole} is the sum of {parts}" if line.needs is None else f"{whole} is worked out of {parts}"
        )
    known = listed(dict.fromkeys(said[:_SAID]), "and") + (" and so on" if len(said) > _SAID else "")
    return f"Supposing that {known}, which nothing that is shown bears out: "


#: So many suppositions are named.
_SAID = 3


def made_so(tied: Tied, way: Sequence[Tie]) -> Tied:
    """The tables as they are made in one *way*: what is guessed of the same totals is not so then, nor is a sum of some
    of the same parts and others."""
    wholes: dict[int, list[set[int]]] = {}
    for each in way:
        if each.whole is not None:
            parts = {tied.at[place] for place, factor in each.terms if factor > 0}
            wholes.setdefault(tied.at[each.whole], []).append(parts)

    def is_so(line: Line) -> bool:
        if line.kind != "total" or line.whole not in wholes:
            return True
        parts = {cell for cell, factor in line.terms if factor > 0}
        others = wholes[line.whole]
        return parts in others or (
            line.is_sure and not any(parts < other or parts > other for other in others)
        )

    if wholes:
        tied.problem = Problem(tied.problem.cells, tuple(line for line in tied.problem.lines if is_so(line)))
    return tied


def may_hold(tie: Tie, grids: Sequence[Grid]) -> bool:
    """Whether *tie* is so by the figures of *grids*, or not all of them are known."""
    total = 0
    for place, factor in tie.terms:
        count = count_at(grids, place)
        if count is None:
            return True
        total += count * factor
    return (tie.least is None or total >= tie.least) and (tie.most is None or total <= tie.most)


def count_at(grids: Sequence[Grid], place: Place) -> int | None:
    grid = grids[place.table]
    if grid.kinds[place.row][place.column] is not What.COUNT:
        return None
    return grid.rows[place.row][place.column].count


def _without_wrong_guesses(tied: Tied, truth: Sequence[Grid], prover: Prover) -> Problem:
    """The problem without the lines that the words suggest, or what figures are left, and that are not so; nor those
    that can't be so beside all that is known."""

    def is_count(place: Place) -> bool:
        return truth[place.table].kinds[place.row][place.column] in (What.COUNT, What.HIDDEN)

    def may_be(line: Line) -> bool:
        terms = tuple((tied.places[cell][0], factor) for cell, factor in line.terms)
        if not all(is_count(place) for place, _ in terms):
            return False
        return may_hold(Tie(terms, line.least, line.most, None, line.kind, None, line.is_sure), truth)

    lines = tuple(line for line in tied.problem.lines if may_be(line))
    cells = tied.problem.cells
    known = tuple(
        cell if value is None else replace(cell, value=value)
        for cell, places in zip(cells, tied.places, strict=True)
        for value in [count_at(truth, places[0])]
    )
    unknown = frozenset(at for at, cell in enumerate(known) if cell.is_hidden and cell.value is None)
    return Problem(cells, without_contradiction(Problem(known, lines), unknown, prover).lines)


def undone_of(grids: Sequence[Grid], tied: Tied, hidden: frozenset[int], reach: Reach) -> list[Undone]:
    how = _how(grids, tied, hidden, reach)
    return [
        Undone(
            grids[place.table].numbers[place.row],
            grids[place.table].heading(place.column),
            grids[place.table].label(place.row),
            reach.least if reach.is_known else None,
            reach.least,
            reach.most,
            how,
            place,
        )
        for place in tied.places[reach.cell]
    ]


def _how(grids: Sequence[Grid], tied: Tied, hidden: frozenset[int], reach: Reach) -> str:
    """The reasoning in sentences that can be followed with a pencil."""
    if reach.least is None or reach.most is None:
        return (
            "The figures contradict each other, or it was not decided in time; what can't be proved to be safe counts "
            "as exposed."
        )
    lines = [tied.problem.lines[at] for at in reach.lines]
    said = [sentence for line in lines if (sentence := _said(grids, tied, hidden, line))]
    first = [sentence for line, sentence in zip(lines, said, strict=False) if line.kind == "total"]
    ordered = list(dict.fromkeys([*first, *said]))
    return " ".join(ordered[:8]) or "The marks alone leave no more."


def _said(grids: Sequence[Grid], tied: Tied, hidden: frozenset[int], line: Line) -> str:
    cells = tied.problem.cells
    unknown = [cell for cell, _ in line.terms if cell in hidden]
    if not unknown:
        return ""

    def name(cell: int) -> str:
        place = tied.places[cell][0]
        grid = grids[place.table]
        return f"{grid.label(place.row)}, {grid.heading(place.column)}"

    if line.kind == "total" and line.whole >= 0:
        parts = [cell for cell, _ in line.terms if cell != line.whole]
        shown = sum(cells[cell].value or 0 for cell in parts if cell not in hidden)
        left = [cell for cell in parts if cell in hidden]
        if line.whole in hidden:
            return f"{name(line.whole)} is the sum of {len(parts):,} figures, of which {shown:,} is shown."
        total = cells[line.whole].value or 0
        least = {cells[cell].least for cell in left}
        each = (
            f", each at least {least.pop():,}" if len(left) > 1 and len(least) == 1 and min(least) > 0 else ""
        )
        count = f"{len(left):,} cells that are" if len(left) > 1 else "one cell that is"
        names = listed((name(cell) for cell in left[:6]), "and") + ("" if len(left) <= 6 else " and others")
        leaves = f"{total:,} − {shown:,} shown leaves {total - shown:,}"
        return f"{name(line.whole)}: {leaves} for {count} hidden{each} ({names})."
    if line.kind == "part" and line.whole >= 0:
        parts = [cell for cell, _ in line.terms if cell != line.whole]
        whole = (
            name(line.whole)
            if line.whole in hidden
            else f"{name(line.whole)}, {cells[line.whole].value or 0:,}"
        )
        return f"{listed(map(name, parts), 'and')}: no more than {whole}, of which it is a part."
    if line.kind == "same":
        one, other = (name(cell) for cell, _ in line.terms)
        return f"{one} and {other} are the same figure in two tables."
    if line.needs is not None:
        place = tied.places[line.needs][0]
        text = grids[place.table].rows[place.row][place.column].text
        where = f"{name(line.needs)} is shown as {text}"
        if len(unknown) == 1:
            low, high = _alone(tied, hidden, unknown[0], line.needs)
            if low == high and low is not None:
                return f"{where}, so {name(unknown[0])} is {low:,}."
            if low is not None and high is not None:
                return f"{where}, so {name(unknown[0])} is from {low:,} to {high:,}."
        return f"{where}, which ties {listed(map(name, unknown), 'and')} together."
    return ""


def _alone(tied: Tied, hidden: frozenset[int], cell: int, needs: int) -> tuple[int | None, int | None]:
    """The range that one shown percentage or difference leaves a single hidden count."""
    cells = tied.problem.cells
    low, high = cells[cell].least, cells[cell].most
    for line in tied.problem.lines:
        if line.needs != needs or [each for each, _ in line.terms if each in hidden] != [cell]:
            continue
        factor = next(factor for each, factor in line.terms if each == cell)
        rest = sum((cells[each].value or 0) * by for each, by in line.terms if each != cell)
        for end, is_least in ((line.least, True), (line.most, False)):
            if end is None:
                continue
            bound = end - rest
            if (factor > 0) is is_least:
                low = max(low, -(-bound // factor))
            else:
                high = min(high, bound // factor)
    return (low, high) if low <= high else (None, None)
