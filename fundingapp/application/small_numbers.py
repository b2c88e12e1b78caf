"""What may be shown of small numbers: the one place that decides it for everything that leaves the program (R40)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.progress import Progress, SilentProgress
from fundingapp.domain.ids import FundId
from fundingapp.domain.ledger import Cell as RawCell
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.printed_counts import Grid, What, read_grids, rows_of
from fundingapp.domain.safe_tables import Hidden, SafeCell, hide_small
from fundingapp.domain.small_numbers import Prover, Rule


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row that is to be shown: a count, a money amount or a text for each heading, None for nothing.

    Only a *sensitive* row is hidden for itself; others are hidden to protect it.
    """

    label: str
    values: tuple[Decimal | int | str | None, ...]
    sensitive: bool = True


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table that is to be shown; what stands in one call is published together."""

    headings: tuple[str, ...]
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True)
class SafeRows:
    """What is shown instead: *rows* have a mark for each value that is hidden, None for one that is shown as it is."""

    rows: tuple[tuple[str | None, ...], ...]
    hidden: tuple[SafeCell, ...]
    finding: str


def rule_of(work: UnitOfWork, fund: FundId | None = None) -> Rule:
    """The rule for small numbers of a fund: its own, else that of the file, else counts below five."""
    kept = {each.value.fund: each.value for each in work.results_rules.all()}
    rules = kept.get(fund) or kept.get(None) or ResultsRules()
    return Rule(rules.threshold)


def what_may_be_shown(
    tables: Sequence[ShownTable], rule: Rule, prover: Prover, progress: Progress | None = None
) -> tuple[SafeRows, ...]:
    """The marks for everything that must be hidden in *tables*, which are shown together.

    Without a small sensitive count nothing is searched. Where a table can't be protected, every figure of the rows
    that are tied to what is hidden is withheld: a return may leave the program with less, but never with too much.
    """
    if rule.most < rule.least or not any(_has_small(row, rule) for table in tables for row in table.rows):
        return tuple(
            SafeRows(tuple((None,) * len(row.values) for row in table.rows), (), "Nothing had to be hidden.")
            for table in tables
        )
    grids = [_grid(table) for table in tables]
    sensitive = [[row.sensitive for row in table.rows] for table in tables]
    reporting = (progress or SilentProgress()).report
    hidden = hide_small(grids, rule, prover, reporting, sensitive=sensitive)
    return tuple(_safe(at, table, grids[at], hidden, rule) for at, table in enumerate(tables))


def _has_small(row: ShownRow, rule: Rule) -> bool:
    return row.sensitive and any(
        not isinstance(value, str) and value is not None and value == int(value) and rule.is_small(int(value))
        for value in row.values
    )


def _grid(table: ShownTable) -> Grid:
    """The table as a grid whose rows are numbered from 0, whatever its headings say."""
    rows: list[list[RawCell]] = [["", *table.headings]]
    rows += [[row.label or "–", *row.values] for row in table.rows]
    found = read_grids(rows_of(rows), has_headings=True)
    return found[0]


def _safe(at: int, table: ShownTable, grid: Grid, hidden: Hidden, rule: Rule) -> SafeRows:
    marks: list[list[str | None]] = [[None] * len(row.values) for row in table.rows]
    cells = tuple(cell for cell in hidden.cells if cell.place.table == at)
    for cell in cells:
        marks[grid.numbers[cell.place.row] - 2][cell.place.column - 1] = cell.shown
    if hidden.exposed:
        for row, kinds in enumerate(grid.kinds):
            given = grid.numbers[row] - 2
            if not any(marks[given]):
                continue
            for column, kind in enumerate(kinds):
                if kind not in (What.NOTHING, What.TEXT) and marks[given][column - 1] is None:
                    marks[given][column - 1] = "[c]"
    return SafeRows(tuple(tuple(row) for row in marks), cells, hidden.finding)
