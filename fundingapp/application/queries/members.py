"""Who works on the file, and as what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.domain.members import Member, Roles


@dataclass(frozen=True, slots=True)
class People(Question["list[Kept[Member]]"]):
    """Everybody who is named, in the order of their names; those whose time is over as well."""


def roles_of(work: UnitOfWork) -> Roles:
    """The roles as they are today."""
    return Roles((kept.value for kept in work.members.all()), work.today)


def answer_people(question: People, tools: Tools) -> list[Kept[Member]]:
    with tools.open_work(reading=True) as work:
        return sorted(work.members.all(), key=lambda kept: (kept.value.name.casefold(), kept.id))


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {People: answer_people}
