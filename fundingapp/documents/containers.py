"""The texts of letters of e-mail and of ZIP archives, with those of the files in them; of archives in archives it is
said that they were not looked into."""

from __future__ import annotations

import contextlib
import email
import html.parser
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Final

from fundingapp.application.ports import LookedInto
from fundingapp.application.wording import count
from fundingapp.documents.old_texts import decoded
from fundingapp.documents.packages import FAILURES
from fundingapp.domain import paper_files
from fundingapp.domain.paper_files import cleaned_name
from fundingapp.domain.personal_data import SeenCell

#: Looks into the file at a path that is called so.
Look = Callable[[Path, str], LookedInto]

#: No more files in one are looked into, and no more bytes of them together: it says so.
_MOST_FILES: Final = 200
_MOST_BYTES: Final = 100_000_000
#: What the folder of what is unpacked begins with; left behind by a crash, it is swept as a private copy is.
_COPY: Final = "fundingapp-copy-"

_HEAD: Final = ("From", "To", "Cc", "Bcc", "Reply-To", "Subject")
#: An officer's address at work in the head of a letter tells of no client.
_AT_WORK: Final = re.compile(
    r"[\w.+'-]+@[\w.-]+\.(?:gov|police|nhs|ac|mod)\.(?:uk|wales)\b|[\w.+'-]+@[\w.-]+\.gov\.wales\b"
)
_BLOCKS: Final = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "table", "td", "th"})


def is_container(name: str, media_type: str) -> bool:
    """Whether what is named so is read here."""
    is_letter = media_type.startswith("text/") and paper_files.suffix_of(name) == ".eml"
    return is_letter or media_type == paper_files.ZIP


def texts_within(path: Path, name: str, media_type: str, look: Look) -> LookedInto:
    """The texts of the letter or archive at *path*. *look* looks into each file in it, which are no containers then."""
    try:
        with tempfile.TemporaryDirectory(prefix=_COPY) as folder:
            unpacked = _Unpacked(name, Path(folder), look)
            if media_type == paper_files.ZIP:
                unpacked.take_archive(path)
            else:
                unpacked.take_letter(path)
            return LookedInto(tuple(unpacked.cells), ", ".join(unpacked.left), bool(unpacked.left))
    except FAILURES:
        return LookedInto((), "it is damaged or can't be read")


class _Unpacked:
    """What was found so far, and what could not be looked into."""

    def __init__(self, name: str, folder: Path, look: Look) -> None:
        self.cells: list[SeenCell] = []
        self.left: list[str] = []
        self._name = name
        self._folder = folder
        self._look = look
        self._files = 0
        self._bytes = 0

    def take_letter(self, path: Path) -> None:
        """The head and the words of a letter, and the files that came with it."""
        if path.stat().st_size > _MOST_BYTES:
            self.left.append(f"it has more than {_MOST_BYTES // 1_000_000} MB")
            return
        letter = email.message_from_bytes(path.read_bytes(), policy=default)
        for row, head in enumerate(_HEAD, 1):
            with contextlib.suppress(Exception):  # a head that breaks the rules of heads
                if said := str(letter[head] or ""):
                    self.cells.append(SeenCell(self._name, "letter head", row, 0, _AT_WORK.sub("", said)))
        row = 0
        for part in letter.walk():
            if part.is_multipart():
                continue
            file = part.get_filename()
            is_words = (
                part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"
            )
            if is_words:
                for line in _words_of(part):
                    row += 1
                    self.cells.append(SeenCell(self._name, "", row, 0, line))
            else:
                raw = part.get_payload(decode=True)
                self._take(file or "a file without a name", raw if isinstance(raw, bytes) else b"")

    def take_archive(self, path: Path) -> None:
        """The files of an archive, none longer than what is left to be read."""
        locked = 0
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.is_dir():
                    continue
                if info.flag_bits & 1:
                    locked += 1
                    continue
                if not self._may_take(info.file_size):
                    break
                with archive.open(info) as file:
                    self._take(info.filename, file.read(_MOST_BYTES - self._bytes + 1))
        if locked:
            self.left.append(
                f"{locked} of its files {'is' if locked == 1 else 'are'} protected by a password"
            )

    def _may_take(self, size: int) -> bool:
        if self._files < _MOST_FILES and self._bytes + size <= _MOST_BYTES:
            return True
        self.left.append(f"its first {count(self._files, 'file')}")
        return False

    def _take(self, name: str, raw: bytes) -> None:
        if not self._may_take(len(raw)):
            return
        self._files += 1
        self._bytes += len(raw)
        shown = cleaned_name(name)
        place = self._folder / f"{self._files}{paper_files.suffix_of(shown)}"
        place.write_bytes(raw)
        looked = self._look(place, shown)
        place.unlink()
        for cell in looked.cells:
            inner = _PLAIN_SHEET.sub(r"sheet “\g<0>”", cell.sheet) if cell.column else cell.sheet
            where = f"in “{shown}”" + (f", {inner}" if inner else "")
            self.cells.append(cell._replace(file=self._name, sheet=where))
        if looked.why_not:
            self.left.append(f"in “{shown}” {looked.why_not}")


_PLAIN_SHEET: Final = re.compile(r"^(?!page |slide |table |header|footer).+$")


def _words_of(part: EmailMessage) -> Iterator[str]:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return
    text = decoded(raw)
    with contextlib.suppress(LookupError, UnicodeDecodeError):
        text = raw.decode(part.get_content_charset() or "utf-8")
    if part.get_content_subtype() == "html":
        plain = _Plain()
        plain.feed(text)
        text = "".join(plain.said)
    yield from text.splitlines()


class _Plain(html.parser.HTMLParser):
    """The words of a page without what shows them, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in ("style", "script")
        if tag in _BLOCKS:
            self.said.append("\n" if tag not in ("td", "th") else "  ")
        for name, value in attrs:
            if name == "href" and value and value.casefold().startswith("mailto:"):
                self.said.append(f" {value[7:]} ")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - as the library calls it
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.said.append(data)
