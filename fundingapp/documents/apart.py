"""Has PDF documents read in a child process with limits, so that none can hang the program or bring it down.

One child reads document after document, since its start takes longer than most of them; it ends by itself when it has
nothing to do, and with the program. One that a document has stopped is replaced.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path
from subprocess import Popen
from typing import Final

from fundingapp.application.ports import LookedInto
from fundingapp.children.frames import BrokenFrameError
from fundingapp.children.limits import limited, silence_for
from fundingapp.children.process import Listening, StoppedError, command_of, end, start, tell
from fundingapp.documents.child import TEXTS
from fundingapp.domain.paper_files import LARGEST
from fundingapp.domain.personal_data import SeenCell

#: The word by which an installed program is told to be the child.
CHILD_WORD: Final = "--read-document"
#: A page of honest text takes hundredths of a second, so silence does not grow with a file full of pictures.
_SILENCE: Final = 20.0


def child_command() -> Sequence[str]:
    """How the child is started."""
    return command_of("fundingapp.documents.child", CHILD_WORD)


class _Reader:
    """The child, and who waits for it: one document at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: Popen[bytes] | None = None
        self._listening: Listening | None = None
        self._limits = contextlib.ExitStack()

    def read(self, path: Path, name: str) -> LookedInto:
        """The texts of the document at *path*, which is called *name*."""
        with self._turn:
            was_there = self._child is not None
            try:
                return self._read(path, name)
            except StoppedError as stopped:
                self.close()
                why = stopped.why
            except OSError:
                self.close()
                return LookedInto((), "the system doesn't let the reader of PDF documents start")
            if not was_there:
                return LookedInto((), _in_words(why))
            # It may have ended by itself, having had nothing to do: another one is asked.
            try:
                return self._read(path, name)
            except (StoppedError, OSError):
                self.close()
                return LookedInto((), _in_words(why))

    def _read(self, path: Path, name: str) -> LookedInto:
        if self._child is None:
            self._child = start(child_command())
            self._limits.enter_context(limited(self._child, LARGEST))
            self._listening = Listening(self._child)
        if self._listening is None:
            raise AssertionError("a child is listened to")
        tell(self._child, (str(path),))
        silence = min(silence_for(path.stat().st_size), _SILENCE)
        frames = list(self._listening.frames(silence, (0, 1, f"Opening {name}"), _silently))
        try:
            [(word, texts, why_not, partly)] = frames
            if word != TEXTS:
                raise BrokenFrameError(word)
            cells = tuple(
                SeenCell(name, str(sheet), int(row), int(column), str(text))
                for sheet, row, column, text in texts
            )
            return LookedInto(cells, str(why_not), bool(partly))
        except (BrokenFrameError, TypeError, ValueError) as error:
            raise StoppedError("its reader broke down") from error

    def close(self) -> None:
        """Ends the child, if there is one."""
        child, listening = self._child, self._listening
        self._child = self._listening = None
        if listening is not None:
            listening.close()
        if child is not None:
            end(child)
        self._limits.close()


def _in_words(why: str) -> str:
    return f"it could not be read: {why}"


def _silently(_done: int, _total: int, _label: str) -> None:
    """How far a single paper is is not told."""


_reader = _Reader()
atexit.register(_reader.close)


def texts_of_pdf(path: Path, name: str) -> LookedInto:
    """The texts of the PDF document at *path*, called *name*; what can't be read says so."""
    return _reader.read(path, name)
