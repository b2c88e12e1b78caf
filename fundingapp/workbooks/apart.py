"""Reads a workbook in a child process with limits, so that no file can bring the program down (D8, X35, K07).

Readers of workbooks are native code: a hostile or damaged file can make them abort, take all memory or never end.
Text files are read in this process: that is plain Python over a file of bounded size, which can do none of this.
"""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from fundingapp.children.frames import BrokenFrameError
from fundingapp.children.limits import limited, silence_for
from fundingapp.children.process import Listening, Progress, StoppedError, command_of, end, start, tell
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding
from fundingapp.workbooks.frames import CELLS, part_of
from fundingapp.workbooks.reading import Part
from fundingapp.workbooks.refusals import cannot_read, reader_stopped
from fundingapp.workbooks.sources import Kind
from fundingapp.workbooks.workbook import Grid, grids_of

_Said = TypeVar("_Said")

#: The word by which an installed program, which has no Python of its own to start, is told to be the child.
CHILD_WORD: Final = "--read-workbook"
#: Hashes of the files that stopped a reader in this run: none is opened again by itself (X35).
_quarantine: dict[str, str] = {}


def read_workbook(
    path: Path, name: str, kind: Kind, sheet: str | None, report: Progress
) -> tuple[list[Grid], list[Finding]]:
    """The visible sheets of the workbook at *path*, or the one named *sheet*, and the findings about the others.

    *report* is called at least every tenth of a second and may raise to stop; the child is ended at once then.
    Raises InputRefusedError; its code is ``reader_stopped`` when the child died or fell silent, and the file is
    not tried again in this run.
    """
    digest = _digest(path) if _quarantine else ""
    if digest in _quarantine:
        raise reader_stopped(
            name, f"{_quarantine[digest]} when it was tried before, so it was not tried again"
        )
    try:
        return grids_of(_parts(path, name, kind, sheet, report))
    except StoppedError as stopped:
        if digest := _digest(path):
            _quarantine[digest] = stopped.why
        raise reader_stopped(name, stopped.why) from stopped


def child_command() -> Sequence[str]:
    """How the child is started: by this Python, or by the installed program itself."""
    return command_of("fundingapp.workbooks.child", CHILD_WORD)


def _start() -> subprocess.Popen[bytes]:
    return start(child_command())


def read_apart(
    path: Path, name: str, what: str, understood: Callable[[tuple[Any, ...]], _Said], report: Progress
) -> _Said:
    """The one frame with which the child answers to *what* is asked of the file at *path*, as *understood*.

    Raises InputRefusedError as :func:`read_workbook` does.
    """
    digest = _digest(path) if _quarantine else ""
    if digest in _quarantine:
        raise reader_stopped(
            name, f"{_quarantine[digest]} when it was tried before, so it was not tried again"
        )
    try:
        frames = list(_said(path, name, (what, str(path), name, None), report))
        if len(frames) != 1 or frames[0][0] != what:
            raise StoppedError("its reader broke down")
        try:
            return understood(frames[0])
        except BrokenFrameError as error:
            raise StoppedError("its reader broke down") from error
    except StoppedError as stopped:
        if digest := _digest(path):
            _quarantine[digest] = stopped.why
        raise reader_stopped(name, stopped.why) from stopped


def _parts(path: Path, name: str, kind: Kind, sheet: str | None, report: Progress) -> Iterator[Part]:
    """The parts of the workbook as the child tells them, while it goes on reading. Raises StoppedError and
    InputRefusedError."""
    for frame in _said(path, name, (kind.value, str(path), name, sheet), report):
        try:
            yield part_of(frame)
        except BrokenFrameError as error:
            raise StoppedError("its reader broke down") from error


def _said(path: Path, name: str, task: tuple[Any, ...], report: Progress) -> Iterator[tuple[Any, ...]]:
    """What the child tells when it is given *task*. Raises StoppedError and InputRefusedError."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise cannot_read(name, error) from error
    with _ready(name, size) as child:
        tell(child, task)
        yield from _heard(child, name, size, report)


@contextlib.contextmanager
def _ready(name: str, size: int) -> Iterator[subprocess.Popen[bytes]]:
    """A child that waits for its task, a file of *size* bytes called *name*. It ends with the block."""
    try:
        child = _start()
    except OSError as error:
        raise InputRefusedError(
            "no_reader",
            f"{name} could not be read: Windows or another program keeps Funding Tracker from starting its reader.",
            "Save the file as CSV and choose that, or ask your IT department.",
        ) from error
    try:
        with limited(child, size):
            yield child
    finally:
        end(child)


def _heard(
    child: subprocess.Popen[bytes], name: str, size: int, report: Progress
) -> Iterator[tuple[Any, ...]]:
    """What the child says of the workbook that its task names. It ends with it."""
    listening = Listening(child)
    try:
        yield from listening.frames(silence_for(size), (0, 1, f"Opening {name}"), report)
    finally:
        listening.close()


#: The values of cells as calamine gives them, by sheet and by row and column, both counted from nought.
CellValues = dict[str, dict[tuple[int, int], Any]]
#: Has the cells of some sheets of the workbook at a path read; what comes back waits for the values.
CellReader = Callable[[Path, Mapping[str, Sequence[tuple[int, int]]]], Callable[[Progress], CellValues]]


@contextlib.contextmanager
def cell_reader(name: str, size: int) -> Iterator[CellReader]:
    """A child that is started now and reads, later in the block, cells of one workbook of about *size* bytes.

    So its start costs no time while the workbook is still being made, and neither does its reading while something
    else is done before its answer is waited for. That raises InputRefusedError ``reader_stopped`` when it died or fell
    silent, and whatever the report raises.
    """
    with _ready(name, size) as child:

        def read(
            path: Path, places: Mapping[str, Sequence[tuple[int, int]]]
        ) -> Callable[[Progress], CellValues]:
            tell(child, (CELLS, str(path), name, [(sheet, list(each)) for sheet, each in places.items()]))
            return partial(_values_said, child, name, size)

        yield read


def _values_said(child: subprocess.Popen[bytes], name: str, size: int, report: Progress) -> CellValues:
    values: CellValues = {}
    try:
        for word, sheet, found in _heard(child, name, size, report):
            if word != CELLS or not isinstance(found, list):
                raise StoppedError("its reader broke down")
            values[sheet] = dict(found)
    except (StoppedError, ValueError, TypeError) as error:
        why = error.why if isinstance(error, StoppedError) else "its reader broke down"
        raise reader_stopped(name, why) from error
    return values


def _digest(path: Path) -> str:
    """The hash of a file's content; "" when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
