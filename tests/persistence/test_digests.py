"""Row digests: each row has its own, whatever wrote it, and what is changed past the program is named (D12)."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from fundingapp.application.ports import BatchState, Change, LineChange, Sighting
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ids import BatchId, LineId, RunId
from fundingapp.domain.ledger import SkippedRow
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.persistence.checking import altered_records
from fundingapp.persistence.database import Database, open_file
from fundingapp.persistence.digests import BY_IMPORT, IN_THE_ROW, NOT_DIGESTED, digested_tables
from fundingapp.persistence.schema import Base
from fundingapp.persistence.work import NOUNS
from tests.persistence.support import (
    RECORD,
    Place,
    a_line,
    add_grant,
    add_lines,
    charge,
    elsewhere,
    noon,
    to_project,
)


def altered(database: Database) -> list[str]:
    with database._engine.connect().execution_options(reading=True) as connection:
        return list(altered_records(connection))


@pytest.fixture
def filled(place: Place) -> Iterator[Database]:
    """A grant, an import with everything that an import may bring, and charges of all kinds."""
    database = place.open()
    with database.open_work() as work:
        grant = add_grant(work)
        _, first = add_lines(work, [a_line(f"T{number}", 100 + number) for number in range(40)])
        charge(work, first[0], to_project(grant.head(grant.one), 100))
        charge(work, first[1], to_project(grant.head(grant.one), 50), to_project(grant.head(grant.two), 51))
        charge(work, first[2], elsewhere(Disposition.EXCLUDED, 102))
        charge(work, first[3], to_project(grant.head(grant.one), 103, run=1))
        work.commit(RECORD)
    with database.open_work() as work:
        old = work.ledger.held_line(first[0]).line
        new = old._replace(description="said otherwise", amount=Money(120))
        add_lines(
            work,
            [a_line("U1", 5)],
            sightings=[Sighting(line, "Ledger", 3 + line) for line in first],
            skipped=[SkippedRow("Ledger", 99, "total row", "Total 123")],
            changes=[LineChange(first[0], Change.AMOUNT, True, False, old, new, (), (), None)],
            findings=[Finding(Severity.WARNING, "odd", "An odd row", Source("f.csv", "Ledger", 4, ""))],
            held=[old],
        )
        work.ledger.update_lines({first[0]: new})
        work.commit(RECORD)
    yield database
    database.close()


def test_every_row_that_was_written_agrees_with_its_digest(filled: Database) -> None:
    assert altered(filled) == []
    with filled._engine.connect().execution_options(reading=True) as connection:
        for table in IN_THE_ROW:
            missing = connection.execute(text(f"SELECT count(*) FROM {table} WHERE digest IS NULL"))
            assert missing.scalar_one() == 0
        for table in digested_tables():
            key = "batch_id" if table in BY_IMPORT else "id"
            rows = connection.execute(text(f"SELECT count(DISTINCT {key}) FROM {table}")).scalar_one()
            kept = connection.execute(
                text("SELECT count(*) FROM row_digest WHERE table_name = :table"), {"table": table}
            )
            assert kept.scalar_one() == rows, table


def test_changes_and_removals_of_every_sort_keep_digests_and_rows_together(filled: Database) -> None:
    with filled.open_work() as work:
        (project, *_) = work.projects.all()
        work.projects.replace(project, type(project.value)("P-77", "Another name"))
        work.awards.remove(work.awards.all()[2])
        batch = BatchId(work.ledger.batches()[1].id)
        work.ledger.set_reviewed(batch, [LineId(1)], reviewed=True)
        work.ledger.set_taken(batch, LineId(1), taken=False)
        work.ledger.set_left(batch, {LineId(1): ()})
        work.ledger.clear_run(RunId(1))
        work.ledger.set_batch_lines_live(batch, live=False)
        work.ledger.set_batch_state(batch, BatchState.REMOVED)
        work.commit(RECORD)
    assert altered(filled) == []


def test_what_is_not_committed_leaves_no_digest(filled: Database) -> None:
    with filled.open_work() as work:
        add_grant_again = work.projects.all()[0]
        work.projects.replace(add_grant_again, type(add_grant_again.value)("P-99", "Never kept"))
    with filled.open_work() as work:
        work.parties.replace(work.parties.all()[0], work.parties.all()[0].value)
        work.commit(RECORD)
    assert altered(filled) == []


def test_a_row_that_can_t_be_added_leaves_no_digest(filled: Database) -> None:
    with filled.open_work() as work:
        project = work.projects.all()[0].value
        with pytest.raises(ExpectedError):
            work.projects.add(project)
        work.commit(RECORD)
    assert altered(filled) == []


def test_every_table_has_a_digest_or_a_reason_for_none() -> None:
    """A new table comes under the digests by itself, and needs an identity for that."""
    for name, table in Base.metadata.tables.items():
        if name in NOT_DIGESTED or name in IN_THE_ROW:
            continue
        assert ("batch_id" if name in BY_IMPORT else "id") in table.columns, name
    for name, columns in IN_THE_ROW.items():
        there = {column.name for column in Base.metadata.tables[name].columns}
        assert set(columns) < there
        assert there - set(columns) <= {
            "live",
            "state",
            "charged_pence",
            "parts",
            "year",
            "period",
            "digest",
        }, name


def _spoil(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))
    connection.commit()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE allocation SET amount_pence = 22900000",
            "Allocation 1 (£229,000.00 for 2018/19) was changed outside the program, or a disk fault changed it.",
        ),
        ("UPDATE project SET name = 'Youth Bux' WHERE id = 1", "Project 1 (“P-01”) was changed outside"),
        (
            "DELETE FROM award WHERE id = 2",
            "Award 2 is missing: it was taken out of the file outside the program.",
        ),
        ("UPDATE ledger_line SET supplier = 'Nobody' WHERE id = 7", "Ledger line 7 (“T6” £1.06 for 2018/19)"),
        ("UPDATE charge SET reason = 'none' WHERE line_id = 3", "Charge of ledger line 3 (“none” £1.02)"),
        ("UPDATE charge SET digest = digest + 1 WHERE line_id = 3", "Charge of ledger line 3"),
        ("UPDATE line_sighting SET row_number = 7 WHERE line_id = 9", "Rows of import 2 were changed"),
        ("UPDATE skipped_row SET reason = 'blank row'", "Skipped rows of import 2 were changed"),
        (
            "UPDATE batch_control SET total_pence = total_pence + 1 WHERE batch_id = 1",
            "Control totals of import 1",
        ),
        ("UPDATE line_change SET reviewed = 1", "Changed lines of import 2 were changed"),
        (
            "UPDATE row_digest SET digest = 5 WHERE table_name = 'fund'",
            "Fund 1 (“Locality Fund”) was changed",
        ),
        ("DELETE FROM row_digest WHERE table_name = 'fund'", "Fund 1 (“Locality Fund”) was changed"),
    ],
)
def test_a_record_that_is_changed_past_the_program_is_named(
    filled: Database, statement: str, said: str
) -> None:
    with filled._engine.connect() as connection:
        _spoil(connection, statement)
    (found,) = altered(filled)
    assert found.startswith(said)
    assert found in filled.problems()


def test_a_column_that_a_later_version_adds_and_leaves_empty_changes_nothing(place: Place) -> None:
    if place.kind == "postgresql":
        pytest.skip("the database is shared with other tests")
    database = place.open()
    with database.open_work() as work:
        add_grant(work)
        work.commit(RECORD)
    with database._engine.connect() as connection:
        _spoil(connection, "ALTER TABLE project ADD COLUMN later TEXT")
    layout = "The layout of the database was changed outside the program, or a disk fault changed it."
    assert altered(database) == [layout]
    with database._engine.connect() as connection:
        _spoil(connection, "UPDATE project SET later = 'x' WHERE id = 2")
    first, second = altered(database)
    assert first == layout
    assert "Project 2" in second


def test_every_noun_is_a_word_for_a_sentence() -> None:
    assert set(NOUNS) <= set(Base.metadata.tables)
    assert all(noun == noun.strip() and noun[0].islower() for noun in NOUNS.values())


def test_only_the_first_twenty_of_many_are_told_one_by_one(file: Path) -> None:
    database = open_file(file, noon, "S. Officer")
    with database.open_work() as work:
        add_lines(work, [a_line(f"T{number}", number) for number in range(60)])
        work.commit(RECORD)
    with database._engine.connect() as connection:
        _spoil(connection, "UPDATE ledger_line SET description = 'all the same'")
    found = altered(database)
    assert len(found) == 21
    assert found[-1] == "… and 40 more of these."
    database.close()


#: So many take some seconds; a run of ten thousand is made by hand before a release.
FLIPS = 300


def test_turned_bits_are_found_or_harmless_or_refused(file: Path) -> None:
    """One bit at a time, anywhere in the file: the figures that can still be read are right, or the check says what
    is not (Z20). SQLite alone lets one in twelve through (E69)."""
    database = open_file(file, noon, "S. Officer")
    with database.open_work() as work:
        grant = add_grant(work)
        _, lines = add_lines(work, [a_line(f"T{number}", 100 + number) for number in range(400)])
        for line in lines[:200]:
            charge(work, line, to_project(grant.head(grant.one), 99 + line))
        work.commit(RECORD)
    database.close()
    whole = file.read_bytes()
    right = _content(file)
    rng = random.Random(20)
    outcomes = {"found": 0, "harmless": 0, "refused": 0}
    # Where there is something, page by page: most of a small file is empty pages, and the words of its layout, which
    # SQLite itself refuses to read when they are spoilt. Of those a few are enough.
    pages: list[list[int]] = []
    words_of_layout: list[list[int]] = []
    for start in range(0, len(whole), 4096):
        places = [at for at in range(start, start + 4096) if whole[at]]
        if len(places) > 200:
            (words_of_layout if b"CREATE " in whole[start : start + 4096] else pages).append(places)
    pages += rng.sample(words_of_layout, 3)
    for _ in range(FLIPS):
        at, bit = rng.choice(rng.choice(pages)), rng.randrange(8)
        _put(file, at, whole[at] ^ 1 << bit)
        outcome = _outcome(file, right)
        assert outcome != "missed", f"bit {bit} of byte {at}"
        outcomes[outcome] += 1
        _put(file, at, whole[at])
    assert outcomes["found"] > FLIPS / 2, outcomes
    assert file.read_bytes() == whole


def _put(file: Path, at: int, byte: int) -> None:
    with file.open("r+b") as open_file_:
        open_file_.seek(at)
        open_file_.write(bytes([byte]))


def _content(file: Path) -> object:
    """Every row of every table."""
    with closing(sqlite3.connect(file)) as connection:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        ]
        return [connection.execute(f"SELECT * FROM {name}").fetchall() for name in names]


def _outcome(file: Path, right: object) -> str:
    from fundingapp.persistence.checking import damage, line_problems
    from fundingapp.persistence.engines import sqlite_engine
    from fundingapp.persistence.journal import SqlJournal
    from fundingapp.persistence.ledger.totals import total_problems

    try:
        engine = sqlite_engine(file, read_only=True)
        try:
            with engine.connect().execution_options(reading=True) as connection:
                told = [
                    *damage(connection, file),
                    *altered_records(connection),
                    *SqlJournal(connection).problems(),
                    *line_problems(connection),
                    *total_problems(connection),
                ]
        finally:
            engine.dispose()
    except Exception:  # noqa: BLE001 - what stands for any refusal to read
        return "refused"
    if told:
        return "found"
    try:
        return "harmless" if _content(file) == right else "missed"
    except sqlite3.Error:
        return "missed"
