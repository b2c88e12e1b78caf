"""Whatever is typed wrong in a command about grants, bids and claims: a status, a sentence, and nothing is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.console.terminal import Ran, run, state_of

At = Callable[[str], Path]
GRANT = ("--fund", "Locality Fund", "--year", "2018/19")
MOVE = ("--from", "LF-03", "--to", "LF-13", "--reason", "costs moved")

Commands = tuple[tuple[str, ...], ...]
#: Commands with “?” where a wrong word goes, by what the word should be.
AMOUNTS: Commands = (
    ("virement", *GRANT, *MOVE, "--amount=?"),
    ("payment", *GRANT, "--amount=?"),
    ("payment", *GRANT, "--repaid", "--reason", "asked back", "--amount=?"),
    ("bid", "LF-90", "--draft", "New", *GRANT, "--amount=?"),
    ("bid", "LF-90", "--draft", "New", *GRANT, "--cost=staff:1:?"),
    ("allocations", *GRANT, "--notify", "confirmed", "--letter", "L", "--dated", "01/04/2018", "--amount=?"),
    ("agreements", "--fund", "Locality Fund", "--add", "New", "--from", "2018/19", "--sum=revenue=?"),
    ("profile", "LF-03", *GRANT, "--shape", "typed", "--months=?;?;?;?;?;?;?;?;?;?;?;?"),
    ("claim", *GRANT, "--approve", "1", "--amount=LF-03=?"),
    ("carry-forward", "plan", *GRANT, "--reason", "x", "--amount=LF-03=?"),
    ("carry-forward", "ask", *GRANT, "--reason", "x", "--amount=LF-03=?"),
    ("settle", "decide", *GRANT, "--reason", "x", "--amount=LF-03=?"),
)
DAYS: Commands = (
    ("virement", *GRANT, *MOVE, "--amount=1", "--dated=?"),
    ("claim", *GRANT, "--open", "--dated=?"),
    ("payment", *GRANT, "--amount=5", "--dated=?"),
    ("bid", "LF-03", "--move", "submitted", "--date=?"),
    ("bodies", "--succeed", "Leicestershire Police and Crime Commissioner", "The Mayor", "--on=?"),
    ("agreements", "--fund", "Locality Fund", "--add", "New", "--from", "2018/19", "--signed=?"),
    ("calendar", "--today=?"),
    ("carry-forward", "ask", *GRANT, "--reason", "x", "--amount=LF-03=1", "--dated=?"),
    ("close-year", *GRANT, "--reason", "x", "--dated=?"),
    ("conditions", *GRANT, "--today=?"),
)
YEARS: Commands = (
    ("bids", "--year=?"),
    ("priorities", "--year=?"),
    ("match-funding", "--year=?"),
    ("warnings", "--year=?"),
    ("position", "--fund=Locality Fund", "--year=?"),
    ("checklist", "--fund=Locality Fund", "--year=?"),
    ("allocations", "--fund=Locality Fund", "--year=?"),
    ("agreements", "--fund", "Locality Fund", "--add", "New", "--from=?"),
)
NAMES: Commands = (
    ("virement", *GRANT, "--from=?", "--to", "LF-13", "--reason", "x", "--amount=1"),
    ("profile", "?", *GRANT),
    ("bid", "?"),
    ("bid", "LF-03", "--move=?"),
    ("claim", *GRANT, "--submit=?"),
    ("claim", *GRANT, "--open", "--to-period=?"),
    ("claims", "--fund=?", "--year=2018/19"),
    ("payment", *GRANT, "--amount=5", "--line=?"),
    ("payment", *GRANT, "--amount=5", "--claim=?"),
    ("bid-pack", "?", "--out", "pack.docx"),
    ("merge", "LF-03", "?"),
    ("outturn", "--fund=?", "--year=2018/19"),
    ("carry-forward", "plan", *GRANT, "--reason", "x", "--amount=?=1"),
    ("settle", "repay", *GRANT, "--number=?"),
    ("bodies", "--succeed", "?", "The Mayor", "--on=07/05/2028"),
)
WRONG: dict[Commands, tuple[str, ...]] = {
    AMOUNTS: ("-5", "1.234", "1e3", "nan", "£", "99999999999999999999", "1,00"),
    DAYS: ("31/04/2018", "2018-13-01", "01/02/18", "yesterday", "31/12/9999", ""),
    YEARS: ("18/19", "2018", "2018/20", "9999/00", "0001/02", ""),
    NAMES: ("nobody", "LF-999", "99", "LF-03:capital"),
}


def refused(ran: Ran) -> bool:
    """Whether a command line ended as a refusal does: something told, nothing printed, and no word of a mistake."""
    told = bool(ran.err.strip()) and "Traceback" not in ran.err and "mistake" not in ran.err
    return told and ran.out == "" and ran.status in (2, 3)


@pytest.mark.parametrize("commands", WRONG, ids=("amounts", "days", "years", "names"))
def test_a_wrong_word_is_refused_and_the_file_stays_as_it_was(commands: Commands, at: At) -> None:
    file = at("P10")
    before = state_of(file.parent)
    for command, *words in commands:
        for wrong in WRONG[commands]:
            line = (command, file, *(word.replace("?", wrong) for word in words), "--json")
            assert refused(run(*line)), line
    assert state_of(file.parent) == before


def test_an_amount_at_nought_or_below_is_refused_by_the_rule_in_its_sentence(at: At) -> None:
    file = at("P10")
    assert "above nought" in run("virement", file, *GRANT, *MOVE, "--amount=0").refusal
    assert "above nought, not £0.00" in run("payment", file, *GRANT, "--amount=0").refusal
    assert (
        "asks for an amount above nought"
        in run("bid", file, "LF-90", "--draft", "New", *GRANT, "--amount=0").refusal
    )
