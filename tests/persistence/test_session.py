"""The session lock: it names who has the file, is taken over from the dead only, and never given away by others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from fundingapp.assembly import Assembly
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence import session
from fundingapp.persistence.session import Holder, SessionLock, this_session

NINE = datetime(2019, 4, 12, 9, 14, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.funding"


def lock_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def elsewhere() -> Holder:
    return Holder("B. Clerk", "OTHER-PC", os.getpid(), NINE.isoformat())


def test_a_lock_says_who_holds_the_file_where_and_since_when(path: Path) -> None:
    lock = SessionLock(path, this_session("S. Officer", NINE))
    assert lock.take() is None
    said = json.loads(lock_file(path).read_text(encoding="utf-8"))
    assert said == {
        "person": "S. Officer",
        "machine": lock.holder.machine,
        "process": os.getpid(),
        "since": "2019-04-12T09:14:00+00:00",
    }
    other = SessionLock(path, this_session("B. Clerk", NINE)).take()
    assert other is not None
    assert other.said.startswith("S. Officer on ")
    assert "12/04/2019" in other.said
    lock.release()
    assert not lock_file(path).exists()
    assert [entry.name for entry in path.parent.iterdir()] == []


def test_the_same_session_takes_its_lock_once(path: Path) -> None:
    lock = SessionLock(path, this_session("S. Officer", NINE))
    assert lock.take() is None
    assert lock.take() is None
    again = SessionLock(path, this_session("S. Officer", NINE))
    assert again.take() == lock.holder, "a second opening by the same program is another session"
    again.release()
    assert lock_file(path).exists()
    lock.release()


def test_another_pc_keeps_its_lock_though_it_can_t_be_asked(path: Path) -> None:
    SessionLock(path, elsewhere()).take()
    lock = SessionLock(path, this_session("S. Officer", NINE))
    assert lock.take() == elsewhere()
    lock.release()
    assert lock_file(path).exists()


def test_a_dead_process_of_this_pc_is_taken_over(path: Path, dead: int) -> None:
    machine = this_session("x", NINE).machine
    SessionLock(path, Holder("S. Officer", machine, dead, NINE.isoformat())).take()
    lock = SessionLock(path, this_session("S. Officer", NINE))
    assert lock.take() is None
    assert json.loads(lock_file(path).read_text(encoding="utf-8"))["process"] == os.getpid()
    lock.release()
    assert list(path.parent.iterdir()) == []


def test_a_live_process_of_this_pc_is_not_taken_over(path: Path) -> None:
    machine = this_session("x", NINE).machine
    lasting = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        holder = Holder("S. Officer", machine, lasting.pid, NINE.isoformat())
        SessionLock(path, holder).take()
        assert SessionLock(path, this_session("S. Officer", NINE)).take() == holder
    finally:
        lasting.communicate(b"\n")


def test_of_many_who_find_a_dead_lock_one_takes_over(path: Path, dead: int) -> None:
    machine = this_session("x", NINE).machine
    for _ in range(20):
        SessionLock(path, Holder("S. Officer", machine, dead, NINE.isoformat())).take()
        locks = [SessionLock(path, Holder(f"P{n}", machine, os.getpid(), NINE.isoformat())) for n in range(4)]
        with ThreadPool(4) as pool:
            taken = [other is None for other in pool.map(SessionLock.take, locks)]
        assert taken.count(True) == 1
        for lock in locks:
            lock.release()
        assert list(path.parent.iterdir()) == []


def test_of_many_who_come_at_once_one_gets_the_file_and_the_others_its_name(path: Path) -> None:
    machine = this_session("x", NINE).machine
    for _ in range(20):
        locks = [SessionLock(path, Holder(f"P{n}", machine, os.getpid(), NINE.isoformat())) for n in range(4)]
        with ThreadPool(4) as pool:
            others = pool.map(SessionLock.take, locks)
        (winner,) = [lock.holder for lock, other in zip(locks, others, strict=True) if other is None]
        assert [other for other in others if other is not None] == [winner] * 3
        for lock in locks:
            lock.release()


def test_a_lock_that_somebody_took_over_is_not_given_away(path: Path) -> None:
    lock = SessionLock(path, this_session("S. Officer", NINE))
    lock.take()
    lock_file(path).unlink()
    SessionLock(path, elsewhere()).take()
    lock.release()
    assert json.loads(lock_file(path).read_text(encoding="utf-8"))["person"] == "B. Clerk"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"person": "A"}',
        '{"person": "A", "machine": "B", "process": "x", "since": "2019-04-12T09:14:00+00:00"}',
        '{"person": "A", "machine": "B", "process": 1, "since": "this morning"}',
        "\xff",
    ],
)
def test_a_lock_that_can_t_be_read_is_nobodys_to_take(
    path: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_PAUSE", 0.001)
    lock_file(path).write_bytes(content.encode("latin-1"))
    lock = SessionLock(path, this_session("S. Officer", NINE))
    with pytest.raises(ExpectedError) as refused:
        lock.take()
    assert refused.value.code == "lock_unclear"
    assert "test.funding.lock" in refused.value.message
    lock.release()
    assert lock_file(path).read_bytes() == content.encode("latin-1")


def test_a_drive_that_knows_no_second_names_has_locks_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", unknown)
    lock = SessionLock(path, this_session("S. Officer", NINE))
    assert lock.take() is None
    assert SessionLock(path, elsewhere()).take() == lock.holder
    lock.release()
    assert list(path.parent.iterdir()) == []


def test_a_folder_where_nothing_can_be_made_needs_no_lock(tmp_path: Path) -> None:
    lock = SessionLock(tmp_path / "gone" / "test.funding", this_session("S. Officer", NINE))
    assert lock.take() is None
    lock.release()


def test_a_file_that_somebody_has_open_opens_to_be_read_and_names_them(file: Path, own_home: Path) -> None:
    SessionLock(file, elsewhere()).take()
    opened = Assembly().open(str(file))
    try:
        assert "B. Clerk on OTHER-PC since 12/04/2019" in opened.notice
        assert opened.check() == []
    finally:
        opened.close()
    assert lock_file(file).exists()


def test_a_file_is_free_again_when_it_is_closed_or_could_not_be_opened(file: Path, own_home: Path) -> None:
    opened = Assembly().open(str(file))
    assert opened.notice == ""
    assert lock_file(file).exists()
    opened.close()
    assert not lock_file(file).exists()
    file.write_bytes(b"something else")
    with pytest.raises(ExpectedError):
        Assembly().open(str(file))
    assert not lock_file(file).exists()


def test_a_guard_that_a_killed_process_left_keeps_nobody_out(path: Path, dead: int) -> None:
    machine = this_session("x", NINE).machine
    SessionLock(path, Holder("S. Officer", machine, dead, NINE.isoformat())).take()
    guard = lock_file(path).with_name(f"{lock_file(path).name}.over")
    guard.touch()
    os.utime(guard, (0, 0))
    lock = SessionLock(path, this_session("S. Officer", NINE))
    assert lock.take() is None
    lock.release()
    assert list(path.parent.iterdir()) == []
