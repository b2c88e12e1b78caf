"""How the file of each released version and its totals are made, by the program that writes that version:

    python -m tests.data.files.make_released FOLDER

Two downloads cut out of Charnwood's, matched, with something of every kind of record. Once its version is released,
a file is never made anew.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from fundingapp import paths
from fundingapp.application.commands.adjustments import AddAccrual
from fundingapp.application.commands.grants import (
    MoveBudget,
    RecordPlan,
    SetForecast,
    SetUpPartnership,
)
from fundingapp.application.commands.imports import ImportLedger, ReviewChanges
from fundingapp.application.commands.layouts import RememberLayout
from fundingapp.application.commands.matching import AddRules, ApplyRules, ChargeLines, ClearCharges
from fundingapp.application.commands.returns import SaveReturn, SubmitReturn
from fundingapp.application.desk import Desk
from fundingapp.application.ports import LineFilter, Tools
from fundingapp.application.progress import SilentProgress
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.tables import ReadPlan, ReadRules
from fundingapp.application.sample import COMMISSIONER, FUND, PARTNERSHIP, PLAN, RULES, YEAR
from fundingapp.assembly import Assembly
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.allocations import BudgetMovement
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import BatchId, LineId, ProjectId
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.persistence.database import Database, create_file, open_file
from fundingapp.persistence.upgrading import SCHEMA_VERSION

_SAMPLE = paths.resources() / "sample" / "charnwood"


class _Clock:
    """A minute later each time."""

    def __init__(self) -> None:
        self.now = datetime(2019, 4, 12, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def _cut(folder: Path, name: str, lines: int, *, amended: bool = False) -> Path:
    """The first *lines* of Charnwood's download; *amended* leaves one out, restates one and rewords one."""
    whole = (_SAMPLE / "GL_extract_P10_drcr.csv").read_bytes().splitlines(keepends=True)
    rows = whole[: lines + 1]
    if amended:
        rows[4] = rows[4].replace(b"1,302.50", b"1,402.50")
        rows[2] = rows[2].replace(b"Travel", b"Rail travel")
        del rows[7]
    path = folder / name
    path.write_bytes(b"".join(rows))
    return path


def _take_in(desk: Desk, path: Path, *, apply_rules: bool) -> BatchId:
    download = desk.ask(ReadDownload(path))
    try:
        return desk.do(ImportLedger(download, apply_rules=apply_rules)).result.batch
    finally:
        download.copy.path.unlink()


def fill(database: Database, folder: Path) -> None:
    """Something of every kind of record."""
    offices = Assembly()
    clock = _Clock()
    desk = Desk(
        Tools(
            open_work=database.open_work,
            sources=database.sources,
            reader=offices.reader,
            write_return=offices.writer,
            write_table=offices.table_writer,
            write_layout=offices.layout_writer,
            write_enquiry=offices.enquiry_writer,
            write_calendar=offices.calendar_writer,
            write_pack=offices.pack_writer,
            clock=clock,
            who="S. Officer",
            progress=SilentProgress(),
        )
    )
    desk.do(SetUpPartnership(PARTNERSHIP))
    plan = desk.do(RecordPlan(desk.ask(ReadPlan(_SAMPLE / PLAN)), FUND, COMMISSIONER, YEAR, PLAN)).result
    one, two = ProjectId(1), ProjectId(2)
    desk.do(AddRules(desk.ask(ReadRules(_SAMPLE / RULES)).rules))
    desk.do(
        MoveBudget(
            BudgetMovement(
                plan.fund, YEAR, Kind.REVENUE, one, two, Money(10_000), date(2018, 10, 1), "costs moved"
            )
        )
    )
    headings = ("Trans No", "Posting Date", "Net Amount")
    meanings = (Meaning.TRANSACTION, Meaning.DATE, Meaning.AMOUNT)
    desk.do(RememberLayout(Layout("Another council's ledger", headings, meanings, "Unit4")))
    _take_in(desk, _cut(folder, "download 1.csv", 80), apply_rules=False)
    desk.do(ApplyRules())
    batch = _take_in(desk, _cut(folder, "download 2.csv", 110, amended=True), apply_rules=True)
    with database.open_work(reading=True) as work:
        changed = [change.line for change in work.ledger.changes(batch)]
    desk.do(ReviewChanges(batch, (changed[0],)))
    desk.do(ChargeLines((LineId(20),), parse_target("split LF-01 60%, LF-02 40%"), "as the invoice says"))
    desk.do(ClearCharges((LineId(21), LineId(22))))
    desk.do(
        AddAccrual(
            Accrual(one, plan.fund, Kind.REVENUE, YEAR, 4, Money(500), "Youth Trust", "work done"),
            ("invoice 12",),
        )
    )
    desk.do(SetForecast(two, plan.fund, Kind.REVENUE, YEAR, 5, Money(80_000)))
    saved = desk.do(SaveReturn(plan.fund, YEAR, 1, folder / "return Q1.xlsx")).result
    desk.do(SubmitReturn(saved.id))


def totals(database: Database) -> dict[str, Any]:
    """What every later program must find in the file, in whole pence."""
    with database.open_work(reading=True) as work:
        refs = {kept.id: kept.value.ref for kept in work.projects.all()}
        counts = work.ledger.counts(LineFilter())
        charged: dict[str, int] = {}
        for entry in work.ledger.charge_sums(YEAR):
            charged[refs[entry.project]] = charged.get(refs[entry.project], 0) + entry.amount.pence
        kinds = (
            "partnership parties funds projects allocations bids awards contingencies movements accruals forecasts "
            "rules returns"
        )
        return {
            "records": {kind: len(getattr(work, kind).all()) for kind in kinds.split()},
            "awards": sum(kept.value.amount.pence for kept in work.awards.all()),
            "lines": counts.all,
            "waiting": counts.waiting,
            "split": counts.split,
            "changed": counts.changed,
            "ledger": counts.total.pence,
            "control": sum(entry.total.pence for entry in work.ledger.control_sums(YEAR)),
            "charged": charged,
            "imports": [kept.value.total.pence for kept in work.ledger.batches()],
            "entries": len(work.journal.lines()),
            "head": work.journal.head(),
        }


def make(folder: Path) -> Path:
    made = folder / f"v{SCHEMA_VERSION}.funding"
    create_file(made)
    database = open_file(made, _Clock(), "S. Officer")
    database._machine = "PC-1"
    fill(database, folder)
    made.with_suffix(".json").write_text(json.dumps(totals(database), indent=1) + "\n", encoding="utf-8")
    database.close()
    shutil.rmtree(f"{made}-files")
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("VACUUM")
    return made


if __name__ == "__main__":
    sys.stdout.write(f"{make(Path(sys.argv[1]))}\n")
