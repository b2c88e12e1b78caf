"""What answers “why?”: a figure taken apart into the sum that makes it, down to ledger lines and evidence."""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.application.ports import Kept, LineFilter, LineShare
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.ids import FigureId
from fundingapp.domain.money import Money


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a figure; *figure* is what to ask in turn, "" for a plain number. What is no amount of money is *shown*
    as text, and its amount is nought."""

    name: str
    amount: Money = Money.ZERO
    figure: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Supporting:
    """An item of evidence behind a figure, and what it supports, in words. *state* says how its file stands, by
    presence and size; "" for what is no file."""

    evidence: Kept[Evidence]
    supports: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class FigureSource:
    """A figure that was measured: what it is of, as it is *shown*, and *where* it came from: file, sheet and cell, or
    who typed it and when. *id* is that of the indicator's figure, None for one of a published table."""

    name: str
    shown: str
    where: str
    id: FigureId | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure taken apart: *value* is the sum of *terms*, or of the shares of its *line_count* lines when *where*
    names them. *lines* may be only the first of them. *evidence* is what the terms rest on.

    What is no amount of money is *shown* as text: its value is nought, and its *sources* are the figures behind it.
    """

    figure: str
    title: str
    value: Money
    terms: tuple[Term, ...]
    note: str = ""
    where: LineFilter | None = None
    lines: tuple[LineShare, ...] = ()
    line_count: int = 0
    line_total: Money = Money.ZERO
    evidence: tuple[Supporting, ...] = ()
    shown: str = ""
    sources: tuple[FigureSource, ...] = ()

    @property
    def in_words(self) -> str:
        """What it is: an amount, or the text that is shown."""
        return self.shown or self.value.in_words
