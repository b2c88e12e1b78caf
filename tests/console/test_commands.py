"""Each command as console.md has it: keys, exit statuses, refusals, and what asking twice does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fundingapp.__main__ import COMMANDS
from tests.conftest import WorkedCase
from tests.console.conftest import Line
from tests.console.terminal import FUND, YEAR, ask, run, state_of

At = Callable[[str], Path]

READ = {
    "encoding",
    "tables",
    "layouts",
    "questions",
    "columns",
    "records",
    "total_pence",
    "negatives",
    "negative_total_pence",
    "stated_total_pence",
    "date_from",
    "date_to",
    "skipped",
    "findings",
}
KEYS = {
    "sample": {"file"},
    "plan": {"available_pence", "awarded_pence", "contingency_pence", "projects", "findings"},
    "import P10": READ | {"batch", "new", "unchanged", "reworded", "amount_changed", "vanished"},
    "rules": {"rules"},
    "match P10": {"matched", "suggested", "excluded", "unmatched"},
    "spend P10": {"projects", "income_pence", "excluded_pence", "unmatched_pence"},
    "reconcile P10": {"identities", "agrees"},
    "return": {"out", "cells_written", "read_back_equal", "parts_changed", "checks"},
    "verify": {"ok", "problems"},
}
CONSOLE = sorted(name for name in COMMANDS if not name.startswith("-"))


def whole_pence(value: object, key: str = "") -> None:
    """Every amount is a whole number in a key that ends in _pence, however deep it lies."""
    if isinstance(value, dict):
        for name, inner in value.items():
            whole_pence(inner, name)
    elif isinstance(value, list):
        for inner in value:
            whole_pence(inner, key)
    else:
        assert not isinstance(value, float), key
        if key.endswith("_pence"):
            assert value is None or type(value) is int, key


@pytest.mark.parametrize("step", KEYS)
def test_the_json_has_the_keys_that_are_promised(step: str, line: Line) -> None:
    data = line.steps[step].data
    assert set(data) >= KEYS[step]
    whole_pence(data)


def test_reading_has_the_keys_that_are_promised(charnwood: WorkedCase) -> None:
    ran = run("read", charnwood.folder / "GL_extract_P10.xlsx", "--json")
    data = ran.data
    assert (ran.status, set(data)) == (0, READ)
    assert data["tables"] == [
        {
            "number": 1,
            "sheet": "Transactions",
            "heading_row": 4,
            "records": 483,
            "total_pence": 26145966,
            "chosen": True,
        }
    ]
    assert "amount" in data["columns"].values()
    assert (data["date_from"], data["date_to"]) == ("2018-04-03", "2019-01-31")
    assert all(set(row) == {"row", "reason"} for row in data["skipped"])
    assert all(set(finding) == {"severity", "sheet", "row", "column", "text"} for finding in data["findings"])
    whole_pence(data)


def test_new_makes_an_empty_file_and_refuses_to_overwrite(tmp_path: Path) -> None:
    file = tmp_path / "our own.funding"
    made = run("new", file, "--partnership", "Charnwood CSP", "--body", "The Council", "--json")
    assert (made.status, made.data) == (0, {"file": str(file)})
    assert run("verify", file, "--json").data["ok"] is True
    before = state_of(tmp_path)
    refusal = run("new", file, "--partnership", "Another").refusal
    assert refusal == "“our own.funding” is there already. Choose another name; nothing was changed."
    assert state_of(tmp_path) == before


def test_new_overwrites_no_other_file_either(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam", encoding="utf-8")
    assert "is there already" in run("new", letter, "--partnership", "Ours", "--json").refusal
    assert letter.read_text(encoding="utf-8") == "Dear Sir or Madam"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["new", "{folder}/x.funding", "--partnership", "  "], "A partnership needs a name."),
        (["new", "{folder}/gone/x.funding", "--partnership", "Ours"], "is not there. Make it first"),
        (["sample", "{folder}/file.txt/below"], "can't be written"),
        (["verify", "{folder}"], "can't be opened"),
    ],
)
def test_what_cannot_be_made_is_refused(words: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("a file", encoding="utf-8")
    before = state_of(tmp_path)
    assert said in run(*(word.replace("{folder}", str(tmp_path)) for word in words)).refusal
    assert state_of(tmp_path) == before


def test_the_sample_refuses_to_overwrite_itself(at: At) -> None:
    file = at("P10")
    before = state_of(file.parent)
    assert "charnwood.funding” is there already" in run("sample", file.parent, "--json").refusal
    assert state_of(file.parent) == before


NAMES = [
    ("Locality Fund", "Leicestershire Police and Crime Commissioner"),
    ("Fund", "PCC"),
    ("Safer Streets / Fonds d'été 2018–19", "Comisiynydd yr Heddlu “Dyfed-Powys” & Co"),
    ("100% “Ours” [bold] {x} %s", "OPCC; DROP TABLE fund; --"),
    ("=1+1", "+44"),
    ("  Spaced   out  ", "  The   Commissioner "),
    ("F" * 200, "C" * 200),
]


@pytest.mark.parametrize(("fund", "commissioner"), NAMES)
def test_a_plan_may_name_any_fund_and_commissioner(fund: str, commissioner: str, tmp_path: Path) -> None:
    file = tmp_path / "s" / "charnwood.funding"
    run("sample", file.parent)
    table = file.parent / "funding_2018_19.csv"
    made = run(
        "plan", file, table, f"--fund={fund}", f"--commissioner={commissioner}", "--year", YEAR, "--json"
    )
    assert (made.status, made.data["projects"]) == (0, 17)
    for asked in (fund, f" {fund.upper()} "):
        spend = run("spend", file, f"--fund={asked}", "--year", YEAR, "--json")
        assert (spend.status, len(spend.data["projects"])) == (0, 17)
    why = run("why", file, f"{fund.strip()}/2018/19/available", "--json")
    assert why.data["value_pence"] == 7550000
    assert run("verify", file).status == 0


@pytest.mark.parametrize(("fund", "commissioner"), [("", "PCC"), ("  ", "PCC"), ("Fund", ""), ("Fund", "  ")])
def test_a_plan_needs_both_names(fund: str, commissioner: str, line: Line, at: At) -> None:
    file = at("planned")
    before = state_of(file.parent)
    table = file.parent / "funding_2018_19.csv"
    words = ("plan", file, table, "--fund", fund, "--commissioner", commissioner, "--year", YEAR)
    assert "needs" in run(*words).refusal
    assert state_of(file.parent) == before


def test_a_plan_is_not_recorded_twice(at: At) -> None:
    file = at("planned")
    before = state_of(file.parent)
    table = file.parent / "funding_2018_19.csv"
    commissioner = "Leicestershire Police and Crime Commissioner"
    words = ("plan", file, table, "--fund", FUND, "--commissioner", commissioner, "--year", YEAR)
    assert "This file holds an allocation of “Locality Fund” for 2018/19 already." in run(*words).refusal
    assert state_of(file.parent) == before


def test_a_plan_with_an_amount_that_cannot_be_read_records_nothing(at: At, tmp_path: Path) -> None:
    file = at("planned")
    table = tmp_path / "plan.csv"
    table.write_text("Ref,Bid,Funding received,Funding allocated\nX-1,One,,12.3.4\n", encoding="utf-8")
    before = state_of(file.parent)
    words = ("plan", file, table, "--fund", "Other", "--commissioner", "PCC", "--year", YEAR)
    refusal = run(*words).refusal
    assert "Row 2, column “Funding allocated”: “12.3.4” is not an amount" in refusal
    assert state_of(file.parent) == before


def test_rules_that_cannot_be_read_add_none(at: At, tmp_path: Path) -> None:
    file = at("planned")
    table = tmp_path / "rules.csv"
    lines = (file.parent / "coding_rules.csv").read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([*lines, ",".join("?" for _ in lines[0].split(","))]), encoding="utf-8")
    before = state_of(file.parent)
    refusal = run("rules", file, table).refusal
    assert "“rules.csv” can't be used" in refusal
    assert "no rule was added" in refusal
    assert state_of(file.parent) == before


def test_importing_the_same_file_twice_adds_nothing(at: At) -> None:
    file = at("P10")
    ledger = file.parent / "GL_extract_P10.xlsx"
    before = state_of(file.parent)
    again = run("import", file, ledger, "--json")
    assert again.status == 1
    data = again.data
    assert (data["batch"], data["new"], data["unchanged"]) == (1, 0, 483)
    assert data["reworded"] == data["amount_changed"] == data["vanished"] == []
    warning = next(finding for finding in data["findings"] if finding["severity"] == "warning")
    assert "is the very file imported on" in warning["text"]
    assert "nothing was added" in warning["text"]
    assert state_of(file.parent) == before
    people = run("import", file, ledger)
    assert "nothing was added" in people.err
    assert "0 new, 483 unchanged" in people.out


def test_the_debit_and_credit_file_after_the_workbook_is_unchanged_by_transaction(at: At) -> None:
    file = at("P10")
    spend = ask("spend", file).data
    data = run("import", file, file.parent / "GL_extract_P10_drcr.csv", "--json").data
    assert (data["new"], data["unchanged"]) == (0, 483)
    assert data["reworded"] == data["amount_changed"] == data["vanished"] == []
    assert ask("spend", file).data == spend
    assert run("verify", file).status == 0


def test_the_older_download_after_the_newer_one_asks_about_what_changed_back(at: At) -> None:
    file = at("P12")
    ran = run("import", file, file.parent / "GL_extract_P10_drcr.csv", "--json")
    assert ran.status == 1
    assert ran.data["reworded"] == ["550306/0479"]
    assert ran.data["amount_changed"] == ["551711/0449"]
    assert run("verify", file).status == 0


@pytest.mark.parametrize("total", ["261459.66", "£261,459.66", "261,459.66 DR"])
def test_a_control_total_that_agrees_lets_the_download_in(total: str, at: At) -> None:
    file = at("planned")
    ledger = file.parent / "GL_extract_P10.xlsx"
    assert run("import", file, ledger, "--control-total", total, "--json").data["new"] == 483


def test_a_control_total_that_differs_by_a_penny_refuses_the_download(at: At) -> None:
    file = at("planned")
    before = state_of(file.parent)
    refusal = run("import", file, file.parent / "GL_extract_P10.xlsx", "--control-total", "261459.67").refusal
    assert "sums to £261,459.66, the control total is £261,459.67: −£0.01 apart." in refusal
    assert "nothing has been imported" in refusal
    assert state_of(file.parent) == before


def test_a_sheet_can_be_named(at: At) -> None:
    file = at("planned")
    ledger = file.parent / "GL_extract_P10.xlsx"
    assert (
        run("read", ledger, "--sheet", "Transactions", "--layout", "automatic", "--json").data["records"]
        == 483
    )
    before = state_of(file.parent)
    assert "“Sheet9”" in run("import", file, ledger, "--sheet", "Sheet9").refusal
    assert "“Parameters”" in run("import", file, ledger, "--sheet", "Parameters").refusal
    assert state_of(file.parent) == before


def test_matching_again_changes_nothing(at: At) -> None:
    file = at("P10")
    spend = ask("spend", file).data
    again = run("match", file, "--json").data
    assert (again["matched"], again["excluded"], again["unmatched"]) == (0, 0, 4)
    assert ask("spend", file).data == spend


@pytest.mark.parametrize("command", ["spend", "reconcile", "return"])
@pytest.mark.parametrize(
    ("fund", "said"), [("Local Fund", "The funds are: “Locality Fund”."), ("", "The funds are")]
)
def test_a_fund_that_is_not_there_is_named_with_those_that_are(
    command: str, fund: str, said: str, at: At
) -> None:
    file = at("planned")
    out = ("--out", file.parent / "return.xlsx") if command == "return" else ()
    assert said in run(command, file, "--fund", fund, "--year", YEAR, *out, "--json").refusal


@pytest.mark.parametrize("command", ["spend", "reconcile"])
def test_a_year_without_anything_is_no_error(command: str, at: At) -> None:
    ran = run(command, at("P10"), "--fund", FUND, "--year", "2021/22", "--json")
    assert ran.status in {0, 1}
    assert ran.data


def test_questions_change_nothing(at: At) -> None:
    file = at("P12")
    before = state_of(file.parent)
    ask("spend", file, "--to-period", 3)
    ask("reconcile", file)
    run("why", file, "LF-08/2018/19/spend")
    run("verify", file)
    run("read", file.parent / "GL_extract_P10.xlsx")
    assert state_of(file.parent) == before


@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_a_return_of_each_quarter(quarter: int, at: At) -> None:
    file = at("P12")
    out = file.parent / f"Q{quarter}.xlsx"
    made = ask("return", file, "--quarter", quarter, "--out", out)
    assert (made.data["read_back_equal"], out.is_file()) == (True, True)
    assert made.status == (0 if made.data["checks"] and all(c["ok"] for c in made.data["checks"]) else 1)


def test_a_return_states_the_spend_of_its_projects(at: At) -> None:
    from openpyxl import load_workbook

    file = at("P12")
    ask("return", file, "--out", file.parent / "return.xlsx")
    book = load_workbook(file.parent / "return.xlsx", data_only=True, read_only=True)
    values = {value for row in book["Projects"].iter_rows(values_only=True) for value in row}
    spent = [entry["spent_pence"] for entry in ask("spend", file).data["projects"].values()]
    assert {pence / 100 for pence in spent} <= values
    book.close()


@pytest.mark.parametrize("out", ["gone/return.xlsx", "."])
def test_a_return_that_cannot_be_written_is_not_recorded(out: str, at: At) -> None:
    file = at("P10")
    before = state_of(file.parent)
    assert ask("return", file, "--out", file.parent / out).refusal
    assert state_of(file.parent) == before


def test_verify_finds_a_kept_download_that_was_changed(at: At) -> None:
    file = at("P10")
    kept = next(path for path in file.with_name("charnwood.funding-files").rglob("*") if path.is_file())
    kept.chmod(0o644)
    kept.write_bytes(b"something else")
    ran = run("verify", file, "--json")
    assert ran.status == 1
    assert ran.data["ok"] is False
    assert ran.data["problems"] == [
        "The original of “GL_extract_P10.xlsx” in “charnwood.funding-files” was changed."
    ]
    kept.unlink()
    assert "is missing" in run("verify", file).out


def test_verify_finds_a_figure_that_was_changed_behind_our_back(at: At) -> None:
    import sqlite3

    file = at("P10")
    connection = sqlite3.connect(file)
    connection.execute(
        "UPDATE charge SET amount_pence = amount_pence + 1 WHERE rowid = (SELECT min(rowid) FROM charge)"
    )
    connection.commit()
    connection.close()
    ran = run("verify", file, "--json")
    assert (ran.status, ran.data["ok"]) == (1, False)
    assert any("do not add up" in problem for problem in ran.data["problems"])


def test_the_demonstration_does_the_whole_job(tmp_path: Path) -> None:
    ran = run("demo", tmp_path / "demo")
    assert ran.status == 0
    assert "£75,500.00 available" in ran.out
    assert "716.61" in ran.out
    assert "differs  R10" in ran.out
    data = run("demo", tmp_path / "again", "--json").data
    assert data["unmatched_pence"] == 71661
    assert Path(data["out"]).is_file()
    assert Path(data["file"]).is_file()


# Wrong command lines


WRONG: list[list[str]] = [
    ["import"],
    ["import", "x.funding"],
    ["spend", "x.funding"],
    ["spend", "x.funding", "--fund", "F"],
    ["spend", "x.funding", "--fund", "F", "--year", "2018"],
    ["spend", "x.funding", "--fund", "F", "--year", "2018/20"],
    ["spend", "x.funding", "--fund", "F", "--year", "2018/19", "--to-period", "14"],
    ["spend", "x.funding", "--fund", "F", "--year", "2018/19", "--to-period", "0"],
    ["spend", "x.funding", "--fund", "F", "--year", "2018/19", "--to-period", "ten"],
    ["spend", "x.funding", "--fun", "F", "--year", "2018/19"],
    ["return", "x.funding", "--fund", "F", "--year", "2018/19"],
    ["return", "x.funding", "--fund", "F", "--year", "2018/19", "--quarter", "5", "--out", "r.xlsx"],
    ["import", "x.funding", "l.csv", "--control-total", "12.3.4"],
    ["read", "l.csv", "--layout", "sap"],
    ["read", "l.csv", "--column", "Amount"],
    ["import", "x.funding", "l.csv", "--column", "Amount=colour"],
    ["import", "x.funding", "l.csv", "--period", "2018/19"],
    ["read", "l.csv", "--table", "0"],
    ["import", "x.funding", "l.csv", "extra"],
    ["new", "x.funding"],
    ["why", "x.funding"],
    ["reconsile", "x.funding"],
    ["--reconcile"],
    ["--json", "spend"],
    ["x.funding", "y.funding"],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_command_line_is_status_2(words: list[str], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert "usage: fundingapp" in ran.err
    assert "Traceback" not in ran.err
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


@pytest.mark.parametrize("command", CONSOLE)
def test_each_command_has_help_for_every_word(command: str) -> None:
    ran = run(command, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"usage: fundingapp {command}")
    assert "--json" in ran.out
    described = ran.out.split("positional arguments:")[1].replace("options:", "").splitlines()
    for at, text in enumerate(described):
        if text.startswith("  ") and not text.startswith("   "):
            follows = described[at + 1] if at + 1 < len(described) else ""
            assert "  " in text.strip() or follows.startswith("      "), f"{text.strip()} is not explained"


@pytest.mark.parametrize("flag", ["-h", "--help", "--version"])
def test_the_program_has_help_of_its_own(flag: str) -> None:
    ran = run(flag)
    assert (ran.status, ran.err) == (0, "")
    if flag == "--version":
        assert ran.out.startswith("Funding Tracker ")
    else:
        assert all(f"    {command}" in ran.out for command in CONSOLE)


def test_our_own_mistake_is_one_sentence_and_a_trace_in_the_log(
    at: At, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    from fundingapp.console import figures as console

    file = at("P10")
    before = state_of(file.parent)

    def broken(*_: object) -> int:
        raise ZeroDivisionError("nothing can be divided so")

    monkeypatch.setattr(console, "FundNamed", broken)
    ran = ask("spend", file)
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.startswith(
        "The program made a mistake and stopped; what it had not finished was not kept."
    )
    assert ran.err.count("\n") == 1
    log = next(own_home.rglob("fundingapp.log"))
    assert str(log) in ran.err
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    assert state_of(file.parent) == before


def test_stopping_a_command_is_said_and_keeps_nothing(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    from fundingapp.application.commands import imports

    file = at("P10")
    before = state_of(file.parent)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(imports, "controls_of", stop)
    ran = run("import", file, file.parent / "GL_extract_P12.xlsx")
    assert ran.refusal == "Stopped: whatever had not been finished was not kept."
    after = state_of(file.parent)
    assert {name: after[name] for name in before} == before


def test_every_command_that_help_lists_is_one_of_the_console() -> None:
    """Else its name alone, without the file that was forgotten, would open the window on a file of that name."""
    listed = re.findall(r"^    ([a-z-]+)(?= |$)", run("--help").out, re.MULTILINE)
    assert sorted(listed) == CONSOLE
