"""The stored totals: after every write they are what all lines and charges add up to (M11)."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from fundingapp.application.ports import BatchState, Charged, LineCharges, LineFilter, Show, UnitOfWork
from fundingapp.domain.ids import BatchId, LineId, RunId
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.persistence.database import Database, open_file
from fundingapp.persistence.ledger import charges, totals
from fundingapp.persistence.ledger.totals import total_problems
from tests.persistence.support import (
    RECORD,
    YEAR,
    Grant,
    a_line,
    add_grant,
    add_lines,
    elsewhere,
    noon,
    to_project,
)
from tests.persistence.test_migrations import FILES

TABLES = ("line_total", "charge_total")


def stored(work: UnitOfWork) -> list[list[tuple[Any, ...]]]:
    connection: Any = work.ledger._connection  # type: ignore[attr-defined]
    return [sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {table}"))) for table in TABLES]


def problems(work: UnitOfWork) -> list[str]:
    return total_problems(work.ledger._connection)  # type: ignore[attr-defined]


def split(grant: Grant, pence: int) -> tuple[Charged, ...]:
    return (
        to_project(grant.head(grant.one), pence - 7),
        to_project(grant.head(grant.three), 4),
        elsewhere(Disposition.EXCLUDED, 3),
    )


#: Each kind of write, by what it does to lines that are there: twelve of them, the first six charged by run 1.
WRITES: dict[str, Callable[[UnitOfWork, Grant, BatchId, list[LineId]], Any]] = {
    "charging": lambda work, grant, _, ids: work.ledger.put_charges(
        [LineCharges(id, split(grant, 100)) for id in ids]
    ),
    "charging to income": lambda work, _, __, ids: work.ledger.put_charges(
        [LineCharges(ids[0], (elsewhere(Disposition.INCOME, 100),))]
    ),
    "charging other than the line says": lambda work, grant, _, ids: work.ledger.put_charges(
        [LineCharges(ids[7], (to_project(grant.head(grant.two), 99),))]
    ),
    "clearing": lambda work, _, __, ids: work.ledger.put_charges([LineCharges(id, ()) for id in ids[:3]]),
    "placing what waits": lambda work, grant, _, ids: work.ledger.place_waiting(
        [LineCharges(id, split(grant, 100)) for id in ids[6:]]
    ),
    "clearing a run": lambda work, _, __, ___: work.ledger.clear_run(RunId(1)),
    "a new amount": lambda work, _, __, ids: work.ledger.update_lines({ids[0]: a_line("T0", 55)}),
    "a new period and year": lambda work, _, __, ids: work.ledger.update_lines(
        {ids[1]: a_line("T1", 100, year=YEAR.next, period=9), ids[2]: a_line("T2", 70, year=YEAR.next)}
    ),
    "lines that vanish": lambda work, _, __, ids: work.ledger.set_live(ids[3:9], False),
    "an import taken back": lambda work, _, batch, __: work.ledger.set_batch_lines_live(batch, False),
    "another import": lambda work, _, __, ___: add_lines(work, [a_line("N1", -5, period=13), a_line("N2")]),
}


def begin(work: UnitOfWork) -> tuple[Grant, BatchId, list[LineId]]:
    grant = add_grant(work)
    batch, ids = add_lines(work, [a_line(f"T{at}", 100, period=at % 3 + 1) for at in range(12)])
    work.ledger.place_waiting(
        [LineCharges(id, (to_project(grant.head(grant.one), 100, run=1),)) for id in ids[:6]]
    )
    return grant, batch, ids


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("write", WRITES)
def test_every_write_of_lines_and_charges_keeps_the_totals(
    database: Database, write: str, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if many:
        monkeypatch.setattr(totals, "MANY_LINES", 0)
        monkeypatch.setattr(charges, "MANY_LINES", 0)
        monkeypatch.setattr(charges, "_PAGE", 2)
    with database.open_work() as work:
        grant, batch, ids = begin(work)
        assert problems(work) == []
        before = stored(work)
        WRITES[write](work, grant, batch, ids)
        assert problems(work) == []
        assert stored(work) != before, "this write changes no total, so it proves nothing"


def test_what_is_taken_back_leaves_no_total_of_nothing(database: Database) -> None:
    with database.open_work() as work:
        _, batch, __ = begin(work)
        before = stored(work)
        work.ledger.set_batch_lines_live(batch, False)
        assert stored(work) == [[], []]
        work.ledger.set_batch_lines_live(batch, True)
        assert stored(work) == before


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_totals_are_right_after_any_writes_in_any_order(empty_file: Path, data: st.DataObject) -> None:
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    database = open_file(empty_file, noon, "S. Officer")
    try:
        with database.open_work() as work:  # never committed, so that the file stays empty
            grant, batch, ids = begin(work)
            names = [name for name in WRITES if name != "placing what waits"]
            for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=8, unique=True)):
                chance.shuffle(ids)
                WRITES[name](work, grant, batch, ids)
                assert problems(work) == [], name
                assert_stored_answers_are_those_of_the_lines(work)
    finally:
        database.close()


def assert_stored_answers_are_those_of_the_lines(work: UnitOfWork) -> None:
    """A filter that looks into the lines, and takes all of them in, gives what the stored totals say."""
    every_line = (("coding", "CS100"),)
    for year, period, show in ((None, 13, Show.ALL), (YEAR, 13, Show.WAITING), (YEAR, 2, Show.CHARGED)):
        where = LineFilter(year=year, to_period=period, show=show)
        direct = LineFilter(year=year, to_period=period, show=show, columns=every_line)
        assert work.ledger.total(where) == work.ledger.total(direct)
        assert work.ledger.counts(where) == work.ledger.counts(direct)
        charged = LineFilter(year=year, to_period=period, disposition=Disposition.PROJECT)
        shares = work.ledger.shares(charged)
        total = Money.total(share.share for share in shares)
        assert work.ledger.total(charged) == (len(shares), total)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE line_total SET amount_pence = amount_pence + 1",
        "UPDATE charge_total SET amount_pence = amount_pence + 1",
        "DELETE FROM line_total",
        "DELETE FROM charge_total",
        "INSERT INTO line_total VALUES (2018, 12, 'waiting', 1, 0, 0, 5)",
    ],
)
def test_a_total_that_is_not_what_its_lines_add_up_to_is_found(file: Path, damage: str) -> None:
    database = open_file(file, noon, "S. Officer")
    with database.open_work() as work:
        begin(work)
        work.ledger.set_batch_state(BatchId(1), BatchState.REMOVED)  # its original was never kept
        work.commit(RECORD)
    assert database.problems() == []
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(damage)
    found = database.problems()
    assert found
    assert all(problem.startswith("The totals kept for 2018/19, period") for problem in found)
    database.close()


def test_a_file_of_version_1_has_its_totals_after_the_upgrade(tmp_path: Path) -> None:
    file = tmp_path / "v1.funding"
    shutil.copyfile(FILES / file.name, file)
    database = open_file(file, noon, "S. Officer")
    with database.open_work(reading=True) as work:
        assert problems(work) == []
        assert all(stored(work))
    database.close()
