"""Random tables of counts as reports print them, with totals, sub-totals, shares and changes, and an attack by z3.

The attack knows how a table was made; it shares no code with what it judges.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import z3

from fundingapp.domain.printed_counts import Grid, read_grids, rows_of
from fundingapp.domain.safe_tables import Hidden


@dataclass(frozen=True, slots=True)
class Made:
    """A table as text, and how it was made: *groups* of rows that have sub-totals, what stands in each column."""

    rows: list[list[str]]
    counts: list[list[int]]
    groups: list[list[int]]
    periods: int
    decimals: int
    shares: bool
    years: bool
    changes: bool

    @property
    def grids(self) -> list[Grid]:
        return read_grids(rows_of(self.rows))

    def column(self, period: int) -> int:
        """The column of the counts of a period."""
        return 1 + period * (2 if self.shares else 1)

    @property
    def last(self) -> int:
        """The first column behind those of the periods."""
        return 1 + self.periods * (2 if self.shares else 1)


def _rounded(exact: Fraction, decimals: int) -> str:
    scaled = abs(exact) * 10**decimals
    whole = int(scaled + Fraction(1, 2))
    digits = f"{whole / 10**decimals:.{decimals}f}" if decimals else str(whole)
    return f"{'-' if exact < 0 and whole else ''}{digits}%"


def made(seed: int) -> Made:
    """The table of *seed*: up to six kinds in up to three periods."""
    rng = random.Random(seed)
    kinds, periods = rng.randint(2, 6), rng.randint(1, 3)
    counts = [
        [rng.choice([0, 1, 2, 3, 4, rng.randint(5, 30), rng.randint(5, 120)]) for _ in range(periods)]
        for _ in range(kinds)
    ]
    cut = rng.randint(2, kinds - 2) if kinds >= 4 and rng.random() < 0.4 else 0
    groups = [list(range(cut)), list(range(cut, kinds))] if cut else []
    shares, years = rng.random() < 0.4, periods > 1 and rng.random() < 0.5
    changes = periods > 1 and rng.random() < 0.4
    decimals = rng.choice([0, 1])
    totals = [sum(row[at] for row in counts) for at in range(periods)]
    lines = [(f"Kind {'ABCDEF'[at]}", counts[at]) for at in range(kinds)]
    for group in reversed(groups):
        summed = [sum(counts[each][at] for each in group) for at in range(periods)]
        lines.insert(group[-1] + 1, (f"Sub-total {'ABCDEF'[group[0]]}", summed))
    lines.append(("Total", totals))
    heading = ["Type"]
    for period in range(periods):
        heading += [f"{2013 + period} total", f"{2013 + period} %"] if shares else [f"{2013 + period}"]
    heading += (["All years"] if years else []) + (["Difference", "% change"] if changes else [])
    rows = [heading]
    for label, values in lines:
        row = [label]
        for value, total in zip(values, totals, strict=True):
            row.append(str(value))
            if shares:
                row.append(_rounded(Fraction(100 * value, total), decimals) if total else "-")
        if years:
            row.append(str(sum(values)))
        if changes:
            first, second = values[:2]
            row.append(str(second - first))
            row.append(_rounded(Fraction(100 * (second - first), first), 1) if first else "n/a")
        rows.append(row)
    return Made(rows, counts, groups, periods, decimals, shares, years, changes)


def as_shown(table: Made, hidden: Hidden) -> list[list[str]]:
    """The table with its marks."""
    rows = [list(row) for row in table.rows]
    for cell in hidden.cells:
        rows[cell.row - 1][cell.place.column] = cell.shown
    return rows


def ranges(table: Made, shown: list[list[str]], threshold: int = 5) -> dict[tuple[int, int], tuple[int, int]]:
    """The least and the most of every hidden count, by z3: what a reader knows who sees *shown* and how it was made."""
    solver = z3.Optimize
    cells: dict[tuple[int, int], Any] = {}
    facts: list[Any] = []
    hidden: list[tuple[int, int]] = []
    order = list(range(1, len(table.rows)))
    columns = [table.column(period) for period in range(table.periods)] + (
        [table.last] if table.years else []
    )
    for row in order:
        for column in columns:
            cell = z3.Int(f"x{row}_{column}")
            cells[row, column] = cell
            text = shown[row][column]
            if text == f"<{threshold}":
                facts += [cell >= 1, cell < threshold]
                hidden.append((row, column))
            elif text == "[c]":
                facts += [cell >= 0, cell <= 2000]
                hidden.append((row, column))
            else:
                facts.append(cell == int(text))
    labels = [row[0] for row in table.rows]
    kinds = [at for at in order if labels[at].startswith("Kind")]
    total = labels.index("Total")
    for column in columns:
        facts.append(z3.Sum([cells[row, column] for row in kinds]) == cells[total, column])
        for group in table.groups:
            own = [kinds[at] for at in group]
            facts.append(z3.Sum([cells[row, column] for row in own]) == cells[own[-1] + 1, column])
    for row in order:
        if table.years:
            facts.append(
                z3.Sum([cells[row, table.column(at)] for at in range(table.periods)])
                == cells[row, table.last]
            )
        for period in range(table.periods):
            column = table.column(period)
            if table.shares and shown[row][column + 1] not in ("[c]", "-"):
                facts += _ratio(shown[row][column + 1], 100 * cells[row, column], cells[total, column])
        if table.changes:
            at = table.last + table.years
            first, second = cells[row, table.column(0)], cells[row, table.column(1)]
            if shown[row][at] != "[c]":
                facts.append(second - first == int(shown[row][at]))
            if shown[row][at + 1] not in ("[c]", "n/a"):
                facts += _ratio(shown[row][at + 1], 100 * (second - first), first)
    found = {}
    for place in hidden:
        ends = []
        for towards in ("minimize", "maximize"):
            asked = solver()
            asked.set("timeout", 20_000)
            asked.add(*facts)
            getattr(asked, towards)(cells[place])
            assert asked.check() == z3.sat, "what is shown contradicts itself"
            ends.append(asked.model()[cells[place]].as_long())
        found[place] = (ends[0], ends[1])
    return found


def _ratio(text: str, above: Any, below: Any) -> list[Any]:
    """A percentage as it was rounded, half away from nought."""
    exact = Fraction(text.rstrip("%"))
    places = len(text.rstrip("%").partition(".")[2])
    scale = 2 * 10**places
    middle = int(exact * scale)
    low, high = scale * above >= (middle - 1) * below, scale * above <= (middle + 1) * below
    if exact > 0:
        return [low, scale * above < (middle + 1) * below]
    if exact < 0:
        return [scale * above > (middle - 1) * below, high]
    return [scale * above > (middle - 1) * below, scale * above < (middle + 1) * below]
