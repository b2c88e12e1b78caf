"""A row that can't be read refuses its download, unless the user says to leave it out."""

from __future__ import annotations

import pytest

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.desk import Desk
from fundingapp.application.queries.downloads import Download
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ledger import SkippedRow
from tests.builders_core import make_download, make_line
from tests.fakes import FakeSourceStore, FakeStore, make_tools

BLANK = SkippedRow("Ledger", 5, "blank row", "")
TOTAL = SkippedRow("Ledger", 6, "total row", "Total | 10.00")


def held_back(row: int) -> SkippedRow:
    return SkippedRow(
        "Ledger", row, f"held back: Row {row}, column “Net”: “12.3.4” is not an amount.", "12.3.4"
    )


def download_with(*skipped: SkippedRow) -> Download:
    return make_download([make_line("T1"), make_line("T2")], skipped=skipped)


def test_the_rows_held_back_are_told_from_those_that_are_none_of_the_ledgers() -> None:
    assert download_with(BLANK, held_back(7), TOTAL).parsed.held_back == [held_back(7)]


def test_one_such_row_refuses_the_whole_download() -> None:
    store, sources = FakeStore(), FakeSourceStore()
    desk = Desk(make_tools(store.open_work, sources=sources))
    with pytest.raises(ExpectedError) as refusal:
        desk.do(ImportLedger(download_with(BLANK, held_back(7))))
    assert refusal.value.code == "unreadable_rows"
    assert refusal.value.message == (
        "Row 7, column “Net”: “12.3.4” is not an amount. The other 2 rows of “ledger.csv”, sheet “Ledger”, are fine."
    )
    assert "nothing was imported" in refusal.value.advice
    assert store.open_work(reading=True).__enter__().ledger.batches() == []
    assert sources.kept == []
    assert desk.undo_name is None


def test_of_several_rows_the_others_are_counted() -> None:
    desk = Desk(make_tools(FakeStore().open_work))
    with pytest.raises(ExpectedError, match="3 more rows can't be read either; the other 2 rows"):
        desk.do(ImportLedger(download_with(*map(held_back, (7, 8, 9, 10)))))


def test_the_user_may_leave_such_rows_out() -> None:
    store = FakeStore()
    desk = Desk(make_tools(store.open_work))
    made = desk.do(ImportLedger(download_with(BLANK, held_back(7)), skip_unreadable=True)).result
    assert (made.new, made.kept, made.skipped, made.rows_read) == (2, 2, 2, 4)
    with store.open_work(reading=True) as work:
        assert work.ledger.skipped(made.batch) == [BLANK, held_back(7)]


def test_rows_that_are_none_of_the_ledgers_refuse_nothing() -> None:
    desk = Desk(make_tools(FakeStore().open_work))
    assert desk.do(ImportLedger(download_with(BLANK, TOTAL))).result.new == 2
