"""Works formulas out, one cell after the other, as Excel does; what it cannot vouch for ends in NotComputed.

Why an evaluator of our own: a result goes into a certified return, so every rule that Excel and LibreOffice share
must hold, and every point on which they part must be seen and not claimed. An engine gives one answer to everything
(to formualizer, 0.1+0.2=0.3 is false and 80.04 is 80.03999999999999 in a text) and does not say where others differ.
It judges in the tests instead, beside LibreOffice: tests/workbooks/test_formula_judges.py.

Two programs are followed at once where binary noise matters: LibreOffice takes the result of every subtraction for
nought that is nought to 15 digits, Excel only where it is the last step. Where that decides, nothing is claimed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import fsum
from typing import Any, Final

from fundingapp.workbooks.addresses import LAST_COLUMN, LAST_ROW, address
from fundingapp.workbooks.formulas.book import FormulaBook, Key, table_area
from fundingapp.workbooks.formulas.reach import Reach, Waiting, moved, named, sheets_between, table_around
from fundingapp.workbooks.formulas.syntax import (
    Binary,
    Call,
    Fault,
    Missing,
    Name,
    Node,
    Number,
    Outside,
    Reference,
    Single,
    Spill,
    SyntaxProblem,
    Table,
    TablePart,
    Text,
    Truth,
    Unary,
    parsed,
)
from fundingapp.workbooks.formulas.values import (
    DIV0,
    NA,
    NAME,
    NULL,
    NUM,
    REF,
    VALUE,
    Area,
    Areas,
    Array,
    Error,
    Faulty,
    NotComputed,
    Scalar,
    Value,
    compare,
    finite,
    nearly_equal,
    to_number,
    to_text,
)

#: Seconds that all formulas of a workbook together may take, and cells that they may read.
MOST_TIME: Final = 10.0
MOST_READ: Final = 30_000_000
_DEEPEST_NAME: Final = 20
_CHAINED: Final = ", which is not worked out: "


class Needs(Exception):  # noqa: N818 - no error: another formula must be worked out first
    """The formula reads a cell whose own formula has not been worked out yet."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Context:
    """Where a formula stands: its cell, the cell it was written for, and whether ranges stand for all their cells."""

    key: Key
    base: tuple[int, int]
    arrays: bool = False
    depth: int = 0
    scope: Mapping[str, Value] | None = None
    #: Ranges stand for all their cells only because SUMPRODUCT or its like asks for them.
    is_forced: bool = False


Whole = Callable[["Worker", Context, list[Value]], Value]
Lazy = Callable[["Worker", Context, Sequence[Node]], Value]
Plain = Callable[..., Scalar]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of spreadsheets: *plain* over single values, *whole* over ranges, or *lazy* over its own text."""

    least: int
    most: int
    plain: Plain | None = None
    whole: Whole | None = None
    lazy: Lazy | None = None
    #: Its arguments are worked out for all cells of a range (as SUMPRODUCT's are).
    arrays: bool = False
    #: A plain function that is told of errors instead of passing them on.
    takes_errors: bool = False


FUNCTIONS: Final[dict[str, Function]] = {}


def plain(name: str, least: int, most: int, *, takes_errors: bool = False) -> Callable[[Any], Any]:
    """Registers a function over single values; with ranges, in an array formula, it is asked cell by cell."""

    def take(function: Any) -> Any:
        for each in name.split():
            FUNCTIONS[each] = Function(least, most, plain=function, takes_errors=takes_errors)
        return function

    return take


def whole(name: str, least: int, most: int = 255, *, arrays: bool = False) -> Callable[[Any], Any]:
    """Registers a function that takes ranges as they are."""

    def take(function: Any) -> Any:
        for each in name.split():
            FUNCTIONS[each] = Function(least, most, whole=function, arrays=arrays)
        return function

    return take


def lazy(name: str, least: int, most: int = 255) -> Callable[[Any], Any]:
    """Registers a function that works out only those of its arguments that it needs."""

    def take(function: Any) -> Any:
        for each in name.split():
            FUNCTIONS[each] = Function(least, most, lazy=function)
        return function

    return take


class Worker:
    """A workbook with some cells put in: formulas in *todo* are worked out, the others say what is stored."""

    def __init__(
        self,
        book: FormulaBook,
        puts: Mapping[Key, Scalar],
        todo: set[Key],
        reach: Reach | None,
        today: date | None = None,
        refused: Mapping[Key, str] | None = None,
    ) -> None:
        self.book = book
        self.today = today
        self.puts = puts
        self._reach = reach
        self._now: list[dict[tuple[int, int], Scalar] | None] = [None] * len(book.sheets)
        #: Every change of a sheet counts, so that ranges that are read again and again are put together once.
        self._versions = [0] * len(book.sheets)
        self._arrays: dict[Area, tuple[int, Array]] = {}
        #: Where conditions hold in ranges, by range and condition, with the values that were looked at.
        self.places: dict[tuple[Area, type, Scalar], tuple[Array, set[tuple[int, int]]]] = {}
        self._extents = [[sheet.last_row, sheet.last_column] for sheet in book.sheets]
        self.pending: dict[Key, Key] = {}
        self.failed: dict[Key, str] = {}
        #: What Excel makes of a cell where its noise differs from LibreOffice's.
        self._noisy: dict[Key, Scalar] = {}
        self._noisy_sheets: set[int] = set()
        #: Every result, the cells of arrays included.
        self.results: dict[Key, Scalar] = {}
        #: What each dynamic array fills now.
        self.spills: dict[Key, Area] = {}
        self.of_today: set[Key] = set()
        #: What names come to that mean the same in every cell of a sheet; all that they read is known by then.
        self._still: dict[tuple[str, int], Value] = {}
        self._used_today = False
        self._as_excel = False
        self._noise = False
        self._root: Node | None = None
        self._read = 0
        self._deadline = time.monotonic() + MOST_TIME
        for key, value in puts.items():
            self._set(key, value)
        for key in todo:
            self.pending[key] = key
            formula = book.sheets[key[0]].formulas[key[1:]]
            if formula.ref is not None:
                top, left, bottom, right = formula.ref
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        self.pending[key[0], row, column] = key
        self._waiting = Waiting(self.pending)
        for key, why in (refused or {}).items():
            if key in todo:
                self._fail(key, why)

    # ---- the state ----

    def now(self, sheet: int) -> dict[tuple[int, int], Scalar]:
        """The values of a sheet as far as they are known."""
        found = self._now[sheet]
        if found is None:
            found = self._now[sheet] = dict(self.book.sheets[sheet].values)
        return found

    def _set(self, key: Key, value: Scalar) -> None:
        self._versions[key[0]] += 1
        cells = self.now(key[0])
        if value is None:
            cells.pop(key[1:], None)
            return
        cells[key[1:]] = value
        extent = self._extents[key[0]]
        extent[0] = max(extent[0], key[1])
        extent[1] = max(extent[1], key[2])

    def place(self, key: Key) -> str:
        """A cell in words: Outputs!D45."""
        return f"{self.book.sheets[key[0]].name}!{address(key[1], key[2] - 1)}"

    def cell(self, key: Key) -> Scalar:
        """What a cell says. Raises Needs and NotComputed."""
        if key in self.pending:
            raise Needs(self.pending[key])
        if key in self.failed:
            raise NotComputed(self._because(key))
        if self._noisy and key in self._noisy:
            self._noise = True
            if self._as_excel:
                return self._noisy[key]
        return self.now(key[0]).get(key[1:])

    def _because(self, key: Key) -> str:
        why = self.failed[key]
        return why if _CHAINED in why else f"it reads {self.place(key)}{_CHAINED}{why}"

    def clipped(self, area: Area) -> Area:
        """*area* without the rows and columns beyond all that is used; at least its first cell."""
        last_row, last_column = self._extents[area.sheet]
        bottom, right = (
            min(area.bottom, max(last_row, area.top)),
            min(area.right, max(last_column, area.left)),
        )
        return Area(area.sheet, area.top, area.left, bottom, right)

    def array(self, area: Area) -> Array:
        """The values of an area, as far as the sheet is used. Raises Needs and NotComputed."""
        area = self.clipped(area)
        known = self._arrays.get(area)
        if known is not None and known[0] == self._versions[area.sheet]:
            return known[1]
        if self.pending:
            for key in self._waiting.within(area):
                if key in self.pending:
                    raise Needs(self.pending[key])
        if self.failed:
            for key in self.failed:
                if _within(key, area):
                    raise NotComputed(self._because(key))
        self.spend(area.height * area.width)
        cells = self.now(area.sheet)
        columns = range(area.left, area.right + 1)
        rows = [[cells.get((row, column)) for column in columns] for row in range(area.top, area.bottom + 1)]
        if area.sheet not in self._noisy_sheets:
            array = Array(rows)
            self._arrays[area] = self._versions[area.sheet], array
            return array
        for key, value in self._noisy.items():
            if _within(key, area):
                self._noise = True
                if self._as_excel:
                    rows[key[1] - area.top][key[2] - area.left] = value
        return Array(rows)

    def spend(self, cells: int) -> None:
        """Counts what is read. Raises NotComputed when it is more than any template needs."""
        self._read += cells
        if self._read > MOST_READ or time.monotonic() > self._deadline:
            raise NotComputed("the workbook's formulas take longer to work out than the program allows")

    # ---- the order of the work ----

    def run(self) -> None:
        """Works every formula of *todo* out; afterwards each has a result or stands in ``failed``."""
        for key in sorted(set(self.pending.values())):
            self._work(key)

    def _work(self, first: Key) -> None:
        stack = [first]
        opened: set[Key] = set()
        while stack:
            key = stack[-1]
            if key not in self.pending:
                stack.pop()
                opened.discard(key)
                continue
            if key not in opened:
                opened.add(key)
                if self._reach is not None:
                    before = [each for each in self._before(key) if each not in opened]
                    if before:
                        stack.extend(before)
                        continue
            try:
                self._finish(key, self.result_of(key))
            except Needs as needs:
                if needs.key in opened:
                    self._fail(key, "it refers to itself, directly or through other cells")
                else:
                    stack.append(needs.key)
            except NotComputed as problem:
                self._fail(key, str(problem))
            except RecursionError:
                self._fail(key, "it is nested deeper than can be followed")

    def _before(self, key: Key) -> list[Key]:
        reads = self._reach.reads.get(key) if self._reach is not None else None
        if reads is None:
            return []
        found: dict[Key, None] = {}
        for area in reads.areas:
            for each in self._waiting.within(area):
                owner = self.pending.get(each)
                if owner is not None and owner != key:
                    found[owner] = None
        return list(found)

    def _done(self, key: Key) -> None:
        self.pending.pop(key, None)
        formula = self.book.sheets[key[0]].formulas.get(key[1:])
        if formula is not None and formula.ref is not None:
            top, left, bottom, right = formula.ref
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    if self.pending.get((key[0], row, column)) == key:
                        del self.pending[key[0], row, column]

    def _fail(self, key: Key, why: str) -> None:
        formula = self.book.sheets[key[0]].formulas[key[1:]]
        self._done(key)
        self.failed[key] = why
        if formula.ref is not None:
            top, left, bottom, right = formula.ref
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    self.failed.setdefault((key[0], row, column), why)

    def _finish(self, key: Key, result: Array) -> None:
        formula = self.book.sheets[key[0]].formulas[key[1:]]
        self._done(key)
        if self._used_today:
            self.of_today.add(key)
        number, row, column = key
        if formula.kind == "dynamic" and formula.ref is not None:
            area = Area(number, row, column, row + result.height - 1, column + result.width - 1)
            top, left, bottom, right = formula.ref
            for down in range(top, bottom + 1):
                for along in range(left, right + 1):
                    self._set((number, down, along), None)
            if self._is_blocked(key, area):
                area, result = Area(number, row, column, row, column), Array([[Error("#SPILL!")]])
            self.spills[key] = area
        for down, values in enumerate(result.rows):
            for along, value in enumerate(values):
                cell = (number, row + down, column + along)
                if value is None:
                    value = 0.0
                self.results[cell] = value
                self._set(cell, value)

    def _is_blocked(self, key: Key, area: Area) -> bool:
        if area.is_cell:
            return False
        if area.bottom > LAST_ROW or area.right > LAST_COLUMN:
            return True
        sheet = self.book.sheets[area.sheet]
        cells = self.now(area.sheet)
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                place = (row, column)
                if place == key[1:]:
                    continue
                formula_there = place in sheet.formulas and (area.sheet, *place) not in self.puts
                if formula_there or cells.get(place) is not None:
                    return True
        return any(
            top <= area.bottom and bottom >= area.top and left <= area.right and right >= area.left
            for top, left, bottom, right in sheet.merges
        )

    # ---- one formula ----

    def result_of(self, key: Key) -> Array:
        """The result of the formula in *key*, one value or an array. Raises Needs and NotComputed."""
        formula = self.book.sheets[key[0]].formulas[key[1:]]
        if self.book.obstacle:
            raise NotComputed(self.book.obstacle)
        if formula.kind == "table":
            raise NotComputed("it belongs to a what-if table")
        if formula.kind == "lost":
            raise NotComputed("the formula that it shares is not in the workbook")
        is_array = formula.kind in {"array", "dynamic"}
        result = self.worked_out(formula.text, key, formula.base, arrays=is_array)
        if is_array:
            return result if formula.kind == "dynamic" else _fitted(result, formula.ref)
        return Array([[result.rows[0][0]]])

    def worked_out(self, text: str, key: Key, base: tuple[int, int], *, arrays: bool) -> Array:
        """What the formula *text*, written for the cell *base*, comes to in the cell *key*.

        Raises Needs and NotComputed.
        """
        try:
            node = parsed(text)
        except SyntaxProblem as problem:
            raise NotComputed(str(problem)) from None
        context = Context(key, base, arrays)
        self._used_today = False
        self._noise = False
        self._as_excel = False
        result = self._top(node, context)
        if self._noise:
            self._as_excel = True
            try:
                other = self._top(node, context)
            finally:
                self._as_excel = False
            self._weigh(key, result, other, arrays=arrays)
        return result

    def listed(self, text: str, key: Key, base: tuple[int, int]) -> list[Scalar]:
        """What the formula *text* comes to in *key*, as a list: the cells of a range as far as the sheet is used.

        For validations, whose formulas are worked out as array formulas are. Raises NotComputed.
        """
        try:
            node = parsed(text)
        except SyntaxProblem as problem:
            raise NotComputed(str(problem)) from None
        try:
            value = self.evaluate(node, Context(key, base, arrays=True))
        except RecursionError:
            raise NotComputed("it is nested deeper than can be followed") from None
        except Faulty as fault:
            value = fault.error
        if isinstance(value, Areas):
            return [Error(VALUE)]
        if isinstance(value, Area):
            return list(self.array(value).flat())
        return list(value.flat()) if isinstance(value, Array) else [value]

    def _weigh(self, key: Key, result: Array, other: Array, *, arrays: bool) -> None:
        """Raises NotComputed unless both programs come to the same, but for noise."""
        if result.height != other.height or result.width != other.width:
            raise NotComputed("digits beyond the 15th would decide its result")
        for one, two in zip(result.flat(), other.flat(), strict=True):
            if one == two and type(one) is type(two):
                continue
            if not (isinstance(one, float) and isinstance(two, float)):
                raise NotComputed("digits beyond the 15th would decide its result")
            if abs(one - two) > 1e-9 + 1e-12 * abs(one):
                raise NotComputed("digits beyond the 15th would decide its result")
            if not arrays:
                self._noisy[key] = two
                self._noisy_sheets.add(key[0])
                self._versions[key[0]] += 1

    def _top(self, node: Node, context: Context) -> Array:
        self._root = node
        value = self.evaluate(node, context)
        if isinstance(value, Areas):
            return Array([[Error(VALUE)]])
        if isinstance(value, Area):
            if context.arrays:
                self._refuse_large(value)
                value = self.full_array(value)
            else:
                value = self.single(value, context)
        return value if isinstance(value, Array) else Array([[value]])

    def _refuse_large(self, area: Area) -> None:
        if area.height * area.width > 200_000:
            raise NotComputed("it fills more cells than can be worked out here")

    def full_array(self, area: Area) -> Array:
        """All cells of *area*, unused ones too."""
        self._refuse_large(area)
        found = self.array(area)
        rows = [row + [None] * (area.width - len(row)) for row in found.rows]
        rows.extend([None] * area.width for _ in range(area.height - len(rows)))
        return Array(rows)

    # ---- nodes ----

    def evaluate(self, node: Node, context: Context) -> Value:
        """What *node* comes to; a reference stays one. Raises Needs and NotComputed."""
        match node:
            case Number(value) | Text(value) | Truth(value):
                return value
            case Reference():
                return self._reference(node, context)
            case Binary(operator, left, right):
                return self._binary(node, operator, left, right, context)
            case Call(function, arguments):
                return self._call(function, arguments, context)
            case Unary(operator, operand):
                return self._unary(operator, operand, context)
            case Name(name, sheet):
                return self._name(name, sheet, context)
            case TablePart(table, areas, first, last):
                found = self.book.tables.get(table.lower()) if table else table_around(self.book, context.key)
                area = table_area(found, areas, first, last, context.key[1]) if found is not None else None
                if area is None:
                    return Error(VALUE if found is not None and "#this row" in areas else REF)
                return area
            case Fault(code):
                return Error(code)
            case Missing():
                return None
            case Table(rows):
                return Array([[self._constant(each) for each in row] for row in rows])
            case Single(operand):
                return self.single(self.evaluate(operand, context), context)
            case Spill(operand):
                return self.spilled(self.evaluate(operand, context))
            case Outside(text):
                raise NotComputed(f"it reads another workbook ({text[:60]})")

    @staticmethod
    def _constant(node: Node) -> Scalar:
        match node:
            case Number(value) | Text(value) | Truth(value):
                return value
            case Fault(code):
                return Error(code)
            case _:
                raise NotComputed("only constants can stand in braces")

    def _reference(self, node: Reference, context: Context) -> Value:
        between = sheets_between(self.book, node, context.key[0])
        if between is None:
            return Error(REF)
        corners = moved(node, context.key[1:], context.base)
        areas = tuple(Area(number, *corners) for number in between)
        return areas[0] if len(areas) == 1 else Areas(areas)

    def spilled(self, value: Value) -> Value:
        """All cells that the formula in the cell *value* fills."""
        if not isinstance(value, Area) or not value.is_cell:
            return Error(REF)
        key = (value.sheet, value.top, value.left)
        if key in self.pending:
            raise Needs(self.pending[key])
        if key in self.failed:
            raise NotComputed(self._because(key))
        if key in self.spills:
            return self.spills[key]
        formula = self.book.sheets[key[0]].formulas.get(key[1:])
        if formula is None or formula.kind != "dynamic" or formula.ref is None:
            return Error(REF)
        return Area(key[0], *formula.ref)

    def _name(self, name: str, sheet: str | None, context: Context) -> Value:
        if context.scope and sheet is None and name.lower() in context.scope:
            return context.scope[name.lower()]
        text = named(self.book, name, sheet, context.key[0])
        if text is None:
            return Error(NAME)
        if context.depth >= _DEEPEST_NAME:
            raise NotComputed(f"the name {name} refers to itself")
        try:
            node = parsed(text)
        except SyntaxProblem as problem:
            raise NotComputed(f"the name {name}: {problem}") from None
        is_still = _stays(node)
        if is_still and (text, context.key[0]) in self._still:
            return self._still[text, context.key[0]]
        inner = Context(context.key, (1, 1), arrays=True, depth=context.depth + 1)
        root, self._root = self._root, None
        noise, self._noise = self._noise, False
        try:
            value = self.evaluate(node, inner)
            if is_still and not self._noise and not self._used_today:
                self._still[text, context.key[0]] = value
            return value
        finally:
            self._root = root
            self._noise |= noise

    def single(self, value: Value, context: Context) -> Scalar:
        """One value where a range cannot stand: that in the formula's own row or column."""
        if isinstance(value, Area):
            _, row, column = context.key
            if value.is_cell:
                return self.cell((value.sheet, value.top, value.left))
            if value.width == 1 and value.top <= row <= value.bottom:
                return self.cell((value.sheet, row, value.left))
            if value.height == 1 and value.left <= column <= value.right:
                return self.cell((value.sheet, value.top, column))
            return Error(VALUE)
        if isinstance(value, Array):
            return value.rows[0][0]
        if isinstance(value, Areas):
            return Error(VALUE)
        return value

    def settled(self, value: Value, context: Context) -> Scalar | Array:
        """A value that can be calculated with: areas as arrays in an array formula, as single cells elsewhere."""
        if isinstance(value, Area):
            if context.arrays and not value.is_cell:
                # Whole columns would make arrays of a million rows: what lies beyond all that is used is left out.
                return self.array(value) if value.height * value.width > 200_000 else self.full_array(value)
            return self.single(value, context)
        if isinstance(value, Areas):
            return Error(VALUE)
        return value

    def _unary(self, operator: str, operand: Node, context: Context) -> Value:
        value = self.evaluate(operand, context)
        if operator == "+":
            return value
        settled = self.settled(value, context)
        if operator == "-":
            return self.each(lambda number: -to_number(number) + 0.0, [settled])
        return self.each(lambda number: to_number(number) / 100, [settled])

    def _binary(self, node: Binary, operator: str, left: Node, right: Node, context: Context) -> Value:
        if operator in {":", " ", ","}:
            return self._joined(operator, self.evaluate(left, context), self.evaluate(right, context))
        is_last = node is self._root
        one = self.settled(self.evaluate(left, context), context)
        other = self.settled(self.evaluate(right, context), context)
        match operator:
            case "+":
                return self.each(
                    lambda a, b: self.plus(to_number(a), to_number(b), is_last=is_last), [one, other]
                )
            case "-":
                return self.each(
                    lambda a, b: self.plus(to_number(a), -to_number(b), is_last=is_last), [one, other]
                )
            case "*":
                return self.each(lambda a, b: finite(to_number(a) * to_number(b)), [one, other])
            case "/":
                return self.each(_divided, [one, other])
            case "^":
                return self.each(lambda a, b: power(to_number(a), to_number(b)), [one, other])
            case "&":
                return self.each(lambda a, b: _within_length(to_text(a) + to_text(b)), [one, other])
            case _:
                return self.each(lambda a, b: _compared(operator, a, b), [one, other])

    def plus(self, left: float, right: float, *, is_last: bool) -> float:
        """A sum as a spreadsheet has it: nought where only noise is left. Raises Faulty."""
        if (left < 0) != (right < 0) and left and right and nearly_equal(left, -right):
            if left + right == 0 or is_last:
                return 0.0
            self._noise = True
            return left + right if self._as_excel else 0.0
        return finite(left + right)

    def total(self, numbers: Sequence[float]) -> float:
        """The sum of many numbers. Raises Faulty."""
        if not numbers:
            return 0.0
        simple = 0.0
        for number in numbers:
            simple += number
        if self._as_excel:
            return finite(simple)
        rest = [number for number in numbers if number]
        if not rest:
            return 0.0
        last = rest.pop()
        before = fsum(rest)
        exact = before + last
        if (before < 0) != (last < 0) and before and nearly_equal(before, -last):
            exact = 0.0
        if exact != simple:
            self._noise = True
        return finite(exact)

    def _joined(self, operator: str, left: Value, right: Value) -> Value:
        if isinstance(left, Error):
            return left
        if isinstance(right, Error):
            return right
        if operator == ",":
            both: list[Area] = []
            for each in (left, right):
                if isinstance(each, Area):
                    both.append(each)
                elif isinstance(each, Areas):
                    both.extend(each.areas)
                else:
                    return Error(VALUE)
            return Areas(tuple(both))
        if not isinstance(left, Area) or not isinstance(right, Area) or left.sheet != right.sheet:
            return Error(VALUE)
        if operator == ":":
            return Area(
                left.sheet,
                min(left.top, right.top),
                min(left.left, right.left),
                max(left.bottom, right.bottom),
                max(left.right, right.right),
            )
        top, side = max(left.top, right.top), max(left.left, right.left)
        bottom, end = min(left.bottom, right.bottom), min(left.right, right.right)
        return Area(left.sheet, top, side, bottom, end) if top <= bottom and side <= end else Error(NULL)

    def each(
        self, function: Plain, arguments: Sequence[Scalar | Array], *, takes_errors: bool = False
    ) -> Value:
        """*function* over single values, or cell by cell over arrays, smaller ones repeated."""
        arrays = [each for each in arguments if isinstance(each, Array)]
        if not arrays:
            return _safely(function, arguments, takes_errors=takes_errors)
        height, width = max(each.height for each in arrays), max(each.width for each in arrays)
        self.spend(height * width)
        rows: list[list[Scalar]] = []
        for row in range(height):
            line: list[Scalar] = []
            for column in range(width):
                picked = [_picked(each, row, column) for each in arguments]
                line.append(_safely(function, picked, takes_errors=takes_errors))
            rows.append(line)
        return Array(rows)

    # ---- functions ----

    def _call(self, name: str, arguments: Sequence[Node], context: Context) -> Value:
        function = FUNCTIONS.get(name)
        if function is None:
            raise NotComputed(_unknown(name, self.book, context))
        if not function.least <= len(arguments) <= function.most:
            raise NotComputed(f"its function {name} has {len(arguments)} arguments")
        root, self._root = self._root, None
        try:
            if function.lazy is not None:
                return function.lazy(self, context, arguments)
            if function.arrays and not context.arrays:
                context = replace(context, arrays=True, is_forced=True)
            values = [self.evaluate(each, context) for each in arguments]
            if function.whole is not None:
                return function.whole(self, context, values)
            settled = [self.settled(each, context) for each in values]
            assert function.plain is not None  # noqa: S101 - one of the three is there
            return self.each(function.plain, settled, takes_errors=function.takes_errors)
        except Faulty as fault:
            return fault.error
        finally:
            self._root = root

    def say_today(self) -> date:
        """The day that TODAY() says. Raises NotComputed where nobody has said it."""
        if self.today is None:
            raise NotComputed("it depends on the day on which the workbook is opened")
        self._used_today = True
        return self.today


def _within(key: Key, area: Area) -> bool:
    return key[0] == area.sheet and area.top <= key[1] <= area.bottom and area.left <= key[2] <= area.right


def _picked(value: Scalar | Array, row: int, column: int) -> Scalar:
    if not isinstance(value, Array):
        return value
    if value.height == 1:
        row = 0
    if value.width == 1:
        column = 0
    if row >= value.height or column >= value.width:
        return Error(NA)
    return value.rows[row][column]


def _safely(function: Plain, arguments: Sequence[Scalar | Array], *, takes_errors: bool) -> Scalar:
    if not takes_errors:
        for each in arguments:
            if isinstance(each, Error):
                return each
    try:
        return function(*arguments)
    except Faulty as fault:
        return fault.error
    except (OverflowError, ZeroDivisionError):
        return Error(NUM)


def _divided(left: Scalar, right: Scalar) -> Scalar:
    one, other = to_number(left), to_number(right)
    if other == 0:
        raise Faulty(DIV0)
    return finite(one / other)


def power(base: float, exponent: float) -> float:
    """A power. Raises Faulty, and NotComputed for 0^0, on which programs differ."""
    if base == 0 and exponent == 0:
        raise NotComputed("programs differ about 0 to the power of 0")
    if base == 0 and exponent < 0:
        raise Faulty(DIV0)
    if base < 0 and not exponent.is_integer():
        if abs(exponent) < 1 and (1 / exponent).is_integer() and (1 / exponent) % 2:
            raise NotComputed("programs differ about roots of negative numbers")
        raise Faulty(NUM)
    try:
        result = float(base**exponent)
    except OverflowError:
        raise Faulty(NUM) from None
    if result == 0 and base:
        raise NotComputed("programs differ about numbers as small as that")
    return finite(result)


@lru_cache(maxsize=2_000)
def _stays(node: Node) -> bool:
    """Whether *node* means the same wherever it stands on a sheet."""
    match node:
        case Reference():
            return all(node.fixed)
        case TablePart(table, areas):
            return bool(table) and "#this row" not in areas
        case Call(function, arguments):
            return function not in {"ROW", "COLUMN", "INDIRECT", "OFFSET"} and all(map(_stays, arguments))
        case Unary(_, operand):
            return _stays(operand)
        case Binary(_, left, right):
            return _stays(left) and _stays(right)
        case Number() | Text() | Truth() | Table() | Fault() | Missing():
            return True
        case _:
            return False


def _within_length(text: str) -> str:
    if len(text) > 32_767:
        raise Faulty(VALUE)
    return text


def _compared(operator: str, left: Scalar, right: Scalar) -> bool:
    if operator in {"=", "<>"} and isinstance(left, str) and isinstance(right, str):
        same = left == right or left.lower() == right.lower()
        return same == (operator == "=")
    order = compare(left, right)
    return {
        "=": order == 0,
        "<>": order != 0,
        "<": order < 0,
        ">": order > 0,
        "<=": order <= 0,
        ">=": order >= 0,
    }[operator]


def _fitted(result: Array, ref: tuple[int, int, int, int] | None) -> Array:
    """An array as it fills a fixed range: one row or column is repeated, what is missing says #N/A."""
    if ref is None:
        return result
    height, width = ref[2] - ref[0] + 1, ref[3] - ref[1] + 1
    return Array([[_picked(result, row, column) for column in range(width)] for row in range(height)])


def _unknown(name: str, book: FormulaBook, context: Context) -> str:
    if named(book, name, None, context.key[0]) is not None:
        return f"it uses {name}, a function of the workbook's own"
    if "." in name and name.partition(".")[0] in {"_XLL", "XLL"}:
        return f"it uses {name}, a function of an add-in"
    return f"it uses the function {name}, which is not worked out here"
