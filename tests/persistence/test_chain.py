"""The chain of years on the real databases: the same as in memory, kept, taken back and done again."""

from __future__ import annotations

from fundingapp.application.commands.published import KeepPublished, RemovePublished
from fundingapp.application.commands.records import Record, RemoveRecords
from fundingapp.application.desk import Desk
from fundingapp.application.queries.chain import Chain, ChainOf
from fundingapp.application.queries.published import PublishedOf
from fundingapp.domain.allocations import Resource
from fundingapp.domain.funds import Kind
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.settlements import PublishedAllocation, PublishedPart, SettlementState
from fundingapp.persistence.database import Database
from tests.builders_core import money
from tests.fakes import FakeStore, make_tools
from tests.lived_years import AGREED, FUND, PART, REFUSED, REQUESTED, LivedYears
from tests.machines import assert_same, figures_of
from tests.persistence.support import desk_of

Y17, Y18, Y19 = (FinancialYear(start) for start in (2017, 2018, 2019))


def lived(years: LivedYears) -> LivedYears:
    """Two years and the third's opening, with a break by a project, one of the grant, and one that is typed."""
    for kind in (Kind.REVENUE, Kind.CAPITAL):
        years.allocate(Y17, "250.00", kind)
        years.award("WV-01", Y17, "150.00", kind)
        years.allocate(Y18, "229.00", kind)
    years.award("WV-02", Y17, "50.00")
    years.spend("WV-01", Y17, "141.50")
    years.spend("WV-02", Y17, "43.50")
    years.carry("WV-01", Y17, AGREED, "9.00")
    years.carry("WV-02", Y17, PART, "6.50", "2.00")
    years.carry("", Y17, AGREED, "400.00", kind=Kind.CAPITAL)
    years.spend("WV-02", Y18, "1.50")
    years.carry("WV-02", Y18, REFUSED, "0.50")
    years.carry("WV-01", Y18, REQUESTED, "4.00")
    years.settle("WV-02", Y18, "0.25", SettlementState.SURRENDERED)
    paid = years.repay(Y17, "10.00")
    years.settle("", Y17, "10.00", SettlementState.REPAID, repayment=paid)
    years.allocate(Y19, "3.00", resource=Resource.BROUGHT_FORWARD)
    return years


def chain(desk: Desk, kind: Kind | None = None) -> Chain:
    return desk.ask(ChainOf(FUND, kind, Y18.last_day))


def test_the_chain_is_what_it_is_in_memory(database: Database) -> None:
    store = FakeStore()
    memory = lived(LivedYears(Desk(make_tools(store.open_work)), store.open_work, in_ledger=False))
    real = lived(LivedYears(desk_of(database), database.open_work, in_ledger=False))
    for kind in (None, Kind.REVENUE, Kind.CAPITAL):
        assert chain(real.desk, kind) == chain(memory.desk, kind)
    told = [(each.ref, each.kind, str(each.difference)) for each in chain(real.desk).breaks]
    assert told == [
        ("WV-01", Kind.REVENUE, "0.50"),
        ("", Kind.CAPITAL, "150.00"),
        ("", Kind.REVENUE, "3.00"),
    ]
    assert real.failing((Y17, Y18, Y19)) == memory.failing((Y17, Y18, Y19))


def test_all_of_it_is_taken_back_and_done_again(database: Database) -> None:
    desk = desk_of(database)
    start = figures_of(database.open_work)
    years = lived(LivedYears(desk, database.open_work, in_ledger=False))
    row = PublishedAllocation(
        FUND, Y18, PublishedPart.PARTNERSHIP, "Wolverhampton", money("229.00"), is_ours=True
    )
    said = PublishedAllocation(FUND, Y18, PublishedPart.DIFFERENCE, "rounding", money("-0.05"))
    desk.do(KeepPublished(FUND, Y18, (row, said)))
    assert [kept.value for kept in desk.ask(PublishedOf(FUND, Y18)).rows] == [row, said]
    desk.do(RemovePublished(FUND, Y18))
    with database.open_work(reading=True) as work:
        last = work.carry_forwards.all()[-1]
    desk.do(RemoveRecords((Record("carry_forwards", last.id, last.value),), "remove"))
    end, chained = figures_of(database.open_work), chain(years.desk)
    while desk.undo_name is not None:
        desk.undo()
    assert_same(figures_of(database.open_work), start)
    while desk.redo_name is not None:
        desk.redo()
    assert_same(figures_of(database.open_work), end)
    assert chain(desk) == chained
