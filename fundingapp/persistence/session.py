"""The session lock: a small file beside the funding file that names who has it open (decisions D3, D4)."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
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


class SessionLock:
    """Holds *path* for this session by a file made with exclusive-create; release it when done."""

    def __init__(self, path: Path, holder: Holder) -> None:
        self.path = path.with_name(f"{path.name}.lock")
        self.holder = holder

    def take(self) -> Holder | None:
        """Takes the lock; None when it was taken, else who holds it.

        A lock left behind by a process of this PC that has ended is taken over.
        """
        for _ in range(3):
            try:
                handle = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
            except FileExistsError:
                other = self._read()
                if other is None:
                    continue  # it went away, or is just being written: look again
                if other.machine != self.holder.machine or _runs(other.process):
                    return None if other == self.holder else other
                with contextlib.suppress(FileNotFoundError):
                    self.path.unlink()
            except OSError:
                # A folder where no file can be made: the file opens read-only anyway.
                return None
            else:
                try:
                    with os.fdopen(handle, "w", encoding="utf-8") as file:
                        json.dump(asdict(self.holder), file)
                except OSError:
                    # No room for it: a lock that names nobody would keep everybody out.
                    self.path.unlink(missing_ok=True)
                return None
        raise ExpectedError(
            "lock_unclear",
            f"“{self.path.name}” can't be read, so it is not clear who has the file open.",
            "If nobody has, delete that file and try again.",
        )

    def release(self) -> None:
        """Gives the file free, if it is still ours."""
        if self._read() == self.holder:
            with contextlib.suppress(OSError):
                self.path.unlink()

    def _read(self) -> Holder | None:
        try:
            return Holder(**json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


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
