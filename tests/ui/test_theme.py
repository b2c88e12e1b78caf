"""The look: contrast that everybody can read, in both themes, and one set of icons."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from fundingapp.ui import icons
from fundingapp.ui.theme import DARK, LIGHT, TEXT_PAIRS, Colours, Theme, ThemeChoice, Tone, style_sheet

ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_every_text_has_enough_contrast(colours: Colours, ink: str, ground: str) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("tone", Tone)
def test_words_of_every_tone_are_readable_on_their_own_ground(colours: Colours, tone: Tone) -> None:
    assert contrast(colours.ink_of(tone), colours.soft_of(tone)) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["surface", "background", "accent_soft"])
def test_the_focus_ring_stands_out(colours: Colours, ground: str) -> None:
    assert contrast(colours.accent, getattr(colours, ground)) >= 3


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_has_no_token_left_open(colours: Colours) -> None:
    assert "$" not in style_sheet(colours)


def test_choosing_dark_changes_colours_and_tells_painters(qtbot: QtBot, theme: Theme) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_choice(ThemeChoice.DARK)
    assert theme.colour("surface") == QColor("#1a212b")
    theme.set_choice(ThemeChoice.LIGHT)
    assert theme.colour("surface") == QColor("#ffffff")


def test_figures_stand_under_each_other(theme: Theme) -> None:
    from PySide6.QtGui import QFontMetrics

    metrics = QFontMetrics(theme.font())
    assert metrics.horizontalAdvance("1111.11") == metrics.horizontalAdvance("8888.88")


@pytest.mark.parametrize("drawing", sorted(path.name for path in ICONS.glob("*.svg")))
def test_every_icon_can_be_drawn(drawing: str) -> None:
    text = (ICONS / drawing).read_text(encoding="utf-8")
    assert QSvgRenderer(str(ICONS / drawing)).isValid()
    assert 'viewBox="0 0 24 24"' in text
    assert 'fill="none"' in text


def test_icons_take_the_colour_they_are_given() -> None:
    image = icons.pixmap("plus", "#b3261e", 24).toImage()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    assert (middle.red(), middle.green(), middle.blue()) == (0xB3, 0x26, 0x1E)
