"""What the parts of the ledger store share: their connection, and how values are read out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, literal, select

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.money import Money
from fundingapp.persistence.columns import Pence
from fundingapp.persistence.records import FundRecord, LedgerLineRecord as Line, ProjectRecord

Item = TypeVar("Item")

#: How many ids go into one statement; SQLite's older builds allow 999 parameters.
CHUNK = 500

LINE_VALUES = (
    Line.key,
    Line.transaction,
    Line.year,
    Line.period,
    Line.posted_on,
    Line.cost_centre,
    Line.account,
    Line.supplier,
    Line.description,
    Line.type,
    Line.amount,
    Line.sheet,
    Line.row,
)

NOUGHT = literal(Money.ZERO, Pence())


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """*items* in lists of at most *size*."""
    each = iter(items)
    while chunk := list(islice(each, size)):
        yield chunk


class Part:
    """A part of the ledger store, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def _mark(self) -> str:
        """How the driver marks a value in a statement."""
        return "?" if self._connection.dialect.name == "sqlite" else "%s"

    def _insert_many(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Many rows at the driver's own speed; 17 times the ORM's, and the columns are named here, so that none can
        be left out unseen."""
        data = list(rows)
        if not data:
            return
        marks = ", ".join([self._mark] * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names from this file
        self._connection.exec_driver_sql(statement, data)

    def _check_heads(self, heads: Iterable[BudgetHead | None]) -> None:
        """Refuses charges to what is not there. No foreign key does: charges that do not count hold nothing back,
        so that a grant can be taken back after its import was."""
        wanted = {head for head in heads if head is not None}
        if not wanted:
            return
        projects = set(self._connection.execute(select(ProjectRecord.id)).scalars())
        funds = set(self._connection.execute(select(FundRecord.id)).scalars())
        if any(head.project not in projects or head.fund not in funds for head in wanted):
            raise ExpectedError(
                "no_project",
                "A charge goes to a project or fund that is not in this file any more.",
                "Put the project back first.",
            )


def head_of(project: int | None, fund: int | None, kind: Kind | None) -> BudgetHead | None:
    """The budget head out of its columns; they are empty together."""
    if project is None or fund is None or kind is None:
        return None
    return BudgetHead(ProjectId(project), FundId(fund), kind)


def line_of(values: Sequence[Any]) -> LedgerLine:
    """A line from its columns, in the order of the tuple."""
    return LedgerLine(*values)


def money_of(total: Any) -> Money:
    """A sum out of the database, which gives whole pence as int, Decimal (PostgreSQL) or already Money."""
    if isinstance(total, Money):
        return total
    return Money(int(total or 0))
