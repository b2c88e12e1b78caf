"""Bringing a working copy back to the share after each commit, and never over anybody else's work (decision D3).

Before each publishing the lock and what lies in the file's place are looked at; then a whole copy is written beside
it, read back, and takes its place in one step (N03, N04, N06, N09).
"""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from fundingapp.application.progress import Progress, SilentProgress
from fundingapp.application.sharing import Comparison, ShareState, Stage
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.copying import copy_in_place
from fundingapp.persistence.database import Database
from fundingapp.persistence.generations import FIRST, Generation, entries_from, generation_of, last_in_common
from fundingapp.persistence.replacing import HALF, replace_file
from fundingapp.persistence.session import Heartbeat, SessionLock, Standing
from fundingapp.persistence.sources import SharedSources
from fundingapp.persistence.working_copy import Memory, WorkingFolder

#: Commits that follow each other closely are published together: so many seconds after the first, and between two.
SETTLE: Final = 0.2
GAP: Final = 2.0
#: How long it waits before it tries again, in seconds; the last for as long as it takes.
RETRY: Final = (3.0, 10.0, 30.0)
#: How long closing waits for a share that hangs.
_PATIENCE: Final = 10.0
_PIECE: Final = 1 << 20
#: What a drive says that has no room left.
FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_GONE: Final = (
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EHOSTDOWN,
    errno.EHOSTUNREACH,
    errno.ESTALE,
    errno.ENOTCONN,
)
_SAVED_HERE: Final = (
    "Go on working: everything is saved on this PC, and published as soon as that is possible."
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """By which a file on the share is known again without reading it whole."""

    size: int
    modified: int
    number: int
    head: bytes


def fingerprint(path: Path) -> Fingerprint | None:
    """The fingerprint of the file at *path*; None when there is none. Raises OSError when that can't be told."""
    try:
        with path.open("rb") as file:
            stat = os.fstat(file.fileno())
            return Fingerprint(stat.st_size, stat.st_mtime_ns, stat.st_ino, file.read(100))
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise
        return None


def fence(address: Path) -> None:
    """Keeps whoever had the file at *address* before from publishing, should they wake in the middle of it.

    For who has just taken its lock, before the file is fetched. What the other has written beside it and not yet put in
    its place goes; what they write from now on is followed by a look at the lock, which is theirs no more.
    """
    with contextlib.suppress(OSError):
        for left in address.parent.glob(f"{HALF}{glob.escape(address.name)}-*.publish"):
            with contextlib.suppress(OSError):
                left.unlink()


class SharedFile:
    """Satisfies :class:`~fundingapp.application.sharing.Sharing`: one shared file that is being worked on.

    It publishes on a thread of its own. *left* is the fingerprint of what lies on the share, looked at before
    *base*, its generation, was fetched.
    """

    def __init__(
        self,
        folder: WorkingFolder,
        database: Database,
        lock: SessionLock,
        clock: Callable[[], datetime],
        base: Generation,
        left: Fingerprint | None,
        *,
        unpublished: int = 0,
        differs: bool = False,
        beat_every: float | None = None,
    ) -> None:
        self._folder = folder
        self._address = folder.address
        self._database = database
        self._lock = lock
        self._clock = clock
        self._base = base
        self._left = left
        #: What was last tried to be put there: a share may do so and say that it could not.
        self._tried = base
        self._sources = SharedSources(folder.originals, Path(f"{folder.address}-files"))
        self._there: set[str] = set()
        self._state = ShareState(Stage.PUBLISHED)
        self._watchers: list[Callable[[ShareState], object]] = []
        self._turn = threading.Condition()
        self._publishing = threading.Lock()
        self._commits = 0
        self._wanted = False
        self._not_before = 0.0
        self._failures = 0
        self._ended = False
        self._given_up = False
        if differs:
            self._differ()
        elif unpublished:
            self.touch()
        database.on_commit.append(self._committed)
        self._heart = Heartbeat(lock, clock, self._lose, beat_every)
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    # What is told

    @property
    def state(self) -> ShareState:
        return self._state

    def watch(self, changed: Callable[[ShareState], object]) -> None:
        self._watchers.append(changed)

    def _say(self, state: ShareState) -> None:
        if state != self._state:
            self._state = state
            for hear in self._watchers:
                hear(state)

    # When it is published

    def touch(self) -> None:
        """Asks for what is here to be published soon."""
        with self._turn:
            if self._is_stopped:
                return
            self._commits += 1
            self._wanted = True
            self._not_before = max(self._not_before, time.monotonic() + SETTLE)
            if self._failures:
                self._not_before = time.monotonic() + SETTLE
            stage = Stage.NOT_YET if self._state.stage is Stage.NOT_YET else Stage.WAITING
            self._say(replace(self._state, stage=stage))
            self._turn.notify_all()

    def _committed(self, told: bool) -> None:
        # What the history does not tell of is worked out from the rest, and can be again.
        if told:
            with self._turn:
                self._say(replace(self._state, saved=self._clock()))
                self.touch()

    def _run(self) -> None:
        while True:
            with self._turn:
                while not self._ended and not (self._wanted and time.monotonic() >= self._not_before):
                    self._turn.wait(self._not_before - time.monotonic() if self._wanted else None)
                if self._ended:
                    return
            self._publish(SilentProgress())

    def finish(self, progress: Progress) -> ShareState:
        """As :meth:`Sharing.finish`."""
        while self._wanted and not self._ended:
            before = self._failures
            self._publish(progress)
            if self._failures > before or self._is_stopped:
                break
        return self._state

    def close(self) -> None:
        """Publishes what is left unless that failed a moment ago, and takes the copy away when nothing is left.

        What could not be published stays on this PC, and is found when the file is opened here again.
        """
        if self._state.stage is Stage.WAITING:
            self.finish(SilentProgress())
        with self._turn:
            self._ended = True
            self._turn.notify_all()
        self._heart.stop()
        self._thread.join(_PATIENCE)
        self._database.close()
        if not self._thread.is_alive() and self._nothing_left():
            self._folder.remove()
        self._lock.release()

    def _nothing_left(self) -> bool:
        if self._given_up or self._state.stage is Stage.PUBLISHED:
            return True
        try:
            return generation_of(self._folder.copy) == self._base
        except ExpectedError:
            return False

    # How it is published

    def _publish(self, progress: Progress) -> None:
        with self._publishing:
            with self._turn:
                if self._ended or not self._wanted:
                    return
                commits = self._commits
            try:
                why = self._bring_over(progress)
            except OSError as error:
                why = self._said(error)
            except ExpectedError as error:
                why = error.message.rstrip(".")
            with self._turn:
                if self._is_stopped:
                    return
                if why:
                    self._not_before = time.monotonic() + RETRY[min(self._failures, len(RETRY) - 1)]
                    self._failures += 1
                    self._say(replace(self._state, stage=Stage.NOT_YET, why=why, advice=_SAVED_HERE))
                    return
                self._failures = 0
                self._not_before = time.monotonic() + GAP
                self._wanted = self._commits != commits
                stage = Stage.WAITING if self._wanted else Stage.PUBLISHED
                self._say(replace(self._state, stage=stage, published=self._clock(), why="", advice=""))

    @property
    def _is_stopped(self) -> bool:
        return self._state.stage in (Stage.TAKEN, Stage.DIFFERS)

    def _bring_over(self, progress: Progress) -> str:
        """Publishes once; why it could not, "" when it did or was stopped. Raises OSError, ExpectedError, Cancelled."""
        if not self._may_publish():
            return ""
        ours = self._folder.to_publish
        try:
            copy_in_place(self._folder.copy, ours)
            generation = generation_of(ours)
            # What the file names is there before the file that names it (D16).
            for digest in self._sources.kept_here():
                if digest not in self._there:
                    self._sources.publish(digest)
                    self._there.add(digest)
            journal = Path(f"{self._address}-journal")
            if journal.exists() and journal.stat().st_size:
                return f"another program is writing to “{self._address.name}” where it lies"
            made = self._write_beside(ours, progress)
            try:
                if not self._may_publish():
                    return ""
                self._tried = generation
                replace_file(made, self._address)
            finally:
                made.unlink(missing_ok=True)
            self._base = generation
            self._left = fingerprint(self._address)
            self._folder.remember(Memory(generation, self._clock()))
        finally:
            with contextlib.suppress(OSError):
                ours.unlink(missing_ok=True)
        return ""

    def _write_beside(self, ours: Path, progress: Progress) -> Path:
        """Writes *ours* beside the file on the share, reads it back and compares (N09)."""
        size = ours.stat().st_size
        label = f"Publish {self._address.name}"
        handle, name = tempfile.mkstemp(
            prefix=f"{HALF}{self._address.name}-", suffix=".publish", dir=self._address.parent
        )
        made = Path(name)
        try:
            written = hashlib.sha256()
            with os.fdopen(handle, "wb") as out, ours.open("rb") as source:
                while piece := source.read(_PIECE):
                    out.write(piece)
                    written.update(piece)
                    progress.report(min(out.tell(), size), 2 * size, label)
                out.flush()
                os.fsync(out.fileno())
            there = hashlib.sha256()
            read = 0
            with made.open("rb") as back:
                while piece := back.read(_PIECE):
                    there.update(piece)
                    read += len(piece)
                    progress.report(size + min(read, size), 2 * size, label)
            if there.digest() != written.digest():
                raise OSError(errno.EIO, "what was written reads back differently", str(self._address))
            # Who may read it stays as it was; a colleague has to.
            with contextlib.suppress(FileNotFoundError):
                made.chmod(self._address.stat().st_mode & 0o777)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
        return made

    def _may_publish(self) -> bool:
        """Whether the file is still ours and what lies in its place is what we left; stops it when not."""
        match self._lock.look():
            case Standing.LOST:
                self._lose()
                return False
            case Standing.UNKNOWN:
                raise FileNotFoundError(errno.ENOENT, "not there", str(self._address.parent))
            case Standing.OURS:
                pass
        found = fingerprint(self._address)
        if found == self._left:
            return True
        if found is not None:
            # A sync service or a server may have touched it without changing anything.
            with contextlib.suppress(ExpectedError):
                copy_in_place(self._address, self._folder.theirs)
                there = generation_of(self._folder.theirs)
                if there in (self._base, self._tried) and there != FIRST:
                    self._base, self._left = there, found
                    return True
        self._differ()
        return False

    def _lose(self) -> None:
        """The lock is somebody else's, or nobody's: stop, and say so (N06)."""
        other = self._lock.taken_by
        name = self._address.name
        what = (
            f"“{name}” was taken over by {other.said}"
            if other is not None
            else f"The lock of “{name}” was deleted in “{self._address.parent}”"
        )
        number = self._unpublished()
        kept = (
            f"{number:,} change{'s' if number != 1 else ''} that had not been published "
            f"{'are' if number != 1 else 'is'} kept on this PC. Close the file and open it again to bring "
            f"{'them' if number != 1 else 'it'} over, or to compare."
            if number
            else "Everything that you did had been published. Close the file and open it again to go on."
        )
        self._stop(
            Stage.TAKEN,
            f"{what}; nothing more is saved from here.",
            kept,
            ExpectedError(
                "session_lost",
                f"“{name}” can't be changed from here any more: {what[0].lower()}{what[1:]}.",
                "Close the file and open it again; nothing was changed.",
            ),
        )

    def _differ(self) -> None:
        """Something else lies in the file's place: stop, and let a person choose (N04)."""
        name, folder = self._address.name, self._address.parent
        self._stop(
            Stage.DIFFERS,
            f"Another version of “{name}” lies in “{folder}” than was opened here, so nothing was written over it.",
            "Compare the two and choose. Until then nothing can be changed; yours is kept on this PC.",
            ExpectedError(
                "share_differs",
                f"“{name}” can't be changed: another version of it lies in “{folder}”.",
                "Compare the two first, and choose which is to hold; nothing was changed.",
            ),
        )

    def _stop(self, stage: Stage, why: str, advice: str, refusal: ExpectedError) -> None:
        """Publishes nothing more, says why, and refuses every change with *refusal*."""
        self._database.stop(refusal)
        with self._turn:
            self._wanted = False
            self._say(replace(self._state, stage=stage, why=why.rstrip("."), advice=advice))

    def _unpublished(self) -> int:
        try:
            return max(0, generation_of(self._folder.copy).number - self._base.number)
        except ExpectedError:
            return 0

    def _said(self, error: OSError) -> str:
        """Why it could not be published, for the end of “not yet published: …”."""
        place = self._address.drive or str(self._address.parent)
        if not self._address.parent.is_dir() or error.errno in _GONE:
            return f"{place} is not there"
        if error.errno in FULL:
            free = ""
            with contextlib.suppress(OSError):
                number = shutil.disk_usage(self._address.parent).free
                needed = self._folder.copy.stat().st_size
                free = f" ({_megabytes(number)} free, {_megabytes(needed)} needed)"
            return f"there is no room left in {place}{free}"
        if isinstance(error, PermissionError):
            return f"“{self._address.name}” in {place} is held by another program, or may not be written"
        return f"{place} said: {(error.strerror or str(error)).lower()}"

    # Two versions

    def compare(self) -> Comparison:
        """As :meth:`Sharing.compare`."""
        ours = self._folder.copy
        with self._publishing:
            there = self._fetch_theirs()
            common = last_in_common(ours, self._folder.theirs) if there else self._base.number
            theirs = tuple(entries_from(self._folder.theirs, common + 1)) if there else ()
            mine = entries_from(ours, max(common, 1))
        before = mine[0] if mine and mine[0].sequence == common else None
        return Comparison(before, tuple(mine[1:] if before else mine), theirs, there)

    def _fetch_theirs(self) -> bool:
        """Whether a funding file lies in the place, fetched to be looked at. Raises ExpectedError."""
        try:
            if fingerprint(self._address) is None:
                return False
            copy_in_place(self._address, self._folder.theirs)
            generation_of(self._folder.theirs)
        except OSError as error:
            raise self._share_gone(error) from error
        except ExpectedError as error:
            if error.code in ("file_damaged", "unreadable_value"):
                return False
            raise
        return True

    def _share_gone(self, error: OSError) -> ExpectedError:
        return ExpectedError(
            "share_gone",
            f"“{self._address.name}” can't be looked at: {self._said(error)}.",
            "Try again when it is there; yours is kept on this PC.",
        )

    def save_mine(self, out: Path) -> None:
        """As :meth:`Sharing.save_mine`."""
        if out.resolve() in (self._address, self._folder.copy):
            raise ExpectedError(
                "same_place",
                f"“{out.name}” is the file in whose place another version lies.",
                "Choose another name.",
            )
        originals = Path(f"{out}-files")
        try:
            with self._publishing:
                copy_in_place(self._folder.copy, out)
                for held in (self._sources.shared.root, self._sources.root):
                    if held.is_dir():
                        shutil.copytree(
                            held, originals, dirs_exist_ok=True, ignore=shutil.ignore_patterns(f"{HALF}*")
                        )
        except OSError as error:
            said = error.strerror or str(error)
            raise ExpectedError(
                "cannot_write",
                f"“{out.name}” can't be written to “{out.parent}”: {said.lower()}.",
                "Choose another folder; yours is kept on this PC as it is.",
            ) from error

    def take_theirs(self) -> Path:
        """As :meth:`Sharing.take_theirs`."""
        with self._publishing:
            if not self._fetch_theirs():
                raise ExpectedError(
                    "nothing_there",
                    f"No funding file lies in the place of “{self._address.name}” any more.",
                    "Publish yours, or save it under another name.",
                )
            kept = self._folder.set_aside(self._clock())
            self._folder.remember(Memory(generation_of(self._folder.theirs), self._clock()))
            self._given_up = True
        return kept

    def publish_mine(self) -> None:
        """As :meth:`Sharing.publish_mine`."""
        try:
            # Looked at before: what comes after it is seen when it is published.
            found = fingerprint(self._address)
        except OSError as error:
            raise self._share_gone(error) from error
        compared = self.compare()
        if not compared.may_publish_ours:
            raise ExpectedError(
                "would_lose",
                f"The version in “{self._address.parent}” has {len(compared.theirs):,} entries that yours has not; "
                "they would be lost.",
                "Save yours under another name, or take theirs.",
            )
        with self._publishing, self._turn:
            if self._state.stage is not Stage.DIFFERS:
                return
            self._left = found
            self._base = generation_of(self._folder.theirs) if compared.there else FIRST
            self._database.stop(None)
            self._say(replace(self._state, stage=Stage.WAITING, why="", advice=""))
            self.touch()


def _megabytes(size: int) -> str:
    tenths = size // 100_000
    return f"{tenths // 10}.{tenths % 10} MB"
