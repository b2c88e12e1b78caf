"""Who a body is on a day: one body takes another's place, and agreements go on with it (domain paper 2.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import PartyId
from fundingapp.domain.parties import Party, PartyForm
from fundingapp.domain.periods import FinancialYear

_DAY = timedelta(days=1)


class Spell(NamedTuple):
    """The days in which a body has an office, both inclusive."""

    party: PartyId
    name: str
    first: date
    last: date


def in_words(day: date) -> str:
    """As a sentence has it: 7 May 2028."""
    return f"{day.day} {day:%B %Y}"


def succession_of(parties: Mapping[PartyId, Party], id: PartyId) -> tuple[PartyId, ...]:
    """The body *id* and those that took its place one after the other."""
    found = [id]
    while (following := parties[found[-1]].succeeded_by) is not None and following not in found:
        found.append(following)
    return tuple(found)


def bodies_between(
    parties: Mapping[PartyId, Party], id: PartyId, first: date, last: date
) -> tuple[Spell, ...]:
    """Who has the office of the body *id* from *first* to *last*, both inclusive, without a gap.

    A body that ended without a successor is named to the end: there is nobody else to name. Before the first body of
    the succession there is nobody else either.
    """
    found: list[Spell] = []
    begins = first
    for party in succession_of(parties, id):
        body = parties[party]
        gives_up = body.valid_to if body.succeeded_by is not None else None
        ends = last if gives_up is None else min(last, gives_up)
        if ends >= begins:
            found.append(Spell(party, body.name, begins, ends))
            if ends == last:
                break
            begins = ends + _DAY
    return tuple(found)


def bodies_in(parties: Mapping[PartyId, Party], id: PartyId, year: FinancialYear) -> tuple[Spell, ...]:
    """Who has the office of the body *id* in *year*."""
    return bodies_between(parties, id, year.first_day, year.last_day)


def spells_of(parties: Mapping[PartyId, Party], id: PartyId) -> tuple[Spell, ...]:
    """Every body of the succession that begins with *id*; the first is open at its beginning, the last at its end
    (date.min and date.max)."""
    return bodies_between(parties, id, date.min, date.max)


def named(spells: Iterable[Spell]) -> str:
    """“Leicestershire PCC”, or “Leicestershire PCC to 6 May 2028, Mayor of Leicestershire from 7 May 2028”."""
    several = list(spells)
    if len(several) == 1:
        return several[0].name
    said = []
    for at, spell in enumerate(several):
        if at == 0:
            said.append(f"{spell.name} to {in_words(spell.last)}")
        elif at == len(several) - 1:
            said.append(f"{spell.name} from {in_words(spell.first)}")
        else:
            said.append(f"{spell.name} from {in_words(spell.first)} to {in_words(spell.last)}")
    return ", ".join(said)


def same_name(one: str, other: str) -> bool:
    """Whether two names are one, whatever their case and spacing."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def is_called(party: Party, name: str) -> bool:
    """Whether papers call *party* so: by its name or by one of its others."""
    return any(same_name(name, each) for each in (party.name, *party.aliases))


def likely_form(name: str) -> PartyForm:
    """The legal form that a commissioner's name tells; OTHER when it tells none."""
    words = name.casefold()
    if ("fire" in words and "commissioner" in words) or re.search(r"\bo?pfcc\b", words):
        return PartyForm.PFCC
    if "police and crime commissioner" in words or re.search(r"\bo?pcc\b", words):
        return PartyForm.PCC
    if re.search(r"\bmayor(?:al)?\b|\bcombined authority\b", words):
        return PartyForm.MAYOR
    return PartyForm.BOARD if "crime board" in words else PartyForm.OTHER


def check_party(party: Party, others: Iterable[Party]) -> None:
    """Refuses a body without a name, one that ends before it begins, and a name that another one of *others* has."""
    if not party.name.strip():
        raise ExpectedError("no_name", "A body needs a name.", "Type its name.")
    if party.valid_from is not None and party.valid_to is not None and party.valid_to < party.valid_from:
        raise ExpectedError(
            "days_reversed",
            f"{party.name} would end on {in_words(party.valid_to)}, before it begins on {in_words(party.valid_from)}.",
            "Correct one of the days.",
        )
    for name in (party.name, *party.aliases):
        taken = next((other for other in others if is_called(other, name)), None)
        if taken is not None:
            raise ExpectedError(
                "name_taken",
                f"“{name}” is a name of {taken.name} in this file already.",
                "Give it another name, or use the body that is there.",
            )


def check_succession(
    parties: Mapping[PartyId, Party], old: PartyId, successor: Party, on: date, successor_id: PartyId | None
) -> None:
    """Refuses that *successor* (None: it is new to the file) takes the place of *old* from *on*, where that can't be.

    Raises ExpectedError that names the bodies and the days.
    """
    body = parties[old]
    if body.succeeded_by is not None:
        following = parties[body.succeeded_by].name
        since = f" on {in_words(body.valid_to + _DAY)}" if body.valid_to is not None else ""
        raise ExpectedError(
            "succeeded_already",
            f"{body.name} was succeeded by {following}{since} already.",
            f"If another body follows now, it succeeds {following}; if that was a mistake, undo it.",
        )
    if successor_id is not None:
        if successor_id == old:
            raise ExpectedError(
                "succeeds_itself", f"{body.name} can't succeed itself.", "Choose the body that follows it."
            )
        if old in succession_of(parties, successor_id):
            raise ExpectedError(
                "succession_loop",
                f"{body.name} took the place of {successor.name}, so {successor.name} can't follow it.",
                "Add the new body under a name of its own.",
            )
    begins = _began(parties, old)
    if begins is not None and on <= begins[0]:
        raise ExpectedError(
            "before_it_began",
            f"{body.name} {begins[1]} {in_words(begins[0])}: it can't be succeeded on {in_words(on)}.",
            "Choose the first day of the new body, after that.",
        )
    if body.valid_to is not None and on != body.valid_to + _DAY:
        raise ExpectedError(
            "ended_otherwise",
            f"{body.name} ended on {in_words(body.valid_to)}: whoever follows begins on "
            f"{in_words(body.valid_to + _DAY)}, not on {in_words(on)}.",
            "Take that day, or correct the day on which it ended first.",
        )
    if successor.valid_from is not None and successor.valid_from > on:
        raise ExpectedError(
            "not_yet_there",
            f"{successor.name} begins on {in_words(successor.valid_from)}: it can't take over on {in_words(on)}.",
            "Choose a later day, or correct the day on which it begins.",
        )
    if successor.valid_to is not None and successor.valid_to < on:
        raise ExpectedError(
            "gone_already",
            f"{successor.name} ended on {in_words(successor.valid_to)}: it can't take over on {in_words(on)}.",
            "Choose the body that follows it.",
        )


def _began(parties: Mapping[PartyId, Party], id: PartyId) -> tuple[date, str] | None:
    """The first day on which the body *id* can have had its office, and what happened then."""
    body = parties[id]
    took_over = [
        each.valid_to + _DAY
        for each in parties.values()
        if each.succeeded_by == id and each.valid_to is not None
    ]
    known = [(day, "took over on") for day in took_over]
    if body.valid_from is not None:
        known.append((body.valid_from, "began on"))
    return max(known) if known else None


def ended_by(body: Party, successor: PartyId, on: date) -> Party:
    """*body* as it is when *successor* takes its place from the day *on*."""
    return replace(body, valid_to=on - _DAY, succeeded_by=successor)
