"""What each formula reads, and so which formulas a change reaches, directly or through others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from fundingapp.workbooks.addresses import LAST_COLUMN, LAST_ROW
from fundingapp.workbooks.formulas.book import CellFormula, FormulaBook, Key, TableRange, table_area
from fundingapp.workbooks.formulas.syntax import (
    Binary,
    Call,
    Name,
    Node,
    Reference,
    Single,
    Spill,
    SyntaxProblem,
    TablePart,
    Unary,
    parsed,
)
from fundingapp.workbooks.formulas.values import Area

#: They look where only their arguments' values tell.
_ANYWHERE: Final = frozenset({"OFFSET", "INDIRECT"})
#: They say something else every time, whatever is put in.
_RESTLESS: Final = frozenset({"TODAY", "NOW", "RAND", "RANDBETWEEN", "RANDARRAY", "CELL", "INFO"})
_WIDE: Final = 64


@dataclass(slots=True)
class Reads:
    """What one formula reads: areas, and whether it may read anywhere or changes by itself."""

    areas: set[Area] = field(default_factory=set)
    anywhere: bool = False
    restless: bool = False


def moved(reference: Reference, at: tuple[int, int], base: tuple[int, int]) -> tuple[int, int, int, int]:
    """The cells of *reference* for a formula written for *base* that stands in *at*; beyond the edge it goes on
    at the opposite one, as Excel has it.
    """
    down, along = at[0] - base[0], at[1] - base[1]
    if not down and not along:
        return reference.top, reference.left, reference.bottom, reference.right
    fixed = reference.fixed
    top = reference.top if fixed[0] else (reference.top + down - 1) % LAST_ROW + 1
    left = reference.left if fixed[1] else (reference.left + along - 1) % LAST_COLUMN + 1
    bottom = reference.bottom if fixed[2] else (reference.bottom + down - 1) % LAST_ROW + 1
    right = reference.right if fixed[3] else (reference.right + along - 1) % LAST_COLUMN + 1
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def sheets_between(book: FormulaBook, reference: Reference, here: int) -> range | None:
    """The numbers of the sheets that *reference* names; None when one is not there."""
    if reference.sheet is None:
        return range(here, here + 1)
    first = book.sheet_number(reference.sheet)
    last = book.sheet_number(reference.last_sheet) if reference.last_sheet else first
    if first is None or last is None:
        return None
    return range(min(first, last), max(first, last) + 1)


def reads_of(book: FormulaBook, key: Key, formula: CellFormula) -> Reads:
    """What the formula in the cell *key* reads."""
    reads = Reads()
    try:
        node = parsed(formula.text)
    except SyntaxProblem:
        reads.anywhere = True
        return reads
    if formula.kind in {"table", "lost"}:
        reads.anywhere = True
    try:
        _Walk(book, reads).walk(node, key, formula.base, 0)
    except RecursionError:
        reads.anywhere = True
    return reads


class _Walk:
    def __init__(self, book: FormulaBook, reads: Reads) -> None:
        self._book = book
        self._reads = reads

    def walk(self, node: Node, key: Key, base: tuple[int, int], depth: int) -> None:
        match node:
            case Reference():
                between = sheets_between(self._book, node, key[0])
                for number in between or ():
                    self._reads.areas.add(Area(number, *moved(node, key[1:], base)))
            case Call(function, arguments):
                self._reads.anywhere |= function in _ANYWHERE
                self._reads.restless |= function in _RESTLESS
                for each in arguments:
                    self.walk(each, key, base, depth)
            case Unary(_, operand) | Single(operand):
                self.walk(operand, key, base, depth)
            case Spill(operand):
                self.walk(operand, key, base, depth)
            case Binary(operator, left, right):
                if operator == ":":
                    self._span(node, key, base, depth)
                self.walk(left, key, base, depth)
                self.walk(right, key, base, depth)
            case Name(name, sheet):
                self._name(name, sheet, key, depth)
            case TablePart(table, areas, first, last):
                found = self._book.tables.get(table.lower()) if table else table_around(self._book, key)
                area = table_area(found, areas, first, last, key[1]) if found else None
                if area is not None:
                    self._reads.areas.add(area)
            case _:
                pass

    def _name(self, name: str, sheet: str | None, key: Key, depth: int) -> None:
        text = named(self._book, name, sheet, key[0])
        if text is None or depth > 20:
            return
        try:
            self.walk(parsed(text), key, (1, 1), depth + 1)
        except SyntaxProblem:
            self._reads.anywhere = True

    def _span(self, node: Binary, key: Key, base: tuple[int, int], depth: int) -> None:
        """Any range between what the two sides can be lies in the box around both."""
        inner = Reads()
        walk = _Walk(self._book, inner)
        walk.walk(node.left, key, base, depth)
        walk.walk(node.right, key, base, depth)
        for number in {area.sheet for area in inner.areas}:
            ours = [area for area in inner.areas if area.sheet == number]
            box = Area(
                number,
                min(area.top for area in ours),
                min(area.left for area in ours),
                max(area.bottom for area in ours),
                max(area.right for area in ours),
            )
            self._reads.areas.add(box)


def named(book: FormulaBook, name: str, sheet: str | None, here: int) -> str | None:
    """What a defined name stands for: that of the sheet before that of the workbook; None when there is none."""
    number = here
    if sheet is not None:
        found = book.sheet_number(sheet)
        if found is None:
            return None
        number = found
    lower = name.lower()
    return book.names.get((number, lower), book.names.get((None, lower)))


def table_around(book: FormulaBook, key: Key) -> TableRange | None:
    """The table that the cell stands in."""
    number, row, column = key
    for table in book.tables.values():
        if table.sheet == number and table.top <= row <= table.bottom and table.left <= column <= table.right:
            return table
    return None


class Reach:
    """Which formulas read which cells of a workbook; made once, asked for any set of changes."""

    def __init__(self, book: FormulaBook) -> None:
        self.reads: dict[Key, Reads] = {}
        self._by_column: dict[tuple[int, int], list[tuple[int, int, Key]]] = defaultdict(list)
        self._wide: dict[int, list[tuple[Area, Key]]] = defaultdict(list)
        self._cells: dict[Key, list[Key]] = defaultdict(list)
        self.restless: set[Key] = set()
        self.anywhere: set[Key] = set()
        self._book = book
        for key, formula in book.formulas():
            reads = reads_of(book, key, formula)
            self.reads[key] = reads
            if reads.restless:
                self.restless.add(key)
            if reads.anywhere:
                self.anywhere.add(key)
            for area in reads.areas:
                if area.is_cell:
                    self._cells[area.sheet, area.top, area.left].append(key)
                elif area.width > _WIDE:
                    self._wide[area.sheet].append((area, key))
                else:
                    for column in range(area.left, area.right + 1):
                        self._by_column[area.sheet, column].append((area.top, area.bottom, key))

    def readers(self, cell: Key) -> Iterable[Key]:
        """The formulas that read *cell* directly."""
        number, row, column = cell
        yield from self._cells.get(cell, ())
        for top, bottom, key in self._by_column.get((number, column), ()):
            if top <= row <= bottom:
                yield key
        for area, key in self._wide.get(number, ()):
            if area.top <= row <= area.bottom and area.left <= column <= area.right:
                yield key

    def reached(self, changed: Iterable[Key], *, restless: bool) -> set[Key]:
        """The formulas that depend on *changed* cells; with *restless* also those that change by themselves."""
        cone: set[Key] = set()
        cells = list(changed)
        seen = set(cells)

        def take(key: Key) -> None:
            if key in cone:
                return
            cone.add(key)
            formula = self._book.sheets[key[0]].formulas[key[1:]]
            cells.append(key)
            if formula.ref is not None:
                top, left, bottom, right = formula.ref
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        cell = (key[0], row, column)
                        if cell not in seen:
                            seen.add(cell)
                            cells.append(cell)

        if cells:
            for key in self.anywhere:
                take(key)
        if restless:
            for key in self.restless:
                take(key)
        while cells:
            for key in self.readers(cells.pop()):
                take(key)
        return cone


class Waiting:
    """Formulas by place, to find those in an area quickly."""

    def __init__(self, keys: Iterable[Key]) -> None:
        rows: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, row, column in keys:
            rows[number, column].append(row)
        self._columns: dict[int, list[int]] = defaultdict(list)
        for number, column in rows:
            self._columns[number].append(column)
        for columns in self._columns.values():
            columns.sort()
        for each in rows.values():
            each.sort()
        self._rows = rows

    def within(self, area: Area) -> Iterable[Key]:
        """Those in *area*."""
        columns = self._columns.get(area.sheet, [])
        for column in columns[bisect_left(columns, area.left) : bisect_right(columns, area.right)]:
            rows = self._rows[area.sheet, column]
            for row in rows[bisect_left(rows, area.top) : bisect_right(rows, area.bottom)]:
                yield area.sheet, row, column
