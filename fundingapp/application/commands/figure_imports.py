"""Taking a file of figures in: as a table of counts, as figures of indicators, or both, in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from fundingapp.application.commands.figures import refuse_clashes
from fundingapp.application.commands.finding_again import with_earlier
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.records import SwapRecords, plain_swap, swap, topics_of_swap
from fundingapp.application.effect import Command, Effect, JournalRecord
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.areas import all_areas
from fundingapp.application.queries.figure_previews import FiguresRead, known_of, same_as
from fundingapp.application.releasing import check_clues, look_before_file
from fundingapp.application.wording import short_date
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.figure_files.deciding import decide
from fundingapp.domain.figure_files.plan import FigureChoices, FigurePlan, Standing
from fundingapp.domain.figure_imports import FigureImport, SkippedFigure
from fundingapp.domain.findings import Finding
from fundingapp.domain.ids import AreaId, FigureImportId, PerformanceTableId
from fundingapp.domain.performance import PerformanceFinding, PerformanceTable
from fundingapp.domain.places import check_area, names_of, plain_place

#: After so many rows the keeping of figures says how far it is, and may be stopped.
_STEP = 2_000


@dataclass(frozen=True, slots=True)
class ImportFigures(Command["FiguresImported"]):
    """Takes the chosen rows of a file of figures in. What is held already is left as it is, and what differs only
    takes its place where *choices* say so.

    The original is kept by its hash, but for street-level crimes: of those only the counts, the file's name and its
    hash are, because its rows tell of single crimes (bad input R01).
    """

    backed_up_before: ClassVar[str] = "the import of figures"

    read: FiguresRead
    choices: FigureChoices


@dataclass(frozen=True, slots=True)
class FiguresImported:
    """What an import did: *read* rows = *kept* + *skipped*. *counts* are those of the *table*, *new*, *same*, *changed*
    and *left* the figures of indicators; *left* ones differ, or can't stand beside what is there."""

    batch: FigureImportId
    table: PerformanceTableId | None
    read: int
    kept: int
    skipped: int
    counts: int
    new: int
    same: int
    changed: int
    left: int
    findings: tuple[Finding, ...]


def import_figures(command: ImportFigures, tools: Tools) -> Effect[FiguresImported]:
    file, copy, choices = command.read.file, command.read.copy, command.choices
    if copy is not None and not file.crimes:  # of single crimes only counts are kept
        look_before_file(tools, copy.path, file.name, f"“{file.name}”")
    with tools.open_work() as work:
        check_clues(work, () if copy is not None else file.clues, "", "What was pasted")
        tools.progress.report(0, 0, "Comparing with what is held")
        plan = decide(file, choices, known_of(work, file.layout))
        before = same_as(work, copy, file)
        if before and not choices.again:
            raise ExpectedError(
                "figures_known",
                f"“{file.name}” was {before} already.",
                "Take it in again only if it is to stand beside what it brought then.",
            )
        if plan.problems:
            raise ExpectedError(
                "figures_unsettled", f"“{file.name}”: {' '.join(plan.problems)}", "Nothing was imported."
            )
        if choices.as_at is not None and choices.as_at > tools.today:
            raise ExpectedError(
                "not_yet",
                f"{short_date(choices.as_at)} has not come yet: “{file.name}” can't be taken out of its source on it.",
                "Type the day on which it was, or leave it empty. Nothing was imported.",
            )
        made = FigureImport(
            file.name,
            copy.sha256 if copy is not None else "",
            file.layout,
            plan.read,
            plan.kept,
            len(plan.skipped),
            tools.clock(),
            tools.who,
            file.sheet,
            as_at=choices.as_at,
            source=file.publisher,
            part=file.part,
            files=file.files,
        )
        if copy is not None and made.has_original:
            tools.sources.keep(copy)
        doing = Doing(work, tools)
        batch = FigureImportId(doing.add("figure_imports", made))
        total = len(plan.skipped) + len(plan.counts) + len(plan.figures)
        done = 0

        def keep(kind: str, values: Sequence[Any]) -> None:
            nonlocal done
            for start in range(0, len(values), _STEP):
                part = values[start : start + _STEP]
                doing.add_all(kind, part)
                done += len(part)
                tools.progress.report(done, total, "Keeping the figures")

        keep("skipped_figures", [SkippedFigure(batch, row.row, row.reason, row.text) for row in plan.skipped])
        table = _keep_table(doing, command, plan, batch, keep)
        result = _keep_figures(doing, plan, batch)
        _remember_names(doing, choices)
        if table is not None and choices.replace_table and plan.earlier is not None:
            _take_away(doing, plan.earlier.id, table)
        tools.progress.report(total, total, "Keeping the figures")
        name = f"import {file.name}"
        change = doing.gathered(name)
        said = {
            "file": file.name,
            "sha256": copy.sha256 if copy is not None else "",
            "layout": file.layout.value,
            "rows_read": plan.read,
            "rows_kept": plan.kept,
            "rows_skipped": len(plan.skipped),
        }
        was, now = plain_swap(change)
        work.commit(JournalRecord("ImportFigures", name, was, now | said))
    new, same, changed, left = result
    imported = FiguresImported(
        batch,
        table,
        plan.read,
        plan.kept,
        len(plan.skipped),
        len(plan.counts),
        new,
        same,
        changed,
        left,
        file.findings,
    )
    return Effect(imported, topics_of_swap(change), name, _TurnFigures(change.inverse))


def _keep_table(
    doing: Doing,
    command: ImportFigures,
    plan: FigurePlan,
    batch: FigureImportId,
    keep: Callable[[str, Sequence[Any]], None],
) -> PerformanceTableId | None:
    if not plan.counts:
        return None
    file = command.read.file
    table = PerformanceTableId(
        doing.add(
            "performance_tables",
            PerformanceTable(
                " ".join(command.choices.table_name.split()) or file.title or file.name,
                batch,
                file.publisher,
                footnotes=file.footnotes,
                is_provisional=file.is_provisional,
            ),
        )
    )
    keep("performance_figures", [replace(each, table=table) for each in plan.counts])
    rows = {each.row for each in plan.counts}
    found = [
        PerformanceFinding(table, fault.row, fault.column, fault.printed, fault.should_be, fault.text)
        for fault in file.wrong
        if fault.row in rows or not fault.row
    ]
    earlier = [plan.earlier] if plan.earlier is not None else []
    for each in with_earlier(doing.work, found, plan.counts, earlier):
        doing.add("performance_findings", each)
    return table


def _keep_figures(doing: Doing, plan: FigurePlan, batch: FigureImportId) -> tuple[int, int, int, int]:
    """Keeps the figures of indicators; returns how many are new, the same, changed and left."""
    held = {kept.id: kept for kept in doing.work.indicator_figures.all()} if plan.figures else {}
    refuse_clashes(
        doing.work, [each.figure for each in plan.figures if each.taken and each.standing is Standing.NEW]
    )
    new = same = changed = left = 0
    for planned in plan.figures:
        made = replace(planned.figure, batch=batch)
        if planned.standing is Standing.SAME:
            same += 1
        elif not planned.taken:
            left += 1
        elif planned.held is not None:
            doing.change("indicator_figures", held[planned.held], made)
            changed += 1
        else:
            doing.add("indicator_figures", made)
            new += 1
    return new, same, changed, left


def _remember_names(doing: Doing, choices: FigureChoices) -> None:
    """Gives places the further names that a person wants remembered. Raises ExpectedError when a name means another."""
    wanted: dict[AreaId, list[str]] = {}
    for choice in choices.places:
        if choice.remember and choice.area is not None:
            wanted.setdefault(choice.area, []).append(choice.name)
    if not wanted:
        return
    areas = all_areas(doing.work)
    for kept in doing.work.areas.all():
        id = AreaId(kept.id)
        known = {plain_place(name) for name in names_of(kept.value)}
        new = [name for name in wanted.get(id, ()) if plain_place(name) not in known]
        if new:
            after = replace(kept.value, aliases=(*kept.value.aliases, *new))
            check_area(after, id, areas)
            areas[id] = after
            doing.change("areas", kept, after)


def _take_away(doing: Doing, old: PerformanceTableId, new: PerformanceTableId) -> None:
    """Takes the earlier table out; the papers that support it then support the new one."""
    work = doing.work
    for kept in work.supports.all():
        if kept.value.table == old:
            doing.change("supports", kept, replace(kept.value, table=new))
    for rows in ("performance_findings", "performance_figures"):
        doing.remove_all(rows, _of_table(work, rows, old))
    doing.remove("performance_tables", work.performance_tables.get(old))


def _of_table(work: UnitOfWork, rows: str, table: PerformanceTableId) -> list[Any]:
    return [kept for kept in getattr(work, rows).all() if kept.value.table == table]


@dataclass(frozen=True, slots=True)
class _TurnFigures(Command[None]):
    """Takes an import of figures back, or puts it in again: what is new is there before others name it, and what goes
    goes last."""

    change: SwapRecords


def _turn_figures(command: _TurnFigures, tools: Tools) -> Effect[None]:
    change = command.change
    with tools.open_work() as work:
        swap(work, SwapRecords((), (), change.added, change.name))
        swap(work, SwapRecords((), change.changed, (), change.name))
        swap(work, SwapRecords(change.removed, (), (), change.name))
        work.commit(JournalRecord("SwapRecords", change.name, *plain_swap(change)))
    return Effect(None, topics_of_swap(change), change.name, _TurnFigures(change.inverse))


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    ImportFigures: import_figures,
    _TurnFigures: _turn_figures,
}
