"""A plan read from a table: every row is accounted for, whatever way its codes and years are written."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.ledger import RawRow
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.plan_tables import ParsedPlanTable, parse_plan_table, table_from_text
from tests.builders_core import NEXT_YEAR, YEAR

HEADINGS = (
    "Theme",
    "Priority code",
    "Title",
    "From",
    "To",
    "Owner",
    "Commissioner priority",
    "Cross-cutting",
)


def parse(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> ParsedPlanTable:
    return parse_plan_table(headings, [RawRow(at, row) for at, row in enumerate(rows, start=2)], "plan.csv")


def codes(parsed: ParsedPlanTable) -> list[str]:
    return [finding.kind for finding in parsed.findings]


def test_a_full_row_is_a_priority_with_all_that_is_known_of_it() -> None:
    parsed = parse(("Safer", "iv", "Burglary", "2018/19", "2019/20", "ASB group", "Prevention", "yes"))
    [row] = parsed.rows
    assert (row.theme, row.code, row.title, row.from_year, row.to_year) == (
        "Safer",
        "iv",
        "Burglary",
        YEAR,
        NEXT_YEAR,
    )
    assert (row.owner_group, row.commissioner_priority, row.is_cross_cutting, row.row) == (
        "ASB group",
        "Prevention",
        True,
        2,
    )
    assert parsed.findings == ()


def test_a_row_without_theme_belongs_to_the_theme_above_it() -> None:
    parsed = parse(
        ("Safer", "1", "Burglary"), ("", "2", "Robbery"), ("", "", ""), ("Stronger", "3", "Cohesion")
    )
    assert [row.theme for row in parsed.rows] == ["Safer", "Safer", "Stronger"]
    assert parsed.left_out == 1


@pytest.mark.parametrize(
    ("written", "code", "title"),
    [
        ("iv) Reduce harm", "iv", "Reduce harm"),
        ("2. Reduce harm", "2", "Reduce harm"),
        ("P3 – Reduce harm", "P3", "Reduce harm"),
        ("Reduce harm", "", "Reduce harm"),
        ("Anti-social behaviour", "", "Anti-social behaviour"),
    ],
)
def test_a_code_before_a_title_is_its_code(written: str, code: str, title: str) -> None:
    [row] = parse(("1. Safer", written), headings=("Theme", "Priority")).rows
    assert (row.theme_code, row.theme, row.code, row.title) == ("1", "Safer", code, title)


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2018/19", "", 2018, None),
        ("", "2019/20", None, 2019),
        ("2018-19", "ongoing", 2018, None),
        ("2017/18 to 2019/20", "", 2017, 2019),
        ("2017-2020", "", 2017, 2019),
        ("2017/20", "", 2017, 2019),
        ("2018", "2019", 2018, 2019),
        ("", "", None, None),
    ],
)
def test_years_are_read_as_papers_write_them(
    start: str, end: str, first: int | None, last: int | None
) -> None:
    [row] = parse(("Safer", "1", "Burglary", start, end)).rows
    assert row.from_year == (FinancialYear(first) if first else None)
    assert row.to_year == (FinancialYear(last) if last else None)


@pytest.mark.parametrize(
    ("row", "kind", "says"),
    [
        (("Safer", "1", "A", "soon"), "plan.year", "Row 2, column “From”: “soon” is not a financial year"),
        (("Safer", "1", "A", "2019/20", "2018/19"), "plan.years_order", "ends in 2018/19, before it begins"),
        (("Safer", "1", ""), "plan.no_title", "Row 2: “1” has no title."),
        (("", "", "", "2018/19"), "plan.no_title", "Row 2: there is neither a theme nor a priority."),
        (("Safer", "1", "A", "", "", "", "", "maybe"), "plan.cross_unknown", "“maybe” is neither yes nor no"),
    ],
)
def test_what_can_not_be_read_is_said_with_its_place(row: tuple[str, ...], kind: str, says: str) -> None:
    parsed = parse(row)
    assert codes(parsed) == [kind]
    assert says in parsed.errors[0].text
    assert parsed.rows == ()


def test_the_same_priority_twice_is_said() -> None:
    parsed = parse(("Safer", "1", "Burglary"), ("Safer", "1", "burglary"))
    assert codes(parsed) == ["plan.repeated"]


def test_a_table_of_something_else_is_refused_with_its_headings() -> None:
    parsed = parse(("1", "2"), headings=("Date", "Amount"))
    assert codes(parsed) == ["plan.no_column"]
    assert "“Date”, “Amount”" in parsed.errors[0].text


@pytest.mark.parametrize(
    "text",
    [
        "Theme\tPriority\nSafer\tBurglary\n",
        "\nTheme;Priority\nSafer;Burglary",
        'Theme,Priority\n"Safer",Burglary',
    ],
)
def test_what_is_pasted_is_a_table(text: str) -> None:
    headings, rows = table_from_text(text)
    assert parse_plan_table(headings, rows, "what was pasted").rows[0].title == "Burglary"


def test_nothing_pasted_is_no_table() -> None:
    assert table_from_text(" \n\n") == ([], [])


@given(st.lists(st.lists(st.text(max_size=12), min_size=8, max_size=8), max_size=12))
def test_every_row_is_taken_left_out_or_said(rows: list[list[str]]) -> None:
    parsed = parse(*(tuple(row) for row in rows))
    said = {finding.source.row for finding in parsed.errors if finding.kind != "plan.repeated"}
    assert len(parsed.rows) + parsed.left_out + len(said) == len(rows)
