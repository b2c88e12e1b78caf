"""`check-table`: a published table, and what in it its own counts do not give."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.console.terminal import run
from tests.figure_texts import STREET

PERFORMANCE = Path(__file__).parents[1] / "data" / "performance"


def test_the_beats_have_three_wrong_percentages_and_right_totals() -> None:
    result = run("check-table", PERFORMANCE / "charnwood_crime_by_beat.csv", "--json")
    assert result.status == 1
    assert result.data["rows"] == 10
    assert result.data["totals_that_differ"] == []
    assert [
        {key: each[key] for key in ("row", "column", "printed", "should_be")} for each in result.data["wrong"]
    ] == [
        {"row": 2, "column": "All crime change", "printed": "+47.4%", "should_be": "+4.7%"},
        {"row": 7, "column": "Burglary residential change", "printed": "-3.2%", "should_be": "-3.1%"},
        {"row": 9, "column": "All crime change", "printed": "+23.9%", "should_be": "+24.0%"},
    ]
    assert "717 to 751 is +4.7%" in result.data["wrong"][0]["text"]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("charnwood_crime_2018_19.csv", 9),
        ("charnwood_family_group.csv", 9),
        ("coventry_crime_2014_15.csv", 6),
        ("coventry_hate_crime_small_numbers.csv", 9),
    ],
)
def test_a_table_that_is_right_is_not_accused(name: str, rows: int) -> None:
    result = run("check-table", PERFORMANCE / name, "--json")
    assert result.status == 0
    assert (result.data["rows"], result.data["wrong"], result.data["totals_that_differ"]) == (rows, [], [])


def test_the_forces_of_the_country_are_the_sums_of_their_partnerships(real_fixtures: Path) -> None:
    result = run("check-table", real_fixtures / "ons-recorded-crime-by-csp-ye-june-2025.csv", "--json")
    assert result.status == 0
    assert result.data["totals_that_differ"] == []
    assert result.data["verified"] == 42 * 23  # 42 forces, told by their figures, in 23 categories
    assert result.data["rows"] == 314 + 42 + 43  # partnerships, forces, and what could not be assigned


def test_the_table_of_the_country_goes_by_its_own_title(real_fixtures: Path) -> None:
    result = run("check-table", real_fixtures / "ons-recorded-crime-by-csp-ye-june-2025.csv", "--json")
    (table,) = result.data["tables"]
    assert table["title"] == (
        "Table C2: Number of police recorded crimes for headline offences by Community Safety Partnership area, "
        "England and Wales, year ending June 2025"
    )


def test_street_level_crimes_hold_nothing_to_check(real_fixtures: Path) -> None:
    result = run("check-table", real_fixtures / "police-street-city-of-london-2022-07.csv", "--json")
    assert (result.status, result.data["rows"], result.data["verified"]) == (0, 786, 0)
    assert (result.data["tables"], result.data["lists_of_crimes"]) == ([], [{"sheet": "", "crimes": 786}])


def test_a_list_of_crimes_is_told_from_a_table_and_not_kept_as_one(tmp_path: Path) -> None:
    street, file = tmp_path / "2022-07-street.csv", tmp_path / "our.funding"
    street.write_text(STREET, encoding="utf-8")
    said = run("check-table", street)
    assert said.status == 0
    assert "is a list of 6 crimes, a row for each, and no table of counts" in " ".join(said.out.split())
    assert "Longitude" not in said.out
    assert run("new", file, "--partnership", "Charnwood CSP").status == 0
    kept = run("tables", file, "--keep", street)
    assert kept.status == 3
    assert "is a list of 6 crimes" in kept.refusal
    assert run("tables", file, "--json").data["tables"] == []


def test_a_table_beside_a_list_of_crimes_is_checked(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    crimes, counted = book.active, book.create_sheet("Counted")
    assert crimes is not None
    crimes.title = "Crimes"
    for line in STREET.splitlines():
        crimes.append(line.split(","))
    counted.append(["Offence", "2018/19", "2019/20", "Change"])
    counted.append(["Robbery", 20, 30, "60%"])
    path = tmp_path / "both.xlsx"
    book.save(path)
    result = run("check-table", path, "--json")
    assert result.status == 1
    assert [(each["row"], each["printed"]) for each in result.data["wrong"]] == [(2, "60%")]
    assert result.data["lists_of_crimes"] == [{"sheet": "Crimes", "crimes": 6}]
    assert "sheet “Crimes”" in run("check-table", path).out


def test_a_person_reads_a_table_of_what_is_wrong() -> None:
    result = run("check-table", PERFORMANCE / "charnwood_crime_by_beat.csv")
    assert result.status == 1
    assert "10 rows; 40 printed figures held against the counts." in result.out
    assert "+47.4%" in result.out
    assert "Totals that differ" not in result.out


def test_one_sheet_of_a_workbook_is_chosen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    right, wrong = book.active, book.create_sheet("Wrong")
    assert right is not None
    right.title = "Right"
    for page, change in ((right, 0.5), (wrong, 0.6)):
        page.append(["Offence", "2018/19", "2019/20", "Change"])
        page.append(["Robbery", 20, 30, change])
        page.cell(2, 4).number_format = "0%"
    path = tmp_path / "two.xlsx"
    book.save(path)
    assert run("check-table", path, "--sheet", "Right", "--json").status == 0
    both = run("check-table", path, "--json")
    assert [(each["row"], each["printed"], each["should_be"]) for each in both.data["wrong"]] == [
        (2, "60%", "50%")
    ]
    missing = run("check-table", path, "--sheet", "Other")
    assert missing.status == 3
    assert "its sheets are “Right” and “Wrong”" in missing.err


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_whatever_separates_and_encodes_it(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    rows = [
        ("Offence – recorded", "2018", "2019", "% change"),
        ("Burglary – residential", "125", "121", "(3.2%)"),
        ("Theft", "80", "72", "-11.0 %"),
    ]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(separator.join(row) for row in rows), encoding=encoding)
    result = run("check-table", path, "--json")
    assert [(each["row"], each["printed"], each["should_be"]) for each in result.data["wrong"]] == [
        (3, "-11.0 %", "-10.0 %")
    ]


def test_what_can_not_be_judged_is_among_the_findings(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("Service,Cases,Satisfied %\nAdvice,100,95%\nOutreach,50,88%\n", encoding="utf-8")
    result = run("check-table", path, "--json")
    assert result.status == 0
    assert result.data["verified"] == 0
    assert [(each["severity"], each["column"]) for each in result.data["findings"]] == [
        ("note", "Satisfied %")
    ]
    assert "could not be judged" in run("check-table", path).err


def test_what_holds_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "minutes.csv"
    path.write_text("Minutes\nNobody came\n", encoding="utf-8")
    result = run("check-table", path)
    assert result.status == 3
    assert "holds no table of figures" in result.err


def test_a_published_table_is_kept_shown_accepted_and_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "our.funding"
    assert run("new", file, "--partnership", "Charnwood CSP").status == 0
    beats = PERFORMANCE / "charnwood_crime_by_beat.csv"
    refused = run("tables", file, "--keep", beats)
    assert "may be a calendar year" in refused.refusal
    days = ("--period", "2018=01/04/2017..31/01/2018", "--period", "2019=01/04/2018..31/01/2019")
    made = run("tables", file, "--keep", beats, *days, "--name", "Crime by beat", "--json")
    assert made.status == 1
    assert (made.data["rows_read"], made.data["rows_kept"], made.data["rows_skipped"]) == (11, 10, 1)
    assert len(made.data["wrong"]) == 3
    assert run("tables", file, "--keep", beats, *days).status == 3  # the very file
    (listed,) = run("tables", file, "--json").data["tables"]
    assert (listed["name"], listed["rows"], listed["wrong"]) == ("Crime by beat", 40, 3)
    shown = run("tables", file, "--show", listed["id"], "--json").data
    assert shown["lines"][0]["percent"] == "4.7"
    for each in shown["wrong"]:
        run("tables", file, "--accept", each["id"], "--reason", "as published")
    assert run("tables", file, "--show", listed["id"]).status == 0
    assert "717" in run("tables", file, "--show", listed["id"]).out
    assert run("tables", file, "--remove", listed["id"], "--json").data["tables"] == []


def test_a_table_that_names_people_is_not_kept_unasked(tmp_path: Path) -> None:
    file, cases = tmp_path / "our.funding", tmp_path / "cases.csv"
    assert run("new", file, "--partnership", "Charnwood CSP").status == 0
    cases.write_text(
        "Name,E-mail,2018/19,2019/20\nAnn Example,ann@example.org,3,4\nBob Example,bob@example.org,2,5\n",
        encoding="utf-8",
    )
    assert "personal data" in run("tables", file, "--keep", cases).refusal
    assert run("tables", file, "--json").data["tables"] == []


@pytest.mark.parametrize("period", ["2018", "2018=01/04/2017", "2018=31/01/2018..01/04/2017"])
def test_a_period_that_says_no_days_is_a_wrong_command_line(tmp_path: Path, period: str) -> None:
    assert run("tables", tmp_path / "our.funding", "--period", period).status == 2


def test_a_list_is_no_table_and_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Area,2018\n" + "A,1\n" * 50_001)
    result = run("check-table", path, "--json")
    assert (result.status, result.out) == (3, "")
    assert "50,002 rows" in result.err


def test_formulas_that_were_never_worked_out_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["Ward", "2018", "2019", "% change"],
        ["A", 100, 110, "=C2/B2-1"],
        ["B", 50, 40, "=C3/B3-1"],
    ):
        page.append(row)
    path = tmp_path / "table.xlsx"
    book.save(path)
    result = run("check-table", path, "--json")
    (told,) = result.data["findings"]
    assert (told["row"], told["severity"]) == (2, "warning")
    assert "2 cells hold a formula whose result was not stored" in told["text"]
