"""A filled workbook as its receiver's program would see it: what its formulas add up, what its rules refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal

from fundingapp.domain.addresses import Area

#: A cell by its sheet and address.
At = tuple[str, str]
#: What a cell may hold; None for nothing.
Standing = str | Decimal | bool | date | datetime | time | None


@dataclass(frozen=True, slots=True)
class Added:
    """A range that a formula adds up, or with *times* -1 takes off; *text* as it stands in the formula."""

    sheet: str
    area: Area
    times: int
    text: str

    def moved(self, down: int) -> Added:
        """The same so many rows further down."""
        first, last = self.area.first_row + down, self.area.last_row + down
        return replace(self, area=self.area._replace(first_row=first, last_row=last))


@dataclass(frozen=True, slots=True)
class FormulaParts:
    """A formula (without =) taken apart. *relative* is the same text for formulas that say the same of their own place;
    *adds* is what it adds up where it does nothing else, else None; *reads* are all ranges that it names."""

    text: str
    relative: str
    adds: tuple[Added, ...] | None = None
    reads: tuple[Added, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleBroken:
    """A cell that breaks a rule of the template: *value* and *should* in words, *message* the template's own."""

    sheet: str
    cell: str
    value: str
    should: str
    message: str = ""
    is_blank: bool = False
    #: Whether the receiver's program stops at it; else it only warns.
    stops: bool = True


@dataclass(frozen=True, slots=True)
class RuleUnchecked:
    """A rule of the template that could not be tried at a cell, and why."""

    sheet: str
    cell: str
    why: str


@dataclass(frozen=True, slots=True)
class Received:
    """What the receiver's program would say of a workbook."""

    broken: tuple[RuleBroken, ...] = ()
    unchecked: tuple[RuleUnchecked, ...] = ()
    formulas: Mapping[At, FormulaParts] = field(default_factory=dict)
