"""Whether the program got through its last starts: a third one in a row that did not opens no file (bad-inputs K08)."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

#: So many starts in a row that ended badly are enough.
MOST = 2
#: A program that has stood for so long has got through its start, whatever happens later.
STOOD_MS = 60_000


class Starts:
    """Counts in the file *place* the starts in a row that nobody ended. What can't be kept counts for nothing."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def begin(self) -> bool:
        """A start begins; whether those before it went so badly that no file should be opened."""
        number = 0
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            number = max(0, int(json.loads(self._place.read_text(encoding="utf-8"))["unfinished"]))
        self._write(number + 1)
        return number >= MOST

    def stood(self) -> None:
        """The program stands, or was closed by its user: the next start begins afresh."""
        self._write(0)

    def _write(self, number: int) -> None:
        with contextlib.suppress(OSError):
            self._place.write_text(json.dumps({"unfinished": number}), encoding="utf-8")
