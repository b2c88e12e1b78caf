"""How far a piece of work is: written by its thread, looked at by the window ten times a second."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event

from fundingapp.application.progress import Cancelled


@dataclass(frozen=True, slots=True)
class ProgressState:
    """*done* of *total* steps of *label*; a total of 0 means that it is not known."""

    done: int = 0
    total: int = 0
    label: str = ""


class LatestProgress:
    """The ``Progress`` that handlers get. Keeps only the latest state; stops the work when asked to."""

    def __init__(self) -> None:
        self._state = ProgressState()
        self._stop = Event()

    @property
    def state(self) -> ProgressState:
        return self._state

    @property
    def stop_asked(self) -> bool:
        return self._stop.is_set()

    def ask_to_stop(self) -> None:
        """The next report raises Cancelled; may be called from any thread."""
        self._stop.set()

    def report(self, done: int, total: int, label: str) -> None:
        """Keeps the state. Raises Cancelled when the user asked to stop."""
        self._state = ProgressState(done, total, label)  # one assignment: readers see the old or the new one
        if self._stop.is_set():
            raise Cancelled
