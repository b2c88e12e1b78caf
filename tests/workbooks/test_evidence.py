"""What a file's own evidence says of its tables and columns, one small file for each kind of evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from fundingapp.application.queries.downloads import Download
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ledger import Meaning
from tests.workbooks.test_random_ledgers import read

M = Meaning


def text(folder: Path, content: str, encoding: str = "utf-8") -> Download:
    path = folder / "ledger.csv"
    path.write_bytes(content.encode(encoding))
    return read(path)


def workbook(folder: Path, **sheets: list[list[Any]]) -> Download:
    path = folder / "ledger.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(at, column, cell, day)
                    elif cell is not None:
                        sheet.write(at, column, cell)
    return read(path)


def meaning(download: Download, heading: str) -> Meaning:
    return dict(download.columns)[heading]


def kinds(download: Download) -> set[str]:
    return {finding.kind for finding in download.findings}


def amounts(download: Download) -> list[int]:
    return [line.amount.pence for line in download.parsed.lines]


# Which column is the amount


def test_a_column_that_adds_another_up_is_a_balance_whatever_it_is_called(tmp_path: Path) -> None:
    rows = ["Date,Ref,Details,Movement,Amount"]
    balance = 0
    for at, pounds in enumerate((10, 20, -5, 15, 2), start=1):
        balance += pounds
        rows.append(f"0{at}/04/2018,{at},a,{pounds}.00,{balance}.00")
    download = text(tmp_path, "\n".join(rows))
    assert (meaning(download, "Movement"), meaning(download, "Amount")) == (M.AMOUNT, M.BALANCE)
    assert amounts(download) == [1000, 2000, -500, 1500, 200]


def test_net_and_vat_together_are_the_gross_whatever_they_are_called(tmp_path: Path) -> None:
    content = (
        "Date,Ref,Supplier,Net,VAT,Amount\n03/04/2018,1,a,10.00,2.00,12.00\n04/04/2018,2,b,20.00,4.00,24.00\n"
    )
    download = text(tmp_path, content)
    assert (meaning(download, "Net"), meaning(download, "VAT")) == (M.AMOUNT, M.VAT)
    assert amounts(download) == [1000, 2000]
    assert "column.choice" in kinds(download)


def test_irrecoverable_vat_beside_its_net_amount_is_asked_about(tmp_path: Path) -> None:
    content = (
        "Date,Ref,Supplier,Cost,Irrecoverable VAT,Total\n"
        "03/04/2018,1,a,10.00,2.00,12.00\n04/04/2018,2,b,20.00,4.00,24.00\n"
    )
    download = text(tmp_path, content)
    assert amounts(download) == [1200, 2400]
    assert [doubt.kind for doubt in download.open_questions] == ["amount.column"]


@pytest.mark.parametrize("heading", ["Value of charge", "Sterling", "Col7", ""])
def test_the_only_column_of_money_is_the_amount_whatever_its_heading(heading: str, tmp_path: Path) -> None:
    download = text(tmp_path, f"Date,Ref,Supplier,{heading}\n03/04/2018,1,a,10.50\n04/04/2018,2,b,£20.00\n")
    assert amounts(download) == [1050, 2000]
    assert not download.open_questions


def test_two_columns_of_money_without_a_name_are_asked_about(tmp_path: Path) -> None:
    download = text(
        tmp_path, "Date,Ref,Supplier,Col7,Col8\n03/04/2018,1,a,10.50,3.10\n04/04/2018,2,b,20.00,4.20\n"
    )
    (doubt,) = download.open_questions
    assert doubt.kind == "amount.column"
    assert [choice.text for choice in doubt.choices] == ["“Col7” is the amount", "“Col8” is the amount"]
    assert "amount.column" in kinds(download)


def test_the_files_own_total_proves_which_column_it_is(tmp_path: Path) -> None:
    content = (
        "Date,Ref,Supplier,Col7,Col8\n03/04/2018,1,a,10.50,3.10\n04/04/2018,2,b,20.00,4.20\nTotal,,,,7.30\n"
    )
    download = text(tmp_path, content)
    assert amounts(download) == [310, 420]
    assert not download.open_questions


def test_a_column_of_dr_and_cr_is_the_flag_whatever_it_is_called(tmp_path: Path) -> None:
    content = "Date,Ref,Supplier,Amount,Side\n03/04/2018,1,a,10.00,DR\n04/04/2018,2,b,4.00,CR\n"
    assert amounts(text(tmp_path, content)) == [1000, -400]


def test_credits_of_both_signs_are_asked_about(tmp_path: Path) -> None:
    content = "Date,Ref,Supplier,Amount,D/C\n03/04/2018,1,a,10.00,D\n04/04/2018,2,b,4.00,C\n05/04/2018,3,b,-5.00,C\n"
    assert [doubt.kind for doubt in text(tmp_path, content).open_questions] == ["amount.sign"]


def test_thousands_are_never_taken_for_pounds_unasked(tmp_path: Path) -> None:
    for heading in ("Amount (£'000)", "Spend £k", "Amount in thousands"):
        download = text(tmp_path, f"Date,Ref,Supplier,{heading}\n03/04/2018,1,a,1.20\n04/04/2018,2,b,3.40\n")
        assert [doubt.kind for doubt in download.open_questions] == ["amount.unit"]
    title = "All figures in £'000\n\nDate,Ref,Supplier,Amount\n03/04/2018,1,a,1.20\n04/04/2018,2,b,3.40\n"
    assert [doubt.kind for doubt in text(tmp_path, title).open_questions] == ["amount.unit"]
    title = "Payments over £1000.00\n\nDate,Ref,Supplier,Amount\n03/04/2018,1,a,1.20\n04/04/2018,2,b,3.40\n"
    assert not text(tmp_path, title).open_questions


# Amounts and dates


def test_m12_a_decimal_comma_is_taken_only_when_the_whole_column_proves_it(tmp_path: Path) -> None:
    head = "Date;Ref;Supplier;Amount\n03/04/2018;1;a;1.234,56\n04/04/2018;2;b;20,10\n05/04/2018;3;c;-5,10\n"
    download = text(tmp_path, head)
    assert amounts(download) == [123456, 2010, -510]
    assert "amount.decimal_comma" in kinds(download)
    mixed = text(tmp_path, head + "06/04/2018;4;d;7.50\n")
    assert amounts(mixed) == [750]
    assert len(mixed.parsed.held_back) == 3


def test_m02_the_noise_of_binary_numbers_is_no_third_decimal(tmp_path: Path) -> None:
    content = "Date,Ref,Supplier,Amount\n03/04/2018,1,a,4999.999999999999\n04/04/2018,2,b,1.005\n"
    download = text(tmp_path, content)
    assert amounts(download) == [500000]
    assert [skip.row for skip in download.parsed.held_back] == [3]


def test_m10_another_currency_is_rejected_by_name(tmp_path: Path) -> None:
    download = text(tmp_path, "Date,Ref,Supplier,Amount\n03/04/2018,1,a,€10.00\n04/04/2018,2,b,5.00\n")
    (finding,) = [finding for finding in download.findings if finding.kind == "amount.unreadable"]
    assert (finding.source.row, "not in pounds (€)" in finding.text) == (2, True)


def test_m08_a_negative_nought_is_nought(tmp_path: Path) -> None:
    download = text(tmp_path, "Date,Ref,Supplier,Amount\n03/04/2018,1,a,-0.00\n04/04/2018,2,b,5.00\n")
    assert (amounts(download), str(download.parsed.lines[0].amount)) == ([0, 500], "0.00")


def test_a_dash_stands_for_nothing_in_one_of_two_columns(tmp_path: Path) -> None:
    content = "Date,Ref,Supplier,Debit,Credit\n03/04/2018,1,a, 10.00 , -   \n04/04/2018,2,b, £-   , 5.00 \n"
    assert amounts(text(tmp_path, content)) == [1000, -500]


def test_x22_a_column_with_an_american_day_is_never_silently_british(tmp_path: Path) -> None:
    download = text(tmp_path, "Date,Ref,Supplier,Amount\n03/04/2018,1,a,1.20\n04/13/2018,2,b,3.40\n")
    assert [doubt.kind for doubt in download.open_questions] == ["date.order"]
    assert len(download.parsed.held_back) == 1


AMERICAN = "Date,Ref,Supplier,Amount\n03/04/2018,1,a,1.20\n04/13/2018,2,b,3.40\n04/25/2018,3,b,5.60\n"


def test_x22_a_column_that_proves_american_days_is_read_so_and_asked_about(tmp_path: Path) -> None:
    download = text(tmp_path, AMERICAN)
    [doubt] = download.open_questions
    assert doubt.kind == "date.order"
    assert [choice.text for choice in doubt.choices][:2] == ["The month stands first", "The day stands first"]
    days = [line.posted_on for line in download.parsed.lines]
    assert days == [date(2018, 3, 4), date(2018, 4, 13), date(2018, 4, 25)]


def test_x22_american_days_are_imported_once_a_person_says_so(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(AMERICAN)
    said = read(path, columns=(("Date", M.DATE_MONTH_FIRST),))
    assert said.open_questions == ()
    assert said.parsed.lines[0].posted_on == date(2018, 3, 4)
    british = read(path, columns=(("Date", M.DATE),))
    assert british.open_questions == ()
    assert len(british.parsed.held_back) == 2
    assert british.parsed.lines[0].posted_on == date(2018, 4, 3)


def test_x22_a_column_with_days_in_both_orders_is_read_in_british_order_and_asked_about(
    tmp_path: Path,
) -> None:
    download = text(tmp_path, AMERICAN + "25/04/2018,4,c,1.00\n")
    assert [doubt.kind for doubt in download.open_questions] == ["date.order"]
    assert len(download.parsed.held_back) == 2


def test_x22_american_days_with_two_digits_of_the_year_are_read_when_the_column_proves_them(
    tmp_path: Path,
) -> None:
    short = (
        "Date,Ref,Supplier,Amount\n3/4/18,1,a,1.20\n4/13/18,2,b,3.40\n4/25/18,3,b,5.60\n4/26/18,3,b,5.60\n"
    )
    download = text(tmp_path, short)
    assert [doubt.kind for doubt in download.open_questions] == ["date.order"]
    assert [line.posted_on for line in download.parsed.lines][:2] == [date(2018, 3, 4), date(2018, 4, 13)]


def test_days_that_a_spreadsheet_took_for_months_are_asked_about(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Date", "Ref", "Supplier", "Amount"]]
    rows += [[date(2018, at, 4), at, "a", 1.5] for at in range(1, 6)]
    rows += [[f"{at}/04/2018", at, "b", 2.5] for at in range(14, 20)]
    assert [doubt.kind for doubt in workbook(tmp_path, Ledger=rows).open_questions] == []
    rows[1:6] = [[date(2018, 4, at), at, "a", 1.5] for at in range(1, 6)]
    assert [doubt.kind for doubt in workbook(tmp_path, Ledger=rows).open_questions] == ["date.order"]


def test_x22_years_of_two_digits_are_asked_about_when_the_column_proves_their_order(tmp_path: Path) -> None:
    head = "Date,Ref,Supplier,Amount\n03/04/18,1,a,1.20\n13/04/18,2,b,3.40\n14/04/18,3,b,3.40\n"
    download = text(tmp_path, head)
    assert [doubt.kind for doubt in download.open_questions] == ["date.years"]
    assert download.parsed.lines[0].posted_on == date(2018, 4, 3)
    mixed = text(tmp_path, head + "15/04/2018,4,c,1.00\n")
    assert len(mixed.parsed.held_back) == 3


# Tables


def test_headings_in_two_lines_are_put_together(tmp_path: Path) -> None:
    content = (
        "Trans,Trans,Cost,Net,VAT\nNo,Date,Centre,Amount,Amount\n1,03/04/2018,CS1,10.00,2.00\n"
        "2,04/04/2018,CS1,5.00,1.00\n"
    )
    download = text(tmp_path, content)
    assert download.columns == (
        ("Trans No", M.TRANSACTION),
        ("Trans Date", M.DATE),
        ("Cost Centre", M.COST_CENTRE),
        ("Net Amount", M.AMOUNT),
        ("VAT Amount", M.VAT),
    )
    assert amounts(download) == [1000, 500]


def test_headings_that_change_half_way_go_on_with_their_own_columns(tmp_path: Path) -> None:
    content = (
        "Trans No,Date,Supplier,Description,Amount\n1,03/04/2018,a,x,10.00\n2,04/04/2018,b,y,20.00\n\n"
        "Supplier Name,Posting Date,Document No,Net Amount,Text\nc,05/04/2018,3,5.00,z\n"
    )
    download = text(tmp_path, content)
    assert [(line.transaction, line.supplier, line.amount.pence) for line in download.parsed.lines] == [
        ("1", "a", 1000),
        ("2", "b", 2000),
        ("3", "c", 500),
    ]
    assert [(seen.heading_row, seen.records, seen.chosen) for seen in download.tables] == [
        (1, 2, True),
        (5, 1, True),
    ]


@pytest.mark.parametrize("more", ["", ",Officer"])
def test_another_table_below_is_offered_and_not_counted(more: str, tmp_path: Path) -> None:
    content = (
        "Trans No,Date,Supplier,Amount\n1,03/04/2018,a,10.00\n2,04/04/2018,b,20.00\nTotal,,,30.00\n\n"
        "Outstanding orders\nTrans No,Date,Supplier,Amount{more}\n9,03/04/2018,a,1000.00\n"
    )
    download = text(tmp_path, content.format(more=more))
    assert (amounts(download), download.parsed.stated_total == download.parsed.total) == ([1000, 2000], True)
    assert [(seen.records, seen.total.pence, seen.chosen) for seen in download.tables] == [
        (2, 3000, True),
        (1, 100000, False),
    ]
    (finding,) = [finding for finding in download.findings if finding.kind == "table.other"]
    assert "--table 2" in finding.text


def test_tables_side_by_side_are_read_as_one_ledger(tmp_path: Path) -> None:
    content = (
        "Trans No,Date,Supplier,Amount,,Trans No,Date,Supplier,Amount\n"
        "1,03/04/2018,a,10.00,,11,03/05/2018,a,10.50\n2,04/04/2018,b,20.00,,12,04/05/2018,b,20.50\n"
    )
    assert sorted(amounts(text(tmp_path, content))) == [1000, 1050, 2000, 2050]


HEAD = ["Trans No", "Date", "Supplier", "Amount"]
APRIL = [[1, date(2018, 4, 3), "a", 10.5], [2, date(2018, 4, 4), "b", 20.0]]
MAY = [[3, date(2018, 5, 3), "c", 7.25]]


def test_a_sheet_of_all_months_is_not_counted_beside_them(tmp_path: Path) -> None:
    download = workbook(tmp_path, All=[HEAD, *APRIL, *MAY], Apr=[HEAD, *APRIL], May=[HEAD, *MAY])
    assert (download.parsed.total.pence, len(download.parsed.lines)) == (3775, 3)
    assert [seen.chosen for seen in download.tables] == [False, True, True]
    assert "table.again" in kinds(download)


def test_sheets_of_commitments_and_income_are_not_added_to_the_spending(tmp_path: Path) -> None:
    download = workbook(tmp_path, Actuals=[HEAD, *APRIL], Commitments=[HEAD, *MAY], Income=[HEAD, *MAY])
    assert download.parsed.total.pence == 3050
    assert [seen.chosen for seen in download.tables] == [True, False, False]


def test_a_small_sheet_is_understood_as_a_large_one_with_its_headings(tmp_path: Path) -> None:
    odd = ["Trans No", "Date", "Supplier", "F12"]
    download = workbook(tmp_path, Apr=[odd, *APRIL], May=[odd, [3, date(2018, 5, 3), "c", 7]])
    assert download.parsed.total.pence == 3750
    assert len(download.tables) == 2


def test_a_table_without_headings_is_proven_by_its_values_and_asked_about(tmp_path: Path) -> None:
    download = text(tmp_path, "03/04/2018,T1,ACME LTD,1.23\n13/04/2018,T2,BETA LTD,20.00\n")
    assert amounts(download) == [123, 2000]
    assert (download.heading_row, download.parsed.rows_read) == (0, 2)
    assert [doubt.kind for doubt in download.open_questions] == ["columns.no_headings"]


def test_lines_without_date_are_placed_by_the_title_or_asked_about(tmp_path: Path) -> None:
    table = "Supplier,Description,Amount\na,x,10.00\nb,y,5.00\n"
    titled = text(tmp_path, "Payments made in December 2009\n\n" + table)
    assert {(line.year.start, line.period) for line in titled.parsed.lines} == {(2009, 9)}
    untitled = text(tmp_path, table)
    assert untitled.parsed.total.pence == 1500
    assert [doubt.kind for doubt in untitled.open_questions] == ["period.unknown"]


# Control


def test_commitments_are_left_out_with_a_reason(tmp_path: Path) -> None:
    content = (
        "Cost Centre,Nominal,Balance Class,Date,Reference,Amount\nCS1,3201,Actual,03/04/2018,A1,100.00\n"
        "CS1,3201,Commitment,03/04/2018,PO1,900.00\nCS1,3201,PO,03/04/2018,PO2,50.00\nTotal,,,,,1050.00\n"
    )
    download = text(tmp_path, content)
    assert amounts(download) == [10000]
    assert [skip.reason for skip in download.parsed.skipped[:2]] == [
        "a commitment, ordered but not spent"
    ] * 2
    assert {"commitments.excluded", "total.with_commitments"} <= kinds(download)


def test_totals_of_sap_are_marked_with_asterisks(tmp_path: Path) -> None:
    content = (
        "Cost Element;Posting Date;Document Number;Name;Value\n400100;03.04.2018;19001;ACME;1,000.00\n"
        "400100;04.04.2018;19002;BETA;500.00-\n*;;;;500.00\n400200;05.04.2018;19003;GAMMA;250.00\n*;;;;250.00\n"
        "**;;;;750.00\n"
    )
    download = text(tmp_path, content)
    assert amounts(download) == [100000, -50000, 25000]
    assert download.parsed.stated_total == download.parsed.total


@pytest.mark.parametrize(("rows", "is_told"), [(499, False), (500, True), (501, False), (5_000, True)])
def test_a_list_that_stops_at_a_round_number_is_questioned(rows: int, is_told: bool, tmp_path: Path) -> None:
    lines = "".join(f"{at},03/04/2018,a,1.00\n" for at in range(rows))
    assert ("rows.limit" in kinds(text(tmp_path, "Trans No,Date,Supplier,Amount\n" + lines))) is is_told


# Text files


def test_the_separator_may_be_named_in_the_first_line(tmp_path: Path) -> None:
    content = "sep=;\nDate;Ref;Supplier;Amount\n03/04/2018;1;a, b, c, d, e;1.20\n"
    assert amounts(text(tmp_path, content)) == [120]


@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
def test_letters_within_words_tell_the_encoding(encoding: str, tmp_path: Path) -> None:
    content = "Date,Ref,Supplier,Amount\n03/04/2018,1,Café Théâtre,1.20\n04/04/2018,2,Müller,3.40\n"
    download = text(tmp_path, content, encoding)
    assert (download.encoding, download.parsed.lines[0].supplier) == (encoding, "Café Théâtre")


def test_letters_that_were_lost_before_are_told(tmp_path: Path) -> None:
    download = text(tmp_path, "Date,Ref,Supplier,Amount\n03/04/2018,1,Caf�,1.20\n")
    (finding,) = [finding for finding in download.findings if finding.kind == "encoding.lost_letters"]
    assert finding.source.row == 2


def test_two_encodings_in_one_file_are_both_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    start = "Date,Ref,Supplier,Amount\n03/04/2018,1,Café,£10.00\n".encode()
    path.write_bytes(start + "04/04/2018,2,Müller,£5.00\n".encode("cp1252"))
    download = read(path)
    assert [line.supplier for line in download.parsed.lines] == ["Café", "Müller"]
    assert "encoding.mixed" in kinds(download)


def test_letters_of_an_old_macintosh_are_told_by_the_words_they_make(tmp_path: Path) -> None:
    content = "Date,Ref,Supplier,Amount\n03/04/2018,1,Café Théâtre,£1.20\n"
    assert text(tmp_path, content, "mac-roman").parsed.lines[0].supplier == "Café Théâtre"


@pytest.mark.parametrize("last", ["30.00", "3,030.00"])
def test_x38_amounts_split_by_their_commas_are_held_back(last: str, tmp_path: Path) -> None:
    content = (
        f"Date,Ref,Supplier,Amount\n03/04/2018,1,a,1,234.50\n04/04/2018,2,b,2,020.00\n05/04/2018,3,c,{last}\n"
    )
    download = text(tmp_path, content)
    assert amounts(download) == ([3000] if last == "30.00" else [])
    assert len(download.parsed.held_back) == (2 if last == "30.00" else 3)


def test_m10_rows_in_another_currency_are_asked_about(tmp_path: Path) -> None:
    content = "Date,Ref,Supplier,Currency,Amount\n03/04/2018,1,a,EUR,12.00\n04/04/2018,2,b,GBP,20.00\n"
    assert [doubt.kind for doubt in text(tmp_path, content).open_questions] == ["amount.currency"]
    assert not text(tmp_path, content.replace("EUR", "GBP")).open_questions


def test_a_total_above_the_headings_is_held_against_the_lines(tmp_path: Path) -> None:
    content = (
        "Council\nTotal,£30.00\n\nTrans No,Date,Supplier,Amount\n1,03/04/2018,a,10.00\n2,04/04/2018,b,20.00\n"
    )
    download = text(tmp_path, content)
    assert download.parsed.stated_total == download.parsed.total
    differs = text(tmp_path, content.replace("£30.00", "£31.00"))
    assert "total.above_differs" in kinds(differs)


def test_titles_of_later_pages_are_no_lines(tmp_path: Path) -> None:
    content = (
        "Ledger Listing,,,Page 1\nDate,Ref,Detail,Amount\n03/04/2018,1,a,10.00\nLedger Listing,,,Page 2 of 2\n"
        "Date,Ref,Detail,Amount\n05/04/2018,3,c,5.00\nReport total,,,15.00\n"
    )
    download = text(tmp_path, content)
    assert amounts(download) == [1000, 500]
    assert not download.parsed.held_back


def test_amounts_that_are_nearly_all_negative_are_questioned(tmp_path: Path) -> None:
    lines = "".join(f"{at:02}/04/2018,{at},a,-{at}.50\n" for at in range(1, 20))
    assert "amount.mostly_negative" in kinds(text(tmp_path, "Date,Ref,Supplier,Amount\n" + lines))


def test_whole_numbers_under_unknown_headings_are_asked_about(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Ref", "When", "Who", "Much"],
        ["A1", date(2018, 4, 3), "a", 10],
        ["A2", date(2018, 4, 4), "b", 20],
    ]
    download = workbook(tmp_path, Ledger=rows)
    assert amounts(download) == [1000, 2000]
    assert [doubt.kind for doubt in download.open_questions] == ["amount.column"]


def test_a_table_number_that_is_not_there_is_refused(tmp_path: Path) -> None:
    from fundingapp.domain.table_choice import choose_tables
    from fundingapp.workbooks.ledger_reader import read_ledger

    text(tmp_path, "Date,Ref,Supplier,Amount\n03/04/2018,1,a,1.20\n")
    with pytest.raises(ExpectedError) as refusal:
        choose_tables(read_ledger(tmp_path / "ledger.csv"), number=2)
    assert refusal.value.code == "no_table"


LEDGER = "Date,Ref,Supplier,Amount\n03/04/2018,1,a,1.20\n04/04/2018,2,b,3.40\n05/04/2018,3,c,5.00\n"
CARDS = "Cardholder,Merchant,Transaction date,Net,VAT,Gross\nx,m,06/04/2018,10.00,2.00,12.00\n"


@pytest.mark.parametrize(
    "between", [",,Total,9.60\n\n", "\nPurchase cards\n", ",,Total,9.60\n\nOther payments\n"]
)
def test_another_table_below_a_total_or_under_a_title_is_offered_and_not_added(
    tmp_path: Path, between: str
) -> None:
    download = text(tmp_path, LEDGER + between + CARDS)
    assert [(table.records, table.chosen) for table in download.tables] == [(3, True), (1, False)]
    assert "--table 2" in next(f.text for f in download.findings if f.kind == "table.other")
    assert amounts(download) == [120, 340, 500]


@pytest.mark.parametrize("between", ["", "\n", "\nMay 2018\n"])
def test_headings_that_change_half_way_go_on_with_the_same_ledger(tmp_path: Path, between: str) -> None:
    other = "Posted,Document,Vendor,Value\n06/05/2018,4,Income from orders,7.00\n"
    download = text(tmp_path, LEDGER.replace(",c,", ",budget for orders,") + between + other)
    assert [table.chosen for table in download.tables] == [True, True]
    assert amounts(download) == [120, 340, 500, 700]


def test_sections_with_a_total_each_and_the_same_headings_are_one_ledger(tmp_path: Path) -> None:
    download = text(tmp_path, f"Police\n{LEDGER},,Total,9.60\n\nFire\n{LEDGER},,Total,9.60\n")
    assert amounts(download) == [120, 340, 500] * 2
    other = LEDGER.replace("Date,Ref,Supplier,Amount", "POSTED,DOC NO,VENDOR,AMOUNT (£)").replace(
        "/04/", "/05/"
    )
    download = text(tmp_path, f"Police\n{LEDGER},,Total,9.60\n\nFire\n{other},,Total,9.60\n")
    assert amounts(download) == [120, 340, 500] * 2


# Signs, units and codes that a file leaves open


def test_debit_and_credit_go_before_a_column_of_both_without_a_sign(tmp_path: Path) -> None:
    head = "Date,Ref,Supplier,Debit,Credit,Gross\n"
    rows = "03/04/2018,1,a,10.00,0.00,10.00\n04/04/2018,2,b,0.00,4.00,4.00\n05/04/2018,3,b,5.00,0.00,5.00\n"
    assert amounts(text(tmp_path, head + rows)) == [1000, -400, 500]
    signed = rows.replace(",4.00,4.00", ",4.00,-4.00")
    assert amounts(text(tmp_path, head.replace("Gross", "Net Amount") + signed)) == [1000, -400, 500]


@pytest.mark.parametrize("credit", ["Credit Note", "credit memo", "PC"])
def test_credit_notes_without_a_minus_are_asked_about_and_can_be_turned_round(
    tmp_path: Path, credit: str
) -> None:
    path = tmp_path / "ledger.csv"
    rows = "03/04/2018,1,Invoice,10.00\n04/04/2018,2,@,4.00\n05/04/2018,3,Invoice,5.00\n".replace("@", credit)
    path.write_text("Date,Ref,Doc Type,Amount\n" + rows)
    [doubt] = read(path).open_questions
    assert (doubt.kind, doubt.blocks) == ("amount.sign", True)
    for choice, expected in zip(doubt.choices, ([1000, -400, 500], [1000, 400, 500]), strict=True):
        [(at, said)] = choice.meanings
        answered = read(path, columns=((f"column {at + 1}", said),))
        assert (amounts(answered), answered.open_questions) == (expected, ())
    path.write_text(path.read_text().replace("4.00", "-4.00"))
    assert read(path).open_questions == ()


def test_posting_keys_tell_debits_from_credits_where_amounts_have_no_sign(tmp_path: Path) -> None:
    rows = "Posting Date,Doc,Text,Amount,PK\n03/04/2018,1,a,10.00,40\n04/04/2018,2,b,4.00,50\n05/04/2018,3,c,5.00,40\n"
    assert amounts(text(tmp_path, rows)) == [1000, -400, 500]
    assert amounts(text(tmp_path, rows.replace("4.00,50", "-4.00,50"))) == [1000, -400, 500]


def test_amounts_in_pence_are_never_taken_for_pounds_silently(tmp_path: Path) -> None:
    download = text(tmp_path, "Date,Ref,Supplier,Amount (pence)\n03/04/2018,1,a,1020\n04/04/2018,2,b,340\n")
    assert [doubt.kind for doubt in download.open_questions] == ["amount.unit"]
    pounds = text(tmp_path, "Date,Ref,Supplier,Amount in pounds and pence\n03/04/2018,1,a,10.20\n")
    assert pounds.open_questions == ()


def test_what_was_invoiced_is_asked_about_beside_another_amount(tmp_path: Path) -> None:
    head = "Date,Ref,Supplier,Invoice amount,Amount charged to grant\n"
    download = text(tmp_path, head + "03/04/2018,1,a,20.00,5.00\n04/04/2018,2,b,30.00,6.00\n")
    assert [doubt.kind for doubt in download.open_questions] == ["amount.column"]
    nothing = text(tmp_path, head + "03/04/2018,1,a,20.00,0.00\n04/04/2018,2,b,30.00,0.00\n")
    assert nothing.open_questions == ()


def test_a_second_column_of_the_gross_amount_leaves_the_net_one_the_amount(tmp_path: Path) -> None:
    head = "Date,Ref,Merchant,Original Gross Amt,Billing Gross Amt,Billing Net Amt,VAT Amt\n"
    rows = "".join(
        f"0{at}/04/2018,{at},a,{net * 1.2:.2f},{net * 1.2:.2f},{net:.2f},{net / 5:.2f}\n"
        for at, net in enumerate((10, 25, 40, 55, 70), start=1)
    )
    download = text(tmp_path, head + rows)
    assert (meaning(download, "Billing Net Amt"), amounts(download)[0]) == (M.AMOUNT, 1000)


def test_a_list_with_a_sum_below_nought_and_mostly_negatives_is_questioned(tmp_path: Path) -> None:
    rows = [f"{at:02}/04/2018,{at},a,{'' if at % 3 == 0 else '-'}{at}.00" for at in range(1, 13)]
    assert "amount.mostly_negative" in kinds(text(tmp_path, "\n".join(("Date,Ref,Supplier,Amount", *rows))))
    rows[0] = "01/04/2018,1,a,900.00"
    assert "amount.mostly_negative" not in kinds(
        text(tmp_path, "\n".join(("Date,Ref,Supplier,Amount", *rows)))
    )


def test_codes_whose_last_digits_a_spreadsheet_dropped_are_told_of(tmp_path: Path) -> None:
    content = (
        "Date,Transaction,Supplier,Amount\n03/04/2018,5.51E+11,a,1.00\n04/04/2018,5.51E+11,E+ Ltd,2.00\n"
    )
    assert "code.digits_lost" in kinds(text(tmp_path, content))
    assert "code.digits_lost" not in kinds(text(tmp_path, content.replace("5.51E+11", "5E11A")))


# Rows that are no lines


def test_headers_of_later_pages_ruled_lines_and_footers_are_notes(tmp_path: Path) -> None:
    head = "Date,Ref,Supplier,Amount\n"
    page = "Ledger listing,,,Run: 05/05/2024 10:22\n" + head + "----------,---,--------,------\n"
    content = head + "03/04/2018,1,a,1.00\n" + page + "04/04/2018,2,b,2.00\n\nNumber of records,2,,\n"
    download = text(tmp_path, content)
    assert amounts(download) == [100, 200]
    assert download.parsed.held_back == []
    for line in ("05/04/2018,3,c,12x4", ",3,c,TBC", "05/04/2018,,c,TBC", ",,c,12x4"):
        assert len(text(tmp_path, content + line + "\n").parsed.held_back) == 1, line


def test_a_total_beside_a_count_of_records_is_a_total_when_it_adds_up(tmp_path: Path) -> None:
    content = "Date,Ref,Supplier,Amount\n03/04/2018,1,a,1.00\n04/04/2018,2,b,2.00\nTOTAL,2,,@\n"
    right = text(tmp_path, content.replace("@", "3.00"))
    assert (amounts(right), right.parsed.held_back) == ([100, 200], [])
    assert right.parsed.stated_total is not None
    assert len(text(tmp_path, content.replace("@", "4.00")).parsed.held_back) == 1


def test_a_row_that_calls_itself_an_opening_balance_but_looks_like_a_line_is_told_of(tmp_path: Path) -> None:
    content = "Date,Ref,Details,Amount\n01/04/2018,OB,OPENING BALANCE B/FWD,9.00\n04/04/2018,2,Balance of fee,2.00\n"
    finding = next(f for f in text(tmp_path, content).findings if f.kind == "balance.kept")
    assert finding.text.startswith("1 line calls itself a balance, the first in row 2.")
    assert "balance.kept" not in kinds(text(tmp_path, content.replace("OPENING BALANCE B/FWD", "Balance")))


@pytest.mark.parametrize("heading", ["Ledger", "Balance Type", "Type"])
@pytest.mark.parametrize("planned", ["Budget", "Commitments", "Revised budget"])
def test_a_column_of_actuals_beside_plans_tells_spending_apart(
    tmp_path: Path, heading: str, planned: str
) -> None:
    rows = f"Actual,03/04/2018,1,a,1.00\n{planned},04/04/2018,2,b,90.00\nActual,05/04/2018,3,c,5.00\n"
    download = text(tmp_path, f"{heading},Date,Ref,Supplier,Amount\n" + rows)
    assert amounts(download) == [100, 500]
    assert kinds(download) & {"budgets.excluded", "commitments.excluded"}


@pytest.mark.parametrize(
    "heading", ["Debit/(Credit)", "Dr/(Cr)", "Cost (exc VAT)", "Price excl. VAT", "Cost inc. VAT"]
)
def test_headings_that_speak_of_signs_or_vat_stand_above_amounts(tmp_path: Path, heading: str) -> None:
    content = f"Date,Ref,Supplier,{heading}\n03/04/2018,1,a,1.00\n04/04/2018,2,b,-2.50\n"
    assert amounts(text(tmp_path, content)) == [100, -250]


@pytest.mark.parametrize("heading", ["Paid on", "Tax Point", "Amount date?"])
def test_a_date_under_a_heading_of_money_is_found_by_its_values(tmp_path: Path, heading: str) -> None:
    content = f"Ref,Supplier,Value,{heading}\n1,a,1.00,03/04/2018\n2,b,2.00,04/04/2018\n"
    assert [line.posted_on for line in text(tmp_path, content).parsed.lines] == [
        date(2018, 4, 3),
        date(2018, 4, 4),
    ]


def test_the_total_of_an_analysed_cash_book_is_the_amount(tmp_path: Path) -> None:
    parts = [("10.00", "", ""), ("", "4.00", ""), ("", "", "5.00"), ("1.00", "2.00", ""), ("7.00", "", "")]
    rows = [
        f"0{at}/04/2018,{at},a,{sum(float(p or 0) for p in part):.2f},{','.join(part)}"
        for at, part in enumerate(parts, start=1)
    ]
    download = text(tmp_path, "\n".join(("Date,Chq,Payee,Total,Rent,Salaries,Equipment", *rows)))
    assert (meaning(download, "Total"), download.open_questions) == (M.AMOUNT, ())
    assert amounts(download) == [1000, 400, 500, 300, 700]


def test_digits_with_noughts_before_them_and_no_point_may_be_pence(tmp_path: Path) -> None:
    content = "Date,Ref,Supplier,Amount\n03/04/2018,1,a,+00000012345\n04/04/2018,2,b,-00000000999\n"
    assert [doubt.kind for doubt in text(tmp_path, content).open_questions] == ["amount.unit"]


def test_a_signature_with_a_date_under_the_amounts_is_a_note(tmp_path: Path) -> None:
    content = "Date,Ref,Supplier,Amount\n03/04/2018,1,a,1.00\n,,Prepared by: a person,01/05/2018\n"
    download = text(tmp_path, content)
    assert (amounts(download), download.parsed.held_back) == ([100], [])
