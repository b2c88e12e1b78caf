"""The further sheets of our own workbooks: records that the documented sheets have no place for, a column for each of
their fields, so that what is written can be read back whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from fundingapp.domain.exchange.columns import Column, Holds, plain_text
from fundingapp.domain.exchange.entries import Entry
from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: The number of a row, by which other sheets name it.
NUMBER = "no"


@dataclass(frozen=True, slots=True)
class FurtherRow(Entry):
    """A row of one of our further sheets, by its fields."""

    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FurtherSpec:
    """A further sheet: the records named *kind*, of the class *record*, that no documented sheet has a place for.

    *left_out* are fields that are not written, *more* columns in their place; *about* says what the records are. *key*
    are the fields by which a record is known, none where equal ones may stand twice. *check* raises ExpectedError for a
    record that can't be. *is_first*: indicators and their figures name its rows.
    """

    name: str
    kind: str
    record: Any
    about: str
    left_out: tuple[str, ...] = ()
    more: tuple[Column, ...] = ()
    key: tuple[str, ...] = ()
    check: Callable[[Any], None] | None = None
    is_first: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*_columns_of(self.record, self.left_out), *self.more)

    @property
    def references(self) -> frozenset[str]:
        """The fields that name rows of other sheets."""
        return frozenset(
            column.field for column in self.columns if column.holds is Holds.CODE and column.field != NUMBER
        )


@cache
def _columns_of(record: Any, left_out: tuple[str, ...]) -> tuple[Column, ...]:
    made = [Column(NUMBER, Holds.CODE, is_ours=True, note="by which other sheets name the row")]
    for name, hint in hints_of(record).items():
        if name not in left_out:
            holds, choices = _holds(_without_none(hint))
            made.append(Column(name.replace("_", " "), holds, choices=choices, is_ours=True))
    return tuple(made)


@cache
def hints_of(record: Any) -> dict[str, Any]:
    """The fields of a record with their types, in order."""
    hints = get_type_hints(record)
    return {entry.name: hints[entry.name] for entry in fields(record)}


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        rest = [each for each in get_args(hint) if each is not NoneType]
        return rest[0] if len(rest) == 1 else hint
    return hint


_SIMPLE: dict[Any, Holds] = {
    str: Holds.TEXT,
    bool: Holds.YES,
    int: Holds.WHOLE,
    Decimal: Holds.NUMBER,
    Money: Holds.MONEY,
    date: Holds.DAY,
    FinancialYear: Holds.YEAR,
    Kind: Holds.KIND,
}


def _holds(hint: Any) -> tuple[Holds, type[Enum] | None]:
    if hint in _SIMPLE:
        return _SIMPLE[hint], None
    if isinstance(hint, NewType):
        return Holds.CODE, None
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Holds.CHOICE, hint
    return Holds.TEXT, None  # a moment, or several values together, in JSON


@dataclass(frozen=True, slots=True)
class Names:
    """How identities are written in cells, and found again: by the name of their type (“ProjectId”).

    Either raises KeyError for one that is not there.
    """

    written: Callable[[str, int], str]
    found: Callable[[str, str], int]


def row_of(spec: FurtherSpec, number: str, record: Any, names: Names) -> dict[str, Any]:
    """The values of *record* by its columns' fields, as :func:`record_of` takes them."""
    values: dict[str, Any] = {NUMBER: number}
    for name, hint in hints_of(spec.record).items():
        if name not in spec.left_out:
            values[name] = _cell(_without_none(hint), getattr(record, name), names)
    return values


def _cell(hint: Any, value: Any, names: Names) -> Any:
    if value is None:
        return None
    if isinstance(hint, NewType):
        return names.written(hint.__name__, value)
    if hint is str:
        return plain_text(value)
    if hint in _SIMPLE or (isinstance(hint, type) and issubclass(hint, Enum)):
        return value
    if hint is datetime:
        return value.isoformat()
    return json.dumps(_plain(hint, value, names), ensure_ascii=False)


def record_of(spec: FurtherSpec, values: Mapping[str, Any], names: Names, known: Mapping[str, Any]) -> Any:
    """The record that a row's *values* make; what has no column is taken from *known*, or is the field's usual value.

    Raises ValueError for a cell that can't be that, KeyError for a reference to nothing.
    """
    made: dict[str, Any] = {}
    usual = {entry.name: entry for entry in fields(spec.record)}
    for name, hint in hints_of(spec.record).items():
        if name in known:
            made[name] = known[name]
            continue
        value = values.get(name)
        inner = _without_none(hint)
        if value is None or (value == "" and inner is not str):
            entry = usual[name]
            if inner is not hint:
                made[name] = None
            elif inner is str:
                made[name] = ""
            elif entry.default is not MISSING or entry.default_factory is not MISSING:
                continue
            else:
                raise ValueError(f"“{name.replace('_', ' ')}” is empty")
        elif isinstance(inner, NewType):
            made[name] = names.found(inner.__name__, str(value))
        elif inner in _SIMPLE or (isinstance(inner, type) and issubclass(inner, Enum)):
            made[name] = value
        elif inner is datetime:
            made[name] = datetime.fromisoformat(value)
        else:
            made[name] = _value(inner, json.loads(value), names)
    return spec.record(**made)


def _plain(hint: Any, value: Any, names: Names) -> Any:
    """*value* as JSON has it: pence, ISO days, the words of lists."""
    hint = _without_none(hint)
    if value is None:
        return None
    if isinstance(hint, NewType):
        return names.written(hint.__name__, value)
    if isinstance(value, Money):
        return value.pence
    if isinstance(value, FinancialYear):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        made = {
            name: _plain(each, getattr(value, name), names) for name, each in hints_of(type(value)).items()
        }
        return {"is": type(value).__name__, **made}
    if isinstance(value, tuple):
        if hasattr(value, "_fields"):
            hints = get_type_hints(type(value))
            return [_plain(hints[name], getattr(value, name), names) for name in hints]
        inner = get_args(hint)
        each = [inner[0]] * len(value) if len(inner) == 2 and inner[1] is Ellipsis else inner
        return [_plain(one, item, names) for one, item in zip(each, value, strict=True)]
    return value


def _value(hint: Any, plain: Any, names: Names) -> Any:
    """The value of type *hint* that JSON holds."""
    if plain is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        for each in get_args(hint):
            if isinstance(each, type) and isinstance(plain, dict) and plain.get("is") == each.__name__:
                return _value(each, plain, names)
        return _value(_without_none(hint), plain, names)
    if isinstance(hint, NewType):
        return names.found(hint.__name__, plain)
    if hint is Money:
        return Money(plain)
    if hint is FinancialYear:
        return FinancialYear.parse(plain)
    if hint is Decimal:
        return Decimal(plain)
    if hint in (date, datetime):
        return hint.fromisoformat(plain)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(plain)
    if is_dataclass(hint) and isinstance(hint, type):
        return hint(**{name: _value(each, plain[name], names) for name, each in hints_of(hint).items()})
    if origin is tuple:
        inner = get_args(hint)
        each = [inner[0]] * len(plain) if len(inner) == 2 and inner[1] is Ellipsis else inner
        return tuple(_value(one, item, names) for one, item in zip(each, plain, strict=True))
    if isinstance(hint, type) and hasattr(hint, "_fields"):
        hints = get_type_hints(hint)
        return hint(*(_value(hints[name], item, names) for name, item in zip(hints, plain, strict=True)))
    return plain
