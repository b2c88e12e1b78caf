"""Functions over ranges: sums, counts, means, and those with conditions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from fundingapp.workbooks.formulas.book import CellFormula
from fundingapp.workbooks.formulas.scalars import wildcard, worker_values
from fundingapp.workbooks.formulas.values import (
    DIV0,
    NUM,
    VALUE,
    Area,
    Areas,
    Array,
    Error,
    Faulty,
    NotComputed,
    Scalar,
    Value,
    compare_numbers,
    compare_texts,
    number_in_text,
    refuse_ghost,
    same_text,
    to_number,
)
from fundingapp.workbooks.formulas.worker import Context, Worker, whole

_TRUTHS = "programs differ about TRUE and FALSE among numbers"


def numbers_in(worker: Worker, values: Sequence[Value], *, skips_errors: bool = False) -> list[float]:
    """The numbers among *values*; in ranges texts and blanks are none. Raises Faulty and NotComputed."""
    found: list[float] = []
    for value in values:
        if isinstance(value, (Area, Areas, Array)):
            for each in worker_values(worker, value):
                if each.__class__ is float:
                    found.append(each)
                elif isinstance(each, bool):
                    raise NotComputed(_TRUTHS)
                elif isinstance(each, Error) and not skips_errors:
                    raise Faulty(each.code)
        elif isinstance(value, str):
            raise NotComputed("programs differ about a text that is written into it")
        elif value is not None:
            found.append(to_number(value))
        else:
            found.append(0.0)
    return found


@whole("SUM", 1)
def _sum(worker: Worker, context: Context, values: list[Value]) -> Value:
    return worker.total(numbers_in(worker, values))


@whole("SUMSQ", 1)
def _sumsq(worker: Worker, context: Context, values: list[Value]) -> Value:
    return worker.total([each * each for each in numbers_in(worker, values)])


@whole("PRODUCT", 1)
def _product(worker: Worker, context: Context, values: list[Value]) -> Value:
    numbers = numbers_in(worker, values)
    return math.prod(numbers) if numbers else 0.0


@whole("AVERAGE", 1)
def _average(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _mean(worker, numbers_in(worker, values))


def _mean(worker: Worker, numbers: list[float]) -> float:
    if not numbers:
        raise Faulty(DIV0)
    return worker.total(numbers) / len(numbers)


@whole("MIN", 1)
def _min(worker: Worker, context: Context, values: list[Value]) -> Value:
    return min(numbers_in(worker, values), default=0.0)


@whole("MAX", 1)
def _max(worker: Worker, context: Context, values: list[Value]) -> Value:
    return max(numbers_in(worker, values), default=0.0)


@whole("MEDIAN", 1)
def _median(worker: Worker, context: Context, values: list[Value]) -> Value:
    numbers = sorted(numbers_in(worker, values))
    if not numbers:
        raise Faulty(NUM)
    half = len(numbers) // 2
    return numbers[half] if len(numbers) % 2 else (numbers[half - 1] + numbers[half]) / 2


@whole("COUNT", 1)
def _count(worker: Worker, context: Context, values: list[Value]) -> Value:
    count = 0
    for value in values:
        if isinstance(value, (Area, Areas, Array)):
            for each in worker_values(worker, value):
                if isinstance(each, bool):
                    raise NotComputed(_TRUTHS)
                count += each.__class__ is float
        elif isinstance(value, float):
            count += 1
        elif value is not None and not isinstance(value, Error):
            raise NotComputed("programs differ about counting what is written into COUNT itself")
    return float(count)


@whole("COUNTA", 1)
def _counta(worker: Worker, context: Context, values: list[Value]) -> Value:
    count = 0
    for value in values:
        if isinstance(value, (Area, Areas, Array)):
            for each in worker_values(worker, value):
                refuse_ghost(each)
                count += each is not None
        else:
            count += 1
    return float(count)


@whole("COUNTBLANK", 1, 1)
def _countblank(worker: Worker, context: Context, values: list[Value]) -> Value:
    (value,) = values
    if not isinstance(value, Area):
        raise NotComputed("its COUNTBLANK is asked for something other than a range")
    filled = sum(each is not None and each != "" for each in worker.array(value).flat())
    return float(value.height * value.width - filled)


@whole("LARGE", 2, 2)
def _large(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _nth(worker, context, values, largest=True)


@whole("SMALL", 2, 2)
def _small(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _nth(worker, context, values, largest=False)


def _nth(worker: Worker, context: Context, values: list[Value], *, largest: bool) -> Value:
    numbers = sorted(numbers_in(worker, values[:1]), reverse=largest)

    def pick(which: Scalar) -> Scalar:
        at = to_number(which)
        if not at.is_integer():
            raise NotComputed("programs differ about a rank that is not whole")
        if not 1 <= at <= len(numbers):
            raise Faulty(NUM)
        return numbers[int(at) - 1]

    return worker.each(pick, [worker.settled(values[1], context)])


@whole("PERCENTILE PERCENTILE.INC", 2, 2)
def _percentile(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _at_share(numbers_in(worker, values[:1]), to_number(worker.single(values[1], context)))


@whole("QUARTILE QUARTILE.INC", 2, 2)
def _quartile(worker: Worker, context: Context, values: list[Value]) -> Value:
    which = math.floor(to_number(worker.single(values[1], context)))
    return _at_share(numbers_in(worker, values[:1]), which / 4)


def _at_share(numbers: list[float], share: float) -> float:
    """The value below which that *share* of the numbers lies, between two of them in proportion."""
    if not numbers or not 0 <= share <= 1:
        raise Faulty(NUM)
    numbers.sort()
    at = share * (len(numbers) - 1)
    below = math.floor(at)
    if below + 1 >= len(numbers):
        return numbers[-1]
    return numbers[below] + (at - below) * (numbers[below + 1] - numbers[below])


@whole("NPV", 2)
def _npv(worker: Worker, context: Context, values: list[Value]) -> Value:
    rate = to_number(worker.single(values[0], context))
    if rate <= -1:
        raise NotComputed("its rate of interest is none")
    numbers = numbers_in(worker, values[1:])
    return math.fsum(number / math.pow(1 + rate, at) for at, number in enumerate(numbers, start=1))


@whole("AGGREGATE", 3)
def _aggregate(worker: Worker, context: Context, values: list[Value]) -> Value:
    kind, option = (int(to_number(worker.single(each, context))) for each in values[:2])
    if option not in {2, 3, 6, 7}:
        raise NotComputed("its AGGREGATE works in a way that is not worked out here")
    cells: list[list[Scalar]] = []
    areas = values[2:] if kind < 14 else values[2:3]
    for area in areas:
        if not isinstance(area, Area):
            raise NotComputed("its AGGREGATE is asked for something other than a range")
        sheet, clipped = worker.book.sheets[area.sheet], worker.clipped(area)
        _refuse_hidden(sheet.hidden_rows, clipped)
        for row, line in enumerate(worker.array(clipped).rows, start=clipped.top):
            for at, each in enumerate(line):
                nested = _is_subtotal(sheet.formulas.get((row, clipped.left + at)))
                if not isinstance(each, Error) and not (nested and option < 4):
                    cells.append([each])
    if kind in {14, 15} and len(values) == 4:
        return _nth(worker, context, [Array(cells or [[None]]), values[3]], largest=kind == 14)
    function = _SUBTOTALS.get(kind) if kind != 12 else _median
    if function is None or kind >= 14:
        raise NotComputed("its AGGREGATE works in a way that is not worked out here")
    return function(worker, context, [Array(cells or [[None]])])


@whole("RANK RANK.EQ", 2, 3)
def _rank(worker: Worker, context: Context, values: list[Value]) -> Value:
    numbers = numbers_in(worker, values[1:2])
    upwards = len(values) > 2 and to_number(worker.single(values[2], context)) != 0

    def rank(value: Scalar) -> Scalar:
        number = to_number(value)
        if not any(compare_numbers(each, number) == 0 for each in numbers):
            raise NotComputed("programs differ about the rank of a number that is not in the range")
        before = 1 if not upwards else -1
        return 1.0 + sum(compare_numbers(each, number) == before for each in numbers)

    return worker.each(rank, [worker.settled(values[0], context)])


@whole("STDEV STDEV.S", 1)
def _stdev(worker: Worker, context: Context, values: list[Value]) -> Value:
    return math.sqrt(_variance(worker, values, 1))


@whole("STDEVP STDEV.P", 1)
def _stdevp(worker: Worker, context: Context, values: list[Value]) -> Value:
    return math.sqrt(_variance(worker, values, 0))


@whole("VAR VAR.S", 1)
def _var(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _variance(worker, values, 1)


@whole("VARP VAR.P", 1)
def _varp(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _variance(worker, values, 0)


def _variance(worker: Worker, values: list[Value], less: int) -> float:
    numbers = numbers_in(worker, values)
    if len(numbers) <= less:
        raise Faulty(DIV0)
    mean = math.fsum(numbers) / len(numbers)
    return math.fsum((each - mean) ** 2 for each in numbers) / (len(numbers) - less)


@whole("SUMPRODUCT", 1, arrays=True)
def _sumproduct(worker: Worker, context: Context, values: list[Value]) -> Value:
    arrays: list[Array] = []
    if len({_shape(value) for value in values}) != 1:
        raise Faulty(VALUE)
    for value in values:
        if isinstance(value, Area):
            arrays.append(worker.array(value))
        elif isinstance(value, Array):
            arrays.append(value)
        elif isinstance(value, Areas):
            raise Faulty(VALUE)
        else:
            arrays.append(Array([[value]]))
    height, width = min(each.height for each in arrays), min(each.width for each in arrays)
    products: list[float] = []
    for each in arrays:
        for value in each.flat():
            if isinstance(value, Error):
                raise Faulty(value.code)
            if isinstance(value, bool):
                raise NotComputed(_TRUTHS)
    for row in range(height):
        for column in range(width):
            factors = [each.rows[row][column] for each in arrays]
            if all(factor.__class__ is float for factor in factors):
                products.append(math.prod(factors))  # type: ignore[arg-type]
    return worker.total(products)


def _shape(value: Value) -> tuple[int, int]:
    return (value.height, value.width) if isinstance(value, (Area, Array)) else (1, 1)


@whole("SUBTOTAL", 2)
def _subtotal(worker: Worker, context: Context, values: list[Value]) -> Value:
    kind = int(to_number(worker.single(values[0], context)))
    function = _SUBTOTALS.get(kind % 100 if 101 <= kind <= 111 else kind)
    if function is None:
        raise Faulty(VALUE)
    cells: list[list[Scalar]] = []
    for area in values[1:]:
        if not isinstance(area, Area):
            raise Faulty(VALUE)
        sheet = worker.book.sheets[area.sheet]
        clipped = worker.clipped(area)
        _refuse_hidden(sheet.hidden_rows, clipped)
        for row, line in enumerate(worker.array(clipped).rows, start=clipped.top):
            for at, each in enumerate(line):
                if not _is_subtotal(sheet.formulas.get((row, clipped.left + at))):
                    cells.append([each])
    return function(worker, context, [Array(cells)] if cells else [0.0])


def _refuse_hidden(hidden: Collection[int], area: Area) -> None:
    if any(area.top <= row <= area.bottom for row in hidden):
        raise NotComputed("rows that it adds up are hidden, and which of them count depends on why")


def _is_subtotal(formula: CellFormula | None) -> bool:
    return (
        formula is not None
        and re.search(r"\b(SUBTOTAL|AGGREGATE)\(", formula.text, re.IGNORECASE) is not None
    )


_SUBTOTALS: dict[int, Callable[[Worker, Context, list[Value]], Value]] = {
    1: _average,
    2: _count,
    3: _counta,
    4: _max,
    5: _min,
    6: _product,
    7: _stdev,
    8: _stdevp,
    9: _sum,
    10: _var,
    11: _varp,
}


# ---- with conditions --------------------------------------------------------------------------------------------

_CRITERION = re.compile(r"(<>|<=|>=|=|<|>)?(.*)", re.DOTALL)

Test = Callable[[Scalar], bool]


def criterion(value: Scalar) -> tuple[Test, bool]:
    """The test that COUNTIF and its like make of *value*, and whether a blank cell passes it.

    Raises NotComputed where programs differ.
    """
    if isinstance(value, Error):
        raise NotComputed("programs differ about a condition that is an error")
    if value is None:
        value = 0.0
    if isinstance(value, bool):
        wanted = value

        def is_truth(cell: Scalar) -> bool:
            if isinstance(cell, float):
                raise NotComputed(_TRUTHS)
            return isinstance(cell, bool) and cell == wanted

        return is_truth, False
    if isinstance(value, float):
        return _number_test("=", value), False
    found = _CRITERION.fullmatch(value)
    assert found is not None  # noqa: S101 - it matches everything
    operator, text = found.group(1) or "=", found.group(2)
    if text == "":
        return _blank_test(operator, is_written=bool(found.group(1)))
    if text.upper() in {"TRUE", "FALSE"}:
        raise NotComputed(_TRUTHS)
    if text.startswith("#"):
        raise NotComputed("programs differ about looking for errors")
    number = number_in_text(text)
    if number is not None:
        return _number_test(operator, number, text), operator == "<>"
    if operator in {"=", "<>"}:
        pattern = re.compile(wildcard(text).replace(".*?", ".*"), re.IGNORECASE | re.DOTALL)
        is_plain = not re.search(r"[*?~]", text)

        def is_like(cell: Scalar) -> bool:
            if not isinstance(cell, str):
                if not is_plain and isinstance(cell, (float, bool)) and pattern.fullmatch(f"{cell:.15g}"):
                    raise NotComputed("programs differ about looking for signs in numbers")
                return False
            refuse_ghost(cell)
            return same_text(cell, text) if is_plain else pattern.fullmatch(cell) is not None

        if operator == "=":
            return is_like, False
        return lambda cell: not is_like(cell), True
    return _order_test(operator, text), False


def _number_test(operator: str, number: float, written: str = "") -> Test:
    def test(cell: Scalar) -> bool:
        if isinstance(cell, bool):
            raise NotComputed(_TRUTHS)
        if isinstance(cell, str):
            if operator not in {"=", "<>"}:
                return False
            is_same = cell == written and bool(cell)
            if not is_same and _may_be(cell, number):
                raise NotComputed("programs differ about a number that is written as text")
            return is_same == (operator == "=")
        if not isinstance(cell, float):
            return operator == "<>"
        return _holds(operator, compare_numbers(cell, number))

    return test


def _may_be(text: str, number: float) -> bool:
    """Whether *text* may stand for *number*."""
    try:
        return number_in_text(text) == number
    except NotComputed:
        return True


def _blank_test(operator: str, *, is_written: bool) -> tuple[Test, bool]:
    """The tests "", "=" and "<>"."""
    if operator not in {"=", "<>"}:
        return _nothing, False

    def is_empty(cell: Scalar) -> bool:
        if cell == "" and is_written:
            raise NotComputed("programs differ about whether a formula that shows nothing is blank")
        return cell is None or cell == ""

    if operator == "=":
        return is_empty, True
    return lambda cell: not is_empty(cell), False


def _order_test(operator: str, text: str) -> Test:
    def test(cell: Scalar) -> bool:
        return isinstance(cell, str) and _holds(operator, compare_texts(cell, text))

    return test


def _nothing(_: Scalar) -> bool:
    return False


def _holds(operator: str, order: int) -> bool:
    match operator:
        case "=":
            return order == 0
        case "<>":
            return order != 0
        case "<":
            return order < 0
        case ">":
            return order > 0
        case "<=":
            return order <= 0
        case _:
            return order >= 0


@dataclass(frozen=True, slots=True)
class _Condition:
    """A range, what its cells are to be, and whether blank ones are that."""

    area: Area
    wanted: Scalar
    test: Test
    passes_blank: bool


def _conditions(worker: Worker, context: Context, values: Sequence[Value]) -> list[_Condition]:
    found: list[_Condition] = []
    for area, value in zip(values[::2], values[1::2], strict=True):
        if isinstance(area, Error):
            raise Faulty(area.code)
        if not isinstance(area, Area):
            raise NotComputed("its condition is asked of something other than a range")
        wanted = worker.single(value, context)
        found.append(_Condition(area, wanted, *criterion(wanted)))
    return found


def _matches(worker: Worker, conditions: list[_Condition]) -> tuple[list[tuple[int, int]], int]:
    """The places, counted from the first cell, that pass all tests; and how many beyond all that is used do."""
    area = conditions[0].area
    if any(_shape(each.area) != _shape(area) for each in conditions):
        raise Faulty(VALUE)
    arrays = [worker.array(each.area) for each in conditions]
    height = max(each.height for each in arrays)
    width = max(each.width for each in arrays)
    beyond = area.height * area.width - height * width if all(each.passes_blank for each in conditions) else 0
    if all((each.height, each.width) == (height, width) for each in arrays):
        try:
            places = [_places(worker, *pair) for pair in zip(conditions, arrays, strict=True)]
            return sorted(set.intersection(*places)), beyond
        except NotComputed:
            pass  # the cell in question may be one that another condition leaves out
    worker.spend(height * width * len(conditions))
    found: list[tuple[int, int]] = []
    for row in range(height):
        for column in range(width):
            for array, each in zip(arrays, conditions, strict=True):
                inside = row < array.height and column < array.width
                value = array.rows[row][column] if inside else None
                if not (each.passes_blank if value is None else each.test(value)):
                    break
            else:
                found.append((row, column))
    return found, beyond


def _places(worker: Worker, condition: _Condition, array: Array) -> set[tuple[int, int]]:
    """The places of one range that pass its test; worked out once while the range stays as it is."""
    key = condition.area, type(condition.wanted), condition.wanted
    known = worker.places.get(key)
    if known is not None and known[0] is array:
        return known[1]
    worker.spend(array.height * array.width)
    test, passes_blank = condition.test, condition.passes_blank
    found = {
        (row, column)
        for row, line in enumerate(array.rows)
        for column, value in enumerate(line)
        if (passes_blank if value is None else test(value))
    }
    worker.places[key] = array, found
    return found


@whole("COUNTIF", 2, 2)
def _countif(worker: Worker, context: Context, values: list[Value]) -> Value:
    wanted = worker.settled(values[1], context)
    if isinstance(wanted, Array):
        area = values[0]
        return worker.each(lambda one: _counted(worker, context, [area, one]), [wanted], takes_errors=True)
    return _counted(worker, context, values)


def _counted(worker: Worker, context: Context, values: Sequence[Value]) -> float:
    found, beyond = _matches(worker, _conditions(worker, context, values))
    return float(len(found) + beyond)


@whole("COUNTIFS", 2)
def _countifs(worker: Worker, context: Context, values: list[Value]) -> Value:
    _refuse_odd(values)
    if any(isinstance(worker.settled(each, context), Array) for each in values[1::2]):
        raise NotComputed("its conditions are whole ranges")
    return _counted(worker, context, values)


def _refuse_odd(values: Sequence[Value]) -> None:
    if len(values) % 2:
        raise NotComputed("a condition is missing in it")


def _picked(worker: Worker, context: Context, area: Value, tests: Sequence[Value]) -> list[Scalar]:
    """The values of *area* where all tests hold."""
    if any(isinstance(worker.settled(each, context), Array) for each in tests[1::2]):
        raise NotComputed("its conditions are whole ranges")
    made = _conditions(worker, context, tests)
    if not isinstance(area, Area):
        raise NotComputed("it adds up something other than a range")
    found, _ = _matches(worker, made)
    shape = made[0].area
    same = Area(area.sheet, area.top, area.left, area.top + shape.height - 1, area.left + shape.width - 1)
    if (area.height, area.width) != (shape.height, shape.width):
        area = same
    array = worker.array(area)
    return [array.rows[row][column] for row, column in found if row < array.height and column < array.width]


def _same_shape(values: Sequence[Value]) -> None:
    area, other = values[:2]
    if isinstance(area, Area) and isinstance(other, Area) and _shape(area) != _shape(other):
        raise Faulty(VALUE)


@whole("SUMIF", 2, 3)
def _sumif(worker: Worker, context: Context, values: list[Value]) -> Value:
    area = values[2] if len(values) > 2 and values[2] is not None else values[0]
    wanted = worker.settled(values[1], context)
    if isinstance(wanted, Array):
        return worker.each(
            lambda one: worker.total(_numbers(_picked(worker, context, area, [values[0], one]))),
            [wanted],
            takes_errors=True,
        )
    return worker.total(_numbers(_picked(worker, context, area, values[:2])))


@whole("SUMIFS", 3)
def _sumifs(worker: Worker, context: Context, values: list[Value]) -> Value:
    _refuse_odd(values[1:])
    _same_shape(values)
    return worker.total(_numbers(_picked(worker, context, values[0], values[1:])))


@whole("AVERAGEIF", 2, 3)
def _averageif(worker: Worker, context: Context, values: list[Value]) -> Value:
    area = values[2] if len(values) > 2 and values[2] is not None else values[0]
    return _mean(worker, _numbers(_picked(worker, context, area, values[:2])))


@whole("AVERAGEIFS", 3)
def _averageifs(worker: Worker, context: Context, values: list[Value]) -> Value:
    _refuse_odd(values[1:])
    _same_shape(values)
    return _mean(worker, _numbers(_picked(worker, context, values[0], values[1:])))


@whole("MINIFS", 3)
def _minifs(worker: Worker, context: Context, values: list[Value]) -> Value:
    _refuse_odd(values[1:])
    _same_shape(values)
    return min(_numbers(_picked(worker, context, values[0], values[1:])), default=0.0)


@whole("MAXIFS", 3)
def _maxifs(worker: Worker, context: Context, values: list[Value]) -> Value:
    _refuse_odd(values[1:])
    _same_shape(values)
    return max(_numbers(_picked(worker, context, values[0], values[1:])), default=0.0)


def _numbers(values: Sequence[Scalar]) -> list[float]:
    found: list[float] = []
    for each in values:
        if isinstance(each, Error):
            raise Faulty(each.code)
        if isinstance(each, bool):
            raise NotComputed(_TRUTHS)
        if isinstance(each, float):
            found.append(each)
    return found
