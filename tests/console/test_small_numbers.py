"""The commands suppress and attack: what they write, what they print, and what they refuse to write."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from tests.console.terminal import run

COVENTRY = Path(__file__).parents[1] / "data" / "performance" / "coventry_hate_crime_small_numbers.csv"
TABLE = """Hate incidents by district; source: partnership,,
Type,2013,2014
Homophobic,2,30
=Racist,40,50
,,
Religious,60,"1,070"
Total,102,"1,150"
* figures are draft,,
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "hate.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_safe_table_keeps_layout_notes_and_order(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "safe.csv"
    ran = run("suppress", table, "--threshold", "5", "--out", out, "--json")
    assert ran.status == 0
    data = ran.data
    assert (data["primary"], data["secondary"], data["attack"]) == (1, 1, [])
    assert data["hidden"][0] == {
        "row": 3,
        "column": "2013",
        "label": "Homophobic",
        "why": "primary",
        "shown": "<5",
        "reason": "small count",
    }
    assert data["hidden"][1]["reason"] == "protects row Homophobic, column 2013"
    rows = _rows(out)
    assert [row[:3] for row in rows] == [
        ["Hate incidents by district; source: partnership", "", ""],
        ["Type", "2013", "2014"],
        ["Homophobic", "<5", "30"],
        ["'=Racist", "[c]", "50"],  # what would be a formula sleeps
        ["", "", ""] if rows[4] else [],
        ["Religious", "60", "1,070"],
        ["Total", "102", "1,150"],
        ["* figures are draft", "", ""],
    ]
    assert run("attack", out, "--json").data == {"attack": []}


def test_a_workbook_is_written_anew_with_a_key_below(table: Path, tmp_path: Path) -> None:
    source = tmp_path / "hate.xlsx"
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["Type", 2013, 2014], ["Homophobic", 2, 30], ["Racist", 40, 50], ["Religious", 60, 70]):
        page.append(row)
    page.append(["Total", 102, 150])
    raw = book.create_sheet("Raw")
    raw.append(["who", "secret count"])
    book.save(source)
    out = tmp_path / "safe.xlsx"
    assert run("suppress", source, "--out", out, "--json").status == 0
    safe = openpyxl.load_workbook(out)
    assert len(safe.sheetnames) == 1, "other sheets may hold the counts"
    values = [[cell.value for cell in row] for row in safe.active.iter_rows()]  # type: ignore[union-attr]
    assert values[1] == ["Homophobic", "<5", 30]
    assert values[2] == ["Racist", "[c]", 50]
    assert str(values[-1][0]).startswith("<5 is a count from 1 to 4.")
    assert run("attack", out, "--json").status == 0


def test_coventry_as_printed_is_undone_and_its_safe_form_is_not(tmp_path: Path) -> None:
    attacked = run("attack", COVENTRY, "--json")
    assert attacked.status == 1
    values = {(each["row"], each["column"]): each["value"] for each in attacked.data["attack"]}
    assert values == {
        (3, "2013 total"): 1,
        (9, "2013 total"): 1,
        (3, "2014 total"): 1,
        (4, "2014 total"): 2,
        (8, "2014 total"): 2,
        (9, "2014 total"): 1,
    }
    people = run("attack", COVENTRY).out
    assert "327 − 325 shown leaves 2" in people
    out = tmp_path / "safe.csv"
    assert run("suppress", COVENTRY, "--out", out, "--json").data["attack"] == []
    assert run("attack", out).status == 0


def test_what_can_be_undone_is_not_written(tmp_path: Path) -> None:
    table, other, out = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "safe.csv"
    table.write_text("Kind,2013\nA,2\nB,40\nC,60\nTotal,102\n", encoding="utf-8")
    other.write_text("Kind,2013\nB,40\nC,60\nTotal,102\n", encoding="utf-8")
    ran = run("suppress", table, "--also", other, "--out", out, "--json")
    assert "can't be made safe: A, 2013 is 2" in ran.refusal
    assert not out.exists()


def test_a_table_that_is_yet_to_be_made_safe_is_named(tmp_path: Path) -> None:
    table, other, out = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "safe.csv"
    table.write_text("Kind,2013\nA,2\nB,40\nC,60\nTotal,102\n", encoding="utf-8")
    other.write_text("Area,2013\nNorth,3\nSouth,99\n", encoding="utf-8")
    ran = run("suppress", table, "--also", other, "--out", out, "--json")
    assert ran.status == 1
    assert "still shows 1 small count" in ran.data["notes"][0]
    assert out.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--threshold", "1"), "1 is no threshold for small numbers"),
        (("--out", "safe.pdf"), "neither a text table nor a workbook"),
        (("--sheet", "Figures"), "has no sheet “Figures”"),
    ],
)
def test_refusals_name_what_to_do(table: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    given = (
        ["--out", tmp_path / "safe.csv", *words] if "--out" not in words else ["--out", tmp_path / "safe.pdf"]
    )
    assert said in run("suppress", table, *given, "--json").refusal


def test_the_table_itself_is_never_written_over(table: Path) -> None:
    assert "is the table with the small numbers itself" in run("suppress", table, "--out", table).refusal
    assert table.read_text(encoding="utf-8") == TABLE


def test_a_file_without_counts_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "letter.csv"
    empty.write_text("Dear all,\nthank you\n", encoding="utf-8")
    assert "holds no table of counts" in run("attack", empty).refusal


def test_two_tables_are_made_safe_together(tmp_path: Path) -> None:
    kinds, areas = tmp_path / "kinds.csv", tmp_path / "areas.csv"
    kinds.write_text("Kind,2013\nA,3\nB,6\nC,60\nTotal,69\n", encoding="utf-8")
    areas.write_text("Area,2013\nNorth,2\nSouth,67\nTotal,69\n", encoding="utf-8")
    safe, other = tmp_path / "kinds, safe.csv", tmp_path / "areas, safe.csv"
    ran = run("suppress", kinds, "--out", safe, "--with", areas, other, "--json")
    assert ran.status == 0
    [together] = ran.data["together"]
    assert (together["out"], together["primary"], together["attack"]) == (str(other), 1, [])
    assert [cell["label"] for cell in together["hidden"]] == ["North", "South"]
    assert [row[1] for row in _rows(other)] == ["2013", "<5", "[c]", "69"]
    assert run("attack", safe, "--also", other, "--json").data == {"attack": []}
    # A later table can't take back what an earlier one hid.
    later = run("suppress", areas, "--also", safe, "--out", tmp_path / "later.csv", "--json")
    assert later.data["attack"] == []


def test_two_safe_tables_need_two_names(table: Path, tmp_path: Path) -> None:
    other, out = tmp_path / "other.csv", tmp_path / "safe.csv"
    other.write_text(TABLE, encoding="utf-8")
    assert "Two safe tables" in run("suppress", table, "--out", out, "--with", other, out).refusal
    assert (
        "is the table with the small numbers"
        in run("suppress", table, "--out", out, "--with", other, table).refusal
    )
    assert not out.exists()


@pytest.mark.parametrize("stood", [None, "of last year"])
def test_where_one_of_two_can_not_be_written_neither_is(tmp_path: Path, stood: str | None) -> None:
    kinds, areas = tmp_path / "kinds.csv", tmp_path / "areas.csv"
    kinds.write_text("Kind,2013\nA,3\nB,6\nC,60\nTotal,69\n", encoding="utf-8")
    areas.write_text("Area,2013\nNorth,2\nSouth,67\nTotal,69\n", encoding="utf-8")
    safe, taken = tmp_path / "safe.csv", tmp_path / "taken.csv"
    taken.mkdir()
    if stood is not None:
        safe.write_text(stood, encoding="utf-8")
    assert "taken.csv" in run("suppress", kinds, "--out", safe, "--with", areas, taken).refusal
    assert (safe.read_text("utf-8") if safe.exists() else None) == stood
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("threshold", [3, 10, 11])
def test_another_threshold_hides_what_is_below_it_and_nothing_else_is_told(
    tmp_path: Path, threshold: int
) -> None:
    table, out = tmp_path / "hate.csv", tmp_path / "safe.xlsx"
    table.write_text(
        "Kind,2013,2014\nA,0,2\nB,8,40\nC,10,60\nD,70,81\nE,30,92\nTotal,118,275\n", encoding="utf-8"
    )
    ran = run("suppress", table, "--threshold", threshold, "--out", out, "--json")
    assert (ran.data["threshold"], ran.data["attack"]) == (threshold, [])
    shown = [row[1:3] for row in openpyxl.load_workbook(out)["Table"].iter_rows(2, 7, values_only=True)]
    counts = [[0, 2], [8, 40], [10, 60], [70, 81], [30, 92], [118, 275]]
    for shown_row, row in zip(shown, counts, strict=True):
        for text, count in zip(shown_row, row, strict=True):
            assert text in ([f"<{threshold}"] if 0 < count < threshold else [str(count), "[c]"])
    assert shown[0][0] == "0", "nought counts nobody"
    assert run("attack", out, "--threshold", threshold, "--json").data == {"attack": []}


def test_a_table_that_is_safe_stays_as_it_is_and_that_is_said(table: Path, tmp_path: Path) -> None:
    safe, again = tmp_path / "safe.csv", tmp_path / "again.csv"
    run("suppress", table, "--out", safe)
    ran = run("suppress", safe, "--out", again, "--json")
    assert (ran.data["hidden"], ran.data["attack"]) == ([], [])
    assert ran.data["finding"].startswith("Nothing more had to be hidden: none of the 2 figures")
    assert again.read_bytes() == safe.read_bytes()
    large = tmp_path / "large.csv"
    large.write_text("Kind,2013\nA,0\nB,40\nTotal,40\n", encoding="utf-8")
    ran = run("suppress", large, "--out", again, "--json")
    assert (ran.data["hidden"], ran.data["finding"]) == ([], "Nothing had to be hidden.")
    assert _rows(again) == _rows(large)


def test_a_workbook_tells_nothing_beside_its_cells(tmp_path: Path) -> None:
    """Comments, names, properties and hidden sheets stay behind, and a hidden sheet is named."""
    source, out = tmp_path / "book.xlsx", tmp_path / "safe.xlsx"
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["Type", 2013], ["A", 2], ["B", 40], ["C", 60], ["Total", 102]):
        page.append(row)
    page["B2"].comment = Comment("two victims: 987651", "987652")
    book.defined_names["count_of_A"] = DefinedName("count_of_A", attr_text="987653")
    book.properties.title, book.properties.creator = "A is 987654", "987655"
    raw = book.create_sheet("Raw")
    raw.append(["A", 987656])
    raw.sheet_state = "hidden"
    book.save(source)
    ran = run("suppress", source, "--out", out, "--json")
    assert ran.data["notes"] == ["What is hidden in “book.xlsx” is not in the safe file: “Raw”."]
    with zipfile.ZipFile(out) as parts:
        assert not [name for name in parts.namelist() if b"98765" in parts.read(name)]
        assert not [name for name in parts.namelist() if "comment" in name]


def test_hidden_rows_and_columns_that_are_seen_in_the_safe_file_are_told(tmp_path: Path) -> None:
    source, out = tmp_path / "book.xlsx", tmp_path / "safe.xlsx"
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Hate"
    for row in (["Type", 2013, 2014], ["A", 2, 30], ["B", 40, 20], ["C", 60, 7], ["Total", 102, 57]):
        page.append(row)
    page.column_dimensions["C"].hidden = True
    page.row_dimensions[3].hidden = True
    book.save(source)
    rows, columns = run("suppress", source, "--out", out, "--json").data["notes"]
    assert "“Hate” of “book.xlsx” has hidden rows, made safe like the rest" in rows
    assert "hidden columns" in columns
    # True to what is said: they can be read in the file that was written.
    assert openpyxl.load_workbook(out).worksheets[0]["C1"].value in ("2014", 2014)


def test_what_only_the_words_say_is_said_to_be_supposed(tmp_path: Path) -> None:
    printed = tmp_path / "printed.csv"
    printed.write_text("Kind,2013\nA,<5\nB,7\nTotal,9\n", encoding="utf-8")
    [found] = run("attack", printed, "--json").data["attack"]
    assert (found["label"], found["value"], found["supposed"]) == ("A", 2, True)
    assert found["how"].startswith("Supposing that Total, 2013 is the sum of A, 2013 and B, 2013")
    # With a column that bears it out it is no longer supposed.
    printed.write_text("Kind,2013,2014\nA,<5,10\nB,7,30\nTotal,9,40\n", encoding="utf-8")
    [found] = run("attack", printed, "--json").data["attack"]
    assert (found["value"], "supposed" in found) == (2, False)
    # One row that fits is enough for a change of two years that is called one.
    printed.write_text("Ward,2018,2019,Change\nA,<5,9,+6\nB,12,10,-2\n", encoding="utf-8")
    [found] = run("attack", printed, "--json").data["attack"]
    assert (found["value"], "supposed" in found) == (3, False)


def test_what_a_safe_table_can_not_mend_is_said(tmp_path: Path) -> None:
    table, out = tmp_path / "hate.csv", tmp_path / "safe.csv"
    table.write_text(
        "Kind,2013\nA,2\nB,40\nC,60\nTotal,102\nTwo of A were seen by jane.smith@example.com,\n",
        encoding="utf-8",
    )
    ran = run("suppress", table, "--out", out, "--json")
    assert ran.status == 1
    assert ran.data["telling"] == [6]
    assert "Row 6 of the file may tell a hidden number" in ran.data["finding"]
    assert ran.data["personal"] == [{"what": "e-mail address", "where": "hate.csv, A6"}]
    assert "jane.smith" not in str(ran.data) + ran.err
    assert "looks like personal data" in ran.err
    assert out.exists()
    attacked = run("attack", out, "--json")
    assert (attacked.status, attacked.data["attack"]) == (0, [])
    assert "looks like personal data" in attacked.err


def test_sheets_that_stay_out_are_named_and_can_be_made_safe_as_well(tmp_path: Path) -> None:
    source = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Hate"
    for row in (["Type", 2013], ["A", 2], ["B", 40], ["C", 60], ["Total", 102]):
        page.append(row)
    wards = book.create_sheet("Wards")
    for row in (["Ward", 2013], ["Abbey", 3], ["Castle", 99], ["Total", 102]):
        wards.append(row)
    raw = book.create_sheet("Raw")
    raw.append(["who", "what"])
    raw.sheet_state = "hidden"
    book.save(source)
    notes = run("suppress", source, "--out", tmp_path / "hate.csv", "--json").data["notes"]
    assert any("more counts that are not in the safe file: “Wards”" in note for note in notes)
    assert any("hidden in “book.xlsx” is not in the safe file: “Raw”" in note for note in notes)
    wards_out = tmp_path / "wards.csv"
    both = run(
        "suppress", source, "--out", tmp_path / "hate.csv", "--with", f"{source}#Wards", wards_out, "--json"
    )
    assert not [note for note in both.data["notes"] if "more counts" in note]
    assert _rows(wards_out)[1] == ["Abbey", "<5"]
