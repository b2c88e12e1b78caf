"""A funding file on a network share (catalogue N): what is told, what is kept, and who may go on.

Two people are two profiles with PCs of their own; the share is a folder that is said to lie on a network drive.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fundingapp import assembly
from fundingapp.application.progress import SilentProgress
from fundingapp.application.queries.workspace import History
from fundingapp.application.sharing import Renewed, Stage
from fundingapp.assembly import Assembly
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence import publishing, surroundings
from fundingapp.persistence.surroundings import Kind, network_among, whereabouts, windows_network_of
from tests.console.terminal import run
from tests.persistence.shares import (
    Person,
    change,
    finish,
    hold,
    sharing_of,
    told,
    told_in,
    until,
)


@pytest.fixture(autouse=True)
def on_a_network(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    """Every folder called “share” lies on a network drive; nobody waits for commits to gather."""
    monkeypatch.setattr(
        surroundings, "_network_of", lambda path: "cifs" if path.parent.name == "share" else ""
    )
    monkeypatch.setattr(publishing, "SETTLE", 0.0)
    monkeypatch.setattr(publishing, "GAP", 0.0)
    monkeypatch.setattr(publishing, "RETRY", (0.02,))


@pytest.fixture
def path(tmp_path: Path, funded: Path) -> Path:
    path = tmp_path / "share" / "csp.funding"
    path.parent.mkdir()
    shutil.copyfile(funded, path)
    return path


class Colleague(Person):
    """A person whose PC finds out by itself that the file lies on a share."""

    @property
    def offices(self) -> Assembly:
        return Assembly(profile=self.profile, who=self.who, machine=self.machine, beat_every=self.beat_every)


@pytest.fixture
def ann(tmp_path: Path) -> Iterator[Colleague]:
    ann = Colleague(tmp_path / "ann", "Ann", "ANN-PC")
    yield ann
    for opened in ann.opened:
        opened.close()


@pytest.fixture
def bob(tmp_path: Path) -> Iterator[Colleague]:
    bob = Colleague(tmp_path / "bob", "Bob", "BOB-PC")
    yield bob
    for opened in bob.opened:
        opened.close()


def lock_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def new_in(path: Path) -> list[str]:
    """What was added to the funded file since it was made."""
    return [name for name in told_in(path) if " " not in name]


def silent(path: Path, minutes: int) -> None:
    """Makes the lock's last sign of life so many minutes old."""
    held = json.loads(lock_of(path).read_text(encoding="utf-8"))
    beat = datetime.now(UTC) - timedelta(minutes=minutes)
    lock_of(path).write_text(
        json.dumps({**held, "beat": beat.isoformat(timespec="seconds")}), encoding="utf-8"
    )


def test_n01_a_file_on_a_share_is_worked_on_as_a_copy(ann: Colleague, path: Path) -> None:
    assert whereabouts(path).kind is Kind.NETWORK
    assert network_among([("/", "ext4"), ("/mnt/s", "cifs")], "/mnt/s/grants") == "cifs"
    assert windows_network_of(r"\\server\grants\csp.funding", lambda _root: 3)
    assert windows_network_of(r"S:\csp.funding", lambda root: 4 if root == "S:\\" else 3)
    opened = ann.open(path)
    assert opened.place == str(path)
    assert opened.sharing is not None
    assert list(ann.profile.rglob("csp.funding"))
    change(opened, "Theft")
    assert finish(opened) is Stage.PUBLISHED
    assert new_in(path) == ["Theft"]
    assert not Path(f"{path}-journal").exists(), "SQLite never writes on the share"


def test_n01_a_local_file_is_worked_on_where_it_lies(ann: Colleague, path: Path, tmp_path: Path) -> None:
    local = tmp_path / "csp.funding"
    shutil.copyfile(path, local)
    opened = ann.open(local)
    assert opened.sharing is None
    assert list(ann.profile.rglob("*.funding")) == []


def test_n02_a_second_person_reads_what_was_last_published_and_is_told_by_whom_it_is_open(
    ann: Colleague, bob: Colleague, path: Path
) -> None:
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    hold(opened)
    change(opened, "Fire")
    theirs = bob.open(path)
    since = json.loads(lock_of(path).read_text(encoding="utf-8"))["since"]
    when = f"{datetime.fromisoformat(since).astimezone():%d/%m/%Y %H:%M}"
    assert theirs.notice == (
        f"“csp.funding” is open by Ann on ANN-PC since {when}, so it can only be read here, as it was last published."
    )
    assert theirs.held_by is not None
    assert (theirs.held_by.person, theirs.held_by.may_take_over) == ("Ann", False)
    assert told(theirs)[-1] == "Theft"
    with pytest.raises(ExpectedError) as refused:
        change(theirs, "Arson")
    assert refused.value.code == "read_only"
    assert theirs.check() == []
    assert f"is open by Ann on ANN-PC since {when}" in run("match", path).refusal


def test_n02_who_reads_is_told_that_it_was_published_anew_and_that_it_has_come_free(
    ann: Colleague, bob: Colleague, path: Path
) -> None:
    opened = ann.open(path)
    bob.beat_every = 0.02
    theirs = bob.open(path)
    heard: list[Renewed] = []
    assert theirs.reading is not None
    theirs.reading.watch(heard.append)

    # The share goes for a moment, and a sync service touches the file: neither is news.
    away = path.parent.with_name("away")
    path.parent.rename(away)
    time.sleep(0.06)
    away.rename(path.parent)
    path.touch()
    time.sleep(0.1)
    assert heard == []

    change(opened, "Theft")
    finish(opened)
    until(lambda: bool(heard))
    (entry,) = opened.desk.ask(History(1))
    assert heard == [Renewed("Ann", entry.at)]
    assert told(theirs)[-1] != "Theft", "what is read stays as it was opened"

    # One word is enough, until it comes free: then with the last change of all.
    change(opened, "Fire")
    finish(opened)
    time.sleep(0.1)
    assert len(heard) == 1
    (last,) = opened.desk.ask(History(1))
    opened.close()
    until(lambda: len(heard) == 2)
    assert heard[1] == Renewed("Ann", last.at, free=True)
    theirs.close()
    again = bob.open(path)
    assert (again.notice, again.reading, told(again)[-1]) == ("", None, "Fire")


def test_n02_a_file_that_only_comes_free_is_told_too(ann: Colleague, bob: Colleague, path: Path) -> None:
    opened = ann.open(path)
    bob.beat_every = 0.02
    theirs = bob.open(path)
    heard: list[Renewed] = []
    assert theirs.reading is not None
    theirs.reading.watch(heard.append)
    opened.close()
    until(lambda: bool(heard))
    assert heard == [Renewed(free=True)]
    theirs.close()


def test_n03_a_share_that_disappears_keeps_nobody_from_working(ann: Colleague, path: Path) -> None:
    opened = ann.open(path)
    away = path.parent.with_name("away")
    path.parent.rename(away)
    change(opened, "Theft")
    until(lambda: sharing_of(opened).state.stage is Stage.NOT_YET)
    assert "not yet published: " in sharing_of(opened).state.in_words
    assert told(opened)[-1] == "Theft"
    away.rename(path.parent)
    until(lambda: sharing_of(opened).state.stage is Stage.PUBLISHED)
    assert new_in(path) == ["Theft"]


def test_n04_a_newer_version_is_never_written_over_and_both_are_kept(
    ann: Colleague, bob: Colleague, path: Path, tmp_path: Path
) -> None:
    """A sync service brings Bob's version while Ann works."""
    theirs = tmp_path / "theirs.funding"
    shutil.copyfile(path, theirs)
    other = bob.open(theirs)
    change(other, "Arson")
    other.close()
    opened = ann.open(path)
    hold(opened)
    change(opened, "Theft")
    opened.close()
    opened = ann.open(path)
    shutil.copyfile(theirs, path)
    change(opened, "Fire")
    assert finish(opened) is Stage.DIFFERS
    assert new_in(path) == ["Arson"]
    compared = sharing_of(opened).compare()
    assert [line.sentence for line in compared.theirs] == ["add the theme “Arson”"]
    assert "add the theme “Fire”" in [line.sentence for line in compared.ours]
    sharing_of(opened).save_mine(tmp_path / "mine.funding")
    kept = sharing_of(opened).take_theirs()
    opened.close()
    assert new_in(tmp_path / "mine.funding")[-1] == "Fire"
    assert new_in(kept)[-1] == "Fire"
    again = ann.open(path)
    assert told(again)[-1] == "Arson"
    assert again.notice == ""


def test_n05_what_a_crash_left_locked_is_taken_over_in_one_step_and_the_history_tells(
    ann: Colleague, bob: Colleague, path: Path
) -> None:
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    ann.crash(opened)
    with pytest.raises(ExpectedError) as refused:
        bob.open(path, take_over=True)
    assert refused.value.code == "still_there"
    assert "“csp.funding” is open by Ann on ANN-PC since" in refused.value.message
    assert "Their program was last heard of on" in refused.value.message
    silent(path, 11)
    read = bob.open(path)
    assert read.held_by is not None
    assert read.held_by.may_take_over
    read.close()
    assert run("match", path).status != 0
    taken = bob.open(path, take_over=True)
    assert taken.notice == ""
    (entry,) = taken.desk.ask(History(1))
    assert (entry.by, entry.command) == ("Bob", "RecordTakeOver")
    assert entry.sentence == "take the file over from Ann on ANN-PC"
    assert entry.before["machine"] == "ANN-PC"
    assert list(path.with_name("csp.funding-backups").glob("*.funding"))
    assert json.loads(lock_of(path).read_text(encoding="utf-8"))["person"] == "Bob"
    taken.close()
    assert not lock_of(path).exists()


def test_n05_from_the_terminal_a_file_is_taken_over_too(ann: Colleague, path: Path) -> None:
    opened = ann.open(path)
    ann.crash(opened)
    ann.opened.clear()
    assert "is open by Ann on ANN-PC" in run("match", path, "--take-over").refusal
    silent(path, 11)
    assert "is open by Ann on ANN-PC" in run("match", path).refusal
    ran = run("match", path, "--take-over")
    assert ran.status == 0, ran.err
    assert "take the file over from Ann on ANN-PC" in told_in(path)
    assert "published" in ran.err


def test_n06_who_finds_the_lock_deleted_stops_publishing_and_keeps_the_copy(
    ann: Colleague, bob: Colleague, path: Path
) -> None:
    ann.beat_every = 0.02
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    lock_of(path).unlink()
    until(lambda: sharing_of(opened).state.stage is Stage.TAKEN)
    state = sharing_of(opened).state
    assert state.why.startswith("The lock of “csp.funding” was deleted in “")
    assert "Everything that you did had been published." in state.advice
    with pytest.raises(ExpectedError) as refused:
        change(opened, "Fire")
    assert refused.value.code == "session_lost"
    theirs = bob.open(path)
    assert theirs.notice == ""
    change(theirs, "Arson")
    assert finish(theirs) is Stage.PUBLISHED
    opened.close()
    assert lock_of(path).exists(), "it is Bob's now"
    assert new_in(path) == ["Theft", "Arson"]


def test_n06_a_local_file_whose_lock_is_deleted_is_no_longer_written_to(
    ann: Colleague, path: Path, tmp_path: Path
) -> None:
    ann.beat_every = 0.02
    local = tmp_path / "csp.funding"
    shutil.copyfile(path, local)
    opened = ann.open(local)
    lock_of(local).unlink()

    def refused() -> bool:
        try:
            change(opened, datetime.now(UTC).isoformat())
        except ExpectedError as error:
            return error.code == "session_lost" and "was deleted" in error.message
        return False

    until(refused)
    assert told(opened)


def test_n07_a_drive_without_locks_is_worked_on_as_a_copy(
    ann: Colleague, bob: Colleague, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = tmp_path / "csp.funding"
    shutil.copyfile(path, local)
    monkeypatch.setattr(surroundings, "_lock", lambda _handle: True)
    opened = ann.open(local)
    assert opened.sharing is not None
    ((text, _),) = opened.warnings
    assert "lets two programs write to one file at once. You work on a copy" in text
    assert "is open by Ann" in bob.open(local).notice, "the session lock is the guard"
    change(opened, "Theft")
    assert finish(opened) is Stage.PUBLISHED
    assert new_in(local) == ["Theft"]


def test_n08_a_share_that_was_restored_from_a_backup_is_warned_of_before_it_is_opened(
    ann: Colleague, path: Path, tmp_path: Path
) -> None:
    last_night = tmp_path / "last night.funding"
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    shutil.copyfile(path, last_night)
    change(opened, "Fire")
    opened.close()
    shutil.copyfile(last_night, path)
    before = path.read_bytes()
    with pytest.raises(ExpectedError) as refused:
        ann.open(path)
    assert refused.value.code == "went_back"
    assert "has gone back: its history ends at entry" in refused.value.message
    assert "It was restored from an older copy, or replaced." in refused.value.message
    assert path.read_bytes() == before
    assert not lock_of(path).exists()
    read = ann.offices.open(str(path), writing=False)
    assert any("has gone back" in text for text, _ in read.warnings)
    read.close()
    accepted = ann.open(path, accept_older=True)
    (entry,) = accepted.desk.ask(History(1))
    assert entry.command == "RecordWentBack"
    accepted.close()
    assert new_in(path) == ["Theft"]
    ann.open(path).close()


def test_n08_another_file_in_its_place_is_warned_of_too(ann: Colleague, path: Path) -> None:
    ann.open(path).close()
    path.unlink()
    Assembly().create(path)
    with pytest.raises(ExpectedError) as refused:
        ann.open(path)
    assert refused.value.code == "went_back"
    opened = ann.open(path, accept_older=True)
    assert len(told(opened)) == 1


@pytest.mark.parametrize("cut", ["write", "sync", "replace"])
def test_n09_a_publishing_that_is_cut_leaves_the_old_file_and_is_done_again(
    ann: Colleague, path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)

    def gone(*_: object, **__: object) -> None:
        raise OSError(errno.EHOSTDOWN, "Host is down")

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "SETTLE", 60.0)
        patch.setattr(publishing, "RETRY", (60.0,))
        change(opened, "Fire")
        match cut:
            case "write":
                patch.setattr(SilentProgress, "report", gone)  # it is told of each piece that was written
            case "sync":
                patch.setattr(os, "fsync", gone)
            case _:
                patch.setattr(publishing, "replace_file", gone)
        assert finish(opened) is Stage.NOT_YET
        assert new_in(path) == ["Theft"]
    assert sorted(each.name for each in path.parent.iterdir() if "files" not in each.name) == [
        "csp.funding",
        "csp.funding.lock",
    ]
    assert finish(opened) is Stage.PUBLISHED
    assert new_in(path) == ["Theft", "Fire"]


def test_n10_without_the_right_to_make_files_there_it_is_only_read_and_that_is_explained(
    ann: Colleague, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system says that the folder may be written, as Windows does of every folder; it may not."""
    make = tempfile.mkstemp

    def forbidden(*given: object, dir: Path | None = None, **named: object) -> tuple[int, str]:
        if dir is not None and Path(dir) == path.parent:
            raise PermissionError(errno.EACCES, "Permission denied")
        return make(dir=dir, **named)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(tempfile, "mkstemp", forbidden)
    opened = ann.open(path)
    assert opened.notice == (
        f"No file can be made in “{path.parent}”, so nobody could see that you have “csp.funding” open: it can only be "
        "read."
    )
    assert told(opened)
    with pytest.raises(ExpectedError):
        change(opened, "Theft")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in another way")
def test_n10_a_folder_that_says_so_is_only_read(
    ann: Colleague, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, mode: mode == os.R_OK)
    assert "is write-protected, so it can only be read" in ann.open(path).notice


def test_the_clock_of_the_program_is_one(ann: Colleague, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the status line says is the program's time, not that of the share."""
    monkeypatch.setattr(assembly, "now", lambda: datetime(2030, 5, 1, 9, 30, tzinfo=UTC))
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    nine = datetime(2030, 5, 1, 9, 30, tzinfo=UTC).astimezone()
    assert sharing_of(opened).state.in_words == f"Saved here {nine:%H:%M} · published {nine:%H:%M}"


def test_n05_a_take_over_that_finds_two_versions_is_told_of_when_one_was_chosen(
    ann: Colleague, bob: Colleague, path: Path
) -> None:
    """Bob has work of his own from before; while the two wait for being compared nothing can be written into either."""
    theirs = bob.open(path)
    hold(theirs)
    change(theirs, "Arson")
    bob.crash(theirs)
    lock_of(path).unlink()
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    ann.crash(opened)
    silent(path, 11)
    taken = bob.open(path, take_over=True)
    assert sharing_of(taken).state.stage is Stage.DIFFERS
    sharing_of(taken).take_theirs()
    taken.close()
    assert new_in(path) == ["Theft"]
    again = bob.open(path)
    (entry,) = again.desk.ask(History(1))
    assert (entry.by, entry.sentence) == ("Bob", "take the file over from Ann on ANN-PC")
    again.close()
    bob.open(path).close()
    assert told_in(path).count("take the file over from Ann on ANN-PC") == 1


def test_n08_who_restored_a_backup_is_not_warned_of_it_and_everybody_else_is(
    ann: Colleague, bob: Colleague, path: Path
) -> None:
    opened = ann.open(path)
    change(opened, "Theft")
    assert opened.safety is not None
    backup = opened.safety.back_up("before a try", SilentProgress())
    change(opened, "Fire")
    change(opened, "Noise")
    opened.close()
    bob.open(path).close()
    assert list(path.with_name("csp.funding-backups").glob("*.funding")), (
        "beside the file, not beside its copy"
    )
    ann.offices.restore(str(path), backup.id, SilentProgress())
    again = ann.open(path)
    assert again.notice == ""
    (entry,) = again.desk.ask(History(1))
    assert entry.by == "Ann"
    assert entry.sentence.startswith("Restored the backup of")
    again.close()
    assert "Noise" not in new_in(path)
    with pytest.raises(ExpectedError) as refused:
        bob.open(path)
    assert refused.value.code == "went_back"
