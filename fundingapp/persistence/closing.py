"""The flag of a clean close: whether a file was closed since it was last written (bad-inputs F08).

SQLite keeps a journal beside a file that is being written; a file that was moved or copied without it can be damaged
and still open. Raised in the same transaction as the first change of a session, and lowered when the file is closed,
the flag goes wherever the file goes: where it is raised and no journal lies beside, the file has come away from its
own.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from fundingapp.domain.errors import ExpectedError


def mark_in_use(connection: Connection) -> None:
    """Says in the file that it is being worked on. A server needs no such flag."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("UPDATE file_mark SET in_use = 1 WHERE in_use = 0")


def mark_closed(engine: Engine) -> None:
    """Says in the file that it was closed, if it does not say so already.

    What keeps it from that (a full disk, a file that is gone) costs a question at the next opening and nothing else.
    """
    if engine.dialect.name != "sqlite":
        return
    try:
        with engine.connect().execution_options(reading=True) as connection:
            in_use = is_in_use(connection)
        if in_use:
            with engine.begin() as connection:
                connection.exec_driver_sql("UPDATE file_mark SET in_use = 0")
    except (DBAPIError, ExpectedError, UnicodeDecodeError):
        return


def is_in_use(connection: Connection) -> bool:
    """Whether the file says that it was not closed since it was last written."""
    return bool(connection.exec_driver_sql("SELECT max(in_use) FROM file_mark").scalar_one())


def say_closed(copy: sqlite3.Connection) -> None:
    """Says in a whole copy of a file, which needs no journal, that it was closed."""
    if copy.execute("SELECT 1 FROM sqlite_schema WHERE name = 'file_mark'").fetchone():
        copy.execute("UPDATE file_mark SET in_use = 0 WHERE in_use = 1")
        copy.commit()
