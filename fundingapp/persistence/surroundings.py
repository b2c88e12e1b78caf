"""Where a funding file lies, and what is told about the place and the moment when it is opened (F12, F15, N01, N07)."""

from __future__ import annotations

import contextlib
import os
import re
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Final

#: What the folders of services begin with that copy files to other computers by themselves.
_SERVICES: Final = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "iclouddrive": "iCloud",
    "icloud drive": "iCloud",
    "box sync": "Box",
}
#: File systems that lie on another computer, as Linux and macOS name them. With the folders that a virtual machine
#: shares with its host, whose locks can't be relied on either.
_OF_A_NETWORK: Final = frozenset(
    {
        *(
            "cifs",
            "smb2",
            "smb3",
            "smbfs",
            "nfs",
            "nfs4",
            "afpfs",
            "webdav",
            "davfs",
            "davfs2",
            "ncpfs",
            "afs",
            "9p",
        ),
        *(
            "ceph",
            "lustre",
            "glusterfs",
            "sshfs",
            "rclone",
            "gvfsd-fuse",
            "vboxsf",
            "vmhgfs",
            "vmhgfs-fuse",
            "prl_fs",
        ),
    }
)
#: What Windows calls a drive of another computer.
_DRIVE_REMOTE: Final = 4
#: The clocks of two PCs may differ by so much.
_CLOCKS_DIFFER: Final = timedelta(minutes=5)


class Kind(Enum):
    """What kind of place a file lies in."""

    LOCAL = "local"
    NETWORK = "network"
    SYNCED = "synced"
    #: A drive of this PC that lets two programs lock one file at once.
    NO_LOCKS = "no locks"
    #: Somebody asked for a working copy.
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a file lies; *name* is the service that copies it, the kind of file system, or ""."""

    kind: Kind
    name: str = ""

    @property
    def needs_copy(self) -> bool:
        """Whether it is worked on as a copy on this PC, that is published back (decision D3)."""
        return self.kind is not Kind.LOCAL


def whereabouts(path: Path, *, try_locks: bool = True) -> Whereabouts:
    """What kind of place the file at *path* lies in, looked at when it is opened.

    Whether locks work there is tried with a file of its own, unless the file is only looked at.
    """
    service = synced_by(path)
    if service:
        return Whereabouts(Kind.SYNCED, service)
    network = _network_of(path)
    if network:
        return Whereabouts(Kind.NETWORK, network)
    if try_locks and not locks_work(path.parent):
        return Whereabouts(Kind.NO_LOCKS)
    return Whereabouts(Kind.LOCAL)


def synced_by(path: Path) -> str:
    """The service that copies the folder of *path* to other computers; "" when none is known to."""
    for folder in path.absolute().parent.parts:
        low = folder.casefold()
        for begins, service in _SERVICES.items():
            if low.startswith(begins):
                return service
    return ""


def _network_of(path: Path) -> str:
    """The kind of network drive that *path* lies on; "" for a drive of this PC."""
    if sys.platform == "win32":
        return windows_network_of(str(path.absolute()), _windows_drive_type)
    if sys.platform == "darwin":
        said = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
        mounts = macos_mounts(said)
    else:
        try:
            mounts = linux_mounts(Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return ""
    return network_among(mounts, str(path.parent.resolve()))


def windows_network_of(path: str, drive_type: Callable[[str], int]) -> str:
    """As :func:`_network_of` for an absolute path of Windows; *drive_type* tells the type of a drive by its root."""
    if path.startswith("\\\\?\\UNC\\") or (path.startswith("\\\\") and path[2:4] not in ("?\\", ".\\")):
        return "share"
    return "share" if drive_type(path.removeprefix("\\\\?\\")[:3]) == _DRIVE_REMOTE else ""


def _windows_drive_type(root: str) -> int:
    if sys.platform == "win32":
        import ctypes

        return int(ctypes.windll.kernel32.GetDriveTypeW(root))
    return 0


def linux_mounts(mountinfo: str) -> list[tuple[str, str]]:
    """Each mounted folder and its file system, in the order of /proc/self/mountinfo; a later one covers an earlier."""
    found = []
    for line in mountinfo.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if dash and len(fields) > 4 and after:
            # A blank in a name is written \040.
            folder = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[4])
            found.append((folder, after.split(" ", 1)[0]))
    return found


def macos_mounts(said: str) -> list[tuple[str, str]]:
    """The same from what ``mount`` says on macOS: “//ann@server/grants on /Volumes/grants (smbfs, nodev)”."""
    found = re.findall(r"^.*? on (.*) \((\w+)[,)]", said, re.MULTILINE)
    return [(folder, system) for folder, system in found]


def network_among(mounts: list[tuple[str, str]], folder: str) -> str:
    """The file system of *folder* when it lies on another computer; "" when it does not."""
    best, system = "", ""
    for mounted, kind in mounts:
        inside = folder == mounted or folder.startswith(mounted.rstrip("/") + "/")
        if inside and len(mounted) >= len(best):
            best, system = mounted, kind
    name = system.removeprefix("fuse.").casefold()
    return name if name in _OF_A_NETWORK else ""


def locks_work(folder: Path) -> bool:
    """Whether a lock that one handle holds on a file in *folder* keeps out another (N07).

    True where no file can be made: it is only read there. A system whose locks belong to the whole process can't be
    tried with two handles, and is taken at its word.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".fundingapp-", suffix=".lock-test", dir=folder)
    except OSError:
        return True
    try:
        second = os.open(name, os.O_RDWR)
        try:
            return not _lock(handle) or not _lock(second)
        finally:
            os.close(second)
    except OSError:
        return True
    finally:
        os.close(handle)
        with contextlib.suppress(OSError):
            Path(name).unlink()


def _lock(handle: int) -> bool:
    """Locks the first byte behind *handle* without waiting; whether it could be."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        # struct flock: type, whence, start, length, process (0: the lock is the handle's own).
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0))
    except OSError:
        return False
    return True


def warnings(newest_entry: datetime | None, now: datetime) -> list[tuple[str, str]]:
    """What a person should know of this PC's clock before working on the file, each with what to do.

    *newest_entry* is the moment of the last entry of the history.
    """
    if newest_entry is None or now >= newest_entry - _CLOCKS_DIFFER:
        return []
    return [
        (
            f"The clock of this PC says {_said(now)}, but the newest entry of the history was made at "
            f"{_said(newest_entry)}.",
            "Set the clock right before you go on; the history keeps its order whatever the clock says.",
        )
    ]


def _said(moment: datetime) -> str:
    return f"{moment.astimezone():%d/%m/%Y %H:%M}"
