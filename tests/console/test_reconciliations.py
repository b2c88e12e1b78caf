"""Reconciling the ledger from the command line, on Charnwood's year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from tests.console.terminal import YEAR, Ran, run

At = Callable[[str], Path]


def reconciliation(file: Path, *more: object) -> Ran:
    return run("reconciliation", file, *more, "--year", YEAR, "--json")


def test_the_ledger_is_reconciled_from_its_beginning_to_its_review(
    at: At, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = at("P12")
    begun = reconciliation(file, "start", "--to-period", 2, "--dated", "08/06/2018")
    assert begun.status == 1
    assert begun.data["obstacles"] == ["The finance system's total is not typed yet."]
    held = begun.data["held_pence"]
    assert held == sum(row["ledger_pence"] for row in begun.data["centres"])
    paper = tmp_path / "trial balance.pdf"
    paper.write_bytes(b"%PDF-1.4")
    pounds = f"{(held + 1250) // 100}.{(held + 1250) % 100:02}"
    stated = reconciliation(file, "total", "--amount", pounds, "--evidence", paper)
    assert (stated.status, stated.data["unexplained_pence"]) == (1, 1250)
    assert stated.data["evidence"] == ["trial balance.pdf"]
    refused = reconciliation(file, "prepare").refusal
    assert "The difference is £12.50, and £0.00 of it is explained: £12.50 is not." in refused
    explained = reconciliation(file, "explain", "--text", "came late", "--amount", "12.50")
    assert (explained.status, explained.data["unexplained_pence"]) == (0, 0)
    prepared = reconciliation(file, "prepare").data
    assert prepared["state"] == "prepared"
    assert "can't review it" in reconciliation(file, "review").refusal
    monkeypatch.setenv("LOGNAME", "B. Reviewer")
    assert reconciliation(file, "review").data["reviewed_by"] == "B. Reviewer"
    out = tmp_path / "paper.docx"
    assert reconciliation(file, "print", "--out", out).status == 0
    said = [cell.text for table in docx.Document(str(out)).tables for row in table.rows for cell in row.cells]
    assert "came late" in said
    assert any("B. Reviewer" in text for text in said)
    listed = reconciliation(file, "list").data["reconciliations"]
    assert [(row["to_period"], row["state"], row["unexplained_pence"]) for row in listed] == [
        (2, "reviewed", 0)
    ]


def test_lines_that_wait_are_named_and_a_draft_is_withdrawn_with_its_reason(at: At) -> None:
    file = at("P12")
    waiting = reconciliation(file, "start", "--to-period", 12).data["obstacles"]
    assert len(waiting) == 2
    assert "Lines of £1,166.61 wait for a project" in waiting[1]
    assert "without the reason" in reconciliation(file, "withdraw").refusal
    gone = reconciliation(file, "withdraw", "--reason", "begun too soon")
    assert (gone.status, gone.data["state"]) == (0, "withdrawn")


def test_an_item_is_taken_out_by_its_number(at: At) -> None:
    file = at("P12")
    reconciliation(file, "start", "--to-period", 2)
    reconciliation(file, "explain", "--text", "one", "--amount", "1.00")
    reconciliation(file, "explain", "--text", "two", "--amount", "2.00")
    assert "There are 2." in reconciliation(file, "unexplain", "--item", 3).refusal
    left = reconciliation(file, "unexplain", "--item", 1).data["items"]
    assert [(row["item"], row["text"]) for row in left] == [(1, "two")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show",), "reconciliation of"),
        (("start",), "--to-period is missing"),
    ],
)
def test_what_is_missing_is_said(at: At, words: tuple[str, ...], said: str) -> None:
    assert said in reconciliation(at("P12"), *words).refusal


def test_people_read_a_statement(at: At) -> None:
    file = at("P12")
    reconciliation(file, "start", "--to-period", 2)
    ran = run("reconciliation", file, "show", "--year", YEAR)
    assert "Still to explain" in ran.out
    assert "not typed yet" in ran.out
