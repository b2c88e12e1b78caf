"""The fewest cells that protect a small table, counted out: what z3 says stands in the way, and every way round it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import z3

from tests.solver.journalist import Formula, Maker, Paper, Sheet, Sum, plus

Cell = tuple[int, int]


def small_table(seed: int) -> Paper:
    """A table of two to four rows and one to four columns, some with totals and percentages."""
    maker = Maker(seed)
    rng = maker.rng
    maker.plus_signs = maker.commas = False
    rows, columns = rng.randint(2, 4), rng.randint(1, 4)
    across = columns > 1 and rng.random() < 0.7
    down = rng.random() < 0.9 or not across
    shares, decimals = rng.choice([None, None, "column", "row"]), rng.choice([0, 1])
    if (shares == "column" and not down) or (shares == "row" and not across):
        shares = None
    heads = ["North", "South", "East", "West"][:columns]
    cells = [[maker.paper.new(maker.a_count(0.35)) for _ in range(columns)] for _ in range(rows)]
    totals = [plus(*(row[at] for row in cells)) for at in range(columns)]
    sheet = Sheet(
        [["Type", *heads, *(["Total"] if across else []), *(f"{head} %" for head in heads if shares)]]
    )
    lines = [*zip(["Racist", "Homophobic", "Disablist", "Religious"], cells, strict=False)]
    for label, row in [*lines, *([("Total", totals)] if down else [])]:
        whole = plus(*row)
        line = [Formula(of) for of in row] + ([Formula(whole)] if across else [])
        if shares == "row":
            line += [Formula(of, whole, 100, decimals) for of in row]
        if shares == "column":
            line += [Formula(of, total, 100, decimals) for of, total in zip(row, totals, strict=True)]
        maker.put(sheet, label, line)
    maker.paper.sheets.append(sheet)
    return maker.paper


class Judge:
    """A reader of one table who knows how it was made, and that what is withheld without being small is no small count.

    The counts are there twice, so that a range is asked for at once: two tables that both may be, so far apart.
    """

    def __init__(self, paper: Paper, threshold: int = 5) -> None:
        self.paper, self.threshold = paper, threshold
        self.sheet = paper.sheets[0]
        self.formulas = self.sheet.formulas
        self.solver = z3.Solver()
        self.shows = {place: z3.Bool(f"shows {place}") for place in self.formulas}
        self.small = frozenset(
            place
            for place, formula in self.formulas.items()
            if formula.below is None and 1 <= paper.value(formula.above) < threshold
        )
        #: A small count of several that are not nought is shown without a range.
        self.withheld = frozenset(
            place
            for place in self.small
            if sum(paper.unknown[at] > 0 for at in self.formulas[place].above) > 1
        )
        self.copies = [[z3.Int(f"x{copy}_{at}") for at in range(len(paper.unknown))] for copy in range(2)]
        for unknown in self.copies:
            self.solver.add(*(each >= 0 for each in unknown), *(each <= 3_000 for each in unknown))
            self.solver.add(*self._facts(unknown))
        self.cuts: list[tuple[Cell | None, frozenset[Cell]]] = []

    def _facts(self, unknown: list[Any]) -> Iterator[Any]:
        for place, formula in self.formulas.items():
            above = _sum(formula.above, unknown)
            if formula.below is None:
                value = self.paper.value(formula.above)
                yield z3.Implies(self.shows[place], above == value)
                if place in self.small and place not in self.withheld:
                    yield z3.And(above >= 1, above < self.threshold)
                elif place not in self.small:
                    yield above >= self.threshold if value else above == 0
                continue
            assert isinstance(formula.below, dict)
            below, text = _sum(formula.below, unknown), self.sheet.rows[place[0]][place[1]]
            if text == "-":
                yield below == 0
                continue
            parts = 2 * 10**formula.decimals
            middle = int(Fraction(text.rstrip("%")) * parts)
            scaled = parts * formula.scale * above
            low = scaled >= (middle - 1) * below if middle > 0 else scaled > (middle - 1) * below
            yield below >= 1
            yield z3.Implies(self.shows[place], z3.And(low, scaled < (middle + 1) * below))

    def faults(self, hidden: frozenset[Cell]) -> list[tuple[Cell | None, frozenset[Cell]]]:
        """For each hidden count that is not open enough: what is shown and stands in its way; with the count itself
        where it need not be hidden."""
        shown = [place for place in self.formulas if place not in hidden]
        found = []
        for place in sorted(hidden):
            formula = self.formulas[place]
            if formula.below is not None:
                continue
            one, other = (_sum(formula.above, unknown) for unknown in self.copies)
            wants = [other - one >= self.threshold - 2]
            if place in self.small and place not in self.withheld:
                wants = [one == 1, one == self.threshold - 1]
            for want in wants:
                core = self._in_the_way(shown, want)
                if core is not None:
                    found.append((None if place in self.small else place, core))
        return found

    def _in_the_way(self, shown: list[Cell], want: Any) -> frozenset[Cell] | None:
        self.solver.push()
        self.solver.add(want)
        answer = self.solver.check(*(self.shows[place] for place in shown))
        core = {str(each) for each in self.solver.unsat_core()} if answer == z3.unsat else None
        self.solver.pop()
        assert answer != z3.unknown
        return None if core is None else frozenset(each for each in shown if f"shows {each}" in core)

    def least(self, most: int) -> frozenset[Cell] | None:
        """The fewest further cells that make the table safe; None when *most* are not enough."""
        may = frozenset(
            place
            for place, formula in self.formulas.items()
            if place not in self.small and (formula.below is not None or self.paper.value(formula.above))
        )
        while True:
            tried = (self._choose(frozenset(), left, may) for left in range(most + 1))
            best = next((each for each in tried if each is not None), None)
            if best is None:
                return None
            new = self.faults(self.small | best)
            if not new:
                return best
            self.cuts += new

    def _choose(self, chosen: frozenset[Cell], left: int, may: frozenset[Cell]) -> frozenset[Cell] | None:
        for given, core in self.cuts:
            if (given is not None and given not in chosen) or core & chosen:
                continue
            if not left:
                return None
            tried = (self._choose(chosen | {cell}, left - 1, may) for cell in sorted(core & may))
            return next((each for each in tried if each is not None), None)
        return chosen


def _sum(of: Sum, unknown: list[Any]) -> Any:
    return z3.Sum([factor * unknown[at] for at, factor in of.items()])
