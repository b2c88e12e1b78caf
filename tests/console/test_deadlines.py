"""`calendar`, `conditions` and `warnings`, on Charnwood's grant up to period 10."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from fundingapp.application.commands.conditions import AddCondition
from fundingapp.application.commands.deadlines import AddEntries
from fundingapp.application.queries.deadlines import ProposeSchedule
from fundingapp.assembly import Assembly
from fundingapp.domain.grant_conditions import ConditionKind, Gauge, GrantCondition
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.workbooks.calendar_files import events_in
from tests.console.terminal import ask, run

At = Callable[[str], Path]
FUND, YEAR = FundId(1), FinancialYear(2018)


@pytest.fixture
def file(at: At) -> Path:
    """The grant with a tolerance, a report that is due in February, and the calendar of the usual terms."""
    file = at("P10")
    opened = Assembly().open(str(file))
    try:
        desk = opened.desk
        limit = GrantCondition(
            FUND,
            "4.2",
            "Unallocated money is at most £15,000 in total",
            ConditionKind.TOLERANCE,
            YEAR,
            gauge=Gauge.UNALLOCATED,
            limit=Money(15_000_00),
        )
        report = GrantCondition(
            FUND,
            "7.1",
            "Actuals to January with a projection to March",
            ConditionKind.REPORTING,
            YEAR,
            due=date(2019, 2, 15),
        )
        desk.do(AddCondition(limit))
        desk.do(AddCondition(report, ("as sent in February 2018",)))
        desk.do(AddEntries(desk.ask(ProposeSchedule(FUND, YEAR))))
    finally:
        opened.close()
    return file


def test_the_calendar_lists_what_is_due_and_writes_it(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "deadlines.ics"
    words = ("calendar", file, "--year", "2018/19", "--today", "12/02/2019", "--ics", out)
    ran = run(*words, "--json")
    assert ran.status == 1
    data = ran.data
    assert (data["today"], data["ics"]) == ("2019-02-12", str(out))
    report = next(each for each in data["deadlines"] if each["kind"] == "condition")
    assert (report["due"], report["days"], report["done"]) == ("2019-02-15", 3, False)
    assert data["overdue"] == sum(each["overdue"] for each in data["deadlines"]) > 0
    assert len(events_in(out.read_bytes())) == len(data["deadlines"])
    people = run(*words)
    assert "in 3 days" in people.out
    assert "events written to" in people.out


def test_a_calendar_of_another_name_is_refused(file: Path, tmp_path: Path) -> None:
    refused = run("calendar", file, "--ics", tmp_path / "deadlines.txt", "--json")
    assert refused.refusal.startswith("“deadlines.txt” does not end in .ics.")


def test_the_conditions_and_their_gauges_are_shown(file: Path) -> None:
    ran = ask("conditions", file, "--today", "2019-02-15")
    assert ran.status == 0
    (gauge,) = ran.data["gauges"]
    assert (gauge["part_pence"], gauge["room_pence"], gauge["ok"]) == (0, 15_000_00, True)
    report, limit = ran.data["conditions"]
    assert (report["clause"], report["overdue"]) == ("7.1", False)
    assert report["evidence"] == [{"name": "as sent in February 2018", "sha256": None}]
    assert limit["state"] == "open"
    overdue = ask("conditions", file, "--today", "2019-02-16")
    assert overdue.status == 1
    assert overdue.data["conditions"][0]["overdue"]
    assert "Unallocated is £0.00; clause 4.2 says at most £15,000.00: £15,000.00 of room." in (
        run("conditions", file, "--fund", "Locality Fund", "--year", "2018/19").out
    )


def test_early_warnings_come_with_their_arithmetic(file: Path) -> None:
    ran = run("warnings", file, "--year", "2018/19", "--today", "16/02/2019", "--json")
    assert ran.status == 1
    found = {each["kind"]: each for each in ran.data["warnings"]}
    assert set(found) == {
        "overspend",
        "condition",
        "claim overdue",
        "overspend ahead",
        "underspend",
        "off profile",
        "no forecast",
        "funding ends",
    }
    under = found["underspend"]
    assert under["sentence"].endswith(
        "unspent at 31 March; last day to ask for carry-forward was 31 January."
    )
    by_name = {term["name"]: term["amount_pence"] for term in under["terms"]}
    expected = next(pence for name, pence in by_name.items() if name.startswith("Expected at 31 March"))
    assert by_name["Unspent"] == by_name["Available"] - expected
    people = run("warnings", file, "--year", "2018/19", "--today", "16/02/2019").out
    assert under["sentence"] in people


def test_of_a_year_that_is_over_nothing_is_expected(file: Path) -> None:
    ran = run("warnings", file, "--year", "2018/19", "--today", "16/05/2019", "--json")
    kinds = {each["kind"] for each in ran.data["warnings"]}
    assert not kinds & {"underspend", "no forecast", "funding ends", "not awarded", "overspend ahead"}


@pytest.mark.parametrize("day", ["31/02/2019", "tomorrow"])
def test_what_is_no_day_is_refused_by_the_command_line(file: Path, day: str) -> None:
    assert run("warnings", file, "--year", "2018/19", "--today", day).status == 2
