"""Places: districts, wards and beats with all their names, one by one or from a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.commands.records import (
    Changed,
    ChangeRecord,
    Record,
    RemoveRecords,
    SwapInTurn,
    SwapRecords,
    add_all,
    change_record,
    plain_swap,
    remove_records,
    swap,
    topics_of,
    topics_of_swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic
from fundingapp.application.ports import Tools
from fundingapp.application.queries.areas import all_areas, area_uses
from fundingapp.application.wording import count, plain
from fundingapp.domain.areas import Area
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import AreaId
from fundingapp.domain.places import ParsedPlaces, PlaceLine, Places, check_area, plain_place

#: The district filter stands on the places.
_SHOWN = Topic.PROJECTS


@dataclass(frozen=True, slots=True)
class AddArea(Command[AreaId]):
    """A new place. Refused when a name of it means another place at the same time. Taken back by RemoveRecords."""

    area: Area


@dataclass(frozen=True, slots=True)
class ChangeArea(Command[None]):
    """Puts *after* in place of *before*, under the same rules. Its own inverse."""

    id: AreaId
    before: Area
    after: Area


@dataclass(frozen=True, slots=True)
class RemoveArea(Command[None]):
    """Takes a place out on which nothing rests; else refused with what does. Taken back by AddRecords."""

    id: AreaId


@dataclass(frozen=True, slots=True)
class AddAreas(Command["AreasAdded"]):
    """The places of a list, all or none: new ones are added; of one that is known by one of its names, the names that
    it lacks are added, and a code or parent where it has none. Taken back by SwapRecords."""

    places: ParsedPlaces
    file_name: str


@dataclass(frozen=True, slots=True)
class AreasAdded:
    """How many places of the list were new, were given more, and were as they are already."""

    added: int
    changed: int
    unchanged: int


def _tidied(area: Area) -> Area:
    names = {plain_place(area.name), plain_place(area.code)}
    aliases = []
    for alias in (" ".join(each.split()) for each in area.aliases):
        if plain_place(alias) and plain_place(alias) not in names:
            names.add(plain_place(alias))
            aliases.append(alias)
    return replace(area, name=" ".join(area.name.split()), code=area.code.strip(), aliases=tuple(aliases))


def add_area(command: AddArea, tools: Tools) -> Effect[AreaId]:
    area = _tidied(command.area)
    name = f"add {area.name}"
    with tools.open_work() as work:
        if area.parent is not None:
            work.areas.get(area.parent)
        check_area(area, None, all_areas(work))
        made = add_all(work, [("areas", area)])
        work.commit(JournalRecord("AddArea", name, {}, {"added": plain(made)}))
    return Effect(AreaId(made[0].id), topics_of(made) | _SHOWN, name, RemoveRecords(made, name))


def change_area(command: ChangeArea, tools: Tools) -> Effect[None]:
    after = _tidied(command.after)
    with tools.open_work(reading=True) as work:
        if after.parent is not None:
            work.areas.get(after.parent)
        check_area(after, command.id, all_areas(work))
    effect = change_record(
        ChangeRecord("areas", command.id, command.before, after, f"change {after.name}"), tools
    )
    return replace(effect, changed=effect.changed | _SHOWN)


def remove_area(command: RemoveArea, tools: Tools) -> Effect[None]:
    with tools.open_work(reading=True) as work:
        area = work.areas.get(command.id).value
        uses = area_uses(work, command.id)
    if uses:
        raise ExpectedError(
            "in_use",
            f"{area.name} can't be removed: {', '.join(uses)}.",
            "Give it a last day instead, or move what rests on it first.",
        )
    effect = remove_records(RemoveRecords((Record("areas", command.id, area),), f"remove {area.name}"), tools)
    return replace(effect, changed=effect.changed | _SHOWN)


def add_areas(command: AddAreas, tools: Tools) -> Effect[AreasAdded]:
    parsed = command.places
    if parsed.errors:
        more = f" ({len(parsed.errors) - 1} more like it)" if len(parsed.errors) > 1 else ""
        raise ExpectedError(
            "places_findings",
            f"“{command.file_name}” can't be used: {parsed.errors[0].text}{more}",
            "Correct the list and read it again; nothing has been recorded.",
        )
    if not parsed.places:
        raise ExpectedError(
            "places_empty", f"“{command.file_name}” holds no place.", "Give a list with a row for each place."
        )
    name = f"add {count(len(parsed.places), 'place')} from {command.file_name}"
    unchanged = 0
    with tools.open_work() as work:
        before = all_areas(work)
        now = dict(before)
        new: dict[AreaId, Area] = {}
        # Parents may stand below what lies in them, so every place is there before any is put into another.
        ids: list[tuple[PlaceLine, AreaId]] = []
        for line in parsed.places:
            known = Places(now)
            id = known.find(line.name) or (known.find(line.code) if line.code else None)
            if id is None:
                id = AreaId(max([*now, 0]) + 1)
                new[id] = now[id] = _tidied(Area(line.name, line.kind, line.code, None, line.aliases))
            else:
                held = now[id]
                merged = replace(held, aliases=(*held.aliases, line.name, *line.aliases))
                now[id] = _tidied(replace(merged, code=held.code or line.code))
            ids.append((line, id))
        known = Places(now)
        for line, id in ids:
            if line.parent and now[id].parent is None:
                parent = known.find(line.parent)
                if parent is None:
                    raise ExpectedError(
                        "places_parent",
                        f"Row {line.row:,} of “{command.file_name}” puts {line.name} into “{line.parent}”, which is no "
                        "place in the list or in this file.",
                        "Add that place to the list; nothing has been recorded.",
                    )
                now[id] = replace(now[id], parent=parent)
        for line, id in ids:
            try:
                check_area(now[id], id, now)
            except ExpectedError as refused:
                raise ExpectedError(
                    refused.code,
                    f"Row {line.row:,} of “{command.file_name}”: {refused.message}",
                    f"{refused.advice} Nothing has been recorded.",
                ) from None
        changed = []
        for id in dict.fromkeys(id for _, id in ids):
            if id in new:
                continue
            if now[id] == before[id]:
                unchanged += 1
            else:
                changed.append(Changed("areas", id, before[id], now[id]))
        added = tuple(Record("areas", id, now[id]) for id in _parents_first(new, now))
        change = SwapRecords((), (), added, name)
        swap(work, change)
        swap(work, SwapRecords((), tuple(changed), (), name))
        change = SwapRecords((), tuple(changed), added, name)
        work.commit(JournalRecord("AddAreas", name, *plain_swap(change)))
    result = AreasAdded(len(new), len(changed), unchanged)
    return Effect(result, topics_of_swap(change) | _SHOWN, name, SwapInTurn(change.inverse, _SHOWN))


def _parents_first(new: dict[AreaId, Area], now: dict[AreaId, Area]) -> list[AreaId]:
    """The new places in an order in which each comes after the one that it lies in."""
    found: list[AreaId] = []

    def put(id: AreaId) -> None:
        parent = now[id].parent
        if parent in new and parent not in found:
            put(parent)
        if id not in found:
            found.append(id)

    for id in new:
        put(id)
    return found


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddArea: add_area,
    ChangeArea: change_area,
    RemoveArea: remove_area,
    AddAreas: add_areas,
}
