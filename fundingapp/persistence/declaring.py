"""Tables declared as typed classes, as SQLAlchemy's ORM has them, over its Core alone.

Nothing here ever loads or saves objects. Importing the ORM, and having it map the classes, would take each start a
tenth of a second and 15 MiB, and each statement would pass through it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from sqlalchemy import Column, ColumnClause, MetaData, Table

#: A column of a declared table, in annotations: ``name: Mapped[str | None] = mapped_column(Text)``. It is a Column;
#: but to a type checker a Column in a class is none outside SQLAlchemy's own kinds of class.
Mapped = ColumnClause


def mapped_column(*arguments: Any, **options: Any) -> ColumnClause[Any]:
    """A column, named as its attribute unless a name comes first; it may be empty when its annotation says so."""
    if not arguments or not isinstance(arguments[0], str):
        arguments = ("", *arguments)
    return Column(*arguments, **options)


class DeclaredTable:
    """A class of columns becomes a table of *metadata*, under ``__tablename__`` and with ``__table_args__``.

    The class stands for its table in statements, its attributes for the columns. *shared* makes columns that several
    tables have.
    """

    metadata: ClassVar[MetaData]
    shared: ClassVar[Mapping[str, Callable[[], object]]] = {}
    __tablename__: ClassVar[str]
    __table_args__: ClassVar[tuple[Any, ...]] = ()
    __table__: ClassVar[Table]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "__tablename__" not in vars(cls):
            return
        columns = {name: value for name, value in vars(cls).items() if isinstance(value, Column)}
        for name, column in columns.items():
            column.nullable = str(cls.__annotations__[name]).endswith("| None]")
        for name, make in cls.shared.items():
            made = make()
            if isinstance(made, Column):
                columns[name] = made
        for name, column in columns.items():
            column.name = column.key = column.name or name
            setattr(cls, name, column)
        constraints = [entry for entry in cls.__table_args__ if not isinstance(entry, dict)]
        options: dict[str, Any] = {}
        for entry in cls.__table_args__:
            options |= entry if isinstance(entry, dict) else {}
        cls.__table__ = Table(cls.__tablename__, cls.metadata, *columns.values(), *constraints, **options)

    @classmethod
    def __clause_element__(cls) -> Table:
        """What SQLAlchemy takes the class for."""
        return cls.__table__
