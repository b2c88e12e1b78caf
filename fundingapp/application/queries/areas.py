"""Places and what is in them; which projects a district has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.wording import count
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.ids import AreaId, ProjectId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.places import AreaShare, ParsedPlaces, Places, parse_places, serves
from fundingapp.domain.priorities import Split


@dataclass(frozen=True, slots=True)
class AllPlaces(Question["tuple[PlaceAnswer, ...]"]):
    """Every place, each below the one that it lies in."""


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """A place; *depth* counts how many places it lies in, *uses* says what rests on it."""

    kept: Kept[Area]
    depth: int
    parent: str
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuggestPlaces(Question["tuple[str, ...]"]):
    """Places that *text* may become, best first."""

    text: str
    limit: int = 8


@dataclass(frozen=True, slots=True)
class ReadPlaces(Question[ParsedPlaces]):
    """What a list of places holds."""

    path: Path


@dataclass(frozen=True, slots=True)
class ProjectsIn(Question["ProjectsInAnswer"]):
    """The projects of *year* that serve the place *area* or one in it."""

    area: AreaId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class ProjectsInAnswer:
    """*partly* are those of which only a share goes there; they are among *projects*. *unplaced* counts the projects
    whose area names no known place."""

    area: str
    projects: frozenset[ProjectId]
    partly: frozenset[ProjectId]
    unplaced: int


def all_areas(work: UnitOfWork) -> dict[AreaId, Area]:
    """The places of the file by their identities."""
    return {AreaId(kept.id): kept.value for kept in work.areas.all()}


def area_uses(work: UnitOfWork, area: AreaId) -> tuple[str, ...]:
    """What rests on a place, in words."""
    refs = {kept.id: kept.value.ref for kept in work.projects.all()}
    found = [f"{kept.value.name} lies in it" for kept in work.areas.all() if kept.value.parent == area]
    found += [
        f"{refs[kept.value.project]} has a share of {kept.value.year} there"
        for kept in work.shares.all()
        if kept.value.area == area
    ]
    found += [
        f"the indicator “{kept.value.name}” is of it"
        for kept in work.indicators.all()
        if kept.value.area == area
    ]
    measured = sum(kept.value.area == area for kept in work.indicator_figures.all())
    counted = sum(kept.value.area == area for kept in work.performance_figures.all())
    for number, one, more in (
        (measured, "figure of an indicator", "figures of indicators"),
        (counted, "count of a table", "counts of tables"),
    ):
        found += [f"{count(number, one, more)} {'is' if number == 1 else 'are'} of it"] if number else []
    return tuple(dict.fromkeys(found))


def answer_places(question: AllPlaces, tools: Tools) -> tuple[PlaceAnswer, ...]:
    with tools.open_work(reading=True) as work:
        kept = {AreaId(each.id): each for each in work.areas.all()}
        areas = {id: each.value for id, each in kept.items()}
        return tuple(
            PlaceAnswer(
                kept[id],
                depth,
                areas[parent].name if (parent := areas[id].parent) is not None else "",
                area_uses(work, id),
            )
            for depth, id in Places(areas).outermost_first()
        )


def answer_suggest(question: SuggestPlaces, tools: Tools) -> tuple[str, ...]:
    with tools.open_work(reading=True) as work:
        return Places(all_areas(work)).suggest(question.text, question.limit)


def answer_read(question: ReadPlaces, tools: Tools) -> ParsedPlaces:
    headings, rows = tools.reader.plain(question.path)
    return parse_places(headings, rows, question.path.name)


def answer_projects_in(question: ProjectsIn, tools: Tools) -> ProjectsInAnswer:
    with tools.open_work(reading=True) as work:
        areas = all_areas(work)
        name = work.areas.get(question.area).value.name
        places = Places(areas)
        inside = places.within(question.area)
        shares: dict[ProjectId, list[AreaShare]] = {}
        for share in (kept.value for kept in work.shares.all()):
            if share.split is Split.AREA and share.area is not None and share.year == question.year:
                shares.setdefault(share.project, []).append(AreaShare(share.year, share.area))
        found, partly, unplaced = set(), set(), 0
        for kept in work.projects.all():
            project, theirs = ProjectId(kept.id), shares.get(ProjectId(kept.id), [])
            if serves(places, inside, kept.value.area, theirs, question.year):
                found.add(project)
                named = [share.area for share in theirs] or list(places.find_all(kept.value.area))
                if any(area not in inside for area in named):
                    partly.add(project)
            elif not theirs and not places.find_all(kept.value.area):
                unplaced += 1
        return ProjectsInAnswer(name, frozenset(found), frozenset(partly), unplaced)


def districts_of(work: UnitOfWork) -> tuple[tuple[AreaId, str], ...]:
    """The districts to choose from, by their names."""
    found = [(kept.value.name, AreaId(kept.id)) for kept in work.areas.all()]
    kinds = {AreaId(kept.id): kept.value.kind for kept in work.areas.all()}
    return tuple((id, name) for name, id in sorted(found) if kinds[id] is AreaKind.DISTRICT)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    AllPlaces: answer_places,
    SuggestPlaces: answer_suggest,
    ReadPlaces: answer_read,
    ProjectsIn: answer_projects_in,
}
