"""How long work tells how far it is, and learns that it should stop."""

from __future__ import annotations

from typing import Protocol


class Cancelled(Exception):
    """The user asked to stop. Not an error: the unit of work is left uncommitted, so nothing has happened."""


class Progress(Protocol):
    """Told by a handler how far it is."""

    def report(self, done: int, total: int, label: str) -> None:
        """*done* of *total* steps of *label*; *total* 0 means unknown. Raises Cancelled when asked to stop."""


class SilentProgress:
    """Listens to nobody and never stops."""

    def report(self, done: int, total: int, label: str) -> None:
        """Does nothing."""
