"""Whatever a file has become, it is written out and taken in again: the same figures, and the same workbook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from fundingapp.application.commands.exchange import LoadExchange
from fundingapp.application.desk import Desk
from fundingapp.application.ports import OpenWork
from fundingapp.application.queries.exchange import ExportExchange, ReadExchange
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.standing import StandingOf
from fundingapp.application.queries.workspace import WorkspaceOf
from tests.fakes import FakeExchangeBooks, FakeSourceStore, FakeStore, make_tools
from tests.machines_of_years import YearMachine

_ONE, _TWO = Path("one.xlsx"), Path("two.xlsx")


def figures(desk: Desk) -> dict[str, Any]:
    """Everything that is said of every grant."""
    said: dict[str, Any] = {}
    for grant in desk.ask(WorkspaceOf()).grants:
        name = f"{grant.fund} {grant.year}"
        said[name] = desk.ask(StandingOf(grant.fund_id, grant.year))
        answer = desk.ask(PositionOf(grant.fund_id, grant.year))
        said[f"{name} identities"] = [
            (each.id, each.left, each.right) for each in answer.identities if each.id != "R9"
        ]
    return said


def check_way_out_and_in(open_work: OpenWork) -> None:
    """Writes the file out, takes it into an empty one, and writes that out again."""
    books, sources = FakeExchangeBooks(), FakeSourceStore({_ONE: b"one"})
    desk = Desk(make_tools(open_work, exchange=books, sources=sources))
    desk.ask(ExportExchange(_ONE))
    store = FakeStore()
    other = Desk(make_tools(store.open_work, exchange=books, sources=sources))
    read = other.ask(ReadExchange(_ONE))
    assert [each.text for each in read.contradictions] == []
    other.do(LoadExchange(read))
    assert figures(other) == figures(desk)
    other.ask(ExportExchange(_TWO))
    assert books.books[_TWO] == books.books[_ONE]


@contextmanager
def _new_store() -> Iterator[OpenWork]:
    yield FakeStore().open_work


class LivedYears(YearMachine):
    def __init__(self) -> None:
        super().__init__(_new_store)

    def the_books_hold_together(self) -> None:
        """Asked by the machine's own tests."""

    def teardown(self) -> None:
        check_way_out_and_in(self.open_work)
        super().teardown()


TestLivedYears = LivedYears.TestCase
TestLivedYears.settings = settings(
    max_examples=8,
    stateful_step_count=25,
    # To make a failing history shorter takes longer than to read it.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
