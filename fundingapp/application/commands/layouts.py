"""Remembering what the columns of a shape of download mean, so that it is asked only once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Command, Effect, JournalRecord, Topic, nothing_done
from fundingapp.application.ports import Kept, SavedLayout, Tools, UnitOfWork
from fundingapp.application.wording import count, plain
from fundingapp.domain.errors import ChangedMeanwhileError, ExpectedError, NotFoundError
from fundingapp.domain.layout_files import LONGEST_NAME, fingerprint, why_not_usable
from fundingapp.domain.layouts import Layout

#: What asks for no layout at all.
AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class RememberLayout(Command[int]):
    """Keeps *layout* for downloads of its shape, in place of what was kept for that shape; gives its number.

    Taken back by TurnLayouts.
    """

    layout: Layout


@dataclass(frozen=True, slots=True)
class RenameLayout(Command[None]):
    """Gives a remembered layout a name, or (*name* "") takes it away. Taken back by TurnLayouts."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ForgetLayout(Command[None]):
    """Forgets a layout: the next download of its shape is told by its own evidence. Taken back by TurnLayouts."""

    id: int


@dataclass(frozen=True, slots=True)
class ExportLayout(Command[Path]):
    """Writes a layout to a file of its own at *out*; the funding file stays as it is."""

    layout: Layout
    out: Path


@dataclass(frozen=True, slots=True)
class LayoutTurn:
    """What stood under a number and what stands there now; None for nothing."""

    id: int
    before: SavedLayout | None
    after: SavedLayout | None

    @property
    def back(self) -> LayoutTurn:
        return LayoutTurn(self.id, self.after, self.before)


@dataclass(frozen=True, slots=True)
class TurnLayouts(Command[None]):
    """Puts the *after* of each turn in place of its *before*; refused when it is no longer there. Its own inverse."""

    turns: tuple[LayoutTurn, ...]
    name: str


def saved(layout: Layout, tools: Tools) -> SavedLayout:
    """*layout* as the one who is at work confirms it now. Raises ExpectedError when it can't be used."""
    if problem := why_not_usable(layout.meanings):
        raise ExpectedError("layout_unusable", problem, "Choose what the columns mean; nothing was changed.")
    name = " ".join(layout.name.split())
    if len(name) > LONGEST_NAME:
        raise ExpectedError(
            "layout_name",
            f"A layout's name can have {LONGEST_NAME} letters, this one has {len(name)}.",
            "Give it a shorter name.",
        )
    if name.casefold() == AUTOMATIC:
        raise ExpectedError(
            "layout_name",
            f"“{name}” is what asks for no layout, so no layout can have that name.",
            "Give it another name.",
        )
    return SavedLayout(
        name=name,
        system=layout.system,
        headings=tuple(" ".join(heading.split()) for heading in layout.headings),
        meanings=layout.meanings,
        shape=fingerprint(layout.shape),
        confirmed_by=tools.who,
        confirmed_at=tools.clock(),
    )


def remember(work: UnitOfWork, layouts: Iterable[Layout], tools: Tools) -> tuple[LayoutTurn, ...]:
    """Keeps each of *layouts* for its shape, and says what that changed; what was known so is left as it is.

    A layout without a name keeps the name that its shape has already.
    """
    kept = {entry.value.shape: entry for entry in work.layouts.all()}
    turns = []
    for layout in layouts:
        new = saved(layout, tools)
        old = kept.get(new.shape)
        if old is not None:
            new = replace(new, name=new.name or old.value.name, system=new.system or old.value.system)
        _refuse_taken_name(new.name, [entry for entry in kept.values() if entry.value.shape != new.shape])
        if old is None:
            id = work.layouts.add(new)
            turns.append(LayoutTurn(id, None, new))
            kept[new.shape] = work.layouts.get(id)
        elif (new.name, new.system, new.meanings) != (
            old.value.name,
            old.value.system,
            old.value.meanings,
        ):
            work.layouts.replace(old, new)
            turns.append(LayoutTurn(old.id, old.value, new))
            kept[new.shape] = work.layouts.get(old.id)
    return tuple(turns)


def turn_over(work: UnitOfWork, turns: Iterable[LayoutTurn]) -> None:
    """Carries *turns* out. Raises ChangedMeanwhileError when something else stands there by now."""
    for entry in turns:
        if entry.before is None:
            if entry.after is not None:
                work.layouts.add(entry.after, entry.id)
            continue
        kept = next((row for row in work.layouts.all() if row.id == entry.id), None)
        if kept is None or kept.value != entry.before:
            raise ChangedMeanwhileError("The layout")
        if entry.after is None:
            work.layouts.remove(kept)
        else:
            work.layouts.replace(kept, entry.after)


def named(work: UnitOfWork, name: str) -> Kept[SavedLayout] | None:
    """The remembered layout of that name, whatever its case; None when there is none."""
    wanted = " ".join(name.split()).casefold()
    found = (kept for kept in work.layouts.all() if kept.value.name.casefold() == wanted)
    return next(found, None) if wanted else None


def _refuse_taken_name(name: str, others: Iterable[Kept[SavedLayout]]) -> None:
    if name and any(kept.value.name.casefold() == name.casefold() for kept in others):
        raise ExpectedError(
            "layout_name_taken",
            f"Another layout of this file is called “{name}” already.",
            "Give it another name, or forget the other one first.",
        )


def remember_layout(command: RememberLayout, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        turns = remember(work, [command.layout], tools)
        title = command.layout.name or count(len(command.layout.headings), "column")
        name = f"remember the layout {title}"
        if not turns:
            shape = fingerprint(command.layout.shape)
            there = next(kept.id for kept in work.layouts.all() if kept.value.shape == shape)
            return nothing_done(name, there)
        work.commit(_record("RememberLayout", name, turns))
    return Effect(turns[0].id, Topic.LAYOUTS, name, TurnLayouts(_back(turns), name))


def rename_layout(command: RenameLayout, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = _layout(work, command.id)
        renamed = saved(replace(kept.value.layout, name=command.name), tools)
        after = replace(kept.value, name=renamed.name)
        _refuse_taken_name(after.name, [entry for entry in work.layouts.all() if entry.id != kept.id])
        name = f"call the layout {after.name}" if after.name else f"take the name {kept.value.name} away"
        if after == kept.value:
            return nothing_done(name)
        turns = (LayoutTurn(kept.id, kept.value, after),)
        work.layouts.replace(kept, after)
        work.commit(_record("RenameLayout", name, turns))
    return Effect(None, Topic.LAYOUTS, name, TurnLayouts(_back(turns), name))


def forget_layout(command: ForgetLayout, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = _layout(work, command.id)
        name = f"forget the layout {kept.value.name}".strip()
        turns = (LayoutTurn(kept.id, kept.value, None),)
        turn_over(work, turns)
        work.commit(_record("ForgetLayout", name, turns))
    return Effect(None, Topic.LAYOUTS, name, TurnLayouts(_back(turns), name))


def turn_layouts(command: TurnLayouts, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        turn_over(work, command.turns)
        work.commit(_record("TurnLayouts", command.name, command.turns))
    return Effect(None, Topic.LAYOUTS, command.name, TurnLayouts(_back(command.turns), command.name))


def export_layout(command: ExportLayout, tools: Tools) -> Effect[Path]:
    tools.write_layout(command.layout, command.out)
    return nothing_done(f"export {command.out.name}", command.out)


def _layout(work: UnitOfWork, id: int) -> Kept[SavedLayout]:
    found = next((kept for kept in work.layouts.all() if kept.id == id), None)
    if found is None:
        raise NotFoundError("layout", f"number {id}", "It may have been forgotten meanwhile.")
    return found


def _back(turns: tuple[LayoutTurn, ...]) -> tuple[LayoutTurn, ...]:
    return tuple(entry.back for entry in reversed(turns))


def _record(command: str, name: str, turns: tuple[LayoutTurn, ...]) -> JournalRecord:
    return JournalRecord(
        command,
        name,
        {"layouts": [{"id": entry.id, "layout": plain(entry.before)} for entry in turns]},
        {"layouts": [{"id": entry.id, "layout": plain(entry.after)} for entry in turns]},
    )


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    RememberLayout: remember_layout,
    RenameLayout: rename_layout,
    ForgetLayout: forget_layout,
    ExportLayout: export_layout,
    TurnLayouts: turn_layouts,
}
