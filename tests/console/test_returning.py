"""A return from the file to its acceptance on the command line, by two people, and what is known of it afterwards."""

from __future__ import annotations

import email
import hashlib
from collections.abc import Callable
from email.policy import SMTP
from pathlib import Path

import pypdf
import pytest

from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.ports import LineFilter, LineOrder, Show
from fundingapp.application.queries.lines import LineIds
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.assembly import Assembly
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import parse_target
from tests.builders_core import YEAR, accept_errors
from tests.console.terminal import Ran, run

At = Callable[[str], Path]
GRANT = ("--fund", "Locality Fund", "--year", "2018/19")
Q3 = ("--quarter", 3)


def asked(command: str, file: Path, *more: object) -> Ran:
    return run(command, file, *GRANT, *Q3, *more, "--json")


def sent(what: str, file: Path, *more: object) -> Ran:
    return run("send", what, file, *GRANT, *Q3, *more, "--json")


def test_from_the_file_to_its_acceptance(at: At, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ann")
    file, out = at("P12"), tmp_path / "Q3.xlsx"
    opened = Assembly().open(str(file))
    waiting = opened.desk.ask(LineIds(LineFilter(YEAR, show=Show.WAITING), LineOrder()))
    opened.desk.do(ChargeLines(tuple(map(LineId, waiting)), parse_target("excluded: not ours"), ""))
    accept_errors(opened.desk, opened.desk.ask(FundNamed("Locality Fund")), YEAR, 3)
    opened.close()
    assert asked("return", file, "--out", out).status == 0
    refused = sent("sent", file)
    assert "is draft: it can't become sent" in refused.refusal
    checked = sent("checked", file)
    assert checked.err == ""
    assert [each["state"] for each in checked.data["returns"]] == ["checked"]
    [awaiting] = run("certify", "prepare", file, *GRANT, "--to-period", 9, "--json").data["certificates"]
    assert awaiting["state"] == "awaiting sign-off"
    monkeypatch.setenv("LOGNAME", "ben")
    run("certify", "sign", file, *GRANT, "--json")
    monkeypatch.setenv("LOGNAME", "ann")
    letter = tmp_path / "letter of the commissioner.txt"
    letter.write_text("Received with thanks", encoding="utf-8")
    gone = sent("sent", file, "--to", "The Commissioner", "--how", "e-mail", "--paper", letter)
    [shown] = gone.data["returns"]
    assert (shown["state"], shown["sent_to"], shown["is_kept"]) == ("sent", "The Commissioner", True)
    assert shown["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()

    again = tmp_path / "again.xlsx"
    asked("return-file", file, "--out", again)
    assert again.read_bytes() == out.read_bytes()

    pack = tmp_path / "pack.pdf"
    made = asked("return-pack", file, "--out", pack)
    assert made.data["sha256"] == shown["sha256"]
    said = "".join("\n".join(page.extract_text() for page in pypdf.PdfReader(pack).pages).split())
    for wanted in (shown["sha256"], shown["checksum"], "Certifiedbyben", "letterofthecommissioner.txt"):
        assert wanted in said

    mail = tmp_path / "letter.eml"
    missing = asked("return-mail", file, "--out", mail)
    read = email.message_from_bytes(mail.read_bytes(), policy=SMTP)
    assert [part.get_filename() for part in read.iter_attachments()] == ["Q3.xlsx", "Q3 pack.pdf"]
    assert missing.data["attachments"] == ["Q3.xlsx", "Q3 pack.pdf"]

    figure = "Locality Fund/2018/19/spend@9"
    why = run("why", file, f"return:{shown['id']}!{figure}", "--json").data
    assert (why["value_pence"], why["now_pence"]) == (shown["spent_pence"], shown["spent_pence"])
    adjusted = ("--project", "LF-08", "--period", 9, "--reason", "room", "--kind", "recharge")
    run("adjust", file, *GRANT, *adjusted, "--amount", "12.34", "--evidence", "minute 4")
    why = run("why", file, f"return:{shown['id']}!{figure}", "--json").data
    assert why["now_pence"] - why["value_pence"] == 1234
    assert [part["difference_pence"] for part in why["changes"]] == [1234]
    now = asked("return-changes", file, "--now").data
    assert (now["difference_pence"], now["explained"]) == (1234, True)

    queried = sent("queried", file, "--reason", "Why is LF-08 high?", "--reference", "PCC/1")
    assert queried.data["returns"][0]["steps"][-1]["reason"] == "Why is LF-08 high?"
    accepted = sent("accepted", file, "--reference", "PCC/2")
    assert [each["state"] for each in accepted.data["returns"]] == ["accepted"]
    listed = asked("returns", file)
    assert listed.status == 1  # a quarter that it states has changed since
    assert listed.data["returns"][0]["changed"][0]["ref"] == "LF-08"
    told = asked("narrative", file, "--section", "progress", "--text", "All went well.")
    assert "version 1, is accepted: the file keeps words as it was written." in " ".join(told.err.split())
    assert told.data["sections"][0]["text"] == "All went well."
