"""What every table has, and the words of their constraints; the tables themselves are in ``records``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ColumnClause, ForeignKey, Integer, MetaData

from fundingapp.domain.money import LARGEST_PENCE
from fundingapp.persistence.columns import Whole
from fundingapp.persistence.declaring import DeclaredTable, Mapped, mapped_column

#: Every constraint has a name: Alembic needs them to change a table on SQLite.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
STRICT = {"sqlite_strict": True}


def pence_range(column: str) -> CheckConstraint:
    """Amounts stay in a range whose sums fit 64 bits."""
    return CheckConstraint(
        f"{column} BETWEEN -{LARGEST_PENCE} AND {LARGEST_PENCE}", name=f"{column}_in_range"
    )


def real_day(column: str) -> Any:
    """Only days that exist: '+0 days' makes SQLite turn 31 April into 1 May, so that it differs (D6)."""
    return CheckConstraint(f"{column} IS date({column}, '+0 days')", name=f"{column}_is_a_day").ddl_if(
        dialect="sqlite"
    )


def one_of(column: str, choices: Any) -> CheckConstraint:
    """Only the words of an enum."""
    # Not with IN: SQLite makes a table of its list for every single row that is inserted.
    words = [choice.value.replace("'", "''") for choice in choices]
    return CheckConstraint(" OR ".join(f"{column} = '{word}'" for word in words), name=f"{column}_known")


def a_period(column: str = "period") -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN 1 AND 13", name=f"{column}_in_year")


def a_quarter(column: str = "quarter") -> CheckConstraint:
    """A quarter of a financial year."""
    return CheckConstraint(f"{column} BETWEEN 1 AND 4", name=f"{column}_in_year")


def yes_or_no(column: str, name: str) -> CheckConstraint:
    """A column that only answers yes (1) or no (0)."""
    return CheckConstraint(f"{column} = 0 OR {column} = 1", name=name)


def refers_to(table: str, column: str = "", **options: Any) -> ColumnClause[Any]:
    """The identity of a row of *table*, in a column that is named after it unless *column* says otherwise."""
    return mapped_column(column or f"{table}_id", Whole, ForeignKey(f"{table}.id"), **options)


def exactly_one(*columns: str) -> str:
    """Of *columns* exactly one is filled; written so that SQLite and PostgreSQL understand it alike."""
    return " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns) + " = 1"


class Base(DeclaredTable):
    """All tables of a funding file."""

    metadata = MetaData(naming_convention=NAMES)


class Edited:
    """What every editable row has: an identity of our own giving, and a version against lost updates (D7)."""

    id: Mapped[int]
    version: Mapped[int]
    shared: ClassVar[Mapping[str, Callable[[], object]]] = {
        "id": lambda: mapped_column(Whole, primary_key=True, autoincrement=False),
        "version": lambda: mapped_column(Integer, nullable=False, default=1),
    }
