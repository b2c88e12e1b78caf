"""Original files and evidence, kept by content hash beside the funding file (decisions D8, D9, D16)."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from fundingapp.application.ports import PrivateCopy
from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.domain.evidence import FileState
from fundingapp.domain.paper_files import cleaned_name, refuse_large
from fundingapp.persistence.errors import plain_error
from fundingapp.persistence.replacing import replace_file

_PIECE = 1 << 20
#: So many files are waited for at once until the disk holds them.
_AT_ONCE = 8
_A_DAY = 24 * 60 * 60
_A_WEEK = 7 * _A_DAY

#: What the names of private copies, and of files that are still being written, begin with.
_COPY = "fundingapp-copy-"
_HALF = ".fundingapp-"
#: A list of the files that no row names any more, and how long the name of a kept file is.
_ORPHANS = "no-longer-named.txt"
_HASH = 64


class FileSources:
    """Satisfies :class:`~fundingapp.application.ports.SourceStore` in the folder *root*.

    A file is written, synced and given its final name before the row that names it is committed; it is never
    overwritten. A file without a row is harmless.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def take_copy(self, path: Path, most: int | None = None) -> PrivateCopy:
        if most is not None:
            with contextlib.suppress(OSError):
                refuse_large(path.name, path.stat().st_size, most)  # before half a gigabyte is read
        digest = hashlib.sha256()
        size = 0
        with _opened(path) as source:
            try:
                handle, name = tempfile.mkstemp(prefix=_COPY, suffix=path.suffix)
            except OSError as error:
                raise _cannot_copy(path, error) from error
            made = Path(name)
            try:
                with os.fdopen(handle, "wb") as copy:
                    while piece := _read(source, path):
                        digest.update(piece)
                        size += len(piece)
                        if most is not None:
                            refuse_large(path.name, size, most)  # it may grow while it is read
                        copy.write(piece)
            except OSError as error:
                made.unlink(missing_ok=True)
                raise _cannot_copy(path, error) from error
            except BaseException:
                made.unlink(missing_ok=True)
                raise
        # A name that is no text (Linux allows any bytes) could not be kept.
        name = path.name.encode(errors="replace").decode()
        return PrivateCopy(made, name, digest.hexdigest(), size)

    def home_of(self, digest: str) -> Path:
        """Where the file with that hash is put when it is kept."""
        return self.root / digest[:2] / digest

    def place_of(self, digest: str) -> Path:
        """Where the file with that hash is found."""
        return self.home_of(digest)

    def keep(self, *copies: PrivateCopy) -> None:
        made: dict[PrivateCopy, Path] = {}
        synced: set[Path] = set()  # folders that hold a new folder
        copy = PrivateCopy(self.root, self.root.name, "", 0)
        try:
            for copy in {each.sha256: each for each in copies}.values():
                target = self.home_of(copy.sha256)
                if not (target.exists() and _digest(target) == copy.sha256):
                    if not target.parent.exists():
                        target.parent.mkdir(parents=True, exist_ok=True)
                        synced |= {self.root, self.root.parent}
                    handle, name = tempfile.mkstemp(prefix=_HALF, dir=target.parent)
                    made[copy] = Path(name)
                    _write_copy(copy, handle)
            # All are written before the first is waited for, and several are waited for at once: the disk takes them
            # together then, in a tenth of the time.
            _each_at_once(_sync_file, made.values())
            for copy, beside in made.items():
                target = self.home_of(copy.sha256)
                beside.chmod(0o444)
                if target.exists():  # damaged: the same content takes its place
                    target.chmod(0o644)
                beside.replace(target)
            _each_at_once(_sync_folder, synced | {beside.parent for beside in made.values()})
        except OSError as error:
            known = plain_error(error.strerror or str(error), str(self.root))
            raise known or ExpectedError(
                "cannot_write",
                f"The original of “{copy.name}” can't be kept in “{self.root}”: {_said(error)}.",
                "Check that you may write there; nothing was changed.",
            ) from error
        finally:
            for beside in made.values():
                beside.unlink(missing_ok=True)

    def discard(self, copy: PrivateCopy) -> None:
        copy.path.unlink(missing_ok=True)

    def lend(self, sha256: str, name: str) -> Path:
        problem = self.problem(name, sha256, "file")
        if problem is not None:
            raise ExpectedError(
                "evidence_missing", problem, "Attach the file again, or fetch it from a backup."
            )
        try:
            folder = Path(tempfile.mkdtemp(prefix=_COPY))
            copy = folder / cleaned_name(name)
            shutil.copyfile(self.place_of(sha256), copy)
            _mark_of_the_web(copy)
            copy.chmod(0o444)  # what is changed in it would be lost, so the other program says so (A09)
        except OSError as error:
            raise _cannot_copy(Path(name), error) from error
        return copy

    def original(self, sha256: str, name: str) -> Path:
        problem = self.problem(name, sha256)
        if problem is not None:
            raise ExpectedError("original_lost", problem, "Open the newest backup to see it.")
        return self.place_of(sha256)

    def save_to(self, sha256: str, name: str, out: Path) -> None:
        copy = self.lend(sha256, name)
        try:
            handle, beside = tempfile.mkstemp(prefix=_HALF, dir=out.parent)
            made = Path(beside)
            try:
                with os.fdopen(handle, "wb") as written, copy.open("rb") as source:
                    shutil.copyfileobj(source, written, _PIECE)
                    written.flush()
                    os.fsync(written.fileno())
                made.chmod(0o644)
                made.replace(out)
                _mark_of_the_web(out)
            finally:
                made.unlink(missing_ok=True)
        except OSError as error:
            raise plain_error(error.strerror or str(error), str(out.parent)) or ExpectedError(
                "cannot_write",
                f"“{out.name}” can't be written to “{out.parent}”: {_said(error)}.",
                "Choose another folder; nothing was changed.",
            ) from error
        finally:
            shutil.rmtree(copy.parent, ignore_errors=True)

    def state(self, sha256: str, size: int, *, thoroughly: bool = False) -> FileState:
        place = self.place_of(sha256)
        try:
            if thoroughly:
                return FileState.WHOLE if _digest(place) == sha256 else FileState.CHANGED
            return FileState.WHOLE if place.stat().st_size == size else FileState.CHANGED
        except OSError:
            return FileState.MISSING

    def erase(self, sha256: str) -> None:
        place = self.home_of(sha256)
        try:
            if not place.exists():
                return
            place.chmod(0o644)
            with place.open("r+b") as file:  # its content goes from the disk's blocks where the disk lets it
                size = place.stat().st_size
                while size > 0:
                    size -= file.write(bytes(min(size, _PIECE)))
                file.flush()
                os.fsync(file.fileno())
            place.unlink()
            _sync_folder(place.parent)
        except OSError as error:
            raise ExpectedError(
                "cannot_erase",
                f"The file can't be taken out of “{self.root.name}”: {_said(error)}.",
                "Close it in other programs and try again; nothing was changed.",
            ) from error

    def scratch(self, suffix: str) -> Path:
        try:
            handle, name = tempfile.mkstemp(prefix=_COPY, suffix=suffix)
        except OSError as error:
            raise _cannot_copy(Path(f"copy{suffix}"), error) from error
        os.close(handle)
        return Path(name)

    def sweep_orphans(self, named: Collection[str], now: datetime) -> int:
        """Takes away the kept files that no row has named for a week: what was removed, or left behind by a crash
        before its row was written (D16). Returns how many.

        *named* are the hashes that rows name. Since when a file is named by none stands in a list beside the files.
        """
        known = self._orphans()
        today = int(now.timestamp())
        still: dict[str, int] = {}
        gone = 0
        for path in self.root.glob("??/*"):
            if path.name in named or len(path.name) != _HASH:
                continue
            since = known.get(path.name, today)
            if today - since <= _A_WEEK:
                still[path.name] = since
                continue
            with contextlib.suppress(OSError):
                path.chmod(0o644)
                path.unlink()
                gone += 1
        if still != known:
            with contextlib.suppress(OSError):
                lines = [f"{digest} {since}\n" for digest, since in sorted(still.items())]
                (self.root / _ORPHANS).write_text("".join(lines), encoding="ascii")
        return gone

    def _orphans(self) -> dict[str, int]:
        """Since when, in seconds, each file has been named by no row, as it was noted."""
        found: dict[str, int] = {}
        with contextlib.suppress(OSError, UnicodeDecodeError):
            for line in (self.root / _ORPHANS).read_text(encoding="ascii").splitlines():
                digest, _, since = line.partition(" ")
                if len(digest) == _HASH and since.isdecimal():
                    found[digest] = int(since)
        return found

    def problem(self, name: str, digest: str, what: str = "original") -> str | None:
        """What is wrong with the kept file of that hash, which came as *name*; None when it is whole.

        *what* says what it is to us, in the sentence.
        """
        of = " of" if what == "original" else ""
        try:
            if _digest(self.place_of(digest)) != digest:
                return f"The {what}{of} “{name}” in “{self.root.name}” was changed."
        except FileNotFoundError:
            return f"The {what}{of} “{name}” is missing from “{self.root.name}”."
        except OSError as error:
            return f"The {what}{of} “{name}” in “{self.root.name}” can't be read: {_said(error)}."
        return None

    def sweep(self, now: datetime) -> None:
        """Takes away what a crash left behind: private copies in the temp folder and half-written files of this
        store and its folder, a day old and by their names our own (F14)."""
        left = [
            *Path(tempfile.gettempdir()).glob(f"{_COPY}*"),
            *self.root.glob(f"*/{_HALF}*"),
            *self.root.parent.glob(f"{_HALF}*"),
        ]
        for path in left:
            with contextlib.suppress(OSError):
                if now.timestamp() - path.stat().st_mtime <= _A_DAY:
                    continue
                if path.is_file():
                    path.unlink()
                elif path.name.startswith(
                    _COPY
                ):  # a folder with a copy that was lent, which nobody may write
                    for copy in path.iterdir():
                        copy.chmod(0o644)
                    shutil.rmtree(path)


class SharedSources(FileSources):
    """As :class:`FileSources`, for a file that is worked on as a copy: what is new is kept in *root* on this PC until
    it is published, and what is not here is read from *shared*, beside the file itself."""

    def __init__(self, root: Path, shared: Path) -> None:
        super().__init__(root)
        self.shared = FileSources(shared)

    def place_of(self, digest: str) -> Path:
        here = self.home_of(digest)
        return here if here.exists() else self.shared.home_of(digest)

    def problem(self, name: str, digest: str, what: str = "original") -> str | None:
        problem = super().problem(name, digest, what)
        if problem is not None and not self.shared.root.parent.is_dir():
            return f"The {what} “{name}” can't be looked at: “{self.shared.root.parent}” is not there."
        return problem

    def erase(self, sha256: str) -> None:
        super().erase(sha256)
        self.shared.erase(sha256)

    def kept_here(self) -> list[str]:
        """The hashes of what is kept on this PC, whole files only."""
        return sorted(path.name for path in self.root.glob("??/*") if not path.name.startswith(_HALF))

    def publish(self, digest: str) -> None:
        """Puts what is kept here beside the file itself, unless it is there whole. Raises OSError."""
        target = self.shared.home_of(digest)
        with contextlib.suppress(FileNotFoundError):
            if _digest(target) == digest:
                return
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_HALF, dir=target.parent)
        made = Path(name)
        try:
            with os.fdopen(handle, "wb") as out, self.home_of(digest).open("rb") as source:
                shutil.copyfileobj(source, out, _PIECE)
                out.flush()
                os.fsync(out.fileno())
            if _digest(made) != digest:
                raise OSError(errno.EIO, "what was written reads back differently", str(target))
            made.chmod(0o444)
            if target.exists():  # damaged: the same content takes its place
                target.chmod(0o644)
            replace_file(made, target)
        finally:
            made.unlink(missing_ok=True)

    def sweep(self, now: datetime) -> None:
        super().sweep(now)
        self.shared.sweep(now)


def _write_copy(copy: PrivateCopy, handle: int) -> None:
    """Writes *copy* to the open file *handle*. Raises OSError, or ExpectedError when it is not what was read."""
    digest = hashlib.sha256()
    with os.fdopen(handle, "wb") as out, copy.path.open("rb") as source:
        while piece := source.read(_PIECE):
            digest.update(piece)
            out.write(piece)
    if digest.hexdigest() != copy.sha256:
        raise ExpectedError(
            "copy_changed",
            f"The private copy of “{copy.name}” was changed after it was read.",
            "Choose the file again; nothing was changed.",
        )


def _mark_of_the_web(path: Path) -> None:
    """Tells Windows that *path* came from elsewhere, so that Office opens it protected; best effort (A09)."""
    if os.name != "nt":
        return
    with contextlib.suppress(OSError):
        Path(f"{path}:Zone.Identifier").write_text("[ZoneTransfer]\r\nZoneId=3\r\n", encoding="ascii")


def _opened(path: Path) -> BinaryIO:
    """The file at *path*, open for reading. Raises InputRefusedError."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputRefusedError(
                "cannot_read", f"“{path}” is a folder.", "Choose the file in it; nothing was changed."
            )
        if not stat.S_ISREG(mode):  # who opens a pipe waits for ever
            raise InputRefusedError(
                "cannot_read",
                f"“{path}” is no file: programs or devices speak through it.",
                "Leave it out; nothing was changed.",
            )
        return path.open("rb")
    except FileNotFoundError as error:
        raise InputRefusedError(
            "no_file", f"“{path}” is not there.", "Check the name; nothing was changed."
        ) from error
    except PermissionError as error:
        raise InputRefusedError(
            "cannot_read",
            f"“{path.name}” can't be read: it is open in another program, or you may not read it.",
            "Close it there, or save a copy and choose that; nothing was changed.",
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _cannot_read(path, error) from error


def _read(source: BinaryIO, path: Path) -> bytes:
    try:
        return source.read(_PIECE)
    except OSError as error:
        raise _cannot_read(path, error) from error


def _cannot_read(path: Path, error: Exception) -> InputRefusedError:
    return InputRefusedError(
        "cannot_read",
        f"“{path.name}” can't be read: {_said(error)}.",
        "Copy it to your own PC and choose that; nothing was changed.",
    )


def _cannot_copy(path: Path, error: OSError) -> ExpectedError:
    """Why *path* can't be copied into the temp folder, in a sentence."""
    folder = tempfile.gettempdir()
    return plain_error(error.strerror or str(error), folder) or ExpectedError(
        "cannot_write",
        f"“{path.name}” can't be copied to the temporary folder “{folder}”: {_said(error)}.",
        "Check that this folder is there and that you may write in it; nothing was changed.",
    )


def _said(error: Exception) -> str:
    return ((isinstance(error, OSError) and error.strerror) or str(error)).lower()


def _each_at_once(sync: Callable[[Path], None], paths: Collection[Path]) -> None:
    """Calls *sync* with each of *paths*, several at a time; the first that fails is raised when all are done."""
    if len(paths) < 2:
        for path in paths:
            sync(path)
        return
    from concurrent.futures import ThreadPoolExecutor  # takes longer to import than opening a file may wait

    with ThreadPoolExecutor(min(_AT_ONCE, len(paths)), thread_name_prefix="sync") as threads:
        list(threads.map(sync, paths))


def _sync_file(path: Path) -> None:
    with path.open("r+b") as out:
        os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    """Makes a new name in *folder* last through a power cut; Windows does that by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
