"""Very many rows of a text file in little memory: as objects they take ten times what the file takes."""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import overload

from fundingapp.domain.ledger import RawRow

#: Up to so many rows stay as they are: making them again for each reading takes more time than they are worth.
PLAIN = 120_000
_PACKED_TOGETHER = 1_000

_TextRow = tuple[str | None, ...]


class TextRows(Sequence[RawRow]):
    """The rows of a text file in their order. From PLAIN of them on they are packed, a thousand at a time, and made
    anew whenever they are read. A slice of them is a view, which copies nothing."""

    def __init__(self, rows: Iterable[RawRow] = ()) -> None:
        self._store = _Store(rows)
        self._places = range(len(self._store))

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[RawRow]:
        places = self._places
        if places.step == 1:
            return self._store.between(places.start, places.stop)
        return map(self._store.at, places)

    @overload
    def __getitem__(self, at: int) -> RawRow: ...

    @overload
    def __getitem__(self, at: slice) -> TextRows: ...

    def __getitem__(self, at: int | slice) -> RawRow | TextRows:
        if isinstance(at, slice):
            view = TextRows()
            view._store, view._places = self._store, self._places[at]
            return view
        return self._store.at(self._places[at])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it grows


class CellsOf(Sequence[_TextRow]):
    """The cells of each of *rows*, without their numbers; a view, as its slices are."""

    def __init__(self, rows: TextRows) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[_TextRow]:
        return (cells for _, cells in self._rows)  # type: ignore[misc]  # a text file has nothing but texts

    @overload
    def __getitem__(self, at: int) -> _TextRow: ...
    @overload
    def __getitem__(self, at: slice) -> CellsOf: ...
    def __getitem__(self, at: int | slice) -> _TextRow | CellsOf:
        if isinstance(at, slice):
            return CellsOf(self._rows[at])
        return self._rows[at].cells  # type: ignore[return-value]  # as above


class _Store:
    """Packed rows, and the last ones as they are."""

    def __len__(self) -> int:
        return len(self._packed) * _PACKED_TOGETHER + len(self._last)

    def __init__(self, rows: Iterable[RawRow]) -> None:
        each = iter(rows)
        self._last = list(islice(each, PLAIN))
        self._packed: list[bytes] = []
        while len(self._last) >= _PACKED_TOGETHER and (following := list(islice(each, _PACKED_TOGETHER))):
            self._pack()
            self._last += following
        self._unpacked: tuple[int, list[RawRow]] = (-1, [])

    def _pack(self) -> None:
        """Packs what fills whole parts; the rest stays as it is."""
        whole = len(self._last) // _PACKED_TOGETHER * _PACKED_TOGETHER
        for start in range(0, whole, _PACKED_TOGETHER):
            self._packed.append(_packed(self._last[start : start + _PACKED_TOGETHER]))
        del self._last[:whole]

    def at(self, place: int) -> RawRow:
        part, within = divmod(place, _PACKED_TOGETHER)
        return self._part(part)[within] if part < len(self._packed) else self._tail(place)

    def between(self, start: int, stop: int) -> Iterator[RawRow]:
        part, within = divmod(start, _PACKED_TOGETHER)
        if part >= len(self._packed):
            skipped = start - len(self._packed) * _PACKED_TOGETHER
            return islice(self._last, skipped, max(skipped, skipped + stop - start))
        parts = (_unpacked(content) for content in islice(self._packed, part, None))
        return islice(
            chain(chain.from_iterable(parts), self._last), within, max(within, within + stop - start)
        )

    def _tail(self, place: int) -> RawRow:
        return self._last[place - len(self._packed) * _PACKED_TOGETHER]

    def _part(self, part: int) -> list[RawRow]:
        if self._unpacked[0] != part:
            self._unpacked = (part, _unpacked(self._packed[part]))
        return self._unpacked[1]


def _packed(rows: Sequence[RawRow]) -> bytes:
    """*rows* as bytes; what repeats takes next to nothing."""
    numbers, cells = zip(*rows, strict=True)
    return zlib.compress(marshal.dumps((numbers, cells)), 1)


def _unpacked(content: bytes) -> list[RawRow]:
    # Never anything but what was packed above, in this process.
    numbers, cells = marshal.loads(zlib.decompress(content))  # noqa: S302 - made here, in this process
    return list(map(RawRow, numbers, cells))
