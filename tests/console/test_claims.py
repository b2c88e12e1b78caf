"""Claims, payments and the position of a grant from the command line, on Charnwood's year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.console.terminal import FUND, YEAR, Ran, run

At = Callable[[str], Path]
GRANT = ("--fund", FUND, "--year", YEAR)


def claim(file: Path, *more: object) -> Ran:
    return run("claim", file, *GRANT, *more, "--json")


def submit(file: Path, number: int = 1) -> Ran:
    return claim(file, "--submit", number, "--dated", "20/07/2018", "--reason", "the rest is asked about")


def test_a_year_without_claims_says_what_is_claimable(at: At) -> None:
    ran = run("claims", at("P12"), *GRANT)
    assert ran.status == 0
    assert "Nothing is claimed of Locality Fund 2018/19 yet" in ran.out


def test_a_claim_from_its_beginning_to_its_money(at: At) -> None:
    file = at("P12")
    opened = claim(file, "--open").data["claims"][0]
    assert (opened["claim"], opened["state"], opened["to_period"]) == (1, "draft", 3)
    asked = opened["asked_pence"]
    assert asked == sum(line["claimed_pence"] for line in opened["lines"]) > 0
    assert submit(file).data["claims"][0]["state"] == "submitted"
    ref = next(line["ref"] for line in opened["lines"] if line["claimed_pence"] > 100)
    decided = claim(
        file, "--approve", 1, "--reference", "PCC/17", "--amount", f"{ref}=1.00", "--reason", "no invoice"
    ).data["claims"][0]
    assert (decided["approved_pence"], decided["disallowed_pence"]) == (asked - 100, 100)
    pounds = f"{(asked - 100) // 100}.{(asked - 100) % 100:02}"
    paid = run(
        "payment", file, *GRANT, "--amount", pounds, "--dated", "01/09/2018", "--remittance", "REM-1",
        "--claim", 1, "--json",
    )  # fmt: skip
    # It is not matched to the ledger yet, so there is a difference to look at (R22).
    assert (paid.status, paid.data["agrees"]) == (1, False)
    assert (paid.data["claims"][0]["state"], paid.data["received_pence"]) == ("paid", asked - 100)
    position = run("position", file, *GRANT, "--json").data
    assert position["claimed_pence"] == asked
    assert position["received_pence"] == asked - 100
    assert position["cash_pence"] == position["received_pence"] - position["spent_pence"]


def test_a_move_that_is_not_open_is_refused_in_a_sentence(at: At) -> None:
    file = at("P12")
    claim(file, "--open")
    assert claim(file, "--request", 1).refusal.startswith(
        "Claim 1 is draft: it can't become payment requested from there."
    )
    assert claim(file, "--submit", 4).refusal.endswith("The claims of 2018/19 are: 1.")


def test_a_query_and_its_answer(at: At) -> None:
    file = at("P12")
    line = next(
        each for each in claim(file, "--open").data["claims"][0]["lines"] if each["claimed_pence"] > 100
    )
    submit(file)
    queried = claim(file, "--query", 1, "--reason", "which invoice?", "--amount", f"{line['ref']}=1.00")
    assert queried.data["claims"][0]["queried_pence"] == 100
    assert claim(file, "--query", 1, "--amount", "XX-1=1.00", "--reason", "?").status == 3
    answered = claim(file, "--answer", 1, "--reason", "invoice 12").data["claims"][0]
    assert (answered["state"], answered["queried_pence"]) == ("submitted", 0)


def test_a_payment_names_its_ledger_line(at: At) -> None:
    file = at("P12")
    income = run("why", file, f"ledger/{YEAR}/income", "--json").data["lines"][0]
    pounds = f"{-income['amount_pence'] // 100}.{-income['amount_pence'] % 100:02}"
    words = ("--amount", pounds, "--dated", "20/07/2018", "--line", income["transaction"], "--json")
    ran = run("payment", file, *GRANT, *words)
    assert (ran.status, ran.data["agrees"]) == (0, True)
    assert ran.data["payments"][0]["in_ledger_pence"] == -income["amount_pence"]
    back = run("payment", file, *GRANT, "--amount", "10.00", "--repaid", "--reason", "unspent", "--json")
    assert back.data["repaid_pence"] == 1000
    assert run("payment", file, *GRANT, "--amount", "1.00", "--line", "nothing").status == 3


def test_the_position_has_every_figure_that_the_exchange_names(at: At) -> None:
    data = run("position", at("P12"), *GRANT, "--json").data
    assert set(data) == {
        "allocation_pence", "brought_forward_pence", "anticipated_pence", "available_pence", "awarded_pence",
        "contingency_pence", "spent_pence", "projects", "claimed_pence", "received_pence", "repaid_pence",
        "cash_pence", "underspend_pence", "carried_forward_pence", "asked_pence", "undecided_pence",
        "forecast_pence", "owed_pence", "surrendered_pence",
    }  # fmt: skip
    assert data["available_pence"] == 7_550_000
    assert data["contingency_pence"] == 1_600
    assert data["underspend_pence"] == data["available_pence"] - data["spent_pence"]
    assert sum(each["spent_pence"] for each in data["projects"].values()) == data["spent_pence"]


def test_the_kinds_add_up_to_the_position(at: At) -> None:
    file = at("P12")
    whole = run("position", file, *GRANT, "--json").data
    parts = [run("position", file, *GRANT, "--kind", kind, "--json").data for kind in ("revenue", "capital")]
    for key in ("allocation_pence", "available_pence", "awarded_pence", "spent_pence", "underspend_pence"):
        assert sum(part[key] for part in parts) == whole[key]
