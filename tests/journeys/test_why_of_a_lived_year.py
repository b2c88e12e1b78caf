"""Every side of every identity answers “why?”, on the sample with all that a lived year has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from fundingapp.application.desk import Desk
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.results import ResultsOf
from fundingapp.application.queries.returns import ReturnDraft
from fundingapp.application.queries.why import Why
from fundingapp.application.sample import make_sample
from fundingapp.assembly import Assembly
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.return_proofs import CellSort, ReturnCell
from fundingapp.domain.sheet_looks import Holds
from fundingapp.workbooks.return_looks import return_look
from tests.enriched import YEAR, enrich
from tests.footing import assert_grant_foots


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, FundId]]:
    offices = Assembly()
    opened = offices.open(str(make_sample(offices, tmp_path_factory.mktemp("lived") / "sample", filled=True)))
    yield opened.desk, enrich(opened.desk)
    opened.close()


def test_no_side_of_an_identity_is_a_bare_number(lived: tuple[Desk, FundId]) -> None:
    desk, fund = lived
    identities = desk.ask(PositionOf(fund, YEAR)).identities
    assert {each.id for each in identities} >= {f"R{number}" for number in (*range(1, 24), 31)} | {
        "R8b",
        "R22b",
    }
    bare = [(each.id, each.left_name) for each in identities if not each.left_figure]
    bare += [(each.id, part.name) for each in identities for part in each.right if not part.figure]
    assert bare == []


def test_each_side_is_what_why_makes_it(lived: tuple[Desk, FundId]) -> None:
    desk, fund = lived
    assert_grant_foots(desk, fund, YEAR, None)


def test_each_figure_of_what_was_achieved_is_what_why_makes_it(lived: tuple[Desk, FundId]) -> None:
    desk, fund = lived
    rows = desk.ask(ResultsOf(YEAR, 4, fund)).rows
    assert len(rows) > 20
    for row in rows:
        for number, result in enumerate(row.quarters, start=1):
            assert desk.ask(Why(row.figure(f"q{number}"))).shown == result.hidden
        to_date = desk.ask(Why(row.figure("to-date")))
        assert to_date.shown == row.to_date.hidden
        assert to_date.sources, "a figure rests on what was measured"
        assert desk.ask(Why(row.figure("progress"))).shown == row.safe_judgement.word
        for measure in ("baseline", "target"):
            assert desk.ask(Why(row.figure(measure))).shown


#: Amounts of a return that somebody recorded as they stand, so that there is nothing to take apart, and differences
#: that are nil by the sheet's own formula.
RECORDED = {
    ("Match", "Planned £"),
    ("Match", "Received £"),
    ("Match", "Spent £"),
    ("Virements", "Amount £"),
    ("Accruals", "Amount £"),
    ("Reconciliation to ledger", "Ledger less its parts £"),
    ("Reconciliation to ledger", "Ledger less downloads £"),
    ("Ledger by cost centre", "Difference £"),
    ("Ledger by cost centre", "Charged to other grants £"),
    ("Ledger by cost centre", "Excluded £"),
    ("Carry-forward", "Requested £"),
    ("Claims and payments", "Balance £"),
    ("Cost categories", "Budget £"),
    ("Cost categories", "Variance £"),
    ("Unit costs", "Spend £"),
    ("Unit costs", "Cost per output £"),
    ("Unit costs", "Cost per outcome £"),
}


def test_each_amount_of_the_return_s_workbook_is_what_why_makes_it(lived: tuple[Desk, FundId]) -> None:
    desk, fund = lived
    look = return_look(desk.ask(ReturnDraft(fund, YEAR, 4)).document)
    columns: dict[tuple[str, str], list[ReturnCell]] = defaultdict(list)
    for each in look.cells:
        if each.sort is CellSort.POUNDS:
            columns[each.sheet, each.label.rpartition(" · ")[2]].append(each)
    assert sum(map(len, columns.values())) > 1_000
    for place, cells in columns.items():
        named = [each for each in cells if each.figure]
        bare = [each.cell for each in cells if not each.figure and Money.parse(each.value)]
        assert not bare or place in RECORDED, f"{place} has amounts without their figure: {bare}"
        # The first, one of the middle and the last: a column's figures are all named in the same way.
        for cell in (*named[:1], *named[len(named) // 2 :][:1], *named[-1:]):
            value = desk.ask(Why(cell.figure, 1)).value
            assert (place, cell.cell, value) == (place, cell.cell, Money.parse(cell.value))


def test_our_own_workbook_looks_as_it_will_be_written(lived: tuple[Desk, FundId]) -> None:
    desk, fund = lived
    look = return_look(desk.ask(ReturnDraft(fund, YEAR, 4)).document)
    sheets = {sheet.name: sheet for sheet in look.sheets}
    by_place = {(cell.sheet, cell.cell): cell for cell in look.cells}
    summary = sheets["Summary"]
    [available] = [cell for cell in summary.cells.values() if cell.shown == "Available"]
    total = by_place["Summary", f"D{available.row}"]
    assert total.label == "Available · Total £"
    assert (total.source, total.figure) == ("grant/available", f"Locality Fund/{YEAR}/available@13")
    shown = summary.at(available.row, 3)
    assert shown is not None
    assert (shown.holds, shown.shown) == (Holds.NUMBER, f"{Money.parse(total.value)}")
    assert shown.formula, "totals are live"
