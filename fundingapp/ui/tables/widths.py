"""How wide each column is: what its content asks for, then fitted to the room there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """What one column asks for, in pixels: *wanted*, never under *least*; *stretch* shares what is left over."""

    wanted: int
    least: int
    stretch: int = 0


def fit(wishes: Sequence[Wish], room: int) -> list[int]:
    """The widths for *room* pixels.

    Room to spare goes to the columns that stretch. When room is short, those give way first, then the others,
    each in proportion to what it can give; when all are at their least, the sum is wider than the room and the
    table scrolls.
    """
    widths = [max(wish.wanted, wish.least) for wish in wishes]
    spare = room - sum(widths)
    if spare > 0:
        return _grown(widths, wishes, spare)
    for stretching in (True, False):
        need = sum(widths) - room
        if need <= 0:
            break
        gives = [
            width - wish.least if bool(wish.stretch) is stretching else 0
            for width, wish in zip(widths, wishes, strict=True)
        ]
        whole = sum(gives)
        if whole:
            taken = min(need, whole)
            widths = [width - -(-taken * give // whole) for width, give in zip(widths, gives, strict=True)]
    if sum(widths) < room:  # rounding took a few pixels too many
        return _grown(widths, wishes, room - sum(widths))
    return widths


def _grown(widths: list[int], wishes: Sequence[Wish], spare: int) -> list[int]:
    whole = sum(wish.stretch for wish in wishes)
    if not whole:
        return widths
    grown = [width + spare * wish.stretch // whole for width, wish in zip(widths, wishes, strict=True)]
    last = max(at for at, wish in enumerate(wishes) if wish.stretch)
    grown[last] += spare - (sum(grown) - sum(widths))
    return grown
