"""Backups: whole copies of a funding file beside it, proved when they are made, each with a manifest (decision D11).

SQLite's own backup copies the file while it is open, which a plain copy can't (E67). A copy is proved before it gets
its name: the database, its references and the digest of every row. Backups lie in a folder beside the file; where none
can be made there, in the user's own folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import socket
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import inspect

from fundingapp import __version__
from fundingapp.application.progress import Progress, SilentProgress
from fundingapp.domain.backups import Backup, Reason, kept
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.persistence.checking import altered_records, damage
from fundingapp.persistence.closing import say_closed
from fundingapp.persistence.engines import APPLICATION_ID, sqlite_engine
from fundingapp.persistence.errors import plain_error, translated
from fundingapp.persistence.journal import GENESIS
from fundingapp.persistence.replacing import HALF, replace_file, sqlite_address

_PIECE: Final = 1 << 20
#: So many pages are copied between two looks at whether to go on.
_PAGES: Final = 2_000
#: A copy needs the file's own room and a little for what is written beside it.
_SPARE: Final = 1_000_000


def folder_of(path: Path) -> Path:
    """Where the backups of the funding file at *path* lie."""
    return path.with_name(f"{path.name}-backups")


class Backups:
    """The backups of the funding file at *path*, in *folder* (beside it by itself), or where nothing can be written
    there, in a folder of the file's own below *elsewhere*."""

    def __init__(self, path: Path, folder: Path | None = None, elsewhere: Path | None = None) -> None:
        self.path = path
        self.folder = folder or folder_of(path)
        whole = str(path.resolve())
        self._elsewhere = (
            None
            if elsewhere is None
            else elsewhere / f"{path.stem}-{hashlib.sha256(whole.encode(errors='replace')).hexdigest()[:12]}"
        )

    def all(self) -> list[Backup]:
        """Every backup whose file and manifest are there, newest first."""
        found = [
            backup
            for folder in self._folders()
            for manifest in _listed(folder)
            if (backup := self._read(manifest)) is not None
        ]
        return sorted(found, key=lambda each: (each.at, each.entries, each.id), reverse=True)

    def get(self, id: str) -> Backup:
        """The backup of that identity; raises NotFoundError."""
        for backup in self.all():
            if backup.id == id:
                return backup
        raise NotFoundError("backup", id, f"List the backups of “{self.path.name}” again.")

    def place_of(self, backup: Backup) -> Path:
        """Where the copy itself lies."""
        for folder in self._folders():
            place = folder / f"{backup.id}.funding"
            if place.exists():
                return place
        raise NotFoundError("backup", backup.id, f"List the backups of “{self.path.name}” again.")

    def newest_good(self, most: int = 3) -> list[Backup]:
        """The newest backups whose content is still the one that was proved when they were made."""
        found: list[Backup] = []
        for backup in self.all():
            if self.problem(backup) is None:
                found.append(backup)
                if len(found) == most:
                    break
        return found

    def problem(self, backup: Backup) -> str | None:
        """What is wrong with a kept backup; None when it is the very file that was proved when it was made (F16)."""
        try:
            if _sha256(self.place_of(backup)) != backup.sha256:
                return f"The backup of {backup.at.astimezone():%d/%m/%Y %H:%M} was changed after it was made."
        except (OSError, NotFoundError):
            return f"The backup of {backup.at.astimezone():%d/%m/%Y %H:%M} can't be read."
        return None

    def make(
        self, reason: Reason, what: str, at: datetime, who: str, progress: Progress | None = None
    ) -> Backup:
        """Copies the file and proves the copy; thins out the older ones. *at* in UTC.

        Raises ExpectedError ``disk_full``, ``backup_failed`` or what keeps the file from being read, and Cancelled;
        then no backup and no part of one is left.
        """
        told = progress or SilentProgress()
        folder, notice = self._writable_folder()
        room_for(self.path, folder)
        _sweep(folder)
        try:
            handle, name = tempfile.mkstemp(prefix=HALF, suffix=".backup", dir=folder)
        except OSError as error:
            raise _cannot(self.path, folder, error) from error
        os.close(handle)
        made = Path(name)
        try:
            with translated(str(self.path)):
                copy_database(self.path, made, told)
            with translated(str(folder)):
                facts = _proved(made, self.path, told)
            backup = Backup(
                id=_free_name(folder, at, reason, what),
                at=at.astimezone(UTC),
                reason=reason,
                what=what,
                who=who,
                machine=socket.gethostname(),
                program=__version__,
                size=made.stat().st_size,
                sha256=_sha256(made),
                notice=notice,
                **facts,
            )
            _sync(made)
            made.chmod(0o444)  # nobody should work in a backup
            _write_manifest(folder / f"{backup.id}.json", backup)
            replace_file(made, folder / f"{backup.id}.funding")
        except OSError as error:
            raise _cannot(self.path, folder, error) from error
        finally:
            _forget(made)
        self._thin(at)
        return backup

    def _thin(self, now: datetime) -> None:
        backups = self.all()
        if not backups:
            return
        stay = kept(backups, now)
        for backup in backups:
            if backup.id not in stay:
                self._remove(backup)

    def _remove(self, backup: Backup) -> None:
        for folder in self._folders():
            for suffix in (".funding", ".json"):
                with contextlib.suppress(OSError):
                    place = folder / f"{backup.id}{suffix}"
                    if place.exists():
                        place.chmod(0o644)
                        place.unlink()

    def _folders(self) -> list[Path]:
        return [folder for folder in (self.folder, self._elsewhere) if folder is not None]

    def _writable_folder(self) -> tuple[Path, str]:
        """Where to put a backup, and what is to be known of that place."""
        last: OSError | None = None
        for folder in self._folders():
            try:
                # The folder of a share that is gone is never made anew: its file is to come back there.
                folder.mkdir(parents=folder != self.folder, exist_ok=True)
                handle, name = tempfile.mkstemp(prefix=HALF, dir=folder)
                os.close(handle)
                Path(name).unlink()
            except OSError as error:
                last = error
                continue
            if folder == self.folder:
                return folder, ""
            return folder, f"kept in “{folder}”, because “{self.folder.parent}” can't be written"
        raise _cannot(self.path, self.folder, last or OSError("no folder")) from last

    def _read(self, manifest: Path) -> Backup | None:
        try:
            raw = json.loads(manifest.read_text(encoding="utf-8"))
            backup = Backup(
                **{
                    **raw,
                    "id": manifest.stem,
                    "at": datetime.fromisoformat(raw["at"]),
                    "reason": Reason(raw["reason"]),
                    "rows": tuple((str(name), int(number)) for name, number in raw["rows"].items()),
                }
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return backup if manifest.with_suffix(".funding").exists() else None


def room_for(path: Path, folder: Path) -> None:
    """Refuses when *folder* has no room for a copy of *path* (H01, G03): names what is free and what is needed."""
    needed = path.stat().st_size + _SPARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ExpectedError(
            "disk_full",
            f"There is no room for a backup of “{path.name}”: {free / 1_000_000:.1f} MB free in “{folder}”, "
            f"{needed / 1_000_000:.1f} MB needed.",
            "Free some space there, then try again; nothing was changed.",
        )


def copy_database(source: Path, out: Path, progress: Progress | None = None) -> None:
    """Copies the database at *source*, which may be open and written to, into the file *out*. Raises Cancelled."""
    with contextlib.closing(sqlite3.connect(sqlite_address(source), uri=True, timeout=5)) as from_:
        from_.execute("PRAGMA trusted_schema=OFF")
        copy_from(from_, out, progress)


def copy_from(source: sqlite3.Connection, out: Path, progress: Progress | None = None) -> None:
    """Copies what *source* has open into the file *out*, page by page, and says there that it was closed."""
    told = progress or SilentProgress()

    def going_on(_status: int, remaining: int, total: int) -> None:
        told.report(total - remaining, total, "Making a backup")

    with contextlib.closing(sqlite3.connect(out)) as copy:
        # The copy is no database anybody works on before it is proved and synced as a whole.
        copy.execute("PRAGMA journal_mode=OFF")
        copy.execute("PRAGMA synchronous=OFF")
        source.backup(copy, pages=_PAGES, progress=going_on, sleep=0.001)
        say_closed(copy)


def save_whole(source: sqlite3.Connection, name: Path, out: Path, progress: Progress | None = None) -> None:
    """A proved copy of what *source* has open in the place of *out*: whole, or not at all.

    Its file, *name*, may be gone (F06). Raises ExpectedError, Cancelled.
    """
    try:
        handle, beside = tempfile.mkstemp(prefix=HALF, suffix=".copy", dir=out.parent)
    except OSError as error:
        raise _cannot(name, out.parent, error) from error
    os.close(handle)
    made = Path(beside)
    try:
        with translated(str(out.parent)):
            copy_from(source, made, progress)
            _proved(made, name, progress or SilentProgress())
        _sync(made)
        made.chmod(0o644)
        replace_file(made, out)
    except OSError as error:
        raise _cannot(name, out.parent, error) from error
    finally:
        _forget(made)


def _proved(made: Path, path: Path, progress: Progress) -> dict[str, Any]:
    """What the manifest says of the copy *made* of *path*. Raises ExpectedError when it is not sound."""
    progress.report(0, 0, "Proving the backup")
    engine = sqlite_engine(made, read_only=True)
    try:
        with engine.connect().execution_options(reading=True) as connection:
            wrong = damage(connection, made)
            names = inspect(connection).get_table_names()
            if not wrong and "row_digest" in names:
                wrong = list(altered_records(connection, progress))
            mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            if mark != APPLICATION_ID:
                wrong.append("It is no funding file.")
            if wrong:
                more = f" (and {len(wrong) - 1:,} more)" if len(wrong) > 1 else ""
                raise ExpectedError(
                    "backup_failed",
                    f"The backup of “{path.name}” is not sound: {wrong[0]}{more}",
                    "Check the file (“Check my file”); the backups made before are still there.",
                )
            rows = {
                name: int(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one())  # noqa: S608 - names out of the schema
                for name in sorted(names)
            }
            newest = (
                connection.exec_driver_sql(
                    "SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1"
                ).first()
                if "journal" in names
                else None
            )
            return {
                "schema": int(connection.exec_driver_sql("PRAGMA user_version").scalar_one()),
                "rows": tuple(rows.items()),
                "entries": newest[0] if newest else 0,
                "head": newest[1] if newest else GENESIS,
            }
    finally:
        engine.dispose()


def _free_name(folder: Path, at: datetime, reason: Reason, what: str) -> str:
    """A name that tells a person when and why, and that no other backup has."""
    why = Backup("", at, reason, what, "", "", "", 0, 0, "", (), 0, "").why
    plain = "".join(letter if letter.isalnum() else " " for letter in why)
    begins = f"{at.astimezone():%Y-%m-%d %H.%M.%S} {' '.join(plain.split())[:60].strip()}"
    number, name = 1, begins
    while (folder / f"{name}.funding").exists() or (folder / f"{name}.json").exists():
        number += 1
        name = f"{begins} ({number})"
    return name


def _write_manifest(place: Path, backup: Backup) -> None:
    raw = asdict(replace(backup, rows=()))
    raw |= {"at": backup.at.isoformat(), "reason": backup.reason.value, "rows": dict(backup.rows)}
    del raw["id"]  # the name of the file says it
    handle, name = tempfile.mkstemp(prefix=HALF, suffix=".json", dir=place.parent)
    made = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(raw, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        made.chmod(0o644)
        made.replace(place)
    finally:
        made.unlink(missing_ok=True)


def _listed(folder: Path) -> Iterator[Path]:
    try:
        yield from folder.glob("*.json")
    except OSError:
        return


def _sweep(folder: Path) -> None:
    """Takes away what a crash left behind a day ago: half copies, and manifests without their copy (F14)."""
    for path in [*folder.glob(f"{HALF}*"), *folder.glob("*.json")]:
        with contextlib.suppress(OSError):
            alone = path.suffix == ".json" and not path.with_suffix(".funding").exists()
            ours = path.name.startswith(HALF)
            if (ours or alone) and time.time() - path.stat().st_mtime > 24 * 60 * 60:
                path.unlink()


def _forget(made: Path) -> None:
    for path in (made, Path(f"{made}-journal")):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _cannot(path: Path, folder: Path, error: OSError) -> ExpectedError:
    return plain_error(error.strerror or str(error), str(folder)) or ExpectedError(
        "backup_failed",
        f"“{path.name}” can't be backed up to “{folder}”: {(error.strerror or str(error)).lower()}.",
        "Check that the folder is there and that you may write in it.",
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
