"""What the steps of the schema share: changing tables on both databases, also where SQLite has no words for it."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def real_day(table: str, column: str) -> sa.CheckConstraint:
    """Only days that exist; SQLite alone understands it."""
    name = op.f(f"ck_{table}_{column}_is_a_day")
    return sa.CheckConstraint(a_day(column), name=name).ddl_if(dialect="sqlite")


def a_day(column: str) -> str:
    """The condition that *column* holds a day that exists."""
    return f"{column} IS date({column}, '+0 days')"


def whole_number() -> str:
    """The type of identities and amounts."""
    return "INTEGER" if is_sqlite() else "BIGINT"


def gain(table: str, *columns: tuple[str, str, str]) -> None:
    """Adds columns to *table*: name, type, and the rest of the words."""
    for name, type, rest in columns:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {type} {rest}")


def refers(table: str, column: str, to: str) -> tuple[str, str, str]:
    """A column for :func:`gain` that names a row of *to*."""
    return (column, whole_number(), f"CONSTRAINT fk_{table}_{column} REFERENCES {to} (id)")


def is_sqlite() -> bool:
    """Whether the step runs on a file."""
    return op.get_context().dialect.name == "sqlite"


def check(table: str, **conditions: str | None) -> None:
    """Puts each condition in the place of the one of that name, or beside the others; None takes it away.

    SQLite can't do that to a table: another is made from the same words and takes its place. Foreign keys are off,
    so that nothing that refers to it is touched.
    """
    names = {f"ck_{table}_{name}": condition for name, condition in conditions.items()}
    if not is_sqlite():
        for name, condition in names.items():
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            if condition is not None and not name.endswith("_is_a_day"):
                op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})")
        return
    bind = op.get_bind()
    found = bind.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), {"table": table}
    )
    words = _with_checks(found.scalar_one(), names)
    indexes = bind.execute(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL"
            " ORDER BY name"
        ),
        {"table": table},
    )
    again = list(indexes.scalars())
    made = f"made_{table}"
    bind.exec_driver_sql(re.sub(rf"^CREATE TABLE \"?{table}\"?", f"CREATE TABLE {made}", words, count=1))
    bind.exec_driver_sql(f"INSERT INTO {made} SELECT * FROM {table}")  # noqa: S608 - our own names
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE {made} RENAME TO {table}")
    for index in again:
        bind.exec_driver_sql(index)


def _with_checks(words: str, names: dict[str, str | None]) -> str:
    """The statement that makes a table, with these of its checks."""
    for name, condition in names.items():
        found = re.search(rf",\s*CONSTRAINT {name} CHECK \(", words)
        if found is not None:
            depth, end = 1, found.end()
            while depth:
                depth += {"(": 1, ")": -1}.get(words[end], 0)
                end += 1
            words = words[: found.start()] + words[end:]
        if condition is not None:
            last = words.rindex(")")
            words = f"{words[:last]}, CONSTRAINT {name} CHECK ({condition}){words[last:]}"
    return words
