"""Layouts in the terminal: what a person said of a column is remembered, listed, exported, added and forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.console.terminal import run, state_of

#: Two columns of amounts, and nothing that says which of them counts.
ROWS = [
    f"D{number:03},{number % 28 + 1:02}/05/2018,Supplier {number % 7},{number * 7}.25,{number * 11}.50"
    for number in range(1, 41)
]
HEADINGS = "Doc,Posted,Who,Value A,Value B"
TOTAL_B = sum(number * 1100 + 50 for number in range(1, 41))


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    path = tmp_path / "doubtful.csv"
    path.write_text("\n".join([HEADINGS, *ROWS, ""]), encoding="utf-8")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "test.funding"
    assert run("new", path, "--partnership", "Safer Charnwood").status == 0
    return path


def known(file: Path) -> list[dict[str, object]]:
    listed = run("layouts", file, "--json")
    assert listed.status == 0
    layouts: list[dict[str, object]] = listed.data["layouts"]
    return layouts


def test_X28_what_a_person_said_of_a_column_is_remembered_and_not_asked_again(
    doubtful: Path, file: Path, tmp_path: Path
) -> None:
    before = state_of(tmp_path)
    assert "Value B" in run("import", file, doubtful).refusal
    assert state_of(tmp_path) == before
    first = run("import", file, doubtful, "--column", "Value B=amount", "--json")
    assert first.data["total_pence"] == TOTAL_B
    [layout] = known(file)
    assert {"heading": "Value B", "meaning": "amount"} in layout["columns"]  # type: ignore[operator]
    later = tmp_path / "later.csv"
    later.write_text(
        "\n".join([HEADINGS, *ROWS, "D999,28/05/2018,Supplier 1,1.00,2.00", ""]), encoding="utf-8"
    )
    second = run("import", file, later, "--json")
    assert (second.data["total_pence"], second.data["new"], second.data["questions"]) == (
        TOTAL_B + 200,
        1,
        [],
    )


def test_a_layout_goes_to_another_file_by_a_file_of_its_own(
    doubtful: Path, file: Path, tmp_path: Path
) -> None:
    run("import", file, doubtful, "--column", "Value B=amount", "--json")
    out = tmp_path / "county.layout.json"
    assert run("layouts", file, "--rename", "1", "County ledger", "--json").status == 0
    exported = run("layouts", file, "--export", "county LEDGER", "--out", out, "--json")
    assert exported.data["out"] == str(out)
    assert json.loads(out.read_text(encoding="utf-8"))["name"] == "County ledger"
    other = tmp_path / "other.funding"
    run("new", other, "--partnership", "Another")
    added = run("layouts", other, "--add", out, "--json")
    assert [layout["name"] for layout in added.data["layouts"]] == ["County ledger"]
    read = run("read", doubtful, "--layout", out, "--json")
    assert (read.status, read.data["total_pence"], read.data["questions"]) == (0, TOTAL_B, [])
    assert read.data["layouts"] == ["County ledger"]
    named = run("import", other, doubtful, "--layout", "County ledger", "--json")
    assert named.data["total_pence"] == TOTAL_B
    assert run("layouts", other, "--forget", "County ledger", "--json").data["layouts"] == []


def test_a_built_in_layout_is_exported_too(file: Path, tmp_path: Path) -> None:
    [name, *_] = run("layouts", file, "--json").data["built_in"]
    out = tmp_path / "built in.layout.json"
    assert run("layouts", file, "--export", name, "--out", out).status == 0
    assert json.loads(out.read_text(encoding="utf-8"))["name"] == name


def test_the_list_is_for_people_too(doubtful: Path, file: Path) -> None:
    run("import", file, doubtful, "--column", "Value B=amount")
    listed = run("layouts", file)
    assert "1 layout remembered" in listed.out
    assert "(no name)" in listed.out
    assert "Built in: " in listed.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--forget", "Nothing"), "There is no layout “Nothing” in this file."),
        (("--export", "Nothing", "--out", "x.layout.json"), "There is no layout “Nothing” in this file."),
        (("--export", "Nothing"), "--export needs the file to write."),
        (("--out", "x.layout.json"), "--out is only for --export."),
        (("--add", "nowhere.layout.json"), "nowhere.layout.json"),
    ],
)
def test_what_can_t_be_done_is_said_and_changes_nothing(
    file: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    before = state_of(tmp_path)
    refusal = run("layouts", file, *words).refusal
    assert said in refusal
    assert state_of(tmp_path) == before


def test_a_file_that_is_no_layout_is_refused(doubtful: Path, file: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.layout.json"
    wrong.write_text('{"format": "another"}', encoding="utf-8")
    for line in (("layouts", file, "--add", wrong), ("read", doubtful, "--layout", wrong)):
        assert "“wrong.layout.json” can't be used as a layout" in run(*line).refusal
