"""Very many ledger lines in little memory: a line as an object takes a thousand bytes, packed it takes a hundred."""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Any, overload

from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: Up to so many lines stay as they are: making them again for each reading takes more time than they are worth.
PLAIN = 120_000
_PACKED_TOGETHER = 1_000


class LineList(Sequence[LedgerLine]):
    """Ledger lines in their order, added one by one. From PLAIN of them on they are packed, a thousand at a time, and
    made anew whenever they are read; equal ones then, not the same objects."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._last: list[LedgerLine] = []
        self._full = PLAIN
        self._unpacked: tuple[int, list[LedgerLine]] = (-1, [])

    def append(self, line: LedgerLine) -> None:
        self._last.append(line)
        if len(self._last) >= self._full:
            for start in range(0, len(self._last), _PACKED_TOGETHER):
                self._packed.append(_packed(self._last[start : start + _PACKED_TOGETHER]))
            self._last = []
            self._full = _PACKED_TOGETHER

    def __len__(self) -> int:
        return len(self._packed) * _PACKED_TOGETHER + len(self._last)

    def __iter__(self) -> Iterator[LedgerLine]:
        if not self._packed:
            return iter(self._last)
        return chain(chain.from_iterable(map(_unpacked, self._packed)), self._last)

    @overload
    def __getitem__(self, at: int) -> LedgerLine: ...
    @overload
    def __getitem__(self, at: slice) -> list[LedgerLine]: ...
    def __getitem__(self, at: int | slice) -> LedgerLine | list[LedgerLine]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        place = at + len(self) if at < 0 else at
        if not 0 <= place < len(self):
            raise IndexError(at)
        part, within = divmod(place, _PACKED_TOGETHER)
        if part >= len(self._packed):
            return self._last[place - len(self._packed) * _PACKED_TOGETHER]
        if self._unpacked[0] != part:
            self._unpacked = (part, list(_unpacked(self._packed[part])))
        return self._unpacked[1][within]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it grows


def _packed(lines: Sequence[LedgerLine]) -> bytes:
    """*lines* as bytes, column by column, in values that :mod:`marshal` knows; what repeats is kept once."""
    keys, transactions, years, periods, days, *texts, amounts, sheets, rows = zip(*lines, strict=True)
    columns: tuple[Any, ...] = (
        keys,
        transactions if transactions != keys else None,
        [year.start for year in years],
        periods,
        [0 if day is None else day.toordinal() for day in days],
        *texts,
        [amount.pence for amount in amounts],
        sheets,
        rows,
    )
    return zlib.compress(marshal.dumps(columns), 1)


def _unpacked(content: bytes) -> Iterator[LedgerLine]:
    # Never anything but what was packed above, in this process.
    columns = marshal.loads(zlib.decompress(content))  # noqa: S302 - made by _packed, in this process
    keys, transactions, years, periods, days, *texts, amounts, sheets, rows = columns
    year_of = {start: FinancialYear(start) for start in set(years)}
    day_of = {number: date.fromordinal(number) if number else None for number in set(days)}
    return map(
        LedgerLine._make,
        zip(
            keys,
            keys if transactions is None else transactions,
            map(year_of.__getitem__, years),
            periods,
            map(day_of.__getitem__, days),
            *texts,
            map(Money, amounts),
            sheets,
            rows,
            strict=True,
        ),
    )
