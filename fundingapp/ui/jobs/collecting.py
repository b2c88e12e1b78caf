"""Frees what only refers to itself on the window's thread, and between events.

Python looks for such cycles on whichever thread happens to make the value that is one too many. A cycle that holds
a widget or a part of a chart would then be destroyed by a reader or the writer, while Qt paints it: the program is
gone without a word. It would be as bad on the right thread in the middle of painting.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

#: How often it is looked whether enough was made since the last time; the looking itself costs nothing.
LOOK_MS = 200
#: Everything is looked through so seldom that it takes at most this part of the time, and not in the beginning.
FULL_SHARE = 0.01
FIRST_FULL_S = 30.0
_FULL = 2


class Collector(QObject):
    """Between :meth:`start` and :meth:`stop` cycles are freed by a timer of the thread that made it, and only there.

    How much has to be made before it is looked is Python's own setting (``gc.set_threshold``).
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._full_after = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def is_on(self) -> bool:
        return self._timer.isActive()

    def start(self) -> None:
        """From now on no other thread collects."""
        gc.disable()
        self._full_after = time.monotonic() + FIRST_FULL_S
        self._timer.start()

    def stop(self) -> None:
        """Leaves it to Python again: when the threads beside the window have ended."""
        if self.is_on:
            self._timer.stop()
            gc.enable()

    def look(self) -> int | None:
        """Collects as far as it is time to, and returns the oldest generation looked through; None for nothing."""
        limits, made = gc.get_threshold(), gc.get_count()
        due = [number for number, limit in enumerate(limits) if limit and made[number] > limit]
        if 0 not in due:
            return None
        oldest = max(due)
        start = time.monotonic()
        if oldest == _FULL and start < self._full_after:
            oldest = 1
        gc.collect(oldest)
        if oldest == _FULL:
            end = time.monotonic()
            self._full_after = end + (end - start) / FULL_SHARE
        return oldest
