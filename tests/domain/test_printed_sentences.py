"""Comments in words: what can mean one thing only is held against its numbers, all else is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.changes import percent_change
from fundingapp.domain.printed_sentences import said_in


@pytest.mark.parametrize(
    ("comment", "printed", "should_be"),
    [
        ("70, 21% up from 55", "21% up", "27% up"),
        ("Knife crime rose from 191 to 221, a 16.5% increase", "16.5% up", "15.7% up"),
        ("191→221 (16.5%)", "16.5%", "15.7%"),
        ("90 → 75, 14 fewer", "14 fewer", "15 fewer"),
        ("90 to 75, 14 fewer", "14 fewer", "15 fewer"),
        ("It rose from 90 to 75.", "up", "down"),
        ("an increase from 55 to 70, or 21%", "21% up", "27% up"),
        ("reduced by 15% from 1,000 to 800", "15% down", "20% down"),
    ],
)
def test_a_comment_that_its_own_numbers_do_not_give_is_found(
    comment: str, printed: str, should_be: str
) -> None:
    assert [(each.printed, each.should_be) for each in said_in(comment)] == [(printed, should_be)]


@pytest.mark.parametrize(
    "comment",
    [
        "70, 27% up from 55",
        "90 → 75, 15 fewer",
        "8 to 9, 1 more",
        "from 16 to 17, a 6.2% increase",
        "from 16 to 17, a 6.3% increase",
        "nearly 20% up from 55 to 70",
        "about 70, 21% up from 55",
        "aged 18 to 24, 30% higher",
        "Patrols from 18 to 24 hours",
        "Beats 56 to 61 were merged",
        "up from 2017 to 2018",
        "14% fewer than 3 years ago",
        "Increase from 10 in 2017 to 15 in 2018",
        "rise of 12% from April to May",
    ],
)
def test_what_is_right_or_may_mean_something_else_is_let_be(comment: str) -> None:
    assert all(each.is_right for each in said_in(comment, (90, 75)))


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("14 fewer", [("14 fewer", "15 fewer")]),
        ("There were 14 fewer offences than last year.", [("14 fewer", "15 fewer")]),
        ("Down 12%", [("12% down", "17% down")]),
        ("15 fewer", []),
        ("Down 16.7%", []),
        ("14 fewer in the town centre", []),
        ("14 fewer than in March", []),
    ],
)
def test_a_comment_that_is_nothing_but_the_change_is_held_against_its_row(
    comment: str, found: list[tuple[str, str]]
) -> None:
    said = said_in(comment, (90, 75))
    assert [(each.printed, each.should_be) for each in said if not each.is_right] == found


@given(st.integers(1, 5_000), st.integers(1, 5_000))
def test_a_right_sentence_is_never_accused(before: int, now: int) -> None:
    percent = percent_change(before, now)
    assert percent is not None
    way = "down" if now < before else "up"
    for comment in (
        f"{now:,}, {abs(percent)}% {way} from {before:,}",
        f"{way} {abs(percent)}% from {before} to {now}",
        f"{before} → {now}, {abs(now - before)} {'fewer' if now < before else 'more'}",
    ):
        assert [each for each in said_in(comment) if not each.is_right] == []
