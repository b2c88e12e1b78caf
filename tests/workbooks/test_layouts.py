"""Headings are found and understood whatever the finance system calls them."""

from __future__ import annotations

import pytest

from fundingapp.domain.ledger import Cell, Meaning
from fundingapp.workbooks.layouts import FoundTable, NoTable, find_table, guess_meaning

M = Meaning


def found(*rows: tuple[Cell, ...]) -> FoundTable:
    table = find_table(rows)
    assert isinstance(table, FoundTable)
    return table


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("Trans No", M.TRANSACTION),
        ("TransNo.", M.TRANSACTION),
        ("Journal", M.TRANSACTION),
        ("voucher_no", M.TRANSACTION),
        ("HBC ref no", M.TRANSACTION),
        ("Document Number", M.TRANSACTION),
        ("Per", M.PERIOD),
        ("fiscal_year", M.YEAR),
        ("trans_date", M.DATE),
        ("GL Date", M.DATE),
        ("Posting Date", M.DATE),
        ("CostC", M.COST_CENTRE),
        ("Cost Centre", M.COST_CENTRE),
        ("Cost Ctr", M.COST_CENTRE),
        ("Subj", M.ACCOUNT),
        ("Cost Element", M.ACCOUNT),
        ("Full Account Flexfield", M.ACCOUNT),
        ("Supplier / Source", M.SUPPLIER),
        ("Vendor Name", M.SUPPLIER),
        ("Narrative", M.NARRATIVE),
        ("Line Description", M.DESCRIPTION),
        ("dc_flag", M.DEBIT_CREDIT_FLAG),
        ("Dr/Cr", M.DEBIT_CREDIT_FLAG),
        ("Net Amount (£)", M.AMOUNT),
        ("NetAmount", M.AMOUNT),
        ("Amount excl. VAT", M.AMOUNT),
        ("Val/COArea Crcy", M.AMOUNT),
        ("Debit £", M.DEBIT),
        ("Entered Cr", M.CREDIT),
        ("VAT", M.VAT),
        ("Irrecoverable VAT", M.VAT),
        ("Running Balance", M.BALANCE),
        ("Supplier ID", M.OTHER),
        ("Budget", M.OTHER),
    ],
)
def test_a_heading_is_understood(heading: str, meaning: Meaning) -> None:
    guess = guess_meaning(heading)
    assert guess is not None
    assert guess[0] is meaning


@pytest.mark.parametrize("cell", ["Colour", "", "   ", None, 5, "£", "x" * 200])
def test_other_cells_mean_nothing(cell: Cell) -> None:
    assert guess_meaning(cell) is None


def test_banner_rows_above_are_passed_over() -> None:
    table = found(
        ("CHARNWOOD BOROUGH COUNCIL",),
        ("Cost centre group: COMMUNITY SAFETY   Run 02/02/2019",),
        (),
        ("Trans No", "Period", "Net Amount"),
        ("A", 201801, 5),
    )
    assert table.heading_at == 3
    assert table.meanings == (M.TRANSACTION, M.PERIOD, M.AMOUNT)


def test_of_two_rows_of_headings_the_lower_counts() -> None:
    table = found(
        ("Supplier", "Expense Description", "Amount"),
        (None, None, None),
        ("Supplier Name", "Expense Code Description", "Amount Paid"),
        ("A LTD", "Paint", "7,296.75"),
    )
    assert table.heading_at == 2


def test_the_net_column_is_the_amount_and_not_gross_vat_or_balance() -> None:
    headings = ("Ref", "Date", "Gross Amount", "VAT", "Net Amount", "Balance")
    table = found(headings, ("A", "03/04/2018", 12, 2, 10, 10), ("B", "03/04/2018", 12, 2, 10, 20))
    assert table.meanings == (M.TRANSACTION, M.DATE, M.OTHER, M.VAT, M.AMOUNT, M.BALANCE)


def test_a_pair_of_columns_beats_an_amount_with_gaps() -> None:
    headings = ("Ref", "Date", "Debit", "Credit", "Amount")
    rows: list[tuple[Cell, ...]] = [(f"T{at}", "03/04/2018", 5, None, None) for at in range(5)]
    assert found(headings, *rows).meanings == (M.TRANSACTION, M.DATE, M.DEBIT, M.CREDIT, M.OTHER)
    full: list[tuple[Cell, ...]] = [(f"T{at}", "03/04/2018", 5, None, 5) for at in range(5)]
    assert found(headings, *full).meanings == (M.TRANSACTION, M.DATE, M.OTHER, M.OTHER, M.AMOUNT)


def test_values_decide_between_two_columns_of_one_name() -> None:
    headings = ("Ref", "Date", "Amount", "Amount")
    table = found(headings, ("A", "03/04/2018", "n/a", 5), ("B", "03/04/2018", "n/a", 6))
    assert table.meanings == (M.TRANSACTION, M.DATE, M.OTHER, M.AMOUNT)


def test_columns_without_heading_are_kept_in_place() -> None:
    table = found((None, "Ref", "Date", "Amount"), (None, "A", "03/04/2018", 5, "stray"))
    assert table.headings == ("", "Ref", "Date", "Amount", "")
    assert table.meanings == (M.OTHER, M.TRANSACTION, M.DATE, M.AMOUNT, M.OTHER)


def test_a_table_without_amounts_is_none_and_its_headings_are_named() -> None:
    table = find_table([("Code", "Title", "Description"), ("A", "B", "C")])
    assert table == NoTable(("Code", "Title", "Description"))


def test_nothing_is_no_table() -> None:
    assert find_table([]) == NoTable(())
    assert find_table([(None, None), ("Report: GLTRANS01",)]) == NoTable(())
