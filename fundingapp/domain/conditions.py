"""What a coding rule asks of a ledger line: a field, an operator and values, as in “account is between 3000 and 3999”.

Texts are compared without regard to case and to how many blanks stand between the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Final

from fundingapp.domain.cells import parse_date, parse_year
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear


class Field(Enum):
    """A field of a ledger line that a rule can look at, in the order in which a rule names them."""

    TYPE = "type"
    COST_CENTRE = "cost centre"
    ACCOUNT = "account"
    SUPPLIER = "supplier"
    DESCRIPTION = "description"
    TRANSACTION = "transaction"
    DATE = "date"
    PERIOD = "period"
    YEAR = "year"
    AMOUNT = "amount"
    SHEET = "sheet"


class Operator(Enum):
    """How a field is held against the values of a condition."""

    IS = "is"
    IS_NOT = "is not"
    CONTAINS = "contains"
    LACKS = "does not contain"
    STARTS = "starts with"
    ENDS = "ends with"
    BETWEEN = "is between"
    ONE_OF = "is one of"
    EMPTY = "is empty"
    FILLED = "is not empty"


_TEXTS: Final = frozenset(
    {
        Field.TYPE,
        Field.COST_CENTRE,
        Field.ACCOUNT,
        Field.SUPPLIER,
        Field.DESCRIPTION,
        Field.TRANSACTION,
        Field.SHEET,
    }
)
#: Texts that have an order: 3201 lies between 3000 and 3999, CC0012 between CC0001 and CC0020.
_CODES: Final = frozenset({Field.COST_CENTRE, Field.ACCOUNT, Field.TRANSACTION})
_WITHOUT_VALUE: Final = frozenset({Operator.EMPTY, Operator.FILLED})


def _operators(field: Field) -> tuple[Operator, ...]:
    if field in _TEXTS:
        return tuple(each for each in Operator if each is not Operator.BETWEEN or field in _CODES)
    usual = (Operator.IS, Operator.IS_NOT, Operator.BETWEEN, Operator.ONE_OF)
    return (*usual, Operator.EMPTY, Operator.FILLED) if field is Field.DATE else usual


#: What can be asked of each field.
OPERATORS: Final[Mapping[Field, tuple[Operator, ...]]] = {field: _operators(field) for field in Field}


def usual_operator(field: Field) -> Operator:
    """What a condition on *field* means when nothing else is said: names and words are contained, codes are equal."""
    return Operator.CONTAINS if field in (Field.SUPPLIER, Field.DESCRIPTION) else Operator.IS


def folded(text: str) -> str:
    """*text* as it is compared: in lower case, with single blanks."""
    return " ".join(text.casefold().split())


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition; *values* are texts as a person writes them, brought into one form.

    BETWEEN has two, both included, of which one may be "" for an open end; ONE_OF has one or more; EMPTY and FILLED
    have none; every other operator has one. Amounts are in pounds and signed, days in UK order, periods 1 to 13,
    years such as 2018/19. Raises ValueError with a few words when the values can't be meant so.
    """

    field: Field
    operator: Operator
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        name, operator = self.field.value, self.operator
        if operator not in OPERATORS[self.field]:
            raise ValueError(f"“{operator.value}” can't be asked of the {name}")
        values = tuple(_tidy(self.field, value) for value in self.values)
        if operator is Operator.ONE_OF:
            values = tuple(dict.fromkeys(value for value in values if value))
        if operator in _WITHOUT_VALUE:
            if any(values):
                raise ValueError(f"“{operator.value}” takes no value")
            values = ()
        elif operator is Operator.BETWEEN:
            if len(values) != 2 or not any(values):
                raise ValueError(f"the {name} needs a first and a last value to lie between")
            low, high = (_read(self.field, value, in_order=True) if value else None for value in values)
            if low is not None and high is not None and low > high:
                raise ValueError(f"{values[0]} comes after {values[1]}")
        elif not values or not all(values):
            raise ValueError(f"the value for the {name} is missing")
        elif operator is not Operator.ONE_OF and len(values) > 1:
            raise ValueError(f"“{operator.value}” takes one value")
        object.__setattr__(self, "values", values)

    def __str__(self) -> str:
        """As a sentence says it: supplier contains “Falcon”, amount is at least 500.00."""
        shown = [f"“{value}”" if self.field in _TEXTS else _shown(self.field, value) for value in self.values]
        name, operator = self.field.value, self.operator
        if operator is Operator.BETWEEN:
            low, high = self.values
            if not low:
                return f"{name} is at most {shown[1]}"
            if not high:
                return f"{name} is at least {shown[0]}"
            return f"{name} is between {shown[0]} and {shown[1]}"
        return " ".join([name, operator.value, ", ".join(shown)]).rstrip()

    @property
    def looks_for(self) -> str:
        """The text that a field must contain for this to hold, as it is compared; "" when that says too little."""
        return folded(self.values[0]) if self.operator is Operator.CONTAINS else ""

    def test(self) -> Callable[[Any], bool]:
        """A quick test of the value that :data:`READ` takes from a line."""
        in_order = self.operator is Operator.BETWEEN
        values = [_read(self.field, value, in_order=in_order) if value else None for value in self.values]
        return _test(self.operator, values, in_order and self.field in _CODES)

    def holds(self, line: LedgerLine) -> bool:
        """Whether *line* meets it."""
        return self.test()(READ[self.field](line))


def fits(**values: str) -> tuple[Condition, ...]:
    """The usual conditions on fields by name, leaving out empty ones: ``fits(cost_centre="CS100", supplier="safer")``.

    In the order of :class:`Field`, so that two rules that ask the same say the same.
    """
    return tuple(
        Condition(field, usual_operator(field), (values[name],))
        for field in Field
        if values.get(name := field.name.lower())
    )


#: The value of each field of a line as it is compared.
READ: Final[Mapping[Field, Callable[[LedgerLine], Any]]] = {
    Field.TYPE: lambda line: folded(line.type),
    Field.COST_CENTRE: lambda line: folded(line.cost_centre),
    Field.ACCOUNT: lambda line: folded(line.account),
    Field.SUPPLIER: lambda line: folded(line.supplier),
    Field.DESCRIPTION: lambda line: folded(line.description),
    Field.TRANSACTION: lambda line: folded(line.transaction),
    Field.DATE: lambda line: line.posted_on,
    Field.PERIOD: lambda line: line.period,
    Field.YEAR: lambda line: line.year.start,
    Field.AMOUNT: lambda line: line.amount.pence,
    Field.SHEET: lambda line: folded(line.sheet),
}


def stated(field: Field, line: LedgerLine) -> str:
    """What stands in *field* of *line*, as a condition would write it; "" when it is empty."""
    match field:
        case Field.DATE:
            return f"{line.posted_on:%d/%m/%Y}" if line.posted_on is not None else ""
        case Field.PERIOD | Field.YEAR:
            return str(getattr(line, field.value))
        case Field.AMOUNT:
            return str(line.amount)
        case _:
            return str(getattr(line, field.name.lower()))


def _tidy(field: Field, text: str) -> str:
    """*text* in the one form in which the file keeps it. Raises ValueError."""
    text = " ".join(text.split())
    if not text or field in _TEXTS:
        return text
    value = _read(field, text, in_order=False)
    match field:
        case Field.DATE:
            return f"{value:%d/%m/%Y}"
        case Field.YEAR:
            return str(FinancialYear(value))
        case Field.AMOUNT:
            return str(Money(value).pounds)
        case _:
            return str(value)


def _shown(field: Field, text: str) -> str:
    return str(Money.parse(text)) if field is Field.AMOUNT and text else text


def _read(field: Field, text: str, *, in_order: bool) -> Any:
    """The value that *text* states for *field*, to be compared with what :data:`READ` takes. Raises ValueError."""
    match field:
        case Field.DATE:
            day: date | None
            try:
                day = parse_date(text)
            except ValueError:
                day = None
            if day is None:
                raise ValueError(f"“{text}” is not a date such as 31/03/2019")
            return day
        case Field.PERIOD:
            if not (text.isascii() and text.isdigit() and 1 <= int(text) <= CLOSING_PERIOD):
                raise ValueError(f"“{text}” is not a period from 1 to {CLOSING_PERIOD}")
            return int(text)
        case Field.YEAR:
            try:
                year = parse_year(text)
            except ValueError:
                year = None
            if year is None:
                raise ValueError(f"“{text}” is not a financial year such as 2018/19")
            return year
        case Field.AMOUNT:
            try:
                return Money.parse(text).pence
            except NotMoneyError as error:
                raise ValueError(f"“{text}” is not an amount such as 1,234.50") from error
        case _:
            return code_order(folded(text)) if in_order else folded(text)


_RUNS = re.compile(r"[0-9]+|[^0-9]+")

#: The place of a code among others: its runs of digits as numbers, its other runs as texts.
CodeOrder = tuple[tuple[int, int, str], ...]


def code_order(text: str) -> CodeOrder:
    """Where a code stands among others: by its numbers, so that 999 comes before 3000, and CC9 before CC10."""
    return tuple((0, int(run), "") if run[0] in "0123456789" else (1, 0, run) for run in _RUNS.findall(text))


def _test(operator: Operator, values: list[Any], of_codes: bool) -> Callable[[Any], bool]:
    first = values[0] if values else None
    match operator:
        case Operator.IS:
            return lambda value: bool(value == first)
        case Operator.IS_NOT:
            return lambda value: bool(value != first)
        case Operator.CONTAINS:
            return lambda value: first in value
        case Operator.LACKS:
            return lambda value: first not in value
        case Operator.STARTS:
            return lambda value: bool(value.startswith(first))
        case Operator.ENDS:
            return lambda value: bool(value.endswith(first))
        case Operator.ONE_OF:
            among = frozenset(values)
            return lambda value: value in among
        case Operator.EMPTY:
            return lambda value: value is None or value == ""
        case Operator.FILLED:
            return lambda value: value is not None and value != ""
        case Operator.BETWEEN:
            last = values[1]

            def lies_between(value: Any) -> bool:
                if value is None or value == "":
                    return False
                if of_codes:
                    value = code_order(value)
                return (first is None or first <= value) and (last is None or value <= last)

            return lies_between
