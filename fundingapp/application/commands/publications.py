"""Publishing a table whose small numbers are hidden: it is written, read back, attacked, and only then kept (R40)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import SafeTable, SafeTableWriter, TableReader, Tools
from fundingapp.application.progress import Progress
from fundingapp.application.queries.publications import LookAtTable, TableLooked, look_at_table
from fundingapp.application.wording import count
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, PerformanceTableId
from fundingapp.domain.printed_counts import Grid, read_grids
from fundingapp.domain.publications import Publication
from fundingapp.domain.safe_tables import Why
from fundingapp.domain.small_numbers import Prover
from fundingapp.domain.table_attacks import Undone, undo


@dataclass(frozen=True, slots=True)
class PublishSafeTable(Command["Published"]):
    """Writes the table of *path*, or of a kept *table*, to *out* with its small numbers hidden, and keeps that.

    *series* names what it is published in: what was published in it before is protected together with it. *reason*
    says why it is published so. Raises ExpectedError ``can_be_undone`` when something could be worked out; then nothing
    is written. Taken back by SwapRecords: the file that was written stays where it is.
    """

    path: Path
    out: Path
    series: str
    reason: str
    sheet: str | None = None
    threshold: int | None = None
    also: tuple[Path, ...] = ()
    fund: FundId | None = None
    table: PerformanceTableId | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the row's identity, where it was written, and how much is hidden."""

    id: int
    out: Path
    primary: int
    secondary: int
    finding: str


def refuse_exposed(name: str, exposed: tuple[Undone, ...]) -> None:
    """Raises ExpectedError when anything that is hidden could be worked out."""
    if not exposed:
        return
    first = exposed[0]
    more = f" and {len(exposed) - 1:,} more" if len(exposed) > 1 else ""
    raise ExpectedError(
        "can_be_undone",
        f"“{name}” can't be made safe: {first.label}, {first.column} {first.in_words}{more}. {first.how} Nothing was "
        "written.",
        "Put rows or columns together so that they count more, leave out the total or the table beside it that gives "
        "the count away, or publish this table for a longer time.",
    )


def refuse_same_file(paths: Sequence[Path], outs: Sequence[Path]) -> None:
    """Raises ExpectedError for a safe table in the place of one with the counts, or of another safe one."""
    for at, out in enumerate(outs):
        if any(out.exists() and path.exists() and out.samefile(path) for path in paths):
            raise ExpectedError(
                "same_file",
                f"“{out.name}” is the table with the small numbers itself.",
                "Give the safe table another name; the counts are still needed.",
            )
        if any(out.absolute() == other.absolute() for other in outs[:at]):
            raise ExpectedError(
                "same_file",
                f"Two safe tables would be written to “{out.name}”.",
                "Give each of them a name of its own.",
            )


def write_safely(
    looked: TableLooked,
    path: Path,
    out: Path,
    reader: TableReader,
    write: SafeTableWriter,
    prover: Prover,
    progress: Progress,
) -> None:
    """Writes what *looked* found to *out*, unless what is then read back from it could be undone. Raises ExpectedError;
    a file that stood there is then as it was."""
    refuse_exposed(looked.name, looked.hidden.exposed)
    refuse_same_file([path], [out])

    def prove(beside: Path) -> None:
        sheets, _ = reader.sheets(beside, out.name, progress)
        grids = read_grids(sheets[0]) if sheets else []
        kept = [False] * len(grids) + [True] * len(looked.beside)
        both = [*grids, *looked.beside]
        found = undo(both, looked.rule, prover, progress.report, kept)
        if found and [_shape(grid) for grid in grids] == [_shape(grid) for grid in looked.grids]:
            # Somebody who does not know the counts may read more into what is left than there is, and be wrong.
            truth = [*looked.grids, *looked.beside]
            found = undo(both, looked.rule, prover, progress.report, kept, truth)
        refuse_exposed(out.name, found)

    is_marked = bool(looked.hidden.cells)
    write(SafeTable(looked.rows, looked.marks, looked.rule.key if is_marked else "", path), out, prove)


def _shape(grid: Grid) -> tuple[int, int]:
    return len(grid.rows), len(grid.headings)


def publish_safe_table(command: PublishSafeTable, tools: Tools) -> Effect[Published]:
    series, reason = command.series.strip(), command.reason.strip()
    if not series or not reason:
        raise ExpectedError(
            "publication_unnamed",
            "A safe table is published in something and for a reason: both are kept with it.",
            "Say what it is published in, such as “Strategic assessment 2018”, and why.",
        )
    looked = look_at_table(
        LookAtTable(
            command.path,
            command.sheet,
            command.threshold,
            command.also,
            series,
            command.fund,
            command.table,
        ),
        tools,
    )
    write_safely(
        looked, looked.path, command.out, tools.reader, tools.write_safe_table, tools.prover, tools.progress
    )
    hidden = looked.hidden
    copy = tools.sources.take_copy(command.out)
    with tools.open_work() as work:
        tools.sources.keep(copy)
        doing = Doing(work, tools)
        publication = Publication(
            command.out.name,
            series,
            copy.sha256,
            copy.size,
            looked.rule.threshold,
            hidden.of(Why.PRIMARY),
            hidden.of(Why.SECONDARY),
            looked.finding,
            reason,
            tools.clock(),
            tools.who,
        )
        id = doing.add("publications", publication)
        made = Published(id, command.out, publication.primary, publication.secondary, looked.finding)
        said = f"publish “{publication.name}” in {series} with {count(len(hidden.cells), 'figure')} hidden"
        return doing.commit("PublishSafeTable", said, made, reason=reason)


#: Which function carries out which command.
HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {PublishSafeTable: publish_safe_table}
