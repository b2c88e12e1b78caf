"""The texts of packages of Office and OpenDocument: their words, and what stands beside them in headers, comments,
tracked changes, text boxes, properties and addresses of links."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from fundingapp.application.ports import LookedInto
from fundingapp.domain.personal_data import SeenCell

#: A longer part is not read: it says so.
_MOST_PART: Final = 50_000_000
_MOST_CELLS: Final = 200_000
_MOST_PARTS: Final = 5_000
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"

#: What a damaged package makes the libraries raise.
FAILURES: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    OSError,
    RuntimeError,
    KeyError,
    ValueError,
    EOFError,
    NotImplementedError,
    ParseError,
)

#: What the parts of a Word document are called when something in them is told of.
_WORD_PARTS: Final = (
    ("document", ""),
    ("header", "header"),
    ("footer", "footer"),
    ("comments", "comments"),
    ("footnotes", "footnotes"),
    ("endnotes", "endnotes"),
    ("glossary/document", "text boxes"),
)
_SLIDE: Final = re.compile(r"ppt/(slides/slide|notesslides/notesslide|comments/)[^/]*?(\d*)\.xml")
_BESIDE: Final = re.compile(
    r"docprops/(?:core|app|custom)\.xml|xl/(?:comments|threadedcomments/|drawings/(?:drawing|vmldrawing)|charts/chart)"
    r"[^/]*|word/charts/chart[^/]*\.xml|customxml/item\d+\.xml"
)
_LINKS: Final = re.compile(r'Target="(?:mailto:|tel:)([^"?]+)', re.IGNORECASE)
_FOOT: Final = re.compile(rb"<(odd|even|first)(Header|Footer)>(.*?)</", re.DOTALL)
_INSIDE: Final = re.compile(r"(?:word|xl|ppt)/embeddings/[^/]+\.(?!bin$)\w+")


def texts_of_package(path: Path, name: str) -> LookedInto:
    """The texts of a Word document or of slides, with all that stands beside them."""
    cells: list[SeenCell] = []
    with zipfile.ZipFile(path) as package:
        parts = package.infolist()[:_MOST_PARTS]
        for info in parts:
            part = info.filename.casefold()
            if part.startswith("word/") and part.endswith(".xml"):
                for beginning, sheet in _WORD_PARTS:
                    if part[5:].startswith(beginning) and not part[5:].startswith(f"{beginning}ex"):
                        cells += _of_body(_part(package, info), name, sheet)
                        break
            elif slide := _SLIDE.fullmatch(part):
                where = "comments" if slide[1].startswith("comments") else f"slide {slide[2]}"
                cells += _of_slide(_part(package, info), name, where)
            if len(cells) > _MOST_CELLS:
                break
        cells += _beside(package, name)
        inside = any(_INSIDE.fullmatch(info.filename.casefold()) for info in parts)
    if len(cells) > _MOST_CELLS:
        return LookedInto(tuple(cells[:_MOST_CELLS]), f"its first {_MOST_CELLS:,} paragraphs", partly=True)
    if inside:
        return LookedInto(tuple(cells), "it holds further files", partly=True)
    return LookedInto(tuple(cells))


def texts_beside(path: Path, name: str) -> tuple[SeenCell, ...]:
    """What a workbook says beside its cells. Raises one of FAILURES for a damaged one."""
    with zipfile.ZipFile(path) as package:
        return tuple(_beside(package, name))


def _part(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Element:
    """The root of a part. Raises ValueError for one that is too long, or that asks for other files."""
    from defusedxml.ElementTree import fromstring

    if info.file_size > _MOST_PART:
        raise ValueError("too long")
    root: Element = fromstring(package.read(info), forbid_dtd=True)
    return root


def _of_body(root: Element, name: str, sheet: str) -> Iterator[SeenCell]:
    in_tables: set[Element] = set()
    for number, table in enumerate(root.iter(f"{_WORD}tbl"), 1):
        in_tables.update(table.iter(f"{_WORD}p"))
        for row, line in enumerate(table.iter(f"{_WORD}tr"), 1):
            # Also the cells of forms, which stand in a field of their own.
            for column, cell in enumerate(line.iter(f"{_WORD}tc"), 1):
                yield SeenCell(name, f"{sheet} table {number}".strip(), row, column, _words(cell))
    for number, paragraph in enumerate(root.iter(f"{_WORD}p"), 1):
        if paragraph not in in_tables and (text := _words(paragraph)):
            yield SeenCell(name, sheet, number, 0, text)


_SAID: Final = (f"{_WORD}t", f"{_WORD}delText", f"{_WORD}instrText", f"{_WORD}delInstrText")
_GAPS: Final = (f"{_WORD}tab", f"{_WORD}br", f"{_WORD}p", f"{_WORD}cr", f"{_WORD}fldChar")


def _words(element: Element) -> str:
    """The words in *element* with those that were struck out, which are still there."""
    return "".join(
        text.text or "" if text.tag in _SAID else " "
        for text in element.iter()
        if text.tag in _SAID or text.tag in _GAPS
    ).strip()


def _of_slide(root: Element, name: str, sheet: str) -> Iterator[SeenCell]:
    in_tables: set[Element] = set()
    for table in root.iter(f"{_DRAWING}tbl"):
        in_tables.update(table.iter(f"{_DRAWING}p"))
        for row, line in enumerate(table.iter(f"{_DRAWING}tr"), 1):
            for column, cell in enumerate(line.iter(f"{_DRAWING}tc"), 1):
                yield SeenCell(name, sheet, row, column, _drawn_words(cell))
    for number, paragraph in enumerate(root.iter(f"{_DRAWING}p"), 1):
        if paragraph not in in_tables and (text := _drawn_words(paragraph)):
            yield SeenCell(name, sheet, number, 0, text)
    for number, element in enumerate(root.iter(), 1):
        if element.tag.rpartition("}")[2] == "text" and element.text:  # a comment
            yield SeenCell(name, sheet, number, 0, element.text)


def _drawn_words(element: Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{_DRAWING}t")).strip()


def _beside(package: zipfile.ZipFile, name: str) -> Iterator[SeenCell]:
    """Properties, comments, text boxes and headers of sheets, and addresses that links lead to."""
    for info in package.infolist()[:_MOST_PARTS]:
        part = info.filename.casefold()
        if part.endswith(".rels") and info.file_size <= _MOST_PART:
            said = package.read(info).decode("utf-8", "replace")
            for number, match in enumerate(_LINKS.finditer(said), 1):
                yield SeenCell(name, "links", number, 0, match[1])
        elif _BESIDE.fullmatch(part):
            sheet = "properties" if part.startswith(("docprops", "customxml")) else "comments"
            if "drawing" in part or "chart" in part:
                sheet = "text boxes"
            for number, text in enumerate(_paragraphs(_part(package, info)), 1):
                yield SeenCell(name, sheet, number, 0, text)
        elif part.startswith("xl/worksheets/sheet") and info.file_size <= _MOST_PART:
            for number, foot in enumerate(_FOOT.finditer(package.read(info)), 1):
                text = foot[3].decode("utf-8", "replace").replace("&amp;", "&")
                yield SeenCell(name, foot[2].decode().casefold(), number, 0, text)


#: What holds a whole text, though it is cut into runs of the same look.
_WHOLE: Final = frozenset({"p", "comment", "text", "threadedComment", "property", "si"})


def _paragraphs(root: Element) -> Iterator[str]:
    """The texts of a part that is no document, each whole."""
    inside: set[Element] = set()
    for element in root.iter():
        if element in inside:
            continue
        if element.tag.rpartition("}")[2] in _WHOLE:
            inside.update(element.iter())
            text = "".join(element.itertext())
        else:
            text = element.text or ""
        if text.strip():
            yield text.strip()


def texts_of_open_document(path: Path, name: str) -> LookedInto:
    """The paragraphs and tables of an OpenDocument text, with its headers, notes and properties."""
    cells: list[SeenCell] = []
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        for part, sheet in (("content.xml", ""), ("styles.xml", "header"), ("meta.xml", "properties")):
            if part not in names:
                continue
            root = _part(package, package.getinfo(part))
            if sheet == "properties":
                cells += [SeenCell(name, sheet, at, 0, text) for at, text in enumerate(_paragraphs(root), 1)]
                continue
            cells += _of_open_body(root, name, sheet)
    return LookedInto(tuple(cells))


def _of_open_body(root: Element, name: str, sheet: str) -> Iterator[SeenCell]:
    in_tables: set[Element] = set()
    for number, table in enumerate(root.iter(f"{_TABLE}table"), 1):
        in_tables.update(table.iter())
        for row, line in enumerate(table.iter(f"{_TABLE}table-row"), 1):
            for column, cell in enumerate(line.findall(f"{_TABLE}table-cell"), 1):
                yield SeenCell(
                    name, f"{sheet} table {number}".strip(), row, column, " ".join(cell.itertext())
                )
    paragraphs = (each for each in root.iter() if each.tag in (f"{_TEXT}p", f"{_TEXT}h"))
    for number, paragraph in enumerate(paragraphs, 1):
        if paragraph not in in_tables and (text := "".join(paragraph.itertext()).strip()):
            yield SeenCell(name, sheet, number, 0, text)
