"""Bringing a database to the newest schema, or leaving it exactly as it was (decision D19)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.digests import write_all
from fundingapp.persistence.engines import APPLICATION_ID

#: The newest schema this program knows; a file that says more was made by a newer program.
SCHEMA_VERSION = 4


def upgrade(engine: Engine, back_up: Callable[[], object] | None = None) -> None:
    """Brings the database to the newest schema in one transaction.

    *back_up* makes the backup of an existing file first; where it refuses, nothing is begun. Raises ExpectedError when
    rows or amounts would be lost.
    """
    if back_up is not None:
        back_up()
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

    before = _contents(connection)
    run_migrations(connection)
    after = _contents(connection, before)
    for name, content in before.items():
        now = after.get(name)
        if now is None or now.rows < content.rows:
            raise _failed(f"rows of {name} would be lost")
        for column, total in content.sums.items():
            if column in now.sums and now.sums[column] != total:
                raise _failed(f"amounts in “{column}” of {name} would change")
    write_all(connection)


@dataclass(frozen=True, slots=True)
class _Content:
    """A table: the number of its rows, and the sum of each of its columns of identities and of pence."""

    rows: int
    sums: dict[str, int]
    last: int


def _contents(connection: Connection, before: Mapping[str, _Content] | None = None) -> dict[str, _Content]:
    """What each table holds; after the steps only of the rows that were there *before*, by their identities."""
    found = {}
    there = inspect(connection)
    for name in there.get_table_names():
        columns = [column["name"] for column in there.get_columns(name)]
        summed = [column for column in columns if column.endswith(("_pence", "_id")) or column == "id"]
        # Of remainders: sums of amounts up to the largest could pass 64 bits.
        sums = ", ".join(f"coalesce(sum({column} % 1000000007), 0)" for column in summed)
        earlier = None if before is None else before.get(name)
        where = f" WHERE id <= {earlier.last}" if earlier is not None and "id" in columns else ""
        last = "coalesce(max(id), 0)" if "id" in columns else "0"
        rows, last_id, *totals = connection.execute(
            text(f"SELECT count(*), {last}{', ' if sums else ''}{sums} FROM {name}{where}")  # noqa: S608 - names out of the schema
        ).one()
        found[name] = _Content(
            int(rows),
            {column: int(total) for column, total in zip(summed, totals, strict=True)},
            int(last_id),
        )
    return found


def _failed(why: str) -> ExpectedError:
    return ExpectedError(
        "upgrade_failed",
        f"It could not be brought to the new version: {why}.",
        "It was left as it was; send the file's backup to support.",
    )
