"""Random conditions, rules and lines out of a small world, so that many of them meet."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from fundingapp.domain.conditions import OPERATORS, Condition, Field, Operator
from fundingapp.domain.ids import RuleId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import CodingRule, KnownRule, parse_target
from fundingapp.domain.money import Money
from tests.builders_core import NEXT_YEAR, YEAR

TARGETS = (
    "P-01",
    "P-02",
    "P-03",
    "income",
    "excluded: not ours",
    "split P-01 60%, P-02 40%",
    "split P-01 £1.50, P-02 the rest",
    "split P-01 £2.00, P-02 £3.00",
)
_WORDS = {
    Field.TYPE: ("PI", "pi", "GR", ""),
    Field.COST_CENTRE: ("CS100", "cs100", "CS9", "CS10", "0012", ""),
    Field.ACCOUNT: ("4000", "3999", "300", "0300", "35A", ""),
    Field.SUPPLIER: (
        "Youth Trust",
        "youth  trust",
        "Trust for Youth",
        "Safer Streets Ltd",
        "Straße 9",
        "ß",
        "",
    ),
    Field.DESCRIPTION: ("Room hire", "room  HIRE inv 12", "inv 12", "CCTV repair", "hire", ""),
    Field.TRANSACTION: ("J1", "J10", "J9", "88213", ""),
    Field.SHEET: ("Apr", "May", ""),
}
_DAYS = tuple(date(2019, 3, 30) + timedelta(days=number) for number in range(4))
_PENCE = (-500, -150, -1, 0, 1, 150, 499, 500, 501, 10_000)


def _values(field: Field) -> st.SearchStrategy[str]:
    if field in _WORDS:
        return st.sampled_from([word for word in _WORDS[field] if word])
    match field:
        case Field.DATE:
            return st.sampled_from([f"{day:%d/%m/%Y}" for day in _DAYS])
        case Field.PERIOD:
            return st.integers(11, 13).map(str)
        case Field.YEAR:
            return st.sampled_from([str(YEAR), str(NEXT_YEAR)])
        case _:
            return st.sampled_from(_PENCE).map(lambda pence: str(Money(pence).pounds))


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """A condition on any field by any operator."""
    field = draw(st.sampled_from(Field))
    operator = draw(st.sampled_from(OPERATORS[field]))
    value = _values(field)
    match operator:
        case Operator.EMPTY | Operator.FILLED:
            return Condition(field, operator)
        case Operator.ONE_OF:
            return Condition(field, operator, tuple(draw(st.lists(value, min_size=1, max_size=3))))
        case Operator.BETWEEN:
            low, high = draw(value), draw(value)
            open_end = draw(st.sampled_from(("", "low", "high")))
            if open_end:
                return Condition(field, operator, ("", high) if open_end == "low" else (low, ""))
            try:
                return Condition(field, operator, (low, high))
            except ValueError:
                return Condition(field, operator, (high, low))
        case _:
            return Condition(field, operator, (draw(value),))


rules = st.builds(
    CodingRule,
    st.integers(1, 6),
    st.sampled_from(TARGETS).map(parse_target),
    st.lists(conditions(), max_size=3).map(tuple),
    st.sampled_from(("", "Rents")),
    st.sampled_from((True, True, True, False)),
)


def known(rules: list[CodingRule]) -> list[KnownRule]:
    """*rules* with identities from 1 on."""
    return [KnownRule(RuleId(number), rule) for number, rule in enumerate(rules, start=1)]


lines = st.builds(
    LedgerLine,
    key=st.just("T1"),
    transaction=st.sampled_from(_WORDS[Field.TRANSACTION]),
    year=st.sampled_from((YEAR, NEXT_YEAR)),
    period=st.integers(11, 13),
    posted_on=st.sampled_from((None, *_DAYS)),
    cost_centre=st.sampled_from(_WORDS[Field.COST_CENTRE]),
    account=st.sampled_from(_WORDS[Field.ACCOUNT]),
    supplier=st.sampled_from(_WORDS[Field.SUPPLIER]),
    description=st.sampled_from(_WORDS[Field.DESCRIPTION]),
    type=st.sampled_from(_WORDS[Field.TYPE]),
    amount=st.sampled_from(_PENCE).map(Money),
    sheet=st.sampled_from(_WORDS[Field.SHEET]),
    row=st.just(2),
)
