"""What the child says to the program that started it: values of a few plain kinds, one after the other.

A frame is a length in four bytes and a pickle. Reading one never makes anything but numbers, texts, dates and
lists of them, so that a child that a hostile file has taken over cannot reach further.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Final

from fundingapp.domain.findings import Finding, Severity, Source

if TYPE_CHECKING:
    from fundingapp.workbooks.reading import Part

_LENGTH = struct.Struct("<I")
_LONGEST: Final = 512 * 1024 * 1024
_KINDS: Final = {"date": date, "datetime": datetime, "time": time, "timedelta": timedelta}

#: The first word of a frame.
READY: Final = "ready"
PROGRESS: Final = "progress"
REFUSED: Final = "refused"
DONE: Final = "done"
#: What is asked of it, beside the kind of a workbook whose values are wanted: how a workbook looks.
LOOK: Final = "look"

#: The first word of a task: tables to be read whole, or some cells of a workbook that was just written.
CELLS: Final = "cells"


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
    except Exception as error:
        raise BrokenFrameError(str(error)) from error
    if not isinstance(frame, tuple) or not frame:
        raise BrokenFrameError("no frame")
    return frame


def frame_of(part: Part) -> tuple[Any, ...]:
    """A part of a workbook as plain values."""
    from fundingapp.workbooks.reading import Rows, SheetBegins, SheetEnds

    if isinstance(part, Rows):
        return "rows", *part
    if isinstance(part, SheetBegins):
        return "sheet", part.name
    if isinstance(part, SheetEnds):
        return "end", *part[:3], [_plain(finding) for finding in part.findings]
    return "finding", _plain(part)


def _plain(finding: Finding) -> tuple[Any, ...]:
    source = finding.source
    place = source.file, source.sheet, source.row, source.column
    return finding.severity.value, finding.kind, finding.text, place


def _finding(plain: tuple[Any, ...]) -> Finding:
    severity, kind, text, place = plain
    return Finding(Severity(severity), kind, text, Source(*place))


def _kinds_of_parts() -> dict[str, Callable[..., Part]]:
    """What each word begins. The readers come in here: a child that only reads some cells needs none of them, and is
    up in half the time."""
    from fundingapp.workbooks.reading import Rows, SheetBegins, SheetEnds

    return {
        "rows": Rows,
        "sheet": SheetBegins,
        "end": lambda errors, missing, merged, findings: SheetEnds(
            errors, missing, merged, [_finding(plain) for plain in findings]
        ),
        "finding": _finding,
    }


def part_of(frame: tuple[Any, ...]) -> Part:
    """The part of a workbook that a frame tells of. Raises BrokenFrameError."""
    try:
        return _kinds_of_parts()[frame[0]](*frame[1:])
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenFrameError(str(frame[0])) from error
