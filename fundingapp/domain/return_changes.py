"""What is different between two states of a return, down to the lines and records behind each figure (rule R35).

The difference of a figure is the sum of what its parts differ by, to the penny. Amounts in whole pence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fundingapp.domain.money import Money
from fundingapp.domain.return_proofs import Basis, ReturnCell


class PartMoved(NamedTuple):
    """A row of *kind* (“lines”, “accruals”, “awards”) that counts another amount in a figure than before."""

    kind: str
    id: int
    was: Money
    now: Money

    @property
    def difference(self) -> Money:
        return self.now - self.was


@dataclass(frozen=True, slots=True)
class FigureMoved:
    """A figure that is another than before, with the parts that make the difference."""

    figure: str
    was: Money
    now: Money
    parts: tuple[PartMoved, ...]

    @property
    def difference(self) -> Money:
        return self.now - self.was

    @property
    def is_explained(self) -> bool:
        """Whether the parts come to the difference, to the penny."""
        return Money.total(part.difference for part in self.parts) == self.difference


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that says something else: "" where only one of the two returns has it."""

    sheet: str
    cell: str
    label: str
    figure: str
    was: str
    now: str


def figures_moved(was: Iterable[Basis], now: Iterable[Basis]) -> tuple[FigureMoved, ...]:
    """The figures of two bases that differ, in the order of *was*, new ones after them. A figure whose parts changed
    and still come to the same is one of them too."""
    before, after = _by_figure(was), _by_figure(now)
    found = []
    for figure in {**before, **after}:
        old, new = before.get(figure), after.get(figure)
        parts = _parts_moved(_amounts(old), _amounts(new))
        from_pence, to_pence = old.pence if old else 0, new.pence if new else 0
        if parts or from_pence != to_pence:
            found.append(FigureMoved(figure, Money(from_pence), Money(to_pence), parts))
    return tuple(found)


def _by_figure(bases: Iterable[Basis]) -> dict[str, Basis]:
    return {basis.figure: basis for basis in bases}


def _amounts(basis: Basis | None) -> dict[tuple[str, int], int]:
    """What each row counts; one that is split into several parts counts their sum."""
    sums: dict[tuple[str, int], int] = {}
    for item in basis.items if basis is not None else ():
        sums[item.kind, item.id] = sums.get((item.kind, item.id), 0) + item.pence
    return sums


def _parts_moved(
    was: Mapping[tuple[str, int], int], now: Mapping[tuple[str, int], int]
) -> tuple[PartMoved, ...]:
    return tuple(
        PartMoved(*key, Money(was.get(key, 0)), Money(now.get(key, 0)))
        for key in {**was, **now}
        if was.get(key, 0) != now.get(key, 0)
    )


def cells_changed(was: Iterable[ReturnCell], now: Iterable[ReturnCell]) -> tuple[CellChange, ...]:
    """The cells that say something else, in the order of *now*, those that are gone after them.

    Cells are told by what they are (source and label in their sheet) before their place, so that a row that comes in
    does not turn every row below it into a change.
    """
    before = _told_apart(was)
    after = _told_apart(now)
    found = []
    for key, new in after.items():
        old = before.get(key)
        if old is None or old.value != new.value:
            found.append(
                CellChange(
                    new.sheet,
                    new.cell,
                    new.label,
                    new.figure,
                    old.value if old is not None else "",
                    new.value,
                )
            )
    found += [
        CellChange(old.sheet, old.cell, old.label, old.figure, old.value, "")
        for key, old in before.items()
        if key not in after and old.value
    ]
    return tuple(found)


def _told_apart(cells: Iterable[ReturnCell]) -> dict[tuple[str, ...], ReturnCell]:
    """*cells* by what they are; by their place where two of a sheet are the same or nothing is said of them."""
    held = list(cells)
    counted: dict[tuple[str, ...], int] = {}
    for cell in held:
        key = _meaning(cell)
        counted[key] = counted.get(key, 0) + 1
    return {
        (_meaning(cell) if counted[_meaning(cell)] == 1 else ("", cell.sheet, cell.cell)): cell
        for cell in held
    }


def _meaning(cell: ReturnCell) -> tuple[str, ...]:
    if not (cell.source or cell.figure) or not cell.label:
        return ("", cell.sheet, cell.cell)
    return ("said", cell.sheet, cell.source, cell.figure, cell.label)
