"""Functions that answer with many cells, most of them of the Excel of today."""

from __future__ import annotations

from functools import cmp_to_key

from fundingapp.workbooks.formulas.values import (
    VALUE,
    Area,
    Array,
    Error,
    Faulty,
    NotComputed,
    Scalar,
    Value,
    compare,
    to_number,
    to_truth,
)
from fundingapp.workbooks.formulas.worker import Context, Worker, whole


def _array(worker: Worker, value: Value) -> Array:
    if isinstance(value, Area):
        return worker.full_array(value)
    if isinstance(value, Array):
        return value
    if isinstance(value, Error):
        raise Faulty(value.code)
    if isinstance(value, (float, str)) or value is None:
        return Array([[value]])
    raise NotComputed("it turns something other than a range")


@whole("TRANSPOSE", 1, 1, arrays=True)
def _transpose(worker: Worker, context: Context, values: list[Value]) -> Value:
    array = _array(worker, values[0])
    return Array([list(row) for row in zip(*array.rows, strict=True)])


@whole("FILTER", 2, 3, arrays=True)
def _filter(worker: Worker, context: Context, values: list[Value]) -> Value:
    array, keep = _array(worker, values[0]), _array(worker, values[1])
    if keep.width == 1 and keep.height == array.height:
        rows = [list(row) for row, test in zip(array.rows, keep.flat(), strict=True) if _is_kept(test)]
    elif keep.height == 1 and keep.width == array.width:
        places = [at for at, test in enumerate(keep.flat()) if _is_kept(test)]
        rows = [[row[at] for at in places] for row in array.rows] if places else []
    else:
        raise Faulty(VALUE)
    if rows:
        return Array(rows)
    if len(values) > 2 and values[2] is not None:
        return values[2]
    return Error("#CALC!")


def _is_kept(test: Scalar) -> bool:
    return to_truth(test)


@whole("UNIQUE", 1, 3, arrays=True)
def _unique(worker: Worker, context: Context, values: list[Value]) -> Value:
    if any(to_truth(worker.single(each, context)) for each in values[1:]):
        raise NotComputed("its UNIQUE works in a way that is not worked out here")
    array = _array(worker, values[0])
    if any(each is None or isinstance(each, Error) for each in array.flat()):
        raise NotComputed("its UNIQUE goes over blank cells or errors")
    seen: set[tuple[object, ...]] = set()
    rows: list[list[Scalar]] = []
    for row in array.rows:
        key = tuple((type(each).__name__, each.lower() if isinstance(each, str) else each) for each in row)
        if key not in seen:
            seen.add(key)
            rows.append(list(row))
    return Array(rows)


@whole("SORT", 1, 4, arrays=True)
def _sort(worker: Worker, context: Context, values: list[Value]) -> Value:
    array = _array(worker, values[0])
    by = int(to_number(worker.single(values[1], context))) if len(values) > 1 and values[1] is not None else 1
    way = (
        int(to_number(worker.single(values[2], context))) if len(values) > 2 and values[2] is not None else 1
    )
    if len(values) > 3 and values[3] is not None and to_truth(worker.single(values[3], context)):
        raise NotComputed("its SORT sorts columns")
    if way not in {1, -1} or not 1 <= by <= array.width:
        raise Faulty(VALUE)

    def order(one: list[Scalar], other: list[Scalar]) -> int:
        left, right = one[by - 1], other[by - 1]
        if left is None or right is None:
            return (left is None) - (right is None)
        if isinstance(left, Error) or isinstance(right, Error):
            raise NotComputed("its SORT sorts errors")
        if isinstance(left, str) and isinstance(right, str):
            _refuse_doubtful_order(left, right)
        return way * compare(left, right)

    return Array(sorted((list(row) for row in array.rows), key=cmp_to_key(order)))


def _refuse_doubtful_order(one: str, other: str) -> None:
    """Raises NotComputed for texts that languages, or a sort and a comparison, put in different orders."""
    first = next((pair for pair in zip(one.lower(), other.lower(), strict=False) if pair[0] != pair[1]), None)
    plain = all(each.isascii() and (each.isalnum() or each == " ") for each in one + other)
    if not plain or (first is not None and " " in first and any(each.isdigit() for each in first)):
        raise NotComputed("its SORT sorts texts whose order differs between languages")


@whole("SEQUENCE", 1, 4)
def _sequence(worker: Worker, context: Context, values: list[Value]) -> Value:
    numbers = [to_number(worker.single(each, context)) if each is not None else 1.0 for each in values]
    height, width, start, step = (*numbers, *(1.0,) * (4 - len(numbers)))
    if height < 1 or width < 1:
        raise Faulty(VALUE)
    if height * width > 200_000:
        raise NotComputed("it fills more cells than can be worked out here")
    return Array(
        [
            [start + step * (row * int(width) + column) for column in range(int(width))]
            for row in range(int(height))
        ]
    )


@whole("ANCHORARRAY", 1, 1)
def _anchor(worker: Worker, context: Context, values: list[Value]) -> Value:
    return worker.spilled(values[0])


@whole("SINGLE", 1, 1)
def _single(worker: Worker, context: Context, values: list[Value]) -> Value:
    return worker.single(values[0], context)


@whole("TOCOL", 1, 1, arrays=True)
def _tocol(worker: Worker, context: Context, values: list[Value]) -> Value:
    return Array([[each] for each in _array(worker, values[0]).flat()])
