"""Bringing a database to the newest schema, or leaving it exactly as it was (decision D19)."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, inspect, select, table

from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.engines import APPLICATION_ID

#: The newest schema this program knows; a file that says more was made by a newer program.
SCHEMA_VERSION = 4


def upgrade(engine: Engine, path: Path | None) -> None:
    """Brings the database to the newest schema in one transaction.

    An existing file at *path* is backed up first, beside it. Raises ExpectedError when rows would be lost.
    """
    if path is not None and path.stat().st_size:
        _back_up(engine, path)
    if engine.dialect.name != "sqlite":
        # A second program that starts an upgrade waits at the lock of “begin”, and then finds it done (G07).
        with engine.begin() as connection:
            _migrate(connection)
        return
    # Foreign keys can only be switched outside a transaction, so this connection begins and ends by hand.
    with engine.connect().execution_options(by_hand=True) as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            _migrate(connection)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise _failed("references would break")
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            # After some faults, such as a full disk, SQLite has rolled back by itself.
            driver: Any = connection.connection.driver_connection
            if driver.in_transaction:
                connection.exec_driver_sql("ROLLBACK")
            raise
        finally:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def _migrate(connection: Connection) -> None:
    from fundingapp.persistence.migrations.upgrade import run_migrations

    before = _row_counts(connection)
    run_migrations(connection)
    after = _row_counts(connection)
    lost = [name for name, number in before.items() if after.get(name, 0) < number]
    if lost:
        raise _failed(f"rows of {', '.join(lost)} would be lost")


def _row_counts(connection: Connection) -> dict[str, int]:
    return {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in inspect(connection).get_table_names()
    }


def _failed(why: str) -> ExpectedError:
    return ExpectedError(
        "upgrade_failed",
        f"It could not be brought to the new version: {why}.",
        "It was left as it was; send the file's backup to support.",
    )


def _back_up(engine: Engine, path: Path) -> None:
    """A whole copy beside the file, made with SQLite's own backup and checked before it gets its name (D11)."""
    target = path.with_name(f"{path.name}.before-upgrade")
    made = path.with_name(f".fundingapp-{path.name}.backup")
    made.unlink(missing_ok=True)
    try:
        with contextlib.closing(sqlite3.connect(made)) as copy:
            source = engine.raw_connection()
            try:
                driver: Any = source.driver_connection
                driver.backup(copy)
            finally:
                source.close()
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise ExpectedError(
                    "backup_failed",
                    f"The backup of “{path.name}” is not sound.",
                    "The file was not upgraded.",
                )
        made.replace(target)
    finally:
        made.unlink(missing_ok=True)
