"""The child process: reads one workbook for the program that started it, and may die of it (D8, X35, K07).

Started as ``python -m fundingapp.workbooks.child``. It takes its task from the standard input and answers on the
standard output, in frames. It knows neither Qt nor SQL, and it opens nothing but the file it was told.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from fundingapp.children.frames import (
    DONE,
    PROGRESS,
    READY,
    REFUSED,
    pipes,
    read_frame,
    unpacked,
    write_frame,
)
from fundingapp.children.limits import limit_this_process
from fundingapp.domain.errors import InputRefusedError
from fundingapp.workbooks.frames import CELLS, LOOK, frame_of
from fundingapp.workbooks.refusals import cannot_read, out_of_memory, translated

if TYPE_CHECKING:
    from fundingapp.workbooks.package import Progress
    from fundingapp.workbooks.reading import Part

#: Seconds between two words about how far it is.
_PAUSE: Final = 0.1


def main() -> int:
    """Does the one task that is given, and ends; the exit status is 0 when everything was said."""
    source, out = pipes()
    try:
        write_frame(out, (READY,))
        task = read_frame(source)
        if task is not None:
            what, path, name, more = unpacked(task)
            if what == CELLS:
                _read_cells(Path(path), name, more, out)
            else:
                _read(Path(path), name, what, more, out)
    except BrokenPipeError:
        os._exit(1)  # the program has gone or has lost interest
    return 0


def parts_of_workbook(
    file: BinaryIO, name: str, kind: str, sheet: str | None, report: Progress
) -> Iterator[Part]:
    """The parts of a whole workbook of a kind. The readers come in here: who only wants some cells waits for none."""
    from fundingapp.workbooks import reading
    from fundingapp.workbooks.sources import Kind

    return reading.parts_of_workbook(file, name, Kind(kind), sheet, report)


def values_of_cells(
    path: Path, places: Iterable[tuple[str, Iterable[tuple[int, int]]]]
) -> Iterator[tuple[str, list[tuple[tuple[int, int], object]]]]:
    """The values of cells of a workbook that this program has made of one that passed the pre-flight: read by calamine
    as the receiver would. Rows and columns count from nought; a cell with nothing in it is left out."""
    import python_calamine

    with path.open("rb") as file, python_calamine.load_workbook(file) as workbook:
        for sheet, wanted in places:
            found: list[tuple[tuple[int, int], object]] = []
            if sheet in workbook.sheet_names:
                used = workbook.get_sheet_by_name(sheet)
                top, left = used.start or (0, 0)
                rows = used.to_python(skip_empty_area=True)
                for row, column in wanted:
                    if 0 <= row - top < len(rows) and 0 <= column - left < len(rows[row - top]):
                        value = rows[row - top][column - left]
                        if value != "":  # calamine's word for an empty cell, and for an error
                            found.append(((row, column), value))
            yield sheet, found


def _read_cells(
    path: Path, name: str, places: list[tuple[str, list[tuple[int, int]]]], out: BinaryIO
) -> None:
    """Says the values of cells, sheet by sheet."""
    import python_calamine  # noqa: F401 - before memory is limited, so that its own pages are there

    refusal: InputRefusedError | None = None
    try:
        with translated(name):
            limit_this_process(path.stat().st_size)
            for sheet, found in values_of_cells(path, places):
                write_frame(out, (CELLS, sheet, found))
    except InputRefusedError as error:
        refusal = error
    if refusal is not None:
        write_frame(out, (REFUSED, refusal.code, refusal.message, refusal.advice))
    else:
        write_frame(out, (DONE,))


def _read(path: Path, name: str, what: str, sheet: str | None, out: BinaryIO) -> None:
    """Says what is in the workbook: its values, *what* being its kind, or how it looks."""
    if what != LOOK:
        import python_calamine  # noqa: F401 - before memory is limited, so that its own pages are there

    last = 0.0

    def report(done: int, total: int, label: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > _PAUSE:
            last = now
            write_frame(out, (PROGRESS, done, total, label))

    refusal: InputRefusedError | None = None
    try:
        with path.open("rb") as file:
            limit_this_process(path.stat().st_size)
            if what == LOOK:
                from fundingapp.workbooks.template_reader import encoded, look_of_package

                write_frame(out, encoded(look_of_package(file, name, report)))
            else:
                for part in parts_of_workbook(file, name, what, sheet, report):
                    write_frame(out, frame_of(part))
    except InputRefusedError as error:
        refusal = error
    except MemoryError:
        refusal = out_of_memory(name)
    except BrokenPipeError:
        raise
    except OSError as error:
        refusal = cannot_read(name, error)
    if refusal is not None:
        write_frame(out, (REFUSED, refusal.code, refusal.message, refusal.advice))
    else:
        write_frame(out, (DONE,))


if __name__ == "__main__":
    sys.exit(main())
