"""A finished file takes its place in one step, or not at all: written beside, proved, then swapped in (E93, E94)."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import BinaryIO

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.file_names import refuse_name

#: Names of unfinished files begin with this, so that what a power cut leaves behind can be told from a user's.
UNFINISHED = ".fundingapp-unfinished-"

#: Windows says these when a virus scanner, a sync tool or Excel holds the file (access denied, sharing violation).
_HELD_BY_ANOTHER_PROGRAM = (5, 32)
#: A scanner lets go within moments; after these seconds it is somebody's open workbook (bad input H07).
_PAUSES = (0.1, 0.3, 0.6, 1.0, 1.0)
_ON_WINDOWS = os.name == "nt"
_A_DAY = 24 * 60 * 60
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


#: What looks at a finished file before it takes its place, and may refuse it; see :func:`looked_at`.
_look: ContextVar[Callable[[Path, str], object] | None] = ContextVar("look", default=None)


@contextlib.contextmanager
def looked_at(look: Callable[[Path, str], object]) -> Iterator[None]:
    """Has *look* see each file that is finished meanwhile, with the name that it is to have, before it takes its place:
    what *look* raises keeps it from that."""
    token = _look.set(look)
    try:
        yield
    finally:
        _look.reset(token)


@contextlib.contextmanager
def all_or_none(outs: Sequence[Path]) -> Iterator[None]:
    """Puts *outs* back as they were, or takes them away again, where writing one of them fails."""
    before = {out: out.read_bytes() if out.is_file() else None for out in outs}
    try:
        yield
    except BaseException:
        for out, contents in before.items():
            if contents is None:
                if out.is_file():
                    out.unlink()
            elif out.read_bytes() != contents:
                put_in_place(out, contents, lambda _beside: None)
        raise


def put_in_place(out: Path, contents: bytes, prove: Callable[[Path], None]) -> None:
    """Writes *contents* beside *out*, lets *prove* read the file that is now on the disk, and swaps it in.

    Whatever goes wrong, *out* is what it was before and no unfinished file stays. Raises ExpectedError
    ``disk_full`` or ``cannot_write``, or what *prove* raises when it is not satisfied.
    """
    fill_in_place(out, lambda file: file.write(contents), prove, len(contents))


def fill_in_place(
    out: Path,
    fill: Callable[[BinaryIO], object],
    prove: Callable[[Path], None] | None = None,
    size: int = 0,
    *,
    keep: bool = False,
) -> None:
    """As :func:`put_in_place`, for what is too long to be held: *fill* writes it. *size* in bytes, 0 when not known.

    With *keep*, a finished file whose place is held by another program stays beside it under a name of its own, which
    the refusal ``kept_beside`` tells (F13).
    """
    if _ON_WINDOWS:
        refuse_name(str(out.absolute().parent), out.name)
    out = Path(
        os.path.realpath(out)
    )  # a link keeps pointing to the file, which is what gets the new contents
    _sweep(out.parent)
    beside = out.parent / f"{UNFINISHED}{secrets.token_hex(8)}.part"
    try:
        _refuse_read_only(out)
        try:
            _write_through(beside, fill, _rights_of(out))
            if prove is not None:
                prove(beside)
            if (look := _look.get()) is not None:
                look(beside, out.name)
            try:
                _swap(beside, out)
            except PermissionError:
                if keep and out.exists():
                    raise _kept_beside(beside, out) from None
                raise
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _refusal(out, error, size) from error
    _keep_the_new_name(out.parent)


def _sweep(folder: Path) -> None:
    """Takes away what a power cut left here of unfinished files: a day old, and by their names our own (F14)."""
    with contextlib.suppress(OSError):
        for left in folder.glob(f"{UNFINISHED}*.part"):
            if time.time() - left.stat().st_mtime > _A_DAY:
                left.unlink()


def _refuse_read_only(out: Path) -> None:
    """A file marked read-only is meant to stay; a rename alone would not notice the mark on Linux."""
    if out.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(out))
    if out.exists() and not out.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(out))


def _rights_of(out: Path) -> int:
    """Who may read the new file: as the old one, else as the user's own default; colleagues share these folders."""
    return stat.S_IMODE(out.stat().st_mode) if out.exists() else 0o666


def _write_through(beside: Path, fill: Callable[[BinaryIO], object], rights: int) -> None:
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), rights)
    with os.fdopen(handle, "wb") as file:
        fill(file)
        file.flush()
        os.fsync(file.fileno())


def _swap(beside: Path, out: Path) -> None:
    for pause in _PAUSES:
        try:
            beside.replace(out)
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _HELD_BY_ANOTHER_PROGRAM:
                raise
            time.sleep(pause)
        else:
            return
    beside.replace(out)


def _kept_beside(beside: Path, out: Path) -> ExpectedError:
    """Gives the finished file at *beside* a name of its own next to *out*, and says so."""
    name = _free_name(out)
    beside.rename(out.with_name(name))
    return ExpectedError(
        "kept_beside",
        f"“{out.name}” in {out.parent} is open in another program, so it was not replaced and is unharmed. The new file"
        f" is finished and was kept beside it as “{name}”.",
        f"Use that one, or close “{out.name}” and write it again.",
    )


def _free_name(out: Path) -> str:
    """A name beside *out* that nothing has yet: “lines (2).xlsx”."""
    number = 2
    while os.path.lexists(out.with_name(f"{out.stem} ({number}){out.suffix}")):
        number += 1
    return f"{out.stem} ({number}){out.suffix}"


def _keep_the_new_name(folder: Path) -> None:
    """Asks the disk to remember the rename too; Windows has no such call for folders and needs none."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # a folder that may be written but not listed; the file itself is safe on the disk
    try:
        os.fsync(handle)
    except OSError:
        return  # some network shares refuse this for folders
    finally:
        os.close(handle)


def _refusal(out: Path, error: OSError, size: int) -> ExpectedError:
    if error.errno in _FULL:
        return ExpectedError(
            "disk_full",
            f"There is no room for “{out.name}” in {out.parent}{_needed(size)}{_free(out.parent)}. "
            "Nothing was changed there.",
            "Make room, or choose another folder.",
        )
    if isinstance(error, FileNotFoundError):
        return ExpectedError(
            "cannot_write",
            f"There is no folder {out.parent}, so “{out.name}” was not written.",
            "Choose another.",
        )
    if isinstance(error, IsADirectoryError):
        return ExpectedError("cannot_write", f"{out} is a folder, not a file.", "Choose another name.")
    return ExpectedError(
        "cannot_write",
        f"“{out.name}” cannot be written in {out.parent} ({error.strerror or error}). "
        "What was there before is unharmed.",
        f"Close the workbook if it is open in Excel, or save it as “{_free_name(out)}” or in another folder.",
    )


def _needed(size: int) -> str:
    return f": {_size(size)} needed" if size else ""


def _free(folder: Path) -> str:
    try:
        return f", {_size(shutil.disk_usage(folder).free)} free"
    except OSError:
        return ""


def _size(count: int) -> str:
    """In KB or MB, counted in thousands as file managers of today show it."""
    tenths = count // 100_000
    return f"{tenths // 10}.{tenths % 10} MB" if count >= 1_000_000 else f"{-(-count // 1000)} KB"
