"""Two people on one shared folder whose programs are killed at any moment: nothing acknowledged is lost, and the file
on the share is always whole.

What one of them could not publish before the other took over is not in the file, but it is in that person's profile:
in the working copy, or set aside when they took the other's version.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.persistence.shares import Person, told_in
from tests.persistence.test_kills import kill, lives

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are tried where processes can fork")

ROUNDS = 12


class Worker:
    """The program that forks children at our word."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.persistence.share_child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, path: Path, person: Person, acknowledged: Path) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        words = (path, person.profile, person.who, person.machine, acknowledged)
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate(timeout=30)


@pytest.fixture
def worker(own_home: Path) -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


def is_open(child: int, acknowledged: Path, where: str) -> None:
    """Waits until the child has the file open."""
    deadline = time.monotonic() + 60
    while not acknowledged.exists() or acknowledged.stat().st_size == 0:
        error = acknowledged.with_suffix(".error")
        said = error.read_text(encoding="utf-8") if error.exists() else "it ended"
        assert lives(child), f"{where}: {said}"
        assert time.monotonic() < deadline, f"{where}: it does not open the file"
        time.sleep(0.005)


def kept_by(people: tuple[Person, ...], scratch: Path) -> set[str]:
    """Everything that any version in the profiles tells of: working copies as a crash left them, and what was set
    aside."""
    found: set[str] = set()
    for person in people:
        for copy in person.profile.rglob("*.funding"):
            if copy.name not in ("publish.funding", "theirs.funding") and not copy.name.startswith("."):
                looked_at = scratch / "looked at.funding"
                journal = Path(f"{copy}-journal")
                shutil.copyfile(copy, looked_at)
                if journal.exists():
                    shutil.copyfile(journal, f"{looked_at}-journal")
                else:
                    Path(f"{looked_at}-journal").unlink(missing_ok=True)
                with closing(sqlite3.connect(looked_at)) as file:  # what was half done is rolled back
                    file.execute("SELECT count(*) FROM journal").fetchone()
                found.update(told_in(looked_at))
    return found


@pytest.mark.parametrize("seed", [20190412, 20190413])
def test_two_people_whose_programs_are_killed_lose_nothing_that_was_acknowledged(
    seed: int, tmp_path: Path, empty_file: Path, worker: Worker
) -> None:
    rng = random.Random(seed)
    path = tmp_path / "share" / "csp.funding"
    path.parent.mkdir()
    shutil.copyfile(empty_file, path)
    people = (Person(tmp_path / "ann", "Ann", "ANN-PC"), Person(tmp_path / "bob", "Bob", "BOB-PC"))
    acknowledged: set[str] = set()
    asleep: list[int] = []
    published = 0
    for round in range(ROUNDS):
        where = f"seed {seed}, round {round}"
        person = rng.choice(people)
        said = tmp_path / f"said{round}"
        child = worker.start(path, person, said)
        # A few are killed while they open the file, the others while they work on it.
        if round % 5:
            is_open(child, said, where)
        time.sleep(rng.uniform(0, 0.3))
        assert lives(child), where
        if round % 7 == 3:  # their PC sleeps, and wakes when the other has been at work
            os.kill(child, signal.SIGSTOP)
            asleep.append(child)
            other = people[1] if person is people[0] else people[0]
            more = tmp_path / f"said{round}b"
            second = worker.start(path, other, more)
            is_open(second, more, where)
            time.sleep(rng.uniform(0, 0.1))
            kill(second)
            acknowledged.update(more.read_text(encoding="utf-8").split())
            os.kill(child, signal.SIGCONT)
            time.sleep(rng.uniform(0, 0.05))
        if lives(child):
            kill(child)
        if said.exists():
            acknowledged.update(said.read_text(encoding="utf-8").split())
        acknowledged.discard("open")
        there = told_in(path)
        published = max(published, len(there))
        assert len(there) == len(set(there)) or any("take the file over" in name for name in there), where
        lost = acknowledged - set(there) - kept_by(people, tmp_path)
        assert lost == set(), f"{where}: {sorted(lost)[:5]}"
    assert asleep
    assert published >= 4, f"seed {seed}: only {published} entries were published"
