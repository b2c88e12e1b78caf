"""Files that take their place in one step, and how SQLite is asked to read one that lies there (bad input H07)."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

#: Windows says these when a virus scanner, a sync tool or another program holds the file.
_HELD_BY_ANOTHER_PROGRAM = (5, 32)
#: Five further tries over three seconds (H07).
PAUSES = (0.1, 0.3, 0.6, 1.0, 1.0)
#: What the names of files begin with that are still being written.
HALF = ".fundingapp-"


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
