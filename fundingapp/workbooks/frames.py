"""The parts of a workbook as the child that reads it says them, in frames of plain values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from fundingapp.children.frames import BrokenFrameError
from fundingapp.domain.findings import Finding, Severity, Source

if TYPE_CHECKING:
    from fundingapp.workbooks.reading import Part

#: What is asked of it, beside the kind of a workbook whose values are wanted: how a workbook looks.
LOOK: Final = "look"
#: The first word of a task: tables to be read whole, or some cells of a workbook that was just written.
CELLS: Final = "cells"


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
