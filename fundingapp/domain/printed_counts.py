"""A table whose small counts may have to be hidden: which of its cells are counts, and which are worked out of them.

Its cells and its shape are read as for a table that is checked, and what is found there to be worked out of its counts
is known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from fundingapp.domain.ledger import Cell as RawCell, RawRow, SheetRows
from fundingapp.domain.printed_checks import check_table
from fundingapp.domain.printed_fields import Made, Relation
from fundingapp.domain.printed_figures import Kind, Printed, read_printed
from fundingapp.domain.printed_layout import Block, Line, blocks_of, whole_block
from fundingapp.domain.printed_tables import table_of
from fundingapp.domain.printed_wholes import Sum
from fundingapp.domain.printed_words import (
    SAYS_GIVEN,
    SAYS_PERCENT,
    SAYS_POPULATION,
    SAYS_RATIO,
    says_difference,
    subject_without_change,
)


class What(Enum):
    """What stands in a cell."""

    NOTHING = "nothing"
    TEXT = "text"
    COUNT = "count"
    #: A count of which only a mark is shown; *least* and *most* are what the mark says.
    HIDDEN = "hidden"
    DIFFERENCE = "difference"
    #: A percentage, an average, a rate: worked out of counts and rounded.
    RATIO = "ratio"
    #: A number that counts nobody and is never hidden: a target, a population, an amount of money, a rank.
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it stands in a file: *headings* over the columns, *rows* of cells with their numbers in the file.

    *labels* are the columns that name a row. *block* counts the tables of one sheet. *relations* are what its figures
    bear out to be worked out of others, *sums* which lines are sums, both by the columns and rows here. Where most
    cells of a column print two figures, such as “96 (5%)”, the second ones are a column behind the others; *within*
    says in which they stand.
    """

    name: str
    headings: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: tuple[tuple[Printed, ...], ...]
    labels: tuple[int, ...] = (0,)
    block: int = 0
    heading_row: int = 0
    #: The kind of each cell, by what stands in it, by the words over and beside it, and by what it is worked out of.
    kinds: tuple[tuple[What, ...], ...] = ()
    relations: tuple[Relation, ...] = ()
    sums: tuple[Sum, ...] = ()
    within: tuple[tuple[int, int], ...] = ()

    def label(self, row: int) -> str:
        """What names a row."""
        return ", ".join(filter(None, (self.rows[row][at].text for at in self.labels)))

    def heading(self, column: int) -> str:
        """What names a column; by its number where nothing does."""
        return self.headings[column] or f"column {column + 1}"

    def marks(self, hidden: Mapping[tuple[int, int], str]) -> dict[tuple[int, int], str]:
        """What stands in the cells of the file once those of *hidden* (row and column here) show their marks: by the
        row in the file from 1 and the column from 0."""
        within = dict(self.within)
        made = {
            (
                self.numbers[row],
                within[column],
            ): f"{_first_figure(self.rows[row][within[column]].text)} ({mark})"
            for (row, column), mark in hidden.items()
            if column in within
        }
        # A count that is hidden takes what stands in brackets behind it along.
        return made | {
            (self.numbers[row], column): mark
            for (row, column), mark in hidden.items()
            if column not in within
        }


def read_grids(sheet: SheetRows, *, has_headings: bool = False) -> list[Grid]:
    """The tables of a sheet in their order.

    Headings in several rows are joined; one that stands over several columns counts for each of them. With
    *has_headings* the first row is known to be the headings and all below it one table.
    """
    if has_headings:
        block = whole_block(sheet)
        return [] if block is None else [_grid(block, 0, block.lines)]
    return [
        _grid(block, number, [line for line in block.lines if _has_figures(line, block)])
        for number, block in enumerate(blocks_of(sheet))
    ]


def masked(text: str, *, least: int = 0, most: int | None = None) -> Printed:
    """A figure of which only *text* is shown, which says that it is from *least* to *most* (None: without an end)."""
    return Printed(text, Kind.HIDDEN, least=Decimal(least), most=None if most is None else Decimal(most))


def rows_of(texts: Sequence[Sequence[RawCell]], name: str = "") -> SheetRows:
    """Rows that stand in no file, numbered from 1; the first has the headings."""
    return SheetRows(name, tuple(RawRow(at, tuple(row)) for at, row in enumerate(texts, start=1)))


_NOTHING = read_printed(None)


def _first_figure(text: str) -> str:
    return text.partition("(")[0].strip()


def _has_figures(line: Line, block: Block) -> bool:
    return any(line.cells[at].is_figure for at in range(block.left, block.right) if at not in block.labels)


def _grid(block: Block, number: int, lines: Sequence[Line]) -> Grid:
    width = block.right
    rows = tuple(
        tuple(cell if at >= block.left else _NOTHING for at, cell in enumerate(line.cells[:width]))
        + tuple(line.cells[at].beside or _NOTHING for at in block.doubled)
        for line in lines
    )
    headings = [block.heading(at) if at >= block.left else "" for at in range(width)]
    headings += [f"{block.heading(at)} (in brackets)".strip() for at in block.doubled]
    made = Grid(
        block.sheet,
        tuple(headings),
        tuple(line.row for line in lines),
        rows,
        block.labels or (block.left,),
        number,
        block.heads[-1].row if block.heads else 0,
        within=tuple((width + order, at) for order, at in enumerate(block.doubled)),
    )
    relations, sums = _checked(block, made)
    made = replace(made, relations=relations, sums=sums)
    return replace(made, kinds=_kinds(made))


def _checked(block: Block, grid: Grid) -> tuple[tuple[Relation, ...], tuple[Sum, ...]]:
    """What the check of the table finds to be worked out of others, and to be sums of others, by the columns and the
    rows of *grid*."""
    table = table_of(block)
    if not table.rows:
        return (), ()
    check = check_table(table)
    columns: list[int | None] = [*block.figures, *(column for column, _ in grid.within)]
    lines = {number: at for at, number in enumerate(grid.numbers)}
    rows = [lines.get(row.row) for row in table.rows]

    def here(is_of_rows: bool, *places: int) -> tuple[int, ...] | None:
        found = tuple(at for place in places if (at := (rows if is_of_rows else columns)[place]) is not None)
        return found if len(found) == len(places) else None

    relations = []
    for each in check.relations:
        if (found := here(each.is_of_rows, each.made, each.previous, each.current, *each.parts)) is not None:
            made, previous, current, *parts = found
            relations.append(replace(each, made=made, previous=previous, current=current, parts=tuple(parts)))
    sums = []
    for total in check.sums:
        if (found := here(total.is_of_rows, total.whole, *total.parts)) is not None:
            sums.append(replace(total, whole=found[0], parts=found[1:]))
    return tuple(relations), tuple(sums)


def _kinds(grid: Grid) -> tuple[tuple[What, ...], ...]:
    columns = {each.made: _made(each) for each in grid.relations if not each.is_of_rows}
    rows = {each.made: _made(each) for each in grid.relations if each.is_of_rows}
    # Where percentages stand among bare figures, such as in rows below their counts, a line is not all worked out.
    columns = {at: made for at, made in columns.items() if not _is_mixed([row[at] for row in grid.rows])}
    rows = {at: made for at, made in rows.items() if not _is_mixed(grid.rows[at])}
    by_label = [rows.get(at) or _by_label(grid.label(at)) for at in range(len(grid.rows))]
    # A difference in a row of its own, below two years, says nothing of the columns.
    counted = [cells for cells, said in zip(grid.rows, by_label, strict=True) if said is None]
    below = [
        any((row[at].value or 0) < 0 and row[at].kind is Kind.NUMBER for row in counted)
        for at in range(len(grid.headings))
    ]
    by_heading = [
        columns.get(at) or _by_heading(heading, is_below=below[at])
        for at, heading in enumerate(grid.headings)
    ]
    return tuple(
        tuple(
            _kind(cell, by_heading[column], by_label[row], is_label=column in grid.labels)
            for column, cell in enumerate(cells)
        )
        for row, cells in enumerate(grid.rows)
    )


def _is_mixed(cells: Sequence[Printed]) -> bool:
    """Whether some figures of a line are printed as percentages and others are whole numbers without a sign."""
    numbers = [cell for cell in cells if cell.kind in (Kind.NUMBER, Kind.PERCENT)]
    return any(cell.is_percent for cell in numbers) and any(
        not (cell.is_percent or cell.has_sign or cell.decimals) and cell.value for cell in numbers
    )


def _made(relation: Relation) -> What:
    return What.DIFFERENCE if relation.how is Made.DIFFERENCE else What.RATIO


def _by_heading(heading: str, *, is_below: bool) -> What | None:
    """What the words over a column say of its figures; None where they may be counts."""
    if SAYS_GIVEN.search(heading) and "%" not in heading:
        return What.GIVEN
    if SAYS_RATIO.search(heading):
        return What.RATIO
    # A column without a word for it, such as “Net”, that falls below nought somewhere.
    return What.DIFFERENCE if is_below or says_difference(heading) else None


def _by_label(label: str) -> What | None:
    """What a label says of its row; None where it names a thing as well, for that may be counted."""

    def says_no_more(words: re.Pattern[str]) -> bool:
        rest = words.sub(" ", SAYS_POPULATION.sub(" ", label))
        return words.search(label) is not None and not subject_without_change(rest)

    if SAYS_PERCENT.search(label):
        return What.RATIO
    if says_no_more(SAYS_GIVEN):
        return What.GIVEN
    if says_no_more(SAYS_RATIO):
        return What.RATIO
    return What.DIFFERENCE if says_difference(label) and not subject_without_change(label) else None


def _kind(cell: Printed, by_heading: What | None, by_label: What | None, *, is_label: bool) -> What:
    """What a cell is, with the words over and beside it."""
    if not cell.is_figure:
        return What.TEXT if cell.kind is Kind.TEXT else What.NOTHING
    if is_label:
        return What.TEXT
    if cell.is_money:
        return What.GIVEN
    said = {by_heading, by_label}
    if cell.kind is Kind.HIDDEN:
        # A withheld percentage tells nothing.
        return What.TEXT if cell.is_percent or said & {What.RATIO, What.DIFFERENCE} else What.HIDDEN
    if What.GIVEN in said and not cell.is_percent:
        return What.GIVEN
    if cell.is_percent or cell.is_points or cell.decimals or What.RATIO in said:
        return What.RATIO
    return What.DIFFERENCE if cell.has_sign or What.DIFFERENCE in said else What.COUNT
