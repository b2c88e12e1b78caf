"""A folder or a .zip of text files, such as the months of a police force as data.police.uk gives them: which there are,
and one of them at a time. Nothing is ever written under a name that stands in a .zip."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from fundingapp.domain.errors import InputRefusedError
from fundingapp.workbooks.checks import refused
from fundingapp.workbooks.package import Package

_MOST_FILES = 1_000
#: Folders are looked through so many levels deep: a month's folder within the download's own.
_DEEP = 3
_TEXTS = (".csv",)
_PIECE = 1 << 20

Progress = Callable[[int, int, str], None]


def files_in(path: Path, name: str, report: Progress) -> tuple[str, ...]:
    """The text files in the folder or .zip at *path* by their names in it, in their order; () where it is neither.

    Raises InputRefusedError when it can't be read, is made to do harm, or holds too many.
    """
    if path.is_dir():
        found = _in_folder(path)
    elif path.suffix.lower() == ".zip":
        with _opened(path, name) as file:
            package = Package(file, name, report)
            found = [info.filename for info in package.parts.values() if _is_text(info.filename)]
    else:
        return ()
    if len(found) > _MOST_FILES:
        raise refused(name, "too_many_files", f"it holds more than {_MOST_FILES:,} text files")
    if not found:
        raise InputRefusedError(
            "no_files",
            f"“{name}” holds no text file (.csv).",
            "Choose the folder or the .zip as it was downloaded.",
        )
    return tuple(sorted(found))


def write_file(path: Path, name: str, inner: str, out: Path, report: Progress) -> tuple[str, int]:
    """Writes the file called *inner* of the folder or .zip at *path* to *out*; its hash and its size in bytes.

    Raises InputRefusedError when it can't be read.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with out.open("wb") as to:
            for piece in _pieces(path, name, inner, report):
                digest.update(piece)
                size += to.write(piece)
    except OSError as error:
        raise _unreadable(f"“{inner}” in “{name}”", error) from error
    return digest.hexdigest(), size


def _pieces(path: Path, name: str, inner: str, report: Progress) -> Iterator[bytes]:
    if path.is_dir():
        with (path / inner).open("rb") as of:
            while piece := of.read(_PIECE):
                yield piece
        return
    with _opened(path, name) as file:
        package = Package(file, name, report)
        info = package.part(inner)
        if info is None:
            raise refused(name, "damaged", f"its part {inner} is not there any more")
        yield from package.pieces(info)


def _unreadable(what: str, error: OSError) -> InputRefusedError:
    return InputRefusedError(
        "unreadable", f"{what} can't be read: {error.strerror}.", "Copy it elsewhere first."
    )


def _opened(path: Path, name: str) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable(f"“{name}”", error) from error


def _in_folder(path: Path) -> list[str]:
    found: list[str] = []
    for folder, inner, files in os.walk(path):  # links to folders are not followed
        if len(Path(folder).relative_to(path).parts) >= _DEEP - 1:
            inner.clear()
        inner.sort()
        found += [(Path(folder) / each).relative_to(path).as_posix() for each in files if _is_text(each)]
        if len(found) > _MOST_FILES:
            break
    return found


def _is_text(name: str) -> bool:
    base = name.rpartition("/")[2]
    return base.lower().endswith(_TEXTS) and not base.startswith(".")
