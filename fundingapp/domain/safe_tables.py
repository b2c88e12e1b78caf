"""Tables whose small numbers are hidden so that nobody can work them out, and what can be worked out of others."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from fundingapp.domain.further_ties import further_ties, possible_ties
from fundingapp.domain.printed_counts import Grid, What, masked
from fundingapp.domain.printed_figures import Kind
from fundingapp.domain.small_numbers import (
    WITHHELD,
    Prover,
    Report,
    Rule,
    Sort,
    protect,
    without_contradiction,
)
from fundingapp.domain.table_attacks import Undone, count_at, made_so, may_hold, undo, undone_of
from fundingapp.domain.tied_counts import Tied, tie
from fundingapp.domain.tied_lines import Tie
from fundingapp.domain.tied_sums import Place


class Why(Enum):
    """Why a cell is hidden."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True)
class SafeCell:
    """A cell that is hidden: where (*row* in the file from 1, *column* by its heading), what is shown, and why.

    *place* is where it stands among the tables that were given.
    """

    row: int
    column: str
    label: str
    shown: str
    why: Why
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden of several tables. *exposed* is what could not be protected; nothing may be written then.

    *is_least*: it is proved that no other way loses less. *hides_total*: a total of everything had to go.
    """

    cells: tuple[SafeCell, ...]
    exposed: tuple[Undone, ...]
    is_least: bool
    hides_total: bool
    notes: tuple[str, ...] = ()
    #: How many were hidden already in the tables that were given.
    given: int = 0
    #: Whether it was judged without what a reader could only guess by the words, and would guess wrongly.
    knows_better: bool = False

    def of(self, why: Why) -> int:
        """How many are hidden for that reason."""
        return sum(cell.why is why for cell in self.cells)

    @property
    def finding(self) -> str:
        """What the solver found, in a sentence."""
        if self.exposed:
            return f"{len(self.exposed):,} of the hidden cells could still be worked out."
        if not self.cells and not self.given:
            return "Nothing had to be hidden."
        least = (
            " No way of hiding less was found, and it is proved that there is none." if self.is_least else ""
        )
        hidden = len(self.cells) + self.given
        if not self.cells:
            which = "the figure" if hidden == 1 else f"none of the {hidden:,} figures"
            verb = "can't" if hidden == 1 else "can"
            return f"Nothing more had to be hidden: {which} that it hides {verb} be worked out or narrowed."
        if hidden == 1:
            return f"The hidden cell can't be worked out or narrowed.{least}"
        return f"None of the {hidden:,} hidden cells can be worked out or narrowed.{least}"


def hide_small(
    grids: Sequence[Grid],
    rule: Rule,
    prover: Prover,
    report: Report,
    kept: Sequence[bool] = (),
    sensitive: Sequence[Sequence[bool]] = (),
) -> Hidden:
    """Hides the small counts of *grids*, which are published together, and what is needed to protect them.

    Tables of which *kept* is true are published as they stand, or were before: nothing more is hidden in them. Small
    counts are marked “<5”; where that would already tell too much, because a total is small itself, “[c]”. Only in
    rows that are *sensitive* are counts hidden for themselves; without it in all.

    What a reader could guess by the words alone is protected although it is not so, where that can be done; where it
    can't, whoever guesses is wrong and works out nothing, so the table is not refused for it.
    """

    def hiding() -> _Hiding:
        return _Hiding(grids, rule, prover, report, kept, sensitive, further_ties(grids))

    made = hiding().all(knows_better=False)
    if made.exposed:
        other = hiding().all(knows_better=True)
        if not other.exposed:
            return other
    return made


#: So often what is left is read again, and more is hidden if need be.
_LOOKS = 4


@dataclass(slots=True)
class _Hiding:
    """Hides the small counts of *grids*. *besides* is what ties them together as well as what they show by themselves,
    *stays* what is hidden whatever else is."""

    grids: Sequence[Grid]
    rule: Rule
    prover: Prover
    report: Report
    kept: Sequence[bool]
    sensitive: Sequence[Sequence[bool]]
    besides: list[Tie]
    stays: tuple[SafeCell, ...] = ()

    def all(self, *, knows_better: bool) -> Hidden:
        """What is hidden until nothing can be worked out of what is left, however it is read."""
        truth = self.grids if knows_better else ()
        wrong: list[str] = []
        made = self.once(everything_loose=False)
        for _ in range(_LOOKS):
            if made.exposed:
                return made
            # What is left is read again as anybody would; what somebody may see in it is kept from telling as well.
            masked = masked_grids(self.grids, made.cells, self.rule)
            if not self.undone(made, truth):
                more = self.under_what_may_be(made)
                if more is made:
                    notes = tuple(dict.fromkeys([*made.notes, *wrong]))
                    return replace(made, notes=notes, knows_better=knows_better)
                made = more
                continue
            ties = tie(masked, self.rule, self.kept, besides=further_ties(masked), as_printed=True).ties
            if knows_better:
                ties = tuple(each for each in ties if may_hold(each, self.grids))
            seen, said = _ties_by_the_figures(ties, self.grids)
            self.besides += seen
            wrong += said
            made = self.once(everything_loose=True)
        return replace(made, exposed=self.undone(made, truth), knows_better=knows_better)

    def undone(self, made: Hidden, truth: Sequence[Grid] = (), way: Sequence[Tie] = ()) -> tuple[Undone, ...]:
        """What can be worked out of the tables as *made* hides them."""
        masked = masked_grids(self.grids, made.cells, self.rule)
        return undo(masked, self.rule, self.prover, self.report, self.kept, truth, way)

    def under_what_may_be(self, made: Hidden) -> Hidden:
        """*made*, or more, so that nothing can be worked out however the tables are made, where figures that were
        hidden before leave that open."""
        if _was_made_safe(self.grids):
            return made
        for way in possible_ties(self.grids):
            if not self.may_be(way) or _are_noughts(self.undone(made, way=way)):
                continue
            before, self.stays = self.stays, made.cells
            more = self.once(way, everything_loose=True)
            if not _are_noughts(more.exposed):
                return more
            if more.exposed:
                self.stays = before
            else:
                made, self.stays = more, more.cells
        return made

    def may_be(self, way: Sequence[Tie]) -> bool:
        """Whether the tables may be made in this way, by all that is known of them."""
        if not all(may_hold(each, self.grids) for each in way):
            return False
        tied = made_so(tie(self.grids, self.rule, self.kept, besides=[*self.besides, *way]), way)
        sure = sum(line.is_sure for line in tied.problem.lines)
        _believe_what_can_be(tied, self.prover)
        return sum(line.is_sure for line in tied.problem.lines) == sure

    def once(self, way: Sequence[Tie] = (), *, everything_loose: bool) -> Hidden:
        """The least that protects everything as it is tied, in one *way* in which the tables may be made."""
        # A mark that was there before and is withheld stays so.
        unmarked = [cell for cell in self.stays if self.kind(cell.place) is What.HIDDEN]
        grids = _unmarked(self.grids, [cell.place for cell in unmarked])
        made = _hidden_once(
            grids,
            self.rule,
            self.prover,
            self.report,
            self.kept,
            self.sensitive,
            self.besides,
            way=way,
            already=frozenset(cell.place for cell in self.stays),
            everything_loose=everything_loose,
        )
        cells = tuple(sorted((*made.cells, *unmarked), key=lambda cell: cell.place))
        return replace(made, cells=cells, given=made.given - len(unmarked))

    def kind(self, place: Place) -> What:
        """What stands at a place before anything is hidden."""
        return self.grids[place.table].kinds[place.row][place.column]


def _was_made_safe(grids: Sequence[Grid]) -> bool:
    """Whether somebody hid more in these tables than the small counts: some marks say “<5”, and others do not say how
    much. What protects them is then not guessed at."""
    marks = {
        cell.most is None
        for grid in grids
        for cells in grid.rows
        for cell in cells
        if cell.kind is Kind.HIDDEN
    }
    return len(marks) == 2


def _are_noughts(undone: Sequence[Undone]) -> bool:
    """Whether nothing can be worked out but that a hidden count is nought: then there is nobody to protect, and it is
    likelier that the table is not made so."""
    return all(each.value == 0 for each in undone)


def _ties_by_the_figures(ties: Sequence[Tie], grids: Sequence[Grid]) -> tuple[list[Tie], list[str]]:
    """*ties* as the figures have them: a total that is not the sum of its parts is off by what it is off, and said.

    Any other that does not hold ties nothing.
    """
    found: list[Tie] = []
    wrong: list[str] = []
    for each in ties:
        if may_hold(each, grids):
            found.append(each)
        elif each.kind == "total" and each.whole is not None:
            total = sum((count_at(grids, place) or 0) * factor for place, factor in each.terms)
            found.append(each._replace(least=total, most=total))
            whole = count_at(grids, each.whole) or 0
            wrong.append(_total_differs(grids, each.whole, whole, whole + total))
    return found, wrong


def _total_differs(grids: Sequence[Grid], place: Place, whole: int, parts: int) -> str:
    grid = grids[place.table]
    return (
        f"{grid.label(place.row)}, {grid.heading(place.column)} is {whole:,}, but its parts add up to {parts:,}; it "
        "was protected all the same."
    )


def masked_grids(grids: Sequence[Grid], cells: Sequence[SafeCell], rule: Rule) -> list[Grid]:
    """*grids* as they are shown with these cells hidden."""
    made = [([list(row) for row in grid.rows], [list(row) for row in grid.kinds]) for grid in grids]
    for cell in cells:
        table, row, column = cell.place
        rows, kinds = made[table]
        is_count = kinds[row][column] in (What.COUNT, What.HIDDEN)
        is_marked = is_count and cell.shown == rule.mark
        rows[row][column] = masked(
            cell.shown, least=rule.least if is_marked else 0, most=rule.most if is_marked else None
        )
        kinds[row][column] = What.HIDDEN if is_count else What.TEXT
    return [
        replace(grid, rows=tuple(map(tuple, rows)), kinds=tuple(map(tuple, kinds)))
        for grid, (rows, kinds) in zip(grids, made, strict=True)
    ]


def with_small_hidden(grid: Grid, rule: Rule) -> Grid:
    """*grid* with nothing but its small counts hidden: a table that is yet to be made safe."""
    rows = [list(row) for row in grid.rows]
    kinds = [list(row) for row in grid.kinds]
    for row, column in itertools.product(range(len(rows)), range(len(grid.headings))):
        if kinds[row][column] is What.COUNT and rule.is_small(rows[row][column].count or 0):
            rows[row][column] = masked(rule.mark, least=rule.least, most=rule.most)
            kinds[row][column] = What.HIDDEN
    return replace(grid, rows=tuple(map(tuple, rows)), kinds=tuple(map(tuple, kinds)))


def _hidden_once(
    grids: Sequence[Grid],
    rule: Rule,
    prover: Prover,
    report: Report,
    kept: Sequence[bool],
    sensitive: Sequence[Sequence[bool]],
    besides: Sequence[Tie],
    *,
    way: Sequence[Tie] = (),
    already: frozenset[Place] = frozenset(),
    everything_loose: bool,
) -> Hidden:
    def laid(grids: Sequence[Grid], withheld: frozenset[Place]) -> Tied:
        made = tie(grids, rule, kept, withheld, [*besides, *way], sensitive=sensitive, already=already)
        _believe_what_can_be(made_so(made, way), prover)
        return made

    tied = laid(grids, frozenset())
    withheld = _small_totals(tied)
    given = frozenset(at for at, cell in enumerate(tied.problem.cells) if cell.is_hidden)
    weak = () if _was_made_safe(grids) else tied.weak
    guessed = frozenset(tied.places[at][0] for at in _loose(tied, given, grids, weak))
    if withheld or guessed:
        already |= guessed
        tied = laid(grids, withheld)
    done = protect(tied.problem, rule, prover, report)
    unmarked: tuple[Place, ...] = ()
    if done.exposed:
        problem = tied.problem
        around = {reach.cell for reach in done.exposed}
        around |= {
            cell
            for line in problem.lines
            if any(cell in around for cell, _ in line.terms)
            for cell, _ in line.terms
            if problem.cells[cell].is_small
        }
        withheld |= frozenset(place for cell in around for place in tied.places[cell])
        unmarked = _marks_to_withhold(grids, withheld, kept)
        tied = laid(_unmarked(grids, unmarked), withheld)
        done = protect(tied.problem, rule, prover, report)
    loose = frozenset(tied.loose) if everything_loose else _loose(tied, done.hidden, grids, tied.loose)
    hidden = done.hidden | loose | _loose(tied, done.hidden, grids, weak)
    cells = [
        _safe_cell(grids, tied, hidden, rule, withheld, at, place)
        for at in hidden
        for place in tied.places[at]
    ]
    cells = [cell for cell in cells if cell.place not in unmarked]
    before = {
        at
        for at in hidden
        if tied.problem.cells[at].sort is Sort.COUNT and tied.problem.cells[at].value is None
    }
    shown = tuple(
        cell
        for cell in sorted(cells, key=lambda cell: cell.place)
        if not (kept and kept[cell.place.table]) and tied.at[cell.place] not in before
    )
    shown += tuple(_unmarked_cell(grids, place) for place in unmarked)
    exposed = tuple(
        undone
        for reach in done.exposed
        for undone in undone_of(grids, tied, hidden, reach)
        if not (kept and kept[undone.place.table])
    )
    notes = tuple(_total_differs(grids, place, whole, parts) for place, whole, parts in tied.wrong)
    shown_before = [place for at in before for place in tied.places[at] if not (kept and kept[place.table])]
    hides_total = any(at in tied.tops and not tied.problem.cells[at].is_small for at in hidden)
    return Hidden(
        shown,
        exposed,
        done.is_least and not already,
        hides_total,
        notes,
        len(shown_before) - len(unmarked),
    )


def _believe_what_can_be(tied: Tied, prover: Prover) -> None:
    """Leaves out what can't be so beside the figures: where some are hidden already, a guess may be."""
    given = frozenset(
        at for at, cell in enumerate(tied.problem.cells) if cell.is_hidden and cell.value is None
    )
    tied.problem = without_contradiction(tied.problem, given, prover)


def _marks_to_withhold(
    grids: Sequence[Grid], withheld: frozenset[Place], kept: Sequence[bool]
) -> tuple[Place, ...]:
    """What was hidden before with a mark that tells its range, which would narrow others now."""
    return tuple(
        place
        for place in sorted(withheld)
        if not (kept and kept[place.table])
        and grids[place.table].kinds[place.row][place.column] is What.HIDDEN
        and grids[place.table].rows[place.row][place.column].most is not None
    )


def _unmarked(grids: Sequence[Grid], places: Sequence[Place]) -> list[Grid]:
    """*grids* with nothing told of what is hidden at *places*."""
    made = [[list(row) for row in grid.rows] for grid in grids]
    for table, row, column in places:
        made[table][row][column] = masked(WITHHELD)
    return [replace(grid, rows=tuple(map(tuple, rows))) for grid, rows in zip(grids, made, strict=True)]


def _unmarked_cell(grids: Sequence[Grid], place: Place) -> SafeCell:
    grid = grids[place.table]
    text = grid.rows[place.row][place.column].text
    return SafeCell(
        grid.numbers[place.row],
        grid.heading(place.column),
        grid.label(place.row),
        WITHHELD,
        Why.SECONDARY,
        f"was shown as {text}, which would narrow other hidden counts",
        place,
    )


def _small_totals(tied: Tied) -> frozenset[Place]:
    """Small totals of two or more counts that are not nought: “<5” for each of them would narrow the others."""
    cells = tied.problem.cells
    found: set[Place] = set()
    for line in tied.problem.lines:
        if line.kind != "total" or line.whole < 0 or not cells[line.whole].is_small:
            continue
        parts = [cell for cell, _ in line.terms if cell != line.whole and cells[cell].value != 0]
        if len(parts) > 1:
            found |= set(tied.places[line.whole])
    return frozenset(found)


def _loose(
    tied: Tied, hidden: frozenset[int], grids: Sequence[Grid], unchecked: Sequence[int]
) -> frozenset[int]:
    """What is shown as worked out and could not be checked, beside a hidden count: it may give that away."""
    rows = {
        (place.table, place.row)
        for at in hidden
        if tied.problem.cells[at].sort is Sort.COUNT
        for place in tied.places[at]
    }
    columns = {
        (place.table, place.column)
        for at in hidden
        if tied.problem.cells[at].sort is Sort.COUNT
        for place in tied.places[at]
    }
    found = set()
    for at in unchecked:
        place = tied.places[at][0]
        kinds = grids[place.table].kinds[place.row]
        own_row = any(kind in (What.COUNT, What.HIDDEN) for kind in kinds)
        if (own_row and (place.table, place.row) in rows) or (
            not own_row and (place.table, place.column) in columns
        ):
            found.add(at)
    return frozenset(found)


def _safe_cell(
    grids: Sequence[Grid],
    tied: Tied,
    hidden: frozenset[int],
    rule: Rule,
    withheld: frozenset[Place],
    at: int,
    place: Place,
) -> SafeCell:
    grid = grids[place.table]
    cell = tied.problem.cells[at]
    if cell.is_small:
        mark = WITHHELD if place in withheld else rule.mark
        why, reason = Why.PRIMARY, "small count"
    else:
        mark, why = WITHHELD, Why.SECONDARY
        reason = f"protects {_protected(grids, tied, hidden, at)}"
    return SafeCell(
        grid.numbers[place.row],
        grid.heading(place.column),
        grid.label(place.row),
        mark,
        why,
        reason,
        place,
    )


def _protected(grids: Sequence[Grid], tied: Tied, hidden: frozenset[int], at: int) -> str:
    """Which hidden count a cell stands beside: the smallest, and a small one before another complementary one."""
    cells = tied.problem.cells
    beside: set[int] = set()
    for line in tied.problem.lines:
        terms = [cell for cell, _ in line.terms]
        if at in terms or line.needs == at:
            beside |= {cell for cell in terms if cell != at and cell in hidden}
    if not beside:
        beside = {
            cell
            for cell in hidden
            if cells[cell].is_small and tied.places[cell][0].table == tied.places[at][0].table
        }
    place = tied.places[at][0]

    def nearness(cell: int) -> tuple[bool, bool, int]:
        other = tied.places[cell][0]
        return not cells[cell].is_small, other.row != place.row and other.column != place.column, cell

    if not beside:
        return "other hidden counts"
    other = tied.places[min(beside, key=nearness)][0]
    grid = grids[other.table]
    return f"row {grid.label(other.row) or grid.numbers[other.row]}, column {grid.heading(other.column)}"
