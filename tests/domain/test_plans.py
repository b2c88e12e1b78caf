"""The funding table: the grant, its awards, and what does not add up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fundingapp.domain.findings import Severity
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.domain.money import Money
from fundingapp.domain.plans import ParsedPlan, parse_plan

HEADINGS = ("Ref", "Bid", "Funding received", "Funding allocated", "Kind", "Theme")
GRANT = (None, "Locality Funding", "£75,500", None, None, None)


def plan(*rows: Sequence[Cell], headings: Sequence[str] = HEADINGS) -> ParsedPlan:
    return parse_plan(
        headings, [RawRow(number, tuple(row)) for number, row in enumerate(rows, start=2)], "plan.csv"
    )


def kinds(parsed: ParsedPlan) -> list[tuple[Severity, str]]:
    return [(finding.severity, finding.kind) for finding in parsed.findings]


def test_grant_awards_and_total_are_told_apart() -> None:
    parsed = plan(
        GRANT,
        ("LF-01", "Student ASB", None, "£75,484", "revenue", "Safer"),
        ("LF-15", "Contingence Fund", None, "£16", None, None),
        (None, "Total", None, "£75,500.00", None, None),
    )
    assert parsed.received == parsed.stated_total == parsed.total == Money(7_550_000)
    assert [
        (award.ref, award.amount.pence, award.kind, award.theme, award.row) for award in parsed.awards
    ] == [
        ("LF-01", 7_548_400, "revenue", "Safer", 3),
        ("LF-15", 1600, "contingency", "", 4),
    ]
    assert parsed.findings == ()


@pytest.mark.parametrize(
    ("typed", "pence"), [("£1620", 162_000), ("£10,000", 1_000_000), ("£75,500.00", 7_550_000)]
)
def test_amounts_are_read_as_people_type_them(typed: str, pence: int) -> None:
    assert plan(("LF-01", "A", None, typed, "capital", None)).awards[0].amount == Money(pence)


def test_headings_are_matched_loosely() -> None:
    headings = ("Project ref", "Name of project", "Amount awarded (£)", "Capital / revenue")
    parsed = plan(("P1", "Cameras", 3000, "Capital"), headings=headings)
    assert [(award.ref, award.name, award.amount, award.kind) for award in parsed.awards] == [
        ("P1", "Cameras", Money(300_000), "capital")
    ]


def test_a_total_that_differs_names_both_sums() -> None:
    parsed = plan(("A", "One", None, 10, None, None), (None, "Total", None, 11, None, None))
    assert kinds(parsed) == [(Severity.ERROR, "total.differs")]
    assert "£11.00" in parsed.findings[0].text
    assert "£10.00" in parsed.findings[0].text


def test_a_grant_that_is_not_what_was_awarded_is_a_warning() -> None:
    parsed = plan(GRANT, ("A", "One", None, "75,000", None, None))
    assert kinds(parsed) == [(Severity.WARNING, "received.differs")]
    assert "£500.00" in parsed.findings[0].text


def test_a_repeated_reference_names_both_rows() -> None:
    parsed = plan(("LF-01", "Cameras", None, 1, None, None), ("lf-01", "Youth work", None, 1, None, None))
    assert kinds(parsed) == [(Severity.ERROR, "ref.repeated")]
    assert (parsed.findings[0].source.row, parsed.findings[0].source.column) == (3, "Ref")
    assert "row 2" in parsed.findings[0].text


def test_an_unreadable_amount_names_row_and_column() -> None:
    parsed = plan(("A", "One", None, "12.3.4", None, None))
    assert parsed.findings[0].text == "Row 2, column “Funding allocated”: “12.3.4” is not an amount."
    assert parsed.awards == ()


def test_a_bid_without_amount_or_name_is_an_error() -> None:
    parsed = plan(("A", "One", None, None, None, None), ("B", None, None, 5, None, None))
    assert kinds(parsed) == [(Severity.ERROR, "amount.missing"), (Severity.ERROR, "name.missing")]


def test_awards_without_references_are_kept() -> None:
    parsed = plan((None, "One", None, 1, None, None), (None, "Total", None, None, None, None))
    assert [award.name for award in parsed.awards] == ["One"]
    assert parsed.stated_total is None


def test_nearly_the_same_names_are_noted_and_kept_apart() -> None:
    parsed = plan(
        ("LF-16", "Detached Work Youth Work", None, "£1,620", None, None),
        ("LF-17", "Detached Work", None, "£2,180", None, None),
        ("LF-18", "Fire Skills", None, 1, None, None),
    )
    assert kinds(parsed) == [(Severity.NOTE, "name.similar")]
    assert len(parsed.awards) == 3


def test_an_unknown_kind_is_taken_as_revenue_with_a_warning() -> None:
    parsed = plan(("A", "One", None, 1, "bananas", None))
    assert parsed.awards[0].kind == "revenue"
    assert kinds(parsed) == [(Severity.WARNING, "kind.unknown")]


def test_an_amount_in_both_columns_is_an_allocation_with_a_warning() -> None:
    parsed = plan(("A", "One", 5, 4, None, None))
    assert parsed.awards[0].amount == Money(400)
    assert kinds(parsed)[0] == (Severity.WARNING, "plan.both_amounts")


def test_a_table_without_the_columns_says_which_are_missing() -> None:
    parsed = plan(("x", "y"), headings=("Colour", "Size"))
    assert kinds(parsed) == [(Severity.ERROR, "plan.no_column")]
    assert "“Colour”, “Size”" in parsed.findings[0].text


def test_notes_and_blank_rows_are_no_awards() -> None:
    parsed = plan((None,) * 6, (None, "agreed 12 March", None, None, None, None), ())
    assert parsed.awards == ()
    assert parsed.findings == ()
