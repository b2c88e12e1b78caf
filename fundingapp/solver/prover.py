"""The least and the most that a hidden cell can be, and the cheapest cells to hide, searched with HiGHS."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from fundingapp.domain.small_numbers import Cut, Extreme, Problem, Sort

#: What is nearer to a whole number, or to nought, is that number.
_NEAR = 1e-6


class HighsProver:
    """Satisfies :class:`~fundingapp.domain.small_numbers.Prover`."""

    def open(self, problem: Problem) -> HighsSearch:
        """Lays *problem* before the solver once; what is hidden is then only a matter of bounds."""
        return HighsSearch(problem)

    def cheapest(
        self, costs: Mapping[int, int], cuts: Sequence[Cut], within: int
    ) -> tuple[frozenset[int], bool] | None:
        """The cheapest cells that satisfy every cut; the second value says whether that is proved."""
        import highspy

        cells = sorted(costs)
        place = {cell: at for at, cell in enumerate(cells)}
        model = _quiet(highspy)
        model.setOptionValue("time_limit", within / 1000)
        model.setOptionValue("mip_rel_gap", 0.0)
        lp = highspy.HighsLp()
        lp.num_col_ = len(cells)
        lp.col_cost_ = [float(costs[cell]) for cell in cells]
        lp.col_lower_ = [0.0] * len(cells)
        lp.col_upper_ = [1.0] * len(cells)
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(cells)
        starts, index, value, lower = [0], [], [], []
        for cut in cuts:
            entries = {place[cell]: float(worth) for cell, worth in cut.parts if cell in place and worth > 0}
            need = float(cut.need)
            if cut.given is not None and cut.given in place:
                entries[place[cut.given]] = entries.get(place[cut.given], 0.0) - need
                need = 0.0
            if need > 0 and sum(entries.values()) < need:
                return None  # not even everything together is enough
            for at in sorted(entries):
                index.append(at)
                value.append(entries[at])
            starts.append(len(index))
            lower.append(need)
        lp.num_row_ = len(cuts)
        lp.row_lower_ = lower
        lp.row_upper_ = [highspy.kHighsInf] * len(cuts)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = starts
        lp.a_matrix_.index_ = index
        lp.a_matrix_.value_ = value
        model.passModel(lp)
        model.run()
        status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        found = model.getSolution().col_value
        if not len(found) or not math.isfinite(model.getInfo().objective_function_value):
            return frozenset(cells), False  # nothing was found in time: all of them are a way too
        chosen = frozenset(cell for cell, on in zip(cells, found, strict=True) if on > 0.5)
        if not all(_kept(cut, chosen, costs) for cut in cuts):
            return frozenset(cells), False
        return chosen, status == highspy.HighsModelStatus.kOptimal


def _kept(cut: Cut, chosen: frozenset[int], costs: Mapping[int, int]) -> bool:
    """Whether *chosen* satisfies *cut*, in whole numbers."""
    if cut.given is not None and cut.given in costs and cut.given not in chosen:
        return True
    return sum(worth for cell, worth in cut.parts if cell in chosen) >= cut.need


class HighsSearch:
    """Satisfies :class:`~fundingapp.domain.small_numbers.Search`: one model, whose bounds follow what is hidden."""

    def __init__(self, problem: Problem) -> None:
        import highspy

        self._highs = highspy
        self._problem = problem
        self._columns = [at for at, cell in enumerate(problem.cells) if cell.sort is not Sort.WORKED_OUT]
        self._place = {cell: at for at, cell in enumerate(self._columns)}
        self._hidden: frozenset[int] = frozenset()
        self._model = _quiet(highspy)
        self._load()

    def _load(self) -> None:
        highspy = self._highs
        lp = highspy.HighsLp()
        lp.num_col_ = len(self._columns)
        lp.col_cost_ = [0.0] * len(self._columns)
        bounds = [self._bounds(cell, frozenset()) for cell in self._columns]
        lp.col_lower_ = [low for low, _ in bounds]
        lp.col_upper_ = [high for _, high in bounds]
        starts, index, value = [0], [], []
        for line in self._problem.lines:
            for cell, factor in line.terms:
                index.append(self._place[cell])
                value.append(float(factor))
            starts.append(len(index))
        lp.num_row_ = len(self._problem.lines)
        ends = [self._ends(at, frozenset()) for at in range(len(self._problem.lines))]
        lp.row_lower_ = [low for low, _ in ends]
        lp.row_upper_ = [high for _, high in ends]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = starts
        lp.a_matrix_.index_ = index
        lp.a_matrix_.value_ = value
        self._model.passModel(lp)
        self._needing: dict[int, list[int]] = {}
        for at, line in enumerate(self._problem.lines):
            if line.needs is not None:
                self._needing.setdefault(line.needs, []).append(at)

    def _bounds(self, at: int, hidden: frozenset[int]) -> tuple[float, float]:
        cell = self._problem.cells[at]
        if at in hidden or cell.value is None:
            return float(cell.least), float(cell.most)
        return float(cell.value), float(cell.value)

    def _ends(self, at: int, hidden: frozenset[int]) -> tuple[float, float]:
        line = self._problem.lines[at]
        infinity = self._highs.kHighsInf
        if line.needs is not None and line.needs in hidden:
            return -infinity, infinity
        low = -infinity if line.least is None else float(line.least)
        high = infinity if line.most is None else float(line.most)
        return low, high

    def _hide(self, hidden: frozenset[int]) -> None:
        for cell in hidden ^ self._hidden:
            if cell in self._place:
                self._model.changeColBounds(self._place[cell], *self._bounds(cell, hidden))
            for row in self._needing.get(cell, ()):
                self._model.changeRowBounds(row, *self._ends(row, hidden))
        self._hidden = hidden

    def extreme(self, hidden: frozenset[int], cell: int, greatest: bool, want: int, within: int) -> Extreme:
        """The end of the cell's reach: by the linear program when its solution is whole, else by branching."""
        highspy = self._highs
        self._hide(hidden)
        model, column = self._model, self._place[cell]
        model.setOptionValue("time_limit", highspy.kHighsInf)
        sign = -1.0 if greatest else 1.0
        model.changeColCost(column, sign)
        try:
            model.run()
            status = model.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return Extreme(None, None, is_impossible=True)
            if status != highspy.HighsModelStatus.kOptimal:
                return Extreme(None, None, is_bounded=False)
            solution = model.getSolution()
            values = list(solution.col_value)
            reached = values[column]
            # The end in whole numbers that the linear program leaves room for.
            end = math.floor(reached + _NEAR) if greatest else math.ceil(reached - _NEAR)
            short = want - end if greatest else end - want
            blocks = self._blocks(list(solution.col_dual), list(solution.row_dual), hidden, max(short, 1))
            lines = tuple(at for at, dual in enumerate(solution.row_dual) if abs(dual) > _NEAR)
            whole = self._whole(values)
            if abs(reached - round(reached)) < _NEAR and self._problem.fits(whole, hidden):
                return Extreme(whole[cell], whole, blocks, lines=lines)
            return self._branched(
                hidden, cell, greatest, want, within, Extreme(end, None, blocks, lines=lines)
            )
        finally:
            model.changeColCost(column, 0.0)

    def _make_whole(self, places: Sequence[int], sort: Any) -> None:
        """Sets the sort of several columns at once; one by one takes as long as solving."""
        import numpy as np

        sorts = np.full(len(places), int(sort), dtype=np.uint8)
        self._model.changeColsIntegrality(len(places), np.array(places, dtype=np.int32), sorts)

    def _whole(self, values: Sequence[float]) -> tuple[int, ...]:
        made = [0] * len(self._problem.cells)
        for cell, value in zip(self._columns, values, strict=True):
            made[cell] = round(value)
        return tuple(made)

    def _blocks(
        self,
        columns: Sequence[float],
        rows: Sequence[float],
        hidden: frozenset[int],
        short: int,
    ) -> tuple[tuple[int, int], ...]:
        """What is shown and stands in the way: how far each cell, once hidden, could carry the end at most."""
        cells = self._problem.cells
        gains: dict[int, int] = {}
        for place, cell in enumerate(self._columns):
            cost = columns[place]
            of = cells[cell]
            if abs(cost) < _NEAR or cell in hidden or of.value is None or not of.can_hide:
                continue
            # A smaller objective is a further end, whichever way it goes: it falls by the cost of each step.
            steps = of.value - of.least if cost > 0 else of.most - of.value
            gain = math.ceil(min(abs(cost) * max(steps, 0), float(short)) - _NEAR)
            if gain > 0:
                gains[cell] = gain
        for at, dual in enumerate(rows):
            needs = self._problem.lines[at].needs
            if abs(dual) > _NEAR and needs is not None and needs not in hidden and cells[needs].can_hide:
                gains[needs] = short
        return tuple(sorted(gains.items()))

    def _branched(
        self, hidden: frozenset[int], cell: int, greatest: bool, want: int, within: int, linear: Extreme
    ) -> Extreme:
        """The same in whole numbers."""
        highspy, model = self._highs, self._model
        column = self._place[cell]
        # Where the linear program leaves room for what is wanted, any table that has it will do.
        reachable = linear.value is not None and (linear.value >= want if greatest else linear.value <= want)
        free = [self._place[each] for each in sorted(hidden) if each in self._place]
        low, high = self._bounds(cell, hidden)
        self._make_whole(free, highspy.HighsVarType.kInteger)
        model.setOptionValue("time_limit", model.getRunTime() + within / 1000)
        if reachable:
            model.changeColBounds(column, *((float(want), high) if greatest else (low, float(want))))
            model.changeColCost(column, 0.0)
        try:
            model.run()
            status = model.getModelStatus()
            found = model.getSolution().col_value
            is_found = bool(len(found)) and math.isfinite(model.getInfo().objective_function_value)
            whole = self._whole(list(found)) if is_found else None
        finally:
            self._make_whole(free, highspy.HighsVarType.kContinuous)
            model.changeColBounds(column, low, high)
        if whole is not None and self._problem.fits(whole, hidden):
            is_best = (
                (status == highspy.HighsModelStatus.kOptimal and not reachable)
                or whole[cell] == linear.value
                or whole[cell] == (high if greatest else low)
            )
            return Extreme(
                whole[cell],
                whole,
                linear.blocks,
                is_bounded=not reachable and linear.value == whole[cell],
                is_decided=is_best,
                lines=linear.lines,
            )
        if status == highspy.HighsModelStatus.kInfeasible:
            if not reachable:
                return Extreme(None, None, is_impossible=True, is_bounded=False)
            # What was wanted can't be had in whole numbers: how far it goes instead.
            model.changeColCost(column, -1.0 if greatest else 1.0)
            closer = want - 1 if greatest else want + 1
            if not low <= closer <= high:
                return Extreme(None, None, is_impossible=True, is_bounded=False)
            return self._branched(
                hidden,
                cell,
                greatest,
                want + (10**9 if greatest else -(10**9)),
                within,
                linear._replace(value=closer, blocks=()),
            )._replace(is_bounded=False)
        return Extreme(None, None, is_bounded=False, is_decided=False)


def _quiet(highspy: Any) -> Any:
    """A solver that writes nothing, on one thread, so that the same problem gives the same answer."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("random_seed", 1)
    return model
