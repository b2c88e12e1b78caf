"""A program that works on a shared file until it is killed, for test_share_kills.py; started with -m.

Each line on its input names the shared file, a person with their profile and PC, and a file for what was acknowledged:
it forks a child that opens the file as that person, taking it over if need be, and answers with the child's number.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from fundingapp.application.offices import OpenFile
from fundingapp.application.sharing import Stage
from fundingapp.persistence import publishing, session
from tests.persistence.shares import Person, change, sharing_of, until


def opened_to_work(person: Person, path: Path) -> OpenFile:
    """The file, taken over if need be; where two versions lie, theirs is taken and ours set aside."""
    opened = person.open(path, take_over=True)
    while opened.notice or sharing_of(opened).state.stage is Stage.DIFFERS:
        if opened.sharing is not None:
            opened.sharing.take_theirs()
        opened.close()
        opened = person.open(path, take_over=True)
    return opened


def work(path: Path, profile: Path, who: str, machine: str, acknowledged: Path) -> None:
    """Adds one theme after the other for ever; appends the name of each that was acknowledged."""
    said = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    opened = opened_to_work(Person(profile, who, machine), path)
    os.write(said, b"open\n")
    number = 0
    while True:
        name = f"{who}-{os.getpid()}-{number}"
        change(opened, name)
        os.write(said, f"{name}\n".encode())
        number += 1
        if number % 4 == 0:  # now and then the publishing catches up
            until(lambda: sharing_of(opened).state.stage is not Stage.WAITING)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children that are killed are gone at once
    session.SILENT = timedelta(seconds=-10)  # whoever was killed has been silent for long enough
    publishing.SETTLE = 0.0  # type: ignore[misc]
    publishing.GAP = 0.0  # type: ignore[misc]
    for line in sys.stdin:
        path, profile, who, machine, acknowledged = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            try:
                work(Path(path), Path(profile), who, machine, Path(acknowledged))
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test is to see it
                Path(acknowledged).with_suffix(".error").write_text(repr(error), encoding="utf-8")
            os._exit(1)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
