"""The audit trail: it can only be added to, and whatever is done to it behind our back is seen (D13)."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from fundingapp.application.effect import JournalRecord
from fundingapp.domain.funds import Project
from fundingapp.persistence.database import Database, open_file, open_server
from fundingapp.persistence.journal import GENESIS
from tests.persistence.support import NOON, Place, noon

RECORDS = [
    JournalRecord(
        "ImportLedger", f"import download {number}.xlsx", {"lines": number}, {"total_pence": number * 7}
    )
    for number in range(1, 6)
]


def write(database: Database, records: list[JournalRecord] = RECORDS) -> str:
    """Commits *records* one by one; gives the head of the chain."""
    for record in records:
        with database.open_work() as work:
            work.commit(record)
    with database.open_work(reading=True) as work:
        return work.journal.head()


def run(place: Place, *statements: str) -> None:
    """Carries *statements* out on the database itself, as somebody with the right tools can."""
    if place.kind == "sqlite":
        with closing(sqlite3.connect(place.target)) as file, file:
            for statement in statements:
                file.execute(statement)
        return
    engine = create_engine(make_url(place.target).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


def without_guard(place: Place, *statements: str) -> None:
    """The same past the triggers, which an owner of the file can always drop."""
    if place.kind == "sqlite":
        drops = [
            f"DROP TRIGGER {table}_no_{verb}"
            for table in ("journal", "journal_detail")
            for verb in ("update", "delete")
        ]
        run(place, *drops, *statements)
    else:
        run(place, "SET LOCAL session_replication_role = replica", *statements)


def test_the_history_says_who_did_what_when_and_with_what(place: Place) -> None:
    database = place.open("B. Clerk")
    write(database)
    with database.open_work(reading=True) as work:
        newest, *rest = work.journal.lines()
        assert newest[:6] == (5, NOON, "B. Clerk", newest.machine, "ImportLedger", "import download 5.xlsx")
        assert newest.machine
        assert (newest.before, newest.after) == ({"lines": 5}, {"total_pence": 35})
        assert [line.sequence for line in rest] == [4, 3, 2, 1]
        assert work.journal.lines(limit=2) == [newest, rest[0]]
    assert database.problems() == []


def test_an_empty_history_ends_in_the_genesis_and_each_entry_moves_the_head(database: Database) -> None:
    with database.open_work(reading=True) as work:
        heads = [work.journal.head()]
    assert heads == [GENESIS]
    heads += [write(database, [record]) for record in RECORDS]
    assert len(set(heads)) == 6


def test_texts_of_any_kind_are_kept_and_their_chain_holds(database: Database) -> None:
    odd = "“Ünï” % _ ' \" \\ \n\t 🙂 ; DROP TABLE journal"
    write(database, [JournalRecord("Odd", odd, {odd: [odd, 1, None, {"a": True}]}, {"pence": 10**15})])
    with database.open_work(reading=True) as work:
        (line,) = work.journal.lines()
    assert (line.sentence, line.before) == (odd, {odd: [odd, 1, None, {"a": True}]})
    assert database.problems() == []


def test_a_clock_of_another_zone_leaves_the_chain_whole(place: Place) -> None:
    summer = timezone(timedelta(hours=1))

    def clock() -> datetime:
        return datetime(2019, 7, 1, 13, 0, 0, 123456, tzinfo=summer)

    if place.kind == "sqlite":
        database = open_file(Path(place.target), clock, "A")
    else:
        database = open_server(place.target, clock, "A", place.folder / "files")
    place.opened.append(database)
    write(database)
    assert database.problems() == []
    with database.open_work(reading=True) as work:
        assert work.journal.lines()[0].at == datetime(2019, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET sentence = 'nothing happened'",
        "DELETE FROM journal WHERE sequence = 5",
        "DELETE FROM journal_detail",
        "UPDATE journal_detail SET detail_json = '{}'",
        "INSERT INTO journal SELECT * FROM journal WHERE sequence = 1",
    ],
)
def test_the_database_itself_refuses_to_change_the_history(place: Place, statement: str) -> None:
    database = place.open()
    head = write(database)
    with pytest.raises((sqlite3.Error, DBAPIError)):
        run(place, statement)
    with database.open_work(reading=True) as work:
        assert work.journal.head() == head
    assert database.problems() == []


def test_a_row_can_t_be_forged_by_replacing_it(file: Path) -> None:
    """REPLACE INTO deletes without asking triggers unless recursive_triggers is on (E73)."""
    database = open_file(file, noon, "A")
    write(database)
    with pytest.raises(DBAPIError, match="can only be added to"), database._engine.begin() as connection:
        connection.exec_driver_sql("REPLACE INTO journal SELECT * FROM journal WHERE sequence = 2")
    assert database.problems() == []
    database.close()


def test_a_server_refuses_to_empty_the_history(
    new_server_database: Callable[..., str], tmp_path: Path
) -> None:
    place = Place("postgresql", new_server_database(), tmp_path)
    database = place.open()
    write(database)
    with pytest.raises(DBAPIError, match="can only be added to"):
        run(place, "TRUNCATE journal CASCADE")
    assert database.problems() == []
    place.close()


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["UPDATE journal SET sentence = 'import nothing' WHERE sequence = 3"], "Entry 3"),
        (["UPDATE journal SET done_by = 'Somebody Else' WHERE sequence = 1"], "Entry 1"),
        (["UPDATE journal SET done_at = '2001-01-01T00:00:00+00:00' WHERE sequence = 5"], "Entry 5"),
        (["UPDATE journal SET done_at = 'yesterday' WHERE sequence = 5"], "Entry 5"),
        (["UPDATE journal SET machine = '' WHERE sequence = 2"], "Entry 2"),
        (["UPDATE journal SET command = 'Import' WHERE sequence = 2"], "Entry 2"),
        (["UPDATE journal SET hash = '' WHERE sequence = 4"], "Entry 4"),
        (
            ['UPDATE journal_detail SET detail_json = \'{"after":{},"before":{}}\' WHERE sequence = 3'],
            "The details of entry 3",
        ),
        (["UPDATE journal_detail SET detail_json = '' WHERE sequence = 3"], "The details of entry 3"),
        (["UPDATE journal_detail SET salt = 'aa' WHERE sequence = 3"], "The details of entry 3"),
        (["DELETE FROM journal_detail WHERE sequence = 2"], "The details of entry 2"),
        (
            ["DELETE FROM journal_detail WHERE sequence = 3", "DELETE FROM journal WHERE sequence = 3"],
            "jumps from entry 2 to 4",
        ),
        (
            ["DELETE FROM journal_detail WHERE sequence = 1", "DELETE FROM journal WHERE sequence = 1"],
            "jumps from entry 0 to 2",
        ),
        (
            [
                "UPDATE journal SET sentence = 'tmp' WHERE sequence = 2",
                "UPDATE journal SET sentence = 'import download 2.xlsx' WHERE sequence = 3",
                "UPDATE journal SET sentence = 'import download 3.xlsx' WHERE sequence = 2",
            ],
            "Entry 2",
        ),
        (
            [
                "DELETE FROM journal_detail WHERE sequence IN (2, 3)",
                "UPDATE journal SET sequence = 99 WHERE sequence = 2",
                "UPDATE journal SET sequence = 2 WHERE sequence = 3",
                "UPDATE journal SET sequence = 3 WHERE sequence = 99",
            ],
            "Entry 2",
        ),
        (
            [
                "INSERT INTO journal SELECT 6, done_at, done_by, machine, command, sentence, detail_digest, hash "
                "FROM journal WHERE sequence = 5"
            ],
            "Entry 6",
        ),
    ],
)
def test_a_change_past_the_guard_is_named(place: Place, statements: list[str], said: str) -> None:
    database = place.open()
    write(database)
    assert database.problems() == []
    if place.kind == "postgresql" and "99" in "".join(statements):
        statements = [
            "ALTER TABLE journal DISABLE TRIGGER ALL",
            *statements,
            "ALTER TABLE journal ENABLE TRIGGER ALL",
        ]
    without_guard(place, *statements)
    assert any(said in problem for problem in database.problems())


def test_a_tail_that_is_cut_off_is_seen_by_the_head_that_was_published(place: Place) -> None:
    """The chain alone can't tell (E96): every return states the head it was made at."""
    database = place.open()
    head = write(database)
    without_guard(
        place,
        "DELETE FROM journal_detail WHERE sequence >= 4",
        "DELETE FROM journal WHERE sequence >= 4",
    )
    with database.open_work(reading=True) as work:
        assert work.journal.head() != head


def test_any_byte_of_the_history_that_is_changed_in_the_file_is_found(file: Path) -> None:
    """Single bits of the very file are turned, wherever the texts of the history lie in it."""
    database = open_file(file, noon, "A. Person")
    write(database)
    database.close()
    whole = file.read_bytes()
    marks = [b"import download", b"ImportLedger", b"A. Person", b'"total_pence":', b'"lines":']
    places = [at + offset for mark in marks for at in occurrences(whole, mark) for offset in range(len(mark))]
    rng = random.Random(96)
    missed = []
    for at in rng.sample(places, 60):
        changed = bytearray(whole)
        changed[at] ^= 1 << rng.randrange(8)
        file.write_bytes(changed)
        damaged = open_file(file, noon, "A. Person")
        if not damaged.problems():
            missed.append(at)
        damaged.close()
    assert missed == []


def occurrences(data: bytes, mark: bytes) -> list[int]:
    found, at = [], data.find(mark)
    while at >= 0:
        found.append(at)
        at = data.find(mark, at + 1)
    return found


def test_a_project_and_its_entry_are_kept_together_or_not_at_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> int:
        raise OSError("no power")

    with database.open_work() as work:
        work.projects.add(Project("P-01", "Youth Bus"))
        monkeypatch.setattr(type(work.journal), "append", refuse)
        with pytest.raises(OSError, match="no power"):
            work.commit(RECORDS[0])
    with database.open_work(reading=True) as work:
        assert work.projects.all() == []
