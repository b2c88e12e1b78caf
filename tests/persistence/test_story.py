"""What a return says beside the money, in the real databases: kept, taken back, done again."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import UniqueConstraint

from fundingapp.application.commands.grants import RecordPlan
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.story import AddAsset, RemoveAsset, RemoveRisk
from fundingapp.application.desk import Desk
from fundingapp.application.queries.exchange_sheets import FURTHER
from fundingapp.application.queries.story import StoryOf
from fundingapp.domain.assets import Asset
from fundingapp.domain.ids import AssetId, LineId, ProjectId, RiskId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence import work
from fundingapp.persistence.database import Database
from fundingapp.persistence.rows import Table
from tests.builders_core import make_download, make_line, make_plan, make_plan_line
from tests.fakes import make_tools
from tests.machines import assert_same, figures_of
from tests.storied import tell


def test_all_of_it_is_kept_and_taken_back_and_done_again(database: Database) -> None:
    desk = Desk(make_tools(database.open_work))
    year = FinancialYear(2018)
    lines = (make_plan_line(f"P-0{number}", "100.00", row=number) for number in range(1, 4))
    plan = make_plan(*lines, received="300.00")
    fund = desk.do(RecordPlan(plan, "Locality Fund", "The Commissioner", year, "plan.csv")).result.fund
    desk.do(ImportLedger(make_download((make_line("T1", "5.00", year=year, period=2),))))
    start, imported = figures_of(database.open_work), desk.undo_name
    tell(desk, fund, year)
    asset = Asset(ProjectId(1), fund, "Lock", Money(500), Money(500), date(2018, 5, 1), line=LineId(1))
    desk.do(AddAsset(asset, ("receipt 3",)))
    desk.do(RemoveAsset(AssetId(1)))
    desk.do(RemoveRisk(RiskId(3)))
    end = figures_of(database.open_work)
    before = desk.ask(StoryOf(fund, year, 4))
    assert [line.papers for line in before.story.assets if line.description == "Lock"] == [("receipt 3",)]
    steps = 0
    while desk.undo_name != imported:
        desk.undo()
        steps += 1
    assert_same(figures_of(database.open_work), start)
    for _ in range(steps):
        desk.redo()
    assert_same(figures_of(database.open_work), end)
    assert desk.ask(StoryOf(fund, year, 4)).story == before.story


def test_what_a_table_holds_once_is_known_by_its_key_in_the_exchange_workbook() -> None:
    """Else two rows of one key would be refused by the database, in its words and without their places."""
    once: dict[Any, set[frozenset[str]]] = {}
    for table in vars(work).values():
        if isinstance(table, Table):
            names = {column.name: name for name, column in table.columns.items()}
            once[table.value] = {
                frozenset(names[column.name] for column in constraint.columns)
                for constraint in table.record.__table__.constraints
                if isinstance(constraint, UniqueConstraint)
            }
    keys = {spec.record: {frozenset(spec.key)} for spec in FURTHER if spec.key or once[spec.record]}
    assert keys == {record: once[record] or keys[record] for record in keys}
