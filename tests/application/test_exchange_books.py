"""Random exchange workbooks that are right: never accused, loaded to the penny, and the same after a way out and in."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings, strategies as st

from fundingapp.application.commands.exchange import Loaded, LoadExchange
from fundingapp.application.desk import Desk
from fundingapp.application.effect import NOTHING_TO_UNDO
from fundingapp.application.ports import Tools
from fundingapp.application.queries.chain import ChainOf
from fundingapp.application.queries.exchange import ExportExchange, ReadExchange
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.standing import Standing, StandingOf
from fundingapp.application.queries.workspace import WorkspaceOf
from fundingapp.domain.exchange.reading import RawSheet
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from tests.exchange_books import RightBook, right_book
from tests.fakes import FakeExchangeBooks, FakeSourceStore, FakeStore, make_tools

BOOK, AGAIN = Path("past.xlsx"), Path("again.xlsx")
seeds = st.integers(0, 2**32)


class Office:
    """A desk on an empty store, with workbooks in memory."""

    def __init__(self) -> None:
        self.store = FakeStore()
        self.books = FakeExchangeBooks()
        self.files = FakeSourceStore()
        self.tools: Tools = make_tools(self.store.open_work, exchange=self.books, sources=self.files)
        self.desk = Desk(self.tools)

    def load(self, sheets: list[RawSheet], name: Path = BOOK) -> Loaded:
        """Loads *sheets* as the workbook *name*."""
        self.books.books[name] = sheets
        self.files.files[name] = repr(sheets).encode()
        return self.desk.do(LoadExchange(self.desk.ask(ReadExchange(name)))).result

    def export(self, name: Path = AGAIN) -> list[RawSheet]:
        self.desk.ask(ExportExchange(name))
        return self.books.books[name]

    def funds(self) -> dict[str, FundId]:
        return {grant.fund: grant.fund_id for grant in self.desk.ask(WorkspaceOf()).grants}

    def standings(self, book: RightBook) -> dict[tuple[str, int, str | None], Standing]:
        """Where every grant stands, by fund, year and kind, None for all kinds."""
        funds = self.funds()
        return {
            (fund, year, kind): self.desk.ask(
                StandingOf(funds[fund], FinancialYear(year), Kind(kind) if kind else None)
            )
            for fund in book.funds
            for year in book.years
            for kind in (None, *(at[2] for at in book.figures if at[:2] == (fund, year)))
        }

    def identities(self) -> list[str]:
        """Every identity that does not hold."""
        return [
            f"{grant.fund} {grant.year} {each.id}: {each.difference}"
            for grant in self.desk.ask(WorkspaceOf()).grants
            for each in self.desk.ask(PositionOf(grant.fund_id, grant.year)).identities
            if not each.holds
        ]


def check_figures(office: Office, book: RightBook) -> None:
    """Every figure that the exchange format promises, against the rules as the book was made by them."""
    standings = office.standings(book)
    for (fund, year, kind), expected in book.figures.items():
        standing = standings[fund, year, kind]
        where = f"{fund} {year} {kind}"
        assert standing.allocation.pence == expected.allocation, where
        assert standing.brought_forward.pence == expected.brought_forward, where
        assert standing.anticipated.pence == expected.anticipated, where
        assert standing.available.pence == expected.available, where
        assert standing.awarded.pence == expected.awarded, where
        assert standing.contingency.pence == expected.available - expected.awarded, where
        assert standing.spent.pence == expected.spent, where
        assert standing.underspend.pence == expected.available - expected.spent, where
        assert standing.carried_forward.pence == expected.carried_forward, where
        assert standing.asked.pence == expected.asked, where
        for ref, (award, budget, spent) in expected.projects.items():
            project = standing.projects[ref]
            assert (project.award.pence, project.budget.pence, project.spent.pence) == (
                award,
                budget,
                spent,
            ), ref
    for fund in book.funds:
        for year in book.years:
            standing = standings[fund, year, None]
            of_year = [
                figures for (name, at, _), figures in book.figures.items() if (name, at) == (fund, year)
            ]
            spent = sum(figures.spent for figures in of_year)
            received, repaid = book.received[fund, year], book.repaid[fund, year]
            assert standing.available.pence == sum(figures.available for figures in of_year)
            assert standing.claimed.pence == book.claimed[fund, year]
            assert (standing.received.pence, standing.repaid.pence) == (received, repaid)
            assert standing.cash.pence == received - repaid - spent


@given(seeds)
@settings(max_examples=10)
def test_a_right_workbook_is_loaded_to_the_penny(seed: int) -> None:
    book = right_book(seed)
    office = Office()
    loaded = office.load(book.raw(Random(seed)))
    assert not [each.text for each in loaded.noticed if each.contradicts]
    assert {each.sheet: each.new for each in loaded.counts} == {
        name: len(rows) for name, rows in book.sheets.items()
    }
    check_figures(office, book)


def carried_beyond(book: RightBook, fund: str) -> dict[tuple[int, str], int]:
    """By how many pence more is carried out of a year and kind of *fund* than its grant has left (R25): one project may
    carry forward what it did not spend, and others have spent it. What was repaid is not there either, as far as there
    is but one kind of money that it can have been."""
    found = {}
    for (name, year, kind), figures in book.figures.items():
        if name != fund:
            continue
        kinds = [
            at
            for at, each in book.figures.items()
            if at[:2] == (fund, year) and (each.available or each.projects)
        ]
        repaid = book.repaid[fund, year] if len(kinds) == 1 else 0
        left = max(figures.available - figures.spent - repaid, 0)
        if figures.carried_forward > left:
            found[year, kind] = figures.carried_forward - left
    return found


@given(seeds)
@example(19547329)  # £371.54 of capital is carried forward by one project, and the others overspent the grant
@example(170167551)  # £223.79 of revenue, of which the grant has £183.20 left
@settings(max_examples=5)
def test_the_chain_holds_from_year_to_year_or_breaks_where_the_grant_is_overspent(seed: int) -> None:
    book = right_book(seed)
    office = Office()
    office.load(book.raw())
    for fund, id in office.funds().items():
        chain = office.desk.ask(ChainOf(id))
        told = {(each.from_year.start, each.kind.value): each.difference.pence for each in chain.breaks}
        assert len(told) == len(chain.breaks)
        assert told == carried_beyond(book, fund)
        years = {each.year.start: each for each in chain.years}
        for year in book.years:
            carried = sum(
                figures.carried_forward
                for (name, at, _), figures in book.figures.items()
                if (name, at) == (fund, year)
            )
            assert years[year].closing.pence == carried
            if year + 1 in years:
                assert years[year + 1].opening.pence == carried


@given(seeds)
@settings(max_examples=5)
def test_loading_the_same_workbook_twice_changes_nothing(seed: int) -> None:
    book = right_book(seed)
    office = Office()
    office.load(book.raw())
    before, journal = office.export(), len(office.store.state.journal)
    effect = office.desk.do(LoadExchange(office.desk.ask(ReadExchange(BOOK))))
    assert effect.inverse is NOTHING_TO_UNDO
    assert effect.result.new == 0
    assert office.export() == before
    assert len(office.store.state.journal) == journal


@given(seeds)
@settings(max_examples=5)
def test_written_out_and_loaded_into_an_empty_file_it_says_the_same(seed: int) -> None:
    book = right_book(seed)
    first, second = Office(), Office()
    first.load(book.raw())
    written = first.export()
    second.load(written, AGAIN)
    check_figures(second, book)
    assert second.identities() == first.identities()
    assert second.export(Path("third.xlsx")) == written


@given(seeds)
@settings(max_examples=4)
def test_a_load_is_taken_back_and_done_again(seed: int) -> None:
    book = right_book(seed)
    office = Office()
    empty = office.export()
    office.load(book.raw())
    full = office.export()
    office.desk.undo()
    assert office.export() == empty
    office.desk.redo()
    assert office.export() == full
    check_figures(office, book)
    office.desk.undo()
    assert office.export() == empty


@pytest.mark.parametrize("seed", [1])
def test_years_that_are_loaded_one_after_the_other_come_out_as_if_loaded_together(seed: int) -> None:
    book = right_book(seed)
    setup = ("partnership", "parties", "themes", "funds", "projects", "indicators")
    office = Office()
    office.load([sheet for sheet in book.raw() if sheet.name in setup], Path("setup.xlsx"))
    for year in book.years:
        name = f"{year}/{(year + 1) % 100:02}"
        part = RightBook()
        lines = {row["transaction"] for row in book.sheets["ledger"] if row["year"] == name}
        for sheet, rows in book.sheets.items():
            if sheet in setup:
                continue
            part.sheets[sheet] = [
                row
                for row in rows
                if name in (row.get("year"), row.get("from year"))
                or (sheet == "charges" and row["transaction"] in lines)
            ]
        office.load(part.raw(), Path(f"{year}.xlsx"))
    check_figures(office, book)
