"""The commands load and dump: past years in, everything out, and what is refused by sheet and row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest

from fundingapp.console.files import REFUSED, TO_LOOK_AT, WRONG_COMMAND
from fundingapp.domain.exchange.reading import RawSheet
from fundingapp.domain.exchange.sheets import SHEETS
from fundingapp.domain.ledger import RawRow
from tests.console.terminal import run
from tests.exchange_books import RightBook, right_book, year_name
from tests.exchange_files import write_book, write_folder

At = Callable[[str], Path]
SEED = 3


@pytest.fixture
def book() -> RightBook:
    return right_book(SEED)


def check_positions(file: Path, book: RightBook) -> None:
    """Every figure of the first fund's years, by kind and together, as the console says them."""
    fund = book.funds[0]
    for (name, year, kind), figures in book.figures.items():
        if name != fund:
            continue
        grant = ("--fund", name, "--year", year_name(year))
        said = run("position", file, *grant, "--kind", kind, "--json").data
        assert said["allocation_pence"] == figures.allocation
        assert said["brought_forward_pence"] == figures.brought_forward
        assert said["anticipated_pence"] == figures.anticipated
        assert said["available_pence"] == figures.available
        assert said["awarded_pence"] == figures.awarded
        assert said["contingency_pence"] == figures.available - figures.awarded
        assert said["spent_pence"] == figures.spent
        assert said["carried_forward_pence"] == figures.carried_forward
        assert said["asked_pence"] == figures.asked
        for ref, (award, budget, spent) in figures.projects.items():
            assert said["projects"][ref] == {
                "award_pence": award,
                "budget_pence": budget,
                "spent_pence": spent,
            }


def test_a_workbook_comes_in_to_the_penny_and_twice_is_once(book: RightBook, tmp_path: Path) -> None:
    file = tmp_path / "borough.funding"
    source = write_book(book.raw(Random(SEED)), tmp_path / "past.xlsx")
    loaded = run("load", file, source, "--json").data
    assert loaded["loaded"] == {name: len(rows) for name, rows in book.sheets.items()}
    assert (loaded["refused"], loaded["skipped"]) == (False, [])
    check_positions(file, book)
    chain = run("chain", file, "--fund", book.funds[0], "--json").data
    assert chain["breaks"] == []
    again = run("load", file, source, "--json").data
    assert set(again["loaded"].values()) == {0}
    assert again["unchanged"] == loaded["loaded"]
    assert run("verify", file, "--json").data["problems"] == run("verify", file, "--json").data["problems"]


def test_a_folder_of_text_files_says_the_same(book: RightBook, tmp_path: Path) -> None:
    file = tmp_path / "borough.funding"
    loaded = run("load", file, write_folder(book.raw(Random(SEED)), tmp_path / "past"), "--json").data
    assert loaded["loaded"] == {name: len(rows) for name, rows in book.sheets.items()}
    check_positions(file, book)


@pytest.mark.parametrize("out", ["everything.xlsx", "everything"])
def test_everything_goes_out_and_comes_in_again_the_same(at: At, tmp_path: Path, out: str) -> None:
    file, other = at("P12"), tmp_path / "other.funding"
    first, second = tmp_path / out, tmp_path / f"again {out}"
    rows = run("dump", file, first, "--json").data["rows"]
    assert rows["ledger"] == 559
    run("load", other, first, "--json")
    grant = ("--fund", "Locality Fund", "--year", "2018/19", "--json")
    assert run("position", other, *grant).data == run("position", file, *grant).data
    run("dump", other, second, "--json")
    if first.is_dir():
        assert "stay in the funding file's own store" in (first / "notes.csv").read_text("utf-8-sig")
        assert {each.name: each.read_bytes() for each in second.iterdir()} == {
            each.name: each.read_bytes() for each in first.iterdir()
        }
    else:
        assert second.read_bytes() == first.read_bytes()


def with_planted(book: RightBook, sheet: str, row: int, heading: str, value: object) -> list[RawSheet]:
    """The sheets of *book* with one cell that says something else."""
    raw = book.raw()
    for at, each in enumerate(raw):
        if each.name == sheet:
            cells: list[Any] = list(each.rows[row - 2].cells)
            cells[each.headings.index(heading)] = value
            rows = [*each.rows[: row - 2], RawRow(row, tuple(cells)), *each.rows[row - 1 :]]
            raw[at] = RawSheet(each.name, each.headings, rows)
    return raw


def test_a_contradiction_refuses_all_of_it_and_is_named_by_sheet_and_row(
    book: RightBook, tmp_path: Path
) -> None:
    file = tmp_path / "borough.funding"
    run("load", file, write_book(book.raw(), tmp_path / "past.xlsx"))
    before = file.read_bytes()
    raw = with_planted(book, "charges", 2, "amount", 99_999_999)
    ran = run("load", file, write_book(raw, tmp_path / "wrong.xlsx"), "--json")
    assert ran.status == REFUSED
    assert "Sheet “charges”, row 2" in ran.err
    assert file.read_bytes() == before
    new = tmp_path / "new.funding"
    ran = run("load", new, tmp_path / "wrong.xlsx", "--json")
    assert ran.status == REFUSED
    assert ran.data["refused"]
    assert set(ran.data["loaded"].values()) == {0}
    worst = ran.data["findings"][0]
    assert (worst["severity"], worst["sheet"], worst["row"], worst["column"]) == (
        "error",
        "charges",
        2,
        "amount",
    )
    line = next(
        at
        for at, row in enumerate(book.sheets["ledger"], start=2)
        if row["transaction"] == book.sheets["charges"][0]["transaction"]
    )
    assert worst["other"] == {"sheet": "ledger", "row": line}
    assert f"sheet “ledger”, row {line}" in ran.err
    # The file was only made for a load that failed.
    assert not [each.name for each in tmp_path.iterdir() if each.name.startswith("new.funding")]


def test_findings_are_kept_said_and_told_by_the_status(book: RightBook, tmp_path: Path) -> None:
    raw = [*book.raw(), RawSheet("remarks", ("who", "what"), [RawRow(2, ("Ann", "nice"))])]
    ran = run("load", tmp_path / "borough.funding", write_book(raw, tmp_path / "past.xlsx"), "--json")
    assert ran.status == TO_LOOK_AT
    found = [each for each in ran.data["findings"] if each["kind"] == "sheet.unknown"]
    assert [(each["severity"], each["sheet"], each["row"]) for each in found] == [
        ("warning", "remarks", None)
    ]


def test_why_leads_to_the_row_of_the_exchange_workbook(book: RightBook, tmp_path: Path) -> None:
    file = tmp_path / "borough.funding"
    run("load", file, write_book(book.raw(), tmp_path / "past.xlsx"))
    charge = next(row for row in book.sheets["charges"] if row["ref"].startswith("LF"))
    at, line = next(
        (at, row)
        for at, row in enumerate(book.sheets["ledger"], start=2)
        if row["transaction"] == charge["transaction"]
    )
    lines = run("why", file, f"{charge['ref']}/{line['year']}/spend", "--json").data["lines"]
    mine = next(each for each in lines if each["transaction"] == line["transaction"])
    assert (mine["file"], mine["sheet"], mine["row"]) == ("past.xlsx", "ledger", at)


def test_the_blank_one_has_every_sheet_with_its_lists_and_loads_as_nothing(tmp_path: Path) -> None:
    out = tmp_path / "blank.xlsx"
    run("load", "--blank", out)
    made = openpyxl.load_workbook(out)
    assert made.sheetnames[: len(SHEETS)] == [spec.name for spec in SHEETS]
    for spec in SHEETS:
        page = made[spec.name]
        assert [cell.value for cell in page[1]] == [column.heading for column in spec.documented]
        assert page.freeze_panes == "A2"
        lists = [rule.formula1 for rule in page.data_validations.dataValidation]
        assert len(lists) >= sum(bool(column.words or column.refers) for column in spec.documented)
    assert any(row[0].value == "carry forwards" for row in made["notes"].iter_rows())
    made.close()
    file = tmp_path / "empty.funding"
    ran = run("load", file, out, "--json")
    assert (ran.status, set(ran.data["loaded"].values())) == (0, {0})


def test_a_load_of_nothing_is_a_wrong_command_line(tmp_path: Path) -> None:
    assert run("load", tmp_path / "a.funding").status == WRONG_COMMAND


def test_a_file_that_is_no_workbook_is_refused_in_one_sentence(tmp_path: Path) -> None:
    source = tmp_path / "past.xlsx"
    source.write_bytes(b"PK\x03\x04 nothing of the kind")
    assert "past.xlsx" in run("load", tmp_path / "a.funding", source, "--json").refusal
    (tmp_path / "folder").mkdir()
    assert "has no .csv file" in run("load", tmp_path / "a.funding", tmp_path / "folder", "--json").refusal
    assert not (tmp_path / "a.funding").exists()


def test_another_ending_is_no_way_out(at: At, tmp_path: Path) -> None:
    assert "neither a workbook nor a folder" in run("dump", at("P10"), tmp_path / "all.pdf", "--json").refusal
