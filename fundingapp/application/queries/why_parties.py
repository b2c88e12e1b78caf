"""Why is it so, for what each of a grant's commissioners had in its time (R8b)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.handovers import ExtractRow, handover_records, records_of_grant
from fundingapp.domain.handovers import Measure, body_figure, of_measure, under
from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.succession import named

_BODY = re.compile(rf"({'|'.join(each.value for each in Measure)})/(?:bodies|body (\d+))", re.IGNORECASE)
_DAYS = (
    "A ledger line counts on its posting day; what has no day of its own on the last day of its period, an award "
    "without a date on the first day of its year."
)


class BodyFigure(NamedTuple):
    """A figure taken apart: *value* is the sum of *terms*, each with its name, amount and what to ask in turn."""

    title: str
    value: Money
    terms: tuple[tuple[str, Money, str], ...]
    note: str


def explain_body(work: UnitOfWork, position: GrantPosition, measure: str, suffix: str) -> BodyFigure | None:
    """The figure *measure* of a grant, such as “claimed/body 2” or “claimed/bodies”; None when it is no such one.

    *suffix* is the figure's period, “@10”, or nothing."""
    found = _BODY.fullmatch(measure)
    if found is None:
        return None
    records = handover_records(work, position)
    what = Measure(found[1].casefold())
    if found[2] is None:
        terms = tuple(
            (
                f"{spell.name}",
                of_measure(under(records.happenings, spell), what),
                f"{body_figure(records, what, number)}{suffix}",
            )
            for number, spell in enumerate(records.spells, start=1)
        )
        whole = records.totals.get(what, Money.ZERO)
        title = f"{position.fund.name}: {what.value} in {position.year}"
        return BodyFigure(title, whole, terms, f"{named(records.spells)}.")
    number = int(found[2])
    if not 1 <= number <= len(records.spells):
        return None
    spell = records.spells[number - 1]
    balances = under(records.happenings, spell)
    title = f"{position.fund.name}: {what.value} under {spell.name} in {position.year}"
    if what is Measure.SPENT:
        terms = tuple(
            (f"{kind.value.capitalize()}" if kind is not None else "Not by kind", amount, "")
            for (each, kind), amount in balances.items()
            if each is what
        )
    else:
        terms = tuple(
            _terms(
                each
                for each in records_of_grant(work, position)
                if _is_of(each, what)
                and each.happening is not None
                and spell.first <= each.happening.dated <= spell.last
            )
        )
    note = f"{named(records.spells)}. {_DAYS}"
    return BodyFigure(title, of_measure(balances, what), terms, note)


def _is_of(row: ExtractRow, measure: Measure) -> bool:
    return row.happening is not None and row.happening.measure is measure


def _terms(rows: Iterable[ExtractRow]) -> Iterable[tuple[str, Money, str]]:
    for row in rows:
        if row.amount is not None:
            name = " · ".join(part for part in (row.project, row.text, row.reference) if part)
            dated = f", {row.dated:%d/%m/%Y}" if row.dated is not None else ""
            yield (f"{name or row.section}{dated}", row.amount, "")
