"""Tables with small numbers: what would be hidden, what can be worked out of one as printed, and what was published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, TableReader, Tools
from fundingapp.application.progress import Progress
from fundingapp.application.small_numbers import rule_of
from fundingapp.domain.errors import ExpectedError, InputRefusedError, listed
from fundingapp.domain.ids import FundId, PerformanceTableId
from fundingapp.domain.ledger import SheetRows
from fundingapp.domain.printed_counts import Grid, What, read_grids
from fundingapp.domain.publications import Publication
from fundingapp.domain.safe_tables import Hidden, Undone, hide_small, undo, with_small_hidden
from fundingapp.domain.small_numbers import Prover, Rule


@dataclass(frozen=True, slots=True)
class LookAtTable(Question["TableLooked"]):
    """What has to be hidden in the table of *path*, or in the original of a published *table* that the file keeps.

    *threshold* is the lowest count that is shown, None for that of *fund*'s rules. *also* are tables that are published
    together with it, or were before. Tables of *series* that were published earlier are laid beside it. Raises
    ExpectedError for a file without counts.
    """

    path: Path = Path()
    sheet: str | None = None
    threshold: int | None = None
    also: tuple[Path, ...] = ()
    series: str = ""
    fund: FundId | None = None
    table: PerformanceTableId | None = None


@dataclass(frozen=True, slots=True)
class TableLooked:
    """A table, and what is hidden of it: *rows* as they stand in the file and *grids* as they were understood.

    *undone* is what can be worked out of it as it is printed, where something is hidden already.
    """

    path: Path
    name: str
    rows: SheetRows
    grids: tuple[Grid, ...]
    beside: tuple[Grid, ...]
    rule: Rule
    hidden: Hidden
    undone: tuple[Undone, ...]
    notes: tuple[str, ...]

    @property
    def marks(self) -> dict[tuple[int, int], str]:
        """What is shown instead, by the row in the file (from 1) and the column (from 0)."""
        made: dict[tuple[int, int], str] = {}
        for table, grid in enumerate(self.grids):
            own = [cell for cell in self.hidden.cells if cell.place.table == table]
            made |= grid.marks({(cell.place.row, cell.place.column): cell.shown for cell in own})
        return made


@dataclass(frozen=True, slots=True)
class AttackTable(Question[tuple[Undone, ...]]):
    """What can be worked out of the table of *path* as it is printed, with *also* laid beside it."""

    path: Path
    sheet: str | None = None
    threshold: int = 5
    also: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicationsOf(Question[tuple[Kept[Publication], ...]]):
    """The safe tables that were published in *series* ("": in all), newest first."""

    series: str = ""


def sheet_of(path: Path, sheet: str | None, reader: TableReader, progress: Progress) -> SheetRows:
    """The rows of the sheet named *sheet*, or of the first that holds counts. Raises ExpectedError."""
    sheets, _ = reader.sheets(path, path.name, progress)
    if sheet is not None:
        for each in sheets:
            if each.name.casefold() == sheet.casefold():
                return each
        raise InputRefusedError(
            "no_sheet",
            f"“{path.name}” has no sheet “{sheet}”.",
            f"Its sheets are {listed((f'“{each.name}”' for each in sheets), 'and')}.",
        )
    for each in sheets:
        if any(_has_counts(grid) for grid in read_grids(each)):
            return each
    raise InputRefusedError(
        "no_counts",
        f"“{path.name}” holds no table of counts: a row of headings, and rows below it that begin with a name.",
        "Take the table out of its report into a sheet of its own, and try that.",
    )


def _has_counts(grid: Grid) -> bool:
    return any(kind in (What.COUNT, What.HIDDEN) for row in grid.kinds for kind in row)


def refuse_threshold(threshold: int) -> None:
    """Raises ExpectedError for a threshold that hides nothing, or more than a small number."""
    if not 2 <= threshold <= 50:
        raise ExpectedError(
            "threshold",
            f"{threshold} is no threshold for small numbers.",
            "It is the lowest count that is shown, from 2 to 50; 5 hides the counts from 1 to 4.",
        )


def look_at(
    question: LookAtTable,
    rule: Rule,
    reader: TableReader,
    prover: Prover,
    progress: Progress,
    published: Sequence[SheetRows] = (),
    name: str = "",
) -> TableLooked:
    """The answer to *question* by *rule*; *published* are earlier tables of the series, *name* that of the file."""
    refuse_threshold(rule.threshold)
    rows = sheet_of(question.path, question.sheet, reader, progress)
    grids = read_grids(rows)
    beside: list[Grid] = []
    notes: list[str] = []
    for path in question.also:
        others = read_grids(sheet_of(path, None, reader, progress))
        raw = sum(
            kind is What.COUNT and rule.is_small(row[at].count or 0)
            for grid in others
            for row, kinds in zip(grid.rows, grid.kinds, strict=True)
            for at, kind in enumerate(kinds)
        )
        if raw:
            notes.append(
                f"“{path.name}” still shows {raw:,} small count{'s' if raw > 1 else ''}. They were taken as hidden: "
                "make it safe as well before it is published."
            )
        beside += [with_small_hidden(grid, rule) for grid in others]
    for earlier in published:
        beside += read_grids(earlier)
    kept = [False] * len(grids) + [True] * len(beside)
    hidden = hide_small([*grids, *beside], rule, prover, progress.report, kept)
    is_hidden = any(kind is What.HIDDEN for grid in grids for row in grid.kinds for kind in row)
    undone = undo([*grids, *beside], rule, prover, progress.report, kept) if is_hidden else ()
    return TableLooked(
        question.path,
        name or question.path.name,
        rows,
        tuple(grids),
        tuple(beside),
        rule,
        hidden,
        undone,
        (*notes, *hidden.notes),
    )


def attack(
    question: AttackTable, reader: TableReader, prover: Prover, progress: Progress
) -> tuple[Undone, ...]:
    """The answer to *question*."""
    refuse_threshold(question.threshold)
    grids = read_grids(sheet_of(question.path, question.sheet, reader, progress))
    beside = [grid for path in question.also for grid in read_grids(sheet_of(path, None, reader, progress))]
    kept = [False] * len(grids) + [True] * len(beside)
    return undo([*grids, *beside], Rule(question.threshold), prover, progress.report, kept)


def look_at_table(question: LookAtTable, tools: Tools) -> TableLooked:
    name, digest = "", ""
    with tools.open_work(reading=True) as work:
        rule = rule_of(work, question.fund)
        if question.table is not None:
            table = work.performance_tables.get(question.table).value
            taken = work.figure_imports.get(table.batch).value if table.batch is not None else None
            if taken is None or not taken.sha256:
                raise ExpectedError(
                    "no_original",
                    f"The original of “{table.name}” is not kept in this file.",
                    "Choose the file it was taken from instead.",
                )
            name, digest = taken.file_name, taken.sha256
        series = [
            kept.value
            for kept in work.publications.all()
            if question.series and kept.value.series == question.series
        ]
    if question.threshold is not None:
        rule = Rule(question.threshold)
    published: list[SheetRows] = []
    for publication in series:
        original = tools.sources.original(publication.sha256, publication.name)
        sheets, _ = tools.reader.sheets(original, publication.name, tools.progress)
        published += sheets
    if digest:
        question = replace(question, path=tools.sources.original(digest, name))
    return look_at(question, rule, tools.reader, tools.prover, tools.progress, published, name)


def attack_table(question: AttackTable, tools: Tools) -> tuple[Undone, ...]:
    return attack(question, tools.reader, tools.prover, tools.progress)


def publications_of(question: PublicationsOf, tools: Tools) -> tuple[Kept[Publication], ...]:
    with tools.open_work(reading=True) as work:
        found = [
            kept
            for kept in work.publications.all()
            if not question.series or kept.value.series == question.series
        ]
    return tuple(reversed(found))


#: Which function answers which question.
ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    LookAtTable: look_at_table,
    AttackTable: attack_table,
    PublicationsOf: publications_of,
}
