"""What is odd in a workbook and kept: it is loaded, counted, asked about, and the same after a way out and in; and what
reaches into a closed year, which is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from fundingapp.application.commands.exchange import ExchangeRefusedError
from fundingapp.application.queries.chain import ChainOf
from fundingapp.application.queries.standing import StandingOf
from fundingapp.domain.exchange.book import made_book
from fundingapp.domain.exchange.notes import Notes
from fundingapp.domain.exchange.reading import RawSheet, read_sheets
from fundingapp.domain.exchange.sums import sums_of
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.settlements import YearClose
from tests.application.test_exchange_books import AGAIN, Office
from tests.domain.test_exchange_contradictions import DOUBTED, Sheets, right

YEAR, NEXT = FinancialYear(2018), FinancialYear(2019)


def raw(sheets: Sheets) -> list[RawSheet]:
    return [
        RawSheet(
            name,
            tuple(map(str, rows[0])),
            [RawRow(at, tuple(row)) for at, row in enumerate(rows[1:], start=2)],
        )
        for name, rows in sheets.items()
    ]


@pytest.mark.parametrize(
    ("plant", "kind", "place"), [entry[1:4] for entry in DOUBTED], ids=[entry[0] for entry in DOUBTED]
)
def test_what_is_odd_is_kept_and_counted(
    plant: Callable[[Sheets], None], kind: str, place: tuple[str, int]
) -> None:
    sheets = right()
    plant(sheets)
    office = Office()
    loaded = office.load(raw(sheets))
    assert (kind, place) in [(each.kind, each.place) for each in loaded.noticed]
    assert {each.sheet: each.new for each in loaded.counts} == {
        name: len(rows) - 1 for name, rows in sheets.items()
    }
    sums = sums_of(made_book(read_sheets(raw(sheets), (), Notes(), lambda *_: None), {}, Notes()))
    for name, fund in office.funds().items():
        office.desk.ask(ChainOf(fund))
        for year in (YEAR, NEXT):
            standing = office.desk.ask(StandingOf(fund, year))
            key = (name.casefold(), year)
            allocated = (
                amount for grant, amount in sums.allocated.items() if (grant.fund, grant.year) == key
            )
            assert standing.allocation == Money.total(allocated)
            assert standing.spent == sums.spent_of(*key)
            assert standing.received == sums.received.get(key, Money.ZERO)
    office.identities()
    written = office.export()
    second = Office()
    second.load(written, AGAIN)
    assert second.export() == written
    office.desk.undo()
    assert office.funds() == {}


def test_claims_that_are_numbered_anew_in_each_grant_are_told_apart() -> None:
    sheets = right()
    sheets["claims"] = [
        ["claim", "fund", "year", "period from", "period to", "amount", "state", "approved"],
        ["1", "CSG", "2018/19", 1, 3, 10, "paid", 10],
        ["1", "SVD", "2018/19", 1, 3, 20, "approved", 20],
    ]
    sheets["payments"] = [
        ["payment", "fund", "year", "dated", "amount", "claim"],
        ["1", "CSG", "2018/19", date(2018, 8, 1), 10, "1"],
        ["2", "SVD", "2018/19", date(2018, 8, 2), 15, "1"],
    ]
    sheets.pop("repayments", None)
    office = Office()
    loaded = office.load(raw(sheets))
    assert ("claim.numbered_anew", ("claims", 3)) in [(each.kind, each.place) for each in loaded.noticed]
    received = {name: office.desk.ask(StandingOf(fund, YEAR)) for name, fund in office.funds().items()}
    assert {name: (each.claimed.pence, each.received.pence) for name, each in received.items()} == {
        "CSG": (1000, 1000),
        "SVD": (2000, 1500),
    }
    again = office.load(raw(sheets), AGAIN)
    assert sum(each.new for each in again.counts) == 0
    second = Office()
    second.load(office.export(), AGAIN)
    assert second.export() == office.export()


#: A row that would change the closed year of each sheet, one of the year before that would reach into it among them.
CLOSED_ROWS = [
    ("allocations", ("CSG", "2018/19", "revenue", "revised", 1100, None, "L5")),
    ("awards", ("P1", "CSG", "2018/19", "revenue", 1, None)),
    ("virements", ("3", date(2018, 12, 1), "CSG", "2018/19", "revenue", "P2", "P1", 1, "board", "")),
    ("carry forwards", ("CSG", "", "2018/19", "revenue", "requested", 1, None, None, "")),
    ("carry forwards", ("CSG", "P2", "2017/18", "revenue", "agreed", 1, 1, None, "L0")),
    ("charges", ("T9", "P1", "CSG", "revenue", 9, "x")),
    ("accruals", ("A9", "P1", "CSG", "revenue", "2018/19", 1, "S", "d", None, None)),
]


def test_a_row_of_a_closed_year_is_refused_with_its_place() -> None:
    office = Office()
    sheets = right()
    office.load(raw(sheets))
    with office.tools.open_work() as work:
        at = datetime(2019, 7, 1, 12, tzinfo=UTC)
        work.year_closes.add(YearClose(office.funds()["CSG"], YEAR, "the accounts are signed", "Ann", at))
        work.commit(None)
    # What it holds already is no change, and the money that comes after the year is closed has to come in.
    assert office.load(raw(sheets)).new == 0
    late = [*sheets["payments"], ["Y3", "CSG", "2018/19", date(2019, 7, 9), 10, "K2", ""]]
    assert office.load(raw({"payments": late})).new == 1
    assert office.load(
        raw({"profile": [sheets["profile"][0], ["P2", "CSG", "2019/20", "revenue", 1, 1]]})
    ).new
    for sheet, row in CLOSED_ROWS:
        more = {sheet: [*sheets[sheet], list(row)]}
        if sheet == "charges":
            more["ledger"] = [*sheets["ledger"], ["T9", "2018/19", 6, None, "C1", "Ann", 9]]
        with pytest.raises(ExchangeRefusedError) as refused:
            office.load(raw(more))
        [found] = [each for each in refused.value.noticed if each.contradicts]
        assert (found.kind, found.place) == ("year.closed", (sheet, len(sheets[sheet]) + 1))
        assert "CSG 2018/19 is closed (by Ann on 01/07/2019: the accounts are signed)" in found.text
