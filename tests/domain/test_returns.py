"""The return as values: what needs a reason, what is shown, and what the certificate's checksum stands for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from fundingapp.domain.allocations import Contingency, Resource
from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money
from fundingapp.domain.positions import ControlSum, LedgerSum
from fundingapp.domain.returns import (
    build_return,
    checks_of,
    figures_checksum,
    kinds_in,
    needs_reason,
    variance_percent,
)
from tests.builders import (
    FUND,
    YEAR,
    charnwood_document,
    make_accrual,
    make_allocation,
    make_award,
    make_charge,
    make_document,
    make_partnership,
    make_position,
    make_project,
)


def test_a_return_is_refused_for_a_position_of_another_quarter() -> None:
    with pytest.raises(ValueError, match="ends with period 6, not with quarter 3"):
        make_document(make_position(quarter=2), quarter=3)


def test_the_worked_case_agrees_in_every_quarter() -> None:
    for quarter in range(1, 5):
        assert charnwood_document(quarter).agrees


def test_a_return_has_the_identities_of_its_own_position() -> None:
    document = make_document()
    built = build_return(
        document.position,
        partnership=make_partnership(),
        commissioner=document.commissioner,
        quarter=4,
        version=2,
        prepared_by=document.prepared_by,
        prepared_on=document.prepared_on,
        journal_head="",
    )
    assert built.identities == document.identities
    assert built.title == "Locality Fund · monitoring return Q4 2018/19"


@pytest.mark.parametrize(
    ("budget", "spent", "needed"),
    [
        ("1,000.00", "900.00", False),
        ("1,000.00", "899.99", True),
        ("1,000.00", "1,100.00", False),
        ("1,000.00", "1,100.01", True),
        ("1,000,000.00", "899,600.00", True),  # 10.04 %, which is shown as 10.0
        ("0.00", "0.01", True),
        ("0.00", "0.00", False),
    ],
)
def test_a_variance_beyond_the_tolerance_needs_a_reason_from_the_first_penny(
    budget: str, spent: str, needed: bool
) -> None:
    position = make_position(awards=[make_award(1, budget)], charges=[make_charge(1, 2, spent)])
    assert needs_reason(position.projects[0]) is needed


def test_a_line_without_budget_and_spend_raises_no_question() -> None:
    document = make_document(make_position(awards=[make_award(1, "0.00")], charges=[]))
    assert checks_of(document) == ()
    assert variance_percent(document.position.projects[0]) is None


def test_variance_is_a_percentage_of_the_budget_with_one_decimal() -> None:
    position = make_position(awards=[make_award(1, "300.00")], charges=[make_charge(1, 2, "200.00")])
    assert variance_percent(position.projects[0]) == Decimal("-33.3")


def test_a_kind_of_money_is_shown_as_soon_as_there_is_anything_of_it() -> None:
    capital = Kind.CAPITAL
    assert list(kinds_in(make_position())) == [Kind.REVENUE]
    for there in (
        {
            "allocations": [
                make_allocation("5", capital),
                make_allocation("5", capital, resource=Resource.REDUCTION),
            ]
        },
        {"awards": [make_award(1, "0", capital)], "charges": []},
        {"contingencies": [Contingency(FUND, YEAR, capital, "C", "Contingency", Money(1))]},
        {"charges": [make_charge(1, 1, "1", capital), make_charge(1, 2, "-1", capital)]},
    ):
        assert capital in kinds_in(make_position(**there))


def test_the_checksum_stands_for_the_figures_and_not_for_the_words() -> None:
    document = make_document()
    checksum = figures_checksum(document)
    assert len(checksum) == 64
    reworded = make_position(projects={1: make_project(name="Another name")})
    for same in (replace(document, version=9, prepared_by="A. Nother"), make_document(reworded)):
        assert figures_checksum(same) == checksum


def test_any_figure_changes_the_checksum() -> None:
    checksum = figures_checksum(make_document())
    others = [
        make_position(awards=[make_award(1, "1,000.01")]),
        make_position(allocations=[make_allocation("1,000.01")]),
        make_position(charges=[make_charge(1, 3, "300.25")]),
        make_position(accruals=[make_accrual(1, 3, "0.01")]),
        make_position(contingencies=[Contingency(FUND, YEAR, Kind.REVENUE, "C", "Contingency", Money(1))]),
        make_position(controls=[]),
        make_position(fund_name="Another fund"),
    ]
    checksums = {figures_checksum(make_document(position)) for position in others}
    assert len(checksums) == len(others)
    assert checksum not in checksums


def test_an_identity_that_fails_stops_a_return_and_names_the_figure() -> None:
    position = make_position()
    waiting = LedgerSum(13, 1, Money(5), Money(0), Money(0), Money(0), Money(0), 1, 0)
    document = make_document(
        replace(
            position,
            ledger=(*position.ledger, waiting),
            controls=(*position.controls, ControlSum(13, 1, Money(5))),
        )
    )
    assert not document.agrees
    [stop] = [check for check in checks_of(document) if check.stops]
    assert "differ by £0.05" in stop.text
    assert stop.figure == "ledger/2018/19/total"


def test_a_project_over_its_budget_is_to_be_looked_at_and_one_on_budget_is_not() -> None:
    awards = [make_award(1, "10"), make_award(2, "10"), make_award(3, "10")]
    charges = [make_charge(1, 1, "10.01"), make_charge(2, 1, "10"), make_charge(3, 1, "8.99")]
    projects = {number: make_project(f"P-0{number}") for number in (1, 2, 3)}
    checks = checks_of(make_document(make_position(awards=awards, charges=charges, projects=projects)))
    assert [(check.stops, check.figure) for check in checks] == [
        (False, "P-01/2018/19/spend"),
        (False, "P-03/2018/19/spend"),
    ]
    assert "£0.01 over its budget" in checks[0].text
    assert "forecast £1.01 under its budget" in checks[1].text
