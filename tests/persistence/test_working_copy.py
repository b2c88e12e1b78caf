"""A shared file is worked on as a copy in the user's own profile: fetched, found again, told from others, removed."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fundingapp.application.sharing import Stage
from fundingapp.assembly import Assembly
from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence import publishing, working_copy
from fundingapp.persistence.database import open_file
from fundingapp.persistence.generations import FIRST, came_of, generation_of
from fundingapp.persistence.working_copy import WorkingFolder
from tests.persistence.shares import Person, change, finish, hold, sharing_of, told, told_in
from tests.persistence.support import noon
from tests.persistence.test_migrations import FILES


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    """Nobody waits for commits to gather."""
    monkeypatch.setattr(publishing, "SETTLE", 0.0)
    monkeypatch.setattr(publishing, "GAP", 0.0)


@pytest.fixture
def path(tmp_path: Path, empty_file: Path) -> Path:
    """An empty funding file on the share."""
    path = tmp_path / "share" / "csp.funding"
    path.parent.mkdir()
    shutil.copyfile(empty_file, path)
    return path


@pytest.fixture
def ann(tmp_path: Path) -> Person:
    return Person(tmp_path / "ann", "Ann", "ANN-PC")


@pytest.fixture
def bob(tmp_path: Path) -> Person:
    return Person(tmp_path / "bob", "Bob", "BOB-PC")


def copies(person: Person) -> list[str]:
    """The funding files in somebody's profile."""
    return sorted(
        each.relative_to(person.profile).as_posix().split("/", 2)[-1]
        for each in person.profile.rglob("*.funding")
    )


def test_the_file_on_the_share_is_not_touched_before_something_is_published(ann: Person, path: Path) -> None:
    before = path.read_bytes()
    opened = ann.open(path)
    assert opened.notice == ""
    assert opened.place == str(path)
    assert sharing_of(opened).state.in_words == "As published"
    assert path.read_bytes() == before
    assert copies(ann) == ["csp.funding"]
    opened.close()
    assert path.read_bytes() == before
    assert copies(ann) == []
    assert [each.name for each in path.parent.iterdir()] == ["csp.funding"]


def test_the_copy_is_removed_when_all_is_published_and_what_this_pc_saw_stays(
    ann: Person, path: Path
) -> None:
    opened = ann.open(path)
    change(opened, "Theft")
    opened.close()
    assert told_in(path) == ["Theft"]
    assert copies(ann) == []
    memory = WorkingFolder(ann.profile, path).memory()
    assert memory is not None
    assert memory.generation == generation_of(path)


def test_another_pc_sees_what_was_published_and_goes_on_from_there(
    ann: Person, bob: Person, path: Path
) -> None:
    first = ann.open(path)
    change(first, "Theft")
    first.close()
    second = bob.open(path)
    assert told(second) == ["Theft"]
    change(second, "Fire")
    second.close()
    assert told_in(path) == ["Theft", "Fire"]


def test_what_a_crash_left_unpublished_is_found_on_that_pc_and_published(ann: Person, path: Path) -> None:
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    hold(opened)
    change(opened, "Fire")
    ann.crash(opened)
    assert told_in(path) == ["Theft"]
    again = Person(ann.profile, "Ann", "ANN-PC").open(path)
    assert told(again) == ["Theft", "Fire"]
    ((text, advice),) = again.warnings
    assert text.startswith("1 change of “csp.funding” that had not reached")
    assert advice == "They are published now; nothing is left to be done."
    again.close()
    assert told_in(path) == ["Theft", "Fire"]
    assert copies(ann) == []


def test_a_copy_that_is_no_longer_needed_is_fetched_anew_without_its_old_journal(
    ann: Person, bob: Person, path: Path
) -> None:
    """A journal that a crash left would be rolled back into the newer file."""
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    folder = WorkingFolder(ann.profile, path)
    kept = folder.copy.read_bytes()
    opened.close()
    folder.copy.write_bytes(kept)
    Path(f"{folder.copy}-journal").write_bytes(b"what a crash left")
    theirs = bob.open(path)
    change(theirs, "Fire")
    theirs.close()
    again = ann.open(path)
    assert told(again) == ["Theft", "Fire"]
    assert again.warnings == ()
    assert again.check() == []
    again.close()


def test_a_damaged_copy_is_set_aside_and_said(ann: Person, path: Path) -> None:
    folder = WorkingFolder(ann.profile, path)
    folder.folder.mkdir(parents=True)
    folder.copy.write_bytes(b"SQLite format 3\0 and then nothing")
    opened = ann.open(path)
    ((text, _),) = opened.warnings
    assert "is damaged; it was set aside as" in text
    (kept,) = (ann.profile / "set aside").iterdir()
    assert kept.read_bytes().startswith(b"SQLite format 3")
    opened.close()


def test_an_older_file_is_upgraded_in_the_copy_and_published_so(
    ann: Person, path: Path, tmp_path: Path
) -> None:
    """Bad input G09: the file on the share is the old one until the new one takes its place."""
    shutil.copyfile(FILES / "v1.funding", path)
    before = path.read_bytes()
    opened = ann.open(path)
    assert list(path.with_name("csp.funding-backups").glob("*.funding"))
    assert opened.notice == ""
    assert finish(opened) is Stage.PUBLISHED
    assert path.read_bytes() != before
    assert {problem.partition(" of ")[0] for problem in opened.check()} == {
        "The original"
    }  # it came without them
    opened.close()
    open_file(path, noon, "S. Officer", read_only=True).close()


def test_two_files_of_one_name_have_copies_of_their_own(ann: Person, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other share" / path.name
    other.parent.mkdir()
    shutil.copyfile(path, other)
    first, second = ann.open(path), ann.open(other)
    change(first, "Theft")
    change(second, "Fire")
    first.close()
    second.close()
    assert (told_in(path), told_in(other)) == (["Theft"], ["Fire"])


def test_by_a_link_it_is_the_same_file_with_the_same_copy(ann: Person, path: Path, tmp_path: Path) -> None:
    """Bad input F11, for a share that is mounted twice."""
    (tmp_path / "mapped").symlink_to(path.parent)
    first = ann.open(path)
    second = Person(ann.profile, "Ann", "ANN-PC").open(tmp_path / "mapped" / path.name)
    assert "is open by Ann on ANN-PC since" in second.notice
    second.close()
    first.close()


def test_somebody_who_only_looks_leaves_nothing_and_takes_no_lock(
    ann: Person, bob: Person, path: Path
) -> None:
    opened = ann.offices.open(str(path), writing=False)
    assert opened.sharing is None
    assert "to be read only" in opened.notice
    assert [each.name for each in path.parent.iterdir()] == ["csp.funding"]
    theirs = bob.open(path)
    assert theirs.notice == ""
    theirs.close()
    opened.close()
    assert copies(ann) == []


def test_what_a_reader_that_was_killed_left_is_swept(ann: Person, path: Path) -> None:
    left = WorkingFolder(ann.profile, path).folder / "look-999999999-1"
    left.mkdir(parents=True)
    (left / "csp.funding").touch()
    ann.offices.open(str(path), writing=False).close()
    assert not left.exists()


def test_without_the_share_the_unpublished_copy_can_be_read(ann: Person, path: Path) -> None:
    opened = ann.open(path)
    hold(opened)
    change(opened, "Theft")
    ann.crash(opened)
    away = path.parent.with_name("away")
    path.parent.rename(away)
    alone = ann.open(path)
    assert (
        "is not there. This is the copy on this PC, with 1 change that had not been published" in alone.notice
    )
    assert told(alone) == ["Theft"]
    with pytest.raises(ExpectedError):
        change(alone, "Fire")
    alone.close()
    away.rename(path.parent)
    again = ann.open(path)
    assert told(again) == ["Theft"]
    again.close()
    assert told_in(path) == ["Theft"]


def test_without_share_and_copy_the_file_is_simply_not_there(ann: Person, tmp_path: Path) -> None:
    with pytest.raises(ExpectedError) as refused:
        ann.open(tmp_path / "gone" / "csp.funding")
    assert refused.value.code == "no_file"


def test_a_profile_without_room_is_named(ann: Person, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(working_copy, "copy_in_place", full)
    with pytest.raises(ExpectedError) as refused:
        ann.open(path)
    assert "no space left on device" in refused.value.message
    assert [each.name for each in path.parent.iterdir()] == ["csp.funding"], "the lock is given back"
    monkeypatch.undo()


def test_generations_tell_what_came_of_what(path: Path, tmp_path: Path, ann: Person) -> None:
    assert generation_of(path) == FIRST
    older = tmp_path / "older.funding"
    opened = ann.open(path)
    change(opened, "Theft")
    finish(opened)
    shutil.copyfile(path, older)
    change(opened, "Fire")
    opened.close()
    assert came_of(path, generation_of(older))
    assert not came_of(older, generation_of(path))
    assert came_of(older, FIRST)
    assert generation_of(path).number == 2


def test_the_profile_names_no_content_of_the_file(ann: Person, path: Path) -> None:
    """What stays on a shared PC is where the file is and how far its history went (R10)."""
    opened = ann.open(path)
    change(opened, "A secret theme")
    opened.close()
    kept = [each for each in ann.profile.rglob("*") if each.is_file()]
    assert [each.name for each in kept] == ["about.json"]
    assert "secret" not in kept[0].read_text(encoding="utf-8")


def test_a_local_file_has_no_working_copy(path: Path) -> None:
    opened = Assembly().open(str(path))
    assert opened.sharing is None
    assert opened.notice == ""
    opened.close()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_that_came_away_from_its_journal_is_said_before_its_copy_looks_whole(
    ann: Person, path: Path, bob: Person
) -> None:
    """Bad input F08, on a share: what was copied by hand while a program was at work on it."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE file_mark SET in_use = 1")
    opened = ann.open(path)
    assert any("was not closed before it was moved or copied" in text for text, _ in opened.warnings)
    read = bob.offices.open(str(path), writing=False)
    assert any("“csp.funding” was not closed before" in text for text, _ in read.warnings)
    read.close()
    change(opened, "Theft")
    opened.close()
    again = ann.open(path)
    assert again.warnings == (), "what is published is whole"
    again.close()


def test_a_share_that_is_not_there_is_found_by_the_name_it_was_opened_by(
    ann: Person, path: Path, tmp_path: Path
) -> None:
    """Windows says a mapped letter's server only while it is connected; here the link leads nowhere meanwhile."""
    mapped = tmp_path / "S"
    mapped.symlink_to(path.parent)
    opened = ann.open(mapped / path.name)
    hold(opened)
    change(opened, "Theft")
    ann.crash(opened)
    mapped.unlink()
    alone = Assembly(profile=ann.profile, who="Ann", machine="ANN-PC").open(str(mapped / path.name))
    assert "This is the copy on this PC, with 1 change that had not been published" in alone.notice
    assert told(alone) == ["Theft"]
    alone.close()
