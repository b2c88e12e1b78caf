"""What an identity is: an equation of a grant, with both sides and what makes each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from fundingapp.domain.money import Money


class Section(Enum):
    """The parts of a year in which identities stand, as the domain paper's section 5 has them."""

    RESOURCES = "Resources"
    SPEND = "Spend"
    CASH = "Claims and cash"
    CLOSE = "Year end"
    RETURNS = "Returns"


#: The last number of each section.
_LAST = ((8, Section.RESOURCES), (18, Section.SPEND), (24, Section.CASH), (30, Section.CLOSE))


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
    #: How many single things break it although the sums may agree by chance, and what one of them is called.
    broken: int = 0
    broken_name: str = "line"

    @property
    def number(self) -> int:
        """8 for R8 and for R8b."""
        return int(re.sub(r"\D", "", self.id))

    @property
    def section(self) -> Section:
        return next((section for last, section in _LAST if self.number <= last), Section.RETURNS)

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
    return tuple(sorted(identities, key=lambda identity: (identity.number, identity.id)))
