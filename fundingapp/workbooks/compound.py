"""The container of old Office files: a small file system of sectors, of which one stream is wanted here.

Written for this alone: the chains of a damaged file may lead in circles or beyond its end, and a reader for every
use of the format would be a dependency for sixty lines. [MS-CFB] describes the format.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

from fundingapp.domain.errors import InputRefusedError
from fundingapp.workbooks.refusals import damaged

_LAST: Final = 0xFFFFFFFA  # marks from here on are no sectors
_ENTRY: Final = 128


class Compound:
    """The streams of a compound file. Raises InputRefusedError for a damaged one."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        file.seek(0)
        self._raw = file.read()
        self._name = name
        try:
            self._open()
        except (struct.error, IndexError, ValueError, UnicodeDecodeError) as error:
            raise self._broken() from error

    def _broken(self) -> InputRefusedError:
        return damaged(self._name, "its sectors cannot be followed")

    def _open(self) -> None:
        raw = self._raw
        size_power, small_power = struct.unpack_from("<HH", raw, 30)
        if size_power not in {9, 12} or small_power != 6:
            raise self._broken()
        self._size = 1 << size_power
        first_directory, _, cutoff, first_small, _, first_more, many_more = struct.unpack_from(
            "<IIIIIII", raw, 48
        )
        tables = list(struct.unpack_from("<109I", raw, 76))
        seen: set[int] = set()
        while first_more < _LAST and many_more:
            if first_more in seen:
                raise self._broken()
            seen.add(first_more)
            many_more -= 1
            *more, first_more = struct.unpack(f"<{self._size // 4}I", self._sector(first_more))
            tables += more
        table: list[int] = []
        known = [at for at in tables if at < _LAST]
        if len(set(known)) != len(known):
            raise self._broken()
        for at in known:
            table += struct.unpack(f"<{self._size // 4}I", self._sector(at))
        self._table = table
        self._cutoff = cutoff
        self._entries: dict[str, tuple[int, int]] = {}
        directory = self._chain(first_directory)
        root = (0, 0)
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            start, size = struct.unpack_from("<II", directory, at + 116)
            if kind == 5:
                root = (start, size)
            elif kind == 2 and 2 <= length <= 64:
                title = directory[at : at + length - 2].decode("utf-16-le")
                self._entries.setdefault(title.lower(), (start, size))
        small = self._chain(first_small) if first_small < _LAST else b""
        self._small_table = struct.unpack(f"<{len(small) // 4}I", small[: len(small) // 4 * 4])
        self._small = self._chain(root[0]) if root[0] < _LAST and root[1] else b""

    def _sector(self, at: int) -> bytes:
        start = (at + 1) * self._size
        content = self._raw[start : start + self._size]
        if len(content) < self._size:
            if not content:
                raise self._broken()
            content += bytes(self._size - len(content))  # the last one may be cut short
        return content

    def _chain(self, at: int) -> bytes:
        """The content of the sectors from *at* on; none may come twice."""
        found: list[bytes] = []
        table = self._table
        while at < _LAST:
            found.append(self._sector(at))
            if len(found) > len(table):
                raise self._broken()
            at = table[at]
        return b"".join(found)

    def stream(self, *names: str) -> bytes | None:
        """The first of the streams of these names; None when there is none."""
        for name in names:
            if (entry := self._entries.get(name.lower())) is None:
                continue
            start, size = entry
            try:
                content = self._chain(start) if size >= self._cutoff else self._small_chain(start, size)
            except IndexError as error:
                raise self._broken() from error
            if len(content) < size:
                raise damaged(self._name, "its end is missing")
            return content[:size]
        return None

    def _small_chain(self, at: int, size: int) -> bytes:
        found: list[bytes] = []
        while at < _LAST and len(found) * 64 < size:
            found.append(self._small[at * 64 : at * 64 + 64])
            at = self._small_table[at]
        return b"".join(found)
