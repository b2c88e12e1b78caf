"""Functions that look something up, and that answer with a reference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from fundingapp.workbooks.addresses import LAST_COLUMN, LAST_ROW, address
from fundingapp.workbooks.formulas.reach import named
from fundingapp.workbooks.formulas.scalars import wildcard
from fundingapp.workbooks.formulas.syntax import (
    Missing,
    Name,
    Node,
    Outside,
    Reference,
    SyntaxProblem,
    TablePart,
    parsed,
)
from fundingapp.workbooks.formulas.values import (
    NA,
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
    compare_numbers,
    number_in_text,
    same_text,
    to_number,
    to_text,
    to_truth,
)
from fundingapp.workbooks.formulas.worker import Context, Worker, lazy, whole


def _list(worker: Worker, value: Value) -> list[Scalar]:
    """The values of one row or column."""
    array = _array(worker, value)
    if array.width != 1 and array.height != 1:
        raise Faulty(NA)
    return list(array.flat())


def _array(worker: Worker, value: Value) -> Array:
    if isinstance(value, Area):
        return worker.array(value)
    if isinstance(value, Array):
        return value
    if isinstance(value, Areas):
        raise Faulty(VALUE)
    if isinstance(value, Error):
        raise Faulty(value.code)
    return Array([[value]])


def _position(values: Sequence[Scalar], wanted: Scalar, mode: int) -> int | None:
    """Where *wanted* is among *values*: 0 exactly, 1 the last that is not above it, -1 the last not below it."""
    if isinstance(wanted, Error):
        raise Faulty(wanted.code)
    if wanted is None:
        if mode or any(each == 0.0 for each in values):
            raise NotComputed("programs differ about looking up what a blank cell says")
        return None
    if mode == 0:
        return _exact_position(values, wanted)
    same: list[tuple[int, Scalar]] = []
    for at, each in enumerate(values):
        if isinstance(each, bool) or isinstance(wanted, bool):
            if each is not None:
                raise NotComputed("programs differ about looking up TRUE and FALSE")
        elif isinstance(each, (float, str)) and type(each) is type(wanted):
            same.append((at, each))
    for (_, one), (_, other) in pairwise(same):
        if compare(one, other) * mode > 0:
            raise NotComputed("the list that it looks in is not in order, so programs find different rows")
    found: int | None = None
    for at, each in same:
        if compare(each, wanted) * mode <= 0:
            found = at
        else:
            break
    return found


def _exact_position(values: Sequence[Scalar], wanted: Scalar) -> int | None:
    if isinstance(wanted, str):
        if re.search(r"[*?~]", wanted):
            pattern = re.compile(wildcard(wanted).replace(".*?", ".*"), re.IGNORECASE | re.DOTALL)
            for at, each in enumerate(values):
                if isinstance(each, float) and pattern.fullmatch(f"{each:.15g}"):
                    raise NotComputed("programs differ about looking for signs in numbers")
                if isinstance(each, str) and pattern.fullmatch(each):
                    return at
            return None
        lower = wanted.lower()
        for at, each in enumerate(values):
            if isinstance(each, str) and (each == wanted or each.lower() == lower):
                if wanted == "":
                    raise NotComputed("programs differ about looking up an empty text")
                return at
        if wanted == "" and any(each is None for each in values):
            raise NotComputed("programs differ about looking up an empty text")
        number = _number_of(wanted)
        if number is not None and number in values:
            raise NotComputed("programs differ about looking up a number that is written as text")
        return None
    for at, each in enumerate(values):
        if isinstance(each, bool) or isinstance(wanted, bool):
            if isinstance(each, bool) and isinstance(wanted, bool):
                if each == wanted:
                    return at
            elif isinstance(each, float) or (isinstance(each, bool) and isinstance(wanted, float)):
                raise NotComputed("programs differ about looking up TRUE and FALSE among numbers")
        elif isinstance(each, float) and isinstance(wanted, float) and compare_numbers(each, wanted) == 0:
            return at
    return None


def _number_of(text: str) -> float | None:
    try:
        return number_in_text(text)
    except NotComputed:
        return None


def _approximate(worker: Worker, context: Context, values: list[Value], at: int) -> int:
    if len(values) <= at:
        return 1
    return 1 if to_truth(worker.single(values[at], context)) else 0


def _looked_up(worker: Worker, context: Context, values: list[Value], *, along: bool) -> Value:
    table = _array(worker, values[1])
    which = to_number(worker.single(values[2], context))
    at = int(which) - 1
    if at < 0:
        raise Faulty(VALUE)
    full = values[1]
    limit = (full.height if along else full.width) if isinstance(full, (Area, Array)) else 1
    if at >= limit:
        raise Faulty(REF)
    mode = _approximate(worker, context, values, 3)
    keys = list(table.rows[0]) if along else [row[0] for row in table.rows]

    def find(wanted: Scalar) -> Scalar:
        found = _position(keys, wanted, mode)
        if found is None:
            raise Faulty(NA)
        row, column = (at, found) if along else (found, at)
        if row >= table.height or column >= table.width:
            return None
        return table.rows[row][column]

    wanted = worker.settled(values[0], context)
    return worker.each(find, [wanted])


@whole("VLOOKUP", 3, 4)
def _vlookup(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _looked_up(worker, context, values, along=False)


@whole("HLOOKUP", 3, 4)
def _hlookup(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _looked_up(worker, context, values, along=True)


@whole("MATCH", 2, 3)
def _match(worker: Worker, context: Context, values: list[Value]) -> Value:
    mode = to_number(worker.single(values[2], context)) if len(values) > 2 else 1.0
    array = values[1]
    if isinstance(array, (Area, Array)) and array.width != 1 and array.height != 1:
        raise Faulty(NA)
    entries = _list(worker, array)
    way = (mode > 0) - (mode < 0)

    def find(wanted: Scalar) -> Scalar:
        found = _position(entries, wanted, way)
        if found is None:
            raise Faulty(NA)
        return float(found + 1)

    return worker.each(find, [worker.settled(values[0], context)])


@whole("LOOKUP", 2, 3, arrays=True)
def _lookup(worker: Worker, context: Context, values: list[Value]) -> Value:
    if len(values) == 2:
        raise NotComputed("its LOOKUP has no range for the result")
    entries = _list(worker, values[1])
    results = _list(worker, values[2])
    wanted = worker.settled(values[0], context)
    if isinstance(wanted, Array):
        raise NotComputed("its LOOKUP is asked for a whole range")
    if any(isinstance(each, Error) for each in entries):
        # LOOKUP(2, 1/(condition), range): errors are passed over, and the last number counts.
        numbers = [(at, each) for at, each in enumerate(entries) if isinstance(each, float)]
        if not isinstance(wanted, float) or any(each > wanted for _, each in numbers):
            raise NotComputed("the list that its LOOKUP looks in is not in order")
        found = numbers[-1][0] if numbers else None
    else:
        found = _position(entries, wanted, 1)
    if found is None:
        raise Faulty(NA)
    return results[found] if found < len(results) else None


@whole("XMATCH", 2, 4)
def _xmatch(worker: Worker, context: Context, values: list[Value]) -> Value:
    found = _x_position(worker, context, values[0], values[1], values[2:])
    if found is None:
        raise Faulty(NA)
    return float(found + 1)


def _x_position(
    worker: Worker, context: Context, wanted: Value, array: Value, modes: Sequence[Value]
) -> int | None:
    entries = _list(worker, array)
    settled = worker.settled(wanted, context)
    if isinstance(settled, Array):
        raise NotComputed("it looks up a whole range")
    mode = int(to_number(worker.single(modes[0], context))) if modes and modes[0] is not None else 0
    way = int(to_number(worker.single(modes[1], context))) if len(modes) > 1 and modes[1] is not None else 1
    if way not in {1, -1} or mode not in {0, -1, 1, 2}:
        raise NotComputed("it searches in a way that is not worked out here")
    if isinstance(settled, Error):
        raise Faulty(settled.code)
    if settled is None or settled == "":
        raise NotComputed("it looks for a blank, which it finds in other ways than older functions do")
    if mode in {1, -1} and not isinstance(settled, float):
        raise NotComputed("it looks for the nearest of texts, whose order differs between languages")
    if way == -1:
        entries.reverse()
    if mode != 2 and isinstance(settled, str):
        exact = next(
            (at for at, each in enumerate(entries) if isinstance(each, str) and same_text(each, settled)),
            None,
        )
    else:
        exact = _exact_position(entries, settled)
    if exact is None and mode in {1, -1}:
        best: Scalar = None
        for at, each in enumerate(entries):
            if type(each) is not type(settled) or not isinstance(each, (float, str)):
                continue
            if compare(each, settled) == mode and (best is None or compare(each, best) == -mode):
                best, exact = each, at
    if exact is None:
        return None
    return len(entries) - 1 - exact if way == -1 else exact


@lazy("XLOOKUP", 3, 6)
def _xlookup(worker: Worker, context: Context, arguments: Sequence[Node]) -> Value:
    values = [
        None if isinstance(each, Missing) else worker.evaluate(each, context)
        for at, each in enumerate(arguments)
        if at != 3
    ]
    found = _x_position(worker, context, values[0], values[1], values[3:])
    if found is None:
        if len(arguments) > 3 and not isinstance(arguments[3], Missing):
            return worker.evaluate(arguments[3], context)
        raise Faulty(NA)
    keys, results = values[1], values[2]
    is_upright = not isinstance(keys, (Area, Array)) or keys.width == 1
    if isinstance(results, Area):
        if is_upright:
            row = results.top + found
            return Area(results.sheet, row, results.left, row, results.right)
        column = results.left + found
        return Area(results.sheet, results.top, column, results.bottom, column)
    array = _array(worker, results)
    if is_upright:
        return Array([array.rows[found]])
    return Array([[row[found]] for row in array.rows])


@whole("INDEX", 2, 4)
def _index(worker: Worker, context: Context, values: list[Value]) -> Value:
    if len(values) > 3:
        raise NotComputed("its INDEX chooses among several ranges")
    source = values[0]
    if isinstance(source, Error):
        return source
    if isinstance(source, Areas):
        raise Faulty(REF)
    places: list[int] = []
    for value in values[1:]:
        settled = worker.settled(value, context)
        if isinstance(settled, Array):
            raise NotComputed("its INDEX is asked for a whole range")
        number = int(to_number(settled))
        if number < 0:
            raise Faulty(VALUE)
        places.append(number)
    if not isinstance(source, (Area, Array)):
        source = Array([[source]])
    row = places[0]
    if len(places) > 1:
        column = places[1]
    elif source.height == 1:
        row, column = (1, row) if row else (0, 0)
    else:
        column = 0 if source.width > 1 else 1
    if row > source.height or column > source.width:
        raise Faulty(REF)
    if isinstance(source, Area):
        top, bottom = (source.top, source.bottom) if row == 0 else (source.top + row - 1,) * 2
        left, right = (source.left, source.right) if column == 0 else (source.left + column - 1,) * 2
        return Area(source.sheet, top, left, bottom, right)
    rows = source.rows if row == 0 else [source.rows[row - 1]]
    return _unwrapped(Array([list(line) if column == 0 else [line[column - 1]] for line in rows]))


def _unwrapped(array: Array) -> Value:
    return array.rows[0][0] if array.height == array.width == 1 else array


@whole("OFFSET", 3, 5)
def _offset(worker: Worker, context: Context, values: list[Value]) -> Value:
    area = values[0]
    if not isinstance(area, Area):
        raise Faulty(VALUE)
    numbers: list[int | None] = []
    for value in values[1:]:
        if value is None:
            numbers.append(None)
            continue
        settled = worker.single(value, context)
        number = to_number(settled)
        numbers.append(int(number // 1))
    down, along = numbers[0] or 0, numbers[1] or 0
    given_height = numbers[2] if len(numbers) > 2 else None
    given_width = numbers[3] if len(numbers) > 3 else None
    height = area.height if given_height is None else given_height
    width = area.width if given_width is None else given_width
    if height == 0 or width == 0:
        raise Faulty(REF)
    if height < 0 or width < 0:
        raise NotComputed("its OFFSET goes backwards")
    top, left = area.top + down, area.left + along
    if top < 1 or left < 1 or top + height - 1 > LAST_ROW or left + width - 1 > LAST_COLUMN:
        raise Faulty(REF)
    return Area(area.sheet, top, left, top + height - 1, left + width - 1)


@whole("INDIRECT", 1, 2)
def _indirect(worker: Worker, context: Context, values: list[Value]) -> Value:
    if len(values) > 1 and values[1] is not None and not to_truth(worker.single(values[1], context)):
        raise NotComputed("its INDIRECT names a cell by numbers (R1C1)")
    settled = worker.single(values[0], context)
    text = to_text(settled)
    try:
        node = parsed(text)
    except SyntaxProblem:
        raise Faulty(REF) from None
    if isinstance(node, Outside):
        raise Faulty(REF)
    if isinstance(node, Name) and named(worker.book, node.name, node.sheet, context.key[0]) is None:
        raise Faulty(REF)
    if not isinstance(node, (Reference, Name, TablePart)):
        raise Faulty(REF)
    inner = Context(context.key, context.key[1:], arrays=True, depth=context.depth + 1)
    value = worker.evaluate(node, inner)
    if isinstance(value, (Area, Areas)):
        return value
    # INDIRECT takes names of ranges, not names of formulas.
    raise Faulty(REF)


@whole("ROW", 0, 1)
def _row(worker: Worker, context: Context, values: list[Value]) -> Value:
    if not values:
        return float(context.key[1])
    if not isinstance(values[0], Area):
        raise Faulty(VALUE)
    area = values[0]
    if context.arrays and area.height > 1:
        worker.spend(area.height)
        if area.height > 200_000:
            raise NotComputed("it fills more cells than can be worked out here")
        return Array([[float(row)] for row in range(area.top, area.bottom + 1)])
    return float(area.top)


@whole("COLUMN", 0, 1)
def _column(worker: Worker, context: Context, values: list[Value]) -> Value:
    if not values:
        return float(context.key[2])
    if not isinstance(values[0], Area):
        raise Faulty(VALUE)
    area = values[0]
    if context.arrays and area.width > 1:
        return Array([[float(column) for column in range(area.left, area.right + 1)]])
    return float(area.left)


@whole("ROWS", 1, 1)
def _rows(worker: Worker, context: Context, values: list[Value]) -> Value:
    value = values[0]
    if isinstance(value, Error):
        return value
    if not isinstance(value, (Area, Array)):
        raise NotComputed("it counts the rows of something other than a range")
    return float(value.height)


@whole("COLUMNS", 1, 1)
def _columns(worker: Worker, context: Context, values: list[Value]) -> Value:
    value = values[0]
    if isinstance(value, Error):
        return value
    if not isinstance(value, (Area, Array)):
        raise NotComputed("it counts the columns of something other than a range")
    return float(value.width)


@whole("ADDRESS", 2, 5)
def _address(worker: Worker, context: Context, values: list[Value]) -> Value:
    if len(values) > 3:
        raise NotComputed("its ADDRESS names a sheet or counts by numbers")
    row, column = (int(to_number(worker.single(each, context))) for each in values[:2])
    kind = int(to_number(worker.single(values[2], context))) if len(values) > 2 else 1
    if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN and 1 <= kind <= 4):
        raise Faulty(VALUE)
    letters = address(row, column - 1).rstrip("0123456789")
    return f"{'$' if kind in {1, 3} else ''}{letters}{'$' if kind in {1, 2} else ''}{row}"


@whole("ISREF", 1, 1)
def _isref(worker: Worker, context: Context, values: list[Value]) -> Value:
    return isinstance(values[0], (Area, Areas))


@whole("ISFORMULA", 1, 1)
def _isformula(worker: Worker, context: Context, values: list[Value]) -> Value:
    area = values[0]
    if not isinstance(area, Area) or not area.is_cell:
        raise Faulty(VALUE)
    key = (area.sheet, area.top, area.left)
    return key[1:] in worker.book.sheets[key[0]].formulas and key not in worker.puts


@whole("HYPERLINK", 1, 2)
def _hyperlink(worker: Worker, context: Context, values: list[Value]) -> Value:
    return worker.settled(values[-1], context)
