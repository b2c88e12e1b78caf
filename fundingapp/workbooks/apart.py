"""Reads a workbook in a child process with limits, so that no file can bring the program down (D8, X35, K07).

Readers of workbooks are native code: a hostile or damaged file can make them abort, take all memory or never end.
Text files are read in this process: that is plain Python over a file of bounded size, which can do none of this.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import fundingapp
from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding
from fundingapp.workbooks.frames import (
    CELLS,
    DONE,
    PROGRESS,
    READY,
    REFUSED,
    BrokenFrameError,
    part_of,
    read_frame,
    unpacked,
    write_frame,
)
from fundingapp.workbooks.limits import START_TIME, limited, silence_for
from fundingapp.workbooks.reading import Part
from fundingapp.workbooks.refusals import cannot_read, reader_stopped
from fundingapp.workbooks.sources import Kind
from fundingapp.workbooks.workbook import Grid, grids_of

Progress = Callable[[int, int, str], None]
_Said = TypeVar("_Said")

#: The word by which an installed program, which has no Python of its own to start, is told to be the child.
CHILD_WORD: Final = "--read-workbook"
#: So often the user may cancel, and so much silence is counted at most in one go: a PC that slept is no failure.
_TICK: Final = 0.1
#: Frames that wait for this process: when it is slower than the child, the child waits.
_WAITING: Final = 8

#: Windows would open a console for the child; elsewhere there is no such flag.
_NO_WINDOW: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)

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
    except _StoppedError as stopped:
        if digest := _digest(path):
            _quarantine[digest] = stopped.why
        raise reader_stopped(name, stopped.why) from stopped


class _StoppedError(Exception):
    """The child died or fell silent; *why* says it in words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def child_command() -> Sequence[str]:
    """How the child is started: by this Python, or by the installed program itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_WORD]
    # -P: a folder called fundingapp where the user happens to be is not ours.
    return [sys.executable, "-P", "-m", "fundingapp.workbooks.child"]


def _start() -> subprocess.Popen[bytes]:
    environment = dict(os.environ)
    if not getattr(sys, "frozen", False):
        here = str(Path(fundingapp.__file__).resolve().parents[1])
        others = environment.get("PYTHONPATH", "")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (here, others)))
    return subprocess.Popen(  # noqa: S603 - our own program, no shell
        child_command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=_NO_WINDOW,
    )


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
            raise _StoppedError("its reader broke down")
        try:
            return understood(frames[0])
        except BrokenFrameError as error:
            raise _StoppedError("its reader broke down") from error
    except _StoppedError as stopped:
        if digest := _digest(path):
            _quarantine[digest] = stopped.why
        raise reader_stopped(name, stopped.why) from stopped


def _parts(path: Path, name: str, kind: Kind, sheet: str | None, report: Progress) -> Iterator[Part]:
    """The parts of the workbook as the child tells them, while it goes on reading. Raises _StoppedError and
    InputRefusedError."""
    for frame in _said(path, name, (kind.value, str(path), name, sheet), report):
        try:
            yield part_of(frame)
        except BrokenFrameError as error:
            raise _StoppedError("its reader broke down") from error


def _said(path: Path, name: str, task: tuple[Any, ...], report: Progress) -> Iterator[tuple[Any, ...]]:
    """What the child tells when it is given *task*. Raises _StoppedError and InputRefusedError."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise cannot_read(name, error) from error
    with _ready(name, size) as child:
        _tell(child, task)
        yield from _Listening(child, name, size, report).frames()


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
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()


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
            _tell(child, (CELLS, str(path), name, [(sheet, list(each)) for sheet, each in places.items()]))
            return partial(_values_said, child, name, size)

        yield read


def _values_said(child: subprocess.Popen[bytes], name: str, size: int, report: Progress) -> CellValues:
    values: CellValues = {}
    try:
        for word, sheet, found in _Listening(child, name, size, report).frames():
            if word != CELLS or not isinstance(found, list):
                raise _StoppedError("its reader broke down")
            values[sheet] = dict(found)
    except (_StoppedError, ValueError, TypeError) as error:
        why = error.why if isinstance(error, _StoppedError) else "its reader broke down"
        raise reader_stopped(name, why) from error
    return values


def _tell(child: subprocess.Popen[bytes], task: tuple[Any, ...]) -> None:
    """Gives the child its task; one that has died already is heard when it is listened to."""
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            write_frame(child.stdin, task)


class _Listening:
    """Hears one child out."""

    def __init__(self, child: subprocess.Popen[bytes], name: str, size: int, report: Progress) -> None:
        self._child = child
        self._size = size
        self._report = report
        self._said = (0, 1, f"Opening {name}")
        self._frames: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._is_over = threading.Event()

    def frames(self) -> Iterator[tuple[Any, ...]]:
        """What the child says of the workbook that its task names, but how far it is."""
        source = self._child.stdout
        if source is None:
            raise _StoppedError("its reader could not be started")
        listener = threading.Thread(target=self._listen, args=(source,), daemon=True)
        listener.start()
        try:
            patience = START_TIME
            while True:
                frame = self._next(patience)
                word = frame[0]
                if word == DONE:
                    return
                if word == REFUSED:
                    raise InputRefusedError(*frame[1:4])
                if word == PROGRESS:
                    self._said = frame[1], frame[2], frame[3]
                    self._report(*self._said)
                elif word == READY:
                    patience = silence_for(self._size)
                else:
                    yield frame
        except BrokenFrameError as error:
            raise _StoppedError("its reader broke down") from error
        finally:
            self._is_over.set()
            self._child.kill()
            listener.join()

    def _listen(self, source: IO[bytes]) -> None:
        """Takes frames from the pipe until it ends; in a thread, because a pipe cannot be waited for everywhere."""
        while True:
            try:
                frame = read_frame(source)
            except (BrokenFrameError, OSError, ValueError):
                frame = None
            while not self._is_over.is_set():
                try:
                    self._frames.put(frame, timeout=_TICK)
                    break
                except queue.Full:
                    continue
            if frame is None or self._is_over.is_set():
                return

    def _next(self, patience: float) -> tuple[Any, ...]:
        """The next frame. Raises _StoppedError after *patience* seconds of silence, and whatever report raises."""
        silent = 0.0
        while True:
            try:
                content = self._frames.get(timeout=_TICK)
            except queue.Empty:
                silent += _TICK
                self._report(*self._said)
                if silent > patience:
                    raise _StoppedError(
                        f"its reader gave no sign of life for {patience:.0f} seconds"
                    ) from None
                continue
            if content is None:
                raise _StoppedError(self._last_words())
            return unpacked(content)

    def _last_words(self) -> str:
        """Why the child has died."""
        try:
            status = self._child.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return "its reader broke down"
        if status in {-6, -9, 137}:  # a failed allocation aborts; a system without memory kills
            return "its reader ran out of memory or broke down"
        return "its reader broke down"


def _digest(path: Path) -> str:
    """The hash of a file's content; "" when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
