"""Making one project of two that are the same, such as “Detached Work” and “Detached Work Youth Work”; refused while
money is open on the one that goes (bad-inputs L07)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.commands.records import TOPICS, Changed, Record, current, rows_of
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic
from fundingapp.application.ports import LineFilter, Tools, UnitOfWork
from fundingapp.application.wording import count, plain
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Project
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.matching import may_charge

#: What goes over to the other project as it is.
_GOING_OVER = (
    "bids",
    "awards",
    "carry_forwards",
    "settlements",
    "conditions",
    "contacts",
    "match_funding",
    "posts",
    "outcomes",
    "indicators",
    "milestones",
    "sentences",
    "supports",
)
#: What stays with what was spent, planned or stated, with what one of it is called.
_OPEN = (
    ("accruals", "accrual"),
    ("adjustments", "adjustment"),
    ("claim_lines", "claim line"),
    ("forecasts", "forecast"),
    ("forecasts_kept", "forecast that was kept"),
    ("profiles", "profile"),
    ("shares", "share of the plan"),
    ("variance_reasons", "reason of a variance"),
)
#: So many ledger lines are named.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class MergeProjects(Command[None]):
    """Gives the bids, awards, carry-forwards, settlements, conditions, contacts, match funding, posts,
    papers and the results chain of *project* to *into*, and takes *project* out. Taken back by TakeApart.

    Refused, with the list, while anything was charged, accrued, moved, claimed, stated or planned on *project*.
    """

    project: ProjectId
    into: ProjectId


@dataclass(frozen=True, slots=True)
class TakeApart(Command[None]):
    """Puts a merged project back with what was its own; refused when that changed since. Taken back by
    MergeProjects."""

    merged: MergeProjects
    gone: Project
    changed: tuple[Changed, ...]
    name: str


def merge_projects(command: MergeProjects, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        gone, stays = work.projects.get(command.project), work.projects.get(command.into)
        if gone.id == stays.id:
            raise ExpectedError(
                "same_project", f"{gone.value.ref} can't be merged with itself.", "Choose two projects."
            )
        found = open_on(work, command.project)
        if found:
            raise ExpectedError(
                "still_open",
                f"{gone.value.ref} can't become part of {stays.value.ref}: it has {'; '.join(found)}.",
                f"Put these on {stays.value.ref} or take them out first; nothing was changed.",
            )
        changed = []
        for kind in _GOING_OVER:
            for kept in rows_of(work, kind).all():
                if kept.value.project == gone.id:
                    after = replace(kept.value, project=command.into)
                    rows_of(work, kind).replace(kept, after)
                    changed.append(Changed(kind, kept.id, kept.value, after))
        work.projects.remove(gone)
        name = f"merge {gone.value.ref} into {stays.value.ref}"
        work.commit(
            JournalRecord(
                "MergeProjects",
                name,
                {"project": plain(gone.value), "id": gone.id},
                {"into": stays.id, "went over": [{"kind": each.kind, "id": each.id} for each in changed]},
            )
        )
    apart = TakeApart(command, gone.value, tuple(changed), name)
    return Effect(None, _topics(changed), name, apart)


def take_apart(command: TakeApart, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        work.projects.add(command.gone, command.merged.project)
        for entry in command.changed:
            kept = current(work, Record(entry.kind, entry.id, entry.after))
            rows_of(work, entry.kind).replace(kept, entry.before)
        work.commit(
            JournalRecord(
                "TakeApart",
                f"take back: {command.name}",
                {"into": command.merged.into},
                {"project": plain(command.gone), "id": command.merged.project},
            )
        )
    return Effect(None, _topics(command.changed), command.name, command.merged)


def _topics(changed: Iterable[Changed]) -> Topic:
    topics = Topic.PROJECTS | Topic.GRANTS | Topic.BIDS
    for entry in changed:
        topics |= TOPICS[entry.kind]
    return topics


def open_on(work: UnitOfWork, project: ProjectId) -> list[str]:
    """What was charged, accrued, moved, claimed, stated or planned on a project, each in words with its figures."""
    found = []
    where = LineFilter(project=project)
    number, total = work.ledger.total(where)
    if number:
        named = [
            f"{share.transaction or share.description} {share.share.in_words}"
            for share in work.ledger.shares(where, _NAMED)
        ]
        more = f" and {number - len(named):,} more" if number > len(named) else ""
        found.append(f"{count(number, 'ledger line')} of {total.in_words} ({', '.join(named)}{more})")
    for kind, noun in _OPEN:
        held = sum(kept.value.project == project for kept in rows_of(work, kind).all())
        if held:
            found.append(count(held, noun))
    moved = sum(project in (kept.value.source, kept.value.target) for kept in work.movements.all())
    if moved:
        found.append(count(moved, "virement"))
    stated = sum(any(each[0] == project for each in kept.value.quarters) for kept in work.returns.all())
    if stated:
        found.append(f"figures in {count(stated, 'return')}")
    ref = work.projects.get(project).value.ref
    rules = [str(kept.value.order) for kept in work.rules.all() if may_charge(kept.value.target, ref)]
    if rules:
        found.append(f"{'rule' if len(rules) == 1 else 'rules'} {', '.join(rules)} charging it")
    return found


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    MergeProjects: merge_projects,
    TakeApart: take_apart,
}
