"""A condition holds for a line when a finance officer would say so, and is refused when it can't be meant."""

from __future__ import annotations

from datetime import date

import pytest

from fundingapp.domain.conditions import OPERATORS, Condition, Field, Operator, code_order, fits
from tests.builders_core import make_line, money

LINE = make_line(
    "J88213",
    "-125.50",
    supplier="Youth  Trust (East) Ltd",
    description="Room hire",
    account="3201",
    cost_centre="CC0012",
)._replace(posted_on=date(2018, 4, 3))


@pytest.mark.parametrize(
    ("field", "operator", "values", "holds"),
    [
        (Field.SUPPLIER, Operator.IS, ("youth trust (EAST) ltd",), True),
        (Field.SUPPLIER, Operator.IS, ("Youth Trust",), False),
        (Field.SUPPLIER, Operator.IS_NOT, ("Youth Trust",), True),
        (Field.SUPPLIER, Operator.CONTAINS, ("trust   (e",), True),
        (Field.SUPPLIER, Operator.LACKS, ("east",), False),
        (Field.SUPPLIER, Operator.LACKS, ("west",), True),
        (Field.SUPPLIER, Operator.STARTS, ("YOUTH",), True),
        (Field.SUPPLIER, Operator.STARTS, ("trust",), False),
        (Field.SUPPLIER, Operator.ENDS, ("LTD",), True),
        (Field.SUPPLIER, Operator.ENDS, ("east",), False),
        (Field.SUPPLIER, Operator.EMPTY, (), False),
        (Field.SUPPLIER, Operator.FILLED, (), True),
        (Field.ACCOUNT, Operator.BETWEEN, ("3000", "3999"), True),
        (Field.ACCOUNT, Operator.BETWEEN, ("3201", "3201"), True),
        (Field.ACCOUNT, Operator.BETWEEN, ("3202", ""), False),
        (Field.ACCOUNT, Operator.BETWEEN, ("", "32010"), True),
        (Field.ACCOUNT, Operator.BETWEEN, ("30", "39"), False),
        (Field.COST_CENTRE, Operator.BETWEEN, ("CC1", "cc0020"), True),
        (Field.COST_CENTRE, Operator.BETWEEN, ("CD0001", "CD0020"), False),
        (Field.ACCOUNT, Operator.ONE_OF, ("3200", "3201"), True),
        (Field.ACCOUNT, Operator.ONE_OF, ("3200",), False),
        (Field.TRANSACTION, Operator.STARTS, ("J88",), True),
        (Field.DATE, Operator.IS, ("3 April 2018",), True),
        (Field.DATE, Operator.BETWEEN, ("03/04/2018", "30/06/2018"), True),
        (Field.DATE, Operator.BETWEEN, ("04/04/2018", "30/06/2018"), False),
        (Field.DATE, Operator.EMPTY, (), False),
        (Field.PERIOD, Operator.BETWEEN, ("1", "3"), True),
        (Field.PERIOD, Operator.ONE_OF, ("2", "3"), False),
        (Field.YEAR, Operator.IS, ("2018/19",), True),
        (Field.YEAR, Operator.IS_NOT, ("2018/19",), False),
        (Field.AMOUNT, Operator.IS, ("(125.50)",), True),
        (Field.AMOUNT, Operator.IS, ("125.50",), False),
        (Field.AMOUNT, Operator.BETWEEN, ("", "-0.01"), True),
        (Field.AMOUNT, Operator.BETWEEN, ("-125.50", "0"), True),
        (Field.AMOUNT, Operator.BETWEEN, ("0.00", ""), False),
    ],
)
def test_a_condition_holds(field: Field, operator: Operator, values: tuple[str, ...], holds: bool) -> None:
    assert Condition(field, operator, values).holds(LINE) is holds


@pytest.mark.parametrize(
    ("operator", "values", "holds"),
    [
        (Operator.EMPTY, (), True),
        (Operator.FILLED, (), False),
        (Operator.BETWEEN, ("01/01/1990", ""), False),
        (Operator.IS, ("03/04/2018",), False),
        (Operator.IS_NOT, ("03/04/2018",), True),
    ],
)
def test_a_missing_date_is_empty_and_lies_between_no_days(
    operator: Operator, values: tuple[str, ...], holds: bool
) -> None:
    assert Condition(Field.DATE, operator, values).holds(LINE._replace(posted_on=None)) is holds


def test_an_empty_code_lies_between_no_codes() -> None:
    assert not Condition(Field.ACCOUNT, Operator.BETWEEN, ("", "9999")).holds(LINE._replace(account=""))


@pytest.mark.parametrize(
    ("field", "operator", "values", "says"),
    [
        (Field.SUPPLIER, Operator.IS, (), "value for the supplier is missing"),
        (Field.SUPPLIER, Operator.CONTAINS, ("  ",), "is missing"),
        (Field.SUPPLIER, Operator.ONE_OF, ("", " "), "is missing"),
        (Field.SUPPLIER, Operator.IS, ("a", "b"), "takes one value"),
        (Field.SUPPLIER, Operator.EMPTY, ("a",), "takes no value"),
        (Field.SUPPLIER, Operator.BETWEEN, ("a", "b"), "can't be asked of the supplier"),
        (Field.AMOUNT, Operator.CONTAINS, ("1",), "can't be asked of the amount"),
        (Field.AMOUNT, Operator.EMPTY, (), "can't be asked of the amount"),
        (Field.AMOUNT, Operator.IS, ("1.005",), "“1.005” is not an amount"),
        (Field.AMOUNT, Operator.BETWEEN, ("5", "4"), "5.00 comes after 4.00"),
        (Field.ACCOUNT, Operator.BETWEEN, ("1000", "999"), "1000 comes after 999"),
        (Field.ACCOUNT, Operator.BETWEEN, ("", ""), "needs a first and a last value"),
        (Field.ACCOUNT, Operator.BETWEEN, ("3000",), "needs a first and a last value"),
        (Field.DATE, Operator.IS, ("31/02/2019",), "is not a date"),
        (Field.DATE, Operator.IS, ("03/04/19",), "is not a date"),
        (Field.PERIOD, Operator.IS, ("14",), "is not a period from 1 to 13"),
        (Field.PERIOD, Operator.IS, ("0",), "is not a period"),
        (Field.PERIOD, Operator.IS, ("²",), "is not a period"),
        (Field.YEAR, Operator.IS, ("2018/20",), "is not a financial year"),
    ],
)
def test_what_can_t_be_meant_is_refused_in_words(
    field: Field, operator: Operator, values: tuple[str, ...], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Condition(field, operator, values)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            Condition(Field.SUPPLIER, Operator.CONTAINS, (" Falcon  Centre ",)),
            "supplier contains “Falcon Centre”",
        ),
        (
            Condition(Field.ACCOUNT, Operator.BETWEEN, ("3000", "3999")),
            "account is between “3000” and “3999”",
        ),
        (Condition(Field.AMOUNT, Operator.BETWEEN, ("1234.5", "")), "amount is at least 1,234.50"),
        (Condition(Field.AMOUNT, Operator.BETWEEN, ("", "-5")), "amount is at most −5.00"),
        (Condition(Field.DATE, Operator.IS, ("2018-04-03",)), "date is 03/04/2018"),
        (Condition(Field.PERIOD, Operator.ONE_OF, ("1", "01", "2")), "period is one of 1, 2"),
        (Condition(Field.YEAR, Operator.IS_NOT, ("2018",)), "year is not 2018/19"),
        (Condition(Field.DESCRIPTION, Operator.EMPTY), "description is empty"),
    ],
)
def test_a_condition_says_what_it_asks(condition: Condition, words: str) -> None:
    assert str(condition) == words


def test_the_usual_conditions_leave_out_what_is_empty() -> None:
    assert fits(supplier="safer", account="", cost_centre="CS1") == (
        Condition(Field.COST_CENTRE, Operator.IS, ("CS1",)),
        Condition(Field.SUPPLIER, Operator.CONTAINS, ("safer",)),
    )


def test_codes_stand_in_the_order_of_their_numbers() -> None:
    codes = ["3201A", "cc10", "3000", "999", "cc9", "3201", "0300"]
    assert sorted(codes, key=code_order) == ["0300", "999", "3000", "3201", "3201A", "cc9", "cc10"]


def test_every_field_has_a_usual_operator_of_its_own() -> None:
    for field in Field:
        assert Operator.IS in OPERATORS[field]
    assert money("-125.50") == LINE.amount
