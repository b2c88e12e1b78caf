"""The history from the command line, and the script that checks it without this program."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.console.terminal import FUND, YEAR, run

At = Callable[[str], Path]


def test_every_change_is_listed_newest_first_with_before_and_after(at: At) -> None:
    file = at("P12")
    found = run("history", file, "--json").data
    assert found["found"] == len(found["changes"])
    entries = [change["entry"] for change in found["changes"]]
    assert entries == sorted(entries, reverse=True)
    plan = next(change for change in found["changes"] if change["what"] == f"record {FUND} {YEAR}")
    assert {
        "thing": "Allocation: Locality Fund, 2018/19, revenue", "field": "Amount", "before": "", "after": "£65,500.00"
    } in plan["changes"]  # fmt: skip


def test_changes_are_found_by_project_person_words_and_days(at: At) -> None:
    file = at("P12")
    every = run("history", file, "--json").data["found"]
    assert 0 < run("history", file, "--project", "lf-08", "--json").data["found"] < every
    assert run("history", file, "--by", "nobody", "--json").data["found"] == 0
    assert run("history", file, "--text", "coding_rules", "--json").data["found"] == 1
    assert run("history", file, "--to", "01/01/2000", "--json").data["found"] == 0
    assert run("history", file, "--from", "01/01/2000", "--json").data["found"] == every
    assert "no project" in run("history", file, "--project", "LF-99").refusal.casefold()


def test_people_read_a_line_for_each_change(at: At) -> None:
    ran = run("history", at("P12"), "--limit", 2)
    assert len(ran.out.splitlines()) == 3
    assert "older ones not shown." in ran.out


def test_they_are_written_as_a_list(at: At, tmp_path: Path) -> None:
    out = tmp_path / "history.csv"
    written = run("history", at("P12"), "--out", out, "--json").data
    assert written["rows"] >= written["changes"]
    assert "Entry" in out.read_text(encoding="utf-8-sig")


def bare(script: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs *script* in an interpreter without any package but Python's own, and without this program."""
    words = [sys.executable, "-I", "-S", str(script), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, cwd=script.parent, check=False)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    out = tmp_path / "check.py"
    assert run("history", "--verifier", out, "--json").data == {"out": str(out)}
    return out


def test_the_script_says_what_the_program_says(at: At, script: Path) -> None:
    file = at("P12")
    checked = run("history", file, "--check", "--json")
    assert (checked.status, checked.data["ok"]) == (0, True)
    ran = bare(script, file, checked.data["head"])
    assert ran.returncode == 0, ran.stderr
    assert f"{checked.data['entries']} entries; the history ends with {checked.data['head']}." in ran.stdout
    assert "It is as it was written." in ran.stdout
    assert "There is" not in run("history", file, "--check").out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE journal SET sentence = 'nothing' WHERE sequence = 2", "Entry 2 (nothing) was changed"),
        ("UPDATE journal SET done_by = 'Eve' WHERE sequence = 1", "Entry 1"),
        (
            "UPDATE journal_detail SET detail_json = replace(detail_json, '6550000', '6550001')",
            "The details of entry 2",
        ),
        ("DELETE FROM journal WHERE sequence = 3", "Entries are missing between 2 and 4."),
    ],
)
def test_the_script_and_the_program_find_what_was_changed_behind_their_back(
    at: At, script: Path, change: str, said: str
) -> None:
    file = at("P12")
    connection = sqlite3.connect(file)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(change)
    connection.commit()
    connection.close()
    ran = bare(script, file)
    assert ran.returncode == 1
    assert said in ran.stdout
    checked = run("history", file, "--check", "--json")
    assert (checked.status, checked.data["ok"]) == (1, False)
    assert checked.data["problems"]


def test_entries_that_were_cut_off_show_by_the_head_that_was_written_down(at: At, script: Path) -> None:
    file = at("P12")
    head = run("history", file, "--check", "--json").data["head"]
    connection = sqlite3.connect(file)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("DELETE FROM journal_detail WHERE sequence > 2")
    connection.execute("DELETE FROM journal WHERE sequence > 2")
    connection.commit()
    connection.close()
    assert bare(script, file).returncode == 0
    cut = bare(script, file, head)
    assert cut.returncode == 1
    assert "the history was cut off or made anew" in cut.stdout


def test_the_script_refuses_what_is_no_funding_file(script: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam", encoding="utf-8")
    for ran in (bare(script, letter), bare(script, tmp_path / "nowhere.funding"), bare(script)):
        assert ran.returncode == 2
        assert "Traceback" not in ran.stderr


def test_the_script_is_short_and_written_once(script: Path) -> None:
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 90
    assert "is there already" in run("history", "--verifier", script).refusal
