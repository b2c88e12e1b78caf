"""Agreements and allocations from the command line, on Charnwood's year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.console.terminal import FUND, YEAR, run

At = Callable[[str], Path]
GRANT = ("--fund", FUND, "--year", YEAR)


def test_an_agreement_is_recorded_and_listed_with_terms_sums_and_r8(at: At) -> None:
    """Wolverhampton's three-year £500,000, confirmed in July 2017 (on Charnwood's file)."""
    file = at("P12")
    ran = run("agreements", file, "--json")
    assert (ran.status, ran.data) == (0, {"agreements": []})
    years = ("--from", "2017/18", "--to", "2019/20")
    add = ("--add", "Transformation Fund", "--fund", FUND, *years, "--signed", "14/07/2017")
    ran = run("agreements", file, *add, "--sum", "revenue=500000", "--evenly", "--json")
    assert ran.status == 0
    [agreement] = ran.data["agreements"]
    assert agreement["sums"] == [
        {
            "kind": "revenue",
            "total_pence": 50_000_000,
            "years": {"2017/18": 16_666_667, "2018/19": 16_666_667, "2019/20": 16_666_666},
        }
    ]
    assert (agreement["r8"], agreement["signed"]) == (True, "2017-07-14")
    assert agreement["terms"]["payment_days"] == 21
    identities = run("reconcile", file, *GRANT, "--json").data["identities"]
    assert next(entry for entry in identities if entry["id"] == "R8")["left_pence"] == 50_000_000
    said = run("agreements", file)
    assert "166,666.67" in said.out
    assert "payment days 21" in said.out
    ran = run("agreements", file, *add, "--json")
    assert ran.status == 3
    assert "“Transformation Fund” covers 2017/18 and 2018/19 and 2019/20 of this fund already" in ran.err


def test_what_does_not_foot_is_refused(at: At) -> None:
    file, add = at("P12"), ("--add", "One year", "--fund", FUND, "--from", YEAR)
    ran = run("agreements", file, *add, "--sum", "revenue=10", "--sum", f"revenue:{YEAR}=9.99", "--json")
    assert ran.status == 3
    assert "£0.01 is missing" in ran.err
    assert run("agreements", file, "--add", "No fund", "--json").status == 3
    assert run("agreements", file, *add, "--sum", "gold=10").status == 2


def test_an_allocation_is_notified_confirmed_revised_and_withdrawn(at: At) -> None:
    file = at("P12")
    next_year = ("--fund", FUND, "--year", "2019/20")
    notify = ("--notify", "indicative", "--kind", "revenue", "--amount", "70000", "--dated", "12/12/2018")
    ran = run("allocations", file, *next_year, *notify, "--letter", "CSF/1", "--json")
    assert (ran.status, ran.data["available_pence"], ran.data["indicative_pence"]) == (0, 0, 7_000_000)
    confirm = ("--confirm", "--dated", "01/03/2019", "--letter", "CSF/2")
    sums = ("--sum", "revenue=60000", "--sum", "capital=9000")
    ran = run("allocations", file, *next_year, *confirm, *sums, "--json")
    assert (ran.status, ran.data["available_pence"], ran.data["indicative_pence"]) == (0, 6_900_000, 0)
    assert [entry["stands"] for entry in ran.data["allocations"]] == [False, True, True]
    revise = ("--revise", "--kind", "revenue", "--amount", "58000", "--dated", "01/05/2019")
    assert "without the reason" in run("allocations", file, *next_year, *revise, "--json").err
    ran = run("allocations", file, *next_year, *revise, "--reason", "yearly cut", "--json")
    assert ran.data["available_pence"] == 6_700_000
    assert ran.data["allocations"][-1]["history"][0]["reason"] == "from £60,000.00: yearly cut"
    gone = ("--withdraw", "--kind", "capital", "--dated", "01/06/2019", "--reason", "no capital")
    assert run("allocations", file, *next_year, *gone, "--json").data["available_pence"] == 5_800_000
    said = run("allocations", file, *next_year)
    assert "indicative, replaced" in said.out
    assert "£58,000.00 is available." in said.out


def test_a_cut_below_the_awards_is_done_and_told(at: At) -> None:
    revise = (
        "--revise",
        "--kind",
        "revenue",
        "--amount",
        "65000",
        "--dated",
        "01/06/2018",
        "--reason",
        "cut",
    )
    ran = run("allocations", at("P12"), *GRANT, *revise, "--json")
    assert ran.status == 1
    assert "£500.00 more than the £65,000.00 that is available now (R2)." in ran.data["finding"]


def test_a_year_with_lines_that_wait_is_not_closed(at: At) -> None:
    ran = run("allocations", at("P12"), *GRANT, "--close", "--dated", "31/05/2019", "--json")
    assert ran.status == 3
    assert "can't be closed" in ran.err


def test_what_is_missing_is_named(at: At) -> None:
    file = at("P12")
    for given, words in (
        (("--revise", "--kind", "revenue", "--amount", "1"), "The day of the letter is missing."),
        (("--revise", "--amount", "1", "--dated", "01/06/2018"), "The kind of money is missing."),
        (("--revise", "--kind", "revenue", "--dated", "01/06/2018"), "The amount is missing."),
        (
            ("--withdraw", "--kind", "revenue", "--resource", "supplement", "--dated", "01/06/2018"),
            "There is no revenue supplement of 2018/19.",
        ),
    ):
        ran = run("allocations", file, *GRANT, *given, "--json")
        assert ran.status == 3
        assert words in ran.err
