"""The child process: reads PDF documents for the program that started it, one after the other, and may die of one.

Started as ``python -m fundingapp.documents.child``. It takes its tasks from the standard input and answers on the
standard output, in frames; it ends when nothing is asked of it any more.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO, Final

from fundingapp.children.frames import DONE, PROGRESS, READY, pipes, read_frame, unpacked, write_frame
from fundingapp.children.limits import limit_this_process

#: The first word of the one frame that answers a task.
TEXTS: Final = "texts"
#: Seconds between two words about how far it is, and without a task until it ends by itself.
_PAUSE: Final = 0.1
IDLE: Final = 30.0


def main() -> int:
    """Does the tasks that are given; the exit status is 0 when everything was said."""
    source, out = pipes()
    try:
        import pypdf  # noqa: F401 - before memory is limited, and before silence counts

        write_frame(out, (READY,))
        while True:
            bored = threading.Timer(IDLE, os._exit, (0,))
            bored.daemon = True
            bored.start()
            task = read_frame(source)
            bored.cancel()
            if task is None:
                return 0
            _read(Path(unpacked(task)[0]), out)
    except BrokenPipeError:
        os._exit(1)  # the program has gone or has lost interest


def _read(path: Path, out: BinaryIO) -> None:
    """Says the texts of the document at *path*, or why they can't be read."""
    from fundingapp.documents.pdf_texts import texts_of_pdf

    last = 0.0

    def report(done: int, total: int, label: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > _PAUSE:
            last = now
            write_frame(out, (PROGRESS, done, total, label))

    try:
        limit_this_process(path.stat().st_size)
        texts, why_not, partly = texts_of_pdf(path, report)
    except BrokenPipeError:
        raise
    except MemoryError:
        texts, why_not, partly = [], "it needs more memory than a document of its size may take", False
    except Exception:  # noqa: BLE001 - whatever a damaged document makes the library raise, it could not be read
        texts, why_not, partly = [], "it is damaged or can't be read", False
    # The library's texts are of kinds of its own, which a frame doesn't carry.
    plain = [(str(sheet), row, column, str(text)) for sheet, row, column, text in texts]
    write_frame(out, (TEXTS, plain, why_not, partly))
    write_frame(out, (DONE,))


if __name__ == "__main__":
    sys.exit(main())
