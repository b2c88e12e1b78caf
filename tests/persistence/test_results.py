"""The results chain on the real databases: recorded, taken back and done again, and read as it was written."""

from __future__ import annotations

from fundingapp.application.queries.indicators import IndicatorOf
from fundingapp.application.queries.results import ResultsOf
from fundingapp.application.queries.why import Why
from fundingapp.domain.ids import IndicatorId
from fundingapp.persistence.database import Database
from tests.builders_core import YEAR, set_up_grant
from tests.machines import assert_same, figures_of
from tests.persistence.support import desk_of
from tests.results_steps import every_step


def test_every_command_is_taken_back_and_done_again(database: Database) -> None:
    desk = desk_of(database)
    set_up_grant(desk)
    before = figures_of(database.open_work)
    commands = every_step("minute 4", "survey of June")
    for command in commands:
        desk.do(command)
    after = figures_of(database.open_work)
    for _ in commands:
        desk.undo()
    assert_same(figures_of(database.open_work), before)
    for _ in commands:
        desk.redo()
    assert_same(figures_of(database.open_work), after)


def test_figures_are_read_as_they_were_recorded_with_who_typed_them(database: Database) -> None:
    desk = desk_of(database)
    set_up_grant(desk)
    for command in every_step("minute 4", "survey of June")[:17]:
        desk.do(command)
    answer = desk.ask(IndicatorOf(IndicatorId(1), YEAR, 2))
    assert [(row.shown, row.where.partition(" on ")[0]) for row in answer.figures] == [
        ("70", "typed by S. Officer"),
        ("60", "typed by S. Officer"),
    ]
    (found, *_) = desk.ask(ResultsOf(YEAR, 2)).rows
    assert desk.ask(Why(found.figure("to-date"))).shown == found.to_date.shown == "130"
