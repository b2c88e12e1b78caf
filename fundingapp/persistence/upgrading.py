"""Bringing a database to the newest schema, or leaving it exactly as it was (decision D19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.digests import write_all
from fundingapp.persistence.engines import APPLICATION_ID

#: The newest schema this program knows; a file that says more was made by a newer program.
SCHEMA_VERSION = 7


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
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                pairs = Counter(f"{row[0]} to {row[2]}" for row in broken)
                said = ", ".join(f"{number:,} of {pair}" for pair, number in pairs.items())
                raise _failed(f"references would break ({said})")
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
    try:
        run_migrations(connection)
    except IntegrityError as error:
        # Rows of before that break a rule of the new version: the database names the rule, or its columns.
        raise _failed(f"rows that it holds break a rule of the new version ({error.orig})") from error
    after = _contents(connection, before)
    for name, content in before.items():
        now = after.get(name)
        if now is None or now.rows < content.rows:
            raise _failed(f"rows of {name} would be lost")
        for column, total in content.sums.items():
            if column in now.sums and now.sums[column] != total:
                raise _failed(f"amounts in “{column}” of {name} would change")
    write_all(connection, [name for name, content in after.items() if content.rows])


@dataclass(frozen=True, slots=True)
class _Content:
    """A table: the number of its rows, and the sum of each of its columns of identities and of pence."""

    rows: int
    sums: dict[str, int]
    last: int


def _contents(connection: Connection, before: Mapping[str, _Content] | None = None) -> dict[str, _Content]:
    """What each table holds; after the steps only of the rows that were there *before*, by their identities."""
    columns: dict[str, list[str]] = {}
    for name, column in connection.execute(text(_COLUMNS[connection.dialect.name])):
        columns.setdefault(name, []).append(column)
    asked = []
    summed = {}
    for name, there in columns.items():
        summed[name] = [column for column in there if column.endswith(("_pence", "_id")) or column == "id"]
        last = "coalesce(max(id), 0)" if "id" in there else "0"
        # Of remainders: sums of amounts up to the largest could pass 64 bits.
        sums = (f"coalesce(sum({column} % 1000000007), 0)" for column in summed[name])
        earlier = None if before is None else before.get(name)
        where = f" WHERE id <= {earlier.last}" if earlier is not None and "id" in there else ""
        said = " || ',' || ".join(("count(*)", last, *sums))
        asked.append(f"SELECT '{name}', {said} FROM {name}{where}")  # noqa: S608 - names out of the schema
    found = {}
    # In one go: each statement of its own would be one more moment at which an upgrade may be cut off.
    for name, numbers in connection.execute(text(" UNION ALL ".join(asked))) if asked else ():
        rows, last_id, *totals = map(int, str(numbers).split(","))
        found[name] = _Content(rows, dict(zip(summed[name], totals, strict=True)), last_id)
    return found


#: The columns of every table.
_COLUMNS = {
    "sqlite": (
        "SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns"
        " WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%' ORDER BY tables.name, columns.cid"
    ),
    "postgresql": (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        " ORDER BY table_name, ordinal_position"
    ),
}


def _failed(why: str) -> ExpectedError:
    return ExpectedError(
        "upgrade_failed",
        f"It could not be brought to the new version: {why}.",
        "It was left as it was; send the file's backup to support.",
    )
