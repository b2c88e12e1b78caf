"""Asks questions off the window's thread; of several under one key only the newest is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

from fundingapp.ui.jobs.delivery import Delivery

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Answer = TypeVar("Answer")

#: A pause in typing after which a question is worth asking.
PAUSE_MS = 150
READERS = 2


class Asker(QObject):
    """Two readers for all pages. A question is any callable that takes nothing and returns a plain value."""

    failed = Signal(object)  # the exception of a question that named no handler for it
    rested = Signal()  # nothing is asked any more, unless the last answer led to another question

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._delivery = Delivery(self)
        self._pool: ThreadPoolExecutor | None = None
        self._newest: dict[str, int] = {}
        self._pauses: dict[str, QTimer] = {}
        self._asked = 0
        self._open = 0
        self._closed = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being asked or waits to be."""
        return not self._open and not self._pauses

    def ask(
        self,
        key: str,
        question: Callable[[], Answer],
        answered: Callable[[Answer], object],
        failed: Callable[[Exception], object] | None = None,
        pause_ms: int = 0,
        owner: QObject | None = None,
    ) -> None:
        """Has *question* answered on another thread, and *answered* called on this one.

        A newer question of the same *key* replaces an older one at any stage. With *pause_ms* it is asked
        only when no newer one came in that time. Nothing is delivered once *owner* is destroyed.
        """
        if self._closed:
            return
        self._asked += 1
        number = self._newest[key] = self._asked
        pause = self._pauses.pop(key, None)
        if pause is not None:
            pause.stop()
            pause.deleteLater()

        def answer() -> None:
            if self._newest.get(key) != number:
                self._delivery.hand_in(self._one_less)
                return
            try:
                result = question()
            except Exception as error:
                self._delivery.hand_in(lambda error=error: deliver_failure(error))  # type: ignore[misc]
            else:
                self._delivery.hand_in(lambda: deliver(result))

        def is_wanted() -> bool:
            self._one_less()
            if self._closed or self._newest.get(key) != number:
                return False
            del self._newest[key]
            return owner is None or shiboken6.isValid(owner)

        def deliver(result: Answer) -> None:
            if is_wanted():
                answered(result)

        def deliver_failure(error: Exception) -> None:
            if is_wanted():
                (failed or self.failed.emit)(error)

        def start() -> None:
            timer = self._pauses.pop(key, None)
            if timer is not None:
                timer.deleteLater()
            self._open += 1
            self._readers().submit(answer)

        if pause_ms <= 0:
            start()
            return
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(start)
        self._pauses[key] = timer
        timer.start(pause_ms)

    def forget(self, key: str) -> None:
        """Nobody waits for the answer of *key* any more."""
        self._newest.pop(key, None)
        pause = self._pauses.pop(key, None)
        if pause is not None:
            pause.stop()
            pause.deleteLater()
            if self.is_idle and not self._closed:
                self.rested.emit()

    def close(self) -> None:
        """Drops what waits, and returns when the readers have finished what they are at."""
        self._closed = True
        self._newest.clear()
        for key in list(self._pauses):
            self.forget(key)
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _one_less(self) -> None:
        self._open -= 1
        if self.is_idle and not self._closed:
            self.rested.emit()

    def _readers(self) -> ThreadPoolExecutor:
        if self._pool is None:
            from concurrent.futures import (
                ThreadPoolExecutor,  # takes longer to import than the window needs it
            )

            self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        return self._pool
