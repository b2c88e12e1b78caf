"""Starts a child process, and hears it out: it may die, fall silent or babble, and says so in a word then."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

import fundingapp
from fundingapp.children.frames import (
    DONE,
    PROGRESS,
    READY,
    REFUSED,
    BrokenFrameError,
    read_frame,
    unpacked,
    write_frame,
)
from fundingapp.children.limits import START_TIME
from fundingapp.domain.errors import InputRefusedError

Progress = Callable[[int, int, str], None]

#: So often the user may cancel, and so much silence is counted at most in one go: a PC that slept is no failure.
_TICK: Final = 0.1
#: Frames that wait for this process: when it is slower than the child, the child waits.
_WAITING: Final = 8

#: Windows would open a console for the child; elsewhere there is no such flag.
_NO_WINDOW: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class StoppedError(Exception):
    """The child died or fell silent; *why* says it in words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def command_of(module: str, word: str) -> Sequence[str]:
    """How the child is started: by this Python with *module*, or by the installed program, which is told *word*."""
    if getattr(sys, "frozen", False):
        return [sys.executable, word]
    # -P: a folder called fundingapp where the user happens to be is not ours.
    return [sys.executable, "-P", "-m", module]


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """A child that waits for its task. Raises OSError where it can't be started."""
    environment = dict(os.environ)
    if not getattr(sys, "frozen", False):
        here = str(Path(fundingapp.__file__).resolve().parents[1])
        others = environment.get("PYTHONPATH", "")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (here, others)))
    return subprocess.Popen(  # noqa: S603 - our own program, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=_NO_WINDOW,
    )


def end(child: subprocess.Popen[bytes]) -> None:
    """Ends *child*, whatever it is at."""
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        with contextlib.suppress(OSError):
            if pipe is not None:
                pipe.close()


def tell(child: subprocess.Popen[bytes], task: tuple[Any, ...]) -> None:
    """Gives the child its task; one that has died already is heard when it is listened to."""
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            write_frame(child.stdin, task)


class Listening:
    """Hears a child out, task by task. :meth:`close` ends it."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        source = child.stdout
        if source is None:
            raise StoppedError("its reader could not be started")
        self._child = child
        self._is_up = False
        self._frames: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._is_over = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(source,), daemon=True)
        self._listener.start()

    def close(self) -> None:
        """Ends the child, and what listens to it."""
        self._is_over.set()
        self._child.kill()
        self._listener.join()

    def frames(
        self, silence: float, said: tuple[int, int, str], report: Progress
    ) -> Iterator[tuple[Any, ...]]:
        """What the child says of its task, but how far it is: that goes to *report*, which is called at least every
        tenth of a second and may raise to stop; it begins with *said*. A child that is up and silent for *silence*
        seconds has failed.

        Raises StoppedError, and InputRefusedError for what the child refuses.
        """
        try:
            while True:
                frame = self._next(silence if self._is_up else START_TIME, said, report)
                word = frame[0]
                if word == DONE:
                    return
                if word == REFUSED:
                    raise InputRefusedError(*frame[1:4])
                if word == PROGRESS:
                    said = frame[1], frame[2], frame[3]
                    report(*said)
                elif word == READY:
                    self._is_up = True
                else:
                    yield frame
        except BrokenFrameError as error:
            raise StoppedError("its reader broke down") from error

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

    def _next(self, patience: float, said: tuple[int, int, str], report: Progress) -> tuple[Any, ...]:
        """The next frame. Raises StoppedError after *patience* seconds of silence, and whatever report raises."""
        silent = 0.0
        while True:
            try:
                content = self._frames.get(timeout=_TICK)
            except queue.Empty:
                silent += _TICK
                report(*said)
                if silent > patience:
                    raise StoppedError(
                        f"its reader gave no sign of life for {patience:.0f} seconds"
                    ) from None
                continue
            if content is None:
                raise StoppedError(self._last_words())
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
