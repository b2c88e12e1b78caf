"""Bids on the command line: a year's list, and one bid from its draft to its closing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.console.terminal import YEAR, run, state_of

At = Callable[[str], Path]

DRAFT = ("--draft", "CCTV in three towns", "--fund", "Locality Fund", "--year", YEAR, "--amount", "30,000.00")
CAPITAL = ("--money", "capital", "--outside", "--cost", "assets and equipment:1:30000")


def moved(file: Path, state: str, *words: str) -> dict[str, object]:
    """“CCTV” after it came to *state*."""
    data = run("bid", file, "CCTV", "--move", state, *words, "--json").data
    assert isinstance(data, dict)
    return data


def test_a_years_bids_are_listed_with_what_there_is_for_them(at: At) -> None:
    file = at("planned")
    ran = run("bids", file, "--year", YEAR, "--json")
    assert ran.status == 0
    assert set(ran.data) == {"year", "bids", "rooms", "alerts"}
    assert len(ran.data["bids"]) == 17
    first = ran.data["bids"][0]
    assert (first["ref"], first["state"], first["amount_pence"], first["awarded_pence"]) == (
        "LF-01",
        "approved",
        1000000,
        1000000,
    )
    keys = ("available_pence", "awarded_pence", "contingency_pence", "left_pence")
    assert [tuple(room[key] for key in ("money", *keys)) for room in ran.data["rooms"]] == [
        ("revenue", 6550000, 6548400, 1600, 0),
        ("capital", 1000000, 1000000, 0, 0),
    ]
    people = run("bids", file, "--year", YEAR, "--fund", "locality fund").out
    assert "LF-01" in people
    assert (
        "£65,500.00 available; £65,484.00 awarded, £16.00 contingency, £0.00 submitted: £0.00 left" in people
    )


def test_a_bid_goes_from_its_draft_to_its_closing(at: At) -> None:
    file = at("planned")
    drafted = run("bid", file, "CCTV", *DRAFT, *CAPITAL, "--json")
    assert (drafted.status, drafted.data["state"], drafted.data["costs_pence"]) == (0, "draft", 3000000)
    minute = ("--date", "2018-02-07", "--reference", "minute 4", "--by", "the board", "--interests", "none")
    assert moved(file, "CSP-approved", *minute)["state"] == "CSP approved"
    moved(file, "submitted", "--date", "10/02/2018", "--until", "2018-03-31")
    waiting = run("bids", file, "--year", YEAR, "--json")
    assert waiting.status == 1
    assert waiting.data["alerts"] == [
        "CCTV's bid for £30,000.00 is unanswered, due 31/03/2018, and 2018/19 has begun."
    ]
    letter = ("--date", "2018-03-20", "--reference", "PCC/7")
    part = moved(file, "part-approved", *letter, "--amount", "25000.00")
    assert (part["awarded_pence"], part["room"]) == (2500000, part["room"])
    moved(file, "offered", "--date", "2018-03-21", "--reference", "Offer 1", "--until", "2018-04-21")
    moved(file, "accepted", "--date", "2018-04-21", "--by", "the section 151 officer")
    moved(file, "live", "--date", "2018-05-01")
    moved(file, "on-hold", "--date", "2018-06-01", "--reason", "planning permission")
    moved(file, "live", "--date", "2018-07-01")
    moved(file, "complete", "--date", "2019-03-31")
    still = run("bid", file, "cctv", "--move", "financially-closed", "--date", "2019-04-30").refusal
    assert "£25,000.00 of its £25,000.00 is neither spent nor given back to contingency" in still
    closed = moved(file, "financially-closed", "--date", "2019-04-30", "--surrender")
    assert closed["state"] == "financially closed"
    history = closed["history"]
    assert isinstance(history, list)
    assert [step["state"] for step in history] == [
        "CSP approved",
        "submitted",
        "part approved",
        "offered",
        "accepted",
        "live",
        "on hold",
        "live",
        "complete",
        "financially closed",
    ]
    assert run("verify", file, "--json").data["ok"] is True
    assert run("reconcile", file, "--fund", "Locality Fund", "--year", YEAR, "--json").data["agrees"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("LF-01", "--move", "submitted", "--date", "2018-04-01"),
            "can't become submitted without the reason.",
        ),
        (
            ("LF-01", "--move", "live", "--date", "2018-04-01"),
            "it can't become live from there. It can become offered",
        ),
        (("LF-01", "--move", "offered", "--date", "2018-04-01"), "without the reference of the paper"),
        (("LF-99", "--move", "live"), "LF-99"),
        (("LF-01", "--id", "999"), "There is no bid “LF-01”"),
        (("X-1", "--draft", "New"), "A draft needs its fund, its year and the amount."),
    ],
)
def test_what_is_not_allowed_is_refused_and_leaves_the_file_as_it_was(
    at: At, words: tuple[str, ...], said: str
) -> None:
    file = at("planned")
    before = state_of(file.parent)
    assert said in run("bid", file, *words).refusal
    assert state_of(file.parent) == before


def test_of_several_bids_the_one_meant_is_named_by_its_number(at: At) -> None:
    file = at("planned")
    run("bid", file, "CCTV", *DRAFT, *CAPITAL)
    run("bid", file, "CCTV", *DRAFT, "--money", "revenue")
    refusal = run("bid", file, "CCTV").refusal
    assert "“CCTV” has 2 bids. Say which: --id " in refusal
    assert run("bid", file, "CCTV", "--money", "capital", "--json").data["money"] == "capital"
    assert "It can become: CSP approved, withdrawn." in run("bid", file, "CCTV", "--money", "revenue").out


@pytest.mark.parametrize(
    "words",
    [
        ("CCTV", "--move", "happy"),
        ("CCTV", "--date", "2018-02-30"),
        ("CCTV", "--cost", "staff:5:1.00"),
        ("CCTV", "--cost", "happiness:1:1.00"),
        ("CCTV", "--cost", "staff:1:1.001"),
        ("CCTV", "--draft", "x", "--move", "live"),
    ],
)
def test_a_wrong_command_line_says_so(at: At, words: tuple[str, ...]) -> None:
    assert run("bid", at("planned"), *words).status == 2


def test_two_projects_become_one_and_open_money_keeps_them_apart(at: At) -> None:
    file = at("planned")
    ran = run("merge", file, "LF-05", "lf-04", "--json")
    assert (ran.status, ran.data) == (0, {"gone": "LF-05", "stays": "lf-04"})
    assert "There is no project “LF-05”" in run("merge", file, "LF-05", "LF-04").refusal
    bids = run("bids", file, "--year", YEAR, "--json").data["bids"]
    assert [bid["amount_pence"] for bid in bids if bid["ref"] == "LF-04"] == [250000, 250000]
