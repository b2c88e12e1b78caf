"""The story of a line: what downloads and people did with it, the row it came from, and lists to send."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines, ClearCharges
from fundingapp.application.desk import Desk
from fundingapp.application.ports import LineRow, TableColumn, Tools, ValueKind
from fundingapp.application.queries.exports import ExportLines, LineColumn
from fundingapp.application.queries.line_story import ExclusionReasons, LineHistory, OriginalRow
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import Exclude, parse_target
from fundingapp.domain.money import Money
from tests.builders_core import make_download, make_line, set_up_grant
from tests.fakes import FakeTableWriter


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A grant and three lines of one supplier."""
    set_up_grant(desk)
    lines = [make_line(f"T{number}", f"{number}.00", supplier="Youth Trust") for number in (1, 2, 3)]
    desk.do(ImportLedger(make_download(lines)))
    return desk


def test_what_happened_to_a_line_is_told_newest_first_with_who_and_why(filled: Desk) -> None:
    filled.do(ChargeLines((LineId(1), LineId(2)), parse_target("P-02"), "theirs"))
    filled.do(ChargeLines((LineId(1),), Exclude("stamps of the office"), ""))
    filled.do(ClearCharges((LineId(1),)))
    filled.undo()
    story = filled.ask(LineHistory(LineId(1)))
    assert [(entry.what, entry.reason) for entry in story] == [
        ("Put back: placed: £1.00 excluded.", "stamps of the office"),
        ("Made to wait again.", ""),
        ("Placed: £1.00 excluded.", "stamps of the office"),
        ("Placed: £1.00 to P-02 Project P-02.", "theirs"),
        ("Read from ledger.csv.", ""),
    ]
    assert {entry.by for entry in story} == {"Ann"}
    assert [entry.at for entry in story] == sorted((entry.at for entry in story), reverse=True)
    assert [entry.what for entry in filled.ask(LineHistory(LineId(3)))] == ["Read from ledger.csv."]


def test_what_a_later_download_says_differently_is_part_of_the_story(filled: Desk) -> None:
    lines = [make_line(f"T{number}", f"{number}.00", supplier="Youth Trust") for number in (1, 2)]
    lines[0] = lines[0]._replace(amount=Money(999))
    filled.do(ImportLedger(make_download(lines, "second.csv")))
    assert filled.ask(LineHistory(LineId(1)))[0].what == (
        "second.csv states it differently: £1.00 → £9.99; the new counts."
    )
    assert (
        filled.ask(LineHistory(LineId(3)))[0].what == "second.csv does not hold it any more; the new counts."
    )


def test_reasons_given_before_are_offered_again(filled: Desk) -> None:
    filled.do(ChargeLines((LineId(1),), Exclude("stamps"), ""))
    filled.do(ChargeLines((LineId(2), LineId(3)), Exclude("core budget"), ""))
    assert filled.ask(ExclusionReasons()) == ["core budget", "stamps"]


def test_an_original_that_is_gone_is_named(filled: Desk) -> None:
    with pytest.raises(ExpectedError, match=r"original of “ledger\.csv”"):
        filled.ask(OriginalRow(LineId(1)))


def test_a_list_is_written_in_its_order_with_what_it_is(filled: Desk, tools: Tools) -> None:
    writer = tools.write_table
    assert isinstance(writer, FakeTableWriter)

    def supplier(row: LineRow) -> str:
        name: str = row.line.supplier
        return name

    columns = (
        LineColumn(TableColumn("Supplier"), supplier),
        LineColumn(TableColumn("£", ValueKind.MONEY), lambda row: row.line.amount),
    )
    out = Path("list.xlsx")
    done = filled.ask(ExportLines([3, 1, 99], columns, out, (("Filter", "To match"),)))
    assert (done.rows, done.gone, done.total) == (2, 1, Money(400))
    [(document, rows)] = writer.documents
    assert rows == [("Youth Trust", Money(300)), ("Youth Trust", Money(100))]
    notes = dict(document.notes)
    assert (notes["Filter"], notes["By"], notes["Total £"]) == ("To match", "Ann", Money(400))
    assert isinstance(notes["Exported"], datetime)
