"""The same invoice charged twice: to two grants, or twice to one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.reversals import references
from fundingapp.domain.suppliers import plain_name


class ChargedTo(NamedTuple):
    """A ledger line with the heads that it is charged to."""

    id: LineId
    line: LedgerLine
    heads: frozenset[BudgetHead]


class Double(NamedTuple):
    """Two charged lines that look like one invoice; *why* says what they share."""

    first: ChargedTo
    second: ChargedTo
    why: str


@dataclass(frozen=True, slots=True)
class Dismissal:
    """Two lines, by their keys in the ledger in order, that a person says are not one invoice, and why."""

    first: str
    second: str
    reason: str


def double_charges(
    charged: Iterable[ChargedTo], cancelled: Collection[LineId] = frozenset()
) -> Iterator[Double]:
    """Each line of *charged* that repeats an earlier one: same supplier, amount, and invoice number or reference.

    Lines without a supplier are left out, for journals repeat amounts and wording as they should; so are *cancelled*
    ones, which another line reverses. Two lines of one transaction with the same wording count when they are charged to
    different funds. Each line is set beside the first of its like, so that three give two doubles.
    """
    first_with: dict[tuple[str, int, str], ChargedTo] = {}
    for entry in sorted(charged, key=lambda entry: (entry.line.year.start, entry.line.period, entry.id)):
        line = entry.line
        family = plain_name(line.supplier)
        if not family or not line.amount or entry.id in cancelled:
            continue
        earlier: Double | None = None
        for number in sorted(references(line.description)):
            other = first_with.setdefault((family, line.amount.pence, number), entry)
            if other is not entry and earlier is None:
                earlier = Double(other, entry, f"same supplier, amount and number {number.upper()}")
        same = f"{line.transaction}\0{line.description}"
        other = first_with.setdefault((family, line.amount.pence, same), entry)
        if earlier is None and other is not entry and _funds(other).isdisjoint(_funds(entry)):
            earlier = Double(
                other, entry, f"same supplier, amount and wording under transaction {line.transaction}"
            )
        if earlier is not None:
            yield earlier


def _funds(entry: ChargedTo) -> frozenset[int]:
    return frozenset(head.fund for head in entry.heads)
