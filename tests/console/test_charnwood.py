"""The worked case through the console: every figure of expected.json, to the penny."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.sample_tables import TABLE_FILES
from tests.conftest import WorkedCase
from tests.console.conftest import Line
from tests.console.terminal import ask, run

NOT_PROJECTS = {"excluded", "income", "manual"}


@pytest.fixture(scope="module")
def expected(charnwood: WorkedCase) -> dict[str, Any]:
    figures: dict[str, Any] = json.loads(charnwood.expected.read_text(encoding="utf-8"))
    return figures


def test_every_step_ends_with_the_status_that_tells_what_it_found(line: Line) -> None:
    statuses = {name: ran.status for name, ran in line.steps.items()}
    assert statuses == {
        "sample": 0,
        "plan": 0,
        "import P10": 0,
        "rules": 0,
        "match P10": 1,
        "spend P10": 1,
        "reconcile P10": 1,
        "import P12": 1,
        "match P12": 1,
        "spend P12": 1,
        "reconcile P12": 1,
        "return": 1,
        "verify": 0,
    }


def test_the_plan_is_the_grant(line: Line, expected: dict[str, Any]) -> None:
    plan = line.steps["plan"].data
    assert plan["available_pence"] == expected["grant_pence"]
    assert plan["awarded_pence"] == sum(expected["awards_pence"].values())
    assert plan["contingency_pence"] == expected["contingency_pence"]
    assert plan["projects"] == len(expected["awards_pence"]) == 17
    assert all(finding["severity"] == "note" for finding in plan["findings"])


@pytest.mark.parametrize("period", ["P10", "P12"])
def test_an_import_has_the_rows_and_the_total_of_the_download(
    line: Line, expected: dict[str, Any], period: str
) -> None:
    imported = line.steps[f"import {period}"].data
    wanted = expected[f"extract_{period}"]
    assert imported["records"] == wanted["rows"]
    assert imported["total_pence"] == imported["stated_total_pence"] == wanted["total_pence"]
    assert [table["records"] for table in imported["tables"]] == [wanted["rows"]]
    assert [row["reason"] for row in imported["skipped"]] == [
        "blank row",
        "total row",
        "blank row",
        "end of the report",
    ]


def test_the_debit_and_credit_file_holds_the_same_records_and_total(
    charnwood: WorkedCase, expected: dict[str, Any]
) -> None:
    workbook = run("read", charnwood.folder / "GL_extract_P10.xlsx", "--json").data
    text = run("read", charnwood.folder / "GL_extract_P10_drcr.csv", "--json").data
    for name in ("records", "total_pence", "negatives", "negative_total_pence", "date_from", "date_to"):
        assert text[name] == workbook[name]
    assert (text["records"], text["total_pence"]) == (483, 26145966)
    assert text["encoding"].casefold() in {"windows-1252", "cp1252"}


def test_the_second_download_is_told_apart_from_the_first(line: Line, expected: dict[str, Any]) -> None:
    imported, wanted = line.steps["import P12"].data, expected["P12_against_P10"]
    assert imported["new"] == wanted["new"]
    assert imported["unchanged"] == wanted["unchanged"]
    assert imported["reworded"] == wanted["reworded"]
    assert imported["amount_changed"] == list(wanted["amount_changed"])
    assert sorted(imported["vanished"]) == sorted(wanted["vanished"])


@pytest.mark.parametrize("period", ["P10", "P12"])
def test_spend_by_project(line: Line, expected: dict[str, Any], period: str) -> None:
    spend, wanted = line.steps[f"spend {period}"].data, expected[f"by_project_{period}"]
    spent = {ref: entry["spent_pence"] for ref, entry in spend["projects"].items() if entry["spent_pence"]}
    assert spent == {ref: pence for ref, pence in wanted.items() if ref not in NOT_PROJECTS}
    awards = {ref: entry["award_pence"] for ref, entry in spend["projects"].items()}
    assert awards == expected["awards_pence"]
    assert spend["income_pence"] == wanted["income"]
    assert spend["excluded_pence"] == wanted["excluded"]
    assert spend["unmatched_pence"] == wanted["manual"]


def test_spend_by_quarter(line: Line, expected: dict[str, Any]) -> None:
    projects = line.steps["spend P12"].data["projects"]
    wanted = {ref: [0, 0, 0, 0] for ref in expected["awards_pence"]} | expected["by_project_quarter_P12"]
    assert {ref: entry["quarters_pence"] for ref, entry in projects.items()} == wanted
    assert all(sum(entry["quarters_pence"]) == entry["spent_pence"] for entry in projects.values())


@pytest.mark.parametrize(
    ("step", "waiting", "ledger"),
    [("reconcile P10", 71661, 26145966), ("reconcile P12", 116661, 32147392)],
)
def test_the_lines_that_wait_are_the_one_difference(line: Line, step: str, waiting: int, ledger: int) -> None:
    answer = line.steps[step].data
    assert answer["agrees"] is False
    stated = [identity["id"] for identity in answer["identities"]]
    assert {f"R{number}" for number in (1, 2, 4, 7, *range(9, 19), 31)} <= set(stated)
    differing = [identity for identity in answer["identities"] if not identity["ok"]]
    assert [(entry["id"], entry["difference_pence"]) for entry in differing] == [("R10", waiting)]
    assert differing[0]["left_pence"] == ledger
    assert differing[0]["right_pence"] == ledger - waiting
    for identity in answer["identities"]:
        assert identity["left_pence"] - identity["right_pence"] == identity["difference_pence"]


@pytest.mark.parametrize(("period", "waiting", "lines"), [(10, 71661, 4), (12, 116661, 5), (13, 116661, 5)])
def test_the_difference_can_be_asked_for_up_to_a_period(
    line: Line, period: int, waiting: int, lines: int
) -> None:
    file = line.stations["P12"] / "charnwood.funding"
    answer = ask("reconcile", file, "--to-period", period).data
    differing = [entry for entry in answer["identities"] if not entry["ok"]]
    assert [(entry["id"], entry["difference_pence"]) for entry in differing] == [("R10", waiting)]
    why = run("why", file, f"ledger/2018/19/waiting@{period}", "--json").data
    assert (why["value_pence"], len(why["lines"])) == (waiting, lines)
    people = run("reconcile", file, "--fund", "Locality Fund", "--year", "2018/19", "--to-period", period)
    assert f"{lines} lines wait" in people.out
    assert f"{waiting // 100:,}.{waiting % 100:02}" in people.out


def test_spend_up_to_a_period_leaves_later_months_out(line: Line, expected: dict[str, Any]) -> None:
    file = line.stations["P12"] / "charnwood.funding"
    half = ask("spend", file, "--to-period", 6).data["projects"]
    for ref, quarters in expected["by_project_quarter_P12"].items():
        assert half[ref]["quarters_pence"] == [*quarters[:2], 0, 0]


def test_the_return_is_written_and_read_back(line: Line) -> None:
    made = line.steps["return"].data
    assert Path(made["out"]) == line.folder / "return.xlsx"
    assert Path(made["out"]).is_file()
    assert made["cells_written"] > 500
    assert made["read_back_equal"] is True
    assert made["parts_changed"] == []
    assert {check["id"] for check in made["checks"]} >= {"R1", "R2", "R4", "R9", "R10", "R11", "R12"}


def test_the_file_is_sound_at_the_end(line: Line) -> None:
    assert line.steps["verify"].data == {"ok": True, "problems": [], "findings": []}


def test_nothing_but_results_is_printed_on_standard_output(line: Line) -> None:
    for ran in line.steps.values():
        assert ran.data
        assert ran.err == ""


def test_the_folder_holds_nothing_unfinished(line: Line) -> None:
    names = {path.name for path in line.folder.iterdir() if not path.name.endswith("-journal")}
    assert names == {
        "GL_extract_P10.xlsx",
        "GL_extract_P10_drcr.csv",
        "GL_extract_P12.xlsx",
        "OPCC_monitoring_template.xlsx",
        "charnwood.funding",
        "charnwood.funding-backups",
        "charnwood.funding-files",
        *TABLE_FILES,
        "coding_rules.csv",
        "funding_2018_19.csv",
        "return.xlsx",
    }
