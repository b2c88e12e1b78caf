"""“Why?” of what is awarded beyond what is available with the commissioner's consent (R2)."""

from __future__ import annotations

from typing import NamedTuple

from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition


class Consented(NamedTuple):
    """The figure taken apart by kinds of money, each in words and below nought, and the letters that allow it."""

    terms: tuple[tuple[str, Money], ...]
    note: str


def explain_consented(position: GrantPosition) -> Consented:
    """What the figure “consented” of a grant is made of."""
    terms = []
    for kind in position.resources_by_kind:
        beyond = position.beyond_with_consent(kind)
        if beyond:
            given = Money.total(consent.amount for consent in position.consents if consent.kind is kind)
            terms.append((f"{kind.value.capitalize()}, of {given.in_words} consented to", -beyond))
    letters = sorted({consent.reference for consent in position.consents if consent.reference})
    return Consented(tuple(terms), f"By {', '.join(letters)}." if letters else "")
