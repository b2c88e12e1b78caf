"""Virements and profiles from the command line, on Charnwood's year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.console.terminal import ask, run

At = Callable[[str], Path]
GRANT = ("--fund", "Locality Fund", "--year", "2018/19")


def virement(file: Path, source: str, target: str, amount: str, *more: object) -> tuple[object, ...]:
    ends = ("--from", source, "--to", target, "--amount", amount, "--reason", "costs moved")
    return ("virement", file, *GRANT, *ends, *more)


def test_budget_is_moved_and_stands_in_the_register(at: At) -> None:
    file = at("P10")
    ran = run(*virement(file, "LF-03", "lf-13", "835.19", "--dated", "31/01/2019"), "--json")
    assert ran.status == 0
    assert ran.data["lines"] == [
        {"line": "LF-03", "kind": "revenue", "before_pence": 300000, "after_pence": 216481},
        {"line": "LF-13", "kind": "revenue", "before_pence": 368400, "after_pence": 451919},
    ]
    found = run("virements", file, *GRANT, "--json")
    assert found.status == 0
    assert [(each["number"], each["state"], each["date"]) for each in found.data["virements"]] == [
        (1, "applied", "2019-01-31")
    ]
    words = run("virements", file, *GRANT)
    assert "LF-03" in words.out
    assert "The agreement states no limit for virements." in words.out
    found_identities: dict[str, Any] = {
        entry["id"]: entry for entry in ask("reconcile", file).data["identities"]
    }
    assert all(found_identities[id]["ok"] for id in ("R3", "R4", "R5", "R6"))


def test_a_penny_too_much_is_refused_with_both_figures(at: At) -> None:
    ran = run(*virement(at("P10"), "LF-03", "LF-13", "835.20"))
    assert ran.status == 3
    assert (
        "£835.20 can't leave Street Pastors: £2,164.81 of its £3,000.00 is already spent, so £835.19 at most can."
        in ran.err
    )


def test_a_draft_moves_nothing_and_waits_to_be_looked_at(at: At) -> None:
    file = at("P10")
    ran = run(*virement(file, "contingency", "LF-13", "16", "--draft"))
    assert (ran.status, "Virement 1 of £16.00 is a draft" in ran.out) == (0, True)
    register = run("virements", file, *GRANT, "--json")
    assert (register.status, register.data["virements"][0]["state"]) == (1, "draft")


def test_what_is_no_line_of_the_grant_is_refused(at: At) -> None:
    ran = run(*virement(at("P10"), "LF-99", "LF-13", "1"))
    assert (ran.status, "“LF-99”" in ran.err) == (3, True)


@pytest.mark.parametrize(
    ("more", "april", "june"),
    [
        (("--shape", "even"), 30700, 30700),
        (("--shape", "seasonal", "--season", "in quarters"), 0, 92100),
        (("--shape", "typed", "--months", "3,684.00;0;0;0"), 122800, 122800),
        (("--shape", "typed", "--months", "1;0;0;0", "--difference-on", 3), 34, 368333),
    ],
)
def test_a_profile_is_set_and_shown(at: At, more: tuple[object, ...], april: int, june: int) -> None:
    file = at("P10")
    assert run("profile", file, "LF-13", "--json").data["shape"] is None
    made = run("profile", file, "LF-13", *more, "--json").data
    assert (made["months_pence"]["Apr"], made["months_pence"]["Jun"]) == (april, june)
    assert sum(made["months_pence"].values()) == made["budget_pence"] == 368400
    assert made == run("profile", file, "LF-13", "--json").data


def test_a_profile_that_does_not_foot_is_refused_with_the_pence(at: At) -> None:
    ran = run("profile", at("P10"), "LF-13", "--shape", "typed", "--months", "3,683.97;0;0;0")
    assert ran.status == 3
    assert "3 pence (£0.03) are missing." in ran.err
