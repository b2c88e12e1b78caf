"""Lines of a ledger in whose words people seem to stand: what is told, what is not, and that nothing is repeated."""

from __future__ import annotations

from datetime import date

import pytest

from fundingapp.domain.findings import Severity
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.money import Money
from fundingapp.domain.people_in_lines import people_in_lines
from fundingapp.domain.periods import FinancialYear


def line(description: str, supplier: str = "Taxis Ltd", row: int = 7) -> LedgerLine:
    return LedgerLine(
        str(row), str(row), FinancialYear(2018), 3, date(2018, 6, 5), "C100", "4100", supplier, description, "",
        Money(1_139), "GL", row,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("description", "supplier", "what"),
    [
        ("Refund, write to jane.smith@example.org", "Taxis Ltd", "an e-mail address"),
        ("Refund", "jane.smith@example.org", "an e-mail address"),
        ("Placement DOB 12/03/2004", "Taxis Ltd", "a date of birth"),
        ("Placement, born on 12 March 2004", "Taxis Ltd", "a date of birth"),
        ("Placement 12/03/2004", "Jane Smith", "a date of birth"),
        ("Jane Smith 12/03/2004", "Taxis Ltd", "a date of birth"),
        ("Jane Smith (2004-03-12)", "Taxis Ltd", "a date of birth"),
        ("Allowance AB123456C", "Taxis Ltd", "a National Insurance number"),
        ("Allowance AB 12 34 56 C", "Taxis Ltd", "a National Insurance number"),
        ("Transport 943 476 5919", "Taxis Ltd", "an NHS number"),
        ("Transport, NHS no 9434765919", "Taxis Ltd", "an NHS number"),
    ],
)
def test_what_tells_of_a_person_is_a_warning_with_its_place(
    description: str, supplier: str, what: str
) -> None:
    [finding] = people_in_lines([line("Hire"), line(description, supplier, 1204)], "gl.xlsx")
    assert (finding.severity, finding.kind) == (Severity.WARNING, "line.personal")
    assert finding.text.startswith(f"1 line holds what looks like {what}, in row 1,204: ")
    assert (finding.source.file, finding.source.sheet, finding.source.row) == ("gl.xlsx", "GL", 1204)
    for said in ("jane", "Jane", "12/03", "123456", "943"):
        assert said not in finding.text


@pytest.mark.parametrize(
    ("description", "supplier"),
    [
        ("Invoice to finance@example.gov.uk", "Charnwood Borough Council"),
        ("Hire 12/03/2018", "Jane Smith"),  # a day of the invoice
        ("Lease of 01/04/1998", "Taxis Ltd"),  # no person's name beside it
        ("Jane Smith invoice 551844", "Jane Smith"),
        ("Mobile 07700 900123", "Vodafone"),
        ("Ref 1234567890", "Taxis Ltd"),
        ("PO 123 456 7890", "Taxis Ltd"),  # its check digit is wrong
        ("GB123456C", "Taxis Ltd"),  # no prefix of National Insurance
        ("born again furniture", "Born Furniture Ltd"),
        ("", ""),
    ],
)
def test_what_stands_in_every_ledger_is_not_told(description: str, supplier: str) -> None:
    assert people_in_lines([line(description, supplier)], "gl.xlsx") == []


def test_each_sort_is_told_once_with_how_many_lines_there_are() -> None:
    lines = [
        line("Refund a.smith@example.org", row=3),
        line("Refund a.smith@example.org", row=4),
        line("Refund b.jones@example.org, DOB 12/03/2004", row=5),
    ]
    assert [finding.text.partition(":")[0] for finding in people_in_lines(lines, "gl.xlsx")] == [
        "3 lines hold what looks like an e-mail address, the first in row 3",
        "1 line holds what looks like a date of birth, in row 5",
    ]
