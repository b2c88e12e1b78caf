"""The checks before a return is sent, as scripts read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fundingapp.domain.funds import Kind
from tests.console.terminal import run
from tests.console.test_chain import Y18, Lay, made  # noqa: F401 - the fixture of the same years
from tests.lived_years import NAME

GRANT = ("--fund", NAME, "--year", "2018/19", "--quarter", 1)


def test_a_check_is_listed_accepted_with_a_reason_and_opened_again(made: Callable[[Lay], Path]) -> None:  # noqa: F811
    file = made(lambda years: years.allocate(Y18, "1.00", Kind.CAPITAL))
    ran = run("checks", file, *GRANT, "--json")
    assert ran.data["quarter"] == 1
    assert ran.status == (0 if ran.data["may_go"] else 1)
    assert ran.data["errors"] == sum(each["grade"] == "error" for each in ran.data["checks"])
    check = ran.data["checks"][0]
    assert check["key"] == f"{check['code']}|{check['sheet']}|{check['cell']}"
    assert check["text"]

    refused = run("checks", file, *GRANT, "--accept", check["key"])
    assert (refused.status, "only with a reason" in refused.refusal) == (3, True)
    done = run("checks", file, *GRANT, "--accept", check["key"], "--reason", "by letter", "--json").data
    assert check["key"] not in {each["key"] for each in done["checks"]}
    assert [(each["key"], each["reason"]) for each in done["accepted"]] == [(check["key"], "by letter")]
    assert "by letter" in run("checks", file, *GRANT).out

    again = run("checks", file, *GRANT, "--reopen", check["key"], "--json").data
    assert again["checks"] == ran.data["checks"]
    unknown = run("checks", file, *GRANT, "--accept", "no.such", "--reason", "x")
    assert "No check “no.such” is open" in unknown.refusal


def test_a_template_that_is_not_kept_is_named(made: Callable[[Lay], Path]) -> None:  # noqa: F811
    file = made(lambda years: years.allocate(Y18, "1.00", Kind.CAPITAL))
    refused = run("checks", file, *GRANT, "--template", "OPCC")
    assert (refused.status, "“OPCC”" in refused.refusal) == (3, True)
    alone = run("checks", file, *GRANT, "--workbook", file)
    assert "none is named" in alone.refusal
