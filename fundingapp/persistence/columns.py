"""Column types: how the domain's values stand in the database, exactly, in SQLite and PostgreSQL alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from fundingapp.domain.agreements import CarryForwardStance, ClaimsDue, DayCount, Frequency, Terms
from fundingapp.domain.conditions import Condition, Field, Operator
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.matching import Target, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.signing import Figures
from fundingapp.domain.watching import Difference

#: A 64-bit whole number. STRICT tables know only INTEGER, which has 64 bits there.
Whole = BigInteger().with_variant(Integer, "sqlite")

Choice = TypeVar("Choice", bound=Enum)


Raw = TypeVar("Raw")
Read = TypeVar("Read")


def reading(read: Callable[[Raw], Read], raw: Raw) -> Read:
    """*raw* out of the file as *read* understands it; it may be damaged, or of a newer program."""
    try:
        return read(raw)
    except (ValueError, LookupError, TypeError, ArithmeticError) as error:
        raise ExpectedError(
            "unreadable_value",
            f"The file holds “{str(raw)[:60]}” where this program can't read it.",
            "Open the file with the newest program, or open the newest backup.",
        ) from error


class Pence(TypeDecorator[Money]):
    """Money as whole pence."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        return None if value is None else value.pence

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        return None if value is None else Money(int(value))


class Year(TypeDecorator[FinancialYear]):
    """A financial year as the calendar year it starts in."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: FinancialYear | None, dialect: Dialect) -> int | None:
        return None if value is None else value.start

    def process_result_value(self, value: int | None, dialect: Dialect) -> FinancialYear | None:
        return None if value is None else reading(FinancialYear, value)


class Day(TypeDecorator[date]):
    """A day as ISO text; a CHECK on the column refuses days that do not exist (decision D6)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return None if value is None else reading(date.fromisoformat, value)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC as ISO text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else reading(datetime.fromisoformat, value)


class Percent(TypeDecorator[Decimal]):
    """A percentage as text, exactly as typed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else reading(Decimal, value)


class OneOf(TypeDecorator[Choice], Generic[Choice]):
    """One of the values of an enum, by its word."""

    impl = Text
    cache_ok = True

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__()
        self.choices = choices

    def process_bind_param(self, value: Choice | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value.value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Choice | None:
        return None if value is None else reading(self.choices, value)


class TargetText(TypeDecorator[Target]):
    """What a rule charges to, as people write it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Target | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Target | None:
        return None if value is None else reading(parse_target, value)


_YES_OR_NO = (0, 1)


class YesNo(TypeDecorator[bool]):
    """True as 1 and False as 0: STRICT tables know no other."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        return None if value is None else reading(_YES_OR_NO.index, value) == 1


class Conditions(TypeDecorator[tuple[Condition, ...]]):
    """What a rule asks of a line, as JSON: a list of [field, operator, values] in words."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Condition, ...] | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(
            [[each.field.value, each.operator.value, list(each.values)] for each in value], ensure_ascii=False
        )

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Condition, ...] | None:
        return None if value is None else reading(_conditions, value)


def _conditions(text: str) -> tuple[Condition, ...]:
    return tuple(
        Condition(Field(field), Operator(operator), tuple(values))
        for field, operator, values in json.loads(text)
    )


QuarterSpend = tuple[tuple[ProjectId, Kind, tuple[Money, ...]], ...]


class Quarters(TypeDecorator[QuarterSpend]):
    """The quarters that a saved return stated, as JSON with whole pence."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: QuarterSpend | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(
            [[project, kind.value, [amount.pence for amount in amounts]] for project, kind, amounts in value]
        )

    def process_result_value(self, value: str | None, dialect: Dialect) -> QuarterSpend | None:
        return None if value is None else reading(_quarters, value)


def _quarters(text: str) -> QuarterSpend:
    return tuple(
        (ProjectId(project), Kind(kind), tuple(Money(pence) for pence in amounts))
        for project, kind, amounts in json.loads(text)
    )


class Texts(TypeDecorator[tuple[str, ...]]):
    """A row of texts as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else reading(_texts, value)


class Percents(TypeDecorator[tuple[Decimal, ...]]):
    """A row of percentages as JSON, each exactly as typed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Decimal, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps([str(entry) for entry in value])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Decimal, ...] | None:
        return None if value is None else reading(_percents, value)


class Meanings(TypeDecorator[tuple[Meaning, ...]]):
    """What columns mean, by the words of each, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Meaning, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps([meaning.value for meaning in value])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Meaning, ...] | None:
        return None if value is None else reading(_meanings, value)


ColumnsRead = tuple[tuple[str, Meaning], ...]


class HeadedColumns(TypeDecorator[ColumnsRead]):
    """Headings, each with what its column means, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: ColumnsRead | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps([[heading, meaning.value] for heading, meaning in value], ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> ColumnsRead | None:
        return None if value is None else reading(_headed_columns, value)


def _texts(text: str) -> tuple[str, ...]:
    return tuple(str(entry) for entry in json.loads(text))


def _percents(text: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(entry) for entry in json.loads(text))


def _meanings(text: str) -> tuple[Meaning, ...]:
    return tuple(Meaning(word) for word in json.loads(text))


def _headed_columns(text: str) -> ColumnsRead:
    return tuple((str(heading), Meaning(word)) for heading, word in json.loads(text))


class Amounts(TypeDecorator[tuple[Money, ...]]):
    """A row of amounts as JSON, in whole pence."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Money, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps([amount.pence for amount in value])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Money, ...] | None:
        return None if value is None else reading(_amounts, value)


def _amounts(text: str) -> tuple[Money, ...]:
    return tuple(Money(pence) for pence in json.loads(text))


class NamedAmounts(TypeDecorator[Figures]):
    """Figures by their names as JSON, in whole pence."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Figures | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps([[name, amount.pence] for name, amount in value], ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Figures | None:
        return None if value is None else reading(_named_amounts, value)


def _named_amounts(text: str) -> Figures:
    return tuple((str(name), Money(pence)) for name, pence in json.loads(text))


class Differences(TypeDecorator[tuple[Difference, ...]]):
    """Figures that changed as JSON: what each was and is, in whole pence."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Difference, ...] | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps([[name, was.pence, now.pence] for name, was, now in value], ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Difference, ...] | None:
        return None if value is None else reading(_differences, value)


def _differences(text: str) -> tuple[Difference, ...]:
    return tuple(Difference(str(name), Money(was), Money(now)) for name, was, now in json.loads(text))


class AgreedTerms(TypeDecorator[Terms]):
    """The terms of an agreement as JSON: amounts in whole pence, percentages as text. Terms that a file does not know
    yet have their defaults."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Terms | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps({entry.name: _plain_term(getattr(value, entry.name)) for entry in fields(value)})

    def process_result_value(self, value: str | None, dialect: Dialect) -> Terms | None:
        return None if value is None else reading(_terms, value)


def _plain_term(value: object) -> object:
    match value:
        case Money():
            return value.pence
        case Enum():
            return value.value
        case Decimal():
            return str(value)
        case tuple():
            return [_plain_term(entry) for entry in value]
    return value


def _terms(text: str) -> Terms:
    raw = json.loads(text)

    def known(name: str, read: Callable[[Any], Any]) -> Any:
        return None if raw[name] is None else read(raw[name])

    readers: dict[str, Callable[[Any], Any]] = {
        "payment_basis": PaymentBasis,
        "claim_frequency": Frequency,
        "claims_due": ClaimsDue,
        "payment_counted": DayCount,
        "carry_forward": CarryForwardStance,
        "rag_percents": lambda each: tuple(Decimal(percent) for percent in each),
        "section_words": lambda each: tuple((str(section), int(words)) for section, words in each),
    }
    readers |= dict.fromkeys(("own_limit", "board_limit", "certificate_above"), Money)
    percents = ("tolerance", "retention", "intervention", "over_programming")
    readers |= dict.fromkeys((f"{name}_percent" for name in percents), Decimal)
    wholes = ("payment_days", "claim_days", "acceptance_days", "ask_by_month", "ask_by_day", "records_years")
    readers |= dict.fromkeys(wholes, int)
    return Terms(**{name: known(name, readers[name]) for name in raw})
