"""A program that is killed at any moment of importing, matching, locking, giving money back, closing a year, backing up
and publishing has lost nothing that it had said was done (K01, K02, Z1)."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.offices import OpenFile
from fundingapp.application.ports import LineFilter
from fundingapp.application.queries.lines import Imports, LineCounts, LineShares
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.queries.year_end import YearEndOf
from fundingapp.assembly import Assembly
from tests.conftest import ROOT
from tests.persistence.kill_child import (
    BEFORE,
    DOWNLOADS,
    OLD_FUND,
    download,
    open_file,
    sequence,
    set_up,
    step,
)
from tests.persistence.support import YEAR

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are tried where processes can fork")

#: Rounds of one seed. Before a release: KILLS=1000, spread over the five seeds.
ROUNDS = int(os.environ.get("KILLS", "100")) // 5
#: The seeds, and whether the file is worked on as a copy that is published back.
SEEDS = [
    (20190412, False),
    (20190413, False),
    (20190414, False),
    (20190415, False),
    (20190416, True),
]


class Worker:
    """The program that forks children at our word."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.persistence.kill_child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, *paths: Path, as_copy: bool) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\t".join([*map(str, paths), "copy" if as_copy else "file"]) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate(timeout=30)


@pytest.fixture
def worker(own_home: Path) -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while lives(child):
        assert time.monotonic() < deadline, f"process {child} does not end"
        time.sleep(0.002)


def figures(opened: OpenFile) -> dict[str, Any]:
    """What a person would see, without the moments of the doing."""
    desk = opened.desk
    position = desk.ask(PositionOf(desk.ask(FundNamed("Locality Fund")), YEAR))
    year_end = desk.ask(YearEndOf(desk.ask(FundNamed(OLD_FUND)), BEFORE))
    return {
        "imports": [
            (kept.id, kept.value.file_name, kept.value.state, kept.value.new) for kept in desk.ask(Imports())
        ],
        "counts": desk.ask(LineCounts(LineFilter())),
        "shares": desk.ask(LineShares(LineFilter())),
        "position": position,
        "the year before": (
            year_end.closed is not None,
            year_end.outturn,
            [(each.id, each.of) for each in year_end.settlements],
            [(each.id, each.left, each.right) for each in year_end.identities],
        ),
    }


class Shadow:
    """The same work done without kills: the figures after each entry of the history."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.opened = open_file(path)
        self.downloads = [download(folder, number) for number in range(DOWNLOADS)]
        self.at = sequence(self.opened.desk)

    def figures_at(self, number: int) -> dict[str, Any]:
        while self.at < number:
            step(self.opened.desk, self.downloads)
            self.at += 1
        return figures(self.opened)


@pytest.mark.parametrize(("seed", "as_copy"), SEEDS)
def test_what_was_acknowledged_outlives_kills(
    seed: int, as_copy: bool, tmp_path: Path, worker: Worker
) -> None:
    rng = random.Random(seed)
    shadow: Shadow | None = None
    finished = 0
    file = tmp_path / "none"
    for round in range(ROUNDS):
        if round % 25 == 0:
            if shadow is not None:
                shadow.opened.close()
            folder = tmp_path / f"files{round}"
            folder.mkdir()
            file = folder / "killed.funding"
            Assembly().create(file)
            opened = open_file(file)
            set_up(opened.desk)
            opened.close()
            shutil.copyfile(file, folder / "shadow.funding")
            shadow = Shadow(folder / "shadow.funding", folder)
        assert shadow is not None
        before = shadow.at
        acknowledged = tmp_path / f"acknowledged{round}"
        acknowledged.touch()
        child = worker.start(file, file.parent, acknowledged, as_copy=as_copy)
        # Half of the kills wait for a command to be done, so that there is something to lose.
        while round % 2 and acknowledged.stat().st_size == 0:
            assert lives(child), f"seed {seed}, round {round}: the child ended by itself"
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.1))
        assert lives(child), f"seed {seed}, round {round}: the child ended by itself"
        kill(child)
        said = [int(line) for line in acknowledged.read_text(encoding="ascii").split()]
        last = said[-1] if said else before
        assert said == list(range(before + 1, last + 1)), f"seed {seed}, round {round}"
        opened = open_file(file, as_copy=as_copy)
        try:
            assert opened.notice == "", f"seed {seed}, round {round}: the dead program still holds the file"
            assert opened.check() == [], f"seed {seed}, round {round}"
            now = sequence(opened.desk)
            assert now in (last, last + 1), f"seed {seed}, round {round}: said {last}, kept {now}"
            assert figures(opened) == shadow.figures_at(now), f"seed {seed}, round {round}"
        finally:
            opened.close()
        finished += now - before
    assert finished >= ROUNDS // 2, f"seed {seed}: only {finished} commands in {ROUNDS} rounds"
    if shadow is not None:
        shadow.opened.close()
