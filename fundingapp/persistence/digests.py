"""A digest of 64 bits for every row, written in the transaction that writes the row (decision D12).

SQLite keeps no checksums: a bit that turns on the disk, or another program that writes into the file, can give a wrong
figure that looks right. The digest says so, and which record it was. It detects accidents; it prevents nothing.

Two ways: ledger lines and charges, of which there may be a million, carry their digest in a column of their own and
get it with the values. All other rows have theirs in ``row_digest``: what a unit of work touches is read back once,
just before it is committed, so that the digest is of what stands in the database and not of what was meant. Rows that
an import brings by the thousand and that have no identity of their own share the digest of their import.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection

from fundingapp.persistence.records.ledger import ChargeRecord, LedgerLineRecord
from fundingapp.persistence.schema import Base

#: What a digest covers of the tables that carry it themselves. What is left out (whether a line counts, its state, what
#: its charges add up to, the period of a charge) follows from other rows and is compared with them.
IN_THE_ROW: Final[Mapping[str, tuple[str, ...]]] = {
    LedgerLineRecord.__tablename__: (
        "id",
        "first_batch_id",
        "key",
        "transaction_ref",
        "year",
        "period",
        "posted_on",
        "cost_centre",
        "account",
        "supplier",
        "description",
        "type",
        "amount_pence",
        "sheet",
        "row_number",
    ),
    ChargeRecord.__tablename__: (
        "line_id",
        "part",
        "disposition",
        "project_id",
        "fund_id",
        "kind",
        "amount_pence",
        "reason",
        "rule_id",
        "run_id",
        "how",
        "made_by",
        "made_at",
    ),
}

#: The keys of those tables, which their first columns are.
_KEYS: Final = {LedgerLineRecord.__tablename__: ("id",), ChargeRecord.__tablename__: ("line_id", "part")}

#: Rows without an identity of their own: one digest for all of an import together.
BY_IMPORT: Final = ("line_sighting", "line_change", "skipped_row", "finding", "batch_control")

#: Tables without: totals and suggestions are worked out again, the history has its chain.
NOT_DIGESTED: Final = frozenset(
    {
        "alembic_version",
        "row_digest",
        "file_mark",
        "line_total",
        "charge_total",
        "suggestion",
        "suggestion_due",
        "suggestion_basis",
        "reversal_pair",
        "journal",
        "journal_detail",
    }
)

#: Under this name stands the digest of the layout itself.
SCHEMA: Final = "sqlite_schema"

_CHUNK = 500
_ROWS_AT_ONCE = 2_000
_SEPARATOR = "\x1f"
_TOUCHED = "touched rows"
_HALF, _WHOLE = 1 << 63, 1 << 64


def digest_of_text(text: str) -> int:
    """64 bits of BLAKE2b over *text*, as the signed whole number that both databases keep."""
    return int.from_bytes(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )


def digest_of_row(names: Sequence[str], values: Sequence[Any]) -> int:
    """The digest of a row by the names of its columns, in the order of the alphabet; empty columns do not count, so
    that one that a later version adds changes nothing where it is empty."""
    said = sorted(f"{name}={value}" for name, value in zip(names, values, strict=True) if value is not None)
    return digest_of_text(_SEPARATOR.join(said))


def digester(table: str, columns: Sequence[str]) -> Callable[[Sequence[Any]], int]:
    """What gives the digest of rows of ledger lines or charges, whose values come in the order of *columns*."""
    wanted = IN_THE_ROW[table]
    places = [columns.index(name) for name in wanted]
    pattern = _SEPARATOR.join(f"{name}=%s" for name in wanted)
    blake, number = hashlib.blake2b, int.from_bytes

    def digest(row: Sequence[Any]) -> int:
        text = pattern % tuple([row[place] for place in places])
        return number(
            blake(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
        )

    return digest


# What a unit of work has written


def begin(connection: Connection) -> None:
    """Forgets what an earlier unit of work touched on this connection."""
    connection.info[_TOUCHED] = {}


def touch(connection: Connection, table: str, id: int) -> None:
    """Notes that the row *id* of *table* (of a table of :data:`BY_IMPORT`: a row of import *id*) was written."""
    if table not in NOT_DIGESTED:
        connection.info.setdefault(_TOUCHED, {}).setdefault(table, set()).add(id)


def settle(connection: Connection) -> None:
    """Writes the digests of what was touched; before the commit."""
    touched: dict[str, set[int]] = connection.info.get(_TOUCHED, {})
    for table, ids in touched.items():
        _write(connection, table, sorted(ids))
    begin(connection)


def _write(connection: Connection, table: str, ids: Sequence[int]) -> None:
    mark = _mark(connection)
    each = iter(ids)
    while chunk := list(islice(each, _CHUNK)):
        marks = ", ".join([mark] * len(chunk))
        connection.exec_driver_sql(
            f"DELETE FROM row_digest WHERE table_name = {mark} AND row_id IN ({marks})",  # noqa: S608 - marks
            (table, *chunk),
        )
        rows = connection.exec_driver_sql(
            f"SELECT * FROM {table} WHERE {_key(table)} IN ({marks})",  # noqa: S608 - names of our own
            tuple(chunk),
        )
        _keep(connection, table, _digests(table, rows).items())


def _keep(connection: Connection, table: str, digests: Iterable[tuple[int, int]]) -> None:
    mark = _mark(connection)
    each = iter(digests)
    while chunk := list(islice(each, _ROWS_AT_ONCE)):
        connection.exec_driver_sql(
            f"INSERT INTO row_digest (table_name, row_id, digest) VALUES ({mark}, {mark}, {mark})",  # noqa: S608 - marks
            [(table, id, digest) for id, digest in chunk],
        )


def _digests(table: str, rows: Any) -> dict[int, int]:
    """The digest of each row by its identity; of rows by import their sum, which knows no order."""
    names = list(rows.keys())
    key = names.index(_key(table))
    found: dict[int, int] = {}
    for part in rows.partitions(_ROWS_AT_ONCE):
        for row in part:
            digest = digest_of_row(names, row)
            if table in BY_IMPORT:
                digest = (found.get(row[key], 0) + digest + _HALF) % _WHOLE - _HALF
            found[row[key]] = digest
    return found


def _key(table: str) -> str:
    return "batch_id" if table in BY_IMPORT else "id"


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def write_in_the_row(connection: Connection, table: str, ids: Sequence[int]) -> None:
    """Gives the lines *ids*, or all charges of these lines, the digest of what stands there now."""
    mark = _mark(connection)
    each = iter(ids)
    while chunk := list(islice(each, _CHUNK)):
        marks = ", ".join([mark] * len(chunk))
        columns = IN_THE_ROW[table]
        rows = connection.exec_driver_sql(
            f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[0]} IN ({marks})",  # noqa: S608 - names of our own
            tuple(chunk),
        ).all()
        _put_in_the_row(connection, table, rows)


def _put_in_the_row(connection: Connection, table: str, rows: Sequence[Any]) -> None:
    mark, number = _mark(connection), len(_KEYS[table])
    here = " AND ".join(f"{name} = {mark}" for name in _KEYS[table])
    digest = digester(table, IN_THE_ROW[table])
    if rows:
        connection.exec_driver_sql(
            f"UPDATE {table} SET digest = {mark} WHERE {here}",  # noqa: S608 - names of our own
            [(digest(row), *row[:number]) for row in rows],
        )


# All of them


def digested_tables() -> list[str]:
    """The tables whose rows have their digest in ``row_digest``."""
    return [
        name for name in sorted(Base.metadata.tables) if name not in NOT_DIGESTED and name not in IN_THE_ROW
    ]


def write_all(connection: Connection, tables: Collection[str]) -> None:
    """Gives every row of *tables* its digest anew: after an upgrade, which may have changed any of them."""
    connection.exec_driver_sql("DELETE FROM row_digest")
    for table in digested_tables():
        if table in tables:
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - names of our own
            _keep(connection, table, _digests(table, rows).items())
    mark = _mark(connection)
    for table, columns in IN_THE_ROW.items():
        if table not in tables:
            continue
        key = _KEYS[table]
        order, marks = ", ".join(key), ", ".join([mark] * len(key))
        last: tuple[Any, ...] = (-_HALF,) * len(key)
        # Page by page: to write while a cursor reads the same table would be undefined.
        page = (
            f"SELECT {', '.join(columns)} FROM {table} WHERE ({order}) > ({marks})"  # noqa: S608 - names of our own
            f" ORDER BY {order} LIMIT {_ROWS_AT_ONCE}"
        )
        while paged := connection.exec_driver_sql(page, last).all():
            _put_in_the_row(connection, table, paged)
            last = tuple(paged[-1][: len(key)])
    write_schema(connection)


def write_schema(connection: Connection) -> None:
    """Keeps the digest of how the file is laid out: its tables, checks, indexes and triggers, word by word."""
    if connection.dialect.name == "sqlite":
        _keep(connection, SCHEMA, [(0, _schema(connection))])


def schema_agrees(connection: Connection) -> bool:
    """Whether the file is laid out as the program left it; a server looks after that itself."""
    if connection.dialect.name != "sqlite":
        return True
    kept = connection.exec_driver_sql(
        "SELECT digest FROM row_digest WHERE table_name = ? AND row_id = 0", (SCHEMA,)
    ).scalar_one_or_none()
    return kept == _schema(connection)


def _schema(connection: Connection) -> int:
    rows = connection.exec_driver_sql(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY type, name"
    )
    return digest_of_text(_SEPARATOR.join(str(value) for row in rows for value in row))


# Looking for what does not agree


class Disagreement:
    """A row that is not as the program wrote it: the names and values that are there now, none when it is gone."""

    __slots__ = ("id", "table", "there")

    def __init__(self, table: str, id: int, there: Mapping[str, Any]) -> None:
        self.table = table
        self.id = id
        self.there = there


def disagreements(connection: Connection, tables: Iterable[str]) -> Iterator[Disagreement]:
    """The rows of *tables* that do not agree with their digests, table by table.

    The columns are those that the file has, so that a file of a newer program can be looked at too.
    """
    for table in tables:
        if table in IN_THE_ROW:
            yield from _in_the_row(connection, table)
        else:
            yield from _beside(connection, table)


def _in_the_row(connection: Connection, table: str) -> Iterator[Disagreement]:
    columns = IN_THE_ROW[table]
    digest = digester(table, columns)
    order = ", ".join(_KEYS[table])
    rows = connection.exec_driver_sql(
        f"SELECT {', '.join(columns)}, digest FROM {table} ORDER BY {order}"  # noqa: S608 - names of our own
    )
    for part in rows.partitions(_ROWS_AT_ONCE):
        for row in part:
            if digest(row) != row[-1]:
                yield Disagreement(table, row[0], dict(zip(columns, row[:-1], strict=True)))


def _beside(connection: Connection, table: str) -> Iterator[Disagreement]:
    mark = _mark(connection)
    kept = {
        row[0]: row[1]
        for row in connection.exec_driver_sql(
            f"SELECT row_id, digest FROM row_digest WHERE table_name = {mark}",  # noqa: S608 - a mark
            (table,),
        )
    }
    rows = connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - names of our own
    found = _digests(table, rows)
    for id in sorted(kept.keys() | found.keys()):
        if kept.get(id) == found.get(id):
            continue
        there: Mapping[str, Any] = {}
        if id in found:
            row = (
                connection.exec_driver_sql(
                    f"SELECT * FROM {table} WHERE {_key(table)} = {mark}",  # noqa: S608 - names of our own
                    (id,),
                )
                .mappings()
                .first()
            )
            there = {} if row is None else dict(row)
        yield Disagreement(table, id, there)
