"""An invoice that is charged twice is noticed; regular payments and split invoices are not."""

from __future__ import annotations

from typing import Any

from fundingapp.domain.doubles import ChargedTo, double_charges
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import FundId, LineId, ProjectId
from tests.builders_core import make_head, make_line

ONE, OTHER_GRANT = make_head(ProjectId(1), FundId(1)), make_head(ProjectId(2), FundId(2))


def charged(id: int, head: BudgetHead = ONE, **fields: Any) -> ChargedTo:
    line = make_line(
        f"T{id}", fields.pop("amount", "40.00"), description=fields.pop("text", "INV 10233"), **fields
    )
    return ChargedTo(LineId(id), line, frozenset({head}))


def found(*entries: ChargedTo, cancelled: set[int] | None = None) -> list[tuple[int, int]]:
    gone = frozenset(LineId(id) for id in cancelled or ())
    return [(double.first.id, double.second.id) for double in double_charges(entries, gone)]


def test_one_invoice_charged_to_two_grants_is_found() -> None:
    assert found(charged(1), charged(2, OTHER_GRANT, period=4)) == [(1, 2)]


def test_one_invoice_charged_twice_to_one_project_is_found() -> None:
    assert found(charged(1), charged(2, text="Invoice 010233 again")) == [(1, 2)]


def test_a_third_one_is_set_beside_the_first() -> None:
    assert found(charged(1), charged(2), charged(3)) == [(1, 2), (1, 3)]


def test_names_written_differently_are_one_supplier() -> None:
    assert found(charged(1, supplier="Oak Ltd"), charged(2, supplier="OAK LIMITED")) == [(1, 2)]


def test_what_differs_in_supplier_amount_or_number_is_no_double() -> None:
    assert found(charged(1), charged(2, supplier="Oak")) == []
    assert found(charged(1), charged(2, amount="41.00")) == []
    assert found(charged(1), charged(2, amount="-40.00")) == []
    assert found(charged(1), charged(2, text="INV 10234")) == []


def test_a_regular_payment_without_a_number_is_no_double() -> None:
    assert found(charged(1, text="Rent April"), charged(2, text="Rent April", period=2)) == []


def test_lines_of_one_transaction_count_when_they_went_to_two_funds() -> None:
    split = [charged(1, transaction="88", text="Rent"), charged(2, transaction="88", text="Rent")]
    assert found(*split) == []
    assert found(split[0], charged(2, OTHER_GRANT, transaction="88", text="Rent")) == [(1, 2)]


def test_what_another_line_reverses_is_no_double() -> None:
    assert found(charged(1), charged(2), cancelled={1}) == []


def test_journals_without_a_supplier_are_left_out() -> None:
    assert found(charged(1, supplier=""), charged(2, supplier="")) == []
