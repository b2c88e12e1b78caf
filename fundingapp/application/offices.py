"""An open funding file as windows and console see it: its desk, what is said about it, and how to close it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fundingapp.application.desk import Desk
from fundingapp.application.progress import Progress
from fundingapp.application.queries.downloads import Download, ReadDownload
from fundingapp.application.queries.figure_previews import ReadFigureFile
from fundingapp.application.queries.publications import AttackTable, LookAtTable, TableAttacked, TableLooked
from fundingapp.application.queries.sheets import SheetsRead
from fundingapp.application.safety import Inside, Restored, Safety
from fundingapp.application.sharing import HeldBy, Reading, Sharing
from fundingapp.domain.backups import Backup
from fundingapp.domain.figure_files.contents import FigureFile
from fundingapp.domain.filling import Filled, FillWishes
from fundingapp.domain.layouts import Layout


class OpenWork(str):
    """A sentence of the check about figures that do not agree: work to be done in the file, and no damage to it."""

    __slots__ = ()


class PaperProblem(str):
    """A sentence of the check about the kept file of a paper: the same file, attached again, puts it right."""

    __slots__ = ()


class Check(Protocol):
    """Looks for what is wrong with a file and its figures."""

    def __call__(self, progress: Progress | None = None) -> list[str]:
        """Everything that is wrong, in sentences, an :class:`OpenWork` where it is no damage; nothing when it is sound.

        Raises Cancelled.
        """


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A funding file that is open.

    *notice* says why it can only be read, "" when it can be written; *check* lists what is wrong with the file
    itself and with its figures, nothing when it is sound; *warnings* are what a person should know before working on
    it, such as a clock that is wrong, each with what to do. *sharing* is how it is published when it is worked on as a
    copy, None when it is not; *held_by* is who has it open instead, when that is why it can only be read; *safety* are
    its backups, None on a server, which is backed up where it stands; *reading* tells when a shared file that is only
    read was published anew, None for any other.
    """

    desk: Desk
    place: str
    name: str
    who: str
    notice: str
    check: Check
    close: Callable[[], None]
    warnings: tuple[tuple[str, str], ...] = ()
    sharing: Sharing | None = None
    held_by: HeldBy | None = None
    safety: Safety | None = None
    reading: Reading | None = None


class Offices(Protocol):
    """Opens and makes funding files."""

    def open(
        self,
        target: str,
        *,
        writing: bool = True,
        take_over: bool = False,
        accept_older: bool = False,
        working_copy: bool = False,
    ) -> OpenFile:
        """Opens the file or database *target*. Not *writing*: only to look, whoever else has it open.

        *take_over*: also when somebody has it open whose program has been silent for long; the history says so.
        *accept_older*: also when it has gone back behind what this PC has seen of it. *working_copy*: as a copy that is
        published back, wherever it lies. Raises ExpectedError.
        """

    def create(self, path: Path) -> None:
        """Makes an empty funding file; refuses to overwrite. Raises ExpectedError."""

    def backups(self, target: str) -> list[Backup]:
        """The backups of the file *target*, newest first, whether it can be opened or not. Raises ExpectedError."""

    def look_inside(self, target: str, id: str, progress: Progress) -> Inside:
        """What the backup *id* of *target* holds, and what of the present it does not. Raises ExpectedError."""

    def restore(self, target: str, id: str, progress: Progress) -> Restored:
        """Puts the backup *id* in the place of *target*, which this program must have closed; what is there now is
        backed up first. Raises ExpectedError with everything as it was."""

    def read(self, question: ReadDownload, progress: Progress) -> Download:
        """What a ledger download holds, storing nothing. Raises ExpectedError."""

    def sheets(self, path: Path, sheet: str | None, progress: Progress) -> SheetsRead:
        """The rows of a file of tables, of one *sheet* when it is named, storing nothing. Raises ExpectedError."""

    def read_figures(self, question: ReadFigureFile, progress: Progress) -> FigureFile:
        """What a file of figures holds, storing nothing. Raises ExpectedError."""

    def write_safe_tables(
        self, question: LookAtTable, outs: Sequence[Path], progress: Progress
    ) -> TableLooked:
        """Writes a table with its small numbers hidden, and those that are made safe together with it, keeping nothing
        of them. Raises ExpectedError, also when something could be worked out; nothing is written then."""

    def fill_workbook(
        self, template: Path, cells: Path, out: Path, wishes: FillWishes, progress: Progress
    ) -> Filled:
        """Fills the cells that the table *cells* lists in a copy of *template*. Raises ExpectedError; nothing is
        written then."""

    def attack_table(self, question: AttackTable, progress: Progress) -> TableAttacked:
        """What can be worked out of a table as it is printed. Raises ExpectedError."""

    def layout(self, path: Path) -> Layout:
        """The layout in a file of its own, called by the file's name where it has none. Raises ExpectedError."""

    def blank_exchange(self, out: Path) -> None:
        """Writes an exchange workbook to be filled in. Raises ExpectedError."""

    def sample_files(self) -> list[Path]:
        """The files of the sample partnership, as shipped: table of awards, rules, ledger downloads."""

    def sample_folder(self) -> Path:
        """Where the user's own copy of the sample lives."""

    def history_verifier(self) -> Path:
        """The script that checks the history of a file with Python alone (decision D13)."""
