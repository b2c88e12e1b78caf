"""Papers from the command line, on Charnwood's year: added, linked, saved, kept, erased; and what may not go out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.console.terminal import Ran, run

At = Callable[[str], Path]


def evidence(file: Path, what: str, *more: object) -> Ran:
    return run("evidence", file, what, *more, "--json")


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    paper = tmp_path / "survey of clients.txt"
    paper.write_text("195 clients, 100% satisfied", encoding="utf-8")
    return paper


def test_a_paper_is_added_linked_shown_saved_and_erased(at: At, tmp_path: Path, paper: Path) -> None:
    file = at("P12")
    [thing] = evidence(file, "things", "--find", "LF-08 ").data["things"][:1]
    assert (thing["what"], "LF-08" in thing["words"]) != ("", False)
    added = evidence(
        file, "add", "--attach", paper, "--sort", "survey", "--title", "Clients", "--until", "2025-03-31"
    )
    [row] = added.data["papers"]
    number = row["paper"]
    assert (row["sort"], row["state"], row["size"], row["known"]) == ("survey", "unchanged", 27, False)
    named = f"{thing['what']}:{thing['id']}"
    [linked] = evidence(file, "link", "--paper", number, "--supports", named).data["papers"]
    assert [each["words"] for each in linked["supports"]] == [thing["words"]]
    assert evidence(file, "add", "--attach", paper).data["told"][0]["kind"] == "known"
    shown = evidence(file, "show", "--paper", number).data
    assert (shown["opens"], shown["versions"]) == (True, [number])
    out = tmp_path / "out"
    out.mkdir()
    assert (
        evidence(file, "save", "--paper", number, "--out", out).data["out"].endswith("survey of clients.txt")
    )
    assert (out / "survey of clients.txt").read_bytes() == paper.read_bytes()
    gaps = evidence(file, "gaps")
    assert any(each["paper"] == number and "personal data" in each["sentence"] for each in gaps.data["gaps"])
    assert gaps.status == 1
    assert evidence(file, "looked-at", "--paper", number, "--personal", "none").status == 0
    due = evidence(file, "due").data["review"]
    assert [each["why"] for each in due if each["paper"] == number] == ["kept long enough"]
    assert "1 paper looked at: all as they were." in run("evidence", file, "check").out
    asked = evidence(file, "erase", "--paper", number)
    assert (asked.status, asked.data["erased"]) == (1, False)
    erased = evidence(file, "erase", "--paper", number, "--reason", "kept long enough", "--for-good").data
    assert (erased["erased"], erased["versions"]) == (True, 1)
    assert erased["history_entries"] >= 1
    [tombstone] = [each for each in evidence(file, "list").data["papers"] if each["paper"] == number]
    assert (tombstone["state"], tombstone["erased"]["why"]) == ("erased", "kept long enough")
    assert run("verify", file, "--json").data["ok"]
    assert "was erased from this file by" in evidence(file, "add", "--attach", paper).refusal


def test_consent_is_withdrawn_and_a_marking_set_on_a_paper_that_is_there(at: At, paper: Path) -> None:
    """What was said at the adding and is not named again stays."""
    file = at("P12")
    [row] = evidence(file, "add", "--attach", paper, "--sort", "case-study", "--consent", "held").data[
        "papers"
    ]
    number = row["paper"]
    said = ("--consent", "withdrawn", "--marking", "official-sensitive")
    [after] = evidence(file, "describe", "--paper", number, *said).data["papers"]
    assert (after["sort"], after["consent"], after["marking"]) == (
        "case study",
        "consent withdrawn",
        "OFFICIAL-SENSITIVE",
    )
    assert any("consent withdrawn" in each["sentence"] for each in evidence(file, "gaps").data["gaps"])
    assert "not said what is to be changed" in evidence(file, "describe", "--paper", number).refusal


def test_a_file_that_is_gone_is_named_with_the_figures_and_projects_that_rest_on_it(
    at: At, tmp_path: Path
) -> None:
    """A06: by the words that a person knows them by, on both roads, and never by a number alone."""
    file = at("P12")
    run("indicators", file, "--project", "LF-10", "--add", "VS-SUP")
    paper = tmp_path / "return.txt"
    paper.write_text("61 clients", encoding="utf-8")
    quarter = ("--year", "2018/19", "--quarter", "1")
    run("record", file, "VS-SUP", "61", *quarter, "--evidence", paper)
    run("evidence", file, "link", "--paper", "1", "--supports", "project:10")
    digest = hashlib.sha256(paper.read_bytes()).hexdigest()
    [kept] = file.parent.rglob(digest)
    kept.chmod(0o644)
    kept.unlink()
    checked = evidence(file, "check").data["papers"]
    assert [(each["name"], each["supports"][0]) for each in checked] == [
        ("return.txt", "LF-10 · Victims supported · Q1 2018/19")
    ]
    said = run("evidence", file, "check").out
    assert "Paper 1, “return.txt”, is missing. It supports LF-10 · Victims supported · Q1 2018/19;" in said
    [problem] = run("verify", file, "--json").data["problems"]
    assert "LF-10 figure of “Victims supported”, 01/04/2018 to 30/06/2018; project LF-" in problem


def test_what_looks_like_personal_data_comes_in_with_a_reason_only(at: At, tmp_path: Path) -> None:
    file = at("P12")
    story = tmp_path / "story.txt"
    story.write_text("call 07700 900123", encoding="utf-8")
    refusal = evidence(file, "add", "--attach", story).refusal
    assert "1 phone number (story.txt, line 1)" in refusal
    assert "07700" not in refusal
    added = evidence(file, "add", "--attach", story, "--accept-personal-data", "the client agreed")
    assert added.data["papers"][0]["found"] == "Looks like 1 phone number (line 1)."


def test_r01_what_looks_like_personal_data_goes_out_with_a_reason_only_and_once_decided_is_not_asked_again(
    at: At, tmp_path: Path
) -> None:
    file = at("P12")
    out = tmp_path / "all.xlsx"
    assert run("dump", file, out).status == 0
    recharge = (
        "--kind",
        "recharge",
        "--amount",
        "5.00",
        "--reason",
        "call 07700 900123",
        "--evidence",
        "order 5",
    )
    grant = ("--fund", "Locality Fund", "--year", "2018/19", "--project", "LF-08", "--period", 9)
    assert run("adjust", file, *grant, *recharge).status == 0
    before = out.read_bytes()
    refused = run("dump", file, out)
    assert refused.status == 3
    assert "“all.xlsx” holds what looks like personal data: 1 phone number (all.xlsx, sheet “" in refused.err
    assert "900123" not in refused.err
    assert out.read_bytes() == before
    assert run("dump", file, out, "--accept-personal-data", "it stays with us").status == 0
    assert out.read_bytes() != before
    assert run("dump", file, out).status == 0
    [decision, *_] = run("history", file, "--json").data["changes"]
    assert decision["what"] == "accept what looks like personal data"
    assert "it stays with us" in str(decision)
