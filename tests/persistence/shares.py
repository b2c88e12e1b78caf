"""People on PCs of their own who work on one shared folder, for tests: each has a profile folder and a PC's name."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from fundingapp.application.commands.plan import AddTheme
from fundingapp.application.offices import OpenFile
from fundingapp.application.progress import SilentProgress
from fundingapp.application.queries.workspace import History
from fundingapp.application.sharing import ShareState, Sharing, Stage
from fundingapp.assembly import Assembly
from fundingapp.domain.priorities import Theme
from fundingapp.persistence.publishing import SharedFile

#: Long enough for two busy cores; nothing waits for it when all goes well.
PATIENCE = 30.0


@dataclass(slots=True)
class Person:
    """One person on a PC of their own, who has a working copy of whatever they open."""

    profile: Path
    who: str
    machine: str
    beat_every: float = 60.0
    opened: list[OpenFile] = field(default_factory=list)

    @property
    def offices(self) -> Assembly:
        return Assembly(
            profile=self.profile,
            who=self.who,
            machine=self.machine,
            working_copy=True,
            beat_every=self.beat_every,
        )

    def open(self, path: Path, **how: bool) -> OpenFile:
        opened = self.offices.open(str(path), **how)
        self.opened.append(opened)
        return opened

    def crash(self, opened: OpenFile) -> None:
        """Ends *opened* as a power cut would: nothing more is published, and everything lies as it lay."""
        sharing = shared_file(opened)
        left = sharing._lock.path.read_bytes() if sharing._lock.path.exists() else None
        hold(opened)
        sharing._nothing_left = lambda: False  # type: ignore[method-assign]
        opened.close()
        if left is not None and not sharing._lock.path.exists():
            sharing._lock.path.write_bytes(left)


def shared_file(opened: OpenFile) -> SharedFile:
    """The part that publishes *opened*."""
    sharing = opened.sharing
    assert isinstance(sharing, SharedFile), opened.notice
    return sharing


def hold(opened: OpenFile) -> None:
    """Lets nothing more of *opened* be published, as if the program ended before it came to that."""
    sharing = shared_file(opened)
    sharing._wanted = False
    sharing._state = ShareState(Stage.PUBLISHED)
    sharing.touch = lambda: None  # type: ignore[method-assign]


def sharing_of(opened: OpenFile) -> Sharing:
    assert opened.sharing is not None, opened.notice
    return opened.sharing


def finish(opened: OpenFile) -> Stage:
    """Publishes what is left; how it stands then."""
    return sharing_of(opened).finish(SilentProgress()).stage


def change(opened: OpenFile, name: str) -> None:
    """One change, that the history tells of."""
    opened.desk.do(AddTheme(Theme("", name)))


def told(opened: OpenFile) -> list[str]:
    """The history of what is open, oldest first: the names of what was added by :func:`change`."""
    return [name_in(line.sentence) for line in reversed(opened.desk.ask(History(1_000)))]


def told_in(path: Path) -> list[str]:
    """The history of the file at *path*, which must be whole."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("PRAGMA foreign_key_check").fetchone() is None
        rows = file.execute("SELECT sentence FROM journal ORDER BY sequence").fetchall()
    return [name_in(sentence) for (sentence,) in rows]


def name_in(sentence: str) -> str:
    return sentence.removeprefix("add the theme ").strip("“”")


def until(holds: Callable[[], bool]) -> None:
    """Waits until something that another thread does has happened."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)
