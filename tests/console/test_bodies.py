"""Bodies in the terminal: the list, a succession with what passes over, and the extracts of both."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.console.conftest import FILE, Line
from tests.console.terminal import Ran, ask, run, state_of

PCC = "Leicestershire Police and Crime Commissioner"
MAYOR = "Mayor of Leicestershire"


@pytest.fixture
def file(line: Line, tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    shutil.copytree(line.stations["P10"], folder)
    return folder / FILE


def pence(cell: object) -> int:
    """An amount as an independent reader finds it."""
    return round(Decimal(str(cell)) * 100)


def succeed(file: Path, *more: str) -> Ran:
    return run("bodies", file, "--succeed", PCC, MAYOR, "--on", "2018-05-07", "--paper", "Order", *more)


def test_the_bodies_are_listed_with_who_follows_whom(file: Path) -> None:
    made = succeed(file, "--json")
    assert (made.status, made.data["successor"], made.data["on"]) == (0, MAYOR, "2018-05-07")
    [handover] = made.data["handovers"]
    assert (handover["fund"], handover["awarded_pence"]) == ("Locality Fund", 7_548_400)
    bodies = {body["name"]: body for body in run("bodies", file, "--json").data["bodies"]}
    mayor, pcc = bodies[MAYOR], bodies[PCC]
    assert (mayor["name"], mayor["form"], mayor["from"], mayor["to"]) == (MAYOR, "mayor", "2018-05-07", None)
    assert (pcc["to"], pcc["succeeded_by"]) == ("2018-05-06", MAYOR)
    listed = run("bodies", file).out
    assert MAYOR in listed
    assert "06/05/2018" in listed


def test_the_identity_and_the_return_name_both(file: Path, tmp_path: Path) -> None:
    succeed(file)
    found = {each["id"]: each for each in ask("reconcile", file).data["identities"]}
    assert found["R8b"]["ok"]
    assert found["R8b/S"]["ok"]
    out = tmp_path / "Q1.xlsx"
    ask("return", file, "--quarter", "1", "--out", out)
    book = CalamineWorkbook.from_path(out)
    cover = {row[0]: row[1] for row in book.get_sheet_by_name("Cover").to_python() if row[0]}
    assert cover["Commissioner"] == f"{PCC} to 6 May 2018, {MAYOR} from 7 May 2018"
    certified = {row[0]: row for row in book.get_sheet_by_name("Certificate").to_python() if row[0]}
    before, after = certified[f"of which under {PCC}"], certified[f"of which under {MAYOR}"]
    assert (before[2], after[2]) == ("1 April 2018 to 6 May 2018", "7 May 2018 to 30 June 2018")
    assert pence(before[1]) + pence(after[1]) == pence(certified["Spend in the quarter (Q1)"][1])


def test_both_extracts_agree_on_the_day_of_transfer(file: Path, tmp_path: Path) -> None:
    succeed(file)
    books = {}
    for name in (PCC, MAYOR):
        out = tmp_path / f"{name}.xlsx"
        made = run("bodies", file, "--extract", name, "--out", out, "--json")
        assert made.status == 0
        rows = CalamineWorkbook.from_path(out).get_sheet_by_name("Extract").to_python()
        heading = next(at for at, row in enumerate(rows) if row[0] == "Section")
        books[name] = rows[heading + 1 :]
        assert len(books[name]) == made.data["rows"]
    closes = [(row[1:4], row[7:9]) for row in books[PCC] if row[0] == "Closing balance"]
    opens = [(row[1:4], row[7:9]) for row in books[MAYOR] if row[0] == "Opening balance"]
    assert closes
    assert closes == opens
    lines = [row for name in books for row in books[name] if row[0] == "Ledger line"]
    found = {each["id"]: each for each in ask("reconcile", file).data["identities"]}
    assert sum(pence(row[8]) for row in lines) == found["R8b/S"]["left_pence"] == 5_431_871


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--extract", "Nobody", "--out", "x.xlsx"), "There is no body “Nobody” in this file."),
        (("--extract", PCC), "--extract needs the file to write."),
        (("--out", "x.xlsx"), "--out is only for --extract."),
        (("--succeed", PCC, MAYOR), "--succeed needs the first day of the new body."),
        (
            ("--succeed", PCC, MAYOR, "--on", "2018-05-07"),
            "A succession needs the paper that it rests on.",
        ),
        (
            ("--succeed", PCC, PCC, "--on", "2018-05-07", "--paper", "Order"),
            f"{PCC} can't succeed itself.",
        ),
    ],
)
def test_what_can_not_be_done_is_said_and_changes_nothing(
    file: Path, words: tuple[str, ...], sentence: str
) -> None:
    before = state_of(file.parent)
    assert run("bodies", file, *words).refusal.startswith(sentence)
    assert state_of(file.parent) == before


def test_a_day_that_is_none_is_a_wrong_command_line(file: Path) -> None:
    made = run("bodies", file, "--succeed", PCC, MAYOR, "--on", "May")
    assert made.status == 2
    assert "“May” is not a day such as 31/01/2019" in made.err
