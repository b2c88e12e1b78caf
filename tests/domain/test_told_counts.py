"""Numbers that words tell, and those that only look like it."""

from __future__ import annotations

import pytest

from fundingapp.domain.printed_counts import rows_of
from fundingapp.domain.told_counts import lines_that_tell, numbers_told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Three of the faith crimes were in July", {3}),
        ("2 of these were online, 1,234 in all", {2, 1234}),
        ("no one was hurt; one case is open", {1}),
        ("a single victim was hurt twice", {1, 2}),
        ("Hate incidents by district 2018/19, quarter 3", set()),
        ("Note 2: data as at 3 April 2019, 4.7% of 40", {40}),
        ("<5 is a count from 1 to 4; fewer than 5; ages 18-24", set()),
        ("1 Includes cyber crime", set()),
    ],
)
def test_what_words_tell(text: str, told: set[int]) -> None:
    assert numbers_told(text) == told


def test_only_words_outside_the_figures_are_looked_at() -> None:
    sheet = rows_of(
        [["Type", "2013", "Comment"], ["3 or more", 3, "three in July"], ["Three of these were new"]]
    )
    figures = {(2, 0), (2, 1)}
    assert list(lines_that_tell(sheet, {3}, figures)) == [(2, 2), (3, 0)]
    assert not list(lines_that_tell(sheet, {4}, figures))
