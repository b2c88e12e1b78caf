"""A funding file on a share, as window and console see it: what is saved here, what is published there, who has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Protocol

from fundingapp.application.ports import JournalLine
from fundingapp.application.progress import Progress


class Stage(Enum):
    """How far what was saved on this PC has come."""

    PUBLISHED = "published"
    WAITING = "to be published"
    #: It was tried, and will be tried again by itself.
    NOT_YET = "not yet published"
    #: Somebody else has the file now, or nobody knows who: nothing more is published from here.
    TAKEN = "taken over"
    #: Something else lies in the file's place than what was published last: a person has to choose.
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class ShareState:
    """What is saved on this PC and what others can see of it.

    *saved* and *published* are the moments of the last commit here and of the last publishing, None when there was
    none in this session. *why* and *advice* say what keeps it from being published, "" when nothing does.
    """

    stage: Stage
    saved: datetime | None = None
    published: datetime | None = None
    why: str = ""
    advice: str = ""

    @property
    def in_words(self) -> str:
        """“Saved here 10:31 · published 10:31”, for the status line."""
        saved = f"Saved here {_clock(self.saved)}" if self.saved is not None else ""
        published = {
            Stage.PUBLISHED: f"published {_clock(self.published)}" if self.published else "as published",
            Stage.WAITING: "being published",
            Stage.NOT_YET: f"not yet published: {self.why}",
            Stage.TAKEN: "no longer published from this PC",
            Stage.DIFFERS: "not published: another version lies there",
        }[self.stage]
        return f"{saved} · {published}" if saved else f"{published[0].upper()}{published[1:]}"


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Who has a file open. *last_seen* is their program's last sign of life, None when it gives none.

    *may_take_over*: it has been silent for so long that somebody else may take the file over.
    """

    person: str
    machine: str
    since: datetime
    last_seen: datetime | None
    may_take_over: bool

    @property
    def in_words(self) -> str:
        """“B. Clerk on CSP-07 since 12/04/2019 09:14”."""
        return f"{self.person} on {self.machine} since {self.since.astimezone():%d/%m/%Y %H:%M}"

    @property
    def seen_in_words(self) -> str:
        """When their program was last heard of, in a sentence."""
        if self.last_seen is None:
            return "Their program does not say whether it is still at work."
        return f"Their program was last heard of on {self.last_seen.astimezone():%d/%m/%Y at %H:%M}."


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of one file: the entries of the history that only one of them has, oldest first.

    *common* is the last entry that both have; None when they have none in common. *there* is false when no funding
    file lies in its place any more.
    """

    common: JournalLine | None
    ours: tuple[JournalLine, ...]
    theirs: tuple[JournalLine, ...]
    there: bool = True

    @property
    def may_publish_ours(self) -> bool:
        """Whether nothing is lost when ours takes their place."""
        return not self.theirs


class Sharing(Protocol):
    """The publishing of one open file. Its methods may take as long as the network does."""

    @property
    def state(self) -> ShareState:
        """How it stands now; may be asked by any thread."""

    def watch(self, changed: Callable[[ShareState], object]) -> None:
        """Has *changed* called whenever the state changes, on the thread that publishes."""

    def finish(self, progress: Progress) -> ShareState:
        """Publishes what is not yet published and says how that went. Raises Cancelled; nothing is lost by it."""

    def compare(self) -> Comparison:
        """Ours beside what lies in the file's place. Raises ExpectedError when that can't be read."""

    def save_mine(self, out: Path) -> None:
        """Writes ours with its originals to *out*, as a file of its own. Raises ExpectedError."""

    def take_theirs(self) -> Path:
        """Gives ours up: it is set aside on this PC, at the path that is returned, and what lies in the file's place
        holds when the file is opened again. Raises ExpectedError."""

    def publish_mine(self) -> None:
        """Lets ours take the place of a version that has nothing that ours has not. Raises ExpectedError."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """What became of a shared file since it was opened to be read.

    *by* and *at* are of the last entry of the history of what lies there now, "" and None while nothing new was
    published; *free*: who had it open has it no more.
    """

    by: str = ""
    at: datetime | None = None
    free: bool = False

    @property
    def published(self) -> bool:
        """Whether something else lies there than what is read here."""
        return self.at is not None

    @property
    def last_in_words(self) -> str:
        """“by B. Clerk on 12/04/2019 at 10:31”, "" while nothing new was published."""
        return f"by {self.by} on {self.at.astimezone():%d/%m/%Y at %H:%M}" if self.at is not None else ""


class Reading(Protocol):
    """A shared file that is read as it was last published when it was opened."""

    def watch(self, changed: Callable[[Renewed], object]) -> None:
        """Has *changed* called when it is published anew and when it comes free, on a thread of its own."""


def _clock(moment: datetime | None) -> str:
    return f"{moment.astimezone():%H:%M}" if moment is not None else ""
