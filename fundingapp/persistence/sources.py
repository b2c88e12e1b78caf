"""Original files, kept by content hash beside the funding file (decisions D8, D9, D16)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from fundingapp.application.ports import PrivateCopy
from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.persistence.errors import plain_error

_PIECE = 1 << 20


class FileSources:
    """Satisfies :class:`~fundingapp.application.ports.SourceStore` in the folder *root*.

    A file is written, synced and given its final name before the row that names it is committed; it is never
    overwritten. A file without a row is harmless.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def take_copy(self, path: Path) -> PrivateCopy:
        digest = hashlib.sha256()
        size = 0
        handle, name = tempfile.mkstemp(prefix="fundingapp-", suffix=path.suffix)
        try:
            with path.open("rb") as source, os.fdopen(handle, "wb") as copy:
                while piece := source.read(_PIECE):
                    digest.update(piece)
                    size += len(piece)
                    copy.write(piece)
        except FileNotFoundError as error:
            Path(name).unlink(missing_ok=True)
            raise InputRefusedError(
                "no_file", f"“{path}” is not there.", "Check the name; nothing was changed."
            ) from error
        except IsADirectoryError as error:
            Path(name).unlink(missing_ok=True)
            raise InputRefusedError(
                "cannot_read", f"“{path}” is a folder.", "Choose the file in it; nothing was changed."
            ) from error
        except PermissionError as error:
            Path(name).unlink(missing_ok=True)
            raise InputRefusedError(
                "cannot_read",
                f"“{path.name}” can't be read: it is open in another program, or you may not read it.",
                "Close it there, or save a copy and choose that; nothing was changed.",
            ) from error
        except OSError as error:
            Path(name).unlink(missing_ok=True)
            known = plain_error(str(error), name)
            raise known or InputRefusedError(
                "cannot_read",
                f"“{path.name}” can't be read: {(error.strerror or str(error)).lower()}.",
                "Copy it to your own PC and choose that; nothing was changed.",
            ) from error
        return PrivateCopy(Path(name), path.name, digest.hexdigest(), size)

    def place_of(self, digest: str) -> Path:
        """Where the file with that hash is kept."""
        return self.root / digest[:2] / digest

    def keep(self, copy: PrivateCopy) -> None:
        target = self.place_of(copy.sha256)
        if target.exists() and _digest(target) == copy.sha256:
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".fundingapp-", dir=target.parent)
            made = Path(name)
            try:
                with os.fdopen(handle, "wb") as out, copy.path.open("rb") as source:
                    while piece := source.read(_PIECE):
                        out.write(piece)
                    out.flush()
                    os.fsync(out.fileno())
                made.chmod(0o444)
                made.replace(target)
            finally:
                made.unlink(missing_ok=True)
        except OSError as error:
            known = plain_error(str(error), str(self.root))
            raise known or ExpectedError(
                "cannot_write",
                f"The original of “{copy.name}” can't be kept in “{self.root}”: "
                f"{(error.strerror or str(error)).lower()}.",
                "Check that you may write there; nothing was changed.",
            ) from error

    def discard(self, copy: PrivateCopy) -> None:
        copy.path.unlink(missing_ok=True)

    def problem(self, name: str, digest: str) -> str | None:
        """What is wrong with the kept file of that hash, imported as *name*; None when it is whole."""
        place = self.place_of(digest)
        if not place.exists():
            return f"The original of “{name}” is missing from “{self.root.name}”."
        if _digest(place) != digest:
            return f"The original of “{name}” in “{self.root.name}” was changed."
        return None


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
