"""Tables of conditions: every row becomes a condition or a finding that says why not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from fundingapp.domain.condition_tables import ParsedConditions, parse_conditions, pasted_rows
from fundingapp.domain.findings import Severity
from fundingapp.domain.grant_conditions import ConditionKind, Gauge
from fundingapp.domain.money import Money

HEADED = "Clause\tCondition\tType\tOwner\tDue date\tEvidence\tBefore payment\tProject\tMeasure\tLimit\n"


def pasted(text: str) -> ParsedConditions:
    return parse_conditions(*pasted_rows(text), "the clipboard")


def texts(parsed: ParsedConditions) -> list[str]:
    return [finding.text for finding in parsed.findings]


def test_a_pasted_table_with_headings_is_read_whole() -> None:
    parsed = pasted(
        HEADED
        + "4.2\tUnallocated not above £15,000 in total\tTolerance\tFinance\t\t\t\t\tunallocated\t≤ £15,000.00\n"
        + "4.3\tMatch of at least half\t\t\t\t\t\t\tmatch\t50%\n"
        + "\t\t\t\t\t\t\t\t\t\n"
        + "9\tDBS evidence\tsafeguarding\tProject lead\t30/04/2019\tDBS list\tyes\tLF-09\t\t\n"
    )
    assert not parsed.findings
    unallocated, match, dbs = parsed.lines
    assert (unallocated.gauge, unallocated.limit, unallocated.at_most) == (
        Gauge.UNALLOCATED,
        Money(15_000_00),
        True,
    )
    assert unallocated.kind is ConditionKind.TOLERANCE
    assert (match.gauge, match.limit_percent, match.at_most) == (Gauge.MATCH_PERCENT, Decimal(50), False)
    assert (dbs.clause, dbs.kind, dbs.owner, dbs.due) == (
        "9",
        ConditionKind.SAFEGUARDING,
        "Project lead",
        date(2019, 4, 30),
    )
    assert (dbs.proof, dbs.before_release, dbs.project, dbs.row) == ("DBS list", True, "LF-09", 5)


def test_cells_without_headings_are_taken_in_their_order() -> None:
    (line,) = pasted("7.1\tHalf-year report\treporting\tFO\t31 October 2018\n").lines
    assert (line.clause, line.text, line.kind, line.due) == (
        "7.1",
        "Half-year report",
        ConditionKind.REPORTING,
        date(2018, 10, 31),
    )


def test_a_cell_of_several_lines_stays_one() -> None:
    (line,) = pasted('3\t"First line\nsecond line"\taudit\n').lines
    assert line.text == "First line second line"


@pytest.mark.parametrize(
    ("row", "said", "kept"),
    [
        ("1\t\treporting", "Row 2, column “Condition”: there is no text; it was left out.", False),
        (
            "1\tReport\treporting\t\t32/01/2019",
            "Row 2, column “Due date”: “32/01/2019” is not a day; the condition was left out.",
            False,
        ),
        (
            "1\tReport\tnonsense",
            "Row 2, column “Type”: “nonsense” is none of before payment, reporting, publicity, data protection, "
            "safeguarding, audit, asset, tolerance, special; “special” was taken.",
            True,
        ),
        (
            "1\tLimit\t\t\t\t\t\t\tunallocated\tabout ten",
            "Row 2, column “Limit”: “about ten” is no limit in pounds; the condition was left out.",
            False,
        ),
        (
            "1\tLimit\t\t\t\t\t\t\tweather\t5",
            "Row 2, column “Measure”: “weather” is none of unallocated, forecast underspend, cash held, "
            "match, % of cost, capital, % of spend, contingency, % of available; the condition was left out.",
            False,
        ),
        (
            "1\tLimit\t\t\t\t\t\t\t\t5,000",
            "Row 2, column “Limit”: the limit “5,000” was not taken, since nothing is said to be measured.",
            True,
        ),
        (
            "1\tDBS\t\t\t\t\tperhaps",
            "Row 2, column “Before payment”: “perhaps” is neither yes nor no; yes was taken.",
            True,
        ),
    ],
)
def test_what_can_not_be_read_is_said(row: str, said: str, kept: bool) -> None:
    parsed = pasted(HEADED + row)
    assert texts(parsed) == [said]
    assert bool(parsed.lines) is kept
    assert (parsed.findings[0].severity is Severity.ERROR) is not kept


def test_a_table_without_texts_is_refused_with_its_headings() -> None:
    parsed = parse_conditions(["Ref", "Amount"], [], "terms.xlsx")
    assert texts(parsed) == [
        "terms.xlsx lacks a column such as “Condition”; its headings are “Ref”, “Amount”."
    ]


def test_nothing_pasted_is_nothing() -> None:
    assert not pasted("").lines
