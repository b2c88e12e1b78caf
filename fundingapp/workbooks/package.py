"""A package of compressed parts (.xlsx, .xlsm, .xlsb, .ods), looked through before anything in it is believed.

Bombs, unsafe names and document types are refused; each part is decompressed once, in pieces, and its checksum
proven (``trust.md`` D8).
"""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable, Iterator
from posixpath import dirname, join, normpath
from typing import BinaryIO, Final
from xml.parsers import expat

from fundingapp.domain.errors import InputRefusedError
from fundingapp.workbooks.checks import refused
from fundingapp.workbooks.refusals import ZIP_FAILURES, damaged, password_protected

MOST_PARTS: Final = 5_000
#: A part larger than this may not be more than so many times its compressed size: honest sheets stay below 40.
_LARGE_PART: Final = 50 * 1024 * 1024
_MOST_RATIO: Final = 100
_LARGEST_TOTAL: Final = 4 * 1024 * 1024 * 1024
#: The end of a package with the longest comment, and an entry of its list with a long name; in bytes.
_LONGEST_END: Final = 65_557 + 76
_LONGEST_ENTRY: Final = 512
_PIECE: Final = 1 << 20
_HEAD: Final = 1 << 12

Progress = Callable[[int, int, str], None]


def refuse_many_parts(file: BinaryIO, name: str) -> None:
    """Refuses a package of too many parts by the end of the file alone: listing them all would take seconds (X02)."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _LONGEST_END, 0))
    end = file.read(_LONGEST_END)
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(end):
        return  # it is refused as damaged by whoever opens it
    parts, length = struct.unpack_from("<HI", end, at + 10)
    large = end.rfind(b"PK\x06\x06", 0, at)
    if large >= 0 and large + 48 <= at and (parts == 0xFFFF or length == 0xFFFFFFFF):
        parts, length = struct.unpack_from("<QQ", end, large + 32)
    if parts > MOST_PARTS or length > MOST_PARTS * _LONGEST_ENTRY:
        many = f"{parts:,}" if parts > MOST_PARTS else "very many"
        raise refused(name, "too_many_parts", f"it is made of {many} parts; no workbook needs so many")


class Package:
    """The parts of one package, called *name* in refusals. Raises InputRefusedError for what must not be read.

    Parts are found by their names without regard to case, as Excel does.
    """

    def __init__(self, file: BinaryIO, name: str, report: Progress) -> None:
        self.name = name
        self._report = report
        self._through = 0
        refuse_many_parts(file, name)
        try:
            self._zip = zipfile.ZipFile(file)
        except ZIP_FAILURES as error:
            raise damaged(name) from error
        size = file.seek(0, os.SEEK_END)
        self.parts = self._check_container(size)
        self._total = sum(info.file_size for info in self.parts.values())

    def _check_container(self, size: int) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        name = self.name
        if len(infos) > MOST_PARTS:
            raise refused(
                name, "too_many_parts", f"it is made of {len(infos):,} parts; no workbook needs so many"
            )
        parts: dict[str, zipfile.ZipInfo] = {}
        total = compressed = 0
        for info in infos:
            part = info.filename
            if part.lower() in parts:
                raise refused(
                    name, "part_repeated", f"its part {part} is there twice, so it is not known which counts"
                )
            if part.startswith("/") or "\\" in part or ".." in part.split("/"):
                raise refused(
                    name, "unsafe_part", f"its part {part!r} has a name that leads outside the workbook"
                )
            parts[part.lower()] = info
            if info.flag_bits & 1:
                raise password_protected(name)
            total += info.file_size
            compressed += info.compress_size
            ratio = info.file_size // max(info.compress_size, 1)
            if info.file_size > _LARGE_PART and ratio > _MOST_RATIO:
                raise refused(
                    name,
                    "bomb",
                    f"its part {part} would grow to {ratio:,} times its size"
                    f" ({info.file_size // (1024 * 1024):,} MB), as files made to do harm do",
                )
        if total > _LARGEST_TOTAL or (total > _LARGE_PART and total // max(compressed, 1) > _MOST_RATIO):
            raise refused(name, "bomb", f"it would grow to {total // (1024 * 1024):,} MB")
        if compressed > size:
            raise refused(name, "bomb", "its parts overlap, as in files made to do harm")
        return parts

    def part(self, key: str) -> zipfile.ZipInfo | None:
        """The part of that name, in any case of letters."""
        return self.parts.get(key.lower())

    def pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The content of a part in pieces; its checksum has been proven when the last one is through."""
        try:
            with self._zip.open(info) as stream:
                while piece := stream.read(_PIECE):
                    yield piece
                    self._through += len(piece)
                    self._report(min(self._through, self._total), self._total, f"Checking {self.name}")
        except ZIP_FAILURES as error:
            raise self._cannot_unpack(info) from error

    def _cannot_unpack(self, info: zipfile.ZipInfo) -> InputRefusedError:
        return damaged(self.name, f"its part {info.filename} cannot be unpacked")

    def parser(self, info: zipfile.ZipInfo) -> expat.XMLParserType:
        """A parser of the part that refuses a document type (X03)."""
        parser = expat.ParserCreate()

        def refuse(*_: object) -> None:
            raise refused(
                self.name,
                "document_type",
                f"its part {info.filename} declares a document type, as no workbook does",
            )

        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        return parser

    def feed(
        self, parser: expat.XMLParserType, piece: bytes, info: zipfile.ZipInfo, *, last: bool = False
    ) -> None:
        """Gives a piece to *parser*; what is not well-formed is refused with part and line."""
        try:
            parser.Parse(piece, last)
        except (expat.ExpatError, ValueError, LookupError) as error:
            line = getattr(error, "lineno", 0)
            where = f", line {line:,}" if line else ""
            raise damaged(self.name, f"its part {info.filename}{where} is not well-formed") from error

    def parse(self, parser: expat.XMLParserType, info: zipfile.ZipInfo) -> None:
        """Runs the whole part through *parser*."""
        for piece in self.pieces(info):
            self.feed(parser, piece, info)
        self.feed(parser, b"", info, last=True)

    def check_prologs(self) -> None:
        """Refuses a document type in any part of XML; it can only stand before the first element."""
        for key, info in self.parts.items():
            if not key.endswith((".xml", ".rels", ".vml")):
                continue
            try:
                with self._zip.open(info) as stream:
                    head = stream.read(_HEAD)
            except ZIP_FAILURES as error:
                raise self._cannot_unpack(info) from error
            self.feed(self.parser(info), head, info)

    def elements(self, info: zipfile.ZipInfo) -> list[tuple[str, dict[str, str]]]:
        """Every element of a small part, without its prefix, and its attributes."""
        found: list[tuple[str, dict[str, str]]] = []
        parser = self.parser(info)
        parser.StartElementHandler = lambda tag, attributes: found.append(
            (tag.rpartition(":")[2], attributes)
        )
        self.parse(parser, info)
        return found

    def main_part(self, usual: str) -> str:
        """The part that the package begins with: as its relations say, or else the *usual* one."""
        relations = self.part("_rels/.rels")
        if relations is not None:
            for element, attributes in self.elements(relations):
                if element == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
                    target = attributes.get("Target", "").lstrip("/")
                    if self.part(target) is not None:
                        return target
        if self.part(usual) is not None:
            return usual
        raise damaged(self.name, "its list of sheets is missing")

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """From the id of each of the part's relations to its kind and the part that it names."""
        folder, _, file = part.rpartition("/")
        info = self.part(join(folder, "_rels", f"{file}.rels"))
        if info is None:
            return {}
        relations: dict[str, tuple[str, str]] = {}
        for element, attributes in self.elements(info):
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                named = (
                    target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
                )
                relations[attributes.get("Id", "")] = (attributes.get("Type", ""), named)
        return relations

    def close(self) -> None:
        self._zip.close()
