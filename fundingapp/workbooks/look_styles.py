"""How the cells of a package look: its styles, theme and colours, as the domain tells them."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, field, replace
from typing import Final

from fundingapp.domain.number_formats import BUILTIN
from fundingapp.domain.sheet_looks import NO_EDGE, PLAIN, CellStyle, Edge
from fundingapp.workbooks.package import Package

#: The palette that files of old index into (ECMA-376 part 1, 18.8.27).
_COLOURS: Final = """
000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF
800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF
000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99
3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333
"""
_PALETTE: Final = tuple(_COLOURS.split())
#: A theme's colours in the order in which cells number them; Office's own until the file says otherwise.
_THEME_ORDER: Final = (
    "lt1",
    "dk1",
    "lt2",
    "dk2",
    *(f"accent{at}" for at in range(1, 7)),
    "hlink",
    "folHlink",
)
_OFFICE_COLOURS: Final = """
FFFFFF 000000 E7E6E6 44546A 5B9BD5 ED7D31 A5A5A5 FFC000 4472C4 70AD47 0563C1 954F72
"""
_OFFICE: Final = tuple(_OFFICE_COLOURS.split())


@dataclass(slots=True)
class Styles:
    """The looks that cells name by number."""

    cells: list[CellStyle] = field(default_factory=lambda: [PLAIN])
    theme: list[str] = field(default_factory=lambda: list(_OFFICE))
    palette: tuple[str, ...] = _PALETTE

    def of(self, number: str) -> CellStyle:
        """The look numbered *number*; the plain one for a number that the file does not have."""
        at = int(number) if number.isdecimal() else 0
        return self.cells[at] if at < len(self.cells) else self.cells[0]

    def colour(self, attributes: dict[str, str]) -> str:
        """The colour that an element names in one of the ways that there are; "" for the reader's own."""
        colour = ""
        if (rgb := attributes.get("rgb", "")) and len(rgb) in {6, 8}:
            colour = rgb[-6:].upper()
        elif (theme := attributes.get("theme", "")).isdecimal() and int(theme) < len(self.theme):
            colour = self.theme[int(theme)]
        elif (number := attributes.get("indexed", "")).isdecimal() and int(number) < 64:
            colour = self.palette[int(number)] if int(number) < len(self.palette) else ""
        tint = attributes.get("tint", "")
        return _tinted(colour, float(tint)) if colour and tint else colour


def _tinted(colour: str, tint: float) -> str:
    """*colour* made lighter (tint above nought) or darker, as 18.8.19 of the standard says."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    parts = colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), saturation)
    return "".join(f"{round(part * 255):02X}" for part in parts)


def read_styles(package: Package, styles_part: str, theme_part: str) -> Styles:
    """The styles of a package; plain ones where it has none."""
    styles = Styles()
    if (info := package.part(theme_part)) is not None:
        _read_theme(package.elements(info), styles)
    if (info := package.part(styles_part)) is not None:
        _Reading(styles).read(_nested(package, styles_part))
    return styles


def _read_theme(elements: list[tuple[str, dict[str, str]]], styles: Styles) -> None:
    at = ""
    seen: set[str] = set()
    for element, attributes in elements:
        if element in _THEME_ORDER:
            at = element
        elif at and at not in seen and element in {"srgbClr", "sysClr"}:
            value = attributes.get("lastClr" if element == "sysClr" else "val", "")
            if len(value) == 6:
                styles.theme[_THEME_ORDER.index(at)] = value.upper()
                seen.add(at)


Element = tuple[str, dict[str, str], list["Element"]]


def _nested(package: Package, part: str) -> Element:
    """A small part as a tree."""
    info = package.parts[part.lower()]
    root: Element = ("", {}, [])
    stack = [root]
    parser = package.parser(info)

    def start(tag: str, attributes: dict[str, str]) -> None:
        element: Element = (tag.rpartition(":")[2], attributes, [])
        stack[-1][2].append(element)
        stack.append(element)

    parser.StartElementHandler = start

    def end(_: str) -> None:
        stack.pop()

    parser.EndElementHandler = end
    package.parse(parser, info)
    return root[2][0] if root[2] else root


def _child(element: Element, name: str) -> Element:
    return next((child for child in element[2] if child[0] == name), ("", {}, []))


def _is_on(element: Element, name: str) -> bool:
    found = next((child for child in element[2] if child[0] == name), None)
    return found is not None and found[1].get("val", "1") not in {"0", "false", "none"}


class _Reading:
    """Puts the numbered parts of the styles together."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles

    def read(self, root: Element) -> None:
        styles = self._styles
        indexed = _child(_child(root, "colors"), "indexedColors")[2]
        if indexed:
            styles.palette = tuple(colour[1].get("rgb", "000000")[-6:].upper() for colour in indexed)
        formats = dict(BUILTIN) | {
            int(each[1]["numFmtId"]): each[1].get("formatCode", "General")
            for each in _child(root, "numFmts")[2]
            if each[1].get("numFmtId", "").isdecimal()
        }
        fonts = [self._font(each) for each in _child(root, "fonts")[2]]
        fills = [self._fill(each) for each in _child(root, "fills")[2]]
        edges = [self._edges(each) for each in _child(root, "borders")[2]]
        cells: list[CellStyle] = []
        for each in _child(root, "cellXfs")[2]:
            attributes = each[1]

            def at(name: str, of: dict[str, str] = attributes) -> int:
                return int(of[name]) if of.get(name, "").isdecimal() else 0

            look = fonts[at("fontId")] if at("fontId") < len(fonts) else PLAIN
            fill = fills[at("fillId")] if at("fillId") < len(fills) else ""
            left, right, top, bottom = (
                edges[at("borderId")] if at("borderId") < len(edges) else (NO_EDGE,) * 4
            )
            alignment = _child(each, "alignment")[1]
            turned = int(alignment.get("textRotation", "0") or 0)
            cells.append(
                replace(
                    look,
                    fill=fill,
                    left=left,
                    right=right,
                    top=top,
                    bottom=bottom,
                    across={"general": ""}.get(
                        alignment.get("horizontal", ""), alignment.get("horizontal", "")
                    ),
                    down=alignment.get("vertical", ""),
                    wraps=alignment.get("wrapText", "0") in {"1", "true"},
                    indent=int(alignment.get("indent", "0") or 0),
                    turned=turned if turned <= 90 else 90 - turned,
                    number_format=formats.get(at("numFmtId"), "General"),
                    locked=_child(each, "protection")[1].get("locked", "1") not in {"0", "false"},
                )
            )
        if cells:
            styles.cells = cells

    def _font(self, font: Element) -> CellStyle:
        size = _child(font, "sz")[1].get("val", "11")
        ink = self._styles.colour(_child(font, "color")[1])
        return CellStyle(
            ink="" if ink == "000000" else ink,
            font=_child(font, "name")[1].get("val", ""),
            size=round(float(size) * 10),
            bold=_is_on(font, "b"),
            italic=_is_on(font, "i"),
            underline=_is_on(font, "u"),
            struck=_is_on(font, "strike"),
        )

    def _fill(self, fill: Element) -> str:
        pattern = _child(fill, "patternFill")
        match pattern[1].get("patternType", "none"):
            case "none":
                stops = _child(fill, "gradientFill")[2]
                return self._styles.colour(_child(stops[0], "color")[1]) if stops else ""
            case "gray125":
                return "EDEDED" if pattern[2] else ""
            case _:
                return self._styles.colour(_child(pattern, "fgColor")[1]) or "000000"

    def _edges(self, border: Element) -> tuple[Edge, Edge, Edge, Edge]:
        def edge(*names: str) -> Edge:
            for name in names:
                found = _child(border, name)
                if style := found[1].get("style", ""):
                    return Edge(
                        "" if style == "none" else style, self._styles.colour(_child(found, "color")[1])
                    )
            return NO_EDGE

        return edge("left", "start"), edge("right", "end"), edge("top"), edge("bottom")
