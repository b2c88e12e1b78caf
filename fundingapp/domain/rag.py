"""Red, amber, green: how far a project's forecast is from its budget, by the bands of the agreement."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum

from fundingapp.domain.money import Money


class Rag(Enum):
    """The five steps that returns use (domain paper 1.3 and 2.4, rule 28)."""

    GREEN = "Green"
    AMBER_GREEN = "Amber/Green"
    AMBER = "Amber"
    AMBER_RED = "Amber/Red"
    RED = "Red"


def rag_of(variance: Money, budget: Money, bounds: Sequence[Decimal]) -> Rag:
    """The step of a *variance* from *budget*, over or under: *bounds* are the highest per cent of Green, Amber/Green,
    Amber and Amber/Red, each inclusive; beyond the last it is Red.

    Compared in whole pence, not as the percentage that is shown. Without a budget any variance is Red.
    """
    for step, bound in zip(Rag, bounds, strict=False):
        if abs(variance).pence * 100 <= abs(budget).pence * bound:
            return step
    return Rag.RED
