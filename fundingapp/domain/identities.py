"""What an identity is: an equation of a grant, with both sides and what makes each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fundingapp.domain.money import Money


@dataclass(frozen=True, slots=True)
class Part:
    """One term of a side of an identity; *figure* is what to ask “why?” of."""

    name: str
    amount: Money
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """An equation of the grant: both sides, and what makes each."""

    id: str
    name: str
    note: str
    left_name: str
    left: Money
    right: tuple[Part, ...]
    left_figure: str = ""
    advice: str = ""
    #: How many single things break it although the sums may agree by chance.
    broken: int = 0

    @property
    def right_total(self) -> Money:
        return Money.total(part.amount for part in self.right)

    @property
    def difference(self) -> Money:
        return self.left - self.right_total

    @property
    def holds(self) -> bool:
        return not self.difference and not self.broken


def in_order(identities: Iterable[Identity]) -> tuple[Identity, ...]:
    """*identities* by their numbers: R8, R8b, R9, R10."""

    def place(identity: Identity) -> tuple[int, str]:
        number, letter = re.fullmatch(r"R(\d+)(\w*)", identity.id).groups()  # type: ignore[union-attr]  # our own ids
        return int(number), letter

    return tuple(sorted(identities, key=place))
