"""What several questions of one moment share: worked out once for one state of the file."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Latest(Generic[Value]):
    """The value that was worked out last, and what for. Several threads may ask at once: the second waits for the first
    instead of working out the same.

    The key has to say everything that the value rests on; what can't be changed any more is all that may be kept.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: tuple[Hashable, Value] | None = None

    def of(self, key: Hashable, work_out: Callable[[], Value]) -> Value:
        """The value for *key*; *work_out* makes it unless it is the one that is held. Raises what that raises, and
        then holds what it held."""
        with self._lock:
            if self._held is None or self._held[0] != key:
                self._held = (key, work_out())
            return self._held[1]
