"""Period 10, period 12, taken back, and in again: the state is the very same, on every store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fundingapp.application.commands.grants import RecordPlan, SetUpPartnership
from fundingapp.application.commands.imports import (
    DecideChange,
    Imported,
    ImportLedger,
    RemoveImport,
    RestoreImport,
    ReviewChanges,
)
from fundingapp.application.commands.matching import AddRules, ApplyRules, ChargeLines
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Change, LineChange, OpenWork
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.tables import ReadPlan, ReadRules
from fundingapp.application.sample import COMMISSIONER, FUND, PARTNERSHIP, PLAN, RULES, YEAR
from fundingapp.assembly import Assembly
from fundingapp.domain.ids import BatchId
from fundingapp.domain.matching import parse_target
from fundingapp.persistence.checking import altered_records
from fundingapp.persistence.schema import Base
from fundingapp.persistence.sources import FileSources
from tests.conftest import WorkedCase
from tests.fakes import FakeStore, make_tools
from tests.machines import assert_same, figures_of
from tests.persistence.support import Place, desk_of

FIRST, SECOND = "GL_extract_P10.xlsx", "GL_extract_P12.xlsx"


@dataclass(frozen=True)
class Office:
    """A store with a desk on it, and everything that it holds when asked."""

    desk: Desk
    open_work: OpenWork
    dump: Callable[[], dict[str, Any]]


def _in_memory(folder: Path) -> Office:
    store = FakeStore()
    tools = make_tools(store.open_work, reader=Assembly().reader, sources=FileSources(folder / "files"))

    def dump() -> dict[str, Any]:
        state = store.state
        batches = [
            (id, stored.kept.value, stored.lines, stored.sightings, stored.changes)
            for id, stored in state.batches.items()
        ]
        return {"batches": batches, "lines": state.lines, "charges": state.charges, "rows": state.rows}

    return Office(Desk(tools), store.open_work, dump)


def _on_disk(place: Place) -> Office:
    database = place.open()

    def dump() -> dict[str, Any]:
        """Every column of every table, save the history, the counters against lost updates, and the notes of which
        suggestions are to be worked out again. The digests take the counters in; what they say is checked."""
        found: dict[str, Any] = {}
        with database._engine.connect().execution_options(reading=True) as connection:
            for table in Base.metadata.sorted_tables:
                if not table.name.startswith(("journal", "suggestion_due", "row_digest")):
                    columns = [column for column in table.columns if column.name != "version"]
                    rows = connection.execute(select(*columns).order_by(*table.primary_key.columns))
                    found[table.name] = [tuple(row) for row in rows]
            assert list(altered_records(connection)) == []
        return found

    return Office(desk_of(database), database.open_work, dump)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    if request.param == "memory":
        yield _in_memory(tmp_path)
        return
    if request.param == "sqlite":
        place = Place("sqlite", str(request.getfixturevalue("file")), tmp_path)
        yield _on_disk(place)
        place.close()
        return
    target, empty = request.getfixturevalue("shared_server_database")
    place = Place("postgresql", target, tmp_path)
    yield _on_disk(place)
    place.close()
    empty()


def take_in(office: Office, path: Path, **options: Any) -> Imported:
    download = office.desk.ask(ReadDownload(path))
    try:
        return office.desk.do(ImportLedger(download, apply_rules=True, **options)).result
    finally:
        download.copy.path.unlink()


def everything(office: Office) -> dict[str, Any]:
    return {**figures_of(office.open_work), "dump": office.dump()}


def changes_of(office: Office, batch: BatchId) -> list[LineChange]:
    with office.open_work(reading=True) as work:
        return work.ledger.changes(batch)


def begin(office: Office, charnwood: WorkedCase) -> None:
    """The sample with its first download matched, and the lines split that the second will change."""
    desk = office.desk
    desk.do(SetUpPartnership(PARTNERSHIP))
    desk.do(RecordPlan(desk.ask(ReadPlan(charnwood.folder / PLAN)), FUND, COMMISSIONER, YEAR, PLAN))
    desk.do(AddRules(desk.ask(ReadRules(charnwood.folder / RULES)).rules))
    take_in(office, charnwood.folder / FIRST)
    desk.do(ApplyRules())
    with office.open_work(reading=True) as work:
        amended = work.ledger.held()["551711/0449"].id
    desk.do(ChargeLines((amended,), parse_target("split LF-01 60%, LF-02 40%"), "shared between the two"))


def test_P10_then_P12_taken_back_and_again_is_the_identical_state(
    office: Office, charnwood: WorkedCase
) -> None:
    begin(office, charnwood)
    after_first = figures_of(office.open_work)
    lines_of_the_first = {*after_first["charges"]}  # type: ignore[misc]  # a dict by line
    batch = take_in(office, charnwood.folder / SECOND).batch
    # What a person decides afterwards about its own lines and its changes comes back too.
    with office.open_work(reading=True) as work:
        held = [known.id for known in work.ledger.held().values()]
    brought = tuple(line for line in held if line not in lines_of_the_first)
    office.desk.do(ChargeLines(brought[:2], parse_target("LF-03"), "as the invoice says"))
    vanished, reworded, *_ = sorted(
        changes_of(office, batch), key=lambda change: change.change.value != "vanished"
    )
    office.desk.do(DecideChange(batch, vanished.line, take=False))
    office.desk.do(ReviewChanges(batch, (vanished.line, reworded.line)))
    after_second = everything(office)

    office.desk.do(RemoveImport(batch))
    assert_same(figures_of(office.open_work), after_first)
    assert take_in(office, charnwood.folder / SECOND, keep=frozenset({vanished.before.key})).batch == batch
    assert_same(everything(office), after_second)

    office.desk.do(RemoveImport(batch))
    office.desk.do(RestoreImport(batch))
    assert_same(everything(office), after_second)


def test_undo_and_redo_of_the_second_download_give_the_same_states(
    office: Office, charnwood: WorkedCase
) -> None:
    begin(office, charnwood)
    after_first = figures_of(office.open_work)
    take_in(office, charnwood.folder / SECOND)
    after_second = everything(office)
    for _ in range(2):
        office.desk.undo()
        assert_same(figures_of(office.open_work), after_first)
        office.desk.redo()
        assert_same(everything(office), after_second)


def test_X34_an_amended_amount_shows_both_sides_and_keeps_its_split_charge_adjusted(
    office: Office, charnwood: WorkedCase
) -> None:
    begin(office, charnwood)
    batch = take_in(office, charnwood.folder / SECOND).batch
    [change] = [entry for entry in changes_of(office, batch) if entry.change is Change.AMOUNT]
    assert (change.before.amount.pence, change.after and change.after.amount.pence) == (7269, 8519)
    assert [entry.charge.amount.pence for entry in change.charges_before] == [4361, 2908]
    assert [entry.charge.amount.pence for entry in change.charges_after] == [5111, 3408]
    with office.open_work(reading=True) as work:
        assert work.ledger.charges_of([change.line])[change.line] == change.charges_after
        record = work.journal.lines()[0]
        assert record.command == "ImportLedger"
        assert {"line": change.line, "change": "amount changed", "taken": True} == {
            name: entry[name]
            for entry in record.after["changed"]
            if entry["line"] == change.line
            for name in ("line", "change", "taken")
        }
