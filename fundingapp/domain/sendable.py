"""What may be sent: an entry of the catalogue of our figures, and what a return holds for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.money import Money
from fundingapp.domain.templates import RowsOf


class FigureSort(Enum):
    """What sort of value an entry has."""

    POUNDS = "pounds"
    NUMBER = "number"
    TEXT = "text"
    DAY = "day"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Sendable:
    """An entry of the catalogue. *source* is its name (``project/spent/q3``), *label* what a finance officer calls it.

    *rows* says which rows have it, none for a value of the whole return. *choices* are all our words for a choice, and
    *also* words that workbooks use for it, the first the most usual.
    """

    source: str
    label: str
    sort: FigureSort
    group: str
    rows: tuple[RowsOf, ...] = ()
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentValue:
    """What a return holds for an entry, None for nothing. *figure* is what answers “why?”, *is_small* says that the
    value is a mark in place of a small count."""

    value: Money | Decimal | int | str | date | None = None
    figure: str = ""
    is_small: bool = False


#: What is not held.
NOT_HELD = SentValue()


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of what is sent, such as a project: *key* tells it from the others, *label* names it in words."""

    key: str
    label: str
    values: Mapping[str, SentValue]


@dataclass(frozen=True, slots=True)
class FiguresToSend:
    """All that one return may send: by source, and by row."""

    values: Mapping[str, SentValue]
    rows: Mapping[RowsOf, tuple[FigureRow, ...]] = field(default_factory=dict)

    def rows_of(self, rows: RowsOf) -> tuple[FigureRow, ...]:
        return self.rows.get(rows, ())
