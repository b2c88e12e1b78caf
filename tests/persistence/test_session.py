"""The session lock: it names who has the file, is taken over from the dead only, and never given away by others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from fundingapp.assembly import Assembly
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence import session
from fundingapp.persistence.session import Heartbeat, Holder, SessionLock, Standing, this_session

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
        "session": lock.holder.session,
        "beat": "2019-04-12T09:14:00+00:00",
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
    assert again.holder.session != lock.holder.session
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
        '{"person": "A", "machine": "B", "process": 1, "since": "2019-04-12T09:14:00"}',
        '{"person": "A", "machine": "B", "process": 1, "since": "2019-04-12T09:14:00+00:00", "beat": "just now"}',
        '{"person": "A", "machine": "B", "process": 1, "since": "2019-04-12T09:14:00+00:00", "session": 7}',
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


# The heart


@pytest.fixture
def held(path: Path) -> SessionLock:
    """The lock of a file that is there."""
    path.touch()
    lock = SessionLock(path, this_session("S. Officer", NINE))
    assert lock.take() is None
    return lock


def test_a_beat_says_when_the_session_was_last_there_and_leaves_nothing_beside(
    path: Path, held: SessionLock
) -> None:
    assert held.beat(NINE + timedelta(minutes=1)) is Standing.OURS
    said = json.loads(lock_file(path).read_text(encoding="utf-8"))
    assert (said["since"], said["beat"]) == ("2019-04-12T09:14:00+00:00", "2019-04-12T09:15:00+00:00")
    assert sorted(each.name for each in path.parent.iterdir()) == ["test.funding", "test.funding.lock"]
    held.release()
    assert [each.name for each in path.parent.iterdir()] == ["test.funding"]


@pytest.mark.parametrize(
    ("minutes", "may"), [(0, False), (9, False), (10, False), (11, True)], ids=["now", "9", "10", "11"]
)
@pytest.mark.parametrize("beats", [True, False], ids=["beats", "an older program"])
def test_a_lock_may_be_taken_over_when_its_heart_has_been_still_for_ten_minutes(
    minutes: int, may: bool, beats: bool
) -> None:
    holder = replace(elsewhere(), beat=NINE.isoformat() if beats else "")
    told = holder.as_told(NINE + timedelta(minutes=minutes))
    assert told.may_take_over is may
    assert told.in_words.startswith("B. Clerk on OTHER-PC since 12/04/2019")
    assert told.last_seen == (NINE if beats else None)
    assert ("last heard of on 12/04/2019" in told.seen_in_words) is beats


def test_a_take_over_is_one_step_and_who_lost_it_learns_so_at_the_next_beat(
    path: Path, held: SessionLock
) -> None:
    theirs = SessionLock(path, replace(elsewhere(), session="theirs"))
    assert theirs.take() == held.holder
    assert theirs.take_over(held.holder) is None
    assert json.loads(lock_file(path).read_text(encoding="utf-8"))["person"] == "B. Clerk"
    assert held.look() is Standing.LOST
    assert held.beat(NINE + timedelta(minutes=1)) is Standing.LOST
    assert held.taken_by == theirs.holder
    assert json.loads(lock_file(path).read_text(encoding="utf-8"))["person"] == "B. Clerk"
    held.release()
    assert lock_file(path).exists()
    assert theirs.beat(NINE) is Standing.OURS


def test_who_beats_again_before_the_take_over_keeps_the_file(path: Path, held: SessionLock) -> None:
    silent = held.holder
    theirs = SessionLock(path, replace(elsewhere(), session="theirs"))
    held.beat(NINE + timedelta(minutes=30))
    assert theirs.take_over(silent) == held.holder
    assert held.look() is Standing.OURS
    assert not theirs.is_held


def test_a_lock_that_came_free_meanwhile_is_simply_taken(path: Path, held: SessionLock) -> None:
    silent = held.holder
    held.release()
    theirs = SessionLock(path, elsewhere())
    assert theirs.take_over(silent) is None
    assert theirs.is_held


def test_of_many_who_take_over_at_once_one_gets_the_file(path: Path) -> None:
    path.touch()
    for _ in range(10):
        silent = replace(elsewhere(), machine="SILENT-PC")
        lock_file(path).unlink(missing_ok=True)
        SessionLock(path, silent).take()
        locks = [SessionLock(path, replace(elsewhere(), session=f"s{number}")) for number in range(4)]
        with ThreadPool(4) as pool:
            others = pool.starmap(SessionLock.take_over, [(lock, silent) for lock in locks])
        assert others.count(None) == 1
        winner = locks[others.index(None)]
        assert [lock.look() for lock in locks].count(Standing.OURS) == 1
        assert all(other is None or other.is_same(winner.holder) for other in others)


def test_a_share_that_is_gone_is_no_lock_that_is_lost(path: Path, held: SessionLock, tmp_path: Path) -> None:
    away = path.parent.with_name("away")
    path.parent.rename(away)
    assert held.look() is Standing.UNKNOWN
    assert held.beat(NINE) is Standing.UNKNOWN
    path.parent.mkdir()  # an empty folder where the share is mounted
    assert held.look() is Standing.UNKNOWN
    path.parent.rmdir()
    away.rename(path.parent)
    assert held.beat(NINE) is Standing.OURS
    lock_file(path).unlink()
    assert held.look() is Standing.LOST


def test_the_heart_beats_by_itself_and_tells_once_when_the_lock_is_lost(
    path: Path, held: SessionLock
) -> None:
    lost = threading.Event()
    times: list[str] = []

    def lose() -> None:
        times.append("lost")
        lost.set()

    heart = Heartbeat(held, lambda: NINE + timedelta(minutes=5), lose, 0.01)
    try:
        deadline = threading.Event()
        while "09:19" not in held.holder.beat:
            assert not deadline.wait(0.01)
        lock_file(path).unlink()
        assert lost.wait(20)
    finally:
        heart.stop()
    assert times == ["lost"]


def test_a_lock_that_this_process_left_behind_itself_is_known_for_what_it_is(
    path: Path, held: SessionLock
) -> None:
    """The share was gone when the file was closed, so its lock could not be taken away."""
    left = lock_file(path).read_bytes()
    held.release()
    lock_file(path).write_bytes(left)
    again = SessionLock(path, this_session("S. Officer", NINE))
    assert again.take() is None


def test_who_wakes_in_the_middle_of_a_beat_does_not_put_the_lock_back(
    path: Path, held: SessionLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their PC slept between the look at the lock and the writing of it, long enough for a take-over."""
    theirs = SessionLock(path, replace(elsewhere(), session="theirs"))
    silent = held.holder
    look = held.look

    def sleeping() -> Standing:
        standing = look()
        guard = lock_file(path).with_name(f"{lock_file(path).name}.over")
        guard.unlink()  # it is old by then
        assert theirs.take_over(silent) is None
        return standing

    monkeypatch.setattr(held, "look", sleeping)
    assert held.beat(NINE + timedelta(hours=1)) is Standing.UNKNOWN
    monkeypatch.undo()
    assert json.loads(lock_file(path).read_text(encoding="utf-8"))["person"] == "B. Clerk"
    assert held.beat(NINE + timedelta(hours=1)) is Standing.LOST
    assert theirs.look() is Standing.OURS


@pytest.mark.parametrize("ahead", [0, 3_600], ids=["this clock", "a server whose clock is ahead"])
def test_a_guard_that_was_just_left_behind_is_waited_out(
    path: Path, dead: int, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    """A program was killed a moment ago in the middle of changing the lock."""
    monkeypatch.setattr(session, "_GUARD_SECONDS", 0.3)
    monkeypatch.setattr(session, "_GUARD_PATIENCE", 5)
    machine = this_session("x", NINE).machine
    for other, take in (
        (Holder("S. Officer", machine, dead, NINE.isoformat()), SessionLock.take),
        (elsewhere(), lambda lock: lock.take_over(elsewhere())),
    ):
        SessionLock(path, other).take()
        guard = lock_file(path).with_name(f"{lock_file(path).name}.over")
        guard.touch()
        moment = guard.stat().st_mtime + ahead
        os.utime(guard, (moment, moment))
        lock = SessionLock(path, this_session("S. Officer", NINE))
        assert take(lock) is None
        assert lock.is_held
        lock.release()
        assert list(path.parent.iterdir()) == []
