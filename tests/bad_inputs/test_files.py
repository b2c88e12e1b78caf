"""Funding files and what is written beside them, when the world goes wrong (catalogue F)."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fundingapp import assembly
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.effect import JournalRecord
from fundingapp.application.offices import OpenFile
from fundingapp.application.ports import LineFilter, LineOrder, TableColumn, ValueKind
from fundingapp.application.queries.exports import ExportLines, LineColumn
from fundingapp.application.queries.lines import LineIds
from fundingapp.application.queries.workspace import History
from fundingapp.assembly import Assembly
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.file_names import refuse_name
from fundingapp.domain.funds import Project
from fundingapp.persistence import database as database_module
from fundingapp.persistence.database import open_file
from fundingapp.persistence.surroundings import synced_by
from fundingapp.persistence.upgrading import SCHEMA_VERSION
from tests.bad_inputs.given import Given, cells
from tests.console.terminal import run, state_of
from tests.persistence.test_sqlite import leave_half_done

linux_only = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows does not let go of a file that is open"
)

COLUMNS = (
    LineColumn(TableColumn("Supplier", ValueKind.TEXT), lambda row: row.line.supplier),
    LineColumn(TableColumn("Amount £", ValueKind.MONEY), lambda row: row.line.amount),
)


def refused(path: Path) -> ExpectedError:
    """What opening *path* is refused with; nothing beside it may have changed."""
    before = state_of(path.parent)
    with pytest.raises(ExpectedError) as caught:
        Assembly().open(str(path))
    assert path.name in caught.value.message
    assert caught.value.advice.endswith(".")
    assert state_of(path.parent) == before
    return caught.value


def said_of(path: Path) -> str:
    """What opening and checking *path* says of it: the refusal, or all that is wrong with it."""
    try:
        opened = Assembly().open(str(path))
    except ExpectedError as error:
        return str(error)
    try:
        return " ".join(opened.check()) or "sound"
    finally:
        opened.close()


def ids(opened: OpenFile) -> list[int]:
    return list(opened.desk.ask(LineIds(LineFilter(), LineOrder())))


def export(opened: OpenFile, out: Path) -> int:
    """Writes every line to *out*; returns how many."""
    return opened.desk.ask(ExportLines(ids(opened), COLUMNS, out, ())).rows


# Files that are none, or not whole


def test_f01_a_file_that_is_not_ours_is_refused_and_its_first_bytes_named(ours: Path) -> None:
    ours.write_bytes(b"Dear Sir or Madam, please find")
    error = refused(ours)
    assert error.message == "“ours.funding” is not a funding file (it begins with “Dear Sir or Mada”)."
    assert "this one was not touched" in error.advice
    ours.unlink()
    with closing(sqlite3.connect(ours)) as other:
        other.execute("CREATE TABLE pets (name)")
    assert "is not a funding file (it begins with “SQLite format 3”)" in refused(ours).message


def test_f02_a_file_of_a_newer_program_opens_to_be_read_and_names_both_versions(ours: Path) -> None:
    with closing(sqlite3.connect(ours)) as connection:
        connection.execute("PRAGMA user_version=99")
    before = state_of(ours.parent)
    opened = Assembly().open(str(ours))
    assert f"(file version 99, this program knows {SCHEMA_VERSION}), so it can only be read" in opened.notice
    assert ids(opened) == []
    opened.close()
    refusal = run("match", ours).refusal
    assert "file version 99" in refusal
    assert state_of(ours.parent) == before


def test_f03_an_empty_file_is_refused_and_sends_to_the_backup(ours: Path) -> None:
    ours.write_bytes(b"")
    error = refused(ours)
    assert str(error) == "“ours.funding” is empty. Open the newest backup; nothing was changed."


@pytest.mark.parametrize("share", [100, 4_096, 2, 1])
def test_f04_a_file_cut_short_is_refused_or_found_by_the_check(ours: Path, share: int) -> None:
    whole = ours.read_bytes()
    ours.write_bytes(whole[: share if share > 2 else len(whole) - 4_096 * share])
    said = said_of(ours)
    assert any(words in said for words in ("is damaged", "is not a funding file"))
    assert "sound" not in said


def test_f05_a_flipped_bit_in_a_kept_amount_is_found(given: Given) -> None:
    """SQLite sees nothing wrong with such a file; the totals that are kept beside the lines do."""
    given.brought(given.text(cells(1, "4321.23"), cells(2, "0.05")))
    given.opened.close()
    with closing(sqlite3.connect(given.file)) as connection:
        connection.execute(
            "UPDATE ledger_line SET amount_pence = amount_pence + 4 WHERE amount_pence = 432123"
        )
        connection.commit()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    data = run("verify", given.file, "--json").data
    assert data["ok"] is False
    assert any("4,321.2" in problem for problem in data["problems"])
    given.opened = Assembly().open(str(given.file))


@pytest.mark.parametrize("table", ["journal", "journal_detail"])
def test_f05_a_flipped_bit_in_the_history_names_its_entry(ours: Path, table: str) -> None:
    column = {"journal": "sentence", "journal_detail": "detail_json"}[table]
    with closing(sqlite3.connect(ours)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(f"UPDATE {table} SET {column} = replace({column}, 'a', 'c') WHERE sequence = 1")
        connection.commit()
    problems = run("verify", ours, "--json").data["problems"]
    assert any("ntry 1 of the history" in problem for problem in problems)


@linux_only
@pytest.mark.parametrize("newcomer", [False, True], ids=["deleted", "replaced (F07)"])
def test_f06_a_file_that_is_gone_or_replaced_is_not_written_and_can_still_be_exported(
    given: Given, newcomer: bool
) -> None:
    given.brought(given.text(cells(1)))
    download = given.read(given.text(cells(2), name="later.csv"))
    other = given.folder / "other.funding"
    content = b""
    if newcomer:
        Assembly().create(other)
        content = other.read_bytes()
        other.replace(given.file)
    else:
        given.file.unlink()
    with pytest.raises(ExpectedError) as caught:
        given.desk.do(ImportLedger(download))
    assert "ours.funding” was moved, deleted or replaced while it was open" in caught.value.message
    assert "export what you need" in caught.value.advice
    assert "Nothing was written" in caught.value.advice
    assert export(given.opened, given.folder / "saved.csv") == 1
    if newcomer:
        assert given.file.read_bytes() == content
    else:
        assert not given.file.exists()


@linux_only
def test_f07_a_file_that_a_sync_tool_exchanged_is_never_written_over(given: Given) -> None:
    """Also when the newcomer is of the same length and time: it is told by the file's own identity on the disk."""
    twin = given.folder / "twin.funding"
    shutil.copy2(given.file, twin)
    content = twin.read_bytes()
    twin.replace(given.file)
    download = given.read(given.text(cells(1)))
    with pytest.raises(ExpectedError) as caught:
        given.desk.do(ImportLedger(download))
    assert caught.value.code == "file_moved"
    assert given.file.read_bytes() == content


def test_f07_a_newcomer_is_told_by_its_history_when_it_is_opened(ours: Path) -> None:
    """What was exchanged while nobody had it open is another file: its history is its own."""
    first = Assembly().open(str(ours))
    head = first.desk.ask(History(1))
    first.close()
    other = ours.with_name("other.funding")
    Assembly().create(other)
    other.replace(ours)
    second = Assembly().open(str(ours))
    assert head
    assert second.desk.ask(History(1)) == []
    second.close()


def test_f08_a_file_moved_without_its_journal_is_found_by_the_check(given: Given, tmp_path: Path) -> None:
    given.brought(given.text(*(cells(at, f"{at}.00") for at in range(1, 400))))
    given.opened.close()
    moved = tmp_path / "moved.funding"
    leave_half_done(given.file, moved)
    Path(f"{moved}-journal").unlink()
    ran = run("verify", moved, "--json")
    assert ran.status != 0
    if ran.status == 1:
        assert ran.data["problems"]
    else:
        assert "damaged" in ran.refusal
    with closing(sqlite3.connect(given.file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    given.opened = Assembly().open(str(given.file))


def test_f08_a_file_moved_with_its_journal_is_as_it_was_before_the_crash(
    given: Given, tmp_path: Path
) -> None:
    given.brought(given.text(*(cells(at, f"{at}.00") for at in range(1, 400))))
    given.opened.close()
    moved = tmp_path / "moved.funding"
    leave_half_done(given.file, moved)
    shutil.copytree(f"{given.file}-files", f"{moved}-files")
    data = run("verify", moved, "--json").data
    assert (data["ok"], data["problems"]) == (True, [])
    given.opened = Assembly().open(str(given.file))


def test_f09_what_may_not_be_written_opens_to_be_read(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As another user, with a real read-only folder: console/test_processes.py."""
    before = state_of(ours.parent)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) == ours and mode == os.R_OK)
    opened = Assembly().open(str(ours))
    assert opened.notice == ("“ours.funding” or its folder is write-protected, so it can only be read.")
    assert ids(opened) == []
    assert run("match", ours).refusal.endswith("can only be read. Nothing was changed.")
    opened.close()
    assert state_of(ours.parent) == before


# Names and places


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("CON.funding", "“CON” is the name of a device there"),
        ("com1.2018.funding", "“COM1” is the name of a device there"),
        ("lpt9", "“LPT9” is the name of a device there"),
        ("grants.", "it ends with a full stop"),
        ("grants ", "it ends with a blank"),
        ("what?.funding", "it holds “?”"),
        ("a:b.funding", "it holds “:”"),
        ("tab\there.funding", "it holds a character that can't be seen"),
    ],
)
def test_f10_a_name_that_windows_cannot_keep_is_refused_before_anything_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    monkeypatch.setattr(database_module, "_ON_WINDOWS", True)
    with pytest.raises(ExpectedError) as caught:
        Assembly().create(tmp_path / name)
    assert why in caught.value.message
    assert caught.value.advice == "Choose another name; nothing was written."
    assert list(tmp_path.iterdir()) == []


def test_f10_a_path_too_long_for_windows_says_by_how_much() -> None:
    refuse_name("C:\\grants", "ours.funding", 74)
    with pytest.raises(ExpectedError) as caught:
        refuse_name("C:\\" + "a" * 180, "ours.funding", 74)
    assert (
        "would have a path of 196 characters, and 74 more are needed for the originals"
        in caught.value.message
    )
    assert "shorter by 11" in caught.value.advice


@pytest.mark.parametrize(
    "name", ["grants 2018 (final).funding", "CONTRACTS.funding", "Ünïcode.funding", "com.funding"]
)
def test_f10_an_honest_name_is_taken(name: str) -> None:
    refuse_name("C:\\grants", name, 74)
    with pytest.raises(ExpectedError):  # the same rule, had it begun with the name of a device
        refuse_name("C:\\grants", f"CON.{name}", 74)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses it, which is the case above")
def test_f10_where_a_long_path_works_it_works(tmp_path: Path, own_home: Path) -> None:
    folder = tmp_path / ("a" * 150) / ("b" * 150)
    folder.mkdir(parents=True)
    path = folder / "ours.funding"
    Assembly().create(path)
    opened = Assembly().open(str(path))
    assert opened.check() == []
    opened.close()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize(
    "of_folder", [True, False], ids=["its folder by another name", "the file by another name"]
)
def test_f11_one_file_by_two_names_is_known_as_one(
    ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_folder: bool
) -> None:
    if of_folder:
        (tmp_path / "mapped").symlink_to(ours.parent)
        other = tmp_path / "mapped" / ours.name
    else:
        other = tmp_path / "link.funding"
        other.symlink_to(ours)
    first = Assembly().open(str(ours))
    lock = ours.with_name("ours.funding.lock")
    held = json.loads(lock.read_text())
    lock.write_text(json.dumps({**held, "machine": "another PC", "person": "Ann"}))
    second = Assembly().open(str(other))
    assert "is open by Ann on another PC since" in second.notice
    assert "so it can only be read here" in second.notice
    second.close()
    first.close()


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("OneDrive - Our Council", "OneDrive"),
        ("Dropbox (Team)", "Dropbox"),
        ("Google Drive", "Google Drive"),
        ("iCloudDrive", "iCloud"),
        ("Drives", ""),
    ],
)
def test_f12_a_file_in_a_folder_that_is_synchronised_is_worked_on_as_a_copy_and_warned_of(
    ours: Path, tmp_path: Path, folder: str, service: str
) -> None:
    place = tmp_path / folder / "grants"
    place.mkdir(parents=True)
    path = place / "ours.funding"
    shutil.copyfile(ours, path)
    opened = Assembly().open(str(path))
    assert opened.notice == ""
    if service:
        assert opened.sharing is not None
        ((text, advice),) = opened.warnings
        assert f"“ours.funding” lies in a folder that {service} copies to other computers" in text
        assert "You work on a copy on this PC" in text
        assert f"Let {service} finish before somebody else opens it" in advice
        opened.close()
        ((finding),) = run("verify", path, "--json").data["findings"]
        assert (
            f"a folder that {service} copies to other computers. You see what has arrived" in finding["text"]
        )
    else:
        assert opened.sharing is None
        assert opened.warnings == ()
        opened.close()
    assert synced_by(path) == service


# What is written beside them


def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program holds whatever is to be replaced, as Excel does on Windows."""

    def replace(path: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_f13_an_export_over_an_open_workbook_is_kept_beside_it(
    given: Given, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    given.brought(given.text(cells(1), cells(2)))
    out = given.folder / f"lines{suffix}"
    out.write_bytes(b"of last week")
    with monkeypatch.context() as patched:
        held(patched)
        with pytest.raises(ExpectedError) as caught:
            export(given.opened, out)
    assert (
        f"“lines{suffix}” in {given.folder} is open in another program, so it was not replaced"
        in caught.value.message
    )
    assert f"was kept beside it as “lines (2){suffix}”" in caught.value.message
    assert f"close “lines{suffix}” and write it again" in caught.value.advice
    assert out.read_bytes() == b"of last week"
    kept = given.folder / f"lines (2){suffix}"
    fresh = given.folder / f"fresh{suffix}"
    export(given.opened, fresh)
    assert kept.stat().st_size == fresh.stat().st_size > 0
    kept.unlink()
    fresh.unlink()
    assert sorted(path.name for path in given.folder.iterdir()) == sorted([out.name, "ledger.csv"])


def test_f14_leftovers_are_swept_after_a_day_and_only_our_own(given: Given) -> None:
    folder = given.file.parent
    ours, fresh, strange = (
        folder / ".fundingapp-unfinished-0123.part",
        folder / ".fundingapp-unfinished-4567.part",
        folder / ".somebody-elses.part",
    )
    for path in (ours, fresh, strange):
        path.write_bytes(b"x")
    long_ago = time.time() - 25 * 60 * 60
    os.utime(ours, (long_ago, long_ago))
    os.utime(strange, (long_ago, long_ago))
    given.opened.close()
    given.opened = Assembly().open(str(given.file))
    assert (ours.exists(), fresh.exists(), strange.exists()) == (False, True, True)
    ours.write_bytes(b"x")
    os.utime(ours, (long_ago, long_ago))
    export(given.opened, folder / "lines.csv")
    assert (ours.exists(), fresh.exists(), strange.exists()) == (False, True, True)


def test_f15_a_clock_that_was_moved_back_is_warned_of_and_changes_no_order(
    ours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, early = datetime(2031, 5, 4, 12, tzinfo=UTC), datetime(2030, 1, 2, 9, tzinfo=UTC)

    def step(number: int, moment: datetime) -> list[tuple[str, str]]:
        """A change at *moment*; what was warned of before it."""
        database = open_file(ours, lambda: moment, "Ann")
        warned = database.warnings()
        with database.open_work() as work:
            work.projects.add(Project(f"X-{number}", f"Project {number}"))
            work.commit(JournalRecord("Test", f"step {number}"))
        database.close()
        return warned

    assert step(1, late) == []
    ((text, advice),) = step(2, early)
    assert "The clock of this PC says 02/01/2030" in text
    assert "the newest entry of the history was made at 04/05/2031" in text
    assert (
        advice == "Set the clock right before you go on; the history keeps its order whatever the clock says."
    )
    monkeypatch.setattr(assembly, "now", lambda: early + timedelta(minutes=1))
    opened = Assembly().open(str(ours))
    assert opened.warnings == ()
    assert [entry.sentence for entry in opened.desk.ask(History(2))] == ["step 2", "step 1"]
    assert opened.check() == []
    opened.close()


def test_f15_clocks_that_differ_by_minutes_are_no_jump(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = assembly.now()
    monkeypatch.setattr(assembly, "now", lambda: real - timedelta(minutes=4))
    opened = Assembly().open(str(ours))
    assert opened.warnings == ()
    opened.close()
