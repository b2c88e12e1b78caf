"""Tables with small numbers: what would be hidden, what can be worked out of one as printed, and what was published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, TableReader, Tools
from fundingapp.application.progress import Progress
from fundingapp.application.small_numbers import rule_of
from fundingapp.domain.cells import NO_RESULT
from fundingapp.domain.errors import ExpectedError, InputRefusedError, listed
from fundingapp.domain.ids import FundId, PerformanceTableId
from fundingapp.domain.ledger import SheetRows
from fundingapp.domain.personal_data import Clue, SeenCell, in_words, look_at_cells
from fundingapp.domain.printed_counts import Grid, What, read_grids
from fundingapp.domain.publications import Publication
from fundingapp.domain.safe_tables import Hidden, hide_small, masked_grids, with_small_hidden
from fundingapp.domain.small_numbers import Prover, Rule
from fundingapp.domain.table_attacks import Undone, attack_of
from fundingapp.domain.told_counts import lines_that_tell


@dataclass(frozen=True, slots=True)
class LookAtTable(Question["TableLooked"]):
    """What has to be hidden in the table of *path*, or in the original of a published *table* that the file keeps.

    *threshold* is the lowest count that is shown, None for that of *fund*'s rules. *also* are tables that are published
    together with it, or were before; *together* are those that are made safe with it, so that figures may be hidden in
    them as well. Tables of *series* that were published earlier are laid beside it. Raises ExpectedError for a file
    without counts.
    """

    path: Path = Path()
    sheet: str | None = None
    threshold: int | None = None
    also: tuple[Path, ...] = ()
    series: str = ""
    fund: FundId | None = None
    table: PerformanceTableId | None = None
    together: tuple[Unpublished, ...] = ()


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A table that is made safe together with another: in *path*, on *sheet* (None: the first that holds counts)."""

    path: Path
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class TableLooked:
    """A table, and what is hidden of it: *rows* as they stand in the file and *grids* as they were understood.

    *undone* is what can be worked out of it as it is printed, where something is hidden already. *personal* is what
    looks like personal data in it, *telling* the rows of the file whose words hold a number that is hidden. *others*
    are the tables that were made safe together with it, in the order they were given; *beside* is what a reader has
    beside it, those as they will be shown.
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
    personal: tuple[Clue, ...] = ()
    telling: tuple[int, ...] = ()
    others: tuple[TableLooked, ...] = ()

    @property
    def finding(self) -> str:
        """What the solver found, and which rows tell in words what it can't see."""
        if not self.telling:
            return self.hidden.finding
        rows = f"Row{'s' if len(self.telling) > 1 else ''} {listed(map(str, self.telling), 'and')}"
        return f"{self.hidden.finding} {rows} of the file may tell a hidden number in words."

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


@dataclass(frozen=True, slots=True)
class _Laid:
    """A table that is to be made safe, as it was read."""

    path: Path
    name: str
    rows: SheetRows
    grids: tuple[Grid, ...]
    notes: tuple[str, ...]


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
    laid = [_laid(question.path, question.sheet, name, reader, progress)]
    laid += [_laid(each.path, each.sheet, "", reader, progress) for each in question.together]
    left_out = _left_out(laid, reader, progress)
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
    own = [grid for each in laid for grid in each.grids]
    kept = [False] * len(own) + [True] * len(beside)
    hidden = hide_small([*own, *beside], rule, prover, progress.report, kept)
    is_hidden = any(kind is What.HIDDEN for grid in own for row in grid.kinds for kind in row)
    undone = attack_of([*own, *beside], rule, prover, progress.report, kept) if is_hidden else ()
    shown = masked_grids(own, hidden.cells, rule)
    made: list[TableLooked] = []
    first = 0
    for at, each in enumerate(laid):
        last = first + len(each.grids)
        others = [*shown[:first], *shown[last:], *beside]
        looked = _looked(each, others, rule, _part_of(hidden, first, last), _from_table(undone, first, last))
        made.append(replace(looked, notes=(*looked.notes, *left_out, *notes)) if at == 0 else looked)
        first = last
    return replace(made[0], others=tuple(made[1:]))


def _laid(path: Path, sheet: str | None, name: str, reader: TableReader, progress: Progress) -> _Laid:
    rows = sheet_of(path, sheet, reader, progress)
    notes = [
        f"Row {row.row} of “{name or path.name}” holds a formula whose result was never saved: open the workbook where "
        "it was made, save it, and make it safe again."
        for row in rows.rows
        if NO_RESULT in row.cells
    ]
    return _Laid(path, name or path.name, rows, tuple(read_grids(rows)), tuple(notes[:1]))


#: What is hidden in a sheet and read all the same, by the kind of its finding.
_SEEN_AGAIN: Final = {"sheet.hidden_rows": "rows", "sheet.hidden_columns": "columns"}


def _left_out(laid: Sequence[_Laid], reader: TableReader, progress: Progress) -> list[str]:
    """What else stands in the workbooks and is in no safe file."""
    notes = []
    for path in dict.fromkeys(each.path for each in laid):
        taken = {each.rows.name for each in laid if each.path == path}
        sheets, findings = reader.sheets(path, path.name, progress)
        others = [each.name for each in sheets if each.name not in taken and each.name]
        counting = [
            each.name for each in sheets if each.name in others and any(map(_has_counts, read_grids(each)))
        ]
        hidden = [each.source.sheet for each in findings if each.kind == "sheet.hidden"]
        if counting:
            notes.append(
                f"“{path.name}” holds more counts that are not in the safe file: "
                f"{listed((f'“{each}”' for each in counting), 'and')}. Make them safe together with it before they are "
                "published, for they may share totals."
            )
        if hidden:
            names = listed((f"“{each}”" for each in hidden), "and")
            notes.append(f"What is hidden in “{path.name}” is not in the safe file: {names}.")
        for each in findings:
            if each.kind in _SEEN_AGAIN and each.source.sheet in taken:
                notes.append(
                    f"The table on sheet “{each.source.sheet}” of “{path.name}” has hidden {_SEEN_AGAIN[each.kind]}, "
                    "made safe like the rest. In the safe file they are seen: take them out of the table if nobody is "
                    "to see them."
                )
    return notes


def _looked(
    laid: _Laid, beside: Sequence[Grid], rule: Rule, hidden: Hidden, undone: tuple[Undone, ...]
) -> TableLooked:
    telling = _telling(laid, hidden)
    notes = list(laid.notes)
    if telling:
        said = f"Row{'s' if len(telling) > 1 else ''} {listed(map(str, telling), 'and')} of “{laid.name}”"
        verb = "hold" if len(telling) > 1 else "holds"
        notes.append(
            f"{said} {verb} words with a number that the table hides. Words are written as they stand: read them, and "
            "take the number out."
        )
    personal = personal_in(laid.rows, laid.name)
    if personal:
        notes.append(f"“{laid.name}” holds what looks like personal data: {in_words(personal)}.")
    return TableLooked(
        laid.path,
        laid.name,
        laid.rows,
        laid.grids,
        tuple(beside),
        rule,
        hidden,
        undone,
        (*notes, *hidden.notes),
        personal,
        telling,
    )


def _part_of(hidden: Hidden, first: int, last: int) -> Hidden:
    """What is hidden in the tables from *first* to before *last*, which are counted from nought then."""
    cells = [
        replace(cell, place=cell.place._replace(table=cell.place.table - first))
        for cell in hidden.cells
        if first <= cell.place.table < last
    ]
    return replace(hidden, cells=tuple(cells))


def _from_table(undone: Sequence[Undone], first: int, last: int) -> tuple[Undone, ...]:
    return tuple(
        replace(each, place=each.place._replace(table=each.place.table - first))
        for each in undone
        if first <= each.place.table < last
    )


def _telling(laid: _Laid, hidden: Hidden) -> tuple[int, ...]:
    """The rows of the file whose words hold a count that is hidden."""
    counts = {
        value
        for cell in hidden.cells
        if (value := laid.grids[cell.place.table].rows[cell.place.row][cell.place.column].count)
    }
    figures = {
        (grid.numbers[row], column)
        for grid in laid.grids
        for row, kinds in enumerate(grid.kinds)
        for column, kind in enumerate(kinds)
        if column in grid.labels or kind is not What.TEXT
    }
    headings = {(grid.heading_row, column) for grid in laid.grids for column in range(len(grid.headings))}
    return tuple(dict.fromkeys(row for row, _ in lines_that_tell(laid.rows, counts, figures | headings)))


def personal_in(rows: SheetRows, name: str) -> tuple[Clue, ...]:
    """What looks like personal data in a table that is to be published."""
    return look_at_cells(
        SeenCell(name, rows.name, row.row, column, str(cell))
        for row in rows.rows
        for column, cell in enumerate(row.cells, start=1)
        if cell is not None
    )


@dataclass(frozen=True, slots=True)
class TableAttacked:
    """What can be worked out of a table as it is printed, and what looks like personal data in it."""

    undone: tuple[Undone, ...]
    personal: tuple[Clue, ...]


def attack(question: AttackTable, reader: TableReader, prover: Prover, progress: Progress) -> TableAttacked:
    """The answer to *question*, with what looks like personal data in the table."""
    refuse_threshold(question.threshold)
    rows = sheet_of(question.path, question.sheet, reader, progress)
    grids = read_grids(rows)
    beside = [grid for path in question.also for grid in read_grids(sheet_of(path, None, reader, progress))]
    kept = [False] * len(grids) + [True] * len(beside)
    undone = attack_of([*grids, *beside], Rule(question.threshold), prover, progress.report, kept)
    return TableAttacked(undone, personal_in(rows, question.path.name))


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
    return attack(question, tools.reader, tools.prover, tools.progress).undone


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
