"""Naming who works on the file, and as what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.domain.members import Member, check_member


@dataclass(frozen=True, slots=True)
class AddMember(Command[int]):
    """Names a person in a role; one with several roles is named once for each. Taken back by SwapRecords."""

    member: Member


@dataclass(frozen=True, slots=True)
class ChangeMember(Command[None]):
    """Puts *member* in place of an entry. Taken back by SwapRecords."""

    id: int
    member: Member


@dataclass(frozen=True, slots=True)
class RemoveMember(Command[None]):
    """Takes an entry out; what the person did stays theirs. Taken back by SwapRecords."""

    id: int


def _tidy(member: Member) -> Member:
    return replace(member, login=member.login.strip(), name=" ".join(member.name.split()))


def _others(work: UnitOfWork, id: int | None = None) -> list[Member]:
    return [kept.value for kept in work.members.all() if kept.id != id]


def add_member(command: AddMember, tools: Tools) -> Effect[int]:
    member = _tidy(command.member)
    with tools.open_work() as work:
        check_member(member, _others(work))
        doing = Doing(work, tools)
        id = doing.add("members", member)
        effect: Effect[int] = doing.commit("AddMember", f"name {member.in_words}", id)
        return effect


def change_member(command: ChangeMember, tools: Tools) -> Effect[None]:
    member = _tidy(command.member)
    with tools.open_work() as work:
        kept = work.members.get(command.id)
        check_member(member, _others(work, command.id))
        doing = Doing(work, tools)
        doing.change("members", kept, member)
        effect: Effect[None] = doing.commit("ChangeMember", f"change what is said of {member.in_words}")
        return effect


def remove_member(command: RemoveMember, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.members.get(command.id)
        doing = Doing(work, tools)
        doing.remove("members", kept)
        effect: Effect[None] = doing.commit(
            "RemoveMember", f"take {kept.value.in_words} off the list of people"
        )
        return effect


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddMember: add_member,
    ChangeMember: change_member,
    RemoveMember: remove_member,
}
