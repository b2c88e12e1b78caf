"""Rules at the console: listed, tried, saved as a table that reads back the same, and a line explained."""

from __future__ import annotations

from pathlib import Path

from tests.console.terminal import run, state_of
from tests.console.test_commands import At


def test_the_rules_are_listed_with_what_they_placed(at: At) -> None:
    file = at("P10")
    data = run("rules", file, "--json").data
    assert data["rules"] == 28
    falcon = next(rule for rule in data["list"] if rule["order"] == 17)
    assert (falcon["when"], falcon["charge_to"]) == ("supplier contains “FALCON CENTRE”", "LF-08")
    assert falcon["lines"] > 0
    assert "supplier contains “FALCON CENTRE”" in run("rules", file).out


def test_saved_rules_are_read_again_as_the_same_rules(at: At, tmp_path: Path) -> None:
    file = at("P10")
    before = run("rules", file, "--json").data["list"]
    for name in ("rules.csv", "rules.xlsx"):
        assert run("rules", file, "--save", tmp_path / name, "--json").data["rules"] == 28
    other = tmp_path / "other.funding"
    assert run("new", other, "--partnership", "Another").status == 0
    assert run("rules", other, tmp_path / "rules.csv", "--json").data == {"rules": 28}
    keys = ("order", "name", "when", "charge_to", "on")
    after = run("rules", other, "--json").data["list"]
    assert [[rule[key] for key in keys] for rule in after] == [[rule[key] for key in keys] for rule in before]
    tried = run("rules", other, tmp_path / "rules.xlsx", "--try", "--json").data["tried"]
    assert [rule["when"] for rule in tried] == [rule["when"] for rule in before]


def test_rules_are_tried_and_none_is_added(at: At, tmp_path: Path) -> None:
    file = at("P10")
    table = tmp_path / "more.csv"
    rows = ["order,supplier,amount,account,charge to", "30,(not empty),at most: -0.01,,LF-01"]
    table.write_text("\n".join([*rows, "1,falcon,,between: 1 to 2,LF-08"]), encoding="utf-8")
    before = state_of(file.parent)
    tried = run("rules", file, table, "--try", "--json").data["tried"]
    assert tried[0]["when"] == "supplier is not empty and amount is at most −0.01"
    assert tried[0]["taken_earlier"] > 0
    assert tried[1]["sentence"] == "It fits none of the lines that are held."
    assert state_of(file.parent) == before
    assert "Name it after the file" in run("rules", file, "--try").refusal


def test_a_line_is_explained(at: At) -> None:
    file = at("P10")
    why = run("why", file, "ledger/2018/19/waiting", "--json").data
    transaction = why["lines"][0]["transaction"]
    [line] = run("rules", file, "--explain", transaction, "--json").data["lines"]
    assert (line["state"], line["fits"], line["charges"]) == ("waiting", None, [])
    assert "No rule fits it today." in run("rules", file, "--explain", transaction).out
    assert "“nothing”" in run("rules", file, "--explain", "nothing").refusal


def test_an_unreadable_condition_names_its_row_and_column(at: At, tmp_path: Path) -> None:
    file = at("planned")
    table = tmp_path / "rules.csv"
    table.write_text("account,charge to\nbetween: 3000,LF-01\n", encoding="utf-8")
    assert (
        "Row 2, column “account”: “3000” is not a first and a last value" in run("rules", file, table).refusal
    )
