"""`why`: every kind of figure taken apart, down to file, sheet and row; and what names none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.console.conftest import Line
from tests.console.terminal import ask, run

LEDGER = ["total", "placed", "charged", "income", "excluded", "waiting", "control"]
PROJECT = [
    *(
        "spend",
        "ledger",
        "spend/Q1",
        "spend/Q4",
        "spend/P7",
        "spend/P13",
        "award",
        "budget",
        "left",
        "accrued",
    ),
    *("remaining", "outturn", "variance", "profile"),
]
FUND = [
    *("spend", "spend/Q2", "awarded", "award", "accrued", "remaining", "outturn", "profile", "available"),
    *("allocation", "contingency", "unallocated", "underspend", "variance", "left", "income"),
]
FIGURES = [
    *(f"ledger/2018/19/{measure}" for measure in LEDGER),
    *(f"LF-08/2018/19/{measure}" for measure in PROJECT),
    *(f"Locality Fund/2018/19/{measure}" for measure in FUND),
]


@pytest.fixture(scope="module")
def file(line: Line) -> Path:
    return line.stations["P12"] / "charnwood.funding"


def why(file: Path, figure: str) -> dict[str, Any]:
    ran = run("why", file, figure, "--json")
    assert (ran.status, ran.err) == (0, "")
    return ran.data


@pytest.mark.parametrize("suffix", ["", "@10"])
@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_is_the_sum_of_what_it_is_made_of(figure: str, suffix: str, file: Path) -> None:
    answer = why(file, figure + suffix)
    assert set(answer) >= {"figure", "value_pence", "lines", "evidence"}
    assert answer["figure"] == figure + suffix
    if answer["terms"]:
        assert sum(term["amount_pence"] for term in answer["terms"]) == answer["value_pence"]
    else:
        assert sum(line["share_pence"] for line in answer["lines"]) == answer["value_pence"]


@pytest.mark.parametrize("figure", FIGURES)
def test_a_person_can_read_each_figure(figure: str, file: Path) -> None:
    ran = run("why", file, figure)
    assert ran.status == 0
    assert "£" in ran.out.splitlines()[0]
    assert "…" not in ran.out


@pytest.mark.parametrize(
    "figure", ["Locality Fund/2018/19/spend", "ledger/2018/19/placed", "LF-08/2018/19/left"]
)
def test_the_parts_of_a_figure_can_be_asked_in_turn(figure: str, file: Path) -> None:
    for term in why(file, figure)["terms"]:
        if term["figure"]:
            assert abs(why(file, term["figure"])["value_pence"]) == abs(term["amount_pence"])


def test_a_line_names_its_file_sheet_and_row(file: Path) -> None:
    from openpyxl import load_workbook

    lines = why(file, "LF-09/2018/19/spend")["lines"]
    assert [
        set(line) >= {"transaction", "file", "sheet", "row", "amount_pence", "share_pence"} for line in lines
    ]
    book = load_workbook(file.parent / "GL_extract_P12.xlsx", read_only=True)
    rows = list(book["Transactions"].iter_rows(values_only=True))
    book.close()
    for line in lines:
        assert (line["file"], line["sheet"]) == ("GL_extract_P12.xlsx", "Transactions")
        assert line["transaction"] in rows[line["row"] - 1]


def test_the_shares_of_a_split_line_add_up_to_it(file: Path) -> None:
    """A line that a rule splits stands in several projects, each with its share to the penny."""
    shares: dict[str, list[tuple[int, int]]] = {}
    for ref in ask("spend", file).data["projects"]:
        for line in why(file, f"{ref}/2018/19/spend")["lines"]:
            shares.setdefault(line["transaction"], []).append((line["amount_pence"], line["share_pence"]))
    split = {key: parts for key, parts in shares.items() if len(parts) > 1}
    assert split
    for parts in shares.values():
        assert sum(share for _, share in parts) == parts[0][0]


def test_each_line_of_a_project_says_why_it_is_there(file: Path) -> None:
    assert all(line["reason"] for line in why(file, "LF-08/2018/19/spend")["lines"])


def test_refs_and_names_may_be_typed_in_any_case(file: Path) -> None:
    assert why(file, "lf-08/2018/19/spend")["value_pence"] == 1002000
    assert why(file, "LOCALITY FUND/2018/19/available")["value_pence"] == 7550000


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("", "“” does not name a figure. Name it as scope/year/measure"),
        ("LF-08", "“LF-08” does not name a figure."),
        ("LF-08/spend", "“LF-08/spend” does not name a figure."),
        ("LF-08/2018/19/", "does not name a figure."),
        ("LF-99/2018/19/spend", "LF-99"),
        ("Other Fund/2018/19/spend", "The funds are: “Locality Fund”."),
        ("LF-08/2019/20/spend", "LF-08"),
        ("LF-08/2018/19/postage", "postage of LF-08"),
        ("LF-08/2018/19/spend/Q5", "spend/Q5"),
        ("LF-08/2018/19/spend/P14", "spend/P14"),
        ("LF-08/2018/19/spend/P0", "spend/P0"),
        ("LF-08/2018/19/spend:capital", "LF-08"),
        ("LF-08/2018/19/spend@14", "Period 14 is not one of 1 to 13."),
        ("LF-08/2018/19/spend@0", "Period 0 is not one of 1 to 13."),
        ("LF-08/2018/20/spend", "2018/20"),
        ("ledger/2018/19/everything", "everything of ledger"),
        ("Locality Fund/2018/19/postage", "postage of Locality Fund"),
        ("Locality Fund/2018/19/spend/Q7", "spend/Q7"),
    ],
)
def test_what_names_no_figure_is_refused_in_one_sentence(figure: str, said: str, file: Path) -> None:
    assert said in run("why", file, figure, "--json").refusal
