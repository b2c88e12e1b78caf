"""Which of two versions of a funding file came of which: told by their histories.

A file's generation is the last entry of its history, which lies inside the file: it is replaced with it in one step,
and a file that is put back by hand brings its own. A number kept beside the file would survive it, and be wrong.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from fundingapp.application.ports import JournalLine
from fundingapp.persistence.engines import sqlite_engine
from fundingapp.persistence.errors import translated
from fundingapp.persistence.journal import GENESIS, SqlJournal
from fundingapp.persistence.replacing import sqlite_address


class Generation(NamedTuple):
    """The last entry of a history: its number and its hash."""

    number: int
    head: str


#: The generation of a file without a history.
FIRST = Generation(0, GENESIS)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with (
        translated(str(path)),
        contextlib.closing(sqlite3.connect(sqlite_address(path), uri=True, timeout=5)) as file,
    ):
        yield file


def generation_of(path: Path) -> Generation:
    """The generation of the file at *path*, on this PC. Raises ExpectedError when it can't be read."""
    with _opened(path) as file:
        row = file.execute("SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1").fetchone()
    return Generation(*row) if row else FIRST


def came_away(path: Path) -> bool:
    """Whether the file at *path* says that it was not closed, and the journal that it then needs is not there (F08)."""
    if Path(f"{path}-journal").exists():
        return False
    with _opened(path) as file:
        if not file.execute("SELECT 1 FROM sqlite_schema WHERE name = 'file_mark'").fetchone():
            return False
        return bool(file.execute("SELECT max(in_use) FROM file_mark").fetchone()[0])


def came_of(path: Path, earlier: Generation) -> bool:
    """Whether the history of the file at *path* holds *earlier*: it is that version, or was made of it."""
    if earlier == FIRST:
        return True
    with _opened(path) as file:
        row = file.execute("SELECT hash FROM journal WHERE sequence = ?", (earlier.number,)).fetchone()
    return row is not None and row[0] == earlier.head


def last_in_common(ours: Path, theirs: Path) -> int:
    """The number of the last entry that both histories have; 0 when there is none.

    Each entry's hash takes in the one before, so whatever goes before it is the same too.
    """
    with _opened(ours) as file:
        file.execute("ATTACH ? AS other", (f"{theirs.resolve().as_uri()}?mode=ro",))
        row = file.execute(
            "SELECT max(a.sequence) FROM journal a JOIN other.journal b USING (sequence, hash)"
        ).fetchone()
    return row[0] or 0


def entries_from(path: Path, number: int) -> list[JournalLine]:
    """The entries of the history at *path* from *number* on, oldest first."""
    last = generation_of(path).number
    if last < number:
        return []
    engine = sqlite_engine(path, read_only=True)
    try:
        with translated(str(path)), engine.connect().execution_options(reading=True) as connection:
            return SqlJournal(connection).lines(limit=last - number + 1)[::-1]
    finally:
        engine.dispose()
