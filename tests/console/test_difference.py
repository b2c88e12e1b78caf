"""The board's paper from the command line: its figures are those of the other commands, and nobody's address leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fundingapp.application.commands.outcomes import AddOutcome, WriteStatement
from fundingapp.assembly import Assembly
from fundingapp.documents.paper import texts_of
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.outcomes import Outcome
from fundingapp.domain.periods import FinancialYear
from tests.console.terminal import FUND, YEAR, run

At = Callable[[str], Path]


@pytest.fixture
def file(at: At) -> Path:
    """The sample's ledger, matched, with two indicators and their figures."""
    file = at("P10")
    run("indicators", file, "--project", "lf-10", "--add", "VS-SUP", "--add", "vs-sat")
    for quarter, figure in enumerate(("61", "70", "64", "52"), start=1):
        run("record", file, "VS-SUP", figure, "--year", YEAR, "--quarter", str(quarter))
    return file


def test_its_figures_are_those_of_the_other_commands(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "board.docx"
    made = run("difference", file, "--year", YEAR, "--fund", FUND, "--quarter", "4", "--out", out, "--json")
    assert made.status == 1  # figures without evidence are to be looked at
    position = run("position", file, "--fund", FUND, "--year", YEAR, "--json").data
    results = run("results", file, "--year", YEAR, "--quarter", "4", "--fund", FUND, "--json").data
    [fund] = made.data["funds"]
    for name in ("available_pence", "awarded_pence", "spent_pence"):
        assert fund[name] == position[name]
    assert {each["ref"]: each["spent_pence"] for each in made.data["projects"]} == {
        ref: each["spent_pence"] for ref, each in position["projects"].items()
    }
    tally = made.data["indicators"]
    assert sum(tally.values()) - tally["missing"] - tally["gaps"] == len(results["indicators"]) == 2
    assert (tally["missing"], tally["gaps"]) == (len(results["missing"]), 4)
    texts = texts_of(out)
    assert "247" in texts
    assert f"{position['spent_pence'] // 100:,}.{position['spent_pence'] % 100:02}" in texts
    words = run("difference", file, "--year", YEAR, "--out", tmp_path / "board.pdf")
    assert "Exceptions" in words.out
    assert "To see to: " in words.out


def test_what_it_can_t_write_is_refused_and_nothing_is_there(file: Path, tmp_path: Path) -> None:
    for year, name, said in (
        (YEAR, "board.odt", "“board.odt” says neither document nor PDF."),
        ("2025/26", "board.docx", "There is no grant of 2025/26 in this file."),
    ):
        out = tmp_path / name
        assert said in run("difference", file, "--year", year, "--out", out).refusal
        assert not out.exists()
    assert run("difference", file, "--year", YEAR).status == 2


def test_what_looks_like_personal_data_stays(file: Path, tmp_path: Path) -> None:
    opened = Assembly(who="Ann").open(str(file))
    outcome = opened.desk.do(AddOutcome(Outcome("Safer", ProjectId(10)))).result
    said = "Ask jane.doe@example.org, who was born on 03/04/1980."
    opened.desk.do(WriteStatement(outcome, FinancialYear.parse(YEAR), None, said))
    opened.close()
    for name in ("board.docx", "board.pdf"):
        out = tmp_path / name
        refusal = run("difference", file, "--year", YEAR, "--quarter", "4", "--out", out).refusal
        assert "holds what looks like personal data" in refusal
        assert "jane" not in refusal
        assert not out.exists()
