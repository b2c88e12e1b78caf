"""The bodies that the partnership deals with, their people, and who has which office on a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.locks import locks_of
from fundingapp.domain.ids import FundId, PartyId
from fundingapp.domain.parties import Contact, Party
from fundingapp.domain.periods import Period
from fundingapp.domain.succession import (
    Spell,
    bodies_between,
    check_party,
    check_succession,
    named,
    succession_of,
)


@dataclass(frozen=True, slots=True)
class Bodies(Question["tuple[BodyAnswer, ...]"]):
    """Every body of the file, by their names."""


@dataclass(frozen=True, slots=True)
class BodyAnswer:
    """A body, what rests on it in words (“Locality Fund”), who follows and whom it followed, and its people."""

    kept: Kept[Party]
    uses: tuple[str, ...]
    followed_by: str
    follows: tuple[str, ...]
    contacts: tuple[Kept[Contact], ...]
    #: The funds whose commissioner it is or was at some time.
    funds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contacts(Question["tuple[ContactAnswer, ...]"]):
    """Everybody who speaks for a body, a project or the partnership, by their names."""


@dataclass(frozen=True, slots=True)
class ContactAnswer:
    """A contact, and whom the person speaks for in words."""

    kept: Kept[Contact]
    speaks_for: str


def all_parties(work: UnitOfWork) -> dict[PartyId, Party]:
    """The bodies of the file by their identities."""
    return {PartyId(kept.id): kept.value for kept in work.parties.all()}


def commissioners_of(work: UnitOfWork, fund: FundId, first: date, last: date) -> tuple[Spell, ...]:
    """Who is the fund's commissioner from *first* to *last*, both inclusive."""
    return bodies_between(all_parties(work), work.funds.get(fund).value.funder, first, last)


def uses_of(work: UnitOfWork, party: PartyId) -> tuple[str, ...]:
    """What rests on a body, in words; a body with any can't be removed."""
    projects = {kept.id: kept.value for kept in work.projects.all()}
    found = [f"fund {kept.value.name}" for kept in work.funds.all() if kept.value.funder == party]
    found += [f"project {each.ref}" for each in projects.values() if each.partner == party]
    found += [
        f"match funding of {projects[kept.value.project].ref}"
        for kept in work.match_funding.all()
        if kept.value.party == party
    ]
    found += [
        f"bid for {projects[kept.value.project].ref} of {kept.value.year}"
        for kept in work.bids.all()
        if kept.value.applicant == party
    ]
    found += [f"contact {kept.value.name}" for kept in work.contacts.all() if kept.value.party == party]
    found += [
        f"{kept.value.name}, which it follows"
        for kept in work.parties.all()
        if kept.value.succeeded_by == party
    ]
    return tuple(dict.fromkeys(found))


def answer_bodies(question: Bodies, tools: Tools) -> tuple[BodyAnswer, ...]:
    with tools.open_work(reading=True) as work:
        parties = all_parties(work)
        contacts = work.contacts.all()
        funds = [(kept.value.name, succession_of(parties, kept.value.funder)) for kept in work.funds.all()]
        return tuple(
            BodyAnswer(
                kept,
                uses_of(work, PartyId(kept.id)),
                parties[kept.value.succeeded_by].name if kept.value.succeeded_by is not None else "",
                tuple(each.name for each in parties.values() if each.succeeded_by == kept.id),
                tuple(each for each in contacts if each.value.party == kept.id),
                tuple(name for name, bodies in funds if kept.id in bodies),
            )
            for kept in sorted(work.parties.all(), key=lambda kept: kept.value.name.casefold())
        )


def answer_contacts(question: Contacts, tools: Tools) -> tuple[ContactAnswer, ...]:
    with tools.open_work(reading=True) as work:
        parties = all_parties(work)
        projects = {kept.id: kept.value for kept in work.projects.all()}

        def whom(contact: Contact) -> str:
            if contact.party is not None:
                return parties[contact.party].name
            if contact.project is not None:
                project = projects[contact.project]
                return f"{project.ref} {project.name}"
            return "the partnership"

        return tuple(
            ContactAnswer(kept, whom(kept.value))
            for kept in sorted(work.contacts.all(), key=lambda kept: kept.value.name.casefold())
        )


def check_new_succession(
    work: UnitOfWork, old: PartyId, successor: PartyId | Party, on: date
) -> tuple[Party, PartyId | None]:
    """The successor as it is kept or would be added, and its identity. Raises ExpectedError where it can't follow."""
    parties = all_parties(work)
    work.parties.get(old)
    if isinstance(successor, Party):
        check_party(successor, parties.values())
        check_succession(parties, old, successor, on, None)
        return successor, None
    body = work.parties.get(successor).value
    check_succession(parties, old, body, on, successor)
    return body, successor


def locked_on(work: UnitOfWork, day: date) -> str:
    """The sentence of the lock that holds the period of *day*; "" when it is open."""
    period = Period.of(day)
    lock = locks_of(work).on(period.year, period.number)
    return f"{lock.in_words}." if lock is not None else ""


def commissioner_in_words(work: UnitOfWork, fund: FundId, first: date, last: date) -> str:
    """The commissioner from *first* to *last* as papers name it; where there are two, each with its days."""
    return named(commissioners_of(work, fund, first, last))


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {Bodies: answer_bodies, Contacts: answer_contacts}
