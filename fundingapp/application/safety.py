"""What keeps an open funding file safe, as windows, console and desk see it: backups, looking inside, restoring."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from fundingapp.application.effect import Command
from fundingapp.application.ports import JournalLine
from fundingapp.application.progress import Progress
from fundingapp.domain.backups import Backup
from fundingapp.domain.money import Money


@dataclass(frozen=True, slots=True)
class GrantTotals:
    """What a grant adds up to in a backup."""

    grant: str
    available: Money
    awarded: Money
    spent: Money
    agrees: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """A backup that was opened to be looked at.

    *lost* are the entries of the present file's history that the backup does not hold, newest first; None when the
    present file can't be read. *same_history* is False when the backup belongs to another file.
    """

    backup: Backup
    partnership: str
    grants: tuple[GrantTotals, ...]
    lines: int
    lost: tuple[JournalLine, ...] | None
    same_history: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore that was done: the backup it came from, the one made of what was there before (None when that could
    not be read any more and was put aside as the file *aside*), and how many entries were lost."""

    backup: Backup
    before: Backup | None
    aside: str
    lost: int | None


class Safety(Protocol):
    """Backups of the file that is open."""

    @property
    def trouble(self) -> str:
        """Why the last backup could not be made; "" when it could."""

    def last(self) -> Backup | None:
        """The newest backup; None when there is none."""

    def back_up(self, what: str, progress: Progress) -> Backup:
        """Makes one now, because *what* asks for it. Raises ExpectedError."""

    def save_copy(self, out: Path, progress: Progress) -> None:
        """Writes the whole content as a funding file of its own, even when the file itself is gone (F06).

        Raises ExpectedError.
        """


class Guard(Protocol):
    """Is told by the desk of each command, so that the backups are made that it asks for.

    The one before a command is made when it is about to be committed, so that one that is refused makes none.
    """

    def begins(self, command: Command[Any], progress: Progress) -> None:
        """*command* is about to be carried out."""

    def ended(self, command: Command[Any], name: str) -> None:
        """*command* was carried out and did *name*; "" when it was refused or changed nothing."""


class NoGuard:
    """Watches over nothing: for databases that their server backs up."""

    def begins(self, command: Command[Any], progress: Progress) -> None:
        """Does nothing."""

    def ended(self, command: Command[Any], name: str) -> None:
        """Does nothing."""
