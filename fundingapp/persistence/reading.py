"""Learning, while a shared file is only read, that it was published anew or has come free (decisions D3, D4).

Who reads sees a copy of what was published last; without a word they would take old figures for the newest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fundingapp.application.sharing import Renewed
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.copying import copy_in_place
from fundingapp.persistence.generations import entries_from, generation_of
from fundingapp.persistence.publishing import Fingerprint, fingerprint
from fundingapp.persistence.session import BEAT, is_free


class SharedReading:
    """Satisfies :class:`~fundingapp.application.sharing.Reading`: looks at *address* as often as a heart beats.

    *copy* is what is read, in a folder of its own; *left* is the fingerprint of what lay on the share before it was
    fetched. *held* says that somebody else has the file open, so that it may come free; *every* is in seconds.
    """

    def __init__(
        self, address: Path, copy: Path, left: Fingerprint | None, *, held: bool, every: float | None = None
    ) -> None:
        self._address = address
        self._base = generation_of(copy)
        self._newer = copy.with_name("newer.funding")
        self._left = left
        self._held = held
        self._every = BEAT if every is None else every
        self._known = Renewed()
        self._watchers: list[Callable[[Renewed], object]] = []
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, changed: Callable[[Renewed], object]) -> None:
        """As :meth:`Reading.watch`; nothing is looked at before somebody listens."""
        self._watchers.append(changed)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="reader", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Ends it; nobody is told of anything any more when this returns, nor is the copy's folder used."""
        self._end.set()
        if self._thread is not None and threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(self._every):
            try:
                known = self._look()
            except (OSError, ExpectedError):
                # The share is gone for the moment, or the file is just being replaced: the next beat tells.
                continue
            if known != self._known and not self._end.is_set():
                self._known = known
                for hear in self._watchers:
                    hear(known)
            if known.published and (known.free or not self._held):
                return

    def _look(self) -> Renewed:
        """What is known now. Raises OSError, ExpectedError when that can't be told."""
        # The lock first: it is given free after the last publishing, which is then seen as well.
        free = self._known.free or (self._held and is_free(self._address))
        known = replace(self._known, free=free)
        if known.published and free == self._known.free:
            # It was told already that there is something newer; how much newer is seen when it is opened again.
            return known
        found = fingerprint(self._address)
        if found is None or found == self._left:
            return known
        try:
            copy_in_place(self._address, self._newer)
            there = generation_of(self._newer)
            lines = entries_from(self._newer, there.number)
        finally:
            self._newer.unlink(missing_ok=True)
        self._left = found
        # A sync service may have touched it without changing anything.
        if there == self._base or not lines:
            return known
        return replace(known, by=lines[-1].by, at=lines[-1].at)
