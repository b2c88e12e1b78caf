"""What a paper really is, and its texts for a look for personal data. Nothing in it is ever carried out."""

from __future__ import annotations

import contextlib
import re
import zipfile
from pathlib import Path
from typing import Final

from fundingapp.application.ports import LookedInto
from fundingapp.documents.apart import texts_of_pdf
from fundingapp.documents.old_texts import decoded, of_old_office, of_rich_text
from fundingapp.documents.packages import FAILURES, texts_beside, texts_of_open_document, texts_of_package
from fundingapp.domain import paper_files
from fundingapp.domain.personal_data import SeenCell

_START: Final = 8_192
#: More text than this is not read: it says so.
_MOST_TEXT: Final = 20_000_000
_MOST_PARTS: Final = 5_000
#: Workbooks, whose cells are read elsewhere.
_TABLES: Final = (".xlsm", ".xltm", ".xlam", ".xlsb")

#: Signs of control that no text has.
_NO_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")

#: How the content of each kind begins.
_SIGNATURES: Final = (
    (b"MZ", paper_files.PROGRAM),
    (b"\x7fELF", paper_files.PROGRAM),
    (b"\xfe\xed\xfa", paper_files.PROGRAM),
    (b"\xcf\xfa\xed\xfe", paper_files.PROGRAM),
    (b"\xca\xfe\xba\xbe", paper_files.PROGRAM),
    (b"#!", paper_files.SCRIPT),
    (b"L\x00\x00\x00\x01\x14\x02\x00", paper_files.SHORTCUT),
    (b"[InternetShortcut]", paper_files.SHORTCUT),
    (b"[Desktop Entry]", paper_files.SHORTCUT),
    (b"\xff\xd8\xff", paper_files.JPEG),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"{\\rtf", paper_files.RTF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", paper_files.OLD_OFFICE),
)


def media_type(path: Path) -> str:
    """What the content of *path* is: by its first bytes, in packages by their parts."""
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError:
        return paper_files.UNKNOWN
    if not start:
        return paper_files.EMPTY
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(path)
    if b"%PDF-" in start[:1024]:
        return paper_files.PDF
    if start.startswith(b"BM") and (len(start) < 14 or start[6:10] != b"\x00\x00\x00\x00"):
        start = b"\x00" + start  # a text that begins so
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    if start[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "image/heic"
    return _text(start) or _by_library(start, path.name)


def _package(path: Path) -> str:
    """What a ZIP archive is by its parts."""
    try:
        with zipfile.ZipFile(path) as package:
            names = [info.filename.casefold() for info in package.infolist()[:_MOST_PARTS]]
            kind = b""
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                kind = package.read("mimetype").strip()
    except (zipfile.BadZipFile, OSError, RuntimeError, KeyError, NotImplementedError, ValueError, EOFError):
        return paper_files.ZIP
    if any(name.endswith("vbaproject.bin") for name in names):
        return paper_files.MACROS
    if kind in (paper_files.ODT.encode(), paper_files.ODS.encode()):
        return kind.decode()
    for folder, office in (
        ("word/", paper_files.WORD),
        ("xl/", paper_files.EXCEL),
        ("ppt/", paper_files.SLIDES),
    ):
        if "[content_types].xml" in names and any(name.startswith(folder) for name in names):
            return office
    if "meta-inf/manifest.mf" in names:
        return paper_files.PROGRAM  # a Java archive
    return paper_files.ZIP


def _text(start: bytes) -> str:
    """Which text it is, a web page or plain; "" for what is none."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return paper_files.TEXT
    if _NO_TEXT.search(start):
        return ""
    low = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if low.startswith((b"<!doctype html", b"<html", b"<script", b"<head", b"<body")):
        return paper_files.WEB
    if b"<svg" in low[:1000] and low.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return paper_files.DRAWING
    return paper_files.TEXT


def _by_library(start: bytes, name: str) -> str:
    """What the library of signatures makes of it."""
    import puremagic

    with contextlib.suppress(puremagic.PureError, ValueError):
        said = puremagic.from_string(start, mime=True, filename=name)
        # By its name alone nothing is a document: those that are begin as such.
        return said if said and said != paper_files.PDF else paper_files.UNKNOWN
    return paper_files.UNKNOWN


# Texts


def texts_of(path: Path, name: str, kind: str) -> LookedInto:
    """The texts of a document or text file; for any other file, that nothing was looked into."""
    try:
        if kind == paper_files.EMPTY:
            return LookedInto()
        if kind in (
            paper_files.TEXT,
            paper_files.WEB,
            paper_files.DRAWING,
            paper_files.SHORTCUT,
            paper_files.SCRIPT,
        ):
            return _of_text(path, name)
        if kind == paper_files.RTF:
            return of_rich_text(path, name)
        if kind == paper_files.PDF:
            return texts_of_pdf(path, name)
        if kind in (paper_files.WORD, paper_files.SLIDES) or (
            kind == paper_files.MACROS and paper_files.suffix_of(name) not in _TABLES
        ):
            return texts_of_package(path, name)
        if kind == paper_files.ODT:
            return texts_of_open_document(path, name)
        if kind == paper_files.OLD_OFFICE:
            return of_old_office(path, name)
    except FAILURES:
        return LookedInto((), "it is damaged or can't be read")
    if kind.startswith("image/"):
        return LookedInto((), "a picture can't be read by this program")
    return LookedInto((), f"this program can't read {paper_files.in_words(kind)}")


def texts_beside_cells(path: Path, name: str, kind: str) -> tuple[SeenCell, ...]:
    """What a workbook says beside its cells; nothing for what is no package."""
    if kind not in (paper_files.EXCEL, paper_files.MACROS):
        return ()
    with contextlib.suppress(*FAILURES):
        return texts_beside(path, name)
    return ()


def _of_text(path: Path, name: str) -> LookedInto:
    with path.open("rb") as file:
        raw = file.read(_MOST_TEXT + 1)
    cells = tuple(
        SeenCell(name, "", number, 0, line)
        for number, line in enumerate(decoded(raw[:_MOST_TEXT]).splitlines(), 1)
    )
    if len(raw) > _MOST_TEXT:
        return LookedInto(cells, f"its first {_MOST_TEXT // 1_000_000} MB", partly=True)
    return LookedInto(cells)
