"""The colours of somebody else's workbook on our paper: as they are in the light, turned over in the dark."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

#: What words need against their ground to be read (WCAG 2.2, 1.4.3).
READABLE = 4.5
#: Ink that differs less than this from its ground is meant not to be seen, and stays unseen.
_UNSEEN = 1.15
_STEPS = 20


@dataclass(frozen=True, slots=True)
class Paper:
    """What a workbook is shown on: our own ground and ink, and whether it is dark."""

    ground: QColor
    ink: QColor
    is_dark: bool


@dataclass(frozen=True, slots=True)
class Shades:
    """The colours of a cell. *ground* is None where it has no fill of its own."""

    ground: QColor | None
    ink: QColor


def contrast(one: QColor, other: QColor) -> float:
    """How much two colours differ in light, from 1 to 21 (WCAG 2.2, “contrast ratio”)."""
    lighter, darker = sorted((_light(one), _light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(ink: QColor, ground: QColor) -> QColor:
    """*ink*, or the nearest to it that can be read on *ground*."""
    if contrast(ink, ground) >= READABLE:
        return ink
    white, black = QColor("white"), QColor("black")
    aim = white if contrast(white, ground) >= contrast(black, ground) else black
    for step in range(1, _STEPS):
        tried = _mixed(ink, aim, step / _STEPS)
        if contrast(tried, ground) >= READABLE:
            return tried
    return aim


def shades(fill: str, ink: str, paper: Paper) -> Shades:
    """The colours of a cell that has *fill* and *ink* (six hexadecimal digits, "" for none) in its workbook."""
    theirs = QColor(f"#{fill}") if fill else QColor("white")
    written = QColor(f"#{ink}") if ink else QColor("black")
    own = _ground(theirs, paper) if fill else None
    ground = paper.ground if own is None else own
    if contrast(written, theirs) < _UNSEEN:
        return Shades(own, ground)
    turned = ground.lightnessF() < 0.5 <= theirs.lightnessF()
    if not ink and (turned or not paper.is_dark):
        wanted = paper.ink
    else:
        wanted = _turned(written) if turned else written
    return Shades(own, readable(wanted, ground))


def edge(colour: str, paper: Paper) -> QColor:
    """The colour of a border; "" is the workbook's own black. In the dark it steps back: white lines would dazzle."""
    theirs = QColor(f"#{colour}") if colour else QColor("black")
    if not paper.is_dark:
        return theirs if colour else paper.ink
    return _mixed(_turned(theirs) if theirs.lightnessF() < 0.5 else theirs, paper.ground, 0.45)


def _ground(theirs: QColor, paper: Paper) -> QColor:
    """A fill on *paper*: in the dark a light one becomes a dark one of the same hue."""
    if not paper.is_dark:
        return theirs
    lightness = theirs.lightnessF()
    if lightness > 0.985:
        return paper.ground
    if lightness <= 0.5:
        return theirs
    return QColor.fromHslF(_hue(theirs), theirs.hslSaturationF() * 0.55, 0.15 + (1 - lightness) * 0.5)


def _turned(colour: QColor) -> QColor:
    """The same hue as light as *colour* was dark."""
    return QColor.fromHslF(_hue(colour), colour.hslSaturationF(), 1 - colour.lightnessF())


def _hue(colour: QColor) -> float:
    """The hue; greys, which have none (Qt says −1), get any."""
    return max(0.0, colour.hslHueF())


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * share,
        one.greenF() + (other.greenF() - one.greenF()) * share,
        one.blueF() + (other.blueF() - one.blueF()) * share,
    )


def _light(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())
