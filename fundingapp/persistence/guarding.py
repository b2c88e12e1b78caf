"""Makes the backups that commands ask for, when they are about to be committed (decision D11)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Command
from fundingapp.application.ports import Clock
from fundingapp.application.progress import Progress, SilentProgress
from fundingapp.domain.backups import Backup, Reason, is_due
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.backups import Backups, save_whole
from fundingapp.persistence.database import Database


class FileGuard:
    """Satisfies :class:`~fundingapp.application.safety.Guard` and
    :class:`~fundingapp.application.safety.Safety` for the open file of *database*.

    A backup before a command is made when the command is about to be committed: whatever is refused before makes none,
    and a second connection still reads the file as it stood. One that fails stops no work but is told of.
    """

    def __init__(self, database: Database, backups: Backups, clock: Clock, who: str) -> None:
        self.backups = backups
        self._database = database
        self._clock = clock
        self._who = who
        self._since = clock()
        self._last: Backup | None = next(iter(backups.all()), None)
        self._trouble = ""
        self._command: Command[Any] | None = None
        self._progress: Progress = SilentProgress()
        database.before_commit = self._before_commit

    # Safety

    @property
    def trouble(self) -> str:
        return self._trouble

    def last(self) -> Backup | None:
        return self._last

    def back_up(self, what: str, progress: Progress) -> Backup:
        return self._make(Reason.ASKED, what, progress)

    def save_copy(self, out: Path, progress: Progress) -> None:
        if out.resolve() == Path(self._database.place).resolve() and out.exists():
            raise ExpectedError(
                "same_file",
                f"“{out.name}” is the file that is open.",
                "Choose another name or folder for the copy.",
            )
        with self._database.driver_connection() as connection:
            save_whole(connection, Path(self._database.place), out, progress)

    def before_take_over(self, from_whom: str) -> None:
        """The backup before the file is taken over. Raises ExpectedError: without it nothing is taken over."""
        self._make(Reason.TAKE_OVER, f"from {from_whom}", SilentProgress())

    # Guard

    def begins(self, command: Command[Any], progress: Progress) -> None:
        self._command, self._progress = command, progress

    def ended(self, command: Command[Any], name: str) -> None:
        self._command = None
        if name and command.backed_up_after:
            self._try(Reason.RETURN, name, SilentProgress())

    def _before_commit(self, last_change: datetime | None) -> None:
        command = self._command
        if command is not None and command.backed_up_before and last_change is not None:
            self._try(Reason.STEP, command.backed_up_before, self._progress)
            return
        reason = is_due(self._last, self._clock(), last_change, self._since)
        if reason is not None:
            self._try(reason, "", self._progress)

    def _try(self, reason: Reason, what: str, progress: Progress) -> None:
        try:
            self._make(reason, what, progress)
        except ExpectedError as error:
            self._trouble = str(error)

    def _make(self, reason: Reason, what: str, progress: Progress) -> Backup:
        made = self.backups.make(reason, what, self._clock(), self._who, progress)
        self._last, self._trouble = made, ""
        return made
