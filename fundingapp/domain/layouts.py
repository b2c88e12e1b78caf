"""A layout: what the columns of one shape of ledger download mean, so that it need be decided only once.

A shape is the headings of a table in their order, whatever their case and spacing. A layout that a person confirmed
goes before whatever the values suggest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fundingapp.domain.ledger import Meaning


@dataclass(frozen=True, slots=True)
class Layout:
    """The meanings of the columns under *headings*, one each, as a person confirmed them or as they are built in.

    *name* is "" for one that is merely remembered. *system* names the finance system that prints it, where known.
    """

    name: str
    headings: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    system: str = ""

    @property
    def shape(self) -> tuple[str, ...]:
        """What a table is recognised by."""
        return shape_of(self.headings)


def shape_of(headings: Iterable[str]) -> tuple[str, ...]:
    """The headings in lower case with single spaces, without empty ones at the end."""
    shape = [" ".join(heading.casefold().split()) for heading in headings]
    while shape and not shape[-1]:
        shape.pop()
    return tuple(shape)


def layout_for(headings: Sequence[str], layouts: Iterable[Layout]) -> Layout | None:
    """The first of *layouts* that has the shape of *headings*; None when there is none."""
    shape = shape_of(headings)
    return next((layout for layout in layouts if layout.shape == shape), None)
