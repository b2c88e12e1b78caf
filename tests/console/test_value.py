"""`value`, `sentences` and `reference-values`: what they print, write and refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fundingapp.assembly import Assembly
from tests.bought import buy
from tests.console.terminal import run

At = Callable[[str], Path]
YEAR = ("--year", "2018/19")


@pytest.fixture
def file(at: At) -> Path:
    """Charnwood's year with what the money bought."""
    target = at("P12")
    opened = Assembly().open(str(target))
    try:
        buy(opened.desk)
    finally:
        opened.close()
    return target


def test_unit_costs_have_their_parts_and_small_numbers_are_hidden(file: Path) -> None:
    ran = run("value", file, *YEAR, "--quarter", "4", "--json")
    assert ran.status == 0
    by_name = {each["name"]: each for each in ran.data["unit_costs"]}
    clients = by_name["Clients helped"]
    assert clients["number"] == "247"
    assert clients["cost_pence"] == round(clients["spent_pence"] / 247)
    assert clients["figure"] == f"unit-cost/{clients['indicator']}/2018/19/cost@13"
    small = by_name["Hate incidents helped with, LGBT+"]
    assert (small["number"], small["cost_pence"], small["shown"]) == (None, None, "<5")
    read = run("value", file, *YEAR, "--project", clients["project"])
    assert "Clients helped" in read.out
    assert "Hate incidents" not in read.out


def test_a_sentence_is_written_read_and_removed(file: Path) -> None:
    costs = run("value", file, *YEAR, "--quarter", "3", "--json").data["unit_costs"]
    [clients] = [each for each in costs if each["name"] == "Clients helped"]
    ran = run(
        "sentences", file, *YEAR, "--quarter", "3", "--project", clients["project"],
        "--write", "{output} by {quarter}", "--output", clients["indicator"], "--json",
    )  # fmt: skip
    assert ran.status == 1  # another has a gap: its baseline is of a whole year
    made = ran.data["sentences"][-1]
    assert made["text"] == "195 clients helped by Q3"
    assert made["figures"] == [{"text": "195 clients helped", "figure": clients["number_figure"]}]
    gone = run("sentences", file, *YEAR, "--remove", made["id"], "--json")
    assert gone.status == 1  # the one about small numbers has a gap
    assert made["id"] not in {each["id"] for each in gone.data["sentences"]}
    assert "beside it: [p] provisional" in run("sentences", file, *YEAR, "--quarter", "4").out


def test_reference_values_are_kept_withdrawn_restored_and_uprated(file: Path) -> None:
    def amounts(*words: str) -> dict[str, tuple[int, str]]:
        ran = run("reference-values", file, *words, "--json")
        assert ran.status == 0, ran.err
        return {each["name"]: (each["amount_pence"], each["state"]) for each in ran.data["reference_values"]}

    assert amounts()["Robbery"] == (1_132_000, "as shipped")
    own = ("--prices", "2018/19", "--source", "own study", "--caveat", "one town")
    assert amounts("--set", "Begging", "--amount", "120", *own)["Begging"] == (12_000, "your own")
    later = ("--set", "robbery", "--amount", "12,000", "--source", "a later study")
    assert amounts(*later)["Robbery"] == (1_200_000, "changed")
    assert amounts("--withdraw", "Arson")["Arson"] == (842_000, "withdrawn")
    uprated = amounts("--uprate", "10", "--prices", "2019/20", "--source", "GDP deflator of June 2020")
    assert uprated["Robbery"] == (1_320_000, "uprated")
    assert amounts("--restore", "all")["Robbery"] == (1_132_000, "as shipped")
    assert "Research Report 99" in run("reference-values", file).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("value", *YEAR, "--project", "LF-99"), "There is no project with money in the year “LF-99”"),
        (("sentences", *YEAR, "--write", "{spent}"), "Which project is it about?"),
        (("sentences", *YEAR, "--project", "LF-01", "--write", "195 clients"), "names no figure"),
        (("sentences", *YEAR, "--remove", "99"), "There is no"),
        (("reference-values", "--set", "Begging"), "What does one case of “Begging” cost?"),
        (("reference-values", "--set", "Begging", "--amount", "5"), "has not got the year of its prices"),
        (("reference-values", "--set", "Robbery", "--amount", "5"), "its source has £11,320.00"),
        (("reference-values", "--uprate", "5"), "has not got the year of its prices or its source"),
    ],
)
def test_what_can_t_be_done_is_refused_in_a_sentence(at: At, words: tuple[str, ...], said: str) -> None:
    command, *rest = words
    ran = run(command, at("P12"), *rest)
    assert ran.status == 3
    assert said in " ".join(ran.err.split())


def test_words_that_are_no_numbers_are_refused_by_the_command_line(at: At) -> None:
    ran = run("reference-values", at("P12"), "--uprate", "some")
    assert ran.status == 2
    assert "“some” is not a percentage such as 6.4" in ran.err
