"""Results from the command line: standard indicators, figures one by one, and a year's results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fundingapp.application.commands.results import AddIndicator
from fundingapp.assembly import Assembly
from fundingapp.domain.indicators import Indicator
from tests.console.terminal import YEAR, run

At = Callable[[str], Path]


@pytest.fixture
def file(at: At) -> Path:
    """The planned grant with two standard indicators in the domestic abuse project."""
    file = at("planned")
    added = run("indicators", file, "--project", "lf-10", "--add", "VS-SUP", "--add", "vs-sat", "--json")
    assert (added.status, len(added.data["added"])) == (0, 2)
    return file


def quarter(number: int) -> tuple[str, ...]:
    return ("--year", YEAR, "--quarter", str(number))


def test_the_standard_sets_are_listed_with_how_they_are_counted(at: At) -> None:
    file = at("planned")
    sets = run("indicators", file, "--sets", "--json").data["sets"]
    assert [held["code"] for held in sets] == ["VS", "ASB", "VIO", "BUR", "HATE", "PREV"]
    caseload = next(each for each in sets[0]["indicators"] if each["code"] == "VS-LOAD")
    assert (caseload["flow_or_stock"], caseload["counted"]) == ("stock", "people")
    words = run("indicators", file, "--sets")
    assert "VS-NEED-SHELTER" in words.out


def test_a_whole_set_is_added_by_its_code_and_only_once(file: Path) -> None:
    added = run("indicators", file, "--project", "LF-10", "--add", "VS", "--json").data["added"]
    assert len(added) == 22
    assert run("indicators", file, "--project", "LF-10", "--add", "VS", "--json").data["added"] == []
    listed = run("indicators", file, "--project", "LF-10", "--json").data["indicators"]
    assert len(listed) == 24
    assert {each["code_list"] for each in listed} == {"Victims' services v1"}
    supported = next(each for each in listed if each["code"] == "VS-SUP")
    assert (supported["source"], supported["method"]) == (
        "service's case records",
        "Each person once in the period, however often they were seen.",
    )
    assert (supported["owner"], supported["place"], supported["comparable"]) == (None, None, True)


def test_figures_are_recorded_with_their_evidence_and_shown(file: Path, tmp_path: Path) -> None:
    report = tmp_path / "LWA_Q1.pdf"
    report.write_bytes(b"%PDF-1.4 report")
    first = run(
        "record", file, "VS-SUP", "61", *quarter(1), "--evidence", report, "--evidence", "e-mail", "--json"
    )
    assert (first.status, first.data["done"], first.data["evidence"]) == (0, "new", 2)
    run("record", file, "Victims supported", "70", *quarter(2))
    run("record", file, "vs-sat", "45/50", "--from", "01/07/2018", "--to", "30/09/2018", "--note", "by post")
    found = run("results", file, "--year", YEAR, "--quarter", "2", "--json")
    assert found.status == 1
    supported, satisfied = found.data["indicators"]
    assert [each["value"] for each in supported["quarters"]] == [61, 70, None, None]
    assert (supported["to_date"], supported["state"]) == ({"value": 131, "shown": "131"}, "no target")
    assert supported["evidence"] == 2
    assert satisfied["to_date"] == {"value": 90, "shown": "90%"}
    assert {(each["indicator"], each["quarter"]) for each in found.data["missing"]} >= {
        ("Victims supported", 3)
    }
    words = run("results", file, "--year", YEAR)
    assert "Missing: Victims supported (LF-10) has no figure for Q4, which ended on 31/03/2019." in words.out
    why = run("why", file, supported["figure"], "--json").data
    assert (why["value"], why["value_pence"]) == ("131", None)
    assert [each["text"] for each in why["terms"]] == ["61", "70"]
    assert "typed by" in why["figures"][0]["where"]
    assert "61" in run("why", file, supported["figure"]).out


def test_small_counts_do_not_leave_the_program(file: Path) -> None:
    run("record", file, "VS-SUP", "3", *quarter(1))
    told = run("record", file, "VS-SUP", "12", *quarter(2))
    assert "15" not in told.out.replace("2015", "")
    found = run("results", file, "--year", YEAR, "--quarter", "2", "--json")
    supported = found.data["indicators"][0]
    assert [(each["value"], each["shown"]) for each in supported["quarters"]] == [
        (None, "<5"),
        (12, "12"),
        (None, "–"),
        (None, "–"),
    ]
    assert (supported["to_date"], supported["state"]) == ({"value": None, "shown": "[c]"}, "small numbers")
    words = run("results", file, "--year", YEAR, "--quarter", "2").out
    assert "15" not in words.replace("2015", "")
    why = run("why", file, supported["figure"], "--json").data
    assert (why["value"], [term["text"] for term in why["terms"]]) == ("[c]", ["<5", "12"])


def test_everything_that_is_written_out_says_that_it_holds_small_counts(file: Path, tmp_path: Path) -> None:
    """The exchange workbook moves what is held, so it has them; it is no table to publish."""
    assert "small" not in run("dump", file, tmp_path / "without.xlsx").out
    run("record", file, "VS-SUP", "3", *quarter(1))
    ran = run("dump", file, tmp_path / "everything", "--json")
    assert ran.data["small_counts"] == 1
    caution = "It holds 1 small count that returns hide"
    assert caution in (tmp_path / "everything" / "notes.csv").read_text("utf-8")


def test_a_list_of_indicators_withholds_the_baseline_of_one_that_hides_its_small_counts(file: Path) -> None:
    opened = Assembly().open(str(file))
    opened.desk.do(AddIndicator(Indicator("Hate reports", None, baseline="3", is_sensitive=True)))
    opened.desk.do(AddIndicator(Indicator("Packs", None, baseline="3")))
    opened.close()
    listed = {each["name"]: each for each in run("indicators", file, "--json").data["indicators"]}
    assert (listed["Hate reports"]["baseline"], listed["Packs"]["baseline"]) == ("[c]", "3")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("VS-SUP", "about 60", *quarter(1)), "“about 60” is not a number"),
        (("VS-SUP", "60.5", *quarter(1)), "it is not whole"),
        (("VS-XXX", "60", *quarter(1)), "There is no indicator “VS-XXX”"),
        (("VS-SUP", "60", "--year", YEAR), "not said for which days"),
        (("VS-SUP", "60", "--project", "LF-99", *quarter(1)), "There is no project “LF-99”"),
    ],
)
def test_what_can_not_be_recorded_is_refused_in_a_sentence(
    file: Path, words: tuple[str, ...], part: str
) -> None:
    assert part in run("record", file, *words).refusal


def test_an_emptied_figure_is_gone(file: Path) -> None:
    run("record", file, "VS-SUP", "61", *quarter(1))
    gone = run("record", file, "VS-SUP", "", *quarter(1), "--json")
    assert (gone.data["done"], gone.data["figure"]) == ("emptied", None)
    assert run("indicators", file, "--json").data["indicators"][0]["figures"] == 0
