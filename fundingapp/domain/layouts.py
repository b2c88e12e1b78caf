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

    def meanings_for(self, headings: Sequence[str]) -> tuple[Meaning, ...] | None:
        """The meanings of *headings* told by each heading, in whatever order they stand; others are not used.

        None when a heading that this layout takes its amounts from is missing.
        """
        known = dict(zip(self.shape, self.meanings, strict=False))
        shape = [" ".join(heading.casefold().split()) for heading in headings]
        if any(
            meaning in _MONEY and heading not in shape
            for heading, meaning in zip(self.shape, self.meanings, strict=False)
        ):
            return None
        seen: set[str] = set()
        meanings: list[Meaning] = []
        for heading in shape:
            meanings.append(known.get(heading, Meaning.OTHER) if heading not in seen else Meaning.OTHER)
            seen.add(heading)
        return tuple(meanings)


_MONEY = frozenset({Meaning.AMOUNT, Meaning.DEBIT, Meaning.CREDIT})


def shape_of(headings: Iterable[str]) -> tuple[str, ...]:
    """The headings in lower case with single spaces, without empty ones at the end."""
    shape = [" ".join(heading.casefold().split()) for heading in headings]
    while shape and not shape[-1]:
        shape.pop()
    return tuple(shape)


def layout_named(name: str, layouts: Iterable[Layout]) -> Layout | None:
    """The layout called *name*, in whatever case; None when there is none."""
    wanted = name.casefold().strip()
    return next((layout for layout in layouts if layout.name.casefold() == wanted), None)


def layout_for(headings: Sequence[str], layouts: Iterable[Layout]) -> Layout | None:
    """The first of *layouts* that has the shape of *headings*; None when there is none."""
    shape = shape_of(headings)
    return next((layout for layout in layouts if layout.shape == shape), None)
