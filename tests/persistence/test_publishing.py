"""A working copy is brought back to the share whole or not at all, and never over anybody else's work (N03 to N09)."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.progress import Cancelled, SilentProgress
from fundingapp.application.sharing import ShareState, Stage
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence import publishing
from fundingapp.persistence.publishing import fingerprint
from fundingapp.persistence.replacing import replace_file
from fundingapp.persistence.session import Holder, SessionLock
from fundingapp.persistence.sources import SharedSources
from tests.persistence.shares import (
    Person,
    change,
    finish,
    hold,
    shared_file,
    sharing_of,
    told,
    told_in,
    until,
)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    """Nobody waits for commits to gather, nor long before it is tried again."""
    monkeypatch.setattr(publishing, "SETTLE", 0.0)
    monkeypatch.setattr(publishing, "GAP", 0.0)
    monkeypatch.setattr(publishing, "RETRY", (0.02,))


@pytest.fixture
def path(tmp_path: Path, empty_file: Path) -> Path:
    path = tmp_path / "share" / "csp.funding"
    path.parent.mkdir()
    shutil.copyfile(empty_file, path)
    return path


@pytest.fixture
def ann(tmp_path: Path) -> Iterator[Person]:
    ann = Person(tmp_path / "ann", "Ann", "ANN-PC")
    yield ann
    for opened in ann.opened:
        opened.close()


@pytest.fixture
def bob(tmp_path: Path) -> Person:
    return Person(tmp_path / "bob", "Bob", "BOB-PC")


def put_there(path: Path, person: Person, *names: str) -> None:
    """Somebody puts another version in the file's place, without asking the lock: a sync service, or by hand."""
    copy = person.profile / "by hand" / path.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, copy)
    opened = Person(person.profile, person.who, person.machine).offices.open(str(copy))
    for name in names:
        change(opened, name)
    opened.close()
    copy.replace(path)


# As it goes every day


def test_each_commit_is_published_by_itself_and_the_status_line_says_so(ann: Person, path: Path) -> None:
    opened = ann.open(path)
    states: list[ShareState] = []
    sharing_of(opened).watch(states.append)
    change(opened, "Theft")
    until(lambda: sharing_of(opened).state.stage is Stage.PUBLISHED and told_in(path) == ["Theft"])
    until(lambda: len(states) >= 3)
    assert [state.stage for state in states][-2:] == [Stage.WAITING, Stage.PUBLISHED]
    said = states[-1]
    assert said.saved is not None
    assert said.published is not None
    clock = f"{said.saved.astimezone():%H:%M}"
    assert said.in_words == f"Saved here {clock} · published {said.published.astimezone():%H:%M}"
    assert states[-2].in_words == f"Saved here {clock} · being published"


def test_commits_that_follow_closely_are_published_together(
    ann: Person, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "SETTLE", 60.0)
    replaced: list[Path] = []

    def counted(made: Path, target: Path) -> None:
        replaced.append(target)
        replace_file(made, target)

    monkeypatch.setattr(publishing, "replace_file", counted)
    opened = ann.open(path)
    for number in range(5):
        change(opened, f"T{number}")
    assert told_in(path) == []
    assert sharing_of(opened).state.stage is Stage.WAITING
    assert finish(opened) is Stage.PUBLISHED
    assert replaced == [path]
    assert told_in(path) == [f"T{number}" for number in range(5)]


def test_what_the_history_does_not_tell_of_is_not_published_by_itself(ann: Person, path: Path) -> None:
    opened = ann.open(path)
    before = fingerprint(path)
    shared_file(opened)._committed(False)
    assert sharing_of(opened).state == ShareState(Stage.PUBLISHED)
    assert fingerprint(path) == before


def test_who_may_read_the_file_stays_as_it_was(ann: Person, path: Path) -> None:
    path.chmod(0o660)
    opened = ann.open(path)
    change(opened, "Theft")
    assert finish(opened) is Stage.PUBLISHED
    assert path.stat().st_mode & 0o777 == 0o660
    assert sorted(each.name for each in path.parent.iterdir()) == ["csp.funding", "csp.funding.lock"]


def test_originals_are_published_before_the_file_that_names_them(
    ann: Person, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = ann.open(path)
    store = opened.desk._tools.sources
    assert isinstance(store, SharedSources)
    paper = tmp_path / "letter.pdf"
    paper.write_bytes(b"the letter")
    copy = store.take_copy(paper)
    store.keep(copy)
    store.discard(copy)
    assert not store.shared.root.exists()
    seen = []

    def watched(made: Path, target: Path) -> None:
        if target == path:
            seen.append(store.shared.home_of(copy.sha256).read_bytes())
        replace_file(made, target)

    monkeypatch.setattr(publishing, "replace_file", watched)
    change(opened, "Theft")
    assert finish(opened) is Stage.PUBLISHED
    assert seen == [b"the letter"]
    opened.close()
    assert store.shared.problem("letter.pdf", copy.sha256) is None
    again = ann.open(path)
    assert again.desk._tools.sources.problem("letter.pdf", copy.sha256) is None  # type: ignore[attr-defined]


def test_a_damaged_original_on_the_share_is_replaced_by_ours(ann: Person, path: Path, tmp_path: Path) -> None:
    store = SharedSources(tmp_path / "here", tmp_path / "there")
    paper = tmp_path / "letter.pdf"
    paper.write_bytes(b"the letter")
    copy = store.take_copy(paper)
    store.keep(copy)
    there = store.shared.home_of(copy.sha256)
    there.parent.mkdir(parents=True)
    there.write_bytes(b"the lettr")
    store.publish(copy.sha256)
    assert there.read_bytes() == b"the letter"
    stamp = there.stat().st_ino
    store.publish(copy.sha256)
    assert there.stat().st_ino == stamp, "what is there whole is not written again"
    assert store.kept_here() == [copy.sha256]


# The share is gone, full, slow or held


def test_without_the_share_work_goes_on_and_it_is_published_when_it_is_back(ann: Person, path: Path) -> None:
    opened = ann.open(path)
    away = path.parent.with_name("away")
    path.parent.rename(away)
    change(opened, "Theft")
    until(lambda: sharing_of(opened).state.stage is Stage.NOT_YET)
    state = sharing_of(opened).state
    assert state.in_words.endswith(f" · not yet published: {path.parent} is not there")
    assert "everything is saved on this PC" in state.advice
    change(opened, "Fire")
    assert told(opened) == ["Theft", "Fire"]
    away.rename(path.parent)
    until(lambda: sharing_of(opened).state.stage is Stage.PUBLISHED)
    assert told_in(path) == ["Theft", "Fire"]


def test_a_share_that_is_still_gone_when_the_file_is_closed_loses_nothing(ann: Person, path: Path) -> None:
    opened = ann.open(path)
    away = path.parent.with_name("away")
    path.parent.rename(away)
    change(opened, "Theft")
    assert finish(opened) is Stage.NOT_YET
    opened.close()
    away.rename(path.parent)
    assert told_in(path) == []
    assert path.with_name("csp.funding.lock").exists(), "nobody could take it away"
    again = ann.open(path)
    assert again.notice == "", "this process knows that it left the lock behind itself"
    assert told(again) == ["Theft"]
    again.close()
    assert told_in(path) == ["Theft"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "there is no room left in "),
        (errno.EDQUOT, "there is no room left in "),
        (errno.EACCES, "is held by another program, or may not be written"),
        (errno.EIO, "said: input/output error"),
    ],
)
def test_what_keeps_it_from_being_published_is_said(
    ann: Person, path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    opened = ann.open(path)

    def broken(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "replace_file", broken)
        change(opened, "Theft")
        assert finish(opened) is Stage.NOT_YET
        assert words in sharing_of(opened).state.why
        assert path.read_bytes() == before
    assert finish(opened) is Stage.PUBLISHED
    assert told_in(path) == ["Theft"]


@pytest.mark.skipif(sys.platform != "linux", reason="the name behind a handle is read from /proc")
def test_what_reads_back_differently_does_not_take_the_files_place(
    ann: Person, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bad input N09: a share that says it has written and has not."""
    opened = ann.open(path)
    before = path.read_bytes()
    synced = os.fsync

    def eaten(handle: int) -> None:
        synced(handle)
        written = Path(f"/proc/self/fd/{handle}").readlink()
        if written.name.endswith(".publish"):
            with written.open("r+b") as file:
                file.seek(5_000)
                file.write(b"?")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", eaten)
        change(opened, "Theft")
        assert finish(opened) is Stage.NOT_YET
    assert "what was written reads back differently" in sharing_of(opened).state.why
    assert path.read_bytes() == before
    assert finish(opened) is Stage.PUBLISHED


def test_a_file_that_a_scanner_holds_is_tried_again_for_three_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bad input H07."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    held = PermissionError(errno.EACCES, "held")
    held.winerror = 32  # type: ignore[attr-defined]
    tries: list[int] = []
    replace = Path.replace

    def scanned(made: Path, target: Path) -> Path:
        tries.append(1)
        if len(tries) <= 5:
            raise held
        return replace(made, target)

    monkeypatch.setattr(Path, "replace", scanned)
    made, target = tmp_path / "made", tmp_path / "target"
    made.write_text("new", encoding="utf-8")
    target.write_text("old", encoding="utf-8")
    replace_file(made, target)
    assert target.read_text(encoding="utf-8") == "new"
    assert (len(slept), sum(slept)) == (5, 3.0)
    made.write_text("newer", encoding="utf-8")

    def never(_made: Path, _target: Path) -> Path:
        raise held

    monkeypatch.setattr(Path, "replace", never)
    with pytest.raises(PermissionError):
        replace_file(made, target)
    assert target.read_text(encoding="utf-8") == "new"


def test_closing_says_how_far_it_is_and_can_be_stopped(
    ann: Person, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "SETTLE", 60.0)
    opened = ann.open(path)
    change(opened, "Theft")
    told_of: list[tuple[int, int, str]] = []

    class Stopping(SilentProgress):
        def report(self, done: int, total: int, label: str) -> None:
            told_of.append((done, total, label))
            raise Cancelled

    with pytest.raises(Cancelled):
        sharing_of(opened).finish(Stopping())
    ((done, total, label),) = told_of
    assert 0 < done <= total
    assert label == "Publish csp.funding"
    assert told_in(path) == []
    assert not list(path.parent.glob(".fundingapp-*"))
    assert finish(opened) is Stage.PUBLISHED


def test_a_program_that_writes_where_the_file_lies_is_waited_for(ann: Person, path: Path) -> None:
    """Its journal would be rolled back into our file."""
    opened = ann.open(path)
    journal = Path(f"{path}-journal")
    journal.write_bytes(b"a transaction")
    change(opened, "Theft")
    assert finish(opened) is Stage.NOT_YET
    assert "another program is writing to “csp.funding” where it lies" in sharing_of(opened).state.why
    assert told_in_copy(path, journal) == []
    assert finish(opened) is Stage.PUBLISHED


def told_in_copy(path: Path, journal: Path) -> list[str]:
    journal.unlink()
    return told_in(path)


STEPS: tuple[tuple[object, str], ...] = (
    (publishing, "copy_in_place"),
    (publishing, "generation_of"),
    (publishing, "fingerprint"),
    (publishing, "replace_file"),
    (tempfile, "mkstemp"),
    (os, "fsync"),
)


@pytest.mark.parametrize("at", range(1, 12))
def test_whichever_step_fails_the_share_holds_the_old_file_or_the_new(
    ann: Person, path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """The steps of publishing are counted, and the one that is *at* fails, as a drive fails (N09, H04)."""
    opened = ann.open(path)
    change(opened, "Theft")
    assert finish(opened) is Stage.PUBLISHED
    monkeypatch.setattr(publishing, "SETTLE", 60.0)
    monkeypatch.setattr(publishing, "RETRY", (60.0,))
    change(opened, "Fire")
    count = 0

    def failing(do: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == at:
                raise OSError(errno.EIO, "Input/output error")
            return do(*given, **named)

        return step

    with monkeypatch.context() as patch:
        for room, name in STEPS:
            patch.setattr(room, name, failing(getattr(room, name)))
        stage = finish(opened)
    assert told_in(path) in (["Theft"], ["Theft", "Fire"])
    assert count < at or stage is Stage.NOT_YET or told_in(path) == ["Theft", "Fire"]
    assert not list(path.parent.glob(".fundingapp-*"))
    assert finish(opened) is Stage.PUBLISHED, "whatever failed, the next try is as good as the first"
    assert told_in(path) == ["Theft", "Fire"]


# The lock


def test_who_lost_the_lock_stops_publishing_says_so_and_keeps_what_they_have(
    ann: Person, bob: Person, path: Path
) -> None:
    """Bad input N06, when it is somebody else's."""
    ann.beat_every = 0.02
    opened = ann.open(path)
    hold(opened)
    change(opened, "Theft")
    lock = path.with_name("csp.funding.lock")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    his = Holder("Bob", "BOB-PC", 7, now, "his")
    SessionLock(path, his)._written(his, "lock").replace(lock)
    until(lambda: sharing_of(opened).state.stage is Stage.TAKEN)
    state = sharing_of(opened).state
    assert state.why.startswith("“csp.funding” was taken over by Bob on BOB-PC since")
    assert "1 change that had not been published is kept on this PC" in state.advice
    with pytest.raises(ExpectedError) as refused:
        change(opened, "Fire")
    assert refused.value.code == "session_lost"
    assert told(opened) == ["Theft"], "it can still be read"
    opened.close()
    assert lock.exists(), "it is his"
    lock.unlink()
    theirs = bob.open(path)
    change(theirs, "Arson")
    theirs.close()
    assert told_in(path) == ["Arson"]


# Two versions


@pytest.fixture
def differing(ann: Person, bob: Person, path: Path) -> Any:
    """Ann has published Theft and saved Fire and Noise here; somebody has put Arson in the place of the file."""
    opened = ann.open(path)
    change(opened, "Theft")
    assert finish(opened) is Stage.PUBLISHED
    sharing = shared_file(opened)
    with sharing._publishing:
        change(opened, "Fire")
        change(opened, "Noise")
        put_there(path, bob, "Arson")
    assert finish(opened) is Stage.DIFFERS
    return opened


def test_a_newer_version_in_its_place_is_never_written_over(differing: Any, path: Path) -> None:
    state = sharing_of(differing).state
    assert state.why.startswith("Another version of “csp.funding” lies in")
    assert told_in(path) == ["Theft", "Arson"]
    with pytest.raises(ExpectedError) as refused:
        change(differing, "Graffiti")
    assert refused.value.code == "share_differs"
    compared = sharing_of(differing).compare()
    assert compared.there
    assert not compared.may_publish_ours
    assert compared.common is not None
    assert "Theft" in compared.common.sentence
    assert [line.sentence for line in compared.ours] == ["add the theme “Fire”", "add the theme “Noise”"]
    assert [(line.by, line.sentence) for line in compared.theirs] == [("Bob", "add the theme “Arson”")]
    with pytest.raises(ExpectedError) as lost:
        sharing_of(differing).publish_mine()
    assert lost.value.code == "would_lose"


def test_mine_is_saved_as_a_file_of_its_own_that_opens(differing: Any, path: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.funding"
    sharing_of(differing).save_mine(out)
    assert told_in(out) == ["Theft", "Fire", "Noise"]
    assert told_in(path) == ["Theft", "Arson"]
    with pytest.raises(ExpectedError) as same:
        sharing_of(differing).save_mine(path)
    assert same.value.code == "same_place"
    with pytest.raises(ExpectedError) as nowhere:
        sharing_of(differing).save_mine(tmp_path / "none" / "mine.funding")
    assert nowhere.value.code == "cannot_write"


def test_theirs_is_taken_and_mine_is_set_aside(differing: Any, ann: Person, path: Path) -> None:
    kept = sharing_of(differing).take_theirs()
    differing.close()
    assert told_in(kept) == ["Theft", "Fire", "Noise"]
    assert kept.parent == ann.profile / "set aside"
    again = ann.open(path)
    assert told(again) == ["Theft", "Arson"]
    assert sharing_of(again).state.stage is Stage.PUBLISHED
    assert again.warnings == ()


def test_who_closes_without_choosing_is_asked_again(differing: Any, ann: Person, path: Path) -> None:
    differing.close()
    again = ann.open(path)
    assert sharing_of(again).state.stage is Stage.DIFFERS
    assert told(again) == ["Theft", "Fire", "Noise"]
    assert len(sharing_of(again).compare().theirs) == 1
    assert told_in(path) == ["Theft", "Arson"]


def test_a_version_without_anything_of_its_own_may_be_replaced(
    ann: Person, path: Path, tmp_path: Path
) -> None:
    """Somebody restored an older copy while the file was open: nothing of it would be lost."""
    older = tmp_path / "older.funding"
    shutil.copyfile(path, older)
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    shutil.copyfile(older, path)
    change(opened, "Fire")
    assert finish(opened) is Stage.DIFFERS
    assert told_in(path) == []
    compared = sharing_of(opened).compare()
    assert compared.may_publish_ours
    assert len(compared.ours) == 2
    sharing_of(opened).publish_mine()
    assert finish(opened) is Stage.PUBLISHED
    assert told_in(path) == ["Theft", "Fire"]
    change(opened, "Noise")


@pytest.mark.parametrize(
    "left", [None, b"", b"SQLite format 3\0" + b"x" * 4_000], ids=["gone", "empty", "damaged"]
)
def test_a_file_that_is_gone_or_damaged_there_can_be_published_again(
    ann: Person, path: Path, left: bytes | None
) -> None:
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    if left is None:
        path.unlink()
    else:
        path.write_bytes(left)
    change(opened, "Fire")
    assert finish(opened) is Stage.DIFFERS
    compared = sharing_of(opened).compare()
    assert not compared.there
    sharing_of(opened).publish_mine()
    assert finish(opened) is Stage.PUBLISHED
    assert told_in(path) == ["Theft", "Fire"]


def test_a_file_that_was_only_touched_is_the_same_file(ann: Person, path: Path) -> None:
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    os.utime(path, (1, 1))
    change(opened, "Fire")
    assert finish(opened) is Stage.PUBLISHED
    assert told_in(path) == ["Theft", "Fire"]


def test_who_wakes_in_the_middle_of_publishing_writes_nothing_over_the_next(
    ann: Person, bob: Person, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ann's PC slept between the last look at the lock and the replacing; Bob took over, published and closed."""
    opened = ann.open(path)
    change(opened, "Theft")
    assert finish(opened) is Stage.PUBLISHED
    sharing = shared_file(opened)
    may_publish = sharing._may_publish
    looks: list[bool] = []

    def sleeping() -> bool:
        may = may_publish()
        looks.append(may)
        if len(looks) == 2:
            lock = path.with_name("csp.funding.lock")
            held = Holder(**json.loads(lock.read_text(encoding="utf-8")))
            lock.write_text(
                json.dumps({**asdict(held), "beat": "2019-04-12T09:14:00+00:00"}), encoding="utf-8"
            )
            theirs = bob.open(path, take_over=True)
            change(theirs, "Arson")
            theirs.close()
        return may

    monkeypatch.setattr(sharing, "_may_publish", sleeping)
    with sharing._publishing:
        change(opened, "Fire")
    stage = finish(opened)
    assert looks[:2] == [True, True]
    assert stage in (Stage.NOT_YET, Stage.TAKEN)
    until(lambda: finish(opened) is Stage.TAKEN)
    assert told_in(path) == ["Theft", "take the file over from Ann on ANN-PC", "Arson"]
