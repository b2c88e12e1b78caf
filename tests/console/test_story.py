"""`narrative`, `progress`, `risks`, `assets` and `statements`, on Charnwood's grant up to period 10."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.console.terminal import ask

At = Callable[[str], Path]


def test_what_a_return_says_beside_the_money_is_kept_and_told(at: At, tmp_path: Path) -> None:
    file = at("P10")
    third = ("--quarter", 3)
    wrote = ask("narrative", file, *third, "--section", "prog", "--text", "All went well.")
    assert wrote.status == 0
    assert wrote.data["sections"][0] | {"by": "", "at": ""} == {
        "section": "progress",
        "text": "All went well.",
        "words": 3,
        "most_words": None,
        "words_over": 0,
        "by": "",
        "at": "",
    }
    copied = ask("narrative", file, "--quarter", 4, "--copy")
    assert (copied.data["changed"], copied.data["sections"][0]["text"]) == (1, "All went well.")
    refused = ask("narrative", file, *third, "--text", "x")
    assert "A section and its text go together." in refused.refusal

    table = tmp_path / "risks.csv"
    table.write_text("Risk,Project,Likelihood,Impact,Mitigation\nFlood,LF-01,3,4,pumps\nStrike,,2,2,\n")
    taken = ask("risks", file, *third, "--read", table)
    assert taken.status == 1, "a risk without a mitigation is to be looked at"
    assert (taken.data["taken"], [each["score"] for each in taken.data["risks"]]) == (2, [12, 4])
    assert [each["code"] for each in taken.data["gaps"]] == ["risk_missing", "risk_unmitigated"]
    assert ask("risks", file, *third, "--read", table).data["taken"] == 0, "what is there is not taken twice"
    table.write_text("Risk,Likelihood,Impact\nGood,1,1\nBad,7,1\n")
    assert "row 3" in ask("risks", file, *third, "--read", table).refusal
    assert len(ask("risks", file, *third).data["risks"]) == 2, "all of a table, or none"

    progress = tmp_path / "progress.csv"
    progress.write_text("Ref,Status,Delivery RAG,Explanation\nLF-01,in progress,Amber,\n")
    stands = ask("progress", file, *third, "--read", progress)
    assert stands.status == 1
    [first] = [each for each in stands.data["projects"] if each["ref"] == "LF-01"]
    assert (first["status"], first["delivery_rag"], first["is_judged"]) == ("in progress", "Amber", False)
    assert any(gap["text"].startswith("LF-01 is ") and gap["is_error"] for gap in stands.data["gaps"])

    assets = tmp_path / "assets.csv"
    assets.write_text("Asset,Project,Cost,Bought on\nVan,LF-01,80.00,01/06/2018\n")
    assert ask("assets", file, *third, "--read", assets).data["assets"][0]["cost_pence"] == 8_000
    statements = tmp_path / "statements.csv"
    statements.write_text("Partner,Project,Passed on\nNobody,LF-01,5.00\n")
    [said] = ask("statements", file, *third, "--read", statements).data["statements"]
    assert (said["passed_on_pence"], said["in_ledger_pence"], said["difference_pence"]) == (500, 0, 500)
