"""How wide and how high text comes out, so that no sheet of ours cuts it off or shows #### for a figure.

A spreadsheet is not asked: Excel fits the heights of rows when it opens a file, other readers and printers do not.
Calibri 10, which the sheets are set in, is a tenth narrower than the Calibri 11 that the widths here are known for;
four hundredths are taken off and the rest is left for bold type and for fonts that stand in for Calibri.
"""

from __future__ import annotations

from functools import lru_cache

from xlsxwriter.utility import xl_pixel_width

#: A character this far up is as wide as it is high: Chinese, Japanese, Korean, emoji.
_FIRST_SQUARE = "\u1100"
_SQUARE_EXTRA = 10
#: How much narrower and wider a column may come out elsewhere than it is here.
_LESS, _MORE = 4, 20


@lru_cache(maxsize=4096)  # the words of headings and of repeated figures are measured again and again
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
        if pixels(paragraph) <= width:
            lines.append(paragraph)
            continue
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


def heading_width(heading: str, least: int) -> int:
    """The width from *least* up at which a heading wraps well, also when fonts and margins are a little different.

    Well: its lines are the same somewhat narrower and wider, so that it neither fills its column up to its
    neighbour's heading nor leaves a pound sign alone on its last line.
    """
    width = max([least, *(pixels(word) + _LESS for word in heading.split())])
    while not _is_settled(wrapped(heading, width - _LESS), wrapped(heading, width + _MORE)):
        width += 2
    return width


def _is_settled(narrower: list[str], wider: list[str]) -> bool:
    return narrower == wider and (len(wider) == 1 or wider[-1] != "£")
