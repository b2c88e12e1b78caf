"""Opening a funding file where it lies: in its place, as a working copy, or only to be read (decisions D3, D4)."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from fundingapp.application.ports import Clock
from fundingapp.application.sharing import HeldBy, Reading, Sharing
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.database import Database, look_at, open_file
from fundingapp.persistence.errors import plain_error
from fundingapp.persistence.generations import Generation, came_away
from fundingapp.persistence.publishing import FULL, SharedFile, fence, fingerprint
from fundingapp.persistence.reading import SharedReading
from fundingapp.persistence.session import Heartbeat, Holder, SessionLock, this_session
from fundingapp.persistence.sources import SharedSources
from fundingapp.persistence.surroundings import Kind, Whereabouts, synced_by, whereabouts
from fundingapp.persistence.working_copy import WorkingFolder


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be opened.

    *writing* false: only to look, whoever has it. *take_over*: also from somebody whose program has been silent for
    long. *accept_older*: also when it has gone back behind what this PC saw. *as_copy*: as a working copy wherever it
    lies. *profile* is the user's own folder of the program; *machine* is named instead of this PC, when given.
    """

    profile: Path
    writing: bool = True
    take_over: bool = False
    accept_older: bool = False
    as_copy: bool = False
    machine: str = ""
    beat_every: float | None = None


@dataclass(slots=True)
class OpenedPath:
    """A funding file that was opened, and how.

    *notice* says why it can only be read, "" when it can be written. *taken_from* is whom it was taken over from,
    *went_back* from which generation to which the file went when that was accepted: the history is to tell of both,
    and *told* is called when it does. *reading* tells of what is published after it was opened to be read.
    """

    database: Database
    notice: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    sharing: Sharing | None = None
    held_by: HeldBy | None = None
    taken_from: Holder | None = None
    went_back: tuple[Generation, Generation] | None = None
    told: Callable[[], object] | None = None
    closing: list[Callable[[], object]] = field(default_factory=list)
    reading: Reading | None = None

    def close(self) -> None:
        """Gives it free; what has not been published is published first, or stays on this PC."""
        for do in self.closing:
            do()


def open_path(path: Path, clock: Clock, who: str, wish: Wish) -> OpenedPath:
    """Opens the funding file at *path*. Raises ExpectedError for what is missing, damaged or not ours."""
    # By whatever name or link it is opened: its lock lies beside the file itself (F11).
    address = path.resolve()
    where = whereabouts(address, try_locks=wish.writing)
    if wish.as_copy and not where.needs_copy:
        where = Whereabouts(Kind.ASKED)
    folder = WorkingFolder(wish.profile, address, path) if where.needs_copy else None
    if not _is_there(address):
        left = WorkingFolder.of_absent(wish.profile, path) or folder
        if left is not None and left.unpublished():
            return _open_what_is_here(left, clock, who)
    opened = look_at(path)
    lock = SessionLock(address, this_session(who, clock(), wish.machine))
    if not wish.writing or opened.read_only:
        said = opened.notice if opened.read_only else ""
        return _open_to_read(path, folder, clock, who, said, beat_every=wish.beat_every)
    other, taken_from = _take(lock, wish, clock)
    try:
        if other is not None:
            notice = f"“{path.name}” is open by {other.said}, so it can only be read here"
            return _open_to_read(path, folder, clock, who, notice, other, wish.beat_every)
        if not lock.is_held:
            return _open_to_read(path, folder, clock, who, _without_lock(lock), beat_every=wish.beat_every)
        if folder is None:
            made = _open_in_place(path, lock, clock, who, wish)
        else:
            if taken_from is not None:
                folder.note_taken(taken_from)
            made = _open_copy(folder, where, lock, clock, who, wish)
        made.taken_from = made.taken_from or taken_from
    except BaseException:
        lock.release()
        raise
    return made


def _without_lock(lock: SessionLock) -> str:
    """Why a file whose lock can't be made is only read (N10, H01)."""
    name, why = lock.file.name, lock.hindrance
    if why is not None and why.errno in FULL:
        said = plain_error(os.strerror(errno.ENOSPC), str(lock.file))
        message = said.message if said is not None else f"There is no room left to save “{name}”"
        return f"{message.rstrip('.')}, so it can only be read. Free some space, then open it again."
    return (
        f"No file can be made in “{lock.file.parent}”, so nobody could see that you have “{name}” open: it can only be "
        "read."
    )


def _is_there(address: Path) -> bool:
    """Whether the file is there; a share that hangs up says something else than “no”."""
    try:
        address.stat()
    except OSError:
        return False
    return True


def _take(lock: SessionLock, wish: Wish, clock: Clock) -> tuple[Holder | None, Holder | None]:
    """Takes the lock: who has it instead, and whom it was taken over from. Raises ExpectedError ``still_there``."""
    other = lock.take()
    if other is None or not wish.take_over:
        return other, None
    told = other.as_told(clock())
    if not told.may_take_over:
        raise ExpectedError(
            "still_there",
            f"“{lock.file.name}” is open by {other.said}. {told.seen_in_words}",
            "It can be taken over when their program has been silent for ten minutes; ask them to close it.",
        )
    now = lock.take_over(other)
    return now, None if now is not None else other


def _open_in_place(path: Path, lock: SessionLock, clock: Clock, who: str, wish: Wish) -> OpenedPath:
    database = open_file(path, clock, who, machine=wish.machine)

    def lose() -> None:
        other = lock.taken_by
        database.stop(
            ExpectedError(
                "session_lost",
                f"“{path.name}” was taken over by {other.said}."
                if other is not None
                else f"The lock of “{path.name}” was deleted, so somebody else may have the file open.",
                "Nothing more is changed from here. Close the file and open it again.",
            )
        )

    heart = Heartbeat(lock, clock, lose, wish.beat_every)
    return OpenedPath(database, database.opened.notice, closing=[heart.stop, database.close, lock.release])


def _open_copy(
    folder: WorkingFolder, where: Whereabouts, lock: SessionLock, clock: Clock, who: str, wish: Wish
) -> OpenedPath:
    """Opens the working copy, whose lock on the share is held."""
    address = folder.address
    folder.folder.mkdir(parents=True, exist_ok=True)
    here = SessionLock(folder.copy, this_session(who, clock()))
    other = here.take()
    if other is not None:
        # The lock on the share was deleted while this person works on the file in another window.
        lock.release()
        notice = f"“{address.name}” is open by {other.said}, so it can only be read here"
        return _open_to_read(address, folder, clock, who, notice, other, wish.beat_every)
    try:
        fence(address)
        left = fingerprint(address)
        alone = came_away(address)
        prepared = folder.prepare(clock(), accept_older=wish.accept_older)
        sources = SharedSources(folder.originals, Path(f"{address}-files"))
        version = _version(folder.copy)
        database = open_file(folder.copy, clock, who, address=address, sources=sources, machine=wish.machine)
        database.opened = replace(database.opened, came_away=database.opened.came_away or alone)
        try:
            sharing = SharedFile(
                folder,
                database,
                lock,
                clock,
                prepared.base,
                left,
                unpublished=prepared.unpublished,
                differs=prepared.differs,
                beat_every=wish.beat_every,
            )
            if _version(folder.copy) != version:  # it was upgraded (G09)
                sharing.touch()
        except BaseException:
            database.close()
            raise
    except OSError as error:
        here.release()
        raise ExpectedError(
            "cannot_open",
            f"“{address}” can't be opened: {(error.strerror or str(error)).lower()}.",
            "Check the connection to the folder, then try again.",
        ) from error
    except BaseException:
        here.release()
        raise
    notes = [*_notes_of(where, address), *prepared.notes]
    back = prepared.went_back_from
    return OpenedPath(
        database,
        database.opened.notice,
        notes,
        sharing,
        went_back=(back, prepared.base) if back is not None else None,
        taken_from=folder.taken(),
        told=folder.forget_taken,
        closing=[sharing.close, here.release],
    )


def _version(path: Path) -> bytes:
    """The version of the schema, as it stands in the file's first bytes."""
    with path.open("rb") as file:
        return file.read(64)[60:]


def _notes_of(where: Whereabouts, address: Path) -> list[tuple[str, str]]:
    """What a person should know of the place before working there, each with what to do (F12, N07)."""
    match where.kind:
        case Kind.SYNCED:
            return [
                (
                    f"“{address.name}” lies in a folder that {where.name} copies to other computers. You work on a "
                    "copy on this PC, which is put there after each change.",
                    f"Let {where.name} finish before somebody else opens it: it does not tell who is at work.",
                )
            ]
        case Kind.NO_LOCKS:
            return [
                (
                    f"The drive of “{address.parent}” lets two programs write to one file at once. You work on a copy "
                    "on this PC, which is put there after each change.",
                    "Nothing is left to be done.",
                )
            ]
        case _:
            return []


def _open_to_read(
    path: Path,
    folder: WorkingFolder | None,
    clock: Clock,
    who: str,
    notice: str,
    other: Holder | None = None,
    beat_every: float | None = None,
) -> OpenedPath:
    """Opens the file to be read: in its place, or where it may be replaced meanwhile, as a copy of what was published
    last. *other* is who has it open instead, when that is why."""
    held_by = other.as_told(clock()) if other is not None else None
    dot = "" if not notice or notice.endswith(".") else "."
    if folder is None:
        database = open_file(path, clock, who, read_only=True)
        said = f"{notice}{dot}" or database.opened.notice
        return OpenedPath(database, said, held_by=held_by, closing=[database.close])
    alone = came_away(folder.address)
    left = None
    with contextlib.suppress(OSError):
        left = fingerprint(folder.address)
    copy, notes = folder.look(clock())
    service = synced_by(folder.address)
    if service:
        notes.append(
            (
                f"“{folder.address.name}” lies in a folder that {service} copies to other computers. You see what has "
                "arrived on this PC.",
                f"Let {service} finish before you rely on it.",
            )
        )
    try:
        sources = SharedSources(copy.parent / "files", Path(f"{folder.address}-files"))
        database = open_file(copy, clock, who, read_only=True, address=folder.address, sources=sources)
        database.opened = replace(database.opened, came_away=alone)
        reading = SharedReading(folder.address, copy, left, held=other is not None, every=beat_every)
    except BaseException:
        shutil.rmtree(copy.parent, ignore_errors=True)
        raise
    waiting = folder.beyond(copy)
    if waiting:
        many = "1 change of yours is" if waiting == 1 else f"{waiting:,} changes of yours are"
        notes.append(
            (
                f"{many} on this PC and not published in “{folder.address.name}”.",
                "They are brought over, or compared with it, when you open it to change it.",
            )
        )
    if notice and not dot:
        said = notice
    elif notice:
        said = f"{notice}, as it was last published."
    else:
        said = database.opened.notice

    def remove() -> None:
        shutil.rmtree(copy.parent, ignore_errors=True)

    return OpenedPath(
        database,
        said,
        notes,
        held_by=held_by,
        closing=[reading.close, database.close, remove],
        reading=reading,
    )


def _open_what_is_here(folder: WorkingFolder, clock: Clock, who: str) -> OpenedPath:
    """The share is not there, and this PC has changes that were never published: they can be read (N03)."""
    number = folder.unpublished()
    sources = SharedSources(folder.originals, Path(f"{folder.address}-files"))
    database = open_file(folder.copy, clock, who, read_only=True, address=folder.address, sources=sources)
    many = "1 change" if number == 1 else f"{number:,} changes"
    notice = (
        f"“{folder.address.parent}” is not there. This is the copy on this PC, with {many} that had not been "
        "published; it can only be read until the folder is there again."
    )
    return OpenedPath(database, notice, closing=[database.close])
