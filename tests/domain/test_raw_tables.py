"""A table read with other meanings, without reading the file again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fundingapp.domain.builtin_layouts import BUILT_IN
from fundingapp.domain.downloads import parse_lines
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.layouts import Layout, layout_named
from fundingapp.domain.ledger import CellError, Choice, Doubt, Meaning, RawRow, RawTable
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, Period
from fundingapp.domain.raw_tables import columns_named, understood, with_layout, with_meanings, with_period

M = Meaning
HEADINGS = ("Ref", "Date", "Supplier", "Net", "Gross")


def table(*rows: tuple[str, ...]) -> RawTable:
    given = rows or (("A", "03/04/2018", "x", "10.00", "12.00"), ("B", "04/04/2018", "y", "5.00", "6.00"))
    return understood(
        RawTable(
            "ledger.csv",
            "",
            "utf-8",
            1,
            HEADINGS,
            (M.TRANSACTION, M.DATE, M.SUPPLIER, M.AMOUNT, M.OTHER),
            [RawRow(at, row) for at, row in enumerate(given, start=2)],
        )
    )


def test_a_meaning_goes_over_from_one_column_to_another() -> None:
    changed = with_meanings(table(), {4: M.AMOUNT})
    assert changed.meanings == (M.TRANSACTION, M.DATE, M.SUPPLIER, M.OTHER, M.AMOUNT)
    assert (parse_lines(changed).total, changed.settled) == (Money(1800), frozenset({4}))


def test_debit_and_credit_take_the_place_of_the_amount() -> None:
    changed = with_meanings(table(), {3: M.DEBIT, 4: M.CREDIT})
    assert parse_lines(changed).total == Money(-300)
    assert with_meanings(changed, {3: M.AMOUNT}).meanings[3:] == (M.AMOUNT, M.OTHER)


def test_a_table_is_never_left_without_an_amount() -> None:
    with pytest.raises(ExpectedError) as refusal:
        with_meanings(table(), {3: M.OTHER})
    assert refusal.value.code == "no_amount_column"


def test_naming_a_column_settles_the_doubts_about_it_and_no_others() -> None:
    asked = replace(
        table(),
        doubts=(
            Doubt("amount.column", "?", (3, 4), (Choice("", ((3, M.AMOUNT),)),)),
            Doubt("amount.unit", "?", (3,)),
        ),
    )
    assert [doubt.kind for doubt in with_meanings(asked, {4: M.AMOUNT}).doubts] == ["amount.unit"]
    assert with_meanings(asked, {3: M.AMOUNT}).doubts == ()


def test_a_doubt_about_dates_goes_with_the_column_and_comes_with_another() -> None:
    american = table(("A", "03/04/2018", "x", "1.00", "2.00"), ("B", "04/13/2018", "y", "1.00", "2.00"))
    assert [doubt.kind for doubt in american.doubts] == ["date.order"]
    assert with_meanings(american, {1: M.DATE}).doubts == ()
    without = with_meanings(american, {1: M.OTHER})
    assert [doubt.kind for doubt in without.doubts] == ["period.unknown"]
    assert with_period(without, Period(FinancialYear(2018), 1)).doubts == ()


def test_an_error_in_a_column_counts_as_soon_as_the_column_is_used() -> None:
    broken = understood(replace(table(), errors=[CellError(2, 4, "#REF!")], sheet="Ledger"))
    assert [finding.kind for finding in broken.findings] == ["cell.error_unused"]
    used = with_meanings(broken, {4: M.AMOUNT})
    assert [(finding.kind, finding.text) for finding in used.findings] == [
        ("cell.error", "Ledger!E2 holds #REF!.")
    ]
    assert [line.transaction for line in parse_lines(used).lines] == ["B"]


def test_columns_are_named_by_heading_or_by_number() -> None:
    assert columns_named(table(), {" net ": M.AMOUNT, "Column 2": M.DATE}) == {3: M.AMOUNT, 1: M.DATE}
    for heading in ("Nett", "column 9"):
        with pytest.raises(ExpectedError) as refusal:
            columns_named(table(), {heading: M.AMOUNT})
        assert refusal.value.code == "no_column"
    twice = replace(table(), headings=("Ref", "Date", "Supplier", "Net", "Net"))
    with pytest.raises(ExpectedError, match="has 2 columns called"):
        columns_named(twice, {"Net": M.AMOUNT})


def test_a_layout_gives_each_heading_its_meaning_in_whatever_order() -> None:
    layout = Layout("Ours", ("GROSS", "date", "Ref"), (M.AMOUNT, M.DATE, M.TRANSACTION))
    changed = with_layout(table(), layout)
    assert changed.meanings == (M.TRANSACTION, M.DATE, M.OTHER, M.OTHER, M.AMOUNT)
    assert (changed.layout, changed.doubts) == ("Ours", ())
    with pytest.raises(ExpectedError) as refusal:
        with_layout(table(), Layout("Theirs", ("Value",), (M.AMOUNT,)))
    assert refusal.value.code == "layout_differs"


@pytest.mark.parametrize("layout", BUILT_IN, ids=lambda layout: layout.name)
def test_each_layout_that_is_built_in_is_whole(layout: Layout) -> None:
    assert len(layout.headings) == len(layout.meanings) == len(set(layout.shape))
    used = [meaning for meaning in layout.meanings if meaning not in (M.OTHER, M.VAT, M.BALANCE)]
    assert len(used) == len(set(used))
    assert M.DATE in used
    assert (M.AMOUNT in used) != (M.DEBIT in used and M.CREDIT in used)
    assert layout_named(layout.name.upper(), BUILT_IN) is layout
    assert layout.meanings_for(layout.headings) == layout.meanings


def test_X22_a_layout_does_not_answer_for_the_order_of_days_and_months_of_another_file() -> None:
    """What was confirmed of one download says nothing about a file in which a spreadsheet has turned dates round."""
    american = table(("A", "03/04/2018", "x", "10.00", "12.00"), ("B", "4/13/2018", "y", "5.00", "6.00"))
    layout = Layout("Ours", HEADINGS, american.meanings)
    read = with_layout(american, layout)
    assert [doubt.kind for doubt in read.doubts] == ["date.order"]
    assert read.layout == "Ours"
    assert with_meanings(read, {1: M.DATE}).doubts == ()
    days = ("13/04/18", "14/05/18", "15/06/18", "16/06/18")
    short = table(*(("A", day, "x", "10.00", "12.00") for day in days))
    assert [doubt.kind for doubt in short.doubts] == ["date.years"]
    assert with_layout(short, layout).doubts == ()


def test_X22_a_layout_with_the_month_first_is_asked_about_where_the_file_does_not_prove_it() -> None:
    american = Layout("Ours", HEADINGS, (M.TRANSACTION, M.DATE_MONTH_FIRST, M.SUPPLIER, M.AMOUNT, M.OTHER))
    open_either_way = table(
        ("A", "03/04/2018", "x", "10.00", "12.00"), ("B", "04/05/2018", "y", "5.00", "6.00")
    )
    read = with_layout(open_either_way, american)
    assert [doubt.kind for doubt in read.doubts] == ["date.order"]
    assert with_meanings(read, {1: M.DATE_MONTH_FIRST}).doubts == ()
    assert with_meanings(read, {1: M.DATE}).meanings[1] is M.DATE
    proves = table(*(("A", day, "x", "10.00", "12.00") for day in ("03/14/2018", "04/15/2018")))
    assert with_layout(proves, american).doubts == ()
