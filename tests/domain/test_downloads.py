"""From raw tables to ledger lines: what is a line, what is not and why, and that no row is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from fundingapp.domain.downloads import LISTED, parse_lines, parse_tables
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import Cell, Meaning, ParsedLedger, RawRow, RawTable
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import FinancialYear, Period

M = Meaning
USUAL = (
    ("Trans No", M.TRANSACTION),
    ("Period", M.PERIOD),
    ("Trans Date", M.DATE),
    ("Cost Centre", M.COST_CENTRE),
    ("Account", M.ACCOUNT),
    ("Supplier / Source", M.SUPPLIER),
    ("Description", M.DESCRIPTION),
    ("Type", M.TYPE),
    ("Net Amount", M.AMOUNT),
    ("VAT", M.VAT),
)
DEBIT_CREDIT = (
    ("Journal", M.TRANSACTION),
    ("Per", M.PERIOD),
    ("Date", M.DATE),
    ("CostC", M.COST_CENTRE),
    ("Subj", M.ACCOUNT),
    ("Narrative", M.NARRATIVE),
    ("Debit £", M.DEBIT),
    ("Credit £", M.CREDIT),
)


def table(
    *rows: Sequence[Cell],
    columns: Sequence[tuple[str, Meaning]] = USUAL,
    findings: tuple[Finding, ...] = (),
    sheet: str = "Ledger",
) -> RawTable:
    """A table with headings in row 4 and *rows* from row 5 on."""
    raw = [RawRow(number, tuple(cells)) for number, cells in enumerate(rows, start=5)]
    headings = tuple(heading for heading, _ in columns)
    meanings = tuple(meaning for _, meaning in columns)
    return RawTable("ledger.xlsx", sheet, "", 4, headings, meanings, raw, findings)


def row(
    transaction: Cell = "550001/0001",
    period: Cell = 201801,
    day: Cell = date(2018, 4, 3),
    cost_centre: Cell = "CS4410",
    account: Cell = 3201,
    supplier: Cell = "FALCON CENTRE",
    description: Cell = "Outreach",
    type: Cell = "invoice",
    amount: Cell = Decimal("11.39"),
    vat: Cell = 0,
) -> tuple[Cell, ...]:
    return transaction, period, day, cost_centre, account, supplier, description, type, amount, vat


def kinds(parsed: ParsedLedger, severity: Severity | None = None) -> list[str]:
    return [finding.kind for finding in parsed.findings if severity in {None, finding.severity}]


def assert_adds_up(parsed: ParsedLedger, *tables: RawTable) -> None:
    assert parsed.rows_read == len(parsed.lines) + len(parsed.skipped)
    assert parsed.rows_read == sum(len(each.rows) for each in tables)


# Lines


def test_a_row_becomes_a_line_with_exact_values_and_its_place() -> None:
    (line,) = parse_lines(table(row(supplier="FALCON\u00a0 CENTRE  "))).lines
    assert line.key == line.transaction == "550001/0001"
    assert (line.year, line.period, line.posted_on) == (FinancialYear(2018), 1, date(2018, 4, 3))
    assert (line.cost_centre, line.account, line.supplier) == ("CS4410", "3201", "FALCON CENTRE")
    assert (line.description, line.type, line.amount) == ("Outreach", "invoice", Money(1139))
    assert (line.sheet, line.row) == ("Ledger", 5)


def test_codes_are_the_same_as_numbers_and_as_texts() -> None:
    rows = [row("A", account=3201), row("B", account="3201"), row("C", account=Decimal("3201.0"))]
    assert {line.account for line in parse_lines(table(*rows)).lines} == {"3201"}


def test_truth_values_are_not_mixed_up_with_one() -> None:
    rows = [row("A", account=1), row("B", account=True), row("C", account=0), row("D", account=False)]
    assert [line.account for line in parse_lines(table(*rows)).lines] == ["1", "TRUE", "0", "FALSE"]


def test_the_period_counts_and_the_date_of_another_year_is_noted() -> None:
    parsed = parse_lines(table(row(period=201812, day=date(2019, 4, 5))))
    assert (parsed.lines[0].year, parsed.lines[0].period) == (FinancialYear(2018), 12)
    assert kinds(parsed) == ["period.other_year"]


def test_without_a_period_the_date_places_the_line() -> None:
    parsed = parse_lines(table(row(period=None, day="31/03/2019")))
    assert (parsed.lines[0].year, parsed.lines[0].period) == (FinancialYear(2018), 12)


def test_a_bare_period_takes_the_year_nearest_to_its_date() -> None:
    rows = [
        row("A", period=12, day=date(2019, 4, 5)),
        row("B", period="P13", day=date(2019, 5, 20)),
        row("C", period=1, day=date(2019, 3, 30)),
    ]
    placed = [(line.year.start, line.period) for line in parse_lines(table(*rows)).lines]
    assert placed == [(2018, 12), (2018, 13), (2019, 1)]


def test_a_year_column_gives_a_bare_period_its_year() -> None:
    columns = (("Ref", M.TRANSACTION), ("FY", M.YEAR), ("Per", M.PERIOD), ("Amount", M.AMOUNT))
    good = parse_lines(table(("A", "2018/19", 3, 5), columns=columns))
    assert (good.lines[0].year, good.lines[0].period) == (FinancialYear(2018), 3)
    bad = parse_lines(table(("A", "soon", 3, 5), columns=columns))
    assert kinds(bad) == ["year.unreadable"]


def test_period_13_is_closing_adjustments_and_14_is_held_back() -> None:
    parsed = parse_lines(table(row("A", period=201813), row("B", period=201814)))
    assert [line.period for line in parsed.lines] == [13]
    assert kinds(parsed) == ["period.unreadable"]
    assert "period 14 is not one of 1 to 13" in parsed.findings[0].text


def test_the_opening_balance_is_no_spending() -> None:
    parsed = parse_lines(table(row("A", period=201800, amount=500), row("B")))
    assert [line.transaction for line in parsed.lines] == ["B"]
    assert "period 00" in parsed.skipped[0].reason
    assert kinds(parsed, Severity.NOTE) == ["opening.excluded"]
    assert "£500.00" in parsed.findings[0].text


@pytest.mark.parametrize("lost", [None, "00:00:00", datetime(1899, 12, 30), ""])
def test_a_lost_date_is_a_warning_and_the_line_is_kept_without(lost: Cell) -> None:
    parsed = parse_lines(table(row(day=lost)))
    assert parsed.lines[0].posted_on is None
    assert kinds(parsed, Severity.WARNING) == ["date.missing"]


def test_without_period_and_date_a_row_belongs_nowhere_and_is_held_back() -> None:
    parsed = parse_lines(table(row(period=None, day=None)))
    assert not parsed.lines
    assert "period.missing" in kinds(parsed, Severity.ERROR)


def test_a_table_with_neither_period_nor_date_needs_the_user_to_name_one() -> None:
    columns = (("Supplier", M.SUPPLIER), ("Description", M.DESCRIPTION), ("Amount", M.AMOUNT))
    raw = table(("A LTD", "Paint", "1.00"), ("B LTD", "Brushes", "2.00"), columns=columns)
    parsed = parse_lines(raw)
    assert kinds(parsed) == ["period.no_column"]
    assert [skip.reason for skip in parsed.skipped] == [
        "held back: it states neither a period nor a date"
    ] * 2
    placed = parse_lines(raw, Period(FinancialYear(2009), 9))
    assert [(line.year.start, line.period) for line in placed.lines] == [(2009, 9)] * 2


def test_a_bare_period_without_a_date_takes_the_year_that_the_user_names() -> None:
    columns = (("Ref", M.TRANSACTION), ("Per", M.PERIOD), ("Amount", M.AMOUNT))
    raw = table(("A", 3, 5), columns=columns)
    placed = parse_lines(raw, Period(FinancialYear(2018), 1))
    assert [(line.year.start, line.period) for line in placed.lines] == [(2018, 3)]
    assert kinds(parse_lines(raw)) == ["period.missing"]


def test_a_bare_number_in_a_date_column_is_a_day_and_noted() -> None:
    parsed = parse_lines(table(row(day=43193)))
    assert parsed.lines[0].posted_on == date(2018, 4, 3)
    assert kinds(parsed) == ["date.number"]


# Held back


@pytest.mark.parametrize("column", ["period", "day", "cost_centre", "amount", "transaction"])
def test_an_error_in_any_column_that_is_used_is_named(column: str) -> None:
    cells = {column: "#REF!"}
    parsed = parse_lines(table(row(**cells)))
    assert kinds(parsed) == ["cell.error"]
    assert parsed.findings[0].text.endswith("holds #REF!.")


@pytest.mark.parametrize(
    "amount", ["12.3.4", "#REF!", True, Decimal("1.005"), date(2018, 4, 3), "1.234,56", "€5.00"]
)
def test_an_unreadable_amount_holds_its_row_back(amount: Cell) -> None:
    parsed = parse_lines(table(row("A"), row("B", amount=amount)))
    assert [line.transaction for line in parsed.lines] == ["A"]
    (finding,) = parsed.findings
    assert finding.severity is Severity.ERROR
    assert (finding.source.row, finding.source.column) == (6, "Net Amount")
    assert parsed.skipped[0].reason == f"held back: {finding.text}"


def test_a_finding_says_what_where_and_what_stands_there() -> None:
    parsed = parse_lines(
        RawTable(
            "ledger.csv",
            "",
            "utf-8",
            1,
            tuple(heading for heading, _ in USUAL),
            tuple(meaning for _, meaning in USUAL),
            [RawRow(1884, row(amount="12.3.4"))],
        )
    )
    assert parsed.findings[0].text == "Row 1,884, column “Net Amount”: “12.3.4” is not an amount."


def test_an_impossible_date_holds_its_row_back() -> None:
    parsed = parse_lines(table(row(day="31/02/2019")))
    assert parsed.findings[0].text == "Row 5, column “Trans Date”: “31/02/2019” is not a day of the calendar."
    assert not parsed.lines


def test_an_error_in_a_text_that_is_used_holds_the_row_back_and_in_one_that_is_not_does_not() -> None:
    held = parse_lines(table(row(supplier="#N/A")))
    assert kinds(held) == ["cell.error"]
    assert not held.lines
    assert parse_lines(table(row(vat="#N/A"))).lines


def test_a_formula_without_result_says_what_to_do() -> None:
    parsed = parse_lines(table(row(amount="#NO RESULT")))
    assert "open the file in Excel" in parsed.findings[0].text


def test_a_missing_amount_holds_the_row_back() -> None:
    parsed = parse_lines(table(row(amount=None)))
    assert kinds(parsed) == ["amount.missing"]


def test_a_row_that_the_reader_marked_is_held_back_with_the_readers_words() -> None:
    marked = Finding(
        Severity.ERROR, "cell.repeated", "Ledger!I5 is stored twice.", Source("ledger.xlsx", "Ledger", 5)
    )
    parsed = parse_lines(table(row("A"), row("B"), findings=(marked,)))
    assert [line.transaction for line in parsed.lines] == ["B"]
    assert parsed.skipped[0].reason == "held back: Ledger!I5 is stored twice."
    assert parsed.findings == ()


def test_an_amount_with_hardly_anything_beside_it_is_held_back() -> None:
    parsed = parse_lines(table(row(), (None, None, None, None, None, "ADJ", None, None, 99, None)))
    assert kinds(parsed, Severity.ERROR) == ["row.incomplete"]


# Rows that are no lines


def test_the_tail_of_a_report_is_skipped_with_reasons() -> None:
    total = (None, None, None, None, None, "Total", None, None, Decimal("11.39"), None)
    parsed = parse_lines(table(row(), (None,) * 10, total, (), ("*** END OF REPORT ***", *(None,) * 9)))
    assert [skip.reason for skip in parsed.skipped] == [
        "blank row",
        "total row",
        "blank row",
        "end of the report",
    ]
    assert parsed.stated_total == parsed.total == Money(1139)
    assert parsed.findings == ()


def test_headings_printed_again_are_skipped() -> None:
    headings = tuple(heading.upper() for heading, _ in USUAL)
    parsed = parse_lines(table(row("A"), headings, row("B")))
    assert len(parsed.lines) == 2
    assert parsed.skipped[0].reason == "the headings again"
    assert parsed.findings == ()


def test_headings_printed_again_without_some_of_them_are_skipped() -> None:
    columns = (*USUAL[:2], ("", M.OTHER), ("Trans Date", M.DATE), ("Amount", M.AMOUNT))
    again = ("Trans No", "Period", None, None, "Amount")
    parsed = parse_lines(table(("A", 201801, None, "03/04/2018", 5), again, columns=columns))
    assert parsed.skipped[0].reason == "the headings again"


def test_a_dated_row_without_amount_is_a_line_that_lacks_it_and_a_dated_note_is_not() -> None:
    lacking = (None, None, datetime(2018, 4, 3, 1), "CS4410", None, None, None, None, None, None)
    note = (None, None, "as at", "the 3rd", None, None, None, None, None, None)
    parsed = parse_lines(table(row("A", day=datetime(2018, 4, 3, 1)), lacking, note))
    assert kinds(parsed) == ["amount.missing"]
    assert [skip.reason[:6] for skip in parsed.skipped] == ["held b", "a note"]


def test_a_note_is_skipped_but_shown() -> None:
    parsed = parse_lines(table(row(), ("Please note: figures exclude VAT", *(None,) * 9)))
    assert parsed.skipped[0].reason == "a note, not a ledger line"
    assert parsed.skipped[0].text == "Please note: figures exclude VAT"


def test_a_total_that_differs_names_both() -> None:
    total = (None, None, None, None, None, "Grand Total", None, None, 12, None)
    parsed = parse_lines(table(row(), total))
    assert parsed.stated_total == Money(1200)
    (finding,) = parsed.findings
    assert (finding.severity, finding.kind) == (Severity.ERROR, "total.differs")
    assert "£12.00" in finding.text
    assert "£11.39" in finding.text
    assert "£0.61" in finding.text


def test_subtotals_are_held_against_their_section_and_are_not_the_files_total() -> None:
    def sub(label: str, amount: Cell) -> tuple[Cell, ...]:
        return (label, None, None, None, None, None, None, None, amount, None)

    rows = [row("A", amount=1), sub("Total for CS4410", 1), row("B", amount=2), sub("Total for CS4411", 2)]
    parsed = parse_lines(table(*rows, sub("Grand total", 3)))
    assert parsed.findings == ()
    assert parsed.stated_total == Money(300)
    assert [skip.reason for skip in parsed.skipped] == ["subtotal row", "subtotal row", "total row"]
    wrong = parse_lines(table(*rows[:3], sub("Total for CS4411", 5)))
    assert kinds(wrong) == ["total.differs"]
    assert wrong.stated_total is None


def test_a_supplier_called_total_is_no_total_row() -> None:
    rows = [row("A", supplier="TOTAL GAS & POWER LTD"), row("B", supplier="TOTAL", amount=5)]
    assert len(parse_lines(table(*rows)).lines) == 2


def test_a_total_without_label_is_known_by_its_sum() -> None:
    bare = (None,) * 8 + (Decimal("22.78"), None)
    parsed = parse_lines(table(row("A"), row("B"), bare))
    assert parsed.stated_total == Money(2278)
    assert "no label" in parsed.skipped[0].reason


def test_a_total_that_takes_in_the_opening_balance_agrees() -> None:
    total = (None, None, None, None, None, "Total", None, None, 510, None)
    parsed = parse_lines(table(row("A", period=201800, amount=500), row("B", amount=10), total))
    assert kinds(parsed) == ["total.with_opening", "opening.excluded"]


def test_a_balance_brought_forward_is_no_spending() -> None:
    forward = (None, None, None, "CS4410", None, None, "Balance b/fwd", None, 500, None)
    empty = (None, None, None, None, None, None, "Carried forward", None, None, None)
    parsed = parse_lines(table(forward, row("A"), empty))
    assert [skip.reason for skip in parsed.skipped] == [
        "a balance brought or carried forward, not spending"
    ] * 2
    assert kinds(parsed) == ["opening.excluded"]


def test_a_mid_report_total_speaks_for_its_section_only() -> None:
    total = (None, None, None, None, None, "Total", None, None, 1, None)
    parsed = parse_lines(table(row("A", amount=1), total, row("B", amount=2)))
    assert parsed.stated_total is None
    assert parsed.findings == ()


def test_a_total_says_how_many_rows_are_held_back() -> None:
    total = (None, None, None, None, None, "Total", None, None, 20, None)
    parsed = parse_lines(table(row("A", amount=1), row("B", amount="x"), row("C", amount="y"), total))
    assert parsed.findings[-1].text.endswith("2 rows are held back.")


def test_a_table_without_amounts_is_the_readers_to_refuse() -> None:
    with pytest.raises(ValueError, match="amount"):
        parse_lines(table(("A",), columns=(("Ref", M.TRANSACTION),)))


# Signs


def test_debit_less_credit() -> None:
    rows = [
        ("A", 201801, "03-Apr-18", "CS4410", "3201", "FALCON – Outreach", "£11.39", None),
        ("B", 201801, "04-Apr-18", "CS4410", "9901", "OPCC – Instalment", None, "£18,875.00"),
        ("C", 201801, "05-Apr-18", "CS4410", "9901", "OPCC – Both", "10.00", "4.00"),
        ("D", 201801, "06-Apr-18", "CS4410", "9901", "OPCC – Nought beside", "10.00", "0.00"),
        ("E", 201801, "06-Apr-18", "CS4410", "9901", "OPCC – Neither", None, None),
    ]
    parsed = parse_lines(table(*rows, columns=DEBIT_CREDIT))
    assert [line.amount.pence for line in parsed.lines] == [1139, -1887500, 600, 1000]
    assert kinds(parsed) == ["amount.debit_and_credit", "amount.missing"]


def test_credits_written_as_negatives_are_not_turned_round() -> None:
    rows = [
        ("A", 201801, "03-Apr-18", "CS4410", "3201", "FALCON – Outreach", "11.39", None),
        ("B", 201801, "04-Apr-18", "CS4410", "9901", "OPCC – Instalment", None, "(100.00)"),
    ]
    parsed = parse_lines(table(*rows, columns=DEBIT_CREDIT))
    assert [line.amount.pence for line in parsed.lines] == [1139, -10000]
    assert kinds(parsed, Severity.WARNING) == ["credit.signed"]


FLAGGED = (("Ref", M.TRANSACTION), ("Date", M.DATE), ("D/C", M.DEBIT_CREDIT_FLAG), ("Amount", M.AMOUNT))


def test_a_credit_flag_turns_the_amount_round() -> None:
    rows = [("A", "03/04/2018", "D", 10), ("B", "03/04/2018", "C", 4), ("C", "03/04/2018", "?", 1)]
    parsed = parse_lines(table(*rows, columns=FLAGGED))
    assert [line.amount.pence for line in parsed.lines] == [1000, -400]
    assert kinds(parsed) == ["flag.unreadable"]


def test_a_flag_beside_signed_amounts_changes_nothing() -> None:
    rows = [("A", "03/04/2018", 1, 10), ("B", "03/04/2018", -1, -4)]
    parsed = parse_lines(table(*rows, columns=FLAGGED))
    assert [line.amount.pence for line in parsed.lines] == [1000, -400]


def test_credits_of_both_signs_are_turned_round_with_a_warning() -> None:
    amounts: list[Cell] = [10, -4, "x", None]
    rows = [(f"T{at}", "03/04/2018", "C", amount) for at, amount in enumerate(amounts)]
    parsed = parse_lines(table(*rows, columns=FLAGGED))
    assert [line.amount.pence for line in parsed.lines] == [-1000, 400]
    assert kinds(parsed) == ["flag.mixed", "amount.unreadable", "amount.missing"]


# Narratives, keys, fields


def test_a_narrative_is_split_where_most_rows_are_written_so() -> None:
    rows = [
        ("A", 201801, "03-Apr-18", "CS4410", "3201", "FALCON CENTRE – Outreach – May", "1.00", None),
        ("B", 201801, "03-Apr-18", "CS4410", "3201", "GO GETTA CIC – Detached Work", "1.00", None),
        ("C", 201801, "03-Apr-18", "CS4410", "3201", "Correction", "1.00", None),
    ]
    parsed = parse_lines(table(*rows, columns=DEBIT_CREDIT))
    assert [(line.supplier, line.description) for line in parsed.lines] == [
        ("FALCON CENTRE", "Outreach – May"),
        ("GO GETTA CIC", "Detached Work"),
        ("", "Correction"),
    ]
    assert {"supplier", "description"} <= parsed.fields


def test_a_narrative_that_is_seldom_split_stays_a_description() -> None:
    rows = [
        ("A", 201801, "03-Apr-18", "CS4410", "3201", "Paint - blue", "1.00", None),
        ("B", 201801, "03-Apr-18", "CS4410", "3201", "Brushes", "1.00", None),
        ("C", 201801, "03-Apr-18", "CS4410", "3201", "Ladders", "1.00", None),
    ]
    parsed = parse_lines(table(*rows, columns=DEBIT_CREDIT))
    assert parsed.lines[0].description == "Paint - blue"
    assert "supplier" not in parsed.fields


def test_repeated_transactions_are_told_apart_by_order_with_a_warning_each() -> None:
    parsed = parse_lines(table(row("A"), row("B"), row("A"), row("A")))
    assert [line.key for line in parsed.lines] == ["A", "B", "A#2", "A#3"]
    (finding,) = parsed.findings
    assert (finding.severity, finding.kind) == (Severity.WARNING, "transaction.repeated")
    assert "3 rows" in finding.text


def test_an_id_that_looks_like_one_of_ours_gets_a_key_of_its_own() -> None:
    keys = [line.key for line in parse_lines(table(row("A"), row("A"), row("A#2"), row("A"))).lines]
    assert len(set(keys)) == 4
    assert [line.key for line in parse_lines(table(row("A#2"), row("A"), row("A"))).lines] == [
        "A#2",
        "A",
        "A#3",
    ]


def test_the_list_of_repeated_transactions_is_cut_short_with_a_count() -> None:
    rows = [row(f"T{at}") for at in range(50)] * 2
    parsed = parse_lines(table(*rows))
    assert kinds(parsed).count("transaction.repeated") == LISTED
    assert parsed.findings[-1].text == "30 more transaction numbers stand on several rows."


def test_without_a_transaction_column_the_content_is_the_key() -> None:
    columns = [column for column in USUAL if column[1] is not M.TRANSACTION]
    rows = [row()[1:], row(amount=5)[1:], row()[1:]]
    parsed = parse_lines(table(*rows, columns=columns))
    first, second, third = (line.key for line in parsed.lines)
    assert third == f"{first}#2"
    assert second != first
    assert kinds(parsed) == ["key.composite"]
    again = parse_lines(table(rows[1], rows[0], columns=columns))
    assert {line.key for line in again.lines} == {first, second}


def test_the_fields_are_those_that_have_columns() -> None:
    assert parse_lines(table(row())).fields == {
        "posted_on",
        "cost_centre",
        "account",
        "supplier",
        "description",
        "type",
        "amount",
        "period",
    }
    narrow = (("Ref", M.TRANSACTION), ("Date", M.DATE), ("Debit", M.DEBIT), ("Credit", M.CREDIT))
    assert parse_lines(table(("A", "03/04/2018", 1, None), columns=narrow)).fields == {"posted_on", "amount"}


def test_findings_of_one_kind_are_cut_short_with_a_count() -> None:
    parsed = parse_lines(table(*(row(f"T{at}", day=None) for at in range(LISTED + 7))))
    assert kinds(parsed).count("date.missing") == LISTED
    assert kinds(parsed)[-1] == "date.missing.more"
    assert parsed.findings[-1].text.startswith("7 more rows")


def test_several_tables_share_their_keys_and_their_totals() -> None:
    total = (None, None, None, None, None, "Total", None, None, Decimal("11.39"), None)
    april = table(row("A"), total, sheet="Apr")
    may = table(row("A"), total, sheet="May")
    parsed = parse_tables([april, may])
    assert [line.key for line in parsed.lines] == ["A", "A#2"]
    assert parsed.stated_total == Money(2278)
    assert_adds_up(parsed, april, may)


def test_what_holds_for_every_sheet_is_told_once() -> None:
    columns = [column for column in USUAL if column[1] is not M.TRANSACTION]
    tables = [table(row()[1:], columns=columns, sheet=sheet) for sheet in ("Apr", "May")]
    assert kinds(parse_tables(tables)) == ["key.composite"]


def test_amounts_stored_as_text_in_a_workbook_are_counted() -> None:
    parsed = parse_lines(table(row("A", amount="11.39"), row("B"), row("C", amount="5.00")))
    assert kinds(parsed) == ["amount.text"]
    assert parsed.findings[0].text.startswith("2 amounts are stored as text, the first in row 5")


# Properties

cells: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "",
            " ",
            "Total",
            "Grand total",
            "A",
            "03/04/2018",
            "31/02/2019",
            "12.3.4",
            "£5.00",
            "(4.00)",
            "#REF!",
        ]
        + [
            "*** END OF REPORT ***",
            "201801",
            "Trans No",
            "Net Amount",
            "Opening balance",
            "X – Y",
            "D",
            "CR",
            "00",
        ]
    ),
    st.text(max_size=6),
    st.integers(-(10**6), 10**6),
    st.integers(201800, 201815),
    st.decimals(-1000, 1000, places=2),
    st.decimals().filter(lambda number: not number.is_snan()),  # no spreadsheet can hold a signalling one
    st.booleans(),
    st.dates(date(1890, 1, 1), date(2110, 1, 1)),
    st.datetimes(datetime(1890, 1, 1), datetime(2110, 1, 1)),
)
with_amount = st.lists(st.sampled_from(list(Meaning)), max_size=8).map(lambda some: [*some, Meaning.AMOUNT])
with_pair = st.lists(st.sampled_from(list(Meaning)), max_size=8).map(lambda some: [*some, M.DEBIT, M.CREDIT])


@settings(max_examples=300, deadline=None)
@given(st.one_of(with_amount, with_pair), st.lists(st.lists(cells, max_size=12), max_size=25))
def test_every_row_of_any_table_is_a_line_or_has_a_reason(
    meanings: list[Meaning], rows: list[list[Cell]]
) -> None:
    raw = table(*rows, columns=[(meaning.value, meaning) for meaning in meanings])
    parsed = parse_lines(raw)
    assert_adds_up(parsed, raw)
    assert {line.row for line in parsed.lines}.isdisjoint(skip.row for skip in parsed.skipped)
    assert all(skip.reason for skip in parsed.skipped)
    assert len({line.key for line in parsed.lines}) == len(parsed.lines)
    held = sum(skip.reason.startswith("held back") for skip in parsed.skipped)
    if held:
        assert kinds(parsed, Severity.ERROR)
    assert parse_lines(raw) == parsed


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=40))
def test_amounts_are_exact_and_the_files_own_total_agrees(pence: list[int]) -> None:
    rows: list[tuple[Cell, ...]] = [
        row(f"T{at}", amount=Decimal(amount).scaleb(-2) if at % 2 else str(Money(amount)))
        for at, amount in enumerate(pence)
    ]
    total = (None, None, None, None, None, "Total", None, None, Decimal(sum(pence)).scaleb(-2), None)
    parsed = parse_lines(table(*rows, total))
    assert [line.amount.pence for line in parsed.lines] == pence
    assert parsed.stated_total == parsed.total == Money(sum(pence))
    assert kinds(parsed, Severity.ERROR) == []


@given(st.from_regex(r"-?[0-9 ,.£+²-]{0,14}\.?[0-9]{0,3}", fullmatch=True))
def test_an_amount_is_read_quickly_as_money_reads_it(text: str) -> None:
    """The short way for amounts as most systems write them gives what Money.parse gives, or nothing."""
    columns = (("Ref", M.TRANSACTION), ("Date", M.DATE), ("Amount", M.AMOUNT))
    result = parse_lines(table(("1", date(2018, 4, 3), text), columns=columns))
    try:
        expected = [Money.parse(text)] if text.strip() else []
    except NotMoneyError:
        expected = []
    assert [line.amount for line in result.lines] == expected
    assert all(type(line.amount) is Money for line in result.lines)
