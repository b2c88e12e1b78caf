"""Bodies and the people who speak for them: adding, changing, removing, and one body taking another's place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
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
    topics_of,
    topics_of_swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord, Topic
from fundingapp.application.ports import Tools
from fundingapp.application.queries.parties import all_parties, check_new_succession, locked_on, uses_of
from fundingapp.application.wording import plain
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import PartyId
from fundingapp.domain.parties import Contact, Party
from fundingapp.domain.succession import check_party, ended_by, in_words

#: What the name of a commissioner stands on, besides the bodies themselves.
_SHOWN = Topic.GRANTS | Topic.RETURNS


@dataclass(frozen=True, slots=True)
class AddParty(Command[PartyId]):
    """A new body. Refused when another one has one of its names. Taken back by RemoveRecords."""

    party: Party


@dataclass(frozen=True, slots=True)
class ChangeParty(Command[None]):
    """Puts *after* in place of *before*; who succeeds a body is not changed so. Its own inverse."""

    id: PartyId
    before: Party
    after: Party


@dataclass(frozen=True, slots=True)
class RemoveParty(Command[None]):
    """Takes a body out on which nothing rests; else refused with what does. Taken back by AddRecords."""

    id: PartyId


@dataclass(frozen=True, slots=True)
class SucceedParty(Command["SuccessionMade"]):
    """From the day *on* another body has the place of *old*: one that is there (its identity), or a new one.

    Agreements, awards and balances go on; papers that were made keep the old name. *paper* says by what paper, such as
    an order; it is kept in the history. Taken back by SwapRecords.
    """

    old: PartyId
    successor: PartyId | Party
    on: date
    paper: str


@dataclass(frozen=True, slots=True)
class SuccessionMade:
    """Who follows; *locked* is the sentence of the lock that holds the day, "" when it is open."""

    successor: PartyId
    locked: str


@dataclass(frozen=True, slots=True)
class AddContact(Command[int]):
    """A person who speaks for a body, a project or the partnership. Taken back by RemoveRecords."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class ChangeContact(Command[None]):
    """Puts *after* in place of *before*. Its own inverse."""

    id: int
    before: Contact
    after: Contact


@dataclass(frozen=True, slots=True)
class RemoveContact(Command[None]):
    """Takes a contact out. Taken back by AddRecords."""

    id: int


def _tidied(party: Party) -> Party:
    aliases = dict.fromkeys(" ".join(each.split()) for each in party.aliases)
    return replace(
        party,
        name=" ".join(party.name.split()),
        identifier=party.identifier.strip(),
        address=party.address.strip(),
        aliases=tuple(each for each in aliases if each),
    )


def add_party(command: AddParty, tools: Tools) -> Effect[PartyId]:
    party = _tidied(command.party)
    name = f"add {party.name}"
    with tools.open_work() as work:
        check_party(party, all_parties(work).values())
        made = add_all(work, [("parties", party)])
        work.commit(JournalRecord("AddParty", name, {}, {"added": plain(made)}))
    return Effect(PartyId(made[0].id), topics_of(made), name, RemoveRecords(made, name))


def change_party(command: ChangeParty, tools: Tools) -> Effect[None]:
    after = _tidied(command.after)
    with tools.open_work(reading=True) as work:
        parties = all_parties(work)
        check_party(after, [each for id, each in parties.items() if id != command.id])
        _refuse_other_days(parties, command, after)
    effect = change_record(
        ChangeRecord("parties", command.id, command.before, after, f"change {after.name}"), tools
    )
    return replace(effect, changed=effect.changed | _SHOWN)


def _refuse_other_days(parties: dict[PartyId, Party], command: ChangeParty, after: Party) -> None:
    """A succession is one day: the end of one body and the beginning of the next can't be changed apart."""
    before = command.before
    if after.succeeded_by != before.succeeded_by or (
        before.succeeded_by is not None and after.valid_to != before.valid_to
    ):
        following = parties[before.succeeded_by].name if before.succeeded_by is not None else "another body"
        raise ExpectedError(
            "succession_changed",
            f"{before.name} ends where {following} takes its place: that can't be changed here.",
            "Undo the succession and make it anew with the other day.",
        )
    for other in parties.values():
        if other.succeeded_by != command.id or other.valid_to is None:
            continue
        if after.valid_from is not None and after.valid_from > other.valid_to:
            begins = date.fromordinal(other.valid_to.toordinal() + 1)
            if after.valid_from != begins:
                raise ExpectedError(
                    "gap",
                    f"{after.name} took the place of {other.name} on {in_words(begins)}: it can't begin later, on "
                    f"{in_words(after.valid_from)}.",
                    f"Let it begin on {in_words(begins)} or before.",
                )


def remove_party(command: RemoveParty, tools: Tools) -> Effect[None]:
    with tools.open_work(reading=True) as work:
        party = work.parties.get(command.id).value
        uses = uses_of(work, command.id)
    if uses:
        raise ExpectedError(
            "in_use",
            f"{party.name} can't be removed: {', '.join(uses)} rests on it."
            if len(uses) == 1
            else f"{party.name} can't be removed: these rest on it: {', '.join(uses)}.",
            "Give it a last day instead; then it stays in old papers and out of new ones.",
        )
    return remove_records(
        RemoveRecords((Record("parties", command.id, party),), f"remove {party.name}"), tools
    )


def succeed_party(command: SucceedParty, tools: Tools) -> Effect[SuccessionMade]:
    paper = " ".join(command.paper.split())
    if not paper:
        raise ExpectedError(
            "no_paper",
            "A succession needs the paper that it rests on.",
            "Name it, for example the order or the letter that says so.",
        )
    wanted = command.successor
    if isinstance(wanted, Party):
        wanted = _tidied(wanted)
        if wanted.valid_from is None:
            wanted = replace(wanted, valid_from=command.on)
    with tools.open_work() as work:
        kept = work.parties.get(command.old)
        body, id = check_new_succession(work, command.old, wanted, command.on)
        locked = locked_on(work, command.on)
        name = f"let {body.name} succeed {kept.value.name} on {in_words(command.on)}"
        changed: tuple[Changed, ...] = ()
        added: tuple[Record, ...] = ()
        if id is None:
            added = add_all(work, [("parties", body)])
            id = PartyId(added[0].id)
        elif body.valid_from is None and not uses_of(work, id):
            # It was put in for this: a body that already has funds of its own may be far older.
            begun = Changed("parties", id, body, replace(body, valid_from=command.on))
            changed = (begun,)
        changed += (Changed("parties", command.old, kept.value, ended_by(kept.value, id, command.on)),)
        for entry in changed:
            work.parties.replace(work.parties.get(entry.id), entry.after)
        change = SwapRecords((), changed, added, name)
        before, after = plain_swap(change)
        after |= {"on": command.on.isoformat(), "paper": paper}
        work.commit(JournalRecord("SucceedParty", name, before, after))
    made = SuccessionMade(id, locked)
    return Effect(made, topics_of_swap(change) | _SHOWN, name, SwapInTurn(change.inverse, _SHOWN))


# Contacts


def _checked(contact: Contact) -> Contact:
    if not contact.name.strip():
        raise ExpectedError("no_name", "A contact needs a name.", "Type who it is, or the office.")
    if contact.party is not None and contact.project is not None:
        raise ExpectedError(
            "two_bodies",
            "A contact speaks for a body or for a project, not for both.",
            "Choose one of them; the same person may be a contact twice.",
        )
    if (
        contact.valid_from is not None
        and contact.valid_to is not None
        and contact.valid_to < contact.valid_from
    ):
        raise ExpectedError(
            "days_reversed", f"{contact.name} would end before beginning.", "Correct one of the days."
        )
    return replace(
        contact,
        name=" ".join(contact.name.split()),
        email=contact.email.strip(),
        phone=contact.phone.strip(),
        note=contact.note.strip(),
    )


def add_contact(command: AddContact, tools: Tools) -> Effect[int]:
    contact = _checked(command.contact)
    name = f"add {contact.name}"
    with tools.open_work() as work:
        if contact.party is not None:
            work.parties.get(contact.party)
        if contact.project is not None:
            work.projects.get(contact.project)
        made = add_all(work, [("contacts", contact)])
        work.commit(JournalRecord("AddContact", name, {}, {"added": plain(made)}))
    return Effect(made[0].id, topics_of(made), name, RemoveRecords(made, name))


def change_contact(command: ChangeContact, tools: Tools) -> Effect[None]:
    after = _checked(command.after)
    return change_record(
        ChangeRecord("contacts", command.id, command.before, after, f"change {after.name}"), tools
    )


def remove_contact(command: RemoveContact, tools: Tools) -> Effect[None]:
    with tools.open_work(reading=True) as work:
        contact = work.contacts.get(command.id).value
    return remove_records(
        RemoveRecords((Record("contacts", command.id, contact),), f"remove {contact.name}"), tools
    )


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddParty: add_party,
    ChangeParty: change_party,
    RemoveParty: remove_party,
    SucceedParty: succeed_party,
    AddContact: add_contact,
    ChangeContact: change_contact,
    RemoveContact: remove_contact,
}
