"""The texts of a PDF document, for a look for personal data. It is only ever asked in a child process: what a hostile
document does to the library, which is plain Python, takes time and memory (bad-inputs R01).

What stands in columns comes as columns: the library lays each page out as it is printed, and what stands under one
another is one column.
"""

from __future__ import annotations

import contextlib
import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

Progress = Callable[[int, int, str], None]
#: A text with its part (“page 3”), row and column; column 0 is text without columns.
Text = tuple[str, int, int, str]

_MOST_PAGES: Final = 300
#: Seconds of work for one document, in which a hundred pages of tables are read.
_MOST_SECONDS: Final = 20.0
_MOST_TEXT: Final = 5_000_000
#: So many bytes of drawing without a letter are a picture, not an empty page.
_DRAWN: Final = 500
#: Fewer letters on a page with a picture are its number, or what a scanner prints beside it.
_FEW: Final = 12
#: Two spaces are the wide ones of a line that fills its column.
_PIECE: Final = re.compile(r"\S+(?: {1,2}\S+)*")
_SPACES: Final = re.compile(r" {2,}")
#: What stands for letters that the document doesn't name: then they are drawings to everybody but the eye.
_NO_LETTERS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]|/g\d+|\(cid:\d+\)")


def texts_of_pdf(path: Path, report: Progress) -> tuple[list[Text], str, bool]:
    """The texts of the document at *path*, why not all of it could be read ("" when it could), and whether a part was.

    Raises whatever a damaged document makes the library raise.
    """
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with path.open("rb") as file:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted and not _opens_without_password(reader):
            return [], "it is protected by a password", False
        return _texts_of(reader, report)


def _opens_without_password(reader: PdfReader) -> bool:
    """Whether everybody may read it; some are only protected from being changed or printed."""
    from pypdf.errors import DependencyError

    with contextlib.suppress(DependencyError):  # a cipher for which the library needs another one
        return bool(reader.decrypt(""))
    return False


def _texts_of(reader: PdfReader, report: Progress) -> tuple[list[Text], str, bool]:
    start = time.process_time()
    found: list[Text] = list(_about(reader))
    number = len(reader.pages)
    pictures: list[int] = []
    broken: list[int] = []
    size, read, why_not = 0, 0, []
    for page in range(min(number, _MOST_PAGES)):
        report(page, number, f"Reading page {page + 1}")
        if time.process_time() - start > _MOST_SECONDS or size > _MOST_TEXT:
            break
        read += 1
        try:
            on_page = _page(reader.pages[page], f"page {page + 1}")
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - one damaged page does not hide what stands on the others
            broken.append(page + 1)
            continue
        if on_page is None:
            pictures.append(page + 1)
            continue
        found += on_page
        size += sum(len(text) for *_, text in on_page)
    if read and len(pictures) == read == number:
        return found, "it is a scanned PDF, whose pages are pictures", False
    if read < number:
        why_not.append(f"its first {read} of {number} pages")
    if pictures:
        why_not.append(_pages_in_words(pictures) + " without letters that can be read")
    if broken:
        if len(broken) == read:
            raise ValueError("damaged on every page")
        why_not.append(f"{len(broken)} damaged {'page' if len(broken) == 1 else 'pages'} left out")
    if _holds_files(reader):
        why_not.append("it holds further files")
    return found, ", ".join(why_not), bool(why_not)


def _pages_in_words(pages: Sequence[int]) -> str:
    """“page 3 is a picture”, “4 pages (3, 4, 7 …) are pictures”."""
    if len(pages) == 1:
        return f"page {pages[0]} is a picture"
    some = ", ".join(map(str, pages[:3])) + (" …" if len(pages) > 3 else "")
    return f"{len(pages)} pages ({some}) are pictures"


def _about(reader: PdfReader) -> Iterator[Text]:
    """What the document says of itself, and what was filled into its form."""
    with contextlib.suppress(Exception):  # nothing of it is needed to read the pages
        about: dict[str, Any] = dict(reader.metadata or {})
        for row, key in enumerate(("/Title", "/Author", "/Subject", "/Keywords"), 1):
            if isinstance(value := about.get(key), str) and value.strip():
                yield "properties", row, 0, value
    fields: dict[str, Any] = {}
    with contextlib.suppress(Exception):
        fields = reader.get_fields() or {}
    for row, (name, field) in enumerate(fields.items(), 1):
        value = field.get("/V")
        if isinstance(value, str) and value.strip():
            # The name of a field is what stands before it: “Date of birth”.
            yield "form", row, 0, f"{field.get('/TU') or name}: {value}"


def _holds_files(reader: PdfReader) -> bool:
    with contextlib.suppress(Exception):
        return bool(reader.attachments)
    return False


def _page(page: PageObject, sheet: str) -> list[Text] | None:
    """The texts of a page with the notes on it; None when it is a picture."""
    try:
        text = page.extract_text(extraction_mode="layout", layout_mode_strip_rotated=False)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - what can't be laid out may still be read as it comes
        text = page.extract_text()
    text = text or ""
    odd = sum(len(match[0]) for match in _NO_LETTERS.finditer(text))
    letters = sum(map(str.isalnum, text)) - odd
    found = list(_lines(text, sheet)) if letters > odd else []
    if letters < _FEW and _is_drawn(page):
        return None
    for row, note in enumerate(_notes(page), 1):
        found.append((f"notes on {sheet}", row, 0, note))
    return found


def _is_drawn(page: PageObject) -> bool:
    """Whether something is on the page: a picture, or lines that may be letters."""
    with contextlib.suppress(Exception):
        resources = page.get("/Resources")
        pictures = resources.get_object().get("/XObject") if resources is not None else None
        if pictures is not None and len(pictures.get_object()):
            return True
    with contextlib.suppress(Exception):
        contents = page.get_contents()
        return contents is not None and len(contents.get_data()) > _DRAWN
    return False


def _notes(page: PageObject) -> Iterator[str]:
    """What was written on the page by who commented it, and the addresses that its links lead to."""
    with contextlib.suppress(Exception):
        for each in page.get("/Annots") or ():
            note = each.get_object()
            action = note.get("/A")
            for said in (
                note.get("/Contents"),
                action.get_object().get("/URI") if action is not None else None,
            ):
                if isinstance(said, str) and said.strip():
                    yield said.removeprefix("mailto:")


def _lines(text: str, sheet: str) -> Iterator[Text]:
    """The lines of a page: rows of a table where several pieces stand beside each other, in columns that are told by
    what stands under one another; else text."""
    table: list[tuple[int, list[re.Match[str]]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        pieces = list(_PIECE.finditer(line))
        if len(pieces) > 1:
            table.append((number, pieces))
            continue
        if pieces:
            yield from _columns(table, sheet)
            table = []
            yield sheet, number, 0, _SPACES.sub(" ", pieces[0][0])
    yield from _columns(table, sheet)


def _columns(table: Sequence[tuple[int, list[re.Match[str]]]], sheet: str) -> Iterator[Text]:
    spans = sorted(piece.span() for _, pieces in table for piece in pieces)
    ends: list[int] = []  # of each column
    for left, right in spans:
        if not ends or left >= ends[-1]:
            ends.append(right)
        else:
            ends[-1] = max(ends[-1], right)
    for number, pieces in table:
        for piece in pieces:
            column = next(at for at, end in enumerate(ends, 1) if piece.end() <= end)
            yield sheet, number, column, _SPACES.sub(" ", piece[0])
