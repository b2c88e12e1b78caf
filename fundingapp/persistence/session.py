"""The session lock: a small file beside the funding file that names who has it open (decisions D3, D4)."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from fundingapp.domain.errors import ExpectedError


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a file: the person, the PC, the process there, and since when (ISO text in UTC)."""

    person: str
    machine: str
    process: int
    since: str

    @property
    def said(self) -> str:
        """As told to somebody else who wants the file."""
        when = datetime.fromisoformat(self.since).astimezone()
        return f"{self.person} on {self.machine} since {when:%d/%m/%Y %H:%M}"


#: How often, and after how many seconds, a lock that can't be read is looked at again: it may just be being written.
_LOOKS = 10
_PAUSE = 0.05
#: A guard file older than this was left behind.
_GUARD_SECONDS = 10


class SessionLock:
    """Holds *path* for this session by a file beside it, that appears whole or not at all; release it when done."""

    def __init__(self, path: Path, holder: Holder) -> None:
        self.path = path.with_name(f"{path.name}.lock")
        self.holder = holder
        self._ours = False

    def take(self) -> Holder | None:
        """Takes the lock; None when it was taken, else who holds it.

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
                if other.machine != self.holder.machine or _runs(other.process):
                    return other
                self._clear_away(other)
            except OSError:
                # A folder where no file can be made: the file opens read-only anyway.
                return None
            else:
                self._ours = True
                return None
        raise ExpectedError(
            "lock_unclear",
            f"“{self.path.name}” can't be read, so it is not clear who has the file open.",
            "If nobody has, delete that file and try again.",
        )

    def release(self) -> None:
        """Gives the file free, if it is still ours."""
        if self._ours and self._read(self.path) == self.holder:
            with contextlib.suppress(OSError):
                self.path.unlink()
        self._ours = False

    def _write(self) -> None:
        """Makes the lock with its content. Raises FileExistsError when there is one, OSError when it can't be made."""
        said = json.dumps(asdict(self.holder))
        handle, name = tempfile.mkstemp(prefix=".fundingapp-", suffix=".lock", dir=self.path.parent)
        made = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(said)
            made.chmod(0o644)
            try:
                self.path.hardlink_to(made)
            except FileExistsError:
                raise
            except OSError:
                # A drive that knows no second names: the content follows a moment after the file.
                with self.path.open("x", encoding="utf-8") as file:
                    file.write(said)
        finally:
            made.unlink(missing_ok=True)

    def _clear_away(self, dead: Holder) -> None:
        """Takes away the lock of *dead*, and no other that may have come in its place meanwhile.

        One at a time: whoever holds the guard file looks once more before it deletes, and nobody else deletes a lock
        that is not its own. A guard is held for an instant, so an old one was left by a process that was killed there.
        """
        guard = self.path.with_name(f"{self.path.name}.over")
        try:
            os.close(os.open(guard, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        except FileExistsError:
            with contextlib.suppress(OSError):
                if time.time() - guard.stat().st_mtime > _GUARD_SECONDS:
                    guard.unlink()
            time.sleep(_PAUSE)
            return
        try:
            if self._read(self.path) == dead:
                self.path.unlink()
        finally:
            guard.unlink(missing_ok=True)

    @staticmethod
    def _read(path: Path) -> Holder | None:
        try:
            found = Holder(**json.loads(path.read_text(encoding="utf-8")))
            datetime.fromisoformat(found.since)
        except (OSError, ValueError, TypeError):
            return None
        return found if type(found.process) is int else None


def this_session(who: str, now: datetime) -> Holder:
    """This process as a holder."""
    return Holder(who, socket.gethostname(), os.getpid(), now.isoformat(timespec="seconds"))


def _runs(process: int) -> bool:
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
