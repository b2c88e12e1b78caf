"""How wide and how high text comes out, so that no sheet of ours cuts it off or shows #### for a figure.

A spreadsheet is not asked: Excel fits the heights of rows when it opens a file, other readers and printers do not.
Calibri 10, which the sheets are set in, is a tenth narrower than the Calibri 11 that the widths here are known for;
four hundredths are taken off and the rest is left for bold type and for fonts that stand in for Calibri.
"""

from __future__ import annotations

from xlsxwriter.utility import xl_pixel_width

#: A character this far up is as wide as it is high: Chinese, Japanese, Korean, emoji.
_FIRST_SQUARE = "\u1100"
_SQUARE_EXTRA = 10


def pixels(text: str) -> int:
    """The width of one line of *text*."""
    known = int(xl_pixel_width(text)) * 96 // 100
    return known + _SQUARE_EXTRA * sum(letter >= _FIRST_SQUARE for letter in text)


def widest_line(text: str) -> int:
    return max(map(pixels, text.split("\n")))


def wrapped(text: str, width: int) -> list[str]:
    """*text* in lines no wider than *width* pixels, broken at spaces, and inside a word that is wider by itself."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            together = f"{line} {word}" if line else word
            if pixels(together) <= width:
                line = together
                continue
            if line:
                lines.append(line)
            *full, line = _broken(word, width)
            lines += full
        lines.append(line)
    return lines


def _broken(word: str, width: int) -> list[str]:
    """*word* in pieces that fit; a single letter that does not is a piece all the same."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and pixels(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def heading_width(heading: str, least: int, slack: int) -> int:
    """The width from *least* up that holds the longest word of a heading and wraps it well.

    Well: a pound sign never stands alone on the last line; not at this width, a little less, or up to *slack* more,
    since fonts and margins differ.
    """
    width = max([least, *map(pixels, heading.split())])
    while any(wrapped(heading, width + more)[1:][-1:] == ["£"] for more in range(-8, slack + 1, 4)):
        width += 4
    return width
