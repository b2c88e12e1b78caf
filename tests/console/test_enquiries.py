"""`ask` and `answers`: out to the budget holder and back, on Charnwood's ledger up to period 10."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.console.terminal import run
from tests.workbooks.test_enquiry_writer import fill_in

At = Callable[[str], Path]


def test_lines_go_out_and_answers_come_back(at: At) -> None:
    file = at("P10")
    book = file.with_name("findings.xlsx")
    asked = run("ask", file, "--year", "2018/19", "--out", book, "--json")
    assert asked.status == 0
    assert asked.data["lines"] > 0
    shown = run("answers", file, book, "--json").data
    assert shown["read"] == asked.data["lines"] == len(shown["left_open"])

    import openpyxl

    sheet = openpyxl.load_workbook(book)["Lines to place"]
    key = str(sheet.cell(5, sheet.max_column).value)
    fill_in(book, {key: ("LF-01", "ours", "B. Holder")})
    before = file.read_bytes()
    proposed = run("answers", file, book, "--json")
    assert proposed.status == 1, "rows that are left open are still to look at"
    [answer] = proposed.data["answered"]
    assert (answer["line"], answer["charge_to"], answer["by"]) == (key, "LF-01", "B. Holder")
    assert proposed.data["accepted"] == 0
    assert file.read_bytes() == before, "a proposal charges nothing"

    taken = run("answers", file, book, "--accept", "--json")
    assert taken.data["accepted"] == 1
    again = run("answers", file, book, "--json").data
    assert again["answered"] == []
    assert again["not_understood"][0]["reason"] == "The line was placed meanwhile."
    assert run("verify", file).status == 0


def test_a_person_reads_what_came_back(at: At) -> None:
    file = at("P10")
    book = file.with_name("findings.xlsx")
    said = run("ask", file, "--year", "2018/19", "--out", book)
    assert "asks about" in said.out
    assert "left open" in run("answers", file, book).out


def test_another_workbook_is_refused_in_one_sentence(at: At) -> None:
    file = at("P10")
    ran = run("answers", file, file.with_name("coding_rules.csv"))
    assert ran.status == 3
    assert "is not a findings workbook" in ran.err
