"""Working days in England and Wales: all but Saturdays, Sundays and bank holidays.

Bank holidays are worked out by rule; a library of every country's would be many times the size of what is used here.
The days that were proclaimed once or moved stand in a table: a new one is added there when it is proclaimed.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

#: Proclaimed for one year only: royal weddings, jubilees, a state funeral, a coronation.
_ONCE = (
    date(2011, 4, 29),
    date(2012, 6, 5),
    date(2022, 6, 3),
    date(2022, 9, 19),
    date(2023, 5, 8),
)
#: Moved for one year: from the day that the rule gives to another.
_MOVED = {
    date(2012, 5, 28): date(2012, 6, 4),
    date(2020, 5, 4): date(2020, 5, 8),
    date(2022, 5, 30): date(2022, 6, 2),
}


def is_working_day(day: date) -> bool:
    """Whether offices are open on *day*."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def after_working_days(day: date, number: int) -> date:
    """The working day that is *number* of them after *day*; *day* itself when *number* is 0 and it is one, else the
    next."""
    while number > 0 or not is_working_day(day):
        day += timedelta(days=1)
        if is_working_day(day):
            number -= 1
    return day


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales in a calendar year, from 1978 on."""
    easter = _easter_sunday(year)
    by_rule = {
        _on_a_weekday(date(year, 1, 1)),
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _monday_from(date(year, 5, 1)),
        _monday_from(date(year, 5, 25)),
        _monday_from(date(year, 8, 25)),
    }
    # Christmas and Boxing Day on a weekend: the next weekdays that are not one of them.
    christmas = date(year, 12, 25)
    by_rule |= {
        5: {date(year, 12, 27), date(year, 12, 28)},
        6: {date(year, 12, 26), date(year, 12, 27)},
        4: {christmas, date(year, 12, 28)},
    }.get(christmas.weekday(), {christmas, date(year, 12, 26)})
    return frozenset(_MOVED.get(day, day) for day in by_rule) | {day for day in _ONCE if day.year == year}


def _on_a_weekday(day: date) -> date:
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


def _monday_from(day: date) -> date:
    """The first Monday on or after *day*."""
    return day + timedelta(days=-day.weekday() % 7)


def _easter_sunday(year: int) -> date:
    """By the anonymous Gregorian method (Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l_ = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l_) // 451
    month, day = divmod(h + l_ - 7 * m + 114, 31)
    return date(year, month, day + 1)
