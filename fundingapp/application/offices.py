"""An open funding file as windows and console see it: its desk, what is said about it, and how to close it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fundingapp.application.desk import Desk
from fundingapp.application.progress import Progress
from fundingapp.application.queries.downloads import Download, ReadDownload
from fundingapp.domain.layouts import Layout


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A funding file that is open.

    *notice* says why it can only be read, "" when it can be written; *check* lists what is wrong with the file
    itself and with its figures, nothing when it is sound; *warnings* are what a person should know before working on
    it, such as a clock that is wrong, each with what to do.
    """

    desk: Desk
    place: str
    name: str
    who: str
    notice: str
    check: Callable[[], list[str]]
    close: Callable[[], None]
    warnings: tuple[tuple[str, str], ...] = ()


class Offices(Protocol):
    """Opens and makes funding files."""

    def open(self, target: str, *, writing: bool = True) -> OpenFile:
        """Opens the file or database *target*. Not *writing*: only to look, whoever else has it open.

        Raises ExpectedError.
        """

    def create(self, path: Path) -> None:
        """Makes an empty funding file; refuses to overwrite. Raises ExpectedError."""

    def read(self, question: ReadDownload, progress: Progress) -> Download:
        """What a ledger download holds, storing nothing. Raises ExpectedError."""

    def layout(self, path: Path) -> Layout:
        """The layout in a file of its own, called by the file's name where it has none. Raises ExpectedError."""

    def sample_files(self) -> list[Path]:
        """The files of the sample partnership, as shipped: table of awards, rules, ledger downloads."""

    def sample_folder(self) -> Path:
        """Where the user's own copy of the sample lives."""

    def history_verifier(self) -> Path:
        """The script that checks the history of a file with Python alone (decision D13)."""
