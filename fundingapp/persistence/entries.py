"""A column type for rows of small values: each is kept as a JSON list of its fields, in their order."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from fundingapp.domain.money import Money
from fundingapp.persistence.columns import reading


class Entries(TypeDecorator[tuple[Any, ...]]):
    """A tuple of values of one type: a frozen dataclass of texts, whole numbers, enums, amounts, tuples and such
    dataclasses, or one of these itself. A field that a file does not know yet has its default."""

    impl = Text
    cache_ok = True

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.of = of

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps([_plain(each) for each in value], ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...] | None:
        return None if value is None else reading(self._read, value)

    def _read(self, text: str) -> tuple[Any, ...]:
        read = _reader(self.of)
        return tuple(read(each) for each in json.loads(text))


def _plain(value: Any) -> Any:
    if value.__class__ is str or value.__class__ is int:
        return value  # as nearly all are
    match value:
        case Money():
            return value.pence
        case Enum():
            return value.value
        case tuple():
            return [_plain(each) for each in value]
    of: Any = type(value)
    names = _names_of(of)
    return value if names is None else [_plain(getattr(value, name)) for name in names]


@cache
def _names_of(of: Any) -> tuple[str, ...] | None:
    """The names of the fields of a dataclass; None for anything else."""
    return tuple(entry.name for entry in fields(of)) if is_dataclass(of) else None


@cache
def _reader(of: Any) -> Callable[[Any], Any]:
    """What turns the plain form of a value of type *of* into it again. It raises TypeError or ValueError."""
    if is_dataclass(of) and of is not Money:
        hints: Mapping[str, Any] = get_type_hints(of)
        readers = [_reader(hints[entry.name]) for entry in fields(of)]

        def read(raw: Any) -> Any:
            if not isinstance(raw, list) or len(raw) > len(readers):
                raise TypeError(f"not the fields of {of}")
            return _made(of, [each(part) for each, part in zip(readers, raw, strict=False)])

        return read
    if get_origin(of) is tuple:
        inner = get_args(of)
        if inner[-1] is Ellipsis:
            one = _reader(inner[0])
            return lambda raw: tuple(one(each) for each in _a_list(raw))
        each_one = [_reader(each) for each in inner]
        return lambda raw: tuple(
            read_one(part) for read_one, part in zip(each_one, _a_list(raw), strict=True)
        )
    if isinstance(of, type) and (of is Money or issubclass(of, Enum)):
        return of
    return _exactly(of)


def _made(of: Any, parts: list[Any]) -> Any:
    return of(*parts)


def _a_list(raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise TypeError("not a list")
    return raw


def _exactly(of: Any) -> Callable[[Any], Any]:
    # A NewType is its number or text, as it stands in the file.
    plain = getattr(of, "__supertype__", of)

    def read(raw: Any) -> Any:
        if type(raw) is not plain:
            raise TypeError(f"{raw!r} is no {plain}")
        return raw

    return read
