"""What passes from one body to the next when a grant's commissioner changes under it (R8b)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from fundingapp.domain.funds import Kind
from fundingapp.domain.identities import Identity, Part
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.succession import Spell, in_words


class Measure(Enum):
    """What is counted of a grant on both sides of the day of transfer."""

    AWARDED = "awarded"
    CLAIMED = "claimed"
    APPROVED = "approved"
    PAID = "paid"
    REPAID = "repaid"
    SPENT = "spent"


#: R8b once for each measure: the awards as the domain paper has it, the others by their initials.
_IDS = {
    Measure.AWARDED: "R8b",
    Measure.CLAIMED: "R8b/C",
    Measure.APPROVED: "R8b/A",
    Measure.PAID: "R8b/P",
    Measure.REPAID: "R8b/R",
    Measure.SPENT: "R8b/S",
}

#: A sum of a measure, by kind; what is received for a grant as a whole has no kind.
Balances = Mapping[tuple[Measure, Kind | None], Money]


class Happening(NamedTuple):
    """Something that counts towards a measure on its own day: an award's date, a line's posting day. What has no day
    of its own counts on the last day of its period, or (an award) on the first of its year."""

    measure: Measure
    kind: Kind | None
    dated: date
    amount: Money


@dataclass(frozen=True, slots=True)
class HandoverRecords:
    """A grant whose commissioner changed, or not: who had it when, what happened, and what each measure comes to in
    all, as it was found without asking on which day."""

    fund: str
    year: FinancialYear
    spells: Sequence[Spell]
    happenings: Sequence[Happening]
    totals: Mapping[Measure, Money]


def summed(happenings: Iterable[Happening]) -> dict[tuple[Measure, Kind | None], Money]:
    """What *happenings* come to by measure and kind."""
    sums: dict[tuple[Measure, Kind | None], Money] = {}
    for each in happenings:
        key = (each.measure, each.kind)
        sums[key] = sums.get(key, Money.ZERO) + each.amount
    return sums


def opening(happenings: Iterable[Happening], spell: Spell) -> dict[tuple[Measure, Kind | None], Money]:
    """What a body takes on: everything that happened before its first day."""
    return summed(each for each in happenings if each.dated < spell.first)


def under(happenings: Iterable[Happening], spell: Spell) -> dict[tuple[Measure, Kind | None], Money]:
    """What happened in a body's own time."""
    return summed(each for each in happenings if spell.first <= each.dated <= spell.last)


def closing(happenings: Sequence[Happening], spell: Spell) -> dict[tuple[Measure, Kind | None], Money]:
    """What a body hands over: what it took on and what happened in its time."""
    sums = opening(happenings, spell)
    for key, amount in under(happenings, spell).items():
        sums[key] = sums.get(key, Money.ZERO) + amount
    return sums


def of_measure(balances: Balances, measure: Measure) -> Money:
    """All kinds of a measure together."""
    return Money.total(amount for (each, _), amount in balances.items() if each is measure)


def owed(balances: Balances) -> Money:
    """Approved and not paid (paid less what was given back); below nought is more paid than approved."""
    paid = of_measure(balances, Measure.PAID) - of_measure(balances, Measure.REPAID)
    return of_measure(balances, Measure.APPROVED) - paid


def body_figure(records: HandoverRecords, measure: Measure, number: int | None = None) -> str:
    """The name of the figure of a measure in the time of body *number*, counted from 1 in their order; None: of all."""
    which = "bodies" if number is None else f"body {number}"
    return f"{records.fund}/{records.year}/{measure.value}/{which}"


def handover_identities(records: HandoverRecords) -> tuple[Identity, ...]:
    """R8b, for every measure that the grant has: what the bodies had in their time adds up to the whole, and what one
    closes with the next opens with, kind by kind. Nothing for a grant that had one commissioner only.
    """
    if len(records.spells) < 2:
        return ()
    found = []
    for measure in Measure:
        whole = records.totals.get(measure, Money.ZERO)
        own = [of_measure(under(records.happenings, spell), measure) for spell in records.spells]
        if not whole and not any(own):
            continue
        word = measure.value
        found.append(
            Identity(
                _IDS[measure],
                f"{word.capitalize()} = what each commissioner had in its time",
                _note(records, measure),
                f"{word.capitalize()} in all",
                whole,
                tuple(
                    Part(
                        _part_name(at, records.spells),
                        amount,
                        body_figure(records, measure, at + 1),
                    )
                    for at, amount in enumerate(own)
                ),
                body_figure(records, measure),
                "A date lies outside every body's time: look at the days of the bodies in Settings.",
                _unequal(records, measure),
                "balance",
            )
        )
    return tuple(found)


def _note(records: HandoverRecords, measure: Measure) -> str:
    said = [
        f"{of_measure(opening(records.happenings, spell), measure).in_words} handed over on {in_words(spell.first)}"
        for spell in records.spells[1:]
    ]
    return "; ".join(said)


def _part_name(at: int, spells: Sequence[Spell]) -> str:
    spell = spells[at]
    if at == 0:
        return f"{spell.name}, to {in_words(spell.last)}"
    if at == len(spells) - 1:
        return f"{spell.name}, from {in_words(spell.first)}"
    return f"{spell.name}, {in_words(spell.first)} to {in_words(spell.last)}"


def _unequal(records: HandoverRecords, measure: Measure) -> int:
    """How many closing balances of a kind differ from the successor's opening one."""
    number = 0
    for before, after in pairwise(records.spells):
        closes, opens = closing(records.happenings, before), opening(records.happenings, after)
        number += sum(
            closes.get(key, Money.ZERO) != opens.get(key, Money.ZERO)
            for key in closes.keys() | opens.keys()
            if key[0] is measure
        )
    return number
