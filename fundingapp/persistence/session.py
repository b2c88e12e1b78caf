"""The session lock: a small file beside the funding file that names who has it open (decisions D3, D4).

It says who, where, since when, and at each beat of its heart that the program is still there. Who finds somebody
else's reads; when its heart has been still for long it may be taken over, in one step, and who lost it learns so at
the next beat.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import secrets
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

from fundingapp.application.sharing import HeldBy
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.replacing import replace_file

#: A lock is written anew so often, in seconds.
BEAT = 60
#: A lock whose heart has been still for so long may be taken over.
SILENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a file: the person, the PC, the process there, and since when (ISO text in UTC).

    *session* tells two openings by the same process apart; *beat* is the last sign of life. Both are "" in a lock of
    an older program.
    """

    person: str
    machine: str
    process: int
    since: str
    session: str = ""
    beat: str = ""

    @property
    def said(self) -> str:
        """As told to somebody else who wants the file."""
        when = datetime.fromisoformat(self.since).astimezone()
        return f"{self.person} on {self.machine} since {when:%d/%m/%Y %H:%M}"

    def is_same(self, other: Holder) -> bool:
        """Whether *other* is this session, whatever its last beat."""
        return replace(self, beat="") == replace(other, beat="")

    def as_told(self, now: datetime) -> HeldBy:
        """What windows and console are told about the holder."""
        beat = datetime.fromisoformat(self.beat) if self.beat else None
        since = datetime.fromisoformat(self.since)
        return HeldBy(self.person, self.machine, since, beat, now - (beat or since) > SILENT)


class Standing(Enum):
    """What a session finds when it looks at its lock."""

    OURS = "ours"
    #: The file is there and its lock is not, or is somebody else's.
    LOST = "lost"
    #: The place can't be looked at: the share is gone for the moment.
    UNKNOWN = "unknown"


#: How often, and after how many seconds, a lock that can't be read is looked at again: it may just be being written.
_LOOKS = 10
_PAUSE = 0.05
#: A guard file older than this was left behind.
_GUARD_SECONDS = 10
#: Who wants the lock waits so long for a guard, so that one that was left behind keeps nobody out.
_GUARD_PATIENCE = 12
#: The sessions of this process that are open, so that a lock it left behind itself is known for what it is.
_open_sessions: set[str] = set()


class SessionLock:
    """Holds *path* for this session by a file beside it, that appears whole or not at all; release it when done."""

    def __init__(self, path: Path, holder: Holder) -> None:
        self.file = path
        self.path = path.with_name(f"{path.name}.lock")
        self.holder = holder
        #: Why no lock could be made, after :meth:`take`.
        self.hindrance: OSError | None = None
        self._ours = False
        self._turn = threading.Lock()

    @property
    def is_held(self) -> bool:
        """Whether it was taken; it is not where no file can be made."""
        return self._ours

    def take(self) -> Holder | None:
        """Takes the lock; None when it was taken or none can be made there, else who holds it.

        A lock left behind by a process of this PC that has ended is taken over.
        """
        if self._ours:
            return None
        for _ in range(_LOOKS):
            try:
                self._write()
            except FileExistsError:
                other = self._read(self.path)
                if other is None:
                    # It went away, or is just being written: look again.
                    time.sleep(_PAUSE)
                    continue
                if other.machine != self.holder.machine or _lives(other):
                    return other
                self._clear_away(other)
            except OSError as error:
                # A folder where no file can be made: the file is only read there.
                self.hindrance = error
                return None
            else:
                self._taken()
                return None
        raise self._unclear()

    def take_over(self, silent: Holder) -> Holder | None:
        """Takes the lock from *silent* in one step; None when that was done, else who has come in its place (N05)."""
        for _ in range(_LOOKS):
            with self._guarded(_GUARD_PATIENCE) as guarded:
                if not guarded:
                    continue
                there = self._read(self.path)
                if there is not None and there == silent:
                    replace_file(self._written(self.holder, "lock"), self.path)
                    self._taken()
                    return None
            if there is None or there.is_same(silent):
                # It is free, or its heart has beaten since.
                return there or self.take()
            return there
        raise self._unclear()

    def beat(self, now: datetime) -> Standing:
        """Says that this session is still there; how the lock stands."""
        with self._turn:
            if not self._ours:
                return Standing.LOST
            try:
                with self._guarded() as guarded:
                    if not guarded:
                        return self.look()
                    # Written before it is looked: who takes over meanwhile takes it away (see _fence).
                    beating = replace(self.holder, beat=now.isoformat(timespec="seconds"))
                    made = self._written(beating, "beat")
                    try:
                        standing = self.look()
                        if standing is Standing.OURS:
                            replace_file(made, self.path)
                            self.holder = beating
                    finally:
                        made.unlink(missing_ok=True)
                    return standing
            except OSError:
                return Standing.UNKNOWN

    def look(self) -> Standing:
        """How the lock stands, changing nothing."""
        if not self._ours:
            return Standing.LOST
        for _ in range(_LOOKS):
            there = self._read(self.path)
            if there is not None:
                return Standing.OURS if there.is_same(self.holder) else Standing.LOST
            try:
                # Without the file itself nothing is known: the share is gone, and its place is an empty folder.
                os.stat(self.file)  # noqa: PTH116 - a share that hangs up raises here, where exists() says no
                if not self.path.exists():
                    return Standing.LOST
            except OSError:
                return Standing.UNKNOWN
            time.sleep(_PAUSE)
        return Standing.LOST

    @property
    def taken_by(self) -> Holder | None:
        """Who holds the lock now when it is somebody else."""
        there = self._read(self.path)
        return there if there is not None and not there.is_same(self.holder) else None

    def release(self) -> None:
        """Gives the file free, if it is still ours."""
        with self._turn:
            there = self._read(self.path) if self._ours else None
            if there is not None and there.is_same(self.holder):
                with contextlib.suppress(OSError):
                    self.path.unlink()
            self._ours = False
            _open_sessions.discard(self.holder.session)

    def _taken(self) -> None:
        self._ours = True
        self._fence()
        if self.holder.session:
            _open_sessions.add(self.holder.session)

    def _fence(self) -> None:
        """Keeps whoever had the lock before from putting it back, should they wake in the middle of a beat.

        What they have written and not yet put in place goes; what they write from now on is followed by a look at the
        lock, which is ours.
        """
        with contextlib.suppress(OSError):
            for beat in self.path.parent.glob(f".fundingapp-{glob.escape(self.path.name)}-*.beat"):
                with contextlib.suppress(OSError):
                    beat.unlink()

    def _unclear(self) -> ExpectedError:
        return ExpectedError(
            "lock_unclear",
            f"“{self.path.name}” can't be read, so it is not clear who has the file open.",
            "If nobody has, delete that file and try again.",
        )

    def _written(self, holder: Holder, what: str) -> Path:
        """A file beside the lock that says *holder*; *what* it is for ends its name. Raises OSError."""
        prefix = f".fundingapp-{self.path.name}-"
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=f".{what}", dir=self.path.parent)
        made = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(holder), file)
            made.chmod(0o644)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
        return made

    def _write(self) -> None:
        """Makes the lock with its content. Raises FileExistsError when there is one, OSError when it can't be made."""
        made = self._written(self.holder, "lock")
        try:
            try:
                self.path.hardlink_to(made)
            except FileExistsError:
                raise
            except OSError:
                # A drive that knows no second names: the content follows a moment after the file.
                with self.path.open("x", encoding="utf-8") as file:
                    file.write(made.read_text(encoding="utf-8"))
        finally:
            made.unlink(missing_ok=True)

    def _clear_away(self, dead: Holder) -> None:
        """Takes away the lock of *dead*, and no other that may have come in its place meanwhile."""
        with self._guarded(_GUARD_PATIENCE) as guarded:
            if guarded and self._read(self.path) == dead:
                self.path.unlink()

    @contextlib.contextmanager
    def _guarded(self, patience: float = 0) -> Iterator[bool]:
        """Whether nobody else changes the lock until this ends; waits for that as long as *patience*, in seconds.

        One at a time: whoever holds the guard file looks once more before it changes anything. A guard is held for an
        instant, so an old one was left by a process that was killed there. It is old when it says so, or when it has
        been the same for long by the clock of this PC: that of a server may be another.
        """
        guard = self.path.with_name(f"{self.path.name}.over")
        end = time.monotonic() + patience
        seen: tuple[int, int] | None = None
        since = time.monotonic()
        while True:
            try:
                os.close(os.open(guard, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
                break
            except FileExistsError:
                with contextlib.suppress(OSError):
                    stat = guard.stat()
                    if (stat.st_ino, stat.st_mtime_ns) != seen:
                        seen, since = (stat.st_ino, stat.st_mtime_ns), time.monotonic()
                    waited = time.monotonic() - since
                    if max(waited, time.time() - stat.st_mtime) > _GUARD_SECONDS:
                        guard.unlink()
                time.sleep(_PAUSE)
                if time.monotonic() >= end:
                    yield False
                    return
        try:
            yield True
        finally:
            with contextlib.suppress(OSError):
                guard.unlink(missing_ok=True)

    @staticmethod
    def _read(path: Path) -> Holder | None:
        try:
            found = Holder(**json.loads(path.read_text(encoding="utf-8")))
            for moment in (found.since, found.beat or found.since):
                if datetime.fromisoformat(moment).tzinfo is None:
                    return None
        except (OSError, ValueError, TypeError):
            return None
        return found if type(found.process) is int and isinstance(found.session, str) else None


def is_free(file: Path) -> bool:
    """Whether nobody says that they have *file* open. Raises OSError when the share can't be looked at."""
    if file.with_name(f"{file.name}.lock").exists():
        return False
    # Without the file itself nothing is known (see SessionLock.look).
    file.stat()
    return True


class Heartbeat:
    """Writes a lock anew every minute, and calls *lost* once, on its own thread, when it finds that it is lost."""

    def __init__(
        self,
        lock: SessionLock,
        clock: Callable[[], datetime],
        lost: Callable[[], object],
        every: float | None = None,
    ) -> None:
        self._lock = lock
        self._clock = clock
        self._lost = lost
        self._every = BEAT if every is None else every
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it; nothing is written any more when this returns."""
        self._end.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(self._every):
            if self._lock.beat(self._clock()) is Standing.LOST:
                if not self._end.is_set():
                    self._lost()
                return


def this_session(who: str, now: datetime, machine: str = "") -> Holder:
    """This process as a holder, for one opening; *machine* instead of this PC's own name."""
    since = now.isoformat(timespec="seconds")
    return Holder(who, machine or socket.gethostname(), os.getpid(), since, secrets.token_hex(8), since)


def _lives(holder: Holder) -> bool:
    """Whether a session of this PC is still open."""
    if holder.process == os.getpid() and holder.session:
        return holder.session in _open_sessions
    return process_runs(holder.process)


def process_runs(process: int) -> bool:
    """Whether a process of this PC is still running."""
    if process == os.getpid():
        return True
    if sys.platform == "win32":
        import ctypes

        query_limited_information = 0x1000
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(query_limited_information, False, process)
        if not handle:
            return False
        code = ctypes.c_ulong()
        still_active = 259
        running = bool(kernel.GetExitCodeProcess(handle, ctypes.byref(code))) and code.value == still_active
        kernel.CloseHandle(handle)
        return running
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
