"""Small numbers that must not be told: what a reader of a table knows, and how far what is hidden can be narrowed.

A *problem* is all that a reader may lay side by side: the counts of one or several tables, and the lines that tie them
together (totals, differences, percentages). What can be worked out of it is asked of a *prover*, which answers with
whole tables; each is checked here, in whole numbers, before it counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

#: How a number is shown that is hidden to protect another one (the shorthand of public statistics, domain paper 8.1).
WITHHELD = "[c]"

#: So long is looked for the cheapest way of hiding, in milliseconds; after that a good one is taken.
_SEARCHES_FOR = 1_500
#: So long one choice of the cells to hide takes at most once that time is over, in milliseconds.
_CHOOSES_WITHIN = 300
#: So many tables are looked for at most that show several cells to be open at once, each for so many milliseconds; with
#: fewer cells than these, each is asked for itself.
_SPREADS, _SPREADS_WITHIN, _FEW = 12, 500, 40
#: So long one cell's reach is looked for at most, in milliseconds; what is not decided then counts as exposed.
_DECIDES_WITHIN = 1_000


@dataclass(frozen=True, slots=True)
class Rule:
    """Which counts are small, and how far what is hidden must stay open.

    A count from 1 to *threshold* − 1 is small; nought counts nobody and is shown. A count that is marked as small must
    look possible over the whole of that range; whatever else is hidden must keep a range that is as wide.
    """

    threshold: int = 5

    @property
    def least(self) -> int:
        """The lowest count that is hidden."""
        return 1

    @property
    def most(self) -> int:
        """The highest count that is hidden."""
        return self.threshold - 1

    @property
    def width(self) -> int:
        """How far apart the least and the most possible value of a hidden count must be."""
        return max(self.most - self.least, 1)

    @property
    def mark(self) -> str:
        """What stands for a small count: “<5”."""
        return f"<{self.threshold}"

    @property
    def key(self) -> str:
        """What the marks mean, for the reader of a table."""
        return (
            f"{self.mark} is a count from {self.least} to {self.most}. {WITHHELD} is withheld, so that a hidden count "
            "can't be worked out."
        )

    def is_small(self, count: int) -> bool:
        """Whether *count* is hidden for itself."""
        return self.least <= count <= self.most

    def wanted(self, cell: Cell) -> tuple[int, int] | None:
        """From where to where a hidden cell must look possible; None where any range of the width is enough, for its
        mark does not say that it is small."""
        if not cell.is_small or cell.most > max(self.most, 10):
            return None
        return max(cell.least, self.least), min(cell.most, self.most)


class Sort(Enum):
    """What a cell of a problem is."""

    COUNT = "count"
    #: A difference, a percentage, an average or a rate: worked out of counts, which it ties together while it is shown.
    WORKED_OUT = "worked out"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a problem. *value* is None when nobody knows it, and for what is worked out of others.

    *least* and *most* are what a reader knows once it is hidden. *is_hidden*: it is hidden from the start. *can_hide*:
    it may be hidden to protect others. *cost* is what hiding it loses; *is_small*: protected as a small count.
    """

    sort: Sort
    value: int | None
    least: int
    most: int
    is_hidden: bool = False
    can_hide: bool = True
    cost: int = 1000
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What ties cells together: the sum of *terms* (cell, factor) is from *least* to *most* (None: without an end).

    *needs* is the figure that must be shown for it to be known, None for what is known anyway. *kind* and *whole* are
    for the explanation: which total, difference or share it is. *is_sure*: the figures bear it out; otherwise only the
    words say so. *way* is shared by the lines of one way of making a figure.
    """

    terms: tuple[tuple[int, int], ...]
    least: int | None = 0
    most: int | None = 0
    needs: int | None = None
    kind: str = "total"
    whole: int = -1
    is_sure: bool = True
    way: int = 0

    def holds(self, values: Sequence[int]) -> bool:
        """Whether it is so in a table of *values*, in whole numbers."""
        total = sum(values[cell] * factor for cell, factor in self.terms)
        return (self.least is None or total >= self.least) and (self.most is None or total <= self.most)


@dataclass(frozen=True, slots=True)
class Problem:
    """The cells that a reader has before them, and what ties them together."""

    cells: tuple[Cell, ...]
    lines: tuple[Line, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every count is known, and fits all the lines."""
        values = [cell.value or 0 for cell in self.cells]
        return all(cell.value is not None or cell.sort is Sort.WORKED_OUT for cell in self.cells) and all(
            line.holds(values) for line in self.lines
        )

    def fits(self, values: Sequence[int], hidden: frozenset[int]) -> bool:
        """Whether a reader who sees all but *hidden* must hold a table of *values* possible; in whole numbers."""
        if len(values) != len(self.cells):
            return False
        for at, (cell, value) in enumerate(zip(self.cells, values, strict=True)):
            if cell.sort is Sort.WORKED_OUT:
                continue
            if at in hidden:
                if not cell.least <= value <= cell.most:
                    return False
            elif value != cell.value:
                return False
        return all(
            line.holds(values) for line in self.lines if line.needs is None or line.needs not in hidden
        )


class Extreme(NamedTuple):
    """The end of a cell's reach as a prover found it.

    *value* is None when none was found in time, or when there is no such table at all (*is_impossible*). *witness* is
    a whole table that has it, *blocks* what would have to be hidden as well for it to go further: cells with how far
    each could carry it at most.
    """

    value: int | None
    witness: tuple[int, ...] | None
    blocks: tuple[tuple[int, int], ...] = ()
    is_impossible: bool = False
    #: Whether *blocks* is known to be complete; otherwise any cell may help.
    is_bounded: bool = True
    #: Whether it goes no further; otherwise time was up, or what was wanted was reached.
    is_decided: bool = True
    #: The lines that the end rests on.
    lines: tuple[int, ...] = ()


class Cut(NamedTuple):
    """What every way of hiding has to keep: the sum of *parts* (cell, worth) of the hidden cells is *need* at least;
    only when *given* is hidden, unless that is None."""

    parts: tuple[tuple[int, int], ...]
    need: int
    given: int | None


class Search(Protocol):
    """A problem laid before the prover."""

    def extreme(self, hidden: frozenset[int], cell: int, greatest: bool, want: int, within: int) -> Extreme:
        """The least, or the *greatest*, value of a hidden *cell* when all of *hidden* are hidden.

        *want* is how far it should go: *blocks* are measured against that. *within* is in milliseconds.
        """

    def spread(
        self, hidden: frozenset[int], ways: Mapping[int, bool], step: int, within: int
    ) -> tuple[int, ...] | None:
        """A whole table in which many cells go as far as they can, up where *ways* says so and down elsewhere; figures
        that are known move by *step* at most. None when none was found in time."""


class Prover(Protocol):
    """Searches exactly for what can be worked out."""

    def open(self, problem: Problem) -> Search: ...

    def cheapest(
        self, costs: Mapping[int, int], cuts: Sequence[Cut], within: int
    ) -> tuple[frozenset[int], bool] | None:
        """The cells that cost least among those that satisfy every cut, and whether that is proved *within* so many
        milliseconds; None when there are none."""


class Reach(NamedTuple):
    """How far a hidden cell can be narrowed: from *least* to *most*, both of which are possible.

    None where it was not decided in time. *lines* are those that the ends rest on.
    """

    cell: int
    least: int | None
    most: int | None
    lines: tuple[int, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether only one value is left."""
        return self.least is not None and self.least == self.most


Report = Callable[[int, int, str], None]


def _now() -> int:
    """Milliseconds that this search has worked: on a PC that is busy with other things it takes longer, and hides no
    more."""
    return time.thread_time_ns() // 1_000_000


def _silent(_done: int, _total: int, _label: str) -> None:
    return None


@dataclass(slots=True)
class Protection:
    """What is hidden: *hidden* of all cells, or what could not be protected (*exposed*).

    *is_least*: it is proved that no other way loses less.
    """

    hidden: frozenset[int]
    is_least: bool
    exposed: tuple[Reach, ...] = ()


class _Reaches:
    """The reaches of hidden cells, with every witness kept: it stays one for as long as what it changes is hidden."""

    def __init__(self, problem: Problem, rule: Rule, prover: Prover) -> None:
        self.problem = problem
        self.rule = rule
        self._search = prover.open(problem)
        # The value of the cell, the cells that must be hidden for the table to be possible.
        self._witnesses: dict[tuple[int, bool], list[tuple[int, frozenset[int]]]] = {}
        is_whole = problem.is_whole
        for at, cell in enumerate(problem.cells):
            # The table as it is stays possible whatever is hidden.
            if cell.sort is Sort.COUNT and cell.value is not None and is_whole:
                self._witnesses[at, False] = [(cell.value, frozenset())]
                self._witnesses[at, True] = [(cell.value, frozenset())]

    def known(self, hidden: frozenset[int], at: int, greatest: bool) -> int | None:
        """How far the tables found so far let the cell go."""
        found = [value for value, changed in self._witnesses.get((at, greatest), ()) if changed <= hidden]
        if not found:
            return None
        return max(found) if greatest else min(found)

    def ask(self, hidden: frozenset[int], at: int, greatest: bool, want: int) -> Extreme:
        """The end of the cell's reach; a witness that is no possible table in whole numbers does not count."""
        end = self._search.extreme(hidden, at, greatest, want, _DECIDES_WITHIN)
        if end.witness is None:
            return end
        if not self.problem.fits(end.witness, hidden):
            return end._replace(value=None, witness=None, is_decided=False)
        self._keep(hidden, end.witness)
        return end._replace(value=end.witness[at])

    def spread(self, hidden: frozenset[int], until: int | None) -> None:
        """Looks for tables that show many cells to be open at once; what they don't show is asked cell by cell."""
        cells = [at for at in sorted(hidden) if self.problem.cells[at].sort is Sort.COUNT]
        short = [(at, of) for at in cells if (of := self._short(hidden, at))]
        for turn in range(_SPREADS):
            if len(short) < _FEW or (until is not None and _now() > until):
                return
            # Neighbours go different ways, so that a total need not follow them; each goes the other way next time.
            ways = {
                at: of[(order // (1 + turn // 2) + turn) % len(of)] for order, (at, of) in enumerate(short)
            }
            table = self._search.spread(hidden, ways, 3 * self.rule.width, _SPREADS_WITHIN)
            if table is None or not self.problem.fits(table, hidden):
                return
            self._keep(hidden, table)
            before = sum(len(of) for _, of in short)
            short = [(at, of) for at, _ in short if (of := self._short(hidden, at))]
            if before - sum(len(of) for _, of in short) < before // 10:
                return

    def _short(self, hidden: frozenset[int], at: int) -> tuple[bool, ...]:
        """The ways in which a cell is not yet known to go as far as it should; up is True."""
        low, high = self.known(hidden, at, False), self.known(hidden, at, True)
        wanted = self.rule.wanted(self.problem.cells[at])
        if wanted is not None:
            short = (low is None or low > wanted[0], high is None or high < wanted[1])
            return tuple(greatest for greatest in (False, True) if short[greatest])
        is_open = low is not None and high is not None and high - low >= self.rule.width
        return () if is_open else (False, True)

    def _keep(self, hidden: frozenset[int], witness: tuple[int, ...]) -> None:
        cells = self.problem.cells
        changed = frozenset(
            at
            for at in hidden
            if cells[at].sort is Sort.WORKED_OUT or cells[at].value is None or witness[at] != cells[at].value
        )
        for at in hidden:
            if cells[at].sort is not Sort.COUNT:
                continue
            for greatest in (False, True):
                kept = self._witnesses.setdefault((at, greatest), [])
                better = [
                    each
                    for each in kept
                    if each[1] <= changed and (each[0] >= witness[at] if greatest else each[0] <= witness[at])
                ]
                if not better:
                    kept.append((witness[at], changed))
                    del kept[1:-8]

    def fault(self, hidden: frozenset[int], at: int) -> list[Cut] | None:
        """None when the cell is open enough under *hidden*; else what must be kept to open it."""
        cell = self.problem.cells[at]
        wanted = self.rule.wanted(cell)
        if wanted is not None:
            cuts: list[Cut] = []
            for greatest, want in ((False, wanted[0]), (True, wanted[1])):
                known = self.known(hidden, at, greatest)
                if known is not None and (known >= want if greatest else known <= want):
                    continue
                end = self.ask(hidden, at, greatest, want)
                if end.value is not None and (end.value >= want if greatest else end.value <= want):
                    continue
                reached = end.value if end.value is not None else (want - 1 if greatest else want + 1)
                cuts.append(self._cut(hidden, at, end, abs(want - reached)))
            return cuts or None
        low, high = self.known(hidden, at, False), self.known(hidden, at, True)
        if low is not None and high is not None and high - low >= self.rule.width:
            return None
        most = least = Extreme(None, None)
        # The first answer may stop where enough was wanted, measured from an end that was not yet known; then it is
        # asked again from the end that is.
        for _ in range(2):
            most = self.ask(hidden, at, True, (cell.least if low is None else low) + self.rule.width)
            high = most.value if high is None or (most.value is not None and most.value > high) else high
            if low is not None and high is not None and high - low >= self.rule.width:
                return None
            least = self.ask(hidden, at, False, (cell.most if high is None else high) - self.rule.width)
            low = least.value if low is None or (least.value is not None and least.value < low) else low
            if low is None or high is None or high - low >= self.rule.width:
                break
        if low is None or high is None:
            return [self._cut(hidden, at, most._replace(is_bounded=False), 1)]
        short = self.rule.width - (high - low)
        if short <= 0:
            return None
        if not (least.is_bounded and most.is_bounded):
            return [self._cut(hidden, at, most._replace(is_bounded=False), 1)]
        worth: dict[int, int] = {}
        for each, gain in (*least.blocks, *most.blocks):
            worth[each] = worth.get(each, 0) + gain
        return [Cut(tuple((each, min(gain, short)) for each, gain in sorted(worth.items())), short, at)]

    def _cut(self, hidden: frozenset[int], at: int, end: Extreme, need: int) -> Cut:
        cell = self.problem.cells[at]
        given = None if cell.is_hidden or cell.is_small else at
        if end.is_bounded and end.value is not None:
            parts = tuple((each, min(gain, need)) for each, gain in end.blocks if each not in hidden)
            return Cut(parts, need, given)
        others = (each for each, of in enumerate(self.problem.cells) if of.can_hide and each not in hidden)
        return Cut(tuple((each, 1) for each in others), 1, given)


def without_contradiction(problem: Problem, hidden: frozenset[int], prover: Prover) -> Problem:
    """*problem* without the lines that can't all be true: those that the figures bear out are believed first."""
    counts = [at for at in sorted(hidden) if problem.cells[at].sort is Sort.COUNT]
    if not counts:
        return problem

    def is_possible(lines: Sequence[Line]) -> bool:
        search = prover.open(Problem(problem.cells, tuple(lines)))
        return not search.extreme(hidden, counts[0], False, 0, _DECIDES_WITHIN).is_impossible

    if is_possible(problem.lines):
        return problem

    def with_what_fits(believed: list[Line], lines: Sequence[Line]) -> list[Line]:
        """*believed* and what of *lines* can be true besides, each half in its turn where not all of them can."""
        if is_possible([*believed, *lines]):
            return [*believed, *lines]
        if len(lines) == 1:
            return believed
        half = len(lines) // 2
        return with_what_fits(with_what_fits(believed, lines[:half]), lines[half:])

    first = sorted(problem.lines, key=lambda line: not line.is_sure)
    return Problem(problem.cells, tuple(with_what_fits([], first)))


def exposed_of(
    problem: Problem, hidden: frozenset[int], rule: Rule, prover: Prover, report: Report = _silent
) -> list[Reach]:
    """The hidden counts that can be narrowed further than the rule allows, each with the ends of its reach.

    Each of the others is shown to be open by tables that were checked in whole numbers.
    """
    reaches = _Reaches(problem, rule, prover)
    reaches.spread(hidden, None)
    cells = [at for at in sorted(hidden) if problem.cells[at].sort is Sort.COUNT]
    found = []
    for done, at in enumerate(cells):
        report(done, len(cells), "Trying to work out what is hidden")
        if not reaches.fault(hidden, at):
            continue
        low = reaches.ask(hidden, at, False, problem.cells[at].least)
        high = reaches.ask(hidden, at, True, problem.cells[at].most)
        if not (low.is_decided and high.is_decided):
            found.append(Reach(at, None, None))
            continue
        found.append(Reach(at, low.value, high.value, tuple(sorted({*low.lines, *high.lines}))))
    return found


def protect(problem: Problem, rule: Rule, prover: Prover, report: Report = _silent) -> Protection:
    """Hides as little as needed besides what is hidden from the start.

    Each round looks for the cheapest way that keeps everything learnt so far, and tries to undo it; what that teaches
    is kept for the next. From each it goes on to some way that is safe, which teaches more and is there to be taken
    when time is up; whatever of it turns out needless is then shown again.
    """
    given = frozenset(at for at, cell in enumerate(problem.cells) if cell.is_hidden)
    if not given:
        return Protection(given, is_least=True)
    reaches = _Reaches(problem, rule, prover)
    costs = {at: cell.cost for at, cell in enumerate(problem.cells) if cell.can_hide and not cell.is_hidden}
    cuts: list[Cut] = []
    safe: frozenset[int] | None = None
    until = _now() + _SEARCHES_FOR
    for turn in range(10_000):
        report(turn, 0, "Looking for the least that has to be hidden")
        if _now() > until:
            break
        chosen = prover.cheapest(costs, cuts, max(until - _now(), _CHOOSES_WITHIN))
        if chosen is None:
            return _all_hidden(problem, rule, prover, report, given | set(costs))
        hidden = given | chosen[0]
        if safe is not None and chosen[1] and _cost(costs, hidden) >= _cost(costs, safe):
            return Protection(safe, is_least=True)
        faults = _faults(problem, hidden, reaches, until)
        if faults is not None and not faults:
            if chosen[1]:
                return Protection(hidden, is_least=True)
            safe = _cheaper(costs, hidden, safe)
        # On to some way that is safe; everything that is learnt on the way holds for every other.
        while faults:
            cuts += faults
            wider = hidden | _enough_for(faults, costs)
            if wider == hidden:
                break
            hidden = wider
            faults = _faults(problem, hidden, reaches, until)
            if faults is not None and not faults:
                safe = _cheaper(costs, hidden, safe)
    if safe is None:
        safe = _grown(problem, given, costs, cuts, reaches, prover, report)
        if safe is None:
            return _all_hidden(problem, rule, prover, report, given | set(costs))
    return Protection(_without_needless(problem, given, safe, reaches, report), is_least=False)


def _all_hidden(
    problem: Problem, rule: Rule, prover: Prover, report: Report, hidden: frozenset[int]
) -> Protection:
    """What can still be worked out when everything is hidden that may be."""
    return Protection(hidden, False, tuple(exposed_of(problem, hidden, rule, prover, report)))


def _cost(costs: Mapping[int, int], hidden: frozenset[int]) -> int:
    return sum(cost for cell, cost in costs.items() if cell in hidden)


def _cheaper(costs: Mapping[int, int], one: frozenset[int], other: frozenset[int] | None) -> frozenset[int]:
    return one if other is None or _cost(costs, one) < _cost(costs, other) else other


def _enough_for(cuts: Sequence[Cut], costs: Mapping[int, int]) -> frozenset[int]:
    """Some cells that satisfy *cuts*: for each those that carry it furthest for what they cost."""
    chosen: set[int] = set()
    for cut in cuts:
        have = sum(worth for cell, worth in cut.parts if cell in chosen)
        left = [part for part in cut.parts if part[0] in costs and part[0] not in chosen]
        for cell, worth in sorted(left, key=lambda part: (1_000 * costs[part[0]] // part[1], part[0])):
            if have >= cut.need:
                break
            chosen.add(cell)
            have += worth
    return frozenset(chosen)


def _grown(
    problem: Problem,
    given: frozenset[int],
    costs: Mapping[int, int],
    cuts: list[Cut],
    reaches: _Reaches,
    prover: Prover,
    report: Report,
) -> frozenset[int] | None:
    """A way that is safe where there was no time to look for one: every percentage and difference of a hidden count is
    hidden as well, which leaves totals alone, and what is hidden only grows until nothing can be worked out. None where
    that is never so."""
    tells: list[tuple[int, frozenset[int]]] = [
        (line.needs, frozenset(cell for cell, _ in line.terms))
        for line in problem.lines
        if line.needs is not None and line.needs in costs
    ]
    hidden = given
    for turn in range(10_000):
        report(turn, 0, "Hiding until nothing can be worked out")
        faults = _faults(problem, hidden, reaches, None) or []
        if not faults and turn:
            return hidden
        cuts += faults
        # What has grown stays hidden: a way that shows it again would not have to protect it.
        stays = [Cut(((at, 1),), 1, None) for at in sorted(hidden - given)]
        chosen = prover.cheapest(costs, [*cuts, *stays], _CHOOSES_WITHIN)
        if chosen is None:
            return None
        wider = hidden | chosen[0]
        wider |= {needs for needs, of in tells if of & wider}
        if wider == hidden and faults:
            return None
        hidden = wider
    return None


def _faults(
    problem: Problem, hidden: frozenset[int], reaches: _Reaches, until: int | None
) -> list[Cut] | None:
    """What must be kept to open the cells that are not; None when time was up before that was known."""
    faults: list[Cut] = []
    reaches.spread(hidden, until)
    for at in sorted(hidden):
        if problem.cells[at].sort is Sort.COUNT and (cuts := reaches.fault(hidden, at)):
            faults += cuts
        if until is not None and _now() > until:
            return None
    return faults


def _without_needless(
    problem: Problem, given: frozenset[int], hidden: frozenset[int], reaches: _Reaches, report: Report
) -> frozenset[int]:
    """*hidden* without the cells that protect nothing, the dearest tried first."""
    until = _now() + _SEARCHES_FOR
    tried = sorted(hidden - given, key=lambda at: (-problem.cells[at].cost, at))
    for done, at in enumerate(tried):
        report(done, len(tried), "Showing again what need not be hidden")
        if _now() > until:
            break
        fewer = hidden - {at}
        if not _any_fault(problem, fewer, reaches):
            hidden = fewer
    return hidden


def _any_fault(problem: Problem, hidden: frozenset[int], reaches: _Reaches) -> bool:
    return any(problem.cells[at].sort is Sort.COUNT and reaches.fault(hidden, at) for at in sorted(hidden))
