"""What answers “why?”: a figure taken apart into the sum that makes it, down to ledger lines and evidence."""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.application.ports import Kept, LineFilter, LineShare
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.money import Money


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a figure; *figure* is what to ask in turn, "" for a plain number."""

    name: str
    amount: Money
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Supporting:
    """An item of evidence behind a figure, and the accrual or adjustment that it supports, in words."""

    evidence: Kept[Evidence]
    supports: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure taken apart: *value* is the sum of *terms*, or of the shares of its *line_count* lines when *where*
    names them. *lines* may be only the first of them. *evidence* is what the terms rest on."""

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
