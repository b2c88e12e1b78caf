"""One transaction with its entry in the history: all of it or none of it, and nobody's work is lost."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import Kept, LineFilter
from fundingapp.domain.errors import ChangedMeanwhileError, ExpectedError
from fundingapp.domain.funds import Project
from fundingapp.domain.money import Money
from fundingapp.persistence.database import Database
from fundingapp.persistence.engines import PRAGMAS
from tests.persistence.support import RECORD, YEAR, Place, a_line, add_grant, add_lines, charge, to_project


def names(database: Database) -> list[str]:
    with database.open_work(reading=True) as work:
        return [kept.value.name for kept in work.projects.all()]


def test_what_is_not_committed_is_gone_with_all_that_belongs_to_it(database: Database) -> None:
    with database.open_work() as work:
        grant = add_grant(work)
        _, (line,) = add_lines(work, [a_line("T1", 100)])
        charge(work, line, to_project(grant.head(grant.one), 100))
    with database.open_work(reading=True) as work:
        assert work.projects.all() == []
        assert work.ledger.batches() == []
        assert work.ledger.held() == {}
        assert work.journal.lines() == []


def test_an_error_in_the_middle_takes_back_what_was_done_before_it(database: Database) -> None:
    with contextlib.suppress(ZeroDivisionError), database.open_work() as work:
        work.projects.add(Project("P-01", "Youth Bus"))
        work.projects.add(Project("P-02", str(1 // 0)))
    assert names(database) == []


def test_work_after_the_commit_of_a_unit_is_not_kept(database: Database) -> None:
    with database.open_work() as work:
        work.projects.add(Project("P-01", "Youth Bus"))
        work.commit(RECORD)
        work.projects.add(Project("P-02", "Too late"))
    assert names(database) == ["Youth Bus"]


def test_only_looking_can_change_nothing(database: Database) -> None:
    with database.open_work(reading=True) as work, pytest.raises(AssertionError):
        work.commit(RECORD)
    with contextlib.suppress(ExpectedError), database.open_work(reading=True) as work:
        # SQLite lets it begin, PostgreSQL does not; on neither does it last.
        work.projects.add(Project("P-01", "Youth Bus"))
    assert names(database) == []


def test_a_reader_sees_one_moment_while_others_write(place: Place) -> None:
    reader, writer = place.open("A"), place.open("B")
    with writer.open_work() as work:
        project = work.projects.add(Project("P-01", "Youth Bus"))
        work.commit(RECORD)
    with reader.open_work(reading=True) as looking:
        assert looking.projects.get(project).value.name == "Youth Bus"
        if place.kind == "postgresql":
            with writer.open_work() as work:
                work.projects.replace(work.projects.get(project), Project("P-01", "Night Bus"))
                work.commit(RECORD)
        assert looking.projects.get(project).value.name == "Youth Bus"


def test_a_second_writer_is_told_that_the_file_is_busy(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRAGMAS, "busy_timeout", 50)
    monkeypatch.setattr("fundingapp.persistence.engines.WRITERS_WAIT", "50ms")
    first, second = place.open("A"), place.open("B")
    with first.open_work() as work:
        work.projects.add(Project("P-01", "Youth Bus"))
        with pytest.raises(ExpectedError) as refused, second.open_work():
            pass
        work.commit(RECORD)
    assert refused.value.code == "file_busy"
    assert place.target.rsplit("/", 1)[-1].split("?")[0] in refused.value.message
    with second.open_work() as work:
        work.projects.add(Project("P-02", "Safe Homes"))
        work.commit(RECORD)
    assert names(first) == ["Youth Bus", "Safe Homes"]


def edit(open_again: Callable[[], Database], who: str, times: int, lost: multiprocessing.Queue[int]) -> None:
    """Adds one to a project's name *times* times, reading first and writing later, as people do."""
    database = open_again()
    refused = 0
    for _ in range(times):
        while True:
            with database.open_work(reading=True) as work:
                seen = work.projects.get(1)
            try:
                with database.open_work() as work:
                    work.projects.replace(seen, Project("P-01", str(int(seen.value.name) + 1)))
                    work.commit(JournalRecord("Count", who))
                break
            except ChangedMeanwhileError:
                refused += 1
    database.close()
    lost.put(refused)


def test_two_programs_with_two_hundred_conflicting_edits_lose_none(place: Place) -> None:
    with place.open().open_work() as work:
        work.projects.add(Project("P-01", "0"))
        work.commit(RECORD)
    place.close()
    context = multiprocessing.get_context("fork")
    lost: multiprocessing.Queue[int] = context.Queue()
    programs = [context.Process(target=edit, args=(place.open, who, 100, lost)) for who in ("A", "B")]
    for program in programs:
        program.start()
    conflicts = [lost.get(timeout=60) for _ in programs]
    for program in programs:
        program.join(timeout=60)
        assert program.exitcode == 0
    database = place.open()
    with database.open_work(reading=True) as work:
        assert work.projects.get(1) == Kept(1, 201, Project("P-01", "200"))
        assert [line.sequence for line in work.journal.lines()] == list(range(201, 0, -1))
    assert sum(conflicts) > 0, "the two never met, so nothing was shown"
    assert database.problems() == []


def test_one_thread_writes_while_two_read_and_each_sees_whole_imports(database: Database) -> None:
    """As the window does: a writer and two readers on one engine."""
    with database.open_work() as work:
        add_lines(work, [a_line("T0", 100)])
        work.commit(RECORD)
    done = threading.Event()

    def read() -> int:
        looks = 0
        while not done.is_set() or not looks:
            with database.open_work(reading=True) as work:
                number, total = work.ledger.total(LineFilter(year=YEAR))
                ids = [batch.id for batch in work.ledger.batches()]
                assert number == 1 + 20 * (len(ids) - 1)
                assert total == Money(100 * number)
                assert len(work.ledger.line_rows(range(1, 500))) == number
            looks += 1
        return looks

    with ThreadPoolExecutor(max_workers=3) as threads:
        readers = [threads.submit(read) for _ in range(2)]
        try:
            for batch in range(10):
                with database.open_work() as work:
                    add_lines(work, [a_line(f"T{batch}/{number}", 100) for number in range(20)])
                    work.commit(RECORD)
        finally:
            done.set()
        assert all(reader.result() for reader in readers)


def test_a_broken_constraint_that_nobody_foresaw_is_left_to_be_seen(database: Database) -> None:
    """A mistake of ours must not look like a refusal of the world."""
    with database.open_work() as work:
        connection = work.ledger._connection  # type: ignore[attr-defined]  # of the store in SQL
        with pytest.raises(IntegrityError):
            connection.execute(text("INSERT INTO coding_rule (id, version, place) VALUES (1, 1, 1)"))


def test_a_file_that_can_only_be_read_refuses_to_begin_writing(file: Path) -> None:
    database = Place("sqlite", str(file), file.parent).open(read_only=True)
    try:
        with pytest.raises(ExpectedError) as refused, database.open_work():
            pass
        assert refused.value.code == "read_only"
        assert names(database) == []
    finally:
        database.close()
