"""Packed lines are the lines that were put in, however many there are and wherever one looks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain import line_lists
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.line_lists import LineList
from fundingapp.domain.money import LARGEST_PENCE, Money
from fundingapp.domain.periods import FinancialYear
from tests.builders_core import make_line

texts = st.text(max_size=8)
lines = st.builds(
    LedgerLine,
    key=texts,
    transaction=texts,
    year=st.builds(FinancialYear, st.integers(1990, 2090)),
    period=st.integers(1, 13),
    posted_on=st.none() | st.dates(),
    cost_centre=texts,
    account=texts,
    supplier=texts,
    description=texts,
    type=texts,
    amount=st.integers(-LARGEST_PENCE, LARGEST_PENCE).map(Money),
    sheet=texts,
    row=st.integers(1, 2_000_000),
)


@pytest.fixture(autouse=True)
def packed_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_lists, "PLAIN", 6)
    monkeypatch.setattr(line_lists, "_PACKED_TOGETHER", 3)


def list_of(wanted: list[LedgerLine]) -> LineList:
    found = LineList()
    for line in wanted:
        found.append(line)
    return found


@given(st.lists(lines, max_size=20))
def test_lines_come_out_as_they_went_in(wanted: list[LedgerLine]) -> None:
    found = list_of(wanted)
    assert len(found) == len(wanted)
    assert list(found) == wanted
    assert found == wanted
    assert [found[at] for at in range(len(wanted))] == wanted
    assert [found[at - len(wanted)] for at in range(len(wanted))] == wanted
    assert found[2:-1:2] == wanted[2:-1:2]
    assert list(found) == wanted, "reading changes nothing"


def test_lines_are_packed_when_there_are_many() -> None:
    some = [make_line(f"T{at}") for at in range(5)]
    assert list_of(some)[0] is some[0]
    many = [make_line(f"T{at}", posted_on=date(2018, 5, at + 1)) for at in range(10)]
    found = list_of(many)
    assert found[0] is not many[0]
    assert (found[0], found[9]) == (many[0], many[9])


def test_other_lines_are_not_equal() -> None:
    many = [make_line(f"T{at}") for at in range(10)]
    assert list_of(many) != many[:9]
    assert list_of(many) != [*many[:9], make_line("X")]
    with pytest.raises(IndexError):
        list_of(many)[10]
