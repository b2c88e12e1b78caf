"""A grant's year end from the command line, on Charnwood's year: carried forward, given back, closed and reopened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.console.terminal import FUND, YEAR, Ran, run

At = Callable[[str], Path]
GRANT = ("--fund", FUND, "--year", YEAR)


def carry(file: Path, *more: object) -> Ran:
    return run("carry-forward", file, *GRANT, *more, "--json")


def settle(file: Path, *more: object) -> Ran:
    return run("settle", file, *GRANT, *more, "--json")


def outturn(file: Path) -> Ran:
    return run("outturn", file, *GRANT, "--json")


def test_the_outturn_foots(at: At) -> None:
    file = at("P12")
    found = outturn(file).data
    for measure in ("budget_pence", "eligible_pence", "left_pence", "pending_pence"):
        assert sum(head[measure] for head in found["heads"]) == found["total"][measure]
    assert found["available_pence"] == found["total"]["budget_pence"]
    position = run("position", file, *GRANT, "--json").data
    assert found["available_pence"] == position["available_pence"]
    assert found["total"]["eligible_pence"] == position["spent_pence"]
    assert found["undecided_pence"] == position["undecided_pence"]


def test_a_year_from_its_plan_to_its_closing(at: At) -> None:
    file = at("P12")
    heads = [head for head in outturn(file).data["heads"] if head["pending_pence"] > 2_00 and head["ref"]]
    one, two = heads[0]["ref"], heads[1]["ref"]
    planned = carry(file, "plan", "--amount", f"{one}=1.50", "--reason", "the work goes on").data
    assert (planned["forecast_pence"], planned["agreed_pence"]) == (150, 0)
    late = carry(
        file, "ask", "--amount", f"{one}=1.50", "--amount", f"{two}=1.00", "--reason", "the work goes on",
        "--dated", "01/03/2019",
    )  # fmt: skip
    assert late.status == 1
    assert "is later, so the commissioner may refuse it" in late.data["findings"][0]
    decided = carry(
        file, "decide", "--amount", f"{one}=1.50", "--amount", f"{two}=0.40", "--dated", "12/06/2019",
        "--reference", "PCC/CF/9", "--evidence", "PCC/CF/9",
    ).data  # fmt: skip
    assert (decided["agreed_pence"], decided["refused_pence"], decided["asked_pence"]) == (190, 60, 0)
    assert [row["state"] for row in decided["carry_forwards"]] == ["agreed", "part agreed"]
    settled = settle(file, "list").data
    assert [(row["ref"], row["amount_pence"], row["state"]) for row in settled["settlements"]] == [
        (two, 60, "surrendered")
    ]
    listed = run("checklist", file, *GRANT, "--json")
    assert listed.status == 1
    assert not listed.data["can_close"]
    assert run("close-year", file, *GRANT, "--reason", "done").refusal.startswith(
        f"{FUND} {YEAR} can't be closed"
    )
    chain = run("chain", file, "--fund", FUND, "--json").data
    assert chain["years"][0]["carried_forward_pence"] == 190


def test_what_was_overspent_breaks_the_year_once_it_is_settled_and_says_so_in_lines_that_fit(at: At) -> None:
    file = at("P12")
    head = next(head for head in outturn(file).data["heads"] if head["pending_pence"] > 2_00 and head["ref"])
    assert "R29" not in run("reconcile", file, *GRANT).out
    asked = ("--amount", f"{head['ref']}=1.50", "--reason", "the work goes on", "--dated", "01/03/2019")
    carry(file, "ask", *asked)
    ran = run("reconcile", file, *GRANT)
    assert "R29: nothing pays for " in ran.out
    assert (
        "  Let the host pay it (an ineligible adjustment), or move budget to it with a dated virement."
        in ran.out
    )
    assert max(map(len, ran.out.splitlines())) <= 140


def test_wrong_words_are_refused_in_a_sentence(at: At) -> None:
    file = at("P12")
    assert "no budget in 2018/19 for “LF-99”" in carry(file, "plan", "--amount", "LF-99=1").refusal
    assert "Nothing to do" in run("reopen-year", file, *GRANT, "--reason", "x").refusal
    assert "locked" in run("close-year", file, *GRANT, "--reason", "x", "--accept", "nothing=y").err
    assert "There is no settlement “number 9”" in settle(file, "repay", "--number", 9).refusal
    assert "No settlement was named" in settle(file, "invoice", "--reference", "I").refusal
    assert "payment with the remittance" in settle(file, "net", "--number", 1, "--payment", "X").refusal


def test_the_words_of_each_command(at: At) -> None:
    file = at("P12")
    assert "Outturn of Locality Fund 2018/19" in run("outturn", file, *GRANT).out
    assert (
        "Nothing is planned to be carried forward out of 2018/19."
        in run("carry-forward", file, "list", *GRANT).out
    )
    assert "surrender it" in run("settle", file, "list", *GRANT).out
    assert "nothing is decided about it" in " ".join(run("checklist", file, *GRANT).out.split())
