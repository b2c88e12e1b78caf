"""Where the elements of an XML part stand in its bytes, so that some can be exchanged and all others stay as they are.

A part that is written again from a tree loses what no tree holds: the order of declarations, quotes, entities, spaces
inside tags. So nothing is written again; the bytes of an element are cut out and others are put in their place.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from fundingapp.domain.errors import ExpectedError
from fundingapp.workbooks.refusals import damaged

_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_DECLARED = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_REFERENCE = re.compile(r"&(?:#(\d+)|#x([0-9A-Fa-f]+)|(\w+));")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_SHEET_DATA = re.compile(rb"<([\w.-]+:)?sheetData(?=[\s/>])(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
#: The ways of writing letters that all readers of workbooks know.
_READ = frozenset({"utf-8", "us-ascii", "ascii"})
_SLASH = ord("/")
#: An attribute as nearly every program writes it.
_PLAIN = rb"\s+[\w:.-]+=\"[^\"<>&]*\""
#: The first tag of a cell that says where it is, without a prefix and with nothing but such attributes.
_CELL_TAG = re.compile(rb"<c r=\"([A-Z]{1,3}[0-9]{1,7})\"((?:" + _PLAIN + rb")*)\s*(/?)>")


@dataclass(slots=True, eq=False)
class Element:
    """An element and its place: from *begin* to *end*, its first tag up to *tag_end*, its last from *close*."""

    tag: str
    attributes: dict[str, str]
    begin: int
    tag_end: int
    close: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)
    later: Callable[[], list[Element]] | None = None

    @property
    def local(self) -> str:
        """Its name without a prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """What stands before the name: “x:”, or ""."""
        return self.tag[: len(self.tag) - len(self.local)]

    @property
    def is_closed(self) -> bool:
        """Whether it is written as one tag, <c/>."""
        return self.close == self.begin

    def inside(self) -> list[Element]:
        """The elements in it; those of a row, and of a cell, are looked for when they are first asked for."""
        if self.later is not None:
            self.children, self.later = self.later(), None
        return self.children

    def child(self, local: str) -> Element | None:
        return next((each for each in self.inside() if each.local == local), None)

    def each(self, local: str) -> Iterator[Element]:
        return (each for each in self.children if each.local == local)

    def within_but(self, local: str) -> Iterator[Element]:
        """It and everything in it, in its order, but what is called *local* and what is in that."""
        yield self
        for each in self.children:
            if each.local != local:
                yield from each.within_but(local)


class XmlPart:
    """A part of XML with the place of each element, and the changes that are to be made to it.

    *parser* makes a parser that refuses what no workbook declares; *name* is the file's, *part* the part's, in
    refusals. Raises InputRefusedError for XML that is not well-formed, and ExpectedError ``fill_kind`` for letters
    that are not UTF-8: the second reader knows no others.
    """

    def __init__(
        self, content: bytes, parser: Callable[[], expat.XMLParserType], name: str, part: str
    ) -> None:
        declared = _DECLARED.match(content.removeprefix(codecs.BOM_UTF8))
        encoding = declared[1].decode("ascii") if declared else "UTF-8"
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or encoding.casefold() not in _READ:
            raise ExpectedError(
                "fill_kind",
                f"The part {part} of {name} is written in letters of an old kind, which many programs cannot read.",
                "Open the workbook in Excel, save a copy and use that.",
            )
        self.content = content
        self._changes: list[tuple[int, int, bytes]] = []
        self._maker = parser
        #: The attributes of cells beside their addresses, as written and as they are: there are few different ones.
        self._attributes: dict[bytes, dict[str, str]] = {}
        self._place = name, part
        self._well_formed(self._maker())
        self.root = self._rows_apart() or self._parsed(self._maker(), self.content, 0)[0]

    def _well_formed(self, parser: expat.XMLParserType) -> None:
        try:
            parser.Parse(self.content, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            name, part = self._place
            raise damaged(name, f"its part {part} is not well-formed") from error

    def _rows_apart(self) -> Element | None:
        """The root of a sheet, whose rows are looked into only when they are asked for: most never are. None for
        what is no sheet, or has comments and the like among its cells."""
        content = self.content
        data = _SHEET_DATA.search(content)
        if data is None or data[0].endswith(b"/>"):
            return None
        prefix = data[1] or b""
        close = content.rfind(b"</" + prefix + b"sheetData")
        begin = data.end()
        if close < begin or content.find(b"<!", begin, close) >= 0 or content.find(b"<?", begin, close) >= 0:
            return None
        if content.find(b"<!", 0, begin) >= 0 or content.find(b"AlternateContent", begin, close) >= 0:
            return None
        rows = []
        last = f"{prefix.decode()}row"
        ends = f"</{last}>".encode()
        at = begin
        for found in re.compile(rb"<" + prefix + rb"row(?=[\s/>])").finditer(content, begin, close):
            if found.start() < at:
                return None
            tag = _TAG.match(content, found.start())
            if tag is None:
                return None
            row = Element(last, _attributes_of(tag[0]), found.start(), tag.end())
            if tag[0].endswith(b"/>"):
                row.close, row.end = row.begin, row.tag_end
            else:
                row.close = content.find(ends, row.tag_end, close)
                if row.close < 0:
                    return None
                row.end = row.close + len(ends)
                row.later = partial(self._cells_of, row)
            at = row.end
            rows.append(row)
        without = content[:begin] + content[close:]
        root = self._parsed(self._maker(), without, 0)[0]
        gap = close - begin
        for each in root.within_but(""):
            _shift(each, begin, gap)
        held = root.child("sheetData")
        if held is None or held.children:
            return None
        held.close, held.end = close, content.index(b">", close) + 1
        held.children = rows
        return root

    def _cells_of(self, row: Element) -> list[Element]:
        return self._plain_cells(row) or self._inside_of(row)

    def _inside_of(self, element: Element) -> list[Element]:
        parser = expat.ParserCreate("utf-8")  # what it stands in has been looked through
        return self._parsed(parser, self.content[element.begin : element.end], element.begin)[0].children

    def _plain_cells(self, row: Element) -> list[Element]:
        """The cells of a row that holds nothing but cells as nearly every program writes them; else none. What is in
        a cell is looked at when it is asked for."""
        content, at, close = self.content, row.tag_end, row.close
        if content.find(b"extLst", at, close) >= 0:
            return []  # anything may be in there, a cell too
        tag_at, rest_of, known = _CELL_TAG.match, self._rest_of, self._attributes
        cells: list[Element] = []
        while at < close:
            found = tag_at(content, at, close)
            if found is None:
                return []
            name, others, is_closed = found.groups()
            rest = known.get(others)
            if rest is None:
                rest = known[others] = _attributes_of(b"<c" + others + b">")
            cell = Element("c", {"r": name.decode("ascii"), **rest}, at, found.end())
            if is_closed:
                cell.close, cell.end = at, cell.tag_end
            else:
                cell.close = content.find(b"</c>", cell.tag_end, close)
                if cell.close < 0:
                    return []
                cell.end = cell.close + 4
                if cell.close > cell.tag_end:
                    cell.later = partial(rest_of, cell)
            at = cell.end
            cells.append(cell)
        return cells

    def _rest_of(self, cell: Element) -> list[Element]:
        """What is in a cell: a value as nearly every program writes it, or anything else."""
        content, begin = self.content, cell.tag_end
        if content.startswith(b"<v>", begin):
            close = content.find(b"<", begin + 3)
            if close + 4 == cell.close and content.startswith(b"</v>", close):
                return [Element("v", {}, begin, begin + 3, close, close + 4)]
        return self._inside_of(cell)

    def _parsed(self, parser: expat.XMLParserType, content: bytes, shift: int) -> list[Element]:
        """The elements of *content*, which begins *shift* bytes into the part."""
        tag_at = _TAG.match
        top = Element("", {}, 0, 0)
        open_ones = [top]

        def begins(tag: str, attributes: dict[str, str]) -> None:
            at = parser.CurrentByteIndex
            found = tag_at(content, at)
            element = Element(tag, attributes, at + shift, (found.end() if found else at) + shift)
            open_ones[-1].children.append(element)
            open_ones.append(element)

        def ends(_tag: str) -> None:
            element = open_ones.pop()
            if content[element.tag_end - 2 - shift] == _SLASH:
                element.close, element.end = element.begin, element.tag_end
            else:
                close = parser.CurrentByteIndex
                element.close = close + shift
                element.end = content.index(b">", close) + 1 + shift

        parser.StartElementHandler = begins
        parser.EndElementHandler = ends
        parser.Parse(content, True)
        return top.children

    def raw(self, begin: int, end: int) -> bytes:
        return self.content[begin:end]

    def text(self, element: Element) -> str:
        """What stands in an element that has only text."""
        if element.is_closed:
            return ""
        return plain_text(self.content[element.tag_end : element.close])

    # changing it

    def replace(self, begin: int, end: int, new: bytes) -> None:
        """Puts *new* where the bytes from *begin* to *end* are; several at one place follow one another."""
        self._changes.append((begin, end, new))

    def set_attribute(self, element: Element, name: str, value: str) -> None:
        """Gives *element* the attribute, or another value of it."""
        tag = self.content[element.begin : element.tag_end]
        found = _attribute(tag, name)
        if found is not None:
            begin, end = found
            self.replace(element.begin + begin, element.begin + end, str.encode(f"{name}={quoteattr(value)}"))
            return
        at = element.tag_end - (2 if element.is_closed else 1)
        self.replace(at, at, str.encode(f" {name}={quoteattr(value)}"))

    def remove(self, element: Element) -> None:
        self.replace(element.begin, element.end, b"")

    @property
    def is_changed(self) -> bool:
        return bool(self._changes)

    def changed(self) -> bytes:
        """The part with all changes made."""
        out = bytearray()
        at = 0
        for begin, end, new in sorted(self._changes, key=lambda change: change[:2]):
            if begin < at:
                raise ValueError("two changes at one place")
            out += self.content[at:begin]
            out += new
            at = end
        out += self.content[at:]
        return bytes(out)


def plain_text(content: bytes) -> str:
    """The text that *content* stands for, in which there is no element."""
    raw = content.decode().replace("\r\n", "\n").replace("\r", "\n")
    if "<" in raw:
        # What is in a section of its own is no markup: its signs become entities, which are then read as such.
        raw = _CDATA.sub(lambda found: escape(found[1] or ""), raw)
    return _REFERENCE.sub(_meant, raw) if "&" in raw else raw


def _shift(element: Element, from_here: int, gap: int) -> None:
    """Moves the places of an element behind a gap that was left out."""
    if element.begin >= from_here:
        element.begin += gap
        element.tag_end += gap
    if element.close >= from_here:
        element.close += gap
    if element.end > from_here:
        element.end += gap


def _attributes_of(tag: bytes) -> dict[str, str]:
    if b"&" not in tag and b"'" not in tag:
        return {name.decode(): value.decode() for name, value in _QUOTED.findall(tag)}
    return {
        found[1].decode(): _REFERENCE.sub(_meant, found[0].split(b"=", 1)[1].strip()[1:-1].decode("latin-1"))
        for found in _ATTRIBUTES.finditer(tag)
    }


def tag_with(tag: bytes, **attributes: str | None) -> bytes:
    """A first *tag*, not closed, with the given attributes: another value, a new one, or None for none."""
    if tag.endswith(b"/>"):
        tag = tag[:-2].rstrip() + b">"
    for name, value in attributes.items():
        found = _attribute(tag, name)
        new = b"" if value is None else f"{name}={quoteattr(value)}".encode()
        if found is None:
            if new:
                tag = tag[:-1] + b" " + new + tag[-1:]
        elif new:
            tag = tag[: found[0]] + new + tag[found[1] :]
        else:
            tag = tag[: found[0]].rstrip() + tag[found[1] :]
    return tag


def _attribute(tag: bytes, name: str) -> tuple[int, int] | None:
    """Where the attribute *name* stands in *tag*; values are passed over whole, whatever they look like."""
    for found in _ATTRIBUTES.finditer(tag):
        if found[1] == name.encode():
            return found.span()
    return None


_ATTRIBUTES = re.compile(rb"(?<=[\s\"'])([^\s=\"'<>/]+)\s*=\s*(?:\"[^\"]*\"|'[^']*')")


#: The same where there are no other quotes.
_QUOTED = re.compile(rb"\s([^\s=\"<>/]+)\s*=\s*\"([^\"]*)\"")


def _meant(found: re.Match[str]) -> str:
    decimal, hexadecimal, named = found.groups()
    if decimal:
        return chr(int(decimal))
    return chr(int(hexadecimal, 16)) if hexadecimal else _NAMED.get(named, found[0])
