"""Engines for SQLite and PostgreSQL that begin, nest and roll back as SQL says."""

from __future__ import annotations

import functools
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import Pool, QueuePool, StaticPool

from fundingapp.domain.errors import ExpectedError

#: Marks a SQLite file as ours: the letters FUND. On a server it is the number of the writers' lock.
APPLICATION_ID = 0x46554E44

PRAGMAS = {
    # What each has to read back as (decision D2); a build of SQLite that ignores one is not trusted.
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "secure_delete": 1,
    "busy_timeout": 5000,
    "synchronous": 2,  # FULL (D1)
}


def sqlite_engine(path: Path, *, read_only: bool = False) -> Engine:
    """An engine for the file at *path*, with every PRAGMA read back (decisions D1, D2, D5).

    *read_only* never changes what the file says; where the folder can be written, a transaction that a crash left
    half done is still rolled back first, because the file can't be read before that.
    """
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    mode = "rw" if writable or not read_only else "ro"
    address = f"{path.resolve().as_uri()}?mode={mode}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, check_same_thread=False, timeout=5)

    pragmas = {**PRAGMAS, "query_only": int(read_only)}
    engine = _sqlite(connect, pragmas, QueuePool, pool_size=4)

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        if not read_only:
            _take(connection, "journal_mode", "truncate")

    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("by_hand", False):
            reading = read_only or options.get("reading", False)
            connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def _sqlite(
    connect: Callable[[], sqlite3.Connection], pragmas: dict[str, int], pool: type[Pool], **options: Any
) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=pool, **options)

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver sends no BEGIN of its own, so that DDL rolls back too
        for pragma, wanted in pragmas.items():
            _take(connection, pragma, wanted)
        connection.execute("PRAGMA mmap_size=0")
        # 16 MiB for each connection: the system keeps the file's pages as well, and a window has three of them.
        connection.execute("PRAGMA cache_size=-16384")
        # Changes stay in memory until the commit, so that readers are not kept out during a long import.
        connection.execute("PRAGMA cache_spill=OFF")
        # SQLite's own lower() knows A to Z only.
        connection.create_function("fold", 1, str.casefold, deterministic=True)

    event.listen(engine, "connect", on_connect)
    return engine


def _take(connection: sqlite3.Connection, pragma: str, wanted: object) -> None:
    connection.execute(f"PRAGMA {pragma}={wanted}")
    if connection.execute(f"PRAGMA {pragma}").fetchone() != (wanted,):
        raise _unfit(f"it does not take {pragma}={wanted}")


def _unfit(why: str) -> ExpectedError:
    return ExpectedError(
        "unfit_sqlite",
        f"The SQLite {sqlite3.sqlite_version} of this PC can't be trusted with funding files: {why}.",
        "Install the program anew; no file was touched.",
    )


@functools.cache
def prove_sqlite() -> None:
    """Proves once, in memory, that driver and library keep to what everything here rests on (decision D5).

    Tables and savepoints roll back, foreign keys and strict types are enforced. Raises ExpectedError.
    """
    engine = _sqlite(lambda: sqlite3.connect(":memory:"), PRAGMAS, StaticPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.connect() as connection:
            connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT"))
            connection.execute(
                text("CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent (id)) STRICT")
            )
            connection.commit()
            connection.execute(text("INSERT INTO parent VALUES (1)"))
            with connection.begin_nested() as savepoint:
                connection.execute(text("INSERT INTO parent VALUES (2)"))
                savepoint.rollback()
            if connection.execute(text("SELECT max(id) FROM parent")).scalar_one() != 1:
                raise _unfit("savepoints do not roll back")
            connection.execute(text("CREATE TABLE passing (id INTEGER) STRICT"))
            connection.rollback()
            tables = connection.execute(text("SELECT count(*) FROM sqlite_schema WHERE type = 'table'"))
            rows = connection.execute(text("SELECT count(*) FROM parent"))
            if (tables.scalar_one(), rows.scalar_one()) != (2, 0):
                raise _unfit("changes of tables do not roll back")
            for broken, what in (
                ("INSERT INTO child VALUES (99)", "foreign keys are not kept"),
                ("INSERT INTO parent VALUES ('12,5')", "types are not kept"),
            ):
                try:
                    connection.execute(text(broken))
                except IntegrityError:
                    continue
                raise _unfit(what)
    finally:
        engine.dispose()


#: How long a program waits for another that writes to the same database on a server.
WRITERS_WAIT = "5s"


def postgres_engine(url: str) -> Engine:
    """An engine for PostgreSQL: writers one after the other, readers on one snapshot. Raises ExpectedError."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    try:
        address = make_url(url)
        engine = create_engine(address, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise ExpectedError(
            "bad_address",
            "The address of the database can't be understood.",
            "Write it as postgresql://name@server/database.",
        ) from error

    def on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("reading", False):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        else:
            # Identities, the audit trail's chain and totals are decided from what is there, so writers queue.
            connection.exec_driver_sql(
                f"SET LOCAL lock_timeout = '{WRITERS_WAIT}'; SELECT pg_advisory_xact_lock({APPLICATION_ID})"
            )

    event.listen(engine, "begin", on_begin)
    return engine
