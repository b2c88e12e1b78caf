"""Brings calls from other threads to the thread of the window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Delivery(QObject):
    """Runs what other threads hand in, in order, on the thread that made this object."""

    _rung = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: deque[Callable[[], object]] = deque()
        self._rung.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def hand_in(self, call: Callable[[], object]) -> None:
        """Has *call* run soon; may be used from any thread."""
        self._calls.append(call)
        self._rung.emit()

    @Slot()
    def _deliver(self) -> None:
        if self._calls:
            self._calls.popleft()()
