"""Somebody else's colours on our paper: as they are in the light, readable and turned over in the dark."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from fundingapp.ui.sheets.colours import READABLE, Paper, contrast, edge, readable, shades
from fundingapp.ui.theme import DARK, LIGHT

PAPERS = {
    "light": Paper(QColor(LIGHT.surface), QColor(LIGHT.ink), False),
    "dark": Paper(QColor(DARK.surface), QColor(DARK.ink), True),
}
FILLS = (
    "",
    "FFF9E5",
    "EDEDED",
    "1F3864",
    "FFFFFF",
    "000000",
    "7F7F7F",
    "FF0000",
    "00B050",
    "DDEBF7",
    "FFFF00",
)
INKS = ("", "000000", "FFFFFF", "1F3864", "A6A6A6", "FF0000", "7F7F7F")


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)


@pytest.mark.parametrize("paper", list(PAPERS))
def test_words_can_be_read_on_every_fill_in_both_themes(paper: str) -> None:
    for fill in FILLS:
        for ink in INKS:
            on = PAPERS[paper]
            made = shades(fill, ink, on)
            ground = made.ground or on.ground
            theirs = QColor(f"#{fill or 'FFFFFF'}"), QColor(f"#{ink or '000000'}")
            if contrast(*theirs) < 1.15:
                assert made.ink == ground, "what was not to be seen there is not to be seen here"
            else:
                assert contrast(made.ink, ground) >= READABLE, (fill, ink)


def test_fills_are_as_they_are_in_the_light() -> None:
    made = shades("FFF9E5", "1F3864", PAPERS["light"])
    assert made.ground == QColor("#FFF9E5")
    assert made.ink == QColor("#1F3864")


def test_a_light_fill_is_dark_of_the_same_hue_in_the_dark_and_told_from_the_paper() -> None:
    on = PAPERS["dark"]
    made = shades("FFF9E5", "", on)
    assert made.ground is not None
    assert made.ground.lightnessF() < 0.3
    assert made.ground.hslHueF() == pytest.approx(QColor("#FFF9E5").hslHueF(), abs=0.02)
    assert made.ground != on.ground
    assert shades("1F3864", "FFFFFF", on).ground == QColor("#1F3864"), "what is dark already stays"
    assert shades("FFFFFF", "", on).ground == on.ground, "white paper is our paper"


def test_borders_are_theirs_in_the_light_and_step_back_in_the_dark() -> None:
    assert edge("FF0000", PAPERS["light"]) == QColor("#FF0000")
    assert edge("", PAPERS["light"]) == QColor(LIGHT.ink)
    dark = edge("", PAPERS["dark"])
    assert QColor(DARK.surface).lightnessF() < dark.lightnessF() < 0.9


def test_ink_that_can_be_read_is_left_alone() -> None:
    navy = QColor("#1F3864")
    assert readable(navy, QColor("white")) == navy
