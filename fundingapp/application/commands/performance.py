"""Keeping published tables: taken in with every row accounted for; what is wrong in them is accepted for a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar

from fundingapp.application.commands.finding_again import with_earlier
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Kept, Tools
from fundingapp.application.queries.figure_previews import held_tables
from fundingapp.application.queries.performance import PerformanceFileRead, TableRead, places_of
from fundingapp.application.releasing import look_before_file
from fundingapp.application.wording import count
from fundingapp.domain.cells import clean_text
from fundingapp.domain.changes import Days
from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.figure_imports import FigureImport, FigureLayout, SkippedFigure
from fundingapp.domain.ids import AreaId, FigureImportId, PerformanceTableId
from fundingapp.domain.ledger import SheetRows
from fundingapp.domain.performance import PerformanceFigure, PerformanceFinding, PerformanceTable
from fundingapp.domain.printed_checks import Wrong
from fundingapp.domain.printed_totals import TotalDiffers
from fundingapp.domain.published_counts import counts_of


@dataclass(frozen=True, slots=True)
class TableChoices:
    """What a person says of a table: its *name*, the days that its headings mean, each as worded, and what it can't say
    itself. *places_down* is whether its rows are places, None to be told by the words; *family* names the members of
    the family group, separated by semicolons; *again* takes the very file in once more."""

    name: str = ""
    periods: Mapping[str, Days] = field(default_factory=dict)
    publisher: str = ""
    area: AreaId | None = None
    places_down: bool | None = None
    footnotes: str = ""
    is_provisional: bool = False
    family: str = ""
    rank_as_at: date | None = None
    as_at: date | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class ImportPerformanceTable(Command["TableImported"]):
    """Keeps the table of that *number*, from 0, of a file as published: its counts, the original by its hash, and what
    was printed that the counts do not give. Taken back by SwapRecords.

    Raises ExpectedError: ``periods_unsettled`` while the days of a heading are open, ``figures_known`` for the very
    file once more.
    """

    backed_up_before: ClassVar[str] = "the import of a published table"

    file: PerformanceFileRead
    choices: TableChoices
    number: int = 0


@dataclass(frozen=True, slots=True)
class TableImported:
    """What was kept: *read* rows of the sheet = *kept* + *skipped*."""

    batch: FigureImportId
    table: PerformanceTableId
    read: int
    kept: int
    skipped: int
    figures: int
    findings: int


@dataclass(frozen=True, slots=True)
class AcceptFinding(Command[None]):
    """Leaves a figure that was printed wrongly as it is, for a *reason*; an empty reason takes that back."""

    finding: int
    reason: str


@dataclass(frozen=True, slots=True)
class ChangePerformanceTable(Command[None]):
    """Puts *after* in place of what is said of a table: its name, footnotes, whether it can be compared, its family."""

    table: PerformanceTableId
    after: PerformanceTable


@dataclass(frozen=True, slots=True)
class MoveTablePeriod(Command[None]):
    """Says that the counts of *was* in a table are those of *becomes*."""

    table: PerformanceTableId
    was: Days
    becomes: Days


@dataclass(frozen=True, slots=True)
class RemovePerformanceTable(Command[None]):
    """Takes a table out with its counts and findings; the papers stay where others rest on them."""

    table: PerformanceTableId


def import_table(command: ImportPerformanceTable, tools: Tools) -> Effect[TableImported]:
    chosen, choices = command.file.tables[command.number], command.choices
    days = _settled(chosen, choices)
    copy = command.file.read.copy
    counts = (
        chosen.counts
        if choices.places_down is None
        else counts_of(chosen.table, chosen.check, choices.places_down)
    )
    sheet = next(each for each in command.file.read.sheets if each.name == chosen.table.sheet)
    look_before_file(tools, copy.path, command.file.name, f"“{command.file.name}”")
    with tools.open_work() as work:
        if command.file.same_as and not choices.again:
            raise ExpectedError(
                "figures_known",
                f"“{command.file.name}” was {command.file.same_as} already.",
                "Take it in again only if it is to stand beside what it brought then.",
            )
        tools.sources.keep(copy)
        doing = Doing(work, tools)
        skipped = tuple(_skipped(sheet, chosen, {each.row for each in counts}))
        kept = len(sheet.rows) - len(skipped)
        batch = FigureImportId(
            doing.add(
                "figure_imports",
                FigureImport(
                    command.file.name,
                    copy.sha256,
                    FigureLayout.PERFORMANCE,
                    len(sheet.rows),
                    kept,
                    len(skipped),
                    tools.clock(),
                    tools.who,
                    sheet.name,
                    choices.as_at,
                    choices.publisher.strip(),
                ),
            )
        )
        for row, reason, text in skipped:
            doing.add("skipped_figures", SkippedFigure(batch, row, reason, text))
        name = " ".join(choices.name.split()) or chosen.name or command.file.name
        table = PerformanceTableId(
            doing.add(
                "performance_tables",
                PerformanceTable(
                    name,
                    batch,
                    choices.publisher.strip(),
                    choices.area,
                    choices.footnotes.strip() or "\n".join(chosen.table.notes),
                    choices.is_provisional,
                    family=choices.family.strip(),
                    rank_as_at=choices.rank_as_at,
                ),
            )
        )
        places = places_of(work)
        earlier = held_tables(work, FigureLayout.PERFORMANCE)
        figures = []
        for each in counts:
            period = days[each.period]
            figures.append(
                PerformanceFigure(
                    table,
                    each.category or name,
                    each.place,
                    period.first,
                    period.last,
                    each.count,
                    _place(places.find, each.place, period.last),
                    each.sort,
                    each.hidden,
                    each.target,
                    each.rank,
                    each.rank_of,
                    each.footnote,
                    each.row,
                    each.column,
                )
            )
        doing.add_all("performance_figures", figures)
        told: tuple[Wrong | TotalDiffers, ...] = (*chosen.check.wrong, *chosen.check.totals)
        findings = [
            PerformanceFinding(table, each.row, each.column, each.printed, each.should_be, each.text)
            for each in told
        ]
        for finding in with_earlier(work, findings, figures, earlier):
            doing.add("performance_findings", finding)
        result = TableImported(batch, table, len(sheet.rows), kept, len(skipped), len(counts), len(told))
        return doing.commit("ImportPerformanceTable", f"take in the table {name}", result)


def _place(find: Callable[[str, date], AreaId | None], name: str, day: date) -> AreaId | None:
    """The place of ours that *name* is, by any of its names; “Beat 56 Covers, …” is Beat 56."""
    if not name:
        return None
    return find(name, day) or find(name.partition(" Covers")[0].strip(" ,"), day)


def _settled(chosen: TableRead, choices: TableChoices) -> dict[str, Days]:
    """The days of each heading. Raises ExpectedError while any is open, or two headings mean the same days."""
    days = {each.text: each.days for each in chosen.periods if each.is_sure and each.days is not None}
    days |= dict(choices.periods)
    missing = [each for each in chosen.periods if each.text not in days]
    if missing:
        raise ExpectedError(
            "periods_unsettled",
            " ".join(each.why for each in missing),
            f"Say which days are meant by {listed((f'“{each.text}”' for each in missing), 'and')}.",
        )
    for one in chosen.periods:
        for other in chosen.periods:
            if one.text < other.text and days[one.text] == days[other.text]:
                raise ExpectedError(
                    "periods_alike",
                    f"“{one.text}” and “{other.text}” would both mean {days[one.text].in_words}.",
                    "Correct the days of one of them.",
                )
    return days


def _skipped(sheet: SheetRows, chosen: TableRead, kept: set[int]) -> list[tuple[int, str, str]]:
    """The rows of the sheet that give no count, each with its reason and its text."""
    own = {row.row: row for row in chosen.table.rows}
    headings = range(chosen.table.heading_row, min(own, default=0)) if chosen.table.heading_row else range(0)
    found = []
    for row in sheet.rows:
        if row.row in kept:
            continue
        text = " | ".join(clean_text(cell) for cell in row.cells if clean_text(cell))[:200]
        if row.row in headings:
            reason = "headings"
        elif row.row in own:
            reason = "worked out of other rows"
        elif min(own) < row.row < max(own):
            reason = "a note between the rows"
        else:
            reason = "above or below the table"
        found.append((row.row, reason, text))
    return found


def accept_finding(command: AcceptFinding, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.performance_findings.get(command.finding)
        doing = Doing(work, tools)
        reason = " ".join(command.reason.split())
        if not reason and not kept.value.accepted:
            raise ExpectedError(
                "no_reason",
                "A figure that was printed wrongly is accepted for a reason.",
                "Say why it is left so.",
            )
        doing.change("performance_findings", kept, replace(kept.value, accepted=reason))
        what = f"{kept.value.printed} in row {kept.value.row}"
        return doing.commit("AcceptFinding", f"accept {what}" if reason else f"no longer accept {what}")


def change_table(command: ChangePerformanceTable, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.performance_tables.get(command.table)
        name = " ".join(command.after.name.split())
        if not name:
            raise ExpectedError("no_name", "A table needs a name.", "Type one.")
        doing = Doing(work, tools)
        doing.change("performance_tables", kept, replace(command.after, name=name, batch=kept.value.batch))
        return doing.commit("ChangePerformanceTable", f"change the table {name}")


def move_period(command: MoveTablePeriod, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        table = work.performance_tables.get(command.table).value
        own = [kept for kept in work.performance_figures.all() if kept.value.table == command.table]
        moved = [
            kept
            for kept in own
            if (kept.value.first, kept.value.last) == (command.was.first, command.was.last)
        ]
        if not moved:
            raise ExpectedError(
                "no_period",
                f"“{table.name}” has no counts of {command.was.in_words}.",
                "Choose one that it has.",
            )
        if command.was != command.becomes and any(
            (kept.value.first, kept.value.last) == (command.becomes.first, command.becomes.last)
            for kept in own
        ):
            raise ExpectedError(
                "periods_alike",
                f"“{table.name}” has counts of {command.becomes.in_words} already.",
                "Correct those first.",
            )
        doing = Doing(work, tools)
        for kept in moved:
            doing.change(
                "performance_figures",
                kept,
                replace(kept.value, first=command.becomes.first, last=command.becomes.last),
            )
        said = f"{count(len(moved), 'count')} of {table.name} are of {command.becomes.in_words}"
        return doing.commit("MoveTablePeriod", said)


def remove_table(command: RemovePerformanceTable, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.performance_tables.get(command.table)
        name, batch = kept.value.name, kept.value.batch
        if any(each.value.table == command.table for each in work.supports.all()):
            raise ExpectedError(
                "has_papers",
                f"Papers support the table {name}.",
                "Take them off it first; they stay in the file.",
            )
        doing = Doing(work, tools)
        for rows in ("performance_findings", "performance_figures"):
            for each in getattr(work, rows).all():
                if each.value.table == command.table:
                    doing.remove(rows, each)
        doing.remove("performance_tables", kept)
        others: list[Kept[Any]] = [
            *(each for each in work.performance_tables.all() if each.value.batch == batch),
            *(each for each in work.indicator_figures.all() if each.value.batch == batch),
        ]
        if batch is not None and not others:
            for skipped in work.skipped_figures.all():
                if skipped.value.batch == batch:
                    doing.remove("skipped_figures", skipped)
            doing.remove("figure_imports", work.figure_imports.get(batch))
        return doing.commit("RemovePerformanceTable", f"take out the table {name}")


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    ImportPerformanceTable: import_table,
    AcceptFinding: accept_finding,
    ChangePerformanceTable: change_table,
    MoveTablePeriod: move_period,
    RemovePerformanceTable: remove_table,
}
