"""Where the parts of a printed total stand, and which row is a total though its label does not call it one.

A table that is checked and one whose small numbers are hidden look in the same places. The first believes only what
leaves no doubt, so that no right figure is called wrong; the second whatever a reader might see, so that nothing leaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from fundingapp.domain.performance import RowSort
from fundingapp.domain.printed_fields import Field
from fundingapp.domain.printed_figures import Kind
from fundingapp.domain.printed_tables import PrintedTable
from fundingapp.domain.printed_words import SAYS_UNSUMMED, is_all_crime, may_be_total

#: Smaller sums may be an accident.
_TELLING: Final = 50


def likely_parts(whole: int, is_total: Sequence[bool]) -> Iterator[list[int]]:
    """Where the parts of the total at *whole* usually stand among lines of which some are totals, the likeliest
    first."""
    before, after = range(whole), range(whole + 1, len(is_total))
    last = max((at for at in before if is_total[at]), default=-1)
    following = min((at for at in after if is_total[at]), default=len(is_total))
    yield list(range(last + 1, whole))
    yield [at for at in before if not is_total[at]]
    yield list(range(whole + 1, following))
    yield [at for at in after if not is_total[at]]
    yield [at for at in before if is_total[at]]
    yield [at for at in after if is_total[at]]
    yield [at for at in range(len(is_total)) if at != whole and not is_total[at]]
    yield [at for at in range(len(is_total)) if at != whole and is_total[at]]
    yield [at for at in range(len(is_total)) if at != whole]


def whole_told_by_figures(table: PrintedTable, rows: Sequence[int], fields: Sequence[Field]) -> int | None:
    """The first or last of *rows* where it is the sum of all others by what its figures say, such as “County” below
    its districts; None where a row is called a total, for that is believed."""
    ordinary = [at for at in rows if not table.rows[at].is_part]
    if any(table.rows[at].sort in {RowSort.TOTAL, RowSort.SUBTOTAL} for at in rows) or len(ordinary) < 3:
        return None
    summed = [field for field in fields if not SAYS_UNSUMMED.search(field.heading)]
    for at in (ordinary[-1], ordinary[0]):
        label = table.rows[at].label
        told = [_is_sum(field, rows, at, ordinary) for field in summed]
        agreeing, judged = told.count(True), len(told) - told.count(None)
        sounds = may_be_total(label) and not is_all_crime(label)
        if agreeing >= (1 if sounds else 2) and 3 * agreeing >= judged:
            return at
    return None


def _is_sum(field: Field, rows: Sequence[int], at: int, ordinary: Sequence[int]) -> bool | None:
    """Whether a column of counts has at *at* the sum of its other rows; None where that says nothing."""
    cells = dict(zip(rows, field.cells, strict=True))
    own = cells[at]
    if own.kind is not Kind.NUMBER or own.count is None or abs(own.count) < _TELLING:
        return None
    parts = [cells[part] for part in ordinary if part != at]
    if any(part.kind not in {Kind.NUMBER, Kind.NOTHING} for part in parts):
        return None
    return sum((part.value for part in parts if part.value is not None), Decimal()) == own.value
