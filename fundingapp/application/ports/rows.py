"""The rows of one kind of thing, as the funding file keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Kept(Generic[Value]):
    """A value as the file keeps it: its identity, and the version that guards against lost updates (D7)."""

    id: int
    version: int
    value: Value


class Rows(Protocol[Value]):
    """The rows of one kind of thing, few enough to be read together; in the order of their ids."""

    def all(self) -> list[Kept[Value]]: ...

    def get(self, id: int) -> Kept[Value]:
        """Raises NotFoundError."""

    def add(self, value: Value, id: int | None = None) -> int:
        """Keeps *value*, under *id* when it is put back; returns its id."""

    def add_all(self, values: Sequence[Value], ids: Sequence[int] | None = None) -> list[int]:
        """As :meth:`add`, of many rows in one go; returns their ids in the same order."""

    def remove_all(self, kept: Sequence[Kept[Value]]) -> None:
        """As :meth:`remove`, of many rows in one go: all or none."""

    def replace(self, kept: Kept[Value], value: Value) -> None:
        """Puts *value* in place of *kept*. Raises ChangedMeanwhileError when the version is no longer the same."""

    def remove(self, kept: Kept[Value]) -> None:
        """Takes the row out. Raises ExpectedError when others depend on it, ChangedMeanwhileError as above."""
