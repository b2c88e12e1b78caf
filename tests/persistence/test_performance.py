"""Published tables on the real databases: kept, corrected and removed, and every step back and forth."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fundingapp.application.commands.performance import (
    AcceptFinding,
    ImportPerformanceTable,
    MoveTablePeriod,
    RemovePerformanceTable,
    TableChoices,
)
from fundingapp.application.queries.performance import PerformanceTableOf, ReadPerformanceFile
from fundingapp.domain.changes import Days
from fundingapp.persistence.database import Database
from tests.machines import assert_same, figures_of
from tests.persistence.support import desk_of

BEATS = Path(__file__).parents[1] / "data" / "performance" / "charnwood_crime_by_beat.csv"
TO_2018 = Days(date(2017, 4, 1), date(2018, 1, 31))
TO_2019 = Days(date(2018, 4, 1), date(2019, 1, 31))


def test_a_published_table_is_kept_taken_back_and_done_again(database: Database) -> None:
    desk = desk_of(database)
    stages = [figures_of(database.open_work)]
    read = desk.ask(ReadPerformanceFile(BEATS))
    made = desk.do(
        ImportPerformanceTable(read, TableChoices("Beats", {"2018": TO_2018, "2019": TO_2019}))
    ).result
    stages.append(figures_of(database.open_work))
    finding = desk.ask(PerformanceTableOf(made.table)).findings[0].id
    for command in (
        AcceptFinding(finding, "as published"),
        MoveTablePeriod(made.table, TO_2018, Days(date(2017, 1, 1), date(2017, 12, 31))),
        RemovePerformanceTable(made.table),
    ):
        desk.do(command)
        stages.append(figures_of(database.open_work))
    for stage in reversed(stages[:-1]):
        desk.undo()
        assert_same(figures_of(database.open_work), stage)
    for stage in stages[1:]:
        desk.redo()
        assert_same(figures_of(database.open_work), stage)
    assert database.problems() == []
