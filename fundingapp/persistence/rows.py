"""Rows of one kind of small record: a value in, the same value out, guarded by a version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from itertools import islice
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, delete, func, insert, select, tuple_, update

from fundingapp.application.ports import Kept
from fundingapp.domain.errors import ChangedMeanwhileError, ExpectedError, NotFoundError
from fundingapp.domain.money import LARGEST_PENCE, Money
from fundingapp.persistence.digests import touch
from fundingapp.persistence.errors import refusing
from fundingapp.persistence.records.ledger import ChargeRecord

Value = TypeVar("Value")
#: So many rows are taken out by one statement.
_AT_ONCE = 400


class Table(Generic[Value]):
    """How the values of one kind stand in their table; made once, for it costs more than a question.

    *value* is the dataclass kept; each field has an attribute of the same name on *record*, save those that
    *renamed* maps. *noun* is what to call one in a sentence. *charged_to* is the column of charges that names such
    a row: while a charge that counts does, the row stays. *spoken_of* is such a column too, but holds nothing back.
    """

    def __init__(
        self,
        record: Any,
        value: type[Value],
        noun: str,
        *,
        renamed: Mapping[str, str] = MappingProxyType({}),
        charged_to: Any = None,
        spoken_of: Any = None,
    ) -> None:
        self.record = record
        self.value = value
        self.noun = noun
        self.charged_to = charged_to
        self.spoken_of = charged_to if spoken_of is None else spoken_of
        names = [entry.name for entry in fields(value)]  # type: ignore[arg-type]  # always a dataclass
        self.columns = {name: getattr(record, renamed.get(name, name)) for name in names}
        self.select = select(record.id, record.version, *self.columns.values())
        #: Without its values, so that what it is compiled to is found again for each row.
        self.insert = insert(record.__table__)
        self.select_all = self.select.order_by(record.id)


def _column(attribute: Any) -> str:
    """The name under which a statement about many rows takes a value."""
    name: str = attribute.expression.key
    return name


def batched(rows: Sequence[Value], size: int) -> Iterator[list[Value]]:
    """*rows* in parts of at most *size*, in their order."""
    each = iter(rows)
    while part := list(islice(each, size)):
        yield part


class SqlRows(Generic[Value]):
    """Satisfies :class:`~fundingapp.application.ports.Rows` for one table.

    What was read whole is not read again: a *connection* for reading sees one snapshot, and while one is for writing
    nobody else writes, so that only what goes through here changes it. Whoever else writes to the table has to say so
    by :meth:`forget`.
    """

    def __init__(self, connection: Connection, table: Table[Value]) -> None:
        self._connection = connection
        self._table = table
        self._read: list[Kept[Value]] | None = None
        self._last_spoken_of: int | None = None

    def all(self) -> list[Kept[Value]]:
        if self._read is None:
            rows = self._connection.execute(self._table.select_all)
            self._read = [Kept(row[0], row[1], self._table.value(*row[2:])) for row in rows]
        return list(self._read)

    def forget(self) -> None:
        """What was read is read again: the table changed, or is about to."""
        self._read = None

    def get(self, id: int) -> Kept[Value]:
        row = self._connection.execute(self._table.select.where(self._table.record.id == id)).one_or_none()
        if row is None:
            raise NotFoundError(self._table.noun, f"number {id}", "It may have been removed meanwhile.")
        return Kept(row[0], row[1], self._table.value(*row[2:]))

    def add(self, value: Value, id: int | None = None) -> int:
        self.forget()
        if id is None:
            # Identities are given here, not by the database, so that a thing taken back and put in again is the same.
            id = self._last_id() + 1
        row = self._row(id, value)
        with self._keeping("added"):
            self._connection.execute(self._table.insert, row)
        touch(self._connection, self._table.record.__tablename__, id)
        return id

    def add_all(self, values: Sequence[Value], ids: Sequence[int] | None = None) -> list[int]:
        if not values:
            return []
        self.forget()
        first = self._last_id() + 1 if ids is None else 0
        given = list(ids) if ids is not None else list(range(first, first + len(values)))
        rows = [self._row(id, each) for id, each in zip(given, values, strict=True)]
        with self._keeping("added"):
            self._connection.execute(self._table.insert, rows)
        for id in given:
            touch(self._connection, self._table.record.__tablename__, id)
        return given

    def _row(self, id: int, value: Value) -> dict[str, Any]:
        """The values of a new row by the names of their columns."""
        record = self._table.record
        row = {record.id: id, record.version: 1, **self._values(value)}
        return {_column(attribute): value for attribute, value in row.items()}

    def replace(self, kept: Kept[Value], value: Value) -> None:
        self.forget()
        values = self._values(value)
        with self._keeping("changed"):
            done = self._connection.execute(
                update(self._table.record)
                .where(self._table.record.id == kept.id, self._table.record.version == kept.version)
                .values({self._table.record.version: kept.version + 1, **values})
            )
        if done.rowcount != 1:
            raise ChangedMeanwhileError(f"The {self._table.noun}")
        touch(self._connection, self._table.record.__tablename__, kept.id)

    def remove_all(self, kept: Sequence[Kept[Value]]) -> None:
        self.forget()
        record = self._table.record
        for each in kept:
            if self._table.charged_to is not None and self._charges_count(each.id):
                raise ExpectedError(*self._in_use)
        with refusing(self._connection, *self._in_use):
            for chunk in batched(kept, _AT_ONCE):
                wanted = tuple_(record.id, record.version).in_([(each.id, each.version) for each in chunk])
                if self._connection.execute(delete(record).where(wanted)).rowcount != len(chunk):
                    raise ChangedMeanwhileError(f"The {self._table.noun}")
        for each in kept:
            touch(self._connection, record.__tablename__, each.id)

    @property
    def _in_use(self) -> tuple[str, str, str]:
        return (
            "in_use",
            f"This {self._table.noun} is in use and can't be removed.",
            "Remove what rests on it first, for example the ledger lines charged to it.",
        )

    def remove(self, kept: Kept[Value]) -> None:
        self.forget()
        in_use = self._in_use
        if self._table.charged_to is not None and self._charges_count(kept.id):
            raise ExpectedError(*in_use)
        with refusing(self._connection, *in_use):
            done = self._connection.execute(
                delete(self._table.record).where(
                    self._table.record.id == kept.id, self._table.record.version == kept.version
                )
            )
        if done.rowcount != 1:
            raise ChangedMeanwhileError(f"The {self._table.noun}")
        touch(self._connection, self._table.record.__tablename__, kept.id)

    def _last_id(self) -> int:
        """The highest identity that was given to a row which is there, or which a charge still speaks of."""
        last: int = self._connection.execute(select(func.max(self._table.record.id))).scalar_one() or 0
        if self._table.spoken_of is None:
            return last
        if self._last_spoken_of is None:  # once for many rows: it may look at every charge
            highest = self._connection.execute(select(func.max(self._table.spoken_of))).scalar_one()
            self._last_spoken_of = int(highest or 0)
        return max(last, self._last_spoken_of)

    def _charges_count(self, id: int) -> bool:
        counting = (
            select(ChargeRecord.line).where(ChargeRecord.live == 1, self._table.charged_to == id).limit(1)
        )
        return self._connection.execute(counting).first() is not None

    def _values(self, value: Value) -> dict[Any, Any]:
        found = {column: getattr(value, name) for name, column in self._table.columns.items()}
        for entry in found.values():
            if isinstance(entry, Money) and abs(entry.pence) > LARGEST_PENCE:
                raise ExpectedError(
                    "amount_too_large",
                    f"The {self._table.noun} of {entry.in_words} is too large to be kept.",
                    f"The largest amount is {Money(LARGEST_PENCE).in_words}; look for a typing error.",
                )
        return found

    def _keeping(self, verb: str) -> AbstractContextManager[None]:
        return refusing(
            self._connection,
            "already_there",
            f"This {self._table.noun} can't be {verb}: one like it is there already, or something it needs is not.",
            "Look at what is kept, then try again.",
        )
