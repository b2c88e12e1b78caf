"""The commands read-figures and import-figures: what a file of figures holds, and what of it comes in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fundingapp.application.commands.areas import AddArea
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.assembly import Assembly
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.indicators import Indicator
from tests.console.terminal import run
from tests.figure_texts import GRID, PARTNERSHIPS, STREET

At = Callable[[str], Path]
#: Away from the identities that the sample may use.
BURGLARY = Record("indicators", 9_001, Indicator("Homes broken into", None))


def written(folder: Path, text: str, name: str = "crime.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def with_places(file: Path) -> Path:
    """The file with a place and an indicator of the partnership's own."""
    opened = Assembly().open(str(file))
    opened.desk.do(AddArea(Area("Charnwood", AreaKind.PARTNERSHIP, "E22000901")))
    opened.desk.do(AddRecords((BURGLARY,), "set up"))
    opened.close()
    return file


def test_a_file_of_figures_is_told_without_a_funding_file(tmp_path: Path) -> None:
    ran = run("read-figures", written(tmp_path, PARTNERSHIPS), "--json")
    data = ran.data
    assert ran.status == 1, "a force does not add up"
    assert (data["layout"], data["period_from"], data["period_to"]) == (
        "partnerships",
        "2024-07-01",
        "2025-06-30",
    )
    rows = {(each["sort"], each["codes"]): (each["rows"], each["total"]) for each in data["rows"]}
    assert rows["figures", "E22"] == (3, 2277)
    assert rows["figures", "W14"] == (1, 999)
    assert rows["police force as a whole", ""] == (2, 3345)
    assert data["categories"][1] == {"name": "Residential burglary", "total": 252}
    assert sum(each["rows"] for each in data["rows"]) == data["rows_read"] == 13
    assert "in Cambria is printed as 1,000, its one part comes to 999 (-1)" in data["findings"][0]["text"]
    people = run("read-figures", tmp_path / "crime.csv").out
    for words in ("year ending June 2025", "police force as a whole", "3,345"):
        assert words in people


def test_two_years_of_a_category_are_never_added_up(tmp_path: Path) -> None:
    table = "Beat,All crime 2018,All crime 2019\nBeat 56,717,751\nBeat 57,326,424\nBeat 58,338,<5\n"
    data = run("read-figures", written(tmp_path, table), "--json").data
    assert data["categories"] == [
        {"name": "All crime", "total": 1381, "period": "2018"},
        {"name": "All crime", "total": None, "period": "2019"},  # a hidden count is no nought
    ]
    assert [each["total"] for each in data["rows"] if each["sort"] == "figures"] == [1381]
    people = run("read-figures", tmp_path / "crime.csv").out
    assert "2018" in people
    assert "1,381" in people


def test_crimes_come_in_as_counts_and_the_file_stays_outside(at: At, tmp_path: Path) -> None:
    file = with_places(at("P10"))
    data = run("import-figures", file, written(tmp_path, STREET, "2022-07-street.csv"), "--json").data
    assert (data["rows_read"], data["rows_kept"], data["counts"]) == (8, 4, 3)
    assert data["rows_read"] == data["rows_kept"] + data["rows_skipped"] == 4 + len(data["skipped"])
    assert data["repeated"] == 1
    assert "2022-07-street.csv" not in str(run("verify", file, "--json").data["problems"])


def test_a_table_becomes_figures_of_an_indicator_and_says_what_differs(at: At, tmp_path: Path) -> None:
    file, table = with_places(at("P10")), written(tmp_path, PARTNERSHIPS)
    named = (
        "--indicator",
        "Residential burglary@Charnwood=Homes broken into",
        "--area",
        "Melton, Vale and Rutland",
    )
    data = run("import-figures", file, table, *named, "--as-at", "08/01/2019", "--json").data
    assert (data["counts"], data["new"]) == (6, 1)
    (kept,) = run("tables", file, "--json").data["tables"]
    assert kept["as_at"] == "08/01/2019"
    assert {each["name"]: each["told"] for each in data["areas"] if each["taken"]} == {
        "Charnwood": "by its code",
        "Melton, Vale and Rutland": "as you said",
    }
    again = run("import-figures", file, table, "--json")
    assert "was imported on" in again.refusal
    table.write_text(PARTNERSHIPS.replace("120 ,1", "125 ,1"), encoding="utf-8")
    later = run("import-figures", file, table, "--no-table", "--json")
    assert (
        "choose which of them" in later.refusal
        or "Only figures that differ" in later.refusal
        or later.status == 3
    )
    data = run("import-figures", file, table, "--replace", "--replace-table", "--json").data
    assert (data["changed"], data["same"]) == (1, 0)
    assert {"category": "Residential burglary", "old": "120", "new": "125"}.items() <= data["differences"][
        0
    ].items()


def test_what_a_grid_leaves_open_is_refused_with_what_to_do(at: At, tmp_path: Path) -> None:
    file, grid = with_places(at("P10")), written(tmp_path, GRID.replace("\t", ";"), "grid.csv")
    assert "can’t be read" in run("import-figures", file, grid, "--json").refusal
    wrong = run("import-figures", file, grid, "--indicator", "LF-99 · Nobody knows this=Nothing", "--json")
    assert "“Nothing” is no indicator of this file" in wrong.refusal
    assert "is no period" in run("import-figures", file, grid, "--period", "soon", "--json").refusal
    assert "no place “Atlantis”" in run("import-figures", file, grid, "--area", "Atlantis", "--json").refusal
    told = "LF-99 · Nobody knows this=Homes broken into"
    data = run("import-figures", file, grid, "--skip-unreadable", "--indicator", told, "--json").data
    assert data["new"] >= 1
    assert run("read-figures", tmp_path / "no.csv", "--json").status == 3


def test_headings_of_a_table_are_settled_on_the_command_line(at: At, tmp_path: Path) -> None:
    file = at("P10")
    text = "Beat,All crime 2018,All crime 2019\nBeat 56,717,751\nBeat 57,326,424\n"
    table = written(tmp_path, text, "beats.csv")
    assert "which days are meant by “2018” and “2019”" in run("import-figures", file, table, "--json").refusal
    years = ("--period", "2018=2017/18", "--period", "2019=2018/19")
    assert run("import-figures", file, table, *years, "--json").data["counts"] == 4
