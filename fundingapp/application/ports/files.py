"""Files that come in: kept away from others' hands, looked into, and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fundingapp.application.progress import Progress
from fundingapp.domain.evidence import FileState
from fundingapp.domain.findings import Finding
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import RawRow, RawTable, SheetRows
from fundingapp.domain.personal_data import Clue, SeenCell


@dataclass(frozen=True, slots=True)
class PrivateCopy:
    """A source file copied away from others' hands before it is read (decision D8)."""

    path: Path
    name: str
    sha256: str
    size: int
    #: What its content is, and what a look for personal data found, where somebody looked.
    media_type: str = ""
    found: str = ""
    clues: tuple[Clue, ...] = ()


class SourceStore(Protocol):
    """Keeps original files by content hash beside the funding file (decisions D9, D16)."""

    def take_copy(self, path: Path, most: int | None = None) -> PrivateCopy:
        """Raises InputRefusedError when the file is missing, cannot be read, or has more than *most* bytes."""

    def keep(self, *copies: PrivateCopy) -> None:
        """Makes copies part of the file's store, durably, before the rows that name them are committed."""

    def discard(self, copy: PrivateCopy) -> None: ...

    def lend(self, sha256: str, name: str) -> Path:
        """A copy of the kept file for another program to open, called *name*; the kept file stays out of reach.

        Raises ExpectedError when the file is missing or was changed.
        """

    def original(self, sha256: str, name: str) -> Path:
        """Where the kept file of that hash is, imported as *name*. Raises ExpectedError when it is gone or changed."""

    def save_to(self, sha256: str, name: str, out: Path) -> None:
        """Writes a copy of the kept file, known as *name*, to *out*. Raises ExpectedError as :meth:`lend` does, and
        when it can't be written; a file that stood there is then as it was."""

    def state(self, sha256: str, size: int, *, thoroughly: bool = False) -> FileState:
        """Whether the kept file is there: by its size, or *thoroughly* by its content."""

    def erase(self, sha256: str) -> None:
        """Takes the kept file out for good, wherever this file keeps it; nothing when it is gone already.

        Raises ExpectedError when it can't be taken out.
        """

    def scratch(self, suffix: str) -> Path:
        """A new empty file of our own, to be discarded as a private copy is. Raises ExpectedError."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a file found: it need not be looked at again while its content has the same hash."""

    sha256: str
    media_type: str
    found: str
    clues: tuple[Clue, ...] = ()


@dataclass(frozen=True, slots=True)
class LookedInto:
    """The texts of a file with their places. *why_not* says why nothing was looked into (“it is protected by a
    password”), or with *partly* what of it was, or was not (“its first 300 pages”)."""

    cells: tuple[SeenCell, ...] = ()
    why_not: str = ""
    partly: bool = False


class Papers(Protocol):
    """Looks into files that come as papers: what they really are, what they say, and what they tell beside that."""

    def media_type(self, path: Path) -> str:
        """What the content is, whatever the file is called (A03)."""

    def texts(self, path: Path, name: str, media_type: str) -> LookedInto:
        """The texts in the file, for a look for personal data. A file that can't be read says so in *why_not*."""

    def hidden(self, path: Path, media_type: str) -> tuple[str, ...]:
        """What it tells beside its picture or text, in words: “the place where it was taken”, “its author” (A08)."""

    def cleaned(self, path: Path, media_type: str, out: Path) -> tuple[str, ...]:
        """Writes *path* to *out* without that; returns what was taken out. Raises ExpectedError when it can't."""


class TableReader(Protocol):
    """Reads workbooks and text files."""

    def ledger(
        self,
        path: Path,
        name: str,
        sheet: str | None,
        progress: Progress,
        layouts: Sequence[Layout] = (),
        encoding: str = "",
    ) -> list[RawTable]:
        """The ledger tables of a file, the likeliest first; *name* is what to call the file in findings.

        *layouts* are known ones: a table that has the shape of one is read by it, whatever its values suggest.
        *encoding* is the one that a person has chosen for a text file, "" to tell it from the bytes.
        """

    def encodings(self, path: Path) -> list[tuple[str, str]]:
        """The encodings that a text file can be read in, each with a line that shows the difference."""

    def open_elsewhere(self, path: Path) -> Finding | None:
        """A warning when another program has the user's own file *path* open, so that it may hold more (X36)."""

    def plain(self, path: Path) -> tuple[list[str], list[RawRow]]:
        """Headings and rows of a small table."""

    def files_in(self, path: Path, name: str, progress: Progress) -> tuple[str, ...]:
        """The text files in a folder or .zip at *path*, by their names in it; () where it is neither.

        Raises InputRefusedError when it can't be read, is made to do harm, or holds none.
        """

    def write_file(self, path: Path, name: str, inner: str, out: Path, progress: Progress) -> tuple[str, int]:
        """Writes the file called *inner* of the folder or .zip at *path* to *out*; its hash and its size in bytes.

        Raises InputRefusedError when it can't be read.
        """

    def sheets(
        self, path: Path, name: str, progress: Progress
    ) -> tuple[tuple[SheetRows, ...], tuple[Finding, ...]]:
        """Every filled row of each visible sheet of a workbook, or of a text file, and what is noticed of the whole;
        *name* is what to call the file in findings. Raises InputRefusedError."""

    def layout(self, path: Path) -> Layout:
        """The layout in a layout file. Raises InputRefusedError."""
