"""Chain, position, the published table and the request letter, as scripts use them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fundingapp.domain.allocations import Resource
from fundingapp.domain.funds import Kind
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.database import open_file
from tests.console.terminal import run
from tests.lived_years import AGREED, ANTICIPATED, NAME, REQUESTED, LivedYears
from tests.persistence.support import desk_of, noon

Y17, Y18 = FinancialYear(2017), FinancialYear(2018)
Lay = Callable[[LivedYears], object]


@pytest.fixture
def made(tmp_path: Path) -> Callable[[Lay], Path]:
    """A funding file with what is laid down in it."""

    def make(lay: Lay) -> Path:
        file = tmp_path / "wolverhampton.funding"
        run("new", file, "--partnership", "Safer Wolverhampton")
        database = open_file(file, noon, "S. Officer")
        try:
            years = LivedYears(desk_of(database), database.open_work, in_ledger=False)
            years.allocate(Y17, "250,000.00")
            years.award("WV-01", Y17, "250,000.00")
            years.spend("WV-01", Y17, "235,000.00")
            years.allocate(Y18, "229,000.00")
            lay(years)
        finally:
            database.close()
        return file

    return make


def test_the_chain_of_wolverhampton(made: Callable[[Lay], Path]) -> None:
    file = made(lambda years: years.carry("WV-01", Y17, AGREED, "15,000.00"))
    ran = run("chain", file, "--fund", NAME, "--json")
    assert ran.status == 0
    first, second = ran.data["years"]
    assert (first["year"], first["opening_pence"], first["closing_pence"]) == ("2017/18", 0, 1_500_000)
    assert (second["year"], second["opening_pence"], second["available_pence"]) == (
        "2018/19",
        1_500_000,
        24_400_000,
    )
    assert second["projects"]["WV-01"] == {"award_pence": 0, "budget_pence": 1_500_000, "spent_pence": 0}
    position = run("position", file, "--fund", NAME, "--year", "2018/19", "--json").data
    assert {key: second[key] for key in position} == position
    assert (ran.data["breaks"], ran.data["holds"]) == ([], True)
    [link] = ran.data["links"]
    assert (link["ref"], link["agreed_pence"], link["letter"]) == ("WV-01", 1_500_000, "PCC/CF/1")
    said = run("chain", file, "--fund", NAME).out
    assert "The chain holds to the penny." in said
    assert "15,000.00" in said


def test_what_is_anticipated_is_shown_and_not_available(made: Callable[[Lay], Path]) -> None:
    file = made(lambda years: years.carry("", Y17, ANTICIPATED, "15,000.00"))
    data = run("position", file, "--fund", NAME, "--year", "2018/19", "--json").data
    assert (data["available_pence"], data["anticipated_pence"]) == (22_900_000, 1_500_000)
    assert run("position", file, "--fund", NAME, "--year", "2017/18", "--json").data["asked_pence"] == 0


def test_a_break_is_named_and_the_status_says_so(made: Callable[[Lay], Path]) -> None:
    def lay(years: LivedYears) -> None:
        years.carry("WV-01", Y17, AGREED, "15,000.01")
        years.allocate(Y18, "2.00", resource=Resource.BROUGHT_FORWARD)

    file = made(lay)
    ran = run("chain", file, "--fund", NAME, "--json")
    assert ran.status == 1
    assert [
        (each["from_year"], each["to_year"], each["ref"], each["difference_pence"])
        for each in ran.data["breaks"]
    ] == [("2017/18", "2018/19", "WV-01", 1), ("2017/18", "2018/19", "", 200)]
    people = run("chain", file, "--fund", NAME)
    assert people.status == 1
    assert "The chain breaks in 2 places:" in people.out
    assert run("chain", file, "--fund", NAME, "--kind", "capital", "--json").status == 0
    # What was typed is for a person to put right, not damage to the file.
    assert run("verify", file, "--json").data["ok"]


def test_a_fund_that_is_not_there_is_refused(made: Callable[[Lay], Path]) -> None:
    file = made(LivedYears.chain)
    assert "There is no fund" in run("chain", file, "--fund", "Other").refusal


def test_the_letter_is_written_and_asks_for_what_is_requested(
    made: Callable[[Lay], Path], tmp_path: Path
) -> None:
    file = made(lambda years: years.carry("WV-01", Y17, REQUESTED, "15,000.00"))
    out = tmp_path / "letter.docx"
    words = ("--fund", NAME, "--year", "2017/18", "--out", out)
    ran = run("carry-forward-letter", file, *words, "--dated", "20/01/2018", "--json")
    assert (ran.status, ran.data["asked_pence"], ran.data["late"]) == (0, 1_500_000, False)
    assert out.read_bytes().startswith(b"PK")
    refused = run("carry-forward-letter", file, "--fund", NAME, "--year", "2018/19", "--out", out)
    assert "Nothing of Locality Fund 2018/19 is requested or planned" in refused.refusal


def test_a_published_table_is_kept_explained_and_taken_out(
    made: Callable[[Lay], Path], tmp_path: Path
) -> None:
    file = made(lambda years: years.allocate(Y18, "1.00", Kind.CAPITAL))
    table = tmp_path / "published.csv"
    table.write_text(
        "Council,Amount\nWolverhampton,229001.00\nWalsall,100000.00\nTotal,329000.00\n", encoding="utf-8"
    )
    grant = ("--fund", NAME, "--year", "2018/19")
    ran = run("published", file, *grant, "--table", table, "--ours", "Wolverhampton", "--json")
    assert ran.status == 1
    assert [(each["id"], each["difference_pence"]) for each in ran.data["identities"]] == [
        ("R30", -100),
        ("R30b", 0),
    ]
    explained = run("published", file, *grant, "--difference", "rounded rows, their reply", "--json")
    assert (explained.status, explained.data["agrees"]) == (0, True)
    assert run("published", file, *grant, "--remove", "--json").data["rows"] == []
    table.write_text("Council,Amount\nWolverhampton,lots\n", encoding="utf-8")
    bad = run("published", file, *grant, "--table", table)
    assert bad.status == 3
    assert "“lots” is not an amount" in bad.err
