"""Looking into a backup, and putting one in the place of the file (bad-inputs F17).

What is there now is backed up first, or put aside byte by byte when it can't be read any more. The restored file is
made ready beside it, with the entry of its history that tells of the restore, and takes its place in one step.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import Clock, JournalLine
from fundingapp.application.progress import Progress
from fundingapp.application.safety import Restored
from fundingapp.domain.backups import Backup, Reason
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.backups import Backups, room_for
from fundingapp.persistence.closing import mark_closed
from fundingapp.persistence.database import cannot_write, look_at
from fundingapp.persistence.engines import sqlite_engine
from fundingapp.persistence.errors import translated
from fundingapp.persistence.journal import SqlJournal
from fundingapp.persistence.replacing import HALF, replace_file
from fundingapp.persistence.upgrading import SCHEMA_VERSION, upgrade
from fundingapp.persistence.work import SqlUnitOfWork

#: What keeps a file from being backed up because of the file itself and not of the world around it.
_UNREADABLE: Final = frozenset(
    {"file_damaged", "file_empty", "not_ours", "backup_failed", "unreadable_value"}
)


@contextlib.contextmanager
def taken_out(backups: Backups, backup: Backup) -> Iterator[Path]:
    """A copy of *backup* in the temporary folder, brought to this program's version, for as long as it is looked at.

    Raises ExpectedError for a backup that is not what was proved when it was made, or of a newer program.
    """
    _refuse_unfit(backups, backup)
    folder = Path(tempfile.mkdtemp(prefix="fundingapp-copy-"))
    try:
        copy = folder / backups.path.name
        room_for(backups.place_of(backup), folder)
        shutil.copyfile(backups.place_of(backup), copy)
        copy.chmod(0o600)
        _bring_up(copy).dispose()
        yield copy
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def later_entries(path: Path, backup: Backup) -> tuple[list[JournalLine] | None, bool]:
    """The entries of the file at *path* that came after *backup*, newest first, and whether the two share a history.

    None when the file can't be read. Without a common history all of its entries came after.
    """
    try:
        look_at(path)
        engine = sqlite_engine(path, read_only=True)
        try:
            with translated(str(path)), engine.connect().execution_options(reading=True) as connection:
                lines = SqlJournal(connection).lines()
                shared = _shares_history(connection, backup)
        finally:
            engine.dispose()
    except ExpectedError:
        return None, True
    return ([line for line in lines if line.sequence > backup.entries] if shared else lines), shared


def _shares_history(connection: Connection, backup: Backup) -> bool:
    if not backup.entries:
        return True
    found = connection.exec_driver_sql(
        "SELECT hash FROM journal WHERE sequence = ?", (backup.entries,)
    ).scalar_one_or_none()
    return found == backup.head


def restore(
    path: Path, backups: Backups, backup: Backup, clock: Clock, who: str, progress: Progress
) -> Restored:
    """Puts *backup* in the place of the file at *path*, which nobody may have open.

    Raises ExpectedError with everything as it was, and Cancelled until the moment of the change.
    """
    _refuse_unfit(backups, backup)
    now = clock()
    lost, _ = later_entries(path, backup)
    before, aside = _keep_the_present(path, backups, backup, now, who, progress)
    try:
        handle, name = tempfile.mkstemp(prefix=HALF, suffix=".restore", dir=path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    os.close(handle)
    made = Path(name)
    try:
        progress.report(0, 0, "Making the backup ready")
        shutil.copyfile(backups.place_of(backup), made)
        made.chmod(0o644)
        engine = _bring_up(made)
        try:
            _journal(engine, path, backup, before, None if lost is None else len(lost), clock, who)
            mark_closed(engine)
        finally:
            engine.dispose()
        progress.report(0, 0, "Putting the backup in its place")
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        journal = Path(f"{path}-journal")
        if journal.exists() and journal.stat().st_size:
            # It belongs to what was there before, and SQLite would roll the restored file back with it.
            journal.replace(Path(f"{aside or path}-journal.before-restore"))
        replace_file(made, path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        for left in (made, Path(f"{made}-journal")):
            left.unlink(missing_ok=True)
    return Restored(backup, before, aside, None if lost is None else len(lost))


def _keep_the_present(
    path: Path, backups: Backups, backup: Backup, now: datetime, who: str, progress: Progress
) -> tuple[Backup | None, str]:
    """A backup of what is there now; where it can't be read, its very bytes under another name."""
    if not path.exists():
        return None, ""
    what = f"of the backup of {backup.at.astimezone():%d/%m/%Y %H:%M}"
    try:
        look_at(path)
        return backups.make(Reason.RESTORE, what, now, who, progress), ""
    except ExpectedError as error:
        if error.code not in _UNREADABLE:
            raise
    room_for(path, path.parent)
    aside = path.with_name(f"{path.name}.damaged-{now.astimezone():%Y-%m-%d-%H.%M.%S}")
    try:
        shutil.copyfile(path, aside)
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise cannot_write(aside, error) from error
    return None, str(aside)


def _journal(
    engine: Engine,
    path: Path,
    backup: Backup,
    before: Backup | None,
    lost: int | None,
    clock: Clock,
    who: str,
) -> None:
    match lost:
        case None:
            gone = "What the file held before could not be read any more."
        case 0:
            gone = "Nothing had been entered since."
        case 1:
            gone = "1 later entry is no longer in the file."
        case _:
            gone = f"{lost:,} later entries are no longer in the file."
    record = JournalRecord(
        "RestoreBackup",
        f"Restored the backup of {backup.at.astimezone():%d/%m/%Y %H:%M} ({backup.why}). {gone}",
        {} if before is None else {"entries": before.entries, "head": before.head, "backup": before.id},
        {"backup": backup.id, "entries": backup.entries, "head": backup.head, "lost": lost},
    )
    with SqlUnitOfWork(engine, str(path), clock, who, socket.gethostname(), reading=False) as work:
        work.commit(record)


def _bring_up(path: Path) -> Engine:
    """The copy at *path* at this program's version."""
    engine = sqlite_engine(path)
    try:
        with translated(str(path)):
            with engine.connect().execution_options(reading=True) as connection:
                version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version < SCHEMA_VERSION:
                upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _refuse_unfit(backups: Backups, backup: Backup) -> None:
    problem = backups.problem(backup)
    if problem is not None:
        raise ExpectedError("backup_damaged", problem, "Choose another backup; nothing was changed.")
    if backup.schema > SCHEMA_VERSION:
        raise ExpectedError(
            "newer_file",
            f"The backup of {backup.at.astimezone():%d/%m/%Y %H:%M} was made by a newer program (file version "
            f"{backup.schema}, this program knows {SCHEMA_VERSION}).",
            "Install the newer program; nothing was changed.",
        )
