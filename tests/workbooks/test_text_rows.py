"""Packed rows of a text file are the rows that were read, however many there are and wherever one looks."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.ledger import RawRow
from fundingapp.workbooks import delimited, text_rows
from fundingapp.workbooks.delimited import read_text_table
from fundingapp.workbooks.layouts import NoTable, find_tables
from fundingapp.workbooks.text_rows import CellsOf, TextRows

cells = st.lists(st.none() | st.text(max_size=6), max_size=4).map(tuple)
rows = st.builds(RawRow, st.integers(1, 2_000_000), cells)
places = st.none() | st.integers(-25, 25)


@pytest.fixture(autouse=True)
def packed_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_rows, "PLAIN", 6)
    monkeypatch.setattr(text_rows, "_PACKED_TOGETHER", 3)
    monkeypatch.setattr(delimited, "_CUT_AT_ONCE", 10)


@given(st.lists(rows, max_size=20))
def test_rows_come_out_as_they_went_in(wanted: list[RawRow]) -> None:
    found = TextRows(wanted)
    assert len(found) == len(wanted)
    assert list(found) == wanted
    assert found == wanted
    assert [found[at] for at in range(-len(wanted), len(wanted))] == [*wanted, *wanted]
    assert list(CellsOf(found)) == [row.cells for row in wanted]
    assert all(type(row) is RawRow for row in found)
    assert list(found) == wanted, "reading changes nothing"


@given(st.lists(rows, max_size=20), places, places, places, places, st.sampled_from([1, 2, -1]))
def test_slices_are_those_of_a_list(
    wanted: list[RawRow], first: int | None, last: int | None, left: int | None, right: int | None, step: int
) -> None:
    found = TextRows(wanted)[first:last]
    plain = wanted[first:last]
    assert list(found) == plain
    assert list(found[left:right:step]) == plain[left:right:step]
    assert [row.cells for row in plain[left:right]] == list(CellsOf(found)[left:right])
    assert all(
        found[at] == plain[at] == RawRow(plain[at].row, CellsOf(found)[at]) for at in range(len(plain))
    )
    with pytest.raises(IndexError):
        found[len(plain)]


def test_other_rows_are_not_equal() -> None:
    many = [RawRow(at, ("a", None)) for at in range(1, 12)]
    assert TextRows(many) != many[:-1]
    assert TextRows(many) != [*many[:-1], RawRow(11, ("b", None))]
    assert TextRows(many) != 5


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_long_text_is_read_as_in_one_piece(end: str) -> None:
    lines = [
        "Date,Supplier,Amount",
        *(f'0{at}/04/2026,"Acme, no {at}",{at}.50' for at in range(1, 10)),
        "",
        "a,b",
    ]
    text = end.join([*lines[:4], f'02/04/2026,"two{end}lines",1.00', *lines[4:]])
    table = read_text_table(text.encode(), "some.csv")
    plain = [tuple(cell or None for cell in record) for record in csv.reader(io.StringIO(text, newline=""))]
    assert [row.cells for row in table.rows] == plain
    assert [row.row for row in table.rows][:8] == [1, 2, 3, 4, 5, 7, 8, 9]
    as_list = [row.cells for row in table.rows]
    found = find_tables(CellsOf(table.rows))
    assert found == find_tables(as_list)
    assert not isinstance(found, NoTable)
