"""People, certificates, locks and alarms from the command line, on Charnwood's year; two logins are two people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from tests.console.terminal import Ran, ask, run

At = Callable[[str], Path]
GRANT = ("--fund", "Locality Fund", "--year", "2018/19")


def certify(file: Path, what: str, *more: object) -> Ran:
    return run("certify", what, file, *GRANT, *more, "--json")


def test_one_prepares_another_signs_and_a_later_change_is_named(
    at: At, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "ann")
    file = at("P12")
    named = run(
        "people", file, "--add", "ben", "--name", "Ben Fox", "--role", "section-151-officer", "--json"
    )
    assert named.data["people"][0]["role"] == "section 151 officer"
    [made] = certify(file, "prepare", "--to-period", 2).data["certificates"]
    spent = next(each["pence"] for each in made["figures"] if each["figure"].endswith("2018/19/spend@2"))
    assert (made["state"], made["prepared_by"]) == ("awaiting sign-off", "ann")
    assert spent == sum(
        each["spent_pence"] for each in ask("spend", file, "--to-period", 2).data["projects"].values()
    )
    assert "ann prepared it: another person has to sign." in certify(file, "sign").refusal
    monkeypatch.setenv("LOGNAME", "ben")
    [signed] = certify(file, "sign").data["certificates"]
    assert (signed["state"], signed["signed_by"]) == ("certified", "Ben Fox")
    [lock] = run("locks", file, "--json").data["locks"]
    assert (lock["kind"], lock["by"]) == ("return", "ben")
    out = tmp_path / "certificate.docx"
    assert certify(file, "print", "--out", out).status == 0
    words = "\n".join(
        cell.text for table in docx.Document(str(out)).tables for row in table.rows for cell in row.cells
    )
    for said in (signed["checksum"], signed["journal_head"], "Ben Fox", "ann"):
        assert said in words
    out.unlink()
    run("assert", file, *GRANT, "--to-period", 10, "--reason", "agreed with the ledger")
    assert run("alarms", file, "--json").data == {"alarms": []}
    adjusted = (
        "--project",
        "LF-08",
        "--period",
        9,
        "--reason",
        "room",
        "--kind",
        "recharge",
        "--amount",
        "5",
    )
    run("adjust", file, *adjusted, "--evidence", "minute 7")
    ran = run("alarms", file, "--json")
    [alarm] = ran.data["alarms"]
    assert ran.status == 1
    assert (alarm["by"], alarm["about"], alarm["open"]) == ("ben", "balance", True)
    [differs] = alarm["differs"]
    assert (differs["figure"], differs["now_pence"] - differs["was_pence"]) == (
        "LF-08/2018/19/spend/P9:revenue",
        500,
    )
    assert "was first broken by ben" in run("alarms", file).out
    refused = run("adjust", file, *adjusted[:3], 2, *adjusted[4:], "--evidence", "minute 8").refusal
    assert "is certified (by Ben Fox on" in refused
    assert "Reverse it and make a new entry in a later period" in refused
    [void] = certify(file, "void", "--reason", "the room was double").data["certificates"]
    assert (void["state"], void["reason"]) == ("void", "the room was double")


def test_declining_needs_a_reason_and_keeps_it(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    file = at("P12")
    monkeypatch.setenv("LOGNAME", "ann")
    certify(file, "prepare", "--to-period", 2)
    monkeypatch.setenv("LOGNAME", "ben")
    assert "Declining needs its reason" in certify(file, "decline").refusal
    [declined] = certify(file, "decline", "--reason", "LF-03 is high").data["certificates"]
    assert (declined["state"], declined["reason"]) == ("declined", "LF-03 is high")
    assert "declined. Prepared by ann." in run("certify", "list", file, *GRANT).out


def test_a_lock_for_all_but_the_lead(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    file = at("P12")
    monkeypatch.setenv("LOGNAME", "ann")
    locked = run(
        "lock", file, "--year", "2018/19", "--to-period", 12, "--reason", "closing", "--but-lead", "--json"
    )
    assert locked.data["locks"][0]["for"] == "all but the finance lead"
    assert "No finance lead is named under People" in run("locks", file).out
    run("people", file, "--add", "ann", "--role", "finance-lead")
    adjusted = (
        "--project",
        "LF-08",
        "--period",
        9,
        "--reason",
        "room",
        "--kind",
        "recharge",
        "--amount",
        "5",
    )
    assert run("adjust", file, *adjusted, "--evidence", "minute 7").status == 0
    monkeypatch.setenv("LOGNAME", "ben")
    refused = run("adjust", file, *adjusted, "--evidence", "minute 8").refusal
    assert "are locked for all but the finance lead (by ann on" in refused
    assert "ann (finance lead) may reopen it" in refused
    assert (
        "ben may not reopen"
        in run("unlock", file, "--year", "2018/19", "--reason", "why", "--but-lead").refusal
    )
    monkeypatch.setenv("LOGNAME", "ann")
    assert run("unlock", file, "--year", "2018/19", "--reason", "why", "--but-lead").status == 0
    assert run("people", file, "--remove", "ANN", "--json").data == {"people": []}
