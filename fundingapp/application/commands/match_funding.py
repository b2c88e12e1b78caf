"""What others put into projects, in cash and in kind, and the posts that several pay for (R15, R16)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from fundingapp.application.commands.records import (
    Changed,
    ChangeRecord,
    Record,
    RemoveRecords,
    SwapRecords,
    add_all,
    change_record,
    plain_swap,
    topics_of,
    topics_of_swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.funding import source_name
from fundingapp.application.wording import plain
from fundingapp.domain.ids import FundId, PartyId, PostId
from fundingapp.domain.match_funding import MatchFunding, Post, PostShare, check_match, check_post


@dataclass(frozen=True, slots=True)
class AddMatch(Command[int]):
    """Match funding of a project in a year, in cash or in kind; says its id. Taken back by RemoveRecords."""

    match: MatchFunding


@dataclass(frozen=True, slots=True)
class ChangeMatch(Command[None]):
    """Puts *match* in the place of the one of that id."""

    id: int
    match: MatchFunding


@dataclass(frozen=True, slots=True)
class RemoveMatch(Command[None]):
    """Takes match funding out."""

    id: int


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays a part of a post: a fund, or another source by its name."""

    percent: Decimal
    fund: FundId | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class KeepPost(Command[PostId]):
    """A post with all who pay for it: a new one, or (with *id*) in the place of the one that is there."""

    post: Post
    payers: tuple[Payer, ...]
    id: PostId | None = None


@dataclass(frozen=True, slots=True)
class RemovePost(Command[None]):
    """Takes a post out, with who pays for it."""

    id: PostId


def _cleaned(work: UnitOfWork, match: MatchFunding) -> MatchFunding:
    work.projects.get(match.project)
    if match.party is not None:
        work.parties.get(match.party)
    match = replace(match, source=" ".join(match.source.split()), note=match.note.strip())
    check_match(match)
    return match


def _name(work: UnitOfWork, match: MatchFunding) -> str:
    parties = {PartyId(kept.id): kept.value.name for kept in work.parties.all()}
    sort = "in kind" if match.is_in_kind else "in cash"
    ref = work.projects.get(match.project).value.ref
    return f"match {sort} of {source_name(match, parties)} for {ref}"


def add_match(command: AddMatch, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        match = _cleaned(work, command.match)
        name = f"add {_name(work, match)}"
        made = add_all(work, [("match_funding", match)])
        work.commit(JournalRecord("AddMatch", name, {}, {"added": plain(made)}))
    return Effect(made[0].id, topics_of(made), name, RemoveRecords(made, name))


def change_match(command: ChangeMatch, tools: Tools) -> Effect[None]:
    with tools.open_work(reading=True) as work:
        before = work.match_funding.get(command.id).value
        match = _cleaned(work, command.match)
        name = f"change {_name(work, match)}"
    return change_record(ChangeRecord("match_funding", command.id, before, match, name), tools)


def remove_match(command: RemoveMatch, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.match_funding.get(command.id)
        record = Record("match_funding", kept.id, kept.value)
        name = f"remove {_name(work, kept.value)}"
        work.match_funding.remove(kept)
        swapped = SwapRecords((record,), (), (), name)
        before, after = plain_swap(swapped)
        work.commit(JournalRecord("RemoveMatch", name, before, after))
    return Effect(None, topics_of_swap(swapped), name, swapped.inverse)


def _shares(work: UnitOfWork, post: int) -> tuple[Record, ...]:
    return tuple(
        Record("post_shares", kept.id, kept.value)
        for kept in work.post_shares.all()
        if kept.value.post == post
    )


def _payers(work: UnitOfWork, payers: Sequence[Payer]) -> list[tuple[str, Any]]:
    """Who pays, in words, with the part of each."""
    return [
        (
            work.funds.get(payer.fund).value.name if payer.fund is not None else payer.source.strip(),
            payer.percent,
        )
        for payer in payers
    ]


def keep_post(command: KeepPost, tools: Tools) -> Effect[PostId]:
    post = replace(command.post, title=" ".join(command.post.title.split()))
    with tools.open_work() as work:
        ref = work.projects.get(post.project).value.ref
        check_post(post, _payers(work, command.payers))
        removed: tuple[Record, ...] = ()
        changed: tuple[Changed, ...] = ()
        added: tuple[Record, ...] = ()
        if command.id is None:
            added = add_all(work, [("posts", post)])
            id = PostId(added[0].id)
        else:
            id = command.id
            kept = work.posts.get(id)
            removed = _shares(work, id)
            for record in reversed(removed):
                work.post_shares.remove(work.post_shares.get(record.id))
            if kept.value != post:
                changed = (Changed("posts", id, kept.value, post),)
                work.posts.replace(kept, post)
        added += add_all(
            work,
            [
                (
                    "post_shares",
                    PostShare(
                        id, payer.percent, payer.fund, "" if payer.fund is not None else payer.source.strip()
                    ),
                )
                for payer in command.payers
            ],
        )
        verb = "add" if command.id is None else "change"
        swapped = SwapRecords(removed, changed, added, f"{verb} the post “{post.title}” of {ref}")
        before, after = plain_swap(swapped)
        work.commit(JournalRecord("KeepPost", swapped.name, before, after))
    return Effect(id, topics_of_swap(swapped), swapped.name, swapped.inverse)


def remove_post(command: RemovePost, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.posts.get(command.id)
        shares = _shares(work, command.id)
        for record in reversed(shares):
            work.post_shares.remove(work.post_shares.get(record.id))
        work.posts.remove(kept)
        ref = work.projects.get(kept.value.project).value.ref
        swapped = SwapRecords(
            (Record("posts", kept.id, kept.value), *shares),
            (),
            (),
            f"remove the post “{kept.value.title}” of {ref}",
        )
        before, after = plain_swap(swapped)
        work.commit(JournalRecord("RemovePost", swapped.name, before, after))
    return Effect(None, topics_of_swap(swapped), swapped.name, swapped.inverse)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddMatch: add_match,
    ChangeMatch: change_match,
    RemoveMatch: remove_match,
    KeepPost: keep_post,
    RemovePost: remove_post,
}
