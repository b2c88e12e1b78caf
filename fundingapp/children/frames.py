"""What a child says to the program that started it: values of a few plain kinds, one after the other.

A frame is a length in four bytes and a pickle. Reading one never makes anything but numbers, texts, dates and
lists of them, so that a child that a hostile file has taken over cannot reach further.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import IO, Any, BinaryIO, Final

_LENGTH = struct.Struct("<I")
_LONGEST: Final = 512 * 1024 * 1024
_KINDS: Final = {"date": date, "datetime": datetime, "time": time, "timedelta": timedelta}

#: The first word of a frame.
READY: Final = "ready"
PROGRESS: Final = "progress"
REFUSED: Final = "refused"
DONE: Final = "done"


class BrokenFrameError(Exception):
    """A child said something that it never says."""


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in _KINDS:
            return _KINDS[name]
        raise BrokenFrameError(f"{module}.{name}")


def write_frame(out: IO[bytes], frame: tuple[Any, ...]) -> None:
    """Says *frame* at once."""
    content = pickle.dumps(frame, pickle.HIGHEST_PROTOCOL)
    out.write(_LENGTH.pack(len(content)))
    out.write(content)
    out.flush()


def read_frame(source: IO[bytes]) -> bytes | None:
    """The next frame, still packed; None at the end. Raises BrokenFrameError when it is cut off."""
    head = source.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise BrokenFrameError("cut off")
    (length,) = _LENGTH.unpack(head)
    if length > _LONGEST:
        raise BrokenFrameError(f"{length} bytes")
    content = source.read(length)
    if len(content) < length:
        raise BrokenFrameError("cut off")
    return content


def unpacked(content: bytes) -> tuple[Any, ...]:
    """What a frame says. Raises BrokenFrameError."""
    try:
        frame = _PlainUnpickler(BytesIO(content)).load()
    except BrokenFrameError:
        raise
    except Exception as error:  # whatever torn bytes make pickle raise: it names no end of errors
        raise BrokenFrameError(str(error)) from error
    if not isinstance(frame, tuple) or not frame:
        raise BrokenFrameError("no frame")
    return frame


def pipes() -> tuple[BinaryIO, BinaryIO]:
    """For the child: where its tasks come from and where its frames go. What a library might print goes nowhere."""
    if sys.platform == "win32":  # lengths and pickles are no text: a 10 among them must not become 13 and 10
        import msvcrt

        for number in (0, 1):
            msvcrt.setmode(number, os.O_BINARY)
    source = os.fdopen(os.dup(0), "rb")
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nowhere, number)
    return source, out
