"""Whole copies of funding files that are fetched and published, not kept (bad input N09)."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from pathlib import Path

from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.backups import copy_database
from fundingapp.persistence.errors import translated
from fundingapp.persistence.replacing import HALF, replace_file


def copy_in_place(source: Path, target: Path) -> None:
    """A whole copy of the funding file *source* at *target*, whoever writes to it meanwhile (E67).

    It appears whole or not at all, replacing what was there, and is looked through as quickly as can be: a backup is
    proved more thoroughly. Raises ExpectedError that names *source*, or OSError
    about the folder of *target*.
    """
    handle, name = tempfile.mkstemp(prefix=HALF, suffix=".copy", dir=target.parent)
    os.close(handle)
    made = Path(name)
    try:
        with translated(str(source)):
            copy_database(source, made)
            with contextlib.closing(sqlite3.connect(made)) as copy:
                if copy.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                    raise ExpectedError(
                        "file_damaged",
                        f"“{source}” is damaged and can't be read.",
                        "Open the newest backup; leave this file as it is for whoever repairs it.",
                    )
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        replace_file(made, target)
    finally:
        made.unlink(missing_ok=True)
        Path(f"{made}-journal").unlink(missing_ok=True)
