"""The funding file on SQLite: what it is, what it refuses, and what it says when the world goes wrong."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from fundingapp.application.ports import LineFilter
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Project
from fundingapp.persistence import database as database_module, engines
from fundingapp.persistence.database import Database, create_file, open_file
from fundingapp.persistence.engines import APPLICATION_ID, PRAGMAS, prove_sqlite
from fundingapp.persistence.upgrading import SCHEMA_VERSION
from tests.conftest import ROOT
from tests.persistence.support import RECORD, YEAR, a_line, add_grant, add_lines, charge, noon, to_project


@pytest.fixture
def open_it(file: Path) -> Iterator[Callable[..., Database]]:
    """Opens the test's file; closes it at the end."""
    opened = []

    def do(**options: Any) -> Database:
        opened.append(open_file(file, noon, "S. Officer", **options))
        return opened[-1]

    yield do
    for database in opened:
        database.close()


def fill(database: Database, lines: int = 400, batch: str = "T") -> None:
    """An import with charged lines, enough to fill many pages."""
    with database.open_work() as work:
        grant = add_grant(work) if not work.funds.all() else None
        _, ids = add_lines(work, [a_line(f"{batch}{number}", number + 1) for number in range(lines)])
        if grant is not None:
            for id in ids[:50]:
                charge(work, id, to_project(grant.head(grant.one), id))
        work.commit(RECORD)


def total(database: Database) -> tuple[int, int]:
    with database.open_work(reading=True) as work:
        number, money = work.ledger.total(LineFilter())
        return number, money.pence


def sound(database: Database) -> bool:
    """Whether nothing is wrong but the originals, which these tests do not keep."""
    return all("is missing from" in problem for problem in database.problems())


# What the file is


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The settings as the program has them; the tests' own process does not wait for the disk otherwise."""
    spec = importlib.util.spec_from_file_location("engines_as_shipped", engines.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, value in module.PRAGMAS.items():
        monkeypatch.setitem(PRAGMAS, name, value)
    pragmas: dict[str, int] = module.PRAGMAS
    return pragmas


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("read_only", [False, True])
def test_every_connection_has_the_settings_that_keep_the_file_sound(
    open_it: Callable[..., Database], read_only: bool
) -> None:
    database = open_it(read_only=read_only)
    connections = [database._engine.connect().execution_options(reading=True) for _ in range(3)]
    expected: dict[str, object] = {**PRAGMAS, "mmap_size": 0, "query_only": int(read_only)}
    if not read_only:
        expected["journal_mode"] = "truncate"
    for connection in connections:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in expected}
        assert found == expected
    for connection in connections:
        connection.close()


def test_the_settings_are_those_that_were_decided(shipped: dict[str, int]) -> None:
    assert shipped == {
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "secure_delete": 1,
        "busy_timeout": 5000,
        "synchronous": 2,
    }


def test_a_file_says_in_its_head_whose_it_is_and_of_which_version(file: Path) -> None:
    head = file.read_bytes()[:100]
    assert head[68:72] == b"FUND" == APPLICATION_ID.to_bytes(4, "big")
    assert int.from_bytes(head[60:64], "big") == SCHEMA_VERSION


def test_a_library_that_does_not_take_a_setting_is_not_trusted(
    open_it: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRAGMAS, "foreign_keys", 7)
    with pytest.raises(ExpectedError) as refused:
        open_it()
    assert refused.value.code == "unfit_sqlite"
    assert "foreign_keys" in refused.value.message


@pytest.fixture
def proved_anew() -> Iterator[None]:
    prove_sqlite.cache_clear()
    yield
    prove_sqlite.cache_clear()


@pytest.mark.usefixtures("proved_anew")
def test_the_start_up_proof_passes_here_and_touches_no_file(tmp_path: Path) -> None:
    prove_sqlite()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("proved_anew")
def test_the_start_up_proof_sees_a_library_that_keeps_no_foreign_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(PRAGMAS, "foreign_keys", 0)
    with pytest.raises(ExpectedError) as refused:
        prove_sqlite()
    assert refused.value.code == "unfit_sqlite"
    assert "foreign keys" in refused.value.message


@pytest.mark.usefixtures("proved_anew")
@pytest.mark.parametrize("broken", ["COMMIT", "ROLLBACK", "SELECT 1"])
def test_the_start_up_proof_sees_a_driver_that_begins_or_ends_work_by_itself(
    monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """As Python's does unless it is told not to (E80)."""
    own = engines._sqlite

    def meddling(*given: Any, **options: Any) -> Engine:
        engine = own(*given, **options)

        def before(_connection: Any, cursor: sqlite3.Cursor, statement: str, *_rest: Any) -> None:
            if statement.startswith("CREATE TABLE passing"):
                cursor.execute(broken)

        event.listen(engine, "before_cursor_execute", before)
        return engine

    monkeypatch.setattr(engines, "_sqlite", meddling)
    if broken == "SELECT 1":
        prove_sqlite()
        return
    with pytest.raises(ExpectedError) as refused:
        prove_sqlite()
    assert refused.value.code == "unfit_sqlite"


def test_tables_made_in_work_that_is_left_are_gone(open_it: Callable[..., Database]) -> None:
    database = open_it()
    with database._engine.connect() as connection:
        connection.execute(text("CREATE TABLE passing (id INTEGER)"))
        with connection.begin_nested() as savepoint:
            connection.execute(text("INSERT INTO passing VALUES (1)"))
            savepoint.rollback()
        assert connection.execute(text("SELECT count(*) FROM passing")).scalar_one() == 0
    with database._engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_schema")).scalars().all()
    assert "passing" not in names


@pytest.mark.parametrize(
    "change",
    [
        "amount_pence = '12,5'",
        "amount_pence = 1.5",
        "amount_pence = NULL",
        "amount_pence = 1000000000000001",
        "amount_pence = 9e999",
        "posted_on = '2019-04-31'",
        "posted_on = '2019-4-3'",
        "posted_on = '03/04/2019'",
        "posted_on = ''",
        "period = 14",
        "period = 0",
        "period = 'April'",
        "live = 2",
        "state = 'lost'",
        "first_batch_id = 99",
        "supplier = NULL",
        "supplier = x'00ff'",
    ],
)
def test_the_file_itself_refuses_what_is_no_ledger_line(
    open_it: Callable[..., Database], change: str
) -> None:
    database = open_it()
    fill(database, 3)
    with (
        pytest.raises(DBAPIError, match=r"(?i)constraint|cannot store"),
        database._engine.begin() as connection,
    ):
        connection.execute(text(f"UPDATE ledger_line SET {change} WHERE id = 1"))
    assert total(database) == (3, 6)


def test_an_amount_that_is_not_a_number_is_refused(open_it: Callable[..., Database]) -> None:
    """SQLite makes NULL of it, and NULL is no amount (E72)."""
    database = open_it()
    fill(database, 1)
    with pytest.raises(DBAPIError, match="NOT NULL"), database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE ledger_line SET amount_pence = ?", (float("nan"),))


# Making one


def test_a_file_that_is_there_is_not_made_again(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(ExpectedError) as refused:
        create_file(file)
    assert refused.value.code == "file_exists"
    assert file.read_bytes() == before


def test_a_file_that_appears_while_another_is_made_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.funding"
    sync = database_module._sync

    def meanwhile(made: Path) -> None:
        sync(made)
        path.write_bytes(b"somebody else's")

    monkeypatch.setattr(database_module, "_sync", meanwhile)
    with pytest.raises(ExpectedError) as refused:
        create_file(path)
    assert refused.value.code == "file_exists"
    assert path.read_bytes() == b"somebody else's"
    assert list(tmp_path.iterdir()) == [path]


def test_making_a_file_that_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRAGMAS, "max_page_count", 5)
    with pytest.raises(ExpectedError) as refused:
        create_file(tmp_path / "new.funding")
    assert refused.value.code == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError) as refused:
        create_file(tmp_path / "nowhere" / "new.funding")
    assert refused.value.code == "no_folder"
    assert "nowhere" in refused.value.message


@pytest.mark.parametrize(
    "name", ["Ünïcode “grant”.funding", "100% #1 ?a=b&c.funding", " spaced  out .funding"]
)
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    create_file(path)
    database = open_file(path, noon, "S. Officer")
    fill(database, 2)
    assert total(database) == (2, 3)
    database.close()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([name, f"{name}-journal"])


# Opening what is not sound, or not ours


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"PK\x03\x04 a workbook", "not_ours"),
        (b"SQLite format 3\0", "not_ours"),
        (bytes(range(256)) * 20, "not_ours"),
        (b"GIF89a", "not_ours"),
    ],
)
def test_what_is_no_funding_file_is_refused_and_not_touched(file: Path, content: bytes, code: str) -> None:
    file.write_bytes(content)
    with pytest.raises(ExpectedError) as refused:
        open_file(file, noon, "S. Officer")
    assert refused.value.code == code
    assert file.name in refused.value.message
    assert file.read_bytes() == content
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_somebody_elses_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.funding"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE fund (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(ExpectedError) as refused:
        open_file(path, noon, "S. Officer")
    assert refused.value.code == "not_ours"
    assert path.read_bytes() == before


def test_a_folder_and_a_missing_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError) as refused:
        open_file(tmp_path, noon, "S. Officer")
    assert refused.value.code == "cannot_open"
    with pytest.raises(ExpectedError) as refused:
        open_file(tmp_path / "none.funding", noon, "S. Officer")
    assert refused.value.code == "no_file"
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_a_newer_program_can_be_read_and_names_both_versions(
    open_it: Callable[..., Database], file: Path
) -> None:
    fill(open_it(), 3)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version=9")
        connection.execute("CREATE TABLE remark (id INTEGER)")
    before = file.read_bytes()
    database = open_it()
    assert database.opened.read_only
    assert "version 9" in database.opened.notice
    assert f"knows {SCHEMA_VERSION}" in database.opened.notice
    assert total(database) == (3, 6)
    assert sound(database)
    with pytest.raises(ExpectedError) as refused, database.open_work():
        pass
    assert refused.value.code == "read_only"
    assert "version 9" in refused.value.message
    assert file.read_bytes() == before


def test_a_newer_file_that_is_laid_out_otherwise_is_refused_in_a_sentence(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version=9")
        connection.execute("ALTER TABLE ledger_line RENAME COLUMN supplier TO vendor")
    with pytest.raises(ExpectedError) as refused:
        open_file(file, noon, "S. Officer")
    assert refused.value.code == "newer_file"
    assert "version 9" in refused.value.message


def test_a_value_that_only_a_newer_program_knows_is_told_in_a_sentence(
    open_it: Callable[..., Database], file: Path
) -> None:
    database = open_it()
    fill(database, 1)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute("UPDATE project SET starts_on = 'soon'")
        connection.execute("UPDATE fund SET divides_labour = 2")
        connection.execute("UPDATE ledger_line SET posted_on = 'Tuesday'")
        connection.commit()
    for ask in ("projects", "funds", "ledger"):
        with pytest.raises(ExpectedError) as refused, database.open_work(reading=True) as work:
            work.ledger.held() if ask == "ledger" else getattr(work, ask).all()
        assert refused.value.code == "unreadable_value"
    assert any("damaged" in problem for problem in database.problems())


def test_a_file_that_is_cut_short_is_never_taken_for_a_sound_one(
    open_it: Callable[..., Database], file: Path
) -> None:
    database = open_it()
    fill(database)
    database.close()
    whole = file.read_bytes()
    for size in (50, 100, 1000, 4096, 8192, len(whole) // 2, len(whole) - 4096, len(whole) - 1):
        file.write_bytes(whole[:size])
        try:
            found = any("damaged" in problem for problem in open_it().problems())
        except ExpectedError as refused:
            found = refused.code in ("file_damaged", "not_ours")
        assert found, f"cut at {size}"
        assert file.read_bytes() == whole[:size]


def test_random_bytes_under_our_head_are_refused_in_a_sentence(file: Path) -> None:
    rng = random.Random(4)
    head = file.read_bytes()[:100]
    for _ in range(10):
        file.write_bytes(head + rng.randbytes(20_000))
        with pytest.raises(ExpectedError) as refused:
            open_file(file, noon, "S. Officer").problems()
        assert refused.value.code == "file_damaged"


def test_turned_bits_anywhere_are_told_in_sentences_or_harmless(
    open_it: Callable[..., Database], file: Path
) -> None:
    """Whatever a disk does to the file, no stranger's error reaches the user."""
    database = open_it()
    fill(database)
    database.close()
    whole = file.read_bytes()
    rng = random.Random(69)
    found = 0
    for _ in range(80):
        changed = bytearray(whole)
        for at in rng.sample(range(100, len(whole)), 8):
            changed[at] ^= 1 << rng.randrange(8)
        file.write_bytes(changed)
        try:
            damaged = open_it()
            found += not sound(damaged)
            total(damaged)
            with damaged.open_work(reading=True) as work:
                work.ledger.held()
                work.ledger.line_rows(range(1, 100))
                work.projects.all()
            damaged.close()
        except ExpectedError:
            found += 1
    assert found > 40


# The world around it


def test_a_file_in_a_folder_that_can_t_be_written_opens_to_be_read(
    open_it: Callable[..., Database], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(open_it(), 3)
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) == file)
    database = open_it()
    assert database.opened.read_only
    assert "write-protected" in database.opened.notice
    assert total(database) == (3, 6)
    assert sound(database)
    with pytest.raises(ExpectedError) as refused, database.open_work():
        pass
    assert refused.value.code == "read_only"


@pytest.mark.skipif(
    sys.platform == "win32" or os.getuid() != 0, reason="only root can try it as somebody else"
)
def test_somebody_who_may_not_write_the_file_can_read_it(
    open_it: Callable[..., Database], file: Path
) -> None:
    fill(open_it(), 3)
    folder = Path(tempfile.mkdtemp(prefix="fundingapp-shared-"))
    try:
        folder.chmod(0o755)
        shutil.copyfile(file, folder / "shared.funding")
        (folder / "shared.funding").chmod(0o644)
        program = (
            "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
            "from fundingapp.persistence.database import open_file\n"
            "from fundingapp.application.ports import LineFilter\n"
            "opened = open_file(Path(sys.argv[1]), lambda: datetime.now(UTC), 'nobody')\n"
            "with opened.open_work(reading=True) as work:\n"
            "    print(opened.opened.read_only, work.ledger.total(LineFilter())[1].pence)\n"
        )
        try:
            done = subprocess.run(
                [sys.executable, "-c", program, str(folder / "shared.funding")],
                cwd=ROOT,
                user="nobody",
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        except PermissionError:
            pytest.skip("nobody else may run this Python")
        if "Permission denied" in done.stderr or "No module named" in done.stderr:
            pytest.skip("nobody else may read this checkout")
        assert done.stdout == "True 6\n", done.stderr
        assert [entry.name for entry in folder.iterdir()] == ["shared.funding"]
    finally:
        shutil.rmtree(folder)


def leave_half_done(file: Path, target: Path) -> None:
    """Copies *file* to *target* as a crash in the middle of a commit would leave it, with its journal."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=2")
        connection.execute("PRAGMA cache_spill=1")
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE ledger_line SET amount_pence = 999, description = 'half done'")
        shutil.copyfile(file, target)
        shutil.copyfile(f"{file}-journal", f"{target}-journal")
        connection.execute("ROLLBACK")
    assert Path(f"{target}-journal").stat().st_size > 0
    assert b"half done" in target.read_bytes()


@pytest.mark.parametrize("read_only", [False, True])
def test_what_a_crash_left_half_done_is_rolled_back_when_the_file_is_opened_even_to_be_read(
    open_it: Callable[..., Database], file: Path, tmp_path: Path, read_only: bool
) -> None:
    fill(open_it())
    expected = total(open_it())
    crashed = tmp_path / "crashed.funding"
    leave_half_done(file, crashed)
    database = open_file(crashed, noon, "S. Officer", read_only=read_only)
    assert total(database) == expected
    assert sound(database)
    database.close()
    assert b"half done" not in crashed.read_bytes()


def test_a_busy_file_is_told_to_be_busy_after_the_wait(
    open_it: Callable[..., Database], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRAGMAS, "busy_timeout", 50)
    database = open_it()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for attempt in (
            lambda: database.open_work().__enter__(),
            lambda: total(database),
            open_it,
            database.problems,
        ):
            with pytest.raises(ExpectedError) as refused:
                attempt()
            assert refused.value.code == "file_busy"
            assert file.name in refused.value.message
        other.execute("COMMIT")
    fill(database, 2)
    assert total(database) == (2, 3)


def test_a_commit_that_a_reader_keeps_waiting_too_long_is_taken_back_whole(
    open_it: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRAGMAS, "busy_timeout", 50)
    database = open_it()
    fill(database, 2)
    with database.open_work(reading=True) as looking:
        assert looking.ledger.total(LineFilter())[0] == 2
        with pytest.raises(ExpectedError) as refused:
            fill(database, 5, "U")
        assert refused.value.code == "file_busy"
        assert looking.ledger.total(LineFilter())[0] == 2
    assert total(database)[0] == 2
    fill(database, 5, "U")
    assert total(database)[0] == 7
    assert sound(database)


def test_a_reader_waits_for_a_commit_and_is_not_refused(open_it: Callable[..., Database], file: Path) -> None:
    database = open_it()
    fill(database, 2)
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
        release.start()
        assert total(database)[0] == 2
        release.join()


@pytest.mark.parametrize("room", [0, 1, 3, 10, 40])
def test_no_room_left_takes_back_the_whole_step_and_says_so(
    open_it: Callable[..., Database], file: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    first = open_it()
    fill(first)
    before = total(first)
    first.close()
    monkeypatch.setitem(PRAGMAS, "max_page_count", file.stat().st_size // 4096 + room)
    database = open_it()
    with pytest.raises(ExpectedError) as refused:
        fill(database, 2_000, "U")
    assert refused.value.code == "disk_full"
    assert "MB free" in refused.value.message
    assert total(database) == before
    assert sound(database)
    database.close()
    monkeypatch.delitem(PRAGMAS, "max_page_count")
    again = open_it()
    fill(again, 2_000, "U")
    assert total(again)[0] == before[0] + 2_000


@pytest.fixture
def small_drive(tmp_path: Path) -> Iterator[Path]:
    """A drive of one megabyte."""
    if sys.platform == "win32" or os.getuid() != 0:
        pytest.skip("only root can mount a small drive")
    folder = tmp_path / "drive"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no drive can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_drive_takes_back_the_whole_step_and_keeps_what_was_there(
    file: Path, small_drive: Path
) -> None:
    path = small_drive / "test.funding"
    shutil.copyfile(file, path)
    database = open_file(path, noon, "S. Officer")
    done = 0
    refused: ExpectedError | None = None
    while refused is None:
        try:
            fill(database, 300, f"B{done}/")
            done += 1
        except ExpectedError as error:
            refused = error
    assert refused.code == "disk_full"
    assert "(0." in refused.message
    assert "MB free" in refused.message
    assert done > 0
    assert total(database)[0] == 300 * done
    assert sound(database)
    database.close()
    with suppress(OSError), (small_drive / "filling").open("wb", buffering=0) as filling:
        while True:
            filling.write(b"x" * 4096)
    with pytest.raises(ExpectedError) as full:
        create_file(small_drive / "second.funding")
    assert full.value.code == "disk_full"
    (small_drive / "filling").unlink()
    assert {entry.name for entry in small_drive.iterdir()} == {"test.funding", "test.funding-journal"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not let go of a file that is open")
@pytest.mark.parametrize("newcomer", [False, True])
def test_a_file_that_is_deleted_or_replaced_while_it_is_open_is_not_written_over(
    open_it: Callable[..., Database], file: Path, tmp_path: Path, newcomer: bool
) -> None:
    database = open_it()
    fill(database, 2)
    before = b""
    if newcomer:
        other = tmp_path / "other.funding"
        create_file(other)
        before = other.read_bytes()
        other.replace(file)
    else:
        file.unlink()
    with pytest.raises(ExpectedError) as refused:
        fill(database, 2, "U")
    assert refused.value.code == "file_moved"
    assert file.name in refused.value.message
    if newcomer:
        assert file.read_bytes() == before
    else:
        assert not file.exists()


def test_a_large_step_does_not_keep_readers_out_before_it_commits(
    open_it: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changes that outgrow the memory set aside for them would lock the file early."""
    monkeypatch.setitem(PRAGMAS, "busy_timeout", 50)
    database = open_it()
    with database.open_work() as work:
        add_lines(work, [a_line(f"T{number}", 1, description="x" * 2_000) for number in range(5_000)])
        assert total(database) == (0, 0)
        work.commit(RECORD)
    assert total(database) == (5_000, 5_000)


def test_nothing_of_a_removed_name_stays_in_the_bytes_of_the_file(
    open_it: Callable[..., Database], file: Path
) -> None:
    """secure_delete overwrites what is deleted (E74)."""
    database = open_it()
    with database.open_work() as work:
        kept = work.projects.get(work.projects.add(Project("P-01", "Zebedee Unforgettable")))
        work.commit(RECORD)
    assert b"Zebedee" in file.read_bytes()
    with database.open_work() as work:
        work.projects.remove(kept)
        work.commit(RECORD)
    assert b"Zebedee" not in file.read_bytes()


def test_years_of_one_file_are_told_apart(open_it: Callable[..., Database]) -> None:
    database = open_it()
    with database.open_work() as work:
        add_lines(work, [a_line("T1", 1), a_line("T2", 2, year=YEAR.next)])
        assert work.ledger.years() == [YEAR, YEAR.next]
        assert work.ledger.total(LineFilter(year=YEAR.next))[1].pence == 2
