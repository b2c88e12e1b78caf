"""Whole copies of funding files, and files that take their place in one step (bad-inputs H07, N09)."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import time
from pathlib import Path

from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.closing import say_closed
from fundingapp.persistence.errors import translated

#: Windows says these when a virus scanner, a sync tool or another program holds the file.
_HELD_BY_ANOTHER_PROGRAM = (5, 32)
#: Five further tries over three seconds (H07).
PAUSES = (0.1, 0.3, 0.6, 1.0, 1.0)
#: What the names of files begin with that are still being written.
HALF = ".fundingapp-"
_PAGES_AT_ONCE = 2_048


def replace_file(made: Path, target: Path) -> None:
    """Gives the finished file *made* the name *target*, whatever stood there. Raises OSError.

    Tried again for three seconds while another program holds *target*, as Windows has it.
    """
    for pause in PAUSES:
        try:
            made.replace(target)
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _HELD_BY_ANOTHER_PROGRAM:
                raise
            time.sleep(pause)
        else:
            break
    else:
        made.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Makes a new name in *folder* last through a power cut; Windows does that by itself, some shares can't."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sqlite_address(path: Path) -> str:
    """How SQLite is asked to read the file at *path*.

    A transaction that a crash left half done has to be rolled back before that, so it may write where that is allowed.
    """
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return f"{path.resolve().as_uri()}?mode={'rw' if writable else 'ro'}"


def copy_whole(source: Path, target: Path) -> None:
    """A whole copy of the funding file *source* at *target*, whoever writes to it meanwhile (E67).

    It appears whole or not at all, replacing what was there. Raises ExpectedError that names *source*, or OSError
    about the folder of *target*.
    """
    handle, name = tempfile.mkstemp(prefix=HALF, suffix=".copy", dir=target.parent)
    os.close(handle)
    made = Path(name)
    try:
        with (
            translated(str(source)),
            contextlib.closing(sqlite3.connect(sqlite_address(source), uri=True, timeout=5)) as held,
            contextlib.closing(sqlite3.connect(made)) as copy,
        ):
            # Nobody sees the copy before it is whole and synced.
            copy.execute("PRAGMA journal_mode=OFF")
            copy.execute("PRAGMA synchronous=OFF")
            held.backup(copy, pages=_PAGES_AT_ONCE)
            if copy.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise ExpectedError(
                    "file_damaged",
                    f"“{source}” is damaged and can't be read.",
                    "Open the newest backup; leave this file as it is for whoever repairs it.",
                )
            say_closed(copy)
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        replace_file(made, target)
    finally:
        made.unlink(missing_ok=True)
        Path(f"{made}-journal").unlink(missing_ok=True)
