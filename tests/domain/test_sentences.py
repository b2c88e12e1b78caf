"""Sentences whose numbers are figures: what is put in is what the records say, and gaps are seen."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.sentences import (
    NAMES,
    USUAL,
    Filling,
    Piece,
    broken_in,
    check_wording,
    names_in,
    notes_in,
    pieces_of,
    shown,
    typed_numbers,
)

FILLINGS = {
    "spent": Filling("£10,000.00", "LF-08/2018/19/spend"),
    "output": Filling("195 clients supported", "indicator/1/2018/19/to-date"),
    "output target": Filling("180", "indicator/1/2018/19/target"),
    "outcome": Filling("100% satisfied", "indicator/2/2018/19/to-date", note="of 40 who answered"),
}


def test_the_usual_sentence_of_the_domestic_abuse_service() -> None:
    pieces = pieces_of(USUAL, FILLINGS)
    assert shown(pieces) == "£10,000.00 → 195 clients supported, target 180 → 100% satisfied"
    assert [piece.figure for piece in pieces if piece.figure] == [
        "LF-08/2018/19/spend",
        "indicator/1/2018/19/to-date",
        "indicator/1/2018/19/target",
        "indicator/2/2018/19/to-date",
    ]
    assert notes_in(pieces) == ("of 40 who answered",)
    assert broken_in(pieces) == ()


def test_a_name_without_a_figure_is_a_gap_that_is_seen() -> None:
    pieces = pieces_of(
        "{spent} for {outcome cost}", {**FILLINGS, "outcome cost": Filling(missing="no outcome yet")}
    )
    assert shown(pieces) == "£10,000.00 for [no outcome yet]"
    assert broken_in(pieces) == ("no outcome yet",)
    [piece] = pieces_of("{nonsense}", {})
    assert piece == Piece("[“nonsense” is no figure]", "", "“nonsense” is no figure")


@given(st.lists(st.one_of(st.sampled_from(sorted(NAMES)), st.text("ab .,→{} 1", max_size=8)), max_size=8))
def test_text_is_kept_and_every_name_becomes_its_figure(parts: list[str]) -> None:
    fillings = {name: Filling(f"<{name}>", name) for name in NAMES}
    plain = [part.replace("{", "").replace("}", "") for part in parts]
    wording = "".join(f"{{{part}}}" if part in NAMES else part for part in plain)
    assert shown(pieces_of(wording, fillings)) == "".join(
        f"<{part}>" if part in NAMES else part for part in plain
    )


def test_names_are_read_whatever_their_case_and_blanks() -> None:
    assert names_in("{ Output  Target } {spent}{SPENT} {avoided :  Robbery }") == (
        "output target",
        "spent",
        "avoided: robbery",
    )


@pytest.mark.parametrize(
    ("wording", "says"),
    [
        ("  ", "says nothing"),
        ("£10,000 → 195 clients", "names no figure"),
        ("{spent", "has no partner"),
        ("{spent}} → {output}", "has no partner"),
        ("{spent} → {resluts}", r"\{resluts\}, which is no figure"),
        ("{avoided: Piracy}", r"\{avoided: piracy\}"),
        ("{spent}" + "x" * 1000, "1,007 characters"),
    ],
)
def test_a_wording_that_can_t_follow_the_figures_is_refused(wording: str, says: str) -> None:
    with pytest.raises(ExpectedError, match=says):
        check_wording(wording, ["Robbery"])


def test_a_wording_is_kept_on_one_line() -> None:
    assert (
        check_wording(" {spent}\n for  {avoided: robbery} ", ["Robbery"]) == "{spent} for {avoided: robbery}"
    )


@pytest.mark.parametrize(
    ("wording", "typed"),
    [
        (USUAL, ()),
        ("{spent} in 2018/19", ()),
        ("{spent} → 195 clients, 100% of £10,000.00.", ("195", "100%", "£10,000.00")),
        ("LF08 and Q3 of {spent}", ()),
    ],
)
def test_numbers_that_are_typed_are_told(wording: str, typed: tuple[str, ...]) -> None:
    assert typed_numbers(wording) == typed
