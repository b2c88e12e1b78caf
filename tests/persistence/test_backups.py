"""Backups are whole, proved when they are made, thinned by the rule, and come back (decision D11, Z12)."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.progress import Cancelled, SilentProgress
from fundingapp.domain.backups import Backup, Reason
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.persistence import backups as backups_module
from fundingapp.persistence.backups import Backups, folder_of
from fundingapp.persistence.database import Database, open_file
from fundingapp.persistence.restoring import later_entries, restore, taken_out
from tests.persistence.support import NOON, RECORD, a_line, add_grant, add_lines, noon

WHO = "S. Officer"


def fill(database: Database, lines: int = 20, batch: str = "T") -> None:
    with database.open_work() as work:
        if not work.funds.all():
            add_grant(work)
        add_lines(work, [a_line(f"{batch}{number}", number + 1) for number in range(lines)])
        work.commit(RECORD)


def make(backups: Backups, at: datetime = NOON, reason: Reason = Reason.ASKED, what: str = "") -> Backup:
    return backups.make(reason, what, at, WHO)


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def opened(file: Path) -> Iterator[Database]:
    database = open_file(file, noon, WHO)
    fill(database)
    yield database
    database.close()


def test_a_backup_is_the_file_with_a_manifest_that_tells_of_it(opened: Database, file: Path) -> None:
    backups = Backups(file)
    made = make(backups, reason=Reason.STEP, what="the import of a ledger")
    opened.close()
    place = backups.place_of(made)
    assert place.parent == folder_of(file) == file.with_name("test.funding-backups")
    assert dump(place) == dump(file)
    assert place.name == f"{NOON.astimezone():%Y-%m-%d %H.%M.%S} before the import of a ledger.funding"
    said = json.loads(place.with_suffix(".json").read_text(encoding="utf-8"))
    assert said["rows"]["ledger_line"] == 20
    assert (said["entries"], said["who"], said["size"]) == (1, WHO, place.stat().st_size)
    assert backups.all() == [made]
    assert backups.get(made.id) == made
    assert backups.problem(made) is None
    assert not place.stat().st_mode & 0o222
    assert sorted(path.suffix for path in place.parent.iterdir()) == [".funding", ".json"]


def test_backups_made_while_somebody_writes_are_each_one_moment_of_the_file(
    opened: Database, file: Path
) -> None:
    """A plain copy would be damaged half of the time (E67)."""
    backups = Backups(file)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            fill(opened, 30, f"W{number}/")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [make(backups, NOON + timedelta(seconds=number)) for number in range(5)]
    finally:
        stop.set()
        writer.join()
    assert [backup.entries for backup in made] == sorted(backup.entries for backup in made)
    for backup in made:
        with taken_out(backups, backup) as copy:
            database = open_file(copy, noon, WHO, read_only=True)
            assert all("is missing from" in said for said in database.problems())
            database.close()


def test_a_folder_that_can_t_be_written_sends_the_backup_to_the_users_own(
    opened: Database, file: Path, tmp_path: Path
) -> None:
    folder_of(file).write_text("in the way", encoding="utf-8")
    backups = Backups(file, elsewhere=tmp_path / "own")
    made = make(backups)
    assert backups.place_of(made).is_relative_to(tmp_path / "own")
    assert "can't be written" in made.notice
    assert backups.all() == [made]
    with pytest.raises(ExpectedError) as refused:
        make(Backups(file))
    assert refused.value.code in ("backup_failed", "cannot_write")


def test_a_backup_while_the_share_is_gone_is_kept_on_this_pc_and_leaves_its_place_free(
    opened: Database, file: Path, tmp_path: Path
) -> None:
    share = tmp_path / "share"
    backups = Backups(file, folder_of(share / file.name), tmp_path / "own")
    made = make(backups)
    assert backups.place_of(made).is_relative_to(tmp_path / "own")
    assert not share.exists(), "the folder could not come back in its place"
    assert opened.place


def test_backups_are_thinned_by_their_days_and_those_of_returns_stay(opened: Database, file: Path) -> None:
    backups = Backups(file)
    sent = make(backups, NOON - timedelta(days=900), Reason.RETURN, "submit the return of Q1")
    for age in range(40, -1, -1):
        make(backups, NOON - timedelta(days=age))
    left = backups.all()
    assert sent in left
    days = [(NOON - each.at).days for each in left if each is not sent]
    assert days[:7] == list(range(7))
    assert len(left) < 7 + 5 + 4
    names = {path.stem for path in folder_of(file).iterdir()}
    assert names == {each.id for each in left}, "copies and manifests go together"
    assert opened.place


def test_cancelling_a_backup_leaves_nothing(opened: Database, file: Path) -> None:
    class Stop:
        def report(self, done: int, total: int, label: str) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        Backups(file).make(Reason.ASKED, "", NOON, WHO, Stop())
    assert list(folder_of(file).iterdir()) == []
    assert opened.place


def test_a_manifest_that_is_nonsense_or_alone_is_passed_over(opened: Database, file: Path) -> None:
    backups = Backups(file)
    made = make(backups)
    (folder_of(file) / "alone.json").write_text("{}", encoding="utf-8")
    (folder_of(file) / "odd.json").write_text("[1, 2", encoding="utf-8")
    assert backups.all() == [made]
    with pytest.raises(NotFoundError):
        backups.get("alone")
    old = datetime.now(UTC).timestamp() - 2 * 24 * 60 * 60
    os.utime(folder_of(file) / "alone.json", (old, old))
    make(backups, NOON + timedelta(minutes=1))
    assert not (folder_of(file) / "alone.json").exists(), "what a crash left is swept a day later"
    assert opened.place


# Restoring


def test_restoring_backs_the_present_up_and_tells_of_it_in_the_history(opened: Database, file: Path) -> None:
    backups = Backups(file)
    first = make(backups)
    fill(opened, 5, "later/")
    fill(opened, 6, "even later/")
    opened.close()
    lost, shared = later_entries(file, first)
    assert lost is not None
    assert ([line.sequence for line in lost], shared) == ([3, 2], True)
    done = restore(file, backups, first, noon, WHO, SilentProgress())
    assert (done.lost, done.aside) == (2, "")
    assert done.before is not None
    assert (done.before.reason, done.before.entries) == (Reason.RESTORE, 3)
    database = open_file(file, noon, WHO)
    with database.open_work(reading=True) as work:
        newest, *rest = work.journal.lines()
        assert [line.sequence for line in rest] == [1]
        assert newest.command == "RestoreBackup"
        assert newest.sentence.endswith("2 later entries are no longer in the file.")
        assert newest.before["backup"] == done.before.id
        assert len(work.ledger.held()) == 20
    assert all("is missing from" in said for said in database.problems())
    database.close()
    # And back to what was there before.
    again = restore(file, backups, done.before, noon, WHO, SilentProgress())
    assert again.lost is not None
    database = open_file(file, noon, WHO)
    with database.open_work(reading=True) as work:
        assert len(work.ledger.held()) == 31
    database.close()
    assert {path.name for path in file.parent.iterdir()} <= {
        "test.funding",
        "test.funding-journal",
        "test.funding-backups",
    }


@pytest.mark.parametrize("spoil", ["empty", "cut", "letter", "gone"])
def test_a_file_that_can_t_be_read_any_more_is_put_aside_byte_by_byte(
    opened: Database, file: Path, spoil: str
) -> None:
    backups = Backups(file)
    made = make(backups)
    opened.close()
    whole = file.read_bytes()
    bytes_now = {"empty": b"", "cut": whole[: len(whole) // 2], "letter": b"Dear Sir", "gone": b""}[spoil]
    file.write_bytes(bytes_now)
    if spoil == "gone":
        file.unlink()
    done = restore(file, backups, made, noon, WHO, SilentProgress())
    assert done.before is None
    assert done.lost is None
    if spoil == "gone":
        assert done.aside == ""
    else:
        assert Path(done.aside).read_bytes() == bytes_now
    database = open_file(file, noon, WHO)
    with database.open_work(reading=True) as work:
        assert work.journal.lines()[0].sentence.endswith("could not be read any more.")
        assert len(work.ledger.held()) == 20
    database.close()


def test_the_journal_of_a_damaged_file_never_touches_the_restored_one(opened: Database, file: Path) -> None:
    backups = Backups(file)
    made = make(backups)
    opened.close()
    file.write_bytes(b"")
    Path(f"{file}-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\x00" * 2_000)
    restore(file, backups, made, noon, WHO, SilentProgress())
    database = open_file(file, noon, WHO)
    assert all("is missing from" in said for said in database.problems())
    database.close()


def test_a_backup_that_was_changed_is_refused_and_nothing_happens(opened: Database, file: Path) -> None:
    backups = Backups(file)
    made = make(backups)
    opened.close()
    place = backups.place_of(made)
    place.chmod(0o644)
    content = bytearray(place.read_bytes())
    content[-5] ^= 1
    place.write_bytes(content)
    before = file.read_bytes()
    with pytest.raises(ExpectedError) as refused:
        restore(file, backups, made, noon, WHO, SilentProgress())
    assert refused.value.code == "backup_damaged"
    assert file.read_bytes() == before
    assert backups.newest_good() == []


def test_a_restore_that_fails_at_any_file_step_leaves_the_old_file_or_the_new_one(
    opened: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = Backups(file)
    made = make(backups)
    fill(opened, 5, "later/")
    opened.close()
    before = file.read_bytes()
    outcomes = set()
    for number in range(1, 40):
        seen = 0

        def step(*given: Any, _real: Any = os.fsync, _number: int = number) -> Any:
            nonlocal seen
            seen += 1
            if seen == _number:
                raise OSError(5, "Input/output error")
            return _real(*given)

        with monkeypatch.context() as failing:
            failing.setattr(os, "fsync", step)
            try:
                restore(file, backups, made, noon, WHO, SilentProgress())
                outcomes.add("done")
            except ExpectedError:
                outcomes.add("refused")
                assert file.read_bytes() == before
        if seen < number:
            break
        file.write_bytes(before)
    assert outcomes == {"done", "refused"}


def test_nothing_is_missing_of_a_large_backup_that_is_looked_into(opened: Database, file: Path) -> None:
    fill(opened, 3_000, "many/")
    backups = Backups(file)
    made = make(backups)
    with taken_out(backups, made) as copy:
        database = open_file(copy, noon, WHO, read_only=True)
        with database.open_work(reading=True) as work:
            assert len(work.ledger.held()) == 3_020
        database.close()
        folder = copy.parent
    assert not folder.exists()
    assert backups_module.room_for(file, file.parent) is None  # type: ignore[func-returns-value]
