"""How SQLite goes about the questions that a window asks all the time: totals come out of an index, and no question
reads all lines or charges. That guards their growth without a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from fundingapp.application.ports import LineCharges, LineFilter, Show, UnitOfWork
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import Disposition
from fundingapp.persistence.database import Database, create_file, open_file
from tests.persistence.support import RECORD, YEAR, a_batch, a_line, add_lines, noon

#: The tables that may hold a million rows.
_LARGE = ("ledger_line", "charge", "line_sighting")

QUESTIONS: dict[str, Callable[[UnitOfWork], Any]] = {
    "charge sums": lambda work: work.ledger.charge_sums(YEAR),
    "ledger sums": lambda work: work.ledger.ledger_sums(YEAR),
    "years": lambda work: work.ledger.years(),
    "last period": lambda work: work.ledger.last_period(YEAR),
    "counts": lambda work: work.ledger.counts(LineFilter()),
    "counts of a year": lambda work: work.ledger.counts(LineFilter(year=YEAR)),
    "what waits": lambda work: work.ledger.total(LineFilter(show=Show.WAITING)),
    "what changed": lambda work: work.ledger.total(LineFilter(show=Show.CHANGED)),
    "charged in a year": lambda work: work.ledger.total(
        LineFilter(year=YEAR, disposition=Disposition.PROJECT)
    ),
    "total of a year": lambda work: work.ledger.total(LineFilter(year=YEAR)),
    "control sums": lambda work: work.ledger.control_sums(YEAR),
}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    path = tmp_path / "plans.funding"
    create_file(path)
    return open_file(path, noon, "somebody")


def plans_of(
    database: Database, question: Callable[[UnitOfWork], Any], *, writing: bool = False
) -> list[str]:
    """What SQLite says that it does for each statement of *question*."""
    plans: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, values: Any, __: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values[0] if many else values)
            plans.extend(row[3] for row in cursor.fetchall())

    engine = database._engine
    event.listen(engine, "before_cursor_execute", explain)
    try:
        with database.open_work(reading=not writing) as work:
            question(work)
    finally:
        event.remove(engine, "before_cursor_execute", explain)
    return plans


@pytest.mark.parametrize(
    "name", [name for name in QUESTIONS if name != "what changed" and "counts" not in name]
)
def test_stored_totals_answer_without_lines_or_charges(database: Database, name: str) -> None:
    plans = plans_of(database, QUESTIONS[name])
    assert plans
    assert not [step for step in plans if any(f" {table} " in f"{step} " for table in _LARGE)]
    database.close()


@pytest.mark.parametrize("name", QUESTIONS)
def test_totals_are_read_out_of_an_index_that_covers_them(database: Database, name: str) -> None:
    plans = plans_of(database, QUESTIONS[name])
    assert plans
    for step in plans:
        if step.startswith(("SCAN", "SEARCH")) and any(f" {table} " in f"{step} " for table in _LARGE):
            assert "COVERING INDEX" in step or "INTEGER PRIMARY KEY" in step, f"{name}: {step}"
            assert not step.startswith("SCAN"), f"{name} reads all of an index: {step}"
    database.close()


def test_a_list_is_fetched_by_identity(database: Database) -> None:
    plans = plans_of(database, lambda work: work.ledger.line_rows([1, 2, 3]))
    assert plans
    assert not [step for step in plans if step.startswith("SCAN") and any(table in step for table in _LARGE)]
    database.close()


def test_the_charges_of_a_grant_need_no_sorting(database: Database) -> None:
    plans = plans_of(database, lambda work: work.ledger.charge_sums(YEAR))
    assert not [step for step in plans if "TEMP B-TREE" in step]
    database.close()


#: Writes that an import does for the lines it changes, and a person for the lines that are chosen.
WRITES: dict[str, Callable[[UnitOfWork, list[LineId]], Any]] = {
    "other values": lambda work, ids: work.ledger.update_lines(
        {ids[0]: a_line("T0", 5), ids[1]: a_line("T1", 7)}
    ),
    "other charges": lambda work, ids: work.ledger.put_charges([LineCharges(id, ()) for id in ids[:2]]),
    "lines that vanish": lambda work, ids: work.ledger.set_live(ids[:2], False),
    "one line more": lambda work, _: work.ledger.add_batch(a_batch(), [a_line("N1")], (), (), {}, (), ()),
}


@pytest.mark.parametrize("name", WRITES)
def test_to_write_some_lines_does_not_look_at_all(database: Database, name: str) -> None:
    with database.open_work() as work:
        _, ids = add_lines(work, [a_line(f"T{at}") for at in range(5)])
        work.commit(RECORD)
    plans = plans_of(database, lambda work: WRITES[name](work, ids), writing=True)
    assert plans
    for step in plans:
        if any(f" {table} " in f"{step} " for table in ("ledger_line", "charge")):
            assert not step.startswith("SCAN"), f"{name} reads everything: {step}"
            assert "(live=?)" not in step, f"{name} reads all that counts: {step}"
    database.close()
