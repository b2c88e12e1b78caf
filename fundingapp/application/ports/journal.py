"""The audit trail."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from fundingapp.application.progress import Progress


class JournalLine(NamedTuple):
    """One line of the audit trail."""

    sequence: int
    at: datetime
    by: str
    machine: str
    command: str
    sentence: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Among(NamedTuple):
    """One at least of *words* stands in an entry's sentence or details, or its command is one of *commands*."""

    words: tuple[str, ...]
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Which entries of the audit trail are meant. All conditions together.

    Each of *words* stands in the sentence, the person's name or the details (in any case of its letters); *by* is the
    person; *since* and *before* are moments in UTC, the second exclusive; each of *among* holds.
    """

    words: tuple[str, ...] = ()
    by: str = ""
    since: datetime | None = None
    before: datetime | None = None
    among: tuple[Among, ...] = ()


#: The command that erases, and where its entry keeps the digests of the details that it changed.
ERASING = "ErasePaper"
ERASED_DETAILS = "erased_details"


class JournalStore(Protocol):
    """The audit trail; it can only be read here, writing is part of committing.

    What its details say of something that is erased can be put out; the entries and their hashes stay.
    """

    def erase(self, kind: str, id: int, words: Collection[str]) -> dict[int, str]:
        """Puts “(erased)” in place of what the details say of the row *id* of *kind*, and of every text in them that
        holds one of *words*; returns the digest of each detail that changed, which the entry that tells of the erasing
        keeps under :data:`ERASED_DETAILS`. Its command is :data:`ERASING`."""

    def ids(self, where: JournalFilter, fits: Callable[[JournalLine], bool] | None = None) -> array[int]:
        """The places in the history of the entries under *where*, newest first; with *fits* only of those that it says
        yes to, which are read in one go and not held."""

    def entries(self, ids: Sequence[int]) -> list[JournalLine]:
        """In the order of *ids*; what is not there is left out."""

    def people(self) -> list[str]:
        """Everybody who made an entry, by name."""

    def count(self) -> int:
        """How many entries there are."""

    def problems(self, progress: Progress | None = None) -> Iterable[str]:
        """What is wrong with the chain, entry by entry, in sentences; nothing when it is whole."""

    def lines(self, limit: int | None = None, commands: Collection[str] = ()) -> list[JournalLine]:
        """Newest first; only those of *commands* when any is given."""

    def head(self) -> str:
        """The hash that the chain ends with."""
