"""Totals of a published table that are not the sum of their parts, and categories that are more than all crime."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from fundingapp.domain.performance import RowSort
from fundingapp.domain.printed_fields import Field
from fundingapp.domain.printed_ranges import NOBODY_KNOWS, Range
from fundingapp.domain.printed_tables import PrintedTable
from fundingapp.domain.printed_wholes import Cell, Counts, Sum, Wholes
from fundingapp.domain.printed_words import is_all_crime, is_crime, is_of_same_time, is_total, may_overlap


@dataclass(frozen=True, slots=True)
class TotalDiffers:
    """A printed total that is not the sum of its parts: both figures, and how they stand to each other (R38)."""

    row: int
    column: str
    label: str
    printed: str
    should_be: str
    text: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class TableNote:
    """Something to know of a check: of which *column* or row, and the sentence."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class _Accused:
    """A figure that is not what others give: *summed* of its *parts*, said in words by *how*. *is_exceeded*: these are
    categories of all crime, and need not be all of them."""

    cell: Cell
    summed: Range
    parts: tuple[Cell, ...]
    how: str
    is_exceeded: bool = False


class Totals:
    """The *sums* of a table, and the totals that are not what their parts give. *whole* is the row that is told to be
    a total by its figures alone."""

    def __init__(
        self,
        table: PrintedTable,
        rows: Sequence[int],
        fields: Sequence[Field],
        made: set[int],
        unit: int,
        whole: int | None = None,
    ) -> None:
        self._table = table
        self._counts = Counts(table, rows, fields, made, unit)
        wholes = Wholes(self._counts, whole)
        self.sums = (*wholes.of_columns(), *wholes.of_rows())
        self.verified = sum(len(self._counts.telling(each)) for each in self.sums)
        self.notes = [
            TableNote(
                label,
                f"“{label}” is nowhere the sum of the rows listed; it was taken for a total of others than these, and "
                "not judged.",
            )
            for label in wholes.unlike
        ]
        self._mended: dict[Cell, Range] = {}

    def differing(self) -> list[TotalDiffers]:
        """The totals that are not the sum of their parts, in the order of the file."""
        accused: dict[Cell, list[_Accused]] = {}
        for each in (*self._not_their_sums(), *self._above_all_crime()):
            accused.setdefault(each.cell, []).append(each)
        # By a whole whose own parts are in doubt little is told.
        best = {
            cell: min(told, key=lambda each: (each.is_exceeded, any(part in accused for part in each.parts)))
            for cell, told in accused.items()
        }
        wrong = [each for each in best.values() if not self._is_another_to_blame(each, best)]
        self._mended = {
            each.cell: self._with_right_parts(each, best) for each in wrong if not each.is_exceeded
        }
        return sorted((self._told(each) for each in wrong), key=lambda each: (each.row, each.at))

    def mended(self, cell: Cell) -> Range | None:
        """What a total that differs should be, by its row and column among those of the table."""
        return self._mended.get(cell)

    def _not_their_sums(self) -> Iterator[_Accused]:
        for each in self.sums:
            of = "rows" if each.is_of_rows else "columns"
            for whole, parts in map(each.cells, self._counts.telling(each)):
                summed = self._counts.sum(parts)
                if not self._counts.agrees(whole, summed):
                    yield _Accused(
                        whole, summed, parts, f"the {len(parts):,} {of} that make it sum to {{sum}}"
                    )

    def _with_right_parts(self, each: _Accused, best: dict[Cell, _Accused]) -> Range:
        """What the parts of a total sum to once those that differ themselves are right."""
        sums = [
            best[part].summed if part in best and not best[part].is_exceeded else self._counts.sum([part])
            for part in each.parts
        ]
        return sum((low for low, _ in sums), Fraction()), sum((high for _, high in sums), Fraction())

    def _is_another_to_blame(self, each: _Accused, best: dict[Cell, _Accused]) -> bool:
        """Whether a total differs only because one of its parts is a total that differs itself; so where a category
        that differs is more than all crime."""
        wrong = [part for part in each.parts if part in best and not best[part].is_exceeded]
        if each.is_exceeded:
            return bool(wrong)
        return bool(wrong) and self._counts.agrees(each.cell, self._with_right_parts(each, best))

    def _above_all_crime(self) -> Iterator[_Accused]:
        """Categories that exceed all crime, which they are part of (R38)."""
        table, counts = self._table, self._counts
        for at in counts.rows:
            if not is_all_crime(table.rows[at].label):
                continue
            others = [
                other
                for other in counts.rows
                if other != at
                and table.rows[other].sort is RowSort.ORDINARY
                and not (table.rows[other].is_led_in or table.rows[other].is_part)
                and is_crime(table.rows[other].label)
            ]
            of = Sum(at, tuple(others), is_of_rows=True)
            yield from self._exceeding(of, lambda cell: table.rows[cell[0]].label)
        for column in counts.columns:
            heading = table.columns[column]
            stem = heading.group or re.sub(r"\s*(?:19|20)\d\d.*$", "", heading.heading)
            if not is_all_crime(stem):
                continue
            others = [
                other
                for other in counts.columns
                if other != column
                and is_of_same_time(table.columns[other].heading, heading.heading)
                and is_crime(table.columns[other].heading)
                and not is_total(table.columns[other].own)
            ]
            of = Sum(column, tuple(others), is_of_rows=False)
            yield from self._exceeding(of, lambda cell: table.columns[cell[1]].heading)

    def _exceeding(self, of: Sum, name: Callable[[Cell], str]) -> Iterator[_Accused]:
        for cell, parts in map(of.cells, self._counts.telling(of)):
            whole = self._counts.printed(cell)
            known = [(part, own) for part in parts if (own := self._counts.printed(part)) is not None]
            if whole is None:
                continue
            single = next(((part, own) for part, own in known if own[0] > whole[1]), None)
            if single is not None:
                part, alone = single
                yield _Accused(cell, alone, (part,), f"{name(part)} alone is {{sum}}", is_exceeded=True)
            elif len(parts) > 1 and not may_overlap([name(part) for part in parts]):
                low = sum((own[0] for _, own in known), Fraction())
                if low > whole[1]:
                    how = "the categories listed sum to {sum}"
                    yield _Accused(cell, (low, low), parts, how, is_exceeded=True)

    def _told(self, each: _Accused) -> TotalDiffers:
        at, column = each.cell
        row, heading = self._table.rows[at], self._table.columns[column]
        printed = row.cells[column]
        summed = self._mended.get(each.cell, each.summed)
        ends = [printed.like(Decimal(end.numerator) / end.denominator) for end in summed]
        if summed[1] >= NOBODY_KNOWS:
            ends = [f"at least {ends[0]}"] * 2
        should_be = ends[0] if ends[0] == ends[1] else " to ".join(ends)
        text = f"{row.label or heading.heading}: {printed.own_text} is printed, {each.how.format(sum=should_be)}."
        return TotalDiffers(
            row.row, heading.heading, row.label, printed.own_text, should_be, text, heading.at
        )
