"""Functions of days. Days before March 1900 and times of day are left alone: programs differ about them."""

from __future__ import annotations

import calendar
import math
from datetime import date, timedelta

from fundingapp.workbooks.formulas.scalars import worker_values
from fundingapp.workbooks.formulas.values import (
    NUM,
    VALUE,
    Error,
    Faulty,
    NotComputed,
    Scalar,
    Value,
    day_of,
    number_in_text,
    serial_of,
    to_number,
)
from fundingapp.workbooks.formulas.worker import Context, Worker, lazy, whole


def _each(worker: Worker, context: Context, values: list[Value], function: object) -> Value:
    return worker.each(function, [worker.settled(each, context) for each in values])  # type: ignore[arg-type]


def _day(worker: Worker, value: Scalar) -> date:
    if isinstance(value, bool):
        raise NotComputed("programs differ about TRUE as a day")
    if isinstance(value, str) and worker.book.is_1904:
        raise NotComputed("it reads a day out of a text")
    return day_of(to_number(value), is_1904=worker.book.is_1904)


def _serial(worker: Worker, day: date) -> float:
    return serial_of(day, is_1904=worker.book.is_1904)


def shifted(year: int, month: int) -> tuple[int, int]:
    """Year and month for a month that may lie before January or after December."""
    return year + (month - 1) // 12, (month - 1) % 12 + 1


@lazy("TODAY", 0, 0)
def _today(worker: Worker, context: Context, arguments: object) -> Value:
    return _serial(worker, worker.say_today())


@lazy("NOW", 0, 0)
def _now(worker: Worker, context: Context, arguments: object) -> Value:
    raise NotComputed("it depends on the moment at which the workbook is opened")


@lazy("RAND RANDBETWEEN RANDARRAY", 0)
def _rand(worker: Worker, context: Context, arguments: object) -> Value:
    raise NotComputed("it is a number drawn by lot")


@lazy("CELL INFO", 1, 2)
def _cell(worker: Worker, context: Context, arguments: object) -> Value:
    raise NotComputed("it depends on where and how the workbook is opened")


@whole("DATE", 3, 3)
def _date(worker: Worker, context: Context, values: list[Value]) -> Value:
    def made(year: Scalar, month: Scalar, day: Scalar) -> Scalar:
        years, months, days = (math.floor(to_number(each)) for each in (year, month, day))
        if not 1900 <= years <= 9999:
            if 0 <= years < 1900:
                raise NotComputed("programs differ about the year that is meant")
            raise Faulty(NUM)
        in_year, in_month = shifted(years, months)
        if not 1900 <= in_year <= 9999:
            raise Faulty(NUM)
        try:
            return _serial(worker, date(in_year, in_month, 1) + timedelta(days=days - 1))
        except OverflowError:
            raise Faulty(NUM) from None

    return _each(worker, context, values, made)


@whole("YEAR", 1, 1)
def _year(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _each(worker, context, values, lambda value: float(_day(worker, value).year))


@whole("MONTH", 1, 1)
def _month(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _each(worker, context, values, lambda value: float(_day(worker, value).month))


@whole("DAY", 1, 1)
def _day_of_month(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _each(worker, context, values, lambda value: float(_day(worker, value).day))


@whole("WEEKDAY", 1, 2)
def _weekday(worker: Worker, context: Context, values: list[Value]) -> Value:
    def number(value: Scalar, kind: Scalar = 1.0) -> Scalar:
        day, way = _day(worker, value).weekday(), int(to_number(kind))
        if way == 1:
            return float((day + 1) % 7 + 1)
        if way in {2, 11}:
            return float(day + 1)
        if way == 3:
            return float(day)
        if 12 <= way <= 17:
            return float((day - (way - 11)) % 7 + 1)
        raise Faulty(NUM)

    return _each(worker, context, values, number)


@whole("ISOWEEKNUM", 1, 1)
def _isoweek(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _each(worker, context, values, lambda value: float(_day(worker, value).isocalendar().week))


@whole("WEEKNUM", 1, 2)
def _weeknum(worker: Worker, context: Context, values: list[Value]) -> Value:
    def number(value: Scalar, kind: Scalar = 1.0) -> Scalar:
        day, way = _day(worker, value), int(to_number(kind))
        if way == 21:
            return float(day.isocalendar().week)
        if way not in {1, 2}:
            raise NotComputed("it counts weeks in a way that is not worked out here")
        first = date(day.year, 1, 1)
        lead = (first.weekday() + 1) % 7 if way == 1 else first.weekday()
        return float(((day - first).days + lead) // 7 + 1)

    return _each(worker, context, values, number)


def _months_on(day: date, months: int, *, last: bool) -> date:
    year, month = shifted(day.year, day.month + months)
    if not 1900 <= year <= 9999:
        raise Faulty(NUM)
    length = calendar.monthrange(year, month)[1]
    return date(year, month, length if last else min(day.day, length))


@whole("EDATE", 2, 2)
def _edate(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _each(
        worker,
        context,
        values,
        lambda value, months: _serial(
            worker, _months_on(_day(worker, value), math.trunc(to_number(months)), last=False)
        ),
    )


@whole("EOMONTH", 2, 2)
def _eomonth(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _each(
        worker,
        context,
        values,
        lambda value, months: _serial(
            worker, _months_on(_day(worker, value), math.trunc(to_number(months)), last=True)
        ),
    )


@whole("DAYS", 2, 2)
def _days(worker: Worker, context: Context, values: list[Value]) -> Value:
    return _each(
        worker,
        context,
        values,
        lambda end, start: float((_day(worker, end) - _day(worker, start)).days),
    )


@whole("DATEDIF", 3, 3)
def _datedif(worker: Worker, context: Context, values: list[Value]) -> Value:
    def difference(start: Scalar, end: Scalar, unit: Scalar) -> Scalar:
        first, last = _day(worker, start), _day(worker, end)
        if first > last:
            raise Faulty(NUM)
        months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
        match str(unit).lower():
            case "d":
                return float((last - first).days)
            case "m":
                return float(months)
            case "y":
                return float(months // 12)
            case "ym":
                return float(months % 12)
            case "md" | "yd":
                raise NotComputed("programs differ about days left over between two days")
            case _:
                raise Faulty(NUM)

    return _each(worker, context, values, difference)


@whole("DATEVALUE", 1, 1)
def _datevalue(worker: Worker, context: Context, values: list[Value]) -> Value:
    def value_of(value: Scalar) -> Scalar:
        if not isinstance(value, str) or worker.book.is_1904:
            raise NotComputed("it reads a day out of something that is no text")
        if not any(letter.isdigit() for letter in value):
            raise Faulty(VALUE)
        number = number_in_text(value)
        if number is None:
            raise Faulty(VALUE)
        if "-" not in value:
            raise NotComputed("programs differ about such a text as a day")
        return number

    return _each(worker, context, values, value_of)


def _free_days(worker: Worker, value: Value | None) -> set[date]:
    if value is None:
        return set()
    found: set[date] = set()
    for each in worker_values(worker, value):
        if each is None:
            continue
        if isinstance(each, Error):
            raise Faulty(each.code)
        found.add(_day(worker, each))
    return found


@whole("NETWORKDAYS", 2, 3)
def _networkdays(worker: Worker, context: Context, values: list[Value]) -> Value:
    first, last = (_day(worker, worker.single(each, context)) for each in values[:2])
    free = _free_days(worker, values[2] if len(values) > 2 else None)
    sign = 1
    if first > last:
        first, last, sign = last, first, -1
    days = (last - first).days + 1
    if days > 100_000:
        raise NotComputed("it counts more days than can be counted here")
    count = sum((day := first + timedelta(days=at)).weekday() < 5 and day not in free for at in range(days))
    return float(sign * count)


@whole("WORKDAY", 2, 3)
def _workday(worker: Worker, context: Context, values: list[Value]) -> Value:
    day = _day(worker, worker.single(values[0], context))
    left = math.trunc(to_number(worker.single(values[1], context)))
    free = _free_days(worker, values[2] if len(values) > 2 else None)
    if abs(left) > 100_000:
        raise NotComputed("it counts more days than can be counted here")
    step = timedelta(days=1 if left >= 0 else -1)
    left = abs(left)
    while left:
        day += step
        if day.weekday() < 5 and day not in free:
            left -= 1
    return _serial(worker, day)
