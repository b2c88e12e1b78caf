"""Adjusting, locking and unlocking from the command line, on Charnwood's year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.console.terminal import ask, run

At = Callable[[str], Path]


def adjust(file: Path, *more: object) -> tuple[object, ...]:
    given = ("--project", "LF-08", "--period", 12, "--reason", "the commissioner's decision")
    return ("adjust", file, *given, *more, "--json")


def spent(file: Path, ref: str = "LF-08") -> int:
    return int(ask("spend", file).data["projects"][ref]["spent_pence"])


def identities(file: Path) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in ask("reconcile", file).data["identities"]}


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    paper = tmp_path / "decision notice.pdf"
    paper.write_bytes(b"a decision")
    return paper


def test_an_ineligible_amount_is_taken_off_with_its_evidence(at: At, paper: Path) -> None:
    file = at("P12")
    before, line = spent(file), run("why", file, "LF-08/2018/19/spend", "--json").data["lines"][0]
    size = line["share_pence"]
    pounds = f"{size // 100}.{size % 100:02}"
    evidence = ("--evidence", paper, "--evidence", "letter of 3 May/19")
    ran = run(
        *adjust(file, "--kind", "ineligible", "--amount", pounds, "--line", line["transaction"], *evidence)
    )
    assert ran.status == 0
    assert ran.data["amount_pence"] == -size
    assert (ran.data["line"], ran.data["fund"], ran.data["year"]) == (
        line["transaction"],
        "Locality Fund",
        "2018/19",
    )
    assert [entry["name"] for entry in ran.data["evidence"]] == ["decision notice.pdf", "letter of 3 May/19"]
    assert [bool(entry["sha256"]) for entry in ran.data["evidence"]] == [True, False]
    assert spent(file) == before - size
    found = identities(file)
    assert all(found[id]["ok"] for id in ("R12", "R13", "R14"))
    assert found["R14"]["left_pence"] == found["R12"]["left_pence"]
    why = run("why", file, "LF-08/2018/19/ineligible", "--json").data
    assert (why["value_pence"], len(why["terms"])) == (-size, 1)
    assert [entry["name"] for entry in why["evidence"]] == ["decision notice.pdf", "letter of 3 May/19"]
    assert "Evidence: decision notice.pdf" in run("why", file, "LF-08/2018/19/ineligible").out
    again = run(
        *adjust(file, "--kind", "ineligible", "--amount", "0.01", "--line", line["transaction"], *evidence)
    )
    assert "more than the line has left to take off" in again.refusal


def test_evidence_that_goes_missing_is_found_by_verify(at: At, paper: Path) -> None:
    file = at("P12")
    assert run(*adjust(file, "--kind", "recharge", "--amount", "5", "--evidence", paper)).status == 0
    assert run("verify", file, "--json").data == {"ok": True, "problems": [], "findings": []}
    [kept] = [
        path
        for path in Path(f"{file}-files").rglob("*")
        if path.is_file() and path.read_bytes() == b"a decision"
    ]
    kept.unlink()
    ran = run("verify", file, "--json")
    assert ran.status == 1
    [problem] = ran.data["problems"]
    assert "“decision notice.pdf” is missing" in problem
    assert "It supports “recharge” of £5.00 for LF-08 in period 12 of 2018/19." in problem


def test_an_accrual_reverses_the_next_time_its_period_comes(at: At) -> None:
    file = at("P12")
    before = spent(file)
    more = ("--supplier", "Youth Trust", "--evidence", "order 5", "--reverses-period", 1)
    ran = run(*adjust(file, "--kind", "accrual", "--amount", "40.00", *more))
    assert (ran.data["reverses_year"], ran.data["reverses_period"]) == ("2019/20", 1)
    assert spent(file) == before + 40_00


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--kind", "recharge", "--amount", "5", "--evidence", "gone.pdf"), "“gone.pdf” is not there"),
        (("--kind", "recharge", "--amount", "5", "--evidence", " "), "neither a file nor a reference"),
        (("--kind", "irrecoverable-vat", "--amount", "-5", "--evidence", "x"), "goes the wrong way"),
        (("--kind", "prepayment", "--amount", "5", "--evidence", "x"), "becomes a cost"),
        (
            ("--kind", "ineligible", "--amount", "5", "--evidence", "x", "--line", "none"),
            "with the transaction “none”",
        ),
        (
            ("--kind", "recharge", "--amount", "5", "--evidence", "x", "--year", "2030/31"),
            "There is no award for “LF-08”",
        ),
    ],
)
def test_what_can_t_be_adjusted_is_refused_in_one_sentence(at: At, more: tuple[str, ...], words: str) -> None:
    file = at("P12")
    before = spent(file)
    assert words in run(*adjust(file, *more)).refusal
    assert spent(file) == before


def test_locked_periods_refuse_and_are_opened_again_with_a_reason(at: At) -> None:
    file = at("P10")
    year = ("--year", "2018/19")
    ran = run("lock", file, *year, "--to-period", 12, "--reason", "the year is certified", "--json")
    assert ran.status == 0
    [lock] = ran.data["locks"]
    assert (lock["year"], lock["to_period"], lock["reason"]) == ("2018/19", 12, "the year is certified")
    recharge = adjust(file, "--kind", "recharge", "--amount", "5", "--evidence", "minute 7")
    refusal = run(*recharge).refusal
    assert "Periods 1 to 12 (March) of 2018/19 are locked (by" in refusal
    assert "the year is certified), so an adjustment in period 12 (March) is refused" in refusal
    before = ask("spend", file).data
    brought = run("import", file, file.parent / "GL_extract_P12.xlsx", "--json")
    kinds = [finding["text"] for finding in brought.data["findings"]]
    assert any("posted into a locked period" in text for text in kinds)
    run("match", file)
    assert ask("spend", file).data["projects"] == before["projects"]
    opened = run("unlock", file, *year, "--reason", "a late invoice", "--from-period", 11, "--json")
    assert [entry["to_period"] for entry in opened.data["locks"]] == [10]
    assert run(*recharge).status == 0
    assert run("unlock", file, *year, "--reason", "checked", "--json").data == {"locks": []}
    assert "No period of 2018/19 is locked." in run("unlock", file, *year, "--reason", "again").refusal


def test_people_read_one_sentence(at: At) -> None:
    file = at("P12")
    ran = run(*adjust(file, "--kind", "recharge", "--amount", "5", "--evidence", "minute 7")[:-1])
    assert ran.out.strip() == (
        "Recharge of £5.00 for LF-08 in period 12 of 2018/19, on 1 item of evidence: above nought is a cost recharged "
        "to the project, below nought one recharged to others."
    )
